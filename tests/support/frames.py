"""Typed frames as `workbook.values.read_frame` gives them, from a few cells written out in a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workbook.sheets import BY_KEY
from xlsvc.outcome import Ledger

_TIMES = ("datetime", "date")
_NUMBERS = ("number", "integer", "score", "share", "money")


def frame(sheet_key: str, rows: Sequence[Mapping[str, Any]], narrow: bool = False) -> pd.DataFrame:
    """All columns of a sheet that are not computed (`narrow`: those that a row fills in); row numbers from the first
    row below the heading."""
    sheet = BY_KEY[sheet_key]
    index = range(sheet.header_row + 1, sheet.header_row + 1 + len(rows))
    columns: dict[str, pd.Series] = {}
    for column in sheet.columns:
        if column.computed or (narrow and not any(column.key in row for row in rows)):
            continue
        cells = [row.get(column.key) for row in rows]
        if column.kind in _TIMES:
            columns[column.key] = pd.Series(pd.to_datetime(cells), index=index).astype("datetime64[ns]")
        elif column.kind in _NUMBERS:
            columns[column.key] = pd.Series(cells, index=index, dtype=float)
        else:
            columns[column.key] = pd.Series(
                ["" if c is None else c for c in cells], index=index, dtype=object
            )
    return pd.DataFrame(columns, index=index)


def ledger(
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    options: Mapping[str, Any] | None = None,
    titles: Sequence[str] = (),
) -> Ledger:
    """A ledger as a command's handler gets it; sheets not named are empty logs."""
    keys = {"response_log", "process_log", "evaluations", "form_register", *rows}
    frames = {key: frame(key, rows.get(key, ())) for key in sorted(keys)}
    every = (*(sheet.title for sheet in BY_KEY.values()), *titles)
    return Ledger(frames, titles=dict.fromkeys(every, True), options=options or {})
