"""The values a chart keeps of its cells, brought up to date: phones and mail previews draw only these.

Nothing is calculated: what stands in the sheet parts is copied into c:numCache and c:strCache.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from ..book import CellError, RawCell
from . import formula_refs
from .cell_content import number_text
from .cell_refs import Area
from .copy_names import formula_names
from .opc import Package, parse_xml, to_xml
from .shared_strings import SharedStrings
from .sheet_xml import SheetXml

NS_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_CATEGORIES = {"cat", "xVal"}
_MAX_POINTS = 32_000
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def refresh(package: Package, tab_title: str, strings: SharedStrings | None = None) -> None:
    """Rewrites the caches of the charts on one tab from the cells they refer to, on whatever tab those are.

    A reference that leads to no plain range (another workbook, a formula) keeps its cache. Charts on other
    tabs, and charts whose caches are right already, are left alone.
    """
    entry = package.sheet(tab_title)
    if entry is None:
        return
    cells = _Cells(package, entry.title, strings=strings)
    for part in charts(package, entry.part):
        _refresh_chart(package, part, cells)


def refresh_part(package: Package, part: str, own: str) -> None:
    """The same for one chart, wherever it is drawn; `own` is the tab whose names a chart calls its own."""
    _refresh_chart(package, part, _Cells(package, own))


def _refresh_chart(package: Package, part: str, cells: _Cells) -> None:
    root = parse_xml(package.read(part))
    before = etree.tostring(root)
    for kind in ("numRef", "strRef", "multiLvlStrRef"):
        for reference in list(root.iter(_tag(kind))):
            _refresh_reference(reference, cells)
    for labels in [e for e in root.iter(etree.Element) if etree.QName(e).localname == "datalabelsRange"]:
        _refresh_labels(labels, cells)
    if etree.tostring(root) != before:
        package.write(part, to_xml(root))


def charts(package: Package, part: str) -> list[str]:
    """The chart parts drawn on the tab of this sheet part."""
    found = []
    for drawing in package.relationships(part):
        if drawing.type.endswith("/drawing") and not drawing.external:
            found += [
                rel.target
                for rel in package.relationships(drawing.target)
                if rel.type.endswith("/chart") and not rel.external and package.has(rel.target)
            ]
    return found


def shared_strings(package: Package) -> SharedStrings:
    """The package's shared strings; none where it has no such part."""
    part = package.related(package.workbook_part, "sharedStrings")
    return SharedStrings(package.read(part) if part else b"")


@dataclass
class _Cells:
    """Cells of the package by reference; each tab is opened once."""

    package: Package
    own: str
    sheets: dict[str, SheetXml] = field(default_factory=dict)
    strings: SharedStrings | None = None
    names: dict[tuple[str, str], str] | None = None

    def areas(self, formula: str) -> list[tuple[str, Area]]:
        """The rectangles a chart's formula means, names followed; empty where it is anything else."""
        found = formula_refs.areas(formula)
        if found:
            return found
        pieces = list(formula_refs.tokens(formula.strip()))
        if len(pieces) == 2 and pieces[1].kind == "word" and pieces[0].text.endswith("!"):
            tab = pieces[0].tab if pieces[0].kind == "tab" else ""
            if tab or pieces[0].text == "[0]!":
                return formula_refs.areas(self._name(tab or self.own, pieces[1].text))
        return []

    def _name(self, tab: str, name: str) -> str:
        if self.names is None:
            titles = [entry.title.casefold() for entry in self.package.sheets()]
            self.names = {}
            for element in formula_names(self.package):
                scope = element.get("localSheetId")
                owner = titles[int(scope)] if scope and int(scope) < len(titles) else ""
                self.names[owner, element.get("name", "").casefold()] = element.text or ""
        for owner in (tab.casefold(), ""):
            if (owner, name.casefold()) in self.names:
                return self.names[owner, name.casefold()]
        return ""

    def columns(self, tab: str, area: Area) -> list[list[RawCell]] | None:
        """The area's cells, column by column; None where the tab is gone or the area is huge."""
        entry = self.package.sheet(tab)
        height = area.bottom - area.top + 1
        if entry is None or height * (area.right - area.left + 1) > _MAX_POINTS:
            return None
        key = entry.part.casefold()
        if key not in self.sheets:
            self.sheets[key] = SheetXml(self.package.read(entry.part))
        if self.strings is None:
            self.strings = shared_strings(self.package)
        wanted = range(area.left, area.right + 1)
        scan = self.sheets[key].read(wanted, self.strings, area.top, area.bottom)
        result: list[list[RawCell]] = []
        for column in wanted:
            by_row = dict(zip(scan.rows, scan.columns[column].cells, strict=True))
            result.append([by_row.get(row) for row in range(area.top, area.bottom + 1)])
        return result

    def series(self, formula: str) -> list[RawCell] | None:
        """The cells in the order a series takes them: row by row, area after area."""
        found: list[RawCell] = []
        for tab, area in self.areas(formula):
            columns = self.columns(tab, area)
            if columns is None:
                return None
            found += [cell for row in zip(*columns, strict=True) for cell in row]
        return found or None


