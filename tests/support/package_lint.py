"""What Excel would ask to repair and the Open XML SDK does not see: our own lint of a workbook package.

`lint(path)` gives findings as "part: what"; a good file gives none. It shares no code with the product:
a judge that reads with the defendant's eyes sees nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from . import formula_syntax
from .formula_syntax import FormulaError
from .package_parts import (
    CHART,
    MAIN,
    XM,
    Book,
    Box,
    Parts,
    box_of,
    cell_text,
    column_letters,
    overlap,
    plain,
    table_name,
)
from .sheet_lint import FormulaCells, format_findings, formula_findings, reference_findings, sheet_findings


def lint(path: Path | str) -> list[str]:
    """All findings of a package, in the order of its parts."""
    parts = Parts(path)
    findings = list(_package(parts))
    book = Book(parts)
    findings += _workbook(book)
    findings += _tables(book)
    findings += _shared_parts(book)
    formula_cells: dict[str, FormulaCells] = {}
    for index, (_, sheet_id, _, part) in enumerate(book.sheets):
        if parts.has(part) and parts.tree(part).tag == f"{MAIN}worksheet":
            findings += sheet_findings(book, index, part, formula_cells.setdefault(sheet_id, FormulaCells()))
    findings += _calculation_chain(book, formula_cells)
    findings += _charts(book)
    findings += _differential_styles(book)
    return findings


def new_findings(before: Path | str, after: Path | str) -> list[str]:
    """The findings of `after` that `before` did not have: for editing other people's odd files."""
    known = Counter(lint(before))
    return list((Counter(lint(after)) - known).elements())


def _package(parts: Parts) -> Iterator[str]:
    for name, count in Counter(n.lower() for n in parts.entries).items():
        if count > 1:
            yield f"{name}: entry stands {count} times in the package"
    types = parts.tree("[Content_Types].xml")
    defaults = {
        d.get("Extension", "").lower(): d.get("ContentType") for d in types if d.tag.endswith("Default")
    }
    overrides = [unquote(o.get("PartName", "")).lstrip("/").lower() for o in types if o.tag.endswith("Override")]
    for name, count in Counter(overrides).items():
        if count > 1:
            yield f"[Content_Types].xml: {name} has {count} content types"
        if name not in parts.data:
            yield f"[Content_Types].xml: content type for {name}, which is missing"
    for name in parts.data:
        if name == "[content_types].xml":
            continue
        extension = name.rpartition(".")[2]
        plain_xml = defaults.get(extension) in ("application/xml", "text/xml") and name.startswith(
            ("xl/worksheets/", "xl/tables/", "xl/charts/", "xl/drawings/")
        )
        if name not in overrides and (extension not in defaults or plain_xml):
            yield f"{name}: no content type"
        if name.endswith(".rels"):
            folder, _, source = name.rpartition("_rels/")
            owner = folder + source[: -len(".rels")]
            if owner and owner not in parts.data:
                yield f"{name}: relationships of a part that is missing"
                continue
            relationships = parts.relationships(owner)
            for rid, count in Counter(r[0] for r in relationships).items():
                if count > 1:
                    yield f"{name}: id {rid} stands {count} times"
            for rid, _, target, external in relationships:
                if not external and target and not parts.has(target):
                    yield f"{name}: {rid} leads to {target}, which is missing"


