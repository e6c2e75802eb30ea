"""What Excel makes of what is put into a cell, and what it gives back: texts that are taken for numbers, dates and
formulas, the kinds of Value, and cells as their format shows them. English (US) rules, as for all that comes
through COM, but for the formats of a Chinese Windows that dates get."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from .com import refused
from .windows import TimeType

LONGEST = 32_767
LONGEST_IN_ARRAY = 8_203  # as told of Excel 2007 and 2010; later ones may take more
SHIFT_1904 = 1462
GENERAL, TEXT = "General", "@"
DATE, DATE_TIME, TIME = "yyyy/m/d", "yyyy/m/d h:mm", "h:mm"

ERRORS = {
    "#DIV/0!": -2146826281, "#N/A": -2146826246, "#NAME?": -2146826259, "#NULL!": -2146826288,
    "#NUM!": -2146826252, "#REF!": -2146826265, "#VALUE!": -2146826273, "#SPILL!": -2146826243,
    "#CALC!": -2146826238, "#GETTING_DATA": -2146826245,
}  # fmt: skip

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?")
_FRACTION = re.compile(r"(-?\d+) (\d{1,3})/(\d{1,3})")
_DAY_FIRST = re.compile(r"(\d{1,2})[/-](\d{1,2})(?:[/-](\d{2}|\d{4}))?")
_YEAR_FIRST = re.compile(r"(\d{4})[/-](\d{1,2})(?:[/-](\d{1,2}))?")
_CHINESE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2})(\.\d+)?)?(?: ?([AaPp])[Mm])?")
_EPOCH = dt.datetime(1899, 12, 30)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[(?:\$[^\]]*|[A-Za-z]+\d*|[<>=].*?)\]')


@dataclass(frozen=True)
class Fault:
    """An error in a cell: "#N/A"."""

    text: str

    @property
    def code(self) -> int:
        return ERRORS[self.text]


Cell = None | float | bool | str | Fault


@lru_cache
def is_date(form: str) -> bool:
    """Is a number shown as a date or a time under this format?"""
    bare = _QUOTED.sub("", form.split(";")[0])
    return form not in (GENERAL, TEXT) and bool(re.search(r"[ymdhs]", bare, re.I)) and "General" not in bare


@lru_cache
def is_currency(form: str) -> bool:
    return any(sign in form.split(";")[0] for sign in "$¥￥€£") and not is_date(form)


def serial(moment: dt.datetime, date1904: bool) -> float:
    """A COM date as the number that stands in the cell."""
    since = moment.replace(tzinfo=None) - _EPOCH
    return since.days + (since.seconds + since.microseconds / 1e6) / 86_400 - (SHIFT_1904 if date1904 else 0)


@lru_cache(50_000)
def com_date(number: float, date1904: bool) -> TimeType | float:
    """The number of a date cell as pywin32 hands it out, to the millisecond; numbers that are no date as they are."""
    day = number + (SHIFT_1904 if date1904 else 0)
    if not 0 <= day < 2_958_466:
        return number
    moment = _EPOCH + dt.timedelta(milliseconds=round(day * 86_400_000))
    return TimeType(*moment.timetuple()[:6], moment.microsecond, tzinfo=dt.UTC)


def value_of(cell: Cell, form: str, date1904: bool) -> Any:
    """Range.Value of one cell."""
    if isinstance(cell, float):
        if is_date(form):
            return com_date(cell, date1904)
        if is_currency(form) and abs(cell) < 922_337_203_685_477:
            return Decimal(cell).quantize(Decimal("0.0001"))
    return cell.code if isinstance(cell, Fault) else cell


def value2_of(cell: Cell) -> Any:
    return cell.code if isinstance(cell, Fault) else cell


@lru_cache(50_000)
def general(number: float) -> str:
    """A number as the General format shows it in a wide column."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    text = f"{number:.15g}"
    return text.upper().replace("E+", "E+").replace("E-0", "E-")


