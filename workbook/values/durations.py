"""Durations as people type them: 24小时, 30分钟, 1个工作日, 半天, 1.5h (S002 处理时限)."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from .cleaning import Parsed, clean, is_nothing, number_text, plain

_UNITS = {
    "分钟": ("分钟", "分", "min", "mins", "minute", "minutes", "m"),
    "小时": ("小时", "个小时", "钟头", "个钟头", "时", "h", "hr", "hrs", "hour", "hours"),
    "工作日": ("工作日", "个工作日", "工作天", "个工作天"),
    "天": ("天", "日", "自然日", "个自然日", "day", "days", "d"),
    "周": ("周", "个星期", "星期", "week", "weeks"),
}
_UNIT = {name: unit for unit, names in _UNITS.items() for name in names}
_ALL_UNITS = "|".join(sorted(map(re.escape, _UNIT), key=len, reverse=True))
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ONE = re.compile(
    rf"(?P<n>\d+(?:\.\d+)?|半|[一二两三四五六七八九十]{{1,3}})(?P<half>个半)?\s*(?P<unit>{_ALL_UNITS})(?P<more>半)?"
)
_HOURS_MINUTES = re.compile(r"(?P<h>\d+)\s*(?:个?小时|时|h|hr|hrs)\s*(?P<m>\d+)\s*(?:分钟|分|min|mins|m)")
_AROUND = re.compile(r"^(?:限时|限|不超过|最多|最迟|<=|≤|在)\s*|\s*(?:之内|以内|内|前)$")


@lru_cache(maxsize=4096)
def parse_duration(text: str) -> tuple[float, str] | None:
    """(amount, unit) with unit 分钟, 小时, 工作日 or 天; None when the text leaves any doubt.

    "24小时内" is 24 hours, "2小时30分" 150 minutes, "1周" 7 days, "半天" half a day. A bare number has no
    unit and a range ("24-48小时") has two amounts: both are None.
    """
    plain_text = _AROUND.sub("", _AROUND.sub("", plain(text))).lower()
    if m := _HOURS_MINUTES.fullmatch(plain_text):
        return float(int(m["h"]) * 60 + int(m["m"])), "分钟"
    m = _ONE.fullmatch(plain_text)
    if not m or (amount := _amount(m["n"])) is None:
        return None
    if m["half"] or m["more"]:
        if m["n"] == "半" or (m["half"] and m["more"]):
            return None
        amount += Decimal("0.5")
    unit = _UNIT[m["unit"]]
    if unit == "周":
        amount, unit = amount * 7, "天"
    return (float(amount), unit) if amount > 0 else None


def read_duration(raw: str | float) -> Parsed:
    """A duration cell as canonical text ("24小时"), which `parse_duration` reads."""
    if not isinstance(raw, str):
        return Parsed(None, "value.duration_unit", {"old": number_text(raw)})
    old = clean(raw)
    if not old or is_nothing(plain(old)):
        return Parsed("")
    found = parse_duration(raw)
    if found is None:
        bare = re.fullmatch(r"\d+(\.\d+)?", plain(old))
        return Parsed(None, "value.duration_unit" if bare else "value.duration", {"old": old})
    new = show_duration(*found)
    if old.replace("个工作日", "工作日") == new.replace("个工作日", "工作日"):
        return Parsed(new)
    return Parsed(new, "value.read_as", {"old": old, "new": new})


def show_duration(amount: float, unit: str) -> str:
    """An amount and unit as S002 writes them: 24小时, 1个工作日."""
    return f"{number_text(amount)}{'个' if unit == '工作日' else ''}{unit}"


def _amount(text: str) -> Decimal | None:
    if text == "半":
        return Decimal("0.5")
    if text[0].isdigit():
        return Decimal(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return Decimal(_DIGITS[text]) if text in _DIGITS else None
    if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return None
    return Decimal(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))
