"""定稿导出 as a handler: which week, which file names, what is said; and the words of a report as they go out."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from workbook.foreign_tables import ForeignTab
from workbook.new_files import NewFile
from xlsvc import freeze
from xlsvc.freeze_state import mark_of
from xlsvc.freeze_words import Hidden, outside_name
from xlsvc.outcome import Outcome
from xlsvc.settings import Settings

from .documents import PROCESS_ROWS, ledger

NOW = datetime(2024, 5, 6, 9, 0)
MONDAY = datetime(2024, 4, 29)


def run(now: datetime = NOW, there: frozenset[str] = frozenset(), frozen: str = "", **options: Any) -> Outcome:
    made = SimpleNamespace(report=lambda report: b"a workbook")
    rows = {"process_log": PROCESS_ROWS}
    given = {"names_in": lambda folder: there, "frozen_mark": lambda title: frozen, "form_templates": made, **options}
    return freeze.update(replace(ledger(rows), options=given), Settings.packaged(), now)


@pytest.mark.parametrize(
    ("now", "week", "tab"),
    [
        (NOW, None, "周报 2024-W18"),
        (datetime(2024, 5, 12, 23, 59), None, "周报 2024-W18"),
        (datetime(2024, 5, 13), None, "周报 2024-W19"),
        (datetime(2027, 1, 5), None, "周报 2026-W53"),
        (NOW, "2024-W16", "周报 2024-W16"),
        (NOW, "2024-W19", "周报 2024-W19"),
    ],
)
def test_the_week_is_the_last_one_that_is_over_unless_told(now: datetime, week: str | None, tab: str) -> None:
    outcome = run(now, week=week)
    assert [(t.name, t.fixed) for t in outcome.tabs] == [(tab, True)]
    stem = tab.replace("周报 ", "售后周报_")
    assert [f.file for f in outcome.files] == [f"{stem}.xlsx", f"{stem}.eml"]
    over = "freeze.not_over" not in [i.code for i in outcome.issues]
    assert over is (week != "2024-W19")


@pytest.mark.parametrize(
    ("there", "name"),
    [
        ((), "售后周报_2024-W18"),
        (("售后周报_2024-W17.xlsx",), "售后周报_2024-W18"),
        (("售后周报_2024-W18.xlsx",), "售后周报_2024-W18 (2)"),
        (("售后周报_2024-W18.eml",), "售后周报_2024-W18 (2)"),
        (("售后周报_2024-w18.XLSX", "售后周报_2024-W18 (2).eml"), "售后周报_2024-W18 (3)"),
    ],
)
def test_a_file_that_stands_there_is_never_written_over(there: tuple[str, ...], name: str) -> None:
    assert [f.file for f in run(there=frozenset(there)).files] == [f"{name}.xlsx", f"{name}.eml"]


def test_a_frozen_week_is_left_alone() -> None:
    outcome = run(frozen="2024-05-06 08:00", there=frozenset({"售后周报_2024-W18 (2).xlsx"}))
    assert (outcome.tabs, outcome.files, outcome.columns, outcome.activate) == ([], [], {}, "周报 2024-W18")
    outcome = run(frozen="2024-05-06 08:00")
    assert (outcome.tabs, outcome.columns) == ([], {})
    assert [f.file for f in outcome.files] == ["售后周报_2024-W18.xlsx", "售后周报_2024-W18.eml"]
    assert [i.code for i in outcome.issues] == ["freeze.file_gone", "freeze.no_recipient"]


def test_without_recipients_the_draft_is_made_and_it_is_said() -> None:
    outcome = run()
    assert "freeze.no_recipient" in [i.code for i in outcome.issues]
    assert outcome.notice == "“周报 2024-W18”已定稿,数字不再变;可外发的“售后周报_2024-W18.xlsx”和邮件草稿(没有寄出)已做好。"
    _, draft = outcome.files
    assert isinstance(draft, NewFile)
    assert not isinstance(draft.content, bytes)
    message = email.message_from_bytes(draft.content(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert (message["To"], message["Cc"], message["X-Unsent"]) == (None, None, "1")
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("售后周报_2024-W18.xlsx", b"a workbook")


def test_the_mail_of_a_week_without_answers_says_so() -> None:
    _, draft = run(week="2024-W10").files
    assert isinstance(draft, NewFile)
    assert not isinstance(draft.content, bytes)
    message = email.message_from_bytes(draft.content(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body()
    assert body is not None
    text = body.get_content()
    assert "首次响应达标率 —(n=0)" in text
    assert "综合得分 —(n=0)" in text


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (("售后服务周报 2024-W18", "草稿"), ""),
        (("售后服务周报 2024-W18(2024-05-06 09:00 定稿)",), "2024-05-06 09:00"),
        (("五月第一周", "定稿", "定稿 2024-05-06 09:00"), "2024-05-06 09:00"),
        (("售后服务周报 2024-W18", "定稿"), ""),
        (("见 定稿 2024-05-06 09:00 的那份",), ""),
        ((1.0, None, True), ""),
    ],
)
def test_a_tab_says_by_itself_that_it_is_frozen(cells: tuple[Any, ...], mark: str) -> None:
    assert mark_of(ForeignTab.of_rows("周报 2024-W18", [cells])) == mark
    assert mark_of(ForeignTab.of_rows("周报 2024-W18", [()] * 30 + [cells])) == ""


HIDDEN = Hidden(frozenset({"王小丽", "赵六"}), frozenset({"SN20240501001", "C202405001"}), frozenset({"138****1234", "13800001234"}))


@pytest.mark.parametrize(
    ("cell", "text", "shown"),
    [
        ("关注1_客户", "*张女士", "张**"), ("关注1_客户", "王**", "王**"), ("关注1_客户", "—", "—"),
        ("关注1_工单", "SN20240501001", "尾号001"), ("关注1_工单", "没有超时未结的工单", "没有超时未结的工单"),
        ("跟进1_对象", "SN20240501001", "尾号001"), ("查看_类型", "看响应记录 →", ""), ("原声1_出处", "评价记录 第5行", ""),
        ("关注1_责任人", "赵六", "赵六"), ("人员1_名称", "赵六", "赵六"), ("类型1_名称", "维修", "维修"),
        ("结论1", "最久的是 SN20240501001(李工),王小丽在等", "最久的是 尾号001(李工),***在等"),
        ("", "请回 13800001234 或 138****1234", "请回 *** 或 ***"), ("", "又是 13911112222", "又是 ***"),
        ("", "地点是深圳市南山区科技路88号,邮箱 zhao@example.com,微信号 wx_zhao88", "***,邮箱 ***,微信号 ***"),
        ("措施1_措施", "给赵六换货", "给***换货"), ("措施1_责任", "赵六", "赵六"), ("", "2024-05-06 前办完 3 件", "2024-05-06 前办完 3 件"),
    ],
)  # fmt: skip
def test_words_that_go_out_name_nobody(cell: str, text: str, shown: str) -> None:
    assert HIDDEN.shown(cell, text) == shown


def test_what_is_hidden_is_what_the_ledger_knows() -> None:
    rows = [
        {"ticket": "SN20240501001", "customer": "王小丽", "contact": "13800001234", "accepted_at": MONDAY},
        {"ticket": "SN20240501002", "customer": "*女士", "contact": "139", "accepted_at": MONDAY},
        {"ticket": "SN20240501003", "customer": "李工", "contact": "", "accepted_at": MONDAY + timedelta(days=1)},
    ]
    people = replace(Settings.packaged(), people=pd.DataFrame({"name": ["李工"], "department": ["技术部"], "phone": [""]}))
    hidden = Hidden.of(ledger({"response_log": rows}), people)
    assert hidden.names == {"王小丽"}
    assert hidden.numbers == {"SN20240501001", "SN20240501002", "SN20240501003"}
    assert hidden.contacts == {"13800001234"}


@pytest.mark.parametrize(("name", "shown"), [("王小丽", "王**"), ("*张女士", "张**"), ("", ""), ("—", "—"), ("欧阳女士", "欧**")])
def test_a_name_goes_out_by_its_first_character(name: str, shown: str) -> None:
    assert outside_name(name) == shown
