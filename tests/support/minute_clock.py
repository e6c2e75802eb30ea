"""Time that counts, by walking through the minutes one by one: the reference for xlsvc.active_time.

Shares nothing with the product. A day's spans are given as minutes by weekday, the days off and the make-up days as
they stand in the State Council's notices and in the office's own list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

MINUTE = timedelta(minutes=1)
Waits = Sequence[tuple[int, int | None]]

OFFICIAL_REST = {
    *(date(2024, 5, d) for d in range(1, 6)), *(date(2024, 4, d) for d in (4, 5, 6)),
    *(date(2024, 9, d) for d in (15, 16, 17)), *(date(2024, 10, d) for d in range(1, 8)), date(2024, 6, 10),
}  # fmt: skip
OFFICIAL_WORK = {date(2024, *md) for md in ((4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12))}


class MinuteClock:
    """Minutes are counted from `first` (a midnight of 2024 after February); the table ends `days` later.

    `week`: weekday -> (from, to) in minutes after midnight; `own`: day -> is it worked. A make-up day, the notice's or the
    office's own on a weekend, has the spans of Monday; a weekend day with spans is worked unless it is a holiday.
    """

    def __init__(
        self, first: date, days: int, week: Mapping[int, Sequence[tuple[int, int]]], own: Mapping[date, bool]
    ) -> None:
        self.first, self.minutes = first, days * 1440
        self.counts: list[bool] = []
        self.workdays: list[bool] = []
        for n in range(days):
            day = first + timedelta(days=n)
            off, made_up = day in OFFICIAL_REST, day in OFFICIAL_WORK
            works = made_up or (day.weekday() < 5 and not off)
            if day in own:
                works, off = own[day], not own[day]
            spans = week.get(0 if works and day.weekday() >= 5 else day.weekday(), ()) if not off else ()
            self.workdays.append(works and bool(spans))
            self.counts += [any(a <= minute < b for a, b in spans) for minute in range(1440)]

    def elapsed(self, start: int, end: int, working: bool, waits: Waits, now: int) -> int:
        """Minutes that count from start to end, walked."""
        waiting = self._waiting(waits, now)
        total = 0
        for minute in range(start, end):
            if (not working or self.counts[minute]) and not waiting[minute]:
                total += 1
        return total

    def due(self, start: int, amount: int, working: bool, waits: Waits, now: int) -> int | None:
        """The first minute that is no wait and by which so many have counted; None beyond the table."""
        waiting = self._waiting(waits, now)
        left, minute = amount, start
        while minute < self.minutes and (left or waiting[minute]):
            left -= (not working or self.counts[minute]) and not waiting[minute]
            minute += 1
        return minute if minute < self.minutes else None

    def _waiting(self, waits: Waits, now: int) -> bytearray:
        found = bytearray(self.minutes)
        for begin, end in waits:
            for minute in range(begin, min(now if end is None else end, now, self.minutes)):
                found[minute] = 1
        return found

    def end_of_workday(self, start: int, number: int) -> int:
        """The end of the n-th working day after the start's day."""
        day = start // 1440
        while number:
            day += 1
            number -= self.workdays[day]
        return max(m for m in range(day * 1440, day * 1440 + 1440) if self.counts[m]) + 1

    def at(self, minute: int) -> datetime:
        return datetime(self.first.year, self.first.month, self.first.day) + minute * MINUTE

