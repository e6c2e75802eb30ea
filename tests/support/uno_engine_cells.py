"""Ranges of the xlwings test engine over LibreOffice: values, formulas and number formats, as Excel gives and takes
them (dates as datetimes, errors as numbers, texts read as if they were typed)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

ERRORS = {32767: 2042, 532: 2007, 519: 2015, 524: 2023, 525: 2029, 503: 2036, 502: 2015, 521: 2000}
"""LibreOffice's error numbers and Excel's."""
FIRST_ERROR = -2146828288
TEXTS = {2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!", 2042: "#N/A"}
DATE_OR_TIME, TEXT_TYPE, LOGICAL = 6, 256, 1024  # com.sun.star.util.NumberFormat
DATES_TYPED, NUMBER_RESULT = 2, 1  # com.sun.star.sheet.CellFlags.DATETIME, FormulaResult.VALUE
XL_OOX = 3  # com.sun.star.sheet.AddressConvention
WIDTH_OF_DIGIT = 212  # 1/100 mm
HARD_FORMATS = 32  # com.sun.star.sheet.CellFlags.HARDATTR
MOMENT_FORMAT = "m/d/yyyy h:mm"  # what Excel gives a moment in a cell without a format
_CONSTANTS = {"=TRUE()": "TRUE", "=FALSE()": "FALSE", **{f"={text}": text for text in TEXTS.values()}}
_TYPED = re.compile(r"\s*[\d=+\-@%.,$¥￥(]|(?:true|false)\s*$", re.I)


class UnoRange:
    """`cells` is LibreOffice's range, or several of them (a selection with holes)."""

    def __init__(self, sheet: Any, cells: Any) -> None:
        self._sheet, self.cells = sheet, cells
        several = cells.supportsService("com.sun.star.sheet.SheetCellRanges")
        self.address_of = cells.getRangeAddresses()[0] if several else cells.getRangeAddress()
        self.several = several

    @property
    def api(self) -> UnoRange:
        return self

    Text = property(lambda self: self.cells.getCellByPosition(0, 0).getString())

    @property
    def sheet(self) -> Any:
        return self._sheet

    @property
    def row(self) -> int:
        return self.address_of.StartRow + 1

    @property
    def column(self) -> int:
        return self.address_of.StartColumn + 1

    @property
    def shape(self) -> tuple[int, int]:
        a = self.address_of
        return a.EndRow - a.StartRow + 1, a.EndColumn - a.StartColumn + 1

    def __len__(self) -> int:
        rows, columns = self.shape
        return rows * columns

    @property
    def max_cells_per_read(self) -> None:
        return None

    @property
    def max_cells_per_write(self) -> None:
        return None

    def _formats(self) -> list[tuple[int, list[tuple[int, int, int, int]]]]:
        """(number format key, areas within this range from 0) for the formats there are."""
        top, left = self.address_of.StartRow, self.address_of.StartColumn
        found: dict[int, list[tuple[int, int, int, int]]] = {}
        for group in self.cells.getUniqueCellFormatRanges():
            areas = [
                (a.StartRow - top, a.StartColumn - left, a.EndRow - top, a.EndColumn - left)
                for a in group.getRangeAddresses()
            ]
            found.setdefault(group.getByIndex(0).NumberFormat, []).extend(areas)
        return list(found.items())

    # reading

    @property
    def raw_value(self) -> Any:
        rows = [list(row) for row in self.cells.getDataArray()]
        null, top, left = self._sheet.book.null_date, self.address_of.StartRow, self.address_of.StartColumn
        for area, kind in self._dates_and_truths():
            for row in rows[area.StartRow - top : area.EndRow - top + 1]:
                for at in range(area.StartColumn - left, area.EndColumn - left + 1):
                    if type(row[at]) is float:
                        row[at] = bool(row[at]) if kind & LOGICAL else moment(null, row[at])
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value == "":
                    row[c] = None
                elif not isinstance(value, (str, float, bool, datetime)):
                    error = self.cells.getCellByPosition(c, r).getError()
                    row[c] = FIRST_ERROR + ERRORS.get(error, 2015)
        return shaped(rows)

    def _dates_and_truths(self) -> Iterator[tuple[Any, int]]:
        """Areas of cells that show a date, a time or a truth value."""
        for area in self.cells.queryContentCells(DATES_TYPED).getRangeAddresses():
            yield area, DATE_OR_TIME
        for area in self.cells.queryFormulaCells(NUMBER_RESULT).getRangeAddresses():
            for column in range(area.StartColumn, area.EndColumn + 1):
                for row in range(area.StartRow, area.EndRow + 1):
                    cell = self._sheet.calc.getCellByPosition(column, row)
                    kind = self._sheet.book.format_type(cell.NumberFormat)
                    if kind & (DATE_OR_TIME | LOGICAL):
                        yield cell.RangeAddress, kind

    @property
    def formula(self) -> Any:
        rows = [list(row) for row in self.cells.getFormulaArray()]
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                if text.startswith("'") and len(text) > 1:
                    row[c] = text[1:]
                elif text.startswith("="):
                    cell = self.cells.getCellByPosition(c, r)
                    if cell.Type.value == "FORMULA":
                        row[c] = _CONSTANTS.get(text) or self._sheet.book.excel_formula(cell, text)
        return shaped(rows)

    @property
    def number_format(self) -> str | None:
        codes = {self._sheet.book.format_code(key) for key, _ in self._formats()}
        return codes.pop() if len(codes) == 1 else None

    # writing

    @number_format.setter
    def number_format(self, code: str) -> None:
        self.cells.NumberFormat = self._sheet.book.format_key(code)

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        rows, columns = self.shape
        block = value if isinstance(value, (list, tuple)) else [[value] * columns for _ in range(rows)]
        assert len(block) == rows, "the block is as high as the range"
        assert {len(row) for row in block} == {columns}, "and as wide"
        as_text = {
            (row, column)
            for key, areas in self._formats()
            if self._sheet.book.format_type(key) & TEXT_TYPE
            for top, left, bottom, right in areas
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }
        plain: list[tuple[Any, ...]] = []
        special: list[tuple[int, int, Any]] = []
        for r, row in enumerate(block):
            cells = []
            for c, cell in enumerate(row):
                held, later = self._entered(cell, (r, c) in as_text)
                cells.append(held)
                if later is not None:
                    special.append((r, c, later))
            plain.append(tuple(cells))
        self.cells.setDataArray(tuple(plain))
        for r, c, later in special:
            self._special(self.cells.getCellByPosition(c, r), later)

    def _entered(self, value: Any, text: bool) -> tuple[Any, Any]:
        """(what the cell holds at once, what has to be done to it then)."""
        if value is None:
            return "", None
        if isinstance(value, bool):
            return float(value), value
        if isinstance(value, datetime):
            days = (value.replace(tzinfo=None) - self._sheet.book.null_date) / timedelta(days=1)
            return (str(value), None) if text else (days, value)
        if isinstance(value, (int, float)):
            return (f"{value:g}", None) if text else (float(value), None)
        assert isinstance(value, str), f"Excel takes no {type(value).__name__}"
        if len(value) > 32_767:
            raise ValueError("more text than a cell holds")
        if value.startswith("'"):
            return value[1:], None
        if not text and _TYPED.match(value):
            return "", value
        return value, None

    def _special(self, cell: Any, value: Any) -> None:
        book = self._sheet.book
        if isinstance(value, bool):
            cell.setFormula("=TRUE()" if value else "=FALSE()")
        elif isinstance(value, datetime):
            if book.format_code(cell.NumberFormat) == "General":
                cell.NumberFormat = book.format_key(MOMENT_FORMAT)
        elif value.startswith("=") and len(value) > 1:
            cell.setTokens(book.parser.parseFormula(value[1:], cell.CellAddress))
        else:
            cell.setFormula(value)  # as typed

    @property
    def address(self) -> str:
        return "".join(re.findall(r"\$[A-Z]+\$[0-9]+|:", str(self.cells.AbsoluteName).rpartition("'")[2]))

    @property
    def merge_area(self) -> UnoRange:
        return UnoRange(self._sheet, self._with_merged())

    @property
    def merge_cells(self) -> bool | None:
        """True where one merged area is the whole range, None where some cells are merged."""
        whole = self.cells.RangeAddress
        reach = self._with_merged().RangeAddress
        if not _same(reach, whole):
            return None if len(self) > 1 else True
        if not self.cells.getIsMerged():
            return False
        first = UnoRange(self._sheet, self.cells.getCellByPosition(0, 0))
        return True if _same(first._with_merged().RangeAddress, whole) else None

    def _with_merged(self) -> Any:
        cursor = self._sheet.calc.createCursorByRange(self.cells)
        cursor.collapseToMergedArea()
        a = cursor.RangeAddress
        return self._sheet.calc.getCellRangeByPosition(a.StartColumn, a.StartRow, a.EndColumn, a.EndRow)

    @property
    def EntireRow(self) -> UnoRows:  # noqa: N802
        return UnoRows(self.cells.Rows)

    @property
    def column_width(self) -> float | None:
        found = {column.Width for column in self.cells.Columns}
        return found.pop() / WIDTH_OF_DIGIT if len(found) == 1 else None

    @column_width.setter
    def column_width(self, width: float) -> None:
        self.cells.Columns.Width = round(width * WIDTH_OF_DIGIT)

    def autofill(self, destination: Any, type_: str) -> None:
        assert type_ == "fill_formats"
        destination.impl.cells.CellStyle = self.cells.CellStyle

    def clear_formats(self) -> None:
        self.cells.clearContents(HARD_FORMATS)

    def get_special_cells(self, cell_type: str, value_type: Any) -> list[UnoRange]:
        assert (cell_type, value_type) == ("visible", None)
        seen = self.cells.queryVisibleCells()
        return [UnoRange(self._sheet, seen.getByIndex(at)) for at in range(seen.getCount())]


class UnoRows:
    def __init__(self, rows: Any) -> None:
        self._rows = rows

    @property
    def Hidden(self) -> bool | None:  # noqa: N802
        seen = {bool(row.IsVisible) for row in self._rows}
        return None if len(seen) > 1 else not seen.pop()


def _same(one: Any, other: Any) -> bool:
    ends = ("StartColumn", "StartRow", "EndColumn", "EndRow")
    return all(getattr(one, end) == getattr(other, end) for end in ends)


def moment(null: datetime, days: float) -> datetime:
    return null + timedelta(milliseconds=round(days * 86_400_000))


def shaped(rows: list[list[Any]]) -> Any:
    """As COM gives a block: one cell bare, else a tuple of tuples."""
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    return tuple(tuple(row) for row in rows)


def cleaned(value: Any, err_to_str: bool) -> Any:
    """What xlwings' Windows engine makes of a raw cell."""
    if isinstance(value, int) and not isinstance(value, bool):
        return TEXTS.get(value - FIRST_ERROR) if err_to_str else None
    return None if value == "" else value
