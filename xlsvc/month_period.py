"""The calendar spans a review tells of: months, quarters and half-years (S002.R9, S001.R2), and what is known of them.

A ledger that was carried over holds no row that was closed before; 结转记录 knows that time by weeks only, which add up to
no month. Such a span is known in part, and nothing is added to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from workbook.issues import WorkbookError
from workbook.sheets.month_review import KINDS, TREND_MONTHS, Kind

from .carried_weeks import COUNTS, CarriedWeeks
from .weekly_figures import WEEK

_WRITTEN = re.compile(r"\s*(\d{4})\s*[-年/.]?\s*(?:([QqHh])\s*(\d)|(\d{1,2})月?)\s*")
_HELD = (*COUNTS, "score_count", "satisfied_of")


@dataclass(frozen=True)
class Period:
    """From `start` up to and without `end`, both the first of a month."""

    kind: Kind
    start: datetime
    end: datetime

    @property
    def code(self) -> str:
        """2026-10, 2026-Q3, 2026-H1."""
        if self.kind.months == 1:
            return f"{self.start:%Y-%m}"
        letter = "Q" if self.kind.months == 3 else "H"
        return f"{self.start:%Y}-{letter}{(self.start.month - 1) // self.kind.months + 1}"

    @property
    def tab(self) -> str:
        return self.kind.tab.format(period=self.code)

    @property
    def last_moment(self) -> datetime:
        return self.end - timedelta(seconds=1)

    def before(self) -> Period:
        """The span before, of the same kind."""
        return Period(self.kind, shifted(self.start, -self.kind.months), self.start)

    def months(self) -> list[tuple[datetime, datetime]]:
        """The TREND_MONTHS months that end with this span."""
        firsts = [shifted(self.end, n - TREND_MONTHS) for n in range(TREND_MONTHS + 1)]
        return list(pairwise(firsts))


def shifted(first: datetime, months: int) -> datetime:
    """The first of the month that many months on."""
    number = first.year * 12 + first.month - 1 + months
    return datetime(number // 12, number % 12 + 1, 1)


def period_of(text: object, now: datetime) -> Period:
    """The span written as 2026-10, 2026-Q3 or 2026-H1; nothing written: the last month that is over.

    Raises WorkbookError month.period."""
    if not str(text or "").strip():
        start = shifted(datetime(now.year, now.month, 1), -1)
        return Period(KINDS[0], start, shifted(start, 1))
    found = _WRITTEN.fullmatch(str(text))
    if found and 1900 < int(found[1]) < 9998:
        months = {"Q": 3, "H": 6}.get((found[2] or "").upper(), 1)
        number = int(found[3] or found[4])
        if 1 <= number <= 12 // months:
            start = datetime(int(found[1]), (number - 1) * months + 1, 1)
            kind = next(kind for kind in KINDS if kind.months == months)
            return Period(kind, start, shifted(start, months))
    raise WorkbookError("month.period", value=text)


def is_partial(carried: CarriedWeeks, start: datetime, end: datetime) -> bool:
    """Do rows of this span stand in the ledger before this one?"""
    if carried.last is None:
        return False
    if start < min(carried.weeks):
        return True
    touched = (figures for week, figures in carried.weeks.items() if week < end and week + WEEK > start)
    return any(float(figures[key]) for figures in touched for key in _HELD)
