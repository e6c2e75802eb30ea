"""Some rows of a table kept and moved up: their cells, formulas, notes, links and pictures; what elsewhere follows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from tests.support import package_lint
from tests.support.ledgers import opened
from workbook.package.keep_rows import keep_rows, readers_of_rows
from workbook.package.opc import Package
from workbook.package.shared_strings import strings_of
from workbook.package.sheet_xml import sheet_of
from workbook.package.table_growth import follow
from workbook.package.tables import locate
from workbook.schema import Column, Sheet

LOG = Sheet(
    key="log", title="记录", table="记录",
    columns=(Column("no", "编号"), Column("text", "内容"), Column("sum", "算出"), Column("link", "去处")),
)  # fmt: skip
LAST = 13


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Ten rows N4 to N13 of a table A3:D13; cells beside it in F; formulas, a note on each row, a chart."""
    made = openpyxl.Workbook()
    tab = made.active
    tab.title = "记录"
    for at, heading in enumerate(("编号", "内容", "算出", "去处"), 1):
        tab.cell(3, at).value = heading
    for row in range(4, LAST + 1):
        tab[f"A{row}"], tab[f"B{row}"], tab[f"C{row}"] = f"N{row}", f"内容{row}", f"=LEN(B{row})+COUNTA($A$4:$A$13)"
        tab[f"D{row}"] = f"去{row}"
        tab[f"D{row}"].hyperlink = f"https://example.org/{row}"
        tab[f"B{row}"].comment = Comment(f"注{row}", "甲")
        tab[f"F{row}"] = f"旁{row}"
        tab.row_dimensions[row].height = 20 + row
    tab.merge_cells("F8:G9")
    tab.add_table(Table(displayName="记录", ref=f"A3:D{LAST}"))
    tab.conditional_formatting.add(f"A4:A{LAST}", CellIsRule(operator="equal", formula=['"N7"']))
    check = DataValidation("list", formula1='"甲,乙"')
    check.add(f"B4:B{LAST}")
    check.add("D4:D5000")
    tab.add_data_validation(check)
    tab.add_chart(BarChart(), "C8")
    other = made.create_sheet("我的")
    other["A1"], other["A2"] = "=COUNTA(记录!$A$4:$A$13)", "=记录!B9"
    other["A3"] = "=SUM(记录[算出])"
    path = tmp_path / "书.xlsx"
    made.save(path)
    return path


def _kept(path: Path, keep: list[int]) -> Any:
    package = Package.open(path)
    entry = package.sheet("记录")
    assert entry is not None
    xml = sheet_of(package, entry)
    place = locate(package, entry, LOG, xml, strings_of(package))
    growth = keep_rows(package, entry, xml, place, keep)
    follow(package, [growth] if growth else [])
    made = path.with_name("新.xlsx")
    made.write_bytes(package.to_bytes())
    assert package_lint.new_findings(path, made) == []
    return openpyxl.load_workbook(made)


CASES = {"some": [5, 6, 9, 13], "the first": [4], "the last": [13], "all": list(range(4, 14)), "one in the middle": [8]}


@pytest.mark.parametrize("keep", CASES.values(), ids=CASES.keys())
def test_kept_rows_stand_together_and_are_what_they_were(book: Path, keep: list[int]) -> None:
    was, found = opened(book)["记录"], _kept(book, keep)
    tab, bottom = found["记录"], 3 + len(keep)
    assert tab.tables["记录"].ref == f"A3:D{bottom}"
    for new, old in enumerate(keep, 4):
        assert [tab.cell(new, c).value for c in (1, 2, 4)] == [was.cell(old, c).value for c in (1, 2, 4)]
        assert tab[f"C{new}"].value == f"=LEN(B{new})+COUNTA($A$4:$A${bottom})"
        assert tab[f"B{new}"].comment.text == f"注{old}"
        assert tab[f"D{new}"].hyperlink.target == f"https://example.org/{old}"
    assert [tab.cell(row, c).value for row in range(bottom + 1, 20) for c in range(1, 5)] == [None] * 4 * (19 - bottom)
    assert [tab[f"F{row}"].value for row in range(4, 14)] == [was[f"F{row}"].value for row in range(4, 14)]
    assert [str(area) for area in tab.merged_cells.ranges] == ["F8:G9"]
    assert [tab[f"B{row}"].comment for row in range(bottom + 1, 14)] == [None] * (13 - bottom)
    assert found["我的"]["A1"].value == f"=COUNTA(记录!$A$4:$A${bottom})"
    assert found["我的"]["A3"].value == "=SUM(记录[算出])"
    places = {rule.sqref for check in [tab.data_validations] for rule in check.dataValidation}
    assert {str(place) for place in places} == {f"B4:B{bottom} D4:D5000".replace("B4:B4", "B4")}
    assert {str(area.sqref) for area in tab.conditional_formatting} == {f"A4:A{bottom}".replace("A4:A4", "A4")}


