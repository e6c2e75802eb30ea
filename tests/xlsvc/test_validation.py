"""校验 as a whole: one telling per finding, 数据问题, issued numbers, 待改清单."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from workbook.book import Link
from workbook.issues import Issue
from workbook.sheets import BY_KEY
from xlsvc import validation
from xlsvc.outcome import Ledger, Outcome
from xlsvc.settings import Settings
from xlsvc.validation import update

from .documents import DOCUMENTS, ledger

NOW = datetime(2024, 5, 6, 9)
AT = datetime(2024, 5, 5, 9)
WHOLE = {"customer": "王女士", "contact": "13812345678", "problem": "不启动", "urgency": "一般", "accepted_at": AT,
         "ticket": "A-1"}  # fmt: skip


def run(rows: dict[str, Any], **options: Any) -> Outcome:
    return update(ledger(rows, **options), Settings.packaged(), NOW)


def address(sheet: str, column: str, row: int) -> str:
    """Letters as in a new workbook; the application looks them up in what it read."""
    from openpyxl.utils import get_column_letter

    found = BY_KEY[sheet].find(column)
    return f"{get_column_letter(BY_KEY[sheet].columns.index(found) + 1)}{row}" if found else ""


def test_the_documents_rows() -> None:
    outcome = run(dict(DOCUMENTS), addresses=address)
    assert outcome.counts == {
        "检查行数": 8,
        "需改": 0,
        "提示": 7,
        "已读作": 15,
        "新编工单号": 2,
        "新编回执码": 0,
    }
    assert outcome.notice == ("已校验 8 行:提示 7 处、已读作 15 处,新编工单号 2 个。详见“待改清单”。")
    assert outcome.show == ["待改清单"]
    response = outcome.columns["response_log"]
    assert response["issues"].tolist() == [
        "【联系方式*】脱敏残缺;缺【受理时间】;【实际解决时间】读作 2024-03-15 14:00",
        "【联系方式*】号码残缺;缺【受理时间】;【实际解决时间】读作 2024-03-15 10:30",
    ]
    assert response["ticket"].tolist() == ["SN20240506001", "SN20240506002"]
    process = outcome.columns["process_log"]
    assert "ticket" not in process, "nothing to issue"
    assert process["issues"][4].startswith(
        "【客户信息(姓名/联系方式)】缺联系方式;【受理时间】读作 2024-05-01 09:00"
    )
    assert [i.level for i in outcome.issues] == ["warning"] * 7 + ["repaired"] * 15
    survey = next(i for i in outcome.issues if i.code == "duty.survey")
    assert survey.message == (
        "“流程记录”有 2 张工单解决后过了期限还没有发出满意度调查(第 4、5 行)。"
        "请点“生成表单”发出;已经问过的请登记到“评价记录”。"
    )
    glued = next(i for i in outcome.issues if i.values.get("old") == "2024-03-1514:00")
    assert (glued.level, glued.cell, glued.values["new"]) == ("repaired", "J4", "2024-03-15 14:00")


def test_the_list_is_ordered_and_linked() -> None:
    rows = {
        "process_log": [{"ticket": "B-1", "customer_info": "*女士/", "problem_info": "不启动/紧急", "accepted_at": AT,
                         "responded_at": "09:30"}],
        "response_log": [WHOLE, {**WHOLE, "urgency": ""}],
    }  # fmt: skip
    frame = run(rows, addresses=address).replace["issue_list"]
    assert list(frame.columns) == [c.key for c in BY_KEY["issue_list"].columns]
    assert frame[["no", "level", "sheet", "cell", "column", "ticket", "old", "new"]].values.tolist() == [
        [1, "需改", "响应记录", Link("响应记录", "M4", "M4"), "工单号", "A-1", "", ""],
        [2, "需改", "响应记录", Link("响应记录", "G5", "G5"), "紧急程度", "A-1", "", ""],
        [3, "需改", "响应记录", Link("响应记录", "M5", "M5"), "工单号", "A-1", "", ""],
        [4, "提示", "流程记录", Link("流程记录", "B4", "B4"), "客户信息(姓名/联系方式)", "B-1", "", ""],
        [
            5,
            "已读作",
            "流程记录",
            Link("流程记录", "F4", "F4"),
            "响应时间",
            "B-1",
            "09:30",
            "2024-05-05 09:30",
        ],
    ]
    assert frame["message"][1] == "“响应记录”G5 没有填“紧急程度”,时效无法判定。请补填一般、紧急、特急或咨询。"


def test_without_addresses_the_link_leads_to_the_row() -> None:
    frame = run({"response_log": [{**WHOLE, "urgency": ""}]}).replace["issue_list"]
    assert frame["cell"].tolist() == [Link("响应记录", "A4", "第4行")]
    assert frame["message"].tolist() == [
        "“响应记录”第 4 行 没有填“紧急程度”,时效无法判定。请补填一般、紧急、特急或咨询。"
    ]


def test_nothing_wrong() -> None:
    outcome = run({"response_log": [WHOLE]})
    assert outcome.notice == "已校验 1 行,没有发现问题。"
    assert outcome.columns["response_log"]["issues"].tolist() == [""], "what stood there is cleared"
    assert outcome.replace["issue_list"].empty
    assert outcome.show == []


def test_repaired_alone_shows_no_list() -> None:
    outcome = run({"response_log": [{**WHOLE, "accepted_at": "2024-05-0509:00"}]})
    assert outcome.show == []
    assert outcome.notice == "已校验 1 行:已读作 1 处。详见“待改清单”。"


def test_a_finding_is_told_once() -> None:
    issue = Issue("row.required", "响应记录", 4, "紧急程度")
    book = ledger({"response_log": [{**WHOLE, "urgency": ""}]})
    outcome = update(Ledger(book.frames, (*book.issues, issue, issue)), Settings.packaged(), NOW)
    assert [i.code for i in outcome.issues] == ["row.required"]
    assert outcome.columns["response_log"]["issues"].tolist() == ["缺【紧急程度】"]


def test_forty_rows_lacking_the_same_cell_are_one_line_of_advice() -> None:
    rows = [{**WHOLE, "ticket": f"A-{n}", "urgency": "" if n < 40 else "一般"} for n in range(45)]
    outcome = run({"response_log": rows})
    assert outcome.notice == (
        "已校验 45 行:需改 40 处。详见“待改清单”。 "
        "“响应记录”有 40 行没有填“紧急程度”(第 4 行起)。请用筛选列出该列的空白,一次补齐。"
    )
    assert outcome.columns["response_log"]["issues"].tolist() == ["缺【紧急程度】"] * 40 + [""] * 5


def test_a_long_list_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "LIST_LIMIT", 3)
    outcome = run({"response_log": [{**WHOLE, "ticket": f"A-{n}", "urgency": ""} for n in range(5)]})
    frame = outcome.replace["issue_list"]
    assert len(frame) == 4
    assert frame["message"].iloc[-1] == "“待改清单”只列前 3 条,还有 2 条没有列出。请先改完再校验一次。"
    assert outcome.notice.endswith(frame["message"].iloc[-1])
    assert len(outcome.issues) == 5


def test_issued_numbers_stand_in_the_list_and_are_issued_once() -> None:
    scores = {"response": 5, "resolution": 5, "attitude": 5, "expertise": 5}
    rows: dict[str, Any] = {
        "response_log": [{**WHOLE, "ticket": "", "urgency": ""}],
        "evaluations": [{"profile": "S002 客户满意度调查表", "evaluated_at": AT, **scores}],
    }
    first = run(rows)
    assert first.columns["response_log"]["ticket"].tolist() == ["SN20240505001"]
    assert first.columns["evaluations"]["receipt"].tolist() == ["R20240505001"]
    assert first.replace["issue_list"]["ticket"].tolist() == ["SN20240505001"]
    rows["response_log"][0]["ticket"] = "SN20240505001"
    rows["evaluations"][0]["receipt"] = "R20240505001"
    second = run(rows)
    assert "ticket" not in second.columns["response_log"]
    assert second.replace["issue_list"].equals(first.replace["issue_list"])


def test_twice_gives_the_same() -> None:
    first, second = run(dict(DOCUMENTS)), run(dict(DOCUMENTS))
    assert first.notice == second.notice
    assert all(first.columns[k].equals(second.columns[k]) for k in first.columns)
    assert first.replace["issue_list"].equals(second.replace["issue_list"])


def test_every_sheet_with_the_column_gets_it() -> None:
    outcome = run({**DOCUMENTS, "evaluations": [], "suggestion_tracker": [{"suggestion": "增加备件"}]})
    assert set(outcome.columns) == {
        "response_log", "process_log", "evaluations", "quality_assessment", "suggestion_tracker",
    }  # fmt: skip
    assert outcome.columns["suggestion_tracker"]["number"].tolist() == ["G20240506001"]


def test_an_empty_ledger() -> None:
    outcome = run({})
    assert outcome.notice == "已校验 0 行,没有发现问题。"
    assert outcome.columns == {}
