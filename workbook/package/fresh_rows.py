"""Many new rows below all that a sheet has, made column by column: a hundred thousand of them are an import."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .cell_refs import letters
from .cell_writing import CellWriter, Content

_TOGETHER = 4_000
"""Rows that are made at a time: the cells of all of them are held as bytes."""


@dataclass(frozen=True)
class FreshRows:
    """Rows that do not exist yet: `tag` is what their start tags hold behind the number, `styles` (column -> style) the
    cells that each of them has, `columns` what is to be written, as long as the rows."""

    rows: range
    tag: bytes
    styles: Mapping[int, int]
    columns: Mapping[int, Sequence[Content]]

    def made(
        self, writer: CellWriter, p: bytes, formats: Mapping[int, str], style_of: Callable[[int, int], int]
    ) -> Iterator[bytes]:
        """Their XML. `style_of` (row, column) gives the style of a cell that is not among `styles`; such a cell is made
        only where something stands in it."""
        numbers = sorted({*self.styles, *self.columns})
        behind = self.tag + b">"
        close = b"</%srow>" % p
        for low in range(0, len(self.rows), _TOGETHER):
            rows = self.rows[low : low + _TOGETHER]
            ends = [b'%d"' % row for row in rows]
            cells = [
                self._column(number, low, rows, ends, writer, p, formats, style_of) for number in numbers
            ]
            start = b'<%srow r="' % p
            for end, row in zip(ends, zip(*cells, strict=True) if cells else [()] * len(rows), strict=True):
                yield start + end + behind + b"".join(row) + close

    def _column(
        self, number: int, low: int, rows: range, ends: Sequence[bytes], writer: CellWriter, p: bytes,
        formats: Mapping[int, str], style_of: Callable[[int, int], int],
    ) -> list[bytes]:  # fmt: skip
        name = b'<%sc r="%s' % (p, letters(number).encode())
        styled = number in self.styles
        values = self.columns.get(number)
        if values is None:
            blank = b' s="%d"/>' % self.styles[number]
            return [name + end + blank for end in ends]
        values = values[low : low + len(rows)]
        filled = values.count(None) < len(values)
        if not filled and not styled:
            return [b""] * len(rows)
        style = self.styles[number] if styled else style_of(self.rows[0], number)
        tails, _ = writer.column(style, styled, values, formats.get(number, ""), b"")
        if styled:
            return [name + end + tail for end, tail in zip(ends, tails, strict=True)]  # type: ignore[operator]
        return [
            b"" if value is None else name + end + tail  # type: ignore[operator]
            for end, tail, value in zip(ends, tails, values, strict=True)
        ]
