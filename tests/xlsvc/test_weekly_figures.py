"""The weekly tab's formulas, really recalculated, against the figures Python writes and against an oracle.

The ledger's computed columns are filled by hand here, with every label that a criterion could misread; beside them stand
the typed cells they could have been read from: a date, a date with the dust of a calculation, a text, a number that is no date.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from tests.support.weekly_oracle import days_of, expected
from workbook.sheets import BY_KEY
from workbook.sheets import weekly_summary as weekly
from workbook.sheets.profiles import DIMENSION_KEYS, PROFILES
from workbook.template import build, save
from workbook.values import serial
from xlsvc.settings import Settings
from xlsvc.weekly_customers import choose_channels, customer_figures
from xlsvc.weekly_figures import Lists, Rules, Week, figures, week_label
from xlsvc.weekly_glance import glance_figures
from xlsvc.weekly_live import live_figures
from xlsvc.weekly_sentences import conclusions
from xlsvc.weekly_summary import ANSWER_COLUMNS, TICKET_COLUMNS, choose_lists, update

from .documents import ledger

WEEKS = ("2024-W18", "2024-W30", "2024-W21", "2026-W53")
"""A busy one, an empty one, one with a single row, and the one that spans two years."""

PEOPLE = (
    "*李工",
    "李?",
    "李工",
    "Amy",
    "amy",
    "~王",
    "陈*",
    "未分派",
    "张工",
    "赵工",
    "周工",
    "吴工",
    "郑工",
)
WORDS = (("产品质量", "产品质量"), ("产品功能类", "产品质量"), ("投诉", "投诉"), ("投诉建议", "投诉"), ("使用咨询", "咨询"),
         ("其他", "其他"), ("软件调试", "软件"), ("硬件故障", "维修"), ("退换?", "退换货"), ("建议", "建议"))  # fmt: skip
NOW = datetime(2027, 1, 6, 9)
CLASSES = ("产品质量", "投诉", "咨询", "其他", "未填", "软件", "维修", "退换货", "物流配送", "建议")
RULES = Rules(
    "S002", 3.5, 5, {"首次响应达标率": 0.95, "解决达标率": 0.9, "综合得分": 4.5, "满意率": 0.9},
    tuple((d.label, float(d.weight)) for d in PROFILES["S002"].dimensions),
)  # fmt: skip


def _typed(chance: random.Random, moment: datetime | None) -> Any:
    """A cell that the product reads as this moment, or as none."""
    if moment is None:
        return chance.choice((None, None, "待定", 0.5, 99_999))
    dust = chance.choice((-1, 1)) * 4e-6
    return chance.choice((*[moment] * 5, f"{moment:%Y年%m月%d日}", int(f"{moment:%Y%m%d}"), serial(moment) + dust))


def _word(chance: random.Random, label: str) -> str | None:
    known = [word for word, group in WORDS if group == label]
    return None if label == "未填" else chance.choice((*known * 2, f"{label}那一类"))


def _score(chance: random.Random, points: float | None) -> Any:
    return chance.choice((None, 6, 4.5, "好")) if points is None else chance.choice((points, points, f"{points:.0f}分"))


def _ticket(chance: random.Random, start: datetime) -> dict[str, Any]:
    hours = chance.choice((None, 0.5, 3, 30, 200))
    late = chance.choice(("", "", "", "解决", "首次响应")) if hours is None else ""
    end, label = None if hours is None else start + timedelta(hours=hours), chance.choice(CLASSES)
    return {
        "accepted_at": _typed(chance, start),
        "resolved_at": _typed(chance, end),
        "problem_type": _word(chance, label),
        "stat_start": start,
        "stat_end": end,
        "stat_undated": chance.choice(("", "", "是")) if hours is None else "",
        "stat_class": label,
        "stat_urgency": chance.choice(("特急·加急", "紧急", "一般·普通", "咨询", "未填")),
        "stat_person": chance.choice(PEOPLE),
        "stat_department": chance.choice(("技术部", "客服部", "运营部*", "未分派")),
        "stat_reopened": chance.choice((None, 0.0, 1.0, 2.0)),
        "stat_overdue": late,
        "sla_status": chance.choice(weekly.STATUSES),
        "response_status": chance.choice(weekly.STATUSES),
        "resolution_status": chance.choice(weekly.STATUSES),
        "excluded": chance.choice(("", "", "", "", "", "重复", "时间颠倒")),
        "stat_customer": chance.choice(("新客户", "老客户", "VIP客户", "大客户", "未填")),
    }


def _answer(chance: random.Random, at: datetime | None) -> dict[str, Any]:
    valid = chance.random() < 0.85
    points = {f"stat_{key}": chance.choice((None, 1.0, 3.0, 4.0, 5.0, 5.0)) for key in DIMENSION_KEYS}
    profile = chance.choice(("S002", "S002", "S002", "S000", "S001"))
    return {
        **{key: _score(chance, points[f"stat_{key}"]) for key in DIMENSION_KEYS},
        "evaluated_at": _typed(chance, at),
        "profile": chance.choice((f"{profile} 某某表", "某某表")),
        "stat_at": at,
        "valid": "是" if valid else "否",
        "stat_profile": profile,
        "composite": chance.choice((None, 4.45, 4.15, 3.0, 5.0)) if valid else None,
        "satisfied": chance.choice(("是", "是", "否", "")) if valid else "",
        "stat_customer": chance.choice(("新客户", "老客户", "老客户", "VIP客户", "未填")),
        "stat_channel": chance.choice(("微信", "短信", "代填", "未填", "QQ*", "qq*", "电话回访", "门店?", "邮件")),
        **points,
    }


def _rows() -> dict[str, list[dict[str, Any]]]:
    chance = random.Random(18)
    moments = [
        datetime(2024, 4, 29),
        datetime(2024, 5, 5, 23, 59, 59),
        datetime(2024, 5, 6),
        datetime(2024, 4, 28, 23, 59),
    ]
    moments += [datetime(2024, 3, 18) + timedelta(minutes=chance.randrange(48 * 1440)) for _ in range(160)]
    moments += [
        datetime(2024, 5, 22, 10, 0),
        datetime(2026, 12, 28),
        datetime(2027, 1, 3, 23, 59),
        datetime(2027, 1, 4),
    ]
    logs: dict[str, list[dict[str, Any]]] = {"response_log": [], "process_log": []}
    for moment in moments:
        logs[chance.choice(sorted(logs))].append(_ticket(chance, moment))
    only = next(r for rows in logs.values() for r in rows if r["stat_start"] == datetime(2024, 5, 22, 10, 0))
    only["excluded"] = ""
    only["accepted_at"] = only["stat_start"]
    for rows in logs.values():
        rows.append({"excluded": "缺受理时间", "accepted_at": "待定", "resolved_at": datetime(2024, 5, 1), "stat_end":
                     datetime(2024, 5, 1), "stat_class": "咨询", "stat_person": "李工", "stat_department": "技术部",
                     "stat_urgency": "紧急", "sla_status": "无法判定"})  # fmt: skip
    answers = [_answer(chance, m + timedelta(hours=5)) for m in moments if chance.random() < 0.5]
    answers += [_answer(chance, datetime(2024, 5, 22, 12, 0)) | {"valid": "是", "stat_profile": "S002"}]
    answers += [_answer(chance, None) | {"valid": "否"}]
    return {**logs, "evaluations": answers}


ROWS = _rows()


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(rows).reindex(columns=list(columns))
    for key in columns:
        if key in ("stat_start", "stat_end", "stat_at") or key.endswith("_due"):
            frame[key] = pd.to_datetime(frame[key])
        elif key in ("composite", "stat_reopened") or key.removeprefix("stat_") in DIMENSION_KEYS:
            frame[key] = pd.to_numeric(frame[key])
        else:
            frame[key] = frame[key].fillna("").astype(object)
    return frame


def _values(week: str) -> dict[str, Any]:
    tickets = _frame([*ROWS["response_log"], *ROWS["process_log"]], TICKET_COLUMNS)
    answers = _frame(ROWS["evaluations"], ANSWER_COLUMNS)
    first = days_of(week)[0]
    start = datetime(first.year, first.month, first.day)
    assert week_label(start) == week
    values = figures(tickets, answers, start, RULES, choose_lists(tickets, start)) | live_figures(RULES, WORDS)
    this = Week(tickets, answers, start, RULES.main_profile)
    values |= customer_figures(this, values, choose_channels(this)) | {"时效截至": NOW}
    return values | glance_figures(this, values, RULES, NOW)


def _by_heading(key: str) -> list[dict[str, Any]]:
    sheet = BY_KEY[key]
    return [{sheet.heading(k): v for k, v in row.items()} for row in ROWS[key]]


def _oracle(week: str) -> dict[Any, Any]:
    logs = [*_by_heading("response_log"), *_by_heading("process_log")]
    asked = [(d.label, BY_KEY["evaluations"].heading(f"stat_{d.key}")) for d in PROFILES["S002"].dimensions]
    return expected(logs, _by_heading("evaluations"), week, "S002", asked)


def same(found: Any, wanted: Any) -> bool:
    """Equal as cells are: a blank cell, None and "" are one; numbers up to the last binary digits."""
    if isinstance(wanted, datetime):
        wanted = (wanted - datetime(1899, 12, 30)).total_seconds() / 86400
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        return abs(found - wanted) <= 1e-9 * max(1.0, abs(wanted))
    return (found or "") == (str(wanted) if wanted is not None else "")


@pytest.mark.parametrize("week", WEEKS)
def test_figures_are_what_the_raw_cells_say(week: str) -> None:
    values, oracle = _values(week), _oracle(week)
    wrong: dict[Any, Any] = {}
    for name, wanted in oracle.items():
        if isinstance(name, str) and not same(values[name], wanted):
            wrong[name] = (values[name], wanted)
    for prefix, rows, fields in (
        ("类型", weekly.TYPE_ROWS, ("数量",)),
        ("人员", weekly.PEOPLE_ROWS, ("新增", "办结", "超时", "达标率")),
        ("部门", weekly.DEPARTMENT_ROWS, ("新增", "办结", "超时", "达标率")),
        ("渠道", weekly.CHANNEL_ROWS, ("数量", "得分样本", "得分")),
    ):
        for n in range(1, rows + 1):
            label = values[f"{prefix}{n}_名称"]
            for field in fields if label else ():
                wanted = oracle.get((prefix, label.lower() if prefix != "类型" else label, field), 0)
                if not same(values[f"{prefix}{n}_{field}"], wanted):
                    wrong[prefix, label, field] = (values[f"{prefix}{n}_{field}"], wanted)
    for name, label in zip(weekly.URGENCY_NAMES, (*weekly.URGENCIES[:-1], "未填"), strict=True):
        for status in weekly.STATUSES:
            wanted = oracle.get(("紧急", label, status), 0)
            if values[f"紧急{name}_{status}"] != wanted:
                wrong[label, status] = (values[f"紧急{name}_{status}"], wanted)
    assert wrong == {}


def test_weeks_are_as_their_names_say() -> None:
    busy, empty, one = (_values(week) for week in WEEKS[:3])
    assert busy["本周_新增"] > 15
    assert empty["本周_新增"] == 0
    assert one["本周_新增"] == 1
    assert {empty[f"本周_{k.name}"] for k in weekly.KPIS if k.kind != "count"} == {"—"}
    assert [_values("2026-W53")[f"日{n}_新增"] for n in (1, 7)] in ([1, 1], [1, 0], [0, 1], [0, 0])


@pytest.mark.libreoffice
@pytest.mark.parametrize("week", WEEKS)
def test_formulas_recalculate_to_the_figures(week: str, libreoffice: Any, tmp_path: Any) -> None:
    book = build(ROWS)
    tab = book[weekly.TITLE]
    places = {
        name: tab.defined_names[name].attr_text.split("!")[1].replace("$", "") for name in weekly.names()
    }
    values = _values(week)
    formulas = {name for name, place in places.items() if str(tab[place].value or "").startswith("=")}
    for name, value in values.items():
        if name not in formulas:
            tab[places[name]].value = value
    save(book, tmp_path / "weekly.xlsx")
    found = libreoffice.recalculate(tmp_path / "weekly.xlsx")[weekly.TITLE]
    assert formulas <= set(values)
    wrong = {
        n: (found.get(places[n]), values[n])
        for n in sorted(formulas)
        if not same(found.get(places[n]), str(values[n]) if str(values[n]) == "#N/A" else values[n])
    }
    assert wrong == {}
    assert not [n for n in formulas if str(values[n]).startswith("#") and "图" not in n and "累计" not in n]


def test_a_week_to_come_is_made_but_said() -> None:
    outcome = update(ledger({}, week="2042-W19"), Settings.packaged(), datetime(2024, 5, 6, 9))
    assert [i.message for i in outcome.issues if i.code == "summary.future"] == [
        "“周报 2042-W19”的这一周还没有开始(现在是 2024-05-06 09:00)。请核对周次;要看本周,请在别的工作表上点“生成周报”(命令:不写 --week)。"
    ]


def test_what_nobody_classified_is_said_before_the_commonest_class() -> None:
    rows = [_ticket(random.Random(n), datetime(2024, 5, 1, 9)) | {"excluded": "", "stat_class": label}
            for n, label in enumerate(("未填", "未填", "咨询"))]  # fmt: skip
    counted, answers = _frame(rows, TICKET_COLUMNS), _frame([], ANSWER_COLUMNS)
    values = figures(counted, answers, datetime(2024, 4, 29), RULES, Lists(["咨询"], [], []))
    values |= dict.fromkeys(("关注1_工单", "关注1_责任人", "关注1_环节", "关注1_已超时"), "")
    said = conclusions(values, RULES, datetime(2024, 5, 6))[1]
    assert "其他与未填 2 张(66.7%),请补类别;其余最多的是咨询 1 张(33.3%)" in said
