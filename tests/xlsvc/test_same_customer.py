"""Who is one customer: numbers, whole phones and mail addresses join; a form of address never does."""

from __future__ import annotations

import pandas as pd
import pytest

from xlsvc.same_customer import is_whole_phone, mail_address, same_customer


def labels(*rows: tuple[str, str, str]) -> list[int]:
    return same_customer(pd.DataFrame(rows, columns=["customer", "contact", "customer_no"])).tolist()


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        (("*女士", "", ""), ("*女士", "", ""), False),
        (("*女士", "138****5678", ""), ("*女士", "138****5678", ""), False),
        (("先生", "1395678", ""), ("先生", "1395678", ""), False),
        (("王女士", "138****5678", ""), ("王女士", "1385678", ""), True),
        (("王女士", "138****5678", ""), ("李女士", "138****5678", ""), False),
        (("王女士", "139", ""), ("王女士", "139", ""), False),
        (("王女士", "", ""), ("王女士", "", ""), False),
        (("王女士", "010-5678", ""), ("王女士", "010-5678", ""), True),
        (("王女士", "13812345678", ""), ("*女士", "+86 138 1234 5678", ""), True),
        (("王女士", "13812345678", ""), ("王女士", "13812345679", ""), False),
        (("王女士", "010-88881234", ""), ("赵先生", "13900001111、01088881234", ""), True),
        (("王女士", "010-88881234转801", ""), ("赵先生", "010-88881234转802", ""), False),
        (("王女士", "a@b.cn", ""), ("王", "A@B.cn", ""), True),
        (("", "", "C202405001"), ("王女士", "", "c202405001 "), True),
        (("", "", "无"), ("", "", "无"), False),
        (("王女士", "13812345678", "C1"), ("王女士", "13812345679", "C2"), False),
    ],
)
def test_two_rows(first: tuple[str, str, str], second: tuple[str, str, str], one: bool) -> None:
    assert labels(first, second) == [0, 0 if one else 1]


def test_rows_are_joined_through_others_wherever_they_stand() -> None:
    chain = [("", "13900000001", ""), ("", "13900000003", "C2"), ("*女士", "", ""), ("", "13900000001", "C2"), ("*女士", "", "")]
    assert labels(*chain) == [0, 0, 2, 0, 4]
    # each next row shares one number with the one before, in an order that joins them from both ends
    long = [("", f"139{n:08d}/139{n + 1:08d}", "") for n in (*range(0, 40, 2), *range(1, 40, 2))]
    assert labels(*long) == [0] * 40


def test_no_rows() -> None:
    assert labels() == []


@pytest.mark.parametrize(
    ("text", "whole"),
    [("13812345678", True), ("138****5678", False), ("1385678", False), ("", False), ("010-88881234", True),
     ("010-8888", False), ("010-8888**1234", False), ("微信 abc", False), ("138****5678/13900001111", True)],
)  # fmt: skip
def test_which_numbers_can_be_called(text: str, whole: bool) -> None:
    assert is_whole_phone(text) == whole


@pytest.mark.parametrize(
    ("texts", "address"),
    [
        (("wang@example.cn",), "wang@example.cn"),
        (("", "微信 abc、li@example.com.cn"), "li@example.com.cn"),
        (("a@b.cn;c@d.cn",), "a@b.cn"),
        (("wang@example.cn\nBcc: x@y.cn",), "wang@example.cn"),
        (("王@例子.cn", "w@e"), ""),
        (("13812345678",), ""),
        ((), ""),
    ],
)
def test_the_first_plain_mail_address(texts: tuple[str, ...], address: str) -> None:
    assert mail_address(*texts) == address
