"""A file on disk: nothing lost, nothing half written, nothing overwritten that somebody else changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pytest

from tests.support.libreoffice import LibreOffice
from tests.workbook.odd_books import LIST, LOG, log_book, parts_of, row
from workbook.book import Book, Changes, Link
from workbook.file_book import FileBook
from workbook.issues import WorkbookError
from workbook.package import backups, saving
from workbook.package.backups import Keep

STATUS = Changes(columns=[(LOG, pd.DataFrame({"status": ["达标", "超时"]}, index=[4, 5]))])
RICH = {
    "xl/vbaProject.bin": bytes(range(256)) * 8,
    "xl/threadedComments/threadedComment1.xml": b'<ThreadedComments xmlns="urn:x"/>',
    "xl/slicers/slicer1.xml": b'<slicers xmlns="urn:x" xmlns:mc="urn:mc" mc:Ignorable="x"/>',
    "xl/ctrlProps/ctrlProp1.xml": b'<formControlPr xmlns="urn:x"/>',
    "customUI/customUI14.xml": b"<customUI/>",
    "docProps/app.xml": b'<?xml version="1.0"?>\r\n<Properties/>',
    "xl/drawings/vmlDrawing1.vml": b"<xml><br></xml>",
}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return log_book(tmp_path / "台账.xlsx", extra=RICH, calc_chain=True)


def test_it_is_a_book(ledger: Path) -> None:
    book: Book = FileBook(ledger)
    assert (book.name, book.selection()) == ("台账.xlsx", None)


def _changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_only_the_parts_that_must_change_do(ledger: Path) -> None:
    before = parts_of(ledger)
    FileBook(ledger).apply(STATUS)
    after = parts_of(ledger)
    assert _changed(before, after) == {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]
    assert list(before) == list(after)


def test_every_other_cell_of_the_sheet_keeps_its_bytes(ledger: Path) -> None:
    before = parts_of(ledger)["xl/worksheets/sheet1.xml"].decode()
    FileBook(ledger).apply(STATUS)
    after = parts_of(ledger)["xl/worksheets/sheet1.xml"].decode()
    for number, text in ((4, "达标"), (5, "超时")):
        after = after.replace(f'<c r="E{number}" t="inlineStr"><is><t>{text}</t></is></c>', "")
    assert after == before


def test_calc_chain_goes_only_with_a_formula_cell(ledger: Path) -> None:
    book = FileBook(ledger)
    book.apply(STATUS)
    assert "xl/calcChain.xml" in parts_of(ledger)
    book.apply(Changes(replace=[(LIST, pd.DataFrame({"cell": [Link("记录", "A4", "A4")]}))]))
    parts = parts_of(ledger)
    assert "xl/calcChain.xml" not in parts
    assert b"calcChain" not in parts["[Content_Types].xml"] + parts["xl/_rels/workbook.xml.rels"]


def test_stale_counts_formulas_that_read_a_written_column(ledger: Path) -> None:
    shares = Changes(columns=[(LOG, pd.DataFrame({"share": [0.5]}, index=[4]))])
    assert FileBook(ledger).apply(shares).stale == 1
    assert FileBook(ledger).apply(STATUS).stale == 0


def test_stale_leaves_out_the_formulas_of_our_own_tabs(ledger: Path) -> None:
    book = FileBook(ledger)
    shares = Changes(columns=[(LOG, pd.DataFrame({"share": [0.5]}, index=[4]))], own_tabs=list(book.titles()))
    assert book.apply(shares).stale == 0


def test_a_macro_workbook_stays_one(ledger: Path) -> None:
    macro = ledger.with_suffix(".xlsm")
    ledger.rename(macro)
    FileBook(macro).apply(STATUS)
    assert parts_of(macro)["xl/vbaProject.bin"] == RICH["xl/vbaProject.bin"]


@pytest.mark.parametrize("date1904", [False, True])
def test_both_date_systems(date1904: bool, tmp_path: Path) -> None:
    moment = 45413.375 - (1462 if date1904 else 0)
    rows = [row(4, "N1", f'<c r="B4" s="2"><v>{moment}</v></c>', f'<c r="C4" s="3"><v>{moment}</v></c>',
                '<c r="D4"><v>45000</v></c>'), row(5, "N2", '<c r="B5" s="2"><v>0.375</v></c>')]  # fmt: skip
    pr = '<workbookPr date1904="1"/>' if date1904 else "<workbookPr/>"
    path = log_book(tmp_path / "a.xlsx", rows, workbook_pr=pr)
    book = FileBook(path)
    cells = book.read([LOG])["log"]
    assert cells.columns["at"] == [45413.375, 0.375]
    assert (cells.columns["who"], cells.columns["given"]) == ([45413.375, None], [45000.0, None])
    due = Changes(columns=[(LOG, pd.DataFrame({"due": pd.to_datetime(["2024-05-01 09:00"])}, index=[4]))])
    assert book.apply(due).written == 1
    assert f"<v>{moment}</v></c></row>".encode() in parts_of(path)["xl/worksheets/sheet1.xml"]
    assert book.read([LOG])["log"].columns["due"] == [45413.375, None]
    assert book.apply(due).written == 0


def test_the_old_version_is_kept_beside(ledger: Path) -> None:
    before = ledger.read_bytes()
    applied = FileBook(ledger).apply(STATUS)
    assert applied.saved == ledger
    assert applied.backup is not None
    assert applied.backup.parent == ledger.parent / "备份"
    assert applied.backup.read_bytes() == before
    assert {p.name for p in ledger.parent.iterdir()} == {"台账.xlsx", "备份"}


def test_twenty_backups_are_kept(ledger: Path) -> None:
    (ledger.parent / "备份").mkdir()
    other = ledger.parent / "备份" / "台账 我自己的.xlsx"
    other.write_bytes(b"")
    book = FileBook(ledger)
    for number in range(23):
        os.utime(ledger, (1_700_000_000 + number, 1_700_000_000 + number))
        book.apply(Changes(columns=[(LOG, pd.DataFrame({"status": [str(number)]}, index=[4]))]))
    kept = sorted(p for p in (ledger.parent / "备份").glob("*.xlsx") if p != other)
    assert len(kept) == 20
    assert other.exists()
    statuses = [FileBook(p).read([LOG])["log"].columns["status"][0] for p in (kept[0], kept[-1])]
    assert statuses == ["2", "21"]


def test_save_as_leaves_the_ledger_alone(ledger: Path) -> None:
    before = ledger.read_bytes()
    target = ledger.with_name("副本.xlsx")
    applied = FileBook(ledger).apply(STATUS, save_as=target)
    assert (applied.saved, applied.backup) == (target, None)
    assert ledger.read_bytes() == before
    assert FileBook(target).read([LOG])["log"].columns["status"] == ["达标", "超时"]
    with pytest.raises(WorkbookError, match=r"保持 \.xlsx 不变"):
        FileBook(ledger).apply(STATUS, save_as=ledger.with_name("副本.xlsm"))
    assert not ledger.with_name("副本.xlsm").exists()


def test_a_file_changed_underneath_is_not_overwritten(ledger: Path) -> None:
    book = FileBook(ledger)
    book.read([LOG])
    FileBook(ledger).apply(Changes(columns=[(LOG, pd.DataFrame({"status": ["别人"]}, index=[4]))]))
    with pytest.raises(WorkbookError) as stopped:
        book.apply(STATUS)
    assert stopped.value.code == "file.changed"
    book.read([LOG])
    book.apply(STATUS)
    assert book.read([LOG])["log"].columns["status"] == ["达标", "超时"]


HOLDER = """
import fcntl, sys
f = open(sys.argv[1], "r+b")
fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="record locks are how POSIX programs hold a file")
def test_a_file_open_elsewhere_is_refused_and_save_as_is_the_way_out(ledger: Path) -> None:
    before = ledger.read_bytes()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(ledger)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(WorkbookError) as stopped:
            FileBook(ledger).apply(STATUS)
        assert stopped.value.code == "file.open"
        assert "--save-as" in str(stopped.value)
        assert ledger.read_bytes() == before
        FileBook(ledger).apply(STATUS, save_as=ledger.with_name("副本.xlsx"))
    finally:
        holder.communicate("")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are listed on Linux only")
