"""`python -m benchmarks.summary`: a weekly report over 100,000 tickets and 50,000 evaluations, against a script.

The ledger holds both logs and the answers, brought up to date and scored by the product before anything is measured; with
`--folder` it is kept for the next time. Ours is the whole command: statuses and scores judged again, every figure counted,
the tab made with its formulas and charts, the ledger verified, backed up and replaced. The script (plain_summary) takes the
columns as they stand, counts the same figures and puts them into a copy of the tab: `into` the ledger, as the product does,
or `beside` it, a workbook of its own, which spares openpyxl the ledger. CPU time (user and system) and peak memory of whole
processes, in turns, medians. Every figure that the script makes has to be equal, cell by cell. Exit 1 if one is not.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from workbook.resources import templates
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.process_log import PROCESS_LOG
from workbook.sheets.response_log import RESPONSE_LOG

from .jobs import DONE, digest
from .measure import FailedError, Run, run
from .plain_summary import TEMPLATE, places_of
from .rows import NOW, chunks

TICKETS, ANSWERS = 100_000, 50_000
REPORTED = "2024-W52"
OURS_ALONE = re.compile(
    r"报告状态|结论\d|.*_生成|显著_.*|维度\d_显著|关键词.*|跟进.*|原声.*|措施.*|判断_说明|查看_.*|.*_条件|维度\d_列|即时.*|一眼_.*"
)
"""Names that no script fills: words, duties, chance, links, and what formulas alone need."""
_TOLERANCE = 1e-12


def make(path: Path, tickets: int, answers: int) -> None:
    """A ledger with so many tickets, seven of ten in 响应记录, and so many answers to them, up to date and scored."""
    from xlsvc import app

    from .ledger import Body, make_filled
    from .summary_rows import answer_chunks, process_chunks

    process = tickets * 3 // 10
    response = tickets - process
    make_filled(path, [
        Body(RESPONSE_LOG, response, lambda: chunks(response)),
        Body(PROCESS_LOG, process, lambda: process_chunks(process)),
        Body(EVALUATIONS, answers, lambda: answer_chunks(answers, response)),
    ])  # fmt: skip
    for command in ("sla", "score"):
        app.run(command, path, {}, NOW)


def prepared(folder: Path, tickets: int, answers: int) -> Path:
    """The ledger; made where the folder has none."""
    made = digest("summary.py", "rows.py", "summary_rows.py", "ledger.py")
    path = folder / f"summary-{tickets}-{answers}-{made}.xlsx"
    if not path.exists():
        part = folder / "part" / "ledger.xlsx"
        shutil.rmtree(part.parent, ignore_errors=True)
        part.parent.mkdir()
        run(("-m", "benchmarks.summary", "make", part, tickets, answers))
        part.replace(path)
        shutil.rmtree(part.parent)
    return path


def check(ours: Path, theirs: Path, week: str = REPORTED) -> int:
    """The figures that both tabs hold and that are equal. Raises FailedError naming those that are not."""
    names = {name: place for name, place in places().items() if not OURS_ALONE.fullmatch(name)}
    one, other = (figures_in(path, f"周报 {week}", names) for path in (ours, theirs))
    bad = [f"{name}: {one[name]!r}, script {other[name]!r}" for name in names if not _same(one[name], other[name])]
    if bad:
        raise FailedError(f"{len(bad)} of {len(names)} figures differ: {'; '.join(bad[:8])}")
    told = sum(value != "" for value in other.values())
    if told < len(names) * 0.75:
        raise FailedError(f"the script filled {told} of {len(names)} figures")
    return told


@cache
def places() -> dict[str, str]:
    """Name of a figure -> address of its cell, on the template tab and on every copy of it."""
    import openpyxl

    return places_of(openpyxl.load_workbook(templates())[TEMPLATE])


def figures_in(path: Path, tab: str, names: dict[str, str]) -> dict[str, Any]:
    """Name -> what its cell shows; "" for a blank one and for #N/A."""
    from openpyxl.utils.cell import coordinate_to_tuple
    from python_calamine import CalamineWorkbook

    lines = CalamineWorkbook.from_path(path).get_sheet_by_name(tab).to_python(skip_empty_area=False)
    found = {}
    for name, place in names.items():
        row, column = coordinate_to_tuple(place)
        value = lines[row - 1][column - 1] if row <= len(lines) and column <= len(lines[row - 1]) else ""
        found[name] = "" if value == "#N/A" else value
    return found


