"""The six clocks of a ticket (registration, first response, dispatch, proposal, resolution, second handling): limit,
due time, elapsed minutes and status, whole columns at a time.

Rules of requirements §2 C2 to C5 and §3: a limit that is not set is 无时限 and never met; what cannot be known
is 无法判定 and never guessed; a limit met to the second is met. 受理时间 starts every clock but registration (提出时间)
and second handling (the last reopening), which a ticket without these does not have: they are blank then. Waits stop
every clock, natural ones too, and a stopped clock does not run out. Without an urgency a clock is 无法判定, unless its
limit (or that there is none) is the same for every urgency.
"""

from __future__ import annotations

from collections.abc import Callable
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
Measure = Callable[[Whole, Whole, Scale, Pauses], Whole]
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


class _Tickets:
    """What all clocks share: starts, closings, waits, calendars in force."""

    def __init__(self, frame: pd.DataFrame, settings: Settings, now: datetime, history: History) -> None:
        self.frame, self.settings, self.history = frame, settings, history
        self.now = int(seconds(now))
        self.taken = self._times("accepted_at")
        # without 受理时间 today's rules say whether there is a limit at all
        self.when = moments(np.where(self.taken != _NAT, self.taken, self.now))
        status = frame["status"].to_numpy(dtype=object)
        self.first, self.last = self._resolutions(status)
        total = settings.at("reopen_basis", self.when) == TOTAL
        self.resolved = np.where(total, self.last, self.first)
        said = np.isin(status, CLOSED_STATUSES)
        self.closed, self.over = (self.resolved != _NAT) | said, (self.last != _NAT) | said
        self.calendars = settings.calendar_at(self.when)
        self.warning_share = settings.at("warning_share", self.when)
        self.kinds = targets.Kinds(frame)

    def _times(self, key: str) -> Whole:
        known = key in self.frame
        return seconds(self.frame[key].to_numpy()) if known else np.full(len(self.frame), _NAT, dtype=np.int64)

    def _until_now(self, at: Whole) -> Whole:
        return np.where(at <= self.now, at, _NAT)

    def _resolutions(self, status: npt.NDArray[np.object_]) -> tuple[Whole, Whole]:
        """When each ticket was resolved first, and when for good (NaT while it is open again)."""
        typed, past = self._until_now(self._times("resolved_at")), self.history
        again = past.reopened_at != _NAT
        first = np.where(past.first_closed != _NAT, past.first_closed, typed)
        last = np.where(again, np.where(typed > past.reopened_at, typed, past.closed_again), typed)
        return first, np.where(status == REOPENED, _NAT, last)

    def clock(self, key: str) -> Clock:
        table = self.settings.targets
        target, undecided = targets.decide(table, key, self.kinds, self.when)
        start, asked = self.taken, np.ones(len(target), dtype=bool)
        if key not in FROM_TAKING:
            start = self._times("raised_at") if key == "registration" else self.history.reopened_at
            asked = start != _NAT
            target, undecided = np.where(asked, target, -1), undecided & asked
        begun = (start != _NAT) & (start <= self.now)
        has = target >= 0
        amount = np.where(has, table["amount"].to_numpy()[target], np.nan)
        unit = np.where(has, table["unit"].to_numpy(dtype=object)[target], "")
        working = has & (table["basis"].to_numpy(dtype=object)[target] == WORKING)
        limited = np.isfinite(amount)

        future, done = self._done(key, start)
        is_done = done != _NAT
        backwards = is_done & (start != _NAT) & (done < start)
        finished = is_done & begun & ~backwards
        waits = self.history.pauses.within(start, np.where(is_done, done, self.now))
        scale = Scale(working, self.calendars)
        by_day = unit == WORKDAY
        due_at = self._due(start, amount, unit, scale, limited & begun, waits)
        minutes = np.where(finished, self._minutes(start, done, finished, scale, waits), np.nan)

        judged = limited & begun & ~backwards
        closed = self.over if key == "second" else self.closed
        waiting = judged & ~is_done & ~closed & (key != "registration")
        status = np.full(len(target), UNKNOWN, dtype=object)
        status[~limited & ~undecided & ~backwards] = NO_LIMIT
        status[judged & finished & (done <= due_at)] = MET
        status[judged & finished & (done > due_at)] = LATE
        status[waiting] = RUNNING
        used = Scale(working | by_day, self.calendars) if (by_day & ~working).any() else scale
        share = self._share_used(start, due_at, used, waiting, waits)
        own = np.where(has, table["warning"].to_numpy()[target], np.nan)
        status[waiting & (share >= np.where(np.isfinite(own), own, self.warning_share))] = NEARLY
        status[waiting & (self.now > due_at)] = LATE
        missing = limited & begun & closed & ~is_done & (key != "registration")
        proven = np.zeros(len(target), dtype=bool)
        if key == "proposal":  # a completion is the latest moment at which the proposal can have been made
            proven = missing & (self.first >= start) & (self.first <= due_at)
        elif key == "registration":  # and a ticket that is taken is registered
            proven = judged & ~is_done & (self.taken >= start) & (self.taken <= due_at)
        status[proven] = MET
        status[~asked] = ""
        missing &= ~proven
        by_calendar = limited & begun & (working | by_day)
        off_hours = finished & working & (minutes == 0) & (done > start) & ~waits.waited(len(target))
        return Clock(
            key, target, limited, moments(done), moments(due_at), minutes, status, backwards, future, missing,
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

    def _due(
        self, start: Whole, amount: npt.NDArray[np.float64], unit: npt.NDArray[np.object_], scale: Scale,
        wanted: Mask, waits: Pauses,
    ) -> Whole:  # fmt: skip
        found = np.full(len(amount), _NAT, dtype=np.int64)
        days = wanted & (unit == WORKDAY)
        plain = wanted & ~days
        if plain.any():
            factor = np.zeros(len(amount))
            for name, minutes in UNIT_MINUTES.items():
                factor[unit == name] = minutes
            length = np.rint(np.where(plain, amount, 0) * factor * 60).astype(np.int64)
            found = self._found(due, start, length, scale, waits, plain)
        for mask, calendar in self.calendars:
            on = mask & days
            if on.any():
                found[on] = seconds(calendar.end_of_workdays(moments(start[on]), amount[on].astype(np.int64)))
        waited = days & waits.waited(len(amount))
        if waited.any():  # the working time up to that day's end, without the waits
            counted = Scale(waited, self.calendars)
            until = np.where(waited, found, start)
            length = self._found(elapsed, start, until, counted, Pauses.none(), waited)
            longer = waited & (length > 0)
            found = np.where(longer, self._found(due, start, np.where(longer, length, 0), counted, waits, longer), found)
        return found

    def _found(
        self, measured: Measure, start: Whole, given: Whole, scale: Scale, waits: Pauses, wanted: Mask
    ) -> Whole:
        """`due` or `elapsed` where wanted, NaT elsewhere; the other tickets are measured from now to now."""
        if wanted.all():
            return measured(start, given, scale, waits)
        idle = measured is elapsed
        safe = np.where(wanted, start, self.now)
        asked = np.where(wanted, given, self.now if idle else 0)
        mine = waits
        if len(waits):
            keep = wanted[waits.ticket]
            mine = Pauses(waits.ticket[keep], waits.begins[keep], waits.ends[keep])
        return np.where(wanted, measured(safe, asked, scale, mine), _NAT)

    def _minutes(
        self, start: Whole, until: Whole, wanted: Mask, scale: Scale, waits: Pauses
    ) -> npt.NDArray[np.float64]:
        """Minutes that count from the start; meaningless where not wanted."""
        if not wanted.any():
            return np.full(len(start), np.nan)
        return self._found(elapsed, start, until, scale, waits, wanted) / 60

    def _share_used(
        self, start: Whole, due_at: Whole, scale: Scale, wanted: Mask, waits: Pauses
    ) -> npt.NDArray[np.float64]:
        """Elapsed share of the time between start and due; 1 where there is none in between."""
        if not wanted.any():
            return np.zeros(len(start))
        now = np.full(len(start), self.now, dtype=np.int64)
        used = self._minutes(start, now, wanted, scale, waits)
        whole = self._minutes(start, due_at, wanted, scale, waits)
        return np.where(wanted, np.divide(used, whole, out=np.ones(len(used)), where=wanted & (whole > 0)), 0.0)

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
