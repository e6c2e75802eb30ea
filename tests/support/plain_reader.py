"""A worksheet part read the slow and obvious way, by a tree: what the scanners are compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from workbook.book import CellError, RawCell
from workbook.package.cell_content import serial_from_iso
from workbook.package.cell_refs import column_number

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True)
class PlainCell:
    """One cell as it stands: `formula` is the text of <f>, None without one; `array` the cells that it fills."""

    value: RawCell
    formula: str | None = None
    style: str = "0"
    array: str = ""


def plain_cells(data: bytes, strings: list[str]) -> dict[tuple[int, int], PlainCell]:
    """(row, column) -> cell. Raises AssertionError where rows or cells are out of order or doubled."""
    root = etree.fromstring(
        data, etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False)
    )
    found: dict[tuple[int, int], PlainCell] = {}
    row = 0
    for row_element in root.iterfind(f"{MAIN}sheetData/{MAIN}row"):
        number = int(row_element.get("r", row + 1))
        assert number > row, f"row {number} behind {row}"
        row, column = number, 0
        for cell in row_element.iterfind(f"{MAIN}c"):
            given = re.match("[A-Z]+", cell.get("r", ""))
            at = column_number(given[0]) if given else column + 1
            assert at > column, f"row {row}: column {at} behind {column}"
            assert not given or cell.get("r") == f"{given[0]}{row}", f"row {row}: {cell.get('r')}"
            column = at
            formula = cell.find(f"{MAIN}f")
            found[row, column] = PlainCell(
                _value(cell, strings),
                None if formula is None else formula.text or "",
                cell.get("s", "0"),
                _array(formula),
            )
    return found


def _array(formula: etree._Element | None) -> str:
    filled = formula is not None and formula.get("t") in ("array", "dataTable")
    return formula.get("ref", "") if filled and formula is not None else ""


def _value(cell: etree._Element, strings: list[str]) -> RawCell:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(f"{MAIN}is")
        if inline is not None:
            return _text(inline) or None
        kind = "str"  # LibreOffice once wrote such cells with <v>
    element = cell.find(f"{MAIN}v")
    text = (element.text or "") if element is not None else ""
    if not text:
        return None
    if kind == "s":
        return strings[int(text)] or None if int(text) < len(strings) else None
    if kind == "b":
        return text.strip() in ("1", "true")
    if kind == "e":
        return CellError(text)
    if kind == "d":
        return serial_from_iso(text) or text
    if kind == "str":
        return _unescaped(text)
    return float(text)


def _text(element: etree._Element) -> str:
    direct = element.findall(f"{MAIN}t") + element.findall(f"{MAIN}r/{MAIN}t")
    return "".join(_unescaped(t.text or "") for t in direct)


def _unescaped(text: str) -> str:
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)
