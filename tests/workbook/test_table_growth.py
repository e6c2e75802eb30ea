"""What follows a table that grows, wherever in the book it stands, and what does not."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from tests.support.rich_book.raw_package import RawPackage
from tests.workbook.odd_books import LOG, log_book, row
from workbook.book import Changes
from workbook.file_book import FileBook
from workbook.issues import WorkbookError
from workbook.package.table_growth import Growth, stretched

TWO = pd.DataFrame({"no": ["N8", "N9"], "who": ["丙", "丁"]})
MADE = Growth("记录", "xl/worksheets/sheet1.xml", 3, 1, 8, 5, 7)
CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
PIVOT = "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml"
SPARK = (
    '<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" xmlns:x14="urn:x14" xmlns:xm="urn:xm"><x14:sparklineGroups>'
    "<x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>记录!G4:G5</xm:f><xm:sqref>C5</xm:sqref></x14:sparkline>"
    "<x14:sparkline><xm:f>记录!$G$4:$G$5</xm:f><xm:sqref>H5</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>"
    "</x14:sparklineGroups></ext></extLst>"
)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("记录!$H$4:$H$5", "记录!$H$4:$H$7"),
        ("'记录'!$A$3:$H$5", "'记录'!$A$3:$H$7"),
        ("SUM(记录!$H$4:$H$5,记录!$G$4:$G$5)*5", "SUM(记录!$H$4:$H$7,记录!$G$4:$G$7)*5"),
        ("OFFSET(记录!H$4:H$5,5,0)", "OFFSET(记录!H$4:H$7,5,0)"),
        ("记录!$A$4:$H$5,记录!$A$1:$B$1", "记录!$A$4:$H$7,记录!$A$1:$B$1"),
    ],
)
def test_a_range_over_all_rows_follows(formula: str, expected: str) -> None:
    assert stretched(formula, MADE, own=False) == expected


@pytest.mark.parametrize(
    "formula",
    ["记录!$H$5", "记录!$H$4:$H$4", "记录!$H$5:$H$5", "记录!$H$1:$H$5", "记录!$G$4:$I$5", "记录!$H$4:$H$50",
     "我的!$H$4:$H$5", "$H$4:$H$5",
     "[1]记录!$H$4:$H$5",
     '"记录!$H$4:$H$5"', "记录[占比]+5", "记录:我的!$H$4:$H$5", "记录!H4:H5", "记录!$H4:H$5", "$4:$5", "记录!$A$4:$B$5:$C$5"],
)  # fmt: skip
def test_anything_else_stays(formula: str) -> None:
    assert stretched(formula, MADE, own=False) == formula


def test_a_cells_formula_follows_with_relative_rows_too() -> None:
    assert stretched("SUM(H4:H5)+记录!G4:G5", MADE, own=True, relative=True) == "SUM(H4:H7)+记录!G4:G7"
    assert stretched("SUM(我的!H4:H5)", MADE, own=True, relative=True) == "SUM(我的!H4:H5)"


def _book(path: Path, **options: object) -> RawPackage:
    """The small ledger with a chart, a pivot source, names and formulas over 记录 on the user's tab."""
    log_book(path, **options)  # type: ignore[arg-type]
    package = RawPackage(path)
    names = (
        ("全部", "", "记录!$A$4:$H$5"), ("占比列", "", "记录!$G$4:$G$5"), ("一格", "", "记录!$G$5"),
        ("别处", "", "我的!$G$4:$G$5"),
        ("_xlnm.Print_Area", ' localSheetId="0"', "记录!$A$1:$H$5"),
        ("_xlnm._FilterDatabase", ' localSheetId="0" hidden="1"', "记录!$A$3:$H$5"),
    )  # fmt: skip
    listed = "".join(f'<definedName name="{name}"{local}>{text}</definedName>' for name, local, text in names)
    package.replace("xl/workbook.xml", "</workbook>", f"<definedNames>{listed}</definedNames></workbook>")
    package.add(
        "xl/charts/chart1.xml",
        '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:ser>'
        "<c:cat><c:strRef><c:f>记录!$A$4:$A$5</c:f>"
        '<c:strCache><c:ptCount val="2"/><c:pt idx="0"><c:v>N1</c:v></c:pt>'
        '<c:pt idx="1"><c:v>N2</c:v></c:pt></c:strCache></c:strRef></c:cat>'
        "<c:val><c:numRef><c:f>记录!$G$4:$G$5</c:f></c:numRef></c:val></c:ser></c:chartSpace>",
        CHART,
    )
    package.add("xl/charts/chart2.xml", '<c:chartSpace xmlns:c="urn:c"><c:f>我的!$A$4:$A$5</c:f></c:chartSpace>', CHART)
    source = '<worksheetSource ref="A3:H5" sheet="记录"/>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package.add(
        "xl/pivotCache/pivotCacheDefinition1.xml",
        f'<pivotCacheDefinition xmlns="{main}"><cacheSource type="worksheet">{source}</cacheSource></pivotCacheDefinition>',
        PIVOT,
    )
    tail = (
        '<dataValidations count="1"><dataValidation type="list" sqref="D1"><formula1>记录!$A$4:$A$5</formula1></dataValidation>'
        "</dataValidations>" + SPARK
    )
    package.replace("xl/worksheets/sheet3.xml", "</sheetData>", "</sheetData>" + tail)
    package.replace(
        "xl/worksheets/sheet3.xml", '<c r="B1"><f>1+1</f>', '<c r="B1"><f>SUM(记录!G4:G5)&amp;"记录!G4:G5"</f>'
    )
    path.write_bytes(package.to_bytes())
    return package


def _formulas(package: RawPackage, part: str, tag: str) -> list[str]:
    return re.findall(rf"<(?:\w+:)?{tag}>([^<]*)</", package.text(part))


