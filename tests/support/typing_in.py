"""A person types into cells of a saved ledger in another program, which leaves everything else as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.histories.other_program import Program
from tests.histories.raw_cells import position


def type_in(path: Path, title: str, cells: Mapping[str, Any]) -> None:
    """`cells`: address -> text, number, truth value, date or None (cleared), on the tab `title`; then it is saved."""
    program = Program(path)
    for address, value in cells.items():
        program.put(title, *position(address), _as_stored(value))
    program.save()


def _as_stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value - datetime(1899, 12, 30)) / timedelta(days=1)
    return float((value - date(1899, 12, 30)).days) if isinstance(value, date) else value
