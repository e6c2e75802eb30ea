"""月度复盘: the service quality review of a month, a quarter or half a year (S002.R9, S001.R2), on the weekly tab's figures.

One click makes or refills the tab and carries what the meeting decided on it into 改进跟踪. Written with it: the status and
score columns that its formulas count, so that both cannot differ. Statuses are as of `now`, whatever span is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from workbook.book import Link, Tab
from workbook.issues import Issue
from workbook.sheets import BY_KEY, HOME_TITLE, REVIEW_TABS
from workbook.sheets import month_review as review
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.suggestion_tracker import SUGGESTION_TRACKER
from workbook.sheets.weekly_summary import KPIS

from . import scoring, sla
from .carried_weeks import carried_weeks
from .month_causes import cause_values, causes, said_in_words
from .month_figures import Spans, figures, has_records, spans
from .month_measures import measures, proposals, typed_on
from .month_period import Period, period_of
from .month_sentences import conclusions
from .outcome import Ledger, Outcome
from .settings import Settings
from .tickets import LOGS
from .weekly_figures import Rules, Values, Week
from .weekly_honesty import beyond_chance
from .weekly_summary import NEEDS as NEEDS
from .weekly_summary import answers_of, tickets_of

if TYPE_CHECKING:
    from workbook.book import Book


def gather(book: Book, options: Mapping[str, Any], progress: Callable[[str], None]) -> Mapping[str, Any]:
    """Option `typed`: tab title -> the proposals on it. Without a period any monthly tab may be the one that is meant.

    Raises WorkbookError month.period."""
    wanted = options.get("period")
    named = period_of(wanted, datetime.max.replace(year=9990)).tab if str(wanted or "").strip() else ""
    chosen = [t for t in book.titles() if (t.casefold() == named.casefold() if named else t.startswith(REVIEW_TABS[0]))]
    return {"typed": {title.casefold(): typed_on(book.grid(title)) for title in chosen}}


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """One Tab, refilled if it is there, with the columns of 更新时效 and 计算得分, and rows for 改进跟踪.

    Option `period` is 2026-10, 2026-Q3 or 2026-H1 (default: the last month that is over); `typed` what `gather` found.
    Raises WorkbookError month.period, settings.bad."""
    period = period_of(ledger.options.get("period"), now)
    settings.require("office_name", "author", "response_goal", "resolution_goal", "score_goal", "satisfied_goal")
    outcome = sla.update(ledger, settings, now).merge(scoring.update(ledger, settings, now))
    rules = _rules(settings, period)
    told = spans(tickets_of(outcome), answers_of(outcome), period, rules.main_profile, carried_weeks(ledger), now)
    values = figures(told, period, rules)
    values |= _judged(told, rules, values)
    found = causes(ledger, settings, told.this, values, rules)
    values |= cause_values(ledger, settings, found, values, rules)
    scored = outcome.columns.get(EVALUATIONS.key)
    suggested = scored["suggested_feedback"] if scored is not None else told.this.answers["valid"]
    values["原因_说明"] = said_in_words(ledger, told.this, suggested) + _none_told(found)
    typed = (ledger.options.get("typed") or {}).get(period.tab.casefold(), ())
    planned = proposals(ledger, period, values, rules, found, typed, now)
    values |= planned.values
    values |= measures(ledger, planned.append, period, now)
    values |= _links(told.this)
    values |= {
        "部门": settings.office_name or review.BLANK,
        "编制人": settings.author or review.BLANK,
        "时效截至": now,
        "口径_说明": _caveats(told, period, now),
    }
    empty = not has_records(told.this)
    sentences = conclusions(values, rules, period, found, planned.undecided, now, empty)
    drafts = {**dict(zip(review.CONCLUSIONS, sentences, strict=True)), **planned.drafts}
    outcome.tabs = [Tab(review.TITLE, period.tab, values, drafts, after=HOME_TITLE)]
    outcome.activate = period.tab
    if len(planned.append):
        outcome.append = {SUGGESTION_TRACKER.key: planned.append}
    outcome.issues = [*planned.issues, *_about_span(told, period, now), *outcome.issues]
    outcome.answers = list(sentences)
    counts = {name: values[f"本期_{name}"] for name in ("新增", "办结", "期末未结")}
    outcome.counts = {**counts, "记入改进跟踪": len(planned.append)}
    outcome.notice = _notice(period, counts, len(planned.append), empty)
    return outcome


def _rules(settings: Settings, period: Period) -> Rules:
    """The settings as in force at the end of the span: a later change does not move an old review."""
    last = np.datetime64(period.last_moment)
    return Rules(
        main_profile=str(settings.at("main_profile", last)),
        low_line=float(settings.at("low_line", last)),
        few_answers=int(settings.at("few_answers", last)),
        goals={kpi.name: float(settings.at(kpi.goal, last)) for kpi in KPIS if kpi.goal},
    )


def _judged(told: Spans, rules: Rules, values: Values) -> Values:
    """What of the page's differences is more than chance. Few nameless answers are not compared."""
    made = beyond_chance(told.this, told.last or told.nothing, rules)
    made["判断_说明"] = str(made["判断_说明"]).replace("上周", "上期").replace("本周", "本期")
    hidden = (review.NOT_SPLIT, review.BLANK)
    for name in [name for name in made if name.startswith("维度")]:
        n = name.partition("_")[0]
        if values[f"{n}_均分"] in hidden or values[f"{n}_上期"] in hidden:
            made[name] = None
    return made


