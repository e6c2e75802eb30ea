"""Where a sheet's table stands, found by its headings, whatever holds the sheet.

A table may be missing (a copy pasted from elsewhere): then the heading row is the one among the first twenty that
knows most of the schema's headings, and the rows reach as far as they are filled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from .book import RawCell
from .issues import WorkbookError
from .messages import MESSAGES
from .package.cell_refs import MAX_ROW, Area, address
from .schema import Column, Sheet

if TYPE_CHECKING:
    from .package.sheet_xml import Scan
    from .package.table_growth import Growth

NAMED_HEADINGS = 6  # so many headings are named in one message
_HEADING_ROWS = 20
_FIRST_STRIDE = 16
"""Rows looked at in one go where a table's end is sought; then eight times as many each time."""


class Grid(Protocol):
    """The cells of one sheet, by row and column number."""

    def row_cells(self, row: int) -> dict[int, tuple[RawCell, bool]]:
        """Column -> (cell, is it a formula's) of the filled cells of a row."""

    def read(self, columns: Iterable[int], first: int, last: int) -> Scan: ...

    def last_row(self) -> int: ...


@dataclass(frozen=True)
class ListedTable:
    """A table as the sheet lists it: `area` with heading row and `totals` rows, `part` to tell it by."""

    name: str
    area: Area
    part: str
    headings: bool = True
    totals: int = 0


@dataclass
class TablePlace:
    """A table on a sheet: `headings` of its columns, `columns` of the schema's keys, rows `first` to `last`.

    `last` includes rows that people typed right below the table; `part` is "" without a table part.
    `ceiling` is the last row that may be used (another table stands below); `grown_from` the last row before
    the table grew, 0 where it did not.
    """

    title: str
    header_row: int
    left: int
    right: int
    last: int
    part: str = ""
    name: str = ""
    table_bottom: int = 0
    totals: bool = False
    ceiling: int = MAX_ROW
    grown_from: int = 0
    headings: dict[int, str] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    doubled: dict[str, list[str]] = field(default_factory=dict)

    def to_write(self, sheet: Sheet, key: str) -> int | None:
        """The column's number, None where the sheet lacks it. Raises WorkbookError heading.doubled."""
        if key in self.doubled:
            cells = "、".join(self.doubled[key])
            raise WorkbookError("heading.doubled", sheet=self.title, heading=sheet.heading(key), cells=cells)
        return self.columns.get(key)

    @property
    def first(self) -> int:
        return self.header_row + 1

    def growth(self, part: str) -> Growth | None:
        """How the table on sheet part `part` grew; None where it did not."""
        from .package.table_growth import Growth

        if not 0 < self.grown_from < self.last:
            return None
        return Growth(
            self.title, part, self.header_row, self.left, self.right, self.grown_from, self.last, bool(self.part)
        )

    def unknown(self) -> tuple[str, ...]:
        """The headings that are the user's own."""
        known = set(self.columns.values())
        return tuple(text for column, text in self.headings.items() if column not in known)


def find_table(title: str, sheet: Sheet, grid: Grid, tables: Sequence[ListedTable]) -> TablePlace:
    """The sheet's table. Never raises: what is missing or doubled is for the caller to judge."""
    best: TablePlace | None = None
    for table in tables:
        if not table.headings:
            continue
        area, totals = table.area, table.totals
        place = TablePlace(title, area.top, area.left, area.right, area.bottom - totals, table.part)
        place.name = table.name
        place.table_bottom, place.totals = area.bottom - totals, bool(totals)
        _name_columns(place, sheet, grid)
        better = best is None or len(place.columns) > len(best.columns)
        equal = best is not None and len(place.columns) == len(best.columns)
        if better or (equal and place.name == sheet.table):
            best = place
    if best is None or len(best.columns) < min(2, len(sheet.columns)):
        best = _by_headings(title, sheet, grid)
    others = [table.area for table in tables if table.part != best.part]
    if best.part:
        _name_beside(best, sheet, grid, others)
    for area in others:
        if beside(area, best):
            continue
        if area.top > best.header_row:
            best.ceiling = min(best.ceiling, area.top - 1)
    if best.part and not best.totals:
        best.last = _typed_below(best, grid)
    return best


def _name_columns(place: TablePlace, sheet: Sheet, grid: Grid) -> None:
    where: dict[str, list[int]] = {}
    for column, (cell, _) in sorted(grid.row_cells(place.header_row).items()):
        if place.left <= column <= place.right:
            place.headings[column] = str(cell)
            found = sheet.find(cell)
            if found:
                where.setdefault(found.key, []).append(column)
    for key, columns in where.items():
        place.columns[key] = columns[0]
        if len(columns) > 1:
            place.doubled[key] = [address(place.header_row, c) for c in columns]


