"""The tracebacks of bugs, where support can find them: the one file of a user that is not a ledger's."""

from __future__ import annotations

import traceback
from codecs import BOM_UTF8
from datetime import datetime
from pathlib import Path

LOG_KEPT = 200_000
"""Bytes of older entries that stay."""


def write_log(error: BaseException, said: str = "", at: datetime | None = None) -> Path:
    """Keep the traceback of a bug, and what the program `said` before, where support can find it; gives the file.

    It begins with a byte order mark, so that every editor of a Chinese Windows reads it, and keeps its last entries."""
    import tempfile

    entry = f"{at or ''}\n{''.join(traceback.format_exception(error))}{said}\n"
    for folder in (Path.home() / ".xlsvc", Path(tempfile.gettempdir())):
        file = folder / "error.log"
        try:
            folder.mkdir(exist_ok=True)
            kept = file.read_bytes()[-LOG_KEPT:] if file.exists() else b""
            older = kept.removeprefix(BOM_UTF8).decode("utf-8", "replace").replace("\r\n", "\n")
            file.write_text(older + entry, encoding="utf-8-sig", errors="replace")
        except OSError:
            continue
        return file
    return file
