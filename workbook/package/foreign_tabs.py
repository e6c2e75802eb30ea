"""What is read of a table that somebody wants to import, tab by tab. Runs in the process made for it (strangers.py).

Beside the cells: merged areas, hidden rows, which numbers are shown as dates, formulas that no program ever
computed, pictures in cells. Numbers that a format shows with leading zeros (00123) are told as that text.
A file that is no workbook is read as text (foreign_text.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from ..book import RawCell
from ..issues import WorkbookError
from . import cell_pictures, guard
from .cell_refs import Area
from .foreign_text import TEXT_SUFFIXES, read_text
from .limits import STRANGER, Limits
from .opc import Package, SheetEntry
from .shared_strings import SharedStrings
from .sheet_xml import Scan, SheetXml, sheet_of
from .stranger_files import CARRIED, checked_strings, refuse_active, refuse_dde, to_1900, used_columns
from .styles_xml import Styles
from .workbook_xml import uses_1904

_HIDDEN = re.compile(rb"""<[\w.:-]*row r="([0-9]+)"[^>]*?\shidden\s*=\s*["'](?:1|true)["']""")
_MERGE = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref\s*=\s*["']([^"']*)""")
ZEROS = re.compile(r"0{2,30}")
_MOST_TOLD = 1_000  # formulas without a result
MOST_CELLS = 50_000_000
"""Rows times columns of a tab of one's own book: a rectangle of blanks takes eight bytes a cell."""


def read_tabs(path: Path, limits: Limits = STRANGER) -> list[dict[str, Any]]:
    """Each tab with cells: title, hidden, columns (from A on, each from row 1 to the last row with content, None for a
    blank column), merges [top, left, bottom, right], hidden_rows and dates (column -> rows) as runs [first, last],
    uncomputed (addresses), carried (kinds of content that is not read), manner (how a text file was read).
    Raises WorkbookError file.*, stranger.*, text.*."""
    try:
        with guard.naming(path.name, reading=True):
            return _of_workbook(path, limits)
    except WorkbookError as error:
        text = error.code == "file.text" or (
            error.code == "file.not_workbook" and path.suffix.casefold() in TEXT_SUFFIXES
        )
        if not text:
            raise
    return read_text(path, limits)


def _of_workbook(path: Path, limits: Limits) -> list[dict[str, Any]]:
    return tabs_of(Package.open(path, limits), limits, CARRIED)


def tabs_of(package: Package, limits: Limits, allowed: Collection[str] = ()) -> list[dict[str, Any]]:
    """The same of an opened file that may carry what is `allowed`."""
    carried = sorted(refuse_active(package, allowed))
    strings = checked_strings(package)
    styles = Styles(package)
    date1904 = uses_1904(package)
    found, room = [], limits["text_chars"]
    for entry in package.sheets():
        xml = _worksheet(package, entry)
        if xml is None:
            continue
        refuse_dde(package, entry, xml)
        answer, used = _answer(package, entry, xml, strings, styles, date1904, limits["cells"])
        room -= used
        if room < 0:
            most = limits["text_chars"] // 10_000
            raise WorkbookError("stranger.too_much_text", file=package.name, sheet=entry.title, limit=most)
        found.append({**answer, "carried": carried})
    return found


def tab_of(package: Package, entry: SheetEntry, xml: SheetXml, strings: SharedStrings) -> dict[str, Any]:
    """The same of one tab of the office's own book. Raises WorkbookError stranger.too_wide for a far cell."""
    return _answer(package, entry, xml, strings, Styles(package), uses_1904(package), MOST_CELLS)[0]


def _answer(
    package: Package, entry: SheetEntry, xml: SheetXml, strings: SharedStrings, styles: Styles, date1904: bool, most: int
) -> tuple[dict[str, Any], int]:
    """(what is told of a tab, characters in its texts)."""
    columns, last = used_columns(package, entry, xml, most)
    scan = xml.read(columns, strings, 1, last)
    dates = _by_format(xml, scan, styles, strings, last, date1904)
    cell_pictures.mark(package, xml, scan)
    height = _height(scan)
    answer = {
        "title": entry.title,
        "hidden": entry.state != "visible",
        "columns": _columns(scan, height),
        "merges": [[a.top, a.left, a.bottom, a.right] for a in _merges(xml)],
        "hidden_rows": runs(int(n) for n in _HIDDEN.findall(xml.body) if int(n) <= height),
        "dates": dates,
        "uncomputed": _uncomputed(xml),
        "carried": [],
        "manner": "",
    }
    return answer, sum(len(c) for read in scan.columns.values() for c in read.cells if type(c) is str)


def _worksheet(package: Package, entry: SheetEntry) -> SheetXml | None:
    if not entry.part:
        return None
    if not package.has(entry.part):
        raise WorkbookError("file.damaged", file=package.name, part=entry.title)
    guard.check_form(package, entry.part)
    try:
        return sheet_of(package, entry)
    except WorkbookError as error:
        if error.code == "sheet.not_cells":
            return None
        raise


def _by_format(
    xml: SheetXml, scan: Scan, styles: Styles, strings: Any, last: int, date1904: bool
) -> dict[str, list[list[int]]]:
    """Column -> rows whose number is shown as a date. Numbers shown with leading zeros become their text, and those
    of a 1904 book move to the 1900 system."""
    numeric = {n for n, read in scan.columns.items() if any(type(c) is float for c in read.cells)}
    if not numeric:
        return {}
    second = xml.read(numeric, strings, 1, last, with_styles=True)
    place = {row: at for at, row in enumerate(scan.rows)}
    if date1904:
        to_1900(second, styles)
    kinds: dict[int, tuple[bool, int]] = {}
    dates: dict[str, list[list[int]]] = {}
    for number, read in second.columns.items():
        cells = scan.columns[number].cells
        shown = []
        for row, cell in zip(second.rows, read.cells, strict=True):
            style = read.styles.get(row, 0)
            if type(cell) is not float or not style:
                continue
            if style not in kinds:
                code = styles.number_format(style)
                kinds[style] = styles.is_date(style), len(code) if ZEROS.fullmatch(code) else 0
            is_date, zeros = kinds[style]
            if is_date:
                shown.append(row)
                cells[place[row]] = cell
            elif zeros and cell == int(cell) and 0 <= cell < 1e15:
                cells[place[row]] = str(int(cell)).zfill(zeros)
        if shown:
            dates[str(number)] = runs(shown)
    return dates


def _height(scan: Scan) -> int:
    """The last row that holds anything."""
    for at in range(len(scan.rows) - 1, -1, -1):
        if any(read.cells[at] is not None for read in scan.columns.values()):
            return scan.rows[at]
    return 0


def _columns(scan: Scan, height: int) -> list[list[RawCell] | None]:
    rows = [row for row in scan.rows if row <= height]
    whole = len(rows) == height
    made: list[list[RawCell] | None] = [None] * max(scan.columns, default=0)
    for number, read in scan.columns.items():
        cells = [_finite(cell) for cell in read.cells[: len(rows)]]
        if all(cell is None for cell in cells):
            continue
        if whole:
            made[number - 1] = cells
            continue
        spread: list[RawCell] = [None] * height
        for row, cell in zip(rows, cells, strict=True):
            spread[row - 1] = cell
        made[number - 1] = spread
    while made and made[-1] is None:
        made.pop()
    return made


def _finite(cell: RawCell) -> RawCell:
    """A number that is none (1e999) as text."""
    return str(cell) if type(cell) is float and not abs(cell) < float("inf") else cell


def _merges(xml: SheetXml) -> list[Area]:
    found = (Area.parse(ref.decode("ascii", "replace")) for ref in _MERGE.findall(xml.tail))
    return [area for area in found if area and (area.top, area.left) != (area.bottom, area.right)]


def _uncomputed(xml: SheetXml) -> list[str]:
    """Addresses of formulas without a result, as programs other than a spreadsheet write them."""
    p = re.escape(xml.p)
    bare = re.compile(
        rb'<%sc r="([A-Z]+[0-9]+)"((?:\s[^>]*)?)><%sf(?:\s[^>]*)?(?:/>|>[^<]*</%sf>)'
        rb"(?:<%sv\s*/>|<%sv></%sv>)?</%sc>" % (p, p, p, p, p, p, p)
    )
    if b"<" + xml.p + b"f" not in xml.body:
        return []
    found = (m[1].decode() for m in bare.finditer(xml.body) if b't="str"' not in m[2])
    return [address for _, address in zip(range(_MOST_TOLD), found, strict=False)]


def runs(rows: Iterable[int]) -> list[list[int]]:
    """Row numbers in order as runs [first, last]."""
    made: list[list[int]] = []
    for row in rows:
        if made and row == made[-1][1] + 1:
            made[-1][1] = row
        else:
            made.append([row, row])
    return made
