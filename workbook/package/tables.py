"""Where a sheet's table stands, found by its headings, and how it grows.

The table part may be missing (a copy pasted from elsewhere): then the heading row is the one among the
first twenty that knows most of the schema's headings, and the rows reach as far as they are filled.
Source for growth: ECMA-376 part 1, 18.5 (table) and 18.3.1 (every sqref that ends on the last row).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from ..issues import WorkbookError
from ..schema import Sheet
from .cell_refs import MAX_ROW, Area, address
from .formula_shift import shifted
from .opc import NS_MAIN, Package, SheetEntry, parse_xml, to_xml
from .shared_strings import SharedStrings
from .sheet_edit import Content, Formula, SheetEditor
from .sheet_xml import SheetXml
from .table_growth import Growth

_HEADING_ROWS = 20
_FIRST_STRIDE = 16
"""Rows looked at in one go where a table's end is sought; then eight times as many each time."""
_INSIDE = rb"""\s(?:[^>"']|"[^"]*"|'[^']*')*?\b"""  # of a start tag: a ">" may stand in a value
_SQREF = re.compile(
    rb"(<(?:[\w.-]+:)?(?:conditionalFormatting|dataValidation|protectedRange|ignoredError)"
    + _INSIDE
    + rb"""sqref\s*=\s*["'])([^"']*)"""
)
_X14_SQREF = re.compile(rb"(<(?:[\w.-]+:)?sqref>)([^<]*)")
_SPARKLINES = re.compile(rb"(<(?:[\w.-]+:)?sparklineGroups[\s>].*?</(?:[\w.-]+:)?sparklineGroups>)", re.S)
_FILTER = re.compile(rb"(<(?:[\w.-]+:)?(?:autoFilter|sortState)" + _INSIDE + rb"""ref\s*=\s*["'])([^"']*)""")
_MERGE = re.compile(rb"<(?:[\w.-]+:)?mergeCell" + _INSIDE + rb"""ref\s*=\s*["']([^"']*)""")


@dataclass
class TablePlace:
    """A table on a sheet: `headings` of its columns, `columns` of the schema's keys, rows `first` to `last`.

    `last` includes rows that people typed right below the table; `part` is "" without a table part.
    `ceiling` is the last row that may be used (another table stands below); `grown_from` the last row before
    the table grew, 0 where it did not.
    """

    title: str
    header_row: int
    left: int
    right: int
    last: int
    part: str = ""
    name: str = ""
    table_bottom: int = 0
    totals: bool = False
    ceiling: int = MAX_ROW
    grown_from: int = 0
    headings: dict[int, str] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    doubled: dict[str, list[str]] = field(default_factory=dict)

    @property
    def first(self) -> int:
        return self.header_row + 1

    def growth(self, part: str) -> Growth | None:
        """How the table on sheet part `part` grew; None where it did not."""
        if not 0 < self.grown_from < self.last:
            return None
        return Growth(
            self.title, part, self.header_row, self.left, self.right, self.grown_from, self.last, bool(self.part)
        )

    def unknown(self) -> tuple[str, ...]:
        """The headings that are the user's own."""
        known = set(self.columns.values())
        return tuple(text for column, text in self.headings.items() if column not in known)


def locate(
    package: Package, entry: SheetEntry, sheet: Sheet, xml: SheetXml, strings: SharedStrings
) -> TablePlace:
    """The sheet's table. Never raises: what is missing or doubled is for the caller to judge."""
    tables = _tables(package, entry)
    best: TablePlace | None = None
    for part, root in tables:
        area = Area.parse(root.get("ref", ""))
        if area is None or root.get("headerRowCount") == "0":
            continue
        totals = int(root.get("totalsRowCount", "0") or 0)
        place = TablePlace(entry.title, area.top, area.left, area.right, area.bottom - totals, part)
        place.name = root.get("displayName", "")
        place.table_bottom, place.totals = area.bottom - totals, bool(totals)
        _name_columns(place, sheet, xml, strings)
        better = best is None or len(place.columns) > len(best.columns)
        equal = best is not None and len(place.columns) == len(best.columns)
        if better or (equal and place.name == sheet.table):
            best = place
    if best is None or len(best.columns) < min(2, len(sheet.columns)):
        best = _by_headings(entry.title, sheet, xml, strings)
    others = [area for part, root in tables if part != best.part and (area := Area.parse(root.get("ref", "")))]
    if best.part:
        _name_beside(best, sheet, xml, strings, others)
    for area in others:
        if _beside(area, best):
            continue
        if area.top > best.header_row:
            best.ceiling = min(best.ceiling, area.top - 1)
    if best.part and not best.totals:
        best.last = _typed_below(best, xml, strings)
    return best


def _tables(package: Package, entry: SheetEntry) -> list[tuple[str, etree._Element]]:
    return [
        (rel.target, parse_xml(package.read(rel.target)))
        for rel in package.relationships(entry.part)
        if rel.type.endswith("/table") and not rel.external and package.has(rel.target)
    ]


