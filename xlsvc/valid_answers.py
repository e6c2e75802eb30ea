"""What the valid answers to a form say together: the means that `score` tells and reports show.

Profiles ask different things and are never averaged together (requirements §2 C6).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.sheets.profiles import PROFILES, Profile
from workbook.values import half_up

from .settings import Settings

YES, NO = "是", "否"
"""What 有效 holds."""
SCORE_SCALE = 100  # scores to a hundredth
ONE_TIME_FIX = "问题解决一次性成功率"
"""What S001 calls the share of 5 points (its F1); everywhere else that figure is 满分率."""


@dataclass(frozen=True)
class DimensionMean:
    """How one question of a profile was answered. Shares are fractions of one; all None where n is 0.

    `mean` is unrounded and `low` compares it unrounded (3.46 is low though 3.5 is shown). `top_box` is the
    share of 5 points (满分率; S001 calls it `top_box_name` for its resolution question), `satisfied` the share
    of 4 and 5 (满意率), `rate` mean / 5 (得分率; requirements §2 C8).
    """

    key: str
    label: str
    n: int
    mean: float | None = None
    low: bool = False
    few: bool = False
    top_box: float | None = None
    satisfied: float | None = None
    rate: float | None = None
    top_box_name: str = "满分率"


def dimension_means(scores: pd.DataFrame, profile: Profile, settings: Settings) -> list[DimensionMean]:
    """The questions of one profile in its order, over the valid rows of `scores` (evaluation_scores, or any
    part of it, as the rows of a week)."""
    rows = scores[(scores["valid"] == YES) & (scores["stat_profile"] == profile.code)]
    means = []
    for dimension in profile.dimensions:
        answers = rows[f"stat_{dimension.key}"].dropna().to_numpy(dtype=float)
        name = ONE_TIME_FIX if profile.code == "S001" and dimension.key == "resolution" else "满分率"
        n = len(answers)
        if not n:
            means.append(DimensionMean(dimension.key, dimension.label, 0, few=True, top_box_name=name))
            continue
        total = int(np.rint(answers * SCORE_SCALE).sum())
        mean = total / (n * SCORE_SCALE)
        means.append(
            DimensionMean(
                dimension.key, dimension.label, n, mean,
                low=mean < settings.low_line, few=n < settings.few_answers,
                top_box=int((answers >= 5).sum()) / n,
                satisfied=int((answers >= 4).sum()) / n,
                rate=total / (n * SCORE_SCALE * 5), top_box_name=name,
            )
        )  # fmt: skip
    return means


def composite_mean(scores: pd.DataFrame, profile: str) -> tuple[float | None, int]:
    """(mean of the composites of one profile's valid answers, n); None where there are none."""
    rows = scores[(scores["valid"] == YES) & (scores["stat_profile"] == profile)]["composite"].dropna()
    return (float(rows.mean()), len(rows)) if len(rows) else (None, 0)


def mean_lines(scores: pd.DataFrame, settings: Settings) -> list[str]:
    """The dimension means of every profile that has answers, the main one first; never one profile with another."""
    lines: list[str] = []
    main = settings.main_profile
    for profile in sorted(PROFILES.values(), key=lambda p: (p.code != main, p.code)):
        means = [m for m in dimension_means(scores, profile, settings) if m.n]
        if means:
            lines += [f"{profile.title}({profile.code})", *(f"  {_line(m)}" for m in means)]
    return lines


def _line(m: DimensionMean) -> str:
    def share(value: float | None) -> str:
        return "—" if value is None else f"{half_up(value * 100, 1):.1f}%"

    mean = "—" if m.mean is None else f"{half_up(m.mean, 2):.2f}"
    top_box = "满分率" if m.top_box_name == "满分率" else f"{m.top_box_name}(满分率)"
    return (
        f"{m.label}:均分 {mean}(n={m.n}{',样本少' if m.few else ''}{',低分' if m.low else ''}),"
        f"{top_box} {share(m.top_box)},满意率 {share(m.satisfied)},得分率 {share(m.rate)}"
    )
