"""回收表单 clicked in Excel, over the fake COM host: the same answers as from the command line."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlwings

from tests.support.fake_excel import FakeExcel, Workbook
from tests.support.returned import (
    COLLECTED,
    ENTERED,
    collect,
    issue,
    ledger_with_tickets,
    sheet_rows,
    type_into_xml,
)
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.return_log import RETURN_LOG
from xlsvc import app, button


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[FakeExcel, Workbook, Path]]:
    monkeypatch.setattr(app, "now", lambda: COLLECTED)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    ledger = ledger_with_tickets(tmp_path / "台账.xlsx", 1)
    (form,) = issue(ledger, "S002", ["SN20240501001"])
    type_into_xml(form, tmp_path / "回收" / "客户.xlsx", ENTERED["S002"])
    (tmp_path / "回收" / "照片.png").write_bytes(b"\x89PNG")
    shutil.copytree(tmp_path / "回收", tmp_path / "命令行" / "回收")
    shutil.copy(ledger, tmp_path / "命令行")
    with FakeExcel() as excel:
        excel.load_addin(FinishCommand=lambda: None)
        model = excel.open(ledger)
        excel.xlwings_book(model).set_mock_caller()
        yield excel, model, ledger
        del xlwings.Book._mock_caller


def test_a_click_collects_the_folder_beside_the_ledger(office: tuple[FakeExcel, Workbook, Path]) -> None:
    excel, model, ledger = office
    report = collect(ledger.parent / "命令行" / "台账.xlsx", ledger.parent / "命令行" / "回收")
    button.click("collect")
    [(title, text)] = excel.boxes
    assert title == "售后服务 · 回收表单"
    assert report.answers == ["已回收  客户.xlsx  工单 SN20240501001", "图片  照片.png  请打开它,用“登记反馈”录入"]
    assert all(line in text for line in (*report.answers, report.notice))
    assert not list((ledger.parent / "回收").glob("*.*"))
    for schema in (EVALUATIONS, RETURN_LOG):
        (wanted, *_) = sheet_rows(ledger.parent / "命令行" / "台账.xlsx", schema.key)
        grid = model.sheet(schema.title).grid
        for at, column in enumerate(schema.columns, 1):
            if column.key in wanted and column.kind not in ("datetime", "date"):
                assert grid.value(schema.header_row + 1, at) == wanted[column.key], column.key
