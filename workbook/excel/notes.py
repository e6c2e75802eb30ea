"""Where the journal of the last apply to an open workbook lies: in the folder 备份 beside it, or, for a workbook that
was never saved or lives at an address, in the person's own folder."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from ..issues import WorkbookError
from ..journal import Journal, JournalError, from_bytes, to_bytes
from ..package.backups import BACKUP_FOLDER, short_stem
from ..package.temporaries import put_in_place, temporary, write_durably

SUFFIX = ".Excel撤销"


def journal_path(path: Path | None, name: str) -> Path:
    """Of the workbook at `path`; without one, of the one called `name` (its address, if it has one)."""
    if path is not None:
        return path.parent / BACKUP_FOLDER / f"{short_stem(path)}{path.suffix}{SUFFIX}"
    mark = hashlib.sha256(name.encode()).hexdigest()[:16]
    return Path.home() / ".xlsvc" / BACKUP_FOLDER / f"{mark}{SUFFIX}"


def put(place: Path, journal: Journal) -> bool:
    """Writes the journal; False, with none left, where that fails. Never raises."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with temporary(place.parent) as (file, part):
            write_durably(file, to_bytes(journal))
            put_in_place(file, part, place)
        return True
    except Exception:  # a command's work stands whether or not it can be undone
        with contextlib.suppress(OSError):
            place.unlink(missing_ok=True)
        return False


def get(place: Path, file: str) -> Journal:
    """The journal of workbook `file`. Raises WorkbookError undo.nothing_live, undo.unreadable_live."""
    try:
        journal = from_bytes(place.read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise WorkbookError("undo.nothing_live", file=file) from error
    except (OSError, JournalError) as error:
        raise WorkbookError("undo.unreadable_live", file=file, journal=place.name) from error
    if journal.former is None:
        raise WorkbookError("undo.unreadable_live", file=file, journal=place.name)
    return journal
