"""Every figure of a 反馈汇总简报 but its drafted words: classes, channels, problems, quotes, low scores, the deadline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from workbook.book import Link, Value
from workbook.sheets import brief
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.weekly_summary import SMALL_GROUP
from workbook.values import half_up

from .brief_feedback import Feedback, Problem, anonymous_apart, departments
from .brief_period import Period
from .duties import duties
from .feedback_text import CLASS_PRAISE, CLASS_WISH
from .honest_numbers import size_note
from .outcome import Ledger
from .privacy import masked_text
from .scoring import BY_PROXY, UNTOLD
from .settings import Settings
from .tickets import tickets, time_column
from .weekly_summary import how_long, masked

Values = dict[str, Value]
ANONYMOUS, OTHERS = "匿名评价", "其他渠道"
SHORTEST, LONGEST = 4, 90
"""A quote has at least so many characters; of a longer one that many are shown."""


def share(part: int, whole: int) -> Value:
    return part / whole if whole else brief.BLANK


def percent(part: int, whole: int) -> str:
    return f"{half_up(part / whole * 100, 1):.1f}%" if whole else brief.BLANK


def classes(ledger: Ledger, settings: Settings, said: Feedback, period: Period) -> Values:
    """Answers by class, and the tickets accepted in the period that are complaints or suggestions."""
    number = len(said)
    values: Values = {}
    for row in brief.CLASSES:
        mine = said.answers if row == "合计" else said.answers[(said.answers["said"] == row).to_numpy(dtype=bool)]
        values |= {
            f"{row}_份数": len(mine), f"{row}_读出": int(mine["by_lexicon"].sum()), f"{row}_占比": share(len(mine), number),
            f"{row}_样本": number,
        }  # fmt: skip
    counted = tickets(ledger, settings).counted
    accepted = counted["accepted_at"]
    taken = counted["problem_class"][(accepted >= period.start) & (accepted < period.end)]
    return values | {f"{row}_工单": int((taken == row).sum()) for row in brief.TICKET_CLASSES}


def channels(said: Feedback) -> Values:
    """The commonest channels; anonymous answers have a row of their own where a channel has only a few of them."""
    ways = said.answers["channel"].astype(object)
    if len(said) and anonymous_apart(said, ways, SMALL_GROUP):
        ways = ways.mask(said.answers["anonymous"], ANONYMOUS)
    numbers = {str(way): int(n) for way, n in ways.value_counts().items()}
    kept = [way for way in (UNTOLD, BY_PROXY, ANONYMOUS) if way in numbers]
    common = sorted((way for way in numbers if way not in kept), key=lambda way: (-numbers[way], way))
    room = brief.CHANNEL_ROWS - len(kept)
    shown, rest = (common, []) if len(common) <= room else (common[: room - 1], common[room - 1 :])
    rows = [(way, numbers[way]) for way in shown]
    rows += [(OTHERS, sum(numbers[way] for way in rest))] if rest else []
    rows += [(way, numbers[way]) for way in kept]
    values: Values = {}
    for n in range(1, brief.CHANNEL_ROWS + 1):
        name, count = rows[n - 1] if n <= len(rows) else (None, None)
        values |= _counted(f"渠道{n}", count, len(said)) | {f"渠道{n}_名称": name}
    return values | _counted("渠道合计", len(said), len(said))


def _counted(prefix: str, count: int | None, number: int) -> Values:
    if count is None:
        return {f"{prefix}_份数": None, f"{prefix}_占比": None, f"{prefix}_样本": None}
    return {f"{prefix}_份数": count, f"{prefix}_占比": share(count, number), f"{prefix}_样本": number}


def problem_rows(said: Feedback, listed: Sequence[Problem], frequent_from: int) -> Values:
    values: Values = dict.fromkeys(f"问题{n}_{f}" for n in range(1, brief.PROBLEM_ROWS + 1) for f in brief.PROBLEM_FIELDS)
    for n, problem in enumerate(listed[: brief.PROBLEM_ROWS], 1):
        days = said.answers.loc[list(problem.rows), "at"].dt.normalize()
        values |= _counted(f"问题{n}", len(problem.rows), len(said))
        values |= {
            f"问题{n}_名称": problem.name, f"问题{n}_标记": problem.mark or None,
            f"问题{n}_最早": days.min().to_pydatetime(), f"问题{n}_最近": days.max().to_pydatetime(),
            f"问题{n}_部门": "、".join(departments(said, problem.rows)) or brief.BLANK,
        }  # fmt: skip
        examples = _examples(said, problem.rows)
        values |= {f"问题{n}_例{place}": link for place, link in enumerate(examples, 1)}
        if not examples:
            values[f"问题{n}_例1"] = ANONYMOUS
    if not listed:
        values["问题1_名称"] = "没有提到问题"
    more = len(listed) - brief.PROBLEM_ROWS
    note = f"同一问题达到 {frequent_from} 份为高频(“设置”的“高频问题”);填了“高频标记时间”的为已标记;一份评价可提到几个问题"
    return values | {"高频_说明": note + (f";另有 {more} 个没有列出" if more > 0 else "")}


def _examples(said: Feedback, rows: Sequence[int]) -> list[Link]:
    """Links to the latest two answers that are nobody's secret."""
    found = said.answers.loc[list(rows)]
    known = found[~found["anonymous"].to_numpy(dtype=bool)]
    return [answer_link(int(row), str(known.at[row, "ticket"])) for row in known.index[::-1][:2]]


