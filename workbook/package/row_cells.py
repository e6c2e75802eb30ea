"""A row's text cut into its cells, and what stands in a cell behind its address.

Rows of a table are built alike: where a column stands among a row's cells is learned from one row and only
checked on the next, so that a row costs one split. What stands behind the address (a "tail") repeats from row
to row and is read once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..book import CellError, RawCell
from .cell_content import serial_from_iso, text_from_xml
from .cell_refs import MAX_COLUMN, Area, column_number, letters
from .shared_strings import SharedStrings, text_of

_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REMEMBERED = 100_000  # tails; those of a column of different moments would fill the memory


def attributes(text: bytes) -> dict[bytes, bytes]:
    """The attributes inside a start tag, values as written."""
    return {m[1]: m[2] if m[2] is not None else m[3] for m in _ATTRIBUTE.finditer(text)}


class Layout:
    """Where some columns stand among the cells of a row, as the last row had them.

    `places` has for each column its index in the list that `cut` gives, negative where the row lacks the
    column: a cell made for it would stand before the cell at that index. `learned` counts the rows that were
    built otherwise than the row before.
    """

    def __init__(self, columns: Iterable[int], p: bytes) -> None:
        self.columns = sorted(columns)
        self.names = [letters(column).encode() for column in self.columns]
        self.mark = b'<%sc r="' % p
        self.places: list[int] = []
        self.present: list[tuple[int, int]] = []
        self.learned = 0
        self._checked: list[int] = []
        self._expected: list[bytes] = []
        self._count = -1
        self._limit = 0
        self._opening = b""

    def cut(self, text: bytes, row: bytes) -> list[bytes]:
        """The row's text in pieces: what stands before its first cell, then each cell from its address on.
        `row` is the row's number as written. Pieces behind the last column may be left in one."""
        ending = row + b'"'
        at = text.find(self._opening + ending) if self._opening else -1
        cells = text[max(at, 0) :].split(self.mark, self._limit)
        if at > 0:
            cells[0] = text[:at]
        if len(cells) == self._count:
            expected = [name + ending for name in self._expected]
            if all(map(bytes.startswith, [cells[k] for k in self._checked], expected)):
                return cells
        return self._learned(text.split(self.mark))

    def _learned(self, cells: list[bytes]) -> list[bytes]:
        """Notes how a row is built; gives its pieces as `cut` does."""
        names = [cell[: cell.index(b'"')].rstrip(b"0123456789").upper() for cell in cells[1:]]
        known = {name: at for at, name in enumerate(names, 1)}
        self.learned += 1
        places: list[int] = []
        checked: set[int] = set()
        numbers: list[int] | None = None
        for column, name in zip(self.columns, self.names, strict=True):
            at = known.get(name, 0)
            if at:
                checked.add(at)
            else:
                if numbers is None:
                    numbers = [column_number(other.decode()) for other in names]
                behind = next((k for k, number in enumerate(numbers, 1) if number > column), len(cells))
                checked.update(k for k in (behind - 1, behind) if k < len(cells))
                at = -behind
            places.append(at)
        # cells before the first that matters stay in one piece with the row's tag
        left = max(0, min(checked, default=0) - 1)
        checked.discard(0)
        self._opening = self.mark + names[left] if left else b""
        self.places = [at - left if at > 0 else at + left for at in places]
        self.present = [(at, len(name)) for at, name in zip(self.places, self.names, strict=True) if at > 0]
        self._checked = [at - left for at in sorted(checked)]
        self._expected = [names[at - 1] for at in sorted(checked)]
        cells = [self.mark.join(cells[: left + 1]), *cells[left + 1 :]] if left else cells
        # a column that lacks a cell at the row's end: the row has to be seen to its end
        open_end = -len(cells) in self.places
        self._limit = len(cells) if open_end or not checked else self._checked[-1] + 1
        self._count = min(len(cells), self._limit + 1)
        return cells

    def tails(self, cells: list[bytes], row: bytes) -> list[bytes | None]:
        """What stands behind the address in each column's cell, None where there is no cell."""
        width = len(row) + 1
        if len(self.present) == len(self.places):
            return [cells[k][n + width :] for k, n in self.present]
        return [
            cells[k][len(name) + width :] if k > 0 else None
            for k, name in zip(self.places, self.names, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Held:
    """A cell with a formula, as read; `formula` is its whole element, `area` that of an array formula."""

    value: RawCell
    formula: bytes
    area: Area | None


class Values:
    """Reads tails. `held` says that a formula was among them."""

    def __init__(self, strings: SharedStrings, p: bytes) -> None:
        self.held = False
        self._convert = _Converters(strings)
        self._known: dict[bytes | None, RawCell | Held] = {None: None}
        self._value, self._end = b"<%sv>" % p, b"</%sv></%sc>" % (p, p)
        q = re.escape(p)
        self._plain = re.compile(
            rb"([^>]*?)(?:/>|>(?:(?:<%sv>|<%sis><%st>)([^<]*)</%s(?:v|t></%sis)>)?</%sc>)\s*"
            % (q, q, q, q, q, q)
        )

    def column(self, tails: Sequence[bytes | None]) -> list[RawCell | Held]:
        """The contents of one column's cells; tails that repeat are read once."""
        distinct = set(tails)
        if len(distinct) * 2 < len(tails):
            known = self._known
            if len(known) > _REMEMBERED:
                known.clear()
            for tail in distinct.difference(known):
                known[tail] = self.read(tail)
            return list(map(known.__getitem__, tails))
        return self._different(tails)

    def _different(self, tails: Sequence[bytes | None]) -> list[RawCell | Held]:
        """The same where nearly every cell is another: most are spelled alike around their value."""
        sample = next((tail for tail in tails if tail is not None and tail.endswith(self._end)), b"")
        attrs, _, _ = sample.partition(b">" + self._value)
        if b"<" in attrs:
            return [self.read(tail) for tail in tails]
        start, end, read = attrs + b">" + self._value, self._end, self.read
        convert = self._convert[attrs]
        first, last = len(start), -len(end)
        empty = first - last
        return [
            convert(tail[first:last])
            if tail is not None and len(tail) > empty and tail.startswith(start) and tail.endswith(end)
            else read(tail)
            for tail in tails
        ]

    def read(self, tail: bytes | None) -> RawCell | Held:
        """The content of one cell."""
        if tail is None:
            return None
        match = self._plain.fullmatch(tail)
        if match:
            return self._convert[match[1]](match[2]) if match[2] else None
        attrs, _, inner = tail.partition(b">")
        formula = _FORMULA.search(inner)
        inline = _INLINE.search(inner)
        value: RawCell
        if inline:
            value = text_of(inline[1]) or None
        else:
            found = _VALUE.search(inner)
            value = self._convert[attrs](found[1]) if found and found[1] else None
        if not formula:
            return value
        self.held = True
        given = attributes(formula[1] or b"")
        area = Area.parse(given[b"ref"].decode()) if given.get(b"t") in _AREAS and b"ref" in given else None
        return Held(value, formula[0], area)


_AREAS = (b"array", b"dataTable")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f(\s[^>]*?)?(?:/>|>[^<]*</(?:[\w.-]+:)?f\s*>)")
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^>]*)?>([^<]*)</")
_INLINE = re.compile(rb"<(?:[\w.-]+:)?is(?:\s[^>]*)?>(.*?)</(?:[\w.-]+:)?is>", re.S)


