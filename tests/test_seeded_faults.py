"""Ten faults as clerks make them, each mended by doing what its message says, and nothing else."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.ledgers import NOW, filled_cells, make_ledger, opened
from tests.support.typing_in import type_in
from workbook.issues import WorkbookError
from workbook.sheets import BY_KEY
from xlsvc import app


def clean_rows() -> dict[str, list[dict[str, Any]]]:
    """Six rows without a fault, and each customer asked within the day."""
    rows, answers = [], []
    for day in range(1, 7):
        accepted = datetime(2024, 4, 8 + day, 9, 0)
        rows.append(
            {"seq": str(day), "customer": f"{'赵钱孙李周吴'[day - 1]}女士", "contact": f"1380013800{day}",
             "customer_type": "老客户", "problem": "外壳有划痕,要求更换", "problem_type": "产品质量",
             "urgency": "紧急", "owner": "技术部*李工", "time_limit": "4小时",
             "resolved_at": accepted.replace(hour=12), "result": "已换新并致电说明", "confirmation": "满意",
             "ticket": f"SN{accepted:%Y%m%d}001", "accepted_at": accepted,
             "responded_at": accepted.replace(minute=20), "status": "已完成"}
        )  # fmt: skip
        answers.append(
            {"receipt": f"R{accepted:%Y%m%d}001", "evaluated_at": accepted.replace(hour=17), "ticket": rows[-1]["ticket"],
             "profile": "S002 客户满意度调查表", "response": 5, "resolution": 5, "attitude": 5, "expertise": 5}
        )  # fmt: skip
    return {"response_log": rows, "evaluations": answers}


def place(sheet: Worksheet, key: str, row: int) -> str:
    """Address of a column in 响应记录, found by its heading."""
    heading = BY_KEY["response_log"].heading(key)
    letter = next(cell.column_letter for cell in sheet[3] if cell.value == heading)
    return f"{letter}{row}"


# key of the cell in row 5, what the clerk typed, words of the message, what the message says to type instead
FAULTS: tuple[tuple[str, Any, tuple[str, ...], Any], ...] = (
    ("resolved_at", "2024-04-114:00", ("2024-04-01 14:00", "2024-04-11 04:00"), datetime(2024, 4, 11, 4, 0)),
    ("accepted_at", None, ("没有填“受理时间”", "请补填"), datetime(2024, 4, 10, 9, 0)),
    ("accepted_at", "十号早上", ("读不出日期",), datetime(2024, 4, 10, 9, 0)),
    ("resolved_at", datetime(2024, 4, 9, 12, 0), ("早于",), datetime(2024, 4, 10, 12, 0)),
    ("responded_at", datetime(2025, 4, 10, 9, 20), ("晚于现在",), datetime(2024, 4, 10, 9, 20)),
    ("contact", "1385678", ("1385678",), "13800138000"),
    ("ticket", "SN20240409001", ("SN20240409001", "重复"), "SN20240410001"),
    ("urgency", "很急", ("很急", "不在选项中", "一般、紧急、特急"), "紧急"),
    ("customer", None, ("客户姓名", "请补填"), "钱女士"),
    ("problem", "身份证 110101199003078515 要退款", ("身份证号", "请删除"), "客户要退款"),
    ("status", "待处理", ("待处理",), "已完成"),
)


def test_the_clean_ledger_has_no_findings(tmp_path: Path) -> None:
    book = make_ledger(tmp_path / "台账.xlsx", clean_rows())
    report = app.run("validate", book, {}, NOW)
    assert [i.message for i in report.issues if i.row is not None] == []


@pytest.mark.parametrize(("key", "typed", "words", "remedy"), FAULTS, ids=[f"{f[0]}-{f[1]}" for f in FAULTS])
def test_a_seeded_fault_is_mended_from_its_message_alone(
    key: str, typed: Any, words: tuple[str, ...], remedy: Any, tmp_path: Path
) -> None:
    book = make_ledger(tmp_path / "台账.xlsx", clean_rows())
    cell = place(opened(book)["响应记录"], key, 5)
    type_in(book, "响应记录", {cell: typed})

    report = app.run("validate", book, {}, NOW)
    assert report.exit_code == 1
    messages = [i.message for i in report.issues if i.level in ("error", "warning") and i.row in (4, 5)]
    assert any(all(word in message for word in words) and cell in message for message in messages), messages
    listed = [str(value) for _, address, value in filled_cells(book, "待改清单") if re.fullmatch(r"D\d+", address)]
    assert any(cell in text for text in listed[1:])

    type_in(book, "响应记录", {cell: remedy})
    again = app.run("validate", book, {}, NOW)
    assert [i.message for i in again.issues if i.row is not None and i.level != "repaired"] == []


def test_an_unhappy_customer_is_reopened_as_the_message_says(tmp_path: Path) -> None:
    book = make_ledger(tmp_path / "台账.xlsx", clean_rows())
    type_in(book, "响应记录", {place(opened(book)["响应记录"], "confirmation", 5): "不满意"})
    report = app.run("validate", book, {}, NOW)
    cell = place(opened(book)["响应记录"], "status", 5)
    said = [i.message for i in report.issues if i.row == 5]
    assert said == [f"“响应记录”{cell} 客户不满意,状态却是“已完成”。按 S002 应重新处理并上报主管,请把状态改为“重开”。"]


def test_a_stop_names_file_place_and_remedy(tmp_path: Path) -> None:
    book = make_ledger(tmp_path / "台账.xlsx", clean_rows())
    loaded = openpyxl.load_workbook(book)  # only tests save by openpyxl
    cell = place(loaded["响应记录"], "urgency", 3)
    loaded["响应记录"][cell] = "等级"
    loaded.save(book)
    with pytest.raises(WorkbookError, match=r"“响应记录”工作表\(标题行第 3 行\)缺少“紧急程度”列。标题行里多出来的有:等级。"):
        app.run("validate", book, {}, NOW)
