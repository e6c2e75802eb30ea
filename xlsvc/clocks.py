"""The clocks of a ticket (first response, dispatch, proposal, resolution): limit, due time, elapsed minutes
and status, whole columns at a time.

Rules of requirements §2 C2 to C5 and §3: a limit that is not set is 无时限 and never met; what cannot be known
is 无法判定 and never guessed; a limit met to the second is met. 受理时间 starts every clock. Without an urgency
a clock is 无法判定 too, unless its limit (or that there is none) is the same for every urgency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.sheets.vocabularies import CLOSED_STATUSES

from . import targets
from .settings import Settings
from .targets import UNIT_MINUTES, WORKDAY, WORKING
from .working_time import Calendar, Moments, moments, seconds

MET, LATE, NEARLY, RUNNING = "达标", "超时", "即将超时", "进行中"
NO_LIMIT, UNKNOWN = "无时限", "无法判定"
STATUSES = (LATE, NEARLY, RUNNING, UNKNOWN, MET, NO_LIMIT)
"""The worst first; 时效状态 of a ticket is the first that one of its clocks shows (see `overall`)."""

DONE_BY = {
    "response": ("responded_at",),
    "dispatch": ("dispatched_at", "arrived_at"),
    "proposal": ("proposed_at",),
    "resolution": ("resolved_at",),
}
"""Clock -> the ticket columns that stop it; the earliest that is filled in counts."""

_NAT = np.iinfo(np.int64).min
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Clock:
    """One clock over all tickets, arrays in the tickets' order.

    `target`: position in settings.targets, -1 without one; `due`: NaT where there is no limit or no start;
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


