"""Compares our reading of public workbooks with calamine's, cell by cell."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from workbook.book import CellError, RawCell
from workbook.issues import WorkbookError
from workbook.package.cell_refs import address, column_number
from workbook.package.opc import Package
from workbook.package.shared_strings import strings_of
from workbook.package.sheet_xml import sheet_of

TOO_MANY = 2_000_000
DATES = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)
# calamine leaves out what an external link caches
KNOWN = {"52575_main.xlsx"}


def differences(folder: Path) -> list[str]:
    """Sheets whose cells the two read differently; files that either refuses are left out."""
    found = []
    for path in sorted(folder.rglob("*.xls[xm]")):
        if any(path.name.endswith(name) for name in KNOWN):
            continue
        try:
            package = Package.open(path)
            judge = CalamineWorkbook.from_path(path)
            strings = strings_of(package)
        except Exception:  # broken on purpose: the guard's own tests look at those
            continue
        for entry in package.sheets():
            try:
                xml = sheet_of(package, entry)
                theirs = _theirs(judge, entry.title)
            except (WorkbookError, Exception):
                continue
            names = re.findall(rb'<%sc r="([A-Z]+)' % re.escape(xml.p), xml.body)
            scan = xml.read({column_number(n.decode()) for n in names}, strings)
            ours = {
                (row, column): cell
                for column, read in scan.columns.items()
                for row, cell in zip(scan.rows, read.cells, strict=True)
                if cell is not None and not isinstance(cell, CellError) and str(cell).strip()
            }
            if theirs is None:
                continue
            errors = {
                (row, column)
                for column, read in scan.columns.items()
                for row, cell in zip(scan.rows, read.cells, strict=True)
                if isinstance(cell, CellError)
            }
            odd = [
                address(*place)
                for place in (ours.keys() | theirs.keys()) - errors
                if place not in ours or place not in theirs or not _equal(ours[place], theirs[place])
            ]
            if odd:
                found.append(f"{path.name} {entry.title} {sorted(odd)[:5]}")
    return found


def _theirs(judge: CalamineWorkbook, title: str) -> dict[tuple[int, int], Any] | None:
    sheet = judge.get_sheet_by_name(title)
    if sheet.start is None or sheet.end is None:
        return {}
    if sheet.end[0] * sheet.end[1] > TOO_MANY:
        return None
    top, left = sheet.start
    return {
        (top + i + 1, left + j + 1): cell
        for i, cells in enumerate(sheet.to_python(skip_empty_area=True))
        for j, cell in enumerate(cells)
        if cell != "" and str(cell).strip()
    }


def _equal(ours: RawCell, theirs: Any) -> bool:
    if isinstance(theirs, DATES):
        return isinstance(ours, (float, str))
    if isinstance(ours, float) and isinstance(theirs, (int, float)):
        return abs(ours - theirs) <= 1e-9 * max(1, abs(ours))
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours.strip() == theirs.strip()
    return ours == theirs
