"""The workbook part: date system, recalculation, which tabs show and which one stands in front."""

from __future__ import annotations

import re

from lxml import etree

from ..issues import WorkbookError
from .alike_tabs import missing_sheet
from .opc import NS_MAIN, Package, parse_xml, to_xml

_AFTER_CALC_PR = (
    "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing",
    "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip


_SELECTED = re.compile(rb"""\stabSelected\s*=\s*(["'])([^"']*)\1""")


def uses_1904(package: Package) -> bool:
    """Does the book count its days from 1904?"""
    pr = parse_xml(package.read(package.workbook_part)).find(f"{{{NS_MAIN}}}workbookPr")
    return pr is not None and pr.get("date1904") in ("1", "true")


def recalculate_on_load(package: Package) -> None:
    """Has Excel calculate everything when it opens the book."""
    root = parse_xml(package.read(package.workbook_part))
    calc = root.find(f"{{{NS_MAIN}}}calcPr")
    if calc is None:
        calc = etree.Element(f"{{{NS_MAIN}}}calcPr")
        later = next((c for c in root if etree.QName(c).localname in _AFTER_CALC_PR), None)
        if later is None:
            root.append(calc)
        else:
            later.addprevious(calc)
    if calc.get("fullCalcOnLoad") not in ("1", "true"):
        calc.set("fullCalcOnLoad", "1")
        package.write(package.workbook_part, to_xml(root))


def drop_calc_chain(package: Package) -> None:
    """Takes out calcChain with its relationship and content type; Excel makes a new one."""
    part = package.workbook_part
    rels = package.relationships(part)
    for rel in rels:
        if rel.type.endswith("/calcChain"):
            package.remove(rel.target)
    kept = [rel for rel in rels if not rel.type.endswith("/calcChain")]
    if len(kept) != len(rels):
        package.set_relationships(part, kept)


def front_tab(package: Package) -> str:
    """The title of the tab that stands in front."""
    view = parse_xml(package.read(package.workbook_part)).find(
        f"{{{NS_MAIN}}}bookViews/{{{NS_MAIN}}}workbookView"
    )
    place = int(view.get("activeTab", "0")) if view is not None else 0
    sheets = package.sheets()
    return sheets[place].title if place < len(sheets) else ""


def arrange_tabs(package: Package, hide: tuple[str, ...], show: tuple[str, ...], activate: str) -> None:
    """Hides and shows tabs and puts one in front. Raises WorkbookError sheet.missing, sheet.last_visible."""
    part = package.workbook_part
    root = parse_xml(package.read(part))
    before = etree.tostring(root)
    tabs = list(root.iterfind(f"{{{NS_MAIN}}}sheets/{{{NS_MAIN}}}sheet"))
    titles = [tab.get("name", "").casefold() for tab in tabs]
    for title in (*hide, *show, *((activate,) if activate else ())):
        if title.casefold() not in titles:
            raise missing_sheet(package, title)
    for title in hide:
        tab = tabs[titles.index(title.casefold())]
        if tab.get("state", "visible") == "visible":
            tab.set("state", "hidden")
    for title in (*show, *((activate,) if activate else ())):
        tabs[titles.index(title.casefold())].attrib.pop("state", "")
    visible = [i for i, tab in enumerate(tabs) if tab.get("state", "visible") == "visible"]
    if not visible:
        raise WorkbookError("sheet.last_visible", sheet=hide[-1] if hide else "")
    views = root.find(f"{{{NS_MAIN}}}bookViews")
    view = views.find(f"{{{NS_MAIN}}}workbookView") if views is not None else None
    front = int(view.get("activeTab", "0")) if view is not None else 0
    if activate:
        front = titles.index(activate.casefold())
    elif front not in visible:
        front = min((i for i in visible if i > front), default=visible[-1])
    if view is not None and int(view.get("activeTab", "0")) != front:
        view.set("activeTab", str(front))
    elif view is None and front:
        views = etree.Element(f"{{{NS_MAIN}}}bookViews")
        etree.SubElement(views, f"{{{NS_MAIN}}}workbookView", activeTab=str(front))
        root.find(f"{{{NS_MAIN}}}sheets").addprevious(views)  # type: ignore[union-attr]
    if view is not None and int(view.get("firstSheet", "0")) not in visible and view.get("firstSheet"):
        view.attrib.pop("firstSheet")
    if etree.tostring(root) != before:
        package.write(part, to_xml(root))
    _select(package, front)


def _select(package: Package, front: int) -> None:
    """Exactly the tab in front is selected."""
    for number, entry in enumerate(package.sheets()):
        if not entry.part or not package.has(entry.part):
            continue
        data = package.read(entry.part)
        head, rows, rest = _split_head(data)
        chosen = any(match[2] in (b"1", b"true") for match in _SELECTED.finditer(head))
        if chosen == (number == front):
            continue
        head = _SELECTED.sub(b"", head)
        if number == front:
            head = re.sub(rb"(<(?:[\w.-]+:)?sheetView)(?=[\s/>])", rb'\1 tabSelected="1"', head, count=1)
        package.write(entry.part, head + rows + rest)


def _split_head(data: bytes) -> tuple[bytes, bytes, bytes]:
    """(what stands before the rows, the opening of the rows, the rest)."""
    match = re.search(rb"<(?:[\w.-]+:)?sheetData\b", data)
    return (data[: match.start()], match[0], data[match.end() :]) if match else (data, b"", b"")
