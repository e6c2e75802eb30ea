"""Undo of a file: what lies in 备份, in which order it is written, and every reason to refuse, with its message."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.support.package_lint import lint
from tests.workbook.odd_books import LIST, LOG, log_book, parts_of, row, zip_bytes
from workbook import file_undo
from workbook.book import Changes, Link, Occasion, Tab
from workbook.file_book import FileBook
from workbook.file_undo import Notes, journal_path
from workbook.issues import WorkbookError
from workbook.journal import Undoing, from_bytes, to_bytes
from workbook.package import saving

STATUS = Changes(columns=[(LOG, pd.DataFrame({"status": ["达标", "超时"]}, index=[4, 5]))])
OTHER = Changes(columns=[(LOG, pd.DataFrame({"status": ["进行中", "无时限"]}, index=[4, 5]))])
APPEND = Changes(append=[(LOG, pd.DataFrame({"no": ["N3", "N4"], "who": ["丙", "丁"]}))])
OCCASION = Occasion("更新时效", datetime(2024, 5, 6, 9))
WHEN = "2024-05-06 09:00 的“更新时效”"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return _with_table_parts(log_book(tmp_path / "台账.xlsx"))


def _with_table_parts(path: Path) -> Path:
    """The sheets name their tables, as other programs need it to keep them."""
    parts = parts_of(path)
    for number in (1, 2):
        part = f"xl/worksheets/sheet{number}.xml"
        named = b'<tableParts count="1"><tablePart r:id="rId1"/></tableParts></worksheet>'
        parts[part] = parts[part].replace(b"</worksheet>", named)
    path.write_bytes(zip_bytes(parts))
    return path


@pytest.fixture
def done(ledger: Path) -> Path:
    """The ledger after an apply."""
    FileBook(ledger).apply(STATUS, occasion=OCCASION)
    return ledger


def _refusal(ledger: Path) -> str:
    before = ledger.read_bytes()
    with pytest.raises(WorkbookError) as stopped:
        FileBook(ledger).undo()
    assert ledger.read_bytes() == before
    return f"{stopped.value.code} {stopped.value}"


def _backup(ledger: Path) -> Path:
    (backup,) = (ledger.parent / "备份").glob("*.xlsx")
    return backup


def test_the_state_being_undone_is_kept_too(done: Path) -> None:
    result = done.read_bytes()
    undone = FileBook(done).undo(Occasion("撤销上次", datetime(2024, 5, 6, 10)))
    assert undone.backup is not None
    assert undone.backup.read_bytes() == result
    assert (undone.saved, undone.whole) == (done, True)
    assert _refusal(done) == (
        f"undo.already {WHEN}已经撤销过了,只能撤销最近一次。撤销前的样子在“备份/{undone.backup.name}”,"
        "需要时请打开它核对后取用。"
    )


def test_a_ledger_without_backups_beside_it(ledger: Path) -> None:
    assert _refusal(ledger) == (
        f"undo.no_folder “台账.xlsx”旁边没有“备份”文件夹,没有可撤销的操作(文件夹:{ledger.parent})。"
        "台账刚移动过的,请连同“备份”文件夹一起放,或放回原处再试。"
    )


def test_another_ledgers_journal_is_not_taken(done: Path) -> None:
    other = log_book(done.with_name("另一本.xlsx"))
    assert _refusal(other) == (
        "undo.nothing “另一本.xlsx”没有可撤销的操作:“备份”文件夹里没有它的撤销记录。台账刚改过名的,请改回原名再试。"
    )


def test_a_ledger_moved_with_its_backups_can_be_undone(done: Path, tmp_path: Path) -> None:
    before = _backup(done).read_bytes()
    (tmp_path / "新").mkdir()
    for name in ("台账.xlsx", "备份"):
        shutil.move(tmp_path / name, tmp_path / "新" / name)
    FileBook(tmp_path / "新" / "台账.xlsx").undo()
    assert (tmp_path / "新" / "台账.xlsx").read_bytes() == before


def test_a_backup_that_is_gone(done: Path) -> None:
    backup = _backup(done)
    backup.unlink()
    assert _refusal(done) == (
        f"undo.backup_gone 没有撤销 {WHEN}:那之前的文件“备份/{backup.name}”找不到了,“台账.xlsx”没有改动。"
        "请把它放回原处再试,或从“备份”里另取一份。"
    )


def test_a_backup_that_was_changed(done: Path) -> None:
    backup = _backup(done)
    backup.write_bytes(backup.read_bytes() + b"\0")
    assert _refusal(done) == (
        f"undo.backup_changed 没有撤销 {WHEN}:那之前的文件“备份/{backup.name}”后来改过,不能再用来还原,"
        "“台账.xlsx”没有改动。请从“备份”里另取一份。"
    )


def test_a_journal_that_cannot_be_read(done: Path) -> None:
    journal_path(done).write_bytes(b"x")
    assert _refusal(done) == (
        "undo.unreadable “台账.xlsx”的撤销记录(“备份”里的“台账.xlsx.撤销”)读不出,没有撤销。"
        "要退回以前的样子,请从“备份”文件夹里取一份。"
    )


def test_a_ledger_taken_back_by_hand_has_nothing_to_undo(done: Path) -> None:
    shutil.copy(_backup(done), done)
    assert _refusal(done).startswith(f"undo.not_written “台账.xlsx”就是 {WHEN}之前的样子,没有可撤销的内容")


def test_what_changed_since_is_named_six_places_at_most(done: Path) -> None:
    FileBook(done).apply(Changes(append=[(LOG, pd.DataFrame({"no": [f"M{n}" for n in range(8)]}))]), occasion=OCCASION)
    book = openpyxl.load_workbook(done)
    for number in range(6, 14):
        book["记录"][f"A{number}"] = "改"
    book.save(done)
    backup = from_bytes(journal_path(done).read_bytes()).backup
    assert _refusal(done) == (
        f"undo.changed 没有撤销 {WHEN}:它写过的地方后来改过:“记录”A6、“记录”A7、“记录”A8、“记录”A9、“记录”A10、“记录”A11"
        f"等 8 处。“台账.xlsx”没有改动。要找回那之前的内容,请打开“{backup}”核对后取用。"
    )


# the order of writing


def test_a_save_that_fails_leaves_the_former_journal(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, journal = done.read_bytes(), journal_path(done).read_bytes()

    def fail(*_: object) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr(saving, "put_in_place", fail)
    with pytest.raises(WorkbookError):
        FileBook(done).apply(OTHER)
    assert (done.read_bytes(), journal_path(done).read_bytes()) == (before, journal)


def test_a_crash_before_the_ledger_is_replaced_is_noticed(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal is there already, the ledger is still the old one: the command never happened."""
    monkeypatch.setattr(saving, "put_in_place", _die)
    monkeypatch.setattr(Notes, "restore", lambda self: None)
    with pytest.raises(KeyboardInterrupt):
        FileBook(done).apply(OTHER, occasion=OCCASION)
    monkeypatch.undo()
    assert _refusal(done).startswith("undo.not_written ")


