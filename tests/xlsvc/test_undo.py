"""撤销上次 over every command that writes: at once, and after LibreOffice saved the ledger."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from tests.support.ledgers import all_cells, column_values, document_rows, make_ledger
from tests.support.libreoffice import LibreOffice
from tests.support.package_lint import lint, new_findings
from tests.workbook.odd_books import parts_of
from workbook.book import Changes
from workbook.file_book import FileBook
from workbook.issues import WorkbookError
from workbook.sheets import RESPONSE_LOG
from xlsvc import app
from xlsvc.__main__ import main

NOW = datetime(2024, 5, 6, 9)
TICKETS = ["SN20240501001", "SN20240501002"]
COMMANDS: dict[str, tuple[dict[str, Any], str]] = {
    "validate": ({}, "“校验”:恢复 "),
    "sla": ({}, "“更新时效”:恢复 "),
    "score": ({}, "“计算得分”:恢复 "),
    "update": ({}, "“一键更新”:恢复 "),
    "forms": (
        {"profile": "S002", "ticket": TICKETS, "sheets": True},
        "“生成表单”:去掉 2 行、删除工作表“表单 SN20240501001”“表单 SN20240501002”",
    ),
    "summary": ({"week": "2024-W18"}, "“生成周报”:恢复 "),
    "freeze": ({"week": "2024-W18"}, "“定稿导出”:恢复 "),
    "month": ({"period": "2024-05"}, "“月度复盘”:恢复 "),
    "brief": ({"period": "2024-W18"}, "“反馈汇总简报”:恢复 "),
}


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_ledger(tmp_path_factory.mktemp("undo") / "台账.xlsx", document_rows())


@pytest.fixture(scope="module")
def blank_cells(blank: Path) -> dict[Any, Any]:
    return all_cells(blank)


@pytest.fixture
def ledger(blank: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(app, "now", lambda: NOW)
    path = tmp_path / "台账.xlsx"
    path.write_bytes(blank.read_bytes())
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_taken_back_whole_or_cell_by_cell(
    command: str, ledger: Path, blank_cells: dict[Any, Any], tmp_path: Path
) -> None:
    options, notice = COMMANDS[command]
    before, titles = ledger.read_bytes(), FileBook(ledger).titles()
    app.run(command, ledger, options, NOW)
    result = ledger.read_bytes()
    assert result != before
    touched = tmp_path / "另存" / "台账.xlsx"
    shutil.copytree(tmp_path / "备份", touched.parent / "备份")
    shutil.copy(ledger, touched)
    _touch(touched)

    report = app.undo(ledger)
    assert ledger.read_bytes() == before
    if command in ("validate", "sla", "score"):
        assert report.counts["单元格"] == len(_changed(blank_cells, all_cells(touched)))
    assert report.notice.startswith(f"已撤销 2024-05-06 09:00 的{notice}")
    assert "。台账与那之前完全相同。" in report.notice
    assert (report.exit_code, report.saved, report.files) == (0, str(ledger), [str(ledger)])
    assert Path(report.backup).read_bytes() == result

    again = app.undo(touched)
    assert again.notice == report.notice.replace("台账与那之前完全相同。", "之后您改的其他内容都保留着。")
    assert (all_cells(touched), FileBook(touched).titles()) == (blank_cells, titles)
    assert lint(touched) == []


def _changed(before: dict[Any, Any], after: dict[Any, Any]) -> list[Any]:
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def _touch(path: Path) -> None:
    """Other bytes, the same workbook: as if somebody had saved it."""
    from workbook.package.opc import Package

    package = Package.open(path)
    package.write("docProps/core.xml", package.read("docProps/core.xml") + b"\n")
    package.save(path)


def test_one_after_the_other_only_the_last_is_taken_back(ledger: Path) -> None:
    app.run("update", ledger, {}, NOW)
    between = ledger.read_bytes()
    app.run("summary", ledger, {"week": "2024-W18"}, NOW)
    assert app.undo(ledger).counts["工作表"] == 1
    assert ledger.read_bytes() == between
    with pytest.raises(WorkbookError, match="“生成周报”已经撤销过了,只能撤销最近一次"):
        app.undo(ledger)


def test_a_command_that_only_looks_is_not_what_is_taken_back(ledger: Path) -> None:
    before = ledger.read_bytes()
    app.run("sla", ledger, {}, NOW)
    app.run("find", ledger, {"text": TICKETS[0]}, NOW)
    assert "“更新时效”" in app.undo(ledger).notice
    assert ledger.read_bytes() == before


def test_a_refreshed_weekly_tab_gets_its_former_figures(ledger: Path) -> None:
    """The tab is there already: its named cells are refilled, and the charts' caches with them."""
    app.run("summary", ledger, {"week": "2024-W18"}, NOW)
    more = {"customer": ["王女士"] * 9, "problem": ["又坏了"] * 9, "problem_type": ["物流配送"] * 9, "urgency": ["一般"] * 9}
    frame = pd.DataFrame({**more, "accepted_at": [datetime(2024, 5, 3, 9)] * 9})
    FileBook(ledger).apply(Changes(append=[(RESPONSE_LOG, frame)]))
    before, charts = all_cells(ledger), _charts(ledger)
    app.run("summary", ledger, {"week": "2024-W18"}, NOW)
    assert _charts(ledger) != charts
    _touch(ledger)
    report = app.undo(ledger)
    assert (report.counts["工作表"], report.notice.endswith("都保留着。")) == (0, True)
    assert all_cells(ledger) == before
    assert _charts(ledger) == charts