def _same(one: Any, other: Any) -> bool:
    moments = [datetime(v.year, v.month, v.day) if type(v) is date else v for v in (one, other)]
    if all(isinstance(v, datetime) for v in moments):
        return abs((moments[0] - moments[1]).total_seconds()) < 0.5
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= _TOLERANCE * max(abs(one), abs(other), 1)
    return bool(one == other)


def compare(
    folder: Path, tickets: int, answers: int, repeat: int, sides: Sequence[str], keep: Path | None = None
) -> tuple[dict[str, list[Run]], int]:
    """Runs of each side in turns, and the figures found equal; `keep` is a folder for what they made (ours.xlsx).
    Raises FailedError."""
    ledger = prepared(folder, tickets, answers)
    week = (REPORTED, NOW.isoformat())
    commands: dict[str, Callable[[Path], tuple[object, ...]]] = {
        "ours": lambda file: ("-m", "xlsvc", "summary", file, "--week", week[0], "--now", week[1]),
        "into": lambda file: ("-m", "benchmarks.plain_summary", "into", file, *week),
        "beside": lambda file: ("-m", "benchmarks.plain_summary", "beside", file, *week, templates(), file.with_name("周报.xlsx")),
    }
    runs: dict[str, list[Run]] = {side: [] for side in sides}
    equal = 0
    work = folder / "work"
    try:
        for _ in range(repeat):
            for side, done in runs.items():
                file = work / side / "ledger.xlsx"
                shutil.rmtree(file.parent, ignore_errors=True)
                file.parent.mkdir(parents=True)
                shutil.copyfile(ledger, file)
                done.append(run(commands[side](file), DONE if side == "ours" else (0,)))
            made = {side: work / side / ("周报.xlsx" if side == "beside" else "ledger.xlsx") for side in sides}
            for side in made.keys() - {"ours"} if "ours" in made else ():
                equal = int(run(("-m", "benchmarks.summary", "check", made["ours"], made[side])).output)
        if keep is not None:
            for side, file in made.items():
                shutil.copyfile(file, keep / f"{side}.xlsx")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return runs, equal


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is None:
        with tempfile.TemporaryDirectory(prefix="xlsvc-summary-") as made:
            yield Path(made)
    else:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.summary", description=__doc__)
    parser.add_argument("--tickets", type=int, default=TICKETS, metavar="N")
    parser.add_argument("--answers", type=int, metavar="N", help="evaluations (default: half as many as tickets)")
    parser.add_argument("--repeat", type=int, default=3, metavar="N")
    parser.add_argument("--sides", nargs="+", choices=("ours", "into", "beside"), default=("ours", "into", "beside"))
    parser.add_argument("--folder", type=Path, help="where the ledger is made and kept (default: temporary)")
    given = parser.parse_args(arguments)
    answers = given.tickets // 2 if given.answers is None else given.answers
    with _folder(given.folder) as folder:
        try:
            runs, equal = compare(folder, given.tickets, answers, given.repeat, given.sides)
        except FailedError as error:
            print(f"FAILED: {error}")
            return 1
    mine = median(r.cpu for r in runs["ours"]) if "ours" in runs else None
    print(f"{'summary':<10}{'tickets':>10}{'answers':>10}{'CPU s':>10}{'ratio':>8}{'peak MB':>10}")
    for side, done in runs.items():
        cpu, peaks = median(r.cpu for r in done), [r.peak for r in done if r.peak is not None]
        ratio = f"{cpu / mine:.1f}x" if mine else "—"
        peak = f"{median(peaks):.0f}" if peaks else "—"
        print(f"{side:<10}{given.tickets:>10,}{answers:>10,}{cpu:>10.2f}{ratio:>8}{peak:>10}")
    if equal:
        print(f"equal figures on both sides: {equal}")
    return 0


if __name__ == "__main__":
    job, *rest = sys.argv[1:] or [""]
    if job == "make":
        make(Path(rest[0]), int(rest[1]), int(rest[2]))
    elif job == "check":
        try:
            print(check(Path(rest[0]), Path(rest[1])))
        except FailedError as error:
            print(error)
            sys.exit(1)
    else:
        sys.exit(main())
