"""The weekly tab's formulas, by the name of the figure they stand under.

Figures are counted over the 统计 columns of both logs and of 评价记录 by structured references in the form
that files hold. Only functions that Excel 2010, WPS and LibreOffice share. Parameters (周始, 主档案, 低分线,
样本少线) are called by name so that a formula can be read; other cells by address, so that a figure whose
name someone deleted does not break the ones that build on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..schema import Sheet
from ..sheets import weekly_summary as weekly
from ..sheets.carried import CARRIED
from ..sheets.evaluations import EVALUATIONS
from ..sheets.process_log import PROCESS_LOG
from ..sheets.profiles import DIMENSION_KEYS
from ..sheets.response_log import RESPONSE_LOG

Address = Callable[[str], str]
Criterion = tuple[str, str]
"""A column's key and what it is held against, as an expression ('"<"&周始')."""

DASH = f'"{weekly.BLANK}"'
COUNTED: Criterion = ("excluded", '""')
ACCEPTED, CLOSED, ANSWERED = "stat_start", "stat_end", "stat_at"
VALID: Criterion = ("valid", '"是"')
MAIN: Criterion = ("stat_profile", "主档案")
NOBODY = '"§"'
"""Stands in for the criterion of an unused list row: no label is called so."""


def _within(key: str, start: str) -> list[Criterion]:
    """The week that begins at `start`, Monday to Sunday."""
    return [(key, f'">="&{start}'), (key, f'"<"&{start}+7')]


def _arguments(sheet: Sheet, criteria: Sequence[Criterion]) -> str:
    return ",".join(f"{sheet.table}[{sheet.heading(key)}],{value}" for key, value in criteria)


def _tickets(*criteria: Criterion) -> str:
    """How many counted tickets of both logs meet the criteria."""
    everything = [*criteria, COUNTED]
    return "+".join(f"COUNTIFS({_arguments(log, everything)})" for log in (RESPONSE_LOG, PROCESS_LOG))


def _answers(*criteria: Criterion) -> str:
    return f"COUNTIFS({_arguments(EVALUATIONS, criteria)})"


def _or_dash(denominator: str, value: str) -> str:
    return f"IF({denominator}=0,{DASH},{value})"


def _escaped(label: str) -> str:
    """A label as a criterion: COUNTIFS reads * ? ~ as wildcards, and names are masked with *."""
    text = label
    for mark in "~*?":
        text = f'SUBSTITUTE({text},"{mark}","~{mark}")'
    return f'IF({label}="",{NOBODY},{text})'


def _judged(key: str, start: str) -> str:
    """Tickets accepted in the week whose status is told: the denominator of a rate."""
    accepted = _within(ACCEPTED, start)
    return "+".join(_tickets(*accepted, (key, f'"{status}"')) for status in ("达标", "超时"))


def _met(key: str, start: str) -> str:
    met = _tickets(*_within(ACCEPTED, start), (key, '"达标"'))
    return f"({met})"


def _open_before(moment: str) -> str:
    """Accepted before `moment` and not closed before it."""
    accepted = (ACCEPTED, f'"<"&{moment}')
    return f"{_tickets(accepted)}-({_tickets(accepted, (CLOSED, accepted[1]))})"


def _composite(start: str) -> tuple[str, str]:
    """Number of valid answers to the main profile, and the sum of their scores."""
    criteria = [*_within(ANSWERED, start), VALID, MAIN]
    column = f"{EVALUATIONS.table}[{EVALUATIONS.heading('composite')}]"
    scored, main = ("composite", '">0"'), ("profile", "主档案")
    return (
        f"{_answers(*criteria, scored)}+{_carried('score_count', start, main)}",
        f"SUMIFS({column},{_arguments(EVALUATIONS, criteria)})+{_carried('score_sum', start, main)}",
    )


def _carried(key: str, start: str, *criteria: Criterion) -> str:
    """A figure of the rows that stayed in the ledger before this one, for the week that begins at `start`."""
    column = f"{CARRIED.table}[{CARRIED.heading(key)}]"
    return f"SUMIFS({column},{_arguments(CARRIED, [('week', start), *criteria])})"


