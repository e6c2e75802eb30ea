"""表单台账 at a moment: what is out, what came back, what is overdue, and whom to remind, once and never again.

A form is due 回收天数 after it was issued (S004.R2: seven days) and reminded of once when that day is over (S004.R3). What
came back stands in 评价记录 under its receipt code (of the internal assessment in 质量评估 under its ticket, and when its
file came in 回收记录), so that the state of every row follows from the sheets as they are: a run of 一键更新, of 生成表单
and of 回收表单 give the same.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.profiles import PROFILES
from workbook.sheets.quality_assessment import QUALITY_ASSESSMENT
from workbook.sheets.reference import FORM_REGISTER
from workbook.sheets.return_log import RETURN_LOG

from .assessment import is_summary
from .outcome import Ledger
from .settings import Settings
from .tickets import plain_numbers, records, text_column, time_column

ISSUED, RETURNED, OVERDUE, CONFLICT, VOID = "已生成", "已回收", "逾期", "冲突", "已作废"
STATES = (ISSUED, RETURNED, OVERDUE, CONFLICT, VOID)
TAKEN = frozenset({RETURNED, "重复", CONFLICT, OVERDUE, "已改动", "版本旧"})
"""Outcomes of returned files that are forms of this ledger, whose answers are in it now."""

DUE, DONE = "待催", "已催"
VOID_REMARK = "作废"
"""What a person writes in 备注 of a form that is no longer wanted back."""

SECOND = "#"
"""Behind the receipt code of an answer that contradicts the first of the same form: 7KQM-4XTR#2."""

COLUMNS = ("state", "returned_at", "reminder", "returned_file", "answers_mark")
_DAY = pd.Timedelta(days=1)

Mask = npt.NDArray[np.bool_]


