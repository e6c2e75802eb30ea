"""Runs a real command in a process of its own that dies by `kill -9` at a chosen file operation.

Every operation that changes something in the ledger's folder is counted: open for writing, write, flush, fsync,
close, rename, mkdir, unlink, chmod, … . A recording run lists them, so that a test finds each moment by itself;
Python's own audit events tell whether one was missed. The process that serves is warmed up once and forks for
each run (POSIX); elsewhere every run is a new process.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

NOW = datetime(2024, 5, 6, 9, 0)
FORKS = hasattr(os, "fork")
BY_PATH = (
    "replace", "rename", "link", "symlink", "mkdir", "rmdir", "unlink", "remove", "chmod", "chown", "utime",
    "truncate", "setxattr",
)  # fmt: skip
BY_DESCRIPTOR = ("write", "fsync", "fdatasync", "ftruncate", "sendfile", "pwrite", "fchmod")
AUDITED = frozenset(
    {"open", *(f"os.{name}" for name in (*BY_PATH, "removexattr") if name not in ("replace", "unlink"))}
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Moments:
    """Counts the operations inside `folder`; dies before, half-way through or after the `at`-th.

    `begun` is called with the first one. `missed` lists audit events that no counted operation stood behind.
    """

    def __init__(
        self, folder: Path, at: int = -1, when: str = "", begun: Callable[[], None] | None = None
    ) -> None:
        self.folder, self.at, self.when, self.begun = str(folder), at, when, begun
        self.operations: list[tuple[str, str]] = []
        self.missed: list[str] = []
        self.saving_took = 0.0  # seconds from the first operation to the end of the last
        self._first = 0.0
        self._inside = 0
        self._descriptors: dict[int, str] = {}

    def counted(self, name: str, target: str, do: Callable[[], Any], half: Callable[[], Any]) -> Any:
        if self._inside:
            return do()
        number = len(self.operations)
        if not number:
            self._first = time.perf_counter()
            if self.begun:
                self.begun()
        self.operations.append((name, os.path.relpath(target, self.folder)))
        mine = number == self.at
        if mine and self.when == "before":
            die()
        self._inside += 1
        try:
            if mine and self.when == "half":
                half()
                die()
            return do()
        finally:
            self._inside -= 1
            self.saving_took = time.perf_counter() - self._first
            if mine and self.when == "after":
                die()

    def within(self, path: Any) -> bool:
        if isinstance(path, int):
            return path in self._descriptors
        return os.path.abspath(os.fsdecode(path)).startswith(self.folder)

    def install(self) -> None:
        """Wraps the operations of this process for good: it is going to die anyway."""
        for name in (*BY_PATH, *BY_DESCRIPTOR):
            if hasattr(os, name):
                setattr(os, name, self._wrapped(name, getattr(os, name)))
        plain_open, plain_os_open = io.open, os.open

        def os_open(path: Any, flags: int, *more: Any, **named: Any) -> int:
            if not flags & WRITING or not self.within(path):
                descriptor = plain_os_open(path, flags, *more, **named)
                if self.within(path):
                    self._descriptors[descriptor] = os.fsdecode(path)
                return descriptor
            open_it = lambda: plain_os_open(path, flags, *more, **named)  # noqa: E731
            descriptor = self.counted("open", os.fsdecode(path), open_it, open_it)
            self._descriptors[descriptor] = os.fsdecode(path)
            return descriptor

        def io_open(file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
            if not set(mode) & set("wax+") or not self.within(file):
                return plain_open(file, mode, *more, **named)
            target = self._descriptors[file] if isinstance(file, int) else os.fsdecode(file)
            open_it = lambda: plain_open(file, mode, *more, **named)  # noqa: E731
            opened = open_it() if isinstance(file, int) else self.counted("open", target, open_it, open_it)
            self._descriptors[opened.fileno()] = target
            return WatchedFile(opened, target, self)

        plain_close = os.close

        def os_close(descriptor: int) -> None:
            self._descriptors.pop(descriptor, None)
            plain_close(descriptor)

        os.close = os_close
        os.open = os_open  # type: ignore[assignment]
        io.open = builtins.open = io_open  # type: ignore[assignment]
        sys.addaudithook(self._audit)

    def _wrapped(self, name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(target: Any, *more: Any, **named: Any) -> Any:
            if not self.within(target):
                return plain(target, *more, **named)
            shown = self._descriptors[target] if isinstance(target, int) else os.fsdecode(target)
            do = lambda: plain(target, *more, **named)  # noqa: E731
            if name in ("write", "pwrite"):
                part = lambda: plain(target, more[0][: len(more[0]) // 2], *more[1:])  # noqa: E731
                return self.counted(name, shown, do, part)
            return self.counted(name, shown, do, do)

        return wrapped

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in AUDITED or self._inside or not arguments or isinstance(arguments[0], int):
            return
        if event == "open" and not (int(arguments[2] or 0) & WRITING):
            return
        with contextlib.suppress(TypeError):
            if self.within(arguments[0]):
                self.missed.append(f"{event} {arguments[0]}")


class WatchedFile:
    """An open file whose writes reach the disk at once, each of them a counted operation."""

    def __init__(self, file: Any, target: str, moments: Moments) -> None:
        self._file, self._target, self._moments = file, target, moments

    def write(self, data: Any) -> Any:
        def put(content: Any) -> Any:
            written = self._file.write(content)
            self._file.flush()
            return written

        return self._moments.counted(
            "write", self._target, lambda: put(data), lambda: put(data[: len(data) // 2])
        )

    def flush(self) -> None:
        self._moments.counted("flush", self._target, self._file.flush, self._file.flush)

    def close(self) -> None:
        if not self._file.closed:
            descriptor = self._file.fileno()
            self._moments.counted("close", self._target, self._file.close, self._file.close)
            self._moments._descriptors.pop(descriptor, None)

    def truncate(self, *size: Any) -> Any:
        do = lambda: self._file.truncate(*size)  # noqa: E731
        return self._moments.counted("truncate", self._target, do, do)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> WatchedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)


def die() -> None:
    """The process is gone with this line: nothing is flushed, no `finally` runs."""
    if os.name == "posix":
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(137)


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
    moments = Moments(book.parent, request.get("at", -1), request.get("when", ""), begun)
    if request.get("watch"):
        moments.install()
    result = run(book, request["command"])
    return {
        **result,
        "operations": moments.operations,
        "missed": moments.missed,
        "seconds": moments.saving_took,
    }


def _forked(request: dict[str, Any]) -> dict[str, Any]:
    """The request in a child. With "after" the child is killed so many seconds after its first operation."""
    here, there = os.pipe()
    started, starting = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(here)
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
