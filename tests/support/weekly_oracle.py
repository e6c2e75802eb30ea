"""What a week's figures must be, from raw cells by plain loops.

Shares nothing with xlsvc.weekly_figures nor with the tab's formulas: rows are dicts of what stands under the
tables' headings, weeks are counted day by day, and labels are compared as a person would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]


def days_of(week: str) -> list[date]:
    year, number = week.split("-W")
    fourth = date(int(year), 1, 4)  # the 4th of January is always in week 1
    monday = fourth - timedelta(days=fourth.weekday()) + timedelta(weeks=int(number) - 1)
    return [monday + timedelta(days=n) for n in range(7)]


def _on(moment: Any, days: Sequence[date]) -> bool:
    return isinstance(moment, datetime) and moment.date() in days


def _share(part: int, whole: int) -> Any:
    return "—" if whole == 0 else part / whole


def _mean(numbers: Sequence[float]) -> Any:
    if not numbers:
        return "—"
    return float(sum(Fraction(n) for n in numbers) / len(numbers))


def _open_after(rows: Sequence[Row], day: date) -> int:
    """Tickets in hand when the day begins."""
    number = 0
    for row in rows:
        if row["统计受理"].date() < day:
            end = row.get("统计办结")
            if not isinstance(end, datetime) or end.date() >= day:
                number += 1
    return number


def _kpis(rows: Sequence[Row], answers: Sequence[Row], days: Sequence[date], profile: str) -> dict[str, Any]:
    new = [r for r in rows if _on(r["统计受理"], days)]
    valid = [a for a in answers if _on(a.get("统计评价时间"), days) and a.get("有效") == "是"]
    scores = [a["综合得分"] for a in valid if a["统计档案"] == profile and a.get("综合得分") is not None]
    happy = [a["满意"] for a in valid if a.get("满意") in ("是", "否")]
    found: dict[str, Any] = {
        "期初未结": _open_after(rows, days[0]),
        "新增": len(new),
        "办结": sum(_on(r.get("统计办结"), days) for r in rows),
        "期末未结": _open_after(rows, days[-1] + timedelta(days=1)),
        "投诉": sum(r.get("统计类别") == "投诉" for r in new),
        "重开": sum((r.get("统计重开") or 0) > 0 for r in new),
        "综合得分": _mean(scores),
        "n综合得分": len(scores),
        "满意率": _share(happy.count("是"), len(happy)),
        "n满意率": len(happy),
    }
    for name, heading in (("首次响应达标率", "首次响应状态"), ("解决达标率", "解决状态")):
        words = [r.get(heading) for r in new]
        judged = words.count("达标") + words.count("超时")
        found |= {
            name: _share(words.count("达标"), judged),
            f"n{name}": judged,
            f"?{name}": words.count("无法判定"),
        }
    return found


def expected(
    logs: Sequence[Row],
    answers: Sequence[Row],
    week: str,
    profile: str,
    dimensions: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """Figure name -> value. `logs`: rows of both logs by heading; `dimensions`: (label, 统计 heading) of the
    main profile. Figures of lists are keyed by their label: ("人员", "李工", "新增")."""
    days = days_of(week)
    rows = [r for r in logs if not r.get("不计原因") and isinstance(r.get("统计受理"), datetime)]
    made: dict[Any, Any] = {}
    weeks = [[d - timedelta(weeks=n) for d in days] for n in range(8)]
    this, last = (_kpis(rows, answers, w, profile) for w in weeks[:2])
    for name in (k for k in this if k[0] not in "n?"):
        made[f"本周_{name}"], made[f"上周_{name}"] = this[name], last[name]
        missing = "—" in (this[name], last[name])
        made[f"差值_{name}"] = "—" if missing else this[name] - last[name]
        if f"n{name}" in this:
            made[f"样本_{name}"] = this[f"n{name}"]
        if f"?{name}" in this:
            made[f"缺时间_{name}"] = this[f"?{name}"]
    for n, w in enumerate(weeks):
        then = _kpis(rows, answers, w, profile)
        number = 8 - n
        for field, name in (("新增", "新增"), ("办结", "办结"), ("期末未结", "期末未结"), ("响应率", "首次响应达标率"),
                            ("响应样本", "n首次响应达标率"), ("解决率", "解决达标率"), ("得分", "综合得分"),
                            ("得分样本", "n综合得分")):  # fmt: skip
            made[f"周{number}_{field}"] = then[name]
    for n, day in enumerate(days, 1):
        made[f"日{n}_新增"] = sum(_on(r["统计受理"], [day]) for r in rows)
        made[f"日{n}_办结"] = sum(_on(r.get("统计办结"), [day]) for r in rows)

    new = [r for r in rows if _on(r["统计受理"], days)]
    before_end = [r for r in rows if r["统计受理"].date() <= days[-1]]
    late = [r for r in before_end if r.get("统计超时")]
    made["超时未结"] = len(late)
    made["缺时间_期末未结"] = sum(r.get("统计缺办结") == "是" for r in before_end)
    for row in new:
        for key in (("类型", row["统计类别"], "数量"), ("紧急", row["统计紧急"], row["时效状态"])):
            made[key] = made.get(key, 0) + 1
    for prefix, heading in (("人员", "统计责任人"), ("部门", "统计部门")):
        for label in {r[heading].lower() for r in rows}:
            mine = [r for r in rows if r[heading].lower() == label]
            words = [r["首次响应状态"] for r in mine if r in new]
            made[prefix, label, "新增"] = len(words)
            made[prefix, label, "办结"] = sum(_on(r.get("统计办结"), days) for r in mine)
            made[prefix, label, "超时"] = sum(r in late for r in mine)
            judged = words.count("达标") + words.count("超时")
            made[prefix, label, "达标率"] = _share(words.count("达标"), judged)

    main = [
        a
        for a in answers
        if _on(a.get("统计评价时间"), days) and a.get("有效") == "是" and a["统计档案"] == profile
    ]
    for n, (_, heading) in enumerate(dimensions, 1):
        points = [a[heading] for a in main if a.get(heading) is not None]
        made[f"维度{n}_样本"], made[f"维度{n}_均分"] = len(points), _mean(points)
        made[f"维度{n}_占比"] = _share(sum(p in (4, 5) for p in points), len(points))
        made[f"维度{n}_低分"] = "低" if points and sum(points) < Fraction(7, 2) * len(points) else ""
    made |= _customers(new, answers, days, profile)
    for reason in ("重复", "缺受理时间", "时间颠倒"):
        made[f"不计_{reason}"] = sum(r.get("不计原因") == reason for r in logs)
    inside = [a for a in answers if _on(a.get("统计评价时间"), days)]
    made["不计_评价剔除"] = sum(a.get("有效") == "否" for a in inside)
    made["不计_其他档案"] = sum(a.get("有效") == "是" and a["统计档案"] != profile for a in inside)
    made["不计_缺评价时间"] = sum(a.get("统计评价时间") is None and bool(a.get("有效")) for a in answers)
    made |= {f"对账_{name}": 0 for name in ("结存", "类型", "紧急", "人员", "部门", "客户")}
    return made


def _customers(new: Sequence[Row], answers: Sequence[Row], days: Sequence[date], profile: str) -> dict[Any, Any]:
    """Customer types by name; channels by their label in lower case, those of 代填 and of all answers by name."""
    made: dict[Any, Any] = {}
    valid = [a for a in answers if _on(a.get("统计评价时间"), days) and a.get("有效") == "是"]

    def score(name: str, part: Sequence[Row]) -> dict[Any, Any]:
        points = [a["综合得分"] for a in part if a["统计档案"] == profile and a.get("综合得分") is not None]
        return {f"{name}得分样本": len(points), f"{name}得分": _mean(points)}

    known = {"新客户": "新", "老客户": "老", "VIP客户": "VIP"}
    for name in (*known.values(), "其他"):
        mine = [r for r in new if known.get(r["统计客户"], "其他") == name]
        made[f"客户{name}_新增"], made[f"客户{name}_占比"] = len(mine), _share(len(mine), len(new))
        for short, heading in (("响应", "首次响应状态"), ("解决", "解决状态")):
            words = [r.get(heading) for r in mine]
            judged = words.count("达标") + words.count("超时")
            made[f"客户{name}_{short}样本"] = judged
            made[f"客户{name}_{short}率"] = _share(words.count("达标"), judged)
        made |= score(f"客户{name}_", [a for a in valid if known.get(a["统计客户"], "其他") == name])
    for label in {a["统计渠道"].lower() for a in valid}:
        part = [a for a in valid if a["统计渠道"].lower() == label]
        made["渠道", label, "数量"] = len(part)
        made |= {("渠道", label, field.removeprefix("_")): value for field, value in score("_", part).items()}
    for row, part in (("代填", [a for a in valid if a["统计渠道"] == "代填"]), ("合计", valid)):
        made[f"渠道{row}_数量"], made[f"渠道{row}_占比"] = len(part), _share(len(part), len(valid))
        made |= score(f"渠道{row}_", part)
    return made
