"""Every fault of the lint's list, seeded one at a time into a good file, is caught; the good file has none."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableStyleInfo

from .formula_syntax import FormulaError, read
from .package_lint import lint, new_findings, short_ranges

SHEET1, SHEET2 = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
BOOK, CONTENT = "xl/workbook.xml", "[Content_Types].xml"
SPARKLINE = (
    '<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:sparklineGroups xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:sparklineGroup>'
    "<x14:sparklines><x14:sparkline><xm:f>%s</xm:f><xm:sqref>C2</xm:sqref></x14:sparkline></x14:sparklines>"
    "</x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
)
CHAIN = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</calcChain>'
CHAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
CHAIN_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tabs: a table with a formula column, rules, a list, merges and names; a report with a chart."""
    book = openpyxl.Workbook()
    log = book.active
    log.title = "响应记录"
    log.sheet_properties.codeName = "Log"
    log.sheet_view.tabSelected = True
    for row in (("工单号", "分数", "加倍"), ("SN1", 3, None), ("SN2", 4, None), ("SN3", 5, None)):
        log.append(row)
    for r in (2, 3, 4):
        log[f"C{r}"] = "=响应记录[[#This Row],[分数]]*2"
    table = Table(displayName="响应记录", ref="A1:C4")
    table.tableStyleInfo = TableStyleInfo("TableStyleMedium2")
    log.add_table(table)
    red = PatternFill(bgColor="FFFF0000", fill_type="solid")
    log.conditional_formatting.add("B2:B4", CellIsRule(operator="lessThan", formula=["3.5"], fill=red))
    validation = DataValidation("list", formula1='"1,2,3,4,5"')
    validation.add("B2:B4")
    log.add_data_validation(validation)
    log.print_area = "A1:C4"
    report = book.create_sheet("周报 2024-W18")
    report.sheet_properties.codeName = "Report"
    report["A1"] = "标题"
    report.merge_cells("A1:C1")
    report["A2"] = '=COUNTIFS(响应记录[分数],">="&下限,响应记录[工单号],"<>")'
    report["B2"] = "=IF(A2=0,\"—\",SUM('响应记录'!$B$2:$B$4)/A2)"
    chart = BarChart()
    chart.add_data(Reference(log, min_col=2, min_row=1, max_row=4), titles_from_data=True)
    report.add_chart(chart, "E2")
    book.defined_names["下限"] = DefinedName("下限", attr_text="'响应记录'!$B$2")
    report.defined_names["标题"] = DefinedName("标题", attr_text="'周报 2024-W18'!$A$1")
    path = tmp_path_factory.mktemp("lint") / "good.xlsx"
    book.save(path)
    return path


Edit = Callable[[dict[str, str]], object]


def seeded(good: Path, out: Path, edit: Edit) -> Path:
    """A copy of the good file whose XML parts (name -> text) `edit` has changed."""
    with zipfile.ZipFile(good) as source:
        parts = {n: source.read(n).decode() for n in source.namelist()}
    before = dict(parts)
    edit(parts)
    assert parts != before, "the fault was not seeded"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in parts.items():
            target.writestr(name, text)
    return out


def swap(part: str, old: str, new: str) -> Edit:
    """The first match of the pattern `old` in `part` becomes `new`."""

    def edit(parts: dict[str, str]) -> None:
        parts[part] = re.sub(old, lambda m: m.expand(new), parts[part], count=1)

    return edit


def formula(text: str) -> Edit:
    """Puts a formula (already escaped for XML) into A2 of the report."""

    def edit(parts: dict[str, str]) -> None:
        parts[SHEET2] = re.sub(r"<f>COUNTIFS.*?</f>", lambda m: f"<f>{text}</f>", parts[SHEET2])

    return edit


def both(*edits: Edit) -> Edit:
    def edit(parts: dict[str, str]) -> None:
        for one in edits:
            one(parts)

    return edit


