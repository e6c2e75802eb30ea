"""The message to copy: what it asks in which order, what it says of the office, and that it stays short."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.support.frames import frame
from workbook.issues import WorkbookError
from workbook.sheets.customer_forms import FORMS
from workbook.sheets.settings import default_rows
from xlsvc.form_words import LONGEST, numbered, words, words_file
from xlsvc.settings import Settings, read_settings

FACTS: dict[str, Any] = {
    "服务人员": "张工", "服务电话": "010-88001234", "服务日期": datetime(2024, 5, 1), "回执码": "7KQM-4XTR", "工单号": "SN1",
    "客户编号": "C202405001", "订单或型号": "ABC-2000", "告知语": "信息仅用于服务改进,自愿填写。",
}  # fmt: skip
CUSTOMERS = [code for code, form in FORMS.items() if not form.profile.internal]


def rules(**values: str) -> Settings:
    names = {"link": "网上表单地址", "phone": "服务电话", "office": "部门名称"}
    rows = [{**r, "value": "" if r["value"] is None else str(r["value"])} for r in default_rows()]
    for key, value in values.items():
        next(r for r in rows if r["name"] == names[key])["value"] = value
    return read_settings({"settings": frame("settings", rows)})


def test_the_message_of_the_survey() -> None:
    assert words(FORMS["S002"], FACTS, rules(link="https://wj.example.cn/f?c={回执码}")) == (
        "您好!售后服务部张工(电话 010-88001234)5月1日为您提供了售后服务。请您用半分钟打个分(1分最低,5分最高):\n"
        "1. 服务响应速度\n2. 问题解决效果\n3. 服务人员态度\n4. 专业能力水平\n5. 您对本次服务有哪些改进建议?(可不填)\n"
        "请按顺序回复4个数字,想说的话写在后面,例如:5545 师傅准时\n"
        "也可以网上填写:https://wj.example.cn/f?c=7KQM-4XTR\n"
        "信息仅用于服务改进,自愿填写。\n(回执码 7KQM-4XTR)"
    )


@pytest.mark.parametrize("code", CUSTOMERS)
def test_every_form_asks_its_own_questions_in_its_own_order(code: str) -> None:
    form, asked = FORMS[code], numbered(FORMS[code])
    scores = [q for q in form.questions() if q.kind == "score"]
    assert asked[: len(scores)] == scores
    assert [q.key for q in asked[len(scores) :]] == (["improvement"] if any(q.key == "improvement" for q in form.questions()) else [])
    text = words(form, FACTS, rules())
    lines = text.splitlines()
    assert [line for line in lines if line[:1].isdigit()] == [
        f"{n}. {q.label}" if q.kind == "score" else f"{n}. {q.label.split('(')[0]}(可不填)" for n, q in enumerate(asked, 1)
    ]
    example = {4: "5545", 5: "55455"}[len(scores)]
    assert f"回复{len(scores)}个数字,想说的话写在后面,例如:{example} 师傅准时" in text
    assert "信息仅用于服务改进,自愿填写。" in lines
    assert len(text) <= LONGEST


def test_the_anonymous_form_says_nothing_that_leads_back() -> None:
    text = words(FORMS["S001"], FACTS, rules(link="https://wj.example.cn/{回执码}"))
    for fact in ("张工", "5月1日", "7KQM-4XTR", "SN1", "C202405001", "ABC-2000", "https://"):
        assert fact not in text
    assert text.startswith("您好!这里是售后服务部(电话 010-88001234),本次评价不记名。")
    assert "https://wj.example.cn/a" in words(FORMS["S001"], FACTS, rules(link="https://wj.example.cn/a"))


def test_the_message_carries_no_ticket_and_no_customer() -> None:
    text = words(FORMS["S004"], FACTS, rules())
    assert not any(fact in text for fact in ("SN1", "C202405001", "ABC-2000"))


@pytest.mark.parametrize(
    ("facts", "begin"),
    [
        ({}, "您好!售后服务部为您提供了售后服务。"),
        ({"服务人员": "张工"}, "您好!售后服务部张工为您提供了售后服务。"),
        ({"服务人员": "售后服务部张工", "部门": "售后服务部"}, "您好!售后服务部张工为您提供了售后服务。"),
        ({"部门": "技术部", "服务日期": datetime(2024, 12, 31)}, "您好!技术部12月31日为您提供了售后服务。"),
        ({"服务人员": "张\n工 "}, "您好!售后服务部张 工为您提供了售后服务。"),
    ],
)
def test_what_is_missing_is_left_out(facts: dict[str, Any], begin: str) -> None:
    assert words(FORMS["S002"], facts, rules()).startswith(begin)


def test_settings_stand_in_and_long_facts_are_cut() -> None:
    facts = {"服务人员": "很长的名字" * 20, "部门": "很长的部门" * 20, "服务电话": "1" * 100, "回执码": "7KQM-4XTR"}
    facts["告知语"] = "很长的告知语" * 50
    for code in CUSTOMERS:
        assert len(words(FORMS[code], FACTS, rules())) <= LONGEST // 2
        assert len(words(FORMS[code], facts, rules(link="https://e.cn/" + "a" * 187))) <= LONGEST
    assert "(电话 400-000-1111)" in words(FORMS["S002"], {}, rules(phone="400-000-1111"))
    assert words(FORMS["S002"], {}, rules(office="客服中心")).startswith("您好!客服中心")


@pytest.mark.parametrize("link", ["wj.example.cn", "javascript:alert(1)", "https://e.cn/ b", "https://e.cn/" + "a" * 190])
def test_what_is_no_usable_address_is_an_error_of_the_settings(link: str) -> None:
    (issue,) = rules(link=link).issues
    assert issue.message == (
        f"“设置”第 {issue.row} 行“网上表单地址”的数值“{link}”不是网址。"
        "请填 http:// 或 https:// 开头、200 字以内、没有空格的地址,或留空。"
    )
    assert "网上填写" not in words(FORMS["S002"], FACTS, rules(link=link))


def test_the_internal_form_has_no_message() -> None:
    with pytest.raises(WorkbookError) as stopped:
        words(FORMS["S003"], FACTS, rules())
    assert str(stopped.value) == "《售后服务质量评估表》是内部评估表,不发给客户,没有短信微信稿。请由非执行人员填写工作表或文件。"


def test_the_file_of_a_run_opens_in_every_editor() -> None:
    content = words_file([("王女士(SN1)", "一\n二"), ("李先生(SN2)", "三")])
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert "\n" not in text.replace("\r\n", "")
    assert text.replace("\r\n", "\n") == (
        "一段一位客户。只复制两条横线之间的文字,不要整份转发。\n\n"
        "======== 发给:王女士(SN1) ========\n一\n二\n\n======== 发给:李先生(SN2) ========\n三\n"
    )
