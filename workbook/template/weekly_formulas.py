"""The weekly tab's formulas, by the name of the figure they stand under.

Figures are counted over the 统计 columns of both logs and of 评价记录 by structured references in the form
that files hold. Only functions that Excel 2010, WPS and LibreOffice share. Parameters (周始, 主档案, 低分线,
样本少线) are called by name so that a formula can be read; other cells by address, so that a figure whose
name someone deleted does not break the ones that build on it.
"""

from __future__ import annotations

from ..sheets import weekly_summary as weekly
from ..sheets.process_log import PROCESS_LOG
from ..sheets.response_log import RESPONSE_LOG
from . import weekly_live as live
from .weekly_counting import (
    ACCEPTED,
    ANSWERED,
    CLOSED,
    DASH,
    VALID,
    Address,
    Criterion,
    answers,
    carried,
    composite,
    escaped,
    judged,
    met,
    or_dash,
    tickets,
    unless_blank,
    within,
)  # fmt: skip
from .weekly_customer_formulas import channels, customers, pareto
from .weekly_glance_formulas import ages, glances


def _figure(name: str, start: str, sample: str) -> str:
    """A KPI for the week that begins at `start`; `sample` is the address of its denominator. 投诉 is counted by `kpis`."""
    if name in weekly.RATE_COLUMNS:
        before = carried(f"{_clock_of(name)}_met", start)
        return or_dash(sample, f"({met(weekly.RATE_COLUMNS[name], start)}+{before})/{sample}")
    if name == "综合得分":
        return or_dash(sample, f"({composite(start)[1]})/{sample}")
    if name == "满意率":
        satisfied = answers(*within(ANSWERED, start), VALID, ("satisfied", '"是"'))
        return or_dash(sample, f"({satisfied}+{carried('satisfied', start)})/{sample}")
    accepted = within(ACCEPTED, start)
    counted, key, week = {
        "期初未结": (live.open_before(start), "left_open", f"{start}-7"),
        "新增": (live.tickets(live.accepted(f"{start}+7", start)), "opened", start),
        "办结": (live.tickets(live.closed(f"{start}+7", start)), "closed", start),
        "期末未结": (live.open_before(f"{start}+7"), "left_open", start),
        "重开": (tickets(*accepted, ("stat_reopened", '">0"')), "reopened", start),
    }[name]
    return f"{counted}+{carried(key, week)}"


def _clock_of(name: str) -> str:
    """ "response" for 首次响应达标率."""
    return weekly.RATE_COLUMNS[name].removesuffix("_status")


def _sample(name: str, start: str) -> str:
    if name in weekly.RATE_COLUMNS:
        return f"{judged(weekly.RATE_COLUMNS[name], start)}+{carried(f'{_clock_of(name)}_judged', start)}"
    if name == "综合得分":
        return composite(start)[0]
    in_week = [*within(ANSWERED, start), VALID]
    told = [answers(*in_week, ("satisfied", f'"{word}"')) for word in ("是", "否")]
    return "+".join([*told, carried("satisfied_of", start)])


def head() -> dict[str, str]:
    return {
        "周次": 'YEAR(周始-WEEKDAY(周始,2)+4)&"-W"&TEXT(WEEKNUM(周始,21),"00")',
        "标题": '"售后服务周报 "&周次',
        "日期范围": 'TEXT(周始,"yyyy-mm-dd")&" 至 "&TEXT(周始+6,"yyyy-mm-dd")',
        "超时未结": _overdue(),
    }


def _overdue(*criteria: Criterion) -> str:
    """Tickets accepted before the week's end that are overdue at the cut-off and still waited for."""
    return tickets((ACCEPTED, '"<"&周始+7'), ("stat_overdue", '"?*"'), *criteria)


