"""Comments of customers: classes, never a forced guess, and what the office's rows change."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.sheets.comment_words import COMMENT_CLASSES, COMMENT_WORDS, comment_rows
from workbook.values import Vocabularies
from workbook.values.vocabulary import Entry
from xlsvc.feedback_text import classify, read, topics
from xlsvc.feedback_text_words import Lexicon, lexicon_issues, lexicon_of, packaged_lexicon

LEXICON = packaged_lexicon()

PRAISE = (
    "没有推诿,很快就解决了", "没有推诿、扯皮,点赞", "不能更满意了", "再满意不过了", "没让我失望", "没毛病", "比上次好多了",
    "維修師傅很專業,講解清楚", "服务热情周到，必须点赞！！！", "👍👍👍", "好好好", "希望继续保持这样的服务", "没乱收费",
    "空调不制冷，师傅半小时就到，很快修好，满意", "没什么可说的,就是好", "師傅技術好👍🏻", "好", "没有,都挺好", "等待时间并不长,师傅很专业",
)  # fmt: skip
COMPLAINTS = (
    "不太满意", "并没有解决", "毛病没修好", "比上次还差", "没有以前好了", "谈不上满意", "一点也不专业", "没人回复我的消息",
    "态度很好,但是问题没解决", "修了3次都没好", "等了三天才来", "等太久了,希望改进", "为什么这么慢?", "软體更新後一直閃退",
    "差差差差", "👎", "問題並沒有解決", "不及时，不专业", "维修師傅弄壞了我的地板", "速度慢,态度好坏都不想说了", "装完第二天又不制冷",
)  # fmt: skip
WISHES = (
    "希望增加晚上上门的时间", "能不能提前打个电话", "如果能提供备用机就好了", "速度再快一点就更好了", "服务很好,建议增加网点",
    "希望不要让客户等太久", "希望改进流程繁琐的问题", "最好周末也能上门", "建議提供線上客服", "能否便宜点?",
    "等待时间长的问题能解决就好了",
)  # fmt: skip
NOTHING = (
    "无", "没有", "暂无建议", "没有什么意见", "目前没有。", "N/A", "無", "没有，没有", "暂时没有",
    "没啥要求", "/", "——", "没有,没什么要改进的", "无无无",
)  # fmt: skip
BY_HAND = (
    "请问什么时候能修好", "请问不满意能退吗", "一般", "还行吧", "呵呵,服务真好", "你们的服务真“快”", "洗衣机", "周三上门",
    "不是不满意", "不是很慢", "等了一个小时,不过师傅很好", "师傅很好,螺丝没拧紧", "有点慢,希望改进",
    "好像是", "差不多", "好吵", "如果不满意可以退", "12345", "啊", "师傅很好,后来漏水", "厉害了,我的售后",
    "师傅很好,拆机后少了两颗螺丝", "不拆机就修好了", "不会安装", "好评是客服逼我写的", "有待观察",
    "师傅“专业”得很", "如果太慢就不修了", "希望别再骗人", "这就是专业?", "不是不专业", "并非没有回复",
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "comments"),
    [("表扬类", PRAISE), ("投诉类", COMPLAINTS), ("建议类", WISHES), ("无意见", NOTHING), ("待人工", BY_HAND)],
)
def test_comments_are_read_or_left_to_a_person(said: str, comments: tuple[str, ...]) -> None:
    found = classify(comments, LEXICON)
    assert {c: f for c, f in zip(comments, found, strict=True) if f != said} == {}


@pytest.mark.parametrize("text", ["", " ", "　", "。。。", "、", "\n", "\u200b"])
def test_a_cell_without_a_word_is_no_comment(text: str) -> None:
    assert classify([text], LEXICON) == [""]


def test_keywords_of_complaints_are_counted_whatever_their_wording() -> None:
    comments = ["等了三天,说不清楚", "等太久", "希望改进流程繁琐的问题", "没等多久", "很满意"]
    assert topics(comments, LEXICON) == {"等待时间长": 2, "沟通不清晰": 1, "流程繁琐": 1}
    assert read(["等太久,没人回复"], LEXICON)[0].keywords == ("等待时间长", "没人理会")


def _lexicon(*rows: tuple[str, str, str]) -> Lexicon:
    table = pd.DataFrame(
        [{"vocabulary": COMMENT_WORDS, "word": w, "aliases": a, "group": g} for w, a, g in rows],
        index=range(4, 4 + len(rows)),
    )
    return lexicon_of(Vocabularies.from_rows(table))


def test_the_office_adds_a_word_changes_one_and_switches_one_off() -> None:
    assert classify(["绝绝子", "很慢", "踩雷"], LEXICON) == ["待人工", "投诉类", "投诉类"]
    office = _lexicon(("绝绝子", "绝子、yyds", "表扬"), ("很慢", "", "不计"), ("踩雷", "", "待人工"), ("一般般", "", "投诉"))
    assert classify(["绝绝子", "YYDS", "很慢", "踩雷", "很满意"], office) == ["表扬类", "表扬类", "待人工", "待人工", "表扬类"]
    assert classify(["一般般"], office) == ["投诉类"]  # the packaged row says 待人工


def test_two_rows_of_the_office_that_disagree_are_no_answer() -> None:
    assert classify(["杠杠滴"], _lexicon(("杠杠滴", "", "表扬"), ("真行", "杠杠滴", "投诉"))) == ["待人工"]


def test_a_phrase_of_two_rows_with_one_class_has_one_keyword() -> None:
    rows = [Entry("甲", ("拉胯",), "投诉", 4), Entry("乙", ("拉胯",), "投诉", 5)]
    assert [read(["拉胯"], Lexicon(order))[0].keywords for order in (rows, rows[::-1])] == [("乙",), ("乙",)]


def test_a_class_that_is_none_is_told_and_a_blank_one_waits() -> None:
    table = pd.DataFrame(
        [{"vocabulary": COMMENT_WORDS, "word": w, "aliases": "", "group": g} for w, g in (("很慢", "坏话"), ("拉胯", ""))],
        index=[4, 5],
    )
    known = Vocabularies.from_rows(table)
    assert [(i.code, i.row) for i in lexicon_issues(known)] == [("feedback.word_class", 4)]
    assert lexicon_issues(known)[0].message.startswith("“选项与关键词”第 4 行“评语词”的归类“坏话”不认识,")
    assert classify(["拉胯"], lexicon_of(known)) == ["待人工"]


def test_a_word_of_letters_is_not_looked_for_in_a_longer_one() -> None:
    office = _lexicon(("ok", "", "表扬"))
    assert classify(["OK", "book", "15星", "5星"], office) == ["表扬类", "待人工", "待人工", "表扬类"]


def test_the_packaged_rows_say_each_phrase_once() -> None:
    rows = comment_rows()
    assert {said for *_, said in rows} == set(COMMENT_CLASSES)
    seen: dict[str, str] = {}
    for word, aliases, said in rows:
        for phrase in (word, *aliases):
            other = seen.setdefault(phrase, said)
            assert other == said or {other, said} == {"否定", "无意见"}, phrase
    assert all(len("、".join(aliases)) < 2000 for _, aliases, _ in rows)


_PIECES = st.sampled_from(
    [*PRAISE, *COMPLAINTS, *WISHES, *NOTHING, *BY_HAND, "不", "没", "希望", "“", "”", "、", "?", "\n", "就好了", "如果", "…", "差", "\x00"]
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=40), st.lists(_PIECES, max_size=8).map("".join)))
def test_any_text_gets_one_of_the_classes(text: str) -> None:
    assert classify([text], LEXICON)[0] in {"", "表扬类", "投诉类", "建议类", "无意见", "待人工"}


_ROWS = [Entry(w, a, g) for w, a, g in comment_rows()]


@settings(max_examples=10, deadline=None)
@given(st.permutations(_ROWS))
def test_the_order_of_the_rows_does_not_matter(rows: list[Entry]) -> None:
    comments = [*PRAISE, *COMPLAINTS, *WISHES, *NOTHING, *BY_HAND]
    assert read(comments, Lexicon(rows)) == read(comments, LEXICON)
