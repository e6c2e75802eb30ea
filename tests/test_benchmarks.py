"""The benchmarks as an instrument: a short run of three jobs (the others share their parts) finds equal cells on both
sides, and the judge of equality sees a cell that is not. No time is ever asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from benchmarks.clocks import run as run_clocks
from benchmarks.equality import DifferentError, check_cells, compare, expected_values
from benchmarks.ledger import make
from benchmarks.rows import CHUNK, NOW, chunks
from tests.support.ledgers import opened
from workbook.sheets.response_log import RESPONSE_LOG

ROOT = Path(__file__).resolve().parent.parent
ROWS = 300
WIDTH = len(RESPONSE_LOG.columns) + 2  # and the user's own


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("benchmarks") / "ledger.xlsx"
    make(path, ROWS)
    return path


def test_a_short_run_finds_equal_cells_on_both_sides(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "benchmarks", "--rows", str(ROWS), "--repeat", "1", "--json", "--folder", tmp_path,
        "--only", "sla", "read", "undo",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = {line["job"]: line for line in json.loads(done.stdout)["results"]}
    inputs = sum(not c.computed for c in RESPONSE_LOG.columns)
    found = {job: (line["equal"], sorted(line["runs"])) for job, line in lines.items() if job != "undo"}
    assert found == {
        "start": (20 * WIDTH, ["ours", "script"]),
        "sla": (ROWS * WIDTH, ["ours", "script"]),
        "read": (ROWS * inputs, ["ours", "script"]),
    }
    if lines["undo"]["runs"]:
        assert lines["undo"]["equal"] == ROWS * WIDTH
    assert all(line["ratio"] > 0 for job, line in lines.items() if job != "undo")


def test_both_loops_find_the_clocks_that_whole_columns_find() -> None:
    found = run_clocks(400)
    assert found["equal"] == 2 * 400 * 6 * 3


def test_the_rows_hold_what_the_rules_have_to_tell_apart() -> None:
    cells: dict[str, list[object]] = {}
    for _, part in chunks(3 * CHUNK):
        for key, column in part.items():
            cells.setdefault(key, []).extend(column)
    assert {len(column) for column in cells.values()} == {3 * CHUNK}
    assert None in cells["urgency"]
    assert None in cells["accepted_at"]
    assert any(isinstance(cell, str) for cell in cells["resolved_at"])
    assert len(set(cells["ticket"])) < 3 * CHUNK


def test_the_expected_cells_meet_every_status(tmp_path: Path, ledger: Path) -> None:
    values = expected_values(ledger, 2 * CHUNK)
    for heading in ("时效状态", "解决状态"):
        found = set(values[heading])
        assert found >= {"达标", "超时", "即将超时", "进行中", "无法判定"}, heading
    assert set(values["不计原因"].dropna()) == {"重复", "缺受理时间", "时间颠倒"}
    assert set(values["统计超时"].dropna()) == {"首次响应", "方案", "解决"}
    assert (values["首次响应截止"].dropna() > pd.Timestamp(NOW)).any()
    on_time = values["解决用时(分)"].eq(240) & values["解决状态"].eq("达标")
    assert on_time.any(), "no ticket that is done at the very end of its limit"


def test_the_ledger_is_read_by_other_eyes(ledger: Path) -> None:
    tab = opened(ledger)["响应记录"]
    assert (tab.max_row, tab.max_column) == (ROWS + 3, WIDTH)
    assert tab.tables["响应记录"].ref == f"A3:{tab.cell(3, WIDTH).column_letter}{ROWS + 3}"
    assert tab["A303"].has_style
    assert check_cells(ledger, ROWS, None) == (ROWS * WIDTH, 0)


@pytest.mark.parametrize("heading", ["客户姓名*", "受理时间", "片区(自填)", "时效状态"])
def test_a_changed_cell_is_seen(ledger: Path, tmp_path: Path, heading: str) -> None:
    book = openpyxl.load_workbook(ledger)
    tab = book["响应记录"]
    place = next(cell.column for cell in tab[3] if cell.value == heading)
    tab.cell(150, place).value = "动过"
    book.save(tmp_path / "changed.xlsx")
    with pytest.raises(DifferentError, match="1 cells differ"):
        check_cells(tmp_path / "changed.xlsx", ROWS, None)


@pytest.mark.parametrize(
    ("found", "wanted", "same"),
    [
        (date(2024, 5, 1), datetime(2024, 5, 1), True),
        (datetime(2024, 5, 1, 9, 0, 0, 400_000), datetime(2024, 5, 1, 9), True),
        (datetime(2024, 5, 1, 9, 0, 1), datetime(2024, 5, 1, 9), False),
        (143.31666666666666, 143.3166666666667, True),
        (143.3166, 143.3167, False),
        ("", "达标", False),
        (1.0, "1", False),
    ],
)
def test_equal_means_to_the_second_and_twelve_digits(found: object, wanted: object, same: bool) -> None:
    if same:
        compare("列", 4, [found], [wanted])
    else:
        with pytest.raises(DifferentError, match="列 4"):
            compare("列", 4, [found], [wanted])
