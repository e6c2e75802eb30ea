"""What of a template tab may go into a file for a customer, and the empty workbook it goes into.

A list of what is allowed, not of what is forbidden: a part, an element or an attribute that nobody thought of stays in
the office.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml import etree

from . import formula_refs
from .copy_parts import attributes, local
from .opc import NS_MAIN, NS_R, TYPE_RELS, TYPE_XLSX, Package, Relationship, SheetEntry, parse_xml, to_xml
from .workbook_xml import uses_1904
from .zip_entries import deflate, write_archive

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NS_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_NS_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_TYPE_THEME = "application/vnd.openxmlformats-officedocument.theme+xml"

_ALLOWED = {
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetProtection", "mergeCells",
    "conditionalFormatting", "dataValidations", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "drawing",
}  # fmt: skip
_CELL_ATTRIBUTES = {"r", "s", "t"}
_NAME_ATTRIBUTES = {"name", "localSheetId", "hidden"}
_PICTURE = re.compile(r"&amp;G|&G")
CELLS = re.compile(r"\$?[a-z]{1,3}(\$?[0-9]+)?|\$?[0-9]+|true|false")
_CALLED = re.compile(r"([^\W\d][\w.]*)\s*\(")
_FUNCTIONS = frozenset({
    "AND", "AVERAGE", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "IF", "IFERROR", "INT", "ISBLANK", "ISNUMBER", "ISTEXT",
    "LEFT", "LEN", "MAX", "MIN", "MOD", "NOT", "OR", "RIGHT", "ROUND", "ROUNDDOWN", "ROUNDUP", "SUM", "SUMIF", "SUMPRODUCT",
    "TEXT", "TRIM", "VALUE",
})  # fmt: skip
_UNLOCKED = (
    "formatCells", "insertColumns", "insertRows", "insertHyperlinks", "deleteColumns", "deleteRows", "sort", "autoFilter",
)  # fmt: skip


def _tag(name: str) -> str:
    return f"{{{NS_MAIN}}}{name}"


def keep_allowed(package: Package, entry: SheetEntry, blank: Collection[str]) -> list[str]:
    """Leaves of a tab what may go out: cells, with formulas of plain functions that read the tab only; drop-downs and
    conditional formats that do; print set-up, pictures; no links. `blank`: addresses of cells that are emptied. The sheet is protected
    afterwards. Gives what was left out and would be missed, in Chinese."""
    root = parse_xml(package.read(entry.part), strip=True)
    left_out: list[str] = []
    for element in list(root):
        if local(element) not in _ALLOWED or element.tag != _tag(local(element)):
            root.remove(element)
    clean_view(root)
    _clean_cells(root, frozenset(blank), entry.title, left_out)
    _clean_rules(root, entry.title, left_out)
    kept = _pictures(package, entry.part)
    for drawing in root.findall(_tag("drawing")):
        if drawing.get(f"{{{NS_R}}}id") not in {rel.id for rel in kept}:
            root.remove(drawing)
            left_out.append("图形")
    _protect(root)
    package.write(entry.part, to_xml(root))
    package.set_relationships(entry.part, kept)
    return list(dict.fromkeys(left_out))


def clean_view(root: etree._Element) -> None:
    for element in root.iter(_tag("sheetPr"), _tag("pageSetup"), _tag("sheetView"), _tag("sheetFormatPr")):
        for key, _ in attributes(element):
            if "}" in key or key == "codeName":
                del element.attrib[key]
    for element in root.iter(_tag("sheetView")):
        for key in ("topLeftCell", "view", "tabSelected"):
            element.attrib.pop(key, "")
        for child in list(element):
            if local(child) != "selection":
                element.remove(child)
    for element in root.iterfind(f"{_tag('headerFooter')}/*"):
        element.text = _PICTURE.sub("", element.text or "")


def _clean_cells(root: etree._Element, blank: Collection[str], title: str, left_out: list[str]) -> None:
    """A formula that reads elsewhere goes with its value, which may be another customer's."""
    for row in root.iter(_tag("row")):
        for key, _ in attributes(row):
            if "}" in key:
                del row.attrib[key]
    for cell in root.iter(_tag("c")):
        for key, _ in attributes(cell):
            if key not in _CELL_ATTRIBUTES:
                del cell.attrib[key]
        formula = cell.find(_tag("f"))
        stays = formula is None or _is_plain(formula, title)
        if not stays:
            left_out.append("公式")
        if cell.get("r") in blank or not stays:
            cell.attrib.pop("t", "")
            for child in list(cell):
                cell.remove(child)
        for child in list(cell):
            if local(child) not in ("v", "is", "f"):
                cell.remove(child)


