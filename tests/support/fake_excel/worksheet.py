"""Excel's Worksheet object: one tab, its cells, tables, filters, charts and protection."""

# ruff: noqa: N802, N803

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from .com import Com, WaitsForPersonError, Wire, refused
from .entry import Cell, calculated
from .grid import Grid
from .names import Names
from .places import COLUMNS, ROWS, Rect, quoted, rect_of, split_sheet
from .ranges import PROTECTED, Range
from .sheet_parts import RULES, ChartObject, ChartObjects, FilterOfSheet, Protection
from .tables import ListObject, ListObjects

if TYPE_CHECKING:
    from .books import Workbook

VISIBLE, HIDDEN, VERY_HIDDEN = -1, 0, 2
FORBIDDEN = ":\\/?*[]"


class Worksheet(Com):
    """`state` is Excel's: -1 visible, 0 hidden, 2 hidden from the list of hidden tabs too."""

    def __init__(self, book: Workbook, title: str) -> None:
        self.wire: Wire = book.wire
        self.book, self.title = book, title
        self.grid = Grid()
        self.tables: list[ListObject] = []
        self.charts: list[ChartObject] = []
        self.state = VISIBLE
        self.protected = False
        self.allowed: frozenset[str] = frozenset()
        self.with_drawings = self.with_scenarios = False
        self.password = ""
        self.selected = [Rect(1, 1, 1, 1)]
        self.filter_rect: Rect | None = None

    # -- what the objects on the tab ask

    def calculate(self, row: int, column: int, formula: str) -> Cell:
        cached = self.book.excel.cached.get((self.title, row, column, formula))
        return cached if cached is not None else calculated(formula)

    def unlocked(self, rect: Rect) -> bool | None:
        """Are all cells free under protection? None: some."""
        met = [area.meets(rect) for area in self.grid.unlocked]
        count = sum(area.size for area in met if area)
        return True if count >= rect.size else None if count else False

    def guards(self, rect: Rect) -> bool:
        return self.protected and self.unlocked(rect) is not True

    def touched(self, rect: Rect) -> None:
        """Cells were written: a heading's text is its table column's name, and never blank."""
        self.book.saved = False
        for table in self.tables:
            table.written(rect)

    def filtered(self, rect: Rect) -> bool:
        return any(rect.top < row <= rect.bottom for row in self.grid.hidden_rows)

    def show_rows(self, rect: Rect) -> None:
        self.grid.hidden_rows -= set(range(rect.top, rect.bottom + 1))

    def filter(self, rect: Rect, field: int | None, wanted: Any) -> None:
        """Hides the rows whose cell does not show `wanted`; without it shows all."""
        if self.protected:
            raise refused("You cannot use this command on a protected sheet.")
        table = next((t for t in self.tables if t.rect.meets(rect)), None)
        whole = table.rect if table else rect
        if table is None:
            self.filter_rect = None if field is None and self.filter_rect else whole
        self.show_rows(whole)
        if field is None or wanted is None:
            return
        texts = wanted if isinstance(wanted, tuple) else (wanted,)
        for row in range(whole.top + 1, whole.bottom + 1):
            shown = Range(self, [Rect(row, whole.left + field - 1, row, whole.left + field - 1)]).Text
            if shown not in texts:
                self.grid.hidden_rows.add(row)

    # -- members

    @property
    def Application(self) -> Com:
        return self.book.excel

    @property
    def Parent(self) -> Com:
        return self.book

    @property
    def Name(self) -> str:
        return self.title

    @Name.setter
    def Name(self, title: Any) -> None:
        self.book.refuse_structure()
        title = str(title)
        others = [s.title.casefold() for s in self.book.sheets if s is not self]
        bad = not title or len(title) > 31 or any(c in FORBIDDEN for c in title) or "'" in (title[0], title[-1])
        if bad:
            raise refused("You typed an invalid name for a sheet or chart.")
        if title.casefold() in others:
            raise refused("That name is already taken. Try a different one.")
        self.book.renamed(self.title, title)
        self.title = title

    @property
    def CodeName(self) -> str:
        return f"Sheet{self.book.sheets.index(self) + 1}"

    @property
    def Index(self) -> int:
        return self.book.sheets.index(self) + 1

    @property
    def Type(self) -> int:
        return -4167

    @property
    def Visible(self) -> int:
        return self.state

    @Visible.setter
    def Visible(self, value: Any) -> None:
        self.book.refuse_structure()
        state = -1 if value is True else int(value)
        others = [s for s in self.book.sheets if s is not self and s.state == VISIBLE]
        if state not in (VISIBLE, HIDDEN, VERY_HIDDEN) or (state != VISIBLE and not others):
            raise refused("Unable to set the Visible property of the Worksheet class")
        if state != VISIBLE and self.book.active is self:
            at = self.book.sheets.index(self)
            after = [s for s in self.book.sheets[at:] if s in others]
            self.book.active = after[0] if after else others[-1]
        self.state = state

    @property
    def Cells(self) -> Range:
        return Range(self, [Rect(1, 1, ROWS, COLUMNS)])

    @property
    def Rows(self) -> Range:
        return Range(self, [Rect(1, 1, ROWS, COLUMNS)], "rows")

    @property
    def Columns(self) -> Range:
        return Range(self, [Rect(1, 1, ROWS, COLUMNS)], "columns")

    @property
    def UsedRange(self) -> Range:
        return Range(self, [self.grid.used()])

    def Range(self, Cell1: Any, Cell2: Any = None) -> Range:
        ends = [self._areas(Cell1)] + ([self._areas(Cell2)] if Cell2 is not None else [])
        if len(ends) == 1:
            return Range(self, ends[0])
        one, other = ends[0][0], ends[1][0]
        whole = Rect(
            min(one.top, other.top), min(one.left, other.left),
            max(one.bottom, other.bottom), max(one.right, other.right),
        )  # fmt: skip
        return Range(self, [whole])

    def _areas(self, cell: Any) -> list[Rect]:
        if isinstance(cell, Range):
            if cell.sheet is not self:
                raise refused("Method 'Range' of object '_Worksheet' failed")
            return list(cell.areas)
        areas: list[Rect] = []
        if len(str(cell)) > 255:
            raise refused("Method 'Range' of object '_Worksheet' failed")
        for text in str(cell).split(","):
            title, place = split_sheet(text)
            rect = rect_of(place) if title in ("", self.title) else None
            if rect is None:
                named = self._named(text)
                if named is None:
                    raise refused("Method 'Range' of object '_Worksheet' failed")
                rect = named
            areas.append(rect)
        return areas

    def _named(self, text: str) -> Rect | None:
        for table in self.tables:
            if found := table.reference(text):
                return found
        name = self.book.find_name(text, self)
        found_range = name.cells() if name else None
        return found_range.rect if found_range and found_range.sheet is self else None

    @property
    def Names(self) -> Com:
        return Names(self.book, self)

    @property
    def ListObjects(self) -> ListObjects:
        return ListObjects(self)

    def ChartObjects(self, Index: Any = None) -> Com:
        made = ChartObjects(self)
        return made if Index is None else made.Item(Index)

    @property
    def Shapes(self) -> ChartObjects:
        return ChartObjects(self)

    @property
    def ProtectContents(self) -> bool:
        return self.protected

    @property
    def ProtectionMode(self) -> bool:
        return False

    @property
    def ProtectDrawingObjects(self) -> bool:
        return self.protected and self.with_drawings

    @property
    def ProtectScenarios(self) -> bool:
        return self.protected and self.with_scenarios

    @property
    def Protection(self) -> Protection:
        return Protection(self)

    def Protect(
        self, Password: Any = None, DrawingObjects: Any = None, Contents: Any = None, Scenarios: Any = None,
        UserInterfaceOnly: Any = None, *allowed: Any, **named: Any,
    ) -> None:  # fmt: skip
        given = dict(zip(RULES, allowed, strict=False)) | {k.removeprefix("Allow"): v for k, v in named.items()}
        if self.protected and self.password:
            raise refused("Application-defined or object-defined error")
        self.protected, self.password = Contents is None or bool(Contents), Password or ""
        self.with_drawings, self.with_scenarios = DrawingObjects is not False, Scenarios is not False
        self.allowed = frozenset(name for name in RULES if given.get(name))

    def Unprotect(self, Password: Any = None) -> None:
        if self.protected and self.password:
            if Password is None:
                raise WaitsForPersonError("Unprotect sheet: password?")
            if Password != self.password:
                raise refused("The password you supplied is not correct.")
        self.protected, self.password = False, ""

    @property
    def AutoFilterMode(self) -> bool:
        return self.filter_rect is not None

    @property
    def AutoFilter(self) -> FilterOfSheet | None:
        return FilterOfSheet(self, self.filter_rect) if self.filter_rect else None

    @property
    def FilterMode(self) -> bool:
        areas = [t.rect for t in self.tables] + ([self.filter_rect] if self.filter_rect else [])
        return any(self.filtered(area) for area in areas)

    def ShowAllData(self) -> None:
        if not self.FilterMode:
            raise refused("ShowAllData method of Worksheet class failed")
        if self.protected:
            raise refused(PROTECTED)
        for area in [t.rect for t in self.tables] + ([self.filter_rect] if self.filter_rect else []):
            self.show_rows(area)

    def Activate(self) -> None:
        if self.state != VISIBLE:
            raise refused("Activate method of Worksheet class failed")
        self.book.active = self

    def Select(self, Replace: Any = None) -> bool:
        if self.state != VISIBLE:
            raise refused("Select method of Worksheet class failed")
        self.book.active = self
        return True

    def Calculate(self) -> None:
        return None

    def Delete(self) -> bool:
        self.book.refuse_structure()
        others = [s for s in self.book.sheets if s is not self and s.state == VISIBLE]
        if not others:
            raise refused("A workbook must contain at least one visible worksheet.")
        if self.book.excel.DisplayAlerts and (self.grid.values or self.grid.formulas):
            raise WaitsForPersonError("Microsoft Excel will permanently delete this sheet. Do you want to continue?")
        at = self.book.sheets.index(self)
        self.book.sheets.remove(self)
        if self.book.active is self:
            after = [s for s in self.book.sheets[at:] if s in others]
            self.book.active = after[0] if after else others[-1]
        self.book.gone(self)
        return True

    def Move(self, Before: Any = None, After: Any = None) -> None:
        self.book.refuse_structure()
        target = Before or After
        if not isinstance(target, Worksheet) or target.book is not self.book:
            raise refused("Move method of Worksheet class failed")
        self.book.sheets.remove(self)
        self.book.sheets.insert(self.book.sheets.index(target) + (0 if Before else 1), self)

    def Copy(self, Before: Any = None, After: Any = None) -> None:
        """The copy is as visible as the tab is, stands in front if it is, and gets its own tables and names."""
        target = Before or After
        if not isinstance(target, Worksheet) or self.state == VERY_HIDDEN:
            raise refused("Copy method of Worksheet class failed")
        book = target.book
        book.refuse_structure()
        made = self.twin(book, book.free_title(self.title))
        book.sheets.insert(book.sheets.index(target) + (0 if Before else 1), made)
        renamed: dict[str, str] = {}
        copies, made.tables = made.tables, []
        for table in copies:
            old, table.name = table.name, book.free_table_name(table.name)
            made.tables.append(table)
            if old != table.name:
                renamed[old] = table.name
        own, fresh = quoted(self.title), quoted(made.title)
        for chart in made.charts:
            chart.series = [text.replace(f"{own}!", f"{fresh}!") for text in chart.series]
        made.retell(renamed, self, book)
        book.copy_names(self, made)
        if made.state == VISIBLE:
            book.active = made
            book.excel.front = book

    def twin(self, book: Workbook, title: str) -> Worksheet:
        """A sheet just like this one, not yet in the book."""
        made = Worksheet(book, title)
        made.grid = self.grid.copied()
        made.state, made.protected, made.password = self.state, self.protected, self.password
        made.allowed, made.with_drawings = self.allowed, self.with_drawings
        made.with_scenarios, made.selected = self.with_scenarios, list(self.selected)
        made.filter_rect = self.filter_rect
        made.tables = [table.copied(made) for table in self.tables]
        made.charts = [ChartObject(made, chart.name, list(chart.series)) for chart in self.charts]
        return made

    def retell(self, tables: dict[str, str], source: Worksheet, book: Workbook) -> None:
        """Formulas of a copied tab: the copied tables' new names, and the other book where tabs stayed behind."""
        others = [s.title for s in source.book.sheets if s is not source] if book is not source.book else []
        for column, texts in self.grid.formulas.items():
            for row, text in texts.items():
                for old, new in tables.items():
                    text = text.replace(f"{old}[", f"{new}[")
                for title in others:
                    text = text.replace(f"{quoted(title)}!", f"'[{source.book.name}]{title}'!")
                self.grid.formulas[column][row] = text

    # -- cells that move

    def insert(self, rect: Rect, shift: Any) -> None:
        self._move(rect, rect.top, rect.height, rect.left, rect.width, shift)

    def delete_cells(self, rect: Rect, shift: Any) -> None:
        self._move(rect, rect.bottom + 1, -rect.height, rect.right + 1, -rect.width, shift)

    def _move(self, rect: Rect, row: int, down: int, column: int, across: int, shift: Any) -> None:
        if self.protected:
            raise refused(PROTECTED)
        if rect.height == ROWS:
            self.grid.shift_columns(column, across)
            for table in self.tables:
                table.shifted_columns(column, across)
            self.book.shift_names(self, rect, 0, across)
            return
        if shift in (-4159, -4161):
            raise refused("Application-defined or object-defined error")
        for table in self.tables:
            table.refuse_shift(rect)
        self.grid.shift_rows((rect.left, rect.right), row, down)
        for table in self.tables:
            table.shifted_rows(rect, down)
        self.book.shift_names(self, rect, down, 0)

    def state_of(self) -> dict[str, Any]:
        """All of the tab that a test compares: contents, formulas, tables, visibility, filters."""
        return {
            "cells": {c: dict(held) for c, held in sorted(self.grid.values.items()) if held},
            "formulas": {c: dict(held) for c, held in sorted(self.grid.formulas.items()) if held},
            "arrays": dict(self.grid.arrays),
            "tables": [table.state_of() for table in self.tables],
            "charts": [(chart.name, copy.copy(chart.series)) for chart in self.charts],
            "visible": self.state,
            "protected": (self.protected, self.password, self.with_drawings, self.with_scenarios, self.allowed),
            "hidden rows": sorted(self.grid.hidden_rows),
            "filter": self.filter_rect,
        }
