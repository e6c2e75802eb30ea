"""定稿导出 by its button, over the fake COM Excel: the tab in front is fixed, its file lies beside the workbook, and 生成周报 makes
another tab then. (What undo gives back: tests/contract/test_freeze_tab.py.)"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import xlwings
from openpyxl.utils.cell import coordinate_to_tuple

from tests.support.fake_excel import FakeExcel
from tests.support.ledgers import NOW, document_rows, make_ledger
from tests.support.tab_xml import names_on
from workbook.book import Selection
from workbook.making_files import names_in
from xlsvc import app, button

WEEK, TAB = "2024-W18", "周报 2024-W18"


@pytest.mark.parametrize(
    ("title", "options"),
    [(TAB, {"week": WEEK}), ("周报 2024-W18(更新)", {"week": WEEK}), ("响应记录", {}), (None, {})],
)
def test_the_week_in_front_is_the_one_that_is_meant(title: str | None, options: dict[str, str]) -> None:
    host: Any = SimpleNamespace(selection=lambda: Selection(title) if title else None)
    assert button.OPTIONS["freeze"](host) == options


def test_a_click_fixes_the_tab_and_the_next_summary_leaves_it_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "now", lambda: NOW)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    path = make_ledger(tmp_path / "台账.xlsx", document_rows())
    app.run("summary", path, {"week": WEEK}, NOW)
    places = names_on(path, TAB)
    new, title = (coordinate_to_tuple(places[name]) for name in ("本周_新增", "标题"))
    with FakeExcel() as excel:
        excel.load_addin(FinishCommand=lambda: None)
        model = excel.open(path)
        excel.xlwings_book(model).set_mock_caller()
        try:
            grid = model.sheet(TAB).grid
            everywhere = [(row, column) for row in range(1, 200) for column in range(1, 31)]
            button.click("freeze")
            assert names_in(tmp_path / "周报") == {"售后周报_2024-W18.xlsx", "售后周报_2024-W18.eml"}
            assert openpyxl.load_workbook(tmp_path / "周报" / "售后周报_2024-W18.xlsx").sheetnames == [TAB, "数据"]
            assert grid.value(*title) == "售后服务周报 2024-W18(2024-05-06 09:00 定稿)"
            left = [text for place in everywhere if (text := grid.formula(*place)).startswith("=")]
            assert left
            assert all(text.startswith("=HYPERLINK(") for text in left)
            assert grid.value(*new) == 2
            frozen = [grid.formula(*place) for place in everywhere]
            button.click("summary")
            assert [grid.formula(*place) for place in everywhere] == frozen
            assert model.sheet("周报 2024-W18(更新)").grid.formula(*new).startswith("=")
        finally:
            del xlwings.Book._mock_caller
