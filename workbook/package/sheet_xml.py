"""One worksheet part as bytes: cut into head, rows and tail, read by column, edited cell by cell.

No tree is built of a whole sheet: 100,000 rows are scanned and rewritten as bytes, and what is not
rewritten stays as it is. Odd but legal spellings (missing addresses, other quotes, comments, CDATA) are
brought into the usual one first, so that one scanner is enough.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from ..book import RawCell
from ..issues import WorkbookError
from .cell_refs import MAX_COLUMN, MAX_ROW, Area, column_number
from .opc import Package, SheetEntry, parse_xml, to_xml
from .row_cells import Held, Layout, Values, attributes, usual_row, written
from .shared_strings import SharedStrings

_ROOT = re.compile(rb"<((?:[\w.-]+:)?)(worksheet|chartsheet|dialogsheet|macrosheet)[\s>]")
_STYLE = re.compile(rb"""[^>]*?\ss\s*=\s*["'](\d+)""")
_CHUNK = 150_000  # bytes: the cells of a stretch stay in the processor's cache


@dataclass
class ReadColumn:
    """One column as read: cells by the position of their row in `Scan.rows`; `formulas` are sheet rows."""

    cells: list[RawCell]
    formulas: set[int] = field(default_factory=set)
    styles: dict[int, int] = field(default_factory=dict)


@dataclass
class Scan:
    """The cells of the asked columns; `rows` are the sheet rows that hold any of them."""

    rows: list[int]
    columns: dict[int, ReadColumn]


Piece = tuple[int, bytes, bytes]
"""A row: its number, its text, its closing tag ("" where it is closed in its own tag)."""


