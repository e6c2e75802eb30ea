"""A fake COM Excel in memory, on which xlwings' own Windows engine runs on Linux, unchanged.

    with FakeExcel() as excel:
        excel.open(path)
        xlwings.Book(...)                      # or excel.book(path) for both at once

It is written from xlwings' source (what the engine calls, in which shape) and from what Excel's documentation says
of its objects, not from the product's adapter. What it is for: it counts every call over COM, refuses members that
it does not know (as COM does), hands values out and takes them in as Excel does, and plays an Excel that is busy,
being typed into, or protected.

What it is not:
- It does not calculate. A formula's value is the cached one of the file it came from, or what the test put into
  `application.cached`, or, for a link, a text, a number, NA() and 1+1, its plain value; anything else shows 0.
- A formula's references stay as they are where rows or columns move; only names and tables move along.
- An array with one bad cell is refused whole; Excel may have written the cells before it.
- A table does not grow by itself where something is written below it.
- ListObject.Resize is refused while the totals row shows, and formats are not carried into new rows.
- A leading apostrophe is the prefix that keeps a text a text, and goes. Whether it does in a cell of the format "@"
  too is not documented: it does, unless the test sets `application.apostrophe_kept`.
- Drop-downs, conditional formats, pictures, comments, print setup and events are not there.

Where Excel's documentation is silent, the stricter of two readings was taken.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .application import AUTOMATIC, MANUAL, SEMIAUTOMATIC, Application
from .books import Workbook
from .com import (
    AskedForEverError,
    Call,
    Refusal,
    WaitsForPersonError,
    Wire,
    being_edited,
    call_rejected,
    com_error,
    refused,
)
from .entry import Fault, entered, shown
from .places import Rect, rect_of
from .windows import desktop, installed
from .worksheet import Worksheet

__all__ = (
    "AUTOMATIC",
    "MANUAL",
    "SEMIAUTOMATIC",
    "Application",
    "AskedForEverError",
    "Call",
    "FakeExcel",
    "Fault",
    "Rect",
    "Refusal",
    "WaitsForPersonError",
    "Wire",
    "Workbook",
    "Worksheet",
    "being_edited",
    "call_rejected",
    "com_error",
    "refused",
)


class FakeExcel:
    """An Excel that runs while the context is open. `application` is its model, past COM: what a test does to it or
    looks at there counts no calls. `wire` counts and refuses; `boxes` are the message boxes shown (title, text)."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.application = Application(self.wire)
        self._stack = contextlib.ExitStack()
        self.engine: Any = None

    def __enter__(self) -> FakeExcel:
        self.engine = self._stack.enter_context(installed())
        desktop.applications[self.application.hwnd] = self.application
        desktop.new_application = self._another
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def _another(self) -> Application:
        made = Application(self.wire, hwnd=len(desktop.applications) + 1)
        desktop.applications[made.hwnd] = made
        return made

    @property
    def boxes(self) -> list[tuple[str, str]]:
        return desktop.boxes

    def open(self, path: Path | str) -> Workbook:
        """Opens a file as its user does; no call is counted."""
        return self.application.open(str(path))

    def open_again(self, model: Workbook) -> Workbook:
        """A workbook as it is, opened in this Excel: quicker than its file."""
        book = model.twin(self.application)
        self.application.books.append(book)
        self.application.front = book
        return book

    def xlwings_book(self, book: Workbook) -> Any:
        """The same workbook as xlwings shows it."""
        import xlwings

        wrapper = self.engine.COMRetryObjectWrapper(book.seen())
        return xlwings.Book(impl=self.engine.Book(xl=wrapper))

    def load_addin(self, name: str = "xlsvc.xlam", **macros: Callable[..., Any]) -> Workbook:
        """An add-in that Excel has loaded, with the macros it has."""
        book = Workbook(self.application, name, "/addins")
        book.is_addin = True
        self.application.books.append(book)
        self.application.macros.update(macros)
        return book

    def edit_mode(self, times: float = float("inf"), skip: int = 0) -> Refusal:
        """A person types into a cell; `skip` calls get through before."""
        self.application.editing = True

        def answered(call: Call) -> bool:
            return call.member != "Ready"

        return self.wire.refuse(being_edited, times, answered, skip)

    def busy(self, times: float = float("inf"), skip: int = 0) -> Refusal:
        """Excel rejects the next calls (all, by default)."""
        return self.wire.refuse(call_rejected, times, skip=skip)

    def ready(self) -> None:
        """Whatever kept Excel busy is over."""
        self.application.editing = False
        self.wire.refusals.clear()

    def fail_at(self, number: int, matches: Callable[[Call], bool] = lambda call: call.changes) -> Refusal:
        """The `number`-th of the coming calls that match, by default those that change something, fails with 1004."""
        error = refused("Application-defined or object-defined error")
        return self.wire.refuse(lambda call: error, 1, matches, number - 1)


def type_in(sheet: Worksheet, address: str, value: Any) -> None:
    """What a person types into one cell: texts are read as Excel reads them, "=..." is a formula, None clears."""
    rect = rect_of(address)
    assert rect is not None
    grid, row, column = sheet.grid, rect.top, rect.left
    put = entered(value, grid.form(row, column), sheet.book.date1904)
    if put.formula:
        grid.put(row, column, sheet.calculate(row, column, put.formula), put.formula)
    else:
        grid.put(row, column, put.cell)
    if put.form:
        grid.set_form(rect, put.form)
    sheet.touched(rect)


def text_of(sheet: Worksheet, address: str) -> str:
    """The cell as it is shown."""
    rect = rect_of(address)
    assert rect is not None
    grid = sheet.grid
    return shown(grid.value(rect.top, rect.left), grid.form(rect.top, rect.left), sheet.book.date1904)
