"""Form files beside a saved ledger: made whole or made again, whatever happens in between; taken away by undo; and nothing
of any other customer in them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.crash_runner import NOW, Runner
from tests.support.file_operations import HALVED
from tests.support.ledgers import make_ledger
from tests.support.many_customers import check_privacy, ledger_rows
from tests.support.package_lint import lint
from workbook.file_book import FileBook
from workbook.issues import WorkbookError
from workbook.making_files import FOLDER_SUFFIX, BookTemplates, names_in, prepared, unfinished
from workbook.new_files import NewFile
from workbook.package.new_book import untouched_mark
from workbook.package.temporaries import PREFIX
from workbook.sheets import SHEETS
from workbook.sheets.reference import FORM_REGISTER
from workbook.template import build, save
from xlsvc import app
from xlsvc.form_tokens import seeded

FOLDER = "表单"
EVERY_MOMENT = bool(os.environ.get("XLSVC_EVERY_MOMENT"))
"""Dies at each operation of the run, not only at those between which something else is left behind."""

TICKETS = ["SN20240506001", "SN20240506002"]


def row(number: str, customer: str, phone: str) -> dict[str, Any]:
    return {"ticket": number, "customer": customer, "contact": phone, "problem": "漏水", "urgency": "一般", "owner": "张工",
            "accepted_at": datetime(2024, 5, 5, 9), "resolved_at": datetime(2024, 5, 6, 8), "status": "已完成"}  # fmt: skip


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [row(TICKETS[0], "王女士", "13800000001"), row(TICKETS[1], "*先生/二", "13800000002")]
    people = [{"name": "张工", "staff_no": "S002", "phone": "010-8802"}]
    book = build({"response_log": rows, "people": people})
    for title in set(book.sheetnames) - {*(sheet.title for sheet in SHEETS), "下拉", "表单_S002"}:
        del book[title]  # most of a save's time are the formulas of the reports
    path = tmp_path_factory.mktemp("forms") / "台账.xlsx"
    save(book, path)
    return path


@pytest.fixture
def ledger(pristine: Path, tmp_path: Path) -> Path:
    path = tmp_path / "办公室" / "台账.xlsx"
    path.parent.mkdir()
    shutil.copy(pristine, path)
    return path


def run(path: Path, **options: Any) -> app.Report:
    return app.run("forms", path, options, NOW)


def register(path: Path) -> dict[str, tuple[str, str]]:
    """File name -> (ticket, the mark it must carry)."""
    cells = FileBook(path).read([FORM_REGISTER])[FORM_REGISTER.key].columns
    return {
        str(file): (str(ticket), f"S002-1|{token}")
        for file, ticket, token in zip(cells["file"], cells["ticket"], cells["token"], strict=True)
        if token
    }


def marks(path: Path) -> dict[str, str | None]:
    """What stands in the output folder: file name -> its mark, None for what nobody made whole."""
    folder = path.parent / FOLDER
    found = folder.iterdir() if folder.exists() else ()
    return {p.name: untouched_mark(p.read_bytes()) if p.is_file() else None for p in found}


def whole(path: Path) -> None:
    """Every form of the register is a file with its code, and nothing else is there."""
    wanted = register(path)
    assert sorted(ticket for ticket, _ in wanted.values()) == TICKETS
    assert marks(path) == {name: mark for name, (_, mark) in wanted.items()}
    assert [p.name for p in path.parent.iterdir() if p.name.startswith(PREFIX)] == []


def test_forms_stand_in_a_folder_beside_the_ledger(ledger: Path) -> None:
    report = run(ledger)
    whole(ledger)
    folder = ledger.parent / FOLDER
    assert sorted(marks(ledger)) == ["客户满意度调查表_SN20240506001_王女士.xlsx", "客户满意度调查表_SN20240506002_先生-二.xlsx"]
    assert report.files == [str(ledger), *(str(folder / name) for name in sorted(marks(ledger)))]
    assert report.notice == f"已生成 2 份《客户满意度调查表》,并登记到“表单台账”。 文件在“{folder}”。"
    assert all(lint(folder / name) == [] for name in marks(ledger))
    before = ledger.read_bytes()
    again = run(ledger)
    assert (again.counts["已发过"], again.files, ledger.read_bytes()) == (2, [], before)


def test_a_deleted_or_emptied_file_is_made_again_byte_for_byte(ledger: Path) -> None:
    run(ledger)
    first, second = sorted((ledger.parent / FOLDER).iterdir())
    old = first.read_bytes(), second.read_bytes()
    first.unlink()
    second.write_bytes(b"")
    report = run(ledger, ticket=TICKETS)
    assert (first.read_bytes(), second.read_bytes()) == old
    assert report.counts["补做"] == 2


def test_another_folder_for_one_run_and_one_beside_a_copy(ledger: Path, tmp_path: Path) -> None:
    out = tmp_path / "给客户" / "五月"
    run(ledger, out=str(out), ticket=TICKETS[:1])
    assert len(list(out.iterdir())) == 1
    assert not (ledger.parent / FOLDER).exists()
    copy = tmp_path / "另存" / "台账.xlsx"
    copy.parent.mkdir()
    app.run("forms", ledger, {"ticket": TICKETS[1:]}, NOW, copy)
    assert len(list((copy.parent / FOLDER).iterdir())) == 1


def test_a_file_that_stands_there_is_never_written_over(ledger: Path) -> None:
    folder = ledger.parent / FOLDER
    folder.mkdir()
    stranger = folder / "客户满意度调查表_SN20240506001_王女士.xlsx"
    stranger.write_bytes(b"somebody's")
    run(ledger)
    assert stranger.read_bytes() == b"somebody's"
    assert sorted(register(ledger))[0] == "客户满意度调查表_SN20240506001_王女士 (2).xlsx"
    assert len(marks(ledger)) == 3


def test_a_file_that_appears_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    files = [NewFile("甲.txt", b"ours"), NewFile("乙.txt", b"ours")]
    with prepared(files, tmp_path / "表单", BookTemplates(lambda: tmp_path)) as pending:
        (tmp_path / "表单" / "甲.txt").write_bytes(b"theirs")
        placed = pending.place()
    assert (placed.left, [path.name for path in placed.made]) == (["甲.txt"], ["乙.txt"])
    assert {name: (tmp_path / "表单" / name).read_bytes() for name in names_in(tmp_path / "表单")} == {
        "甲.txt": b"theirs", "乙.txt": b"ours",
    }  # fmt: skip
    assert unfinished(tmp_path / "表单")


def test_a_folder_that_takes_no_files_stops_before_anything_is_written(ledger: Path) -> None:
    (ledger.parent / FOLDER).write_bytes(b"a file, no folder")
    before = ledger.read_bytes()
    with pytest.raises(WorkbookError) as stopped:
        run(ledger)
    assert stopped.value.code == "files.unwritable"
    assert ledger.read_bytes() == before


def test_a_ledger_that_cannot_be_saved_leaves_no_file(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise WorkbookError("file.open", file="台账.xlsx")

    monkeypatch.setattr("workbook.package.saving.replace_file", refuse)
    with pytest.raises(WorkbookError):
        run(ledger)
    assert [p.name for p in ledger.parent.iterdir()] == [ledger.name]


def test_a_file_that_does_not_go_in_place_is_told_and_made_by_the_next_run(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbook import making_files

    put, tried = making_files._put, []

    def second_fails(part: Path, target: Path) -> None:
        tried.append(target)
        if len(tried) == 2:
            raise PermissionError(target)
        put(part, target)

    monkeypatch.setattr(making_files, "_put", second_fails)
    report = run(ledger)
    assert [(i.code, i.values["count"]) for i in report.issues] == [("files.not_placed", 1)]
    assert (report.exit_code, len(names_in(ledger.parent / FOLDER)), len(register(ledger))) == (1, 1, 2)
    assert run(ledger).counts["补做"] == 1
    whole(ledger)


def test_undo_takes_the_rows_and_the_files_nobody_touched(ledger: Path) -> None:
    run(ledger, drafts=True)
    before = sorted((ledger.parent / FOLDER).iterdir())
    assert len(before) == 4
    sent = next(p for p in before if p.suffix == ".xlsx")
    book = openpyxl.load_workbook(sent)
    book.worksheets[0]["A1"] = "客户填过"
    book.save(sent)
    filled = sent.read_bytes()
    report = app.undo(ledger)
    assert register(ledger) == {}
    assert report.notice.endswith("删除没有动过的表单文件 1 个,另有 1 个表单文件改过、打不开或已移走,没有删除,上面的回执码已经作废。")
    assert sent.read_bytes() == filled
    assert sorted((ledger.parent / FOLDER).iterdir()) == [sent.with_suffix(".eml"), sent]
    run(ledger)
    assert sorted(ticket for ticket, _ in register(ledger).values()) == TICKETS
    assert all(marks(ledger)[name] == mark for name, (_, mark) in register(ledger).items())


def test_undo_of_untouched_forms_leaves_the_folder_as_it_was(ledger: Path) -> None:
    before = ledger.read_bytes()
    run(ledger)
    app.undo(ledger)
    assert ledger.read_bytes() == before
    assert not (ledger.parent / FOLDER).exists()


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    runner = Runner()
    yield runner
    runner.close()


@pytest.mark.skipif(sys.platform == "win32", reason="runs are forked")
def test_a_kill_at_any_operation_is_made_good_by_the_next_run(runner: Runner, pristine: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "办公室" / "台账.xlsx"

    def reset() -> None:
        shutil.rmtree(ledger.parent, ignore_errors=True)
        ledger.parent.mkdir()
        shutil.copy(pristine, ledger)

    old = pristine.read_bytes()
    reset()
    runner.ask(ledger, "forms", warm_up=True)
    reset()
    recorded = runner.ask(ledger, "forms", watch=True)
    whole(ledger)
    operations = recorded["operations"]
    own = [at for at, (_, target) in enumerate(operations) if FOLDER in target]
    assert len(own) > 10
    replaced = max(at for at, (name, target) in enumerate(operations) if name == "replace" and FOLDER not in target)
    placing = [at for at in own if at > replaced and operations[at][0] in ("replace", "rename")]
    halves = [at for at in own if operations[at][0] in HALVED]
    cleared = max(at for at in own if operations[at][1].endswith(FOLDER_SUFFIX))
    moments = [(at, "before") for at in (replaced, *placing, cleared)] + [(halves[0], "half")]
    if EVERY_MOMENT:
        moments += [(at, "before") for at in own] + [(at, "half") for at in halves]
    seen = set()
    for at, when in sorted(set(moments)):
        where = f"killed {when} {at} {operations[at]}"
        reset()
        assert runner.ask(ledger, "forms", watch=True, at=at, when=when)["status"] == -9, where
        saved = ledger.read_bytes() != old
        seen.add((saved, len([m for m in marks(ledger).values() if m])))
        assert saved or marks(ledger).keys() == {n for n in marks(ledger) if n.startswith(PREFIX)}, where
        tokens = register(ledger)
        done = runner.ask(ledger, "forms")
        assert done["exit"] == 0, where
        if saved:
            assert register(ledger) == tokens, f"{where}: a form was issued twice"
        whole(ledger)
    assert seen == {(False, 0), (True, 0), (True, 1), (True, 2)}


def test_a_dead_runs_folder_goes_and_a_living_ones_stays(ledger: Path) -> None:
    from workbook.package.temporaries import temporary

    folder = ledger.parent / FOLDER
    dead, living = folder / f"{PREFIX}abcdefgh.files", folder / f"{PREFIX}ijklmnop.files"
    for path in (dead, living):
        path.mkdir(parents=True)
        (path / f"0{PREFIX}").write_bytes(b"half")
    with temporary(living):
        run(ledger)
        assert not dead.exists()
        assert living.exists()


def test_no_form_holds_anything_of_another_customer(tmp_path: Path) -> None:
    path = make_ledger(tmp_path / "台账.xlsx", {"response_log": ledger_rows(12, NOW)})
    app.run("forms", path, {"random_token": seeded("many"), "drafts": True}, NOW)
    assert check_privacy(path, path.parent / FOLDER, 12) == 12
