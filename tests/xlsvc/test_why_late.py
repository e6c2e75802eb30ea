"""`sla --explain`: the timeline of a ticket, and that each of its sentences stands in the sheet."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.ledgers import make_sample, opened
from tests.xlsvc.test_sla import DOCUMENT_ROWS, ledger, limit, settings_with
from tests.xlsvc.test_status_history import NUMBER, noted, ticket
from workbook.sheets.settings import default_rows
from xlsvc import app, sla
from xlsvc.sample import NOW
from xlsvc.settings import Settings

CODE_WORDS = re.compile(r"[a-z_]{3,}|None|NaT|nan|True|False")


def told(cells: dict[str, Any], rows: list[dict[str, Any]], settings: Settings, now: str) -> list[str]:
    book = ledger({"process_log": [cells], "status_history": rows}, explain=NUMBER)
    return sla.update(book, settings, datetime.fromisoformat(now)).answers


def default_row(clock: str, urgency: str = "") -> int:
    """The row of a new ledger's 设置 with this limit of S003."""
    wanted = (clock, "S003", urgency)
    return next(n for n, r in enumerate(default_rows(), 4) if (r["name"], r.get("profile"), r.get("urgency")) == wanted)


def setting_row(name: str) -> int:
    """The row of a new ledger's 设置 with this setting."""
    return next(n for n, row in enumerate(default_rows(), 4) if row["name"] == name)


def part(lines: list[str], clock: str) -> list[str]:
    """The lines of one clock, without the dot before them."""
    at = next(n for n, line in enumerate(lines) if line.startswith(f"【{clock}】"))
    end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith("【")), len(lines))
    return [line.removeprefix("  · ") for line in lines[at:end]]


def test_a_ticket_that_waited_over_a_holiday_and_is_late() -> None:
    settings = settings_with(limit("解决", 4, "小时", basis="工作时"))
    cells = ticket(accepted_at="2024-04-30 15:00", resolved_at="2024-05-06 15:00", status="已完成")
    rows = noted(("2024-04-30 16:00", "等待备件", ""), ("2024-05-06 10:00", "处理中", ""))
    row = len(settings.targets) and int(settings.targets["row"].max())
    assert part(told(cells, rows, settings, "2024-05-10 09:00"), "解决") == [
        "【解决】超时",
        "从 2024-04-30 15:00 开始计时,取自“受理时间”。",
        f"时限 4 小时,工作时(只算上班时间),按“设置”第 {row} 行“时效 解决 S003 P3”,2024-01-01 起生效。",
        f"工作时段是 09:00-12:00 13:30-18:00(“设置”第 {setting_row('工作时段')} 行)。",
        "2024-04-30 16:00 至 2024-05-06 10:00 暂停计时(“状态流水”第 4、5 行),扣除工作时 3 小时。",
        "期间不计的日子:劳动节 5 天(05-01 至 05-05)。",
        "最迟应在 2024-05-06 14:30 完成。",
        "2024-05-06 15:00 完成,取自“完成时间”,用工作时 4 小时 30 分钟,比截止时间晚工作时 30 分钟,超时。",
    ]


@pytest.mark.parametrize(
    ("cells", "rows", "now", "last"),
    [
        ({"resolved_at": "2024-05-06 13:00"}, [], "2024-05-06 14:00",
         "2024-05-06 13:00 完成,取自“完成时间”,用时 4 小时,正好在截止时间,算达标。"),
        ({"resolved_at": "2024-05-06 12:59"}, [], "2024-05-06 14:00",
         "2024-05-06 12:59 完成,取自“完成时间”,用时 3 小时 59 分钟,比截止时间早 1 分钟,达标。"),
        ({}, [], "2024-05-06 11:00", "到 2024-05-06 11:00 还没有完成(“完成时间”没填),还剩 2 小时,进行中。"),
        ({}, [], "2024-05-06 12:30",
         "到 2024-05-06 12:30 还没有完成(“完成时间”没填),还剩 30 分钟,"
         f"已用去时限的 80% 以上(“设置”第 {setting_row('预警比例')} 行),即将超时。"),
        ({}, [], "2024-05-06 13:01", "到 2024-05-06 13:01 还没有完成(“完成时间”没填),已超过 1 分钟,超时。"),
        ({}, noted(("2024-05-06 10:00", "等待客户", "")), "2024-05-06 20:00",
         "到 2024-05-06 20:00 还没有完成(“完成时间”没填),现在正在等待,时钟停着;还剩 3 小时,进行中。"),
        ({"status": "已完成"}, [], "2024-05-06 14:00", "工单已办结,但“完成时间”没填或读不懂,不知道是否按时,所以无法判定。"),
        ({"resolved_at": "2024-05-06 08:00"}, [], "2024-05-06 14:00",
         "结束时间 2024-05-06 08:00 早于开始时间,其中必有一个写错了,所以无法判定。"),
        ({"accepted_at": None}, [], "2024-05-06 14:00", "“受理时间”没填或读不懂,不知道从何时算起。"),
        ({"accepted_at": "2024-05-07 08:00"}, [], "2024-05-06 14:00", "这个时间还没有到,所以无法判定。"),
        ({"problem_info": "不启动/"}, [], "2024-05-06 14:00",
         "不同紧急程度的时限不同,这张工单的紧急程度没有填或不认识,所以无法判定。"),
    ],
)  # fmt: skip
def test_how_a_clock_ended_or_stands(cells: dict[str, Any], rows: list[Any], now: str, last: str) -> None:
    lines = told(ticket(**cells), rows, settings_with(limit("解决", 4, "小时")), now)
    assert part(lines, "解决")[-1] == last


