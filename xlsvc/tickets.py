"""Both logs as one frame of tickets, whatever each document calls its columns, and results back to their rows.

响应记录 (S002.T1) and 流程记录 (S003.T1) name and pack the same facts differently. Everything that counts
tickets (validation, SLA, weekly tab, find) reads this frame, so that each fact is interpreted once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.issues import Issue
from workbook.schema import Sheet
from workbook.sheets import BY_KEY
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


def ticket_cells(*keys: str) -> dict[str, tuple[str, ...]]:
    """Columns of both logs, for a module's NEEDS: what tells which rows count, and of `keys` what each log has in
    columns to be filled in. 流程记录 packs customer, product and problem into compound cells."""
    wanted = ("ticket", "accepted_at", "resolved_at", "customer_info", *keys)
    return {
        sheet.key: tuple(k for k in dict.fromkeys(wanted) if k in sheet and not sheet[k].computed)
        for sheet in LOGS
    }


@dataclass(frozen=True)
class Tickets:
    """`frame`: one row per ticket row, index (sheet key, sheet row). `issues`: what splitting and numbering
    found. Columns: ticket, number (as compared, see plain_number), customer, customer_type, contact, model,
    bought_at, problem, problem_type, problem_class, urgency (P1 to P4 or ""), urgency_word, urgency_text (as the
    log's vocabulary writes it), owner, department, person, profile, the times, status, time_limit (text), reopened (int), confirmation
    (满意, 同意, 不满意, 仅签名 or ""), channel, team, service_mode, result, late_reason, excluded ("", 重复,
    缺受理时间, 时间颠倒). Blank text is "", a blank time NaT."""

    frame: pd.DataFrame
    issues: tuple[Issue, ...] = ()

    @property
    def counted(self) -> pd.DataFrame:
        """The tickets that count in reports."""
        return self.frame[self.frame["excluded"] == ""]


def tickets(ledger: Ledger, settings: Settings) -> Tickets:
    """The tickets of whichever logs the ledger holds, read once a run.

    A number that another row carries too, in the same log or the other one, counts once (see LOGS): its other
    rows are excluded as 重复, and every one is an issue. Numbers are compared without blanks, case and full width; customers are never
    compared: two rows of *女士 are two tickets.
    """
    return ledger.once(_tickets, settings)


def _tickets(ledger: Ledger, settings: Settings) -> Tickets:
    parts, issues = [], []
    for sheet in LOGS:
        if sheet.key in ledger:
            part, found = _log(records(ledger, sheet), sheet, settings)
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


def records(ledger: Ledger, sheet: Sheet) -> pd.DataFrame:
    """The rows of a sheet that are records (see data_rows); empty if the ledger lacks it."""
    return ledger.once(_records, sheet.key)


def _records(ledger: Ledger, key: str) -> pd.DataFrame:
    if key not in ledger:
        return pd.DataFrame(index=pd.Index([], dtype="int64"))
    frame, keep = ledger[key], record_rows(ledger, BY_KEY[key])
    return frame if keep.all() else frame[keep]


def record_rows(ledger: Ledger, sheet: Sheet) -> pd.Series:
    """Which rows of a sheet of the ledger are records."""
    written, summing = judged_rows(ledger, sheet)
    return written & ~summing


def judged_rows(ledger: Ledger, sheet: Sheet) -> tuple[pd.Series, pd.Series]:
    """Which rows of a sheet of the ledger hold anything a person typed, and which sum others up."""
    return ledger.once(_judged_rows, sheet.key)


def _judged_rows(ledger: Ledger, key: str) -> tuple[pd.Series, pd.Series]:
    frame, sheet = ledger[key], BY_KEY[key]
    return written_rows(frame, sheet), pd.Series(summary_rows(frame, sheet), index=frame.index)


def is_blank(series: pd.Series) -> pd.Series:
    """Mask of blank cells: NaN, NaT, None or "" (the reader leaves no blanks around a text)."""
    blank = series.isna()
    return blank if series.dtype.kind in "fiMmb" else blank | (series == "")


class Distinct:
    """A column by its distinct cells: each is read once, and what was read spread over the rows."""

    def __init__(self, series: pd.Series, read: Callable[[Any], Any]) -> None:
        self.index = series.index
        self.codes, cells = pd.factorize(series.to_numpy(dtype=object), use_na_sentinel=False)
        self.cells = cells
        self.results = [read(cell) for cell in cells]

    def spread(self, part: Callable[[Any], Any] | None = None) -> pd.Series:
        """What was read of each row's cell, or `part` of it."""
        results = map(part, self.results) if part else self.results
        values = np.fromiter(results, dtype=object, count=len(self.results))
        return pd.Series(values[self.codes], index=self.index, dtype=object)

    def parts(self, count: int) -> list[pd.Series]:
        """The first `count` members of tuples that were read, a column each."""
        return [self.spread(itemgetter(n)) for n in range(count)]

    def places(self, test: Callable[[Any], Any]) -> npt.NDArray[np.int64]:
        """The positions of the rows whose reading passes the test."""
        hit = np.fromiter((bool(test(found)) for found in self.results), dtype=bool, count=len(self.results))
        return np.flatnonzero(hit[self.codes]) if hit.any() else np.zeros(0, dtype=np.int64)


def by_distinct(series: pd.Series, read: Callable[[Any], Any]) -> pd.Series:
    """`read` of every cell, called once per distinct value."""
    return Distinct(series, read).spread()


def plain_number(text: object) -> str:
    """A ticket number, receipt or name as it is compared: half-width, upper case, without blanks."""
    typed = str(text or "")
    if typed.isascii() and typed.isalnum():
        return typed.upper()
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", typed)).upper()


def plain_numbers(series: pd.Series) -> pd.Series:
    """`plain_number` of every cell; nearly every number of a well kept log is plain already."""
    texts = series.to_numpy(dtype=object)
    plain = [t if t.__class__ is str and t.isascii() and t.isalnum() and t.isupper() else plain_number(t) for t in texts]
    return pd.Series(np.array(plain, dtype=object), index=series.index, dtype=object)


def text_column(frame: pd.DataFrame, key: str) -> pd.Series:
    """A text column without NaN; blank where the sheet was read without it."""
    if key not in frame:
        return pd.Series("", index=frame.index, dtype=object)
    texts = frame[key].astype(object)
    known = texts.notna()
    return texts if known.all() else texts.where(known, "")


def time_column(frame: pd.DataFrame, key: str) -> pd.Series:
    if key not in frame:
        return pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    return pd.to_datetime(frame[key]).astype("datetime64[ns]")


def _log(rows: pd.DataFrame, sheet: Sheet, settings: Settings) -> tuple[pd.DataFrame, list[Issue]]:
    """The records of one log as tickets."""
    out = pd.DataFrame(index=rows.index)
    out["ticket"] = text_column(rows, "ticket")
    out["number"] = plain_numbers(out["ticket"])
    for key in (*_TEXTS, "customer", "contact", "model", "problem"):
        out[key] = text_column(rows, key)
    for key in (*_TIMES, "bought_at"):
        out[key] = time_column(rows, key)
    urgency = text_column(rows, "urgency")
    issues: list[Issue] = []
    if sheet is PROCESS_LOG:
        urgency, issues = _split_process(rows, out, settings)

    vocabulary = URGENCY_VOCABULARY[sheet.key]
    urgencies = Distinct(urgency, lambda text: _urgency(settings, vocabulary, text))
    out["urgency_text"], out["urgency"], out["urgency_word"] = urgencies.parts(3)
    out["problem_class"] = by_distinct(out["problem_type"], lambda text: problem_class(settings, text))

    departments = _departments(settings.people)
    owners = Distinct(out["owner"], lambda text: _owner(departments, text))
    out["person"], listed = owners.parts(2)
    department = text_column(rows, "department")
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


def _urgency(settings: Settings, vocabulary: str, text: str) -> tuple[str, str, str]:
    """(the urgency in the log's own word, P1 to P4 or "", the word for that)."""
    if not text:
        return "", "", ""
    word, group, _ = settings.vocabularies.resolve(vocabulary, text)
    level = group if group in URGENCY_LEVELS else ""
    return text if word is None else word, level, URGENCY_LEVELS.get(level, "")


def _owner(departments: Mapping[str, str], text: str) -> tuple[str, str]:
    """(person, department: as the cell names it, else as 人员 does)."""
    department, person = split_owner(text) if text else ("", "")
    return person, department or departments.get(plain_number(person), "")


def _split_process(
    rows: pd.DataFrame, out: pd.DataFrame, settings: Settings
) -> tuple[pd.Series, list[Issue]]:
    """Fill customer, contact, model, bought_at and problem from the compound cells of S003.T1; gives the
    urgency texts and what could not be split."""
    split = {
        "customer_info": Distinct(text_column(rows, "customer_info"), split_customer),
        "product_info": Distinct(text_column(rows, "product_info"), split_product),
        "problem_info": Distinct(
            text_column(rows, "problem_info"), lambda text: split_problem(text, settings.vocabularies)
        ),
    }
    out["customer"], out["contact"] = split["customer_info"].parts(2)
    out["model"], bought = split["product_info"].parts(2)
    out["bought_at"] = pd.to_datetime(bought).astype("datetime64[ns]")
    out["problem"], urgency = split["problem_info"].parts(2)
    issues = []
    for key, cells in split.items():
        for place in cells.places(itemgetter(2)) if key in rows else ():
            code = cells.codes[place]
            _, _, message, values = cells.results[code]
            issues.append(
                Issue(message, PROCESS_LOG.title, int(rows.index[place]), PROCESS_LOG.heading(key),
                      values={"text": cells.cells[code], **values})
            )  # fmt: skip
    return urgency, issues


def problem_class(settings: Settings, text: str) -> str:
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
    numbers = frame["number"].to_numpy(dtype=object)
    start, end = frame["accepted_at"].to_numpy(), frame["resolved_at"].to_numpy()
    reasons = np.full(len(frame), "", dtype=object)
    reasons[end < start] = REVERSED
    reasons[np.isnat(start)] = NO_START
    usable_first = np.argsort(reasons != "", kind="stable")
    doubled = np.zeros(len(frame), dtype=bool)
    doubled[usable_first] = pd.Series(numbers[usable_first], dtype=object).duplicated().to_numpy()
    doubled &= numbers != ""
    reasons[doubled] = DOUBLED
    issues: list[Issue] = []
    if doubled.any():
        shared = np.flatnonzero(pd.Series(numbers, dtype=object).isin(set(numbers[doubled])))
        issues = list(_doubled_issues(frame.iloc[shared], doubled[shared]))
    return pd.Series(reasons, index=frame.index, dtype=object), issues


def _doubled_issues(frame: pd.DataFrame, doubled: npt.NDArray[np.bool_]) -> Iterable[Issue]:
    """An issue on every row that shares its number: on the one that counts, and on the others."""
    titles = {sheet.key: sheet for sheet in LOGS}
    places: dict[str, list[tuple[str, int, str]]] = {}
    for number, (key, row), text, left_out in zip(
        frame["number"].tolist(), frame.index.tolist(), frame["ticket"].tolist(), doubled.tolist(), strict=True
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
