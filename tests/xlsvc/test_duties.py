"""Dated duties: the documents' rows, every limit to the second, calendars, blanks, and what is said about them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbook.issues import WorkbookError
from workbook.sheets import BY_KEY
from workbook.sheets.settings import DUTIES, default_rows
from workbook.values import Vocabularies, read_frame
from xlsvc import daily
from xlsvc.duties import COLUMNS, duties
from xlsvc.duty_findings import duty_findings
from xlsvc.outcome import Ledger
from xlsvc.settings import Settings, read_settings

from .documents import DOCUMENTS, ledger, sheet_cells

NOW = datetime(2024, 5, 10, 12, 0)
DEFAULTS = Settings.packaged()
Row = dict[str, Any]
Rows = dict[str, list[Row]]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def rules(*added: Row, without: str = "", holidays: list[Row] | None = None) -> Settings:
    rows = [r for r in default_rows() if without not in (r["group"], r["name"])] + list(added)
    frames = {"settings": pd.DataFrame(rows, index=range(4, 4 + len(rows)))}
    if holidays is not None:
        frames["holidays"] = pd.DataFrame(holidays, index=range(4, 4 + len(holidays)))
    return read_settings(frames, NOW)


def duty_row(name: str, value: float | str, unit: str, **cells: Any) -> Row:
    return {"group": "事项", "name": name, "value": value, "unit": unit, **cells}


def response(**cells: Any) -> Row:
    return {
        "ticket": "A-1", "customer": "李女士", "contact": "13800001111", "problem": "漏水", "urgency": "一般",
        "accepted_at": at("2024-05-06 09:00"), **cells,
    }  # fmt: skip


def process(**cells: Any) -> Row:
    return {
        "ticket": "B-1", "customer_info": "王女士/", "problem_info": "漏水/普通", "accepted_at": at("2024-05-06 09:00"), **cells,
    }  # fmt: skip


def answer(**cells: Any) -> Row:
    return {"profile": "S002", "evaluated_at": at("2024-05-06 10:00"), "response": 2, "resolution": 2, **cells}


def listed(rows: Rows, now: datetime = NOW, settings: Settings = DEFAULTS, **frames: pd.DataFrame) -> pd.DataFrame:
    book = ledger(rows)
    return duties(Ledger({**book.frames, **frames}, book.issues), settings, now)


def one(kind: str, rows: Rows, now: datetime = NOW, settings: Settings = DEFAULTS, **frames: pd.DataFrame) -> Row:
    found = listed(rows, now, settings, **frames)
    (row,) = found[found["kind"] == kind].to_dict("records")
    return row  # type: ignore[return-value]


def messages(rows: Rows, now: datetime = NOW, settings: Settings = DEFAULTS) -> list[tuple[str, str]]:
    return [(i.code, i.message) for i in duty_findings(ledger(rows), settings, now)]


# due by the documents' own limits, one second before and after: (kind, rows without the deed, column of it, due)
LIMITS = [
    ("contact", {"response_log": [response(appointment_at=at("2024-05-10 15:00"))]}, "called_ahead_at", "2024-05-10 14:30"),
    ("arrival", {"response_log": [response(appointment_at=at("2024-05-10 15:00"))]}, "arrived_at", "2024-05-10 15:00"),
    ("callback", {"response_log": [response(problem_type="投诉")]}, "called_at", "2024-05-09 18:00"),
    ("callback", {"response_log": [response(problem_type="建议")]}, "called_at", "2024-05-09 18:00"),
    ("callback", {"evaluations": [answer(feedback_class="投诉类")]}, "called_at", "2024-05-09 18:00"),
    ("callback", {"evaluations": [answer(feedback_class="建议类")]}, "called_at", "2024-05-09 18:00"),
    ("brief", {"evaluations": [answer(flagged_at=at("2024-05-06 10:00"))]}, "briefed_at", "2024-05-08 10:00"),
    ("pickup", {"response_log": [response(verified_at=at("2024-05-06 10:00"))]}, "picked_up_at", "2024-05-09 18:00"),
    # over the May holiday (1 to 5) and the working Saturday after it
    ("pickup", {"process_log": [process(accepted_at=at("2024-04-30 09:00"), verified_at=at("2024-04-30 23:00"))]},
     "picked_up_at", "2024-05-08 18:00"),
    ("pickup", {"process_log": [process(verified_at=at("2024-05-09 10:00"))]}, "picked_up_at", "2024-05-13 18:00"),
    ("pickup", {"process_log": [process(accepted_at=at("2024-05-01 09:00"), verified_at=at("2024-05-01 10:00"))]},
     "picked_up_at", "2024-05-08 18:00"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "rows", "column", "due"), LIMITS)
def test_a_limit_is_met_on_its_second_and_not_one_later(kind: str, rows: Rows, column: str, due: str) -> None:
    (key,) = rows
    limit, second = at(due), timedelta(seconds=1)
    later = limit + timedelta(days=300)
    for done, status in ((limit - second, "达标"), (limit, "达标"), (limit + second, "超时")):
        found = one(kind, {key: [{**rows[key][0], column: done}]}, later)
        assert (found["due"], found["done_at"], found["status"]) == (limit, done, status), done
    assert one(kind, rows, limit)["status"] == "即将超时"
    assert one(kind, rows, limit + second)["status"] == "超时"
    ahead = one(kind, {key: [{**rows[key][0], column: limit}]}, limit - second)
    assert ahead["status"] == "即将超时", "what lies ahead of now has not happened"
    assert pd.isna(ahead["done_at"])


@pytest.mark.parametrize(
    ("sent", "status"),
    [("2024-05-07 10:00", "达标"), ("2024-05-07 10:00:01", "超时"), ("2024-05-06 09:30", "达标")],
)
@pytest.mark.parametrize("how", ["form", "answer"])
def test_the_survey_goes_out_within_24_hours(how: str, sent: str, status: str) -> None:
    rows: Rows = {"response_log": [response(resolved_at=at("2024-05-06 10:00"), status="已完成")]}
    if how == "form":
        cells = [{"token": "7K", "ticket": " a-1", "profile": "S002", "issued_at": at(sent)}]
        register = read_frame(BY_KEY["form_register"], sheet_cells("form_register", cells), Vocabularies.packaged()).frame
        found = one("survey", rows, form_register=register)
    else:
        found = one("survey", {**rows, "evaluations": [answer(ticket="A-1", evaluated_at=at(sent)), answer(ticket="Z-9")]})
    assert (found["due"], found["done_at"], found["status"]) == (at("2024-05-07 10:00"), at(sent), status)
    assert one("survey", rows, at("2024-05-07 10:00"))["status"] == "即将超时"
    assert one("survey", rows, at("2024-05-06 12:00"))["status"] == "进行中"
    assert one("survey", rows)["status"] == "超时"


def test_the_first_of_several_answers_counts() -> None:
    rows: Rows = {
        "response_log": [response(resolved_at=at("2024-05-06 10:00"))],
        "evaluations": [answer(ticket="A-1", evaluated_at=at(t)) for t in ("2024-05-09 10:00", "2024-05-06 11:00")],
    }
    assert one("survey", rows)["done_at"] == at("2024-05-06 11:00")


def test_the_documents_rows() -> None:
    """SN…001 was assessed, nobody wrote when; SN…002 was not: due on the second working day after the holiday."""
    found = listed(dict(DOCUMENTS), at("2024-05-07 18:00"))
    rows = found[found["kind"] == "assessment"][["sheet", "row", "ticket", "due", "status"]].values.tolist()
    due = pd.Timestamp("2024-05-07 18:00")
    assert rows == [
        ["process_log", 4, "SN20240501001", due, "无法判定"],
        ["process_log", 5, "SN20240501002", due, "即将超时"],
    ]
    assert found[found["kind"] == "survey"]["status"].tolist() == ["超时"] * 4
    assert sorted(set(found["kind"])) == ["assessment", "monthly", "survey"]
    late = listed(dict(DOCUMENTS), at("2024-05-07 18:00:01"))
    assert late[late["kind"] == "assessment"]["status"].tolist() == ["无法判定", "超时"]


def test_the_assessment_of_a_ticket_is_the_first_of_its_rows() -> None:
    rows: Rows = {
        "process_log": [process(resolved_at=at("2024-05-06 10:00"))],
        "quality_assessment": [
            {"ticket": "B-1", "dimension": "响应及时性(20%)", "score": 5, "assessed_at": at("2024-05-09 10:00")},
            {"ticket": "b-1", "dimension": "服务专业性(30%)", "score": 5, "assessed_at": at("2024-05-08 18:00")},
        ],
    }
    assert one("assessment", rows)["status"] == "达标"


@pytest.mark.parametrize(
    ("cells", "kinds"),
    [
        ({}, []),
        ({"accepted_at": ""}, []),
        ({"problem_type": "投诉", "accepted_at": ""}, []),
        ({"problem_type": "投诉", "accepted_at": at("2024-06-01")}, []),  # taken in the future
        ({"problem_type": "投诉建议"}, ["callback"]),
        ({"resolved_at": at("2024-05-11")}, []),  # solved in the future
        ({"resolved_at": at("2024-05-07"), "status": "重开"}, []),
        ({"resolved_at": at("2024-05-07")}, ["survey"]),
        ({"appointment_at": at("2024-05-20")}, ["arrival", "contact"]),
        ({"appointment_at": at("2024-05-20"), "service_mode": "上门"}, ["arrival", "contact"]),
        ({"appointment_at": at("2024-05-20"), "service_mode": "远程"}, []),
        ({"problem_type": "退换货"}, ["exchange", "return"]),
        ({"problem_type": "退换货", "problem": "七天内想退货"}, ["return"]),
        ({"problem_type": "退换货", "problem": "型号买错了想换"}, ["exchange"]),
        ({"problem_type": "退换货", "problem": "要退换"}, ["exchange", "return"]),
        ({"status": "已归档", "resolved_at": at("2024-05-07")}, ["archive", "survey"]),
    ],
)
def test_which_duties_a_ticket_has(cells: Row, kinds: list[str]) -> None:
    found = listed({"response_log": [response(**cells)]})
    assert sorted(set(found["kind"]) - {"monthly"}) == kinds


def test_whom_nobody_can_call_back() -> None:
    rows = [
        answer(profile="S001", feedback_class="投诉类"),
        answer(feedback_class="表扬类"),
        answer(feedback_class=""),
        answer(feedback_class="投诉类", evaluated_at=""),
    ]
    assert "callback" not in set(listed({"evaluations": rows})["kind"])


def test_a_call_noted_down_with_the_ticket_counts_for_its_answer_if_it_came_after() -> None:
    for called, status in (("2024-05-07 10:00", "达标"), ("2024-05-05 10:00", "超时")):
        rows = {
            "response_log": [response(called_at=at(called), accepted_at=at("2024-05-01"))],
            "evaluations": [answer(feedback_class="投诉类", ticket="A-1")],
        }
        assert one("callback", rows)["status"] == status


@pytest.mark.parametrize(("kind", "column"), [("contact", "appointment_at"), ("arrival", "appointment_at"), ("pickup", "verified_at")])
def test_a_closed_ticket_without_the_time_is_not_called_late(kind: str, column: str) -> None:
    row = response(resolved_at=at("2024-05-06 18:00"), **{column: at("2024-05-06 10:00")})
    assert one(kind, {"response_log": [row]})["status"] == "无法判定"


def test_a_visit_is_near_on_its_day() -> None:
    rows = {"response_log": [response(appointment_at=at("2024-05-10 15:00"))]}
    for now, status in (("2024-05-09 23:59", "进行中"), ("2024-05-10 00:00", "即将超时"), ("2024-05-10 14:30:01", "超时")):
        assert one("contact", rows, at(now))["status"] == status
    early = {"response_log": [response(appointment_at=at("2024-05-10 00:10"))]}
    assert one("contact", early)["due"] == at("2024-05-09 23:40")


@pytest.mark.parametrize(
    ("bought", "asked", "back", "other"),
    [
        ("2024-05-01", "2024-05-08 23:59:59", "达标", "达标"),
        ("2024-05-01", "2024-05-09 00:00:00", "超时", "达标"),
        ("2024-05-01", "2024-05-16 23:59:59", "超时", "达标"),
        ("2024-05-01", "2024-05-17 00:00:00", "超时", "超时"),
        ("2024-02-22", "2024-02-29 23:59:59", "达标", "达标"),  # a leap year
        ("2023-02-22", "2023-03-01 23:59:59", "达标", "达标"),
        ("", "2024-05-06 09:00", "无法判定", "无法判定"),
    ],
)
@pytest.mark.parametrize("log", ["response_log", "process_log"])
def test_return_within_7_days_and_exchange_within_15(log: str, bought: str, asked: str, back: str, other: str) -> None:
    if log == "response_log":
        row = response(problem_type="退换货申请", bought_at=at(bought) if bought else "", accepted_at=at(asked))
    else:
        row = process(problem_type="退换货申请", product_info=f"ABC-2000/{bought}", accepted_at=at(asked))
    found = listed({log: [row]}, at("2025-01-01"))
    assert found.set_index("kind").loc[["return", "exchange"], "status"].tolist() == [back, other]


def test_the_day_it_was_asked_for_counts_not_the_day_it_was_noted_down() -> None:
    row = response(problem_type="退换货", bought_at=at("2024-05-01"), raised_at=at("2024-05-08 20:00"), accepted_at=at("2024-05-09 09:00"))
    assert one("return", {"response_log": [row]})["status"] == "达标"


@pytest.mark.parametrize(
    ("put_away", "until"),
    [("2024-05-06 10:00", "2027-05-06"), ("2024-02-29 10:00", "2027-02-28"), ("2023-12-31 23:00", "2026-12-31")],
)
def test_records_are_kept_three_years(put_away: str, until: str) -> None:
    history = [{"ticket": "A-1", "at": at(put_away), "new_status": "已归档", "origin": "自动"}]
    past = read_frame(BY_KEY["status_history"], sheet_cells("status_history", history), Vocabularies.packaged()).frame
    rows = {"response_log": [response(status="已归档", resolved_at=at("2024-01-01"))]}
    day_before = at(until) - timedelta(seconds=1)
    for now, status in ((day_before, "保存期内"), (at(until), "可销毁")):
        found = one("archive", rows, now, status_history=past)
        assert (found["due"], found["status"]) == (at(until), status)
    assert one("archive", rows, NOW)["due"] == at("2027-01-01"), "without 状态流水: since it was solved"


@pytest.mark.parametrize(
    ("now", "due", "status"),
    [
        ("2024-05-01 00:00", "2024-05-10 18:00", "即将超时"),  # 1 to 5 May off, 6 to 10 worked
        ("2024-05-10 18:00", "2024-05-10 18:00", "即将超时"),
        ("2024-05-10 18:00:01", "2024-05-10 18:00", "无法判定"),  # nobody writes down that it was made
        ("2024-07-02 00:00", "2024-07-05 18:00", "即将超时"),  # Monday the 1st is the first of five
    ],
)
def test_last_months_customers_are_asked_in_the_first_working_days(now: str, due: str, status: str) -> None:
    found = one("monthly", {}, at(now))
    assert (found["sheet"], found["row"], found["due"], found["status"]) == ("", 0, at(due), status)


@pytest.mark.parametrize(
    ("form", "done", "status"),
    [
        ({}, "2024-05-06 09:00", "达标"),
        ({"issued_at": at("2024-05-11 09:00")}, "2024-05-11 09:00", "超时"),
        ({"issued_at": None}, None, "无法判定"),
        ({"issued_at": at("2024-05-13 09:00")}, None, "无法判定"),
        ({"purpose": "月度调查 2024-03"}, None, "无法判定"),
        ({"remark": "作废"}, None, "无法判定"),
    ],
)
def test_the_monthly_survey_is_done_when_its_forms_were_issued(form: Row, done: str | None, status: str) -> None:
    rows = [{"token": f"7KQM-4XT{n}", "issued_at": at("2024-05-06 09:00"), "purpose": "月度调查 2024-04", **form} for n in "AB"]
    found = one("monthly", {"form_register": rows}, at("2024-05-12 09:00"))
    assert (None if pd.isna(found["done_at"]) else found["done_at"], found["status"]) == (done and at(done), status)


def test_limits_are_the_rows_of_the_settings_as_in_force_when_the_duty_began() -> None:
    settings = rules(duty_row("退换货取件", 1, "工作日", effective=at("2024-05-07")))
    rows = [response(ticket=f"A-{day}", verified_at=at(f"2024-05-0{day} 10:00")) for day in (6, 7)]
    found = listed({"response_log": rows}, settings=settings)
    found = found[found["kind"] == "pickup"]
    assert found["due"].tolist() == [pd.Timestamp("2024-05-09 18:00"), pd.Timestamp("2024-05-08 18:00")]
    numbers = [n for n, r in enumerate([*default_rows(), duty_row("退换货取件", 1, "工作日")], 4) if r["name"] == "退换货取件"]
    assert found["setting_row"].tolist() == numbers


@pytest.mark.parametrize(
    ("row", "due"),
    [
        (duty_row("退换货取件", 90, "分钟"), "2024-05-06 13:00"),
        (duty_row("退换货取件", 90, "分钟", basis="工作时"), "2024-05-06 14:30"),
        (duty_row("退换货取件", 2, "天"), "2024-05-08 11:30"),
        (duty_row("退换货取件", 1.5, "小时"), "2024-05-06 13:00"),
        (duty_row("退换货取件", 0, "小时"), "2024-05-06 11:30"),
    ],
)
def test_other_units(row: Row, due: str) -> None:
    rows = {"response_log": [response(verified_at=at("2024-05-06 11:30"))]}
    assert one("pickup", rows, settings=rules(row, without="退换货取件"))["due"] == at(due)


def test_a_blank_limit_is_none_and_a_deleted_row_is_the_documents() -> None:
    rows = {"response_log": [response(verified_at=at("2024-05-06 10:00"))]}
    lifted = one("pickup", rows, settings=rules(duty_row("退换货取件", "", "工作日"), without="退换货取件"))
    assert lifted["status"] == "无时限"
    assert pd.isna(lifted["due"])
    assert one("pickup", rows, settings=rules(without="退换货取件"))["due"] == at("2024-05-09 18:00")


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (duty_row("满意度调查", 1, "年"), "settings.unit", "单位"),
        (duty_row("无理由退货", 7, "工作日"), "settings.unit", "单位"),
        (duty_row("退换货取件", 2.5, "工作日"), "settings.whole", "数值"),
        (duty_row("退换货取件", "三", "工作日"), "settings.number", "数值"),
        (duty_row("满意度调查", 24, "小时", basis="随便"), "settings.basis", "计时方式"),
        (duty_row("上门前联系", 30, "分钟", basis="工作时"), "settings.natural", "计时方式"),
        (duty_row("满意度调查", 24, "小时", profile="S002"), "settings.no_condition", "档案"),
        (duty_row("满意度调查", 24, "小时", urgency="P1"), "settings.no_condition", "紧急程度"),
        (duty_row("归档保存", 40, "年"), "settings.long", "数值"),
        (duty_row("满意度调查", 24, "小时", warning="很多"), "settings.warning", "提醒比例"),
    ],
)
def test_a_bad_row_is_told_and_stops_the_list_but_not_the_check(row: Row, code: str, column: str) -> None:
    settings = rules(row, without=row["name"])
    assert [(i.code, i.column) for i in settings.issues] == [(code, column)]
    book = ledger(dict(DOCUMENTS))
    with pytest.raises(WorkbookError) as stopped:
        duties(book, settings, NOW)
    assert stopped.value.code == "settings.bad"
    assert duty_findings(book, settings, NOW) == []


def test_every_default_row_is_read_without_a_word() -> None:
    assert rules().issues == ()
    assert all(rules().duty(d.key).values[-1]["amount"] == d.value for d in DUTIES)


def test_the_offices_own_holiday_moves_the_day() -> None:
    settings = rules(holidays=[{"day": at("2024-05-08"), "day_kind": "休息"}])
    rows = {"response_log": [response(verified_at=at("2024-05-06 10:00"))]}
    assert one("pickup", rows, settings=settings)["due"] == at("2024-05-10 18:00")


def test_no_working_day_in_reach_ends_with_a_message() -> None:
    days = pd.date_range("2024-01-01", "2262-01-01").to_pydatetime()
    settings = rules(holidays=[{"day": day, "day_kind": "休息"} for day in days])
    book = ledger({"response_log": [response(verified_at=at("2024-05-06 10:00"))]})
    with pytest.raises(WorkbookError) as stopped:
        duties(book, settings, NOW)
    assert stopped.value.code == "time.no_workday"
    assert duty_findings(book, settings, NOW) == []


def test_a_year_that_is_not_published_is_said_once() -> None:
    rows = {"response_log": [response(ticket=f"A-{n}", verified_at=at("2031-03-04 10:00"), accepted_at=at("2031-03-03")) for n in range(3)]}
    now = at("2031-03-05")
    found = listed(rows, now)
    assert found[found["kind"] == "pickup"]["unpublished"].tolist() == [True] * 3
    assert messages(rows, now) == [
        ("duty.unpublished", "2031 年的放假安排未发布,3 件待办事项的期限按周末估算(首个:“响应记录”第 4 行)。"
         "公布后请把当年安排(含元旦、国庆)登记到“假期”表。"),
    ]  # fmt: skip
    assert not listed({"response_log": [response(resolved_at=at("2024-05-06 10:00"))]})["unpublished"].any()


# --- what is said ---


def test_one_line_for_each_kind_that_is_overdue() -> None:
    rows: Rows = {
        "response_log": [
            *(response(ticket=f"A-{n}", resolved_at=at("2024-05-06 10:00")) for n in range(7)),
            response(ticket="A-8", verified_at=at("2024-05-06 10:00")),
            response(ticket="A-9", problem_type="投诉"),
            response(ticket="A-10", appointment_at=at("2024-05-09 10:00")),
        ],
        "evaluations": [answer(flagged_at=at("2024-05-06 10:00")), answer(feedback_class="投诉类")],
        "process_log": [process(resolved_at=at("2024-05-06 10:00"))],
    }
    assert [(c, m.partition("。")[0]) for c, m in messages(rows)] == [
        ("duty.arrival", "“响应记录”有 1 次上门过了约定时间还没有到场记录(第 13 行)"),
        ("duty.survey", "“响应记录”有 7 张工单解决后过了期限还没有发出满意度调查(第 4、5、6、7、8 行等)"),
        ("duty.survey", "“流程记录”有 1 张工单解决后过了期限还没有发出满意度调查(第 4 行)"),
        ("duty.callback", "“响应记录”有 1 条投诉或建议过了期限还没有回访(第 12 行)"),
        ("duty.callback", "“评价记录”有 1 条投诉或建议过了期限还没有回访(第 5 行)"),
        ("duty.assessment", "“流程记录”有 1 张工单完成后过了期限还没有内部评估(第 4 行)"),
        ("duty.brief", "“评价记录”有 1 条高频问题过了期限还没有交简报(第 4 行)"),
        ("duty.pickup", "“响应记录”有 1 张退换货工单核实后过了期限还没有安排取件(第 11 行)"),
    ]


def test_a_call_ahead_is_asked_for_on_the_day_of_the_visit_only() -> None:
    rows = {"response_log": [response(appointment_at=at("2024-05-10 12:20"))]}
    assert [c for c, _ in messages(rows, at("2024-05-10 11:50"))] == []
    assert [c for c, _ in messages(rows, at("2024-05-10 11:50:01"))] == ["duty.contact"]
    assert [c for c, _ in messages(rows, at("2024-05-11 11:50:01"))] == ["duty.arrival"]


def test_what_is_long_overdue_is_not_spoken_of_any_more() -> None:
    rows = {"response_log": [response(resolved_at=at("2024-05-06 10:00"))]}
    due = at("2024-05-07 10:00")
    assert [c for c, _ in messages(rows, due + timedelta(days=30))] == ["duty.survey"]
    assert messages(rows, due + timedelta(days=30, seconds=1)) == []
    short = rules(duty_row("逾期提醒", 1, "天"), without="逾期提醒")
    assert messages(rows, due + timedelta(days=1, seconds=1), short) == []
    ever = rules(duty_row("逾期提醒", "", "天"), without="逾期提醒")
    assert [c for c, _ in messages(rows, due + timedelta(days=900), ever)] == ["duty.survey"]


@pytest.mark.parametrize(
    ("problem", "bought", "code", "message"),
    [
        ("想退货", "2024-04-28", "duty.return_over",
         "“响应记录”第 4 行 2024-04-28 购买,2024-05-06 提出退货,已过 7 天无理由退货期限(2024-05-05 止)。"
         "请核对购买日期;属质量问题的按换货或维修处理。"),
        ("想换一台", "2024-04-20", "duty.exchange_over",
         "“响应记录”第 4 行 2024-04-20 购买,2024-05-06 提出换货,已过 15 天质量问题换货期限(2024-05-05 止)。"
         "请核对购买日期;仍在保修期内的按维修处理。"),
        ("要退换", "2024-04-20", "duty.both_over",
         "“响应记录”第 4 行 2024-04-20 购买,2024-05-06 提出退换货,退货和换货期限都已过(换货 2024-05-05 止,15 天)。"
         "请核对购买日期;仍在保修期内的按维修处理。"),
        ("想退货", "2024-04-29", "", ""),
        ("想换一台", "2024-04-21", "", ""),
        ("要退换", "2024-04-28", "", ""),  # too late to return, not to exchange
    ],
)  # fmt: skip
def test_a_row_outside_its_window_is_told_at_its_cell(problem: str, bought: str, code: str, message: str) -> None:
    row = response(problem_type="退换货", problem=problem, bought_at=at(bought))
    found = duty_findings(ledger({"response_log": [row]}), DEFAULTS, NOW)
    assert [(i.code, i.message, i.row, i.column) for i in found] == ([(code, message, 4, "购买日期")] if code else [])
    closed = {**row, "status": "已完成", "resolved_at": at("2024-05-10 11:00")}
    assert duty_findings(ledger({"response_log": [closed]}), DEFAULTS, NOW) == [], "that was decided"


def test_the_process_log_is_told_at_its_compound_cell() -> None:
    row = process(problem_type="退换货", problem_info="想退货/普通", product_info="ABC/2024-04-01")
    (found,) = duty_findings(ledger({"process_log": [row]}), DEFAULTS, NOW)
    assert (found.code, found.column, found.short) == ("duty.return_over", "产品型号/购买日期", "过了退货期限")


def test_a_missing_purchase_date_and_a_call_without_a_result_are_one_line_each() -> None:
    rows: Rows = {
        "response_log": [
            response(ticket="A-1", problem_type="退换货"), response(ticket="A-2", problem_type="退换货"),
            response(ticket="A-3", problem_type="投诉", called_at=at("2024-05-07 10:00")),
            response(ticket="A-4", problem_type="投诉", called_at=at("2024-05-07 10:00"), call_result="满意"),
        ],
        "evaluations": [answer(feedback_class="投诉类", ticket="A-4"), answer(feedback_class="投诉类", called_at=at("2024-05-07"))],
    }  # fmt: skip
    assert messages(rows) == [
        ("duty.no_result", "“响应记录”有 1 条投诉或建议已经回访,却没有写“回访结果”(第 6 行)。请把客户的答复补写上。"),
        ("duty.no_result", "“评价记录”有 1 条投诉或建议已经回访,却没有写“回访结果”(第 5 行)。请把客户的答复补写上。"),
        ("duty.no_purchase", "“响应记录”有 2 张退换货工单缺购买日期,过没过退换期限无法判定(第 4、5 行)。请在“购买日期”里补填。"),
    ]


def test_they_are_findings_of_the_daily_update() -> None:
    outcome = daily.update(ledger({"response_log": [response(resolved_at=at("2024-05-06 10:00"), status="已完成")]}), DEFAULTS, NOW)
    assert [i.code for i in outcome.issues if i.code.startswith("duty.")] == ["duty.survey"]
    assert outcome.columns["response_log"]["issues"].tolist() == [""], "not the row's fault"


def test_a_doubled_ticket_has_none() -> None:
    rows = [response(resolved_at=at("2024-05-06 10:00")), response(resolved_at=at("2024-05-06 10:00"))]
    found = listed({"response_log": rows})
    assert found[found["kind"] == "survey"]["row"].tolist() == [4]


@pytest.mark.parametrize("rows", [{}, {"response_log": []}, {"evaluations": []}, {"process_log": [], "quality_assessment": []}])
def test_no_rows(rows: Rows) -> None:
    found = listed(rows)
    assert found["kind"].tolist() == ["monthly"]
    assert list(found.columns) == list(COLUMNS)
    assert messages(rows) == []


def test_a_hundred_thousand_tickets_are_each_their_own() -> None:
    """Far more rows than any rule could walk over: each has the duties that it has alone."""
    alone = [
        response(resolved_at=at("2024-05-06 10:00")), response(problem_type="投诉"),
        response(verified_at=at("2024-05-06 10:00"), picked_up_at=at("2024-05-09 18:00")), response(),
    ]  # fmt: skip
    few = ledger({"response_log": [{**row, "ticket": f"A-{n}"} for n, row in enumerate(alone)]})
    small = few["response_log"]
    repeated = np.tile(np.arange(4), 25_000)
    large = small.iloc[repeated].set_axis(range(4, 100_004))
    large["ticket"] = [f"A-{n}" for n in range(100_000)]
    one_by_one = duties(few, DEFAULTS, NOW).groupby(["kind", "status"]).size() * 25_000
    found = duties(Ledger({"response_log": large}), DEFAULTS, NOW).groupby(["kind", "status"]).size()
    pd.testing.assert_series_equal(found.drop("monthly"), one_by_one.drop("monthly"))
