"""Ledgers that came back from elsewhere: tables lost on the way, the template tab deleted."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.support.ledgers import NOW, document_rows, make_ledger, opened
from tests.support.package_lint import lint
from xlsvc.app import run


@pytest.mark.parametrize("template", [True, False], ids=["template kept", "template deleted"])
@pytest.mark.parametrize("lost", [["响应记录"], ["响应记录", "流程记录", "评价记录"]], ids=["one", "all"])
def test_a_report_over_sheets_without_tables_holds_values_and_no_dead_formula(
    lost: list[str], template: bool, tmp_path: Path
) -> None:
    path = make_ledger(tmp_path / "台账.xlsx", document_rows())
    book = openpyxl.load_workbook(path)
    if not template:
        del book["周报模板"]
    for title in lost:
        for name in list(book[title].tables):
            del book[title].tables[name]
    book.save(path)
    before = set(lint(path))

    run("summary", path, {"week": "2024-W18"}, NOW)

    assert sorted(set(lint(path)) - before) == []
    tab = opened(path, data_only=True)["周报 2024-W18"]
    cell = (
        opened(path)["周报 2024-W18"].defined_names["本周_新增"].attr_text.rpartition("!")[2]
    )
    assert tab[cell.replace("$", "")].value == 2
