"""登记反馈 by its button, over the fake COM Excel: the confirmed row is shown and then entered, the open one is asked about in the box,
and 撤销上次 takes it back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import xlwings

from tests.support.fake_excel import FakeExcel
from tests.support.ledgers import NOW, all_cells, document_rows, make_ledger
from xlsvc import app, button

BASE = {"channel": "微信", "proxy_by": "小陈", "received_at": datetime(2024, 5, 2, 10, 3), "confirm": "是"}


def test_a_click_enters_asks_and_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "now", lambda: NOW)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    rows = document_rows()
    rows["feedback_entry"] = [
        {**BASE, "reference": "SN20240501001", "words": "5545 师傅准时"},
        {**BASE, "reference": "SN20240501002", "words": "满意"},
    ]
    path = make_ledger(tmp_path / "台账.xlsx", rows)
    other = tmp_path / "另一份.xlsx"
    other.write_bytes(path.read_bytes())
    shown = app.run("record", other, at=NOW)
    report = app.run("record", other, at=NOW)
    wanted = all_cells(other)
    with FakeExcel() as excel:
        excel.load_addin(FinishCommand=lambda: None)
        model = excel.open(path)
        excel.xlwings_book(model).set_mock_caller()
        try:
            button.click("record")
            assert excel.boxes[0][1].splitlines()[0] == shown.notice
            button.click("record")
            title, text = excel.boxes[-1]
            assert title == "售后服务 · 登记反馈"
            assert text.splitlines()[0] == report.notice
            assert "E5" in text
            entry, answers = model.sheet("登记反馈").grid, model.sheet("评价记录").grid
            for place, (row, column) in {"H4": (4, 8), "I5": (5, 9), "L4": (4, 12)}.items():
                assert entry.value(row, column) == wanted["登记反馈", place]
            assert answers.value(4, 1) == wanted["评价记录", "A4"] == "R20240502001"
            button.click("undo")
            assert entry.value(4, 12) is None
            assert answers.value(4, 1) is None
        finally:
            del xlwings.Book._mock_caller
