"""Rows from elsewhere: which tables a source holds, what becomes of each row, what has to be asked.

`plan` is pure: source tabs and the ledger in, rows to append, differences and questions out. Nothing is appended here.
Answers to questions, and what was answered before for a source with these headings, come in as `remembered`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from workbook.foreign_tables import ForeignTab, address, letters
from workbook.issues import Issue, WorkbookError
from workbook.schema import Sheet, fold
from workbook.sheets import BY_KEY
from workbook.values import Vocabularies

from .importing_cleaning import Cleaned, clean_table
from .importing_duplicates import Comparison, compare
from .importing_headings import FoundTable, Heading, Known, find_tables
from .importing_mapping import TableMapping, map_table, shown_column
from .importing_names import known

SHEET, PROFILE = "", "profile"
"""What questions about a table as a whole are stored under; headings are stored folded."""
THE_TABLE = "这张表"


@dataclass(frozen=True)
class Question:
    """What a person has to choose: `subject` is shown (a heading, or the table), `stored` the key under which the answer
    is remembered for the `fingerprint`, `choices` pairs of what is stored and what is shown, the likeliest first."""

    fingerprint: str
    stored: str
    subject: str
    place: str
    choices: tuple[tuple[str, str], ...]
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class TablePlan:
    """One table: `append` are the cells of new rows (schema keys, index = source rows), `own` the person's columns of
    the same rows. `repeated` (row -> tab and row) say again what a table before says, and are not added. `theirs` are the
    folded headings of own columns that the ledger has."""

    table: FoundTable
    mapping: TableMapping
    cleaned: Cleaned
    comparison: Comparison
    append: pd.DataFrame
    own: pd.DataFrame
    issues: tuple[Issue, ...]
    questions: tuple[Question, ...]
    repeated: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    theirs: frozenset[str] = frozenset()

    @property
    def sheet(self) -> Sheet:
        return self.mapping.sheet

    @property
    def left_out(self) -> frozenset[int]:
        """Rows of the source that are no records, say again what another row says, or do not fit into cells."""
        rows = (issue.row for issue in self.table.skipped if issue.row)
        return frozenset({*rows, *self.comparison.doubled, *self.repeated, *self.cleaned.held})


@dataclass(frozen=True)
class Plan:
    """All tables of a source; `issues` are those of no table. `counts`: Chinese label -> number over all of them."""

    source: str
    tables: tuple[TablePlan, ...]
    issues: tuple[Issue, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for table in self.tables for question in table.questions)

    @property
    def counts(self) -> dict[str, int]:
        count = {"新增": 0, "已有": 0, "与台账不同": 0, "未导入的行": 0, "待定": len(self.questions)}
        for t in self.tables:
            count["新增"] += len(t.append)
            count["已有"] += len(t.comparison.there)
            count["与台账不同"] += len(t.comparison.differing)
            count["未导入的行"] += len(t.left_out)
        return count


@dataclass(frozen=True)
class Request:
    """What a source is read with: `remembered` fingerprint -> (stored -> answer), `prefer` the sheets that the office
    keeps, `ledger` sheet key -> typed frame, `unread` (sheet key, row, column key) -> the ledger's text that could not be
    read there, `own` sheet key -> headings of the columns that the person has added to it."""

    vocabularies: Vocabularies
    ledger: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    remembered: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    prefer: Sequence[str] = ()
    unread: Mapping[tuple[str, int, str], str] = field(default_factory=dict)
    own: Mapping[str, Sequence[str]] = field(default_factory=dict)


def plan(source: str, tabs: Sequence[ForeignTab], request: Request) -> Plan:
    """What importing these tabs would do. Raises WorkbookError import.no_table where none holds a table that is known."""
    issues: list[Issue] = []
    plans: list[TablePlan] = []
    said = {heading for answers in request.remembered.values() for heading in answers if heading}
    for tab in tabs:
        found = [(t, m) for t in _tables(tab, known(said)) if (m := _mapped(t, request)) is not None]
        if tab.hidden:
            if found:
                issues.append(Issue("import.hidden_tab", tab.title, found[0][0].heading_rows[0]))
            continue
        if tab.manner:
            issues.append(Issue("import.read_manner", tab.title, values={"manner": tab.manner}))
        if found:
            issues += _outside(tab, [table for table, _ in found])
        for table, mapping in found:
            plans.append(_planned(table, mapping, request, plans))
    if not plans:
        raise WorkbookError("import.no_table", file=source, seen=_seen(tabs))
    carried = next((tab.carried for tab in tabs if tab.carried), ())
    if carried:
        issues.append(Issue("import.carried", values={"what": "、".join(carried)}))
    return Plan(source, tuple(plans), tuple(issues))


def _tables(tab: ForeignTab, is_heading: Known) -> list[FoundTable]:
    """The tab's tables, those too that start in other rows beside the ones found first."""
    found = find_tables(tab, is_heading)
    covered = {c for t in found for c in range(t.left, t.right + 1)}
    if found and len(covered) < tab.width:
        blank: list[None] = [None] * tab.height
        rest = [blank if n in covered else cells for n, cells in enumerate(tab.columns, 1)]
        found += find_tables(replace(tab, columns=rest), is_heading)
        found = [replace(table, tab=tab) for table in found]
    return found


