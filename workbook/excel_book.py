"""The workbook that is open in Excel, as a Book: through xlwings, in bulk, on Windows and macOS.

Nothing is saved here: the person does that. Neither settings nor code is ever taken from the workbook or from its
folder. Sources: xlwings 0.37.8 (BSD part).
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xlwings

from .book import Applied, Before, Changes, Focus, Occasion, RawCell, Selection, SheetCells, Undone
from .excel import notes
from .excel.add_in import AddIn
from .excel.calls import limit_retries, native, patiently, reason_of, renew_patience
from .excel.changes import LiveChanges, OpenSheet
from .excel.copies import Copies
from .excel.former import FormerView
from .excel.grid import LiveTable, SheetGrid
from .excel.selecting import selection
from .excel.tabs import LiveTabs, constants, put_in_front, shown
from .excel.take_back import LiveView, TakingBack, stands_as_before
from .excel.whole_tab import TooManyLooksError, whole_tab
from .excel.writing import Tape
from .file_undo import described
from .foreign_tables import ForeignTab
from .issues import WorkbookError
from .journal import Journal, Undoing
from .package.alike_tabs import missing_among
from .package.cell_content import SHIFT_1904
from .package.cell_refs import letters
from .package.focused import read_focused
from .package.sheet_xml import Scan
from .resources import templates
from .schema import Column, Sheet
from .table_place import check_headings, find_table, rows_beyond, rows_with_content
from .undo import NAMED_PLACES, ChangedSinceError, Plan, counts, is_lasting, plan

_DATES = ("date", "datetime")


class ExcelBook:
    """A workbook open in Excel; `book` is xlwings' object of it. `progress` is told when writing begins."""

    def __init__(self, book: xlwings.Book, progress: Callable[[str], None] | None = None) -> None:
        limit_retries()
        self._book = book
        self._progress = progress or (lambda stage: None)
        self.name: str = patiently(lambda: book.name)
        self._add_in = AddIn(lambda: self._app, self.name)
        self._copies = Copies(book, self.name, self._add_in)

    @classmethod
    def of_caller(cls, progress: Callable[[str], None] | None = None) -> ExcelBook:
        """The workbook whose ribbon was clicked. Raises WorkbookError excel.no_book, excel.busy."""
        limit_retries()
        try:
            book = patiently(xlwings.Book.caller)
        except WorkbookError:
            raise
        except Exception as error:
            raise WorkbookError("excel.no_book") from error
        return cls(book, progress)

    # the person before it

    @property
    def path(self) -> Path | None:
        """The file; None where the book was never saved or lives at an address."""
        full = native(self._book.api, "FullName", "full_name")
        path = Path(full) if isinstance(full, str) and "://" not in full else None
        return path if path is not None and path.is_absolute() else None

    def folder(self) -> Path:
        """Where files may be put: beside the workbook, else among the person's documents."""
        if self.path is not None:
            return self.path.parent
        documents = Path.home() / "Documents"
        return documents if documents.is_dir() else Path.home()

    def notify(self, text: str) -> None:
        """A line in the status bar; "" gives it back to Excel. Never raises."""
        with contextlib.suppress(Exception):
            self._app.status_bar = text or False

    def alert(self, text: str, title: str) -> None:
        """A box; comes back when it is closed."""
        self._app.alert(text, title)

    def choose_files(self, title: str) -> list[Path]:
        """Files that the person chooses in Excel's own window; none where that was cancelled or could not be asked."""
        return self._add_in.choose_files(title)

    def choose_folder(self, title: str) -> Path | None:
        """A folder that the person chooses; None where that was cancelled or could not be asked, as on the Mac."""
        return self._add_in.choose_folder(title)

    def finish(self) -> None:
        """Tells the ribbon that the command is over, gives the status bar back and clears up. Never raises."""
        self.notify("")
        self._add_in.finish()
        self._copies.clear()

    @cached_property
    def _app(self) -> xlwings.App:
        return patiently(lambda: self._book.app)

    # reading

    def titles(self) -> dict[str, bool]:
        """Tab title -> is it visible, in tab order."""
        return patiently(lambda: {sheet.name: shown(sheet) for sheet in self._book.sheets})

    def selection(self) -> Selection | None:
        """What is marked in the tab in front; None while another workbook is."""
        return patiently(lambda: selection(self._book))

    def read(
        self,
        sheets: Sequence[Sheet],
        columns: Mapping[str, Sequence[str]] | None = None,
        focus: Mapping[str, Focus] | None = None,
    ) -> dict[str, SheetCells]:
        """The data rows of each sheet, as book.Book.read promises."""
        tabs = self._tabs()
        found: dict[str, SheetCells] = {}
        for sheet in sheets:
            tab = tabs.get(sheet.title.casefold())
            if tab is None and sheet.optional:
                continue
            opened = self._open(sheet, tab)
            wanted = columns[sheet.key] if columns and sheet.key in columns else None
            found[sheet.key] = self._read(opened, wanted, (focus or {}).get(sheet.key))
        return found

    def _tabs(self) -> dict[str, Any]:
        return patiently(lambda: {sheet.name.casefold(): sheet for sheet in self._book.sheets})

    def _open(self, sheet: Sheet, tab: Any) -> OpenSheet:
        if tab is None:
            visible = [title for title, seen in self.titles().items() if seen]
            raise missing_among(visible, sheet.title, self.name)
        title = patiently(lambda: str(tab.name))
        grid = SheetGrid(tab, title, self._date1904)
        place = find_table(title, sheet, grid, grid.tables)
        table: LiveTable | None = next((t for t in grid.tables if place.part and t.part == place.part), None)
        return OpenSheet(sheet, place, grid, table)

    def _read(self, opened: OpenSheet, keys: Sequence[str] | None, focus: Focus | None) -> SheetCells:
        sheet, place, grid = opened.sheet, opened.place, opened.grid
        asked = [c for c in sheet.columns if keys is None or c.key in keys]
        check_headings(sheet, place, asked)
        present = [c for c in asked if c.key in place.columns]
        numbers = {c.key: place.columns[c.key] for c in present}
        last = max(place.last, place.first)

        def finish(scan: Scan) -> Scan:
            if self._date1904:
                _to_1900(grid, scan, [c for c in present if numbers[c.key] in scan.columns], numbers)
            return scan

        if focus and focus.by in numbers:
            near = [n for key, n in numbers.items() if key in focus.columns]
            others = [n for key, n in numbers.items() if key not in focus.columns]
            scan = read_focused(
                grid.read, near, others, numbers[focus.by], focus.certain, place.first, last, finish
            )
        else:
            scan = finish(grid.read(numbers.values(), place.first, last))
        kept = rows_with_content([scan.columns[n].cells for n in numbers.values()], len(scan.rows))
        lists: dict[str, list[RawCell]] = {k: scan.columns[n].cells for k, n in numbers.items()}
        return SheetCells(
            sheet=sheet,
            title=opened.title,
            header_row=place.header_row,
            rows=np.asarray([scan.rows[at] for at in kept], dtype=np.int64),
            columns={key: [cells[at] for at in kept] for key, cells in lists.items()},
            letters={key: letters(number) for key, number in place.columns.items()},
            formulas={k: frozenset(rows) for k, n in numbers.items() if (rows := scan.columns[n].formulas)},
            unknown=place.unknown(),
            absent=tuple(c.key for c in asked if c.key not in place.columns),
            beyond=rows_beyond(sheet, place, grid),
        )

    @cached_property
    def _date1904(self) -> bool:
        return bool(native(self._book.api, "Date1904", "date_1904"))

    def grid(self, title: str) -> ForeignTab:
        """Every cell of a tab as it stands, as book.Book.grid promises."""
        tab = self._tabs().get(title.casefold())
        if tab is None:
            visible = [name for name, seen in self.titles().items() if seen]
            raise missing_among(visible, title, self.name)
        try:
            return whole_tab(tab, patiently(lambda: str(tab.name)), self._date1904)
        except TooManyLooksError:
            from .file_book import FileBook

            return FileBook(self.snapshot()).grid(title)

    def snapshot(self) -> Path:
        """A copy of the workbook as it stands, in a folder of its own, which goes with `finish`. Raises WorkbookError
        excel.busy, excel.no_copy."""
        return self._copies.made()

    # writing

    def apply(
        self, changes: Changes, save_as: Path | None = None, occasion: Occasion | None = None
    ) -> Applied:
        """Writes into the open workbook; see book.Book.apply. Raises WorkbookError with the workbook as it was."""
        if save_as is not None:
            raise WorkbookError("excel.save_as")
        tape = Tape()
        with self._quiet(), self._taken_back(tape), contextlib.ExitStack() as closing:
            tabs = self._tabs()
            work = LiveChanges(lambda sheet: self._open(sheet, tabs.get(sheet.title.casefold())), tape, self._prepare)
            work.work_out(changes)
            live = LiveTabs(
                self._book, self.name, self._date1904, tape, self._prepare, self._templates(closing)
            )
            live.refuse(changes)
            front = patiently(lambda: str(self._book.sheets.active.name))
            if front.casefold() in live.sheets:
                tape.note(lambda: put_in_front(live.sheets[front.casefold()]))
            former = work.former()
            self._progress("写入工作簿")
            work.write()
            for tab in changes.tabs:
                live.make(tab, work.before, former)
            if changes.tabs or changes.hide or changes.show or changes.activate:
                live.arrange(changes, work.before, front)
            work.missing += live.missing
            work.written += live.written
            for title in work.before.tabs:
                work.before.tab_cells += constants(SheetGrid(live.sheets[title.casefold()], title, self._date1904))
            applied = work.applied()
        if not is_anything(applied.before):
            return applied
        occasion = occasion or Occasion()
        if occasion.passing or not is_lasting(applied.before):
            return applied
        journal = Journal(occasion.label, occasion.at, "", "", "", applied.before, former=former)
        return replace(applied, undoable=notes.put(self._journal_path, journal))

    def undo(self, occasion: Occasion | None = None) -> Undone:
        """Takes back the last apply to this workbook, also one of another run; see book.Book.undo. Raises
        WorkbookError undo.*_live with the workbook as it was."""
        place = self._journal_path
        journal = notes.get(place, self.name)
        tape = Tape()
        with self._quiet(), self._taken_back(tape):
            view = LiveView(self._book, self._date1904)
            todo = self._plan(journal, view)
            work = TakingBack(view, tape, self._prepare)
            work.refuse(todo)
            self._progress("写入工作簿")
            work.make(todo)
        notes.put(place, journal.begun(Undoing("", occasion.at if occasion else None, "")))
        cells, rows = counts(journal.written)
        return Undone(journal.label, journal.at, cells, rows, tuple(journal.written.tabs), False)

    def _plan(self, journal: Journal, view: LiveView) -> Plan:
        assert journal.former is not None
        former = FormerView(journal.former)
        what = {"file": self.name, "command": described(journal.label, journal.at)}
        try:
            return plan(journal.written, view, former)
        except ChangedSinceError as error:
            if journal.undoing:
                raise WorkbookError("undo.already_live", **what) from error
            if stands_as_before(journal.written, view, former):
                raise WorkbookError("undo.not_written_live", **what) from error
            more = f"等 {len(error.places)} 处" if len(error.places) > NAMED_PLACES else ""
            places = "、".join(error.places[:NAMED_PLACES]) + more
            raise WorkbookError("undo.changed_live", **what, places=places) from error

    @property
    def _journal_path(self) -> Path:
        full = native(self._book.api, "FullName", "full_name")
        return notes.journal_path(self.path, str(full or self.name))

    @cached_property
    def _prepare(self) -> Callable[[Any], Any]:
        """The engine's own way of handing over a datetime."""
        engine = self._app.engine.impl
        return lambda moment: engine.prepare_xl_data_element(moment, {})

    def _templates(self, closing: contextlib.ExitStack) -> Callable[[], Any]:
        """Opens the packaged templates when they are first asked for, under a name nobody else's workbook has."""
        opened: list[Any] = []

        def open_them() -> Any:
            if not opened:
                folder = Path(closing.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
                copy = folder / f"xlsvc-{folder.name}.xlsx"
                shutil.copyfile(templates(), copy)
                book = patiently(lambda: self._app.books.open(str(copy), read_only=True, update_links=False))
                closing.callback(_close, book)
                opened.append(book)
            return opened[0]

        return open_them

    @contextlib.contextmanager
    def _taken_back(self, tape: Tape) -> Iterator[None]:
        """What was written is put back when anything goes wrong; Excel's own refusals are told in Chinese."""
        try:
            yield
        except BaseException as error:
            whole = tape.rewind()
            if not whole:
                raise WorkbookError("excel.half_written", reason=reason_of(error)) from error
            if _is_excels(error):
                raise WorkbookError("excel.refused", reason=reason_of(error)) from error
            raise

    @contextlib.contextmanager
    def _quiet(self) -> Iterator[None]:
        """Excel neither draws, calculates nor runs other macros while it is written to; all of it comes back on
        every way out, and the status bar with it."""
        renew_patience()
        app = self._app
        wanted = {"screen_updating": False, "enable_events": False, "display_alerts": False, "calculation": "manual"}
        before: dict[str, Any] = {}
        try:
            with self._taken_back(Tape()):
                for name, value in wanted.items():
                    before[name] = patiently(lambda name=name: getattr(app, name))  # type: ignore[misc]
                    patiently(lambda name=name, value=value: setattr(app, name, value))  # type: ignore[misc]
            yield
        finally:
            renew_patience()
            for name, value in reversed(before.items()):
                _put_back(app, name, value)
            self.notify("")


def _put_back(app: xlwings.App, name: str, value: Any) -> None:
    """A setting of Excel's as it was; asked twice, for a screen that no longer draws looks like a crash."""
    for _ in range(2):
        with contextlib.suppress(Exception):
            patiently(lambda: setattr(app, name, value))
            return


def _close(book: xlwings.Book) -> None:
    """Closes the templates. Where Excel will not, what was made from them is done all the same."""
    with contextlib.suppress(Exception):
        patiently(book.close)


def is_anything(before: Before) -> bool:
    """Did an apply change anything?"""
    return bool(before.cells or before.tables or before.tabs or before.filled or before.shown or any(before.front))


def open_book(path: Path) -> None:
    """Opens another workbook in the Excel whose button was clicked, and puts it in front. Raises WorkbookError
    excel.same_name while another file of that name is open: Excel takes only one."""
    try:
        app = patiently(lambda: xlwings.Book.caller().app)
    except WorkbookError:
        raise
    except Exception:  # not called by a button
        app = xlwings.apps.active or xlwings.App()
    for book in patiently(lambda: list(app.books)):
        if patiently(lambda book=book: book.name).casefold() == path.name.casefold():  # type: ignore[misc]
            full = native(book.api, "FullName", "full_name")
            if not (isinstance(full, str) and "://" not in full and path.resolve() == Path(full).resolve()):
                raise WorkbookError("excel.same_name", file=path.name)
            patiently(book.impl.activate)
            return
    patiently(lambda: app.books.open(str(path)).impl.activate())


def _to_1900(grid: SheetGrid, scan: Scan, columns: Sequence[Column], numbers: Mapping[str, int]) -> None:
    """In a 1904 book a date in a cell without a date format comes as the book's own number."""
    for column in columns:
        if column.kind in _DATES:
            cells = scan.columns[numbers[column.key]].cells
            for at, cell in enumerate(cells):
                if type(cell) is float and cell >= 1 and grid.is_bare(scan.rows[at], numbers[column.key]):
                    cells[at] = cell + SHIFT_1904


def _is_excels(error: BaseException) -> bool:
    """Is it Excel that said no (and not a bug of ours)?"""
    return type(error).__name__ in ("com_error", "CommandError", "error")
