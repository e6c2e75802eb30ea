"""校验: every finding in one place, the rows' 数据问题, the numbers that were left blank, and 待改清单.

No typed cell is changed. What was found while reading, splitting, scoring and by the rules of
xlsvc.row_rules comes together here, is told once, and is listed with a link to its cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import numpy as np
import pandas as pd

from workbook.book import Link
from workbook.issues import Issue
from workbook.sheets import BY_KEY, SHEETS
from workbook.sheets.reference import ISSUE_LIST

from .assessment import assessment_issues
from .duty_findings import duty_findings
from .numbering import issued_numbers
from .outcome import Ledger, Outcome, told_once
from .row_rules import CHECKED, RULES
from .scoring import evaluation_issues
from .settings import Settings
from .sla import calendar_findings
from .tickets import Tickets, record_rows, text_column, tickets

LIST_LIMIT = 5000
MANY = 20
"""So many rows that lack the same cell are worth one sentence in the notice."""

LEVELS = {"error": "需改", "warning": "提示", "repaired": "已读作"}
_BY_TITLE = {sheet.title: sheet for sheet in SHEETS}
_LEVEL_ORDER = {level: n for n, level in enumerate(LEVELS)}
_TAB_ORDER = {sheet.title: n for n, sheet in enumerate(SHEETS)}
_COLUMN_ORDER = {sheet.title: {c.heading: n for n, c in enumerate(sheet.columns)} for sheet in SHEETS}
_NUMBER_KEYS = {"evaluations": "receipt", "suggestion_tracker": "number"}


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """Check everything that was read; see Outcome.columns for 数据问题 and issued numbers, Outcome.replace for
    待改清单, which is shown when something has to be changed or looked at."""
    found = findings(ledger, settings, now)
    issued = issued_numbers(ledger, now)
    columns = {
        sheet.key: _columns(ledger, sheet.key, found, issued) for sheet in CHECKED if sheet.key in ledger
    }
    levels: Counter[str] = Counter(issue.level for issue in found)
    counts = {label: levels[level] for level, label in LEVELS.items()}
    rows = sum(int(record_rows(ledger, s).sum()) for s in CHECKED if s.key in ledger)
    tickets_issued = sum(len(issued[k]) for k in ("response_log", "process_log") if k in issued)
    receipts_issued = len(issued.get("evaluations", ()))
    attention = counts["需改"] + counts["提示"] > 0
    advice = _advice(found)
    if len(found) > LIST_LIMIT:
        advice.append(_cut(found).message)
    return Outcome(
        notice=" ".join((_notice(rows, counts, tickets_issued, receipts_issued), *advice)),
        counts={"检查行数": rows, **counts, "新编工单号": tickets_issued, "新编回执码": receipts_issued},
        issues=found,
        columns=columns,
        replace={ISSUE_LIST.key: _issue_list(ledger, found, issued)},
        show=[ISSUE_LIST.title] if attention else [],
    )


def findings(ledger: Ledger, settings: Settings, now: datetime) -> list[Issue]:
    """All findings, each once, with its cell; by level, then tab, row and column."""
    read: Tickets = tickets(ledger, settings)
    gathered: list[Issue] = [*ledger.issues, *settings.issues, *read.issues]
    for rule in RULES:
        gathered += rule(ledger, read.frame, settings, now)
    gathered += calendar_findings(ledger, settings, now)
    gathered += duty_findings(ledger, settings, now)
    gathered += evaluation_issues(ledger, settings)
    gathered += assessment_issues(ledger, settings)
    return sorted(_placed(ledger, told_once(gathered)), key=_order)


def _order(issue: Issue) -> tuple[int, int, int, int]:
    return (
        _LEVEL_ORDER[issue.level],
        _TAB_ORDER.get(issue.sheet, len(_TAB_ORDER)),
        issue.row or 0,
        _COLUMN_ORDER.get(issue.sheet, {}).get(issue.column, 0),
    )


def _placed(ledger: Ledger, issues: Iterable[Issue]) -> Iterator[Issue]:
    """The findings with their cells ("F12"), where the application can look them up."""
    look_up = ledger.options.get("addresses")
    for issue in issues:
        sheet = _BY_TITLE.get(issue.sheet)
        if issue.cell or look_up is None or sheet is None or issue.row is None or not issue.column:
            yield issue
        else:
            yield issue.at(str(look_up(sheet.key, issue.column, issue.row) or ""))


def _columns(
    ledger: Ledger, key: str, found: Iterable[Issue], issued: Mapping[str, pd.Series]
) -> pd.DataFrame:
    """数据问题 of every row (blank where there is nothing) and the numbers issued."""
    sheet, frame = BY_KEY[key], ledger[key]
    shorts: dict[int, dict[str, None]] = {}
    for issue in found:
        if issue.sheet == sheet.title and issue.row is not None and (short := issue.short):
            shorts.setdefault(issue.row, {})[short] = None
    texts = {row: ";".join(words) for row, words in shorts.items()}
    cells = np.array([texts.get(row, "") for row in frame.index.tolist()], dtype=object)
    out = pd.DataFrame({"issues": cells}, index=frame.index)
    if key in issued and len(issued[key]):
        number = _NUMBER_KEYS.get(key, "ticket")
        out[number] = text_column(frame, number).where(
            ~frame.index.isin(issued[key].index), issued[key].reindex(frame.index)
        )
    return out


def _ticket_numbers(
    ledger: Ledger, found: Iterable[Issue], issued: Mapping[str, pd.Series]
) -> dict[str, dict[int, str]]:
    """Ticket numbers by tab title and row for the tabs that findings are about, issued ones included."""
    numbers: dict[str, dict[int, str]] = {}
    for title in {issue.sheet for issue in found}:
        sheet = _BY_TITLE.get(title)
        if sheet is not None and sheet.key in ledger and "ticket" in ledger[sheet.key]:
            typed = ledger[sheet.key]["ticket"]
            numbers[title] = dict(zip(typed.index.tolist(), map(str, typed.tolist()), strict=True))
            if sheet.key not in _NUMBER_KEYS and sheet.key in issued:
                new = issued[sheet.key]
                numbers[title].update(zip(new.index.tolist(), map(str, new.tolist()), strict=True))
    return numbers


def _issue_list(ledger: Ledger, found: list[Issue], issued: Mapping[str, pd.Series]) -> pd.DataFrame:
    numbers = _ticket_numbers(ledger, found[:LIST_LIMIT], issued)
    rows = [
        {
            "no": n,
            "level": LEVELS[issue.level],
            "sheet": issue.sheet,
            "cell": _link(issue),
            "column": issue.column,
            "ticket": numbers.get(issue.sheet, {}).get(issue.row or 0, ""),
            "message": issue.message,
            "old": str(issue.values.get("old", "")),
            "new": str(issue.values.get("new", "")),
        }
        for n, issue in enumerate(found[:LIST_LIMIT], start=1)
    ]
    if len(found) > LIST_LIMIT:
        cut = _cut(found)
        rows.append({"no": LIST_LIMIT + 1, "level": LEVELS[cut.level], "message": cut.message})
    frame = pd.DataFrame(rows, columns=[c.key for c in ISSUE_LIST.columns], dtype=object)
    return frame.where(frame.notna(), "")


def _link(issue: Issue) -> Link | str:
    if issue.row is None:
        return ""
    if issue.cell:
        return Link(issue.sheet, issue.cell, issue.cell)
    return Link(issue.sheet, f"A{issue.row}", f"第{issue.row}行")


def _cut(found: list[Issue]) -> Issue:
    return Issue(
        "row.list_cut", ISSUE_LIST.title, values={"shown": LIST_LIMIT, "left": len(found) - LIST_LIMIT}
    )


def _advice(found: Iterable[Issue]) -> list[str]:
    """One sentence for each cell that many rows lack."""
    lacking: dict[tuple[str, str], list[int]] = {}
    for issue in found:
        if issue.code in ("row.required", "row.no_start", "row.no_urgency") and issue.row is not None:
            lacking.setdefault((issue.sheet, issue.column), []).append(issue.row)
    return [
        Issue(
            "row.required_many", sheet, column=column, values={"count": len(rows), "first": min(rows)}
        ).message
        for (sheet, column), rows in lacking.items()
        if len(rows) >= MANY
    ]


def _notice(rows: int, counts: Mapping[str, int], tickets_issued: int, receipts_issued: int) -> str:
    parts = [f"{label} {n} 处" for label, n in counts.items() if n]
    text = f"已校验 {rows} 行:{'、'.join(parts)}" if parts else f"已校验 {rows} 行,没有发现问题"
    if tickets_issued:
        text += f",新编工单号 {tickets_issued} 个"
    if receipts_issued:
        text += f",新编回执码 {receipts_issued} 个"
    return text + ("。详见“待改清单”。" if parts else "。")
