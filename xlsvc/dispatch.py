"""Dispatch: which problem class a ticket is, and which department, group and person it should go to (S002, S003).

Proposals only, in the 建议… columns, where the log's own cell is blank: nothing a person typed is changed and nothing is
filled in for them. The class comes from the keywords of 问题分类标准 in 选项与关键词, the rest from the rows of 设置 with
类别 分派 (by log, urgency and class) and from 人员. 建议依据 names the word and the row. Where two classes have as many
keywords in a text, or none has one, nothing is proposed. Tickets that are closed get no department, group or person.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.issues import Issue
from workbook.sheets.reference import OPTIONS
from workbook.sheets.response_log import RESPONSE_LOG
from workbook.sheets.settings import SETTINGS
from workbook.sheets.vocabularies import CLOSED_STATUSES, PROBLEM_CLASSES
from workbook.values import Vocabularies, plain

from .escalation import escalation
from .outcome import Ledger, Outcome
from .settings import Settings
from .targets import CONDITIONS, lookup
from .tickets import BLANK_CLASS, DOUBLED, plain_number, text_column, tickets, to_columns
from .working_time import moments, seconds

STANDARD = "问题分类标准"
PROPOSED = (
    "suggested_class", "suggested_department", "suggested_team", "suggested_person", "suggested_reason", "escalation",
)  # fmt: skip
_BETWEEN = "\x00"  # stands in no cell
_NAT = np.iinfo(np.int64).min

Texts = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Keyword:
    """A word to look for (as it is compared), the 问题类型 it speaks for, its class, and its row in 选项与关键词 (0: the
    product's own)."""

    word: str
    problem_type: str
    problem_class: str
    row: int


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """The 建议… columns of both logs, and what is said about keywords that cannot be used and tickets to be escalated.

    Raises WorkbookError settings.bad for a bad row of 分派.
    """
    settings.require("routes")
    words, issues = keywords(settings.vocabularies)
    frame = tickets(ledger, settings).frame
    table = proposals(frame, words, settings, now)
    table["escalation"], found = escalation(ledger, frame, settings, now)
    sent = table[["suggested_department", "suggested_team", "suggested_person"]].astype(bool).any(axis=1)
    proposed = int(table["suggested_reason"].ne("").sum())
    return Outcome(
        notice=f"{proposed} 张工单有分类或分派建议(见“{RESPONSE_LOG.heading('suggested_reason')}”一列)。" if proposed else "",
        counts={"建议分类": int(table["suggested_class"].ne("").sum()), "建议分派": int(sent.sum())},
        issues=[*issues, *found],
        columns=to_columns(table[list(PROPOSED)]),
    )


def keywords(vocabularies: Vocabularies) -> tuple[list[Keyword], list[Issue]]:
    """The keywords of the office's rows, or the product's own where it has none; and the rows that name no 问题类型.

    A word that stands twice counts for each of its rows."""
    entries = vocabularies.entries(STANDARD)
    found: list[Keyword] = []
    issues: list[Issue] = []
    for entry in [e for e in entries if e.row] or entries:
        word, group, _ = vocabularies.resolve("问题类型", entry.group)
        if word is None or group not in PROBLEM_CLASSES:
            issues.append(
                Issue("dispatch.keyword_class", OPTIONS.title, entry.row, OPTIONS.heading("group"),
                      values={"text": entry.group})
            )  # fmt: skip
            continue
        spelled = dict.fromkeys(_folded(text) for text in (entry.word, *entry.aliases))
        found += [Keyword(text, word, group, entry.row) for text in spelled if text]
    return found, issues


def proposals(frame: pd.DataFrame, words: list[Keyword], settings: Settings, now: datetime) -> pd.DataFrame:
    """The columns of PROPOSED but escalation, for `tickets.Tickets.frame`, same index; "" where nothing is proposed."""
    single = (frame["excluded"] != DOUBLED).to_numpy()
    unclassed = single & (frame["problem_type"] == "").to_numpy() & (frame["problem"] != "").to_numpy()
    problem_class = frame["problem_class"].to_numpy(dtype=object).copy()
    problem_class[problem_class == BLANK_CLASS] = ""
    kind, why = np.full(len(frame), "", dtype=object), np.full(len(frame), "", dtype=object)
    if unclassed.any():
        codes, texts = pd.factorize(frame["problem"].to_numpy(dtype=object)[unclassed])
        types, classes, reasons = classify(texts, words)
        kind[unclassed], problem_class[unclassed], why[unclassed] = types[codes], classes[codes], reasons[codes]

    resolved = frame["resolved_at"].notna().to_numpy()
    at_work = single & ~frame["status"].isin(CLOSED_STATUSES).to_numpy() & ~resolved
    router = _Router(frame, problem_class, settings, now)
    people = _People(settings.people)
    person, owner = frame["person"].to_numpy(dtype=object), frame["owner"].to_numpy(dtype=object)
    typed_team = text_column(frame, "team").to_numpy(dtype=object)
    department, from_department = router.routed("department", at_work & (frame["department"] == "").to_numpy())
    need = at_work & (typed_team == "")
    team, from_team = _first((people.team_of(person), router.routed("team", need)), need)
    need = at_work & (owner == "")
    known_team = np.where(typed_team != "", typed_team, team).astype(object)
    chosen, from_person = _first((router.routed("person", need), people.only_one(known_team)), need)
    reasons = why + from_department + from_team + from_person
    return pd.DataFrame(
        {"suggested_class": kind, "suggested_department": department, "suggested_team": team, "suggested_person": chosen,
         "suggested_reason": pd.Series(reasons, dtype=object).str.rstrip(";").to_numpy(dtype=object)},
        index=frame.index,
    )  # fmt: skip


def classify(texts: Texts, words: list[Keyword]) -> tuple[Texts, Texts, Texts]:
    """For each text the 问题类型 whose class has the most of its keywords in it, that class, and the reason; "" where
    there is none. Two classes with as many are no answer, and the reason says which. A word inside a longer keyword
    that was found does not count of itself (换货 in 退换货); a word that stands twice in the text counts once.
    """
    found, of_class, reasons = (np.full(len(texts), "", dtype=object) for _ in range(3))
    text_of, word_of = _hits(texts, words)
    if not len(text_of):
        return found, of_class, reasons
    classes = list(dict.fromkeys(word.problem_class for word in words))
    class_of_word = np.array([classes.index(word.problem_class) for word in words], dtype=np.int64)
    counts = np.zeros((len(texts), len(classes)), dtype=np.int64)
    np.add.at(counts, (text_of, class_of_word[word_of]), 1)
    tied = (counts == counts.max(axis=1, keepdims=True)).sum(axis=1) > 1
    told = np.array([_said(word) for word in words], dtype=object)
    types = np.array([word.problem_type for word in words], dtype=object)
    names = np.array([word.problem_class for word in words], dtype=object)
    level = counts.max(axis=1)
    leads = counts[text_of, class_of_word[word_of]] == level[text_of]
    pair = text_of[leads] * len(classes) + class_of_word[word_of[leads]]
    first = np.flatnonzero(leads)[np.unique(pair, return_index=True)[1]]  # the first word of each leading class
    alone = first[~tied[text_of[first]]]
    text, word = text_of[alone], word_of[alone]
    found[text], of_class[text], reasons[text] = types[word], names[word], told[word] + ";"
    several = first[tied[text_of[first]]]
    for text_, start, end in _runs(text_of[several]):
        reasons[text_] = "、".join(told[word_of[several[start:end]]]) + ",说法不一,请人工分类;"
    return found, of_class, reasons


def _hits(texts: Texts, words: list[Keyword]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Pairs of a text and a keyword in it, each once, in the order of the texts and of the words. All texts are searched
    as one, the longest words first; what they cover is not looked at again."""
    whole = _folded(_BETWEEN.join(texts.tolist()))
    ends = np.flatnonzero(np.frombuffer(whole.encode("utf-32-le"), dtype="<u4") == 0)
    covered = np.zeros(len(whole), dtype=bool)
    pairs: list[npt.NDArray[np.int64]] = []
    by_length: dict[str, list[int]] = {}
    for n, word in enumerate(words):
        by_length.setdefault(word.word, []).append(n)
    for text in sorted(by_length, key=len, reverse=True):
        starts = np.fromiter((m.start() for m in re.finditer(_pattern(text), whole)), dtype=np.int64)
        starts = starts[~(covered[starts] & covered[starts + len(text) - 1])]
        covered[(starts[:, None] + np.arange(len(text))).ravel()] = True
        place = np.unique(np.searchsorted(ends, starts, side="left"))
        pairs += [np.column_stack((place, np.full(len(place), n))) for n in by_length[text]]
    every = np.concatenate(pairs) if pairs else np.zeros((0, 2), dtype=np.int64)
    every = every[np.lexsort((every[:, 1], every[:, 0]))]
    return every[:, 0], every[:, 1]


def _pattern(word: str) -> str:
    """A word that begins or ends with a figure or a letter is not looked for inside a longer number or name: 12315 is
    not in 88123150."""
    edges = [c.isascii() and c.isalnum() for c in (word[0], word[-1])]
    return ("(?<![0-9a-z])" if edges[0] else "") + re.escape(word) + ("(?![0-9a-z])" if edges[1] else "")


def _runs(sorted_: npt.NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """(value, start, end) of each run of equal values."""
    starts = np.flatnonzero(np.concatenate((sorted_[:1] == sorted_[:1], sorted_[1:] != sorted_[:-1])))
    bounds = [*starts.tolist(), len(sorted_)]
    return [(int(sorted_[a]), a, b) for a, b in pairwise(bounds)]


def _said(word: Keyword) -> str:
    where = f"“{OPTIONS.title}”第 {word.row} 行" if word.row else "自带关键词"
    return f"含“{word.word}”属{word.problem_type}({where})"


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", plain(text)).casefold()


def _first(sources: tuple[tuple[Texts, Texts], ...], needed: Mask) -> tuple[Texts, Texts]:
    """Of several (names, reasons) the first that has a name, where it is needed."""
    names, reasons = np.full(len(needed), "", dtype=object), np.full(len(needed), "", dtype=object)
    for found, why in sources:
        take = needed & (names == "") & (found != "")
        names[take], reasons[take] = found[take], why[take]
    return names, reasons


class _Router:
    """The rows of 分派 over the tickets, with the classes proposed where none is typed."""

    def __init__(self, frame: pd.DataFrame, problem_class: Texts, settings: Settings, now: datetime) -> None:
        self.table = settings.routes
        self.conditions = frame[list(CONDITIONS)].assign(problem_class=problem_class)
        taken = seconds(frame["accepted_at"].to_numpy())
        self.when = moments(np.where(taken != _NAT, taken, int(seconds(now))))

    def routed(self, kind: str, needed: Mask) -> tuple[Texts, Texts]:
        names, reasons = np.full(len(needed), "", dtype=object), np.full(len(needed), "", dtype=object)
        if needed.any():
            place = lookup(self.table, kind, self.conditions[needed], self.when[needed])
            values = np.append(self.table["value"].to_numpy(dtype=object), "")
            rows = [f"“{SETTINGS.title}”第 {row} 行" if row else "文件默认" for row in self.table["row"].tolist()]
            told = [f"{value}({where});" if value else "" for value, where in zip(values, rows, strict=False)]
            names[needed], reasons[needed] = values[place], np.array([*told, ""], dtype=object)[place]
        return names, reasons


class _People:
    """人员: who is in which group."""

    def __init__(self, people: pd.DataFrame) -> None:
        self.team: dict[str, str] = {}
        self.members: dict[str, list[str]] = {}
        if people.empty or "team" not in people:
            return
        for name, team in zip(text_column(people, "name"), text_column(people, "team"), strict=True):
            if name and team:
                key = plain_number(name)
                self.team[key] = team if self.team.get(key, team) == team else ""
                self.members.setdefault(team, []).append(name)

    def team_of(self, persons: Texts) -> tuple[Texts, Texts]:
        """The group of each person, if 人员 lists one."""
        return _each(persons, lambda n: self.team.get(plain_number(n), "") if n else "", "“人员”表里{0}在{1};")

    def only_one(self, teams: Texts) -> tuple[Texts, Texts]:
        """The member of each group that has one only."""
        alone = {team: names[0] for team, names in self.members.items() if len(set(names)) == 1}
        return _each(teams, lambda t: alone.get(t, ""), "“人员”表里{0}只有{1};")


def _each(given: Texts, read: Callable[[str], str], reason: str) -> tuple[Texts, Texts]:
    """`read` of every text, once for each distinct one, and the reason for what was found."""
    codes, distinct = pd.factorize(given, use_na_sentinel=False)
    found = [read(text) for text in distinct]
    why = [reason.format(text, name) if name else "" for text, name in zip(distinct, found, strict=True)]
    return np.array([*found, ""], dtype=object)[codes], np.array([*why, ""], dtype=object)[codes]
