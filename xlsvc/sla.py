"""更新时效: due times, elapsed minutes and statuses of every ticket, and what has to be said about them.

The rules are in `clocks`; this module turns them into the logs' computed columns and into advice: forty rows
with the same fault are one Issue with its count and the first rows. Requirements §2 C2 to C5, §3 (oracles).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from workbook.issues import Issue, WorkbookError
from workbook.sheets import BY_KEY
from workbook.sheets.process_log import PROCESS_LOG
from workbook.sheets.settings import CLOCKS, SETTING_ROWS, SETTINGS
from workbook.sheets.vocabularies import CLOSED_STATUSES, URGENCY_LEVELS
from workbook.values import parse_duration

from .clocks import (
    DONE_BY,
    FROM_TAKING,
    LATE,
    MET,
    NEARLY,
    NO_LIMIT,
    RUNNING,
    UNKNOWN,
    Clock,
    Mask,
    measure,
    overall,
    unpublished_years,
)
from .outcome import Ledger, Outcome
from .settings import Settings
from .status_history import History, history
from .targets import UNIT_MINUTES, UNITS, WORKDAY
from .tickets import DOUBLED, ticket_cells, tickets, to_columns
from .why_late import explained
from .working_time import seconds

COUNTED = (MET, LATE, NEARLY, RUNNING, NO_LIMIT, UNKNOWN)
BLANK, UNASSIGNED = "未填", "未分派"
SHOWN_ROWS = 5
CELLS = (
    "responded_at", "dispatched_at", "arrived_at", "proposed_at", "status", "urgency", "problem_type", "time_limit",
    "owner", "department", "reopened", "product_info", "problem_info", "raised_at", "registered_at", "waiting_from",
    "waiting_to", "customer_type",
)  # fmt: skip
NEEDS = ticket_cells(*CELLS)
SAID_BY_VALIDATION = frozenset(
    {"sla.no_start", "sla.future", "sla.closed_no_time", "sla.reversed", "sla.no_urgency", "sla.unpublished"}
)
"""Advice that 校验 gives row by row: 一键更新, which does both, says it once."""


def statuses(
    frame: pd.DataFrame, settings: Settings, now: datetime, past: History | None = None
) -> pd.DataFrame:
    """Due times, elapsed minutes and statuses of `tickets.Tickets.frame`, same index.

    Columns: for each clock *_due (datetime64[ns]) and *_status; response_minutes and resolution_minutes
    (elapsed minutes, natural or working as the target's 计时方式 says, NaN while not done); sla_status
    (see `clocks.overall`). Raises WorkbookError settings.bad, time.no_workday.
    """
    return _table(frame, measure(frame, settings, now, past))


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """The computed columns of both logs: statuses, 不计原因, the 统计 columns and, for 流程记录, the halves of
    its compound cells. The split and numbering findings of `tickets` are validation's to report."""
    frame = tickets(ledger, settings).frame
    clocks = ledger.once(clocks_of, settings, now)
    table = _table(frame, clocks)
    columns = {}
    figures = _statistics(frame).assign(stat_overdue=_pending(frame, clocks))
    for key, part in to_columns(pd.concat([table, figures, _halves(frame)], axis=1)).items():
        columns[key] = part[[c for c in part.columns if c in BY_KEY[key] and BY_KEY[key][c].computed]]
    counted = table["sla_status"][(frame["excluded"] != DOUBLED).to_numpy()]
    numbers = counted.value_counts()
    counts = {"工单": len(counted), **{word: int(numbers.get(word, 0)) for word in COUNTED}}
    notice = (
        f"时效已更新:{counts['工单']} 张工单,超时 {counts[LATE]} 张,即将超时 {counts[NEARLY]} 张,"
        f"无法判定 {counts[UNKNOWN]} 张。"
    )
    asked = str(ledger.options.get("explain") or "")
    return Outcome(
        notice=notice,
        counts=dict(counts),
        issues=list(findings(frame, clocks, settings, now)),
        columns=columns,
        answers=explained(ledger, settings, now, clocks, asked) if asked else [],
    )


def explain(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """Option ticket: how its clocks were counted, in lines for people. Writes nothing."""
    clocks = ledger.once(clocks_of, settings, now)
    return Outcome(answers=explained(ledger, settings, now, clocks, str(ledger.options.get("ticket") or "")))


def clocks_of(ledger: Ledger, settings: Settings, now: datetime) -> dict[str, Clock]:
    """Every clock of every ticket; asked for through `ledger.once`, measured once a run."""
    return measure(tickets(ledger, settings).frame, settings, now, history(ledger, settings, now))


def _table(frame: pd.DataFrame, clocks: dict[str, Clock]) -> pd.DataFrame:
    table: dict[str, Any] = {}
    for key, clock in clocks.items():
        table[f"{key}_due"] = clock.due.astype("datetime64[ns]")
        if key in ("response", "resolution"):
            table[f"{key}_minutes"] = clock.minutes
        table[f"{key}_status"] = clock.status
    table["sla_status"] = overall(clocks)
    return pd.DataFrame(table, index=frame.index)


def _statistics(frame: pd.DataFrame) -> pd.DataFrame:
    def filled(key: str, blank: str) -> pd.Series:
        return frame[key].where(frame[key] != "", blank)

    return pd.DataFrame(
        {
            "excluded": frame["excluded"],
            "stat_start": frame["accepted_at"],
            "stat_end": frame["resolved_at"],
            "stat_undated": np.where(frame["status"].isin(CLOSED_STATUSES) & frame["resolved_at"].isna(), "是", ""),
            "stat_class": filled("problem_class", BLANK),
            "stat_urgency": filled("urgency_word", BLANK),
            "stat_person": filled("person", UNASSIGNED),
            "stat_department": filled("department", UNASSIGNED),
            "stat_reopened": frame["reopened"].astype(float),
            "stat_customer": filled("customer_type", BLANK),
        }
    )


def _pending(frame: pd.DataFrame, clocks: dict[str, Clock]) -> pd.Series:
    """The clock a ticket is overdue in right now: past due and not stopped; the earliest due of several.
    "" for a ticket that was late once and is no more, or is not late."""
    names = np.array([CLOCKS[key] for key in clocks], dtype=object)
    never = np.iinfo(np.int64).max
    due = np.column_stack(
        [
            np.where(
                (c.status == LATE) & np.isnat(c.done), c.due.astype("datetime64[s]").astype("int64"), never
            )
            for c in clocks.values()
        ]
    )
    first = due.argmin(axis=1) if len(due) else np.zeros(0, dtype=np.int64)
    late = due.min(axis=1, initial=never) != never
    return pd.Series(np.where(late, names[first], ""), index=frame.index, dtype=object)


def _halves(frame: pd.DataFrame) -> pd.DataFrame:
    """What 流程记录 packs two to a cell; the urgency in the log's own word."""
    halves = frame[["customer", "contact", "model", "bought_at", "problem"]].copy()
    halves["urgency"] = frame["urgency_text"]
    return halves


def findings(
    frame: pd.DataFrame, clocks: dict[str, Clock], settings: Settings, now: datetime
) -> Iterator[Issue]:
    """What the user should know, one Issue a sheet and kind. A doubled ticket is not spoken of twice."""
    single = (frame["excluded"] != DOUBLED).to_numpy()
    start = frame["accepted_at"]
    yield from _grouped(frame, single & start.isna().to_numpy(), "sla.no_start", "accepted_at")
    moment = f"{now:%Y-%m-%d %H:%M}"
    ahead = seconds(start.to_numpy()) > int(seconds(now))
    yield from _grouped(frame, single & ahead, "sla.future", "accepted_at", now=moment)
    every, clocks = clocks, {key: clocks[key] for key in FROM_TAKING}  # the other two: only tickets with their times
    undecided = np.logical_or.reduce([clock.undecided for clock in clocks.values()]) & single
    typed = (frame["urgency_text"] != "").to_numpy()
    of_process = frame.index.get_level_values("sheet") == PROCESS_LOG.key
    for mine, column in ((~of_process, "urgency"), (of_process, "problem_info")):
        yield from _grouped(frame, undecided & mine & ~typed, "sla.no_urgency", column)
        yield from _grouped(frame, undecided & mine & typed, "sla.urgency_unknown", column)
    closed = frame["status"].isin(CLOSED_STATUSES).to_numpy() & frame["resolved_at"].isna().to_numpy()
    yield from _grouped(frame, single & closed, "sla.closed_no_time", "resolved_at")
    for key, clock in clocks.items():
        column = DONE_BY[key][0]
        title = CLOCKS[key]
        told = single & ~ahead  # a start in the future is the cause: its row's other times are not blamed
        yield from _grouped(frame, told & clock.reversed, "sla.reversed", column, clock=title)
        yield from _grouped(frame, told & clock.future, "sla.future", column, now=moment)
        if key != "resolution":  # closed_no_time has said it
            unsaid = clock.missing & ~clock.future & ~clocks["resolution"].reversed
            yield from _grouped(frame, single & unsaid, "sla.clock_missing", column, clock=title)
        for began in np.unique(clock.starts_at[clock.off_hours & single]):
            yield from _grouped(
                frame, single & clock.off_hours & (clock.starts_at == began), "sla.off_hours", "accepted_at",
                clock=title, start=f"{pd.Timestamp(began):%Y-%m-%d %H:%M}",
            )  # fmt: skip
    yield from _unpublished(frame, every, settings, single)
    yield from _typed_limits(frame, clocks["resolution"], settings, single)
    yield from _gaps(every, settings, single)
    expedited = single & (frame["profile"] == "S003").to_numpy() & (frame["urgency"] == "P1").to_numpy()
    if expedited.any() and settings.expedited_confirmed is None:
        name = next(s.name for s in SETTING_ROWS if s.key == "expedited_confirmed")
        yield Issue(
            "settings.expedited", SETTINGS.title, values={"count": int(expedited.sum()), "name": name}
        )


def _grouped(frame: pd.DataFrame, mask: Mask, code: str, column: str, **values: Any) -> Iterator[Issue]:
    """One Issue per sheet for the rows of the mask: their number, the first few, the column's heading."""
    if not mask.any():
        return
    for key, rows in frame.index[mask].to_frame(index=False).groupby("sheet", sort=False)["row"]:
        sheet = BY_KEY[str(key)]
        shown = "、".join(str(row) for row in rows[:SHOWN_ROWS])
        yield Issue(
            code, sheet.title, int(rows.iloc[0]), sheet.heading(column),
            values={"count": len(rows), "rows": f"第 {shown} 行{'等' if len(rows) > SHOWN_ROWS else ''}", **values},
        )  # fmt: skip


def _unpublished(
    frame: pd.DataFrame, clocks: dict[str, Clock], settings: Settings, single: Mask
) -> Iterator[Issue]:
    start = frame["accepted_at"].to_numpy()
    touched = np.zeros(len(frame), dtype=bool)
    years: set[int] = set()
    for clock in clocks.values():
        mask = single & unpublished_years(clock, start, settings.calendar)
        touched |= mask
        for days in (start[mask], clock.due[mask]):
            years |= {
                int(year) for year in np.unique(days.astype("datetime64[Y]").astype("int64") + 1970)
                if settings.calendar.unpublished(np.datetime64(f"{year:04d}-01-01"))[0]
            }  # fmt: skip
    if touched.any():
        key, row = frame.index[touched][0]
        yield Issue(
            "sla.unpublished", BY_KEY[key].title, int(row),
            values={"years": "、".join(map(str, sorted(years))), "count": int(touched.sum())},
        )  # fmt: skip


def calendar_findings(ledger: Ledger, settings: Settings, now: datetime) -> list[Issue]:
    """The due times that rest on a year without a published calendar, each at its row, for 校验.

    None where a setting is bad: 校验 tells of that itself and never stops.
    """
    frame = tickets(ledger, settings).frame
    try:
        clocks = ledger.once(clocks_of, settings, now)
    except WorkbookError:
        return []
    start = frame["accepted_at"].to_numpy()
    single = (frame["excluded"] != DOUBLED).to_numpy()
    found = []
    for name, clock in clocks.items():
        mask = single & unpublished_years(clock, start, settings.calendar)
        for (key, row), due in zip(frame.index[mask], clock.due[mask], strict=True):
            day = pd.Timestamp(due)
            found.append(
                Issue("row.unpublished", BY_KEY[key].title, int(row), BY_KEY[key].heading(f"{name}_due"),
                      values={"year": day.year, "due": f"{day:%Y-%m-%d %H:%M}"})
            )  # fmt: skip
    return found


def _typed_limits(frame: pd.DataFrame, clock: Clock, settings: Settings, single: Mask) -> Iterator[Issue]:
    """处理时限 typed in a row and unlike the limit of 设置: said, not applied (requirements §3)."""
    typed = frame["time_limit"].to_numpy(dtype=object)
    codes, texts = pd.factorize(typed)
    read = np.array(
        [_comparable(*parsed) if (parsed := parse_duration(t)) else "" for t in texts], dtype=object
    )
    limits = settings.targets
    named = np.array(
        [_comparable(a, u) if a == a else "" for a, u in zip(limits["amount"], limits["unit"], strict=True)]
        + [""],
        dtype=object,
    )
    if not len(texts):
        return
    own = read[codes]
    differs = single & ~clock.undecided & (own != "") & (own != named[clock.target])
    yield from _grouped(frame, differs, "sla.typed_limit", "time_limit")


def _comparable(amount: float, unit: str) -> str:
    name = UNITS.get(unit, unit)
    if name == WORKDAY:
        return f"{float(amount):g} {WORKDAY}"
    return f"{float(amount) * UNIT_MINUTES[name]:g}" if name in UNIT_MINUTES else ""


def _gaps(clocks: dict[str, Clock], settings: Settings, single: Mask) -> Iterator[Issue]:
    """Limits left blank in 设置 that some ticket asked for, and how many tickets did, all in one Issue."""
    blank = set(np.flatnonzero(settings.targets["amount"].isna()))
    used = sorted(blank & {int(t) for clock in clocks.values() for t in np.unique(clock.target[single])})
    if not used:
        return
    touched = np.logical_or.reduce([np.isin(clock.target, used) for clock in clocks.values()]) & single
    rows = settings.targets.iloc[np.array(used)]
    names = [
        " ".join(filter(None, (profile, URGENCY_LEVELS.get(urgency, urgency), problem_class, CLOCKS[clock])))
        for profile, urgency, problem_class, clock in zip(
            rows["profile"], rows["urgency"], rows["problem_class"], rows["clock"], strict=True
        )
    ]
    first = int(rows["row"].iloc[0])
    yield Issue(
        "settings.gap",
        SETTINGS.title,
        first or None,
        SETTINGS.heading("value"),
        values={"gaps": ";".join(names), "count": int(touched.sum())},
    )
