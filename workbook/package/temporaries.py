"""Half-written files of a save: made beside their target under a name of our own, held as long as their run
lives, swept away by a later run when it died.

Whether a run still lives is asked of the system, not of the clock: on POSIX the run keeps a lock on its
temporary file, which ends with the process however it ends; Windows refuses to delete what a process has open.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

PREFIX, SUFFIX = ".xlsvc-", ".tmp"
_OURS = re.compile(re.escape(PREFIX) + r"[a-z0-9_]{8}" + re.escape(SUFFIX))
STALE = 86_400  # seconds; where the file system knows no locks, only a temporary this old is a dead run's
REPLACE_PAUSES = (0.05, 0.1, 0.2, 0.4)  # seconds; virus scanners and drive clients let go within that


@contextlib.contextmanager
def temporary(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new empty file in `folder`, open for writing and held; it is gone at the end unless it was renamed.

    Raises OSError where the folder takes no file.
    """
    file, path = _made(folder)
    try:
        yield file, path
    finally:
        with contextlib.suppress(OSError):
            file.close()  # first: Windows deletes no open file
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _made(folder: Path) -> tuple[BinaryIO, Path]:
    while True:
        handle, name = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX, dir=folder)
        file, path = os.fdopen(handle, "w+b"), Path(name)
        _lock(handle, wait=True)
        if path.exists():
            return file, path
        file.close()  # another run swept it between its making and its locking


def _lock(descriptor: int, wait: bool) -> bool | None:
    """Takes the lock that says "in use": True taken, False another's, None where there are no such locks."""
    try:
        import fcntl
    except ImportError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return None
    return True


def write_durably(file: BinaryIO, data: bytes) -> None:
    """Writes all of `data` and brings it to the disk. Raises OSError, also where the disk reports late."""
    file.write(data)
    file.flush()
    sync(file.fileno())


def sync(descriptor: int) -> None:
    """fsync, where the file system has it: one that knows no fsync is no reason to refuse a save."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS):
            raise


def sync_folder(folder: Path) -> None:
    """Makes a rename itself durable, where the system can."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def put_in_place(file: BinaryIO, path: Path, target: Path) -> None:
    """Renames a temporary to `target`, over what stands there. A refusal that passes is waited for (up to
    0.75 s); raises PermissionError where it does not pass, OSError otherwise."""
    made = os.fstat(file.fileno())
    if os.name == "nt":
        file.close()
    for pause in (*REPLACE_PAUSES, None):
        try:
            os.replace(path, target)
            return
        except PermissionError:
            if pause is None:
                raise
            time.sleep(pause)
        except FileNotFoundError:
            if _is_there(made, target):
                return  # a network drive did it and lost the answer
            raise


def _is_there(made: os.stat_result, target: Path) -> bool:
    try:
        return os.path.samestat(made, os.stat(target))
    except OSError:
        return False


def sweep(folder: Path, now: float) -> None:
    """Deletes the temporaries that dead runs left in `folder`; those of living runs and all else stay. `now` is the
    file system's own time (the mtime of a file just made), in seconds."""
    try:
        names = [name for name in os.listdir(folder) if _OURS.fullmatch(name)]
    except OSError:
        return
    for name in names:
        with contextlib.suppress(OSError):
            _sweep(folder / name, now)


def _sweep(path: Path, now: float) -> None:
    with path.open("r+b") as file:
        free = _lock(file.fileno(), wait=False)
        if free is None and os.name == "posix" and now - path.stat().st_mtime < STALE:
            return
        if free is False:
            return
        if os.name == "posix":
            path.unlink()
            return
    path.unlink()
