"""登记反馈 in a saved ledger: two clicks even where 是 was typed before the first, nothing typed is lost, a third click
changes nothing, undo takes it back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.support.ledgers import column_values, document_rows, make_ledger, typed_cells
from tests.support.package_lint import lint
from xlsvc import app

NOW = datetime(2024, 5, 6, 9, 0)
READ = "SN20240501001 *女士 · S002 · 服务响应速度 5 · 问题解决效果 5 · 服务人员态度 4 · 专业能力水平 5 · 建议:师傅准时"


def test_two_clicks_enter_what_was_confirmed_and_undo_takes_it_back(tmp_path: Path) -> None:
    rows = document_rows()
    base = {"channel": "微信", "proxy_by": "小陈", "received_at": datetime(2024, 5, 2, 10, 3)}
    rows["feedback_entry"] = [
        {**base, "reference": "SN20240501001", "words": "5545 师傅准时"},
        {**base, "reference": "SN20240501002", "words": "满意", "confirm": "是"},
        {
            **base,
            "reference": "SN20240501002",
            "words": "=HYPERLINK(师傅好),都5分",
            "profile": "S004 服务反馈收集表单",
            "confirm": "是",
        },
    ]
    path = make_ledger(tmp_path / "台账.xlsx", rows)
    typed = typed_cells(path)
    first = app.run("record", path, {}, NOW)
    assert first.counts == {"已登记": 0, "待确认": 1, "待核对": 2}, "是 that was typed before anybody saw how it reads"
    assert [(i.cell, i.code) for i in first.issues] == [("E5", "answer.no_score"), ("H6", "record.unseen")]
    assert column_values(path, "evaluations", "suggestion") == [None]
    assert app.run("record", path, {}, NOW).counts == {"已登记": 1, "待确认": 1, "待核对": 1}
    assert column_values(path, "evaluations", "suggestion") == ["=HYPERLINK(师傅好)"], "text, and no formula"
    assert column_values(path, "feedback_entry", "reading")[0] == READ
    kept = typed_cells(path)
    assert {place: kept.get(place) for place in typed} == typed

    rows["feedback_entry"][0]["confirm"] = "是"
    path = make_ledger(tmp_path / "确认.xlsx", rows)
    typed = typed_cells(path)
    assert app.run("record", path, {}, NOW).counts == {"已登记": 0, "待确认": 0, "待核对": 3}
    second = app.run("record", path, {}, NOW)
    assert second.counts == {"已登记": 2, "待确认": 0, "待核对": 1}
    assert column_values(path, "evaluations", "receipt") == ["R20240502001", "R20240502002"]
    assert column_values(path, "evaluations", "suggestion") == ["师傅准时", "=HYPERLINK(师傅好)"]
    assert column_values(path, "evaluations", "proxy_by") == ["小陈", "小陈"]
    assert column_values(path, "feedback_entry", "result")[0] == "已登记 R20240502001"
    kept = typed_cells(path)
    assert {place: kept.get(place) for place in typed} == typed
    assert not lint(path)

    written = path.read_bytes()
    third = app.run("record", path, {}, NOW)
    assert third.counts == {"已登记": 0, "待确认": 0, "待核对": 1}
    assert path.read_bytes() == written
    app.undo(path)
    assert typed_cells(path) == typed
    assert column_values(path, "feedback_entry", "result")[0] is None
