"""A sheet's raw cells as one typed frame, and an Issue for every cell that does not read as it stands.

Each distinct cell of a column is parsed once, numbers and serials go through numpy as a whole, and blank columns
are not walked: a sheet is read whole columns at a time. The typed cells themselves are never changed: repaired
means read as.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..book import CellError, CellPicture, RawCell, SheetCells
from ..issues import Issue
from ..schema import Column, Sheet
from . import dates, numbers
from .cleaning import BLANKS, Parsed, clean, clip, is_nothing, number_text, plain
from .durations import read_duration
from .phones import read_phone
from .sums import any_summary, summing_aside
from .vocabulary import Vocabularies

_TEXT_KINDS = frozenset({"text", "link", "compound"})
_MOMENT_KINDS = frozenset({"datetime", "date"})
_NUMBERS_ONLY = frozenset({float, type(None)})
_NUMBER_KINDS = frozenset({"number", "integer", "score", "share", "money"})
_YES = frozenset({"是", "y", "yes", "true", "√", "✓", "☑", "对", "有", "1"})
_NO = frozenset({"否", "n", "no", "false", "×", "✗", "x", "不", "不是", "无", "没有", "0"})
_LIST_SEPARATORS = re.compile(r"[、,，;；/／\n|]+")


@dataclass(frozen=True)
class Reading:
    """A sheet as read. `frame`: index = sheet row numbers, columns = schema keys; text kinds are object
    with "" for blank, dates datetime64[ns] with NaT, numbers float64 with NaN. `issues` in row order."""

    frame: pd.DataFrame
    issues: list[Issue]


def read_frame(sheet: Sheet, cells: SheetCells, vocabularies: Vocabularies) -> Reading:
    """All columns that were read, typed by the schema; optional columns the sheet lacks are blank.

    Cells that cannot be read are blank in the frame and an Issue, except words a vocabulary does not know
    and faulty phone numbers, which stay as typed. Computed columns are read without a report: they are
    about to be written. Scores of summary rows (综合得分) are kept as they are, and a row of averages below the
    records (summary_rows) is read without a report.
    """
    reader = _Reader(sheet, cells, vocabularies)
    keys = [c.key for c in sheet.columns if c.key in cells.columns]
    first = [k for k in keys if not sheet[k].date_from]
    for key in (*first, *(k for k in keys if sheet[k].date_from)):
        reader.read(sheet[key])
    absent = {c.key for c in map(sheet.find, cells.absent) if c} | {k for k in cells.absent if k in sheet}
    for key in absent - set(keys):
        reader.done[key] = reader.blank(sheet[key])
    ordered = {c.key: reader.done[c.key] for c in sheet.columns if c.key in reader.done}
    frame = pd.DataFrame(ordered, index=reader.index)
    return Reading(frame, reader.sorted_issues())


def read_one(column: Column, raw: RawCell, vocabularies: Vocabularies) -> Parsed:
    """One raw cell as its column's kind reads it; blank is None or "". See messages "value.*" for codes."""
    if raw is None or (isinstance(raw, float) and raw != raw):
        return Parsed("" if column.kind not in _MOMENT_KINDS | _NUMBER_KINDS else None)
    if isinstance(raw, CellPicture):
        return _read_picture(column, raw)
    if isinstance(raw, CellError):
        return Parsed(None, "value.excel_error", {"old": raw.code, "error": raw.code})
    if isinstance(raw, bool):
        return _read_boolean(column, raw, vocabularies)
    if isinstance(raw, int):
        raw = float(raw)
    if column.kind in _MOMENT_KINDS:
        return dates.read_moment(raw, column.kind)
    if column.kind in _NUMBER_KINDS:
        return numbers.read_number(raw, column.kind)
    if column.kind == "phone":
        return read_phone(raw)
    if column.kind == "duration":
        return read_duration(raw)
    if column.kind in _TEXT_KINDS:
        return _read_text(raw)
    text = number_text(raw) if isinstance(raw, float) else raw
    if column.kind == "yesno":
        return _read_yesno(text)
    if column.kind == "choices":
        return _read_choices(column, text, vocabularies)
    return _read_choice(column, text, vocabularies)


def _read_picture(column: Column, raw: CellPicture) -> Parsed:
    """A picture is content where any text will do; what must be read has to be typed."""
    if column.kind in ("text", "link") and not column.required:
        return Parsed(str(raw))
    return Parsed(None, "value.picture", {"old": str(raw)})


def _read_text(raw: str | float) -> Parsed:
    if isinstance(raw, str):
        return Parsed(clean(raw))
    text = number_text(raw)
    if abs(raw) >= numbers.LOSSLESS:
        return Parsed(text, "value.digits_lost", {"old": text})
    return Parsed(text)


