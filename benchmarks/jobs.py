"""The jobs: what is run on each side, on which file, and how the cells it made are checked.

Every run is a process of its own on a fresh copy. Both sides take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from workbook.sheets.response_log import RESPONSE_LOG

from .measure import ROOT, FailedError, Run, run
from .rows import NOW

OURS, THEIRS = "ours", "script"
DONE = (0, 1)  # 1: done, and rows need attention
Arguments = tuple[object, ...]


@dataclass
class Result:
    """One line of the table. CPU in seconds and peak in MB by side, medians; `equal`: cells found as they should be."""

    job: str
    rows: int
    cpu: dict[str, float] = field(default_factory=dict)
    peak: dict[str, float | None] = field(default_factory=dict)
    runs: dict[str, list[float]] = field(default_factory=dict)
    equal: int = 0
    note: str = ""
    failed: bool = False

    @property
    def ratio(self) -> float | None:
        return self.cpu[THEIRS] / self.cpu[OURS] if set(self.cpu) == {OURS, THEIRS} else None

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "ratio": self.ratio}


def _sla(file: Path) -> Arguments:
    return ("-m", "xlsvc", "sla", file, "--now", NOW.isoformat())


def _plain_sla(file: Path) -> Arguments:
    return ("-m", "benchmarks.plain_script", "sla", file, NOW.isoformat())


class Bench:
    """Runs jobs on ledgers of one size in one folder, where inputs are kept for the next time."""

    def __init__(self, folder: Path, rows: int, repeat: int, with_script: bool, say: Callable[[str], None]) -> None:
        self.folder, self.rows, self.repeat, self.with_script, self.say = folder, rows, repeat, with_script, say
        self.input = folder / f"ledger-{rows}-{digest('rows.py', 'ledger.py')}.xlsx"
        made = digest("rows.py", "ledger.py", "plain_script.py", "equality.py")
        self.values = folder / f"values-{rows}-{made}.pickle"
        self._result: Path | None = None  # our ledger after a first run of `sla`

    def run(self, name: str) -> Result:
        """The job's line; a run that fails or cells that differ are told in it."""
        result = Result(name, self.rows)
        try:
            self._prepare()
            JOBS[name](self, result)
        except FailedError as error:
            result.failed, result.note = True, str(error)
        return result

    def forget(self) -> None:
        """Takes away the result that was kept for another job."""
        if self._result is not None:
            self._result.unlink()
            self._result = None

    # the jobs

    def sla(self, result: Result) -> None:
        def check(side: str, file: Path) -> None:
            result.equal = self._check("cells", file, self.values)
            if side == OURS:
                self._keep_result(file)

        self._take_turns(result, {OURS: _sla, THEIRS: _plain_sla}, keep=check)

    def fill(self, result: Result) -> None:
        def arguments(module: str) -> Callable[[Path], Arguments]:
            return lambda file: ("-m", f"benchmarks.{module}", "fill", file, self.values)

        def check(side: str, file: Path) -> None:
            result.equal = self._check("cells", file, self.values)

        sides = {OURS: arguments("product_side"), THEIRS: arguments("plain_script")}
        self._take_turns(result, sides, keep=check)

    def read(self, result: Result) -> None:
        headings = "|".join(c.heading for c in RESPONSE_LOG.columns if not c.computed)
        sides: dict[str, Callable[[Path], Arguments]] = {
            OURS: lambda file: ("-m", "benchmarks.product_side", "read", file),
            THEIRS: lambda file: ("-m", "benchmarks.plain_script", "read", file, headings),
        }
        self._take_turns(result, sides)
        for side in result.cpu:  # once more, with what was read written down
            dump = self.folder / f"read-{side}.pickle"
            run((*sides[side](self.input), dump))
            result.equal = self._check("read", dump)
            dump.unlink()

    def no_change(self, result: Result) -> None:
        """`sla` again on the ledger that our first run left, the same for both sides: openpyxl's own result, with its
        strings in the cells, would take the script half as long again."""
        if self._result is None:
            self.say("first run of sla, ours")
            with _Copy(self.folder / f"work-{OURS}", self.input) as file:
                run(_sla(file), DONE)
                self._keep_result(file)
        before = self._result
        assert before is not None
        first = _sum(before)

        def check(side: str, file: Path) -> None:
            result.equal = self._check("cells", file, self.values)
            if side == OURS and _sum(file) != first:
                raise FailedError("the second run changed the file")

        self._take_turns(result, {OURS: _sla, THEIRS: _plain_sla}, before, keep=check)
        result.note = "our file untouched"

    def undo(self, result: Result) -> None:
        from xlsvc.commands import BY_ID

        if "undo" not in BY_ID:
            result.note = "no command undo yet"
            return

        def check(side: str, file: Path) -> None:
            result.equal = self._check("cells", file)

        def first(file: Path) -> None:
            run(_sla(file), DONE)

        sides: dict[str, Callable[[Path], Arguments]] = {OURS: lambda file: ("-m", "xlsvc", "undo", file)}
        self._take_turns(result, sides, keep=check, first=first)

    # what they share

    def _prepare(self) -> None:
        if not self.input.exists():
            self.say(f"making {self.input.name}")
            run(("-m", "benchmarks.ledger", self.input, self.rows))
        if not self.values.exists():
            self.say(f"making {self.values.name}")
            part = self.values.with_suffix(".part")
            run(("-m", "benchmarks.equality", "values", self.input, self.rows, part))
            part.replace(self.values)

    def _take_turns(
        self,
        result: Result,
        sides: Mapping[str, Callable[[Path], Arguments]],
        before: Path | None = None,
        keep: Callable[[str, Path], None] | None = None,
        first: Callable[[Path], None] | None = None,
    ) -> None:
        """Runs each side so many times on fresh copies of `before` (the input); `first` is done to each copy and not
        counted, `keep` is given each side's last file."""
        runs: dict[str, list[Run]] = {side: [] for side in sides if side == OURS or self.with_script}
        for turn in range(1, self.repeat + 1):
            for side, done in runs.items():
                self.say(f"{result.job} {self.rows:,} rows, {side} {turn}/{self.repeat}")
                with _Copy(self.folder / f"work-{side}", before or self.input) as file:
                    if first:
                        first(file)
                    done.append(run(sides[side](file), DONE if side == OURS else (0,)))
                    if keep and turn == self.repeat:
                        keep(side, file)
        for side, done in runs.items():
            result.runs[side] = [r.cpu for r in done]
            result.cpu[side] = median(result.runs[side])
            peaks = [r.peak for r in done if r.peak is not None]
            result.peak[side] = median(peaks) if peaks else None

    def _keep_result(self, file: Path) -> None:
        self._result = file.replace(self.folder / "result.xlsx")

    def _check(self, kind: str, file: Path, *values: Path) -> int:
        self.say(f"checking {file.name}")
        try:
            counted = run(("-m", "benchmarks.equality", kind, file, self.rows, *values))
        except FailedError as error:
            raise FailedError(f"cells are not equal: {error}") from error
        return sum(map(int, counted.output.split()))


class _Copy:
    """A folder with a fresh copy of a ledger, gone with everything in it (backups) afterwards."""

    def __init__(self, folder: Path, source: Path) -> None:
        self.folder, self.source = folder, source

    def __enter__(self) -> Path:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        return Path(shutil.copyfile(self.source, self.folder / "ledger.xlsx"))

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def digest(*modules: str) -> str:
    files = [*(Path(__file__).with_name(m) for m in modules), ROOT / "templates.xlsx"]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:8]


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


JOBS: dict[str, Callable[[Bench, Result], None]] = {
    "sla": Bench.sla, "fill": Bench.fill, "read": Bench.read, "no-change": Bench.no_change, "undo": Bench.undo,
}  # fmt: skip
