"""Looks brought from one package into another: a tab's styles merged into the target's styles part.

A style is a row of indices into lists that every package numbers for itself. Only what the tab uses comes
along, and what the target has already is used again. Source: ECMA-376 part 1, 18.8.
"""

from __future__ import annotations

import copy as copying

from lxml import etree

from .copy_parts import attributes
from .opc import NS_MAIN, Package, parse_xml, to_xml

TYPE_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
TYPE_STYLES_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
_LISTS = [
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
    "colors", "extLst",
]  # fmt: skip
_FIRST_OWN_FORMAT = 164
_DXF_ATTRIBUTES = {
    "dxfId", "headerRowDxfId", "dataDxfId", "totalsRowDxfId", "headerRowBorderDxfId", "tableBorderDxfId",
    "totalsRowBorderDxfId",
}  # fmt: skip
_STYLE_NAMES = {"headerRowCellStyle", "dataCellStyle", "totalsRowCellStyle"}


class StyleMerge:
    """Gives the target's index for a style of the source, adding what is missing; `save` writes it."""

    def __init__(self, source: Package, target: Package) -> None:
        self._target = target
        self._part = target.related(target.workbook_part, "styles") or ""
        theirs = source.related(source.workbook_part, "styles")
        self._source = parse_xml(source.read(theirs)) if theirs else etree.Element(_tag("styleSheet"))
        self._root = parse_xml(target.read(self._part)) if self._part else etree.Element(_tag("styleSheet"))
        self._known: dict[str, dict[bytes, int]] = {}
        self._cells: dict[int, int] = {}
        self._dxfs: dict[int, int] = {}
        self._named: dict[int, int] = {}

    def cell(self, index: int) -> int:
        """The target's cellXfs index for the source's."""
        if index not in self._cells:
            xf = self._item("cellXfs", index)
            self._cells[index] = self._add("cellXfs", self._moved(xf, named=True)) if xf is not None else 0
        return self._cells[index]

    def dxf(self, index: int) -> int | None:
        """The target's dxfs index for the source's; None where the source lacks it."""
        if index not in self._dxfs:
            dxf = self._item("dxfs", index)
            if dxf is None:
                return None
            fresh = copying.deepcopy(dxf)
            for fmt in fresh.iterfind(_tag("numFmt")):
                if int(fmt.get("numFmtId", "0")) >= _FIRST_OWN_FORMAT:
                    fmt.set("numFmtId", str(self._format_id(fmt.get("formatCode", ""))))
            self._dxfs[index] = self._add("dxfs", fresh)
        return self._dxfs[index]

    def restyle(self, root: etree._Element) -> None:
        """Leads the styles of conditional formats, filters and tables in a sheet or table part to the
        target's; names of table styles and cell styles bring their definition along."""
        for element in root.iter(etree.Element):
            for key, value in attributes(element):
                if key in _DXF_ATTRIBUTES and value.isdigit():
                    index = self.dxf(int(value))
                    if index is None:
                        del element.attrib[key]
                    else:
                        element.set(key, str(index))
                elif key in _STYLE_NAMES and value:
                    self._bring_cell_style(value)
            if element.tag == _tag("tableStyleInfo") and element.get("name"):
                self._bring_table_style(element.get("name", ""))

    def save(self) -> None:
        """Writes the target's styles part."""
        for name in _LISTS[:8]:
            found = self._root.find(_tag(name))
            if found is not None:
                found.set("count", str(len(_items(found))))
        if self._part:
            self._target.write(self._part, to_xml(self._root))
            return
        part = (
            self._target.free_name("xl/styles{}.xml")
            if self._target.has("xl/styles.xml")
            else "xl/styles.xml"
        )
        self._target.write(part, to_xml(self._root), TYPE_STYLES)
        self._target.add_relationship(self._target.workbook_part, TYPE_STYLES_REL, part)

    def _moved(self, xf: etree._Element, named: bool) -> etree._Element:
        """The xf with its indices changed to the target's."""
        fresh = copying.deepcopy(xf)
        for attribute, name in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            item = self._item(name, int(xf.get(attribute, "0")))
            if item is not None:
                fresh.set(attribute, str(self._add(name, copying.deepcopy(item))))
        number = int(xf.get("numFmtId", "0"))
        if number >= _FIRST_OWN_FORMAT:
            fresh.set("numFmtId", str(self._format_id(self._format_code(number))))
        if named:
            fresh.set("xfId", str(self._named_xf(int(xf.get("xfId", "0")))))
        return fresh

    def _named_xf(self, index: int) -> int:
        """The cellStyleXfs index in the target, by the cell style's name."""
        if index in self._named:
            return self._named[index]
        styles = self._source.find(_tag("cellStyles"))
        mine = [s for s in _items(styles) if s.get("xfId") == str(index)]
        wanted = mine[0].get("name", "") if mine else ""
        theirs = _items(self._root.find(_tag("cellStyles")))
        known = next((s for s in theirs if s.get("name", "").casefold() == wanted.casefold()), None)
        xf = self._item("cellStyleXfs", index)
        if known is not None:
            place = int(known.get("xfId", "0"))
        elif xf is None or not mine:
            place = 0
        else:
            container = self._list("cellStyleXfs")
            place = len(_items(container))
            container.append(self._moved(xf, named=False))
            style = copying.deepcopy(mine[0])
            style.set("xfId", str(place))
            for key, _ in attributes(style):
                if key.endswith("}uid"):
                    del style.attrib[key]
            self._list("cellStyles").append(style)
        self._named[index] = place
        return place

    def _bring_cell_style(self, name: str) -> None:
        for style in _items(self._source.find(_tag("cellStyles"))):
            if style.get("name", "").casefold() == name.casefold():
                self._named_xf(int(style.get("xfId", "0")))

    def _bring_table_style(self, name: str) -> None:
        known = {s.get("name", "").casefold() for s in _items(self._root.find(_tag("tableStyles")))}
        for style in _items(self._source.find(_tag("tableStyles"))):
            if style.get("name", "").casefold() == name.casefold() not in known:
                fresh = copying.deepcopy(style)
                self.restyle(fresh)
                self._list("tableStyles").append(fresh)

    def _format_code(self, number: int) -> str:
        for fmt in _items(self._source.find(_tag("numFmts"))):
            if fmt.get("numFmtId") == str(number):
                return fmt.get("formatCode", "")
        return "General"

    def _format_id(self, code: str) -> int:
        formats = _items(self._root.find(_tag("numFmts")))
        for fmt in formats:
            if fmt.get("formatCode") == code:
                return int(fmt.get("numFmtId", "0"))
        used = [int(fmt.get("numFmtId", "0")) for fmt in self._root.iter(_tag("numFmt"))]
        number = max([_FIRST_OWN_FORMAT - 1, *used]) + 1
        etree.SubElement(self._list("numFmts"), _tag("numFmt"), numFmtId=str(number), formatCode=code)
        return number

    def _item(self, name: str, index: int) -> etree._Element | None:
        items = _items(self._source.find(_tag(name)))
        return items[index] if index < len(items) else None

    def _add(self, name: str, fresh: etree._Element) -> int:
        """The index of an item like `fresh` in the target's list, which gets it if it has none."""
        container = self._list(name)
        if name not in self._known:
            self._known[name] = {}
            for at, item in enumerate(_items(container)):
                self._known[name].setdefault(_signature(item), at)
        fresh.tail = None
        signature = _signature(fresh)
        if signature not in self._known[name]:
            self._known[name][signature] = len(_items(container))
            container.append(fresh)
        return self._known[name][signature]

    def _list(self, name: str) -> etree._Element:
        found = self._root.find(_tag(name))
        if found is not None:
            return found
        before = {_tag(n) for n in _LISTS[: _LISTS.index(name)]}
        at = sum(1 for element in self._root if element.tag in before)
        fresh = etree.Element(_tag(name))
        self._root.insert(at, fresh)
        return fresh


def _tag(name: str) -> str:
    return f"{{{NS_MAIN}}}{name}"


def _items(container: etree._Element | None) -> list[etree._Element]:
    return [] if container is None else [e for e in container if isinstance(e.tag, str)]


def _signature(element: etree._Element) -> bytes:
    """What the item says, whatever its prefixes, blanks between elements and order of attributes."""
    clean = copying.deepcopy(element)
    clean.tail = None
    for inner in clean.iter():
        if inner.text is not None and not inner.text.strip():
            inner.text = None
        if inner.tail is not None and not inner.tail.strip():
            inner.tail = None
    parts = []
    for inner in clean.iter(etree.Element):
        depth = sum(1 for _ in inner.iterancestors())
        parts.append(f"{depth}{inner.tag}{sorted(inner.attrib.items())}{inner.text or ''}")
    return "\n".join(parts).encode()
