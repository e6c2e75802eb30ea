"""Formulas of the weekly tab's first answers: is anything late, where, who acts, which samples are small; and of how
long open tickets have waited."""

from __future__ import annotations

from collections.abc import Iterable

from ..sheets import weekly_summary as weekly
from .weekly_counting import ACCEPTED, CLOSED, DASH, Address, Criterion, tickets

BEFORE_END: Criterion = (ACCEPTED, '"<"&周始+7')
LATE: Criterion = ("stat_overdue", '"?*"')
NOT_LATE: Criterion = ("stat_overdue", '""')
CUT = "ROUNDUP(MIN(周始+7,时效截至),0)"
"""The midnight that tickets grow old to: the week's end, or while the week runs the end of the day of the cut-off."""


def ages(at: Address) -> dict[str, str]:
    """Overdue tickets by stage; tickets that wait by the days since they were accepted, the overdue ones apart."""
    made = {
        f"环节{n}_超时": tickets(BEFORE_END, ("stat_overdue", f'"{stage}"'))
        for n, stage in enumerate(weekly.STAGES, 1)
    }
    for n in range(1, len(weekly.AGES) + 1):
        band: list[Criterion] = [BEFORE_END]
        if n <= len(weekly.AGE_BOUNDS):
            band.append((ACCEPTED, f'">="&{CUT}-{weekly.AGE_BOUNDS[n - 1]}'))
        if n > 1:
            band.append((ACCEPTED, f'"<"&{CUT}-{weekly.AGE_BOUNDS[n - 2]}'))
        closed = tickets(*band, NOT_LATE, (CLOSED, BEFORE_END[1]))
        made[f"账龄{n}_超时"] = tickets(*band, LATE)
        made[f"账龄{n}_其余"] = f"{tickets(*band, NOT_LATE)}-({closed})"
    return made


def glances(at: Address) -> dict[str, str]:
    """Four sentences made of figures that stand on the tab."""
    late = at("超时未结")
    sampled = [kpi.name for kpi in weekly.KPIS if kpi.kind != "count"]
    missed = [_if(_missed(at(f"判断_{name}")), f'"、{name}"') for name in sampled]
    few = [_if(f"{at(f'样本_{name}')}<样本少线", f'"、{name}(n="&{at(f"样本_{name}")}&")"') for name in sampled]
    for title, samples in weekly.FEW_OF.items():
        area = f"{at(samples[0])}:{at(samples[-1])}"
        number = f'COUNTIFS({area},">0",{area},"<"&样本少线)'
        few.append(_if(f"{number}>0", f'"、{title} "&{number}&" 项"'))
    stages = [_if(f"{at(f'环节{n}_超时')}>0", _number(f'"{stage}"', at(f"环节{n}_超时"))) for n, stage in enumerate(weekly.STAGES, 1)]
    departments = _late_groups(at, "部门", weekly.DEPARTMENT_ROWS)
    people = _late_groups(at, "人员", weekly.PEOPLE_ROWS)
    return {
        "一眼_超时": f'IF({late}>0,{late}&" 张超时未结","没有超时未结")&IF({"&".join(missed)}="","",";未达目标:"&{_joined(missed)})',
        "一眼_环节": f'IF({late}>0,"环节:"&{_joined(stages)}&";部门:"&{_joined(departments)},{DASH})',
        "一眼_责任人": f"IF({late}>0,{_joined(people)},{DASH})",
        "一眼_样本": f'IF({"&".join(few)}="","没有",{_joined(few)})',
    }


def _joined(pieces: Iterable[str]) -> str:
    """Pieces that each begin with 、, without the first one."""
    return f"MID({'&'.join(pieces)},2,999)"


def _if(condition: str, text: str) -> str:
    return f'IF({condition},{text},"")'


def _number(label: str, address: str) -> str:
    return f'"、"&{label}&" "&{address}&" 张"'


def _missed(judgement: str) -> str:
    return f'OR({judgement}="未达目标",{judgement}="未达目标,样本少")'


def _late_groups(at: Address, prefix: str, rows: int) -> list[str]:
    """A piece for each listed person or department with overdue tickets, in the list's order."""
    listed = [
        _if(f"N({at(f'{prefix}{n}_超时')})>0", _number(at(f"{prefix}{n}_名称"), at(f"{prefix}{n}_超时")))
        for n in range(1, rows + 1)
    ]
    rest = at(f"{prefix}其他_超时")
    return [*listed, _if(f"{rest}>0", _number('"其他与未填"', rest))]
