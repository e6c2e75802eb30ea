"""What every reader shares: its result, and what counts as blank, as a digit, as nothing."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u00ad"
BLANKS = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u180e\u2028\u2029\u202f\u205f\u3000" + _ZERO_WIDTH + "".join(
    map(chr, range(0x2000, 0x200B))
)  # fmt: skip
"""Everything that looks like nothing at the ends of a cell: ideographic, no-break and zero-width blanks too."""

NOTHING = frozenset(
    {"-", "--", "—", "——", "–", "/", "\\", "无", "暂无", "n/a", "na", "不适用", "未填", "未评"}
)
"""What people type into a cell to say that there is nothing (not in text columns, where it stays)."""

SUMMARY_WORDS = frozenset({"综合得分", "合计", "小计", "总计", "平均", "平均分", "平均值", "均分", "均值"})
"""What the cell says that heads a row which sums up the rows above it, as 《质量评估表》 of S003 prints one."""

_INVISIBLE = str.maketrans("", "", _ZERO_WIDTH)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_QUOTES = "“”„\"'‘’「」『』《》`"
_RUN_OF_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one cell was read as.

    `value` is None where the cell cannot be used. `code` names the message (messages "value.*"), "" when
    the cell reads as it stands; `values` fill that message. `relative` is set by the date reader for cells
    that need another cell of their row (see dates.Relative).
    """

    value: Any
    code: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    relative: Any = None


def clean(text: str) -> str:
    """The text without blanks of any kind at its ends; what stands between them is kept as typed."""
    return text.strip(BLANKS)


def plain(text: str) -> str:
    """Text as it is compared: half-width, one kind of dash, single blanks, no quotes or zero-width marks."""
    folded = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_DASHES)
    return _RUN_OF_BLANKS.sub(" ", folded).strip().strip(_QUOTES).strip()


def is_nothing(text: str) -> bool:
    return text.casefold() in NOTHING


def is_summary(text: object) -> bool:
    """Does this cell head a row that sums up others (综合得分, 合计:, 综合得分(加权))?"""
    if not isinstance(text, str) or not text:
        return False
    said = plain(text).rstrip(":")
    return said in SUMMARY_WORDS or said.startswith("综合得分")


def number_text(number: float) -> str:
    """A number as Excel shows it in a wide cell: 15 significant digits, no exponent, no ".0"."""
    if not math.isfinite(number):  # 1e999 in a file, or typed
        return str(number)
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    sign, digits, exponent = _decimal_parts(number)
    whole = len(digits) + exponent
    if exponent >= 0:
        return sign + digits + "0" * exponent
    if whole > 0:
        return f"{sign}{digits[:whole]}.{digits[whole:]}"
    return f"{sign}0.{'0' * -whole}{digits}"


def _decimal_parts(number: float) -> tuple[str, str, int]:
    mantissa, exponent = f"{abs(number):.14e}".split("e")
    digits = mantissa.replace(".", "").rstrip("0") or "0"
    return "-" if number < 0 else "", digits, int(exponent) - len(digits) + 1


def clip(text: str, limit: int = 60) -> str:
    """Text for a message: long ones end in an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
