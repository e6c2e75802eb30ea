"""Another spreadsheet program, as small as can be: edits a workbook as a user would and saves it in its own manner.

Shares no code with the product. Every edit is made twice by the tests: here in the XML of the parts, and in their
plain-Python model of the cells.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

from lxml import etree

from .raw_cells import MAIN, address, number_formats, position, related, sheet_parts, text_of

_RANGE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)(?::(\$?)([A-Z]{1,3})(\$?)(\d+))?")
STRINGS = "xl/sharedStrings.xml"
Shift = Callable[[int, int], tuple[int, int] | None]
"""First and last row (or column) of a range -> where it stands now; None where it is gone."""


class Program:
    """A workbook opened by the other program. Rows and columns count from 1."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self._trees: dict[str, etree._Element] = {}
        if STRINGS not in self.parts:
            self._add_strings()

    def _add_strings(self) -> None:
        """The table of shared strings, which this program always has."""
        self.parts[STRINGS] = f'<sst xmlns="{MAIN[1:-1]}"/>'.encode()
        types = self.tree("[Content_Types].xml")
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        override = etree.SubElement(types, types[-1].tag)
        override.set("PartName", f"/{STRINGS}")
        override.set("ContentType", kind)
        rels = self.tree("xl/_rels/workbook.xml.rels")
        rel = etree.SubElement(rels, rels[0].tag, Id="rIdStrings", Target="sharedStrings.xml")
        rel.set("Type", "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings")

    def tree(self, part: str) -> etree._Element:
        if part not in self._trees:
            root = etree.fromstring(self.parts[part])
            for data in root.iterfind(f"{MAIN}sheetData"):
                _number(data)
            self._trees[part] = root
        return self._trees[part]

    def sheet(self, title: str) -> etree._Element:
        return self.tree(sheet_parts(self.parts)[title])

    def table(self, title: str) -> etree._Element:
        """The table of a tab."""
        return self.tree(related(self.parts, sheet_parts(self.parts)[title], "table")[0])

    def table_area(self, title: str) -> tuple[int, int, int, int]:
        """Heading row, first column, last row, last column."""
        top, bottom = self.table(title).get("ref", "").split(":")
        return (*position(top), *position(bottom))

    # single cells

    def put(self, title: str, row: int, column: int, value: object, formula: str | None = None) -> None:
        """Types into a cell; its style stays, a new one takes that of the cell above."""
        cell = self._cell(self.sheet(title), row, column)
        cell.attrib.pop("t", None)
        for child in list(cell):
            cell.remove(child)
        if formula is not None:
            etree.SubElement(cell, f"{MAIN}f").text = formula
        if value is None:
            return
        if isinstance(value, str):
            if formula is None:
                cell.set("t", "s")
                value = self._shared(value)
            else:
                cell.set("t", "str")
        elif isinstance(value, bool):
            cell.set("t", "b")
            value = int(value)
        etree.SubElement(cell, f"{MAIN}v").text = repr(value) if isinstance(value, float) else str(value)

    def style_of(self, title: str, row: int, column: int) -> str:
        """The style a cell has, or would have once somebody types into it."""
        for at in (row, row - 1):
            for c in self.sheet(title).iterfind(f"{MAIN}sheetData/{MAIN}row[@r='{at}']/{MAIN}c"):
                if c.get("r") == address(at, column):
                    return c.get("s", "0")
        return "0"

    def number_format(self, style: str) -> str:
        return number_formats(self.parts["xl/styles.xml"])[int(style)]

    def _cell(self, sheet: etree._Element, row: int, column: int) -> etree._Element:
        data = sheet.find(f"{MAIN}sheetData")
        assert data is not None
        line = _in_order(data, f"{MAIN}row", row, lambda e: int(e.get("r", "")), str(row))
        name = address(row, column)
        made = _in_order(line, f"{MAIN}c", column, lambda e: position(e.get("r", ""))[1], name)
        line.attrib.pop("spans", None)
        dimension = sheet.find(f"{MAIN}dimension")
        if dimension is not None:
            sheet.remove(dimension)
        if not made.attrib.get("s"):
            above = data.find(f"{MAIN}row[@r='{row - 1}']/{MAIN}c[@r='{address(row - 1, column)}']")
            if above is not None and above.get("s"):
                made.set("s", above.get("s", ""))
        return made

    def _shared(self, text: str) -> int:
        root = self.tree(STRINGS)
        item = etree.SubElement(root, f"{MAIN}si")
        t = etree.SubElement(item, f"{MAIN}t")
        t.text = text
        t.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        for count in ("count", "uniqueCount"):
            root.attrib.pop(count, None)
        return len(root) - 1

    # rows and columns

    def grow_table(self, title: str, rows: int) -> None:
        top, left, bottom, right = self.table_area(title)
        ref = f"{address(top, left)}:{address(bottom + rows, right)}"
        for element in self.table(title).iter(f"{MAIN}table", f"{MAIN}autoFilter"):
            element.set("ref", ref)

    def delete_row(self, title: str, gone: int) -> None:
        data = self.sheet(title).find(f"{MAIN}sheetData")
        assert data is not None
        for row in list(data):
            number = int(row.get("r", ""))
            if number == gone:
                data.remove(row)
            elif number > gone:
                _renumber(row, number - 1)

        def shift(first: int, last: int) -> tuple[int, int] | None:
            moved = first - (first > gone), last - (last >= gone)
            return moved if moved[0] <= moved[1] else None

        self._shift(title, rows=shift)

    def sort_rows(self, title: str, order: list[int]) -> None:
        """Puts the table's row `order[n]` into its n-th place; cells outside the table stay."""
        top, left, _, right = self.table_area(title)
        sheet = self.sheet(title)
        taken = []
        for source in order:
            row = sheet.find(f"{MAIN}sheetData/{MAIN}row[@r='{source}']")
            cells = [] if row is None else [c for c in row if left <= position(c.get("r", ""))[1] <= right]
            for cell in cells:
                row.remove(cell)  # type: ignore[union-attr]
            taken.append(cells)
        for place, cells in enumerate(taken, top + 1):
            for cell in cells:
                column = position(cell.get("r", ""))[1]
                stand_in = self._cell(sheet, place, column)
                cell.set("r", address(place, column))
                stand_in.getparent().replace(stand_in, cell)  # type: ignore[union-attr]

    def insert_column(self, title: str, at: int, heading: str) -> None:
        sheet, table = self.sheet(title), self.table(title)
        top, left, _, _ = self.table_area(title)
        for row in sheet.iterfind(f"{MAIN}sheetData/{MAIN}row"):
            row.attrib.pop("spans", None)
            for cell in row:
                number, column = position(cell.get("r", ""))
                if column >= at:
                    cell.set("r", address(number, column + 1))
        self._shift(title, columns=lambda first, last: (first + (first >= at), last + (last >= at)))
        for col in sheet.iterfind(f"{MAIN}cols/{MAIN}col"):
            first, last = int(col.get("min", "")), int(col.get("max", ""))
            col.set("min", str(first + (first >= at)))
            col.set("max", str(min(last + (last >= at), 16384)))
        columns = table.find(f"{MAIN}tableColumns")
        assert columns is not None
        number = max(int(c.get("id", "")) for c in columns) + 1
        columns.insert(at - left, etree.Element(f"{MAIN}tableColumn", id=str(number), name=heading))
        columns.set("count", str(len(columns)))
        self.put(title, top, at, heading)

    def rename_heading(self, title: str, column: int, heading: str) -> None:
        top, left, _, _ = self.table_area(title)
        self.put(title, top, column, heading)
        columns = self.table(title).find(f"{MAIN}tableColumns")
        assert columns is not None
        columns[column - left].set("name", heading)

    def rename_tab(self, title: str, name: str) -> None:
        for sheet in self.tree("xl/workbook.xml").iterfind(f"{MAIN}sheets/{MAIN}sheet"):
            if sheet.get("name") == title:
                sheet.set("name", name)
        self.parts["xl/workbook.xml"] = _bytes(self._trees.pop("xl/workbook.xml"))

    def _shift(self, title: str, rows: Shift | None = None, columns: Shift | None = None) -> None:
        """Moves every range that refers to the tab: in it, in its table, and in defined names."""
        sheet = self.sheet(title)

        def moved(text: str) -> str:
            return _RANGE.sub(lambda found: _moved(found, rows, columns), text)

        for element in [*sheet.iter(), *self.table(title).iter()]:
            for name in ("ref", "sqref", "topLeftCell", "activeCell"):
                if element.get(name) and element.tag not in (f"{MAIN}c", f"{MAIN}row"):
                    areas = [moved(area) for area in element.get(name, "").split()]
                    element.set(name, " ".join(area for area in areas if "#REF!" not in area))
            if element.tag in (f"{MAIN}formula", f"{MAIN}formula1", f"{MAIN}formula2") and columns:
                element.text = moved(element.text or "")
        for element in [e for e in sheet.iter() if e.get("sqref") == "" or e.get("ref") == ""]:
            element.getparent().remove(element)  # type: ignore[union-attr]
        for name in self.tree("xl/workbook.xml").iterfind(f"{MAIN}definedNames/{MAIN}definedName"):
            if (name.text or "").startswith((f"'{title}'!", f"{title}!")):
                name.text = moved(name.text or "")

    # saving

    def save(self, manner: Manner | None = None) -> None:
        for part, root in self._trees.items():
            self.parts[part] = _bytes(root)
        self._trees.clear()
        (manner or Manner()).write(self.path, self.parts)


