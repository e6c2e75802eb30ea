"""Scores of 评价记录: which answers count, the exact composite, low and satisfied, and the means reports show.

A composite is Σ score x weight / Σ weight in whole numbers, divided once: 5,4,5,4 with 20/30/25/25 is 4.45
and nothing else, and only what is shown is rounded. Profiles ask different things and are never averaged
together (requirements §2 C6). The internal assessment (S003.T2) is another instrument: xlsvc.assessment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.issues import Issue
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.profiles import DIMENSION_KEYS, PROFILES
from workbook.values import half_up

from .assessment import assessment_issues, assessment_scores
from .excluded_answers import REASON_CONFLICT, REASON_STRAIGHT, further_reasons
from .feedback_text_rows import comment_columns
from .feedback_text_words import lexicon_issues
from .outcome import Ledger, Outcome
from .settings import Settings
from .tickets import (
    DOUBLED,
    by_distinct,
    plain_numbers,
    record_rows,
    text_column,
    ticket_cells,
    tickets,
    time_column,
    to_columns,
)
from .valid_answers import NO, SCORE_SCALE, YES, composite_mean, dimension_means, mean_lines

UNTOLD, BY_PROXY = "未填", "代填"
REASON_DOUBLED = "重复回执码"
REASON_RANGE = "分数超范围"
REASON_PROFILE = "评价档案不明"
REASON_FEW = "未填关键信息"
REASON_TIME = "缺评价时间"

NEEDS = ticket_cells("owner", "responded_at")
WEIGHT_SCALE = 10**6  # weights are kept to a millionth of a percent



def evaluation_scores(ledger: Ledger, settings: Settings) -> pd.DataFrame:
    """The computed columns of 评价记录, index as the sheet's rows.

    valid 是/否 (blank for a row without content and for a row of averages); invalid_reason in the order 重复回执码, 评价档案不明,
    分数超范围, 未填关键信息 (fewer than 最少作答项 of the profile's questions answered; S001.R5), 缺评价时间,
    冲突待选, 同分无说明 (see excluded_answers).
    composite (exact, NaN where the answer does not count or a weighted question of its profile is blank: its
    other answers still count in their own means); low: headings of single scores under 低分线; satisfied 是/否
    by 整体满意度 where the profile asks it, else by the composite; stat_at, stat_profile (S002), stat_<key>;
    stat_customer and stat_channel (未填 where blank; 代填 where somebody else filled it in).
    Raises WorkbookError if weights that are needed do not add up to 100 %.
    """
    return ledger.once(_evaluation_scores, settings)


def _evaluation_scores(ledger: Ledger, settings: Settings) -> pd.DataFrame:
    frame, read = _frame(ledger), ledger.once(_read, settings)
    out = read[["valid", "invalid_reason"]].copy()
    counts = read["valid"] == YES
    scores = read[list(DIMENSION_KEYS)].where(counts)
    when = read["stat_at"]
    out["composite"] = _composites(scores, read["stat_profile"].where(counts, ""), when, settings)
    low_line = pd.Series(settings.at("low_line", when.to_numpy()), index=frame.index, dtype=float)
    out["low"] = _low_names(scores, low_line)
    asks_overall = read["stat_profile"].isin(
        [code for code, p in PROFILES.items() if any(d.key == "overall" for d in p.dimensions)]
    )
    judged = scores["overall"].where(asks_overall, out["composite"])
    line = pd.Series(settings.at("satisfied_line", when.to_numpy()), index=frame.index, dtype=float)
    out["satisfied"] = np.where(judged.isna(), "", np.where(judged >= line, YES, NO))
    out["stat_at"] = when
    out["stat_profile"] = read["stat_profile"]
    for key in DIMENSION_KEYS:
        out[f"stat_{key}"] = read[key]
    written = (read["valid"] != "").to_numpy()
    kind, channel = text_column(frame, "customer_type"), text_column(frame, "channel")
    out["stat_customer"] = kind.where(kind != "", UNTOLD).where(written, "")
    by_proxy = (text_column(frame, "proxy") == YES).to_numpy()
    out["stat_channel"] = channel.where(channel != "", UNTOLD).mask(by_proxy, BY_PROXY).where(written, "")
    return out


def evaluation_issues(ledger: Ledger, settings: Settings) -> list[Issue]:
    """What is wrong with answers as answers (reading their cells is workbook.values' business)."""
    return list(ledger.once(_evaluation_issues, settings))


def _evaluation_issues(ledger: Ledger, settings: Settings) -> list[Issue]:
    frame = _frame(ledger)
    if frame.empty:
        return []
    read = ledger.once(_read, settings)
    found: list[Issue] = []

    def report(code: str, rows: pd.Series, key: str, **values: object) -> None:
        hit = rows.index[rows].tolist()
        own = [v[rows].tolist() if isinstance(v, pd.Series) else [v] * len(hit) for v in values.values()]
        for row, *filled in zip(hit, *own, strict=True):
            told = dict(zip(values, filled, strict=True))
            found.append(Issue(code, EVALUATIONS.title, row, EVALUATIONS.heading(key), values=told))

    receipts = text_column(frame, "receipt")
    numbers = plain_numbers(receipts)
    doubled = read["invalid_reason"] == REASON_DOUBLED
    if doubled.any():
        first = dict(zip(reversed(numbers.tolist()), reversed(numbers.index.tolist()), strict=True))
        report("score.receipt_doubled", doubled, "receipt", receipt=receipts, first_row=numbers.map(first))
    report("score.too_few_answers", read["invalid_reason"] == REASON_FEW, "issues",
           answered=read["answered"], least=settings.min_answered)  # fmt: skip
    report("score.conflict", read["invalid_reason"] == REASON_CONFLICT, "receipt", receipt=receipts)
    report("score.straight_lined", read["invalid_reason"] == REASON_STRAIGHT, "issues")
    anonymous = read["stat_profile"].isin([code for code, p in PROFILES.items() if p.anonymous])
    for key in ("ticket", "customer", "customer_no", "contact"):
        report("score.not_anonymous", anonymous & (text_column(frame, key) != ""), key)
    valid = read["valid"] == YES
    report("score.unanswered", valid & (read["missing"] != ""), "composite", names=read["missing"],
           profile=read["stat_profile"])  # fmt: skip
    report("score.not_asked", valid & (read["extra"] != ""), "profile", names=read["extra"],
           profile=read["stat_profile"])  # fmt: skip
    return found


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """计算得分: scores of 评价记录 and 质量评估, and each ticket's score back in its log row."""
    settings.require("low_line", "satisfied_line", "few_answers", "min_answered", "main_profile")
    scores = evaluation_scores(ledger, settings)
    assessed = assessment_scores(ledger, settings)
    columns = {}
    if "evaluations" in ledger:
        columns["evaluations"] = scores.join(comment_columns(ledger, settings))
    if "quality_assessment" in ledger:
        columns["quality_assessment"] = assessed[["weight", "composite", "low", "suggested", "suggested_why"]]
    columns |= _log_composites(ledger, settings, scores, assessed)
    valid, invalid = int((scores["valid"] == YES).sum()), int((scores["valid"] == NO).sum())
    profile = PROFILES[settings.main_profile]
    mean, n = composite_mean(scores, profile.code)
    means = dimension_means(scores, profile, settings)
    shown = "—" if mean is None else f"{half_up(mean, 1):.1f}"
    low = [f"{m.label} {half_up(m.mean, 2):.2f}" for m in means if m.low and m.mean is not None]
    where = "(原因见“评价记录”的“剔除原因”列)" if invalid else ""
    notice = f"评价 {valid + invalid} 份:有效 {valid} 份,剔除 {invalid} 份{where};"
    notice += f"“{profile.title}”综合得分 {shown}(n={n})"
    notice += f",低分项:{'、'.join(low)}。" if low else (",没有低分项。" if n else "。")
    return Outcome(
        notice=notice,
        counts={
            "评价": valid + invalid,
            "有效": valid,
            "剔除": invalid,
            "综合得分": shown,
            "综合得分份数": n,
        },
        issues=[
            *evaluation_issues(ledger, settings), *assessment_issues(ledger, settings), *lexicon_issues(settings.vocabularies),
        ],
        columns=columns,
        answers=mean_lines(scores, settings),
    )


def _frame(ledger: Ledger) -> pd.DataFrame:
    return (
        ledger["evaluations"]
        if "evaluations" in ledger
        else pd.DataFrame({"receipt": pd.Series(dtype=object)})
    )


def _read(ledger: Ledger, settings: Settings) -> pd.DataFrame:
    """Per row: valid, invalid_reason, stat_at, stat_profile, the scores in range (others NaN), answered (int),
    missing (blank, not unreadable: the reader told of those) and extra (headings joined with 、)."""
    frame = _frame(ledger)
    out = pd.DataFrame(index=frame.index)
    held = EVALUATIONS.key in ledger
    written = record_rows(ledger, EVALUATIONS) if held else pd.Series(False, index=frame.index)
    codes = by_distinct(text_column(frame, "profile"), _code)
    when = time_column(frame, "evaluated_at")
    out_of_range = pd.Series("", index=frame.index, dtype=object)
    missing, extra = out_of_range.copy(), out_of_range.copy()
    answered = pd.Series(0, index=frame.index)
    refused, unreadable = _refused_scores(ledger, "value.score_range"), _refused_scores(ledger)
    for key in DIMENSION_KEYS:
        raw = pd.to_numeric(frame[key], errors="coerce") if key in frame else pd.Series(np.nan, frame.index)
        good = raw.where((raw >= 1) & (raw <= 5) & written)
        out[key] = good.astype(float)
        heading = EVALUATIONS.heading(key)
        wrong = (raw.notna() & good.isna()) | frame.index.isin(list(refused.get(heading, ())))
        asked = codes.isin([c for c, p in PROFILES.items() if any(d.key == key for d in p.dimensions)])
        out_of_range = _with_name(out_of_range, wrong, heading)
        unread = frame.index.isin(list(unreadable.get(heading, ())))
        missing = _with_name(missing, asked & good.isna() & ~unread, heading)
        extra = _with_name(extra, ~asked & good.notna(), heading)
        answered += (asked & good.notna()).astype(int)
    numbers = plain_numbers(text_column(frame, "receipt"))
    least = np.asarray(settings.at("min_answered", when.to_numpy()), dtype=float)
    reasons = np.select(
        [
            ~written, numbers.duplicated() & (numbers != ""), codes == "", out_of_range != "",
            answered < least, when.isna(),
        ],
        ["", REASON_DOUBLED, REASON_PROFILE, REASON_RANGE, REASON_FEW, REASON_TIME],
        default=further_reasons(frame, out, codes, when, settings),
    )  # fmt: skip
    out["invalid_reason"] = pd.Series(reasons, index=frame.index, dtype=object)
    out["valid"] = np.where(~written, "", np.where(out["invalid_reason"] == "", YES, NO))
    out["stat_at"], out["stat_profile"] = when, codes
    out["answered"], out["missing"], out["extra"] = answered, missing, extra
    return out


def _code(name: str) -> str:
    """The profile's code at the beginning of what 评价档案 holds, "" if there is no such profile."""
    match = re.match(r"\s*(S\d{3})", str(name))
    return match[1] if match and match[1] in PROFILES else ""


def _refused_scores(ledger: Ledger, code: str = "") -> dict[str, set[int]]:
    """Heading -> rows whose cell the reader refused, for whatever reason or for one."""
    refused: dict[str, set[int]] = {}
    for issue in ledger.issues:
        refusal = issue.code == code if code else issue.level == "error"
        if issue.sheet == EVALUATIONS.title and refusal and issue.row is not None:
            refused.setdefault(issue.column, set()).add(issue.row)
    return refused


def _with_name(names: pd.Series, rows: pd.Series | npt.NDArray[np.bool_], name: str) -> pd.Series:
    hit = np.flatnonzero(rows)
    if not len(hit):
        return names
    texts = names.to_numpy(dtype=object, copy=True)
    texts[hit] = [f"{text}、{name}" if text else name for text in texts[hit]]
    return pd.Series(texts, index=names.index, dtype=object)


def _low_names(scores: pd.DataFrame, line: pd.Series) -> pd.Series:
    names = pd.Series("", index=scores.index, dtype=object)
    for key in DIMENSION_KEYS:
        names = _with_name(names, scores[key] < line, EVALUATIONS.heading(key))
    return names


def _composites(scores: pd.DataFrame, codes: pd.Series, when: pd.Series, settings: Settings) -> pd.Series:
    """Exact weighted means. Weights are asked for once per profile and period, sums are whole numbers below
    2**53, so that the one division at the end rounds correctly."""
    result = np.full(len(scores), np.nan)
    groups: dict[tuple[tuple[str, int], ...], list[npt.NDArray[np.int64]]] = {}
    for (code, day), places in _places(codes, when, settings):
        weights = settings.weights(code, day)
        keys = {d.label: d.key for d in PROFILES[code].dimensions}
        whole = tuple(
            (keys.get(label, ""), int((Decimal(str(weight)) * WEIGHT_SCALE).to_integral_value()))
            for label, weight in weights.items()
            if weight
        )
        groups.setdefault(whole, []).append(places)
    for whole, parts in groups.items():
        places = np.concatenate(parts)
        if any(not key for key, _ in whole):
            continue
        values = scores[[key for key, _ in whole]].to_numpy(dtype=float)[places]
        weights_row = np.array([w for _, w in whole], dtype=np.int64)
        complete = ~np.isnan(values).any(axis=1)
        points = np.rint(values[complete] * SCORE_SCALE).astype(np.int64)
        result[places[complete]] = (points @ weights_row) / (SCORE_SCALE * int(weights_row.sum()))
    return pd.Series(result, index=scores.index)


def _places(
    codes: pd.Series, when: pd.Series, settings: Settings
) -> Iterator[tuple[tuple[str, pd.Timestamp], npt.NDArray[np.int64]]]:
    """Row positions of the rows that have a profile and a day, per profile and weights in force, each with one
    of its days; in the order in which they appear."""
    days = when.dt.normalize().to_numpy()
    plain = codes.to_numpy(dtype=object)
    rows = np.flatnonzero((plain != "") & ~np.isnat(days))
    profiles, names = pd.factorize(plain[rows])
    periods = np.zeros(len(rows), dtype=np.int64)
    for n, name in enumerate(names):
        mine = profiles == n
        periods[mine] = settings.weight_periods(str(name), days[rows[mine]])
    groups, distinct = pd.factorize(periods * max(len(names), 1) + profiles)
    for n in range(len(distinct)):
        places = rows[groups == n]
        yield (str(plain[places[0]]), pd.Timestamp(days[places[0]])), places


def _log_composites(
    ledger: Ledger, settings: Settings, scores: pd.DataFrame, assessed: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The score beside each ticket: what its customer said last, else, in 流程记录, the internal assessment.

    Anonymous answers never reach a ticket, and neither does an internal profile in 评价记录. The column is
    for looking at, no report averages it: customer and internal scores are different instruments (C10).
    """
    frame = tickets(ledger, settings).frame
    evaluations = _frame(ledger)
    customer = pd.DataFrame(
        {"ticket": plain_numbers(text_column(evaluations, "ticket")),
         "at": scores["stat_at"], "composite": scores["composite"]}
    )  # fmt: skip
    named = scores["stat_profile"].isin(
        [c for c, p in PROFILES.items() if not p.anonymous and not p.internal]
    )
    customer = customer[named & customer["composite"].notna() & (customer["ticket"] != "")]
    said = (
        customer.sort_values("at", kind="stable").drop_duplicates("ticket", keep="last").set_index("ticket")
    )
    internal = assessed[assessed["composite"].notna() & (assessed["group"] != "")]
    inside = internal.drop_duplicates("group").set_index("group")["composite"]
    numbers = frame["number"]
    composite = numbers.map(said["composite"]).astype(float)
    of_process = frame.index.get_level_values("sheet") == "process_log"
    composite = composite.where(composite.notna() | ~of_process, numbers.map(inside).astype(float))
    composite = composite.where(frame["excluded"] != DOUBLED)
    return to_columns(composite.to_frame("composite"))
