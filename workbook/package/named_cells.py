"""Values put into the named cells of a tab, everything else on it left byte for byte.

A name leads to its cell wherever people have moved it. A formula that stands there stays and gets the value
as its cached one; nothing is calculated here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..book import Link, RawCell, Value
from ..issues import WorkbookError
from . import chart_cache, formula_refs
from .cell_content import as_read, content, link_formula, plain, same, serial, text_from_xml
from .cell_refs import Area, address, column_number
from .copy_names import ask_calculation, date_1904, drop_calc_chain, formula_names
from .opc import Package
from .shared_strings import SharedStrings
from .sheet_xml import SheetXml, attributes
from .styles_xml import DEFAULT_DATE, Styles

KEPT = "_生成"
"""A draft's name with this behind it names the cell that remembers what was generated."""

_OWN_LINK = re.compile(r"HYPERLINK\(\"#'(?:[^']|'')+'![A-Z]+[0-9]+\",\"(?:[^\"]|\"\")*\"\)")


@dataclass
class _Sheet:
    """A sheet part being edited, with what its cells need to be understood."""

    xml: SheetXml
    strings: SharedStrings
    styles: Styles
    date1904: bool
    formulas_changed: bool = False


def fill(
    package: Package, tab_title: str, values: Mapping[str, Value], drafts: Mapping[str, str] | None = None
) -> list[str]:
    """Puts `values` and `drafts` (defined name -> content) into the tab's cells and brings its charts' caches
    up to date; gives the names that lead to no cell of the tab.

    None blanks a cell; under a formula it is an empty text. A draft is written where its cell is blank or
    still holds what the cell "<name>_生成" remembers, which then remembers the new text. Raises
    WorkbookError sheet.missing, cell.too_long and cell.not_finite.
    """
    entry = package.sheet(tab_title)
    if entry is None:
        raise WorkbookError("sheet.missing", file=package.name, sheet=tab_title)
    sheet = open_sheet(package, package.read(entry.part))
    before = sheet.xml.to_bytes()
    places = named_places(package, entry.title, sheet.xml)
    missing: list[str] = []
    wanted: dict[tuple[int, int], Value] = {}
    for name, value in values.items():
        place = places.get(name.casefold())
        if place is None:
            missing.append(name)
        else:
            wanted[place] = plain(value)
    wanted.update(_drafts(sheet, places, drafts or {}, missing))
    _write(sheet, wanted)
    new = sheet.xml.to_bytes()
    if new != before:
        package.write(entry.part, new)
        sheet.styles.store()
        if sheet.formulas_changed:
            drop_calc_chain(package)
        ask_calculation(package)
    chart_cache.refresh(package, entry.title)
    return missing


def open_sheet(package: Package, data: bytes) -> _Sheet:
    """The sheet part `data` with the package's strings and styles."""
    strings = package.related(package.workbook_part, "sharedStrings")
    return _Sheet(
        SheetXml(data),
        SharedStrings(package.read(strings) if strings else b""),
        Styles(package),
        date_1904(package),
    )


def named_places(package: Package, title: str, xml: SheetXml) -> dict[str, tuple[int, int]]:
    """Casefolded name -> (row, column) of the cell it leads to on the tab: names local to it before
    workbook-wide ones. A name whose cell lies hidden under somebody's merge leads nowhere."""
    titles = [entry.title.casefold() for entry in package.sheets()]
    own = str(titles.index(title.casefold()))
    merged = _merges(xml)
    local: dict[str, tuple[int, int]] = {}
    wide: dict[str, tuple[int, int]] = {}
    for element in formula_names(package):
        scope = element.get("localSheetId")
        if scope not in (None, own):
            continue
        found = formula_refs.areas(element.text or "")
        if not found or found[0][0].casefold() != title.casefold():
            continue
        area = found[0][1]
        if any(m.covers(area.top, area.left) and (m.top, m.left) != (area.top, area.left) for m in merged):
            continue
        (local if scope else wide)[element.get("name", "").casefold()] = (area.top, area.left)
    return {**wide, **local}