class Manner:
    """How a program writes what it has: as it came, or each its own way."""

    def __init__(
        self, strings: str = "", backwards: bool = False, prefix: str = "", spaced: bool = False,
        bare: bool = False, stored: bool = True, streamed: bool = False, shuffled: bool = False,
        tabs: tuple[str, ...] | None = None,
    ) -> None:  # fmt: skip
        self.tabs = tabs  # those that are written anew; None: all
        self.strings, self.backwards, self.prefix, self.spaced = strings, backwards, prefix, spaced
        self.bare, self.stored, self.streamed, self.shuffled = bare, stored, streamed, shuffled

    def __repr__(self) -> str:
        return f"Manner({', '.join(f'{k}={v!r}' for k, v in vars(self).items() if v)})"

    def write(self, path: Path, parts: dict[str, bytes]) -> None:
        if self.strings or self.backwards or self.prefix or self.spaced or self.bare:
            parts.update(self._rewritten(parts))
        names = list(parts)
        if self.shuffled:
            names = names[::-1]
        method = zipfile.ZIP_STORED if self.stored else zipfile.ZIP_DEFLATED
        buffer = _Stream() if self.streamed else io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method, compresslevel=1) as archive:
            for name in names:
                archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 9, 0, 0)), parts[name], method)
        path.write_bytes(buffer.getvalue())

    def _rewritten(self, parts: dict[str, bytes]) -> dict[str, bytes]:
        made: dict[str, bytes] = {}
        strings = etree.fromstring(parts[STRINGS])
        for title, name in sheet_parts(parts).items():
            if self.tabs is not None and title not in self.tabs:
                continue
            root = etree.fromstring(parts[name])
            if self.strings == "inline":
                _to_inline(root, strings)
            elif self.strings == "shared":
                _to_shared(root, strings)
            if self.bare:
                for gone in root.findall(f"{MAIN}dimension"):
                    root.remove(gone)
                for row in root.iter(f"{MAIN}row"):
                    row.attrib.pop("spans", None)
            if self.backwards:
                for element in root.iter(f"{MAIN}c", f"{MAIN}row"):
                    attributes = list(element.attrib.items())
                    element.attrib.clear()
                    element.attrib.update(dict(reversed(attributes)))
            if self.spaced:
                for row in root.iter(f"{MAIN}row"):
                    row.tail = "\n  "
                    for cell in row:
                        cell.tail = "\n    "
            made[name] = _bytes(_prefixed(root, self.prefix) if self.prefix else root)
        made[STRINGS] = _bytes(strings)
        return made


