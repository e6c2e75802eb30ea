"""Some rows of a table kept and moved up together, the others taken out: what a new year's ledger begins with.

Only the table's own cells move; what stands beside it in the same rows stays where it is. A kept cell goes along with its
style, its formula (shifted as on moving rows), its note, its link and the picture placed on it.
Source: ECMA-376 part 1, 18.3.1.73 (row), 18.3.1.40 (f), 18.3.1.47 (hyperlink), 18.3.1.54 (mergeCell).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..table_place import TablePlace
from .cell_content import text_from_xml, text_to_xml
from .cell_refs import Area, column_number
from .formula_refs import tokens
from .formula_shift import shifted
from .opc import Package, SheetEntry
from .row_cells import attributes
from .row_notes import move_notes
from .shared_formulas import SharedFormulas, text_of_formula
from .sheet_xml import SheetXml
from .shorten_table import end_rules
from .table_growth import Growth
from .tables import resize

_REF = re.compile(rb"""(\sref\s*=\s*["'])([^"']*)""")
_FORMULA_ADDRESS = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
_TAGGED = re.compile(rb"<(?:[\w.-]+:)?(?:f|formula|formula1|formula2)(?:\s[^>]*)?>([^<]+)</")
_CELL_BEFORE = re.compile(rb'<(?:[\w.-]+:)?c\s[^>]*?\br="([A-Z]+[0-9]+)"')


@dataclass
class Moves:
    """Where the rows of a table go: sheet row -> new row; a row of `first` to `last` that is not named goes."""

    place: TablePlace
    first: int
    last: int
    rows: dict[int, int] = field(default_factory=dict)

    def inside(self, row: int, column: int) -> bool:
        return self.first <= row <= self.last and self.place.left <= column <= self.place.right

    def of(self, row: int, column: int) -> int:
        """The row a cell stands in afterwards, 0 where it is gone."""
        return self.rows.get(row, 0) if self.inside(row, column) else row


def keep_rows(
    package: Package, entry: SheetEntry, xml: SheetXml, place: TablePlace, keep: Sequence[int]
) -> Growth | None:
    """Leaves the rows `keep` (sheet rows of the table, rising) of a table, one blank row at least, and writes the
    sheet's part. Gives how the table's end moved, for what elsewhere follows it; None where nothing was taken out."""
    old, bottom = place.last, place.first + max(len(keep), 1) - 1
    if old < place.first or (len(keep) == old - place.first + 1):
        return None
    moves = Moves(place, place.first, old, {row: place.first + at for at, row in enumerate(keep)})
    if place.totals:
        moves.last = old + 1
        moves.rows[old + 1] = bottom + 1
    _write_out_shared(xml)
    xml.body = _rebuilt(xml, moves, blank=not keep)
    xml.tail = _tail(xml, moves)
    resize(package, xml, place, bottom)
    end_rules(xml, place, old, bottom)
    package.write(entry.part, xml.to_bytes())
    move_notes(package, entry.part, moves.of)
    if bottom == old:
        return None
    return Growth(place.title, entry.part, place.header_row, place.left, place.right, old, bottom, bool(place.part))


def _write_out_shared(xml: SheetXml) -> None:
    """Every formula in its own cell: the first cell of a shared one may go."""
    if b"shared" not in xml.body:
        return
    formulas = SharedFormulas(xml)
    element = re.compile(rb"<%sf(?:\s[^>]*?)?(?:/>|>[^<]*</%sf\s*>)" % ((re.escape(xml.p),) * 2))

    def own(cell: re.Match[bytes]) -> bytes:
        found = element.search(cell[4] or b"")
        if not found or text_of_formula(found[0])[1].get(b"t") != b"shared":
            return cell[0]
        text = formulas.formula(cell)
        made = b"<%sf>%s</%sf>" % (xml.p, text_to_xml(text), xml.p) if text else b""
        return cell[0].replace(found[0], made)

    pieces = [xml.body[start:stop] for start, stop in xml.stretches()]
    xml.body = b"".join(formulas.cell.sub(own, piece) if b"shared" in piece else piece for piece in pieces)


class _Rows:
    """The rows of the region: start tags, cells of the table and cells beside it."""

    def __init__(self, xml: SheetXml, moves: Moves, wanted: set[int]) -> None:
        p = re.escape(xml.p)
        self._cell = re.compile(rb'<%sc r="([A-Za-z]+)[0-9]+"(?:\s[^>]*?)?(?:/>|>.*?</%sc\s*>)' % (p, p), re.S)
        self._mark = b'<%sc r="' % xml.p
        self.tags: dict[int, bytes] = {}
        self.cells: dict[int, dict[int, bytes]] = {}
        self.beside: dict[int, dict[int, bytes]] = {}
        place = moves.place
        for number, text, _ in xml.rows(moves.first, moves.last):
            if number not in wanted and self._within(text, place):
                continue
            at = text.find(b"<%srow" % xml.p)
            self.tags[number] = text[at : text.find(b">", at) + 1].replace(b"/>", b">")
            found = {column_number(m[1].decode()): m[0] for m in self._cell.finditer(text)}
            self.cells[number] = {c: cell for c, cell in found.items() if place.left <= c <= place.right}
            self.beside[number] = {c: cell for c, cell in found.items() if c not in self.cells[number]}

    def _within(self, text: bytes, place: TablePlace) -> bool:
        """Does a row hold cells of the table only? Its first and its last cell tell."""
        first, last = text.find(self._mark), text.rfind(self._mark)
        ends = (text[at + len(self._mark) : at + len(self._mark) + 3] for at in (first, last) if at >= 0)
        columns = [column_number(re.sub(rb"[^A-Za-z]", b"", end).decode()) for end in ends]
        return all(place.left <= column <= place.right for column in columns)


def _rebuilt(xml: SheetXml, moves: Moves, blank: bool) -> bytes:
    """The sheet's body with the region's rows in their new places."""
    spans = list(xml.stretches(moves.first, moves.last))
    if not spans:
        return xml.body
    start, stop = spans[0][0], spans[-1][1]
    wanted = set(moves.rows) | ({moves.first} if blank else set())
    rows = _Rows(xml, moves, wanted)
    source = {new: old for old, new in moves.rows.items()}
    if blank:
        source[moves.first] = moves.first
    made = []
    for row in range(moves.first, moves.last + 1):
        old, beside = source.get(row, 0), rows.beside.get(row, {})
        cells = {c: _moved(xml, text, old, row) for c, text in rows.cells.get(old, {}).items()}
        if blank and row == moves.first:
            cells = {c: _emptied(xml, text) for c, text in cells.items()}
        tag = rows.tags.get(row if beside else old, b"")
        cells |= beside
        if not tag:
            continue
        tag = re.sub(rb'\sspans="[^"]*"', b"", re.sub(rb'(\br=")[0-9]+', rb"\g<1>%d" % row, tag, count=1))
        made.append(tag + b"".join(cells[c] for c in sorted(cells)) + b"</%srow>" % xml.p)
    return xml.body[:start] + b"".join(made) + xml.body[stop:]


def _moved(xml: SheetXml, cell: bytes, old: int, new: int) -> bytes:
    if old == new:
        return cell
    cell = re.sub(rb'(<%sc r="[A-Za-z]+)[0-9]+' % re.escape(xml.p), rb"\g<1>%d" % new, cell, count=1)
    if b"<%sf" % xml.p not in cell:
        return cell

    def formula(match: re.Match[bytes]) -> bytes:
        given = attributes(match[1])
        area = Area.parse(given.get(b"ref", b"").decode())
        if given.get(b"t") == b"dataTable" or (area and area.top != area.bottom):
            return b""  # it spans rows that part company: its value stays
        tag = match[1]
        if area:
            tag = _REF.sub(lambda m: m[1] + str(_lowered(area, new - old)).encode(), tag)
        return tag + text_to_xml(shifted(text_from_xml(match[2] or b""), new - old)) + b"</%sf>" % xml.p

    p = re.escape(xml.p)
    return re.sub(rb"(<%sf(?:\s[^>]*?)?>)([^<]*)</%sf\s*>" % (p, p), formula, cell, count=1)


def _lowered(area: Area, by: int) -> Area:
    return Area(area.top + by, area.left, area.bottom + by, area.right)


def _emptied(xml: SheetXml, cell: bytes) -> bytes:
    """A cell with its style and formula and nothing else."""
    given = attributes(cell[: cell.index(b">")])
    p = re.escape(xml.p)
    formula = re.search(rb"<%sf(?:\s[^>]*)?>[^<]*</%sf\s*>" % (p, p), cell)
    style = b' s="%s"' % given[b"s"] if b"s" in given else b""
    start = b'<%sc r="%s"%s' % (xml.p, given[b"r"], style)
    linked = formula is not None and text_from_xml(formula[0]).find("HYPERLINK(") >= 0
    if formula is None or linked:
        return start + b"/>"
    return start + b">" + formula[0] + b"</%sc>" % xml.p


def _tail(xml: SheetXml, moves: Moves) -> bytes:
    """What stands behind the rows, with links and merged areas of the table's rows moved or gone."""
    p = re.escape(xml.p)

    def one(match: re.Match[bytes]) -> bytes:
        found = _REF.search(match[0])
        area = Area.parse(found[2].decode()) if found else None
        if not found or area is None or not moves.inside(area.top, area.left):
            return match[0]
        top, bottom = moves.of(area.top, area.left), moves.of(area.bottom, area.left)
        if not top or bottom - top != area.bottom - area.top:
            return b""
        moved = Area(top, area.left, bottom, area.right)
        return match[0].replace(found[0], found[1] + str(moved).encode())

    tail = xml.tail
    for name, container in ((b"hyperlink", b"hyperlinks"), (b"mergeCell", b"mergeCells")):
        element = re.compile(rb"<%s%s\s[^>]*?(?:/>|>.*?</%s%s\s*>)" % (p, name, p, name), re.S)
        block = re.compile(rb"<%s%s(?:\s[^>]*)?>(.*?)</%s%s\s*>" % (p, container, p, container), re.S)
        found = block.search(tail)
        if not found:
            continue
        inner = element.sub(one, found[1])
        count = len(element.findall(inner))
        whole = found[0][: found.start(1) - found.start()] + inner + found[0][found.end(1) - found.start() :]
        whole = re.sub(rb'(^<[^>]*?\scount=")[0-9]+', rb"\g<1>%d" % count, whole, count=1)
        tail = tail[: found.start()] + (whole if count else b"") + tail[found.end() :]
    return tail


def readers_of_rows(package: Package, entry: SheetEntry, place: TablePlace, last: int) -> list[str]:
    """Cells of other tabs ("“我的”B4") whose formula names single rows of a table that reaches down to row `last`."""
    found: list[str] = []
    needle = text_to_xml(entry.title)
    for other in package.sheets():
        if other.part == entry.part or not package.has(other.part):
            continue
        data = package.read(other.part)
        if needle not in data and b"&#" not in data:
            continue
        for match in _TAGGED.finditer(data):
            if _names_row(text_from_xml(match[1]), entry.title, place, last):
                cell = _CELL_BEFORE.findall(data[max(0, match.start() - 400) : match.start()])
                found.append(f"“{other.title}”{cell[-1].decode() if cell else ''}")
    return list(dict.fromkeys(found))


def _names_row(formula: str, title: str, place: TablePlace, last: int) -> bool:
    pieces = list(tokens(formula))
    for at, piece in enumerate(pieces[:-1]):
        if piece.kind != "tab" or piece.tab.casefold() != title.casefold():
            continue
        first = _FORMULA_ADDRESS.fullmatch(pieces[at + 1].text)
        if not first:
            continue
        end = _FORMULA_ADDRESS.fullmatch(pieces[at + 3].text) if at + 3 < len(pieces) and pieces[at + 2].text == ":" else None
        top, bottom = int(first[4]), int((end or first)[4])
        whole = top <= place.first and bottom >= last
        if not whole and top <= last and bottom >= place.first and column_number(first[2]) <= place.right:
            return True
    return False

