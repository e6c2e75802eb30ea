"""Every formula of every tab of ledgers drawn at random, really recalculated, and every total against the typed cells.

Twenty ledgers here, most of them told by 生成周报 alone. More by hand, with all commands on each and the files as they
are: XLSVC_LEDGERS=200 python -m pytest -s tests/xlsvc/test_random_ledgers.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.judged_ledgers import COMMANDS, Judged, make, unlike_the_sum, unlike_the_typed_cells
from tests.support.libreoffice import LibreOffice
from tests.support.random_ledgers import KINDS
from tests.support.written_formulas import Cells, differences, lean, named, written

HERE = 20
COUNT = int(os.environ.get("XLSVC_LEDGERS", str(HERE)))
EVERY = 5  # of the ledgers here one in so many meets all commands
BLANK_TABS = re.compile(".+模板|表单_.+|下拉")
"""Tabs to be copied and the lists of the drop-downs: hidden, nobody reads a figure in them, and none was ever written."""


@pytest.mark.libreoffice
def test_every_figure_is_what_a_spreadsheet_and_the_typed_cells_say(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """Seeds stand in the answer, so that `make(seed, folder)` gives the same ledger again."""
    wrong: dict[Any, Any] = {}
    compared = figures = 0
    for seed in range(COUNT):
        whole = COUNT > HERE or (seed + seed // len(KINDS)) % EVERY == 0
        judged = make(seed, tmp_path, COMMANDS if whole else ("summary",))
        cells, shown = written(judged.path), named(judged.path, judged.tab)
        opened = judged.path if COUNT > HERE else lean(judged.path, tmp_path / "lean.xlsx")
        found = _faults(judged, cells, libreoffice.recalculate(opened), shown)
        wrong |= {(seed, judged.drawn.kind, *place): pair for place, pair in found.items()}
        compared += sum(value is not None for part in cells.values() for value in part.values())
        figures += len(shown)
        judged.path.unlink()
    print(f"{COUNT} ledgers: {compared} formula cells recalculated, {figures} named cells of weekly tabs")
    assert wrong == {}
    assert compared > 400 * COUNT


def _faults(judged: Judged, cells: Cells, recalculated: Any, shown: Any) -> dict[tuple[str, ...], Any]:
    found: dict[tuple[str, ...], Any] = dict(differences(cells, recalculated))
    blank = [tab for tab, part in cells.items() if None in part.values() and not BLANK_TABS.fullmatch(tab)]
    if blank:
        found["no value written",] = blank
    found |= {("typed", name): pair for name, pair in unlike_the_typed_cells(judged, shown).items()}
    return found | {("sum", name): pair for name, pair in unlike_the_sum(shown).items()}
