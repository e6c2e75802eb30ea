"""Makes a command's Changes in the workbook that is open in Excel.

Everything is worked out and checked before the first write; each write notes how it is taken back, so that a failure
half-way leaves the workbook as it was. Excel calculates formulas itself: nothing is written under one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..book import Applied, Before, Changes, Link, RawCell, WrittenColumn
from ..issues import WorkbookError
from ..journal import Former
from ..own_columns import OwnColumns, fresh_headings, place_own, widened
from ..package.cell_content import Serial, link_formula, same
from ..package.cell_refs import MAX_ROW, address, column_number, letters
from ..package.cell_writing import Content
from ..package.column_values import chosen_rows, contents, differing, identity_text
from ..package.written import stored, written_table
from ..schema import Column, Sheet
from ..table_place import TablePlace, last_filled
from .calls import patiently
from .former import remember
from .grid import LiveTable, SheetGrid
from .new_columns import put_headings, refuse_beside, resized
from .protection import refuse_protected
from .writing import BlockWriter, Tape, check, runs, stands_again

DEFAULT_FORMATS = {
    "datetime": "yyyy-mm-dd hh:mm", "date": "yyyy-mm-dd", "share": "0%", "money": "#,##0.00",
}  # fmt: skip
_TEXTUAL = frozenset({"text", "choice", "choices", "duration", "phone", "yesno", "link", "compound"})


def number_format(column: Column) -> str:
    return column.number_format or DEFAULT_FORMATS.get(column.kind, "")


@dataclass
class ColumnRun:
    """One write: cells of a column from `row` down, and what stands there now."""

    column: Column
    number: int
    row: int
    values: list[Content]
    old: list[Any]


@dataclass
class OpenSheet:
    """A sheet that is written to: where its table stands, and what has to be done to it, worked out beforehand."""

    sheet: Sheet
    place: TablePlace
    grid: SheetGrid
    table: LiveTable | None
    runs: list[ColumnRun] = field(default_factory=list)
    bottom: int = 0  # the last row that the table has to have, 0: as it is
    own: OwnColumns | None = None  # columns that have to be made
    owned: bool = False
    written: bool = False
    standing: int = 0  # the last row before anything was written
    title: str = ""

    def __post_init__(self) -> None:
        self.standing, self.title = self.place.last, self.place.title


class LiveChanges:
    """One apply. `open_sheet` finds a sheet's table, as the host does for reading."""

    def __init__(self, open_sheet: Callable[[Sheet], OpenSheet], tape: Tape, prepare: Callable[[Any], Any]) -> None:
        self._open_sheet, self._tape, self._prepare = open_sheet, tape, prepare
        self._sheets: dict[str, OpenSheet] = {}
        self.before = Before()
        self.kept: list[str] = []
        self.missing: list[tuple[str, str]] = []
        self.written = 0

    def work_out(self, changes: Changes) -> None:
        """What has to be written to tables. Raises WorkbookError; nothing has been written."""
        for sheet, headings in changes.headings:
            self._add_headings(self._opened(sheet), sheet, headings)
        for sheet, frame in changes.columns:
            self._columns(self._opened(sheet), sheet, frame)
        for sheet, frame in changes.chosen:
            self._chosen(self._opened(sheet), sheet, frame)
        for sheet, frame in changes.replace:
            self._replace(self._opened(sheet), sheet, frame)
        for sheet, frame in changes.append:
            self._append(self._opened(sheet), sheet, frame, changes.own.get(sheet.key))
        for opened in self._sheets.values():
            for run in opened.runs:
                check(run.values)
            if opened.runs or opened.bottom or opened.own:
                refuse_protected(opened.grid.sheet, opened.title)
        self.before.tables = {
            opened.title: written_table(
                opened.place, opened.sheet, opened.owned,
                [column_number(c.letters) for c in self.before.cells if c.title == opened.title]
                + [column_number(name) for title, name in self.before.added_columns if title == opened.title],
            )
            for opened in self._sheets.values()
            if opened.written
        }

    def write(self) -> None:
        """Writes it: tables are made as long as they have to be first."""
        for opened in self._sheets.values():
            if opened.bottom or opened.own:
                self._resize(opened)
            writer = BlockWriter(opened.grid.sheet, self._tape, self._prepare)
            for run in opened.runs:
                writer.run(
                    run.row, run.number, run.values, run.old, number_format(run.column), run.column.kind in _TEXTUAL
                )

    def former(self) -> Former:
        """What stands where something will be written, for undo."""
        return remember(self._sheets.values(), self.before)

    def applied(self) -> Applied:
        return Applied(self.before, tuple(self.kept), tuple(self.missing), self.written)

    def _opened(self, sheet: Sheet) -> OpenSheet:
        if sheet.key not in self._sheets:
            self._sheets[sheet.key] = self._open_sheet(sheet)
        return self._sheets[sheet.key]

    def _column_at(self, opened: OpenSheet, sheet: Sheet, key: str) -> int | None:
        """The column's number; a column that the sheet lacks is reported and left out."""
        number = opened.place.to_write(sheet, key)
        if number is None:
            self.missing.append((opened.title, sheet.heading(key)))
        return number

    # columns

    def _columns(self, opened: OpenSheet, sheet: Sheet, frame: Any) -> None:
        wanted: dict[str, int] = {}
        for key in frame.columns:
            if sheet[key].role == "typed":
                raise ValueError(f"{sheet.title}: column {key} is the user's and is never written")
            number = self._column_at(opened, sheet, key)
            if number is not None:
                wanted[key] = number
        if not frame.index.is_monotonic_increasing:
            frame = frame.sort_index()
        targets = [int(row) for row in frame.index]
        first, last = opened.place.first, max([opened.place.last, *targets])
        if not wanted or last < first:
            return
        if targets and targets[0] < first:
            raise ValueError(f"{sheet.title}: row {targets[0]} is not a data row")
        for key, number in wanted.items():
            self._column(opened, sheet[key], number, targets, contents(frame[key]), (first, last))
        place = opened.place
        if opened.written and place.part and place.last != place.table_bottom:
            opened.bottom = max(opened.bottom, place.last)

    def _column(
        self, opened: OpenSheet, column: Column, number: int, targets: list[int], new: list[Content],
        span: tuple[int, int],
    ) -> None:  # fmt: skip
        """One column: what differs is written, by stretches between formulas; a computed cell in a row that the
        frame does not name is left from a row that was emptied, and blanked."""
        first, last = span
        grid = opened.grid
        cells = _stretch(grid.read([number], first, last).columns[number].cells, last - first + 1)
        formulas = grid.formula_rows(number)
        old = [cells[row - first] for row in targets]
        shown = [stored(value, False) for value in new]
        changed = differing(old, shown)
        if column.role == "issued":
            changed = [at for at in changed if old[at] is None]
        self.kept += [f"{opened.title}!{letters(number)}{targets[at]}" for at in changed if targets[at] in formulas]
        to_write = {targets[at]: new[at] for at in changed if targets[at] not in formulas}
        after = {targets[at]: shown[at] for at in changed}
        wanted = dict(zip(targets, new, strict=True)) if column.computed else {}
        if column.computed:
            for at, cell in enumerate(cells):
                row = first + at
                if cell is not None and row not in wanted and row not in formulas:
                    to_write[row] = after[row] = None
        if not to_write:
            return
        rows = sorted(to_write)

        def again(row: int) -> bool:
            return row not in formulas and (column.computed or stands_again(cells[row - first]))

        for top, bottom in runs(rows, again):
            span_rows = range(top, bottom + 1)
            values = [to_write.get(r, wanted.get(r) if column.computed else cells[r - first]) for r in span_rows]
            opened.runs.append(
                ColumnRun(column, number, top, values, [grid.standing(r, number) for r in span_rows])
            )
        before = [cells[row - first] for row in rows]
        self._note(opened, WrittenColumn(opened.title, letters(number), rows, before, [after[r] for r in rows]))

    def _chosen(self, opened: OpenSheet, sheet: Sheet, frame: Any) -> None:
        """Single typed cells, for each of which a person picked the content; a formula is kept."""
        first, last = opened.place.first, opened.place.last
        for key in frame.columns:
            number = self._column_at(opened, sheet, key)
            cells = zip(map(int, frame.index), contents(frame[key]), strict=True)
            wanted = {row: value for row, value in cells if value is not None and first <= row <= last}
            if number is not None and wanted:
                rows = sorted(wanted)
                self._column(opened, sheet[key], number, rows, [wanted[row] for row in rows], (first, last))

    def _note(self, opened: OpenSheet, column: WrittenColumn, count: int | None = None) -> None:
        opened.written = True
        self.before.cells.append(column)
        self.written += len(column.rows) if count is None else count

    # new rows

    def _append(self, opened: OpenSheet, sheet: Sheet, frame: Any, own: Any = None) -> None:
        """Adds rows; one whose identity the table knows already is skipped."""
        kinds: dict[int, Column] = {}
        columns: dict[int, list[Content]] = {}
        for key in frame.columns:
            number = self._column_at(opened, sheet, key)
            if number is not None:
                kinds[number], columns[number] = sheet[key], contents(frame[key])
        theirs = place_own(sheet, opened.place, frame, own) if own is not None and len(own.columns) else None
        for number, values in (theirs.values if theirs else {}).items():
            kinds[number], columns[number] = _of_kind(values), values
        identity = [columns.get(opened.place.columns.get(key, 0)) for key in sheet.identity]
        chosen = chosen_rows(len(frame), columns.values(), identity, self._identities(opened, sheet))
        if not chosen:
            return
        place = opened.place
        start = last_filled(place, opened.grid) + 1
        bottom = start + len(chosen) - 1
        if theirs and theirs.fresh:
            self._widen(opened, theirs, max(place.last, bottom))
        self._grow(opened, bottom)
        rows = range(start, bottom + 1)
        blank: list[RawCell] = [None] * len(rows)
        for number, column in sorted(kinds.items()):
            cells = columns[number]
            values = cells if len(chosen) == len(cells) else [cells[at] for at in chosen]
            formulas = opened.grid.formula_rows(number)
            if not any(row in formulas for row in rows):
                self._whole(opened, column, number, start, values)
            links = [row for row, value in zip(rows, values, strict=True) if type(value) is Link]
            after = [stored(value, False) for value in values]
            note = WrittenColumn(opened.title, letters(number), rows, blank, after, links=links)
            self._note(opened, note, len(values) - values.count(None))
        self.before.added_rows.append((opened.title, start, bottom))

    def _add_headings(self, opened: OpenSheet, sheet: Sheet, headings: Sequence[str]) -> None:
        """Columns of the schema that the table lacks, blank, at its right end."""
        fresh = fresh_headings(sheet, opened.place, headings)
        if fresh:
            self._widen(opened, OwnColumns({}, fresh, opened.place.right + 1), opened.place.last)
            opened.written = True

    def _widen(self, opened: OpenSheet, own: OwnColumns, bottom: int) -> None:
        refuse_beside(opened.place, opened.grid, own, bottom)
        widened(opened.place, own)
        made = opened.own
        opened.own = OwnColumns({}, (*made.fresh, *own.fresh), made.first, made.like) if made else own
        self.before.added_columns += [(opened.title, letters(number)) for number in own.numbers]

    def _whole(self, opened: OpenSheet, column: Column, number: int, row: int, values: list[Content]) -> None:
        """A run that blank cells get, without the blanks at its ends."""
        filled = [at for at, value in enumerate(values) if value is not None]
        if filled:
            low, high = filled[0], filled[-1] + 1
            opened.runs.append(
                ColumnRun(column, number, row + low, values[low:high], [None] * (high - low))
            )

    def _identities(self, opened: OpenSheet, sheet: Sheet) -> set[tuple[str, ...]]:
        place = opened.place
        numbers = [place.columns.get(key) for key in sheet.identity]
        if not numbers or None in numbers:
            return set()
        scan = opened.grid.read([n for n in numbers if n], place.first, max(place.first, place.last))
        lists = [scan.columns[n].cells for n in numbers if n]
        return set(zip(*(map(identity_text, cells) for cells in lists), strict=True))

    def _grow(self, opened: OpenSheet, bottom: int) -> None:
        """The table has to reach row `bottom`. Raises WorkbookError where it cannot."""
        place, grid = opened.place, opened.grid
        if bottom > place.last:
            if place.totals:
                cell = address(place.table_bottom + 1, place.left)
                raise WorkbookError("table.totals", sheet=place.title, cell=cell)
            if bottom > MAX_ROW:
                raise WorkbookError("sheet.full", sheet=place.title)
            if bottom > place.ceiling:
                cell = address(place.ceiling + 1, place.left)
                raise WorkbookError("table.blocked", sheet=place.title, cell=cell)
            scan = grid.read(range(place.left, place.right + 1), place.last + 1, bottom)
            for number, read in scan.columns.items():
                for row, found in zip(scan.rows, read.cells, strict=False):
                    if found is not None or row in read.formulas:
                        raise WorkbookError("table.blocked", sheet=place.title, cell=address(row, number))
            place.last = bottom
        if place.part and place.last > place.table_bottom:
            opened.bottom = max(opened.bottom, place.last)

    # owned tables

    def _replace(self, opened: OpenSheet, sheet: Sheet, frame: Any) -> None:
        """The whole body of a table that the product owns; one blank row stays at least."""
        place, grid = opened.place, opened.grid
        numbers = {k: n for k in frame.columns if (n := self._column_at(opened, sheet, k)) is not None}
        columns = {key: contents(frame[key]) for key in numbers}
        count = len(frame)
        end = place.first + max(count, 1) - 1
        old_last = place.last
        rows = list(range(place.first, max(old_last, end) + 1))
        found = False
        for key, number in place.columns.items():
            cells = _stretch(grid.read([number], rows[0], rows[-1]).columns[number].cells, len(rows))
            new: list[Content] = list(columns[key]) if key in columns else []
            new += [None] * (len(rows) - len(new))
            changed = [
                at for at, row in enumerate(rows) if not _stands(cells[at], grid.formula(row, number), new[at])
            ]
            if not changed:
                continue
            found = True
            low, high = changed[0], changed[-1] + 1
            old = [grid.standing(row, number) for row in rows[low:high]]
            opened.runs.append(ColumnRun(sheet[key], number, rows[low], new[low:high], old))
            formulas = {rows[at]: text for at in changed if (text := grid.formula(rows[at], number))}
            self._note(
                opened,
                WrittenColumn(
                    opened.title, letters(number), [rows[at] for at in changed], [cells[at] for at in changed],
                    [stored(new[at], False) for at in changed], formulas,
                    [rows[at] for at in changed if isinstance(new[at], Link)],
                ),
            )  # fmt: skip
        resized = bool(place.part) and end != place.table_bottom
        if not found and not resized:
            return
        opened.owned = opened.written = True
        if end > place.last:
            self._grow(opened, end)
        elif resized and not place.totals:
            place.last = opened.bottom = end

    def _resize(self, opened: OpenSheet) -> None:
        table, place = opened.table, opened.place
        if opened.own:
            writer = BlockWriter(opened.grid.sheet, self._tape, self._prepare)
            put_headings(opened.grid, place.header_row, max(place.last, opened.bottom), opened.own, writer, self._tape)
        bottom = opened.bottom or place.table_bottom
        right = opened.own.numbers[-1] if opened.own else 0
        if table is None or (bottom == place.table_bottom and not right):
            return
        sheet, area = opened.grid.sheet, table.area
        self._tape.note(resized(table, sheet, area.bottom, area.right))
        patiently(resized(table, sheet, bottom + area.bottom - place.table_bottom, right or area.right))
        place.table_bottom = bottom


def _of_kind(values: list[Content]) -> Column:
    """What stands for a column of the person's own: its moments get a date format, its texts stay texts."""
    kinds = set(map(type, values))
    return Column("own", "own", "datetime" if Serial in kinds and kinds <= {Serial, str, type(None)} else "text")


def _stands(cell: RawCell, formula: str | None, value: Content) -> bool:
    wanted = link_formula(value) if isinstance(value, Link) else None
    return formula == wanted and same(cell, stored(value, False))


def _stretch(cells: list[RawCell], count: int) -> list[RawCell]:
    """As many cells as rows were asked for; below what Excel uses there are blanks."""
    return cells + [None] * (count - len(cells)) if len(cells) < count else cells
