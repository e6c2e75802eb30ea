"""A new user's first morning, from an empty folder: a ledger, sixty pasted rows, 导入数据, 一键更新, what is asked, the week."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from tests.support.import_ledgers import choose, paste, review, table, type_in
from tests.support.messy_source import COUNT, expected, pasted_rows
from workbook.sheets import BY_KEY
from xlsvc import app

NOW = datetime(2024, 5, 5, 18, 0)
LOG = BY_KEY["response_log"]


def test_from_an_empty_folder_to_the_weekly_tab(tmp_path: Path) -> None:
    ledger = tmp_path / "售后台账.xlsx"
    app.new(ledger, log="response")
    rows, merged = pasted_rows()
    paste(ledger, rows, merges=[f"C{4 + a}:C{4 + b}" for a, b in merged])

    first = app.run("import", ledger, {}, NOW)
    assert first.notice == (
        "来源“粘贴区”:“响应记录”将新增 60 行,4 行不导入。有 1 处请在“导入核对”的“您的选择”里选定(不选的列先不导入)。"
        "台账还没有改动,核对后再运行一次,加上 --confirm,就写入。"
    )
    assert [r["content"] for r in review(ledger) if r["section"] == "概要"] == ["粘贴区", "将新增 60 行、不导入 4 行"]
    choose(ledger, {("请选定", "门店"): "作为自有列"})
    second = app.run("import", ledger, {"confirm": True}, NOW)
    assert second.notice == (
        "已从“粘贴区”导入:“响应记录”新增 60 行,新编工单号 15 个。“粘贴区”的内容可以清空了。"
        "接着请点“一键更新”;不要了可以“撤销上次”。"
    )
    records = table(ledger, LOG)
    assert len(records) == COUNT
    for record, wanted in zip(records, expected(), strict=True):
        found = {k: v for k, v in record.items() if k != "row"}
        if "ticket" not in wanted:
            assert re.fullmatch(r"SN2024\d{7}", found.pop("ticket"))
        found |= {k: v.replace(microsecond=0) for k, v in found.items() if isinstance(v, datetime)}
        assert found == wanted

    update = app.run("update", ledger, at=NOW)
    at = {record["seq"]: record["row"] for record in records}
    faults = [(i.cell, i.column) for i in update.issues if i.level == "error"]
    assert faults == [(f"C{at['21']}", "联系方式*"), (f"J{at['44']}", "实际解决时间")]
    type_in(ledger, LOG, at["21"], contact="13800130020")
    type_in(ledger, LOG, at["44"], resolved_at=datetime(2024, 5, 3, 12, 0))
    fixed = app.run("update", ledger, at=NOW)
    assert [i.message for i in fixed.issues if i.level == "error"] == []
    summary = app.run("summary", ledger, {"week": "2024-W18"}, NOW)
    assert summary.notice == "“周报 2024-W18”已生成:新增 60 张,办结 54 张,超时未结 4 张。"
