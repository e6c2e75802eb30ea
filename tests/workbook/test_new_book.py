"""A template tab as a workbook of its own: only what is allowed goes in, its looks stay, and nothing asks to be repaired."""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.libreoffice import LibreOffice
from tests.support.package_lint import lint
from workbook.issues import WorkbookError
from workbook.package.new_book import BookTemplate, compile_template, untouched_mark
from workbook.package.opc import Package
from workbook.resources import templates
from workbook.sheets.customer_forms import FORMS, NOTICE, RECEIPT, VERSION, Form
from workbook.template import finish

MARK = "S002-1|7KQM-4XTR"
TEMPLATE = "表单_S002"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
SECRET = "李四机密"
"""Stands wherever the ledger could leak into a form."""


def blank(form: Form) -> list[str]:
    return [name for name in form.names() if name not in form.facts() and name not in (NOTICE, VERSION)]


def compiled(path: Path, code: str = "S002", names: list[str] | None = None) -> BookTemplate:
    form = FORMS[code]
    return compile_template(Package.open(path), form.template, form.profile.title, names or form.facts(), blank(form))


def values(form: Form) -> dict[str, Any]:
    return {name: datetime(2024, 5, 1) if name == "服务日期" else f"〈{name}〉" for name in form.facts()}


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def places(tab: Worksheet) -> dict[str, str]:
    return {n: str(d.attr_text).rpartition("!")[2].replace("$", "") for n, d in tab.defined_names.items() if ":" not in d.attr_text}


def looks(cell: Any) -> str:
    return repr((cell.font, cell.fill, cell.border, cell.alignment, cell.number_format, cell.protection))


@pytest.fixture(scope="module")
def packaged() -> openpyxl.Workbook:
    return openpyxl.load_workbook(templates())


@pytest.fixture(scope="module")
def small() -> bytes:
    """One log and one template tab."""
    book = openpyxl.load_workbook(templates())
    for title in set(book.sheetnames) - {"响应记录", TEMPLATE}:
        del book[title]
    book["响应记录"]["B4"] = SECRET
    book.defined_names.clear()
    book["响应记录"].data_validations.dataValidation.clear()
    book.properties.creator = book.properties.lastModifiedBy = SECRET
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture
def office(small: bytes, tmp_path: Path) -> Callable[[Callable[[Worksheet], None]], Path]:
    """A ledger whose template tab somebody changed."""

    def make(change: Callable[[Worksheet], None]) -> Path:
        book = openpyxl.load_workbook(BytesIO(small))
        change(book[TEMPLATE])
        path = tmp_path / "台账.xlsx"
        finish.save(book, path)
        return path

    return make


@pytest.mark.parametrize("code", FORMS)
def test_every_form_goes_out_whole(code: str, packaged: openpyxl.Workbook, tmp_path: Path) -> None:
    form = FORMS[code]
    path = tmp_path / "表单.xlsx"
    path.write_bytes(compiled(templates(), code).book(values(form), MARK))
    assert lint(path) == []
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [form.profile.title]
    tab, template = book.active, packaged[form.template]
    at = places(tab)
    assert set(at) == set(form.names())
    assert {name: tab[at[name]].value for name in form.facts()} == values(form)
    assert all(tab[at[name]].value is None for name in blank(form))
    assert all(tab[at[name]].protection.locked != (name in blank(form)) for name in form.names())
    facts = {at[name] for name in form.facts()}
    for row in template.iter_rows():
        for cell in row:
            mine = tab[cell.coordinate]
            if cell.coordinate not in facts:
                assert mine.value == cell.value, cell.coordinate
            assert looks(mine) == looks(cell), cell.coordinate
    assert tab.protection.sheet
    assert sorted(map(str, tab.merged_cells.ranges)) == sorted(map(str, template.merged_cells.ranges))
    assert sorted((str(v.sqref), v.formula1) for v in tab.data_validations.dataValidation) == sorted(
        (str(v.sqref), v.formula1) for v in template.data_validations.dataValidation
    )
    assert {k: (d.width, d.hidden) for k, d in tab.column_dimensions.items()} == {
        k: (d.width, d.hidden) for k, d in template.column_dimensions.items()
    }
    assert {k: d.height for k, d in tab.row_dimensions.items()} == {k: d.height for k, d in template.row_dimensions.items()}
    assert (tab.page_setup.paperSize, tab.page_setup.fitToHeight, tab.print_area) == (
        template.page_setup.paperSize, template.page_setup.fitToHeight, template.print_area.replace(form.template, form.profile.title),
    )  # fmt: skip


def test_the_file_says_nothing_of_people_machines_or_the_clock() -> None:
    data = compiled(templates()).book(values(FORMS["S002"]), MARK)
    found = parts(data)
    assert sorted(found) == [
        "[Content_Types].xml", "_rels/.rels", "docProps/custom.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/theme/theme1.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml",
    ]  # fmt: skip
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert data == compiled(templates()).book(values(FORMS["S002"]), MARK)
    assert re.findall(rb'name="([^"]+)"><vt:lpwstr>([^<]+)', found["docProps/custom.xml"])[0] == (b"xlsvc.form", MARK.encode())


