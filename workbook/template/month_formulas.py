"""The review tab's formulas, by the name of the figure they stand under, over the columns the weekly tab counts.

Nothing carried over from another ledger is added: 结转记录 knows weeks, and a month is no number of weeks. A span whose
rows stayed in part in another ledger (上期可比 is 否, 月n_缺 is 是) shows a dash instead of too small a number.
"""

from __future__ import annotations

from ..sheets import month_review as review
from ..sheets.evaluations import EVALUATIONS
from ..sheets.profiles import DIMENSION_KEYS, PROFILES
from ..sheets.weekly_summary import COMPLAINT_CLASS, DIMENSION_ROWS, KPIS, RATE_COLUMNS
from .weekly_counting import (
    ACCEPTED,
    ANSWERED,
    CLOSED,
    DASH,
    MAIN,
    VALID,
    Address,
    Criterion,
    answers,
    arguments,
    open_before,
    or_dash,
    tickets,
    unless_blank,
)

THIS, LAST = ("期始", "期止"), ("上期始", "期始")
Span = tuple[str, str]
"""Two expressions: from the first up to and without the second."""


def between(key: str, span: Span) -> list[Criterion]:
    return [(key, f'">="&{span[0]}'), (key, f'"<"&{span[1]}')]


def _known(value: str) -> str:
    """A figure of the span before, where all its rows are here."""
    return f'IF(上期可比="否",{DASH},{value})'


def _judged(name: str, span: Span) -> tuple[str, str]:
    met, late = (tickets(*between(ACCEPTED, span), (RATE_COLUMNS[name], f'"{word}"')) for word in ("达标", "超时"))
    return met, f"{met}+{late}"


def _sample(name: str, span: Span) -> str:
    answered = [*between(ANSWERED, span), VALID]
    if name in RATE_COLUMNS:
        return _judged(name, span)[1]
    if name == "综合得分":
        return answers(*answered, MAIN, ("composite", '">0"'))
    return "+".join(answers(*answered, ("satisfied", f'"{word}"')) for word in ("是", "否"))


def _figure(name: str, span: Span, sample: str) -> str:
    """A KPI of a span; `sample` is the address of its denominator."""
    answered = [*between(ANSWERED, span), VALID]
    if name in RATE_COLUMNS:
        return or_dash(sample, f"({_judged(name, span)[0]})/{sample}")
    if name == "综合得分":
        column = f"{EVALUATIONS.table}[{EVALUATIONS.heading('composite')}]"
        return or_dash(sample, f"SUMIFS({column},{arguments(EVALUATIONS, [*answered, MAIN])})/{sample}")
    if name == "满意率":
        return or_dash(sample, f"{answers(*answered, ('satisfied', chr(34) + '是' + chr(34)))}/{sample}")
    accepted = between(ACCEPTED, span)
    return {
        "期初未结": lambda: open_before(span[0]),
        "新增": lambda: tickets(*accepted),
        "办结": lambda: tickets(*between(CLOSED, span)),
        "期末未结": lambda: open_before(span[1]),
        "投诉": lambda: tickets(*accepted, ("stat_class", f'"{COMPLAINT_CLASS}"')),
        "重开": lambda: tickets(*accepted, ("stat_reopened", '">0"')),
    }[name]()


