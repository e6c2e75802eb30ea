"""Answers that are readable and yet do not count: two returned forms that contradict each other, and one score throughout
without a word (S001.R5: 恶意评分). They stay on 评价记录 with their reason; nothing is deleted.

All fives without a word are what a content customer sends: they count unless the office says otherwise. All ones without
a word are left out until somebody has called: a word of the customer, or a result of the call, and they count.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.sheets.profiles import DIMENSION_KEYS, PROFILES

from .form_register import SECOND, base_receipts
from .setting_cells import STRAIGHT_ALL, STRAIGHT_LOW, STRAIGHT_LOWEST
from .settings import Settings
from .tickets import is_blank, text_column

REASON_CONFLICT = "冲突待选"
REASON_STRAIGHT = "同分无说明"
LEAST_ANSWERS = 3
"""Scores that have to be alike to be called a straight line: two alike say nothing."""

WORDS = (
    "praise", "praise_other", "improvement", "suggestion", "event", "explain", "direction", "willing", "call_result",
)  # fmt: skip
"""Columns of 评价记录 in which a customer has said or ticked something, or the office has found out what was meant."""

Mask = npt.NDArray[np.bool_]


def further_reasons(
    frame: pd.DataFrame, scores: pd.DataFrame, codes: pd.Series, when: pd.Series, settings: Settings
) -> npt.NDArray[np.object_]:
    """Why a row of 评价记录 that is whole does not count, "" where it does. `scores`: its readable scores by DIMENSION_KEYS;
    `codes` its profile, `when` its 评价时间."""
    reasons = np.full(len(frame), "", dtype=object)
    reasons[_straight(frame, scores, codes, when, settings)] = REASON_STRAIGHT
    reasons[_contradicting(frame)] = REASON_CONFLICT
    return reasons


def _contradicting(frame: pd.DataFrame) -> Mask:
    """Answers of a form that came back twice with different contents, all of them."""
    receipts = text_column(frame, "receipt")
    second = receipts.str.contains(SECOND, regex=False).to_numpy(dtype=bool)
    found = np.zeros(len(frame), dtype=bool)
    if second.any():
        base = base_receipts(receipts)
        named = base.isin(base[second]) & (base != "")
        found = (named & base.duplicated(keep=False)).to_numpy()
    return found


def _straight(
    frame: pd.DataFrame, scores: pd.DataFrame, codes: pd.Series, when: pd.Series, settings: Settings
) -> Mask:
    moments = when.to_numpy()
    limit = np.zeros(len(frame))  # a straight line at or below this is left out
    low = np.asarray(settings.at("low_line", moments), dtype=float)
    for word, line in ((STRAIGHT_LOWEST, 1.0), (STRAIGHT_LOW, np.nextafter(low, 0)), (STRAIGHT_ALL, 5.0)):
        limit = np.where(settings.was("straight_lined", moments, word), line, limit)
    asked = np.column_stack(
        [codes.isin([c for c, p in PROFILES.items() if any(d.key == key for d in p.dimensions)]) for key in DIMENSION_KEYS]
    )
    given = np.where(asked, scores[list(DIMENSION_KEYS)].to_numpy(dtype=float), np.nan)
    answered = np.isfinite(given)
    highest = np.where(answered, given, -np.inf).max(axis=1)
    lowest = np.where(answered, given, np.inf).min(axis=1)
    found = (answered.sum(axis=1) >= LEAST_ANSWERS) & (highest == lowest) & (highest <= limit)
    found &= ~codes.isin([code for code, p in PROFILES.items() if p.internal]).to_numpy()  # no customer's answer
    for key in WORDS:
        if key in frame:
            found &= is_blank(frame[key]).to_numpy()
    return np.asarray(found)