def _drafts(
    sheet: _Sheet, places: Mapping[str, tuple[int, int]], drafts: Mapping[str, str], missing: list[str]
) -> dict[tuple[int, int], Value]:
    """The cells to write for texts that a person may have edited."""
    keys = [name.casefold() for name in drafts]
    found = [places[key] for key in (*keys, *(key + KEPT.casefold() for key in keys)) if key in places]
    cells, formulas, _ = _read(sheet, found)
    wanted: dict[tuple[int, int], Value] = {}
    for name, text in drafts.items():
        place, kept = places.get(name.casefold()), places.get((name + KEPT).casefold())
        if place is None:
            missing.append(name)
            continue
        if kept is None:
            missing.append(name + KEPT)
        old = cells.get(place)
        remembered = cells.get(kept) if kept else None
        if place in formulas or (old is not None and _lines(old) not in (_lines(remembered), _lines(text))):
            continue
        wanted[place] = text or None
        if kept:
            wanted[kept] = text or None
    return wanted


def _lines(cell: RawCell) -> str:
    """A text cell with one kind of line end; Excel keeps what was pasted."""
    return str(cell).replace("\r\n", "\n").replace("\r", "\n") if cell is not None else "\0"


def _read(
    sheet: _Sheet, places: Iterable[tuple[int, int]]
) -> tuple[dict[tuple[int, int], RawCell], set[tuple[int, int]], dict[tuple[int, int], int]]:
    """(contents, places under a formula, styles) of some cells."""
    places = set(places)
    if not places:
        return {}, set(), {}
    rows = [row for row, _ in places]
    columns = {column for _, column in places}
    scan = sheet.xml.read(columns, sheet.strings, min(rows), max(rows), with_styles=True)
    at = {row: position for position, row in enumerate(scan.rows)}
    cells = {p: scan.columns[p[1]].cells[at[p[0]]] for p in places if p[0] in at}
    formulas = {p for p in places if p[0] in scan.columns[p[1]].formulas}
    styles = {p: scan.columns[p[1]].styles[p[0]] for p in places if p[0] in scan.columns[p[1]].styles}
    return cells, formulas, styles


def _write(sheet: _Sheet, wanted: Mapping[tuple[int, int], Value]) -> None:
    """Edits the cells whose content differs from what is wanted."""
    cells, formulas, styles = _read(sheet, wanted)
    by_row: dict[int, dict[int, Value]] = defaultdict(dict)
    for (row, column), value in wanted.items():
        by_row[row][column] = value
    pieces, end = [], 0
    for row in sorted(by_row):
        start, stop = _row_span(sheet.xml, row)
        old = sheet.xml.body[start:stop]
        new = _row(sheet, row, old, by_row[row], cells, formulas, styles)
        pieces += [sheet.xml.body[end:start], new]
        end = stop
    sheet.xml.body = b"".join([*pieces, sheet.xml.body[end:]])


def _row_span(xml: SheetXml, row: int) -> tuple[int, int]:
    """Where the row's bytes stand in the body; an empty span where the row would have to be put in."""
    tag = b"<" + xml.p + b"row "
    for match in re.finditer(re.escape(tag) + rb'r="(\d+)"[^>]*?(/?)>', xml.body):
        number = int(match[1])
        if number < row:
            continue
        if number > row:
            return match.start(), match.start()
        if match[2]:
            return match.start(), match.end()
        close = b"</" + xml.p + b"row>"
        return match.start(), xml.body.index(close, match.end()) + len(close)
    return len(xml.body), len(xml.body)


def _row(
    sheet: _Sheet,
    row: int,
    old: bytes,
    wanted: Mapping[int, Value],
    cells: Mapping[tuple[int, int], RawCell],
    formulas: set[tuple[int, int]],
    styles: Mapping[tuple[int, int], int],
) -> bytes:
    """The row's bytes with the wanted cells in place; `old` is empty for a row that does not exist."""
    p = sheet.xml.p
    head = re.match(rb"<[^>]*>", old)
    opened = head[0] if head else b'<%srow r="%d">' % (p, row)
    inner = old[len(opened) : -len(b"</%srow>" % p)] if head and not opened.endswith(b"/>") else b""
    pattern = re.compile(rb'<%sc r="([A-Z]+)\d+"[^>]*?(?:/>|>.*?</%sc>)' % (re.escape(p), re.escape(p)), re.S)
    present = {column_number(m[1].decode()): m for m in pattern.finditer(inner)}
    row_style = int(attributes(opened).get(b"s", b"0")) if b"customFormat" in opened else None
    changed: dict[int, bytes] = {}
    for column, value in wanted.items():
        place = (row, column)
        match = present.get(column)
        if match is None and value is None:
            continue
        style = styles.get(place)
        if match is None:
            style = row_style if row_style is not None else _column_style(sheet.xml, column)
        before = match[0] if match else b""
        after = _cell(sheet, place, before, value, style or 0, cells.get(place), place in formulas)
        if after != before:
            changed[column] = after
    if not changed:
        return old
    added = sorted(set(changed) - set(present))
    if added:
        opened = re.sub(rb'\s+spans="[^"]*"', b"", opened)
        sheet.xml.grow_dimension(Area(row, added[0], row, added[-1]))
    pieces, end = [], 0
    for column in sorted({*present, *changed}):
        if column in present:
            pieces.append(inner[end : present[column].start()])
            end = present[column].end()
        pieces.append(changed.get(column, present[column][0] if column in present else b""))
    opened = opened[:-2].rstrip() + b">" if opened.endswith(b"/>") else opened
    return opened + b"".join(pieces) + inner[end:] + b"</%srow>" % p