def kpis(at: Address) -> dict[str, str]:
    made: dict[str, str] = {}
    for kpi in weekly.KPIS:
        this, last = f"本周_{kpi.name}", f"上周_{kpi.name}"
        sampled = kpi.kind != "count"
        if sampled:
            made[f"样本_{kpi.name}"] = _sample(kpi.name, "周始")
            made[f"上周样本_{kpi.name}"] = _sample(kpi.name, "周始-7")
        for name, size, week in ((this, f"样本_{kpi.name}", "本周"), (last, f"上周样本_{kpi.name}", "上周")):
            start = live.WEEKS[week]
            if kpi.name == "综合得分":
                made[size], total = live.composite(at, week)
                made[name] = or_dash(at(size), f"({total})/{at(size)}")
            elif kpi.name == "投诉":
                label = f'"{weekly.COMPLAINT_CLASS}"'
                made[name] = f"{live.of_class(at, week, [('stat_class', label)], label)}+{carried('complaints', start)}"
            else:
                made[name] = _figure(kpi.name, start, at(size) if sampled else "")
        made[f"差值_{kpi.name}"] = _difference(at(this), at(last))
        if sampled:
            sample = at(f"样本_{kpi.name}")
            # ROUND: a mean of tenths that equals its goal must not miss it by the last binary digit.
            reached = f"ROUND({at(this)}-{at(f'目标_{kpi.name}')},9)>=0"
            made[f"判断_{kpi.name}"] = (
                f'IF({sample}=0,{DASH},IF({reached},"达到目标","未达目标")&IF({sample}<样本少线,",样本少",""))'
            )
        if kpi.lacks_time:
            lacking = (weekly.RATE_COLUMNS[kpi.name], '"无法判定"')
            made[f"缺时间_{kpi.name}"] = tickets(*within(ACCEPTED, "周始"), lacking)
    opening, closing = at("本周_期初未结"), at("本周_期末未结")
    undated = at("缺时间_期末未结")
    made["缺时间_期末未结"] = tickets((ACCEPTED, '"<"&周始+7'), ("stat_undated", '"是"'))
    made["判断_期末未结"] = (
        f'IF({closing}>{opening},"积压增加"&({closing}-{opening})&"张",'
        f'IF({closing}<{opening},"积压减少"&({opening}-{closing})&"张","与期初持平"))'
        f'&IF({undated}>0,",内"&{undated}&"张已办结缺时间","")'
    )
    return made


def _difference(this: str, last: str) -> str:
    return f"IF(OR({this}={DASH},{last}={DASH}),{DASH},{this}-{last})"


def days() -> dict[str, str]:
    made: dict[str, str] = {}
    for number in range(1, weekly.DAYS + 1):
        day = f"周始+{number - 1}"
        made[f"日{number}_标签"] = f'"周{"一二三四五六日"[number - 1]} "&MONTH({day})&"/"&DAY({day})'
        for name, groups in (("新增", live.accepted), ("办结", live.closed)):
            made[f"日{number}_{name}"] = live.tickets(groups(f"{day}+1", day))
    return made


def types(at: Address) -> dict[str, str]:
    made: dict[str, str] = {}
    total = at("类型合计_数量")
    rows = range(1, weekly.TYPE_ROWS + 1)
    conditions = [at(f"类型{n}_条件") for n in rows]
    others: list[Criterion] = [("stat_class", f'"<>"&{condition}') for condition in conditions]
    for n in rows:
        label = at(f"类型{n}_名称")
        same: Criterion = ("stat_class", f'"="&{at(f"类型{n}_条件")}')
        made[f"类型{n}_条件"] = escaped(label)
        for week, field in (("本周", "数量"), ("上周", "上周")):
            made[f"类型{n}_{field}"] = unless_blank(label, live.of_class(at, week, [same], at(f"类型{n}_条件")))
        made[f"类型{n}_占比"] = unless_blank(label, or_dash(total, f"{at(f'类型{n}_数量')}/{total}"))
    for week, field in (("本周", "数量"), ("上周", "上周")):
        made[f"类型其他_{field}"] = live.of_other_classes(at, week, others, conditions)
    for field in ("数量", "上周"):
        made[f"类型合计_{field}"] = f"SUM({at(f'类型1_{field}')}:{at(f'类型其他_{field}')})"
    for row in ("类型其他", "类型合计"):
        made[f"{row}_占比"] = or_dash(total, f"{at(f'{row}_数量')}/{total}")
    return made


