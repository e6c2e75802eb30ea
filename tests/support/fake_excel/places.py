"""Addresses: rectangles of cells, A1 and R1C1 notation, references in defined names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

ROWS, COLUMNS = 1_048_576, 16_384

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_ROWS = re.compile(r"\$?(\d{1,7}):\$?(\d{1,7})")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!:]+))!(.+)", re.S)
_IN_FORMULA = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*'!|\[[^\]]*\])|(?<![A-Za-z0-9_.\u4e00-\u9fff])(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![A-Za-z0-9_(])"""
)


@dataclass(frozen=True)
class Rect:
    """Cells from (top, left) to (bottom, right), counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        return self.right - self.left + 1

    @property
    def size(self) -> int:
        return self.height * self.width

    def meets(self, other: Rect) -> Rect | None:
        top, left = max(self.top, other.top), max(self.left, other.left)
        bottom, right = min(self.bottom, other.bottom), min(self.right, other.right)
        return Rect(top, left, bottom, right) if top <= bottom and left <= right else None

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def within(self, other: Rect) -> bool:
        return self.meets(other) == self

    def cells(self) -> Iterator[tuple[int, int]]:
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column

    def a1(self, absolute: bool = True, column_absolute: bool | None = None) -> str:
        row_mark = "$" if absolute else ""
        mark = row_mark if column_absolute is None else "$" if column_absolute else ""
        if self.width == COLUMNS:
            return f"{row_mark}{self.top}:{row_mark}{self.bottom}"
        if self.height == ROWS:
            return f"{mark}{letters(self.left)}:{mark}{letters(self.right)}"
        first = f"{mark}{letters(self.left)}{row_mark}{self.top}"
        return first if self.size == 1 else f"{first}:{mark}{letters(self.right)}{row_mark}{self.bottom}"


def letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def number(text: str) -> int:
    value = 0
    for letter in text.upper():
        value = value * 26 + ord(letter) - 64
    return value


def rect_of(text: str) -> Rect | None:
    """The cells of "A1", "$A$1:B2", "3:4" or "A:C"; None for anything else."""
    text = text.strip()
    if found := _ROWS.fullmatch(text):
        return _ordered(int(found[1]), 1, int(found[2]), COLUMNS)
    if found := _COLUMNS.fullmatch(text):
        return _ordered(1, number(found[1]), ROWS, number(found[2]))
    ends = text.split(":")
    cells = [_CELL.fullmatch(end.strip()) for end in ends]
    if len(ends) > 2 or not all(cells):
        return None
    first, last = cells[0], cells[-1]
    assert first is not None
    assert last is not None
    return _ordered(int(first[2]), number(first[1]), int(last[2]), number(last[1]))


def _ordered(top: int, left: int, bottom: int, right: int) -> Rect | None:
    rect = Rect(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
    return rect if rect.top >= 1 and rect.bottom <= ROWS and rect.left >= 1 and rect.right <= COLUMNS else None


def split_sheet(reference: str) -> tuple[str, str]:
    """("记录", "$A$1") of "='记录'!$A$1"; the title is "" where none stands there."""
    text = reference.lstrip("=").strip()
    if found := _SHEET.fullmatch(text):
        return (found[1] or found[2]).replace("''", "'"), found[3]
    return "", text


def quoted(title: str) -> str:
    """A tab title as it stands before "!"."""
    if re.fullmatch(r"[^\W\d][\w.]*", title) and not _CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def r1c1(formula: str, row: int, column: int) -> str:
    """An A1 formula as R1C1 text, as seen from its cell."""

    def turned(found: re.Match[str]) -> str:
        if found[1]:
            return found[0]
        at_row, at_column = int(found[5]), number(found[3])
        down = str(at_row) if found[4] else _relative(at_row - row)
        across = str(at_column) if found[2] else _relative(at_column - column)
        return f"R{down}C{across}"

    return _IN_FORMULA.sub(turned, formula)


def moved(formula: str, down: int, right: int) -> str:
    """The formula as a copy of it stands so many cells further: its relative references move along."""

    def turned(found: re.Match[str]) -> str:
        if found[1]:
            return found[0]
        row = int(found[5]) + (0 if found[4] else down)
        column = number(found[3]) + (0 if found[2] else right)
        return f"{found[2]}{letters(column)}{found[4]}{row}"

    return _IN_FORMULA.sub(turned, formula)


def _relative(distance: int) -> str:
    return f"[{distance}]" if distance else ""
