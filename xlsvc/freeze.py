"""定稿导出: a week's report whose figures move no more, a workbook of it for the mail, and a draft of that mail.

The tab's formulas give way to what they show; what people wrote stays. The workbook keeps the formulas, over rows that
name nobody (freeze_rows). A frozen tab is never frozen again: who wants newer figures takes the freezing back, or deletes
the tab.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from workbook.book import Tab, Value
from workbook.issues import Issue, WorkbookError
from workbook.new_files import NewBook, NewFile, NewReport
from workbook.sheets import weekly_summary as weekly
from workbook.sheets.settings import SETTING_ROWS

from . import weekly_summary
from .freeze_mail import REPORT_FILE, mail
from .freeze_rows import Leaving, leaving
from .freeze_state import frozen_mark
from .freeze_words import Hidden, outside_values
from .outcome import Ledger, Outcome
from .settings import Settings
from .weekly_figures import WEEK, week_label

NEEDS = weekly_summary.NEEDS
STATE, REMEMBERED = "报告状态", weekly.GENERATED.format(name="报告状态")
FROZEN_STATE = "定稿"


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """The tab 周报 <week> refilled and fixed, 售后周报_<week>.xlsx and its .eml in 周报文件夹.

    Option `week` is an ISO week as 2024-W18 (default: the last one that is over). For a week that is frozen already only
    missing files are made, with figures only. Raises WorkbookError summary.week, freeze.future, settings.bad.
    """
    start = weekly_summary.week_start(ledger.options.get("week") or week_label(now - WEEK))
    week = week_label(start)
    if start > now:
        raise WorkbookError("freeze.future", week=week)
    settings.require("report_to", "report_cc", "report_folder")
    tab = weekly.TAB.format(week=week)
    there = _names_in(ledger, settings)
    if since := frozen_mark(ledger, tab):
        return _again(ledger, settings, week, since, there)
    outcome = weekly_summary.update(replace(ledger, options={**ledger.options, "week": week}), settings, now)
    made = outcome.tabs[0]
    values: dict[str, Value] = {
        **made.values,
        "标题": weekly.FROZEN_TITLE.format(week=week, at=now),
        STATE: FROZEN_STATE,
        "即时_说明": weekly.FIXED_NOTE,
        REMEMBERED: weekly.FROZEN.format(at=now),
    }
    drafts = {name: text for name, text in made.drafts.items() if name != STATE}
    outcome.tabs = [replace(made, values=values, drafts=drafts, fixed=True)]
    name = _free(REPORT_FILE.format(week=week), there)
    report = _report(ledger, settings, made, {**values}, drafts, leaving(ledger, outcome, start, str(values["主档案"])))
    outcome.files, outcome.folder = _files(ledger, settings, week, name, report, values), settings.report_folder
    if start + WEEK > now:
        told = {"until": f"{start + WEEK:%Y-%m-%d %H:%M}", "now": f"{now:%Y-%m-%d %H:%M}"}
        outcome.issues.append(Issue("freeze.not_over", sheet=tab, values=told))
    outcome.issues += _no_recipient(settings)
    outcome.notice = f"“{tab}”已定稿,数字不再变;可外发的“{name}”和邮件草稿(没有寄出)已做好。"
    return outcome


def _again(ledger: Ledger, settings: Settings, week: str, since: str, there: frozenset[str]) -> Outcome:
    """What is left to do for a week that was frozen `since`: files that are not there."""
    tab, name = weekly.TAB.format(week=week), REPORT_FILE.format(week=week)
    way_back = (
        "文件里是定稿那时的数字和文字。要重新定稿:先把这张工作表改名或删除;有“(更新)”那一张的,"
        f"再把它改名为“{tab}”,上面写的话会留着;然后点“定稿导出”。"
    )
    outcome = Outcome(activate=tab, folder=settings.report_folder)
    stem = name.removesuffix(".xlsx")
    if any(known.startswith(stem) and known.endswith(".xlsx") for known in there):
        outcome.notice = f"“{tab}”在 {since} 已经定稿,文件也在,没有改动。{way_back}"
        return outcome
    report = NewReport(weekly.TITLE, tab, {}, [], lambda name, columns: True, Hidden.of(ledger, settings).shown)
    outcome.files = _files(ledger, settings, week, _free(name, there), report, None)
    outcome.issues = [Issue("freeze.file_gone", sheet=tab, values={"file": name}), *_no_recipient(settings)]
    outcome.notice = f"“{tab}”在 {since} 已经定稿,没有改动;补做了缺少的文件“{outcome.files[0].file}”。{way_back}"
    return outcome


def _report(
    ledger: Ledger, settings: Settings, tab: Tab, values: Mapping[str, Value], drafts: Mapping[str, str], rows: Leaving
) -> NewReport:
    """The workbook for the mail. The frozen title and state stand in it as texts, whatever formula the tab has there."""
    hidden = Hidden.of(ledger, settings)
    texts = ("标题", STATE, REMEMBERED)

    def as_value(name: str, columns: frozenset[tuple[str, str]]) -> bool:
        return name in texts or rows.as_value(name, columns)

    return NewReport(tab.template, tab.name, outside_values(values, hidden), rows.tables, as_value, hidden.shown, drafts)


def _files(
    ledger: Ledger, settings: Settings, week: str, name: str, report: NewReport, values: Mapping[str, Value] | None
) -> list[NewBook | NewFile]:
    templates: Any = ledger.options.get("form_templates")

    @cache  # the mail has the same workbook attached
    def content() -> bytes:
        made: bytes = templates.report(report)
        return made

    def draft() -> bytes:
        return mail(settings, week, name, content(), values)

    return [NewFile(name, content), NewFile(name.removesuffix(".xlsx") + ".eml", draft)]


def _names_in(ledger: Ledger, settings: Settings) -> frozenset[str]:
    names_in: Callable[[str], frozenset[str]] = ledger.options.get("names_in", lambda folder: frozenset())
    return names_in(settings.report_folder)


def _free(name: str, there: frozenset[str]) -> str:
    """The name, or the first one with a number behind that neither a workbook nor a draft in the folder has: a file that
    stands there is never written over."""
    known = {other.casefold().rpartition(".")[0] for other in there}
    stem, number, found = name.removesuffix(".xlsx"), 1, name.removesuffix(".xlsx")
    while found.casefold() in known:
        number += 1
        found = f"{stem} ({number})"
    return f"{found}.xlsx"


def _no_recipient(settings: Settings) -> list[Issue]:
    if settings.report_to:
        return []
    title = next(setting.name for setting in SETTING_ROWS if setting.key == "report_to")
    return [Issue("freeze.no_recipient", values={"name": title})]
