"""Which rows leave the office under a frozen report: groups of at least five, without a trace of who it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.response_log import RESPONSE_LOG
from xlsvc.freeze_rows import Leaving, leaving
from xlsvc.outcome import Ledger, Outcome

START = datetime(2024, 4, 29)
WEDNESDAY = START + timedelta(days=2, hours=15)
SCORES = frozenset({("evaluations", "stat_at"), ("evaluations", "valid"), ("evaluations", "stat_profile"), ("evaluations", "composite")})
ALL_FORMS = frozenset({("evaluations", "stat_at"), ("evaluations", "valid"), ("evaluations", "satisfied")})
BY_CHANNEL = frozenset({("evaluations", "stat_at"), ("evaluations", "valid"), ("evaluations", "stat_channel")})
TICKETS = frozenset({("response_log", "stat_start")})


def answers(count: int, at: datetime | None = WEDNESDAY, **cells: Any) -> list[dict[str, Any]]:
    return [
        {"valid": "是", "satisfied": "是", "composite": 4.0 + n % 2, "stat_at": at, "stat_profile": "S002", "stat_customer": "老客户",
         "stat_channel": "微信", "stat_response": 4, "issues": "王小丽 13800001234", **cells}
        for n in range(count)
    ]  # fmt: skip


def sent(*groups: list[dict[str, Any]], tickets: list[dict[str, Any]] | None = None) -> Leaving:
    frame = pd.DataFrame([row for group in groups for row in group]).reindex(columns=[c.key for c in EVALUATIONS.columns if c.computed])
    columns = {EVALUATIONS.key: frame}
    if tickets is not None:
        keys = ["stat_start", "stat_end", "stat_overdue", "stat_undated", "excluded", "stat_class", "customer"]
        columns[RESPONSE_LOG.key] = pd.DataFrame(tickets).reindex(columns=keys)
    return leaving(Ledger({}), Outcome(columns=columns), START, "S002")


def rows_of(out: Leaving, key: str) -> pd.DataFrame:
    return next(frame for sheet, frame in out.tables if sheet.key == key)


@pytest.mark.parametrize(("count", "rows"), [(0, 0), (1, 0), (4, 0), (5, 5), (6, 6)])
def test_fewer_than_five_answers_stay_and_their_figures_are_values(count: int, rows: int) -> None:
    out = sent(answers(count))
    assert len(rows_of(out, "evaluations")) == rows
    stays = 0 < count < 5
    assert out.as_value("本周_综合得分", SCORES) is stays
    assert out.as_value("维度1_均分", SCORES) is stays
    assert out.as_value("周8_得分", SCORES) is stays
    assert out.as_value("", SCORES) is stays
    for other in ("上周_综合得分", "维度1_上周", "周7_得分"):
        assert not out.as_value(other, SCORES)
    assert not out.as_value("本周_新增", TICKETS)


def test_each_week_is_a_group_of_its_own() -> None:
    out = sent(answers(6), answers(4, WEDNESDAY - timedelta(days=7)), answers(3, WEDNESDAY - timedelta(days=28)))
    assert {(name, out.as_value(name, SCORES)) for name in ("本周_综合得分", "上周_综合得分", "周4_得分", "周5_得分")} == {
        ("本周_综合得分", False), ("上周_综合得分", True), ("周4_得分", True), ("周5_得分", False),
    }  # fmt: skip


def test_answers_come_by_the_week_without_words_and_in_no_order() -> None:
    frame = rows_of(sent(answers(5, WEDNESDAY), answers(5, START)), "evaluations")
    assert set(frame["stat_at"]) == {pd.Timestamp(START)}
    assert set(frame["evaluated_at"]) == {pd.Timestamp(START)}
    assert frame["composite"].tolist() == sorted(frame["composite"])
    typed = {column.key for column in EVALUATIONS.columns if column.role == "typed"}
    assert {*frame.columns} & typed == {
        "evaluated_at", "profile", "response", "resolution", "expertise", "attitude", "process", "added_value", "overall",
    }  # fmt: skip


def test_answers_to_other_forms_go_out_as_one_group_without_scores() -> None:
    out = sent(answers(5), answers(3, stat_profile="S000"), answers(2, stat_profile="S001"))
    others = rows_of(out, "evaluations").query("stat_profile != 'S002'")
    assert (len(others), set(others["stat_profile"]), others["composite"].count(), others["stat_response"].count()) == (5, {"其他"}, 0, 0)
    assert not out.as_value("本周_满意率", ALL_FORMS)
    few = sent(answers(5), answers(4, stat_profile="S001"))
    assert set(rows_of(few, "evaluations")["stat_profile"]) == {"S002"}
    assert few.as_value("本周_满意率", ALL_FORMS)
    assert few.as_value("不计_其他档案", SCORES)
    assert not few.as_value("本周_综合得分", SCORES)


def test_what_would_tell_a_customer_is_blank_where_fewer_than_five_are_alike() -> None:
    out = sent(answers(5), answers(4, stat_customer="VIP客户"), answers(1, stat_channel="电话"))
    frame = rows_of(out, "evaluations")
    assert len(frame) == 10
    assert sorted(zip(frame["stat_customer"], frame["stat_channel"], strict=True)) == [("", "")] * 5 + [("老客户", "微信")] * 5
    assert out.as_value("渠道1_数量", BY_CHANNEL)
    assert not out.as_value("本周_综合得分", SCORES)
    assert not out.as_value("上周_什么", BY_CHANNEL)


def test_answers_left_out_and_without_a_day_are_only_counted() -> None:
    frame = rows_of(sent(answers(1, valid="否"), answers(2, None)), "evaluations")
    assert frame[["valid", "stat_profile", "stat_channel"]].values.tolist() == [["否", "", ""], ["是", "", ""], ["是", "", ""]]
    assert not frame[["composite", "stat_response"]].notna().any().any()


def test_tickets_that_no_week_counts_stay() -> None:
    old = START - timedelta(days=80)
    ticket = {"stat_start": old, "stat_end": old, "stat_overdue": "", "stat_undated": "", "excluded": "",
              "stat_class": "维修", "customer": "王小丽"}  # fmt: skip
    kinds = [
        ticket, {**ticket, "stat_class": "还没办结", "stat_end": None}, {**ticket, "stat_class": "本周办结", "stat_end": START},
        {**ticket, "stat_class": "超时", "stat_overdue": "解决"}, {**ticket, "stat_class": "缺办结", "stat_undated": "是"},
        {**ticket, "stat_class": "重复", "excluded": "重复"},
    ]  # fmt: skip
    frame = rows_of(sent(tickets=kinds), "response_log")
    assert sorted(frame["stat_class"]) == ["本周办结", "缺办结", "超时", "还没办结", "重复"]
    assert frame["accepted_at"].equals(frame["stat_start"])
    assert set(frame["problem_type"]) == {""}
    assert "customer" not in frame