def _read_boolean(column: Column, raw: bool, vocabularies: Vocabularies) -> Parsed:
    old = "TRUE" if raw else "FALSE"
    yes_or_no = "是" if raw else "否"
    if column.kind == "yesno":
        return Parsed(yes_or_no, "value.read_as", {"old": old, "new": yes_or_no})
    if column.kind == "choice" and vocabularies.resolve(column.choices, yes_or_no)[0]:
        return Parsed(yes_or_no, "value.read_as", {"old": old, "new": yes_or_no})
    if column.kind in _TEXT_KINDS:
        return Parsed(old, "value.boolean_text", {"old": old})
    return Parsed(None, "value.boolean", {"old": old})


def _read_yesno(text: str) -> Parsed:
    old, key = clean(text), plain(text).casefold()
    if not key or (is_nothing(key) and key not in _NO):
        return Parsed("")
    word = "是" if key in _YES else "否" if key in _NO else ""
    if not word:
        return Parsed("", "value.yesno", {"old": old})
    return Parsed(word) if old == word else Parsed(word, "value.read_as", {"old": old, "new": word})


def _read_choice(column: Column, text: str, vocabularies: Vocabularies) -> Parsed:
    old = clean(text)
    word, _, repaired = vocabularies.resolve(column.choices, text)
    if word is not None:
        return Parsed(word, "value.read_as", {"old": old, "new": word}) if repaired else Parsed(word)
    if not plain(text) or is_nothing(plain(text)):
        return Parsed("")
    return _unknown_word(column, old, old, vocabularies)


def _read_choices(column: Column, text: str, vocabularies: Vocabularies) -> Parsed:
    old = clean(text)
    if not plain(text) or is_nothing(plain(text)):
        return Parsed("")
    name = column.choices
    typed = (
        [clean(t) for t in _LIST_SEPARATORS.split(old)]
        if vocabularies.resolve(name, old)[0] is None
        else [old]
    )
    pieces: list[str] = []
    for piece in filter(None, typed):
        words = piece.split()
        if len(words) > 1 and all(vocabularies.resolve(name, w)[0] for w in words):
            pieces.extend(words)
        else:
            pieces.append(piece)
    read = [vocabularies.resolve(name, piece)[0] for piece in pieces]
    value = "、".join(dict.fromkeys(word or piece for word, piece in zip(read, pieces, strict=True)))
    for word, piece in zip(read, pieces, strict=True):
        if word is None and (column.strict or vocabularies.near(name, piece)):
            return _unknown_word(column, value, piece, vocabularies)
    changed = any(word is not None and word != piece for word, piece in zip(read, pieces, strict=True))
    return Parsed(value, "value.read_as", {"old": old, "new": value}) if changed else Parsed(value)


def _unknown_word(column: Column, value: str, typed: str, vocabularies: Vocabularies) -> Parsed:
    near = vocabularies.near(column.choices, typed)
    if near:
        return Parsed(value, "value.near_word", {"old": typed, "near": near})
    if not column.strict:
        return Parsed(value)
    words = vocabularies.words(column.choices)
    listed = "、".join(words[:8]) + (" 等" if len(words) > 8 else "")
    return Parsed(value, "value.unknown_word", {"old": typed, "words": listed})


