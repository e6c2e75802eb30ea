"""登记反馈: answers from phone, chat and paper become rows of 评价记录, after a person has seen how they were read.

The first click reads and shows every new row. A row is entered once its 确认 says 是, nothing is open about it, and it
still reads as 读作 showed before the click; its 结果 then keeps it from being entered again, and so does the answer that
stands in 评价记录.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbook.issues import Issue, WorkbookError
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.feedback_entry import FEEDBACK_ENTRY
from workbook.sheets.profiles import PROFILES, Profile
from workbook.sheets.reference import FORM_REGISTER

from .chat_answers import Answer, questions_of, read_answer
from .chat_answers_text import own_words
from .chat_answers_words import LABEL
from .form_register import register_states
from .numbering import numbers_of_new_rows
from .outcome import Ledger, Outcome
from .record_lookup import Lookup
from .returned_forms_rows import TicketFacts
from .settings import Settings
from .tickets import plain_number, records, text_column, ticket_cells, time_column

if TYPE_CHECKING:
    from workbook.book import Book

NEEDS = ticket_cells("owner", "customer", "customer_no")
YES = "是"
ENTERED = "已登记"
OPEN, WAITING = "待核对", "待确认"
SOURCE = FEEDBACK_ENTRY.title
_SHOWN = 24  # characters of a customer's words in a message
_LONGEST = 30_000  # characters of a cell; Excel allows 32,767
_SCORE_SIGNS = re.compile(r"[\W0-9零一二三四五六七八九十百两分星满都全给打]+")
_BETWEEN = r"\s,,、;;。.!!"
_BARE_SCORE = re.compile(
    rf"(?:{LABEL})?(?=[^\d]*\d|.*[一二三四五六七八九十两满])[\d零一二三四五六七八九十两分星满都全给打::~-]{{1,9}}"
)
_TYPED = (
    "reference",
    "customer",
    "profile",
    "channel",
    "words",
    "proxy_by",
    "corrected",
    "confirm",
    "result",
)


@dataclass
class _Entry:
    """One row of the sheet on its way: what it is about, how it reads, and what is open."""

    row: int
    cells: Mapping[str, str]
    received_at: pd.Timestamp | None
    profile: Profile
    ticket: str = ""
    token: str = ""
    version: str = ""
    facts: TicketFacts = field(default_factory=TicketFacts)
    answer: Answer = field(default_factory=lambda: Answer("asked", why="blank"))
    words: str = ""
    issues: list[Issue] = field(default_factory=list)

    def ask(self, code: str, key: str, **values: object) -> None:
        self.issues.append(
            Issue(code, FEEDBACK_ENTRY.title, self.row, FEEDBACK_ENTRY.heading(key), values=values)
        )


def gather(book: Book, options: Mapping[str, Any], progress: Callable[[str], None]) -> Mapping[str, Any]:
    """What 读作 says of each row before this run: what the person has seen who typed 确认. Computed columns are no input
    of a command otherwise."""
    cells = book.read([FEEDBACK_ENTRY], {FEEDBACK_ENTRY.key: ["reading"]}).get(FEEDBACK_ENTRY.key)
    if cells is None or "reading" not in cells.columns:
        return {"displayed": {}}
    return {"displayed": dict(zip(cells.rows.tolist(), cells.columns["reading"], strict=True))}


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """Reads every row of 登记反馈 that has no 结果; enters the confirmed ones. Option displayed: what `gather` found.
    Raises WorkbookError record.no_sheet, settings.bad."""
    if FEEDBACK_ENTRY.key not in ledger:
        raise WorkbookError("record.no_sheet", sheet=FEEDBACK_ENTRY.title)
    settings.require("main_profile")
    lookup = Lookup(ledger, settings)
    rows = records(ledger, FEEDBACK_ENTRY)
    shown = pd.DataFrame({"reading": "", "doubt": "", "result": None}, index=rows.index, dtype=object)
    entries: list[_Entry] = []
    for entry in _entries(rows, settings):
        _read(entry)
        _identify(entry, lookup)
        shown.at[entry.row, "reading"] = _reading(entry)
        if not entry.cells["result"]:
            _name_other_form(entry, lookup)
            _check(entry, ledger, now)
            _compare(entry, entries, lookup)
            seen = (ledger.options.get("displayed") or {}).get(entry.row)
            if entry.cells["confirm"] == YES and not entry.issues and not _same_text(seen, _reading(entry)):
                entry.ask("record.unseen", "reading")
            entries.append(entry)
    entered = [e for e in entries if not e.issues and e.cells["confirm"] == YES]
    for entry in entries:
        shown.at[entry.row, "doubt"] = "".join(issue.short for issue in entry.issues)
    arrived = _arrived(ledger, entered, now)
    for entry, receipt in zip(entered, arrived.get("receipt", ()), strict=True):
        shown.at[entry.row, "result"] = f"{ENTERED} {'(不记名)' if entry.profile.anonymous else receipt}"
    return _outcome(ledger, settings, now, shown, entries, arrived)


def _entries(rows: pd.DataFrame, settings: Settings) -> Iterator[_Entry]:
    texts = [text_column(rows, key).astype(str).str.strip().tolist() for key in _TYPED]
    moments = pd.DatetimeIndex(time_column(rows, "received_at")).tolist()
    for row, moment, *cells in zip(rows.index.tolist(), moments, *texts, strict=True):
        named = dict(zip(_TYPED, cells, strict=True))
        profile = PROFILES.get(named["profile"][:4], PROFILES[settings.main_profile])
        yield _Entry(int(row), named, None if pd.isna(moment) else moment, profile)


def _read(entry: _Entry) -> None:
    """What the customer said: the scores of 改记为 where a person wrote them, else those of 原话."""
    questions = questions_of(entry.profile.code)
    pasted, corrected = entry.cells["words"], entry.cells["corrected"]
    answer = read_answer(pasted, questions, [n for n in (entry.cells["customer"],) if n])
    values = {"count": len(questions), "example": "5545545"[: len(questions)]}
    entry.answer = answer
    if not corrected:
        if answer.state != "read":
            entry.ask(f"answer.{answer.why}", "words", sign=_cut(answer.sign), **values)
        entry.words = answer.words
        return
    typed = read_answer(corrected, questions)
    entry.words = answer.words if answer.state == "read" else _without_scores(own_words(pasted)[0])
    entry.answer = typed
    if typed.state != "read" or typed.words:
        entry.answer = Answer("asked", why="corrected")
        entry.ask("answer.corrected", "corrected", text=_cut(corrected), **values)


def _without_scores(text: str) -> str:
    """The customer's words without what is nothing but a score, as 55455, 态度5 or 10分."""
    if len(_SCORE_SIGNS.sub("", text)) <= 1:
        return ""
    parts = re.split(rf"([{_BETWEEN}]+)", text)
    scores = [bool(_BARE_SCORE.fullmatch(part)) for part in parts[::2]]
    if not any(scores):
        return text
    pairs = zip(scores, parts[::2], [*parts[1::2], ""], strict=True)
    return re.sub(r"[\s,,、;;]+$", "", "".join(part + after for score, part, after in pairs if not score))


