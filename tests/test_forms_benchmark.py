"""The benchmark of forms as an instrument: a short run finds every cell equal, and one that is not is seen."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from benchmarks import forms


def test_a_short_run_finds_equal_cells_and_a_cell_that_is_not(tmp_path: Path) -> None:
    found = forms.run(2, 1, tmp_path, script_too=False)
    assert sorted(found) == ["drawing", "loop", "ours", "plain"]
    assert all(cpu > 0 for cpu, _ in found.values())
    ours, theirs = tmp_path / "ours", tmp_path / "脚本"
    changed = max(theirs.iterdir())
    book = openpyxl.load_workbook(changed)
    book.worksheets[0]["F3"] = "x"
    book.save(changed)
    with pytest.raises(AssertionError, match=changed.name):
        forms.check(ours, theirs)
