"""Undo in the open workbook: how it is looked at, and how what has to be put back is put back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..book import Before, WrittenColumn, WrittenTable
from ..issues import WorkbookError
from ..package.cell_content import Serial
from ..package.cell_refs import address, column_number, letters
from ..package.cell_writing import Content, Formula
from ..package.styles_xml import is_date_format
from ..package.take_back import as_sheet, found
from ..table_place import TablePlace, find_table
from ..undo import Found, Plan, PutBack, Seen, View, Width, same_text
from .calls import native, patiently
from .grid import LiveTable, SheetGrid, block_of
from .new_columns import resized, take_off
from .protection import open_up, refuse_protected
from .tabs import constants, delete, place_of, put_in_front, show, shown
from .writing import BlockWriter, Tape, check, runs, stands_again


class LiveView:
    """The open workbook as undo looks at it (undo.View)."""

    def __init__(self, book: Any, date1904: bool) -> None:
        self.book, self.date1904 = book, date1904
        self.tabs: dict[str, Any] = patiently(lambda: {sheet.name.casefold(): sheet for sheet in book.sheets})
        self._grids: dict[str, SheetGrid] = {}

    def has(self, title: str) -> bool:
        return title.casefold() in self.tabs

    def grid(self, title: str) -> SheetGrid:
        key = title.casefold()
        if key not in self._grids:
            self._grids[key] = SheetGrid(self.tabs[key], title, self.date1904)
        return self._grids[key]

    def place(self, table: WrittenTable) -> TablePlace | None:
        if not self.has(table.title):
            return None
        grid = self.grid(table.title)
        return find_table(table.title, as_sheet(table), grid, grid.tables)

    def find(self, table: WrittenTable) -> Found | None:
        return found(self.place(table))

    def cells(self, title: str, letters: Iterable[str], first: int, last: int) -> Seen:
        names = list(letters)
        scan = self.grid(title).read([column_number(name) for name in names], first, last)
        found = {name: scan.columns[column_number(name)] for name in names}
        return Seen(scan.rows, {n: r.cells for n, r in found.items()}, {n: r.formulas for n, r in found.items()})

    def formula(self, title: str, letters: str, row: int) -> str | None:
        grid = self.grid(title)
        grid.read([1], row, row)
        return grid.formula(row, column_number(letters))

    def constants(self, title: str) -> list[WrittenColumn]:
        return constants(self.grid(title))

    def named(self, title: str) -> Mapping[str, tuple[int, str]]:
        sheet = self.tabs[title.casefold()]
        found: dict[str, tuple[int, str]] = {}

        def look() -> None:
            for listed in ([n for n in self.book.names if "!" not in n.name], sheet.names):
                for defined in listed:
                    place = place_of(defined.refers_to, title)
                    if place:
                        found[defined.name.rpartition("!")[2].casefold()] = (place[0], letters(place[1]))

        patiently(look)
        return found

    def is_read(self, table: WrittenTable, letters: str) -> bool:
        place = self.place(table)
        if place is None:
            return True
        named = f"{place.headings.get(column_number(letters), '')}]".casefold()
        texts = patiently(lambda: [str(defined.refers_to) for defined in self.book.names])
        for title in self.tabs.values():
            texts += [text for _, _, text in self.grid(patiently(lambda tab=title: str(tab.name))).formulas()]  # type: ignore[misc]
        return any(named in text.casefold() for text in texts)

    def ties(self, title: str) -> list[str]:
        """Cells of other tabs whose formulas read the tab."""
        marks = (f"'{title.replace(chr(39), chr(39) * 2)}'!".casefold(), f"{title}!".casefold())
        found = []
        for key in self.tabs:
            if key == title.casefold():
                continue
            grid = self.grid(patiently(lambda key=key: str(self.tabs[key].name)))  # type: ignore[misc]
            for row, column, text in grid.formulas():
                if any(mark in text.casefold() for mark in marks):
                    found.append(f"“{grid.title}”{address(row, column)}(引用了工作表“{title}”)")
        return found


class TakingBack:
    """Makes undo's plan in the open workbook."""

    def __init__(self, view: LiveView, tape: Tape, prepare: Callable[[Any], Any]) -> None:
        self.view, self.tape, self._prepare = view, tape, prepare

    def refuse(self, plan: Plan) -> None:
        """Raises WorkbookError where a tab is protected; nothing has been written."""
        written = [*(column.title for column in plan.cells), *(n.table.title for n in plan.lengths)]
        for title in dict.fromkeys(written):
            refuse_protected(self.view.tabs[title.casefold()], title)
        if (plan.tabs or plan.shown) and native(self.view.book.api, "ProtectStructure", "protect_structure"):
            raise WorkbookError("book.protected", file=patiently(lambda: self.view.book.name))

    def make(self, plan: Plan) -> None:
        """Puts everything back; tabs go last, for they cannot be made again."""
        for length in plan.lengths:
            place = self.view.place(length.table)
            if place is not None:
                self._length(place, length.becomes)
        for column in plan.cells:
            if column.rows:
                self._column(column)
        bottoms = {length.table.title: length.becomes for length in plan.lengths}
        for width in plan.widths:
            self._narrow(width, bottoms.get(width.table.title))
        for title in dict.fromkeys(column.title for column in plan.filled):
            shut = open_up(self.view.tabs[title.casefold()], title, self.tape)
            for column in plan.filled:
                if column.title == title:
                    self._column(column)
            shut()
        self._arrange(plan)
        for title in plan.tabs:
            delete(self.view.book, self.view.tabs[title.casefold()])
            self.tape.note(_not_to_be_put_back)

    def _length(self, place: TablePlace, becomes: int) -> None:
        grid = self.view.grid(place.title)
        if becomes < place.last:
            for number in range(place.left, place.right + 1):
                rows = range(becomes + 1, place.last + 1)
                cells = [grid.standing(row, number) for row in rows]
                if any(cell is not None for cell in cells):
                    writer = BlockWriter(grid.sheet, self.tape, self._prepare)
                    writer.run(rows[0], number, [None] * len(cells), cells, "", False)
        table = next((t for t in grid.tables if place.part and t.part == place.part), None)
        if table is not None and becomes != place.table_bottom:
            resize(grid.sheet, table, place.table_bottom, becomes, self.tape)

    def _narrow(self, width: Width, bottom: int | None) -> None:
        place = self.view.place(width.table)
        assert place is not None, "it was found when the plan was made"
        grid = self.view.grid(place.title)
        table = next((t for t in grid.tables if place.part and t.part == place.part), None)
        writer = BlockWriter(grid.sheet, self.tape, self._prepare)
        numbers = [column_number(name) for name in width.letters]
        take_off(place, grid, table, numbers, bottom or place.table_bottom, writer, self.tape)

    def _column(self, column: PutBack) -> None:
        grid = self.view.grid(column.title)
        number = column_number(column.letters)
        there = grid.read([number], min(column.rows), max(column.rows))
        now = dict(zip(there.rows, there.columns[number].cells, strict=True))
        formulas = there.columns[number].formulas
        writer = BlockWriter(grid.sheet, self.tape, self._prepare)
        wanted: dict[int, Content] = {
            row: Formula(text) if (text := column.formulas.get(row)) else cell
            for row, cell in zip(column.rows, column.cells, strict=True)
        }
        check([cell for cell in wanted.values() if not isinstance(cell, Formula)])
        for first, last in runs(sorted(wanted), lambda row: row not in formulas and stands_again(now.get(row))):
            rows = range(first, last + 1)
            values = [wanted[row] if row in wanted else now.get(row) for row in rows]
            if self.view.date1904:
                values = self._moments(grid, number, first, values)
            writer.run(first, number, values, [grid.standing(row, number) for row in rows], "", True)

    def _moments(self, grid: SheetGrid, number: int, row: int, values: Sequence[Content]) -> list[Content]:
        """In a 1904 book numbers of the 1900 system are handed over as moments where dates are shown."""
        code = patiently(lambda: block_of(grid.sheet, row, number, len(values), 1).number_format)
        dates = isinstance(code, str) and is_date_format(code)
        return [Serial(v) if dates and type(v) is float and v >= 1 else v for v in values]

    def _arrange(self, plan: Plan) -> None:
        """Tabs hidden or shown go back where nobody changed that since; the tab in front too."""
        for title, seen in plan.shown.items():
            sheet = self.view.tabs.get(title.casefold())
            if sheet is not None and patiently(lambda sheet=sheet: shown(sheet)) != seen and seen:  # type: ignore[misc]
                patiently(show(sheet, True))
                self.tape.note(show(sheet, False))
        before, after = plan.front
        standing = patiently(lambda: str(self.view.book.sheets.active.name))
        if standing.casefold() in self.view.tabs:
            self.tape.note(lambda: put_in_front(self.view.tabs[standing.casefold()]))
        front = self.view.tabs.get(before.casefold()) if before and standing == after else None
        if front is not None and patiently(lambda: shown(front)):
            put_in_front(front)
        for title, seen in plan.shown.items():
            sheet = self.view.tabs.get(title.casefold())
            if sheet is not None and not seen and patiently(lambda sheet=sheet: shown(sheet)):  # type: ignore[misc]
                patiently(show(sheet, False))
                self.tape.note(show(sheet, True))


def _not_to_be_put_back() -> None:
    raise LookupError("a tab was deleted")


def resize(sheet: Any, table: LiveTable, old: int, new: int, tape: Tape) -> None:
    """Makes row `new` the last one of the table's body, which was `old`."""
    area = table.area
    totals = area.bottom - old

    tape.note(resized(table, sheet, old + totals, area.right))
    patiently(resized(table, sheet, new + totals, area.right))


def stands_as_before(written: Before, view: LiveView, former: View) -> bool:
    """Is everything the apply wrote as it was before it (nobody saved it, or somebody put it back by hand)?"""
    for column in written.cells:
        if not view.has(column.title):
            return False
        rows = list(column.rows)
        first, last = min(rows), max(rows)
        now, then = (v.cells(column.title, [column.letters], first, last) for v in (view, former))
        here = dict(zip(now.rows, now.columns[column.letters], strict=True))
        was = dict(zip(then.rows, then.columns[column.letters], strict=True))
        if not all(same_text(here.get(row), was.get(row)) for row in rows):
            return False
    return not any(view.has(title) for title in written.tabs) and bool(written.cells or written.tabs)
