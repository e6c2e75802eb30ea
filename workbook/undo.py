"""What has to be put back to undo an apply, and whether nothing of it was changed since.

Three states meet here: the workbook before the apply (the backup), what the apply wrote (the journal), and the
workbook as it stands. Cells the apply did not write are nobody's business: what people typed since stays. A table
is found by its headings, wherever it was moved; its rows are checked by the number that makes them known, so that
a sorted table is not filled with other tickets' values. Host-independent: both states are seen through `View`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from .book import Before, FilledCell, RawCell, WrittenColumn, WrittenTable
from .package.cell_content import same
from .package.cell_refs import MAX_ROW

_OWN_LINK = 'HYPERLINK("#'
NAMED_PLACES = 6  # so many changed places are named in one message


@dataclass(frozen=True)
class Found:
    """Where a written table stands in a view: `letters` leads from the column letters the apply knew to those of
    now; `columns` are the letters of all the table's columns, `doubled` the old letters of headings met twice."""

    header_row: int
    bottom: int
    letters: Mapping[str, str]
    columns: tuple[str, ...]
    doubled: Collection[str] = ()


@dataclass(frozen=True)
class Seen:
    """Some columns of a tab: `columns` by letters, each as long as `rows`; `formulas` are rows under a formula."""

    rows: list[int]
    columns: Mapping[str, list[RawCell]]
    formulas: Mapping[str, Collection[int]]


def is_lasting(written: Before) -> bool:
    """Did an apply do more than put another tab in front? Only then is there anything for undo to take back."""
    return bool(
        any(column.rows for column in written.cells) or written.added_rows or written.added_columns or written.tabs
        or written.filled or written.shown
    )  # fmt: skip


class View(Protocol):
    """A workbook as undo looks at it. Cells are raw, dates in the book's own system."""

    def has(self, title: str) -> bool: ...

    def find(self, table: WrittenTable) -> Found | None: ...

    def cells(self, title: str, letters: Iterable[str], first: int, last: int) -> Seen: ...

    def formula(self, title: str, letters: str, row: int) -> str | None: ...

    def constants(self, title: str) -> list[WrittenColumn]:
        """All cells of a tab that hold something and no formula."""

    def named(self, title: str) -> Mapping[str, tuple[int, str]]:
        """Casefolded defined name -> (row, letters) of its cell on the tab."""

    def is_read(self, table: WrittenTable, letters: str) -> bool:
        """Does a formula or a name read this column of the table?"""

    def ties(self, title: str) -> list[str]:
        """Why the tab cannot be taken out: places elsewhere that read it, as a message says them."""


@dataclass(frozen=True)
class PutBack:
    """Cells of one column as they have to become; `formulas` (row -> text) stand above their values."""

    title: str
    letters: str
    rows: list[int]
    cells: list[RawCell]
    formulas: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Length:
    """A table's body from below `header_row`: its last row is `bottom` and has to become `becomes`."""

    table: WrittenTable
    bottom: int
    becomes: int


@dataclass(frozen=True)
class Width:
    """Columns (letters, in order) at the right end of a table that come off it again: nothing stands in them."""

    table: WrittenTable
    letters: tuple[str, ...]


@dataclass
class Plan:
    """What undoes an apply. `under` are cached values under formulas that stay; `tabs` have to go."""

    cells: list[PutBack] = field(default_factory=list)
    lengths: list[Length] = field(default_factory=list)
    widths: list[Width] = field(default_factory=list)
    tabs: list[str] = field(default_factory=list)
    filled: list[PutBack] = field(default_factory=list)
    under: list[PutBack] = field(default_factory=list)
    shown: dict[str, bool] = field(default_factory=dict)
    front: tuple[str, str] = ("", "")


class ChangedSinceError(Exception):
    """Something that the apply wrote is not as it left it; `places` says where, in words of a message."""

    def __init__(self, places: list[str]) -> None:
        self.places = places
        super().__init__("、".join(places[:NAMED_PLACES]))


def counts(written: Before) -> tuple[int, int]:
    """(cells that get their former content back, rows that are taken out again)."""
    added: dict[str, set[int]] = {}
    for title, first, last in written.added_rows:
        added.setdefault(title, set()).update(range(first, last + 1))
    cells = sum(
        len(column.rows) - (len(added[column.title].intersection(column.rows)) if column.title in added else 0)
        for column in written.cells
    )
    return cells + len(written.filled), sum(len(rows) for rows in added.values())


