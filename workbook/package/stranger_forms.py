"""What is read of a returned form, and of an archive of them. Runs in the process made for it (strangers.py).

A form is told as its tabs are (foreign_tabs), with the cells its defined names lead to, the mark that was put into
the file's properties when it was made, and when it was last saved. What a form may hold is tighter than for a table.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..issues import WorkbookError
from . import formula_refs, guard
from .cell_refs import address
from .copy_names import formula_names
from .foreign_tabs import tabs_of
from .limits import MB, STRANGER, Limits
from .opc import Package, parse_xml
from .zip_entries import Entry, ZipError, inflate, read_entries

FORM: Limits = {
    **STRANGER,
    "file_bytes": 30 * MB, "inflated_bytes": 60 * MB, "part_bytes": 30 * MB,
    "cells": 200_000, "text_chars": 5 * MB, "strings": 200_000,
}  # fmt: skip
"""A form is one page of some 60 rows and 8 columns, 20 kB on disk; somebody may paste a few photos into it."""
ARCHIVE: Limits = {**STRANGER, "entries": 5_000}
"""Of an archive of forms: each of its files is looked at again by itself."""
MARK = "xlsvc.form"
_PROPERTY = re.compile(r"[^\x00-\x1f]{1,60}")
_UTF8_NAME = 0x800


class Archives:
    """The archive that was asked for last, so that its files are taken out of it one by one."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._data = b""
        self._entries: list[Entry] = []

    def members(self, path: Path) -> list[str]:
        """Names of the files in the archive at `path`, by the position `read` takes; "" for a folder. Raises
        WorkbookError file.*."""
        self._open(path)
        return [_name(entry) for entry in self._entries]

    def read(self, path: Path, position: int) -> bytes:
        """One file's bytes. Raises WorkbookError file.*."""
        self._open(path)
        entry = self._entries[position]
        name = _name(entry).rpartition("/")[2]
        if entry.encrypted:
            raise WorkbookError("file.encrypted", file=name)
        try:
            return inflate(self._data, entry)
        except ZipError as error:
            raise WorkbookError("file.damaged", file=name, part="压缩内容") from error

    def _open(self, path: Path) -> None:
        if path == self._path:
            return
        self._path = None
        data = _loaded(path)
        self._entries = read_entries(data)
        if any(entry.name.casefold() == "[content_types].xml" for entry in self._entries):
            raise WorkbookError("collect.renamed", file=path.name, kind="Excel 工作簿", suffix=".xlsx")
        self._path, self._data = path, data


def _loaded(path: Path) -> bytes:
    """The archive's bytes, looked at as those of a workbook are; that it holds no workbook's parts is well."""
    try:
        return guard.load(path, ARCHIVE)
    except WorkbookError as error:
        if error.code not in ("file.not_workbook", "file.ods"):
            raise
    data = path.read_bytes()
    try:
        read_entries(data)
    except ZipError as error:
        raise WorkbookError("file.damaged", file=path.name, part="压缩目录") from error
    return data


def _name(entry: Entry) -> str:
    """The name of an entry: Chinese Windows writes it in its own code page without saying so."""
    if entry.name.endswith(("/", "\\")):
        return ""
    name = entry.name
    if not entry.flags & _UTF8_NAME and not entry.raw_name.isascii():
        for encoding in ("utf-8", "gb18030"):
            try:
                name = entry.raw_name.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def read_form(name: str, data: bytes, limits: Limits = FORM) -> dict[str, Any]:
    """`tabs` as foreign_tabs tells them, `names` [name, tab, row, column], `mark` ("S002-1|7KQM-4XTR" or ""),
    `modified` (as the file says, ISO 8601 or ""), `digest` of the bytes. Raises WorkbookError file.*, stranger.*."""
    guard.check_container(name, data, limits)
    with guard.naming(name, reading=True):
        package = Package(data, name, limits)
        guard.check_package(package, limits)
        tabs = tabs_of(package, limits)
        for tab in tabs:
            _check_merges(name, tab, limits["cells"])
        return {
            "tabs": tabs,
            "names": _names(package),
            "mark": _mark(package),
            "modified": _modified(package),
            "digest": hashlib.sha256(data).hexdigest(),
        }


def _check_merges(name: str, tab: Mapping[str, Any], most: int) -> None:
    """A merge as large as a sheet hangs many a program that opens the file after us."""
    for top, left, bottom, right in tab["merges"]:
        if (bottom - top + 1) * (right - left + 1) > most:
            cell = address(bottom, right)
            raise WorkbookError("stranger.too_wide", file=name, sheet=tab["title"], cell=cell)


def _names(package: Package) -> list[list[Any]]:
    found = []
    for element in formula_names(package):
        areas = formula_refs.areas(element.text or "")
        if len(areas) == 1:
            title, area = areas[0]
            found.append([element.get("name", ""), title, area.top, area.left])
    return found


def _mark(package: Package) -> str:
    part = package.related("", "custom-properties")
    if not part:
        return ""
    for element in parse_xml(package.read(part)):
        if isinstance(element.tag, str) and element.get("name") == MARK:
            text = "".join(str(t) for t in element.itertext()).strip()
            return text if _PROPERTY.fullmatch(text) else ""
    return ""


def _modified(package: Package) -> str:
    part = package.related("", "core-properties")
    if not part:
        return ""
    for element in parse_xml(package.read(part)):
        if isinstance(element.tag, str) and element.tag.endswith("}modified"):
            return (element.text or "").strip()[:40]
    return ""