def _is_plain(formula: etree._Element, title: str) -> bool:
    """Does a formula calculate with its own tab's cells, by functions that know nothing else?"""
    text = formula.text or ""
    used = {name.upper() for name in _CALLED.findall(text)}
    return not formula.attrib and bool(text) and used <= _FUNCTIONS and _reads_own(text, title) and "|" not in text


def _clean_rules(root: etree._Element, title: str, left_out: list[str]) -> None:
    """Takes out drop-downs and conditional formats that read another tab, a table or a name."""
    for element in root.findall(_tag("conditionalFormatting")):
        for rule in element.findall(_tag("cfRule")):
            formulas = [f.text or "" for f in rule.iter(_tag("formula"))]
            formulas += [value.get("val", "") for value in rule.iter(_tag("cfvo"))]
            if rule.find(_tag("extLst")) is not None or not all(_reads_own(f, title) for f in formulas):
                element.remove(rule)
                left_out.append("条件格式")
        if element.find(_tag("cfRule")) is None:
            root.remove(element)
    for found in root.findall(_tag("dataValidations")):
        for rule in found.findall(_tag("dataValidation")):
            if not all(_reads_own(f.text or "", title) for f in rule):
                found.remove(rule)
                left_out.append("下拉选项")
            for key, _ in attributes(rule):
                if "}" in key:
                    del rule.attrib[key]
        rules = found.findall(_tag("dataValidation"))
        if rules:
            found.set("count", str(len(rules)))
        else:
            root.remove(found)


def _reads_own(formula: str, title: str) -> bool:
    """Does it read cells of its own tab only?"""
    others = {name.casefold() for name in formula_refs.tabs(formula)} - {title.casefold()}
    names = {word for word in formula_refs.words(formula) if not CELLS.fullmatch(word)}
    return not others and not names and not formula_refs.foreign(formula)


def _pictures(package: Package, part: str) -> list[Relationship]:
    """The relationships of a tab that may stay: drawings that hold pictures and nothing else."""
    return [
        rel for rel in package.relationships(part)
        if rel.type.endswith("/drawing") and not rel.external and package.has(rel.target)
        and _only_pictures(package, rel.target)
    ]  # fmt: skip


def _only_pictures(package: Package, part: str) -> bool:
    if any(rel.external or not rel.type.endswith("/image") for rel in package.relationships(part)):
        return False
    root = parse_xml(package.read(part))
    shapes = [child for anchor in root for child in anchor if isinstance(child.tag, str)]
    return all(local(s) in ("from", "to", "ext", "pos", "pic", "clientData") for s in shapes)


def _protect(root: etree._Element) -> None:
    """Has the sheet protected: the office takes the protection off to restyle a template, and may forget it."""
    protection = root.find(_tag("sheetProtection"))
    if protection is None:
        protection = etree.Element(_tag("sheetProtection"))
        data = root.find(_tag("sheetData"))
        assert data is not None, "a worksheet part has cells"
        data.addnext(protection)
        protection.set("formatColumns", "0")
        protection.set("formatRows", "0")
    protection.set("sheet", "1")
    for key in ("objects", "scenarios"):
        protection.set(key, "1")
    for key in _UNLOCKED:
        protection.attrib.pop(key, "")


