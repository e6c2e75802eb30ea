"""Columns that come to the right end of a table in a file: the parts that change, byte for byte, and no others."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.contract.file_host import FileHost
from tests.support import rich_book
from tests.support.package_lint import lint, new_findings
from tests.workbook.odd_books import (
    HEADINGS,
    LOG,
    log_book,
    parts_of,
    row,
    sheet_xml,
    table_xml,
    write_book,
    zip_bytes,
)
from workbook.book import Changes
from workbook.file_book import FileBook
from workbook.issues import WorkbookError
from workbook.resources import templates
from workbook.sheets.response_log import RESPONSE_LOG

SHEET, TABLE = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"
ROWS = [row(4, "N1", None, "甲"), row(5, "N2", None, "乙")]
NEW = pd.DataFrame({"no": ["N3"], "who": ["丙"]})
COLS = '<cols><col min="1" max="8" width="9"/><col min="9" max="11" width="3" hidden="1" style="1"/></cols>'


def _apply(path: Path, own: dict[str, list[object]], frame: pd.DataFrame = NEW) -> dict[str, bytes]:
    """The parts of the book after rows with these own columns were added; never a finding more than before."""
    before = shutil.copy(path, path.with_name("before.xlsx"))
    FileBook(path).apply(Changes(append=[(LOG, frame)], own={"log": pd.DataFrame(own, index=frame.index)}))
    assert new_findings(before, path) == []
    return parts_of(path)


def _found(pattern: str, part: bytes) -> list[str]:
    return re.findall(pattern, part.decode())


def test_the_table_part_names_the_columns_as_the_heading_cells_do(tmp_path: Path) -> None:
    path = log_book(tmp_path / "b.xlsx", ROWS)
    was = parts_of(path)
    parts = _apply(path, {" 前后 ": ["a"], "两\n行": ["b"], "a_x0041_<&": ["c"], "=1": ["d"]})
    changed = {name for name in parts if parts[name] != was.get(name)}
    assert changed == {SHEET, TABLE, "xl/styles.xml", "xl/workbook.xml"}, "styles: the heading that begins with ="
    assert _found('ref="([^"]*)"', parts[TABLE]) == ["A3:L6", "A3:L6"]
    assert _found('<tableColumns count="12">', parts[TABLE])
    assert _found('<tableColumn id="(9|10|11|12)" name="([^"]*)"/>', parts[TABLE]) == [
        ("9", " 前后 "), ("10", "两_x000a_行"), ("11", "a_x005F_x0041_&lt;&amp;"), ("12", "=1")
    ]  # fmt: skip
    assert _found(r'<c r="([I-L]3)"[^>]*><is><t( xml:space="preserve")?>([^<]*)</t>', parts[SHEET]) == [
        ("I3", ' xml:space="preserve"', " 前后 "), ("J3", ' xml:space="preserve"', "两\n行"),
        ("K3", "", "a_x005F_x0041_&lt;&amp;"), ("L3", "", "=1"),
    ]  # fmt: skip
    assert _found('<dimension ref="([^"]*)"', parts[SHEET]) == ["A1:L6"]


def test_ids_of_columns_are_never_used_twice(tmp_path: Path) -> None:
    path = log_book(tmp_path / "b.xlsx", ROWS)
    parts = parts_of(path)
    parts[TABLE] = parts[TABLE].replace(b'id="8"', b'id="31"')
    path.write_bytes(zip_bytes(parts))
    assert _found('id="(\\d+)" name="[新二]"', _apply(path, {"新": ["a"], "二": ["b"]})[TABLE]) == ["32", "33"]


def test_a_heading_looks_like_one_that_people_type_under(tmp_path: Path) -> None:
    """占比 is the program's own, 备用 the office's: without it the nearest is 姓名."""
    heads = '<c r="C3" s="1" t="inlineStr"><is><t>姓名*</t></is></c>'
    rows = row(3, "编号", "时间", heads, "流水", "状态", "截止", "占比") + "".join(ROWS)
    path = write_book(
        tmp_path / "b.xlsx", {"记录": sheet_xml(rows)}, {"记录": [table_xml("A3:G5", HEADINGS[:7])]}
    )
    assert _found('<c r="H3"( s="\\d+")? t', _apply(path, {"新": ["a"]})[SHEET]) == [' s="1"']


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", '<cols><col min="9" max="9" width="12" customWidth="1"/><col min="10" max="10" width="18" customWidth="1"/></cols>'),
        ('<cols><col min="9" max="9" width="30" style="1"/></cols>',
         '<cols><col min="9" max="9" width="30" style="1"/><col min="10" max="10" width="18" customWidth="1"/></cols>'),
        (COLS, '<cols><col min="1" max="8" width="9"/><col min="9" max="9" width="12" customWidth="1"/>'
               '<col min="10" max="10" width="18" customWidth="1"/><col min="11" max="11" width="3" hidden="1" style="1"/></cols>'),
    ],
    ids=["none", "one that is there stays", "a hidden one is shown"],
)  # fmt: skip
def test_new_columns_have_a_width_and_are_seen(tmp_path: Path, head: str, expected: str) -> None:
    path = log_book(tmp_path / "b.xlsx", ROWS, head=head)
    parts = _apply(path, {"新": ["a"], "客户来源的平台": ["b"]})
    assert _found("<cols>.*</cols>", parts[SHEET]) == [expected]


def test_a_totals_row_stays_blank_under_a_new_column(tmp_path: Path) -> None:
    totals = row(7, "汇总", attributes=' spans="1:8"')
    path = log_book(
        tmp_path / "b.xlsx", [*ROWS, '<row r="6"/>', totals], ref="A3:H7", table_more=' totalsRowCount="1"', bottom=7
    )
    parts = parts_of(path)
    parts[TABLE] = parts[TABLE].replace(b'autoFilter ref="A3:H7"', b'autoFilter ref="A3:H6"')
    path.write_bytes(zip_bytes(parts))
    parts = _apply(path, {"新": ["a"]})
    assert _found('ref="([^"]*)"', parts[TABLE]) == ["A3:I7", "A3:I6"]
    assert _found('<c r="(I\\d+)"', parts[SHEET]) == ["I3", "I6"]


def test_a_filter_without_a_table_reaches_the_new_column_with_its_hidden_name(tmp_path: Path) -> None:
    path = log_book(tmp_path / "b.xlsx", ROWS, no_table=True, tail='<autoFilter ref="A3:H5"/>')
    parts = parts_of(path)
    name = '<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">记录!$A$3:$H$5</definedName></definedNames>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</workbook>", f"{name}</workbook>".encode())
    path.write_bytes(zip_bytes(parts))
    parts = _apply(path, {"新": ["a"]})
    assert _found('autoFilter ref="([^"]*)"', parts[SHEET]) == ["A3:I6"]
    assert _found("记录!([^<]*)<", parts["xl/workbook.xml"]) == ["$A$3:$I$6"]


def test_another_table_at_the_right_is_not_written_over(tmp_path: Path) -> None:
    rows = row(3, *HEADINGS) + "".join(ROWS) + row(6, *[None] * 8, "别", "的")
    other = table_xml("I6:J7", ("别", "的"), "别的", 2)
    path = write_book(
        tmp_path / "b.xlsx", {"记录": sheet_xml(rows)}, {"记录": [table_xml("A3:H5", HEADINGS), other]}
    )
    before = path.read_bytes()
    with pytest.raises(WorkbookError) as stopped:
        _apply(path, {"新": ["a"]})
    assert str(stopped.value) == (
        "“记录”的表格右边 I6 已有内容,放不下新列“新”,没有写入任何内容。请把它移到别处,让表格右边空出 1 列;"
        "如果它本来就是这张表的一列,请在“表设计”里用“调整表格大小”把它包括进来,再试一次。"
    )
    assert path.read_bytes() == before


def test_many_rows_are_written_as_few_are(tmp_path: Path) -> None:
    """Blank cells, formulas that go along, a column that only some rows have: each row as if it were added alone."""
    like = row(5, "N2", None, "乙", None, None, None, None, '<c r="H5"><f>LEN(C5)</f><v>1</v></c>')
    frame = pd.DataFrame({"no": [f"M{at}" for at in range(5_000)], "who": ["甲", None] * 2_500, "spare": [None] * 5_000})
    own = {"新": [1.0 if at % 3 else None for at in range(5_000)]}
    path = log_book(tmp_path / "b.xlsx", [ROWS[0], like])
    parts = _apply(path, own, frame.drop(columns="spare"))
    rows = _found(r'<row r="\d+".*?</row>', parts[SHEET])[4:]
    assert len(rows) == 5_000
    assert rows[0] == (
        '<row r="6"><c r="A6" s="0" t="inlineStr"><is><t>M0</t></is></c>'
        '<c r="C6" s="0" t="inlineStr"><is><t>甲</t></is></c><c r="H6" s="0"><f>LEN(C6)</f></c></row>'
    )
    assert rows[4_999] == (
        '<row r="5005"><c r="A5005" s="0" t="inlineStr"><is><t>M4999</t></is></c><c r="C5005" s="0"/>'
        '<c r="H5005" s="0"><f>LEN(C5005)</f></c><c r="I5005"><v>1</v></c></row>'
    )


def test_a_rich_ledger_keeps_everything_else(tmp_path: Path) -> None:
    path = rich_book.make_rich_ledger(tmp_path / "台账.xlsm")
    was = parts_of(path)
    frame = pd.DataFrame({"customer": ["甲客户", "乙客户"], "problem": ["修不好", "换货"]})
    own = pd.DataFrame({"来源平台": ["微信", None], "内部备注": ["急", "慢"]})
    before = shutil.copy(path, tmp_path / "before.xlsm")
    FileBook(path).apply(Changes(append=[(RESPONSE_LOG, frame)], own={"response_log": own}))
    parts = parts_of(path)
    assert new_findings(before, path) == []
    assert [name for name in was if name not in parts] == ["xl/calcChain.xml"], "a calculated column got formulas"
    changed = {name for name in parts if parts[name] != was.get(name)}
    assert {name for name in changed if "theme" in name or "pivot" in name or "comment" in name or "media" in name} == set()
    cells = FileBook(path).read([RESPONSE_LOG])["response_log"]
    assert cells.unknown[-3:] == ("内部备注", "字数", "来源平台")
    undone = FileBook(path).undo()
    assert undone.whole
    assert parts_of(path) == was


@pytest.mark.node
def test_the_validator_accepts_new_columns_in_every_ledger_table(tmp_path: Path) -> None:
    from tests.support.validator import find_validator, validate
    from workbook.sheets import SHEETS

    if find_validator() is None:
        pytest.skip("the Open XML SDK validator is not installed")
    path = Path(shutil.copy(templates(), tmp_path / "台账.xlsx"))
    logs = [s for s in SHEETS if s.key in ("response_log", "process_log", "evaluations")]
    frames = [(s, pd.DataFrame({next(c.key for c in s.columns if c.kind == "text"): ["甲", "乙"]})) for s in logs]
    own = {s.key: pd.DataFrame({"我的列": ["a", None], "两\n行 <b>": [1.0, None]}) for s in logs}
    FileBook(path).apply(Changes(append=frames, own=own))
    assert lint(path) == lint(templates())
    assert set(validate(path)) <= set(validate(templates()))


def test_undo_after_other_work_leaves_the_table_as_it_was(tmp_path: Path) -> None:
    host = FileHost(tmp_path)
    book = host.book(rows=ROWS)
    was = parts_of(host.path)
    book.apply(Changes(append=[(LOG, NEW)], own={"log": pd.DataFrame({"新": ["a"], "二": ["b"]})}))
    host.type("我的", "C7", "后写的")
    assert not host.again().undo().whole
    parts = parts_of(host.path)
    assert _found("<table .*", parts[TABLE]) == _found("<table .*", was[TABLE])
    assert _found("<sheetData>.*", parts[SHEET]) == _found("<sheetData>.*", was[SHEET])
    assert lint(host.path) == []


def test_undo_after_other_work_takes_a_filter_without_a_table_back_to_its_columns(tmp_path: Path) -> None:
    host = FileHost(tmp_path)
    book = host.book(rows=ROWS, no_table=True, tail='<autoFilter ref="A3:H5"/>')
    book.apply(Changes(append=[(LOG, NEW)], own={"log": pd.DataFrame({"新": ["a"]})}))
    host.type("我的", "C7", "后写的")
    host.again().undo()
    assert _found('autoFilter ref="A3:([A-Z]+)', parts_of(host.path)[SHEET]) == ["H"]
