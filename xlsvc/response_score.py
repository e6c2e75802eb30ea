"""What the times of a ticket say about 响应及时性 of the internal assessment (S003.R11).

The standard scores two cases: 5 for a response within 30 minutes, 1 for one after more than 2 hours. Between them the
document leaves the score to the assessor: a straight line from one to the other is offered, rounded to a whole
score between 2 and 4, and never counts by itself. Time is the clock's, from 受理 to the first response, in seconds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from workbook.sheets.profiles import PROFILES, Dimension
from workbook.values import half_up

from .tickets import DOUBLED, REVERSED, by_distinct

TIMED = next(d for d in PROFILES["S003"].dimensions if d.full_within is not None)
"""The dimension whose standard names times."""


class Suggestion(NamedTuple):
    """`score` (None where the times are not known), its `reason` in words, and whether the standard itself gives
    the score (`settled`) or it is only an offer."""

    score: int | None = None
    reason: str = ""
    settled: bool = False


def suggestion(seconds: float, dimension: Dimension = TIMED) -> Suggestion:
    """The score for so many seconds between 受理 and the first response; NaN and negative ones give none."""
    best, worst = dimension.full_within, dimension.lowest_after
    if best is None or worst is None or not seconds >= 0:
        return Suggestion()
    seconds = round(seconds)
    taken = f"受理到响应 {_length(seconds)}"
    if seconds <= best * 60:
        return Suggestion(5, f"{taken},不超过 {_length(best * 60)}:按评分标准 5 分。", True)
    if seconds > worst * 60:
        return Suggestion(1, f"{taken},超过 {_length(worst * 60)}:按评分标准 1 分。", True)
    line = 5 - 4 * (seconds - best * 60) / ((worst - best) * 60)
    score = min(max(int(half_up(line, 0)), 2), 4)
    return Suggestion(score, f"{taken},评分标准没有规定这一段:建议 {score} 分,仅供参考,由评估人定。")


def suggestions(logged: pd.DataFrame, groups: pd.Series) -> pd.Series:
    """A Suggestion for each ticket number of `groups` (as compared), from the tickets' frame: its row that counts."""
    named = logged["number"].isin(set(groups) - {""}) & ~logged["excluded"].isin([DOUBLED, REVERSED])
    rows = logged[named.to_numpy()]
    taken = (rows["responded_at"] - rows["accepted_at"]).dt.total_seconds()
    seconds = dict(zip(rows["number"].tolist(), taken.tolist(), strict=True))
    return by_distinct(groups, lambda number: suggestion(seconds.get(number, np.nan)))


def _length(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    parts = [f"{n} {unit}" for n, unit in ((hours, "小时"), (minutes, "分钟"), (rest, "秒")) if n]
    return " ".join(parts) or "0 分钟"
