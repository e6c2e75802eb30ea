"""Ledgers for tests, and an independent reader of what stands in their cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

from workbook.sheets import BY_KEY, SHEETS

NOW = datetime(2024, 5, 6, 9, 0)
_DRAWN: dict[str, bytes] = {}


def make_ledger(
    path: Path,
    rows: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    layouts: Mapping[str, Any] | None = None,
) -> Path:
    """A ledger at `path` holding `rows` (sheet key -> rows by column key); the same rows are drawn once a run."""
    from workbook.template import build, save

    drawn = repr((rows, layouts))
    if drawn not in _DRAWN:
        save(build(rows or {}, layouts or {}), path)
        _DRAWN[drawn] = path.read_bytes()
    path.write_bytes(_DRAWN[drawn])
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


def all_cells(path: Path) -> dict[tuple[str, str], Any]:
    """(tab, address) -> content, formulas as their text; read by openpyxl, which shares nothing with the host."""
    book = openpyxl.load_workbook(path, data_only=False)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and cell.value != ""
    }


def typed_cells(path: Path) -> dict[tuple[str, str], Any]:
    """The cells no command may touch: every typed column of every table, and every column that is not ours."""
    book = openpyxl.load_workbook(path, data_only=False)
    kept: dict[tuple[str, str], Any] = {}
    for schema in SHEETS:
        if schema.key in ("issue_list", "today") or schema.title not in book.sheetnames:
            continue
        sheet = book[schema.title]
        for column in sheet.iter_cols():
            letter, heading = column[0].column_letter, sheet.cell(schema.header_row, column[0].column).value
            known = schema.find(heading) if heading is not None else None
            if known is not None and known.role == "computed":
                continue
            for cell in column:
                if cell.value is None or cell.value == "":
                    continue
                kept[schema.title, f"{letter}{cell.row}"] = cell.value
    return kept


def column_values(path: Path, sheet_key: str, key: str) -> list[Any]:
    """The values of one column of a table, in row order, cached values for formulas."""
    schema = BY_KEY[sheet_key]
    sheet = openpyxl.load_workbook(path, data_only=True)[schema.title]
    for column in sheet.iter_cols():
        heading = sheet.cell(schema.header_row, column[0].column).value
        found = schema.find(heading) if heading is not None else None
        if found is not None and found.key == key:
            return [cell.value for cell in column[schema.header_row :]]
    raise KeyError(key)
