"""Phones are text: judged, never completed (requirements §3; S003: 区号-后四位)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.values import is_phone_like, read_phone


@pytest.mark.parametrize(
    "raw",
    [
        "13812345678", "138****5678", "138*5678", "010-5678", "0571-5678", "010-****5678", "010-62345678",
        "01062345678", "(010)62345678", "0571-87654321转801", "400-123-4567", "4001234567", "+8613812345678",
        "13812345678/010-62345678", "13812345678、13912345678", "微信:zhang_san", "QQ 123456", "a.b@example.com",
    ],
)  # fmt: skip
def test_whole_numbers_and_proper_masks_stay_as_they_are(raw: str) -> None:
    parsed = read_phone(raw)
    assert (parsed.value, parsed.code) == (raw, "")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("１３８１２３４５６７８", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("电话:13812345678", "13812345678"),
        ("手机：13812345678", "13812345678"),
        ("'13812345678", "13812345678"),
        ("138xxxx5678", "138****5678"),
        ("138＊＊＊＊5678", "138****5678"),
        ("+86 138 1234 5678", "+8613812345678"),
        ("1.3812345678E+10", "13812345678"),
    ],
)
def test_other_spellings_of_a_whole_number_are_listed(raw: str, value: str) -> None:
    parsed = read_phone(raw)
    assert (parsed.value, parsed.code, parsed.values) == (value, "value.read_as", {"old": raw, "new": value})


@pytest.mark.parametrize(
    ("raw", "value", "code", "n"),
    [
        ("1385678", "1385678", "value.phone_masked", 7),
        ("1395678", "1395678", "value.phone_masked", 7),
        (1385678.0, "1385678", "value.phone_masked", 7),
        ("139", "139", "value.phone_fragment", 3),
        (139.0, "139", "value.phone_fragment", 3),
        ("138****567", "138****567", "value.phone_fragment", 6),
        ("138*", "138*", "value.phone_fragment", 3),
        ("****", "****", "value.phone_fragment", 0),
        ("6234567", "6234567", "value.phone_area", 7),
        ("62345678", "62345678", "value.phone_area", 8),
        ("1381234567", "1381234567", "value.phone_length", 10),
        ("138123456789", "138123456789", "value.phone_length", 12),
        (1062345678.0, "1062345678", "value.phone_length", 10),
        ("张女士", "张女士", "value.phone_odd", 0),
        ("138l2345678", "138l2345678", "value.phone_odd", 10),
        ("1.38E+10", "1.38E+10", "value.phone_scientific", None),
        (13800000000.0, "13800000000", "value.phone_zero_tail", None),
        ("13812000000", "13812000000", "value.phone_zero_tail", None),
        (6.22202123456789e17, "622202123456789000", "value.digits_lost", None),
    ],
)
def test_faulty_numbers_keep_their_digits(raw: str | float, value: str, code: str, n: int | None) -> None:
    parsed = read_phone(raw)
    assert (parsed.value, parsed.code, parsed.values.get("n")) == (value, code, n)


def test_a_number_cell_is_its_digits() -> None:
    assert read_phone(13812345678.0).value == "13812345678"
    assert read_phone(13812345678.0).code == ""


@pytest.mark.parametrize("raw", ["", "　", "无", "/", "—"])
def test_nothing(raw: str) -> None:
    assert (read_phone(raw).value, read_phone(raw).code) == ("", "")


def digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


@given(st.text(alphabet="0123456789*-+() xX转/、", max_size=24))
def test_no_digit_is_invented_or_lost(raw: str) -> None:
    assert digits(read_phone(raw).value) == digits(raw)


@given(st.integers(0, 10**14))
def test_a_number_keeps_its_digits(number: int) -> None:
    assert read_phone(float(number)).value == str(number)


@given(st.integers(10**9, 9 * 10**9))
def test_full_width_digits_are_the_same_number(rest: int) -> None:
    phone = f"1{rest:010d}"
    wide = phone.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert read_phone(wide).value == read_phone(phone).value == phone


@pytest.mark.parametrize(
    ("text", "like"), [("1395678", True), ("138****5678", True), ("010-5678", True), ("***", True), ("张三", False), ("", False)]
)  # fmt: skip
def test_phone_like(text: str, like: bool) -> None:
    assert is_phone_like(text) is like
