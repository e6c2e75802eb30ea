"""Tabs of the open workbook: copied from a template, filled by defined names, hidden, shown and put in front."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..book import Before, Changes, FilledCell, Link, RawCell, Tab, Value, WrittenColumn
from ..issues import WorkbookError
from ..journal import Former
from ..package.alike_tabs import missing_among
from ..package.cell_content import as_read, link_formula, plain, same
from ..package.cell_pictures import shows_picture
from ..package.cell_refs import Area, letters
from ..package.cell_writing import Content
from ..package.copy_tab import refuse_name
from ..package.formula_refs import areas
from ..package.named_cells import KEPT, OWN_LINK, drafts_to_write
from ..package.styles_xml import is_date_format
from .calls import native, patiently
from .cells import MAX_LINK_TEXT
from .former import remember_cell
from .grid import SheetGrid, block_of
from .protection import open_up
from .writing import BlockWriter, Tape, check

VERY_HIDDEN = 2
_DATE = "yyyy-mm-dd hh:mm"


def shown(sheet: Any) -> bool:
    """Is the tab visible? Windows says -1, 0 or 2, the Mac True or False."""
    state = sheet.visible
    return state is True or state == -1


@dataclass
class Filled:
    """What one tab's named cells are to hold."""

    grid: SheetGrid
    edits: dict[tuple[int, int], Content] = field(default_factory=dict)
    names: dict[tuple[int, int], str] = field(default_factory=dict)