def _charts(path: Path) -> dict[str, bytes]:
    return {name: data for name, data in parts_of(path).items() if name.startswith("xl/charts/")}


def _edit(path: Path, cells: dict[str, dict[str, Any]]) -> None:
    book = openpyxl.load_workbook(path)
    for title, edits in cells.items():
        for address, value in edits.items():
            book[title][address] = value
    book.save(path)


# after another program saved the ledger


@pytest.fixture(scope="module")
def resaved(blank: Path, tmp_path_factory: pytest.TempPathFactory, libreoffice: LibreOffice) -> dict[Any, Any]:
    """The ledger before any command, as LibreOffice saves it."""
    return all_cells(libreoffice.convert(blank, tmp_path_factory.mktemp("office") / "台账.xlsx"))


@pytest.mark.libreoffice
@pytest.mark.parametrize("command", ["forms", "summary"])
def test_what_libreoffice_saved_since_is_taken_back_cell_by_cell(
    command: str, ledger: Path, resaved: dict[Any, Any], libreoffice: LibreOffice, tmp_path: Path
) -> None:
    options, notice = COMMANDS[command]
    app.run(command, ledger, options, NOW)
    saved = tmp_path / "office.xlsx"
    libreoffice.edit(ledger, saved, [("set", "响应记录", "AK4", "后写的"), ("set", "首页", "J60", "后写的")])
    ledger.write_bytes(saved.read_bytes())
    report = app.undo(ledger)
    assert report.notice.startswith(f"已撤销 2024-05-06 09:00 的{notice}")
    assert report.notice.endswith("。之后您改的其他内容都保留着。")
    cells = all_cells(ledger)
    assert cells.pop(("响应记录", "AK4")) == cells.pop(("首页", "J60")) == "后写的"
    assert {k for k in cells.keys() | resaved.keys() if not _alike(cells.get(k), resaved.get(k))} == set()
    assert {finding.rpartition(" on tab ")[0] for finding in new_findings(saved, ledger)} <= {
        "xl/workbook.xml: defined name _xlnm.Print_Titles stands twice"  # as LibreOffice wrote it
    }
    opened = libreoffice.cells(ledger)
    assert opened["响应记录"]["AK4"] == "后写的"
    assert not {title for title in opened if title.startswith(("表单 SN", "周报 2024"))}


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12)
    return bool(one == other)


@pytest.mark.node
def test_the_open_xml_sdk_has_no_objection_to_what_is_left(
    ledger: Path, ooxml_validator: Callable[[Path], list[str]]
) -> None:
    app.run("summary", ledger, {"week": "2024-W18"}, NOW)
    _touch(ledger)
    assert app.undo(ledger).notice.endswith("都保留着。")
    assert ooxml_validator(ledger) == []