def _none_told(found: object) -> str:
    return "" if found else "没有可列的原因。"


def _links(week: Week) -> Values:
    """Where the rows behind the blocks stand: the span's first row of the log or of 评价记录."""
    places = week.tickets.index[week.accepted]
    keys = [key for key, _ in places]
    log = max((s.key for s in LOGS), key=keys.count)
    row = min((int(row) for key, row in places if key == log), default=BY_KEY[log].header_row + 1)
    answered = week.answers.index[week.valid]
    answer = int(answered[0]) if len(answered) else EVALUATIONS.header_row + 1
    to_answers = Link(EVALUATIONS.title, f"A{answer}", f"看{EVALUATIONS.title} →")
    return {
        "查看_维度": to_answers,
        "查看_原因": to_answers,
        "查看_走势": Link(BY_KEY[log].title, f"A{row}", f"看{BY_KEY[log].title} →"),
        "查看_措施": Link(SUGGESTION_TRACKER.title, f"A{SUGGESTION_TRACKER.header_row}", f"看{SUGGESTION_TRACKER.title} →"),
    }


def _caveats(told: Spans, period: Period, now: datetime) -> str:
    """What a reader of this page has to know, beside how figures are counted."""
    parts = []
    if period.end > now:
        parts.append(f"{period.kind.this}还没有过完,只到 {now:%Y-%m-%d %H:%M}。")
    if told.partial:
        parts.append("这一期有一部分记录留在上一本台账(见“结转记录”),数字不全,请到上一本台账核对。")
    if told.last is None:
        parts.append(f"{period.kind.last}有一部分记录留在上一本台账,不作比较。")
    if any(week is None and start < now for start, _, week in told.months):
        parts.append("走势里整行“—”的月份还没到,或有记录在上一本台账。")
    return "".join(parts) or "这一期的记录都在本台账。"


def _about_span(told: Spans, period: Period, now: datetime) -> list[Issue]:
    issues = []
    if period.end > now:
        issues.append(Issue("month.unfinished", period.tab, values={"now": f"{now:%Y-%m-%d %H:%M}"}))
    if told.partial:
        issues.append(Issue("month.partial", period.tab))
    return issues


def _notice(period: Period, counts: Mapping[str, Any], carried: int, empty: bool) -> str:
    if empty:
        text = f"“{period.tab}”已生成,但这一期没有任何记录;期间不对时请改了再生成。"
    else:
        text = f"“{period.tab}”已生成:新增 {counts['新增']} 张,办结 {counts['办结']} 张,期末未结 {counts['期末未结']} 张。"
    return text + (f"记入“改进跟踪” {carried} 条。" if carried else "")
