"""升级台账 and 结转 as buttons, in the fake Excel: the open ledger gets what it lacks, the new year's file stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import xlwings

from tests.support.fake_excel import FakeExcel, Workbook
from tests.support.import_ledgers import table
from tests.support.ledgers import NOW, document_rows, make_ledger
from workbook.sheets import BY_KEY
from workbook.sheets.settings import SCHEMA_VERSION
from xlsvc import app, button

LOG = BY_KEY["response_log"]


@pytest.fixture
def excel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeExcel]:
    monkeypatch.setattr(app, "now", lambda: NOW)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    with FakeExcel() as excel:
        excel.load_addin(FinishCommand=lambda: None)
        yield excel


@pytest.fixture
def book(excel: FakeExcel, tmp_path: Path) -> Iterator[Workbook]:
    """A ledger of this version, open, that lacks a column and a tab."""
    path = make_ledger(tmp_path / "售后台账2024.xlsx", document_rows())
    made = openpyxl.load_workbook(path)
    next(cell for cell in made[LOG.title][3] if cell.value == "费用").value = "花费"
    del made["服务过程"]
    made.save(path)
    model = excel.open(path)
    excel.xlwings_book(model).set_mock_caller()
    yield model
    del xlwings.Book._mock_caller


def test_the_open_ledger_gets_what_it_lacks_and_undo_takes_it_off(excel: FakeExcel, book: Workbook) -> None:
    right = len(LOG.columns) + 1
    button.click("upgrade")
    [(title, text)] = excel.boxes
    assert (title, text.splitlines()[0]) == (
        "售后服务 · 升级台账", f"台账已升级到第 {SCHEMA_VERSION} 版:加了 1 列、1 张工作表。您填的内容、样式和改过的设置都没有动。",
    )  # fmt: skip
    assert book.sheet(LOG.title).grid.value(3, right) == "费用"
    assert "服务过程" in excel.xlwings_book(book).sheet_names
    button.click("upgrade")
    assert excel.boxes[-1][1].splitlines()[0] == f"台账已是最新(第 {SCHEMA_VERSION} 版),没有改动。"
    button.click("undo")
    assert book.sheet(LOG.title).grid.value(3, right) is None
    assert "服务过程" not in excel.xlwings_book(book).sheet_names


def test_the_new_years_ledger_stands_beside_the_open_one(excel: FakeExcel, book: Workbook, tmp_path: Path) -> None:
    button.click("carry-over")
    [(title, text)] = excel.boxes
    assert title == "售后服务 · 结转"
    assert text.startswith("已结转到“售后台账2025.xlsx”:带走未结工单 ")
    assert "与原台账相符;原台账没有改动。" in text
    made = table(tmp_path / "售后台账2025.xlsx", LOG)
    assert {row["customer"] for row in made} <= {row["customer"] for row in document_rows()[LOG.key]}