def test_a_workbook_that_stands_open_in_libreoffice_is_refused(ledger: Path, libreoffice: LibreOffice) -> None:
    before = ledger.read_bytes()
    with libreoffice.holding(ledger):
        assert ledger.with_name(".~lock.台账.xlsx#").exists(), "LibreOffice did not open it for editing"
        with pytest.raises(WorkbookError) as stopped:
            FileBook(ledger).apply(STATUS)
        assert stopped.value.code == "file.open"
        assert ledger.read_bytes() == before
        FileBook(ledger).apply(STATUS, save_as=ledger.with_name("副本.xlsx"))
    assert FileBook(ledger).apply(STATUS).saved == ledger


@pytest.mark.parametrize(("mode", "refused"), [("r+b", True), ("rb", False)])
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are listed on Linux only")
def test_who_only_reads_the_file_does_not_hold_it(mode: str, refused: bool, ledger: Path) -> None:
    code = f"import sys; f = open(sys.argv[1], {mode!r}); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(ledger)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        if refused:
            with pytest.raises(WorkbookError, match="正在别的程序里打开"):
                FileBook(ledger).apply(STATUS)
        else:
            assert FileBook(ledger).apply(STATUS).saved == ledger
    finally:
        holder.communicate("")


def test_a_lock_file_left_lying_about_is_no_lock(ledger: Path) -> None:
    ledger.with_name("~$台账.xlsx").write_bytes(b"x")
    ledger.with_name(".~lock.台账.xlsx#").write_bytes(b"x")
    assert FileBook(ledger).apply(STATUS).saved == ledger


