"""Where a sheet part's table stands, and how it grows.

Source for growth: ECMA-376 part 1, 18.5 (table) and 18.3.1 (every sqref that ends on the last row).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .. import table_place
from ..book import RawCell
from ..issues import WorkbookError
from ..schema import Sheet
from ..table_place import ListedTable, TablePlace, beside, find_table
from .cell_refs import MAX_ROW, Area, address
from .formula_shift import shifted
from .opc import NS_MAIN, Package, SheetEntry, parse_xml, to_xml
from .shared_strings import SharedStrings
from .sheet_edit import Content, Formula, SheetEditor
from .sheet_xml import Scan, SheetXml

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


@dataclass(frozen=True)
class _XmlGrid:
    """A sheet part as table_place looks at it."""

    xml: SheetXml
    strings: SharedStrings

    def row_cells(self, row: int) -> dict[int, tuple[RawCell, bool]]:
        return self.xml.row_cells(row, self.strings)

    def read(self, columns: Iterable[int], first: int, last: int) -> Scan:
        return self.xml.read(columns, self.strings, first, last)

    def last_row(self) -> int:
        return self.xml.last_row()


def locate(
    package: Package, entry: SheetEntry, sheet: Sheet, xml: SheetXml, strings: SharedStrings
) -> TablePlace:
    """The sheet's table, as table_place.find_table finds it."""
    return find_table(entry.title, sheet, _XmlGrid(xml, strings), _tables(package, entry))


def _tables(package: Package, entry: SheetEntry) -> list[ListedTable]:
    listed = []
    for rel in package.relationships(entry.part):
        if rel.type.endswith("/table") and not rel.external and package.has(rel.target):
            root = parse_xml(package.read(rel.target))
            area = Area.parse(root.get("ref", ""))
            if area is not None:
                headings = root.get("headerRowCount") != "0"
                totals = int(root.get("totalsRowCount", "0") or 0)
                listed.append(ListedTable(root.get("displayName", ""), area, rel.target, headings, totals))
    return listed


def rows_beyond(sheet: Sheet, place: TablePlace, xml: SheetXml, strings: SharedStrings) -> tuple[int, ...]:
    """As table_place.rows_beyond."""
    return table_place.rows_beyond(sheet, place, _XmlGrid(xml, strings))


def last_filled(place: TablePlace, xml: SheetXml, strings: SharedStrings) -> int:
    """As table_place.last_filled."""
    return table_place.last_filled(place, _XmlGrid(xml, strings))


def append_rows(
    package: Package,
    editor: SheetEditor,
    place: TablePlace,
    strings: SharedStrings,
    columns: Mapping[int, Sequence[Content]],
    formats: Mapping[int, str],
) -> range:
    """Writes new rows, given by column number, behind the last filled one and gives their numbers; blank rows at the
    table's end are used first. Raises WorkbookError table.totals, table.blocked, sheet.full."""
    start = last_filled(place, editor.sheet, strings) + 1
    target = range(start, start + max(map(len, columns.values()), default=0))
    if not target:
        return target
    used = max(place.last, editor.sheet.last_row())
    grow(package, editor, place, strings, target[-1])
    like = max(place.first, start - 1)
    calculated = {
        column: text
        for column in range(place.left, place.right + 1)
        if column not in columns and (text := editor.formula(like, column))
    }
    there = min(max(used + 1 - start, 0), len(target))
    edits: dict[int, dict[int, Content]] = {}
    for at, row in enumerate(target[:there]):
        edits[row] = {
            column: values[at]
            for column, values in columns.items()
            if values[at] is not None or column in editor.new_styles
        }
        for column, text in calculated.items():
            if editor.formula(row, column) is None:
                edits[row][column] = Formula(shifted(text, row - like))
    editor.set_cells(edits, formats)
    if there < len(target):
        fresh = target[there:]
        made = {column: values[there:] if there else values for column, values in columns.items()}
        formulas = {column: _filled_down(text, fresh, like) for column, text in calculated.items()}
        editor.set_fresh(fresh, {**made, **formulas}, formats)
    return target


def _filled_down(text: str, rows: range, like: int) -> list[Content]:
    """The formula of row `like` in each of the rows."""
    if shifted(text, 1) == text:
        return [Formula(text)] * len(rows)
    return [Formula(shifted(text, row - like)) for row in rows]


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
        if area and area.bottom > place.last and area.top <= bottom and not beside(area, place):
            raise WorkbookError("table.blocked", sheet=place.title, cell=address(area.top, area.left))


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
