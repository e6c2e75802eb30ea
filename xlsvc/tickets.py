"""Both logs as one frame of tickets, whatever each document calls its columns, and results back to their rows.

响应记录 (S002.T1) and 流程记录 (S003.T1) name and pack the same facts differently. Everything that counts
tickets (validation, SLA, weekly tab, find) reads this frame, so that each fact is interpreted once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbook.issues import Issue
from workbook.schema import Sheet
from workbook.sheets.process_log import PROCESS_LOG
from workbook.sheets.response_log import RESPONSE_LOG
from workbook.sheets.vocabularies import PROBLEM_CLASSES, URGENCY_LEVELS
from workbook.values import read_confirmation, split_owner, summary_rows

from .compound_cells import split_customer, split_problem, split_product
from .outcome import Ledger
from .settings import Settings

LOGS: tuple[Sheet, ...] = (RESPONSE_LOG, PROCESS_LOG)
"""In the order in which a doubled ticket number counts: the first row that carries it is the ticket, or the
first with usable times where that one lacks 受理时间 or has them reversed."""

LOG_PROFILES = {"response_log": "S002", "process_log": "S003"}
URGENCY_VOCABULARY = {"response_log": "紧急程度", "process_log": "工单紧急程度"}

DOUBLED, NO_START, REVERSED = "重复", "缺受理时间", "时间颠倒"
UNKNOWN_CLASS, BLANK_CLASS = "其他", "未填"

_TIMES = (
    "accepted_at", "responded_at", "dispatched_at", "arrived_at", "proposed_at", "resolved_at", "raised_at",
    "registered_at", "appointment_at", "confirmed_at", "waiting_from", "waiting_to", "called_at",
)  # fmt: skip
_TEXTS = (
    "customer_type", "problem_type", "owner", "status", "time_limit", "channel", "team", "service_mode",
    "result", "late_reason",
)  # fmt: skip


@dataclass(frozen=True)
class Tickets:
    """`frame`: one row per ticket row, index (sheet key, sheet row). `issues`: what splitting and numbering
    found. Columns: ticket, customer, customer_type, contact, model, bought_at, problem, problem_type,
    problem_class, urgency (P1 to P4 or ""), urgency_word, urgency_text (as the log's vocabulary writes it),
    owner, department, person, profile, the times, status, time_limit (text), reopened (int), confirmation
    (满意, 同意, 不满意, 仅签名 or ""), channel, team, service_mode, result, late_reason, excluded ("", 重复,
    缺受理时间, 时间颠倒). Blank text is "", a blank time NaT."""

    frame: pd.DataFrame
    issues: tuple[Issue, ...] = ()

    @property
    def counted(self) -> pd.DataFrame:
        """The tickets that count in reports."""
        return self.frame[self.frame["excluded"] == ""]


def tickets(ledger: Ledger, settings: Settings) -> Tickets:
    """The tickets of whichever logs the ledger holds.

    A number that another row carries too, in the same log or the other one, counts once (see LOGS): its other
    rows are excluded as 重复, and every one is an issue. Numbers are compared without blanks, case and full width; customers are never
    compared: two rows of *女士 are two tickets.
    """
    parts, issues = [], []
    for sheet in LOGS:
        if sheet.key in ledger:
            part, found = _log(ledger[sheet.key], sheet, settings)
            parts.append(part)
            issues += found
    if not parts:
        parts = [_log(pd.DataFrame(columns=["ticket"]), RESPONSE_LOG, settings)[0]]
    frame = pd.concat(parts) if len(parts) > 1 else parts[0]
    frame["excluded"], doubled = _excluded(frame)
    return Tickets(frame, (*issues, *doubled))


def to_columns(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Results with the tickets' index, split back: sheet key -> frame indexed by sheet row."""
    return {str(key): part.droplevel("sheet") for key, part in frame.groupby(level="sheet", sort=False)}


def written_rows(frame: pd.DataFrame, sheet: Sheet) -> pd.Series:
    """Which rows hold anything a person typed; a row that has nothing but its 序号 and the number that the
    product issued is no row: what it held was cleared."""
    empty = np.arange(len(frame))
    for column in sheet.columns:
        if not len(empty):
            break
        if column.key in frame and column.role == "typed" and column.key != "seq":
            empty = empty[is_blank(frame[column.key].iloc[empty]).to_numpy()]
    held = np.ones(len(frame), dtype=bool)
    held[empty] = False
    return pd.Series(held, index=frame.index)


def data_rows(frame: pd.DataFrame, sheet: Sheet) -> pd.Series:
    """Which rows are records: written, and not a 合计 or 平均 row."""
    return written_rows(frame, sheet) & ~summary_rows(frame, sheet)


def is_blank(series: pd.Series) -> pd.Series:
    """Mask of blank cells: NaN, NaT, None or "" (the reader leaves no blanks around a text)."""
    blank = series.isna()
    return blank if series.dtype.kind in "fiMmb" else blank | (series == "")


def by_distinct(series: pd.Series, read: Callable[[Any], Any]) -> pd.Series:
    """`read` of every cell, called once per distinct value."""
    codes, distinct = pd.factorize(series, use_na_sentinel=False)
    results = np.empty(len(distinct), dtype=object)
    for i, value in enumerate(distinct):
        results[i] = read(value)
    return pd.Series(results[codes] if len(distinct) else results, index=series.index, dtype=object)


def plain_number(text: object) -> str:
    """A ticket number, receipt or name as it is compared: half-width, upper case, without blanks."""
    typed = str(text or "")
    if typed.isascii() and typed.isalnum():
        return typed.upper()
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", typed)).upper()


def text_column(frame: pd.DataFrame, key: str) -> pd.Series:
    """A text column without NaN; blank where the sheet was read without it."""
    if key not in frame:
        return pd.Series("", index=frame.index, dtype=object)
    return frame[key].astype(object).where(frame[key].notna(), "")


def time_column(frame: pd.DataFrame, key: str) -> pd.Series:
    if key not in frame:
        return pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    return pd.to_datetime(frame[key]).astype("datetime64[ns]")


def _log(raw: pd.DataFrame, sheet: Sheet, settings: Settings) -> tuple[pd.DataFrame, list[Issue]]:
    rows = raw[data_rows(raw, sheet)]
    out = pd.DataFrame(index=rows.index)
    out["ticket"] = text_column(rows, "ticket")
    for key in (*_TEXTS, "customer", "contact", "model", "problem"):
        out[key] = text_column(rows, key)
    for key in (*_TIMES, "bought_at"):
        out[key] = time_column(rows, key)
    urgency = text_column(rows, "urgency")
    issues: list[Issue] = []
    if sheet is PROCESS_LOG:
        urgency, issues = _split_process(rows, out, settings)

    resolve = settings.vocabularies.resolve
    vocabulary = URGENCY_VOCABULARY[sheet.key]
    known = by_distinct(urgency, lambda text: resolve(vocabulary, text) if text else (None, "", False))
    out["urgency_text"] = _nth(known, 0).where(_nth(known, 0).notna(), urgency)
    out["urgency"] = _nth(known, 1).where(_nth(known, 1).isin(list(URGENCY_LEVELS)), "")
    out["urgency_word"] = out["urgency"].map(URGENCY_LEVELS).fillna("").astype(object)
    out["problem_class"] = by_distinct(out["problem_type"], lambda text: _problem_class(settings, text))

    owners = by_distinct(out["owner"], lambda text: split_owner(text) if text else ("", ""))
    out["person"] = _nth(owners, 1)
    department = text_column(rows, "department")
    department = department.where(department != "", _nth(owners, 0))
    departments = _departments(settings.people)
    listed = by_distinct(out["person"], lambda name: departments.get(plain_number(name), ""))
    out["department"] = department.where(department != "", listed)

    out["profile"] = LOG_PROFILES[sheet.key]
    out["reopened"] = _reopened(rows, out["status"])
    agreed = text_column(rows, "confirm_result")
    read = by_distinct(
        text_column(rows, "confirmation"), lambda text: read_confirmation(text) if text else ""
    )
    out["confirmation"] = agreed.where(agreed != "", read)
    out.index = pd.MultiIndex.from_product([[sheet.key], rows.index], names=["sheet", "row"])
    return out, issues


def _split_process(
    rows: pd.DataFrame, out: pd.DataFrame, settings: Settings
) -> tuple[pd.Series, list[Issue]]:
    """Fill customer, contact, model, bought_at and problem from the compound cells of S003.T1; gives the
    urgency texts and what could not be split."""
    customers = by_distinct(text_column(rows, "customer_info"), split_customer)
    products = by_distinct(text_column(rows, "product_info"), split_product)
    problems = by_distinct(
        text_column(rows, "problem_info"), lambda text: split_problem(text, settings.vocabularies)
    )
    out["customer"], out["contact"] = _nth(customers, 0), _nth(customers, 1)
    out["model"] = _nth(products, 0)
    out["bought_at"] = pd.to_datetime(_nth(products, 1)).astype("datetime64[ns]")
    out["problem"] = _nth(problems, 0)
    issues = []
    for key, cells in (("customer_info", customers), ("product_info", products), ("problem_info", problems)):
        for row, text, cell in zip(rows.index, rows.get(key, []), cells, strict=False):
            if cell[2]:
                values = {"text": text, **cell[3]}
                issues.append(
                    Issue(cell[2], PROCESS_LOG.title, int(row), PROCESS_LOG.heading(key), values=values)
                )
    return _nth(problems, 1), issues


def _nth(tuples: pd.Series, n: int) -> pd.Series:
    return pd.Series([t[n] for t in tuples], index=tuples.index, dtype=object)


def _problem_class(settings: Settings, text: str) -> str:
    """Blank -> 未填; a word of 问题类型 -> its class; anything else -> 其他 (requirements C14)."""
    if not text:
        return BLANK_CLASS
    word, group, _ = settings.vocabularies.resolve("问题类型", text)
    if word is None:
        return UNKNOWN_CLASS
    return group if group in PROBLEM_CLASSES else UNKNOWN_CLASS


def _departments(people: pd.DataFrame | None) -> dict[str, str]:
    """Name -> department, for names that belong to one department only."""
    if people is None or people.empty or "department" not in people:
        return {}
    listed = people[(people["name"] != "") & (people["department"] != "")]
    departments = listed["department"].groupby(listed["name"].map(plain_number)).agg(["nunique", "first"])
    return dict(departments.loc[departments["nunique"] == 1, "first"])


def _reopened(rows: pd.DataFrame, status: pd.Series) -> pd.Series:
    """重开次数; a ticket whose 状态 is 重开 has been reopened once at least."""
    typed = (
        pd.to_numeric(rows["reopened"], errors="coerce") if "reopened" in rows else pd.Series(0.0, rows.index)
    )
    times = typed.fillna(0).clip(lower=0).astype("int64")
    return times.where(status != "重开", np.maximum(times, 1))


def _excluded(frame: pd.DataFrame) -> tuple[pd.Series, list[Issue]]:
    numbers = by_distinct(frame["ticket"], plain_number)
    filled = numbers != ""
    start, end = frame["accepted_at"], frame["resolved_at"]
    reasons = pd.Series("", index=frame.index, dtype=object)
    reasons[end.notna() & (end < start)] = REVERSED
    reasons[start.isna()] = NO_START
    usable_first = numbers.iloc[np.argsort((reasons != "").to_numpy(), kind="stable")]
    doubled = usable_first.duplicated().reindex(numbers.index) & filled
    reasons[doubled] = DOUBLED
    shared = numbers[numbers.isin(set(numbers[doubled]))]
    return reasons, list(_doubled_issues(frame, shared, doubled[shared.index]))


def _doubled_issues(frame: pd.DataFrame, numbers: pd.Series, doubled: pd.Series) -> Iterable[Issue]:
    """An issue on every row that shares its number: on the one that counts, and on the others."""
    titles = {sheet.key: sheet for sheet in LOGS}
    typed = frame["ticket"][frame.index.isin(numbers.index)].tolist()
    places: dict[str, list[tuple[str, int, str]]] = {}
    for number, (key, row), text, left_out in zip(
        numbers, numbers.index.tolist(), typed, doubled, strict=True
    ):
        rows = places.setdefault(number, [])
        rows.insert(len(rows) if left_out else 0, (key, row, text))
    for rows in places.values():
        for i, (key, row, text) in enumerate(rows):
            other_key, other_row, _ = rows[0] if i else rows[1]
            yield Issue(
                "row.ticket_doubled" if i else "row.ticket_doubled_first",
                titles[key].title, int(row), titles[key].heading("ticket"),
                values={"ticket": text, "other": titles[other_key].title, "other_row": int(other_row)},
            )  # fmt: skip
