"""`python -m benchmarks`: the table, line by line as the jobs end. Exit 1 if a job failed or cells were not equal."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .jobs import JOBS, OURS, THEIRS, Bench, Result

SIZES = (10_000, 100_000, 1_000_000)
REPEAT = 3
FEW = 20  # rows of the ledger that tells what starting costs
LIBRARIES = ("numpy", "pandas", "openpyxl", "lxml", "isal", "python-calamine")
HEADER = f"{'job':<10}{'rows':>10}{'ours CPU s':>12}{'script CPU s':>14}{'ratio':>8}{'ours MB':>9}{'script MB':>11}  cells"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    results: list[Result] = []

    def tell(result: Result) -> None:
        results.append(result)
        if not options.json:
            print(_line(result), flush=True)

    def say(text: str) -> None:
        print(f"  … {text}", file=sys.stderr, flush=True)

    if not options.json:
        print(_machine())
        print(HEADER, flush=True)
    with _folder(options.folder) as folder:
        if "sla" in options.only:
            bench = Bench(folder, FEW, options.repeat or REPEAT, options.comparator_limit > 0, say)
            start = bench.run("sla")
            bench.forget()
            start.job = "start"
            tell(start)
        for rows in options.rows:
            with_script = rows <= options.comparator_limit
            bench = Bench(folder, rows, options.repeat or (REPEAT if with_script else 1), with_script, say)
            for name in options.only:
                tell(bench.run(name))
            bench.forget()
    if options.json:
        print(json.dumps({"machine": _machine(), "results": [r.as_json() for r in results]}, ensure_ascii=False, indent=1))
    else:
        _print_growth(results)
    return int(any(result.failed for result in results))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="The product against pandas + openpyxl on the same ledger: CPU time (user + system of the whole "
        "process, imports included, median) and peak memory. Each run is a process of its own; both sides have to "
        "make equal cells.",
    )
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, metavar="N", help="sizes (default: 10k 100k 1M)")
    parser.add_argument("--repeat", type=int, metavar="N", help="runs of each side (default: 3, 1 where ours runs alone)")
    parser.add_argument("--only", nargs="+", choices=JOBS, default=list(JOBS), help="jobs to run")
    parser.add_argument(
        "--comparator-limit", type=int, default=100_000, metavar="ROWS",
        help="above so many rows the product runs alone (default: 100000; 1,000,000 rows would take openpyxl some "
        "40 GB and an hour)",
    )  # fmt: skip
    parser.add_argument("--folder", type=Path, help="where ledgers are made and kept (default: temporary)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    return parser.parse_args(arguments)


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is None:
        with tempfile.TemporaryDirectory(prefix="xlsvc-benchmarks-") as made:
            yield Path(made)
    else:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()


def _machine() -> str:
    known = []
    for name in LIBRARIES:
        try:
            known.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            known.append(f"{name} missing")
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{system}, {', '.join(known)}"


def _line(result: Result) -> str:
    def number(value: float | None, form: str) -> str:
        return "—" if value is None else format(value, form)

    cells = f"equal: {result.equal:,}" if result.equal else ""
    if result.failed:
        cells = f"FAILED: {result.note}"
    elif result.cpu and THEIRS not in result.cpu:
        cells += ", ours only" if result.job == "undo" else ", ours only (--comparator-limit)"
    if result.note and not result.failed:
        cells += f", {result.note}" if cells else result.note
    ratio = "—" if result.ratio is None else f"{result.ratio:.1f}x"
    return (
        f"{result.job:<10}{result.rows:>10,}{number(result.cpu.get(OURS), '.2f'):>12}"
        f"{number(result.cpu.get(THEIRS), '.2f'):>14}{ratio:>8}{number(result.peak.get(OURS), '.0f'):>9}"
        f"{number(result.peak.get(THEIRS), '.0f'):>11}  {cells}"
    )


def _print_growth(results: Sequence[Result]) -> None:
    """Ours by size: CPU seconds for each 10,000 rows, and peak memory."""
    sizes = sorted({r.rows for r in results if r.job != "start"})
    if len(sizes) < 2:
        return
    print(f"\nours, CPU s per 10,000 rows (peak MB)\n{'job':<10}" + "".join(f"{size:>18,}" for size in sizes))
    for job in dict.fromkeys(r.job for r in results if r.job != "start"):
        mine = {r.rows: r for r in results if r.job == job and OURS in r.cpu}
        cells = []
        for size in sizes:
            if size not in mine:
                cells.append("—")
                continue
            peak = mine[size].peak[OURS]
            cells.append(f"{mine[size].cpu[OURS] / size * 10_000:.2f} ({'—' if peak is None else f'{peak:.0f}'})")
        print(f"{job:<10}" + "".join(f"{cell:>18}" for cell in cells))


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    sys.exit(main())
