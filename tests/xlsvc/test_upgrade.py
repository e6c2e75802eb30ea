"""升级台账: what an older ledger gets, that nothing of it is lost, and that every command runs afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from python_calamine import CalamineWorkbook

from tests.support import package_lint
from tests.support.ledgers import NOW, all_cells, document_rows, make_ledger, opened
from tests.support.older_ledger import OWN, YELLOW, first_version
from tests.support.validator import find_validator, validate
from workbook.issues import WorkbookError
from workbook.sheets import SHEETS
from workbook.sheets.settings import SCHEMA_VERSION, default_rows
from workbook.sheets.vocabularies import VOCABULARIES
from xlsvc import app
from xlsvc.upgrade import missing_settings, missing_words

NEW_SHEETS = ("今日待办", "导入核对", "导入对照", "回收记录", "结转记录", "表单_S001", "表单_S003")


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return first_version(tmp_path_factory.mktemp("older") / "台账.xlsx")


@pytest.fixture(scope="module")
def upgraded(older: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, app.Report]:
    path = tmp_path_factory.mktemp("upgraded") / "台账.xlsx"
    shutil.copy(older, path)
    return path, app.run("upgrade", path, at=NOW)


@pytest.fixture
def ledger(upgraded: tuple[Path, app.Report], tmp_path: Path) -> Path:
    return Path(shutil.copy(upgraded[0], tmp_path / "台账.xlsx"))


def _headings(path: Path, title: str) -> list[str]:
    return _all_headings(path, path.stat().st_mtime_ns)[title]


@lru_cache(maxsize=10)
def _all_headings(path: Path, stamp: int) -> dict[str, list[str]]:
    book = CalamineWorkbook.from_path(str(path))
    tabs = {sheet.title for sheet in SHEETS} & set(book.sheet_names)
    rows = {title: book.get_sheet_by_name(title).to_python(skip_empty_area=False)[2] for title in tabs}
    return {title: [str(cell) for cell in row if cell != ""] for title, row in rows.items()}


@pytest.fixture(scope="module")
def before(older: Path) -> dict[tuple[str, str], Any]:
    return all_cells(older)


def test_every_cell_stays_and_what_was_lacking_is_there(
    older: Path, upgraded: tuple[Path, app.Report], before: dict[tuple[str, str], Any]
) -> None:
    path, report = upgraded
    after = all_cells(path)
    assert {place: after.get(place) for place in before} == before
    assert report.exit_code == 0
    assert report.issues == []
    assert report.notice.startswith(f"台账已升级到第 {SCHEMA_VERSION} 版:加了 ")
    assert report.notice.endswith("您填的内容、样式和改过的设置都没有动。")
    titles = CalamineWorkbook.from_path(str(path)).sheet_names
    assert set(NEW_SHEETS) <= set(titles)
    for sheet in SHEETS:
        found = _headings(path, sheet.title)
        lacking = [c.heading for c in sheet.columns if not any(sheet.find(h) is c for h in found)]
        assert lacking == [], sheet.title
        assert len(found) == len(set(found))
    old = _headings(older, "响应记录")
    assert _headings(path, "响应记录")[: len(old)] == old
    assert old[-1] == OWN
    added = len(_headings(path, "响应记录")) - len(old)
    assert f"“响应记录”的表格右端加了 {added} 列:上门前联系时间、退换核实时间" in report.answers[0]


def test_looks_notes_and_settings_of_the_office_stay(older: Path, upgraded: tuple[Path, app.Report]) -> None:
    was, now = opened(older), opened(upgraded[0])
    log = now["响应记录"]
    assert log["C4"].fill.fgColor.rgb == YELLOW.fgColor.rgb
    assert log["E5"].comment.text == "这位客户性急"
    assert log.row_dimensions[5].height == 41.0
    assert now["周报模板"]["B2"].fill.fgColor.rgb == YELLOW.fgColor.rgb
    assert now["我的"]["B2"].value == "=COUNTA(响应记录!$B$4:$B$6)"
    rows = {r[1]: r[5] for r in now["设置"].iter_rows(min_row=4, values_only=True) if r[1] in ("部门名称", "预警比例")}
    assert rows == {"部门名称": "华东售后部", "预警比例": 70}
    assert {t: s.sheet_state for t, s in zip(was.sheetnames, was.worksheets, strict=True)} == {
        t: now[t].sheet_state for t in was.sheetnames
    }


def test_the_version_is_a_row_with_its_day_and_the_older_one_stays(upgraded: tuple[Path, app.Report]) -> None:
    tab = openpyxl.load_workbook(upgraded[0], read_only=True)["设置"]
    rows = [r for r in tab.iter_rows(min_row=4, values_only=True) if r[1] == "台账版本"]
    assert [r[5] for r in rows] == [1, SCHEMA_VERSION]
    assert rows[-1][8] == NOW.replace(hour=0)  # 生效日期, right of 计时方式 in the first version


@pytest.mark.parametrize("at", [NOW, NOW.replace(year=2023)], ids=["the same day", "a day before"])
def test_a_second_run_writes_nothing(ledger: Path, at: Any) -> None:
    before = ledger.read_bytes()
    report = app.run("upgrade", ledger, at=at)
    assert ledger.read_bytes() == before
    assert (report.notice, report.saved, report.exit_code) == (
        f"台账已是最新(第 {SCHEMA_VERSION} 版),没有改动。", "", 0,
    )  # fmt: skip


def test_an_older_ledger_is_told_of_by_every_command_until_it_is_brought_up(older: Path, ledger: Path, tmp_path: Path) -> None:
    told = "这本台账是旧版的,点“升级台账”补齐新的列、工作表和设置,已有内容不动。"
    copy = Path(shutil.copy(older, tmp_path / "旧.xlsx"))
    assert app.run("find", copy, {"text": "女士"}, NOW).notice.endswith(told)
    assert told not in app.run("find", ledger, {"text": "女士"}, NOW).notice


def test_undo_gives_back_the_old_file(older: Path, ledger: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(older, tmp_path / "另一本.xlsx"))
    app.run("upgrade", path, at=NOW)
    app.undo(path)
    assert path.read_bytes() == older.read_bytes()


def test_every_command_runs_afterwards(ledger: Path, older: Path, before: dict[tuple[str, str], Any]) -> None:
    for command, options in (("update", {}), ("summary", {"week": "2024-W18"})):
        report = app.run(command, ledger, options, at=NOW)
        assert report.exit_code in (0, 1)
        assert [i.message for i in report.issues if i.code in ("heading.absent", "heading.not_written")] == []
    after = all_cells(ledger)
    computed = {c.heading for s in SHEETS for c in s.columns if c.role != "typed"}
    headings = {title: _headings(older, title) for title in ("响应记录", "流程记录", "质量评估")}
    for (title, cell), value in before.items():
        column = column_index_from_string(coordinate_from_string(cell)[0])
        ours = title in headings and headings[title][column - 1] in computed
        if title in (*headings, "设置", "人员", "我的") and not ours:
            assert after[title, cell] == value, f"{title}!{cell}"
    assert "周报 2024-W18" in CalamineWorkbook.from_path(str(ledger)).sheet_names


def test_lint_finds_nothing_new(older: Path, upgraded: tuple[Path, app.Report]) -> None:
    assert package_lint.new_findings(older, upgraded[0]) == []


@pytest.mark.node
@pytest.mark.skipif(find_validator() is None, reason="the Open XML SDK validator is not installed")
def test_the_sdk_finds_nothing_new(older: Path, upgraded: tuple[Path, app.Report]) -> None:
    assert set(validate(upgraded[0])) <= set(validate(older))


@pytest.mark.libreoffice
def test_libreoffice_opens_it_and_counts_as_before(
    libreoffice: Any, older: Path, upgraded: tuple[Path, app.Report]
) -> None:
    was, now = libreoffice.cells(older), libreoffice.cells(upgraded[0])
    for title in ("响应记录", "流程记录", "质量评估", "改进跟踪", "我的"):
        assert {cell: now[title].get(cell) for cell in was[title]} == was[title], title


# what is refused


def _set_version(value: Any) -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        row = next(r for r in book["设置"].iter_rows(min_row=4) if r[1].value == "台账版本")
        row[5].value = value

    return edit


def _rename(title: str, cell: str, text: str) -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        book[title][cell] = text

    return edit


def _beside(book: Any) -> None:
    tab = book["响应记录"]
    tab.cell(5, tab.max_column + 2).value = "旁边的话"


def _rename_tab(book: Any) -> None:
    book["质量评估"].title = "质量评估2024"


REFUSED: dict[str, tuple[Callable[[Any], None], str]] = {
    "newer": (_set_version(SCHEMA_VERSION + 1), "settings.newer"),
    "unreadable version": (_set_version("新版"), "settings.bad"),
    "a document's heading renamed": (_rename("响应记录", "E3", "客户说的话"), "heading.missing"),
    "something beside the table": (_beside, "table.beside"),
    "a tab renamed": (_rename_tab, "sheet.missing"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_left_as_it_was(older: Path, tmp_path: Path, case: str) -> None:
    edit, code = REFUSED[case]
    book = openpyxl.load_workbook(older)
    edit(book)
    path = tmp_path / "台账.xlsx"
    book.save(path)
    before = path.read_bytes()
    with pytest.raises(WorkbookError) as stop:
        app.run("upgrade", path, at=NOW)
    assert stop.value.code == code
    assert path.read_bytes() == before


# a ledger of this version that lost something


def test_columns_and_tabs_come_back_rows_taken_out_do_not(tmp_path: Path) -> None:
    path = make_ledger(tmp_path / "台账.xlsx", document_rows())
    book = openpyxl.load_workbook(path)
    log, options = book["响应记录"], book["选项与关键词"]
    letter = next(c.column_letter for c in log[3] if c.value == "费用")
    log[f"{letter}3"] = "花费"
    options.delete_rows(10)
    options.tables["选项"].ref = f"A3:E{options.max_row}"
    del book["服务过程"], book["表单_S002"]
    book.save(path)
    report = app.run("upgrade", path, at=NOW)
    assert report.counts == {"列": 1, "工作表": 2, "设置": 0, "选项": 0}
    assert report.answers[:2] == ["“响应记录”的表格右端加了 1 列:费用。", "补上了 2 张工作表:服务过程、表单_S002。"]
    assert _headings(path, "响应记录")[-1] == "费用"
    assert "花费" in _headings(path, "响应记录")


# which rows are missing, without a file


def _settings(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, index=range(4, 4 + len(rows)))


def test_nothing_is_missing_from_the_default_rows() -> None:
    assert missing_settings(_settings(default_rows())) == []


def test_changed_and_dated_rows_are_known_as_what_they_are() -> None:
    rows = [dict(row, value=1, effective=pd.Timestamp("2024-01-01")) for row in default_rows()]
    assert missing_settings(_settings(rows)) == []


def test_weights_and_routes_beside_the_offices_own_are_left_alone() -> None:
    def other(row: dict[str, object]) -> bool:
        return not (row["group"] == "权重" and row["profile"] == "S002") and row["group"] != "分派"

    kept = [row for row in default_rows() if other(row)]
    weights = [row for row in default_rows() if row["group"] == "权重" and row["profile"] == "S002"]
    routes = [row for row in default_rows() if row["group"] == "分派"]
    assert missing_settings(_settings([*kept, weights[0], routes[0]])) == []
    assert missing_settings(_settings(kept)) == [*weights, *routes]


def test_a_word_that_the_office_keeps_as_another_spelling_is_not_missing() -> None:
    rows = [
        {"vocabulary": name, "word": w.word, "aliases": "、".join(w.aliases), "group": w.group, "origin": ""}
        for name, words in VOCABULARIES.items()
        for w in words
    ]
    frame = pd.DataFrame(rows, index=range(4, 4 + len(rows)))
    assert missing_words(frame) == []
    gone = frame[~((frame["vocabulary"] == "渠道") & frame["word"].isin(["门店接待", "邮件"]))].copy()
    assert [row["word"] for row in missing_words(gone)] == ["邮件", "门店接待"]
    channel = (gone["vocabulary"] == "渠道") & (gone["word"] == "电话")
    gone.loc[channel, "aliases"] = "来电、门店接待;邮件"
    assert missing_words(gone) == []
