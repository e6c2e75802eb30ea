"""Service targets: which limit of sheet 设置 applies to which ticket at the moment it was taken.

A target row is for one clock and, where filled in, for one log (档案), urgency and problem class; blank
means all. The matrix comes from requirements §1 (S002.R2 to R4, S003.R1 to R5) and §2 C2 to C4.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.sheets.settings import CLOCKS, TARGETS
from workbook.sheets.vocabularies import URGENCY_LEVELS

from .working_time import seconds

NATURAL, WORKING = "自然时", "工作时"
WORKDAY = "工作日"
UNITS = {
    "分钟": "分钟", "分": "分钟", "min": "分钟", "小时": "小时", "时": "小时", "个小时": "小时", "h": "小时",
    "天": "天", "日": "天", "自然日": "天", "工作日": WORKDAY, "个工作日": WORKDAY,
}  # fmt: skip
UNIT_MINUTES = {"分钟": 1, "小时": 60, "天": 1440}
LONGEST_MINUTES = 3660 * 1440  # ten years: more is a slip of the pen

CONDITIONS = ("profile", "urgency", "problem_class")
COLUMNS = ("clock", *CONDITIONS, "amount", "unit", "basis", "warning", "effective", "row")


def packaged() -> pd.DataFrame:
    """The documents' own targets, valid from the beginning; `row` is 0."""
    keys = {name: key for key, name in CLOCKS.items()}
    rows = [
        {"clock": keys[t.clock], "profile": t.profile, "urgency": t.urgency, "problem_class": "",
         "amount": np.nan if t.value is None else float(t.value), "unit": t.unit, "basis": t.basis,
         "warning": np.nan, "effective": pd.NaT, "row": 0}
        for t in TARGETS
    ]  # fmt: skip
    return _frame(rows)


