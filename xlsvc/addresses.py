"""Where the cells of the sheets that were read stand: a finding's column and row as "F12"."""

from __future__ import annotations

from collections.abc import Mapping

from workbook.book import SheetCells
from workbook.issues import Issue


class Addresses:
    """Looks each column up once, however many findings are about it."""

    def __init__(self, cells: Mapping[str, SheetCells]) -> None:
        self._cells = cells
        self._letters: dict[tuple[str, str], str] = {}
        self._keys = {title: key for key, c in reversed(list(cells.items())) for title in (c.title, c.sheet.title)}

    def __call__(self, sheet_key: str, column: str, row: int) -> str:
        """The cell of a column (key or heading) in a row; "" where the sheet was not read or lacks the column."""
        place = (sheet_key, column)
        if place not in self._letters:
            self._letters[place] = self._look_up(sheet_key, column)
        letters = self._letters[place]
        return f"{letters}{row}" if letters else ""

    def next_row(self, sheet_key: str) -> int:
        """The row in which the first of the rows to be added will stand; 0 where the sheet was not read."""
        found = self._cells.get(sheet_key)
        if found is None:
            return 0
        return int(found.rows[-1] if len(found.rows) else found.header_row) + 1

    def own(self, sheet_key: str) -> tuple[str, ...]:
        """The headings of the person's own columns."""
        found = self._cells.get(sheet_key)
        return found.unknown if found is not None else ()

    def located(self, issue: Issue) -> Issue:
        """The finding with its cell, as far as one can be told."""
        key = self._keys.get(issue.sheet)
        if issue.cell or issue.row is None or key is None:
            return issue
        return issue.at(self(key, issue.column, issue.row))

    def _look_up(self, sheet_key: str, column: str) -> str:
        found = self._cells.get(sheet_key)
        if found is None:
            return ""
        if column in found.letters:
            return found.letters[column]
        match = found.sheet.find(column)
        return found.letters.get(match.key, "") if match else ""
