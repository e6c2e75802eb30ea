"""The contract's host over the fake COM Excel: the live adapter on xlwings' own Windows engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.fake_excel import FakeExcel, Fault, Rect, Workbook, text_of, type_in
from tests.support.fake_excel.entry import is_date
from tests.support.fake_excel.places import quoted, rect_of
from workbook.book import Book


class ComHost:
    """Holds the workbook open in a fake Excel, which stays until `close`."""

    whole = False

    def __init__(self, folder: Path) -> None:
        self.path = folder / "台账.xlsx"
        self.excel = FakeExcel()
        self.excel.__enter__()
        self.model: Workbook | None = None

    def close(self) -> None:
        """Ends the Excel."""
        self.excel.__exit__(None, None, None)

    @property
    def open(self) -> Workbook:
        assert self.model is not None
        return self.model

    def book(
        self,
        rows: Sequence[str] = (),
        headings: Mapping[str, str] | None = None,
        rename: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Book:
        from tests.contract.conftest import FileHost

        FileHost(self.path.parent).book(rows, headings, rename, names, **options)
        if self.model is not None:
            self.excel.application.books.remove(self.model)
        self.model = self.excel.open(self.path)
        return self.again()

    def again(self) -> Book:
        from workbook.excel_book import ExcelBook

        return ExcelBook(self.excel.xlwings_book(self.open))

    def type(self, title: str, address: str, value: Any) -> None:
        type_in(self.open.sheet(title), address, value)

    def move_table(self, down: int, right: int) -> None:
        sheet = self.open.sheet("记录")
        for number, line in ((down, Rect(1, 1, down, 16_384)), (right, Rect(1, 1, 1_048_576, right))):
            if number:
                sheet.insert(line, None)

    def cell(self, title: str, address: str) -> Any:
        rect = rect_of(address)
        assert rect is not None
        value = self.open.sheet(title).grid.value(rect.top, rect.left)
        return value.text if isinstance(value, Fault) else value

    def shown(self, title: str, address: str) -> str:
        rect = rect_of(address)
        assert rect is not None
        sheet = self.open.sheet(title)
        form = sheet.grid.form(rect.top, rect.left)
        assert form == ("yyyy-mm-dd hh:mm" if is_date(form) else "0%")
        return text_of(sheet, address)

    def front(self) -> str:
        return self.open.active.title

    def everything(self) -> Any:
        """The workbook, and what of Excel a click may have moved; number formats aside."""
        return self.open.state_of(), self.excel.application.settings()

    def formula(self, title: str, address: str) -> str:
        """The formula of a cell with its "=", "" where there is none."""
        rect = rect_of(address)
        assert rect is not None
        return self.open.sheet(title).grid.formula(rect.top, rect.left)

    def reference(self, title: str, address: str) -> str:
        return f"{quoted(title)}!{address}"
