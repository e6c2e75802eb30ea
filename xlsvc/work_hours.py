"""The hours of a working week as 设置 writes them: 09:00-12:00 13:30-18:00;周五 09:00-12:00 13:30-17:00;周六 09:00-12:00.

Spans before any day's name are those of Monday to Friday; a day (周六) or days (周一至周四, 周二、周四) that are named
have the spans behind them, 休息 for none. A Saturday or Sunday with hours of its own is worked in those hours every
week, holidays apart. A make-up day, which stands in for a weekday, has the spans of Monday to Friday.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

Spans = tuple[tuple[int, int], ...]
"""(start, end) in seconds after midnight, in order, apart."""

DAY = 86_400
WEEKDAYS = 5
DAY_NAMES = "一二三四五六日"
_DAY = r"(?:周|星期|礼拜)[一二三四五六日天]"
_TOKEN = re.compile(
    rf"(?P<span>(\d{{1,2}}):(\d{{2}})\s*[-~—–至到]+\s*(\d{{1,2}}):(\d{{2}}))"
    rf"|(?P<days>{_DAY}\s*[-~—–至到]+\s*(?:{_DAY}|[一二三四五六日天]))|(?P<day>{_DAY})|(?P<rest>休息|不上班|休)|(?P<gap>[\s,;、:/.。]+)"
)


@dataclass(frozen=True)
class Hours:
    """`default`: the spans of a weekday that is not named, and of make-up days; `named`: weekday (0 Monday) with
    its own spans."""

    default: Spans
    named: tuple[tuple[int, Spans], ...] = ()

    def of(self, weekday: int) -> Spans:
        """The spans of an ordinary week's day; () for one that is not worked."""
        return dict(self.named).get(weekday, self.default if weekday < WEEKDAYS else ())


def parse_hours(text: str) -> Hours:
    """ValueError for text that is not hours, spans that overlap or end before they start, and a day that is named
    twice or has no spans. 24:00 may end a day."""
    folded = unicodedata.normalize("NFKC", str(text)).strip()
    place, heads, named = 0, (), {}  # type: int, tuple[int, ...], dict[int, list[tuple[int, int]]]
    default: list[tuple[int, int]] = []
    open_heads = False  # day names go on being listed
    while place < len(folded):
        token = _TOKEN.match(folded, place)
        if token is None:
            raise ValueError(text)
        place = token.end()
        if token["gap"]:
            continue
        if token["span"] or token["rest"]:
            open_heads = False
            if token["rest"]:
                if not heads or any(named[day] for day in heads):
                    raise ValueError(text)
                continue
            span = _span(token)
            for spans in [named[day] for day in heads] if heads else [default]:
                spans.append(span)
            continue
        days = _days(token.group())
        if any(day in named for day in days):
            raise ValueError(text)
        heads, open_heads = ((*heads, *days) if open_heads else days), True
        named |= {day: [] for day in days}
    if open_heads or not (default or any(named.values())):
        raise ValueError(text)
    own = {day: _ordered(spans) for day, spans in named.items()}
    if not default:  # every day is named: the others are free
        own = {**dict.fromkeys(range(WEEKDAYS), ()), **own}
        default = list(next((own[day] for day in range(WEEKDAYS) if own[day]), next(filter(None, own.values()))))
    return Hours(_ordered(default), tuple(sorted(own.items())))


def _span(token: re.Match[str]) -> tuple[int, int]:
    h1, m1, h2, m2 = (int(token.group(n)) for n in (2, 3, 4, 5))
    start, end = h1 * 3600 + m1 * 60, h2 * 3600 + m2 * 60
    if m1 > 59 or m2 > 59 or not start < end <= DAY:
        raise ValueError(token.group())
    return start, end


def _days(text: str) -> tuple[int, ...]:
    found = [DAY_NAMES.index(c.replace("天", "日")) for c in text if c in DAY_NAMES + "天"]
    if len(found) == 1:
        return (found[0],)
    first, last = found
    return tuple((first + n) % 7 for n in range((last - first) % 7 + 1))


def _ordered(spans: list[tuple[int, int]]) -> Spans:
    ordered = tuple(sorted(spans))
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        raise ValueError(ordered)
    return ordered
