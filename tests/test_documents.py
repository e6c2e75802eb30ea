"""The documents' own rows through every command: the oracles of the requirements, and no typed cell changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.support.ledgers import NOW, column_values, document_rows, make_ledger, typed_cells
from workbook.issues import WorkbookError
from xlsvc import app

COMMANDS = ("validate", "sla", "score", "update", "forms", "summary")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return make_ledger(tmp_path / "台账.xlsx", document_rows())


def test_no_command_changes_a_typed_cell(ledger: Path) -> None:
    before = typed_cells(ledger)
    assert len(before) > 100
    for command in COMMANDS:
        app.run(command, ledger, {"week": "2024-W18", "profile": "S002", "ticket": []}, NOW)
        after = typed_cells(ledger)
        changed = {place: (before[place], after.get(place)) for place in before if after.get(place) != before[place]}
        assert changed == {}, command
        added = {place for place in after if place not in before}
        issued = {"响应记录", "表单台账", "评价记录", "改进跟踪"}  # numbers given where the cell was blank
        assert {title for title, _ in added} <= issued, command


def test_statuses_of_the_documents_rows(ledger: Path) -> None:
    app.run("sla", ledger, {}, NOW)
    process = {key: column_values(ledger, "process_log", key)[:2] for key in (
        "response_status", "response_minutes", "dispatch_status", "resolution_status", "sla_status")}  # fmt: skip
    assert process["response_status"] == ["达标", "达标"]
    assert process["response_minutes"] == [30, 30]
    assert process["dispatch_status"][0] == "无法判定"
    assert process["resolution_status"][0] == "无时限"
    assert process["sla_status"] == ["达标", "达标"]
    assert column_values(ledger, "response_log", "sla_status")[:2] == ["无法判定", "无法判定"]


def test_repaired_and_truncated_cells_are_listed(ledger: Path) -> None:
    report = app.run("validate", ledger, {}, NOW)
    listed = {(i.sheet, i.cell): i for i in report.issues if i.cell}
    repaired = [i for i in report.issues if i.level == "repaired" and i.values.get("old") == "2024-03-1514:00"]
    assert [(i.sheet, i.column) for i in repaired] == [("响应记录", "实际解决时间")]
    assert "2024-03-15 14:00" in repaired[0].message
    assert listed["响应记录", "C4"].level in ("warning", "error")
    assert "脱敏残缺" in column_values(ledger, "response_log", "issues")[0]
    assert column_values(ledger, "response_log", "contact")[:2] == ["1385678", "139"]
    assert report.exit_code == 1


def test_an_ambiguous_time_is_asked_and_left_alone(tmp_path: Path) -> None:
    rows = document_rows()
    rows["process_log"][0]["resolved_at"] = "2024-03-114:00"
    ledger = make_ledger(tmp_path / "台账.xlsx", rows)
    report = app.run("update", ledger, {}, NOW)
    asked = [i for i in report.issues if i.sheet == "流程记录" and i.column == "完成时间" and i.row == 4]
    assert asked
    assert any("2024-03-114:00" in i.message and i.level != "repaired" for i in asked)
    assert column_values(ledger, "process_log", "resolved_at")[0] == "2024-03-114:00"


def test_scores_of_the_documents_rows(ledger: Path) -> None:
    app.run("score", ledger, {}, NOW)
    assert column_values(ledger, "quality_assessment", "composite")[:4] == [4.45] * 4


@pytest.mark.parametrize("command", COMMANDS)
def test_a_second_run_changes_nothing(ledger: Path, command: str) -> None:
    options = {"week": "2024-W18", "profile": "S002", "ticket": ["SN20240501001"]}
    app.run(command, ledger, options, NOW)
    first = ledger.read_bytes()
    report = app.run(command, ledger, options, NOW)
    assert ledger.read_bytes() == first, f"{command} wrote again"
    assert report.saved == ""


def test_a_holiday_ticket_keeps_natural_time(ledger: Path) -> None:
    app.run("sla", ledger, {}, NOW)
    assert column_values(ledger, "process_log", "stat_start")[0] == datetime(2024, 5, 1, 9, 0)


def test_a_due_date_in_a_year_without_a_calendar_says_so_in_the_sheet(tmp_path: Path) -> None:
    """A16: 1 working day from 2026-12-31 ends in 2027, whose holidays nobody has published."""
    ticket = {"ticket": "SN20261231001", "customer_info": "王女士/010-5678", "problem_info": "怎么设置/咨询",
              "accepted_at": datetime(2026, 12, 31, 9, 0), "owner": "李工"}  # fmt: skip
    ledger = make_ledger(tmp_path / "台账.xlsx", {"process_log": [ticket]})
    report = app.run("update", ledger, {}, datetime(2026, 12, 31, 10, 0))
    assert column_values(ledger, "process_log", "resolution_due")[0] == datetime(2027, 1, 1, 18, 0)
    assert "【解决截止】2027年放假未发布" in column_values(ledger, "process_log", "issues")[0]
    said = [i for i in report.issues if "未发布" in i.message]
    assert [i.message for i in said] == [
        "“流程记录”第 4 行的“解决截止”2027-01-01 18:00:2027 年的放假安排未发布,按周末估算。公布后请登记到“假期”表。"
    ]
    report = app.run("sla", ledger, {}, datetime(2026, 12, 31, 10, 0))
    assert any("2027 年的放假安排未发布" in i.message for i in report.issues)


def test_a_bad_row_of_the_rules_is_told_by_every_command(tmp_path: Path) -> None:
    """A holiday that cannot be read does not stop 更新时效, but it went by that sheet and says so, once."""
    rows = {**document_rows(), "holidays": [{"day": "五一", "day_kind": "休息"}]}
    ledger = make_ledger(tmp_path / "台账.xlsx", rows)
    for command in ("sla", "score", "update", "validate"):
        report = app.run(command, ledger, {}, NOW)
        told = [(i.cell, i.level) for i in report.issues if i.sheet == "假期"]
        assert told == [("A4", "error")], command


def test_a_new_ledger_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app.new(tmp_path / "好.xlsx", "response")
    assert [p.name for p in tmp_path.iterdir()] == ["好.xlsx"]
    write = Path.write_bytes

    def half(self: Path, data: bytes) -> int:
        write(self, data[:100])
        raise OSError(28, "no space")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(WorkbookError, match=r"“坏\.xlsx”写不进去"):
        app.new(tmp_path / "坏.xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["好.xlsx"]
