"""A report tab as a workbook of its own: its formulas over de-identified rows, nothing else of the ledger.

Built up from what is allowed: cells, formulas of known functions over the tab itself and the tables that go along, charts
and pictures, print set-up. What a formula may not take along goes out as its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from lxml import etree

from ..book import Link, Value
from ..new_files import NewReport
from ..schema import Column, Sheet
from . import formula_refs
from .cell_refs import address, column_number
from .chart_cache import NS_CHART, refresh
from .column_values import contents
from .copy_parts import attributes, local
from .copy_tab import copy_tab
from .data_tab import DataTable, add_tables, list_tab
from .named_cells import fill, named_places
from .new_book_parts import CELLS, clean_view, empty_book, trim_book
from .opc import NS_MAIN, NS_R, Package, Relationship, SheetEntry, parse_xml, to_xml
from .sheet_edit import SheetEditor
from .sheet_xml import SheetXml
from .styles_xml import Styles
from .workbook_xml import uses_1904

_NOTE = (
    "周报页的公式按这里的数计算。这里只有公式用到的列:没有客户姓名、电话、地址、工单号和评语;"
    "评价的时间只到周;少于 5 份的评价不放明细,那些数在周报页上是固定的。"
)
_ALLOWED = {
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "mergeCells", "conditionalFormatting",
    "dataValidations", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "drawing",
}  # fmt: skip
_FUNCTIONS = frozenset({
    "ABS", "AND", "AVERAGE", "AVERAGEIF", "AVERAGEIFS", "CHOOSE", "COLUMN", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF",
    "COUNTIFS", "DATE", "DAY", "IF", "IFERROR", "INDEX", "INT", "ISBLANK", "ISERROR", "ISNA", "ISNUMBER", "ISTEXT", "LARGE",
    "LEFT", "LEN", "LOOKUP", "MATCH", "MAX", "MEDIAN", "MID", "MIN", "MOD", "MONTH", "N", "NA", "NOT", "OR", "REPT", "RIGHT",
    "ROUND", "ROUNDDOWN", "ROUNDUP", "ROW", "ROWS", "SEARCH", "SMALL", "SQRT", "SUBSTITUTE", "SUM", "SUMIF", "SUMIFS",
    "SUMPRODUCT", "T", "TEXT", "TRIM", "VALUE", "VLOOKUP", "WEEKDAY", "WEEKNUM", "YEAR",
})  # fmt: skip
_CALLED = re.compile(r"([^\W\d][\w.]*)\s*\(")
_CHART_KINDS = ("chartStyle", "chartColorStyle", "themeOverride")
_FORMATS = {"datetime": "yyyy-mm-dd", "date": "yyyy-mm-dd"}

Read = tuple[str, str]
"""A column that a formula reads: (sheet key, column key)."""


def report_book(source: Package, report: NewReport) -> bytes:
    """The workbook's bytes; the same for the same book and report. `source` has the report's tab or its template.

    Raises WorkbookError tab.* for a tab that cannot be copied."""
    office = source.copy()
    fresh = office.sheet(report.tab) is None
    if fresh:
        copy_tab(office, report.template, office, report.tab)
    shown = {name: _unlinked(value) for name, value in report.values.items()}
    fill(office, report.tab, shown, report.drafts)
    entry = office.sheet(report.tab)
    assert entry is not None, "it was made or was there"
    read = _clean(office, entry, report)
    made = empty_book(office)
    date1904 = uses_1904(office)
    part = add_tables(made, _tables(report, read), _NOTE, date1904) if read else ""
    copy_tab(office, entry.title, made, entry.title)
    _hide_texts(made, entry.title, report)
    refresh(made, entry.title)
    trim_book(made, entry.title)
    if part:
        list_tab(made, part)
    return made.to_bytes()


def _unlinked(value: Value) -> Value:
    return (value.text or None) if isinstance(value, Link) else value


# the tab


def _clean(package: Package, entry: SheetEntry, report: NewReport) -> dict[str, set[str]]:
    """Leaves of the tab what may go out; gives the columns that its formulas still read, by sheet key."""
    xml = SheetXml(package.read(entry.part))
    names = {place: name for name, place in named_places(package, entry.title, xml).items()}
    known = frozenset(names.values())
    spelt = {name.casefold(): name for name in report.values}
    editor = SheetEditor(xml, Styles(package))
    root = parse_xml(package.read(entry.part), strip=True)
    for element in list(root):
        if local(element) not in _ALLOWED or element.tag != _tag(local(element)):
            root.remove(element)
    clean_view(root)
    places = {address(*place): (place, name) for place, name in names.items()}
    found: dict[str, set[str]] = {}
    sheets = {sheet.table.casefold(): sheet for sheet, _ in report.tables}
    frames = {sheet.key: frame for sheet, frame in report.tables}
    for cell in root.iter(_tag("c")):
        for key in ("cm", "vm", "ph"):
            cell.attrib.pop(key, "")
        formula = cell.find(_tag("f"))
        if formula is None:
            continue
        at = cell.get("r", "")
        place, name = places.get(at, (None, ""))
        text = editor.formula(*(place or _place(at))) or ""
        columns = _columns(text, sheets)
        goes = columns is not None and all(column in frames[sheet] for sheet, column in columns)
        goes = goes and _is_plain(text, entry.title, known) and formula.get("t") not in ("array", "dataTable")
        if not text or not goes or report.as_value(spelt.get(name, name), frozenset(columns or ())):
            cell.remove(formula)
            _as_constant(cell)
            continue
        for key, _ in attributes(formula):
            del formula.attrib[key]
        formula.text = text
        for sheet, column in columns or ():
            found.setdefault(sheet, set()).add(column)
    _clean_rules(root, entry.title, known)
    kept = _drawings(package, entry, report)
    for drawing in root.findall(_tag("drawing")):
        if drawing.get(f"{{{NS_R}}}id") not in {rel.id for rel in kept}:
            root.remove(drawing)
    package.write(entry.part, to_xml(root))
    package.set_relationships(entry.part, kept)
    return found


def _place(at: str) -> tuple[int, int]:
    name = at.rstrip("0123456789")
    return int(at[len(name) :]), column_number(name)


def _as_constant(cell: etree._Element) -> None:
    """A formula's text result as the text of a cell without one; a blank one is blank."""
    value = cell.find(_tag("v"))
    if cell.get("t") != "str":
        return
    del cell.attrib["t"]
    text = value.text if value is not None else None
    if value is not None:
        cell.remove(value)
    if text:
        cell.set("t", "inlineStr")
        inner = etree.SubElement(etree.SubElement(cell, _tag("is")), _tag("t"))
        inner.text = text
        if text != text.strip() or "\n" in text:
            inner.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _columns(formula: str, sheets: Mapping[str, Sheet]) -> set[Read] | None:
    """The columns of the ledger's tables that a formula reads; None where it reads another table, or otherwise than by
    whole columns."""
    found: set[Read] = set()
    pieces = list(formula_refs.tokens(formula))
    for piece, following in pairwise(pieces):
        if following.kind != "bracket":
            continue
        sheet = sheets.get(piece.text.casefold()) if piece.kind == "word" else None
        column = _column(sheet, following.text[1:-1]) if sheet else None
        if sheet is None or column is None:
            return None
        found.add((sheet.key, column.key))
    return found


