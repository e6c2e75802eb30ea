"""Tables and names of the xlwings test engine over LibreOffice."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from tests.support.uno_engine_cells import UnoRange

if TYPE_CHECKING:
    from tests.support.uno_engine import UnoBook, UnoSheet


class UnoTables:
    def __init__(self, tables: list[UnoTable]) -> None:
        self._tables = tables

    def __call__(self, key: str | int) -> UnoTable:
        return self._tables[key - 1] if isinstance(key, int) else next(t for t in self._tables if t.name == key)

    def __len__(self) -> int:
        return len(self._tables)

    def __iter__(self) -> Iterator[UnoTable]:
        return iter(self._tables)

    def __contains__(self, key: str) -> bool:
        return any(table.name == key for table in self._tables)


class UnoTable:
    def __init__(self, sheet: UnoSheet, area: Any) -> None:
        self.sheet, self.data = sheet, area

    @property
    def name(self) -> str:
        return str(self.data.Name)

    @property
    def show_headers(self) -> bool:
        return bool(self.data.ContainsHeader)

    @property
    def show_totals(self) -> bool:
        return bool(self.data.TotalsRow)

    @property
    def range(self) -> UnoRange:
        a = self.data.DataArea
        calc = self.sheet.calc
        return UnoRange(
            self.sheet, calc.getCellRangeByPosition(a.StartColumn, a.StartRow, a.EndColumn, a.EndRow)
        )

    def resize(self, range: Any) -> None:
        old, new = self.data.DataArea, range.impl.address_of
        assert (old.StartRow, old.StartColumn) == (new.StartRow, new.StartColumn), "a table keeps its heading row"
        assert new.EndRow > new.StartRow, "a table has one row at least"
        self.data.DataArea = new
        calc = self.sheet.calc
        if new.EndRow > old.EndRow > old.StartRow:
            for column in builtins.range(old.StartColumn, new.EndColumn + 1):
                last = calc.getCellByPosition(column, old.EndRow)
                added = calc.getCellRangeByPosition(column, old.EndRow + 1, column, new.EndRow)
                added.NumberFormat = last.NumberFormat
                blank = not any(cell for (cell,) in added.getFormulaArray())
                if last.Type.value == "FORMULA" and blank and not last.getFormula().startswith("=HYPERLINK("):
                    for row in builtins.range(old.EndRow + 1, new.EndRow + 1):
                        calc.copyRange(calc.getCellByPosition(column, row).CellAddress, last.RangeAddress)


class UnoNames(base_classes.Names):
    def __init__(self, listed: list[UnoName]) -> None:
        self.listed = listed

    def __call__(self, key: str | int) -> UnoName:
        if isinstance(key, int):
            return self.listed[key - 1]
        return next(name for name in self.listed if name.name.casefold() == key.casefold())

    def contains(self, key: str) -> bool:
        return any(name.name.casefold() == key.casefold() for name in self.listed)

    def __len__(self) -> int:
        return len(self.listed)


class UnoName:
    def __init__(self, book: UnoBook, named: Any, tab: str) -> None:
        self._book, self._named, self._tab = book, named, tab

    @property
    def name(self) -> str:
        return f"'{self._tab}'!{self._named.Name}" if self._tab else str(self._named.Name)

    @property
    def refers_to(self) -> str:
        cells = self._named.getReferredCells()
        if cells is None:
            return "=#REF!"
        a = cells.RangeAddress
        title = self._book.document.Sheets.getByIndex(a.Sheet).Name.replace("'", "''")
        first = f"${_letters(a.StartColumn)}${a.StartRow + 1}"
        last = f"${_letters(a.EndColumn)}${a.EndRow + 1}"
        return f"='{title}'!{first}" + (f":{last}" if last != first else "")


def _letters(column: int) -> str:
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
