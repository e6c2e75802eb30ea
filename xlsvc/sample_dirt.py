"""The ways real rows are dirty: each spoils one cell of a row, in place (requirements §3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from workbook.book import CellError

Row = dict[str, Any]
Spoil = Callable[[Row, Random], bool]

_FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789-:"}


def _glued(row: Row, key: str) -> None:
    row[key] = f"{row[key]:%Y-%m-%d%H:%M}"


def _ambiguous(row: Row, key: str) -> None:
    row[key] = "2024-03-114:00"


def _with_time(spoil: Callable[[Row, str], None], *keys: str) -> Spoil:
    def dirty(row: Row, random: Random) -> bool:
        there = [k for k in keys if isinstance(row.get(k), datetime)]
        if not there:
            return False
        spoil(row, random.choice(there))
        return True

    return dirty


def _text(pattern: str) -> Callable[[Row, str], None]:
    def spoil(row: Row, key: str) -> None:
        moment: datetime = row[key]
        row[key] = pattern.format(d=moment, month=moment.month, day=moment.day, hour=moment.hour, minute=moment.minute)

    return spoil


def _full_width(row: Row, key: str) -> None:
    row[key] = f"{row[key]:%Y-%m-%d %H:%M}".translate(_FULL_WIDTH)


def _serial(row: Row, key: str) -> None:
    row[key] = (row[key] - datetime(1899, 12, 30)) / timedelta(days=1)


def _time_only(row: Row, key: str) -> None:
    row[key] = f"{row[key]:%H:%M}"


def _set(key: str, *values: Any) -> tuple[Spoil, ...]:
    """One way for each value, so that every one of them is met in the sample."""

    def way(value: Any) -> Spoil:
        def dirty(row: Row, random: Random) -> bool:
            if key not in row:
                return False
            row[key] = value
            return True

        return dirty

    return tuple(way(value) for value in values)


def _before(row: Row, random: Random) -> bool:
    if not isinstance(row.get("resolved_at"), datetime) or not isinstance(row.get("accepted_at"), datetime):
        return False
    row["resolved_at"] = row["accepted_at"] - timedelta(hours=3)
    return True


def _future(row: Row, random: Random) -> bool:
    if "responded_at" not in row:
        return False
    row["responded_at"] = datetime(2025, 5, 6, 10, 0)
    return True


_TIMES = ("accepted_at", "responded_at", "resolved_at")
RESPONSE_DIRT = (
    _with_time(_glued, *_TIMES),
    _with_time(_ambiguous, "resolved_at"),
    _with_time(_time_only, "responded_at"),
    _with_time(_full_width, *_TIMES),
    _with_time(_serial, *_TIMES),
    _with_time(_text("{d:%Y}年{month}月{day}日 {d:%H:%M}"), *_TIMES),
    _with_time(_text("{d:%Y}/{month}/{day} {hour}:{d:%M}"), *_TIMES),
    _with_time(_text("{d:%Y}.{month}.{day} {d:%H:%M}"), "resolved_at"),
    _with_time(_text("{d:%Y-%m-%d}T{d:%H:%M}"), "accepted_at"),
    *_set("accepted_at", None),
    *_set("responded_at", None, "昨天下午", CellError("#VALUE!")),
    _before,
    _future,
    *_set("owner", None),
    *_set("status", "已解决", "闭环", "完成"),
    *_set("result", '=联系快递核实', "“已处理”", "已处理 文档评论 □"),
    *_set("contact", "1385678", "139", None, "13812345678", 13912345678.0, CellError("#N/A"), "138 1234 5678"),
    *_set("customer", "*女士", "*先生", "", "张女士 "),
    *_set("customer_type", "老", "VIP", "新", "熟客"),
    *_set("urgency", "普通", "急", "加急", "", "很急"),
    *_set("problem_type", "物流", "质量问题", "维修", "没写清"),
    *_set("time_limit", "1个工作日", "30分钟", "24H", "尽快", "1.5小时"),
    *_set("confirmation", "*女士", "客户签名", "不同意"),
    *_set("problem", "身份证 110101199003078515 的客户要求退款", "“机器不启动”", ""),
    *_set("reopened", "1次", "2"),
)
PROCESS_DIRT = (
    _with_time(_glued, *_TIMES),
    _with_time(_time_only, "responded_at"),
    _with_time(_ambiguous, "resolved_at"),
    *_set("accepted_at", None),
    *_set("customer_info", "*女士/", "*先生/1395678", "王女士", "/13812345678", "李/王女士/138****5678"),
    *_set("product_info", "ABC-2000", "DEF-100/2024年3月2日", "GHK-9/去年", ""),
    *_set("problem_info", "不启动", "死机/很急", "异响/一般", "断电/重启/紧急"),
    *_set("service_mode", "现场", "远程协助", "邮寄"),
)
EVALUATION_DIRT = (
    *_set("response", 6, "5分", "五", "\uff15", None, 0),
    *_set("attitude", 4.5, "满意", CellError("#REF!"), "4"),
    *_set("ticket", "SN20249999001"),
    *_set("evaluated_at", "2024-04-1210:00", None, "2024年4月20日"),
    *_set("served_by", "李 工"),
    *_set("customer_type", "老", "vip"),
    *_set("profile", "S002", "满意度表"),
)

def spoil(rows: list[Row], ways: tuple[Spoil, ...], random: Random) -> None:
    """Spoil one row, and no row twice, in each of the ways."""
    clean = list(range(len(rows)))
    random.shuffle(clean)
    for way in ways:
        for index in clean:
            if way(rows[index], random):
                clean.remove(index)
                break
