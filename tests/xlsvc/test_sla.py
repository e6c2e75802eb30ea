"""SLA oracles: the documents' own rows, the boundary, what cannot be known, and what is said about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from workbook.issues import Issue, WorkbookError
from workbook.sheets import BY_KEY
from workbook.sheets.settings import default_rows
from xlsvc import daily
from xlsvc.clocks import (
    DONE_BY,
    FROM_TAKING,
    LATE,
    MET,
    NEARLY,
    NO_LIMIT,
    RUNNING,
    UNKNOWN,
    Clock,
    measure,
    overall,
)
from xlsvc.outcome import Ledger, Outcome
from xlsvc.settings import Settings, read_settings
from xlsvc.sla import SAID_BY_VALIDATION, findings, statuses, update
from xlsvc.working_time import published_year

NOW = datetime(2024, 5, 10, 12, 0)
TIMES = ("accepted_at", "responded_at", "dispatched_at", "arrived_at", "proposed_at", "resolved_at")
DEFAULTS = Settings.packaged()

DOCUMENT_ROWS = {
    "response_log": [
        {"customer": "*张女士", "contact": "1385678", "urgency": "一般", "owner": "技术部*李工", "time_limit": "24小时",
         "problem": "收到的产品存在划痕,要求更换", "problem_type": "产品质量", "resolved_at": "2024-03-15 14:00"},
        {"customer": "*王先生", "contact": "139", "urgency": "紧急", "owner": "客服部*刘主管", "time_limit": "4小时",
         "problem": "咨询会员权益使用规则", "problem_type": "服务咨询", "resolved_at": "2024-03-15 10:30"},
    ],
    "process_log": [
        {"ticket": "SN20240501001", "customer_info": "*女士/", "product_info": "ABC-2000/2024-03-15",
         "problem_info": "不启动/紧急", "accepted_at": "2024-05-01 09:00", "responded_at": "2024-05-01 09:30",
         "owner": "张工", "service_mode": "上门", "resolved_at": "2024-05-01 11:30"},
        {"ticket": "SN20240501002", "customer_info": "*先生/1395678", "product_info": "DEF-100/2024-04-20",
         "problem_info": "软件卡顿/普通", "accepted_at": "2024-05-01 14:15", "responded_at": "2024-05-01 14:45",
         "owner": "李工", "service_mode": "远程", "resolved_at": "2024-05-01 15:20"},
    ],
}  # fmt: skip


def ledger(rows: dict[str, list[dict[str, Any]]] = DOCUMENT_ROWS, **options: Any) -> Ledger:
    """Frames as workbook.values.read_frame gives them."""
    frames = {}
    for key, listed in rows.items():
        typed = [c for c in BY_KEY[key].columns if not c.computed]
        frame = pd.DataFrame(listed, columns=[c.key for c in typed], index=range(4, 4 + len(listed)))
        for column in typed:
            if column.kind in ("datetime", "date"):
                frame[column.key] = pd.to_datetime(frame[column.key]).astype("datetime64[ns]")
            elif column.kind not in ("number", "integer", "score", "money", "share"):
                frame[column.key] = frame[column.key].astype(object).where(frame[column.key].notna(), "")
        frames[key] = frame
    return Ledger(frames, options=options)


def case(**cells: Any) -> dict[str, Any]:
    """One ticket of 流程记录 as `tickets` gives it, 普通 (answer in 2 h, proposal in 24 h) unless told."""
    return {
        "profile": "S003", "urgency": "P3", "problem_class": "软件", "status": "", "excluded": "",
        "time_limit": "", "accepted_at": "2024-05-06 09:00", "urgency_text": cells.get("urgency", "P3"), **cells,
    }  # fmt: skip


def frame_of(*cases: dict[str, Any]) -> pd.DataFrame:
    keys = ["process_log" if c["profile"] == "S003" else "response_log" for c in cases]
    index = pd.MultiIndex.from_arrays([keys, range(4, 4 + len(cases))], names=["sheet", "row"])
    frame = pd.DataFrame(list(cases), index=index)
    for time in TIMES:
        cells = pd.Series([c.get(time) for c in cases], index=index, dtype=object)
        frame[time] = pd.to_datetime(cells, format="mixed").astype("datetime64[ns]")
    return frame


def settings_with(*rows: dict[str, Any], holidays: dict[str, str] | None = None) -> Settings:
    base = pd.DataFrame([*default_rows(), *rows])
    base.index = range(4, 4 + len(base))
    base["value"] = [f"{v:g}" if isinstance(v, float) else "" if v is None else str(v) for v in base["value"]]
    days = pd.DataFrame(
        {"day": pd.to_datetime(list(holidays or {})), "day_kind": list((holidays or {}).values())}
    )
    return read_settings({"settings": base, "holidays": days})


def limit(
    clock: str, value: Any, unit: str, profile: str = "S003", urgency: str = "P3", **rest: Any
) -> dict[str, Any]:
    """A target row that replaces the document's from 2024 on."""
    return {"group": "时效", "name": clock, "profile": profile, "urgency": urgency, "value": value, "unit": unit,
            "effective": datetime(2024, 1, 1), **rest}  # fmt: skip


