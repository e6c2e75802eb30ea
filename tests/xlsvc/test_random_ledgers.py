"""Every formula of every tab of ledgers drawn at random, really recalculated, and every total against the typed cells.

Twenty ledgers here, most of them told by 生成周报 alone. More by hand, with all commands on each and the files as they
are: XLSVC_LEDGERS=200 python -m pytest -s tests/xlsvc/test_random_ledgers.py
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.judged_ledgers import (
    COMMANDS,
    TOTALS,
    Judged,
    frozen,
    make,
    unlike_the_sum,
    unlike_the_typed_cells,
)
from tests.support.libreoffice import LibreOffice
from tests.support.random_ledgers import DAY, KINDS, draw
from tests.support.written_formulas import Cells, Value, differences, lean, named, written

HERE = 20
COUNT = int(os.environ.get("XLSVC_LEDGERS", str(HERE)))
THOROUGH = (5, 14)
"""The seeds that meet all commands here."""
BLANK_TABS = re.compile(".+模板|表单_.+|下拉")
"""Tabs to be copied and the lists of the drop-downs: hidden, nobody reads a figure in them, and none was ever written."""


@pytest.mark.libreoffice
def test_every_figure_is_what_a_spreadsheet_and_the_typed_cells_say(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """Seeds stand in the answer, so that `make(seed, folder)` gives the same ledger again."""
    wrong: dict[Any, Any] = {}
    compared = figures = 0
    for seed in range(COUNT):
        every = COUNT > HERE or seed in THOROUGH
        judged = make(seed, tmp_path, COMMANDS if every else ("summary",))
        shown = named(judged.path, judged.tab)
        books = [judged.path, frozen(judged, tmp_path)] if every else [judged.path]
        found = dict(_unlike(judged, shown))
        for book in books:
            cells = written(book)
            opened = book if COUNT > HERE else lean(book, tmp_path / "lean.xlsx")
            found |= {(book.name, *place): pair for place, pair in differences(cells, libreoffice.recalculate(opened)).items()}
            found |= {(book.name, tab): "no value written" for tab in _unwritten(cells)}
            compared += sum(value is not None for part in cells.values() for value in part.values())
            book.unlink()
        wrong |= {(seed, judged.drawn.kind, *place): pair for place, pair in found.items()}
        figures += len(shown)
    print(f"{COUNT} ledgers: {compared} formula cells recalculated, {figures} named cells of weekly tabs")
    assert wrong == {}
    assert compared > 400 * COUNT


def _unlike(judged: Judged, shown: Mapping[str, Value]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, pair in unlike_the_typed_cells(judged, shown).items():
        yield ("typed", name), pair
    for name, pair in unlike_the_sum(shown).items():
        yield ("sum", name), pair


def _unwritten(cells: Cells) -> list[str]:
    return [tab for tab, part in cells.items() if None in part.values() and not BLANK_TABS.fullmatch(tab)]


def test_one_too_many_anywhere_is_seen(tmp_path: Path) -> None:
    judged = make(5, tmp_path, ("summary",))
    shown = named(judged.path, judged.tab)
    assert dict(_unlike(judged, shown)) == {}
    totals = {name for rows in TOTALS.values() for name in rows} | {total.partition(" ")[0] for total in TOTALS}
    assert len(totals) > 80
    unseen = []
    for name in totals:
        number = shown[name]
        if isinstance(number, float):
            said = dict(_unlike(judged, {**shown, name: number + 1}))
            unseen += [] if ("typed", name) in said and any(kind == "sum" for kind, _ in said) else [name]
    assert unseen == []


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (1.0, 1, True), (1.0, 1.0 + 1e-10, True), (0.25, 0.2500001, False), ("", "", True), ("", None, False), (0.0, "", False),
        ("样本少", "样本少", True), ("#N/A", "#N/A", True), ("#N/A", "#NAME?", False), (1.0, "1", False), (None, 5.0, True),
    ],
)  # fmt: skip
def test_what_counts_as_the_same_value(before: Value, after: Any, same: bool) -> None:
    found = differences({"周报": {"B2": before}}, {"周报": {"B2": after}})
    assert found == ({} if same else {("周报", "B2"): (before, after)})


def test_the_ledgers_are_of_every_kind() -> None:
    drawn = [draw(seed) for seed in range(HERE)]
    assert [d.kind for d in drawn] == [*KINDS] * 2
    assert draw(7) == draw(7)
    empty, one = drawn[0], drawn[1]
    assert [len(empty.rows[key]) for key in ("response_log", "process_log", "evaluations")] == [0, 0, 0]
    assert len(one.rows["response_log"]) + len(one.rows["process_log"]) == 1
    assert {d.week[-3:] for d in drawn if d.kind == "第53周"} == {"W53"}
    assert all((d.monday + 6 * DAY).year > d.monday.year for d in drawn if d.kind == "跨年")
