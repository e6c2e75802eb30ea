"""The weekly tab's first answers and the ages of waiting tickets, as workbook.template.weekly_glance_formulas counts
them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta

import numpy as np

from workbook.sheets import weekly_summary as weekly

from .weekly_figures import WEEK, Figure, Rules, Values, Week

MISSED = "未达目标"


def glance_figures(week: Week, values: Mapping[str, Figure], rules: Rules, now: datetime) -> Values:
    """`values` are those of `weekly_figures.figures` for the same week; `now` is the cut-off of the statuses."""
    return {**_stages(week), **_ages(week, now), **_glances(week, values, rules)}


def _stages(week: Week) -> Values:
    waits_for = week.column("stat_overdue").to_numpy()
    return {
        f"环节{n}_超时": int((week.before_end & (waits_for == stage)).sum()) for n, stage in enumerate(weekly.STAGES, 1)
    }


def _ages(week: Week, now: datetime) -> Values:
    end = week.start + WEEK
    day = timedelta(days=1)
    cut = datetime.combine(min(end, now) + day - timedelta.resolution, time())  # the midnight not before it
    since = week.column("stat_start")
    waiting = week.before_end & ~week.overdue & ~(week.column("stat_end") < end).to_numpy()
    edges = [cut - bound * day for bound in weekly.AGE_BOUNDS]
    made: Values = {}
    for n, label in enumerate(weekly.AGES, 1):
        band = np.ones(len(since), dtype=bool)
        if n > 1:
            band &= (since < edges[n - 2]).to_numpy()
        if n < len(weekly.AGES):
            band &= (since >= edges[n - 1]).to_numpy()
        made[f"账龄{n}_标签"] = label
        made[f"账龄{n}_超时"] = int((band & week.overdue).sum())
        made[f"账龄{n}_其余"] = int((band & waiting).sum())
    return made


def _glances(week: Week, values: Mapping[str, Figure], rules: Rules) -> Values:
    late = values["超时未结"]
    sampled = [kpi.name for kpi in weekly.KPIS if kpi.kind != "count"]
    missed = "、".join(name for name in sampled if str(values[f"判断_{name}"]).startswith(MISSED))
    few = [f"{name}(n={n})" for name in sampled if (n := values[f"样本_{name}"]) < rules.few_answers]
    for title, samples in weekly.FEW_OF.items():
        number = sum(_few(values[name], rules) for name in samples)
        few += [f"{title} {number} 项"] if number else []
    stages = _stages(week)
    named = [f"{stage} {k} 张" for n, stage in enumerate(weekly.STAGES, 1) if (k := stages[f"环节{n}_超时"])]
    departments = "、".join(_late_groups(values, "部门", weekly.DEPARTMENT_ROWS))
    people = "、".join(_late_groups(values, "人员", weekly.PEOPLE_ROWS))
    return {
        "一眼_超时": (f"{late} 张超时未结" if late else "没有超时未结") + (f";{MISSED}:{missed}" if missed else ""),
        "一眼_环节": f"环节:{'、'.join(named)};部门:{departments}" if late else weekly.BLANK,
        "一眼_责任人": people if late else weekly.BLANK,
        "一眼_样本": "、".join(few) or "没有",
    }


def _few(sample: Figure, rules: Rules) -> bool:
    return not isinstance(sample, str) and 0 < sample < rules.few_answers


def _late_groups(values: Mapping[str, Figure], prefix: str, rows: int) -> Iterator[str]:
    """A piece for each listed person or department with overdue tickets, in the list's order."""
    for n in range(1, rows + 1):
        if isinstance(number := values[f"{prefix}{n}_超时"], int) and number:
            yield f"{values[f'{prefix}{n}_名称']} {number} 张"
    if values[f"{prefix}其他_超时"]:
        yield f"其他与未填 {values[f'{prefix}其他_超时']} 张"
