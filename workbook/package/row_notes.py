"""What hangs on single cells of a tab from outside its sheet part: notes, threaded notes, pictures placed on cells.

`where` says which row a cell's content stands in afterwards, 0 for a cell that is gone: its note goes with it. Rows
and columns are counted from 1 there, from 0 in the parts. Source: ECMA-376 part 1, 18.7.3 (comment), 20.5 (anchors);
[MS-OI29500] for the notes' frames.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from .cell_refs import Area
from .opc import Package, parse_xml, to_xml

Where = Callable[[int, int], int]

_SHAPE = re.compile(rb"<v:shape\s.*?</v:shape>", re.S)
_NOTE = re.compile(rb"""ObjectType\s*=\s*["']Note["']""")
_ROW, _COLUMN = re.compile(rb"(<x:Row>\s*)(\d+)"), re.compile(rb"<x:Column>\s*(\d+)")
_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]*)")
_PLACED = ("pic", "sp", "cxnSp")
"""Drawn things that belong to the cell they stand on; a chart belongs to the tab."""


def move_notes(package: Package, part: str, where: Where) -> None:
    """Moves what hangs on the cells of sheet part `part`."""
    for rel in package.relationships(part):
        if rel.external or not package.has(rel.target):
            continue
        match rel.type.rpartition("/")[2]:
            case "comments" | "threadedComment":
                _comments(package, rel.target, where)
            case "vmlDrawing":
                _frames(package, rel.target, where)
            case "drawing":
                _anchors(package, rel.target, where)


def _comments(package: Package, part: str, where: Where) -> None:
    root = parse_xml(package.read(part))
    changed = False
    for element in list(root.iter(etree.Element)):
        area = Area.parse(element.get("ref", ""))
        parent = element.getparent()
        if area is None or parent is None:
            continue
        row = where(area.top, area.left)
        if row == area.top:
            continue
        changed = True
        if row:
            element.set("ref", str(Area(row, area.left, row, area.left)))
        else:
            parent.remove(element)
    if changed:
        package.write(part, to_xml(root))


def _frames(package: Package, part: str, where: Where) -> None:
    def one(match: re.Match[bytes]) -> bytes:
        text = match[0]
        row, column = _ROW.search(text), _COLUMN.search(text)
        if not row or not column or not _NOTE.search(text):
            return text
        old = int(row[2])
        new = where(old + 1, int(column[1]) + 1) - 1
        if new < 0:
            return b""
        text = text.replace(row[0], row[1] + b"%d" % new)
        return _ANCHOR.sub(lambda m: m[1] + _lowered(m[2], new - old), text)

    data = package.read(part)
    new = _SHAPE.sub(one, data)
    if new != data:
        package.write(part, new)


def _lowered(anchor: bytes, by: int) -> bytes:
    """left column, offset, top row, offset, right column, offset, bottom row, offset."""
    numbers = anchor.split(b",")
    if len(numbers) != 8:
        return anchor
    for at in (2, 6):
        numbers[at] = b" %d" % max(int(numbers[at]) + by, 0)
    return b",".join(numbers)


def _anchors(package: Package, part: str, where: Where) -> None:
    root = parse_xml(package.read(part))
    changed = False
    for anchor in list(root):
        kinds = {etree.QName(child).localname for child in anchor if isinstance(child.tag, str)}
        rows = [e for e in anchor.iter(etree.Element) if etree.QName(e).localname == "row"]
        columns = [e for e in anchor.iter(etree.Element) if etree.QName(e).localname == "col"]
        if not rows or not columns or not kinds.intersection(_PLACED):
            continue
        top = int(rows[0].text or "0")
        new = where(top + 1, int(columns[0].text or "0") + 1) - 1
        if new == top:
            continue
        changed = True
        if new < 0:
            root.remove(anchor)
            continue
        for row in rows:
            row.text = str(max(int(row.text or "0") + new - top, 0))
    if changed:
        package.write(part, to_xml(root))
