"""The one rounding function, numbers typed as text, durations with units (requirements §3, C18)."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.values import half_up, number_text, parse_duration, read_duration, read_number, show_duration


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        (4.45, 1, 4.5),  # Python's round gives 4.5, numpy's 4.4
        (4.15, 1, 4.2),
        (4.25, 1, 4.3),
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (0.285, 2, 0.29),
        (1.115, 2, 1.12),
        (3.46, 1, 3.5),
        (0.5, 0, 1.0),
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (-4.45, 1, -4.5),
        (0.49999999999999994, 0, 0.0),
        (4.449999999999999, 1, 4.4),
        (1234.5, -2, 1200.0),
        (1e22, 1, 1e22),
        (5, 1, 5.0),
    ],
)
def test_half_up(value: float, digits: int, rounded: float) -> None:
    assert half_up(value, digits) == rounded


def test_half_up_lets_blanks_pass() -> None:
    assert half_up(None, 1) is None
    assert math.isnan(half_up(float("nan"), 1))
    assert half_up(float("inf"), 1) == float("inf")


@given(st.integers(-(10**9), 10**9), st.integers(1, 6))
def test_half_up_rounds_written_decimals(units: int, digits: int) -> None:
    written = Decimal(units).scaleb(-digits - 1)
    expected = written.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    assert half_up(float(written), digits) == float(expected)


@pytest.mark.parametrize(
    ("number", "text"),
    [(5.0, "5"), (0.1 + 0.2, "0.3"), (1.5, "1.5"), (-0.25, "-0.25"), (1e15, "1000000000000000"),
     (6.22202123456789e17, "622202123456789000"), (20240501001.0, "20240501001"), (0.00001, "0.00001"), (0.0, "0")],
)  # fmt: skip
def test_number_text(number: float, text: str) -> None:
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("raw", "kind", "value", "code"),
    [
        (5.0, "score", 5.0, ""),
        ("5", "score", 5.0, "value.text_number"),
        ("4.0", "score", 4.0, "value.text_number"),
        ("５", "score", 5.0, "value.repaired"),
        ("5分", "score", 5.0, "value.repaired"),
        ("5 分", "score", 5.0, "value.repaired"),
        ("四分", "score", 4.0, "value.repaired"),
        ("“4”", "score", 4.0, "value.repaired"),
        ("6", "score", None, "value.score_range"),
        (6.0, "score", None, "value.score_range"),
        ("0", "score", None, "value.score_range"),
        (-1.0, "score", None, "value.score_range"),
        ("4.5", "score", None, "value.score_fraction"),
        (3.5, "score", None, "value.score_fraction"),
        ("□5□4□3□2□1", "score", None, "value.not_number"),
        ("满意", "score", None, "value.not_number"),
        ("90%", "score", None, "value.not_number"),
        ("4/5", "score", None, "value.not_number"),
        ("——", "score", None, ""),
        ("未评", "score", None, ""),
        ("1,234.50", "money", 1234.5, "value.repaired"),
        ("¥120", "money", 120.0, "value.repaired"),
        ("￥120元", "money", 120.0, "value.repaired"),
        ("1.2万", "money", 12000.0, "value.repaired"),
        ("约100", "money", None, "value.not_number"),
        ("100-200", "money", None, "value.not_number"),
        ("1,2", "number", None, "value.not_number"),
        ("2次", "integer", 2.0, "value.repaired"),
        (1.5, "integer", None, "value.not_integer"),
        (-1.0, "integer", None, "value.not_integer"),
        ("30%", "share", 0.3, "value.repaired"),
        ("0.3", "share", 0.3, "value.text_number"),
        (0.3, "share", 0.3, ""),
        (30.0, "share", None, "value.share_range"),
        ("120%", "share", None, "value.share_range"),
    ],
)
def test_numbers(raw: str | float, kind: str, value: float | None, code: str) -> None:
    parsed = read_number(raw, kind)
    assert (parsed.value, parsed.code) == (value, code)


@pytest.mark.parametrize(
    ("text", "duration", "canonical"),
    [
        ("24小时", (24, "小时"), "24小时"),
        ("4小时", (4, "小时"), "4小时"),
        ("30分钟", (30, "分钟"), "30分钟"),
        ("1个工作日", (1, "工作日"), "1个工作日"),
        ("1工作日", (1, "工作日"), "1个工作日"),
        ("三个工作日内", (3, "工作日"), "3个工作日"),
        ("半天", (0.5, "天"), "0.5天"),
        ("半小时", (0.5, "小时"), "0.5小时"),
        ("一个半小时", (1.5, "小时"), "1.5小时"),
        ("1天半", (1.5, "天"), "1.5天"),
        ("1.5h", (1.5, "小时"), "1.5小时"),
        ("24H", (24, "小时"), "24小时"),
        ("２４小时", (24, "小时"), "24小时"),
        ("24 hours", (24, "小时"), "24小时"),
        ("30min", (30, "分钟"), "30分钟"),
        ("≤24小时", (24, "小时"), "24小时"),
        ("24小时以内", (24, "小时"), "24小时"),
        ("2小时30分", (150, "分钟"), "150分钟"),
        ("十二小时", (12, "小时"), "12小时"),
        ("两周", (14, "天"), "14天"),
        ("2日", (2, "天"), "2天"),
    ],
)
def test_durations(text: str, duration: tuple[float, str], canonical: str) -> None:
    assert parse_duration(text) == duration
    assert read_duration(text).value == canonical


@pytest.mark.parametrize("text", ["24小时", "30分钟", "1个工作日", "1工作日"])
def test_a_duration_in_the_documents_form_is_no_repair(text: str) -> None:
    assert read_duration(text).code == ""


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("24", "value.duration_unit"),
        (24.0, "value.duration_unit"),
        ("24-48小时", "value.duration"),
        ("24:00", "value.duration"),
        ("0小时", "value.duration"),
        ("-2小时", "value.duration"),
        ("尽快", "value.duration"),
        ("即时", "value.duration"),
        ("半半天", "value.duration"),
        ("", ""),
        ("—", ""),
    ],
)
def test_durations_that_are_asked(raw: str | float, code: str) -> None:
    parsed = read_duration(raw)
    assert parsed.code == code
    assert not parsed.value


@given(st.integers(1, 100_000), st.integers(0, 9), st.sampled_from(["分钟", "小时", "工作日", "天"]))
def test_duration_round_trip(whole: int, tenths: int, unit: str) -> None:
    amount = float(f"{whole}.{tenths}")
    assert parse_duration(show_duration(amount, unit)) == (amount, unit)
