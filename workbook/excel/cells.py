"""What xlwings gives for a cell as the port's raw cell, and the other way round.

Excel's own values come as floats, texts, booleans, datetimes (a cell with a date format), Decimals (one with a currency
format) and, for errors, as xlwings' texts or as numbers of errors that it does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ..book import CellError, Link, RawCell
from ..package.cell_content import SHIFT_1904, Serial, link_formula, serial
from ..package.cell_writing import Content

_EPOCH = datetime(1899, 12, 30)
_BEGIN_1904 = datetime(1904, 1, 1)
_DAY = timedelta(days=1)
_FIRST_ERROR = -2146828288  # plus the error's own number, as in CVErr(2007)
_ERRORS = {
    2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!", 2042: "#N/A",
    2043: "#GETTING_DATA", 2045: "#SPILL!", 2046: "#CONNECT!", 2047: "#BLOCKED!", 2048: "#UNKNOWN!",
    2049: "#FIELD!", 2050: "#CALC!",
}  # fmt: skip
ERROR_TEXTS = frozenset(_ERRORS.values())
MAX_LINK_TEXT = 255  # Excel: characters of a text in a formula


def raw(value: Any, date1904: bool) -> RawCell:
    """One cell as xlwings gives it, dates as serials of the 1900 system in a 1904 book too."""
    kind = type(value)
    if kind is float:
        return None if value != value else value  # type: ignore[no-any-return]
    if kind is str:
        if value in ERROR_TEXTS:
            return CellError(value)
        return value or None
    if value is None or kind is bool:
        return value  # type: ignore[no-any-return]
    if isinstance(value, datetime):
        return days(value, date1904)
    if isinstance(value, date):
        return serial(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, int):
        known = _ERRORS.get(value - _FIRST_ERROR)
        return CellError(known) if known else float(value)
    if isinstance(value, timedelta):
        return value / _DAY
    return str(value) or None


def days(moment: datetime, date1904: bool) -> float:
    """Excel's own number under a moment: whole milliseconds; a mere time of day has no date."""
    delta = moment.replace(tzinfo=None) - _EPOCH
    found = delta.days + round((delta.seconds + delta.microseconds / 1e6) * 1000) / 86_400_000
    if date1904 and SHIFT_1904 <= found < SHIFT_1904 + 1:
        return found - SHIFT_1904
    return found


def as_moment(value: float) -> datetime:
    """The moment of a serial of the 1900 system."""
    return _EPOCH + timedelta(days=int(value), milliseconds=round((value - int(value)) * 86_400_000))


def excel_value(value: Content) -> Any:
    """What is handed to xlwings for a cell: links as formulas, moments as datetimes, "" for a blank one."""
    if value is None:
        return ""
    if type(value) is Serial:
        return as_moment(value)
    if isinstance(value, Link):
        return f"={link_formula(value)}" if 0 < len(value.text) <= MAX_LINK_TEXT else value.text
    if isinstance(value, CellError):
        return value.code
    return value


def rows_of(block: Any) -> Sequence[Sequence[Any]]:
    """A block as rows: one cell comes bare, on the Mac one row comes flat."""
    if not isinstance(block, (list, tuple)):
        return [[block]]
    if block and not isinstance(block[0], (list, tuple)):
        return [block]
    return block

