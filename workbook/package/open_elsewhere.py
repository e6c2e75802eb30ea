"""Is a file open in another program? Asked of the file and of the system, never of a lock file.

Windows refuses to open for writing what Excel holds. LibreOffice on Linux keeps a writable descriptor for as
long as a workbook is open, yet no record lock: its own later reads of the file let go of it (POSIX record locks
end with the first close in a process). So the descriptors under /proc are looked through as well, as far as
this user may see them. A `~$` or `.~lock` file left lying about proves nothing.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ..issues import WorkbookError
from .write_faults import refusal

_PROCESSES = Path("/proc")
_WRITABLE = 0o200  # of a descriptor's link under /proc: opened for writing
_SHARING = (32, 33)  # Windows: sharing violation, lock violation


def check_writable(path: Path) -> None:
    """Raises WorkbookError file.open, file.read_only, file.gone or file.unwritable where `path` cannot be
    replaced now."""
    if not path.exists():
        return
    try:
        with path.open("r+b") as file:
            _probe_lock(file.fileno(), path)
    except PermissionError as error:
        code = "file.open" if getattr(error, "winerror", None) in _SHARING else "file.read_only"
        raise WorkbookError(code, file=path.name) from error
    except FileNotFoundError as error:
        raise WorkbookError("file.gone", file=str(path)) from error
    except OSError as error:
        if error.errno == errno.EROFS:
            raise WorkbookError("file.read_only", file=path.name) from error
        raise refusal(error, path, path.parent, 0) from error
    if _held_by_another(path):
        raise WorkbookError("file.open", file=path.name)


def _probe_lock(descriptor: int, path: Path) -> None:
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(descriptor, fcntl.LOCK_UN)
    except (BlockingIOError, PermissionError) as error:
        raise WorkbookError("file.open", file=path.name) from error
    except OSError:
        return  # a file system without locks cannot tell; replacing is atomic all the same


def _held_by_another(path: Path) -> bool:
    """Has another process of this machine a writable descriptor of the file? False where that cannot be seen."""
    own = str(os.getpid())
    try:
        file = os.stat(path)
        processes = [name for name in os.listdir(_PROCESSES) if name.isdigit() and name != own]
    except OSError:
        return False
    return any(_holds(_PROCESSES / number / "fd", path.name, file) for number in processes)


def _holds(descriptors: Path, name: str, file: os.stat_result) -> bool:
    try:
        links = [descriptors / number for number in os.listdir(descriptors)]
    except OSError:
        return False  # ended meanwhile, or another user's
    return any(_leads_to(link, name, file) for link in links)


def _leads_to(link: Path, name: str, file: os.stat_result) -> bool:
    try:
        return (
            os.path.basename(os.readlink(link)) == name
            and bool(os.lstat(link).st_mode & _WRITABLE)
            and os.path.samestat(os.stat(link), file)
        )
    except OSError:
        return False