class LiveTabs:
    """The tabs' share of one apply. `templates` opens the packaged templates in the same Excel."""

    def __init__(
        self, book: Any, file: str, date1904: bool, tape: Tape, prepare: Callable[[Any], Any],
        templates: Callable[[], Any],
    ) -> None:  # fmt: skip
        self.book, self.file, self.date1904 = book, file, date1904
        self._tape, self._prepare, self._templates = tape, prepare, templates
        self.sheets = patiently(lambda: {sheet.name.casefold(): sheet for sheet in book.sheets})
        self.states = patiently(lambda: {sheet.name: shown(sheet) for sheet in self.sheets.values()})
        self.missing: list[tuple[str, str]] = []
        self.written = 0

    def refuse(self, changes: Changes) -> None:
        """Raises WorkbookError for what cannot be done, before anything is written."""
        titles = dict.fromkeys(self.sheets)
        fresh = [tab for tab in changes.tabs if tab.name.casefold() not in titles]
        for tab in fresh:
            refuse_name(tab.name, titles, self.file)
            titles[tab.name.casefold()] = None
        states = {title.casefold(): seen for title, seen in self.states.items()}
        states.update((tab.name.casefold(), True) for tab in fresh)
        front = (changes.activate,) if changes.activate else ()
        for title in (*changes.hide, *changes.show, *front):
            if title.casefold() not in states:
                visible = [name for name, seen in self.states.items() if seen]
                raise missing_among(visible, title, self.file)
        after = dict(states)
        after.update((title.casefold(), False) for title in changes.hide)
        after.update((title.casefold(), True) for title in (*changes.show, *front))
        if changes.hide and not any(after.values()):
            raise WorkbookError("sheet.last_visible", sheet=changes.hide[-1])
        if (fresh or after != states) and native(self.book.api, "ProtectStructure", "protect_structure"):
            raise WorkbookError("book.protected", file=self.file)

    # copying

    def make(self, tab: Tab, before: Before, former: Former) -> None:
        """Makes the tab if it is not there, and fills it; what stood in a refilled one goes into `former`."""
        sheet = self.sheets.get(tab.name.casefold())
        fresh = sheet is None
        if fresh:
            sheet = self._copied(tab)
            before.tabs.append(tab.name)
        filled = self._filled(tab, sheet, self.missing)
        check(list(filled.edits.values()))
        if not fresh:
            for row, column in filled.edits:
                remember_cell(former, filled.grid, row, column)
        if filled.edits:
            shut = open_up(sheet, tab.name, self._tape)
            self._write(filled, sheet)
            shut()
        self.written += len(filled.edits)
        if not fresh:
            before.filled += [
                FilledCell(
                    filled.grid.title, filled.names.get(place, ""), letters(place[1]), place[0], as_read(value),  # type: ignore[arg-type]
                    isinstance(value, Link),
                )
                for place, value in filled.edits.items()
            ]  # fmt: skip

    def _copied(self, tab: Tab) -> Any:
        template: Any = self.sheets.get(tab.template.casefold())
        foreign = template is None
        if foreign:
            try:
                template = patiently(lambda: self._templates().sheets[tab.template])
            except Exception as error:
                raise WorkbookError("tab.no_template", file=self.file, sheet=tab.template) from error
        behind = self.sheets.get(tab.after.casefold()) or self._last_visible()
        state = patiently(lambda: template.visible)
        if state == VERY_HIDDEN and state is not True:
            patiently(show(template, True))
        try:
            made = copied(self.book, template, behind)
        finally:
            if state == VERY_HIDDEN and state is not True:
                patiently(show(template, VERY_HIDDEN))
        self._tape.note(lambda: delete(self.book, made))

        def finish() -> None:
            made.name = tab.name
            made.visible = True

        patiently(finish)
        if foreign:
            _unlink(made, patiently(lambda: str(self._templates().name)))
        self.sheets[tab.name.casefold()] = made
        self.states[tab.name] = True
        return made

    def _last_visible(self) -> Any:
        seen = [title for title, visible in self.states.items() if visible]
        return self.sheets[seen[-1].casefold()]

    # filling

    def _filled(self, tab: Tab, sheet: Any, missing: list[tuple[str, str]] | None = None) -> Filled:
        """The cells that have to change for the tab's names to hold what is wanted."""
        title = patiently(lambda: sheet.name)
        filled = Filled(SheetGrid(sheet, title, self.date1904))
        wanted_names = [*tab.values, *tab.drafts, *(name + KEPT for name in tab.drafts)]
        places = named_cells(self.book, sheet, title, wanted_names)
        filled.names = {place: name for name, place in places.items()}
        lost: list[str] = []
        wanted: dict[tuple[int, int], Value] = {}
        for name, value in tab.values.items():
            place = places.get(name.casefold())
            if place is None:
                lost.append(name)
            else:
                wanted[place] = plain(value)
        grid = filled.grid

        def cell(place: tuple[int, int]) -> RawCell:
            read = grid.read([place[1]], place[0], place[0]).columns[place[1]].cells
            return read[0] if read else None

        def under_formula(place: tuple[int, int]) -> bool:
            cell(place)
            return place[0] in grid.formula_rows(place[1])

        wanted.update(drafts_to_write(places, tab.drafts, cell, under_formula, lost))
        for place, value in wanted.items():
            now = cell(place)
            formula = grid.formula(*place)
            if shows_picture(formula):
                continue
            link = link_formula(value) if isinstance(value, Link) and 0 < len(value.text) <= MAX_LINK_TEXT else None
            stays = not tab.fixed and not OWN_LINK.fullmatch(formula or "")
            if formula is not None and (stays or formula == link):
                continue
            if formula is not None or link is not None or not same(now, as_read(value)):  # type: ignore[arg-type]
                filled.edits[place] = value
        if tab.fixed:
            for row, column, formula in grid.formulas():
                if (row, column) not in wanted and not shows_picture(formula) and not OWN_LINK.fullmatch(formula):
                    filled.edits[row, column] = cell((row, column))
        if missing is not None:
            missing += [(title, name) for name in lost]
        return filled

    def _write(self, filled: Filled, sheet: Any) -> None:
        """Rectangles of cells that stand together are written in one call each."""
        writer = BlockWriter(sheet, self._tape, self._prepare)
        for (row, column), value in filled.edits.items():
            if isinstance(value, datetime):
                area = block_of(sheet, row, column, 1, 1)
                code = patiently(lambda area=area: area.number_format)  # type: ignore[misc]
                if not is_date_format(code or ""):
                    writer.set_format(area, code, _DATE)
        for area in _rectangles(filled.edits):
            values = [
                [filled.edits[row, column] for column in range(area.left, area.right + 1)]
                for row in range(area.top, area.bottom + 1)
            ]
            old = [
                [filled.grid.standing(row, column) for column in range(area.left, area.right + 1)]
                for row in range(area.top, area.bottom + 1)
            ]
            writer.rectangle(area.top, area.left, values, old)

    # hiding

    def arrange(self, changes: Changes, before: Before, front: str) -> None:
        """Hides and shows tabs and puts one in front; `front` stood there when the apply began."""
        seen_now = (*changes.show, *((changes.activate,) if changes.activate else ()))
        gone = (t for t in changes.hide if t not in seen_now)
        for title, seen in (*((t, True) for t in seen_now), *((t, False) for t in gone)):
            sheet = self.sheets[title.casefold()]
            name = next(t for t in self.states if t.casefold() == title.casefold())
            if self.states[name] == seen:
                continue
            state = patiently(lambda sheet=sheet: sheet.visible)  # type: ignore[misc]
            self._tape.note(show(sheet, state))
            if name not in before.tabs:
                before.shown.setdefault(name, self.states[name])
            if not seen and not changes.activate and name == front:
                self._step_aside(name)
            patiently(show(sheet, seen))
            self.states[name] = seen
        target = changes.activate or front
        sheet = self.sheets.get(target.casefold())
        if sheet is not None and self.states.get(target, True):
            put_in_front(sheet)
        now = patiently(lambda: str(self.book.sheets.active.name))
        if now != front:
            before.front = front, now

    def _step_aside(self, hidden: str) -> None:
        """Puts the next visible tab in front of one that is being hidden, as the file host does."""
        titles = list(self.states)
        at = titles.index(hidden)
        after = [t for t in titles[at + 1 :] if self.states[t]] or [t for t in titles[:at] if self.states[t]][-1:]
        if after:
            put_in_front(self.sheets[after[0].casefold()])