def one(cells: dict[str, Any], settings: Settings = DEFAULTS, now: datetime = NOW) -> dict[str, Any]:
    return dict(statuses(frame_of(cells), settings, now).iloc[0])


def said(cells: list[dict[str, Any]], settings: Settings = DEFAULTS, now: datetime = NOW) -> list[Issue]:
    frame = frame_of(*cells)
    return list(findings(frame, measure(frame, settings, now), settings, now))


def only(issues: list[Issue], code: str) -> Issue:
    (issue,) = [i for i in issues if i.code == code]
    return issue


class TestTheDocumentsRows:
    outcome: Outcome = update(ledger(), DEFAULTS, NOW)

    def row(self, sheet: str, row: int) -> dict[str, Any]:
        return dict(self.outcome.columns[sheet].loc[row])

    def test_sn20240501001_is_answered_in_time_and_its_completion_is_no_breach(self) -> None:
        row = self.row("process_log", 4)
        assert (row["response_status"], row["response_minutes"]) == (MET, 30)
        assert row["response_due"] == pd.Timestamp("2024-05-01 09:30")  # inclusive
        assert (row["resolution_status"], row["resolution_minutes"]) == (NO_LIMIT, 150)
        assert (row["dispatch_status"], row["dispatch_due"]) == (UNKNOWN, pd.Timestamp("2024-05-01 11:00"))
        assert row["proposal_status"] == NO_LIMIT
        assert row["sla_status"] == MET

    def test_sn20240501002_is_met(self) -> None:
        row = self.row("process_log", 5)
        assert (row["response_status"], row["response_minutes"]) == (MET, 30)
        assert (row["proposal_status"], row["proposal_due"]) == (MET, pd.Timestamp("2024-05-02 14:15"))
        assert (row["resolution_minutes"], row["sla_status"]) == (65, MET)

    @pytest.mark.parametrize("row", [4, 5])
    def test_rows_without_a_start_cannot_be_judged(self, row: int) -> None:
        found = self.row("response_log", row)
        assert (found["resolution_status"], found["sla_status"]) == (UNKNOWN, UNKNOWN)
        assert pd.isna(found["resolution_due"])
        assert pd.isna(found["resolution_minutes"])
        assert found["excluded"] == "缺受理时间"

    def test_statistics_hold_what_was_read(self) -> None:
        row = self.row("response_log", 4)
        assert [row[f"stat_{k}"] for k in ("class", "urgency", "person", "department", "reopened")] == [
            "产品质量", "一般·普通", "李工", "技术部", 0,
        ]  # fmt: skip
        assert pd.isna(row["stat_start"])
        assert row["stat_end"] == pd.Timestamp("2024-03-15 14:00")
        row = self.row("process_log", 4)
        assert [row[f"stat_{k}"] for k in ("class", "urgency", "department")] == ["未填", "紧急", "未分派"]
        assert row["stat_start"] == pd.Timestamp("2024-05-01 09:00")

    def test_compound_cells_are_split_into_own_columns(self) -> None:
        row = self.row("process_log", 5)
        keys = ("customer", "contact", "model", "bought_at", "problem", "urgency")
        assert [row[k] for k in keys] == [
            "*先生", "1395678", "DEF-100", pd.Timestamp("2024-04-20"), "软件卡顿", "普通",
        ]  # fmt: skip

    def test_only_computed_columns_are_written(self) -> None:
        for key, frame in self.outcome.columns.items():
            assert [c for c in frame.columns if not BY_KEY[key][c].computed] == []
        assert "customer" not in self.outcome.columns["response_log"]

    def test_counts_notice_and_advice(self) -> None:
        assert self.outcome.counts == {
            "工单": 4, "达标": 2, "超时": 0, "即将超时": 0, "进行中": 0, "无时限": 0, "无法判定": 2,
        }  # fmt: skip
        assert self.outcome.notice == "时效已更新:4 张工单,超时 0 张,即将超时 0 张,无法判定 2 张。"
        issue = only(self.outcome.issues, "sla.no_start")
        assert (issue.sheet, issue.row, issue.column) == ("响应记录", 4, "受理时间")
        assert "有 2 行缺“受理时间”" in issue.message
        assert "第 4、5 行" in issue.message
        assert only(self.outcome.issues, "sla.clock_missing").column == "派工时间"
        gap = only(self.outcome.issues, "settings.gap")
        assert (gap.sheet, gap.column) == ("设置", "数值")
        assert gap.message == (
            "“设置”里有时限没有填,用到它们的 2 张工单按“无时限”处理:S002 紧急 首次响应;S002 一般·普通 首次响应。"
            "要考核请在“数值”列补填。"
        )
        assert [i.code for i in self.outcome.issues if i.code == "sla.typed_limit"] == []

    def test_twice_is_the_same(self) -> None:
        again = update(ledger(), DEFAULTS, NOW)
        for key, frame in self.outcome.columns.items():
            pd.testing.assert_frame_equal(frame, again.columns[key])