# the command line and 设置


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(str(ended.value.code))


def test_the_command_line(ledger: Path, blank_cells: dict[Any, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("undo", str(ledger)) == 2
    assert capsys.readouterr().err.startswith("“台账.xlsx”旁边没有“备份”文件夹,没有可撤销的操作")
    app.run("sla", ledger, {}, NOW)
    cells = len(_changed(blank_cells, all_cells(ledger)))
    assert _run("undo", str(ledger), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["command"], told["book"], told["saved"], told["counts"]) == (
        "undo", "台账.xlsx", str(ledger), {"单元格": cells, "行": 0, "工作表": 0},
    )  # fmt: skip
    assert _run("undo", str(ledger)) == 2
    assert "已经撤销过了" in capsys.readouterr().err


def test_what_changed_since_ends_with_2_and_names_the_cell(
    ledger: Path, blank_cells: dict[Any, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    app.run("sla", ledger, {}, NOW)
    place = next(cell for tab, cell in _changed(blank_cells, all_cells(ledger)) if tab == "响应记录")
    _edit(ledger, {"响应记录": {place: "我改的"}})
    before = ledger.read_bytes()
    assert _run("undo", str(ledger)) == 2
    assert capsys.readouterr().err.startswith(
        f"没有撤销 2024-05-06 09:00 的“更新时效”:它写过的地方后来改过:“响应记录”{place}。“台账.xlsx”没有改动。"
    )
    assert ledger.read_bytes() == before


def test_a_journal_that_was_not_written_is_told(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbook import file_undo

    def fail(*_: object) -> None:
        raise OSError(28, "disk full")

    monkeypatch.setattr(file_undo, "write_durably", fail)
    report = app.run("sla", ledger, {}, NOW)
    assert report.saved
    assert report.notice.endswith(" 撤销记录没有写成(“备份”文件夹写不进去),这一次不能用“撤销上次”退回。")


@pytest.mark.parametrize(
    ("rows", "kept"),
    [({}, 26), ({"备份份数": 2}, 8), ({"备份份数": 2, "备份天数": 0}, 2), ({"备份份数": "两", "备份天数": 5}, 20)],
    ids=["default", "two", "no days", "unreadable"],
)
def test_how_many_backups_stay_is_a_row_of_the_settings(rows: dict[str, Any], kept: int, ledger: Path) -> None:
    """Old ones: 24 of the evening before, six of one a day late in April, and all of March."""
    book = openpyxl.load_workbook(ledger)
    for line in book["设置"].iter_rows(min_row=4):
        if line[1].value in rows:
            line[5].value = rows[line[1].value]
    book.save(ledger)
    folder = ledger.parent / "备份"
    folder.mkdir()
    for number in range(24):
        (folder / f"台账 20240505-18{number:02d}00-00.xlsx").write_bytes(b"")
    for day in range(1, 31):
        (folder / f"台账 202403{day:02d}-180000-00.xlsx").write_bytes(b"")
    for day in range(1, 7):
        (folder / f"台账 202404{day + 20}-180000-00.xlsx").write_bytes(b"")
    app.run("sla", ledger, {}, NOW)
    assert len(list(folder.glob("*.xlsx"))) == kept


def test_a_click_that_wrote_nothing_or_only_a_preview_leaves_the_undo_of_the_one_before(tmp_path: Path) -> None:
    path = make_ledger(tmp_path / "台账.xlsx", document_rows())
    app.run("update", path, {}, NOW)
    updated = path.read_bytes()
    app.run("record", path, {}, NOW)
    app.run("import", path, {}, NOW)
    source = tmp_path / "来源.csv"
    source.write_text("客户姓名,联系方式,问题描述,受理时间\n陈女士,13900001111,漏水,2024-05-03 09:00\n", encoding="utf-8")
    app.run("import", path, {"files": [source]}, NOW)
    assert path.read_bytes() != updated
    assert "“一键更新”" in app.undo(path).notice
    assert column_values(path, "response_log", "sla_status").count(None) == len(column_values(path, "response_log", "sla_status"))
