"""Excel's Range object."""

# ruff: noqa: N802, N803

from __future__ import annotations

from typing import Any

from .com import refused
from .entry import checked_formula
from .looks import Borders, Font, Hyperlinks, Interior, Validation, look, set_look
from .places import COLUMNS, ROWS, Rect, moved, quoted
from .range_contents import PROTECTED, Contents

__all__ = ("PROTECTED", "Range")

FILL_FORMATS = 3  # xlFillFormats
_FORMULAS, _CONSTANTS, _BLANKS, _VISIBLE = -4123, 2, 4, 12


class Range(Contents):
    """Cells of one sheet."""

    # -- looks

    def _refuse_formats(self) -> None:
        if self.sheet.protected and "FormattingCells" not in self.sheet.allowed:
            raise refused("Unable to set the NumberFormat property of the Range class")

    @property
    def NumberFormat(self) -> str | None:
        found = {self.sheet.grid.one_form(rect) for rect in self.areas}
        return found.pop() if len(found) == 1 else None

    @NumberFormat.setter
    def NumberFormat(self, form: Any) -> None:
        self._refuse_formats()
        if not isinstance(form, str) or not form or len(form) > 255 or form.count('"') % 2:
            raise refused("Unable to set the NumberFormat property of the Range class")
        for rect in self.areas:
            self.sheet.grid.set_form(rect, form)

    @property
    def Style(self) -> Any:
        return look(self, "Style", "Normal")

    @Style.setter
    def Style(self, name: Any) -> None:
        set_look(self, "Style", name)

    @property
    def WrapText(self) -> Any:
        return look(self, "WrapText", False)

    @WrapText.setter
    def WrapText(self, value: Any) -> None:
        set_look(self, "WrapText", bool(value))

    @property
    def Font(self) -> Font:
        return Font(self)

    @property
    def Interior(self) -> Interior:
        return Interior(self)

    @property
    def Borders(self) -> Borders:
        return Borders(self)

    @property
    def Validation(self) -> Validation:
        return Validation(self)

    @property
    def Locked(self) -> bool | None:
        free = [self.sheet.unlocked(rect) for rect in self.areas]
        return None if None in free else not all(free)

    @Locked.setter
    def Locked(self, value: Any) -> None:
        self._refuse_formats()
        if not value:
            self.sheet.grid.unlocked += self.areas
        else:
            self.sheet.grid.unlocked = [a for a in self.sheet.grid.unlocked if a not in self.areas]

    def _lines(self) -> tuple[set[int], range]:
        if self.rect.width == COLUMNS:
            return self.sheet.grid.hidden_rows, range(self.rect.top, self.rect.bottom + 1)
        if self.rect.height == ROWS:
            return self.sheet.grid.hidden_columns, range(self.rect.left, self.rect.right + 1)
        raise refused("Unable to get the Hidden property of the Range class")

    @property
    def Hidden(self) -> bool | None:
        held, lines = self._lines()
        return self._mixed([line in held for line in lines])

    @Hidden.setter
    def Hidden(self, value: Any) -> None:
        held, lines = self._lines()
        rule = "FormattingRows" if held is self.sheet.grid.hidden_rows else "FormattingColumns"
        if self.sheet.protected and rule not in self.sheet.allowed:
            raise refused("Unable to set the Hidden property of the Range class")
        held.update(lines) if value else held.difference_update(lines)

    def AutoFit(self) -> bool:
        self._refuse_formats()
        return True

    def AutoFill(self, Destination: Any, Type: Any = 0) -> bool:
        """Formats of one cell to its right; values and series are not played."""
        self._refuse_formats()
        to = Destination.rect
        if Type != FILL_FORMATS or self.rect.size > 1 or not self.rect.within(to) or to == self.rect:
            raise refused("AutoFill method of Range class failed")
        self.sheet.grid.set_form(to, self.sheet.grid.form(self.rect.top, self.rect.left))
        return True

    @property
    def ColumnWidth(self) -> float | None:
        widths = {self.sheet.grid.widths.get(c, 8.43) for c in range(self.rect.left, self.rect.right + 1)}
        return widths.pop() if len(widths) == 1 else None

    @ColumnWidth.setter
    def ColumnWidth(self, width: Any) -> None:
        if (self.sheet.protected and "FormattingColumns" not in self.sheet.allowed) or not 0 <= width <= 255:
            raise refused("Unable to set the ColumnWidth property of the Range class")
        self.sheet.grid.widths.update(dict.fromkeys(range(self.rect.left, self.rect.right + 1), float(width)))

    # -- merging, tables, names

    def _merged(self) -> Rect | None:
        at = self.rect
        return next((area for area in self.sheet.grid.merged if area.holds(at.top, at.left)), None)

    @property
    def MergeCells(self) -> bool | None:
        area = self._merged()
        if area and self.rect.within(area):
            return True
        return None if any(a.meets(self.rect) for a in self.sheet.grid.merged) else False

    @property
    def MergeArea(self) -> Range:
        if self.rect.size > 1:
            raise refused("Unable to get the MergeArea property of the Range class")
        return self._also(self._merged() or self.rect)

    @property
    def ListObject(self) -> Any:
        return next((t for t in self.sheet.tables if t.rect.holds(self.rect.top, self.rect.left)), None)

    @property
    def Name(self) -> Any:
        wanted = f"={quoted(self.sheet.title)}!{self.rect.a1()}"
        for name in self.sheet.book.names:
            if name.refers_to == wanted:
                return name
        raise refused("Application-defined or object-defined error")

    @property
    def Hyperlinks(self) -> Any:
        return Hyperlinks(self)

    # -- going there, moving cells

    def Select(self) -> bool:
        if self.sheet.book.active is not self.sheet:
            raise refused("Select method of Range class failed")
        self.sheet.selected = list(self.areas)
        return True

    def Activate(self) -> bool:
        return self.Select()

    def Insert(self, Shift: Any = None, CopyOrigin: Any = None) -> bool:
        self.sheet.insert(self.rect, Shift)
        return True

    def Delete(self, Shift: Any = None) -> bool:
        for rect in sorted(self.areas, key=lambda area: -area.top):
            self.sheet.delete_cells(rect, Shift)
        return True

    def FillDown(self) -> bool:
        self._refuse_writing()
        rect, grid = self.rect, self.sheet.grid
        for column in range(rect.left, rect.right + 1):
            cell, text = grid.value(rect.top, column), grid.formula(rect.top, column)
            for row in range(rect.top + 1, rect.bottom + 1):
                if text:
                    here = checked_formula(moved(text, row - rect.top, 0))
                    grid.put(row, column, self.sheet.calculate(row, column, here), here)
                else:
                    grid.put(row, column, cell)
        return True

    def Copy(self, Destination: Any = None) -> bool:
        if not isinstance(Destination, Range):
            self.sheet.book.excel.cut_copy_mode = 1
            return True
        source, to = self.sheet.grid, Destination
        at = to.rect
        target = to._at(Rect(at.top, at.left, at.top + self.rect.height - 1, at.left + self.rect.width - 1))
        target._refuse_writing()
        down, across = at.top - self.rect.top, at.left - self.rect.left
        cells = [
            (row + down, column + across, source.value(row, column), source.formula(row, column),
             source.form(row, column))
            for row, column in self.rect.cells()
        ]  # fmt: skip
        for row, column, cell, text, form in cells:
            text = moved(text, down, across) if text else ""
            to.sheet.grid.put(row, column, cell, text)
            to.sheet.grid.set_form(Rect(row, column, row, column), form)
        return True

    def SpecialCells(self, Type: int, Value: Any = None) -> Range:
        rect, grid = self.rect, self.sheet.grid
        used = grid.used()
        within = used if rect.size == 1 else rect.meets(used)
        areas: list[Rect] = []
        if within and Type == _FORMULAS:
            areas = grid.formula_areas(within)
        elif within and Type == _VISIBLE:
            areas = [
                Rect(row, within.left, row, within.right)
                for row in range(within.top, within.bottom + 1)
                if row not in grid.hidden_rows
            ]
        elif within and Type in (_CONSTANTS, _BLANKS):
            areas = [
                Rect(row, column, row, column)
                for row, column in within.cells()
                if not grid.formula(row, column)
                and (grid.value(row, column) is None) == (Type == _BLANKS)
            ]
        if not areas:
            raise refused("No cells were found.")
        return Range(self.sheet, areas)

    def AutoFilter(self, Field: Any = None, Criteria1: Any = None, Operator: Any = None, Criteria2: Any = None) -> bool:
        self.sheet.filter(self.rect, None if Field is None else int(Field), Criteria1)
        return True
