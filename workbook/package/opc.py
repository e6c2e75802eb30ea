"""An Open Packaging package: parts, content types and relationships over an archive's raw entries.

Parts that nobody wrote to are saved as the compressed bytes they were. Part names are given without the
leading "/", keep their case and are looked up whatever the case. Source: ECMA-376 part 2.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from ..issues import WorkbookError
from . import guard
from .encodings import in_utf8
from .limits import LEDGER, Limits
from .zip_entries import Entry, ZipError, compressed, deflate, inflate, read_entries, write_archive

CONTENT_TYPES = "[Content_Types].xml"
NS_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
NS_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
NS_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NS_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE_RELS = "application/vnd.openxmlformats-package.relationships+xml"
TYPE_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TYPE_XLSM = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_WORKBOOK_TYPES = (TYPE_XLSX, TYPE_XLSM)
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'


@dataclass(frozen=True)
class Relationship:
    """`target` is a part name, or the address as written where `external`."""

    id: str
    type: str
    target: str
    external: bool = False


@dataclass(frozen=True)
class SheetEntry:
    """A tab as the workbook lists it; `state` is visible, hidden or veryHidden."""

    title: str
    sheet_id: int
    rid: str
    part: str
    state: str = "visible"


def parse_xml(data: bytes, strip: bool = False) -> etree._Element:
    """The root of an XML part. Entities, DTDs and the network stay out; `strip` drops comments too."""
    guard.check_tree(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=strip,
        remove_comments=strip, remove_pis=strip,
    )  # fmt: skip
    return etree.fromstring(data, parser)


def to_xml(root: etree._Element) -> bytes:
    """A part's bytes, declared as Excel declares them."""
    return _DECLARATION + etree.tostring(root, encoding="UTF-8")


