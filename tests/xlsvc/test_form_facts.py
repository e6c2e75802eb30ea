"""The fingerprint of a form's fixed cells: the same however a program writes them down, another one if they were changed."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest

from xlsvc.form_facts import facts_mark

FACTS = {
    "告知语": "信息仅用于服务改进,自愿填写。", "工单号": "SN20240501001", "回执码": "7KQM-4XTR", "服务人员": "张工",
    "服务电话": "13800005678", "服务日期": datetime(2024, 5, 1), "工号": "", "客户编号": None,
}  # fmt: skip
MARK = facts_mark(FACTS)



@pytest.mark.parametrize(
    "read",
    [
        {"服务日期": 45413.0},
        {"服务日期": 45413},
        {"服务日期": "2024-05-01"},
        {"服务日期": "2024/5/1"},
        {"服务日期": "2024年5月1日"},
        {"服务日期": "2024-05-01 00:00:00"},
        {"服务日期": pd.Timestamp(2024, 5, 1)},
        {"服务电话": 13800005678.0},
        {"服务电话": " 13800005678 "},
        {"工单号": "sn20240501001"},
        {"工单号": "\uff33\uff2e20240501001"},
        {"回执码": "7kqm-4xtr"},
        {"服务人员": "张 工\n"},
        {"工号": None, "客户编号": float("nan")},
        {"告知语": "改过的话"},
        {"表单版本": "S002-1"},
    ],
)
def test_how_it_is_written_does_not_count(read: dict[str, object]) -> None:
    assert facts_mark({**FACTS, **read}) == MARK


def test_a_blank_cell_is_as_good_as_none() -> None:
    assert facts_mark({name: value for name, value in FACTS.items() if name not in ("工号", "客户编号")}) == MARK


@pytest.mark.parametrize(
    "read",
    [
        {"服务日期": 45414.0}, {"服务日期": None}, {"服务人员": "李工"}, {"服务人员": ""}, {"工单号": "SN20240501002"},
        {"服务电话": "13800005679"}, {"回执码": "7KQM-4XTS"}, {"客户编号": "C1"},
    ],
)  # fmt: skip
def test_a_changed_cell_is_seen(read: dict[str, object]) -> None:
    assert facts_mark({**FACTS, **read}) != MARK


def test_only_what_the_template_shows_counts() -> None:
    shown = {"工单号", "回执码"}
    assert facts_mark(FACTS, shown) == facts_mark({name: FACTS[name] for name in shown})
    assert facts_mark(FACTS, shown) == facts_mark({**FACTS, "服务人员": "李工"}, shown)
