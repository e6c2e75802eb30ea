"""周报模板 as drawn: a name for every figure, formulas that Excel 2010, WPS and LibreOffice share, one page wide."""

from __future__ import annotations

import re
from typing import Any

import pytest

from workbook.sheets import SHEETS
from workbook.sheets import weekly_summary as weekly
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.profiles import DIMENSION_KEYS
from workbook.template import build

SHARED = {
    "AND", "CHOOSE", "COUNTIF", "COUNTIFS", "DATE", "DAY", "IF", "ISNUMBER", "MID", "MIN", "MONTH", "N", "NA", "OR", "ROUND",
    "ROUNDUP",
    "SUBSTITUTE", "SUM", "SUMIFS", "SUMPRODUCT", "TEXT", "WEEKDAY", "WEEKNUM", "YEAR",
}  # fmt: skip


@pytest.fixture(scope="module")
def tab() -> Any:
    return build()[weekly.TITLE]


def _formulas(tab: Any) -> dict[str, str]:
    return {
        cell.coordinate: cell.value
        for row in tab.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }


def test_every_figure_has_its_own_hidden_local_name(tab: Any) -> None:
    names = weekly.names()
    assert len(set(names)) == len(names)
    assert set(tab.defined_names) - {"_xlnm.Print_Area"} == set(names)
    places = [tab.defined_names[n].attr_text for n in names]
    assert len(set(places)) == len(places)
    assert all(tab.defined_names[n].hidden for n in names)
    assert not [n for n in names if re.search(r"[\s\-()]", n) or re.fullmatch(r"[A-Za-z]{1,3}\d+", n)]
    named = {place.rpartition("!")[2].replace("$", "") for place in places}
    assert set(_formulas(tab)) <= named, "a formula without a name would keep a stale value"


def test_formulas_use_functions_that_all_three_know(tab: Any) -> None:
    formulas = _formulas(tab).values()
    assert {f for text in formulas for f in re.findall(r"([A-Z][A-Z0-9.]*)\(", text)} <= SHARED
    assert max(map(len, formulas)) < 8192
    assert not [text for text in formulas if re.search(r"\[@|#All|#Data|\(\[", text)]


TYPED = {
    **{log: {"受理时间", end, "问题类型"} for log, end in (("响应记录", "实际解决时间"), ("流程记录", "完成时间"))},
    "评价记录": {"评价时间", "评价档案", *(EVALUATIONS.heading(key) for key in DIMENSION_KEYS)},
}
"""Typed cells that formulas read by themselves, so that an edit is seen at once (workbook.template.weekly_live)."""


def test_formulas_read_columns_that_exist_and_are_computed(tab: Any) -> None:
    read = {m for text in _formulas(tab).values() for m in re.findall(r"(\w+)\[([^\]]+)\]", text)}
    tables = {s.table: s for s in SHEETS}
    assert {table for table, _ in read} == {"响应记录", "流程记录", "评价记录", "结转记录"}
    for table, heading in read:
        column = tables[table].find(heading)
        assert column is not None
        told = "a typed cell may hold what Python reads and a formula does not"
        typed = heading in TYPED.get(table, ())
        assert column.computed or typed or (table, column.role) == ("结转记录", "issued"), told
    assert {(table, heading) for table, headings in TYPED.items() for heading in headings} <= read


def test_labels_of_categories_are_text_and_lines_are_straight(tab: Any) -> None:
    assert len(tab._charts) == 5
    for chart in tab._charts:
        parts = [chart, *chart._charts[1:]]
        for series in (s for part in parts for s in part.series):
            assert series.cat.strRef is not None
            assert series.cat.numRef is None
            assert not series.smooth
        assert chart.title.tx.rich.p[0].r[0].t.endswith((")", "低分线"))
    means = tab._charts[1]
    assert (means.y_axis.scaling.min, means.y_axis.scaling.max) == (1, 5)


def _last_printed(tab: Any) -> int:
    return int(tab.print_area.rpartition("$")[2])


def test_a_printed_page_holds_its_blocks_with_room_to_spare(tab: Any) -> None:
    """What fits on A4 at the scale of 14 columns; other programs count rows a little higher than LibreOffice."""
    last = _last_printed(tab)
    ends = [*(b.id for b in tab.row_breaks.brk), last]
    heights = [0 if tab.row_dimensions[n].hidden else tab.row_dimensions[n].height for n in range(1, last + 1)]
    pages = [sum(heights[first:last]) for first, last in zip([0, *ends], ends, strict=False)]
    assert len(pages) == 3
    assert max(pages) <= 950, "points; 980 fill the page"


def test_nothing_beside_the_page_runs_back_into_it(tab: Any) -> None:
    places = (str(tab.defined_names[name].attr_text).rpartition("!")[2].replace("$", "") for name in weekly.names())
    beside = [cell for cell in map(tab.__getitem__, places) if cell.column > 15]
    assert len(beside) > 100
    assert {cell.alignment.horizontal for cell in beside} == {"left"}


def test_print_setup(tab: Any) -> None:
    below = tab.iter_rows(min_row=_last_printed(tab) + 1, max_col=17, values_only=True)
    assert re.fullmatch(r".*!\$A\$1:\$O\$\d+", tab.print_area)
    assert {value for row in below for value in row} <= {None}
    assert (tab.page_setup.paperSize, tab.page_setup.orientation) == (9, "portrait")
    assert (tab.page_setup.fitToWidth, tab.page_setup.fitToHeight) == (1, 0)
    assert not tab.sheet_view.showGridLines
    assert tab.freeze_panes is None
