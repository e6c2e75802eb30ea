"""Counts the formulas that read columns a command has written: they show old values until Excel recalculates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

import numpy as np

from .cell_content import text_from_xml
from .cell_refs import column_number
from .opc import Package

_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f(?:\s[^>]*)?>([^<]+)</")
_LOOKED_AT = 1 << 20  # bytes at a time
_ROOT = re.compile(rb"<([\w.-]+:)?(?:worksheet|chartsheet|dialogsheet)[\s>]")
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_RANGE = re.compile(
    r"(?:(?P<tab>'(?:[^']|'')+'|[^\s'!(),;:+*/&<>=^\[\]-]+)!)?"
    r"\$?(?P<left>[A-Z]{1,3})(?:\$?\d+)?(?::\$?(?P<right>[A-Z]{1,3})(?:\$?\d+)?)?(?![A-Za-z0-9_(\[.])"
)


def count_readers(
    package: Package, changed: Mapping[str, tuple[str, Mapping[int, str]]], without: Collection[str] = ()
) -> int:
    """How many formula cells read one of the changed columns (tab title -> table name, column -> heading),
    those on the tabs `without` left out."""
    if not changed:
        return 0
    total = 0
    for entry in package.sheets():
        if entry.title in without or not entry.part or not package.has(entry.part):
            continue
        verdicts: dict[bytes, bool] = {}
        for raw in _formulas(package.read(entry.part)):
            if raw not in verdicts:
                verdicts[raw] = _reads(text_from_xml(raw), entry.title, changed)
            total += verdicts[raw]
    return total


def _formulas(data: bytes) -> Iterator[bytes]:
    """The texts of a sheet's formulas. Few sheets hold any, so their tags are looked for first."""
    root = _ROOT.search(data)
    if root and root[1]:
        yield from _FORMULA.findall(data)
        return
    cells = np.frombuffer(data, np.uint8)
    for start in range(0, len(cells), _LOOKED_AT):
        piece = cells[start : start + _LOOKED_AT + 1]
        for at in np.flatnonzero((piece[:-1] == ord("<")) & (piece[1:] == ord("f"))).tolist():
            found = _FORMULA.match(data, start + at)
            if found:
                yield found[1]


def _reads(formula: str, title: str, changed: Mapping[str, tuple[str, Mapping[int, str]]]) -> bool:
    bare = _TEXT.sub('""', formula)
    for table, columns in changed.values():
        if table and re.search(rf"(?<![\w.]){re.escape(table)}\[", bare, re.I):
            inside = re.findall(rf"{re.escape(table)}(\[(?:[^\[\]]|\[[^\]]*\])*\])", bare, re.I)
            for reference in inside:
                if reference == "[]" or any(f"[{heading}]" in reference for heading in columns.values()):
                    return True
    for match in _RANGE.finditer(re.sub(r"\[(?:[^\[\]]|\[[^\]]*\])*\]", "", bare)):
        tab = (match["tab"] or title).strip("'").replace("''", "'")
        found = next((c for t, (_, c) in changed.items() if t.casefold() == tab.casefold()), None)
        if found is None or not re.search(r"[\d:]", match[0].rpartition("!")[2]):
            continue
        left = column_number(match["left"])
        right = column_number(match["right"] or match["left"])
        if any(left <= column <= right for column in found):
            return True
    return False
