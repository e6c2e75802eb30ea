"""Small ledgers drawn at random from a seed, each of a kind that a count could go wrong on.

`draw` gives the typed cells only (sheet key -> rows by column key), when the ledger is looked at, and which week is
told. Kinds follow one another by seed, so that any run of as many seeds as there are kinds meets each of them once.
Cells stay within what `raw_ledger` can read: no waits, no reopened ticket of 流程记录.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from workbook.sheets.settings import default_rows
from workbook.sheets.suggestion_tracker import SUGGESTION_TRACKER
from workbook.template import Layout
from xlsvc.sample_dirt import EVALUATION_DIRT, PROCESS_DIRT, RESPONSE_DIRT, Spoil

Row = dict[str, Any]

DAY, WEEK = timedelta(days=1), timedelta(days=7)
KINDS = ("空", "一行", "全无效", "第53周", "跨年", "许多人", "改规则", "结转", "怪名字", "脏")

_WEEKS_53 = (datetime(2020, 12, 28), datetime(2026, 12, 28))
_NEW_YEARS = (datetime(2018, 12, 31), datetime(2024, 12, 30), datetime(2025, 12, 29), datetime(2022, 12, 26), datetime(2027, 12, 27))
_MONDAYS = (datetime(2024, 4, 29), datetime(2024, 9, 30), datetime(2025, 1, 27), datetime(2026, 2, 16), datetime(2023, 7, 3))

PEOPLE = ("李工", "张工", "陈工", "刘主管", "赵敏", "周洁", "孙强", "吴磊")
CROWD = (*PEOPLE, "郑工", "王工", "冯工", "褚工", "卫工", "蒋工", "沈工", "韩工", "杨工")
ODD_PEOPLE = ("李工", "李?", "李*", "~李", "李 工", "Amy", "amy", "AMY", "b?~c", "=王工", "<5", ">=李",
              "欧阳·" + "娜仁托娅" * 9)  # fmt: skip
DEPARTMENTS = ("技术部", "客服部", "运营部", "物流部")
MANY_DEPARTMENTS = (*DEPARTMENTS, "一部", "二部", "三部", "四部", "五部")
ODD_DEPARTMENTS = ("技术部", "技术?", "技*", "~技术部", "IT部", "it部", "=技术部", "售后服务中心华北大区第二维修站" * 3)
TYPES = ("产品质量", "产品功能类", "物流配送类", "售后维修类", "服务咨询", "退换货申请", "服务态度类", "投诉", "投诉建议", "建议",
         "软件调试", "其他", "", "没写清")  # fmt: skip
CHANNELS = ("线上问卷", "短信", "微信", "电话", "纸质", "", "邮件")
MANY_CHANNELS = (*CHANNELS, "APP", "二维码", "现场", "传真")
ODD_CHANNELS = ("微信", "微?", "微*", "~信", "QQ", "qq", "代填", "未填", "=微信", "")
CUSTOMER_TYPES = ("新客户", "老客户", "VIP客户", "新", "老", "VIP", "大客户", "", "熟客")
CUSTOMERS = ("王女士", "李先生", "*女士", "张三丰", "", "阿依古丽·买买提艾力公司北京分公司售后联系人" * 2)
COMMENTS = ("", "", "师傅很准时", "等待时间太长", "电话一直占线", "很满意", "希望周末也能上门", "=不好", "很差" * 60)
PROFILES = {
    "S000": ("response", "resolution", "expertise", "attitude", "overall"),
    "S001": ("response", "resolution", "attitude", "process", "added_value"),
    "S002": ("response", "resolution", "attitude", "expertise"),
    "S004": ("response", "resolution", "expertise", "attitude"),
}
"""The forms and the columns of 评价记录 that each asks for."""
LABELS = {
    "S000": ("服务响应及时性", "问题解决效率", "服务人员专业性", "服务态度友好度", "整体满意度"),
    "S001": ("响应及时性", "问题解决能力", "服务态度", "流程便捷性", "售后增值体验"),
    "S002": ("服务响应速度", "问题解决效果", "服务人员态度", "专业能力水平"),
    "S004": ("服务响应速度", "问题解决效果", "专业性水平", "服务态度"),
}

MOVED = {
    "response_log": Layout(
        order=("ticket", "门店(自填)", "accepted_at", "channel"),
        renamed={"customer_type": "客户类型\uff08新/老/VIP\uff09", "customer": "客户 姓名\uff0a"},
    ),
    "evaluations": Layout(order=("profile", "evaluated_at", "备忘")),
}
"""Headings moved and written otherwise, columns of the office's own between them."""


