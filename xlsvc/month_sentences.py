"""The three sentences a review begins with: the work, what customers say, and what has to be decided. Drafts: a person edits
them, and their edition stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from workbook.sheets.profiles import PROFILES
from workbook.values import half_up

from .month_causes import Cause
from .month_period import Period
from .weekly_figures import Figure, Rules, Values


def score(value: Figure, digits: int = 1) -> str:
    """A mean as people write it, rounded half up; a text as it is."""
    return value if isinstance(value, str) else f"{half_up(float(value), digits):.{digits}f}"


def percent(value: Figure) -> str:
    return value if isinstance(value, str) else f"{half_up(float(value) * 100, 1):.1f}%"


def conclusions(
    values: Values, rules: Rules, period: Period, causes: Sequence[Cause], undecided: int, now: datetime, empty: bool
) -> tuple[str, str, str]:
    if empty:
        nothing = f"{period.kind.this}({period.code})没有任何记录:没有受理、办结的工单,也没有评价。"
        return nothing, "没有可计入的评价。", "没有要定措施的维度。"
    return _work(values, period, now), _voices(values, rules), _to_decide(values, causes, undecided)


def _work(values: Values, period: Period, now: datetime) -> str:
    new, closed, end = (values[f"本期_{name}"] for name in ("新增", "办结", "期末未结"))
    text = f"{period.kind.this}新增 {new} 张,办结 {closed} 张,期末未结 {end} 张({values['判断_期末未结']});"
    rates = [_rate(values, name) for name in ("首次响应达标率", "解决达标率")]
    text += ";".join(rates) + f";投诉 {values['本期_投诉']} 张,重开 {values['本期_重开']} 张。"
    late = values["超时未结"]
    return text + (f"截至 {now:%m-%d %H:%M} 超时未结 {late} 张。" if late else "")


def _rate(values: Values, name: str) -> str:
    sample = values[f"样本_{name}"]
    if not sample:
        return f"{name}无可判定的工单"
    return f"{name} {percent(values[f'本期_{name}'])}(n={sample}),{values[f'判断_{name}']}"


def _voices(values: Values, rules: Rules) -> str:
    size = values["样本_综合得分"]
    if not size:
        return "没有可计入综合得分的有效评价。"
    text = f"综合得分 {score(values['本期_综合得分'])}(n={size}),{values['判断_综合得分']}"
    if values["样本_满意率"]:
        text += f";满意率 {percent(values['本期_满意率'])}(n={values['样本_满意率']})"
    places = range(1, len(PROFILES[rules.main_profile].dimensions) + 1)
    low = [_dimension(values, n) for n in places if values[f"维度{n}_低分"]]
    text += f";低于 {rules.low_line:g} 分:{'、'.join(low)}" if low else f";没有低于 {rules.low_line:g} 分的维度"
    below = [_dimension(values, n) for n in places if values[f"维度{n}_低于均"] and not values[f"维度{n}_低分"]]
    if below:
        text += f";低于总均分 {score(values['总均分'], 2)} 的:{'、'.join(below)}"
    return text + "。"


def _dimension(values: Values, n: int) -> str:
    return f"{values[f'维度{n}_名称']} {score(values[f'维度{n}_均分'], 2)}(n={values[f'维度{n}_样本']})"


def _to_decide(values: Values, causes: Sequence[Cause], undecided: int) -> str:
    named = [cause for cause in causes if cause.word]
    text = ""
    if named:
        first = [cause for cause in named if cause.place == named[0].place][:2]
        told = "、".join(f"{cause.word} {len(cause.answers)} 份" for cause in first)
        text = f"{first[0].label}打低分的 {first[0].low} 份评价里,最常提到:{told}。"
    text += str(values["措施_说明"])
    if undecided:
        text += f"有 {undecided} 个维度的措施待定:请在“建议措施”里填责任人和完成日期,再点一次“月度复盘”。"
    return text
