"""The six clocks of a ticket (registration, first response, dispatch, proposal, resolution, second handling): limit,
due time, elapsed minutes and status, whole columns at a time.

Rules of requirements §2 C2 to C5 and §3: a limit that is not set is 无时限 and never met; what cannot be known
is 无法判定 and never guessed; a limit met to the second is met. 受理时间 starts every clock but registration (提出时间)
and second handling (the last reopening), which a ticket without these does not have: they are blank then. Waits stop
every clock, natural ones too, and a stopped clock does not run out. Without an urgency a clock is 无法判定, unless its
limit (or that there is none) is the same for every urgency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.sheets.vocabularies import CLOSED_STATUSES

from . import targets
from .active_time import Mask, Pauses, Scale, Whole, due, elapsed
from .settings import Settings
from .status_history import REOPENED, History
from .targets import UNIT_MINUTES, WORKDAY, WORKING
from .working_time import Calendar, Moments, moments, seconds

MET, LATE, NEARLY, RUNNING = "达标", "超时", "即将超时", "进行中"
NO_LIMIT, UNKNOWN = "无时限", "无法判定"
STATUSES = (LATE, NEARLY, RUNNING, UNKNOWN, MET, NO_LIMIT)
"""The worst first; 时效状态 of a ticket is the first that one of its clocks shows (see `overall`)."""

DONE_BY = {
    "registration": ("registered_at",),
    "response": ("responded_at",),
    "dispatch": ("dispatched_at", "arrived_at"),
    "proposal": ("proposed_at",),
    "resolution": ("resolved_at",),
    "second": ("proposed_at", "resolved_at"),
}
"""Clock -> the ticket columns that stop it; the earliest that is filled in counts (second handling: after the
reopening). Of a ticket that was reopened 重开计时 says whether the first or the last resolution counts."""

FROM_TAKING = ("response", "dispatch", "proposal", "resolution")
"""The clocks that 受理时间 starts."""

TOTAL = "全程"

_NAT = np.iinfo(np.int64).min
_WORDS = np.array([*STATUSES, ""], dtype=object)
_CODE = {word: code for code, word in enumerate(_WORDS.tolist())}


@dataclass(frozen=True)
class Clock:
    """One clock over all tickets, arrays in the tickets' order.

    `asked`: the ticket has this clock. `start`: NaT where not known. `target`: position in settings.targets, -1 without
    one; `due`: NaT where there is no limit or no start;
    `minutes`: elapsed until done, NaN if not done; `done`: when it was stopped, NaT if not by now.
    Masks say what is to be reported: `reversed` (done before the start), `future` (done after now), `missing`
    (closed without this time, though there is a limit), `undecided` (no urgency, on which the limit hangs),
    `off_hours` (taken and done outside working hours: 0 working minutes), `by_calendar` (due time depends on
    working days). `starts_at`: from when it ran.
    """

    key: str
    target: npt.NDArray[np.int64]
    limited: Mask
    done: Moments
    due: Moments
    minutes: npt.NDArray[np.float64]
    status: npt.NDArray[np.object_]
    reversed: Mask
    future: Mask
    missing: Mask
    undecided: Mask
    off_hours: Mask
    by_calendar: Mask
    starts_at: Moments
    asked: Mask | None = None
    start: Moments | None = None


def measure(
    frame: pd.DataFrame, settings: Settings, now: datetime, history: History | None = None
) -> dict[str, Clock]:
    """Every clock of every ticket of `tickets.Tickets.frame` at the moment `now`; without a history no ticket waited
    or was reopened.

    Raises WorkbookError settings.bad if a target, 预警比例, 工作时段 or 重开计时 cannot be used.
    """
    settings.require("targets", "warning_share", "work_spans", "reopen_basis")
    tickets = _Tickets(frame, settings, now, history or History.none(len(frame)))
    return {key: tickets.clock(key) for key in DONE_BY}


def overall(clocks: dict[str, Clock]) -> npt.NDArray[np.object_]:
    """时效状态 of each ticket: the worst of its clocks, in the order 超时, 即将超时, 进行中, 无法判定, 达标, 无时限.

    A dispatch or proposal that is 无法判定 counts only where the ticket has no 达标: these two times are rarely
    written down, and SN20240501001 of S003, answered in time, is 达标 with 到场状态 无法判定. An unknown first
    response or resolution always counts: a ticket is not called 达标 while its resolution is unknown. A ticket
    that was resolved before it was taken is 无法判定 whatever its other clocks show: one of its times is wrong.
    """
    status = {key: clock.status for key, clock in clocks.items()}
    some = {word: np.logical_or.reduce([s == word for s in status.values()]) for word in STATUSES}
    unknown = (status["response"] == UNKNOWN) | (status["resolution"] == UNKNOWN)
    conditions = [some[LATE], some[NEARLY], some[RUNNING], unknown, some[MET], some[UNKNOWN]]
    result = np.full(len(unknown), NO_LIMIT, dtype=object)
    for condition, word in reversed(list(zip(conditions, (*STATUSES[:5], UNKNOWN), strict=True))):
        result[condition] = word
    result[clocks["resolution"].reversed] = UNKNOWN
    return result


class _Rules:
    """The targets as numbers, by position; at -1 (no target) there is no limit. `seconds`: of limits in minutes, hours and
    days; `amount`: of those in working days."""

    def __init__(self, table: pd.DataFrame) -> None:
        unit = table["unit"].to_numpy(dtype=object)
        amount = table["amount"].to_numpy()
        factor = np.array([UNIT_MINUTES.get(name, 0) for name in unit], dtype=float)
        limited = np.isfinite(amount)
        self.limited = np.append(limited, False)
        self.by_day = np.append(unit == WORKDAY, False).astype(bool)
        self.working = np.append(table["basis"].to_numpy(dtype=object) == WORKING, False).astype(bool)
        self.amount = np.append(np.where(limited, amount, 0.0), 0.0)
        self.seconds = np.append(np.rint(np.where(limited, amount, 0.0) * factor * 60), 0).astype(np.int64)
        self.warning = np.append(table["warning"].to_numpy(), np.nan)


class _Tickets:
    """What all clocks share: starts, closings, waits, calendars in force."""

    def __init__(self, frame: pd.DataFrame, settings: Settings, now: datetime, history: History) -> None:
        self.frame, self.settings, self.history = frame, settings, history
        self.now = int(seconds(now))
        self.taken = self._times("accepted_at")
        # without 受理时间 today's rules say whether there is a limit at all
        self.when = moments(np.where(self.taken != _NAT, self.taken, self.now))
        self.first, self.last = self._resolutions((frame["status"] == REOPENED).to_numpy())
        total = settings.was("reopen_basis", self.when, TOTAL)
        self.resolved = np.where(total, self.last, self.first)
        said = frame["status"].isin(CLOSED_STATUSES).to_numpy()
        self.closed, self.over = (self.resolved != _NAT) | said, (self.last != _NAT) | said
        self.calendars = settings.calendar_at(self.when)
        self.warning_share = settings.at("warning_share", self.when)
        self.kinds = targets.Kinds(frame)
        self.rules = _Rules(settings.targets)

    def _times(self, key: str) -> Whole:
        known = key in self.frame
        return seconds(self.frame[key].to_numpy()) if known else np.full(len(self.frame), _NAT, dtype=np.int64)

    def _until_now(self, at: Whole) -> Whole:
        return np.where(at <= self.now, at, _NAT)

    def _resolutions(self, reopened: Mask) -> tuple[Whole, Whole]:
        """When each ticket was resolved first, and when for good (NaT while it is open again)."""
        typed, past = self._until_now(self._times("resolved_at")), self.history
        again = past.reopened_at != _NAT
        first = np.where(past.first_closed != _NAT, past.first_closed, typed)
        last = np.where(again, np.where(typed > past.reopened_at, typed, past.closed_again), typed)
        return first, np.where(reopened, _NAT, last)

    def clock(self, key: str) -> Clock:
        rules = self.rules
        target, undecided = targets.decide(self.settings.targets, key, self.kinds, self.when)
        count = len(target)
        start, asked = self.taken, np.ones(count, dtype=bool)
        if key not in FROM_TAKING:
            start = self._times("raised_at") if key == "registration" else self.history.reopened_at
            asked = start != _NAT
            target, undecided = np.where(asked, target, -1), undecided & asked
        begun = (start != _NAT) & (start <= self.now)
        limited, working, by_day = rules.limited[target], rules.working[target], rules.by_day[target]

        future, done = self._done(key, start)
        is_done = done != _NAT
        backwards = is_done & (start != _NAT) & (done < start)
        finished = is_done & begun & ~backwards
        waits = self.history.pauses.within(start, np.where(is_done, done, self.now))
        due_at = self._due(start, target, limited & begun, waits)
        minutes = np.full(count, np.nan)
        self._measured(start, done, finished, working, waits, minutes)

        judged = limited & begun & ~backwards
        closed = self.over if key == "second" else self.closed
        waiting = judged & ~is_done & ~closed & (key != "registration")
        status = np.full(count, _CODE[UNKNOWN], dtype=np.int8)
        status[~limited & ~undecided & ~backwards] = _CODE[NO_LIMIT]
        ended = judged & finished
        in_time = done <= due_at
        status[ended] = np.where(in_time[ended], _CODE[MET], _CODE[LATE])
        status[waiting] = self._standing(start, due_at, target, waiting, waits)
        missing = limited & begun & closed & ~is_done & (key != "registration")
        if key == "proposal":  # a completion is the latest moment at which the proposal can have been made
            proven = missing & (self.first >= start) & (self.first <= due_at)
        elif key == "registration":  # and a ticket that is taken is registered
            proven = judged & ~is_done & (self.taken >= start) & (self.taken <= due_at)
        else:
            proven = np.zeros(count, dtype=bool)
        status[proven] = _CODE[MET]
        status[~asked] = _CODE[""]
        missing &= ~proven
        by_calendar = limited & begun & (working | by_day)
        off_hours = finished & working & (minutes == 0) & (done > start)
        if off_hours.any():
            off_hours &= ~waits.waited(count)
        return Clock(
            key, target, limited, moments(done), moments(due_at), minutes, _WORDS[status], backwards, future, missing,
            undecided, off_hours, by_calendar, self._starts_at(off_hours), asked, moments(start),
        )  # fmt: skip

    def _done(self, key: str, start: Whole) -> tuple[Mask, Whole]:
        """Where a time that stops the clock lies in the future, and when the clock was stopped."""
        typed = [self._times(column) for column in DONE_BY[key]]
        future = np.logical_or.reduce([at > self.now for at in typed])
        stops = [self._until_now(at) for at in typed]
        if key == "resolution":
            return future, self.resolved
        if key == "second":
            stops = [np.where(at > start, at, _NAT) for at in (*stops, self.history.closed_again)]
        elif key == "registration":
            future &= start != _NAT
        return future, _earliest(stops)

    def _scale(self, which: Whole, working: bool) -> Scale:
        """How the time of some tickets is measured."""
        if not working:
            return Scale(np.zeros(len(which), dtype=bool), [])
        parts = self.calendars
        masks = [(np.ones(len(which), dtype=bool) if len(parts) == 1 else mask[which], c) for mask, c in parts]
        return Scale(np.ones(len(which), dtype=bool), masks)

    def _due(self, start: Whole, target: Whole, wanted: Mask, waits: Pauses) -> Whole:
        rules = self.rules
        length, by_day, working = rules.seconds[target], rules.by_day[target], rules.working[target]
        natural = wanted & ~by_day & ~working
        found = np.where(natural, start + length, _NAT)
        for mask, in_working in ((natural & waits.waited(len(start)), False), (wanted & working & ~by_day, True)):
            if mask.any():
                on = np.flatnonzero(mask)
                scale = self._scale(on, in_working)
                found[on] = due(start[on], length[on], scale, waits.of(on, len(start)))
        days = wanted & by_day
        if not days.any():
            return found
        amount = rules.amount[target]
        for mask, calendar in self.calendars:
            on = np.flatnonzero(mask & days)
            if len(on):
                found[on] = seconds(calendar.end_of_workdays(moments(start[on]), amount[on].astype(np.int64)))
        on = np.flatnonzero(days & waits.waited(len(start)))
        if len(on):  # the working time up to that day's end, without the waits
            scale = self._scale(on, True)
            length = elapsed(start[on], found[on], scale, Pauses.none())
            later = due(start[on], np.maximum(length, 0), scale, waits.of(on, len(start)))
            found[on] = np.where(length > 0, later, found[on])
        return found

    def _measured(
        self, start: Whole, until: Whole, wanted: Mask, working: Mask, waits: Pauses, minutes: npt.NDArray[np.float64]
    ) -> None:
        """Writes the minutes that count from start to end where wanted."""
        natural = wanted & ~working
        np.divide(until - start, 60, out=minutes, where=natural)
        for mask, in_working in ((natural & waits.waited(len(start)), False), (wanted & working, True)):
            if mask.any():
                on = np.flatnonzero(mask)
                scale = self._scale(on, in_working)
                minutes[on] = elapsed(start[on], until[on], scale, waits.of(on, len(start))) / 60

    def _standing(
        self, start: Whole, due_at: Whole, target: Whole, waiting: Mask, waits: Pauses
    ) -> npt.NDArray[np.int8]:
        """The status of the clocks that run now, by what share of the time between start and due is used (all of it
        where there is none in between)."""
        on = np.flatnonzero(waiting)
        rules, mine = self.rules, waits.of(on, len(start))
        due_here, counted = due_at[on], rules.working[target[on]] | rules.by_day[target[on]]
        now = np.full(len(on), self.now, dtype=np.int64)
        used, whole = np.zeros(len(on)), np.zeros(len(on))
        for until, minutes in ((now, used), (due_here, whole)):
            for part, in_working in ((~counted, False), (counted, True)):
                some = np.flatnonzero(part)
                if len(some):
                    scale = self._scale(on[some], in_working)
                    minutes[some] = elapsed(start[on[some]], until[some], scale, mine.of(some, len(on))) / 60
        share = np.divide(used, whole, out=np.ones(len(on)), where=whole > 0)
        own = rules.warning[target[on]]
        line = np.where(np.isfinite(own), own, self.warning_share[on])
        found = np.where(share >= line, _CODE[NEARLY], _CODE[RUNNING])
        return np.where(self.now > due_here, _CODE[LATE], found).astype(np.int8)

    def _starts_at(self, wanted: Mask) -> Moments:
        result = np.full(len(wanted), _NAT, dtype=np.int64)
        for mask, calendar in self.calendars:
            on = mask & wanted
            if on.any():
                result[on] = seconds(calendar.clock_starts(moments(self.taken[on])))
        return moments(result)


def _earliest(columns: list[Whole]) -> Whole:
    last = np.iinfo(np.int64).max
    first = np.minimum.reduce([np.where(at == _NAT, last, at) for at in columns])
    return np.where(first == last, _NAT, first)


def unpublished_years(clock: Clock, start: Moments, calendar: Calendar) -> Mask:
    """Where a due time rests on a year whose holidays are not published."""
    return clock.by_calendar & (calendar.unpublished(clock.due) | calendar.unpublished(start))
