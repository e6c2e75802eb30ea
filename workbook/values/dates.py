"""Moments and days: Excel serial numbers, and the many ways people type a date.

A date is read only when its characters allow one reading; everything else is asked (S002's
`2024-03-1514:00` is 15 March, 14:00; `2024-03-114:00` may be two moments). Years outside 2000 to 2100
are asked too. No time zones: a ledger holds local time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .cleaning import Parsed, clean, is_nothing, number_text, plain

FIRST_YEAR, LAST_YEAR = 2000, 2100

_EPOCH = datetime(1899, 12, 30)  # serials from 61 on; Excel counts a 29 February 1900 that never was
_EARLY_EPOCH = datetime(1899, 12, 31)  # serials 1 to 59
_FALSE_DAY = 60
_LAST_SERIAL = 2_958_466  # Excel: 9999-12-31 is the last day
_FIRST_GOOD = (date(FIRST_YEAR, 1, 1) - _EPOCH.date()).days
_END_GOOD = (date(LAST_YEAR + 1, 1, 1) - _EPOCH.date()).days


def serial(moment: datetime | date) -> float:
    """The number Excel (1900 system) stores for a moment; a date is its midnight.

    Raises ValueError before 1900-01-01.
    """
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)
    epoch = _EPOCH if moment >= datetime(1900, 3, 1) else _EARLY_EPOCH
    since = moment.replace(tzinfo=None) - epoch
    if since.days < 1:
        raise ValueError(f"{moment} is before 1900-01-01, the first day Excel knows")
    return since.days + (since.seconds + since.microseconds / 1e6) / 86_400


def from_serial(number: float) -> datetime:
    """The moment of a serial of the 1900 system, to the nearest second (Excel's own times carry float dust).

    Raises ValueError for serial 60 (the false 1900-02-29), below 1 and after the year 9999.
    """
    if not 1 <= number < _LAST_SERIAL:
        raise ValueError(f"{number} is no date of the 1900 system")
    seconds = round((number - int(number)) * 86_400)
    if int(number) == _FALSE_DAY:
        raise ValueError("serial 60 is 1900-02-29, a day that never was")
    epoch = _EPOCH if number > _FALSE_DAY else _EARLY_EPOCH
    return epoch + timedelta(days=int(number), seconds=seconds)


def serials_in_range(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which serials fall in the years that are believed without asking."""
    return (numbers >= _FIRST_GOOD) & (numbers < _END_GOOD)


def moments(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.datetime64]:
    """Serials (all of them `serials_in_range`) as datetime64[ns], to the nearest second."""
    seconds = np.rint(numbers * 86_400).astype("int64")
    return (np.datetime64(_EPOCH, "s") + seconds.astype("timedelta64[s]")).astype("datetime64[ns]")


@dataclass(frozen=True, slots=True)
class Relative:
    """A moment that needs its row's base moment: a time of day, or a month and day without a year."""

    clock: timedelta = timedelta()
    days: int = 0
    month: int = 0
    day: int = 0


_REST = r"(?P<rest>.*)"
_GLUED = re.compile(
    r"(?P<y>\d{4})(?P<a>[-/.年])(?P<m>\d{1,2})(?P<b>[-/.月])(?P<run>\d{2,4})(?P<tail>:\d{2}(?::\d{2})?)"
)
_YMD = re.compile(r"(?P<y>\d{4})\s*(?P<s>[-/.])\s*(?P<m>\d{1,2})\s*(?P=s)\s*(?P<d>\d{1,2})(?!\d)" + _REST)
_CHINESE = re.compile(r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})(?!\d)\s*[日号]?" + _REST)
_DIGITS = re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?:\s?(?P<h>\d\d)(?P<mi>\d\d)(?P<sec>\d\d)?)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4})(?!\d)" + _REST)
_SHORT_YEAR = re.compile(r"'?\d{2}(?:[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|年\d{1,2}月\d{1,2}).*")
_NO_YEAR = re.compile(r"(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?(?!\d)" + _REST)
_NO_YEAR_DIGITS = re.compile(r"\d{1,2}[-/.]\d{1,2}(?:\s.*)?")
_WEEKDAY = re.compile(r"[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?")
_DAY_WORD = re.compile(r"(?P<word>当天|当日|次日|第二天|翌日)\s*" + _REST)
_CLOCK = re.compile(
    r"(?P<half>上午|下午|早上|清晨|早|中午|傍晚|晚上|晚|凌晨)?\s*(?P<h>\d{1,2})\s*"
    r"(?::\s?(?P<mi>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?"
    r"|[点时]\s*(?:整|(?P<half_hour>半)|(?P<mi2>\d{1,2})\s*分?\s*(?:(?P<s2>\d{1,2})\s*秒)?)?)"
    r"\s*(?P<ampm>[ap]\.?m\.?)?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"\d{4}([-/])\d{1,2}\1\d{1,2}(?: (?!24)\d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)
_USUAL = re.compile(
    r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII
)  # the whole of a text that leaves no question
_BEFORE_CLOCK = " T,;_-、"


class _AskError(Exception):
    """The cell has to be asked about; `code` says why, `values` go into the message."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values


def show(moment: datetime, kind: str = "datetime") -> str:
    """A moment as messages write it: 2024-03-15 14:00, seconds only where there are any."""
    if kind == "date":
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment.second else f"{moment:%Y-%m-%d %H:%M}"


@lru_cache(maxsize=4096)
def read_moment(raw: str | float, kind: str = "datetime") -> Parsed:
    """A cell of a date column, text or serial, as a datetime; `kind` "date" keeps the day only.

    Cells that need the row's base moment come back without value, code "value.time_without_day" or
    "value.date_no_year" and `relative` set; `place` finishes them.
    """
    if isinstance(raw, str) and (usual := _usual(raw)):
        usual = usual.replace(hour=0, minute=0, second=0) if kind == "date" else usual
        return Parsed(usual, "value.text_date", {"old": raw, "new": show(usual, kind)})
    old = clean(raw) if isinstance(raw, str) else number_text(raw)
    try:
        found = _read_text(raw) if isinstance(raw, str) else _read_number(raw)
        if found is None:
            return Parsed(None)
        if isinstance(found, Relative):
            code = "value.date_no_year" if found.month else "value.time_without_day"
            return Parsed(None, code, {"old": old}, None if kind == "date" and not found.month else found)
    except _AskError as ask:
        return Parsed(None, ask.code, {"old": old, **ask.values})
    if kind == "date":
        found = found.replace(hour=0, minute=0, second=0, microsecond=0)
    if not isinstance(raw, str) and _FIRST_GOOD <= raw < _END_GOOD:
        return Parsed(found)
    code = "value.text_date" if _PLAIN.fullmatch(old) else "value.repaired"
    return Parsed(found, code, {"old": old, "new": show(found, kind)})


def _usual(text: str) -> datetime | None:
    """2024-05-01 or 2024/5/1 9:30 typed as text, by far the commonest; None for anything else."""
    m = _USUAL.fullmatch(text)
    if m is None or not str(FIRST_YEAR) <= m[1] <= str(LAST_YEAR):
        return None
    try:
        return datetime(int(m[1]), int(m[3]), int(m[4]), int(m[5] or 0), int(m[6] or 0), int(m[7] or 0))
    except ValueError:
        return None


def place(relative: Relative, base: datetime) -> tuple[datetime, bool]:
    """A relative moment on its base's day (or in its year), and whether that reading is believed.

    A moment before its base is not: what is returned then is the suggestion (a day, or a year, later).
    A month and day is believed up to half a year after the base. Raises ValueError for 29 February in a
    year that has none.
    """
    if relative.month:
        moment = datetime(base.year, relative.month, relative.day) + relative.clock
        floor = base if relative.clock else datetime(base.year, base.month, base.day)
        if moment < floor:
            return moment.replace(year=base.year + 1), False
        return moment, moment - base <= timedelta(days=183)
    midnight = datetime(base.year, base.month, base.day)
    moment = midnight + timedelta(days=relative.days) + relative.clock
    return (moment, True) if moment >= base else (moment + timedelta(days=1), False)


def _read_number(number: float) -> datetime | Relative:
    if 0 < number < 1:
        seconds = round(number * 86_400)
        return Relative(timedelta(seconds=seconds))
    if _FIRST_GOOD <= number < _END_GOOD:
        return from_serial(number)
    digits = number_text(number)
    if digits.isdecimal() and len(digits) in (8, 12, 14) and (m := _DIGITS.fullmatch(digits)):
        return _digits(m)
    raise _AskError("value.date_out_of_range")


def _read_text(raw: str) -> datetime | Relative | None:
    text = plain(raw)
    if not text or is_nothing(text):
        return None
    text = _WEEKDAY.sub(" ", text).replace("。", ".").strip()
    if m := _GLUED.fullmatch(text):
        return _glued(m)
    if m := _YMD.fullmatch(text) or _CHINESE.fullmatch(text):
        return _day(m["y"], m["m"], m["d"]) + _after_date(m["rest"])
    if m := _DIGITS.fullmatch(text):
        return _digits(m)
    if _SERIAL.fullmatch(text):
        return _read_number(float(text))
    if m := _DAY_FIRST.fullmatch(text):
        return _day_first(m)
    if _SHORT_YEAR.fullmatch(text):
        raise _AskError("value.date_short_year")
    if m := _NO_YEAR.fullmatch(text):
        _day("2024", m["m"], m["d"])
        return Relative(_after_date(m["rest"]), month=int(m["m"]), day=int(m["d"]))
    if _NO_YEAR_DIGITS.fullmatch(text):
        raise _AskError("value.date_no_year")
    if m := _DAY_WORD.fullmatch(text):
        return Relative(_clock(m["rest"]), days=0 if m["word"] in ("当天", "当日") else 1)
    return Relative(_clock(text))


def _glued(m: re.Match[str]) -> datetime:
    run = m["run"]
    if len(run) == 4:
        return _day(m["y"], m["m"], run[:2]) + _clock(run[2:] + m["tail"])
    readings = []
    for cut in (1, 2):
        if 0 < len(run) - cut <= 2:
            try:
                moment = _day(m["y"], m["m"], run[:cut]) + _clock(run[cut:] + m["tail"])
            except _AskError:
                continue
            readings.append(show(moment))
    if not readings:
        raise _AskError("value.date_impossible")
    raise _AskError("value.date_ambiguous", readings=" 或 ".join(readings))


def _digits(m: re.Match[str]) -> datetime:
    clock = f"{m['h']}:{m['mi']}" + (f":{m['sec']}" if m["sec"] else "") if m["h"] else ""
    return _day(m["y"], m["m"], m["d"]) + _after_date(clock)


def _day_first(m: re.Match[str]) -> datetime:
    clock = _after_date(m["rest"])
    readings = []
    for month, day in ((m["m"], m["d"]), (m["d"], m["m"])):
        try:
            readings.append(_day(m["y"], month, day) + clock)
        except _AskError as ask:
            if ask.code != "value.date_impossible":
                raise
    if not readings:
        raise _AskError("value.date_impossible")
    if len(set(readings)) > 1:
        raise _AskError("value.date_ambiguous", readings=" 或 ".join(show(r) for r in readings))
    return readings[0]


def _day(year: str, month: str, day: str) -> datetime:
    try:
        found = datetime(int(year), int(month), int(day))
    except ValueError:
        raise _AskError("value.date_impossible") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _AskError("value.date_out_of_range")
    return found


def _after_date(rest: str) -> timedelta:
    rest = re.sub(r"\s?\+08:?00$", "", rest.strip(_BEFORE_CLOCK))
    return _clock(rest) if rest else timedelta()


def _clock(text: str) -> timedelta:
    m = _CLOCK.fullmatch(text.strip())
    if not m:
        raise _AskError("value.date_unreadable")
    minute = 30 if m["half_hour"] else int(m["mi"] or m["mi2"] or 0)
    second = int(m["s"] or m["s2"] or 0)
    hour = _hour(int(m["h"]), m["half"] or "", (m["ampm"] or "").replace(".", "").lower())
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        raise _AskError("value.date_impossible")
    return timedelta(hours=hour, minutes=minute, seconds=second)


_AFTERNOON = {  # hour as typed -> hour of the day, where the word leaves one reading
    "下午": {12: 12, **{h: h + 12 for h in range(1, 12)}},
    "傍晚": {h: h + 12 for h in range(4, 9)},
    "晚": {h: h + 12 for h in range(5, 12)},
    "中午": {11: 11, 12: 12, 1: 13, 2: 14},
}
_MORNING = {"凌晨": range(6), "早": range(3, 12), "清晨": range(3, 12), "上午": range(12)}


def _hour(hour: int, half: str, ampm: str) -> int:
    if ampm and not half:
        if not 1 <= hour <= 12:
            raise _AskError("value.clock_unclear")
        return hour % 12 + (12 if ampm == "pm" else 0)
    if not half:
        return hour
    word = {"晚上": "晚", "早上": "早"}.get(half, half)
    if word in _AFTERNOON:
        table = _AFTERNOON[word]
        if hour in table:
            return table[hour]
        if hour in table.values():
            return hour
    elif hour in _MORNING[word]:
        return hour
    raise _AskError("value.clock_unclear")
