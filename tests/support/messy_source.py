"""Sixty tickets as an office that never had a ledger would paste them: a title over them, its own headings, dates in many
forms, spaced phone numbers, a subtotal and the headings again in the middle, the same customer merged over rows, notes
below. Beside it what a careful person would have typed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

COUNT = 60
SUBTOTAL_AFTER = 30
NO_PHONE, REVERSED = 20, 43
"""Records with a fault of their own: no telephone number; done before it began."""
HEADINGS = ["序号", "服务单号", "客户名称", "联系电话", "故障现象", "问题分类", "优先级", "报修时间", "首次响应", "处理人", "完成时间",
            "处理结果", "客户确认", "门店"]  # fmt: skip

_CUSTOMERS = ["张女士", "李先生", "王女士", "赵先生", "刘女士", "陈先生", "杨女士"]
_PROBLEMS = ["不制冷,开机无反应", "屏幕有划痕,要求更换", "充电器发热", "物流三天没有更新", "App 登录不上", "咨询保修期"]
_KINDS = ["维修", "质量问题", "质量问题", "物流", "软件", "咨询"]
_URGENCY = ["普通", "一般", "急", "紧急", "普通", "咨询"]
_OWNERS = ["客服部李工", "技术部王工", "技术部张工"]
_RESULTS = ["更换压缩机", "补发新品", "更换充电器", "联系快递补送", "重置密码", "电话讲解"]
FIRST = datetime(2024, 4, 29, 8, 30)


def moments(n: int) -> tuple[datetime, datetime, datetime | None]:
    """Accepted, answered and done of record n (None: still open)."""
    accepted = FIRST + timedelta(hours=2 * n, minutes=7 * (n % 5))
    done = None if n % 10 == 9 else accepted + timedelta(hours=1 + n % 6)
    return accepted, accepted + timedelta(minutes=10 + n % 20), done


def _written(moment: datetime, n: int) -> Any:
    """The same moment in the ways in which people write it."""
    ways = (
        moment,
        f"{moment:%Y-%m-%d %H:%M}",
        f"{moment.year}年{moment.month}月{moment.day}日 {moment.hour}点{moment.minute:02d}分",
        f"{moment.year}.{moment.month}.{moment.day} {moment:%H:%M}",
        f"{moment:%Y/%m/%d} {'上午' if moment.hour < 12 else '下午'}{moment.hour % 12 or 12}:{moment:%M}",
        f"{moment:%Y-%m-%d}{moment:%H:%M}",
    )
    return ways[n % len(ways)]


def _phone(n: int) -> str:
    digits = f"1380013{n:04d}"
    return (digits, f"{digits[:3]} {digits[3:7]} {digits[7:]}", f"{digits[:3]}-{digits[3:7]}-{digits[7:]}")[n % 3]


def pasted_rows() -> tuple[list[list[Any]], list[tuple[int, int]]]:
    """The rows from the first pasted one on, and which of them (first, last; from 0) have their customer merged."""
    blank: list[Any] = [None] * (len(HEADINGS) - 1)
    rows: list[list[Any]] = [["2024年五月售后登记表(三个门店汇总)", *blank], [*HEADINGS]]
    merged = []
    for n in range(COUNT):
        if n == SUBTOTAL_AFTER:
            rows += [["小计", None, f"{n} 单", *blank[:-2]], [*HEADINGS]]
        accepted, answered, done = moments(n)
        number = "" if n % 4 == 3 else f"FW2405{n + 1:03d}"
        phone = None if n == NO_PHONE else _phone(n)
        if n == REVERSED:
            done = accepted - timedelta(hours=1)
        rows.append([
            n + 1, number, _CUSTOMERS[n // 2 % 7], phone, _PROBLEMS[n % 6], _KINDS[n % 6], _URGENCY[n % 6],
            _written(accepted, n), f"{answered:%H:%M}" if answered.date() == accepted.date() else answered,
            _OWNERS[n % 3], None if done is None else _written(done, n + 2), None if done is None else _RESULTS[n % 6],
            "满意" if n % 3 == 0 and done else None, ("一店", "二店", "三店")[n % 3],
        ])  # fmt: skip
        if n % 2 and n % 14 == 1:
            rows[-1][2] = None
            merged.append((len(rows) - 2, len(rows) - 1))
    rows += [["合计", None, f"{COUNT} 单", *blank[:-2]], [None] * len(HEADINGS), ["制表人:赵敏", *blank]]
    return rows, merged


def expected() -> list[dict[str, Any]]:
    """The sixty records by schema key; no "ticket" where a number has to be issued."""
    words = {"普通": "一般", "一般": "一般", "急": "紧急", "紧急": "紧急", "咨询": "咨询"}
    kinds = {"维修": "售后维修类", "质量问题": "产品质量", "物流": "物流配送类", "软件": "软件调试", "咨询": "使用咨询"}
    records = []
    for n in range(COUNT):
        accepted, answered, done = moments(n)
        record: dict[str, Any] = {
            "seq": str(n + 1), "ticket": f"FW2405{n + 1:03d}", "customer": _CUSTOMERS[n // 2 % 7], "contact": f"1380013{n:04d}",
            "problem": _PROBLEMS[n % 6], "problem_type": kinds[_KINDS[n % 6]], "urgency": words[_URGENCY[n % 6]],
            "accepted_at": accepted, "responded_at": answered, "owner": _OWNERS[n % 3], "门店": ("一店", "二店", "三店")[n % 3],
        }  # fmt: skip
        if n % 4 == 3:
            del record["ticket"]
        if n == NO_PHONE:
            del record["contact"]
        if n == REVERSED:
            done = accepted - timedelta(hours=1)
        if done is not None:
            record |= {"resolved_at": done, "result": _RESULTS[n % 6]}
            if n % 3 == 0:
                record["confirmation"] = "满意"
        records.append(record)
    return records
