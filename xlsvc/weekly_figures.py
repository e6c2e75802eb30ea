"""The weekly tab's figures, computed from the 统计 columns; named as in workbook.sheets.weekly_summary.

The tab's formulas count the same columns by themselves (workbook.template.weekly_formulas): what is given
here is what they show until something recalculates them, so both have to agree to the last row. All values
are unrounded; a rate or mean without a denominator is "—".
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.book import CellError
from workbook.sheets import weekly_summary as weekly
from workbook.sheets.profiles import PROFILES

from .carried_weeks import COUNTS, CarriedWeeks
from .clocks import LATE, MET, UNKNOWN
from .tickets import by_distinct

Mask = npt.NDArray[np.bool_]
Figure = Any
"""A number, a text such as "—", or an error cell."""
Values = dict[str, Figure]

NOT_AVAILABLE = CellError("#N/A")
WEEK = timedelta(days=7)
_CARRIED_AS = {name: key for key, name in COUNTS.items()}
UNUSED = "§"
"""The criterion of a list row without a label."""


@dataclass(frozen=True)
class Rules:
    """What the figures are held against, as in force in the reported week."""

    main_profile: str
    low_line: float
    few_answers: int
    goals: Mapping[str, float]
    weights: Sequence[tuple[str, float]] = ()
    """Weights of the main profile's questions by label, as in force at the week's end."""


@dataclass(frozen=True)
class Lists:
    """The labels chosen for the tab's lists."""

    types: Sequence[str]
    people: Sequence[str]
    departments: Sequence[str]


class Week:
    """Counts over one week that begins at `start`, a Monday at midnight, or over any span up to and without `end`.

    `tickets`: columns stat_*, *_status and excluded of both logs; `answers`: valid, satisfied, composite,
    stat_at, stat_profile and stat_<dimension> of 评价记录. `carried` are the rows that stayed in the ledger before:
    `figure` adds them, nothing else does. `counted`: counted_of(tickets), where several weeks share it.
    """

    def __init__(
        self, tickets: pd.DataFrame, answers: pd.DataFrame, start: datetime, profile: str,
        carried: CarriedWeeks | None = None, end: datetime | None = None, counted: pd.DataFrame | None = None,
    ) -> None:  # fmt: skip
        self.all_tickets, self.answers, self.start, self.profile = tickets, answers, start, profile
        self.end = end = end or start + WEEK
        self.carried = carried or CarriedWeeks()
        self.tickets = counted_of(tickets) if counted is None else counted
        self.accepted = within(self.tickets["stat_start"], start, end)
        self.closed = within(self.tickets["stat_end"], start, end)
        in_week = within(answers["stat_at"], start, end)
        self.valid = in_week & (answers["valid"] == "是").to_numpy()
        self.invalid = in_week & (answers["valid"] == "否").to_numpy()
        self.main = self.valid & (answers["stat_profile"] == profile).to_numpy()
        self.before_end = (self.column("stat_start") < end).to_numpy()
        self.overdue = self.before_end & (self.column("stat_overdue") != "").to_numpy()
        self._folded: dict[str, npt.NDArray[np.object_]] = {}

    def column(self, key: str) -> pd.Series:
        return self.tickets[key]

    def open_at(self, moment: datetime) -> int:
        """Accepted before the moment and not closed before it."""
        begun = (self.column("stat_start") < moment).to_numpy()
        ended = begun & (self.column("stat_end") < moment).to_numpy()
        return int(begun.sum()) - int(ended.sum())

    def judged(self, key: str, chosen: Mask | None = None) -> tuple[int, int]:
        """(met, judged) of the tickets accepted in the week."""
        among = self.accepted if chosen is None else self.accepted & chosen
        status = self.column(key).to_numpy()
        met = int((among & (status == MET)).sum())
        return met, met + int((among & (status == LATE)).sum())

    def figure(self, name: str) -> tuple[Figure, int]:
        """A KPI and its denominator (0 for a count)."""
        if name in weekly.RATE_COLUMNS:
            column = weekly.RATE_COLUMNS[name]
            met, of = self.judged(column)
            clock = column.removesuffix("_status")
            met, of = met + self.before(f"{clock}_met"), of + self.before(f"{clock}_judged")
            return ratio(met, of), of
        if name == "综合得分":
            scores = self.answers["composite"][self.main].dropna().tolist()
            count = len(scores) + self.before("score_count")
            known = self.carried.figure("score_sum", self.start, self.profile)
            return (math.fsum([*scores, known]) / count if count else weekly.BLANK), count
        if name == "满意率":
            words = self.answers["satisfied"][self.valid]
            yes, no = int((words == "是").sum()), int((words == "否").sum())
            told = yes + no + self.before("satisfied_of")
            return ratio(yes + self.before("satisfied"), told), told
        if name == "期初未结":
            return self.open_at(self.start) + int(self.carried.figure("left_open", self.start - WEEK)), 0
        return self._counted(name) + self.before(_CARRIED_AS[name]), 0

    def before(self, key: str) -> int:
        """A count of the rows that stayed in the ledger before, for this week."""
        return int(self.carried.figure(key, self.start, self.profile))

    def _counted(self, name: str) -> int:
        return {
            "新增": lambda: int(self.accepted.sum()),
            "办结": lambda: int(self.closed.sum()),
            "期末未结": lambda: self.open_at(self.end),
            "投诉": lambda: int((self.accepted & self.labelled("stat_class", weekly.COMPLAINT_CLASS)).sum()),
            "重开": lambda: int((self.accepted & (self.column("stat_reopened") > 0).to_numpy()).sum()),
        }[name]()

    def labelled(self, key: str, label: str) -> Mask:
        """Rows with this label; COUNTIFS does not tell upper from lower case."""
        if key not in self._folded:
            self._folded[key] = folded(self.column(key))
        return self._folded[key] == label.casefold()