def _shape(row: int, column: int) -> str:
    """An arrow on a cell, rows and columns counted from 1."""
    place = f"<{{0}}><col>{column - 1}</col><colOff>0</colOff><row>{row - 1}</row><rowOff>0</rowOff></{{0}}>"
    return (
        f"<twoCellAnchor>{place.format('from')}{place.format('to')}<sp macro='' textlink=''><nvSpPr><cNvPr id='{row}' name='箭头'/>"
        "<cNvSpPr/></nvSpPr><spPr/></sp><clientData/></twoCellAnchor>"
    )


@pytest.mark.parametrize(("keep", "rows"), [([5, 9, 13], [8, 5, 8]), ([6, 9], [8, 4, 5, 8]), ([4], [8, 8])])
def test_drawn_things_go_with_their_rows_a_chart_stays(
    book: Path, raw_edit: Callable[..., None], keep: list[int], rows: list[int]
) -> None:
    shapes = _shape(6, 1) + _shape(9, 2) + _shape(8, 6)  # the last one stands beside the table
    raw_edit(book, "xl/drawings/drawing1.xml", lambda text: text.replace("</wsDr>", shapes + "</wsDr>"))
    _kept(book, keep)
    drawing = Package.open(book.with_name("新.xlsx")).read("xl/drawings/drawing1.xml").decode()
    starts = re.findall(r"<(?:\w+:)?from>.*?<(?:\w+:)?row>(\d+)<", drawing)
    assert [int(row) + 1 for row in starts] == rows


def test_without_any_row_a_blank_one_stays(book: Path) -> None:
    tab = _kept(book, [])["记录"]
    assert tab.tables["记录"].ref == "A3:D4"
    assert [tab.cell(4, c).value for c in (1, 2, 4)] == [None, None, None]
    assert tab["C4"].value == "=LEN(B4)+COUNTA($A$4:$A$4)"
    assert [tab.cell(row, c).value for row in range(5, 14) for c in range(1, 5)] == [None] * 36
    assert tab["F13"].value == "旁13"


def test_a_totals_row_moves_up(book: Path) -> None:
    made = openpyxl.load_workbook(book)
    tab = made["记录"]
    tab.tables["记录"].ref, tab.tables["记录"].totalsRowCount = "A3:D14", 1
    tab["A14"], tab["C14"] = "合计", "=SUBTOTAL(109,记录[算出])"
    made.save(book)
    found = _kept(book, [5, 6])["记录"]
    assert found.tables["记录"].ref == "A3:D6"
    assert (found["A6"].value, found["C6"].value) == ("合计", "=SUBTOTAL(109,记录[算出])")
    assert found["A14"].value is None


def test_formulas_that_name_single_rows_are_told(book: Path) -> None:
    package = Package.open(book)
    entry = package.sheet("记录")
    assert entry is not None
    place = locate(package, entry, LOG, sheet_of(package, entry), strings_of(package))
    assert readers_of_rows(package, entry, place, LAST) == ["“我的”A2"]


def test_a_shared_formula_is_written_out(book: Path, raw_edit: Callable[..., None]) -> None:
    raw_edit(
        book, "xl/worksheets/sheet1.xml",
        lambda text: text.replace(
            "<f>LEN(B4)+COUNTA($A$4:$A$13)</f>", '<f t="shared" ref="C4:C6" si="0">LEN(B4)+COUNTA($A$4:$A$13)</f>'
        ).replace("<f>LEN(B5)+COUNTA($A$4:$A$13)</f>", '<f t="shared" si="0"/>')
        .replace("<f>LEN(B6)+COUNTA($A$4:$A$13)</f>", '<f t="shared" si="0"/>'),
    )  # fmt: skip
    tab = _kept(book, [5, 6])["记录"]
    assert [tab[f"C{row}"].value for row in (4, 5)] == [f"=LEN(B{n})+COUNTA($A$4:$A$5)" for n in (4, 5)]


@pytest.fixture
def raw_edit() -> Callable[..., None]:
    def edit(path: Path, part: str, change: Callable[[str], str]) -> None:
        package = Package.open(path)
        before = package.read(part).decode()
        after = change(before)
        assert after != before
        package.write(part, after.encode())
        path.write_bytes(package.to_bytes())

    return edit