def _name_columns(place: TablePlace, sheet: Sheet, xml: SheetXml, strings: SharedStrings) -> None:
    where: dict[str, list[int]] = {}
    for column, (cell, _) in sorted(xml.row_cells(place.header_row, strings).items()):
        if place.left <= column <= place.right:
            place.headings[column] = str(cell)
            found = sheet.find(cell)
            if found:
                where.setdefault(found.key, []).append(column)
    for key, columns in where.items():
        place.columns[key] = columns[0]
        if len(columns) > 1:
            place.doubled[key] = [address(place.header_row, c) for c in columns]


def _name_beside(
    place: TablePlace, sheet: Sheet, xml: SheetXml, strings: SharedStrings, others: Sequence[Area]
) -> None:
    """Headings of the schema that stand beside the table, in no other one: columns typed on to it where the
    program did not widen it (WPS, a paste)."""
    for column, (cell, _) in sorted(xml.row_cells(place.header_row, strings).items()):
        taken = place.left <= column <= place.right or any(a.covers(place.header_row, column) for a in others)
        found = None if taken else sheet.find(cell)
        if found and found.key not in place.columns:
            place.columns[found.key] = column
            place.headings[column] = str(cell)


def _by_headings(title: str, sheet: Sheet, xml: SheetXml, strings: SharedStrings) -> TablePlace:
    best, most = sheet.header_row, 0
    for row in range(1, _HEADING_ROWS + 1):
        texts = [cell for cell, _ in xml.row_cells(row, strings).values()]
        known = len({found.key for text in texts if (found := sheet.find(text))})
        if known > most:
            best, most = row, known
    cells_of_row = xml.row_cells(best, strings)
    filled = sorted(cells_of_row) or [1]
    place = TablePlace(title, best, filled[0], filled[-1], best)
    _name_columns(place, sheet, xml, strings)
    place.left = min(place.columns.values(), default=filled[0])
    place.right = max(place.headings, default=filled[-1])
    place.last = max(xml.last_row(), best)
    place.last = last_filled(place, xml, strings)
    return place


def _filled_rows(
    place: TablePlace, xml: SheetXml, strings: SharedStrings, first: int, last: int
) -> list[int]:
    """The rows that hold anything but formulas within the table's width, in order."""
    scan = xml.read(range(place.left, place.right + 1), strings, first, last)
    filled = {
        row
        for read in scan.columns.values()
        for row, cell in zip(scan.rows, read.cells, strict=True)
        if cell is not None and row not in read.formulas
    }
    return sorted(filled)


def _typed_below(place: TablePlace, xml: SheetXml, strings: SharedStrings) -> int:
    last, stride = place.last, _FIRST_STRIDE
    while last < place.ceiling:
        stop = min(last + stride, place.ceiling)
        for row in _filled_rows(place, xml, strings, last + 1, stop):
            if row != last + 1:
                return last
            last = row
        if last < stop:
            return last
        stride *= 8
    return last


def rows_beyond(sheet: Sheet, place: TablePlace, xml: SheetXml, strings: SharedStrings) -> tuple[int, ...]:
    """The rows below the table, behind a gap, in which somebody typed into two of the sheet's columns or more:
    they belong to no table, and one word alone may be a remark."""
    typed = [number for key, number in place.columns.items() if not sheet[key].computed]
    scan = xml.read(typed, strings, place.last + int(place.totals) + 1, place.ceiling)
    count = Counter(
        row
        for read in scan.columns.values()
        for row, cell in zip(scan.rows, read.cells, strict=True)
        if cell is not None and row not in read.formulas
    )
    return tuple(sorted(row for row, cells in count.items() if cells > 1))


def last_filled(place: TablePlace, xml: SheetXml, strings: SharedStrings) -> int:
    """The last row of the table that holds something; the heading row where none does."""
    bottom, stride = place.last, _FIRST_STRIDE
    while bottom > place.header_row:
        top = max(place.first, bottom - stride + 1)
        rows = _filled_rows(place, xml, strings, top, bottom)
        if rows:
            return rows[-1]
        bottom = top - 1
        stride *= 8
    return place.header_row


def append_rows(
    package: Package,
    editor: SheetEditor,
    place: TablePlace,
    strings: SharedStrings,
    rows: Sequence[Mapping[int, Content]],
    formats: Mapping[int, str],
) -> range:
    """Writes new rows behind the last filled one and gives their numbers; blank rows at the table's end
    are used first. Raises WorkbookError table.totals, table.blocked, sheet.full."""
    start = last_filled(place, editor.sheet, strings) + 1
    target = range(start, start + len(rows))
    if not rows:
        return target
    grow(package, editor, place, strings, target[-1])
    calculated = {
        column: text
        for column in range(place.left, place.right + 1)
        if column not in rows[0] and (text := editor.formula(max(place.first, start - 1), column))
    }
    edits: dict[int, dict[int, Content]] = {}
    for row, cells in zip(target, rows, strict=True):
        edits[row] = {column: value for column, value in cells.items() if value is not None}
        for column, text in calculated.items():
            if editor.formula(row, column) is None:
                edits[row][column] = Formula(shifted(text, row - max(place.first, start - 1)))
    editor.set_cells(edits, formats)
    return target


