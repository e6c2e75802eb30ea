"""What the office fills into a form beforehand, and the fingerprint that tells whether it came back unchanged.

S000.R6 asks for the name and phone of who served. A fact is what a customer may know of their own ticket; nothing else
of the ledger is looked at.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pandas as pd

from workbook.book import Value
from workbook.issues import Issue
from workbook.sheets import BY_KEY
from workbook.sheets.customer_forms import NOTICE, RECEIPT, VERSION, Form
from workbook.sheets.reference import PEOPLE

from .outcome import Ledger
from .settings import Settings
from .tickets import plain_number, tickets

Place = tuple[str, int]
"""Sheet key and sheet row of a ticket."""

_OWN_CELLS = ("customer_no", "order_no", "email")
_NOT_MARKED = frozenset({NOTICE, VERSION})
_DAY = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})(?:\D.*)?")
_EPOCH = datetime(1899, 12, 30)
_LENGTH = 16


@dataclass(frozen=True)
class Facts:
    """What is known of one ticket. `values` by defined name, without the receipt code."""

    ticket: str
    customer: str
    person: str
    email: str
    values: Mapping[str, Value] = field(default_factory=dict)


def facts_of(ledger: Ledger, settings: Settings, form: Form, places: Sequence[Place]) -> dict[Place, Facts]:
    """The facts that `form` shows, ticket by ticket; blank where the ticket does not say."""
    frame = tickets(ledger, settings).frame
    own = _own_cells(ledger, places)
    phones, numbers = _people(settings, "phone"), _people(settings, "staff_no")
    shown = [name for name in form.facts() if name != RECEIPT]
    found = {}
    for place, row in zip(places, frame.loc[list(places)].to_dict("records"), strict=True):
        typed = own[place]
        person = str(row["person"] or row["owner"])
        served = row["resolved_at"]
        values: dict[str, Value] = {
            NOTICE: settings.form_notice,
            "工单号": str(row["ticket"]),
            "服务人员": person,
            "服务电话": phones.get(plain_number(person)) or settings.form_phone,
            "问题类型": str(row["problem_type"] or "—"),
            "服务日期": None if pd.isna(served) else served.normalize().to_pydatetime(),
            "工号": numbers.get(plain_number(person), ""),
            "客户编号": typed["customer_no"],
            "订单或型号": "/".join(text for text in (typed["order_no"], str(row["model"])) if text),
            "部门": str(row["department"] or settings.office_name),
        }
        found[place] = Facts(
            str(row["ticket"]), str(row["customer"]), person, typed["email"], {name: values[name] for name in shown}
        )
    return found


def office_facts(settings: Settings, form: Form) -> dict[str, Value]:
    """The facts of an anonymous form: of the office only, the same for everybody."""
    values: dict[str, Value] = {
        NOTICE: settings.form_notice, "部门": settings.office_name, "服务电话": settings.form_phone,
    }  # fmt: skip
    return {name: values.get(name) for name in form.facts()}


def lacking(facts: Mapping[Place, Facts]) -> list[Issue]:
    """What the forms lack: who served, and a phone of who served."""
    issues: list[Issue] = []
    no_phone: dict[str, int] = {}
    for place, known in facts.items():
        if not known.person:
            sheet = BY_KEY[place[0]]
            issues.append(
                Issue("form.person_missing", sheet.title, int(place[1]), sheet.heading("owner"),
                      values={"ticket": known.ticket})
            )  # fmt: skip
        elif "服务电话" in known.values and not known.values["服务电话"]:
            no_phone[known.person] = no_phone.get(known.person, 0) + 1
    return issues + [
        Issue("form.phone_missing", values={"person": person, "count": count, "people": PEOPLE.title})
        for person, count in no_phone.items()
    ]


def facts_mark(values: Mapping[str, object], names: Collection[str] | None = None) -> str:
    """The fingerprint of a form's fixed cells: `values` by defined name (with the receipt code), as written or as read
    from a returned file. Blank ones do not count, nor how a program shows a date, a number or full-width letters; nor
    do the notice and 表单版本. `names`: only these count."""
    marked = {
        name: text
        for name, value in values.items()
        if name not in _NOT_MARKED and (names is None or name in names) and (text := fact_text(name, value))
    }
    whole = "\x1f".join(f"{name}={text}" for name, text in sorted(marked.items()))
    return hashlib.sha256(whole.encode()).hexdigest()[:_LENGTH]


def fact_text(name: str, value: object) -> str:
    """A fact as it is compared; "" for a blank one. A day may be a datetime, a serial number or a text."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if name == "服务日期" and 1 <= value < 2_958_466:
            return f"{_EPOCH + timedelta(days=int(value)):%Y-%m-%d}"
        return str(int(value)) if value == int(value) else repr(float(value))
    text = unicodedata.normalize("NFKC", str(value)).strip().casefold()
    day = _DAY.fullmatch(text) if name == "服务日期" else None
    return f"{day[1]}-{int(day[2]):02d}-{int(day[3]):02d}" if day else re.sub(r"\s+", "", text)


def _own_cells(ledger: Ledger, places: Sequence[Place]) -> dict[Place, dict[str, str]]:
    """Columns of the logs that the ticket frame does not have, as text."""
    found: dict[Place, dict[str, str]] = {}
    for key in dict.fromkeys(place[0] for place in places):
        rows = [place[1] for place in places if place[0] == key]
        part = ledger[key].loc[rows].reindex(columns=_OWN_CELLS)
        texts = part.astype(object).where(part.notna(), "").astype(str).to_numpy().tolist()
        found |= {(key, row): dict(zip(_OWN_CELLS, cells, strict=True)) for row, cells in zip(rows, texts, strict=True)}
    return found


def _people(settings: Settings, key: str) -> dict[str, str]:
    """Name as compared -> a column of 人员, for people whose cell is filled."""
    people = settings.people
    if people is None or people.empty or key not in people:
        return {}
    return {
        plain_number(name): str(value)
        for name, value in zip(people["name"], people[key], strict=True)
        if name and isinstance(value, str) and value
    }