@dataclass(frozen=True, slots=True)
class Shell:
    """A cell without its value: what stays when another value is written. `rest` stands behind the cell."""

    style: int
    styled: bool
    formula: bytes
    cm: bytes
    rest: bytes


class Shells(dict[bytes, Shell]):
    """Tail -> the cell's shell."""

    def __init__(self, p: bytes) -> None:
        super().__init__()
        q = re.escape(p)
        self._value, self._end = b"<%sv>" % p, b"</%sv></%sc>" % (p, p)
        self._whole = re.compile(rb"([^>]*?)(?:/>|>(.*?)</%sc\s*>)" % q, re.S)

    def __missing__(self, tail: bytes) -> Shell:
        match = self._whole.match(tail)
        if not match:
            raise ValueError("a cell without an end")
        given = attributes(match[1])
        formula = _FORMULA.search(match[2]) if match[2] else None
        style = given.get(b"s")
        shell = Shell(
            int(style or 0),
            style is not None,
            formula[0] if formula else b"",
            given.get(b"cm", b"") if formula else b"",
            tail[match.end() :],
        )
        if len(self) > _REMEMBERED:
            self.clear()
        self[tail] = shell
        return shell

    def common(self, tails: Sequence[bytes]) -> Shell | None:
        """The shell that all these cells have; None where they differ or hold a formula."""
        distinct = set(tails)
        if len(distinct) * 2 > len(tails):  # one moment a cell: what stands around the value counts
            parts = {(head, bool(v), b"<" in value[: -len(self._end)], value[-len(self._end) :] == self._end)
                     for head, v, value in (tail.partition(self._value) for tail in tails)}  # fmt: skip
            distinct = {head + self._value + self._end if v else head for head, v, _, _ in parts}
            if any(v and (more or not ends) for _, v, more, ends in parts):
                return None
        found = {self[tail] for tail in distinct}
        shell = found.pop() if len(found) == 1 else None
        return shell if shell and not shell.formula else None


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
    """A number; what Python reads as one and Excel does not (1_000, nan, 1e999) is text."""
    try:
        value = float(raw)
    except ValueError:
        value = math.nan
    if value - value == 0 and b"_" not in raw:
        return value
    return text_from_xml(raw) or None


def usual_row(tag: bytes, inner: bytes, number: int, p: bytes) -> bytes:
    """A row with every address written out, first in its tag and in double quotes. `tag` are the row's
    attributes without its number."""
    cell_tag = re.compile(rb"<%sc(\s[^>]*?)?(/>|>(.*?)</%sc\s*>)" % (re.escape(p), re.escape(p)), re.S)
    column = 0
    cells = []
    for cell in cell_tag.finditer(inner):
        own = attributes(cell[1] or b"")
        given = own.pop(b"r", b"")
        match = re.match(rb"[A-Za-z]+", given)
        column = column_number(match[0].decode()) if match else column + 1
        if column > MAX_COLUMN:
            raise ValueError("a column behind the last")
        start = b'<%sc r="%s%d"%s' % (p, letters(column).encode(), number, written(own))
        cells.append(start + (b">" + cell[3] + b"</%sc>" % p if cell[3] else b"/>"))
    start = b'<%srow r="%d"%s' % (p, number, tag)
    return start + (b">" + b"".join(cells) + b"</%srow>" % p if cells else b"/>")


def written(attrs: Mapping[bytes, bytes]) -> bytes:
    """Attributes as they stand in a tag, each with a blank before it."""
    return b"".join(b' %s="%s"' % (k, v.replace(b'"', b"&quot;")) for k, v in attrs.items())
