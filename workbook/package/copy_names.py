"""What the workbook part, and the list of titles in docProps/app.xml, must say about a new tab.

Names are counted by the tab's place, so a tab put between others moves every local name, the active tab
and the first shown one. Source: ECMA-376 part 1, 18.2.
"""

from __future__ import annotations

import copy as copying
import re
from collections.abc import Callable

from lxml import etree

from . import formula_refs
from .copy_parts import Copy
from .opc import NS_MAIN, NS_R, Package, SheetEntry, parse_xml, to_xml
from .workbook_xml import drop_calc_chain, recalculate_on_load

TYPE_SHEET_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_NS_VT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CHILDREN = [
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets",
    "functionGroups", "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews",
    "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects",
    "extLst",
]  # fmt: skip
_VIEW_NAME = re.compile(r"Z_[0-9A-F_]+_\.wvu\.", re.IGNORECASE)


def tag(name: str) -> str:
    return f"{{{NS_MAIN}}}{name}"


def formula_names(package: Package) -> list[etree._Element]:
    """The workbook's definedName elements."""
    return list(
        parse_xml(package.read(package.workbook_part)).iterfind(f"{tag('definedNames')}/{tag('definedName')}")
    )


def names_for_copy(copy: Copy, used: set[str]) -> list[etree._Element]:
    """The definedName elements the copy needs, without localSheetId still where they belong to the workbook.

    Local names of the template come along; a workbook-wide name that leads into the template (through its
    tab, a table on it or another such name) gets a local twin, or the copy would silently read the template.
    Across packages a workbook-wide name that the copy uses (`used`, casefolded) and the target lacks comes too.
    """
    elements = formula_names(copy.source)
    place = str(_place(copy.source.sheets(), copy.old))
    made = [e for e in elements if e.get("localSheetId") == place and not _VIEW_NAME.match(e.get("name", ""))]
    taken = {e.get("name", "").casefold() for e in made}
    wide = [
        e for e in elements if e.get("localSheetId") is None and e.get("name", "").casefold() not in taken
    ]
    leading = _leading(wide, copy)
    result = []
    for element in made + [e for e in wide if e.get("name", "").casefold() in leading]:
        fresh = copying.deepcopy(element)
        fresh.tail = None
        fresh.text = copy.formula(element.text or "")
        fresh.set("localSheetId", "new")
        result.append(fresh)
    copy.local_names = {e.get("name", "").casefold() for e in result}
    if not copy.within:
        result += _wanted(
            copy, [e for e in wide if e.get("name", "").casefold() not in leading], used, result
        )
    return result


def register(copy: Copy, part: str, after: str, names: list[etree._Element], state: str = "visible") -> None:
    """Lists the new sheet part as a tab behind tab `after` ("": behind the last visible one), with its names,
    and asks for a full calculation when the book is opened."""
    package = copy.target
    entries = package.sheets()
    rid = package.add_relationship(package.workbook_part, TYPE_SHEET_REL, part)
    root = parse_xml(package.read(package.workbook_part))
    sheets = root.find(tag("sheets"))
    assert sheets is not None, "the guard lets no workbook without tabs in"
    at = _insertion(entries, after, state)
    fresh = etree.Element(
        tag("sheet"), name=copy.new, sheetId=str(max((e.sheet_id for e in entries), default=0) + 1)
    )
    fresh.set(f"{{{NS_R}}}id", rid)
    if state != "visible":
        fresh.set("state", state)
    sheets.insert(at, fresh)
    _shift(root, at)
    _add_names(root, names, at)
    package.write(package.workbook_part, to_xml(root))
    recalculate_on_load(package)
    drop_calc_chain(package)
    _list_title(package, copy.new, entries, at)


def _place(entries: list[SheetEntry], title: str) -> int:
    return next(at for at, entry in enumerate(entries) if entry.title.casefold() == title.casefold())


def _leading(wide: list[etree._Element], copy: Copy) -> set[str]:
    """Casefolded workbook-wide names that lead into the template, also by way of each other."""
    found: set[str] = set()
    while True:
        more = {
            e.get("name", "").casefold()
            for e in wide
            if e.get("name", "").casefold() not in found
            and (
                formula_refs.refers_to(e.text or "", copy.old)
                or formula_refs.words(e.text or "") & (found | set(copy.tables))
            )
        }
        if not more:
            return found
        found |= more