def answer_link(row: int, ticket: str = "") -> Link:
    return Link(EVALUATIONS.title, f"A{row}", ticket or f"第{row}行")


def quotes(ledger: Ledger, settings: Settings, said: Feedback, listed: Sequence[Problem]) -> Values:
    """What customers said of the first problems, then suggestions, and one praise; the latest first."""
    names = _everybody(ledger, settings)
    chosen: dict[str, tuple[str, Value]] = {}
    seen: set[str] = set()
    for label, text, source in _candidates(said, listed):
        room = brief.QUOTE_ROWS - (label != "表扬")  # the last line is kept for praise
        quoted = label != "建议" and label in [told for told, _ in chosen.values()]
        if quoted or text in seen or len(chosen) >= room:
            continue  # hiding names is what takes time
        seen.add(text)
        shown = masked_text(text, names)
        chosen.setdefault(f"“{shown[:LONGEST]}{'…' if len(shown) > LONGEST else ''}”", (label, source))
    values: Values = dict.fromkeys(f"原话{n}_{f}" for n in range(1, brief.QUOTE_ROWS + 1) for f in brief.QUOTE_FIELDS)
    for n, (text, (label, source)) in enumerate(chosen.items(), 1):
        values |= {f"原话{n}_类": label, f"原话{n}_原话": text, f"原话{n}_出处": source}
    note = "姓名、电话、地址、编号已隐去;每个问题取最近的一句" if chosen else "本期有效评价里没有可以摘录的话"
    return values | {"原话_说明": note}


def _candidates(said: Feedback, listed: Sequence[Problem]) -> Iterator[tuple[str, str, Value]]:
    """(what it is about, the words, where they stand). Of few anonymous answers none is quoted."""
    anonymous = set(said.rows(said.answers["anonymous"])) if len(said) else set()
    few = len(anonymous) < SMALL_GROUP

    def told(rows: Sequence[int], label: str, topic: str = "", kind: str = "") -> Iterator[tuple[str, str, Value]]:
        for row in reversed(rows):
            for text, comment in said.comments.get(row, []):
                line = " ".join(text.split())
                fits = topic in comment.topics if topic else comment.said == kind
                if fits and len(line) >= SHORTEST and not (few and row in anonymous):
                    source = ANONYMOUS if row in anonymous else answer_link(row, str(said.answers.at[row, "ticket"]))
                    yield label, line, source

    every = [int(row) for row in said.answers.index]
    for problem in listed:
        yield from told(problem.rows, problem.name, topic=problem.name)
    yield from told(every, "建议", kind=CLASS_WISH)
    yield from told(every, "表扬", kind=CLASS_PRAISE)


def _everybody(ledger: Ledger, settings: Settings) -> list[str]:
    """Everybody the ledger knows by name: customers, staff, and whom 评价记录 names."""
    known = [tickets(ledger, settings).frame["customer"], settings.people.get("name", pd.Series(dtype=object))]
    if EVALUATIONS.key in ledger:
        frame = ledger[EVALUATIONS.key]
        known += [frame[key] for key in ("customer", "served_by", "called_by", "proxy_by") if key in frame]
    names = pd.unique(pd.concat([column.dropna().astype(str) for column in known]))
    return [name for name in names.tolist() if name]


