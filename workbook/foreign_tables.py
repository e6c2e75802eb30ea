"""Tables of files that come from elsewhere (exports, colleagues' workbooks, CSV): raw cells, column by column.

Reading goes through the guard and a process with limits (workbook.package.strangers). What the cells mean is for
xlsvc.importing to say; here they are told as they stand, with what else matters for that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .book import RawCell
from .issues import WorkbookError
from .package.cell_refs import Area, address, letters

__all__ = ["Area", "ForeignTab", "address", "as_tab", "letters", "read_all_tables", "read_tables"]

Runs = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class ForeignTab:
    """One tab (or text file) as it stands.

    `columns` from A on, each `height` cells long from row 1; `dates`: column number -> runs of rows (first, last) whose number
    is shown as a date or time; `uncomputed`: addresses of formulas without a result; `carried`: what the file holds beside
    cells and was not read (Chinese); `manner`: how a text file was read (Chinese), "" for a workbook.
    """

    title: str
    columns: Sequence[Sequence[RawCell]]
    merges: tuple[Area, ...] = ()
    hidden_rows: Runs = ()
    dates: Mapping[int, Runs] = field(default_factory=dict)
    hidden: bool = False
    uncomputed: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    manner: str = ""

    @classmethod
    def of_rows(cls, title: str, rows: Sequence[Sequence[RawCell]], **more: Any) -> ForeignTab:
        """The same of rows from A1 on, of any length."""
        width = max(map(len, rows), default=0)
        return cls(title, [[r[c] if c < len(r) else None for r in rows] for c in range(width)], **more)

    @property
    def height(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    @property
    def width(self) -> int:
        return len(self.columns)

    def cell(self, row: int, column: int) -> RawCell:
        """The cell at a row and column, both from 1; blank outside."""
        inside = 1 <= column <= self.width and 1 <= row <= self.height
        return self.columns[column - 1][row - 1] if inside else None

    def row(self, number: int) -> list[RawCell]:
        return [cells[number - 1] for cells in self.columns]

    def is_date(self, row: int, column: int) -> bool:
        """Is the number in this cell shown as a date or time?"""
        return _within(self.dates.get(column, ()), row)

    def is_hidden(self, row: int) -> bool:
        return _within(self.hidden_rows, row)


def _within(runs: Runs, row: int) -> bool:
    at = bisect_right(runs, (row, 1 << 30)) - 1
    return at >= 0 and runs[at][0] <= row <= runs[at][1]


def read_tables(path: Path) -> list[ForeignTab]:
    """The tabs of an .xlsx or .xlsm that hold cells, or a text file as one tab. Raises WorkbookError file.* (.xls, .et, a
    password, …), stranger.*, text.*: the message says how to save it."""
    return read_all_tables([path])[0]


def read_all_tables(paths: Sequence[Path]) -> list[list[ForeignTab]]:
    """The same of several files, by one process. Raises WorkbookError of the first one that is refused."""
    from .package.limits import STRANGER
    from .package.strangers import StrangerReader

    found = []
    with StrangerReader(STRANGER["import_wall_seconds"]) as reader:
        for path in paths:
            try:
                found.append([as_tab(answer) for answer in reader.read_tabs(path)])
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise WorkbookError("stranger.crashed", file=path.name) from error
    return found


def as_tab(answer: Mapping[str, Any]) -> ForeignTab:
    """The tab of an answer of package.foreign_tabs. Raises ValueError, TypeError, KeyError, AttributeError for others."""
    height = max((len(cells) for cells in answer["columns"] if cells is not None), default=0)
    columns = [[None] * height if cells is None else cells for cells in answer["columns"]]
    if any(len(cells) != height for cells in columns):
        raise ValueError("columns of different lengths")
    return ForeignTab(
        str(answer["title"]),
        columns,
        tuple(Area(*map(int, area)) for area in answer["merges"]),
        _runs(answer["hidden_rows"]),
        {int(column): _runs(rows) for column, rows in answer["dates"].items()},
        bool(answer["hidden"]),
        tuple(map(str, answer["uncomputed"])),
        tuple(map(str, answer["carried"])),
        str(answer["manner"]),
    )


def _runs(runs: Sequence[Sequence[int]]) -> Runs:
    return tuple((int(first), int(last)) for first, last in runs)
