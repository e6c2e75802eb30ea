"""Tables saved as text (CSV, tab-separated), as programs in China write them. Runs in the process made for it.

What the bytes are is found out: UTF-8, GB18030 or UTF-16, with a byte order mark or without; so is what separates
the columns. Every cell is text, exactly as it stands, but for the tricks by which programs keep Excel from spoiling
a number (="00123", a tab behind it, an apostrophe before it).
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

from ..book import RawCell
from ..issues import WorkbookError
from .limits import STRANGER, Limits

TEXT_SUFFIXES = frozenset({".csv", ".txt", ".tsv", ".tab"})
SEPARATORS = {",": "逗号", ";": "分号", "\t": "制表符", "|": "竖线"}

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "gb18030": "GB18030(GBK)"}
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_CHINESE = re.compile(r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")
_SAID_SEPARATOR = re.compile(r'\ufeff?"?sep=(.)"?\r?\n', re.I)
_KEPT = re.compile(r'="((?:[^"]|"")*)"')
_APOSTROPHE = re.compile(r"'(?=[\d+=@-])")
_SAMPLE = 60  # records by which the separator is judged


def read_text(path: Path, limits: Limits = STRANGER) -> list[dict[str, Any]]:
    """The file as one tab, see foreign_tabs.read_tabs. Raises WorkbookError text.encoding, file.not_workbook,
    stranger.too_wide, stranger.too_much_text."""
    data = path.read_bytes()
    found = decoded(data)
    if found is None:
        raise WorkbookError("text.encoding", file=path.name)
    text, encoding = found
    if _NO_TEXT.search(text):
        raise WorkbookError("file.not_workbook", file=path.name)
    if len(text) > limits["text_chars"]:
        most = limits["text_chars"] // 10_000
        raise WorkbookError("stranger.too_much_text", file=path.name, sheet=path.stem, limit=most)
    said = _SAID_SEPARATOR.match(text)
    text = text[said.end() :] if said else text.removeprefix("\ufeff")
    separator = said[1] if said else separator_of(text)
    rows, broken = _records(text, separator)
    width = max(map(len, rows), default=0)
    if width * len(rows) > limits["cells"]:
        cell = f"第 {len(rows)} 行第 {width} 列"
        raise WorkbookError("stranger.too_wide", file=path.name, sheet=path.stem, cell=cell)
    columns: list[list[RawCell]] = [
        [_cell(row[at]) if at < len(row) else None for row in rows] for at in range(width)
    ]
    manner = f"{_NAMES[encoding]},{SEPARATORS.get(separator, separator)}分隔"
    return [
        {
            "title": path.stem[:31],
            "hidden": False,
            "columns": [cells if any(c is not None for c in cells) else None for cells in columns],
            "merges": [],
            "hidden_rows": [],
            "dates": {},
            "uncomputed": [],
            "carried": [],
            "manner": manner + (",引号不成对" if broken else ""),
        }
    ]


def decoded(data: bytes) -> tuple[str, str] | None:
    """(text, encoding); None where the bytes are no text in any of them."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _decode(data[len(mark) :], encoding)
            return (text, encoding) if text is not None else None
    if encoding := _wide(data):
        text = _decode(data, encoding)
        return (text, encoding) if text is not None else None
    utf8, gb = _decode(data, "utf-8"), None
    if utf8 is None or (not data.isascii() and not _CHINESE.search(utf8)):
        gb = _decode(data, "gb18030")
    if utf8 is not None and gb is not None:
        strange = re.sub(r"[\x00-\x7f]", "", gb)  # a short text of GBK may be UTF-8 by accident
        return (gb, "gb18030") if len(_CHINESE.findall(strange)) > 0.8 * len(strange) else (utf8, "utf-8")
    if utf8 is not None:
        return utf8, "utf-8"
    return (gb, "gb18030") if gb is not None else None


def _decode(data: bytes, encoding: str) -> str | None:
    """The text; a character that the file's end cuts in two is dropped."""
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(data, final=False)
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: separators and line ends have a zero byte on one side."""
    start = data[:4096]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if even + odd == 0:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def separator_of(text: str) -> str:
    """The separator by which most of the first records have one and the same number of columns, more than one."""
    best, judged = ",", (0.0, 0)
    for separator in SEPARATORS:
        widths = [len(row) for row in islice(_reader(text[:200_000], separator), _SAMPLE) if any(row)]
        counts = Counter(width for width in widths if width > 1)
        if not counts:
            continue
        width, count = max(counts.items(), key=lambda item: (item[1], item[0]))
        score = (round(count / len(widths), 1), width)
        if score > judged:
            best, judged = separator, score
    return best


def _records(text: str, separator: str) -> tuple[list[list[str]], bool]:
    """(records, is there a quote without its other one). With such a quote everything behind it would be one cell: quotes
    mean nothing in that file then."""
    csv.field_size_limit(max(len(text), 131_072))
    broken = False
    try:
        rows = list(_reader(text, separator, strict=True))
    except csv.Error as error:
        broken = "unexpected end" in str(error)
        if broken:
            plain = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=csv.QUOTE_NONE)
            rows = [[cell.strip('"') for cell in row] for row in plain]
        else:
            rows = list(_reader(text, separator))
    while rows and not any(rows[-1]):
        rows.pop()
    return rows, broken


def _reader(text: str, separator: str, strict: bool = False) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict, skipinitialspace=False)


def _cell(text: str) -> str | None:
    if kept := _KEPT.fullmatch(text.strip()):
        text = kept[1].replace('""', '"')
    text = text.strip("\t")
    if text.startswith("'"):
        text = _APOSTROPHE.sub("", text, count=1)
    return text if text.strip() else None