def _cell(
    sheet: _Sheet,
    place: tuple[int, int],
    old: bytes,
    value: Value,
    style: int,
    shown: RawCell,
    computed: bool,
) -> bytes:
    """The cell's bytes with `value`; `old` itself where nothing would be seen to change."""
    p = sheet.xml.p
    formula = _formula(old, p)
    if formula and _OWN_LINK.fullmatch(_formula_text(formula)):
        formula, computed = b"", False
        if (
            isinstance(value, Link)
            and value.text == shown
            and link_formula(value) == _formula_text(_formula(old, p))
        ):
            return old
        sheet.formulas_changed = True
    elif _same(value, shown, sheet.date1904) and (not isinstance(value, Link) or computed):
        fits = _style_for(sheet, value, style, computed) == style
        silent = value is None and formula and b"<%sv" % p not in old
        if fits and not silent and b" vm=" not in old.partition(b">")[0]:
            return old
    if isinstance(value, Link) and (computed or len(value.text) > 255):
        value = value.text or None
    if isinstance(value, Link):
        sheet.formulas_changed = True
    kind, inner = content(value, sheet.date1904, b"\0" if computed else None, p)
    if computed and value is None:
        kind, inner = b' t="str"', b"\0<%sv></%sv>" % (p, p)
    inner = inner.replace(b"\0", formula)
    start = re.match(rb"<[^>]*?(?=/?>)", old)
    kept = attributes(start[0]) if start else {}
    new_style = _style_for(sheet, value, style, computed)
    if new_style or b"s" in kept:
        kept[b"s"] = b"%d" % new_style
    tag = b'<%sc r="%s"' % (p, address(*place).encode())
    for key, text in kept.items():
        if key not in (b"r", b"t", b"cm", b"vm"):
            tag += b' %s="%s"' % (key, text.replace(b'"', b"&quot;"))
    return tag + kind + (b">" + inner + b"</%sc>" % p if inner else b"/>")


def _style_for(sheet: _Sheet, value: Value, style: int, computed: bool) -> int:
    """The cell's style, changed only where the value would not be shown as what it is."""
    if isinstance(value, datetime) and not sheet.styles.is_date(style):
        return sheet.styles.variant(style, number_format=DEFAULT_DATE)
    if isinstance(value, str) and value.startswith("=") and not computed:
        return sheet.styles.variant(style, quoted=True)
    return style


def _same(value: Value, shown: RawCell, date1904: bool) -> bool:
    if date1904 and isinstance(value, datetime):
        value = serial(value, True)
    return same(shown, as_read(value))


def _formula(cell: bytes, p: bytes) -> bytes:
    """The cell's <f> element as written, b"" where it has none."""
    q = re.escape(p)
    match = re.search(rb"<%sf(?:\s[^>]*)?/>|<%sf(?:\s[^>]*)?>.*?</%sf>" % (q, q, q), cell, re.S)
    return match[0] if match else b""


def _formula_text(formula: bytes) -> str:
    return text_from_xml(formula.partition(b">")[2].rpartition(b"</")[0])


def _column_style(xml: SheetXml, column: int) -> int:
    """The style of the column a new cell is put into."""
    for match in re.finditer(rb"<%scol\s[^>]*>" % re.escape(xml.p), xml.head):
        found = attributes(match[0])
        if int(found.get(b"min", b"0")) <= column <= int(found.get(b"max", b"0")):
            return int(found.get(b"style", b"0"))
    return 0


def _merges(xml: SheetXml) -> list[Area]:
    found = re.findall(rb'<%smergeCell\s[^>]*?ref="([^"]*)"' % re.escape(xml.p), xml.tail)
    return [area for area in (Area.parse(ref.decode()) for ref in found) if area]
