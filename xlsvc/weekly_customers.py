"""Figures of the weekly tab's blocks about customers, as workbook.template.weekly_customer_formulas counts them: types
of customers compared, the channels of their answers, the running share of the problem types."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from workbook.sheets import weekly_summary as weekly
from workbook.sheets.profiles import PROFILES
from workbook.sheets.vocabularies import words

from .scoring import BY_PROXY, UNTOLD
from .weekly_figures import NOT_AVAILABLE, Figure, Mask, Values, Week, criterion, ratio


def customer_figures(week: Week, values: Mapping[str, Figure], channels: Sequence[str]) -> Values:
    """`values` are those of `weekly_figures.figures` for the same week; `channels` the labels of the list."""
    made = {**_pareto(values), **_customers(week), **_channels(week, channels)}
    new = values["本周_新增"] - week.before("opened")  # the comparison holds this ledger's rows only
    return made | {"对账_客户": sum(made[f"客户{row}_新增"] for row in weekly.CUSTOMERS) - new}


def choose_channels(week: Week) -> list[str]:
    """The commonest channels of the week's valid answers; what was filled in for customers has a row of its own."""
    told = week.answers["stat_channel"][week.valid]
    numbers = told[~told.isin(("", UNTOLD, BY_PROXY))].value_counts()
    order = {word: place for place, word in enumerate(words("评价渠道"))}
    common = sorted(numbers.items(), key=lambda item: (-item[1], order.get(str(item[0]), 99), str(item[0])))
    first: dict[str, str] = {}  # upper and lower case are one for COUNTIFS
    for name, _ in common:
        first.setdefault(str(name).casefold(), str(name))
    return list(first.values())[: weekly.CHANNEL_ROWS]


def _pareto(values: Mapping[str, Figure]) -> Values:
    made: Values = {}
    total, running = values["类型合计_数量"], 0
    for row in (*(f"类型{n}" for n in range(1, weekly.TYPE_ROWS + 1)), "类型其他"):
        number = values[f"{row}_数量"]
        told = not isinstance(number, str)
        running += number if told else 0
        made[f"{row}_图"] = number if told else NOT_AVAILABLE
        made[f"{row}_累计"] = running / total if told and total else NOT_AVAILABLE
    return made


def _customers(week: Week) -> Values:
    made: Values = {}
    total = int(week.accepted.sum())
    rest = np.ones(len(week.tickets), dtype=bool)
    rest_of_answers = np.ones(len(week.answers), dtype=bool)
    kinds = week.answers["stat_customer"].to_numpy(dtype=object)
    for row, word in weekly.CUSTOMERS.items():
        chosen = week.labelled("stat_customer", word) if word else rest
        answered = kinds == word if word else rest_of_answers
        rest, rest_of_answers = rest & ~chosen, rest_of_answers & ~answered
        name = f"客户{row}_"
        made[name + "新增"] = number = int((week.accepted & chosen).sum())
        made[name + "占比"] = ratio(number, total)
        for short, key in (("响应", "response_status"), ("解决", "resolution_status")):
            met, judged = week.judged(key, chosen)
            made[f"{name}{short}样本"], made[f"{name}{short}率"] = judged, ratio(met, judged)
        made |= _score(week, name, answered)
    return made | _kept_back(week, made, [f"客户{row}_" for row in weekly.CUSTOMERS])


def _channels(week: Week, labels: Sequence[str]) -> Values:
    made: Values = {}
    ways = week.answers["stat_channel"].map(lambda text: str(text).casefold()).to_numpy(dtype=object)
    total = int(week.valid.sum())
    rest = ways != weekly.BY_PROXY
    rows: list[tuple[str, Mask | None]] = []
    for n in range(1, weekly.CHANNEL_ROWS + 1):
        label = labels[n - 1] if n <= len(labels) else ""
        made[f"渠道{n}_名称"], made[f"渠道{n}_条件"] = label or None, criterion(label)
        chosen = ways == label.casefold() if label else None
        rows.append((f"渠道{n}", chosen))
        rest = rest if chosen is None else rest & ~chosen
    everything = np.ones(len(ways), dtype=bool)
    rows += [("渠道其他", rest), ("渠道代填", ways == weekly.BY_PROXY), ("渠道合计", everything)]
    for row, chosen in rows:
        if chosen is None:
            made |= {f"{row}_{field}": "" for field in weekly.CHANNEL_FIELDS[2:]}
            continue
        made[f"{row}_数量"] = number = int((week.valid & chosen).sum())
        made[f"{row}_占比"] = ratio(number, total)
        made |= _score(week, f"{row}_", chosen)
    return made | _kept_back(week, made, [f"{row}_" for row, chosen in rows if row != "渠道合计" and chosen is not None])


def _score(week: Week, name: str, chosen: Mask) -> Values:
    scores = week.answers["composite"][week.main & chosen].dropna().tolist()
    mean = math.fsum(scores) / len(scores) if scores else weekly.BLANK
    return {name + "得分样本": len(scores), name + "得分": mean}


def _kept_back(week: Week, made: Mapping[str, Figure], groups: Sequence[str]) -> Values:
    """What is shown instead of the groups' scores where an answer to an anonymous form could be traced (P9)."""
    small = [n for n in groups if 0 < int(made[n + "得分样本"] or 0) < weekly.SMALL_GROUP]
    if not small or not PROFILES[week.profile].anonymous:
        return {}
    return {n + "得分样本": weekly.TOO_FEW for n in small} | {n + "得分": weekly.NOT_SPLIT for n in groups}
