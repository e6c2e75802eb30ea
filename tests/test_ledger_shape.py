"""Columns renamed or deleted, rows typed outside the table: never lost in silence, whatever the command."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.ledgers import NOW, make_ledger, opened
from tests.test_seeded_faults import clean_rows
from workbook.issues import WorkbookError
from workbook.package.opc import Package
from workbook.schema import Sheet
from workbook.sheets import BY_KEY, SHEETS
from xlsvc import app
from xlsvc.commands import COMMANDS, RULES

SIX = 6  # tickets of clean_rows
WEEK = {"week": "2024-W15"}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return make_ledger(tmp_path / "台账.xlsx", clean_rows())


def letter_of(tab: Worksheet, heading: str) -> str:
    return next(str(cell.column_letter) for cell in tab[3] if cell.value == heading)


def edit(path: Path, title: str, change: Callable[[Worksheet], None]) -> None:
    book = openpyxl.load_workbook(path)
    change(book[title])
    book.save(path)


def rename(path: Path, title: str, **headings: str) -> None:
    """New headings put into the package's text, which takes a tenth of the time of a load and a save."""
    package = Package.open(path)
    entry = package.sheet(title)
    assert entry is not None
    order = next(sheet for sheet in SHEETS if sheet.title == title).headings()
    text = package.read(entry.part)
    for old, new in headings.items():
        at = f"{get_column_letter(order.index(old) + 1)}3".encode()
        cell = b'<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' % (at, new.encode())
        text, count = re.subn(rb'<c r="%s"[^>]*>.*?</c>' % at, cell, text, count=1)
        assert count == 1, old
    package.write(entry.part, text)
    package.save(path)


def messages(report: app.Report, *codes: str) -> list[str]:
    return [i.message for i in report.issues if i.code in codes]


NEEDED = [(s, c.heading) for s in SHEETS for c in s.columns if c.needed]


def test_what_a_ticket_cannot_do_without() -> None:
    named = {(s.key, h) for s, h in NEEDED}
    log = {"工单号", "受理时间", "首次响应时间", "状态"}
    assert {h for key, h in named if key == "response_log"} == log
    assert {h for key, h in named if key == "process_log"} == {"状态"}, "the document has the others"
    for key in ("response_log", "process_log"):
        for fact in ("ticket", "accepted_at", "responded_at", "resolved_at", "status"):
            assert BY_KEY[key][fact].indispensable


@pytest.mark.parametrize(("sheet", "heading"), NEEDED, ids=[f"{s.key}-{h}" for s, h in NEEDED])
def test_a_needed_heading_that_was_renamed_stops_the_command(
    sheet: Sheet, heading: str, ledger: Path
) -> None:
    readers = [c.id for c in COMMANDS if sheet.key in c.reads and c.id != "import"]
    command = "summary" if "summary" in readers else ([*readers, "forms"] if sheet.key not in RULES else ["forms"])[0]
    rename(ledger, sheet.title, **{heading: "收单时间"})
    before = ledger.read_bytes()
    with pytest.raises(WorkbookError) as stopped:
        app.run(command, ledger, WEEK if command == "summary" else {}, NOW)
    assert str(stopped.value) == (
        f"“{sheet.title}”工作表(标题行第 3 行)缺少“{heading}”列。标题行里多出来的有:收单时间。"
        f"若就是这一列,请把标题改回“{heading}”;若不是,请把该标题加回标题行。"
    )
    assert ledger.read_bytes() == before


@pytest.mark.parametrize("command", ["validate", "update", "sla", "summary"])
def test_other_headings_that_are_gone_are_told_once_a_sheet(command: str, ledger: Path) -> None:
    rename(ledger, "响应记录", 渠道="来路", 费用="花费")
    rename(ledger, "流程记录", 渠道="来路")
    report = app.run(command, ledger, WEEK if command == "summary" else {}, NOW)
    assert messages(report, "heading.absent") == [
        "“响应记录”的标题行里没有“渠道”“费用”列,这几列按空白处理。标题行里多出来的有:来路、花费。请把标题改回原样或加回标题行。",
        "“流程记录”的标题行里没有“渠道”列,这一列按空白处理。标题行里多出来的有:来路。请把标题改回原样或加回标题行。",
    ]
    assert report.exit_code == 1


