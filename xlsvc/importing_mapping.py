"""Which of our sheets a found table belongs to, and which of our columns each of its headings is.

Exactly (as workbook.schema.find compares), by another name (importing_aliases), or as the person said before for a
table with these headings. Whatever is only alike is never taken silently: it is a question with candidates. Headings
nobody knows stay the person's own columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from hashlib import sha256
from typing import Literal

from workbook.book import CellError, RawCell
from workbook.schema import Column, Sheet, fold
from workbook.sheets import BY_KEY
from workbook.sheets.profiles import PROFILES
from workbook.values import Vocabularies, read_one

from .importing_aliases import ALIASES, DOUBTFUL, OWN_NAMES, SOURCES, Source
from .importing_headings import FoundTable, Heading, Known, variants

How = Literal["exact", "alias", "remembered", "asked", "own", "left"]

PARTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "process_log": {
        "customer_info": ("customer", "contact"),
        "product_info": ("model", "bought_at"),
        "problem_info": ("problem", "urgency"),
    }
}
"""Compound columns, and the two facts that are joined in them: others keep each in a column of its own."""

COMPOUNDS = {
    "customer_info": ("customer", "contact"), "product_info": ("model", "bought_at"), "problem_info": ("problem", "urgency"),
}  # fmt: skip
"""The same the other way round: a compound column of 流程记录 imported into 响应记录 is split."""

LEAVE = "-"
"""What a remembered or given answer says of a column that is not to be imported; "" keeps it as the person's own."""

_LOGS = frozenset({"response_log", "process_log"})
_MOST_CANDIDATES = 3
_LIKE = 0.5
_SAMPLE = 40
_CHECKED = frozenset({"datetime", "date", "score", "number", "integer", "money", "phone", "choice", "yesno"})
_NUMBERED = re.compile(r"^(?:Q\s*\d+|第\s*\d+\s*题|\d{1,3})\s*[、.:)]\s*|^\(\d{1,3}\)\s*", re.I)
_KIND_OF_QUESTION = re.compile(
    r"[\[【(]\s*(?:单选题?|多选题?|填空题?|必填|选填|必答|量表题?|评分题?|打分题?|矩阵\w*|下拉题?|可选|选做)\s*[\]】)]"
)
_UNIT = re.compile(r"[(\[【][^()\[\]【】]{1,12}[)\]】]$")
_POLITE = re.compile(r"^(?:请问|请填写|请选择|请对|您对|您的|贵司|本次)")
_PIECES = re.compile(r"\s*(?:—+|--+|[-–:_/|])\s*")
"""These see headings in half width."""


@dataclass(frozen=True)
class Match:
    """One column of the table: `key` is ours ("" for none), `candidates` what it may be where it is asked."""

    heading: Heading
    key: str
    how: How
    candidates: tuple[str, ...] = ()

    @property
    def asked(self) -> bool:
        return self.how == "asked"


@dataclass(frozen=True)
class TableMapping:
    """A table's sheet and columns. `sheets`: candidates where the sheet is doubtful (the best one is `sheet`), else
    only it. `constants`: columns that the table lacks and whose one value follows from it. `score` counts headings."""

    sheet: Sheet
    sheets: tuple[str, ...]
    matches: tuple[Match, ...]
    score: float
    fingerprint: str
    source: Source | None = None
    constants: Mapping[str, str] = field(default_factory=dict)

    @property
    def doubtful(self) -> bool:
        return len(self.sheets) > 1 or any(m.asked for m in self.matches)

    def of(self, key: str) -> Match | None:
        return next((m for m in self.matches if m.key == key), None)


def fingerprint(headings: Sequence[Heading]) -> str:
    """What tells tables of one source: their headings, whatever their order."""
    said = sorted(fold(h.shown) for h in headings if h.text)
    return sha256("\n".join(said).encode()).hexdigest()[:16]


def known() -> Known:
    """How sure a text is a heading that somebody uses for one of our columns."""
    return _known


@cache
def _known(text: str) -> float:
    best = 0.0
    for name in _names(text):
        for key in ALIASES:
            if _find(BY_KEY[key], name):
                return 1.0
        if name in _doubtful():
            best = 0.6
        if name in _left():
            best = max(best, 0.9)
    return best


