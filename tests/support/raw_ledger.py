"""Tickets and answers of a ledger as a person reads them from the typed cells, by plain loops.

Reads the file with openpyxl and imports nothing of the product: cells by the text of their headings, rules from
the rows of 设置, 人员, 假期 and 选项与关键词, their meaning from the requirements. Slow, and only for the forms
of date, score and urgency that the sample and the tests use: any other cell counts as unreadable, a rule it
can't follow raises NotImplementedError.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import chinese_calendar
import openpyxl

from .raw_cells import Row, moment, same_name, score, squeezed, table

DAY = timedelta(days=1)
CLASSES = ("产品质量", "物流配送", "维修", "软件", "服务态度", "咨询", "退换货", "投诉", "建议", "其他")
URGENCIES = {"P1": "特急·加急", "P2": "紧急", "P3": "一般·普通", "P4": "咨询"}
CLOSED = {"已解决待确认", "已完成", "已归档"}

RESPONSE = {
    "序号", "客户姓名", "联系方式", "客户类型(新/老/VIP)", "问题描述", "问题类型", "紧急程度", "分派责任人", "实际解决时间", "工单号",
    "受理时间", "首次响应时间", "派工时间", "到场时间", "方案时间", "状态", "责任部门", "重开次数",
}  # fmt: skip
PROCESS = {
    "工单号", "客户信息(姓名/联系方式)", "问题描述/紧急程度", "受理时间", "响应时间", "处理人", "完成时间",
    "客户类型", "问题类型", "派工时间", "到场时间", "方案时间", "状态", "责任部门", "重开次数",
}  # fmt: skip
SCORES = (
    "响应及时性",
    "问题解决效果",
    "服务人员专业性",
    "服务态度",
    "流程便捷性",
    "售后增值体验",
    "整体满意度",
)

SAID = (
    "最满意的地方", "需要改进的地方", "其他建议或需求", "愿意后续联系", "改进方向", "印象最深刻的事件", "其他满意的地方",
    "评分说明", "回访结果",
)  # fmt: skip

ANSWERED = {"回执码", "评价时间", "评价档案", "工单号", "客户姓名", "客户类型", "评价渠道", "代填", *SCORES, *SAID}

QUESTIONS = {
    "S000": {"服务响应及时性": "响应及时性", "问题解决效率": "问题解决效果", "服务人员专业性": "服务人员专业性",
             "服务态度友好度": "服务态度", "整体满意度": "整体满意度"},
    "S001": {"响应及时性": "响应及时性", "问题解决能力": "问题解决效果", "服务态度": "服务态度",
             "流程便捷性": "流程便捷性", "售后增值体验": "售后增值体验"},
    "S002": {"服务响应速度": "响应及时性", "问题解决效果": "问题解决效果", "服务人员态度": "服务态度",
             "专业能力水平": "服务人员专业性"},
    "S004": {"服务响应速度": "响应及时性", "问题解决效果": "问题解决效果", "专业性水平": "服务人员专业性",
             "服务态度": "服务态度"},
}  # fmt: skip
"""The documents' own questions (requirements §1) and the heading of 评价记录 each is noted down under."""


@dataclass
class Ticket:
    """One row of a log as a person would read it."""

    profile: str
    number: str
    urgency: str
    problem_class: str
    person: str
    department: str
    status: str
    reopened: bool
    accepted: datetime | None
    responded: datetime | None
    dispatched: datetime | None
    proposed: datetime | None
    resolved: datetime | None
    customer: str
    excluded: str = ""
    clocks: dict[str, str] = field(default_factory=dict)
    overdue: dict[str, datetime] = field(default_factory=dict)

    @property
    def overall(self) -> str:
        """The worst of its clocks; an unknown dispatch or proposal only where nothing was met."""
        words = set(self.clocks.values())
        for word in ("超时", "即将超时", "进行中"):
            if word in words:
                return word
        if "无法判定" in (self.clocks["首次响应"], self.clocks["解决"]):
            return "无法判定"
        return next((word for word in ("达标", "无法判定") if word in words), "无时限")


