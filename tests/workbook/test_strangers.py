"""Strangers' files are read by a process that may be hurt; what it says is checked before it is believed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import hostile
from tests.workbook.odd_books import log_book, parts_of, row, sheet_xml, write_book
from workbook.book import CellError
from workbook.issues import WorkbookError
from workbook.package import stranger_worker, strangers
from workbook.package.cell_content import SHIFT_1904
from workbook.package.limits import STRANGER
from workbook.package.stranger_files import read_file
from workbook.package.strangers import StrangerReader, read_stranger, read_strangers

ODD_CELLS = sheet_xml(
    row(2, None, "<b>".replace("<", "&lt;"), None)
    + '<row r="4"><c r="B4" s="2"><v>45413.375</v></c><c r="C4" t="b"><v>1</v></c><c r="D4" t="e"><v>#N/A</v></c>'
    '<c r="E4"><f>1+1</f><v>2</v></c><c r="F4" t="str"><f>"x"</f><v>=x</v></c><c r="G4"><v>1e999</v></c></row>'
    '<row r="9"><c r="B9" s="1"/><c r="Z9" s="1"/></row>'
)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    return write_book(tmp_path / "来件.xlsx", {"表": ODD_CELLS, "空": sheet_xml("")}, states={"空": "hidden"})


def test_cells_come_back_as_they_stand(odd: Path) -> None:
    assert read_stranger(odd) == {
        "表": [
            [None] * 7,
            [None, "<b>", None, None, None, None, None],
            [None] * 7,
            [None, 45413.375, True, CellError("#N/A"), 2.0, "=x", "1e999"],
        ],
        "空": [],
    }


def test_only_the_tabs_asked_for(odd: Path) -> None:
    assert list(read_stranger(odd, ["空", "没有"])) == ["空"]


def test_dates_of_a_1904_book_move(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1" s="2"><v>100.5</v></c><c r="B1"><v>100.5</v></c><c r="C1" s="2"><v>0.5</v></c></row>'
    path = write_book(tmp_path / "a.xlsx", {"表": sheet_xml(cells)}, workbook_pr='<workbookPr date1904="1"/>')
    assert read_stranger(path)["表"] == [[100.5 + SHIFT_1904, 100.5, 0.5]]


def test_as_much_as_a_good_ledger_reads_like_the_ledger(tmp_path: Path) -> None:
    found = read_stranger(log_book(tmp_path / "a.xlsx"))
    assert list(found) == ["记录", "清单", "我的"]
    assert found["记录"][2:] == [
        ["编号", "时间", "姓名*", "流水", "状态", "截止", "占比", "备用"],
        ["N1", 45413.375, "张三", None, None, None, None, None],
        ["N2", None, "李四", None, None, None, None, None],
    ]
    assert found["我的"] == [[7.0, 2.0]]


def test_many_files_by_one_process_that_is_made_anew_after_a_death(tmp_path: Path) -> None:
    good = log_book(tmp_path / "a.xlsx")
    with StrangerReader() as reader:
        reader.read(good)
        first = reader._process
        reader.read(good)
        assert reader._process is first
        assert first is not None
        first.kill()
        first.wait()
        with pytest.raises(WorkbookError) as stopped:
            reader.read(good)
        assert stopped.value.code == "stranger.crashed"
        assert len(reader.read(good)) == 3
        assert reader._process is not first


def test_a_refusal_stands_between_the_others(odd: Path, tmp_path: Path) -> None:
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(b"")
    found = list(read_strangers([odd, bad, tmp_path / "无.xlsx", odd], ["空"]))
    assert [path.name for path, _ in found] == ["来件.xlsx", "坏.xlsx", "无.xlsx", "来件.xlsx"]
    assert [getattr(outcome, "code", "read") for _, outcome in found] == [
        "read",
        "file.empty",
        "file.missing",
        "read",
    ]


def test_time_up(tmp_path: Path) -> None:
    book = log_book(tmp_path / "a.xlsx")
    with StrangerReader(seconds=0.001) as reader:
        with pytest.raises(WorkbookError, match=r"“a\.xlsx”读了很久还没读完") as stopped:
            reader.read(book)
        assert stopped.value.code == "stranger.too_slow"
        assert reader._process is None


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("x = [0] * 10**12", "stranger.too_heavy"),
        ("while True: pass", "stranger.too_slow"),
        ("import os; os._exit(3)", "stranger.crashed"),
        ("import os; os.write(1, b'junk'); raise ValueError", "stranger.crashed"),
        # by way of C, for a recursion of Python's own takes long to use up its memory
        ("import sys; sys.setrecursionlimit(10**6); f = lambda *_: sorted([1], key=f); f()", "stranger.crashed"),
        ("open(path.with_name('written'), 'w').write('x')", "stranger.crashed"),
    ],
)
def test_whatever_reading_does_the_parent_stands(
    deed: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = log_book(tmp_path / "a.xlsx")
    spoiled = (
        "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
        "from workbook.package import stranger_worker;"
        "stranger_worker.STRANGER = {**stranger_worker.STRANGER, 'cpu_seconds': 1};"
        f"stranger_worker.read_file = lambda path, sheets: exec({deed!r}, {{'path': path}});"
        "stranger_worker.main()"
    )
    monkeypatch.setattr(strangers, "_START", spoiled)
    with pytest.raises(WorkbookError) as stopped:
        read_stranger(book)
    assert stopped.value.code == code
    assert not (tmp_path / "written").exists() or (tmp_path / "written").read_bytes() == b""


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"{}",
        b'{"sheets": 3}',
        b'{"sheets": {"a": [[{"x": 1}]]}}',
        b'{"sheets": {"a": [[[1]]]}}',
        b'{"sheets": {"a": [[NaN]]}}',
        b'{"code": "no.such", "values": {}}',
        b'{"code": "value.excel_error", "values": {}}',
        b'{"code": "file.bomb", "values": {"file": 1}}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_none_is_not_believed(answer: bytes) -> None:
    with pytest.raises(WorkbookError) as stopped:
        strangers._checked(Path("a.xlsx"), answer)
    assert stopped.value.code == "stranger.crashed"


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(strangers, "STRANGER", {**STRANGER, "answer_bytes": 100})
    with pytest.raises(WorkbookError) as stopped:
        read_stranger(log_book(tmp_path / "a.xlsx"))
    assert stopped.value.code == "stranger.crashed"


@pytest.mark.parametrize("name", ["EXCEL.EXE", "xlsvc"])
def test_inside_another_program_its_own_executable_is_never_started(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / name
    program.write_bytes(b"")
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(sys, "_base_executable", str(program))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(WorkbookError) as stopped:
        read_stranger(log_book(tmp_path / "a.xlsx"))
    assert stopped.value.code == "stranger.no_python"


def test_limits_of_cells_and_text(tmp_path: Path) -> None:
    book = log_book(tmp_path / "a.xlsx")
    for limit, value, code in (
        ("cells", 10, "stranger.too_wide"),
        ("text_chars", 10, "stranger.too_much_text"),
    ):
        with pytest.raises(WorkbookError) as stopped:
            read_file(book, None, {**STRANGER, limit: value})
        assert stopped.value.code == code


def test_a_dde_link_is_called_by_its_name(tmp_path: Path) -> None:
    kind = next(kind for kind in hostile.ACTIVE if kind.name == "DDE link")
    parts = parts_of(log_book(tmp_path / "good.xlsx"))
    path = tmp_path / "a.xlsx"
    path.write_bytes(kind.make(parts))
    with pytest.raises(WorkbookError, match="调用其他程序的链接"):
        read_file(path)


def test_error_cells_and_text_travel_apart() -> None:
    cells: list[Any] = [CellError("#N/A"), "#N/A", '{"error": "#N/A"}']
    sent = json.dumps({"sheets": {"a": [cells]}}, default=stranger_worker._error_cell).encode()
    assert strangers._checked(Path("a.xlsx"), sent) == {"a": [cells]}
