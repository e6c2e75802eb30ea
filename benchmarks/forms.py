"""`python -m benchmarks.forms`: 1,000 form workbooks, the whole click against what an office would write with openpyxl.

Ours is all that the button does: the ledger read, recipients chosen, forms made and put in place, 表单台账 and its backup
written. The script loads the template (one tab, a file of its own) for each ticket, fills its named cells and saves; once
without reading any ledger (`loop`), once with the ledger read and a row a form added to it (`script`). `plain` writes the
bytes of our files to new files, `drawing` makes them in memory without any file. CPU time (user and system) of this
process, after everything is imported; best of the rounds. Every cell of every form has to be equal. Exit 1 if one is not.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import openpyxl
from python_calamine import CalamineWorkbook

from workbook.book import Value
from workbook.resources import templates
from workbook.sheets.customer_forms import FORMS
from workbook.sheets.reference import FORM_REGISTER
from workbook.sheets.response_log import RESPONSE_LOG
from workbook.template import build, save
from xlsvc import app

NOW = datetime(2024, 5, 6, 9)
FORM = FORMS["S002"]
Facts = dict[str, Any]


def make_ledger(path: Path, count: int) -> None:
    rows: list[dict[str, Value]] = [
        {"ticket": f"SN202405{number:06d}", "customer": f"客户{number}", "contact": f"139{number:08d}", "problem": "漏水",
         "urgency": "一般", "owner": "张工", "problem_type": "售后维修", "status": "已完成",
         "accepted_at": NOW - timedelta(hours=23), "resolved_at": NOW - timedelta(hours=1, seconds=number)}
        for number in range(count)
    ]  # fmt: skip
    save(build({"response_log": rows, "people": [{"name": "张工", "staff_no": "S002", "phone": "010-8802"}]}), path)


def ours(folder: Path) -> None:
    """One click on a saved ledger."""
    app.run("forms", folder / "台账.xlsx", {}, NOW)


def one_tab(path: Path) -> None:
    """The template as a file of its own, which an office would keep."""
    book = openpyxl.load_workbook(templates())
    for title in set(book.sheetnames) - {FORM.template}:
        del book[title]
    for name in list(book.defined_names):
        del book.defined_names[name]
    book[FORM.template].sheet_state = "visible"
    book.save(path)


def loop(template: Path, folder: Path, facts: Sequence[tuple[str, Facts]]) -> None:
    """What openpyxl does for each form."""
    folder.mkdir()
    for file, values in facts:
        book = openpyxl.load_workbook(template)
        tab = book.worksheets[0]
        for name, value in values.items():
            tab[tab.defined_names[name].attr_text.rpartition("!")[2].replace("$", "")] = value
        book.save(folder / file)


def script(ledger: Path, template: Path, folder: Path, facts: Sequence[tuple[str, Facts]]) -> None:
    """The loop, with the ledger read before it and a row for each form added."""
    book = openpyxl.load_workbook(ledger)
    seen = [row for row in book[RESPONSE_LOG.title].iter_rows(min_row=RESPONSE_LOG.header_row + 1, values_only=True) if row[1]]
    assert len(seen) == len(facts)
    loop(template, folder, facts)
    register = book[FORM_REGISTER.title]
    for file, values in facts:
        register.append([values["回执码"], values["工单号"], FORM.profile.name, "1", None, file])
    book.save(ledger)


def plain(folder: Path, contents: Sequence[tuple[str, bytes]]) -> None:
    folder.mkdir()
    for file, content in contents:
        (folder / file).write_bytes(content)


def cells(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)


def check(one: Path, other: Path) -> None:
    """Raises AssertionError where a cell of a form of the same name differs."""
    assert {path.name for path in one.iterdir()} == {path.name for path in other.iterdir()}
    for path in sorted(one.iterdir()):
        assert cells(path) == cells(other / path.name), path.name


def best(rounds: int, do: Callable[[], None], before: Callable[[], None]) -> tuple[float, float]:
    """(CPU seconds, seconds by the clock) of the quickest round."""
    found = []
    for _ in range(rounds):
        before()
        gc.collect()
        cpu, clock = process_time(), perf_counter()
        do()
        found.append((process_time() - cpu, perf_counter() - clock))
    return min(found)


def facts_of(folder: Path) -> list[tuple[str, Facts]]:
    """File and facts of each form, as the files that ours made hold them; all have their cells in the same places."""
    files = sorted(folder.iterdir())
    tab = openpyxl.load_workbook(files[0]).worksheets[0]
    places = {name: tab[tab.defined_names[name].attr_text.rpartition("!")[2].replace("$", "")] for name in FORM.facts()}
    found = []
    for path in files:
        rows = cells(path)
        facts = {name: rows[cell.row - 1][cell.column - 1] or None for name, cell in places.items()}
        found.append((path.name, {n: datetime(v.year, v.month, v.day) if isinstance(v, date) else v for n, v in facts.items()}))
    return found


def drawing(ledger: Path, facts: Sequence[tuple[str, Facts]]) -> None:
    """The forms' bytes, without any file."""
    from workbook.making_files import BookTemplates
    from workbook.new_files import NewBook

    made = BookTemplates(lambda: ledger)
    blank = tuple(n for n in FORM.names() if n.startswith(("答_", "分_", "选_", "说明_")))
    for file, values in facts:
        made.content(NewBook(file, FORM.template, FORM.profile.title, values, blank, f"S002-1|{values['回执码']}"))


def run(count: int, rounds: int, base: Path, script_too: bool = True) -> dict[str, tuple[float, float]]:
    """Seconds by side. Raises AssertionError where a cell differs."""
    ledger, template, made, theirs = (base / name for name in ("台账.xlsx", "模板.xlsx", "表单", "脚本"))
    make_ledger(base / "pristine.xlsx", count)
    one_tab(template)

    def reset() -> None:
        for folder in (made, theirs, base / "备份", base / "平写"):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copy(base / "pristine.xlsx", ledger)

    found = {"ours": best(rounds, lambda: ours(base), reset)}
    contents = [(path.name, path.read_bytes()) for path in sorted(made.iterdir())]
    facts = facts_of(made)
    assert len(facts) == count
    kept = base / "ours"
    shutil.rmtree(kept, ignore_errors=True)
    made.rename(kept)
    found["plain"] = best(rounds, lambda: plain(base / "平写", contents), reset)
    found["drawing"] = best(rounds, lambda: drawing(ledger, facts), reset)
    found["loop"] = best(rounds, lambda: loop(template, theirs, facts), reset)
    check(kept, theirs)
    if script_too:
        found["script"] = best(rounds, lambda: script(ledger, template, theirs, facts), reset)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forms")
    parser.add_argument("--forms", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = run(options.forms, options.rounds, Path(folder))
        except AssertionError as error:
            print(f"cells differ: {error}")
            return 1
    mine = found["ours"]
    print(f"{options.forms} forms, every cell equal")
    print(f"{'':<10}{'CPU s':>9}{'clock s':>9}{'CPU ratio':>11}{'clock ratio':>12}")
    for side, (cpu, clock) in found.items():
        print(f"{side:<10}{cpu:>9.3f}{clock:>9.3f}{cpu / mine[0]:>11.2f}{clock / mine[1]:>12.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