def _wanted(
    copy: Copy, wide: list[etree._Element], used: set[str], local: list[etree._Element]
) -> list[etree._Element]:
    """Workbook-wide names of the source that the copy uses and that make sense in the target."""
    known = {
        e.get("name", "").casefold() for e in formula_names(copy.target) if e.get("localSheetId") is None
    }
    titles = {entry.title.casefold() for entry in copy.target.sheets()}
    result: list[etree._Element] = []
    open_words = used.union(*(formula_refs.words(e.text or "") for e in local))
    while True:
        more = [
            e
            for e in wide
            if e not in result
            and e.get("name", "").casefold() in open_words - known
            and {title.casefold() for title in formula_refs.tabs(e.text or "")} <= titles
            and not formula_refs.foreign(e.text or "")
        ]
        if not more:
            return [copying.deepcopy(e) for e in result]
        result += more
        open_words = open_words.union(*(formula_refs.words(e.text or "") for e in more))


def _insertion(entries: list[SheetEntry], after: str, state: str) -> int:
    for at, entry in enumerate(entries):
        if after and entry.title.casefold() == after.casefold():
            return at + 1
    if state != "visible":
        return len(entries)
    return max((at + 1 for at, entry in enumerate(entries) if entry.state == "visible"), default=len(entries))


def _shift(root: etree._Element, at: int) -> None:
    """Moves what counts tabs by their place, for a tab put in at `at`."""
    places = [(e, "localSheetId") for e in root.iter(tag("definedName"))]
    places += [(e, key) for e in root.iter(tag("workbookView")) for key in ("activeTab", "firstSheet")]
    for element, key in places:
        value = element.get(key, "0" if key == "activeTab" else "")
        if value.isdigit() and int(value) >= at:
            element.set(key, str(int(value) + 1))


def _add_names(root: etree._Element, names: list[etree._Element], at: int) -> None:
    if not names:
        return
    container = _child(root, "definedNames")
    for element in names:
        if element.get("localSheetId") == "new":
            element.set("localSheetId", str(at))
        container.append(element)


def _child(root: etree._Element, name: str) -> etree._Element:
    """The workbook's child of this name, made at its place in the schema's order if need be."""
    found = root.find(tag(name))
    if found is not None:
        return found
    before = set(_CHILDREN[: _CHILDREN.index(name)])
    at = 0
    for position, element in enumerate(root):
        if (
            not isinstance(element.tag, str)
            or etree.QName(element).localname in before
            or (etree.QName(element).namespace != NS_MAIN)
        ):
            at = position + 1
    fresh = etree.Element(tag(name))
    root.insert(at, fresh)
    return fresh


def _list_title(package: Package, title: str, entries: list[SheetEntry], at: int) -> None:
    """Adds the tab to docProps/app.xml where its lists agree with the tabs that were there."""
    part = package.related("", "extended-properties")
    if not part:
        return
    root = parse_xml(package.read(part))
    find: Callable[[str], etree._Element | None] = lambda name: next(  # noqa: E731
        (e for e in root if isinstance(e.tag, str) and etree.QName(e).localname == name), None
    )
    pairs, titles = find("HeadingPairs"), find("TitlesOfParts")
    if pairs is None or titles is None or not len(titles):
        return
    counts = list(pairs.iter(f"{{{_NS_VT}}}i4"))
    sheets_before = [entry for entry in entries if "/chartsheets/" not in entry.part]
    vector = titles[0]
    if not counts or counts[0].text != str(len(sheets_before)) or len(vector) < len(sheets_before):
        return
    counts[0].text = str(len(sheets_before) + 1)
    fresh = etree.Element(f"{{{_NS_VT}}}lpstr")
    fresh.text = title
    vector.insert(sum("/chartsheets/" not in entry.part for entry in entries[:at]), fresh)
    vector.set("size", str(len(vector)))
    package.write(part, to_xml(root))
