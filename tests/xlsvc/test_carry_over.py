"""结转: what comes along, what stays, that the figures and numbers go on, and that the old ledger is not touched."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from python_calamine import CalamineWorkbook

from tests.support import package_lint
from tests.support.ledgers import make_ledger, opened
from tests.support.validator import find_validator, validate
from workbook import carried_file
from workbook.issues import WorkbookError
from workbook.package.keep_rows import keep_rows
from workbook.resources import templates
from workbook.sheets import BY_KEY
from workbook.template import Layout
from xlsvc import app
from xlsvc.carry_over import new_name

NOW = datetime(2026, 12, 30, 17, 0)  # a Wednesday of 2026-W53
MONDAY = datetime(2026, 12, 28)
OWN = "我的备注"
RED = PatternFill("solid", fgColor="FF0000")
S002 = "S002 客户满意度调查表"


def _response(n: int, accepted: datetime, status: str, resolved: datetime | None = None, **more: Any) -> dict[str, Any]:
    ticket = f"SN{accepted:%Y%m%d}{n:03d}"
    return {
        "seq": n, "customer": f"客户{n}", "contact": f"1380000{n:04d}", "problem": f"问题{n}", "urgency": "一般",
        "problem_type": "产品质量", "owner": "技术部李工", "accepted_at": accepted, "status": status,
        "responded_at": accepted + timedelta(hours=1), "resolved_at": resolved, "ticket": ticket, OWN: f"备注{n}", **more,
    }  # fmt: skip


def _day(weeks_back: int, day: int = 1, hour: int = 9) -> datetime:
    return MONDAY - timedelta(weeks=weeks_back) + timedelta(days=day, hours=hour)


RESPONSES = [
    _response(1, _day(9), "已完成", _day(8)),
    _response(2, _day(7), "已完成", _day(7, 2)),
    _response(3, _day(6), "处理中"),
    _response(4, _day(3), "已完成", _day(2), problem_type="投诉"),
    _response(5, _day(3, 2), "已完成"),  # closed without a time
    _response(6, _day(1), "已完成", _day(0)),
    _response(7, _day(1, 3), "重开", _day(1, 4), reopened=1),
    _response(8, _day(0, 0), "等待客户", waiting_from=_day(0, 1)),
    _response(9, _day(0, 1), "已完成", _day(0, 1, 11)),
    _response(9, _day(0, 1), "处理中", None),  # the number stands twice
    _response(10, _day(0, 2), "", None, owner=""),
]
OPEN = ["SN20261117003", "SN20261224007", "SN20261228008", "SN20261229009", "SN20261229009", "SN20261230010"]
PROCESSES = [
    {"ticket": "SN20261105001", "customer_info": "王女士/13911112222", "product_info": "A-1/2026-01-02",
     "problem_info": "不启动/紧急", "accepted_at": datetime(2026, 11, 5, 9), "responded_at": datetime(2026, 11, 5, 9, 20),
     "owner": "张工", "resolved_at": datetime(2026, 11, 5, 12), "status": "已完成"},
    {"ticket": "SN20261229001", "customer_info": "赵先生/13933334444", "product_info": "B-2/2026-05-06",
     "problem_info": "软件卡顿/普通", "accepted_at": datetime(2026, 12, 29, 9), "owner": "李工", "status": "处理中"},
]  # fmt: skip


def _answer(n: int, ticket: str, at: datetime, score: int) -> dict[str, Any]:
    scores = dict.fromkeys(("response", "resolution", "attitude", "expertise", "overall"), score)
    return {"receipt": f"R{at:%Y%m%d}{n:03d}", "evaluated_at": at, "profile": S002, "ticket": ticket, **scores}


ROWS: dict[str, list[dict[str, Any]]] = {
    "response_log": RESPONSES,
    "process_log": PROCESSES,
    "evaluations": [
        {**_answer(1, "SN20261110002", _day(6), 4), "receipt": "AAAA-2222"},
        _answer(2, "SN20261208004", _day(2), 2),
        _answer(3, "SN20261224007", _day(1, 5), 1),
        {**_answer(4, "SN20261229009", _day(0, 2), 5), "receipt": "BBBB-3333"},
    ],
    "quality_assessment": [
        {"ticket": "SN20261105001", "dimension": "响应及时性(20%)", "score": 5},
        {"ticket": "SN20261229001", "dimension": "响应及时性(20%)", "score": 3},
    ],
    "suggestion_tracker": [
        {"number": "G20261201001", "suggestion": "换包装", "status": "进行中"},
        {"number": "G20261203002", "suggestion": "加人手", "status": "关闭"},
        {"number": "G20261204001", "suggestion": "改流程"},
    ],
    "form_register": [
        {"token": "AAAA-2222", "ticket": "SN20261110002", "profile": S002, "state": "已回收"},
        {"token": "BBBB-3333", "ticket": "SN20261229009", "profile": S002, "state": "已回收"},
        {"token": "CCCC-4444", "ticket": "SN20261208004", "profile": S002, "state": "逾期"},
    ],
    "status_history": [
        {"ticket": "SN20261110002", "at": _day(7), "new_status": "已完成"},
        {"ticket": "SN20261228008", "at": _day(0, 1), "new_status": "等待客户"},
    ],
    "people": [{"name": "李工", "department": "技术部"}],
    "holidays": [{"day": datetime(2027, 1, 4), "day_kind": "休息"}],
}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = make_ledger(
        tmp_path_factory.mktemp("carry") / "售后台账2026.xlsx", ROWS,
        {"response_log": Layout(("seq", "customer", OWN))},
    )  # fmt: skip
    book = openpyxl.load_workbook(path)
    log = book["响应记录"]
    log["E6"].fill, log["E6"].comment = RED, Comment("常客", "甲")
    for row in book["设置"].iter_rows(min_row=4):
        if row[1].value == "部门名称":
            row[5].value = "华东售后部"
    book["周报模板"]["B2"].fill = RED
    for title in book.sheetnames:  # what costs time and has no part in this
        if title.startswith("表单_"):
            del book[title]
    for line in book["下拉"].iter_rows():
        for cell in line:
            cell.value = None
    book.create_sheet("周报 2026-W52")["A1"] = "售后服务周报"
    mine = book.create_sheet("我的")
    mine["A1"], mine["A2"] = "=COUNTA(响应记录!$B$4:$B$14)", "=响应记录!B9"
    book.save(path)
    app.run("update", path, at=NOW)
    return path


@pytest.fixture(scope="module")
def carried(old: Path) -> tuple[Path, app.Report, bytes]:
    before = old.read_bytes()
    report = app.run("carry-over", old, {"year": "2027"}, at=NOW)
    return old.with_name("售后台账2027.xlsx"), report, before


def _rows(path: Path, key: str) -> list[dict[str, Any]]:
    tab = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(BY_KEY[key].title).to_python(skip_empty_area=False)
    return [dict(zip(tab[2], row, strict=True)) for row in tab[3:] if any(cell != "" for cell in row)]


def test_the_old_ledger_is_not_touched_and_the_balance_is_told(carried: tuple[Path, app.Report, bytes], old: Path) -> None:
    path, report, before = carried
    assert old.read_bytes() == before
    assert report.saved == ""
    assert report.files == [str(path)]
    assert report.counts == {"结转工单": 7, "留下工单": 6, "原台账工单": 13}
    assert report.notice.startswith(
        "已结转到“售后台账2027.xlsx”:带走未结工单 7 张(响应记录 6 张、流程记录 1 张,其中状态为“重开”的 1 张),"
        "留在原台账 6 张,合计 13 张(含工单号重复、更新时不另计的 1 张),与原台账相符;"
        "原台账没有改动。"
    )
    assert (
        "周报的期末未结按解决时间算,和这里的 7 张不同:重开而留着旧解决时间的 1 张不在其中;"
        "状态已办结而没有解决时间的 1 张算在其中;工单号重复或不计入统计的 2 张不在其中。"
    ) in report.answers
    told = [i.message for i in report.issues]
    assert "“响应记录”有 1 张工单状态已办结但没有实际解决时间(第 8 行),留在原台账;在新台账的趋势里算作结转当周办结。" in told
    assert "1 条您写的公式单独引用了台账表格里的某一行(“我的”A2),行在新台账里已经移动。请在新台账里核对这些公式。" in told


@pytest.mark.parametrize("key", [k for k in ROWS if k not in ("people", "holidays")])
def test_carried_and_left_are_the_old_rows(carried: tuple[Path, app.Report, bytes], old: Path, key: str) -> None:
    """Every row of the new ledger is a row of the old one, whole; the others are the ones that may stay."""
    path, _, _ = carried
    before, after = _rows(old, key), _rows(path, key)
    assert all(row in before for row in after)
    head = {"suggestion_tracker": "编号", "form_register": "回执码"}.get(key, "工单号")
    assert [row[head] for row in after] == {
        "response_log": OPEN,
        "process_log": ["SN20261229001"],
        "evaluations": ["SN20261224007", "SN20261229009"],
        "quality_assessment": ["SN20261229001"],
        "suggestion_tracker": ["G20261201001", "G20261204001"],
        "form_register": ["BBBB-3333", "CCCC-4444"],
        "status_history": [t for r in before if (t := r.get("工单号", "")) in (*OPEN, "SN20261229001")],
    }[key]
    assert len(after) + len([row for row in before if row not in after]) == len(before)


def test_rules_looks_own_columns_and_tabs_come_along(carried: tuple[Path, app.Report, bytes], old: Path) -> None:
    path = carried[0]
    was, now = opened(old), opened(path)
    for title in ("设置", "选项与关键词", "人员", "假期"):
        assert [[c.value for c in r] for r in now[title].iter_rows()] == [[c.value for c in r] for r in was[title].iter_rows()]
    log = now["响应记录"]
    assert [c.value for c in log[3]] == [c.value for c in was["响应记录"][3]]
    assert [log.cell(row, 3).value for row in range(4, 10)] == ["备注3", "备注7", "备注8", "备注9", "备注9", "备注10"]
    assert (log["E4"].fill.fgColor.rgb, log["E4"].comment.text) == (RED.fgColor.rgb, "常客")
    assert log.tables["响应记录"].ref.endswith("9")
    assert now["周报模板"]["B2"].fill.fgColor.rgb == RED.fgColor.rgb
    assert now["我的"]["A1"].value == "=COUNTA(响应记录!$B$4:$B$9)"
    assert "周报 2026-W52" not in now.sheetnames
    assert [t for t in was.sheetnames if not t.startswith("周报 ")] == now.sheetnames
    assert _rows(path, "issue_list") == []


WEEKS = {"2026-W53": 0, "2027-W02": 2}
"""Week -> how many weeks after the one of the carry-over."""
KPIS = ("期初未结", "新增", "办结", "期末未结", "首次响应达标率", "解决达标率", "综合得分", "满意率", "投诉", "重开")


def _figures(path: Path, week: str, at: datetime) -> dict[str, Any]:
    app.run("summary", path, {"week": week}, at=at)
    tab = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(f"周报 {week}").to_python(skip_empty_area=False)
    found = {}
    for name, cell in _places().items():
        letters, row = coordinate_from_string(cell)
        at_row, column = row - 1, column_index_from_string(letters) - 1
        found[name] = tab[at_row][column] if at_row < len(tab) and column < len(tab[at_row]) else ""
    return found


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    """Where each figure of a weekly tab stands: where the template has it."""
    names = opened(templates())["周报模板"].defined_names
    found = {name: place.attr_text.rpartition("!")[2].replace("$", "") for name, place in names.items()}
    return {name: cell for name, cell in found.items() if re.fullmatch(r"[A-Z]+[0-9]+", cell)}


def test_trend_and_indicators_go_on_as_in_the_old_ledger(
    carried: tuple[Path, app.Report, bytes], old: Path, tmp_path: Path
) -> None:
    """The same weeks told from the old ledger and from the new one; what the closed row without a time counts for is
    known: it is over from the week of the carry-over on."""
    one, other = (tmp_path / "旧.xlsx", tmp_path / "新.xlsx")
    one.write_bytes(old.read_bytes())
    other.write_bytes(carried[0].read_bytes())
    at = datetime(2027, 1, 14, 12)
    for week, back in WEEKS.items():
        was, now = _figures(one, week, at), _figures(other, week, at)
        trend = {k: v for k, v in was.items() if k.startswith("周") and k[1].isdigit()}
        assert len(trend) > 80
        over = 8 - back  # the trend's point that is the week of the carry-over
        expected = {
            k: v - (k.endswith("_期末未结") and int(k[1]) >= over) + (k == f"周{over}_办结") if k.endswith(("_期末未结", "_办结")) else v
            for k, v in trend.items()
        }
        _check_close(now, expected)
        for name in KPIS:
            gap = {"期末未结": -1, "期初未结": -(back > 0), "办结": int(back == 0)}.get(name, 0)
            wanted = was[f"本周_{name}"]
            assert now[f"本周_{name}"] == (wanted + gap if gap else pytest.approx(wanted) if isinstance(wanted, float) else wanted)
        assert [now[f"对账_{name}"] for name in ("类型", "紧急", "人员", "部门")] == [0, 0, 0, 0]
        assert now["对账_结存"] == 0


def _check_close(now: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        found = now[name]
        assert found == (pytest.approx(value) if isinstance(value, float) else value), name


@pytest.mark.libreoffice
def test_formulas_count_what_was_written(libreoffice: Any, carried: tuple[Path, app.Report, bytes], tmp_path: Path) -> None:
    path = tmp_path / "新.xlsx"
    path.write_bytes(carried[0].read_bytes())
    written = _figures(path, "2027-W01", datetime(2027, 1, 7, 12))
    counted = libreoffice.recalculate(path)["周报 2027-W01"]
    for name in [n for n in written if n.startswith(("本周_", "上周_", "对账_")) or (n[0] == "周" and n[1].isdigit())]:
        cell = _places()[name]
        if isinstance(written[name], (int, float)):
            assert counted.get(cell) == pytest.approx(written[name]), name


def test_a_week_before_the_carry_over_says_what_its_details_lack(carried: tuple[Path, app.Report, bytes], tmp_path: Path) -> None:
    path = tmp_path / "新.xlsx"
    path.write_bytes(carried[0].read_bytes())
    at = datetime(2027, 1, 7, 12)
    report = app.run("summary", path, {"week": "2026-W52"}, at=at)
    said = [i for i in report.issues if i.code.startswith("summary.")]
    assert [(i.code, i.values["count"]) for i in said] == [("summary.carried", 1)]
    volume = report.answers[1]
    assert volume.startswith("新增 2 张,办结 ")
    assert volume.endswith(";投诉 0 张,重开 1 张。分类、人员和各项得分见原台账。")
    assert "最多的是" not in volume
    told = app.run("summary", path, {"week": "2026-W51"}, at=at).answers
    assert told[1].endswith("分类、人员和各项得分见原台账。")
    assert told[2].startswith("综合得分 2.0(n=1)")
    assert "低于" not in told[2]
    assert "低分维度" not in told[2]
    later = app.run("summary", path, {"week": "2027-W01"}, at=at).answers
    assert not any("原台账" in line for line in later)
    said = [i for i in app.run("summary", path, {"week": "2026-W40"}, at=at).issues if i.code.startswith("summary.")]
    assert [i.code for i in said] == ["summary.before_carried"]


def test_numbers_go_on_without_a_clash(carried: tuple[Path, app.Report, bytes], old: Path, tmp_path: Path) -> None:
    path = tmp_path / "新.xlsx"
    path.write_bytes(carried[0].read_bytes())
    book = openpyxl.load_workbook(path)
    log = book["响应记录"]
    at = {BY_KEY["response_log"].find(c.value).key: c.column for c in log[3] if BY_KEY["response_log"].find(c.value)}
    for row, accepted in ((10, _day(9)), (11, _day(0, 1)), (12, datetime(2027, 1, 4, 9))):
        for key, value in (("customer", "新客户"), ("contact", "13900000000"), ("problem", "新的"), ("accepted_at", accepted)):
            log.cell(row, at[key]).value = value
    book.save(path)
    app.run("update", path, at=datetime(2027, 1, 5))
    found = [row["工单号"] for row in _rows(path, "response_log")]
    assert found[6:] == ["SN20261027002", "SN20261229010", "SN20270104001"]
    taken = {row["工单号"] for key in ("response_log", "process_log") for row in _rows(old, key)}
    assert not taken & set(found[6:])


def test_a_second_carry_over_hands_the_weeks_on(carried: tuple[Path, app.Report, bytes], tmp_path: Path) -> None:
    first, again = tmp_path / "台账2027.xlsx", tmp_path / "新的" / "新年度.xlsx"
    first.write_bytes(carried[0].read_bytes())
    report = app.run("carry-over", first, {"year": "2028", "out": str(again)}, at=NOW + timedelta(hours=1))
    assert report.files == [str(again)]
    weeks = [[row for row in _rows(p, "carried") if row["类别"] == "历史周"] for p in (first, again)]
    told = [[(r["周始"], r["新增"], r["办结"], r["期末未结"], r["得分合计"]) for r in rows] for rows in weeks]
    assert told[0] == told[1]
    assert len(told[0]) == 8
    assert {r["编号"] for r in _rows(first, "carried")} <= {r["编号"] for r in _rows(again, "carried")}


def test_lint_finds_nothing_new(carried: tuple[Path, app.Report, bytes], old: Path) -> None:
    assert package_lint.new_findings(old, carried[0]) == []


@pytest.mark.node
@pytest.mark.skipif(find_validator() is None, reason="the Open XML SDK validator is not installed")
def test_the_sdk_finds_nothing_new(carried: tuple[Path, app.Report, bytes], old: Path) -> None:
    assert set(validate(carried[0])) <= set(validate(old))


# what is refused, names


def test_nothing_is_written_over(carried: tuple[Path, app.Report, bytes], old: Path) -> None:
    before = carried[0].read_bytes()
    with pytest.raises(WorkbookError) as stop:
        app.run("carry-over", old, {"year": "2027"}, at=NOW)
    assert stop.value.code == "files.taken"
    assert carried[0].read_bytes() == before


@pytest.mark.parametrize(
    ("options", "code"),
    [({"year": "明年"}, "carry.year"), ({"year": "27"}, "carry.year"), ({"year": "2027", "out": "新.xlsm"}, "carry.suffix")],
)
def test_what_cannot_be_done_makes_no_file(old: Path, options: dict[str, str], code: str) -> None:
    before = sorted(old.parent.iterdir())
    with pytest.raises(WorkbookError) as stop:
        app.run("carry-over", old, options, at=NOW)
    assert stop.value.code == code
    assert sorted(old.parent.iterdir()) == before


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("售后台账2026.xlsx", "售后台账2027.xlsx"), ("2026年台账.xlsm", "2027年台账.xlsm"), ("售后台账.xlsx", "售后台账2027.xlsx"),
        ("台账 v120260.xlsx", "台账 v1202602027.xlsx"),
    ],
)  # fmt: skip
def test_the_new_name_bears_the_year(name: str, made: str) -> None:
    assert new_name(name, 2027) == made


@pytest.mark.parametrize(
    ("wrong", "what"),
    [(lambda keep: keep[:-1], "“响应记录”应带走 6 行,新台账里是 5 行"), (lambda keep: [*keep[:-1], keep[-1] - 1], "“响应记录”的 ")],
    ids=["a row lost", "another row"],
)
def test_a_fault_of_the_program_is_found_before_there_is_a_file(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: Any, what: str
) -> None:
    def faulty(package: Any, entry: Any, xml: Any, place: Any, keep: list[int]) -> Any:
        return keep_rows(package, entry, xml, place, wrong(keep) if place.title == "响应记录" else keep)

    monkeypatch.setattr(carried_file, "keep_rows", faulty)
    with pytest.raises(WorkbookError, match=what) as stop:
        app.run("carry-over", old, {"out": str(tmp_path / "新.xlsx")}, at=NOW)
    assert stop.value.code == "carry.unequal"
    assert list(tmp_path.iterdir()) == []
