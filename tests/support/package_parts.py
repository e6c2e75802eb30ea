"""The workbook package as the lint sees it: parts, relationships, tabs, names, tables, shared texts."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


Box = tuple[int, int, int, int]
"""left, top, right, bottom, counted from 1."""


@lru_cache(maxsize=100_000)
def box_of(ref: str) -> Box | None:
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?", ref)
    if match is None:
        return None
    left, top, right, bottom = match.groups()
    first = (column_number(left), int(top))
    return (*first, column_number(right), int(bottom)) if right else (*first, *first)


def overlap(a: Box, b: Box) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def column_number(letters: str) -> int:
    value = 0
    for c in letters:
        value = value * 26 + ord(c) - 64
    return value


def column_letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def plain(text: str) -> str:
    """Text with the _x000a_ escapes of table headings undone."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text).replace("\r\n", "\n")


def cell_text(book: Book, cell: etree._Element) -> str:
    if cell.get("t") == "s":
        value = cell.findtext(f"{MAIN}v") or ""
        return book.texts[int(value)] if value.isdigit() and int(value) < len(book.texts) else ""
    if cell.get("t") == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(f"{MAIN}t"))
    return cell.findtext(f"{MAIN}v") or ""


def table_name(table: etree._Element) -> str:
    return table.get("displayName") or table.get("name") or ""


class Parts:
    """The package's parts by lower-case name, with relationships resolved to part names."""

    def __init__(self, path: Path | str) -> None:
        with zipfile.ZipFile(path) as archive:
            self.entries = archive.namelist()
            self.data = {
                unquote(name).lower(): archive.read(name) for name in self.entries if not name.endswith("/")
            }
        self._trees: dict[str, etree._Element] = {}

    def has(self, part: str) -> bool:
        return part.lower() in self.data

    def tree(self, part: str) -> etree._Element:
        key = part.lower()
        if key not in self._trees:
            self._trees[key] = etree.fromstring(self.data[key], _PARSER)
        return self._trees[key]

    def relationships(self, part: str) -> list[tuple[str, str, str, bool]]:
        """(id, last word of the type, target part name or address, external?) of one part."""
        folder, _, name = part.rpartition("/")
        rels = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if not self.has(rels):
            return []
        found = []
        for r in self.tree(rels):
            external = r.get("TargetMode") == "External"
            target = unquote(r.get("Target", ""))
            if not external:
                target = target.split("#")[0]
                if target:
                    target = posixpath.normpath(target if target.startswith("/") else f"/{folder}/{target}")
                target = target.lstrip("/")
            found.append((r.get("Id", ""), r.get("Type", "").rpartition("/")[2], target, external))
        return found

    def targets(self, part: str, kind: str) -> list[str]:
        return [target for _, k, target, external in self.relationships(part) if k == kind and not external]


class Book:
    """What the checks of several parts need to know of the whole workbook."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.part = next(iter(parts.targets("", "officeDocument")), "xl/workbook.xml")
        root = parts.tree(self.part)
        rels = {rid: target for rid, _, target, _ in parts.relationships(self.part)}
        self.sheets = [
            (
                s.get("name", ""),
                s.get("sheetId", ""),
                s.get("state", "visible"),
                rels.get(s.get(f"{REL}id"), ""),
            )
            for s in root.iter(f"{MAIN}sheet")
        ]
        self.titles = {title.casefold() for title, *_ in self.sheets}
        self.names = [
            (n.get("name", ""), n.get("localSheetId"), n.text or "") for n in root.iter(f"{MAIN}definedName")
        ]
        self._named: dict[str, set[str | None]] = defaultdict(set)  # folded name -> tabs; None: the whole book
        for name, local, _ in self.names:
            self._named[name.casefold()].add(local)
        self._columns: dict[str, set[str] | None] = {}
        self.tables: dict[str, tuple[str, str, etree._Element]] = {}  # folded name -> part, sheet part, root
        self.table_list: list[tuple[str, str, etree._Element]] = []
        for _, _, _, sheet in self.sheets:
            for table in parts.targets(sheet, "table"):
                if parts.has(table):
                    entry = (table, sheet, parts.tree(table))
                    self.table_list.append(entry)
                    self.tables.setdefault(table_name(entry[2]).casefold(), entry)
        self.texts = self._shared_texts()
        styles = next(iter(parts.targets(self.part, "styles")), "")
        self.dxfs = self.formats = 0
        if styles and parts.has(styles):
            tree = parts.tree(styles)
            self.dxfs = len(tree.findall(f"{MAIN}dxfs/{MAIN}dxf"))
            self.formats = len(tree.findall(f"{MAIN}cellXfs/{MAIN}xf"))
        self.styles = styles

    def _shared_texts(self) -> list[str]:
        part = next(iter(self.parts.targets(self.part, "sharedStrings")), "")
        if not part or not self.parts.has(part):
            return []
        return [
            "".join(t.text or "" for t in si.iter(f"{MAIN}t") if t.getparent().tag != f"{MAIN}rPh")
            for si in self.parts.tree(part).iter(f"{MAIN}si")
        ]

    def columns(self, table: str) -> set[str] | None:
        """The folded headings of a table; None where there is no such table."""
        key = table.casefold()
        if key not in self._columns:
            entry = self.tables.get(key)
            headings = entry and {plain(c.get("name", "")).casefold() for c in entry[2].iter(f"{MAIN}tableColumn")}
            self._columns[key] = headings
        return self._columns[key]

    def knows_name(self, name: str, sheet_index: int | None) -> bool:
        """Is the name defined for the whole book or for this tab?"""
        tabs = self._named.get(name.casefold(), set())
        return bool(tabs) and (sheet_index is None or not tabs.isdisjoint((None, str(sheet_index))))
