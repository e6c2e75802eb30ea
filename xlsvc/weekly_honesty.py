"""Which of the week's differences from the week before are more than chance, all of one page judged together."""

from __future__ import annotations

from workbook.sheets import weekly_summary as weekly
from workbook.sheets.profiles import PROFILES
from workbook.values import half_up

from .honest_numbers import Difference, mean_difference, share_difference
from .honest_numbers import beyond_chance as judged_together
from .weekly_figures import Rules, Values, Week

BETTER, WORSE, CHANCE = 1, -1, 0


def beyond_chance(this: Week, last: Week, rules: Rules) -> Values:
    """显著_<figure> and 维度n_显著: 1 better, -1 worse, 0 within chance, None where nothing can be compared; 判断_说明
    names what was compared. A bigger share or mean is better in each of them."""
    found = _differences(this, last, rules)
    known = {name: difference for name, difference in found.items() if difference is not None}
    told = dict(zip(known, judged_together([difference.p for difference in known.values()]), strict=True))
    values: Values = {}
    for name, difference in found.items():
        if difference is None:
            values[_cell(name)] = None
        else:
            values[_cell(name)] = (BETTER if difference.value > 0 else WORSE) if told[name] else CHANCE
    for n in range(1, weekly.DIMENSION_ROWS + 1):
        values.setdefault(f"维度{n}_显著", None)
    labels = {f"维度{n}": d.label for n, d in enumerate(PROFILES[rules.main_profile].dimensions, 1)}
    parts = [
        f"{labels.get(name, name)} p={_p(difference.p)}(n={difference.n[0]}→{difference.n[1]})"
        for name, difference in known.items()
    ]
    many = f"本页与上周比较了 {len(parts)} 项(p=碰巧差得这么多的机会):{';'.join(parts)}。" if parts else ""
    beyond = [labels.get(name, name) for name, yes in told.items() if yes]
    found_some = f"超出偶然范围的:{'、'.join(beyond)}。" if beyond else "没有一项超出偶然范围。"
    values["判断_说明"] = f"{many}{found_some}" if parts else "本周或上周没有样本,没有可以比较的。"
    return values


def _cell(name: str) -> str:
    return f"{name}_显著" if name.startswith("维度") else f"显著_{name}"


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{half_up(value, 3):.3f}"


def _differences(this: Week, last: Week, rules: Rules) -> dict[str, Difference | None]:
    found: dict[str, Difference | None] = {}
    for name in weekly.RATE_COLUMNS:
        found[name] = share_difference(_rate(last, name), _rate(this, name))
    found["综合得分"] = None
    if not any(week.before("score_count") for week in (this, last)):  # of those before, only the sum is known
        found["综合得分"] = _means(last, this, "composite")
    found["满意率"] = share_difference(_satisfied(last), _satisfied(this))
    for n, dimension in enumerate(PROFILES[rules.main_profile].dimensions, 1):
        found[f"维度{n}"] = _means(last, this, f"stat_{dimension.key}")
    return found


def _rate(week: Week, name: str) -> tuple[int, int]:
    column = weekly.RATE_COLUMNS[name]
    clock = column.removesuffix("_status")
    met, of = week.judged(column)
    return met + week.before(f"{clock}_met"), of + week.before(f"{clock}_judged")


def _satisfied(week: Week) -> tuple[int, int]:
    words = week.answers["satisfied"][week.valid]
    yes, no = int((words == "是").sum()), int((words == "否").sum())
    return yes + week.before("satisfied"), yes + no + week.before("satisfied_of")


def _means(last: Week, this: Week, key: str) -> Difference | None:
    one, two = (week.answers[key][week.main].dropna().tolist() for week in (last, this))
    return mean_difference(one, two)
