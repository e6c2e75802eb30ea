"""Numbers the product issues where people left them blank: tickets, receipts, improvements.

A number is prefix + day + three digits and is never issued twice: counting goes on behind the highest number
of that day that stands anywhere in the ledger, so that a deleted row's number stays its own while anything
still refers to it (requirements §1 S003 id_patterns).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from workbook.sheets import BY_KEY

from .outcome import Ledger
from .tickets import is_blank, plain_numbers, record_rows, text_column, time_column

TICKET_DAYS = ("accepted_at", "raised_at", "registered_at")
TICKETS_IN = (
    "response_log",
    "process_log",
    "evaluations",
    "quality_assessment",
    "form_register",
    "status_history",
)
RECEIPTS_IN = {"evaluations": "receipt", "form_register": "token"}


@dataclass(frozen=True)
class Numbered:
    """A sheet's number: its column, its prefix, and the columns that give its day, the first that is filled in."""

    column: str
    prefix: str
    days: tuple[str, ...] = ()


NUMBERS: Mapping[str, Numbered] = {
    "response_log": Numbered("ticket", "SN", TICKET_DAYS),
    "process_log": Numbered("ticket", "SN", TICKET_DAYS),
    "evaluations": Numbered("receipt", "R", ("evaluated_at",)),
    "suggestion_tracker": Numbered("number", "G"),
}


def issued_numbers(ledger: Ledger, now: datetime) -> dict[str, pd.Series]:
    """Sheet key -> new numbers by sheet row, for the records whose number is blank.

    A ticket takes the day of 受理时间, else 提出时间, else 登记时间, else of `now`; a receipt that of 评价时间. A
    number cell that holds something unreadable is not blank and gets none, and neither does a row whose 受理时间
    (评价时间) is typed but unreadable: its number would bear a wrong day for ever.
    """
    used = numbers_in_use(ledger)
    return {
        key: _next(ledger, key, kind, used[kind.prefix], now)
        for key, kind in NUMBERS.items()
        if key in ledger and kind.column in ledger[key]
    }


def numbers_of_new_rows(
    ledger: Ledger, rows: Mapping[str, pd.DataFrame], now: datetime
) -> dict[str, pd.Series]:
    """Sheet key -> numbers for rows that are to be appended (typed frames, any index) and have none, counted on behind
    those of the ledger and of the rows themselves."""
    used = numbers_in_use(ledger, rows)
    issued = {}
    for key, kind in NUMBERS.items():
        if key in rows:
            blank = is_blank(text_column(rows[key], kind.column))
            issued[key] = _numbered(rows[key][blank], kind, used[kind.prefix], now)
    return issued


def numbers_in_use(ledger: Ledger, rows: Mapping[str, pd.DataFrame] | None = None) -> dict[str, dict[str, int]]:
    """Prefix -> day -> highest running number in use, in the ledger before this one too; `rows` are counted, too."""
    frames = [(k, frames[k]) for frames in (ledger.frames, rows or {}) for k in frames]
    tickets = [text_column(frame, "ticket") for key, frame in frames if key in TICKETS_IN]
    receipts = [text_column(frame, RECEIPTS_IN[key]) for key, frame in frames if key in RECEIPTS_IN]
    improvements = [text_column(frame, "number") for key, frame in frames if key == "suggestion_tracker"]
    before = [text_column(ledger["carried"], "number")] if "carried" in ledger else []
    places = {"SN": tickets, "R": receipts, "G": improvements}
    return {prefix: _highest(prefix, [*columns, *before]) for prefix, columns in places.items()}


def _highest(prefix: str, columns: Iterable[pd.Series]) -> dict[str, int]:
    """Day (yyyymmdd) -> highest running number in use."""
    pattern = re.compile(rf"{prefix}(\d{{8}})(\d{{3,6}})")
    highest: dict[str, int] = {}
    for column in columns:
        for text in plain_numbers(column):
            if match := pattern.fullmatch(text):
                day, number = match.groups()
                highest[day] = max(highest.get(day, 0), int(number))
    return highest


def _next(ledger: Ledger, key: str, kind: Numbered, used: dict[str, int], now: datetime) -> pd.Series:
    frame, sheet = ledger[key], BY_KEY[key]
    mine = [i for i in ledger.issues if i.sheet == sheet.title]
    held = {i.row for i in mine if i.column == sheet.heading(kind.column)}
    held |= {
        i.row for i in mine for name in kind.days[:1] if i.level == "error" and i.column == sheet.heading(name)
    }
    rows = frame[is_blank(frame[kind.column]) & record_rows(ledger, sheet) & ~frame.index.isin(list(held))]
    return _numbered(rows, kind, used, now)


def _numbered(rows: pd.DataFrame, kind: Numbered, used: dict[str, int], now: datetime) -> pd.Series:
    """A number for each row; `used` is counted up."""
    day = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns]")
    for name in kind.days:
        day = day.fillna(time_column(rows, name))
    midnight = day.fillna(pd.Timestamp(now)).dt.normalize()
    stamps = midnight.map({day: f"{day:%Y%m%d}" for day in midnight.unique()}).astype(object)
    running = (
        stamps.map(lambda stamp: used.get(stamp, 0)).astype("int64") + stamps.groupby(stamps).cumcount() + 1
    )
    for stamp, last in running.groupby(stamps).max().items():
        used[str(stamp)] = int(last)
    return kind.prefix + stamps + running.map("{:03d}".format)