def _figure(name: str, start: str, sample: str) -> str:
    """A KPI for the week that begins at `start`; `sample` is the address of its denominator."""
    if name in weekly.RATE_COLUMNS:
        before = _carried(f"{_clock_of(name)}_met", start)
        return _or_dash(sample, f"({_met(weekly.RATE_COLUMNS[name], start)}+{before})/{sample}")
    if name == "综合得分":
        return _or_dash(sample, f"({_composite(start)[1]})/{sample}")
    if name == "满意率":
        satisfied = _answers(*_within(ANSWERED, start), VALID, ("satisfied", '"是"'))
        return _or_dash(sample, f"({satisfied}+{_carried('satisfied', start)})/{sample}")
    accepted = _within(ACCEPTED, start)
    counted, key, week = {
        "期初未结": (_open_before(start), "left_open", f"{start}-7"),
        "新增": (_tickets(*accepted), "opened", start),
        "办结": (_tickets(*_within(CLOSED, start)), "closed", start),
        "期末未结": (_open_before(f"{start}+7"), "left_open", start),
        "投诉": (_tickets(*accepted, ("stat_class", f'"{weekly.COMPLAINT_CLASS}"')), "complaints", start),
        "重开": (_tickets(*accepted, ("stat_reopened", '">0"')), "reopened", start),
    }[name]
    return f"{counted}+{_carried(key, week)}"


def _clock_of(name: str) -> str:
    """ "response" for 首次响应达标率."""
    return weekly.RATE_COLUMNS[name].removesuffix("_status")


def _sample(name: str, start: str) -> str:
    if name in weekly.RATE_COLUMNS:
        return f"{_judged(weekly.RATE_COLUMNS[name], start)}+{_carried(f'{_clock_of(name)}_judged', start)}"
    if name == "综合得分":
        return _composite(start)[0]
    within = [*_within(ANSWERED, start), VALID]
    told = [_answers(*within, ("satisfied", f'"{word}"')) for word in ("是", "否")]
    return "+".join([*told, _carried("satisfied_of", start)])


def head() -> dict[str, str]:
    return {
        "周次": 'YEAR(周始-WEEKDAY(周始,2)+4)&"-W"&TEXT(WEEKNUM(周始,21),"00")',
        "标题": '"售后服务周报 "&周次',
        "日期范围": 'TEXT(周始,"yyyy-mm-dd")&" 至 "&TEXT(周始+6,"yyyy-mm-dd")',
        "超时未结": _overdue(),
    }


def _overdue(*criteria: Criterion) -> str:
    """Tickets accepted before the week's end that are overdue at the cut-off and still waited for."""
    return _tickets((ACCEPTED, '"<"&周始+7'), ("stat_overdue", '"?*"'), *criteria)


def kpis(at: Address) -> dict[str, str]:
    made: dict[str, str] = {}
    for kpi in weekly.KPIS:
        this, last = f"本周_{kpi.name}", f"上周_{kpi.name}"
        sampled = kpi.kind != "count"
        if sampled:
            made[f"样本_{kpi.name}"] = _sample(kpi.name, "周始")
            made[f"上周样本_{kpi.name}"] = _sample(kpi.name, "周始-7")
        made[this] = _figure(kpi.name, "周始", at(f"样本_{kpi.name}") if sampled else "")
        made[last] = _figure(kpi.name, "周始-7", at(f"上周样本_{kpi.name}") if sampled else "")
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
            made[f"缺时间_{kpi.name}"] = _tickets(*_within(ACCEPTED, "周始"), lacking)
    opening, closing = at("本周_期初未结"), at("本周_期末未结")
    undated = at("缺时间_期末未结")
    made["缺时间_期末未结"] = _tickets((ACCEPTED, '"<"&周始+7'), ("stat_undated", '"是"'))
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
        for name, key in (("新增", ACCEPTED), ("办结", CLOSED)):
            made[f"日{number}_{name}"] = _tickets((key, f'">="&{day}'), (key, f'"<"&{day}+1'))
    return made


