"""What a weekly tab must show, counted from the cells people typed, by plain loops.

Shares nothing with the product: `raw_ledger` reads the rows, the meaning of each figure is that of 口径与对账 on
the tab and of the requirements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from .raw_cells import moment
from .raw_ledger import CLASSES, CLOSED, QUESTIONS, URGENCIES, Answer, RawLedger, Row, Ticket

DAY, WEEK = timedelta(days=1), timedelta(days=7)
NOTHING = "—"
TYPES_SHOWN = 6
ANONYMOUS, FEW_TO_TELL = "S001", 5


class RawOracle(RawLedger):
    """The figures of any week of a ledger, as of the moment it is judged."""

    def week(self, monday: datetime, main: str = "") -> dict[str, Any]:
        """The strip's figures of one week, by their names; n… a denominator, ?… tickets that lack times. `main` is the
        form whose scores count, where that is another week's: a report never mixes two."""
        end = monday + WEEK
        new = self.accepted_in(monday, end)
        main = main or self.value("主评价档案", end - timedelta(seconds=1))
        valid = self.answers_in(monday, end)
        composites = [a.composite for a in valid if a.profile == main and a.composite is not None]
        opinions = [a.satisfied for a in valid if a.satisfied is not None]
        stayed, before = self.stayed(monday), self.stayed(monday - WEEK)
        scored = stayed["主档案"] == main
        points = sum(composites, Fraction(stayed["得分合计"] if scored else 0))
        answers = len(composites) + (stayed["得分份数"] if scored else 0)
        found: dict[str, Any] = {
            "期初未结": self.open_at(monday) + before["期末未结"],
            "新增": len(new) + stayed["新增"],
            "办结": len(self.closed_in(monday, end)) + stayed["办结"],
            "期末未结": self.open_at(end) + stayed["期末未结"],
            "综合得分": float(points / answers) if answers else NOTHING,
            "n综合得分": answers,
            "满意率": _share(opinions.count(True) + stayed["满意"], len(opinions) + stayed["满意分母"]),
            "n满意率": len(opinions) + stayed["满意分母"],
            "投诉": sum(t.problem_class == "投诉" for t in new) + stayed["投诉"],
            "重开": sum(t.reopened for t in new) + stayed["重开"],
        }
        for clock in ("首次响应", "解决"):
            words = [t.clocks[clock] for t in new]
            short = clock.removeprefix("首次")
            judged = words.count("达标") + words.count("超时") + stayed[f"{short}分母"]
            found |= {
                f"{clock}达标率": _share(words.count("达标") + stayed[f"{short}达标"], judged),
                f"n{clock}达标率": judged,
                f"?{clock}达标率": words.count("无法判定"),
            }
        return found

    def stayed(self, monday: datetime) -> Counter[str]:
        """The row of 结转记录 about a week: what the rows that stayed in the ledger before count there."""
        rows = [row for row in self.carried if moment(row["周始"]) == monday]
        return Counter(rows[0]) if rows else Counter()

    def open_at(self, when: datetime) -> int:
        begun = [t for t in self.counted if t.accepted and t.accepted < when]
        return sum(t.resolved is None or t.resolved >= when for t in begun)

    def accepted_in(self, start: datetime, end: datetime) -> list[Ticket]:
        return [t for t in self.counted if t.accepted and start <= t.accepted < end]

    def closed_in(self, start: datetime, end: datetime) -> list[Ticket]:
        return [t for t in self.counted if t.resolved and start <= t.resolved < end]

    def answers_in(self, start: datetime, end: datetime) -> list[Answer]:
        return [a for a in self.answers if not a.reason and a.at and start <= a.at < end]

    def classes(self, start: datetime, end: datetime) -> Counter[str]:
        return Counter(t.problem_class for t in self.accepted_in(start, end))

    def matrix(self, start: datetime, end: datetime) -> Counter[tuple[str, str]]:
        """(P1 to P4 or 未定, 时效状态) -> tickets."""
        return Counter((t.urgency or "未定", t.overall) for t in self.accepted_in(start, end))

    def group(self, kind: str, start: datetime, end: datetime) -> dict[str, dict[str, Any]]:
        """`kind` person or department: label in lower case -> 新增, 办结, 超时, 分母, 达标 (first responses met)."""
        new, closed = self.accepted_in(start, end), self.closed_in(start, end)
        found: dict[str, dict[str, Any]] = {}
        for label in {getattr(t, kind).lower() for t in self.counted}:
            words = [t.clocks["首次响应"] for t in new if getattr(t, kind).lower() == label]
            found[label] = {
                "新增": len(words),
                "办结": sum(getattr(t, kind).lower() == label for t in closed),
                "超时": sum(getattr(t, kind).lower() == label for t in self.late(end)),
                "分母": words.count("达标") + words.count("超时"),
                "达标": words.count("达标"),
            }
        return found

    def involved(self, kind: str, start: datetime, end: datetime) -> Counter[str]:
        """Person or department in lower case -> tickets taken or closed in the week, or overdue now."""
        part = {id(t): t for t in (*self.accepted_in(start, end), *self.closed_in(start, end))}
        part |= {id(t): t for t in self.late(end)}
        return Counter(getattr(t, kind).lower() for t in part.values())

    def dimensions(self, start: datetime, end: datetime) -> list[tuple[str, int, Any, Any, bool]]:
        """(label, n, mean, share of 4 and 5, low) of the main profile's questions."""
        last = end - timedelta(seconds=1)
        main, line = self.value("主评价档案", last), Fraction(str(self.value("低分线", last)))
        rows = [a for a in self.answers_in(start, end) if a.profile == main]
        found = []
        for label, heading in QUESTIONS[main].items():
            points = [a.scores[heading] for a in rows if heading in a.scores]
            low = bool(points) and Fraction(sum(points), len(points)) < line
            share = _share(sum(p >= 4 for p in points), len(points))
            found.append((label, len(points), _mean([Fraction(p) for p in points]), share, low))
        return found

    def scores(self, monday: datetime, groups: Mapping[str, list[Answer]], apart: bool = True) -> Row:
        """Mean composite of the main profile by group, and of how many. Groups of an anonymous form are not told
        `apart` where one of them is small."""
        main = self.value("主评价档案", monday + WEEK - timedelta(seconds=1))
        points = {
            name: [a.composite for a in part if a.profile == main and a.composite is not None]
            for name, part in groups.items()
        }
        kept_back = apart and main == ANONYMOUS and any(0 < len(part) < FEW_TO_TELL for part in points.values())
        made: Row = {}
        for name, part in points.items():
            small = kept_back and 0 < len(part) < FEW_TO_TELL
            made[f"{name}_得分样本"] = "不足5" if small else len(part)
            made[f"{name}_得分"] = "不分列" if kept_back else _mean(part)
        return made

    def left_out(self, start: datetime, end: datetime) -> dict[str, int]:
        main = self.value("主评价档案", end - timedelta(seconds=1))
        inside = [a for a in self.answers if a.at and start <= a.at < end]
        reasons = Counter(t.excluded for t in self.tickets)
        return {reason: reasons[reason] for reason in ("重复", "缺受理时间", "时间颠倒")} | {
            "评价剔除": sum(bool(a.reason) for a in inside),
            "其他档案": sum(not a.reason and a.profile != main for a in inside),
            "缺评价时间": sum(a.at is None for a in self.answers),
        }

    def overdue(self, end: datetime) -> list[datetime]:
        """When each ticket taken before the week's end and overdue now should have been done, the oldest first."""
        return sorted(min(t.overdue.values()) for t in self.late(end))

    def undated(self, end: datetime) -> int:
        """Tickets taken before the week's end whose 状态 says closed, but no cell says when."""
        begun = [t for t in self.counted if t.accepted and t.accepted < end]
        return sum(t.status in CLOSED and t.resolved is None for t in begun)

    def late(self, end: datetime) -> list[Ticket]:
        return [t for t in self.counted if t.overdue and t.accepted and t.accepted < end]


