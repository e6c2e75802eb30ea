"""Puts a new version of a file in place: whole or not at all, with the old one kept beside it."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from ..issues import WorkbookError
from .backups import BACKUP_FOLDER, Keep, back_up
from .temporaries import put_in_place, sweep, sync_folder, temporary, write_durably
from .write_faults import refusal
from .zip_entries import ZipError, inflate, read_entries

PARSED_WHOLE = 64_000_000  # bytes; longer parts are compared byte for byte but parsed in samples


def replace_file(
    path: Path,
    data: bytes,
    checked: tuple[str, ...],
    unchanged: Callable[[], None] | None = None,
    keep: Keep | None = None,
    on_backup: Callable[[Path | None], None] | None = None,
) -> Path | None:
    """Writes `data` to `path` by way of a verified temporary file; gives the backup of the old version.

    `checked` names the parts that are read back and parsed; `unchanged` is asked last, right before the new
    version goes in place, and raises where somebody else wrote the file meanwhile. `keep` says which older
    backups stay (None: all); `on_backup` gets the backup just before the replacing. Raises WorkbookError
    file.disk_full, file.no_folder, file.unwritable, file.not_verified, file.open; the old file then stands as
    it was. Of two hard links to one file the other one keeps the old version, as it does when Excel saves.
    """
    try:
        with temporary(path.parent) as (file, part):
            now = os.fstat(file.fileno()).st_mtime
            for folder in (path.parent, path.parent / BACKUP_FOLDER):
                sweep(folder, now)
            write_durably(file, data)
            _verify(part, data, checked, path.name)
            backup = None
            if path.exists():
                _copy_rights(path, part)
                backup = back_up(path, keep)
            else:
                with contextlib.suppress(OSError):
                    part.chmod(0o666 & ~_umask())
            if on_backup is not None:
                on_backup(backup)
            if unchanged is not None:
                unchanged()
            _put_in_place(file, part, path)
    except OSError as error:
        raise refusal(error, path, path.parent, len(data)) from error
    sync_folder(path.parent)
    return backup


def _put_in_place(file: BinaryIO, part: Path, path: Path) -> None:
    try:
        put_in_place(file, part, path)
    except PermissionError as error:
        raise WorkbookError("file.open", file=path.name) from error


def _copy_rights(path: Path, part: Path) -> None:
    """The new version has the old one's mode and owner, as far as the drive knows them and this user may give
    files away."""
    with contextlib.suppress(OSError):
        shutil.copymode(path, part)
    if os.name == "posix":
        old, new = path.stat(), part.stat()
        if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
            with contextlib.suppress(OSError):
                os.chown(part, old.st_uid, old.st_gid)


def _verify(temporary: Path, data: bytes, checked: tuple[str, ...], name: str) -> None:
    """Reads the file back: the same bytes, a readable archive, and well-formed parts."""
    written = temporary.read_bytes()
    part = ""
    try:
        if written != data:
            raise ZipError("short")
        wanted = set(checked)
        for entry in read_entries(written):
            part = entry.name
            if entry.name.lstrip("/") in wanted:
                content = inflate(written, entry)
                if part.endswith((".xml", ".rels")):
                    expat.ParserCreate().Parse(_sample(content), True)
    except (ZipError, expat.ExpatError) as error:
        raise WorkbookError("file.not_verified", file=name, part=part) from error


def _sample(content: bytes) -> bytes:
    """A part as it is; of a huge one what stands before and behind its rows, and the first and last rows."""
    if len(content) <= PARSED_WHOLE:
        return content
    first = content.find(b"</row>", PARSED_WHOLE // 8)
    last = content.rfind(b"<row ", 0, len(content) - PARSED_WHOLE // 8)
    return content[: first + 6] + content[last:] if 0 < first < last else content


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