def counted_of(tickets: pd.DataFrame) -> pd.DataFrame:
    """The tickets that count in reports."""
    return tickets[(tickets["excluded"] == "").to_numpy()]


def within(series: pd.Series, start: datetime, end: datetime) -> Mask:
    return ((series >= start) & (series < end)).to_numpy()


def folded(series: pd.Series) -> npt.NDArray[np.object_]:
    return by_distinct(series, lambda text: str(text).casefold()).to_numpy(dtype=object)


def ratio(part: int, whole: int) -> Figure:
    return part / whole if whole else weekly.BLANK


def mean(series: pd.Series) -> tuple[Figure, int]:
    values = series.dropna().to_numpy(dtype=float)
    return (math.fsum(values) / len(values) if len(values) else weekly.BLANK), len(values)


def difference(this: Figure, last: Figure) -> Figure:
    if isinstance(this, str) or isinstance(last, str):
        return weekly.BLANK
    return this - last


def criterion(label: str) -> str:
    """A label as COUNTIFS wants it: its own * ? ~ are not wildcards."""
    for mark in "~*?":
        label = label.replace(mark, "~" + mark)
    return label or UNUSED


def week_label(start: datetime) -> str:
    """2024-W18, by ISO 8601: 2026-12-28 begins 2026-W53."""
    year, number, _ = start.isocalendar()
    return f"{year}-W{number:02d}"


def figures(
    tickets: pd.DataFrame, answers: pd.DataFrame, start: datetime, rules: Rules, lists: Lists,
    carried: CarriedWeeks | None = None,
) -> Values:  # fmt: skip
    """Every figure that stands under a formula, and the labels that formulas read."""
    counted = counted_of(tickets)
    weeks = {
        n: Week(tickets, answers, start - n * WEEK, rules.main_profile, carried, counted=counted)
        for n in range(weekly.TREND_WEEKS)
    }
    this, last = weeks[0], weeks[1]
    values: Values = {
        "周始": start,
        "周次": week_label(start),
        "标题": f"售后服务周报 {week_label(start)}",
        "日期范围": f"{start:%Y-%m-%d} 至 {start + timedelta(days=6):%Y-%m-%d}",
        "主档案": rules.main_profile,
        "低分线": rules.low_line,
        "样本少线": rules.few_answers,
        "超时未结": int(this.overdue.sum()),
    }
    values |= kpi_figures(this, last, rules)
    values |= _days(this)
    values |= _types(this, last, lists.types)
    values |= _urgencies(this)
    values |= _dimensions(this, last, rules)
    values |= _groups(this, "人员", "stat_person", lists.people, weekly.PEOPLE_ROWS)
    values |= _groups(this, "部门", "stat_department", lists.departments, weekly.DEPARTMENT_ROWS)
    for n, week in weeks.items():
        values |= _trend(week, weekly.TREND_WEEKS - n)
    values |= _footnotes(this, values)
    return values


