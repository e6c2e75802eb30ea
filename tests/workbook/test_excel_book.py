"""The live host over LibreOffice: what no other host has. Protection, a failure at any write, settings, the person
before it, tabs with charts and templates that the book lacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlwings

from tests.contract.uno_host import UnoHost
from tests.support.uno_engine import UnoEngine
from tests.support.uno_engine_cells import UnoRange
from tests.workbook.odd_books import LIST, LOG, row
from workbook.book import Changes, Link, Occasion, Tab
from workbook.issues import WorkbookError
from workbook.vba.sources import from_ascii, in_ascii

pytestmark = pytest.mark.libreoffice
OCCASION = Occasion("更新时效", datetime(2024, 5, 6, 9))
MOMENT = datetime(2024, 5, 1, 9)
NAMES = {"结果": "我的!$C$1", "说明": "我的!$D$1", "说明_生成": "我的!$D$2"}


@pytest.fixture
def host(uno_engine: UnoEngine, tmp_path: Path) -> Iterator[UnoHost]:
    made = UnoHost(tmp_path, uno_engine)
    yield made
    made.close()


def _status(*texts: Any) -> Changes:
    return Changes(columns=[(LOG, pd.DataFrame({"status": texts}, index=[4, 5]))])


def _everything() -> Changes:
    columns = pd.DataFrame(
        {"status": ["00123", "=1"], "given": ["S1", "S2"], "due": [MOMENT, None], "share": [0.5, 1.0]}, index=[4, 5]
    )
    links = pd.DataFrame({"n": [1, 2, 3], "cell": [Link("记录", f"A{4 + i}", f"A{4 + i}") for i in range(3)]})
    return Changes(
        columns=[(LOG, columns)], append=[(LOG, pd.DataFrame({"no": ["N3"], "at": [MOMENT], "who": ["1/2"]}))],
        replace=[(LIST, links)], tabs=[Tab("我的", "我的", {"结果": 5.0}, {"说明": "好"}), Tab("我的", "新的", {"结果": MOMENT})],
        hide=["清单"], activate="新的", own={"log": pd.DataFrame({"渠道": ["微信"]})},
    )  # fmt: skip


class BrokenError(Exception):
    """What an application that fails says."""


def test_a_failure_at_any_write_puts_everything_back(host: UnoHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application itself fails at the first write, at the second one, and so on to the last."""
    plain = UnoRange.raw_value
    assert plain.fset is not None
    writes, fails = 0, 0

    def put(self: UnoRange, value: Any) -> None:
        nonlocal writes
        writes += 1
        if writes == fails:
            raise BrokenError
        plain.fset(self, value)

    monkeypatch.setattr(UnoRange, "raw_value", property(plain.fget, put))
    host.book(names=NAMES)
    host.type("记录", "E4", "旧的")
    host.type("记录", "F5", 45000.5)
    before = host.everything()
    undone = 0
    while True:
        writes, fails = 0, fails + 1
        try:
            host.again().apply(_everything(), occasion=OCCASION)
        except BrokenError:
            assert host.everything() == before, f"the {fails}. write"
            undone += 1
            continue
        break
    assert undone == fails - 1 >= 9
    fails = 0
    host.again().undo()
    assert host.everything() == before


def test_a_protected_sheet_stops_before_the_first_write(host: UnoHost) -> None:
    book = host.book()
    host._open.document.Sheets.getByName("记录").protect("")
    before = host.everything()
    with pytest.raises(WorkbookError) as stopped:
        book.apply(Changes(columns=_status("a", "b").columns, replace=[(LIST, pd.DataFrame({"text": ["x"]}))]))
    assert str(stopped.value).startswith("“记录”工作表受保护,写不进去,没有写入任何内容。")
    assert host.everything() == before


def test_a_form_is_filled_though_protected_and_protected_again(host: UnoHost) -> None:
    book = host.book(names=NAMES)
    mine = host._open.document.Sheets.getByName("我的")
    mine.protect("")
    book.apply(Changes(tabs=[Tab("我的", "新的", {"结果": 5.0}), Tab("我的", "我的", {"结果": 7.0})]))
    assert (host.cell("新的", "C1"), host.cell("我的", "C1")) == (5.0, 7.0)
    assert mine.isProtected()
    assert host._open.document.Sheets.getByName("新的").isProtected()
    host.again().undo()
    assert (host.cell("我的", "C1"), mine.isProtected(), "新的" in host.again().titles()) == (None, True, False)


def test_a_form_with_a_password_stays_shut(host: UnoHost) -> None:
    book = host.book(names=NAMES)
    host._open.document.Sheets.getByName("我的").protect("密")
    before = host.everything()
    with pytest.raises(WorkbookError) as stopped:
        book.apply(Changes(columns=_status("a", "b").columns, tabs=[Tab("我的", "我的", {"结果": 7.0})]))
    assert (stopped.value.code, stopped.value.values["sheet"]) == ("sheet.protected", "我的")
    assert host.everything() == before


def test_a_protected_workbook_stops_tabs(host: UnoHost) -> None:
    book = host.book()
    host._open.document.protect("")
    with pytest.raises(WorkbookError) as stopped:
        book.apply(Changes(tabs=[Tab("我的", "新的", {})]))
    assert stopped.value.code == "book.protected"


def test_what_excel_was_set_to_comes_back(host: UnoHost) -> None:
    book = host.book()
    app = host.engine.app
    app.calculation = "manual"
    try:
        seen = []
        from workbook.excel_book import ExcelBook

        def progress(stage: str) -> None:
            told.notify(stage)
            seen.append(app.settings)

        told = ExcelBook(xlwings.Book(impl=host.open), progress)
        told.apply(_status("a", "b"))
        assert seen == [(False, False, False, "manual", "写入工作簿")]
        assert app.settings == (True, True, True, "manual", False)
        with pytest.raises(WorkbookError):
            book.apply(_status("长" * 40_000, "b"))
        assert app.settings == (True, True, True, "manual", False)
    finally:
        app.calculation = "automatic"


