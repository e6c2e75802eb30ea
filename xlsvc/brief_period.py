"""Which days a 反馈汇总简报 covers: as asked for, or the last seven days and whatever frequent problem is still owed one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workbook.issues import WorkbookError
from workbook.sheets import brief

from .weekly_summary import week_start

DAYS = 7
"""Days of a brief that nobody chose the period of, today the last of them."""

_DAY = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_SPAN = re.compile(rf"\s*{_DAY}\s*(?:至|到|~|~|\.\.|—|–|,|,|\s)\s*(?:(\d{{4}})[-/.年])?(\d{{1,2}})[-/.月](\d{{1,2}})日?\s*")
_SINGLE = re.compile(rf"\s*{_DAY}\s*")
_WEEK = re.compile(r"\s*\d{4}-?[Ww]\d{1,2}\s*")


@dataclass(frozen=True)
class Period:
    """Whole days, the last one included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return datetime(self.first.year, self.first.month, self.first.day)

    @property
    def end(self) -> datetime:
        """The midnight behind the last day."""
        return datetime(self.last.year, self.last.month, self.last.day) + timedelta(days=1)

    def __str__(self) -> str:
        """As the tab is named and `read_period` reads it: 2024-05-01至05-07, 2024-12-30至2025-01-05, 2024-05-06."""
        if self.first == self.last:
            return f"{self.first:%Y-%m-%d}"
        later = f"{self.last:%m-%d}" if self.first.year == self.last.year else f"{self.last:%Y-%m-%d}"
        return f"{self.first:%Y-%m-%d}至{later}"

    @property
    def tab(self) -> str:
        return brief.TAB.format(period=self)


def read_period(text: str) -> Period:
    """From one day to another, one day, or an ISO week. Raises WorkbookError brief.period, brief.order and, for a week that
    its year does not have, summary.no_week."""
    if _WEEK.fullmatch(text):
        monday = week_start(text).date()
        return Period(monday, monday + timedelta(days=6))
    span, single = _SPAN.fullmatch(text), _SINGLE.fullmatch(text)
    if span:
        year, month, day, later_year, later_month, later_day = span.groups()
        first = _day(text, year, month, day)
        last = _day(text, later_year or year, later_month, later_day)
    elif single:
        first = last = _day(text, *single.groups())
    else:
        raise WorkbookError("brief.period", value=text)
    if first > last:
        raise WorkbookError("brief.order", value=text)
    return Period(first, last)


def default_period(now: datetime, owed_since: datetime | None) -> Period:
    """The last DAYS days, from `owed_since` on where that is earlier."""
    first = now.date() - timedelta(days=DAYS - 1)
    return Period(min(first, owed_since.date()) if owed_since else first, now.date())


def _day(text: str, year: str, month: str, day: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise WorkbookError("brief.period", value=text) from None
    if found.year > 9998 or found.year < 1900:
        raise WorkbookError("brief.period", value=text)
    return found
