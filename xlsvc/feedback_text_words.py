"""The lexicon of comments: the rows of 评语词, searched as one automaton.

A phrase with "…" is found where its beginning is followed, within eight characters of the same half-sentence, by its end.
Of phrases that overlap the longest counts. A phrase that two rows of the office give different 归类 stands for a person's
look, not for whichever row comes first; a row of the office outweighs the packaged one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import ahocorasick_rs

from workbook.issues import Issue
from workbook.sheets.comment_words import (
    COMMENT_CLASSES,
    COMMENT_WORDS,
    COMPLAINT,
    EXPECTED,
    NEGATION,
    NOTHING_SAID,
    PRAISE,
    UNSURE,
)
from workbook.sheets.reference import OPTIONS
from workbook.values import Vocabularies
from workbook.values.vocabulary import Entry

from .feedback_text_plain import MARK, spread

GAP = 8
"""Characters that "…" may stand for."""
NOTHING_LENGTH = 30
"""Who says nothing says it in fewer characters than these."""


class Hit(NamedTuple):
    """A phrase found: where, which row's word it belongs to, what it speaks for, and how it stands there."""

    start: int
    end: int
    keyword: str
    said: str
    text: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    head: str
    tail: str  # "" for a phrase without gap
    keyword: str
    said: str
    lettered: bool  # begins or ends with a letter or a figure


_RANK, _PLACE = itemgetter(0, 1, 2), itemgetter(0)


class Lexicon:
    """All phrases of some rows; the order of the rows does not matter."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        ranked: dict[tuple[str, str], dict[bool, set[tuple[str, str]]]] = {}
        self._nothing: set[str] = set()
        nothing_with_gap: set[tuple[str, str]] = set()
        for entry in entries:
            if entry.group not in COMMENT_CLASSES:
                continue
            for written in (entry.word, *entry.aliases):
                head, tail = _parts(written)
                if not head:
                    continue
                if entry.group == NOTHING_SAID:
                    nothing_with_gap.add((head, tail)) if tail else self._nothing.add(head)
                ranked.setdefault((head, tail), {}).setdefault(entry.row > 0, set()).add((entry.group, entry.word))
        self._nothing_with_gap = sorted(nothing_with_gap, key=lambda pair: (-len(pair[1]), -len(pair[0]), pair))
        self._by_head: dict[str, list[_Phrase]] = {}
        for (head, tail), found in sorted(ranked.items()):
            told = found[max(found)]
            groups = {group for group, _ in told}
            if groups == {NEGATION, NOTHING_SAID}:  # 没有: a whole answer, or the beginning of one
                groups = {NEGATION}
            said = groups.pop() if len(groups) == 1 else UNSURE
            keyword = min(word for _, word in told)
            self._by_head.setdefault(head, []).append(_Phrase(head, tail, keyword, said, _lettered(head + tail)))
        self._heads = list(self._by_head)
        self._automaton = ahocorasick_rs.AhoCorasick(self._heads) if self._heads else None

    def __len__(self) -> int:
        return sum(map(len, self._by_head.values()))

    def __contains__(self, text: object) -> bool:
        return _parts(str(text))[0] in self._by_head

    def hits(self, line: str) -> list[Hit]:
        """The phrases in a line of `spread`, in order, none over another."""
        if self._automaton is None:
            return []
        found: list[tuple[int, int, str, _Phrase]] = []
        for n, start, end in self._automaton.find_matches_as_indexes(line, overlapping=True):
            for phrase in self._by_head[self._heads[n]]:
                stop = end
                if phrase.tail:
                    at = line.find(phrase.tail, end, end + GAP + len(phrase.tail))
                    if at < 0 or MARK in line[end:at] or (phrase.said in (PRAISE, COMPLAINT) and _denied(line[end:at])):
                        continue
                    stop = at + len(phrase.tail)
                if not (phrase.lettered and _within_letters(line, start, stop)):
                    found.append((start - stop, start, phrase.said, phrase))
        return [
            Hit(start, stop, f"没{phrase.head}" if phrase.said == EXPECTED else phrase.keyword, phrase.said, line[start:stop])
            for start, stop, phrase in _longest(found)
        ]

    def says_nothing(self, line: str, fillers: str) -> bool:
        """Is the whole line made of 无意见 phrases and of words that say nothing (目前没有,暂无建议)?"""
        if len(line) > NOTHING_LENGTH:
            return False
        rest = line.replace(MARK, "")
        if rest in self._nothing:
            return True
        for head, tail in self._nothing_with_gap:
            at = line.find(head)
            end = line.find(tail, at + len(head), at + len(head) + GAP + len(tail)) if at >= 0 else -1
            if end >= 0 and MARK not in line[at:end] and not self._opines(line[at + len(head) : end]):
                line = line[:at] + MARK + line[end + len(tail) :]
        said = len(line.replace(MARK, "")) < len(rest)
        for part in line.split(MARK):
            bare = part.strip(fillers)
            if bare in self._nothing or part in self._nothing:
                said = True
            elif bare:
                return False
        return said

    def _opines(self, text: str) -> bool:
        return bool(text) and any(hit.said in (PRAISE, COMPLAINT) and len(hit.text) > 1 for hit in self.hits(text))


def lexicon_of(vocabularies: Vocabularies) -> Lexicon:
    """The lexicon of a ledger: the office's rows, and the packaged ones it does not list. Made once for the same rows."""
    return _made(vocabularies.entries(COMMENT_WORDS))


