"""Runs a real command in a process of its own that dies by `kill -9` at a chosen file operation.

A recording run lists the operations (see `file_operations`), so that a test finds each moment by itself. The
process that serves is warmed up once and forks for each run (POSIX); elsewhere every run is a new process.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.file_operations import FileOperations, die, failing

NOW = datetime(2024, 5, 6, 9, 0)
FORKS = hasattr(os, "fork")


def run(book: Path, command: str) -> dict[str, Any]:
    """One real command on the ledger; what a person would be told."""
    from workbook.issues import WorkbookError
    from xlsvc import app

    try:
        report = app.run(command, book, {}, NOW)
    except WorkbookError as error:
        return {"refused": error.code, "message": str(error)}
    return {"exit": report.exit_code, "saved": bool(report.saved)}


def answer(request: dict[str, Any], begun: Callable[[], None] | None = None) -> dict[str, Any]:
    """Does one request in this process and says what came of it, unless it dies of it."""
    book = Path(request["book"])
    operations = FileOperations(
        book.parent, request.get("at", -1), request.get("when", ""),
        fate=failing(request["errno"]) if "errno" in request else die,
        lasting=request.get("lasting", False), begun=begun,
    )  # fmt: skip
    if request.get("watch"):
        operations.audit()
        with operations.watched():
            result = run(book, request["command"])
    else:
        result = run(book, request["command"])
    return {
        **result,
        "operations": operations.operations,
        "missed": operations.missed,
        "seconds": operations.took,
    }


def _forked(request: dict[str, Any]) -> dict[str, Any]:
    """The request in a child. With "after" the child is killed so many seconds after its first operation."""
    here, there = os.pipe()
    started, starting = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(here)
            _restrict(request)
            text = json.dumps(answer(request, lambda: os.close(starting))).encode()
            os.write(there, text)
            os.close(there)
        except BaseException:
            traceback.print_exc()
            os._exit(3)
        os._exit(0)
    os.close(there)
    os.close(starting)
    if "after" in request:
        os.read(started, 1)
        time.sleep(request["after"])
        os.kill(child, signal.SIGKILL)
    os.close(started)
    with os.fdopen(here, "rb") as pipe:
        text = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {**(json.loads(text) if text else {}), "status": status}


def _restrict(request: dict[str, Any]) -> None:
    """ "uid": the run is another user's, for root ignores permissions; "limit": no file may grow beyond it."""
    if "limit" in request:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["limit"], request["limit"]))
    if "uid" in request:
        os.setgroups([])
        os.setgid(request["uid"])
        os.setuid(request["uid"])


def main() -> None:
    if sys.argv[1:] != ["serve"]:
        print(json.dumps(answer(json.loads(sys.argv[1]))))
        return
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(answer(request) if request.pop("warm_up", False) else _forked(request)), flush=True)


class Runner:
    """The parent's side: `ask` gives what the run said, and its exit status (-9: killed)."""

    def __init__(self) -> None:
        self._process = self._start("serve", subprocess.PIPE) if FORKS else None

    def _start(self, argument: str, stdin: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.support.crash_runner", argument],
            stdin=stdin, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip

    def ask(self, book: Path, command: str, **more: Any) -> dict[str, Any]:
        request = json.dumps({"book": str(book), "command": command, **more})
        if self._process is None:
            alone = self._start(request, subprocess.DEVNULL)
            if "after" in more:
                time.sleep(more["after"])
                alone.kill()
            text = alone.communicate()[0]
            return {**(json.loads(text) if text.strip() else {}), "status": -9 if alone.returncode else 0}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(request + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], 120)
        assert ready, "no answer in 120 seconds"
        return dict(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate()


if __name__ == "__main__":
    main()
