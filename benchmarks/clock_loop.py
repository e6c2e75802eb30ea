"""The six clocks as a script reckons them: row after row, day after day, in plain Python.

Written as one writes it who knows the language: datetimes, each day's spans made beforehand and kept in a dict, limits
in a dict, no search that could be a look-up. Shares no arithmetic with the product. `Case` is one ticket; `judge` gives
its clocks.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

DAY, NOTHING = timedelta(days=1), timedelta()
Waits = list[tuple[datetime, datetime]]
Limit = tuple[timedelta, int, bool, float]
"""Amount, or working days (0 for none), by working time, warning share."""
Judged = tuple[str, datetime | None, float | None]
"""Status, due, minutes."""


@dataclass(slots=True)
class Case:
    """Times, None where not known; `waits` in any order, an end of None is still open."""

    limits: dict[str, Limit | None]
    raised: datetime | None
    taken: datetime
    registered: datetime | None
    responded: datetime | None
    dispatched: datetime | None
    arrived: datetime | None
    proposed: datetime | None
    resolved: datetime | None
    reopened: datetime | None
    first_resolved: datetime | None
    said_closed: bool
    waits: list[tuple[datetime, datetime | None]]


class Office:
    """The spans of every day, which days are working days, and when it is."""

    def __init__(self, spans: Mapping[date, Waits], workdays: Container[date], now: datetime) -> None:
        self.spans, self.workdays, self.now = spans, workdays, now

    def judge(self, case: Case) -> dict[str, Judged]:
        waits = _merged(case.waits, self.now)
        visits = [at for at in (case.dispatched, case.arrived) if at is not None and at <= self.now]
        after = [at for at in (case.proposed, case.resolved) if at is not None and case.reopened is not None and at > case.reopened]
        clocks = {
            "registration": (case.raised, case.registered),
            "response": (case.taken, case.responded),
            "dispatch": (case.taken, min(visits) if visits else None),
            "proposal": (case.taken, case.proposed),
            "resolution": (case.taken, case.first_resolved),
            "second": (case.reopened, min((at for at in after if at <= self.now), default=None)),
        }
        return {key: self._clock(key, case, start, done, waits) for key, (start, done) in clocks.items()}

    def _clock(self, key: str, case: Case, start: datetime | None, done: datetime | None, waits: Waits) -> Judged:
        if start is None:
            return "", None, None
        if done is not None and done > self.now:
            done = None
        limit = case.limits[key]
        backwards = done is not None and done < start
        working = limit is not None and limit[2]
        mine = _within(waits, start, self.now if done is None else done)
        minutes = None
        if done is not None and not backwards:
            minutes = self._elapsed(start, done, working, mine).total_seconds() / 60
        if limit is None:
            return ("无法判定" if backwards else "无时限"), None, minutes
        due = self._due(start, limit, mine)
        if backwards:
            return "无法判定", due, None
        if done is not None:
            return ("达标" if done <= due else "超时"), due, minutes
        if key == "registration":
            return ("达标" if start <= case.taken <= due else "无法判定"), due, None
        resolved = case.first_resolved
        if key == "second":  # is it closed again?
            resolved = case.resolved if case.resolved is not None and case.resolved > start else None
        if case.said_closed or (resolved is not None and resolved <= self.now):
            proven = key == "proposal" and resolved is not None and start <= resolved <= min(due, self.now)
            return ("达标" if proven else "无法判定"), due, None
        if self.now > due:
            return "超时", due, None
        by_hours = working or limit[1] > 0
        whole = self._elapsed(start, due, by_hours, mine)
        used = self._elapsed(start, self.now, by_hours, mine)
        near = not whole or (used.total_seconds() / 60) / (whole.total_seconds() / 60) >= limit[3]
        return ("即将超时" if near else "进行中"), due, None

    def _elapsed(self, start: datetime, end: datetime, working: bool, waits: Waits) -> timedelta:
        if not working:
            return end - start - sum((min(e, end) - b for b, e in waits if b < end), NOTHING)
        total = self._worked(start, end)
        for begin, stop in waits:
            if begin < end:
                total -= self._worked(begin, min(stop, end))
        return total

    def _worked(self, start: datetime, end: datetime) -> timedelta:
        total, day, last = NOTHING, start.date(), end.date()
        while day <= last:
            for a, b in self.spans[day]:
                first, until = max(a, start), min(b, end)
                if first < until:
                    total += until - first
            day += DAY
        return total

    def _due(self, start: datetime, limit: Limit, waits: Waits) -> datetime:
        amount, days, working, _ = limit
        if days:
            day = start.date()
            while days:
                day += DAY
                days -= day in self.workdays
            end = self.spans[day][-1][1]
            if not waits:
                return end
            amount, working = self._worked(start, end), True
        return self._walk(start, amount, waits) if working else _natural(start, amount, waits)

    def _walk(self, start: datetime, left: timedelta, waits: Waits) -> datetime:
        """The first moment by which so much working time has counted and that is no wait."""
        day = start.date()
        while True:
            for a, end in self.spans[day]:
                at = max(a, start)
                for begin, stop in waits:
                    if stop <= at or begin >= end:
                        continue
                    if begin > at:
                        if begin - at >= left:
                            return stop if begin - at == left else at + left
                        left -= begin - at
                    at = stop
                    if at >= end:
                        break
                if at < end:
                    if end - at >= left:
                        due = at + left
                        return next((stop for begin, stop in waits if begin <= due < stop), due)
                    left -= end - at
            day += DAY


def _natural(start: datetime, left: timedelta, waits: Waits) -> datetime:
    at = start
    for begin, stop in waits:
        if begin - at > left:
            break
        left -= begin - at
        at = stop
    return at + left


def _merged(waits: list[tuple[datetime, datetime | None]], now: datetime) -> Waits:
    found: Waits = []
    for begin, end in sorted((b, min(now if e is None else e, now)) for b, e in waits):
        if begin >= end:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def _within(waits: Waits, start: datetime, end: datetime) -> Waits:
    return [(max(b, start), min(e, end)) for b, e in waits if max(b, start) < min(e, end)]
