"""升级台账: an older ledger brought up to what this version of the product knows, in place and losing nothing.

Added are columns at the right end of their table, tabs from the packaged templates, rows behind the last of 设置 and
选项与关键词. Nothing that stands in the ledger is changed or moved. A row or word that the office took out is added only
once, on the way to a new version; a column or tab whenever it is missing. A heading that every sheet of any version
has is never added: it was renamed, and the reader says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from workbook.book import Book, Tab
from workbook.issues import WorkbookError
from workbook.schema import Sheet, fold
from workbook.sheets import (
    BRIEF_TEMPLATE_TITLE,
    BY_KEY,
    HOME_TITLE,
    REVIEW_TEMPLATE_TITLE,
    SHEETS,
    WEEKLY_TEMPLATE_TITLE,
)
from workbook.sheets.customer_forms import FORMS
from workbook.sheets.settings import SCHEMA_VERSION, SETTING_ROWS, SETTINGS, default_rows
from workbook.sheets.vocabularies import VOCABULARIES
from workbook.values import Vocabularies

from .outcome import Ledger, Outcome
from .setting_cells import ROUTE_ROWS, TARGET_ROWS, WEIGHT_ROWS, identify, profile_code, text
from .settings import Settings

SHOWN = 12
"""So many headings or words are named in one line."""
VERSION_KEY = "schema_version"


@dataclass(frozen=True)
class Missing:
    """What a ledger lacks: tabs with a table, template tabs, headings by sheet key."""

    sheets: tuple[Sheet, ...]
    templates: tuple[str, ...]
    headings: Mapping[str, tuple[str, ...]]


def look(book: Book, options: Mapping[str, Any], progress: Callable[[str], None]) -> dict[str, Any]:
    """Option `missing`. Raises WorkbookError sheet.missing where another tab seems to be the one that is missing, and
    heading.missing or heading.doubled for a heading that was there from the first version on."""
    progress("查看缺少什么")
    titles = {title.casefold() for title in book.titles()}
    present = [sheet for sheet in SHEETS if sheet.title.casefold() in titles]
    lost = [sheet for sheet in SHEETS if sheet not in present]
    for sheet in lost:
        _refuse_renamed(book, sheet)
    cells = book.read(present, {s.key: [c.key for c in s.columns if c.indispensable] for s in present})
    headings = {
        sheet.key: tuple(c.heading for c in sheet.columns if c.key not in cells[sheet.key].letters)
        for sheet in present
    }
    templates = [title for title in (HOME_TITLE, *template_titles()) if title.casefold() not in titles]
    return {"missing": Missing(tuple(lost), tuple(templates), {k: h for k, h in headings.items() if h})}


def template_titles() -> list[str]:
    """The tabs that reports and forms are copied from."""
    return [WEEKLY_TEMPLATE_TITLE, REVIEW_TEMPLATE_TITLE, BRIEF_TEMPLATE_TITLE, *(form.template for form in FORMS.values())]


def _refuse_renamed(book: Book, sheet: Sheet) -> None:
    try:
        book.read([sheet], {sheet.key: []})
    except WorkbookError as error:
        if error.code != "sheet.missing" or error.values.get("alike"):
            raise


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """Adds what is missing; with nothing missing nothing is written."""
    settings.require(VERSION_KEY)
    missing: Missing = ledger.options["missing"]
    outcome, said = Outcome(), []
    for sheet in missing.sheets:
        outcome.tabs.append(Tab(sheet.title, sheet.title, {}, after=_before(sheet, ledger)))
    for title in missing.templates:
        outcome.tabs.append(Tab(title, title, {}))
    for key, headings in missing.headings.items():
        said.append(f"“{BY_KEY[key].title}”的表格右端加了 {len(headings)} 列:{_listed(headings)}。")
    if outcome.tabs:
        titles = [tab.name for tab in outcome.tabs]
        said.append(f"补上了 {len(titles)} 张工作表:{_listed(titles)}。")
    older = settings.made_by < SCHEMA_VERSION
    rules = missing_settings(ledger["settings"]) if older else []
    words = missing_words(ledger["options"]) if older else []
    if rules:
        named = dict.fromkeys(f"{row['group']}·{row['name']}" for row in rules)
        said.append(f"“设置”末尾加了 {len(rules)} 行(都是文件或程序的默认值):{_listed(list(named))}。")
    if words:
        named = dict.fromkeys(f"{row['vocabulary']}·{row['word']}" for row in words)
        said.append(f"“选项与关键词”末尾加了 {len(words)} 行:{_listed(list(named))}。不要的可以删除,不会再加。")
    if older:
        rules.append(_version_row(ledger["settings"], now))
    for key, rows in (("settings", rules), ("options", words)):
        if rows:
            outcome.append[key] = pd.DataFrame(rows)
    outcome.headings = dict(missing.headings)
    return _told(outcome, missing, rules, words, said, older)


def _told(
    outcome: Outcome, missing: Missing, rules: Sequence[Any], words: Sequence[Any], said: list[str], older: bool
) -> Outcome:
    columns = sum(len(headings) for headings in missing.headings.values())
    added = len(rules) - older
    outcome.counts = {"列": columns, "工作表": len(outcome.tabs), "设置": added, "选项": len(words)}
    if not (older or said):
        outcome.notice = f"台账已是最新(第 {SCHEMA_VERSION} 版),没有改动。"
        return outcome
    parts = [f"{n} {unit}" for n, unit in
             ((columns, "列"), (len(outcome.tabs), "张工作表"), (added, "行设置"), (len(words), "个选项")) if n]  # fmt: skip
    what = f"加了 {'、'.join(parts)}" if parts else "没有缺什么"
    outcome.notice = f"台账已升级到第 {SCHEMA_VERSION} 版:{what}。您填的内容、样式和改过的设置都没有动。"
    if WEEKLY_TEMPLATE_TITLE not in missing.templates:
        said.append(
            "首页、周报和表单的模板保持您现在的样子;想要新版样式的,先把那张工作表改名,再点一次“升级台账”,会补上新的一张。"
        )
    outcome.answers = said
    return outcome


def _before(sheet: Sheet, ledger: Ledger) -> str:
    """The tab that a missing one comes to stand behind: the nearest one before it that the ledger has."""
    at = SHEETS.index(sheet)
    return next((s.title for s in reversed(SHEETS[:at]) if s.title in ledger.titles), HOME_TITLE)


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:SHOWN]) + (f" 等 {len(names)} 个" if len(names) > SHOWN else "")


def missing_settings(frame: pd.DataFrame) -> list[dict[str, object]]:
    """The default rows that 设置 does not have. Weights of a form and routes are added only where there are none of
    them at all: beside the office's own rows they would change what these mean."""
    have = [_place(cells) for cells in frame.reindex(columns=[c.key for c in SETTINGS.columns]).to_dict("records")]
    known, names = set(have), {name for name, *_ in have}
    found = []
    for cells in default_rows():
        place = _place({c.key: cells.get(c.key) for c in SETTINGS.columns})
        whole = place[0].startswith(WEIGHT_ROWS) or place[0] == ROUTE_ROWS
        if (place[0] not in names) if whole else (place not in known):
            found.append(cells)
    return found


