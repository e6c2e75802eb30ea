"""The parts that hang on a copied tab: drawing, charts, comments, tables and the rest of its relationships.

Each is either copied (its references led to the new tab, its ids made unique), shared (a picture within one
package) or refused: what cannot be copied faithfully stops the copy before anything is written.
"""

from __future__ import annotations

import posixpath
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, unescape

from lxml import etree

from ..issues import WorkbookError
from . import formula_refs
from .opc import NS_RELS, TYPE_RELS, Package, parse_xml, rels_name, to_xml

TYPE_TABLE = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
TYPE_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"

_COPIED = {
    "drawing": "绘图",
    "chart": "图表",
    "chartStyle": "图表样式",
    "chartColorStyle": "图表配色",
    "chartUserShapes": "图表内图形",
    "themeOverride": "图表主题",
    "comments": "批注",
    "vmlDrawing": "批注外框",
    "threadedComment": "会话批注",
    "table": "表格",
    "printerSettings": "打印机设置",
    "customProperty": "自定义属性",
    "ctrlProp": "表单控件",
}
_SHARED = {"image", "hyperlink", "hdphoto"}
_REFUSED = {
    "pivotTable": "数据透视表",
    "slicer": "切片器",
    "timeline": "日程表",
    "oleObject": "嵌入的对象",
    "package": "嵌入的文件",
    "control": "ActiveX 控件",
    "queryTable": "查询表",
    "tableSingleCells": "XML 映射",
    "diagramData": "SmartArt 图形",
    "chartEx": "新式图表(树状图、瀑布图等)",
    "externalLinkPath": "外部链接",
    "wsSortMap": "共享工作簿数据",
}
_FIXED_NAMES = {
    "drawing": "xl/drawings/drawing{}.xml",
    "chart": "xl/charts/chart{}.xml",
    "chartStyle": "xl/charts/style{}.xml",
    "chartColorStyle": "xl/charts/colors{}.xml",
    "chartUserShapes": "xl/drawings/drawing{}.xml",
    "themeOverride": "xl/theme/themeOverride{}.xml",
    "comments": "xl/comments{}.xml",
    "vmlDrawing": "xl/drawings/vmlDrawing{}.vml",
    "threadedComment": "xl/threadedComments/threadedComment{}.xml",
    "table": "xl/tables/table{}.xml",
    "printerSettings": "xl/printerSettings/printerSettings{}.bin",
    "customProperty": "xl/customProperty{}.bin",
    "ctrlProp": "xl/ctrlProps/ctrlProp{}.xml",
}
_GUID = re.compile(r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")
_VML_SHAPE = re.compile(r"(_x0000_[a-z])(\d+)")
_VML_FORMULA = re.compile(r"(<(?:\w+:)?Fmla(?:Link|Range|Group|Txbx|Pict)>)([^<]*)(</)")
_VML_IDMAP = re.compile(r"(<(?:\w+:)?idmap\b[^>]*?\bdata=\")([^\"]*)(\")")


@dataclass
class Copy:
    """One copy under way: from where to where, and what changes its name on the way."""

    source: Package
    target: Package
    old: str
    new: str
    tables: dict[str, str] = field(default_factory=dict)
    local_names: set[str] = field(default_factory=set)
    guids: dict[str, str] = field(default_factory=dict)
    shapes: dict[int, int] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    restyle: Callable[[etree._Element], None] | None = None

    @property
    def within(self) -> bool:
        return self.source is self.target

    def formula(self, text: str) -> str:
        """The formula as the copy needs it: tab and tables renamed."""
        return formula_refs.rename_words(formula_refs.retarget(text, self.old, self.new), self.tables)

    def guid(self, old: str) -> str:
        """A new id, the same for the same copy however often it is made."""
        return "{" + str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.new}/{old.upper()}")).upper() + "}"

    def shape(self, number: int) -> int:
        """The number of a drawn shape, moved to the block of 1,024 numbers that is the copy's own."""
        block, rest = divmod(number, 1024)
        return self.shapes.get(block, block) * 1024 + rest


def check(source: Package, part: str, title: str, within: bool) -> None:
    """Raises WorkbookError tab.copy_refused when the tab holds something that cannot be copied."""
    for owner, kind, _ in _walk(source, part):
        if kind in _COPIED and (within or kind != "threadedComment"):
            continue
        if kind in _SHARED:
            continue
        what = _REFUSED.get(kind) or _COPIED.get(kind) or kind
        raise WorkbookError("tab.copy_refused", sheet=title, what=what, part=owner)


