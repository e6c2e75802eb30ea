"""Working days and working time: the official Chinese calendar, the office's own days over it, and the
hours of a day.

Everything is computed from one table of days (is it a working day; seconds and days worked before it), so
that a million moments cost a few array look-ups. Moments are numpy datetime64, taken to the whole second;
days are datetime64[D]. Requirements §2 C4 and §6 (calendar oracles).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.issues import WorkbookError

from .work_hours import DAY, WEEKDAYS, Hours, Spans, parse_hours

Moments = npt.NDArray[np.datetime64]
Days = npt.NDArray[np.datetime64]
Whole = npt.NDArray[np.int64]

LAST_YEAR = 2261  # nanosecond timestamps, which pandas keeps, end in April 2262
DEFAULT_SPANS = "09:00-12:00 13:30-18:00"
_NAT = np.iinfo(np.int64).min


@cache
def published_year(year: int) -> npt.NDArray[np.bool_] | None:
    """Is each day of a year a working day by the State Council's notice, or None for a year whose notice
    the installed chinesecalendar does not know."""
    import chinese_calendar

    first, last = date(year, 1, 1), date(year, 12, 31)
    try:
        working = chinese_calendar.get_workdays(first, last)
    except NotImplementedError:
        return None
    table = np.zeros((last - first).days + 1, dtype=bool)
    table[[(day - first).days for day in working]] = True
    return table


@cache
def holiday_names(year: int) -> Mapping[date, str]:
    """The days off of a year's statutory holidays, weekends within them too, with the holiday's Chinese name; empty
    for a year that is not published."""
    import chinese_calendar

    names = {h.value: str(h.chinese) for h in chinese_calendar.Holiday}
    found = {}
    if published_year(year) is not None:
        for n in range(366):
            day = date(year, 1, 1) + timedelta(days=n)
            rest, name = chinese_calendar.get_holiday_detail(day) if day.year == year else (False, None)
            if rest and name:
                found[day] = names.get(name, name)
    return found


def seconds(moments: Any) -> npt.NDArray[np.int64]:
    """Seconds since 1970 of any datetime64 array, rounded to the whole second (a serial number read as a
    float misses it by microseconds); NaT stays NaT."""
    array = np.asarray(moments)
    if array.dtype.kind != "M":
        array = np.asarray(pd.DatetimeIndex(array.ravel())).reshape(array.shape)
    unit, step = np.datetime_data(array.dtype)
    per_second = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}.get(unit, 0) // step
    raw = array.view("int64")
    if not per_second:
        return array.astype("datetime64[s]").view("int64")
    return np.where(raw == _NAT, _NAT, (raw + per_second // 2) // per_second)


def moments(epoch_seconds: npt.NDArray[np.int64]) -> Moments:
    """The opposite of `seconds`: datetime64[s]."""
    return np.asarray(epoch_seconds, dtype=np.int64).view("datetime64[s]")


class Calendar:
    """Which days and hours are worked.

    `holidays` are rows of sheet 假期 (columns day, day_kind: 休息 or 上班) or a mapping day -> kind; they win
    over the official calendar, which wins over Monday to Friday. `spans` are the hours of the week (see
    work_hours.parse_hours), or the spans of every working day.

    `worked` is the clock of working time: seconds worked up to a moment, counted from a day that stays the same for
    the life of the Calendar; `reached` is its inverse. Everything else is made of these two.
    """

    def __init__(
        self,
        holidays: pd.DataFrame | Mapping[Any, str] | None = None,
        spans: str | Sequence[tuple[int, int]] | Hours = DEFAULT_SPANS,
    ) -> None:
        if isinstance(spans, str):
            spans = parse_hours(spans)
        self.hours: Hours = spans if isinstance(spans, Hours) else Hours(tuple(spans))
        self.spans: Spans = self.hours.default
        self._own = _own_days(holidays)
        week = [self.hours.of(day) for day in range(7)]
        sets = list(dict.fromkeys([(), self.spans, *week]))  # kind 0 is a day without hours
        self._default_kind = sets.index(self.spans)
        self._week_kinds = np.array([sets.index(spans) for spans in week], dtype=np.int64)
        width = max(len(spans) for spans in sets)
        table = np.zeros((len(sets), max(width, 1), 2), dtype=np.int64)
        for kind, spans_of_kind in enumerate(sets):
            if spans_of_kind:
                table[kind, : len(spans_of_kind)] = spans_of_kind
                table[kind, len(spans_of_kind) :] = spans_of_kind[-1][1]  # empty spans at the end
        self._starts, self._ends = table[:, :, 0], table[:, :, 1]
        lengths = self._ends - self._starts
        self._day_lengths = lengths.sum(axis=1)
        self._done_before = np.cumsum(lengths, axis=1) - lengths  # seconds worked before each span of the day
        self._first = 0  # first day of the table, days since 1970
        self._origin: int | None = None  # the day that `worked` counts from
        self._kinds = np.zeros(0, dtype=np.int64)
        self._work = np.zeros(0, dtype=bool)
        self._before = np.zeros(1, dtype=np.int64)  # working days before each day of the table
        self._seconds_before = np.zeros(1, dtype=np.int64)
        own_rest = {day for day, working in self._own.items() if not working}
        self._registered = {
            day.year for day in own_rest
            if (day.month, day.day) == (1, 1) and date(day.year, 10, 1) in own_rest
        }  # fmt: skip

    def is_workday(self, days: Any) -> npt.NDArray[np.bool_]:
        """Is each day (or the day of each moment) a working day; False for NaT. A weekend day with hours of its own
        is none: its hours count, but a limit of three working days is promised by the official calendar."""
        day, known = self._days_of(days)
        return self._work[day - self._first] & known

    def explained(self, first: date, last: date, by_day: bool) -> list[tuple[date, str]]:
        """The days from first to last that do not count, weekends too, and those that do although the week says
        otherwise, with the reason: 周末, a holiday's name, 本单位休息, 补班, 本单位上班. `by_day`: as working days are
        counted; otherwise a Saturday with hours of its own counts."""
        found = []
        days = np.arange(np.datetime64(first), np.datetime64(last + timedelta(days=1)))
        full = self.is_workday(days).tolist()
        hours = (self._kinds[days.view("int64") - self._first] > 0).tolist()
        for n, day in enumerate(days.tolist()):
            weekend, works = day.weekday() >= WEEKDAYS, full[n]
            if day in self._own and not (works and not weekend and day not in holiday_names(day.year)):
                found.append((day, "本单位上班" if works else "本单位休息"))
            elif works and weekend:
                found.append((day, "补班"))
            elif not works and (by_day or not hours[n]):
                found.append((day, holiday_names(day.year).get(day, "周末" if weekend else "不上班")))
        return found

    def unpublished(self, days: Any) -> npt.NDArray[np.bool_]:
        """Where the year's official calendar is not known, so that its working days are only Monday to
        Friday plus what 假期 says. A year counts as known once 假期 holds its 1 January and its
        1 October as 休息: the notice is one text and these are its first and last feasts."""
        array = np.atleast_1d(np.asarray(days))
        years = array.astype("datetime64[Y]").view("int64") + 1970
        years = np.where(np.isnat(array), 0, years)
        unknown = [
            y for y in np.unique(years).tolist()
            if y and y not in self._registered and published_year(y) is None
        ]  # fmt: skip
        return np.isin(years, unknown)

    def add_workdays(self, starts: Any, n: Any) -> Days:
        """The n-th working day after each start's day, as datetime64[D] (n whole; NaT for NaT).

        The start's own day is never counted, whatever its hour, so a case taken on Saturday with n = 1
        is due on Monday just as one taken on Friday. n = 0 is the day itself or, if it is not
        worked, the next one that is. Raises WorkbookError time.no_workday.
        """
        day, known = self._days_of(starts)
        count = np.broadcast_to(np.asarray(n, dtype=np.int64), day.shape)
        index = day - self._first
        wanted = self._before[index] + np.where(count > 0, self._work[index], 0) + np.maximum(count - 1, 0)
        while int(self._before[-1]) <= int(wanted[known].max(initial=0)):
            self._lengthen(starts)
        worked = np.flatnonzero(self._work) + self._first
        result = worked[np.where(known, wanted, 0)].view("datetime64[D]")
        return np.where(known, result, np.datetime64("NaT"))

    def end_of_workdays(self, starts: Any, n: Any) -> Moments:
        """When n working days after each start are over: the end of the last span of that day."""
        if not self._day_lengths[1:].any():
            raise WorkbookError("time.no_workday", start=_first_text(starts))
        days = self.add_workdays(starts, n)
        day, known = self._days_of(days)
        over = self._ends[self._kinds[day - self._first], -1]
        return moments(np.where(known, day * DAY + over, _NAT))

    def add_working_minutes(self, starts: Any, minutes: Any) -> Moments:
        """The earliest moment by which so many working minutes (> 0) have passed since each start.

        A limit that runs out with a span is due at the span's end, not when the next one starts; 0 minutes
        give the start itself. Raises WorkbookError time.no_workday.
        """
        start = seconds(starts)
        known = start != _NAT
        amount = np.broadcast_to(np.asarray(minutes, dtype=float), start.shape)
        add = np.rint(amount * 60)
        add = np.where(np.isfinite(add) & known, add, 0).astype(np.int64)
        due = np.where(add > 0, self.reached(self.worked(start) + add, starts), start)
        return moments(np.where(known & np.isfinite(amount), due, _NAT))

    def worked(self, at: Whole) -> Whole:
        """Seconds worked up to each moment (seconds since 1970), from the Calendar's own first day on; 0 for NaT."""
        known = at != _NAT
        if not known.any():
            return np.zeros_like(at)
        all_known = bool(known.all())
        day = at // DAY
        low, high = (day.min(), day.max()) if all_known else (day[known].min(), day[known].max())
        self._cover(int(low), int(high))
        index = day - self._first
        clock = at - day * DAY
        if not all_known:
            index, clock = np.where(known, index, 0), np.where(known, clock, 0)
        total = self._seconds_before[index]
        for start, length in self._spans_by_day:
            part = clock - start[index]
            np.maximum(part, 0, out=part)
            total += np.minimum(part, length[index], out=part)
        return total if all_known else np.where(known, total, 0)

    def reached(self, worked: Whole, since: Any = ()) -> Whole:
        """The earliest moment (seconds since 1970) by which so many seconds, as `worked` counts them, are worked.

        Raises WorkbookError time.no_workday, naming the first of the moments `since`, where that is not before the
        end of LAST_YEAR.
        """
        if not worked.size:
            return np.zeros_like(worked)
        self._grow_until(int(worked.max()), since)
        place = self._bucket[np.clip((worked - self._lowest) // self._shortest, 0, len(self._bucket) - 1)]
        place += self._reached_by[place + 1] < worked  # a bucket is no longer than a day's work: one day further at most
        index = self._worked_days[place]
        rest = worked - self._reached_by[place]
        spans = iter(self._spans_by_day)
        start, length = next(spans)
        clock = start[index] + rest
        for later, longer in spans:
            rest -= length[index]
            clock = np.where(rest > 0, later[index] + rest, clock)
            length = longer
        return np.asarray((index + self._first) * DAY + clock)

    def working_minutes(self, starts: Any, ends: Any) -> npt.NDArray[np.float64]:
        """Working minutes from each start to each end: negative if the end comes first, NaN without
        either."""
        start, end = np.broadcast_arrays(seconds(starts), seconds(ends))
        known = (start != _NAT) & (end != _NAT)
        return np.where(known, (self.worked(end) - self.worked(start)) / 60, np.nan)

    def clock_starts(self, starts: Any) -> Moments:
        """The moment from which working time runs for each start: itself, or the start of the next span."""
        return np.asarray(self.add_working_minutes(starts, 1 / 60) - np.timedelta64(1, "s"))

    def _days_of(self, values: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """Days since 1970 (the table's first day for NaT) and which are known; the table covers them."""
        at = seconds(np.atleast_1d(np.asarray(values)))
        known = at != _NAT
        day = at // DAY
        if known.any():
            self._cover(int(day[known].min()), int(day[known].max()))
        elif not len(self._work):
            self._cover(0, 0)
        return np.where(known, day, self._first), known

    def _cover(self, low: int, high: int) -> None:
        """Make the table hold the days from low to high, in whole years."""
        last = self._first + len(self._work) - 1
        if len(self._work) and self._first <= low and high <= last:
            return
        if len(self._work):
            low, high = min(low, self._first), max(high, last)
        first_year = int(np.datetime64(low, "D").astype("datetime64[Y]").view("int64")) + 1970
        last_year = int(np.datetime64(high, "D").astype("datetime64[Y]").view("int64")) + 1970
        self._first = int(np.datetime64(f"{first_year:04d}-01-01", "D").view("int64"))
        end = int(np.datetime64(f"{last_year + 1:04d}-01-01", "D").view("int64"))
        work = (np.arange(self._first, end) + 3) % 7 < 5  # 1970-01-01 was a Thursday
        for year in range(first_year, last_year + 1):
            table = published_year(year)
            if table is not None:
                at = int(np.datetime64(f"{year:04d}-01-01", "D").view("int64")) - self._first
                work[at : at + len(table)] = table
        for day, working in self._own.items():
            if first_year <= day.year <= last_year:
                work[int(np.datetime64(day, "D").view("int64")) - self._first] = working
        self._kinds = self._kinds_of(work, first_year, last_year)
        self._work = work & (self._kinds > 0)
        self._before = np.concatenate(([0], np.cumsum(self._work)))
        if self._origin is None:
            self._origin = self._first
        total = np.concatenate(([0], np.cumsum(self._day_lengths[self._kinds])))
        self._seconds_before = total - total[self._origin - self._first]
        spans = range(self._starts.shape[1])
        self._spans_by_day = [
            (self._starts[self._kinds, n], self._ends[self._kinds, n] - self._starts[self._kinds, n]) for n in spans
        ]
        self._worked_days = np.flatnonzero(self._day_lengths[self._kinds])
        if not len(self._worked_days):
            return
        self._reached_by = np.append(self._seconds_before[self._worked_days], self._seconds_before[-1])
        self._shortest = int(self._day_lengths[self._kinds[self._worked_days]].min())
        self._lowest = int(self._reached_by[0])
        buckets = self._lowest + self._shortest * np.arange(-(-(int(self._reached_by[-1]) - self._lowest) // self._shortest))
        self._bucket = np.maximum(np.searchsorted(self._reached_by, buckets, side="left") - 1, 0)

    def _kinds_of(self, work: npt.NDArray[np.bool_], first_year: int, last_year: int) -> Whole:
        """For each day of the table which hours it has: those of its weekday, of a weekday for a make-up day."""
        weekday = (np.arange(self._first, self._first + len(work)) + 3) % 7
        weekend = weekday >= WEEKDAYS
        kinds = np.where(work, np.where(weekend, self._default_kind, self._week_kinds[weekday]), 0)
        if self._week_kinds[WEEKDAYS:].any():  # weekend days with hours of their own, unless they are a holiday
            extra = weekend & ~work
            own_rest = [day for day, working in self._own.items() if not working]
            for day in [d for y in range(first_year, last_year + 1) for d in holiday_names(y)] + own_rest:
                place = int(np.datetime64(day, "D").view("int64")) - self._first
                if 0 <= place < len(work):
                    extra[place] = False
            kinds = np.where(extra, self._week_kinds[weekday], kinds)
        return np.asarray(kinds, dtype=np.int64)

    def _grow_until(self, worked: int, since: Any) -> None:
        """Lengthen the table until so many seconds are worked in it, twice as far each time, at most to
        LAST_YEAR."""
        if not len(self._kinds):
            self._cover(0, 0)
        while int(self._seconds_before[-1]) < worked:
            self._lengthen(since)

    def _lengthen(self, since: Any) -> None:
        limit = int(np.datetime64(f"{LAST_YEAR}-12-31", "D").view("int64"))
        last = self._first + len(self._work) - 1
        if last >= limit or not self._day_lengths[1:].any():
            raise WorkbookError("time.no_workday", start=_first_text(since))
        self._cover(self._first, min(limit, last + max(366, len(self._work))))


def _own_days(holidays: pd.DataFrame | Mapping[Any, str] | None) -> dict[date, bool]:
    """Sheet 假期 as day -> worked; rows without a day or with another kind are left out."""
    if holidays is None:
        return {}
    if isinstance(holidays, pd.DataFrame):
        if not {"day", "day_kind"} <= set(holidays.columns):
            return {}
        pairs = list(zip(holidays["day"], holidays["day_kind"], strict=True))
    else:
        pairs = list(holidays.items())
    known = {"休息": False, "上班": True}
    return {
        pd.Timestamp(day).date(): known[kind]
        for day, kind in pairs if kind in known and not pd.isna(pd.Timestamp(day))
    }  # fmt: skip


def _first_text(starts: Any) -> str:
    known = np.atleast_1d(np.asarray(starts)).astype("datetime64[D]")
    known = known[~np.isnat(known)]
    return str(known.min()) if len(known) else ""
