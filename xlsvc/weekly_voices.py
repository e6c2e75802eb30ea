"""What the weekly tab says in words: what low answers complain of, three quotes, what is owed to customers and what is
being done; and where the rows behind each block stand.

All of it is values, as of the cut-off: quotes and duties cannot be counted by a formula.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from workbook.book import Link, Value
from workbook.issues import WorkbookError
from workbook.sheets import BY_KEY
from workbook.sheets import weekly_summary as weekly
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.suggestion_tracker import SUGGESTION_TRACKER
from workbook.sheets.today import TODAY
from workbook.values import read_moment

from .clocks import NO_LIMIT, UNKNOWN
from .duties import duties
from .feedback_text import CLASS_COMPLAINT, CLASS_PRAISE, CLASS_WISH, read, topics
from .feedback_text_words import Lexicon, lexicon_of
from .outcome import Ledger
from .privacy import masked_text
from .scoring import evaluation_scores
from .settings import Settings
from .tickets import LOGS, records, text_column, tickets
from .today_tasks import DUTY_NAMES, MEASURE_OVER, NEAR_DAYS
from .weekly_figures import WEEK, Mask, Values, Week, ratio

SHORTEST, LONGEST, MEASURE_LONGEST = 4, 90, 52
"""A quote has at least so many characters; of a longer one that many are shown."""


def voices(ledger: Ledger, settings: Settings, week: Week, answers: pd.DataFrame, now: datetime) -> Values:
    """The values of the blocks 低分关键词, 客户原声, 待跟进 and 改进措施. `answers` is indexed by the rows of 评价记录."""
    scores = evaluation_scores(ledger, settings) if EVALUATIONS.key in ledger else pd.DataFrame(columns=["low"])
    low = week.valid & (scores["low"].reindex(answers.index).fillna("") != "").to_numpy()
    rows = records(ledger, EVALUATIONS).reindex(answers.index) if EVALUATIONS.key in ledger else answers
    return {
        **_keywords(rows, low, lexicon_of(settings.vocabularies)),
        **_quotes(ledger, settings, rows, week, low),
        **_follow_ups(ledger, settings, week, now),
        **_measures(ledger, now),
    }


def _keywords(rows: pd.DataFrame, low: Mask, lexicon: Lexicon) -> Values:
    """What is complained of or wished away in 需要改进的地方, by the office's own words (评语词)."""
    said = text_column(rows, "improvement")[low]
    counted = topics([text for text in said if text], lexicon)
    number = int(low.sum())
    found = counted.most_common(weekly.KEYWORD_ROWS)
    values: Values = {}
    for place in range(weekly.KEYWORD_ROWS):
        word, count = found[place] if place < len(found) else (None, None)
        values[f"关键词{place + 1}_词"], values[f"关键词{place + 1}_份数"] = word, count
        values[f"关键词{place + 1}_占比"] = None if count is None else ratio(count, number)
    if not found:
        values["关键词1_词"] = "没有提到关键词" if number else "没有低分评价"
    told = int((said != "").sum())
    values["关键词_说明"] = f"有低分项的评价 n={number},写了意见的 {told} 份;一份可提到几个词"
    return values


def _quotes(ledger: Ledger, settings: Settings, rows: pd.DataFrame, week: Week, low: Mask) -> Values:
    """One praise and two problems if there are any: the best and the worst score first, then the latest."""
    names, lexicon = _names(ledger, settings), lexicon_of(settings.vocabularies)
    praise, problems = [], []
    unhappy = low | (week.answers["satisfied"] == "否").to_numpy()
    told = {key: text_column(rows, key) for key in ("improvement", "suggestion", "event")}
    own = {key: text_column(rows, key) for key in ("customer", "served_by", "called_by", "proxy_by")}
    scores = week.answers["composite"].to_numpy(dtype=float)
    for place in np.flatnonzero(week.valid).tolist():
        row = week.answers.index[place]
        score = 3.0 if np.isnan(scores[place]) else scores[place]
        for texts in told.values():
            text = " ".join(str(texts.iat[place]).split())
            if len(text) < SHORTEST:
                continue
            quote = _Quote(text, int(row), score, [str(column.iat[place]) for column in own.values()])
            kind = read([text], lexicon)[0].said
            if kind == CLASS_PRAISE and not unhappy[place]:
                praise.append(quote)
            elif kind in (CLASS_COMPLAINT, CLASS_WISH):
                problems.append(quote)
    praise.sort(key=lambda quote: (-quote.score, -quote.row))
    problems.sort(key=lambda quote: (quote.score, -quote.row))
    chosen = [("表扬", quote) for quote in _different(praise, 1, names)]
    chosen += [("问题", quote) for quote in _different(problems, 2, names)]
    values: Values = dict.fromkeys(f"原声{n}_{field}" for n in range(1, weekly.QUOTE_ROWS + 1) for field in weekly.QUOTE_FIELDS)
    for n, (kind, quote) in enumerate(chosen, 1):
        source = Link(EVALUATIONS.title, f"A{quote.row}", f"{EVALUATIONS.title} 第{quote.row}行")
        values |= {f"原声{n}_类": kind, f"原声{n}_原话": quote.shown(names), f"原声{n}_出处": source}
    many = f"本周有效评价里像表扬的话 {len(praise)} 句、像问题的话 {len(problems)} 句,各取分数最高、最低的。"
    values["原声_说明"] = many if chosen else "本周有效评价里没有写下的话。"
    return values