def leak(tab: Worksheet) -> None:
    """Whatever a restyled template could bring of the ledger, and some looks that may go out."""
    tab["B30"] = "=响应记录!B4"
    tab["B31"] = "=SUM(C30,2)"
    for row, formula in enumerate(('=INDIRECT("响应记录!B4")', '=WEBSERVICE("http://x")', "=cmd|'/c calc'!A0", "=机密", "=泄露表[列]"), 32):
        tab.cell(row, 3, formula)
    tab["C4"].comment = Comment(SECRET, SECRET)
    tab["B2"].hyperlink = "https://example.com/" + SECRET
    tab["H1"], tab["H2"] = "列", SECRET
    tab.add_table(Table(displayName="泄露表", ref="H1:H2"))
    del tab._tables["泄露表"]
    tab["H1"] = tab["H2"] = None
    tab.parent.defined_names["机密"] = DefinedName("机密", attr_text="响应记录!$B$4")
    tab.defined_names["本地机密"] = DefinedName("本地机密", attr_text="响应记录!$B$4", comment=SECRET)
    tab.defined_names["工单号"].comment = SECRET
    for formula in ("响应记录!$B$4:$B$9", "机密"):
        rule = DataValidation("list", formula1=formula)
        rule.add("C30")
        tab.add_data_validation(rule)
        tab.conditional_formatting.add("C31", FormulaRule([f"{formula}=1"], font=Font(bold=True)))
    tab.conditional_formatting.add("D14:D17", CellIsRule("lessThan", ["3"], fill=PatternFill(bgColor="FFFF00")))
    tab.oddFooter.center.text = "第 &P 页 &G"
    tab[places(tab)["分_response"]] = 5
    tab.protection.sheet = False


def test_nothing_of_the_ledger_goes_along(office: Callable[..., Path], tmp_path: Path) -> None:
    template = compiled(office(leak))
    data = template.book(values(FORMS["S002"]), MARK)
    found = parts(data)
    for name, content in found.items():
        for word in (SECRET, "响应记录", "example.com", "机密", "&amp;G"):
            assert word.encode() not in content, (name, word)
    assert sorted(name for name in found if "sheet" in name or "comment" in name or "drawing" in name) == [
        "xl/worksheets/sheet1.xml"
    ]
    assert re.findall(b"<f>([^<]*)", found["xl/worksheets/sheet1.xml"]) == [b"SUM(C30,2)"]
    assert template.left_out == ("公式", "条件格式", "下拉选项")
    path = tmp_path / "表单.xlsx"
    path.write_bytes(data)
    assert lint(path) == []
    tab = openpyxl.load_workbook(path).active
    assert tab.protection.sheet
    assert tab[places(tab)["分_response"]].value is None
    assert [str(c.sqref) for c in tab.conditional_formatting] == ["D14:D17"]
    assert tab.oddFooter.center.text == "第 &P 页 "


