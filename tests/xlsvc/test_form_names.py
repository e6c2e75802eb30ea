"""Names of form files: safe wherever they go, and unlike each other in the eyes of every file system."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlsvc.form_names import LONGEST_STEM, FileNames, as_compared, safe_word

TITLE = "客户满意度调查表"


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        ("王女士", "王女士"),
        ("*女士", "女士"),
        ("A/B:公司?", "A-B-公司"),
        ('a\\b*c"d<e>f|g[h]i', "a-b-c-d-e-f-g-h-i"),
        ("张三😀👍🏽", "张三"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 一家", "一家"),
        ("李\u202e四\u200b", "李四"),
        ("王\n女士\t(VIP)", "王 女士 (VIP)"),
        ("…点点...", "-点点"),
        ("  空 格  ", "空 格"),
        ("北京#1%店&分店", "北京-1-店&分店"),
        ("José", "José"),
        ("Jose\u0301", "José"),
        ("\ue000私有\udc80", "私有"),
        ("(集团)公司", "(集团)公司"),
        ("=cmd|x", "cmd-x"),
        ("~$锁", "锁"),
        ("…", ""),
        ("", ""),
    ],
)
def test_what_of_a_customers_name_may_stand_in_a_file_name(customer: str, expected: str) -> None:
    assert safe_word(customer) == expected.strip("-")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((TITLE, "SN20240501001", "王女士"), f"{TITLE}_SN20240501001_王女士.xlsx"),
        ((TITLE, "SN20240501001", "😀"), f"{TITLE}_SN20240501001.xlsx"),
        (("CON",), "_CON.xlsx"),
        (("nul.txt",), "_nul.txt.xlsx"),
        (("LPT¹",), "_LPT¹.xlsx"),
        (("console",), "console.xlsx"),
        (("",), "表单.xlsx"),
        ((TITLE, "SN1", "名" * 40), f"{TITLE}_SN1_{'名' * 40}.xlsx"),
        ((TITLE, "SN20240501001", "名" * 60), f"{TITLE}_SN20240501001_{'名' * 41}.xlsx"),
    ],
)
def test_the_name_of_a_file(words: tuple[str, ...], expected: str) -> None:
    assert FileNames().free(*words) == expected


def test_names_that_some_system_takes_for_the_same_get_numbers() -> None:
    names = FileNames(["客户_sn1.XLSX"])
    assert [names.free("客户", word) for word in ("SN1", "sn1", "SN1", "SN/2", "SN-2", "é", "e\u0301")] == [
        "客户_SN1 (2).xlsx", "客户_sn1 (3).xlsx", "客户_SN1 (4).xlsx", "客户_SN-2.xlsx", "客户_SN-2 (2).xlsx",
        "客户_é.xlsx", "客户_é (2).xlsx",
    ]  # fmt: skip


RESERVED = {"con", "prn", "aux", "nul", *(f"{w}{n}" for w in ("com", "lpt") for n in "0123456789¹²³")}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=60)), min_size=1, max_size=12))
def test_any_names_are_safe_and_unlike(given_names: list[tuple[str, str]]) -> None:
    names = FileNames()
    made = [names.free(*words) for words in given_names]
    assert len({as_compared(name) for name in made}) == len(made)
    for name in made:
        assert name.endswith(".xlsx")
        stem = name.removesuffix(".xlsx")
        assert stem
        assert stem == stem.strip(" .")
        assert not set(name) & set('\\/:*?"<>|[]\0#%~')
        assert all(unicodedata.category(c)[0] not in "C" for c in name)
        assert unicodedata.normalize("NFC", name) == name
        assert stem.partition(".")[0].strip().casefold() not in RESERVED
        assert len(stem.encode("utf-16-le")) <= 2 * LONGEST_STEM
        assert len(stem.encode()) <= 200
        name.encode("gb18030")
