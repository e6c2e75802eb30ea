"""Scores of 质量评估, the internal assessment of S003.T2: weights in the labels, the group's composite, the
typed 综合得分 row checked against it, what the times say about 响应, and the assessor who must not be the one who did
the work (S003.R9): such a ticket has no composite."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pandas as pd

from workbook.issues import Issue, WorkbookError
from workbook.sheets.quality_assessment import QUALITY_ASSESSMENT as SHEET
from workbook.values import half_up, split_owner, summary_rows

from .outcome import Ledger
from .response_score import TIMED, suggestions
from .settings import Settings
from .tickets import (
    DOUBLED,
    by_distinct,
    plain_number,
    plain_numbers,
    text_column,
    tickets,
    time_column,
    written_rows,
)

PROFILE = "S003"
COUNTED = "“得分”空着,综合得分按它算。"
TOLERANCE = Decimal("0.01")  # percentage points
_LABEL = re.compile(r"(.*?)\s*\(\s*(\d+(?:\.\d+)?)\s*(%?)\s*\)")


def parse_dimension(text: str) -> tuple[str, Decimal | None]:
    """(label, weight in percent or None): 响应及时性(20%), 响应及时性(20%), 响应及时性(0.2), 响应及时性."""
    plain = unicodedata.normalize("NFKC", str(text)).strip()
    match = _LABEL.fullmatch(plain)
    if not match:
        return plain, None
    try:
        weight = Decimal(match[2])
    except InvalidOperation:
        return plain, None
    return match[1], weight if match[3] or weight > 1 else weight * 100


def is_summary(frame: pd.DataFrame) -> pd.Series:
    """Mask of the rows that sum a ticket up (综合得分 / ——): they are no dimension and count in no mean."""
    first = pd.DataFrame({key: text_column(frame, key) for key in ("ticket", "dimension")})
    return pd.Series(summary_rows(first), index=frame.index)


def assessment_scores(ledger: Ledger, settings: Settings) -> pd.DataFrame:
    """The computed columns of 质量评估, index as the sheet's rows: weight (fraction), composite (exact, on every
    row of the ticket and on its 综合得分 row; NaN unless all scores are there and the weights add up to
    100 %, and where the handler assessed the own work), low (是 under 低分线), suggested and suggested_why (what the
    ticket's times say about 响应及时性; a blank 得分 counts as it where the standard settles it); also group (the
    ticket as compared) and summary (bool).

    The weight printed in the label counts; without one, 设置 gives it: raises WorkbookError if 设置 is asked
    and its weights do not add up.
    """
    return _assess(ledger, settings, lenient=False)


def assessment_issues(ledger: Ledger, settings: Settings) -> list[Issue]:
    """Findings about 质量评估; a ticket's weights are reported once, on its first row."""
    return list(ledger.once(_assessment_issues, settings))


def _assessment_issues(ledger: Ledger, settings: Settings) -> list[Issue]:
    frame = _frame(ledger)
    if frame.empty:
        return []
    read = _assess(ledger, settings, lenient=True)
    found: list[Issue] = []

    def report(code: str, row: Any, key: str, **values: object) -> None:
        found.append(Issue(code, SHEET.title, int(row), SHEET.heading(key), values=values))

    rows = read[~read["summary"] & (read["group"] != "")]
    numbers = text_column(frame, "ticket")
    conflicts = rows[rows["conflict"] != ""]
    for row, weight, setting in zip(
        conflicts.index, conflicts["percent"], conflicts["conflict"], strict=True
    ):
        report("score.weight_conflict", row, "dimension", typed=_percent(weight), setting=setting)
    for row in rows.index[rows["percent"].isna() & (text_column(frame, "dimension")[rows.index] != "")]:
        report("score.weight_unknown", row, "dimension", label=rows.at[row, "label"])
    for _, group in rows[_awry(rows)].groupby("group", sort=False):
        first = group.index[0]
        total = sum((w for w in group["percent"] if w is not None and w == w), Decimal(0))
        if group["percent"].notna().all() and abs(total - 100) > TOLERANCE:
            parts = " + ".join(_percent(w) for w in group["percent"])
            report("score.weights_sum", first, "dimension", ticket=numbers[first], parts=parts,
                   total=_percent(total))  # fmt: skip
        for row in group.index[group["score"].isna()]:
            report("score.assessment_blank", row, "score", label=group.at[row, "label"])
    sums = read[read["summary"] & read["score"].notna() & read["composite"].notna()]
    for row, exact, typed in zip(sums.index, sums["composite"].tolist(), sums["score"].tolist(), strict=True):
        if not any(abs(typed - fair) < 1e-9 for fair in (exact, half_up(exact, 1), half_up(exact, 2))):
            report("score.summary_differs", row, "score", typed=f"{typed:g}",
                   shown=f"{half_up(exact, 1):.1f}", exact=f"{exact:.10g}")  # fmt: skip
    settled = read[read["settled"] & read["typed"].notna() & (read["typed"] != read["suggested"])]
    for row, typed, reason in zip(
        settled.index, settled["typed"].tolist(), settled["suggested_why"], strict=True
    ):
        report(
            "score.anchor_differs",
            row,
            "score",
            label=read.at[row, "label"],
            typed=f"{typed:g}",
            reason=reason,
        )
    for row in read.index[read["own_work"] != ""]:
        report("score.own_work", row, "assessor", owner=read.at[row, "own_work"], ticket=numbers[row])
    return found


