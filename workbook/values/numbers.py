"""Numbers: the one rounding function, and numbers that were typed as text or with a unit."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from .cleaning import Parsed, clean, is_nothing, number_text, plain

_Number = TypeVar("_Number", float, None)

LOWEST_SCORE, HIGHEST_SCORE = 1, 5
LOSSLESS = 1e15  # Excel keeps 15 digits of a number; further ones have become 0

_NUMBER = re.compile(
    r"(?:¥|rmb|人民币)?\s*(?P<n>[+-]?(?:\d+(?:\.\d*)?|\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d+)?)(?:e[+-]?\d{1,3})?)"
    r"\s*(?P<unit>%|万元?|分|星|元|块|次|个|台|件|份|人|项)?",
    re.IGNORECASE,
)
_SCORE_WORDS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}


def half_up(value: _Number, digits: int = 0) -> _Number:
    """The value rounded half up (away from zero) at that many decimals, as Excel's ROUND and people do.

    Works on the decimal digits Python shows for the float: 4.45 -> 4.5, 2.675 -> 2.68. None, NaN and
    infinities pass through. The only rounding that reported figures may go through (requirements C18).
    """
    if value is None or not math.isfinite(value):
        return value
    if digits >= 0 and abs(value) >= LOSSLESS:
        return value  # has no decimals, and may have more digits than a Decimal context keeps
    exact = Decimal(repr(float(value)))
    return float(exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def read_number(raw: str | float, kind: str = "number") -> Parsed:
    """A cell of a number, integer, score, share or money column as a float; text is read with a report."""
    if not isinstance(raw, str):
        return _within(raw, kind, Parsed(raw), number_text(raw))
    old = clean(raw)
    text = plain(raw)
    if not text or is_nothing(text):
        return Parsed(None)
    if kind == "score" and text.removesuffix("分") in _SCORE_WORDS:
        number = float(_SCORE_WORDS[text.removesuffix("分")])
        return Parsed(number, "value.repaired", {"old": old, "new": number_text(number)})
    m = _NUMBER.fullmatch(text)
    if not m or (m["unit"] == "%" and kind != "share"):
        return Parsed(None, "value.not_number", {"old": old})
    exact = Decimal(m["n"].replace(",", ""))
    if m["unit"] == "%":
        exact /= 100
    elif (m["unit"] or "").startswith("万"):
        exact *= 10_000
    number = float(exact)
    code = "value.text_number" if re.fullmatch(r"[+-]?\d+(\.\d+)?", old, re.ASCII) else "value.repaired"
    new = f"{number_text(number * 100)}%" if kind == "share" else number_text(number)
    return _within(number, kind, Parsed(number, code, {"old": old, "new": new}), old)


def _within(number: float, kind: str, good: Parsed, old: str) -> Parsed:
    if not math.isfinite(number):
        return Parsed(None, "value.not_number", {"old": old})
    if kind == "score":
        if not LOWEST_SCORE <= number <= HIGHEST_SCORE:
            return Parsed(None, "value.score_range", {"old": old})
        if number != int(number):
            return Parsed(None, "value.score_fraction", {"old": old})
    if kind == "integer" and (number < 0 or number != int(number)):
        return Parsed(None, "value.not_integer", {"old": old})
    if kind == "share" and not 0 <= number <= 1:
        return Parsed(None, "value.share_range", {"old": old})
    return good
