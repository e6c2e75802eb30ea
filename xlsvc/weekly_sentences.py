"""The three sentences a weekly report begins with: are we late, where does the work come from, what do
customers say. Drafts: a person edits them, and their edition stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from workbook.sheets import weekly_summary as weekly
from workbook.values import half_up

from .weekly_figures import Figure, Rules, Values


def conclusions(values: Values, rules: Rules, now: datetime, carried: bool = False) -> tuple[str, str, str]:
    """`carried`: the totals hold rows that stayed in the ledger before, the classes and dimensions do not; those are
    left out then."""
    return _lateness(values, now), _volume(values, carried), _voices(values, rules, carried)


def _lateness(values: Values, now: datetime) -> str:
    number = values["超时未结"]
    when = f"截至 {now:%m-%d %H:%M}"
    if number:
        text = (
            f"{when} 有 {number} 张工单超时未结,最久的是 {values['关注1_工单']}"
            f"({values['关注1_责任人']}),{values['关注1_环节']}已超时 {values['关注1_已超时']}。"
        )
    else:
        text = f"{when} 没有超时未结的工单。"
    rates = [_rate(values, name) for name in ("首次响应达标率", "解决达标率")]
    return text + ";".join(rates) + "。"


def _rate(values: Values, name: str) -> str:
    sample, missing = values[f"样本_{name}"], values[f"缺时间_{name}"]
    lacking = f",另有 {missing} 张缺时间" if missing else ""
    if not sample:
        return f"{name}无可判定的工单{lacking}"
    return f"{name} {_percent(values[f'本周_{name}'])}(n={sample}{lacking}),{values[f'判断_{name}']}"


def _volume(values: Values, carried: bool) -> str:
    new, closed, end = (values[f"本周_{name}"] for name in ("新增", "办结", "期末未结"))
    text = f"新增 {new} 张,办结 {closed} 张,期末未结 {end} 张({values['判断_期末未结']})"
    if values["类型1_名称"] and not carried:
        others = values["类型其他_数量"]
        if others > values["类型1_数量"]:
            text += f";其他与未填 {others} 张({_percent(values['类型其他_占比'])}),请补类别;其余"
        else:
            text += ";"
        share = _percent(values["类型1_占比"])
        text += f"最多的是{values['类型1_名称']} {values['类型1_数量']} 张({share})"
    text += f";投诉 {values['本周_投诉']} 张,重开 {values['本周_重开']} 张。"
    return text + ("分类、人员和各项得分见原台账。" if carried else "")


def _voices(values: Values, rules: Rules, carried: bool) -> str:
    sample = values["样本_综合得分"]
    if not sample:
        return "本周没有可计入综合得分的有效评价。"
    text = f"综合得分 {_score(values['本周_综合得分'])}(n={sample}),{values['判断_综合得分']}"
    if values["样本_满意率"]:
        text += f";满意率 {_percent(values['本周_满意率'])}(n={values['样本_满意率']})"
    low = [_dimension(values, n) for n in range(1, weekly.DIMENSION_ROWS + 1) if values[f"维度{n}_低分"]]
    few = isinstance(sample, int) and sample < rules.few_answers
    if not carried:
        text += f";低于 {rules.low_line:g} 分:{'、'.join(low)}" if low else ";没有低分维度"
    return text + ("。样本少,仅供参考。" if few else "。")


def _dimension(values: Mapping[str, Figure], n: int) -> str:
    return f"{values[f'维度{n}_名称']} {_score(values[f'维度{n}_均分'], 2)}(n={values[f'维度{n}_样本']})"


def _percent(value: Figure) -> str:
    return f"{half_up(float(value) * 100, 1):.1f}%"


def _score(value: Figure, digits: int = 1) -> str:
    return f"{half_up(float(value), digits):.{digits}f}"
