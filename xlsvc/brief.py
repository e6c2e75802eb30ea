"""反馈汇总简报 (S000.R9): what customers said in some days, the frequent problems among it, within 48 hours of their marking.

The tab is a copy of 简报模板. Its figures are values as of 时效截至: a brief is handed in, and says afterwards what it said
then. With it every answer marked as frequent that it covers gets its 简报时间 where that is blank, which is what settles
the duty on 今日待办; and the columns of 计算得分, so that the rows it links to say what it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from workbook.book import Tab
from workbook.issues import Issue
from workbook.sheets import HOME_TITLE, brief
from workbook.sheets.evaluations import EVALUATIONS

from . import scoring, weekly_summary
from .brief_feedback import Feedback, Problem, departments, feedback, problems
from .brief_figures import (
    Values,
    answer_link,
    channels,
    classes,
    deadline,
    low_scores,
    marked,
    percent,
    problem_rows,
    quotes,
)
from .brief_period import default_period, read_period
from .honest_numbers import size_note
from .outcome import Ledger, Outcome
from .settings import Settings
from .tickets import time_column

NEEDS = weekly_summary.NEEDS
SHOWN_ROWS = 5
_MOST_NAMED = 4


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """One Tab, 反馈汇总简报 <period>, refilled if it is there.

    Option `period` as 2024-05-01至05-07, one day, or 2024-W18 (default: the last seven days, from earlier on where an
    answer marked as frequent still lacks its brief). Raises WorkbookError brief.period, brief.order, summary.no_week,
    settings.bad, time.no_workday."""
    settings.require("office_name", "author", "few_answers", "frequent_from", "duties")
    outcome = scoring.update(ledger, settings, now)
    rows = outcome.columns.get(EVALUATIONS.key, pd.DataFrame(columns=["stat_at", "suggested_feedback"]))
    flagged = marked(ledger, settings, now, pd.to_datetime(rows["stat_at"]))
    owed = flagged.owed(settings, now)
    asked = str(ledger.options.get("period") or "")
    since = owed["day"].min().to_pydatetime() if len(owed) else None
    period = read_period(asked) if asked else default_period(now, since)
    covered = flagged.within(period)
    said = feedback(ledger, settings, period, now, rows["suggested_feedback"])
    listed = problems(said, settings.frequent_from)
    values: Values = {
        "标题": f"{settings.office_name} {brief.NAME}".strip(),
        "日期范围": f"{period.first:%Y-%m-%d} 至 {period.last:%Y-%m-%d}",
        "时效截至": now,
        "有效评价": len(said),
        "剔除评价": said.invalid,
        "样本少线": settings.few_answers,
        **classes(ledger, settings, said, period),
        **channels(said),
        **problem_rows(said, listed, settings.frequent_from),
        **quotes(ledger, settings, said, listed),
        **low_scores(said, settings.few_answers),
        **deadline(covered, now),
        **_links(said),
    }
    drafts = _drafts(settings, now, said, listed, values)
    outcome.tabs = [Tab(brief.TITLE, period.tab, values, drafts, after=HOME_TITLE)]
    outcome.activate = period.tab
    outcome = outcome.merge(_settled(ledger, covered, now))
    if period.start > now:
        outcome.issues.append(Issue("brief.future", sheet=period.tab, values={"now": f"{now:%Y-%m-%d %H:%M}"}))
    outcome.issues += _outside(owed, covered)
    outcome.answers = [drafts[key] for key in ("结论1", "结论2", "结论3")]
    frequent = _frequent(listed)
    outcome.counts = {"有效评价": len(said), "高频问题": len(frequent), "标记为高频的评价": len(covered)}
    told = f"有效评价 {len(said)} 份,高频问题 {len(frequent)} 个" if len(said) else "这段时间没有有效评价"
    outcome.notice = f"“{period.tab}”已生成:{told}。" + (f"提交时限:{values['提交判断']}。" if len(covered) else "")
    return outcome


def _frequent(listed: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in listed if problem.mark]


def _settled(ledger: Ledger, covered: pd.DataFrame, now: datetime) -> Outcome:
    """简报时间 of the answers whose brief this is, where nobody has filled it in."""
    if covered.empty:
        return Outcome()
    blank = time_column(ledger[EVALUATIONS.key], "briefed_at").reindex(covered.index).isna()
    rows = covered.index[blank.to_numpy(dtype=bool)].sort_values()
    return Outcome(columns={EVALUATIONS.key: pd.DataFrame({"briefed_at": pd.Timestamp(now)}, index=rows)}) if len(rows) else Outcome()


def _outside(owed: pd.DataFrame, covered: pd.DataFrame) -> list[Issue]:
    """Answers that were marked and still wait for a brief, of other days."""
    left = sorted(int(row) for row in owed.index.difference(covered.index))
    if not left:
        return []
    rows = "第 " + "、".join(map(str, left[:SHOWN_ROWS])) + " 行" + ("等" if len(left) > SHOWN_ROWS else "")
    heading = EVALUATIONS.heading("briefed_at")
    return [Issue("brief.outside", EVALUATIONS.title, left[0], heading, values={"count": len(left), "rows": rows})]


def _links(said: Feedback) -> Values:
    """The rows behind each block: the first answer of the period, the first that names a problem, the first low one."""
    first = int(said.answers.index[0]) if len(said) else EVALUATIONS.header_row
    low = said.rows(said.answers["low"] != "") if len(said) else []
    named = sorted(min(rows) for rows in said.named.values())
    places = {"类别": first, "高频": named[0] if named else first, "低分": low[0] if low else first}
    return {f"查看_{block}": answer_link(row, f"看{EVALUATIONS.title} →") for block, row in places.items()}


def _drafts(settings: Settings, now: datetime, said: Feedback, listed: Sequence[Problem], values: Values) -> dict[str, str]:
    """What a person may put in better words; it stays then."""
    sentences = (_overview(said, settings), _problems_in_words(said, listed, settings), _follow_up(said, values))
    return {
        "报告状态": brief.DRAFT_STATE, "主送": _addressees(settings, now, said, listed), "编制人": settings.author,
        **dict(zip(("结论1", "结论2", "结论3"), sentences, strict=True)),
    }  # fmt: skip


def _addressees(settings: Settings, now: datetime, said: Feedback, listed: Sequence[Problem]) -> str:
    """服务主管 by name as 设置 (分派 · 主管) has it, and the departments behind the frequent problems, else behind any."""
    routes = settings.routes[(settings.routes["clock"] == "supervisor").to_numpy(dtype=bool)]
    begun = routes[~(routes["effective"] > pd.Timestamp(now)).to_numpy(dtype=bool)].sort_values("effective", na_position="first")
    in_force = begun.drop_duplicates(["profile", "urgency", "problem_class"], keep="last")
    heads = list(dict.fromkeys(name for name in in_force["value"] if name))
    rows = sorted({row for problem in (_frequent(listed) or listed) for row in problem.rows})
    concerned = departments(said, rows) if rows else []
    head = "服务主管" + (f" {'、'.join(heads)}" if heads else "")
    return ";".join([head, "、".join(concerned)]) if concerned else head


def _overview(said: Feedback, settings: Settings) -> str:
    number = len(said)
    left_out = f",另剔除 {said.invalid} 份" if said.invalid else ""
    if not number:
        return f"本期没有有效评价{left_out}。"
    counted = said.answers["said"].value_counts()
    parts = [
        f"{label} {counted[row]} 份({percent(int(counted[row]), number)})"
        for row, label in brief.CLASSES.items() if row in counted.index
    ]  # fmt: skip
    few = "样本少,仅供参考。" if number < settings.few_answers else ""
    return f"本期有效评价 {number} 份{left_out}:{'、'.join(parts)}。{few}"


def _problems_in_words(said: Feedback, listed: Sequence[Problem], settings: Settings) -> str:
    frequent, number = _frequent(listed), len(said)
    if not frequent:
        most = f",提到最多的是{listed[0].name}({len(listed[0].rows)} 份)" if listed else ""
        return f"没有达到高频的问题(同一问题 {settings.frequent_from} 份){most}。"
    few = size_note(number, settings.few_answers)
    parts = [f"{p.name} {len(p.rows)} 份({percent(len(p.rows), number)})" for p in frequent[:_MOST_NAMED]]
    more = f"等,共 {len(frequent)} 个" if len(frequent) > _MOST_NAMED else ""
    return f"高频问题:{'、'.join(parts)}{more};占比按有效评价 {few}。"


def _follow_up(said: Feedback, values: Values) -> str:
    unread = int((said.answers["said"] == "待人工").sum()) if len(said) else 0
    text = f"同期受理投诉工单 {values['投诉_工单']} 张、建议工单 {values['建议_工单']} 张;{values['低分_说明']}"
    return text + (f";待人工 {unread} 份,请补“{EVALUATIONS.heading('feedback_class')}”" if unread else "") + "。"
