"""Typed cells as a person reads them: headings, times and scores, in the forms that the sample and the tests use.

Imports nothing of the product; any other form of a cell counts as unreadable.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time, timedelta
from typing import Any

import openpyxl

Row = dict[str, Any]

HEADING_ROW = 3
SUMS = ("合计", "小计", "平均", "平均分", "综合得分")
"""What heads a row, in 序号 or one of its first two cells, that sums up others."""


def squeezed(text: object) -> str:
    """A text as it is compared: half width, no blanks, no required star."""
    return re.sub(r"[\s*]", "", unicodedata.normalize("NFKC", str(text or "")))


def same_name(text: object) -> str:
    """A name as it is compared: half width, no blanks, upper and lower case alike."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(text or ""))).upper()


def table(book: openpyxl.Workbook, title: str, wanted: set[str] | None = None) -> list[Row]:
    """The rows of a sheet that hold anything in the wanted columns besides 序号, by squeezed heading; none that sums up
    others."""
    sheet = book[title]
    heads = [squeezed(cell.value) for cell in sheet[HEADING_ROW]]
    found = []
    for cells in sheet.iter_rows(min_row=HEADING_ROW + 1):
        row = {h: c.value for h, c in zip(heads, cells, strict=True) if h and (wanted is None or h in wanted)}
        if any(squeezed(said) in SUMS for said in (cells[0].value, cells[1].value, row.get("序号"))):
            continue
        if any(value not in (None, "") for h, value in row.items() if h != "序号"):
            found.append(row)
    return found


def moment(cell: Any, base: datetime | None = None) -> datetime | None:
    """A typed time, None where there is none or it may be read in two ways. A time of day belongs to the day of
    `base`; one before `base` is only a suggestion, so it is none."""
    if isinstance(cell, datetime):
        return _to_second(cell)
    if isinstance(cell, time):
        return _on_day(base, cell.hour, cell.minute)
    if isinstance(cell, int | float):
        return _to_second(datetime(1899, 12, 30) + timedelta(days=cell))
    if not isinstance(cell, str):
        return None
    text = unicodedata.normalize("NFKC", cell).strip()
    for form in (
        r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T](\d{1,2}):(\d\d)",
        r"(\d{4})-(\d\d)-(\d\d)(\d\d):(\d\d)",
        r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?",
    ):
        found = re.fullmatch(form, text)
        if found:
            year, month, day, hour, minute = (int(n) for n in (*found.groups(), 0, 0)[:5])
            return datetime(year, month, day, hour, minute)
    found = re.fullmatch(r"(\d{1,2}):(\d\d)", text)
    return _on_day(base, int(found[1]), int(found[2])) if found else None


def _to_second(when: datetime) -> datetime:
    return (when + timedelta(milliseconds=500)).replace(microsecond=0)


def _on_day(base: datetime | None, hour: int, minute: int) -> datetime | None:
    if base is None:
        return None
    when = base.replace(hour=hour, minute=minute, second=0)
    return when if when >= base else None


def score(cell: Any) -> int | str | None:
    """1 to 5; "范围" for a number outside; None for a blank or what is no whole number."""
    if isinstance(cell, str):
        text = unicodedata.normalize("NFKC", cell).strip().removesuffix("分")
        if text in tuple("一二三四五"):
            return "一二三四五".index(text) + 1
        if not re.fullmatch(r"\d+", text):
            return None
        cell = int(text)
    if not isinstance(cell, int | float):
        return None
    if not 1 <= cell <= 5:
        return "范围"
    return int(cell) if cell == int(cell) else None
