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
COLUMNS = ("clock", *CONDITIONS, "amount", "unit", "basis", "effective", "row")


def packaged() -> pd.DataFrame:
    """The documents' own targets, valid from the beginning; `row` is 0."""
    keys = {name: key for key, name in CLOCKS.items()}
    rows = [
        {"clock": keys[t.clock], "profile": t.profile, "urgency": t.urgency, "problem_class": "",
         "amount": np.nan if t.value is None else float(t.value), "unit": t.unit, "basis": t.basis,
         "effective": pd.NaT, "row": 0}
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
    frame["row"] = frame["row"].astype("int64")
    return frame


def lookup(targets: pd.DataFrame, clock: str, tickets: pd.DataFrame, when: Any) -> npt.NDArray[np.int64]:
    """For each ticket the position of its row in `targets`, -1 without one.

    `tickets` has profile, urgency and problem_class. `when` (datetime64) decides between rows of different
    生效日期: the latest on or before it. The row with more conditions wins; of two with as many, the one
    that names the urgency, then the one that names the class.
    """
    result = np.full(len(tickets), -1, dtype=np.int64)
    rows = targets[targets["clock"] == clock]
    if rows.empty or not len(tickets):
        return result
    moments = seconds(when)
    combos, kinds = pd.factorize(pd.MultiIndex.from_frame(tickets[list(CONDITIONS)]))
    order = np.argsort(combos, kind="stable")
    bounds = np.searchsorted(combos[order], np.arange(len(kinds) + 1))
    groups = _groups(targets, rows)
    for i, kind in enumerate(kinds):
        where = order[bounds[i] : bounds[i + 1]]
        for condition, starts, positions in groups:
            if all(wanted in ("", has) for wanted, has in zip(condition, kind, strict=True)):
                at = np.searchsorted(starts, moments[where], side="right") - 1
                result[where] = np.where(at >= 0, positions[at], result[where])
    return result


def decide(
    targets: pd.DataFrame, clock: str, tickets: pd.DataFrame, when: Any
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """`lookup`, and where the limit can't be told because the ticket's urgency is blank or unknown: its target is -1
    then. Where every urgency has the same limit, or none has one, nothing hangs on it and there is an answer."""
    found = lookup(targets, clock, tickets, when)
    bare = np.flatnonzero((tickets["urgency"] == "").to_numpy())
    undecided = np.zeros(len(tickets), dtype=bool)
    if not len(bare):
        return found, undecided
    some, moments = tickets.iloc[bare], np.asarray(when)[bare]
    each = np.column_stack(
        [lookup(targets, clock, some.assign(urgency=level), moments) for level in URGENCY_LEVELS]
    )
    limits = _limit_codes(targets)[each]
    same = (limits == limits[:, :1]).all(axis=1)
    found[bare] = np.where(same, each[:, 0], -1)
    undecided[bare] = ~same
    return found, undecided


def _limit_codes(targets: pd.DataFrame) -> npt.NDArray[np.int64]:
    """For each target a number that equal limits share, -1 for one without an amount; at -1 (no target) -1 as well."""
    codes = targets.groupby(["amount", "unit", "basis"], dropna=False, sort=False).ngroup().to_numpy()
    return np.append(np.where(targets["amount"].isna(), -1, codes), -1).astype(np.int64)


def _groups(
    targets: pd.DataFrame, rows: pd.DataFrame
) -> list[tuple[tuple[str, ...], npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """(conditions, starts in order, positions in `targets`), the least specific first."""
    position = {label: i for i, label in enumerate(targets.index)}
    starts = pd.Series(seconds(rows["effective"].to_numpy()), index=rows.index)  # NaT sorts first
    groups = []
    for condition, members in rows.groupby([*CONDITIONS], sort=False):
        ordered = starts[members.index].sort_values(kind="stable")
        groups.append(
            (
                tuple(map(str, condition)),
                ordered.to_numpy(),
                np.array([position[label] for label in ordered.index]),
            )
        )
    return sorted(groups, key=lambda group: _specificity(group[0]))


def _specificity(condition: tuple[str, ...]) -> tuple[int, bool, bool]:
    profile, urgency, problem_class = (bool(c) for c in condition)
    return profile + urgency + problem_class, urgency, problem_class
