"""The review's figures, counted from the typed cells alone, and by LibreOffice from the tab's own formulas."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.ledgers import make_ledger
from tests.support.raw_oracle import RawOracle
from workbook.sheets import month_review as review
from workbook.sheets.profiles import PROFILES
from workbook.sheets.settings import default_rows
from xlsvc import app
from xlsvc.sample import sample_rows

NOW = datetime(2027, 2, 1, 9)
PERIODS = {"2024-04": (2024, 4, 1), "2024-Q2": (2024, 4, 3), "2025-03": (2025, 3, 1), "2027-01": (2027, 1, 1)}  # fmt: skip
"""Period -> year, first month, months: a busy month, its quarter, an empty month, and the one after a New Year with a
single ticket (the December before it is its 上期)."""
HEADINGS = {"response": "响应及时性", "resolution": "问题解决效果", "expertise": "服务人员专业性", "attitude": "服务态度",
            "process": "流程便捷性", "added_value": "售后增值体验", "overall": "整体满意度"}  # fmt: skip
Rows = dict[str, list[dict[str, Any]]]


def _rows() -> Rows:
    rows: Rows = sample_rows()
    rows |= {key: rows[key][::6] for key in ("response_log", "process_log")}

    def ticket(number: str, accepted: datetime, done: datetime | None) -> dict[str, Any]:
        return {"ticket": number, "customer_info": "*女士/010-5678", "problem_info": "不启动/紧急", "owner": "*经理",
                "accepted_at": accepted, "responded_at": accepted + timedelta(minutes=20), "resolved_at": done,
                "problem_type": "投诉"}  # fmt: skip

    rows["process_log"] += [
        ticket("SN20240724001", datetime(2024, 7, 24, 9), datetime(2024, 7, 24, 15)),
        ticket("SN20261231001", datetime(2026, 12, 31, 23, 59), datetime(2027, 1, 1)),
        ticket("SN20270131001", datetime(2027, 1, 31, 23, 30), None),
        ticket("SN20270201001", datetime(2027, 2, 1), None),
    ]
    rows["evaluations"] += [
        {"receipt": f"NY-{n}", "evaluated_at": at, "profile": "S002 客户满意度调查表", "response": n, "resolution": 5,
         "attitude": 3, "expertise": 4}
        for n, at in enumerate((datetime(2026, 12, 31, 23, 59), datetime(2027, 1, 1), datetime(2027, 1, 31, 23, 59)), 1)
    ]  # fmt: skip
    return rows


def _nameless() -> Rows:
    """The anonymous form is the main one: 4 answers in April, 6 in May, one of them without 流程."""
    settings = default_rows()
    next(row for row in settings if row["name"] == "主评价档案")["value"] = "S001"
    days = [datetime(2024, 4, 3 + n) for n in range(4)] + [datetime(2024, 5, 6 + n) for n in range(6)]
    answers = [
        {"receipt": f"N{n}", "evaluated_at": day, "profile": "S001", "response": 1 + n % 4, "resolution": 4, "attitude": 5,
         "process": None if n == 9 else 2, "added_value": 3 if n < 8 else None}
        for n, day in enumerate(days)
    ]  # fmt: skip
    return {"evaluations": answers, "settings": settings}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = make_ledger(tmp_path_factory.mktemp("month") / "台账.xlsx", _rows())
    for period in PERIODS:
        app.run("month", path, {"period": period}, NOW)
    return path


@pytest.fixture(scope="module")
def nameless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = make_ledger(tmp_path_factory.mktemp("nameless") / "台账.xlsx", _nameless())
    for period in ("2024-04", "2024-05"):
        app.run("month", path, {"period": period}, NOW)
    return path


def _tab(period: str) -> str:
    prefix = {"Q": "季度复盘_", "H": "半年度复盘_"}.get(period[5], "月度复盘_")
    return prefix + period


def _shown(path: Path, periods: Any) -> dict[str, dict[str, Any]]:
    """Period -> figure name -> value shown."""
    book = _opened(path, True)
    found = {}
    for period in periods:
        sheet = book[_tab(period)]
        places = {n: str(d.attr_text).rpartition("!")[2].replace("$", "") for n, d in sheet.defined_names.items()}
        found[period] = {n: sheet[place].value for n, place in places.items() if ":" not in place}
    return found


@cache
def _opened(path: Path, data_only: bool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path, data_only=data_only)


def _first(year: int, month: int) -> datetime:
    number = year * 12 + month - 1
    return datetime(number // 12, number % 12 + 1, 1)


def _span(raw: RawOracle, start: datetime, end: datetime) -> dict[str, Any]:
    """The figures of one span by plain loops over the typed cells."""
    new, valid = raw.accepted_in(start, end), raw.answers_in(start, end)
    main = raw.value("主评价档案", end - timedelta(seconds=1))
    composites = [a.composite for a in valid if a.profile == main and a.composite is not None]
    opinions = [a.satisfied for a in valid if a.satisfied is not None]
    found: dict[str, Any] = {
        "期初未结": raw.open_at(start), "新增": len(new), "办结": len(raw.closed_in(start, end)), "期末未结": raw.open_at(end),
        "投诉": sum(t.problem_class == "投诉" for t in new), "重开": sum(t.reopened for t in new),
        "综合得分": _mean(composites), "n综合得分": len(composites),
        "满意率": opinions.count(True) / len(opinions) if opinions else "—", "n满意率": len(opinions),
    }  # fmt: skip
    for clock in ("首次响应", "解决"):
        words = [t.clocks[clock] for t in new]
        met, judged = words.count("达标"), words.count("达标") + words.count("超时")
        found |= {f"{clock}达标率": met / judged if judged else "—", f"n{clock}达标率": judged, f"?{clock}达标率": words.count("无法判定")}
    return found


def _mean(numbers: list[Any]) -> Any:
    return float(sum(map(Fraction, numbers), Fraction()) / len(numbers)) if numbers else "—"


def _expected(raw: RawOracle, year: int, month: int, months: int) -> dict[str, Any]:
    start, end, before = (_first(year, month + n) for n in (0, months, -months))
    this, last = _span(raw, start, end), _span(raw, before, start)
    made: dict[str, Any] = {"期始": start, "期止": end, "超时未结": len(raw.overdue(end)), "对账_结存": 0}
    for name in (n for n in this if n[0] not in "n?"):
        made[f"本期_{name}"], made[f"上期_{name}"] = this[name], last[name]
        told = "—" not in (this[name], last[name])
        made[f"差值_{name}"] = this[name] - last[name] if told else "—"
        if f"n{name}" in this:
            made[f"样本_{name}"], made[f"上期样本_{name}"] = this[f"n{name}"], last[f"n{name}"]
        if f"?{name}" in this:
            made[f"缺时间_{name}"] = this[f"?{name}"]
    rows, before_rows = raw.dimensions(start, end), raw.dimensions(before, start)
    every = [(mean, n) for _, n, mean, _, _ in rows if n]
    whole: Any = sum(mean * n for mean, n in every) / sum(n for _, n in every) if every else "—"
    made["总均分"] = whole
    for n, ((label, size, mean, share, low), (_, old, old_mean, _, _)) in enumerate(zip(rows, before_rows, strict=True), 1):
        below = "" if not size or mean >= whole - 1e-9 else "最低" if mean == min(m for m, _ in every) else "低"
        fields = {"名称": label, "样本": size, "均分": mean, "占比": share, "低分": "低" if low else "", "上期样本": old,
                  "上期": old_mean, "低于均": below if len(every) > 1 else ""}  # fmt: skip
        made |= {f"维度{n}_{name}": value for name, value in fields.items()}
    for key, code in review.ASKED:
        scores = [a.scores[HEADINGS[key]] for a in raw.answers_in(start, end) if a.profile == code and HEADINGS[key] in a.scores]
        few = code == "S001" and 0 < len(scores) < 5
        made[f"对比{code}_{key}_样本"] = "不足5" if few else len(scores)
        made[f"对比{code}_{key}_均分"] = "不分列" if few else _mean(scores)
    for n in range(1, 7):
        first = _first(year, month + months - 7 + n)
        then = _span(raw, first, _first(first.year, first.month + 1))
        made[f"月{n}_标签"] = f"{first:%Y-%m}"
        for field, name in (("新增", "新增"), ("办结", "办结"), ("期末未结", "期末未结"), ("响应率", "首次响应达标率"),
                            ("响应样本", "n首次响应达标率"), ("解决率", "解决达标率"), ("解决样本", "n解决达标率"),
                            ("得分", "综合得分"), ("得分样本", "n综合得分")):  # fmt: skip
            made[f"月{n}_{field}"] = then[name]
    left_out = raw.left_out(start, end)
    return made | {f"不计_{name}": left_out[name] for name in review.LEFT_OUT}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one))
    return (one or "") == (other or "")


def test_figures_are_those_of_the_typed_cells(ledger: Path) -> None:
    raw = RawOracle(ledger, NOW)
    shown = _shown(ledger, PERIODS)
    for period, span in PERIODS.items():
        wanted = _expected(raw, *span)
        assert {n: (shown[period].get(n), v) for n, v in wanted.items() if not _same(shown[period].get(n), v)} == {}, period
    assert shown["2024-04"]["本期_新增"] > 20
    assert shown["2025-03"]["本期_新增"] == 0
    january = shown["2027-01"]
    assert [january[f"{span}_{name}"] for name in ("新增", "办结", "期末未结") for span in ("上期", "本期")][:4] == [1, 1, 0, 1]
    assert (january["维度1_样本"], january["维度1_上期样本"], january["维度1_均分"]) == (2, 1, 2.5)


def _cached(path: Path, tab: str) -> dict[str, Any]:
    formulas, values = _opened(path, False)[tab], _opened(path, True)[tab]
    return {
        cell.coordinate: values[cell.coordinate].value
        for row in formulas.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }


@pytest.mark.libreoffice
def test_recalculated_figures_are_the_written_ones(ledger: Path, nameless: Path, libreoffice: Any) -> None:
    for path, periods in ((ledger, list(PERIODS)), (nameless, ["2024-04", "2024-05"])):
        found = libreoffice.recalculate(path)
        for period in periods:
            cached = _cached(path, _tab(period))
            assert len(cached) > 220
            tab = found[_tab(period)]
            assert {a: (tab.get(a), v) for a, v in cached.items() if not _same(tab.get(a), v)} == {}, period


def test_few_nameless_answers_are_not_told(nameless: Path) -> None:
    shown = _shown(nameless, ("2024-04", "2024-05"))
    april, may = shown["2024-04"], shown["2024-05"]
    asked = range(1, len(PROFILES["S001"].dimensions) + 1)
    assert {(april[f"维度{n}_样本"], april[f"维度{n}_均分"], april[f"维度{n}_占比"]) for n in asked} == {("不足5", "不分列", "不分列")}
    assert april["总均分"] == "—"
    assert {april[f"建议{n}_编号"] for n in asked} == {None}
    assert [may[f"维度{n}_样本"] for n in asked] == [6, 6, 6, 5, "不足5"]
    assert {may[f"维度{n}_上期"] for n in asked} == {"不分列"}
    assert {may[f"维度{n}_差值"] for n in asked} == {"—"}
    assert (may["维度4_均分"], may["维度5_均分"]) == (2, "不分列")
    assert (may["月5_得分样本"], may["月5_得分"], may["月6_得分"]) == ("不足5", "不分列", "不分列")
    assert (may["对比S001_process_样本"], may["对比S001_added_value_样本"]) == (5, "不足5")
    assert [may[f"原因1_工单{n}"] for n in (1, 2, 3)] == [None, None, None]