class SheetXml:
    """A worksheet part in three pieces: `head` up to the first row, `body` of rows, `tail` behind them."""

    def __init__(self, data: bytes) -> None:
        data = _utf8(data)
        if _pairs(data, b"<!"):
            data = to_xml(parse_xml(data, strip=True))
        root = _ROOT.search(data)
        if not root:
            raise ValueError("not a worksheet part")
        self.p = root[1]
        self.kind = root[2].decode()
        p = re.escape(self.p)
        opened = re.search(rb"<%ssheetData(?:\s[^>]*)?/?>" % p, data)
        if not opened:
            at = data.rfind(b"</" + self.p + root[2])
            self.head, self.body, self.tail = data[:at], b"", data[at:]
            self._bare = True
        elif opened[0].endswith(b"/>"):
            self.head = data[: opened.start()] + b"<" + self.p + b"sheetData>"
            self.body, self.tail = b"", b"</" + self.p + b"sheetData>" + data[opened.end() :]
            self._bare = False
        else:
            close = data.rfind(b"</" + self.p + b"sheetData")
            self.head, self.body, self.tail = data[: opened.end()], data[opened.end() : close], data[close:]
            self._bare = False
        numbers = self._numbers_if_usual()
        if numbers is None:
            self.body = b"".join(_usual_rows(self.body, self.p))
            numbers = self._row_numbers()
        if len(numbers) > 1 and not (np.diff(np.array(numbers).astype(np.int64)) > 0).all():
            raise ValueError("rows out of order")

    def to_bytes(self) -> bytes:
        return self.head + self.body + self.tail

    def _numbers_if_usual(self) -> list[bytes] | None:
        """The rows' numbers; None unless every row and cell is written with its address first, in double
        quotes."""
        numbers = self._row_numbers()
        cell = b"<" + self.p + b"c"
        addressed = {b"<" + self.p + b"row": len(numbers), cell: self.body.count(cell + b' r="')}
        for tag, count in addressed.items():
            # the first two bytes are counted fast, and nearly always enough
            if count != _pairs(self.body, tag[:2]) and count != self.body.count(tag):
                return None
        return numbers

    def _row_numbers(self) -> list[bytes]:
        return re.findall(rb'<%srow r="([0-9]{1,18})"' % re.escape(self.p), self.body)

    # reading

    def read(
        self,
        wanted: Iterable[int],
        strings: SharedStrings,
        first: int = 1,
        last: int = MAX_ROW,
        with_styles: bool = False,
    ) -> Scan:
        """The cells of the wanted columns in rows `first` to `last`, in one pass."""
        columns = {column: ReadColumn([]) for column in sorted(set(wanted))}
        rows: list[int] = []
        if not columns:
            return Scan(rows, columns)
        layout, values, width = Layout(columns, self.p), Values(strings, self.p), len(columns)
        arrays: list[Area] = []
        for start, stop in self.stretches(first, last):
            tails: list[bytes | None] = []
            numbers: list[int] = []
            for number, text, _ in self.cut(start, stop):
                if not first <= number <= last:
                    if number > MAX_ROW:
                        raise WorkbookError("file.damaged", file="", part=f"第 {number} 行")
                    continue
                name = b"%d" % number
                cells = layout.cut(text, name)
                if layout.present:
                    tails += layout.tails(cells, name)
                    numbers.append(number)
            for at, read in enumerate(columns.values()):
                found = tails[at::width]
                cells_read = values.column(found)
                if values.held:
                    _take_formulas(cells_read, numbers, read, arrays)
                read.cells += cells_read  # type: ignore[arg-type]
                if with_styles:
                    read.styles.update(_styles(found, numbers))
            rows += numbers
        for number, read in columns.items():
            spans = sorted((a.top, a.bottom) for a in arrays if a.left <= number <= a.right)
            done = 0
            for top, bottom in spans:
                start, stop = bisect_left(rows, max(top, done + 1)), bisect_right(rows, bottom)
                read.formulas.update(rows[start:stop])
                done = max(done, bottom)
        return Scan(rows, columns)

    def rows(self, first: int = 1, last: int = MAX_ROW) -> Iterator[Piece]:
        """(number, text, closing tag) of each row; a row closed in its own tag has no closing tag. The text
        begins with what stands before the row."""
        for start, stop in self.stretches(first, last):
            for number, text, close in self.cut(start, stop):
                if first <= number <= last:
                    yield number, text, close

    def cut(self, start: int, stop: int) -> Iterator[Piece]:
        """The same for a stretch of the body; what stands behind its last row comes as row 0."""
        tag = b"<" + self.p + b'row r="'
        close = b"</" + self.p + b"row>"
        width = len(tag)
        *pieces, rest = self.body[start:stop].split(close)
        for piece in pieces:
            at = piece.rfind(tag)
            if at > 0 and piece.find(tag) < at:
                yield from self._closed_rows(piece[:at])
                piece, at = piece[at:], 0
            if at < 0:
                raise ValueError("a row without a start")
            yield int(piece[at + width : piece.index(b'"', at + width)]), piece, close
        yield from self._closed_rows(rest)

    def _closed_rows(self, text: bytes) -> Iterator[Piece]:
        """Rows that are closed in their own tag."""
        at = 0
        for match in re.finditer(rb'<%srow r="([0-9]+)"[^>]*/>' % re.escape(self.p), text):
            yield int(match[1]), text[at : match.end()], b""
            at = match.end()
        if text[at:]:
            yield 0, text[at:], b""

    def stretches(self, first: int = 1, last: int = MAX_ROW) -> Iterator[tuple[int, int]]:
        """Stretches of the body cut between rows; the stretch after row `last` is not walked."""
        tag = b"<" + self.p + b'row r="'
        start = self._seek(first) if first > 1 else 0
        end = len(self.body)
        if last < MAX_ROW:
            stop = self._seek(last + 1)
            end = stop if stop > start else end
        while start < end:
            cut = self.body.find(tag, start + _CHUNK, end) if start + _CHUNK < end else -1
            stop = cut if cut > 0 else end
            yield start, stop
            start = stop

    def _seek(self, row: int) -> int:
        """Where the first row with a number of at least `row` starts (rows are in order); the body's end
        where there is none."""
        tag = b"<" + self.p + b'row r="'
        candidate, low, high = len(self.body), 0, len(self.body)
        while low < high:
            middle = (low + high) // 2
            at = self.body.find(tag, middle, high + len(tag) - 1)
            if at < 0:
                high = middle
            elif int(self.body[at + len(tag) : self.body.find(b'"', at + len(tag))]) < row:
                low = at + 1
            else:
                candidate, high = at, middle
        return candidate

    def row_at(self, place: int) -> int:
        """The number of the row that starts at a place in the body; one more than any at its end."""
        tag = b"<" + self.p + b'row r="'
        if place >= len(self.body):
            return MAX_ROW + 1
        return int(self.body[place + len(tag) : self.body.index(b'"', place + len(tag))])

    def row_text(self, row: int) -> bytes:
        """The text of a row without its closing tag, b"" where the sheet has no such row."""
        start = self._seek(row)
        if start == len(self.body):
            return b""
        stop = self.body.find(b"<" + self.p + b"row", start + 1)
        found = next(self.cut(start, stop if stop > 0 else len(self.body)), (0, b"", b""))
        return found[1] if found[0] == row else b""

    def row_cells(self, row: int, strings: SharedStrings) -> dict[int, tuple[RawCell, bool]]:
        """Column -> (cell, is it a formula's) of one row, cells that show nothing left out."""
        names = re.findall(rb'<%sc r="([A-Z]+)' % re.escape(self.p), self.row_text(row))
        wanted = {column_number(name.decode()) for name in names}
        scan = self.read([c for c in wanted if c <= MAX_COLUMN], strings, row, row)
        return {
            c: (read.cells[0], bool(read.formulas))
            for c, read in scan.columns.items()
            if read.cells and read.cells[0] is not None
        }

    def last_row(self) -> int:
        """The number of the last row that is written, 0 where there is none."""
        tag = b"<" + self.p + b'row r="'
        at = self.body.rfind(tag)
        return int(self.body[at + len(tag) : self.body.find(b'"', at + len(tag))]) if at >= 0 else 0

    def grow_dimension(self, area: Area) -> None:
        """Makes <dimension> cover `area` too; a sheet without one stays without."""
        match = re.search(rb"""<%sdimension\s[^>]*?ref=["']([^"']*)""" % re.escape(self.p), self.head)
        if match:
            old = Area.parse(match[1].decode())
            new = str(old.union(area) if old else area).encode()
            self.head = self.head[: match.start(1)] + new + self.head[match.end(1) :]