@dataclass(frozen=True)
class Drawn:
    """One ledger: its rows, the Monday of the week that is told, and when it is looked at."""

    seed: int
    kind: str
    monday: datetime
    now: datetime
    rows: Mapping[str, Sequence[Row]]
    layouts: Mapping[str, Layout] = field(default_factory=dict)

    @property
    def week(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02d}"


@dataclass(frozen=True)
class _Office:
    """Whose names the rows carry, and how many rows there are."""

    people: Sequence[str] = PEOPLE
    departments: Sequence[str] = DEPARTMENTS
    channels: Sequence[str] = CHANNELS
    tickets: tuple[int, int] = (4, 28)
    answers: tuple[int, int] = (0, 16)
    dirty: float = 0.2


_OFFICES: Mapping[str, _Office] = {
    "空": _Office(tickets=(0, 0), answers=(0, 0)),
    "一行": _Office(tickets=(1, 1), answers=(0, 1)),
    "许多人": _Office(CROWD, MANY_DEPARTMENTS, MANY_CHANNELS, (40, 60), (15, 25), 0.1),
    "怪名字": _Office(ODD_PEOPLE, ODD_DEPARTMENTS, ODD_CHANNELS, (20, 40), (10, 25), 0.1),
    "脏": _Office(tickets=(90, 100), answers=(20, 26), dirty=1.0),
}


def draw(seed: int) -> Drawn:
    """The ledger of a seed; the same one each time."""
    chance = Random(seed)
    kind = KINDS[seed % len(KINDS)]
    monday = chance.choice({"第53周": _WEEKS_53, "跨年": _NEW_YEARS}.get(kind, _MONDAYS))
    looked = chance.choice((WEEK + timedelta(hours=9), WEEK + timedelta(hours=9), timedelta(days=2, hours=15), 4 * WEEK))
    now = monday + looked
    office = _OFFICES.get(kind, _Office())
    response, process = _logs(chance, monday, office)
    evaluations = [_answer(chance, monday, office) for _ in range(chance.randint(*office.answers))]
    if kind == "全无效":
        _spoil_all(chance, response, process, evaluations)
    rows: dict[str, list[Row]] = {
        "response_log": _shared(chance, _sprinkled(chance, response, RESPONSE_DIRT, office.dirty)),
        "process_log": _sprinkled(chance, process, PROCESS_DIRT, office.dirty),
        "evaluations": _sprinkled(chance, evaluations, EVALUATION_DIRT, office.dirty),
        "suggestion_tracker": [_measure(chance, n, monday) for n in range(chance.choice((0, 0, 2, 7)))],
        "people": _people(chance, office),
        "holidays": [{"day": monday + chance.randint(-3, 9) * DAY, "day_kind": chance.choice(("休息", "上班"))}],
    }  # fmt: skip
    if kind == "空" and chance.random() < 0.5:
        rows = {key: [] for key in rows}
    if kind not in ("空", "一行") and chance.random() < 0.3:
        rows["response_log"].append({"seq": "合计", "reopened": 3})
    if kind == "改规则":
        rows["settings"] = _settings(chance, monday)
    if kind == "结转":
        rows["carried"] = _carried(chance, monday)
    return Drawn(seed, kind, monday, now, rows, MOVED if chance.random() < 0.35 else {})


def _moment(chance: Random, monday: datetime) -> datetime:
    """Mostly in the week that is told, sometimes on its very edges, sometimes up to nine weeks before it."""
    edges = (monday, monday + WEEK, monday - timedelta(seconds=1), monday + WEEK - timedelta(seconds=1), monday + DAY)
    where = chance.random()
    if where < 0.12:
        return chance.choice(edges)
    weeks = 0 if where < 0.65 else 1 if where < 0.8 else chance.randint(2, 9)
    return monday - weeks * WEEK + timedelta(minutes=chance.randrange(7 * 24 * 60))


def _logs(chance: Random, monday: datetime, office: _Office) -> tuple[list[Row], list[Row]]:
    response: list[Row] = []
    process: list[Row] = []
    used: dict[str, int] = {}
    for _ in range(chance.randint(*office.tickets)):
        accepted = _moment(chance, monday)
        day = accepted.strftime("%Y%m%d")
        used[day] = used.get(day, 0) + 1
        number: str | None = f"SN{day}{used[day]:03d}"
        if chance.random() < 0.1:
            number = None
        if chance.random() < 0.3:
            process.append(_process(chance, accepted, office) | {"ticket": number})
        else:
            response.append(_response(chance, accepted, office) | {"ticket": number, "seq": str(len(response) + 1)})
    return response, process


