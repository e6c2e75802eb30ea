"""Where a Range lies, and the ranges it leads to."""

# ruff: noqa: N802, N803

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .com import Collection, Com, Wire, refused
from .places import COLUMNS, ROWS, Rect

if TYPE_CHECKING:
    from .worksheet import Worksheet

UP, DOWN, LEFT, RIGHT = -4162, -4121, -4159, -4161


class Areas(Collection):
    def __init__(self, whole: Place) -> None:
        self.wire, self._whole = whole.wire, whole

    def items(self) -> list[Any]:
        return [self._whole._also(area) for area in self._whole.areas]


class Place(Com):
    """Cells of one sheet; most members look at the first area, as Excel's do. `part` is "" for cells, "rows" or
    "columns" where the range counts its rows or columns."""

    def __init__(self, sheet: Worksheet, areas: Sequence[Rect], part: str = "") -> None:
        self.sheet, self.areas, self.part = sheet, list(areas), part
        self.wire: Wire = sheet.wire

    @property
    def rect(self) -> Rect:
        return self.areas[0]

    def _also(self, *areas: Rect, part: str = "") -> Any:
        return type(self)(self.sheet, areas, part)

    # -- place

    @property
    def Application(self) -> Com:
        return self.sheet.Application

    @property
    def Parent(self) -> Com:
        return self.sheet

    @property
    def Worksheet(self) -> Com:
        return self.sheet

    @property
    def Row(self) -> int:
        return self.rect.top

    @property
    def Column(self) -> int:
        return self.rect.left

    @property
    def Rows(self) -> Any:
        return self._also(self.rect, part="rows")

    @property
    def Columns(self) -> Any:
        return self._also(self.rect, part="columns")

    @property
    def Cells(self) -> Any:
        return self._also(*self.areas)

    @property
    def Areas(self) -> Areas:
        return Areas(self)

    def _count(self) -> int:
        if self.part:
            return self.rect.height if self.part == "rows" else self.rect.width
        return sum(area.size for area in self.areas)

    @property
    def Count(self) -> int:
        if self._count() > 2_147_483_647:
            raise refused("Overflow", -2146828282)
        return self._count()

    @property
    def CountLarge(self) -> int:
        return self._count()

    @property
    def Address(self) -> str:
        return ",".join(area.a1() for area in self.areas)

    def GetAddress(
        self, RowAbsolute: Any = True, ColumnAbsolute: Any = True, ReferenceStyle: Any = 1, External: Any = False
    ) -> str:
        across = True if ColumnAbsolute is None else bool(ColumnAbsolute)
        text = ",".join(
            area.a1(True if RowAbsolute is None else bool(RowAbsolute), across) for area in self.areas
        )
        return f"'[{self.sheet.book.name}]{self.sheet.title}'!{text}" if External else text

    def items(self) -> list[Any]:
        rect = self.rect
        if self.part == "rows":
            return [
                self._also(Rect(row, rect.left, row, rect.right)) for row in range(rect.top, rect.bottom + 1)
            ]
        if self.part == "columns":
            return [
                self._also(Rect(rect.top, at, rect.bottom, at)) for at in range(rect.left, rect.right + 1)
            ]
        return [self._also(Rect(r, c, r, c)) for area in self.areas for r, c in area.cells()]

    def Item(self, RowIndex: Any, ColumnIndex: Any = None) -> Any:
        rect = self.rect
        if self.part == "rows":
            row = rect.top + int(RowIndex) - 1
            return self._at(Rect(row, rect.left, row, rect.right))
        if self.part == "columns":
            column = rect.left + int(RowIndex) - 1
            return self._at(Rect(rect.top, column, rect.bottom, column))
        if ColumnIndex is None:
            down, across = divmod(int(RowIndex) - 1, rect.width)
        else:
            down, across = int(RowIndex) - 1, int(ColumnIndex) - 1
        row, column = rect.top + down, rect.left + across
        return self._at(Rect(row, column, row, column))

    def _at(self, rect: Rect) -> Any:
        if rect.top < 1 or rect.left < 1 or rect.bottom > ROWS or rect.right > COLUMNS:
            raise refused("Application-defined or object-defined error")
        return self._also(rect)

    @property
    def Offset(self) -> Any:
        return self

    def GetOffset(self, RowOffset: Any = 0, ColumnOffset: Any = 0) -> Any:
        r, down, across = self.rect, int(RowOffset or 0), int(ColumnOffset or 0)
        return self._at(Rect(r.top + down, r.left + across, r.bottom + down, r.right + across))

    @property
    def Resize(self) -> Any:
        return self

    def GetResize(self, RowSize: Any = None, ColumnSize: Any = None) -> Any:
        r = self.rect
        height, width = int(RowSize or r.height), int(ColumnSize or r.width)
        return self._at(Rect(r.top, r.left, r.top + height - 1, r.left + width - 1))

    @property
    def EntireRow(self) -> Any:
        return self._also(*(Rect(a.top, 1, a.bottom, COLUMNS) for a in self.areas), part="rows")

    @property
    def EntireColumn(self) -> Any:
        return self._also(*(Rect(1, a.left, ROWS, a.right) for a in self.areas), part="columns")

    @property
    def CurrentRegion(self) -> Any:
        rect, grid = self.rect, self.sheet.grid
        while True:
            wide = Rect(
                max(1, rect.top - 1), max(1, rect.left - 1), min(ROWS, rect.bottom + 1), rect.right + 1
            )
            grown = [rect.top, rect.left, rect.bottom, rect.right]
            for column in range(wide.left, wide.right + 1):
                for row in grid.values.get(column, {}):
                    if wide.top <= row <= wide.bottom:
                        grown = [
                            min(grown[0], row), min(grown[1], column), max(grown[2], row), max(grown[3], column)
                        ]  # fmt: skip
            if Rect(*grown) == rect:
                return self._also(rect)
            rect = Rect(*grown)

    def End(self, Direction: int) -> Any:
        row, column = self.rect.top, self.rect.left
        down, right = {UP: (-1, 0), DOWN: (1, 0), LEFT: (0, -1), RIGHT: (0, 1)}[Direction]
        held = self._filled(row, column, vertical=bool(down))
        here, step, limit = (row, down, ROWS) if down else (column, right, COLUMNS)
        ahead = here + step
        if here in held and ahead in held:
            while ahead + step in held:
                ahead += step
            end = ahead
        else:
            beyond = [at for at in held if (at - here) * step > 0]
            end = (min(beyond) if step > 0 else max(beyond)) if beyond else (limit if step > 0 else 1)
        return self._at(Rect(end, column, end, column) if down else Rect(row, end, row, end))

    def _filled(self, row: int, column: int, vertical: bool) -> set[int]:
        values = self.sheet.grid.values
        if vertical:
            return set(values.get(column, ()))
        return {at for at, held in values.items() if row in held}
