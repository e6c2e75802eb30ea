"""What else in the book follows a table that grew: ranges that name exactly its rows.

Excel stretches an absolute reference that covers a table's column whole when the table gets rows, in formulas,
names, lists and charts alike; references to the table itself need nothing. A print area and a pivot's source that
end with the table are taken along too: rows left out of them would be missed in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from . import chart_cache
from .cell_content import text_from_xml, text_to_xml
from .cell_refs import column_number
from .formula_refs import Token, tokens
from .opc import NS_MAIN, Package, parse_xml, to_xml

_CHART_TYPES = (
    "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    "application/vnd.ms-office.chartex+xml",
)
_PIVOT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml"
_FORMULA = re.compile(rb"(<(?:[\w.-]+:)?(?:f|formula|formula1|formula2)(?:\s[^>]*)?>)([^<]+)")
_ROOT = re.compile(rb"<((?:[\w.-]+:)?)worksheet[\s>]")
_SHARED = re.compile(rb"""\st\s*=\s*["']shared""")
_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
_WHOLE = ("_xlnm.print_area", "_xlnm._filterdatabase")


@dataclass(frozen=True)
class Growth:
    """A table of tab `title` (sheet part `part`) in columns `left` to `right` whose last row was `old` and is
    `new`; `header` is its heading row. Without a table part (`table` False) only filter and print area follow."""

    title: str
    part: str
    header: int
    left: int
    right: int
    old: int
    new: int
    table: bool = True


def follow(package: Package, growths: Iterable[Growth]) -> None:
    """Stretches what followed the tables' last rows, all over the package."""
    for growth in growths:
        _names(package, growth)
        if not growth.table:
            continue
        _charts(package, growth)
        _pivots(package, growth)
        for entry in package.sheets():
            if entry.part and package.has(entry.part):
                _formulas(package, entry.part, growth)


def stretched(formula: str, growth: Growth, own: bool, relative: bool = False, from_top: bool = False) -> str:
    """The formula with every range over the table's rows reaching its new last one.

    `own`: a reference without a tab means the table's. Relative rows are stretched only if asked for: in rules and
    names they mean another row for every cell. `from_top`: the range may begin above the table.
    """
    if str(growth.old) not in formula:
        return formula
    pieces = list(tokens(formula))
    out = [piece.text for piece in pieces]
    for at in range(len(pieces) - 2):
        first, last = _cell(pieces, at), _cell(pieces, at + 2)
        if not first or not last or pieces[at + 1].text != ":" or not _on_tab(pieces, at, growth, own):
            continue
        if at + 3 < len(pieces) and pieces[at + 3].text in (":", "("):
            continue
        top, bottom = int(first[4]), int(last[4])
        left, right = column_number(first[2]), column_number(last[2])
        fixed = bool(first[3] and last[3])
        starts = top <= growth.header + 1 if from_top else top in (growth.header, growth.header + 1)
        inside = (left <= growth.right and right >= growth.left) if from_top else (
            growth.left <= left <= right <= growth.right
        )  # fmt: skip
        if starts and inside and bottom == growth.old and (fixed or relative):
            out[at + 2] = f"{last[1]}{last[2]}{last[3]}{growth.new}"
    return "".join(out)


def _cell(pieces: list[Token], at: int) -> re.Match[str] | None:
    return _CELL.fullmatch(pieces[at].text) if pieces[at].kind == "word" else None


def _on_tab(pieces: list[Token], at: int, growth: Growth, own: bool) -> bool:
    before = pieces[at - 1] if at else None
    if before is None or before.kind not in ("tab", "foreign"):
        return own and not (before is not None and before.text == ":")
    return before.kind == "tab" and before.tab.casefold() == growth.title.casefold()


def _names(package: Package, growth: Growth) -> None:
    root = parse_xml(package.read(package.workbook_part))
    changed = False
    for element in root.iterfind(f"{{{NS_MAIN}}}definedNames/{{{NS_MAIN}}}definedName"):
        text = element.text or ""
        whole = element.get("name", "").casefold() in _WHOLE
        new = stretched(text, growth, False, from_top=whole) if whole or growth.table else text
        if new != text:
            element.text = new
            changed = True
    if changed:
        package.write(package.workbook_part, to_xml(root))


def _charts(package: Package, growth: Growth) -> None:
    for part in package.names():
        if package.content_type(part) not in _CHART_TYPES:
            continue
        data = package.read(part)
        new = _replaced(data, lambda text, _: stretched(text, growth, False), growth)
        if new != data:
            package.write(part, new)
            chart_cache.refresh_part(package, part, growth.title)


def _pivots(package: Package, growth: Growth) -> None:
    for part in package.names():
        if package.content_type(part) != _PIVOT_TYPE:
            continue
        root = parse_xml(package.read(part))
        for source in root.iterfind(f"{{{NS_MAIN}}}cacheSource/{{{NS_MAIN}}}worksheetSource"):
            ref = source.get("ref", "")
            new = stretched(ref, growth, True, relative=True)
            if (source.get("sheet") or "").casefold() == growth.title.casefold() and new != ref:
                source.set("ref", new)
                package.write(part, to_xml(root))


def _formulas(package: Package, part: str, growth: Growth) -> None:
    """Formulas of cells, rules, lists and sparklines of one tab."""
    own = part.casefold() == growth.part.casefold()
    data = package.read(part)
    root = _ROOT.search(data)
    if root is None or (not own and growth.title.encode() not in data and b"&#" not in data):
        return
    start, stop = data.find(b"sheetData"), data.rfind(b"sheetData")
    in_cells = re.compile(rb"(<%sf(?:\s[^>]*)?>)([^<]+)" % re.escape(root[1]))

    def in_rule(text: str, tag: bytes) -> str:
        return stretched(text, growth, own)

    def in_cell(text: str, tag: bytes) -> str:
        return stretched(text, growth, own, relative=not _SHARED.search(tag))

    head, tail = _replaced(data[:start], in_rule, growth), _replaced(data[stop:], in_rule, growth)
    if in_cells.search(data, start, stop):
        new = head + _replaced(data[start:stop], in_cell, growth, in_cells) + tail
    elif (head, tail) != (data[:start], data[stop:]):
        new = b"".join([head, memoryview(data)[start:stop], tail])  # hundreds of megabytes are not copied once more
    else:
        return
    if new != data:
        package.write(part, new)


def _replaced(
    data: bytes, change: Callable[[str, bytes], str], growth: Growth, formulas: re.Pattern[bytes] = _FORMULA
) -> bytes:
    """The XML with its formulas changed; the ones that stay the same stay as they are written."""
    row = b"%d" % growth.old

    def one(match: re.Match[bytes]) -> bytes:
        if row not in match[2]:
            return match[0]
        text = text_from_xml(match[2])
        new = change(text, match[1])
        return match[0] if new == text else match[1] + text_to_xml(new)

    return formulas.sub(one, data)
