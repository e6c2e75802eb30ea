"""What people chose for a source's columns: from 导入核对 into 导入对照, and from there into the next import.

In both tabs a choice stands in words (a column's heading, 作为自有列, 不导入, a sheet's title, a form's name); the plan
wants keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from workbook.issues import Issue
from workbook.sheets import BY_KEY, SHEETS
from workbook.sheets.profiles import PROFILES

from .import_sources import OFFER, QUESTION, REVIEW, Said
from .importing import PROFILE, SHEET, THE_TABLE, Plan
from .importing_aliases import ALIASES
from .importing_mapping import LEAVE, named, shown_column
from .tickets import text_column

MAPPING = BY_KEY["import_mapping"]
LOG_KEYS = ("response_log", "process_log")
OWN_COLUMN, NOT_IMPORTED = "作为自有列", "不导入"
_BY_TITLE = {sheet.title: sheet for sheet in SHEETS}

Answers = dict[str, dict[str, str]]
"""Fingerprint -> (stored -> answer), as importing.Request wants them."""


def in_words(stored: str, answer: str, sheet: str) -> str:
    """An answer as people read it. `sheet` is the key of the sheet it is about."""
    if stored == SHEET:
        return BY_KEY[answer].title
    if stored == PROFILE:
        return answer
    if answer in ("", LEAVE):
        return NOT_IMPORTED if answer else OWN_COLUMN
    return shown_column(BY_KEY[sheet], answer)


def from_words(stored: str, text: str, title: str) -> str | None:
    """The answer that a text stands for, None where it stands for none. `title` is the tab it is about."""
    text = text.strip()
    if stored == SHEET:
        found = _BY_TITLE.get(text)
        return found.key if found is not None and found.key in ALIASES else None
    if stored == PROFILE:
        return next((p.name for p in PROFILES.values() if text in (p.name, p.code)), None)
    if text in (OWN_COLUMN, NOT_IMPORTED):
        return LEAVE if text == NOT_IMPORTED else ""
    sheet = _BY_TITLE.get(title)
    return (named(sheet, text) or None) if sheet is not None else None


@dataclass(frozen=True)
class Given:
    """What was chosen in 导入核对: rows for 导入对照, and choices that mean nothing."""

    rows: tuple[Said, ...] = ()
    issues: tuple[Issue, ...] = ()


def given(rows: Iterable[Said]) -> Given:
    """The choices about columns, sheets and forms that were made."""
    taken: list[Said] = []
    issues = []
    for row in rows:
        if row.what not in (QUESTION, OFFER) or not row.text:
            continue
        if from_words(row.stored, row.text, row.sheet) is None:
            values = {"text": row.text[:30], "sheet_of": row.sheet}
            issues.append(Issue("import.choice_unknown", REVIEW.title, None, REVIEW.heading("chosen"), row.cell, values))
        else:
            taken.append(row)
    return Given(tuple(taken), tuple(issues))


def remembered(frame: pd.DataFrame) -> tuple[Answers, list[Issue]]:
    """The answers of 导入对照 (the last of several counts), and its rows that say nothing that is known."""
    found: Answers = {}
    issues = []
    columns = [text_column(frame, key) for key in ("mark", "stored", "answer", "sheet")]
    for row, (mark, stored, text, title) in zip(frame.index.tolist(), zip(*columns, strict=True), strict=True):
        if not mark or not text:
            continue
        answer = from_words(_stored(stored), text, title)
        if answer is None:
            values = {"text": text[:30], "sheet_of": title}
            issues.append(Issue("import.mapping_unknown", MAPPING.title, int(row), MAPPING.heading("answer"), values=values))
        else:
            found.setdefault(mark, {})[_stored(stored)] = answer
    return found, issues


def _stored(text: str) -> str:
    """A blank cell cannot be told from a blank key."""
    return SHEET if text == "表" else text


def stored_text(stored: str) -> str:
    """The key under which an answer is kept, as a cell that is never blank."""
    return stored or "表"


def with_given(answers: Mapping[str, Mapping[str, str]], taken: Iterable[Said]) -> Answers:
    """Both together; what was chosen now counts."""
    both = {mark: dict(said) for mark, said in answers.items()}
    for row in taken:
        answer = from_words(row.stored, row.text, row.sheet)
        if answer is not None:
            both.setdefault(row.mark, {})[row.stored] = answer
    return both


def sheets_taken(plan: Plan, known: Mapping[str, Mapping[str, str]]) -> list[Said]:
    """The sheets of tables that fitted more than one, or another one at another time: the same source has to go there again,
    or its rows would stand in two logs. A tab that is titled like the sheet says so itself."""
    taken = []
    for table in plan.tables:
        mark, title = table.mapping.fingerprint, table.sheet.title
        if table.sheet.key in LOG_KEYS and SHEET not in known.get(mark, {}) and not table.table.tab.title.startswith(title):
            taken.append(Said(QUESTION, title, "", title, "", THE_TABLE, "", mark, SHEET))
    return taken


def new_rows(taken: Iterable[Said], known: Mapping[str, Mapping[str, str]], source: str, now: datetime) -> pd.DataFrame:
    """Rows for 导入对照 of what it does not say yet."""
    rows = [
        {
            "source": source, "sheet": row.sheet, "heading": row.heading, "answer": row.text, "noted_at": now,
            "mark": row.mark, "stored": stored_text(row.stored),
        }
        for row in taken
        if known.get(row.mark, {}).get(row.stored) != from_words(row.stored, row.text, row.sheet)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[c.key for c in MAPPING.columns], dtype=object)