def kpi_figures(this: Week, last: Week | None, rules: Rules, span: str = "周") -> Values:
    """The indicators of a span beside those of the one before (None where that is known in part: all "—"); `span` is
    what names call it by (本周_新增, 上周_新增)."""
    values: Values = {}
    for kpi in weekly.KPIS:
        now, sample = this.figure(kpi.name)
        before, sample_before = last.figure(kpi.name) if last else (weekly.BLANK, weekly.BLANK)
        values[f"本{span}_{kpi.name}"], values[f"上{span}_{kpi.name}"] = now, before
        values[f"差值_{kpi.name}"] = difference(now, before)
        if kpi.kind != "count":
            goal = rules.goals[kpi.name]
            values[f"目标_{kpi.name}"] = goal
            values[f"样本_{kpi.name}"], values[f"上{span}样本_{kpi.name}"] = sample, sample_before
            values[f"判断_{kpi.name}"] = judgement(now, sample, goal, rules.few_answers)
        if kpi.lacks_time:
            unknown = this.column(weekly.RATE_COLUMNS[kpi.name]).to_numpy() == UNKNOWN
            values[f"缺时间_{kpi.name}"] = int((this.accepted & unknown).sum())
    grown = values[f"本{span}_期末未结"] - values[f"本{span}_期初未结"]
    words = "积压增加" if grown > 0 else "积压减少"
    undated = int((this.before_end & (this.column("stat_undated") == "是").to_numpy()).sum())
    values["缺时间_期末未结"] = undated
    values["判断_期末未结"] = (f"{words}{abs(grown)}张" if grown else "与期初持平") + (
        f",内{undated}张已办结缺时间" if undated else ""
    )
    return values


def judgement(now: Figure, sample: int, goal: float, few: int) -> str:
    if isinstance(now, str):
        return weekly.BLANK
    reached = round(now - goal, 9) >= 0
    return ("达到目标" if reached else "未达目标") + (",样本少" if sample < few else "")


def _days(week: Week) -> Values:
    values: Values = {}
    for n in range(weekly.DAYS):
        day = week.start + timedelta(days=n)
        values[f"日{n + 1}_标签"] = f"周{'一二三四五六日'[n]} {day.month}/{day.day}"
        for name, key in (("新增", "stat_start"), ("办结", "stat_end")):
            counted = within(week.column(key), day, day + timedelta(days=1))
            values[f"日{n + 1}_{name}"] = int(counted.sum())
    return values


def _types(this: Week, last: Week, labels: Sequence[str]) -> Values:
    values: Values = {}
    total = int(this.accepted.sum())
    rest = {week: week.accepted.copy() for week in (this, last)}
    sums = dict.fromkeys(rest, 0)
    for n, label in _padded(labels, weekly.TYPE_ROWS):
        values[f"类型{n}_名称"], values[f"类型{n}_条件"] = label or None, criterion(label)
        for field, week in (("数量", this), ("上周", last)):
            if label:
                same = week.labelled("stat_class", label)
                number = int((week.accepted & same).sum())
                rest[week] &= ~same
                sums[week] += number
            values[f"类型{n}_{field}"] = number if label else ""
        values[f"类型{n}_占比"] = ratio(values[f"类型{n}_数量"], total) if label else ""
    for field, week in (("数量", this), ("上周", last)):
        values[f"类型其他_{field}"] = int(rest[week].sum())
        values[f"类型合计_{field}"] = sums[week] + int(rest[week].sum())
    for row in ("类型其他", "类型合计"):
        values[f"{row}_占比"] = ratio(values[f"{row}_数量"], total)
    return values


def _padded(labels: Sequence[str], rows: int) -> Iterator[tuple[int, str]]:
    return enumerate([*labels, *[""] * (rows - len(labels))], 1)


def _urgencies(week: Week) -> Values:
    values: Values = {}
    status = week.column("sla_status").to_numpy()
    columns = {**{word: status == word for word in weekly.STATUSES}, "合计": np.ones(len(status), dtype=bool)}
    rest = week.accepted.copy()
    sums = dict.fromkeys(columns, 0)
    for name, label in zip(weekly.URGENCY_NAMES, weekly.URGENCIES, strict=True):
        known = label != weekly.URGENCIES[-1]
        rows = week.accepted & week.labelled("stat_urgency", label) if known else rest
        if known:
            rest &= ~rows
        for column, mask in columns.items():
            values[f"紧急{name}_{column}"] = number = int((rows & mask).sum())
            sums[column] += number
    return values | {f"紧急合计_{column}": number for column, number in sums.items()}