def _workbook(book: Book) -> Iterator[str]:
    part, root = book.part, book.parts.tree(book.part)
    for label, values in (
        ("tab", [title.casefold() for title, *_ in book.sheets]),
        ("sheetId", [sheet_id for _, sheet_id, _, _ in book.sheets]),
        ("sheet part", [target.lower() for *_, target in book.sheets]),
    ):
        for value, count in Counter(values).items():
            if count > 1:
                yield f"{part}: {label} {value} stands {count} times"
    for title, *_, target in book.sheets:
        if (
            len(title) > 31
            or not title
            or re.search(r"[\\/?*\[\]:]", title)
            or title[0] == "'"
            or title[-1] == "'"
        ):
            yield f"{part}: tab name {title!r} is not allowed"
        if not book.parts.has(target):
            yield f"{part}: tab {title!r} has no sheet part"
    count = len(book.sheets)
    seen: set[tuple[str, str | None]] = set()
    for name, local, text in book.names:
        key = (name.casefold(), local)
        if key in seen:
            yield f"{part}: defined name {name} stands twice{f' on tab {local}' if local is not None else ''}"
        seen.add(key)
        if local is not None and not (local.isdigit() and int(local) < count):
            yield f"{part}: defined name {name} has localSheetId {local}, there are {count} tabs"
            continue
        index = int(local) if local is not None else None
        try:
            found = formula_syntax.read(text, union=True)
        except FormulaError as exc:
            yield f"{part}: defined name {name}: {exc}"
            continue
        yield from (f"{part}: defined name {name}: {f}" for f in reference_findings(book, found, index))
        if name in ("_xlnm.Print_Area", "_xlnm.Print_Titles", "_xlnm._FilterDatabase") and index is not None:
            own = book.sheets[index][0]
            for title in found.sheets:
                if title.casefold() != own.casefold():
                    yield f"{part}: {name} of tab {own} lies on tab {title}"
    view = root.find(f"{MAIN}bookViews/{MAIN}workbookView")
    active = int(view.get("activeTab", "0")) if view is not None else 0
    if active >= count:
        yield f"{part}: activeTab {active}, there are {count} tabs"
    elif book.sheets[active][2] != "visible":
        yield f"{part}: activeTab {active} ({book.sheets[active][0]}) is hidden"
    selected, codes = [], Counter[str]()
    workbook_code = root.find(f"{MAIN}workbookPr")
    if workbook_code is not None and workbook_code.get("codeName"):
        codes[workbook_code.get("codeName", "").casefold()] += 1
    for index, (title, *_, target) in enumerate(book.sheets):
        if not book.parts.has(target):
            continue
        sheet = book.parts.tree(target)
        if any(v.get("tabSelected") in ("1", "true") for v in sheet.iter(f"{MAIN}sheetView")):
            selected.append((index, title))
        properties = sheet.find(f"{MAIN}sheetPr")
        if properties is not None and properties.get("codeName"):
            codes[properties.get("codeName", "").casefold()] += 1
    if len(selected) > 1:
        yield f"{part}: {len(selected)} tabs are selected: {', '.join(t for _, t in selected)}"
    elif selected and selected[0][0] != active:
        yield f"{part}: tab {selected[0][1]} is selected, activeTab is {active}"
    for code, times in codes.items():
        if times > 1:
            yield f"{part}: codeName {code} stands {times} times"


def _tables(book: Book) -> Iterator[str]:
    names = {n.casefold() for n, _, _ in book.names}
    for label, values in (
        ("table id", [t.get("id", "") for _, _, t in book.table_list]),
        ("table name", [table_name(t).casefold() for _, _, t in book.table_list]),
        ("table part", [part.lower() for part, _, _ in book.table_list]),
    ):
        for value, count in Counter(values).items():
            if count > 1:
                yield f"{book.part}: {label} {value} stands {count} times"
    ranges: dict[str, list[tuple[str, Box]]] = defaultdict(list)
    for part, sheet, table in book.table_list:
        name = table_name(table)
        if name.casefold() in names:
            yield f"{part}: table name {name} is also a defined name"
        box = box_of(table.get("ref", ""))
        if box is None:
            yield f"{part}: ref {table.get('ref')!r} is no range"
            continue
        for other, there in ranges[sheet]:
            if overlap(box, there):
                yield f"{part}: table {name} overlaps {other}"
        ranges[sheet].append((name, box))
        columns = [plain(c.get("name", "")) for c in table.iter(f"{MAIN}tableColumn")]
        if len(columns) != box[2] - box[0] + 1:
            yield f"{part}: {len(columns)} columns, ref {table.get('ref')} has {box[2] - box[0] + 1}"
        for label, values in (
            ("heading", [c.casefold() for c in columns]),
            ("column id", [c.get("id", "") for c in table.iter(f"{MAIN}tableColumn")]),
        ):
            for value, count in Counter(values).items():
                if count > 1:
                    yield f"{part}: {label} {value} stands {count} times"
        filtered = table.find(f"{MAIN}autoFilter")
        totals = int(table.get("totalsRowCount", "0"))
        if filtered is not None:
            there = box_of(filtered.get("ref", ""))
            if there is None or there != (box[0], box[1], box[2], box[3] - totals):
                yield f"{part}: autoFilter {filtered.get('ref')} does not fit ref {table.get('ref')}"
        for formula in table.iter(f"{MAIN}calculatedColumnFormula", f"{MAIN}totalsRowFormula"):
            yield from (f"{part}: {f}" for f in formula_findings(book, formula.text or "", None, name))
        if table.get("headerRowCount", "1") != "0":
            yield from _headings(book, part, sheet, box, columns)


