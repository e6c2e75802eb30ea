"""月度复盘: which span is meant, what is low and why, proposals carried into 改进跟踪 once, and what a reader is told."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.frames import ledger
from tests.support.ledgers import make_ledger
from workbook.foreign_tables import ForeignTab
from workbook.issues import WorkbookError
from workbook.package.named_cells import fill
from workbook.package.opc import Package
from workbook.sheets import month_review as review
from xlsvc import app
from xlsvc.carry_over import _tabs_left
from xlsvc.month_measures import typed_on
from xlsvc.month_period import period_of
from xlsvc.month_review import update
from xlsvc.sample import NOW as SAMPLE_NOW
from xlsvc.sample import write_sample
from xlsvc.settings import Settings

GOLDEN = Path(__file__).parents[1] / "golden" / "month.txt"
NOW = datetime(2024, 5, 6, 9)
TAB = "月度复盘_2024-04"
KEY = f"{TAB} S002 服务响应速度"


def _ticket(number: int, hour: int = 0) -> dict[str, Any]:
    at = datetime(2024, 4, 2, 9) + timedelta(days=number)
    return {"ticket": f"SN2024040{number}001", "customer": "王女士", "contact": "010-5678", "problem": "漏水", "urgency": "特急",
            "owner": "技术部*李工", "accepted_at": at, "responded_at": at + timedelta(minutes=10),
            "resolved_at": at + timedelta(hours=1), "problem_type": "产品质量"}  # fmt: skip


def _answer(number: int, response: int, said: str = "", **cells: Any) -> dict[str, Any]:
    return {"receipt": f"R{number}", "ticket": f"SN2024040{number}001", "evaluated_at": datetime(2024, 4, 3 + number, 18),
            "profile": "S002", "response": response, "resolution": 4, "attitude": 5, "expertise": 4, "improvement": said,
            **cells}  # fmt: skip


ROWS: dict[str, list[dict[str, Any]]] = {
    "response_log": [_ticket(n) for n in range(1, 7)],
    "evaluations": [
        _answer(1, 2, "等待时间太长"), _answer(2, 3, "等了三天,流程繁琐"), _answer(3, 2), _answer(4, 5, "等待时间长"),
        _answer(5, 1, "等待时间长", ticket=""), _answer(6, 2, "李工很专业", feedback_class="投诉类"),
        _answer(7, 1, "等待时间长", profile="S000", overall=1),
    ],
    "suggestion_tracker": [
        {"number": "G20240301001", "core_problem": "备件慢", "plan": "加库存", "responsible": "仓库*王", "due": "2024-05-01",
         "status": "进行中"},
        {"number": "G20240301002", "core_problem": "电话占线", "plan": "加线路", "due": "2024-04-20", "status": "有效",
         "done": datetime(2024, 4, 30), "result": "占线从 9 次降到 1 次"},
        {"number": "G20240301003", "core_problem": "早就做完", "due": "2024-03-20", "status": "有效", "done": datetime(2024, 3, 31)},
        {"number": "G20240301004", "core_problem": "做完没验证", "due": "2024-04-20", "status": "已实施", "done": datetime(2024, 4, 1)},
    ],
}  # fmt: skip


def _run(rows: dict[str, Any] | None = None, typed: Any = (), now: datetime = NOW, **options: Any) -> tuple[Any, dict[str, Any]]:
    given = {"typed": {TAB.casefold(): list(typed)}, **options}
    outcome = update(ledger(rows or ROWS, given), Settings.packaged(), now)
    return outcome, {**outcome.tabs[0].values, **outcome.tabs[0].drafts}


@pytest.mark.parametrize(
    ("text", "tab", "first", "end"),
    [
        ("", TAB, "2024-04-01", "2024-05-01"), (None, TAB, "2024-04-01", "2024-05-01"),
        ("2026-10", "月度复盘_2026-10", "2026-10-01", "2026-11-01"), ("2026年3月", "月度复盘_2026-03", "2026-03-01", "2026-04-01"),
        ("2026-12", "月度复盘_2026-12", "2026-12-01", "2027-01-01"), (" 2026-q4 ", "季度复盘_2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026Q1", "季度复盘_2026-Q1", "2026-01-01", "2026-04-01"), ("2026-H2", "半年度复盘_2026-H2", "2026-07-01", "2027-01-01"),
    ],
)  # fmt: skip
def test_which_span_is_meant(text: Any, tab: str, first: str, end: str) -> None:
    period = period_of(text, NOW)
    assert (period.tab, f"{period.start:%Y-%m-%d}", f"{period.end:%Y-%m-%d}") == (tab, first, end)
    assert period_of(period.code, NOW) == period
    assert period_of("", datetime(2027, 1, 1)).tab == "月度复盘_2026-12"
    assert period_of("2027-Q1", NOW).before() == period_of("2026-Q4", NOW)


@pytest.mark.parametrize("text", ["上个月", "2026-13", "2026-0", "2026-Q5", "2026-Q0", "2026-H3", "26-10", "2026-10-01", "9999-12"])
def test_a_span_nobody_can_read_stops_the_command(text: str) -> None:
    with pytest.raises(WorkbookError, match="读不懂") as stopped:
        period_of(text, NOW)
    assert stopped.value.code == "month.period"


def test_low_dimensions_their_causes_and_what_is_proposed() -> None:
    outcome, shown = _run()
    assert shown["维度1_均分"] == 2.5
    assert [(shown[f"维度{n}_低分"], shown[f"维度{n}_低于均"]) for n in range(1, 5)] == [("低", "最低"), ("", ""), ("", ""), ("", "")]
    rows = [[shown[f"原因{n}_{f}"] for f in ("维度", "词", "份数", "低分", "占比")] for n in (1, 2, 3)]
    assert rows == [["服务响应速度", "等待时间长", 3, 5, 0.6], ["服务响应速度", "流程繁琐", 1, 5, 0.2], [None] * 5]
    links = [shown[f"原因1_工单{n}"] for n in (1, 2, 3)]
    assert [(link.title, link.cell, link.text) for link in links] == [
        ("响应记录", "A4", "SN20240401001"), ("响应记录", "A5", "SN20240402001"), ("评价记录", "A8", "评价第8行"),
    ]  # fmt: skip
    assert shown["原因_说明"] == "写了意见的有效评价 6 份:投诉类 6。"
    assert shown["建议1_问题"] == "均分 2.50(n=6),低于 3.5;多提到“等待时间长”"
    assert shown["建议1_措施"].startswith("针对“等待时间长”:按时段排班")
    assert [shown[f"建议{n}_编号"] for n in range(1, 6)] == ["待填", None, None, None, None]
    assert [shown[f"建议{n}_问题"] for n in range(2, 6)] == [""] * 4
    assert outcome.append == {}
    assert shown["结论3"].startswith("服务响应速度打低分的 5 份评价里,最常提到:等待时间长 3 份、流程繁琐 1 份。在办 1 项")
    assert "有 1 个维度的措施待定" in shown["结论3"]


def test_measures_under_way_and_proven() -> None:
    _, shown = _run()
    fields = ("编号", "措施", "责任", "完成", "状态")
    assert [shown[f"在办1_{f}"] for f in fields] == ["G20240301001", "备件慢:加库存", "仓库*王", "2024-05-01 已逾期", "进行中"]
    assert shown["在办2_编号"] is None
    assert [shown[f"见效1_{f}"] for f in fields] == ["G20240301002", "电话占线:加线路", "未定", "2024-04-30", "占线从 9 次降到 1 次"]
    assert shown["见效2_编号"] is None
    assert shown["措施_说明"] == "在办 1 项,其中已逾期 1 项;这一期做完 2 项,验证有效 1 项。"


def test_where_nothing_is_low_the_lowest_may_be_mended() -> None:
    rows = ROWS | {"evaluations": [_answer(n, 5, resolution=4 + n % 2) for n in range(1, 7)]}
    _, shown = _run(rows)
    assert shown["维度2_低分"] == ""
    assert {n: shown[f"维度{n}_低于均"] for n in range(1, 5)} == {1: "", 2: "低", 3: "", 4: "最低"}
    assert shown["建议4_问题"] == "均分 4.00(n=6),各维度中最低"
    assert shown["建议_说明"].startswith("没有低于低分线的维度")
    assert shown["原因1_维度"] == "没有低分评价"


def _typed(responsible: Any = "客服部*王主管", due: Any = "2024-06-30", number: Any = None, key: str = KEY, plan: Any = "加夜班",
           above: int = 0, aside: int = 0) -> ForeignTab:  # fmt: skip
    """The block as people left it, `above` rows and `aside` columns moved."""
    heads = ["维度", "核心问题", "建议措施", "责任部门 / 人", "计划完成", "改进跟踪"]
    rows = [["建议措施"], heads, ["服务响应速度", "响应太慢", plan, responsible, due, number, None, f"{review.PROPOSAL_KEY}{key}"]]
    return ForeignTab.of_rows(TAB, [[]] * above + [[None] * aside + row for row in rows])


@pytest.mark.parametrize("tab", [_typed(), _typed(above=7, aside=3), _typed(due=45473.0)])
def test_a_complete_proposal_is_carried_once(tab: ForeignTab) -> None:
    outcome, shown = _run(typed=typed_on(tab))
    row = outcome.append["suggestion_tracker"].to_dict("records")
    assert row == [{
        "number": "G20240506001", "origin": "会议", "origin_no": KEY, "core_problem": "服务响应速度:响应太慢",
        "goal": "服务响应速度均分 2.50(n=6)→3.5 分以上", "plan": "加夜班", "responsible": "客服部*王主管", "due": "2024-06-30",
        "status": "采纳", "remark": f"由“{TAB}”记入",
    }]  # fmt: skip
    assert shown["建议1_编号"] == "G20240506001"
    assert outcome.notice.endswith("记入“改进跟踪” 1 条。")
    assert (shown["在办2_编号"], shown["措施_说明"][:6]) == ("G20240506001", "在办 2 项")
    assert "待定" not in shown["结论3"]
    again = ROWS | {"suggestion_tracker": [*ROWS["suggestion_tracker"], *row]}
    second, after = _run(again, typed_on(_typed(number="G20240506001")))
    assert second.append == {}
    assert {n: (v, after[n]) for n, v in shown.items() if after[n] != v} == {}


def test_a_carried_row_is_known_by_its_origin_whatever_its_number() -> None:
    mine = {"number": "自编-7", "origin_no": KEY.replace(" ", "\u3000").lower(), "core_problem": "改写过", "status": "关闭"}
    outcome, shown = _run(ROWS | {"suggestion_tracker": [mine]}, typed_on(_typed()))
    assert outcome.append == {}
    assert shown["建议1_编号"] == "自编-7"


def test_a_row_that_people_deleted_in_the_tracker_does_not_come_back() -> None:
    for number in ("G20240506001", "G20240506001(已删除)"):
        outcome, shown = _run(typed=typed_on(_typed(number=number)))
        assert outcome.append == {}
        assert shown["建议1_编号"] == "G20240506001(已删除)"


@pytest.mark.parametrize(
    ("tab", "codes", "cell", "said"),
    [
        (_typed(due=None), ["month.half_filled"], "E3", "缺计划完成"),
        (_typed(responsible=None), ["month.half_filled"], "D3", "缺责任部门/人"),
        (_typed(plan=None), ["month.half_filled"], "C3", "缺建议措施"),
        (_typed(due="下个月"), ["month.due"], "E3", "缺计划完成"),
        (_typed(due="2024-06-31"), ["month.due"], "E3", "缺计划完成"),
        (_typed(responsible=None, due=None), [], "", "待填"),
    ],
)
def test_a_half_filled_proposal_is_asked_for_by_its_cell(tab: ForeignTab, codes: list[str], cell: str, said: str) -> None:
    outcome, shown = _run(typed=typed_on(tab))
    mine = [issue for issue in outcome.issues if issue.code.startswith("month.")]
    assert [issue.code for issue in mine] == codes
    assert all(cell in issue.message and TAB in issue.message for issue in mine)
    assert shown["建议1_编号"] == said
    assert outcome.append == {}


def test_people_may_propose_for_a_dimension_that_is_not_low() -> None:
    outcome, shown = _run(typed=typed_on(_typed(key=f"{TAB} S002 服务人员态度")))
    assert outcome.append["suggestion_tracker"]["goal"].tolist() == ["服务人员态度均分 5.00(n=6)→提高"]
    assert (shown["建议1_编号"], shown["建议3_编号"]) == ("待填", "G20240506001")


def test_a_proposal_of_another_span_or_form_is_nobodys() -> None:
    for key in (KEY.replace("04", "03"), KEY.replace("S002", "S004")):
        assert _run(typed=typed_on(_typed(key=key)))[0].append == {}


def test_a_block_without_its_headings_is_not_read() -> None:
    rows: list[list[Any]] = [["维度", "核心问题"], ["服务响应速度", "太慢", "", "王", "2024-06-30", None, f"{review.PROPOSAL_KEY}{KEY}"]]
    assert typed_on(ForeignTab.of_rows(TAB, rows)) == []
    assert typed_on(ForeignTab.of_rows(TAB, [])) == []


def test_an_empty_month_says_so() -> None:
    outcome, shown = _run(period="2023-11")
    assert outcome.notice == "“月度复盘_2023-11”已生成,但这一期没有任何记录;期间不对时请改了再生成。"
    assert shown["结论1"] == "本月(2023-11)没有任何记录:没有受理、办结的工单,也没有评价。"
    assert (shown["本期_首次响应达标率"], shown["维度1_均分"], shown["总均分"], shown["原因1_维度"]) == ("—", "—", "—", "没有评价")
    assert shown["建议_说明"].startswith("没有低分维度。")


def test_a_span_that_is_not_over_is_told() -> None:
    outcome, shown = _run(period="2024-Q2")
    assert [i.code for i in outcome.issues if i.code.startswith("month.")] == ["month.unfinished"]
    assert shown["口径_说明"] == "本季度还没有过完,只到 2024-05-06 09:00。"
    assert [shown[f"月{n}_新增"] for n in (4, 5, 6)] == [6, 0, "—"]
    assert (shown["标题"], shown["结论1"][:9]) == ("售后服务季度复盘 2024-Q2", "本季度新增 6 张")


WEEK = {"kind": "历史周", "profile": "S002", **dict.fromkeys(
    ("opened", "closed", "left_open", "response_met", "response_judged", "resolution_met", "resolution_judged", "score_sum",
     "score_count", "satisfied", "satisfied_of", "complaints", "reopened"), 0)}  # fmt: skip


@pytest.mark.parametrize(
    ("first", "opened", "comparable", "partial", "dashes"),
    [
        (datetime(2024, 3, 25), 3, "否", False, [True] * 5 + [False]),  # ends with the 31st
        (datetime(2024, 3, 18), 0, "是", False, [True] * 4 + [False] * 2),
        (datetime(2024, 4, 1), 1, "否", True, [True] * 6),
        (datetime(2024, 4, 29), 2, "否", True, [True] * 6),  # its Monday and Tuesday are April's
        (datetime(2024, 5, 6), 2, "否", True, [True] * 6),  # the first week that is known of is later than the whole of it
    ],
)
def test_what_stayed_in_another_ledger_is_not_compared(
    first: datetime, opened: int, comparable: str, partial: bool, dashes: list[bool]
) -> None:
    """Weeks do not add up to months: a month with rows elsewhere shows a dash, and its own page says so."""
    weeks = [{**WEEK, "week": first, "opened": opened}]
    if not opened:
        weeks.append({**WEEK, "week": datetime(2024, 2, 26)})
    outcome, shown = _run(ROWS | {"carried": weeks})
    assert shown["上期可比"] == comparable
    assert [shown[f"月{n}_新增"] == "—" for n in range(1, 7)] == dashes
    assert ("month.partial" in [i.code for i in outcome.issues]) is partial
    assert shown["本期_新增"] == 6
    assert (shown["上期_新增"] == "—") is (comparable == "否")


def test_reviews_stay_in_the_old_ledger_when_it_is_carried_over() -> None:
    held = ledger(ROWS, titles=(TAB, "季度复盘_2024-Q1", "复盘模板", "月度统计"))
    assert _tabs_left(held, {}) == [TAB, "季度复盘_2024-Q1"]


def _shown(path: Path, tab: str) -> tuple[Any, dict[str, Any]]:
    sheet = openpyxl.load_workbook(path, data_only=True)[tab]
    places = {n: str(d.attr_text).rpartition("!")[2].replace("$", "") for n, d in sheet.defined_names.items()}
    return sheet, {n: sheet[place].value for n, place in places.items() if ":" not in place}


def _type(path: Path, cells: dict[str, Any]) -> None:
    package = Package.open(path)
    assert fill(package, TAB, cells) == []
    package.save(path)


def test_on_a_file_words_are_kept_carried_once_and_taken_back(tmp_path: Path) -> None:
    path = make_ledger(tmp_path / "台账.xlsx", ROWS)
    app.run("month", path, {}, NOW)
    first = path.read_bytes()
    app.run("month", path, {}, NOW)
    assert path.read_bytes() == first, "the same book and moment give the same cells"
    _type(path, {"建议1_责任": "客服部*王主管", "建议1_完成": datetime(2024, 6, 30), "结论2": "我写的结论", "建议1_措施": "加夜班"})
    typed = path.read_bytes()
    report = app.run("month", path, {"period": "2024-04"}, NOW)
    assert report.counts["记入改进跟踪"] == 1
    carried = path.read_bytes()
    sheet, shown = _shown(path, TAB)
    tracker = sheet.parent["改进跟踪"]
    assert (shown["结论2"], shown["建议1_责任"], shown["建议1_编号"]) == ("我写的结论", "客服部*王主管", "G20240506001")
    assert [tracker[f"{c}8"].value for c in "AGHI"] == ["G20240506001", "加夜班", "客服部*王主管", "2024-06-30"]
    assert not app.run("month", path, {"period": "2024-04"}, NOW).counts["记入改进跟踪"]
    assert path.read_bytes() == carried
    app.undo(path)
    assert path.read_bytes() == typed
    _type(path, {"建议1_完成": None})
    asked = app.run("month", path, {}, NOW)
    assert [i.message for i in asked.issues if i.code == "month.half_filled"] == [
        f"“{TAB}”{_place(path, '建议1_完成')}(计划完成)还空着,“服务响应速度”这条建议没有记入“改进跟踪”。请补上,再点一次“月度复盘”。"
    ]
    assert asked.exit_code == 1


def _place(path: Path, name: str) -> str:
    return str(openpyxl.load_workbook(path)[TAB].defined_names[name].attr_text).rpartition("!")[2].replace("$", "")


def test_the_whole_tab_as_it_reads(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    write_sample(path)
    app.run("month", path, {"period": "2024-04"}, SAMPLE_NOW)
    sheet, _ = _shown(path, TAB)
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