@dataclass(frozen=True)
class _Quote:
    """`names`: the people of its own row."""

    text: str
    row: int
    score: float
    names: list[str]

    def shown(self, known: list[str]) -> str:
        text = masked_text(self.text, [*self.names, *known])
        return f"“{text[:LONGEST]}{'…' if len(text) > LONGEST else ''}”"


def _different(quotes: list[_Quote], number: int, names: list[str]) -> list[_Quote]:
    """The first quotes that read differently."""
    found: dict[str, _Quote] = {}
    for quote in quotes:
        if len(found) < number:
            found.setdefault(quote.shown(names), quote)
    return list(found.values())


def _names(ledger: Ledger, settings: Settings) -> list[str]:
    """Everybody the ledger knows by name: customers and staff."""
    known = pd.unique(tickets(ledger, settings).frame["customer"].astype(str)).tolist()
    staff = settings.people["name"].astype(str).tolist() if "name" in settings.people else []
    return [name for name in (*known, *staff) if name]


def _follow_ups(ledger: Ledger, settings: Settings, week: Week, now: datetime) -> Values:
    """Duties that began before the week's end and are owed at `now`: soon due or overdue, by kind."""
    values: Values = dict.fromkeys(
        f"跟进{n}_{field}" for n in range(1, weekly.FOLLOW_ROWS + 1) for field in weekly.FOLLOW_FIELDS
    )
    try:
        owed = _owed(ledger, settings, week.start + WEEK, now)
    except WorkbookError:
        unknown = {"跟进合计_未到期": None, "跟进合计_已逾期": None}
        return values | unknown | {"跟进_说明": "“设置”里有事项的规则不能用,没有列出;请先点“校验”。"}
    late = owed["due"] < pd.Timestamp(now)
    kinds = [
        (DUTY_NAMES[str(kind)], int((~late[rows.index]).sum()), int(late[rows.index].sum()), rows.iloc[0])
        for kind, rows in owed.groupby("kind", sort=False)
    ]
    kinds.sort(key=lambda item: (-item[2], item[3]["due"]))
    if len(kinds) > weekly.FOLLOW_ROWS:  # the total stays the sum of the rows
        shown, rest = kinds[: weekly.FOLLOW_ROWS - 1], kinds[weekly.FOLLOW_ROWS - 1 :]
        earliest = min((first for *_, first in rest), key=lambda first: first["due"])
        kinds = [*shown, (f"其余 {len(rest)} 类", sum(k[1] for k in rest), sum(k[2] for k in rest), earliest)]
    for n, (kind, waiting, overdue, first) in enumerate(kinds, 1):
        number = str(first["ticket"])
        sheet = BY_KEY[first["sheet"]].title
        fields: dict[str, Value] = {
            "事项": kind, "未到期": waiting, "已逾期": overdue, "最早": first["due"].to_pydatetime(),
            "对象": Link(sheet, f"A{first['row']}", number or f"第{first['row']}行"),
        }  # fmt: skip
        values |= {f"跟进{n}_{field}": value for field, value in fields.items()}
    if not kinds:
        values["跟进1_事项"] = "没有待跟进的"
    values["跟进合计_未到期"], values["跟进合计_已逾期"] = int((~late).sum()), int(late.sum())
    values["跟进_说明"] = f"本周末之前开始、{NEAR_DAYS}天内到期或已逾期的事项"
    return values


def _owed(ledger: Ledger, settings: Settings, end: datetime, now: datetime) -> pd.DataFrame:
    """Duties of rows that are owed, the earliest first; those long past are no more reminded of (今日待办's limit)."""
    listed = duties(ledger, settings, now)
    days = settings.duty("reminded").at(now)["amount"]
    since = pd.Timestamp.min if np.isnan(days) else pd.Timestamp(now) - pd.Timedelta(days=float(days))
    owed = listed["done_at"].isna() & listed["due"].notna() & listed["kind"].isin(list(DUTY_NAMES)) & (listed["sheet"] != "")
    owed &= ~listed["status"].isin([UNKNOWN, NO_LIMIT]) & (listed["due"] >= since) & (listed["start"] < end)
    owed &= listed["due"] < pd.Timestamp(now) + pd.Timedelta(days=NEAR_DAYS + 1)
    return listed[owed].sort_values("due", kind="stable")