def _dimensions(this: Week, last: Week, rules: Rules) -> Values:
    values: Values = {}
    asked = PROFILES[rules.main_profile].dimensions
    for n in range(1, weekly.DIMENSION_ROWS + 1):
        name = f"维度{n}_"
        if n > len(asked):
            values |= {name + field: "" for field in weekly.DIMENSION_FIELDS}
            values |= {name + "名称": None, name + "列": None}
            values |= {name + "图": NOT_AVAILABLE, name + "图线": NOT_AVAILABLE}
            continue
        key = f"stat_{asked[n - 1].key}"
        answers = this.answers[key][this.main]
        (now, sample), (before, sample_before) = mean(answers), mean(last.answers[key][last.main])
        low = not isinstance(now, str) and now < rules.low_line
        hint = "无评价" if not sample else f"样本少(n={sample})" if sample < rules.few_answers else ""
        fields: Values = {
            "名称": asked[n - 1].label,
            "列": weekly.DIMENSION_COLUMNS.index(asked[n - 1].key) + 1,
            "样本": sample,
            "均分": now,
            "上周样本": sample_before,
            "上周": before,
            "差值": difference(now, before),
            "占比": ratio(int((answers >= 4).sum()), sample),
            "低分": "低" if low else "",
            "提示": hint,
            "图名": f"{asked[n - 1].label}(n={sample})",
            "图": NOT_AVAILABLE if isinstance(now, str) else now,
            "图线": rules.low_line,
        }
        values |= {name + field: value for field, value in fields.items()}
    return values


def _groups(week: Week, prefix: str, key: str, labels: Sequence[str], rows: int) -> Values:
    values: Values = {}
    rest = np.ones(len(week.tickets), dtype=bool)

    def row(name: str, chosen: Mask) -> None:
        met, judged = week.judged("response_status", chosen)
        values[f"{name}_新增"] = int((week.accepted & chosen).sum())
        values[f"{name}_办结"] = int((week.closed & chosen).sum())
        values[f"{name}_超时"] = int((week.overdue & chosen).sum())
        values[f"{name}_分母"], values[f"{name}_达标率"] = judged, ratio(met, judged)

    for n, label in _padded(labels, rows):
        name = f"{prefix}{n}"
        values[f"{name}_名称"], values[f"{name}_条件"] = label or None, criterion(label)
        if label:
            chosen = week.labelled(key, label)
            rest &= ~chosen
            row(name, chosen)
        else:
            values |= {f"{name}_{field}": "" for field in weekly.GROUP_FIELDS[2:]}
    row(f"{prefix}其他", rest)
    return values


def _trend(week: Week, n: int) -> Values:
    values: Values = {f"周{n}_始": week.start, f"周{n}_标签": week_label(week.start)[5:]}
    for name in ("新增", "办结", "期末未结"):
        values[f"周{n}_{name}"] = week.figure(name)[0]
    for short, name in (("响应", "首次响应达标率"), ("解决", "解决达标率")):
        rate, values[f"周{n}_{short}样本"] = week.figure(name)
        values[f"周{n}_{short}率"] = rate
        values[f"周{n}_{short}图"] = NOT_AVAILABLE if isinstance(rate, str) else rate
    values[f"周{n}_得分"], values[f"周{n}_得分样本"] = week.figure("综合得分")
    return values


def _footnotes(week: Week, values: Mapping[str, Figure]) -> Values:
    def summed(prefix: str, rows: int) -> int:
        names = [f"{prefix}{n}_新增" for n in (*range(1, rows + 1), "其他")]
        return sum(number for name in names if isinstance(number := values[name], int))

    excluded = week.all_tickets["excluded"]
    undated = week.answers["stat_at"].isna() & week.answers["valid"].isin(["是", "否"])
    balance = values["本周_期初未结"] + values["本周_新增"] - values["本周_办结"] - values["本周_期末未结"]
    new = values["本周_新增"] - week.before("opened")  # the lists hold this ledger's rows only
    return {
        **{f"不计_{reason}": int((excluded == reason).sum()) for reason in weekly.EXCLUSIONS},
        "不计_评价剔除": int(week.invalid.sum()),
        "不计_其他档案": int((week.valid & ~week.main).sum()),
        "不计_缺评价时间": int(undated.sum()),
        "对账_结存": balance,
        "对账_类型": values["类型合计_数量"] - new,
        "对账_紧急": values["紧急合计_合计"] - new,
        "对账_人员": summed("人员", weekly.PEOPLE_ROWS) - new,
        "对账_部门": summed("部门", weekly.DEPARTMENT_ROWS) - new,
    }
