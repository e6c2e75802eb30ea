"""Cell addresses: letters and numbers, ranges, and the limits of a sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


@lru_cache(maxsize=20_000)
def letters(column: int) -> str:
    """1 -> "A", 28 -> "AB"."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@lru_cache(maxsize=20_000)
def column_number(text: str) -> int:
    """ "A" -> 1, "AB" -> 28. Raises ValueError for more letters than a sheet has."""
    if len(text) > 3:
        raise ValueError(f"column {text[:10]}")
    number = 0
    for char in text.upper():
        number = number * 26 + ord(char) - 64
    return number


def address(row: int, column: int) -> str:
    return f"{letters(column)}{row}"


@dataclass(frozen=True)
class Area:
    """A rectangle of cells, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, text: str) -> Area | None:
        """The rectangle "A1:F10" or "A1"; None for anything else (whole columns, names)."""
        first, _, last = text.partition(":")
        a, b = _CELL.fullmatch(first), _CELL.fullmatch(last or first)
        if not a or not b:
            return None
        return cls(int(a[2]), column_number(a[1]), int(b[2]), column_number(b[1]))

    def __str__(self) -> str:
        first, last = address(self.top, self.left), address(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"

    def with_bottom(self, row: int) -> Area:
        return Area(self.top, self.left, row, self.right)

    def covers(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def union(self, other: Area) -> Area:
        return Area(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )
