"""Looks at a file before any parser does: strangers' files and slips of the hand each get their own answer.

What is refused, with its own message: no ZIP, OLE files (encrypted, .xls, .et), OpenDocument, strict OOXML,
binary workbooks, packages without a workbook, too many, doubled or escaping entry names, bombs, DTDs.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from ..issues import WorkbookError
from .zip_entries import Entry, ZipError, read_entries

if TYPE_CHECKING:
    from .opc import Package

MAX_ENTRIES = 20_000
MAX_INFLATED = 2_000_000_000  # bytes; 100,000 rows of both logs take a tenth of it
MAX_RATIO = 300  # inflated to compressed, for parts over MAX_FREE
MAX_FREE = 50_000_000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def load(path: Path) -> bytes:
    """The file's bytes. Raises WorkbookError file.* where it is no ZIP package in order."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise WorkbookError("file.missing", file=str(path)) from error
    except IsADirectoryError as error:
        raise WorkbookError("file.folder", file=str(path)) from error
    except PermissionError as error:
        code = "file.folder" if path.is_dir() else "file.unreadable"
        raise WorkbookError(code, file=str(path)) from error
    check_container(path.name, data)
    return data


def check_container(name: str, data: bytes) -> None:
    """Raises WorkbookError where the bytes are no ZIP archive that is safe to unpack."""
    if not data:
        raise WorkbookError("file.empty", file=name)
    if data.startswith(_OLE):
        raise WorkbookError(_ole_kind(name, data), file=name)
    try:
        entries = read_entries(data)
    except ZipError as error:
        code = "file.damaged" if data.startswith(b"PK") else "file.not_workbook"
        raise WorkbookError(code, file=name, part="压缩目录") from error
    if len(entries) > MAX_ENTRIES:
        raise WorkbookError("file.too_many_parts", file=name, count=len(entries), limit=MAX_ENTRIES)
    _check_names(name, entries)
    _check_sizes(name, entries, len(data))
    names = {entry.name.lstrip("/").casefold() for entry in entries}
    if "[content_types].xml" not in names:
        code = "file.ods" if {"mimetype", "content.xml"} <= names else "file.not_workbook"
        raise WorkbookError(code, file=name)
    if any(entry.encrypted for entry in entries):
        raise WorkbookError("file.encrypted", file=name)


def _ole_kind(name: str, data: bytes) -> str:
    """Which message an OLE compound file gets: its streams' names stand in it as UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "file.encrypted"
    return "file.et" if name.casefold().endswith((".et", ".ett")) else "file.xls"


def _check_names(name: str, entries: list[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        part = entry.name.replace("\\", "/")
        if ".." in part.split("/") or re.match(r"[A-Za-z]:", part) or "\0" in part:
            raise WorkbookError("file.escaping_part", file=name, part=entry.name[:80])
        key = part.lstrip("/").casefold()
        if key in seen:
            raise WorkbookError("file.doubled_part", file=name, part=entry.name[:80])
        seen.add(key)


def _check_sizes(name: str, entries: list[Entry], length: int) -> None:
    total = sum(entry.size for entry in entries)
    if total > MAX_INFLATED:
        raise WorkbookError(
            "file.too_big", file=name, size=total // 1_000_000, limit=MAX_INFLATED // 1_000_000
        )
    if sum(entry.compressed_size for entry in entries) > length:
        raise WorkbookError("file.damaged", file=name, part="压缩目录")
    for entry in entries:
        if entry.size > MAX_FREE and entry.size > MAX_RATIO * max(1, entry.compressed_size):
            raise WorkbookError("file.bomb", file=name, part=entry.name[:80], size=entry.size // 1_000_000)


def check_package(package: Package) -> None:
    """Raises WorkbookError file.* where the package is no workbook that can be edited."""
    name = package.name
    try:
        part = package.workbook_part
        if not part:
            raise WorkbookError("file.no_workbook", file=name)
        if part.casefold().endswith(".bin"):
            raise WorkbookError("file.binary", file=name)
        root = etree.QName(_root(package.read(part)))
    except etree.XMLSyntaxError as error:
        raise WorkbookError("file.damaged", file=name, part="工作簿目录") from error
    if root.namespace == _STRICT:
        raise WorkbookError("file.strict", file=name)
    if root.localname != "workbook":
        raise WorkbookError("file.no_workbook", file=name)


def _root(data: bytes) -> etree._Element:
    from .opc import parse_xml

    return parse_xml(data)


def check_part(name: str, part: str, data: bytes) -> None:
    """Raises WorkbookError file.doctype where an XML part carries a DTD: no workbook has one."""
    if part.casefold().endswith((".xml", ".rels", ".vml")) and _has_doctype(data):
        raise WorkbookError("file.doctype", file=name, part=part)


def check_xml(data: bytes) -> None:
    """The same for bytes whose part is not known."""
    if _has_doctype(data):
        raise WorkbookError("file.doctype", file="", part="XML")


def _has_doctype(data: bytes) -> bool:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "<!DOCTYPE" in data.decode("utf-16", "replace")
    return b"<!DOCTYPE" in data