def _name_other_form(entry: _Entry, lookup: Lookup) -> None:
    """Where the words answer another form in full, that is what is asked: 55455 has a score too many for S002."""
    if entry.answer.why not in ("few", "many", "corrected") or lookup.form_of(entry.cells["reference"]) is not None:
        return
    said = entry.cells["corrected"] or entry.cells["words"]
    names = [entry.cells["customer"]] if entry.cells["customer"] else []
    fitting: dict[int, list[str]] = {}
    for profile in PROFILES.values():
        questions = questions_of(profile.code)
        if not profile.internal and len(read_answer(said, questions, names).scores) == len(questions):
            fitting.setdefault(len(questions), []).append(profile.code)
    if len(fitting) == 1:
        (count, codes), *_ = fitting.items()
        del entry.issues[0]
        own, form = len(questions_of(entry.profile.code)), entry.profile.code
        entry.ask("answer.other_form", "profile", count=count, forms="、".join(codes), form=form, own=own)


def _identify(entry: _Entry, lookup: Lookup) -> None:
    """The ticket and the form a row is about: a receipt code names both, a ticket number the form issued for it."""
    reference, typed = entry.cells["reference"], entry.cells["profile"]
    form = lookup.form_of(reference)
    if form is not None:
        issued = PROFILES.get(form.profile[:4])
        if typed and issued is not None and issued is not entry.profile:
            entry.ask("record.other_profile", "profile", reference=reference, issued=issued.name)
        elif issued is not None and issued is not entry.profile:
            entry.profile = issued
            entry.issues.clear()
            _read(entry)
        if form.void:
            entry.ask("record.void", "reference", reference=reference)
    if entry.profile.internal:
        entry.ask("record.internal", "profile")
        return
    if entry.profile.anonymous:
        if (reference and (form is None or form.ticket)) or entry.cells["customer"]:
            entry.ask("record.anonymous", "reference" if reference else "customer")
        entry.version = form.version if form else entry.profile.version
        return
    if not reference:
        entry.ask("record.no_reference", "reference")
        return
    entry.ticket = form.ticket if form else reference
    found = lookup.ticket_of(entry.ticket)
    if form is None and found is None:
        code = "record.wrong_receipt" if lookup.looks_like_receipt(reference) else "record.unknown"
        entry.ask(code, "reference", reference=_cut(reference))
        return
    form = form or lookup.form_for(entry.ticket, entry.profile)
    entry.token, entry.version = (form.token, form.version) if form else ("", entry.profile.version)
    entry.facts = found or TicketFacts()
    name = entry.cells["customer"]
    if name and entry.facts.customer and not _same_name(name, entry.facts.customer):
        entry.ask(
            "record.other_customer",
            "customer",
            typed=_cut(name),
            ticket=entry.ticket,
            customer=entry.facts.customer,
        )