def types(at: Address) -> dict[str, str]:
    made: dict[str, str] = {}
    total = at("类型合计_数量")
    rows = range(1, weekly.TYPE_ROWS + 1)
    others: list[Criterion] = [("stat_class", f'"<>"&{at(f"类型{n}_条件")}') for n in rows]
    for n in rows:
        label = at(f"类型{n}_名称")
        same: Criterion = ("stat_class", f'"="&{at(f"类型{n}_条件")}')
        made[f"类型{n}_条件"] = _escaped(label)
        made[f"类型{n}_数量"] = _unless_blank(label, _tickets(*_within(ACCEPTED, "周始"), same))
        made[f"类型{n}_占比"] = _unless_blank(label, _or_dash(total, f"{at(f'类型{n}_数量')}/{total}"))
        made[f"类型{n}_上周"] = _unless_blank(label, _tickets(*_within(ACCEPTED, "周始-7"), same))
    made["类型其他_数量"] = _tickets(*_within(ACCEPTED, "周始"), *others)
    made["类型其他_上周"] = _tickets(*_within(ACCEPTED, "周始-7"), *others)
    for field in ("数量", "上周"):
        made[f"类型合计_{field}"] = f"SUM({at(f'类型1_{field}')}:{at(f'类型其他_{field}')})"
    for row in ("类型其他", "类型合计"):
        made[f"{row}_占比"] = _or_dash(total, f"{at(f'{row}_数量')}/{total}")
    return made


def _unless_blank(label: str, value: str) -> str:
    return f'IF({label}="","",{value})'


def urgencies(at: Address) -> dict[str, str]:
    made: dict[str, str] = {}
    accepted = _within(ACCEPTED, "周始")
    known = weekly.URGENCIES[:-1]
    for name, label in zip(weekly.URGENCY_NAMES, weekly.URGENCIES, strict=True):
        if label in known:
            urgency: list[Criterion] = [("stat_urgency", f'"{label}"')]
        else:
            urgency = [("stat_urgency", f'"<>{other}"') for other in known]
        for status in weekly.STATUSES:
            made[f"紧急{name}_{status}"] = _tickets(*accepted, *urgency, ("sla_status", f'"{status}"'))
        made[f"紧急{name}_合计"] = _tickets(*accepted, *urgency)
    first, last = weekly.URGENCY_NAMES[0], weekly.URGENCY_NAMES[-1]
    for column in (*weekly.STATUSES, "合计"):
        made[f"紧急合计_{column}"] = f"SUM({at(f'紧急{first}_{column}')}:{at(f'紧急{last}_{column}')})"
    return made


def dimensions(at: Address) -> dict[str, str]:
    made: dict[str, str] = {}
    columns = ",".join(f"{EVALUATIONS.table}[{EVALUATIONS.heading(f'stat_{key}')}]" for key in DIMENSION_KEYS)
    for n in range(1, weekly.DIMENSION_ROWS + 1):

        def cell(field: str, n: int = n) -> str:
            return at(f"维度{n}_{field}")

        index = cell("列")
        column = f"CHOOSE({index},{columns})"

        def mean(start: str, sample: str, column: str = column) -> str:
            criteria = _arguments(EVALUATIONS, [*_within(ANSWERED, start), VALID, MAIN])
            return _or_dash(sample, f"AVERAGEIFS({column},{criteria})")

        def number(start: str, least: str, column: str = column) -> str:
            criteria = _arguments(EVALUATIONS, [*_within(ANSWERED, start), VALID, MAIN])
            return f'COUNTIFS({column},"{least}",{criteria})'

        figures = {
            "样本": number("周始", ">0"),
            "上周样本": number("周始-7", ">0"),
            "均分": mean("周始", cell("样本")),
            "上周": mean("周始-7", cell("上周样本")),
            "差值": _difference(cell("均分"), cell("上周")),
            "占比": _or_dash(cell("样本"), f"{number('周始', '>=4')}/{cell('样本')}"),
            "低分": f'IF(ISNUMBER({cell("均分")}),IF({cell("均分")}<低分线,"低",""),"")',
            "提示": f'IF({cell("样本")}=0,"无评价",IF({cell("样本")}<样本少线,"样本少(n="&{cell("样本")}&")",""))',
            "图名": f'{cell("名称")}&"(n="&{cell("样本")}&")"',
        }
        made |= {f"维度{n}_{field}": _unless_blank(index, formula) for field, formula in figures.items()}
        made[f"维度{n}_图"] = f"IF(ISNUMBER({cell('均分')}),{cell('均分')},NA())"
        made[f"维度{n}_图线"] = f'IF({index}="",NA(),低分线)'
    return made


