"""Columns that come to the right end of a table in the open workbook, and are taken off again by undo.

A heading is written before the table is widened over it, so that Excel names the column by it; what it looks like is
Excel's own filling of formats, which needs no clipboard.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from ..own_columns import OwnColumns, check_room
from ..table_place import TablePlace
from .calls import patiently
from .grid import LiveTable, SheetGrid, block_of
from .writing import BlockWriter, Tape


def refuse_beside(place: TablePlace, grid: SheetGrid, own: OwnColumns, bottom: int) -> None:
    """Raises WorkbookError table.beside where something stands in the columns to be made, down to row `bottom`."""
    scan = grid.read(own.numbers, place.header_row, bottom)
    filled = [
        (row, number)
        for number, read in scan.columns.items()
        for row, cell in zip(scan.rows, read.cells, strict=False)
        if cell is not None or row in read.formulas
    ]
    areas = [
        table.area
        for table in grid.tables
        if table.part != place.part and table.area.left <= own.numbers[-1] and table.area.right >= own.first
        and table.area.top <= bottom and table.area.bottom >= place.header_row
    ]  # fmt: skip
    check_room(place, own, filled, areas)


def put_headings(
    grid: SheetGrid, row: int, bottom: int, own: OwnColumns, writer: BlockWriter, tape: Tape
) -> None:
    """Writes the new columns' headings: formats of their left neighbour's, colours of a column that people type into,
    also down to row `bottom`."""
    sheet, count = grid.sheet, len(own.fresh)
    head = block_of(sheet, row, own.first, 1, count)
    tape.note(block_of(sheet, row, own.first, bottom - row + 1, count).clear_formats)
    writer.rectangle(row, own.first, [list(own.fresh)], [[None] * count])
    with contextlib.suppress(Exception):  # a look that Excel refuses stops nothing
        block_of(sheet, row, own.first - 1, 1, 1).autofill(block_of(sheet, row, own.first - 1, 1, count + 1), "fill_formats")
    with contextlib.suppress(Exception):
        if own.like and own.like != own.first - 1:
            model = block_of(sheet, row, own.like, 1, 1)
            head.color, head.font.color = model.color, model.font.color
        if own.like and bottom > row:
            body = block_of(sheet, row + 1, own.first, bottom - row, count)
            body.color = block_of(sheet, row + 1, own.like, 1, 1).color
    with contextlib.suppress(Exception):
        before, wanted = head.column_width, max(map(own.width, own.numbers))
        if before is not None and before < wanted:
            tape.note(_width(head, before))
            head.column_width = wanted


def _width(area: Any, width: float) -> Callable[[], None]:
    def put() -> None:
        area.column_width = width

    return put


def resized(table: LiveTable, sheet: Any, bottom: int, right: int) -> Callable[[], None]:
    """Makes row `bottom` (totals row included) and column `right` the table's last."""
    area = table.area

    def to() -> None:
        table.handle.resize(block_of(sheet, area.top, area.left, bottom - area.top + 1, right - area.left + 1))

    return to


def take_off(
    place: TablePlace, grid: SheetGrid, table: LiveTable | None, numbers: Sequence[int], bottom: int,
    writer: BlockWriter, tape: Tape,
) -> None:  # fmt: skip
    """Takes the table's last columns, which hold nothing but their heading, off a table that ends with row `bottom`."""
    if table is not None:
        whole = bottom + table.totals
        tape.note(resized(table, grid.sheet, whole, table.area.right))
        patiently(resized(table, grid.sheet, whole, min(numbers) - 1))
    old = [grid.standing(place.header_row, number) for number in numbers]
    writer.rectangle(place.header_row, min(numbers), [[None] * len(numbers)], [old])
    with contextlib.suppress(Exception):
        block_of(grid.sheet, place.header_row, min(numbers), bottom - place.header_row + 1, len(numbers)).clear_formats()