class Package:
    """The parts of one workbook file, all changes in memory until `save`."""

    def __init__(self, data: bytes, name: str = "", limits: Limits = LEDGER) -> None:
        self.name = name
        self._limits = limits
        self._data = data
        self._entries: dict[str, Entry] = {_key(entry.name): entry for entry in read_entries(data)}
        self._names: dict[str, str] = {
            key: entry.name.replace("\\", "/").lstrip("/") for key, entry in self._entries.items()
        }
        self._written: dict[str, bytes] = {}
        self._inflated: dict[str, bytes] = {}
        self._types: etree._Element | None = None
        self._type_of: dict[str, str] = {}
        self._rels: dict[str, tuple[bytes, list[Relationship]]] = {}
        self._tabs: tuple[bytes, list[Relationship], list[SheetEntry]] | None = None

    @classmethod
    def open(cls, path: Path | str, limits: Limits = LEDGER) -> Package:
        """The package at `path`. Raises WorkbookError file.* for anything that is no healthy workbook."""
        path = Path(path)
        data = guard.load(path, limits)
        package = cls(data, path.name, limits)
        guard.check_package(package, limits)
        return package

    @property
    def data(self) -> bytes:
        """The archive as it was opened."""
        return self._data

    def copy(self) -> Package:
        """The package as it was opened, to be changed on its own."""
        other = Package(self._data, self.name, self._limits)
        other._inflated = dict(self._inflated)
        return other

    @property
    def changed(self) -> bool:
        return bool(self._written) or len(self._names) != len(self._entries)

    def changed_names(self) -> list[str]:
        """The parts that were written to since the package was opened."""
        return [self._names[key] for key in self._written]

    def release(self) -> None:
        """Gives up the contents kept in memory once `to_bytes` was called; the names of what changed stay."""
        self._written = dict.fromkeys(self._written, b"")
        self._inflated.clear()

    def names(self) -> list[str]:
        """All entries but folders, in the archive's order; new parts last."""
        return [name for name in self._names.values() if not name.endswith("/")]

    def has(self, name: str) -> bool:
        return _key(name) in self._names

    def read(self, name: str) -> bytes:
        """The part's content. Raises KeyError where there is no such part."""
        key = _key(name)
        if key in self._written:
            return self._written[key]
        if key not in self._names:
            raise KeyError(name)
        if key not in self._inflated:
            try:
                content = inflate(self._data, self._entries[key])
            except ZipError as error:
                raise WorkbookError("file.damaged", file=self.name, part=name) from error
            guard.check_part(self.name, name, content, self._limits)
            content = in_utf8(content)
            if len(content) > 1_000_000:
                return content
            self._inflated[key] = content
        return self._inflated[key]

    def write(self, name: str, data: bytes, content_type: str | None = None) -> None:
        """Replaces the part or adds it; a new part needs `content_type` unless its extension has one."""
        key = _key(name)
        new = key not in self._names
        if not new and content_type is None and self._same(key, data):
            return
        if new:
            if content_type is None and not _is_plumbing(key) and not self.content_type(name):
                raise ValueError(f"new part {name} needs a content type")
            self._names[key] = name.lstrip("/")
            self._rels.clear()  # a target may be found now
        self._written[key] = data
        if content_type is not None and self.content_type(name) != content_type:
            self._override(name, content_type)

    def _same(self, key: str, data: bytes) -> bool:
        """Does the part hold these bytes already? A part of another length is not unpacked for it."""
        entry = self._entries.get(key)
        if key not in self._written and entry is not None and entry.size != len(data):
            return False
        return self.read(key) == data

    def remove(self, name: str) -> None:
        """Takes the part, its relationships and its content type out; missing parts are fine."""
        key = _key(name)
        if key not in self._names:
            return
        for gone in (key, _key(rels_name(name))):
            self._names.pop(gone, None)
            self._written.pop(gone, None)
            self._inflated.pop(gone, None)
        self._rels.clear()
        root = self._content_types()
        names = (key, _key(rels_name(name)))
        found = [o for o in root.iterfind(f"{{{NS_TYPES}}}Override") if _key(o.get("PartName", "")) in names]
        for override in found:
            root.remove(override)
        if found:
            self._store_types(root)

    # content types

    def content_type(self, name: str) -> str:
        """The part's content type, "" where none is declared."""
        key = _key(name)
        if key not in self._type_index():
            extension = key.rpartition(".")[2]
            return self._type_index().get("." + extension, "")
        return self._type_index()[key]

    def ensure_default(self, extension: str, content_type: str) -> None:
        """Declares the extension's content type unless it has one."""
        root = self._content_types()
        if "." + extension.lower() not in self._type_index():
            default = etree.Element(f"{{{NS_TYPES}}}Default", Extension=extension, ContentType=content_type)
            root.insert(0, default)
            self._store_types(root)

    def _content_types(self) -> etree._Element:
        if self._types is None:
            self._types = parse_xml(self.read(CONTENT_TYPES))
        return self._types

    def _type_index(self) -> dict[str, str]:
        if not self._type_of:
            for element in self._content_types():
                if element.get("PartName"):
                    self._type_of[_key(element.get("PartName", ""))] = element.get("ContentType", "")
                elif element.get("Extension"):
                    self._type_of["." + element.get("Extension", "").lower()] = element.get("ContentType", "")
        return self._type_of

    def _override(self, name: str, content_type: str) -> None:
        root = self._content_types()
        for element in root.iterfind(f"{{{NS_TYPES}}}Override"):
            if _key(element.get("PartName", "")) == _key(name):
                element.set("ContentType", content_type)
                break
        else:
            etree.SubElement(
                root, f"{{{NS_TYPES}}}Override", PartName="/" + name.lstrip("/"), ContentType=content_type
            )
        self._store_types(root)

    def _store_types(self, root: etree._Element) -> None:
        self._type_of.clear()
        self._written[_key(CONTENT_TYPES)] = to_xml(root)

    # relationships

    def relationships(self, part: str) -> list[Relationship]:
        """The relationships of a part ("" is the package), targets resolved to part names."""
        rels = rels_name(part)
        if not self.has(rels):
            return []
        content = self.read(rels)
        if part in self._rels and self._rels[part][0] is content:
            return list(self._rels[part][1])
        found = []
        for element in parse_xml(content).iterfind(f"{{{NS_RELS}}}Relationship"):
            external = element.get("TargetMode") == "External"
            target = element.get("Target", "")
            found.append(
                Relationship(
                    element.get("Id", ""),
                    element.get("Type", ""),
                    target if external else self._resolve(part, target),
                    external,
                )
            )
        self._rels[part] = content, found
        return list(found)

    def set_relationships(self, part: str, rels: Iterable[Relationship]) -> None:
        """Writes a part's relationships; none at all takes their part out."""
        rels = list(rels)
        if not rels:
            self.remove(rels_name(part))
            return
        root = etree.Element(f"{{{NS_RELS}}}Relationships", nsmap={None: NS_RELS})  # type: ignore[dict-item]
        for rel in rels:
            element = etree.SubElement(root, f"{{{NS_RELS}}}Relationship", Id=rel.id, Type=rel.type)
            element.set("Target", rel.target if rel.external else _relative(part, rel.target))
            if rel.external:
                element.set("TargetMode", "External")
        self.ensure_default("rels", TYPE_RELS)
        self.write(rels_name(part), to_xml(root))

    def add_relationship(self, part: str, type: str, target_part: str, external: bool = False) -> str:
        """Adds a relationship under the first free rId and gives that id."""
        rels = self.relationships(part)
        taken = {rel.id.casefold() for rel in rels}
        number = next(n for n in range(1, len(rels) + 2) if f"rid{n}" not in taken)
        self.set_relationships(part, [*rels, Relationship(f"rId{number}", type, target_part, external)])
        return f"rId{number}"

    def related(self, part: str, kind: str) -> str | None:
        """The first existing part that `part` leads to by a relationship type ending in "/kind"."""
        for rel in self.relationships(part):
            if not rel.external and rel.type.endswith("/" + kind) and self.has(rel.target):
                return rel.target
        return None

    def _resolve(self, part: str, target: str) -> str:
        target = target.replace("\\", "/").partition("#")[0]
        base = "" if target.startswith("/") else posixpath.dirname(part)
        name = posixpath.normpath(posixpath.join(base, target.lstrip("/"))) if target else part
        if not self.has(name) and self.has(unquote(name)):
            name = unquote(name)
        return self._names.get(_key(name), name)

    # the workbook

    @property
    def workbook_part(self) -> str:
        """The main part, found by relationship, else by content type; "" where there is none."""
        found = self.related("", "officeDocument")
        if found:
            return found
        for element in self._content_types().iterfind(f"{{{NS_TYPES}}}Override"):
            name = element.get("PartName", "").lstrip("/")
            if element.get("ContentType") in _WORKBOOK_TYPES and self.has(name):
                return self._names[_key(name)]
        return ""

    def sheets(self) -> list[SheetEntry]:
        """The tabs in their order."""
        part = self.workbook_part
        content, rels = self.read(part), self.relationships(part)
        if self._tabs is not None and self._tabs[0] is content and self._tabs[1] == rels:
            return list(self._tabs[2])
        targets = {rel.id: rel.target for rel in rels}
        found = []
        for element in parse_xml(content).iterfind(f"{{{NS_MAIN}}}sheets/{{{NS_MAIN}}}sheet"):
            rid = element.get(f"{{{NS_R}}}id", "")
            found.append(
                SheetEntry(
                    element.get("name", ""),
                    int(element.get("sheetId", "0")),
                    rid,
                    targets.get(rid, ""),
                    element.get("state", "visible"),
                )
            )
        self._tabs = content, rels, found
        return list(found)

    def sheet(self, title: str) -> SheetEntry | None:
        """The tab of this title; Excel ignores the case of titles."""
        return next((s for s in self.sheets() if s.title.casefold() == title.casefold()), None)

    def free_name(self, pattern: str) -> str:
        """The first name that is free: "xl/worksheets/sheet{}.xml" gives xl/worksheets/sheet7.xml."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    # saving

    def to_bytes(self) -> bytes:
        """The archive: unchanged entries as the compressed bytes they were, [Content_Types].xml first
        where the archive is new."""
        items = []
        for key, name in self._names.items():
            old = self._entries.get(key)
            if key in self._written:
                items.append(deflate(self._written[key], name, old))
            elif old is not None:
                items.append((old, compressed(self._data, old)))
        return write_archive(items)

    def save(self, path: Path | str) -> None:
        """Writes the archive to `path` plainly; `file_book` does it safely."""
        Path(path).write_bytes(self.to_bytes())


def rels_name(part: str) -> str:
    """Where a part's relationships stand: xl/workbook.xml -> xl/_rels/workbook.xml.rels."""
    folder, _, name = part.lstrip("/").rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _is_plumbing(key: str) -> bool:
    return key == _key(CONTENT_TYPES) or bool(re.search(r"(^|/)_rels/[^/]*\.rels$", key))


def _relative(part: str, target: str) -> str:
    if not part:
        return target
    return posixpath.relpath("/" + target, "/" + posixpath.dirname(part))
