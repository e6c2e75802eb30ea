"""The customer forms: which questions each document asks, in its order and words, and how cells are named.

A form is data: a profile (S000.T1 to T4, S002.T2, S004.T1), the facts filled in beforehand, and sections of
questions. `template.forms` draws it, `xlsvc.customer_forms` fills the facts, and whoever reads a returned
form finds each answer by its defined name, never by position. Labels and options are the documents' own;
what explains them is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from . import FORM_TEMPLATE_TITLE
from .profiles import PROFILES, Profile
from .vocabularies import words

AnswerKind = Literal[
    "choice",  # one of the options
    "choices",  # any of the options: one cell to tick for each
    "score",  # 1 to 5
    "line",  # a short text
    "text",  # a text of several lines
    "fact",  # filled in by the office, locked
]

TICK = "√"
NOTICE = "告知语"
RECEIPT = "回执码"
IDENTITY_FACTS = frozenset({"工单号", "客户编号", "订单或型号"})
"""Facts that lead back to a customer: an anonymous form must not carry them (S001, requirements P5)."""

FACTS: Mapping[str, str] = {
    "工单号": "工单号",
    RECEIPT: "回执码",
    "服务人员": "服务人员",
    "服务电话": "服务电话",
    "问题类型": "问题类型",
    "服务日期": "服务日期",
    "工号": "服务人员工号",
    "客户编号": "客户编号",
    "订单或型号": "订单编号/产品型号",
    "部门": "服务部门",
}
"""Defined name of a fact's cell -> its label where it stands in the head of a form."""


@dataclass(frozen=True)
class Question:
    """One question. `key` is the column of 评价记录 its answer goes to ("" if there is none yet); `fact` the
    fact a locked cell shows; `explain` adds a text cell beside a score."""

    key: str
    label: str
    kind: AnswerKind
    options: tuple[str, ...] = ()
    hint: str = ""
    fact: str = ""
    explain: bool = False

    @property
    def name(self) -> str:
        """The defined name of the answer's cell (of the first one, where each option has its own)."""
        return self.fact if self.kind == "fact" else f"{'分' if self.kind == 'score' else '答'}_{self.key}"

    def names(self) -> list[str]:
        """All defined names of the question, in the order of its cells."""
        if self.kind == "choices":
            return [self.option_name(n) for n in range(1, len(self.options) + 1)]
        return [self.name, f"说明_{self.key}"] if self.explain else [self.name]

    def option_name(self, number: int) -> str:
        """The cell to tick for option `number`, counted from 1."""
        return f"选_{self.key}_{number}"


@dataclass(frozen=True)
class Section:
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Form:
    """A profile's form: `head` names the facts in its head, in pairs."""

    profile: Profile
    head: tuple[str, ...]
    sections: tuple[Section, ...]

    def __post_init__(self) -> None:
        names = list(self.names())
        if len({n.casefold() for n in names}) != len(names):
            raise ValueError(f"form {self.profile.code}: a defined name is used twice")
        if self.profile.anonymous and IDENTITY_FACTS & set(names):
            raise ValueError(f"form {self.profile.code} is anonymous and names {IDENTITY_FACTS & set(names)}")
        asked = [q.label for q in self.questions() if q.kind == "score"]
        if asked != [d.label for d in self.profile.dimensions]:
            raise ValueError(f"form {self.profile.code} asks other dimensions than its profile")

    @property
    def template(self) -> str:
        """The tab title of its template."""
        return FORM_TEMPLATE_TITLE.format(code=self.profile.code)

    def questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions

    def facts(self) -> list[str]:
        """Defined names of the cells the office fills in."""
        return [NOTICE, *self.head, *(q.fact for q in self.questions() if q.kind == "fact")]

    def names(self) -> Iterator[str]:
        """Every defined name on the form."""
        yield NOTICE
        yield from self.head
        for question in self.questions():
            yield from question.names()


def _scores(code: str, explain: bool = False) -> tuple[Question, ...]:
    return tuple(Question(d.key, d.label, "score", explain=explain) for d in PROFILES[code].dimensions)


