"""Customers who may be about to leave, by points that everybody can add up (S004.R7).

Every complaint, low score, dissatisfied confirmation, reopening, overdue ticket and repeated repair of the last 流失观察期 days
gives its points; who has at least 流失提醒分 is spoken of, with the sum's parts. Nobody is judged by what is not on the sheets,
and a customer who cannot be told from another (two *女士) is joined with nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from workbook.sheets.evaluations import EVALUATIONS

from . import sla
from .clocks import LATE
from .outcome import Ledger
from .same_customer import has_key, same_customer, with_customer_numbers
from .scoring import evaluation_scores
from .settings import Settings
from .tickets import DOUBLED, plain_numbers, records, text_column, tickets, time_column

COMPLAINT, MARKED, LOW, UNHAPPY, REOPENED, OVERDUE, OFTEN = (
    "投诉", "标为流失风险", "低分评价", "确认不满意", "重开", "超时未结", "三次以上报修",
)  # fmt: skip
POINTS = {COMPLAINT: 3, MARKED: 3, LOW: 2, UNHAPPY: 2, REOPENED: 2, OVERDUE: 2, OFTEN: 1}
"""Points of each sign, counted once for each ticket or answer that shows it; 标为流失风险 and 三次以上报修 once a customer."""
ONCE = (MARKED, OFTEN)
MANY_TICKETS = 3
TAG = "流失风险"


@dataclass(frozen=True)
class Risk:
    """`reasons`: sign -> how often; `place` is the customer's latest ticket, `owner` who handled it."""

    customer: str
    points: int
    reasons: dict[str, int]
    place: tuple[str, int]
    ticket: str
    owner: str

    def told(self) -> str:
        """“投诉 2 次 6 分、低分评价 1 次 2 分”."""
        return "、".join(
            sign if sign in ONCE else f"{sign} {count} 次" for sign, count in self.reasons.items()
        ) + f",共 {self.points} 分"


def risks(ledger: Ledger, settings: Settings, now: datetime) -> list[Risk]:
    """Customers with at least 流失提醒分, those with most points first; none where it is 0.

    Raises WorkbookError settings.bad, settings.weights, time.no_workday."""
    settings.require("churn_points", "churn_days", "low_line")
    least = int(settings.churn_points)
    if least <= 0:
        return []
    signs = ledger.once(_signs, settings, now)
    if signs.empty:
        return []
    counts: dict[int, dict[str, int]] = {}
    for label, sign, times in zip(signs["label"], signs["sign"], signs["times"], strict=True):
        of = counts.setdefault(int(label), {})
        of[sign] = 1 if sign in ONCE else of.get(sign, 0) + int(times)
    latest = ledger.once(_customers, settings, now).drop_duplicates("label", keep="last")
    found = []
    for row in latest.to_dict("records"):
        shown = counts.get(int(row["label"]), {})
        points = sum(POINTS[sign] * times for sign, times in shown.items())
        if points >= least:
            reasons = {sign: shown[sign] for sign in POINTS if sign in shown}
            place = (str(row["sheet"]), int(row["row"]))
            found.append(Risk(row["customer"], points, reasons, place, row["ticket"], row["owner"]))
    return sorted(found, key=lambda risk: -risk.points)


def _customers(ledger: Ledger, settings: Settings, now: datetime) -> pd.DataFrame:
    """The tickets of the period whose customer is known, the latest last: sheet, row, ticket, number, customer, owner, label."""
    frame = tickets(ledger, settings).frame
    since = pd.Timestamp(now) - pd.Timedelta(days=int(settings.churn_days))
    taken = frame["accepted_at"]
    mine = (taken >= since) & (taken <= pd.Timestamp(now)) & (frame["excluded"] != DOUBLED)
    rows = with_customer_numbers(ledger, frame)[mine.to_numpy()]
    rows = rows[has_key(rows)].sort_values("accepted_at", kind="stable")
    place = rows.index.to_frame(index=False)
    people = rows["person"].where(rows["person"] != "", rows["owner"])
    return pd.DataFrame(
        {
            "sheet": place["sheet"].to_numpy(), "row": place["row"].to_numpy(), "ticket": rows["ticket"].to_numpy(),
            "number": rows["number"].to_numpy(), "customer": rows["customer"].to_numpy(), "owner": people.to_numpy(),
            "label": same_customer(rows),
        }
    )  # fmt: skip


def _signs(ledger: Ledger, settings: Settings, now: datetime) -> pd.DataFrame:
    """label, sign, times: one row for each ticket or answer that shows a sign."""
    mine = ledger.once(_customers, settings, now)
    if mine.empty:
        return pd.DataFrame(columns=["label", "sign", "times"])
    frame = tickets(ledger, settings).frame
    at = frame.index.get_indexer(pd.MultiIndex.from_arrays([mine["sheet"], mine["row"]]))
    part = frame.iloc[at]
    clocks = ledger.once(sla.clocks_of, settings, now)
    overdue = np.logical_or.reduce([(c.status[at] == LATE) & np.isnat(c.done[at]) for c in clocks.values()])
    tagged = part["customer_type"].astype(str).str.contains(TAG, regex=False).to_numpy()
    times = {
        COMPLAINT: (part["problem_class"] == "投诉").to_numpy(),
        MARKED: tagged,
        UNHAPPY: (part["confirmation"] == "不满意").to_numpy(),
        REOPENED: part["reopened"].to_numpy(),
        OVERDUE: overdue,
    }
    labels = mine["label"].to_numpy()
    parts = [_rows(labels, sign, np.asarray(n).astype(np.int64)) for sign, n in times.items()]
    sizes = mine.groupby("label")["label"].transform("size").to_numpy() >= MANY_TICKETS
    parts += [_rows(labels, OFTEN, sizes.astype(np.int64)), *_answers(ledger, settings, mine)]
    return pd.concat(parts, ignore_index=True)


def _rows(labels: Any, sign: str, times: Any) -> pd.DataFrame:
    shown = times > 0
    return pd.DataFrame({"label": labels[shown], "sign": sign, "times": times[shown]})


def _answers(ledger: Ledger, settings: Settings, mine: pd.DataFrame) -> list[pd.DataFrame]:
    """Low scores and complaints of the answers to these tickets; an answer under a ticket of 投诉 is no second complaint."""
    rows = records(ledger, EVALUATIONS)
    if rows.empty:
        return []
    label = mine[mine["number"] != ""].drop_duplicates("number", keep="last").set_index("number")["label"]
    found = label.reindex(plain_numbers(text_column(rows, "ticket")).to_numpy())
    known = found.notna().to_numpy() & time_column(rows, "evaluated_at").notna().to_numpy()
    scores = evaluation_scores(ledger, settings).reindex(rows.index)
    low = known & ((scores["valid"] == "是") & (scores["composite"] < settings.low_line)).to_numpy()
    labels = found.fillna(-1).to_numpy().astype(np.int64)
    said = known & (text_column(rows, "feedback_class") == "投诉类").to_numpy()
    frame = tickets(ledger, settings).frame
    complaints = set(frame["number"][frame["problem_class"] == "投诉"])
    said &= ~plain_numbers(text_column(rows, "ticket")).isin(list(complaints)).to_numpy()
    return [_rows(labels, LOW, low.astype(np.int64)), _rows(labels, COMPLAINT, said.astype(np.int64))]
