"""Excel's Workbook object and its collection of tabs."""

# ruff: noqa: N802, N803

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from .com import Collection, Com, Wire, refused
from .names import Name, Names
from .places import Rect, quoted, split_sheet
from .ranges import Range
from .worksheet import VISIBLE, Worksheet

if TYPE_CHECKING:
    from .application import Application

STRUCTURE = "The workbook is protected and cannot be changed."


class Sheets(Collection):
    def __init__(self, book: Workbook) -> None:
        self.wire, self.book = book.wire, book

    def items(self) -> list[Any]:
        return list(self.book.sheets)

    @property
    def Parent(self) -> Com:
        return self.book

    @property
    def Application(self) -> Com:
        return self.book.excel

    def Add(self, Before: Any = None, After: Any = None, Count: Any = None, Type: Any = None) -> Worksheet:
        self.book.refuse_structure()
        number = len(self.book.sheets) + 1
        while any(s.title == f"Sheet{number}" for s in self.book.sheets):
            number += 1
        made = Worksheet(self.book, f"Sheet{number}")
        target = Before or After or self.book.active
        self.book.sheets.insert(self.book.sheets.index(target) + (1 if After else 0), made)
        self.book.active = made
        return made


class Window(Com):
    """The window of a book."""

    def __init__(self, book: Workbook) -> None:
        self.wire, self.book = book.wire, book

    @property
    def Application(self) -> Com:
        return self.book.excel

    @property
    def Parent(self) -> Com:
        return self.book

    @property
    def ActiveSheet(self) -> Com:
        return self.book.active

    @property
    def ActiveCell(self) -> Com:
        return self.book.active_cell()

    @property
    def RangeSelection(self) -> Com:
        return self.book.selection()

    @property
    def Selection(self) -> Com:
        return self.book.selection()

    @property
    def Visible(self) -> bool:
        return not self.book.is_addin


class Windows(Collection):
    def __init__(self, book: Workbook) -> None:
        self.wire, self.book = book.wire, book

    def items(self) -> list[Any]:
        return [Window(self.book)]

    def called(self, item: Any) -> str:
        return self.book.name