def second_table(name: str, number: int) -> Edit:
    """A further table on the report, A5:A6, made as a copy of the first."""

    def edit(parts: dict[str, str]) -> None:
        parts["xl/tables/table2.xml"] = (
            '<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            f'id="{number}" name="{name}" displayName="{name}" ref="A5:A6"><autoFilter ref="A5:A6"/>'
            '<tableColumns count="1"><tableColumn id="1" name="列"/></tableColumns></table>'
        )
        parts[SHEET2] = parts[SHEET2].replace(
            "</sheetData>", '<row r="5"><c r="A5" t="inlineStr"><is><t>列</t></is></c></row></sheetData>'
        )
        rels = "xl/worksheets/_rels/sheet2.xml.rels"
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/table"
        parts[rels] = parts[rels].replace(
            "</Relationships>",
            f'<Relationship Id="rT" Type="{kind}" Target="/xl/tables/table2.xml"/></Relationships>',
        )
        parts[CONTENT] = parts[CONTENT].replace(
            "</Types>",
            '<Override PartName="/xl/tables/table2.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"/></Types>',
        )

    return edit


def chain(entries: str) -> Edit:
    def edit(parts: dict[str, str]) -> None:
        parts["xl/calcChain.xml"] = CHAIN % entries
        parts[CONTENT] = parts[CONTENT].replace(
            "</Types>", f'<Override PartName="/xl/calcChain.xml" ContentType="{CHAIN_TYPE}"/></Types>'
        )
        rels = "xl/_rels/workbook.xml.rels"
        parts[rels] = parts[rels].replace(
            "</Relationships>",
            f'<Relationship Id="rC" Type="{CHAIN_REL}" Target="calcChain.xml"/></Relationships>',
        )

    return edit


def shared_drawing(parts: dict[str, str]) -> None:
    rels = parts["xl/worksheets/_rels/sheet2.xml.rels"]
    drawing = re.search(r"<Relationship [^>]*drawing1[^>]*/>", rels)
    assert drawing
    own = re.sub(r'Id="[^"]*"', 'Id="rD"', drawing.group())
    name = "xl/worksheets/_rels/sheet1.xml.rels"
    parts[name] = parts[name].replace("</Relationships>", f"{own}</Relationships>")


def shared_chart(parts: dict[str, str]) -> None:
    """A second drawing, on the first tab, that shows the first drawing's chart."""
    parts["xl/drawings/drawing2.xml"] = parts["xl/drawings/drawing1.xml"]
    parts["xl/drawings/_rels/drawing2.xml.rels"] = parts["xl/drawings/_rels/drawing1.xml.rels"]
    parts[CONTENT] = re.sub(
        r'(<Override [^>]*)drawing1\.xml("[^>]*/>)', r"\1drawing1.xml\2\1drawing2.xml\2", parts[CONTENT]
    )
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
    parts[rels] = parts[rels].replace(
        "</Relationships>",
        f'<Relationship Id="rD" Type="{kind}" Target="/xl/drawings/drawing2.xml"/></Relationships>',
    )


def double_entry_name(parts: dict[str, str]) -> None:
    parts["XL/Styles.xml"] = parts["xl/styles.xml"]


