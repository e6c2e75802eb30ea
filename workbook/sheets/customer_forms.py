"""The forms: which questions each document asks, in its order and words, and how cells are named.

A form is data: a profile (S000.T1 to T4, S001.T1, S002.T2, S003.T2, S004.T1), the facts filled in beforehand,
and sections of questions. `template.forms` draws it, `xlsvc.customer_forms` fills the facts, and whoever reads
a returned form finds each answer by its defined name or by the label printed beside it (`Form.labels`), never
by its address. Labels and options are the documents' own; what explains them is ours. What staff fill in
(S000: 备注) is a column of 评价记录 and stands on no customer's copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ..schema import fold
from . import FORM_TEMPLATE_TITLE
from .evaluations import EVALUATIONS
from .profiles import PROFILES, Profile
from .quality_assessment import QUALITY_ASSESSMENT
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
VERSION = "表单版本"
MAX_REQUIRED = 5
"""Questions a form may insist on (S000.R11)."""

BESIDE_LABEL = 14
"""Characters of the longest label that stands left of its answer; a longer one stands above it."""

IDENTITY_FACTS = frozenset({"工单号", "客户编号", "订单或型号", "服务日期", RECEIPT})
"""Facts that lead back to a customer: an anonymous form must not carry them (S001, requirements P5)."""

FACTS: Mapping[str, str] = {
    "工单号": "工单号",
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
    """One question. `key` is the column its answer goes to (评价记录; for the internal form 质量评估, where a
    score's key is its dimension's); `fact` the fact a locked cell shows; `explain` and `advise` are the printed
    headings of a score's two text cells, blank where the form has none."""

    key: str
    label: str
    kind: AnswerKind
    options: tuple[str, ...] = ()
    fact: str = ""
    explain: str = ""
    advise: str = ""
    required: bool = False

    @property
    def name(self) -> str:
        """The defined name of the answer's cell (of the first one, where each option has its own)."""
        return self.fact if self.kind == "fact" else f"{'分' if self.kind == 'score' else '答'}_{self.key}"

    @property
    def explain_name(self) -> str:
        return f"说明_{self.key}"

    @property
    def advise_name(self) -> str:
        return f"建议_{self.key}"

    def names(self) -> list[str]:
        """All defined names of the question, in the order of its cells."""
        if self.kind == "choices":
            return [self.option_name(n) for n in range(1, len(self.options) + 1)]
        more = [self.explain_name] * bool(self.explain) + [self.advise_name] * bool(self.advise)
        return [self.name, *more]

    def option_name(self, number: int) -> str:
        """The cell to tick for option `number`, counted from 1."""
        return f"选_{self.key}_{number}"

    @property
    def below(self) -> bool:
        """Does the answer stand below its label, over the whole width?"""
        return self.kind == "text" or (self.kind in ("choice", "line") and len(self.label) > BESIDE_LABEL)


@dataclass(frozen=True)
class LabelledInput:
    """One cell a customer fills: its defined `name`, the `label` as printed, and where the cell stands: `down`
    rows below and `right` columns right of the label's first cell. `part` says what of `question` it holds;
    an "option" is ticked for the option its label prints."""

    name: str
    label: str
    down: int
    right: int
    question: Question
    part: Literal["answer", "explain", "advise", "option"] = "answer"


@dataclass(frozen=True)
class Section:
    title: str
    questions: tuple[Question, ...]
    note: str = ""


@dataclass(frozen=True)
class Form:
    """A profile's form: `head` names the facts in its head, `score_heads` the headings over its scores
    (dimension, score, and the third column where the document has one)."""

    profile: Profile
    head: tuple[str, ...]
    sections: tuple[Section, ...]
    score_heads: tuple[str, ...] = ("评价维度", "评分(1-5分)")

    def __post_init__(self) -> None:
        code, names = self.profile.code, list(self.names())
        if len({n.casefold() for n in names}) != len(names):
            raise ValueError(f"form {code}: a defined name is used twice")
        if self.profile.anonymous and IDENTITY_FACTS & set(names):
            raise ValueError(f"form {code} is anonymous and names {IDENTITY_FACTS & set(names)}")
        asked = [(q.key, q.label) for q in self.questions() if q.kind == "score"]
        if asked != [(d.key, self.profile.printed(d)) for d in self.profile.dimensions]:
            raise ValueError(f"form {code} asks other dimensions than its profile")
        required = [q for q in self.questions() if q.required]
        if len(required) > MAX_REQUIRED:
            raise ValueError(f"form {code} requires {len(required)} answers, {MAX_REQUIRED} are allowed")
        sheet = QUALITY_ASSESSMENT if self.profile.internal else EVALUATIONS
        for question in self.questions():
            scored = self.profile.internal and question.kind == "score"
            if question.kind != "fact" and not scored and question.key not in sheet:
                raise ValueError(f"form {code}: {sheet.title} has no column {question.key!r}")
        labels = [fold(label) for label in self.printed()]
        doubled = {label for label in labels if labels.count(label) > 1}
        if doubled:
            raise ValueError(
                f"form {code} prints {'、'.join(sorted(doubled))} twice: an answer has to be unmistakable"
            )

    @property
    def template(self) -> str:
        """The tab title of its template."""
        return FORM_TEMPLATE_TITLE.format(code=self.profile.code)

    def questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions

    def facts(self) -> list[str]:
        """Defined names of the cells the office fills in."""
        own = [] if self.profile.internal else [NOTICE]
        key = [] if self.profile.anonymous else [RECEIPT]
        return [*own, *self.head, *(q.fact for q in self.questions() if q.kind == "fact"), *key]

    def names(self) -> Iterator[str]:
        """Every defined name on the form. 表单版本 is the template's own: no one fills it in."""
        if not self.profile.internal:
            yield NOTICE
        yield from self.head
        for question in self.questions():
            yield from question.names()
        if not self.profile.anonymous:
            yield RECEIPT
        yield VERSION

    def labels(self) -> list[LabelledInput]:
        """Every cell a customer may fill, from top to bottom, with the label it is read by."""
        found: list[LabelledInput] = []
        for q in self.questions():
            if q.kind == "fact":
                continue
            if q.kind == "choices":
                found += [LabelledInput(q.option_name(n), option, 0, 1, q, "option")
                          for n, option in enumerate(q.options, 1)]  # fmt: skip
                continue
            found.append(LabelledInput(q.name, q.label, int(q.below), int(not q.below), q))
            if q.explain and q.advise:  # a block of three rows: score, then the two texts below it
                found.append(LabelledInput(q.explain_name, q.label, 1, 1, q, "explain"))
                found.append(LabelledInput(q.advise_name, q.label, 2, 1, q, "advise"))
            elif q.explain:
                found.append(LabelledInput(q.explain_name, q.label, 0, 2, q, "explain"))
        return found

    def printed(self) -> Iterator[str]:
        """Every label beside or above a cell that is filled in, by whomever; none stands on the form twice."""
        for name in self.head:
            yield FACTS[name]
        for question in self.questions():
            yield question.label
            if question.kind == "choices":
                yield from question.options
        if not self.profile.anonymous:
            yield RECEIPT
        yield VERSION


