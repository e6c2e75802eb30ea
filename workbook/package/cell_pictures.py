"""Cells that show a picture instead of text: WPS writes them as =DISPIMG(…), Excel as a rich value behind #VALUE!.

What stands under a picture differs by who saved last: WPS keeps the formula's text, Excel #NAME?, others nothing. It is
neither an error nor a text, and reads as CellPicture. The pictures themselves stay in parts nobody touches.
Sources: WPS' cellimages.xml; [MS-XLSX] 2.6 (rich values) for a picture that Excel places in a cell.
"""

from __future__ import annotations

import re

from ..book import CellError, CellPicture
from .cell_refs import column_number, letters
from .opc import Package, parse_xml
from .sheet_xml import Scan, SheetXml

_IN_TEXT = re.compile(rb"DISPIMG\(", re.I)
_FORMULA = re.compile(rb"[^>]*><(?:[\w.-]+:)?f(?:\s[^>]*)?>\s*(?:_xlfn\.)?DISPIMG\(", re.I)
_PICTURES = ("_localImage", "_webImage")


def mark(package: Package, xml: SheetXml, scan: Scan) -> None:
    """Puts CellPicture into the scan wherever a cell shows a picture."""
    position: dict[int, int] = {}
    for row, column in _by_formula(xml, scan) + _placed(package, xml, scan):
        if not position:
            position = {number: at for at, number in enumerate(scan.rows)}
        if row in position:
            scan.columns[column].cells[position[row]] = CellPicture()


def shows_picture(formula: str | None) -> bool:
    """Is this the formula by which WPS shows a picture?"""
    return formula is not None and re.match(r"\s*(?:_xlfn\.)?DISPIMG\(", formula, re.I) is not None


def _by_formula(xml: SheetXml, scan: Scan) -> list[tuple[int, int]]:
    if not any(read.formulas for read in scan.columns.values()):
        return []
    found = []
    tag = b"<" + xml.p + b'c r="'
    address = re.compile(rb"([A-Z]+)([0-9]+)")
    for match in _IN_TEXT.finditer(xml.body):
        start = xml.body.rfind(tag, 0, match.start())
        cell = address.match(xml.body, start + len(tag)) if start >= 0 else None
        if cell and _FORMULA.match(xml.body, cell.end()):
            column = column_number(cell[1].decode())
            if column in scan.columns:
                found.append((int(cell[2]), column))
    return found


def _placed(package: Package, xml: SheetXml, scan: Scan) -> list[tuple[int, int]]:
    """The cells whose value metadata is a picture; only those that read as an error can be."""
    errors = [
        (row, column)
        for column, read in scan.columns.items()
        for row, cell in zip(scan.rows, read.cells, strict=True)
        if cell.__class__ is CellError
    ]
    if not errors:
        return []
    pictures = _picture_metadata(package)
    if not pictures:
        return []
    found = []
    for row, column in errors:
        given = re.search(
            rb'<%sc r="%s%d"[^>]*?\svm="([0-9]+)"' % (re.escape(xml.p), letters(column).encode(), row),
            xml.row_text(row),
        )
        if given and int(given[1]) in pictures:
            found.append((row, column))
    return found


def _picture_metadata(package: Package) -> set[int]:
    """The numbers that a cell's `vm` has where the value is a picture."""
    book = package.workbook_part
    parts = [package.related(book, kind) for kind in ("sheetMetadata", "rdRichValue", "rdRichValueStructure")]
    if not all(parts):
        return set()
    metadata, values, structures = (parse_xml(package.read(part)) for part in parts if part)
    kinds = [s.get("t", "") for s in structures.iter("{*}s")]
    shown = {
        at for at, value in enumerate(values.iter("{*}rv")) if _number(value.get("s")) in _places(kinds)
    }
    names = [kind.get("name", "") for kind in metadata.iter("{*}metadataType")]
    rich = [
        int(block.get("i", "-1"))
        for future in metadata.iter("{*}futureMetadata")
        if future.get("name") == "XLRICHVALUE"
        for block in future.iter("{*}rvb")
    ]
    found = set()
    for at, block in enumerate(metadata.iterfind("{*}valueMetadata/{*}bk"), 1):
        for record in block.iter("{*}rc"):
            kind, value = _number(record.get("t")) - 1, _number(record.get("v"))
            of_pictures = 0 <= kind < len(names) and names[kind] == "XLRICHVALUE"
            if of_pictures and 0 <= value < len(rich) and rich[value] in shown:
                found.add(at)
    return found


def _places(kinds: list[str]) -> set[int]:
    wanted = {kind.casefold() for kind in _PICTURES}
    return {at for at, kind in enumerate(kinds) if kind.casefold() in wanted}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else -1