ALL_CHAIN = '<c r="C2" i="1"/><c r="C3"/><c r="C4"/><c r="A2" i="2"/><c r="B2"/>'
LONG = "1" + "+1" * 4096
FAULTS: dict[str, tuple[Edit, str]] = {
    "doubled table id": (second_table("另表", 1), "xl/workbook.xml: table id 1 stands 2 times"),
    "doubled table name": (second_table("响应记录", 2), "xl/workbook.xml: table name 响应记录 stands 2 times"),
    "table name is a name": (second_table("下限", 2), "table name 下限 is also a defined name"),
    "heading unlike its cell": (
        swap("xl/tables/table1.xml", 'name="分数"', 'name="得分"'), "heading '得分', but B1 says '分数'"),
    "heading is no text": (
        swap(SHEET1, r'<c r="B1"[^>]*>.*?</c>', '<c r="B1"><v>1</v></c>'), "heading '分数' at B1 is not text"),
    "table ref too wide": (
        swap("xl/tables/table1.xml", 'ref="A1:C4"', 'ref="A1:D4"'), "3 columns, ref A1:D4 has 4"),
    "filter of another size": (
        swap("xl/tables/table1.xml", '<autoFilter ref="A1:C4"', '<autoFilter ref="A1:C3"'),
        "autoFilter A1:C3 does not fit ref A1:C4"),
    "overlapping tables": (
        both(second_table("另表", 2), swap("xl/worksheets/_rels/sheet1.xml.rels", "</Relationships>",
             '<Relationship Id="rT" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/table"'
             ' Target="/xl/tables/table2.xml"/></Relationships>'),
             swap("xl/tables/table2.xml", 'ref="A5:A6"', 'ref="A4:A5"')), "table 另表 overlaps 响应记录"),
    "doubled local name": (
        swap(BOOK, r'(<definedName name="标题".*?</definedName>)', r"\1\1"), "defined name 标题 stands twice on tab 1"),
    "bad localSheetId": (
        swap(BOOK, r'(name="标题" localSheetId=)"1"', r'\1"7"'), "defined name 标题 has localSheetId 7, there are 2 tabs"),
    "print area of another tab": (
        swap(BOOK, r"(_xlnm.Print_Area[^>]*>)[^<]*", r"\1'周报 2024-W18'!$A$1:$C$4"),
        "_xlnm.Print_Area of tab 响应记录 lies on tab 周报 2024-W18"),
    "two selected tabs": (
        swap(SHEET2, r"<sheetView ", '<sheetView tabSelected="1" '), "2 tabs are selected: 响应记录, 周报 2024-W18"),
    "selected is not active": (
        swap(BOOK, 'activeTab="0"', 'activeTab="1"'), "tab 响应记录 is selected, activeTab is 1"),
    "active tab hidden": (
        swap(BOOK, r'(<sheet [^>]*name="响应记录"[^>]*)state="visible"', r'\1state="hidden"'), "activeTab 0 (响应记录) is hidden"),
    "active tab out of range": (swap(BOOK, 'activeTab="0"', 'activeTab="2"'), "activeTab 2, there are 2 tabs"),
    "doubled codeName": (swap(SHEET2, 'codeName="Report"', 'codeName="LOG"'), "codeName log stands 2 times"),
    "doubled tab name": (
        swap(BOOK, 'name="周报 2024-W18"', 'name="响应记录"'), "tab 响应记录 stands 2 times"),
    "tab name too long": (
        swap(BOOK, 'name="周报 2024-W18"', f'name="{"长" * 32}"'), "is not allowed"),
    "syntax error": (formula("SUM(1,2"), "“,” or “)” expected before “end of formula”"),
    "two operands": (formula("1 2"), "unexpected “2”"),
    "operator at the end": (formula("1+"), "operand expected before “end of formula”"),
    "text not closed": (formula('"abc'), "unreadable at"),
    "leading =": (formula("=1+1"), "leading ="),
    "this row by @": (formula("响应记录[@分数]"), "[@分数] is not how files say this row"),
    "this row by @ in brackets": (formula("响应记录[@[分数]]"), "is not how files say this row"),
    "unknown table": (formula("SUM(流程记录[分数])"), "unknown table 流程记录"),
    "unknown column": (formula("SUM(响应记录[得分])"), "unknown column 得分 of table 响应记录"),
    "unknown specifier": (formula("响应记录[[#Heads],[分数]]"), "unknown specifier #Heads"),
    "unknown tab": (formula("SUM('周报 2024-W19'!A1:A2)"), "unknown tab 周报 2024-W19"),
    "unknown name": (formula("上限*2"), "unknown name 上限"),
    "unknown name of a tab": (formula("'响应记录'!标题"), "unknown name 标题 of tab 响应记录"),
    "formula too long": (formula(LONG), "8193 characters, Excel allows 8192"),
    "newer function": (formula("XLOOKUP(1,响应记录[分数],响应记录[分数])"), "XLOOKUP needs the prefix _xlfn."),
    "name with a bad formula": (
        swap(BOOK, r"(name=\"下限\">)[^<]*", r"\1'响应记录!$B$2"), "defined name 下限: unreadable at"),
    "rule with a bad formula": (swap(SHEET1, r"<formula>3.5</formula>", "<formula>3.5)</formula>"), "rule of B2:B4"),
    "chart of another tab": (
        swap("xl/charts/chart1.xml", r"'响应记录'!\$B\$2", "'周报模板'!$B$2"), "xl/charts/chart1.xml: formula"),
    "cells out of order": (
        swap(SHEET1, r'(<c r="A2".*?</c>)(<c r="B2".*?</c>)', r"\2\1"), "cell A2 is out of order or doubled"),
    "cell doubled": (swap(SHEET1, r'(<c r="B2".*?</c>)', r"\1\1"), "cell B2 is out of order or doubled"),
    "cell in another row": (swap(SHEET1, r'<c r="B2"', '<c r="B9"'), "cell B9 stands in row 2"),
    "rows out of order": (
        swap(SHEET1, r'(<row r="2".*?</row>)(<row r="3".*?</row>)', r"\2\1"), "row 2 stands after row 3"),
    "text result without t=str": (
        swap(SHEET2, r'(<c r="B2"[^>]*><f>.*?</f>)<v ?/?>(</v>)?', r"\1<v>—</v>"), "B2: '—' without t=\"str\""),
    "error without t=e": (
        swap(SHEET2, r'(<c r="B2"[^>]*><f>.*?</f>)<v ?/?>(</v>)?', r"\1<v>#N/A</v>"), "B2: '#N/A' without t=\"e\""),
    "error as text": (
        swap(SHEET2, r'<c r="B2"([^>]*><f>.*?</f>)<v ?/?>(</v>)?', r'<c r="B2" t="str"\1<v>#N/A</v>'), "B2: '#N/A' without"),
    "formula with a shared text": (
        swap(SHEET2, r'<c r="B2"([^>]*><f>.*?</f>)<v ?/?>(</v>)?', r'<c r="B2" t="s"\1<v>0</v>'), "must be t=\"str\""),
    "shared text out of range": (swap(SHEET1, r'<c r="A2".*?</c>', '<c r="A2" t="s"><v>99</v></c>'), "A2: shared text 99, there are"),
    "text too long": (
        swap(SHEET2, "</sheetData>", '<row r="9"><c r="A9" t="inlineStr"><is><t>' + "长" * 32768
             + "</t></is></c></row></sheetData>"), "A9: text of 32768 characters, Excel allows 32767"),
    "style out of range": (swap(SHEET1, r'<c r="B3"', '<c r="B3" s="99"'), "B3: style 99, there are"),
    "stale calcChain": (chain(ALL_CHAIN + '<c r="B9"/>'), "xl/calcChain.xml: B9 of sheet 2 holds no formula"),
    "calcChain of fewer cells": (
        chain('<c r="C2" i="1"/><c r="C3"/><c r="C4"/><c r="A2" i="2"/>'), "xl/calcChain.xml: lacks 1 formula cells"),
    "shared drawing": (shared_drawing, "xl/drawings/drawing1.xml: shared by"),
    "shared chart": (shared_chart, "xl/charts/chart1.xml: shared by"),
    "bad dxfId of a rule": (swap(SHEET1, 'dxfId="0"', 'dxfId="5"'), "rule of B2:B4: dxfId 5, there are 1"),
    "bad dxfId of a table": (
        swap("xl/tables/table1.xml", r'<tableColumn id="2"', '<tableColumn id="2" dataDxfId="3"'), "dataDxfId 3, there are 1"),
    "overlapping merges": (
        swap(SHEET2, r'(<mergeCell ref="A1:C1" ?/>)', r'\1<mergeCell ref="C1:D2"/>'), "merged cells C1:D2 overlap A1:C1"),
    "list too long": (
        swap(SHEET1, '"1,2,3,4,5"', '"' + ",".join(["选项" * 10] * 13) + '"'), "list of 272 characters, Excel allows 255"),
    "list of an unknown name": (swap(SHEET1, '"1,2,3,4,5"', "选项_分数"), "unknown name 选项_分数"),
    "sparkline without tab": (
        swap(SHEET1, "</worksheet>", SPARKLINE % "B2:B4" + "</worksheet>"), "x14 sparkline: B2:B4 names no tab"),
    "sparkline of an unknown tab": (
        swap(SHEET1, "</worksheet>", SPARKLINE % "周报模板!B2:B4" + "</worksheet>"), "unknown tab 周报模板"),
    "missing target": (
        swap("xl/worksheets/_rels/sheet1.xml.rels", "table1.xml", "table9.xml"), "leads to xl/tables/table9.xml, which is missing"),
    "missing content type": (
        swap(CONTENT, r'<Override PartName="/xl/tables/table1.xml"[^>]*/>', ""), "xl/tables/table1.xml: no content type"),
    "content type of a missing part": (
        swap(CONTENT, "</Types>", '<Override PartName="/xl/calcChain.xml" ContentType="x/y"/></Types>'),
        "content type for xl/calcchain.xml, which is missing"),
    "part stands twice": (double_entry_name, "xl/styles.xml: entry stands 2 times in the package"),
}  # fmt: skip