def plan(written: Before, now: View, then: View) -> Plan:
    """What undoes `written`. Raises ChangedSinceError."""
    made = Plan(shown=dict(written.shown), front=written.front)
    changed: list[str] = []
    by_title: dict[str, list[WrittenColumn]] = {}
    for column in written.cells:
        by_title.setdefault(column.title, []).append(column)
    for title, table in written.tables.items():
        added = [(first, last) for tab, first, last in written.added_rows if tab == title]
        wide = [letters for tab, letters in written.added_columns if tab == title]
        changed += _Table(table, by_title.get(title, []), added, wide, now, then).plan(made)
    for title in written.tabs:
        if now.has(title):  # a tab that was renamed is the person's own by now
            changed += _made_tab(title, written.tab_cells, now)
            made.tabs.append(title)
    changed += _refilled(written.filled, now, then, made)
    if changed:
        raise ChangedSinceError(changed)
    return made


class _Table:
    """One table's share of the plan."""

    def __init__(
        self, table: WrittenTable, columns: list[WrittenColumn], added: list[tuple[int, int]], wide: list[str],
        now: View, then: View,
    ) -> None:  # fmt: skip
        self.table, self.columns, self.wide, self.now, self.then = table, columns, wide, now, then
        self.added = {row for first, last in added for row in range(first, last + 1)}

    def plan(self, made: Plan) -> list[str]:
        """Adds to `made`; gives the places that changed since."""
        title = self.table.title
        there, was = self.now.find(self.table), self.then.find(self.table)
        if there is None or was is None:
            return [f"工作表“{title}”"]
        lost = [c.letters for c in self.columns if c.letters not in there.letters or c.letters in there.doubled]
        if lost:
            return [f"“{title}”的“{self.table.headings.get(letters, letters)}”列" for letters in dict.fromkeys(lost)]
        shift = there.header_row - self.table.header_row
        changed: list[str] = []
        stays = MAX_ROW
        if self.added or self.table.owned:
            expected = self.table.bottom + shift
            if there.bottom != expected:
                return [f"“{title}”第 {min(there.bottom, expected) + 1} 行"]
            stays = was.bottom
            if was.bottom != self.table.bottom:
                made.lengths.append(Length(self.table, expected, was.bottom + shift))
        rows = [row for column in self.columns for row in (min(column.rows), max(column.rows)) if column.rows]
        if not rows:
            if not changed:
                self._narrow(made, there, shift)
            return changed
        first, last = min(rows), max(rows)
        keys = [k for k in (*self.table.identity, *self.table.witnesses) if k in there.letters]
        wanted = dict.fromkeys([*(c.letters for c in self.columns), *keys])
        others = there.columns if self.added or made.lengths else ()
        seen = self.now.cells(
            title, dict.fromkeys([*(there.letters[k] for k in wanted), *others]), first + shift, last + shift
        )
        old = self.then.cells(title, wanted, first, last)
        at_now = {row - shift: at for at, row in enumerate(seen.rows)}
        at_then = {row: at for at, row in enumerate(old.rows)}
        moved = self._moved(there, seen, old, at_now, at_then)
        changed += [f"“{title}”第 {row + shift} 行(移动、排序过或已删除)" for row in sorted(moved)]
        written: dict[str, dict[int, RawCell]] = {}
        links: dict[str, set[int]] = {}
        for column in self.columns:
            written.setdefault(column.letters, {}).update(zip(column.rows, column.after, strict=True))
            links.setdefault(column.letters, set()).update(column.links)
        for letters, cells in written.items():
            column_now = seen.columns[there.letters[letters]]
            under = {row - shift for row in seen.formulas.get(there.letters[letters], ())}
            linked, formulas = under & links[letters], under - links[letters]
            for row, after in cells.items():
                at = at_now.get(row, -1)
                cell = column_now[at] if at >= 0 else None
                if cell is None and row in linked:
                    continue  # saved by a program that keeps no values under formulas
                if (not same_text(cell, after) or row in formulas) and row not in moved:
                    changed.append(f"“{title}”{there.letters[letters]}{row + shift}")
        changed += self._typed(there, seen, written, shift, stays)
        if not changed:
            self._put_back(made, there, old, at_then, written, shift, stays)
            self._narrow(made, there, shift)
        return changed

    def _narrow(self, made: Plan, there: Found, shift: int) -> None:
        """Columns that the apply made come off the table where they still stand last in it, nobody typed into them and
        nothing reads them; else they stay, with their heading."""
        gone: list[str] = []
        for name in reversed(self.wide):
            letters = there.letters[name]
            if letters != there.columns[len(there.columns) - len(gone) - 1]:
                break
            seen = self.now.cells(self.table.title, [letters], there.header_row + 1, there.bottom)
            formulas = seen.formulas.get(letters, ())
            typed = (
                row
                for row, cell in zip(seen.rows, seen.columns[letters], strict=True)
                if (cell is not None or row in formulas) and row - shift not in self.added
            )
            if next(typed, None) is not None or self.now.is_read(self.table, letters):
                break
            gone.insert(0, letters)
        if gone:
            made.widths.append(Width(self.table, tuple(gone)))

    def _moved(
        self, there: Found, seen: Seen, old: Seen, at_now: Mapping[int, int], at_then: Mapping[int, int]
    ) -> set[int]:
        """The rows that were there before the apply and are not in their places any more."""
        identity = [k for k in self.table.identity if k in there.letters]
        witnesses = [k for k in self.table.witnesses if k in there.letters]
        rows = np.unique(np.concatenate([np.asarray(c.rows, dtype=np.int64) for c in self.columns])).tolist()
        moved = set()
        for row in rows:
            then = at_then.get(row, -1)
            if then < 0 or row in self.added:
                continue
            now = at_now.get(row, -1)
            for keys, enough in ((identity, all), (witnesses, any)):
                known = [k for k in keys if old.columns[k][then] is not None]
                if known:
                    if now < 0 or not enough(
                        same_text(seen.columns[there.letters[k]][now], old.columns[k][then]) for k in known
                    ):
                        moved.add(row)
                    break
        return moved

    def _typed(
        self, there: Found, seen: Seen, written: Mapping[str, Mapping[int, RawCell]], shift: int, stays: int
    ) -> list[str]:
        """What people typed into rows that have to go, or into columns of added rows that the apply left blank."""
        known = {there.letters[letters]: cells for letters, cells in written.items()}
        found = []
        for at, row in enumerate(seen.rows):
            if row - shift in self.added or row - shift > stays:
                found += [
                    f"“{self.table.title}”{letters}{row}"
                    for letters in there.columns
                    if seen.columns[letters][at] is not None
                    and row not in seen.formulas.get(letters, ())
                    and row - shift not in known.get(letters, ())
                ]
        return found

    def _put_back(
        self, made: Plan, there: Found, old: Seen, at_then: Mapping[int, int],
        written: Mapping[str, Mapping[int, RawCell]], shift: int, stays: int,
    ) -> None:  # fmt: skip
        title = self.table.title
        for letters, cells in written.items():
            rows = [row for row in cells if row <= stays]
            under = old.formulas.get(letters, ())
            formulas = {
                row + shift: text
                for row in rows
                if row in under and (text := self.then.formula(title, letters, row))
            }
            column = old.columns[letters]
            before = [column[at] if (at := at_then.get(row, -1)) >= 0 else None for row in rows]
            made.cells.append(PutBack(title, there.letters[letters], [r + shift for r in rows], before, formulas))