class _Stream(io.BytesIO):
    """Takes bytes but cannot go back: the archive gets data descriptors."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise io.UnsupportedOperation("seek")

    def tell(self) -> int:
        raise io.UnsupportedOperation("tell")


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _number(data: etree._Element) -> None:
    """Gives every row and cell the position that may be left out."""
    at = 0
    for row in data:
        at = int(row.get("r", at + 1))
        row.set("r", str(at))
        column = 0
        for cell in row:
            column = position(cell.get("r", ""))[1] if cell.get("r") else column + 1
            cell.set("r", address(at, column))


def _renumber(row: etree._Element, number: int) -> None:
    row.set("r", str(number))
    for cell in row:
        cell.set("r", address(number, position(cell.get("r", ""))[1]))


def _in_order(
    parent: etree._Element, tag: str, wanted: int, number: Callable[[etree._Element], int], name: str
) -> etree._Element:
    """The child of this number, made in its place where there is none."""
    for at, child in enumerate(parent):
        if number(child) == wanted:
            return child
        if number(child) > wanted:
            made = etree.Element(tag, r=name)
            parent.insert(at, made)
            return made
    return etree.SubElement(parent, tag, r=name)


def _moved(found: re.Match[str], rows: Shift | None, columns: Shift | None) -> str:
    a, column, b, row, c, last_column, d, last_row = found.groups()
    left, right = position(column + "1")[1], position((last_column or column) + "1")[1]
    top, bottom = int(row), int(last_row or row)
    if rows:
        spot = rows(top, bottom)
        if spot is None:
            return "#REF!"
        top, bottom = spot
    if columns:
        spot = columns(left, right)
        assert spot is not None
        left, right = spot
    first = f"{a}{address(1, left)[:-1]}{b}{top}"
    if not last_column:
        return first
    return f"{first}:{c}{address(1, right)[:-1]}{d}{bottom}"


def _to_inline(root: etree._Element, strings: etree._Element) -> None:
    for cell in root.iter(f"{MAIN}c"):
        if cell.get("t") == "s":
            v = cell.find(f"{MAIN}v")
            assert v is not None
            item = deepcopy(strings[int(v.text or "")])
            item.tag = f"{MAIN}is"
            cell.replace(v, item)
            cell.set("t", "inlineStr")


def _to_shared(root: etree._Element, strings: etree._Element) -> None:
    known = {text_of(item): at for at, item in enumerate(strings) if len(item) == 1}
    for count in ("count", "uniqueCount"):
        strings.attrib.pop(count, None)
    for cell in root.iter(f"{MAIN}c"):
        inline = cell.find(f"{MAIN}is")
        if cell.get("t") == "inlineStr" and inline is not None:
            text = text_of(inline)
            if text not in known:
                item = deepcopy(inline)
                item.tag = f"{MAIN}si"
                strings.append(item)
                known[text] = len(strings) - 1
            v = etree.Element(f"{MAIN}v")
            v.text = str(known[text])
            cell.replace(inline, v)
            cell.set("t", "s")


def _prefixed(root: etree._Element, prefix: str) -> etree._Element:
    """The same part with a prefix on every name of the main namespace."""
    namespaces = {k: v for k, v in root.nsmap.items() if k is not None}
    made = etree.Element(root.tag, root.attrib, nsmap={prefix: MAIN[1:-1], **namespaces})
    made.extend(list(root))
    etree.cleanup_namespaces(made, keep_ns_prefixes=[prefix, *namespaces])
    return made
