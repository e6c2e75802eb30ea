"""Fonts, fills, borders, validation and links: as much of them as a command may touch. They are kept, not checked."""

# ruff: noqa: N802

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .com import Collection, Com, refused

if TYPE_CHECKING:
    from .ranges import Range


def look(cells: Range, name: str, default: Any) -> Any:
    """What was last set for the first cell."""
    at = cells.rect
    for rect, what, value in reversed(cells.sheet.grid.looks):
        if what == name and rect.holds(at.top, at.left):
            return value
    return default


def set_look(cells: Range, name: str, value: Any) -> None:
    cells._refuse_formats()
    cells.sheet.grid.looks += [(rect, name, value) for rect in cells.areas]


class _Of(Com):
    def __init__(self, cells: Range) -> None:
        self.wire, self.cells = cells.wire, cells


class Font(_Of):
    @property
    def Bold(self) -> Any:
        return look(self.cells, "Font.Bold", False)

    @Bold.setter
    def Bold(self, value: Any) -> None:
        set_look(self.cells, "Font.Bold", value)

    @property
    def Color(self) -> Any:
        return look(self.cells, "Font.Color", 0)

    @Color.setter
    def Color(self, value: Any) -> None:
        set_look(self.cells, "Font.Color", value)


class Interior(_Of):
    @property
    def Color(self) -> Any:
        return look(self.cells, "Interior.Color", 16_777_215)

    @Color.setter
    def Color(self, value: Any) -> None:
        set_look(self.cells, "Interior.Color", value)

    @property
    def ColorIndex(self) -> Any:
        return look(self.cells, "Interior.ColorIndex", -4142)

    @ColorIndex.setter
    def ColorIndex(self, value: Any) -> None:
        set_look(self.cells, "Interior.ColorIndex", value)


class Borders(_Of):
    @property
    def LineStyle(self) -> Any:
        return look(self.cells, "Borders.LineStyle", -4142)

    @LineStyle.setter
    def LineStyle(self, value: Any) -> None:
        set_look(self.cells, "Borders.LineStyle", value)


class Validation(_Of):
    @property
    def Type(self) -> Any:
        found = look(self.cells, "Validation.Type", None)
        if found is None:
            raise refused("Application-defined or object-defined error")
        return found

    def Delete(self) -> None:
        set_look(self.cells, "Validation.Type", None)


class Hyperlinks(Collection):
    """The links made by hand or by Hyperlinks.Add; a HYPERLINK formula is none of them."""

    def __init__(self, cells: Range) -> None:
        self.wire, self.cells = cells.wire, cells

    def items(self) -> list[Any]:
        return []
