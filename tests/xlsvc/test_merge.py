"""A colleague's copy of the ledger brought in: rows by their number, every difference listed, both kept until chosen."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import TableColumn

from tests.support.frames import frame
from tests.support.import_ledgers import cells, choose, review, run, slim_ledger, table
from workbook.foreign_tables import read_tables
from workbook.sheets import BY_KEY
from workbook.values import Vocabularies
from xlsvc.importing import Plan, Request, plan

LOG = BY_KEY["response_log"]
OWN = "同事备注"
NEW = (11, 12, 13)
CHANGED = {
    (4, "status"): ("处理中", "已完成"),
    (4, "resolved_at"): ("", "2024-05-06 15:00"),
    (5, "owner"): ("李工", "王工"),
    (6, "problem"): ("问题3", "问题3,又来电"),
}


def _row(n: int, **more: Any) -> dict[str, Any]:
    return {
        "seq": str(n), "customer": f"客户{n}", "contact": f"1380000{n:04d}", "problem": f"问题{n}", "urgency": "一般",
        "problem_type": "产品质量", "owner": "李工", "accepted_at": datetime(2024, 5, 6, 9, n),
        "ticket": f"SN20240506{n:03d}", "status": "处理中", **more,
    }  # fmt: skip


OURS = [_row(n) for n in range(1, 7)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return slim_ledger(tmp_path_factory.mktemp("merge") / "台账.xlsx", {"response_log": OURS})


@pytest.fixture(scope="module")
def theirs(made: Path) -> Path:
    """The copy: four cells changed, one row deleted, three rows more (one without a number), one column of their own."""
    path = Path(shutil.copy(made, made.with_name("小王的台账.xlsx")))

    def edit(put: Callable[[int, str, Any], None], tab: Any) -> None:
        for (row, key), (_, new) in CHANGED.items():
            put(row, key, datetime(2024, 5, 6, 15) if key == "resolved_at" else new)
        tab.delete_rows(8)
        for row, n in enumerate(NEW, 9):
            for key, value in _row(n).items():
                put(row, key, None if (key, n) == ("ticket", 12) else value)
        last = tab.max_column + 1
        tab.cell(3, last).value = OWN
        for row in range(4, 12):
            tab.cell(row, last).value = f"备{row}"
        listed = tab.tables[LOG.table]
        listed.ref = listed.autoFilter.ref = f"A3:{get_column_letter(last)}11"
        listed.tableColumns.append(TableColumn(id=last, name=OWN))

    _edit(path, edit)
    return path


def _edit(path: Path, edit: Callable[[Callable[[int, str, Any], None], Any], None]) -> None:
    book = openpyxl.load_workbook(path)
    tab = book[LOG.title]
    at = {column.key: cell.column for cell in tab[3] if (column := LOG.find(cell.value))}

    def put(row: int, key: str, value: Any) -> None:
        tab.cell(row, at[key]).value = value

    edit(put, tab)
    book.save(path)


def _planned(path: Path) -> Plan:
    tabs = [tab for tab in read_tables(path) if tab.title == LOG.title]
    return plan(path.name, tabs, Request(Vocabularies.packaged(), {LOG.key: frame(LOG.key, OURS)}, prefer=(LOG.key,)))


def test_the_plan_knows_new_changed_and_deleted_rows(theirs: Path) -> None:
    (found,) = _planned(theirs).tables
    assert found.append["customer"].tolist() == [f"客户{n}" for n in NEW]
    assert found.append["ticket"].tolist() == ["SN20240506011", None, "SN20240506013"]
    assert found.own.to_dict("list") == {OWN: ["备9", "备10", "备11"]}
    differences = {(d.ledger_row, d.key): (d.ledger, d.source) for d in found.comparison.differences}
    assert differences == CHANGED
    assert found.comparison.there == {7: 7, 8: 9}  # the row deleted there, our row 8, is nobody's business
    assert sorted(found.comparison.differing) == [4, 5, 6]


def test_one_number_for_two_customers_is_listed_not_added(made: Path, tmp_path: Path) -> None:
    """Both offices gave the same number to a customer of their own: nothing is mixed up, every cell is told."""
    path = Path(shutil.copy(made, tmp_path / "小李的台账.xlsx"))

    def edit(put: Callable[[int, str, Any], None], tab: Any) -> None:
        for key, value in _row(6, customer="别的客户", contact="13999990000", problem="别的事").items():
            put(9, key, value)

    _edit(path, edit)
    (found,) = _planned(path).tables
    assert len(found.append) == 0
    assert {(d.key, d.ledger, d.source) for d in found.comparison.differences} == {
        ("customer", "客户6", "别的客户"), ("contact", "13800000006", "13999990000"), ("problem", "问题6", "别的事"),
    }  # fmt: skip


def test_the_ledger_gets_the_new_rows_and_keeps_its_own_cells(made: Path, theirs: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(made, tmp_path / "台账.xlsx"))
    before = cells(path, "导入核对")
    report = run(path, theirs)
    assert "“响应记录”将新增 3 行,5 行台账已有,4 格与台账不同。" in report.notice
    assert cells(path, "导入核对") == before
    listed = [(r["heading"], r.get("ledger", ""), r["content"]) for r in review(path) if r["section"] == "与台账不同"]
    assert sorted(listed) == sorted((LOG.heading(key), old, new) for (_, key), (old, new) in CHANGED.items())
    choose(path, {("与台账不同", "状态"): "用来源的"})
    run(path, theirs)
    rows = table(path, LOG)
    assert [row["customer"] for row in rows] == [f"客户{n}" for n in (*range(1, 7), *NEW)]
    assert [row.get(OWN) for row in rows] == [None] * 6 + ["备9", "备10", "备11"]
    tickets = [row["ticket"] for row in rows]
    assert len(set(tickets)) == 9
    assert [rows[0]["status"], rows[1]["owner"], rows[2]["problem"]] == ["已完成", "李工", "问题3"]
    assert "resolved_at" not in rows[0]
    after = cells(path, "导入核对", "导入对照")
    changed = {place for place, cell in before.items() if after.get(place) != cell and place[0] != "导入对照"}
    assert changed == {("响应记录", 4, 16)}
    assert "没有可新增的行" in run(path, theirs).notice
