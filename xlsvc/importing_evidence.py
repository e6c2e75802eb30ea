"""What a column's cells say about its heading: whether they read as the kind of column that its name promises."""

from __future__ import annotations

from collections.abc import Sequence

from workbook.book import CellError, RawCell
from workbook.schema import Column, Sheet
from workbook.values import Vocabularies, read_one

from .importing_headings import FoundTable, Heading

MOST_CANDIDATES = 3
_SAMPLE = 40
_CHECKED = frozenset({"datetime", "date", "score", "number", "integer", "money", "phone", "choice", "yesno"})


def sample_of(table: FoundTable, heading: Heading) -> list[RawCell]:
    cells = table.tab.columns[heading.column - 1]
    found: dict[RawCell, None] = {}
    for row in table.rows[:2_000].tolist():
        cell = cells[row - 1]
        if cell is not None and not isinstance(cell, CellError):
            found[cell] = None
            if len(found) >= _SAMPLE:
                break
    return list(found)


def readable(column: Column, sample: Sequence[RawCell], vocabularies: Vocabularies) -> float | None:
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


def contradicted(
    table: FoundTable, heading: Heading, sheet: Sheet, key: str, vocabularies: Vocabularies
) -> bool:
    """Do the cells say that a heading means something else, as 响应时间 over 30分钟 does?"""
    if key not in sheet or sheet[key].kind in ("choice", "score"):  # words may be others, scales too
        return False
    sample = sample_of(table, heading)
    share = readable(sheet[key], sample, vocabularies)
    return share is not None and len(sample) >= 3 and share < 0.3


def ordered(
    table: FoundTable, heading: Heading, sheet: Sheet, keys: Sequence[str], vocabularies: Vocabularies
) -> tuple[str, ...]:
    """Candidates, those first that the cells speak for; those left out that the cells speak against."""
    sample = sample_of(table, heading)
    shares = {key: readable(sheet[key], sample, vocabularies) for key in keys}
    fit = [key for key in keys if (share := shares[key]) is None or share >= 0.3]
    fit.sort(key=lambda key: -(shares[key] or 0.5))
    return tuple((fit or list(keys))[:MOST_CANDIDATES])
