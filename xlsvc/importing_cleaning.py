"""A found table's rows as the cells a careful person would have typed into our sheet, and what has to be asked.

What a cell means is for workbook.values to say, as everywhere: here its readings become cells. A text that reads as
one date or number only is written as that; what does not read stays as it stands and is listed. Nothing is invented:
digits that Excel has lost are flagged, formulas without a result and error cells are asked. Requirements §3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from workbook.book import CellError, CellPicture, RawCell, SheetCells
from workbook.foreign_tables import address, letters
from workbook.issues import Issue
from workbook.schema import MAX_CELL_TEXT, Column, Sheet
from workbook.values import (
    Vocabularies,
    clean,
    plain,
    read_frame,
    read_moment,
    serial,
    show,
)

from .compound_cells import split_customer, split_problem, split_product
from .importing_aliases import ANSWERS_OF_NONE, SCORE_WORDS
from .importing_cells import as_moment, cell_text, shown_as_date
from .importing_headings import FoundTable
from .importing_mapping import COMPOUNDS, PARTS, Match, TableMapping
from .importing_options import joined

_MOMENTS = frozenset({"datetime", "date"})
_NUMBERS = frozenset({"number", "integer", "score", "share", "money"})
_ADDED_UP = frozenset({"money", "number", "integer"})
_LOST_TAIL = re.compile(r"[1-9]\d{14}0+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d{2,}")
_OPENINGS = frozenset("(\uff08〖未")
_GARBLED = re.compile(r"锟斤拷|\ufffd|烫烫烫|屯屯屯")
_SCORE = re.compile(r"(?:[A-E][.、\s]*)?([1-5])\s*(?:分|星)?(?:\s*[(\-:、.]\s*\D.*)?")
_UTC = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s?(?:UTC|Z|\+00:?00)")
_BEIJING = timedelta(hours=8)
_STARS = re.compile(r"[★☆]{1,5}")
_ONE_EACH = 20
"""Findings of one kind that are listed cell by cell; more of them are told as a count."""


@dataclass(frozen=True)
class Cleaned:
    """The records of one table. Frames have the source's row numbers as index. `values`: cells to append, by schema key
    (None, text, float or datetime); `frame`: the same as typed values (see workbook.values.read_frame), to be compared
    with the ledger's; `own`: the person's columns, by their headings. `issues` name tab and cell of the source; rows in
    `held` hold what cannot be written as it is."""

    sheet: Sheet
    values: pd.DataFrame
    frame: pd.DataFrame
    own: pd.DataFrame
    issues: tuple[Issue, ...] = ()
    held: frozenset[int] = frozenset()


def clean_table(table: FoundTable, mapping: TableMapping, vocabularies: Vocabularies) -> Cleaned:
    """The table's rows under its mapping; columns that are asked or left out are not in it."""
    return _Cleaner(table, mapping, vocabularies).result()


