"""Counts every operation that changes something in a folder, and lets one of them go wrong: the process dies
before, half-way through or after it, or the disk refuses it.

Python's own audit events tell whether an operation was missed.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

BY_PATH = (
    "replace", "rename", "link", "symlink", "mkdir", "rmdir", "unlink", "remove", "chmod", "chown", "utime",
    "truncate", "setxattr",
)  # fmt: skip
BY_DESCRIPTOR = ("write", "fsync", "fdatasync", "ftruncate", "sendfile", "pwrite", "fchmod")
AUDITED = frozenset(
    {"open", *(f"os.{name}" for name in (*BY_PATH, "removexattr") if name not in ("replace", "unlink"))}
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
HALVED = ("write", "pwrite", "sendfile")
FREEING = ("unlink", "remove", "close", "rmdir", "truncate")  # a full disk does these


class Killed(BaseException):
    """Stands for `kill -9` inside one process: nothing may catch it. Files that were open stay as they are."""


def die() -> NoReturn:
    """The process is gone with this line: nothing is flushed, no `finally` runs."""
    if os.name == "posix":
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(137)


def failing(code: int) -> Callable[[], NoReturn]:
    """The disk says `code`, an errno."""

    def fail() -> NoReturn:
        raise OSError(code, os.strerror(code))

    return fail


class FileOperations:
    """Counts the operations inside `folder`; with the `at`-th one, `when` it is "before", "half" or "after",
    comes `fate`; with `lasting` also with every later one that needs room, with `dead` with every later one. Only
    writes have a half.

    `begun` is called with the first one. `missed` lists audit events that no counted operation stood behind.
    `took` is the time in seconds from the first operation to the end of the last.
    """

    def __init__(
        self, folder: Path, at: int = -1, when: str = "", fate: Callable[[], NoReturn] = die,
        lasting: bool = False, dead: bool = False, begun: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        self.folder, self.at, self.when, self.fate = str(folder), at, when, fate
        self.lasting, self.dead, self.begun = lasting, dead, begun
        self.operations: list[tuple[str, str]] = []
        self.missed: list[str] = []
        self.took = 0.0
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
        later = -1 < self.at < number
        mine = number == self.at or (self.lasting and later and name not in FREEING)
        if self.dead and later:
            self.fate()
        half_way = self.when == "half" and name in HALVED
        if mine and (self.when == "before" or (self.when == "half" and not half_way)):
            self.fate()
        self._inside += 1
        try:
            if mine and half_way:
                half()
                self.fate()
            return do()
        finally:
            self._inside -= 1
            self.took = time.perf_counter() - self._first
            if mine and self.when == "after":
                self.fate()

    def within(self, path: Any) -> bool:
        if isinstance(path, int):
            return path in self._descriptors
        return os.path.abspath(os.fsdecode(path)).startswith(self.folder)

    @contextlib.contextmanager
    def watched(self) -> Iterator[FileOperations]:
        """While inside, the operations of this process are counted."""
        names = [name for name in (*BY_PATH, *BY_DESCRIPTOR, "open", "close") if hasattr(os, name)]
        plain = {name: getattr(os, name) for name in names}
        plain_open = io.open
        self._install(plain, plain_open)
        try:
            yield self
        finally:
            for name, function in plain.items():
                setattr(os, name, function)
            io.open = builtins.open = plain_open

    def audit(self) -> None:
        """From now on, for good, `missed` is filled."""
        sys.addaudithook(self._audit)

    def _install(self, plain: dict[str, Callable[..., Any]], plain_open: Callable[..., Any]) -> None:
        for name in (*BY_PATH, *BY_DESCRIPTOR):
            if name in plain:
                setattr(os, name, self._wrapped(name, plain[name]))
        plain_os_open, plain_close = plain["open"], plain["close"]

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

        def os_close(descriptor: int) -> None:
            self._descriptors.pop(descriptor, None)
            plain_close(descriptor)

        os.close = os_close
        os.open = os_open  # type: ignore[assignment]
        io.open = builtins.open = io_open  # type: ignore[assignment]

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

    def __init__(self, file: Any, target: str, operations: FileOperations) -> None:
        self._file, self._target, self._operations = file, target, operations

    def write(self, data: Any) -> Any:
        def put(content: Any) -> Any:
            written = self._file.write(content)
            self._file.flush()
            return written

        return self._operations.counted(
            "write", self._target, lambda: put(data), lambda: put(data[: len(data) // 2])
        )

    def flush(self) -> None:
        self._operations.counted("flush", self._target, self._file.flush, self._file.flush)

    def close(self) -> None:
        if not self._file.closed:
            descriptor = self._file.fileno()
            self._operations.counted("close", self._target, self._file.close, self._file.close)
            self._operations._descriptors.pop(descriptor, None)

    def truncate(self, *size: Any) -> Any:
        do = lambda: self._file.truncate(*size)  # noqa: E731
        return self._operations.counted("truncate", self._target, do, do)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> WatchedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)
