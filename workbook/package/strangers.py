"""Reads strangers' files (returned forms, exports) in a process of its own, with limits on time and memory.

What a file does to its reader, it does to that process: it is ended, the file is refused, and the next file
gets a fresh one. Answers come back as JSON and are checked; nothing of the child's is executed here.

Limits: POSIX systems limit memory, computing time and written files; Windows keeps a job object; everywhere
the parent watches the clock.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from ..book import CellError, CellPicture, RawCell
from ..issues import WorkbookError
from ..messages import MESSAGES
from .job_object import contain
from .limits import STRANGER

Rows = list[list[RawCell]]

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from workbook.package.stranger_worker import main; main()"
)


def read_stranger(path: Path, sheets: Sequence[str] | None = None) -> dict[str, Rows]:
    """Tab title -> rows of cells, from A1 on; see stranger_files.read_file. Raises WorkbookError file.* and
    stranger.*: the file is not to be used then."""
    with StrangerReader() as reader:
        return reader.read(path, sheets)


def read_strangers(
    paths: Iterable[Path], sheets: Sequence[str] | None = None
) -> Iterator[tuple[Path, dict[str, Rows] | WorkbookError]]:
    """The same for many files by one process; a file that is refused gives the reason in place of its tabs."""
    with StrangerReader() as reader:
        for path in paths:
            try:
                yield path, reader.read(path, sheets)
            except WorkbookError as error:
                yield path, error


class StrangerReader:
    """A process that reads files, started at the first one and again after it had to be ended."""

    def __init__(self, seconds: float = STRANGER["wall_seconds"]) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._job: object = None

    def __enter__(self) -> StrangerReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, path: Path, sheets: Sequence[str] | None = None) -> dict[str, Rows]:
        """See `read_stranger`."""
        return _checked(path, self._exchange(path, {"sheets": None if sheets is None else list(sheets)}))

    def read_tabs(self, path: Path) -> list[dict[str, Any]]:
        """A table file of any make, see foreign_tabs.read_tabs for what is told of each tab; macros and the like
        are read past. Raises WorkbookError file.*, stranger.*, text.*."""
        return _checked_tabs(path, self._exchange(path, {"sheets": None, "tabs": True}))

    def read_form(self, path: Path, member: int | None = None, name: str = "") -> dict[str, Any]:
        """A returned form, see stranger_forms.read_form; one of an archive by its position and `name`. Raises
        WorkbookError file.*, stranger.*, collect.*."""
        request = {"form": True, "member": member, "name": name}
        return _checked_form(path, self._exchange(path, request), name)

    def members(self, path: Path) -> list[str]:
        """The files of an archive, see stranger_forms.Archives.members."""
        answer = _parsed(path, self._exchange(path, {"members": True}), "members")
        return [str(name) for name in answer]

    def _exchange(self, path: Path, request: dict[str, Any]) -> bytes:
        if self._process is None:
            self._start(path)
        request["path"] = os.path.abspath(path)
        data, late = self._ask(json.dumps(request).encode() + b"\n")
        if data is None:
            code = "stranger.too_slow" if late or self._ended_by_clock() else "stranger.crashed"
            self.close()
            raise WorkbookError(code, file=path.name)
        return data

    def close(self) -> None:
        """Ends the process."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()
        self._job = None

    def _start(self, path: Path) -> None:
        # the parent's own search path, for an isolated interpreter knows neither a clone nor PYTHONPATH
        places = [os.path.abspath(entry) for entry in sys.path]
        own = str(Path(__file__).resolve().parents[2])
        python = interpreter()
        if not python:
            raise WorkbookError("stranger.no_python", file=path.name)
        try:
            self._process = subprocess.Popen(
                [python, "-I", "-c", _START, json.dumps([own, *places])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise WorkbookError("stranger.no_python", file=path.name) from error
        self._job = contain(self._process, STRANGER["memory_bytes"])

    def _ask(self, request: bytes) -> tuple[bytes | None, bool]:
        """(the answer or None, was the time up)."""
        process = self._process
        assert process is not None
        assert process.stdin is not None
        answer: list[bytes] = []
        waiting = threading.Thread(target=_receive, args=(process, answer), daemon=True)
        try:
            process.stdin.write(request)
            process.stdin.flush()
        except OSError:
            return None, False
        waiting.start()
        waiting.join(self._seconds)
        if waiting.is_alive():
            process.kill()
            waiting.join()
            return None, True
        return (answer[0] if answer else None), False

    def _ended_by_clock(self) -> bool:
        """Was the process ended for its computing time?"""
        assert self._process is not None
        try:
            status = self._process.wait(0.5)
        except subprocess.TimeoutExpired:
            return False
        return -status == getattr(signal, "SIGXCPU", None)


def _receive(process: subprocess.Popen[bytes], answer: list[bytes]) -> None:
    assert process.stdout is not None
    with contextlib.suppress(OSError, ValueError):
        length = int(process.stdout.readline(20))
        if 0 <= length <= STRANGER["answer_bytes"]:
            data = process.stdout.read(length)
            if len(data) == length:
                answer.append(data)


def interpreter() -> str:
    """A Python to start; "" where there is none. Inside another program `sys.executable` is that program;
    that of a virtual environment on Windows is a mere starter, whose process the limits would hold."""
    own, base = sys.executable, getattr(sys, "_base_executable", "")
    name = "python.exe" if os.name == "nt" else "bin/python3"
    for candidate in (*((base, own) if os.name == "nt" else (own, base)), os.path.join(sys.prefix, name)):
        if candidate and re.match(r"(python|pypy)", Path(candidate).name, re.I) and os.path.isfile(candidate):
            return candidate
    return ""


def _checked(path: Path, data: bytes) -> dict[str, Rows]:
    """The answer as what it should be; anything else is refused like a crash."""
    try:
        answer = json.loads(data, parse_constant=_no_number)
        if "sheets" not in answer:
            raise _refusal(path, answer)
        return {
            str(title): [[_cell(cell) for cell in row] for row in rows]
            for title, rows in answer["sheets"].items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise WorkbookError("stranger.crashed", file=path.name) from error


def _checked_tabs(path: Path, data: bytes) -> list[dict[str, Any]]:
    """The same for an answer that tells tabs: their columns hold cells, the rest is taken apart by who asked."""
    try:
        answer = json.loads(data, parse_constant=_no_number)
        if "tabs" not in answer:
            raise _refusal(path, answer)
        for tab in answer["tabs"]:
            tab["columns"] = [None if cells is None else _cells(cells) for cells in tab["columns"]]
        return list(answer["tabs"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise WorkbookError("stranger.crashed", file=path.name) from error


def _checked_form(path: Path, data: bytes, name: str) -> dict[str, Any]:
    """The same for an answer that tells a form; a refusal names the file inside the archive."""
    try:
        form = _parsed(path, data, "form")
        for tab in form["tabs"]:
            tab["columns"] = [None if cells is None else _cells(cells) for cells in tab["columns"]]
        return {
            "tabs": form["tabs"],
            "names": [(str(n), str(title), int(row), int(column)) for n, title, row, column in form["names"]],
            **{key: str(form[key])[:80] for key in ("mark", "modified", "digest")},
        }
    except WorkbookError as error:
        raise (WorkbookError(error.code, **{**error.values, "file": name}) if name else error) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise WorkbookError("stranger.crashed", file=name or path.name) from error


def _parsed(path: Path, data: bytes, key: str) -> Any:
    """What an answer says under `key`. Raises WorkbookError where it is a refusal or nonsense."""
    try:
        answer = json.loads(data, parse_constant=_no_number)
        if key not in answer:
            raise _refusal(path, answer)
        return answer[key]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise WorkbookError("stranger.crashed", file=path.name) from error


def _cells(cells: list[Any]) -> list[RawCell]:
    if set(map(type, cells)) <= {type(None), bool, float, str}:
        return cells
    return [_cell(cell) for cell in cells]


def _refusal(path: Path, answer: dict[str, Any]) -> WorkbookError:
    code, values = str(answer["code"]), answer["values"]
    if code not in MESSAGES or MESSAGES[code].level != "stop":
        raise ValueError(code)
    plain = {str(key): value if type(value) is int else str(value)[:200] for key, value in values.items()}
    return WorkbookError(code, **{**plain, "file": path.name})


def _no_number(text: str) -> float:
    raise ValueError(text)


def _cell(cell: Any) -> RawCell:
    if cell is None or type(cell) in (bool, float, str):
        return cell  # type: ignore[no-any-return]
    if type(cell) is int:
        return float(cell)
    return CellPicture() if "picture" in cell else CellError(str(cell["error"])[:20])