def test_a_heading_of_the_users_own_is_no_matter(ledger: Path) -> None:
    report = app.run("validate", ledger, {}, NOW)
    assert messages(report, "heading.absent", "row.beyond", "heading.not_written") == []


def test_results_that_found_no_column_are_told_by_sheet(ledger: Path) -> None:
    rename(ledger, "响应记录", 时效状态="时效")
    report = app.run("sla", ledger, {}, NOW)
    assert messages(report, "heading.not_written", "tab.name_missing") == [
        "“响应记录”缺少“时效状态”列,这一列的结果没有写入。请把标题加回标题行。"
    ]
    rename(ledger, "响应记录", 解决状态="状态二")
    report = app.run("sla", ledger, {}, NOW)
    (text,) = messages(report, "heading.not_written")
    assert text.startswith("“响应记录”缺少“时效状态”“解决状态”列,这几列的结果没有写入。")


def test_an_issued_column_that_is_gone_is_told_once(ledger: Path) -> None:
    answer = {"evaluated_at": datetime(2024, 5, 2, 10), "profile": "S002 客户满意度调查表", "response": 5,
              "resolution": 4, "attitude": 5, "expertise": 4}  # fmt: skip
    make_ledger(ledger, {**clean_rows(), "evaluations": [answer]})
    rename(ledger, "评价记录", 回执码="回执")
    report = app.run("validate", ledger, {}, NOW)
    assert [i.code for i in report.issues if i.code.startswith("heading.")] == ["heading.absent"]


def beyond(tab: Worksheet, *rows: int) -> None:
    """Puts a complete ticket into these rows, a copy of row 4 with a number of its own."""
    for row in rows:
        for cell in tab[4]:
            tab.cell(row, cell.column, cell.value)
        tab[f"{letter_of(tab, '工单号')}{row}"] = f"SN202404{row:02d}009"


@pytest.mark.parametrize("command", ["validate", "update", "sla", "score", "summary"])
def test_a_ticket_typed_behind_a_gap_is_told_of(command: str, ledger: Path) -> None:
    edit(ledger, "响应记录", lambda tab: beyond(tab, SIX + 5))
    report = app.run(command, ledger, WEEK if command == "summary" else {}, NOW)
    assert messages(report, "row.beyond") == [
        "“响应记录”第 11 行写在表格下面、隔了空行,没有计入。请移到表格最后一行之下,中间不留空行。"
    ]
    assert report.exit_code == 1


def test_it_stands_on_the_issue_list_with_a_link(ledger: Path) -> None:
    edit(ledger, "响应记录", lambda tab: beyond(tab, 11, 13))
    app.run("validate", ledger, {}, NOW)
    rows = [[c.value for c in row] for row in opened(ledger)["待改清单"].iter_rows(min_row=4)]
    (line,) = [row for row in rows if "写在表格下面" in str(row[6])]
    assert line[1:4] == ["提示", "响应记录", '=HYPERLINK("#\'响应记录\'!A11","第11行")']
    assert "“响应记录”第 11、13 行写在表格下面" in str(line[6])


def test_many_rows_are_counted(ledger: Path) -> None:
    edit(ledger, "响应记录", lambda tab: beyond(tab, *range(20, 31)))
    (text,) = messages(app.run("sla", ledger, {}, NOW), "row.beyond")
    assert text.startswith("“响应记录”第 20、21、22、23、24、25、26、27 行等 11 行写在")


def test_moved_up_it_counts(ledger: Path) -> None:
    edit(ledger, "响应记录", lambda tab: beyond(tab, SIX + 4))
    report = app.run("validate", ledger, {}, NOW)
    assert messages(report, "row.beyond") == []
    assert report.counts["检查行数"] == SIX + 1 + SIX  # and the customers' answers


def test_a_renamed_tab_is_named(ledger: Path) -> None:
    edit(ledger, "响应记录", lambda tab: setattr(tab, "title", "响应"))
    with pytest.raises(WorkbookError, match="如果是“响应”这张表改过名,请改回“响应记录”"):
        app.run("validate", ledger, {}, NOW)
