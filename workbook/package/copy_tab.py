"""A tab copied within a package or from another one, with all that hangs on it.

The one operation behind a weekly tab, a customer's form file and a restored template. It follows what Excel's
own "move or copy" gives, and what Excel would ask to repair if it were left out.
"""

from __future__ import annotations

import copy as copying
import re
from collections.abc import Container

from lxml import etree

from ..issues import WorkbookError
from . import formula_refs
from .copy_names import names_for_copy, register
from .copy_parts import Copy, attributes, check, copy_related, local, prepare, refresh_uids, table_names
from .copy_styles import StyleMerge
from .opc import NS_MAIN, Package, SheetEntry, parse_xml, to_xml

TYPE_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_FORBIDDEN = re.compile(r"[\\/?*\[\]:\x00-\x1f]")
_RESERVED = {"history"}
_FORMULAS = {"f", "formula", "formula1", "formula2", "calculatedColumnFormula"}
_C, _ROW, _COL = (f"{{{NS_MAIN}}}{name}" for name in ("c", "row", "col"))
_F, _V, _IS, _SI = (f"{{{NS_MAIN}}}{name}" for name in ("f", "v", "is", "si"))


def copy_tab(source: Package, template_title: str, target: Package, name: str, after: str = "") -> list[str]:
    """Copies tab `template_title` of `source` into `target` as tab `name`, behind tab `after` (else behind the
    last visible tab), visible. A template restored under its own name from another package keeps its state.

    Gives the cells ("B7") whose formula names the template inside a text, as INDIRECT does: those still
    read the template. A formula that reads a table `target` does not have leaves its value only: Excel would
    call the file damaged. Raises WorkbookError tab.no_template, tab.name_* or tab.copy_refused, having
    written nothing.
    """
    entry = source.sheet(template_title)
    if entry is None:
        raise WorkbookError("tab.no_template", file=source.name, sheet=template_title)
    if source.content_type(entry.part) not in ("", TYPE_WORKSHEET):
        raise WorkbookError("tab.copy_refused", sheet=entry.title, what="图表工作表", part=entry.part)
    check_name(target, name)
    check(source, entry.part, entry.title, within=source is target)
    root = parse_xml(source.read(entry.part))
    copy = Copy(source, target, entry.title, name)
    if not copy.within:
        _refuse_foreign(root, entry)
    _drop_unknown_tables(root, _lost_tables(copy, entry, root))
    prepare(copy, entry.part)
    names = names_for_copy(copy, _used_words(root))
    styles = None
    if not copy.within:
        styles = StyleMerge(source, target)
        copy.restyle = styles.restyle
    indirect = _change_sheet(copy, root, styles)
    part = target.free_name("xl/worksheets/sheet{}.xml")
    target.write(part, to_xml(root), TYPE_WORKSHEET)
    copy_related(copy, entry.part, part)
    if styles:
        styles.save()
    restored = not copy.within and name.casefold() == entry.title.casefold()
    register(copy, part, after, names, entry.state if restored else "visible")
    return indirect


def check_name(package: Package, name: str) -> None:
    """Raises WorkbookError when Excel would not take `name` as a further tab's title."""
    refuse_name(name, {entry.title.casefold() for entry in package.sheets()}, package.name)


def refuse_name(name: str, taken: Container[str], file: str) -> None:
    """The same for a book of which the casefolded titles are known."""
    if not name.strip() or len(name.encode("utf-16-le")) > 62:
        raise WorkbookError("tab.name_length", name=name)
    if _FORBIDDEN.search(name) or name[0] == "'" or name[-1] == "'" or name.casefold() in _RESERVED:
        raise WorkbookError("tab.name_characters", name=name)
    if name.casefold() in taken:
        raise WorkbookError("tab.name_taken", name=name, file=file)


def _change_sheet(copy: Copy, root: etree._Element, styles: StyleMerge | None) -> list[str]:
    """Turns the template's sheet XML into the copy's; gives the cells that name the template in a text."""
    for element in root.iterfind(f"{{{NS_MAIN}}}sheetPr"):
        element.attrib.pop("codeName", "")
    for element in root.iter(f"{{{NS_MAIN}}}sheetView"):
        element.attrib.pop("tabSelected", "")
    for element in root.findall(f"{{{NS_MAIN}}}customSheetViews"):
        root.remove(element)
    indirect = _change_formulas(copy, root)
    for element in root.iter(etree.Element):
        if local(element) == "control" and element.get("shapeId", "").isdigit():
            element.set("shapeId", str(copy.shape(int(element.get("shapeId", "0")))))
    refresh_uids(copy, root)
    if styles:
        _inline_strings(copy.source, root)
        _restyle_cells(root, styles)
        styles.restyle(root)
    return indirect