def with_logo(path: Path) -> Path:
    """Puts a picture on the template tab, as Excel does."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    book = openpyxl.load_workbook(path)
    sheet = f"xl/worksheets/sheet{book.sheetnames.index(TEMPLATE) + 1}.xml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    drawn = "http://schemas.openxmlformats.org/drawingml/2006"
    content["xl/media/image1.png"] = PICTURE
    content["xl/drawings/drawing9.xml"] = (
        f'<xdr:wsDr xmlns:xdr="{drawn}/spreadsheetDrawing" xmlns:a="{drawn}/main" xmlns:r="{office}"><xdr:oneCellAnchor>'
        "<xdr:from><xdr:col>4</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>0</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
        '<xdr:ext cx="400000" cy="200000"/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="1" name="标志"/><xdr:cNvPicPr/></xdr:nvPicPr>'
        '<xdr:blipFill><a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>'
    ).encode()
    content["xl/drawings/_rels/drawing9.xml.rels"] = (
        f'<Relationships xmlns="{rels}"><Relationship Id="rId1" Type="{office}/image" Target="../media/image1.png"/></Relationships>'
    ).encode()
    name = sheet.replace("worksheets/", "worksheets/_rels/") + ".rels"
    assert name not in content
    content[name] = (
        f'<Relationships xmlns="{rels}"><Relationship Id="rId7" Type="{office}/drawing" Target="../drawings/drawing9.xml"/></Relationships>'
    ).encode()
    content[sheet] = content[sheet].replace(
        b"</worksheet>", f'<drawing xmlns:r="{office}" r:id="rId7"/></worksheet>'.encode()
    )
    types = b'<Default Extension="png" ContentType="image/png"/><Override PartName="/xl/drawings/drawing9.xml" ' \
        b'ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/></Types>'
    content["[Content_Types].xml"] = content["[Content_Types].xml"].replace(b"</Types>", types)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def restyle(tab: Worksheet) -> None:
    tab["B2"] = "请扫码或回传"
    tab["B2"].font = Font(size=15, color="FF00FF")


def test_an_offices_own_looks_and_logo_stay(office: Callable[..., Path], tmp_path: Path) -> None:
    path = tmp_path / "表单.xlsx"
    path.write_bytes(compiled(with_logo(office(restyle))).book(values(FORMS["S002"]), MARK))
    assert lint(path) == []
    tab = openpyxl.load_workbook(path).active
    assert (tab["B2"].value, tab["B2"].font.size) == ("请扫码或回传", 15)
    found = parts(path.read_bytes())
    assert found["xl/media/image1.png"] == PICTURE
    assert b"<drawing " in found["xl/worksheets/sheet1.xml"]


def test_a_template_with_a_chart_goes_out_without_it(office: Callable[..., Path]) -> None:
    from openpyxl.chart import BarChart, Reference

    def draw(tab: Worksheet) -> None:
        chart = BarChart()
        chart.add_data(Reference(tab.parent["响应记录"], min_col=1, min_row=3, max_row=5))
        tab.add_chart(chart, "H5")

    template = compiled(office(draw))
    assert template.left_out == ("图形",)
    assert not [name for name in parts(template.book({}, MARK)) if "chart" in name or "drawing" in name]


def test_a_lost_name_is_no_gap_and_a_moved_one_is_found(office: Callable[..., Path]) -> None:
    def change(tab: Worksheet) -> None:
        del tab.defined_names["服务电话"]
        tab.defined_names[RECEIPT].attr_text = f"'{TEMPLATE}'!$H$40"

    template = compiled(office(change))
    assert template.names == set(FORMS["S002"].facts()) - {"服务电话"}
    tab = openpyxl.load_workbook(BytesIO(template.book(values(FORMS["S002"]), MARK))).active
    assert tab["H40"].value == f"〈{RECEIPT}〉"


@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(\"x\")", "+86 10", "-5", "@张三", "<a&\"'>", " 两边 空格 ", "第一行\n第二行",
                                  "_x0041_", "\u0001\u202e\U0001f600", "x" * 32_767])  # fmt: skip
def test_any_text_stays_text(text: str, tmp_path: Path) -> None:
    path = tmp_path / "表单.xlsx"
    path.write_bytes(compiled(templates()).book({"服务人员": text}, MARK))
    assert lint(path) == []
    tab = openpyxl.load_workbook(path).active
    cell = tab[places(tab)["服务人员"]]
    assert cell.data_type == "s"
    assert Package.open(path).read("xl/worksheets/sheet1.xml").count(b"<f>") == 0
    if text.isprintable() and "_x" not in text:
        assert cell.value == text
    assert cell.quotePrefix == (text[0] == "=")


def test_a_text_that_no_cell_holds_is_refused() -> None:
    with pytest.raises(WorkbookError) as refused:
        compiled(templates()).book({"服务人员": "长" * 32_768}, MARK)
    assert refused.value.code == "cell.too_long"


def test_a_fact_that_was_no_date_cell_becomes_one(office: Callable[..., Path]) -> None:
    def change(tab: Worksheet) -> None:
        tab[places(tab)["服务日期"]].number_format = "@"

    data = compiled(office(change)).book({"服务日期": datetime(2024, 5, 1)}, MARK)
    tab = openpyxl.load_workbook(BytesIO(data)).active
    assert tab[places(tab)["服务日期"]].value == datetime(2024, 5, 1)


def test_who_saved_the_file_since_is_told_from_who_did_not(tmp_path: Path) -> None:
    data = compiled(templates()).book(values(FORMS["S002"]), MARK)
    assert untouched_mark(data) == MARK
    book = openpyxl.load_workbook(BytesIO(data))
    book.active[places(book.active)["分_response"]] = 5
    changed = BytesIO()
    book.save(changed)
    assert untouched_mark(changed.getvalue()) is None
    typed = BytesIO()
    with zipfile.ZipFile(typed, "w") as archive:  # as a program does that keeps every other part
        for name, part in parts(data).items():
            archive.writestr(name, part.replace("〈工单号〉".encode(), "〈工单号〉.".encode()))
    assert untouched_mark(typed.getvalue()) is None
    assert untouched_mark(data[:-30]) is None
    assert untouched_mark(templates().read_bytes()) is None
    assert untouched_mark(b"") is None


@pytest.mark.node
def test_the_validator_finds_nothing(office: Callable[..., Path], tmp_path: Path, ooxml_validator: Any) -> None:
    for template in (compiled(office(leak)), compiled(with_logo(office(restyle))), compiled(templates(), "S003")):
        path = tmp_path / "表单.xlsx"
        path.write_bytes(template.book({"工单号": "SN1", "服务日期": datetime(2024, 5, 1)}, MARK))
        assert ooxml_validator(path) == []


@pytest.mark.libreoffice
def test_libreoffice_shows_the_facts(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "表单.xlsx"
    path.write_bytes(compiled(templates()).book({**values(FORMS["S002"]), "工单号": "=1+1"}, MARK))
    tab = openpyxl.load_workbook(path).active
    shown = libreoffice.cells(path)[FORMS["S002"].profile.title]
    assert shown[places(tab)["工单号"]] == "=1+1"
    assert shown[places(tab)["服务人员"]] == "〈服务人员〉"
