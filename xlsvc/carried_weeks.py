"""The weekly figures of rows that stayed in the ledger before this one (rows of 结转记录, 类别 历史周).

Every figure is a count or a sum over the rows that stayed, so that it can be added to what this ledger's rows give:
rates and means are divided only after adding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from workbook.sheets.carried import WEEK_KIND

from .outcome import Ledger
from .tickets import text_column

COUNTS = {"opened": "新增", "closed": "办结", "left_open": "期末未结", "complaints": "投诉", "reopened": "重开"}
"""Column of 结转记录 -> the count of the weekly tab it goes on for."""
FIGURES = (
    *COUNTS, "response_met", "response_judged", "resolution_met", "resolution_judged", "score_sum", "score_count",
    "satisfied", "satisfied_of",
)  # fmt: skip
OF_PROFILE = ("score_sum", "score_count")
"""They count answers to one form: they go on only while it is the main one."""


@dataclass(frozen=True)
class CarriedWeeks:
    """`weeks`: Monday -> figures by column, `profile` among them. `last` is the week of the carry-over, None where
    nothing was carried over."""

    weeks: Mapping[datetime, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def last(self) -> datetime | None:
        return max(self.weeks, default=None)

    def figure(self, key: str, start: datetime, profile: str = "") -> float:
        """A figure of the week that begins at `start`; 0 for a week nothing is known of."""
        week = self.weeks.get(start)
        if week is None or (key in OF_PROFILE and week["profile"] != profile):
            return 0.0
        return float(week[key])

    def adds_to(self, start: datetime, profile: str) -> bool:
        """Do tickets or scores that stayed behind count in this week? Its lists and dimensions lack them."""
        return any(self.figure(key, start, profile) for key in ("opened", "score_count"))


def carried_weeks(ledger: Ledger) -> CarriedWeeks:
    """The weeks that the ledger was given when it was carried over."""
    return ledger.once(_carried_weeks)


def _carried_weeks(ledger: Ledger) -> CarriedWeeks:
    if "carried" not in ledger:
        return CarriedWeeks()
    frame = ledger["carried"].reindex(columns=["kind", "week", "profile", *FIGURES])
    frame = frame[(text_column(frame, "kind") == WEEK_KIND) & frame["week"].notna()]
    numbers = frame[list(FIGURES)].apply(pd.to_numeric, errors="coerce").fillna(0.0)
    weeks: dict[datetime, dict[str, Any]] = {}
    for row, (day, profile) in zip(
        numbers.to_dict("records"), zip(pd.to_datetime(frame["week"]), text_column(frame, "profile"), strict=True), strict=True
    ):
        weeks[day.to_pydatetime()] = {**{str(k): v for k, v in row.items()}, "profile": profile}
    return CarriedWeeks(weeks)
