"""A workbook of the fake Excel saved as a copy: the file it was opened from with the cells as they are now. Looks, charts
and the like are the file's own, as far as openpyxl keeps them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet as Written

from .entry import Fault

if TYPE_CHECKING:
    from .books import Workbook
    from .worksheet import Worksheet


def save_copy(book: Workbook, path: str) -> None:
    """Writes the copy; the book stays what and where it is."""
    own = os.path.join(book.folder, book.name)
    copy = openpyxl.load_workbook(own) if os.path.exists(own) else openpyxl.Workbook()
    for sheet in book.sheets:
        _cells(sheet, copy[sheet.title] if sheet.title in copy.sheetnames else copy.create_sheet(sheet.title))
    copy.save(path)


def _cells(sheet: Worksheet, written: Written) -> None:
    grid = sheet.grid
    for row in written.iter_rows():
        for cell in row:
            if cell.value is not None and grid.value(cell.row, cell.column) is None:
                cell.value = None
    for column, held in grid.values.items():
        for at, value in held.items():
            cell = written.cell(at, column)
            cell.value = grid.formula(at, column) or (value.text if isinstance(value, Fault) else value)
            cell.number_format = grid.form(at, column)
