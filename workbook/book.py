"""The port: what a command may ask of a workbook and what it may write, whatever holds the workbook.

Two hosts implement `Book`: a saved file (`file_book`) and the workbook open in Excel (`excel_book`).
This module knows the kind of thing a sheet is (`schema.Sheet`), never a particular one. Dates cross the
port as serial numbers of the 1900 system in both directions' raw cells; 1904 books are converted by
the host.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from .schema import Sheet

if TYPE_CHECKING:
    from .foreign_tables import ForeignTab


@dataclass(frozen=True)
class CellError:
    """A cell that shows an Excel error; `code` as in "#N/A"."""

    code: str

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class CellPicture(CellError):  # noqa: N818
    """A cell that shows a picture placed in it, by WPS or Excel: what stands under it is no text, and no error
    that anybody made. Only read; never written."""

    code: str = "图片"


@dataclass(frozen=True)
class Link:
    """Text that leads to a place in the same book: written as HYPERLINK("#'tab'!cell", text)."""

    title: str
    cell: str
    text: str


MOST_SELECTED = 1_000
"""Rows of a selection that are told."""

RawCell = None | bool | float | str | CellError
"""A cell as read: blank is None ("" too), every number and date is a float, text is unchanged."""

Value = None | bool | int | float | str | datetime | CellError | Link
"""A cell as written: NaN, NaT and "" are written as a blank; datetime gets a date format if it has none."""


@dataclass(frozen=True)
class SheetCells:
    """The data rows of one sheet, by heading.

    `rows` holds sheet row numbers (1-based) of the rows that hold anything in any read column, in order;
    each list in `columns` (schema key -> cells) is as long as `rows`. `letters` says in which column a key
    stands ("F"), `formulas` which sheet rows of a key hold a formula. Headings that the sheet has and the
    schema does not know are the user's: `unknown` lists them. Optional columns that the sheet lacks are
    in `absent`. `beyond` lists rows that were not read: below the table, behind a gap, with content typed into
    at least two of the sheet's columns.
    """

    sheet: Sheet
    title: str
    header_row: int
    rows: npt.NDArray[np.int64]
    columns: dict[str, list[RawCell]]
    letters: dict[str, str]
    formulas: dict[str, frozenset[int]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    beyond: tuple[int, ...] = ()

    def address(self, key: str, row: int) -> str:
        return f"{self.letters[key]}{row}" if key in self.letters else f"{row}行"


@dataclass(frozen=True)
class Focus:
    """What a command needs of a wide sheet: `columns` (keys) in every row. The other columns it asks for are read
    only in the rows where the cell of `by`, one of these, is not `certain`, and are blank in the rest: most of the
    sheet is never looked at, and what is no record is told from what is one all the same."""

    columns: frozenset[str]
    by: str
    certain: Callable[[RawCell], bool]


@dataclass(frozen=True)
class Tab:
    """A tab to be made as a copy of a template tab, or refilled where it exists already.

    `template` and `name` are tab titles. `values`: name of a defined name that is local to the tab (or
    points into it) -> value of its (top left) cell; a formula standing there stays, and gets the value as
    its cached one. `drafts` are texts a person may edit: written where the cell is blank or still holds
    what was generated last time, which the host keeps in the cell named "<name>_生成". Names that the tab
    lacks are reported in Applied.missing. Anything else on the tab is the people's and stays.
    A template that the book lacks is taken from the packaged templates.xlsx. `fixed`: every formula of the tab but
    links gives way to what it shows, so that nothing on it moves any more.
    """

    template: str
    name: str
    values: Mapping[str, Value]
    drafts: Mapping[str, str] = field(default_factory=dict)
    after: str = ""
    fixed: bool = False


@dataclass(frozen=True)
class Changes:
    """All that one command wants written, applied at once or not at all.

    `columns`: frames whose index is the sheet's row number and whose columns are schema keys of computed or issued
    columns (an issued cell is written only where it is blank; a computed cell in a row that the frame does not name
    is blanked, for that row was emptied). `append`: frames of new rows, columns are schema keys. `own` (sheet key
    -> frame with the index of that sheet's `append` frame) are the person's own columns of the new rows, by
    heading; a heading that the table lacks becomes a new column at its right end. `replace`: the whole body of a
    table that the product owns. `chosen`: frames of single typed cells (index = sheet rows, None: leave the cell) whose
    new content a person picked for this very cell; a cell with a formula is kept. `headings`: columns of the schema that a
    table lacks and gets at its right end, blank. `hide`/`show`: tab titles.
    `activate`: the tab to stand in front. `own_tabs`: tabs whose formulas are the product's, which `Applied.stale`
    leaves out.
    """

    columns: Sequence[tuple[Sheet, Any]] = ()
    append: Sequence[tuple[Sheet, Any]] = ()
    replace: Sequence[tuple[Sheet, Any]] = ()
    tabs: Sequence[Tab] = ()
    hide: Sequence[str] = ()
    show: Sequence[str] = ()
    activate: str = ""
    own_tabs: Sequence[str] = ()
    own: Mapping[str, Any] = field(default_factory=dict)
    chosen: Sequence[tuple[Sheet, Any]] = ()
    headings: Sequence[tuple[Sheet, Sequence[str]]] = ()

    def __bool__(self) -> bool:
        return bool(
            self.columns or self.append or self.replace or self.chosen or self.tabs
            or self.headings or self.hide or self.show or self.activate
        )


@dataclass(frozen=True)
class WrittenColumn:
    """Cells of one column that an apply wrote: `rows`, `before` and `after` are equally long; `formulas`
    (sheet row -> text without the equals sign) stood in cells that lost them; `links` are the rows that got a
    link, which is a formula too."""

    title: str
    letters: str
    rows: Sequence[int]
    before: Sequence[RawCell]
    after: Sequence[RawCell]
    formulas: Mapping[int, str] = field(default_factory=dict)
    links: Sequence[int] = ()


@dataclass(frozen=True)
class WrittenTable:
    """Where a table that an apply wrote to stood: its `name` ("" where the sheet has no table part), heading row
    and last row after the apply, folded headings by column letters. `identity` are the letters of the columns that make
    a row known, `witnesses` of typed ones that tell rows without such a number apart. `owned`: the whole body is
    the product's."""

    title: str
    name: str
    header_row: int
    bottom: int
    headings: Mapping[str, str]
    identity: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    owned: bool = False


@dataclass(frozen=True)
class FilledCell:
    """A named cell of a tab that an apply refilled. `formula`: one stands there now (the value is its cached
    one, or a link's text)."""

    title: str
    name: str
    letters: str
    row: int
    after: RawCell
    formula: bool = False


@dataclass
class Before:
    """What undoes an apply: the cells that were written (`tables` says where their columns stood), the rows that
    were added to tables (tab, first, last), the columns that were (tab, letters), tabs that were made and what
    stood in their cells then (formulas left out), named cells that were refilled, tabs that were hidden or shown
    (title -> was it visible), and which tab stood in front (before, after)."""

    cells: list[WrittenColumn] = field(default_factory=list)
    tables: dict[str, WrittenTable] = field(default_factory=dict)
    added_rows: list[tuple[str, int, int]] = field(default_factory=list)
    added_columns: list[tuple[str, str]] = field(default_factory=list)
    tabs: list[str] = field(default_factory=list)
    tab_cells: list[WrittenColumn] = field(default_factory=list)
    filled: list[FilledCell] = field(default_factory=list)
    shown: dict[str, bool] = field(default_factory=dict)
    front: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Applied:
    """What apply did. `before` undoes it; `kept` lists cells (as "响应记录!AB7") where a user's formula was
    left alone; `missing` the (tab, name) pairs of figures that found no cell and the (sheet, heading) pairs of
    columns that the sheet lacks; `written` counts cells whose
    value changed; `stale` counts user formulas that read a changed column; `saved` is the file written
    (None when nothing had to change) and `backup` the copy of the one before; `undoable` is False where what was
    written could not be noted down for undo."""

    before: Before = field(default_factory=Before)
    kept: tuple[str, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    written: int = 0
    stale: int = 0
    saved: Path | None = None
    backup: Path | None = None
    undoable: bool = True


@dataclass(frozen=True)
class Occasion:
    """Who asks for a save and when, for the journal of undo, and how many backups of earlier versions stay: the
    `backups` newest, and before them the last of each day for `backup_days` days back from `at`. `passing`: a preview,
    that undo does not speak of: what the command before it wrote can still be taken back."""

    label: str = ""
    at: datetime | None = None
    backups: int = 20
    backup_days: int = 30
    passing: bool = False


@dataclass(frozen=True)
class Selection:
    """What is marked in the tab in front: its title, the row numbers that hold a marked cell, in order and each once
    (those a filter hides left out; at most the first MOST_SELECTED; none below the sheet's used range, so that marked whole
    columns end where content ends); `text` is what the cell under the cursor shows ("" for a blank one)."""

    title: str
    rows: tuple[int, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Undone:
    """What undo took back: the command of `label` that ran `at`; counts of cells and table rows, titles of tabs.
    `whole`: nobody had touched the file since, it is byte for byte what it was."""

    label: str
    at: datetime | None
    cells: int
    rows: int
    tabs: tuple[str, ...]
    whole: bool
    saved: Path | None = None
    backup: Path | None = None


class Book(Protocol):
    """A workbook, wherever it lives."""

    name: str

    def titles(self) -> dict[str, bool]:
        """Tab title -> is it visible, in tab order."""

    def read(
        self,
        sheets: Sequence[Sheet],
        columns: Mapping[str, Sequence[str]] | None = None,
        focus: Mapping[str, Focus] | None = None,
    ) -> dict[str, SheetCells]:
        """One bulk read. `columns` (sheet key -> column keys) narrows what is read; without an entry a
        sheet is read whole. `focus` narrows it further, but for the headings. Raises WorkbookError sheet.missing
        (unless the sheet is optional: then it is left out), heading.missing (for a required, needed or document
        column) and heading.doubled."""

    def grid(self, title: str) -> ForeignTab:
        """Every cell of a tab as it stands, with its merged areas, dates and hidden rows; no columns for a blank tab.
        Raises WorkbookError sheet.missing, sheet.not_cells."""

    def snapshot(self) -> Path:
        """A file that holds what the book holds now, to be read only. It goes with the Book at the latest."""

    def folder(self) -> Path:
        """Where files may be put: beside the workbook, else among the person's documents."""

    def apply(
        self, changes: Changes, save_as: Path | None = None, occasion: Occasion | None = None
    ) -> Applied:
        """The only write. Raises WorkbookError and leaves the workbook as it was."""

    def undo(self, occasion: Occasion | None = None) -> Undone:
        """Takes back what the last apply wrote, also an apply of another run, as long as its cells were not
        changed since. Raises WorkbookError undo.* and leaves the workbook as it was."""

    def selection(self) -> Selection | None:
        """What is marked; None where nobody looks. `rows` is empty where a picture or a chart is marked."""