class Workbook(Com):
    """`folder` is "" for a book never saved, or an https address."""

    def __init__(self, excel: Application, name: str, folder: str = "") -> None:
        self.wire: Wire = excel.wire
        self.excel, self.name, self.folder = excel, name, folder
        self.sheets: list[Worksheet] = [Worksheet(self, "Sheet1")]
        self.active = self.sheets[0]
        self.names: list[Name] = []
        self.date1904 = False
        self.structure_protected = False
        self.is_addin = False
        self.read_only = False
        self.saved = True

    # -- what the objects in the book ask

    def twin(self, excel: Application) -> Workbook:
        """The same workbook again, as if its file were opened in this Excel, in no collection yet."""
        made = Workbook(excel, self.name, self.folder)
        made.sheets = [sheet.twin(made, sheet.title) for sheet in self.sheets]
        made.active = made.sheets[self.sheets.index(self.active)]
        made.date1904, made.structure_protected = self.date1904, self.structure_protected
        for name in self.names:
            sheet = made.sheets[self.sheets.index(name.sheet)] if name.sheet else None
            made.define(name.name, name.refers_to, sheet).visible = name.visible
        return made

    def sheet(self, title: str) -> Worksheet:
        return next(s for s in self.sheets if s.title == title)

    def refuse_structure(self) -> None:
        if self.structure_protected:
            raise refused(STRUCTURE)
        self.saved = False

    def free_title(self, title: str) -> str:
        taken = {s.title.casefold() for s in self.sheets}
        if title.casefold() not in taken:
            return title
        stem = re.sub(r" \(\d+\)$", "", title)
        number = 2
        while True:
            end = f" ({number})"
            name = stem[: 31 - len(end)] + end
            if name.casefold() not in taken:
                return name
            number += 1

    def free_table_name(self, name: str) -> str:
        taken = {t.name.casefold() for s in self.sheets for t in s.tables}
        number, made = len(taken) + 1, name
        while made.casefold() in taken:
            made, number = f"{name}{number}", number + 1
        return made

    def find_name(self, text: str, sheet: Worksheet | None = None) -> Name | None:
        title, name = split_sheet(text)
        if title:
            sheet = next((s for s in self.sheets if s.title == title), None)
        local = [n for n in self.names if n.sheet is sheet and n.name.casefold() == name.casefold()]
        free = [n for n in self.names if n.sheet is None and n.name.casefold() == name.casefold()]
        return next(iter([*local, *free]), None)

    def define(self, name: str, refers_to: str, sheet: Worksheet | None = None) -> Name:
        refers_to = refers_to if refers_to.startswith("=") else f"={refers_to}"
        for known in self.names:
            if known.sheet is sheet and known.name.casefold() == name.casefold():
                known.refers_to = refers_to
                return known
        made = Name(self, name, refers_to, sheet)
        self.names.append(made)
        return made

    def copy_names(self, source: Worksheet, made: Worksheet) -> None:
        """A copied tab gets, as its own, every name that points into the tab it was copied from."""
        for name in list(source.book.names):
            cells = name.cells()
            if name.sheet is source or (name.sheet is None and cells is not None and cells.sheet is source):
                refers = name.refers_to
                title, place = split_sheet(refers)
                if title.casefold() == source.title.casefold():
                    refers = f"={quoted(made.title)}!{place}"
                copied = Name(self, name.name, refers, made)
                copied.visible = name.visible
                self.names.append(copied)

    def renamed(self, old: str, new: str) -> None:
        for name in self.names:
            title, place = split_sheet(name.refers_to)
            if title.casefold() == old.casefold():
                name.refers_to = f"={quoted(new)}!{place}"
        own, fresh = f"{quoted(old)}!", f"{quoted(new)}!"
        for sheet in self.sheets:
            for texts in sheet.grid.formulas.values():
                for row, text in texts.items():
                    if own in text:
                        texts[row] = text.replace(own, fresh)
            for chart in sheet.charts:
                chart.series = [text.replace(own, fresh) for text in chart.series]

    def gone(self, sheet: Worksheet) -> None:
        self.names = [n for n in self.names if n.sheet is not sheet]
        for name in self.names:
            title, place = split_sheet(name.refers_to)
            if title.casefold() == sheet.title.casefold():
                name.refers_to = f"=#REF!{place}"

    def shift_names(self, sheet: Worksheet, rect: Rect, down: int, across: int) -> None:
        for name in self.names:
            cells = name.cells()
            if cells is None or cells.sheet is not sheet:
                continue
            r = cells.rect
            if down and rect.left <= r.left and r.right <= rect.right and r.top >= rect.top:
                moved = Rect(r.top + down, r.left, r.bottom + down, r.right)
            elif across and r.left >= rect.left:
                moved = Rect(r.top, r.left + across, r.bottom, r.right + across)
            else:
                continue
            name.refers_to = f"={quoted(sheet.title)}!{moved.a1()}"

    def active_cell(self) -> Range:
        first = self.active.selected[0]
        return Range(self.active, [Rect(first.top, first.left, first.top, first.left)])

    def selection(self) -> Range:
        return Range(self.active, self.active.selected)

    def state_of(self) -> dict[str, Any]:
        """All of the book that a test compares."""
        return {
            "tabs": [sheet.title for sheet in self.sheets],
            "sheets": {sheet.title: sheet.state_of() for sheet in self.sheets},
            "names": sorted((n.Name, n.refers_to) for n in self.names),
            "front": self.active.title,
        }

    # -- members

    @property
    def Application(self) -> Com:
        return self.excel

    @property
    def Parent(self) -> Com:
        return self.excel

    @property
    def Name(self) -> str:
        return self.name

    @property
    def Path(self) -> str:
        return self.folder

    @property
    def FullName(self) -> str:
        if not self.folder:
            return self.name
        return f"{self.folder}/{self.name}" if "://" in self.folder else os.path.join(self.folder, self.name)

    @property
    def FileFormat(self) -> int:
        return 52 if self.name.endswith(".xlsm") else 55 if self.name.endswith(".xlam") else 51

    @property
    def Worksheets(self) -> Sheets:
        return Sheets(self)

    @property
    def Sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def Names(self) -> Names:
        return Names(self)

    @property
    def Windows(self) -> Windows:
        return Windows(self)

    @property
    def ActiveSheet(self) -> Worksheet:
        return self.active

    @property
    def Date1904(self) -> bool:
        return self.date1904

    @property
    def IsAddin(self) -> bool:
        return self.is_addin

    @property
    def ReadOnly(self) -> bool:
        return self.read_only

    @property
    def MultiUserEditing(self) -> bool:
        return False

    @property
    def ProtectStructure(self) -> bool:
        return self.structure_protected

    @property
    def Saved(self) -> bool:
        return self.saved

    @Saved.setter
    def Saved(self, value: Any) -> None:
        self.saved = bool(value)

    def Activate(self) -> None:
        self.excel.front = self

    def Save(self) -> None:
        self.saved = True

    def SaveCopyAs(self, Filename: Any) -> None:
        from .copies import save_copy

        save_copy(self, str(Filename))

    def SaveAs(self, Filename: Any, FileFormat: Any = None, Password: Any = None) -> None:
        self.folder, self.name = os.path.split(str(Filename))
        self.saved = True

    def Close(self, SaveChanges: Any = None) -> None:
        self.excel.books.remove(self)
        if self.excel.front is self:
            self.excel.front = next((b for b in self.excel.books if not b.is_addin), None)

    def shown_sheets(self) -> list[str]:
        return [sheet.title for sheet in self.sheets if sheet.state == VISIBLE]
