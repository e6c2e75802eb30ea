"""Reading and writing cells as bytes: every spelling a cell may have, and nothing else touched."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workbook.odd_books import MAIN, log_book, sheet_xml
from workbook.book import CellError, Link
from workbook.package.cell_content import serial, text_from_xml, text_to_xml
from workbook.package.cell_refs import Area, column_number, letters
from workbook.package.opc import Package
from workbook.package.shared_strings import SharedStrings
from workbook.package.sheet_edit import Formula, SheetEditor, Under
from workbook.package.sheet_xml import SheetXml
from workbook.package.styles_xml import Styles, is_date_format

STRINGS = SharedStrings(
    f'<sst xmlns="{MAIN}"><si><t>普通</t></si><si><r><rPr><b/></rPr><t>富</t></r><r><t xml:space="preserve"> 文本</t></r></si>'
    '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si><si/>'
    "<si><t>a_x000D_b&amp;&#x4E2D;</t></si></sst>".encode()
)

READS = [
    ('<c r="A1"><v>1.5</v></c>', 1.5),
    ('<c r="A1" s="3" t="n"><v>1E3</v></c>', 1000.0),
    ('<c r="A1" t="s"><v>0</v></c>', "普通"),
    ('<c r="A1" t="s" s="2"><v>1</v></c>', "富 文本"),
    ('<c r="A1" t="s"><v>2</v></c>', "東京"),
    ('<c r="A1" t="s"><v>3</v></c>', None),
    ('<c r="A1" t="s"><v>4</v></c>', "a\rb&中"),
    ('<c r="A1" t="s"><v>99</v></c>', None),
    ('<c r="A1" t="b"><v>1</v></c>', True),
    ('<c r="A1" t="b"><v>0</v></c>', False),
    ('<c r="A1" t="e"><v>#N/A</v></c>', CellError("#N/A")),
    ('<c r="A1" t="str"><f>A2&amp;"x"</f><v>甲&lt;乙</v></c>', "甲<乙"),
    ('<c r="A1" t="str"><f>""</f><v></v></c>', None),
    ('<c r="A1"><f>1/2</f><v>0.5</v></c>', 0.5),
    ('<c r="A1"><f t="shared" si="0"/><v>2</v></c>', 2.0),
    ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', CellError("#DIV/0!")),
    ('<c r="A1" t="d"><v>2024-05-01T09:00:00</v></c>', 45413.375),
    ('<c r="A1" t="inlineStr"><is><t>行内</t></is></c>', "行内"),
    (
        '<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>',
        "ab",
    ),
    ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> 空 </t></is></c>', " 空 "),
    ('<c r="A1" t="inlineStr"><is><t><![CDATA[a<b]]></t></is></c>', "a<b"),
    ('<c r="A1"/>', None),
    ('<c r="A1" s="4"></c>', None),
    ("<c r='A1' t='s'><v>0</v></c>", "普通"),
    ('<c t="s" r="A1"><v>0</v></c>', "普通"),
    ('<c t="s"><v>0</v></c>', "普通"),
    ('<c\n r="A1"\n><v>3</v></c>', 3.0),
    ('<c r="A1"><v>1</v><extLst><ext uri="x"/></extLst></c>', 1.0),
    ('<c r="A1"><v xml:space="preserve">7</v></c>', 7.0),
    ('<!-- <c r="A1"><v>9</v></c> --><c r="A1"><v>8</v></c>', 8.0),
]


@pytest.mark.parametrize(("cell", "expected"), READS)
def test_a_cell_is_read(cell: str, expected: Any) -> None:
    scan = SheetXml(sheet_xml(f'<row r="1">{cell}</row>').encode()).read([1], STRINGS)
    found = scan.columns[1].cells[0]
    assert (type(found), found) == (type(expected), expected)
    assert bool(scan.columns[1].formulas) == ("<f" in cell)


def test_prefixed_names_missing_addresses_and_self_closing_rows() -> None:
    data = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row/><x:row><x:c><x:v>1</x:v></x:c><x:c r="D2"><x:v>2</x:v></x:c>'
        '<x:c t="inlineStr"><x:is><x:t>三</x:t></x:is></x:c></x:row><x:row r="9" spans="1:2"/></x:sheetData></x:worksheet>'
    ).encode()
    sheet = SheetXml(data)
    scan = sheet.read(range(1, 7), STRINGS)
    assert scan.rows == [2]
    assert {c: read.cells[0] for c, read in scan.columns.items() if read.cells[0] is not None} == {
        1: 1.0,
        4: 2.0,
        5: "三",
    }
    assert sheet.last_row() == 9


def test_utf16_and_byte_order_marks() -> None:
    text = sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>中</t></is></c></row>')
    for data in (text.replace("UTF-8", "UTF-16").encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        assert SheetXml(data).read([1], STRINGS).columns[1].cells == ["中"]


def test_cells_of_an_array_formula_are_formulas_too() -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="array" ref="A1:B2">X</f><v>1</v></c><c r="B1"><v>2</v></c></row>'
        '<row r="2"><c r="A2"><v>3</v></c><c r="B2"><v>4</v></c></row><row r="3"><c r="A3"><v>5</v></c></row>'
    )
    scan = SheetXml(sheet_xml(rows).encode()).read([1, 2], STRINGS)
    assert (scan.columns[1].formulas, scan.columns[2].formulas) == ({1, 2}, {1, 2})


def test_only_the_asked_rows_are_read() -> None:
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>{r}</v></c></row>' for r in (2, 5, 7, 1000))
    sheet = SheetXml(sheet_xml(rows).encode())
    assert sheet.read([1], STRINGS, 3, 7).columns[1].cells == [5.0, 7.0]
    assert sheet.read([1], STRINGS, 8).columns[1].cells == [1000.0]
    assert sheet.read([1], STRINGS, 1001).columns[1].cells == []


@pytest.fixture
def styles(tmp_path: Path) -> Styles:
    return Styles(Package.open(log_book(tmp_path / "a.xlsx")))


def _edit(styles: Styles, rows: str, edits: dict, head: str = "", **options: Any) -> tuple[str, SheetEditor]:  # type: ignore[type-arg]
    formats = options.pop("formats", {})
    sheet = SheetXml(sheet_xml(rows, head).encode())
    editor = SheetEditor(sheet, styles, **options)
    editor.set_cells(edits, formats)
    text = editor.finish().decode()
    return text[text.index("<sheetData>") + 11 : text.index("</sheetData>")], editor


HELD = '<row r="1" spans="1:3" ht="20"><c r="A1" s="1" t="s"><v>0</v></c><c r="C1" s="3"><v>4</v></c></row>'
WRITES = [
    ("a value keeps the style", HELD, {1: {1: 2}}, HELD.replace('s="1" t="s"><v>0</v>', 's="1"><v>2</v>')),
    (
        "text",
        HELD,
        {1: {1: "a<b & c"}},
        HELD.replace('t="s"><v>0</v>', 't="inlineStr"><is><t>a&lt;b &amp; c</t></is>'),
    ),
    (
        "a blank keeps the cell",
        HELD,
        {1: {3: None}},
        HELD.replace('<c r="C1" s="3"><v>4</v></c>', '<c r="C1" s="3"/>'),
    ),
    ("a blank where nothing is", HELD, {1: {2: None}, 7: {1: None}}, HELD),
    (
        "a cell between, spans go",
        HELD,
        {1: {2: True}},
        HELD.replace(' spans="1:3"', "").replace('<c r="C1"', '<c r="B1" t="b"><v>1</v></c><c r="C1"'),
    ),
    (
        "a cell behind the last",
        HELD,
        {1: {28: CellError("#N/A")}},
        HELD.replace(' spans="1:3"', "").replace("</row>", '<c r="AB1" t="e"><v>#N/A</v></c></row>'),
    ),
    (
        "an empty style is none",
        '<row r="1"><c r="A1" s=""><v>1</v></c></row>',
        {1: {1: 2}},
        '<row r="1"><c r="A1" s="0"><v>2</v></c></row>',
    ),
    (
        "self-closing row",
        '<row r="1"/><row r="2" ht="9"/><row r="3"/>',
        {2: {1: 1}},
        '<row r="1"/><row r="2" ht="9"><c r="A2"><v>1</v></c></row><row r="3"/>',
    ),
    (
        "rows that are not there yet, in order",
        '<row r="2"><c r="A2" s="1"/></row>',
        {5: {1: 5}, 1: {1: 1}, 3: {2: 3}},
        '<row r="1"><c r="A1" s="1"><v>1</v></c></row><row r="2"><c r="A2" s="1"/></row>'
        '<row r="3"><c r="B3"><v>3</v></c></row><row r="5"><c r="A5" s="1"><v>5</v></c></row>',
    ),
    (
        "spaces are kept",
        HELD,
        {1: {3: " x "}},
        HELD.replace(
            '<c r="C1" s="3"><v>4</v>',
            '<c r="C1" s="3" t="inlineStr"><is><t xml:space="preserve"> x </t></is>',
        ),
    ),
    (
        "a date in a date format keeps it",
        HELD,
        {1: {3: datetime(2024, 5, 1, 9)}},
        HELD.replace("<v>4</v>", "<v>45413.375</v>"),
    ),
    (
        "a date in a General cell gets a date format, the font stays",
        HELD,
        {1: {1: datetime(2024, 5, 1)}},
        HELD.replace('s="1" t="s"><v>0</v>', 's="5"><v>45413</v>'),
    ),
    (
        "leading = stays text",
        HELD,
        {1: {1: "=1+1"}},
        HELD.replace('s="1" t="s"><v>0</v>', 's="5" t="inlineStr"><is><t>=1+1</t></is>'),
    ),
    (
        "a link",
        HELD,
        {1: {1: Link("张'三", "A4", 'x"y')}},
        HELD.replace('t="s"><v>0</v>', 't="str"><f>HYPERLINK("#\'张\'\'三\'!A4","x""y")</f><v>x"y</v>'),
    ),
    (
        "under a formula",
        '<row r="1"><c r="A1" s="2" cm="1"><f t="array" ref="A1">X()</f><v>1</v></c></row>',
        {1: {1: Under("甲")}},
        '<row r="1"><c r="A1" s="2" t="str" cm="1"><f t="array" ref="A1">X()</f><v>甲</v></c></row>',
    ),
    (
        "a formula with its value",
        HELD,
        {1: {1: Formula("SUM(B1:C1)", 4)}},
        HELD.replace('t="s"><v>0</v>', "><f>SUM(B1:C1)</f><v>4</v>").replace('s="1" >', 's="1">'),
    ),
]


@pytest.mark.parametrize(("name", "rows", "edits", "expected"), WRITES, ids=[w[0] for w in WRITES])
def test_cells_are_written(name: str, rows: str, edits: dict, expected: str, styles: Styles) -> None:  # type: ignore[type-arg]
    found, _ = _edit(styles, rows, edits)
    assert found == expected


def test_the_first_cell_of_a_shared_formula_hands_its_text_on(styles: Styles) -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1*$C$1</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row><row r="3"><c r="A3"><f t="shared" si="0"/><v>3</v></c></row>'
    )
    found, editor = _edit(styles, rows, {1: {1: 9}})
    assert found == (
        '<row r="1"><c r="A1"><v>9</v></c></row><row r="2"><c r="A2"><f>B2*$C$1</f><v>2</v></c></row>'
        '<row r="3"><c r="A3"><f>B3*$C$1</f><v>3</v></c></row>'
    )
    assert editor.formulas_changed


def test_a_new_cell_takes_the_style_of_its_column(styles: Styles) -> None:
    rows = '<row r="3"><c r="A3" s="1"/></row><row r="4"><c r="A4" s="4"/></row>'
    found, _ = _edit(styles, rows, {5: {1: "x"}}, first_data_row=4)
    assert '<c r="A5" s="4" ' in found
    found, _ = _edit(
        styles, rows, {5: {3: "x"}}, '<cols><col min="2" max="9" style="3"/></cols>', first_data_row=4
    )
    assert '<c r="C5" s="3" ' in found


def test_a_share_in_a_general_cell_gets_the_schemas_format(styles: Styles) -> None:
    found, _ = _edit(styles, HELD, {1: {1: 0.5}}, formats={1: "0%"})
    assert 's="5"' in found
    assert styles.number_format(5) == "0%"
    found, _ = _edit(styles, HELD, {1: {3: 0.5}}, formats={3: "0%"})
    assert 's="3"' in found


def test_the_dimension_grows(styles: Styles) -> None:
    sheet = SheetXml(sheet_xml(HELD, '<dimension ref="A1:C1"/>').encode())
    editor = SheetEditor(sheet, styles)
    editor.set_cells({9: {5: 1}})
    assert b'<dimension ref="A1:E9"/>' in editor.finish()


def test_styles_that_exist_are_used_again(styles: Styles) -> None:
    assert styles.variant(0, "m/d/yy h:mm") == 2
    made = styles.variant(1, "0.00%")
    assert (made, styles.variant(1, "0.00%"), styles.number_format(made)) == (5, 5, "0.00%")
    assert styles.variant(1, '0"分"') == 6


@pytest.mark.parametrize(
    ("code", "date"),
    [("General", False), ("0.00", False), ("yyyy-mm-dd", True), ("[h]:mm", True), ('0"天"', False), ("[Red]0", False),
     ("m/d", True), ('yyyy"年"m"月"', True), ("@", False), ("[$-804]yyyy", True), ("0_);[Blue]-0", False)],
)  # fmt: skip
def test_which_formats_show_a_date(code: str, date: bool) -> None:
    assert is_date_format(code) == date


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_survives_xml(text: str) -> None:
    assert text_from_xml(text_to_xml(text)) == text


@given(st.integers(1, 16_384))
def test_letters_and_numbers(column: int) -> None:
    assert column_number(letters(column)) == column


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        (datetime(1900, 1, 1), 1),
        (datetime(1900, 2, 28), 59),
        (datetime(1900, 3, 1), 61),
        (datetime(2024, 5, 1, 9), 45413.375),
    ],
)
def test_serials(moment: datetime, days: float) -> None:
    assert serial(moment) == days


def test_areas() -> None:
    assert str(Area.parse("$A$1:C3")) == "A1:C3"
    assert str(Area.parse("B2")) == "B2"
    assert Area.parse("A:C") is None


@pytest.mark.parametrize("empty", ["<sheetData/>", "<sheetData />", "<sheetData></sheetData>"])
def test_a_sheet_without_rows_can_be_written(empty: str, styles: Styles) -> None:
    data = sheet_xml("", tail="<pageMargins/>").replace("<sheetData></sheetData>", empty)
    editor = SheetEditor(SheetXml(data.encode()), styles)
    editor.set_cells({2: {1: 1}})
    assert b'<sheetData><row r="2"><c r="A2"><v>1</v></c></row></sheetData><pageMargins/>' in editor.finish()
