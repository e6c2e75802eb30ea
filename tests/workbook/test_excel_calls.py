"""How many calls into Excel one click takes: as many on 20,000 rows as on ten, for every command that writes.

`python -m tests.workbook.test_excel_calls` prints the table of the README. Every call over COM counts, of xlwings'
own Windows engine and all: a property read or set, a method called, an item of a collection fetched.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from benchmarks.ledger import make
from benchmarks.rows import chunks
from tests.support.fake_excel import FakeExcel, Rect, Workbook
from workbook.sheets.response_log import RESPONSE_LOG
from xlsvc.app import run_on
from xlsvc.commands import BY_ID

SIZES = (10, 1_000, 20_000)
SHORT = ("validate", "sla", "score", "summary", "freeze", "brief", "month")
"""Tried on 1,000 rows only: update does the first three in one on 20,000, and all are printed by hand."""
PATTERN = 10
OPEN = (3, 5, 6, 7, 8, 9)  # late ones: the weekly report names five
NOW = datetime(2024, 12, 31, 10, 0)
OPTIONS: dict[str, dict[str, Any]] = {
    "update": {}, "validate": {}, "sla": {}, "score": {},
    "forms": {"profile": "S002", "ticket": ["SN202412300001"]},
    "summary": {"week": "2025-W01"}, "freeze": {"week": "2025-W01"}, "brief": {"period": "2025-W01"}, "month": {"period": "2024-12"},
}  # fmt: skip
RUNS = (0, 3, 30)


class Ledger:
    """A ledger that a fake Excel opens with so many rows in 响应记录: ten of every kind, the rest in order, so that
    what has to be written differs in length alone."""

    def __init__(self, path: Path) -> None:
        make(path, 1)
        with FakeExcel() as excel:
            self._plain = excel.open(path)

    def opened(self, excel: FakeExcel, rows: int, formula_runs: int = 0) -> Workbook:
        book = excel.open_again(self._plain)
        sheet = book.sheet(RESPONSE_LOG.title)
        table, grid = sheet.tables[0], sheet.grid
        top, left = RESPONSE_LOG.header_row + 1, table.rect.left
        columns = dict(next(islice(chunks(1_000), 1))[1])
        _make_dirty(columns)
        named = [(heading, _key(heading), grid.form(top, left + at)) for at, heading in enumerate(table.headings())]
        grid.clear(Rect(top - 1, left, top, table.rect.right), forms=True)
        kept = [entry for entry in named if entry[1] in columns or _is_needed(entry[1])]
        for column, (heading, key, form) in enumerate(kept, left):
            grid.put(top - 1, column, heading)
            pattern = columns.get(key, [None] * PATTERN)[:PATTERN]
            cells = (pattern[at if at < PATTERN else 0] for at in range(rows))
            grid.values[column] |= {row: cell for row, cell in enumerate(cells, top) if cell is not None}
            if form != "General":
                grid.set_form(Rect(top, column, top + rows - 1, column), form)
        keys = [key for _, key, _ in kept]
        table.rect = Rect(top - 1, left, top + rows - 1, left + len(kept) - 1)
        numbers, phones = (table.rect.left + keys.index(key) for key in ("ticket", "contact"))
        for at in range(rows):
            grid.values[phones][top + at] = f"139{at:08d}"
            grid.values[numbers][top + at] = f"SN202412{30 - at // 9_999:02d}{at % 9_999 + 1:04d}"
        status = table.rect.left + keys.index("sla_status")
        for run in range(formula_runs):
            first = top + 1 + run * (rows // max(formula_runs, 1))
            grid.put(first, status, "自己写的", '="自己写的"')
        return book


def _is_needed(key: str) -> bool:
    """The columns that stay when an office takes out those it leaves blank."""
    column = next((c for c in RESPONSE_LOG.columns if c.key == key), None)
    return column is not None and (column.role != "typed" or column.indispensable)


def _key(heading: str) -> str:
    column = RESPONSE_LOG.find(heading)
    return column.key if column else heading


def _make_dirty(columns: dict[str, list[Any]]) -> None:
    """So that every kind of finding is among the ten rows: the last week's, a time as text, one that runs backwards,
    a missing urgency, an open ticket that is late."""
    day = 45656.375  # 2024-12-30 09:00
    for at in range(PATTERN):
        columns["accepted_at"][at] = day + at / 100
        columns["responded_at"][at] = day + at / 100 + 0.02
        is_open = at in OPEN
        columns["resolved_at"][at] = None if is_open else day + at / 100 + 0.3
        columns["status"][at] = "处理中" if is_open else "已完成"
    columns["resolved_at"][1] = day - 1
    columns["responded_at"][2] = "2024-12-3009:30"
    columns["urgency"][4] = None


def calls(ledger: Ledger, command: str, rows: int, formula_runs: int = 0) -> int:
    """How many calls one click takes, from finding the workbook to the last setting put back."""
    from workbook.excel_book import ExcelBook

    with FakeExcel() as excel:
        model = ledger.opened(excel, rows, formula_runs)
        book = excel.xlwings_book(model)
        excel.wire.reset()
        # a code that begins with a digit costs a format more
        options = {"random_token": lambda: "KQMX-TRWZ", **OPTIONS[command]}
        report = run_on(ExcelBook(book), BY_ID[command], options, NOW)
        assert report.exit_code < 2
        return excel.wire.total


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return Ledger(tmp_path_factory.mktemp("calls") / "台账.xlsx")


@pytest.mark.parametrize("command", OPTIONS)
def test_a_click_takes_as_many_calls_on_many_rows_as_on_few(command: str, ledger: Ledger) -> None:
    counted = {rows: calls(ledger, command, rows) for rows in (SIZES[:2] if command in SHORT else SIZES)}
    print(f"{BY_ID[command].label}: {counted}")
    assert len(set(counted.values())) == 1


def test_a_run_of_formulas_costs_the_same_however_many_rows(ledger: Ledger) -> None:
    each = set()
    for rows in (300, 2_000):
        none, some, many = (calls(ledger, "sla", rows, runs) for runs in RUNS)
        print(f"更新时效, {rows} 行, {RUNS} 段公式: {none}, {some}, {many}")
        cost, rest = divmod(many - some, RUNS[2] - RUNS[1])
        assert rest == 0
        assert some - none == cost * RUNS[1]
        each.add(cost)
    assert len(each) == 1


@pytest.mark.parametrize("command", ["sla", "update"])
def test_cells_that_differ_here_and_there_cost_no_call_each(command: str, ledger: Ledger) -> None:
    """On the second click most cells stand as they are; one in seven was written over, one in eleven has no number."""
    from workbook.excel_book import ExcelBook

    counted = []
    for rows in (100, 1_000):
        with FakeExcel() as excel:
            model = ledger.opened(excel, rows)
            sheet = model.sheet(RESPONSE_LOG.title)
            keys = [_key(heading) for heading in sheet.tables[0].headings()]
            number, status = (sheet.tables[0].rect.left + keys.index(key) for key in ("ticket", "sla_status"))
            run_on(ExcelBook(excel.xlwings_book(model)), BY_ID[command], {}, NOW)
            body = sheet.tables[0].body
            for row in range(body.top, body.bottom + 1):
                if row % 7 == 0:
                    sheet.grid.put(row, status, "写过了")
                if row % 11 == 0:
                    sheet.grid.put(row, number, None)
            excel.wire.reset()
            run_on(ExcelBook(excel.xlwings_book(model)), BY_ID[command], {}, NOW)
            assert "写过了" not in sheet.grid.values[status].values()
            counted.append(excel.wire.total)
    assert len(set(counted)) == 1


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "台账.xlsx")
        print("| 命令 | " + " | ".join(f"{rows:,} 行" for rows in SIZES) + " |")
        print("|---|" + "---|" * len(SIZES))
        for command in OPTIONS:
            counted = [str(calls(ledger, command, rows)) for rows in SIZES]
            print(f"| {BY_ID[command].label} | " + " | ".join(counted) + " |")
        for runs in RUNS[1:]:
            counted = ["–", *(str(calls(ledger, "sla", rows, runs)) for rows in SIZES[1:])]
            print(f"| 更新时效,{runs} 段自写公式 | " + " | ".join(counted) + " |")


if __name__ == "__main__":
    sys.exit(main())