def _column(sheet: Sheet, heading: str) -> Column | None:
    return next((column for column in sheet.columns if column.heading == heading), None)


def _is_plain(formula: str, title: str, names: frozenset[str]) -> bool:
    """Does it calculate with the tab's cells and names, and with tables, by functions that know nothing else?"""
    bare = "".join(token.text for token in formula_refs.tokens(formula) if token.kind not in ("string", "bracket"))
    others = {name.casefold() for name in formula_refs.tabs(formula)} - {title.casefold()}
    words = {w for w in formula_refs.words(formula) if not CELLS.fullmatch(w) and not re.fullmatch(r"\d*\.?\d+(e\d+)?", w)}
    used = {name.upper() for name in _CALLED.findall(bare)}
    reads_more = words - names - formula_refs.tables(formula)
    return not others and not reads_more and used <= _FUNCTIONS and not formula_refs.foreign(formula) and "|" not in bare


def _clean_rules(root: etree._Element, title: str, names: frozenset[str]) -> None:
    """Takes out conditional formats and drop-downs that read more than the tab."""
    for element in root.findall(_tag("conditionalFormatting")):
        for rule in element.findall(_tag("cfRule")):
            texts = [f.text or "" for f in rule.iter(_tag("formula"))]
            texts += [value.get("val", "") for value in rule.iter(_tag("cfvo"))]
            if rule.find(_tag("extLst")) is not None or any(_columns(t, {}) != set() or not _is_plain(t, title, names) for t in texts):
                element.remove(rule)
        if element.find(_tag("cfRule")) is None:
            root.remove(element)
    for found in root.findall(_tag("dataValidations")):
        for rule in found.findall(_tag("dataValidation")):
            if any(_columns(f.text or "", {}) != set() or not _is_plain(f.text or "", title, names) for f in rule):
                found.remove(rule)
        if len(found):
            found.set("count", str(len(found)))
        else:
            root.remove(found)


# its charts


