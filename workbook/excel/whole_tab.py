"""Every cell of a tab of the open workbook, as a table that is to be imported: one bulk read of the values, and few calls
for what lies over them (merged cells, hidden rows), found by halving."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from ..book import CellError, CellPicture, RawCell
from ..foreign_tables import ForeignTab, Runs
from ..issues import WorkbookError
from ..package.cell_pictures import shows_picture
from ..package.cell_refs import Area, address
from ..package.foreign_tabs import MOST_CELLS, ZEROS, runs
from .calls import MAC, patiently
from .cells import raw
from .grid import block_of, read_block, read_formulas
from .tabs import shown
from .writing import stretches_of_format

MOST_CALLS = 10_000
"""Calls that may be spent on finding merged cells: some 500 areas, a few seconds."""
_BLOCK = 20_000  # rows of one read; one without content, but the first, is taken for the end
_FORMAT_CALLS = 60
_CALLS_OF_A_LOOK = 4
_WPS_PICTURE = "DISPIMG("


class TooManyLooksError(Exception):
    """Merged cells or hidden rows are not told apart in a reasonable number of calls."""


def whole_tab(sheet: Any, title: str, date1904: bool) -> ForeignTab:
    """The tab. Raises TooManyLooksError, WorkbookError stranger.too_wide for a far cell."""
    values = _values(sheet, title)
    width = len(values[0]) if values else 0
    dates: dict[int, Runs] = {}
    columns: list[list[RawCell]] = []
    looks = [_FORMAT_CALLS]
    for number, given in enumerate(zip(*values, strict=True), 1):
        cells = [raw(value, date1904) for value in given]
        shown_as_date = [row for row, value in enumerate(given, 1) if isinstance(value, datetime)]
        if shown_as_date:
            dates[number] = tuple((first, last) for first, last in runs(shown_as_date))
        _with_zeros(sheet, number, cells, set(shown_as_date), looks)
        columns.append(cells)
    if any(_may_be_picture(cell) for cells in columns for cell in cells):
        for row, texts in enumerate(read_formulas(sheet, 1, 1, len(values), width)):
            for at, text in enumerate(texts):
                if type(text) is str and shows_picture(text.removeprefix("=")):
                    columns[at][row] = CellPicture()
    height = max((row for cells in columns for row in _last(cells)), default=0)
    while columns and not _last(columns[-1]):
        columns.pop()
    visible = patiently(lambda: shown(sheet))
    return ForeignTab(
        title,
        [cells[:height] for cells in columns],
        _merged(sheet, len(values), width),
        _hidden_rows(sheet, height),
        dates,
        not visible,
    )


def _last(cells: Sequence[RawCell]) -> list[int]:
    """The row of the last cell that holds something; none for a blank column."""
    return next(([at + 1] for at in range(len(cells) - 1, -1, -1) if cells[at] is not None), [])


def _values(sheet: Any, title: str) -> list[Sequence[Any]]:
    def used() -> tuple[int, int]:
        area = sheet.used_range
        rows, columns = area.shape
        return area.row + rows - 1, area.column + columns - 1

    bottom, right = patiently(used)
    values: list[Sequence[Any]] = []
    while len(values) < bottom:
        if (len(values) + _BLOCK) * right > MOST_CELLS:
            cell = address(bottom, right)
            raise WorkbookError("stranger.too_wide", file=sheet.book.name, sheet=title, cell=cell)
        count = min(_BLOCK, bottom - len(values))
        block = read_block(sheet, len(values) + 1, 1, count, right)
        if values and not any(value not in (None, "") for row in block for value in row):
            break
        values += block
    return values


def _with_zeros(sheet: Any, number: int, cells: list[RawCell], dates: set[int], looks: list[int]) -> None:
    """Numbers that a format shows with leading zeros (00123) become that text."""
    rows = [
        row for row, c in enumerate(cells, 1) if type(c) is float and c == int(c) and 0 <= c < 1e15 and row not in dates
    ]
    if not rows:
        return
    for first, count, code in stretches_of_format(sheet, rows[0], number, rows[-1] - rows[0] + 1, looks):
        if code and ZEROS.fullmatch(code):
            for row in rows:
                if first <= row < first + count:
                    cells[row - 1] = str(int(cells[row - 1])).zfill(len(code))  # type: ignore[arg-type]


def _may_be_picture(cell: RawCell) -> bool:
    return isinstance(cell, CellError) or (type(cell) is str and _WPS_PICTURE in cell)


def _merged(sheet: Any, rows: int, columns: int) -> tuple[Area, ...]:
    """The merged areas, in order: halves of the columns that hold any, then each column from top to bottom."""
    found: list[Area] = []
    left = [MOST_CALLS]

    def any_in(top: int, first: int, bottom: int, last: int) -> bool:
        left[0] -= _CALLS_OF_A_LOOK
        if left[0] < 0:
            raise TooManyLooksError
        return patiently(lambda: block_of(sheet, top, first, bottom - top + 1, last - first + 1).merge_cells) is not False

    def columns_with(first: int, last: int) -> None:
        if not any_in(1, first, rows, last):
            return
        if first == last:
            down(first)
            return
        middle = (first + last) // 2
        columns_with(first, middle)
        columns_with(middle + 1, last)

    def down(column: int) -> None:
        row, stride = 1, 1
        while row <= rows:
            known = next((a for a in found if a.covers(row, column)), None)
            if known is None and not any_in(row, column, min(row + stride - 1, rows), column):
                row, stride = row + stride, stride * 2
                continue
            if known is None and stride > 1:
                stride = max(stride // 2, 1)
                continue
            if known is None:
                left[0] -= _CALLS_OF_A_LOOK
                known = patiently(lambda row=row: _area(block_of(sheet, row, column, 1, 1)))  # type: ignore[misc]
                found.append(known)
            row = known.bottom + 1

    if rows and columns:
        columns_with(1, columns)
    return tuple(sorted(found, key=lambda area: (area.top, area.left)))


def _area(cell: Any) -> Area:
    area = Area.parse(str(cell.merge_area.address))
    assert area is not None, "Excel names a rectangle"
    return area


def _hidden_rows(sheet: Any, height: int) -> Runs:
    """Runs of hidden rows; none where this Excel does not tell."""
    found: list[int] = []
    left = [MOST_CALLS // _CALLS_OF_A_LOOK]

    def seek(first: int, last: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise TooManyLooksError
        hidden = patiently(_hidden(block_of(sheet, first, 1, last - first + 1, 1)))
        if hidden is True:
            found.extend(range(first, last + 1))
        elif hidden is not False and last > first:
            middle = (first + last) // 2
            seek(first, middle)
            seek(middle + 1, last)

    try:
        if height:
            seek(1, height)
    except (WorkbookError, TooManyLooksError):
        raise
    except Exception:
        return ()
    return tuple((first, last) for first, last in runs(sorted(found)))


def _hidden(block: Any) -> Callable[[], Any]:
    """Are the block's rows hidden: True, False, or something else where some are."""
    def ask() -> Any:
        return block.api.entire_row.hidden.get() if MAC else block.api.EntireRow.Hidden

    return ask
