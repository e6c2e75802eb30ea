"""Rows of the two other tables that a weekly report counts: tickets of 流程记录 and customers' answers in 评价记录.

Both go with the two years of `rows`: tickets packed into the compound cells of S003.T1, and answers to tickets of
响应记录 with comments, some without a time, of an unknown form, out of range, anonymous, noted down for the customer or
entered twice. The same numbers of rows give the same cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from workbook.sheets.process_log import PROCESS_LOG
from workbook.sheets.profiles import PROFILES

from .rows import (
    CHUNK,
    DAYS,
    FIRST_DAY,
    LAST,
    PEOPLE,
    Cells,
    Draw,
    chunks,
    dates,
    days_of,
    only,
    ticket_numbers,
)

_MODELS = ("QX-2000", "QX-3000", "KT-35GW", "JS-500L")
_LEVEL_WORDS = {"一般": "普通", "特急": "加急"}
_PROFILE_SHARES = {"S002": 70, "S001": 12, "S004": 10, "S000": 8}
_SCORES = (5, 4, 3, 2, 1)
_SCORE_SHARES = (46, 31, 12, 6, 5)
_IMPROVE = (
    "等待时间太长", "师傅没有讲清楚怎么用", "流程太麻烦,跑了两趟", "电话一直占线打不通", "收费没有提前说明", "修了两次才修好",
    "客服态度不耐烦", "配件等了很久", "希望周末也能上门", "没有", "都挺好",
)  # fmt: skip
_PRAISED = ("师傅很专业,讲得清楚", "响应及时,态度很好", "准时上门,很满意", "耐心解答,谢谢", "问题一次就解决了")
_CHANNELS = ("微信", "电话回访", "电话", "短信", "线上问卷", "纸质问卷", "二维码", None)
_CHANNEL_SHARES = (38, 20, 4, 10, 12, 6, 7, 3)


def process_chunks(total: int) -> Iterator[tuple[int, Cells]]:
    """As `rows.chunks`, by the columns of 流程记录."""
    for first, typed in chunks(total):
        draw = Draw(10_000 + first // CHUNK, len(typed["ticket"]))
        model, bought = draw.words(_MODELS), dates(days_of(first, draw.count, total) - 200)
        urgencies = [_LEVEL_WORDS.get(str(word), word) for word in typed["urgency"]]
        cells = {key: column for key, column in typed.items() if key in PROCESS_LOG and not PROCESS_LOG[key].computed}
        cells["ticket"] = [f"GD{number[2:]}" for number in typed["ticket"]]
        cells["customer_info"] = _joined(typed["customer"], typed["contact"])
        cells["product_info"] = _joined(model.tolist(), bought)
        cells["problem_info"] = _joined(typed["problem"], urgencies)
        yield first, cells


def _joined(heads: Sequence[Any], tails: Sequence[Any]) -> list[str]:
    return [head if tail is None else f"{head}/{tail}" for head, tail in zip(heads, tails, strict=True)]


def answer_chunks(total: int, tickets: int) -> Iterator[tuple[int, Cells]]:
    """The same of 评价记录: answers to so many tickets of 响应记录, spread evenly."""
    for first in range(0, total, CHUNK):
        yield first, _answers(first, min(CHUNK, total - first), total, tickets)


def _answers(first: int, count: int, total: int, tickets: int) -> Cells:
    draw = Draw(20_000 + first // CHUNK, count)
    place = np.arange(first, first + count) * tickets // total
    days = FIRST_DAY + place * DAYS // tickets
    later, minute = draw.random.integers(1, 4, count), draw.random.integers(8 * 60, 21 * 60, count)
    at = np.minimum((days + later) * 86_400 + minute * 60, LAST - 600)
    codes = draw.words(tuple(_PROFILE_SHARES), tuple(_PROFILE_SHARES.values()))
    named = codes != "S001"
    said = draw.words(_SCORES, _SCORE_SHARES).astype(float)
    scores: Cells = {}
    for key in dict.fromkeys(d.key for code in _PROFILE_SHARES for d in PROFILES[code].dimensions):
        asked = np.isin(codes, [code for code in _PROFILE_SHARES if key in (d.key for d in PROFILES[code].dimensions)])
        score = np.clip(said + draw.words((0, 0, 0, 1, -1)).astype(float), 1, 5)
        score = np.where(draw.happens(0.001), 6.0, score)
        scores[key] = only(asked & ~draw.happens(0.005), score)
    receipts = [f"{n // 10_000:04d}-K{n % 10_000:04d}" for n in range(first, first + count)]
    for row in np.flatnonzero(draw.happens(0.001)).tolist():
        receipts[row] = receipts[max(0, row - 1)]
    proxy = draw.happens(0.06)
    words = np.where(said >= 4, draw.words(_PRAISED), draw.words(_IMPROVE))
    return {
        "receipt": receipts,
        "evaluated_at": only(~draw.happens(0.004), at / 86_400),
        "profile": [PROFILES[code].name if known else None for code, known in zip(codes, ~draw.happens(0.002), strict=True)],
        "ticket": only(named, np.array(ticket_numbers(days, place), dtype=object)),
        "customer_type": draw.words(("新客户", "老客户", "VIP客户", "大客户", None), (36, 40, 14, 4, 6)).tolist(),
        "served_by": draw.words([name for name, _ in PEOPLE]).tolist(),
        **scores,
        "improvement": only(draw.happens(0.35), words),
        "suggestion": only(draw.happens(0.08), draw.words(_IMPROVE[:9])),
        "channel": draw.words(_CHANNELS, _CHANNEL_SHARES).tolist(),
        "proxy": only(proxy, np.full(count, "是", dtype=object)),
        "proxy_by": only(proxy, np.full(count, "赵敏", dtype=object)),
    }
