"""The answers that a 反馈汇总简报 speaks of, and the problems they name.

A problem is a word of complaint that the lexicon finds (等待时间长), counted once an answer. An answer that a person marked
(高频标记时间) and in which the lexicon finds none names its 问题类型.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.sheets import brief
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.profiles import PROFILES

from .brief_period import Period
from .feedback_text import CLASS_COMPLAINT, CLASS_PRAISE, CLASS_UNSURE, CLASS_WISH, Comment, read
from .feedback_text_rows import COMMENTS
from .feedback_text_words import lexicon_of
from .outcome import Ledger
from .scoring import NO, YES, evaluation_scores
from .settings import Settings
from .tickets import Distinct, plain_numbers, text_column, tickets, time_column

UNNAMED = "未归类"
_ROWS = {CLASS_PRAISE: "表扬", CLASS_COMPLAINT: "投诉", CLASS_WISH: "建议", CLASS_UNSURE: "待人工"}
"""Class of an answer -> row of the brief; any other is 其他."""


@dataclass(frozen=True)
class Feedback:
    """`answers`: the valid answers of the period, index = rows of 评价记录, the earliest first: at, said (key of
    brief.CLASSES), by_lexicon (bool), channel, anonymous (bool), marked (bool), ticket, customer, department, composite,
    low. `invalid`: so many were left out. `named`: problem -> rows that name it. `comments`: row -> its comments in
    words, each with how it was read."""

    answers: pd.DataFrame
    invalid: int = 0
    named: dict[str, list[int]] = field(default_factory=dict)
    comments: dict[int, list[tuple[str, Comment]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.answers)

    def rows(self, which: pd.Series) -> list[int]:
        return [int(row) for row in self.answers.index[which.to_numpy(dtype=bool)]]


_COLUMNS = (
    "at", "said", "by_lexicon", "channel", "anonymous", "marked", "ticket", "customer", "department", "composite", "low"
)  # fmt: skip


def feedback(ledger: Ledger, settings: Settings, period: Period, now: datetime, suggested: pd.Series) -> Feedback:
    """`suggested`: 建议反馈类别 of each row of 评价记录 (see comment_columns). Raises
    WorkbookError if weights that are needed do not add up to 100 %."""
    if EVALUATIONS.key not in ledger:
        return Feedback(pd.DataFrame(columns=list(_COLUMNS)))
    scores = evaluation_scores(ledger, settings)
    within = (scores["stat_at"] >= period.start) & (scores["stat_at"] < period.end)
    chosen = scores[within & (scores["valid"] == YES)].sort_values("stat_at", kind="stable")
    rows = ledger[EVALUATIONS.key].reindex(chosen.index)
    typed = text_column(rows, "feedback_class")
    suggested = suggested.reindex(chosen.index)
    by_lexicon = typed.isin(("", CLASS_UNSURE)) & (suggested != "")
    flagged = time_column(rows, "flagged_at")
    numbers = plain_numbers(text_column(rows, "ticket"))
    served = tickets(ledger, settings).frame.drop_duplicates("number").set_index("number")
    place = served.index.get_indexer(pd.Index(numbers.where(numbers != "", "-")))
    department, problem_type = (_picked(served[key], place, chosen.index) for key in ("department", "problem_type"))
    answers = pd.DataFrame(
        {
            "at": chosen["stat_at"],
            "said": suggested.where(by_lexicon, typed).map(lambda word: _ROWS.get(str(word), "其他")),
            "by_lexicon": by_lexicon,
            "channel": chosen["stat_channel"],
            "anonymous": chosen["stat_profile"].isin([code for code, p in PROFILES.items() if p.anonymous]),
            "marked": (flagged <= pd.Timestamp(now)),
            "ticket": text_column(rows, "ticket"),
            "customer": text_column(rows, "customer"),
            "department": department,
            "composite": chosen["composite"],
            "low": chosen["low"],
        },
        columns=list(_COLUMNS),
    )
    comments = _comments(rows, settings)
    types = text_column(rows, "problem_type")
    types = types.where(types != "", problem_type)
    invalid = int((within & (scores["valid"] == NO)).sum())
    return Feedback(answers, invalid, _named(answers, comments, types), comments)


def _picked(column: pd.Series, places: npt.NDArray[np.intp], index: pd.Index) -> pd.Series:
    """The cells at these places, "" for -1."""
    cells = np.append(column.to_numpy(dtype=object), "")  # -1 takes the last
    return pd.Series(cells[places], index=index, dtype=object)


def _comments(rows: pd.DataFrame, settings: Settings) -> dict[int, list[tuple[str, Comment]]]:
    lexicon = lexicon_of(settings.vocabularies)
    found: dict[int, list[tuple[str, Comment]]] = {}
    for key in COMMENTS:
        texts = text_column(rows, key)
        comments = Distinct(texts, lambda text: read([text], lexicon)[0])
        for place in comments.places(lambda comment: comment.said):
            code = comments.codes[place]
            found.setdefault(int(rows.index[place]), []).append((str(comments.cells[code]), comments.results[code]))
    return found


def _named(
    answers: pd.DataFrame, comments: dict[int, list[tuple[str, Comment]]], types: pd.Series
) -> dict[str, list[int]]:
    named: dict[str, list[int]] = {}
    marked = set(answers.index[answers["marked"].to_numpy(dtype=bool)])
    for row in answers.index[answers.index.isin([*comments, *marked])]:
        problems = list(dict.fromkeys(topic for _, comment in comments.get(int(row), []) for topic in comment.topics))
        if not problems and row in marked:
            problems = [str(types.at[row]) or UNNAMED]
        for problem in problems:
            named.setdefault(problem, []).append(int(row))
    return named


@dataclass(frozen=True)
class Problem:
    """A problem named in the period: by which rows (the earliest first), and whether a person marked one of them."""

    name: str
    rows: Sequence[int]
    marked: bool
    frequent: bool

    @property
    def mark(self) -> str:
        return brief.MARKED if self.marked else brief.FREQUENT if self.frequent else ""


def problems(said: Feedback, frequent_from: int) -> list[Problem]:
    """Marked and frequent ones first, then by how many answers name them, then as they came up."""
    marked = set(said.rows(said.answers["marked"])) if len(said) else set()
    found = [Problem(name, rows, bool(marked & set(rows)), len(rows) >= frequent_from) for name, rows in said.named.items()]
    return sorted(found, key=lambda problem: (not (problem.marked or problem.frequent), -len(problem.rows)))


def departments(said: Feedback, rows: Sequence[int]) -> list[str]:
    """The departments behind some answers, the one with most of them first."""
    named = said.answers.loc[list(rows), "department"]
    return [str(name) for name in named[named != ""].value_counts(sort=True).index]


def anonymous_apart(said: Feedback, groups: pd.Series, least: int) -> bool:
    """Is there a group with anonymous answers, but fewer than `least` of them (P9)?"""
    sizes = groups[said.answers["anonymous"].to_numpy(dtype=bool)].value_counts()
    return bool(np.any((sizes > 0) & (sizes < least)))
