"""Who gets a customer form: the tickets just solved, a target group, last month's touch points, or those asked for.

S002.R6 asks within 24 hours of the solution, S004.R4 a target group of the last days whose purpose is noted, S002.R7 last
month's customers at the beginning of a month, S003.R9 an assessment by somebody else. Important and elderly customers
and complex problems are called (S002.R11); nobody is asked twice within 再次调查间隔, whoever asked and however.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.issues import Issue, WorkbookError
from workbook.sheets import BY_KEY
from workbook.sheets.customer_forms import Form
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.vocabularies import CLOSED_STATUSES

from .clocks import LATE, NEARLY, RUNNING
from .duties import duties
from .form_register import VOID_REMARK, is_internal, monthly_purpose, register
from .outcome import Ledger
from .same_customer import is_whole_phone, same_customer, with_customer_numbers
from .settings import Settings
from .status_history import REOPENED
from .tickets import (
    DOUBLED,
    is_blank,
    plain_number,
    plain_numbers,
    records,
    text_column,
    tickets,
    time_column,
)

INTERNAL = "内部评估"
"""发放目的 of a form that goes to nobody outside."""

READS = ("evaluations", "quality_assessment", "form_register")
"""Sheets besides the two logs that tell who was asked already; a command that chooses recipients reads them."""

WINDOW = timedelta(hours=24)
BY_PHONE = "电话"
SHOWN = 5
LONGEST_DAYS = 366
_RECENT = re.compile(r"近\s*(\d{1,3})\s*[天日]内?(?:[\s::,,、-]+(?P<why>.+))?")

Place = tuple[str, int]
"""Sheet key and sheet row of a ticket."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Purpose:
    """`group`: which tickets; `text`: what is noted in 发放目的; `days` of a target group."""

    group: Literal["served", "recent", "month"]
    text: str
    days: int = 0


