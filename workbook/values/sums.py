"""Rows that sum up the rows above them (合计, 平均, 综合得分): typed below the records, and no records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..schema import Sheet
from .cleaning import clean, is_nothing, is_summary, plain

_WORDLESS_KINDS = frozenset({"datetime", "date", "number", "integer", "score", "share", "money"})


def summary_rows(frame: pd.DataFrame, sheet: Sheet | None = None) -> npt.NDArray[np.bool_]:
    """Which rows sum up the rows above them and are no data: one of the first two columns says 综合得分, 合计,
    平均 …, or, if the `sheet` is given, any typed text column does and no required cell is filled in."""
    mask = any_summary([frame.iloc[:, i].tolist() for i in range(min(2, frame.shape[1]))], len(frame))
    if sheet is not None:
        columns = {c.key: frame[c.key] for c in sheet.columns if c.key in frame}
        mask |= summing_aside(sheet, columns, len(frame))
    return mask


def summing_aside(
    sheet: Sheet, columns: Mapping[str, Sequence[object] | pd.Series], n: int
) -> npt.NDArray[np.bool_]:
    """Rows, raw or read, where a text column says 平均 or the like and no required column holds anything else.
    A sheet without required columns has none: nothing would tell a sum from a record."""
    keys = [c.key for c in sheet.columns if c.required and c.key in columns]
    left = np.arange(n if keys else 0)
    for key in keys:
        cells = columns[key]
        if isinstance(cells, pd.Series) and cells.dtype.kind == "M":
            left = left[cells.isna().to_numpy()[left]]
            continue
        here = _at(cells, left)
        void = {cell for cell in set(here) if _is_void(cell)}
        left = left[np.array([cell in void for cell in here], dtype=bool)]
    mask = np.zeros(n, dtype=bool)
    texts = [
        _at(columns[c.key], left) for c in sheet.columns
        if len(left) and c.key in columns and not c.computed and c.kind not in _WORDLESS_KINDS
    ]  # fmt: skip
    mask[left] = any_summary(texts, len(left))
    return mask


def _at(cells: Sequence[object] | pd.Series, places: npt.NDArray[np.int64]) -> list[object]:
    if isinstance(cells, pd.Series):
        return list(cells.to_numpy(dtype=object)[places])
    return list(cells) if len(places) == len(cells) else [cells[i] for i in places]


def _is_void(cell: object) -> bool:
    """Blank, a dash, or the word that says that the row is a sum."""
    if not isinstance(cell, str):
        return cell is None or cell != cell
    return not clean(cell) or is_nothing(plain(cell)) or is_summary(cell)


def tells_record(cell: object) -> bool:
    """Is a raw cell of a required text column enough to know that its row is a record, whatever else it holds: text
    that is neither blank, nor a dash, nor the word of a sum?"""
    return isinstance(cell, str) and not _is_void(cell)


def any_summary(columns: Sequence[Sequence[object]], n: int) -> npt.NDArray[np.bool_]:
    """Which of `n` rows has a summary word in one of the columns."""
    mask = np.zeros(n, dtype=bool)
    for cells in columns:
        heads = {
            c for c in cells if isinstance(c, str) and ("计" in c or "均" in c or "综" in c) and is_summary(c)
        }
        if heads:
            mask |= np.array([c in heads for c in cells], dtype=bool)
    return mask
