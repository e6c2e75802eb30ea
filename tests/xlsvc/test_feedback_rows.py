"""建议反馈类别 and 评语关键词 on 评价记录, and 新词: what is written, what never is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.frames import ledger
from tests.support.ledgers import column_values, make_ledger, typed_cells
from workbook.sheets.comment_words import COMMENT_WORDS
from workbook.sheets.evaluations import EVALUATIONS
from xlsvc.app import run
from xlsvc.feedback_new_words import new_words, update
from xlsvc.feedback_text_rows import COMMENTS, comment_columns
from xlsvc.settings import Settings

NOW = datetime(2024, 5, 10, 12, 0)
RULES = Settings.packaged()


def answer(**cells: Any) -> dict[str, Any]:
    return {"profile": "S002", "receipt": "HZ-1", "evaluated_at": NOW, **cells}


CASES = [
    ({"improvement": "没有推诿,很快解决"}, ("表扬类", "没有推诿、速度快")),
    ({"improvement": "等了三天", "suggestion": "希望增加网点", "event": "师傅很好"}, ("投诉类", "等待时间长、好")),
    ({"improvement": "师傅很好", "suggestion": "建议开通微信预约"}, ("建议类", "好")),
    ({"improvement": "很满意", "suggestion": "洗衣机"}, ("待人工", "满意")),
    ({"improvement": "无", "suggestion": "没有"}, ("", "")),
    ({"improvement": "无", "suggestion": "很满意"}, ("表扬类", "满意")),
    ({}, ("", "")),
    ({"improvement": "等太久", "suggestion": "等了很久"}, ("投诉类", "等待时间长")),
    ({"improvement": "等太久", "feedback_class": "建议类"}, ("", "等待时间长")),
    ({"improvement": "等太久", "feedback_class": "待人工"}, ("投诉类", "等待时间长")),
    ({"explain": "解决:没修好"}, ("投诉类", "没修好")),
    ({"praise_other": "上门准时"}, ("表扬类", "速度快")),
    ({"evaluator_note": "等太久"}, ("", "")),
]


@pytest.mark.parametrize(("cells", "expected"), CASES, ids=[str(n) for n in range(len(CASES))])
def test_an_answer_is_read_from_all_its_comments(cells: dict[str, Any], expected: tuple[str, str]) -> None:
    table = comment_columns(ledger({"evaluations": [answer(**cells)]}), RULES)
    assert tuple(table.loc[4]) == expected


def test_the_columns_are_read_where_the_customer_writes() -> None:
    assert [EVALUATIONS.heading(key) for key in COMMENTS] == [
        "需要改进的地方", "其他建议或需求", "印象最深刻的事件", "评分说明", "其他满意的地方",
    ]  # fmt: skip


def test_empty_and_narrow_sheets_are_read() -> None:
    assert comment_columns(ledger({"evaluations": []}), RULES).empty
    narrow = ledger({"evaluations": []})
    narrow.frames["evaluations"] = pd.DataFrame({"receipt": ["HZ-1"]}, index=[4], dtype=object)  # type: ignore[index]
    assert tuple(comment_columns(narrow, RULES).loc[4]) == ("", "")


UNREAD = ["这次服务真拉胯", "拉胯", "师傅有点拉胯啊", "型号是KFR-35", "空调漏水", "空调漏水"]


def test_words_of_unread_comments_are_proposed_once() -> None:
    found = {word: n for word, n, _ in new_words(UNREAD)}
    assert found["拉胯"] == 3
    assert not set(found) & {"空调", "师傅", "服务"}
    assert "拉胯" not in {word for word, *_ in new_words(UNREAD, ["拉胯"])}
    assert new_words(UNREAD[3:5]) == []
    assert new_words([]) == []


def test_a_word_a_person_classes_is_known_from_then_on(tmp_path: Path) -> None:
    """计算得分 leaves every typed cell; 新词 adds rows with a blank 归类 that change nothing until one is written."""
    answers = [answer(receipt=f"HZ-{n}", improvement=text) for n, text in enumerate([*UNREAD, "很满意", "无"], 1)]
    path = make_ledger(tmp_path / "台账.xlsx", {"evaluations": answers})
    before = typed_cells(path)
    run("score", path, at=NOW)
    assert typed_cells(path) == before
    read = column_values(path, "evaluations", "suggested_feedback")
    assert read[:8] == ["待人工"] * 6 + ["表扬类", None]
    report = run("words", path, at=NOW)
    assert "待人工的评语 6 条" in report.notice
    assert any(line.startswith("拉胯(3 条),如:这次服务真拉胯") for line in report.answers)
    listed = list(zip(*(column_values(path, "options", key) for key in ("vocabulary", "word", "group")), strict=True))
    assert (COMMENT_WORDS, "拉胯", None) in listed
    run("score", path, at=NOW)
    assert column_values(path, "evaluations", "suggested_feedback") == read
    assert "没有反复出现的新词" in run("words", path, at=NOW).notice


def test_without_the_sheets_nothing_is_proposed() -> None:
    assert update(ledger({}), RULES, NOW).append == {}
