"""A new year's ledger as a copy of the old file with its tables shortened: styles, templates, macros and the person's own
columns and tabs come along because nothing of them is made anew. The old file is only read.

Before anything is handed out every kept row is compared, cell by cell, with the row it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .book import Changes, RawCell
from .issues import WorkbookError
from .package import guard
from .package.cell_refs import letters
from .package.changes import ChangeSet
from .package.copy_tab import copy_tab
from .package.keep_rows import keep_rows, readers_of_rows
from .package.opc import Package, SheetEntry
from .package.remove_tab import readers, remove_tab
from .package.shared_strings import strings_of
from .package.sheet_xml import sheet_of
from .package.table_growth import follow
from .package.tables import locate
from .package.workbook_xml import drop_calc_chain, recalculate_on_load, uses_1904
from .resources import templates
from .schema import Sheet
from .sheets.carried import CARRIED

SHOWN_CELLS = 5


@dataclass(frozen=True)
class Rows:
    """The sheet rows of one table that are kept, rising."""

    sheet: Sheet
    keep: Sequence[int]


@dataclass
class CarriedFile:
    """The new file's bytes, names of the parts to be looked at again, and what a person has to know: tabs that could
    not be left behind, cells whose formula reads a single row of a table."""

    data: bytes = b""
    checked: tuple[str, ...] = ()
    tabs_kept: list[str] = field(default_factory=list)
    row_readers: list[str] = field(default_factory=list)


def carried_file(
    source: Path, tables: Sequence[Rows], carried: Any, without: Sequence[str], renewed: Sequence[str], front: str
) -> CarriedFile:
    """The new ledger. `carried` is the body of 结转记录, `without` are the titles of tabs that stay behind (those that
    other formulas read come along), `renewed` of tabs that are the packaged ones again, `front` stands in front. Raises
    WorkbookError carry.unequal."""
    old = Package.open(source)
    package = old.copy()
    made = CarriedFile()
    with guard.naming(source.name):
        for title in (*without, *renewed):
            if readers(package, title):
                made.tabs_kept.append(title)
            else:
                before = _tab_before(package, title)
                remove_tab(package, title)
                if title in renewed:
                    copy_tab(Package.open(templates()), title, package, title, before)
        strings = strings_of(package)
        for rows in tables:
            _shorten(package, rows, strings, made.row_readers)
        if package.sheet(CARRIED.title) is None:
            copy_tab(Package.open(templates()), CARRIED.title, package, CARRIED.title)
        drop_calc_chain(package)
        recalculate_on_load(package)
        work = ChangeSet(package, uses_1904(package), strings_of(package))
        work.make(Changes(replace=[(CARRIED, carried)], activate=front))
        made.data, made.checked = package.to_bytes(), tuple(package.changed_names())
        _compare(old, Package(made.data, source.name), tables)
    return made


def _tab_before(package: Package, title: str) -> str:
    titles = [entry.title for entry in package.sheets()]
    return titles[max(titles.index(title) - 1, 0)]


def _shorten(package: Package, rows: Rows, strings: Any, row_readers: list[str]) -> None:
    entry = package.sheet(rows.sheet.title)
    if entry is None:
        return
    xml = sheet_of(package, entry)
    place = locate(package, entry, rows.sheet, xml, strings)
    last = place.last
    growth = keep_rows(package, entry, xml, place, rows.keep)
    if growth is not None:
        row_readers += readers_of_rows(package, entry, place, last)
        follow(package, [growth])


def _compare(old: Package, new: Package, tables: Sequence[Rows]) -> None:
    """Raises WorkbookError carry.unequal where a kept row differs from what it was, or another one came along."""
    for rows in tables:
        before, after = old.sheet(rows.sheet.title), new.sheet(rows.sheet.title)
        if before is None or after is None:
            continue
        title, (was, became) = rows.sheet.title, (_Cells(old, before, rows.sheet), _Cells(new, after, rows.sheet))
        filled = became.last - became.first + 1
        if filled != max(len(rows.keep), 1) and (was.last >= was.first or rows.keep):
            raise WorkbookError("carry.unequal", sheet=title, what=f"应带走 {len(rows.keep)} 行,新台账里是 {filled} 行")
        for column in was.columns:
            kept = [was.cell(column, row) for row in rows.keep]
            got = [became.cell(column, row) for row in range(became.first, became.last + 1)]
            if (got != kept) if kept else any(cell is not None for cell in got):
                wrong = [row for row, a, b in zip(rows.keep, kept, got, strict=False) if a != b][:SHOWN_CELLS]
                what = "的 " + "、".join(f"{letters(column)}{row}" for row in wrong) + " 没有原样带过去"
                raise WorkbookError("carry.unequal", sheet=title, what=what)


class _Cells:
    """The cells of a table as they read, rows `first` to `last`."""

    def __init__(self, package: Package, entry: SheetEntry, sheet: Sheet) -> None:
        strings = strings_of(package)
        xml = sheet_of(package, entry)
        place = locate(package, entry, sheet, xml, strings)
        self.first, self.last = place.first, place.last
        self.columns = range(place.left, place.right + 1)
        self._scan = xml.read(self.columns, strings, place.first, max(place.first, place.last))
        self._at = {row: n for n, row in enumerate(self._scan.rows)}

    def cell(self, column: int, row: int) -> RawCell:
        return self._scan.columns[column].cells[self._at[row]] if row in self._at else None
