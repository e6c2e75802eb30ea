"""Undo in a package: how the workbook is looked at, and how what has to be put back is put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from ..book import RawCell, WrittenColumn, WrittenTable
from ..schema import Column, Sheet
from ..table_place import TablePlace
from ..undo import Found, Length, Plan, PutBack, Seen, Width
from . import chart_cache
from .cell_refs import column_number, letters
from .named_cells import named_places
from .new_columns import remove_columns
from .opc import Package, SheetEntry
from .remove_tab import readers, remove_tab
from .shared_strings import strings_of
from .sheet_edit import KEEP, Content, Formula, Keep, SheetEditor, Under
from .sheet_xml import SheetXml, sheet_of
from .shorten_table import shorten
from .stale_formulas import count_readers
from .styles_xml import Styles
from .tables import grow, locate
from .workbook_xml import arrange_tabs, drop_calc_chain, front_tab, recalculate_on_load, uses_1904
from .written import constants


class PackageView:
    """A package as undo looks at it (undo.View)."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._sheets: dict[str, SheetXml] = {}
        self._editors: dict[str, SheetEditor] = {}

    @cached_property
    def strings(self):  # type: ignore[no-untyped-def]
        return strings_of(self.package)

    def has(self, title: str) -> bool:
        return self.package.sheet(title) is not None

    def sheet(self, title: str) -> tuple[SheetEntry, SheetXml]:
        entry = self.package.sheet(title)
        assert entry is not None, "asked for before"
        if entry.part not in self._sheets:
            self._sheets[entry.part] = sheet_of(self.package, entry)
        return entry, self._sheets[entry.part]

    def place(self, table: WrittenTable) -> TablePlace | None:
        if not self.has(table.title):
            return None
        entry, xml = self.sheet(table.title)
        return locate(self.package, entry, as_sheet(table), xml, self.strings)

    def find(self, table: WrittenTable) -> Found | None:
        return found(self.place(table))

    def cells(self, title: str, letters: Iterable[str], first: int, last: int) -> Seen:
        names = list(letters)
        _, xml = self.sheet(title)
        scan = xml.read({column_number(name) for name in names}, self.strings, first, last)
        columns: dict[str, list[RawCell]] = {name: scan.columns[column_number(name)].cells for name in names}
        formulas = {name: scan.columns[column_number(name)].formulas for name in names}
        return Seen([int(row) for row in scan.rows], columns, formulas)

    def formula(self, title: str, letters: str, row: int) -> str | None:
        if title not in self._editors:
            self._editors[title] = SheetEditor(self.sheet(title)[1], Styles(self.package))
        return self._editors[title].formula(row, column_number(letters))

    def constants(self, title: str) -> list[WrittenColumn]:
        return constants(self.package, title, self.strings)

    def named(self, title: str) -> Mapping[str, tuple[int, str]]:
        entry, xml = self.sheet(title)
        places = named_places(self.package, entry.title, xml)
        return {name: (row, letters(column)) for name, (row, column) in places.items()}

    def is_read(self, table: WrittenTable, letters: str) -> bool:
        place = self.place(table)
        if place is None:
            return True
        number = column_number(letters)
        heading = place.headings.get(number, "")
        parts = [self.package.workbook_part, *(e.part for e in self.package.sheets() if e.part)]
        named = f"[{heading}]".encode()
        if any(named in self.package.read(part) for part in parts if self.package.has(part)):
            return True
        return count_readers(self.package, {table.title: (place.name, {number: heading})}) > 0

    def ties(self, title: str) -> list[str]:
        entry, xml = self.sheet(title)
        if b"codeName=" in xml.head and self.package.related(self.package.workbook_part, "vbaProject"):
            return [f"工作表“{entry.title}”(已有宏模块,请先在 Excel 里删除这个工作表)"]
        return [f"{place}(引用了工作表“{entry.title}”)" for place in readers(self.package, title)]


