"""Values put into the named cells of a tab, everything else on it left byte for byte.

A name leads to its cell wherever people have moved it. A formula that stands there stays and gets the value
as its cached one; nothing is calculated here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from ..book import FilledCell, Link, RawCell, Value
from . import chart_cache, formula_refs
from .alike_tabs import missing_sheet
from .cell_content import as_read, link_formula, plain, same, serial
from .cell_pictures import shows_picture
from .cell_refs import Area, address, column_number, letters
from .copy_names import formula_names
from .opc import Package
from .shared_strings import SharedStrings
from .sheet_edit import Content, SheetEditor, Under
from .sheet_xml import SheetXml
from .styles_xml import Styles
from .workbook_xml import drop_calc_chain, recalculate_on_load, uses_1904

KEPT = "_生成"
"""A draft's name with this behind it names the cell that remembers what was generated."""
MOST_ROWS = 50
"""Merged areas of more rows are few: they are looked through for every name, the others by their rows."""

OWN_LINK = re.compile(r"HYPERLINK\(\"#'(?:[^']|'')+'![A-Z]+[0-9]+\",\"(?:[^\"]|\"\")*\"\)")


class _Sheet:
    """A sheet part being edited, with what its cells need to be understood."""

    def __init__(self, package: Package, part: str, strings: SharedStrings | None) -> None:
        self.xml = SheetXml(package.read(part))
        self.strings = strings if strings is not None else chart_cache.shared_strings(package)
        self.styles = Styles(package)
        self.date1904 = uses_1904(package)
        self.editor = SheetEditor(self.xml, self.styles, self.date1904)


def fill(
    package: Package,
    tab_title: str,
    values: Mapping[str, Value],
    drafts: Mapping[str, str] | None = None,
    strings: SharedStrings | None = None,
    filled: list[FilledCell] | None = None,
    fixed: bool = False,
) -> list[str]:
    """Puts `values` and `drafts` (defined name -> content) into the tab's cells and brings its charts' caches
    up to date; gives the names that lead to no cell of the tab.

    None blanks a cell; under a formula it is an empty text. A draft is written where its cell is blank or
    still holds what the cell "<name>_生成" remembers, which then remembers the new text.
    `strings` are the package's shared strings if the caller has them decoded already; `filled` is given the
    cells that were written; `fixed`: formulas give way to what they show. Raises
    WorkbookError sheet.missing, cell.too_long and cell.not_finite.
    """
    entry = package.sheet(tab_title)
    if entry is None:
        raise missing_sheet(package, tab_title)
    sheet = _Sheet(package, entry.part, strings)
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
    edits = _edits(sheet, wanted)
    if fixed:
        _fix(sheet, wanted, edits)
    if filled is not None:
        names = {place: name for name, place in places.items()}
        filled += [
            _filled(entry.title, names.get((row, column), ""), row, column, value, sheet.date1904)
            for row, cells in edits.items()
            for column, value in cells.items()
        ]
    if edits:
        sheet.editor.set_cells(edits)
        package.write(entry.part, sheet.editor.finish())
        sheet.styles.store()
        if sheet.editor.formulas_changed:
            drop_calc_chain(package)
        recalculate_on_load(package)
    chart_cache.refresh(package, entry.title, sheet.strings)
    return missing


def _filled(title: str, name: str, row: int, column: int, value: Content, date1904: bool) -> FilledCell:
    under = isinstance(value, Under)
    plainly = value.value if isinstance(value, Under) else value
    if date1904 and isinstance(plainly, datetime):
        plainly = serial(plainly, True)
    after = as_read(plainly)  # type: ignore[arg-type]
    return FilledCell(title, name, letters(column), row, after, under or isinstance(value, Link))


def named_places(package: Package, title: str, xml: SheetXml) -> dict[str, tuple[int, int]]:
    """Casefolded name -> (row, column) of the cell it leads to on the tab: names local to it before
    workbook-wide ones. A name whose cell lies hidden under somebody's merge leads nowhere."""
    titles = [entry.title.casefold() for entry in package.sheets()]
    own = str(titles.index(title.casefold()))
    by_row: dict[int, list[Area]] = {}
    tall = []
    for merge in _merges(xml):
        if merge.bottom - merge.top > MOST_ROWS:
            tall.append(merge)
            continue
        for row in range(merge.top, merge.bottom + 1):
            by_row.setdefault(row, []).append(merge)
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
        merges = (*by_row.get(area.top, ()), *tall)
        if any(m.covers(area.top, area.left) and (m.top, m.left) != (area.top, area.left) for m in merges):
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
    return drafts_to_write(places, drafts, cells.get, formulas.__contains__, missing)