def grow(
    package: Package, editor: SheetEditor, place: TablePlace, strings: SharedStrings, bottom: int
) -> None:
    """Makes the table reach row `bottom` at least; new rows look like its last one."""
    if bottom > place.last:
        if place.totals:
            raise WorkbookError(
                "table.totals", sheet=place.title, cell=address(place.table_bottom + 1, place.left)
            )
        _check_room(place, editor.sheet, strings, bottom)
        columns = range(place.left, place.right + 1)
        like = place.last if place.last > place.header_row else place.first
        editor.add_rows(range(place.last + 1, bottom + 1), like, columns)
    resize(package, editor.sheet, place, max(bottom, place.last))


def _check_room(place: TablePlace, xml: SheetXml, strings: SharedStrings, bottom: int) -> None:
    if bottom > MAX_ROW:
        raise WorkbookError("sheet.full", sheet=place.title)
    if bottom > place.ceiling:
        raise WorkbookError("table.blocked", sheet=place.title, cell=address(place.ceiling + 1, place.left))
    scan = xml.read(range(place.left, place.right + 1), strings, place.last + 1, bottom)
    for column, read in scan.columns.items():
        for row, cell in zip(scan.rows, read.cells, strict=True):
            if cell is not None or row in read.formulas:
                raise WorkbookError("table.blocked", sheet=place.title, cell=address(row, column))
    for ref in _MERGE.findall(xml.tail):
        area = Area.parse(ref.decode())
        if area and area.bottom > place.last and area.top <= bottom and not _beside(area, place):
            raise WorkbookError("table.blocked", sheet=place.title, cell=address(area.top, area.left))


def _beside(area: Area, place: TablePlace) -> bool:
    """Does an area share no column with the table?"""
    return area.left > place.right or area.right < place.left


def resize(package: Package, xml: SheetXml, place: TablePlace, bottom: int) -> None:
    """Sets the table's last row: ref, filter, sort and the ranges of the sheet that ended with it."""
    if place.part and bottom != place.table_bottom:
        root = parse_xml(package.read(place.part))
        root.set("ref", _with_bottom(root.get("ref", ""), bottom + int(place.totals)))
        for element in root.iter(f"{{{NS_MAIN}}}autoFilter", f"{{{NS_MAIN}}}sortState"):
            element.set("ref", _with_bottom(element.get("ref", ""), bottom))
        for element in root.iter(f"{{{NS_MAIN}}}sortCondition"):
            area = Area.parse(element.get("ref", ""))
            if area and area.bottom == place.table_bottom:
                element.set("ref", str(area.with_bottom(bottom)))
        package.write(place.part, to_xml(root))
    old = place.table_bottom or place.last
    if bottom > old:
        place.grown_from = place.grown_from or old
        xml.tail = _stretched_rules(xml.tail, place, old, bottom)
    place.last = bottom
    place.table_bottom = bottom if place.part else 0


def _with_bottom(ref: str, bottom: int) -> str:
    area = Area.parse(ref)
    return str(area.with_bottom(bottom)) if area else ref


def _stretched_rules(tail: bytes, place: TablePlace, old: int, bottom: int) -> bytes:
    """What stands behind a sheet's rows, with the areas that ended with the table reaching its new end. A
    sparkline stands in one cell and never stretches."""

    def longer(match: re.Match[bytes]) -> bytes:
        return match[1] + _stretched(match[2], place, old, bottom)

    tail = _SQREF.sub(longer, tail)
    if not place.part:
        tail = _FILTER.sub(lambda m: m[1] + _filtered(m[2], place, old, bottom), tail)
    pieces = _SPARKLINES.split(tail)
    return b"".join(piece if at % 2 else _X14_SQREF.sub(longer, piece) for at, piece in enumerate(pieces))


def _filtered(ref: bytes, place: TablePlace, old: int, bottom: int) -> bytes:
    area = Area.parse(ref.decode())
    ends = area is not None and area.top in (place.header_row, place.first) and area.bottom == old
    return str(area.with_bottom(bottom)).encode() if area and ends else ref


def _stretched(sqref: bytes, place: TablePlace, old: int, bottom: int) -> bytes:
    """The ranges of a sqref, those that end on the table's last row (or below it) reaching the new one."""
    ranges = []
    for text in sqref.decode().split():
        area = Area.parse(text)
        inside = area and area.left <= place.right and area.right >= place.left
        if area and inside and place.header_row < area.top <= old <= area.bottom < bottom:
            text = str(area.with_bottom(bottom))
        ranges.append(text)
    return " ".join(ranges).encode()
