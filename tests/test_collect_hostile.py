"""Hostile files among returned forms: each refused with its reason in time and memory, the others collected.

As a script it goes through every kind of tests/support/hostile.py: `python -m tests.test_collect_hostile DIR`.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.support import hostile
from tests.support.producers import parts_of, zipped
from tests.support.returned import ENTERED, collect, issue, ledger_with_tickets, sheet_rows, type_into_xml
from workbook.issues import WorkbookError
from workbook.package.strangers import StrangerReader
from workbook.resources import templates
from workbook.returned_forms import SECONDS

MOST_SECONDS, MOST_MEGABYTES = 10.0, 500
MERGED = "everything merged"
MUST_SHOW = (
    "macros", "another workbook", "DDE link", "DDE formula", "bomb", "bomb that says it is small", "outside entity",
    "billion laughs", MERGED, "one cell in the last corner", "one text in 400,000 cells", "password", "encrypted entries",
    "old xls", "data connection",
)  # fmt: skip
OF_A_LEDGER = ("DDE formula", "one text in 400,000 cells")
"""Kinds whose rows a form has already: they are made of a blank ledger."""
OTHERWISE = {MERGED: "stranger.too_wide", "one text in 400,000 cells": "stranger.too_wide"}
"""Answers that differ from an import's, whose limits are wider."""


def as_sheet_3(form: Path) -> hostile.Parts:
    """A form's parts with its sheet called as the hostile kinds call theirs."""
    return {n.replace("sheet1.xml", "sheet3.xml"): d.replace(b"worksheets/sheet1.xml", b"worksheets/sheet3.xml")
            for n, d in parts_of(form).items()}  # fmt: skip


def kinds(parts: hostile.Parts, wanted: Sequence[str] = ()) -> Iterator[tuple[hostile.Kind, bytes]]:
    """Every kind that can be made of a form, or those wanted."""
    for kind in (*hostile.KINDS, *hostile.ACTIVE):
        if wanted and kind.name not in wanted:
            continue
        try:
            yield kind, kind.make(parts)
        except (AssertionError, KeyError, ValueError):
            continue


