"""What 登记反馈 looks up: tickets by number, forms by receipt code or ticket, and answers that are in already."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.profiles import DIMENSION_KEYS, Profile

from .form_register import VOID_REMARK, base_receipts, register
from .form_tokens import CODE_LETTERS
from .outcome import Ledger
from .returned_forms_rows import TicketFacts, tickets_by_number
from .settings import Settings
from .tickets import plain_number, plain_numbers, records, text_column

_RECEIPT = re.compile(rf"[{CODE_LETTERS}]{{4}}-?[{CODE_LETTERS}]{{4}}")


@dataclass(frozen=True)
class IssuedForm:
    """A row of 表单台账; `profile` is the code."""

    token: str
    ticket: str
    profile: str
    version: str
    void: bool


@dataclass(frozen=True)
class KnownAnswer:
    """An answer in 评价记录: its row, and its scores by key."""

    row: int
    scores: Mapping[str, float]


class Lookup:
    """The ledger as 登记反馈 asks it; numbers and codes are compared as people type them."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._tickets = tickets_by_number(ledger, settings)
        rows = register(ledger)
        columns = (
            text_column(rows, key).astype(str) for key in ("token", "ticket", "profile", "version", "remark")
        )
        forms = [
            IssuedForm(
                token, ticket, profile[:4].upper(), version.removesuffix(".0"), remark.startswith(VOID_REMARK)
            )
            for token, ticket, profile, version, remark in zip(*columns, strict=True)
            if token
        ]
        self._by_token = {_bare(form.token): form for form in forms}
        self._by_ticket = {
            (plain_number(form.ticket), form.profile): form for form in forms if form.ticket and not form.void
        }
        answers = records(ledger, EVALUATIONS)
        keys = [key for key in DIMENSION_KEYS if key in answers]
        cells = zip(*(answers[key].astype(float).tolist() for key in keys), strict=True)
        self._scores = dict(
            zip(answers.index.tolist(), (dict(zip(keys, given, strict=True)) for given in cells), strict=True)
        )
        self._receipts = _first_rows(base_receipts(text_column(answers, "receipt")))
        profiles = text_column(answers, "profile").astype(str).str[:4].str.upper()
        self._answered = _first_rows(plain_numbers(text_column(answers, "ticket")) + "\x1f" + profiles)

    def ticket_of(self, number: str) -> TicketFacts | None:
        return self._tickets.get(plain_number(number))

    def form_of(self, reference: str) -> IssuedForm | None:
        """The form whose receipt code this is, with or without its dash."""
        return self._by_token.get(_bare(reference)) if reference else None

    def form_for(self, ticket: str, profile: Profile) -> IssuedForm | None:
        """The form issued for a ticket, the latest one that is not void."""
        return self._by_ticket.get((plain_number(ticket), profile.code))

    def answered(self, token: str, ticket: str, profile: Profile) -> KnownAnswer | None:
        """The answer that is in already for a form, or for a ticket and profile."""
        row = self._receipts.get(plain_number(token)) if token else None
        if row is None:
            row = self._answered.get(f"{plain_number(ticket)}\x1f{profile.code}")
        if row is None:
            return None
        return KnownAnswer(row, {key: score for key, score in self._scores[row].items() if score == score})

    @staticmethod
    def looks_like_receipt(reference: str) -> bool:
        return bool(_RECEIPT.fullmatch(plain_number(reference)))


def _bare(token: str) -> str:
    return plain_number(token).replace("-", "")


def _first_rows(keys: pd.Series) -> dict[str, int]:
    """Key -> the first row that has it."""
    first = keys[~keys.duplicated()]
    return {str(key): int(str(row)) for row, key in first.items()}
