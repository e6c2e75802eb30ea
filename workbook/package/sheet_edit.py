"""Writes cells into a worksheet part row by row, keeping styles and everything that is not a written cell."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..book import Link, Value
from ..issues import WorkbookError
from .cell_content import Serial, content, text_from_xml, text_to_xml
from .cell_refs import MAX_ROW, Area, column_number, letters
from .formula_shift import shifted
from .sheet_xml import SheetXml, attributes
from .styles_xml import DEFAULT_DATE, GENERAL, Styles


@dataclass(frozen=True)
class Formula:
    """A formula to be written, without the leading equals sign, with its last known value."""

    text: str
    value: Value = None


@dataclass(frozen=True)
class Under:
    """A value to be written under the formula that the cell has; without a formula a plain value."""

    value: Value


Content = Value | Formula | Under
Edits = Mapping[int, Mapping[int, Content]]
"""Sheet row -> column number -> what to write there."""


class SheetEditor:
    """Edits of one sheet, kept as row pieces until `finish`.

    `first_data_row` is where the styles of a column's other cells are looked for. After `finish`,
    `formulas_changed` says that a formula cell came or went (calcChain has to go then).
    """

    def __init__(self, sheet: SheetXml, styles: Styles, date1904: bool = False, first_data_row: int = 1):
        self.sheet = sheet
        self.styles = styles
        self.date1904 = date1904
        self.first_data_row = first_data_row
        self.formulas_changed = False
        self._p = p = sheet.p
        q = re.escape(p)
        self._cell = re.compile(rb'<%sc r="([A-Z]+)[0-9]+"([^>]*?)(?:/>|>(.*?)</%sc>)' % (q, q), re.S)
        self._formula = re.compile(rb"<%sf(?:\s[^>]*?)?(?:/>|>[^<]*</%sf>)" % (q, q))
        self._row_tag = b"<" + p + b'row r="'
        body = re.sub(rb"<(%srow [^>]*)/>" % q, rb"<\1></%srow>" % p, sheet.body)
        *self._pieces, self._rest = body.split(b"</" + p + b"row>")
        self._numbers = [self._number(piece) for piece in self._pieces]
        self._new: dict[int, bytes] = {}
        self._styles: dict[tuple[int, type, str, bool], int] = {}
        self._column_styles: dict[int, int] = {}
        self._known: dict[str, tuple[bytes, bytes]] = {}
        self._orphans: dict[bytes, tuple[int, int, str]] = {}
        self._area: Area | None = None

    def _number(self, piece: bytes) -> int:
        at = piece.rfind(self._row_tag) + len(self._row_tag)
        return int(piece[at : piece.index(b'"', at)])

    def _find(self, row: int) -> int:
        """The place of a row among the pieces, -1 where the sheet has no such row."""
        at = bisect_left(self._numbers, row)
        return at if at < len(self._numbers) and self._numbers[at] == row else -1

    # writing

    def set_cells(self, edits: Edits, formats: Mapping[int, str] | None = None) -> None:
        """Writes the cells; `formats` gives the number format that a column's schema asks for."""
        formats = formats or {}
        for row in sorted(edits):
            cells = sorted(edits[row].items())
            if not cells:
                continue
            if row > MAX_ROW:
                raise WorkbookError("sheet.full", sheet="")
            at = self._find(row)
            if at >= 0:
                self._pieces[at] = self._edited(self._pieces[at], row, cells, formats)
            else:
                empty = self._new.get(row) or self._row_tag + b'%d">' % row
                made = self._edited(empty, row, cells, formats)
                if made == empty and row not in self._new:
                    continue  # blanks where nothing is
                self._new[row] = made
            self._cover(Area(row, cells[0][0], row, cells[-1][0]))

    def add_rows(self, rows: Iterable[int], like: int, columns: Iterable[int]) -> None:
        """Makes blank rows that look like row `like` in these columns; rows that exist keep their cells."""
        columns = sorted(columns)
        at = self._find(like)
        piece = self._pieces[at] if at >= 0 else self._row_tag + b'%d">' % like
        tag = attributes(piece[piece.rfind(self._row_tag) : piece.index(b">", piece.rfind(self._row_tag))])
        kept = b"".join(
            b' %s="%s"' % (k, v) for k, v in tag.items() if k not in (b"r", b"spans", b"hidden", b"collapsed")
        )
        styles = {column: style for column, style in self.row_styles(like).items() if column in set(columns)}
        for row in rows:
            if row > MAX_ROW:
                raise WorkbookError("sheet.full", sheet="")
            present = self._find(row) >= 0
            cells = b"".join(
                b'<%sc r="%s%d" s="%d"/>' % (self._p, letters(c).encode(), row, style)
                for c, style in styles.items()
            )
            if not present:
                self._new[row] = self._row_tag + b'%d"%s>' % (row, kept) + cells
            else:
                self._restyle(row, styles)
            if columns:
                self._cover(Area(row, columns[0], row, columns[-1]))

    def _restyle(self, row: int, styles: Mapping[int, int]) -> None:
        """Gives a row that exists already the styles of its model, where it has no cells yet."""
        at = self._find(row)
        piece = self._pieces[at]
        have = {column_number(m[1].decode()) for m in self._cell.finditer(piece)}
        missing = {c: s for c, s in styles.items() if c not in have}
        start = piece.index(b">", piece.rfind(self._row_tag)) + 1
        out, pos = [piece[:start]], start
        waiting = sorted(missing.items())
        for match in self._cell.finditer(piece, start):
            while waiting and waiting[0][0] < column_number(match[1].decode()):
                column, style = waiting.pop(0)
                out.append(piece[pos : match.start()])
                out.append(b'<%sc r="%s%d" s="%d"/>' % (self._p, letters(column).encode(), row, style))
                pos = match.start()
        out.append(piece[pos:])
        out += [b'<%sc r="%s%d" s="%d"/>' % (self._p, letters(c).encode(), row, s) for c, s in waiting]
        self._pieces[at] = b"".join(out)

    def row_styles(self, row: int) -> dict[int, int]:
        """Column number -> style of the cells that a row has."""
        at = self._find(row)
        if at < 0:
            return {}
        return {
            column_number(m[1].decode()): int(attributes(m[2]).get(b"s") or 0)
            for m in self._cell.finditer(self._pieces[at])
        }

    def formula(self, row: int, column: int) -> str | None:
        """The formula of a cell as its own text, shared ones translated to it; None without one."""
        at = self._find(row)
        match = self._cell_in(self._pieces[at], row, column) if at >= 0 else None
        found = self._formula.search(match[3] or b"") if match else None
        if not found:
            return None
        text = found[0].partition(b">")[2].rpartition(b"</")[0]
        given = attributes(found[0])
        if text or given.get(b"t") != b"shared":
            return text_from_xml(text) or None
        master = self._master(given.get(b"si", b""))
        return shifted(master[2], row - master[0], column - master[1]) if master else None

    def _cell_in(self, piece: bytes, row: int, column: int) -> re.Match[bytes] | None:
        at = piece.find(b'<%sc r="%s%d"' % (self._p, letters(column).encode(), row))
        return self._cell.match(piece, at) if at >= 0 else None

    def _master(self, group: bytes) -> tuple[int, int, str] | None:
        """(row, column, formula) of the cell that holds a shared formula's text."""
        mark = b'si="' + group + b'"'
        for row, piece in zip(self._numbers, self._pieces, strict=True):
            if mark not in piece:
                continue
            for match in self._cell.finditer(piece):
                found = self._formula.search(match[3] or b"")
                if found and mark in found[0] and not found[0].endswith(b"/>"):
                    text = text_from_xml(found[0].partition(b">")[2].rpartition(b"</")[0])
                    if text:
                        return row, column_number(match[1].decode()), text
        return None

    def _edited(
        self, piece: bytes, row: int, cells: list[tuple[int, Content]], formats: Mapping[int, str]
    ) -> bytes:
        p, n, k = self._p, len(cells), 0
        row_start = piece.rfind(self._row_tag)
        start = piece.find(b'<%sc r="%s%d"' % (p, letters(cells[0][0]).encode(), row))
        if start < 0:
            start = piece.index(b">", row_start) + 1
        out, pos, grown = [], 0, False
        for match in self._cell.finditer(piece, start):
            column = column_number(match[1].decode())
            while k < n and cells[k][0] < column:
                out.append(piece[pos : match.start()])
                pos = match.start()
                made = self._made(row, cells[k][0], cells[k][1], formats)
                grown = grown or bool(made)
                out.append(made)
                k += 1
            if k == n:
                break
            if cells[k][0] == column:
                out.append(piece[pos : match.start()])
                out.append(self._replaced(match, row, column, cells[k][1], formats))
                pos = match.end()
                k += 1
                if k == n:
                    break
        out.append(piece[pos:])
        for column, value in cells[k:]:
            made = self._made(row, column, value, formats)
            grown = grown or bool(made)
            out.append(made)
        text = b"".join(out)
        if grown:
            close = text.index(b">", row_start)
            text = text[:row_start] + re.sub(rb' spans="[^"]*"', b"", text[row_start:close]) + text[close:]
        return text

    def _replaced(
        self, match: re.Match[bytes], row: int, column: int, value: Content, formats: Mapping[int, str]
    ) -> bytes:
        old = self._formula.search(match[3]) if match[3] else None
        under = isinstance(value, Under)
        given = attributes(match[2])
        if old and not under:
            self._forget(old[0], row, column)
        # a quote prefix would turn the formula into text when somebody edits it
        seen = None if old and isinstance(value, Under) and isinstance(value.value, str) else value
        style = self._style(int(given.get(b"s") or 0), seen, formats.get(column, ""))
        kind, inner = self._content(value, old[0] if old and under else None)
        kept = b' cm="%s"' % given[b"cm"] if old and under and b"cm" in given else b""
        mark = b' s="%d"' % style if style or b"s" in given else b""
        head = b'<%sc r="%s%d"%s%s%s' % (self._p, match[1], row, mark, kind, kept)
        return head + (b">" + inner + b"</%sc>" % self._p if inner else b"/>")

    def _made(self, row: int, column: int, value: Content, formats: Mapping[int, str]) -> bytes:
        kind, inner = self._content(value, None)
        if not inner:
            return b""
        style = self._style(self._column_style(row, column), value, formats.get(column, ""))
        mark = b' s="%d"' % style if style else b""
        head = b'<%sc r="%s%d"%s%s>' % (self._p, letters(column).encode(), row, mark, kind)
        return head + inner + b"</%sc>" % self._p

    def _content(self, value: Content, formula: bytes | None) -> tuple[bytes, bytes]:
        if isinstance(value, Under):
            return content(value.value, self.date1904, formula, self._p)
        if isinstance(value, Formula):
            self.formulas_changed = True
            formula = b"<%sf>%s</%sf>" % (self._p, text_to_xml(value.text), self._p)
            return content(value.value, self.date1904, formula, self._p)
        if isinstance(value, str):
            known = self._known.get(value)
            if known is None:
                known = self._known[value] = content(value, self.date1904, None, self._p)
            return known
        if isinstance(value, Link):
            self.formulas_changed = True
        return content(value, self.date1904, None, self._p)

    def _style(self, style: int, value: Content, number_format: str) -> int:
        if isinstance(value, (Under, Formula)):
            value = value.value
        leading = isinstance(value, str) and value[:1] == "="
        key = (style, type(value), number_format, leading)
        found = self._styles.get(key)
        if found is None:
            found = self._styles[key] = self._styled(style, value, number_format, leading)
        return found

    def _styled(self, style: int, value: Value, number_format: str, leading: bool) -> int:
        if leading:
            return style if self.styles.quoted(style) else self.styles.variant(style, quoted=True)
        if isinstance(value, (datetime, Serial)):
            if not self.styles.is_date(style):
                return self.styles.variant(style, number_format or DEFAULT_DATE, False)
        elif (
            number_format
            and isinstance(value, (int, float))
            and not isinstance(value, bool)
            and self.styles.number_format(style) == GENERAL
        ):
            return self.styles.variant(style, number_format, False)
        return style

    def _column_style(self, row: int, column: int) -> int:
        """The style a new cell takes: of the row above, of the column's other cells, of the column."""
        if column in self._column_styles:
            return self._column_styles[column]
        style = None
        above = self._find(row - 1) if row - 1 >= self.first_data_row else -1
        order = [above] if above >= 0 else []
        first = bisect_left(self._numbers, self.first_data_row)
        for at in (*order, *range(first, min(first + 200, len(self._pieces)))):
            match = self._cell_in(self._pieces[at], self._numbers[at], column)
            if match:
                style = int(attributes(match[2]).get(b"s") or 0)
                break
        if style is None:
            style = self._style_of_col(column)
        self._column_styles[column] = style
        return style

    def _style_of_col(self, column: int) -> int:
        for match in re.finditer(rb"<%scol\s([^>]*)>" % re.escape(self._p), self.sheet.head):
            given = attributes(match[1])
            if int(given.get(b"min", b"0")) <= column <= int(given.get(b"max", b"0")):
                return int(given.get(b"style", b"0"))
        return 0

    def _forget(self, formula: bytes, row: int, column: int) -> None:
        """Notes that a formula goes; the text of a shared one is needed by the cells that share it."""
        self.formulas_changed = True
        given = attributes(formula[: formula.index(b">")])
        if given.get(b"t") == b"shared" and b"ref" in given and not formula.endswith(b"/>"):
            text = text_from_xml(formula.partition(b">")[2].rpartition(b"</")[0])
            self._orphans[given.get(b"si", b"")] = (row, column, text)

    def _adopt_orphans(self) -> None:
        """Cells that shared a formula whose first cell is gone get the formula written out."""
        for at, piece in enumerate(self._pieces):
            if b't="shared"' not in piece:
                continue
            row = self._numbers[at]

            def own(match: re.Match[bytes], row: int = row) -> bytes:
                found = self._formula.search(match[3] or b"")
                given = attributes(found[0]) if found else {}
                master = self._orphans.get(given.get(b"si", b"")) if b"ref" not in given else None
                if not found or given.get(b"t") != b"shared" or not master:
                    return match[0]
                text = shifted(master[2], row - master[0], column_number(match[1].decode()) - master[1])
                return match[0].replace(found[0], b"<%sf>%s</%sf>" % (self._p, text_to_xml(text), self._p))

            self._pieces[at] = self._cell.sub(own, piece)

    def _cover(self, area: Area) -> None:
        self._area = self._area.union(area) if self._area else area

    def finish(self) -> bytes:
        """The edited part."""
        if self._orphans:
            self._adopt_orphans()
        close = b"</" + self._p + b"row>"
        pieces = list(zip(self._numbers, self._pieces, strict=True))
        if self._new:
            pieces += self._new.items()
            pieces.sort(key=lambda item: item[0])
        self.sheet.body = b"".join(piece + close for _, piece in pieces) + self._rest
        if self._area:
            self.sheet.grow_dimension(self._area)
        return self.sheet.to_bytes()
