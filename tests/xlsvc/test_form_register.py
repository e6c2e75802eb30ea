"""表单台账 at a moment: each state to the second, one reminder, and what follows from answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from tests.support.frames import frame
from workbook.issues import Issue
from workbook.sheets.settings import default_rows
from xlsvc import daily
from xlsvc.duties import duties, wants_contact
from xlsvc.duty_findings import duty_findings
from xlsvc.form_follow_ups import follow_ups
from xlsvc.form_register import COLUMNS, register_states
from xlsvc.outcome import Ledger
from xlsvc.settings import Settings, read_settings

NOW = datetime(2024, 5, 9, 0, 0)  # the due day of the rows below is just over
RULES = Settings.packaged()
Row = dict[str, Any]


def timed(rows: list[Row]) -> list[Row]:
    return [{k: pd.Timestamp(v) if k.endswith("_at") and v else v for k, v in row.items()} for row in rows]


def form(token: str = "7KQM-4XTR", **cells: Any) -> Row:
    return {"token": token, "ticket": "SN1", "profile": "S002 客户满意度调查表", "version": "1", "way": "文件",
            "issued_at": "2024-05-01 10:00", "due_at": "2024-05-08", **cells}  # fmt: skip


def answer(receipt: str = "7KQM-4XTR", **cells: Any) -> Row:
    return {"receipt": receipt, "profile": "S002", "evaluated_at": "2024-05-03 10:00", "response": 4.0, "resolution": 5.0, **cells}


def book(register: list[Row], answers: list[Row] = (), issues: tuple[Issue, ...] = (), **sheets: list[Row]) -> Ledger:
    rows = {"form_register": register, "evaluations": answers, **sheets}
    return Ledger({key: frame(key, timed(cells), narrow=True) for key, cells in rows.items()}, issues)


def one(row: Row, answers: list[Row] = (), now: datetime = NOW, **sheets: list[Row]) -> tuple[str, str]:
    found = register_states(book([row], answers, **sheets), RULES, now)
    return found["state"].iloc[0], found["reminder"].iloc[0]


BEFORE, AFTER = datetime(2024, 5, 8, 23, 59, 59), NOW


@pytest.mark.parametrize(
    ("cells", "before", "after"),
    [
        ({}, ("已生成", ""), ("逾期", "待催")),
        ({"reminded_at": "2024-05-09 10:00"}, ("已生成", "已催"), ("逾期", "已催")),
        ({"reminded_at": "2024-06-01 10:00"}, ("已生成", "已催"), ("逾期", "已催")),
        ({"remark": "作废,客户搬走"}, ("已作废", ""), ("已作废", "")),
        ({"remark": "不作废"}, ("已生成", ""), ("逾期", "待催")),
        ({"due_at": None}, ("已生成", ""), ("逾期", "待催")),  # 回收天数 as it was on the day of issue
        ({"due_at": None, "issued_at": "2024-05-02 00:00"}, ("已生成", ""), ("已生成", "")),
        ({"due_at": None, "issued_at": None}, ("已生成", ""), ("已生成", "")),
        ({"due_at": "2024-05-09"}, ("已生成", ""), ("已生成", "")),
        ({"profile": "S001 售后服务客户评价表", "ticket": ""}, ("已生成", ""), ("已生成", "")),
        ({"token": ""}, ("", ""), ("", "")),
    ],
)
def test_what_is_out(cells: Row, before: tuple[str, str], after: tuple[str, str]) -> None:
    assert one(form(**cells), now=BEFORE) == before
    assert one(form(**cells), now=AFTER) == after


@pytest.mark.parametrize(
    ("answers", "state", "reminder"),
    [
        ([answer()], "已回收", ""),
        ([answer("7kqm-4xtr ")], "已回收", ""),
        ([answer("7KQM-4XTR#2")], "已回收", ""),  # the first was deleted
        ([answer(), answer("7KQM-4XTR#2")], "冲突", ""),
        ([answer("7KQM-4XTR#3"), answer(), answer("7KQM-4XTR#2")], "冲突", ""),
        ([answer(), answer()], "已回收", ""),  # doubled by hand: 计算得分 tells of it
        ([answer("7KQM-4XT")], "逾期", "待催"),
        ([answer("")], "逾期", "待催"),
    ],
)
def test_what_came_back(answers: list[Row], state: str, reminder: str) -> None:
    assert one(form(), answers) == (state, reminder)
    told = one(form(reminded_at="2024-05-09 10:00"), answers)
    assert told == (state, "已催"), "what was done stays"
    assert one(form(remark="作废"), answers) == ("已作废", "")


def test_what_stands_beside_the_state() -> None:
    answers = [
        answer(source_file="a.xlsx", fingerprint="aa", returned_at="2024-05-04 09:00"),
        answer("8888-9999#2", source_file="c.xlsx", fingerprint="cc", evaluated_at="2024-05-02 08:00"),
        answer("8888-9999", source_file="b.xlsx", fingerprint="bb"),
    ]
    found = register_states(book([form(), form("8888-9999"), form("2222-3333")], answers), RULES, NOW)
    assert list(found.columns) == list(COLUMNS)
    assert found.index.tolist() == [4, 5, 6], "every row: one not named would be blanked"
    assert found[["returned_file", "answers_mark"]].values.tolist() == [["a.xlsx", "aa"], ["c.xlsx、b.xlsx", "cc、bb"], ["", ""]]
    assert found["returned_at"].tolist()[:2] == [pd.Timestamp("2024-05-04 09:00"), pd.Timestamp("2024-05-02 08:00")]
    assert pd.isna(found["returned_at"].iloc[2])


def test_answers_that_this_run_adds_count_as_if_they_stood_there() -> None:
    register, answers = [form(), form("8888-9999")], [answer(source_file="a.xlsx"), answer("8888-9999"), answer("8888-9999#2")]
    arrived = pd.DataFrame(timed(answers[1:]))
    before = register_states(book(register, answers[:1]), RULES, NOW, arrived)
    after = register_states(book(register, answers), RULES, NOW)
    pd.testing.assert_frame_equal(before, after)
    assert before["state"].tolist() == ["已回收", "冲突"]


def test_an_unreadable_time_of_reminding_is_one() -> None:
    slip = Issue("value.date", "表单台账", 4, "提醒时间", values={"old": "昨天打过了"})
    found = register_states(book([form(), form("8888-9999")], issues=(slip,)), RULES, NOW)
    assert found["reminder"].tolist() == ["已催", "待催"]


def test_the_internal_form_is_back_when_its_ticket_is_assessed() -> None:
    internal = form(profile="S003 售后服务质量评估表")
    rows = [{"ticket": "sn1", "dimension": "响应及时性(20%)", "score": 5, "assessed_at": "2024-05-02 10:00"}]
    assert one(internal, quality_assessment=rows) == ("已回收", "")
    assert one(internal, quality_assessment=[{**rows[0], "score": None}]) == ("逾期", "待催")
    assert one(internal, quality_assessment=[{**rows[0], "ticket": "SN2"}]) == ("逾期", "待催")
    assert one(form(), quality_assessment=rows) == ("逾期", "待催"), "a customer's form is not assessed by us"
    typed = register_states(book([internal], quality_assessment=rows), RULES, NOW)
    assert typed[["returned_file", "answers_mark"]].values.tolist() == [["质量评估", typed["answers_mark"].iloc[0]]]
    assert len(typed["answers_mark"].iloc[0]) == 16
    early = register_states(book([internal], quality_assessment=[{**rows[0], "assessed_at": "2024-04-30 10:00"}]), RULES, NOW)
    assert early["returned_at"].tolist() == [pd.Timestamp("2024-05-01 10:00")], "never before it was issued"
    log = [
        {"at": "2024-05-02 08:00", "file": "空白.xlsx", "result": "拒收", "token": "7KQM-4XTR"},
        {"at": "2024-05-06 08:00", "file": "评估.xlsx", "result": "已回收", "token": "7KQM-4XTR"},
        {"at": "2024-05-07 08:00", "file": "另一份.xlsx", "result": "冲突", "token": "7KQM-4XTR"},
    ]
    log = [{**row, "at": pd.Timestamp(row["at"])} for row in log]
    back = register_states(book([internal], quality_assessment=rows, return_log=log), RULES, NOW)
    assert back[["returned_at", "returned_file"]].values.tolist() == [[pd.Timestamp("2024-05-06 08:00"), "评估.xlsx"]]
    assert back["answers_mark"].equals(typed["answers_mark"])
    untimed = register_states(book([internal], quality_assessment=[{**rows[0], "assessed_at": None}]), RULES, NOW)
    assert untimed["returned_at"].tolist() == [pd.Timestamp("2024-05-01 10:00")]


def test_the_days_are_those_in_force_when_the_form_was_issued() -> None:
    rows = [{**r, "value": "" if r["value"] is None else str(r["value"])} for r in default_rows()]
    rows.append({"group": "表单", "name": "回收天数", "value": "3", "effective": "2024-05-02"})
    rule = read_settings({"settings": frame("settings", rows)})
    register = [form(due_at=None), form("8888-9999", due_at=None, issued_at="2024-05-02 10:00")]
    found = register_states(book(register), rule, datetime(2024, 5, 6))
    assert found["state"].tolist() == ["已生成", "逾期"]


def test_a_register_without_rows_or_none_at_all() -> None:
    for empty in (Ledger({}), book([])):
        found = register_states(empty, RULES, NOW)
        assert (list(found.columns), len(found)) == (list(COLUMNS), 0)


def test_the_daily_update_states_every_row() -> None:
    register = [form(), form("8888-9999"), form("2222-3333", reminded_at="2024-05-09")]
    outcome = daily.update(book(register, [answer()]), RULES, NOW)
    states = outcome.columns["form_register"]
    assert states["state"].tolist() == ["已回收", "逾期", "逾期"]
    assert states["reminder"].tolist() == ["", "待催", "已催"]
    assert (outcome.counts["表单逾期"], outcome.counts["表单待催"]) == (2, 1)
    assert "form_register" not in daily.update(book([]), RULES, NOW).columns


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("愿意,请后续联系我", True), ("暂不愿意", False), ("是,希望电话回访", True), ("否,无需跟进", False), ("", False),
        ("愿意", True), ("不愿意", False), ("可以", True), ("不用了", False), ("没问题", True), ("不错,可以联系", True),
        ("别打电话", False), ("No", False), ("无", False), ("看情况吧", True), ("没兴趣", False), ("novel", True),
    ],
)  # fmt: skip
def test_who_wants_to_be_contacted(text: str, wants: bool) -> None:
    assert wants_contact(text) == wants


def duty(kind: str, found: Ledger, now: datetime) -> list[tuple[Any, ...]]:
    listed = duties(found, RULES, now)
    rows = listed[listed["kind"] == kind]
    return [(r.row, str(r.due), r.status) for r in rows.itertuples()]


def test_a_wish_is_a_duty_of_three_working_days() -> None:
    asked = answer(willing="愿意,请后续联系我", evaluated_at="2024-05-06 10:00", ticket="SN1")
    due = "2024-05-09 18:00:00"
    for called, now, status in (
        (None, datetime(2024, 5, 9, 18), "即将超时"), (None, datetime(2024, 5, 9, 18, 0, 1), "超时"),
        ("2024-05-07", datetime(2024, 5, 9), "达标"), ("2024-05-10", datetime(2024, 5, 11), "超时"),
    ):  # fmt: skip
        assert duty("wish", book([], [{**asked, "called_at": called}]), now) == [(4, due, status)]
    later = datetime(2024, 5, 20)
    for no in (answer(willing="暂不愿意"), {**asked, "profile": "S001"}, {**asked, "evaluated_at": None}):
        assert duty("wish", book([], [no]), later) == []
    twice = book([], [asked, {**asked, "receipt": "7KQM-4XTR#2"}, {**asked, "receipt": ""}, {**asked, "receipt": ""}])
    assert [row for row, _, _ in duty("wish", twice, later)] == [4, 6, 7], "one form answered twice asks for one call"


def test_a_form_to_be_reminded_of_is_a_duty_of_one_working_day() -> None:
    due = "2024-05-10 18:00:00"
    assert duty("reminder", book([form()]), BEFORE) == []
    assert duty("reminder", book([form()]), datetime(2024, 5, 10, 18)) == [(4, due, "即将超时")]
    assert duty("reminder", book([form()]), datetime(2024, 5, 10, 18, 0, 1)) == [(4, due, "超时")]
    told = form(reminded_at="2024-05-10 09:00")
    assert duty("reminder", book([told]), datetime(2024, 5, 20)) == [(4, due, "达标")]
    assert duty("reminder", book([form()], [answer()]), datetime(2024, 5, 20)) == []
    slip = Issue("value.date", "表单台账", 4, "提醒时间")
    assert duty("reminder", book([form()], issues=(slip,)), datetime(2024, 5, 20)) == [(4, due, "无法判定")]


def test_a_customer_on_the_phone_list_is_called_within_a_day() -> None:
    row, due = form(way="电话"), "2024-05-02 10:00:00"
    assert duty("phone", book([row]), datetime(2024, 5, 2, 10)) == [(4, due, "即将超时")]
    assert duty("phone", book([row]), datetime(2024, 5, 2, 10, 0, 1)) == [(4, due, "超时")]
    assert duty("phone", book([row], [answer(evaluated_at="2024-05-02 09:00")]), NOW) == [(4, due, "达标")]
    assert duty("phone", book([form(way="电话", remark="作废")]), NOW) == []
    assert duty("reminder", book([row]), NOW) == [], "nobody was sent anything"


def test_an_internal_form_is_no_survey() -> None:
    solved = [{"ticket": "SN1", "customer": "王女士", "problem": "漏水", "accepted_at": "2024-04-30", "resolved_at": "2024-05-01 09:00"}]
    for profile, status in (("S002", "达标"), ("S003 售后服务质量评估表", "超时")):
        assert [s for _, _, s in duty("survey", book([form(profile=profile)], response_log=solved), NOW)] == [status]


def test_the_findings_name_the_row_and_the_cell_to_fill_in() -> None:
    register = [form(), form("8888-9999", way="电话")]
    answers = [answer("2222-3333", willing="是,希望电话回访", evaluated_at="2024-05-03 10:00", ticket="SN9")]
    found = duty_findings(book(register, answers), RULES, datetime(2024, 5, 13))
    assert [(i.sheet, i.row, i.column, i.message) for i in found] == [
        ("评价记录", 4, "回访时间",
         "“评价记录”有 1 位客户愿意后续联系或希望回访,过了期限还没有联系(第 4 行)。请安排联系,填好“回访时间”和“回访结果”。"),
        ("表单台账", 5, "回执码",
         "“表单台账”有 1 位改用电话回访的客户过了期限还没有评价(第 5 行)。请打电话,再点“登记反馈”记下评价。"),
        ("表单台账", 4, "提醒时间",
         "“表单台账”有 1 张表单逾期没有收回,也没有催过(第 4 行)。请催一次并填“提醒时间”;只催这一次,不必再催。"),
    ]  # fmt: skip


def test_open_tasks_with_their_day() -> None:
    register = [form(), form("8888-9999", way="电话", ticket="SN2"), form("AAAA-BBBB", reminded_at="2024-05-09")]
    answers = [
        answer("2222-3333", willing="是,希望电话回访", ticket="SN9"), answer("4444-5555", willing="愿意,请后续联系我"),
        answer("6666-7777", willing="愿意", called_at="2024-05-04"), answer("8888-7777", willing="否,无需跟进"),
    ]  # fmt: skip
    found = follow_ups(book(register, answers), RULES, datetime(2024, 5, 9, 9))
    assert found[["sheet", "row", "ticket", "kind", "said", "due", "status"]].astype(str).values.tolist() == [
        ["form_register", "5", "SN2", "电话回访", "", "2024-05-02 10:00:00", "超时"],
        ["evaluations", "4", "SN9", "电话回访", "是,希望电话回访", "2024-05-08 18:00:00", "超时"],
        ["evaluations", "5", "", "愿意后续联系", "愿意,请后续联系我", "2024-05-08 18:00:00", "超时"],
        ["form_register", "4", "SN1", "催收表单", "", "2024-05-10 18:00:00", "进行中"],
    ]
    assert follow_ups(book([]), RULES, NOW).empty
    slip = Issue("value.date", "表单台账", 4, "提醒时间")
    assert follow_ups(book([form()], issues=(slip,)), RULES, NOW).empty, "done, nobody can read when"
