"""Answers people write in a chat: read right, asked about, or refused; none guessed."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.xlsvc.chat_answer_cases import CASES
from xlsvc.chat_answers import LONGEST, Answer, questions_of, read_answer

NAMES = ("王女士",)
PROFILES = ("S000", "S001", "S002", "S004")


def noted(profile: str, answer: Answer) -> str:
    """An answer as the table writes it."""
    if answer.state != "read":
        return f"{answer.state}:{answer.why}"
    return "".join(str(answer.scores.get(key, "-")) for key, _ in questions_of(profile)) + f"|{answer.words}"


@pytest.mark.parametrize(("profile", "text", "wanted"), CASES)
def test_an_answer_is_noted_as_a_careful_person_would(profile: str, text: str, wanted: str) -> None:
    assert noted(profile, read_answer(text, questions_of(profile), NAMES)) == wanted


def test_the_questions_are_the_forms_in_its_order() -> None:
    assert [label for _, label in questions_of("S000")] == [
        "服务响应及时性", "问题解决效率", "服务人员专业性", "服务态度友好度", "整体满意度",
    ]  # fmt: skip
    assert [key for key, _ in questions_of("S001")] == [
        "response",
        "resolution",
        "attitude",
        "process",
        "added_value",
    ]
    assert [key for key, _ in questions_of("S002")] == ["response", "resolution", "attitude", "expertise"]
    assert [key for key, _ in questions_of("S004")] == ["response", "resolution", "expertise", "attitude"]


def test_every_question_is_known_by_its_own_label() -> None:
    for profile in ("S000", "S001", "S002", "S004"):
        asked = questions_of(profile)
        text = "\n".join(f"{label}:{n % 5 + 1}" for n, (_, label) in enumerate(asked))
        assert read_answer(text, asked).scores == {key: n % 5 + 1 for n, (key, _) in enumerate(asked)}


PIECES = st.sampled_from(
    ["5", "4", "3", "55455", "5545", "都", "全", "分", "5分", "四分", "满分", "态度", "速度", "专业", "解决", "其他", "除了", "不是",
     "第1题", "①", "1、", "2.", ",", "。", " ", "\n", "-", "/", ":", "⭐", "☆", "13812345678", "0755-5545123", "5月4日", "10:30",
     "5分钟", "3次", "王女士", "「", "」", "- - - -", "½", "٥", "5️⃣", "十", "一", "好", "?", "负", "TD", "🎉", "\u200b", "\x00"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join)), st.sampled_from(PROFILES))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_breaks_it_and_no_score_leaves_the_scale(text: str, profile: str) -> None:
    asked = questions_of(profile)
    answer = read_answer(text, asked, NAMES)
    assert set(answer.scores) <= {key for key, _ in asked}
    assert all(score in range(1, 6) for score in answer.scores.values())
    assert bool(answer.scores) == (answer.state == "read")
    assert bool(answer.why) == (answer.state != "read")


PHONES = st.one_of(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"1[3-9][0-9] [1-5]{4} [1-5]{4}", fullmatch=True),
    st.from_regex(r"0[1-9][0-9]{1,2}-[1-5]{8}", fullmatch=True),
    st.from_regex(r"1[3-9][1-5]\*{4}[1-5]{4}", fullmatch=True),
    st.from_regex(r"SN20240[1-5]0[1-5][0-5]{3}", fullmatch=True),
    st.from_regex(r"尾号[1-5]{4}", fullmatch=True),
)


@given(
    PHONES,
    st.sampled_from(["{}", "电话{}", "{} 好的", "师傅很好,{}", "我的号是{}谢谢", "{}\n满意"]),
    st.sampled_from(PROFILES),
)
@settings(max_examples=80, deadline=None)
def test_a_phone_or_order_number_alone_is_never_an_answer(number: str, around: str, profile: str) -> None:
    assert read_answer(around.format(number), questions_of(profile)).state == "asked"


@given(PHONES, st.sampled_from(["{} 都4分", "都4分,{}", "{}\n都4分", "都4分 电话{}", "4分4分4分4分,{}"]))
@settings(max_examples=80, deadline=None)
def test_a_number_beside_the_scores_changes_none(number: str, around: str) -> None:
    answer = read_answer(around.format(number), questions_of("S002"))
    assert answer.state == "asked" or set(answer.scores.values()) == {4}
    assert answer.state == "read", answer


NASTY = (
    " ", "\n", "一二三", "5", "5,", "5-", "⭐", "态度", "态度、", "给打评我的", "都项目项", "但是就是", "其他都全部", "小李:你好\n",
    "10:30 ", "「", "您好!", "1.1", "a1", "的电话是", "要是5。",
)  # fmt: skip


def test_no_paste_keeps_anybody_waiting() -> None:
    """A pattern that tries every way would take hours on these."""
    before = time.process_time()
    for piece in NASTY:
        read_answer((piece * LONGEST)[: LONGEST - 3] + "x5分", questions_of("S002"))
    assert time.process_time() - before < 10
    assert read_answer("长" * (LONGEST + 1), questions_of("S002")).why == "long"
