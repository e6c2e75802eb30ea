"""What is said about the dated duties: one line for each kind that is overdue, and the returns and exchanges that
were asked for too late, each at its row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.issues import Issue, WorkbookError
from workbook.sheets import BY_KEY

from .clocks import LATE, UNKNOWN
from .duties import LOGGED, duties
from .outcome import Ledger
from .settings import Settings
from .tickets import LOGS, records, text_column

SHOWN_ROWS = 5
FILLED_IN = {
    "contact": "called_ahead_at", "arrival": "arrived_at", "survey": "resolved_at", "callback": "called_at",
    "assessment": "resolved_at", "brief": "briefed_at", "pickup": "picked_up_at", "wish": "called_at", "phone": "token",
    "reminder": "reminded_at",
}  # fmt: skip
"""Kind -> the column that its line of advice points at."""

OVER = {"return": "duty.return_over", "exchange": "duty.exchange_over"}
Mask = npt.NDArray[np.bool_]


def duty_findings(ledger: Ledger, settings: Settings, now: datetime) -> list[Issue]:
    """The findings for 校验; none where a setting is bad, which 校验 tells of itself. What has been overdue for longer
    than 逾期提醒 is not spoken of any more."""
    try:
        listed = duties(ledger, settings, now)
    except WorkbookError:
        return []
    return list(_findings(ledger, settings, now, listed))


def _findings(ledger: Ledger, settings: Settings, now: datetime, listed: pd.DataFrame) -> Iterator[Issue]:
    days = settings.duty("reminded").at(now)["amount"]
    days = 36_600.0 if np.isnan(days) else days  # blank: for ever
    since = np.datetime64(now, "ns") - np.timedelta64(int(days * 86_400), "s")
    kind = listed["kind"].to_numpy(dtype=object)
    late, due = (listed["status"] == LATE).to_numpy(), listed["due"].to_numpy()
    done = listed["done_at"].to_numpy()
    pending = late & np.isnat(done) & (due >= since)
    for key in LOGGED:
        mine = pending & (kind == key)
        if key == "contact":  # a call ahead of yesterday's visit helps nobody
            mine &= listed["start"].to_numpy().astype("datetime64[D]") == np.datetime64(now, "D")
        yield from _grouped(listed, mine, f"duty.{key}", FILLED_IN[key])
    called = (kind == "callback") & ~np.isnat(done) & (done >= since)
    called[called] = ~_answered(ledger, listed[called])
    yield from _grouped(listed, called, "duty.no_result", "call_result")
    unknown = (listed["status"] == UNKNOWN).to_numpy() & listed["open"].to_numpy(dtype=bool)
    windows = np.isin(kind, list(OVER)) & unknown & np.isnat(due)
    windows[windows] = ~listed.loc[windows, ["sheet", "row"]].duplicated().to_numpy()
    yield from _grouped(listed, windows, "duty.no_purchase", "bought_at")
    yield from _too_late(settings, listed)
    yield from _unpublished(settings, listed, np.isnat(done) & np.isin(kind, LOGGED) & (due >= since))


def _grouped(listed: pd.DataFrame, mask: Mask, code: str, column: str) -> Iterator[Issue]:
    """One Issue a sheet: the number, the rows that were due last, the column's heading."""
    if not mask.any():
        return
    ordered = listed[mask].sort_values("due", ascending=False, kind="stable")
    for key, rows in ordered.groupby("sheet", sort=False)["row"]:
        sheet = BY_KEY[str(key)]
        shown = "、".join(str(row) for row in sorted(rows[:SHOWN_ROWS].tolist()))
        yield Issue(
            code, sheet.title, int(rows.iloc[:SHOWN_ROWS].min()), sheet.heading(_cell(sheet.key, column)),
            values={"count": len(rows), "rows": f"第 {shown} 行{'等' if len(rows) > SHOWN_ROWS else ''}"},
        )  # fmt: skip


def _cell(key: str, column: str) -> str:
    """The typed column that holds a fact: 流程记录 has the purchase date in its compound cell."""
    return "product_info" if column == "bought_at" and BY_KEY[key][column].computed else column


def _answered(ledger: Ledger, listed: pd.DataFrame) -> Mask:
    """Has the call-back of each duty a result, in its own row or in its ticket's?"""
    if listed.empty:
        return np.zeros(0, dtype=bool)
    written: dict[tuple[Any, ...], None] = {}
    tickets: dict[str, None] = {}
    for sheet in (*LOGS, BY_KEY["evaluations"]):
        rows = records(ledger, sheet)
        with_result = rows[(text_column(rows, "call_result") != "").to_numpy()]
        written.update(dict.fromkeys((sheet.key, row) for row in with_result.index.tolist()))
        if sheet in LOGS:
            tickets.update(dict.fromkeys(text_column(with_result, "ticket").tolist()))
    tickets.pop("", None)
    own = pd.Series(list(zip(listed["sheet"], listed["row"], strict=True)), dtype=object).isin(list(written))
    return own.to_numpy() | listed["ticket"].isin(list(tickets)).to_numpy()


def _too_late(settings: Settings, listed: pd.DataFrame) -> Iterator[Issue]:
    """Open tickets that ask for a return or an exchange when its days were over; one that may mean either is told
    when both are."""
    windows = listed[listed["kind"].isin(list(OVER)) & listed["open"].astype(bool) & listed["due"].notna()]
    windows = windows.sort_values("due", kind="stable")
    place = [windows["sheet"], windows["row"]]
    over = (windows["status"] == LATE).groupby(place).transform("all")
    either = windows["kind"].groupby(place).transform("size") > 1
    last = windows[over].drop_duplicates(["sheet", "row"], keep="last").sort_index()
    columns = [last[c].tolist() for c in ("sheet", "row", "kind", "start", "done_at", "due", "setting_row")]
    for key, row, kind, bought, asked, due, setting_row, both in zip(*columns, either[last.index], strict=True):
        rule, sheet = settings.duty(kind), BY_KEY[key]
        yield Issue(
            "duty.both_over" if both else OVER[kind], sheet.title, int(row), sheet.heading(_cell(key, "bought_at")),
            values={
                "bought": f"{bought:%Y-%m-%d}", "asked": f"{asked:%Y-%m-%d}", "last": f"{due:%Y-%m-%d}",
                "days": int(rule.values[rule.rows.index(setting_row)]["amount"]),
            },
        )  # fmt: skip


def _unpublished(settings: Settings, listed: pd.DataFrame, pending: Mask) -> Iterator[Issue]:
    touched = listed[pending & listed["unpublished"].to_numpy(dtype=bool) & (listed["sheet"] != "").to_numpy()]
    if touched.empty:
        return
    years = sorted({*touched["due"].dt.year, *touched["start"].dt.year})
    unknown = [y for y in years if settings.calendar.unpublished(np.datetime64(f"{y:04d}-01-01"))[0]]
    first = touched.iloc[0]
    yield Issue(
        "duty.unpublished", BY_KEY[first["sheet"]].title, int(first["row"]),
        values={"years": "、".join(map(str, unknown)), "count": len(touched)},
    )  # fmt: skip