def low_scores(said: Feedback, few: int) -> Values:
    """The answers with the lowest scores; anonymous ones are counted, never listed."""
    low = said.answers[(said.answers["low"] != "").to_numpy(dtype=bool)]
    listed = low[~low["anonymous"].to_numpy(dtype=bool)]
    listed = listed.sort_values(["composite", "at"], ascending=[True, False], kind="stable").head(brief.LOW_ROWS)
    values: Values = dict.fromkeys(f"低分{n}_{f}" for n in range(1, brief.LOW_ROWS + 1) for f in brief.LOW_FIELDS)
    for n, answer in enumerate(listed.itertuples(), 1):
        row: Any = answer
        values |= {
            f"低分{n}_时间": row.at.to_pydatetime(), f"低分{n}_工单": answer_link(int(row.Index), row.ticket),
            f"低分{n}_客户": masked(row.customer), f"低分{n}_得分": brief.BLANK if pd.isna(row.composite) else row.composite,
            f"低分{n}_低分项": row.low, f"低分{n}_类别": brief.CLASSES[row.said],
        }  # fmt: skip
    if not len(low):
        values["低分1_时间"] = "没有低分评价"
    number = f"有低分项的有效评价 {len(low)} 份,占 {percent(len(low), len(said))}({size_note(len(said), few)})"
    apart = ";匿名评价只计数,不逐份列出" if low["anonymous"].any() else ""
    return values | {"低分_说明": (number if len(said) else "本期没有有效评价") + apart}


@dataclass(frozen=True)
class Marked:
    """Answers marked as frequent by `now`, each with its day (that of the answer, else of the mark): `rows` of the
    duty 交反馈简报 with day, start, due, done (as of now where no brief was made before it)."""

    rows: pd.DataFrame

    def within(self, period: Period) -> pd.DataFrame:
        return self.rows[(self.rows["day"] >= period.start) & (self.rows["day"] < period.end)]

    def owed(self, settings: Settings, now: datetime) -> pd.DataFrame:
        """Those without a brief before `now`; not what has been overdue for longer than anybody is reminded."""
        days = settings.duty("reminded").at(now)["amount"]
        since = pd.Timestamp.min if pd.isna(days) else pd.Timestamp(now) - pd.Timedelta(days=float(days))
        waiting = (self.rows["done"] >= pd.Timestamp(now)) & ~(self.rows["due"] < since)
        return self.rows[waiting & (self.rows["day"] <= pd.Timestamp(now))]


def marked(ledger: Ledger, settings: Settings, now: datetime, at: pd.Series) -> Marked:
    """`at`: when each row of 评价记录 was answered. Raises WorkbookError settings.bad, time.no_workday."""
    listed = duties(ledger, settings, now)
    mine = listed[(listed["kind"] == "brief").to_numpy(dtype=bool)].set_index("row")[["start", "due"]]
    if EVALUATIONS.key not in ledger:
        return Marked(mine.assign(day=mine["start"], done=mine["start"]))
    made = time_column(ledger[EVALUATIONS.key], "briefed_at").reindex(mine.index)
    done = made.where(made < pd.Timestamp(now), pd.Timestamp(now))
    return Marked(mine.assign(day=at.reindex(mine.index).fillna(mine["start"]), done=done))


def deadline(rows: pd.DataFrame, now: datetime) -> Values:
    """What is said of the 48 hours: counted from the earliest mark, late where one of them was."""
    values: Values = dict.fromkeys(brief.DEADLINE)
    values["标记条数"] = len(rows)
    if rows.empty:
        return values | {"提交判断": "没有标记为高频的评价,不计时限"}
    values["最早标记"] = rows["start"].min().to_pydatetime()
    limited = rows[rows["due"].notna().to_numpy()]
    if limited.empty:
        return values | {"提交判断": "没有时限(“设置”未填)"}
    values["提交时限"] = limited["due"].min().to_pydatetime()
    over = limited["done"] - limited["due"]
    late = over[over > timedelta(0)]
    if len(late):
        longest = how_long(late.max().to_pytimedelta())
        return values | {"提交判断": f"已超时 {longest}" + (f"({len(limited)} 条中 {len(late)} 条)" if len(limited) > 1 else "")}
    waiting = limited[(limited["done"] >= pd.Timestamp(now)).to_numpy()]
    if waiting.empty:
        return values | {"提交判断": "按时提交"}
    return values | {"提交判断": f"未超时,还剩 {how_long(waiting['due'].min().to_pydatetime() - now)}"}
