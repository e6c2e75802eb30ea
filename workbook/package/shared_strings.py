"""The shared strings, decoded only where a cell asks for one."""

from __future__ import annotations

import re

from .cell_content import text_from_xml
from .opc import Package, parse_xml, to_xml

_PHONETIC = re.compile(rb"<(?:[\w.-]+:)?rPh\b.*?</(?:[\w.-]+:)?rPh>", re.S)
_TEXT = re.compile(rb"<(?:[\w.-]+:)?t(?:\s[^>]*)?>([^<]*)</(?:[\w.-]+:)?t>")
_ITEM = re.compile(rb"<(?:[\w.-]+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:[\w.-]+:)?si>)", re.S)


def text_of(inner: bytes) -> str:
    """The text of a string item or inline string: rich runs joined, phonetic hints left out."""
    if b"rPh" in inner:
        inner = _PHONETIC.sub(b"", inner)
    return text_from_xml(b"".join(_TEXT.findall(inner)))


def strings_of(package: Package) -> SharedStrings:
    """The package's shared strings; none is fine."""
    part = package.related(package.workbook_part, "sharedStrings")
    return SharedStrings(package.read(part) if part else b"")


class SharedStrings(dict[bytes, str | None]):
    """Index as written in <v> -> text; "" is None. An index that does not exist is None as well."""

    def __init__(self, data: bytes = b"") -> None:
        super().__init__()
        if b"<![CDATA[" in data or b"<!--" in data:
            data = to_xml(parse_xml(data, strip=True))
        self._items: list[bytes] = _ITEM.findall(data)

    def __missing__(self, index: bytes) -> str | None:
        number = int(index)
        item = self._items[number] if 0 <= number < len(self._items) else b""
        plain = item.startswith(b"<t>") and item.count(b"<") == 2
        text = (text_from_xml(item[3:-4]) if plain else text_of(item)) or None
        self[index] = text
        return text
