"""Working days and working time: the official Chinese calendar, the office's own days over it, and the
hours of a day.

Everything is computed from one table of days (is it a working day; seconds and days worked before it), so
that a million moments cost a few array look-ups. Moments are numpy datetime64, taken to the whole second;
days are datetime64[D]. Requirements §2 C4 and §6 (calendar oracles).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.issues import WorkbookError

Moments = npt.NDArray[np.datetime64]
Days = npt.NDArray[np.datetime64]
Spans = tuple[tuple[int, int], ...]

DAY = 86_400
LAST_YEAR = 2261  # nanosecond timestamps, which pandas keeps, end in April 2262
DEFAULT_SPANS = "09:00-12:00 13:30-18:00"
_NAT = np.iinfo(np.int64).min
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-~—–至到]+\s*(\d{1,2}):(\d{2})")


def parse_spans(text: str) -> Spans:
    """The working hours of a day as (start, end) in seconds after midnight, in order; ValueError for text
    that is not spans, spans that overlap and spans that end before they start. 24:00 may end a day."""
    folded = unicodedata.normalize("NFKC", str(text)).strip()
    if re.sub(r"[\s,;、,;]+", "", _SPAN.sub("", folded)) or not folded:
        raise ValueError(text)
    spans = []
    for match in _SPAN.finditer(folded):
        h1, m1, h2, m2 = map(int, match.groups())
        start, end = h1 * 3600 + m1 * 60, h2 * 3600 + m2 * 60
        if m1 > 59 or m2 > 59 or not start < end <= DAY:
            raise ValueError(text)
        spans.append((start, end))
    spans.sort()
    if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        raise ValueError(text)
    return tuple(spans)


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
    over the official calendar, which wins over Monday to Friday. `spans` are the hours of every working day.
    """

    def __init__(
        self,
        holidays: pd.DataFrame | Mapping[Any, str] | None = None,
        spans: str | Sequence[tuple[int, int]] = DEFAULT_SPANS,
    ) -> None:
        self.spans: Spans = parse_spans(spans) if isinstance(spans, str) else tuple(spans)
        self._own = _own_days(holidays)
        self._starts = np.array([s for s, _ in self.spans], dtype=np.int64)
        lengths = np.array([e - s for s, e in self.spans], dtype=np.int64)
        self._ends_worked = np.cumsum(lengths)  # seconds worked by the end of each span
        self._day_length = int(lengths.sum())
        self._first = 0  # first day of the table, days since 1970
        self._work = np.zeros(0, dtype=bool)
        self._before = np.zeros(1, dtype=np.int64)  # working days before each day of the table
        own_rest = {day for day, working in self._own.items() if not working}
        self._registered = {
            day.year for day in own_rest
            if (day.month, day.day) == (1, 1) and date(day.year, 10, 1) in own_rest
        }  # fmt: skip

    def is_workday(self, days: Any) -> npt.NDArray[np.bool_]:
        """Is each day (or the day of each moment) worked; False for NaT."""
        day, known = self._days_of(days)
        return self._work[day - self._first] & known

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
        self._grow_until(int(wanted[known].max(initial=0)) + 1, starts)
        worked = np.flatnonzero(self._work) + self._first
        result = worked[np.where(known, wanted, 0)].view("datetime64[D]")
        return np.where(known, result, np.datetime64("NaT"))

    def end_of_workdays(self, starts: Any, n: Any) -> Moments:
        """When n working days after each start are over: the end of the last span of that day."""
        if not self._day_length:
            raise WorkbookError("time.no_workday", start=_first_text(starts))
        days = self.add_workdays(starts, n).astype("datetime64[s]")
        return np.asarray(days + np.timedelta64(self.spans[-1][1], "s"))

    def add_working_minutes(self, starts: Any, minutes: Any) -> Moments:
        """The earliest moment by which so many working minutes (> 0) have passed since each start.

        A limit that runs out with a span is due at the span's end, not when the next one starts; 0 minutes
        give the start itself. Raises WorkbookError time.no_workday.
        """
        start = seconds(starts)
        known = start != _NAT
        worked = self._worked_before(start, known)
        add = np.rint(np.broadcast_to(np.asarray(minutes, dtype=float), start.shape) * 60)
        add = np.where(np.isfinite(add) & known, add, 0).astype(np.int64)
        target = worked + add
        if add.any():
            if not self._day_length:
                raise WorkbookError("time.no_workday", start=_first_text(starts))
            self._grow_until(-(-int(target.max()) // self._day_length), starts)
        length = max(self._day_length, 1)
        days_done = np.maximum(-(-target // length) - 1, 0)  # whole working days before the due day
        rest = target - days_done * length
        days = np.flatnonzero(self._work) + self._first
        day = days[np.minimum(days_done, len(days) - 1)] if len(days) else np.zeros_like(target)
        if len(self.spans):
            span = np.minimum(np.searchsorted(self._ends_worked, rest, side="left"), len(self.spans) - 1)
            clock = self._starts[span] + rest - np.concatenate(([0], self._ends_worked))[span]
        else:
            clock = rest
        due = np.where(add > 0, day * DAY + clock, start)
        return moments(np.where(known & np.isfinite(_as_float(minutes, start.shape)), due, _NAT))

    def working_minutes(self, starts: Any, ends: Any) -> npt.NDArray[np.float64]:
        """Working minutes from each start to each end: negative if the end comes first, NaN without
        either."""
        start, end = seconds(starts), seconds(ends)
        start, end = np.broadcast_arrays(start, end)
        known = (start != _NAT) & (end != _NAT)
        if known.any():  # both in one table before counting from its first day
            self._cover(int(start[known].min() // DAY), int(start[known].max() // DAY))
            self._cover(int(end[known].min() // DAY), int(end[known].max() // DAY))
        start_worked, end_worked = self._worked_before(start, known), self._worked_before(end, known)
        return np.where(known, (end_worked - start_worked) / 60, np.nan)

    def clock_starts(self, starts: Any) -> Moments:
        """The moment from which working time runs for each start: itself, or the start of the next span."""
        return np.asarray(self.add_working_minutes(starts, 1 / 60) - np.timedelta64(1, "s"))

    def _worked_before(
        self, at: npt.NDArray[np.int64], known: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.int64]:
        """Working seconds from the start of the table to each moment."""
        day = np.where(known, at // DAY, self._first)
        if known.any():
            self._cover(int(day[known].min()), int(day[known].max()))
        day = np.where(known, day, self._first)
        index = day - self._first
        clock = np.where(known, at - day * DAY, 0)
        today = np.zeros_like(clock)
        for start, end in self.spans:
            today += np.clip(clock, start, end) - start
        if not len(self._work):
            return today * 0
        return self._before[index] * self._day_length + today * self._work[index]

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
        self._work = work
        self._before = np.concatenate(([0], np.cumsum(work)))

    def _grow_until(self, workdays: int, starts: Any) -> None:
        """Lengthen the table until it holds so many working days, twice as far each time, at most to
        LAST_YEAR."""
        limit = int(np.datetime64(f"{LAST_YEAR}-12-31", "D").view("int64"))
        while int(self._before[-1]) < workdays:
            last = self._first + len(self._work) - 1
            if last >= limit:
                raise WorkbookError("time.no_workday", start=_first_text(starts))
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


def _as_float(value: Any, shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    return np.broadcast_to(np.asarray(value, dtype=float), shape)


def _first_text(starts: Any) -> str:
    known = np.atleast_1d(np.asarray(starts)).astype("datetime64[D]")
    known = known[~np.isnat(known)]
    return str(known.min()) if len(known) else ""
