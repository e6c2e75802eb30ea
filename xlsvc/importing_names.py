"""How a heading is looked up: the forms of its text, what others call our columns, and how alike two names are.

A heading in a file is dressed up: the number of a question, its kind, a unit, a polite word. `forms` takes that off.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from difflib import SequenceMatcher
from functools import cache, lru_cache

from workbook.schema import Column, Sheet, fold
from workbook.sheets import BY_KEY

from .importing_aliases import ALIASES, DOUBTFUL, SOURCES
from .importing_headings import Known

_NUMBERED = re.compile(r"^(?:Q\s*\d+|第\s*\d+\s*题|\d{1,3})\s*[、.:)]\s*|^\(\d{1,3}\)\s*", re.I)
_KIND_OF_QUESTION = re.compile(
    r"[\[【(]\s*(?:单选题?|多选题?|填空题?|必填|选填|必答|量表题?|评分题?|打分题?|矩阵\w*|下拉题?|可选|选做)\s*[\]】)]"
)
_UNIT = re.compile(
    r"[(\[【](?:万?元|分|\d\s*-\s*\d+\s*分?|小?时|分钟|天|个|次|台|年/?月/?日|可选填?|选填|必填|如.{0,10}|[yY]{2,4}.{1,12})[)\]】]$"
)
_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]{1,12}[)\]】]$")
_POLITE = re.compile(r"^(?:请问|请填写|请选择|请对|您对|您的|贵司|本次)")
_PIECES = re.compile(r"\s*(?:—+|--+|[-–:_/|])\s*")
"""These see headings in half width."""


def known(remembered: Collection[str] = ()) -> Known:
    """How sure a text is a heading that somebody uses for one of our columns. `remembered`: folded headings that a person
    has said something about before."""
    if not remembered:
        return _known
    said = frozenset(remembered)
    return lambda text: 1.0 if fold(text) in said else _known(text)


@lru_cache(maxsize=4096)
def _known(text: str) -> float:
    best = 0.0
    for name in forms(text):
        for key in ALIASES:
            if find(BY_KEY[key], name):
                return 1.0
        if name in doubtful():
            best = 0.6
        if name in _left():
            best = max(best, 0.9)
    if best < 0.6 and any(find(BY_KEY[key], name) for name in loose_forms(text) for key in ALIASES):
        return 0.6
    return best


@cache
def doubtful() -> Mapping[str, tuple[str, ...]]:
    return {fold(word): keys for word, keys in DOUBTFUL.items()}


@cache
def _left() -> frozenset[str]:
    return frozenset(fold(word) for source in SOURCES for word in (*source.left, *source.marks))


@cache
def aliases(sheet_key: str) -> Mapping[str, str]:
    """Folded other names of a sheet's columns -> key; what the schema itself knows wins."""
    sheet = BY_KEY[sheet_key]
    return {
        fold(word): key
        for key, words in ALIASES[sheet_key].items()
        if key in sheet
        for word in words
    }


@lru_cache(maxsize=4096)
def forms(text: str) -> tuple[str, ...]:
    """The folded forms under which a heading is looked up, the whole first: without the number of a question, its kind,
    a unit in brackets, polite words."""
    bare = _bare(text)
    made = [text, bare, _UNIT.sub("", bare), _POLITE.sub("", bare), _POLITE.sub("", _UNIT.sub("", bare))]
    return tuple(dict.fromkeys(f for f in map(fold, made) if f))


@lru_cache(maxsize=4096)
def loose_forms(text: str) -> tuple[str, ...]:
    """Forms that leave out what may matter (供应商-电话, 电话(供应商)): the piece behind a dash or colon, as the rows of a
    survey's matrix are headed, and the text without what stands in brackets."""
    bare = _bare(text)
    made = [_BRACKETS.sub("", bare)]
    pieces = [p for p in _PIECES.split(bare) if p]
    if len(pieces) > 1:
        made += [pieces[-1], _NUMBERED.sub("", pieces[-1])]
    return tuple(dict.fromkeys(f for f in map(fold, made) if f and f not in forms(text)))


def _bare(text: str) -> str:
    bare = _KIND_OF_QUESTION.sub("", unicodedata.normalize("NFKC", text)).strip()
    return re.sub(r"^\W+|[\s?:。*]+$", "", _NUMBERED.sub("", bare))


def find(sheet: Sheet, name: str) -> str:
    """The key of the column that a folded form names, "" for none."""
    return _names(sheet.key).get(name, "")


@cache
def _names(sheet_key: str) -> Mapping[str, str]:
    """Every folded name of a sheet's columns -> key; what the schema itself knows wins."""
    own = {name: column.key for column in reversed(BY_KEY[sheet_key].columns) for name in column.folded_headings}
    return {**aliases(sheet_key), **own}


def likeness(name: str, column: Column, sheet: Sheet) -> float:
    """How alike a folded heading and any of a column's names are, from 0 to 1."""
    best = 0.0
    others = (word for word, key in aliases(sheet.key).items() if key == column.key)
    for other in (*column.folded_headings, *others):
        ratio = SequenceMatcher(None, name, other, autojunk=False).ratio()
        if name.isascii():  # words of one alphabet have letters in common by chance
            ratio = ratio if ratio >= 0.75 else 0.0
        if len(other) >= 2 and len(name) >= 2 and (other in name or name in other):
            ratio = max(ratio, 0.6)
        best = max(best, ratio)
    return best
