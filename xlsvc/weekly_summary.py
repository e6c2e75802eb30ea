"""生成周报: one week's tab, filled and with three sentences to begin from.

Weeks are ISO weeks, Monday to Sunday (S002.R8 asks for a weekly summary). The tab is a copy of 周报模板; its
figures are counted here and by its own formulas alike. Written with it: the status and score columns that
both count, so that they cannot differ. Statuses are as of `now`, whatever week is told; overdue are the tickets
accepted before the week's end that are still waited for at `now`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from workbook.book import Tab, Value
from workbook.issues import Issue, WorkbookError
from workbook.sheets import BY_KEY, HOME_TITLE
from workbook.sheets import weekly_summary as weekly
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.profiles import DIMENSION_KEYS
from workbook.sheets.settings import CLOCKS
from workbook.sheets.vocabularies import PROBLEM_CLASSES

from . import scoring, sla
from .carried_weeks import carried_weeks
from .freeze_state import frozen_mark
from .outcome import Ledger, Outcome
from .settings import Settings
from .tickets import LOGS, ticket_cells, tickets
from .weekly_customers import choose_channels, customer_figures
from .weekly_figures import WEEK, Lists, Rules, Values, Week, figures, folded, week_label, within
from .weekly_glance import glance_figures
from .weekly_honesty import beyond_chance
from .weekly_live import live_figures, type_words
from .weekly_sentences import conclusions
from .weekly_voices import links, voices

NEEDS = ticket_cells(
    *sla.CELLS, "customer", "problem", "service_mode", "appointment_at", "called_ahead_at", "confirmed_at", "called_at",
    "bought_at", "verified_at", "picked_up_at",
)  # fmt: skip
TICKET_COLUMNS = (
    "excluded", "stat_start", "stat_end", "stat_undated", "stat_class", "stat_urgency", "stat_person", "stat_department",
    "stat_reopened", "stat_overdue", "stat_customer", "sla_status", "response_status", "resolution_status",
    *(f"{key}_due" for key in CLOCKS),
)  # fmt: skip
ANSWER_COLUMNS = (
    "valid",
    "satisfied",
    "composite",
    "stat_at",
    "stat_profile",
    "stat_customer",
    "stat_channel",
    *(f"stat_{k}" for k in DIMENSION_KEYS),
)
UNNAMED = ("", sla.BLANK)
"""Labels that are none: they are counted in the 其他 row."""

HONORIFICS = ("女士", "先生", "小姐", "老师", "经理", "主管", "总")


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """One Tab, 周报 <week>, refilled if it is there, with the columns of 更新时效 and 计算得分.

    Option `week` is an ISO week as 2024-W18 (default: the week of `now`). Raises WorkbookError summary.week
    for anything else, settings.bad for a setting the report needs.
    """
    start = week_start(ledger.options.get("week") or week_label(now))
    tab, after = weekly.TAB.format(week=week_label(start)), HOME_TITLE
    if frozen := frozen_mark(ledger, tab):
        tab, after = weekly.UPDATED.format(week=week_label(start)), tab
    settings.require(
        "office_name", "author", "response_goal", "resolution_goal", "score_goal", "satisfied_goal"
    )
    outcome = sla.update(ledger, settings, now).merge(scoring.update(ledger, settings, now))
    counted = tickets_of(outcome)
    answers = answers_of(outcome)
    rules = _rules(settings, start)
    carried = carried_weeks(ledger)
    values = figures(counted, answers, start, rules, choose_lists(counted, start), carried)
    values |= live_figures(rules, type_words(settings))
    this, last = (Week(counted, answers, day, rules.main_profile, carried) for day in (start, start - WEEK))
    values |= customer_figures(this, values, choose_channels(this))
    values |= beyond_chance(this, last, rules)
    values |= glance_figures(this, values, rules, now)
    overdue = attention(ledger, settings, counted[counted["stat_start"] < start + WEEK], now)
    values |= overdue
    values |= voices(ledger, settings, this, answers, now)
    values |= links(ledger, this)
    values |= {
        "部门": settings.office_name or weekly.BLANK,
        "编制人": settings.author or weekly.BLANK,
        "时效截至": now,
    }
    partial = carried.adds_to(start, rules.main_profile)
    drafts = dict(zip(weekly.DRAFTS, (weekly.DRAFT_STATE, *conclusions(values, rules, now, partial)), strict=True))
    outcome.tabs = [Tab(weekly.TITLE, tab, values, drafts, after=after)]
    outcome.activate = tab
    if start > now:
        outcome.issues.append(Issue("summary.future", sheet=tab, values={"now": f"{now:%Y-%m-%d %H:%M}"}))
    outcome.issues += _carried_over(ledger, tab, start)
    outcome.answers = [drafts[key] for key in weekly.DRAFTS[1:]]
    outcome.counts = {k: values[f"本周_{k}"] for k in ("新增", "办结", "期末未结")} | {
        "超时未结": values["超时未结"]
    }
    outcome.notice = f"“{tab}”已生成:新增 {values['本周_新增']} 张,办结 {values['本周_办结']} 张,超时未结 {values['超时未结']} 张。"
    counted_for = [values[f"本周_{kpi.name}"] for kpi in weekly.KPIS if kpi.kind == "count"]
    if not any((*counted_for, this.valid.any(), this.invalid.any(), values["样本_综合得分"])):
        outcome.notice = f"“{tab}”已生成,但这一周没有任何记录;周次不对时请改了再生成。"
    if frozen:
        outcome.notice += f"“{after}”在 {frozen} 已定稿,没有动它。"
    return outcome


def _carried_over(ledger: Ledger, tab: str, start: datetime) -> list[Issue]:
    """What a reader of a week before the carry-over, or of its week, has to know."""
    known = carried_weeks(ledger)
    if known.last is None or start > known.last:
        return []
    if start not in known.weeks:
        return [Issue("summary.before_carried", tab)]
    count = int(known.figure("opened", start))
    return [Issue("summary.carried", tab, values={"count": count})] if count else []


def week_start(text: object) -> datetime:
    """Monday of an ISO week written as 2024-W18."""
    match = re.fullmatch(r"\s*(\d{4})-?[Ww](\d{1,2})\s*", str(text))
    if not match or not 1 <= int(match[1]) <= 9998:
        raise WorkbookError("summary.week", value=text)
    year, number = int(match[1]), int(match[2])
    weeks = date(year, 12, 28).isocalendar().week  # 28 December is always in the year's last week
    if not 1 <= number <= weeks:
        raise WorkbookError("summary.no_week", value=text, year=year, weeks=weeks)
    day = date.fromisocalendar(year, number, 1)
    return datetime(day.year, day.month, day.day)


def tickets_of(outcome: Outcome) -> pd.DataFrame:
    """The columns to be written, of both logs in one frame indexed by (sheet key, row)."""
    parts = {key: outcome.columns[key] for key in (s.key for s in LOGS) if key in outcome.columns}
    if not parts:
        parts = {LOGS[0].key: pd.DataFrame(columns=list(TICKET_COLUMNS))}
    frame = pd.concat(
        {k: p.reindex(columns=list(TICKET_COLUMNS)) for k, p in parts.items()}, names=["sheet", "row"]
    )
    for key in TICKET_COLUMNS:
        if key in ("stat_start", "stat_end") or key.endswith("_due"):
            frame[key] = pd.to_datetime(frame[key])
        elif key == "stat_reopened":
            frame[key] = pd.to_numeric(frame[key])
        else:
            frame[key] = frame[key].astype(object).where(frame[key].notna(), "")
    return frame


def answers_of(outcome: Outcome) -> pd.DataFrame:
    frame = outcome.columns.get(EVALUATIONS.key, pd.DataFrame()).reindex(columns=list(ANSWER_COLUMNS))
    frame["stat_at"] = pd.to_datetime(frame["stat_at"])
    for key in ("valid", "satisfied", "stat_profile", "stat_customer", "stat_channel"):
        frame[key] = frame[key].astype(object).where(frame[key].notna(), "")
    for key in ("composite", *(f"stat_{k}" for k in DIMENSION_KEYS)):
        frame[key] = pd.to_numeric(frame[key])
    return frame


def _rules(settings: Settings, start: datetime) -> Rules:
    """The settings as in force at the end of the week: a later change does not move an old report."""
    last = np.datetime64(start + WEEK - timedelta(seconds=1))
    profile = str(settings.at("main_profile", last))
    try:
        weights = tuple(settings.weights(profile, last).items())
    except WorkbookError:  # no answer needed them: else scoring had stopped
        weights = ()
    return Rules(
        weights=weights,
        main_profile=profile,
        low_line=float(settings.at("low_line", last)),
        few_answers=int(settings.at("few_answers", last)),
        goals={kpi.name: float(settings.at(kpi.goal, last)) for kpi in weekly.KPIS if kpi.goal},
    )


def choose_lists(frame: pd.DataFrame, start: datetime) -> Lists:
    """Labels for the tab's lists: the commonest classes of the week, most frequent first; people and
    departments that had any part in it, by pinyin (this is no ranking)."""
    counted = frame[frame["excluded"] == ""]
    accepted = within(counted["stat_start"], start, start + WEEK)
    closed = within(counted["stat_end"], start, start + WEEK)
    late = ((counted["stat_overdue"] != "") & (counted["stat_start"] < start + WEEK)).to_numpy()
    classes = _labels(counted["stat_class"][accepted], (*UNNAMED, weekly.OTHER_CLASS))
    order = {name: n for n, name in enumerate(PROBLEM_CLASSES)}
    common = sorted(classes.items(), key=lambda item: (-item[1], order.get(item[0], 99), item[0]))
    involved = counted[accepted | closed | late]
    return Lists(
        types=[name for name, _ in common[: weekly.TYPE_ROWS]],
        people=_by_pinyin(_labels(involved["stat_person"], UNNAMED), weekly.PEOPLE_ROWS),
        departments=_by_pinyin(_labels(involved["stat_department"], UNNAMED), weekly.DEPARTMENT_ROWS),
    )


def _labels(series: pd.Series, without: Sequence[str]) -> dict[str, int]:
    """Label as first written -> how often, upper and lower case alike."""
    keys = folded(series)
    first = dict(zip(reversed(keys), reversed(series.tolist()), strict=True))
    numbers = pd.Series(keys, dtype=object).value_counts()
    return {first[key]: int(n) for key, n in numbers.items() if first[key] not in without}


def _by_pinyin(labels: dict[str, int], rows: int) -> list[str]:
    """At most `rows` labels, the busiest if there are more, in the order of the national character set
    (pinyin for the common characters); 未分派 last."""
    chosen = sorted(labels, key=lambda name: (-labels[name], name))[:rows]
    return sorted(chosen, key=lambda name: (name == sla.UNASSIGNED, name.encode("gb18030")))


def attention(ledger: Ledger, settings: Settings, frame: pd.DataFrame, now: datetime) -> Values:
    """The tickets that are overdue for longest, by the clock they wait for."""
    titles = {title: key for key, title in CLOCKS.items()}
    late = frame[(frame["excluded"] == "") & (frame["stat_overdue"] != "")].copy()
    late["due"] = pd.NaT
    for title, key in titles.items():
        rows = late["stat_overdue"] == title
        late.loc[rows, "due"] = late.loc[rows, f"{key}_due"]
    late["due"] = pd.to_datetime(late["due"])
    late = late.sort_values("due", kind="stable").head(weekly.ATTENTION_ROWS)
    about = tickets(ledger, settings).frame.reindex(late.index) if len(late) else late
    values: Values = {}
    for n in range(1, weekly.ATTENTION_ROWS + 1):
        fields: dict[str, Value] = dict.fromkeys(weekly.ATTENTION_FIELDS)
        if n <= len(late):
            row, known = late.iloc[n - 1], about.iloc[n - 1]
            sheet, number = late.index[n - 1]
            urgency = row["stat_urgency"]
            fields = {
                "工单": str(known["ticket"]) or f"{BY_KEY[sheet].title}第{number}行",
                "客户": masked(str(known["customer"])),
                "类别": row["stat_class"],
                "紧急": urgency if urgency in weekly.URGENCIES else weekly.URGENCIES[-1],
                "责任人": row["stat_person"],
                "环节": row["stat_overdue"],
                "应完成": row["due"].to_pydatetime(),
                "已超时": how_long(now - row["due"].to_pydatetime()),
            }
        elif n == 1:
            fields["工单"] = "没有超时未结的工单"
        values |= {f"关注{n}_{field}": value for field, value in fields.items()}
    return values


def masked(customer: str) -> str:
    """A name that may stand in a report: masked as the log has it, a title as it is, else 张**."""
    name = customer.strip()
    if not name or "*" in name or (name.endswith(HONORIFICS) and len(name) <= 4):
        return name or weekly.BLANK
    return name[0] + "**"


def how_long(span: timedelta) -> str:
    """3天4小时, 5小时20分 or 12分."""
    minutes = int(span.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days}天{hours}小时"
    return f"{hours}小时{rest}分" if hours else f"{rest}分"
