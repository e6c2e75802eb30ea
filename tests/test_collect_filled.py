"""Each form filled as customers do it, in LibreOffice and by WPS' hand in the XML: what was entered is what is collected."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.libreoffice import LibreOffice
from tests.support.returned import (
    COLLECTED,
    ENTERED,
    collect,
    issue,
    ledger_with_tickets,
    places,
    sheet_rows,
    type_into_xml,
)

TICKETS = {code: f"SN20240501{n:03d}" for n, code in enumerate(("S000", "S001", "S002", "S003", "S004"), 1)}
DAY = datetime(2024, 5, 1)
FACTS: Mapping[str, Mapping[str, Any]] = {
    code: {"ticket": ticket, "served_by": "李工", "served_on": DAY, "customer_no": f"C202405{ticket[-3:]}",
           "channel": "线上问卷", "version": "1", "returned_at": COLLECTED, "evaluated_at": COLLECTED, "source_file": f"{code}.xlsx"}
    for code, ticket in TICKETS.items()
}  # fmt: skip
WANTED: Mapping[str, Mapping[str, Any]] = {
    "S000": {
        **FACTS["S000"], "profile": "S000 顾客反馈收集表单", "customer": "王女士", "contact": "010-5678", "response": 5,
        "resolution": 4, "expertise": 5, "attitude": 5, "overall": 4, "explain": "响应:很快;解决:修了两次",
        "praise": "响应速度快、服务态度好", "praise_other": "师傅守时", "improvement": "希望提前预约",
        "suggestion": "=1+1 不是公式", "willing": "愿意,请后续联系我", "signature": "王",
        "signed_on": datetime(2024, 5, 4), "evaluated_at": datetime(2024, 5, 4),
    },
    "S001": {
        "profile": "S001 售后服务客户评价表", "channel": "线上问卷", "version": "1", "evaluated_at": datetime(2024, 5, 6),
        "response": 5, "resolution": 3, "attitude": 4, "process": 4, "added_value": 2, "explain": "解决:等了两天",
    },
    "S002": {
        **FACTS["S002"], "profile": "S002 客户满意度调查表", "customer": "赵六", "customer_type": "老客户",
        "problem_type": "售后维修", "response": 5, "resolution": 5, "attitude": 4, "expertise": 5, "improvement": "没有",
        "suggestion": "多一些网点", "contact": "13800001234",
    },
    "S004": {
        **FACTS["S004"], "profile": "S004 服务反馈收集表单", "customer": "欧阳😀", "service_type": "技术支持", "response": 4,
        "resolution": 5, "expertise": 5, "attitude": 5, "first_time_fix": "是", "event": "上门很准时",
        "improvement": "价格透明些", "direction": "优化服务流程、完善售后政策", "suggestion": "无", "contact": "a@b.cn",
        "willing": "是,希望电话回访",
    },
}  # fmt: skip
_S003 = {"ticket": TICKETS["S003"], "assessor": "孙主管", "assessed_at": datetime(2024, 5, 5)}
ASSESSED = [
    {**_S003, "dimension": "响应及时性(20%)", "standard": "5分=30分钟内响应,1分=超2小时", "score": 5, "feedback": "电话接听很快"},
    {**_S003, "dimension": "服务专业性(30%)", "standard": "5分=准确判断故障并彻底解决,1分=反复维修未解决", "score": 4,
     "advice": "增加常用备件库存"},
    {**_S003, "dimension": "客户沟通(25%)", "standard": "5分=耐心解答、主动告知进度,1分=态度冷漠、信息不透明", "score": 5},
    {**_S003, "dimension": "流程规范性(25%)", "standard": "5分=手续齐全、单据清晰,1分=流程混乱、无记录", "score": 4,
     "feedback": "维修单写得有点潦草", "advice": "规范单据填写模板"},
]  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, Path]]:
    """A ledger, and a form of each profile."""
    ledger = ledger_with_tickets(tmp_path_factory.mktemp("filled") / "台账.xlsx", 5)
    return ledger, {code: issue(ledger, code, [ticket])[0] for code, ticket in TICKETS.items()}


def check(ledger: Path, box: Path) -> None:
    report = collect(ledger, box)
    assert {k: v for k, v in report.counts.items() if v} == {"已回收": 5}, report.answers
    rows = {row["profile"][:4]: row for row in sheet_rows(ledger, "evaluations")}
    own = ("receipt", "fingerprint")
    assert {code: {k: v for k, v in row.items() if k not in own} for code, row in rows.items()} == WANTED
    assert {code: set(own) <= set(row) for code, row in rows.items()} == {c: c != "S001" for c in rows}
    assert sheet_rows(ledger, "quality_assessment") == ASSESSED


def test_typed_into_the_xml_as_wps_writes_it(office: tuple[Path, Mapping[str, Path]], tmp_path: Path) -> None:
    ledger = Path(shutil.copy(office[0], tmp_path))
    for code, form in office[1].items():
        type_into_xml(form, tmp_path / "回收" / f"{code}.xlsx", ENTERED[code])
    check(ledger, tmp_path / "回收")


@pytest.mark.libreoffice
def test_filled_in_libreoffice(office: tuple[Path, Mapping[str, Path]], tmp_path: Path, libreoffice: LibreOffice) -> None:
    ledger = Path(shutil.copy(office[0], tmp_path))
    (tmp_path / "回收").mkdir()
    for code, form in office[1].items():
        tab = openpyxl.load_workbook(form).worksheets[0]
        at = places(tab)
        cells = {at[name]: value for name, value in ENTERED[code].items()}
        libreoffice.set_cells(form, tab.title, cells, tmp_path / "回收" / f"{code}.xlsx")
    check(ledger, tmp_path / "回收")
