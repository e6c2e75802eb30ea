"""A workbook package with a VBA project and a ribbon in it: the .xlam, and a ledger that carries its own ribbon.

pyOpenVBA makes the project and the code names, everything else of the package stays as it was. The same input gives
the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from ..package.opc import TYPE_XLSM, Package
from .sources import DOCUMENT, Module

TYPE_XLAM = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
TYPE_XML = "application/xml"
REL_RIBBON = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
RIBBON_PART = "customUI/customUI14.xml"
VERSION_PROPERTY = "xlsvc"
MADE = datetime(2024, 1, 1)  # what the package says of its making, whenever that was


def empty_container(title: str, version: str) -> bytes:
    """A workbook of one empty sheet, as the body of an add-in; it carries the package's version."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": title, "created": MADE})
    book.set_custom_property(VERSION_PROPERTY, version, "text")
    book.add_worksheet()
    book.close()
    return buffer.getvalue()


def with_macros(data: bytes, modules: Sequence[Module], ribbon: bytes, addin: bool) -> bytes:
    """The workbook `data` (an .xlsx) as .xlam, or as .xlsm where not `addin`, with the modules and the ribbon."""
    package = Package(data)
    main = package.workbook_part
    package.write(main, package.read(main), TYPE_XLSM)
    before = package.to_bytes()
    with TemporaryDirectory(prefix="xlsvc-vba-") as folder:
        path = Path(folder) / "book.xlsm"
        path.write_bytes(before)
        _add_project(path, modules)
        with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(path) as new:
            known = set(old.namelist())
            package = Package(before)
            changed = [n for n in new.namelist() if n not in known or old.read(n) != new.read(n)]
            changed.sort(key=lambda name: name != "[Content_Types].xml")  # it names the types of the others
            for name in changed:
                package.write(name, new.read(name))
    package = Package(package.to_bytes())
    package.write(RIBBON_PART, ribbon, TYPE_XML)
    package.add_relationship("", REL_RIBBON, RIBBON_PART)
    if addin:
        package.write(main, package.read(main), TYPE_XLAM)
    return package.to_bytes()


def _add_project(path: Path, modules: Sequence[Module]) -> None:
    from pyopenvba import ExcelFile, VBAModuleKind

    with ExcelFile(path) as book:
        book.add_vba_project()
        for module in modules:
            if module.kind == "document":
                book.set_module(DOCUMENT, module.text)
            else:
                kind = VBAModuleKind.other if module.kind == "class" else VBAModuleKind.standard
                book.vba_project().add_module(module.name, module.text, kind=kind)
        book.save()
    with ExcelFile(path) as book:
        problems = book.validate()
        if problems:
            raise ValueError(f"the VBA project is not sound: {problems}")