def _drawings(package: Package, entry: SheetEntry, report: NewReport) -> list[Relationship]:
    """The tab's drawing, with what of it may stay: charts of the tab's own cells, and pictures that its template has. What
    else somebody put there may show anything."""
    template = package.sheet(report.template)
    theirs = {rel.target for rel in package.relationships(template.part)} if template else set()
    logos = {rel.target for part in theirs for rel in package.relationships(part) if rel.type.endswith("/image")}
    kept = []
    for rel in package.relationships(entry.part):
        if not rel.type.endswith("/drawing") or rel.external or not package.has(rel.target):
            continue
        root = parse_xml(package.read(rel.target), strip=True)
        inside = {r.id: r for r in package.relationships(rel.target)}
        stays: dict[str, Relationship] = {}
        for anchor in list(root):
            used = [value for e in anchor.iter(etree.Element) for key, value in attributes(e) if key.startswith(f"{{{NS_R}}}")]
            leads = [inside[rid] for rid in used if rid in inside]
            if all(rel.type.endswith("/chart") or rel.target in logos for rel in leads) and _may_go(package, anchor, leads, report):
                stays |= {rel.id: rel for rel in leads}
                _say_less(anchor, report)
            else:
                root.remove(anchor)
        if len(root):
            package.write(rel.target, to_xml(root))
            package.set_relationships(rel.target, stays.values())
            kept.append(rel)
    return kept


def _may_go(package: Package, anchor: etree._Element, leads: Sequence[Relationship], report: NewReport) -> bool:
    shapes = {local(child) for child in anchor} - {"from", "to", "ext", "pos", "clientData"}
    if not leads or not shapes <= {"graphicFrame", "pic"} or any(rel.external for rel in leads):
        return False
    return all(rel.type.endswith("/image") or (rel.type.endswith("/chart") and _own_chart(package, rel.target, report)) for rel in leads)


def _say_less(root: etree._Element, report: NewReport) -> None:
    """Has what people wrote into a drawing or chart, and what they called it, read as it may be read outside."""
    for element in root.iter(etree.Element):
        if local(element) == "t" and element.text:
            element.text = report.clean("", element.text)
        for key, value in attributes(element):
            if local(element) == "cNvPr" and key in ("name", "descr", "title"):
                element.set(key, report.clean("", value))


def _own_chart(package: Package, part: str, report: NewReport) -> bool:
    """Does a chart draw the tab's own cells only? What else hangs on it (a workbook of its own) is cut off."""
    root = parse_xml(package.read(part), strip=True)
    for element in root.iter(f"{{{NS_CHART}}}f"):
        if {tab.casefold() for tab in formula_refs.tabs(element.text or "")} != {report.tab.casefold()}:
            return False
    _say_less(root, report)
    for name in ("externalData", "userShapes"):
        for element in root.findall(f"{{{NS_CHART}}}{name}"):
            root.remove(element)
    package.write(part, to_xml(root))
    rels = [rel for rel in package.relationships(part) if rel.type.rpartition("/")[2] in _CHART_KINDS and not rel.external]
    package.set_relationships(part, rels)
    return True


# the rows


def _tables(report: NewReport, read: Mapping[str, Iterable[str]]) -> list[DataTable]:
    """A table for each sheet that is read, with the columns that are, in the schema's order."""
    made = []
    for sheet, frame in report.tables:
        columns = [column for column in sheet.columns if column.key in read.get(sheet.key, ())]
        if not columns:
            continue
        made.append(
            DataTable(
                sheet.table,
                [column.heading for column in columns],
                [contents(frame[column.key]) for column in columns],
                [_FORMATS.get(column.kind, "") for column in columns],
            )
        )
    return made


# the words


def _hide_texts(package: Package, title: str, report: NewReport) -> None:
    """Has every text that stands on the tab read as it may be read outside."""
    entry = package.sheet(title)
    assert entry is not None
    names = {p: name for name, p in named_places(package, title, SheetXml(package.read(entry.part))).items()}
    spelt = {name.casefold(): name for name in (*report.values, *report.drafts)}
    root = parse_xml(package.read(entry.part))
    for element in (*root.iterfind(f"{_tag('headerFooter')}/*"), *root.iter(_tag("dataValidation"))):
        element.text = report.clean("", element.text) if element.text else element.text
        for key in ("prompt", "promptTitle", "error", "errorTitle"):
            if element.get(key):
                element.set(key, report.clean("", element.get(key, "")))
    for cell in root.iter(_tag("c")):
        name = names.get(_place(cell.get("r", "")), "")
        if cell.get("t", "n") == "n" and not name:
            _hide_number(cell, report)
        if cell.get("t") != "inlineStr":
            continue
        texts = list(cell.iter(_tag("t")))
        whole = "".join(t.text or "" for t in texts)
        shown = report.clean(spelt.get(name, name), whole)
        if shown == whole or not texts:
            continue
        texts[0].text = shown
        for more in texts[1:]:
            more.text = ""
        if not shown:
            del cell.attrib["t"]
            for child in list(cell):
                cell.remove(child)
    package.write(entry.part, to_xml(root))


def _hide_number(cell: etree._Element, report: NewReport) -> None:
    """Takes out a number that somebody typed, if it is one that nobody outside may read."""
    value = cell.find(_tag("v"))
    number = float(value.text) if value is not None and value.text and cell.find(_tag("f")) is None else 0.5
    if value is not None and number.is_integer() and report.clean("", f"{number:.0f}") != f"{number:.0f}":
        cell.remove(value)


def _tag(name: str) -> str:
    return f"{{{NS_MAIN}}}{name}"

