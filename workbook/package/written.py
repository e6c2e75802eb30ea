"""What an apply notes down about its own writing, for undo to find and to check again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from ..book import RawCell, WrittenColumn, WrittenTable
from ..schema import Sheet, fold
from ..table_place import TablePlace
from .cell_content import SHIFT_1904, Serial, as_read
from .cell_refs import column_number, letters
from .opc import Package
from .shared_strings import SharedStrings
from .sheet_edit import Content
from .sheet_xml import sheet_of


def stored(value: Content, date1904: bool) -> RawCell:
    """What reading gives back, in the book's own date system, after a value was written."""
    shown = as_read(value)  # type: ignore[arg-type]
    if date1904 and isinstance(value, (Serial, datetime)):
        return float(shown) - SHIFT_1904  # type: ignore[arg-type]
    return shown


def constants(package: Package, title: str, strings: SharedStrings) -> list[WrittenColumn]:
    """All cells of a tab that hold something and no formula."""
    entry = package.sheet(title)
    assert entry is not None, "the tab was made just now"
    xml = sheet_of(package, entry)
    names = {n.decode() for n in re.findall(rb'<%sc r="([A-Z]+)' % re.escape(xml.p), xml.body)}
    scan = xml.read([column_number(name) for name in names], strings)
    found = []
    for number, read in sorted(scan.columns.items()):
        cells = {
            row: cell
            for row, cell in zip(scan.rows, read.cells, strict=True)
            if cell is not None and row not in read.formulas
        }
        if cells:
            blank: list[RawCell] = [None] * len(cells)
            found.append(WrittenColumn(title, letters(number), list(cells), blank, list(cells.values())))
    return found


def written_table(place: TablePlace, sheet: Sheet, owned: bool, written: Iterable[int] = ()) -> WrittenTable:
    """Where the table stands, as undo has to find it again: by the schema's columns, and by those of the person's own
    that were written to (`written` are the numbers of the columns that were)."""
    typed = [c.key for c in sheet.columns if c.role == "typed" and (c.required or not c.own)]
    return WrittenTable(
        title=place.title,
        name=place.name,
        header_row=place.header_row,
        bottom=place.last,
        headings={letters(number): fold(place.headings[number]) for number in {*place.columns.values(), *written}},
        identity=tuple(letters(place.columns[key]) for key in sheet.identity if key in place.columns),
        witnesses=tuple(letters(place.columns[key]) for key in typed if key in place.columns),
        owned=owned,
    )
