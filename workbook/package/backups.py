"""The folder 备份 beside a ledger: every version that was replaced is kept in it, by number and age."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from .temporaries import put_in_place, sync_folder, temporary, write_durably
from .write_faults import refusal

BACKUP_FOLDER = "备份"
LONGEST_NAME = 255  # bytes (Linux) or characters (Windows, macOS) of one file name
LONGEST_AGE = 36_500  # days; any longer one is for ever
_STAMP = "%Y%m%d-%H%M%S"


@dataclass(frozen=True)
class Keep:
    """Which backups stay: the `number` newest, and before them the last of each day for `days` days back from
    `now`; without `now` the newest only."""

    number: int = 20
    days: int = 30
    now: datetime | None = None


def back_up(path: Path, keep: Keep | None = None) -> Path:
    """Copies the file into the folder 备份 beside it, named after its own date; those that `keep` lets go are
    removed (None: none). Raises WorkbookError file.disk_full, file.unwritable, naming the folder 备份, with nothing half-written
    left in it."""
    folder = path.parent / BACKUP_FOLDER
    try:
        folder.mkdir(exist_ok=True)
        target = _copy_into(folder, path)
    except OSError as error:
        raise refusal(error, path, folder, path.stat().st_size) from error
    if keep is not None:
        for old in spare(folder.glob(f"{_escaped(short_stem(path))} ????????-??????-??{path.suffix}"), keep):
            if old != target:  # a restored file is dated before the backups that were made since
                with contextlib.suppress(OSError):
                    old.unlink()
    return target


def spare(backups: Iterable[Path], keep: Keep) -> list[Path]:
    """The backups of one ledger that need not be kept, going by the dates in their names."""
    newest_first = sorted(backups, key=lambda path: path.stem[-18:], reverse=True)
    days = {_day(path) for path in newest_first[: max(keep.number, 1)]}
    gone = []
    oldest = "99999999"
    if keep.now is not None:
        oldest = (keep.now - timedelta(days=min(keep.days, LONGEST_AGE))).strftime("%Y%m%d")
    for path in newest_first[max(keep.number, 1) :]:
        day = _day(path)
        if day in days or day < oldest:
            gone.append(path)
        days.add(day)
    return gone


def _day(backup: Path) -> str:
    """ "20240506" of "台账 20240506-090000-00.xlsx"."""
    return backup.stem[-18:-10]


def _copy_into(folder: Path, path: Path) -> Path:
    stamp = datetime.fromtimestamp(path.stat().st_mtime).strftime(_STAMP)
    data = path.read_bytes()
    number = 0
    while True:
        target = folder / f"{short_stem(path)} {stamp}-{number:02d}{path.suffix}"
        if not target.exists():
            break
        if target.read_bytes() == data:
            return target
        number += 1
    with temporary(folder) as (file, part):
        write_durably(file, data)  # on disk before the old file goes
        with contextlib.suppress(OSError):  # a network drive that takes no dates or modes
            shutil.copystat(path, part)
        put_in_place(file, part, target)
    sync_folder(folder)
    return target


def short_stem(path: Path) -> str:
    """What the names of a file's backups begin with: its own stem, cut where no file system takes so long a name."""
    room = LONGEST_NAME - len(f" 20240506-090000-00{path.suffix}")
    stem = path.stem
    if len(os.fsencode(stem)) <= room:
        return stem
    mark = "~" + hashlib.sha256(os.fsencode(stem)).hexdigest()[:6]
    while len(os.fsencode(stem)) > room - len(mark):
        stem = stem[:-1]
    return stem + mark


def _escaped(stem: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in stem)
