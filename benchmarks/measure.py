"""CPU seconds and peak memory of one child process, from its start, imports included.

On POSIX the kernel's own account of the child is taken (`os.wait4`), which holds its children too; Windows tells
the CPU time only. The caller has to stay small: Linux counts what the parent held at the fork as the child's peak.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class FailedError(Exception):
    """A run did not end as it should; the text is the last of what it said."""


@dataclass(frozen=True)
class Run:
    """One run: CPU seconds (user and system) and peak megabytes (None where the system does not tell)."""

    cpu: float
    peak: float | None
    output: str


def run(arguments: Sequence[object], good: Sequence[int] = (0,)) -> Run:
    """Runs this Python with the arguments in the repository's folder. Raises FailedError for an exit code that is
    not among the `good` ones."""
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}
    with tempfile.TemporaryFile() as said:
        command = [sys.executable, *map(str, arguments)]
        child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)
        cpu, peak, code = _account(child)
        said.seek(0)
        output = said.read().decode("utf-8", "replace")
    if code not in good:
        last = [line for line in output.splitlines() if line.strip()][-3:]
        raise FailedError(f"exit {code}: {' / '.join(last)}")
    return Run(cpu, peak, output)


if sys.platform == "win32":

    def _account(child: subprocess.Popen[bytes]) -> tuple[float, float | None, int]:
        import ctypes

        code = child.wait()
        times = [ctypes.c_uint64() for _ in range(4)]  # created, ended, kernel, user: units of 100 ns
        handle = int(child._handle)  # type: ignore[attr-defined]
        ctypes.windll.kernel32.GetProcessTimes(ctypes.c_void_p(handle), *map(ctypes.byref, times))
        return (times[2].value + times[3].value) / 1e7, None, code

else:

    def _account(child: subprocess.Popen[bytes]) -> tuple[float, float | None, int]:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kilobytes
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6, child.returncode
