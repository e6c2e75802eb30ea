"""Who gets a form: the windows to the second, who is called instead, and nobody twice."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.support.frames import frame, ledger
from workbook.issues import WorkbookError
from workbook.sheets.customer_forms import FORMS
from workbook.sheets.settings import SETTING_ROWS, default_rows
from xlsvc.form_recipients import Recipients, read_purpose, recipients
from xlsvc.outcome import Ledger
from xlsvc.settings import Settings, read_settings

NOW = datetime(2024, 5, 2, 9, 0)
Row = dict[str, Any]


@cache
def rules(**changed: Any) -> Settings:
    names = {s.key: s.name for s in SETTING_ROWS}
    rows = [{**r, "value": "" if r["value"] is None else str(r["value"])} for r in default_rows()]
    for key, value in changed.items():
        next(r for r in rows if r["name"] == names[key])["value"] = str(value)
    return read_settings({"settings": frame("settings", rows)})


def ticket(number: str, resolved: str = "2024-05-02 08:00", **more: Any) -> Row:
    """A customer of its own for each number."""
    digits = f"{sum(map(ord, number)) * 7919 % 10**8:08d}"
    return {"ticket": number, "customer": "王女士", "contact": f"139{digits}", "problem": "漏水", "urgency": "一般",
            "accepted_at": "2024-04-30 09:00", "resolved_at": resolved, **more}  # fmt: skip


def issued(number: str, at: str = "2024-05-01 09:00", profile: str = "S000 顾客反馈收集表单", **more: Any) -> Row:
    return {"token": f"T-{number}", "ticket": number, "profile": profile, "version": "1", "issued_at": at, **more}


def run(
    rows: list[Row], register: list[Row] = (), answers: list[Row] = (), form: str = "S002", rule: Settings | None = None,
    log: str = "response_log", now: datetime = NOW, **options: Any,
) -> Recipients:  # fmt: skip
    sheets = {log: rows, "form_register": register, "evaluations": answers}
    book = Ledger({key: frame(key, timed(cells), narrow=True) for key, cells in sheets.items()})
    return recipients(book, rule or rules(), now, FORMS[form], **options)


def timed(rows: list[Row]) -> list[Row]:
    return [{k: pd.Timestamp(v) if k.endswith("_at") and v else v or None for k, v in row.items()} for row in rows]


def numbers(found: Recipients, rows: list[Row]) -> list[str]:
    return [str(rows[row - 4]["ticket"]) for _, row in found.places]


WINDOWS = [
    ticket("NOW", "2024-05-02 09:00:00"), ticket("AHEAD", "2024-05-02 09:00:01"), ticket("DAY", "2024-05-01 09:00:00"),
    ticket("IN", "2024-05-01 09:00:01"), ticket("OPEN", ""), ticket("AGAIN", status="重开"), ticket("MONTH", "2024-04-02 09:00:01"),
    ticket("OLD", "2024-04-02 09:00:00"), ticket("MARCH", "2024-03-31 23:59:59", accepted_at="2024-03-30 09:00"),
    ticket("FIRST", "2024-05-01 00:00:00", accepted_at="2024-04-01 00:00"),
    ticket("SINCE", "2024-05-01 08:00", accepted_at="2024-05-01 00:00"),
    ticket("CLOSED", "", status="已完成"), ticket("IN"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("purpose", "who", "text"),
    [
        ("", ["IN", "NOW"], "服务后调查"),
        ("服务后", ["IN", "NOW"], "服务后调查"),
        ("近30天", ["MONTH", "FIRST", "SINCE", "DAY", "IN", "NOW"], "近30天"),
        ("近 30 天:新品体验", ["MONTH", "FIRST", "SINCE", "DAY", "IN", "NOW"], "近30天:新品体验"),
        ("近1日", ["IN", "NOW"], "近1天"),
        # whatever was taken in or solved in April and is over by now; CLOSED has no time and comes last
        ("月度", ["OLD", "MONTH", "FIRST", "DAY", "IN", "NOW", "CLOSED"], "月度调查 2024-04"),
    ],
)
def test_the_groups(purpose: str, who: list[str], text: str) -> None:
    found = run(WINDOWS, purpose=purpose)
    assert (numbers(found, WINDOWS), found.purpose) == (who, text)


def test_the_monthly_survey_tells_of_what_is_still_open() -> None:
    found = run(WINDOWS, purpose="月度调查")
    assert [i.message for i in found.issues] == [
        "上月的触点有 3 张工单还没有办结(第 5 行、第 8 行、第 9 行),没有列入月度调查。办结后再生成。"
    ]
    january = run([ticket("X", "2023-12-31 23:59", accepted_at="2023-12-01")], now=datetime(2024, 1, 1), purpose="月度")
    assert (january.places, january.purpose) == ([("response_log", 4)], "月度调查 2023-12")


@pytest.mark.parametrize("value", ["每月", "近0天", "近999天", "近30", "近30天新品", "all"])
def test_another_purpose_stops(value: str) -> None:
    with pytest.raises(WorkbookError) as stopped:
        read_purpose(value, NOW)
    assert str(stopped.value) == (
        f"发放目的“{value}”不认识。请写:服务后(近 24 小时解决的)、近30天(可接着写目的,如 近30天:新品体验)、月度(上月的触点),或不写。"
    )


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({}, ""),
        ({"customer_type": "VIP客户"}, "VIP客户"),
        ({"customer_type": "大客户"}, "大客户"),
        ({"customer_type": "老年客户"}, "老年客户"),
        ({"customer_type": "老客户"}, ""),  # old in custom, not in years
        ({"customer": "王大爷"}, "年长客户"),
        ({"customer": "李老太太"}, "年长客户"),
        ({"problem_type": "投诉"}, "投诉"),
        ({"problem_type": "投诉建议"}, "投诉建议"),
        ({"problem_type": "建议"}, ""),
        ({"reopened": 1}, "重开过的工单"),
        ({"customer_type": "VIP客户", "reopened": 2}, "VIP客户"),
    ],
)
def test_who_is_called_instead(cells: Row, reason: str) -> None:
    rows = [ticket("A", **cells)]
    found = run(rows)
    assert found.phone_list == ({("response_log", 4): reason} if reason else {})
    assert found.places == ([] if reason else [("response_log", 4)])
    if reason:
        assert [i.message for i in found.issues] == [
            f"“响应记录”有 1 位客户请改用电话回访,不发表单:第 4 行({reason})。打完电话点“登记反馈”记下评价;"
            "哪些客户要打电话,见“设置”的“电话回访客户类型”等行。"
        ]
    off = rules(form_call_types="无", form_call_names="无", form_call_classes="无")
    assert run(rows, rule=off).places == [("response_log", 4)]
    assert run(rows, asked=["A"]).places == [("response_log", 4)], "a person chose it"
    assert run(rows, form="S001").places == [("response_log", 4)], "a call is not anonymous"


def test_a_number_that_cannot_be_called_is_told() -> None:
    found = run([ticket("A", customer_type="VIP客户", contact="138****5678"), ticket("B", customer_type="VIP客户")])
    assert list(found.phone_list) == [("response_log", 4), ("response_log", 5)]
    (issue,) = (i for i in found.issues if i.code == "form.phone_masked")
    assert (issue.row, issue.column) == (4, "联系方式*")
    assert issue.message == (
        "“响应记录”有 1 位要电话回访的客户没有完整的电话号码(第 4 行),打不出去。请向客户核实后补填“联系方式*”。"
    )


def test_the_process_log_packs_its_customers() -> None:
    rows = [
        {"ticket": f"B-{n}", "customer_info": info, "problem_info": "漏水/普通", "accepted_at": "2024-04-30 09:00",
         "resolved_at": f"2024-05-02 08:0{n}"}
        for n, info in enumerate(("*女士/13800001111", "*女士/13800001111", "*女士/", "*女士/", "王大爷/1385678"))
    ]  # fmt: skip
    found = run(rows, log="process_log")
    assert [row for _, row in found.places] == [4, 6, 7], "two *女士 are two, one phone is one"
    assert found.phone_list == {("process_log", 8): "年长客户"}
    assert [(i.code, i.column) for i in found.issues] == [
        ("form.asked_before", "客户信息(姓名/联系方式)"), ("form.by_phone", "客户信息(姓名/联系方式)"),
        ("form.phone_masked", "客户信息(姓名/联系方式)"),
    ]  # fmt: skip


COOL = [ticket("A"), ticket("OTHER", "2024-04-20 08:00", contact="", customer_no="C1"), ticket("LONE")]
COOL[0] |= {"contact": "", "customer_no": "C1"}


@pytest.mark.parametrize(
    ("register", "answers", "days", "who"),
    [
        ([], [], 30, ["A", "LONE"]),
        ([issued("OTHER")], [], 30, ["LONE"]),  # another ticket of the same customer, another form
        ([issued("A")], [], 30, ["LONE"]),  # the same ticket, another form
        ([issued(" a ")], [], 30, ["LONE"]),
        ([issued("OTHER", "2024-04-02 09:00:01")], [], 30, ["LONE"]),
        ([issued("OTHER", "2024-04-02 09:00:00")], [], 30, ["A", "LONE"]),
        ([issued("OTHER", "2024-05-02 09:00:01")], [], 30, ["A", "LONE"]),  # ahead of now
        ([issued("OTHER")], [], 0, ["A", "LONE"]),
        ([issued("OTHER")], [], 1, ["A", "LONE"]),
        ([issued("OTHER", remark="作废,发错了")], [], 30, ["A", "LONE"]),
        ([issued("OTHER", profile="S003 售后服务质量评估表")], [], 30, ["A", "LONE"]),  # nobody asked the customer
        ([issued("OTHER", way="电话")], [], 30, ["LONE"]),
        ([issued("GONE")], [], 30, ["A", "LONE"]),
        ([], [{"evaluated_at": "2024-05-01", "ticket": "OTHER", "profile": "S002"}], 30, ["LONE"]),
        ([], [{"evaluated_at": "2024-05-01", "customer_no": "c1", "profile": "S000"}], 30, ["LONE"]),
        ([], [{"evaluated_at": "2024-05-01", "customer": "王女士", "profile": "S000"}], 30, ["A", "LONE"]),
        ([], [{"evaluated_at": "2024-03-01", "customer_no": "C1", "profile": "S000"}], 30, ["A", "LONE"]),
        # the form that is asked for: its maker knows it and makes a missing file again
        ([issued("A", profile="S002 客户满意度调查表")], [], 30, ["A", "LONE"]),
        ([issued("A", profile="S002 客户满意度调查表", version="1.0")], [], 30, ["A", "LONE"]),
        ([issued("A", profile="S002 客户满意度调查表", way="电话")], [], 30, ["LONE"]),
    ],
)
def test_nobody_is_asked_twice_within_the_cool_down(register: list[Row], answers: list[Row], days: int, who: list[str]) -> None:
    found = run(COOL, register, answers, rule=rules(form_cooldown=days))
    assert numbers(found, COOL) == who


def test_of_two_tickets_of_one_customer_the_first_is_asked_about_whenever_the_button_is_clicked() -> None:
    rows = [ticket("LATE", "2024-05-02 08:30", contact="13800001111"), ticket("EARLY", "2024-05-02 08:00", contact="13800001111")]
    found = run(rows)
    assert numbers(found, rows) == ["EARLY"]
    assert [i.message for i in found.issues] == [
        "“响应记录”有 1 张工单没有再发表单:它们的客户近 30 天内已经问过,或这次问的是他的另一张工单(第 4 行)。"
        "确需再发的,选中那一行再点“生成表单”;间隔在“设置”的“再次调查间隔”。"
    ]
    later = run(rows, [issued("EARLY", "2024-05-02 08:10", "S002 客户满意度调查表")])
    assert numbers(later, rows) == ["EARLY"], "hourly or daily, the same"
    assert numbers(run(rows, rule=rules(form_cooldown=0)), rows) == ["EARLY", "LATE"]


def test_a_customer_nobody_can_tell_is_still_not_asked_twice_about_one_ticket() -> None:
    rows = [ticket("A", contact=""), ticket("B", contact="")]
    assert numbers(run(rows, [issued("A")]), rows) == ["B"]


def test_a_form_of_long_ago_does_not_stand_in_the_way_of_the_next_ticket() -> None:
    rows = [ticket("EARLY", "2024-04-10 08:00", contact="13800001111"), ticket("LATE", contact="13800001111")]
    register = [issued("EARLY", "2024-04-10 09:00", "S002 客户满意度调查表")]
    assert numbers(run(rows, register, rule=rules(form_cooldown=7), purpose="近30天"), rows) == ["EARLY", "LATE"]


def test_whom_a_person_asks_for_is_told_of_not_refused() -> None:
    rows = [ticket("A", contact="13800001111"), ticket("B", contact="13800001111"), ticket("C"), ticket("D", ""), ticket("C")]
    found = run(rows, [issued("C")], asked=["b", "A", "Z", "C", "D", "B"])
    assert numbers(found, rows) == ["B", "A", "C"]
    assert [(i.code, i.row) for i in found.issues] == [
        ("form.ticket_unknown", None), ("form.not_resolved", 7), ("form.asked_again", 4),
    ]  # fmt: skip
    assert found.issues[2].message == (
        "“响应记录”有 2 位客户近 30 天内已经问过,或这次选了他的两张工单,仍照您选的处理(第 4 行、第 6 行)。不想打扰客户的,请不要发出。"
    )
    assert found.purpose == "选定工单"
    assert run(rows, asked=["A"], purpose="近30天:新品").purpose == "近30天:新品"


def test_rows_without_a_number_are_one_line_of_advice() -> None:
    rows = [ticket("", "2024-05-02 08:00", contact="13800000001"), ticket("", "2024-05-02 08:10", contact="13800000002"), ticket("A")]
    found = run(rows)
    assert numbers(found, rows) == ["A"]
    assert [(i.code, i.row) for i in found.issues] == [("form.no_number", 4)]


def test_the_internal_assessment_is_for_tickets_nobody_has_assessed() -> None:
    rows = [
        {"ticket": f"B-{n}", "customer_info": "VIP/13800001111", "problem_info": "漏水/普通", "accepted_at": "2024-04-01 09:00",
         "resolved_at": at}
        for n, at in enumerate(("2024-04-30 10:00", "2024-04-30 11:00", "2024-03-01 10:00", "", "2024-04-29 10:00"))
    ]  # fmt: skip
    assessed = [{"ticket": "b-1", "dimension": "响应及时性(20%)", "score": 5, "assessed_at": "2024-05-01 10:00"}]
    book = ledger({"process_log": rows, "quality_assessment": assessed, "response_log": [ticket("A")]})
    found = recipients(book, rules(), NOW, FORMS["S003"])
    assert found.places == [("process_log", 8), ("process_log", 4)], "the old one is not chased any more"
    assert found.phone_list == {}


def test_no_rows() -> None:
    for book in (Ledger({}), ledger({})):
        for purpose in ("", "近30天", "月度"):
            found = recipients(book, rules(), NOW, FORMS["S002"], purpose)
            assert (found.places, found.phone_list, found.issues) == ([], {}, [])


def test_a_bad_setting_stops() -> None:
    with pytest.raises(WorkbookError) as stopped:
        run([ticket("A")], rule=rules(form_cooldown="很久"))
    assert stopped.value.code == "settings.bad"


def test_many_tickets_are_chosen_as_each_alone_and_quickly() -> None:
    """20,000 tickets of 5,000 customers: no walk over rows, and one form a customer."""
    few = ledger({"response_log": [ticket(f"A{n}") for n in range(4)]})
    large = few["response_log"].iloc[np.tile(np.arange(4), 5_000)].set_axis(range(4, 20_004))
    large["ticket"] = [f"A{n}" for n in range(20_000)]
    large["contact"] = [f"139{n % 5_000:08d}" for n in range(20_000)]
    found = recipients(Ledger({"response_log": large}), rules(), NOW, FORMS["S002"])
    assert len(found.places) == 5_000
    assert found.issues[0].values["count"] == 15_000
