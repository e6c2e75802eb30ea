"""What the weekly tab tells in words, where a whole ledger would hide the case."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import pytest

from workbook.sheets import weekly_summary as weekly
from xlsvc import weekly_voices
from xlsvc.settings import read_settings
from xlsvc.today_tasks import DUTY_NAMES
from xlsvc.weekly_figures import Week
from xlsvc.weekly_summary import ANSWER_COLUMNS, TICKET_COLUMNS

from .documents import ledger

NOW = datetime(2024, 5, 6, 9, 0)


@pytest.mark.parametrize("kinds", [6, 7, 11])
def test_the_total_of_what_is_owed_is_the_sum_of_its_rows(kinds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    owed = pd.DataFrame([
        {"kind": kind, "due": NOW + timedelta(hours=n - 8 + 24 * again), "ticket": f"T{n}", "sheet": "response_log", "row": 4 + n}
        for n, kind in enumerate(list(DUTY_NAMES)[:kinds]) for again in (0, 1)
    ])  # fmt: skip
    monkeypatch.setattr(weekly_voices, "_owed", lambda *_: owed)
    empty = pd.DataFrame({key: pd.Series(dtype="datetime64[ns]" if "stat_" in key else object)
                          for key in (*TICKET_COLUMNS, *ANSWER_COLUMNS)})  # fmt: skip
    week = Week(empty, empty, datetime(2024, 4, 29), "S002")
    values = weekly_voices._follow_ups(ledger({}), read_settings({}), week, NOW)
    rows = range(1, weekly.FOLLOW_ROWS + 1)
    for field in ("未到期", "已逾期"):
        assert values[f"跟进合计_{field}"] == sum(values[f"跟进{n}_{field}"] or 0 for n in rows)
    name, waiting, overdue = {6: ("交反馈简报", 1, 1), 7: ("其余 2 类", 2, 2), 11: ("其余 6 类", 9, 3)}[kinds]
    last = [values[f"跟进6_{field}"] for field in ("事项", "未到期", "已逾期", "最早")]
    assert last == [name, waiting, overdue, NOW - timedelta(hours=3)]