def test_a_reopened_ticket_says_which_resolution_counts() -> None:
    rows = noted(("2024-05-06 10:00", "已完成", ""), ("2024-05-06 11:00", "重开", ""))
    lines = told(ticket(resolved_at="2024-05-06 12:00", status="已完成"), rows, settings_with(limit("解决", 4, "小时")), "2024-05-06 14:00")
    assert lines[1].endswith(
        f" 2024-05-06 11:00 重开(“状态流水”第 5 行);“重开计时”是 首次解决(“设置”第 {setting_row('重开计时')} 行),解决用时算到第一次解决。"
    )
    assert part(lines, "解决")[-1] == (
        "2024-05-06 10:00 完成,取自“状态流水”,用时 1 小时,比截止时间早 3 小时,达标。"
    )
    assert part(lines, "二次处理")[1:3] == [
        "从 2024-05-06 11:00 开始计时,取自“状态流水”第 5 行的重开。",
        f"时限 24 小时,自然时(不分昼夜),按“设置”第 {default_row('二次处理')} 行“时效 二次处理 S003”。",
    ]


def test_a_consultation_before_a_holiday_counts_working_days() -> None:
    cells = ticket(problem_info="怎么用/咨询", accepted_at="2024-04-26 17:50", resolved_at="2024-04-28 18:00")
    assert part(told(cells, [], settings_with(), "2024-05-10 09:00"), "解决")[1:] == [
        "从 2024-04-26 17:50 开始计时,取自“受理时间”。",
        f"时限 1 个工作日,按“设置”第 {default_row('解决', 'P4')} 行“时效 解决 S003 P4”。",
        "受理当天不算,从下一个工作日数起,到最后一个工作日下班为止。",
        "期间不计的日子:周末 1 天(04-27)。",
        "期间照常计时的日子:补班 1 天(04-28)。",
        "最迟应在 2024-04-28 18:00 完成。",
        "2024-04-28 18:00 完成,取自“完成时间”,用时 48 小时 10 分钟,正好在截止时间,算达标。",
    ]


def test_work_done_in_a_holiday_is_not_called_very_fast() -> None:
    settings = settings_with(limit("首次响应", 30, "分钟", urgency="P2", basis="工作时"))
    book = ledger(DOCUMENT_ROWS, explain="sn20240501001")
    lines = part(sla.update(book, settings, datetime(2024, 5, 10)).answers, "首次响应")
    assert "开始时不在工作时段,实际从 2024-05-06 09:00 起算。" in lines
    assert "用工作时 0 分钟(开始到完成都不在工作时段,不是办得特别快)" in lines[-1]


def test_a_number_that_no_log_has() -> None:
    book = ledger({"process_log": [ticket()]}, explain="SN1")
    assert sla.update(book, settings_with(), datetime(2024, 5, 10)).answers == [
        "没有找到工单“SN1”。请核对工单号;刚登记的工单请先点“一键更新”编号。"
    ]


def test_each_sentence_about_the_sample_stands_in_the_sheet(tmp_path: Path) -> None:
    """Cells are looked up in the saved file: starts, ends, due times and statuses under their headings, rows of 设置."""
    path = tmp_path / "示例.xlsx"
    make_sample(path)
    app.run("update", path, {}, NOW)
    book = opened(path)
    checked = 0
    rules = book["设置"]
    for title, heading in (("响应记录", "工单号"), ("流程记录", "工单号")):
        tab = book[title]
        heads = {str(c.value).replace(" ", ""): c.column_letter for c in tab[3]}
        for row in (*range(4, 12), 40, 77, 95):
            number = tab[f"{heads[heading]}{row}"].value
            lines = app.run("sla", path, {"explain": number}, NOW).answers
            assert not CODE_WORDS.search(" ".join(lines)), lines
            for line in lines:
                for name, cell in re.findall(r"“([^”]+)”\(?([A-Z]+\d+)", line):
                    assert heads[name] + str(row) == cell, line
                for at, cell in re.findall(r"最迟应在 ([\d: -]+) 完成\((\w+)\)", line):
                    assert _shown(tab[cell].value) == at, line
                    checked += 1
                for at, cell in re.findall(r"从 ([\d: -]+) 开始计时,取自“受理时间”\((\w+)\)", line):
                    value = tab[cell].value
                    assert not isinstance(value, datetime) or _shown(value) == at, line
                for word, cell in re.findall(r"^【[^】]+】(\S+?)\((\w+)\)", line):
                    assert tab[cell].value == word, line
                for word, cell in re.findall(r"时效状态 (\S+?)\((\w+)\)", line):
                    assert tab[cell].value == word, line
                for amount, place, words in re.findall(r"时限 (\S+) .+按“设置”第 (\d+) 行“时效 ([^”]+)”", line):
                    assert rules[f"B{place}"].value == words.split()[0], line
                    assert f"{rules[f'F{place}'].value:g}" == amount, line
    assert checked > 20


def _shown(value: Any) -> str:
    stamp = value if isinstance(value, datetime) else datetime(1899, 12, 30)
    return f"{stamp:%Y-%m-%d %H:%M}"
