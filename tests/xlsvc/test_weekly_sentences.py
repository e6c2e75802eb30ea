"""What 生成周报 says of a week in words."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.frames import ledger
from xlsvc.settings import Settings
from xlsvc.weekly_summary import update

NOW = datetime(2024, 5, 6, 9)
ROWS = {
    "response_log": [
        {"ticket": "SN20240501001", "customer": "张女士", "problem": "漏水", "urgency": "一般",
         "accepted_at": "2024-05-01 09:00", "resolved_at": "2024-05-02 09:00"},
    ],
    "evaluations": [
        {"receipt": "AAAA-2222", "profile": "S002", "evaluated_at": "2024-02-07 18:00", "response": 3, "resolution": 3,
         "attitude": 3, "expertise": 3},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("week", "notice"),
    [
        ("2023-W10", "“周报 2023-W10”已生成,但这一周没有任何记录;周次不对时请改了再生成。"),
        ("2024-W18", "“周报 2024-W18”已生成:新增 1 张,办结 1 张,超时未结 0 张。"),
        ("2024-W06", "“周报 2024-W06”已生成:新增 0 张,办结 0 张,超时未结 0 张。"),  # an answer only
        ("2024-W19", "“周报 2024-W19”已生成,但这一周没有任何记录;周次不对时请改了再生成。"),
    ],
)
def test_a_week_without_any_record_says_so(week: str, notice: str) -> None:
    assert update(ledger(ROWS, {"week": week}), Settings.packaged(), NOW).notice == notice
