"""The rules that rows are checked by: each a plain function (ledger, tickets, settings, now) -> list of Issue.

RULES says which and in what order. A rule looks at whole columns and walks only over what it found. Reading
cells is workbook.values' business, splitting and doubled numbers xlsvc.tickets', scores xlsvc.scoring's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from workbook.issues import Issue
from workbook.schema import Sheet
from workbook.sheets import BY_KEY, SHEETS
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.quality_assessment import QUALITY_ASSESSMENT
from workbook.sheets.vocabularies import CLOSED_STATUSES
from workbook.values import plain, show

from .assessment import is_summary
from .outcome import Ledger
from .privacy import ID_NUMBER
from .settings import Settings
from .tickets import (
    DOUBLED,
    LOGS,
    by_distinct,
    is_blank,
    judged_rows,
    plain_number,
    plain_numbers,
    records,
    text_column,
    time_column,
)

Rule = Callable[[Ledger, pd.DataFrame, Settings, datetime], list[Issue]]
"""The second argument is Tickets.frame."""

CHECKED = tuple(sheet for sheet in SHEETS if "issues" in sheet)
SHOWN_ROWS = 5
OPEN = ("待登记", "待处理", "已分级", "处理中", "等待客户", "等待备件", "等待第三方")
IMPORTANT = ("VIP客户", "大客户", "高价值")
_PLANNED = {"appointment_at", "expected_at", "desired_at", "waiting_to"}  # may lie in the future
_OURS = re.compile(r"SN\d")
_TICKET = re.compile(r"SN(\d{8})\d{3,}")
_ADDRESS = re.compile(
    r"(?:(?<![线电网管气油水回思])路|街|大道|巷|胡同)\s*\d+\s*[号弄]"
    r"|(?:小区|花园|公寓|新村|家园|苑|村|号院|弄)[^,。;/\d]{0,4}\d+\s*(?:号楼|栋|幢|座|单元|室|号)"
    r"|(?<!\d)\d+\s*(?:号楼|栋|幢|单元)\s*\d+\s*(?:单元|室|号|楼)"
)
_ODD = (
    "\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209c\u2150-\u218f\u2460-\u24ff\u2e80-\u2fdf\u3200-\u33ff"
    "\uf900-\ufaff\U0001f100-\U0001f2ff\U0002f800-\U0002fa1f"
)
_GAP = "[\\s\u200b-\u200f\u2060\ufeff\u00ad]*"
_WORTH_A_LOOK = re.compile(rf"\d{_GAP}[号弄栋幢座单室]|[{_ODD}]|(?:\d{_GAP}){{17}}")
"""What every text has that one of the patterns above finds: all but a few are passed over quickly. The odd
characters turn into figures or usual ones when they are folded."""
_MASKED = re.compile(r"\d[*xX×•]+\d|^0\d{2,3}-\d{4}$")
_STARTS = (  # later column, earlier column: the later one may not lie before
    ("responded_at", "accepted_at"), ("dispatched_at", "accepted_at"), ("arrived_at", "accepted_at"),
    ("proposed_at", "accepted_at"), ("resolved_at", "accepted_at"), ("registered_at", "raised_at"),
    ("confirmed_at", "accepted_at"), ("waiting_to", "waiting_from"), ("called_at", "accepted_at"),
)  # fmt: skip


def _issues(code: str, sheet: Sheet, key: str, rows: Iterable[Any], **values: Any) -> list[Issue]:
    """One Issue a row; a Series among `values` gives each row its own, times as messages write them."""
    rows = list(rows)
    if not rows:
        return []
    heading = sheet.heading(key)
    own = [v.loc[rows].tolist() if isinstance(v, pd.Series) else [v] * len(rows) for v in values.values()]
    shown = [[show(v) if isinstance(v, datetime) else v for v in cells] for cells in own]
    return [
        Issue(code, sheet.title, int(row), heading, values=dict(zip(values, cells, strict=True)))
        for row, *cells in zip(rows, *shown, strict=True)
    ]


def _records(ledger: Ledger, sheet: Sheet) -> pd.DataFrame:
    """The rows of a sheet that are records, empty if the ledger lacks it."""
    rows = records(ledger, sheet)
    return rows[~is_summary(rows)] if sheet is QUALITY_ASSESSMENT else rows


def _unreadable(ledger: Ledger, sheet: Sheet) -> dict[str, set[int]]:
    """Heading -> rows whose cell holds something that could not be read."""
    found: dict[str, set[int]] = {}
    for issue in ledger.issues:
        if issue.sheet == sheet.title and issue.level == "error" and issue.row is not None:
            found.setdefault(issue.column, set()).add(issue.row)
    return found


def required_cells(ledger: Ledger, tickets: pd.DataFrame, settings: Settings, now: datetime) -> list[Issue]:
    """A required cell is blank. A cell that holds something unreadable is not blank."""
    found = []
    for sheet in CHECKED:
        rows = _records(ledger, sheet)
        unreadable = _unreadable(ledger, sheet)
        for column in sheet.columns:
            start = column.key == "accepted_at" and sheet in LOGS
            if not (column.required or start) or column.key not in rows:
                continue
            blank = is_blank(rows[column.key]) & ~rows.index.isin(list(unreadable.get(column.heading, ())))
            code = "row.no_start" if start else "row.required"
            if column.key == "urgency" and sheet in LOGS:
                code = "row.no_urgency"
            found += _issues(code, sheet, column.key, rows.index[blank])
    return found


def number_only(ledger: Ledger, tickets: pd.DataFrame, settings: Settings, now: datetime) -> list[Issue]:
    """A row that was cleared but for its number: one word instead of one for each cell it lacks."""
    found = []
    for sheet in CHECKED:
        issued = next((c.key for c in sheet.columns if c.role == "issued"), "")
        if sheet.key not in ledger or not issued:
            continue
        numbers = text_column(ledger[sheet.key], issued)
        written, summing = judged_rows(ledger, sheet)
        bare = (numbers != "") & ~written & ~summing
        held = set().union(*_unreadable(ledger, sheet).values()) if bare.any() else set()
        rows = [row for row in numbers.index[bare] if row not in held]
        found += _issues("row.number_only", sheet, issued, rows, number=numbers)
    return found


def entered_twice(ledger: Ledger, tickets: pd.DataFrame, settings: Settings, now: datetime) -> list[Issue]:
    """The same contact, 受理时间 and problem again in one log: two clerks noted the same call. The rows have no
    number or one as the product issues it; an office that numbers by its own pattern means two tickets, and a
    number that stands twice is told by xlsvc.tickets."""
    found = []
    for sheet in LOGS:
        mine = tickets[tickets.index.get_level_values("sheet") == sheet.key]
        filled = (mine["excluded"] != DOUBLED) & (mine["contact"] != "") & (mine["problem"] != "")
        rows = mine.loc[filled & mine["accepted_at"].notna(), ["number", "contact", "accepted_at", "problem"]]
        rows = rows.droplevel("sheet")
        rows = rows[rows["accepted_at"].duplicated(keep=False)]
        own = [not number or bool(_TICKET.fullmatch(number)) for number in rows["number"]]
        rows = rows[np.array(own, dtype=bool)]
        calls: dict[tuple[Any, ...], int] = {}
        others: dict[int, int] = {}
        for row, contact, at, problem in zip(
            rows.index.tolist(), plain_numbers(rows["contact"]), rows["accepted_at"].to_numpy().tolist(),
            plain_numbers(rows["problem"]), strict=True,
        ):  # fmt: skip
            first = calls.setdefault((contact, at, problem), row)
            if first != row:
                others[row] = first
        key = "problem" if sheet["problem"].role == "typed" else "problem_info"
        found += _issues("row.entered_twice", sheet, key, others, other=pd.Series(others, dtype=object))
    return found


def problem_types(ledger: Ledger, tickets: pd.DataFrame, settings: Settings, now: datetime) -> list[Issue]:
    """A word in 问题类型 that nobody has listed counts as 其他 in reports: once a word, at its first cell. What
    looks like a slip of a listed word the reader has told of already."""
    known = settings.vocabularies
    found = []
    for word, cells in tickets["problem_type"].groupby(tickets["problem_type"], sort=False):
        text = str(word)
        if not text or known.resolve("问题类型", text)[0] or known.near("问题类型", text):
            continue
        key, row = cells.index[0]
        found += _issues(
            "row.problem_type_unknown", BY_KEY[key], "problem_type", [row], word=text, count=len(cells)
        )
    return found


def ticket_pattern(ledger: Ledger, tickets: pd.DataFrame, settings: Settings, now: datetime) -> list[Issue]:
    """A number that begins as the product's own do and is not one; the office's own patterns are its business."""

    days: dict[str, bool] = {}

    def wrong(number: str) -> bool:
        match = _TICKET.fullmatch(number)
        if match is None:
            return bool(_OURS.match(number))
        if match[1] not in days:
            days[match[1]] = _is_day(match[1])
        return not days[match[1]]

    found = []
    for sheet in LOGS:
        typed = text_column(_records(ledger, sheet), "ticket")
        bad = np.array([wrong(number) for number in plain_numbers(typed)], dtype=bool)
        found += _issues("row.ticket_pattern", sheet, "ticket", typed.index[bad], ticket=typed)
    return found


def _is_day(text: str) -> bool:
    try:
        return bool(datetime.strptime(text, "%Y%m%d"))
    except ValueError:
        return False


def unknown_tickets(ledger: Ledger, tickets: pd.DataFrame, settings: Settings, now: datetime) -> list[Issue]:
    """An answer or an assessment names a ticket that neither log has (the first row of a ticket tells)."""
    known = set(tickets["number"])
    found = []
    for sheet in (EVALUATIONS, QUALITY_ASSESSMENT):
        typed = text_column(_records(ledger, sheet), "ticket")
        numbers = plain_numbers(typed)
        lost = (numbers != "") & ~numbers.isin(known)
        if sheet is QUALITY_ASSESSMENT:
            lost &= ~numbers.duplicated()
        found += _issues("row.ticket_unknown", sheet, "ticket", typed.index[lost], ticket=typed)
    return found


def reversed_times(ledger: Ledger, tickets: pd.DataFrame, settings: Settings, now: datetime) -> list[Issue]:
    """A step that ended before it could begin; equal times are fine. A 受理时间 in the future is told as such,
    and the times of its row are not blamed for it."""
    found = []
    for sheet in LOGS:
        rows = _records(ledger, sheet)
        awry = _starts_ahead(rows, now)
        for later, earlier in _STARTS:
            end, start = time_column(rows, later), time_column(rows, earlier)
            early = end < start
            if earlier == "accepted_at":
                early &= ~awry
            name = sheet.heading(earlier)
            found += _issues(
                "row.time_reversed", sheet, later, rows.index[early], time=end, start=start, earlier=name
            )
    part = tickets["bought_at"].notna() & (tickets["bought_at"] > tickets["accepted_at"])
    for key, mine in tickets[part].groupby(level="sheet"):
        sheet = BY_KEY[str(key)]
        column = "bought_at" if sheet["bought_at"].role == "typed" else "product_info"
        days = mine["bought_at"].droplevel("sheet").dt.strftime("%Y-%m-%d")
        found += _issues("row.bought_later", sheet, column, days.index, day=days)
    return found


def future_times(ledger: Ledger, tickets: pd.DataFrame, settings: Settings, now: datetime) -> list[Issue]:
    """What has happened cannot lie in the future; appointments and expected times may. Of a ticket that was taken
    in the future only that is said."""
    found = []
    for sheet in CHECKED:
        rows = _records(ledger, sheet)
        awry = _starts_ahead(rows, now)
        for column in sheet.columns:
            if (
                column.kind != "datetime"
                or column.computed
                or column.key in _PLANNED
                or column.key not in rows
            ):
                continue
            times = time_column(rows, column.key)
            future = times > np.datetime64(now, "s")
            if column.key != "accepted_at":
                future &= ~awry
            found += _issues("row.time_future", sheet, column.key, rows.index[future], time=times, now=now)
    return found


def _starts_ahead(rows: pd.DataFrame, now: datetime) -> pd.Series:
    return time_column(rows, "accepted_at") > np.datetime64(now, "s")


def masked_calls(ledger: Ledger, tickets: pd.DataFrame, settings: Settings, now: datetime) -> list[Issue]:
    """A masked number (138****5678, 010-5678) cannot be called back, though this customer is to be (S002.R11)."""
    found = []
    for sheet in LOGS:
        rows = _records(ledger, sheet)
        if rows.empty:
            continue
        mine = tickets.loc[
            tickets.index.get_level_values("sheet") == sheet.key, ["contact", "customer_type", "confirmation"]
        ].droplevel("sheet")
        pending = time_column(rows, "called_at").isna()
        reasons = pd.Series("", index=rows.index, dtype=object)
        reasons[mine["customer_type"].isin(IMPORTANT) & (mine["confirmation"] == "不满意")] = "重要客户不满意"
        reasons[text_column(rows, "preferred_contact") == "电话"] = "偏好电话联系"
        reasons[text_column(rows, "follow_up").str.contains("回访", regex=False)] = "跟进事项写了回访"
        reasons[text_column(rows, "called_by") != ""] = "已安排回访人"
        contacts = mine["contact"][pending & (reasons != "")]
        masked = by_distinct(contacts, lambda text: bool(_MASKED.search(plain(text)))).astype(bool)
        key = "contact" if sheet["contact"].role == "typed" else "customer_info"
        found += _issues("row.masked_call", sheet, key, contacts.index[masked], why=reasons)
    return found


def private_texts(ledger: Ledger, tickets: pd.DataFrame, settings: Settings, now: datetime) -> list[Issue]:
    """No identity numbers and no detailed addresses (requirements §5 P1). The message does not repeat them."""

    def look(text: str) -> str:
        if not any(c.isdigit() for c in text):
            return ""
        half_width = plain(text)
        if ID_NUMBER.search(half_width.replace(" ", "")):
            return "row.id_number"
        return "row.address" if _ADDRESS.search(half_width) else ""

    found = []
    for sheet in CHECKED:
        rows = _records(ledger, sheet)
        for column in sheet.columns:
            if column.kind not in ("text", "compound", "phone") or column.computed or column.key not in rows:
                continue
            texts = rows[column.key].to_numpy(dtype=object)
            long = [t for t in set(texts) if t.__class__ is str and (len(t) >= 18 or not t.isascii())]
            told = {text: code for text in filter(_WORTH_A_LOOK.search, long) if (code := look(text))}
            if told:
                codes = np.array([told.get(text, "") for text in texts], dtype=object)
                for code in ("row.id_number", "row.address"):
                    found += _issues(code, sheet, column.key, rows.index[codes == code])
    return found


def signatures(ledger: Ledger, tickets: pd.DataFrame, settings: Settings, now: datetime) -> list[Issue]:
    """A name in the signature column says that someone signed, not that they were satisfied (S002, S003)."""
    found = []
    for key, mine in tickets[tickets["confirmation"] == "仅签名"].groupby(level="sheet"):
        typed = ledger[str(key)]["confirmation"]
        rows = mine.index.get_level_values("row")
        found += _issues(
            "row.signature_only", BY_KEY[str(key)], "confirmation", rows, old=typed, new="仅签名"
        )
    return found


def statuses(ledger: Ledger, tickets: pd.DataFrame, settings: Settings, now: datetime) -> list[Issue]:
    """状态 against what the row says: closed without a time, open with one, closed though not satisfied
    (S002.R5), reopened without a word why. A doubled row is not looked at: it counts for nothing."""
    found = []
    for sheet in LOGS:
        if sheet.key not in ledger:
            continue
        rows = ledger[sheet.key]
        counted = (tickets["excluded"] != DOUBLED) & (tickets.index.get_level_values("sheet") == sheet.key)
        mine = tickets.loc[counted, ["status", "resolved_at", "confirmation", "reopened"]].droplevel("sheet")
        status, resolved = mine["status"], mine["resolved_at"]
        held = mine.index.isin(list(_unreadable(ledger, sheet).get(sheet.heading("resolved_at"), ())))
        timeless = mine.index[status.isin(CLOSED_STATUSES) & resolved.isna() & ~held]
        found += _issues("row.closed_no_time", sheet, "resolved_at", timeless, status=status)
        still_open = mine.index[status.isin(OPEN) & resolved.notna()]
        found += _issues("row.resolved_open", sheet, "status", still_open, status=status, time=resolved)
        unhappy = (
            (mine["confirmation"] == "不满意") & status.isin(("已完成", "已归档")) & (mine["reopened"] == 0)
        )
        found += _issues("row.not_satisfied", sheet, "status", mine.index[unhappy], status=status)
        why = pd.Series(False, index=mine.index)
        for key in ("cause", "left_over", "follow_up", "late_reason", "remark"):
            why |= text_column(rows, key).reindex(mine.index) != ""
        times = mine["reopened"]
        found += _issues(
            "row.reopened_no_reason", sheet, "reopened", mine.index[(times > 0) & ~why], times=times
        )
    return found


def unknown_people(ledger: Ledger, tickets: pd.DataFrame, settings: Settings, now: datetime) -> list[Issue]:
    """Everybody who handles tickets and is not in 人员, once a log at the first cell, if 人员 is kept at all."""
    people = settings.people
    if people is None or people.empty or not (people["name"] != "").any():
        return []
    listed = set(people["name"].map(plain_number)) | {""}
    lost = tickets["person"][~by_distinct(tickets["person"], plain_number).isin(listed)]
    found = []
    for (key, name), cells in lost.groupby([lost.index.get_level_values("sheet"), lost], sort=False):
        rows = cells.index.get_level_values("row")
        shown = "、".join(map(str, rows[:SHOWN_ROWS])) + (
            f" 行等 {len(rows)}" if len(rows) > SHOWN_ROWS else ""
        )
        found += _issues(
            "row.people_unknown", BY_KEY[str(key)], "owner", rows[:1], name=str(name), where=f"第 {shown} 行"
        )
    return found


RULES: tuple[Rule, ...] = (
    required_cells, number_only, entered_twice, ticket_pattern, reversed_times, future_times, statuses,
    problem_types, unknown_tickets, masked_calls, private_texts, signatures, unknown_people,
)  # fmt: skip
