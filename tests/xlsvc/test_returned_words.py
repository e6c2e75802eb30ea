"""What people write into a form's cells, and what it is read as: right, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from workbook.book import CellError
from xlsvc.returned_forms_words import as_text, read_choice, read_score, read_ticks

SCORES: list[tuple[Any, float | None, str]] = [
    (5.0, 5, ""), ("5", 5, ""), ("5", 5, ""), ("5分", 5, ""), (" 5 分 ", 5, ""), ("五", 5, ""), ("四分", 4, ""),
    ("4.0", 4, ""), ("3星", 3, ""), ("非常满意", 5, ""), ("非常不满意", 1, ""), ("☑5 □4 □3 □2 □1", 5, ""),
    ("5分,师傅很准时", 5, "师傅很准时"), ("5 不错", 5, "不错"), ("4(还行)", 4, "还行"), ("给5分", 5, ""),
    (10.0, None, "10"), ("0", None, "0"), ("6分", None, "6分"), ("6分,很好", None, "6分,很好"), (6.0, None, "6"), ("-5", None, "-5"),
    (0.0, None, "0"), ("100", None, "100"),
    ("4-5", None, "4-5"), ("4/5", None, "4/5"), ("4~5分", None, "4~5分"), ("4或5", None, "4或5"), ("4.5", None, "4.5"),
    (4.5, None, "4.5"), ("5,4", None, "5,4"), ("5分 后来4分", None, "5分 后来4分"), ("5分或四分", None, "5分或四分"),
    ("满意", None, "满意"), ("一般", None, "一般"), ("好", None, "好"), ("√", None, "√"), ("五四", None, "五四"),
    ("☑5 ☑4 □3", None, "☑5 ☑4 □3"), ("□5 □4 □3", None, ""), ("5x", None, "5x"), ("5+", None, "5+"), (True, None, "TRUE"),
    (CellError("#N/A"), None, "#N/A"), ("", None, ""), (None, None, ""), ("  ", None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "score", "rest"), SCORES)
def test_a_score_is_read_or_left_to_people(raw: Any, score: float | None, rest: str) -> None:
    assert read_score(raw) == (score, rest)


CHOICES = [
    ("老客户", ("新客户", "老客户", "VIP客户"), "老客户", ""),
    (" 老 客户。", ("新客户", "老客户", "VIP客户"), "老客户", ""),
    ("vip客户", ("新客户", "老客户", "VIP客户"), "VIP客户", ""),
    ("√老客户", ("新客户", "老客户", "VIP客户"), "老客户", ""),
    ("□新客户 ☑老客户 □VIP客户", ("新客户", "老客户", "VIP客户"), "老客户", ""),
    ("☑新客户 ☑老客户", ("新客户", "老客户", "VIP客户"), "", "☑新客户 ☑老客户"),
    ("新客户/老客户", ("新客户", "老客户", "VIP客户"), "", "新客户/老客户"),
    ("不是老客户", ("新客户", "老客户", "VIP客户"), "", "不是老客户"),
    ("客户", ("新客户", "老客户", "VIP客户"), "", "客户"),
    ("愿意", ("愿意,请后续联系我", "暂不愿意"), "愿意,请后续联系我", ""),
    ("愿意,请后续联系我", ("愿意,请后续联系我", "暂不愿意"), "愿意,请后续联系我", ""),
    ("不愿意", ("愿意,请后续联系我", "暂不愿意"), "", "不愿意"),
    ("暂不愿意", ("愿意,请后续联系我", "暂不愿意"), "暂不愿意", ""),
    ("是", ("是,希望电话回访", "否,无需跟进"), "是,希望电话回访", ""),
    ("是的", ("是", "否"), "是", ""), (True, ("是", "否"), "是", ""), ("是/否", ("是", "否"), "", "是/否"),
    ("不知道", ("是", "否"), "", "不知道"), ("", ("是", "否"), "", ""), (1.0, ("是", "否"), "", "1"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "options", "chosen", "rest"), CHOICES)
def test_a_choice_is_one_of_the_options_or_a_remark(raw: Any, options: tuple[str, ...], chosen: str, rest: str) -> None:
    assert read_choice(raw, options) == (chosen, rest)


TICKED = [
    (["√", None, "✓", "✔", "☑"], "1345", ""),
    (["是", "否", "1", "v", "V"], "1345", ""),
    ([True, False, 1.0, 0.0, "Yes"], "135", ""),
    (["√", "×", "x", "□", "●"], "15", ""),
    (["×", None, None, None, None], "", "甲:×"),
    (["√", "有时", None, None, None], "1", "乙:有时"),
    (["甲", None, "(√)", "[x]", " "], "13", ""),
    ([None] * 5, "", ""),
]


@pytest.mark.parametrize(("marks", "chosen", "rest"), TICKED)
def test_any_mark_ticks_an_option_but_a_cross_alone_is_nobodys_guess(marks: list[Any], chosen: str, rest: str) -> None:
    options = "甲乙丙丁戊"
    found, remark = read_ticks(dict(zip(options, marks, strict=True)))
    assert (found, remark) == ([options[int(n) - 1] for n in chosen], rest)


def test_cells_as_people_read_them() -> None:
    assert [as_text(c) for c in (13800001234.0, 5.5, True, " a\n b ", None)] == ["13800001234", "5.5", "是", "a\n b", ""]
    assert [as_text(45414.0, True), as_text(45414.5, True), as_text(45414.0)] == ["2024-05-02", "2024-05-02 12:00", "45414"]
