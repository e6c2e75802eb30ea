"""What is read of a stranger's file, and what it must not carry. Runs in the process made for it (strangers.py).

Values only: no formula, style or link of such a file goes anywhere. Macros, links to programs or other files,
embedded objects and data connections have no business in a returned form or an export, and are refused even
though nothing here would run them: people open the file after us.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from ..book import RawCell
from ..issues import WorkbookError
from . import guard
from .cell_content import SHIFT_1904, text_from_xml
from .cell_refs import MAX_ROW, address, column_number
from .limits import STRANGER, Limits
from .opc import NS_MAIN, Package, SheetEntry, parse_xml
from .part_checks import shown
from .shared_strings import SharedStrings, strings_of
from .sheet_xml import Scan, SheetXml, sheet_of
from .styles_xml import Styles
from .workbook_xml import uses_1904

Rows = list[list[RawCell]]

_MACROS, _EMBEDDED, _OUTSIDE = "宏", "嵌入的对象或文件", "指向其他文件的链接"
_DDE, _CONTROL, _DATA, _ADD_IN = (
    "调用其他程序的链接(DDE)",
    "ActiveX 控件",
    "外部数据连接",
    "自定义功能区或加载项",
)
_BY_RELATIONSHIP = {
    "vbaProject": _MACROS,
    "vbaProjectSignature": _MACROS,
    "xlMacrosheet": _MACROS,
    "xlIntlMacrosheet": _MACROS,
    "dialogsheet": _MACROS,
    "attachedToolbars": _MACROS,
    "control": _CONTROL,
    "activeXControlBinary": _CONTROL,
    "oleObject": _EMBEDDED,
    "package": _EMBEDDED,
    "externalLink": _OUTSIDE,
    "connections": _DATA,
    "queryTable": _DATA,
    "extensibility": _ADD_IN,
    "webextension": _ADD_IN,
    "webextensiontaskpanes": _ADD_IN,
}
_BY_NAME = {
    "vbaproject": _MACROS,
    "macrosheets/": _MACROS,
    "dialogsheets/": _MACROS,
    "activex/": _CONTROL,
    "embeddings/": _EMBEDDED,
    "externallinks/": _OUTSIDE,
    "connections.xml": _DATA,
    "querytables/": _DATA,
    "customui/": _ADD_IN,
    "webextensions/": _ADD_IN,
}
CARRIED = frozenset({_MACROS, _EMBEDDED, _OUTSIDE, _CONTROL, _DATA, _ADD_IN})
"""What a table that somebody imports on purpose may carry: its values are read, and nothing of this goes anywhere. Calls
of other programs (DDE) are refused there too."""
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f(?:\s[^>]*)?>([^<]*)</")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def read_file(path: Path, titles: Sequence[str] | None = None, limits: Limits = STRANGER) -> dict[str, Rows]:
    """Tab title -> its rows from row 1 and column A on, as wide as the widest; dates are serials of the 1900
    system, blank rows and columns at the ends left out. `titles` narrows what is read, whatever the case; tabs
    that the file lacks are absent. Raises WorkbookError file.*, stranger.*."""
    with guard.naming(path.name, reading=True):
        package = Package.open(path, limits)
        refuse_active(package)
        wanted = None if titles is None else {title.casefold() for title in titles}
        strings: SharedStrings | None = None
        found: dict[str, Rows] = {}
        room = limits["text_chars"]
        for entry in package.sheets():
            if wanted is not None and entry.title.casefold() not in wanted:
                continue
            if strings is None:
                strings = checked_strings(package)
            rows, used = _read_tab(package, entry, strings, limits, room)
            room -= used
            if rows is not None:
                found[entry.title] = rows
        return found


def refuse_active(package: Package, carried: Collection[str] = ()) -> set[str]:
    """Raises WorkbookError stranger.active for whatever runs, embeds or fetches something, unless it is of a kind
    that may be `carried`; gives the kinds found."""
    found = set()
    for what, part in _active(package):
        if what not in carried:
            _refuse(package, what, part)
        found.add(what)
    return found


def _active(package: Package) -> Iterator[tuple[str, str]]:
    """(kind, part or target) of what has no business in a file that is only to be read."""
    for name in package.names():
        package.read(name)  # looked at and checked, also where nothing of it is read here
        lower = "/" + name.casefold()
        what = next((what for mark, what in _BY_NAME.items() if "/" + mark in lower), None)
        if what == _OUTSIDE and not lower.endswith(".rels") and b"ddeLink" in package.read(name):
            what = _DDE
        if what:
            yield what, name
    for name in package.names():
        if name.casefold().endswith(".rels"):
            yield from _active_relationships(package, name)
    if "macroenabled" in package.content_type(package.workbook_part).casefold():
        yield _MACROS, package.workbook_part
    root = parse_xml(package.read(package.workbook_part))
    for element in root.iterfind(f"{{{NS_MAIN}}}definedNames/{{{NS_MAIN}}}definedName"):
        if element.get("xlm") in ("1", "true") or element.get("vbProcedure") in ("1", "true"):
            yield _MACROS, element.get("name", "")


def _active_relationships(package: Package, rels: str) -> Iterator[tuple[str, str]]:
    folder, _, name = rels.rpartition("_rels/")
    for rel in package.relationships(folder + name.removesuffix(".rels")):
        kind = rel.type.rpartition("/")[2]
        if kind in _BY_RELATIONSHIP:
            yield _BY_RELATIONSHIP[kind], rel.target
        if rel.external and kind != "hyperlink":
            yield _OUTSIDE, rel.target


def _refuse(package: Package, what: str, part: str) -> None:
    raise WorkbookError("stranger.active", file=package.name, what=what, part=shown(part))


def checked_strings(package: Package) -> SharedStrings:
    part = package.related(package.workbook_part, "sharedStrings")
    if part:
        guard.check_form(package, part)
    return strings_of(package)


def _read_tab(
    package: Package, entry: SheetEntry, strings: SharedStrings, limits: Limits, room: int
) -> tuple[Rows | None, int]:
    """(the tab's rows, characters in them); None for a tab without cells."""
    if not entry.part:  # a module sheet of old, with nothing behind its name
        return None, 0
    if not package.has(entry.part):
        raise WorkbookError("file.damaged", file=package.name, part=entry.title)
    guard.check_form(package, entry.part)
    try:
        xml = sheet_of(package, entry)
    except WorkbookError as error:
        if error.code == "sheet.not_cells":
            return None, 0
        raise
    refuse_dde(package, entry, xml)
    columns, last = used_columns(package, entry, xml, limits["cells"])
    date1904 = uses_1904(package)
    scan = xml.read(columns, strings, 1, last, with_styles=date1904)
    if date1904:
        to_1900(scan, Styles(package))
    used = sum(len(cell) for read in scan.columns.values() for cell in read.cells if type(cell) is str)
    if used > room:
        raise WorkbookError(
            "stranger.too_much_text",
            file=package.name,
            sheet=entry.title,
            limit=limits["text_chars"] // 10_000,
        )
    return _rectangle(scan), used


def refuse_dde(package: Package, entry: SheetEntry, xml: SheetXml) -> None:
    for raw in _FORMULA.findall(xml.body) if b"|" in xml.body or b"&#" in xml.body else ():
        if "|" in _QUOTED.sub("", text_from_xml(raw)):
            _refuse(package, _DDE, entry.title)


def used_columns(package: Package, entry: SheetEntry, xml: SheetXml, limit: int) -> tuple[set[int], int]:
    """The columns that hold content, and the last row that does. Raises stranger.too_wide for a far cell:
    cells that only have a format do not count."""
    filled = re.compile(rb'<%sc r="([A-Za-z]+)([0-9]+)"[^>]*(?<!/)>' % re.escape(xml.p))
    names: set[bytes] = set()
    last = 0
    for match in filled.finditer(xml.body):
        names.add(match[1])
        last = max(last, int(match[2]))
    columns = {column_number(name.decode()) for name in names}
    if last > MAX_ROW:
        raise WorkbookError("file.damaged", file=package.name, part=f"{entry.title} 第 {last} 行")
    if last * max(columns, default=0) > limit:
        cell = address(last, max(columns))
        raise WorkbookError("stranger.too_wide", file=package.name, sheet=entry.title, cell=cell)
    return columns, last


def to_1900(scan: Scan, styles: Styles) -> None:
    for read in scan.columns.values():
        for at, cell in enumerate(read.cells):
            if type(cell) is float and cell >= 1 and styles.is_date(read.styles.get(scan.rows[at], 0)):
                read.cells[at] = cell + SHIFT_1904


def _rectangle(scan: Scan) -> Rows:
    """The cells as rows; a number that is none (1e999) is the text "inf"."""
    filled = {n: read.cells for n, read in scan.columns.items() if any(c is not None for c in read.cells)}
    width = max(filled, default=0)
    rows: Rows = []
    for at, number in enumerate(scan.rows):
        cells: list[RawCell] = [None] * width
        for column, read in filled.items():
            cell = read[at]
            cells[column - 1] = str(cell) if type(cell) is float and not math.isfinite(cell) else cell
        if any(cell is not None for cell in cells):
            rows.extend([None] * width for _ in range(number - 1 - len(rows)))
            rows.append(cells)
    return rows