def empty_book(source: Package) -> Package:
    """A workbook without tabs that draws as `source` does: its normal style, palette and theme."""
    rels = [("styles", "styles.xml")]
    parts = {"xl/styles.xml": (_base_styles(source), _TYPE_STYLES)}
    theme = source.related(source.workbook_part, "theme")
    if theme and not source.relationships(theme):
        rels.append(("theme", "theme/theme1.xml"))
        parts["xl/theme/theme1.xml"] = (source.read(theme), _TYPE_THEME)
    days = ' date1904="1"' if uses_1904(source) else ""
    workbook = (
        f'<workbook xmlns="{NS_MAIN}" xmlns:r="{NS_R}"><workbookPr{days}/><bookViews><workbookView/></bookViews>'
        "<sheets/></workbook>"
    )
    parts["xl/workbook.xml"] = (workbook.encode(), TYPE_XLSX)
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, (_, kind) in parts.items()
    )
    main = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    own = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(rels, 1)
    )
    plumbing = {
        "[Content_Types].xml": f'<Types xmlns="{_NS_TYPES}"><Default Extension="rels" ContentType="{TYPE_RELS}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_NS_RELS}">{main}</Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_NS_RELS}">{own}</Relationships>',
    }
    entries = [deflate(text.encode(), name) for name, text in plumbing.items()]
    entries += [deflate(data, name) for name, (data, _) in parts.items()]
    return Package(write_archive(entries), source.name)


def _base_styles(source: Package) -> bytes:
    """A styles part with the normal style only."""
    part = source.related(source.workbook_part, "styles")
    theirs = parse_xml(source.read(part)) if part else etree.Element(_tag("styleSheet"))
    root = etree.Element(_tag("styleSheet"), nsmap={None: NS_MAIN})  # type: ignore[dict-item]
    for name, many, instead in (
        ("fonts", 1, '<font><sz val="11"/><name val="等线"/></font>'),
        ("fills", 2, '<fill><patternFill patternType="none"/></fill>'),
        ("borders", 1, "<border/>"),
    ):
        box = etree.SubElement(root, _tag(name))
        items = list(theirs.iterfind(f"{_tag(name)}/*"))[:many]
        for item in items or [etree.fromstring(f'<{name} xmlns="{NS_MAIN}">{instead}</{name}>')[0]]:
            box.append(item)
        box.set("count", str(len(box)))
    styles: tuple[tuple[str, dict[str, str]], ...] = (("cellStyleXfs", {}), ("cellXfs", {"xfId": "0"}))
    for name, xf in styles:
        box = etree.SubElement(root, _tag(name), count="1")
        etree.SubElement(
            box, _tag("xf"), {"numFmtId": "0", "fontId": "0", "fillId": "0", "borderId": "0", **xf}
        )
    named = etree.SubElement(root, _tag("cellStyles"), count="1")
    etree.SubElement(named, _tag("cellStyle"), name="Normal", xfId="0", builtinId="0")
    palette = theirs.find(_tag("colors"))
    if palette is not None:
        root.append(palette)
    return to_xml(root)


def trim_book(package: Package, title: str) -> None:
    """Leaves in the workbook part of a new file what a reader of its one tab needs: the tab in front, no wish to
    calculate where nothing is to be calculated, and only names that lead to cells of the tab, without anybody's remarks."""
    root = parse_xml(package.read(package.workbook_part))
    for element in root.iter(_tag("workbookView")):
        element.attrib.clear()
    if not any(b"<f>" in package.read(entry.part) for entry in package.sheets()):
        for element in root.findall(_tag("calcPr")):
            root.remove(element)
    for element in list(root.iter(_tag("definedName"))):
        text = element.text or ""
        own = formula_refs.areas(text) and _reads_own(text, title)
        if not own or element.get("function") or element.get("localSheetId") is None:
            element.getparent().remove(element)  # type: ignore[union-attr]
            continue
        for key, _ in attributes(element):
            if key not in _NAME_ATTRIBUTES:
                del element.attrib[key]
    for names in root.findall(_tag("definedNames")):
        if not len(names):
            root.remove(names)
    package.write(package.workbook_part, to_xml(root))
    for entry in package.sheets():
        tab = parse_xml(package.read(entry.part))
        for view in tab.iter(_tag("sheetView")):
            view.set("tabSelected", "1")
        package.write(entry.part, to_xml(tab))
