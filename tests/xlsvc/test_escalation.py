"""A customer who is not satisfied: what is proposed, when it stops, and who is to be told (S002.R5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from workbook.sheets.settings import default_rows
from xlsvc.dispatch import update
from xlsvc.outcome import Outcome
from xlsvc.settings import Settings, read_settings

from .documents import DOCUMENTS, ledger

NOW = datetime(2024, 5, 6, 9, 0)
DONE = datetime(2024, 5, 6, 8, 30)
Row = dict[str, Any]


def rules(*supervisors: Row) -> Settings:
    rows = [r for r in default_rows() if r["name"] != "主管"]
    rows += [{"group": "分派", "name": "主管", **row} for row in supervisors]
    return read_settings({"settings": pd.DataFrame(rows, index=range(4, 4 + len(rows)))}, NOW)


def run(*rows: Row, settings: Settings | None = None, key: str = "response_log") -> Outcome:
    return update(ledger({key: list(rows)}), settings or rules({"value": "刘主管"}), NOW)


def ticket(**cells: Any) -> Row:
    return {
        "customer": "李女士", "contact": "13800001111", "problem": "漏水", "urgency": "一般", "status": "已解决待确认",
        "accepted_at": datetime(2024, 5, 6, 8), "resolved_at": DONE, "confirmation": "不满意", **cells,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({}, "状态改为“重开”;紧急程度升为“紧急”;上报主管刘主管"),
        ({"urgency": "紧急"}, "状态改为“重开”;紧急程度升为“特急”;上报主管刘主管"),
        ({"urgency": "特急"}, "状态改为“重开”;上报主管刘主管"),
        ({"urgency": "咨询"}, "状态改为“重开”;紧急程度升为“紧急”;上报主管刘主管"),
        ({"urgency": ""}, "状态改为“重开”;上报主管刘主管"),
        ({"confirmation": "满意"}, ""),
        ({"confirmation": "同意"}, ""),
        ({"confirmation": ""}, ""),
        ({"confirmation": "满意", "confirm_result": "不满意"}, "状态改为“重开”;紧急程度升为“紧急”;上报主管刘主管"),
        ({"confirmation": "", "confirmed_fixed": "否"}, "状态改为“重开”;紧急程度升为“紧急”;上报主管刘主管"),
        ({"confirmation": "", "confirmed_fixed": "是"}, ""),
        # reopened: what is still to be done
        ({"status": "重开"}, "紧急程度升为“紧急”;上报主管刘主管"),
        ({"status": "重开", "urgency": "紧急"}, "上报主管刘主管"),  # raised already, for all anybody knows
        ({"status": "处理中", "reopened": 1, "resolved_at": "", "urgency": "特急"}, "上报主管刘主管"),
        ({"status": "已完成", "reopened": 1}, ""),  # solved a second time
    ],
)
def test_what_is_proposed(cells: Row, told: str) -> None:
    assert run(ticket(**cells)).columns["response_log"]["escalation"].tolist() == [told]


def test_the_process_log_in_its_own_words() -> None:
    row = {"customer_info": "王女士/", "problem_info": "漏水/紧急", "accepted_at": "2024-05-06 08:00", "confirm_result": "不满意"}
    assert run(row, key="process_log").columns["process_log"]["escalation"].tolist() == [
        "状态改为“重开”;紧急程度升为“加急”;上报主管刘主管"
    ]


def test_following_the_proposal_ends_it() -> None:
    """Raised and reopened as told, a ticket is not told to be raised again."""
    for urgency, raised in (("一般", "紧急"), ("咨询", "紧急"), ("紧急", "特急")):
        assert f"升为“{raised}”" in run(ticket(urgency=urgency)).columns["response_log"]["escalation"][4]
        done = run(ticket(urgency=raised, status="重开")).columns["response_log"]["escalation"]
        assert done.tolist() == ["上报主管刘主管"]


def test_the_documents_rows_are_satisfied() -> None:
    outcome = update(ledger(dict(DOCUMENTS)), rules(), NOW)
    assert all(frame["escalation"].eq("").all() for frame in outcome.columns.values())
    assert outcome.issues == []


def test_the_supervisor_of_the_class_is_named_and_a_missing_one_is_asked_for_once() -> None:
    settings = rules({"value": "甲"}, {"value": "乙", "problem_class": "维修"})
    outcome = run(ticket(problem_type="硬件故障"), ticket(problem_type="咨询"), ticket(), settings=settings)
    assert [text.rpartition("上报主管")[2] for text in outcome.columns["response_log"]["escalation"]] == ["乙", "甲", "甲"]
    outcome = run(ticket(), ticket(), settings=rules({"value": ""}))
    assert outcome.columns["response_log"]["escalation"][4].endswith("上报主管")
    assert [i.code for i in outcome.issues] == ["dispatch.escalate", "dispatch.no_supervisor"]
    assert outcome.issues[1].message == (
        "有 2 张客户不满意的工单要上报主管,而“设置”里“分派”类的“主管”没有填。请在“数值”列填上姓名。"
    )
    assert outcome.issues[1].row == 4 + len([r for r in default_rows() if r["name"] != "主管"])


def test_one_line_for_all_and_none_for_what_the_row_rules_tell() -> None:
    rows = [ticket() for _ in range(7)] + [ticket(status="已完成"), ticket(status="重开")]
    (line,) = run(*rows).issues
    assert line.message == (
        "“响应记录”有 7 张工单客户不满意(第 4、5、6、7、8 行等),按 S002 应重新处理、提高紧急程度并上报主管。"
        "怎么改见“升级建议”列,改好后那一格自动清空。"
    )
    told_by_nobody_else = ticket(status="已完成", confirmation="", confirmed_fixed="否")
    assert [i.code for i in run(told_by_nobody_else).issues] == ["dispatch.escalate"]


def test_a_doubled_row_is_not_spoken_of() -> None:
    outcome = run(ticket(ticket="A-1"), ticket(ticket="A-1"))
    assert outcome.columns["response_log"]["escalation"].map(bool).tolist() == [True, False]
    assert outcome.issues[0].values["count"] == 1
