"""The schemas made into a workbook: `templates.xlsx`, and ledgers that start with rows.

Each tab is drawn by one module (`home`, `tables`, `weekly`, `forms`); this one calls them in order and
arranges the tabs. openpyxl is used here to make new workbooks only; a user's file never passes through it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

from .. import styles
from ..book import Value
from ..sheets import HOME_TITLE, SHEETS
from . import brief, finish, forms, home, month_review, tables, weekly


@dataclass(frozen=True)
class Layout:
    """How an office rearranged a table: for sample ledgers.

    `order` lists schema keys and, between them, headings of the user's own columns, from left to right; keys
    not named follow in schema order. `renamed` gives the heading written for a key.
    """

    order: Sequence[str] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


def build(
    rows: Mapping[str, Sequence[Mapping[str, Value]]] | None = None,
    layouts: Mapping[str, Layout] | None = None,
) -> openpyxl.Workbook:
    """A new ledger. `rows`: sheet key -> rows of schema key (or user heading) -> cell; a sheet without an
    entry starts with its default rows (设置, 选项与关键词) or one blank row."""
    rows, layouts = rows or {}, layouts or {}
    workbook = openpyxl.Workbook()
    styles.register(workbook)
    workbook.properties.creator = "xlsvc"
    workbook.properties.title = "售后台账"
    workbook.remove(workbook.worksheets[0])
    for sheet in SHEETS:
        layout = layouts.get(sheet.key, Layout())
        tables.draw_table(workbook, sheet, rows.get(sheet.key), layout.order, layout.renamed)
    tables.draw_lists(workbook)
    weekly.draw(workbook)
    brief.draw(workbook)
    month_review.draw(workbook)
    forms.draw(workbook)
    home.draw(workbook)
    _arrange(workbook)
    return workbook


def _arrange(workbook: openpyxl.Workbook) -> None:
    """首页, the visible tables, then everything folded away; the drop-down lists last."""
    visible = [HOME_TITLE, *(s.title for s in SHEETS if not s.hidden)]
    folded = [s.title for s in SHEETS if s.hidden]
    others = [t for t in workbook.sheetnames if t not in (*visible, *folded, tables.LISTS_TITLE)]
    order = [*visible, *folded, *others, tables.LISTS_TITLE]
    workbook._sheets.sort(key=lambda tab: order.index(tab.title))  # type: ignore[attr-defined]
    for tab in workbook.worksheets:
        tab.sheet_state = "visible" if tab.title in visible else "hidden"
        tab.sheet_view.tabSelected = tab.title == HOME_TITLE
    workbook.active = 0


def write_templates(path: Path) -> None:
    """Write the packaged templates (blank tables, default settings and options) to `path`."""
    finish.save(build(), path)


def save(workbook: openpyxl.Workbook, path: Path) -> None:
    """Write a built ledger to `path`: valid for the Open XML SDK and the same bytes each time."""
    finish.save(workbook, path)
