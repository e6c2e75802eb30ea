"""An .xlsx or .xlsm on disk as a Book: read by heading, written part by part, saved whole or not at all.

Nothing of a user's workbook passes through a library that would drop what it does not know: only the parts
that must change are rewritten. A snapshot of the file is taken at the first read; a file that changed since
is not overwritten.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from .book import Applied, Before, Changes, Focus, Occasion, Selection, SheetCells, Undone
from .file_undo import Notes
from .foreign_tables import ForeignTab, as_tab
from .issues import WorkbookError
from .journal import Journal, Undoing, sha256
from .package import cell_pictures, guard, saving
from .package.alike_tabs import missing_sheet
from .package.backups import Keep
from .package.cell_content import SHIFT_1904
from .package.cell_refs import letters
from .package.changes import ChangeSet
from .package.focused import read_focused
from .package.opc import Package, SheetEntry
from .package.open_elsewhere import check_writable
from .package.shared_strings import SharedStrings, strings_of
from .package.sheet_xml import ReadColumn, Scan, SheetXml, sheet_of
from .package.styles_xml import Styles
from .package.tables import locate, rows_beyond
from .package.workbook_xml import uses_1904
from .schema import Column, Sheet
from .table_place import check_headings, rows_with_content
from .undo import counts, is_lasting

_DATES = ("date", "datetime")


@dataclass
class _Snapshot:
    """The file as it was read."""

    package: Package
    stamp: tuple[int, int]
    digest: bytes
    date1904: bool
    strings: SharedStrings


class FileBook:
    """A saved workbook. `name` is its file name; `path` may be a link, which then stays one. `progress` is told
    when saving begins."""

    def __init__(self, path: Path | str, progress: Callable[[str], None] | None = None) -> None:
        self._progress = progress or (lambda stage: None)
        self.path = Path(path)
        self.name = self.path.name
        self._snapshot: _Snapshot | None = None
        self._sheets: dict[str, SheetXml] = {}
        self._made_backups: list[Path] = []
        self._made_journals: list[Path] = []

    def titles(self) -> dict[str, bool]:
        """Tab title -> is it visible, in tab order."""
        return {entry.title: entry.state == "visible" for entry in self._current().package.sheets()}

    def selection(self) -> Selection | None:
        """Nobody looks at a file."""
        return None

    def read(
        self,
        sheets: Sequence[Sheet],
        columns: Mapping[str, Sequence[str]] | None = None,
        focus: Mapping[str, Focus] | None = None,
    ) -> dict[str, SheetCells]:
        """The data rows of each sheet, as book.Book.read promises."""
        found: dict[str, SheetCells] = {}
        with guard.naming(self.name, reading=True):
            self._current()
            for sheet in sheets:
                entry = self._entry(sheet)
                if entry is not None:
                    wanted = list(columns[sheet.key]) if columns and sheet.key in columns else None
                    found[sheet.key] = self._read(sheet, entry, wanted, (focus or {}).get(sheet.key))
        return found

    def grid(self, title: str) -> ForeignTab:
        """Every cell of a tab as it stands, as book.Book.grid promises."""
        from .package.foreign_tabs import tab_of

        snapshot = self._current()
        entry = snapshot.package.sheet(title)
        if entry is None:
            raise missing_sheet(snapshot.package, title)
        with guard.naming(self.name, reading=True):
            return as_tab(tab_of(snapshot.package, entry, self._sheet_xml(entry), snapshot.strings))

    def snapshot(self) -> Path:
        """The file itself: nothing is held that it does not hold."""
        return self.path

    def folder(self) -> Path:
        """Beside the file."""
        return self.path.parent

    def _entry(self, sheet: Sheet) -> SheetEntry | None:
        entry = self._current().package.sheet(sheet.title)
        if entry is None:
            if sheet.optional:
                return None
            raise missing_sheet(self._current().package, sheet.title)
        return entry

    def _read(
        self, sheet: Sheet, entry: SheetEntry, keys: list[str] | None, focus: Focus | None
    ) -> SheetCells:
        snapshot = self._current()
        xml = self._sheet_xml(entry)
        place = locate(snapshot.package, entry, sheet, xml, snapshot.strings)
        asked = [c for c in sheet.columns if keys is None or c.key in keys]
        check_headings(sheet, place, asked)
        present = [c for c in asked if c.key in place.columns]
        numbers = {c.key: place.columns[c.key] for c in present}
        last = max(place.last, place.first)

        def read(columns: Iterable[int], first: int, last: int) -> Scan:
            return xml.read(columns, snapshot.strings, first, last, with_styles=snapshot.date1904)

        def finish(scan: Scan) -> Scan:
            if snapshot.date1904:
                mine = [c for c in present if numbers[c.key] in scan.columns]
                _to_1900(scan, mine, numbers, Styles(snapshot.package))
            cell_pictures.mark(snapshot.package, xml, scan)
            return scan

        if focus and focus.by in numbers:
            near = [n for key, n in numbers.items() if key in focus.columns]
            others = [n for key, n in numbers.items() if key not in focus.columns]
            scan = read_focused(
                read, near, others, numbers[focus.by], focus.certain, place.first, last, finish
            )
        else:
            scan = finish(read(numbers.values(), place.first, last))
        longest = max((len(text) for text in snapshot.strings.values() if text), default=0)
        texts = (read.cells for read in scan.columns.values())
        guard.check_text(self.name, entry.title, texts, longest, len(xml.body))
        kept = rows_with_content([scan.columns[n].cells for n in numbers.values()], len(scan.rows))
        rows = np.asarray(scan.rows, dtype=np.int64)
        whole = len(kept) == len(rows)
        return SheetCells(
            sheet=sheet,
            title=entry.title,
            header_row=place.header_row,
            rows=rows if whole else rows[kept],
            columns={
                key: cells if whole else [cells[i] for i in kept]
                for key, number in numbers.items()
                for cells in (scan.columns[number].cells,)
            },
            letters={key: letters(number) for key, number in place.columns.items()},
            formulas={
                key: frozenset(scan.columns[number].formulas)
                for key, number in numbers.items()
                if scan.columns[number].formulas
            },
            unknown=place.unknown(),
            absent=tuple(c.key for c in asked if c.key not in place.columns),
            beyond=rows_beyond(sheet, place, xml, snapshot.strings),
        )

    def _sheet_xml(self, entry: SheetEntry) -> SheetXml:
        if entry.part not in self._sheets:
            self._sheets[entry.part] = sheet_of(self._current().package, entry)
        return self._sheets[entry.part]

    def _current(self) -> _Snapshot:
        """The snapshot; taken anew when the file has another date or size than it had."""
        stamp = _stamp(self.path)
        if self._snapshot is None or (stamp is not None and stamp != self._snapshot.stamp):
            package = Package.open(self.path)
            self._sheets.clear()
            self._snapshot = _Snapshot(
                package,
                stamp or _stamp(self.path) or (0, 0),
                hashlib.sha256(package.data).digest(),
                uses_1904(package),
                strings_of(package),
            )
        return self._snapshot

    def apply(
        self, changes: Changes, save_as: Path | None = None, occasion: Occasion | None = None
    ) -> Applied:
        """All changes in memory first, then one atomic save; see book.Book.apply. Raises WorkbookError with
        the file as it was."""
        target = Path(save_as) if save_as is not None else self.path
        if target.suffix.casefold() != self.path.suffix.casefold():
            raise WorkbookError("file.extension", file=target.name, extension=self.path.suffix)
        snapshot = self._snapshot or self._current()
        self._refuse_changed(snapshot)
        package = snapshot.package.copy()
        with guard.naming(self.name):
            work = ChangeSet(package, snapshot.date1904, snapshot.strings, self._sheets)
            applied = work.make(changes)
        if not package.changed and (save_as is None or _same_file(target, self.path)):
            return applied
        occasion = occasion or Occasion()
        data = package.to_bytes() if package.changed else snapshot.package.data
        package.release()
        notes = Notes(target.resolve())

        def note(backup: Path | None) -> None:
            changed = _same_file(target, self.path) and package.changed
            if changed and (occasion.passing or not is_lasting(applied.before)):
                return  # the journal of the command before stays
            notes.put(self._journal(applied.before, data, notes, backup, snapshot, occasion, target))

        keep = Keep(occasion.backups, occasion.backup_days, occasion.at)
        with guard.blaming(snapshot.package):
            backup = self._save(data, tuple(package.changed_names()), target, snapshot, keep, notes, note)
        return replace(applied, saved=target, backup=backup, undoable=notes.kept)

    def _journal(
        self, written: Before, data: bytes, notes: Notes, backup: Path | None, snapshot: _Snapshot,
        occasion: Occasion, target: Path,
    ) -> Journal | None:  # fmt: skip
        """What undo will need; None for a mere copy. Of a copy with changes the source is the state before."""
        before = backup if _same_file(target, self.path) else self.path.resolve()
        if before is None or data == snapshot.package.data:
            return None
        return Journal(
            occasion.label, occasion.at, snapshot.digest.hex(), sha256(data), notes.place_of(before), written
        )

    def undo(self, occasion: Occasion | None = None) -> Undone:
        """Takes back the last apply to this file, also one of another run; see book.Book.undo. Where nobody
        touched the file since, it is the backup, byte for byte. Raises WorkbookError undo.* with the file as it
        was."""
        from .file_undo import take_back_last

        occasion = occasion or Occasion()
        snapshot = self._current()
        ledger = self.path.resolve()
        taken = take_back_last(ledger, snapshot.package)
        journal, notes = taken.journal, Notes(ledger)

        def note(backup: Path | None) -> None:
            kept = notes.place_of(backup) if backup else ""
            notes.put(journal.begun(Undoing(snapshot.digest.hex(), occasion.at, kept)))

        backup = self._save(taken.data, taken.checked, self.path, snapshot, None, notes, note)
        cells, rows = counts(journal.written)
        tabs = tuple(journal.written.tabs)
        return Undone(journal.label, journal.at, cells, rows, tabs, taken.whole, self.path, backup)

    def _save(
        self, data: bytes, checked: tuple[str, ...], target: Path, snapshot: _Snapshot, keep: Keep | None,
        notes: Notes, note: Callable[[Path | None], None],
    ) -> Path | None:  # fmt: skip
        """The one way to disk; gives the backup. `note` is called with it when only the replacing is left."""
        self._progress("核对并保存文件")
        real = target.resolve()
        check_writable(real)
        identity = _identity(self.path)
        self._refuse_changed(snapshot)
        try:
            backup = saving.replace_file(
                real, data, checked, lambda: self._refuse_touched(identity), keep, note
            )
        except BaseException:
            if not _holds(real, data):
                notes.restore()
            raise
        if backup is not None:
            self._made_backups.append(backup)
        self._made_journals.append(notes.path)
        if _same_file(target, self.path):
            self._snapshot = None
        return backup

    def _refuse_changed(self, snapshot: _Snapshot) -> None:
        """Raises WorkbookError file.changed where the file is no longer the one that was read."""
        try:
            if (
                _stamp(self.path) == snapshot.stamp
                and hashlib.sha256(self.path.read_bytes()).digest() == snapshot.digest
            ):
                return
        except OSError as error:
            raise WorkbookError("file.gone", file=str(self.path)) from error
        self._snapshot = None
        if self.path.exists():
            raise WorkbookError("file.changed", file=self.name)
        raise WorkbookError("file.gone", file=str(self.path))

    def _refuse_touched(self, identity: tuple[int, ...] | None) -> None:
        """The same at the last moment, without reading the file once more."""
        found = _identity(self.path)
        if found != identity:
            self._snapshot = None
            if found is None:
                raise WorkbookError("file.gone", file=str(self.path))
            raise WorkbookError("file.changed", file=self.name)

    def forget_backups(self) -> None:
        """Takes away the backups and journals this object made, and their folder if it is empty then."""
        for made in (*self._made_journals, *self._made_backups):
            made.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                made.parent.rmdir()
        self._made_backups.clear()
        self._made_journals.clear()


def _to_1900(scan: Scan, columns: Sequence[Column], numbers: Mapping[str, int], styles: Styles) -> None:
    """Moves the dates of a 1904 book to the 1900 system; a time of day (below 1) has no date to move."""
    for column in columns:
        read: ReadColumn = scan.columns[numbers[column.key]]
        for at, cell in enumerate(read.cells):
            if type(cell) is not float or cell < 1:
                continue
            style = read.styles.get(scan.rows[at], 0)
            if column.kind in _DATES or styles.is_date(style):
                read.cells[at] = cell + SHIFT_1904


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _identity(path: Path) -> tuple[int, ...] | None:
    """What differs once a file is written to or another one stands in its place."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _same_file(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
