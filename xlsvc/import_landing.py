"""What is said of imported rows once they stand in the ledger: there is where a person goes on, no longer the source."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from workbook.issues import Issue

from .importing import Plan, TablePlan

_OF_CELLS = "value."
"""Findings about what a cell says; their texts name a tab and a cell."""


class Places(Protocol):
    """Where the ledger's cells stand."""

    def __call__(self, sheet_key: str, column: str, row: int) -> str: ...

    def next_row(self, sheet_key: str) -> int: ...


def landed(plan: Plan, places: Places | None) -> Plan:
    """The plan with its findings as they are after its rows were added: what has to be mended in a cell names the ledger's
    cell, what was announced is told as done."""
    rows: dict[str, int] = {}
    tables = []
    for table in plan.tables:
        key = table.sheet.key
        first = rows.setdefault(key, places.next_row(key) if places else 0)
        rows[key] = first + len(table.append)
        tables.append(replace(table, issues=tuple(_landed(table, issue, first, places) for issue in table.issues)))
    return replace(plan, tables=tuple(tables))


def _landed(table: TablePlan, issue: Issue, first: int, places: Places | None) -> Issue:
    if issue.code == "import.own_columns":
        values = {**issue.values, "ledger": table.sheet.title}
        return Issue("import.own_added", issue.sheet, issue.row, issue.column, issue.cell, values)
    if not issue.code.startswith(_OF_CELLS) or places is None or not first or issue.row not in table.append.index:
        return issue
    row = first + table.append.index.tolist().index(issue.row)
    key = next((m.key for m in table.mapping.matches if m.key and m.heading.shown == issue.column), "")
    cell = places(table.sheet.key, key, row) if key in table.sheet else ""
    if not cell:
        return issue
    return Issue(issue.code, table.sheet.title, row, table.sheet.heading(key), cell, issue.values)