def urgencies(at: Address) -> dict[str, str]:
    made: dict[str, str] = {}
    accepted = within(ACCEPTED, "周始")
    known = weekly.URGENCIES[:-1]
    for name, label in zip(weekly.URGENCY_NAMES, weekly.URGENCIES, strict=True):
        if label in known:
            urgency: list[Criterion] = [("stat_urgency", f'"{label}"')]
        else:
            urgency = [("stat_urgency", f'"<>{other}"') for other in known]
        for status in weekly.STATUSES:
            made[f"紧急{name}_{status}"] = tickets(*accepted, *urgency, ("sla_status", f'"{status}"'))
        made[f"紧急{name}_合计"] = tickets(*accepted, *urgency)
    first, last = weekly.URGENCY_NAMES[0], weekly.URGENCY_NAMES[-1]
    for column in (*weekly.STATUSES, "合计"):
        made[f"紧急合计_{column}"] = f"SUM({at(f'紧急{first}_{column}')}:{at(f'紧急{last}_{column}')})"
    return made


def dimensions(at: Address) -> dict[str, str]:
    made: dict[str, str] = {}
    for n in range(1, weekly.DIMENSION_ROWS + 1):

        def cell(field: str, n: int = n) -> str:
            return at(f"维度{n}_{field}")

        index = cell("列")

        def number(week: str, points: str = live.POINTS, add: bool = False, index: str = index) -> str:
            return live.scores(index, week, at(f"即时新评_{week}"), points, add)

        figures = {
            "样本": number("本周"),
            "上周样本": number("上周"),
            "均分": or_dash(cell("样本"), f"({number('本周', add=True)})/{cell('样本')}"),
            "上周": or_dash(cell("上周样本"), f"({number('上周', add=True)})/{cell('上周样本')}"),
            "差值": _difference(cell("均分"), cell("上周")),
            "占比": or_dash(cell("样本"), f"({number('本周', live.SATISFIED)})/{cell('样本')}"),
            "低分": f'IF(ISNUMBER({cell("均分")}),IF({cell("均分")}<低分线,"低",""),"")',
            "提示": f'IF({cell("样本")}=0,"无评价",IF({cell("样本")}<样本少线,"样本少(n="&{cell("样本")}&")",""))',
            "图名": f'{cell("名称")}&"(n="&{cell("样本")}&")"',
        }
        made |= {f"维度{n}_{field}": unless_blank(index, formula) for field, formula in figures.items()}
        made[f"维度{n}_图"] = f"IF(ISNUMBER({cell('均分')}),{cell('均分')},NA())"
        made[f"维度{n}_图线"] = f'IF({index}="",NA(),低分线)'
    return made


def groups(at: Address, prefix: str, rows: int, key: str) -> dict[str, str]:
    """People or departments: `key` is the column their labels stand in."""
    made: dict[str, str] = {}
    accepted = within(ACCEPTED, "周始")
    others: list[Criterion] = [(key, f'"<>"&{at(f"{prefix}{n}_条件")}') for n in range(1, rows + 1)]
    for row in (*(f"{prefix}{n}" for n in range(1, rows + 1)), f"{prefix}其他"):
        listed = not row.endswith("其他")
        chosen = [(key, f'"="&{at(f"{row}_条件")}')] if listed else others
        told = "+".join(
            tickets(*accepted, ("response_status", f'"{status}"'), *chosen) for status in ("达标", "超时")
        )
        within_time = tickets(*accepted, ("response_status", '"达标"'), *chosen)
        figures = {
            "新增": tickets(*accepted, *chosen),
            "办结": tickets(*within(CLOSED, "周始"), *chosen),
            "超时": _overdue(*chosen),
            "分母": told,
            "达标率": or_dash(at(f"{row}_分母"), f"({within_time})/{at(f'{row}_分母')}"),
        }
        if listed:
            label = at(f"{row}_名称")
            made[f"{row}_条件"] = escaped(label)
            figures = {field: unless_blank(label, formula) for field, formula in figures.items()}
        made |= {f"{row}_{field}": formula for field, formula in figures.items()}
    return made


