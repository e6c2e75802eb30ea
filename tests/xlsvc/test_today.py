"""今日待办: what is listed when, in which order, what people noted at it, and what 首页 shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from tests.support.ledgers import make_ledger, opened
from workbook.book import Link
from workbook.sheets.settings import default_rows
from workbook.sheets.today import HOME_LINES, HOME_SUMMARY
from xlsvc import app, today
from xlsvc.outcome import Ledger
from xlsvc.settings import Settings, read_settings
from xlsvc.today_tasks import Task, tasks

from .documents import ledger

NOW = datetime(2024, 5, 10, 12, 0)
DEFAULTS = Settings.packaged()
Row = dict[str, Any]
Rows = dict[str, list[Row]]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def response(**cells: Any) -> Row:
    return {
        "ticket": "A-1", "customer": "李女士", "contact": "13800001111", "problem": "漏水", "urgency": "一般",
        "problem_type": "售后维修类", "accepted_at": at("2024-05-10 11:00"), "owner": "张工", **cells,
    }  # fmt: skip


def listed(rows: Rows, now: datetime = NOW, settings: Settings = DEFAULTS) -> list[Task]:
    return tasks(ledger(rows), settings, now)


def told(rows: Rows, now: datetime = NOW) -> list[tuple[str, str, str]]:
    return [(t.level(now), t.kind, t.subject) for t in listed(rows, now)]


def a_task(due: datetime | None) -> Task:
    return Task("m", "k", "s", due)


@pytest.mark.parametrize(
    ("due", "level"),
    [
        (NOW - timedelta(seconds=1), "已超时"),
        (NOW, "两小时内"),
        (NOW + timedelta(hours=2), "两小时内"),
        (NOW + timedelta(hours=2, seconds=1), "今天"),
        (at("2024-05-10 23:59:59"), "今天"),
        (at("2024-05-11 00:00"), "三天内"),
        (at("2024-05-13 23:59:59"), "三天内"),
        (at("2024-05-14 00:00"), ""),
        (None, "待补"),
    ],
)
def test_levels_change_on_their_second(due: datetime | None, level: str) -> None:
    assert a_task(due).level(NOW) == level


def test_two_hours_reach_over_midnight() -> None:
    assert a_task(at("2024-05-11 00:30")).level(at("2024-05-10 23:00")) == "两小时内"


def process(**cells: Any) -> Row:
    return {
        "ticket": "P-1", "customer_info": "王女士/", "problem_info": "漏水/普通", "accepted_at": at("2024-05-10 11:00"), **cells,
    }  # fmt: skip


def test_a_ticket_is_told_once_by_the_clock_that_is_due_first() -> None:
    (first,) = listed({"process_log": [process()]})
    assert (first.kind, first.subject, first.sheet, first.row) == ("工单·首次响应", "P-1 王女士", "process_log", 4)
    (answered,) = listed({"process_log": [process(responded_at=at("2024-05-10 11:10"))]})
    assert answered.kind == "工单·方案"
    late = at("2024-05-20 09:00")
    (both,) = [t for t in listed({"process_log": [process()]}, late) if t.kind.startswith("工单")]
    assert both.kind == "工单·首次响应"


def test_what_is_done_doubled_or_far_off_is_not_listed() -> None:
    done = response(responded_at=at("2024-05-10 11:10"), resolved_at=at("2024-05-10 11:30"), status="已完成")
    assert [k for _, k, _ in told({"response_log": [done]})] == ["发满意度调查"]
    assert told({"response_log": [response(accepted_at=at("2024-05-14 09:00"))]}) == []
    twice = told({"response_log": [response(), response(accepted_at=at("2024-05-10 11:05"))]})
    assert sum(k.startswith("工单") for _, k, _ in twice) == 1


def test_urgent_tickets_come_before_older_ones_that_are_equally_pressing() -> None:
    rows = [
        response(ticket="OLD", accepted_at=at("2024-05-01 09:00")),
        response(ticket="HOT", urgency="特急", accepted_at=at("2024-05-10 09:00")),
        response(ticket="NEXT", urgency="紧急", accepted_at=at("2024-05-10 07:00")),
    ]
    found = [t for t in listed({"response_log": rows}) if t.kind.startswith("工单") and t.level(NOW) == "已超时"]
    assert [t.mark.split("|")[1] for t in found] == ["HOT", "NEXT", "OLD"]
    assert found[0].subject == "HOT 李女士 特急"


def resolved(number: int, when: str) -> Row:
    return response(
        ticket=f"A-{number}", responded_at=at("2024-05-08 09:05"), accepted_at=at("2024-05-08 09:00"), resolved_at=at(when),
        status="已完成",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("times", "subjects"),
    [
        (["2024-05-10 10:00", "2024-05-08 10:00"], ["A-2 李女士", "A-1 李女士"]),
        (["2024-05-10 10:00", "2024-05-08 10:00", "2024-05-09 11:59:59"], ["3 张工单,其中 2 张已超时"]),
        (["2024-05-10 10:00", "2024-05-10 10:30", "2024-05-10 11:00"], ["3 张工单"]),
    ],
)
def test_surveys_are_one_task_from_three_on(times: list[str], subjects: list[str]) -> None:
    rows = [resolved(n, when) for n, when in enumerate(times, 1)]
    assert [s for _, kind, s in told({"response_log": rows}) if kind == "发满意度调查"] == subjects


@pytest.mark.parametrize(
    ("when", "asked"),
    [("2024-03-31 23:59:59", []), ("2024-04-01 00:00", ["上月服务过的客户"]), ("2024-05-01 00:00", [])],
)
def test_the_monthly_survey_is_due_where_last_month_had_somebody_to_ask(when: str, asked: list[str]) -> None:
    row = response(accepted_at=at(when) - timedelta(hours=1), resolved_at=at(when), status="已完成")
    assert [s for _, kind, s in told({"response_log": [row]}) if kind == "月度满意度调查"] == asked


def test_a_monthly_survey_that_was_issued_is_no_task() -> None:
    row = response(accepted_at=at("2024-04-10 10:00"), resolved_at=at("2024-04-10 12:00"), status="已完成")
    form = {"token": "7KQM-4XTR", "issued_at": at("2024-05-06 09:00"), "purpose": "月度调查 2024-04"}
    asked = [told({"response_log": [row], "form_register": forms}, at("2024-05-08 10:00")) for forms in ([], [form])]
    assert ["月度满意度调查" in str(tasks) for tasks in asked] == [True, False]


@pytest.mark.parametrize(
    ("cells", "level"),
    [
        ({"due": "2024-05-09"}, "已超时"),
        ({"due": "2024年5月10日"}, "今天"),
        ({"due": "2024/5/13"}, "三天内"),
        ({"due": "2024-05-14"}, None),
        ({"due": "下个月"}, None),
        ({"due": ""}, None),
        ({"due": "2024-05-09", "done": at("2024-05-08 00:00")}, None),
        ({"due": "2024-05-09", "status": "关闭"}, None),
        ({"due": "2024-05-09", "status": "不采纳"}, None),
        ({"due": "2024-05-09", "status": "进行中"}, "已超时"),
    ],
)
def test_measures_are_due_at_the_end_of_their_day(cells: Row, level: str | None) -> None:
    row = {"number": "GJ-1", "core_problem": "等待时间长", "plan": "增派人手", "responsible": "王主管", **cells}
    found = [t for t in listed({"suggestion_tracker": [row]}) if t.kind == "改进措施"]
    assert [(t.level(NOW), t.subject, t.owner, t.column) for t in found] == (
        [(level, "GJ-1 等待时间长", "王主管", "done")] if level else []
    )


def test_a_rule_that_cannot_be_used_is_a_task_without_a_date() -> None:
    rows = [{**r, "value": "很多"} if r["name"] == "低分线" else r for r in default_rows()]
    settings = read_settings({"settings": pd.DataFrame(rows, index=range(4, 4 + len(rows)))}, NOW)
    found = [t for t in listed({"response_log": []}, settings=settings) if t.kind == "补全设置"]
    row = 4 + next(n for n, r in enumerate(rows) if r["name"] == "低分线")
    assert [(t.level(NOW), t.sheet, t.row) for t in found] == [("待补", "settings", row)]


def marked(rows: Rows, notes: list[Row]) -> Ledger:
    book = ledger(rows)
    columns = ["mark", "done", "remark"]
    table = pd.DataFrame(notes, columns=columns, index=range(4, 4 + len(notes))).fillna("")
    return Ledger({**book.frames, "today": table}, book.issues, {"首页": True, "今日待办": True})


def test_marks_and_remarks_stay_with_their_task_and_ticked_ones_sink() -> None:
    rows = {"response_log": [response(), response(ticket="B-2", accepted_at=at("2024-05-10 10:30"))]}
    first, second = today.task_code("resolution|A-1"), today.task_code("resolution|B-2")
    notes = [
        {"mark": second, "done": "是", "remark": "已电话"},
        {"mark": today.task_code("resolution|GONE"), "done": "是", "remark": "没了"},
        {"mark": first, "remark": "等回电"},
        {"mark": first, "done": "是"},
    ]
    outcome = today.update(marked(rows, notes), DEFAULTS, NOW)
    table = outcome.replace["today"]
    kept = table[table["mark"].isin([first, second])][["mark", "done", "remark"]].values.tolist()
    assert kept == [[first, "", "等回电"], [second, "是", "已电话"]]
    assert table["mark"].iloc[-1] == second
    assert table["no"].tolist() == list(range(1, len(table) + 1))
    assert outcome.notice.endswith(";已勾完成 1 项。")


def test_a_line_for_many_keeps_its_tick_until_it_stands_for_more() -> None:
    three = {"response_log": [resolved(n, "2024-05-10 10:00") for n in (1, 2, 3)]}
    first = today.update(marked(three, []), DEFAULTS, NOW).replace["today"]
    (code,) = first["mark"][first["kind"] == "发满意度调查"]
    note = {"mark": code, "done": "是", "remark": "周五统一发"}
    later = NOW + timedelta(hours=1)

    def line(count: int) -> tuple[str, str, str]:
        rows = {"response_log": [resolved(n, "2024-05-10 10:00") for n in range(1, count + 1)]}
        table = today.update(marked(rows, [note]), DEFAULTS, later).replace["today"]
        found = table[table["kind"] == "发满意度调查"].iloc[0]
        return found["mark"], found["done"], found["remark"]

    assert line(3) == (code, "是", "周五统一发")
    assert line(4) == (f"{code.partition('.')[0]}.4", "", "周五统一发")


def test_a_mark_set_before_the_number_was_issued_stays(tmp_path: Path) -> None:
    path = make_ledger(tmp_path / "台账.xlsx", {"response_log": [response(ticket=None)]})
    app.run("update", path, at=NOW)
    book = openpyxl.load_workbook(path)
    assert book["今日待办"]["D4"].value == "SN20240510001 李女士", "named with the number it got in this run"
    book["今日待办"]["J4"] = "等回电"
    book.save(path)
    app.run("update", path, at=NOW)
    assert opened(path)["今日待办"]["J4"].value == "等回电"


def test_home_shows_the_first_five_with_links_and_blanks_the_rest() -> None:
    rows = {"response_log": [response(accepted_at=at("2024-05-09 10:30"))]}
    outcome = today.update(marked(rows, []), DEFAULTS, NOW)
    (tab,) = outcome.tabs
    assert tab.values[HOME_SUMMARY] == "截至 05-10 12:00 已超时 1 项。"
    assert tab.values[HOME_LINES[0]] == Link("响应记录", "A4", "已超时 · 工单·解决 · A-1 李女士 · 已过 1小时30分 · 张工")
    assert [tab.values[name] for name in HOME_LINES[1:]] == [None] * 4


def test_an_older_ledger_without_the_sheet_or_home_is_left_alone() -> None:
    outcome = today.update(ledger({"response_log": [response()]}), DEFAULTS, NOW)
    assert (outcome.replace, outcome.tabs, outcome.activate) == ({}, [], "")


def test_nothing_due_is_said() -> None:
    assert today.update(marked({"response_log": []}, []), DEFAULTS, NOW).notice == "今日待办:没有到期的事。"


def test_no_more_than_five_hundred_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Task(f"m{n}", "工单·解决", f"A-{n}", NOW) for n in range(503)]
    monkeypatch.setattr(today, "tasks", lambda *given: many)
    table = today.update(marked({"response_log": []}, []), DEFAULTS, NOW).replace["today"]
    assert (len(table), table["kind"].iloc[-1], table["mark"].iloc[-1]) == (501, "还有 3 项", None)


def test_a_mark_typed_into_the_file_survives_and_undo_gives_the_list_back(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    app.new(path, sample=True)
    moment = datetime(2024, 5, 6, 9, 0)
    app.run("today", path, at=moment)
    book = openpyxl.load_workbook(path)
    first = [c.value for c in book["今日待办"][4]]
    book["今日待办"]["I4"], book["今日待办"]["J4"] = "是", "李工在办"
    book.save(path)
    typed = path.read_bytes()
    report = app.run("today", path, at=moment)
    assert report.notice.endswith(";已勾完成 1 项。")
    table = list(opened(path)["今日待办"].iter_rows(min_row=4, values_only=True))
    (kept,) = [row for row in table if row[8] == "是"]
    assert (kept[3], kept[9], kept[10]) == (first[3], "李工在办", first[10])
    saved = path.read_bytes()
    app.run("today", path, at=moment)
    assert path.read_bytes() == saved, "same book, same moment, same cells"
    app.undo(path)
    assert path.read_bytes() == typed


def test_an_older_home_page_without_these_cells_is_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    app.new(path)
    book = openpyxl.load_workbook(path)
    for name in (HOME_SUMMARY, *HOME_LINES):
        del book["首页"].defined_names[name]
    book.save(path)
    report = app.run("today", path, at=NOW)
    assert [i.code for i in report.issues if i.code == "tab.name_missing"] == []
    assert report.notice == "今日待办:没有到期的事。"