class _Reader:
    """Collects the columns and issues of one sheet while it is read."""

    def __init__(self, sheet: Sheet, cells: SheetCells, vocabularies: Vocabularies) -> None:
        self.sheet = sheet
        self.cells = cells
        self.vocabularies = vocabularies
        self.rows = np.asarray(cells.rows, dtype="int64")
        self.index = pd.Index(self.rows, dtype="int64")
        self.done: dict[str, pd.Series] = {}
        self._issues: list[tuple[int, int, Issue]] = []
        self._order = {c.key: i for i, c in enumerate(sheet.columns)}
        heads = [cells.columns[c.key] for c in sheet.columns[:2] if c.key in cells.columns]
        headed = any_summary(heads, len(self.rows)) & self._has_scores()
        self._aside = summing_aside(sheet, cells.columns, len(self.rows)) & ~headed
        self._summary = self._aside | headed

    def _has_scores(self) -> bool:
        return any(c.kind == "score" and not c.computed for c in self.sheet.columns)

    def read(self, column: Column) -> None:
        raw = self.cells.columns[column.key]
        if raw.count(None) == len(raw):
            self.done[column.key] = self.blank(column)
        elif column.kind in _MOMENT_KINDS:
            self.done[column.key] = self._moments(column, raw)
        elif column.kind in _NUMBER_KINDS:
            self.done[column.key] = self._numbers(column, raw)
        else:
            self.done[column.key] = self._texts(column, raw)

    def blank(self, column: Column) -> pd.Series:
        n = len(self.rows)
        if column.kind in _MOMENT_KINDS:
            return pd.Series(np.full(n, np.datetime64("NaT"), dtype="datetime64[ns]"), index=self.index)
        if column.kind in _NUMBER_KINDS:
            return pd.Series(np.full(n, np.nan), index=self.index)
        return pd.Series(np.full(n, "", dtype=object), index=self.index, dtype=object)

    def sorted_issues(self) -> list[Issue]:
        aside = set(self.rows[self._aside].tolist())
        found = [f for f in self._issues if f[0] not in aside] if aside else self._issues
        return [issue for _, _, issue in sorted(found, key=itemgetter(0, 1))]

    def _texts(self, column: Column, raw: Sequence[RawCell]) -> pd.Series:
        if column.kind in _TEXT_KINDS:
            values = [c.strip(BLANKS) if c.__class__ is str else "" if c is None else None for c in raw]
            for i in [i for i, v in enumerate(values) if v is None] if None in values else ():
                parsed = read_one(column, raw[i], self.vocabularies)
                values[i] = parsed.value or ""
                self._report(column, i, parsed)
            return self._series(values)
        codes, distinct = self._distinct(raw, lambda cell: read_one(column, cell, self.vocabularies))
        words = np.array(["" if p.value is None else p.value for p in distinct], dtype=object)
        self._report_all(column, np.arange(len(raw)), codes, distinct)
        return pd.Series(words[codes], index=self.index, dtype=object)

    def _series(self, values: Sequence[str | None]) -> pd.Series:
        return pd.Series(np.array(values, dtype=object), index=self.index, dtype=object)

    def _numbers(self, column: Column, raw: Sequence[RawCell]) -> pd.Series:
        values, rest = _floats(raw)
        silent = column.computed
        if not silent and column.kind in ("score", "integer", "share"):
            low, high = {"score": (numbers.LOWEST_SCORE, numbers.HIGHEST_SCORE), "share": (0, 1)}.get(
                column.kind, (0, np.inf)
            )
            whole = np.ones(len(values), bool) if column.kind == "share" else values == np.floor(values)
            with np.errstate(invalid="ignore"):
                bad = ~np.isnan(values) & ~((values >= low) & (values <= high) & whole)
            rest = np.union1d(rest, np.flatnonzero(bad))
        kind = "number" if silent else column.kind
        values[rest] = np.nan
        for positions, as_kind in self._apart(rest, kind):
            like = Column(column.key, column.heading, as_kind)  # type: ignore[arg-type]
            cells = [raw[i] for i in positions]
            codes, parsed = self._distinct(cells, lambda cell, c=like: read_one(c, cell, self.vocabularies))  # type: ignore[misc]
            found = np.array([np.nan if p.value is None else p.value for p in parsed], dtype=float)
            values[positions] = found[codes]
            self._report_all(column, positions, codes, parsed)
        return pd.Series(values, index=self.index)

    def _apart(self, rest: npt.NDArray[np.int64], kind: str) -> list[tuple[npt.NDArray[np.int64], str]]:
        """Scores of summary rows are plain numbers, whatever they are."""
        if kind != "score" or not len(rest) or not self._summary.any():
            return [(rest, kind)] if len(rest) else []
        summing = self._summary[rest]
        return [part for part in ((rest[~summing], kind), (rest[summing], "number")) if len(part[0])]

    def _moments(self, column: Column, raw: Sequence[RawCell]) -> pd.Series:
        numeric, rest = _floats(raw)
        with np.errstate(invalid="ignore"):
            good = dates.serials_in_range(numeric)
        rest = np.union1d(rest, np.flatnonzero(~np.isnan(numeric) & ~good))
        values = np.full(len(raw), np.datetime64("NaT"), dtype="datetime64[ns]")
        values[good] = dates.moments(numeric[good])
        cells = [raw[i] for i in rest]
        codes, parsed = self._distinct(cells, lambda cell: read_one(column, cell, self.vocabularies))
        if len(rest):
            found = np.array([np.datetime64(p.value or "NaT", "s") for p in parsed], dtype="datetime64[ns]")
            values[rest] = found[codes]
            relative = np.array([p.relative is not None for p in parsed], dtype=bool)[codes]
            self._report_all(column, rest[~relative], codes[~relative], parsed)
            if relative.any():
                values[rest[relative]] = self._place_all(column, rest[relative], codes[relative], parsed)
        if column.kind == "date":
            values = values.astype("datetime64[D]").astype("datetime64[ns]")
        return pd.Series(values, index=self.index)

    def _place_all(
        self,
        column: Column,
        positions: npt.NDArray[np.int64],
        codes: npt.NDArray[np.int64],
        parsed: Sequence[Parsed],
    ) -> npt.NDArray[np.datetime64]:
        """Cells without a day (or a year) at their rows' base moments."""
        bases: list[datetime | None] = [None] * len(positions)
        if column.date_from in self.done:
            known = self.done[column.date_from].to_numpy()[positions]
            bases = known.astype("datetime64[us]").tolist()  # ns would become integers
        found = []
        for position, code, base in zip(positions.tolist(), codes.tolist(), bases, strict=True):
            placed = self._placed(column, base, parsed[code])
            self._report(column, position, placed)
            found.append(placed.value)
        return np.array(found, dtype="datetime64[s]").astype("datetime64[ns]")

    def _placed(self, column: Column, start: datetime | None, parsed: Parsed) -> Parsed:
        """A time of day (or a day without year) on the day (in the year) of its row's base moment."""
        if start is None:
            if column.date_from and parsed.code == "value.time_without_day":
                based_on = {"base": self.sheet.heading(column.date_from)}
                return Parsed(None, "value.time_without_base", {**parsed.values, **based_on})
            return parsed
        try:
            moment, believed = dates.place(parsed.relative, start)
        except ValueError:
            return Parsed(None, "value.date_impossible", parsed.values)
        values = {**parsed.values, "new": dates.show(moment, column.kind)}
        if believed:
            code = "value.repaired" if parsed.relative.month else "value.time_only"
            return Parsed(moment, code, values)
        base_values = {"base": self.sheet.heading(column.date_from), "base_value": dates.show(start)}
        code = "value.time_before_base" if not parsed.relative.month else "value.day_before_base"
        del values["new"]
        return Parsed(None, code, {**values, **base_values, "suggestion": dates.show(moment, column.kind)})

    def _distinct(
        self, cells: Sequence[RawCell], parse: Callable[[RawCell], Parsed]
    ) -> tuple[npt.NDArray[np.int64], list[Parsed]]:
        """Which distinct cell stands at each place, and each distinct cell parsed once (True is not 1.0)."""
        keys: Sequence[Any] = cells
        if bool in set(map(type, cells)):
            keys = [(c.__class__, c) for c in cells]
        places = {key: n for n, key in enumerate(dict.fromkeys(keys))}
        codes = np.fromiter(map(places.__getitem__, keys), dtype="int64", count=len(keys))
        return codes, [parse(key if keys is cells else key[1]) for key in places]

    def _report_all(
        self,
        column: Column,
        positions: npt.NDArray[np.int64],
        codes: npt.NDArray[np.int64],
        parsed: Sequence[Parsed],
    ) -> None:
        flagged = np.array([bool(p.code) for p in parsed], dtype=bool)
        if column.computed or not flagged.any() or not len(codes):
            return
        values = [_for_message(p) if p.code else {} for p in parsed]
        hit = np.flatnonzero(flagged[codes])
        order, title, heading = self._order[column.key], self.sheet.title, column.heading
        for row, code in zip(self.rows[positions[hit]].tolist(), codes[hit].tolist(), strict=True):
            issue = Issue(parsed[code].code, title, row, heading, values=values[code])
            self._issues.append((row, order, issue))

    def _report(self, column: Column, position: int, parsed: Parsed) -> None:
        if not parsed.code or column.computed:
            return
        row = int(self.rows[position])
        issue = Issue(parsed.code, self.sheet.title, row, column.heading, values=_for_message(parsed))
        self._issues.append((row, self._order[column.key], issue))


def _for_message(parsed: Parsed) -> dict[str, Any]:
    """What was typed is cut to fit; the list of options is given whole."""
    return {k: clip(v) if isinstance(v, str) and k != "words" else v for k, v in parsed.values.items()}


def _floats(raw: Sequence[RawCell]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """The column's numbers (NaN where there is none) and the places of cells that are something else."""
    if set(map(type, raw)) <= _NUMBERS_ONLY:
        return np.array(raw, dtype=float), np.zeros(0, dtype="int64")  # None becomes NaN
    values = np.array([c if c.__class__ is float else np.nan for c in raw], dtype=float)
    rest = [i for i, c in enumerate(raw) if c is not None and c.__class__ is not float]
    return values, np.array(rest, dtype="int64")
