"""A customer who is not satisfied (S002.R5, S003.R8): handle it again, raise the urgency, tell the supervisor.

升级建议 says what of that is still to be done; 状态 and 紧急程度 stay as they were typed. A ticket is done with once it is
closed again after having been reopened.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.issues import Issue
from workbook.sheets import BY_KEY
from workbook.sheets.settings import SETTINGS
from workbook.sheets.vocabularies import CLOSED_STATUSES

from .outcome import Ledger
from .settings import Settings
from .status_history import REOPENED
from .targets import lookup
from .tickets import BLANK_CLASS, DOUBLED, LOGS, URGENCY_VOCABULARY, records, text_column
from .working_time import moments, seconds

RAISED = {"P4": "P2", "P3": "P2", "P2": "P1"}
"""咨询 is no degree of urgency: a customer who is dissatisfied with an answer is as urgent as any other."""

TOLD_ELSEWHERE = ("已完成", "已归档")
"""校验 tells of each ticket that was closed over a customer's head."""

SHOWN_ROWS = 5
_NAT = np.iinfo(np.int64).min
_NO = "否"


def escalation(
    ledger: Ledger, frame: pd.DataFrame, settings: Settings, now: datetime
) -> tuple[npt.NDArray[np.object_], list[Issue]]:
    """升级建议 of every ticket of `tickets.Tickets.frame` ("" for nothing), and what is said about it."""
    status = frame["status"].to_numpy(dtype=object)
    again = (frame["reopened"] > 0).to_numpy()
    closed = np.isin(status, CLOSED_STATUSES)
    fixed = _column(ledger, "confirmed_fixed") == _NO
    unhappy = (frame["confirmation"] == "不满意").to_numpy() | fixed
    mine = unhappy & (frame["excluded"] != DOUBLED).to_numpy() & ~(closed & again)
    told = np.full(len(frame), "", dtype=object)
    if not mine.any():
        return told, []
    part, anew = frame[mine], again[mine]
    reopen = np.where(anew, "", f"状态改为“{REOPENED}”;")
    supervisor = _supervisors(part, settings, now)
    report = np.where(supervisor != "", "上报主管" + supervisor, "上报主管").astype(object)
    told[mine] = reopen.astype(object) + _raise(part, settings, anew) + report
    elsewhere = (frame["confirmation"] == "不满意").to_numpy() & np.isin(status, TOLD_ELSEWHERE)
    issues = list(_advice(frame, mine & ~again & ~elsewhere))
    if nobody := int((supervisor == "").sum()):
        issues.append(_nobody(settings, nobody))
    return told, issues


def _column(ledger: Ledger, key: str) -> npt.NDArray[np.object_]:
    parts = [text_column(records(ledger, log), key).to_numpy(dtype=object) for log in LOGS if log.key in ledger]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=object)


def _raise(part: pd.DataFrame, settings: Settings, again: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """One degree up, in the log's own word. Of a ticket that was reopened nobody knows what it was before: only one that
    still has the lowest is told."""
    level = part["urgency"].to_numpy(dtype=object)
    log = part.index.get_level_values("sheet").to_numpy(dtype=object)
    told = np.full(len(part), "", dtype=object)
    for sheet in dict.fromkeys(log.tolist()):
        entries = settings.vocabularies.entries(URGENCY_VOCABULARY[sheet])
        words = {e.group: e.word for e in reversed(entries)}
        for low, high in RAISED.items():
            if high in words:
                meant = (log == sheet) & (level == low) & (~again | (low != "P2"))
                told[meant] = f"紧急程度升为“{words[high]}”;"
    return told


def _supervisors(part: pd.DataFrame, settings: Settings, now: datetime) -> npt.NDArray[np.object_]:
    taken = seconds(part["accepted_at"].to_numpy())
    when = moments(np.where(taken != _NAT, taken, int(seconds(now))))
    classes = part["problem_class"].where(part["problem_class"] != BLANK_CLASS, "")
    place = lookup(settings.routes, "supervisor", part.assign(problem_class=classes), when)
    return np.append(settings.routes["value"].to_numpy(dtype=object), "")[place]


def _advice(frame: pd.DataFrame, waiting: npt.NDArray[np.bool_]) -> Iterator[Issue]:
    for key, rows in frame.index[waiting].to_frame(index=False).groupby("sheet", sort=False)["row"]:
        sheet = BY_KEY[str(key)]
        shown = "、".join(str(row) for row in rows[:SHOWN_ROWS])
        yield Issue(
            "dispatch.escalate", sheet.title, int(rows.iloc[0]), sheet.heading("escalation"),
            values={"count": len(rows), "rows": f"第 {shown} 行{'等' if len(rows) > SHOWN_ROWS else ''}"},
        )  # fmt: skip


def _nobody(settings: Settings, count: int) -> Issue:
    rows = settings.routes.loc[settings.routes["clock"] == "supervisor", "row"]
    row = int(rows.min()) if len(rows) else 0
    return Issue(
        "dispatch.no_supervisor", SETTINGS.title, row or None, SETTINGS.heading("value"), values={"count": count}
    )
