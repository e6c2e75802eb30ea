"""Fills columns of a table: compares what a frame wants with what stands there and writes what differs, in one pass
over the rows where they are built alike."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..book import RawCell
from ..schema import Column
from .alike_rows import Verdict
from .cell_writing import KEEP, Content, Keep
from .column_values import differing, places
from .shared_strings import SharedStrings
from .sheet_edit import SheetEditor


@dataclass
class FilledColumn:
    """A column that is filled: `new` and `shown` (what reading gives back once it is written) are as long as the
    rows. Afterwards `rows`, `before` and `after` tell what was written, `kept` the rows of formulas that stay."""

    column: Column
    number: int
    new: Sequence[Content]
    shown: Sequence[RawCell]
    rows: list[int] = field(default_factory=list)
    before: list[RawCell] = field(default_factory=list)
    after: list[RawCell] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)

    def differing(self, old: Sequence[RawCell], shown: Sequence[RawCell]) -> list[int]:
        """The places of the cells that have to change; an issued cell only where it is blank."""
        changed = differing(old, shown)
        if self.column.role == "issued":
            changed = [at for at in changed if old[at] is None]
        return changed

    def note(
        self, rows: Sequence[int], old: Sequence[RawCell], shown: Sequence[RawCell], changed: list[int]
    ) -> None:
        """Keeps what undoes a change."""
        if len(changed) == len(rows):
            self.rows += rows
            self.before += old
            self.after += shown
        else:
            self.rows += [rows[at] for at in changed]
            self.before += [old[at] for at in changed]
            self.after += [shown[at] for at in changed]

    def in_order(self) -> None:
        """Sorts what was written by row."""
        if self.rows != sorted(self.rows):
            order = sorted(range(len(self.rows)), key=self.rows.__getitem__)
            self.rows = [self.rows[at] for at in order]
            self.before = [self.before[at] for at in order]
            self.after = [self.after[at] for at in order]


def fill(
    editor: SheetEditor,
    columns: Sequence[FilledColumn],
    rows: Sequence[int],
    span: tuple[int, int],
    strings: SharedStrings,
    formats: dict[int, str],
) -> None:
    """Fills the columns in these rows (in order). A computed cell of a row in `span` (first, last) that is not among
    them is left from a row that was emptied, and blanked."""
    columns = sorted(columns, key=lambda column: column.number)

    def judge(cells: list[list[RawCell]], low: int) -> Verdict:
        high = low + len(cells[0])
        notes = []
        values: list[Sequence[Content | Keep] | None] = []
        for column, old in zip(columns, cells, strict=True):
            shown = column.shown[low:high]
            changed = column.differing(old, shown)
            new = column.new[low:high]
            # of a blank column what stays blank may as well be written
            some = changed and old.count(None) < len(old)
            values.append(_to_write(new, changed) if some else new if changed else None)
            if changed:
                notes.append((column, old, shown, changed))

        def done() -> None:
            for column, old, shown, changed in notes:
                column.note(rows[low:high], old, shown, changed)

        return Verdict(values, done)

    numbers = [column.number for column in columns]
    for first, last in editor.judge_columns(rows, span, numbers, judge, strings, formats):
        _fill_others(editor, columns, rows, (first, last), strings)
    for column in columns:
        column.in_order()


def _fill_others(
    editor: SheetEditor,
    columns: Sequence[FilledColumn],
    rows: Sequence[int],
    span: tuple[int, int],
    strings: SharedStrings,
) -> None:
    """The same for rows of which each may be built in its own way."""
    low, high = bisect_left(rows, span[0]), bisect_right(rows, span[1])
    targets = rows[low:high]
    scan = editor.sheet.read([column.number for column in columns], strings, *span)
    at_rows = places(scan.rows, targets)
    named = set(targets)
    emptied = [at for at, row in enumerate(scan.rows) if row not in named]
    written: dict[int, Sequence[Content | Keep]] = {}
    blanks: dict[int, dict[int, Content]] = {}
    for column in columns:
        read = scan.columns[column.number]
        old = read.cells if at_rows is None else [read.cells[at] if at >= 0 else None for at in at_rows]
        shown = column.shown[low:high]
        changed = column.differing(old, shown)
        if read.formulas:
            column.kept += [targets[at] for at in changed if targets[at] in read.formulas]
            changed = [at for at in changed if targets[at] not in read.formulas]
        if changed:
            column.note(targets, old, shown, changed)
            written[column.number] = _to_write(column.new[low:high], changed)
        if column.column.computed and emptied:
            left = [at for at in emptied if read.cells[at] is not None and scan.rows[at] not in read.formulas]
            gone = [scan.rows[at] for at in left]
            column.note(gone, [read.cells[at] for at in left], [None] * len(left), list(range(len(left))))
            for row in gone:
                blanks.setdefault(row, {})[column.number] = None
    if written:
        editor.set_columns(targets, written)
    if blanks:
        editor.set_cells(blanks)


def _to_write(new: Sequence[Content], changed: Sequence[int]) -> Sequence[Content | Keep]:
    """The column's cells with KEEP for those that stay."""
    if len(changed) == len(new):
        return new
    column: list[Content | Keep] = [KEEP] * len(new)
    for at in changed:
        column[at] = new[at]
    return column
