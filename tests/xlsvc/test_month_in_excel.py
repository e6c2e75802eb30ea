"""月度复盘 by its button, over the fake COM Excel: the review in front is the one that is made anew, what people filled in on it is
carried, and 撤销上次 takes it back."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlwings

from tests.support.fake_excel import FakeExcel
from tests.support.ledgers import make_ledger
from tests.xlsvc.test_month_review import NOW, ROWS, TAB
from workbook.book import Selection
from workbook.package.named_cells import fill
from workbook.package.opc import Package
from xlsvc import app, button


@pytest.mark.parametrize(
    ("title", "options"),
    [("月度复盘_2026-10", {"period": "2026-10"}), ("季度复盘_2026-Q3", {"period": "2026-Q3"}),
     ("半年度复盘_2026-H1", {"period": "2026-H1"}), ("响应记录", {}), (None, {})],
)  # fmt: skip
def test_the_review_in_front_is_the_one_that_is_meant(title: str | None, options: dict[str, str]) -> None:
    host: Any = SimpleNamespace(selection=lambda: Selection(title) if title else None)
    assert button.OPTIONS["month"](host) == options


def test_a_click_carries_what_was_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "now", lambda: NOW)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    path = make_ledger(tmp_path / "台账.xlsx", ROWS)
    app.run("month", path, {}, NOW)
    package = Package.open(path)
    assert fill(package, TAB, {"建议1_责任": "客服部*王主管", "建议1_完成": "2024-06-30", "建议1_措施": "加夜班"}) == []
    package.save(path)
    with FakeExcel() as excel:
        excel.load_addin(FinishCommand=lambda: None)
        model = excel.open(path)
        excel.xlwings_book(model).set_mock_caller()
        try:
            tracker = model.sheet("改进跟踪").grid
            assert tracker.value(8, 1) is None
            button.click("month")
            assert [tracker.value(8, column) for column in (1, 3, 7, 8, 9)] == [
                "G20240506001", f"{TAB} S002 服务响应速度", "加夜班", "客服部*王主管", "2024-06-30",
            ]  # fmt: skip
            button.click("month")
            assert tracker.value(9, 1) is None
            button.click("undo")
            assert tracker.value(8, 1) is None
        finally:
            del xlwings.Book._mock_caller