def copy_related(copy: Copy, part: str, new_part: str) -> None:
    """Gives `new_part` (a sheet, drawing or chart already copied) the relationships of `part`, under the
    same ids, and copies what they lead to."""
    if not copy.source.has(rels_name(part)):
        return
    root = parse_xml(copy.source.read(rels_name(part)))
    targets = {rel.id: rel for rel in copy.source.relationships(part)}
    for element in root.iterfind(f"{{{NS_RELS}}}Relationship"):
        rel = targets[element.get("Id", "")]
        kind = rel.type.rpartition("/")[2]
        written = element.get("Target", "")
        if written.startswith("#"):
            element.set("Target", "#" + copy.formula(written[1:]))
        elif rel.external:
            continue
        elif kind in _COPIED:
            element.set("Target", _relative(new_part, copy_part(copy, rel.target, kind)))
        elif not copy.within:
            element.set("Target", _relative(new_part, _bring(copy, rel.target)))
        else:
            element.set("Target", _relative(new_part, rel.target))
    copy.target.ensure_default("rels", TYPE_RELS)
    copy.target.write(rels_name(new_part), to_xml(root))


def copy_part(copy: Copy, part: str, kind: str) -> str:
    """Copies one part of a known kind with all it leads to; gives the new part's name."""
    if part in copy.made:
        return copy.made[part]
    new_part = copy.made[part] = copy.target.free_name(_FIXED_NAMES[kind])
    data = copy.source.read(part)
    change = _CHANGES.get(kind)
    copy.target.write(
        new_part, change(copy, data) if change else data, copy.source.content_type(part) or TYPE_VML
    )
    copy_related(copy, part, new_part)
    return new_part


def prepare(copy: Copy, part: str) -> None:
    """Chooses, before anything is written, the new names, ids and number blocks of what the tab holds."""
    taken = table_names(copy.target) | _defined_names(copy.target)
    for _, kind, target in _walk(copy.source, part):
        if kind == "table":
            name = parse_xml(copy.source.read(target)).get("displayName", "")
            copy.tables[name.casefold()] = fresh = _free_table_name(name, taken)
            taken.add(fresh.casefold())
        elif kind == "threadedComment":
            for element in parse_xml(copy.source.read(target)):
                identity = element.get("id", "")
                copy.guids[identity.upper()] = copy.guid(identity)
        elif kind == "vmlDrawing":
            for match in _VML_IDMAP.finditer(_vml_text(copy.source.read(target))):
                blocks = [int(block) for block in match[2].split(",") if block.strip().isdigit()]
                free = max(_blocks(copy.target) | set(copy.shapes.values()), default=0) + 1
                for block in blocks:
                    copy.shapes.setdefault(block, free)
                    free += 1


def refresh_uids(copy: Copy, root: etree._Element) -> None:
    """New revision ids (xr:uid and its kin) all over the part; two tabs may not share them."""
    for element in root.iter(etree.Element):
        for key, value in attributes(element):
            if key.endswith("}uid") and "/revision" in key and _GUID.fullmatch(value):
                element.set(key, copy.guid(value))


def attributes(element: etree._Element) -> list[tuple[str, str]]:
    """The element's attributes, which may be changed while walking the list."""
    return [(str(key), str(value)) for key, value in element.attrib.items()]


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def _walk(package: Package, part: str, seen: set[str] | None = None) -> list[tuple[str, str, str]]:
    """(owner, kind, target) of all that hangs on a part, depth first; external links are left out."""
    seen = seen if seen is not None else set()
    found = []
    for rel in package.relationships(part):
        kind = rel.type.rpartition("/")[2]
        if rel.external or rel.target == part:
            if rel.external and kind in _REFUSED:
                found.append((part, kind, rel.target))
            continue
        found.append((part, kind, rel.target))
        if rel.target not in seen:
            seen.add(rel.target)
            found += _walk(package, rel.target, seen)
    return found


def _relative(part: str, target: str) -> str:
    return posixpath.relpath("/" + target, "/" + posixpath.dirname(part))


def _bring(copy: Copy, part: str) -> str:
    """A shared part (a picture) in the target package: the same bytes are kept once."""
    data = copy.source.read(part)
    folder, _, name = part.rpartition("/")
    extension = name.rpartition(".")[2]
    for known in copy.target.names():
        if (
            known.startswith(folder + "/")
            and known.endswith("." + extension)
            and copy.target.read(known) == data
        ):
            return known
    new_part = copy.target.free_name(
        f"{folder}/{name.rpartition('.')[0].rstrip('0123456789')}{{}}.{extension}"
    )
    copy.target.write(new_part, data, copy.source.content_type(part))
    return new_part