def with_packaged(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The sheet's target rows, and the documents' own where the sheet says nothing: a deleted row falls
    back to the document's limit (to lift a limit, blank its value), and a row that was given a 生效日期
    leaves the document's limit in force before that day."""
    own = packaged()
    kept: list[dict[str, Any]] = []
    for default in own.to_dict("records"):
        covering = [
            r for r in rows
            if r["clock"] == default["clock"] and not r["problem_class"]
            and r["profile"] in ("", default["profile"]) and r["urgency"] in ("", default["urgency"])
        ]  # fmt: skip
        same = all(
            r["profile"] == default["profile"] and r["urgency"] == default["urgency"] for r in covering
        )
        if same and all(not pd.isna(r["effective"]) for r in covering):
            kept.append({str(key): value for key, value in default.items()})
    return _frame([*kept, *rows])


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["effective"] = pd.to_datetime(frame["effective"]).astype("datetime64[s]")
    frame["amount"] = frame["amount"].astype(float)
    frame["warning"] = frame["warning"].astype(float)
    frame["row"] = frame["row"].astype("int64")
    return frame


class Kinds:
    """Tickets by what targets ask of them: `rows` pairs each (profile, urgency, problem class) with the positions
    of its tickets."""

    def __init__(self, tickets: pd.DataFrame) -> None:
        self.count = len(tickets)
        codes = np.zeros(self.count, dtype=np.int64)
        words: list[npt.NDArray[np.object_]] = []
        for condition in CONDITIONS:
            own, distinct = pd.factorize(tickets[condition].to_numpy(dtype=object), use_na_sentinel=False)
            codes = codes * max(len(distinct), 1) + own
            words.append(distinct)
        order = np.argsort(codes, kind="stable")
        present, starts = np.unique(codes[order], return_index=True)
        self.rows: list[tuple[tuple[str, ...], npt.NDArray[np.int64]]] = []
        for code, rows in zip(present.tolist(), np.split(order, starts)[1:], strict=True):
            kind: list[str] = []
            for distinct in reversed(words):
                code, place = divmod(code, len(distinct))
                kind.insert(0, str(distinct[place]))
            self.rows.append((tuple(kind), rows))


_Groups = list[tuple[tuple[str, ...], npt.NDArray[np.int64], npt.NDArray[np.int64]]]


def lookup(targets: pd.DataFrame, clock: str, tickets: pd.DataFrame, when: Any) -> npt.NDArray[np.int64]:
    """For each ticket the position of its row in `targets`, -1 without one.

    `tickets` has profile, urgency and problem_class. `when` (datetime64) decides between rows of different
    生效日期: the latest on or before it. The row with more conditions wins; of two with as many, the one
    that names the urgency, then the one that names the class.
    """
    result = np.full(len(tickets), -1, dtype=np.int64)
    if not len(tickets):
        return result
    moments, groups = seconds(when), _groups(targets, clock)
    for kind, rows in Kinds(tickets).rows:
        result[rows] = _in_force(groups, kind, moments[rows])
    return result


def _in_force(
    groups: _Groups, kind: tuple[str, ...], moments: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The target of tickets of one kind at each moment."""
    result = np.full(len(moments), -1, dtype=np.int64)
    earliest = moments.min(initial=np.iinfo(np.int64).max)
    for condition, starts, positions in groups:
        if all(wanted in ("", has) for wanted, has in zip(condition, kind, strict=True)):
            if starts[-1] <= earliest:  # one row for all of them
                result.fill(positions[-1])
                continue
            at = np.searchsorted(starts, moments, side="right") - 1
            result = np.where(at >= 0, positions[at], result)
    return result


def decide(
    targets: pd.DataFrame, clock: str, kinds: Kinds, when: Any
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """`lookup`, and where the limit can't be told because the ticket's urgency is blank or unknown: its target is -1
    then. Where every urgency has the same limit, or none has one, nothing hangs on it and there is an answer."""
    found = np.full(kinds.count, -1, dtype=np.int64)
    undecided = np.zeros(kinds.count, dtype=bool)
    moments, groups, limits = seconds(when), _groups(targets, clock), _limit_codes(targets)
    for kind, rows in kinds.rows:
        profile, urgency, problem_class = kind
        if urgency:
            found[rows] = _in_force(groups, kind, moments[rows])
            continue
        each = np.column_stack(
            [_in_force(groups, (profile, level, problem_class), moments[rows]) for level in URGENCY_LEVELS]
        )
        codes = limits[each]
        same = (codes == codes[:, :1]).all(axis=1)
        found[rows] = np.where(same, each[:, 0], -1)
        undecided[rows] = ~same
    return found, undecided


def _limit_codes(targets: pd.DataFrame) -> npt.NDArray[np.int64]:
    """For each target a number that equal limits share, -1 for one without an amount; at -1 (no target) -1 as well."""
    codes = targets.groupby(["amount", "unit", "basis"], dropna=False, sort=False).ngroup().to_numpy()
    return np.append(np.where(targets["amount"].isna(), -1, codes), -1).astype(np.int64)


def _groups(targets: pd.DataFrame, clock: str) -> _Groups:
    """(conditions, starts in order, positions in `targets`) of a clock's targets, the least specific first."""
    mine = np.flatnonzero((targets["clock"] == clock).to_numpy())
    starts = seconds(targets["effective"].to_numpy())  # NaT sorts first
    members: dict[tuple[str, ...], list[int]] = {}
    conditions = zip(*(targets[c].to_numpy(dtype=object)[mine] for c in CONDITIONS), strict=True)
    for place, condition in zip(mine.tolist(), conditions, strict=True):
        members.setdefault(tuple(map(str, condition)), []).append(place)
    groups = []
    for condition, places in members.items():
        ordered = np.array(places)[np.argsort(starts[places], kind="stable")]
        groups.append((condition, starts[ordered], ordered))
    return sorted(groups, key=lambda group: _specificity(group[0]))


def _specificity(condition: tuple[str, ...]) -> tuple[int, bool, bool]:
    profile, urgency, problem_class = (bool(c) for c in condition)
    return profile + urgency + problem_class, urgency, problem_class