def _mean(numbers: list[Fraction]) -> Any:
    return float(sum(numbers, Fraction()) / len(numbers)) if numbers else NOTHING


def _share(part: int, whole: int) -> Any:
    return part / whole if whole else NOTHING


def week_start(week: str) -> datetime:
    """The Monday of a week written as 2024-W18."""
    year, number = week.split("-W")
    fourth = datetime(int(year), 1, 4)  # always in week 1
    return fourth - timedelta(days=fourth.weekday()) + (int(number) - 1) * WEEK


def figures(ledger: RawOracle, week: str, people: list[str], departments: list[str]) -> Row:
    """Figure name on the tab -> value, for the people and departments in the order the tab names them."""
    monday = week_start(week)
    end = monday + WEEK
    main = ledger.value("主评价档案", end - timedelta(seconds=1))
    this, last = ledger.week(monday), ledger.week(monday - WEEK, main)
    made: Row = {"超时未结": len(ledger.overdue(end)), "缺时间_期末未结": ledger.undated(end)}
    for name in (n for n in this if n[0] not in "n?"):
        made[f"本周_{name}"], made[f"上周_{name}"] = this[name], last[name]
        told = NOTHING not in (this[name], last[name])
        made[f"差值_{name}"] = this[name] - last[name] if told else NOTHING
        if f"n{name}" in this:
            made[f"样本_{name}"], made[f"上周样本_{name}"] = this[f"n{name}"], last[f"n{name}"]
        if f"?{name}" in this:
            made[f"缺时间_{name}"] = this[f"?{name}"]
    for n in range(7):
        day = monday + n * DAY
        made[f"日{n + 1}_新增"] = len(ledger.accepted_in(day, day + DAY))
        made[f"日{n + 1}_办结"] = len(ledger.closed_in(day, day + DAY))
    made |= _types(ledger, monday)
    cells = ledger.matrix(monday, end)
    for urgency in (*URGENCIES, "未定", "合计"):
        for status in ("达标", "超时", "即将超时", "进行中", "无时限", "无法判定", "合计"):
            made[f"紧急{urgency}_{status}"] = sum(
                n for (u, s), n in cells.items() if urgency in (u, "合计") and status in (s, "合计")
            )
    for n, (label, size, mean, share, low) in enumerate(ledger.dimensions(monday, end), 1):
        names = {"名称": label, "样本": size, "均分": mean, "占比": share, "低分": "低" if low else ""}
        made |= {f"维度{n}_{name}": value for name, value in names.items()}
    for prefix, kind, labels in (("人员", "person", people), ("部门", "department", departments)):
        groups = ledger.group(kind, monday, end)
        named = [groups.pop(label.lower()) for label in labels]
        rest = {f: sum(g[f] for g in groups.values()) for f in ("新增", "办结", "超时", "分母", "达标")}
        for place, group in (*enumerate(named, 1), ("其他", rest)):
            rate = _share(group["达标"], group["分母"])
            made |= {f"{prefix}{place}_{f}": group[f] for f in ("新增", "办结", "超时", "分母")}
            made[f"{prefix}{place}_达标率"] = rate
    for n in range(8):
        then = ledger.week(monday - n * WEEK, main)
        for heading, name in (("新增", "新增"), ("办结", "办结"), ("期末未结", "期末未结"),
                              ("响应率", "首次响应达标率"), ("响应样本", "n首次响应达标率"), ("解决率", "解决达标率"),
                              ("解决样本", "n解决达标率"), ("得分", "综合得分"), ("得分样本", "n综合得分")):  # fmt: skip
            made[f"周{8 - n}_{heading}"] = then[name]
    for n, due in enumerate(ledger.overdue(end)[:5], 1):
        made[f"关注{n}_应完成"] = due
    made |= {f"不计_{name}": count for name, count in ledger.left_out(monday, end).items()}
    made |= _customers(ledger, monday)
    return made | {f"对账_{name}": 0 for name in ("结存", "类型", "紧急", "人员", "部门", "客户")}