def test_a_good_file_has_no_findings(good: Path) -> None:
    assert lint(good) == []
    assert short_ranges(good) == []


def test_a_right_calculation_chain_is_no_finding(good: Path, tmp_path: Path) -> None:
    assert lint(seeded(good, tmp_path / "chain.xlsx", chain(ALL_CHAIN))) == []


@pytest.mark.parametrize(
    ("fault", "edit", "expected"), [(k, *v) for k, v in FAULTS.items()], ids=list(FAULTS)
)
def test_each_seeded_fault_is_caught(
    good: Path, tmp_path: Path, fault: str, edit: Edit, expected: str
) -> None:
    path = seeded(good, tmp_path / "bad.xlsx", edit)
    findings = lint(path)
    assert any(expected in f for f in findings), findings
    assert sorted(new_findings(good, path)) == sorted(findings)
    assert new_findings(path, path) == []


@pytest.mark.parametrize("old", ["B2:B4", None])
def test_ranges_left_behind_by_an_append(good: Path, tmp_path: Path, old: str | None) -> None:
    def grow(parts: dict[str, str]) -> None:
        parts["xl/tables/table1.xml"] = parts["xl/tables/table1.xml"].replace("A1:C4", "A1:C6")
        if old is None:
            parts[SHEET1] = parts[SHEET1].replace('sqref="B2:B4"', 'sqref="B2:B6"')

    found = short_ranges(seeded(good, tmp_path / "grown.xlsx", grow))
    if old is None:
        assert found == []
    else:
        assert [f.split(" stops")[0] for f in found] == [
            f"{SHEET1}: conditionalFormatting B2:B4",
            f"{SHEET1}: dataValidation B2:B4",
        ]


