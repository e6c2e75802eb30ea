"""What is due at a moment, task by task: tickets by their clocks, the documents' dated duties, measures, rules to be filled in.

Each task is told once: a ticket by the clock that is due first. Kinds with many alike tasks (surveys, internal
evaluations) are one task with its count. Requirements §4 (each step a button), S000.R5 R6 R9, S002.R6, S003.R7 R10, S001.R2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from workbook.issues import WorkbookError
from workbook.sheets import BY_KEY
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.reference import FORM_REGISTER
from workbook.sheets.settings import CLOCKS, SETTINGS
from workbook.sheets.suggestion_tracker import SUGGESTION_TRACKER
from workbook.values import read_moment

from . import sla
from .churn_risk import risks
from .clocks import DONE_BY, LATE, NEARLY, NO_LIMIT, RUNNING, UNKNOWN
from .duties import duties
from .outcome import Ledger
from .settings import Settings
from .tickets import DOUBLED, plain_number, records, text_column, tickets

OVERDUE, SOON, TODAY, NEAR, WATCH, UNDATED = "已超时", "两小时内", "今天", "三天内", "留意", "待补"
LEVELS = (OVERDUE, SOON, TODAY, NEAR, WATCH, UNDATED)
SOON_HOURS, NEAR_DAYS = 2, 3
"""What is due within so many hours is 两小时内 (the issue's own figure), within so many days is shown at all."""

DUTY_NAMES: Mapping[str, str] = {
    "contact": "上门前联系", "arrival": "上门到场", "survey": "发满意度调查", "callback": "回访客户", "assessment": "内部评估",
    "brief": "交反馈简报", "pickup": "通知取件", "monthly": "月度满意度调查", "wish": "联系愿意后续联系的客户", "phone": "电话回访",
    "reminder": "催收表单",
}  # fmt: skip
FILLED_IN: Mapping[str, str] = {
    "contact": "called_ahead_at", "arrival": "arrived_at", "survey": "resolved_at", "callback": "called_at",
    "assessment": "resolved_at", "brief": "briefed_at", "pickup": "picked_up_at", "wish": "called_at",
    "phone": "token", "reminder": "reminded_at",
}  # fmt: skip
URGENT = {"P1": 0, "P2": 1}
"""Tickets of these degrees come before everything else that is equally pressing."""
TOGETHER = ("survey", "assessment", "reminder", "brief")
"""Kinds that one button does for all rows: from MANY on they are one task."""
MANY = 3
MEASURE, RULE, LEAVING = "改进措施", "补全设置", "流失风险"
MEASURE_OVER = ("不采纳", "有效", "关闭")


Issued = Mapping[tuple[str, int], str]
"""Sheet key and row -> number."""
NOTHING_ISSUED: Issued = {}


@dataclass(frozen=True)
class Task:
    """`sheet` (key), `row` and `column` (key) say where it is done, row 0: nowhere in the ledger; `due` is None
    where nothing says when. `mark` is equal for the same task at another moment; of two that are equally pressing the
    lower `rank` comes first. `stands_for`: so many alike tasks are told as this one."""

    mark: str
    kind: str
    subject: str
    due: datetime | None = None
    owner: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    rank: int = 9
    stands_for: int = 1

    def level(self, now: datetime) -> str:
        """How pressing; "" for what is not due yet. Due on this second is not late."""
        if self.due is None:
            return WATCH if self.kind == LEAVING else UNDATED
        if self.due < now:
            return OVERDUE
        if self.due <= now + timedelta(hours=SOON_HOURS):
            return SOON
        if self.due.date() == now.date():
            return TODAY
        return NEAR if self.due.date() <= now.date() + timedelta(days=NEAR_DAYS) else ""


def tasks(ledger: Ledger, settings: Settings, now: datetime, issued: Issued = NOTHING_ISSUED) -> list[Task]:
    """Every task that is pressing, the most pressing first; `issued` are the numbers that this run gives to rows without one.

    Raises WorkbookError settings.bad, time.no_workday."""
    found = [
        *_tickets(ledger, settings, now, issued), *_duties(ledger, settings, now, issued), *_measures(ledger),
        *_leaving(ledger, settings, now), *_rules(settings),
    ]  # fmt: skip
    order = {level: n for n, level in enumerate(LEVELS)}
    pressing = [(task, level) for task in found if (level := task.level(now))]
    pressing.sort(key=lambda pair: (order[pair[1]], pair[0].rank, pair[0].due or datetime.max, pair[0].kind, pair[0].mark))
    return [task for task, _ in pressing]


def _tickets(ledger: Ledger, settings: Settings, now: datetime, issued: Issued) -> Iterator[Task]:
    """Open tickets by the clock that is due first, as far as it is pressing."""
    frame = tickets(ledger, settings).frame
    if frame.empty:
        return
    clocks = ledger.once(sla.clocks_of, settings, now)
    never = np.iinfo(np.int64).max
    due = np.column_stack(
        [
            np.where(
                np.isin(c.status, (LATE, NEARLY, RUNNING)) & np.isnat(c.done) & ~np.isnat(c.due),
                c.due.astype("datetime64[s]").astype(np.int64), never,
            )
            for c in clocks.values()
        ]
    )  # fmt: skip
    first, earliest = due.argmin(axis=1), due.min(axis=1)
    horizon = int(np.datetime64(now + timedelta(days=NEAR_DAYS + 1), "s").astype(np.int64))
    chosen = np.flatnonzero((earliest < horizon) & (frame["excluded"] != DOUBLED).to_numpy())
    keys = list(clocks)
    part = frame.iloc[chosen]
    people = part["person"].where(part["person"] != "", part["owner"])
    columns = (part["ticket"], part["customer"], people, part["urgency"], part["urgency_text"])
    for (sheet, row), number, customer, person, urgency, said, at in zip(part.index, *columns, chosen.tolist(), strict=True):
        rank, number = URGENT.get(urgency, 9), number or issued.get((sheet, row), "")
        shown = _subject(number, customer, sheet, row) + (f" {said}" if rank < 9 else "")
        key = keys[first[at]]
        yield Task(
            f"{key}|{number or f'{sheet}{row}'}", f"工单·{CLOCKS[key]}", shown,
            pd.Timestamp(int(earliest[at]), unit="s").to_pydatetime(), str(person), str(sheet), int(row), DONE_BY[key][0],
            rank,
        )  # fmt: skip


def _subject(number: object, customer: object, sheet: object, row: object) -> str:
    told = " ".join(str(part) for part in (number, customer) if part)
    return told or f"{BY_KEY[str(sheet)].title} 第 {row} 行"


def _duties(ledger: Ledger, settings: Settings, now: datetime, issued: Issued) -> Iterator[Task]:
    listed = duties(ledger, settings, now)
    if issued:
        places = zip(listed["sheet"], listed["row"], strict=True)
        numbers = [number or issued.get(place, "") for number, place in zip(listed["ticket"], places, strict=True)]
        listed = listed.assign(ticket=numbers)
    days = settings.duty("reminded").at(now)["amount"]
    since = pd.Timestamp.min if np.isnan(days) else pd.Timestamp(now) - pd.Timedelta(days=float(days))
    pending = listed["done_at"].isna() & listed["due"].notna() & listed["kind"].isin(list(DUTY_NAMES))
    pending &= ~listed["status"].isin([UNKNOWN, NO_LIMIT]) & (listed["due"] >= since)
    pending &= listed["due"] < pd.Timestamp(now) + pd.Timedelta(days=NEAR_DAYS + 1)
    if not _served_last_month(ledger, settings, now):
        pending &= listed["kind"] != "monthly"
    due = listed[pending].sort_values("due", kind="stable")
    subjects, owners = _about(ledger, settings, due)
    for kind, rows in due.assign(subject=subjects, owner=owners).groupby("kind", sort=False):
        each = [_duty(str(kind), row) for row in rows.itertuples()]
        if kind in TOGETHER and len(each) >= MANY:
            yield _folded(each, now)
        else:
            yield from each


def _served_last_month(ledger: Ledger, settings: Settings, now: datetime) -> bool:
    """Is there anybody whom the monthly survey could ask?"""
    first = pd.Timestamp(now.year, now.month, 1)
    at = tickets(ledger, settings).frame["resolved_at"]
    return bool(((at >= first - pd.DateOffset(months=1)) & (at < first)).any())


def _duty(kind: str, row: Any) -> Task:
    column = FILLED_IN.get(kind, "")
    known = row.sheet and column in BY_KEY[row.sheet]
    return Task(
        f"{kind}|{row.ticket or row.subject}|{row.due:%Y%m%d%H%M}", DUTY_NAMES[kind], row.subject, row.due.to_pydatetime(),
        row.owner, str(row.sheet), int(row.row), column if known else "",
    )  # fmt: skip


def _folded(each: list[Task], now: datetime) -> Task:
    """Alike tasks as one, at the first of them."""
    late = sum(task.level(now) == OVERDUE for task in each)
    first = each[0]
    told = f"{len(each)} 张工单" + (f",其中 {late} 张已超时" if late else "")
    return Task(
        first.mark.partition("|")[0], first.kind, told, first.due, "", first.sheet, first.row, first.column, stands_for=len(each)
    )


def _about(ledger: Ledger, settings: Settings, due: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Whom each duty is about and who does it, by its place."""
    frame, answers = tickets(ledger, settings).frame, records(ledger, EVALUATIONS)
    people = frame["person"].where(frame["person"] != "", frame["owner"])
    given = {key: text_column(answers, key) for key in ("receipt", "customer", "called_by")}
    served = frame["number"].drop_duplicates()
    by_number = dict(zip(served, served.index, strict=True))
    subjects, owners = [], []
    for sheet, row, number in zip(due["sheet"], due["row"], due["ticket"], strict=True):
        if sheet == EVALUATIONS.key:
            named = number or f"评价 {given['receipt'].at[row]}".strip()
            subjects.append(" ".join(filter(None, (named, str(given["customer"].at[row])))))
            owners.append(str(given["called_by"].at[row]))
        elif sheet == FORM_REGISTER.key:
            place = by_number.get(plain_number(number))
            subjects.append(_subject(number, frame["customer"].at[place] if place else "", sheet, row))
            owners.append("")
        elif sheet:
            subjects.append(_subject(number, frame["customer"].at[sheet, row], sheet, row))
            owners.append(str(people.at[sheet, row]))
        else:
            subjects.append("上月服务过的客户")
            owners.append("")
    return subjects, owners


def _measures(ledger: Ledger) -> Iterator[Task]:
    """Measures of 改进跟踪 that are not done, by the day they were planned for; an unreadable day is told of by 校验."""
    rows = records(ledger, SUGGESTION_TRACKER)
    if rows.empty:
        return
    texts = {key: text_column(rows, key) for key in ("number", "core_problem", "plan", "due", "responsible", "status")}
    finished = rows["done"].notna() if "done" in rows else pd.Series(False, index=rows.index)
    for row, over, *cells in zip(rows.index, finished, *texts.values(), strict=True):
        number, problem, plan, planned, responsible, status = cells
        day = _day(planned)
        if over or status in MEASURE_OVER or day is None:
            continue
        subject = " ".join(filter(None, (number, problem or plan)))[:60]
        due = datetime.combine(day, datetime.max.time()).replace(microsecond=0)
        yield Task(
            f"measure|{number or subject}|{planned}", MEASURE, subject, due, responsible, SUGGESTION_TRACKER.key, int(row), "done"
        )


def _day(text: str) -> date | None:
    if not text:
        return None
    read = read_moment(text, "date").value
    return read.date() if isinstance(read, datetime) else None


def _leaving(ledger: Ledger, settings: Settings, now: datetime) -> Iterator[Task]:
    """Customers whose points say that they may be leaving, at their latest ticket; where a rule of the points cannot be
    used, that rule is the task."""
    try:
        found = risks(ledger, settings, now)
    except WorkbookError:
        return
    for place, risk in enumerate(found):
        sheet, row = risk.place
        yield Task(
            f"leaving|{risk.ticket or risk.place}|{risk.points}", LEAVING, f"{risk.customer or risk.ticket}:{risk.told()}",
            None, risk.owner, sheet, row, "customer" if "customer" in BY_KEY[sheet] else "", place,
        )  # fmt: skip


def _rules(settings: Settings) -> Iterable[Task]:
    """Rules that cannot be used as they are written: one task a row."""
    for issue in settings.issues:
        if issue.level == "error" and issue.sheet == SETTINGS.title and issue.row is not None:
            told = issue.message if len(issue.message) <= 60 else issue.message[:59] + "…"
            yield Task(f"rule|{issue.code}|{told}", RULE, told, sheet=SETTINGS.key, row=issue.row, column="value")
