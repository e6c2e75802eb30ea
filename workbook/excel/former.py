"""What stood in the workbook before an apply, kept for undo: Excel makes no backup of an open workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from ..book import Before, RawCell, WrittenColumn, WrittenTable
from ..journal import Former
from ..package.cell_refs import column_number, letters
from ..table_place import TablePlace
from ..undo import Found, Seen
from .grid import SheetGrid


class Remembered(Protocol):
    """A sheet that will be written to; `standing` is its table's last row before that."""

    title: str
    place: TablePlace
    grid: SheetGrid
    standing: int


def remember(opened: Iterable[Remembered], before: Before) -> Former:
    """The columns of the tables that are written to, as they stand; taken before the first write."""
    former = Former()
    for sheet in opened:
        table = before.tables.get(sheet.title)
        if table is None:
            continue
        top, bottom = sheet.place.header_row, sheet.standing
        former.places[sheet.title] = (top, bottom, sheet.place.left, sheet.place.right)
        mine = [column for column in before.cells if column.title == sheet.title]
        last = max([bottom, *(max(column.rows) for column in mine if column.rows)])
        letters = {*(column.letters for column in mine), *table.identity, *table.witnesses}
        for name in sorted(letters, key=column_number):
            former.columns.append(_column(sheet.grid, name, top + 1, last))
    return former


def remember_cell(former: Former, grid: SheetGrid, row: int, column: int) -> None:
    former.columns.append(_column(grid, letters(column), row, row))


def _column(grid: SheetGrid, name: str, first: int, last: int) -> WrittenColumn:
    number = column_number(name)
    scan = grid.read([number], first, max(first, last))
    cells = scan.columns[number].cells
    formulas = {row: grid.formula(row, number) or "" for row in sorted(scan.columns[number].formulas)}
    return WrittenColumn(grid.title, name, scan.rows, (), cells, formulas)


class FormerView:
    """The workbook before the apply, as undo looks at it (undo.View); only what undo asks of it."""

    def __init__(self, former: Former) -> None:
        self._former = former
        self._cells: dict[tuple[str, str], dict[int, RawCell]] = {}
        self._formulas: dict[tuple[str, str], dict[int, str]] = {}
        for column in former.columns:
            key = (column.title, column.letters)
            self._cells.setdefault(key, {}).update(zip(column.rows, column.after, strict=True))
            self._formulas.setdefault(key, {}).update(column.formulas)

    def has(self, title: str) -> bool:
        return any(title == known for known, _ in self._cells) or title in self._former.places

    def find(self, table: WrittenTable) -> Found | None:
        place = self._former.places.get(table.title)
        if place is None:
            return None
        header, bottom, left, right = place
        columns = tuple(letters(number) for number in range(left, right + 1))
        return Found(header, bottom, {name: name for name in table.headings}, columns)

    def cells(self, title: str, letters: Iterable[str], first: int, last: int) -> Seen:
        names = list(letters)
        known = {name: self._cells.get((title, name), {}) for name in names}
        rows = sorted({row for cells in known.values() for row in cells if first <= row <= last})
        return Seen(
            rows,
            {name: [cells.get(row) for row in rows] for name, cells in known.items()},
            {name: {r for r in self._formulas.get((title, name), {}) if first <= r <= last} for name in names},
        )

    def formula(self, title: str, letters: str, row: int) -> str | None:
        return self._formulas.get((title, letters), {}).get(row)

    def constants(self, title: str) -> list[WrittenColumn]:
        return []

    def named(self, title: str) -> Mapping[str, tuple[int, str]]:
        return {}

    def is_read(self, table: WrittenTable, letters: str) -> bool:
        return False

    def ties(self, title: str) -> list[str]:
        return []
