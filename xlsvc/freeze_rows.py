"""Which rows leave the office under a frozen report: what its formulas count, with nothing that tells who it was.

Answers come by the week, without their order, and only in groups of at least five alike: fewer could be traced to a
person (requirements §5, P9). What a formula would miss by that goes out as its value (`Leaving.as_value`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from workbook.schema import Sheet
from workbook.sheets import weekly_summary as weekly
from workbook.sheets.carried import CARRIED, WEEK_KIND
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.profiles import DIMENSION_KEYS

from .outcome import Ledger, Outcome
from .tickets import LOGS, text_column
from .weekly_figures import WEEK

SMALLEST = 5
"""Answers that are alike in all but their scores, for their rows to go out."""

_STAND_INS = {
    **{log.key: {"accepted_at": "stat_start", "resolved_at": "stat_end", "problem_type": ""} for log in LOGS},
    EVALUATIONS.key: {
        "evaluated_at": "stat_at", "profile": "stat_profile", **{key: f"stat_{key}" for key in DIMENSION_KEYS},
    },
}  # fmt: skip
"""Typed columns that formulas read beside the 统计 columns, and what goes out in their place: what was read from them ("":
nothing, the class of a ticket is in 统计类别). Another typed column never goes out."""

_TRACES = ("stat_customer", "stat_channel")
"""Columns of an answer that say something of the person, beside its form and week."""
_TREND = re.compile(r"周(\d+)_")
_OTHER = "其他"
_OTHER_FORMS, _WHOLE = "不计_其他档案", ("不计_评价剔除", "不计_缺评价时间")


@dataclass(frozen=True)
class Leaving:
    """The rows that go out, by sheet, and what of the answers does not: the weeks (Mondays) whose answers to the main form
    (`main`) or to the others (`others`) stay, and by column those in which it is partly blank (`blanked`)."""

    start: datetime
    tables: list[tuple[Sheet, pd.DataFrame]] = field(default_factory=list)
    main: frozenset[object] = frozenset()
    others: frozenset[object] = frozenset()
    blanked: Mapping[str, frozenset[object]] = field(default_factory=dict)

    def as_value(self, name: str, columns: frozenset[tuple[str, str]]) -> bool:
        """Does the formula in the cell called `name` count answers that do not go out? One that asks for the form counts the
        main one, but for 不计_其他档案; what it says of single rows (不计_…) otherwise goes out whole."""
        read = {column for sheet, column in columns if sheet == EVALUATIONS.key}
        if not read or name in _WHOLE:
            return False
        missing = [self.blanked.get(column, frozenset()) for column in sorted(read)]
        missing += [self.others] if name == _OTHER_FORMS else [self.main]
        missing += [] if "stat_profile" in read else [self.others]
        found = _TREND.match(name)
        week = pd.Timestamp(self.start - (weekly.TREND_WEEKS - int(found[1]) if found else int("上周" in name)) * WEEK)
        return any(week in weeks if name else weeks for weeks in missing)


def leaving(ledger: Ledger, outcome: Outcome, start: datetime, profile: str) -> Leaving:
    """The rows for the report of the week from `start` on, whose main form is `profile`; `outcome` holds the columns that were
    worked out for it."""
    since = start - (weekly.TREND_WEEKS + 1) * WEEK
    blank = {log.key: pd.DataFrame(columns=[c.key for c in log.columns]) for log in LOGS}
    tables = [(log, _tickets(outcome.columns.get(log.key, blank[log.key]), since)) for log in LOGS]
    answers = _answers(outcome.columns.get(EVALUATIONS.key, pd.DataFrame()), since, start + WEEK, profile)
    small = _small(answers, ["stat_at", "stat_profile", "valid"])
    is_main = answers["stat_profile"] == profile
    main, others = (frozenset(answers.loc[small & which, "stat_at"]) for which in (is_main, ~is_main))
    answers = answers[~small].copy()
    traced = _small(answers, ["stat_at", "stat_profile", "valid", *_TRACES])
    weeks = frozenset(answers.loc[traced, "stat_at"])
    answers.loc[traced, list(_TRACES)] = ""
    tables += [(EVALUATIONS, _shuffled(answers)), (CARRIED, _carried(ledger))]
    outside = [(sheet, _outside(sheet, frame)) for sheet, frame in tables]
    return Leaving(start, outside, main, others, dict.fromkeys(_TRACES, weeks))


def _outside(sheet: Sheet, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its own computed columns and those that stand in for typed ones, and no other."""
    known = [column.key for column in sheet.columns if column.role != "typed" and column.key in frame]
    made = frame[known].copy()
    for typed, read in _STAND_INS.get(sheet.key, {}).items():
        made[typed] = frame[read] if read else ""
    return made


def _tickets(frame: pd.DataFrame, since: datetime) -> pd.DataFrame:
    """Tickets that any figure of the weeks from `since` on can count; one accepted and closed before counts in none."""
    begun, ended = (pd.to_datetime(frame[key]) for key in ("stat_start", "stat_end"))
    over = (begun < since) & (ended < since)
    for key in ("stat_overdue", "stat_undated", "excluded"):
        over &= frame[key].isna() | (frame[key] == "")
    kept = frame[~over & (begun.notna() | ended.notna() | (frame["excluded"].fillna("") != ""))]
    return _shuffled(kept)


def _answers(frame: pd.DataFrame, since: datetime, until: datetime, profile: str) -> pd.DataFrame:
    """The answers that any figure can count, each with no more than it is counted by: the week; of one without a day or
    left out only that; of one to another form than `profile` no scores, and not which form."""
    rows = frame.reindex(columns=[column.key for column in EVALUATIONS.columns if column.computed])
    moments = pd.to_datetime(rows["stat_at"])
    rows = rows[(rows["valid"].fillna("") != "") & (moments.isna() | ((moments >= since) & (moments < until)))].copy()
    days = moments[rows.index].dt.normalize()
    rows["stat_at"] = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    uncounted = rows["stat_at"].isna() | (rows["valid"] != "是")
    other = ~uncounted & (rows["stat_profile"] != profile)
    scores = ["composite", *(f"stat_{key}" for key in DIMENSION_KEYS)]
    rows[scores] = rows[scores].apply(pd.to_numeric).mask(uncounted | other)
    words = [key for key in rows.columns if key not in (*scores, "stat_at", "valid")]
    rows[words] = rows[words].astype(object).mask(uncounted, "").fillna("")
    rows.loc[other, "stat_profile"] = _OTHER
    return rows


def _small(rows: pd.DataFrame, keys: list[str]) -> pd.Series:
    """Which counted answers have fewer than SMALLEST alike in these columns."""
    counted = rows["stat_at"].notna() & (rows["valid"] == "是")
    if rows.empty:
        return counted
    return counted & (rows.groupby(keys, dropna=False)["valid"].transform("size") < SMALLEST)


def _carried(ledger: Ledger) -> pd.DataFrame:
    """The weeks of the ledger before: counts and sums, no numbers of tickets."""
    keys = [column.key for column in CARRIED.columns]
    if CARRIED.key not in ledger:
        return pd.DataFrame(columns=keys)
    frame = ledger[CARRIED.key]
    return frame[text_column(frame, "kind") == WEEK_KIND].reindex(columns=keys)


def _shuffled(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows in the order of what they hold: their places in the ledger are nobody's business outside."""
    if rows.empty:
        return rows
    columns = [rows[key].astype(object).map(str) for key in rows.columns]
    order = sorted(range(len(rows)), key=list(zip(*columns, strict=True)).__getitem__)
    return rows.iloc[order].reset_index(drop=True)


