"""Takes a tab out of a package with all that hangs on it alone, as Excel's own "delete" does.

Names are counted by the tab's place, so the local ones of later tabs move; what else reads the tab has to be asked
for first (`readers`): a formula that leads to no tab makes Excel call the file damaged. Source: ECMA-376 part 1,
18.2.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from lxml import etree

from . import formula_refs
from .cell_content import text_from_xml
from .copy_names import tag
from .copy_parts import table_names
from .opc import Package, parse_xml, to_xml
from .workbook_xml import arrange_tabs, drop_calc_chain, recalculate_on_load

_NS_VT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?(?:f|formula|formula1|formula2|calculatedColumnFormula)(?:\s[^>]*)?>([^<]+)</")
_CELL = re.compile(rb'<(?:[\w.-]+:)?c\s[^>]*?\br="([A-Z]+[0-9]+)"')


def readers(package: Package, title: str) -> list[str]:
    """Where else a formula or chart reads the tab or a table on it: "“我的”B4", or the tab or part it is in."""
    entry = package.sheet(title)
    if entry is None:
        return []
    own = _owned_parts(package, entry.part)
    words = table_names(package) - table_names(package, entry.part)
    needles = {escape(name).encode().lower() for name in (title, title.replace("'", "''"), *words)}
    titles = {e.part: e.title for e in package.sheets()}
    found = []
    for name in package.names():
        if name in own or not name.endswith(".xml") or name == package.workbook_part:
            continue
        if not name.startswith("xl/") or name.startswith("xl/sharedStrings"):
            continue
        data = package.read(name)
        lower = data.lower()
        if b"&#" not in data and not any(needle in lower for needle in needles):
            continue
        for match in _FORMULA.finditer(data):
            text = text_from_xml(match[1])
            if formula_refs.refers_to(text, title) or (words and formula_refs.words(text) & words):
                cell = re.findall(_CELL, data[max(0, match.start() - 400) : match.start()])
                place = cell[-1].decode() if cell and name in titles else ""
                found.append(f"“{titles[name]}”{place}" if name in titles else name.rpartition("/")[2])
                break
    return found


def remove_tab(package: Package, title: str) -> None:
    """Takes the tab out; another visible one comes to stand in front if it stood there."""
    entries = package.sheets()
    at = next(place for place, e in enumerate(entries) if e.title.casefold() == title.casefold())
    gone = entries[at]
    owned = _owned_parts(package, gone.part)
    book = package.workbook_part
    root = parse_xml(package.read(book))
    sheets = root.find(tag("sheets"))
    assert sheets is not None, "the guard lets no workbook without tabs in"
    sheets.remove(list(sheets.iterfind(tag("sheet")))[at])
    _drop_names(root, at, title)
    _close_ranks(root, at, [e.state == "visible" for e in entries])
    for view in root.iter(tag("customWorkbookView")):
        if view.get("activeSheetId") == str(gone.sheet_id):
            view.set("activeSheetId", str(next(e.sheet_id for e in entries if e is not gone)))
    package.write(book, to_xml(root))
    package.set_relationships(book, [rel for rel in package.relationships(book) if rel.id != gone.rid])
    for part in owned:
        package.remove(part)
    drop_calc_chain(package)
    recalculate_on_load(package)
    arrange_tabs(package, (), (), "")
    _unlist_title(package, title)


def _owned_parts(package: Package, part: str) -> set[str]:
    """The parts that only this sheet part leads to, itself included."""
    return _reached(package, part, "") - _reached(package, "", part)


def _reached(package: Package, start: str, without: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        part = waiting.pop()
        for rel in package.relationships(part):
            if not rel.external and rel.target != without and rel.target not in found and package.has(rel.target):
                found.add(rel.target)
                waiting.append(rel.target)
        if part:
            found.add(part)
    return found


def _drop_names(root: etree._Element, at: int, title: str) -> None:
    """Local names of the tab go, those of later tabs move; a workbook-wide one that leads to the tab becomes #REF!."""
    names = root.find(tag("definedNames"))
    if names is None:
        return
    for element in list(names.iterfind(tag("definedName"))):
        local = element.get("localSheetId")
        if local == str(at):
            names.remove(element)
        elif local is not None and local.isdigit() and int(local) > at:
            element.set("localSheetId", str(int(local) - 1))
        if local != str(at) and formula_refs.refers_to(element.text or "", title):
            element.text = "#REF!"
    if not len(names):
        root.remove(names)


def _close_ranks(root: etree._Element, at: int, visible: list[bool]) -> None:
    """Views count tabs by place too; the one before takes the place of the one that goes."""
    shown = [place for place, seen in enumerate(visible) if seen and place != at]
    for view in root.iter(tag("workbookView")):
        for key in ("activeTab", "firstSheet"):
            value = int(view.get(key, "0"))
            if value == at:
                value = max((place for place in shown if place < at), default=min(shown, default=0))
            if key in view.attrib or value:
                view.set(key, str(value - 1 if value > at else value))


def _unlist_title(package: Package, title: str) -> None:
    """Takes the tab out of the list in docProps/app.xml, where it is listed among the tabs."""
    part = package.related("", "extended-properties")
    if not part:
        return
    root = parse_xml(package.read(part))
    counts = list(root.iter(f"{{{_NS_VT}}}i4"))
    vector = next(
        (e[0] for e in root if isinstance(e.tag, str) and etree.QName(e).localname == "TitlesOfParts" and len(e)),
        None,
    )
    if not counts or vector is None or not (counts[0].text or "").isdigit():
        return
    for element in list(vector)[: int(counts[0].text or "0")]:
        if element.text == title:
            vector.remove(element)
            vector.set("size", str(len(vector)))
            counts[0].text = str(int(counts[0].text or "1") - 1)
            package.write(part, to_xml(root))
            return
