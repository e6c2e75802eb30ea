"""A small xlwings engine over LibreOffice: only what the live host calls, behaving as Excel is described to.

LibreOffice has database ranges where Excel has tables; a table that grows takes its number formats and calculated
columns along here, as Excel's does. Nothing of this proves how Excel behaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.uno_engine_cells import XL_OOX, UnoRange, cleaned
from tests.support.uno_engine_parts import UnoName, UnoNames, UnoTable, UnoTables
from tests.support.uno_office import UnoOffice

FORMULAS = 16  # com.sun.star.sheet.CellFlags


class UnoEngine:
    name = "libreoffice"
    type = "desktop"

    def __init__(self, office: UnoOffice) -> None:
        self.office = office
        self.app = UnoApp(self)

    @property
    def apps(self) -> UnoApps:
        return UnoApps([self.app])

    @staticmethod
    def prepare_xl_data_element(x: Any, options: Any) -> Any:
        return "" if x is None else x

    @staticmethod
    def clean_value_data(data: Any, dates: Any, empty_as: Any, numbers: Any, err_to_str: bool) -> Any:
        return [[cleaned(value, err_to_str) for value in row] for row in data]


class UnoApps:
    def __init__(self, apps: list[UnoApp]) -> None:
        self._apps = apps

    def keys(self) -> list[int]:
        return [app.pid for app in self._apps]

    def __iter__(self) -> Iterator[UnoApp]:
        return iter(self._apps)

    def __len__(self) -> int:
        return len(self._apps)

    def __getitem__(self, pid: int) -> UnoApp:
        return next(app for app in self._apps if app.pid == pid)


class UnoApp:
    """Its settings are plain attributes but for the two that LibreOffice has too: `settings` tells them."""

    pid = 1
    display_alerts = True
    enable_events = True
    status_bar: Any = False

    def __init__(self, engine: UnoEngine) -> None:
        self.engine = engine
        self._calculation, self._drawn = "automatic", True
        self.documents: list[UnoBook] = []
        self.front: UnoBook | None = None
        self.said: list[tuple[str, str]] = []
        self.macros: dict[str, Callable[[], None]] = {}

    @property
    def settings(self) -> tuple[Any, ...]:
        return self.screen_updating, self.display_alerts, self.enable_events, self.calculation, self.status_bar

    @property
    def calculation(self) -> str:
        return self._calculation

    @calculation.setter
    def calculation(self, mode: str) -> None:
        self._calculation = mode
        for book in self.documents:
            book.document.enableAutomaticCalculation(mode == "automatic")
            if mode == "automatic":
                book.document.calculate()

    @property
    def screen_updating(self) -> bool:
        return self._drawn

    @screen_updating.setter
    def screen_updating(self, drawn: bool) -> None:
        for book in self.documents if drawn != self._drawn else ():
            if drawn:
                book.document.unlockControllers()
                book.document.removeActionLock()
            else:
                book.document.addActionLock()
                book.document.lockControllers()
        self._drawn = drawn

    @property
    def api(self) -> UnoApp:
        return self

    @property
    def ActiveCell(self) -> Any:  # noqa: N802
        marked = self.selection
        return marked and UnoRange(marked.sheet, marked.cells.getCellByPosition(0, 0))

    @property
    def books(self) -> UnoBooks:
        return UnoBooks(self)

    @property
    def selection(self) -> UnoRange | None:
        assert self.front is not None
        marked = self.front.document.CurrentController.getSelection()
        if not marked.supportsService("com.sun.star.sheet.SheetCellRanges") and not marked.supportsService(
            "com.sun.star.sheet.SheetCellRange"
        ):
            return None
        return UnoRange(self.front.sheets.active, marked)

    def activate(self, steal_focus: bool = False) -> None:
        pass

    def run(self, macro: str, args: Any) -> Any:
        return self.macros[macro](*args)

    def alert(self, prompt: str, title: str, buttons: Any, mode: Any, callback: Any) -> str:
        self.said.append((prompt, title))
        return "ok"

    def close(self) -> None:
        for book in list(self.documents):
            book.close()


class UnoBooks:
    def __init__(self, app: UnoApp) -> None:
        self.app = app

    @property
    def active(self) -> UnoBook:
        assert self.app.front is not None
        return self.app.front

    def __call__(self, name: str | int) -> UnoBook:
        books = self.app.documents
        if isinstance(name, int):
            return books[name - 1]
        for book in books:
            if book.name.casefold() == name.casefold():
                return book
        raise KeyError(name)

    def __len__(self) -> int:
        return len(self.app.documents)

    def __iter__(self) -> Iterator[UnoBook]:
        return iter(self.app.documents)

    def open(self, fullname: str, *options: Any) -> UnoBook:
        book = UnoBook(self.app, Path(fullname))
        self.app.documents.append(book)
        self.app.front = book
        return book


class UnoBook:
    def __init__(self, app: UnoApp, path: Path) -> None:
        self.app, self.path = app, path
        self.office = app.engine.office
        self.document = self.office.open(path)
        null = self.document.NullDate
        self.null_date = datetime(null.Year, null.Month, null.Day)
        self.parser = self.document.createInstance("com.sun.star.sheet.FormulaParser")
        self.parser.CompileEnglish = True
        self.parser.FormulaConvention = XL_OOX
        self._english = self.office.struct("com.sun.star.lang.Locale", Language="en", Country="US")
        self._codes: dict[int, str] = {}
        self._types: dict[int, int] = {}
        self._formulas: dict[str, str] = {}

    @property
    def api(self) -> UnoBook:
        return self

    FullName = property(lambda self: str(self.path))
    Date1904 = property(lambda self: self.null_date.year == 1904)
    ProtectStructure = property(lambda self: bool(self.document.isProtected()))

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def fullname(self) -> str:
        raise AssertionError("xlwings would read settings from a sheet of the workbook")

    @property
    def sheets(self) -> UnoSheets:
        return UnoSheets(self)

    @property
    def names(self) -> UnoNames:
        listed = [UnoName(self, name, "") for name in self.document.NamedRanges]
        for sheet in self.sheets:
            listed += sheet.names.listed
        return UnoNames(listed)

    def activate(self) -> None:
        self.app.front = self

    def close(self) -> None:
        self.app.documents.remove(self)
        self.document.close(True)
        if self.app.front is self:
            self.app.front = self.app.documents[-1] if self.app.documents else None

    def SaveCopyAs(self, path: str) -> None:  # noqa: N802
        self.office.store(self.document, Path(path))

    def save(self, path: Any = None, password: Any = None) -> None:
        self.office.store(self.document, Path(path or self.path))

    def format_code(self, key: int) -> str:
        """A number format as Excel writes it."""
        if key not in self._codes:
            form = self.document.NumberFormats.getByKey(key)
            code = str(form.FormatString)
            self._codes[key] = code.lower() if form.Type & 6 else code
        return self._codes[key]

    def format_key(self, code: str) -> int:
        formats = self.document.NumberFormats
        key = formats.queryKey(code, self._english, False)
        return int(key if key != -1 else formats.addNew(code, self._english))

    def format_type(self, key: int) -> int:
        if key not in self._types:
            self._types[key] = int(self.document.NumberFormats.getByKey(key).Type)
        return self._types[key]

    def excel_formula(self, cell: Any, own: str) -> str:
        """A cell's formula as Excel writes it (`own` is LibreOffice's way, addresses spelt out as well, so that
        equal ones are equal); LibreOffice's printer does not know tables."""
        if own not in self._formulas:
            text = str(self.parser.printFormula(cell.getTokens(), cell.CellAddress))
            self._formulas[own] = own.replace(";", ",") if "#NAME?[" in text else f"={text}"
        return self._formulas[own]


