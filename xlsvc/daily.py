"""一键更新: validate, sla, dispatch and score in one go, 今日待办 listed anew, every form's state, and what was seen of the
tickets noted down in 状态流水; applied at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from workbook.sheets.reference import FORM_REGISTER, STATUS_HISTORY

from . import dispatch, scoring, sla, today, validation
from .form_register import DUE, OVERDUE, register, register_states
from .outcome import Ledger, Outcome, told_once
from .settings import Settings
from .status_history import new_rows
from .tickets import LOGS, text_column


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """The four outcomes as one; a finding that two of them report is listed once. Outcome.append is what 状态流水
    does not know yet."""
    parts = [handler(ledger, settings, now) for handler in (validation.update, sla.update, dispatch.update, scoring.update)]
    merged = parts[0]
    for part in parts[1:]:
        merged = merged.merge(part)
    merged.issues = [i for i in told_once(merged.issues) if i.code not in sla.SAID_BY_VALIDATION]
    noted = new_rows(ledger, settings, now, parts[0].columns)
    if len(noted):
        merged.append[STATUS_HISTORY.key] = noted
        merged.counts["状态流水新增"] = len(noted)
    if len(register(ledger)):
        states = register_states(ledger, settings, now)
        merged.columns[FORM_REGISTER.key] = states
        merged.counts["表单逾期"] = int((states["state"] == OVERDUE).sum())
        merged.counts["表单待催"] = int((states["reminder"] == DUE).sum())
    merged = merged.merge(_listed(ledger, settings, now, parts[0].columns))
    merged.answers = []  # the means by question belong to 计算得分; here they would bury the notice
    merged.notice = " ".join(part.notice for part in parts if part.notice)  # 今日待办 is on 首页
    return merged


def _listed(ledger: Ledger, settings: Settings, now: datetime, columns: Mapping[str, pd.DataFrame]) -> Outcome:
    """今日待办 with the numbers that were issued just now, without coming to the front; its counts are its own command's."""
    issued: dict[tuple[str, int], str] = {}
    for log in LOGS:
        if log.key in columns and "ticket" in columns[log.key]:
            numbers = columns[log.key]["ticket"]
            fresh = numbers[(text_column(ledger[log.key], "ticket") == "").to_numpy() & (numbers != "").to_numpy()]
            issued.update(((log.key, row), number) for row, number in zip(fresh.index.tolist(), fresh.tolist(), strict=True))
    outcome = today.update(ledger, settings, now, issued)
    outcome.activate, outcome.counts = "", {}
    return outcome
