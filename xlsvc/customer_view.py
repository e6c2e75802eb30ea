"""Everything of one customer in a few lines, for 查工单: tickets, answers, tags, and what speaks of leaving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from workbook.issues import WorkbookError
from workbook.sheets.evaluations import EVALUATIONS
from workbook.values import half_up

from .churn_risk import Risk, risks
from .outcome import Ledger
from .same_customer import has_key, same_customer, with_customer_numbers
from .scoring import evaluation_scores
from .settings import Settings
from .tickets import DOUBLED, plain_numbers, records, text_column, tickets

MOST_CUSTOMERS = 3
"""Who asks for more customers at once looks for a ticket, not for a customer."""
MOST_TICKETS = 6


def customer_lines(ledger: Ledger, settings: Settings, now: datetime, places: pd.Index[Any]) -> list[str]:
    """One paragraph for each customer of the tickets at `places` (index of the ticket frame); none for tickets whose
    customer cannot be told from another, for a customer with one ticket and no risk, and for more than MOST_CUSTOMERS."""
    frame = with_customer_numbers(ledger, tickets(ledger, settings).frame)
    frame = frame[(frame["excluded"] != DOUBLED).to_numpy()]
    label = np.where(has_key(frame), same_customer(frame), -1)
    mine = frame.index.isin(places) & (label >= 0)
    wanted = list(dict.fromkeys(label[mine].tolist()))
    if not wanted or len(wanted) > MOST_CUSTOMERS:
        return []
    known = _risks(ledger, settings, now)
    lines: list[str] = []
    for each in wanted:
        lines += _about(ledger, settings, frame[label == each].sort_values("accepted_at", kind="stable"), known)
    return lines


def _risks(ledger: Ledger, settings: Settings, now: datetime) -> list[Risk]:
    try:
        return risks(ledger, settings, now)
    except WorkbookError:
        return []  # 校验 tells which rule is bad


def _about(ledger: Ledger, settings: Settings, rows: pd.DataFrame, known: list[Risk]) -> list[str]:
    last = rows.iloc[-1]
    numbers = rows["ticket"].where(rows["ticket"] != "", "未编号")
    numbered = [f"{n}({s})" if s else str(n) for n, s in zip(numbers, rows["status"], strict=True)][::-1]
    more = f"等 {len(numbered)} 张" if len(numbered) > MOST_TICKETS else ""
    tags = list(dict.fromkeys(t for t in rows["customer_type"].astype(str) if t))
    leaving = [risk for risk in known if risk.place in set(rows.index)]
    if len(rows) == 1 and not leaving:
        return []  # the ticket's own lines have said it
    facts = [f"{len(rows)} 张工单:{'、'.join(numbered[:MOST_TICKETS])}{more}", _answers(ledger, settings, rows)]
    if tags:
        facts.append(f"标签:{'、'.join(tags)}")
    facts += [f"流失风险:{risk.told()}" for risk in leaving[:1]]
    return [f"客户 {last['customer'] or '姓名未填'} · " + " · ".join(facts)]


def _answers(ledger: Ledger, settings: Settings, rows: pd.DataFrame) -> str:
    """How often the customer answered and what the valid answers of each form came to; never one mean over two forms."""
    given = records(ledger, EVALUATIONS)
    numbers = [n for n in rows["number"] if n]
    mine = plain_numbers(text_column(given, "ticket")).isin(numbers)
    if not mine.any():
        return "没有评价"
    try:
        scores = evaluation_scores(ledger, settings).reindex(given.index)[mine]
    except WorkbookError:
        return f"{int(mine.sum())} 份评价"
    valid = scores[(scores["valid"] == "是") & scores["composite"].notna()]
    parts = [f"{code} {_mean(part['composite'])}" for code, part in valid.groupby("stat_profile", sort=True)]
    return f"{int(mine.sum())} 份评价" + (f",综合得分 {'、'.join(parts)}" if parts else "")


def _mean(values: Any) -> str:
    return f"{half_up(float(values.mean()), 1):.1f}(n={len(values)})"