class UnoSheets:
    def __init__(self, book: UnoBook) -> None:
        self.book = book

    @property
    def active(self) -> UnoSheet:
        return UnoSheet(self.book, self.book.document.CurrentController.ActiveSheet)

    def __call__(self, name: str | int) -> UnoSheet:
        sheets = self.book.document.Sheets
        return UnoSheet(self.book, sheets.getByIndex(name - 1) if isinstance(name, int) else sheets.getByName(name))

    def __len__(self) -> int:
        return int(self.book.document.Sheets.getCount())

    def __iter__(self) -> Iterator[UnoSheet]:
        return iter([UnoSheet(self.book, sheet) for sheet in self.book.document.Sheets])


class UnoSheet:
    def __init__(self, book: UnoBook, calc: Any) -> None:
        self._book, self.calc = book, calc
        self.document = book.document

    @property
    def api(self) -> UnoSheet:
        return self

    ProtectContents = property(lambda self: bool(self.calc.isProtected()))

    def Unprotect(self, password: str) -> None:  # noqa: N802
        self.calc.unprotect(password)

    def Protect(self, password: str, *rules: bool) -> None:  # noqa: N802
        self.calc.protect(password)

    @property
    def book(self) -> UnoBook:
        return self._book

    @property
    def name(self) -> str:
        return str(self.calc.Name)

    @name.setter
    def name(self, name: str) -> None:
        self.calc.Name = name

    @property
    def index(self) -> int:
        return int(self.calc.RangeAddress.Sheet) + 1

    @property
    def visible(self) -> bool:
        return bool(self.calc.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.calc.IsVisible = bool(value)

    @property
    def cells(self) -> UnoRange:
        return UnoRange(self, self.calc)

    @property
    def used_range(self) -> UnoRange:
        cursor = self.calc.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        return UnoRange(self, self.calc.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow))

    def range(self, arg1: Any, arg2: Any = None) -> UnoRange:
        if isinstance(arg1, str):
            return UnoRange(self, self.calc.getCellRangeByName(arg1))
        row, column, rows, columns = arg1 if len(arg1) == 4 else (*arg1, 1, 1)
        if arg2 is not None:
            rows, columns = arg2[0] - row + 1, arg2[1] - column + 1
        return UnoRange(
            self, self.calc.getCellRangeByPosition(column - 1, row - 1, column + columns - 2, row + rows - 2)
        )

    @property
    def tables(self) -> UnoTables:
        ranges = self.document.DatabaseRanges
        listed = (ranges.getByName(name) for name in ranges.ElementNames if not name.startswith("__"))
        return UnoTables([UnoTable(self, found) for found in listed if found.DataArea.Sheet == self.index - 1])

    @property
    def names(self) -> UnoNames:
        return UnoNames([UnoName(self._book, name, self.name) for name in self.calc.NamedRanges])

    def activate(self) -> None:
        self.document.CurrentController.setActiveSheet(self.calc)

    def delete(self) -> None:
        self.document.Sheets.removeByName(self.name)

    def copy(self, before: UnoSheet | None, after: UnoSheet | None) -> None:
        beside = before or after
        assert beside is not None
        target = beside.book.document
        place = beside.index - 1 if before else beside.index
        if target is self.document or target == self.document:
            number = 2
            while target.Sheets.hasByName(f"{self.name} ({number})"):
                number += 1
            name = f"{self.name} ({number})"
            target.Sheets.copyByName(self.name, name, place)
            self._write_again(target.Sheets.getByName(name))
        else:
            name = target.Sheets.getByIndex(target.Sheets.importSheet(self.document, self.name, place)).Name
        target.CurrentController.setActiveSheet(target.Sheets.getByName(name))

    def _write_again(self, made: Any) -> None:
        """LibreOffice moves references to columns of tables when it copies a tab (7.4): they are put right."""
        for area in self.calc.queryContentCells(FORMULAS).getRangeAddresses():
            block = self.calc.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
            for r, row in enumerate(block.getFormulaArray()):
                for c, text in enumerate(row):
                    if "[" in text:
                        made.getCellByPosition(area.StartColumn + c, area.StartRow + r).setFormula(text)
