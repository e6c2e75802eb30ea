"""Returned forms collected from a folder: every outcome once, twice, after a crash, and on another machine."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.returned import (
    ENTERED,
    all_rows,
    collect,
    fill,
    issue,
    ledger_with_tickets,
    places,
    sheet_rows,
    type_into_xml,
)
from workbook import file_moves
from workbook.file_book import FileBook
from xlsvc import app

GOLDEN = Path(__file__).parent / "golden" / "returned_forms.txt"
EARLY, LATE, NOW = datetime(2024, 5, 2, 9), datetime(2024, 5, 10, 9), datetime(2024, 5, 12, 10, 30)
S002 = dict(ENTERED["S002"])
TICKET = "SN20240501{:03d}".format


def _set(name: str, value: Any, mark: str | None = None) -> Callable[[Any], None]:
    """Alters one locked cell of a form, and the mark in its properties where one is given."""

    def alter(tab: Any) -> None:
        tab[places(tab)[name]].value = value
        if mark is not None:
            for prop in tab.parent.custom_doc_props:
                prop.value = mark

    return alter


def make_returns(home: Path) -> tuple[Path, Path]:
    """(a ledger, a folder of what came back): each outcome, most of them twice."""
    ledger = ledger_with_tickets(home / "台账.xlsx", 14)
    (s000,) = issue(ledger, "S000", [TICKET(12)], EARLY)
    (s001,) = issue(ledger, "S001", [], EARLY)
    (s003,) = issue(ledger, "S003", [TICKET(13)], EARLY)
    (s004,) = issue(ledger, "S004", [TICKET(14)], EARLY)
    forms = issue(ledger, "S002", [TICKET(n) for n in range(1, 12)], LATE)
    tokens = [str(row["token"]) for row in sheet_rows(ledger, "form_register") if row["profile"].startswith("S002")]
    box = home / "回收"
    type_into_xml(forms[0], box / "01 表单.xlsx", S002)
    fill(forms[0], box / "02 又发了一次.xlsx", dict(reversed(list(S002.items()))) | {"答_improvement": " 没有 "})
    type_into_xml(forms[0], box / "03 改了主意.xlsx", S002 | {"分_attitude": 2})
    shutil.copy(box / "01 表单.xlsx", box / "04 副本.xlsx")
    type_into_xml(s004, box / "05 晚到.xlsx", ENTERED["S004"])
    type_into_xml(s000, box / "06 晚到而签得早.xlsx", ENTERED["S000"])
    fill(forms[1], box / "07 改了工单号.xlsx", S002, _set("工单号", TICKET(99)))
    fill(forms[2], box / "08 旧版.xlsx", S002, _set("表单版本", "S002-0"))
    fill(forms[3], box / "09 新版.xlsx", S002, _set("表单版本", "S002-9"))
    fill(forms[4], box / "10 别家的.xlsx", S002, _set("回执码", "2222-2222", "S002-1|2222-2222"))
    fill(forms[4], box / "11 没有回执码.xlsx", S002, _set("回执码", None, ""))
    fill(forms[4], box / "12 两个回执码.xlsx", S002, _set("回执码", tokens[5]))
    fill(forms[5], box / "13 回执码删了.xlsx", S002, _set("回执码", None))
    fill(forms[6], box / "14 空白.xlsx", {})
    type_into_xml(forms[7], box / "15 说不清.xlsx", S002 | {"分_response": "4-5", "答_customer_type": "新客户、老客户"})
    book = openpyxl.Workbook()
    book.create_sheet("对账").append(["客户", "金额"])
    book.save(box / "16 对账单.xlsx")
    (box / "17 表单照片.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    (box / "18 扫描.pdf").write_bytes(b"%PDF-1.4" + bytes(100))
    (box / "19 说明.docx").write_bytes(b"PK\x03\x04" + bytes(100))
    (box / "20 没传完.xlsx").write_bytes((box / "01 表单.xlsx").read_bytes()[:4000])
    (box / "21 空.xlsx").write_bytes(b"")
    type_into_xml(s003, box / "分公司" / "22 自评.xlsx", dict(ENTERED["S003"]) | {"答_assessor": "技术部*李工"})
    type_into_xml(s003, box / "分公司" / "23 评估.xlsx", ENTERED["S003"])
    type_into_xml(s003, box / "分公司" / "24 另一份评估.xlsx", dict(ENTERED["S003"]) | {"分_process": 3})
    type_into_xml(s001, box / "25 匿名 张三.xlsx", ENTERED["S001"])
    type_into_xml(s001, box / "26 匿名 李四.xlsx", dict(ENTERED["S001"]) | {"分_process": 5})
    type_into_xml(forms[8], home / "客户甲.xlsx", S002)
    with zipfile.ZipFile(box / "27 一包.zip", "w") as archive:
        archive.write(home / "客户甲.xlsx", "表单/客户甲.xlsx")
        archive.write(box / "03 改了主意.xlsx", "再发.xlsx")
        archive.writestr("照片.png", b"\x89PNG")
        archive.writestr("里面/又一包.zip", b"PK\x05\x06" + bytes(18))
    (home / "客户甲.xlsx").unlink()
    (box / "28 包.rar").write_bytes(b"Rar!" + bytes(40))
    (box / "~$01 表单.xlsx").write_bytes(b"owner")
    return ledger, box


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("returned")
    make_returns(home)
    return home


@pytest.fixture(scope="module")
def few(returns: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(the ledger with a handful of the files, the same after they were collected)."""
    home = tmp_path_factory.mktemp("few")
    for name in ("returned", "collected"):
        (home / name).mkdir()
        shutil.copy(returns / "台账.xlsx", home / name)
        for file in (returns / "回收").glob("*.*"):
            if file.name[:2] in ("01", "03", "10", "17", "20", "25", "27"):
                (home / name / "回收").mkdir(exist_ok=True)
                shutil.copy(file, home / name / "回收")
    collect(home / "collected" / "台账.xlsx", home / "collected" / "回收", NOW)
    return home / "returned", home / "collected"


