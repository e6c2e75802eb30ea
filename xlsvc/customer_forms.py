"""Customer forms as sheets: one tab per resolved ticket, entered in 表单台账, each issued once.

S002.R6 asks for the survey within 24 hours of the solution, S000.R6 for the name and phone of who served.
A form issued for (ticket, profile, version) is never issued again: 表单台账 remembers. The receipt code is
derived from those three, so that the same book gives the same cells; it tells forms apart inside a ledger
and is no secret (files that are mailed get a random one when they are made).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from workbook.book import Link, Tab, Value
from workbook.issues import Issue, WorkbookError
from workbook.schema import MAX_SHEET_NAME
from workbook.sheets import BY_KEY
from workbook.sheets.customer_forms import DEFAULT_FORM, FORMS, NOTICE, RECEIPT, Form
from workbook.sheets.reference import FORM_REGISTER, PEOPLE

from .outcome import Ledger, Outcome
from .settings import Settings
from .tickets import DOUBLED, is_blank, plain_number, text_column, tickets

WINDOW = timedelta(hours=24)
RESOLVED = frozenset({"已解决待确认", "已完成", "已归档"})
ISSUED = "已生成"
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L, which people mix up
CODE_SALT = "xlsvc form"
FORBIDDEN_IN_TAB = re.compile(r"[\\/?*:\[\]]")

Place = tuple[str, int]
"""Sheet key and sheet row of a ticket."""


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """One tab per ticket. Options: profile (code or title, default S002), ticket (one or several numbers;
    without: those resolved within the last 24 hours). At most 一次生成上限 tabs, the earliest solved first.

    Raises WorkbookError form.profile for a profile that has no form, settings.bad for a bad setting.
    """
    settings.require("form_limit", "form_notice", "form_days")
    form = _form(ledger, settings)
    register = _register(ledger)
    frame = tickets(ledger, settings).frame
    asked = _asked(ledger.options.get("ticket"))
    chosen, issues = _named(frame, asked, now) if asked else _recent(frame, now)

    issued = _issued(register, form)
    fresh = [place for place in chosen if plain_number(frame.at[place, "ticket"]) not in issued]
    issues += _gone(ledger, [issued[n] for p in chosen if (n := plain_number(frame.at[p, "ticket"])) in issued])
    limit = max(int(settings.form_limit), 1)
    if len(fresh) > limit:
        issues.append(Issue("form.limit", values={"limit": limit, "left": len(fresh) - limit}))
    made, rows, found = _make(ledger, settings, form, frame, fresh[:limit], register, now)
    outcome = Outcome(
        notice=_notice(form, len(made), len(chosen) - len(fresh), bool(asked), bool(issues or found)),
        counts={"生成表单": len(made), "已发过": len(chosen) - len(fresh), "未生成": max(len(fresh) - limit, 0)},
        issues=[*issues, *found],
        tabs=made,
        activate=made[0].name if made else "",
    )
    if made:
        outcome.append[FORM_REGISTER.key] = pd.DataFrame(rows)
    return outcome


def receipt_code(ticket: str, profile: str, version: str, taken: Iterable[str] = ()) -> str:
    """A code such as 7KQM-4XTR: the same for the same form, another one where it is taken already."""
    known = {plain_number(code) for code in taken}
    for attempt in range(1000):
        text = "\x1f".join((CODE_SALT, plain_number(ticket), profile, version, str(attempt)))
        number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        letters = ""
        for _ in range(8):
            number, rest = divmod(number, len(CODE_LETTERS))
            letters += CODE_LETTERS[rest]
        code = f"{letters[:4]}-{letters[4:]}"
        if code not in known:
            return code
    raise AssertionError("no free receipt code in a thousand attempts")


def tab_name(ticket: str, taken: Iterable[str]) -> str:
    """“表单 SN20240501001”: without what Excel forbids in tab names, at most 31 characters, and unlike every
    tab in `taken` whatever the case (then with a number behind)."""
    visible = "".join(c for c in unicodedata.normalize("NFC", str(ticket)) if unicodedata.category(c)[0] != "C")
    allowed = FORBIDDEN_IN_TAB.sub("-", visible).strip()
    name = f"表单 {allowed}"[:MAX_SHEET_NAME].rstrip("' ")
    known = {title.casefold() for title in taken}
    candidate, number = name, 1
    while candidate.casefold() in known:
        number += 1
        suffix = f" ({number})"
        candidate = name[: MAX_SHEET_NAME - len(suffix)].rstrip("' ") + suffix
    return candidate


def _form(ledger: Ledger, settings: Settings) -> Form:
    value = str(ledger.options.get("profile") or DEFAULT_FORM).strip()
    word, _, _ = settings.vocabularies.resolve("评价档案", value)
    code = (word or value).split()[0].upper() if value else DEFAULT_FORM
    if code not in FORMS:
        allowed = "、".join(form.profile.name for form in FORMS.values())
        raise WorkbookError("form.profile", value=value, allowed=allowed)
    return FORMS[code]


def _asked(value: object) -> list[str]:
    """The numbers asked for, in order, each once; several in one text are separated by 、,; or blanks."""
    texts = [value] if isinstance(value, str) else list(value) if isinstance(value, Sequence) else []
    numbers = (number for text in texts for number in re.split(r"[\s,,、;;]+", str(text)))
    return list({plain_number(number): number for number in numbers if number}.values())


def _register(ledger: Ledger) -> pd.DataFrame:
    columns = ["token", "ticket", "profile", "version", "tab"]
    frame = ledger[FORM_REGISTER.key] if FORM_REGISTER.key in ledger else pd.DataFrame(columns=columns)
    return pd.DataFrame({key: text_column(frame, key) for key in columns}, index=frame.index)


def _issued(register: pd.DataFrame, form: Form) -> dict[str, Mapping[str, str]]:
    """Ticket number as compared -> its row in 表单台账, for this profile and version."""
    rows = register.astype(str).to_dict("records")
    same = (
        r for r in rows
        if r["profile"].split()[:1] == [form.profile.code]
        and r["version"].removesuffix(".0") == form.profile.version  # a retyped 1 comes back as 1.0
    )  # fmt: skip
    return {plain_number(r["ticket"]): {str(k): str(v) for k, v in r.items()} for r in same}


def _gone(ledger: Ledger, rows: Iterable[Mapping[str, str]]) -> list[Issue]:
    """Forms that were issued and whose tab is not there any more."""
    titles = {title.casefold() for title in ledger.titles}
    return [
        Issue("form.tab_gone", values={k: row[k] for k in ("ticket", "tab", "token")})
        for row in rows
        if titles and row["tab"] and row["tab"].casefold() not in titles
    ]


def _named(frame: pd.DataFrame, asked: Sequence[str], now: datetime) -> tuple[list[Place], list[Issue]]:
    """The rows of the tickets asked for, in that order. Of rows that share a number the one that counts is it."""
    first: dict[str, Place] = {}
    for place, number in frame["ticket"][frame["excluded"] != DOUBLED].items():
        first.setdefault(plain_number(number), _place(place))
    chosen, issues = [], []
    for number in asked:
        place = first.get(plain_number(number))
        if place is None:
            issues.append(Issue("form.ticket_unknown", values={"ticket": number}))
            continue
        ticket = frame.loc[[place]].iloc[0]
        if ticket["resolved_at"] <= now or (pd.isna(ticket["resolved_at"]) and ticket["status"] in RESOLVED):
            chosen.append(place)
            continue
        sheet = BY_KEY[place[0]]
        issues.append(
            Issue("form.not_resolved", sheet.title, place[1], sheet.heading("resolved_at"),
                  values={"ticket": number, "now": f"{now:%Y-%m-%d %H:%M}"})
        )  # fmt: skip
    return chosen, issues


def _recent(frame: pd.DataFrame, now: datetime) -> tuple[list[Place], list[Issue]]:
    """Rows resolved within the last 24 hours, the earliest first; rows without a number are advised on."""
    end = frame["resolved_at"]
    recent = frame[(end > now - WINDOW) & (end <= now) & (frame["excluded"] != DOUBLED)]
    blank = is_blank(recent["ticket"])
    issues = [
        Issue("form.no_number", BY_KEY[str(key)].title, int(part.index[0][1]), BY_KEY[str(key)].heading("ticket"),
              values={"count": len(part), "rows": "、".join(f"第 {row} 行" for _, row in part.index[:5])})
        for key, part in recent[blank].groupby(level="sheet", sort=False)
    ]  # fmt: skip
    ordered = recent[~blank].sort_values("resolved_at", kind="stable")
    return [_place(place) for place in ordered.index], issues


def _place(index: Any) -> Place:
    return str(index[0]), int(index[1])


def _make(
    ledger: Ledger,
    settings: Settings,
    form: Form,
    frame: pd.DataFrame,
    places: Sequence[Place],
    register: pd.DataFrame,
    now: datetime,
) -> tuple[list[Tab], list[dict[str, Any]], list[Issue]]:
    """Tabs, rows of 表单台账, and what the forms lack."""
    phones = _people(settings, "phone")
    taken = [*ledger.titles, *(str(t) for t in register["tab"])]
    codes = [str(code) for code in register["token"]]
    tabs, rows = [], []
    issues: list[Issue] = []
    no_phone: dict[str, int] = {}
    for place in places:
        ticket = frame.loc[[place]].iloc[0]
        name = tab_name(str(ticket["ticket"]), taken)
        code = receipt_code(str(ticket["ticket"]), form.profile.code, form.profile.version, codes)
        taken.append(name)
        codes.append(code)
        person = str(ticket["person"] or ticket["owner"])
        facts: dict[str, Value] = {
            **_facts(ledger, settings, place, ticket, person),
            RECEIPT: code,
            "服务电话": phones.get(plain_number(person)) or settings.form_phone,
        }
        tabs.append(Tab(form.template, name, {key: facts[key] for key in form.facts()}))
        rows.append(
            {"token": code, "ticket": ticket["ticket"], "profile": form.profile.name,
             "version": form.profile.version, "tab": Link(name, "A1", name), "issued_at": pd.Timestamp(now),
             "due_at": pd.Timestamp(now).normalize() + pd.Timedelta(days=int(settings.form_days)), "state": ISSUED}
        )  # fmt: skip
        if not person:
            sheet = BY_KEY[place[0]]
            issues.append(
                Issue("form.person_missing", sheet.title, place[1], sheet.heading("owner"),
                      values={"ticket": ticket["ticket"]})
            )  # fmt: skip
        elif not facts["服务电话"]:
            no_phone[person] = no_phone.get(person, 0) + 1
    issues += [
        Issue("form.phone_missing", values={"person": person, "count": count, "people": PEOPLE.title})
        for person, count in no_phone.items()
    ]
    return tabs, rows, issues


def _facts(ledger: Ledger, settings: Settings, place: Place, ticket: Any, person: str) -> dict[str, Value]:
    """Every fact a form may show, by defined name; blank where the ticket does not say."""
    raw = ledger[place[0]].loc[place[1]]

    def typed(key: str) -> str:
        value = raw.get(key, "")
        return "" if pd.isna(value) else str(value)

    served = ticket["resolved_at"]
    return {
        NOTICE: settings.form_notice,
        "工单号": str(ticket["ticket"]),
        "服务人员": person,
        "问题类型": str(ticket["problem_type"] or "—"),
        "服务日期": None if pd.isna(served) else served.normalize().to_pydatetime(),
        "工号": _people(settings, "staff_no").get(plain_number(person), ""),
        "客户编号": typed("customer_no"),
        "订单或型号": "/".join(text for text in (typed("order_no"), str(ticket["model"])) if text),
        "部门": str(ticket["department"] or settings.office_name),
    }


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


def _notice(form: Form, made: int, known: int, asked: bool, attention: bool) -> str:
    title = form.profile.title
    if made:
        text = f"已生成 {made} 张《{title}》,并登记到“{FORM_REGISTER.title}”"
        return text + (f";另有 {known} 张以前发过,没有重复生成。" if known else "。")
    if known:
        return f"没有新表单:{known} 张工单的《{title}》以前都发过,见“{FORM_REGISTER.title}”。"
    if asked or attention:
        return "没有生成表单,原因见提示。"
    return "近 24 小时内没有新解决的工单,没有生成表单。要为某张工单生成,请选中它那一行再点“生成表单”(命令:写 --ticket 工单号)。"