def _times(chance: Random, accepted: datetime) -> Row:
    """When it was answered and done; a third of the tickets is still open."""
    responded = accepted + timedelta(minutes=chance.choice((3, 29, 30, 31, 119, 121, 600)))
    found: Row = {"accepted_at": accepted, "responded_at": responded, "status": "处理中"}
    if chance.random() < 0.2:
        del found["responded_at"]
    if chance.random() < 0.65:
        found["resolved_at"] = accepted + timedelta(minutes=chance.choice((20, 200, 240, 241, 1440, 1441, 9000, 20000)))
        found["status"] = chance.choice(("已完成", "闭环", "已归档", "已解决待确认", "处理中", ""))
    elif chance.random() < 0.15:
        found["status"] = chance.choice(("已完成", "已归档"))  # closed, and no cell says when
    return found


def _owner(chance: Random, office: _Office) -> str | None:
    """A name alone, or a department before it; a name that begins with a mask would be cut."""
    name = chance.choice((*office.people, None))
    plain = name and len(name) > 1 and "*" not in name
    return f"{chance.choice(office.departments[:1])}*{name}" if plain and chance.random() < 0.3 else name


def _response(chance: Random, accepted: datetime, office: _Office) -> Row:
    row: Row = {
        "customer": chance.choice(CUSTOMERS), "contact": chance.choice(("13812345678", "010-5678", "138****5678")),
        "customer_type": chance.choice(CUSTOMER_TYPES), "problem": chance.choice(("漏水", "不启动", "五天没到货" * 30)),
        "problem_type": chance.choice(TYPES), "urgency": chance.choice(("一般", "一般", "紧急", "特急", "咨询", "普通", "")),
        "owner": _owner(chance, office), "channel": chance.choice(("电话", "微信", "")), **_times(chance, accepted),
    }  # fmt: skip
    if chance.random() < 0.35:
        row["department"] = chance.choice(office.departments)
    if chance.random() < 0.12:
        row |= {"status": "重开", "reopened": chance.choice((None, 1, "2", "1次"))}
    return row


def _process(chance: Random, accepted: datetime, office: _Office) -> Row:
    urgency = chance.choice(("普通", "普通", "紧急", "加急", "咨询"))
    row: Row = {
        "customer_info": f"{chance.choice(CUSTOMERS)}/010-5678", "product_info": "ABC-2000/2024-03-15",
        "problem_info": f"{chance.choice(('不启动', '断电/重启', '卡顿'))}/{urgency}",
        "customer_type": chance.choice(CUSTOMER_TYPES), "problem_type": chance.choice(TYPES),
        "owner": _owner(chance, office), **_times(chance, accepted),
    }  # fmt: skip
    for key, minutes in (("dispatched_at", (60, 119, 121, 500)), ("arrived_at", (90, 125, 600)), ("proposed_at", (600, 1500))):
        if chance.random() < 0.4:
            row[key] = accepted + timedelta(minutes=chance.choice(minutes))
    if chance.random() < 0.2:
        row["department"] = chance.choice(office.departments)
    return row


def _answer(chance: Random, monday: datetime, office: _Office) -> Row:
    profile = chance.choices(tuple(PROFILES), weights=(2, 2, 8, 1))[0]
    row: Row = {
        "evaluated_at": _moment(chance, monday), "profile": profile, "customer_type": chance.choice(CUSTOMER_TYPES),
        "channel": chance.choice(office.channels), "improvement": chance.choice(COMMENTS),
        "served_by": chance.choice(office.people), "receipt": chance.choice((None, f"R-{chance.randrange(10**6)}")),
    }  # fmt: skip
    if chance.random() < 0.15:
        row["proxy"] = chance.choice(("是", "Y", "否"))
    if profile != "S001":
        row["customer"] = chance.choice(CUSTOMERS)
    mood = chance.choice((1, 3, 4, 5))
    for key in PROFILES[profile]:
        row[key] = max(1, min(5, mood + chance.choice((0, 0, 0, -1, 1))))
        if chance.random() < 0.1:
            row[key] = chance.choice((None, None, f"{row[key]}分", "一二三四五"[row[key] - 1], str(row[key]), chr(0xFF10 + row[key]),
                                      6, 4.5, "很好"))  # fmt: skip
    return row


