"""Asserts that a ledger holds the cells it should: what people typed as it was made, computed cells as the plain
script computes them from the same rows. Files are read by calamine, which neither side uses.

Run as `values FILE ROWS OUT` (what the computed cells have to be, from FILE's settings), `cells FILE ROWS VALUES`
(`-` for a ledger whose computed columns are blank) or `read DUMP ROWS`; prints `typed computed`, the numbers of
cells found equal, or the first cells that differ, and exits 1. Moments count to the second, numbers to 12 digits.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from workbook.sheets.response_log import RESPONSE_LOG

from .rows import CHUNK, NOW, chunks

FIRST_ROW = RESPONSE_LOG.header_row + 1
_EPOCH = datetime(1899, 12, 30)
_SHOWN = 5
_MOMENTS = {c.key for c in RESPONSE_LOG.columns if c.kind in ("datetime", "date")}


class DifferentError(Exception):
    """Cells differ; the text names the first ones."""


def typed_columns(rows: int) -> Iterable[tuple[int, Mapping[str, list[Any]]]]:
    """(place of the first row, heading -> cells as a reader gives them) chunk by chunk."""
    for first, columns in chunks(rows):
        yield first, {_heading(key): [_as_read(key, cell) for cell in cells] for key, cells in columns.items()}


def _heading(key: str) -> str:
    return RESPONSE_LOG.heading(key) if key in RESPONSE_LOG else key


def _as_read(key: str, cell: Any) -> Any:
    if isinstance(cell, float) and key in _MOMENTS:
        return _EPOCH + timedelta(seconds=round(cell * 86_400))
    return "" if cell is None else cell


def expected_values(file: Path, rows: int) -> pd.DataFrame:
    """The computed columns, from the rows as they were made and the file's small sheets."""
    from . import plain_script

    parts = [pd.DataFrame({h: columns.get(h, "") for h in plain_script.INPUTS}) for _, columns in typed_columns(rows)]
    log = pd.concat(parts, ignore_index=True)
    log = log.replace("", None).infer_objects()
    rules, options, people = (
        pd.read_excel(file, sheet_name=name, header=2, engine="openpyxl") for name in ("设置", "选项与关键词", "人员")
    )
    return plain_script.compute(log, rules, options, people, NOW)


def check_cells(file: Path, rows: int, values: pd.DataFrame | None) -> tuple[int, int]:
    """(typed, computed) cells that are as they should be, every cell of every row. Raises DifferentError."""
    from python_calamine import CalamineWorkbook

    lines = iter(CalamineWorkbook.from_path(file).get_sheet_by_name(RESPONSE_LOG.title).iter_rows())
    headings = [str(h) for h in list(islice(lines, RESPONSE_LOG.header_row))[-1]]
    numbers = [0, 0]
    for first, typed in typed_columns(rows):
        found = list(islice(lines, min(CHUNK, rows - first)))
        if len(found) != min(CHUNK, rows - first):
            raise DifferentError(f"{len(found)} rows from row {FIRST_ROW + first} on")
        part = None if values is None else values.iloc[first : first + len(found)]
        for heading, cells in zip(headings, zip(*found, strict=True), strict=True):
            if part is not None and heading in part:
                wanted, computed = _plain_list(part[heading]), True
            else:
                wanted, computed = typed.get(heading, [""] * len(found)), False
            compare(heading, FIRST_ROW + first, cells, wanted)
            numbers[computed] += len(found)
    left = [row for row in lines if any(cell != "" for cell in row)]
    if left:
        raise DifferentError(f"{len(left)} rows too many")
    return numbers[0], numbers[1]


def check_read(dump: Path, rows: int) -> int:
    """The cells of a read job's dump that are as they should be. Raises DifferentError."""
    found = pickle.loads(dump.read_bytes())
    if isinstance(found, pd.DataFrame):
        found = {heading: _plain_list(found[heading]) for heading in found.columns}
    headings = {c.heading: c.key for c in RESPONSE_LOG.columns if not c.computed}
    if set(found) != set(headings):
        raise DifferentError(f"columns {sorted(set(found) ^ set(headings))}")
    for first, typed in typed_columns(rows):
        for heading, key in headings.items():
            part = found[heading][first : first + CHUNK]
            cells = [_as_read(key, cell) for cell in part]
            compare(heading, FIRST_ROW + first, cells, typed.get(heading, [""] * len(part)))
    return rows * len(headings)


def _plain_list(column: pd.Series) -> list[Any]:
    blank = column.isna()
    return ["" if b else c for c, b in zip(column.astype(object), blank, strict=True)]


def compare(heading: str, first: int, found: Sequence[Any], wanted: Sequence[Any]) -> None:
    """Raises DifferentError where cells of a column, from sheet row `first` on, are not the same."""
    if len(found) == len(wanted) and list(found) == list(wanted):
        return
    bad = [
        f"{heading} {first + at}: {one!r}, wanted {other!r}"
        for at, (one, other) in enumerate(zip(found, wanted, strict=True)) if not _same(one, other)
    ]  # fmt: skip
    if bad:
        raise DifferentError(f"{len(bad)} cells differ: {'; '.join(bad[:_SHOWN])}")


def _same(one: Any, other: Any) -> bool:
    if type(one) is date:  # calamine's word for a moment at midnight
        one = datetime.combine(one, time())
    if isinstance(one, datetime) and isinstance(other, datetime):
        return abs((one - other).total_seconds()) < 0.5
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-12 * max(abs(one), abs(other))
    return bool(one == other)


def main(job: str, file: str, rows: str, values: str = "-") -> int:
    try:
        if job == "values":
            expected_values(Path(file), int(rows)).to_pickle(values)
        elif job == "read":
            print(check_read(Path(file), int(rows)), 0)
        else:
            wanted = None if values == "-" else pd.read_pickle(values)
            print(*check_cells(Path(file), int(rows), wanted))
    except DifferentError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
