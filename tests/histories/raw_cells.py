"""What stands in the cells of a workbook, read from its parts by lxml alone: a judge that shares no code with the
product. Parts that did not change are not read again."""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path
from typing import NamedTuple

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Position = tuple[int, int]
"""Row and column, from 1."""


class Cell(NamedTuple):
    """Content of a cell: `value` (float, str, bool or None; an error as ("#N/A",)), formula, number format."""

    value: object
    formula: str | None
    shown_as: str


Tabs = dict[str, dict[Position, Cell]]
"""Tab title -> position -> cell, for every cell that holds anything; tabs in their order."""

_tabs: dict[tuple[int, int], tuple[list[str], dict[Position, Cell]]] = {}
_texts: dict[int, list[str]] = {}
_formats: dict[int, list[str]] = {}


def read_tabs(path: Path) -> Tabs:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return tabs_of(parts)


def tabs_of(parts: dict[str, bytes]) -> Tabs:
    texts, styles = _shared(parts.get("xl/sharedStrings.xml", b"")), parts["xl/styles.xml"]
    found: Tabs = {}
    for title, name in sheet_parts(parts).items():
        key = (hash(parts[name]), hash(styles))
        used, cells = _tabs.get(key, (["\0"], {}))
        if used != texts[: len(used)]:
            cells, used = _cells(parts[name], texts, number_formats(styles))
            _tabs[key] = used, cells
        found[title] = cells
    return found


def sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    """Tab title -> part name, in tab order."""
    targets = {
        rel.get("Id"): _resolved("xl/workbook.xml", rel.get("Target", ""))
        for rel in etree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    }
    book = etree.fromstring(parts["xl/workbook.xml"])
    return {s.get("name", ""): targets[s.get(R_ID)] for s in book.iterfind(f"{MAIN}sheets/{MAIN}sheet")}


def related(parts: dict[str, bytes], part: str, kind: str) -> list[str]:
    """The parts that `part` leads to by a relationship type ending in "/kind"."""
    folder, name = posixpath.split(part)
    rels = parts.get(f"{folder}/_rels/{name}.rels")
    if rels is None:
        return []
    return [
        _resolved(part, rel.get("Target", ""))
        for rel in etree.fromstring(rels)
        if rel.get("Type", "").endswith(f"/{kind}")
    ]


def _resolved(part: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def text_of(item: etree._Element) -> str:
    """The text of a shared or inline string, without its phonetic guide."""
    return "".join(
        t.text or ""
        for t in item.iter(f"{MAIN}t")
        if t.getparent().tag != f"{MAIN}rPh"  # type: ignore[union-attr]
    )


def _shared(strings: bytes) -> list[str]:
    if hash(strings) not in _texts:
        _texts[hash(strings)] = [text_of(si) for si in etree.fromstring(strings)] if strings else []
    return _texts[hash(strings)]


def number_formats(styles: bytes) -> list[str]:
    """Number format by style index; a built-in one as its number."""
    if hash(styles) not in _formats:
        root = etree.fromstring(styles)
        codes = {f.get("numFmtId"): f.get("formatCode", "") for f in root.iter(f"{MAIN}numFmt")}
        xfs = root.find(f"{MAIN}cellXfs")
        assert xfs is not None
        numbers = [xf.get("numFmtId", "0") for xf in xfs]
        _formats[hash(styles)] = [codes.get(number, number) for number in numbers]
    return _formats[hash(styles)]


def _cells(part: bytes, texts: list[str], formats: list[str]) -> tuple[dict[Position, Cell], list[str]]:
    """The cells, and the shared texts up to the last one that they use."""
    found: dict[Position, Cell] = {}
    at_row = last = 0
    for row in etree.fromstring(part).iterfind(f"{MAIN}sheetData/{MAIN}row"):
        at_row = int(row.get("r", at_row + 1))
        at = 0
        for c in row.iterfind(f"{MAIN}c"):
            at = position(c.get("r", ""))[1] if c.get("r") else at + 1
            value, formula = _value(c, texts), _formula(c)
            if c.get("t") == "s":
                last = max(last, int(c.findtext(f"{MAIN}v", "0")) + 1)
            if value not in (None, "") or formula is not None:
                shown_as = formats[int(c.get("s", 0))]
                found[at_row, at] = Cell(None if value == "" else value, formula, shown_as)
    return found, texts[:last]


def _value(c: etree._Element, texts: list[str]) -> object:
    kind = c.get("t", "n")
    if kind == "inlineStr":
        inline = c.find(f"{MAIN}is")
        return text_of(inline) if inline is not None else None
    v = c.find(f"{MAIN}v")
    if v is None or v.text is None:
        return None
    if kind == "s":
        return texts[int(v.text)]
    if kind == "str":
        return v.text
    if kind == "b":
        return v.text == "1"
    if kind == "e":
        return (v.text,)
    return float(v.text)


def _formula(c: etree._Element) -> str | None:
    f = c.find(f"{MAIN}f")
    if f is None:
        return None
    return f.text or f"shared {f.get('si')}"


def position(address: str) -> Position:
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(address[len(letters) :]), column


def address(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
