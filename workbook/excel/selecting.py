"""What is marked in the tab in front, as the port tells it."""

from __future__ import annotations

import contextlib
from typing import Any

from ..book import MOST_SELECTED, Selection
from .calls import native
from .grid import SheetGrid


def selection(book: Any) -> Selection | None:
    """The selection of the workbook; None while another workbook is in front."""
    app = book.app
    if app.books.active.name != book.name:
        return None
    title = str(book.sheets.active.name)
    marked = app.selection
    if marked is None:
        return Selection(title)
    used = marked.sheet.used_range
    bottom = used.row + used.shape[0] - 1
    rows: set[int] = set()
    for area in _visible_areas(marked):
        if len(rows) >= MOST_SELECTED:
            break
        first, last = area.row, min(area.row + area.shape[0] - 1, bottom)
        rows.update(range(first, min(last, first + MOST_SELECTED) + 1))
    return Selection(title, tuple(sorted(rows)[:MOST_SELECTED]), _text_under_cursor(app, marked))


def _visible_areas(marked: Any) -> list[Any]:
    """The marked stretches without the rows that a filter hides; the first one whole where Excel cannot tell."""
    with contextlib.suppress(Exception):
        return list(marked.get_special_cells("visible"))
    return [marked]


def _text_under_cursor(app: Any, marked: Any) -> str:
    cell = native(app.api, "ActiveCell", "active_cell")
    text = native(cell, "Text", "string_value") if cell is not None else None
    if isinstance(text, str):
        return text
    value = SheetGrid(marked.sheet, "", False).row_cells(marked.row).get(marked.column, (None, False))[0]
    return "" if value is None else str(value)
