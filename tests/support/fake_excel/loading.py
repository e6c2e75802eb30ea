"""An .xlsx as a Workbook of the fake Excel: cells, number formats, tables, names, visibility, protection, charts.

Left out: looks, drop-downs, conditional formats, pictures, links, comments, everything of the print setup.
"""

from __future__ import annotations

import datetime as dt
import os
import posixpath
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
from lxml import etree
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel
from openpyxl.worksheet.formula import ArrayFormula

from .books import Workbook
from .com import refused
from .entry import ERRORS, Cell, Fault
from .places import Rect, number, rect_of
from .sheet_parts import RULES, ChartObject
from .tables import ListObject
from .worksheet import HIDDEN, VERY_HIDDEN, VISIBLE, Worksheet

if TYPE_CHECKING:
    from .application import Application

_RULE_NAMES = {
    "FormattingCells": "formatCells", "FormattingColumns": "formatColumns", "FormattingRows": "formatRows",
    "InsertingColumns": "insertColumns", "InsertingRows": "insertRows", "InsertingHyperlinks": "insertHyperlinks",
    "DeletingColumns": "deleteColumns", "DeletingRows": "deleteRows", "Sorting": "sort", "Filtering": "autoFilter",
    "UsingPivotTables": "pivotTables",
}  # fmt: skip
_STATES = {"visible": VISIBLE, "hidden": HIDDEN, "veryHidden": VERY_HIDDEN}


def load(excel: Application, path: str) -> Workbook:
    """The file's workbook. Raises com_error 1004 where there is no such file."""
    if not os.path.isfile(path):
        raise refused(f"Sorry, we couldn't find {path}. Is it possible it was moved, renamed or deleted?")
    source = openpyxl.load_workbook(path)
    cached = openpyxl.load_workbook(path, data_only=True)
    folder, name = os.path.split(os.path.abspath(path))
    book = Workbook(excel, name, folder)
    book.date1904 = source.epoch == CALENDAR_MAC_1904
    book.structure_protected = bool(source.security and source.security.lockStructure)
    book.sheets = [_sheet(book, tab, cached[tab.title]) for tab in source.worksheets]
    _tables(book, path)
    active = source.active
    book.active = book.sheet(active.title) if active is not None else book.sheets[0]
    if book.active.state != VISIBLE:
        book.active = next(s for s in book.sheets if s.state == VISIBLE)
    for defined in source.defined_names.values():
        book.define(defined.name, defined.attr_text)
    for tab in source.worksheets:
        for defined in tab.defined_names.values():
            book.define(defined.name, defined.attr_text, book.sheet(tab.title))
    for made in book.names:
        made.visible = not made.name.startswith("_")
    book.saved = True
    return book


def _sheet(book: Workbook, tab: Any, cached: Any) -> Worksheet:
    sheet = Worksheet(book, tab.title)
    grid = sheet.grid
    sheet.state = _STATES[tab.sheet_state]
    sheet.protected = bool(tab.protection.sheet)
    sheet.allowed = frozenset(name for name in RULES if not getattr(tab.protection, _RULE_NAMES[name]))
    sheet.with_drawings, sheet.with_scenarios = bool(tab.protection.objects), bool(tab.protection.scenarios)
    sheet.password = "unknown" if tab.protection.password or tab.protection.hashValue else ""
    shown = cached._cells
    for (row, column), cell in tab._cells.items():
        value: Any = cell.value
        formula = ""
        if isinstance(value, ArrayFormula):
            area = rect_of(value.ref)
            formula = value.text or ""
            if area is not None:
                grid.arrays[area] = formula
        elif cell.data_type == "f":
            formula = str(value)
        if formula:
            there = shown.get((row, column))
            value = there.value if there is not None else None
        content = _content(value, book.date1904, formula or cell.data_type == "e")
        if content is not None or formula:
            grid.put(row, column, content, formula)
        if cell.has_style:
            if cell.number_format != "General":
                grid.forms.setdefault(column, {})[row] = cell.number_format
            if not cell.protection.locked:
                grid.unlocked.append(Rect(row, column, row, column))
    for letter, dimension in tab.column_dimensions.items():
        first = dimension.min or number(letter)
        for column in range(first, (dimension.max or first) + 1):
            if dimension.number_format != "General" and column not in grid.column_forms:
                grid.column_forms[column] = dimension.number_format
            if dimension.hidden:
                grid.hidden_columns.add(column)
    grid.hidden_rows = {row for row, dimension in tab.row_dimensions.items() if dimension.hidden}
    grid.merged = [Rect(area.min_row, area.min_col, area.max_row, area.max_col) for area in tab.merged_cells.ranges]
    if tab.auto_filter.ref:
        sheet.filter_rect = rect_of(tab.auto_filter.ref)
    for at, chart in enumerate(tab._charts, 1):
        series = [s.val.numRef.f for s in chart.series if s.val is not None and s.val.numRef is not None]
        sheet.charts.append(ChartObject(sheet, f"图表 {at}", series))
    return sheet


def _content(value: Any, date1904: bool, may_be_error: Any) -> Cell:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        if isinstance(value, dt.timedelta):
            return value.total_seconds() / 86_400
        if isinstance(value, dt.time):
            return (value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6) / 86_400
        return float(to_excel(value, CALENDAR_MAC_1904) if date1904 else to_excel(value))
    text = str(value)
    return Fault(text) if may_be_error and text in ERRORS else text


def _tables(book: Workbook, path: str) -> None:
    """Reads the table parts past openpyxl, which wants them listed in the sheet too."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())

        def related(part: str) -> dict[str, tuple[str, str]]:
            """Relationship id -> (kind, part)."""
            folder, file = posixpath.split(part)
            rels = f"{folder}/_rels/{file}.rels".lstrip("/")
            if rels not in names:
                return {}
            found = {}
            for rel in etree.fromstring(archive.read(rels)):
                target = posixpath.normpath(posixpath.join("/", folder, rel.get("Target"))).lstrip("/")
                found[rel.get("Id")] = rel.get("Type").rpartition("/")[2], target
            return found

        main = next(target for kind, target in related("").values() if kind == "officeDocument")
        parts = related(main)
        for entry in etree.fromstring(archive.read(main)).iter("{*}sheet"):
            number = next(value for key, value in entry.attrib.items() if etree.QName(key).localname == "id")
            sheet = next((s for s in book.sheets if s.title == entry.get("name")), None)
            for kind, target in related(parts[number][1]).values():
                if kind == "table" and sheet is not None:
                    sheet.tables.append(_table(sheet, etree.fromstring(archive.read(target))))


def _table(sheet: Worksheet, root: Any) -> ListObject:
    rect = rect_of(root.get("ref"))
    assert rect is not None
    made = ListObject(sheet, root.get("displayName") or root.get("name"), rect)
    made.totals = root.get("totalsRowCount", "0") != "0"
    made.show_filter = root.find("{*}autoFilter") is not None
    for at, column in enumerate(root.iter("{*}tableColumn")):
        formula = column.findtext("{*}calculatedColumnFormula")
        if formula:
            made.calculated[at] = f"={formula}"
    return made
