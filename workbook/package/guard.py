"""Looks at a file before any parser does: strangers' files and slips of the hand each get their own answer.

`load` looks at the file and its archive, `check_package` at the workbook and its tabs, `check_part` at each
part when it is unpacked. How much of anything is allowed stands in `limits`. Lying sizes, wrong checksums
and broken XML are found by those who unpack and parse; `naming` turns what they raise into a message.
"""

from __future__ import annotations

import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers import expat

from lxml import etree

from ..issues import WorkbookError
from .limits import LEDGER, MB, Limits
from .part_checks import check_count, check_part, check_tree, shown
from .zip_entries import Entry, ZipError, count_entries, local_header, read_entries

if TYPE_CHECKING:
    from .opc import Package

__all__ = [
    "blaming", "check_container", "check_form", "check_package", "check_part", "check_text", "check_tree", "load", "naming",
]  # fmt: skip

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_XML_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|table|head|body|meta|style|div)\b", re.I
)


def load(path: Path, limits: Limits = LEDGER) -> bytes:
    """The file's bytes. Raises WorkbookError file.* where it is no ZIP package in order."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise WorkbookError("file.folder", file=str(path))
        if not stat.S_ISREG(status.st_mode):  # a device or a pipe may never end
            raise WorkbookError("file.not_workbook", file=path.name)
        if status.st_size > limits["file_bytes"]:
            raise _over("file.too_large", path.name, status.st_size, limits["file_bytes"])
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise WorkbookError("file.missing", file=str(path)) from error
    except PermissionError as error:
        raise WorkbookError("file.unreadable", file=str(path)) from error
    except OSError as error:  # a name too long, a share that went away
        raise WorkbookError("file.missing", file=str(path)) from error
    check_container(path.name, data, limits)
    return data


def _over(code: str, name: str, size: int, limit: int) -> WorkbookError:
    return WorkbookError(code, file=name, size=size // MB, limit=limit // MB)


def check_container(name: str, data: bytes, limits: Limits = LEDGER) -> None:
    """Raises WorkbookError where the bytes are no ZIP archive that is safe to unpack."""
    if not data:
        raise WorkbookError("file.empty", file=name)
    if data.startswith(_OLE):
        raise WorkbookError(_ole_kind(name, data), file=name)
    try:
        count = count_entries(data)
        if count > limits["entries"]:
            raise WorkbookError("file.too_many_parts", file=name, count=count, limit=limits["entries"])
        entries = read_entries(data)
    except ZipError as error:
        code = "file.damaged" if data.startswith(b"PK") else _text_kind(data)
        raise WorkbookError(code, file=name, part="压缩目录") from error
    _check_names(name, entries)
    _check_sizes(name, entries, len(data), limits)
    _check_places(name, entries, data)
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


def _text_kind(data: bytes) -> str:
    """Which message a file gets that is no archive: many a platform's "xls" is a web page or plain text."""
    start = data[:4096]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.decode("utf-16", "replace").encode()
    start = start.removeprefix(b"\xef\xbb\xbf")
    if _XML_2003 in start:
        return "file.xml_2003"
    if _MARKUP.match(start):
        return "file.html"
    plain = not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", start) and not start.startswith(
        (b"%PDF", b"{\\rtf")
    )
    return "file.text" if plain and re.search(rb"[,;\t\n]", start) else "file.not_workbook"