def _shared(chance: Random, rows: list[Row]) -> list[Row]:
    """Some rows carry another one's number, written a little otherwise."""
    named = [row for row in rows if row.get("ticket")]
    for row in chance.sample(named, len(named) // 12):
        other = chance.choice(named)
        row["ticket"] = chance.choice((str(other["ticket"]).lower(), str(other["ticket"]).replace("SN", "SN ")))
    return rows


def _sprinkled(chance: Random, rows: list[Row], ways: Sequence[Spoil], share: float) -> list[Row]:
    """A share of the ways to spoil a cell, each on one row."""
    for way in chance.sample(ways, round(len(ways) * share)):
        if rows:
            way(chance.choice(rows), chance)
    return rows


def _spoil_all(chance: Random, response: list[Row], process: list[Row], evaluations: list[Row]) -> None:
    for row in (*response, *process):
        row["accepted_at"] = chance.choice((None, "昨天", "2024-03-114:00"))
    ways: Sequence[Callable[[Row], object]] = (
        lambda row: row.update(response=6), lambda row: row.update(evaluated_at=None), lambda row: row.update(profile="满意度表"),
        lambda row: row.update(dict.fromkeys(PROFILES["S000"] + PROFILES["S001"])),
    )  # fmt: skip
    for row in evaluations:
        chance.choice(ways)(row)


def _measure(chance: Random, number: int, monday: datetime) -> Row:
    due = monday + chance.randint(-20, 40) * DAY
    row = {"number": f"GJ-{number + 1:03d}", "suggestion": "缩短等待时间" * chance.choice((1, 12)), "plan": "增加一条热线",
           "responsible": chance.choice(ODD_DEPARTMENTS), "due": chance.choice((f"{due:%Y年}{due.month}月{due.day}日", "尽快", "")),
           "status": chance.choice(("进行中", "采纳", "关闭", ""))}  # fmt: skip
    return {key: value for key, value in row.items() if key in SUGGESTION_TRACKER}


def _people(chance: Random, office: _Office) -> list[Row]:
    """A part of the staff, some with a department, one name in two of them."""
    rows = [
        {"name": name, "department": chance.choice((*office.departments, ""))}
        for name in dict.fromkeys(office.people)
        if chance.random() < 0.6
    ]
    if rows and chance.random() < 0.5:
        rows.append(rows[0] | {"department": chance.choice(office.departments)})
    return rows


def _settings(chance: Random, monday: datetime) -> list[Row]:
    """The rules as they come, and rows that change them, some of them in the middle of the week."""
    rows: list[Row] = [dict(row) for row in default_rows()]
    dates = (monday - 60 * DAY, monday, monday + 2 * DAY, monday + WEEK)

    def since(group: str, name: str, value: Any, **more: Any) -> None:
        rows.append({"group": group, "name": name, "value": value, "effective": chance.choice(dates), **more})

    since("评价", "主评价档案", chance.choice(tuple(PROFILES)))
    since("评价", "低分线", chance.choice((3, 4.0, 4.5)))
    since("评价", "样本少", chance.choice((2, 3, 10)))
    since("评价", "满意线", chance.choice((3, 4.5)))
    since("评价", "最少作答项", chance.choice((1, 3, 4)))
    since("评价", "同分无说明", chance.choice(("不剔除", "最低分")))
    since("时效", "预警比例", chance.choice((50, 0.9)))
    for name, profile, urgency, value, unit in (
        ("首次响应", "S002", "P2", 30, "分钟"), ("首次响应", "S002", "P3", 2, "小时"), ("解决", "S002", "", 3, "小时"),
        ("首次响应", "S003", "P1", 10, "分钟"), ("解决", "S003", "P3", 4, "小时"),
    ):  # fmt: skip
        if chance.random() < 0.6:
            since("时效", name, value, profile=profile, urgency=urgency, unit=unit, basis="自然时")
    profile = chance.choice(tuple(PROFILES))
    weights = chance.choice(((50, 20, 20, 10, 0), (40, 30, 15, 15, 0))) if len(LABELS[profile]) == 4 else (30, 30, 20, 10, 10)
    day = chance.choice(dates)
    for label, weight in zip(LABELS[profile], weights, strict=False):
        rows.append({"group": "权重", "name": label, "profile": profile, "value": weight, "unit": "%", "effective": day})
    return rows


def _carried(chance: Random, monday: datetime) -> list[Row]:
    """Weeks of rows that stayed behind, up to the one told or one before it; what was left open balances."""
    last = monday - chance.choice((0, 0, 1)) * WEEK
    rows: list[Row] = []
    open_then = 0
    for back in range(7, -1, -1):
        opened = chance.randint(0, 9)
        left = 0 if back == 0 else chance.randint(0, open_then + opened)
        judged, scored, told = (chance.randint(0, 9) for _ in range(3))
        rows.append({
            "kind": "历史周", "week": last - back * WEEK, "opened": opened, "closed": open_then + opened - left, "left_open": left,
            "response_met": chance.randint(0, judged), "response_judged": judged, "resolution_met": chance.randint(0, judged),
            "resolution_judged": judged, "profile": chance.choice(("S002", "S002", "S000")),
            "score_sum": scored * chance.choice((3.25, 4.45)), "score_count": scored, "satisfied": chance.randint(0, told),
            "satisfied_of": told, "complaints": chance.randint(0, opened), "reopened": chance.randint(0, opened), "origin": "旧台账",
        })  # fmt: skip
        open_then = left
    rows.append({"kind": "已用编号", "number": f"SN{monday:%Y%m%d}001"})
    return rows