def same_text(now: RawCell, after: RawCell) -> bool:
    """Do two cells show the same, whatever line ends a program keeps texts with?"""
    if now is after or same(now, after):
        return True
    if type(now) is str and type(after) is str and ("\n" in after or "\r" in after):
        return now.replace("\r\n", "\n").replace("\r", "\n") == after.replace("\r\n", "\n").replace("\r", "\n")
    return False


def _made_tab(title: str, cells: list[WrittenColumn], now: View) -> list[str]:
    """What people changed on a tab that the apply made."""
    then = {
        (c.letters, row): cell for c in cells if c.title == title for row, cell in zip(c.rows, c.after, strict=True)
    }
    here = {
        (c.letters, row): cell for c in now.constants(title) for row, cell in zip(c.rows, c.after, strict=True)
    }
    places = sorted(then.keys() | here.keys(), key=lambda place: (place[1], len(place[0]), place[0]))
    changed = [
        f"“{title}”{letters}{row}"
        for letters, row in places
        if not same_text(here.get((letters, row)), then.get((letters, row)))
    ]
    return changed + now.ties(title)


def _refilled(filled: list[FilledCell], now: View, then: View, made: Plan) -> list[str]:
    changed: list[str] = []
    for title in dict.fromkeys(cell.title for cell in filled):
        if not now.has(title) or not then.has(title):
            changed.append(f"工作表“{title}”")
            continue
        names = now.named(title)
        for cell in (cell for cell in filled if cell.title == title):
            row, letters = names.get(cell.name, (cell.row, cell.letters))
            seen = now.cells(title, [letters], row, row)
            shown = seen.columns[letters][0] if seen.rows else None
            formula = row in seen.formulas.get(letters, ())
            old = then.cells(title, [cell.letters], cell.row, cell.row)
            before = old.columns[cell.letters][0] if old.rows else None
            under = cell.row in old.formulas.get(cell.letters, ())
            text = (then.formula(title, cell.letters, cell.row) or "") if under else ""
            calculated = cell.formula and under and not text.startswith(_OWN_LINK)
            if formula != cell.formula or not (calculated or same_text(shown, cell.after)):
                changed.append(f"“{title}”{letters}{row}")
            elif calculated:
                made.under.append(PutBack(title, letters, [row], [before]))
            else:
                made.filled.append(PutBack(title, letters, [row], [before], {row: text} if text else {}))
    return changed