def drafts_to_write(
    places: Mapping[str, tuple[int, int]],
    drafts: Mapping[str, str],
    cell: Callable[[tuple[int, int]], RawCell],
    under_formula: Callable[[tuple[int, int]], bool],
    missing: list[str],
) -> dict[tuple[int, int], Value]:
    """Place -> content of the drafts that may be written and of what remembers them; `missing` gets the names that
    lead nowhere."""
    wanted: dict[tuple[int, int], Value] = {}
    for name, text in drafts.items():
        place, kept = places.get(name.casefold()), places.get((name + KEPT).casefold())
        if place is None:
            missing.append(name)
            continue
        if kept is None:
            missing.append(name + KEPT)
        old = cell(place)
        remembered = cell(kept) if kept else None
        if under_formula(place) or (old is not None and _lines(old) not in (_lines(remembered), _lines(text))):
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


def _edits(sheet: _Sheet, wanted: Mapping[tuple[int, int], Value]) -> dict[int, dict[int, Content]]:
    """What has to be written for the cells to hold what is wanted; nothing for those that do already."""
    cells, formulas, styles = _read(sheet, wanted)
    edits: dict[int, dict[int, Content]] = defaultdict(dict)
    for place, value in wanted.items():
        row, column = place
        shown = cells.get(place)
        formula = sheet.editor.formula(row, column) if place in formulas else None
        if shows_picture(formula):
            continue
        if formula and OWN_LINK.fullmatch(formula):
            if not (isinstance(value, Link) and value.text == shown and link_formula(value) == formula):
                edits[row][column] = _linked(value)
        elif place in formulas:
            cached = (value.text or None) if isinstance(value, Link) else value
            blank = cached is None and not _says_text(sheet.xml, place)
            if blank or not _same(cached, shown, sheet.date1904):
                edits[row][column] = Under("" if cached is None else cached)
        elif isinstance(value, Link) or not _same(value, shown, sheet.date1904):
            edits[row][column] = _linked(value)
        elif isinstance(value, datetime) and not sheet.styles.is_date(styles.get(place, 0)):
            edits[row][column] = value
    return edits


def _fix(sheet: _Sheet, wanted: Mapping[tuple[int, int], Value], edits: dict[int, dict[int, Content]]) -> None:
    """Adds to `edits` that every formula of the tab but a link or a picture becomes what is wanted there, else what it
    shows; one that has no result yet stays."""
    used = {name.decode() for name in re.findall(rb'<%sc r="([A-Z]+)' % re.escape(sheet.xml.p), sheet.xml.body)}
    scan = sheet.xml.read(map(column_number, used), sheet.strings)
    for column, read in scan.columns.items():
        for row, cell in zip(scan.rows, read.cells, strict=True):
            place = row, column
            formula = sheet.editor.formula(row, column) if row in read.formulas else None
            if formula is None or shows_picture(formula) or OWN_LINK.fullmatch(formula):
                continue
            if place in wanted or cell is not None or _says_text(sheet.xml, place):
                edits[row][column] = _linked(wanted.get(place, cell))


def _linked(value: Value) -> Value:
    """A link that a formula can hold, else its text: Excel takes no longer text in a formula."""
    return (value.text or None) if isinstance(value, Link) and not 0 < len(value.text) <= 255 else value


def _says_text(xml: SheetXml, place: tuple[int, int]) -> bool:
    """Is the cell marked as text, as a formula that gives "" has to be?"""
    found = re.search(rb'<%sc r="%s"([^>]*)>' % (re.escape(xml.p), address(*place).encode()), xml.body)
    return found is not None and b't="str"' in found[1]


def _same(value: Value, shown: RawCell, date1904: bool) -> bool:
    if date1904 and isinstance(value, datetime):
        value = serial(value, True)
    return same(shown, as_read(value))


def _merges(xml: SheetXml) -> list[Area]:
    found = re.findall(rb"""<%smergeCell\s[^>]*?\bref\s*=\s*["']([^"']*)""" % re.escape(xml.p), xml.tail)
    return [area for area in (Area.parse(ref.decode()) for ref in found) if area]
