"""The ledger the histories begin with: the product's own sheets, a handful of rows, a user's column, formulas and
tab. Without the report and form templates, which cost most of a command's time and are fetched when needed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.ledgers import drawn_once

from .other_program import Manner, Program

LOGS = ("响应记录", "流程记录", "评价记录")
OWN_TAB, OWN_COLUMN = "我的表", "我的备注"
HEADING_ROW = 3


def rows() -> dict[str, list[dict[str, Any]]]:
    from xlsvc.sample_documents import ASSESSMENT_ROWS, PROCESS_ROWS, RESPONSE_ROWS, TRACKER_ROWS

    response = [dict(row) for row in RESPONSE_ROWS]
    response += [
        {"customer": "王女士", "contact": "13800001111", "problem": "开不了机", "urgency": "紧急",
         "owner": "技术部李工", "accepted_at": datetime(2024, 5, 2, 9), "status": "处理中"},
        {"customer": "赵先生", "contact": "010-5678", "problem": "发票", "urgency": "一般", "ticket": "SN20240503001",
         "accepted_at": datetime(2024, 5, 3, 10), "responded_at": datetime(2024, 5, 3, 10, 20),
         "resolved_at": datetime(2024, 5, 5, 11), "status": "已完成"},
    ]  # fmt: skip
    evaluations = [
        {"ticket": "SN20240503001", "profile": "S002", "evaluated_at": datetime(2024, 5, 6, 8),
         "response": 5, "resolution": 4, "attitude": 5, "expertise": 3},
    ]  # fmt: skip
    return {
        "response_log": response,
        "process_log": [dict(row) for row in PROCESS_ROWS],
        "evaluations": evaluations,
        "quality_assessment": [dict(row) for row in ASSESSMENT_ROWS],
        "suggestion_tracker": [dict(row) for row in TRACKER_ROWS],
    }


def make(path: Path, whole: bool = False) -> Path:
    """`whole` keeps the templates."""
    return drawn_once(path, f"history {whole}", lambda: _draw(path, whole))


def _draw(path: Path, whole: bool) -> None:
    from workbook.sheets import BY_KEY, SHEETS
    from workbook.template import build, save

    known = {s.key: {c.key for c in s.columns} for s in BY_KEY.values()}
    filled = {
        key: [{name: value for name, value in row.items() if name in known[key]} for row in made]
        for key, made in rows().items()
    }
    book = build(filled, {})
    kept = {sheet.title for sheet in SHEETS} | {"下拉"}
    for title in [] if whole else [t for t in book.sheetnames if t not in kept]:
        del book[title]
    log = book["响应记录"]
    table = next(iter(log.tables.values()))
    right = log.max_column + 1
    log.cell(HEADING_ROW, right, OWN_COLUMN)
    for row in range(HEADING_ROW + 1, log.max_row + 1):
        log.cell(row, right, f"备注{row}" if row % 2 else f"=1+{row}")
    first, last = table.ref.split(":")
    table.ref = f"{first}:{log.cell(int(last.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')), right).coordinate}"
    if table.autoFilter is not None:
        table.autoFilter.ref = table.ref
    if not whole:
        for line in book["下拉"].iter_rows():
            for cell in line:
                cell.value = None
    own = book.create_sheet(OWN_TAB)
    own["A1"], own["B2"], own["C3"] = "我的", 3.5, "=B2*2"
    save(book, path)
    Program(path).save(Manner(strings="shared"))
