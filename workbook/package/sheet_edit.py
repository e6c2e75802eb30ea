"""Writes cells into a worksheet part in one pass over its rows, keeping styles and everything that is not a
written cell."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from ..issues import WorkbookError
from .alike_rows import AlikeRows, Block, Contents, Judge, Look, RowEdit
from .cell_refs import MAX_ROW, Area, column_number, letters
from .cell_writing import KEEP, CellWriter, Content, Formula, Keep, Under
from .fresh_rows import FreshRows
from .row_cells import Held, Layout, Shells, Values, attributes, written
from .shared_formulas import Master, SharedFormulas, text_of_formula
from .shared_strings import SharedStrings
from .sheet_xml import Piece, SheetXml
from .styles_xml import Styles

__all__ = ["KEEP", "Content", "Edits", "Formula", "Keep", "SheetEditor", "Under"]

_LOOKED_AT = 200  # rows whose cells are asked for a column's style


Edits = Mapping[int, Mapping[int, Content]]
"""Sheet row -> column number -> what to write there."""


def _each(rows: Iterable[int], gathered: Mapping[int, Mapping[int, Content | Keep]]) -> Iterator[RowEdit]:
    for row in rows:
        columns = tuple(sorted(gathered[row]))
        yield row, columns, [gathered[row][column] for column in columns]


class SheetEditor:
    """Edits of one sheet, gathered and made in one pass over its rows by `finish`; until then questions are
    answered from the sheet as it was.

    `first_data_row` is where the styles of a column's other cells are looked for.
    """

    def __init__(self, sheet: SheetXml, styles: Styles, date1904: bool = False, first_data_row: int = 1):
        self.sheet = sheet
        self.first_data_row = first_data_row
        self._p = sheet.p
        self._row_tag = b"<" + sheet.p + b'row r="'
        self._close = b"</" + sheet.p + b"row>"
        self._writer = CellWriter(styles, date1904, sheet.p)
        self._formulas = SharedFormulas(sheet)
        self._shells = Shells(sheet.p)
        self._edits: dict[int, dict[int, Content]] = {}
        self._blocks: list[Block] = []
        self._fresh: list[FreshRows] = []
        self._looks: dict[int, tuple[bytes, dict[int, int]]] = {}
        self._written: dict[int, list[bytes]] = {}
        self._formats: dict[int, str] = {}
        self._layouts: dict[tuple[int, ...], Layout] = {}
        self._column_styles: dict[int, int] = {}
        self.new_styles: dict[int, int] = {}
        self._orphans: dict[bytes, Master] = {}
        self._area: list[int] = []

    @property
    def formulas_changed(self) -> bool:
        """After `finish`: a formula cell came or went (calcChain has to go then)."""
        return self._writer.formulas_changed

    # questions

    def row_styles(self, row: int) -> dict[int, int]:
        """Column number -> style of the cells that a row has."""
        return {
            column_number(m[1].decode()): int(attributes(m[3]).get(b"s") or 0)
            for m in self._formulas.cell.finditer(self.sheet.row_text(row))
        }

    def formula(self, row: int, column: int) -> str | None:
        """The formula of a cell as its own text, shared ones translated to it; None without one."""
        return self._formulas.formula(self._cell_in(self.sheet.row_text(row), row, column))

    def _cell_in(self, text: bytes, row: int, column: int) -> re.Match[bytes] | None:
        at = text.find(b'<%sc r="%s%d"' % (self._p, letters(column).encode(), row))
        return self._formulas.cell.match(text, at) if at >= 0 else None

    # what is to be written

    def set_new_styles(self, styles: Mapping[int, int]) -> None:
        """The styles (by column number) that written cells get, blank ones too, in columns which no row has yet."""
        self.new_styles.update(styles)
        self._column_styles.update(styles)

    def set_cells(self, edits: Edits, formats: Mapping[int, str] | None = None) -> None:
        """Writes the cells; `formats` gives the number format that a column's schema asks for.
        Raises WorkbookError sheet.full."""
        self._formats.update(formats or {})
        for row, cells in edits.items():
            _check_row(row)
            self._edits.setdefault(row, {}).update(cells)

    def set_columns(
        self,
        rows: Sequence[int],
        columns: Mapping[int, Sequence[Content | Keep]],
        formats: Mapping[int, str] | None = None,
    ) -> None:
        """Writes whole columns: a list for each column number, as long as `rows` (ascending); KEEP leaves a
        cell as it is. Raises WorkbookError sheet.full."""
        self._formats.update(formats or {})
        if len(rows):
            _check_row(rows[-1])
        numbers = tuple(sorted(columns))
        self._blocks.append(Block(rows, numbers, [columns[number] for number in numbers]))

    def set_fresh(
        self, rows: range, columns: Mapping[int, Sequence[Content]], formats: Mapping[int, str] | None = None
    ) -> None:
        """The same for rows that `add_rows` made, in one call for all of them, below everything the sheet has."""
        self._formats.update(formats or {})
        tag, styles = self._looks[rows[0]]
        for row in rows:
            del self._looks[row]
        self._fresh.append(FreshRows(rows, tag, styles, columns))
        for number in (min(columns), max(columns)):
            for row in (rows[0], rows[-1]):
                self._cover(row, number, number)

    def judge_columns(
        self,
        rows: Sequence[int],
        span: tuple[int, int],
        columns: Sequence[int],
        judge: Judge,
        strings: SharedStrings,
        formats: Mapping[int, str] | None = None,
    ) -> list[tuple[int, int]]:
        """Reads the columns (numbers in order) of the rows (in order) and writes them in the same pass, a stretch of
        rows at a time: `judge` is given the cells of a stretch and the place of its first row in `rows`, and says
        what is to be written. Gives the parts of `span` (first row, last row) that are left to be read and written
        otherwise: rows that are not built alike, that hold formulas, are not among `rows`, or do not exist.
        No other edits may reach the rows that were judged."""
        self._formats.update(formats or {})
        values = Values(strings, self._p)
        left: list[tuple[int, int]] = []
        low, top = 0, 1
        for start, stop in self.sheet.stretches():
            below = self.sheet.row_at(stop)
            high = bisect_left(rows, below, low)
            if below > span[0] and top <= span[1]:
                alike = None
                if high > low:
                    alike = AlikeRows.of(list(self.sheet.cut(start, stop)), rows[low:high], columns, self._p)
                if alike is None or not self._judged(alike, start, low, judge, values):
                    _join(left, max(top, span[0]), min(below - 1, span[1]))
            low, top = high, below
        if top <= span[1]:
            _join(left, max(top, span[0]), span[1])
        return left

    def _judged(self, alike: AlikeRows, start: int, low: int, judge: Judge, values: Values) -> bool:
        """Writes what the judge says into a stretch; False where it has to be done otherwise."""
        cells = [values.column(alike.tails(at)) for at in range(alike.width)]
        if values.held and any(Held in set(map(type, column)) for column in cells):
            return False
        verdict = judge(cells, low)  # type: ignore[arg-type]
        if all(column is None for column in verdict.values):
            return True
        written = alike.write(verdict.values, self._writer, self._shells, self._formats)
        if written is None:
            return False
        self._written[start] = written
        verdict.done()
        return True

    def add_rows(self, rows: Iterable[int], like: int, columns: Iterable[int]) -> None:
        """Makes blank rows that look like row `like` in these columns; rows that exist keep their cells.
        Raises WorkbookError sheet.full."""
        columns = sorted(columns)
        text = self.sheet.row_text(like) or self._row_tag + b'%d">' % like
        tag = text[text.rfind(self._row_tag) :]
        given = attributes(tag[: tag.index(b">")])
        kept = {k: v for k, v in given.items() if k not in (b"r", b"spans", b"hidden", b"collapsed")}
        inside = set(columns)
        styles = {column: style for column, style in self.row_styles(like).items() if column in inside}
        look = (written(kept), {**styles, **{n: s for n, s in self.new_styles.items() if n in inside}})
        for row in rows:
            _check_row(row)
            self._looks[row] = look
            if columns:
                self._cover(row, columns[0], columns[-1])

    # the pass

    def finish(self) -> bytes:
        """The edited part. The sheet's rows and the edits are given up, for a part may have hundreds of megabytes."""
        pieces = [*self._head_and_body(), self.sheet.tail]
        self.sheet.body = b""
        self._written.clear()
        self._blocks.clear()
        self._fresh.clear()
        return b"".join(pieces)

    def settle(self) -> None:
        """Brings the edits into the sheet, so that further edits see them."""
        self.sheet.body = b"".join(self._head_and_body()[1:])

    def _head_and_body(self) -> list[bytes]:
        pieces = self._made_pieces()
        if self._orphans:
            self.sheet.body = b"".join(pieces)
            self._formulas.adopt(self._orphans)
            pieces = [self.sheet.body]
        if self._area:
            self.sheet.grow_dimension(Area(*self._area))
        return [self.sheet.head, *pieces]

    def _made_pieces(self) -> list[bytes]:
        """The sheet's body with the edits, in pieces; stretches of rows without any stay as they are."""
        block = self._blocks[0] if len(self._blocks) == 1 and not self._edits and not self._looks else None
        gathered = {} if block else self._gathered()
        rows = block.rows if block else sorted(gathered)
        out: list[bytes] = []
        done = low = 0
        for start, stop in self.sheet.stretches():
            high = bisect_left(rows, self.sheet.row_at(stop), low)
            written = self._written.get(start)
            if written is not None:
                assert high == low
                out += (self.sheet.body[done:start], *written)
                done = stop
            if high == low:
                continue
            out.append(self.sheet.body[done:start])
            pieces = list(self.sheet.cut(start, stop))
            part = block.part(low, high) if block else None
            alike = AlikeRows.of(pieces, part.rows, part.columns, self._p) if part else None
            whole = (
                alike.write(part.values, self._writer, self._shells, self._formats)
                if alike and part
                else None
            )
            if whole is None:
                whole = self._row_by_row(pieces, part.each() if part else _each(rows[low:high], gathered))
            out += whole
            done, low = stop, high
        out.append(self.sheet.body[done:])
        behind = block.part(low, len(rows)).each() if block else _each(rows[low:], gathered)
        out += [self._new_row(*row) for row in behind]
        for fresh in self._fresh:
            out += fresh.made(self._writer, self._p, self._formats, self._column_style)
        return out

    def _gathered(self) -> dict[int, dict[int, Content | Keep]]:
        """All that is to be written, by row and column."""
        rows: dict[int, dict[int, Content | Keep]] = {row: {} for row in self._looks}
        for block in self._blocks:
            for number, column in zip(block.columns, block.values, strict=True):
                for row, value in zip(block.rows, column, strict=True):
                    if value is not KEEP:
                        rows.setdefault(row, {})[number] = value
        for row, edits in self._edits.items():
            rows.setdefault(row, {}).update(edits)
        return rows

    def _row_by_row(self, pieces: Iterable[Piece], rows: Iterator[RowEdit]) -> list[bytes]:
        """A stretch with its edits; rows that are not there yet come in between."""
        nothing: RowEdit = (MAX_ROW + 1, (), ())
        row, columns, values = next(rows, nothing)
        out: list[bytes] = []
        for number, text, close in pieces:
            while row < number:
                out.append(self._new_row(row, columns, values))
                row, columns, values = next(rows, nothing)
            if row == number:
                if not close:
                    text, close = text.removesuffix(b"/>").rstrip() + b">", self._close
                text = self._edited(self._looked(text, row), row, columns, values)
                row, columns, values = next(rows, nothing)
            out += (text, close)
        while row <= MAX_ROW:
            out.append(self._new_row(row, columns, values))
            row, columns, values = next(rows, nothing)
        return out

    def _new_row(self, row: int, columns: tuple[int, ...], values: Contents) -> bytes:
        """A row that the sheet does not have yet; b"" where only blanks would stand in it."""
        tag, styles = self._looks.get(row, (b"", {}))
        cells = {column: b' s="%d"/>' % style for column, style in styles.items()}
        for column, value in zip(columns, values, strict=True):
            if column not in styles:
                new = self._made(row, column, value)
                if new:
                    cells[column] = new
            elif not isinstance(value, (Keep, Look)):
                number_format = self._formats.get(column, "")
                cells[column] = self._writer.tail(styles[column], True, value, number_format)
        if not cells and row not in self._looks:
            return b""
        numbers = sorted(cells)
        if numbers:
            self._cover(row, numbers[0], numbers[-1])
        start, name = b'<%sc r="' % self._p, b"%d" % row + b'"'
        return b"".join(
            [
                self._row_tag + name + tag + b">",
                *(start + letters(column).encode() + name + cells[column] for column in numbers),
                self._close,
            ]
        )

    def _looked(self, text: bytes, row: int) -> bytes:
        """Gives a row that exists already the styles of its model, where it has no cells yet."""
        if row not in self._looks:
            return text
        styles = self._looks[row][1]
        return self._edited(text, row, tuple(styles), [Look(style) for style in styles.values()])

    def _edited(self, text: bytes, row: int, columns: tuple[int, ...], values: Contents) -> bytes:
        """A row's text with these cells written."""
        if not columns:
            return text
        layout = self._layouts.get(columns)
        if layout is None:
            layout = self._layouts[columns] = Layout(columns, self._p)
        number = b"%d" % row
        pieces = layout.cut(text, number)
        width = len(number) + 1
        made: list[tuple[int, bytes]] = []
        for column, value, name, place in zip(columns, values, layout.names, layout.places, strict=True):
            if isinstance(value, Keep):
                continue
            if place < 0:
                new = self._made(row, column, value)
                if new:
                    made.append((-place, name + number + b'"' + new))
            elif not isinstance(value, Look):
                piece = pieces[place]
                at = len(name) + width
                shell = self._shells[piece[at:]]
                if shell.formula:
                    if not isinstance(value, Under):
                        self._forget(shell.formula, row, column)
                    new = self._writer.over(shell, value, self._formats.get(column, ""))
                else:
                    new = self._writer.tail(shell.style, shell.styled, value, self._formats.get(column, ""))
                pieces[place] = piece[:at] + new + shell.rest
        if not made:
            return layout.mark.join(pieces)
        self._cover(row, columns[0], columns[-1])
        end, behind = len(pieces), b""
        if made[-1][0] >= end:
            pieces[-1], behind = self._ended(pieces[-1], end == 1)
        for place, new in reversed(made):
            pieces.insert(place, new)
        pieces[0] = re.sub(rb' spans="[^"]*"', b"", pieces[0])
        return layout.mark.join(pieces) + behind

    def _ended(self, piece: bytes, is_row_tag: bool) -> tuple[bytes, bytes]:
        """A row's last piece up to its end, and what stands behind it in the row (an extLst)."""
        if is_row_tag:
            at = piece.index(b">", piece.rfind(self._row_tag)) + 1
        elif piece.endswith(b">") and b"extLst" not in piece:
            return piece, b""
        else:
            at = len(piece) - len(self._shells[piece.partition(b'"')[2]].rest)
        return piece[:at], piece[at:]

    def _made(self, row: int, column: int, value: Content | Look | Keep) -> bytes:
        """What stands behind the address of a new cell; b"" where nothing would be in it."""
        if isinstance(value, Look):
            return b' s="%d"/>' % value.style
        if value is None and column in self.new_styles:
            return b' s="%d"/>' % self.new_styles[column]
        if value is None or isinstance(value, Keep) or (isinstance(value, Under) and value.value is None):
            return b""
        style = self._column_style(row, column)
        return self._writer.tail(style, False, value, self._formats.get(column, ""))

    def _column_style(self, row: int, column: int) -> int:
        """The style a new cell takes: of the row above, of the column's other cells, of the column."""
        if column not in self._column_styles:
            self._column_styles[column] = self._style_nearby(row, column)
        return self._column_styles[column]

    def _style_nearby(self, row: int, column: int) -> int:
        if row - 1 >= self.first_data_row:
            above = self._cell_in(self.sheet.row_text(row - 1), row - 1, column)
            if above:
                return int(attributes(above[3]).get(b"s") or 0)
        for number, text, _ in islice(self.sheet.rows(self.first_data_row), _LOOKED_AT):
            found = self._cell_in(text, number, column)
            if found:
                return int(attributes(found[3]).get(b"s") or 0)
        for match in re.finditer(rb"<%scol\s([^>]*)>" % re.escape(self._p), self.sheet.head):
            given = attributes(match[1])
            if int(given.get(b"min", b"0")) <= column <= int(given.get(b"max", b"0")):
                return int(given.get(b"style", b"0"))
        return 0

    def _forget(self, formula: bytes, row: int, column: int) -> None:
        """Notes that a formula goes; the text of a shared one is needed by the cells that share it."""
        self._writer.formulas_changed = True
        text, given = text_of_formula(formula)
        if given.get(b"t") == b"shared" and b"ref" in given and text:
            self._orphans[given.get(b"si", b"")] = (row, column, text)

    def _cover(self, row: int, left: int, right: int) -> None:
        if not self._area:
            self._area = [row, left, row, right]
        else:
            top, old_left, bottom, old_right = self._area
            self._area = [min(top, row), min(old_left, left), max(bottom, row), max(old_right, right)]


def _join(spans: list[tuple[int, int]], first: int, last: int) -> None:
    """Adds rows to the spans; those that follow the last span make it longer."""
    if first > last:
        return
    if spans and spans[-1][1] == first - 1:
        spans[-1] = (spans[-1][0], last)
    else:
        spans.append((first, last))


def _check_row(row: int) -> None:
    if row > MAX_ROW:
        raise WorkbookError("sheet.full", sheet="")
