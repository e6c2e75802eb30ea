"""A row of 设置 or 假期 turned in the workbook, and the button pressed: exactly the rows change that it concerns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.ledgers import make_sample, opened
from workbook.sheets import BY_KEY
from xlsvc import app
from xlsvc.sample import NOW

Rows = dict[tuple[str, int], dict[str, Any]]
Edit = Mapping[str, Any]
LOGS = ("响应记录", "流程记录")
WORKING = {"类别": "时效", "项目": "解决", "档案": "S003", "紧急程度": "P3", "数值": 8, "单位": "小时", "计时方式": "工作时"}


def add(path: Path, title: str, *rows: Edit) -> None:
    """Typed below the table, which grows as Excel lets it grow."""
    book = openpyxl.load_workbook(path)
    tab = book[title]
    heads = {str(c.value): c.column for c in tab[3]}
    table = next(iter(tab.tables.values()))
    first, last = table.ref.split(":")
    bottom = int(re.sub(r"\D", "", last))
    while bottom > 3 and all(c.value in (None, "") for c in tab[bottom]):
        bottom -= 1
    for row in rows:
        bottom += 1
        for heading, value in row.items():
            tab.cell(bottom, heads[heading], value)
    table.ref = f"{first}:{re.sub(r'[0-9]+', str(max(bottom, int(re.sub(r'[^0-9]', '', last)))), last)}"
    book.save(path)


def turn(path: Path, title: str, wanted: Edit, heading: str, value: Any) -> None:
    """One cell of the row that reads as `wanted`."""
    book = openpyxl.load_workbook(path)
    tab = book[title]
    heads = {str(c.value): c.column for c in tab[3]}
    (row,) = [r for r in range(4, tab.max_row + 1) if all(tab.cell(r, heads[h]).value == v for h, v in wanted.items())]
    tab.cell(row, heads[heading], value)
    book.save(path)


def press(path: Path, now: datetime = NOW) -> Rows:
    """The computed cells of both logs after 更新时效, by (tab, row)."""
    app.run("sla", path, {}, now)
    book = openpyxl.load_workbook(path)
    found: Rows = {}
    for title in LOGS:
        sheet = next(s for s in BY_KEY.values() if s.title == title)
        columns = {str(c.value): c.column for c in book[title][3]}
        computed = [c.heading for c in sheet.columns if c.computed and c.key not in ("issues", "composite")]
        for cells in book[title].iter_rows(min_row=4):
            row = {heading: cells[columns[heading] - 1].value for heading in computed}
            if any(value is not None for value in row.values()):
                found[title, cells[0].row] = row
    return found


def changed(before: Rows, after: Rows) -> set[tuple[str, int]]:
    assert before.keys() == after.keys()
    return {place for place in before if before[place] != after[place]}


def those(rows: Rows, title: str, urgency: str, since: datetime | None = None, known: str = "解决截止") -> set[tuple[str, int]]:
    """Rows of a log and urgency that have a due time, taken on or after a moment."""
    return {
        (tab, row) for (tab, row), cells in rows.items()
        if tab == title and cells["统计紧急"] == urgency and cells[known] is not None
        and (since is None or cells["统计受理"] >= since)
    }  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rules") / "示例.xlsx"
    make_sample(path)
    add(path, "设置", WORKING)
    return path


@pytest.fixture(scope="module")
def before(sample: Path) -> Rows:
    return press(sample)


@pytest.fixture
def ledger(sample: Path, tmp_path: Path) -> Path:
    return Path(tmp_path / "台账.xlsx").write_bytes(sample.read_bytes()) and tmp_path / "台账.xlsx"  # type: ignore[return-value]


def test_a_limit_that_is_turned_changes_its_tickets_only(ledger: Path, before: Rows) -> None:
    turn(ledger, "设置", {"项目": "解决", "档案": "S002", "紧急程度": "P3"}, "数值", 12)
    after = press(ledger)
    concerned = those(before, "响应记录", "一般·普通")
    assert changed(before, after) == concerned
    assert len(concerned) > 100
    assert {after[p]["解决截止"] - before[p]["解决截止"] for p in concerned} == {timedelta(hours=-12)}


def test_a_limit_from_a_day_on_leaves_last_months_rows_alone(ledger: Path, before: Rows) -> None:
    since = datetime(2024, 4, 15)
    add(ledger, "设置", {"类别": "时效", "项目": "解决", "档案": "S002", "紧急程度": "P3", "数值": 12, "单位": "小时",
                       "计时方式": "自然时", "生效日期": since})  # fmt: skip
    after = press(ledger)
    concerned = those(before, "响应记录", "一般·普通", since)
    assert changed(before, after) == concerned
    assert 30 < len(concerned) < len(those(before, "响应记录", "一般·普通"))


@pytest.mark.parametrize("since", [None, datetime(2024, 4, 15)])
def test_other_hours_change_what_is_measured_in_working_time(
    ledger: Path, before: Rows, since: datetime | None
) -> None:
    hours = "10:00-12:00 14:00-18:00"
    if since is None:
        turn(ledger, "设置", {"项目": "工作时段"}, "数值", hours)
    else:
        add(ledger, "设置", {"类别": "时效", "项目": "工作时段", "数值": hours, "生效日期": since})
    after = press(ledger)
    assert changed(before, after) == those(before, "流程记录", "一般·普通", since)


def test_a_day_off_changes_what_runs_over_it(ledger: Path, before: Rows) -> None:
    day = datetime(2024, 4, 22)
    add(ledger, "假期", {"日期": day, "类型": "休息", "名称": "停电"})
    after = press(ledger)

    def over_it(cells: dict[str, Any]) -> bool:
        until = max(t for t in (cells["解决截止"], cells["统计办结"]) if t is not None)
        return bool(cells["统计受理"] < day + timedelta(hours=18) and until > day + timedelta(hours=9))

    measured = those(before, "流程记录", "一般·普通")
    concerned = {place for place in measured if over_it(before[place])}
    assert changed(before, after) == concerned
    assert 3 < len(concerned) < len(measured)


def test_as_of_a_moment_before_a_wait_the_ledger_is_as_it_was(ledger: Path) -> None:
    """--now: waits and statuses noted down later do not count then; twice the same moment gives the same cells."""
    early, late = datetime(2024, 5, 6, 9), datetime(2024, 5, 6, 12)
    then = press(ledger, early)
    book = opened(ledger)
    tab = book["流程记录"]
    column = next(c.column for c in tab[3] if c.value == "工单号")
    tickets = [tab.cell(r, column).value for r in range(4, 12)]
    add(ledger, "状态流水", *({"工单号": t, "时间": datetime(2024, 5, 6, 10), "新状态": "等待客户"} for t in tickets))
    assert press(ledger, early) == then
    press(ledger, late)
    assert press(ledger, early) == then


def test_what_a_click_noted_down_is_taken_back_with_it(ledger: Path) -> None:
    """一键更新 adds rows to 状态流水; 撤销上次 takes them away again."""
    def rows() -> list[tuple[Any, ...]]:
        tab = opened(ledger)["状态流水"]
        return [r for r in tab.iter_rows(min_row=4, values_only=True) if any(v not in (None, "") for v in r)]

    app.run("update", ledger, {}, NOW)
    assert len(rows()) > 100
    noted = rows()
    assert app.run("update", ledger, {}, NOW).saved == ""
    assert rows() == noted
    app.undo(ledger)
    assert rows() == []
