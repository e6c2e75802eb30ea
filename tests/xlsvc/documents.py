"""The documents' own rows as raw cells exactly as printed, and a ledger made of any raw cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from workbook.book import SheetCells
from workbook.sheets import BY_KEY
from workbook.values import Vocabularies, read_frame, serial
from xlsvc.outcome import Ledger

Cells = Mapping[str, Any]

RESPONSE_HEADINGS = (
    "seq", "customer", "contact", "customer_type", "problem", "problem_type", "urgency", "owner", "time_limit",
    "resolved_at", "result", "confirmation",
)  # fmt: skip
RESPONSE_ROWS = [
    dict(zip(RESPONSE_HEADINGS, row, strict=True))
    for row in (
        ("1", "*张女士", "1385678", "老客户", "收到的产品存在划痕,要求更换", "产品质量", "一般", "技术部*李工", "24小时",
         "2024-03-1514:00", "已安排补发新产品,顺丰到付", "同意"),
        ("2", "*王先生", "139", "VIP客户", "咨询会员权益使用规则,对积分兑换流程不清晰", "服务咨询", "紧急", "客服部*刘主管",
         "4小时", "2024-03-1510:30", "电话详细讲解规则,发送图文指南", "满意"),
    )
]  # fmt: skip
"""S002.T1."""

PROCESS_HEADINGS = (
    "ticket", "customer_info", "product_info", "problem_info", "accepted_at", "responded_at", "owner",
    "service_mode", "result", "resolved_at", "confirmation", "remark",
)  # fmt: skip
PROCESS_ROWS = [
    dict(zip(PROCESS_HEADINGS, row, strict=True))
    for row in (
        ("SN20240501001", "*女士/", "ABC-2000/2024-03-15", "不启动/紧急", "2024-05-0109:00", "09:30", "张工", "上门",
         "更换电源模块", "2024-05-0111:30", "*女士", "客户对处理效率满意"),
        ("SN20240501002", "*先生/1395678", "DEF-100/2024-04-20", "软件卡顿/普通", "2024-05-0114:15", "14:45", "李工",
         "远程", "清理缓存+升级版本", "2024-05-0115:20", "*先生", "建议定期清理数据"),
    )
]  # fmt: skip
"""S003.T1."""

ASSESSMENT_HEADINGS = ("ticket", "dimension", "standard", "score", "feedback", "advice")
ASSESSMENT_ROWS = [
    dict(zip(ASSESSMENT_HEADINGS, row, strict=True))
    for row in (
        ("SN20240501001", "响应及时性(20%)", "5分=30分钟内响应,1分=超2小时", "5", "“电话接听很快,工程师准时到达”", ""),
        ("SN20240501001", "服务专业性(30%)", "5分=准确判断故障并彻底解决,1分=反复维修未解决", "4",
         "“技术专业,但备件种类可更齐全”", "增加常用备件库存"),
        ("SN20240501001", "客户沟通(25%)", "5分=耐心解答、主动告知进度,1分=态度冷漠、信息不透明", "5",
         "“全程告知进展,很放心”", ""),
        ("SN20240501001", "流程规范性(25%)", "5分=手续齐全、单据清晰,1分=流程混乱、无记录", "4",
         "“维修单写得有点潦草”", "规范单据填写模板"),
        ("综合得分", "——", "——", "4.5", "——", "——"),
    )
]  # fmt: skip
"""S003.T2."""

DOCUMENTS: Mapping[str, Sequence[Cells]] = {
    "response_log": RESPONSE_ROWS,
    "process_log": PROCESS_ROWS,
    "quality_assessment": ASSESSMENT_ROWS,
}


def sheet_cells(key: str, rows: Sequence[Cells], first_row: int = 4) -> SheetCells:
    """Raw cells of a sheet; all headings but the computed ones are there. datetime becomes its serial."""
    sheet = BY_KEY[key]
    keys = [c.key for c in sheet.columns if not c.computed]
    return SheetCells(
        sheet, sheet.title, sheet.header_row,
        np.arange(first_row, first_row + len(rows), dtype="int64"),
        {k: [_raw(row.get(k)) for row in rows] for k in keys},
        letters={},
    )  # fmt: skip


def _raw(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return serial(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    return None if cell == "" else cell


def ledger(rows: Mapping[str, Sequence[Cells]] = DOCUMENTS, **options: Any) -> Ledger:
    """A ledger as a handler is given it; rows are numbered from 4, as they stand in a new workbook."""
    frames, issues = {}, []
    for key, cells in rows.items():
        reading = read_frame(BY_KEY[key], sheet_cells(key, cells), Vocabularies.packaged())
        frames[key] = reading.frame
        issues += reading.issues
    return Ledger(frames, tuple(issues), options=options)
