"""生成表单 clicked in Excel (the fake COM one): files beside the workbook, made from its own template, and taken away by undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import xlwings

from tests.support.fake_excel import FakeExcel, Workbook
from tests.support.ledgers import NOW, document_rows, make_ledger, opened
from workbook.making_files import names_in
from xlsvc import app, button

NUMBER = "SN20240506002"


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[FakeExcel, Workbook]]:
    """A ledger in front, of whose rows one is marked."""
    monkeypatch.setattr(app, "now", lambda: NOW)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    path = make_ledger(tmp_path / "台账.xlsx", document_rows())
    app.run("update", path, at=NOW)
    changed = openpyxl.load_workbook(path)
    changed["表单_S002"]["B2"] = "本办公室自己的话"
    changed.save(path)
    with FakeExcel() as excel:
        excel.load_addin(FinishCommand=lambda: None)
        model = excel.open(path)
        excel.xlwings_book(model).set_mock_caller()
        yield excel, model
        del xlwings.Book._mock_caller


def test_a_click_makes_files_and_undo_takes_them_away(
    book: tuple[FakeExcel, Workbook], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    excel, model = book
    monkeypatch.setitem(button.OPTIONS, "forms", lambda host: {"ticket": [NUMBER]})
    button.click("forms")
    (name,) = names_in(tmp_path / "表单")
    assert name.startswith(f"客户满意度调查表_{NUMBER}")
    form = opened(tmp_path / "表单" / name).worksheets[0]
    assert form["B2"].value == "本办公室自己的话"
    said = str(excel.application.status_bar) + "".join(text for _, text in excel.boxes)
    assert "已生成 1 份《客户满意度调查表》" in said
    assert "请记得保存台账" in said
    register = model.sheet("表单台账").grid
    assert register.value(4, 2) == NUMBER
    assert str(register.value(4, 6)) == name
    button.click("undo")
    assert not names_in(tmp_path / "表单")
    assert register.value(4, 2) in (None, "")
