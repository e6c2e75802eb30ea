"""Choices of 导入核对: whatever a row offers stands for the column that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.import_ledgers import choose, review, run, slim_ledger, table, write_source
from workbook.sheets import BY_KEY
from xlsvc.import_answers import from_words, in_words
from xlsvc.importing_aliases import ALIASES
from xlsvc.importing_mapping import COMPOUNDS, PARTS


@pytest.mark.parametrize("key", ALIASES)
def test_every_column_that_may_be_offered_is_understood(key: str) -> None:
    sheet = BY_KEY[key]
    halves = {half for pair in PARTS.get(key, {}).values() for half in pair}
    offered = [c.key for c in sheet.columns if not c.computed] + sorted(halves)
    if key == "response_log":
        offered += COMPOUNDS
    told = {k: from_words("某列", in_words("某列", k, key), sheet.title) for k in offered}
    assert told == {k: k for k in offered}


def test_a_computed_column_is_none() -> None:
    assert from_words("某列", "响应时长(分钟)", "流程记录") is None
    assert from_words("某列", "没有这一列", "流程记录") is None


QUESTIONED = "工单号|客户信息(姓名/联系方式)|描述|受理时间|处理人\nA1|张女士/13800001111|不制冷|2024-05-06 09:00|李工"


def test_what_a_row_offers_is_taken(tmp_path: Path) -> None:
    ledger = slim_ledger(tmp_path / "台账.xlsx", hide=["响应记录"])
    source = write_source(tmp_path / "导出.xlsx", [line.split("|") for line in QUESTIONED.split("\n")])
    run(ledger, source)
    (row,) = [r for r in review(ledger) if r.get("heading") == "描述"]
    options = [row[f"option{n}"] for n in range(1, 7) if f"option{n}" in row]
    assert "问题描述" in options
    choose(ledger, {("请选定", "描述"): "问题描述"})
    done = run(ledger, source)
    assert [i.message for i in done.issues if i.level == "error"] == []
    assert [r["problem_info"] for r in table(ledger, BY_KEY["process_log"])] == ["不制冷"]


def test_a_compound_of_the_other_log_is_offered_by_its_heading_and_split(tmp_path: Path) -> None:
    ledger = slim_ledger(tmp_path / "台账.xlsx", hide=["流程记录"])
    rows = [
        ["工单号", "供应商", "", "问题描述", "受理时间", "紧急程度"],
        ["", "客户信息", "电话", "", "", ""],
        ["A1", "张女士/13800001111", "1", "不制冷", "2024-05-06 09:00", "一般"],
    ]
    source = write_source(tmp_path / "导出.xlsx", rows)
    run(ledger, source)
    (row,) = [r for r in review(ledger) if str(r.get("heading", "")).endswith("/客户信息")]
    assert row["option1"] == "客户信息(姓名/联系方式)"
    choose(ledger, {("请选定", row["heading"]): row["option1"]})
    done = run(ledger, source)
    assert [i.message for i in done.issues if i.code == "import.choice_unknown"] == []
    assert [(r["customer"], r["contact"]) for r in table(ledger, BY_KEY["response_log"])] == [("张女士", "13800001111")]