@pytest.mark.parametrize("step", ["_verify", "back_up", "replace"])
def test_a_crash_at_any_step_leaves_the_old_file_whole(
    step: str, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ledger.read_bytes()

    def fail(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(*((saving.os, "replace") if step == "replace" else (saving, step)), fail)
    with pytest.raises(WorkbookError) as stopped:
        FileBook(ledger).apply(STATUS)
    assert stopped.value.code == "file.unwritable"
    assert ledger.read_bytes() == before
    assert [p.name for p in ledger.parent.iterdir() if p.suffix == ".tmp"] == []


@pytest.mark.parametrize(
    ("error", "code"),
    [(OSError(28, "disk full"), "file.disk_full"), (PermissionError(13, "read-only"), "file.unwritable")],
)
def test_a_backup_that_cannot_be_written_leaves_nothing_behind_and_says_where(
    error: OSError, code: str, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ledger.read_bytes()

    def half(file: BinaryIO, data: bytes) -> None:
        file.write(data[:100])
        raise error

    monkeypatch.setattr(backups, "write_durably", half)
    with pytest.raises(WorkbookError) as stopped:
        FileBook(ledger).apply(STATUS)
    assert stopped.value.code == code
    assert "备份" in str(stopped.value)
    assert list((ledger.parent / "备份").iterdir()) == []
    assert ledger.read_bytes() == before


def test_the_backup_just_made_is_kept_however_old_the_file_was(ledger: Path) -> None:
    folder = ledger.parent / "备份"
    folder.mkdir()
    for n in range(Keep().number):
        (folder / f"{ledger.stem} 20990101-0000{n:02d}-00.xlsx").write_bytes(b"newer")
    before = ledger.read_bytes()
    backup = FileBook(ledger).apply(STATUS).backup
    assert backup is not None
    assert backup.read_bytes() == before


def test_a_file_that_does_not_read_back_is_given_up(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ledger.read_bytes()
    monkeypatch.setattr(saving, "inflate", lambda *_: b"<broken")
    with pytest.raises(WorkbookError) as stopped:
        FileBook(ledger).apply(STATUS)
    assert stopped.value.code == "file.not_verified"
    assert ledger.read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_stays_a_link_and_rights_stay(ledger: Path, tmp_path: Path) -> None:
    ledger.chmod(0o640)
    link = tmp_path / "链接.xlsx"
    link.symlink_to(ledger)
    FileBook(link).apply(STATUS)
    assert link.is_symlink()
    assert ledger.stat().st_mode & 0o777 == 0o640
    assert FileBook(ledger).read([LOG])["log"].columns["status"] == ["达标", "超时"]


def test_backups_this_object_made_can_be_forgotten(ledger: Path) -> None:
    book = FileBook(ledger)
    book.apply(STATUS)
    book.forget_backups()
    assert not (ledger.parent / "备份").exists()


def test_a_second_read_sees_what_others_saved(ledger: Path) -> None:
    book = FileBook(ledger)
    assert book.read([LOG])["log"].columns["status"] == [None, None]
    FileBook(ledger).apply(STATUS)
    assert book.read([LOG])["log"].columns["status"] == ["达标", "超时"]


def test_another_reader_agrees_on_the_packaged_templates_and_after_editing(tmp_path: Path) -> None:
    """calamine judges: every cell of every tab, before and after rows were appended."""
    from python_calamine import CalamineWorkbook

    from workbook.resources import templates
    from workbook.sheets import RESPONSE_LOG

    path = tmp_path / "台账.xlsx"
    path.write_bytes(templates().read_bytes())
    before = {
        n: CalamineWorkbook.from_path(path).get_sheet_by_name(n).to_python() for n in FileBook(path).titles()
    }
    frame = pd.DataFrame(
        {"customer": ["张女士", "=王"], "contact": ["1385678", "010-1234"], "problem": ["a\nb", "<&>"]}
    )
    FileBook(path).apply(Changes(append=[(RESPONSE_LOG, frame)]))
    after = {n: CalamineWorkbook.from_path(path).get_sheet_by_name(n).to_python() for n in before}
    assert {n: cells for n, cells in after.items() if n != "响应记录"} == {
        n: cells for n, cells in before.items() if n != "响应记录"
    }
    rows = [r for r in after["响应记录"] if "张女士" in r or "=王" in r]
    assert [[c for c in r if c != ""] for r in rows] == [
        ["张女士", "1385678", "a\nb"],
        ["=王", "010-1234", "<&>"],
    ]
