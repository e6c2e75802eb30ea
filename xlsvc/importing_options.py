"""Questions of several choices whose export has a column for each choice (1 where it was ticked): one column of ours.

问卷星 heads them 3、您最满意的地方是?(服务态度), 3(响应速度), …; others put a dash or a colon before the choice. They are
joined where the question is one of our columns that take several words, and nothing but ticks stands below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbook.book import RawCell
from workbook.schema import Sheet
from workbook.values import clean, plain

from .importing_headings import FoundTable, Heading
from .importing_names import find, forms

_BRACKETED = re.compile(r"^(?P<question>.*?)\s*[((\[【](?P<option>[^()()\[\]【】]{1,40})[))\]】]\s*$", re.S)
_DASHED = re.compile(r"^(?P<question>.+?)\s*(?:—+|--+|[-–::_|])\s*(?P<option>[^-–—::_|]{1,40})$", re.S)
_NUMBER = re.compile(r"^(?:[Qq第]\s*)?(\d{1,3})\s*题?\s*[、..::]?\s*")
_LETTERED = re.compile(r"^[A-Ha-h][.、.]\s*")
_YES = frozenset({"1", "是", "√", "✓", "☑", "y", "yes", "true", "已选", "选中", "对"})
_NO = frozenset({"0", "否", "×", "□", "n", "no", "false", "未选", "未选中", "-", "(空)", "(跳过)", ""})


@dataclass(frozen=True)
class OptionColumns:
    """Headings (places in the table's list) that are the choices of one question, and the key of our column."""

    key: str
    options: tuple[tuple[int, str], ...]


def option_columns(table: FoundTable, sheet: Sheet) -> list[OptionColumns]:
    """The questions of several choices in a table, from left to right."""
    found: list[OptionColumns] = []
    parted = [_parted(heading) for heading in table.headings]
    at = 0
    while at < len(parted):
        said = parted[at]
        key = _key(sheet, said[0]) if said else ""
        if said is None or not key:
            at += 1
            continue
        end = at + 1
        while end < len(parted) and (other := parted[end]) is not None and _same(said[0], other[0]):
            end += 1
        group = [(n, part[1]) for n in range(at, end) if (part := parted[n]) is not None]
        if len(group) > 1 and all(_ticks(table, table.headings[n], option) for n, option in group):
            found.append(OptionColumns(key, tuple(group)))
        at = end
    return found


def _parted(heading: Heading) -> tuple[str, str] | None:
    """(question, choice) of a heading."""
    if heading.upper and heading.text:
        return heading.upper, _LETTERED.sub("", heading.text)
    match = _BRACKETED.match(heading.text) or _DASHED.match(heading.text)
    return (match["question"].strip(), _LETTERED.sub("", match["option"].strip())) if match else None


def _same(first: str, other: str) -> bool:
    """Is it the same question, or its number alone?"""
    if first == other:
        return True
    number, again = _NUMBER.match(first), _NUMBER.match(other)
    return bool(number and again and number[1] == again[1] and not other[again.end() :])


def _key(sheet: Sheet, question: str) -> str:
    for form in forms(question):
        key = find(sheet, form)
        if key and key in sheet and sheet[key].kind == "choices":
            return key
    return ""


def _ticks(table: FoundTable, heading: Heading, option: str) -> bool:
    cells = table.tab.columns[heading.column - 1]
    seen = {cells[row - 1] for row in table.rows.tolist()}
    return all(ticked(cell, option) is not None for cell in seen)


def ticked(cell: RawCell, option: str) -> bool | None:
    """Does the cell say that the choice was ticked? None where it says something else."""
    if cell is None:
        return False
    text = plain(f"{cell:g}" if isinstance(cell, float) else str(cell)).casefold()
    if text in _NO:
        return False
    same = plain(_LETTERED.sub("", clean(str(cell)))).casefold() == plain(option).casefold()
    return True if text in _YES or same or isinstance(cell, bool) else None


def joined(table: FoundTable, options: Sequence[tuple[int, str]]) -> list[RawCell]:
    """The ticked choices of each record as one cell."""
    columns = [(table.tab.columns[table.headings[n].column - 1], option) for n, option in options]
    return [
        "、".join(option for cells, option in columns if ticked(cells[row - 1], option)) or None
        for row in table.rows.tolist()
    ]