def _headings(book: Book, part: str, sheet: str, box: Box, columns: list[str]) -> Iterator[str]:
    row = book.parts.tree(sheet).find(f"{MAIN}sheetData/{MAIN}row[@r='{box[1]}']")
    cells = {c.get("r"): c for c in row} if row is not None else {}
    for offset, heading in enumerate(columns):
        address = f"{column_letters(box[0] + offset)}{box[1]}"
        cell = cells.get(address)
        if cell is None or cell.get("t") not in ("s", "inlineStr", "str"):
            yield f"{part}: heading {heading!r} at {address} is not text"
        elif plain(cell_text(book, cell)) != heading:
            yield f"{part}: heading {heading!r}, but {address} says {cell_text(book, cell)!r}"


def _shared_parts(book: Book) -> Iterator[str]:
    """Parts that one owner may have only: drawings, charts, tables' comments."""
    for kinds, owners in (
        (("drawing", "comments", "vmlDrawing", "threadedComment"), [p for *_, p in book.sheets]),
        (("chart",), [d for *_, p in book.sheets for d in book.parts.targets(p, "drawing")]),
    ):
        users: dict[str, list[str]] = defaultdict(list)
        for owner in dict.fromkeys(owners):
            for kind in kinds:
                for target in book.parts.targets(owner, kind):
                    users[target].append(owner)
        for target, by in users.items():
            if len(by) > 1:
                yield f"{target}: shared by {' and '.join(by)}"


def _calculation_chain(book: Book, formula_cells: dict[str, FormulaCells]) -> Iterator[str]:
    part = next(iter(book.parts.targets(book.part, "calcChain")), "")
    if not part or not book.parts.has(part):
        return
    sheet, listed = "", defaultdict(set)
    for c in book.parts.tree(part):
        sheet = c.get("i", sheet)
        address = c.get("r", "")
        listed[sheet].add(address)
        if not formula_cells.get(sheet, FormulaCells()).has(address):
            yield f"{part}: {address} of sheet {sheet} holds no formula"
    for sheet_id, cells in formula_cells.items():
        if cells.own - listed[sheet_id]:
            yield f"{part}: lacks {len(cells.own - listed[sheet_id])} formula cells of sheet {sheet_id}"


def _charts(book: Book) -> Iterator[str]:
    for *_, sheet in book.sheets:
        for drawing in book.parts.targets(sheet, "drawing"):
            for chart in book.parts.targets(drawing, "chart"):
                if book.parts.has(chart):
                    for f in book.parts.tree(chart).iter(f"{CHART}f"):
                        yield from (
                            f"{chart}: {x}" for x in formula_findings(book, f.text or "", None, union=True)
                        )


def _differential_styles(book: Book) -> Iterator[str]:
    for part, _, table in book.table_list:
        for node in table.iter():
            for attribute in ("dxfId", "dataDxfId", "headerRowDxfId", "totalsRowDxfId"):
                yield from format_findings(book, part, node, attribute)
    if book.styles and book.parts.has(book.styles):
        for element in book.parts.tree(book.styles).iter(f"{MAIN}tableStyleElement"):
            yield from format_findings(book, book.styles, element, "dxfId")


def short_ranges(path: Path | str) -> list[str]:
    """Rules and validations that start on a table's first data row and stop before its last one: what
    a careless append leaves behind."""
    parts = Parts(path)
    book = Book(parts)
    found = []
    for part, sheet, table in book.table_list:
        box = box_of(table.get("ref", ""))
        if box is None:
            continue
        last = box[3] - int(table.get("totalsRowCount", "0"))
        for where, sqref in _sqrefs(parts.tree(sheet)):
            for ref in sqref.split():
                there = box_of(ref)
                inside = there and box[0] <= there[0] and there[2] <= box[2] and there[1] == box[1] + 1
                if inside and there and there[1] < there[3] < last:
                    found.append(
                        f"{sheet}: {where} {ref} stops before row {last} of table {table_name(table)} ({part})"
                    )
    return found


def _sqrefs(root: etree._Element) -> Iterable[tuple[str, str]]:
    for node in root.iter(etree.Element):
        if node.get("sqref") and not node.tag.endswith(("selection", "pane")):
            yield node.tag.rpartition("}")[2], node.get("sqref", "")
        elif node.tag == f"{XM}sqref":
            yield "x14", node.text or ""
