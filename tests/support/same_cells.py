"""Which cells of a ledger are the product's, and whether the others are as they were. Knows the schemas, nothing of
the file host."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.utils import get_column_letter

from workbook.schema import Sheet
from workbook.sheets import SHEETS

from .libreoffice import LibreOffice

WHOLE = {"待改清单"}
"""Tables whose body the product writes anew each time."""
GROWING = {"表单台账", "状态流水", "发送记录"}
"""Tables the product adds rows to."""


def box(title: str) -> Sheet | None:
    """The schema of a tab."""
    return next((sheet for sheet in SHEETS if sheet.title == title), None)


def owned(path: Path, title: str) -> dict[str, str]:
    """Column letter -> role, of the product's columns on a tab as they stand in this file."""
    return _owned(path, path.stat().st_mtime_ns).get(title, {})


@lru_cache(maxsize=50)
def _owned(path: Path, stamp: int) -> dict[str, dict[str, str]]:
    book = openpyxl.load_workbook(path, read_only=True)
    found: dict[str, dict[str, str]] = {}
    for schema in SHEETS:
        if schema.title not in book.sheetnames:
            continue
        for row in book[schema.title].iter_rows(max_row=20, values_only=True):
            known = {at: column for at, text in enumerate(row, 1) if text is not None and (column := schema.find(text))}
            if len(known) >= max(2, len(schema.columns) // 2):
                mine = {get_column_letter(at): c.role for at, c in known.items() if c.role != "typed"}
                found[schema.title] = mine
                break
    book.close()
    return found


def product_cell(mine: dict[str, str], title: str, address: str) -> bool:
    """Has the product a right to write this cell?"""
    letters = re.match(r"[A-Z]+", address)
    assert letters
    return letters[0] in mine or title in WHOLE | GROWING


def same_cell(one: etree._Element | None, other: etree._Element | None) -> bool:
    """Are two cells the same XML? A missing cell is like an empty one."""
    if one is None or other is None:
        left = one if one is not None else other
        return left is None or not len(left)
    return etree.tostring(one, with_tail=False) == etree.tostring(other, with_tail=False)


def user_cells(office: LibreOffice, path: Path) -> dict[tuple[str, str], Any]:
    """(tab, address) -> (value, formula) as LibreOffice reads them, of all cells that are not the product's."""
    values, formulas = office.cells(path), office.formulas(path)
    found: dict[tuple[str, str], Any] = {}
    for title, cells in values.items():
        if title in WHOLE:
            continue
        mine = owned(path, title)
        for address, value in cells.items():
            letters = re.match(r"[A-Z]+", address)
            if letters and letters[0] not in mine:
                found[title, address] = (value, formulas.get(title, {}).get(address))
    return found