@pytest.mark.parametrize(
    ("cells", "now", "status"),
    [
        ({"responded_at": "2024-05-06 11:00"}, NOW, MET),  # to the second
        ({"responded_at": "2024-05-06 11:00:01"}, NOW, LATE),
        ({}, datetime(2024, 5, 6, 9, 30), RUNNING),
        ({}, datetime(2024, 5, 6, 10, 35), RUNNING),  # 79 %
        ({}, datetime(2024, 5, 6, 10, 36), NEARLY),  # 80 % of two hours
        ({}, datetime(2024, 5, 6, 11, 0), NEARLY),
        ({}, datetime(2024, 5, 6, 11, 0, 1), LATE),
        ({"responded_at": "2024-05-06 10:00"}, datetime(2024, 5, 6, 9, 30), RUNNING),  # not yet
        ({"responded_at": "2024-05-06 08:59"}, NOW, UNKNOWN),
        ({"resolved_at": "2024-05-06 10:00"}, NOW, UNKNOWN),
        ({"status": "已完成"}, NOW, UNKNOWN),
        ({"accepted_at": None, "responded_at": "2024-05-06 10:00"}, NOW, UNKNOWN),
        ({"accepted_at": "2042-05-06"}, NOW, UNKNOWN),
        ({"urgency": ""}, NOW, UNKNOWN),  # two hours, half an hour or none: nobody knows
        ({"urgency": "", "responded_at": "2024-05-06 09:01"}, NOW, UNKNOWN),
        ({"urgency": "", "accepted_at": None}, NOW, UNKNOWN),
        ({"urgency": "P1", "responded_at": "2024-05-06 08:59"}, NOW, UNKNOWN),  # backwards, limit or not
        ({"urgency": "P1", "responded_at": "2024-05-06 09:01"}, NOW, NO_LIMIT),  # a gap is never met
    ],
)
def test_the_status_of_a_clock(cells: dict[str, Any], now: datetime, status: str) -> None:
    assert one(case(**cells), now=now)["response_status"] == status


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"proposed_at": "2024-05-07 09:00"}, MET),
        ({"proposed_at": "2024-05-07 09:01"}, LATE),
        ({"resolved_at": "2024-05-07 09:00"}, MET),  # completed in time: so was the proposal
        ({"resolved_at": "2024-05-07 09:01"}, UNKNOWN),
        ({"resolved_at": "2024-05-06 08:00"}, UNKNOWN),
        ({"proposed_at": "2024-05-07 10:00", "resolved_at": "2024-05-07 08:00"}, LATE),
        ({}, LATE),
    ],
)
def test_a_proposal_is_proven_by_a_completion_in_time(cells: dict[str, Any], status: str) -> None:
    assert one(case(**cells))["proposal_status"] == status


