"""The person's own columns of rows to be added: which the table has, and which have to be made at its right end."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from .issues import WorkbookError
from .package.cell_content import Serial, serial
from .package.cell_refs import MAX_COLUMN, Area, address
from .package.cell_writing import Content
from .package.column_values import contents
from .schema import Sheet, fold
from .table_place import TablePlace

MAX_HEADING = 255  # Excel: characters of a table's heading
_NARROWEST, _WIDEST, _OF_A_MOMENT = 12.0, 40.0, 17.0
_LOOKED_AT = 200  # cells


@dataclass(frozen=True)
class OwnColumns:
    """`values` by column number, each as long as the frame; `fresh` are the headings of the columns that the table does
    not have yet, from `first` on. `like` is a column that people type into, the nearest to them, where that is known: new
    headings look like its heading, else like their left neighbour's."""

    values: Mapping[int, list[Content]]
    fresh: tuple[str, ...]
    first: int
    like: int = 0

    @property
    def numbers(self) -> range:
        """The columns that are to be made."""
        return range(self.first, self.first + len(self.fresh))

    def width(self, number: int) -> float:
        """How wide a column that is made has to be, in characters: its heading with the filter's button and its first
        cells fit."""
        cells = [cell for cell in islice(self.values.get(number, ()), _LOOKED_AT) if cell is not None]
        widths = [_OF_A_MOMENT if isinstance(cell, Serial) else _characters(str(cell)) + 2.0 for cell in cells]
        return min(max([_NARROWEST, _characters(self.fresh[number - self.first]) + 4.0, *widths]), _WIDEST)


def place_own(sheet: Sheet, place: TablePlace, frame: Any, own: Any) -> OwnColumns:
    """Where the columns of `own` stand, a frame of cells by heading that goes with the frame of new rows. Raises
    WorkbookError heading.doubled, cell.too_long, sheet.too_wide."""
    if not own.index.equals(frame.index):
        raise ValueError(f"{sheet.title}: the rows of the own columns are not those that are added")
    standing = _standing(place)
    values: dict[int, list[Content]] = {}
    fresh: list[str] = []
    for at, heading in enumerate(own.columns):
        text = str(heading)
        if not fold(text) or sheet.find(text):
            raise ValueError(f"{sheet.title}: {text!r} is no heading of a column of one's own")
        if len(text) > MAX_HEADING:
            raise WorkbookError("cell.too_long", length=len(text), limit=MAX_HEADING, start=text[:20])
        found = standing.get(text) or standing.get(fold(text)) or []
        if len(found) > 1:
            there = "、".join(address(place.header_row, number) for number in found)
            raise WorkbookError("heading.doubled", sheet=place.title, heading=text, cells=there)
        number = found[0] if found else place.right + len(fresh) + 1
        if number in values or number > MAX_COLUMN or (not found and fold(text) in map(fold, fresh)):
            if number > MAX_COLUMN:
                raise WorkbookError("sheet.too_wide", sheet=place.title, heading=text)
            raise ValueError(f"{sheet.title}: the own column {text!r} is given twice")
        if not found:
            fresh.append(text)
        cells = contents(own.iloc[:, at])
        values[number] = [Serial(serial(cell)) if isinstance(cell, datetime) else cell for cell in cells]
    given = {place.columns[c.key] for c in sheet.columns if c.role != "typed" and c.key in place.columns}
    typed = (n for n in range(place.right, place.left, -1) if n in place.headings and n not in given)
    return OwnColumns(values, tuple(fresh), place.right + 1, next(typed, place.right))


def fresh_headings(sheet: Sheet, place: TablePlace, headings: Iterable[str]) -> tuple[str, ...]:
    """Those of the schema's headings whose column the table lacks, in order."""
    found = (sheet.find(heading) for heading in headings)
    return tuple(column.heading for column in found if column is not None and column.key not in place.columns)


def _standing(place: TablePlace) -> dict[str, list[int]]:
    """The person's headings, as written and folded, and where they stand."""
    known = set(place.columns.values())
    found: dict[str, list[int]] = {}
    for number, text in place.headings.items():
        if number not in known:
            for name in {text, fold(text)}:
                found.setdefault(name, []).append(number)
    return found


def check_room(place: TablePlace, own: OwnColumns, filled: Iterable[tuple[int, int]], areas: Sequence[Area]) -> None:
    """Raises WorkbookError table.beside where something stands at the table's right: `filled` are cells (row, column) with
    content in the columns to be made, between the heading row and the table's new end; `areas` are other tables there
    and merged cells."""
    blocked = sorted(filled) + [(area.top, max(area.left, own.first)) for area in areas]
    if blocked:
        row, column = min(blocked)
        raise WorkbookError(
            "table.beside", sheet=place.title, cell=address(row, column), heading="”“".join(own.fresh), count=len(own.fresh)
        )


def widened(place: TablePlace, own: OwnColumns) -> None:
    """Notes in `place` that the columns are there."""
    for number, heading in zip(own.numbers, own.fresh, strict=True):
        place.headings[number] = heading
    place.right += len(own.fresh)


def _characters(text: str) -> int:
    """Places that a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