class _Cleaner:
    def __init__(self, table: FoundTable, mapping: TableMapping, vocabularies: Vocabularies) -> None:
        self.table, self.mapping, self.vocabularies = table, mapping, vocabularies
        self.tab, self.rows, self.sheet = table.tab, table.rows, mapping.sheet
        self.index = pd.Index(table.rows, dtype="int64")
        self.issues: list[Issue] = []
        self.held: set[int] = set()
        self.letters: dict[str, int] = {}
        self.headings: dict[str, str] = {}
        self.columns: dict[str, Column] = {}

    def result(self) -> Cleaned:
        raw: dict[str, list[RawCell]] = {}
        own: dict[str, list[Any]] = {}
        for match in self.mapping.matches:
            if match.key:
                self._take(match, raw)
            elif match.how == "own" and (name := self._own_name(match, own)):
                own[name] = self._own_cells(match)
        frame, issues = self._read(raw)
        self.issues += issues
        values = {str(key): self._written(self.columns[str(key)], raw[str(key)], frame[key]) for key in frame}
        self._join(frame, values)
        for key, word in self.mapping.constants.items():
            frame[key], values[key] = word, [word] * len(self.rows)
        self._note_uncomputed()
        order = [c.key for c in self.sheet.columns if c.key in values]
        made = pd.DataFrame({k: pd.Series(values[k], index=self.index, dtype=object) for k in order}, index=self.index)
        kept = pd.DataFrame({k: pd.Series(v, index=self.index, dtype=object) for k, v in own.items()}, index=self.index)
        return Cleaned(self.sheet, made, frame[order], kept, tuple(self._gathered()), frozenset(self.held))

    # cells of the source

    def _take(self, match: Match, raw: dict[str, list[RawCell]]) -> None:
        cells = self._cells(match)
        if match.key not in self.sheet or (match.key in COMPOUNDS and self.sheet.key != "process_log"):
            self._split(match, cells, raw)
            return
        self._put(match.key, match, cells, raw)

    def _put(self, key: str, match: Match, cells: list[RawCell], raw: dict[str, list[RawCell]]) -> None:
        column = self.sheet[key]
        if key == "urgency" and column.computed:
            column = replace(column, kind="choice", choices="工单紧急程度", strict=True)
        self.columns[key] = replace(column, role="typed", date_from=column.date_from)
        self.letters[key], self.headings[key] = match.heading.column, match.heading.shown
        raw[key] = self._prepared(self.columns[key], match, cells)

    def _cells(self, match: Match) -> list[RawCell]:
        """The column's cells in the records, merged areas filled down, choices in columns of their own joined."""
        if match.options:
            return joined(self.table, match.options)
        column = match.heading.column
        source = self.tab.columns[column - 1]
        cells = [source[row - 1] for row in self.rows.tolist()]
        kind = self.sheet[match.key].kind if match.key in self.sheet else "text"
        for area in self.tab.merges:
            if area.left != column or area.bottom == area.top or area.bottom <= self.table.heading_rows[1]:
                continue
            value = self.tab.cell(area.top, area.left)
            inside = np.flatnonzero((self.rows > area.top) & (self.rows <= area.bottom))
            if value is None or not len(inside):
                continue
            if kind in _ADDED_UP:  # one sum for several rows must not be counted several times
                self._tell("import.merged_number", area.top, match, area=str(area), old=cell_text(value))
                continue
            for at in inside.tolist():
                cells[at] = value
        return cells

    def _prepared(self, column: Column, match: Match, cells: list[RawCell]) -> list[RawCell]:
        """The cells with what only importing knows: dates by their format, pictures, ways of survey programs."""
        words = self.mapping.source.words.get(column.key, {}) if self.mapping.source else {}
        folded = {k.casefold(): v for k, v in words.items()}
        number, dates = match.heading.column, self.tab.dates.get(match.heading.column)
        known: dict[str, tuple[RawCell, bool]] = {}
        for at, cell in enumerate(cells):
            if cell is None:
                continue
            row = int(self.rows[at])
            if isinstance(cell, str):
                found = known.get(cell)
                if found is None:
                    found = known[cell] = self._said(column, cell, folded)
                cells[at] = found[0]
                if found[1]:
                    self._tell("import.read_as", row, match, old=cell[:60], new=cell_text(found[0]))
                if len(cell) >= 15 or "+" in cell or "锟" in cell or "\ufffd" in cell:
                    self._look_at(column, row, match, cell)
            elif isinstance(cell, CellPicture):
                self._tell("import.picture", row, match)
                cells[at] = None
            elif dates and type(cell) is float and column.kind not in _MOMENTS and self.tab.is_date(row, number):
                cells[at] = shown_as_date(cell)
        return cells

    def _said(self, column: Column, text: str, words: Mapping[str, str]) -> tuple[RawCell, bool]:
        """(what a text says to the column's reader, has that to be told)."""
        if column.kind in ("text", "compound", "phone") and not words and "┋" not in text and text[:1] not in _OPENINGS:
            return text, False
        if column.kind in _MOMENTS and (read := read_moment(text, column.kind)).code == "value.text_date":
            return serial(read.value), False
        bare = plain(text)
        if bare in ANSWERS_OF_NONE:
            return None, False
        if words and (word := words.get(bare.casefold())):
            return word, word != text
        if column.kind in _MOMENTS:
            if utc := _UTC.fullmatch(bare):
                return show(datetime.fromisoformat(utc[1]) + _BEIJING), True
            return text, False
        if "┋" in text:
            text = text.replace("┋", "、")
        if column.kind in ("choice", "choices") and re.match(r"[A-H][.、]\s*\S", bare):
            text = re.sub(r"(^|、)[A-H][.、．]\s*", r"\1", text)
        if column.kind == "score":
            if bare in SCORE_WORDS:
                return SCORE_WORDS[bare], True
            if _STARS.fullmatch(bare):
                return float(bare.count("★")), True
            if match := _SCORE.fullmatch(bare):
                return (float(match[1]), bare != match[1])
        return text, False

    def _look_at(self, column: Column, row: int, match: Match, text: str) -> None:
        if len(text) > MAX_CELL_TEXT:
            self.held.add(row)
            self._tell("import.too_long", row, match, length=len(text), limit=MAX_CELL_TEXT)
        if _GARBLED.search(text):
            self._tell("import.garbled", row, match, old=text[:30])
        digits = clean(text)
        if (_LOST_TAIL.fullmatch(digits) and len(digits) > 15) or (
            column.kind in ("text", "compound") and _SCIENTIFIC.fullmatch(digits)
        ):  # fmt: skip
            self._tell("import.digits_lost", row, match, old=digits[:40])

    def _own_name(self, match: Match, taken: Mapping[str, Any]) -> str:
        name = re.sub(r"[\r\n]+", " ", match.heading.shown).strip()
        if not name:
            name = f"{letters(match.heading.column)}列"
        while name in taken:
            name += "_2"
        return name

    def _own_cells(self, match: Match) -> list[Any]:
        cells = self._cells(match)
        number = match.heading.column
        for at, cell in enumerate(cells):
            row = int(self.rows[at])
            if isinstance(cell, CellPicture):
                self._tell("import.picture", row, match)
                cells[at] = None
            elif isinstance(cell, CellError):
                self._tell("value.excel_error", row, match, error=cell.code, old=cell.code)
                cells[at] = None
            elif type(cell) is float and self.tab.is_date(row, number):
                cells[at] = as_moment(cell)  # type: ignore[call-overload]
            elif type(cell) is float and abs(cell) >= 1e15:
                self._tell("import.digits_lost", row, match, old=f"{cell:.0f}")
        return cells

    # compound columns

    def _split(self, match: Match, cells: list[RawCell], raw: dict[str, list[RawCell]]) -> None:
        """A compound cell of 流程记录 as the two columns that 响应记录 has for it."""
        first, second = COMPOUNDS[match.key]
        heads: list[RawCell] = []
        tails: list[RawCell] = []
        for at, cell in enumerate(cells):
            head, tail, code = self._halves(match.key, cell if isinstance(cell, str) else cell_text(cell))
            heads.append(head or None)
            tails.append(tail or None)
            if code in _UNSPLIT:
                self._tell(code, int(self.rows[at]), match, text=cell_text(cell)[:40])
        for key, half in ((first, heads), (second, tails)):
            if key not in raw:
                self._put(key, match, half, raw)

    def _halves(self, compound: str, text: str) -> tuple[str, str, str]:
        if not text:
            return "", "", ""
        if compound == "customer_info":
            head, tail, code, _ = split_customer(text)
            return head, tail, code
        if compound == "product_info":
            model, bought, code, _ = split_product(text)
            return model, show(bought, "date") if bought else "", code
        problem, urgency, code, _ = split_problem(text, self.vocabularies)
        return problem, urgency, code

    def _join(self, frame: pd.DataFrame, values: dict[str, list[Any]]) -> None:
        """The halves that others keep apart as the compound cells of 流程记录."""
        for compound, (head, tail) in PARTS.get(self.sheet.key, {}).items():
            if head not in values and tail not in values:
                continue
            blank: list[Any] = [None] * len(self.rows)
            joined = [
                f"{cell_text(a)}/{cell_text(b)}" if cell_text(b) else cell_text(a) or None
                for a, b in zip(values.pop(head, blank), values.pop(tail, blank), strict=True)
            ]
            values[compound] = joined
            frame[compound] = pd.Series([j or "" for j in joined], index=self.index, dtype=object)

    # reading

    def _read(self, raw: dict[str, list[RawCell]]) -> tuple[pd.DataFrame, list[Issue]]:
        """The cells as workbook.values reads them, and what it finds, placed in the source."""
        keys = [c.key for c in self.sheet.columns if c.key in self.columns]
        columns = tuple(
            replace(c, date_from=c.date_from if c.date_from in raw else "") for c in (self.columns[k] for k in keys)
        )
        if not columns:
            return pd.DataFrame(index=self.index), []
        sheet = Sheet(self.sheet.key, self.sheet.title, self.sheet.table, columns)
        at = {key: letters(self.letters[key]) for key in keys}
        cells = SheetCells(sheet, sheet.title, self.table.heading_rows[1], self.rows, {k: raw[k] for k in keys}, at)
        reading = read_frame(sheet, cells, self.vocabularies)
        by_heading = {c.heading: c.key for c in columns}
        return reading.frame, [self._placed(issue, by_heading[issue.column]) for issue in reading.issues]

    def _placed(self, issue: Issue, key: str) -> Issue:
        cell = address(issue.row or 0, self.letters[key])
        return Issue(issue.code, self.tab.title, issue.row, self.headings[key], cell, issue.values)

    def _written(self, column: Column, raw: Sequence[RawCell], read: pd.Series) -> list[Any]:
        """What is written for each cell: what it reads as, else the text as it stands."""
        if column.kind in _MOMENTS:
            moments = read.to_numpy().astype("datetime64[us]")
            values = [None if blank else m for m, blank in zip(moments.tolist(), np.isnat(moments), strict=True)]
        elif column.kind in _NUMBERS:
            numbers = read.to_numpy(dtype=float)
            values = [None if n != n else n for n in numbers.tolist()]
        else:
            values = [text or None for text in read.tolist()]
        if column.kind in _MOMENTS | _NUMBERS | {"duration", "yesno", "phone", "choice"}:
            for at, cell in enumerate(raw):
                if values[at] is None and cell is not None and not isinstance(cell, CellError):
                    text = shown_as_date(cell) if column.kind in _MOMENTS and type(cell) is float else cell_text(cell)
                    values[at] = clean(text) or None
        return values

    # findings

    def _tell(self, code: str, row: int, match: Match, **values: Any) -> None:
        cell = address(row, match.heading.column)
        self.issues.append(Issue(code, self.tab.title, row, match.heading.shown, cell, values))

    def _note_uncomputed(self) -> None:
        mine = {letters(m.heading.column): m for m in self.mapping.matches if m.key or m.how == "own"}
        rows = set(self.rows.tolist())
        for place in self.tab.uncomputed:
            column = place.rstrip("0123456789")
            row = int(place[len(column) :])
            if column in mine and row in rows:
                self._tell("import.uncomputed", row, mine[column])

    def _gathered(self) -> list[Issue]:
        """Findings in order of rows: what was read as something else once for a column with a count (for words once for
        each), what has to be looked at cell by cell up to `_ONE_EACH` of a kind."""
        texts: dict[str, set[Any]] = {}
        for issue in self.issues:
            if issue.code == "value.read_as":
                texts.setdefault(issue.column, set()).add(issue.values.get("old"))
        varied = {column for column, said in texts.items() if len(said) > _ONE_EACH}  # telephone numbers, not words
        kinds: dict[tuple[str, str, Any], list[Issue]] = {}
        for issue in self.issues:
            if issue.code in _PLAIN:
                continue
            read = issue.level == "repaired"
            word = issue.code in _WORDS and issue.column not in varied and (issue.values.get("old"), issue.values.get("new"))
            kinds.setdefault(("import.read_as" if read else issue.code, issue.column, word), []).append(issue)
        found: list[Issue] = []
        for (code, _, _), alike in kinds.items():
            first = alike[0]
            place = (first.sheet, first.row, first.column, first.cell)
            if code == "import.read_as":
                told = {key: first.values.get(key, "") for key in ("old", "new")}
                if len(alike) == 1:
                    found.append(Issue(code, *place, told))
                else:
                    found.append(Issue("import.read_many", *place, {**told, "count": len(alike)}))
            elif code in _WORDS and len(alike) > 1:
                told = {"old": first.values["old"], "count": len(alike)}
                near, words = first.values.get("near"), first.values.get("words")
                told["what"] = f"像是“{near}”" if near else f"可选:{words}"
                found.append(Issue("import.unknown_word", *place, told))
            elif len(alike) > _ONE_EACH:
                what = (first.short or first.code).replace(f"【{first.column}】", "")
                found.append(first)
                found.append(Issue("import.alike", *place, {"count": len(alike), "what": what}))
            else:
                found += alike
        return sorted(found, key=lambda issue: (issue.row or 0, issue.cell))


_PLAIN = frozenset({"value.text_date", "value.text_number"})
"""A date or number that stands as text, and says what the cell that is written says: nothing to tell."""

_WORDS = frozenset({"value.read_as", "value.unknown_word", "value.near_word"})
"""Findings about a word: once for each word, however many cells hold it."""

_UNSPLIT = frozenset({"row.customer_unsplit", "row.product_unsplit", "row.urgency_unsplit"})