def _name_beside(
    place: TablePlace, sheet: Sheet, grid: Grid, others: Sequence[Area]
) -> None:
    """Headings of the schema that stand beside the table, in no other one: columns typed on to it where the
    program did not widen it (WPS, a paste)."""
    for column, (cell, _) in sorted(grid.row_cells(place.header_row).items()):
        taken = place.left <= column <= place.right or any(a.covers(place.header_row, column) for a in others)
        found = None if taken else sheet.find(cell)
        if found and found.key not in place.columns:
            place.columns[found.key] = column
            place.headings[column] = str(cell)


def _by_headings(title: str, sheet: Sheet, grid: Grid) -> TablePlace:
    best, most = sheet.header_row, 0
    for row in range(1, _HEADING_ROWS + 1):
        texts = [cell for cell, _ in grid.row_cells(row).values()]
        known = len({found.key for text in texts if (found := sheet.find(text))})
        if known > most:
            best, most = row, known
    cells_of_row = grid.row_cells(best)
    filled = sorted(cells_of_row) or [1]
    place = TablePlace(title, best, filled[0], filled[-1], best)
    _name_columns(place, sheet, grid)
    place.left = min(place.columns.values(), default=filled[0])
    place.right = max(place.headings, default=filled[-1])
    place.last = max(grid.last_row(), best)
    place.last = last_filled(place, grid)
    return place


def _filled_rows(
    place: TablePlace, grid: Grid, first: int, last: int
) -> list[int]:
    """The rows that hold anything but formulas within the table's width, in order."""
    scan = grid.read(range(place.left, place.right + 1), first, last)
    filled = {
        row
        for read in scan.columns.values()
        for row, cell in zip(scan.rows, read.cells, strict=True)
        if cell is not None and row not in read.formulas
    }
    return sorted(filled)


def _typed_below(place: TablePlace, grid: Grid) -> int:
    last, stride = place.last, _FIRST_STRIDE
    while last < place.ceiling:
        stop = min(last + stride, place.ceiling)
        for row in _filled_rows(place, grid, last + 1, stop):
            if row != last + 1:
                return last
            last = row
        if last < stop:
            return last
        stride *= 8
    return last


def rows_beyond(sheet: Sheet, place: TablePlace, grid: Grid) -> tuple[int, ...]:
    """The rows below the table, behind a gap, in which somebody typed into two of the sheet's columns or more:
    they belong to no table, and one word alone may be a remark."""
    typed = [number for key, number in place.columns.items() if not sheet[key].computed]
    scan = grid.read(typed, place.last + int(place.totals) + 1, place.ceiling)
    count = Counter(
        row
        for read in scan.columns.values()
        for row, cell in zip(scan.rows, read.cells, strict=True)
        if cell is not None and row not in read.formulas
    )
    return tuple(sorted(row for row, cells in count.items() if cells > 1))


def last_filled(place: TablePlace, grid: Grid) -> int:
    """The last row of the table that holds something; the heading row where none does."""
    bottom, stride = place.last, _FIRST_STRIDE
    while bottom > place.header_row:
        top = max(place.first, bottom - stride + 1)
        rows = _filled_rows(place, grid, top, bottom)
        if rows:
            return rows[-1]
        bottom = top - 1
        stride *= 8
    return place.header_row


def beside(area: Area, place: TablePlace) -> bool:
    """Does an area share no column with the table?"""
    return area.left > place.right or area.right < place.left


def check_headings(sheet: Sheet, place: TablePlace, asked: Sequence[Column]) -> None:
    """Raises WorkbookError heading.doubled and heading.missing for the columns asked for."""
    for column in asked:
        if column.key in place.doubled:
            cells = "、".join(place.doubled[column.key])
            raise WorkbookError("heading.doubled", sheet=place.title, heading=column.heading, cells=cells)
    lost = [c.heading for c in asked if c.key not in place.columns and c.indispensable]
    if lost:
        heading, found = "”“".join(lost[:NAMED_HEADINGS]), place.unknown()[:NAMED_HEADINGS]
        these = "这一列" if len(lost) == 1 else "这几列"
        hint = MESSAGES["heading.hint"].text.format(found="、".join(found), these=these, heading=heading)
        raise WorkbookError(
            "heading.missing",
            sheet=place.title,
            row=place.header_row,
            heading=heading,
            remedy=hint if found else MESSAGES["heading.put_back"].text,
        )


def rows_with_content(columns: Sequence[list[RawCell]], count: int) -> list[int]:
    """The positions of the rows that hold anything."""
    filled = np.zeros(count, dtype=bool)
    for cells in columns:
        if filled.all():
            break
        filled |= np.fromiter((cell is not None for cell in cells), dtype=bool, count=count)
    return np.flatnonzero(filled).tolist()