def _refresh_reference(reference: etree._Element, cells: _Cells) -> None:
    formula = reference.findtext(_tag("f")) or ""
    if etree.QName(reference).localname == "multiLvlStrRef":
        _refresh_levels(reference, formula, cells)
        return
    found = cells.series(formula)
    if found is None:
        return
    parent = reference.getparent()
    axis = parent is not None and etree.QName(parent).localname in _CATEGORIES
    if reference.tag == _tag("numRef") and axis and any(isinstance(cell, str) for cell in found):
        reference.tag = _tag("strRef")
        old = reference.find(_tag("numCache"))
        if old is not None:
            old.tag = _tag("strCache")
    if reference.tag == _tag("strRef"):
        cache = _cache(reference, "strCache")
        for element in cache.findall(_tag("formatCode")):
            cache.remove(element)
        _set_points(
            cache, {at: text for at, text in enumerate(map(_text, found)) if text is not None}, len(found)
        )
    else:
        cache = _cache(reference, "numCache")
        if cache.find(_tag("formatCode")) is None:
            code = etree.Element(_tag("formatCode"))
            code.text = "General"
            cache.insert(0, code)
        _set_points(
            cache, {at: text for at, text in enumerate(map(_number, found)) if text is not None}, len(found)
        )


def _refresh_levels(reference: etree._Element, formula: str, cells: _Cells) -> None:
    """Categories of several levels: the innermost, which is the rightmost column, comes first."""
    found = cells.areas(formula)
    if len(found) != 1:
        return
    tab, area = found[0]
    levels = cells.columns(tab, area)
    if levels is None:
        return
    if area.bottom - area.top < area.right - area.left:
        levels = [list(row) for row in zip(*levels, strict=True)]
    cache = _cache(reference, "multiLvlStrCache")
    for element in cache.findall(_tag("lvl")):
        cache.remove(element)
    _set_points(cache, {}, len(levels[0]))
    extension = cache.find(_tag("extLst"))
    for column in reversed(levels):
        level = etree.Element(_tag("lvl"))
        for at, cell in enumerate(column):
            text = _text(cell)
            if text is not None:
                level.append(_point(at, text))
        if extension is not None:
            extension.addprevious(level)
        else:
            cache.append(level)


def _refresh_labels(labels: etree._Element, cells: _Cells) -> None:
    """Data labels taken from cells (Excel 2013's extension)."""
    formula, cache = "", None
    for element in labels:
        if etree.QName(element).localname == "f":
            formula = element.text or ""
        elif etree.QName(element).localname == "dlblRangeCache":
            cache = element
    found = cells.series(formula)
    if cache is not None and found is not None:
        _set_points(
            cache, {at: text for at, text in enumerate(map(_text, found)) if text is not None}, len(found)
        )


def _cache(reference: etree._Element, name: str) -> etree._Element:
    found = reference.find(_tag(name))
    if found is None:
        found = etree.Element(_tag(name))
        formula = reference.find(_tag("f"))
        assert formula is not None, "the reference was read from its c:f"
        formula.addnext(found)
    return found


def _set_points(cache: etree._Element, points: Mapping[int, str], count: int) -> None:
    """Writes ptCount and the points at their places in the cache; points that stay the same keep their
    own number format."""
    formats = {pt.get("idx"): pt.get("formatCode") for pt in cache.findall(_tag("pt"))}
    for element in cache.findall(_tag("pt")):
        cache.remove(element)
    size = cache.find(_tag("ptCount"))
    if size is None:
        size = etree.Element(_tag("ptCount"))
        cache.insert(1 if cache.find(_tag("formatCode")) is not None else 0, size)
    size.set("val", str(count))
    last = size
    for at, text in points.items():
        point = _point(at, text)
        code = formats.get(str(at))
        if code and etree.QName(cache).localname == "numCache":
            point.set("formatCode", code)
        last.addnext(point)
        last = point


def _point(at: int, text: str) -> etree._Element:
    point = etree.Element(_tag("pt"), idx=str(at))
    etree.SubElement(point, _tag("v")).text = _UNSPEAKABLE.sub("", text)
    return point


def _number(cell: RawCell) -> str | None:
    """A value as a point; text is drawn as 0 by Excel, an error or a blank is a gap."""
    if cell is None or isinstance(cell, CellError):
        return None
    return "0" if isinstance(cell, str) else number_text(float(cell)).decode()


def _text(cell: RawCell) -> str | None:
    if cell is None or isinstance(cell, CellError):
        return cell.code if isinstance(cell, CellError) and cell.code != "#N/A" else None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return cell if isinstance(cell, str) else number_text(cell).decode()


def _tag(name: str) -> str:
    return f"{{{NS_CHART}}}{name}"
