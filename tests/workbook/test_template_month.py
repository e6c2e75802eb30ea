"""复盘模板 as drawn: a name for every figure, functions all three programs know, one A4 page wide."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.workbook.test_template_weekly import SHARED
from workbook.sheets import SHEETS, is_own_tab
from workbook.sheets import month_review as review
from workbook.template import build


@pytest.fixture(scope="module")
def tab() -> Any:
    return build()[review.TITLE]


def _formulas(tab: Any) -> dict[str, str]:
    return {
        cell.coordinate: cell.value
        for row in tab.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }


def test_every_figure_has_its_own_hidden_local_name(tab: Any) -> None:
    names = review.names()
    assert len(set(names)) == len(names)
    assert set(tab.defined_names) - {"_xlnm.Print_Area"} == set(names)
    places = [tab.defined_names[n].attr_text for n in names]
    assert len(set(places)) == len(places)
    assert all(tab.defined_names[n].hidden for n in names)
    named = {place.rpartition("!")[2].replace("$", "") for place in places}
    assert set(_formulas(tab)) <= named, "a formula without a name would keep a stale value"


def test_formulas_use_what_all_three_know(tab: Any) -> None:
    formulas = _formulas(tab).values()
    assert {f for text in formulas for f in re.findall(r"([A-Z][A-Z0-9.]*)\(", text)} <= SHARED | {"COUNT", "COUNTIF", "MIN"}
    assert max(map(len, formulas)) < 8192
    assert not [text for text in formulas if re.search(r"\[@|#All|#Data|\(\[", text)]
    tables = {s.table: s for s in SHEETS}
    for table, heading in {m for text in formulas for m in re.findall(r"(\w+)\[([^\]]+)\]", text)}:
        column = tables[table].find(heading)
        assert column is not None
        assert column.computed, "a typed cell may hold what Python reads and a formula does not"


def test_one_a4_page_wide_on_two_pages(tab: Any) -> None:
    assert (tab.page_setup.paperSize, tab.page_setup.fitToWidth, tab.page_setup.fitToHeight) == (9, 1, 0)
    assert tab.print_area.endswith(f"$O${tab.max_row}")
    (turn,) = tab.row_breaks.brk
    heights = [tab.row_dimensions[n].height for n in range(1, tab.max_row + 1) if not tab.row_dimensions[n].hidden]
    first = sum(tab.row_dimensions[n].height for n in range(1, turn.id + 1))
    page = 960  # points of a page at the 78 % that fourteen columns leave
    assert max(first, sum(heights) - first) < page


def test_headings_of_the_proposals_are_those_they_are_read_by(tab: Any) -> None:
    first = tab.defined_names["建议1_键"].attr_text.rpartition("!")[2].replace("$", "")
    assert {c.value for c in tab[tab[first].row - 1]} >= set(review.PROPOSAL_HEADINGS.values())


@pytest.mark.parametrize(
    ("title", "own"),
    [("复盘模板", True), ("月度复盘_2026-10", True), ("季度复盘_2026-Q3", True), ("半年度复盘_2026-H1", True), ("月度统计", False)],
)
def test_its_tabs_are_the_products_own(title: str, own: bool) -> None:
    assert is_own_tab(title) is own
