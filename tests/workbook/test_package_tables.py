"""Tables found by heading and grown: everything that ends on the last row goes with it."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from tests.workbook.odd_books import HEADINGS, LIST, LOG, log_book, parts_of, row, table_xml, zip_bytes
from workbook.book import Changes
from workbook.file_book import FileBook
from workbook.issues import WorkbookError
from workbook.package.cell_refs import address
from workbook.package.formula_shift import shifted
from workbook.package.opc import Package
from workbook.package.shared_strings import strings_of
from workbook.package.sheet_xml import sheet_of
from workbook.package.tables import TablePlace, locate

TWO = pd.DataFrame({"no": ["N8", "N9"], "who": ["丙", "丁"]})
TAIL = (
    '<autoFilter ref="A1:B1"/><mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>'
    '<conditionalFormatting sqref="E4:E5 K4:K5"><cfRule type="expression" priority="1"><formula>E4=1</formula></cfRule>'
    '</conditionalFormatting><conditionalFormatting sqref="A4:A4"><cfRule type="expression" priority="2">'
    "<formula>1</formula></cfRule></conditionalFormatting>"
    '<dataValidations count="2"><dataValidation type="list" sqref="D4:D5"><formula1>"a,b"</formula1></dataValidation>'
    '<dataValidation type="list" sqref="C5"><formula1>"a"</formula1></dataValidation></dataValidations>'
    '<ignoredErrors><ignoredError sqref="A3:H5" numberStoredAsText="1"/><ignoredError sqref="B4:B5" formula="1"/></ignoredErrors>'
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="urn:x14" xmlns:xm="urn:xm">'
    "<x14:conditionalFormattings><x14:conditionalFormatting><xm:sqref>G4:G5 A1</xm:sqref></x14:conditionalFormatting>"
    "</x14:conditionalFormattings></ext></extLst>"
)


def _sheet(path: Path, number: int = 1) -> str:
    return parts_of(path)[f"xl/worksheets/sheet{number}.xml"].decode()


def _place(path: Path) -> TablePlace:
    package = Package.open(path)
    entry = package.sheet("记录")
    assert entry is not None
    return locate(package, entry, LOG, sheet_of(package, entry), strings_of(package))


def test_growth_takes_everything_along(tmp_path: Path) -> None:
    book = log_book(tmp_path / "a.xlsx", tail=TAIL, table_more=' totalsRowShown="0"')
    FileBook(book).apply(Changes(append=[(LOG, TWO)]))
    sheet = _sheet(book)
    assert '<dimension ref="A1:H7"/>' in sheet
    assert re.findall(r'sqref="([^"]*)"', sheet) == [
        "E4:E7 K4:K5",
        "A4:A4",
        "D4:D7",
        "C5:C7",
        "A3:H5",
        "B4:B7",
    ]
    assert "<xm:sqref>G4:G7 A1</xm:sqref>" in sheet
    table = parts_of(book)["xl/tables/table1.xml"].decode()
    assert re.findall(r'ref="([^"]*)"', table) == ["A3:H7", "A3:H7"]


def test_new_rows_look_like_the_last_one(tmp_path: Path) -> None:
    rows = [row(4, "N1"), row(5, "N2", '<c r="B5" s="2"/>', '<c r="C5" s="1" t="inlineStr"><is><t>a</t></is></c>',
                              attributes=' ht="30" customHeight="1" hidden="1"')]  # fmt: skip
    book = log_book(tmp_path / "a.xlsx", rows)
    FileBook(book).apply(Changes(append=[(LOG, TWO)]))
    added = re.findall(r'<row r="[67]".*?</row>', _sheet(book))
    assert added[0] == (
        '<row r="6" ht="30" customHeight="1"><c r="A6" s="0" t="inlineStr"><is><t>N8</t></is></c><c r="B6" s="2"/>'
        '<c r="C6" s="1" t="inlineStr"><is><t>丙</t></is></c></row>'
    )


def test_blank_rows_at_the_end_are_used_first(tmp_path: Path) -> None:
    rows = [row(4, "N1"), '<row r="5"><c r="H5" s="1"/></row>']
    book = log_book(tmp_path / "a.xlsx", rows, bottom=9)
    FileBook(book).apply(Changes(append=[(LOG, TWO)]))
    assert [r[0] for r in re.findall(r'<row r="(\d+)"', _sheet(book))] == list("13456")
    assert b'ref="A3:H9"' in parts_of(book)["xl/tables/table1.xml"]


def test_a_users_calculated_column_goes_on(tmp_path: Path) -> None:
    headings = (*HEADINGS[:-1], "备用", "长度")
    rows = [
        row(
            4,
            "N1",
            None,
            "甲",
            None,
            None,
            None,
            None,
            None,
            '<c r="I4"><f>LEN(C4)+记录[[#This Row],[占比]]</f><v>1</v></c>',
        )
    ]
    book = log_book(tmp_path / "a.xlsx", rows, ref="A3:I4")
    parts = parts_of(book)
    parts["xl/tables/table1.xml"] = table_xml("A3:I4", headings).encode()
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        "<t>备用</t></is></c>", '<t>备用</t></is></c><c r="I3" t="inlineStr"><is><t>长度</t></is></c>', 1
    ).encode()
    book.write_bytes(zip_bytes(parts))
    FileBook(book).apply(Changes(append=[(LOG, TWO)]))
    assert re.findall(r"<f>(.*?)</f>", _sheet(book)) == [
        f"LEN(C{r})+记录[[#This Row],[占比]]" for r in (4, 5, 6)
    ]


def test_rows_typed_right_below_the_table_belong_to_it(tmp_path: Path) -> None:
    rows = [row(4, "N1"), row(5, "N2"), row(7, "备注:另起")]
    book = log_book(tmp_path / "a.xlsx", rows, bottom=4)
    host = FileBook(book)
    assert host.read([LOG])["log"].rows.tolist() == [4, 5]
    host.apply(Changes(columns=[(LOG, pd.DataFrame({"status": ["a", "b"]}, index=[4, 5]))]))
    assert b'ref="A3:H5"' in parts_of(book)["xl/tables/table1.xml"]


REFUSALS = [
    ("totals", {"ref": "A3:H6", "table_more": ' totalsRowCount="1"'}, "table.totals", "A6"),
    ("cells below", {"rows": [row(4, "a"), row(5, "b"), row(7, None, None, "备注")]}, "table.blocked", "C7"),
    (
        "merge below",
        {"tail": '<mergeCells count="1"><mergeCell ref="G6:J9"/></mergeCells>'},
        "table.blocked",
        "G6",
    ),
]


@pytest.mark.parametrize(("name", "options", "code", "cell"), REFUSALS, ids=[r[0] for r in REFUSALS])
def test_no_room_is_refused_and_nothing_written(
    name: str, options: dict, code: str, cell: str, tmp_path: Path  # type: ignore[type-arg]
) -> None:  # fmt: skip
    options = dict(options)
    book = log_book(tmp_path / "a.xlsx", options.pop("rows", ()), bottom=5, **options)
    before = book.read_bytes()
    with pytest.raises(WorkbookError) as stopped:
        FileBook(book).apply(Changes(append=[(LOG, TWO)]))
    assert (stopped.value.code, stopped.value.values["cell"]) == (code, cell)
    assert book.read_bytes() == before
    assert not (tmp_path / "备份").exists()


def test_without_a_table_the_headings_are_looked_for(tmp_path: Path) -> None:
    book = log_book(tmp_path / "a.xlsx", no_table=True)
    parts = parts_of(book)
    sheet = parts["xl/worksheets/sheet1.xml"]
    for old, new in ((5, 11), (4, 10), (3, 9)):
        sheet = re.sub(rb'"([A-H]?)%d"' % old, rb'"\g<1>%d"' % new, sheet)
    parts["xl/worksheets/sheet1.xml"] = sheet
    book.write_bytes(zip_bytes(parts))
    host = FileBook(book)
    cells = host.read([LOG])["log"]
    assert (cells.header_row, cells.rows.tolist(), cells.columns["no"]) == (9, [10, 11], ["N1", "N2"])
    host.apply(Changes(append=[(LOG, TWO)]))
    assert host.read([LOG])["log"].columns["no"] == ["N1", "N2", "N8", "N9"]


def test_the_table_with_the_schemas_headings_is_taken(tmp_path: Path) -> None:
    place = _place(log_book(tmp_path / "a.xlsx"))
    assert (place.name, place.first, place.last, place.left, place.right) == ("记录", 4, 5, 1, 8)


def test_a_shrunk_list_leaves_its_styles_and_one_row(tmp_path: Path) -> None:
    book = log_book(tmp_path / "a.xlsx")
    host = FileBook(book)
    host.apply(Changes(replace=[(LIST, pd.DataFrame({"n": [1, 2, 3], "text": list("abc")}))]))
    assert b'ref="A1:C4"' in parts_of(book)["xl/tables/table2.xml"]
    host.apply(Changes(replace=[(LIST, pd.DataFrame({"n": [], "text": []}))]))
    assert b'ref="A1:C2"' in parts_of(book)["xl/tables/table2.xml"]
    assert re.findall(r'<row r="[2-4]">(.*?)</row>', _sheet(book, 2)) == [
        f'<c r="A{r}" s="1"/><c r="B{r}" s="0"/><c r="C{r}" s="0"/>'
        if r > 2
        else '<c r="A2" s="1"/><c r="B2"/><c r="C2"/>'
        for r in (2, 3, 4)
    ]


@pytest.mark.parametrize(
    ("formula", "rows", "columns"),
    [("A1+$A1+A$1+$A$1", 3, 2), ("SUM(A1:B2,C:D,$C:D,1:2)", 1, 1), ('IF(LOG10(B2)>1,"A1",\'a A1\'!B2)', 4, 0),
     ("记录[[#This Row],[A1]]*B5", 2, 0), ("工作表!B5*2-R1C", 2, 0), ("DATE(2024,1,1)+A1048570", 2, 0)],
)  # fmt: skip
def test_a_formula_moves_as_openpyxl_would_move_it(formula: str, rows: int, columns: int) -> None:
    from openpyxl.formula.translate import Translator

    target = address(10 + rows, 10 + columns)
    expected = Translator("=" + formula, origin="J10").translate_formula(target)[1:]
    assert shifted(formula, rows, columns) == expected


def test_a_reference_that_leaves_the_sheet_is_lost() -> None:
    assert shifted("A2*B1", -1) == "A1*#REF!"


def test_a_heading_beside_the_table_belongs_to_it(tmp_path: Path) -> None:
    """The table was not widened when somebody typed 备用 on to it; a doubled heading beside it is a remark."""
    book = log_book(tmp_path / "a.xlsx", ref="A3:G5")
    parts = parts_of(book)
    parts["xl/tables/table1.xml"] = table_xml("A3:G5", HEADINGS[:-1]).encode()
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    more = '<c r="I3" t="inlineStr"><is><t>状态</t></is></c></row><row r="4">'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace('</row><row r="4">', more, 1).encode()
    book.write_bytes(zip_bytes(parts))
    place = _place(book)
    assert (place.columns["spare"], place.columns["status"], place.right, place.doubled) == (8, 5, 7, {})
    host = FileBook(book)
    assert host.read([LOG])["log"].absent == ()
    host.apply(Changes(append=[(LOG, TWO.assign(spare=["x", "y"]))]))
    assert host.read([LOG])["log"].columns["spare"][-2:] == ["x", "y"]
    assert b'ref="A3:G7"' in parts_of(book)["xl/tables/table1.xml"]


def test_a_heading_of_another_table_is_not_taken(tmp_path: Path) -> None:
    book = log_book(tmp_path / "a.xlsx", ref="A3:G5")
    parts = parts_of(book)
    parts["xl/tables/table1.xml"] = table_xml("A3:G5", HEADINGS[:-1]).encode()
    rels = parts["xl/worksheets/_rels/sheet1.xml.rels"].decode()
    second = rels[rels.index("<Relationship ") : rels.index("</Relationships>")]
    second = second.replace("rId1", "rId2").replace("table1", "table3")
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = rels.replace("</Relationships>", second + "</Relationships>").encode()
    parts["xl/tables/table3.xml"] = table_xml("H3:H5", ("备用",), "别的", 3).encode()
    book.write_bytes(zip_bytes(parts))
    assert "spare" not in _place(book).columns


def test_outer_blanks_are_read_and_stay_even_without_xml_space(tmp_path: Path) -> None:
    cell = '<c r="C4" t="inlineStr"><is><t>  张三 </t></is></c>'
    book = log_book(tmp_path / "a.xlsx", [row(4, "N1", None, cell)])
    host = FileBook(book)
    assert host.read([LOG])["log"].columns["who"] == ["  张三 "]
    host.apply(Changes(columns=[(LOG, pd.DataFrame({"status": ["好"]}, index=[4]))]))
    assert cell in _sheet(book)
