"""Numbers the product issues where people left them blank: tickets, receipts, improvements.

A number is prefix + day + three digits and is never issued twice: counting goes on behind the highest number
of that day that stands anywhere in the ledger, so that a deleted row's number stays its own while anything
still refers to it (requirements §1 S003 id_patterns).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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


def issued_numbers(ledger: Ledger, now: datetime) -> dict[str, pd.Series]:
    """Sheet key -> new numbers by sheet row, for the records whose number is blank.

    A ticket takes the day of 受理时间, else 提出时间, else 登记时间, else of `now`; a receipt that of 评价时间. A
    number cell that holds something unreadable is not blank and gets none, and neither does a row whose 受理时间
    (评价时间) is typed but unreadable: its number would bear a wrong day for ever.
    """
    taken = _highest("SN", (text_column(ledger[k], "ticket") for k in TICKETS_IN if k in ledger))
    receipts = [text_column(ledger["evaluations"], "receipt")] if "evaluations" in ledger else []
    if "form_register" in ledger:
        receipts.append(text_column(ledger["form_register"], "token"))
    issued = {}
    for key, column, prefix, days, used in (
        ("response_log", "ticket", "SN", TICKET_DAYS, taken),
        ("process_log", "ticket", "SN", TICKET_DAYS, taken),
        ("evaluations", "receipt", "R", ("evaluated_at",), _highest("R", receipts)),
        ("suggestion_tracker", "number", "G", (), _numbers_of(ledger, "suggestion_tracker", "number", "G")),
    ):
        if key in ledger and column in ledger[key]:
            issued[key] = _next(ledger, key, column, prefix, days, used, now)
    return issued


def _numbers_of(ledger: Ledger, key: str, column: str, prefix: str) -> dict[str, int]:
    return _highest(prefix, [text_column(ledger[key], column)] if key in ledger else [])


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


def _next(
    ledger: Ledger,
    key: str,
    column: str,
    prefix: str,
    days: tuple[str, ...],
    used: dict[str, int],
    now: datetime,
) -> pd.Series:
    frame, sheet = ledger[key], BY_KEY[key]
    mine = [i for i in ledger.issues if i.sheet == sheet.title]
    held = {i.row for i in mine if i.column == sheet.heading(column)}
    held |= {
        i.row for i in mine for name in days[:1] if i.level == "error" and i.column == sheet.heading(name)
    }
    rows = frame[is_blank(frame[column]) & record_rows(ledger, sheet) & ~frame.index.isin(list(held))]
    day = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns]")
    for name in days:
        day = day.fillna(time_column(rows, name))
    midnight = day.fillna(pd.Timestamp(now)).dt.normalize()
    stamps = midnight.map({day: f"{day:%Y%m%d}" for day in midnight.unique()}).astype(object)
    running = (
        stamps.map(lambda stamp: used.get(stamp, 0)).astype("int64") + stamps.groupby(stamps).cumcount() + 1
    )
    for stamp, last in running.groupby(stamps).max().items():
        used[str(stamp)] = int(last)
    return prefix + stamps + running.map("{:03d}".format)
