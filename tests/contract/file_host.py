"""The contract's host over a saved file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from lxml import etree

from tests.support.ledgers import opened
from tests.workbook.odd_books import MAIN, log_book, parts_of, zip_bytes
from workbook.book import Book


def _child(parent: etree._Element, name: str, at: str, order: Callable[[str], Any]) -> etree._Element:
    """The row or cell of this address, made in its place if need be."""
    for element in parent:
        if element.get("r") == at:
            return element
        if order(element.get("r", "")) > order(at):
            fresh = etree.Element(f"{{{MAIN}}}{name}", r=at)
            element.addprevious(fresh)
            return fresh
    return etree.SubElement(parent, f"{{{MAIN}}}{name}", r=at)


class FileHost:
    whole = True

    def __init__(self, folder: Path) -> None:
        self.path = folder / "台账.xlsx"

    def book(
        self,
        rows: Sequence[str] = (),
        headings: Mapping[str, str] | None = None,
        rename: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Book:
        from workbook.file_book import FileBook

        log_book(self.path, rows, **options)
        parts = parts_of(self.path)
        for old, new in (headings or {}).items():
            sheet = parts["xl/worksheets/sheet1.xml"]
            parts["xl/worksheets/sheet1.xml"] = sheet.replace(
                f"<t>{old}</t>".encode(), f"<t>{new}</t>".encode()
            )
        for old, new in (rename or {}).items():
            book = parts["xl/workbook.xml"]
            parts["xl/workbook.xml"] = book.replace(f'name="{old}"'.encode(), f'name="{new}"'.encode())
        if names:
            inner = "".join(f'<definedName name="{n}">{ref}</definedName>' for n, ref in names.items())
            parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
                b"</workbook>", f"<definedNames>{inner}</definedNames></workbook>".encode()
            )
        self.path.write_bytes(zip_bytes(parts))
        return FileBook(self.path)

    def again(self) -> Book:
        from workbook.file_book import FileBook

        return FileBook(self.path)

    def type(self, title: str, address: str, value: Any) -> None:
        parts = parts_of(self.path)
        titles = [e.get("name") for e in etree.fromstring(parts["xl/workbook.xml"]).iter(f"{{{MAIN}}}sheet")]
        part = f"xl/worksheets/sheet{titles.index(title) + 1}.xml"
        root = etree.fromstring(parts[part])
        data = root.find(f"{{{MAIN}}}sheetData")
        assert data is not None
        number = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        row = _child(data, "row", number, int)
        cell = _child(row, "c", address, lambda at: (len(at.rstrip("0123456789")), at))
        cell[:] = []
        cell.attrib.pop("t", "")
        if isinstance(value, str) and value.startswith("="):
            etree.SubElement(cell, f"{{{MAIN}}}f").text = value[1:]
        elif isinstance(value, str):
            cell.set("t", "inlineStr")
            etree.SubElement(etree.SubElement(cell, f"{{{MAIN}}}is"), f"{{{MAIN}}}t").text = value
        elif value is not None:
            etree.SubElement(cell, f"{{{MAIN}}}v").text = repr(value)
        parts[part] = etree.tostring(root)
        self.path.write_bytes(zip_bytes(parts))

    def move_table(self, down: int, right: int) -> None:
        def moved(match: re.Match[bytes]) -> bytes:
            return bytes([match[1][0] + right]) + b"%d" % (int(match[2]) + down)

        parts = parts_of(self.path)
        sheet, table = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"
        xml = re.sub(rb'(?<=<row r=")\d+', lambda m: b"%d" % (int(m[0]) + down), parts[sheet])
        xml = re.sub(rb'(?<=<c r=")([A-Z])(\d+)', moved, xml)
        parts[sheet] = re.sub(rb"<dimension [^>]*/>", b"", xml)
        parts[table] = re.sub(rb'\b([A-Z])(\d+)(?=[:"])', moved, parts[table])
        self.path.write_bytes(zip_bytes(parts))

    def cell(self, title: str, address: str) -> Any:
        return opened(self.path, data_only=True)[title][address].value

    def shown(self, title: str, address: str) -> str:
        cell = opened(self.path, data_only=True)[title][address]
        if cell.is_date:
            assert cell.number_format == "yyyy-mm-dd hh:mm"
            return cell.value.strftime("%Y-%m-%d %H:%M")
        assert cell.number_format == "0%"
        return f"{cell.value:.0%}"

    def front(self) -> str:
        book = openpyxl.load_workbook(self.path)
        with zipfile.ZipFile(self.path) as archive:
            selected = [n for n in archive.namelist() if re.search(rb'tabSelected="1"', archive.read(n))]
        assert len(selected) <= 1
        assert book.active is not None
        return book.active.title

    def everything(self) -> Any:
        return {p.name: p.read_bytes() for p in self.path.parent.iterdir() if p.is_file()}
