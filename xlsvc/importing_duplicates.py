"""Which imported rows the ledger has already: by their number, else by customer, time and text.

Whole columns are compared, as typed values: what a cell reads as counts, not how it was written. A blank in the
source says nothing about the ledger's cell. Two rows that are alike in a source are two; the same file a second time
adds none of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.schema import Sheet
from workbook.values import number_text, plain, show

from .tickets import plain_numbers, text_column, time_column

_LIKENESS = {
    "response_log": (("customer",), ("accepted_at", "raised_at", "registered_at", "resolved_at"), ("problem",)),
    "process_log": (("customer_info",), ("accepted_at",), ("problem_info",)),
    "evaluations": (("ticket", "customer", "contact"), ("evaluated_at",), ("improvement", "suggestion")),
    "suggestion_tracker": (("origin_no",), (), ("suggestion",)),
    "service_process": (("ticket",), ("happened_at",), ("problem", "action")),
}
"""Sheet -> columns that say who, when (the first that is filled) and what."""

_SAME_MATTER = {"response_log": ("customer", "contact", "problem"), "process_log": ("customer_info", "problem_info")}
"""Sheet -> columns that must all be filled, and alike, where a time that is missing or cannot be read leaves open when."""
_TELEPHONE = re.compile(r"\d{7}")

_NOT_COMPARED = frozenset({"seq", "source_file", "fingerprint", "receipt"})


@dataclass(frozen=True)
class Difference:
    """A cell that the source has otherwise than the ledger: rows in both, the column's key, both as shown."""

    row: int
    ledger_row: int
    key: str
    ledger: str
    source: str


@dataclass(frozen=True)
class Comparison:
    """Source rows by what becomes of them. `added` are new; `there` (source row -> ledger row) stand in the ledger with the
    same cells; `differing` with others, listed in `differences`; `doubled` (source row -> the first one) say a number
    again that a row above them says, with other cells; `alike` (source row -> ledger row) are added although customer,
    time and text stand in the ledger under another number; `timeless` (source row -> ledger row) of `there` and `differing`
    are known by customer, telephone and problem alone, as one of both has no time that can be read."""

    added: tuple[int, ...]
    there: dict[int, int] = field(default_factory=dict)
    differing: dict[int, int] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    doubled: dict[int, int] = field(default_factory=dict)
    alike: dict[int, int] = field(default_factory=dict)
    timeless: dict[int, int] = field(default_factory=dict)


def compare(sheet: Sheet, source: pd.DataFrame, ledger: pd.DataFrame) -> Comparison:
    """Both frames are typed (see workbook.values.read_frame), index = row numbers. Blank rows of the ledger match none."""
    mine, theirs = _numbers(sheet, source), _numbers(sheet, ledger)
    doubled = _doubled(mine, source)
    left = np.array([row not in doubled for row in source.index.tolist()], dtype=bool)
    pairs = np.full(len(source), -1, dtype=np.int64)
    if len(ledger):
        numbered = left & (mine != "")
        _pair(pairs, numbered, mine, theirs, theirs != "", occurrences=False)
    alike: dict[int, int] = {}
    likes, others = _likes(sheet, source), _likes(sheet, ledger)
    if len(ledger) and likes is not None and others is not None:
        free = np.ones(len(ledger), dtype=bool)
        free[pairs[pairs >= 0]] = False
        found = pairs.copy()
        _pair(found, left & (pairs < 0) & (likes != ""), likes, others, free & (others != ""), occurrences=True)
        for at in np.flatnonzero((found >= 0) & (pairs < 0)).tolist():
            if mine[at] and theirs[found[at]] and mine[at] != theirs[found[at]]:
                alike[int(source.index[at])] = int(ledger.index[found[at]])
            else:
                pairs[at] = found[at]
    if len(ledger):
        keyless = left & (pairs < 0) & (mine == "") & (np.full(len(source), True) if likes is None else likes == "")
        _pair_whole(sheet, source, ledger, pairs, keyless)
    timeless: dict[int, int] = {}
    if len(ledger):
        for at in _pair_timeless(sheet, source, ledger, pairs, left, (mine, theirs)):
            timeless[int(source.index[at])] = int(ledger.index[pairs[at]])
    differences = _differences(sheet, source, ledger, pairs)
    changed = {d.row for d in differences}
    rows = source.index.to_numpy()
    matched = {int(rows[at]): int(ledger.index[pairs[at]]) for at in np.flatnonzero(pairs >= 0).tolist()}
    return Comparison(
        tuple(int(r) for r in rows[left & (pairs < 0)]),
        {row: other for row, other in matched.items() if row not in changed},
        {row: other for row, other in matched.items() if row in changed},
        tuple(differences),
        doubled,
        alike,
        timeless,
    )


def _numbers(sheet: Sheet, frame: pd.DataFrame) -> npt.NDArray[Any]:
    """Each row's number as compared, "" where it has none or a part of it is blank."""
    keys = sheet.identity
    if not keys or any(key not in frame for key in keys):
        return np.full(len(frame), "", dtype=object)
    columns = [plain_numbers(_texts(frame, key)).to_numpy(dtype=object) for key in keys]
    if len(columns) == 1:
        return columns[0]
    return np.array(["|".join(p) if all(p) else "" for p in zip(*columns, strict=True)], dtype=object)


