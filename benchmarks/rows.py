"""Rows of an after-sales office as people type them: two years of tickets in the columns of 响应记录.

Most rows are in order; some lack a time or an urgency, use another word for it, carry a number twice, were done
before they were taken, or hold a date as text (2024-03-1514:00). The same number of rows gives the same cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

NOW = datetime(2024, 12, 31, 10, 0)
"""The moment every run computes as of."""

CHUNK = 10_000
USER_COLUMNS = ("门店(自填)", "片区(自填)")
PEOPLE = (
    ("李工", "技术部"), ("张工", "技术部"), ("陈工", "技术部"), ("刘主管", "客服部"), ("赵敏", "客服部"),
    ("周洁", "客服部"), ("孙强", "物流部"), ("吴磊", "运营部"),
)  # fmt: skip

Cells = dict[str, list[Any]]
Numbers = npt.NDArray[Any]

FIRST_DAY = 44_928  # 2023-01-02 as Excel counts days
LAST = (NOW - datetime(1899, 12, 30)).total_seconds()
DAYS = int(LAST // 86_400) - FIRST_DAY + 1
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许韩冯邓曹"
_GIVEN = ("女士", "先生", *(a + b for a in "建国志晓雨子思丽海明" for b in "华强敏婷涛轩怡军娜鹏"))
_WHEN = (
    "昨天收到后", "用了三天", "今早开机时", "安装当天", "上次维修之后", "搬家后", "周末使用时", "一直", "升级以后", "最近一周",
)  # fmt: skip
_WHAT = (
    "外壳有划痕", "包装破损机身凹陷", "按键失灵", "预约功能打不开", "蓝牙连不上手机", "定时功能不准", "五天没到货", "物流不更新",
    "少发了一个配件", "机器不启动", "制冷效果差有异响", "底部漏水", "屏幕闪烁", "死机重启", "噪音很大", "说明书看不懂",
    "积分兑换流程不清楚", "延保不知道怎么买", "滤芯指示灯常亮", "型号买错", "客服电话一直占线", "师傅没有按时上门",
)  # fmt: skip
_WISH = (
    "要求更换", "希望尽快上门", "请回电说明", "要求退货", "想知道怎么处理", "请补发", "要求给出维修方案", "希望周末处理",
    "要求主管回复",
)  # fmt: skip
_DONE = (
    "已补发新机,旧件到付寄回", "已换新并致电说明", "远程指导重新配网后正常", "升级固件后恢复", "联系快递核实并补发",
    "已改派次日送达", "上门更换主板", "更换密封圈试机正常", "电话讲解并发图文指南", "已审核安排取件", "主管致电道歉",
)  # fmt: skip
_THEN = ("", ",客户认可", ",三天后回访", ",已拍照留档", ",费用已说明", ",提醒定期清理", ",备件已登记", ",转技术部跟进")
_TYPES = (
    "产品质量", "产品功能类", "物流配送类", "快递", "售后维修类", "报修", "服务咨询", "退换货申请", "服务态度类", "投诉", "杂项",
    None,
)  # fmt: skip
_TYPE_SHARES = (20, 14, 14, 3, 16, 3, 15, 8, 3, 2, 1, 1)
_URGENCIES = ("一般", "普通", "紧急", "急", "特急", "加急", "咨询", None)
_URGENCY_SHARES = (63, 2, 20, 1, 5, 0.5, 8, 0.5)
_LEVELS = ("P3", "P3", "P2", "P2", "P1", "P1", "P4", "")
_RESPOND = {"P1": 50, "P2": 28, "P3": 90, "P4": 60, "": 90}  # minutes, medians
_SOLVE = {"P1": 200, "P2": 150, "P3": 660, "P4": 700, "": 660}
_EXACT = {"P1": (120, 300), "P2": (60, 240), "P3": (240, 1440), "P4": (45, 500), "": (45, 500)}  # at the limit
_LIMITS = {"P1": None, "P2": "4小时", "P3": "24小时", "P4": "1个工作日", "": None}
_CLOSED = ("已完成", "完成", "已解决待确认", "已解决", "已归档", "重开")
_OPEN = ("处理中", "等待客户", "等待备件", "待处理")
_HOURS = (8, 9, 9, 10, 10, 11, 13, 14, 14, 15, 16, 17, 19, 21)


def chunks(total: int) -> Iterator[tuple[int, Cells]]:
    """(place of the first row, column key or user heading -> cells) for so many rows at a time; cells are text,
    serial numbers (1900 system) or None. Columns that are not named are blank."""
    for first in range(0, total, CHUNK):
        yield first, _chunk(first, min(CHUNK, total - first), total)


class Draw:
    """Random columns of one chunk."""

    def __init__(self, seed: int, count: int) -> None:
        self.random, self.count = np.random.default_rng([20241231, seed]), count

    def happens(self, share: float) -> Numbers:
        return self.random.random(self.count) < share

    def words(self, words: Any, shares: Any = None) -> Numbers:
        weights = None if shares is None else np.array(shares, dtype=float) / sum(shares)
        return _objects(words)[self.random.choice(len(words), self.count, p=weights)]

    def minutes(self, medians: Numbers, spread: float) -> Numbers:
        return np.maximum(3, np.rint(self.random.lognormal(0, spread, self.count) * medians))

    def digits(self, length: int) -> list[str]:
        return [f"{n:0{length}d}" for n in self.random.integers(0, 10**length, self.count).tolist()]


def _objects(words: Any) -> Numbers:
    array = np.empty(len(words), dtype=object)
    for at, word in enumerate(words):  # a slice would spread tuples over two dimensions
        array[at] = word
    return array


def only(mask: Numbers, cells: Numbers) -> list[Any]:
    return [cell if there else None for cell, there in zip(cells.tolist(), mask.tolist(), strict=True)]


def days_of(first: int, count: int, total: int) -> Numbers:
    """The days on which so many rows from place `first` on were taken, as Excel counts them, spread evenly."""
    return FIRST_DAY + np.arange(first, first + count) * DAYS // total


def dates(day: Numbers) -> list[str]:
    """2024-03-15 of days as Excel counts them."""
    return (np.datetime64("1899-12-30") + day.astype("timedelta64[D]")).astype(str).tolist()


def _chunk(first: int, count: int, total: int) -> Cells:
    draw = Draw(first // CHUNK, count)
    place = np.arange(first, first + count)
    picked = draw.random.choice(len(_URGENCIES), count, p=np.array(_URGENCY_SHARES) / 100)
    levels = _objects(_LEVELS)[picked]
    day = days_of(first, count, total)
    day = np.where(draw.happens(0.01), FIRST_DAY + DAYS - 1 - draw.random.integers(0, 2, count), day)
    with_seconds = draw.happens(0.2) * draw.random.integers(0, 60, count)
    accepted = day * 86_400 + draw.words(_HOURS).astype(np.int64) * 3600
    accepted += draw.random.integers(0, 60, count) * 60 + with_seconds
    accepted = np.minimum(accepted, int(LAST) - draw.random.integers(5, 400, count) * 60)

    exact = draw.happens(0.02)
    respond = draw.minutes(np.array([_RESPOND[level] for level in levels]), 0.6)
    respond[exact] = [_EXACT[level][0] for level in levels[exact]]
    solve = np.maximum(respond + 10, draw.minutes(np.array([_SOLVE[level] for level in levels]), 0.7))
    solve[exact] = [_EXACT[level][1] for level in levels[exact]]
    responded, resolved = accepted + respond * 60, accepted + solve * 60
    resolved = np.where(draw.happens(0.003), accepted - 7200, resolved)
    is_open = (resolved > LAST) | draw.happens(0.012)
    resolved = np.where(draw.happens(0.001), LAST + 86_400, np.where(is_open, np.nan, resolved))
    responded = np.where((responded > LAST) | draw.happens(0.02), np.nan, responded)
    proposed = np.where(draw.happens(0.15), accepted + np.rint(solve * 0.6) * 60, np.nan)
    proposed = np.where(proposed > LAST, np.nan, proposed)
    taken = np.where(draw.happens(0.003), np.nan, accepted + draw.happens(0.0005) * 366 * 86_400.0)
    solved = ~np.isnan(resolved)
    status = np.where(solved, draw.words(_CLOSED, (62, 4, 14, 3, 15, 2)), draw.words(_OPEN))
    status = np.where(~solved & draw.happens(0.1), "已完成", status)
    return {
        **_people(draw, place, levels, solved),
        **_visits(draw, accepted, solved),
        "urgency": _objects(_URGENCIES)[picked].tolist(),
        "ticket": _tickets(draw, day, place),
        "accepted_at": _times(taken, draw.happens(0.004)),
        "responded_at": _times(responded, draw.happens(0.01)),
        "proposed_at": _times(proposed),
        "resolved_at": _times(resolved, draw.happens(0.01)),
        "status": status.tolist(),
        "reopened": only(draw.happens(0.03), draw.random.integers(1, 3, count).astype(float)),
    }


def _people(draw: Draw, place: Numbers, levels: Numbers, solved: Numbers) -> Cells:
    """What the customer said and who took care of it."""
    names = draw.words(_SURNAMES) + draw.words(_GIVEN)
    mobile = [f"13{n}" if n[0] < "8" else f"13{n[:1]}****{n[-4:]}" for n in draw.digits(9)]
    owner = draw.words(PEOPLE)
    with_department = draw.happens(0.9)
    owners = [f"{d}*{n}" if joined else n for (n, d), joined in zip(owner, with_department, strict=True)]
    result = only(solved, draw.words(_DONE) + draw.words(_THEN))
    return {
        "seq": (place + 1).astype(float).tolist(),
        "customer": names.tolist(),
        "contact": mobile,
        "customer_type": draw.words(("新客户", "老客户", "VIP客户", "大客户", "老"), (38, 40, 14, 4, 4)).tolist(),
        "problem": (draw.words(_WHEN) + draw.words(_WHAT) + "," + draw.words(_WISH)).tolist(),
        "problem_type": draw.words(_TYPES, _TYPE_SHARES).tolist(),
        "owner": only(draw.happens(0.98), _objects(owners)),
        "time_limit": [_LIMITS[level] for level in levels],
        "result": result,
        "confirmation": only(solved, draw.words(("满意", "同意", None, "不满意"), (45, 25, 22, 8))),
        "channel": draw.words(("电话", "在线客服", "微信", "公众号", "邮件")).tolist(),
        "department": only(draw.happens(0.1), draw.words(("技术部", "客服部", "运营部"))),
        "first_time_fix": only(solved, draw.words(("是", "否"), (82, 18))),
        USER_COLUMNS[0]: draw.words(("一店", "二店", "三店", None)).tolist(),
        USER_COLUMNS[1]: draw.words(("东区", "西区", "南区", None)).tolist(),
    }


def _visits(draw: Draw, accepted: Numbers, solved: Numbers) -> Cells:
    """Columns that only some tickets fill in."""
    on_site = draw.happens(0.3)
    day = accepted // 86_400
    return {
        "raised_at": _times(np.where(draw.happens(0.4), accepted - 600, np.nan)),
        "registered_at": _times(np.where(draw.happens(0.4), accepted + 300, np.nan)),
        "dispatched_at": _times(np.where(on_site & solved, accepted + 5400, np.nan)),
        "service_mode": only(on_site, draw.words(("上门", "远程"))),
        "model": only(draw.happens(0.6), draw.words(("ABC-2000", "ABC-3000", "DEF-100", "GHK-9"))),
        "bought_at": only(draw.happens(0.5), (day - draw.random.integers(8, 700, draw.count)) * 1.0),
        "order_no": only(draw.happens(0.5), _objects([f"DD{n}" for n in draw.digits(12)])),
        "warranty": only(on_site, draw.words(("保内", "保外"))),
        "cost": only(draw.happens(0.1), draw.random.integers(20, 900, draw.count) / 2),
        "follow_up": only(draw.happens(0.05), draw.words(("三天后回访", "等备件到货后通知"))),
        "called_by": only(solved & draw.happens(0.1), draw.words(("赵敏", "周洁"))),
    }


def ticket_numbers(day: Numbers, place: Numbers) -> list[str]:
    return [f"SN{d.replace('-', '')}{n % 10_000:04d}" for d, n in zip(dates(day), place.tolist(), strict=True)]


def _tickets(draw: Draw, day: Numbers, place: Numbers) -> list[str]:
    """SN + day + running number; one in two thousand repeats the number above it."""
    numbers = ticket_numbers(day, place)
    for at in np.flatnonzero(draw.happens(0.0005)).tolist():
        numbers[at] = numbers[max(0, at - 1)]
    return numbers


def _times(seconds: Numbers, as_text: Numbers | None = None) -> list[Any]:
    """Serial numbers of moments (seconds since 1899-12-30), None for NaN; some as text, every other one glued."""
    cells = [None if s != s else s / 86_400 for s in np.asarray(seconds, dtype=float).tolist()]
    if as_text is not None:
        for at in np.flatnonzero(as_text & ~np.isnan(np.asarray(seconds, dtype=float))).tolist():
            moment = str(np.datetime64("1899-12-30T00:00") + np.timedelta64(int(seconds[at]) // 60, "m"))
            cells[at] = moment.replace("T", "" if at % 2 else " ")
    return cells
