"""The weekly tab's later blocks: what stands in them for a ledger whose every figure can be counted by hand, and the
sample's whole tab as a golden text (XLSVC_GOLDEN=write writes it anew, to be read line by line)."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.ledgers import make_ledger, make_sample, opened
from tests.support.weekly_oracle import days_of
from workbook.sheets import weekly_summary as weekly
from xlsvc import app
from xlsvc.privacy import masked_text
from xlsvc.sample import NOW
from xlsvc.weekly_figures import Rules, Week
from xlsvc.weekly_honesty import beyond_chance
from xlsvc.weekly_summary import ANSWER_COLUMNS, TICKET_COLUMNS

GOLDEN = Path(__file__).parents[1] / "golden" / "weekly.txt"
TAB = "周报 2024-W18"
MONDAY = datetime(2024, 4, 29)
GOOD, BAD = (5, 5, 5, 5), (2, 4, 5, 5)


def _ticket(number: int, kind: str, minutes: int) -> dict[str, Any]:
    at = MONDAY + timedelta(hours=9 + number)
    return {"ticket": f"SN2024042900{number}", "customer": "王女士", "contact": "010-5678", "problem": "漏水", "urgency": "特急",
            "owner": "技术部*李工", "accepted_at": at, "responded_at": at + timedelta(minutes=minutes),
            "resolved_at": at + timedelta(minutes=minutes + 5), "customer_type": kind, "problem_type": "投诉"}  # fmt: skip


def _answer(hour: int, scores: tuple[int, ...], **cells: Any) -> dict[str, Any]:
    asked = dict(zip(("response", "resolution", "attitude", "expertise"), scores, strict=True))
    return {"evaluated_at": MONDAY + timedelta(hours=hour), "profile": "S002", **asked, **cells}


ROWS = {
    "response_log": [_ticket(1, "新客户", 10), _ticket(2, "VIP", 10), _ticket(3, "vip", 3000), _ticket(4, "大客户", 10),
                     _ticket(5, "", 10)],
    "evaluations": [
        _answer(10, GOOD, customer_type="老客户", channel="微信", improvement="李工很专业,讲得清楚"),
        _answer(11, BAD, customer_type="老客户", channel="微信", proxy="是", customer="张伟",
                improvement="张伟等了三天,电话13812345678一直占线"),
        _answer(12, BAD, customer_type="VIP客户", channel="短信", improvement="等待时间太长,流程有点繁琐"),
        _answer(13, BAD, channel="短信"),
        _answer(14, (9, 9, 9, 9), channel="短信", improvement="等待时间长"),
        _answer(15, BAD, profile="S000", overall=2, channel="短信", improvement="等待时间不长", feedback_class="投诉类"),
        _answer(-30, BAD, channel="短信", improvement="流程繁琐"),
    ],
    "suggestion_tracker": [
        {"number": "GJ1", "core_problem": "响应慢", "plan": "加夜班", "responsible": "客服部*王", "due": "2024-06-01", "status": "进行中"},
        {"number": "GJ2", "core_problem": "备件慢", "responsible": "", "due": "2024-05-01", "status": "采纳"},
        {"number": "GJ3", "core_problem": "做完了", "due": "2024-05-01", "done": datetime(2024, 5, 2)},
        {"number": "GJ4", "core_problem": "不做", "due": "2024-05-01", "status": "不采纳"},
        {"number": "GJ5", "core_problem": "没日子", "due": "尽快", "status": "待评审"},
    ],
}  # fmt: skip


def _shown(path: Path, tab: str = TAB) -> tuple[Any, dict[str, Any]]:
    sheet = opened(path, data_only=True)[tab]
    places = {n: str(d.attr_text).rpartition("!")[2].replace("$", "") for n, d in sheet.defined_names.items()}
    return sheet, {n: sheet[place].value for n, place in places.items() if ":" not in place}


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = make_ledger(tmp_path_factory.mktemp("blocks") / "台账.xlsx", ROWS)
    app.run("summary", path, {"week": "2024-W18"}, NOW)
    return path


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("golden") / "台账.xlsx"
    make_sample(path)
    app.run("summary", path, {"week": "2024-W18"}, NOW)
    return path


def test_every_block_counted_by_hand(counted: Path) -> None:
    _, shown = _shown(counted)
    wanted = {
        "客户新_新增": 1, "客户老_新增": 0, "客户VIP_新增": 2, "客户其他_新增": 2, "客户VIP_占比": 0.4,
        "客户VIP_响应样本": 2, "客户VIP_响应率": 0.5, "客户老_响应率": "—", "客户老_得分样本": 2, "客户老_得分": 4.5,
        "客户VIP_得分样本": 1, "客户VIP_得分": 4.0, "客户新_得分": "—", "客户其他_得分样本": 1, "对账_客户": 0,
        "渠道1_名称": "短信", "渠道1_数量": 3, "渠道1_得分样本": 2, "渠道2_名称": "微信", "渠道2_数量": 1, "渠道2_得分": 5,
        "渠道3_名称": None, "渠道3_数量": None, "渠道其他_数量": 0, "渠道代填_数量": 1, "渠道代填_占比": 0.2, "渠道代填_得分": 4,
        "渠道合计_数量": 5, "渠道合计_得分样本": 4, "渠道合计_得分": 4.25,
        "关键词1_词": "等待时间长", "关键词1_份数": 2, "关键词1_占比": 0.5, "关键词2_词": "没人理会", "关键词2_份数": 1,
        "关键词3_词": "流程繁琐", "关键词3_份数": 1, "关键词4_词": None,
        "关键词_说明": "有低分项的评价 n=4,写了意见的 3 份;一份可提到几个词",
        "原声1_类": "表扬", "原声1_原话": "“*工很专业,讲得清楚”", "原声1_出处": "评价记录 第4行",
        "原声2_类": "问题", "原声2_原话": "“等待时间太长,流程有点繁琐”", "原声2_出处": "评价记录 第6行",
        "原声3_类": "问题", "原声3_原话": "“***等了三天,电话***一直占线”", "原声3_出处": "评价记录 第5行",
        "措施1_编号": "GJ2", "措施1_措施": "备件慢", "措施1_责任": "未定", "措施1_完成": "2024-05-01 已逾期",
        "措施2_编号": "GJ1", "措施2_措施": "响应慢:加夜班", "措施2_完成": "2024-06-01", "措施2_状态": "进行中",
        "措施3_编号": "GJ5", "措施3_完成": "尽快", "措施4_编号": None, "措施_说明": "在办 3 项,其中已逾期 1 项。",
        "类型1_图": 5, "类型1_累计": 1, "类型2_累计": "#N/A", "类型其他_累计": 1,
    }  # fmt: skip
    assert {n: (shown[n], v) for n, v in wanted.items() if shown[n] != v} == {}


def test_what_is_owed_by_kind(counted: Path) -> None:
    """Complaints call for a call-back within three working days, holidays apart; nobody has been asked how it was."""
    _, shown = _shown(counted)
    rows = [
        tuple(shown[f"跟进{n}_{f}"] for f in ("事项", "未到期", "已逾期")) for n in range(1, weekly.FOLLOW_ROWS + 1)
    ]
    told = [row for row in rows if row[0]]
    assert (shown["跟进合计_未到期"], shown["跟进合计_已逾期"]) == tuple(map(sum, zip(*(row[1:] for row in told), strict=True)))
    assert {kind: (soon, late) for kind, soon, late in told} == {"发满意度调查": (0, 5), "回访客户": (6, 0)}


def test_links_lead_to_rows_of_the_week(counted: Path) -> None:
    book = opened(counted)
    tab = book[TAB]
    found = {}
    for name in [f"查看_{block}" for block in weekly.LINKED] + ["原声2_出处", "措施1_编号"]:
        place = tab.defined_names[name].attr_text.rpartition("!")[2].replace("$", "")
        target = re.fullmatch(r"=HYPERLINK\(\"#'?([^'!]+)'?!\$?([A-Z]+)\$?(\d+)\",.*\)", str(tab[place].value))
        assert target is not None, (name, tab[place].value)
        found[name] = (target[1], int(target[3]))
    assert found["查看_类型"] == ("响应记录", 4)
    assert found["查看_渠道"] == ("评价记录", 4)
    assert found["原声2_出处"] == ("评价记录", 6)
    assert found["措施1_编号"] == ("改进跟踪", 5)
    assert {title for title, _ in found.values()} <= set(book.sheetnames)


def test_the_folded_note_stays_folded(counted: Path) -> None:
    tab = opened(counted)[TAB]
    head = next(c.row for c in tab["B"] if str(c.value).startswith("差值怎样判断"))
    assert tab.row_dimensions[head].hidden is not True
    assert all(tab.row_dimensions[row].hidden and tab.row_dimensions[row].outlineLevel == 1 for row in range(head + 1, head + 7))
    assert tab[f"B{head + 6}"].value.startswith("本周或上周没有样本") or "p=" in tab[f"B{head + 6}"].value


def _week(start: datetime, met: int, of: int, scores: list[float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    tickets = [{"stat_start": start + timedelta(hours=1), "response_status": "达标" if n < met else "超时"} for n in range(of)]
    answers = [{"stat_at": start + timedelta(hours=1), "valid": "是", "stat_profile": "S002", "composite": score,
                "stat_response": score} for score in scores]  # fmt: skip
    return pd.DataFrame(tickets), pd.DataFrame(answers)


@pytest.mark.parametrize(
    ("before", "now", "wanted"),
    [
        ((45, 50, [4.0] * 20), (10, 50, [4.0] * 20), {"首次响应达标率": -1, "综合得分": 0}),
        ((10, 50, [2.0, 3.0] * 10), (45, 50, [5.0] * 20), {"首次响应达标率": 1, "综合得分": 1}),
        ((3, 3, [5.0] * 2), (1, 3, [2.0] * 2), {"首次响应达标率": 0, "综合得分": 0}),
        ((0, 0, []), (9, 10, [4.0]), {"首次响应达标率": None, "综合得分": None}),
    ],
)
def test_only_what_is_beyond_chance_is_coloured(before: Any, now: Any, wanted: dict[str, Any]) -> None:
    parts = [_week(MONDAY - timedelta(days=7), *before), _week(MONDAY, *now)]
    tickets = pd.concat([p[0] for p in parts]).reindex(columns=list(TICKET_COLUMNS)).reset_index(drop=True)
    answers = pd.concat([p[1] for p in parts]).reindex(columns=list(ANSWER_COLUMNS)).reset_index(drop=True)
    for frame, columns in ((tickets, ("stat_start", "stat_end")), (answers, ("stat_at",))):
        for key in columns:
            frame[key] = pd.to_datetime(frame[key])
    tickets["excluded"] = ""
    tickets["stat_overdue"] = ""
    rules = Rules("S002", 3.5, 5, {})
    this, last = (Week(tickets, answers, start, "S002") for start in (MONDAY, MONDAY - timedelta(days=7)))
    values = beyond_chance(this, last, rules)
    assert {name: values[f"显著_{name}"] for name in wanted} == wanted
    assert values["显著_满意率"] is None
    assert values["维度1_显著"] == wanted["综合得分"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13812345678没人接", "电话***没人接"),
        ("打 138 1234 5678 或 010-88886666", "打 *** 或 ***"),
        ("138****5678 是我的", "*** 是我的"),
        ("住在北京市朝阳区建国路88号院3号楼2单元501室,来了两次", "***,来了两次"),
        ("3栋502室漏水", "***漏水"),
        ("王师傅和李经理都很好", "*师傅和*经理都很好"),
        ("我叫张三丰,等了3天", "我叫***,等了3天"),
        ("订单JD20240429001,工单SN20240501001", "订单***,工单***"),
        ("发到 zhang.san@example.com", "发到 ***"),
        ("微信号abc12345", "微信号***"),
        ("我的号码一三八一二三四五六七八", "我的号码***"),
        ("2024年买的,等了30分钟,打了12315", "2024年买的,等了30分钟,打了12315"),
        ("师傅很准时,讲得也清楚", "师傅很准时,讲得也清楚"),
        ("赵敏态度好", "***态度好"),
    ],
)  # fmt: skip
def test_a_quote_does_not_say_who(text: str, shown: str) -> None:
    assert masked_text(text, ["赵敏", "王", ""]) == shown


def test_customer_types_of_the_sample_are_those_of_its_typed_cells(sample: Path) -> None:
    book = opened(sample, data_only=True)
    _, shown = _shown(sample)
    days = days_of("2024-W18")
    numbers = dict.fromkeys(("新", "老", "VIP", "其他"), 0)
    words = {"新": "新", "新客户": "新", "新用户": "新", "老": "老", "老客户": "老", "VIP": "VIP", "VIP客户": "VIP"}
    for title in ("响应记录", "流程记录"):
        tab = book[title]
        heads = {str(c.value): c.column for c in tab[3]}
        kind = next(column for head, column in heads.items() if head.startswith("客户类型"))
        for row in range(4, tab.max_row + 1):
            start = tab.cell(row, heads["统计受理"]).value
            if isinstance(start, datetime) and start.date() in days and not tab.cell(row, heads["不计原因"]).value:
                numbers[words.get(str(tab.cell(row, kind).value or "").strip().upper(), "其他")] += 1
    assert numbers == {name: shown[f"客户{name}_新增"] for name in numbers}
    assert min(numbers.values()) > 0


def test_the_whole_tab_as_it_reads(sample: Path) -> None:
    sheet, _ = _shown(sample)
    lines = []
    for row in sheet.iter_rows():
        cells = [f"{c.column_letter}={_text(c.value)}" for c in row if c.value not in (None, "")]
        if cells:
            lines.append(f"{row[0].row}: " + " | ".join(cells))
    text = "\n".join(lines) + "\n"
    if os.environ.get("XLSVC_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
