"""What can be said of the add-in without Excel: judges of the VBA text, of the ribbon and of the package.

Each returns its findings as lines; none when all is well. `test_seeded_faults.py` shows what each catches.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Sequence

from lxml import etree

from workbook.vba.sources import Module

UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SHEET_BASE = "0{00020820-0000-0000-C000-000000000046}"
WORKBOOK_BASE = "0{00020819-0000-0000-C000-000000000046}"

SYSTEMS = {
    "Windows, 64 bit": {},
    "Windows, 32 bit": {"Win64": 0},
    "Mac": {"Mac": 1, "Win32": 0, "MAC_OFFICE_VERSION": 16},
}
QUIET = ("unused-variable", "unused-procedure", "missing-return-assignment", "variable-never-read", "unreachable-code")
"""Of no harm: branches for another system leave variables and results unused."""


def code_findings(modules: Sequence[Module], only: str | None = None) -> list[str]:
    """What a static analysis of the whole project finds, on each system the add-in runs on, and what is not closed.
    `only`: of this module."""
    from pyvbaanalysis import (
        DEFAULT_COMPILER_CONSTANTS,
        ConditionalCompilationEnvironment,
        ModuleInput,
        ModuleSymbolKind,
        analyze_project,
    )

    found: dict[str, None] = {}
    inputs = [ModuleInput(m.name, ModuleSymbolKind(m.kind), m.body) for m in modules]
    for system, constants in SYSTEMS.items():
        environment = ConditionalCompilationEnvironment({**DEFAULT_COMPILER_CONSTANTS, **constants})
        reports = analyze_project(
            inputs, conditional_compilation=environment, referenced_libraries=["stdole", "Office"],
            only=[only] if only else None,
        )  # fmt: skip
        for name, diagnostics in reports.items():
            for one in diagnostics:
                if one.code in QUIET or (system == "Mac" and "'AppleScriptTask'" in one.message):
                    continue  # AppleScriptTask is VBA's own, on the Mac only
                found[f"{name}: {one.code}: {one.message}"] = None
    return [*found, *(line for m in modules if only in (None, m.name) for line in block_findings(m))]


_OPENERS = (
    (r"(?:(?:Public|Private|Friend) )?(?:Static )?(?:Sub|Function|Property) ?(?:Get |Let |Set )?\w+\b(?! Lib)", "procedure"),
    (r"If\b.*\bThen$", "If"), (r"Select Case\b", "Select"), (r"With\b", "With"), (r"For\b", "For"), (r"Do\b", "Do"),
    (r"While\b", "While"), (r"(?:(?:Public|Private) )?Type\b", "Type"), (r"(?:(?:Public|Private) )?Enum\b", "Enum"),
)  # fmt: skip
_CLOSERS = (
    (r"End (?:Sub|Function|Property)$", "procedure"), (r"End If$", "If"), (r"End Select$", "Select"),
    (r"End With$", "With"), (r"Next\b", "For"), (r"Loop\b", "Do"), (r"Wend$", "While"), (r"End Type$", "Type"),
    (r"End Enum$", "Enum"),
)  # fmt: skip


def block_findings(module: Module) -> list[str]:
    """Blocks that are not closed, or closed by another word; the analysis is silent on them. #If blocks count for
    themselves: what is between them has to be whole."""
    text = re.sub(r'"[^"\r\n]*"', '""', module.body)
    text = re.sub(r"'[^\r\n]*", "", text).replace(" _\r\n", " ")
    open_blocks: list[tuple[str, str]] = []
    for line in (line.strip() for line in text.split("\r\n")):
        if line.startswith("#"):
            line = line[1:]
            if re.match(r"(Else|ElseIf|Const)\b", line):
                continue
        for pattern, kind in _CLOSERS:
            if re.match(pattern, line):
                opened = open_blocks.pop() if open_blocks else ("nothing", "")
                if opened[0] != kind:
                    return [f"{module.name}: {line!r} closes {opened[0]} of {opened[1]!r}"]
                break
        else:
            for pattern, kind in _OPENERS:
                if re.match(pattern, line):
                    open_blocks.append((kind, line))
                    break
    return [f"{module.name}: {kind} of {line!r} is not closed" for kind, line in open_blocks]


# --- the ribbon: a small part of the customUI14 schema, as far as the add-in uses it ---

_COMMON = {"id", "label", "keytip", "getVisible", "visible", "insertBeforeMso", "insertAfterMso", "tag"}
_BUTTON = _COMMON | {
    "imageMso", "getImage", "getLabel", "screentip", "supertip", "onAction", "getEnabled", "enabled", "description",
}  # fmt: skip
_SIZED = _BUTTON | {"size"}
SCHEMA: dict[str, tuple[dict[str, set[str]], set[str]]] = {
    # path's end: (children and their attributes, required attributes of the children)
    "": ({"customUI": {"onLoad", "loadImage"}}, set()),
    "customUI": ({"ribbon": {"startFromScratch"}}, set()),
    "ribbon": ({"tabs": set()}, set()),
    "tabs": ({"tab": _COMMON}, {"id", "label"}),
    "tab": ({"group": _COMMON | {"imageMso"}}, {"id", "label"}),
    "group": ({"button": _SIZED, "splitButton": {"id", "size", "keytip", "getVisible", "getEnabled", "showLabel"}}, {"id"}),
    "splitButton": ({"button": _BUTTON, "menu": {"id", "itemSize", "label"}}, {"id"}),
    "menu": ({"button": _BUTTON}, {"id"}),
    "button": ({}, set()),
}
_TEXTS = {"label": 1024, "screentip": 1024, "supertip": 1024, "tag": 1024, "id": 1024}
_EITHER = (("imageMso", "getImage"), ("label", "getLabel"))

ICONS = {
    "AutoSum", "Calculator", "Camera", "CellsInsertDialog", "ChartInsert", "ConditionalFormattingMenu", "Copy",
    "DataFormExcel", "DataValidation", "ErrorChecking", "FileNew", "FileOpen", "FilePrint", "FileSave",
    "FileSaveAs", "FileSaveAsExcelXlsx", "FileSendAsAttachment", "Filter", "FindDialogExcel",
    "HeaderFooterCurrentTimeInsert", "Help", "HyperlinkInsert", "Lock", "MacroPlay", "OutlookTaskCreate", "Paste",
    "PivotTableInsert", "RefreshAll", "ReplaceDialog", "ReviewNewComment", "ReviewProtectWorkbook",
    "SheetProtect", "SortDialog", "Spelling", "TraceError", "Undo",
}  # fmt: skip
"""Built-in images of Excel itself, held against Microsoft's list of control identifiers. Another name is a question,
not an error: look it up there, then add it here."""


def ribbon_findings(xml: bytes) -> list[str]:
    """Unknown or missing elements and attributes, doubled ids and keytips, unknown icons, texts too long."""
    try:
        root = etree.fromstring(xml)
    except etree.XMLSyntaxError as error:
        return [f"not XML: {error}"]
    found: list[str] = []
    _check(root, "", found)
    seen: dict[tuple[str, str], str] = {}
    for element in root.iter():
        name = etree.QName(element).localname
        for key in ("id", "keytip"):
            value = element.get(key)
            if value is not None:
                scope = f"{key} in tabs" if name == "tab" and key == "keytip" else key
                if (scope, value) in seen:
                    found.append(f"{key} {value!r} stands twice")
                seen[scope, value] = name
        if not re.fullmatch(r"[A-Za-z_][\w.-]*", element.get("id", "x")):
            found.append(f"id {element.get('id')!r} is no name")
        if not re.fullmatch(r"[A-Z0-9]{1,3}", element.get("keytip", "X")):
            found.append(f"keytip {element.get('keytip')!r}")
        for key in ("size", "itemSize"):
            if element.get(key, "normal") not in ("normal", "large"):
                found.append(f"{key} {element.get(key)!r}")
        icon = element.get("imageMso")
        if icon is not None and icon not in ICONS:
            found.append(f"icon {icon!r} is not known")
        if name == "button" and (not element.get("tag") or not element.get("onAction") or icon is None):
            found.append(f"button {element.get('id')!r} lacks tag, onAction or icon")
        for key, longest in _TEXTS.items():
            if not 0 < len(element.get(key, "x")) <= longest:
                found.append(f"{key} of {len(element.get(key, ''))} characters")
        for one, other in _EITHER:
            if element.get(one) is not None and element.get(other) is not None:
                found.append(f"{one} beside {other}")
    return found


def _check(element: etree._Element, parent: str, found: list[str]) -> None:
    name = etree.QName(element).localname
    allowed, required = SCHEMA[parent]
    if etree.QName(element).namespace != UI.strip("{}") or name not in allowed:
        found.append(f"element {name!r} in {parent or 'the document'!r}")
        return
    for attribute in element.attrib:
        if attribute not in allowed[name]:
            found.append(f"attribute {attribute!r} of {name!r}")
    found.extend(f"{name!r} lacks {key!r}" for key in required if element.get(key) is None)
    for child in element:
        _check(child, name, found)


SIGNATURES = {
    "onLoad": r"\(\w+ As IRibbonUI\)",
    "onAction": r"\(control As IRibbonControl\)",
    "getEnabled": r"\(control As IRibbonControl, ByRef \w+\)",
    "getVisible": r"\(control As IRibbonControl, ByRef \w+\)",
}


def callback_findings(xml: bytes, modules: Sequence[Module]) -> list[str]:
    """Callbacks that the ribbon names and VBA does not have once, in a standard module, with Office's signature."""
    found = []
    for attribute, signature in SIGNATURES.items():
        names = {str(value) for value in etree.fromstring(xml).xpath(f"//@{attribute}")}
        for name in sorted(names):
            heads = [
                head
                for module in modules
                if module.kind == "standard"
                for head in re.findall(rf"^Public Sub {name}(\([^\n]*\))\r?$", module.text, re.MULTILINE)
            ]
            if len(heads) != 1:
                found.append(f"{attribute}={name}: {len(heads)} public subs")
            elif not re.fullmatch(signature, heads[0]):
                found.append(f"{attribute}={name}: {heads[0]}")
    return found