def packaged_lexicon() -> Lexicon:
    """The lexicon a new ledger starts with."""
    return lexicon_of(Vocabularies.packaged())


@lru_cache(maxsize=4)
def _made(entries: tuple[Entry, ...]) -> Lexicon:
    return Lexicon(entries)


def lexicon_issues(vocabularies: Vocabularies) -> list[Issue]:
    """The office's rows of 评语词 whose 归类 is no class of comments; a blank one waits for the person and is passed over."""
    return [
        Issue("feedback.word_class", OPTIONS.title, entry.row, OPTIONS.heading("group"),
              values={"text": entry.group, "known": "、".join(COMMENT_CLASSES)})
        for entry in vocabularies.entries(COMMENT_WORDS)
        if entry.row and entry.group and entry.group not in COMMENT_CLASSES
    ]  # fmt: skip


def _parts(written: str) -> tuple[str, str]:
    """The beginning and the end of a phrase as they are searched; the end is "" for one without gap."""
    head, _, tail = written.replace("...", "…").replace("……", "…").partition("…")
    return spread(head).replace(MARK, ""), spread(tail).replace(MARK, "")


def _denied(between: str) -> bool:
    """等待时间并不长 is no 等待时间…长."""
    return any(c in between for c in "不没未")


def _lettered(phrase: str) -> bool:
    return any(c.isascii() and c.isalnum() for c in (phrase[0], phrase[-1]))


def _within_letters(line: str, start: int, end: int) -> bool:
    """A word of letters or figures is not looked for inside a longer one: 5星 is not in 15星, na not in china."""

    def plain(at: int) -> bool:
        return 0 <= at < len(line) and line[at].isascii() and line[at].isalnum()

    return (plain(start - 1) and plain(start)) or (plain(end - 1) and plain(end))


def _longest(found: list[tuple[int, int, str, _Phrase]]) -> list[tuple[int, int, _Phrase]]:
    """(start, end, phrase) of the longest of those that overlap, in order; given as (-length, start, class, phrase)."""
    found.sort(key=_RANK)
    taken: list[tuple[int, int, _Phrase]] = []
    covered = 0
    for less, start, _, phrase in found:
        span = ((1 << -less) - 1) << start
        if not covered & span:
            covered |= span
            taken.append((start, start - less, phrase))
    taken.sort(key=_PLACE)
    return taken