def constant_text(cell: Cell) -> str:
    """Range.Formula of a cell without one."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return general(cell)
    return cell.text if isinstance(cell, Fault) else cell


@dataclass(frozen=True)
class Entered:
    """What stands in a cell after something was put there: `formula` with its "=", `form` where the format changes."""

    cell: Cell = None
    formula: str = ""
    form: str = ""


def entered(value: Any, form: str, date1904: bool, apostrophe_kept: bool = False) -> Entered:
    """What Excel makes of a value put into a cell of this format. Raises com_error 1004. `apostrophe_kept`: in a
    cell of the format "@" a leading apostrophe is part of the text."""
    if value is None or value == "":
        return Entered()
    if isinstance(value, str):
        return _typed(value, form, date1904, apostrophe_kept)
    if isinstance(value, bool):
        return Entered(("TRUE" if value else "FALSE") if form == TEXT else value)
    if isinstance(value, dt.datetime):
        number = serial(value, date1904)
        if form == TEXT:
            return Entered(shown(number, DATE_TIME + ":ss" if number % 1 else DATE, date1904))
        plain = DATE_TIME if number % 1 else DATE
        return Entered(number, form=plain if form == GENERAL else "")
    number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        raise refused("Application-defined or object-defined error")
    return Entered(general(number) if form == TEXT else number)


def _typed(text: str, form: str, date1904: bool, apostrophe_kept: bool) -> Entered:
    if len(text) > LONGEST:
        raise refused("Application-defined or object-defined error")
    if text.startswith("'") and not (form == TEXT and apostrophe_kept):
        return Entered(text[1:] or None)
    if form == TEXT:
        return Entered(text)
    if text[0] == "=" and len(text) > 1:
        return Entered(formula=checked_formula(text))
    stripped = text.strip(" ")
    found = _as_number(stripped) or _as_date(stripped, date1904)
    if found:
        number, plain = found
        return Entered(number, form=plain if form == GENERAL else "")
    if stripped.upper() in ("TRUE", "FALSE"):
        return Entered(stripped.upper() == "TRUE")
    if stripped.upper() in ERRORS:
        return Entered(Fault(stripped.upper()))
    if text[0] == "@" and len(text) > 1:
        raise refused("That function isn't valid.")
    if text[0] in "+-" and len(text) > 1:
        return Entered(formula=checked_formula("=" + (text[1:] if text[0] == "+" else text)))
    return Entered(text)


def _as_number(text: str) -> tuple[float, str] | None:
    sign, form = 1.0, ""
    if text.startswith("(") and text.endswith(")"):
        text, sign = text[1:-1], -1.0
    if text[:1] in ("$", "¥", "￥", "€", "£"):
        text, form = text[1:], "¥#,##0.00"
    if text.endswith("%"):
        text, sign, form = text[:-1].rstrip(), sign / 100, "0.00%" if "." in text else "0%"
    if found := _FRACTION.fullmatch(text):
        if int(found[3]) == 0:
            return None
        whole = int(found[1])
        part = int(found[2]) / int(found[3])
        return sign * (whole - part if found[1].startswith("-") else whole + part), "# ?/?"
    if not re.search(r"\d", text) or not _NUMBER.fullmatch(text):
        return None
    number = float(text.replace(",", ""))
    if number == float("inf"):
        return None
    if "e" in text.lower():
        form = form or "0.00E+00"
    elif "," in text:
        form = form or "#,##0"
    return sign * number, form


def _as_date(text: str, date1904: bool) -> tuple[float, str] | None:
    day, rest, had = _day(text)
    clock = _clock(rest) if rest else None
    if (rest and clock is None) or (not had and clock is None):
        return None
    number = (serial(dt.datetime.combine(day, dt.time()), date1904) if day else 0.0) + (clock or 0.0)
    return number, (DATE_TIME if clock is not None else DATE) if had else TIME


def _day(text: str) -> tuple[dt.date | None, str, bool]:
    """The day a text begins with, what follows it, and whether there was one."""
    head, _, rest = text.partition(" ")
    year = dt.date.today().year
    try:
        if found := _YEAR_FIRST.fullmatch(head):
            return dt.date(int(found[1]), int(found[2]), int(found[3] or 1)), rest.strip(), True
        if found := _DAY_FIRST.fullmatch(head):
            given = found[3]
            if given:
                year = int(given) if len(given) == 4 else int(given) + (2000 if int(given) < 30 else 1900)
            month, number = int(found[1]), int(found[2])
            if month > 12 and not given:
                return None, text, False
            return dt.date(year, month, number), rest.strip(), True
        if found := _CHINESE.fullmatch(head):
            return dt.date(int(found[1] or year), int(found[2]), int(found[3])), rest.strip(), True
    except ValueError:
        pass
    return None, text, False


def _clock(text: str) -> float | None:
    found = _CLOCK.fullmatch(text)
    if not found or int(found[2]) > 59 or int(found[3] or 0) > 59:
        return None
    hours = int(found[1])
    if found[5]:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if found[5] in "pP" else 0)
    return (hours + int(found[2]) / 60 + (int(found[3] or 0) + float(found[4] or 0)) / 3600) / 24


def checked_formula(text: str) -> str:
    """The formula as it is. Raises com_error 1004 for what Excel cannot read; only the plainest faults are seen:
    quotes and brackets that are not closed, an operator at the end, characters that no formula has."""
    bare = re.sub(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|\[[^\]]*\]', "0", text[1:])
    depth = 0
    for letter in bare:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth < 0:
            break
    if (
        depth
        or not bare.strip()
        or '"' in bare
        or bare.rstrip()[-1] in "+-*/^&=<>,("
        or re.search(r"^[\s*/^&<>,)]|[?`~|\\。]|==", bare)
    ):
        raise refused("Application-defined or object-defined error")
    if len(text) > 8_192:
        raise refused("Application-defined or object-defined error")
    return text


def shown(cell: Cell, form: str, date1904: bool = False) -> str:
    """Range.Text for the formats met in the tests: dates of digits, shares, whole and decimal numbers."""
    if not isinstance(cell, float):
        return constant_text(cell)
    if is_date(form):
        moment = com_date(cell, date1904)
        return "#######" if isinstance(moment, float) else _shown_date(moment, form.split(";")[0])
    if found := re.fullmatch(r"0(?:\.(0+))?(%?)", form):
        digits = len(found[1] or "")
        return f"{cell * (100 if found[2] else 1):.{digits}f}{found[2]}"
    return general(cell)


def _shown_date(moment: dt.datetime, form: str) -> str:
    if moment.microsecond >= 500_000:
        moment += dt.timedelta(seconds=1)
    parts = re.split(r'(y+|m+|d+|h+|s+|"[^"]*"|\\.|\[[^\]]*\])', form, flags=re.I)
    text, clock = "", False
    for at, part in enumerate(parts):
        low = part.lower()
        if low.startswith("y"):
            text += f"{moment.year:04d}" if len(part) > 2 else f"{moment.year % 100:02d}"
        elif low.startswith("d"):
            text += f"{moment.day:0{min(len(part), 2)}d}"
        elif low.startswith("h"):
            text, clock = text + f"{moment.hour:0{min(len(part), 2)}d}", True
        elif low.startswith("s"):
            text += f"{moment.second:0{min(len(part), 2)}d}"
        elif low.startswith("m"):
            before_seconds = any(p.lower().startswith("s") for p in parts[at + 1 : at + 3])
            minutes = (clock and ":" in parts[at - 1]) or before_seconds
            text += f"{moment.minute if minutes else moment.month:0{min(len(part), 2)}d}"
        else:
            text += part[1:-1] if part.startswith('"') else part[1:] if part.startswith("\\") else part.replace("@", "")
    return text


_LINK = re.compile(r'=HYPERLINK\("(?:[^"]|"")*",\s*"((?:[^"]|"")*)"\)', re.I)
_TEXT = re.compile(r'="((?:[^"]|"")*)"')


def calculated(formula: str) -> Cell:
    """The value of the few formulas that need no calculating: a link's text, a text, a number, NA(), 1+1."""
    for pattern in (_LINK, _TEXT):
        if found := pattern.fullmatch(formula):
            return found[1].replace('""', '"')
    if found := _as_number(formula[1:].strip()):
        return found[0]
    if formula.upper() == "=NA()":
        return Fault("#N/A")
    if found := re.fullmatch(r"=(\d+)\+(\d+)", formula):  # type: ignore[assignment]
        return float(int(found[1]) + int(found[2]))
    if re.fullmatch(r"=[+-]?[^\W\d]\w*", formula) and not re.fullmatch(r"=[+-]?[A-Za-z]{1,3}\d+", formula):
        return Fault("#NAME?")
    return 0.0