def _same_name(one: str, other: str) -> bool:
    """Are two names the same as far as they can be told apart: *女士 may be 王女士, 张女士 is not."""
    first, second = plain_number(one), plain_number(other)
    if "*" in first or "*" in second:
        return first.strip("*")[-1:] == second.strip("*")[-1:]
    return first == second


def _check(entry: _Entry, ledger: Ledger, now: datetime) -> None:
    """What else a row needs; cells that could not be read at all."""
    unread: dict[str, Issue] = {}
    for issue in ledger.issues:
        if issue.sheet == FEEDBACK_ENTRY.title and issue.row == entry.row and issue.level == "error":
            unread.setdefault(issue.column, issue)
    for heading, issue in unread.items():
        column = FEEDBACK_ENTRY.find(heading)
        if column is not None and column.role == "typed":
            why = issue.message.rstrip("。")
            entry.ask("record.cell", column.key, why=why)
    told = {issue.column for issue in entry.issues}
    for key, code in (("channel", "record.no_channel"), ("proxy_by", "record.no_proxy")):
        if not entry.cells[key] and FEEDBACK_ENTRY.heading(key) not in told:
            entry.ask(code, key)
    if entry.facts.unresolved(now):
        entry.ask("record.unresolved", "reference", ticket=entry.ticket)
    if entry.received_at is not None and entry.received_at > now:
        entry.ask("record.future", "received_at")


def _compare(entry: _Entry, earlier: Iterable[_Entry], lookup: Lookup) -> None:
    """Is the answer in 评价记录 already, or in a row above?"""
    if not entry.ticket:
        return
    known = lookup.answered(entry.token, entry.ticket, entry.profile)
    if known is not None:
        same = all(
            known.scores.get(k) == entry.answer.scores.get(k) for k, _ in questions_of(entry.profile.code)
        )
        entry.ask(
            "record.known",
            "reference",
            ticket=entry.ticket,
            at=known.row,
            same="分数相同" if same else "分数不同",
        )
        return
    for other in earlier:
        if plain_number(other.ticket) == plain_number(entry.ticket) and other.profile is entry.profile:
            entry.ask("record.twice", "reference", at=other.row)
            return


