"""Answers are found by the labels beside them, whatever happened to rows, columns, merged areas and names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import openpyxl
import pytest

from tests.support.returned import ENTERED, places
from workbook.foreign_tables import Area, ForeignTab
from workbook.resources import templates
from workbook.sheets.customer_forms import FORMS
from workbook.values import Vocabularies
from xlsvc.returned_forms_labels import Page, find_answers, likely_form, page_of, stamp_of
from xlsvc.returned_forms_words import Answers, read_answers

Spot = tuple[int, int]


@dataclass
class Grid:
    """A filled form as loose cells, for people and programs to mistreat."""

    cells: dict[Spot, Any]
    merges: list[Area]
    names: dict[str, Spot]
    printed: tuple[str, ...] = ()
    labels: Mapping[str, Spot] = field(default_factory=dict)

    def moved(self, where: Callable[[int, int], Spot]) -> Grid:
        """Every cell elsewhere, with its merged area and its name."""

        def area(a: Area) -> Area:
            return Area(*where(a.top, a.left), *where(a.bottom, a.right))

        return Grid({where(*s): v for s, v in self.cells.items()}, [area(a) for a in self.merges],
                    {n: where(*s) for n, s in self.names.items()}, self.printed)  # fmt: skip

    def page(self, names: bool = True, merges: bool = True) -> Page:
        height, width = (max(s[k] for s in self.cells) for k in (0, 1))
        rows = [[self.cells.get((r, c)) for c in range(1, width + 1)] for r in range(1, height + 1)]
        tab = ForeignTab.of_rows("表单", rows, merges=tuple(self.merges) if merges else ())
        return Page(tab, self.names if names else {})


@lru_cache(maxsize=1)
def template() -> Any:
    return openpyxl.load_workbook(templates())


def filled(code: str, entered: Mapping[str, Any] | None = None) -> Grid:
    tab = template()[FORMS[code].template]
    cells = {(c.row, c.column): c.value for row in tab.iter_rows() for c in row if c.value is not None}
    cells = {s: float(v) if isinstance(v, int) else v for s, v in cells.items()}
    printed = tuple(v for v in cells.values() if isinstance(v, str))
    at = {}
    for name, address in places(tab).items():
        if not name.startswith(("_", "Print")):
            cell = tab[address]
            at[name] = (cell.row, cell.column)
    for name, value in (ENTERED[code] if entered is None else entered).items():
        cells[at[name]] = float(value) if isinstance(value, int) else value
    merges = [Area(m.min_row, m.min_col, m.max_row, m.max_col) for m in tab.merged_cells.ranges]
    return Grid(cells, merges, at, printed)


def said(code: str, page: Page, printed: tuple[str, ...]) -> Answers:
    return read_answers(find_answers(page, FORMS[code], printed), Vocabularies.packaged())


WANTED = {code: said(code, (grid := filled(code)).page(), grid.printed) for code in FORMS}


def test_what_was_entered_is_what_is_read() -> None:
    s000, s003 = WANTED["S000"], WANTED["S003"]
    assert {k: s000.values[k] for k in ("response", "overall", "praise", "willing", "suggestion", "signature")} == {
        "response": 5.0, "overall": 4.0, "praise": "响应速度快、服务态度好", "willing": "愿意,请后续联系我",
        "suggestion": "=1+1 不是公式", "signature": "王",
    }  # fmt: skip
    assert s000.explain == {"response": "很快", "resolution": "修了两次"}
    assert (s003.explain, s003.advise) == (
        {"response": "电话接听很快", "process": "维修单写得有点潦草"},
        {"expertise": "增加常用备件库存", "process": "规范单据填写模板"},
    )
    assert WANTED["S004"].values["direction"] == "优化服务流程、完善售后政策"
    assert [answers.notes for answers in WANTED.values()] == [[]] * 5
    for code, answers in WANTED.items():
        names = {n.split("_", 1)[1].rstrip("_12345") for n in ENTERED[code] if not n.startswith(("说明", "建议"))}
        assert set(answers.values) == names


def rows_inserted(grid: Grid) -> Grid:
    """Two blank rows in front of every fourth row."""
    return grid.moved(lambda r, c: (r + 2 * (r // 4), c))


def columns_inserted(grid: Grid) -> Grid:
    return grid.moved(lambda r, c: (r, c + (c > 1) + (c > 2)))


def backwards(grid: Grid) -> Grid:
    """Each question's rows taken out and put in elsewhere, the last section's first."""
    cut = 9
    return grid.moved(lambda r, c: (r + 40, c) if r < cut else (r, c))


MISTREATED = {
    "as it is": lambda g: g, "rows inserted": rows_inserted, "a column inserted": columns_inserted,
    "head moved to the end": backwards, "far down and right": lambda g: g.moved(lambda r, c: (r + 100, c + 7)),
}  # fmt: skip


@pytest.mark.parametrize("code", FORMS)
@pytest.mark.parametrize("how", MISTREATED)
@pytest.mark.parametrize(("names", "merges"), [(True, True), (False, True), (False, False)])
def test_answers_survive(code: str, how: str, names: bool, merges: bool) -> None:
    grid = MISTREATED[how](filled(code))
    read = said(code, grid.page(names, merges), grid.printed)
    assert (read.values, read.explain, read.advise) == (WANTED[code].values, WANTED[code].explain, WANTED[code].advise)
    assert read.notes == []


def test_labels_moved_without_their_names_count_by_label() -> None:
    """Two questions change places, words and answers, and the names stay where they were."""
    grid = filled("S002")
    (a, _), (b, _) = grid.names["分_response"], grid.names["分_attitude"]
    swapped = {s: v for s, v in grid.cells.items() if s[0] not in (a, b)}
    swapped |= {(b, c): v for (r, c), v in grid.cells.items() if r == a}
    swapped |= {(a, c): v for (r, c), v in grid.cells.items() if r == b}
    grid.cells = swapped
    assert said("S002", grid.page(), grid.printed).values == WANTED["S002"].values


def test_answers_typed_beside_around_and_into_the_label() -> None:
    grid = filled("S002", {})
    label = {v: s for s, v in grid.cells.items() if isinstance(v, str)}
    row, column = label["服务响应速度"]
    grid.cells[row, column] = "服务响应速度:5"
    row, _ = label["问题解决效果"]
    grid.cells[row, 7] = "四分"  # right of the form
    row, column = label["您对本次服务有哪些改进建议?"]
    grid.cells[row + 1, column] = "一、提前预约"
    row = max(r for r, _ in grid.cells)
    grid.cells[row + 2, 2] = "另外,谢谢小李"
    read = said("S002", grid.page(), grid.printed)
    assert read.values == {"response": 5.0, "resolution": 4.0, "improvement": "一、提前预约"}
    assert read.notes == ["另写“另外,谢谢小李”"]


def test_a_tick_may_stand_on_the_words() -> None:
    grid = filled("S000", {})
    label = {v: s for s, v in grid.cells.items() if isinstance(v, str)}
    grid.cells[label["响应速度快"]] = "√响应速度快"
    grid.cells[label["流程清晰"]] = "流程清晰√"
    assert said("S000", grid.page(), grid.printed).values == {"praise": "响应速度快、流程清晰"}


def test_unclear_answers_stay_blank_and_are_quoted() -> None:
    grid = filled("S002", {"分_response": "4-5", "分_resolution": "还行", "答_customer_type": "新客户、老客户", "分_attitude": 4})
    read = said("S002", grid.page(), grid.printed)
    assert read.values == {"attitude": 4.0}
    assert read.notes == [
        "您的客户类型原写“新客户、老客户”,没有采用", "服务响应速度原写“4-5”,没有采用", "问题解决效果原写“还行”,没有采用",
    ]  # fmt: skip


@pytest.mark.parametrize("code", FORMS)
def test_a_form_is_known_without_its_stamp(code: str) -> None:
    grid = filled(code)
    page = grid.page(names=False)
    stamp, _ = stamp_of([page])
    assert stamp == f"{code}-1"
    stamped = next(s for s, v in grid.cells.items() if v == stamp)
    del grid.cells[stamped]
    page = grid.page(names=False)
    assert stamp_of([page])[0] == ""
    assert likely_form([page]) is FORMS[code]
    other = Grid({(1, 1): "别的表"}, [], {}).page()
    assert page_of([other, page], FORMS[code]) is page
    assert likely_form([other]) is None


def test_a_label_in_other_words_is_found_by_its_name() -> None:
    grid = filled("S002")
    spot = next(s for s, v in grid.cells.items() if v == "服务响应速度")
    grid.cells[spot] = "速度如何"
    found = find_answers(grid.page(), FORMS["S002"], (*grid.printed, "速度如何"))
    assert (found.cells["分_response"], found.renamed, found.missing) == (5.0, ("服务响应速度",), ())
    found = find_answers(grid.page(names=False), FORMS["S002"], (*grid.printed, "速度如何"))
    assert ("分_response" in found.cells, found.renamed, found.missing) == (False, (), ("服务响应速度",))
