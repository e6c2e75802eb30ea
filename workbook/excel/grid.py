"""One sheet of the open workbook as read in bulk: values in one call, formulas in another, however many rows.

What lies below the tables is fetched only when somebody asks for it, in blocks, up to the first blank one: a format
somebody put on whole columns makes Excel's used range a million rows long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..book import CellPicture, RawCell
from ..package.cell_pictures import shows_picture
from ..package.cell_refs import MAX_ROW, Area
from ..package.cell_writing import Formula
from ..package.sheet_xml import ReadColumn, Scan
from ..table_place import ListedTable
from .calls import native, patiently
from .cells import ERROR_TEXTS, raw, rows_of

_BELOW = 200  # rows that are fetched with the tables
_BLOCK = 20_000  # rows of one later block; one without content is taken for the end
_BESIDE = 100  # columns that are looked at beyond the tables


@dataclass(frozen=True)
class LiveTable(ListedTable):
    """A table of the sheet and xlwings' object of it."""

    handle: Any = None


class SheetGrid:
    """The cells of a sheet as they stood when they were fetched. `sheet` is xlwings' object of it."""

    def __init__(self, sheet: Any, title: str, date1904: bool) -> None:
        self.sheet, self.title, self.date1904 = sheet, title, date1904
        self._values: list[Sequence[Any]] = []
        self._formulas: list[Sequence[Any]] = []
        self._columns: dict[int, list[RawCell]] = {}
        self._formula_rows: dict[int, set[int]] = {}
        self._ended = False

    @cached_property
    def tables(self) -> list[LiveTable]:
        return patiently(lambda: [_listed(table) for table in self.sheet.tables])

    @cached_property
    def _used(self) -> tuple[int, int]:
        """(last row, last column) that Excel says are in use."""

        def used() -> tuple[int, int]:
            area = self.sheet.used_range
            rows, columns = area.shape
            return area.row + rows - 1, area.column + columns - 1

        return patiently(used)

    @cached_property
    def width(self) -> int:
        right = max((table.area.right for table in self.tables), default=1)
        return max(min(self._used[1], right + _BESIDE), 1)

    def last_row(self) -> int:
        """The last row with content; 0 on a blank sheet."""
        self._fetch(MAX_ROW)
        for at in range(len(self._values) - 1, -1, -1):
            if any(value not in (None, "") for value in self._values[at]):
                return at + 1
        return 0

    def _fetch(self, row: int) -> None:
        """Makes sure that rows up to `row` are there, as far as there is anything."""
        bottom = self._used[0]
        while not self._ended and len(self._values) < min(row, bottom):
            done = len(self._values)
            tables = max((table.area.bottom for table in self.tables), default=0)
            first = not done
            goal = min(bottom, max(tables + _BELOW, _BLOCK // 10) if first else done + _BLOCK)
            block = read_block(self.sheet, done + 1, 1, goal - done, self.width)
            self._ended = not first and not any(v not in (None, "") for row in block for v in row)
            if not self._ended:
                self._values += block
                self._columns.clear()
                self._formula_rows.clear()

    def _formula_texts(self) -> list[Sequence[Any]]:
        done = len(self._formulas)
        if done < len(self._values):
            self._formulas += read_formulas(self.sheet, done + 1, 1, len(self._values) - done, self.width)
        return self._formulas

    def column(self, number: int) -> list[RawCell]:
        """All fetched cells of a column, from row 1."""
        if number not in self._columns:
            if number > self.width:
                return [None] * len(self._values)
            cells = [raw(row[number - 1], self.date1904) for row in self._values]
            for row in self.formula_rows(number):
                if shows_picture(self.formula(row, number)):
                    cells[row - 1] = CellPicture()
            self._columns[number] = cells
        return self._columns[number]

    def formula_rows(self, number: int) -> set[int]:
        """The rows of a column that hold a formula. A text that begins with "=" is told from one by being its own
        value."""
        if number not in self._formula_rows:
            if number > self.width:
                return set()
            at = number - 1
            self._formula_rows[number] = {
                row
                for row, (texts, values) in enumerate(zip(self._formula_texts(), self._values, strict=True), 1)
                if _is_formula(texts[at], values[at])
            }
        return self._formula_rows[number]

    def formula(self, row: int, number: int) -> str | None:
        """The formula of a cell without the leading "="; None where there is none."""
        if row > len(self._values) or number > self.width:
            return None
        text = self._formula_texts()[row - 1][number - 1]
        return text[1:] if _is_formula(text, self._values[row - 1][number - 1]) else None

    def formulas(self) -> Iterator[tuple[int, int, str]]:
        """(row, column, text without "=") of every formula of the sheet."""
        self._fetch(MAX_ROW)
        for row, (texts, values) in enumerate(zip(self._formula_texts(), self._values, strict=True), 1):
            for number, (text, value) in enumerate(zip(texts, values, strict=True), 1):
                if _is_formula(text, value):
                    yield row, number, text[1:]

    def is_bare(self, row: int, number: int) -> bool:
        """Did Excel give the cell as a mere number, without a date format?"""
        return row <= len(self._values) and type(self._values[row - 1][number - 1]) is float

    def standing(self, row: int, number: int) -> Any:
        """What has to be written for the cell to be as it is: a Formula, or its value as Excel gave it."""
        formula = self.formula(row, number)
        if formula is not None:
            return Formula(formula)
        if row > len(self._values) or number > self.width:
            return None
        value = self._values[row - 1][number - 1]
        if type(value) is int:
            return raw(value, False)
        return None if value == "" else value

    def row_cells(self, row: int) -> dict[int, tuple[RawCell, bool]]:
        """Column -> (cell, is it a formula's) of the filled cells of a row."""
        self._fetch(row)
        if row > len(self._values):
            return {}
        cells = ((at, raw(value, self.date1904)) for at, value in enumerate(self._values[row - 1], 1))
        return {at: (cell, False) for at, cell in cells if cell is not None}

    def read(self, columns: Iterable[int], first: int, last: int) -> Scan:
        """The cells of the asked columns in rows first to last, as far as there are any."""
        self._fetch(last)
        last = min(last, len(self._values))
        found = {}
        for number in columns:
            formulas = {row for row in self.formula_rows(number) if first <= row <= last}
            found[number] = ReadColumn(self.column(number)[first - 1 : last], formulas)
        return Scan(list(range(first, last + 1)), found)


def _is_formula(text: Any, value: Any) -> bool:
    return type(text) is str and text[:1] == "=" and len(text) > 1 and text != value


def _listed(table: Any) -> LiveTable:
    area = table.range
    rows, columns = area.shape
    top, left = area.row, area.column
    return LiveTable(
        name=table.name,
        area=Area(top, left, top + rows - 1, left + columns - 1),
        part=table.name,
        headings=bool(table.show_headers),
        totals=int(bool(table.show_totals)),
        handle=table,
    )


def block_of(sheet: Any, row: int, column: int, rows: int, columns: int) -> Any:
    """xlwings' range of a rectangle, named in one go: no call into Excel yet."""
    return sheet.range((row, column, rows, columns))


def read_block(sheet: Any, row: int, column: int, rows: int, columns: int) -> list[Sequence[Any]]:
    """The values of a rectangle as rows."""

    def read() -> Any:
        area = block_of(sheet, row, column, rows, columns)
        try:
            return area.options(ndim=2, err_to_str=True, chunksize=None).value
        except TypeError:  # xlwings on the Mac fails to name errors in more than one row (0.37.8)
            values = area.options(ndim=2, chunksize=None).value
            shown = rows_of(native(area.api, "Text", "string_value") or [])
            return [
                [text if text in ERROR_TEXTS else value for value, text in zip(cells, texts, strict=True)]
                for cells, texts in zip(values, shown, strict=True)
            ] if shown else values  # fmt: skip

    return list(patiently(read))


def read_formulas(sheet: Any, row: int, column: int, rows: int, columns: int) -> list[Sequence[Any]]:
    """The formulas of a rectangle as rows; a constant stands as itself."""
    return list(rows_of(patiently(lambda: block_of(sheet, row, column, rows, columns).formula)))
