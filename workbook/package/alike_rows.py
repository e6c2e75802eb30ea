"""Whole columns written into a stretch of rows that are all built alike: column by column instead of cell by cell,
which is several times faster. Where a stretch is not so, `write_alike` says so and the rows are written one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .cell_writing import KEEP, CellWriter, Content, Keep
from .row_cells import Layout, Shells
from .sheet_xml import Piece


@dataclass(frozen=True)
class Look:
    """A blank cell that is made with a style where the row has none; one that is there stays."""

    style: int


Values = Sequence[Content | Keep | Look]
RowEdit = tuple[int, tuple[int, ...], Values]
"""A row to be written to: its number, column numbers in order, what to write in each."""


@dataclass(frozen=True)
class Block:
    """Whole columns to be written: `values` holds a list for each of `columns`, as long as `rows`."""

    rows: Sequence[int]
    columns: tuple[int, ...]
    values: Sequence[Sequence[Content | Keep]]

    def part(self, low: int, high: int) -> Block:
        """The rows at the places `low` to `high`."""
        return Block(self.rows[low:high], self.columns, [column[low:high] for column in self.values])

    def each(self) -> Iterator[RowEdit]:
        """Row by row; rows in which nothing is written are left out."""
        for row, values in zip(self.rows, zip(*self.values, strict=True), strict=True):
            if values.count(KEEP) < len(values):
                yield row, self.columns, values


def write_alike(
    pieces: Sequence[Piece],
    block: Block,
    writer: CellWriter,
    shells: Shells,
    formats: Mapping[int, str],
    p: bytes,
) -> list[bytes] | None:
    """The rows of a stretch with the block's cells in them; None unless the stretch has just the block's rows, each
    with a cell in each of its columns, a column's cells alike but for their values and without formulas."""
    last, rest = len(pieces), b""
    if pieces and pieces[-1][0] == 0:
        last, rest = last - 1, pieces[-1][1]
    names = [b"%d" % row for row in block.rows]
    if [number for number, _, _ in pieces[:last]] != list(block.rows) or len(names[0]) != len(names[-1]):
        return None
    layout = Layout(block.columns, p)
    rows = [layout.cut(text, name) for (_, text, _), name in zip(pieces, names, strict=False)]
    if layout.learned > 1 or len(layout.present) < len(block.columns):
        return None
    ends = [name + b'"' for name in names]
    mark, close = layout.mark, b"</%srow>" % p
    for run in reversed(_runs(layout.present)):
        columns: list[list[bytes | None]] = []
        starts: list[int] = []
        follows: list[bytes] = []
        for at, place, width in run:
            starts.append(width + len(ends[0]))
            follows.append(b"" if at == run[-1][0] else mark + layout.names[at + 1])
            shell = shells.common([row[place][starts[-1] :] for row in rows])
            if shell is None:
                return None
            number_format = formats.get(block.columns[at], "")
            columns.append(
                writer.column(
                    shell.style, shell.styled, block.values[at], number_format, shell.rest + follows[-1]
                )
            )
        # what stands between two tails of a row is its number: they are joined by it
        name, first = layout.names[run[0][0]], run[0][1]
        stop = first + len(run)
        for row, end, news in zip(rows, ends, zip(*columns, strict=True), strict=True):
            tails = _with_kept(news, row[first:stop], starts, follows) if None in news else news
            row[first:stop] = [end.join((name, *tails))]  # type: ignore[misc]
    return [*(mark.join(row) + close for row in rows), rest]


def _runs(present: Sequence[tuple[int, int]]) -> list[list[tuple[int, int, int]]]:
    """Columns whose cells stand side by side: (which column, its place among the cells, its letters' width)."""
    runs: list[list[tuple[int, int, int]]] = []
    for at, (place, width) in enumerate(present):
        if not runs or runs[-1][-1][1] != place - 1:
            runs.append([])
        runs[-1].append((at, place, width))
    return runs


def _with_kept(
    news: Sequence[bytes | None], old: Sequence[bytes], starts: Sequence[int], follows: Sequence[bytes]
) -> list[bytes]:
    """The tails of a run, those of the cells that are left as they are among them."""
    return [
        cell[start:] + follow if new is None else new
        for new, cell, start, follow in zip(news, old, starts, follows, strict=True)
    ]