@cache
def _doubtful() -> Mapping[str, tuple[str, ...]]:
    return {fold(word): keys for word, keys in DOUBTFUL.items()}


@cache
def _left() -> frozenset[str]:
    return frozenset(fold(word) for source in SOURCES for word in (*source.left, *source.marks))


@cache
def _aliases(sheet_key: str) -> Mapping[str, str]:
    """Folded other names of a sheet's columns -> key; what the schema itself knows wins."""
    sheet = BY_KEY[sheet_key]
    return {
        fold(word): key
        for key, words in ALIASES[sheet_key].items()
        if key in sheet
        for word in words
    }


@cache
def _names(text: str) -> tuple[str, ...]:
    """The folded forms under which a heading is looked up, the whole first: without the number of a question, its kind,
    a unit in brackets, polite words; at last the piece behind a dash or colon (a row of a matrix)."""
    bare = _KIND_OF_QUESTION.sub("", unicodedata.normalize("NFKC", text)).strip()
    bare = re.sub(r"^\W+|[\s?:。*]+$", "", _NUMBERED.sub("", bare))
    forms = [text, bare, _UNIT.sub("", bare), _POLITE.sub("", bare), _POLITE.sub("", _UNIT.sub("", bare))]
    pieces = [p for p in _PIECES.split(bare) if p]
    if len(pieces) > 1:
        forms += [pieces[-1], _NUMBERED.sub("", pieces[-1])]
    return tuple(dict.fromkeys(f for f in map(fold, forms) if f))


@cache
def _find(sheet: Sheet, name: str) -> str:
    """The key of the column that a folded form names, "" for none."""
    column = sheet.find(name)
    return column.key if column else _aliases(sheet.key).get(name, "")


def _fits(sheet: Sheet, key: str) -> bool:
    """Is it a column that rows can be given in: typed, issued, or one half of a compound?"""
    return not sheet[key].computed or any(key in pair for pair in PARTS.get(sheet.key, {}).values())


def map_table(
    table: FoundTable,
    vocabularies: Vocabularies,
    remembered: Mapping[str, Mapping[str, str]] | None = None,
    prefer: Sequence[str] = (),
    sheet: str = "",
) -> TableMapping | None:
    """The table's mapping; None where fewer than two of its headings are known. `remembered`: fingerprint -> (folded heading
    -> key, "" for an own column, LEAVE; under "" the sheet's key). `prefer`: sheets that the office keeps, which win
    where two fit alike. `sheet`: the one a person chose."""
    headings, mark = table.headings, fingerprint(table.headings)
    said = (remembered or {}).get(mark, {})
    source = _source(headings)
    chosen = sheet or said.get("", "")
    keys = [chosen] if chosen in ALIASES else list(ALIASES)
    scored = []
    for key in keys:
        matches = _matches(table, BY_KEY[key], vocabularies, said, source)
        scored.append((_score(table, BY_KEY[key], matches, source), key, matches))
    scored.sort(key=lambda entry: -entry[0])
    close = [key for other, key, _ in scored if scored[0][0] - other < max(1.0, 0.12 * scored[0][0])]
    kept = [key for key in close if key in prefer]
    if len(kept) == 1 and set(close) <= _LOGS:
        close = kept
    score, best, matches = next(entry for entry in scored if entry[1] == close[0])
    sure = sum(m.how in ("exact", "alias", "remembered") for m in matches if m.key)
    if sure < 2:
        return None
    return TableMapping(
        BY_KEY[best], tuple(close[:_MOST_CANDIDATES]), matches, score, mark, source, _constants(best, matches, source)
    )


def _source(headings: Sequence[Heading]) -> Source | None:
    names = {fold(h.text) for h in headings}
    return next((s for s in SOURCES if all(fold(mark) in names for mark in s.marks)), None)


def _score(table: FoundTable, sheet: Sheet, matches: Sequence[Match], source: Source | None) -> float:
    worth = {"exact": 1.0, "alias": 0.9, "remembered": 1.0, "asked": 0.3}
    total = sum(worth.get(m.how, 0.0) for m in matches if m.key or m.asked)
    taken = {m.key for m in matches}
    for column in sheet.columns:
        if column.required and column.role == "typed" and not _given(sheet, column.key, taken):
            total -= 0.5
    if fold(table.tab.title).startswith(fold(sheet.title)):
        total += 2
    if source is not None and source.sheet == sheet.key:
        total += 3
    return total


