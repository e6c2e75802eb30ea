"""Why a file could not be written: an OSError as the WorkbookError that names place and remedy."""

from __future__ import annotations

import errno
from pathlib import Path

from ..issues import WorkbookError

_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_WINDOWS_FULL = (39, 112)  # ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, getattr(errno, "ESTALE", errno.ENOENT)})
MEGABYTE = 1_000_000


def refusal(error: OSError, file: Path, folder: Path, size: int) -> WorkbookError:
    """What to tell when writing `size` bytes for `file` into `folder` failed; the old file stands as it was."""
    if error.errno in _FULL or getattr(error, "winerror", None) in _WINDOWS_FULL:
        return WorkbookError(
            "file.disk_full", file=file.name, folder=str(folder), size=max(1, -(-size // MEGABYTE))
        )
    if error.errno in _GONE and not folder.is_dir():
        return WorkbookError("file.no_folder", file=file.name, folder=str(folder))
    if folder.exists() and not folder.is_dir():
        return WorkbookError("file.not_a_folder", file=file.name, folder=str(folder))
    return WorkbookError("file.unwritable", file=file.name, folder=str(folder))
