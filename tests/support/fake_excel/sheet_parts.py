"""Charts and filters of a tab."""

# ruff: noqa: N802

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .com import Collection, Com
from .places import Rect
from .ranges import Range

if TYPE_CHECKING:
    from .worksheet import Worksheet


# What a protected sheet may allow, in the order of Worksheet.Protect's arguments.
RULES = (
    "FormattingCells", "FormattingColumns", "FormattingRows", "InsertingColumns", "InsertingRows",
    "InsertingHyperlinks", "DeletingColumns", "DeletingRows", "Sorting", "Filtering", "UsingPivotTables",
)  # fmt: skip


class Protection(Com):
    """What is allowed on a protected sheet."""

    def __init__(self, sheet: Worksheet) -> None:
        self.wire, self.sheet = sheet.wire, sheet


def _rule(name: str) -> property:
    return property(lambda self: name in self.sheet.allowed)


for _name in RULES:
    setattr(Protection, f"Allow{_name}", _rule(_name))


class ChartObject(Com):
    """An embedded chart: a name and the formulas of its series."""

    def __init__(self, sheet: Worksheet, name: str, series: list[str]) -> None:
        self.wire, self.sheet, self.name, self.series = sheet.wire, sheet, name, series

    @property
    def Name(self) -> str:
        return self.name

    @property
    def Parent(self) -> Com:
        return self.sheet


class ChartObjects(Collection):
    def __init__(self, sheet: Worksheet) -> None:
        self.wire, self.sheet = sheet.wire, sheet

    def items(self) -> list[Any]:
        return list(self.sheet.charts)


class FilterOfSheet(Com):
    def __init__(self, sheet: Worksheet, rect: Rect) -> None:
        self.wire, self.sheet, self.rect = sheet.wire, sheet, rect

    @property
    def Range(self) -> Range:
        return Range(self.sheet, [self.rect])

    @property
    def FilterMode(self) -> bool:
        return self.sheet.filtered(self.rect)

    def ShowAllData(self) -> None:
        self.sheet.show_rows(self.rect)
