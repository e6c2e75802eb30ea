"""Phone numbers: text whose digits are judged and kept, never completed (S003: 区号-后四位; S002's 1385678).

A masked number is fine to keep; a truncated one is flagged with its digits as they stand.
"""

from __future__ import annotations

import re

from .cleaning import Parsed, clean, is_nothing, number_text, plain
from .numbers import LOSSLESS

_LABEL = re.compile(
    r"^(?:联系电话|手机号码?|电话号码?|手机|电话|座机|tel|phone|mobile)\s*[:.]?\s*", re.IGNORECASE
)
_OTHER_WAYS = re.compile(r".*@.*|(?:微信|企业微信|wx|wechat|qq)\s*号?\s*[:.]?\s*\S+", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?e\+?(\d+)", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*(?:[/、,;]|或)\s*")
_MASK = re.compile(r"(?<=\d)[xX×•●·#]+(?=\d)")
_SEPARATORS = re.compile(r"[\s\-().]+")
_WHOLE = (
    re.compile(r"1\d{10}"),
    re.compile(r"\+?861\d{10}"),
    re.compile(r"1\d{2}\*{1,4}\d{4}"),
)
_USUAL = re.compile(r"1\d{2}\*{4}\d{4}|0\d{2,3}-\d{4}", re.ASCII)  # of the forms below: kept as they stand
_WHOLE_WITH_DASH = (
    re.compile(r"0\d{2,3}-\d{4}"),  # S003: area code and the last four digits
    re.compile(r"0\d{2,3}-?\*+\d{4}"),
    re.compile(r"(?:0\d{2,3}-?|\(0\d{2,3}\)-?)\d{7,8}(?:(?:-|转|ext\.?)\d{1,6})?", re.IGNORECASE),
    re.compile(r"0\d{2,3}-?\d{3,4}-\d{4}"),
    re.compile(r"\+86-?\d{2,3}-?\d{7,8}"),
    re.compile(r"[48]00-?\d{3}-?\d{4}"),
)
_PHONE_LIKE = re.compile(r"[\d*+\-()xX×•转 ]+")


def is_phone_like(text: str) -> bool:
    """Could this be (what is left of) a phone number? Digits, masks and separators only."""
    said = plain(text)
    return bool(_PHONE_LIKE.fullmatch(said)) and (any(map(str.isdecimal, said)) or not said.strip("*"))


def read_phone(raw: str | float) -> Parsed:
    """A phone cell as text. The digits of the value are the digits of the cell, whatever is wrong."""
    if not isinstance(raw, str):
        digits = number_text(raw)
        if abs(raw) >= LOSSLESS:
            return Parsed(digits, "value.digits_lost", {"old": digits})
        return _judge(digits, digits)
    if len(raw) == 11 and raw[0] == "1" and raw.isdecimal() and raw.isascii() and raw[-6:] != "000000":
        return Parsed(raw)  # nearly every cell of a well kept log
    if _USUAL.fullmatch(raw):
        return Parsed(raw)
    old = clean(raw)
    text = plain(raw)
    if not text or is_nothing(text):
        return Parsed("")
    if m := _SCIENTIFIC.fullmatch(text):
        digits = m[1] + (m[2] or "")
        if len(digits) != int(m[3]) + 1:
            return Parsed(old, "value.phone_scientific", {"old": old})
        return _judge(digits, old)
    if _OTHER_WAYS.fullmatch(text):
        return Parsed(old)
    return _judge(text, old)


def _judge(text: str, old: str) -> Parsed:
    parts = _SEVERAL.split(text)
    if len(parts) > 1 and all(_whole(part) for part in parts):
        return Parsed(old)
    number = _LABEL.sub("", text)
    found = _whole(number)
    if found:
        if re.fullmatch(r"1\d{4}0{6}", found):
            return Parsed(found, "value.phone_zero_tail", {"old": old})
        if found == old:
            return Parsed(found)
        return Parsed(found, "value.read_as", {"old": old, "new": found})
    code, n = _fault(_SEPARATORS.sub("", number))
    return Parsed(old, code, {"old": old, "n": n})


def _whole(text: str) -> str:
    """The number in the form it is kept, or "" when it is not a whole (or properly masked) number."""
    masked = _MASK.sub(lambda m: "*" * len(m[0]), text)
    bare = _SEPARATORS.sub("", masked)
    if any(shape.fullmatch(bare) for shape in _WHOLE):
        return bare
    tight = re.sub(r"\s+", "", masked)
    return tight if any(shape.fullmatch(tight) for shape in _WHOLE_WITH_DASH) else ""


def _fault(bare: str) -> tuple[str, int]:
    n = sum(c.isdigit() for c in bare)
    if not re.fullmatch(r"\+?[\d*]+", bare):
        return "value.phone_odd", n
    if "*" in bare or n < 7:
        return "value.phone_fragment", n
    if n <= 8 and bare[0] in "2345678":
        return "value.phone_area", n
    return ("value.phone_masked", n) if n == 7 else ("value.phone_length", n)
