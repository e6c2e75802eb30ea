"""The words a choice column knows, what people type instead, and what a word means in reports.

The office's rows on 选项与关键词 win over the packaged ones: a row replaces the packaged row of the same
word, and its word and aliases are looked up first. Packaged words that the sheet does not list stay known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from .cleaning import clean, plain

_ALIAS_SEPARATORS = re.compile(r"[、,，;；|\n]+")


class Entry(NamedTuple):
    """One word of a vocabulary, its other spellings, its canonical meaning (P1 to P4, problem class), and the row of
    选项与关键词 it stands in (0: packaged)."""

    word: str
    aliases: tuple[str, ...] = ()
    group: str = ""
    row: int = 0


class Vocabularies:
    """All vocabularies of a ledger; immutable."""

    def __init__(self, entries: Mapping[str, Iterable[Entry]]) -> None:
        self._entries = {name: tuple(rows) for name, rows in entries.items()}
        self._index: dict[str, dict[str, Entry]] = {}
        for name, rows in self._entries.items():
            self._index[name] = _index(rows)

    @classmethod
    @cache
    def packaged(cls) -> Vocabularies:
        """The documents' own vocabularies (workbook.sheets.vocabularies)."""
        from ..sheets.vocabularies import VOCABULARIES  # plain data; late, for sheets stand above values

        return cls({n: [Entry(w.word, w.aliases, w.group) for w in ws] for n, ws in VOCABULARIES.items()})

    @classmethod
    def from_rows(cls, frame: Any) -> Vocabularies:
        """The packaged vocabularies under the rows of 选项与关键词 (columns vocabulary, word, aliases, group).

        A blank 归类 keeps the packaged word's. Rows without vocabulary or word are passed over.
        """
        columns = [
            tuple(map(str, frame[key])) if key in frame else ("",) * len(frame)
            for key in ("vocabulary", "word", "aliases", "group")
        ]
        return cls._of_cells(tuple(zip(*columns, map(int, frame.index), strict=True)))

    @classmethod
    @lru_cache(maxsize=4)  # a command asks twice
    def _of_cells(cls, cells: tuple[tuple[str, str, str, str, int], ...]) -> Vocabularies:
        base = cls.packaged()._entries
        office: dict[str, dict[str, Entry]] = {}
        for *texts, row in cells:
            name, word, aliases, group = map(clean, texts)
            if not name or not word:
                continue
            if not group:
                group = next((e.group for e in base.get(name, ()) if e.word == word), "")
            spellings = tuple(a for a in map(clean, _ALIAS_SEPARATORS.split(aliases)) if a)
            office.setdefault(name, {}).setdefault(word, Entry(word, spellings, group, row))
        merged = dict(base)
        for name, rows in office.items():
            merged[name] = (*rows.values(), *(e for e in base.get(name, ()) if e.word not in rows))
        vocabularies = cls({})
        vocabularies._entries = merged
        vocabularies._index = {
            name: {**_index(rows), **_index(office.get(name, {}).values())} for name, rows in merged.items()
        }
        return vocabularies

    def words(self, name: str) -> list[str]:
        """The words in order: the office's rows first, as a drop-down shows them."""
        return [e.word for e in self._entries[name]]

    def entries(self, name: str) -> tuple[Entry, ...]:
        """The rows of a vocabulary: the office's first, then the packaged ones it does not list."""
        return self._entries[name]

    def names(self) -> list[str]:
        return list(self._entries)

    def resolve(self, name: str, text: str) -> tuple[str | None, str, bool]:
        """(word, group, repaired) for what was typed; word is None when the vocabulary does not know it.

        `repaired` says that the typed text is not the word itself (an alias, another width or case, quotes,
        with or without 类).
        """
        typed = clean(text)
        entry = self._lookup(name, typed)
        if entry is None:
            return None, "", False
        return entry.word, entry.group, typed != entry.word

    def group(self, name: str, text: str) -> str:
        """The canonical meaning of what was typed, "" when unknown."""
        return self.resolve(name, text)[1]

    def near(self, name: str, text: str) -> str:
        """The one word that the typed text is a slip of: it, or one of its aliases, differs by one character.
        "" when there is none, or more than one (S009 may be any of S000 to S004)."""
        key = _fold(text)
        words = {
            entry.word
            for spelling, entry in self._index[name].items()
            if len(spelling) >= 3 and len(key) >= 3 and _one_edit(key, spelling)
        }
        return words.pop() if len(words) == 1 else ""

    def _lookup(self, name: str, text: str) -> Entry | None:
        index = self._index[name]
        key = _fold(text)
        return index.get(key) or index.get(key + "类") or (index.get(key[:-1]) if key[-1:] == "类" else None)


@lru_cache(maxsize=16_384)  # a command folds the same 3,000 words four times
def _fold(text: str) -> str:
    return re.sub(r"\s+", "", plain(text)).casefold()


def _index(rows: Iterable[Entry]) -> dict[str, Entry]:
    rows = tuple(rows)
    index: dict[str, Entry] = {}
    for entry in rows:
        index.setdefault(_fold(entry.word), entry)
    for entry in rows:
        for alias in entry.aliases:
            index.setdefault(_fold(alias), entry)
    return index


def _one_edit(a: str, b: str) -> bool:
    """Do two different texts differ by one character more, less or other, or by two swapped ones?"""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) == len(b):
        rest_a, rest_b = a[start:], b[start:]
        if len(a) >= 4 and rest_a[1:] == rest_b[1:]:
            return True
        return len(rest_a) >= 2 and rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:]
    return a[start:] == b[start + 1 :]