_S000 = Form(
    PROFILES["S000"],
    head=("工单号", RECEIPT, "部门", "服务电话"),
    sections=(
        Section("一、基本信息", (
            Question("customer", "顾客姓名", "line", hint="可填昵称,如“王女士”"),
            Question("contact", "联系方式", "line", hint="电话,用于回访,可不填"),
            Question("", "订单编号/产品型号", "fact", fact="订单或型号"),
            Question("", "服务日期", "fact", fact="服务日期"),
            Question("", "服务人员姓名", "fact", fact="服务人员"),
        )),
        Section("二、服务评价(5分为非常满意,1分为非常不满意)", _scores("S000", explain=True)),
        Section("三、详细反馈", (
            Question("praise", "本次服务中,您最满意的地方是?", "choices", tuple(words("最满意"))),
            Question("praise_other", "其他满意的地方", "line"),
            Question("improvement", "本次服务中,您认为需要改进的地方是?(请具体描述)", "text"),
            Question("suggestion", "对产品或服务的其他建议/需求(如功能优化、售后政策等)", "text"),
            Question("willing", "是否愿意成为我们的会员/体验下次新服务?", "choice",
                     ("愿意,请后续联系我", "暂不愿意")),
        )),
        Section("四、信息确认", (
            Question("signature", "顾客签名", "line"),
            Question("signed_on", "日期", "line", hint="年/月/日"),
            Question("staff_note", "备注(由服务人员填写)", "line"),
        )),
    ),
)  # fmt: skip

_S002 = Form(
    PROFILES["S002"],
    head=("工单号", RECEIPT, "服务人员", "服务电话", "问题类型", "服务日期"),
    sections=(
        Section("一、基本信息(选填)", (
            Question("customer_type", "您的客户类型", "choice", ("新客户", "老客户", "VIP客户")),
            Question("problem_type", "本次服务涉及的问题类型", "choice", ("产品咨询", "售后维修", "投诉建议", "其他")),
        )),
        Section("二、服务评价(1分=非常不满意,5分=非常满意)", _scores("S002")),
        Section("三、开放性建议", (
            Question("improvement", "您对本次服务有哪些改进建议?", "text"),
            Question("suggestion", "您希望未来在哪些方面提升服务体验?", "text"),
        )),
        Section("四、联系方式(选填,用于后续回访)", (
            Question("contact", "电话/邮箱", "line"),
        )),
    ),
)  # fmt: skip

_S004 = Form(
    PROFILES["S004"],
    head=("工单号", RECEIPT, "服务人员", "服务电话"),
    sections=(
        Section("1.客户基础信息", (
            Question("", "客户编号", "fact", fact="客户编号"),
            Question("service_type", "服务类型", "choices", tuple(words("服务类型"))),
            Question("", "服务日期", "fact", fact="服务日期"),
            Question("", "服务人员工号", "fact", fact="工号"),
        )),
        Section("2.服务体验评价(1分=非常不满意,5分=非常满意)", (
            *_scores("S004"),
            Question("first_time_fix", "是否一次性解决", "choice", ("是", "否")),
        )),
        Section("3.具体反馈与建议", (
            Question("event", "印象最深刻的事件(正面/负面)", "text"),
            Question("improvement", "需要改进的方面", "text"),
            Question("direction", "改进方向", "choices", tuple(words("改进方向"))),
            Question("suggestion", "其他建议", "line"),
        )),
        Section("4.可选补充信息", (
            Question("contact", "联系方式(选填)", "line"),
            Question("willing", "是否愿意参与后续深度调研", "choice", ("是,希望电话回访", "否,无需跟进")),
        )),
    ),
)  # fmt: skip

FORMS: Mapping[str, Form] = {form.profile.code: form for form in (_S000, _S002, _S004)}
"""The forms that can be made, by profile code. S001 (anonymous) follows with its own register; S003 is internal."""

DEFAULT_FORM = "S002"