def take_back(package: Package, plan: Plan) -> None:
    """Makes the plan's changes in the package as it stands now."""
    standing = front_tab(package)
    view = PackageView(package)
    work = _Work(view)
    lengths = {length.table.title: length for length in plan.lengths}
    widths = {width.table.title: width for width in plan.widths}
    for title in dict.fromkeys([*lengths, *widths, *(p.title for p in (*plan.cells, *plan.filled, *plan.under))]):
        work.sheet(
            title,
            [p for p in (*plan.cells, *plan.filled) if p.title == title],
            [p for p in plan.under if p.title == title],
            lengths.get(title),
            widths.get(title),
        )
    work.styles.store()
    if work.formulas:
        drop_calc_chain(package)
    for title in dict.fromkeys(p.title for p in (*plan.filled, *plan.under)):
        chart_cache.refresh(package, title, view.strings)
    for title in plan.tabs:
        remove_tab(package, title)
    _arrange(package, plan, standing)
    recalculate_on_load(package)


class _Work:
    def __init__(self, view: PackageView) -> None:
        self.view = view
        self.styles = Styles(view.package)
        self.date1904 = uses_1904(view.package)
        self.formulas = False

    def sheet(
        self, title: str, cells: list[PutBack], under: list[PutBack], length: Length | None, width: Width | None
    ) -> None:
        package = self.view.package
        entry, xml = self.view.sheet(title)
        place = self.view.place(length.table) if length else None
        if length and place and length.becomes < length.bottom:
            self.formulas |= shorten(package, xml, place, length.becomes)
        if width:
            wide = place or self.view.place(width.table)
            assert wide is not None, "it was found when the plan was made"
            remove_columns(package, entry, xml, wide, [column_number(name) for name in width.letters])
        editor = SheetEditor(xml, self.styles, self.date1904, place.first if place else 1)
        if length and place and length.becomes > length.bottom:
            grow(package, editor, place, self.view.strings, length.becomes)
        rows = sorted({row for column in (*cells, *under) for row in column.rows})
        place_of = {row: at for at, row in enumerate(rows)}
        columns: dict[int, list[Content | Keep]] = {}
        for column in cells:
            values = columns.setdefault(column_number(column.letters), [KEEP] * len(rows))
            for row, cell in zip(column.rows, column.cells, strict=True):
                text = column.formulas.get(row)
                values[place_of[row]] = Formula(text, cell) if text else cell
        for column in under:
            values = columns.setdefault(column_number(column.letters), [KEEP] * len(rows))
            for row, cell in zip(column.rows, column.cells, strict=True):
                values[place_of[row]] = Under("" if cell is None else cell)
        editor.set_columns(rows, columns)
        package.write(entry.part, editor.finish())
        self.formulas |= editor.formulas_changed


def _arrange(package: Package, plan: Plan, standing: str) -> None:
    """Tabs hidden or shown go back where nobody changed that since; the tab in front too."""
    states = {entry.title: entry.state == "visible" for entry in package.sheets()}
    show = tuple(title for title, seen in plan.shown.items() if seen and states.get(title) is False)
    hide = tuple(title for title, seen in plan.shown.items() if not seen and states.get(title) is True)
    before, after = plan.front
    front = before if states.get(before) and standing == after else ""
    if show or hide or front:
        arrange_tabs(package, hide, show, front)


def as_sheet(table: WrittenTable) -> Sheet:
    """The written table as a schema, so that it is found as tables are."""
    # a person's heading may hold what no schema's may: it is looked for as an alias
    columns = tuple(Column(_key(a), _key(a), aliases=(heading,)) for a, heading in table.headings.items())
    return Sheet("written", table.title, table.name, columns, header_row=table.header_row)


def _key(letters: str) -> str:
    return f"c_{letters.lower()}"


def old_letters(key: str) -> str:
    return key.removeprefix("c_").upper()


def found(place: TablePlace | None) -> Found | None:
    """Where a table that was looked for `as_sheet` stands now; None where it is gone."""
    if place is None or not place.columns:
        return None
    return Found(
        header_row=place.header_row,
        bottom=place.last,
        letters={old_letters(key): letters(number) for key, number in place.columns.items()},
        columns=tuple(letters(number) for number in range(place.left, place.right + 1)),
        doubled={old_letters(key) for key in place.doubled},
    )
