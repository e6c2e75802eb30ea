"""Puts a new version of a file in place: whole or not at all, with the old one kept beside it."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from xml.parsers import expat

from ..issues import WorkbookError
from .zip_entries import ZipError, inflate, read_entries

BACKUP_FOLDER = "备份"
KEPT_BACKUPS = 20
PARSED_WHOLE = 64_000_000  # bytes; longer parts are compared byte for byte but parsed in samples


def replace_file(path: Path, data: bytes, checked: tuple[str, ...]) -> Path | None:
    """Writes `data` to `path` by way of a verified temporary file; gives the backup of the old version.

    `checked` names the parts that are read back and parsed. Raises WorkbookError file.unwritable,
    file.not_verified, file.open; the old file then stands as it was.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix + ".tmp", dir=path.parent)
    except OSError as error:
        raise WorkbookError("file.unwritable", file=path.name, folder=str(path.parent)) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _verify(temporary, data, checked, path.name)
        backup = None
        if path.exists():
            shutil.copymode(path, temporary)
            backup = back_up(path)
        else:
            temporary.chmod(0o666 & ~_umask())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except PermissionError as error:
        raise WorkbookError("file.open", file=path.name) from error
    except OSError as error:
        raise WorkbookError("file.unwritable", file=path.name, folder=str(path.parent)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return backup


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


def back_up(path: Path) -> Path:
    """Copies the file into the folder 备份 beside it, named after its own date; the oldest ones go.
    Raises WorkbookError file.unwritable, naming the folder 备份, with nothing half-written left in it."""
    folder = path.parent / BACKUP_FOLDER
    try:
        folder.mkdir(exist_ok=True)
        return _copy_into(folder, path)
    except OSError as error:
        raise WorkbookError("file.unwritable", file=path.name, folder=str(folder)) from error


def _copy_into(folder: Path, path: Path) -> Path:
    stamp = datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y%m%d-%H%M%S")
    data = path.read_bytes()
    number = 0
    while True:
        target = folder / f"{path.stem} {stamp}-{number:02d}{path.suffix}"
        if not target.exists():
            break
        if target.read_bytes() == data:
            return target
        number += 1
    part = target.with_name(f".{target.name}.tmp")
    try:
        part.write_bytes(data)
        with part.open("rb+") as written:
            os.fsync(written.fileno())  # on disk before the old file goes
        shutil.copystat(path, part)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    for old in sorted(folder.glob(f"{_escaped(path.stem)} ????????-??????-??{path.suffix}"))[:-KEPT_BACKUPS]:
        if old != target:  # a restored file is dated before the backups that were made since
            with contextlib.suppress(OSError):
                old.unlink()
    return target


def _escaped(stem: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in stem)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Makes the rename itself durable, where the system can."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
