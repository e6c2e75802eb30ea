"""Makes a command's Changes in a package: which cells differ, rows that come, tabs that come to stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..book import Applied, Before, Changes, FilledCell, Link, RawCell, Tab, WrittenColumn
from ..own_columns import OwnColumns, fresh_headings, place_own
from ..schema import Column, Sheet
from ..table_place import TablePlace
from .alike_tabs import missing_sheet
from .cell_content import SHIFT_1904, Serial, as_read, link_formula, same
from .cell_refs import letters
from .column_fill import FilledColumn, fill
from .column_values import chosen_rows, contents, identity_text
from .new_columns import add_columns
from .opc import Package, SheetEntry
from .shared_strings import SharedStrings
from .sheet_edit import Content, SheetEditor
from .sheet_xml import SheetXml, sheet_of
from .stale_formulas import count_readers
from .styles_xml import GENERAL, Styles
from .table_growth import follow
from .tables import append_rows, grow, last_filled, locate, resize
from .workbook_xml import arrange_tabs, drop_calc_chain, front_tab, recalculate_on_load
from .written import constants, stored, written_table

_DEFAULT_FORMATS = {
    "datetime": "yyyy-mm-dd hh:mm", "date": "yyyy-mm-dd", "share": "0%", "money": "#,##0.00",
}  # fmt: skip


@dataclass
class _Open:
    """A sheet that is being edited."""

    entry: SheetEntry
    place: TablePlace
    xml: SheetXml
    editor: SheetEditor
    sheet: Sheet
    touched: bool = False  # has its part to be written?
    formulas_changed: bool = False  # by an editor before
    owned: bool = False  # is its whole body replaced?


class ChangeSet:
    """One apply in memory: `make` does everything; saving is for the host. `parsed` holds sheets that were read
    from the same package before (part name -> sheet); those that are edited are taken out."""

    def __init__(
        self,
        package: Package,
        date1904: bool,
        strings: SharedStrings,
        parsed: dict[str, SheetXml] | None = None,
    ) -> None:
        self.package = package
        self._parsed = parsed or {}
        self.date1904 = date1904
        self.strings = strings
        self.styles = Styles(package)
        self.before = Before()
        self.kept: list[str] = []
        self.missing: list[tuple[str, str]] = []
        self.written = 0
        self._sheets: dict[str, _Open] = {}
        self._written_columns: dict[str, set[int]] = {}

    def make(self, changes: Changes) -> Applied:
        """Everything at once; `Applied.saved` is left to the host. Raises WorkbookError."""
        for sheet, headings in changes.headings:
            self._add_headings(self._open(sheet), sheet, headings)
        for sheet, frame in changes.columns:
            self._set_columns(self._open(sheet), sheet, frame)
        for sheet, frame in changes.chosen:
            self._set_chosen(self._open(sheet), sheet, frame)
        for sheet, frame in changes.replace:
            self._replace_body(self._open(sheet), sheet, frame)
        for sheet, frame in changes.append:
            self._append(self._open(sheet), sheet, frame, changes.own.get(sheet.key))
        self._store_sheets()
        grown = [o.place.growth(o.entry.part) for o in self._sheets.values() if not o.owned]
        follow(self.package, filter(None, grown))
        for tab in changes.tabs:
            self._tab(tab)
        if changes.hide or changes.show or changes.activate:
            self._arrange(changes)
        stale = 0
        if self.package.changed:
            recalculate_on_load(self.package)
            stale = count_readers(self.package, self._changedplaces(), changes.own_tabs)
        self.before.tables = {
            opened.entry.title: written_table(
                opened.place, opened.sheet, opened.owned, self._written_columns[opened.entry.title]
            )
            for opened in self._sheets.values()
            if opened.entry.title in self._written_columns
        }
        for title in self.before.tabs:
            self.before.tab_cells += constants(self.package, title, self.strings)
        return Applied(self.before, tuple(self.kept), tuple(self.missing), self.written, stale)

    # sheets

    def _open(self, sheet: Sheet) -> _Open:
        if sheet.key not in self._sheets:
            entry = self.package.sheet(sheet.title)
            if entry is None:
                raise missing_sheet(self.package, sheet.title)
            known = self._parsed.pop(entry.part, None)
            xml = known or sheet_of(self.package, entry)
            place = locate(self.package, entry, sheet, xml, self.strings)
            editor = SheetEditor(xml, self.styles, self.date1904, place.first)
            self._sheets[sheet.key] = _Open(entry, place, xml, editor, sheet)
        return self._sheets[sheet.key]

    def _store_sheets(self) -> None:
        formulas = False
        for opened in self._sheets.values():
            if opened.touched:
                self.package.write(opened.entry.part, opened.editor.finish())
                formulas |= opened.formulas_changed or opened.editor.formulas_changed
        self.styles.store()
        if formulas:
            drop_calc_chain(self.package)

    def _formats(self, sheet: Sheet, place: TablePlace) -> dict[int, str]:
        return {number: _format(sheet[key]) for key, number in place.columns.items() if _format(sheet[key])}

    def _column_at(self, opened: _Open, sheet: Sheet, key: str) -> int | None:
        """The column's number; a column that the sheet lacks is reported and left out."""
        number = opened.place.to_write(sheet, key)
        if number is None:
            self.missing.append((opened.entry.title, sheet.heading(key)))
        return number

    def _set_columns(self, opened: _Open, sheet: Sheet, frame: Any) -> None:
        """Writes computed columns, and issued ones where they are blank. A computed cell in a row that the frame
        does not name is left from a row that was emptied: it is blanked, or reports would go on counting it."""
        wanted: dict[str, int] = {}
        for key in frame.columns:
            if sheet[key].role == "typed":
                raise ValueError(f"{sheet.title}: column {key} is the user's and is never written")
            number = self._column_at(opened, sheet, key)
            if number is not None:
                wanted[key] = number
        targets = [int(row) for row in frame.index]
        first, last = opened.place.first, max([opened.place.last, *targets])
        if not wanted or last < first:
            return
        if targets and min(targets) < first:
            raise ValueError(f"{sheet.title}: row {min(targets)} is not a data row")
        if not frame.index.is_monotonic_increasing:
            frame = frame.sort_index()
            targets = sorted(targets)
        if opened.touched:
            self._flush(opened)
        columns = []
        for key, number in wanted.items():
            new = contents(frame[key])
            columns.append(FilledColumn(sheet[key], number, new, self._as_shown(new)))
        formats = self._formats(sheet, opened.place)
        fill(opened.editor, columns, targets, (first, last), self.strings, formats)
        title = opened.entry.title
        for column in columns:
            name = letters(column.number)
            self.kept += [f"{title}!{name}{row}" for row in column.kept]
            if column.rows:
                opened.touched = True
                self.before.cells.append(
                    WrittenColumn(title, name, column.rows, column.before, column.after)
                )
                self.written += len(column.rows)
                self._written_columns.setdefault(title, set()).add(column.number)
        if opened.touched and opened.place.last != opened.place.table_bottom and opened.place.part:
            resize(self.package, opened.xml, opened.place, opened.place.last)

    def _set_chosen(self, opened: _Open, sheet: Sheet, frame: Any) -> None:
        """Writes single typed cells, for each of which a person picked the content; a formula is kept."""
        title, first, last = opened.entry.title, opened.place.first, opened.place.last
        edits: dict[int, dict[int, Content]] = {}
        for key in frame.columns:
            number = self._column_at(opened, sheet, key)
            if number is None:
                continue
            wanted = dict(zip(map(int, frame.index), contents(frame[key]), strict=True))
            scan = opened.xml.read({number}, self.strings, first, last)
            read = dict(zip(scan.rows, scan.columns[number].cells, strict=True))
            shown = {row: stored(value, self.date1904) for row, value in wanted.items() if value is not None}
            rows = [row for row in sorted(shown) if first <= row <= last and not same(read.get(row), shown[row])]
            formulas = scan.columns[number].formulas
            self.kept += [f"{title}!{letters(number)}{row}" for row in rows if row in formulas]
            rows = [row for row in rows if row not in formulas]
            if rows:
                was, became = [read.get(row) for row in rows], [shown[row] for row in rows]
                self.before.cells.append(WrittenColumn(title, letters(number), rows, was, became))
                self.written += len(rows)
                self._written_columns.setdefault(title, set()).add(number)
            for row in rows:
                edits.setdefault(row, {})[number] = wanted[row]
        if edits:
            self._flush(opened)
            opened.editor.set_cells(edits, self._formats(sheet, opened.place))
            opened.touched = True

    def _as_shown(self, new: Sequence[Content]) -> Sequence[RawCell]:
        """What reading gives back once `new` was written in this book's date system."""
        kinds = set(map(type, new))
        if kinds <= {str, float, type(None)}:
            return new  # type: ignore[return-value]
        if kinds <= {Serial, type(None)} and not self.date1904:
            return [None if value is None else value + 0.0 for value in new]  # type: ignore[operator]
        shown = list(map(as_read, new))  # type: ignore[arg-type]
        if self.date1904 and not kinds.isdisjoint((Serial, datetime)):
            shown = [
                float(day) - SHIFT_1904 if isinstance(value, (Serial, datetime)) else day  # type: ignore[arg-type]
                for value, day in zip(new, shown, strict=True)
            ]
        return shown

    def _append(self, opened: _Open, sheet: Sheet, frame: Any, own: Any = None) -> None:
        """Adds rows; one whose identity the table knows already is skipped."""
        columns: dict[int, list[Content]] = {}
        for key in frame.columns:
            number = self._column_at(opened, sheet, key)
            if number is not None:
                columns[number] = contents(frame[key])
        theirs = place_own(sheet, opened.place, frame, own) if own is not None and len(own.columns) else None
        if theirs:
            columns.update(theirs.values)
        identity = [columns.get(opened.place.columns.get(key, 0)) for key in sheet.identity]
        chosen = chosen_rows(len(frame), columns.values(), identity, self._identities(opened, sheet))
        if not chosen:
            return
        if len(chosen) < len(frame):
            columns = {number: [cells[at] for at in chosen] for number, cells in columns.items()}
        title = opened.entry.title
        self._flush(opened)
        if theirs and theirs.fresh:
            self._widen(opened, theirs, len(chosen))
        target = append_rows(
            self.package, opened.editor, opened.place, self.strings, columns, self._formats(sheet, opened.place)
        )
        opened.touched = True
        self.before.added_rows.append((title, target[0], target[-1]))
        blank: list[RawCell] = [None] * len(chosen)
        for number, cells in sorted(columns.items()):
            self.written += len(cells) - cells.count(None)
            links = [row for row, cell in zip(target, cells, strict=True) if type(cell) is Link]
            after = self._in_book(cells)
            self.before.cells.append(WrittenColumn(title, letters(number), target, blank, after, links=links))
        self._written_columns.setdefault(title, set()).update(columns)

    def _widen(self, opened: _Open, own: OwnColumns, rows: int) -> None:
        """Makes the columns of the person's own that the table lacks, before any of the rows."""
        place, xml = opened.place, opened.xml
        bottom = max(place.last, last_filled(place, xml, self.strings) + rows)
        add_columns(self.package, opened.entry, xml, place, own, self.strings, self.styles, bottom)
        opened.editor = SheetEditor(xml, self.styles, self.date1904, place.first)
        look = opened.editor.row_styles(max(place.last, place.first)).get(own.like)
        if look:
            if self.styles.number_format(look) != GENERAL:
                look = self.styles.variant(look, GENERAL)
            opened.editor.set_new_styles(dict.fromkeys(own.numbers, look))
        self.before.added_columns += [(opened.entry.title, letters(number)) for number in own.numbers]

    def _add_headings(self, opened: _Open, sheet: Sheet, headings: Sequence[str]) -> None:
        """Columns of the schema that the table lacks, blank, at its right end."""
        fresh = fresh_headings(sheet, opened.place, headings)
        if fresh:
            own = OwnColumns({}, fresh, opened.place.right + 1)
            self._widen(opened, own, 0)
            opened.touched = True
            self._written_columns.setdefault(opened.entry.title, set()).update(own.numbers)

    def _in_book(self, cells: Sequence[Content]) -> Sequence[RawCell]:
        """What reading gives back of written cells, in the book's own date system, as `stored` says of one."""
        kinds = set(map(type, cells))
        if kinds <= {str, float, type(None)}:
            return cells  # type: ignore[return-value]
        if kinds <= {Serial, type(None)} and not self.date1904:
            return [None if cell is None else cell + 0.0 for cell in cells]  # type: ignore[operator]
        return [stored(cell, self.date1904) for cell in cells]

    def _flush(self, opened: _Open) -> None:
        """Brings earlier edits of the same sheet into its XML, so that growth sees them."""
        if opened.touched:
            opened.editor.settle()
            opened.formulas_changed |= opened.editor.formulas_changed
            opened.editor = SheetEditor(opened.xml, self.styles, self.date1904, opened.place.first)

    def _identities(self, opened: _Open, sheet: Sheet) -> set[tuple[str, ...]]:
        numbers = [opened.place.columns.get(key) for key in sheet.identity]
        if not numbers or None in numbers:
            return set()
        scan = opened.xml.read(
            {n for n in numbers if n},
            self.strings,
            opened.place.first,
            max(opened.place.first, opened.place.last),
        )
        lists = [scan.columns[n].cells for n in numbers if n]
        return set(zip(*(map(identity_text, cells) for cells in lists), strict=True))

    def _replace_body(self, opened: _Open, sheet: Sheet, frame: Any) -> None:
        """Writes the whole body of a table that the product owns; one blank row stays at least."""
        place = opened.place
        numbers = {key: n for key in frame.columns if (n := self._column_at(opened, sheet, key)) is not None}
        columns = {key: contents(frame[key]) for key in numbers}
        count = len(frame)
        bottom = place.first + max(count, 1) - 1
        everything = dict(place.columns)
        scan = opened.xml.read(set(everything.values()), self.strings, place.first, max(place.last, bottom))
        position = {row: at for at, row in enumerate(scan.rows)}
        edits: dict[int, dict[int, Content]] = {}
        for key, number in everything.items():
            read = scan.columns[number]
            changed, was, became, formulas = [], [], [], {}
            for row in range(place.first, max(place.last, bottom) + 1):
                index = row - place.first
                after = columns[key][index] if key in columns and index < count else None
                at = position.get(row, -1)
                before = read.cells[at] if at >= 0 else None
                formula = opened.editor.formula(row, number) if row in read.formulas else None
                wanted = link_formula(after) if isinstance(after, Link) else None
                shown = stored(after, self.date1904)
                if formula == wanted and same(before, shown):
                    continue
                changed.append(row)
                was.append(before)
                became.append(shown)
                if formula:
                    formulas[row] = formula
                edits.setdefault(row, {})[number] = after
            if changed:
                links = [row for row in changed if isinstance(edits[row][number], Link)]
                self.before.cells.append(
                    WrittenColumn(opened.entry.title, letters(number), changed, was, became, formulas, links)
                )
                self.written += len(changed)
                self._written_columns.setdefault(opened.entry.title, set()).add(number)
        resized = bool(place.part) and bottom != place.table_bottom
        if not edits and not resized:
            return
        opened.owned = True
        self._written_columns.setdefault(opened.entry.title, set())
        if bottom > place.last:
            grow(self.package, opened.editor, place, self.strings, bottom)
        elif resized and not place.totals:
            resize(self.package, opened.xml, place, bottom)
        opened.editor.set_cells(edits, self._formats(sheet, place))
        opened.touched = True

    # tabs

    def _tab(self, tab: Tab) -> None:
        from .copy_tab import copy_tab
        from .named_cells import fill

        if self.package.sheet(tab.name) is None:
            source = self.package
            if source.sheet(tab.template) is None:
                from ..resources import templates

                source = Package.open(templates())
            copy_tab(source, tab.template, self.package, tab.name, tab.after)
            self.before.tabs.append(tab.name)
        filled: list[FilledCell] = []
        lost = fill(self.package, tab.name, tab.values, tab.drafts, self.strings, filled, tab.fixed)
        if tab.name not in self.before.tabs:
            self.before.filled += filled
        self.missing += [(tab.name, name) for name in lost]

    def _arrange(self, changes: Changes) -> None:
        states = {entry.title: entry.state == "visible" for entry in self.package.sheets()}
        front = front_tab(self.package)
        arrange_tabs(self.package, tuple(changes.hide), tuple(changes.show), changes.activate)
        now = {entry.title: entry.state == "visible" for entry in self.package.sheets()}
        self.before.shown = {title: seen for title, seen in states.items() if now[title] != seen}
        if front_tab(self.package) != front:
            self.before.front = front, front_tab(self.package)

    def _changedplaces(self) -> dict[str, tuple[str, dict[int, str]]]:
        """Tab title -> (table name, changed column numbers with their headings)."""
        places = {}
        for opened in self._sheets.values():
            numbers = self._written_columns.get(opened.entry.title)
            if numbers:
                headings = {n: opened.place.headings.get(n, "") for n in numbers}
                places[opened.entry.title] = (opened.place.name, headings)
        return places


def _format(column: Column) -> str:
    return column.number_format or _DEFAULT_FORMATS.get(column.kind, "")