def _mapped(table: FoundTable, request: Request) -> TableMapping | None:
    mapping = map_table(table, request.vocabularies, request.remembered, request.prefer)
    if mapping is None or mapping.sheet.key != "evaluations":
        return mapping
    chosen = request.remembered.get(mapping.fingerprint, {}).get(PROFILE, "")
    return replace(mapping, constants={PROFILE: chosen}) if chosen else mapping


def _planned(table: FoundTable, mapping: TableMapping, request: Request, before: Sequence[TablePlan]) -> TablePlan:
    """The table's rows, compared with the ledger and with what the tables before it add to the same sheet."""
    cleaned = clean_table(table, mapping, request.vocabularies)
    ledger = request.ledger.get(mapping.sheet.key)
    earlier = [t for t in before if t.sheet.key == mapping.sheet.key and len(t.append)]
    known, origins = _with_earlier(cleaned.frame.iloc[:0] if ledger is None else ledger, earlier)
    comparison, repeated = _parted(compare(mapping.sheet, cleaned.frame, known), origins)
    comparison = _with_unread(comparison, mapping.sheet, request.unread)
    added = [row for row in comparison.added if row not in cleaned.held]
    theirs = frozenset(map(fold, request.own.get(mapping.sheet.key, ())))
    issues = [
        *_about_table(table, mapping), *_about_columns(mapping, table, bool(added), theirs), *cleaned.issues, *table.skipped,
        *_about_rows(table, mapping, comparison), *_about_repeated(table, repeated),
    ]  # fmt: skip
    issues += [Issue("import.skipped_held", table.tab.title, row) for row in sorted(cleaned.held)]
    return TablePlan(
        table, mapping, cleaned, comparison, cleaned.values.loc[added], cleaned.own.loc[added],
        tuple(issues), tuple(_questions(table, mapping)), repeated, theirs,
    )  # fmt: skip


def _with_earlier(ledger: pd.DataFrame, earlier: Sequence[TablePlan]) -> tuple[pd.DataFrame, dict[int, tuple[str, int]]]:
    """The ledger's rows and, under numbers below zero, those that earlier tables add (number -> tab and row)."""
    if not earlier:
        return ledger, {}
    places = [(t.table.tab.title, int(row)) for t in earlier for row in t.append.index]
    numbers = range(-1, -1 - len(places), -1)
    rows = pd.concat([t.cleaned.frame.loc[t.append.index] for t in earlier]).set_axis(numbers)
    return (pd.concat([ledger, rows]) if len(ledger) else rows), dict(zip(numbers, places, strict=True))