def test_a_crash_during_undo_leaves_it_to_be_done_again(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _backup(done).read_bytes()
    monkeypatch.setattr(saving, "put_in_place", _die)
    monkeypatch.setattr(Notes, "restore", lambda self: None)
    with pytest.raises(KeyboardInterrupt):
        FileBook(done).undo()
    monkeypatch.undo()
    assert isinstance(from_bytes(journal_path(done).read_bytes()).undoing, Undoing)
    FileBook(done).undo()
    assert done.read_bytes() == before


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_journal_that_cannot_be_written_does_not_stop_the_command(
    done: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "disk full")

    monkeypatch.setattr(file_undo, "write_durably", fail)
    applied = FileBook(done).apply(OTHER)
    assert (applied.saved, applied.undoable) == (done, False)
    assert FileBook(done).read([LOG])["log"].columns["status"] == ["进行中", "无时限"]
    assert not journal_path(done).exists(), "the journal of the apply before fits no more"
    assert _refusal(done).startswith("undo.nothing ")


def test_a_name_as_long_as_the_file_system_takes(ledger: Path) -> None:
    long = ledger.rename(ledger.with_name("台" * 82 + "账.xlsx"))
    before = long.read_bytes()
    assert FileBook(long).apply(STATUS).undoable
    FileBook(long).undo()
    assert long.read_bytes() == before


def test_backups_that_are_forgotten_take_the_journal_along(ledger: Path) -> None:
    book = FileBook(ledger)
    assert book.apply(STATUS).undoable
    book.forget_backups()
    assert [p.name for p in ledger.parent.iterdir()] == ["台账.xlsx"]


# --save-as


def test_a_copy_with_changes_goes_back_to_its_source(ledger: Path) -> None:
    copy = ledger.with_name("副本.xlsx")
    FileBook(ledger).apply(STATUS, save_as=copy, occasion=OCCASION)
    assert not journal_path(ledger).exists()
    FileBook(copy).undo()
    assert copy.read_bytes() == ledger.read_bytes()


def test_a_copy_whose_source_went_on_is_refused(ledger: Path, tmp_path: Path) -> None:
    (tmp_path / "别处").mkdir()
    copy = tmp_path / "别处" / "副本.xlsx"
    FileBook(ledger).apply(STATUS, save_as=copy, occasion=OCCASION)
    FileBook(ledger).apply(OTHER)
    assert _refusal(copy).startswith(f"undo.backup_changed 没有撤销 {WHEN}:那之前的文件“{ledger}”后来改过")


def test_a_mere_copy_has_nothing_to_undo(done: Path) -> None:
    copy = done.with_name("副本.xlsx")
    FileBook(done).apply(OTHER, save_as=copy)
    FileBook(done).apply(STATUS, save_as=copy)
    assert _refusal(copy).startswith("undo.nothing ")


# the file was saved by another program since


def _by_openpyxl(path: Path) -> None:
    """Every part written anew, shared strings, no values under formulas."""
    book = openpyxl.load_workbook(path)
    book["记录"]["H4"] = "后写的"
    book.save(path)


def test_the_ranges_of_a_table_shrink_with_its_rows(tmp_path: Path) -> None:
    tail = (
        '<conditionalFormatting sqref="A4:H5 J1"><cfRule type="expression" priority="1"><formula>$A4=""</formula>'
        '</cfRule></conditionalFormatting><dataValidations count="1"><dataValidation type="list" sqref="C4:C5">'
        "<formula1>\"甲,乙\"</formula1></dataValidation></dataValidations>"
    )
    path = log_book(tmp_path / "台账.xlsx", tail=tail)
    before = parts_of(path)
    FileBook(path).apply(APPEND)
    grown = parts_of(path)
    assert b'sqref="A4:H7 J1"' in grown["xl/worksheets/sheet1.xml"]
    path.write_bytes(zip_bytes({**grown, "docProps/x.xml": b"<x/>"}))
    assert FileBook(path).undo().whole is False
    after = parts_of(path)
    assert b'sqref="A4:H5 J1"' in after["xl/worksheets/sheet1.xml"]
    assert b'sqref="C4:C5"' in after["xl/worksheets/sheet1.xml"]
    assert after["xl/tables/table1.xml"].count(b'ref="A3:H5"') == before["xl/tables/table1.xml"].count(b'ref="A3:H5"')
    assert b'<row r="6"' not in after["xl/worksheets/sheet1.xml"]
    assert lint(path) == []


def test_a_shortened_table_grows_back(ledger: Path) -> None:
    book = FileBook(ledger)
    book.apply(Changes(replace=[(LIST, pd.DataFrame({"n": [1, 2, 3]}))]))
    book.apply(Changes(replace=[(LIST, pd.DataFrame({"n": [9]}))]))
    assert b'ref="A1:C2"' in parts_of(ledger)["xl/tables/table2.xml"]
    _by_openpyxl(ledger)
    FileBook(ledger).undo()
    sheet = openpyxl.load_workbook(ledger)["清单"]
    assert ([t.ref for t in sheet.tables.values()], [c.value for c in sheet["A"]]) == (["A1:C4"], ["序号", 1, 2, 3])


def test_line_ends_that_another_program_changed_are_no_change(ledger: Path) -> None:
    """Excel writes a line feed, others a carriage return before it (here as the escape that files hold)."""
    changes = Changes(columns=[(LOG, pd.DataFrame({"status": ["甲\n乙"]}, index=[4]))])
    FileBook(ledger).apply(changes)
    parts = parts_of(ledger)
    sheet = "xl/worksheets/sheet1.xml"
    assert "甲\n乙".encode() in parts[sheet]
    parts[sheet] = parts[sheet].replace("甲\n乙".encode(), "甲_x000D_\n乙".encode())
    ledger.write_bytes(zip_bytes(parts))
    FileBook(ledger).undo()
    assert FileBook(ledger).read([LOG])["log"].columns["status"] == [None, None]


@pytest.mark.parametrize(
    "changes",
    [
        STATUS,
        APPEND,
        Changes(replace=[(LIST, pd.DataFrame({"n": [1, 2], "cell": [Link("记录", "A4", "一"), None]}))]),
        Changes(tabs=[Tab("我的", "新的", {})], activate="新的"),
    ],
    ids=["computed", "appended", "replaced", "made"],
)
@pytest.mark.parametrize("tables", [True, False], ids=["with tables", "tables made plain ranges"])
def test_after_every_part_was_written_anew(tables: bool, changes: Changes, tmp_path: Path) -> None:
    ledger = log_book(tmp_path / "台账.xlsx")
    if tables:
        _with_table_parts(ledger)
    want = openpyxl.load_workbook(ledger)
    assert bool(want["记录"].tables) == tables
    FileBook(ledger).apply(changes)
    _by_openpyxl(ledger)
    FileBook(ledger).undo()
    got = openpyxl.load_workbook(ledger)
    assert got["记录"]["H4"].value == "后写的"
    got["记录"]["H4"] = None
    assert got.sheetnames == want.sheetnames
    for sheet in want:
        cells = {c.coordinate: c.value for line in sheet.iter_rows() for c in line if c.value is not None}
        back = {c.coordinate: c.value for line in got[sheet.title].iter_rows() for c in line if c.value is not None}
        assert back == cells, sheet.title
        assert {t.ref for t in got[sheet.title].tables.values()} == {t.ref for t in sheet.tables.values()}


@pytest.mark.parametrize("changes", [
    Changes(columns=[(LOG, pd.DataFrame({"due": pd.to_datetime(["2024-05-01 09:00", None])}, index=[4, 5]))]),
    Changes(append=[(LOG, pd.DataFrame({"no": ["N3"], "at": [datetime(2024, 5, 1, 9)]}))]),
], ids=["computed", "appended"])  # fmt: skip
def test_a_book_of_1904(changes: Changes, tmp_path: Path) -> None:
    rows = [row(4, "N1", None, None, None, None, '<c r="F4" s="2"><v>43950.5</v></c>'), row(5, "N2")]
    path = log_book(tmp_path / "台账.xlsx", rows, workbook_pr='<workbookPr date1904="1"/>')
    before = FileBook(path).read([LOG])["log"]
    FileBook(path).apply(changes)
    path.write_bytes(zip_bytes({**parts_of(path), "docProps/x.xml": b"<x/>"}))
    assert FileBook(path).undo().whole is False
    after = FileBook(path).read([LOG])["log"]
    assert (after.rows.tolist(), after.columns) == (before.rows.tolist(), before.columns)
    assert b"<v>43950.5</v>" in parts_of(path)["xl/worksheets/sheet1.xml"]


def test_rows_that_were_sorted_are_not_filled_with_other_rows_values(tmp_path: Path) -> None:
    """The same status in both rows: only the number tells that they changed places."""
    path = log_book(tmp_path / "台账.xlsx", [row(4, "N1", None, "甲"), row(5, "N2", None, "乙")])
    FileBook(path).apply(Changes(columns=[(LOG, pd.DataFrame({"status": ["达标", "达标"]}, index=[4, 5]))]))
    parts = parts_of(path)
    xml = parts["xl/worksheets/sheet1.xml"]
    xml = xml.replace(b"N1", b"N0").replace(b"N2", b"N1").replace(b"N0", b"N2")
    path.write_bytes(zip_bytes({**parts, "xl/worksheets/sheet1.xml": xml}))
    assert "改过:“记录”第 4 行(移动、排序过或已删除)、“记录”第 5 行(移动、排序过或已删除)。" in _refusal(path)


@pytest.mark.parametrize(("typed", "moved"), [({"A4": "甲2"}, False), ({"A4": "甲2", "C4": "换人"}, True)])
def test_rows_without_a_number_are_known_by_what_else_was_typed(
    typed: dict[str, str], moved: bool, tmp_path: Path
) -> None:
    """One typed cell may be corrected since; where nothing is as it was, it is another row."""
    log = replace(LOG, identity=())
    path = log_book(tmp_path / "台账.xlsx", [row(4, "N1", None, "甲"), row(5, "N2", None, "乙")])
    FileBook(path).apply(Changes(columns=[(log, pd.DataFrame({"status": ["达标", "达标"]}, index=[4, 5]))]))
    book = openpyxl.load_workbook(path)
    for address, text in typed.items():
        book["记录"][address] = text
    book.save(path)
    if moved:
        assert "“记录”第 4 行(移动、排序过或已删除)。" in _refusal(path)
    else:
        FileBook(path).undo()


@pytest.mark.parametrize(
    ("formula", "since"),
    [("新的!B1", "“清单”E9(引用了工作表“新的”)"), ("SUM('新的'!A1:B2)", "“清单”E9(引用了工作表“新的”)")],
)
def test_a_made_tab_that_somebody_reads_by_now_stays(formula: str, since: str, ledger: Path) -> None:
    FileBook(ledger).apply(Changes(tabs=[Tab("我的", "新的", {})]), occasion=OCCASION)
    book = openpyxl.load_workbook(ledger)
    book["清单"]["E9"] = f"={formula}"
    book.save(ledger)
    assert f"它写过的地方后来改过:{since}。" in _refusal(ledger)


def test_a_made_tab_that_is_gone_or_renamed_is_left_to_the_person(ledger: Path) -> None:
    FileBook(ledger).apply(
        Changes(tabs=[Tab("我的", "新的", {}), Tab("我的", "又一", {})], columns=STATUS.columns), occasion=OCCASION
    )
    book = openpyxl.load_workbook(ledger)
    book["新的"].title = "我留着的"
    del book["又一"]
    book.save(ledger)
    FileBook(ledger).undo()
    assert list(FileBook(ledger).titles()) == ["记录", "清单", "我的", "我留着的"]


def test_a_made_tab_with_a_macro_module_has_to_be_deleted_by_hand(tmp_path: Path) -> None:
    """Excel gives each sheet of a macro workbook a module inside vbaProject.bin, which undo does not touch."""
    path = log_book(tmp_path / "台账.xlsx", extra={"xl/vbaProject.bin": b"vba"})
    parts = parts_of(path)
    rels = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId300" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        b'Target="vbaProject.bin"/></Relationships>',
    )
    path.write_bytes(zip_bytes({**parts, "xl/_rels/workbook.xml.rels": rels}))
    FileBook(path).apply(Changes(tabs=[Tab("我的", "新的", {})]), occasion=OCCASION)
    parts = parts_of(path)
    head, body = parts["xl/worksheets/sheet4.xml"].split(b"<sheetData>", 1)
    parts["xl/worksheets/sheet4.xml"] = head + b'<sheetPr codeName="Sheet4"/><sheetData>' + body
    path.write_bytes(zip_bytes(parts))
    assert "工作表“新的”(已有宏模块,请先在 Excel 里删除这个工作表)" in _refusal(path)


def _journal_of(done: Path, change: Callable[[Path], None]) -> None:
    journal = from_bytes(journal_path(done).read_bytes())
    assert journal.was == hashlib.sha256(_backup(done).read_bytes()).hexdigest()
    assert journal.became == hashlib.sha256(done.read_bytes()).hexdigest()
    change(done)


def test_the_journal_knows_both_states_by_their_sha256(done: Path) -> None:
    _journal_of(done, lambda path: None)
    journal = from_bytes(journal_path(done).read_bytes())
    assert (journal.label, journal.at, journal.backup) == (
        "更新时效", datetime(2024, 5, 6, 9), f"备份/{_backup(done).name}",
    )  # fmt: skip
    assert to_bytes(replace(journal, label="x")) != to_bytes(journal)
