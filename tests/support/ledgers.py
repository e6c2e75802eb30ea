"""Ledgers for tests, and an independent reader of what stands in their cells."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl
from openpyxl.worksheet.merge import MergedCellRange

from workbook.sheets import BY_KEY, SHEETS

NOW = datetime(2024, 5, 6, 9, 0)
_DRAWN: dict[str, bytes] = {}


def make_ledger(
    path: Path,
    rows: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    layouts: Mapping[str, Any] | None = None,
) -> Path:
    """A ledger at `path` holding `rows` (sheet key -> rows by column key)."""
    from workbook.template import build, save

    return drawn_once(path, f"ledger {rows!r} {layouts!r}", lambda: save(build(rows or {}, layouts or {}), path))


def make_sample(path: Path) -> Path:
    """The product's sample ledger at `path`."""
    from xlsvc.sample import write_sample

    return drawn_once(path, "sample", lambda: write_sample(path))


def drawn_once(path: Path, what: str, draw: Callable[[], object]) -> Path:
    """A file of its own at `path`: made by `draw` the first time in a run, of the same bytes whenever `what` comes
    again. `what` says all that decides the content."""
    if what not in _DRAWN:
        draw()
        _DRAWN[what] = path.read_bytes()
    path.write_bytes(_DRAWN[what])
    return path


def document_rows() -> dict[str, list[dict[str, Any]]]:
    """The documents' own rows, as the product's sample prints them."""
    from xlsvc.sample_documents import ASSESSMENT_ROWS, PROCESS_ROWS, RESPONSE_ROWS, TRACKER_ROWS

    return {
        "response_log": [dict(r) for r in RESPONSE_ROWS],
        "process_log": [dict(r) for r in PROCESS_ROWS],
        "quality_assessment": [dict(r) for r in ASSESSMENT_ROWS],
        "suggestion_tracker": [dict(r) for r in TRACKER_ROWS],
    }


def opened(path: Path | str, data_only: bool = False) -> openpyxl.Workbook:
    """The workbook by openpyxl, to be looked at, never changed: the same bytes are loaded once."""
    return _opened(Path(path).read_bytes(), data_only)


@lru_cache(maxsize=6)
def _opened(data: bytes, data_only: bool) -> openpyxl.Workbook:
    # openpyxl draws the outline of merged cells anew, which is half of the time and nothing the file says
    with mock.patch.object(MergedCellRange, "format"):
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=data_only)
    book.save = _never  # type: ignore[method-assign]
    return book


def _never(*_: Any) -> None:
    raise AssertionError("a workbook that tests share is looked at, never changed and saved")


def all_cells(path: Path) -> dict[tuple[str, str], Any]:
    """(tab, address) -> content, formulas as their text; read by openpyxl, which shares nothing with the host."""
    return {(title, address): value for title, address, value in filled_cells(path)}


def filled_cells(path: Path, *titles: str, data_only: bool = False) -> Iterator[tuple[str, str, Any]]:
    """(tab, address, content) of every cell that holds anything, row by row, of all tabs or of those named: looks,
    rules and drawings are not read, which take most of the time."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=data_only)
    try:
        for sheet in book.worksheets:
            if not titles or sheet.title in titles:
                sheet.reset_dimensions()  # a file may say less than it holds
                for row in sheet.iter_rows():
                    for cell in row:
                        if cell.value is not None and cell.value != "":
                            yield sheet.title, cell.coordinate, cell.value
    finally:
        book.close()


def typed_cells(path: Path) -> dict[tuple[str, str], Any]:
    """The cells no command may touch: every typed column of every table, and every column that is not ours."""
    schemas = {schema.title: schema for schema in SHEETS if schema.key not in ("issue_list", "today")}
    cells = {place: value for place, value in all_cells(path).items() if place[0] in schemas}
    headed = {(title, *_place(address)): value for (title, address), value in cells.items()}
    kept: dict[tuple[str, str], Any] = {}
    for (title, address), value in cells.items():
        schema, (letter, _) = schemas[title], _place(address)
        heading = headed.get((title, letter, schema.header_row))
        known = schema.find(heading) if heading is not None else None
        if known is None or known.role != "computed":
            kept[title, address] = value
    return kept


def _place(address: str) -> tuple[str, int]:
    letter = address.rstrip("0123456789")
    return letter, int(address[len(letter) :])


def column_values(path: Path, sheet_key: str, key: str) -> list[Any]:
    """The values of one column of a table, in row order, cached values for formulas."""
    schema = BY_KEY[sheet_key]
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    sheet = book[schema.title]
    sheet.reset_dimensions()
    rows = list(sheet.iter_rows(min_row=schema.header_row, values_only=True))
    book.close()
    for at, heading in enumerate(rows[0]):
        found = schema.find(heading) if heading is not None else None
        if found is not None and found.key == key:
            return [row[at] if at < len(row) else None for row in rows[1:]]
    raise KeyError(key)
