"""Words and their other spellings; cells that hold two facts; what a signature says."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.schema import Column
from workbook.values import Vocabularies, read_confirmation, read_one, split_compound, split_owner

PACKAGED = Vocabularies.packaged()


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("客户类型", "老客户", ("老客户", "", False)),
        ("客户类型", "老", ("老客户", "", True)),
        ("客户类型", " VIP客户　", ("VIP客户", "", False)),
        ("客户类型", "vip", ("VIP客户", "", True)),
        ("客户类型", "ＶＩＰ客户", ("VIP客户", "", True)),
        ("客户类型", "“老客户”", ("老客户", "", True)),
        ("客户类型", "老 客户", ("老客户", "", True)),
        ("紧急程度", "普通", ("一般", "P3", True)),
        ("工单紧急程度", "普通", ("普通", "P3", False)),
        ("紧急程度", "加急", ("特急", "P1", True)),
        ("问题类型", "投诉类", ("投诉", "投诉", True)),
        ("问题类型", "服务咨询类", ("服务咨询", "咨询", True)),
        ("反馈类别", "投诉", ("投诉类", "", True)),
        ("客户类型", "路人", (None, "", False)),
        ("客户类型", "", (None, "", False)),
    ],
)
def test_resolve(name: str, typed: str, expected: tuple[str | None, str, bool]) -> None:
    assert PACKAGED.resolve(name, typed) == expected


def options(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["vocabulary", "word", "aliases", "group"], dtype=object)


def test_the_offices_rows_win() -> None:
    office = Vocabularies.from_rows(
        options(
            ("问题类型", "安装问题", "装机、 上门安装 ;不会装", "维修"),
            ("问题类型", "维修", "", "维修"),
            ("问题类型", "上门调试", "使用咨询", "软件"),
            ("客户类型", "老客户", "熟客", ""),
            ("紧急程度", "紧急", "马上", ""),
            ("", "无主", "", ""),
            ("自定义", "甲", "乙", "丙"),
        )
    )
    assert office.resolve("问题类型", "上门安装") == ("安装问题", "维修", True)
    assert office.resolve("问题类型", "维修") == ("维修", "维修", False)  # packaged: alias of 售后维修类
    assert office.resolve("问题类型", "售后维修") == ("售后维修类", "维修", True)  # packaged words stay known
    assert office.resolve("问题类型", "使用咨询") == ("上门调试", "软件", True)  # over a packaged word, too
    assert office.resolve("客户类型", "熟客")[0] == "老客户"
    assert office.resolve("客户类型", "老")[0] is None  # the office's row has other aliases
    assert office.resolve("紧急程度", "马上") == ("紧急", "P2", True)  # a blank group keeps the packaged one
    assert office.resolve("自定义", "乙") == ("甲", "丙", True)
    assert office.words("问题类型")[:2] == ["安装问题", "维修"]
    assert office.words("客户类型")[:2] == ["老客户", "新客户"]
    assert PACKAGED.resolve("客户类型", "老")[0] == "老客户"


def test_no_rows_are_the_packaged_words() -> None:
    assert Vocabularies.from_rows(options()).words("客户类型") == PACKAGED.words("客户类型")


@pytest.mark.parametrize(
    ("typed", "near"),
    [("产品质里", "产品质量"), ("品产质量", "产品质量"), ("硬件故障了", "硬件故障"), ("软件", ""), ("安装问题", ""), ("产品", "")],
)  # fmt: skip
def test_near_misses(typed: str, near: str) -> None:
    assert PACKAGED.near("问题类型", typed) == near


@pytest.mark.parametrize(
    ("name", "typed", "near"),
    [("紧急程度", "非常急", "特急"), ("评价档案", "S009", ""), ("评价档案", "S0002", ""), ("工单紧急程度", "一般问", "普通")],
)  # fmt: skip
def test_near_only_where_one_option_is(name: str, typed: str, near: str) -> None:
    assert PACKAGED.near(name, typed) == near


def test_what_is_near_several_options_gets_the_list() -> None:
    column = Column("profile", "评价档案", "choice", choices="评价档案")
    assert read_one(column, "S009", PACKAGED).code == "value.unknown_word"
    assert "S000 顾客反馈收集表单" in read_one(column, "S009", PACKAGED).values["words"]


def test_words_of_three_characters_differ_on_purpose() -> None:
    assert PACKAGED.near("服务小组", "硬体组") == ""
    assert PACKAGED.near("服务小组", "退换货") == "退换货组"


CHOICES = Column("praise", "最满意的地方", "choices", choices="最满意", strict=False)
YESNO = Column("sure", "是否", "yesno")


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        ("响应速度快、流程清晰", "响应速度快、流程清晰", ""),
        ("响应速度快,流程清晰", "响应速度快、流程清晰", ""),
        ("响应速度快 流程清晰", "响应速度快、流程清晰", ""),
        ("“响应速度快”;流程清晰", "响应速度快、流程清晰", "value.read_as"),
        ("响应速度快/价格 便宜", "响应速度快、价格 便宜", ""),
        ("响应速渡快、流程清晰", "响应速渡快、流程清晰", "value.near_word"),
        ("、", "", ""),
    ],
)
def test_several_choices(raw: str, value: str, code: str) -> None:
    parsed = read_one(CHOICES, raw, PACKAGED)
    assert (parsed.value, parsed.code) == (value, code)


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        ("是", "是", ""), ("否", "否", ""), ("Y", "是", "value.read_as"), (True, "是", "value.read_as"),
        (False, "否", "value.read_as"), (0.0, "否", "value.read_as"), ("×", "否", "value.read_as"),
        ("也许", "", "value.yesno"), ("", "", ""), ("—", "", ""),
    ],
)  # fmt: skip
def test_yes_or_no(raw: str | bool | float, value: str, code: str) -> None:
    parsed = read_one(YESNO, raw, PACKAGED)
    assert (parsed.value, parsed.code) == (value, code)


@pytest.mark.parametrize(
    ("text", "tail", "expected"),
    [
        ("*女士/", "phone", ("*女士", "")),
        ("*先生/1395678", "phone", ("*先生", "1395678")),
        ("王女士/138****5678", "phone", ("王女士", "138****5678")),
        ("王女士/13800001111/13900002222", "phone", ("王女士", "13800001111/13900002222")),
        ("王女士/李先生", "phone", ("王女士/李先生", None)),
        ("/13812345678", "phone", ("", "13812345678")),
        ("ABC-2000/2024-03-15", "date", ("ABC-2000", "2024-03-15")),
        ("ABC／2024-03-15", "date", ("ABC", "2024-03-15")),
        ("A/B/2024/3/15", "date", ("A/B", "2024/3/15")),
        ("ABC/2024-03-114:00", "date", ("ABC/2024-03-114:00", None)),
        ("ABC/24-03-15", "date", ("ABC/24-03-15", None)),
        ("ABC-2000", "date", ("ABC-2000", None)),
        ("ABC-2000/", "date", ("ABC-2000", "")),
        ("不启动/紧急", "choice", ("不启动", "紧急")),
        ("软件卡顿/普通", "choice", ("软件卡顿", "普通")),
        ("屏幕/按键失灵/加急", "choice", ("屏幕/按键失灵", "加急")),
        ("屏幕/按键失灵", "choice", ("屏幕/按键失灵", None)),
        ("甲/乙/丙", "", ("甲/乙", "丙")),
        ("", "", ("", None)),
    ],
)
def test_compound_cells(text: str, tail: str, expected: tuple[str, str | None]) -> None:
    assert split_compound(text, tail, PACKAGED, "工单紧急程度") == expected


_piece = st.text(alphabet="甲乙丙ABC-2000 ", max_size=12).map(str.strip)


@given(
    _piece, st.dates(min_value=pd.Timestamp(2000, 1, 1).date(), max_value=pd.Timestamp(2100, 12, 31).date())
)
def test_compound_round_trip(head: str, day: object) -> None:
    assert split_compound(f"{head}/{day}", "date") == (head, str(day))


@given(st.text(max_size=40))
def test_no_character_of_a_compound_is_lost(text: str) -> None:
    head, tail = split_compound(text)
    joined = head if tail is None else f"{head}{tail}"
    kept = [c for c in text if not c.isspace() and c.isprintable() and c not in "/／"]
    assert [c for c in joined if not c.isspace() and c.isprintable() and c not in "/／"] == kept


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("技术部*李工", ("技术部", "李工")),
        ("客服部*刘主管", ("客服部", "刘主管")),
        ("售后运营部*经理", ("售后运营部", "经理")),
        ("技术部李工", ("技术部", "李工")),
        ("技术部/李工", ("技术部", "李工")),
        ("技术部 李工", ("技术部", "李工")),
        ("售后*李工", ("售后", "李工")),
        ("张工", ("", "张工")),
        ("*张工", ("", "张工")),
        ("王*明", ("", "王*明")),
        ("李*", ("", "李*")),
        ("李部长", ("", "李部长")),
        ("技术部", ("", "技术部")),
        ("", ("", "")),
    ],
)
def test_owners(text: str, expected: tuple[str, str]) -> None:
    assert split_owner(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("同意", "同意"), ("已确认", "同意"), ("满意", "满意"), ("“非常满意”", "满意"), ("张女士 满意", "满意"),
        ("不满意", "不满意"), ("不是很满意", "不满意"), ("不同意", "不满意"), ("有异议", "不满意"),
        ("*女士", "仅签名"), ("张三", "仅签名"), ("一般", "仅签名"), ("", ""), ("—", ""), ("未签字", ""), ("待确认", ""),
    ],
)  # fmt: skip
def test_a_signature_is_not_satisfaction(text: str, said: str) -> None:
    assert read_confirmation(text) == said
