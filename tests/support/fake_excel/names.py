"""Defined names."""

# ruff: noqa: N802, N803

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .com import Collection, Com, Wire, com_error, refused
from .places import quoted, rect_of, split_sheet
from .ranges import Range

if TYPE_CHECKING:
    from .books import Workbook
    from .worksheet import Worksheet


class Name(Com):
    """A defined name; `sheet` where it is local to a tab."""

    def __init__(self, book: Workbook, name: str, refers_to: str, sheet: Worksheet | None = None) -> None:
        self.wire: Wire = book.wire
        self.book, self.name, self.refers_to, self.sheet = book, name, refers_to, sheet
        self.visible = True

    def cells(self) -> Range | None:
        """The cells of its tab that it stands for; None where it is no plain reference."""
        title, place = split_sheet(self.refers_to)
        rect = rect_of(place)
        sheet = next((s for s in self.book.sheets if s.title.casefold() == title.casefold()), None)
        return Range(sheet, [rect]) if sheet and rect else None

    @property
    def Name(self) -> str:
        return f"{quoted(self.sheet.title)}!{self.name}" if self.sheet else self.name

    @property
    def NameLocal(self) -> str:
        return self.Name

    @property
    def Parent(self) -> Com:
        return self.sheet or self.book

    @property
    def Index(self) -> int:
        return self.book.names.index(self) + 1

    @property
    def RefersTo(self) -> str:
        return self.refers_to

    @RefersTo.setter
    def RefersTo(self, text: Any) -> None:
        self.refers_to = str(text) if str(text).startswith("=") else f"={text}"

    @property
    def Value(self) -> str:
        return self.refers_to

    @property
    def RefersToRange(self) -> Range:
        found = self.cells()
        if found is None:
            raise refused("Application-defined or object-defined error")
        return found

    @property
    def Visible(self) -> bool:
        return self.visible

    def Delete(self) -> None:
        self.book.names.remove(self)


class Names(Collection):
    """The names of a book, local ones too; of a tab, its local ones."""

    def __init__(self, book: Workbook, sheet: Worksheet | None = None) -> None:
        self.wire, self.book, self.sheet = book.wire, book, sheet

    def items(self) -> list[Any]:
        return sorted(
            (n for n in self.book.names if self.sheet is None or n.sheet is self.sheet),
            key=lambda name: (name.name.casefold(), name.sheet is not None),
        )

    def Item(self, Index: Any) -> Any:
        try:
            return super().Item(Index)
        except com_error:
            found = self.book.find_name(str(Index), self.sheet) if isinstance(Index, str) else None
            if found is None or (self.sheet and found.sheet is not self.sheet):
                raise
            return found

    def Add(self, Name: Any = None, RefersTo: Any = None, Visible: Any = True, *rest: Any) -> Com:
        title, text = split_sheet(str(Name))
        sheet = self.sheet or next((s for s in self.book.sheets if s.title == title), None)
        if not re.fullmatch(r"[^\W\d][\w.?\\]*", text) or rect_of(text):
            raise refused("The syntax of this name isn't correct.")
        refers = RefersTo
        if isinstance(RefersTo, Range):
            refers = f"={quoted(RefersTo.sheet.title)}!{RefersTo.rect.a1()}"
        return self.book.define(text, str(refers), sheet)
