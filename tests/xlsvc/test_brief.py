"""反馈汇总简报 as its handler makes it: the period, what is counted, what is told of whom, and what settles the duty."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from workbook.book import Link
from workbook.issues import WorkbookError
from workbook.sheets import brief as names
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.settings import default_rows
from xlsvc.brief import update
from xlsvc.brief_period import Period, default_period, read_period
from xlsvc.outcome import Outcome
from xlsvc.settings import Settings, read_settings
from xlsvc.today_tasks import tasks

from .documents import ledger

NOW = datetime(2024, 5, 6, 9, 0)
DEFAULTS = Settings.packaged()
NAMED, NAMELESS = "S002 客户满意度调查表", "S001 售后服务客户评价表"
GOOD = {"response": 5, "resolution": 5, "expertise": 5, "attitude": 5}
Row = dict[str, Any]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def answer(day: str = "2024-05-02 10:00", **cells: Any) -> Row:
    return {"evaluated_at": at(day), "profile": NAMED, **GOOD, **cells}


def nameless(day: str = "2024-05-02 10:00", **cells: Any) -> Row:
    scores = {"response": 5, "resolution": 5, "attitude": 5, "process": 5, "added_value": 5}
    return {"evaluated_at": at(day), "profile": NAMELESS, **scores, **cells}


def ticket(number: str = "A-1", **cells: Any) -> Row:
    return {
        "ticket": number, "customer": "李女士", "contact": "13800001111", "problem": "漏水", "urgency": "一般",
        "problem_type": "售后维修类", "accepted_at": at("2024-05-02 09:00"), "owner": "技术部*张工", **cells,
    }  # fmt: skip


def made(answers: list[Row], tickets: list[Row] | None = None, now: datetime = NOW, settings: Settings = DEFAULTS,
         **options: Any) -> Outcome:  # fmt: skip
    rows = {"evaluations": answers, "response_log": tickets or []}
    return update(ledger(rows, **options), settings, now)


def shown(outcome: Outcome) -> dict[str, Any]:
    tab = outcome.tabs[0]
    return {**tab.values, **tab.drafts}


def with_setting(name: str, value: object, group: str = "") -> Settings:
    rows = default_rows()
    for row in rows:
        if row["name"] == name and (not group or row["group"] == group):
            row["value"] = value
    frame = pd.DataFrame(rows, index=range(4, 4 + len(rows)), dtype=object)
    frame["effective"] = pd.NaT
    return read_settings({"settings": frame.reindex(columns=[*frame.columns, "warning"]).where(frame.notna(), "")})


# the period


@pytest.mark.parametrize(
    ("text", "first", "last", "name"),
    [
        ("2024-05-01至05-07", "2024-05-01", "2024-05-07", "2024-05-01至05-07"),
        ("2024-05-01至2024-05-07", "2024-05-01", "2024-05-07", "2024-05-01至05-07"),
        ("2024/5/1 ~ 5/7", "2024-05-01", "2024-05-07", "2024-05-01至05-07"),
        ("2024年5月1日到2024年5月7日", "2024-05-01", "2024-05-07", None),
        ("2024-05-01..2024-05-07", "2024-05-01", "2024-05-07", "2024-05-01至05-07"),
        ("2024-12-30至2025-01-05", "2024-12-30", "2025-01-05", "2024-12-30至2025-01-05"),
        ("2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29"),
        ("2026-W53", "2026-12-28", "2027-01-03", "2026-12-28至2027-01-03"),
        ("2024-W18", "2024-04-29", "2024-05-05", "2024-04-29至05-05"),
    ],
)
def test_a_period_is_read_as_people_write_it(text: str, first: str, last: str, name: str | None) -> None:
    if name is None:
        text, name = text.replace("日到", "到").replace("7日", "7"), "2024-05-01至05-07"
    period = read_period(text)
    assert (str(period.first), str(period.last), str(period)) == (first, last, name)
    assert read_period(str(period)) == period, "the button reads it off the tab"
    assert len(period.tab) <= 31


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("上周", "brief.period"), ("2024-13-01", "brief.period"), ("2023-02-29", "brief.period"), ("05-01至05-07", "brief.period"),
        ("2024-05-07至05-01", "brief.order"), ("2025-W53", "summary.no_week"), ("2024-05", "brief.period"),
    ],
)  # fmt: skip
def test_a_period_that_is_none(text: str, code: str) -> None:
    with pytest.raises(WorkbookError) as raised:
        made([], period=text)
    assert raised.value.code == code
    assert text in str(raised.value) or code == "summary.no_week"


def test_without_a_period_it_is_the_last_seven_days() -> None:
    assert default_period(NOW, None) == Period(date(2024, 4, 30), date(2024, 5, 6))
    days = ["2024-04-29 23:59:59", "2024-04-30 00:00", "2024-05-06 08:00", "2024-05-07 00:00"]
    outcome = made([answer(day) for day in days])
    assert shown(outcome)["有效评价"] == 2
    assert outcome.tabs[0].name == outcome.activate == "反馈汇总简报 2024-04-30至05-06"
    assert outcome.tabs[0].template == "简报模板"


def test_it_reaches_back_to_a_marked_answer_that_waits() -> None:
    waiting = answer("2024-04-20 10:00", flagged_at=at("2024-05-05 10:00"))
    briefed = answer("2024-04-10 10:00", flagged_at=at("2024-04-11 10:00"), briefed_at=at("2024-04-12 10:00"))
    forgotten = answer("2024-01-10 10:00", flagged_at=at("2024-01-11 10:00"))
    assert made([waiting, briefed, forgotten]).tabs[0].name == "反馈汇总简报 2024-04-20至05-06"


# what is counted


def test_classes_add_up_and_a_persons_word_goes_first() -> None:
    rows = [
        answer(improvement="服务态度很好"), answer(improvement="等待时间太长"), answer(improvement="希望周末也能上门"),
        answer(improvement="服务态度很好", feedback_class="投诉类"), answer(), answer(feedback_class="待人工"),
        answer(response=9, improvement="电话一直占线"), answer("2024-03-01 10:00", improvement="电话一直占线"),
    ]  # fmt: skip
    values = shown(made(rows, [ticket(problem_type="投诉"), ticket("A-2", problem_type="建议"), ticket("A-2", problem_type="投诉")]))
    counted = {row: (values[f"{row}_份数"], values[f"{row}_读出"]) for row in names.CLASSES}
    assert counted == {"表扬": (1, 1), "投诉": (2, 1), "建议": (1, 1), "待人工": (1, 0), "其他": (1, 0), "合计": (6, 3)}
    assert (values["剔除评价"], values["投诉_工单"], values["建议_工单"]) == (1, 1, 1)
    assert values["投诉_占比"] == pytest.approx(2 / 6)
    assert {values[f"{row}_样本"] for row in names.CLASSES} == {6}
    assert values["结论1"] == (
        "本期有效评价 6 份,另剔除 1 份:表扬类 1 份(16.7%)、投诉类 2 份(33.3%)、建议类 1 份(16.7%)、待人工 1 份(16.7%)、"
        "没写意见与其他 1 份(16.7%)。"
    )


def test_a_problem_is_frequent_from_so_many_answers_on() -> None:
    """An answer that says it twice counts once; two answers are one too few."""
    rows = [answer(f"2024-05-0{n} 10:00", improvement="等待时间太长", ticket=f"A-{n}") for n in (1, 2, 4)]
    rows[0]["suggestion"] = "等待时间太长"
    rows += [answer(improvement="电话一直占线", ticket="B-1")] * 2
    values = shown(made(rows, [ticket("A-1"), ticket("A-4", owner="客服部*李工"), ticket("B-1", owner="运营部*吴磊")]))
    first = [values[f"问题1_{field}"] for field in names.PROBLEM_FIELDS]
    assert first == [
        "等待时间长", "高频", 3, pytest.approx(0.6), 5, datetime(2024, 5, 1), datetime(2024, 5, 4), "技术部、客服部",
        Link("评价记录", "A6", "A-4"), Link("评价记录", "A5", "A-2"),
    ]  # fmt: skip
    assert (values["问题2_标记"], values["问题2_份数"], values["问题3_名称"]) == (None, 2, None)
    assert values["结论2"] == "高频问题:等待时间长 3 份(60.0%);占比按有效评价 n=5。"
    assert values["主送"] == "服务主管;技术部、客服部"
    stricter = shown(made(rows, settings=with_setting("高频问题", 4)))
    assert stricter["问题1_标记"] is None
    assert stricter["结论2"] == "没有达到高频的问题(同一问题 4 份),提到最多的是等待时间长(3 份)。"


def test_what_a_person_marked_goes_first_whatever_its_words() -> None:
    marked: Row = {"flagged_at": at("2024-05-05 10:00")}
    rows = [answer(improvement="等待时间太长")] * 3
    rows += [answer(ticket="A-1", **marked), answer(problem_type="物流配送类", **marked), answer(**marked)]
    rows += [answer(flagged_at=NOW + timedelta(seconds=1))]
    values = shown(made(rows, [ticket()]))
    listed = [(values[f"问题{n}_名称"], values[f"问题{n}_标记"]) for n in range(1, 6)]
    assert listed == [("等待时间长", "高频"), ("售后维修类", "已标记"), ("物流配送类", "已标记"), ("未归类", "已标记"), (None, None)]
    assert values["标记条数"] == 3


def test_what_does_not_fit_is_told_of() -> None:
    words = ("等待时间太长", "电话一直占线", "流程有点繁琐", "沟通不清晰", "态度差", "没修好", "乱收费", "推诿", "发货慢", "不专业")
    values = shown(made([answer(improvement=word) for word in words]))
    left = len([k for k in values if k.startswith("问题") and k.endswith("_名称") and values[k]])
    assert left == names.PROBLEM_ROWS
    assert "个没有列出" in values["高频_说明"]


def test_channels() -> None:
    ways = ["短信", "短信", "邮件", "微信", "APP内", "二维码", "现场邀请", None]
    rows = [answer(channel=way) for way in ways] + [answer(channel="短信", proxy="是")]
    values = shown(made(rows))
    listed = [(values[f"渠道{n}_名称"], values[f"渠道{n}_份数"]) for n in range(1, names.CHANNEL_ROWS + 1)]
    assert listed == [("短信", 2), ("APP内", 1), ("其他渠道", 4), ("未填", 1), ("代填", 1)]
    assert (values["渠道合计_份数"], values["渠道2_占比"]) == (9, pytest.approx(1 / 9))


@pytest.mark.parametrize(
    ("few", "listed"),
    [(4, [("短信", 1), ("匿名评价", 9)]), (5, [("短信", 6), ("二维码", 5)])],
)
def test_few_anonymous_answers_are_not_told_apart(few: int, listed: list[tuple[str, int]]) -> None:
    """Not by channel, not in a quote, and never one by one."""
    said: Row = {"improvement": "等待时间太长", "response": 1}
    rows = [answer(channel="短信")] + [nameless(channel="二维码", **said) for _ in range(few)]
    rows += [nameless(channel="短信", **said) for _ in range(5)]
    values = shown(made(rows))
    assert [(values[f"渠道{n}_名称"], values[f"渠道{n}_份数"]) for n in (1, 2)] == listed
    assert values["渠道合计_份数"] == few + 6
    assert (values["问题1_例1"], values["问题1_例2"]) == ("匿名评价", None)
    assert values["低分1_时间"] is None
    assert values["低分_说明"].endswith(";匿名评价只计数,不逐份列出")
    assert values["原话1_出处"] == "匿名评价"


def test_a_few_anonymous_words_are_not_quoted() -> None:
    values = shown(made([nameless(improvement="等待时间太长")] * 4))
    assert values["原话1_原话"] is None
    assert values["问题1_份数"] == 4
    assert values["原话_说明"] == "本期有效评价里没有可以摘录的话"


def test_quotes_hide_who_it_was() -> None:
    rows = [
        answer("2024-05-03 10:00", improvement="等待时间太长,我叫张小明,电话13812345678", customer="张小明"),
        answer("2024-05-02 10:00", improvement="等待时间太长"),
        answer(suggestion="希望周末也能上门"), answer(improvement="李工很专业,讲得清楚", ticket="A-9"),
    ]  # fmt: skip
    values = shown(made(rows))
    quoted = [(values[f"原话{n}_类"], values[f"原话{n}_原话"]) for n in range(1, 5)]
    assert quoted == [
        ("等待时间长", "“等待时间太长,我叫***,电话***”"), ("建议", "“希望周末也能上门”"), ("表扬", "“*工很专业,讲得清楚”"), (None, None)
    ]  # fmt: skip
    assert values["原话3_出处"] == Link("评价记录", "A7", "A-9")


def test_low_scores_worst_first() -> None:
    rows = [answer(response=3, customer="王小明", ticket="A-1"), answer(response=1, attitude=2), answer()]
    values = shown(made(rows))
    assert [values[f"低分1_{f}"] for f in names.LOW_FIELDS] == [
        at("2024-05-02 10:00"), Link("评价记录", "A5", "第5行"), "—", 3.25, "响应及时性、服务态度", "没写意见与其他"
    ]  # fmt: skip
    assert (values["低分2_客户"], values["低分2_得分"], values["低分3_时间"]) == ("王**", 4.5, None)
    assert values["低分_说明"] == "有低分项的有效评价 2 份,占 66.7%(样本少(n=3))"


# the deadline, and what settles the duty


@pytest.mark.parametrize(
    ("flagged", "told"),
    [
        ([], "没有标记为高频的评价,不计时限"),
        (["2024-05-04 09:00"], "未超时,还剩 0分"),
        (["2024-05-04 08:59"], "已超时 1分"),
        (["2024-05-06 09:00"], "未超时,还剩 2天0小时"),
        (["2024-05-03 08:00", "2024-05-05 08:00"], "已超时 1天1小时(2 条中 1 条)"),
        (["2024-05-06 09:01"], "没有标记为高频的评价,不计时限"),
    ],
)
def test_the_deadline_runs_from_the_mark(flagged: list[str], told: str) -> None:
    rows = [answer(flagged_at=at(when)) for when in flagged] + [answer()]
    outcome = made(rows)
    assert shown(outcome)["提交判断"] == told
    assert ("提交时限" in outcome.notice) == ("时限,还" in told or "超时" in told)


def test_a_limit_of_the_office_and_none() -> None:
    rows = [answer(flagged_at=at("2024-05-05 08:00"))]
    assert shown(made(rows, settings=with_setting("反馈汇总简报", 24)))["提交时限"] == at("2024-05-06 08:00")
    none = shown(made(rows, settings=with_setting("反馈汇总简报", None)))
    assert (none["提交时限"], none["提交判断"]) == (None, "没有时限(“设置”未填)")


def test_the_brief_settles_the_duty_once() -> None:
    """Every marked answer of the period without 简报时间 gets it; the same run again gives the same cells."""
    rows = [
        answer(flagged_at=at("2024-05-05 10:00")), answer(),
        answer(flagged_at=at("2024-05-05 10:00"), briefed_at=at("2024-05-05 20:00")),
        answer("2024-04-20 10:00", flagged_at=at("2024-05-05 11:00")),
    ]  # fmt: skip
    first = made(rows, period="2024-05-01至05-06")
    written = first.columns[EVALUATIONS.key]["briefed_at"].dropna()
    assert written.to_dict() == {4: pd.Timestamp(NOW)}
    outside = [i for i in first.issues if i.code == "brief.outside"]
    assert [(i.row, i.values) for i in outside] == [(7, {"count": 1, "rows": "第 7 行"})]
    assert [t.row for t in tasks(ledger({"evaluations": rows}), DEFAULTS, NOW) if t.kind == "交反馈简报"] == [4, 7]
    rows[0]["briefed_at"] = NOW
    second = made(rows, period="2024-05-01至05-06")
    assert shown(second) == shown(first)
    assert "briefed_at" not in second.columns[EVALUATIONS.key]
    assert [t.row for t in tasks(ledger({"evaluations": rows}), DEFAULTS, NOW) if t.kind == "交反馈简报"] == [7]


def test_the_default_period_stays_when_it_is_made_again() -> None:
    rows = [answer("2024-04-20 10:00", flagged_at=at("2024-05-05 11:00"))]
    first = made(rows)
    rows[0]["briefed_at"] = NOW
    assert shown(made(rows)) == shown(first)
    assert made(rows).tabs[0].name == first.tabs[0].name


def test_a_deadline_of_several_marks_is_the_earliest() -> None:
    values = shown(made([answer(flagged_at=at(when)) for when in ("2024-05-05 08:00", "2024-05-04 10:00")]))
    assert (values["最早标记"], values["提交时限"]) == (at("2024-05-04 10:00"), at("2024-05-06 10:00"))
    assert values["提交判断"] == "未超时,还剩 1小时0分"


def test_a_time_to_come_settles_nothing_yet() -> None:
    planned = answer(flagged_at=at("2024-05-04 08:00"), briefed_at=at("2024-05-07 08:00"))
    assert shown(made([planned]))["提交判断"] == "已超时 1小时0分"


def test_handed_in_before() -> None:
    late = answer(flagged_at=at("2024-05-01 10:00"), briefed_at=at("2024-05-03 11:00"))
    assert shown(made([late]))["提交判断"] == "已超时 1小时0分"
    late["briefed_at"] = at("2024-05-03 10:00")
    assert shown(made([late]))["提交判断"] == "按时提交"


def test_a_marked_answer_that_does_not_count_is_settled_too() -> None:
    rows = [answer(response=9, flagged_at=at("2024-05-05 10:00")), answer(evaluated_at=None, flagged_at=at("2024-05-05 10:00"))]
    outcome = made(rows)
    assert sorted(outcome.columns[EVALUATIONS.key]["briefed_at"].dropna().index) == [4, 5]
    assert shown(outcome)["有效评价"] == 0


def test_the_heads_of_the_office_are_named() -> None:
    assert shown(made([], settings=with_setting("主管", "刘主管", "分派")))["主送"] == "服务主管 刘主管"
    assert shown(made([], settings=with_setting("周报编制人", "赵敏")))["编制人"] == "赵敏"


def test_nothing_to_tell_is_told() -> None:
    outcome = made([])
    values = shown(outcome)
    assert outcome.notice == "“反馈汇总简报 2024-04-30至05-06”已生成:这段时间没有有效评价。"
    assert values["结论1"] == "本期没有有效评价。"
    assert values["结论2"] == "没有达到高频的问题(同一问题 3 份)。"
    assert values["结论3"] == "同期受理投诉工单 0 张、建议工单 0 张;本期没有有效评价。"
    assert {values[f"{row}_占比"] for row in names.CLASSES} == {"—"}
    assert (values["问题1_名称"], values["低分1_时间"]) == ("没有提到问题", "没有低分评价")
    assert outcome.issues == []


def test_days_to_come() -> None:
    outcome = made([], period="2024-05-07至05-08")
    assert [i.code for i in outcome.issues] == ["brief.future"]


def test_every_name_of_the_tab_is_filled() -> None:
    outcome = made([answer(improvement="等待时间太长")])
    drafts = {name for draft in names.DRAFTS for name in (draft, f"{draft}_生成")}
    assert set(outcome.tabs[0].values) == set(names.names()) - drafts
    assert set(outcome.tabs[0].drafts) == set(names.DRAFTS)