@pytest.mark.parametrize(
    ("dispatched", "arrived", "status"),
    [
        ("2024-05-06 11:00", None, MET),
        (None, "2024-05-06 11:00", MET),
        ("2024-05-06 10:00", "2024-05-06 15:00", MET),  # the earlier of the two
        ("2024-05-06 12:00", "2024-05-06 10:30", MET),
        ("2024-05-06 11:01", None, LATE),
        (None, None, LATE),
    ],
)
def test_dispatch_is_the_earlier_of_dispatch_and_arrival(dispatched: Any, arrived: Any, status: str) -> None:
    found = one(case(urgency="P2", dispatched_at=dispatched, arrived_at=arrived))
    assert found["dispatch_status"] == status


@pytest.mark.parametrize(
    ("response", "dispatch", "proposal", "resolution", "expected"),
    [
        (MET, UNKNOWN, NO_LIMIT, NO_LIMIT, MET),  # SN20240501001
        (NO_LIMIT, NO_LIMIT, NO_LIMIT, UNKNOWN, UNKNOWN),  # S002
        (MET, NO_LIMIT, NO_LIMIT, UNKNOWN, UNKNOWN),
        (UNKNOWN, MET, NO_LIMIT, MET, UNKNOWN),
        (MET, LATE, NO_LIMIT, NO_LIMIT, LATE),
        (UNKNOWN, NO_LIMIT, NO_LIMIT, LATE, LATE),
        (LATE, NO_LIMIT, NO_LIMIT, RUNNING, LATE),
        (MET, NO_LIMIT, NEARLY, RUNNING, NEARLY),
        (MET, UNKNOWN, NO_LIMIT, RUNNING, RUNNING),
        (NO_LIMIT, UNKNOWN, NO_LIMIT, NO_LIMIT, UNKNOWN),
        (NO_LIMIT, NO_LIMIT, MET, NO_LIMIT, MET),
        (NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT),
    ],
)
def test_the_worst_clock_is_the_tickets_status(
    response: str, dispatch: str, proposal: str, resolution: str, expected: str
) -> None:
    words = dict(zip(FROM_TAKING, (response, dispatch, proposal, resolution), strict=True))
    blank = np.zeros(1, dtype=bool)
    at = np.array(["NaT"], dtype="datetime64[s]")
    clocks = {
        key: Clock(key, np.array([-1]), blank, at, at, np.array([np.nan]), np.array([word], dtype=object),
                   blank, blank, blank, blank, blank, blank, at)
        for key, word in words.items()
    }  # fmt: skip
    assert overall(clocks).tolist() == [expected]


def test_without_an_urgency_only_what_is_the_same_for_all_is_known() -> None:
    """S002 has no dispatch for any urgency; S003 has a dispatch limit for P2 alone."""
    found = one(case(profile="S002", urgency="", resolved_at="2024-05-06 10:00"))
    assert [found[f"{clock}_status"] for clock in FROM_TAKING] == [UNKNOWN, NO_LIMIT, NO_LIMIT, UNKNOWN]
    assert found["sla_status"] == UNKNOWN
    assert pd.isna(found["resolution_due"])
    assert found["resolution_minutes"] == 60
    levels = ("P1", "P2", "P3", "P4")
    every = settings_with(*(limit("首次响应", 3, "小时", urgency=level) for level in levels))
    met = one(case(urgency="", responded_at="2024-05-06 12:00"), every)
    assert (met["response_status"], met["response_due"]) == (MET, pd.Timestamp("2024-05-06 12:00"))
    none = settings_with(*(limit("首次响应", None, "小时", urgency=level) for level in levels))
    assert one(case(urgency=""), none)["response_status"] == NO_LIMIT
    some = settings_with(*(limit("首次响应", n, "小时", urgency=u) for n, u in enumerate(levels, start=1)))
    assert one(case(urgency=""), some)["response_status"] == UNKNOWN


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        (
            "",
            "sla.no_urgency",
            "“流程记录”有 2 行缺紧急程度,时效无法判定(第 4、5 行)。请在“问题描述/紧急程度”里补填。",
        ),
        ("非常急", "sla.urgency_unknown", "不在选项中,时效无法判定(第 4、5 行)"),
    ],
)
def test_a_missing_urgency_is_the_reason_given(text: str, code: str, part: str) -> None:
    rows = [case(urgency="", urgency_text=text), case(urgency="", urgency_text=text), case()]
    assert part in only(said(rows), code).message
    assert "sla.typed_limit" not in [
        i.code for i in said([case(profile="S002", urgency="", urgency_text=text, time_limit="4小时")])
    ]


