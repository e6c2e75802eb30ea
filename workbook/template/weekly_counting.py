"""Pieces of the weekly tab's formulas: who is counted, over which table, how a share is divided."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..schema import Sheet
from ..sheets import weekly_summary as weekly
from ..sheets.carried import CARRIED
from ..sheets.evaluations import EVALUATIONS
from ..sheets.process_log import PROCESS_LOG
from ..sheets.response_log import RESPONSE_LOG

Address = Callable[[str], str]
Criterion = tuple[str, str]
"""A column's key and what it is held against, as an expression ('"<"&周始')."""

DASH = f'"{weekly.BLANK}"'
COUNTED: Criterion = ("excluded", '""')
ACCEPTED, CLOSED, ANSWERED = "stat_start", "stat_end", "stat_at"
VALID: Criterion = ("valid", '"是"')
MAIN: Criterion = ("stat_profile", "主档案")
NOBODY = '"§"'
"""Stands in for the criterion of an unused list row: no label is called so."""


def within(key: str, start: str) -> list[Criterion]:
    """The week that begins at `start`, Monday to Sunday."""
    return [(key, f'">="&{start}'), (key, f'"<"&{start}+7')]


def arguments(sheet: Sheet, criteria: Sequence[Criterion]) -> str:
    return ",".join(f"{sheet.table}[{sheet.heading(key)}],{value}" for key, value in criteria)


def tickets(*criteria: Criterion) -> str:
    """How many counted tickets of both logs meet the criteria."""
    everything = [*criteria, COUNTED]
    return "+".join(f"COUNTIFS({arguments(log, everything)})" for log in (RESPONSE_LOG, PROCESS_LOG))


def answers(*criteria: Criterion) -> str:
    return f"COUNTIFS({arguments(EVALUATIONS, criteria)})"


def or_dash(denominator: str, value: str) -> str:
    return f"IF({denominator}=0,{DASH},{value})"


def escaped(label: str) -> str:
    """A label as a criterion: COUNTIFS reads * ? ~ as wildcards, and names are masked with *."""
    text = label
    for mark in "~*?":
        text = f'SUBSTITUTE({text},"{mark}","~{mark}")'
    return f'IF({label}="",{NOBODY},{text})'


def judged(key: str, start: str) -> str:
    """Tickets accepted in the week whose status is told: the denominator of a rate."""
    accepted = within(ACCEPTED, start)
    return "+".join(tickets(*accepted, (key, f'"{status}"')) for status in ("达标", "超时"))


def met(key: str, start: str) -> str:
    on_time = tickets(*within(ACCEPTED, start), (key, '"达标"'))
    return f"({on_time})"


def open_before(moment: str) -> str:
    """Accepted before `moment` and not closed before it."""
    accepted = (ACCEPTED, f'"<"&{moment}')
    return f"{tickets(accepted)}-({tickets(accepted, (CLOSED, accepted[1]))})"


def composite(start: str) -> tuple[str, str]:
    """Number of valid answers to the main profile, and the sum of their scores."""
    criteria = [*within(ANSWERED, start), VALID, MAIN]
    column = f"{EVALUATIONS.table}[{EVALUATIONS.heading('composite')}]"
    scored, main = ("composite", '">0"'), ("profile", "主档案")
    return (
        f"{answers(*criteria, scored)}+{carried('score_count', start, main)}",
        f"SUMIFS({column},{arguments(EVALUATIONS, criteria)})+{carried('score_sum', start, main)}",
    )


def carried(key: str, start: str, *criteria: Criterion) -> str:
    """A figure of the rows that stayed in the ledger before this one, for the week that begins at `start`."""
    column = f"{CARRIED.table}[{CARRIED.heading(key)}]"
    return f"SUMIFS({column},{arguments(CARRIED, [('week', start), *criteria])})"


def unless_blank(label: str, value: str) -> str:
    return f'IF({label}="","",{value})'
