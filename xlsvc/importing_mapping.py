"""Which of our sheets a found table belongs to, and which of our columns each of its headings is.

Exactly (as workbook.schema.find compares), by another name (importing_aliases), or as the person said before for a
table with these headings. Whatever is only alike is never taken silently: it is a question with candidates. Headings
nobody knows stay the person's own columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from workbook.schema import Column, Sheet, fold
from workbook.sheets import BY_KEY
from workbook.sheets.profiles import PROFILES
from workbook.values import Vocabularies

from .importing_aliases import ALIASES, OWN_NAMES, SOURCES, Source
from .importing_evidence import MOST_CANDIDATES, contradicted, ordered, readable, sample_of
from .importing_headings import FoundTable, Heading, variants
from .importing_names import doubtful, find, forms, likeness, loose_forms
from .importing_options import option_columns

How = Literal["exact", "alias", "remembered", "asked", "own", "left", "part"]

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
_TELLING = {
    "service_process": ("action",), "people": ("name",), "quality_assessment": ("dimension",),
    "suggestion_tracker": ("suggestion", "core_problem", "plan"),
}  # fmt: skip
"""Columns of which a table of a smaller sheet has at least one: the rest of them stands in the logs, too."""

_NEUTRAL = re.compile("客户|顾客|用户|客人|报修|基本|信息|工单|问题|故障|服务|处理|受理|时间|日期|评价|产品|反馈|其他|其它|售后")
"""Words over two-row headings under which a heading means what it means alone."""

_LIKE = 0.5


@dataclass(frozen=True)
class Match:
    """One column of the table: `key` is ours ("" for none), `candidates` what it may be where it is asked. `options` are
    the columns that it is joined from (places among the headings, choices); the others of them are its parts."""

    heading: Heading
    key: str
    how: How
    candidates: tuple[str, ...] = ()
    options: tuple[tuple[int, str], ...] = ()

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


def _fits(sheet: Sheet, key: str) -> bool:
    """Is it a column that rows can be given in: typed, issued, or one half of a compound?"""
    return not sheet[key].computed or any(key in pair for pair in PARTS.get(sheet.key, {}).values())


def named(sheet: Sheet, text: str) -> str:
    """The key of the column that rows can be given in and that is headed so, "" for none."""
    name = fold(text)
    own = next((c.key for c in sheet.columns if name in c.folded_headings and _fits(sheet, c.key)), "")
    return own or (_split_key(sheet, name) if name in COMPOUND_HEADINGS else "")


def shown_column(sheet: Sheet, key: str) -> str:
    """The heading of a column that rows can be given in."""
    return (sheet if key in sheet else BY_KEY["process_log"]).heading(key)


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
    elif prefer and close[0] in _LOGS - set(prefer) and not _titled(table, BY_KEY[close[0]]):
        close += [key for key in prefer if key in _LOGS and key not in close]  # the office does not keep this log
    score, best, matches = next(entry for entry in scored if entry[1] == close[0])
    sure = sum(m.how in ("exact", "alias", "remembered") for m in matches if m.key)
    if sure < 2:
        return None
    return TableMapping(
        BY_KEY[best], tuple(close[:MOST_CANDIDATES]), matches, score, mark, source, _constants(best, matches, source)
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
    if sheet.key in _TELLING and not taken & set(_TELLING[sheet.key]):
        total -= 2
    if _titled(table, sheet):
        total += 2
    if source is not None and source.sheet == sheet.key:
        total += 3
    return total


def _titled(table: FoundTable, sheet: Sheet) -> bool:
    return fold(table.tab.title).startswith(fold(sheet.title))


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
    for group in option_columns(table, sheet):
        for nth, (at, _) in enumerate(group.options):
            heading = table.headings[at]
            found[at] = Match(heading, "", "part") if nth else Match(heading, group.key, "alias", options=group.options)
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
        if not answer or answer in sheet or (answer in COMPOUNDS and _split_key(sheet, fold(shown_column(sheet, answer)))):
            return Match(heading, answer, "remembered" if answer else "own")
    if source is not None:
        key = OWN_NAMES.get((source.name, heading.text), "")
        if key and key in sheet:
            return Match(heading, key, "alias")
        if name in {fold(word) for word in source.left}:
            return Match(heading, "", "left")
    for at, form in enumerate(variants(heading)):
        alone = at > 0 and form == heading.text and not _NEUTRAL.search(heading.upper)  # 供应商 over 电话
        for nth, folded in enumerate(forms(form)):
            key = _key(sheet, folded)
            if not key:
                continue
            if key in sheet and not _fits(sheet, key):
                return Match(heading, "", "left")
            exact = at + nth == 0 and key in sheet and folded in sheet[key].folded_headings
            if not alone and not contradicted(table, heading, sheet, key, vocabularies):
                return Match(heading, key, "exact" if exact else "alias")
            return Match(heading, "", "asked", (key,))
    for folded in loose_forms(heading.text):
        key = _key(sheet, folded)
        if key and key in sheet and _fits(sheet, key):
            rated = sheet[key].kind == "score" and not contradicted(table, heading, sheet, key, vocabularies)
            return Match(heading, key, "alias") if rated else Match(heading, "", "asked", (key,))
    for form in variants(heading):
        for folded in forms(form):
            keys = tuple(k for k in doubtful().get(folded, ()) if k in sheet and _fits(sheet, k))
            if keys:
                return Match(heading, "", "asked", ordered(table, heading, sheet, keys, vocabularies))
    return Match(heading, "", "own")


def _key(sheet: Sheet, folded: str) -> str:
    return find(sheet, folded) or (_split_key(sheet, folded) if folded in COMPOUND_HEADINGS else "")


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
    sample = sample_of(table, match.heading)
    for column in free:
        like = max((likeness(form, column, sheet) for v in variants(match.heading) for form in forms(v)), default=0)
        if like >= 0.35 and (sample or like >= _LIKE):
            share = readable(column, sample, vocabularies)
            if share is not None:
                like += 0.15 if share >= 0.6 else -0.3
        if like >= _LIKE:
            worth.append((like, column.key))
    worth.sort(key=lambda entry: -entry[0])
    keys = tuple(key for _, key in worth[:MOST_CANDIDATES])
    return Match(match.heading, "", "asked", keys) if keys else match


def _constants(sheet: str, matches: Sequence[Match], source: Source | None) -> Mapping[str, str]:
    """评价档案 where the scores asked for are those of one form alone."""
    if sheet != "evaluations" or any(m.key == "profile" for m in matches):
        return {}
    asked = {form for m in matches for v in variants(m.heading) for form in (*forms(v), *loose_forms(v))}
    given = {m.key for m in matches}
    fits = [
        p.name for p in PROFILES.values()
        if all(fold(d.label) in asked and d.key in given for d in p.dimensions)
        and not given & (set(_DIMENSIONS) - {d.key for d in p.dimensions})
    ]  # fmt: skip
    return {"profile": fits[0]} if len(fits) == 1 else {}


_DIMENSIONS = ("response", "resolution", "expertise", "attitude", "process", "added_value", "overall")

