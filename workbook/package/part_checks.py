"""Looks at one unpacked part before a scanner or parser does: its encoding, DTD, sizes and counts.

Two kinds of reading follow. Rows and shared texts are scanned as bytes; everything else becomes a tree, as
do rows that hold comments or CDATA. Each is hurt by other things.
"""

from __future__ import annotations

import re

from ..issues import WorkbookError
from .limits import LEDGER, Limits

_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_ENCODINGS = {b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii"}
_NO_UTF = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")  # UTF-32; parsers know it, workbooks do not use it
_SCANNED = re.compile(rb"<((?:[\w.-]+:)?)(worksheet|sst)[\s>]")
_SCANNED_WITHIN = 4096  # bytes in which the root of such a part begins

_MERGE = re.compile(rb"<(?:[\w.-]+:)?mergeCell\b")
_TAG = re.compile(rb"<[^<>]*>")
_TARGET = re.compile(rb"""\sTarget\s*=\s*["']([^"']*)""")
_PROLOG = re.compile(rb"\s*<(\?|!--|!)?")
_FOLLOWED = 2_000_000_000  # bytes walked in vain, a second or two
_WHOLE_NUMBERS = re.compile(
    rb"""\s(sheetId|localSheetId|activeTab|firstSheet|numFmtId|totalsRowCount|headerRowCount)\s*=\s*["'](?!-?[0-9]{1,10}["'])"""
)


def check_part(name: str, part: str, data: bytes, limits: Limits = LEDGER) -> None:
    """Raises WorkbookError file.* where reading the part would hurt or mislead; other parts than XML are
    nobody's to read."""
    lower = part.casefold()
    if not lower.endswith((".xml", ".rels", ".vml")) and not data.startswith(b"<?xml"):
        return
    place = {"file": name, "part": shown(part)}
    _check_prolog(data, place)
    _check_runs(data, place, limits["run_bytes"])
    root = _SCANNED.search(data, 0, _SCANNED_WITHIN)
    if root is None:
        _check_tags(data, place, limits)
        if lower.endswith(".rels"):
            _check_relationships(data, place, limits)
        elif wrong := _WHOLE_NUMBERS.search(data):
            raise WorkbookError("file.damaged", file=name, part=f"{shown(part)} {wrong[1].decode()}")
        return
    tag = root[1] + (b"si" if root[2] == b"sst" else b"c")
    if _open_behind(data, tag) > _FOLLOWED:
        raise WorkbookError("file.damaged", **place)
    if root[2] == b"sst":
        check_count(name, "共享文字", data.count(b"</" + tag), limits["strings"])
    else:
        behind = data[max(0, data.rfind(b"sheetData")) :]
        check_count(name, "合并单元格", len(_MERGE.findall(behind)), limits["merges"])


def _open_behind(data: bytes, tag: bytes) -> int:
    """What elements without an end cost a scanner that looks for it: their number behind the last closing
    tag times the bytes behind that."""
    last = data.rfind(b"</" + tag + b">")
    opened = re.compile(rb"<%s(?:\s[^<>]*)?(?<!/)>" % re.escape(tag))
    count = sum(1 for _ in opened.finditer(data, max(last, 0)))
    return count * (len(data) - max(last, 0))


def check_tree(data: bytes, limits: Limits = LEDGER) -> None:
    """The same for bytes that are about to become a tree; the part is named only as XML."""
    place = {"file": "", "part": "XML"}
    _check_prolog(data, place)
    _check_tags(data, place, limits)


def check_count(name: str, what: str, count: int, limit: int) -> None:
    """Raises WorkbookError file.crowded."""
    if count > limit:
        raise WorkbookError("file.crowded", file=name, what=what, count=count, limit=limit)


def shown(part: str) -> str:
    """A part's name, or any text out of a file, fit for a message."""
    return "".join(c if c.isprintable() else "?" for c in part[:80])


def _check_prolog(data: bytes, place: dict[str, str]) -> None:
    """Raises file.encoding and file.doctype: what stands before the root decides how the rest is understood."""
    if data[:4] in _NO_UTF or b"\0" in data[:2]:
        raise WorkbookError("file.encoding", **place, encoding="UTF-32/UTF-16")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    data = data.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARED.match(data)
    if declared and declared[1].strip().lower() not in _ENCODINGS:
        raise WorkbookError("file.encoding", **place, encoding=shown(declared[1].decode("ascii", "replace")))
    at = 0
    while match := _PROLOG.match(data, at):
        end = {b"?": b"?>", b"!--": b"-->"}.get(match[1] or b"")
        if end is None:
            if match[1]:
                raise WorkbookError("file.doctype", **place)
            return
        at = data.find(end, match.end())
        if at < 0:
            return
        at += len(end)
    if data[at:].strip():
        raise WorkbookError("file.encoding", **place, encoding="?")


def _check_runs(data: bytes, place: dict[str, str], limit: int) -> None:
    """Raises file.long_run: a run longer than the limit holds one of these stretches whole."""
    step = limit // 2
    for at in range(0, len(data) - step, step):
        if data.find(b"<", at, at + step) < 0:
            raise WorkbookError("file.long_run", **place, size=step // 1000)


def _check_tags(data: bytes, place: dict[str, str], limits: Limits) -> None:
    count = data.count(b"<") - data.count(b"</")
    if count > limits["tags_in_tree"]:
        raise WorkbookError("file.too_many_tags", **place, count=count, limit=limits["tags_in_tree"])


def _check_relationships(data: bytes, place: dict[str, str], limits: Limits) -> None:
    name = place["file"]
    check_count(name, "部件关系", data.count(b"Target"), limits["relationships"])
    tags = _TAG.findall(data) if b"/table" in data else []
    tables = [found[1] for tag in tags if b"/relationships/table" in tag and (found := _TARGET.search(tag))]
    check_count(name, "表格", len(tables), limits["tables"])
    if len(set(tables)) != len(tables):
        raise WorkbookError("file.damaged", **place)