def sheet_of(package: Package, entry: SheetEntry) -> SheetXml:
    """The tab's part. Raises WorkbookError sheet.not_cells, file.damaged."""
    if not entry.part or not package.has(entry.part):
        raise WorkbookError("file.damaged", file=package.name, part=entry.title)
    try:
        xml = SheetXml(package.read(entry.part))
    except ValueError as error:
        raise WorkbookError("file.damaged", file=package.name, part=entry.part) from error
    if xml.kind != "worksheet":
        raise WorkbookError("sheet.not_cells", sheet=entry.title)
    return xml


def _take_formulas(
    cells: list[RawCell | Held],
    rows: list[int],
    read: ReadColumn,
    arrays: list[Area],
) -> None:
    """Puts the values of formula cells into `cells` and notes which rows hold a formula."""
    for at, cell in enumerate(cells):
        if type(cell) is Held:
            cells[at] = cell.value
            read.formulas.add(rows[at])
            if cell.area:
                arrays.append(cell.area)


def _styles(tails: list[bytes | None], rows: list[int]) -> dict[int, int]:
    """Row -> style as written; cells without one are left out."""
    found = ((row, _STYLE.match(tail)) for row, tail in zip(rows, tails, strict=True) if tail is not None)
    return {row: int(match[1]) for row, match in found if match}


def _pairs(data: bytes, pair: bytes) -> int:
    """How often two bytes stand together."""
    first, second = pair
    total = 0
    cells = np.frombuffer(data, np.uint8)
    for start in range(0, len(cells), 1 << 20):
        piece = cells[start : start + (1 << 20) + 1]
        total += int(np.count_nonzero((piece[:-1] == first) & (piece[1:] == second)))
    return total


def _utf8(data: bytes) -> bytes:
    """The part in UTF-8 without a byte order mark; Excel also reads UTF-16."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16")
        return re.sub(r'(<\?xml[^>]*encoding=")[^"]*', r"\1UTF-8", text, count=1).encode("utf-8")
    return data[3:] if data[:3] == b"\xef\xbb\xbf" else data


def _usual_rows(body: bytes, p: bytes) -> Iterator[bytes]:
    """The rows with every address written out, first in its tag."""
    q = re.escape(p)
    row_tag = re.compile(rb"<%srow(\s[^>]*?)?(/>|>(.*?)</%srow\s*>)" % (q, q), re.S)
    number = 0
    for row in row_tag.finditer(body):
        attrs = attributes(row[1] or b"")
        number = int(attrs.pop(b"r", b"%d" % (number + 1)))
        yield usual_row(written(attrs), row[3] or b"", number, p)
