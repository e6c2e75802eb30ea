"""Reading a wide sheet narrowly: some columns in every row, the others only where they may matter (book.Focus)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from ..book import RawCell
from .sheet_xml import ReadColumn, Scan

MOST_RUNS = 4_000
"""More stretches of rows than this are not sought one by one: one pass over all is quicker then."""

Read = Callable[[Iterable[int], int, int], Scan]
"""The cells of columns in rows first to last."""


def read_focused(
    read: Read,
    near: Sequence[int],
    others: Sequence[int],
    by: int,
    certain: Callable[[RawCell], bool],
    first: int,
    last: int,
    finish: Callable[[Scan], Scan],
) -> Scan:
    """The columns `near` in all rows, and `others` in the rows whose cell in column `by` is not `certain`; blank in
    the rest. `finish` is what else has to happen to cells that were read."""
    scan = finish(read(near, first, last))
    cells = scan.columns[by].cells
    sure = {cell for cell in set(cells) if certain(cell)}
    known = [row for row, cell in zip(scan.rows, cells, strict=True) if cell in sure]
    runs = list(_runs_between(known, first, last))
    if len(runs) > MOST_RUNS:
        runs = [(runs[0][0], runs[-1][1])]
    wide = finish(_joined([read(others, *run) for run in runs], others))
    return _merged(scan, wide, set(known))


def _runs_between(rows: Sequence[int], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The stretches of first to last that hold none of `rows` (in order)."""
    walls = np.array([first - 1, *rows, last + 1], dtype=np.int64)
    gaps = np.flatnonzero(np.diff(walls) > 1)
    yield from zip((walls[gaps] + 1).tolist(), (walls[gaps + 1] - 1).tolist(), strict=True)


def _joined(scans: Sequence[Scan], columns: Iterable[int]) -> Scan:
    """Scans of stretches in order as one."""
    whole = Scan([], {column: ReadColumn([]) for column in columns})
    for scan in scans:
        whole.rows += scan.rows
        for column, read in scan.columns.items():
            into = whole.columns[column]
            into.cells += read.cells
            into.formulas |= read.formulas
            into.styles.update(read.styles)
    return whole


def _merged(scan: Scan, wide: Scan, without: set[int]) -> Scan:
    """Both in one, over the rows of both; of `wide` the rows that are not in `without`."""
    taken = [(at, row) for at, row in enumerate(wide.rows) if row not in without]
    present = set(scan.rows)
    added = [row for _, row in taken if row not in present]
    rows = sorted([*scan.rows, *added]) if added else scan.rows
    place = {row: at for at, row in enumerate(rows)} if taken else {}
    columns: dict[int, ReadColumn] = {}
    for column, read in scan.columns.items():
        if added:
            cells: list[RawCell] = [None] * len(rows)
            for row, cell in zip(scan.rows, read.cells, strict=True):
                cells[place[row]] = cell
            read = ReadColumn(cells, read.formulas, read.styles)
        columns[column] = read
    for column, read in wide.columns.items():
        cells = [None] * len(rows)
        for at, row in taken:
            cells[place[row]] = read.cells[at]
        columns[column] = ReadColumn(cells, read.formulas - without)
    return Scan(rows, columns)
