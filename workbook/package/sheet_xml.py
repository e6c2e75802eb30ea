"""One worksheet part as bytes: cut into head, rows and tail, read by column, edited cell by cell.

No tree is built of a whole sheet: 100,000 rows are scanned and rewritten as bytes, and what is not
rewritten stays as it is. Odd but legal spellings (missing addresses, other quotes, comments, CDATA) are
brought into the usual one first, so that one scanner is enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..book import CellError, RawCell
from ..issues import WorkbookError
from .cell_content import serial_from_iso, text_from_xml
from .cell_refs import MAX_COLUMN, MAX_ROW, Area, column_number, letters
from .opc import Package, SheetEntry, parse_xml, to_xml
from .shared_strings import SharedStrings, text_of

_ROOT = re.compile(rb"<((?:[\w.-]+:)?)(worksheet|chartsheet|dialogsheet)[\s>]")
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_CHUNK = 4_000_000


def attributes(text: bytes) -> dict[bytes, bytes]:
    """The attributes inside a start tag, values as written."""
    return {m[1]: m[2] if m[2] is not None else m[3] for m in _ATTRIBUTE.finditer(text)}


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


class SheetXml:
    """A worksheet part in three pieces: `head` up to the first row, `body` of rows, `tail` behind them."""

    def __init__(self, data: bytes) -> None:
        data = _utf8(data)
        if b"<!" in data:
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
        if not self._usual():
            self.body = b"".join(_usual_rows(self.body, self.p))

    def to_bytes(self) -> bytes:
        return self.head + self.body + self.tail

    def _usual(self) -> bool:
        """Is every row and cell written with its address first, in double quotes?"""
        tags = (b"<" + self.p + b"row", b"<" + self.p + b"c")
        return all(self.body.count(tag) == self.body.count(tag + b' r="') for tag in tags)

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
        columns = {column: ReadColumn([]) for column in wanted}
        if not columns:
            return Scan([], columns)
        pattern = self._pattern(columns)
        by_letters = {letters(c).encode(): (c, columns[c].cells) for c in columns}
        convert = _Converters(strings)
        rows: list[int] = []
        arrays: list[tuple[int, Area]] = []
        current, at, count, inside = b"", -1, 0, False
        for start, stop in self._chunks(first, last):
            found = pattern.findall(self.body, start, stop)
            room = min(len(found), self.body.count(b"<" + self.p + b"row", start, stop))
            for _, cells in by_letters.values():
                cells.extend([None] * (count + room - len(cells)))
            for name, row, attrs, value, rest in found:
                if row != current:
                    current = row
                    number = int(row)
                    inside = first <= number <= last
                    if inside:
                        at += 1
                        rows.append(number)
                    elif number > MAX_ROW:
                        raise WorkbookError("file.damaged", file="", part=f"{name.decode()}{number}")
                if not inside:
                    continue
                column, cells = by_letters[name]
                if value:
                    cells[at] = convert[attrs](value)
                elif rest:
                    cells[at], formula, area = _complex_cell(rest, attrs, convert)
                    if formula:
                        columns[column].formulas.add(rows[at])
                    if area:
                        arrays.append((column, area))
                if with_styles and attrs:
                    style = attributes(attrs).get(b"s")
                    if style:
                        columns[column].styles[rows[at]] = int(style)
            count = len(rows)
        for read in columns.values():
            del read.cells[len(rows) :]
        for _, area in arrays:
            present = [r for r in rows if area.top <= r <= area.bottom]
            for column in range(area.left, area.right + 1):
                if column in columns:
                    columns[column].formulas.update(present)
        return Scan(rows, columns)

    def _pattern(self, columns: Mapping[int, object]) -> re.Pattern[bytes]:
        p = re.escape(self.p)
        single = [letters(c).encode() for c in columns if c <= 26]
        longer: dict[bytes, list[bytes]] = {}
        for c in columns:
            if c > 26:
                name = letters(c).encode()
                longer.setdefault(name[:-1], []).append(name[-1:])
        options = [b"[" + b"".join(single) + b"]"] if single else []
        options += [head + b"[" + b"".join(ends) + b"]" for head, ends in longer.items()]
        return re.compile(
            rb'<%sc r="(%s)([0-9]+)"([^>/]*)(?:/>|>(?:(?:<%sv>|<%sis><%st>)([^<]*)</%s(?:v|t></%sis)></%sc>|(.*?)</%sc>))'
            % (p, b"|".join(options), p, p, p, p, p, p, p),
            re.S,
        )

    def _chunks(self, first: int, last: int) -> Iterator[tuple[int, int]]:
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

    def row_cells(self, row: int, strings: SharedStrings) -> dict[int, tuple[RawCell, bool]]:
        """Column -> (cell, is it a formula's) of one row, cells that show nothing left out."""
        start = self.body.rfind(b"<" + self.p + b'row r="%d"' % row)
        if start < 0:
            return {}
        stop = self.body.find(b"<" + self.p + b"row", start + 1)
        part = SheetXml.__new__(SheetXml)
        part.p, part.body = self.p, self.body[start : stop if stop > 0 else len(self.body)]
        names = re.findall(rb'<%sc r="([A-Z]+)' % re.escape(self.p), part.body)
        wanted = sorted({column_number(name.decode()) for name in names})
        scan = part.read([c for c in wanted if c <= MAX_COLUMN], strings)
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
        match = re.search(rb'<%sdimension\s[^>]*?ref="([^"]*)"' % re.escape(self.p), self.head)
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


class _Converters(dict[bytes, Callable[[bytes], RawCell]]):
    """Attributes of a cell as written -> function from the bytes of <v> to the cell."""

    def __init__(self, strings: SharedStrings) -> None:
        super().__init__()
        self.strings = strings

    def __missing__(self, attrs: bytes) -> Callable[[bytes], RawCell]:
        kind = attributes(attrs).get(b"t", b"n")
        kinds: dict[bytes, Callable[[bytes], RawCell]] = {
            b"s": self.strings.__getitem__,
            b"n": _number,
            b"b": lambda v: v.strip() in (b"1", b"true"),
            b"e": lambda v: CellError(text_from_xml(v)),
            b"d": lambda v: serial_from_iso(v.decode()) or text_from_xml(v),
        }
        found = kinds.get(kind, lambda v: text_from_xml(v) or None)
        self[attrs] = found
        return found


def _number(raw: bytes) -> float | str | None:
    try:
        return float(raw)
    except ValueError:
        return text_from_xml(raw) or None


_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f([\s/>][^>]*)?>?")
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^>]*)?>([^<]*)</")
_INLINE = re.compile(rb"<(?:[\w.-]+:)?is(?:\s[^>]*)?>(.*?)</(?:[\w.-]+:)?is>", re.S)


