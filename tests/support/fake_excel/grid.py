"""The cells of one tab, column by column: values, formulas, number formats, and what lies over them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from .entry import GENERAL, Cell
from .places import COLUMNS, ROWS, Rect


@dataclass
class Grid:
    """`values`, `formulas` and `forms` are column -> row -> content; a formula's value stands in `values`.

    `column_forms` are formats of whole columns. `arrays` are ranges under one array formula, `merged` merged ones,
    `unlocked` cells that protection leaves free, `looks` what was done to fonts, fills and the like.
    """

    values: dict[int, dict[int, Cell]] = field(default_factory=dict)
    formulas: dict[int, dict[int, str]] = field(default_factory=dict)
    forms: dict[int, dict[int, str]] = field(default_factory=dict)
    column_forms: dict[int, str] = field(default_factory=dict)
    arrays: dict[Rect, str] = field(default_factory=dict)
    merged: list[Rect] = field(default_factory=list)
    unlocked: list[Rect] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    widths: dict[int, float] = field(default_factory=dict)
    looks: list[tuple[Rect, str, Any]] = field(default_factory=list)

    def copied(self) -> Grid:
        return Grid(*(_copied(getattr(self, f.name)) for f in fields(self)))

    def value(self, row: int, column: int) -> Cell:
        return self.values.get(column, {}).get(row)

    def formula(self, row: int, column: int) -> str:
        return self.formulas.get(column, {}).get(row, "")

    def form(self, row: int, column: int) -> str:
        return self.forms.get(column, {}).get(row) or self.column_forms.get(column, GENERAL)

    def put(self, row: int, column: int, cell: Cell, formula: str = "") -> None:
        if cell is None:
            self.values.get(column, {}).pop(row, None)
        else:
            self.values.setdefault(column, {})[row] = cell
        if formula:
            self.formulas.setdefault(column, {})[row] = formula
        elif column in self.formulas:
            self.formulas[column].pop(row, None)

    def set_form(self, rect: Rect, form: str) -> None:
        for column in range(rect.left, rect.right + 1):
            if rect.height == ROWS:
                self.column_forms[column] = form
                self.forms.pop(column, None)
            else:
                self.forms.setdefault(column, {}).update(dict.fromkeys(range(rect.top, rect.bottom + 1), form))

    def one_form(self, rect: Rect) -> str | None:
        """The number format all cells share; None where they differ."""
        found = set()
        for column in range(rect.left, rect.right + 1):
            own = self.forms.get(column, {})
            if rect.height > len(own):
                here = {form for row, form in own.items() if rect.top <= row <= rect.bottom}
                if sum(rect.top <= row <= rect.bottom for row in own) < rect.height:
                    here.add(self.column_forms.get(column, GENERAL))
            else:
                plain = self.column_forms.get(column, GENERAL)
                here = {own.get(row, plain) for row in range(rect.top, rect.bottom + 1)}
            found |= here
            if len(found) > 1:
                return None
        return found.pop()

    def clear(self, rect: Rect, forms: bool = False) -> None:
        kinds: list[dict[int, dict[int, Any]]] = [self.values, self.formulas]  # type: ignore[list-item]
        if forms:
            kinds.append(self.forms)  # type: ignore[arg-type]
        for kind in kinds:
            for column in [c for c in kind if rect.left <= c <= rect.right]:
                held = kind[column]
                rows = range(rect.top, rect.bottom + 1) if rect.height < len(held) else list(held)
                for row in rows:
                    if rect.top <= row <= rect.bottom:
                        held.pop(row, None)
        for area in [area for area in self.arrays if area.within(rect)]:
            del self.arrays[area]

    def blank(self, rect: Rect) -> bool:
        return not any(
            rect.top <= row <= rect.bottom
            for column, held in self.values.items()
            if rect.left <= column <= rect.right
            for row in held
        ) and not any(
            rect.top <= row <= rect.bottom
            for column, texts in self.formulas.items()
            if rect.left <= column <= rect.right
            for row in texts
        )

    def used(self) -> Rect:
        """UsedRange: contents and formats of single cells."""
        rows: set[int] = set()
        columns: set[int] = set()
        for kind in (self.values, self.formulas, self.forms):
            for column, held in kind.items():
                if held:
                    columns.add(column)
                    rows.update((min(held), max(held)))
        if not columns:
            return Rect(1, 1, 1, 1)
        return Rect(min(rows), min(columns), max(rows), max(columns))

    def formula_areas(self, rect: Rect) -> list[Rect]:
        """Runs of formulas, column by column; runs of the same rows in neighbouring columns are one."""
        runs: list[Rect] = []
        for column in range(rect.left, min(rect.right, max(self.formulas, default=0)) + 1):
            rows = sorted(row for row in self.formulas.get(column, {}) if rect.top <= row <= rect.bottom)
            start = 0
            for at, row in enumerate(rows):
                if at + 1 == len(rows) or rows[at + 1] != row + 1:
                    runs.append(Rect(rows[start], column, row, column))
                    start = at + 1
        merged: list[Rect] = []
        for run in runs:
            for at, other in enumerate(merged):
                if (other.top, other.bottom, other.right) == (run.top, run.bottom, run.left - 1):
                    merged[at] = Rect(other.top, other.left, other.bottom, run.right)
                    break
            else:
                merged.append(run)
        return merged

    def shift_rows(self, columns: tuple[int, int], at: int, count: int) -> None:
        """Cells of these columns from row `at` go `count` rows down, or up, over what stood there."""
        first, last = columns
        for kind in (self.values, self.formulas, self.forms):
            for column in [c for c in kind if first <= c <= last]:
                held: dict[int, Any] = kind[column]  # type: ignore[assignment]
                kind[column] = _shifted(held, at, count)  # type: ignore[assignment]
        if (first, last) == (1, COLUMNS):
            self.hidden_rows = set(_shifted(dict.fromkeys(self.hidden_rows, True), at, count))

    def shift_columns(self, at: int, count: int) -> None:
        """Whole columns from `at` go `count` to the right, or to the left."""
        for name in ("values", "formulas", "forms", "column_forms", "widths"):
            setattr(self, name, _shifted(getattr(self, name), at, count))
        self.hidden_columns = set(_shifted(dict.fromkeys(self.hidden_columns, True), at, count))


def _copied(kept: Any) -> Any:
    if isinstance(kept, dict):
        return {key: dict(held) if isinstance(held, dict) else held for key, held in kept.items()}
    return type(kept)(kept)


def _shifted(held: dict[int, Any], at: int, count: int) -> dict[int, Any]:
    made = {}
    for key, content in held.items():
        if key < (at if count > 0 else at + count):
            made[key] = content
        elif key >= at:
            made[key + count] = content
    return made
