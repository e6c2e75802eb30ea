"""A returned form as rows of the ledger: 评价记录 for customers' answers, 质量评估 for the internal assessment.

Profile, ticket and facts are those of 表单台账 and the ticket's row, never the file's. An anonymous answer keeps nothing
that leads back to a customer: no receipt, no file name, the day only.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from workbook.sheets.customer_forms import Form
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.profiles import DIMENSION_KEYS
from workbook.sheets.vocabularies import CLOSED_STATUSES
from workbook.values import number_text

from .outcome import Ledger
from .returned_forms_words import Answers
from .settings import Settings
from .tickets import DOUBLED, tickets

CHANNEL = "线上问卷"
_LENGTH = 16
_LONGEST = 30_000  # characters of a cell; Excel allows 32,767


@dataclass(frozen=True)
class TicketFacts:
    """What the log says of a ticket; blank where it does not, or where the number is not in it any more. `open`: it says
    that the ticket is neither resolved nor closed."""

    customer: str = ""
    person: str = ""
    served_on: pd.Timestamp | None = None
    customer_no: str = ""
    resolved_at: pd.Timestamp | None = None
    open: bool = False

    def unresolved(self, now: datetime) -> bool:
        """Is the ticket known to be still worked on, as for 生成表单?"""
        return self.open or (self.resolved_at is not None and self.resolved_at > now)


def tickets_by_number(ledger: Ledger, settings: Settings) -> dict[str, TicketFacts]:
    """Ticket number as compared -> its facts; of rows that share a number the one that counts."""
    frame = tickets(ledger, settings).frame
    frame = frame[(frame["excluded"] != DOUBLED) & (frame["number"] != "")]
    found = {}
    keys = ("number", "customer", "person", "owner", "resolved_at", "status")
    for (key, row), number, customer, person, owner, resolved, status in zip(
        frame.index, *(frame[name] for name in keys), strict=True
    ):
        log = ledger[key]
        own = str(log.at[row, "customer_no"] or "") if "customer_no" in log else ""
        end = None if pd.isna(resolved) else resolved
        day = None if end is None else end.normalize()
        is_open = end is None and status not in CLOSED_STATUSES
        found[str(number)] = TicketFacts(str(customer), str(person or owner), day, own, end, is_open)
    return found


def evaluation_row(
    form: Form, answers: Answers, token: str, ticket: str, facts: TicketFacts, version: str, source: str,
    evaluated_at: datetime, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """The row of 评价记录. Texts are the customer's; what the form did not ask is the ticket's."""
    row: dict[str, Any] = {k: v for k, v in answers.values.items() if k in EVALUATIONS}
    row |= {key: v[:_LONGEST] for key, v in row.items() if isinstance(v, str)}
    row["explain"] = explanations(answers)[:_LONGEST]
    row["evaluator_note"] = ";".join(answers.notes)[:_LONGEST]
    row["fingerprint"] = answers_mark(form, answers)
    row["profile"], row["channel"], row["version"] = form.profile.name, CHANNEL, version
    if form.profile.anonymous:
        day = pd.Timestamp(now).normalize()
        return {**row, "fingerprint": "", "receipt": "", "evaluated_at": day}
    row |= {
        "receipt": token, "ticket": ticket, "evaluated_at": pd.Timestamp(evaluated_at), "returned_at": pd.Timestamp(now),
        "source_file": source, "served_by": facts.person, "served_on": facts.served_on,
    }  # fmt: skip
    row["customer"] = row.get("customer") or facts.customer
    row["customer_no"] = facts.customer_no
    return row


def explanations(answers: Answers) -> str:
    """“响应:很快;解决:修了两次”: what stands beside the scores, by the short names of the dimensions."""
    texts = ((DIMENSION_KEYS[key], re.sub(r"\s*\n\s*", " ", text)) for key, text in answers.explain.items())
    return ";".join(f"{name}:{text}" for name, text in texts)


def quality_rows(
    form: Form, answers: Answers, ticket: str, assessed_at: datetime | None
) -> list[dict[str, Any]]:
    """The rows of 质量评估: one for each dimension, its label and standard as S003 prints them."""
    return [
        {
            "ticket": ticket,
            "dimension": form.profile.printed(dimension),
            "standard": dimension.anchor,
            "score": answers.values.get(dimension.key),
            "feedback": answers.explain.get(dimension.key, "")[:_LONGEST],
            "advice": answers.advise.get(dimension.key, "")[:_LONGEST],
            "assessor": answers.values.get("assessor", ""),
            "assessed_at": None if assessed_at is None else pd.Timestamp(assessed_at),
        }
        for dimension in form.profile.dimensions
    ]


def answers_mark(form: Form, answers: Answers) -> str:
    """The fingerprint of what a customer answered, however it was typed and whichever file it came in."""
    marked = {f"v:{key}": _text(value) for key, value in answers.values.items()}
    marked |= {f"e:{key}": _text(text) for key, text in answers.explain.items()}
    marked |= {f"a:{key}": _text(text) for key, text in answers.advise.items()}
    marked["notes"] = _text(";".join(answers.notes))
    whole = "\x1f".join(f"{key}={text}" for key, text in sorted(marked.items()) if text)
    return hashlib.sha256(f"{form.profile.code}\x1f{whole}".encode()).hexdigest()[:_LENGTH]


def says_the_same(row: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Is an answer that was noted down by hand (without a fingerprint) the one of a form: the same scores, and no text that
    differs where both have one?"""
    for key in DIMENSION_KEYS:
        one, other = row.get(key), known.get(key)
        if _text(one) != _text(other):
            return False
    texts = ("improvement", "suggestion", "event", "praise", "willing", "first_time_fix")
    return all(_text(row.get(k)) == _text(known.get(k)) for k in texts if _text(row.get(k)) and _text(known.get(k)))


def _text(value: object) -> str:
    """A value as it is compared."""
    if value is None or value != value:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, float):
        return number_text(value)
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value)))