def test_a_ticket_resolved_before_it_was_taken_cannot_be_judged() -> None:
    """The clerk's row: taken at 9:15, answered in time, solved at 08:00 of the same day."""
    row = case(
        urgency="P2", accepted_at="2024-05-08 09:15", responded_at="2024-05-08 09:20",
        dispatched_at="2024-05-08 09:30", resolved_at="2024-05-08 08:00",
    )  # fmt: skip
    found = one(row)
    assert [found[k] for k in ("response_status", "dispatch_status", "resolution_status", "sla_status")] == [
        MET, MET, UNKNOWN, UNKNOWN,
    ]  # fmt: skip
    assert only(said([row]), "sla.reversed").message == (
        "“流程记录”有 1 行的“完成时间”早于受理时间,解决时效无法判定(第 4 行)。请核对这两个时间。"
    )
    assert one({**row, "responded_at": "2024-05-09 09:00"})["sla_status"] == UNKNOWN


def test_a_start_in_the_future_is_the_only_thing_said() -> None:
    row = case(accepted_at="2042-05-06", responded_at="2042-05-06 01:00", resolved_at="2024-05-06 10:00")
    assert [(i.code, i.column) for i in said([row])] == [("sla.future", "受理时间")]


def test_working_days_are_due_at_the_end_of_the_day() -> None:
    """S003: a consultation within one working day; 2024-04-28 is a make-up Sunday."""
    asked = case(urgency="P4", accepted_at="2024-04-26 17:00", resolved_at="2024-04-28 18:00")
    found = one(asked)
    assert (found["resolution_due"], found["resolution_status"]) == (pd.Timestamp("2024-04-28 18:00"), MET)
    assert one({**asked, "resolved_at": "2024-04-28 18:01"})["resolution_status"] == LATE


def test_a_holiday_does_not_use_up_a_limit_in_working_days() -> None:
    """Taken an hour before closing ahead of five days off: one of 8.5 working hours is used, not 94 %."""
    asked = case(urgency="P4", accepted_at="2024-04-30 17:00")
    assert one(asked, now=datetime(2024, 5, 6, 9, 0))["resolution_status"] == RUNNING
    assert one(asked, now=datetime(2024, 5, 6, 16, 18))["resolution_status"] == NEARLY


def test_working_hours_skip_nights_and_holidays() -> None:
    settings = settings_with(limit("首次响应", 2, "小时", basis="工作时"))
    found = one(case(accepted_at="2024-04-30 17:00", responded_at="2024-05-06 10:00"), settings)
    assert (found["response_due"], found["response_status"]) == (pd.Timestamp("2024-05-06 10:00"), MET)
    assert found["response_minutes"] == 120
    closed = settings_with(limit("首次响应", 2, "小时", basis="工作时"), holidays={"2024-05-06": "休息"})
    due = one(case(accepted_at="2024-04-30 17:00"), closed)["response_due"]
    assert due == pd.Timestamp("2024-05-07 10:00")


def test_a_case_answered_on_a_holiday_is_not_shown_as_very_fast() -> None:
    """Requirements §3, holiday stamps: the clock starts 2024-05-06 09:00, and that is said."""
    settings = settings_with(limit("首次响应", 2, "小时", basis="工作时"))
    holiday = case(accepted_at="2024-05-01 09:00", responded_at="2024-05-01 09:30")
    assert one(holiday, settings)["response_minutes"] == 0
    issue = only(said([holiday, holiday], settings), "sla.off_hours")
    assert (issue.sheet, issue.row, issue.column) == ("流程记录", 4, "受理时间")
    assert "有 2 行在节假日或非工作时间受理,首次响应时效从 2024-05-06 09:00 起算" in issue.message
    workday = case(accepted_at="2024-05-06 09:00", responded_at="2024-05-06 09:30")
    assert [i.code for i in said([workday], settings) if i.code == "sla.off_hours"] == []


def test_a_changed_limit_does_not_move_last_months_tickets() -> None:
    settings = settings_with({**limit("首次响应", 30, "分钟"), "effective": datetime(2024, 5, 6)})
    before, after = case(accepted_at="2024-05-05 23:00"), case(accepted_at="2024-05-06 00:00")
    due = statuses(frame_of(before, after), settings, NOW)["response_due"]
    assert due.tolist() == [pd.Timestamp("2024-05-06 01:00"), pd.Timestamp("2024-05-06 00:30")]


