"""Is a week's report frozen? The tab says so itself, so that copies of the ledger, undo and people who delete a tab need
no register beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .outcome import Ledger

if TYPE_CHECKING:
    from workbook.book import Book
    from workbook.foreign_tables import ForeignTab

_MOMENT = r"(\d{4}-\d\d-\d\d \d\d:\d\d)"
_SAID = re.compile(rf"定稿 {_MOMENT}|售后服务周报 \S+\({_MOMENT} 定稿\)")
HEAD_ROWS = 12
"""The state stands in the head of the tab; people may put a few rows above it."""


def look(book: Book, options: Mapping[str, Any], progress: Callable[[str], None]) -> Mapping[str, Any]:
    """The option `frozen_mark`: tab title -> when the tab was frozen ("2024-05-06 09:00"), "" for one that is not or is
    not there. The tab is read when it is asked."""
    titles = book.titles()
    return {"frozen_mark": lambda title: mark_of(book.grid(title)) if title in titles else ""}


def frozen_mark(ledger: Ledger, title: str) -> str:
    """When the tab was frozen; "" where it was not."""
    ask: Callable[[str], str] = ledger.options.get("frozen_mark", lambda title: "")
    return ask(title)


def mark_of(tab: ForeignTab) -> str:
    """What the head of a weekly tab says of its state. Either of the two places will do: people retype titles."""
    for cells in tab.columns:
        for cell in cells[:HEAD_ROWS]:
            found = _SAID.fullmatch(cell.strip()) if isinstance(cell, str) else None
            if found:
                return found[1] or found[2]
    return ""
