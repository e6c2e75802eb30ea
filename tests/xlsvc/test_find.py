"""查工单: what is found by which words, and how it is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.support.frames import ledger
from workbook.issues import WorkbookError
from xlsvc.find import update
from xlsvc.outcome import Outcome
from xlsvc.settings import Settings

NOW = datetime(2024, 5, 6, 9, 0)
ROWS: dict[str, list[dict[str, Any]]] = {
    "response_log": [
        {"ticket": "SN20240315001", "customer": "*张女士", "contact": "1385678", "customer_type": "老客户",
         "problem": "收到的产品存在划痕,要求更换", "problem_type": "产品质量", "urgency": "一般",
         "owner": "技术部*李工", "resolved_at": "2024-03-15 14:00", "confirmation": "同意"},
        {"ticket": "SN20240315002", "customer": "*王先生", "contact": "139", "problem": "咨询会员权益使用规则",
         "urgency": "紧急", "owner": "客服部*刘主管", "accepted_at": "2024-03-15 08:00",
         "resolved_at": "2024-03-15 10:30", "status": "已完成"},
        {"ticket": "SN20240502009", "customer": "李女士", "contact": "138****9912", "problem": "漏水", "urgency": "一般",
         "accepted_at": "2024-05-02 08:00"},
    ],
    "process_log": [
        {"ticket": "SN20240501001", "customer_info": "*女士/010-5678", "problem_info": "不启动/紧急",
         "accepted_at": "2024-05-01 09:00", "responded_at": "2024-05-01 09:30", "owner": "张工",
         "resolved_at": "2024-05-01 11:30"},
    ],
    "evaluations": [
        {"receipt": "AAAA-0001", "ticket": "SN20240501001", "profile": "S002 客户满意度调查表",
         "evaluated_at": "2024-05-01 18:00", "response": 3, "resolution": 3, "attitude": 3, "expertise": 3},
        {"receipt": "AAAA-0002", "ticket": "SN20240501001", "profile": "S002 客户满意度调查表",
         "evaluated_at": "2024-05-02 18:00", "response": 5, "resolution": 4, "attitude": 5, "expertise": 4,
         "improvement": "备件太慢"},
        {"receipt": "AAAA-0003", "customer": "赵先生", "contact": "13700004321", "profile": "S002 客户满意度调查表",
         "evaluated_at": "2024-05-03 10:00", "response": 4, "resolution": 4, "attitude": 4, "expertise": 4},
    ],
}  # fmt: skip


def find(text: str, rows: dict[str, list[dict[str, Any]]] = ROWS) -> Outcome:
    return update(ledger(rows, {"text": text}), Settings.packaged(), NOW)


def places(outcome: Outcome) -> list[str]:
    """Where the matches stand, as "流程记录 4"."""
    if outcome.counts["找到"] == 0:
        return []
    return [" ".join(line.split()[0:3:2]) for line in outcome.answers if not line.startswith((" ", "还"))]


def test_a_ticket_with_its_statuses_and_latest_answer() -> None:
    outcome = find("SN20240501001")
    assert outcome.answers == [
        "流程记录 第 4 行 · SN20240501001 · *女士 · 不启动 · 紧急 · 责任人 张工",
        "    受理 2024-05-01 09:00 · 状态 未填 · 首次响应 达标 · 解决 无时限",
        "    最近评价:2024-05-02 18:00 综合得分 4.5,“备件太慢”(评价记录 第 5 行,共 2 份)",
    ]
    assert outcome.notice == "“SN20240501001”:找到 1 张工单。"
    assert outcome.counts == {"找到": 1}
    assert outcome.columns == {}
    assert outcome.tabs == []


def test_a_row_that_cannot_be_judged_says_so() -> None:
    outcome = find("sn20240315001")
    assert outcome.answers == [
        "响应记录 第 4 行 · SN20240315001 · *张女士(老客户) · 收到的产品存在划痕,要求更换 · 一般 · 责任人 李工",
        "    受理 未填 · 状态 未填 · 首次响应 无时限 · 解决 无法判定 · 不计入统计:缺受理时间",
        "    最近评价:还没有。",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\uff33\uff2e20240501001", ["流程记录 4"]),  # full width
        ("0315", ["响应记录 4", "响应记录 5"]),  # part of a number
        ("张女士", ["响应记录 4"]),
        ("*张女士", ["响应记录 4"]),
        ("女士", ["响应记录 4", "响应记录 6", "流程记录 4"]),
        ("王", ["响应记录 5"]),
        ("5678", ["响应记录 4", "流程记录 4"]),  # last four digits, also of a truncated number
        ("1385", []),  # the first four digits are no way to search
        ("9912", ["响应记录 6"]),
        ("13800009912", ["响应记录 6"]),  # the whole number finds the masked one
        ("13900009912", []),
        ("4321", ["评价记录 6"]),
        ("赵先生", ["评价记录 6"]),
        ("AAAA-0003", ["评价记录 6"]),
        ("AAAA-0001", ["流程记录 4"]),  # a receipt leads to its ticket
        ("aaaa0001", ["流程记录 4"]),
        ("AAAA0003", ["评价记录 6"]),
        ("\uff21AAA\uff0d0003", ["评价记录 6"]),
        ("AAAA-0003#2", []),
        ("139", []),  # too short for a phone; no ticket number holds it
        ("没有这个人", []),
    ],
)
def test_what_is_found_by_what(text: str, expected: list[str]) -> None:
    assert places(find(text)) == expected


ANSWERED: dict[str, list[dict[str, Any]]] = {
    **ROWS,
    "evaluations": [
        *ROWS["evaluations"],
        {"receipt": "AAAA-0001#2", "ticket": "SN20240501001", "profile": "S002 客户满意度调查表",
         "evaluated_at": "2024-05-01 19:00", "response": 1, "resolution": 1, "attitude": 1, "expertise": 1},
        {"receipt": "BBBB-0005", "ticket": "SN20230101001", "customer": "周先生", "profile": "S002 客户满意度调查表",
         "evaluated_at": "2024-05-01 19:00"},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("AAAA-0001", [("AAAA-0001", 4), ("AAAA-0001#2", 7)]),
        ("aaaa0001", [("AAAA-0001", 4), ("AAAA-0001#2", 7)]),
        ("AAAA-0001#2", [("AAAA-0001#2", 7)]),
        ("AAAA0001#2", [("AAAA-0001#2", 7)]),
        ("AAAA-0002", [("AAAA-0002", 5)]),
        ("SN20240501001", []),
    ],
)
def test_a_receipt_leads_to_its_ticket_and_shows_its_answer(text: str, rows: list[tuple[str, int]]) -> None:
    outcome = find(text, ANSWERED)
    assert places(outcome) == ["流程记录 4"]
    assert outcome.notice == f"“{text}”:找到 1 张工单。"
    shown = [line for line in outcome.answers if line.startswith("    回执码 ")]
    assert [(line.split(":")[0].removeprefix("    回执码 "), line.split("第 ")[1]) for line in shown] == [
        (receipt, f"{row} 行)") for receipt, row in rows
    ]


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("赵先生", "“赵先生”:找到 0 张工单,另有 1 份没有对应工单的评价。"),
        ("BBBB-0005", "“BBBB-0005”:找到 0 张工单,另有 1 份评价,所写的工单号不在这本台账里。"),
        ("先生", "“先生”:找到 1 张工单,另有 1 份没有对应工单的评价,1 份评价所写的工单号不在这本台账里。"),
    ],
)
def test_answers_without_a_ticket_are_told_from_those_whose_ticket_is_not_here(text: str, notice: str) -> None:
    outcome = find(text, ANSWERED)
    assert outcome.notice == notice
    assert any("工单号 SN20230101001" in line for line in outcome.answers) == (text != "赵先生")


@pytest.mark.parametrize("text", ["1", "12", "*", "S", "A1", "-", "#2"])
def test_too_short_a_text_says_so(text: str) -> None:
    unnumbered = {"profile": "S002", "customer": "李四", "ticket": "SN20240501001"}
    outcome = find(text, {**ROWS, "evaluations": [*ROWS["evaluations"], unnumbered]})
    assert outcome.notice == f"“{text}”太短,没有找到:工单号至少写三个字,电话写后四位,姓名写姓。"
    assert outcome.counts == {"找到": 0}
    assert "回执码" in outcome.answers[-2]


def test_a_short_ticket_number_is_found_whole() -> None:
    assert places(find("12", {"response_log": [{"ticket": "12", "customer": "王女士"}]})) == ["响应记录 4"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("身份证110101199003078515要退款", "身份证***要退款"),
        ("身份证 110101 19900307 851X 要退款", "身份证 *** 要退款"),
        ("身份证\uff11\uff11\uff10\uff11\uff10\uff11199003078515", "身份证***"),
        ("打13812345678", "打***"),
        ("打138-1234-5678或+86 138 1234 5678", "打***或***"),
        ("打010-62345678 或 (021)5234-5678", "打*** 或 ***"),
        ("打400-820-8820", "打400-820-8820"),
        ("订单 2024050112345,等了 20240501 天", "订单 2024050112345,等了 20240501 天"),
        ("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十,身份证110101199003078515", None),
    ],
)
def test_numbers_of_persons_in_texts_are_not_shown(written: str, shown: str | None) -> None:
    answer = {**ROWS["evaluations"][0], "improvement": written}
    ticket = {**ROWS["process_log"][0], "problem_info": f"{written}/紧急"}
    text = "\n".join(find("SN20240501001", {"process_log": [ticket], "evaluations": [answer]}).answers)
    assert "19900307" not in text
    assert "851X" not in text
    if shown:
        assert f"“{shown}”" in text


def test_nothing_found_says_where_it_looked_and_how_to_search() -> None:
    outcome = find("钱先生")
    assert outcome.notice == "没有找到“钱先生”。"
    assert outcome.counts == {"找到": 0}
    assert outcome.answers[0] == "“响应记录”“流程记录”“评价记录”里都没有“钱先生”。"
    assert "0501001" in outcome.answers[1]
    assert "回执码" in outcome.answers[1]
    assert len(outcome.answers) == 3


@pytest.mark.parametrize("text", ["", "   ", "\u3000"])
def test_a_blank_search_stops_with_examples(text: str) -> None:
    with pytest.raises(WorkbookError) as stopped:
        find(text)
    assert str(stopped.value) == (
        "没有写要找什么。请写工单号(可只写一部分)、客户姓名、联系电话后四位或回执码,如 SN20240501001、张女士、5678、7KQM-4XTR。"
    )


def test_many_matches_are_cut_and_say_so() -> None:
    rows = {"response_log": [{"ticket": f"SN{n:03d}", "customer": "王女士", "problem": "漏水"} for n in range(25)]}
    outcome = find("王女士", rows)
    assert len(places(outcome)) == 20
    assert outcome.answers[-1] == "还有 5 条没有列出。请把工单号或姓名写得更完整。"
    assert outcome.counts == {"找到": 25}


def test_phones_are_not_shown() -> None:
    text = "\n".join(line for word in ("女士", "4321") for line in find(word).answers)
    assert not any(number in text for number in ("1385678", "010-5678", "13700004321", "9912"))


def test_an_empty_ledger_finds_nothing() -> None:
    assert find("张女士", {}).counts == {"找到": 0}