def _check_names(name: str, entries: list[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        part = entry.name.replace("\\", "/")
        if ".." in part.split("/") or re.match(r"[A-Za-z]:", part) or "\0" in part:
            raise WorkbookError("file.escaping_part", file=name, part=shown(entry.name))
        key = part.lstrip("/").casefold().rstrip(" .")  # Windows drops blanks and dots at the end
        if key in seen:
            raise WorkbookError("file.doubled_part", file=name, part=shown(entry.name))
        seen.add(key)


def _check_sizes(name: str, entries: list[Entry], length: int, limits: Limits) -> None:
    total, free, ratio = sum(entry.size for entry in entries), limits["free_bytes"], limits["ratio"]
    for entry in entries:
        if entry.size > free and entry.size > ratio * max(1, entry.compressed_size):
            size = entry.size // MB
            raise WorkbookError("file.bomb", file=name, part=shown(entry.name), size=size)
        if entry.size > limits["part_bytes"]:
            raise _over("file.too_big", name, entry.size, limits["part_bytes"])
    if total > 10 * free and total > ratio * length:
        raise WorkbookError("file.bomb", file=name, part="全部", size=total // MB)
    if total > limits["inflated_bytes"]:
        raise _over("file.too_big", name, total, limits["inflated_bytes"])


def _check_places(name: str, entries: list[Entry], data: bytes) -> None:
    """Every entry has its own stretch of the file, and is called there what the directory calls it."""
    end = 0
    for entry in sorted(entries, key=lambda e: e.offset):
        try:
            raw_name, method, start = local_header(data, entry)
        except ZipError as error:
            raise WorkbookError("file.damaged", file=name, part=shown(entry.name)) from error
        if entry.offset < end or raw_name != entry.raw_name or method != entry.method:
            raise WorkbookError("file.contradicting", file=name, part=shown(entry.name))
        end = start + entry.compressed_size
    if end > len(data):
        raise WorkbookError("file.damaged", file=name, part="压缩目录")


def check_package(package: Package, limits: Limits = LEDGER) -> None:
    """Raises WorkbookError file.* where the package is no workbook that can be edited."""
    from .opc import NS_MAIN, parse_xml

    name = package.name
    with naming(name):
        part = package.workbook_part
        if not part:
            raise WorkbookError("file.no_workbook", file=name)
        if part.casefold().endswith(".bin"):
            raise WorkbookError("file.binary", file=name)
        tree = parse_xml(package.read(part))
        root = etree.QName(tree)
        if root.namespace == _STRICT:
            raise WorkbookError("file.strict", file=name)
        if root.localname != "workbook" or root.namespace != NS_MAIN:
            raise WorkbookError("file.no_workbook", file=name)
        names = len(tree.findall(f"{{{NS_MAIN}}}definedNames/{{{NS_MAIN}}}definedName"))
        check_count(name, "定义的名称", names, limits["names"])
        _check_tabs(package, limits)


def _check_tabs(package: Package, limits: Limits) -> None:
    name, tabs = package.name, package.sheets()
    check_count(name, "工作表", len(tabs), limits["tabs"])
    for title, count in Counter(tab.title.casefold() for tab in tabs).items():
        if count > 1:
            raise WorkbookError("file.doubled_tab", file=name, sheet=title[:40])
    parts = [tab.part.casefold() for tab in tabs if tab.part]
    for tab in tabs:
        if tab.part and (parts.count(tab.part.casefold()) > 1 or tab.part == package.workbook_part):
            raise WorkbookError("file.damaged", file=name, part=tab.title[:40])


def check_text(
    name: str,
    title: str,
    columns: Iterable[Sequence[object]],
    longest: int,
    part_bytes: int,
    limits: Limits = LEDGER,
) -> None:
    """Raises WorkbookError file.too_much_text where few long texts stand in very many cells; `longest` of the
    shared texts says whether it is worth counting."""
    allowed = max(limits["text_chars"], limits["text_per_byte"] * part_bytes)
    columns = list(columns)
    if longest * sum(map(len, columns)) <= allowed:
        return
    count = sum(len(cell) for cells in columns for cell in cells if type(cell) is str)
    if count > allowed:
        raise WorkbookError("file.too_much_text", file=name, sheet=title, count=count // 10_000)


@contextmanager
def naming(name: str, reading: bool = False) -> Iterator[None]:
    """What the parsers inside stumble over is told as damage of the file `name`; where nothing but `reading`
    goes on inside, that includes numbers that are none or too long."""
    try:
        yield
    except WorkbookError as error:
        if error.values.get("file") == "":
            raise WorkbookError(error.code, **{**error.values, "file": name}) from error
        raise
    except etree.XMLSyntaxError as error:
        raise WorkbookError("file.damaged", file=name, part=f"XML 第 {error.lineno} 行") from error
    except (UnicodeDecodeError, ZipError) as error:
        raise WorkbookError("file.damaged", file=name, part="文字编码") from error
    except (ValueError, OverflowError) as error:
        if not reading:
            raise
        raise WorkbookError("file.damaged", file=name, part="单元格的编号或地址") from error


def check_form(package: Package, part: str) -> None:
    """Raises WorkbookError file.damaged where a part is no well-formed XML. Scanners take what they find, and
    a whole log takes a second to parse: this is for strangers' files and for finding out who is to blame."""
    try:
        expat.ParserCreate().Parse(package.read(part), True)
    except expat.ExpatError as error:
        raise WorkbookError("file.damaged", file=package.name, part=shown(part)) from error


@contextmanager
def blaming(package: Package) -> Iterator[None]:
    """A save inside that fails its check for a part which was broken before is the old file's fault."""
    try:
        yield
    except WorkbookError as error:
        part = error.values.get("part", "")
        if error.code == "file.not_verified" and package.has(part):
            check_form(package, part)
        raise
