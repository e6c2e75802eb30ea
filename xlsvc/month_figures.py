"""The review's figures, counted as the weekly tab counts (weekly_figures.Week over any span); named as in
workbook.sheets.month_review.

The tab's formulas (workbook.template.month_formulas) count the same columns by themselves and have to agree. All values are
unrounded; a rate or mean without a denominator is "—", and so is what another ledger holds in part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from workbook.sheets import month_review as review
from workbook.sheets import weekly_summary as weekly
from workbook.sheets.profiles import PROFILES

from .carried_weeks import CarriedWeeks
from .month_period import Period, is_partial
from .weekly_figures import NOT_AVAILABLE, Figure, Rules, Values, Week, difference, kpi_figures


@dataclass(frozen=True)
class Spans:
    """The span told of and the one before it (None where its rows stayed in part in another ledger), and the months that
    end with it, None for one known in part or still to come. `partial`: rows of the span itself stayed in another ledger."""

    this: Week
    last: Week | None
    months: Sequence[tuple[datetime, datetime, Week | None]]
    partial: bool = False
    nothing: Week = field(init=False)

    def __post_init__(self) -> None:
        """`nothing`: a span without a single row, for what compares."""
        rows, answers = self.this.all_tickets.iloc[:0], self.this.answers.iloc[:0]
        object.__setattr__(self, "nothing", Week(rows, answers, self.this.start, self.this.profile, end=self.this.end))


def spans(
    tickets: pd.DataFrame, answers: pd.DataFrame, period: Period, profile: str, carried: CarriedWeeks, now: datetime
) -> Spans:
    """The spans of a review over the columns stat_* of both logs and of 评价记录; nothing is told of a month to come."""

    def counted(start: datetime, end: datetime) -> Week | None:
        return None if start > now or is_partial(carried, start, end) else Week(tickets, answers, start, profile, end=end)

    before = period.before()
    return Spans(
        Week(tickets, answers, period.start, profile, end=period.end),
        counted(before.start, before.end),
        [(start, end, counted(start, end)) for start, end in period.months()],
        is_partial(carried, period.start, period.end),
    )


def figures(told: Spans, period: Period, rules: Rules) -> Values:
    """Every figure that stands under a formula, and the parameters that formulas read."""
    nameless = PROFILES[rules.main_profile].anonymous
    values: Values = {
        "期始": period.start,
        "期止": period.end,
        "上期始": period.before().start,
        "上期可比": "是" if told.last else "否",
        "主档案": rules.main_profile,
        "不记名": "是" if nameless else "否",
        "低分线": rules.low_line,
        "样本少线": rules.few_answers,
        "标题": f"售后服务{period.kind.name} {period.code}",
        "日期范围": f"{period.start:%Y-%m-%d} 至 {period.last_moment:%Y-%m-%d}",
        "超时未结": int(told.this.overdue.sum()),
    }
    values |= kpi_figures(told.this, told.last, rules, "期")
    values |= _dimensions(told, rules, nameless)
    values |= _compared(told.this)
    values |= _trend(told, nameless)
    return values | _footnotes(told.this, values)


def _scores(week: Week | None, key: str, nameless: bool) -> tuple[Figure, Figure, list[float]]:
    """(mean, n, scores) of one dimension of the main profile; few nameless ones are not told."""
    if week is None:
        return review.BLANK, review.BLANK, []
    scores = week.answers[f"stat_{key}"][week.main].dropna().tolist()
    if nameless and 0 < len(scores) < review.SMALL_GROUP:
        return review.NOT_SPLIT, review.TOO_FEW, []
    return (math.fsum(scores) / len(scores) if scores else review.BLANK), len(scores), scores


def _dimensions(told: Spans, rules: Rules, nameless: bool) -> Values:
    values: Values = {}
    asked = PROFILES[rules.main_profile].dimensions
    found = [_scores(told.this, dimension.key, nameless) for dimension in asked]
    means = [mean for mean, _, _ in found if not isinstance(mean, str)]
    every = [score for _, _, scores in found for score in scores]
    overall = math.fsum(every) / len(every) if every else review.BLANK
    values["总均分"] = overall
    for n in range(1, weekly.DIMENSION_ROWS + 1):
        name = f"维度{n}_"
        if n > len(asked):
            values |= {name + f: "" for f in review.FIELDS}
            values |= {name + "名称": None, name + "列": None, name + "图": NOT_AVAILABLE, name + "图线": NOT_AVAILABLE}
            continue
        dimension = asked[n - 1]
        mean, sample, scores = found[n - 1]
        before, sample_before, _ = _scores(told.last, dimension.key, nameless)
        number = not isinstance(mean, str)
        below = number and round(mean - overall, 9) < 0
        lowest = number and len(means) > 1 and abs(mean - min(means)) < 1e-12
        few = isinstance(sample, int) and 0 < sample < rules.few_answers
        fields: Values = {
            "名称": dimension.label,
            "列": weekly.DIMENSION_COLUMNS.index(dimension.key) + 1,
            "样本": sample,
            "合计": math.fsum(scores),
            "均分": mean,
            "上期样本": sample_before,
            "上期": before,
            "差值": difference(mean, before),
            "占比": mean if not number else sum(score >= 4 for score in scores) / len(scores),
            "低分": "低" if number and mean < rules.low_line else "",
            "低于均": ("最低" if lowest else "低") if below else "",
            "提示": "无评价" if sample == 0 else f"样本少(n={sample})" if few else "",
            "图名": f"{dimension.label}(n={sample})",
            "图": mean if number else NOT_AVAILABLE,
            "图线": rules.low_line,
        }
        values |= {name + f: value for f, value in fields.items()}
    return values


def _compared(week: Week) -> Values:
    values: Values = {}
    profiles = week.answers["stat_profile"].to_numpy(dtype=object)
    for key, code in review.ASKED:
        scores = week.answers[f"stat_{key}"][week.valid & (profiles == code)].dropna().tolist()
        mean: Figure = math.fsum(scores) / len(scores) if scores else review.BLANK
        size: Figure = len(scores)
        if PROFILES[code].anonymous and 0 < len(scores) < review.SMALL_GROUP:
            mean, size = review.NOT_SPLIT, review.TOO_FEW
        values[f"对比{code}_{key}_均分"], values[f"对比{code}_{key}_样本"] = mean, size
    return values


def _trend(told: Spans, nameless: bool) -> Values:
    values: Values = {}
    scored = [week.figure("综合得分") if week else (review.BLANK, review.BLANK) for _, _, week in told.months]
    small = [nameless and isinstance(n, int) and 0 < n < review.SMALL_GROUP for _, n in scored]
    for n, (start, end, week) in enumerate(told.months, 1):
        name = f"月{n}_"
        values |= {name + "标签": f"{start:%Y-%m}", name + "始": start, name + "止": end, name + "缺": "" if week else "是"}
        for kpi in ("新增", "办结", "期末未结"):
            values[name + kpi] = week.figure(kpi)[0] if week else review.BLANK
        for short, kpi in (("响应", "首次响应达标率"), ("解决", "解决达标率")):
            rate, size = week.figure(kpi) if week else (review.BLANK, review.BLANK)
            values |= {name + f"{short}率": rate, name + f"{short}样本": size}
            values[name + f"{short}图"] = NOT_AVAILABLE if isinstance(rate, str) else rate
        mean, size = scored[n - 1]
        values[name + "得分样本"] = review.TOO_FEW if small[n - 1] else size
        values[name + "得分"] = review.NOT_SPLIT if any(small) and week else mean
    return values


def _footnotes(week: Week, values: Values) -> Values:
    undated = week.answers["stat_at"].isna() & week.answers["valid"].isin(["是", "否"])
    balance = values["本期_期初未结"] + values["本期_新增"] - values["本期_办结"] - values["本期_期末未结"]
    return {
        "不计_评价剔除": int(week.invalid.sum()),
        "不计_其他档案": int((week.valid & ~week.main).sum()),
        "不计_缺评价时间": int(undated.sum()),
        "对账_结存": balance,
    }


def has_records(week: Week) -> bool:
    """Did anything happen in the span: a ticket taken or closed, an answer given?"""
    return bool(week.accepted.any() or week.closed.any() or week.valid.any() or week.invalid.any())


