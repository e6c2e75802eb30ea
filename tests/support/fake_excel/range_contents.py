"""What stands in a Range: values and formulas, given out and taken in as Excel does."""

# ruff: noqa: N802

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .com import refused
from .entry import LONGEST_IN_ARRAY, Fault, constant_text, entered, shown, value2_of, value_of
from .places import ROWS, Rect, moved, r1c1
from .range_place import Place

PROTECTED = (
    "The cell or chart you're trying to change is on a protected sheet. To make a change, unprotect the sheet. "
    "You might be requested to enter a password."
)


class Contents(Place):
    """A Range's values and formulas."""

    def _columns(self) -> list[list[Any]]:
        """The cells of the first area, a list for each column."""
        rect, grid = self.rect, self.sheet.grid
        used = grid.used()
        bottom = min(rect.bottom, max(used.bottom, rect.top))
        made = []
        for column in range(rect.left, rect.right + 1):
            held = grid.values.get(column)
            cells = [None] * rect.height if not held else list(map(held.get, range(rect.top, bottom + 1)))
            made.append(cells + [None] * (rect.height - len(cells)))  # type: ignore[operator,list-item]
        return made

    def _given_out(self, columns: list[list[Any]]) -> Any:
        if len(columns) == 1 and len(columns[0]) == 1:
            return columns[0][0]
        return tuple(zip(*columns, strict=True))

    def _size_limit(self) -> None:
        if self.rect.size > 50_000_000:
            raise refused("Out of memory", -2147024882)

    @property
    def Value(self) -> Any:
        self._size_limit()
        grid, rect, date1904 = self.sheet.grid, self.rect, self.sheet.book.date1904
        columns = self._columns()
        for at, cells in enumerate(columns):
            column = rect.left + at
            own, plain = grid.forms.get(column, {}), grid.column_forms.get(column, "General")
            forms = set(own.values()) | {plain}
            if forms <= {"General", "@"}:
                columns[at] = [value2_of(cell) if type(cell) is Fault else cell for cell in cells]
            else:
                columns[at] = [
                    cell if cell is None or type(cell) in (str, bool)
                    else value_of(cell, own.get(rect.top + i, plain), date1904)
                    for i, cell in enumerate(cells)
                ]  # fmt: skip
        return self._given_out(columns)

    @Value.setter
    def Value(self, data: Any) -> None:
        self._fill(data)

    @property
    def Value2(self) -> Any:
        self._size_limit()
        return self._given_out(
            [[value2_of(cell) if type(cell) is Fault else cell for cell in cells] for cells in self._columns()]
        )

    @Value2.setter
    def Value2(self, data: Any) -> None:
        self._fill(data)

    @property
    def Formula(self) -> Any:
        return self._formulas()

    @Formula.setter
    def Formula(self, data: Any) -> None:
        self._fill(data, relative=True)

    @property
    def Formula2(self) -> Any:
        return self._formulas()

    @Formula2.setter
    def Formula2(self, data: Any) -> None:
        self._fill(data, relative=True)

    @property
    def FormulaR1C1(self) -> Any:
        return self._formulas(in_r1c1=True)

    def _formulas(self, in_r1c1: bool = False) -> Any:
        self._size_limit()
        rect, grid = self.rect, self.sheet.grid
        columns: list[list[Any]] = []
        for at, cells in enumerate(self._columns()):
            column = rect.left + at
            texts = grid.formulas.get(column)
            if not grid.values.get(column):
                made: list[Any] = [""] * len(cells)
            else:
                made = ["" if c is None else c if type(c) is str else constant_text(c) for c in cells]
            for row, text in (texts or {}).items():
                if rect.top <= row <= rect.bottom:
                    made[row - rect.top] = r1c1(text, row, column) if in_r1c1 else text
            columns.append(made)
        return self._given_out(columns)

    @property
    def FormulaArray(self) -> Any:
        for area, text in self.sheet.grid.arrays.items():
            if area.holds(self.rect.top, self.rect.left):
                return text if self.rect.within(area) else None
        return self.Formula if self.rect.size == 1 else None

    def _mixed(self, of_cell: Sequence[bool]) -> bool | None:
        return of_cell[0] if len(set(of_cell)) == 1 else None

    @property
    def HasFormula(self) -> bool | None:
        rect = self.rect
        count = sum(area.size for area in self.sheet.grid.formula_areas(rect))
        return None if 0 < count < rect.size else count > 0

    @property
    def HasArray(self) -> bool | None:
        met = [area.meets(self.rect) for area in self.sheet.grid.arrays]
        count = sum(area.size for area in met if area)
        return None if 0 < count < self.rect.size else count > 0

    @property
    def Text(self) -> str | None:
        grid, (row, column) = self.sheet.grid, (self.rect.top, self.rect.left)
        return shown(grid.value(row, column), grid.form(row, column), self.sheet.book.date1904)

    @property
    def PrefixCharacter(self) -> str:
        return ""

    def _fill(self, data: Any, relative: bool = False) -> None:
        """Puts values as Excel does: a scalar into every cell, a row or a column again and again, and #N/A where
        an array is too small; what is too large is cut off. All cells are looked at before the first is written."""
        self._refuse_writing()
        grid, date1904 = self.sheet.grid, self.sheet.book.date1904
        kept = self.sheet.book.excel.apostrophe_kept
        for rect in self.areas:
            cut = rect.meets(Rect(1, 1, min(ROWS, rect.bottom), rect.right))
            assert cut is not None
            columns = _spread(data, cut.height, cut.width)
            made: list[list[tuple[Any, str, str]]] = []
            for at, values in enumerate(columns):
                column = rect.left + at
                own, plain = grid.forms.get(column, {}), grid.column_forms.get(column, "General")
                cells: list[tuple[Any, str, str]] = []
                for i, value in enumerate(values):
                    if type(value) is float and own.get(rect.top + i, plain) != "@" and abs(value) < 1e308:
                        cells.append((value, "", ""))
                        continue
                    if type(value) is _Missing:
                        cells.append((Fault("#N/A"), "", ""))
                        continue
                    if isinstance(data, tuple) and isinstance(value, str) and len(value) > LONGEST_IN_ARRAY:
                        raise refused("Application-defined or object-defined error")
                    if relative and isinstance(value, str) and value.startswith("=") and not isinstance(data, tuple):
                        value = moved(value, i, at)
                    put = entered(value, own.get(rect.top + i, plain), date1904, kept)
                    cells.append((put.cell, put.formula, put.form))
                made.append(cells)
            self._store(rect, made)

    def _store(self, rect: Rect, columns: list[list[tuple[Any, str, str]]]) -> None:
        grid = self.sheet.grid
        under = {
            cell for area in grid.merged if area.meets(rect) for cell in area.cells()
            if cell != (area.top, area.left)
        }  # fmt: skip
        for area in [area for area in grid.arrays if area.within(rect)]:
            del grid.arrays[area]
        for at, cells in enumerate(columns):
            column = rect.left + at
            values, texts = grid.values.setdefault(column, {}), grid.formulas.get(column)
            for row, (cell, formula, form) in enumerate(cells, rect.top):
                if under and (row, column) in under:
                    continue
                if formula:
                    grid.put(row, column, self.sheet.calculate(row, column, formula), formula)
                    texts = grid.formulas.get(column)
                    continue
                if cell is None:
                    values.pop(row, None)
                else:
                    values[row] = cell
                if texts:
                    texts.pop(row, None)
                if form:
                    grid.forms.setdefault(column, {})[row] = form
        self.sheet.touched(rect)

    def _refuse_writing(self) -> None:
        for rect in self.areas:
            if self.sheet.guards(rect):
                raise refused(PROTECTED)
            for area in self.sheet.grid.arrays:
                if area.meets(rect) and not area.within(rect):
                    raise refused("You can't change part of an array.")

    def ClearContents(self) -> bool:
        self._refuse_writing()
        for rect in self.areas:
            for area in self.sheet.grid.merged:
                if area.meets(rect) and not area.within(rect):
                    raise refused("We can't do that to a merged cell.")
            self.sheet.grid.clear(rect)
        return True

    def Clear(self) -> bool:
        self.ClearContents()
        return self.ClearFormats()

    def ClearFormats(self) -> bool:
        self._refuse_formats()
        for rect in self.areas:
            self.sheet.grid.set_form(rect, "General")
        return True

    def Calculate(self) -> None:
        return None


class _Missing:
    """What an array that is too small has no value for."""


_MISSING = _Missing()


def _spread(data: Any, height: int, width: int) -> list[list[Any]]:
    """What arrives for each cell of a range of this size, column by column."""
    if not isinstance(data, tuple):
        return [[data] * height for _ in range(width)]
    rows: tuple[Any, ...] = data if data and isinstance(data[0], tuple) else (data,)
    if any(not isinstance(row, tuple) for row in rows):
        raise TypeError("All dimensions must be a sequence of the same size")
    if len({len(row) for row in rows}) > 1:
        raise ValueError("All dimensions must be a sequence of the same size")
    if not rows or not rows[0]:
        raise ValueError("a COM array has at least one element")
    made: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    if len(made) == 1:
        made = [list(made[0]) for _ in range(width)]
    made = made[:width] + [[_MISSING] * len(rows) for _ in range(width - len(made))]
    for at, column in enumerate(made):
        if len(rows) == 1:
            made[at] = column * height
        else:
            made[at] = column[:height] + [_MISSING] * (height - len(column))
    return made