def measure(frame: pd.DataFrame, settings: Settings, now: datetime) -> dict[str, Clock]:
    """Every clock of every ticket of `tickets.Tickets.frame` at the moment `now`.

    Raises WorkbookError settings.bad if a target, 预警比例 or 工作时段 cannot be used. Waiting times
    (waiting_from, waiting_to) do not stop a clock yet.
    """
    settings.require("targets", "warning_share", "work_spans")
    tickets = _Tickets(frame, settings, now)
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
    """What all clocks share: starts, closings, calendars in force."""

    def __init__(self, frame: pd.DataFrame, settings: Settings, now: datetime) -> None:
        self.frame, self.settings = frame, settings
        self.now = int(seconds(now))
        self.start = seconds(frame["accepted_at"].to_numpy())
        self.known = self.start != _NAT
        self.begun = self.known & (self.start <= self.now)
        # without 受理时间 today's rules say whether there is a limit at all
        self.when = moments(np.where(self.known, self.start, self.now))
        self.resolved = self._until_now(seconds(frame["resolved_at"].to_numpy()))
        self.closed = (self.resolved != _NAT) | frame["status"].isin(CLOSED_STATUSES).to_numpy()
        self.calendars = settings.calendar_at(self.when)
        self.warning_share = settings.at("warning_share", self.when)
        self.kinds = targets.Kinds(frame)

    def _until_now(self, at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return np.where(at <= self.now, at, _NAT)

    def clock(self, key: str) -> Clock:
        table = self.settings.targets
        target, undecided = targets.decide(table, key, self.kinds, self.when)
        has = target >= 0
        amount = np.where(has, table["amount"].to_numpy()[target], np.nan)
        unit = np.where(has, table["unit"].to_numpy(dtype=object)[target], "")
        working = has & (table["basis"].to_numpy(dtype=object)[target] == WORKING)
        limited = np.isfinite(amount)

        typed = [seconds(self.frame[column].to_numpy()) for column in DONE_BY[key]]
        future = np.logical_or.reduce([at > self.now for at in typed])
        done = _earliest([self._until_now(at) for at in typed])
        due = seconds(self._due(amount, unit, working, limited & self.begun))
        is_done = done != _NAT
        backwards = is_done & self.known & (done < self.start)
        finished = is_done & self.begun & ~backwards
        minutes = np.where(finished, self._elapsed(done, working), np.nan)

        judged = limited & self.begun & ~backwards
        waiting = judged & ~is_done & ~self.closed
        status = np.full(len(target), UNKNOWN, dtype=object)
        status[~limited & ~undecided & ~backwards] = NO_LIMIT
        status[judged & finished & (done <= due)] = MET
        status[judged & finished & (done > due)] = LATE
        status[waiting] = RUNNING
        status[
            waiting & (self._share_used(due, working | (unit == WORKDAY), waiting) >= self.warning_share)
        ] = NEARLY
        status[waiting & (self.now > due)] = LATE
        missing = limited & self.begun & self.closed & ~is_done
        if key == "proposal":  # a completion is the latest moment at which the proposal can have been made
            proven = missing & (self.resolved >= self.start) & (self.resolved <= due)
            status[proven] = MET
            missing &= ~proven
        by_calendar = limited & self.begun & (working | (unit == WORKDAY))
        off_hours = finished & working & (minutes == 0) & (done > self.start)
        return Clock(
            key, target, limited, moments(done), moments(due), minutes, status, backwards, future, missing,
            undecided, off_hours, by_calendar, self._starts_at(off_hours),
        )  # fmt: skip

    def _due(
        self, amount: npt.NDArray[np.float64], unit: npt.NDArray[np.object_], working: Mask, wanted: Mask
    ) -> Moments:
        due = np.full(len(amount), _NAT, dtype=np.int64)
        factor = np.zeros(len(amount))
        for name, minutes in UNIT_MINUTES.items():
            factor[unit == name] = minutes
        days = unit == WORKDAY
        natural = wanted & ~days & ~working
        due[natural] = self.start[natural] + np.rint(amount[natural] * factor[natural] * 60).astype(np.int64)
        for mask, calendar in self.calendars:
            on = mask & wanted & days
            if on.any():
                due[on] = seconds(
                    calendar.end_of_workdays(moments(self.start[on]), amount[on].astype(np.int64))
                )
            on = mask & wanted & working & ~days
            if on.any():
                due[on] = seconds(
                    calendar.add_working_minutes(moments(self.start[on]), amount[on] * factor[on])
                )
        return moments(due)

    def _elapsed(self, until: npt.NDArray[np.int64], working: Mask) -> npt.NDArray[np.float64]:
        """Minutes from the start, natural or working; NaN without a start or an end."""
        known = self.known & (until != _NAT)
        elapsed = np.where(known, (until - np.where(known, self.start, until)) / 60, np.nan)
        for mask, calendar in self.calendars:
            on = mask & known & working
            if on.any():
                elapsed[on] = calendar.working_minutes(moments(self.start[on]), moments(until[on]))
        return elapsed

    def _share_used(self, due: npt.NDArray[np.int64], working: Mask, wanted: Mask) -> npt.NDArray[np.float64]:
        """Elapsed share of the time between start and due; 1 where there is none in between."""
        used = self._elapsed(np.where(wanted, self.now, _NAT), working)
        whole = self._elapsed(np.where(wanted, due, _NAT), working)
        return np.where(wanted, np.divide(used, whole, out=np.ones(len(used)), where=whole > 0), 0.0)

    def _starts_at(self, wanted: Mask) -> Moments:
        result = np.full(len(wanted), _NAT, dtype=np.int64)
        for mask, calendar in self.calendars:
            on = mask & wanted
            if on.any():
                result[on] = seconds(calendar.clock_starts(moments(self.start[on])))
        return moments(result)


def _earliest(columns: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    last = np.iinfo(np.int64).max
    first = np.minimum.reduce([np.where(at == _NAT, last, at) for at in columns])
    return np.where(first == last, _NAT, first)


def unpublished_years(clock: Clock, start: Moments, calendar: Calendar) -> Mask:
    """Where a due time rests on a year whose holidays are not published."""
    return clock.by_calendar & (calendar.unpublished(clock.due) | calendar.unpublished(start))