def _measures(ledger: Ledger, now: datetime) -> Values:
    """Measures that are not done, by the day they are planned for; those without a readable day last."""
    under_way = sorted(_open_measures(ledger), key=lambda found: (found[0] or date.max, found[1]))
    values: Values = dict.fromkeys(
        f"措施{n}_{field}" for n in range(1, weekly.MEASURE_ROWS + 1) for field in weekly.MEASURE_FIELDS
    )
    for n, (day, row, cells) in enumerate(under_way[: weekly.MEASURE_ROWS], 1):
        said = ":".join(filter(None, (cells["core_problem"], cells["plan"] or cells["suggestion"])))
        late = day is not None and day < now.date()
        fields: dict[str, Value] = {
            "编号": Link(SUGGESTION_TRACKER.title, f"A{row}", cells["number"] or f"第{row}行"),
            "措施": f"{said[:MEASURE_LONGEST]}{'…' if len(said) > MEASURE_LONGEST else ''}",
            "责任": cells["responsible"] or "未定",
            "完成": (cells["due"] if day is None else f"{day:%Y-%m-%d}{' 已逾期' if late else ''}") or "未定",
            "状态": cells["status"] or "未填",
        }
        values |= {f"措施{n}_{field}": value for field, value in fields.items()}
    overdue = sum(day is not None and day < now.date() for day, _, _ in under_way)
    shown = min(len(under_way), weekly.MEASURE_ROWS)
    more = f",上面是最早到期的 {shown} 项" if len(under_way) > shown else ""
    text = f"在办 {len(under_way)} 项,其中已逾期 {overdue} 项{more}。" if under_way else "没有在办的改进措施。"
    return values | {"措施_说明": text}


def _open_measures(ledger: Ledger) -> Iterator[tuple[date | None, int, dict[str, str]]]:
    if SUGGESTION_TRACKER.key not in ledger:
        return
    rows = records(ledger, SUGGESTION_TRACKER)
    keys = ("number", "core_problem", "plan", "suggestion", "due", "responsible", "status")
    texts = {key: text_column(rows, key) for key in keys}
    finished = rows["done"].notna() if "done" in rows else pd.Series(False, index=rows.index)
    for place, row in enumerate(rows.index):
        cells = {key: str(texts[key].iat[place]) for key in keys}
        if finished.iat[place] or cells["status"] in MEASURE_OVER:
            continue
        read = read_moment(cells["due"], "date").value if cells["due"] else None
        yield read.date() if isinstance(read, datetime) else None, int(row), cells


def links(ledger: Ledger, week: Week) -> Values:
    """Where the rows behind each block stand: the week's first row of the log or of 评价记录; there the columns 统计… tell
    which rows count."""
    log, row = _first_ticket(ledger, week)
    ticket_rows = Link(BY_KEY[log].title, f"A{row}", f"看{BY_KEY[log].title} →")
    answered = week.answers.index[week.valid]
    row = int(answered[0]) if len(answered) else EVALUATIONS.header_row + 1
    answer_rows = Link(EVALUATIONS.title, f"A{row}", f"看{EVALUATIONS.title} →")
    tracker = Link(SUGGESTION_TRACKER.title, f"A{SUGGESTION_TRACKER.header_row}", f"看{SUGGESTION_TRACKER.title} →")
    of_answers = ("维度", "渠道", "关键词", "原声")
    places: dict[str, Any] = {block: answer_rows if block in of_answers else ticket_rows for block in weekly.LINKED}
    places["措施"] = tracker
    if ledger.titles.get(TODAY.title, False):
        places["跟进"] = Link(TODAY.title, "A1", f"看{TODAY.title} →")
    return {f"查看_{block}": link for block, link in places.items()}


def _first_ticket(ledger: Ledger, week: Week) -> tuple[str, int]:
    """The log that holds most of the week's tickets, and the first of them; without any the log that is shown."""
    places = week.tickets.index[week.accepted]
    keys = [key for key, _ in places]
    if keys:
        log = max((s.key for s in LOGS), key=keys.count)
        return str(log), min(int(row) for key, row in places if key == log)
    shown = [s for s in LOGS if ledger.titles.get(s.title, False)] or list(LOGS)
    return shown[0].key, shown[0].header_row + 1
