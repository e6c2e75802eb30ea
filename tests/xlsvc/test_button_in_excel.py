"""A click from the macro's call to the notice, over the fake COM Excel: what the person sees, and that the ribbon is
told when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xlwings

from tests.support.fake_excel import FakeExcel, Workbook
from tests.support.ledgers import NOW, all_cells, document_rows, make_ledger
from xlsvc import app, button

FINISH = "'xlsvc.xlam'!ServiceRibbon.FinishCommand"


@pytest.fixture
def excel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeExcel]:
    monkeypatch.setattr(app, "now", lambda: NOW)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    with FakeExcel() as excel:
        excel.load_addin(FinishCommand=lambda: None)
        yield excel


@pytest.fixture
def book(excel: FakeExcel, tmp_path: Path) -> Iterator[Workbook]:
    """A ledger in front, from which the button is clicked."""
    model = excel.open(make_ledger(tmp_path / "台账.xlsx", document_rows()))
    excel.xlwings_book(model).set_mock_caller()
    yield model
    del xlwings.Book._mock_caller


def test_a_click_writes_and_says_it_in_a_box(excel: FakeExcel, book: Workbook, tmp_path: Path) -> None:
    button.click("update")
    other = make_ledger(tmp_path / "另一份.xlsx", document_rows())
    report = app.run("update", other, at=NOW)
    [(title, text)] = excel.boxes
    assert (title, text.splitlines()[0]) == ("售后服务 · 一键更新", report.notice)
    assert excel.application.ran == [(FINISH,)]
    assert excel.application.status_bar is False
    wanted = all_cells(other)
    for address in ("M4", "M5"):
        assert book.sheet("响应记录").grid.value(int(address[1:]), 13) == wanted[("响应记录", address)]


def test_a_click_without_anything_to_say_ends_in_the_status_bar(excel: FakeExcel, book: Workbook) -> None:
    button.click("score")
    assert excel.boxes == []
    assert str(excel.application.status_bar).startswith("评价 0 份:有效 0 份")
    assert [str(line) for line in excel.application.status_history if line][:3] == [
        "售后服务 · 计算得分:读取台账…", "售后服务 · 计算得分:核对并计算…", "售后服务 · 计算得分:写入结果…",
    ]  # fmt: skip
    assert excel.application.ran == [(FINISH,)]
    button.click("undo")
    assert str(excel.application.status_bar).startswith("已撤销 2024-05-06 09:00 的“计算得分”")


def test_a_cell_that_is_being_edited_is_told(excel: FakeExcel, book: Workbook) -> None:
    """Such an Excel takes no call, not even the box: what the click raises is shown by the macro."""
    before = book.state_of()
    excel.application.editing = True
    excel.edit_mode(skip=60)
    with pytest.raises(RuntimeError, match=r"按回车键\(Enter\)或 Esc 结束编辑"):
        button.click("sla")
    excel.ready()
    assert book.state_of() == before
    button.click("sla")
    assert excel.boxes[-1][1].startswith("时效已更新:4 张工单")


def test_new_opens_in_the_same_excel(excel: FakeExcel, book: Workbook, tmp_path: Path) -> None:
    button.click("new")
    assert [b.name for b in excel.application.books] == ["xlsvc.xlam", "台账.xlsx", "售后台账.xlsx"]
    assert excel.application.status_bar == f"已新建台账:{tmp_path / '售后台账.xlsx'}"


def test_a_bug_is_told_and_logged(excel: FakeExcel, book: Workbook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("xlsvc.sla.update", broken)
    before = book.state_of()
    button.click("sla")
    log = tmp_path / ".xlsvc" / "error.log"
    assert excel.boxes == [("售后服务 · 更新时效", f"程序出错,这一步没有做完。请把下面这个记录文件发给维护人员:\n{log}")]
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8-sig")
    assert excel.application.ran == [(FINISH,)]
    assert book.state_of() == before
