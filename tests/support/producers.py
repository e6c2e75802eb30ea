"""Ledgers as other programs save them: the real ones, and the odd but legal spellings of one package.

Each spelling takes the parts of a ledger and gives other bytes that mean the same; ECMA-376 allows all of them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

Parts = dict[str, bytes]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def parts_of(path: Path) -> Parts:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _main_parts(parts: Parts) -> list[str]:
    """Parts whose elements are of the spreadsheet namespace."""
    return [n for n in parts if re.match(r"xl/(worksheets|tables)/[^/]+\.xml$|xl/(workbook|styles|sharedStrings)\.xml$", n)]


def _each(parts: Parts, names: Sequence[str], change: Callable[[str], str]) -> Parts:
    return {n: change(d.decode()).encode() if n in names else d for n, d in parts.items()}


def prefixed(parts: Parts) -> Parts:
    """Every element with a prefix, as the Open XML SDK and some Java tools write."""

    def change(text: str) -> str:
        text = re.sub(r"<(/?)(?![?!/])(?![\w.-]+:)", r"<\1x:", text)
        return text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')

    return _each(parts, _main_parts(parts), change)


def pretty(parts: Parts) -> Parts:
    """Indented, with comments and processing instructions between."""

    def change(text: str) -> str:
        root = etree.fromstring(text.encode())
        etree.indent(root, "    ")
        body = etree.tostring(root, encoding="unicode")
        return '<?xml version="1.0" encoding="UTF-8"?>\n<!-- <row r="9"> made by hand -->\n<?tool version="1"?>\n' + body + "\n"

    return _each(parts, _main_parts(parts), change)


def without_addresses(parts: Parts) -> Parts:
    """Rows and cells without `r`: each follows the one before, gaps are filled with empty ones."""

    def change(text: str) -> str:
        root = etree.fromstring(text.encode())
        data = root.find(f"{{{MAIN}}}sheetData")
        row_number = 0
        for row in list(data):
            while row_number + 1 < int(row.get("r")):
                row.addprevious(etree.Element(f"{{{MAIN}}}row"))
                row_number += 1
            row_number = int(row.attrib.pop("r"))
            row.attrib.pop("spans", None)
            column = 0
            for cell in list(row):
                wanted = _column(cell.attrib.pop("r"))
                while column + 1 < wanted:
                    cell.addprevious(etree.Element(f"{{{MAIN}}}c"))
                    column += 1
                column = wanted
        return etree.tostring(root, encoding="unicode")

    return _each(parts, [n for n in parts if n.startswith("xl/worksheets/sheet")], change)


def _column(address: str) -> int:
    number = 0
    for letter in re.match(r"[A-Z]+", address)[0]:  # type: ignore[index]
        number = number * 26 + ord(letter) - 64
    return number


def single_quotes(parts: Parts) -> Parts:
    """Attributes in single quotes and with blanks around the equals sign."""
    return _each(parts, _main_parts(parts), lambda text: re.sub(r'(\s[\w:.-]+)="([^"\']*)"', r"\1 = '\2'", text))


def shared_texts(parts: Parts) -> Parts:
    """All texts in the shared table, as Excel and WPS write them."""
    known: dict[str, int] = {}
    count = 0

    def item(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        at = known.setdefault(match[3], len(known))
        return f'<c{match[1]} t="s"{match[2]}><v>{at}</v></c>'

    inline = re.compile(r'<c((?:\s(?!t=)[\w:]+="[^"]*")*) t="inlineStr"([^>]*)><is>(<t[^>]*>[^<]*</t>)</is></c>')
    made = _each(parts, [n for n in parts if n.startswith("xl/worksheets/sheet")], lambda text: inline.sub(item, text))
    items = "".join(f"<si>{text}</si>" for text in known)
    made["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}" count="{count}" uniqueCount="{len(known)}">{items}</sst>'.encode()
    return _listed(made, "sharedStrings", "xl/sharedStrings.xml", f"{_TYPES}.sharedStrings+xml")


def _listed(parts: Parts, kind: str, part: str, content_type: str) -> Parts:
    """The parts with one more that the workbook leads to."""
    kind = kind if "://" in kind else f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    rel = f'<Relationship Id="rId{kind[-4:]}9" Type="{kind}" Target="/{part}"/></Relationships>'
    override = f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>'
    rels, types = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
    return {
        **parts,
        rels: parts[rels].replace(b"</Relationships>", rel.encode()),
        types: parts[types].replace(b"</Types>", override.encode()),
    }


def odd_names(parts: Parts) -> Parts:
    """Sheet parts called otherwise, the workbook elsewhere, targets absolute and in another case."""
    renamed = {"xl/workbook.xml": "book/Arbeitsmappe.xml", "xl/_rels/workbook.xml.rels": "book/_rels/Arbeitsmappe.xml.rels"}
    for name in parts:
        found = re.fullmatch(r"xl/worksheets/(_rels/)?sheet(\d+)\.xml(\.rels)?", name)
        if found:
            renamed[name] = f"xl/Worksheets/{found[1] or ''}Blatt%20{found[2]}.xml{found[3] or ''}"
    made: Parts = {}
    for name, data in parts.items():
        if name.endswith(".rels") or name == "[Content_Types].xml":
            text = data.decode()
            text = re.sub(r"/xl/worksheets/sheet(\d+)\.xml", r"/xl/Worksheets/Blatt%20\1.xml", text)
            text = text.replace("/xl/workbook.xml", "/book/Arbeitsmappe.xml").replace('"xl/workbook.xml"', '"/book/Arbeitsmappe.xml"')
            if name == "xl/_rels/workbook.xml.rels":
                text = re.sub(r'Target="(?!/)([^"]+)"', r'Target="/xl/\1"', text).replace("/Blatt", "/BLATT")
            data = text.encode()
        made[renamed.get(name, name)] = data
    return made


def utf_16(parts: Parts) -> Parts:
    """Workbook, sheets and tables in UTF-16, which Excel reads as well."""
    made = dict(parts)
    for name in _main_parts(parts):
        root = etree.fromstring(parts[name])
        made[name] = etree.tostring(root, encoding="UTF-16", xml_declaration=True)
    return made


def like_wps(parts: Parts) -> Parts:
    """Shared texts, spans, WPS' own namespace, its build number, and an extension nobody else knows."""
    made = shared_texts(parts)

    def change(text: str) -> str:
        text = text.replace("<worksheet ", '<worksheet xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" ', 1)
        text = re.sub(r'<row r="(\d+)"', r'<row r="\1" spans="1:16"', text)
        return text.replace("<sheetPr/>", "<sheetPr/>", 1)

    made = _each(made, [n for n in made if n.startswith("xl/worksheets/sheet")], change)
    version = b'<fileVersion appName="xl" lastEdited="3" lowestEdited="5" rupBuild="9302"/><workbookPr/>'
    made["xl/workbook.xml"] = re.sub(rb"<workbookPr\s*/>", version, made["xl/workbook.xml"])
    custom = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer">'
        "<vt:lpwstr>2052-12.1.0.16929</vt:lpwstr></property></Properties>"
    )
    made["docProps/custom.xml"] = custom.encode()
    types = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    made["[Content_Types].xml"] = made["[Content_Types].xml"].replace(
        b"</Types>", f'<Override PartName="/docProps/custom.xml" ContentType="{types}"/></Types>'.encode()
    )
    made["_rels/.rels"] = made["_rels/.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rIdc" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties" '
        b'Target="docProps/custom.xml"/></Relationships>',
    )
    return made


def zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 9, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def stored(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def zip_64(parts: Mapping[str, bytes]) -> bytes:
    """Every local header with the extra field of ZIP64, as streaming producers write."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            with archive.open(zipfile.ZipInfo(name, (2024, 5, 6, 9, 0, 0)), "w", force_zip64=True) as entry:
                entry.write(data)
    return out.getvalue()


class _Pipe(io.RawIOBase):
    """Takes bytes and cannot go back: sizes then stand behind the data."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += data
        return len(data)


def data_descriptors(parts: Mapping[str, bytes]) -> bytes:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (2024, 5, 6, 9, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return bytes(pipe.data)


def by_openpyxl(source: Path, path: Path) -> Path:
    import openpyxl

    openpyxl.load_workbook(source).save(path)
    return path


def by_xlsxwriter(path: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """A ledger typed anew by a script: every sheet of the schema as a table, no template tab, no report."""
    import xlsxwriter

    from workbook.book import CellError, Link
    from workbook.sheets import SHEETS
    from workbook.template.tables import default_cells

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for sheet in SHEETS:
        tab = book.add_worksheet(sheet.title)
        held = rows.get(sheet.key) or default_cells(sheet)
        top = sheet.header_row - 1
        tab.write(0, 0, escape(sheet.title))
        for at, row in enumerate(held, top + 1):
            for number, column in enumerate(sheet.columns):
                value = row.get(column.key)
                if isinstance(value, datetime):
                    tab.write_datetime(at, number, value, moment)
                elif isinstance(value, CellError):
                    tab.write_formula(at, number, "=1/0" if value.code == "#DIV/0!" else "=NA()", None, value.code)
                elif isinstance(value, Link):
                    tab.write_string(at, number, value.text)
                elif value is not None and value != "":
                    tab.write(at, number, value)
        area = (top, 0, top + max(1, len(held)), len(sheet.columns) - 1)
        tab.add_table(*area, {"name": sheet.table, "columns": [{"header": c.heading} for c in sheet.columns]})
    book.close()
    return path


SPELLINGS: dict[str, Callable[[Parts], Parts]] = {
    "prefixed": prefixed, "pretty": pretty, "no addresses": without_addresses, "single quotes": single_quotes,
    "shared texts": shared_texts, "odd part names": odd_names, "UTF-16": utf_16, "like WPS": like_wps,
}  # fmt: skip
CONTAINERS: dict[str, Callable[[Mapping[str, bytes]], bytes]] = {
    "ZIP64": zip_64, "data descriptors": data_descriptors, "stored": stored,
}  # fmt: skip