# --- the package, through olevba ---


def extracted(data: bytes) -> dict[str, str]:
    """Modules by name as olevba finds them in a workbook, hidden lines and all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the parser library olevba is built on
        from oletools.olevba import VBA_Parser

    parser = VBA_Parser("book", data=data)
    try:
        return {
            name.rpartition(".")[0]: code
            for _, _, name, code in parser.extract_all_macros()
            if isinstance(code, str) and name.endswith((".bas", ".cls", ".frm"))
        }
    finally:
        parser.close()


def code_name_findings(data: bytes) -> list[str]:
    """Code names of workbook and sheets that have no document module of their kind, and modules without a sheet."""
    modules = extracted(data)
    bases = {name: re.search(r'^Attribute VB_Base = "([^"]*)"', code, re.MULTILINE) for name, code in modules.items()}
    documents = {name: base.group(1) for name, base in bases.items() if base and base.group(1) in (SHEET_BASE, WORKBOOK_BASE)}
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = etree.fromstring(archive.read("xl/workbook.xml"))
        targets = {
            r.get("Id"): str(r.get("Target"))
            for r in etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        }
        named = [("workbook", WORKBOOK_BASE, book.find(f"{MAIN}workbookPr"))]
        for sheet in book.iter(f"{MAIN}sheet"):
            target = targets[sheet.get(R_ID)]
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            named.append((str(sheet.get("name")), SHEET_BASE, etree.fromstring(archive.read(part)).find(f"{MAIN}sheetPr")))
    for what, base, properties in named:
        code_name = None if properties is None else properties.get("codeName")
        if code_name is None:
            found.append(f"{what} has no code name")
        elif documents.pop(code_name, "") != base:
            found.append(f"{what}: no document module {code_name!r}")
    return found + [f"module {name!r} has no sheet" for name in documents]