def _given(sheet: Sheet, key: str, taken: set[str]) -> bool:
    if key in taken:
        return True
    if key in PARTS.get(sheet.key, {}):
        return any(part in taken for part in PARTS[sheet.key][key])
    return any(key in pair and compound in taken for compound, pair in COMPOUNDS.items())


def _matches(
    table: FoundTable, sheet: Sheet, vocabularies: Vocabularies, said: Mapping[str, str], source: Source | None
) -> tuple[Match, ...]:
    """A match for each heading; of two that name one column the better keeps it, the other is asked."""
    found = [_match(table, h, sheet, vocabularies, said, source) for h in table.headings]
    rank = {"remembered": 0, "exact": 1, "alias": 2}
    owners: dict[str, int] = {}
    for at in sorted(range(len(found)), key=lambda n: (rank.get(found[n].how, 9), n)):
        match = found[at]
        if not match.key or match.how not in rank:
            continue
        if match.key in owners:
            found[at] = Match(match.heading, "", "asked", (match.key,))
        else:
            owners[match.key] = at
    for compound, pair in PARTS.get(sheet.key, {}).items():
        if compound in owners:  # the whole is there: its halves were computed from it
            for key in pair:
                if key in owners:
                    found[owners[key]] = Match(found[owners[key]].heading, "", "left")
    free = [
        c for c in sheet.columns
        if c.key not in owners and _fits(sheet, c.key) and c.key not in PARTS.get(sheet.key, {})
    ]  # fmt: skip
    return tuple(
        _alike(table, m, sheet, free, vocabularies) if m.how == "own" and fold(m.heading.text) not in said else m
        for m in found
    )


def _match(
    table: FoundTable, heading: Heading, sheet: Sheet, vocabularies: Vocabularies, said: Mapping[str, str], source: Source | None
) -> Match:  # fmt: skip
    name = fold(heading.text)
    answer = said.get(fold(heading.shown), said.get(name))
    if answer is not None and heading.text:
        if answer == LEAVE:
            return Match(heading, "", "left")
        if not answer or answer in sheet:
            return Match(heading, answer, "remembered" if answer else "own")
    if source is not None:
        key = OWN_NAMES.get((source.name, heading.text), "")
        if key and key in sheet:
            return Match(heading, key, "alias")
        if name in {fold(word) for word in source.left}:
            return Match(heading, "", "left")
    for at, form in enumerate(variants(heading)):
        for nth, folded in enumerate(_names(form)):
            key = _find(sheet, folded) or (folded in COMPOUND_HEADINGS and _split_key(sheet, folded)) or ""
            if not key:
                continue
            if key in sheet and not _fits(sheet, key):
                return Match(heading, "", "left")
            exact = at + nth == 0 and key in sheet and folded in sheet[key].folded_headings
            if not _contradicted(table, heading, sheet, key, vocabularies):
                return Match(heading, key, "exact" if exact else "alias")
            return Match(heading, "", "asked", (key,))
    for form in variants(heading):
        for folded in _names(form):
            keys = tuple(k for k in _doubtful().get(folded, ()) if k in sheet and _fits(sheet, k))
            if keys:
                return Match(heading, "", "asked", _ordered(table, heading, sheet, keys, vocabularies))
    return Match(heading, "", "own")


def _split_key(sheet: Sheet, folded: str) -> str:
    """The compound that a heading of 流程记录 is, where this sheet has its halves as typed columns."""
    compound = COMPOUND_HEADINGS[folded]
    return compound if all(k in sheet and not sheet[k].computed for k in COMPOUNDS[compound]) else ""


COMPOUND_HEADINGS: Mapping[str, str] = {
    fold(BY_KEY["process_log"].heading(key)): key for key in COMPOUNDS
} | {fold("客户信息"): "customer_info"}


