"""The process that reads strangers' files: requests come as lines of JSON, answers as a length and JSON.

It limits itself before it reads anything, writes no file and ends with its standard input.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from ..book import CellError, CellPicture
from ..issues import WorkbookError
from . import guard
from .foreign_tabs import read_tabs
from .limits import STRANGER
from .stranger_files import read_file
from .stranger_forms import FORM, Archives, read_form

ERROR_KEY = "error"  # a cell that shows an error travels as {"error": "#N/A"}
PICTURE_KEY = "picture"


def main() -> None:
    """Serves until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not get between the answers
    _limit_itself()
    archives = Archives()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _allow_time(STRANGER["import_cpu_seconds" if request.get("tabs") else "cpu_seconds"])
        _send(answers, _answer(Path(request["path"]), request, archives))


def _answer(path: Path, request: dict[str, Any], archives: Archives) -> dict[str, Any]:
    try:
        if request.get("tabs"):
            return {"tabs": read_tabs(path)}
        if request.get("members"):
            return {"members": archives.members(path)}
        if request.get("form"):
            member = request.get("member")
            name = request.get("name") or path.name
            data = guard.load(path, FORM) if member is None else archives.read(path, int(member))
            return {"form": read_form(name, data)}
        return {"sheets": read_file(path, request["sheets"])}
    except WorkbookError as error:
        return {"code": error.code, "values": error.values}
    except MemoryError:
        return {"code": "stranger.too_heavy", "values": {"file": path.name}}
    except Exception:
        return {"code": "stranger.crashed", "values": {"file": path.name}}


def _send(answers: BinaryIO, answer: dict[str, Any]) -> None:
    try:
        data = json.dumps(answer, ensure_ascii=True, allow_nan=False, default=_error_cell).encode("ascii")
    except MemoryError:
        data = json.dumps({"code": "stranger.too_heavy", "values": {}}).encode("ascii")
    answers.write(b"%d\n" % len(data))
    answers.write(data)
    answers.flush()


def _error_cell(cell: Any) -> Any:
    if isinstance(cell, CellPicture):
        return {PICTURE_KEY: True}
    if isinstance(cell, CellError):
        return {ERROR_KEY: cell.code}
    return str(cell)


def _limit_itself() -> None:
    """Memory, written files and processes, where the system has such limits; macOS knows them but does not
    keep the one for memory."""
    if sys.platform == "win32":
        return  # a job object does it (job_object)
    import resource

    most = {"RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_AS": STRANGER["memory_bytes"]}
    for name, value in most.items():
        with contextlib.suppress(OSError, ValueError, AttributeError):
            resource.setrlimit(getattr(resource, name), (value, value))


def _allow_time(seconds: int) -> None:
    """So many seconds of computing time for the next file, over what was used so far."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
