"""A command that looks at few columns of a wide sheet does what it would do if it had read them all.

The reference is the same command with its NEEDS taken away. Rows whose record hangs on a column that is not looked at
(a row with nothing but an order number, a 平均 far to the right) are where narrow reading would go wrong.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.ledgers import NOW, all_cells, make_sample
from workbook.book import Focus
from workbook.file_book import FileBook
from workbook.package import focused
from workbook.schema import Sheet
from workbook.sheets import BY_KEY
from workbook.values import Vocabularies, tells_record
from xlsvc import app
from xlsvc.commands import BY_ID, Command
from xlsvc.outcome import Outcome

NARROW = [c.id for c in BY_ID.values() if c.handler and c.needs()]
OPTIONS: Mapping[str, dict[str, Any]] = {"find": {"text": "SN202404"}, "summary": {"week": "2024-W18"}}


def letter_of(tab: Worksheet, heading: str) -> str:
    return next(str(cell.column_letter) for cell in tab[3] if cell.value == heading)


def put(tab: Worksheet, row: int, clear: bool = True, **cells: Any) -> None:
    if clear:
        for cell in tab[row]:
            cell.value = None
    for heading, value in cells.items():
        tab[f"{letter_of(tab, heading)}{row}"] = value


def doubtful(book: openpyxl.Workbook) -> None:
    """Rows that are records, sums or nothing by what stands in columns that no clock needs."""
    log = book["响应记录"]
    at = iter(range(20, 60, 2))
    put(log, next(at), 订单编号="DD1")
    put(log, next(at), 工单号="SN20240401999", 沟通内容="打过电话")
    put(log, next(at), 工单号="SN20240401998")
    put(log, next(at), 沟通内容="平均")
    put(log, next(at), 费用=120, 工单号="SN20240401997", 遗留问题="合计:")
    put(log, next(at), 序号="合计", 费用=99)
    put(log, next(at), clear=False, 序号="小计")
    put(log, next(at), **{"联系方式*": "13800001111", "紧急程度": "一般"})
    put(log, next(at), 时效状态="超时", 综合得分=4.5)
    put(log, next(at), 沟通内容="   ")
    put(log, next(at), 提出时间="看不懂的时间")
    put(log, next(at), 邮箱=True)
    put(log, next(at), 邮箱="=1/0")
    for name in ("-", "无", "平均", "综合得分(加权)", 12, True):
        put(log, next(at), clear=False, **{"客户 姓名*": name})
    process = book["流程记录"]
    put(process, 12, 备注="只有备注")
    put(process, 14, 备注="平均值")
    put(process, 16, clear=False, **{"客户信息(姓名/联系方式)": None})
    put(process, 18, 工单号="SN20240402999", 故障原因="主板")
    log.cell(log.max_row + 1, 1, "x")
    for key in ("response_log", "process_log"):
        fill_out(book[BY_KEY[key].title], BY_KEY[key])


def fill_out(tab: Worksheet, sheet: Sheet) -> None:
    """Something in every blank cell of some well kept rows: a column that should be looked at is missed then."""
    heading = {found.key: str(cell.column_letter) for cell in tab[3] if (found := sheet.find(cell.value))}
    values: dict[str, Any] = {"date": datetime(2024, 4, 2), "score": 3, "integer": 2, "money": 80,
              "duration": "2小时", "phone": "13800001111"}  # fmt: skip
    words = Vocabularies.packaged()
    for row in range(70, 78):
        for n, column in enumerate(sheet.columns):
            values["datetime"] = datetime(2024, 4, 26, 11, 40) - timedelta(minutes=n)
            if column.key == "dispatched_at" and row % 2:  # 到场 alone stops the clock
                tab[f"{heading[column.key]}{row}"] = None
                continue
            if column.role == "typed" and tab[f"{heading[column.key]}{row}"].value is None:
                text = words.words(column.choices)[row % 2] if column.choices else f"{column.heading}{row % 3}"
                tab[f"{heading[column.key]}{row}"] = values.get(column.kind, text)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("narrow")
    sample = folder / "示例.xlsx"
    make_sample(sample)
    loaded = openpyxl.load_workbook(sample)
    for cell in loaded["响应记录"][3]:  # the sample writes some headings differently
        if str(cell.value).startswith("客户 姓名"):
            cell.value = "客户 姓名*"
    doubtful(loaded)
    rows = folder / "存疑.xlsx"
    loaded.save(rows)
    app.run("update", rows, {}, NOW)
    return {"sample": sample, "doubtful": rows}


def test_which_commands_read_narrowly() -> None:
    assert {"sla", "explain", "score", "find", "summary"} <= set(NARROW)


@pytest.mark.parametrize("command", NARROW)
def test_a_narrow_command_does_what_a_broad_one_does(
    command: str, books: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow, broad = tmp_path / "窄" / "台账.xlsx", tmp_path / "宽" / "台账.xlsx"
    for path in (narrow, broad):
        path.parent.mkdir()
        shutil.copy(books["doubtful"], path)
    first = app.run(command, narrow, OPTIONS.get(command, {}), NOW).as_json()
    monkeypatch.setattr(Command, "needs", lambda self: {})
    second = app.run(command, broad, OPTIONS.get(command, {}), NOW).as_json()
    for told, path in ((first, narrow), (second, broad)):
        del told["saved"], told["files"]
        told["notice"] = told["notice"].replace(str(path.parent), "")
    assert first == second
    assert all_cells(narrow) == all_cells(broad)


@pytest.mark.parametrize("runs", [4_000, 0])
def test_only_doubtful_rows_are_read_whole(
    runs: int, books: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(focused, "MOST_RUNS", runs)
    log = BY_KEY["response_log"]
    inputs = {log.key: [c.key for c in log.columns if not c.computed]}
    focus = {log.key: Focus(frozenset({"customer", "accepted_at"}), "customer", tells_record)}
    whole = FileBook(books["doubtful"]).read([log], inputs)[log.key]
    narrow = FileBook(books["doubtful"]).read([log], inputs, focus)[log.key]
    assert narrow.rows.tolist() == whole.rows.tolist()
    assert narrow.absent == whole.absent
    assert narrow.unknown == whole.unknown
    for key in ("customer", "accepted_at"):
        assert narrow.columns[key] == whole.columns[key]
    sure = [tells_record(cell) for cell in whole.columns["customer"]]
    assert 10 < sure.count(False) < 30
    for key in inputs[log.key]:
        for known, cell, full in zip(sure, narrow.columns[key], whole.columns[key], strict=True):
            if key not in ("customer", "accepted_at"):
                assert cell == (None if known else full), key


@pytest.mark.parametrize(
    ("cell", "tells"),
    [("张女士", True), (" 王 ", True), ("合计的客户", True), ("", False), ("  ", False), ("-", False), ("暂无", False),
     ("合计:", False), ("综合得分(加权)", False), (None, False), (12.0, False), (True, False)],
)  # fmt: skip
def test_what_tells_a_record(cell: Any, tells: bool) -> None:
    assert tells_record(cell) is tells


@pytest.mark.parametrize("command", NARROW)
def test_nothing_else_is_looked_at(command: str, books: dict[str, Path]) -> None:
    """A handler gets no column of a wide sheet that its module does not name: of well kept rows they are blank."""
    seen: dict[str, Any] = {}

    class Watched(FileBook):
        def read(self, *given: Any, **named: Any) -> Any:
            seen.update(super().read(*given, **named))
            return seen

    app.run_on(Watched(books["sample"]), _dry(BY_ID[command]), OPTIONS.get(command, {}), NOW)
    focus = app._focus(BY_ID[command])
    for key in ("response_log", "process_log"):
        sheet, cells = BY_KEY[key], seen[key]
        by = cells.columns[focus[key].by]
        for column, values in cells.columns.items():
            if column not in focus[key].columns:
                read = [v for v, name in zip(values, by, strict=True) if tells_record(name)]
                assert set(read) <= {None}, sheet.heading(column)


class Dry(Command):
    """The command without what it would do."""

    def load(self) -> Callable[..., Any]:
        return lambda ledger, settings, now: Outcome()


def _dry(command: Command) -> Command:
    return Dry(**{field.name: getattr(command, field.name) for field in dataclasses.fields(command)})