def _texts(frame: pd.DataFrame, key: str) -> pd.Series:
    if frame[key].dtype.kind == "M":
        return pd.Series([_show(v) for v in frame[key].tolist()], index=frame.index, dtype=object)
    return text_column(frame, key)


def _doubled(numbers: npt.NDArray[Any], source: pd.DataFrame) -> dict[int, int]:
    """Source row -> the first row with its number."""
    first: dict[str, int] = {}
    found = {}
    for number, row in zip(numbers.tolist(), source.index.tolist(), strict=True):
        if number and first.setdefault(number, row) != row:
            found[int(row)] = int(first[number])
    return found


def _likes(sheet: Sheet, frame: pd.DataFrame) -> npt.NDArray[Any] | None:
    """Who, when and what in one text; "" where who or what is blank, or the time is, if the sheet has one."""
    if sheet.key not in _LIKENESS:
        return None
    who, when, what = _LIKENESS[sheet.key]
    whom, said = _together(frame, who), _together(frame, what)
    moment = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    for key in when:
        moment = moment.fillna(time_column(frame, key))
    stamps = moment.dt.strftime("%Y%m%d%H%M").fillna("").tolist() if when else ["-"] * len(frame)
    return np.array(
        [f"{a}|{b}|{c}" if b and (a or c) else "" for a, b, c in zip(whom, stamps, said, strict=True)], dtype=object
    )


def _together(frame: pd.DataFrame, keys: Sequence[str]) -> list[str]:
    columns = []
    for key in keys:
        if key in frame:
            cells = text_column(frame, key)
            codes, distinct = pd.factorize(cells.to_numpy(dtype=object), use_na_sentinel=False)
            columns.append(np.array([_folded(c) for c in distinct], dtype=object)[codes])
    if not columns:
        return [""] * len(frame)
    return ["/".join(filter(None, parts)) for parts in zip(*columns, strict=True)]


def _folded(text: object) -> str:
    return plain(str(text)).replace(" ", "").rstrip("/。.").casefold() if text else ""


def _pair(
    pairs: npt.NDArray[np.int64], asking: npt.NDArray[np.bool_], mine: npt.NDArray[Any], theirs: npt.NDArray[Any],
    free: npt.NDArray[np.bool_], occurrences: bool,
) -> None:  # fmt: skip
    """Gives each asking row the ledger row with its key: the first one, or the nth for the nth."""
    places: dict[str, list[int]] = {}
    for at in np.flatnonzero(free).tolist():
        places.setdefault(theirs[at], []).append(at)
    for at in np.flatnonzero(asking).tolist():
        found = places.get(mine[at])
        if found:
            pairs[at] = found.pop(0) if occurrences else found[0]


_MOST_PATTERNS = 50


def _pair_whole(
    sheet: Sheet, source: pd.DataFrame, ledger: pd.DataFrame, pairs: npt.NDArray[np.int64], asking: npt.NDArray[np.bool_]
) -> None:
    """Gives rows without number, or without who, when and what, a ledger row that says all they say, and of who, when and
    what says nothing more: it came from such a source, too. Rows alike are counted."""
    if not asking.any():
        return
    keys = [c.key for c in sheet.columns if c.key in source and c.key in ledger and not c.computed and c.key not in _NOT_COMPARED]
    mine = {key: _as_text(source[key]) for key in keys}
    theirs = {key: _as_text(ledger[key]) for key in keys}
    told = {key for part in _LIKENESS.get(sheet.key, ((), (), ())) for key in part if key in ledger}
    bare = {key: _as_text(ledger[key]) == "" for key in told}
    filled = np.array([mine[key] != "" for key in keys]).T if keys else np.zeros((len(source), 0), dtype=bool)
    patterns = dict.fromkeys(map(tuple, filled[asking].tolist()))
    for pattern in list(patterns)[:_MOST_PATTERNS]:
        said = [key for key, there in zip(keys, pattern, strict=True) if there]
        if not said:
            continue
        rows = asking & (filled == np.array(pattern)).all(axis=1)
        free = np.ones(len(ledger), dtype=bool)
        free[pairs[pairs >= 0]] = False
        for key in told - set(said):
            free &= bare[key]
        _pair(pairs, rows, _whole(mine, said), _whole(theirs, said), free, occurrences=True)


