"""Undo of a file's last apply: where its journal lies, whether it still fits, and what it leads to.

The journal stands in the folder 备份 beside the ledger, one for each ledger's name. It is written when everything
but the replacing of the ledger is done, so that a crash in between is told by the ledger's own sha256.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .issues import WorkbookError
from .journal import Journal, JournalError, from_bytes, sha256, to_bytes
from .package.backups import BACKUP_FOLDER, short_stem
from .package.opc import Package
from .package.take_back import PackageView, take_back
from .package.temporaries import put_in_place, temporary, write_durably
from .undo import NAMED_PLACES, ChangedSinceError, plan

SUFFIX = ".撤销"


def journal_path(ledger: Path) -> Path:
    return ledger.parent / BACKUP_FOLDER / f"{short_stem(ledger)}{ledger.suffix}{SUFFIX}"


class Notes:
    """The journal file of one ledger during one save."""

    def __init__(self, ledger: Path) -> None:
        self.ledger = ledger
        self.path = journal_path(ledger)
        self.kept = True  # does the journal on disk fit the save?
        self._old: bytes | None = None
        with contextlib.suppress(OSError):
            self._old = self.path.read_bytes()

    def put(self, journal: Journal | None) -> None:
        """Puts the journal in place; None, or one that cannot be written, leaves none. Never raises."""
        try:
            if journal is not None:
                self._write(to_bytes(journal))
                return
        except Exception:  # a command's work stands whether or not it can be undone
            self.kept = False
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)

    def restore(self) -> None:
        """The save came to nothing: the former journal fits again."""
        with contextlib.suppress(OSError):
            if self._old is None:
                self.path.unlink(missing_ok=True)
            else:
                self._write(self._old)

    def place_of(self, backup: Path) -> str:
        """How the journal names a file: from the ledger's folder on where it is in there."""
        with contextlib.suppress(ValueError):
            return backup.relative_to(self.ledger.parent).as_posix()
        return str(backup)

    def _write(self, data: bytes) -> None:
        self.path.parent.mkdir(exist_ok=True)
        with temporary(self.path.parent) as (file, part):
            write_durably(file, data)
            put_in_place(file, part, self.path)


@dataclass(frozen=True)
class TakenBack:
    """The ledger as undo makes it: `data`, the parts of it to be `checked`, and `whole` where it is the backup."""

    journal: Journal
    data: bytes
    checked: tuple[str, ...]
    whole: bool


def take_back_last(ledger: Path, package: Package) -> TakenBack:
    """What undo makes of the ledger, which was opened as `package`. Raises WorkbookError undo.*."""
    journal = _journal(ledger)
    now = sha256(package.data)
    what = {"file": ledger.name, "command": described(journal.label, journal.at)}
    if journal.undoing and journal.undoing.was != now:
        raise WorkbookError("undo.already", **what, backup=journal.undoing.backup)
    if now == journal.was:
        raise WorkbookError("undo.not_written", **what)
    before = _backup(ledger, journal, what)
    if now == journal.became:
        return TakenBack(journal, before, (), True)
    changed = package.copy()
    try:
        todo = plan(journal.written, PackageView(changed), PackageView(Package(before, ledger.name)))
    except ChangedSinceError as error:
        more = f"等 {len(error.places)} 处" if len(error.places) > NAMED_PLACES else ""
        places = "、".join(error.places[:NAMED_PLACES]) + more
        raise WorkbookError("undo.changed", **what, places=places, backup=journal.backup) from error
    take_back(changed, todo)
    return TakenBack(journal, changed.to_bytes(), tuple(changed.changed_names()), False)


def _journal(ledger: Path) -> Journal:
    path = journal_path(ledger)
    if not path.parent.is_dir():
        raise WorkbookError("undo.no_folder", file=ledger.name, folder=str(ledger.parent))
    try:
        return from_bytes(path.read_bytes())
    except FileNotFoundError as error:
        raise WorkbookError("undo.nothing", file=ledger.name) from error
    except (OSError, JournalError) as error:
        raise WorkbookError("undo.unreadable", file=ledger.name, journal=path.name) from error


def _backup(ledger: Path, journal: Journal, what: dict[str, str]) -> bytes:
    path = ledger.parent / journal.backup
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WorkbookError("undo.backup_gone", **what, backup=journal.backup) from error
    if sha256(data) != journal.was:
        raise WorkbookError("undo.backup_changed", **what, backup=journal.backup)
    return data


def described(label: str, at: datetime | None) -> str:
    """ "2024-05-06 09:00 的“更新时效”", as far as it is known."""
    moment = f"{at:%Y-%m-%d %H:%M} 的" if at else "上次的"
    return f"{moment}“{label}”" if label else f"{moment}写入"
