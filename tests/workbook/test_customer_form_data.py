"""The forms as data: what is checked when they are declared, and that no answer is without a home."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbook.schema import fold
from workbook.sheets.customer_forms import FORMS, MAX_REQUIRED, PERSONAL, Form, Question, Section
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.profiles import PROFILES, Dimension, Profile
from workbook.sheets.quality_assessment import QUALITY_ASSESSMENT

SCORES = tuple(Question(d.key, d.label, "score", required=True) for d in PROFILES["S001"].dimensions)
S002_SCORES = tuple(Question(d.key, d.label, "score") for d in PROFILES["S002"].dimensions)


def test_every_profile_has_its_form() -> None:
    assert list(FORMS) == list(PROFILES) == ["S000", "S001", "S002", "S003", "S004"]
    assert PERSONAL == ("S000", "S002", "S004")
    assert [f.profile.stamp for f in FORMS.values()] == ["S000-1", "S001-1", "S002-1", "S003-1", "S004-1"]


@pytest.mark.parametrize(
    ("code", "required"),
    [
        ("S000", ["服务响应及时性", "问题解决效率", "服务人员专业性", "服务态度友好度", "整体满意度"]),
        ("S001", ["响应及时性", "问题解决能力", "服务态度", "流程便捷性", "售后增值体验"]),
        ("S002", ["服务响应速度", "问题解决效果", "服务人员态度", "专业能力水平"]),
        ("S003", ["响应及时性(20%)", "服务专业性(30%)", "客户沟通(25%)", "流程规范性(25%)", "评估人"]),
        ("S004", ["服务响应速度", "问题解决效果", "专业性水平", "服务态度"]),
    ],
)
def test_at_most_five_answers_are_required(code: str, required: list[str]) -> None:
    assert [q.label for q in FORMS[code].questions() if q.required] == required
    assert len(required) <= MAX_REQUIRED == 5  # S000.R11


def test_what_staff_fill_in_is_on_no_form() -> None:
    assert "evaluator_note" in EVALUATIONS
    for form in FORMS.values():
        assert not [text for text in form.printed() if "备注" in text]


@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
def test_every_answer_has_its_column(form: Form) -> None:
    sheet = QUALITY_ASSESSMENT if form.profile.internal else EVALUATIONS
    for field in form.labels():
        if form.profile.internal and field.question.kind == "score":
            assert sheet[{"answer": "score", "explain": "feedback", "advise": "advice"}[field.part]]
        elif field.part == "explain":
            assert sheet["explain"]
        else:
            assert sheet[field.question.key].role == "typed"


@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
def test_a_label_and_a_place_lead_to_one_answer(form: Form) -> None:
    keys = [(fold(field.label), field.down, field.right) for field in form.labels()]
    assert len(set(keys)) == len(keys)


def test_an_internal_score_is_read_by_its_dimension() -> None:
    fields = {f.name: (f.label, f.down, f.right, f.part) for f in FORMS["S003"].labels()}
    assert fields["分_response"] == ("响应及时性(20%)", 0, 1, "answer")
    assert fields["说明_response"] == ("响应及时性(20%)", 1, 1, "explain")
    assert fields["建议_response"] == ("响应及时性(20%)", 2, 1, "advise")
    assert fields["答_assessor"] == ("评估人", 0, 1, "answer")


def test_an_option_is_ticked_beside_its_words() -> None:
    fields = {f.name: (f.label, f.down, f.right, f.part) for f in FORMS["S000"].labels()}
    assert fields["选_praise_5"] == ("其他", 0, 1, "option")
    assert fields["说明_overall"] == ("整体满意度", 0, 2, "explain")
    assert fields["答_improvement"] == ("本次服务中,您认为需要改进的地方是?(请具体描述)", 1, 0, "answer")
    assert fields["答_willing"] == ("是否愿意成为我们的会员/体验下次新服务?", 1, 0, "answer")


def test_the_anonymous_form_has_no_key() -> None:
    form = FORMS["S001"]
    assert form.facts() == ["告知语", "部门", "服务电话"]
    assert {f.question.kind for f in form.labels()} == {"score"}


BAD_FORMS = {
    "other dimensions": (PROFILES["S002"], (Question("response", "响应", "score"),)),
    "prints 联系方式 twice": (
        PROFILES["S002"],
        (*S002_SCORES, Question("contact", "联系方式", "line"), Question("signature", "联系方式*", "line")),
    ),
    "requires 6 answers": (PROFILES["S001"], (*SCORES, Question("event", "事件", "text", required=True))),
    "no column": (PROFILES["S002"], (*S002_SCORES, Question("mood", "心情", "line"))),
    "used twice": (
        PROFILES["S002"],
        (*S002_SCORES, Question("contact", "电话", "line"), Question("contact", "邮箱", "line")),
    ),
}


@pytest.mark.parametrize("message", BAD_FORMS)
def test_a_form_is_checked_when_it_is_declared(message: str) -> None:
    profile, questions = BAD_FORMS[message]
    with pytest.raises(ValueError, match=message):
        Form(profile, (), (Section("一", questions),))


@pytest.mark.parametrize("fact", ["工单号", "客户编号", "订单或型号", "服务日期", "回执码"])
def test_an_anonymous_form_cannot_name_the_customer(fact: str) -> None:
    with pytest.raises(ValueError, match="anonymous"):
        Form(PROFILES["S001"], (fact,), (Section("一", SCORES),))
    assert Form(PROFILES["S001"], ("部门",), (Section("一", SCORES),)).template == "表单_S001"


BAD_PROFILES = {
    "99.98 %": {"dimensions": (Dimension("响应", "response", 50), Dimension("解决", "resolution", 49.98))},
    "100.02 %": {"dimensions": (Dimension("响应", "response", 50), Dimension("解决", "resolution", 50.02))},
    "weights": {"dimensions": (Dimension("响应", "response", 150), Dimension("解决", "resolution", -50))},
    "no column for dimension": {"dimensions": (Dimension("响应", "speed", 100),)},
    "key is used twice": {
        "dimensions": (Dimension("响应", "response", 50), Dimension("解决", "response", 50))
    },
    "label is used twice": {
        "dimensions": (Dimension("响应", "response", 50), Dimension("响应", "overall", 50))
    },
    "version": {"version": "1a"},
    "code": {"code": "X1"},
}


@pytest.mark.parametrize("message", BAD_PROFILES)
def test_a_profile_is_checked_when_it_is_declared(message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(PROFILES["S002"], **BAD_PROFILES[message])


def test_weights_may_miss_a_hundredth_of_a_point() -> None:
    third = tuple(Dimension(k, k, 33.33) for k in ("response", "resolution"))
    assert Profile("S009", "三项", (*third, Dimension("整体", "overall", 33.34)))
    assert Profile("S009", "三项", (*third, Dimension("整体", "overall", 33.33))).stamp == "S009-1"
