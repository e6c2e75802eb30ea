"""What becomes of one returned form: whose it is, whether it was altered, what it says, whether that is known already.

A form is known by its receipt code; the mark in the file's properties helps where the printed code was lost. Whatever
cannot be told for certain is not taken in, and says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pandas as pd

from workbook.returned_forms import FOLDER, ReturnedFile
from workbook.sheets.customer_forms import FORMS, RECEIPT, Form
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.profiles import DIMENSION_KEYS
from workbook.sheets.quality_assessment import QUALITY_ASSESSMENT
from workbook.values import number_text

from .assessment import handler_who_assesses, is_summary
from .form_facts import facts_mark
from .form_register import SECOND, base_receipts, due_dates, register
from .outcome import Ledger
from .returned_forms_labels import Found, Page, find_answers, likely_form, page_of, stamp_of
from .returned_forms_rows import (
    TicketFacts,
    answers_mark,
    evaluation_row,
    quality_rows,
    says_the_same,
    tickets_by_number,
)  # fmt: skip
from .returned_forms_words import Answers, read_answers
from .settings import Settings
from .tickets import plain_number, plain_numbers, records, text_column, time_column

RETURNED, REPEATED, CONFLICT, LATE, CHANGED = "已回收", "重复", "冲突", "逾期", "已改动"
OLD, FOREIGN, PICTURE, DAMAGED, REFUSED = "版本旧", "非本表", "图片", "损坏", "拒收"
OUTCOMES = (RETURNED, REPEATED, CONFLICT, LATE, CHANGED, OLD, FOREIGN, PICTURE, DAMAGED, REFUSED)
_REFILL = f"请补填后放回“{FOLDER}”再点一次"
_RANK = (CONFLICT, CHANGED, OLD, LATE, RETURNED)
_STAMP = re.compile(r"(S\d{3})\s*[-_]\s*(\d{1,4})")
_DASHES = re.compile(r"[‐‑‒–—―−_]")
_SHOWN = 3  # labels named in one remark


@dataclass
class Verdict:
    """`result` is one of OUTCOMES, `remarks` say why, for people."""

    result: str
    remarks: list[str] = field(default_factory=list)
    token: str = ""
    ticket: str = ""
    profile: str = ""
    anonymous: bool = False
    dropped: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Issued:
    """A row of 表单台账."""

    token: str
    ticket: str
    profile: str
    facts_mark: str
    issued_at: pd.Timestamp
    due_at: pd.Timestamp


@dataclass(frozen=True)
class _Said:
    """An answer that is known under a receipt code: where, and what."""

    place: str
    receipt: str
    mark: str
    row: Mapping[str, Any]


class Judge:
    """Judges the files of one run, one after the other: what an earlier one said is known to the next. `evaluations` and
    `assessments` are the rows to be added."""

    def __init__(self, ledger: Ledger, settings: Settings, now: datetime) -> None:
        self._ledger, self._settings, self._now = ledger, settings, now
        self._printed: Mapping[str, Iterable[str]] = ledger.options.get("printed") or {}
        self._issued = _issued(ledger, settings)
        self._said = _said(ledger)
        self._tickets = tickets_by_number(ledger, settings)
        self._named: list[dict[str, Any]] = []
        self._anonymous: list[tuple[str, dict[str, Any]]] = []
        self.assessments: list[dict[str, Any]] = []

    @property
    def evaluations(self) -> list[dict[str, Any]]:
        """The rows of 评价记录. Anonymous ones come last and in no order that tells of their files."""
        return [*self._named, *(row for _, row in sorted(self._anonymous, key=lambda pair: pair[0]))]

    def form(self, file: ReturnedFile) -> Verdict:
        """The outcome of a file that was read."""
        pages = [Page(tab, file.names_on(tab.title)) for tab in file.tabs]
        stamp, token = stamp_of(pages)
        marked_stamp, _, marked_token = file.mark.partition("|")
        match = _STAMP.search(stamp) or _STAMP.search(marked_stamp)
        form = FORMS.get(match[1]) if match else likely_form(pages)
        if form is None:
            return Verdict(FOREIGN, ["不是台账发出的表单"])
        verdict = Verdict(RETURNED, profile=form.profile.name, anonymous=form.profile.anonymous)
        if form.profile.anonymous:
            batches = [row for row in self._issued.values() if row.profile == form.profile.code]
            if not batches:
                return Verdict(FOREIGN, [f"台账没有发过《{form.profile.title}》"])
            marks = {row.facts_mark for row in batches}
            return self._judge(file, verdict, form, pages, match[2] if match else "", None, marks)
        issued, why = self._whose(_code(token), _code(marked_token))
        if issued is None:
            return replace(verdict, result=REFUSED if "不一致" in why else FOREIGN, remarks=[why])
        verdict.token, verdict.ticket = issued.token, issued.ticket
        if why:
            self._mark(verdict, CHANGED, why)
        if issued.profile in FORMS and issued.profile != form.profile.code:
            form = FORMS[issued.profile]
            verdict.profile = form.profile.name
            self._mark(verdict, CHANGED, "表单版本被改动,按台账登记的表读")
        return self._judge(file, verdict, form, pages, match[2] if match else "", issued, {issued.facts_mark})

    def _whose(self, printed: str, marked: str) -> tuple[_Issued | None, str]:
        """The form's row in 表单台账, and a remark; None with the reason where it has none."""
        by_print, by_mark = self._issued.get(printed), self._issued.get(marked)
        if by_print and by_mark and by_print != by_mark:
            return None, f"回执码“{by_print.token}”与文件里的记号“{by_mark.token}”不一致,分不清是哪一张工单的"
        if by_print:
            return by_print, ""
        if by_mark:
            return by_mark, "回执码被改动或删掉了,按文件里的记号认出"
        if printed or marked:
            return None, f"回执码“{printed or marked}”不在“表单台账”里,可能是另一本台账发出的"
        return None, "没有回执码,对不上是哪一张工单;确认是谁的以后,请用“登记反馈”录入"

    def _judge(
        self, file: ReturnedFile, verdict: Verdict, form: Form, pages: list[Page], version: str,
        issued: _Issued | None, marks: set[str],
    ) -> Verdict:  # fmt: skip
        page = page_of(pages, form)
        if page is None:
            return replace(verdict, result=FOREIGN, remarks=["里面没有表单的题目"])
        if version and int(version) > int(form.profile.version):
            return replace(verdict, result=REFUSED, remarks=["表单比本程序的版本新,请先升级程序再回收"])
        if version and int(version) < int(form.profile.version):
            self._mark(verdict, OLD, f"第 {version} 版的表单,现在是第 {form.profile.version} 版;按题目读入")
        printed = self._printed.get(form.profile.code)
        found = find_answers(page, form, (*(printed or ()), str(self._settings.form_notice)))
        if printed is None:
            found = replace(found, extra=())
        answers = read_answers(found, self._settings.vocabularies)
        if not (answers.values or answers.explain or answers.advise or answers.notes):
            return replace(verdict, result=REFUSED, remarks=[f"表单是空白的,一项也没有填;{_REFILL}"])
        verdict.dropped = answers.dropped
        self._check_altered(verdict, found, marks, issued)
        if form.profile.anonymous:
            return self._take_anonymous(verdict, form, answers, version)
        assert issued is not None
        if answers.notes:
            verdict.remarks += answers.notes
        if form.profile.internal:
            return self._take_assessment(verdict, form, answers, issued)
        return self._take(file, verdict, form, answers, version, issued)

    def _check_altered(self, verdict: Verdict, found: Found, marks: set[str], issued: _Issued | None) -> None:
        facts = found.facts if issued is None else {**found.facts, RECEIPT: issued.token}  # that was looked at before
        if marks - {""} and facts_mark(facts) not in marks:
            self._mark(verdict, CHANGED, "固定内容被改动过,工单等按台账登记的记")
        for what, labels in (("题目被改写", found.renamed), ("题目不见了", found.missing)):
            if labels:
                more = f"等 {len(labels)} 处" if len(labels) > _SHOWN else ""
                self._mark(verdict, CHANGED, f"{what}:{'、'.join(labels[:_SHOWN])}{more}")

    def _take_anonymous(self, verdict: Verdict, form: Form, answers: Answers, version: str) -> Verdict:
        row = evaluation_row(form, answers, "", "", TicketFacts(), version, "", self._now, self._now)
        self._anonymous.append((answers_mark(form, answers), row))
        return verdict

    def _take(
        self, file: ReturnedFile, verdict: Verdict, form: Form, answers: Answers, version: str, issued: _Issued
    ) -> Verdict:
        when = self._answered_at(file, answers, issued)
        facts = self._tickets.get(plain_number(issued.ticket), TicketFacts())
        row = evaluation_row(form, answers, issued.token, issued.ticket, facts, version, file.name, when, self._now)
        known = self._said.setdefault(plain_number(issued.token), [])
        for said in known:
            if said.mark == row["fingerprint"] or (not said.mark and says_the_same(row, said.row)):
                verdict.remarks.append(f"答案与{said.place}相同,没有重复记")
                return replace(verdict, result=REPEATED)
        if known:
            row["receipt"] = f"{issued.token}{SECOND}{_next(known)}"
            self._mark(verdict, CONFLICT, f"与{known[0].place}的答案不同({_differences(known[0].row, row)}),两份都记下了,请删去一份")
        if pd.notna(issued.due_at) and pd.Timestamp(when).normalize() > issued.due_at:
            self._mark(verdict, LATE, f"应在 {issued.due_at:%Y-%m-%d} 前交回,已照常记入")
        known.append(_Said(f"“{file.name}”", row["receipt"], row["fingerprint"], row))
        self._named.append(row)
        return verdict

    def _take_assessment(self, verdict: Verdict, form: Form, answers: Answers, issued: _Issued) -> Verdict:
        """The internal assessment of a ticket, by somebody who did not do the work (S003.R9)."""
        assessor = str(answers.values.get("assessor", ""))
        if not assessor:
            return replace(verdict, result=REFUSED, remarks=[f"没有填评估人,看不出是不是处理人自己评的;{_REFILL}"])
        if handler_who_assesses(self._ledger, self._settings, issued.ticket, assessor):
            why = f"评估人“{assessor}”就是这张工单的处理人,不能评自己的工单;请换人评估,再放回“{FOLDER}”点一次"
            return replace(verdict, result=REFUSED, remarks=[why])
        day = answers.values.get("assessed_at")
        when = day if isinstance(day, datetime) and day <= self._now else self._now
        rows = quality_rows(form, answers, issued.ticket, when)
        known = self._assessed(issued.ticket)
        if known:
            one, other = _assessment(known), _assessment(rows)
            if one == other:
                verdict.remarks.append("评估与“质量评估”里的相同,没有重复记")
                return replace(verdict, result=REPEATED)
            was, is_now = (_scores(r["score"] for r in part) for part in (known, rows))
            why = f"“质量评估”里这张工单已有另一份评估(得分 {was}),文件里是 {is_now}:以台账为准,文件已归档;要换的请改台账"
            self._mark(verdict, CONFLICT, why)
            return verdict
        self.assessments += rows
        return verdict

    def _assessed(self, ticket: str) -> list[dict[str, Any]]:
        number = plain_number(ticket)
        added = [row for row in self.assessments if plain_number(row["ticket"]) == number]
        if added or QUALITY_ASSESSMENT.key not in self._ledger:
            return added
        frame = self._ledger[QUALITY_ASSESSMENT.key]
        mine = frame[(plain_numbers(text_column(frame, "ticket")) == number) & ~is_summary(frame)]
        return [{str(k): v for k, v in row.items()} for row in mine.to_dict("records")]

    def _answered_at(self, file: ReturnedFile, answers: Answers, issued: _Issued) -> datetime:
        """The day that was signed, else when the file was last saved, where that may be: between the day the form was
        issued and now. Else now."""
        first = issued.issued_at.normalize() if pd.notna(issued.issued_at) else pd.Timestamp.min
        for moment in (answers.values.get("signed_on"), _local(file.modified)):
            if isinstance(moment, datetime) and first <= pd.Timestamp(moment) <= pd.Timestamp(self._now):
                return moment
        return self._now

    @staticmethod
    def _mark(verdict: Verdict, result: str, remark: str) -> None:
        """The gravest outcome counts; each is told."""
        if _RANK.index(result) < _RANK.index(verdict.result):
            verdict.result = result
        verdict.remarks.append(remark)


