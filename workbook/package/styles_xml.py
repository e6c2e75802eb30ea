"""Cell formats: which number format a style has, and a style that equals another but for one thing."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from .opc import NS_MAIN, Package, parse_xml, to_xml

GENERAL = "General"
DEFAULT_DATE = "yyyy-mm-dd hh:mm"
_FIRST_CUSTOM = 164
_BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NOT_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)


def is_date_format(code: str) -> bool:
    """Does a number format show a date or a time?"""
    return code != GENERAL and bool(re.search(r"[ymdhs年月日时]", _NOT_DATE.sub("", code), re.I))


class Styles:
    """xl/styles.xml; new cell formats are added at the end, nothing is renumbered."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.part = package.related(package.workbook_part, "styles") or ""
        self._root = parse_xml(package.read(self.part)) if self.part else None
        self._changed = False
        self._made: dict[tuple[int, str | None, bool | None], int] = {}
        self._formats: dict[int, str] = {}
        self._xfs = self._root.find(f"{{{NS_MAIN}}}cellXfs") if self._root is not None else None
        if self._root is not None:
            for element in self._root.iterfind(f"{{{NS_MAIN}}}numFmts/{{{NS_MAIN}}}numFmt"):
                self._formats[int(element.get("numFmtId", "0"))] = element.get("formatCode", GENERAL)

    def number_format(self, style: int) -> str:
        """The format code of a style; "General" where the style does not exist."""
        xf = self._xf(style)
        number = int(xf.get("numFmtId", "0")) if xf is not None else 0
        if number in self._formats:
            return self._formats[number]
        return _BUILT_IN.get(number, "yyyy-mm-dd" if number in _DATE_IDS else GENERAL)

    def is_date(self, style: int) -> bool:
        return is_date_format(self.number_format(style))

    def quoted(self, style: int) -> bool:
        xf = self._xf(style)
        return xf is not None and xf.get("quotePrefix") in ("1", "true")

    def variant(self, style: int, number_format: str | None = None, quoted: bool | None = None) -> int:
        """The style that equals `style` but for its number format or quote prefix; made if need be."""
        if self._xfs is None:
            return style
        key = (style, number_format, quoted)
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def _make(self, style: int, number_format: str | None, quoted: bool | None) -> int:
        assert self._xfs is not None
        base = self._xf(style)
        xf = deepcopy(base) if base is not None else etree.Element(f"{{{NS_MAIN}}}xf")
        if number_format is not None:
            xf.set("numFmtId", str(self._format_id(number_format)))
            xf.set("applyNumberFormat", "1")
        if quoted:
            xf.set("quotePrefix", "1")
        elif quoted is False:
            xf.attrib.pop("quotePrefix", "")
        wanted = etree.tostring(xf, method="c14n", exclusive=True, with_tail=False)
        for index, other in enumerate(self._xfs):
            if etree.tostring(other, method="c14n", exclusive=True, with_tail=False) == wanted:
                return index
        self._xfs.append(xf)
        self._xfs.set("count", str(len(self._xfs)))
        self._changed = True
        return len(self._xfs) - 1

    def _xf(self, style: int) -> etree._Element | None:
        if self._xfs is None or not 0 <= style < len(self._xfs):
            return None
        return self._xfs[style]

    def _format_id(self, code: str) -> int:
        for number, known in (*_BUILT_IN.items(), *self._formats.items()):
            if known == code and number not in (27, 28, 29, 30, 31):
                return number
        assert self._root is not None
        number = max((_FIRST_CUSTOM - 1, *self._formats)) + 1
        formats = self._root.find(f"{{{NS_MAIN}}}numFmts")
        if formats is None:
            formats = etree.Element(f"{{{NS_MAIN}}}numFmts")
            self._root.insert(0, formats)
        etree.SubElement(formats, f"{{{NS_MAIN}}}numFmt", numFmtId=str(number), formatCode=code)
        formats.set("count", str(len(formats)))
        self._formats[number] = code
        return number

    def store(self) -> None:
        """Writes the part if a style was added."""
        if self._changed and self._root is not None:
            self._package.write(self.part, to_xml(self._root))
            self._changed = False
