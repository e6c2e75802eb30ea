"""A workbook's cells, formulas and names as its XML has them, read quickly; and cells typed into it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from tests.support.rich_book.raw_package import RawPackage
from workbook.package.cell_refs import Area
from workbook.package.opc import Package
from workbook.package.sheet_edit import SheetEditor
from workbook.package.sheet_xml import SheetXml
from workbook.package.styles_xml import Styles

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@lru_cache(maxsize=20)
def _opened(path: Path, stamp: int) -> RawPackage:
    return RawPackage(path)


def _package(path: Path) -> RawPackage:
    return _opened(path, path.stat().st_mtime_ns)


def tab_cells(path: Path, tab: str, formulas: bool = False) -> dict[str, Any]:
    """Address -> what the cell shows, or its formula with "=" before it; dates as serial numbers."""
    package = _package(path)
    shared = package.parts.get("xl/sharedStrings.xml", b"<none/>")
    strings = ["".join(item.itertext(f"{MAIN}t")) for item in etree.fromstring(shared)]
    found: dict[str, Any] = {}
    for cell in etree.fromstring(package.parts[package.sheet_part(re.escape(tab))]).iter(f"{MAIN}c"):
        kind, text = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
        if formulas and (formula := cell.findtext(f"{MAIN}f")):
            found[cell.get("r", "")] = f"={formula}"
        elif kind == "inlineStr":
            found[cell.get("r", "")] = "".join(cell.itertext(f"{MAIN}t"))
        elif text:
            found[cell.get("r", "")] = strings[int(text)] if kind == "s" else float(text) if kind == "n" else text
    return found


def names_on(path: Path, tab: str) -> dict[str, str]:
    """Names that are local to the tab -> the address of their cell."""
    root = etree.fromstring(_package(path).parts["xl/workbook.xml"])
    place = [sheet.get("name") for sheet in root.iter(f"{MAIN}sheet")].index(tab)
    return {
        e.get("name", ""): str(e.text).rpartition("!")[2].replace("$", "")
        for e in root.iter(f"{MAIN}definedName")
        if e.get("localSheetId") == str(place)
    }


def type_into(path: Path, tab: str, cells: dict[str, Any]) -> None:
    """What a person types on a tab and saves, cell by cell."""
    package = Package.open(path)
    entry = package.sheet(tab)
    assert entry is not None
    editor = SheetEditor(SheetXml(package.read(entry.part)), Styles(package))
    for at, content in cells.items():
        area = Area.parse(at)
        assert area is not None
        editor.set_cells({area.top: {area.left: content}})
    package.write(entry.part, editor.finish())
    package.save(path)
