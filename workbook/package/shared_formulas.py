"""Formulas that several cells share: the first cell holds the text, the others only its number.
Source: ECMA-376 part 1, 18.3.1.40 (f)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .cell_content import text_from_xml, text_to_xml
from .cell_refs import column_number
from .formula_shift import shifted
from .row_cells import attributes
from .sheet_xml import SheetXml

Master = tuple[int, int, str]
"""Row, column and formula of the cell that holds a shared formula's text."""


class SharedFormulas:
    """The formulas of one sheet's cells, as they stand in its body."""

    def __init__(self, sheet: SheetXml) -> None:
        self.sheet = sheet
        self.p = p = sheet.p
        q = re.escape(p)
        self.cell = re.compile(rb'<%sc r="([A-Z]+)([0-9]+)"([^>]*?)(?:/>|>(.*?)</%sc\s*>)' % (q, q), re.S)
        self._element = re.compile(rb"<%sf(?:\s[^>]*?)?(?:/>|>[^<]*</%sf\s*>)" % (q, q))
        self._masters: dict[bytes, Master | None] = {}

    def formula(self, cell: re.Match[bytes] | None) -> str | None:
        """The formula of a cell as its own text, shared ones translated to it; None without one."""
        found = self._element.search(cell[4] or b"") if cell else None
        if not found or not cell:
            return None
        text, given = text_of_formula(found[0])
        if text or given.get(b"t") != b"shared":
            return text or None
        group = given.get(b"si", b"")
        if group not in self._masters:
            self._masters[group] = self._master(group)
        return _translated(self._masters[group], cell)

    def _master(self, group: bytes) -> Master | None:
        mark = b'si="' + group + b'"'
        for _, row, _ in self.sheet.rows():
            if mark not in row:
                continue
            for cell in self.cell.finditer(row):
                found = self._element.search(cell[4] or b"")
                text = text_of_formula(found[0])[0] if found and mark in found[0] else ""
                if text:
                    return int(cell[2]), column_number(cell[1].decode()), text
        return None

    def adopt(self, orphans: Mapping[bytes, Master]) -> None:
        """Writes the formula out in the cells that shared one whose first cell is gone."""

        def own(cell: re.Match[bytes]) -> bytes:
            found = self._element.search(cell[4] or b"")
            given = text_of_formula(found[0])[1] if found else {}
            master = orphans.get(given.get(b"si", b"")) if b"ref" not in given else None
            text = _translated(master, cell) if found and given.get(b"t") == b"shared" else None
            if not found or text is None:
                return cell[0]
            return cell[0].replace(found[0], b"<%sf>%s</%sf>" % (self.p, text_to_xml(text), self.p))

        body = self.sheet.body
        pieces = [body[start:stop] for start, stop in self.sheet.stretches()]
        self.sheet.body = b"".join(self.cell.sub(own, p) if b"shared" in p else p for p in pieces)


def text_of_formula(element: bytes) -> tuple[str, dict[bytes, bytes]]:
    """(text, attributes) of an <f> element; the text is "" where another cell holds it."""
    tag, _, inner = element.partition(b">")
    return text_from_xml(inner.rpartition(b"</")[0]), attributes(tag)


def _translated(master: Master | None, cell: re.Match[bytes]) -> str | None:
    if master is None:
        return None
    return shifted(master[2], int(cell[2]) - master[0], column_number(cell[1].decode()) - master[1])