def kpis(at: Address) -> dict[str, str]:
    made = {"超时未结": tickets((ACCEPTED, '"<"&期止'), ("stat_overdue", '"?*"'))}
    for kpi in KPIS:
        this, last = f"本期_{kpi.name}", f"上期_{kpi.name}"
        sampled = kpi.kind != "count"
        if sampled:
            made[f"样本_{kpi.name}"] = _sample(kpi.name, THIS)
            made[f"上期样本_{kpi.name}"] = _known(_sample(kpi.name, LAST))
        made[this] = _figure(kpi.name, THIS, at(f"样本_{kpi.name}") if sampled else "")
        made[last] = _known(_figure(kpi.name, LAST, at(f"上期样本_{kpi.name}") if sampled else ""))
        made[f"差值_{kpi.name}"] = difference(at(this), at(last))
        if sampled:
            sample = at(f"样本_{kpi.name}")
            reached = f"ROUND({at(this)}-{at(f'目标_{kpi.name}')},9)>=0"
            words = f'IF({reached},"达到目标","未达目标")&IF({sample}<样本少线,",样本少","")'
            made[f"判断_{kpi.name}"] = f"IF({sample}=0,{DASH},{words})"
        if kpi.lacks_time:
            lacking = (RATE_COLUMNS[kpi.name], '"无法判定"')
            made[f"缺时间_{kpi.name}"] = tickets(*between(ACCEPTED, THIS), lacking)
    opening, closing, undated = at("本期_期初未结"), at("本期_期末未结"), at("缺时间_期末未结")
    made["缺时间_期末未结"] = tickets((ACCEPTED, '"<"&期止'), ("stat_undated", '"是"'))
    made["判断_期末未结"] = (
        f'IF({closing}>{opening},"积压增加"&({closing}-{opening})&"张",'
        f'IF({closing}<{opening},"积压减少"&({opening}-{closing})&"张","与期初持平"))'
        f'&IF({undated}>0,",内"&{undated}&"张已办结缺时间","")'
    )
    return made


def difference(this: str, last: str) -> str:
    return f"IF(AND(ISNUMBER({this}),ISNUMBER({last})),{this}-{last},{DASH})"


def dimensions(at: Address) -> dict[str, str]:
    """The main profile's dimensions. A dimension that fewer than SMALL_GROUP people answered is not shown where they
    answered without their name."""
    made: dict[str, str] = {}
    columns = ",".join(f"{EVALUATIONS.table}[{EVALUATIONS.heading(f'stat_{key}')}]" for key in DIMENSION_KEYS)
    last = DIMENSION_ROWS
    means, sums, sizes = (f"{at(f'维度1_{f}')}:{at(f'维度{last}_{f}')}" for f in ("均分", "合计", "样本"))
    made["总均分"] = or_dash(f"SUM({sizes})", f"SUM({sums})/SUM({sizes})")
    for n in range(1, last + 1):

        def cell(field: str, n: int = n) -> str:
            return at(f"维度{n}_{field}")

        index = cell("列")
        column = f"CHOOSE({index},{columns})"

        def number(span: Span, least: str = ">0", column: str = column) -> str:
            return f'COUNTIFS({column},"{least}",{arguments(EVALUATIONS, [*between(ANSWERED, span), VALID, MAIN])})'

        def total(span: Span, column: str = column) -> str:
            return f"SUMIFS({column},{arguments(EVALUATIONS, [*between(ANSWERED, span), VALID, MAIN])})"

        def shown(size: str, value: str) -> str:
            return f'IF({size}="{review.TOO_FEW}","{review.NOT_SPLIT}",{or_dash(size, value)})'

        size, mean, before = cell("样本"), cell("均分"), cell("上期样本")
        lowest = f"AND(COUNT({means})>1,{mean}=MIN({means}))"
        figures = {
            "样本": _small('不记名="是"', number(THIS)),
            "合计": f"IF(ISNUMBER({size}),{total(THIS)},0)",
            "上期样本": _known(_small('不记名="是"', number(LAST))),
            "均分": shown(size, f"{cell('合计')}/{size}"),
            "上期": _known(shown(before, f"{total(LAST)}/{before}")),
            "差值": difference(mean, cell("上期")),
            "占比": shown(size, f"{number(THIS, '>=4')}/{size}"),
            "低分": f'IF(ISNUMBER({mean}),IF({mean}<低分线,"低",""),"")',
            "低于均": f'IF(ISNUMBER({mean}),IF(ROUND({mean}-{at("总均分")},9)<0,IF({lowest},"最低","低"),""),"")',
            "提示": f'IF({size}=0,"无评价",IF(ISNUMBER({size}),IF({size}<样本少线,"样本少(n="&{size}&")",""),""))',
            "图名": f'{cell("名称")}&"(n="&{size}&")"',
        }
        made |= {f"维度{n}_{field}": unless_blank(index, formula) for field, formula in figures.items()}
        made[f"维度{n}_图"] = f"IF(ISNUMBER({mean}),{mean},NA())"
        made[f"维度{n}_图线"] = f'IF({index}="",NA(),低分线)'
    return made


