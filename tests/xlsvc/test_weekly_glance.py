"""The weekly tab's first answers and the ages of waiting tickets: by hand, and recalculated while the week runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from workbook.sheets import weekly_summary as weekly
from workbook.template import build, save
from xlsvc.weekly_figures import Rules, Week
from xlsvc.weekly_glance import glance_figures
from xlsvc.weekly_summary import TICKET_COLUMNS

MONDAY = datetime(2024, 4, 29)
END = MONDAY + timedelta(days=7)
RULES = Rules("S002", 3.5, 5, {})
KPIS = [kpi.name for kpi in weekly.KPIS if kpi.kind != "count"]


def _ticket(start: datetime, end: datetime | None = None, overdue: str = "", **cells: Any) -> dict[str, Any]:
    told = {"stat_start": start, "stat_end": end, "stat_overdue": overdue, "excluded": ""}
    return told | {"stat_person": "李工", "stat_department": "技术部"} | cells


TICKETS = (
    _ticket(END - timedelta(seconds=1)),
    _ticket(END - timedelta(days=1)),
    _ticket(END - timedelta(days=1, seconds=1), overdue="首次响应"),
    _ticket(END - timedelta(days=3)),
    _ticket(END - timedelta(days=3, seconds=1), overdue="解决", stat_person="*王"),
    _ticket(END - timedelta(days=7)),
    _ticket(END - timedelta(days=7, seconds=1), overdue="解决"),
    _ticket(MONDAY - timedelta(days=300), overdue="二次处理", stat_person="*王", stat_department="客服部"),
    _ticket(MONDAY - timedelta(days=300), END),
    _ticket(MONDAY - timedelta(days=300), END - timedelta(seconds=1)),
    _ticket(MONDAY, MONDAY + timedelta(hours=1), overdue="二次处理"),
    _ticket(END, overdue="解决"),
    _ticket(MONDAY, overdue="解决", excluded="重复"),
)
"""On either side of each edge; one closed as the week ends, one a second before, one closed and late the second time."""


def _frame() -> pd.DataFrame:
    frame = pd.DataFrame(TICKETS).reindex(columns=list(TICKET_COLUMNS))
    for key in ("stat_start", "stat_end"):
        frame[key] = pd.to_datetime(frame[key])
    return frame.fillna({"stat_overdue": "", "excluded": ""})


def _values(**changed: Any) -> dict[str, Any]:
    """A week without a late ticket and with samples that are large enough."""
    values: dict[str, Any] = {"超时未结": 0, **{f"判断_{name}": "达到目标" for name in KPIS}, **{f"样本_{name}": 5 for name in KPIS}}
    values |= {name: "" for samples in weekly.FEW_OF.values() for name in samples}
    for prefix, rows in (("人员", weekly.PEOPLE_ROWS), ("部门", weekly.DEPARTMENT_ROWS)):
        values |= {f"{prefix}{n}_{field}": "" for n in range(1, rows + 1) for field in ("名称", "超时")}
        values[f"{prefix}其他_超时"] = 0
    return values | changed


def _glance(now: datetime, **changed: Any) -> dict[str, Any]:
    return glance_figures(Week(_frame(), _answers(), MONDAY, "S002"), _values(**changed), RULES, now)


def _answers() -> pd.DataFrame:
    return pd.DataFrame({"stat_at": pd.to_datetime([]), "valid": [], "stat_profile": []})


CUTS = {
    "after the week": (END + timedelta(days=3, hours=9), {"当天": (0, 2), "1–2天": (1, 1), "3–6天": (2, 1), "≥7天": (2, 1)}),
    "as it ends": (END, {"当天": (0, 2), "1–2天": (1, 1), "3–6天": (2, 1), "≥7天": (2, 1)}),
    "on Friday": (datetime(2024, 5, 3, 9), {"当天": (1, 3), "1–2天": (1, 0), "3–6天": (2, 1), "≥7天": (1, 1)}),
    "on Monday at midnight": (MONDAY, {"当天": (4, 4), "1–2天": (0, 0), "3–6天": (0, 0), "≥7天": (1, 1)}),
}
"""The cut-off, and by age: overdue, and the others that wait."""


@pytest.mark.parametrize("case", CUTS)
def test_waiting_tickets_by_whole_days(case: str) -> None:
    now, wanted = CUTS[case]
    found = _glance(now)
    shown = {found[f"账龄{n}_标签"]: (found[f"账龄{n}_超时"], found[f"账龄{n}_其余"]) for n in range(1, len(weekly.AGES) + 1)}
    assert shown == wanted


def test_where_it_is_late() -> None:
    found = _glance(END)
    stages = {stage: found[f"环节{n}_超时"] for n, stage in enumerate(weekly.STAGES, 1) if found[f"环节{n}_超时"]}
    assert stages == {"首次响应": 1, "解决": 2, "二次处理": 2}


def test_four_answers() -> None:
    calm = _glance(END)
    assert {k: v for k, v in calm.items() if k.startswith("一眼")} == {
        "一眼_超时": "没有超时未结", "一眼_环节": "—", "一眼_责任人": "—", "一眼_样本": "没有",
    }  # fmt: skip
    late = _glance(
        END, 超时未结=5, 判断_解决达标率="未达目标", 判断_满意率="未达目标,样本少", 样本_满意率=4, 样本_综合得分=0,
        人员1_名称="*王", 人员1_超时=2, 人员2_名称="李工", 人员2_超时=0, 人员其他_超时=3, 部门2_名称="技术部", 部门2_超时=5,
        维度1_样本=4, 维度2_样本=5, 维度3_样本=0, 人员1_分母=1, 客户VIP_得分样本="不足5", 客户VIP_响应样本=2,
    )  # fmt: skip
    assert {k: v for k, v in late.items() if k.startswith("一眼")} == {
        "一眼_超时": "5 张超时未结;未达目标:解决达标率、满意率",
        "一眼_环节": "环节:首次响应 1 张、解决 2 张、二次处理 2 张;部门:技术部 5 张",
        "一眼_责任人": "*王 2 张、其他与未填 3 张",
        "一眼_样本": "综合得分(n=0)、满意率(n=4)、评价维度 1 项、人员首响率 1 项、客户类型首响率 1 项",
    }


@pytest.mark.libreoffice
@pytest.mark.parametrize("case", CUTS)
def test_formulas_recalculate_to_the_ages(case: str, libreoffice: Any, tmp_path: Any) -> None:
    now, wanted = CUTS[case]
    book = build({"process_log": TICKETS[:6], "response_log": TICKETS[6:]})
    tab = book[weekly.TITLE]
    places = {n: tab.defined_names[n].attr_text.split("!")[1].replace("$", "") for n in weekly.names()}
    tab[places["周始"]].value, tab[places["时效截至"]].value = MONDAY, now
    save(book, tmp_path / "ages.xlsx")
    found = libreoffice.recalculate(tmp_path / "ages.xlsx")[weekly.TITLE]
    numbers = range(1, len(weekly.AGES) + 1)
    shown = {weekly.AGES[n - 1]: tuple(found[places[f"账龄{n}_{field}"]] for field in ("超时", "其余")) for n in numbers}
    assert shown == wanted
    assert found[places["一眼_环节"]].startswith("环节:首次响应 1 张、解决 2 张、二次处理 2 张;部门:")