@dataclass(frozen=True)
class Recipients:
    """`places`: tickets that get the form, in the order they were solved (asked for: in that order), those that have it
    already among them. `phone_list`: tickets to be called instead, each with its reason; those on 表单台账 already are
    not named again. `purpose` is what 发放目的 says of them."""

    places: list[Place] = field(default_factory=list)
    phone_list: dict[Place, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    purpose: str = ""


def recipients(
    ledger: Ledger, settings: Settings, now: datetime, form: Form, purpose: str = "", asked: Sequence[str] = ()
) -> Recipients:
    """Who gets `form`. `purpose` is 服务后 (or blank), 近30天 (with what for behind a colon) or 月度; `asked` are ticket
    numbers and win over it: a person chose them, so that nobody is left out, only told of.

    Raises WorkbookError form.purpose for another purpose, settings.bad for a bad setting.
    """
    settings.require("form_cooldown", "form_call_types", "form_call_names", "form_call_classes")
    wanted = read_purpose(purpose, now)
    frame = with_customer_numbers(ledger, tickets(ledger, settings).frame)
    known = _known(ledger, form)
    if asked:
        places, issues = _named(frame, asked, now)
        if not form.profile.anonymous and not form.profile.internal:
            issues += _asked_again(ledger, settings, now, frame, places, known)
        noted = wanted.text if str(purpose or "").strip() else "选定工单"
        return Recipients(places, {}, issues, INTERNAL if form.profile.internal else noted)
    chosen, issues = _group(ledger, settings, now, frame, form, wanted)
    blank = is_blank(chosen["ticket"]).to_numpy()
    issues += _without_number(chosen[blank])
    chosen = chosen[~blank]
    if form.profile.internal:
        return Recipients(list(chosen.index), {}, issues, INTERNAL)
    has_it = chosen["number"].isin(list(known)).to_numpy()
    called = chosen["number"].isin([n for n, way in known.items() if way == BY_PHONE]).to_numpy()
    asked_lately = _asked_lately(ledger, settings, now, frame, chosen, has_it)
    issues += _grouped("form.asked_before", chosen[asked_lately], days=int(settings.form_cooldown))
    free = ~has_it & ~asked_lately
    reasons = _reasons_to_call(chosen, settings).to_numpy(dtype=object)
    by_phone = free & (reasons != "") & (not form.profile.anonymous)
    issues += _grouped("form.by_phone", chosen[by_phone], reasons[by_phone])
    unreachable = by_phone & ~chosen["contact"].map(is_whole_phone).to_numpy(dtype=bool)
    issues += _grouped("form.phone_masked", chosen[unreachable])
    return Recipients(
        list(chosen.index[(free & ~by_phone) | (has_it & ~called)]),
        dict(zip(chosen.index[by_phone], reasons[by_phone], strict=True)),
        issues,
        wanted.text,
    )


def read_purpose(text: str, now: datetime) -> Purpose:
    """What `--purpose` says. Raises WorkbookError form.purpose."""
    typed = str(text or "").strip()
    if typed in ("", "服务后", "服务后调查"):
        return Purpose("served", "服务后调查")
    if typed in ("月度", "月度调查"):
        return Purpose("month", monthly_purpose(now))
    match = _RECENT.fullmatch(typed)
    if match and 1 <= int(match[1]) <= LONGEST_DAYS:
        days, why = int(match[1]), (match["why"] or "").strip()
        return Purpose("recent", f"近{days}天:{why}" if why else f"近{days}天", days)
    raise WorkbookError("form.purpose", value=typed, hours=int(WINDOW.total_seconds() // 3600))


def _known(ledger: Ledger, form: Form) -> dict[str, str]:
    """Ticket numbers that 表单台账 has with this form and version -> its 发放方式."""
    rows = register(ledger)
    code = text_column(rows, "profile").str.split().str[0].fillna("")
    version = text_column(rows, "version").astype(str).str.removesuffix(".0")  # a retyped 1 comes back as 1.0
    rows = rows[(code == form.profile.code) & (version == form.profile.version)]
    return dict(zip(plain_numbers(text_column(rows, "ticket")), text_column(rows, "way"), strict=True))


def _named(frame: pd.DataFrame, asked: Sequence[str], now: datetime) -> tuple[list[Place], list[Issue]]:
    """The rows of the tickets asked for, in that order. Of rows that share a number the one that counts is it."""
    single = frame[(frame["excluded"] != DOUBLED).to_numpy() & (frame["number"] != "").to_numpy()]
    first = dict(zip(single["number"], single.index, strict=True))
    end = single["resolved_at"]
    over = set(single.index[(end <= now) | (end.isna() & single["status"].isin(CLOSED_STATUSES))])
    chosen: dict[Place, None] = {}
    issues = []
    for number in asked:
        place = first.get(plain_number(number))
        if place is None:
            issues.append(Issue("form.ticket_unknown", values={"ticket": number}))
            continue
        if place in over:
            chosen[place] = None
            continue
        sheet = BY_KEY[place[0]]
        issues.append(
            Issue("form.not_resolved", sheet.title, int(place[1]), sheet.heading("resolved_at"),
                  values={"ticket": number, "now": f"{now:%Y-%m-%d %H:%M}"})
        )  # fmt: skip
    return list(chosen), issues


def _group(
    ledger: Ledger, settings: Settings, now: datetime, frame: pd.DataFrame, form: Form, wanted: Purpose
) -> tuple[pd.DataFrame, list[Issue]]:
    """The tickets of a purpose, in the order in which they were solved."""
    end, taken = frame["resolved_at"], frame["accepted_at"]
    single = frame["excluded"] != DOUBLED
    over = single & (end <= now) & (frame["status"] != REOPENED)
    issues: list[Issue] = []
    if form.profile.internal:
        which = frame.index.isin(_to_be_assessed(ledger, settings, now))
    elif wanted.group == "month":
        first = pd.Timestamp(now.year, now.month, 1)
        touched = pd.Series(False, index=frame.index)
        for at in (taken, end):
            touched |= (at >= first - pd.DateOffset(months=1)) & (at < first)
        over |= single & end.isna() & frame["status"].isin(CLOSED_STATUSES)
        issues = _grouped("form.month_open", frame[touched & single & ~over], one=True)
        which = (touched & over).to_numpy()
    else:
        since = now - (timedelta(days=wanted.days) if wanted.days else WINDOW)
        which = (over & (end > since)).to_numpy()
    return frame[which].sort_values("resolved_at", kind="stable"), issues


def _to_be_assessed(ledger: Ledger, settings: Settings, now: datetime) -> list[Place]:
    listed = duties(ledger, settings, now)
    days = settings.duty("reminded").at(now)["amount"]
    since = pd.Timestamp(now) - pd.Timedelta(days=LONGEST_DAYS if np.isnan(days) else days)
    listed = listed[
        (listed["kind"] == "assessment") & listed["status"].isin((RUNNING, NEARLY, LATE))
        & listed["done_at"].isna() & (listed["due"] >= since)
    ]  # fmt: skip
    return list(zip(listed["sheet"], listed["row"], strict=True))


def _reasons_to_call(chosen: pd.DataFrame, settings: Settings) -> pd.Series:
    """Why a customer is called instead: the type, the form of address of an old person, or a complex problem."""
    types, classes = _words(settings.form_call_types), _words(settings.form_call_classes)
    names = [re.escape(word) for word in _words(settings.form_call_names)]
    reasons = chosen["customer_type"].where(chosen["customer_type"].isin(types), "")
    if names:
        old = chosen["customer"].str.contains("|".join(names), regex=True)
        reasons = reasons.mask((reasons == "") & old, "年长客户")
    complaint = chosen["problem_class"].isin(classes) | chosen["problem_type"].isin(classes)
    reasons = reasons.mask((reasons == "") & complaint, chosen["problem_type"])
    return reasons.mask((reasons == "") & (REOPENED in classes) & (chosen["reopened"] > 0), "重开过的工单")


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s、,,;;]+", text) if word and word != "无"]


def _asked_lately(
    ledger: Ledger, settings: Settings, now: datetime, frame: pd.DataFrame, chosen: pd.DataFrame, has_it: Mask
) -> Mask:
    """Which of the chosen tickets belong to a customer who was asked within 再次调查间隔, or who has another ticket among
    the chosen: the one solved first is asked about. Tickets that have this form already are not meant."""
    if not settings.form_cooldown:
        return np.zeros(len(chosen), dtype=bool)
    asked, numbers = _customers_asked(ledger, settings, now, frame)
    rows = pd.concat([asked, chosen[list(asked.columns)]], ignore_index=True)
    label = same_customer(rows)
    before, mine = label[: len(asked)], label[len(asked) :]
    taken = np.isin(mine, before) | chosen["number"].isin(numbers).to_numpy()
    free = ~taken & ~has_it
    second = np.zeros(len(chosen), dtype=bool)
    second[free] = pd.Series(mine[free]).duplicated().to_numpy()
    return (taken | second) & ~has_it


def _customers_asked(
    ledger: Ledger, settings: Settings, now: datetime, frame: pd.DataFrame
) -> tuple[pd.DataFrame, list[str]]:
    """(customers asked within 再次调查间隔 as customer, contact and customer_no, the numbers of the tickets concerned):
    forms of 表单台账 that are not void, and answers noted down on 评价记录."""
    since = pd.Timestamp(now) - pd.Timedelta(days=int(settings.form_cooldown))
    forms, answers = register(ledger), records(ledger, EVALUATIONS)
    issued, answered = time_column(forms, "issued_at"), time_column(answers, "evaluated_at")
    void = text_column(forms, "remark").str.startswith(VOID_REMARK)
    forms = forms[((issued > since) & (issued <= now) & ~void).to_numpy() & ~is_internal(forms)]
    answers = answers[((answered > since) & (answered <= now)).to_numpy() & ~is_internal(answers)]
    numbers = pd.concat([plain_numbers(text_column(rows, "ticket")) for rows in (forms, answers)])
    concerned = [number for number in numbers.unique().tolist() if number]
    columns = ["customer", "contact", "customer_no"]
    theirs = frame.loc[frame["number"].isin(concerned), columns]
    own = pd.DataFrame({key: text_column(answers, key) for key in columns})
    return pd.concat([theirs, own], ignore_index=True), concerned


def _asked_again(
    ledger: Ledger, settings: Settings, now: datetime, frame: pd.DataFrame, places: Sequence[Place],
    known: Mapping[str, str],
) -> list[Issue]:  # fmt: skip
    """A customer was asked lately, or twice by this choice: said, not refused."""
    chosen = frame.loc[list(places)]
    again = _asked_lately(ledger, settings, now, frame, chosen, chosen["number"].isin(list(known)).to_numpy())
    return _grouped("form.asked_again", chosen[again], days=int(settings.form_cooldown))


def _without_number(rows: pd.DataFrame) -> list[Issue]:
    """Rows that cannot be told apart yet: one line of advice a sheet."""
    return [
        Issue("form.no_number", BY_KEY[str(key)].title, int(part.index[0][1]), BY_KEY[str(key)].heading("ticket"),
              values={"count": len(part), "rows": "、".join(f"第 {row} 行" for _, row in part.index[:SHOWN])})
        for key, part in rows.groupby(level="sheet", sort=False)
    ]  # fmt: skip


def _grouped(
    code: str, rows: pd.DataFrame, reasons: Sequence[str] = (), one: bool = False, **values: object
) -> list[Issue]:
    """One Issue a sheet (`one`: for all sheets), naming the first rows with their reasons."""
    named = pd.Series(list(reasons) or [""] * len(rows), index=rows.index, dtype=object).sort_index()
    found = []
    for key, part in [("", named)] if one and len(named) else named.groupby(level="sheet", sort=False):
        rows_shown = zip(part.index[:SHOWN].tolist(), part[:SHOWN].tolist(), strict=True)
        shown = "、".join(f"第 {row} 行{f'({why})' if why else ''}" for (_, row), why in rows_shown)
        sheet = BY_KEY[str(key or part.index[0][0])]
        found.append(
            Issue(code, sheet.title, int(part.index[0][1]), sheet.heading(_contact_column(sheet.key)),
                  values={"count": len(part), "rows": shown + ("等" if len(part) > SHOWN else ""), **values})
        )  # fmt: skip
    return found


def _contact_column(key: str) -> str:
    """The typed column that holds the phone."""
    return "customer_info" if BY_KEY[key]["contact"].computed else "contact"