def test_names_charts_pivots_lists_sparklines_and_formulas_follow(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    before = _book(path)
    FileBook(path).apply(Changes(append=[(LOG, TWO)]))
    after = RawPackage(path)
    names = dict(re.findall(r'<definedName name="([^"]+)"[^>]*>([^<]*)<', after.text("xl/workbook.xml")))
    assert names == {
        "全部": "记录!$A$4:$H$7", "占比列": "记录!$G$4:$G$7", "一格": "记录!$G$5", "别处": "我的!$G$4:$G$5",
        "_xlnm.Print_Area": "记录!$A$1:$H$7", "_xlnm._FilterDatabase": "记录!$A$3:$H$7",
    }  # fmt: skip
    chart = after.text("xl/charts/chart1.xml")
    assert _formulas(after, "xl/charts/chart1.xml", "f") == ["记录!$A$4:$A$7", "记录!$G$4:$G$7"]
    assert re.findall(r"<c:v>([^<]*)", chart) == ["N1", "N2", "N8", "N9"]
    assert 'ref="A3:H7" sheet="记录"' in after.text("xl/pivotCache/pivotCacheDefinition1.xml")
    mine = "xl/worksheets/sheet3.xml"
    assert _formulas(after, mine, "formula1") == ["记录!$A$4:$A$7"]
    assert _formulas(after, mine, "f") == ["SUM(记录[占比])", 'SUM(记录!G4:G7)&amp;"记录!G4:G5"', "记录!G4:G5", "记录!$G$4:$G$7"]
    assert re.findall(r"<xm:sqref>([^<]*)", after.text(mine)) == ["C5", "H5"]
    assert after.parts["xl/charts/chart2.xml"] == before.parts["xl/charts/chart2.xml"]


def test_rows_typed_below_the_table_take_everything_along_too(tmp_path: Path) -> None:
    """Excel takes a row typed right below into the table; where it did not (pasted, WPS), the next command does."""
    path = tmp_path / "a.xlsx"
    rows = [row(4, "N1"), row(5, "N2"), row(6, "N3")]
    _book(path, rows=rows, bottom=5)
    status = pd.DataFrame({"status": ["a", "b", "c"]}, index=[4, 5, 6])
    FileBook(path).apply(Changes(columns=[(LOG, status)]))
    after = RawPackage(path)
    assert ' ref="A3:H6"' in after.text("xl/tables/table1.xml")
    assert "记录!$G$4:$G$6" in after.text("xl/charts/chart1.xml")
    assert '<definedName name="全部">记录!$A$4:$H$6<' in after.text("xl/workbook.xml")


def test_a_sparkline_in_the_last_row_stays_in_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    log_book(path, tail=SPARK)
    FileBook(path).apply(Changes(append=[(LOG, TWO)]))
    assert re.findall(r"<xm:sqref>([^<]*)", RawPackage(path).text("xl/worksheets/sheet1.xml")) == ["C5", "H5"]


def test_a_filter_without_a_table_grows_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    filtered = '<autoFilter ref="A3:H5"><filterColumn colId="2"><filters><filter val="张三"/></filters></filterColumn></autoFilter>'
    _book(path, no_table=True, tail=filtered)
    FileBook(path).apply(Changes(append=[(LOG, TWO)]))
    after = RawPackage(path)
    assert '<autoFilter ref="A3:H7"><filterColumn colId="2">' in after.text("xl/worksheets/sheet1.xml")
    assert "_FilterDatabase" in after.text("xl/workbook.xml")
    assert "记录!$A$3:$H$7" in after.text("xl/workbook.xml")
    assert "记录!$A$1:$H$7" in after.text("xl/workbook.xml")
    assert "记录!$A$4:$H$5" in after.text("xl/workbook.xml"), "without a table Excel stretches no name"


@pytest.mark.parametrize("quote", ['"', "'"])
def test_rules_are_found_whatever_their_quotes_and_texts(quote: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rule = (
        '<dataValidations count="1"><dataValidation type="whole" error="要 > 0,且 sqref=A1" sqref="D4:D5">'
        "<formula1>0</formula1></dataValidation></dataValidations>"
    )
    log_book(path, tail=rule.replace('"', quote))
    FileBook(path).apply(Changes(append=[(LOG, TWO)]))
    text = RawPackage(path).text("xl/worksheets/sheet1.xml")
    assert f"sqref={quote}D4:D7{quote}" in text
    assert "sqref=A1" in text


def test_a_totals_row_refuses_new_rows_and_nothing_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [row(4, "N1"), row(5, "N2"), row(6, "汇总")]
    _book(path, rows=rows, ref="A3:H6", table_more=' totalsRowCount="1"')
    before = path.read_bytes()
    with pytest.raises(WorkbookError) as stop:
        FileBook(path).apply(Changes(append=[(LOG, TWO)]))
    assert stop.value.code == "table.totals"
    assert "A6" in str(stop.value)
    assert path.read_bytes() == before


def test_a_list_that_is_written_anew_leaves_names_alone(tmp_path: Path) -> None:
    from tests.workbook.odd_books import LIST

    path = tmp_path / "a.xlsx"
    log_book(path)
    package = RawPackage(path)
    names = '<definedNames><definedName name="清单列">清单!$A$2:$A$2</definedName></definedNames>'
    package.replace("xl/workbook.xml", "</workbook>", names + "</workbook>")
    path.write_bytes(package.to_bytes())
    FileBook(path).apply(Changes(replace=[(LIST, pd.DataFrame({"n": [1, 2, 3], "text": list("abc")}))]))
    assert "清单!$A$2:$A$2" in RawPackage(path).text("xl/workbook.xml")