def _complex_cell(rest: bytes, attrs: bytes, convert: _Converters) -> tuple[RawCell, bool, Area | None]:
    """(cell, has a formula, area of an array formula) of a cell that is more than a plain value."""
    formula = _FORMULA.search(rest)
    area = None
    if formula:
        found = attributes(formula[0])
        if found.get(b"t") in (b"array", b"dataTable") and b"ref" in found:
            area = Area.parse(found[b"ref"].decode())
    inline = _INLINE.search(rest)
    if inline:
        return text_of(inline[1]) or None, bool(formula), area
    value = _VALUE.search(rest)
    raw = value[1] if value else b""
    cell = convert[attrs](raw) if raw else None
    return cell, bool(formula), area


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
    cell_tag = re.compile(rb"<%sc(\s[^>]*?)?(/>|>(.*?)</%sc\s*>)" % (q, q), re.S)
    number = 0
    for row in row_tag.finditer(body):
        attrs = attributes(row[1] or b"")
        number = int(attrs.pop(b"r", b"%d" % (number + 1)))
        column = 0
        cells = []
        for cell in cell_tag.finditer(row[3] or b""):
            own = attributes(cell[1] or b"")
            given = own.pop(b"r", b"")
            match = re.match(rb"[A-Za-z]+", given)
            column = column_number(match[0].decode()) if match else column + 1
            name = letters(column).encode() + b"%d" % number
            inner = cell[3] or b""
            start = b'<%sc r="%s"%s' % (p, name, _written(own))
            cells.append(start + (b">" + inner + b"</%sc>" % p if inner else b"/>"))
        start = b'<%srow r="%d"%s' % (p, number, _written(attrs))
        yield start + (b">" + b"".join(cells) + b"</%srow>" % p if cells else b"/>")


def _written(attrs: Mapping[bytes, bytes]) -> bytes:
    return b"".join(b' %s="%s"' % (k, v.replace(b'"', b"&quot;")) for k, v in attrs.items())
