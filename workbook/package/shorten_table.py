"""Takes rows off a table's end: their cells, the table's range, and the ranges of the sheet that ended with it."""

from __future__ import annotations

import re

from ..table_place import TablePlace
from .cell_refs import Area, column_number
from .opc import Package
from .sheet_xml import SheetXml
from .tables import resize

_SQREF = re.compile(
    rb'(<(?:[\w.-]+:)?(?:conditionalFormatting|dataValidation|protectedRange|ignoredError)\s[^>]*?\bsqref=")([^"]*)'
)
_X14_SQREF = re.compile(rb"(<(?:[\w.-]+:)?sqref>)([^<]*)")


def shorten(package: Package, xml: SheetXml, place: TablePlace, bottom: int) -> bool:
    """Makes row `bottom` the table's last; the cells of the rows behind it go, rows that hold nothing else too.
    Changes `xml`; says whether a formula went with them."""
    old = place.last
    formulas = _cut(xml, place, bottom + 1, old)
    resize(package, xml, place, bottom)
    end_rules(xml, place, old, bottom)
    return formulas


def end_rules(xml: SheetXml, place: TablePlace, old: int, bottom: int) -> None:
    """Lets the rules and checks within the table that ended on its last row `old` end on row `bottom`."""
    for pattern in (_SQREF, _X14_SQREF):
        xml.tail = pattern.sub(lambda m: m[1] + _shorter(m[2], place, old, bottom), xml.tail)


def _cut(xml: SheetXml, place: TablePlace, first: int, last: int) -> bool:
    p = re.escape(xml.p)
    row_tag = re.compile(rb'<%srow r="([0-9]+)"[^>]*?(?:/>|>(.*?)</%srow>)' % (p, p), re.S)
    cell = re.compile(rb'<%sc r="([A-Z]+)[0-9]+"[^>]*?(?:/>|>(.*?)</%sc>)' % (p, p), re.S)
    formula = re.compile(rb"<%sf[\s/>]" % p)
    gone = False

    def without(match: re.Match[bytes]) -> bytes:
        nonlocal gone
        if not first <= int(match[1]) <= last:
            return match[0]
        kept = False

        def judge(found: re.Match[bytes]) -> bytes:
            nonlocal gone, kept
            if place.left <= column_number(found[1].decode()) <= place.right:
                gone = gone or formula.search(found[0]) is not None
                return b""
            kept = True
            return found[0]

        text = cell.sub(judge, match[0])
        return text if kept else b""

    start = _row_start(xml, first)
    xml.body = xml.body[:start] + row_tag.sub(without, xml.body[start:])
    return gone


def _row_start(xml: SheetXml, first: int) -> int:
    """Where the first row from row `first` on starts: rows are in order."""
    for match in re.finditer(rb'<%srow r="([0-9]+)"' % re.escape(xml.p), xml.body):
        if int(match[1]) >= first:
            return match.start()
    return len(xml.body)


def _shorter(sqref: bytes, place: TablePlace, old: int, bottom: int) -> bytes:
    """The ranges of a sqref, those within the table that end on its old last row ending on the new one."""
    ranges = []
    for text in sqref.decode().split():
        area = Area.parse(text)
        inside = area and place.left <= area.left <= area.right <= place.right
        if area and inside and place.header_row < area.top <= bottom < area.bottom == old:
            text = str(area.with_bottom(bottom))
        ranges.append(text)
    return " ".join(ranges).encode()