def measured(path: Path, reader: StrangerReader) -> tuple[str, float, int]:
    """(code of the refusal, seconds, megabytes of the reading process at its peak so far)."""
    start = time.monotonic()
    try:
        reader.read_form(path)
        code = ""
    except WorkbookError as error:
        code = error.code
    seconds = time.monotonic() - start
    process = reader._process
    status = Path(f"/proc/{process.pid}/status") if process else None
    peak = 0
    if status is not None and status.exists():
        peak = next(int(line.split()[1]) // 1000 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return code, seconds, peak


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger, three filled forms, and between them what nobody should open."""
    home = tmp_path_factory.mktemp("hostile")
    ledger = ledger_with_tickets(home / "台账.xlsx", 4)
    *forms, last = issue(ledger, "S002", [f"SN20240501{n:03d}" for n in (1, 2, 3, 4)])
    for n, form in enumerate(forms):
        type_into_xml(form, home / "回收" / f"{'amz'[n]} 好的.xlsx", ENTERED["S002"])
    made = {kind.name: data for kind, data in kinds(as_sheet_3(home / "回收" / "a 好的.xlsx"), MUST_SHOW)}
    made |= {kind.name: data for kind, data in kinds(parts_of(templates()), OF_A_LEDGER)}
    assert set(made) == set(MUST_SHOW)
    for name, data in made.items():
        (home / "回收" / f"h {name}.xlsx").write_bytes(data)
    good = (home / "回收" / "a 好的.xlsx").read_bytes()
    (home / "回收" / "h 程序.xlsx").write_bytes(b"MZ" + bytes(500))
    (home / "回收" / "h 照片.xlsx").write_bytes(b"\xff\xd8\xff\xe0" + bytes(500))
    type_into_xml(last, home / "回收" / "h 改名.jpg", ENTERED["S002"])
    for suffix, score in ((".xls", 1), (".zip", 2)):
        type_into_xml(last, home / "回收" / f"h 改名{suffix}", dict(ENTERED["S002"]) | {"分_response": score})
    (home / "回收" / "h 炸弹.zip").write_bytes(hostile._bomb(1_000_000_000)({hostile.LOG: b""}))
    (home / "回收" / "h 越界.zip").write_bytes(zipped({"../../a.xlsx": good}))
    return home


def test_each_is_refused_and_the_others_are_collected(office: Path, tmp_path: Path) -> None:
    home = tmp_path / "office"
    shutil.copytree(office, home)
    report = collect(home / "台账.xlsx", home / "回收")
    log = {row["file"]: row for row in sheet_rows(home / "台账.xlsx", "return_log")}
    assert [log[f"{n} 好的.xlsx"]["result"] for n in "amz"] == ["已回收"] * 3
    bad = {name: row for name, row in log.items() if name.startswith("h ")}
    assert len(bad) == len(MUST_SHOW) + 7
    assert {row["result"] for row in bad.values()} == {"拒收", "损坏"}
    assert [name for name, row in bad.items() if row["result"] == "损坏"] == ["h bomb that says it is small.xlsx"]
    assert all(name.rpartition("/")[2] in row["remark"] for name, row in bad.items())
    assert report.counts["拒收"] + report.counts["损坏"] == len(bad)
    assert all("未采用" in row["archived"] for row in bad.values())
    said = {name: bad[f"h {name}"]["remark"] for name in ("程序.xlsx", "照片.xlsx", "改名.jpg", "改名.xls", "改名.zip")}
    assert {name: text.partition("。")[0] for name, text in said.items()} == {
        "程序.xlsx": "“h 程序.xlsx”的扩展名与内容不符:里面不是表格", "照片.xlsx": "“h 照片.xlsx”的扩展名与内容不符:内容是图片",
        "改名.jpg": "“h 改名.jpg”的扩展名与内容不符:里面不是图片或 PDF", "改名.xls": "“h 改名.xls”的扩展名与内容不符:内容是新格式的工作簿",
        "改名.zip": "“h 改名.zip”的扩展名与内容不符:内容是Excel 工作簿",
    }  # fmt: skip
    assert "宏" in bad["h macros.xlsx"]["remark"]
    assert "DDE" in bad["h DDE link.xlsx"]["remark"]
    assert "XFD1048576" in bad[f"h {MERGED}.xlsx"]["remark"]
    assert "密码" in bad["h password.xlsx"]["remark"]

    shutil.move(home / bad["h 改名.jpg"]["archived"], home / "回收" / "改回来.xlsx")
    report = collect(home / "台账.xlsx", home / "回收")
    assert report.answers == ["已回收  改回来.xlsx  工单 SN20240501004"]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="a process' memory is read from /proc")
def test_in_time_and_memory_by_one_process(office: Path) -> None:
    """The form's own reader, ended by none of them."""
    wanted = {kind.name: OTHERWISE.get(kind.name, kind.code if kind.stranger is None else kind.stranger)
              for kind in (*hostile.KINDS, *hostile.ACTIVE)}  # fmt: skip
    with StrangerReader(SECONDS) as reader:
        measured(office / "回收" / "a 好的.xlsx", reader)
        process = reader._process
        for name in MUST_SHOW:
            code, seconds, megabytes = measured(office / "回收" / f"h {name}.xlsx", reader)
            assert (name, code) == (name, wanted[name])
            assert seconds < MOST_SECONDS
            assert megabytes < MOST_MEGABYTES
        assert reader._process is process


def main(folder: Path) -> None:
    """Every kind: a line of JSON each, to be looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    ledger = ledger_with_tickets(folder / "台账.xlsx", 1)
    (form,) = issue(ledger, "S002", ["SN20240501001"])
    good = type_into_xml(form, folder / "good.xlsx", ENTERED["S002"])
    for kind, data in kinds(as_sheet_3(good)):
        path = folder / "kind.xlsx"
        path.write_bytes(data)
        with StrangerReader(SECONDS) as reader:
            code, seconds, megabytes = measured(path, reader)
        print(json.dumps([kind.name, code, round(seconds, 2), megabytes], ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