@pytest.mark.parametrize(
    "text",
    [
        'COUNTIFS(响应记录[受理时间],">="&周始,响应记录[受理时间],"<"&周始+7)',
        '(C5+z^2/(2*B$11)-z*SQRT(C5*(1-C5)/B$11+z^2/(4*B$11^2)))/(1+z^2/B$11)',
        'YEAR(周始-WEEKDAY(周始,2)+4)&"-W"&TEXT(WEEKNUM(周始,21),"00")',
        "INDEX($N$31:$N$42,MATCH(LARGE($P$31:$P$42,A31),$P$31:$P$42,0))",
        "响应记录[[#Headers],[问题类型]]", "响应记录[[#This Row],[a]:[b]]", "响应记录[列'[1']]",
        "IF(,1,)", "{1,2;-3,\"x\"}", "-A1%", "SUM(A:A,$1:$3)", "'it''s'!A1", "Sheet1:Sheet3!A1",
        "[1]Sheet1!$A$1", "'[1]周 报'!A1:B2", "A1:B2 B1:C2", "#REF!", "Sheet1!#REF!", "_xlfn.XLOOKUP(1,A1,B1)",
        "(A1,B2)", "1.5E+3", "TRUE", "\"a\"\"b\"", "RAND()",
    ],
)  # fmt: skip
def test_good_formulas_are_read(text: str) -> None:
    read(text)


@pytest.mark.parametrize(
    "text", ["", "SUM(", "1+*2", "A1)", "{1,A1}", "'周报!A1", "表[列", "1,2", "A1 2", "SUM(1;2)"]
)
def test_bad_formulas_are_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        read(text)