def _change_formulas(copy: Copy, root: etree._Element) -> list[str]:
    indirect = []
    for element in root.iter(etree.Element):
        kind = local(element)
        if kind in _FORMULAS and element.text:
            if formula_refs.texts_naming(element.text, copy.old):
                parent = element.getparent()
                indirect.append(parent.get("r", "") if parent is not None else "")
            element.text = copy.formula(element.text)
        elif kind == "hyperlink" and element.get("location"):
            element.set("location", copy.formula(element.get("location", "")))
        elif kind == "cfvo" and element.get("val"):
            element.set("val", copy.formula(element.get("val", "")))
        elif kind in ("controlPr", "formControlPr"):
            for key, value in attributes(element):
                if key in ("linkedCell", "listFillRange") and value:
                    element.set(key, copy.formula(value))
    return [cell for cell in indirect if cell]


def _used_words(root: etree._Element) -> set[str]:
    """Casefolded words of all formulas on the sheet: names that may have to come along."""
    found: set[str] = set()
    for element in root.iter(etree.Element):
        if local(element) in _FORMULAS and element.text:
            found |= formula_refs.words(element.text)
    return found


def _refuse_foreign(root: etree._Element, entry: SheetEntry) -> None:
    """A formula that reads a third workbook can't go along: its number means another file there."""
    for element in root.iter(etree.Element):
        if local(element) in _FORMULAS and element.text and formula_refs.foreign(element.text):
            parent = element.getparent()
            cell = parent.get("r", "") if parent is not None else ""
            raise WorkbookError(
                "tab.copy_refused",
                sheet=entry.title,
                what=f"引用其他工作簿的公式 {cell}".rstrip(),
                part=entry.part,
            )


def _lost_tables(copy: Copy, entry: SheetEntry, root: etree._Element) -> set[str]:
    """Casefolded names of tables that the tab's formulas read and the target lacks: a program that knows no
    tables may have taken them out, or the other package never had them."""
    others = table_names(copy.source, entry.part)
    own = table_names(copy.source) - others
    read: set[str] = set() if copy.within else others
    for element in root.iter(_F):
        read |= formula_refs.tables(element.text or "")
    return read - own - table_names(copy.target)


def _drop_unknown_tables(root: etree._Element, missing: set[str]) -> None:
    """Takes away the formulas that read a table of the names `missing` (casefolded); the values stay."""
    if not missing:
        return
    for cell in root.iter(_C):
        formula = cell.find(_F)
        if formula is not None and formula.text and formula_refs.words(formula.text) & missing:
            cell.remove(formula)


def _restyle_cells(root: etree._Element, styles: StyleMerge) -> None:
    plain = styles.cell(0)
    for element in root.iter(_C, _ROW):
        if element.get("s") is not None:
            element.set("s", str(styles.cell(int(element.get("s", "0")))))
        elif plain and element.tag == _C:
            element.set("s", str(plain))
    for element in root.iter(_COL):
        if element.get("style") is not None:
            element.set("style", str(styles.cell(int(element.get("style", "0")))))


def _inline_strings(source: Package, root: etree._Element) -> None:
    """Writes shared strings into their cells: the other package has a table of its own. Cell metadata
    (dynamic arrays, rich values) is numbered by the package too and goes."""
    part = source.related(source.workbook_part, "sharedStrings")
    shared: list[etree._Element] | None = None
    for cell in root.iter(_C):
        cell.attrib.pop("cm", "")
        cell.attrib.pop("vm", "")
        if cell.get("t") != "s":
            continue
        value = cell.find(_V)
        if shared is None:
            shared = list(parse_xml(source.read(part)).iterfind(_SI)) if part else []
        at = int(value.text or "-1") if value is not None else -1
        if value is not None:
            cell.remove(value)
        if not 0 <= at < len(shared):
            del cell.attrib["t"]
            continue
        cell.set("t", "inlineStr")
        inline = etree.SubElement(cell, _IS)
        for child in shared[at]:
            inline.append(copying.deepcopy(child))
        inline.text = None
