"""流失风险: points that add up, the period to the second, whom two rows join; and the customer's line of 查工单."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from workbook.sheets.settings import SETTING_ROWS, default_rows
from xlsvc import find
from xlsvc.churn_risk import POINTS, risks
from xlsvc.settings import Settings, read_settings

from .documents import ledger

NOW = datetime(2024, 5, 10, 12, 0)
DEFAULTS = Settings.packaged()
Row = dict[str, Any]
Rows = dict[str, list[Row]]


def rules(**values: Any) -> Settings:
    names = {s.key: s.name for s in SETTING_ROWS}
    given = {names[key]: value for key, value in values.items()}
    rows = [{**r, "value": given.get(r["name"], r["value"])} for r in default_rows()]
    return read_settings({"settings": pd.DataFrame(rows, index=range(4, 4 + len(rows)))}, NOW)


def response(ticket: str, **cells: Any) -> Row:
    return {
        "ticket": ticket, "customer": "李女士", "contact": "13800001111", "problem": "漏水", "urgency": "一般",
        "problem_type": "售后维修类", "accepted_at": NOW - timedelta(days=9), "responded_at": NOW - timedelta(days=9),
        "resolved_at": NOW - timedelta(days=9) + timedelta(hours=1), "status": "已完成", "owner": "张工", **cells,
    }  # fmt: skip


def answer(ticket: str, *scores: int, **cells: Any) -> Row:
    keys = ("response", "resolution", "expertise", "attitude")
    return {"profile": "S002", "ticket": ticket, "evaluated_at": NOW - timedelta(days=8), **dict(zip(keys, scores, strict=True)), **cells}


def told(rows: Rows, settings: Settings = DEFAULTS) -> list[tuple[str, str]]:
    return [(r.customer, r.told()) for r in risks(ledger(rows), settings, NOW)]


OPEN = {"resolved_at": None, "status": "处理中"}
LOW = (1, 2, 2, 3)
CASES: list[tuple[str, Rows, str]] = [
    ("complaint and low score", {"response_log": [response("A", problem_type="投诉")], "evaluations": [answer("A", *LOW)]},
     ""),
    ("complaint, low score, overdue", {
        "response_log": [response("A", problem_type="投诉", **OPEN)], "evaluations": [answer("A", *LOW)]},
     "投诉 1 次、低分评价 1 次、超时未结 1 次,共 7 分"),
    ("twice a complaint", {"response_log": [response("A", problem_type="投诉"), response("B", problem_type="投诉")]},
     "投诉 2 次,共 6 分"),
    ("a complaint is told once, by ticket and by answer", {
        "response_log": [response("A", problem_type="投诉", **OPEN)], "evaluations": [answer("A", 5, 5, 5, 5, feedback_class="投诉类")]},
     ""),
    ("marked by people, dissatisfied", {"response_log": [response("A", customer_type="流失风险", confirmation="不满意", **OPEN)]},
     "标为流失风险、确认不满意 1 次、超时未结 1 次,共 7 分"),
    ("marked twice counts once", {"response_log": [response(n, customer_type="流失风险") for n in ("A", "B")]}, ""),
    ("three tickets, a low answer, a complaint", {
        "response_log": [response("A"), response("B", problem_type="投诉"), response("C")], "evaluations": [answer("C", *LOW)]},
     "投诉 1 次、低分评价 1 次、三次以上报修,共 6 分"),
    ("an invalid answer does not count", {
        "response_log": [response("A", problem_type="投诉", **OPEN)], "evaluations": [{**answer("A", *LOW), "resolution": None,
                                                                                     "expertise": None, "attitude": None}]},
     ""),
    ("a doubled number counts once", {"response_log": [response("A", problem_type="投诉"), response("A", problem_type="投诉")]}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_points_add_up(rows: Rows, expected: str) -> None:
    assert told(rows) == ([("李女士", expected)] if expected else [])


def two(**second: Any) -> Rows:
    return {"response_log": [response("A", problem_type="投诉"), {**response("B", problem_type="投诉"), **second}]}


@pytest.mark.parametrize(
    ("second", "joined"),
    [
        ({}, True),
        ({"customer": "李太太"}, True),  # the same phone
        ({"contact": "13900002222"}, False),
        ({"contact": "138****1111"}, False),  # a masked number and a title are nobody's name
    ],
)
def test_only_rows_of_one_customer_are_added_up(second: Row, joined: bool) -> None:
    assert bool(told(two(**second))) is joined


def test_two_nameless_ladies_are_not_one_customer() -> None:
    rows = two()
    for row in rows["response_log"]:
        row.update(customer="*女士", contact="")
    assert told(rows) == []


@pytest.mark.parametrize(("ago", "counts"), [(timedelta(days=90), True), (timedelta(days=90, seconds=1), False)])
def test_the_period_begins_on_its_second(ago: timedelta, counts: bool) -> None:
    assert bool(told(two(accepted_at=NOW - ago))) is counts


def test_the_line_and_the_period_are_settings() -> None:
    assert told(two(), rules(churn_points=7)) == []
    assert told(two(), rules(churn_points=0)) == []
    assert told(two(accepted_at=NOW - timedelta(days=9, hours=1)), rules(churn_days=9)) == []
    one = {"response_log": [response("A", problem_type="投诉")]}
    assert told(one, rules(churn_points=3)) == [("李女士", "投诉 1 次,共 3 分")]


def test_the_setting_explains_the_points_that_are_given() -> None:
    text = next(s.help for s in SETTING_ROWS if s.key == "churn_points")
    for sign, points in POINTS.items():
        said = re.search(rf"{sign}[^分]*?(\d) 分", text.replace("客户类型标为流失风险", "标为流失风险"))
        assert said, sign
        assert int(said[1]) == points, sign


def test_the_most_points_come_first() -> None:
    rows = two()
    rows["response_log"] += [
        response(n, customer="王先生", contact="13700003333", problem_type="投诉") for n in ("C", "D", "E")
    ]
    assert [name for name, _ in told(rows)] == ["王先生", "李女士"]


def view(text: str, rows: Rows) -> list[str]:
    book = ledger(rows, text=text)
    return [line for line in find.update(book, DEFAULTS, NOW).answers if line.startswith("客户 ")]


def test_find_shows_everything_of_the_customer() -> None:
    rows = {
        "response_log": [
            response("SN-1", problem_type="投诉", customer_type="老客户"),
            response("SN-2", problem_type="投诉", customer="李太太", customer_type="VIP客户", accepted_at=NOW - timedelta(days=3)),
            response("SN-3", customer="王先生", contact="13700003333"),
        ],
        "evaluations": [answer("SN-1", 5, 5, 4, 4), answer("SN-2", 5, 5, 5, 5),
                        answer("SN-2", 1, 2, 1, 1, profile="S004")],
    }  # fmt: skip
    expected = (
        "客户 李太太 · 2 张工单:SN-2(已完成)、SN-1(已完成) · 3 份评价,综合得分 S002 4.8(n=2)、S004 1.3(n=1)"
        " · 标签:老客户、VIP客户 · 流失风险:投诉 2 次、低分评价 1 次,共 8 分"
    )
    assert view("SN-1", rows) == [expected]
    assert view("李女士", rows) == [expected], "found by one name, shown with the tickets under the other"
    assert view("SN-3", rows) == [], "one ticket, no risk: its own lines have said it"


def test_find_shows_no_customer_view_where_many_or_nobody_is_meant() -> None:
    many = [response(f"SN-{n}{m}", contact=f"1380000111{n}") for n in range(4) for m in range(2)]
    assert view("李女士", {"response_log": many}) == []
    assert len(view("李女士", {"response_log": many[:6]})) == 3
    assert view("SN-1", {"response_log": [response("SN-1", customer="*女士", contact="")]}) == []