def _change_chart(copy: Copy, data: bytes) -> bytes:
    root = parse_xml(data)
    for element in root.iter(etree.Element):
        if local(element) in ("f", "sqref") and element.text:
            text = formula_refs.localized(element.text, copy.local_names, copy.new)
            element.text = copy.formula(text)
    refresh_uids(copy, root)
    return to_xml(root)


def _change_drawing(copy: Copy, data: bytes) -> bytes:
    root = parse_xml(data)
    for element in root.iter(etree.Element):
        for key, value in attributes(element):
            if key == "textlink" and value:
                element.set(key, copy.formula(value))
            elif key == "macro" and value and not copy.within:
                element.set(key, "")
            elif key == "spid":
                element.set(key, _move_shapes(copy, value))
    refresh_uids(copy, root)
    return to_xml(root)


def _change_vml(copy: Copy, data: bytes) -> bytes:
    text = _move_shapes(copy, _vml_text(data))
    text = _VML_IDMAP.sub(lambda m: m[1] + _moved_blocks(copy, m[2]) + m[3], text)
    text = _VML_FORMULA.sub(lambda m: m[1] + escape(copy.formula(unescape(m[2]))) + m[3], text)
    return text.encode("utf-8", "surrogateescape")


def _change_control(copy: Copy, data: bytes) -> bytes:
    root = parse_xml(data)
    for key, value in attributes(root):
        if key.startswith("fmla") and value:
            root.set(key, copy.formula(value))
    return to_xml(root)


def _change_comments(copy: Copy, data: bytes) -> bytes:
    text = data.decode("utf-8")
    text = _GUID.sub(lambda m: copy.guids.get(m[0].upper(), m[0]), text)
    root = parse_xml(text.encode("utf-8"))
    refresh_uids(copy, root)
    return to_xml(root)


def _change_table(copy: Copy, data: bytes) -> bytes:
    root = parse_xml(data)
    name = copy.tables[root.get("displayName", "").casefold()]
    root.set("id", str(max(_table_ids(copy.target), default=0) + 1))
    root.set("name", name)
    root.set("displayName", name)
    for element in root.iter(etree.Element):
        if local(element) in ("calculatedColumnFormula", "totalsRowFormula") and element.text:
            element.text = copy.formula(element.text)
    refresh_uids(copy, root)
    if copy.restyle:
        copy.restyle(root)
    return to_xml(root)


_CHANGES: dict[str, Callable[[Copy, bytes], bytes]] = {
    "chart": _change_chart,
    "drawing": _change_drawing,
    "vmlDrawing": _change_vml,
    "ctrlProp": _change_control,
    "comments": _change_comments,
    "threadedComment": _change_comments,
    "table": _change_table,
}


def _vml_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _move_shapes(copy: Copy, text: str) -> str:
    return _VML_SHAPE.sub(lambda m: m[1] + (str(copy.shape(int(m[2]))) if m[1].endswith("s") else m[2]), text)


def _moved_blocks(copy: Copy, data: str) -> str:
    blocks = (block.strip() for block in data.split(","))
    return ",".join(str(copy.shapes.get(int(b), int(b))) if b.isdigit() else b for b in blocks)


def _blocks(package: Package) -> set[int]:
    """The blocks of shape numbers that the package's drawings have taken."""
    found = set()
    for name in package.names():
        if name.lower().endswith(".vml"):
            for match in _VML_IDMAP.finditer(_vml_text(package.read(name))):
                found |= {int(block) for block in match[2].split(",") if block.strip().isdigit()}
    return found


def _table_parts(package: Package) -> list[str]:
    return [name for name in package.names() if package.content_type(name) == TYPE_TABLE]


def _table_ids(package: Package) -> set[int]:
    return {int(parse_xml(package.read(part)).get("id", "0")) for part in _table_parts(package)}


def table_names(package: Package, without: str = "") -> set[str]:
    """Casefolded names of all tables but those on the sheet part `without`."""
    own = {r.target for r in package.relationships(without)} if without else set()
    roots = [parse_xml(package.read(part)) for part in _table_parts(package) if part not in own]
    return {root.get(key, "").casefold() for root in roots for key in ("name", "displayName")}


def _defined_names(package: Package) -> set[str]:
    root = parse_xml(package.read(package.workbook_part))
    return {e.get("name", "").casefold() for e in root.iter(etree.Element) if local(e) == "definedName"}


def _free_table_name(name: str, taken: set[str]) -> str:
    """A table name nobody has: the old one where it is free, else with a number behind."""
    if name.casefold() not in taken:
        return name
    stem = re.sub(r"_\d+$", "", name)[:245]
    number = 2
    while f"{stem}_{number}".casefold() in taken:
        number += 1
    return f"{stem}_{number}"