def _alike(
    table: FoundTable, match: Match, sheet: Sheet, free: Sequence[Column], vocabularies: Vocabularies
) -> Match:
    """A heading nobody knows, asked where it resembles one of the free columns, else the person's own."""
    if not match.heading.text:
        return match
    worth: list[tuple[float, str]] = []
    sample = _sample(table, match.heading)
    for column in free:
        like = max((_likeness(form, column, sheet) for v in variants(match.heading) for form in _names(v)), default=0)
        if like >= 0.35 and (sample or like >= _LIKE):
            share = _readable(column, sample, vocabularies)
            if share is not None:
                like += 0.15 if share >= 0.6 else -0.3
        if like >= _LIKE:
            worth.append((like, column.key))
    worth.sort(key=lambda entry: -entry[0])
    keys = tuple(key for _, key in worth[:_MOST_CANDIDATES])
    return Match(match.heading, "", "asked", keys) if keys else match


def _likeness(name: str, column: Column, sheet: Sheet) -> float:
    best = 0.0
    others = (word for word, key in _aliases(sheet.key).items() if key == column.key)
    for other in (*column.folded_headings, *others):
        ratio = SequenceMatcher(None, name, other, autojunk=False).ratio()
        if len(other) >= 2 and len(name) >= 2 and (other in name or name in other):
            ratio = max(ratio, 0.6)
        best = max(best, ratio)
    return best


def _sample(table: FoundTable, heading: Heading) -> list[RawCell]:
    cells = table.tab.columns[heading.column - 1]
    found: dict[RawCell, None] = {}
    for row in table.rows[:2_000].tolist():
        cell = cells[row - 1]
        if cell is not None and not isinstance(cell, CellError):
            found[cell] = None
            if len(found) >= _SAMPLE:
                break
    return list(found)


def _readable(column: Column, sample: Sequence[RawCell], vocabularies: Vocabularies) -> float | None:
    """How many of the cells read as the column's kind; None where any text would."""
    if column.kind not in _CHECKED or not sample:
        return None
    return sum(_reads(column, cell, vocabularies) for cell in sample) / len(sample)


def _reads(column: Column, cell: RawCell, vocabularies: Vocabularies) -> bool:
    parsed = read_one(column, cell, vocabularies)
    if column.kind in ("datetime", "date"):
        return parsed.value is not None or parsed.relative is not None or parsed.code in _ASKED_DATES
    if column.kind == "phone":
        return parsed.code != "value.phone_odd"
    if column.kind in ("choice", "yesno"):
        return vocabularies.resolve(column.choices, str(cell))[0] is not None if column.choices else bool(parsed.value)
    return parsed.value is not None


_ASKED_DATES = frozenset(
    {"value.date_ambiguous", "value.date_no_year", "value.date_short_year", "value.time_without_day", "value.date_impossible"}
)  # fmt: skip


def _contradicted(
    table: FoundTable, heading: Heading, sheet: Sheet, key: str, vocabularies: Vocabularies
) -> bool:
    """Do the cells say that a heading means something else, as 响应时间 over 30分钟 does?"""
    if key not in sheet or sheet[key].kind in ("choice", "score"):  # words may be others, scales too
        return False
    sample = _sample(table, heading)
    share = _readable(sheet[key], sample, vocabularies)
    return share is not None and len(sample) >= 3 and share < 0.3


def _ordered(
    table: FoundTable, heading: Heading, sheet: Sheet, keys: Sequence[str], vocabularies: Vocabularies
) -> tuple[str, ...]:
    """Candidates, those first that the cells speak for; those left out that the cells speak against."""
    sample = _sample(table, heading)
    shares = {key: _readable(sheet[key], sample, vocabularies) for key in keys}
    fit = [key for key in keys if (share := shares[key]) is None or share >= 0.3]
    fit.sort(key=lambda key: -(shares[key] or 0.5))
    return tuple((fit or list(keys))[:_MOST_CANDIDATES])


def _constants(sheet: str, matches: Sequence[Match], source: Source | None) -> Mapping[str, str]:
    """评价档案 where the scores asked for are those of one form alone."""
    if sheet != "evaluations" or any(m.key == "profile" for m in matches):
        return {}
    asked = {form for m in matches for v in variants(m.heading) for form in _names(v)}
    given = {m.key for m in matches}
    fits = [
        p.name for p in PROFILES.values()
        if all(fold(d.label) in asked and d.key in given for d in p.dimensions)
        and not given & (set(_DIMENSIONS) - {d.key for d in p.dimensions})
    ]  # fmt: skip
    return {"profile": fits[0]} if len(fits) == 1 else {}


_DIMENSIONS = ("response", "resolution", "expertise", "attitude", "process", "added_value", "overall")

