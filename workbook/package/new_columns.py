"""Columns that come to the right end of a table and are taken off again: heading cells, the table's columns and ranges,
the columns' widths.

Source: ECMA-376 part 1, 18.5.1 (table, tableColumn), 18.3.1.13 (col), 22.9.2.19 (ST_Xstring).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml import etree

from ..own_columns import OwnColumns, check_room, widened
from ..table_place import TablePlace
from .cell_content import text_to_xml
from .cell_refs import Area, column_number, letters
from .cell_writing import CellWriter
from .opc import NS_MAIN, Package, SheetEntry, parse_xml, to_xml
from .row_cells import attributes
from .shared_strings import SharedStrings
from .sheet_xml import SheetXml
from .styles_xml import Styles

_SHEET_FILTER = re.compile(rb"""(<(?:[\w.-]+:)?autoFilter\s[^>]*?\bref\s*=\s*["'])([^"']*)""")
_MERGE = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref\s*=\s*["']([^"']*)""")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def add_columns(
    package: Package, entry: SheetEntry, xml: SheetXml, place: TablePlace, own: OwnColumns, strings: SharedStrings,
    styles: Styles, bottom: int,
) -> None:  # fmt: skip
    """Makes the columns that `own` lacks; the table will reach row `bottom`. Raises WorkbookError table.beside."""
    _check_room(package, entry, xml, place, own, strings, bottom)
    tag, cells = _cells_of(xml, place.header_row)
    left = attributes(cells.get(own.like or place.right, b"")).get(b"s")
    writer = CellWriter(styles, False, xml.p)
    for number, heading in zip(own.numbers, own.fresh, strict=True):
        start = b'<%sc r="%s%d"' % (xml.p, letters(number).encode(), place.header_row)
        cells[number] = start + writer.tail(int(left or 0), left is not None, heading, "")
    _put_row(xml, place.header_row, tag, cells)
    xml.grow_dimension(Area(place.header_row, own.first, place.header_row, own.numbers[-1]))
    _widths(xml, own)
    _reach(package, entry, xml, place, place.right + len(own.fresh), own.fresh)
    widened(place, own)


def remove_columns(package: Package, entry: SheetEntry, xml: SheetXml, place: TablePlace, numbers: Sequence[int]) -> None:
    """Takes the table's last columns off it, which hold nothing but their heading."""
    tag, cells = _cells_of(xml, place.header_row)
    for number in numbers:
        cells.pop(number, None)
        place.headings.pop(number, None)
    _put_row(xml, place.header_row, tag, cells)
    right = min(numbers) - 1
    _reach(package, entry, xml, place, right, ())
    place.right = right


def _check_room(
    package: Package, entry: SheetEntry, xml: SheetXml, place: TablePlace, own: OwnColumns, strings: SharedStrings,
    bottom: int,
) -> None:  # fmt: skip
    scan = xml.read(own.numbers, strings, place.header_row, bottom)
    filled = [
        (row, number)
        for number, read in scan.columns.items()
        for row, cell in zip(scan.rows, read.cells, strict=True)
        if cell is not None or row in read.formulas
    ]
    areas = [
        area
        for area in (*_merged(xml), *_tables(package, entry, place))
        if area.left <= own.numbers[-1] and area.right >= own.first
        and area.top <= bottom and area.bottom >= place.header_row
    ]  # fmt: skip
    check_room(place, own, filled, areas)


def _merged(xml: SheetXml) -> Iterator[Area]:
    for ref in _MERGE.findall(xml.tail):
        area = Area.parse(ref.decode("ascii", "replace"))
        if area:
            yield area


def _tables(package: Package, entry: SheetEntry, place: TablePlace) -> Iterator[Area]:
    """The sheet's other tables."""
    for rel in package.relationships(entry.part):
        if rel.type.endswith("/table") and not rel.external and package.has(rel.target) and rel.target != place.part:
            area = Area.parse(parse_xml(package.read(rel.target)).get("ref", ""))
            if area:
                yield area


def _cells_of(xml: SheetXml, row: int) -> tuple[bytes, dict[int, bytes]]:
    """A row's start tag, and its cells by column, whole."""
    text = xml.row_text(row)
    at = text.find(b">", text.find(b"<%srow" % xml.p)) + 1
    cell = re.compile(rb'<%sc r="([A-Za-z]+)[0-9]+"(?:\s[^>]*?)?(?:/>|>.*?</%sc\s*>)' % ((re.escape(xml.p),) * 2), re.S)
    return text[:at], {column_number(m[1].decode()): m[0] for m in cell.finditer(text, at)}


def _put_row(xml: SheetXml, row: int, tag: bytes, cells: dict[int, bytes]) -> None:
    """Writes the row with these cells; its other content stays."""
    text = xml.row_text(row)
    start = xml.body.index(text)
    found = list(re.finditer(rb"</%sc\s*>|<%sc\s[^>]*/>" % ((re.escape(xml.p),) * 2), text[len(tag) :]))
    behind = text[len(tag) + (found[-1].end() if found else 0) :]
    opened = re.sub(rb'\sspans="[^"]*"', b"", tag)
    made = opened + b"".join(cells[number] for number in sorted(cells)) + behind
    xml.body = xml.body[:start] + made + xml.body[start + len(text) :]


def _widths(xml: SheetXml, own: OwnColumns) -> None:
    """Gives the new columns a width. One that a person gave a width of its own keeps it; none stays hidden."""
    p = xml.p
    spans = [
        (int(given[b"min"]), int(given[b"max"]), match[0], given)
        for match in re.finditer(rb"<%scol\s[^>]*?/?>(?:</%scol>)?" % ((re.escape(p),) * 2), xml.head)
        if b"min" in (given := attributes(match[0])) and b"max" in given
    ]
    made: dict[int, bytes] = {}
    for number in own.numbers:
        found = next((span for span in spans if span[0] <= number <= span[1]), None)
        if found and found[3].get(b"hidden") not in (b"1", b"true"):
            continue
        made[number] = b'<%scol min="%d" max="%d" width="%g" customWidth="1"/>' % (p, number, number, own.width(number))
        if found:
            spans.remove(found)
            low, high = (found[0], number - 1), (number + 1, found[1])
            spans += [(a, b, _spanning(found[2], a, b), found[3]) for a, b in (low, high) if a <= b]
    if not made:
        return
    entries = sorted([*((a, text) for a, _, text, _ in spans), *made.items()])
    block = b"<%scols>" % p + b"".join(text for _, text in entries) + b"</%scols>" % p
    old = re.search(rb"<%scols\s*/>|<%scols(?:\s[^>]*)?>.*?</%scols\s*>" % ((re.escape(p),) * 3), xml.head, re.S)
    at = xml.head.rindex(b"<%ssheetData" % p)
    start, stop = (old.start(), old.end()) if old else (at, at)
    xml.head = xml.head[:start] + block + xml.head[stop:]


def _spanning(col: bytes, first: int, last: int) -> bytes:
    col = re.sub(rb"""(\smin\s*=\s*["'])\d+""", rb"\g<1>%d" % first, col)
    return re.sub(rb"""(\smax\s*=\s*["'])\d+""", rb"\g<1>%d" % last, col)


def _reach(
    package: Package, entry: SheetEntry, xml: SheetXml, place: TablePlace, right: int, headings: Sequence[str]
) -> None:
    """Makes column `right` the table's last: `headings` are those that come."""
    if place.part:
        root = parse_xml(package.read(place.part))
        columns = root.find(f"{{{NS_MAIN}}}tableColumns")
        assert columns is not None, "a table has columns"
        _set_right(root, place.right, right)
        for element in root.iterfind(f"{{{NS_MAIN}}}autoFilter"):
            _set_right(element, place.right, right)
        for _ in range(place.right - right):
            columns.remove(columns[-1])
        fresh = max((int(c.get("id", "0")) for c in columns), default=0)
        for number, heading in enumerate(headings, fresh + 1):
            etree.SubElement(columns, f"{{{NS_MAIN}}}tableColumn", id=str(number), name=_xstring(heading))
        columns.set("count", str(len(columns)))
        package.write(place.part, to_xml(root))
        return

    def wider(match: re.Match[bytes]) -> bytes:
        area = Area.parse(match[2].decode("ascii", "replace"))
        ours = area and area.top == place.header_row and area.right == place.right
        return match[1] + (str(replace(area, right=right)).encode() if area and ours else match[2])

    tail = _SHEET_FILTER.sub(wider, xml.tail)
    if tail != xml.tail:
        xml.tail = tail
        _filter_name(package, entry, place, right)


def _set_right(element: etree._Element, old: int, right: int) -> None:
    area = Area.parse(element.get("ref", ""))
    if area and area.right == old:
        element.set("ref", str(replace(area, right=right)))


def _filter_name(package: Package, entry: SheetEntry, place: TablePlace, right: int) -> None:
    """The hidden name that a sheet's filter has beside itself."""
    root = parse_xml(package.read(package.workbook_part))
    number = str([other.title for other in package.sheets()].index(entry.title))
    for element in root.iterfind(f"{{{NS_MAIN}}}definedNames/{{{NS_MAIN}}}definedName"):
        if element.get("name") == "_xlnm._FilterDatabase" and element.get("localSheetId") == number:
            tab, _, ref = (element.text or "").rpartition("!")
            area = Area.parse(ref)
            if area and area.right == place.right:
                first, last = (f"${letters(c)}${r}" for r, c in ((area.top, area.left), (area.bottom, right)))
                element.text = f"{tab}!{first}:{last}"
                package.write(package.workbook_part, to_xml(root))


def _xstring(text: str) -> str:
    """A heading as a table names it: line ends and controls as _x000a_."""
    name = text_to_xml(text.replace("\r\n", "\n")).decode()
    for entity, char in _ENTITIES:
        name = name.replace(entity, char)
    return name.replace("\n", "_x000a_").replace("\t", "_x0009_")
