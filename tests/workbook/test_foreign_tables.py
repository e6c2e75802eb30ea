"""Tables of files from elsewhere: what stands in them is told as it stands, whoever wrote them, whatever the bytes."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from tests.support import hostile
from tests.support.ledgers import document_rows, make_ledger
from tests.workbook.odd_books import log_book, parts_of, row, sheet_xml, write_book
from workbook.book import CellError, CellPicture
from workbook.foreign_tables import Area, ForeignTab, read_tables
from workbook.issues import WorkbookError
from workbook.package import foreign_tabs, stranger_files
from workbook.package.cell_content import SHIFT_1904
from workbook.package.foreign_tabs import read_tabs, runs
from workbook.package.foreign_text import decoded, read_text, separator_of
from workbook.package.limits import STRANGER
from workbook.package.strangers import StrangerReader, read_stranger

ROWS = [["编号", "客户", "说明"], ["00123", "张女士", "不制冷,有“异响”"], ["00124", "李先生", "第一行\n第二行"]]
CSV = '编号,客户,说明\r\n00123,张女士,"不制冷,有“异响”"\r\n00124,李先生,"第一行\n第二行"\r\n'


def one(path: Path) -> ForeignTab:
    (tab,) = read_tables(path)
    return tab


def rows_of(tab: ForeignTab) -> list[list[Any]]:
    return [tab.row(n) for n in range(1, tab.height + 1)]


@pytest.mark.parametrize(
    ("encoding", "mark", "manner"),
    [
        ("utf-8", b"", "UTF-8,逗号分隔"),
        ("utf-8", b"\xef\xbb\xbf", "UTF-8,逗号分隔"),
        ("gb18030", b"", "GB18030(GBK),逗号分隔"),
        ("gb18030", b"\x84\x31\x95\x33", "GB18030(GBK),逗号分隔"),
        ("utf-16-le", b"\xff\xfe", "UTF-16,逗号分隔"),
        ("utf-16-be", b"\xfe\xff", "UTF-16,逗号分隔"),
        ("utf-16-le", b"", "UTF-16,逗号分隔"),
        ("utf-16-be", b"", "UTF-16,逗号分隔"),
    ],
)
def test_text_in_every_encoding(encoding: str, mark: bytes, manner: str, tmp_path: Path) -> None:
    path = tmp_path / "导出.csv"
    path.write_bytes(mark + CSV.encode(encoding))
    tab = read_text(path)[0]
    assert [list(line) for line in zip(*tab["columns"], strict=True)] == ROWS
    assert (tab["title"], tab["manner"]) == ("导出", manner)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_separator_even_where_texts_hold_the_others(separator: str) -> None:
    others = "".join({",", ";", "\t", "|"} - {separator})
    text = "\n".join(separator.join(["编号", "客户", f'"a{others}b"' if n % 2 else "无"]) for n in range(10))
    assert separator_of(text) == separator


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('sep=;\r\na;b\r\n1,5;2\r\n', [["a", "b"], ["1,5", "2"]]),
        ('a,b\r\n="00123",2\r\n', [["a", "b"], ["00123", "2"]]),
        ('a,b\r\n"=""00123""",2\r\n', [["a", "b"], ["00123", "2"]]),
        ("a,b\r\n13800001111\t,'00123\r\n", [["a", "b"], ["13800001111", "00123"]]),
        ("a,b\r\n'单引号开头,=1+1\r\n", [["a", "b"], ["'单引号开头", "=1+1"]]),
        ("a,b,c\r\n1\r\n1,2,3,4\r\n", [["a", "b", "c", None], ["1", None, None, None], ["1", "2", "3", "4"]]),
        ('a,b\r\n"开头没有结尾,2\r\n3,4\r\n', [["a", "b"], ["开头没有结尾", "2"], ["3", "4"]]),
        ('a,b\r\n5" 管,2\r\n', [["a", "b"], ['5" 管', "2"]]),
        ("a,b\n \t,x\n\n\n", [["a", "b"], [None, "x"]]),
        ("只有一列\n甲\n乙", [["只有一列"], ["甲"], ["乙"]]),
    ],
)
def test_ways_of_programs_and_slips(text: str, cells: list[list[Any]], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8", newline="")
    tab = foreign_tabs.read_tabs(path)[0]
    columns = [[None] * len(cells) if c is None else c for c in tab["columns"]]
    assert [list(line) for line in zip(*columns, strict=True)] == cells


def test_short_text_of_gbk_that_is_utf8_by_accident() -> None:
    assert decoded("姓名,电话".encode("gbk")) == ("姓名,电话", "gb18030")
    assert decoded("目,木".encode("gbk")) == ("目,木", "gb18030")
    assert "目,木".encode("gbk").decode("utf-8")
    assert decoded("张女士".encode()[:-1]) == ("张女", "utf-8")
    assert decoded(b"\xff\x81\x20") is None


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "file.empty"),
        ("a.csv", b"\xff\x81\x20,\x81\x20", "text.encoding"),
        ("a.csv", b"\x00\x01\x02\x03", "file.not_workbook"),
        ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"x", "file.xls"),
        ("a.et", bytes.fromhex("d0cf11e0a1b11ae1") + b"x", "file.et"),
        ("a.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "file.encrypted"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "file.html"),
        ("a.pdf", b"%PDF-1.4\n1,2", "file.not_workbook"),
    ],
)
def test_what_cannot_be_read_says_how_to_save_it(name: str, data: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(WorkbookError) as stopped:
        read_tabs(path)
    assert stopped.value.code == code
    assert name in str(stopped.value)


def test_text_that_calls_itself_xls_is_read(tmp_path: Path) -> None:
    path = tmp_path / "平台导出.xls"
    path.write_bytes("订单号\t金额\r\n001\t5\r\n".encode("gbk"))
    assert rows_of(one(path)) == [["订单号", "金额"], ["001", "5"]]


def test_cells_merges_hidden_rows_dates_and_zeros(tmp_path: Path) -> None:
    path = tmp_path / "来件.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("表")
    date, zeros = book.add_format({"num_format": "yyyy/m/d"}), book.add_format({"num_format": "00000"})
    sheet.merge_range("A1:C1", "标题")
    for n in range(3):
        sheet.write_datetime(n + 1, 0, datetime(2024, 5, n + 1), date)
        sheet.write_number(n + 1, 1, 42 + n, zeros)
        sheet.write_number(n + 1, 2, 42.5)
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.write_formula("D2", "=A2+1", None, 7)
    sheet.write_formula("D3", '=IF(1,"")', None, "")
    book.add_worksheet("后台").hide()
    book.close()
    tab, hidden = read_tables(path)
    assert rows_of(tab)[1:] == [
        [45413.0, "00042", 42.5, 7.0], [45414.0, "00043", 42.5, None], [45415.0, "00044", 42.5, None],
    ]  # fmt: skip
    assert tab.merges == (Area(1, 1, 1, 3),)
    assert [r for r in range(1, 6) if tab.is_hidden(r)] == [3]
    assert [r for r in range(1, 6) if tab.is_date(r, 1)] == [2, 3, 4]
    assert not tab.is_date(2, 3)
    assert (tab.hidden, hidden.hidden, hidden.height) == (False, True, 0)


def test_formulas_without_result_errors_and_pictures(tmp_path: Path) -> None:
    cells = (
        row(1, "a", "b")
        + '<row r="2"><c r="A2"><f>1+1</f></c><c r="B2"><f>1+1</f><v></v></c><c r="C2" t="str"><f>""</f><v></v></c>'
        '<c r="D2" t="e"><v>#N/A</v></c><c r="E2" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
        '<c r="F2"><f>1+1</f><v>2</v></c></row>'
    )
    tab = one(write_book(tmp_path / "a.xlsx", {"表": sheet_xml(cells)}))
    assert tab.uncomputed == ("A2", "B2")
    assert tab.row(2) == [None, None, None, CellError("#N/A"), CellPicture(), 2.0]
    assert type(tab.cell(2, 5)) is CellPicture


def test_dates_of_a_1904_book_move(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1" s="2"><v>100.5</v></c><c r="B1"><v>100.5</v></c></row>'
    path = write_book(tmp_path / "a.xlsx", {"表": sheet_xml(cells)}, workbook_pr='<workbookPr date1904="1"/>')
    assert one(path).row(1) == [100.5 + SHIFT_1904, 100.5]


def test_a_workbook_with_macros_is_read_past_them(tmp_path: Path) -> None:
    path = tmp_path / "同事.xlsm"
    book = xlsxwriter.Workbook(str(path))
    binary = tmp_path / "vba.bin"
    binary.write_bytes(b"\xd0\xcf\x11\xe0 macros")
    book.add_vba_project(str(binary))
    book.add_worksheet("表").write(0, 0, "姓名")
    book.close()
    with pytest.raises(WorkbookError) as stopped:
        read_stranger(path)
    assert stopped.value.code == "stranger.active"
    tab = one(path)
    assert (rows_of(tab), tab.carried) == ([["姓名"]], ("宏",))


def test_hostile_files_are_refused_and_of_what_others_carry_only_calls_of_programs(tmp_path: Path) -> None:
    parts = parts_of(make_ledger(tmp_path / "good.xlsx", document_rows()))
    with StrangerReader() as reader:
        for number, kind in enumerate((*hostile.KINDS, *hostile.ACTIVE)):
            path = tmp_path / str(number) / kind.file
            path.parent.mkdir()
            path.write_bytes(kind.make(parts))
            code = kind.code if kind.stranger is None else kind.stranger
            carried, answer = False, ""
            try:
                carried = bool(reader.read_tabs(path)[0]["carried"])
            except WorkbookError as error:
                answer = error.code
            if code == "file.text":  # text is a table, too
                code = ""
            expected = code if code != "stranger.active" or "DDE" in kind.name else ""
            assert (answer, carried) == (expected, code == "stranger.active" != expected), kind.name


def test_limits_hold(tmp_path: Path) -> None:
    text = tmp_path / "a.csv"
    text.write_text("a,b\n1,2\n3,4\n" * 3, encoding="utf-8")
    for path in (text, log_book(tmp_path / "a.xlsx")):
        for limit, code in (("cells", "stranger.too_wide"), ("text_chars", "stranger.too_much_text")):
            with pytest.raises(WorkbookError) as stopped:
                read_tabs(path, {**STRANGER, limit: 5})
            assert stopped.value.code == code


def test_blank_columns_and_rows_between(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["C5"], sheet["E2"] = "x", 1
    book.save(path)
    tab = one(path)
    assert (tab.width, tab.height) == (5, 5)
    assert (tab.cell(5, 3), tab.cell(2, 5), tab.cell(9, 9)) == ("x", 1.0, None)


@pytest.mark.parametrize(
    "answer",
    [b"{}", b'{"tabs": 3}', b'{"tabs": [{}]}', b'{"tabs": [{"columns": [[[1]]]}]}', b'{"tabs": [{"columns": [[NaN]]}]}',
     b'{"tabs": [{"columns": [[1], [1, 2]], "title": "a"}]}'],
)  # fmt: skip
def test_an_answer_that_is_none_is_not_believed(answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbook.package import strangers

    monkeypatch.setattr(strangers.StrangerReader, "_exchange", lambda self, path, request: answer)
    with pytest.raises(WorkbookError) as stopped:
        read_tables(tmp_path / "a.xlsx")
    assert stopped.value.code == "stranger.crashed"


def test_rows_as_runs() -> None:
    assert runs([1, 2, 3, 7, 9, 10]) == [[1, 3], [7, 7], [9, 10]]
    tab = ForeignTab("a", [[None] * 10], hidden_rows=((1, 3), (7, 7)), dates={1: ((2, 4),)})
    assert [r for r in range(11) if tab.is_hidden(r)] == [1, 2, 3, 7]
    assert [r for r in range(11) if tab.is_date(r, 1)] == [2, 3, 4]


def test_a_dialog_sheet_or_chart_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("表").write(0, 0, 1)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=表!$A$1:$A$1"})
    book.add_chartsheet("图").set_chart(chart)
    book.close()
    assert [tab.title for tab in read_tables(path)] == ["表"]
    assert stranger_files.CARRIED


@pytest.mark.skipif(not os.environ.get("XLSVC_CORPUS"), reason="XLSVC_CORPUS names no folder of public workbooks")
def test_public_workbooks_are_read_or_refused_politely() -> None:
    folder = Path(os.environ["XLSVC_CORPUS"])
    codes = set()
    paths = sorted(folder.rglob("*.xls[xm]"))[::12]
    for path in paths:
        try:
            read_tabs(path)
        except WorkbookError as error:
            codes.add(error.code.partition(".")[0])
    assert codes <= {"file", "stranger"}