def _issued(ledger: Ledger, settings: Settings) -> dict[str, _Issued]:
    """Receipt code as compared -> its row in 表单台账; of a code that stands there twice the first."""
    rows = register(ledger)
    found: dict[str, _Issued] = {}
    columns = [text_column(rows, key).astype(str) for key in ("token", "ticket", "profile", "facts_mark")]
    dates = (time_column(rows, "issued_at"), due_dates(rows, settings))
    for token, ticket, profile, mark, issued_at, due_at in zip(*columns, *dates, strict=True):
        if token:
            code = profile.strip()[:4].upper()
            found.setdefault(_code(token), _Issued(token, ticket, code, mark, issued_at, due_at))
    return found


def _said(ledger: Ledger) -> dict[str, list[_Said]]:
    """Receipt code as compared, without what tells a second answer -> the answers under it."""
    rows = records(ledger, EVALUATIONS)
    receipts = text_column(rows, "receipt")
    found: dict[str, list[_Said]] = {}
    for base, receipt, mark, (number, row) in zip(
        base_receipts(receipts), receipts, text_column(rows, "fingerprint"), rows.iterrows(), strict=True
    ):
        if base:
            place = f"“{EVALUATIONS.title}”第 {number} 行"
            found.setdefault(base, []).append(_Said(place, str(receipt), str(mark), {str(k): v for k, v in row.items()}))
    return found


def _code(text: str) -> str:
    """A receipt code as compared."""
    return plain_number(_DASHES.sub("-", text))


def _next(known: list[_Said]) -> int:
    numbers = [int(n) for said in known if (n := said.receipt.partition(SECOND)[2]).isdecimal()]
    return max(numbers, default=1) + 1


def _differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    pairs = ((DIMENSION_KEYS[k], _number(one.get(k)), _number(other.get(k))) for k in DIMENSION_KEYS)
    scores = [f"{name} {a} / {b}" for name, a, b in pairs if a != b]
    return "、".join(scores) or "文字不同"


def _number(value: object) -> str:
    return number_text(value) if isinstance(value, float) and value == value else "空"


def _assessment(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    def text(value: object) -> str:
        return "" if value is None or value != value else plain_number(value)

    return sorted(
        (plain_number(r["dimension"]), _number(r.get("score")), text(r.get("feedback")), text(r.get("advice"))) for r in rows
    )


def _scores(scores: Iterable[object]) -> str:
    return "、".join(_number(score) for score in scores)


def _local(text: str) -> datetime | None:
    """A file's own moment in local time, as a ledger holds it."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (moment.astimezone() if moment.tzinfo else moment).replace(tzinfo=None, microsecond=0)
