"""Formulas of the weekly tab's blocks about customers: their types, the channels they answer by, and the running share
of the problem types."""

from __future__ import annotations

from collections.abc import Sequence

from ..sheets import weekly_summary as weekly
from ..sheets.evaluations import EVALUATIONS
from ..sheets.profiles import PROFILES
from .weekly_counting import (
    ACCEPTED,
    ANSWERED,
    MAIN,
    VALID,
    Address,
    Criterion,
    answers,
    arguments,
    escaped,
    or_dash,
    tickets,
    unless_blank,
    within,
)


def pareto(at: Address) -> dict[str, str]:
    """The chart's bars and its running share; a row without a label is no point of it."""
    made: dict[str, str] = {}
    total, first = at("类型合计_数量"), at("类型1_数量")
    for row in (*(f"类型{n}" for n in range(1, weekly.TYPE_ROWS + 1)), "类型其他"):
        number = at(f"{row}_数量")
        made[f"{row}_图"] = f"IF(ISNUMBER({number}),{number},NA())"
        told = f"AND(ISNUMBER({number}),{total}>0)"
        made[f"{row}_累计"] = f"IF({told},SUM({first}:{number})/{total},NA())"
    return made


def customers(at: Address) -> dict[str, str]:
    """New, old and VIP customers side by side; 其他 is every other type and none."""
    made: dict[str, str] = {}
    accepted = within(ACCEPTED, "周始")
    named = [word for word in weekly.CUSTOMERS.values() if word]
    first, *_, last = (at(f"客户{row}_新增") for row in weekly.CUSTOMERS)
    total = f"SUM({first}:{last})"
    for row, word in weekly.CUSTOMERS.items():
        mine = _customer(*([f'"{word}"'] if word else [f'"<>{other}"' for other in named]))
        name = f"客户{row}_"
        made[name + "新增"] = tickets(*accepted, *mine)
        made[name + "占比"] = or_dash(total, f"{at(name + '新增')}/{total}")
        for short, key in (("响应", "response_status"), ("解决", "resolution_status")):
            sample = at(f"{name}{short}样本")
            on_time, late = (tickets(*accepted, (key, f'"{status}"'), *mine) for status in ("达标", "超时"))
            made[f"{name}{short}样本"] = f"{on_time}+{late}"
            made[f"{name}{short}率"] = or_dash(sample, f"({on_time})/{sample}")
        made |= _score(at, name, mine, [f"客户{other}_" for other in weekly.CUSTOMERS])
    return made


def channels(at: Address) -> dict[str, str]:
    """Valid answers by the way they came; those filled in for a customer stand apart."""
    made: dict[str, str] = {}
    in_week = [*within(ANSWERED, "周始"), VALID]
    total = at("渠道合计_数量")
    listed = [f"渠道{n}" for n in range(1, weekly.CHANNEL_ROWS + 1)]
    proxy = f'"{weekly.BY_PROXY}"'
    others = [f'"<>"&{at(f"{row}_条件")}' for row in listed] + [f'"<>{weekly.BY_PROXY}"']
    groups = [f"{row}_" for row in (*listed, *weekly.CHANNEL_TOTALS) if row != "渠道合计"]
    for row in (*listed, *weekly.CHANNEL_TOTALS):
        criteria = {"渠道其他": others, "渠道代填": [proxy], "渠道合计": []}.get(row, [f'"="&{at(f"{row}_条件")}'] if row in listed else [])
        mine: list[Criterion] = [("stat_channel", value) for value in criteria]
        figures = {
            "数量": answers(*in_week, *mine),
            "占比": or_dash(total, f"{at(f'{row}_数量')}/{total}"),
            **{name.removeprefix(f"{row}_"): formula for name, formula in _score(at, f"{row}_", mine, groups).items()},
        }
        if row == "渠道合计":
            figures["数量"] = f"SUM({at('渠道1_数量')}:{at('渠道代填_数量')})"
        if row in listed:
            label = at(f"{row}_名称")
            made[f"{row}_条件"] = escaped(label)
            figures = {field: unless_blank(label, formula) for field, formula in figures.items()}
        made |= {f"{row}_{field}": formula for field, formula in figures.items()}
    return made


def _customer(*values: str) -> list[Criterion]:
    return [("stat_customer", value) for value in values]


def _score(at: Address, name: str, mine: Sequence[Criterion], groups: Sequence[str]) -> dict[str, str]:
    """Mean composite of the main profile's valid answers, and how many there are. `groups` are told apart only where
    none of them is a small group of an anonymous profile; a name that is not among them is a total."""
    criteria = [*within(ANSWERED, "周始"), VALID, MAIN, *mine]
    column = f"{EVALUATIONS.table}[{EVALUATIONS.heading('composite')}]"
    sample = at(name + "得分样本")
    number = answers(*criteria, ("composite", '">0"'))
    mean = or_dash(sample, f"SUMIFS({column},{arguments(EVALUATIONS, criteria)})/{sample}")
    if name in groups:
        few = f"AND({number}>0,{number}<{weekly.SMALL_GROUP})"
        nameless = ",".join(f'主档案="{code}"' for code, profile in PROFILES.items() if profile.anonymous)
        number = f'IF(OR({nameless}),IF({few},"{weekly.TOO_FEW}",{number}),{number})'
        sizes = f"{at(groups[0] + '得分样本')}:{at(groups[-1] + '得分样本')}"
        mean = f'IF(COUNTIF({sizes},"{weekly.TOO_FEW}")>0,"{weekly.NOT_SPLIT}",{mean})'
    return {name + "得分样本": number, name + "得分": mean}
