"""The lint of one tab: its cells, formulas, rules, lists and merges. See `package_lint`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from . import formula_syntax
from .formula_syntax import FormulaError
from .package_parts import MAIN, XM, Book, Box, box_of, cell_text, column_letters, overlap, plain, table_name

MAX_TEXT = 32_767
MAX_LIST = 255
ERRORS = {
    "#NULL!",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#N/A",
    "#GETTING_DATA",
    "#SPILL!",
    "#CALC!",
}


@dataclass
class FormulaCells:
    """The formula cells of one tab: single ones, and blocks of array formulas and data tables, of which the
    calculation chain may list any cell or none."""

    own: set[str] = field(default_factory=set)
    blocks: list[Box] = field(default_factory=list)

    def has(self, address: str) -> bool:
        place = box_of(address)
        return address in self.own or (place is not None and any(overlap(place, b) for b in self.blocks))


def sheet_findings(book: Book, index: int, part: str, formula_cells: FormulaCells) -> Iterator[str]:
    root = book.parts.tree(part)
    yield from _cells(book, index, part, root, formula_cells)
    merges = [(m.get("ref", ""), box_of(m.get("ref", ""))) for m in root.iter(f"{MAIN}mergeCell")]
    boxes = sorted((box[1], box, ref) for ref, box in merges if box)
    open_boxes: list[tuple[Box, str]] = []
    for top, box, ref in boxes:
        open_boxes = [(b, r) for b, r in open_boxes if b[3] >= top]
        for other, there in open_boxes:
            if overlap(box, other):
                yield f"{part}: merged cells {ref} overlap {there}"
        open_boxes.append((box, ref))
    for validation in root.iter(f"{MAIN}dataValidation"):
        where = f"{part}: validation of {validation.get('sqref')}"
        for tag in ("formula1", "formula2"):
            formula = validation.findtext(f"{MAIN}{tag}") or ""
            if not formula:
                continue
            if validation.get("type") == "list" and formula.startswith('"'):
                if len(formula) - 2 > MAX_LIST:
                    yield f"{where}: list of {len(formula) - 2} characters, Excel allows {MAX_LIST}"
            else:
                yield from (f"{where}: {f}" for f in formula_findings(book, formula, index))
        for attribute in ("prompt", "error", "promptTitle", "errorTitle"):
            limit = 32 if attribute.endswith("Title") else 255
            if len(validation.get(attribute, "")) > limit:
                yield f"{where}: {attribute} over {limit} characters"
    for rule in root.iter(f"{MAIN}cfRule"):
        where = f"{part}: rule of {rule.getparent().get('sqref')}"
        yield from format_findings(book, where, rule, "dxfId")
        for formula in rule.iter(f"{MAIN}formula"):
            yield from (f"{where}: {f}" for f in formula_findings(book, formula.text or "", index))
    for formula in root.iter(f"{XM}f"):
        yield from _extension_formula(book, part, index, formula)
    for node in root.iter(f"{MAIN}colorFilter", f"{MAIN}sortCondition"):
        yield from format_findings(book, part, node, "dxfId")


def _cells(
    book: Book, index: int, part: str, root: etree._Element, formula_cells: FormulaCells
) -> Iterator[str]:
    checked: dict[str, list[str]] = {}
    last_row = 0
    for row in root.iterfind(f"{MAIN}sheetData/{MAIN}row"):
        number = int(row.get("r", last_row + 1))
        if number <= last_row:
            yield f"{part}: row {number} stands after row {last_row}"
        last_row = number
        last_column = 0
        for cell in row.iterfind(f"{MAIN}c"):
            address = cell.get("r") or f"{column_letters(last_column + 1)}{number}"
            place = box_of(address)
            if place is None or place[1] != number:
                yield f"{part}: cell {address} stands in row {number}"
                continue
            if place[0] <= last_column:
                yield f"{part}: cell {address} is out of order or doubled"
            last_column = place[0]
            formula = cell.find(f"{MAIN}f")
            yield from _cell_value(book, part, cell, address, formula is not None)
            if formula is None:
                continue
            if formula.get("t") in ("array", "dataTable"):
                formula_cells.blocks.append(box_of(formula.get("ref", "")) or place)
            else:
                formula_cells.own.add(address)
            if formula.text:
                if formula.text not in checked:
                    checked[formula.text] = list(
                        formula_findings(book, formula.text, index, _table_at(book, part, place))
                    )
                yield from (f"{part}: {address}: {f}" for f in checked[formula.text])


def _cell_value(book: Book, part: str, cell: etree._Element, address: str, computed: bool) -> Iterator[str]:
    kind = cell.get("t", "n")
    value = cell.findtext(f"{MAIN}v")
    if book.formats and int(cell.get("s") or 0) >= book.formats:
        yield f"{part}: {address}: style {cell.get('s')}, there are {book.formats}"
    if kind == "s":
        if computed:
            yield f'{part}: {address}: a formula\'s text must be t="str", not a shared text'
        if (value or "").strip() and (not str(value).strip().isdigit() or int(str(value)) >= len(book.texts)):
            yield f"{part}: {address}: shared text {value}, there are {len(book.texts)}"
            return
    elif kind == "n" and value is not None and value != "":
        try:
            float(value)
        except ValueError:
            missing = "e" if value in ERRORS else "str"
            yield f'{part}: {address}: {value[:20]!r} without t="{missing}"'
    elif kind == "str" and value in ERRORS:
        yield f'{part}: {address}: {value!r} without t="e"'
    elif kind == "e" and value not in ERRORS:
        yield f"{part}: {address}: {value!r} is no error"
    elif kind == "b" and value not in ("0", "1", "true", "false"):
        yield f"{part}: {address}: {value!r} is no truth value"
    text = cell_text(book, cell)
    if len(text) > MAX_TEXT:
        yield f"{part}: {address}: text of {len(text)} characters, Excel allows {MAX_TEXT}"


def _extension_formula(book: Book, part: str, index: int, formula: etree._Element) -> Iterator[str]:
    """x14: sparklines, drop-downs and thresholds must name the tab they read."""
    text = formula.text or ""
    owner = formula.getparent()
    names = {node.tag.rpartition("}")[2] for node in (owner, *owner.iterancestors())}
    kind = next((k for k in ("sparkline", "dataValidation", "cfvo", "cfRule") if k in names), "extension")
    findings = list(formula_findings(book, text, index))
    yield from (f"{part}: x14 {kind}: {f}" for f in findings)
    if (
        not findings
        and kind in ("sparkline", "dataValidation", "cfvo")
        and formula_syntax.read(text).local_cells
    ):
        yield f"{part}: x14 {kind}: {text} names no tab"


def formula_findings(
    book: Book, text: str, sheet_index: int | None, table: str = "", union: bool = False
) -> Iterator[str]:
    """What is wrong with one formula; `table` is the one it stands in (for [#This Row] without a name)."""
    try:
        found = formula_syntax.read(text, union)
    except FormulaError as exc:
        yield f"formula {text[:60]!r}: {exc}"
        return
    for finding in reference_findings(book, found, sheet_index, table):
        yield f"formula {text[:60]!r}: {finding}"


def reference_findings(
    book: Book, found: formula_syntax.References, sheet_index: int | None, table: str = ""
) -> Iterator[str]:
    for title in found.sheets:
        if title and title.casefold() not in book.titles and not title.isdigit():
            yield f"unknown tab {title}"
    for owner, inside in found.structured:
        if inside.lstrip().startswith("@") or re.search(r"\[@", inside):
            yield f"[{inside}] is not how files say this row"
            continue
        name = owner or table
        known = book.columns(name) if name else None
        if known is None:
            yield f"unknown table {name or '(none)'}"
            continue
        specifiers, columns = formula_syntax.columns(inside)
        for specifier in specifiers:
            if specifier.lower() not in ("#all", "#data", "#headers", "#totals", "#this row"):
                yield f"unknown specifier {specifier}"
        for column in columns:
            if plain(column).casefold() not in known:
                yield f"unknown column {column} of table {name}"
    for name in found.names:
        if not name.startswith("_xl") and not book.knows_name(name, sheet_index):
            yield f"unknown name {name}"
    for title, name in found.sheet_names:
        index = next((i for i, s in enumerate(book.sheets) if s[0].casefold() == title.casefold()), None)
        if not book.knows_name(name, index):
            yield f"unknown name {name} of tab {title}"
    for function in found.functions:
        if function.upper() in formula_syntax.NEWER_FUNCTIONS:
            yield f"{function} needs the prefix _xlfn."


def format_findings(book: Book, where: str, node: etree._Element, attribute: str) -> Iterator[str]:
    value = node.get(attribute)
    if value is not None and not (value.isdigit() and int(value) < book.dxfs):
        yield f"{where}: {attribute} {value}, there are {book.dxfs}"


def _table_at(book: Book, sheet: str, place: Box) -> str:
    for _, owner, table in book.table_list:
        box = box_of(table.get("ref", ""))
        if owner == sheet and box and overlap(box, place):
            return table_name(table)
    return ""