def _awry(rows: pd.DataFrame) -> pd.Series:
    """The rows of tickets that are worth a look: a score is blank, or the weights may not add up to 100 %."""
    group, weights = rows["group"], rows["weight"]
    blank = rows["score"].isna().groupby(group).transform("any")
    off = (weights.fillna(0.0).groupby(group).transform("sum") - 1).abs() > float(TOLERANCE) / 200
    return blank | off


def handler_who_assesses(ledger: Ledger, settings: Settings, ticket: str, assessor: str) -> str:
    """The name of the ticket's handler if `assessor` (a name, with or without the department, or a staff number of
    人员) is the same person, else "": such an assessment is not taken in (S003.R9)."""
    logged, group = tickets(ledger, settings).frame, plain_number(ticket)
    return _own_work(logged, pd.Series([group]), pd.Series([assessor]), settings).iloc[0] if group else ""


def _own_work(logged: pd.DataFrame, group: pd.Series, assessor: pd.Series, settings: Settings) -> pd.Series:
    """Per row: the name of the one who handled the ticket where 评估人 is the same person, else ""."""
    named = logged["number"].isin(set(group) - {""}) & (logged["excluded"] != DOUBLED)
    done = logged.loc[(named & (logged["person"] != "")).to_numpy(), ["number", "person"]]
    lookup = dict(zip(reversed(done["number"].tolist()), reversed(done["person"].tolist()), strict=True))
    owner = by_distinct(group, lambda number: lookup.get(number, ""))
    staff = _staff(settings)

    def who(text: str) -> str:
        name = plain_number(split_owner(text)[1]) if text else ""
        return staff.get(name, name)

    same = (owner != "") & (by_distinct(assessor, who) == by_distinct(owner, who))
    return owner.where(same, "")


def _staff(settings: Settings) -> dict[str, str]:
    """Staff number -> name, both as compared, of the people in 人员."""
    people = settings.people
    if people is None or people.empty or "staff_no" not in people:
        return {}
    pairs = zip(people["staff_no"], people["name"], strict=True)
    return {plain_number(no): plain_number(name) for no, name in pairs if isinstance(no, str) and no and name}


def _frame(ledger: Ledger) -> pd.DataFrame:
    if "quality_assessment" in ledger:
        return ledger["quality_assessment"]
    return pd.DataFrame({"ticket": pd.Series(dtype=object)})