@dataclass
class Answer:
    """One row of 评价记录; `reason` is why it does not count, "" if it does."""

    profile: str
    at: datetime | None
    scores: dict[str, int]
    reason: str
    customer: str
    channel: str
    composite: Fraction | None = None
    satisfied: bool | None = None


class RawLedger:
    """Every ticket and answer of a ledger, saved or drawn just now, judged as of `now`."""

    def __init__(self, ledger: Path | openpyxl.Workbook, now: datetime) -> None:
        book = openpyxl.load_workbook(ledger) if isinstance(ledger, Path) else ledger
        self.now = now
        self.settings = table(book, "设置")
        self.options = table(book, "选项与关键词")
        self.own_days = {
            when.date(): squeezed(row["类型"]) == "上班"
            for row in table(book, "假期")
            if (when := moment(row["日期"]))
        }
        self.departments: dict[str, set[str]] = {}
        for row in table(book, "人员"):
            if row["姓名"] and row["部门"]:
                self.departments.setdefault(same_name(row["姓名"]), set()).add(row["部门"])
        logs = [("S002", r) for r in table(book, "响应记录", RESPONSE)]
        logs += [("S003", r) for r in table(book, "流程记录", PROCESS)]
        self.tickets = [self._ticket(profile, row) for profile, row in logs]
        self.carried = [row for row in table(book, "结转记录") if row["类别"] == "历史周"]
        self._exclude()
        for ticket in self.tickets:
            if not ticket.excluded:
                self._judge(ticket)
        self.answers: list[Answer] = []
        receipts: set[str] = set()
        for row in table(book, "评价记录", ANSWERED):
            receipt = squeezed(row["回执码"]).upper()
            self.answers.append(self._answer(row, bool(receipt) and receipt in receipts))
            receipts.add(receipt)

    @property
    def counted(self) -> list[Ticket]:
        return [t for t in self.tickets if not t.excluded]

    # --- words and rules --------------------------------------------------------------------------------
    def option(self, name: str, text: Any) -> Row | None:
        """The row of 选项与关键词 whose word or alias the text is."""
        for row in self.options:
            if row["词表"] == name:
                words = [row["选项"], *str(row["别名"] or "").split("、")]
                if squeezed(text) and squeezed(text) in [squeezed(word) for word in words]:
                    return row
        return None

    def value(self, name: str, when: datetime | None = None) -> Any:
        """A single setting: the latest row in force at a moment."""
        rows = [r for r in self.settings if r["项目"] == name and r["类别"] != "权重"]
        return self._latest(rows, when)["数值"]

    def _latest(self, rows: list[Row], when: datetime | None) -> Row:
        begun = [r for r in rows if r["生效日期"] is None or (when is not None and r["生效日期"] <= when)]
        return max(begun, key=lambda r: r["生效日期"] or datetime.min)

    def limit(self, clock: str, ticket: Ticket) -> Row | None:
        """The row of 设置 for a ticket's clock: named for this log, urgency and class, or for all."""
        has = {"档案": ticket.profile, "紧急程度": ticket.urgency, "问题类别": ticket.problem_class}
        rows = [
            row
            for row in self.settings
            if row["类别"] == "时效" and row["项目"] == clock
            and all(not row[column] or row[column] == mine for column, mine in has.items())
            and (row["生效日期"] is None or row["生效日期"] <= ticket.accepted)
        ]  # fmt: skip
        if not rows:
            return None
        most = max(sum(bool(row[column]) for column in has) for row in rows)
        return self._latest([r for r in rows if sum(bool(r[c]) for c in has) == most], ticket.accepted)

    def due(self, limit: Row, start: datetime) -> datetime:
        amount, unit = Fraction(str(limit["数值"])), limit["单位"]
        if unit == "工作日":
            day, left = start, amount
            while left > 0:
                day += DAY
                left -= self._works(day)
            spans = str(self.value("工作时段", start))
            hour, minute = spans.split()[-1].split("-")[1].split(":")
            return day.replace(hour=int(hour), minute=int(minute), second=0)
        if limit["计时方式"] != "自然时":
            raise NotImplementedError(limit["计时方式"])
        return start + timedelta(minutes=float(amount * {"分钟": 1, "小时": 60}[unit]))

    def _works(self, day: datetime) -> bool:
        if day.date() in self.own_days:
            return self.own_days[day.date()]
        try:
            return bool(chinese_calendar.is_workday(day.date()))
        except NotImplementedError:  # not published: Monday to Friday
            return day.weekday() < 5

    # --- tickets ----------------------------------------------------------------------------------------
    def _ticket(self, profile: str, row: Row) -> Ticket:
        if profile == "S002":
            names = ("首次响应时间", "实际解决时间", "分派责任人", "客户类型(新/老/VIP)")
            urgency = self.option("紧急程度", row["紧急程度"])
        else:
            names = ("响应时间", "完成时间", "处理人", "客户类型")
            _, slash, tail = str(row["问题描述/紧急程度"] or "").rpartition("/")
            urgency = self.option("工单紧急程度", tail) if slash else None
        responded, resolved, owner, customer = (row[name] for name in names)
        accepted = moment(row["受理时间"])
        text = str(owner or "").strip().lstrip("*")
        unit, _, person = text.rpartition("*")
        if not person:  # the mask of a name: 陈*
            unit, person = "", text
        listed = self.departments.get(same_name(person), set())
        department = row["责任部门"] or unit or (next(iter(listed)) if len(listed) == 1 else "")
        status = self.option("状态", row["状态"])
        word = status["选项"] if status else ""
        kind = self.option("问题类型", row["问题类型"])
        problem_class = "其他" if row["问题类型"] else "未填"
        if kind and kind["归类"] in CLASSES:
            problem_class = kind["归类"]
        times = re.match(r"\d+", str(row["重开次数"] or "0"))
        visits = [w for name in ("派工时间", "到场时间") if (w := moment(row[name], accepted))]
        return Ticket(
            profile, squeezed(row["工单号"]).upper(), urgency["归类"] if urgency else "", problem_class,
            person or "未分派", department or "未分派", word,
            word == "重开" or bool(times and int(times[0])), accepted, moment(responded, accepted),
            min((v for v in visits if v <= self.now), default=None), moment(row["方案时间"], accepted),
            moment(resolved, accepted), self._customer(customer),
        )  # fmt: skip

    def _customer(self, text: Any) -> str:
        """新客户, 老客户 or VIP客户 by whatever name; every other type, and none, is 其他."""
        kind = self.option("客户类型", text)
        return kind["选项"] if kind and kind["选项"] in ("新客户", "老客户", "VIP客户") else "其他"

    def _exclude(self) -> None:
        """Of the rows with one number the first that has usable times counts, the first of all where none has."""
        for ticket in self.tickets:
            if ticket.accepted is None:
                ticket.excluded = "缺受理时间"
            elif ticket.resolved and ticket.resolved < ticket.accepted:
                ticket.excluded = "时间颠倒"
        seen: set[str] = set()
        for ticket in sorted(self.tickets, key=lambda t: bool(t.excluded)):
            if ticket.number and ticket.number in seen:
                ticket.excluded = "重复"
            seen.add(ticket.number)

    def _judge(self, ticket: Ticket) -> None:
        start = ticket.accepted
        assert start is not None
        resolved = ticket.resolved if ticket.resolved and ticket.resolved <= self.now else None
        stops = {"首次响应": ticket.responded, "派工到场": ticket.dispatched, "方案": ticket.proposed,
                 "解决": resolved}  # fmt: skip
        closed = resolved is not None or ticket.status in CLOSED
        for clock, stop in stops.items():
            done = stop if stop and stop <= self.now else None
            if done and done < start:  # backwards, limit or not
                ticket.clocks[clock] = "无法判定"
                continue
            limit = self.limit(clock, ticket)
            if not ticket.urgency:  # whose limit might it be?
                possible = [self.limit(clock, replace(ticket, urgency=level)) for level in URGENCIES]
                amounts = {row and (row["数值"] or None) and (row["数值"], row["单位"]) for row in possible}
                if len(amounts) > 1:
                    ticket.clocks[clock] = "无法判定"
                    continue
                limit = possible[0]
            if limit is None or limit["数值"] in (None, ""):
                ticket.clocks[clock] = "无时限"
            elif start > self.now:
                ticket.clocks[clock] = "无法判定"
            else:
                ticket.clocks[clock] = self._clock(ticket, clock, limit, done, closed, resolved)

    def _clock(
        self,
        ticket: Ticket,
        clock: str,
        limit: Row,
        done: datetime | None,
        closed: bool,
        end: datetime | None,
    ) -> str:
        start = ticket.accepted
        assert start is not None
        due = self.due(limit, start)
        if done:
            return "达标" if done <= due else "超时"
        if closed:  # a proposal was made by the completion at the latest
            return "达标" if clock == "方案" and end and end <= due else "无法判定"
        if self.now > due:
            ticket.overdue[clock] = due
            return "超时"
        share = Fraction(str(self.value("预警比例", start)))
        share = share / 100 if share > 1 else share
        gone, whole = self.now - start, due - start
        if limit["单位"] == "工作日":
            gone, whole = self._worked(start, self.now), self._worked(start, due)
        return "即将超时" if not whole or Fraction(gone / whole) >= share else "进行中"

    def _worked(self, start: datetime, end: datetime) -> timedelta:
        """The time between two moments that lies in 工作时段 of working days."""
        spans = [[_of_day(text) for text in span.split("-")] for span in str(self.value("工作时段", start)).split()]
        day, total = start.replace(hour=0, minute=0, second=0), timedelta()
        while day <= end:
            if self._works(day):
                total += sum((max(min(end, day + b) - max(start, day + a), timedelta()) for a, b in spans), timedelta())
            day += DAY
        return total

    # --- answers ----------------------------------------------------------------------------------------
    def _answer(self, row: Row, doubled: bool) -> Answer:
        kind = self.option("评价档案", row["评价档案"])
        profile = str(kind["选项"])[:4] if kind else ""
        at = moment(row["评价时间"])
        read = {heading: score(row[heading]) for heading in SCORES}
        points = {heading: n for heading, n in read.items() if isinstance(n, int)}
        asked = QUESTIONS.get(profile, {})
        mine = [points[heading] for heading in asked.values() if heading in points]
        silent = not any(row.get(heading) for heading in SAID)
        reason = ""
        if self.value("同分无说明", at) == "最低分" and len(mine) > 2 and set(mine) == {1} and silent:
            reason = "同分无说明"
        if at is None:
            reason = "缺评价时间"
        if sum(heading in points for heading in asked.values()) < self.value("最少作答项", at):
            reason = "未填关键信息"
        if "范围" in read.values():
            reason = "分数超范围"
        if not profile:
            reason = "评价档案不明"
        if doubled:
            reason = "重复回执码"
        way = self.option("评价渠道", row["评价渠道"])
        channel = str(way["选项"] if way else row["评价渠道"] or "未填").strip()
        by_proxy = self.option("一次解决", row["代填"])
        if by_proxy and by_proxy["选项"] == "是":
            channel = "代填"
        answer = Answer(profile, at, points, reason, self._customer(row["客户类型"]), channel)
        if not reason:
            weights = {heading: self._weight(profile, label, at) for label, heading in asked.items()}
            if all(heading in points for heading in weights):
                answer.composite = sum((points[h] * w for h, w in weights.items()), Fraction()) / 100
            judged = answer.composite
            if "整体满意度" in asked.values():
                judged = Fraction(points["整体满意度"]) if "整体满意度" in points else None
            if judged is not None:
                answer.satisfied = judged >= Fraction(str(self.value("满意线", at)))
        return answer

    def _weight(self, profile: str, label: str, at: datetime | None) -> Fraction:
        rows = [r for r in self.settings if (r["类别"], r["档案"], r["项目"]) == ("权重", profile, label)]
        return Fraction(str(self._latest(rows, at)["数值"]))


def _of_day(text: str) -> timedelta:
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))
