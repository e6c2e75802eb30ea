"""一键更新: validate, sla and score in one go, applied at once."""

from __future__ import annotations

from datetime import datetime

from . import scoring, sla, validation
from .outcome import Ledger, Outcome
from .settings import Settings


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """The three outcomes as one; a finding that two of them report is listed once."""
    parts = [handler(ledger, settings, now) for handler in (validation.update, sla.update, scoring.update)]
    merged = parts[0]
    for part in parts[1:]:
        merged = merged.merge(part)
    seen: set[tuple[str, str, int | None, str, str]] = set()
    issues = []
    for issue in merged.issues:
        # one part may know the cell's address and another not: compared without it
        mark = (issue.code, issue.sheet, issue.row, issue.column, issue.at("").message)
        if mark not in seen and issue.code not in sla.SAID_BY_VALIDATION:
            seen.add(mark)
            issues.append(issue)
    merged.issues = issues
    merged.answers = []  # the means by question belong to 计算得分; here they would bury the notice
    merged.notice = " ".join(part.notice for part in parts if part.notice)
    return merged
