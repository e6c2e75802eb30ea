"""Runs a command on files that may be dangerous, each in a forked process with a limit, and tells what happened.

As a script: paths on standard input, one a line; for each a line of JSON on standard output. POSIX only.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

SECONDS = 11  # of computing, after which a process is ended; the tests ask for less
ADDRESS_SPACE = 4_000_000_000


def outcome(path: Path) -> dict[str, Any]:
    """What the command says: the code and text of its refusal, or "" and its notice."""
    from workbook.issues import WorkbookError
    from xlsvc import app

    try:
        report = app.run("sla", path, at=NOW)
    except WorkbookError as error:
        return {"code": error.code, "text": str(error)}
    except BaseException as error:
        return {"code": type(error).__name__, "text": str(error)[:300]}
    return {"code": "", "text": report.notice}


def measured(path: Path) -> dict[str, Any]:
    """The same from a process of its own, with `seconds` of computing and `megabytes` at its peak."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        signal.alarm(8 * SECONDS)  # if it waits and computes nothing
        with contextlib.suppress(BaseException):
            os.write(writer, json.dumps(outcome(path)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    _, status, usage = os.wait4(child, 0)
    found = json.loads(said) if said else {"code": f"ended by {os.WTERMSIG(status)}", "text": ""}
    scale = 1 if sys.platform == "darwin" else 1024
    return {
        **found,
        "seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "megabytes": round(usage.ru_maxrss * scale / 1_000_000),
    }


if __name__ == "__main__":
    from datetime import datetime

    import pandas  # noqa: F401  imported before the fork, so that each file's process starts with it

    import xlsvc.sla  # noqa: F401

    NOW = datetime(2024, 5, 6, 9, 0)
    for line in sys.stdin:
        name = line.rstrip("\n")
        print(json.dumps({"path": name, **measured(Path(name))}), flush=True)