def register_states(
    ledger: Ledger, settings: Settings, now: datetime, arrived: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The computed columns of 表单台账 for every row of it, as they are at `now`.

    `arrived`: answers that this run adds to 评价记录, by its column keys. A form with an answer is 已回收, one with answers
    that contradict each other 冲突 until a person deletes one of them; one whose 备注 begins with 作废 is 已作废, one whose
    应回收日期 is over 逾期. 催收: 已催 where 提醒时间 holds anything, else 待催 where the form is overdue. An anonymous batch
    names nobody who could be reminded and stays 已生成.
    """
    rows = register(ledger)
    token = plain_numbers(text_column(rows, "token"))
    answers = _answers(ledger, arrived, set(token))
    found = pd.DataFrame(index=rows.index)
    mine = answers.reindex(token.to_numpy()).set_axis(rows.index)
    assessed = _assessed(ledger, rows)
    internal = assessed["returned_file"] != ""
    returned = ((mine["count"].fillna(0) > 0) | internal).to_numpy()
    anonymous = is_anonymous(rows)
    void = text_column(rows, "remark").str.startswith(VOID_REMARK).to_numpy(dtype=bool)
    over = (due_dates(rows, settings) + _DAY <= pd.Timestamp(now)).to_numpy()
    found["state"] = np.select(
        [(token == "").to_numpy(), void, anonymous, mine["conflict"].eq(True).to_numpy(), returned, over],
        ["", VOID, ISSUED, CONFLICT, RETURNED, OVERDUE],
        default=ISSUED,
    )
    came = found["state"].isin((RETURNED, CONFLICT))
    found["returned_at"] = mine["returned_at"].fillna(assessed["returned_at"]).where(came).astype("datetime64[ns]")
    found["reminder"] = np.select([reminded(ledger, rows), (found["state"] == OVERDUE).to_numpy()], [DONE, DUE], default="")
    for key in ("returned_file", "answers_mark"):
        found[key] = mine[key].fillna("").where(~internal, assessed[key]).where(came, "")
    return found[list(COLUMNS)]


def register(ledger: Ledger) -> pd.DataFrame:
    """The rows of 表单台账, none where the ledger lacks it."""
    return ledger[FORM_REGISTER.key] if FORM_REGISTER.key in ledger else pd.DataFrame(index=pd.Index([], dtype="int64"))


def monthly_purpose(now: datetime) -> str:
    """发放目的 of the forms for last month's customers."""
    return f"月度调查 {datetime(now.year, now.month, 1) - timedelta(days=1):%Y-%m}"


def due_dates(rows: pd.DataFrame, settings: Settings) -> pd.Series:
    """The day each form is due back: as noted when it was issued, else by 回收天数 as it was then."""
    noted, issued = time_column(rows, "due_at"), time_column(rows, "issued_at")
    days = pd.to_timedelta(np.asarray(settings.at("form_days", issued.to_numpy()), dtype=float), unit="D")
    return noted.fillna(issued + days).dt.normalize()


def reminded(ledger: Ledger, rows: pd.DataFrame) -> Mask:
    """Whose 提醒时间 is filled in, readably or not: nobody is reminded twice because of a slip of the pen."""
    heading = FORM_REGISTER.heading("reminded_at")
    unread = [i.row for i in ledger.issues if i.sheet == FORM_REGISTER.title and i.column == heading]
    return np.asarray(time_column(rows, "reminded_at").notna().to_numpy() | rows.index.isin(unread))


def is_anonymous(rows: pd.DataFrame) -> Mask:
    return np.asarray(_profile(rows).isin([code for code, p in PROFILES.items() if p.anonymous]).to_numpy())


def is_internal(rows: pd.DataFrame) -> Mask:
    """Which rows are of a form that no customer sees."""
    return np.asarray(_profile(rows).isin([code for code, p in PROFILES.items() if p.internal]).to_numpy())


def base_receipts(receipts: pd.Series) -> pd.Series:
    """Receipt codes as compared, without what tells a contradicting answer from the first."""
    return plain_numbers(receipts).astype(object).str.split(SECOND).str[0]


def _profile(rows: pd.DataFrame) -> pd.Series:
    return text_column(rows, "profile").astype(str).str.strip().str[:4].str.upper()


def _answers(ledger: Ledger, arrived: pd.DataFrame | None, tokens: set[str]) -> pd.DataFrame:
    """By receipt code (of `tokens`): count, conflict, returned_at (the first), returned_file, answers_mark."""
    rows = records(ledger, EVALUATIONS)
    keys = ("receipt", "source_file", "fingerprint")
    parts = [rows] if arrived is None or arrived.empty else [rows, arrived]
    texts = {key: pd.concat([text_column(part, key) for part in parts], ignore_index=True) for key in keys}
    when = [time_column(part, "returned_at").fillna(time_column(part, "evaluated_at")) for part in parts]
    full = plain_numbers(texts["receipt"])
    table = pd.DataFrame(
        {
            "base": base_receipts(texts["receipt"]), "second": full.astype(object).str.contains(SECOND, regex=False),
            "returned_at": pd.concat(when, ignore_index=True), "returned_file": texts["source_file"],
            "answers_mark": texts["fingerprint"],
        }
    )  # fmt: skip
    table = table[table["base"].isin(list(tokens - {""}))]
    found = table.drop_duplicates("base").set_index("base").assign(count=table["base"].value_counts(), conflict=False)
    several = table[table["base"].duplicated(keep=False)].groupby("base")
    if several.ngroups:
        found.loc[list(several.groups), "conflict"] = several["second"].any()
        found.loc[list(several.groups), "returned_at"] = several["returned_at"].min()
        for key in ("returned_file", "answers_mark"):
            found.loc[list(several.groups), key] = several[key].agg(_each_once)
    return found


def _each_once(texts: pd.Series) -> str:
    return "、".join(dict.fromkeys(text for text in texts if text))


def _assessed(ledger: Ledger, rows: pd.DataFrame) -> pd.DataFrame:
    """returned_at, returned_file and answers_mark of the internal forms whose ticket was assessed, returned_file "" of the
    others: as 回收记录 says of the file; where the assessment was typed into 质量评估, when that was done, or the moment the
    form was issued where nobody wrote when, or an earlier day."""
    found = pd.DataFrame({"returned_at": pd.NaT, "returned_file": "", "answers_mark": ""}, index=rows.index)
    found["returned_at"] = found["returned_at"].astype("datetime64[ns]")
    internal = is_internal(rows)
    if not internal.any() or QUALITY_ASSESSMENT.key not in ledger:
        return found
    sheet = ledger[QUALITY_ASSESSMENT.key]
    numbers = plain_numbers(text_column(rows, "ticket"))
    of = plain_numbers(text_column(sheet, "ticket"))
    mine = of.isin(list(set(numbers[internal]) - {""})) & sheet["score"].notna() & ~is_summary(sheet)
    when = time_column(sheet[mine], "assessed_at").groupby(of[mine]).min()
    marks = {number: _mark(part) for number, part in sheet[mine].groupby(of[mine])}
    on = internal & numbers.isin(when.index)
    issued = time_column(rows, "issued_at")
    typed = pd.to_datetime(numbers.map(when.to_dict())).astype("datetime64[ns]")
    log = _first_files(ledger)
    token = plain_numbers(text_column(rows, "token"))
    back = pd.to_datetime(token.map(log["at"].to_dict())).astype("datetime64[ns]")
    found["returned_at"] = back.fillna(typed.where(~(typed < issued), issued).fillna(issued)).where(on)
    found["returned_file"] = token.map(log["file"].to_dict()).astype(object).fillna(QUALITY_ASSESSMENT.title).where(on, "")
    found["answers_mark"] = numbers.map(marks).astype(object).where(on, "")
    return found


def _first_files(ledger: Ledger) -> pd.DataFrame:
    """By receipt code as compared: the first file (at, file) of 回收记录 whose answers are in the ledger."""
    if RETURN_LOG.key not in ledger:
        return pd.DataFrame({"at": pd.Series(dtype="datetime64[ns]"), "file": pd.Series(dtype=object)})
    log = ledger[RETURN_LOG.key]
    log = log[text_column(log, "result").isin(list(TAKEN)) & (text_column(log, "file") != "")]
    table = pd.DataFrame({"at": time_column(log, "at"), "file": text_column(log, "file")})
    table = table.set_axis(base_receipts(text_column(log, "token")).to_numpy())
    table = table[table.index != ""].sort_values("at", kind="stable")
    return table[~table.index.duplicated()]


def _mark(assessment: pd.DataFrame) -> str:
    """The fingerprint of an assessment as 质量评估 has it."""
    keys = ("dimension", "score", "feedback", "advice", "assessor")
    lines = sorted("\x1f".join(texts) for texts in zip(*(_texts(assessment, key) for key in keys), strict=True))
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()[:16]


def _texts(rows: pd.DataFrame, key: str) -> list[str]:
    if key == "score":
        return [f"{score:g}" for score in rows[key]]
    return plain_numbers(text_column(rows, key)).astype(str).tolist()