def test_changed_working_hours_do_not_move_last_months_tickets() -> None:
    settings = settings_with(
        limit("首次响应", 2, "小时", basis="工作时"),
        {"group": "时效", "name": "工作时段", "value": "14:00-20:00", "effective": datetime(2024, 5, 7)},
    )
    due = statuses(
        frame_of(case(accepted_at="2024-05-06 08:00"), case(accepted_at="2024-05-07 08:00")), settings, NOW
    )["response_due"]
    assert due.tolist() == [pd.Timestamp("2024-05-06 11:00"), pd.Timestamp("2024-05-07 16:00")]


def test_a_bad_target_stops_the_command_and_names_its_cell() -> None:
    settings = settings_with(limit("首次响应", "两小时", "小时"))
    with pytest.raises(WorkbookError) as stop:
        update(ledger(), settings, NOW)
    assert stop.value.code == "settings.bad"
    assert "“首次响应”的数值“两小时”不是数字" in str(stop.value)


def test_an_unpublished_year_is_said_once() -> None:
    year = max(y for y in range(2004, 2100) if published_year(y) is not None)
    consult = case(urgency="P4", accepted_at=f"{year}-12-31 10:00")
    issues = said([consult, consult], now=datetime(year + 1, 1, 2))
    issue = only(issues, "sla.unpublished")
    assert f"{year + 1} 年的放假安排未发布,2 张工单" in issue.message
    assert (issue.sheet, issue.row) == ("流程记录", 4)
    assert [i for i in said([case(accepted_at=f"{year}-12-31 10:00")]) if i.code == "sla.unpublished"] == []


@pytest.mark.parametrize(
    ("cells", "code", "column", "part"),
    [
        (
            {"accepted_at": None},
            "sla.no_start",
            "受理时间",
            "有 7 行缺“受理时间”(没填或读不懂),时效无法判定(第 4、5、6、7、8 行等)",
        ),
        ({"accepted_at": "2042-01-01"}, "sla.future", "受理时间", "晚于现在(2024-05-10 12:00)"),
        ({"responded_at": "2024-05-11"}, "sla.future", "响应时间", "暂不采用"),
        ({"responded_at": "2024-05-05"}, "sla.reversed", "响应时间", "早于受理时间"),
        ({"resolved_at": "2024-05-05"}, "sla.reversed", "完成时间", "早于受理时间"),
        (
            {"status": "已完成", "responded_at": "2024-05-06 09:10"},
            "sla.closed_no_time",
            "完成时间",
            "状态已办结",
        ),
        ({"resolved_at": "2024-05-06 10:00"}, "sla.clock_missing", "响应时间", "首次响应时效无法判定"),
    ],
)
def test_rows_with_the_same_fault_are_one_issue(
    cells: dict[str, Any], code: str, column: str, part: str
) -> None:
    issue = only(said([case(**cells)] * 7), code)
    assert (issue.sheet, issue.row, issue.column, issue.level) == ("流程记录", 4, column, "warning")
    assert "有 7 行" in issue.message
    assert part in issue.message
    doubled = said([case(**cells), case(**cells, excluded="重复")])
    assert "有 1 行" in only(doubled, code).message


@pytest.mark.parametrize(
    ("urgency", "typed", "differs"),
    [("P3", "24小时", False), ("P3", "1440分钟", False), ("P3", "1天", False), ("P3", "48小时", True),
     ("P3", "1个工作日", True), ("P1", "2小时", True), ("P3", "", False), ("P3", "尽快", False)],
)  # fmt: skip
def test_a_typed_limit_unlike_the_settings_is_said_and_not_applied(
    urgency: str, typed: str, differs: bool
) -> None:
    row = case(profile="S002", urgency=urgency, time_limit=typed, resolved_at="2024-05-06 12:00")
    assert [i.column for i in said([row]) if i.code == "sla.typed_limit"] == (["处理时限"] if differs else [])
    assert one(row)["resolution_due"] is pd.NaT or one(row)["resolution_due"] == pd.Timestamp(
        "2024-05-07 09:00"
    )


def test_expedited_cases_ask_once_for_confirmation() -> None:
    issue = only(said([case(urgency="P1"), case(urgency="P1")]), "settings.expedited")
    assert "有 2 张“加急”工单" in issue.message
    assert "“设置”的“加急高于紧急”一行填 是" in issue.message
    frame = pd.DataFrame([{"group": "时效", "name": "加急高于紧急", "value": "是"}], index=[4])
    answered = read_settings({"settings": frame})
    assert [i.code for i in said([case(urgency="P1")], answered) if i.code == "settings.expedited"] == []
    assert [
        i.code for i in said([case(urgency="P1", profile="S002")]) if i.code == "settings.expedited"
    ] == []