def files_in(folder: Path) -> Counter[bytes]:
    return Counter(p.read_bytes() for p in folder.rglob("*") if p.is_file() and not p.name.startswith("~$"))


def cells_of(home: Path) -> dict[str, list[list[Any]]]:
    return all_rows(home / "台账.xlsx")


@pytest.fixture(scope="module")
def collected(returns: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, app.Report]:
    home = tmp_path_factory.mktemp("collected") / "office"
    shutil.copytree(returns, home)
    return home, collect(home / "台账.xlsx", home / "回收", NOW)


def test_every_outcome(collected: tuple[Path, app.Report]) -> None:
    home, report = collected
    told = [report.notice, str({k: v for k, v in report.counts.items() if v}), *report.answers, "---"]
    keys = ("file", "result", "ticket", "remark", "archived")
    told += ["  ".join(str(row.get(key, "—")) for key in keys) for row in sheet_rows(home / "台账.xlsx", "return_log")]
    text = "\n".join(told) + "\n"
    if os.environ.get("XLSVC_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_answers_and_register_agree(collected: tuple[Path, app.Report]) -> None:
    home, _ = collected
    answers = {row.get("receipt", ""): row for row in sheet_rows(home / "台账.xlsx", "evaluations")}
    issued = {row["ticket"]: row for row in sheet_rows(home / "台账.xlsx", "form_register") if "ticket" in row}
    states = {n: issued[TICKET(n)].get("state") for n in range(1, 15)}
    back = {1: "冲突"} | dict.fromkeys((2, 3, 6, 8, 9, 12, 13, 14), "已回收") | dict.fromkeys((4, 5, 7, 10, 11), "已生成")
    assert states == back
    first = issued[TICKET(1)]["token"]
    assert [answers[r]["attitude"] for r in (first, f"{first}#2")] == [4, 2]
    assert answers[issued[TICKET(2)]["token"]]["ticket"] == TICKET(2)
    unclear = answers[issued[TICKET(8)]["token"]]
    assert ("response" in unclear, "customer_type" in unclear) == (False, False)
    assert unclear["evaluator_note"] == "您的客户类型原写“新客户、老客户”,没有采用;服务响应速度原写“4-5”,没有采用"
    assessed = issued[TICKET(13)]
    back_at = (assessed["returned_at"], assessed["returned_file"], len(assessed["answers_mark"]), assessed["purpose"])
    assert back_at == (NOW, "分公司/23 评估.xlsx", 16, "内部评估"), "when the form came back, not the day it was assessed"
    assert answers[issued[TICKET(12)]["token"]]["evaluated_at"] == datetime(2024, 5, 4)
    scores = [row.get("score") for row in sheet_rows(home / "台账.xlsx", "quality_assessment")]
    assert scores == [5, 4, 5, 4]


def test_a_later_update_says_the_same_of_every_form(collected: tuple[Path, app.Report], tmp_path: Path) -> None:
    ledger = Path(shutil.copy(collected[0] / "台账.xlsx", tmp_path))
    keys = ("token", "state", "returned_at", "returned_file", "answers_mark")
    before = [[row.get(key) for key in keys] for row in sheet_rows(ledger, "form_register")]
    app.run("update", ledger, {}, NOW)
    assert [[row.get(key) for key in keys] for row in sheet_rows(ledger, "form_register")] == before


def test_what_was_not_taken_is_told_with_its_remedy(collected: tuple[Path, app.Report]) -> None:
    told = [issue.message for issue in collected[1].issues if issue.code == "collect.dropped"]
    what = "您的客户类型原写“新客户、老客户”、服务响应速度原写“4-5”"
    assert told == [
        f"“15 说不清.xlsx”:已回收,但 2 项没有采用:{what}。请向客户问清后,填到“评价记录”(工单 SN20240501008)那一行。"
    ]


def test_a_score_off_the_scale_is_quoted_and_not_written(returns: Path, tmp_path: Path) -> None:
    ledger = Path(shutil.copy(returns / "台账.xlsx", tmp_path))
    rows = {row["ticket"]: row for row in sheet_rows(ledger, "form_register") if "ticket" in row}
    box = tmp_path / "回收"
    for number, score in ((10, 6), (11, "满意")):
        form = next((returns / "表单").rglob(rows[TICKET(number)]["file"]))
        type_into_xml(form, box / f"{number}.xlsx", S002 | {"分_attitude": score})
    report = collect(ledger, box, NOW)
    assert report.notice.startswith("看了 2 个文件:已回收 2 个。")
    assert [i.message.partition(":")[2].partition("。")[0] for i in report.issues if i.code == "collect.dropped"] == [
        f"已回收,但 1 项没有采用:服务人员态度原写“{score}”" for score in (6, "满意")
    ]
    answers = sheet_rows(ledger, "evaluations")
    assert [("attitude" in row, row["evaluator_note"]) for row in answers] == [
        (False, f"服务人员态度原写“{score}”,没有采用") for score in (6, "满意")
    ]
    again = collect(ledger, box, NOW)
    assert again.notice == (
        f"“{box}”里没有要回收的文件。请把客户发回的表单(也可以是压缩包)放进去,再点一次。"
        f"以前收过的在“{box}/已归档”,要重收请移回“回收”。"
    )


def test_nothing_links_an_anonymous_answer(collected: tuple[Path, app.Report]) -> None:
    home, report = collected
    rows = [row for row in sheet_rows(home / "台账.xlsx", "evaluations") if row["profile"].startswith("S001")]
    kept = {"profile", "channel", "version", "evaluated_at", "explain", "response", "resolution", "attitude", "process", "added_value"}
    assert [set(row) for row in rows] == [kept, kept]
    assert {row["evaluated_at"] for row in rows} == {datetime(2024, 5, 12)}
    log = [row for row in sheet_rows(home / "台账.xlsx", "return_log") if row.get("profile", "").startswith("S001")]
    assert [set(row) for row in log] == [{"at", "result", "profile", "archived", "file_mark"}] * 2
    assert {row["at"] for row in log} == {datetime(2024, 5, 12)}
    assert "匿名 " not in str([cells_of(home), report.answers])
    assert sorted(p.name for p in (home / "回收" / "已归档").rglob("匿名*")) == ["匿名表单 (2).xlsx", "匿名表单.xlsx"]


def test_all_files_are_archived_and_none_is_lost(returns: Path, collected: tuple[Path, app.Report]) -> None:
    home, _ = collected
    assert files_in(home / "回收" / "已归档") == files_in(returns / "回收")
    assert [p.name for p in (home / "回收").rglob("*") if p.is_file() and "已归档" not in p.parts] == ["~$01 表单.xlsx"]


def test_collected_again_nothing_changes(collected: tuple[Path, app.Report], returns: Path, tmp_path: Path) -> None:
    """Once with an empty folder, once with all files put back into it."""
    home = tmp_path / "office"
    shutil.copytree(collected[0], home)
    before = cells_of(home)
    assert collect(home / "台账.xlsx", home / "回收", NOW).counts["以前收过"] == 0
    assert cells_of(home) == before
    shutil.copytree(returns / "回收", home / "回收", dirs_exist_ok=True)
    report = collect(home / "台账.xlsx", home / "回收", NOW)
    assert {k: v for k, v in report.counts.items() if v} == {"以前收过": 31}
    assert cells_of(home) == before
    twice = files_in(returns / "回收") + files_in(returns / "回收")
    assert files_in(home / "回收" / "已归档") == twice


class Crash(BaseException):
    """The machine goes off."""


def _crash(*args: object, **more: object) -> Any:
    raise Crash


def _crash_at(number: int, real: Callable[..., Any]) -> Callable[..., Any]:
    calls = 0

    def move(*args: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            raise Crash
        return real(*args, **more)

    return move


STEPS: dict[str, tuple[object, str, Callable[[], Callable[..., Any]]]] = {
    "between saving and moving": (file_moves, "move_files", lambda: _crash),
    "after two files were moved": (shutil, "move", lambda: _crash_at(3, shutil.move)),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_second_run_after_a_crash_loses_and_doubles_nothing(
    step: str, few: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "office"
    shutil.copytree(few[0], home)
    place, name, broken = STEPS[step]
    with monkeypatch.context() as crashing:
        crashing.setattr(place, name, broken())
        with pytest.raises(Crash):
            collect(home / "台账.xlsx", home / "回收", NOW)
    report = collect(home / "台账.xlsx", home / "回收", NOW)
    assert {k for k, v in report.counts.items() if v} == {"以前收过"}
    assert cells_of(home) == cells_of(few[1])
    assert files_in(home / "回收" / "已归档") == files_in(few[0] / "回收")
    names = [sorted(p.name for p in (place / "回收").rglob("*")) for place in (home, few[1])]
    assert names[0] == names[1]


def test_a_crash_before_the_ledger_is_saved_moves_nothing(few: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "office"
    shutil.copytree(few[0], home)
    monkeypatch.setattr(FileBook, "apply", _crash)
    with pytest.raises(Crash):
        collect(home / "台账.xlsx", home / "回收", NOW)
    assert files_in(home) == files_in(few[0])
    assert not (home / "回收" / "已归档").exists()


def test_another_machine_takes_back_with_only_the_ledger(few: tuple[Path, Path], tmp_path: Path) -> None:
    """No forms as made, no backups, another folder name: there only the forms are moved."""
    shutil.copy(few[0] / "台账.xlsx", tmp_path / "台账.xlsx")
    shutil.copytree(few[0] / "回收", tmp_path / "下载")
    collect(tmp_path / "台账.xlsx", tmp_path / "下载", NOW)
    for key in ("evaluations", "quality_assessment", "form_register"):
        assert sheet_rows(tmp_path / "台账.xlsx", key) == sheet_rows(few[1] / "台账.xlsx", key)
    left = sorted(p.name for p in (tmp_path / "下载").iterdir() if p.name[:2].isdecimal())
    assert [name[:2] for name in left] == ["10", "17", "20"]


def test_after_undo_the_archive_can_be_collected(few: tuple[Path, Path], tmp_path: Path) -> None:
    home = tmp_path / "office"
    shutil.copytree(few[1], home)
    assert "收回的文件还在归档文件夹里" in app.undo(home / "台账.xlsx").notice
    assert cells_of(home) == cells_of(few[0])
    archive = home / "回收" / "已归档"
    before = sorted(archive.rglob("*"))
    collect(home / "台账.xlsx", archive / "2024-05-12", NOW)
    assert sheet_rows(home / "台账.xlsx", "evaluations") == sheet_rows(few[1] / "台账.xlsx", "evaluations")
    assert sorted(archive.rglob("*")) == before
