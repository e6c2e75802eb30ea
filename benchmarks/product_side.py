"""The product's side where a job is less than a command: filling and reading through FileBook.

Run as `python -m benchmarks.product_side fill FILE VALUES` or `read FILE [DUMP]`.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from workbook.book import Changes
from workbook.file_book import FileBook
from workbook.sheets.response_log import RESPONSE_LOG

INPUTS = tuple(c for c in RESPONSE_LOG.columns if not c.computed)


def fill(file: Path, values: Path) -> None:
    """The given values (a pickled frame, headings as columns) into the computed columns; one atomic save."""
    import pandas as pd

    frame = pd.read_pickle(values)
    frame.columns = [column.key for heading in frame.columns if (column := RESPONSE_LOG.find(heading))]
    frame.index = range(RESPONSE_LOG.header_row + 1, RESPONSE_LOG.header_row + 1 + len(frame))
    FileBook(file).apply(Changes(columns=[(RESPONSE_LOG, frame)]))


def read(file: Path, dump: Path | None) -> None:
    """All columns that people fill in."""
    cells = FileBook(file).read([RESPONSE_LOG], {RESPONSE_LOG.key: [c.key for c in INPUTS]})[RESPONSE_LOG.key]
    if dump:
        dump.write_bytes(pickle.dumps({c.heading: list(cells.columns[c.key]) for c in INPUTS}))


if __name__ == "__main__":
    job, *paths = sys.argv[1:]
    if job == "fill":
        fill(Path(paths[0]), Path(paths[1]))
    else:
        read(Path(paths[0]), Path(paths[1]) if paths[1:] else None)
