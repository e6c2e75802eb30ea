"""Which cells of a ledger are the product's, and whether the others are as they were. Knows the schemas, nothing of
the file host."""

from __future__ import annotations

import posixpath
import re
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.utils import column_index_from_string, get_column_letter

from workbook.schema import Sheet
from workbook.sheets import HOME_TITLE, SHEETS

from .libreoffice import LibreOffice

WHOLE = {"待改清单", "今日待办"}
"""Tables whose body the product writes anew each time."""
HOME_CELLS = {f"B{row}" for row in range(7, 13)}
"""Where 首页 shows what is due: a sentence and five lines."""
GROWING = {"表单台账", "状态流水", "发送记录"}
"""Tables the product adds rows to."""


def box(title: str) -> Sheet | None:
    """The schema of a tab."""
    return next((sheet for sheet in SHEETS if sheet.title == title), None)


def owned(path: Path, title: str) -> dict[str, str]:
    """Column letter -> role, of the product's columns on a tab as they stand in this file."""
    return _owned(path, path.stat().st_mtime_ns).get(title, {})


@lru_cache(maxsize=50)
def _owned(path: Path, stamp: int) -> dict[str, dict[str, str]]:
    book = openpyxl.load_workbook(path, read_only=True)
    found: dict[str, dict[str, str]] = {}
    for schema in SHEETS:
        if schema.title not in book.sheetnames:
            continue
        for row in book[schema.title].iter_rows(max_row=20, values_only=True):
            known = {at: column for at, text in enumerate(row, 1) if text is not None and (column := schema.find(text))}
            if len(known) >= max(2, len(schema.columns) // 2):
                mine = {get_column_letter(at): c.role for at, c in known.items() if c.role != "typed"}
                found[schema.title] = mine
                break
    book.close()
    return found


def product_cell(mine: dict[str, str], title: str, address: str) -> bool:
    """Has the product a right to write this cell?"""
    letters = re.match(r"[A-Z]+", address)
    assert letters
    return letters[0] in mine or title in WHOLE | GROWING or (title == HOME_TITLE and address in HOME_CELLS)


def same_cell(one: etree._Element | None, other: etree._Element | None) -> bool:
    """Are two cells the same XML? A missing cell is like an empty one."""
    if one is None or other is None:
        left = one if one is not None else other
        return left is None or not len(left)
    return etree.tostring(one, with_tail=False) == etree.tostring(other, with_tail=False)


def user_cells(office: LibreOffice, path: Path, formulas: bool = True) -> dict[tuple[str, str], Any]:
    """(tab, address) -> (value, formula) as LibreOffice reads them, of all cells that are not the product's."""
    values, texts = office.cells_and_formulas(path) if formulas else (office.cells(path), {})
    found: dict[tuple[str, str], Any] = {}
    for title, cells in values.items():
        if title in WHOLE:
            continue
        mine = owned(path, title)
        for address, value in cells.items():
            letters = re.match(r"[A-Z]+", address)
            if letters and letters[0] not in mine and not (title == HOME_TITLE and address in HOME_CELLS):
                found[title, address] = (value, texts.get(title, {}).get(address))
    return found


def read_cells(path: Path) -> dict[tuple[str, str], tuple[Any, str | None]]:
    """(tab, address) -> (value, formula) of every cell that shows something, whatever the spelling: a slow reader
    with an XML tree, to judge the product's quick one. Numbers are floats, errors and texts as they are."""
    parts = _Parts(path)
    found: dict[tuple[str, str], tuple[Any, str | None]] = {}
    for title, part in parts.tabs():
        row_number = 0
        for row in etree.fromstring(parts[part], _PLAIN).iter("{*}row"):
            row_number = int(row.get("r") or row_number + 1)
            column = 0
            for cell in row.iterchildren("{*}c"):
                given = re.match("[A-Z]+", cell.get("r") or "")
                column = column_index_from_string(given[0]) if given else column + 1
                value, formula = parts.value(cell), cell.find("{*}f")
                if value is not None or formula is not None:
                    text = None if formula is None else (formula.text or "").strip()
                    found[title, f"{get_column_letter(column)}{row_number}"] = (value, text)
    return found


_PLAIN = etree.XMLParser(remove_comments=True, remove_pis=True)


class _Parts:
    """A package by relationships, names whatever their case."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.data = {name.casefold(): archive.read(name) for name in archive.namelist()}
        self.book = next(target for kind, _, target in self._targets("") if kind == "officeDocument")
        self.texts: list[str] = []
        for kind, _, target in self._targets(self.book):
            if kind == "sharedStrings":
                items = etree.fromstring(self[target], _PLAIN).iter("{*}si")
                self.texts = [_text(item) for item in items]

    def __getitem__(self, name: str) -> bytes:
        return self.data[name.casefold()]

    def _targets(self, owner: str) -> list[tuple[str, str, str]]:
        folder, _, file = owner.rpartition("/")
        rels = etree.fromstring(self[f"{folder}/_rels/{file}.rels".lstrip("/")], _PLAIN)
        return [
            (r.get("Type").rpartition("/")[2], r.get("Id"), posixpath.normpath(posixpath.join("/" + folder, r.get("Target"))).lstrip("/"))
            for r in rels
            if r.get("TargetMode") != "External"
        ]

    def tabs(self) -> list[tuple[str, str]]:
        targets = {rid: target for _, rid, target in self._targets(self.book)}
        sheets = etree.fromstring(self[self.book], _PLAIN).iter("{*}sheet")
        rid = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
        return [(sheet.get("name"), targets[sheet.get(rid)]) for sheet in sheets]

    def value(self, cell: etree._Element) -> Any:
        kind, shown = cell.get("t", "n"), cell.findtext("{*}v")
        if kind == "inlineStr":
            inline = cell.find("{*}is")
            return None if inline is None else _text(inline) or None
        if not shown:
            return None
        if kind == "s":
            return self.texts[int(shown)] or None
        return float(shown) if kind == "n" else shown == "1" if kind == "b" else shown


def _text(item: etree._Element) -> str:
    """The text of a string, runs joined and readings above the characters left out."""
    inside = [t for t in item.iter("{*}t") if not any(etree.QName(a).localname == "rPh" for a in t.iterancestors())]
    return "".join(t.text or "" for t in inside)
