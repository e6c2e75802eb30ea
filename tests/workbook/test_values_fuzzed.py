"""What random cells found in the readers of values (tests/fuzz/fuzz_values): each case once hung or crashed."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest

from workbook.schema import Column
from workbook.values import (
    Vocabularies,
    half_up,
    is_phone_like,
    number_text,
    read_one,
    split_compound,
    split_owner,
)
from xlsvc.compound_cells import split_customer, split_problem, split_product
from xlsvc.row_rules import _ADDRESS

VOCABULARIES = Vocabularies.packaged()
LONGEST = 32_767
KINDS = ("text", "datetime", "date", "number", "integer", "score", "share", "money", "phone", "duration", "yesno")


def _seconds(job: Any, *arguments: Any) -> float:
    started = time.process_time()
    job(*arguments)
    return time.process_time() - started


@pytest.mark.parametrize("cell", [math.inf, -math.inf, "1e999", "-1e999%", "9" * 400])
@pytest.mark.parametrize("kind", KINDS)
def test_a_number_beyond_all_numbers_is_asked_about(kind: str, cell: Any) -> None:
    parsed = read_one(Column("x", "列", kind), cell, VOCABULARIES)  # type: ignore[arg-type]
    assert not isinstance(parsed.value, float)
    assert parsed.code or isinstance(parsed.value, str)


def test_numbers_that_have_no_decimals_to_round() -> None:
    assert [half_up(1e308, 2), half_up(-1e30, 2), half_up(1e15, 1), half_up(math.inf, 2)] == [
        1e308, -1e30, 1e15, math.inf,
    ]  # fmt: skip
    assert half_up(123_456_789_012_345.675, 2) == 123_456_789_012_345.67  # what the float holds
    assert [number_text(math.inf), number_text(-math.inf)] == ["inf", "-inf"]


@pytest.mark.parametrize("cell", ["/" * LONGEST, "/a" * (LONGEST // 2), "1/" * 16_000 + "x", "／😀" * 16_000])
def test_a_cell_of_slashes_costs_no_more_than_another(cell: str) -> None:
    """37 seconds once."""
    for split in (split_customer, split_product, split_compound):
        assert _seconds(split, cell) < 1
    assert _seconds(split_problem, cell, VOCABULARIES) < 1
    assert split_compound(cell, "date")[0] == cell or not cell.strip("/")


def test_the_last_fitting_cut_still_wins() -> None:
    assert split_compound("a/b/2024-01-02", "date") == ("a/b", "2024-01-02")
    assert split_compound("型号/2024/1/2", "date") == ("型号", "2024/1/2")
    assert split_compound("x" * 1000 + "/13800001111", "phone") == ("x" * 1000, "13800001111")
    assert split_compound("王/13800001111/13900002222", "phone") == ("王", "13800001111/13900002222")
    assert split_compound("a/" + "b" * 1000, "") == ("a", "b" * 1000)
    assert split_compound("a/" + "b" * 1000, "date") == ("a/" + "b" * 1000, None)


@pytest.mark.parametrize(
    ("text", "like"),
    [("1" * LONGEST, True), ("1" * (LONGEST - 1) + "a", False), ("x" * LONGEST, False), ("***", True), ("", False),
     ("* *", False), ("138 **** 1111", True), ("转", False), ("xX1", True)],
)  # fmt: skip
def test_what_looks_like_a_phone_number_is_seen_in_one_pass(text: str, like: bool) -> None:
    assert _seconds(is_phone_like, text) < 0.5
    assert is_phone_like(text) is like


@pytest.mark.parametrize("unit", ["*", "- ", "* ", "组", "部门-"])
def test_an_owner_of_endless_dashes(unit: str) -> None:
    """Hours once."""
    cell = "技术部" + unit * 3000 + "\nb\nc"
    assert _seconds(split_owner, cell) < 0.5
    assert split_owner(cell) == ("", cell)
    assert split_owner("技术部" + "-" * 20 + "李工") == ("技术部", "李工")


def test_a_text_of_figures_is_looked_through_for_addresses_in_one_pass() -> None:
    """18 seconds once."""
    assert _seconds(_ADDRESS.search, "1" * LONGEST) < 0.5
    assert _ADDRESS.search("住在12栋3单元")
    assert _ADDRESS.search("112 号楼 5 室")