def _with_unread(found: Comparison, sheet: Sheet, unread: Mapping[tuple[str, int, str], str]) -> Comparison:
    """The differences with what stands in the ledger's cells that could not be read: they are not blank."""
    said = (replace(d, ledger=d.ledger or unread.get((sheet.key, d.ledger_row, d.key), "")) for d in found.differences)
    return replace(found, differences=tuple(said))


def _parted(found: Comparison, origins: Mapping[int, tuple[str, int]]) -> tuple[Comparison, dict[int, tuple[str, int]]]:
    """What was found in the ledger, and what in the tables before."""
    if not origins:
        return found, {}
    both = {**found.there, **found.differing}
    kept = replace(
        found,
        there={row: other for row, other in found.there.items() if other >= 0},
        differing={row: other for row, other in found.differing.items() if other >= 0},
        differences=tuple(d for d in found.differences if d.ledger_row >= 0),
        alike={row: other for row, other in found.alike.items() if other >= 0},
        timeless={row: other for row, other in found.timeless.items() if other >= 0},
    )
    return kept, {row: origins[other] for row, other in both.items() if other < 0}


def _about_repeated(table: FoundTable, repeated: Mapping[int, tuple[str, int]]) -> list[Issue]:
    found: dict[str, list[tuple[int, int]]] = {}
    for row, (title, first) in repeated.items():
        found.setdefault(title, []).append((row, first))
    return [
        Issue("import.again", table.tab.title, rows[0][0], values={"other": title, "first": rows[0][1], "count": len(rows)})
        for title, rows in found.items()
    ]


def _about_table(table: FoundTable, mapping: TableMapping) -> list[Issue]:
    title, row = table.tab.title, table.heading_rows[0]
    found = []
    if mapping.source is not None:
        found.append(Issue("import.source_known", title, row, values={"source": mapping.source.name}))
    if len(mapping.sheets) > 1:
        names = "、".join(f"“{BY_KEY[key].title}”" for key in mapping.sheets)
        values = {"sheets": names, "first": mapping.sheet.title}
        found.append(Issue("import.other_sheet", title, row, values=values))
    hidden = [int(r) for r in table.rows if table.tab.is_hidden(int(r))] if table.tab.hidden_rows else []
    if hidden:
        told = {"count": len(hidden), "first": hidden[0]}
        found.append(Issue("import.hidden_rows", title, hidden[0], values=told))
    for key, word in mapping.constants.items():
        found.append(Issue("import.constant", title, row, mapping.sheet.heading(key), values={"value": word}))
    if _profile_open(mapping):
        found.append(Issue("import.profile_open", title, row, mapping.sheet.heading(PROFILE)))
    return found


def _profile_open(mapping: TableMapping) -> bool:
    if mapping.sheet.key != "evaluations" or PROFILE in mapping.constants:
        return False
    return not any(m.key == PROFILE for m in mapping.matches)


def _about_columns(mapping: TableMapping, table: FoundTable, adding: bool, theirs: frozenset[str]) -> list[Issue]:
    title, row = table.tab.title, table.heading_rows[1]
    found = []
    for match in mapping.matches:
        if match.asked:
            names = "、".join(f"“{shown_column(mapping.sheet, key)}”" for key in match.candidates)
            cell = address(row, match.heading.column)
            found.append(Issue("import.which_column", title, row, match.heading.shown, cell, {"columns": names}))
    for how, code in (("own", "import.own_columns"), ("left", "import.left_columns")):
        those = [_shown(m.heading) for m in mapping.matches if m.how == how]
        if how == "own":
            those = [name for name in those if adding and fold(name) not in theirs]
        if those:
            told = "、".join(those[:12]) + (" 等" if len(those) > 12 else "")
            found.append(Issue(code, title, row, values={"count": len(those), "columns": told}))
    return found


