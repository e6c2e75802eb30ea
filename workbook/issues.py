"""What is wrong in the user's data (Issue) and what stops a command (WorkbookError).

Two families of failure, kept apart: an Issue belongs to a cell or a row and never stops anything;
a WorkbookError stops the command before anything is written. Texts live in `messages`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from .messages import MESSAGES

Level = Literal["error", "warning", "repaired"]


@dataclass(frozen=True)
class Issue:
    """One finding about the user's data.

    `code` names the text in `messages.MESSAGES`; `sheet` and `column` are the Chinese tab title and
    heading, `row` the sheet's row number (1-based); `cell` (as "F12") is filled in by the application,
    which knows where the heading stands. `values` fill the text's placeholders; for level "repaired"
    they hold `old` and `new`.
    """

    code: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""
    values: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def level(self) -> Level:
        return MESSAGES[self.code].level

    @property
    def short(self) -> str:
        """The few characters that stand in the row's 数据问题 cell."""
        return MESSAGES[self.code].short.format(**self._fill())

    @property
    def message(self) -> str:
        """What is wrong and what to do, one Chinese sentence or two."""
        return MESSAGES[self.code].text.format(**self._fill())

    def at(self, cell: str) -> Issue:
        if cell == self.cell:
            return self
        return Issue(self.code, self.sheet, self.row, self.column, cell, self.values)

    def _fill(self) -> dict[str, Any]:
        cell = self.cell or (f"第 {self.row} 行" if self.row else "")
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "cell": cell, **self.values}


class WorkbookError(Exception):
    """Stops a command; nothing has been written. `str()` gives the Chinese message with its remedy."""

    def __init__(self, code: str, **values: Any) -> None:
        self.code = code
        self.values = values
        super().__init__(MESSAGES[code].text.format(**values))