def _small(nameless: str, number: str) -> str:
    """A number of answers, or that they are too few to be told apart."""
    return f'IF({nameless},IF(AND({number}>0,{number}<{review.SMALL_GROUP}),"{review.TOO_FEW}",{number}),{number})'


def compared(at: Address) -> dict[str, str]:
    """Each dimension's mean and n by form."""
    made: dict[str, str] = {}
    for key, code in review.ASKED:
        criteria = [*between(ANSWERED, THIS), VALID, ("stat_profile", f'"{code}"')]
        scored = answers(*criteria, (f"stat_{key}", '">0"'))
        column = f"{EVALUATIONS.table}[{EVALUATIONS.heading(f'stat_{key}')}]"
        size = at(f"对比{code}_{key}_样本")
        mean = or_dash(size, f"SUMIFS({column},{arguments(EVALUATIONS, criteria)})/{size}")
        if PROFILES[code].anonymous:
            scored = _small("TRUE", scored)
            mean = f'IF({size}="{review.TOO_FEW}","{review.NOT_SPLIT}",{mean})'
        made[f"对比{code}_{key}_样本"], made[f"对比{code}_{key}_均分"] = scored, mean
    return made


def trend(at: Address) -> dict[str, str]:
    made: dict[str, str] = {}
    sizes = f"{at('月1_得分样本')}:{at(f'月{review.TREND_MONTHS}_得分样本')}"
    for n in range(1, review.TREND_MONTHS + 1):
        span, lacking = (at(f"月{n}_始"), at(f"月{n}_止")), at(f"月{n}_缺")

        def told(value: str, lacking: str = lacking) -> str:
            return f'IF({lacking}="是",{DASH},{value})'

        for name in ("新增", "办结", "期末未结"):
            made[f"月{n}_{name}"] = told(_figure(name, span, ""))
        for short, name in (("响应", "首次响应达标率"), ("解决", "解决达标率"), ("得分", "综合得分")):
            sample, shown = at(f"月{n}_{short}样本"), short if short == "得分" else f"{short}率"
            size, figure = _sample(name, span), _figure(name, span, sample)
            if short == "得分":
                size = _small('不记名="是"', size)
                figure = f'IF(COUNTIF({sizes},"{review.TOO_FEW}")>0,"{review.NOT_SPLIT}",{figure})'
            made[f"月{n}_{short}样本"], made[f"月{n}_{shown}"] = told(size), told(figure)
        for short in ("响应", "解决"):
            rate = at(f"月{n}_{short}率")
            made[f"月{n}_{short}图"] = f"IF(ISNUMBER({rate}),{rate},NA())"
    return made


def footnotes(at: Address) -> dict[str, str]:
    answered = between(ANSWERED, THIS)
    parts = [at(f"本期_{name}") for name in ("期初未结", "新增", "办结", "期末未结")]
    return {
        "不计_评价剔除": answers(*answered, ("valid", '"否"')),
        "不计_其他档案": answers(*answered, VALID, ("stat_profile", '"<>"&主档案')),
        # LibreOffice cuts all ranges to where the first one ends: the column that is never blank comes first.
        "不计_缺评价时间": answers(("valid", '"?*"'), (ANSWERED, '""')),
        "对账_结存": f"{parts[0]}+{parts[1]}-{parts[2]}-{parts[3]}",
    }


def formulas(at: Address) -> dict[str, str]:
    """Every formula of the tab, without the leading "="; `at` gives the address of a named cell."""
    return {**kpis(at), **dimensions(at), **compared(at), **trend(at), **footnotes(at)}