def _place(cells: Mapping[Any, Any]) -> tuple[str, ...]:
    """What a row of 设置 is about, whatever its value and day."""
    texts = {str(key): text(cell) for key, cell in cells.items() if key != "effective"}
    name, key = identify(texts)
    if name == TARGET_ROWS:
        return name, fold(texts["name"]), profile_code(texts["profile"]), texts["urgency"], texts["problem_class"]
    return (name, *key)


def missing_words(frame: pd.DataFrame) -> list[dict[str, object]]:
    """The documents' words that 选项与关键词 has neither as a word nor as another spelling of one."""
    listed = Vocabularies.from_rows(frame)
    found: list[dict[str, object]] = []
    for name, words in VOCABULARIES.items():
        entries = [entry for entry in listed.entries(name) if entry.row]
        spellings = {fold(spelling) for entry in entries for spelling in (entry.word, *entry.aliases)}
        found += [
            {"vocabulary": name, "word": w.word, "aliases": "、".join(w.aliases), "group": w.group, "origin": w.source}
            for w in words
            if fold(w.word) not in spellings
        ]
    return found


def _version_row(frame: pd.DataFrame, now: datetime) -> dict[str, object]:
    """The row that says the version from now on; the row before it stays, as with every dated setting."""
    setting = next(s for s in SETTING_ROWS if s.key == VERSION_KEY)
    day = datetime(now.year, now.month, now.day)
    dated = pd.to_datetime(frame["effective"]) if "effective" in frame else pd.Series(dtype="datetime64[ns]")
    taken = set(dated[frame["name"].map(text) == setting.name].dropna()) if len(dated) else set()
    while pd.Timestamp(day) in taken:
        day += timedelta(days=1)
    return {
        "group": setting.group, "name": setting.name, "value": SCHEMA_VERSION, "effective": day, "note": setting.help,
    }  # fmt: skip
