"""The button 导入数据: which source a click takes, what the second click does, and where it leads; on a live workbook, too."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlwings

from tests.support.fake_excel import FakeExcel, Workbook
from tests.support.import_ledgers import paste, review, slim_ledger, table, write_source
from tests.support.ledgers import NOW
from tests.xlsvc.live_fake import Looked, look_at
from tests.xlsvc.test_import_data import HEADINGS, line
from workbook.sheets import BY_KEY
from xlsvc import app, button

LOG = BY_KEY["response_log"]


class Asked(Looked):
    """Somebody who picks these files when asked."""

    def __init__(self, path: Path, *files: Path) -> None:
        super().__init__(path)
        self.files, self.asked = list(files), 0

    def choose_files(self, title: str) -> list[Path]:
        self.asked += 1
        return self.files


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return slim_ledger(tmp_path_factory.mktemp("made") / "台账.xlsx", hide=["流程记录"])


@pytest.fixture
def ledger(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(app, "now", lambda: NOW)
    return Path(shutil.copy(made, tmp_path / "台账.xlsx"))


def click(monkeypatch: pytest.MonkeyPatch, host: Asked) -> str:
    look_at(monkeypatch, host)
    button.click("import")
    return host.last[1].splitlines()[0]


def test_a_file_is_asked_for_once_and_the_second_click_appends(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_source(tmp_path / "导出.xlsx", [HEADINGS[:6], line(1)[:6]])
    host = Asked(ledger, source)
    assert click(monkeypatch, host) == (
        "来源“导出.xlsx”:“响应记录”将新增 1 行。台账还没有改动,核对后再点一次“导入数据”就写入。"
    )
    assert click(monkeypatch, host).startswith("已从“导出.xlsx”导入:“响应记录”新增 1 行。")
    assert host.asked == 1
    assert click(monkeypatch, host).startswith("来源“导出.xlsx”:1 行台账已有。没有可新增的行")
    assert host.asked == 2


def test_nothing_chosen_shows_where_to_paste(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = Asked(ledger)
    assert click(monkeypatch, host).startswith("没有要导入的内容。")
    assert (host.asked, Looked(ledger).titles()["粘贴区"]) == (1, True)


def test_what_was_pasted_goes_before_a_file_until_it_is_imported(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paste(ledger, [HEADINGS[:6], line(1)[:6]])
    host = Asked(ledger, write_source(tmp_path / "导出.xlsx", [HEADINGS[:6], line(2)[:6]]))
    assert click(monkeypatch, host).startswith("来源“粘贴区”:“响应记录”将新增 1 行。")
    assert click(monkeypatch, host).startswith("已从“粘贴区”导入:")
    assert host.asked == 0
    assert click(monkeypatch, host).startswith("来源“导出.xlsx”:“响应记录”将新增 1 行。")
    assert click(monkeypatch, host).startswith("已从“导出.xlsx”导入:")
    assert host.asked == 1
    assert [r["ticket"] for r in table(ledger, LOG)] == ["GD001", "GD002"]
    assert [r["mark"] for r in review(ledger) if r.get("what") == "粘贴区已导入"] != []


@pytest.fixture
def excel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeExcel]:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    with FakeExcel() as excel:
        excel.load_addin(FinishCommand=lambda: None)
        yield excel


def test_both_clicks_in_excel(excel: FakeExcel, ledger: Path) -> None:
    paste(ledger, [["五月导出"], HEADINGS, line(1), line(2, number="")])
    model: Workbook = excel.open(ledger)
    excel.xlwings_book(model).set_mock_caller()
    try:
        button.click("import")
        button.click("import")
        grid = model.sheet("响应记录").grid
        assert [grid.value(row, 13) for row in (4, 5, 6)] == ["GD001", "SN20240506001", None]
        assert [grid.value(row, 2) for row in (4, 5)] == ["客户1", "客户2"]
        right = max(c for c in range(1, 200) if grid.value(3, c))
        assert [grid.value(row, right) for row in (3, 4, 5)] == ["内部备忘", "SF1", "SF2"]
        assert model.sheet("导入核对").grid.value(5, 6) == "已新增 2 行"
        button.click("undo")
        assert [grid.value(row, 2) for row in (4, 5)] == [None, None]
    finally:
        del xlwings.Book._mock_caller  # type: ignore[attr-defined]
