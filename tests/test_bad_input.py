"""Bad input: exit 2, a Chinese message that names place and remedy, nothing written. All messages in one list.

The golden list is tests/golden/bad_input.txt; with XLSVC_GOLDEN=write the tests write it anew, to be looked at.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.support.ledgers import document_rows, make_ledger

GOLDEN = Path(__file__).parent / "golden" / "bad_input.txt"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def _edit(change: Callable[[openpyxl.Workbook], None]) -> Callable[[Path], Path]:
    def make(book: Path) -> Path:
        loaded = openpyxl.load_workbook(book)
        change(loaded)
        loaded.save(book)
        return book

    return make


def _replace(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(book: Path) -> Path:
        book.unlink()
        other = book.with_name(name)
        other.write_bytes(content)
        return other

    return make


def _encrypted() -> bytes:
    return OLE + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)


def _strict(book: Path) -> Path:
    strict = book.with_name("strict.xlsx")
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(strict, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            for transitional, iso in (
                (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
                (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
            ):
                data = data.replace(transitional, iso)
            new.writestr(item, data)
    book.unlink()
    return strict


def _set_setting(name: str, value: object) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["设置"]
        for row in sheet.iter_rows(min_row=4):
            if row[1].value == name:
                row[5].value = value
                return
        raise AssertionError(name)

    return change


def _rename_sheet(book: openpyxl.Workbook) -> None:
    book["响应记录"].title = "响应"


def _drop_heading(book: openpyxl.Workbook) -> None:
    for cell in book["响应记录"][3]:
        if cell.value == "紧急程度":
            cell.value = "急不急"


def _double_heading(book: openpyxl.Workbook) -> None:
    for cell in book["流程记录"][3]:
        if cell.value == "备注":
            cell.value = "处理人"


def _missing(book: Path) -> Path:
    return book.with_name("没有这个文件.xlsx")


def _not_a_workbook(book: Path) -> Path:
    other = book.with_name("压缩包.xlsx")
    with zipfile.ZipFile(other, "w") as out:
        out.writestr("readme.txt", "hello")
    book.unlink()
    return other


CASES: tuple[tuple[str, str, Callable[[Path], Path], list[str]], ...] = (
    ("no such file", "validate", _missing, []),
    ("text renamed to xlsx", "validate", _replace("台账.xlsx", b"hello, this is no workbook"), []),
    ("empty file", "validate", _replace("空.xlsx", b""), []),
    ("zip without a workbook", "validate", _not_a_workbook, []),
    ("encrypted", "validate", _replace("加密.xlsx", _encrypted()), []),
    ("old xls", "validate", _replace("老台账.xls", OLE + bytes(4000)), []),
    ("WPS et", "validate", _replace("台账.et", OLE + bytes(4000)), []),
    ("strict OOXML", "validate", _strict, []),
    ("missing sheet", "validate", _edit(_rename_sheet), []),
    ("missing heading", "sla", _edit(_drop_heading), []),
    ("doubled heading", "sla", _edit(_double_heading), []),
    ("weights not 100", "score", _edit(_set_setting("专业能力水平", 35)), []),
    ("bad work spans", "sla", _edit(_set_setting("工作时段", "九点到五点")), []),
    ("newer ledger", "validate", _edit(_set_setting("台账版本", 99)), []),
    ("bad now", "validate", lambda book: book, ["--now", "昨天"]),
    ("bad week", "summary", lambda book: book, ["--week", "第18周"]),
    ("bad frozen week", "freeze", lambda book: book, ["--week", "第18周"]),
    ("bad period", "brief", lambda book: book, ["--period", "上周"]),
    ("period backwards", "brief", lambda book: book, ["--period", "2024-05-07至05-01"]),
    ("bad month", "month", lambda book: book, ["--period", "上个月"]),
    ("unknown profile", "forms", lambda book: book, ["--profile", "S009"]),
    ("save-as other extension", "validate", lambda book: book, ["--save-as", "副本.xls"]),
    ("option misspelt", "validate", lambda book: book, ["--nwo", "2024-05-06"]),
)  # fmt: skip


HOLDER = """
import fcntl, sys
f = open(sys.argv[1], "r+b")
fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
print("held", flush=True)
sys.stdin.readline()
"""


def test_a_file_open_elsewhere_is_left_alone(
    good_book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On POSIX another program's lock stands for it; on Windows Excel's sharing violation does."""
    pytest.importorskip("fcntl", reason="locks of this kind are POSIX's")
    book = tmp_path / "台账.xlsx"
    shutil.copy(good_book, book)
    before = book.read_bytes()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(book)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        code, message = _run(capsys, ["validate", str(book), "--now", "2024-05-06T09:00"])
        holder.communicate("\n")
    assert code == 2
    assert book.read_bytes() == before
    assert list(tmp_path.iterdir()) == [book]
    _check_golden("open elsewhere", message.strip())


def _check_golden(name: str, text: str) -> None:
    golden = dict(line.split("\t", 1) for line in GOLDEN.read_text(encoding="utf-8").splitlines() if "\t" in line)
    if os.environ.get("XLSVC_GOLDEN") == "write":
        golden[name] = text
        GOLDEN.write_text("".join(f"{k}\t{v}\n" for k, v in golden.items()), encoding="utf-8")
    assert text == golden.get(name, "(not in the golden list)")


def _run(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> tuple[int, str]:
    from xlsvc.__main__ import main

    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    out = capsys.readouterr()
    return int(stopped.value.code or 0), out.err


@pytest.fixture(scope="module")
def good_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    answer = {"evaluated_at": datetime(2024, 5, 2, 10), "profile": "S002 客户满意度调查表", "ticket": "SN20240501001",
              "response": 5, "resolution": 4, "attitude": 5, "expertise": 4}  # fmt: skip
    rows = {**document_rows(), "evaluations": [answer]}
    return make_ledger(tmp_path_factory.mktemp("good") / "台账.xlsx", rows)


@pytest.mark.parametrize(("name", "command", "make", "extra"), CASES, ids=[c[0] for c in CASES])
def test_bad_input_is_refused_with_a_remedy(
    name: str, command: str, make: Callable[[Path], Path], extra: list[str], good_book: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    book = tmp_path / "台账.xlsx"
    shutil.copy(good_book, book)
    book = make(book)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    arguments = [command, str(book), *extra]
    if "--now" not in extra:
        arguments += ["--now", "2024-05-06T09:00"]
    code, message = _run(capsys, arguments)
    assert code == 2, message
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before, "something was written"
    text = message.replace(str(tmp_path), "文件夹").strip().replace("\n", "⏎")
    _check_golden(name, text)
