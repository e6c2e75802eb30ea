"""Whole columns written into a stretch of rows that are all built alike: column by column instead of cell by cell,
which is several times faster. A stretch that is not so is written row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..book import RawCell
from .cell_writing import KEEP, CellWriter, Content, Keep
from .row_cells import Layout, Shells
from .sheet_xml import Piece


@dataclass(frozen=True)
class Look:
    """A blank cell that is made with a style where the row has none; one that is there stays."""

    style: int


Contents = Sequence[Content | Keep | Look]
RowEdit = tuple[int, tuple[int, ...], Contents]
"""A row to be written to: its number, column numbers in order, what to write in each."""


@dataclass(frozen=True)
class Verdict:
    """What is to be written into a stretch, a list for each column, None where a column stays; `done` is called
    once it is written."""

    values: Sequence[Sequence[Content | Keep] | None]
    done: Callable[[], None]


Judge = Callable[[list[list[RawCell]], int], Verdict]
"""From the cells of a stretch's columns and the place of its first row."""


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


class AlikeRows:
    """A stretch of rows, each with a cell in each of some columns, cut into cells."""

    def __init__(
        self, layout: Layout, rows: list[list[bytes]], ends: list[bytes], rest: bytes, p: bytes
    ) -> None:
        self._layout = layout
        self._rows = rows
        self._ends = ends
        self._rest = rest
        self._close = b"</%srow>" % p
        self._tails: dict[int, list[bytes]] = {}

    @classmethod
    def of(
        cls, pieces: Sequence[Piece], numbers: Sequence[int], columns: Sequence[int], p: bytes
    ) -> AlikeRows | None:
        """The stretch's rows; None unless they have just these numbers and are built alike."""
        last, rest = len(pieces), b""
        if pieces and pieces[-1][0] == 0:
            last, rest = last - 1, pieces[-1][1]
        if not last or last != len(numbers) or [piece[0] for piece in pieces[:last]] != list(numbers):
            return None
        names = [b"%d" % number for number in numbers]
        if len(names[0]) != len(names[-1]):
            return None
        layout = Layout(columns, p)
        rows = [layout.cut(text, name) for (_, text, _), name in zip(pieces, names, strict=False)]
        if layout.learned > 1 or len(layout.present) < len(columns):
            return None
        return cls(layout, rows, [name + b'"' for name in names], rest, p)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self._layout.present)

    def tails(self, at: int) -> list[bytes]:
        """What stands behind the addresses in the cells of one of the columns."""
        tails = self._tails.get(at)
        if tails is None:
            place, width = self._layout.present[at]
            start = width + len(self._ends[0])
            tails = self._tails[at] = [row[place][start:] for row in self._rows]
        return tails

    def write(
        self,
        values: Sequence[Sequence[Content | Keep] | None],
        writer: CellWriter,
        shells: Shells,
        formats: Mapping[int, str],
    ) -> list[bytes] | None:
        """The rows with these values in the columns' cells, None leaves a column as it is; no rows at all where a
        column's cells differ in more than their values or hold formulas."""
        layout, mark = self._layout, self._layout.mark
        written = [at for at, column in enumerate(values) if column is not None]
        for run in reversed(_runs([(at, *layout.present[at]) for at in written])):
            columns: list[list[bytes | None]] = []
            starts: list[int] = []
            follows: list[bytes] = []
            kept = False
            for at, _, width in run:
                shell = shells.common(self.tails(at))
                if shell is None:
                    return None
                starts.append(width + len(self._ends[0]))
                follows.append(b"" if at == run[-1][0] else mark + layout.names[at + 1])
                number_format = formats.get(layout.columns[at], "")
                behind = shell.rest + follows[-1]
                new = values[at] or ()
                cells, keeps = writer.column(shell.style, shell.styled, new, number_format, behind)
                columns.append(cells)
                kept = kept or keeps
            # what stands between two tails of a row is its number: they are joined by it
            name, first = layout.names[run[0][0]], run[0][1]
            stop = first + len(run)
            for row, end, news in zip(self._rows, self._ends, zip(*columns, strict=True), strict=True):
                tails = _with_kept(news, row[first:stop], starts, follows) if kept and None in news else news
                row[first:stop] = [end.join((name, *tails))]  # type: ignore[misc]
        return [*(mark.join(row) + self._close for row in self._rows), self._rest]


def _runs(cells: Sequence[tuple[int, int, int]]) -> list[list[tuple[int, int, int]]]:
    """Cells (column's place in the list, place in the row, width of its letters) that stand side by side."""
    runs: list[list[tuple[int, int, int]]] = []
    for cell in cells:
        if not runs or runs[-1][-1][1] != cell[1] - 1:
            runs.append([])
        runs[-1].append(cell)
    return runs


def _with_kept(
    news: Sequence[bytes | None], old: Sequence[bytes], starts: Sequence[int], follows: Sequence[bytes]
) -> list[bytes]:
    """The tails of a run, those of the cells that are left as they are among them."""
    return [
        cell[start:] + follow if new is None else new
        for new, cell, start, follow in zip(news, old, starts, follows, strict=True)
    ]