def _about_rows(table: FoundTable, mapping: TableMapping, comparison: Comparison) -> list[Issue]:
    title, ledger = table.tab.title, mapping.sheet.title
    places = {m.key: m.heading for m in mapping.matches if m.key}
    found = []
    for d in comparison.differences:
        heading = places.get(d.key)
        cell = address(d.row, heading.column) if heading else ""
        stands = f"是“{d.ledger[:60]}”" if d.ledger else "是空白"
        values = {
            "source": d.source[:60], "old": d.ledger[:60], "ledger": ledger, "ledger_cell": f"第 {d.ledger_row} 行", "stands": stands,
        }  # fmt: skip
        found.append(Issue("import.differs", title, d.row, mapping.sheet.heading(d.key), cell, values))
    for row, first in comparison.doubled.items():
        found.append(Issue("import.doubled", title, row, values={"first": first}))
    for row, other in comparison.alike.items():
        found.append(Issue("import.under_other_number", title, row, values={"ledger": ledger, "other": other}))
    for row, other in comparison.timeless.items():
        found.append(Issue("import.timeless", title, row, values={"ledger": ledger, "other": other}))
    return found


def _questions(table: FoundTable, mapping: TableMapping) -> list[Question]:
    """The questions of a table: its sheet, its form, its doubtful columns."""
    mark, title = mapping.fingerprint, table.tab.title
    place = f"{title}!{address(table.heading_rows[0], table.left)}"
    asked = []
    if len(mapping.sheets) > 1:
        choices = tuple((key, BY_KEY[key].title) for key in mapping.sheets)
        asked.append(Question(mark, SHEET, THE_TABLE, place, choices))
    if _profile_open(mapping):
        from workbook.sheets.profiles import PROFILES

        names = tuple((p.name, p.name) for p in PROFILES.values() if not p.internal)
        asked.append(Question(mark, PROFILE, mapping.sheet.heading(PROFILE), place, names))
    for match in mapping.matches:
        if not match.asked:
            continue
        choices = tuple((key, shown_column(mapping.sheet, key)) for key in match.candidates)
        more = (("", "作为自有列"), ("-", "不导入"))
        where = f"{title}!{address(table.heading_rows[1], match.heading.column)}"
        asked.append(
            Question(mark, stored_key(match.heading), _shown(match.heading), where, choices + more, examples(table, match.heading))
        )
    return asked


def stored_key(heading: Heading) -> str:
    """The key under which an answer about a column is kept."""
    return fold(heading.shown)


def _shown(heading: Heading) -> str:
    return heading.shown or f"{letters(heading.column)}列"


def examples(table: FoundTable, heading: Heading) -> tuple[str, ...]:
    """Up to three of the column's different cells, cut to fit."""
    cells = (table.tab.cell(int(row), heading.column) for row in table.rows[:50])
    return tuple(dict.fromkeys(str(c)[:20] for c in cells if c is not None))[:3]


def _outside(tab: ForeignTab, tables: Sequence[FoundTable]) -> list[Issue]:
    """Columns with content beside every table that is known."""
    covered = {c for t in tables for c in range(t.left, t.right + 1)}
    top = min(t.heading_rows[1] for t in tables)
    found = []
    for number, cells in enumerate(tab.columns, 1):
        if number in covered:
            continue
        rows = np.flatnonzero([c is not None for c in cells[top:]])
        if len(rows):
            cell = address(int(rows[0]) + top + 1, number)
            found.append(Issue("import.outside", tab.title, cell=cell, values={"count": len(rows)}))
    return found


def _seen(tabs: Sequence[ForeignTab]) -> str:
    """The texts of the first row that has several, to name in the refusal."""
    for tab in tabs:
        for row in range(1, min(tab.height, 20) + 1):
            texts = [c.strip() for c in tab.row(row) if isinstance(c, str) and c.strip()]
            if len(texts) >= 2:
                return f"(“{tab.title}”里看到的是:{'、'.join(t[:12] for t in texts[:6])}{' 等' if len(texts) > 6 else ''})"
    return ""