def trend(at: Address) -> dict[str, str]:
    made: dict[str, str] = {}
    for n in range(1, weekly.TREND_WEEKS + 1):
        start = at(f"周{n}_始")
        made[f"周{n}_始"] = f"周始-{7 * (weekly.TREND_WEEKS - n)}"
        made[f"周{n}_标签"] = f'"W"&TEXT(WEEKNUM({start},21),"00")'
        told = {weekly.TREND_WEEKS: ("本周", "样本"), weekly.TREND_WEEKS - 1: ("上周", "上周样本")}.get(n)
        for name in ("新增", "办结", "期末未结"):
            made[f"周{n}_{name}"] = at(f"{told[0]}_{name}") if told else _figure(name, start, "")
        for short, name in (("响应", "首次响应达标率"), ("解决", "解决达标率"), ("得分", "综合得分")):
            sample = at(f"周{n}_{short}样本")
            figure = f"周{n}_{short if short == '得分' else short + '率'}"
            made[f"周{n}_{short}样本"] = at(f"{told[1]}_{name}") if told else _sample(name, start)
            made[figure] = at(f"{told[0]}_{name}") if told else _figure(name, start, sample)
        for short in ("响应", "解决"):
            rate = at(f"周{n}_{short}率")
            made[f"周{n}_{short}图"] = f"IF(ISNUMBER({rate}),{rate},NA())"
    return made


def footnotes(at: Address) -> dict[str, str]:
    new = f"({tickets(*within(ACCEPTED, '周始'))})"  # the lists hold this ledger's rows only, as they were read last

    def summed(prefix: str, rows: int) -> str:
        return f"SUM({at(f'{prefix}1_新增')}:{at(f'{prefix}其他_新增')})-{new}"

    excluded = {
        f"不计_{reason}": "+".join(
            f'COUNTIFS({log.table}[{log.heading("excluded")}],"{reason}")'
            for log in (RESPONSE_LOG, PROCESS_LOG)
        )
        for reason in weekly.EXCLUSIONS
    }
    in_week = within(ANSWERED, "周始")
    return excluded | {
        "不计_评价剔除": answers(*in_week, ("valid", '"否"')),
        "不计_其他档案": answers(*in_week, VALID, ("stat_profile", '"<>"&主档案')),
        # LibreOffice cuts all ranges to where the first one ends: the column that is never blank comes first.
        "不计_缺评价时间": answers(("valid", '"?*"'), (ANSWERED, '""')),
        "对账_结存": f"{at('本周_期初未结')}+{at('本周_新增')}-{at('本周_办结')}-{at('本周_期末未结')}",
        "对账_类型": f"{at('类型合计_数量')}-({at('本周_新增')}-{carried('opened', '周始')})",
        "对账_紧急": f"{at('紧急合计_合计')}-{new}",
        "对账_人员": summed("人员", weekly.PEOPLE_ROWS),
        "对账_部门": summed("部门", weekly.DEPARTMENT_ROWS),
        "对账_客户": f"SUM({at('客户新_新增')}:{at('客户其他_新增')})-{new}",
    }


def formulas(at: Address) -> dict[str, str]:
    """Every formula of the tab, without the leading "="; `at` gives the address of a named cell."""
    return {
        **head(),
        **kpis(at),
        **ages(at),
        **glances(at),
        **days(),
        **live.edited_types(at),
        **types(at),
        **live.fresh_answers(),
        **live.moved_scores(at),
        **urgencies(at),
        **dimensions(at),
        **groups(at, "人员", weekly.PEOPLE_ROWS, "stat_person"),
        **groups(at, "部门", weekly.DEPARTMENT_ROWS, "stat_department"),
        **trend(at),
        **pareto(at),
        **customers(at),
        **channels(at),
        **footnotes(at),
    }
