"""The contract's host over LibreOffice: the live adapter on the test engine, in a real spreadsheet application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlwings

from tests.contract.file_host import FileHost
from tests.support.uno_engine import UnoBook, UnoEngine
from workbook.book import Book


class UnoHost:
    """Holds the workbook open in LibreOffice, which stays for other tests."""

    whole = False

    def __init__(self, folder: Path, engine: UnoEngine) -> None:
        self.path, self.engine = folder / "台账.xlsx", engine
        self.open: UnoBook | None = None

    def close(self) -> None:
        self.engine.app.close()

    def book(
        self,
        rows: Sequence[str] = (),
        headings: Mapping[str, str] | None = None,
        rename: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Book:
        FileHost(self.path.parent).book(rows, headings, rename, names, **options)
        self.close()
        self.open = self.engine.app.books.open(str(self.path))
        self.open.document.calculateAll()  # the file's cached values may be anything
        return self.again()

    def again(self) -> Book:
        from workbook.excel_book import ExcelBook

        return ExcelBook(xlwings.Book(impl=self.open))

    @property
    def _open(self) -> UnoBook:
        assert self.open is not None
        return self.open

    def _cell(self, title: str, address: str) -> Any:
        return self._open.document.Sheets.getByName(title).getCellRangeByName(address).getCellByPosition(0, 0)

    def type(self, title: str, address: str, value: Any) -> None:
        cell = self._cell(title, address)
        if value is None:
            cell.clearContents(1 | 2 | 4 | 16)
        elif isinstance(value, str) and value.startswith("="):
            cell.setFormula(value)
        elif isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)

    def move_table(self, down: int, right: int) -> None:
        calc = self._open.document.Sheets.getByName("记录")
        calc.Rows.insertByIndex(0, down)
        calc.Columns.insertByIndex(0, right)

    def cell(self, title: str, address: str) -> Any:
        cell = self._cell(title, address)
        kind = cell.FormulaResultType2 if cell.Type.value == "FORMULA" else {"VALUE": 1, "TEXT": 4}.get(cell.Type.value)
        return cell.getValue() if kind == 1 else (cell.getString() or None)

    def shown(self, title: str, address: str) -> str:
        return str(self._cell(title, address).getString())

    def front(self) -> str:
        return str(self._open.document.CurrentController.ActiveSheet.Name)

    def everything(self) -> Any:
        """The workbook's content, and what of the application a click may have moved; number formats aside."""
        book = self._open
        ranges = book.document.DatabaseRanges
        areas = {name: ranges.getByName(name).DataArea for name in ranges.ElementNames}
        return (
            [(s.name, s.visible, _content(s.used_range.cells)) for s in book.sheets],
            {name: (a.Sheet, a.StartRow, a.StartColumn, a.EndRow, a.EndColumn) for name, a in areas.items()},
            self.front(),
            self.engine.app.settings,
        )


def _content(cells: Any) -> dict[tuple[int, int], tuple[str, Any]]:
    values = cells.getDataArray()
    return {
        (r, c): (text, values[r][c])
        for r, row in enumerate(cells.getFormulaArray())
        for c, text in enumerate(row)
        if text
    }