def _pair_timeless(
    sheet: Sheet, source: pd.DataFrame, ledger: pd.DataFrame, pairs: npt.NDArray[np.int64], left: npt.NDArray[np.bool_],
    numbers: tuple[npt.NDArray[Any], npt.NDArray[Any]],
) -> list[int]:  # fmt: skip
    """Gives rows left over a ledger row left over with the same customer, telephone and problem, where the times do not speak
    against it and one of both lacks one; the places of these rows. Rows with two numbers are two."""
    asking = left & (pairs < 0)
    if sheet.key not in _SAME_MATTER or not asking.any():
        return []
    free = np.ones(len(ledger), dtype=bool)
    free[pairs[pairs >= 0]] = False
    matters, others = _matters(sheet, source), _matters(sheet, ledger)
    wanted = {matters[at] for at in np.flatnonzero(asking).tolist()} - {""}
    places: dict[str, list[int]] = {}
    for at in np.flatnonzero(free).tolist():
        if others[at] in wanted:
            places.setdefault(others[at], []).append(at)
    mine, theirs = _times(sheet, source), _times(sheet, ledger)
    found = []
    for at in np.flatnonzero(asking).tolist():
        rest = places.get(matters[at], ())
        one = numbers[0][at]
        fit = next(
            (o for o in rest if not (one and numbers[1][o] and one != numbers[1][o]) and _agree(mine[at], theirs[o])), None
        )
        if fit is not None:
            pairs[at] = fit
            places[matters[at]].remove(fit)
            found.append(at)
    return found


def _matters(sheet: Sheet, frame: pd.DataFrame) -> list[str]:
    """Customer, telephone and problem of each row in one text, "" where one of them is blank."""
    keys = _SAME_MATTER[sheet.key]
    if any(key not in frame for key in keys):
        return [""] * len(frame)
    whom, called = _together(frame, keys[:-1]), _together(frame, keys[:-1][-1:])
    filled = np.logical_and.reduce([text_column(frame, key).to_numpy(dtype=object) != "" for key in keys])
    said = _together(frame, keys[-1:])
    return [
        f"{who}|{what}" if there and _TELEPHONE.search(phone) else ""
        for who, phone, what, there in zip(whom, called, said, filled.tolist(), strict=True)
    ]


def _times(sheet: Sheet, frame: pd.DataFrame) -> list[tuple[str, ...]]:
    columns = [time_column(frame, key).dt.strftime("%Y%m%d%H%M").fillna("").tolist() for key in _LIKENESS[sheet.key][1]]
    return list(zip(*columns, strict=True))


def _agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Is one side without any time, or are those that both have the same ones?"""
    both = [a == b for a, b in zip(one, other, strict=True) if a and b]
    return all(both) if both else not any(one) or not any(other)


def _whole(cells: dict[str, npt.NDArray[Any]], keys: Sequence[str]) -> npt.NDArray[Any]:
    return np.array(["\x1f".join(parts) for parts in zip(*(cells[key] for key in keys), strict=True)], dtype=object)


def _as_text(column: pd.Series) -> npt.NDArray[Any]:
    codes, distinct = pd.factorize(column.to_numpy(), use_na_sentinel=False)
    return np.array([_folded(_show(value)) for value in distinct], dtype=object)[codes]


def _differences(
    sheet: Sheet, source: pd.DataFrame, ledger: pd.DataFrame, pairs: npt.NDArray[np.int64]
) -> list[Difference]:
    """The cells of paired rows that the source fills in otherwise, by rows."""
    at = np.flatnonzero(pairs >= 0)
    if not len(at):
        return []
    other = pairs[at]
    rows, ledger_rows = source.index.to_numpy()[at], ledger.index.to_numpy()[other]
    found: list[tuple[int, int, Difference]] = []
    for order, column in enumerate(sheet.columns):
        key = column.key
        if key not in source or key not in ledger or column.computed or key in _NOT_COMPARED:
            continue
        mine, theirs = source[key].to_numpy()[at], ledger[key].to_numpy()[other]
        for n in _unlike(mine, theirs).tolist():
            one, two = _show(theirs[n]), _show(mine[n])
            if one != two:
                found.append((int(at[n]), order, Difference(int(rows[n]), int(ledger_rows[n]), key, one, two)))
    return [difference for _, _, difference in sorted(found, key=lambda f: f[:2])]


def _unlike(mine: npt.NDArray[Any], theirs: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Where the source has something, and not what the ledger has."""
    if mine.dtype.kind == "M" and theirs.dtype.kind == "M":
        apart = np.abs(mine.astype("datetime64[s]") - theirs.astype("datetime64[s]")) > np.timedelta64(30, "s")
        return np.flatnonzero(~np.isnat(mine) & (np.isnat(theirs) | apart))
    if mine.dtype.kind == "f" and theirs.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            near = np.abs(mine - theirs) <= 1e-9 * np.maximum(1, np.abs(mine))
        return np.flatnonzero(~np.isnan(mine) & ~near)
    return np.array(
        [
            n for n, (a, b) in enumerate(zip(mine.tolist(), theirs.tolist(), strict=True))
            if a != b and not _void(a) and _folded(a) != _folded(b)
        ],
        dtype=np.int64,
    )  # fmt: skip


def _void(value: Any) -> bool:
    return value is None or value == "" or value != value


def _show(value: Any) -> str:
    if _void(value) or value is pd.NaT:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, np.datetime64):
        return "" if np.isnat(value) else show(pd.Timestamp(value).to_pydatetime())
    if isinstance(value, (int, float, np.number)):
        return number_text(float(value))
    return show(value) if hasattr(value, "hour") else str(value)