def _scores(code: str, explain: str = "", advise: str = "") -> tuple[Question, ...]:
    profile = PROFILES[code]
    return tuple(
        Question(d.key, profile.printed(d), "score", explain=explain, advise=advise, required=True)
        for d in profile.dimensions
    )


_S000 = Form(
    PROFILES["S000"],
    head=("工单号", "部门", "服务电话"),
    score_heads=("评价维度", "评分(1-5分)", "具体说明(可选填)"),
    sections=(
        Section("一、基本信息", (
            Question("customer", "顾客姓名", "line"),
            Question("contact", "联系方式", "line"),
            Question("", "订单编号/产品型号", "fact", fact="订单或型号"),
            Question("", "服务日期", "fact", fact="服务日期"),
            Question("", "服务人员姓名", "fact", fact="服务人员"),
        ), note="姓名可填昵称;联系方式用于回访,可不填。"),
        Section("二、服务评价(5分为非常满意,1分为非常不满意)", _scores("S000", "具体说明(可选填)")),
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
            Question("signed_on", "日期", "line"),
        )),
    ),
)  # fmt: skip

_S001_TEXT = "具体描述(可选,如“服务亮点/需改进之处”)"
_S001 = Form(
    PROFILES["S001"],
    head=("部门", "服务电话"),
    score_heads=("评价维度、指标说明", "评分(1-5分,1分最低,5分最高)", _S001_TEXT),
    sections=(
        Section("售后服务评价", _scores("S001", _S001_TEXT), note="本表不记名,请不要写姓名、电话和单号。"),
    ),
)

_S002 = Form(
    PROFILES["S002"],
    head=("工单号", "服务人员", "服务电话", "问题类型", "服务日期"),
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

_S003 = Form(
    PROFILES["S003"],
    head=("工单号", "服务人员", "问题类型", "服务日期"),
    score_heads=("评估维度(权重)", "得分", "评分标准(1-5分)"),
    sections=(
        Section("质量评估", _scores("S003", "具体描述(客户反馈)", "改进建议")),
        Section("评估信息", (
            Question("assessor", "评估人", "line", required=True),
            Question("assessed_at", "评估时间", "line"),
        ), note="完成后 2 个工作日内,由没有参与处理的人评估。"),
    ),
)  # fmt: skip

_S004 = Form(
    PROFILES["S004"],
    head=("工单号", "服务人员", "服务电话"),
    sections=(
        Section("1.客户基础信息", (
            Question("", "客户编号", "fact", fact="客户编号"),
            Question("service_type", "服务类型", "choices", tuple(words("服务类型"))),
            Question("", "服务日期", "fact", fact="服务日期"),
            Question("", "服务人员工号", "fact", fact="工号"),
        )),
        Section("2.服务体验评价", (
            *_scores("S004"),
            Question("first_time_fix", "是否一次性解决", "choice", ("是", "否")),
        ), note="5分=非常满意,问题完全解决且体验超出预期;3分=一般,问题解决但过程存在不足;1分=非常不满意。"),
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

FORMS: Mapping[str, Form] = {form.profile.code: form for form in (_S000, _S001, _S002, _S003, _S004)}
"""Every form by profile code. S001 is anonymous: one file for all. S003 is filled in by the office: see `PERSONAL`."""

PERSONAL = tuple(c for c, f in FORMS.items() if not f.profile.anonymous and not f.profile.internal)
"""Codes of the forms made for one customer's ticket."""

DEFAULT_FORM = "S002"
