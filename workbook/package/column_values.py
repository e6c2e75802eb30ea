"""Whole columns: what a frame wants written, and where it differs from what stands there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np

from ..book import Link, RawCell
from .cell_content import Serial, plain, same
from .cell_writing import Content

_DAY = np.timedelta64(86_400_000, "ms")
_EPOCH = np.datetime64("1899-12-30", "ms")


def places(present: Sequence[int], rows: Sequence[int]) -> list[int] | None:
    """Where each of `rows` stands among the rows that are present, -1 where it does not; None where both are
    the same."""
    if present == rows:
        return None
    position = {row: at for at, row in enumerate(present)}
    return [position.get(row, -1) for row in rows]


def differing(old: Sequence[RawCell], new: Sequence[RawCell]) -> list[int]:
    """The places at which two columns do not show the same (see `same`)."""
    kinds, others = set(map(type, old)), set(map(type, new))
    if kinds == {type(None)}:
        return [at for at, b in enumerate(new) if b is not None] if type(None) in others else list(range(len(new)))
    if bool in kinds or bool in others:
        return [at for at, (a, b) in enumerate(zip(old, new, strict=True)) if not same(a, b)]
    # as `same`, written out: no call for each of a million cells
    return [
        at
        for at, (a, b) in enumerate(zip(old, new, strict=True))
        if a != b
        and (type(a) is not float or type(b) is not float or abs(a - b) > 1e-12 * max(abs(a), abs(b)))
    ]


def contents(series: Any) -> list[Content]:
    """A frame's column as cells to write; moments as Serial, blank as None."""
    values = series.to_numpy()
    if values.dtype.kind == "M":
        days = (values.astype("datetime64[ms]") - _EPOCH) / _DAY
        days = np.where(days < 61, days - 1, days)
        known = ~np.isnan(days)
        cells = np.full(len(days), None, dtype=object)
        cells[known] = list(map(Serial, days[known].tolist()))
        return list(cells.tolist())
    if values.dtype.kind == "f":
        return [None if value != value else value for value in values.tolist()]
    if values.dtype.kind in "iu":
        return list(values.tolist())
    cells = values.tolist()
    kinds = set(map(type, cells))
    if kinds <= {str, type(None)}:
        return [cell or None for cell in cells]
    if kinds <= {str, float, type(None)} and all(cell != cell for cell in cells if type(cell) is float):
        return [cell if cell and cell == cell else None for cell in cells]  # blanks are NaN
    return [plain(cell) for cell in cells]


def identity_text(value: object) -> str:
    """A cell of a number that makes a row known, as it is compared: a number and its digits are the same."""
    if value is None:
        return ""
    if type(value) is str:
        return value.strip()
    if isinstance(value, Link):
        return value.text
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value).strip()


def chosen_rows(
    count: int,
    columns: Iterable[Sequence[Content]],
    identity: Sequence[Sequence[Content] | None],
    known: Collection[tuple[str, ...]],
) -> list[int]:
    """The places of the rows to be added, of `count` in all: those that hold anything, and whose `identity` cells (None: a
    column that is not given) are neither `known` nor those of a row before."""
    blank = list(range(count))
    for cells in columns:
        blank = [at for at in blank if cells[at] is None]
    without = set(blank)
    if not any(cells is not None for cells in identity):
        return [at for at in range(count) if at not in without]
    texts = [[""] * count if cells is None else list(map(identity_text, cells)) for cells in identity]
    seen = set(known)
    chosen = []
    for at, name in enumerate(zip(*texts, strict=True)):
        if at in without:
            continue
        if any(name):
            if name in seen:
                continue
            seen.add(name)
        chosen.append(at)
    return chosen
