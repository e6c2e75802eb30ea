"""A workbook package as a dictionary of parts: for tests that write XML by hand. Shares no code with the product."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from pathlib import Path

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'


class RawPackage:
    """Parts by name, in the order of the archive."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    def text(self, name: str) -> str:
        return self.parts[name].decode("utf-8")

    def add(self, name: str, data: str | bytes, content_type: str = "") -> None:
        """A new part; without a content type its extension has one by default."""
        assert name not in self.parts, name
        self.parts[name] = data if isinstance(data, bytes) else (DECLARATION + data).encode("utf-8")
        if content_type:
            override = f'<Override PartName="/{name}" ContentType="{content_type}"/>'
            self.replace("[Content_Types].xml", "</Types>", override + "</Types>")

    def default(self, extension: str, content_type: str) -> None:
        element = f'<Default Extension="{extension}" ContentType="{content_type}"/>'
        if f'Extension="{extension}"' not in self.text("[Content_Types].xml"):
            self.replace("[Content_Types].xml", "<Default ", element + "<Default ")

    def relate(self, owner: str, kind: str, target: str, external: bool = False) -> str:
        """A relationship of `owner` ("" is the package); gives its id. `target` is a part or an address."""
        folder, _, file = owner.rpartition("/")
        name = f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"
        if name not in self.parts:
            self.parts[name] = (DECLARATION + f'<Relationships xmlns="{RELS}"></Relationships>').encode()
        taken = {int(n) for n in re.findall(r'Id="rId(\d+)"', self.text(name))}
        rid = f"rId{max(taken, default=0) + 1}"
        address = target if external else posixpath.relpath("/" + target, "/" + folder)
        mode = ' TargetMode="External"' if external else ""
        element = f'<Relationship Id="{rid}" Type="{kind if "://" in kind else f"{R}/{kind}"}" Target="{address}"{mode}/>'
        self.replace(name, "</Relationships>", element + "</Relationships>")
        return rid

    def replace(self, name: str, old: str, new: str) -> None:
        """Puts `new` for the first `old`, which has to be there."""
        text = self.text(name)
        assert old in text, f"{name} holds no {old[:80]}"
        self.parts[name] = text.replace(old, new, 1).encode("utf-8")

    def sheet_part(self, title: str) -> str:
        rid = re.search(rf'<sheet [^>]*name="{title}"[^>]*r:id="(\w+)"', self.text("xl/workbook.xml"))
        assert rid, title
        target = re.search(
            rf'<Relationship [^>]*Target="([^"]+)"[^>]*Id="{rid[1]}"', self.text("xl/_rels/workbook.xml.rels")
        ) or re.search(rf'<Relationship Id="{rid[1]}"[^>]*Target="([^"]+)"', self.text("xl/_rels/workbook.xml.rels"))
        assert target, title
        return posixpath.normpath(posixpath.join("/xl", target[1])).lstrip("/")

    def set_cell(self, part: str, address: str, cell: str) -> None:
        """Puts a cell's whole XML in the place of the one that stands there; "{s}" in it is that one's style."""
        text = self.text(part)
        found = re.search(rf'<c r="{address}"([^>]*?)(?:/>|>.*?</c>)', text, re.S)
        assert found, f"{part} has no cell {address}"
        style = re.search(r' s="(\d+)"', found[1])
        made = cell.replace("{s}", style[1] if style else "0")
        self.parts[part] = (text[: found.start()] + made + text[found.end() :]).encode("utf-8")

    def to_bytes(self, method: int = zipfile.ZIP_DEFLATED) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            for name, data in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 9, 0, 0)), data, method)
        return out.getvalue()
