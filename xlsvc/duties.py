"""The dated duties of the documents that are no clock of a ticket: a call ahead of a visit, survey, call-back,
internal evaluation, brief, pick-up, the days of return and exchange, how long records are kept, the monthly survey;
and what follows from customer forms: a reminder, a customer to be called instead of getting one, a wish to be called.

`duties` is the list of them all as of a moment, for 今日待办 and for the findings of `duty_findings`. Limits are the rows
of 设置 with 类别 事项 as in force on the day a duty begins. Requirements §1 S000.R2 R4 R5 R6 R9 R10, S001.R1, S002.R6 R7,
S003.R7 R9 R10.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.process_log import PROCESS_LOG
from workbook.sheets.reference import FORM_REGISTER, STATUS_HISTORY
from workbook.sheets.vocabularies import CLOSED_STATUSES

from .assessment import is_summary
from .clocks import LATE, MET, NEARLY, NO_LIMIT, RUNNING, UNKNOWN
from .form_register import (
    VOID,
    VOID_REMARK,
    base_receipts,
    due_dates,
    is_internal,
    monthly_purpose,
    register,
    register_states,
    reminded,
)
from .outcome import Ledger
from .settings import Settings
from .status_history import REOPENED
from .targets import UNIT_MINUTES, WORKDAY, WORKING
from .tickets import DOUBLED, LOGS, by_distinct, plain_numbers, records, text_column, tickets, time_column
from .working_time import Calendar, moments, seconds

COLUMNS = ("sheet", "row", "ticket", "kind", "start", "due", "done_at", "status", "open", "unpublished", "setting_row")
KEPT, DISPOSABLE = "保存期内", "可销毁"
"""What 归档保存 shows instead of 进行中 and 超时: nobody is late who keeps a record longer."""

LOGGED = ("contact", "arrival", "survey", "callback", "assessment", "brief", "pickup", "wish", "phone", "reminder")
"""The duties somebody has to do; the others are windows and reminders."""

CALLED_BACK = ("投诉", "建议")
VISITS = ("", "上门")
BY_PHONE = "电话"
_YES_AFTER_ALL = re.compile(r"不错|没问题|没关系|不介意|不反对|没意见")
_NO = re.compile(r"[不否无别勿没免]|(?<![a-z])no(?![a-z])", re.IGNORECASE)
_NAT = np.iinfo(np.int64).min
_DAY = 86_400

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def duties(ledger: Ledger, settings: Settings, now: datetime) -> pd.DataFrame:
    """Every duty that has begun by `now` or is agreed for later, one row each.

    Columns: sheet (key, "" for the office's own), row (of that sheet, 0), ticket (as typed), kind (key of DUTIES),
    start, due, done_at (datetime64[ns], NaT where there is none by now), status, open (is the ticket still worked on),
    unpublished (the due time rests on a year without a published calendar), setting_row (row of 设置, 0 for the
    document's own limit). A status is one of those of `clocks`, of records KEPT or DISPOSABLE. Done on the second it is
    due is met; not done where the ticket is closed and nothing was noted down is 无法判定 for calls ahead, arrivals and
    pick-ups. A limit that is blank in 设置 is 无时限. Doubled tickets have none.

    Raises WorkbookError settings.bad, time.no_workday.
    """
    return ledger.once(_duties, settings, now)


@dataclass(frozen=True)
class _Kind:
    """Duties of one kind before they are judged, arrays of one length; times in seconds, NaT where there is none.

    `open`: the ticket is still worked on. `unsure`: done, but nobody knows when."""

    key: str
    sheet: npt.NDArray[np.object_]
    row: Whole
    ticket: npt.NDArray[np.object_]
    start: Whole
    done: Whole
    open: Mask
    unsure: Mask


def _duties(ledger: Ledger, settings: Settings, now: datetime) -> pd.DataFrame:
    settings.require("duties", "work_spans", "warning_share")
    source = _Source(ledger, settings, now)
    parts = [_judged(kind, settings, source.now) for kind in source.kinds()]
    return pd.concat([_month(ledger, settings, now), *parts] if parts else [_month(ledger, settings, now)], ignore_index=True)


class _Source:
    """The columns that duties hang on."""

    def __init__(self, ledger: Ledger, settings: Settings, now: datetime) -> None:
        self.ledger, self.settings, self.moment, self.now = ledger, settings, now, int(seconds(now))
        self.frame = tickets(ledger, settings).frame
        status = self.frame["status"].to_numpy(dtype=object)
        self.single = (self.frame["excluded"] != DOUBLED).to_numpy()
        self.resolved = self._by_now(self._times("resolved_at"))
        self.resolved[status == REOPENED] = _NAT
        self.closed = np.isin(status, CLOSED_STATUSES) | (self.resolved != _NAT)
        self.archived = status == "已归档"

    def kinds(self) -> Iterable[_Kind]:
        taken = self._by_now(self._times("accepted_at"))
        problem_class = self.frame["problem_class"].to_numpy(dtype=object)
        visit = self._times("appointment_at")
        visited = self.single & (visit != _NAT) & self.frame["service_mode"].isin(VISITS).to_numpy()
        yield self._of("contact", visited, visit, self._times("called_ahead_at"))
        yield self._of("arrival", visited, visit, self._times("arrived_at"))
        over = self.single & (self.resolved != _NAT)
        yield self._of("survey", over, self.resolved, self._surveyed())
        called = self._times("called_at")
        asked = self.single & (taken != _NAT) & np.isin(problem_class, CALLED_BACK)
        yield self._of("callback", asked, taken, called)
        yield from self._answers(called)
        assessed, unsure = self._assessed()
        process = (self.frame.index.get_level_values("sheet") == PROCESS_LOG.key) & over
        yield self._of("assessment", process, self.resolved, assessed, unsure)
        verified = self._by_now(self._times("verified_at"))
        yield self._of("pickup", self.single & (verified != _NAT), verified, self._times("picked_up_at"))
        raised = self._by_now(self._times("raised_at"))
        returned = self.single & (problem_class == "退换货")
        back, other = self._wanted()
        bought, at = self._times("bought_at"), np.where(raised != _NAT, raised, taken)
        for key, wanted in (("return", back), ("exchange", other)):
            yield self._of(key, returned & wanted & (at != _NAT), bought, at)
        yield self._of("archive", self.single & self.archived, self._archived(), np.full(len(bought), _NAT))
        yield from self._forms()

    def _times(self, key: str) -> Whole:
        """A column of both logs by position in the ticket frame."""
        if key in self.frame:
            return seconds(self.frame[key].to_numpy())
        parts = [time_column(records(self.ledger, log), key) for log in LOGS if log.key in self.ledger]
        return np.concatenate([seconds(part.to_numpy()) for part in parts]) if parts else np.zeros(0, dtype=np.int64)

    def _by_now(self, at: Whole) -> Whole:
        return np.where(at <= self.now, at, _NAT)

    def _of(self, key: str, which: Mask, start: Whole, done: Whole, unsure: Mask | None = None) -> _Kind:
        place = np.flatnonzero(which)
        index = self.frame.index
        blank = np.zeros(len(place), dtype=bool)
        return _Kind(
            key,
            index.get_level_values("sheet").to_numpy(dtype=object)[place],
            index.get_level_values("row").to_numpy(dtype=np.int64)[place],
            self.frame["ticket"].to_numpy(dtype=object)[place],
            start[place],
            self._by_now(done[place]),
            ~self.closed[place],
            blank if unsure is None else unsure[place],
        )

    def _first(self, rows: pd.DataFrame, key: str) -> Whole:
        """The earliest moment by now that a sheet has for each ticket."""
        at = self._by_now(seconds(time_column(rows, key).to_numpy()))
        numbers = plain_numbers(text_column(rows, "ticket"))
        known = (at != _NAT) & (numbers != "").to_numpy()
        first = pd.Series(at[known]).groupby(numbers[known].to_numpy()).min()
        found = first.reindex(self.frame["number"].to_numpy()) if len(first) else None
        return (
            np.full(len(self.frame), _NAT, dtype=np.int64)
            if found is None
            else found.fillna(_NAT).to_numpy(dtype=np.int64)
        )

    def _rows(self, key: str) -> pd.DataFrame:
        return self.ledger[key] if key in self.ledger else pd.DataFrame({"ticket": pd.Series(dtype=object)})

    def _surveyed(self) -> Whole:
        """A form was made for the ticket, or an answer noted down, whichever was first."""
        forms = self._rows("form_register")
        made = self._first(forms[~is_internal(forms)], "issued_at")
        answered = self._first(records(self.ledger, EVALUATIONS), "evaluated_at")
        return _earlier(made, answered)

    def _assessed(self) -> tuple[Whole, Mask]:
        rows = self._rows("quality_assessment")
        rows = rows[~is_summary(rows)] if len(rows) else rows
        first = self._first(rows, "assessed_at")
        named = set(plain_numbers(text_column(rows, "ticket"))) - {""}
        return first, self.frame["number"].isin(named).to_numpy() & (first == _NAT)

    def _wanted(self) -> tuple[Mask, Mask]:
        """Does a ticket of 退换货 ask for its money back, for another piece? Where the text does not say, for either."""
        text = self.frame["problem"]
        back = by_distinct(text, lambda t: "退" in t.replace("退换", "")).to_numpy(dtype=bool)
        other = by_distinct(text, lambda t: "换" in t.replace("退换", "")).to_numpy(dtype=bool)
        either = back == other
        return back | either, other | either

    def _archived(self) -> Whole:
        """When a ticket was put away: as 状态流水 says, else when it was confirmed or resolved."""
        rows = self._rows(STATUS_HISTORY.key)
        if "new_status" in rows:
            rows = rows[rows["new_status"] == "已归档"]
        noted = self._first(rows, "at")
        confirmed = self._by_now(self._times("confirmed_at"))
        return np.where(noted != _NAT, noted, np.maximum(self.resolved, confirmed))

    def _answers(self, called: Whole) -> Iterable[_Kind]:
        """Complaints and suggestions of customers, and problems marked as frequent, on 评价记录."""
        rows = records(self.ledger, EVALUATIONS)
        at = self._by_now(seconds(time_column(rows, "evaluated_at").to_numpy()))
        anonymous = text_column(rows, "profile").str.startswith("S001").to_numpy(dtype=bool)
        asked = text_column(rows, "feedback_class").isin([f"{word}类" for word in CALLED_BACK]).to_numpy()
        numbers = plain_numbers(text_column(rows, "ticket"))
        mine = pd.Series(called[self.single], index=self.frame["number"].to_numpy()[self.single])
        mine = mine[mine.index != ""]
        of_ticket = mine.reindex(numbers.to_numpy()).fillna(_NAT).to_numpy(dtype=np.int64)
        of_ticket = np.where(of_ticket >= at, of_ticket, _NAT)
        own = seconds(time_column(rows, "called_at").to_numpy())
        flagged = self._by_now(seconds(time_column(rows, "flagged_at").to_numpy()))
        briefed = seconds(time_column(rows, "briefed_at").to_numpy())
        wished = by_distinct(text_column(rows, "willing"), wants_contact).to_numpy(dtype=bool) & ~anonymous & (at != _NAT)
        receipts = base_receipts(text_column(rows, "receipt")[wished])
        wished[wished] = ~(receipts.duplicated() & (receipts != "")).to_numpy()  # one form answered twice
        for key, which, start, done in (
            ("callback", asked & ~anonymous & (at != _NAT), at, _earlier(own, of_ticket)),
            ("brief", flagged != _NAT, flagged, briefed),
            ("wish", wished, at, _earlier(own, of_ticket)),
        ):
            yield self._on_sheet(key, EVALUATIONS.key, rows, which, start, done)

    def _forms(self) -> Iterable[_Kind]:
        """Forms to be reminded of once their day is over, and customers on the list to be called."""
        rows = register(self.ledger)
        if rows.empty:
            return
        states = register_states(self.ledger, self.settings, self.moment)
        phone = (text_column(rows, "way") == BY_PHONE).to_numpy() & (states["state"] != VOID).to_numpy()
        issued, over = time_column(rows, "issued_at"), due_dates(rows, self.settings) + pd.Timedelta(days=1)
        told = reminded(self.ledger, rows)
        at = seconds(time_column(rows, "reminded_at").to_numpy())
        due = (states["reminder"] != "").to_numpy() & over.notna().to_numpy() & ~phone
        yield self._on_sheet("reminder", FORM_REGISTER.key, rows, due, seconds(over.to_numpy()), at, told & (at == _NAT))
        came = seconds(states["returned_at"].to_numpy())
        phone &= issued.notna().to_numpy()
        yield self._on_sheet("phone", FORM_REGISTER.key, rows, phone, seconds(issued.to_numpy()), came)

    def _on_sheet(
        self, key: str, sheet: str, rows: pd.DataFrame, which: Mask, start: Whole, done: Whole, unsure: Mask | None = None
    ) -> _Kind:
        """Duties of the rows of another sheet than the logs; they stay open until they are done."""
        place = np.flatnonzero(which)
        return _Kind(
            key,
            np.full(len(place), sheet, dtype=object),
            rows.index.to_numpy(dtype=np.int64)[place],
            text_column(rows, "ticket").to_numpy(dtype=object)[place],
            start[place],
            self._by_now(done[place]),
            np.ones(len(place), dtype=bool),
            np.zeros(len(place), dtype=bool) if unsure is None else unsure[place],
        )


def wants_contact(text: str) -> bool:
    """Does 愿意后续联系 ask for a call? Whatever is no plain refusal does: somebody reads it."""
    return bool(text) and not _NO.search(_YES_AFTER_ALL.sub("", text))


def _earlier(first: Whole, second: Whole) -> Whole:
    return np.where((first == _NAT) | ((second != _NAT) & (second < first)), second, first)


def _judged(kind: _Kind, settings: Settings, now: int) -> pd.DataFrame:
    line = settings.duty(kind.key)
    count = len(kind.start)
    known = kind.start != _NAT
    # a visit's limit is the one in force on its day; without a start today's rule says whether there is a limit at all
    when = moments(np.where(known, kind.start, now))
    places = np.maximum(line.place(when), 0)
    due = np.full(count, _NAT, dtype=np.int64)
    limited, by_day = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    share = settings.at("warning_share", when).astype(float)
    calendars = settings.calendar_at(when)
    for place in np.unique(places).tolist():
        rule = line.values[place]
        on = places == place
        limited |= on & np.isfinite(rule["amount"])
        by_day |= on & (rule["unit"] == WORKDAY or rule["basis"] == WORKING)
        share = np.where(on & np.isfinite(rule["warning"]), rule["warning"], share)
        for mask, calendar in calendars:
            part = on & mask & known & limited
            if part.any():
                due[part] = _due(kind.key, rule, kind.start[part], calendar)
    judged = limited & known
    done = kind.done != _NAT
    status = np.full(count, UNKNOWN, dtype=object)
    status[~limited] = NO_LIMIT
    status[judged & done & (kind.done <= due)] = MET
    status[judged & done & (kind.done > due)] = LATE
    pending = judged & ~done & ~kind.unsure
    if kind.key in ("contact", "arrival", "pickup"):
        pending &= kind.open
    status[pending] = RUNNING
    status[pending & _soon(kind, due, now, share, by_day, calendars)] = NEARLY
    status[pending & (now > due)] = LATE
    if kind.key == "archive":
        status[judged] = np.where(now < due[judged], KEPT, DISPOSABLE)
    unpublished = np.zeros(count, dtype=bool)
    for mask, calendar in calendars:
        if (mask & by_day).any():
            touched = calendar.unpublished(moments(due)) | calendar.unpublished(moments(kind.start))
            unpublished |= mask & by_day & judged & touched
    table: dict[str, Any] = {
        "sheet": kind.sheet, "row": kind.row, "ticket": kind.ticket, "kind": kind.key,
        "start": moments(kind.start).astype("datetime64[ns]"), "due": moments(due).astype("datetime64[ns]"),
        "done_at": moments(kind.done).astype("datetime64[ns]"), "status": status, "open": kind.open,
        "unpublished": unpublished, "setting_row": np.array(line.rows, dtype=np.int64)[places],
    }  # fmt: skip
    return pd.DataFrame(table, columns=list(COLUMNS))


def _due(key: str, rule: dict[str, Any], start: Whole, calendar: Calendar) -> Whole:
    """When a duty that begins at each moment is to be done; of a window the last second of its last day."""
    amount, unit = float(rule["amount"]), rule["unit"]
    if unit == "年":
        return _months_later(start, round(amount * 12))
    if unit == WORKDAY:
        return seconds(calendar.end_of_workdays(moments(start), int(amount)))
    if key in ("return", "exchange"):
        return np.asarray((start // _DAY + int(amount) + 1) * _DAY - 1)
    minutes = amount * UNIT_MINUTES[unit]
    if rule["basis"] == WORKING:
        return seconds(calendar.add_working_minutes(moments(start), minutes))
    length = round(minutes * 60)
    return start - length if key == "contact" else start + length


def _months_later(start: Whole, months: int) -> Whole:
    """The same day of a later month, at midnight; its last day where it has no such day (29 February)."""
    days = moments(start).astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    day = (days - month.astype("datetime64[D]")).astype(np.int64)
    later = month + np.timedelta64(months, "M")
    length = ((later + 1).astype("datetime64[D]") - later.astype("datetime64[D]")).astype(np.int64)
    return seconds(later.astype("datetime64[D]") + np.minimum(day, length - 1).astype("timedelta64[D]"))


def _soon(
    kind: _Kind, due: Whole, now: int, share: npt.NDArray[np.float64], by_day: Mask,
    calendars: list[tuple[Mask, Calendar]],
) -> Mask:  # fmt: skip
    """Is the warning share of the time used up (of working time where working days count)? A visit is near on its day."""
    if kind.key in ("contact", "arrival"):
        return (due // _DAY == now // _DAY) & (due != _NAT)
    used, whole = (now - kind.start).astype(float), (due - kind.start).astype(float)
    until = np.full(len(due), now, dtype=np.int64)
    for mask, calendar in calendars:
        on = mask & by_day & (due != _NAT)
        if on.any():
            begun = calendar.worked(kind.start[on])
            used[on], whole[on] = calendar.worked(until[on]) - begun, calendar.worked(due[on]) - begun
    return (due != _NAT) & (used >= share * whole)


def _month(ledger: Ledger, settings: Settings, now: datetime) -> pd.DataFrame:
    """The survey of last month's touch points, to be made at the beginning of this one: done when the first form of it was
    issued, as 表单台账 says. Where it has none the office may have asked in another way: after its day it is 无法判定, never
    超时."""
    first = np.array([int(seconds(datetime(now.year, now.month, 1)))])
    rows = register(ledger)
    asked = (text_column(rows, "purpose") == monthly_purpose(now)) & ~text_column(rows, "remark").str.startswith(VOID_REMARK)
    issued = time_column(rows[asked], "issued_at")
    done = seconds(issued[issued <= pd.Timestamp(now)].min()) if asked.any() else np.int64(_NAT)
    kind = _Kind(
        "monthly", np.array([""], dtype=object), np.zeros(1, dtype=np.int64), np.array([""], dtype=object), first - 1,
        np.array([int(done)]), np.ones(1, dtype=bool), np.array([bool(asked.any())]),
    )  # fmt: skip
    found = _judged(kind, settings, int(seconds(now)))
    found["start"] = moments(first).astype("datetime64[ns]")
    return found if done != _NAT else found.assign(status=found["status"].replace({LATE: UNKNOWN, RUNNING: NEARLY}))