def groups(at: Address, prefix: str, rows: int, key: str) -> dict[str, str]:
    """People or departments: `key` is the column their labels stand in."""
    made: dict[str, str] = {}
    accepted = _within(ACCEPTED, "周始")
    others: list[Criterion] = [(key, f'"<>"&{at(f"{prefix}{n}_条件")}') for n in range(1, rows + 1)]
    for row in (*(f"{prefix}{n}" for n in range(1, rows + 1)), f"{prefix}其他"):
        listed = not row.endswith("其他")
        chosen = [(key, f'"="&{at(f"{row}_条件")}')] if listed else others
        judged = "+".join(
            _tickets(*accepted, ("response_status", f'"{status}"'), *chosen) for status in ("达标", "超时")
        )
        met = _tickets(*accepted, ("response_status", '"达标"'), *chosen)
        figures = {
            "新增": _tickets(*accepted, *chosen),
            "办结": _tickets(*_within(CLOSED, "周始"), *chosen),
            "超时": _overdue(*chosen),
            "分母": judged,
            "达标率": _or_dash(at(f"{row}_分母"), f"({met})/{at(f'{row}_分母')}"),
        }
        if listed:
            label = at(f"{row}_名称")
            made[f"{row}_条件"] = _escaped(label)
            figures = {field: _unless_blank(label, formula) for field, formula in figures.items()}
        made |= {f"{row}_{field}": formula for field, formula in figures.items()}
    return made


def trend(at: Address) -> dict[str, str]:
    made: dict[str, str] = {}
    for n in range(1, weekly.TREND_WEEKS + 1):
        start = at(f"周{n}_始")
        made[f"周{n}_始"] = f"周始-{7 * (weekly.TREND_WEEKS - n)}"
        made[f"周{n}_标签"] = f'"W"&TEXT(WEEKNUM({start},21),"00")'
        for name in ("新增", "办结", "期末未结"):
            made[f"周{n}_{name}"] = _figure(name, start, "")
        for short, name in (("响应", "首次响应达标率"), ("解决", "解决达标率"), ("得分", "综合得分")):
            sample = at(f"周{n}_{short}样本")
            made[f"周{n}_{short}样本"] = _sample(name, start)
            made[f"周{n}_{short if short == '得分' else short + '率'}"] = _figure(name, start, sample)
        for short in ("响应", "解决"):
            rate = at(f"周{n}_{short}率")
            made[f"周{n}_{short}图"] = f"IF(ISNUMBER({rate}),{rate},NA())"
    return made


def footnotes(at: Address) -> dict[str, str]:
    new = f"({at('本周_新增')}-{_carried('opened', '周始')})"  # the lists hold this ledger's rows only

    def summed(prefix: str, rows: int) -> str:
        return f"SUM({at(f'{prefix}1_新增')}:{at(f'{prefix}其他_新增')})-{new}"

    excluded = {
        f"不计_{reason}": "+".join(
            f'COUNTIFS({log.table}[{log.heading("excluded")}],"{reason}")'
            for log in (RESPONSE_LOG, PROCESS_LOG)
        )
        for reason in weekly.EXCLUSIONS
    }
    within = _within(ANSWERED, "周始")
    return excluded | {
        "不计_评价剔除": _answers(*within, ("valid", '"否"')),
        "不计_其他档案": _answers(*within, VALID, ("stat_profile", '"<>"&主档案')),
        # LibreOffice cuts all ranges to where the first one ends: the column that is never blank comes first.
        "不计_缺评价时间": _answers(("valid", '"?*"'), (ANSWERED, '""')),
        "对账_结存": f"{at('本周_期初未结')}+{at('本周_新增')}-{at('本周_办结')}-{at('本周_期末未结')}",
        "对账_类型": f"{at('类型合计_数量')}-{new}",
        "对账_紧急": f"{at('紧急合计_合计')}-{new}",
        "对账_人员": summed("人员", weekly.PEOPLE_ROWS),
        "对账_部门": summed("部门", weekly.DEPARTMENT_ROWS),
    }


def formulas(at: Address) -> dict[str, str]:
    """Every formula of the tab, without the leading "="; `at` gives the address of a named cell."""
    return {
        **head(),
        **kpis(at),
        **days(),
        **types(at),
        **urgencies(at),
        **dimensions(at),
        **groups(at, "人员", weekly.PEOPLE_ROWS, "stat_person"),
        **groups(at, "部门", weekly.DEPARTMENT_ROWS, "stat_department"),
        **trend(at),
        **footnotes(at),
    }
