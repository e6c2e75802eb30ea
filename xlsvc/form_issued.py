"""What 表单台账 says was issued of a form, and the rows that a run adds to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from workbook.book import Link
from workbook.issues import Issue
from workbook.sheets.customer_forms import Form

from .form_register import CONFLICT, ISSUED, RETURNED, VOID, register, register_states
from .form_tokens import free_token
from .outcome import Ledger
from .settings import Settings
from .tickets import plain_number, text_column

SHEET, FILE, WORDS, PHONE = "工作表", "文件", "短信微信", "电话"
"""The ways a form goes out, as 发放方式 says."""

_COLUMNS = ("token", "ticket", "profile", "version", "tab", "file", "way", "facts_mark")


@dataclass(frozen=True)
class IssuedForm:
    """A row of 表单台账."""

    token: str
    ticket: str
    tab: str
    file: str
    way: str
    facts_mark: str
    wanted: bool
    issued_at: pd.Timestamp


@dataclass
class Issued:
    """The register as a run finds it: `forms` are those of one profile and version by ticket number as compared
    (the last one counts), `batches` its rows without a ticket; tokens, tabs and files of all rows; `newest` is when the
    last of `forms` and `batches` were issued."""

    forms: Mapping[str, IssuedForm]
    batches: Sequence[IssuedForm]
    tokens: set[str]
    tabs: list[str]
    files: list[str]
    newest: Any


def issued(ledger: Ledger, settings: Settings, now: datetime, form: Form) -> Issued:
    """What was issued before, with the states of `now`."""
    rows = register(ledger)
    texts = pd.DataFrame({key: text_column(rows, key) for key in _COLUMNS}, index=rows.index).astype(str)
    at = pd.to_datetime(rows["issued_at"]) if "issued_at" in rows else pd.Series(pd.NaT, index=rows.index)
    texts["state"] = register_states(ledger, settings, now)["state"]
    code = texts["profile"].str.split().str[0].fillna("")
    version = texts["version"].str.removesuffix(".0")  # a retyped 1 comes back as 1.0
    mine = ((code == form.profile.code) & (version == form.profile.version)).to_numpy()
    found = [
        IssuedForm(
            r["token"], r["ticket"], r["tab"], r["file"], r["way"], r["facts_mark"],
            r["state"] not in (RETURNED, CONFLICT, VOID), when,
        )
        for r, when in zip(texts[mine].to_dict("records"), at[mine], strict=True)
    ]  # fmt: skip
    return Issued(
        {plain_number(f.ticket): f for f in found if f.ticket},
        [f for f in found if not f.ticket],
        {t.upper() for t in texts["token"] if t},
        [t for t in texts["tab"] if t],
        [f for f in texts["file"] if f],
        max((f.issued_at for f in found if not pd.isna(f.issued_at)), default=pd.NaT),
    )


@dataclass
class NewRows:
    """The rows that a run adds to 表单台账, and the receipt codes it draws."""

    form: Form
    settings: Settings
    now: datetime
    purpose: str
    draw: Callable[[], str]
    taken: set[str]
    rows: list[dict[str, Any]] = field(default_factory=list)

    def token(self) -> str:
        return free_token(self.draw, self.taken)

    def add(self, token: str, ticket: str, way: str, tab: str = "", file: str = "", mark: str = "", remark: str = "") -> None:
        now = pd.Timestamp(self.now)
        self.rows.append(
            {"token": token, "ticket": ticket, "profile": self.form.profile.name, "version": self.form.profile.version,
             "tab": Link(tab, "A1", tab) if tab else "", "file": file, "purpose": self.purpose, "way": way,
             "facts_mark": mark, "issued_at": now,
             "due_at": now.normalize() + pd.Timedelta(days=int(self.settings.form_days)), "state": ISSUED,
             "remark": remark}
        )  # fmt: skip

    def frame(self) -> pd.DataFrame:
        return pd.DataFrame(self.rows)


def tabs_gone(ledger: Ledger, forms: Iterable[IssuedForm]) -> list[Issue]:
    """Forms that were issued as tabs and whose tab is not there any more."""
    titles = {title.casefold() for title in ledger.titles}
    return [
        Issue("form.tab_gone", values={"ticket": f.ticket, "tab": f.tab, "token": f.token})
        for f in forms
        if titles and f.tab and f.tab.casefold() not in titles
    ]