def _assess(ledger: Ledger, settings: Settings, lenient: bool) -> pd.DataFrame:
    """Per row: group, summary, label, percent (Decimal or None), conflict (what 设置 says instead, or ""),
    typed (the score as typed), suggested, suggested_why, settled, own_work (the handler's name), score (as it counts),
    weight, composite, low."""
    frame = _frame(ledger)
    out = pd.DataFrame(index=frame.index)
    out["summary"] = is_summary(frame)
    written = written_rows(frame, SHEET)
    numbers = plain_numbers(text_column(frame, "ticket")).where(~out["summary"] & written, "")
    out["group"] = numbers.where(~out["summary"], numbers.where(numbers != "").ffill().fillna(""))
    parsed = by_distinct(text_column(frame, "dimension"), parse_dimension)
    when = time_column(frame, "assessed_at").dt.normalize()
    out["label"] = pd.Series([p[0] for p in parsed], index=frame.index, dtype=object)
    scores = (
        pd.to_numeric(frame["score"], errors="coerce") if "score" in frame else pd.Series(np.nan, frame.index)
    )
    out["typed"] = scores.astype(float)
    logged = tickets(ledger, settings).frame
    timed = (out["label"] == TIMED.label) & (out["group"] != "") & ~out["summary"]
    said = suggestions(logged, out["group"].where(timed, ""))
    out["suggested"] = pd.Series([s.score for s in said], index=frame.index, dtype=float)
    out["suggested_why"] = pd.Series([s.reason for s in said], index=frame.index, dtype=object)
    out["settled"] = pd.Series([s.settled for s in said], index=frame.index, dtype=bool)
    unread = frame.index.isin([i.row for i in ledger.issues if _is_refused_score(i)])
    stands_in = out["typed"].isna() & out["settled"] & ~unread
    out["score"] = out["typed"].where(~stands_in, out["suggested"])
    out.loc[stands_in, "suggested_why"] += COUNTED
    assessors = text_column(frame, "assessor").where(~out["summary"], "")
    out["own_work"] = _own_work(logged, out["group"], assessors, settings)

    cases = pd.Series(list(zip(parsed, when, out["summary"], strict=True)), index=frame.index, dtype=object)
    weighed = by_distinct(cases, lambda case: _weigh(settings, case[0], case[1], case[2], lenient))
    out["percent"] = pd.Series([w[0] for w in weighed], index=frame.index, dtype=object)
    out["conflict"] = pd.Series([w[1] for w in weighed], index=frame.index, dtype=object)
    out["weight"] = pd.Series(
        [np.nan if w[0] is None else float(w[0] / 100) for w in weighed], index=frame.index, dtype=float
    )
    out["composite"] = out["group"].map(_composites(out)).astype(float)
    low_line = pd.Series(settings.at("low_line", when.to_numpy()), index=frame.index, dtype=float)
    out["low"] = np.where(~out["summary"] & (out["group"] != "") & (out["score"] < low_line), "是", "")
    return out


def _is_refused_score(issue: Issue) -> bool:
    """Did the reader refuse a typed 得分? It is no blank that the times could fill."""
    return issue.sheet == SHEET.title and issue.column == SHEET.heading("score") and issue.level == "error"


def _weigh(
    settings: Settings, parsed: tuple[str, Decimal | None], when: Any, summary: bool, lenient: bool
) -> tuple[Decimal | None, str]:
    """(weight in percent, what 设置 says if that differs)."""
    label, typed = parsed
    if summary or not label:
        return None, ""
    try:
        listed = settings.weights(PROFILE, when)
    except WorkbookError:
        if typed is None and not lenient:
            raise
        listed = {}
    setting = Decimal(str(listed[label])) if label in listed else None
    if typed is None:
        return setting, ""
    return typed, _percent(setting) if setting is not None and abs(setting - typed) > TOLERANCE else ""


def _composites(read: pd.DataFrame) -> dict[str, float]:
    """Group -> exact weighted mean, for groups that are complete and whose weights add up to 100 %."""
    rows = read[~read["summary"] & (read["group"] != "")]
    ready = rows["percent"].notna() & rows["score"].notna() & (rows["own_work"] == "")
    complete = ready.groupby(rows["group"]).transform("all")
    rows = rows[complete]
    if rows.empty:
        return {}
    weights = rows["percent"].map(lambda w: int((w * 10**6).to_integral_value())).astype("int64")
    points = np.rint(rows["score"] * 100).astype("int64")
    sums = pd.DataFrame({"points": points * weights, "weights": weights}).groupby(rows["group"]).sum()
    sums = sums[(sums["weights"] - 10**8).abs() <= int(TOLERANCE * 10**6)]
    return {
        str(k): int(p) / (100 * int(w))
        for k, p, w in zip(sums.index, sums["points"], sums["weights"], strict=True)
    }


def _percent(weight: Decimal) -> str:
    return f"{weight.normalize():f}%"