def _reading(entry: _Entry) -> str:
    """How a row was read, in plain words, and for whose ticket and which form; "" where it was not."""
    if entry.answer.state != "read":
        return ""
    whose = "不记名" if entry.profile.anonymous else " ".join(filter(None, (entry.ticket, entry.facts.customer)))
    parts = [*filter(None, (whose, entry.profile.code))]
    parts += [
        f"{label} {entry.answer.scores.get(key, '未答')}" for key, label in questions_of(entry.profile.code)
    ]
    if entry.words:
        parts.append("建议:" + entry.words.replace("\n", " "))
    return " · ".join(parts)[:_LONGEST]


def _same_text(seen: object, reading: str) -> bool:
    return bool(reading) and str(seen or "").split() == reading.split()


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"


def _outcome(
    ledger: Ledger,
    settings: Settings,
    now: datetime,
    shown: pd.DataFrame,
    entries: list[_Entry],
    arrived: pd.DataFrame,
) -> Outcome:
    asked = sum(bool(entry.issues) for entry in entries)
    waiting = len(entries) - asked - len(arrived)
    outcome = Outcome(
        notice=_notice(len(arrived), waiting, asked),
        counts={ENTERED: len(arrived), WAITING: waiting, OPEN: asked},
        issues=[issue for entry in entries for issue in entry.issues],
        columns={FEEDBACK_ENTRY.key: shown} if len(shown) else {},
        activate=FEEDBACK_ENTRY.title,
    )
    if not ledger.titles.get(FEEDBACK_ENTRY.title, True):
        outcome.show.append(FEEDBACK_ENTRY.title)
    if len(arrived):
        outcome.append[EVALUATIONS.key] = arrived
        if FORM_REGISTER.key in ledger and len(ledger[FORM_REGISTER.key]):
            outcome.columns[FORM_REGISTER.key] = register_states(ledger, settings, now, arrived)
    return outcome


def _arrived(ledger: Ledger, entered: list[_Entry], now: datetime) -> pd.DataFrame:
    """The new rows of 评价记录; those without a form get the next receipt numbers."""
    arrived = pd.DataFrame([_evaluation(entry, now) for entry in entered])
    if len(arrived):
        numbers = numbers_of_new_rows(ledger, {EVALUATIONS.key: arrived}, now)[EVALUATIONS.key]
        arrived.loc[numbers.index, "receipt"] = numbers
    return arrived


def _evaluation(entry: _Entry, now: datetime) -> dict[str, Any]:
    """The row of 评价记录; of an anonymous answer nothing that leads back to a customer, and the day only."""
    when = pd.Timestamp(entry.received_at or now)
    corrected = entry.cells["corrected"]
    row: dict[str, Any] = {
        "receipt": entry.token, "evaluated_at": when, "profile": entry.profile.name, **entry.answer.scores,
        "suggestion": entry.words[:_LONGEST], "channel": entry.cells["channel"], "proxy": YES,
        "proxy_by": entry.cells["proxy_by"], "version": entry.version, "source_file": SOURCE, "returned_at": when,
        "evaluator_note": f"原话:{entry.cells['words']};问清后改记为 {corrected}"[:_LONGEST] if corrected else "",
    }  # fmt: skip
    if entry.profile.anonymous:
        return {**row, "evaluated_at": when.normalize(), "returned_at": when.normalize()}
    facts = entry.facts
    return row | {
        "ticket": entry.ticket, "customer": entry.cells["customer"] or facts.customer, "served_by": facts.person,
        "served_on": facts.served_on, "customer_no": facts.customer_no,
    }  # fmt: skip


def _notice(entered: int, waiting: int, asked: int) -> str:
    if not entered + waiting + asked:
        return f"“{FEEDBACK_ENTRY.title}”里没有新的行。每份评价写一行:工单号、渠道、原话、代填人,再点一次。"
    parts = []
    if entered:
        parts.append(f"登记了 {entered} 份评价,已记入“{EVALUATIONS.title}”(得分在“一键更新”时计算)")
    if waiting:
        parts.append(f"{waiting} 行已读好:核对“读作”,无误的在“确认”选 是,再点一次")
    if asked:
        parts.append(f"{asked} 行要先核对,见“待核对”一列")
    return ";".join(parts) + "。"
