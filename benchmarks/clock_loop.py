"""The six clocks as a script reckons them: row after row, day after day, in plain Python.

Written for speed as far as a loop allows: whole seconds instead of datetimes, the calendar in a dict, limits looked up
in a dict. Shares no arithmetic with the product. `Case` is one ticket; `judge` gives its clocks.
"""

from __future__ import annotations

from dataclasses import dataclass

DAY = 86_400
Waits = list[tuple[int, int]]
Limit = tuple[int, str, bool, float]
"""Amount (seconds, or working days), "" or 工作日, by working time, warning share."""
Judged = tuple[str, int | None, float | None]
"""Status, due, minutes."""


@dataclass(slots=True)
class Case:
    """Seconds since 1970, None where not known; `waits` in any order, an end of None is still open."""

    limits: dict[str, Limit | None]
    raised: int | None
    taken: int
    registered: int | None
    responded: int | None
    dispatched: int | None
    arrived: int | None
    proposed: int | None
    resolved: int | None
    reopened: int | None
    first_resolved: int | None
    said_closed: bool
    waits: list[tuple[int, int | None]]


class Office:
    """The spans of every day (days since 1970 -> (from, to) in seconds after midnight), which days are working days, and
    when it is."""

    def __init__(self, spans: dict[int, tuple[tuple[int, int], ...]], workdays: set[int], now: int) -> None:
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

    def _clock(self, key: str, case: Case, start: int | None, done: int | None, waits: Waits) -> Judged:
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
            minutes = self._elapsed(start, done, working, mine) / 60
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
        if key == "second" and case.resolved is not None and case.resolved <= start:
            resolved = None  # open again
        if case.said_closed or (resolved is not None and resolved <= self.now):
            proven = key == "proposal" and resolved is not None and start <= resolved <= min(due, self.now)
            return ("达标" if proven else "无法判定"), due, None
        if self.now > due:
            return "超时", due, None
        by_hours = working or limit[1] == "工作日"
        whole = self._elapsed(start, due, by_hours, mine)
        used = self._elapsed(start, self.now, by_hours, mine)
        near = whole == 0 or (used / 60) / (whole / 60) >= limit[3]
        return ("即将超时" if near else "进行中"), due, None

    def _elapsed(self, start: int, end: int, working: bool, waits: Waits) -> int:
        if not working:
            return end - start - sum(min(e, end) - b for b, e in waits if b < end)
        total = self._worked(start, end)
        for begin, stop in waits:
            if begin < end:
                total -= self._worked(begin, min(stop, end))
        return total

    def _worked(self, start: int, end: int) -> int:
        total = 0
        for day in range(start // DAY, end // DAY + 1):
            midnight = day * DAY
            for a, b in self.spans[day]:
                first, last = max(midnight + a, start), min(midnight + b, end)
                if first < last:
                    total += last - first
        return total

    def _due(self, start: int, limit: Limit, waits: Waits) -> int:
        amount, unit, working, _ = limit
        if unit == "工作日":
            day, left = start // DAY, amount
            while left:
                day += 1
                left -= day in self.workdays
            end = day * DAY + self.spans[day][-1][1]
            if not waits:
                return end
            amount, working = self._worked(start, end), True
        return self._walk(start, amount, waits) if working else _natural(start, amount, waits)

    def _walk(self, start: int, left: int, waits: Waits) -> int:
        """The first moment by which so much working time has counted and that is no wait."""
        day = start // DAY
        while True:
            midnight = day * DAY
            for a, b in self.spans[day]:
                at, end = max(midnight + a, start), midnight + b
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
            day += 1


def _natural(start: int, left: int, waits: Waits) -> int:
    at = start
    for begin, stop in waits:
        if begin - at > left:
            break
        left -= begin - at
        at = stop
    return at + left


def _merged(waits: list[tuple[int, int | None]], now: int) -> Waits:
    found: Waits = []
    for begin, end in sorted((b, min(now if e is None else e, now)) for b, e in waits):
        if begin >= end:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def _within(waits: Waits, start: int, end: int) -> Waits:
    return [(max(b, start), min(e, end)) for b, e in waits if max(b, start) < min(e, end)]