def test_the_person_before_it(host: UnoHost) -> None:
    book: Any = host.book()
    app = host.engine.app
    assert (book.path, book.folder(), book.name) == (host.path, host.path.parent, "台账.xlsx")
    book.notify("读取台账")
    assert app.status_bar == "读取台账"
    book.alert("没有这张工单", "售后服务")
    assert app.said[-1] == ("没有这张工单", "售后服务")
    done: list[str] = []
    app.macros["'xlsvc.xlam'!ServiceRibbon.FinishCommand"] = lambda: done.append("add-in")
    book.finish()
    assert (app.status_bar, done) == (False, ["add-in"])
    app.macros.clear()
    book.finish()


def test_what_the_add_in_asks_for_the_program(host: UnoHost) -> None:
    book: Any = host.book()
    app = host.engine.app
    asked: list[str] = []

    def chosen(answer: str) -> Any:
        return lambda title: asked.append(title) or answer

    assert (book.choose_files("选择文件"), book.choose_folder("选择文件夹")) == ([], None)
    paths = ["C:\\导出\\五月 100%.xlsx", "D:\\b.csv"]
    app.macros["'xlsvc.xlam'!ServiceDialogs.ChooseFiles"] = chosen("".join(f"{in_ascii(path)}\n" for path in paths))
    app.macros["'xlsvc.xlam'!ServiceDialogs.ChooseFolder"] = chosen(in_ascii("D:\\回收") + "\n")
    assert [str(path) for path in book.choose_files("选择文件")] == paths
    assert str(book.choose_folder("选择文件夹")) == "D:\\回收"
    assert asked == [in_ascii("选择文件"), in_ascii("选择文件夹")]
    app.macros["'xlsvc.xlam'!ServiceDialogs.ChooseFiles"] = chosen("")
    app.macros["'xlsvc.xlam'!ServiceDialogs.ChooseFolder"] = chosen("")
    assert (book.choose_files("选择文件"), book.choose_folder("选择文件夹")) == ([], None)
    app.macros.clear()


def test_on_the_mac_the_add_in_saves_the_copy(
    host: UnoHost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Excel's script dictionary has no copy there; its own home is where it may write unasked."""
    home = tmp_path / "Library" / "Containers" / "com.microsoft.Excel" / "Data"
    home.mkdir(parents=True)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    book: Any = host.book()
    monkeypatch.setattr("workbook.excel.copies.MAC", True)
    with pytest.raises(WorkbookError) as stopped:
        book.snapshot()
    assert stopped.value.code == "excel.no_copy"
    given: list[str] = []

    def save(name: str, path: str) -> str:
        given.append(from_ascii(name))
        Path(from_ascii(path)).write_bytes(b"PK")
        return "saved"

    host.engine.app.macros["'xlsvc.xlam'!ServiceDialogs.SaveCopyOf"] = save
    copy = book.snapshot()
    assert (copy.name, copy.parent.parent, given) == ("台账.xlsx", home, ["台账.xlsx"])
    book.finish()
    assert list(home.iterdir()) == []
    host.engine.app.macros.clear()


def test_what_is_marked(host: UnoHost) -> None:
    rows = [row(at, f"N{at}", None, "甲", attributes=' hidden="1"' if at == 5 else "") for at in range(4, 9)]
    book: Any = host.book(rows=rows)
    calc = host._open.document.Sheets.getByName("记录")
    host._open.document.CurrentController.select(calc.getCellRangeByName("C4:C7"))
    marked = book.selection()
    assert (marked.title, marked.rows, marked.text) == ("记录", (4, 6, 7), "甲")
    host._open.document.CurrentController.select(calc.getCellRangeByName("A6"))
    marked = book.selection()
    assert (marked.rows, marked.text) == ((6,), "N6")
    host._open.document.CurrentController.select(calc.getCellRangeByName("A1:A1048576"))
    assert book.selection().rows == (1, 2, 3, 4, 6, 7, 8)


def test_a_template_that_the_book_lacks_is_taken_from_the_package(host: UnoHost) -> None:
    book = host.book()
    book.apply(Changes(tabs=[Tab("周报模板", "周报 2024-W18", {})]))
    assert list(book.titles()) == ["记录", "清单", "我的", "周报 2024-W18"]
    made = host._open.document.Sheets.getByName("周报 2024-W18")
    assert made.IsVisible
    assert made.Charts.getCount() > 0
    assert [b.name for b in host.engine.app.documents] == ["台账.xlsx"]


def test_undo_without_a_file_of_its_own(host: UnoHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook at an address has its journal in the person's own folder."""
    home = tmp_path / "家"
    home.mkdir()
    monkeypatch.setattr(Path, "home", lambda: home)
    book: Any = host.book()
    monkeypatch.setattr(type(host._open), "FullName", "https://example.sharepoint.com/台账.xlsx")
    assert (book.path, book.folder()) == (None, home)
    before = host.everything()
    book.apply(_status("a", "b"))
    assert not (host.path.parent / "备份").exists()
    host.again().undo()
    assert host.everything() == before


def test_what_was_never_saved_is_not_undone_again(host: UnoHost) -> None:
    """The workbook was closed without saving: it is as it was before the command."""
    book: Any = host.book()
    book.apply(_status("a", "b"), occasion=OCCASION)
    host.close()
    host.open = host.engine.app.books.open(str(host.path))
    with pytest.raises(WorkbookError) as stopped:
        host.again().undo()
    assert stopped.value.code == "undo.not_written_live"