def _customers(ledger: RawOracle, monday: datetime) -> Row:
    """New, old and VIP customers side by side."""
    made: Row = {}
    new = ledger.accepted_in(monday, monday + WEEK)
    for name in ("新", "老", "VIP", "其他"):
        mine = [t for t in new if t.customer.removesuffix("客户") == name]
        made[f"客户{name}_新增"], made[f"客户{name}_占比"] = len(mine), _share(len(mine), len(new))
        for clock in ("首次响应", "解决"):
            words = [t.clocks[clock] for t in mine]
            met, judged = words.count("达标"), words.count("达标") + words.count("超时")
            short = clock.removeprefix("首次")
            made[f"客户{name}_{short}样本"], made[f"客户{name}_{short}率"] = judged, _share(met, judged)
    valid = ledger.answers_in(monday, monday + WEEK)
    groups = {f"客户{n}": [a for a in valid if a.customer.removesuffix("客户") == n] for n in ("新", "老", "VIP", "其他")}
    return made | ledger.scores(monday, groups)


def channels(ledger: RawOracle, week: str, labels: list[str]) -> Row:
    """The ways the week's valid answers came, for the channels in the order the tab names them."""
    monday = week_start(week)
    valid = ledger.answers_in(monday, monday + WEEK)
    keys = {f"渠道{n}": label.lower() for n, label in enumerate(labels, 1)} | {"渠道代填": "代填"}
    groups = {row: [a for a in valid if a.channel.lower() == key] for row, key in keys.items()}
    groups["渠道其他"] = [a for a in valid if a.channel.lower() not in keys.values()]
    made = ledger.scores(monday, groups)
    made |= ledger.scores(monday, {"渠道合计": valid}, apart=False)
    for row, part in {**groups, "渠道合计": valid}.items():
        made[f"{row}_数量"], made[f"{row}_占比"] = len(part), _share(len(part), len(valid))
    return made


def _types(ledger: RawOracle, monday: datetime) -> Row:
    """The commonest classes of the week by name, the documents' order deciding ties; the rest is 其他."""
    made: Row = {}
    this, last = (ledger.classes(start, start + WEEK) for start in (monday, monday - WEEK))
    common = sorted((c for c in CLASSES if this[c] and c != "其他"), key=lambda c: -this[c])
    types = common[:TYPES_SHOWN]
    made |= {f"类型{n}_名称": types[n - 1] if n <= len(types) else "" for n in range(1, TYPES_SHOWN + 1)}
    total = sum(this.values())
    rows = {str(n): [label] for n, label in enumerate(types, 1)}
    rows |= {"其他": [c for c in {*this, *last} if c not in types], "合计": [*{*this, *last}]}
    for row, labels in rows.items():
        number = sum(this[label] for label in labels)
        made[f"类型{row}_数量"], made[f"类型{row}_占比"] = number, _share(number, total)
        made[f"类型{row}_上周"] = sum(last[label] for label in labels)
    return made