def copied(book: Any, template: Any, behind: Any) -> Any:
    """The copy of a tab. xlwings' own way asks for names behind the copying: tried again, it would copy twice."""

    def names() -> set[str]:
        return {str(sheet.name) for sheet in book.sheets}

    before = patiently(names)
    patiently(lambda: template.impl.copy(before=None, after=behind.impl))
    (name,) = patiently(names) - before
    return patiently(lambda: book.sheets[name])


def delete(book: Any, sheet: Any) -> None:
    """Takes a tab out. What fails when it is gone is no failure."""
    name = patiently(lambda: str(sheet.name))
    try:
        patiently(sheet.delete)
    except Exception:
        if name in patiently(lambda: [str(other.name) for other in book.sheets]):
            raise


def named_cells(book: Any, sheet: Any, title: str, names: list[str]) -> dict[str, tuple[int, int]]:
    """Casefolded name -> (row, column) of the cell it leads to on the tab: names local to it before workbook-wide
    ones. Only the workbook's own `names` are asked for: every tab of the year brings a hundred."""
    wanted = {name.casefold(): name for name in names}
    found: dict[str, tuple[int, int]] = {}

    def look() -> None:
        for text, defined in sheet.names.impl.snapshot():  # xlwings' own loop asks each name for its text once more
            own = text.rpartition("!")[2].casefold()
            place = place_of(defined.refers_to, title) if own in wanted else None
            if place:
                found[own] = place
        for key in wanted.keys() - found.keys():
            if book.names.contains(wanted[key]):
                place = place_of(book.names(wanted[key]).refers_to, title)
                if place:
                    found[key] = place

    patiently(look)
    return found


def place_of(refers_to: str | None, title: str) -> tuple[int, int] | None:
    """The top left cell that a name's formula leads to, if it is on the tab."""
    found = areas((refers_to or "").removeprefix("="))
    if not found or found[0][0].casefold() != title.casefold():
        return None
    area: Area = found[0][1]
    return area.top, area.left


def constants(grid: SheetGrid) -> list[WrittenColumn]:
    """All cells of a tab that hold something and no formula."""
    last = grid.last_row()
    found = []
    for number in range(1, grid.width + 1):
        formulas = grid.formula_rows(number)
        cells = {
            row: cell
            for row, cell in enumerate(grid.column(number)[:last], 1)
            if cell is not None and row not in formulas
        }
        if cells:
            blank: list[RawCell] = [None] * len(cells)
            found.append(WrittenColumn(grid.title, letters(number), list(cells), blank, list(cells.values())))
    return found


def _rectangles(edits: Mapping[tuple[int, int], Content]) -> Iterator[Area]:
    """The places as few rectangles: stretches of a row, joined where the next row has the same one."""
    stretches: dict[tuple[int, int], Area] = {}
    rows: dict[int, list[int]] = {}
    for row, column in edits:
        rows.setdefault(row, []).append(column)
    for row in sorted(rows):
        here: dict[tuple[int, int], Area] = {}
        columns = sorted(rows[row])
        start = columns[0]
        for at, column in enumerate(columns):
            if at + 1 < len(columns) and columns[at + 1] == column + 1:
                continue
            above = stretches.pop((start, column), None)
            joins = above is not None and above.bottom == row - 1
            if above is not None and not joins:
                yield above
            here[start, column] = Area(above.top if above and joins else row, start, row, column)
            start = columns[at + 1] if at + 1 < len(columns) else 0
        yield from stretches.values()
        stretches = here
    yield from stretches.values()


def put_in_front(sheet: Any) -> None:
    """xlwings' own way also looks for the Excel in front, which may be another one, and takes the focus."""
    patiently(sheet.impl.activate)


def show(sheet: Any, state: Any) -> Callable[[], None]:
    """What gives a tab the state, as Excel itself tells it."""

    def put() -> None:
        sheet.visible = state

    return put


def _unlink(sheet: Any, source: str) -> None:
    """Formulas of a tab copied from another workbook read that one: here they read the tabs of the same name."""
    pattern = re.compile(r"'[^'\[]*\[" + re.escape(source) + r"\]([^']+)'!|\[" + re.escape(source) + r"\]([^'!\[\]]+)!")
    grid = SheetGrid(sheet, patiently(lambda: str(sheet.name)), False)
    last = grid.last_row()
    for number in range(1, grid.width + 1):
        for row in sorted(r for r in grid.formula_rows(number) if r <= last):
            text = grid.formula(row, number) or ""
            own = pattern.sub(lambda m: f"'{m[1] or m[2]}'!", text)
            if own != text:
                area = block_of(sheet, row, number, 1, 1)
                patiently(lambda area=area, own=own: setattr(area, "formula", f"={own}"))  # type: ignore[misc]