def test_a_time_that_was_refused_is_not_called_missing_too() -> None:
    late = case(responded_at="2024-05-11", resolved_at="2024-05-06 10:00")
    codes = [i.code for i in said([late])]
    assert codes.count("sla.future") == 1
    assert "sla.clock_missing" not in codes


def test_one_click_says_once_what_validation_says_row_by_row() -> None:
    rows = {"response_log": [{**DOCUMENT_ROWS["response_log"][0], "ticket": "SN20240315001"}]}
    alone = {i.code for i in update(ledger(rows), DEFAULTS, NOW).issues}
    together = [i.code for i in daily.update(ledger(rows), DEFAULTS, NOW).issues]
    assert "sla.no_start" in alone
    assert together.count("row.no_start") == 1
    assert not SAID_BY_VALIDATION & set(together)


def test_an_empty_ledger_is_fine() -> None:
    outcome = update(ledger({"response_log": [], "process_log": []}), DEFAULTS, NOW)
    assert outcome.counts["工单"] == 0
    assert outcome.issues == []
    assert update(Ledger({}), DEFAULTS, NOW).counts["工单"] == 0


def test_only_gaps_that_a_ticket_meets_are_told() -> None:
    assert "settings.gap" not in [i.code for i in said([case(), case(urgency="P2")])]
    assert (
        "用到它们的 2 张工单"
        in only(
            said([case(urgency="P1"), case(urgency="P1"), case(urgency="P1", excluded="重复"), case()]),
            "settings.gap",
        ).message
    )


def test_one_click_lists_a_finding_once_whoever_knows_its_cell() -> None:
    """校验 gives the address, 计算得分 the row: B20 and 第 20 行 are the same finding."""
    weights = [
        {"ticket": "A1", "dimension": f"{name}(20%)", "score": 5} for name in ("响应及时性", "客户沟通")
    ]
    answers = [{"receipt": "R1", "profile": "S002 客户满意度调查表", "response": 5, "evaluated_at": NOW}] * 2
    book = ledger(
        {"quality_assessment": weights, "evaluations": answers},
        addresses=lambda sheet, column, row: f"B{row}",
    )
    found = daily.update(book, DEFAULTS, NOW).issues
    marks = [(i.code, i.sheet, i.row, i.column) for i in found]
    assert {"score.weights_sum", "score.receipt_doubled"} <= {i.code for i in found}
    assert len(marks) == len(set(marks))


MIXED = settings_with(
    limit("首次响应", 90, "分钟", basis="工作时"),
    limit("解决", 2, "工作日", urgency="P2"),
    limit("解决", 1, "天", urgency="P1", problem_class="投诉"),
)
_minutes = st.one_of(st.none(), st.integers(-300, 20_000))
_cases = st.fixed_dictionaries(
    {
        "profile": st.sampled_from(["S002", "S003"]),
        "urgency": st.sampled_from(["P1", "P2", "P3", "P4", ""]),
        "problem_class": st.sampled_from(["投诉", "软件"]),
        "status": st.sampled_from(["", "已完成", "处理中"]),
        "accepted_at": _minutes,
        **dict.fromkeys(TIMES[1:], _minutes),
    }
)


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.lists(_cases, min_size=1, max_size=12))
def test_each_ticket_alone_is_judged_as_among_others(cases: list[dict[str, Any]]) -> None:
    """Vectorised equality, and two laws: 达标 and 超时 need a due time, 无时限 has none."""
    origin = pd.Timestamp("2024-04-27")
    rows = [
        case(**{k: origin + pd.Timedelta(minutes=v) if isinstance(v, int) else v for k, v in c.items()})
        for c in cases
    ]
    together = statuses(frame_of(*rows), MIXED, NOW)
    alone = pd.concat([statuses(frame_of(row), MIXED, NOW) for row in rows])
    pd.testing.assert_frame_equal(together.reset_index(drop=True), alone.reset_index(drop=True))
    for clock in DONE_BY:
        due, status = together[f"{clock}_due"], together[f"{clock}_status"]
        assert due[status.isin([MET, LATE, NEARLY, RUNNING])].notna().all()
        assert due[status == NO_LIMIT].isna().all()
