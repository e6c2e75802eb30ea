"""结转: which rows a new year's ledger begins with, and what it has to know of those that stay behind.

Carried are the tickets that are still open, with what hangs on them; open improvements; forms that are still out. Each
table's other rows stay in the old ledger, which is only read. What stays is remembered in 结转记录 in two ways: for each
of the last weeks the figures of the tickets and answers that stay (the weekly tab adds them to its own rows, so that
its trend goes on as it was), and the highest number of each day, so that none is issued twice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbook.book import Book
from workbook.carried_file import CarriedFile, Rows, carried_file
from workbook.issues import Issue, WorkbookError
from workbook.new_files import NewFile
from workbook.sheets import BY_KEY, HOME_TITLE, REVIEW_TABS, brief
from workbook.sheets import weekly_summary as weekly
from workbook.sheets.carried import CARRIED, NUMBER_KIND, WEEK_KIND
from workbook.sheets.settings import SCHEMA_VERSION
from workbook.sheets.vocabularies import CLOSED_STATUSES

from . import scoring, sla
from .carried_weeks import COUNTS, FIGURES, carried_weeks
from .numbering import numbers_in_use
from .outcome import Ledger, Outcome
from .settings import Settings
from .tickets import DOUBLED, LOGS, is_blank, plain_numbers, text_column, tickets, written_rows
from .weekly_figures import WEEK, Week, week_label
from .weekly_summary import answers_of, tickets_of, week_start

WITH_TICKET = ("evaluations", "quality_assessment", "service_process", "status_history")
"""Sheets whose rows come along where their ticket does."""
EMPTIED = ("issue_list", "send_register")
RENEWED = ("paste_area", "import_review")
"""Tabs that begin anew: what was pasted and looked at belongs to the old ledger's rows."""
FORM_DONE = ("已回收", "已作废")
IMPROVEMENT_DONE = ("不采纳", "关闭")
REOPENED = "重开"
SHOWN = 6
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


@dataclass(frozen=True)
class Source:
    """The old ledger's file name, the new one's folder and name, the state of each row of 表单台账, and what makes the
    new file of the rows that come along."""

    name: str
    folder: str
    file: str
    form_states: Mapping[int, str]
    make: Callable[[Sequence[Rows], Any, Sequence[str], Sequence[str], str], CarriedFile]


def source(book: Book, options: Mapping[str, Any], progress: Callable[[str], None]) -> dict[str, Any]:
    """Option `source`. Raises WorkbookError carry.year, carry.suffix."""
    register = BY_KEY["form_register"]
    cells = book.read([register], {register.key: ["token", "state"]}).get(register.key)
    states = dict(zip(cells.rows.tolist(), cells.columns.get("state", []), strict=False)) if cells else {}
    path = book.snapshot()
    folder, file = "", str(options.get("out") or "")
    if file:
        out = Path(file).expanduser().absolute()
        folder, file = str(out.parent), out.name
        if out.suffix.casefold() != path.suffix.casefold():
            raise WorkbookError("carry.suffix", file=file, extension=path.suffix)
    shown = {int(row): str(state or "") for row, state in states.items()}
    return {"source": Source(str(book.name), folder, file, shown, partial(carried_file, path))}


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """One new file; the ledger itself is not written to. Raises WorkbookError carry.*."""
    given: Source = ledger.options["source"]
    if settings.made_by < SCHEMA_VERSION:
        raise WorkbookError("carry.older", version=settings.made_by, known=SCHEMA_VERSION)
    year = _year(ledger.options.get("year"), given.name, now)
    kept = kept_rows(ledger, settings, given.form_states)
    tables = [Rows(BY_KEY[key], rows) for key, rows in kept.items()]
    body = _carried_body(ledger, settings, now, kept, given.name)
    without = _tabs_left(ledger, kept)
    file = given.file or new_name(given.name, year)
    renewed = [BY_KEY[key].title for key in RENEWED if BY_KEY[key].title in ledger.titles]
    made = given.make(tables, body, without, renewed, HOME_TITLE)
    outcome = _told(ledger, settings, kept, file)
    outcome.issues += _issues(ledger, settings, kept, made)
    outcome.files.append(NewFile(file, made.data))
    outcome.folder = given.folder
    return outcome


def _year(given: object, name: str, now: datetime) -> int:
    """The new ledger's year: the one behind the year in the old one's name; without one this year, in its second half the
    next. Raises carry.year."""
    text = str(given or "").strip()
    if not text:
        named = _YEAR.findall(Path(name).stem)
        return int(named[-1]) + 1 if named else now.year + (now.month > 6)
    if not re.fullmatch(r"20\d\d", text):
        raise WorkbookError("carry.year", value=text, example=now.year + 1)
    return int(text)


def new_name(name: str, year: int) -> str:
    """售后台账2026.xlsx -> 售后台账2027.xlsx; the year goes behind a name that has none."""
    path = Path(name)
    stem, found = _YEAR.subn(str(year), path.stem)
    return (stem if found else f"{path.stem}{year}") + path.suffix


def kept_rows(ledger: Ledger, settings: Settings, form_states: Mapping[int, str]) -> dict[str, list[int]]:
    """Sheet key -> the rows that come along, of every table that is shortened."""
    frame = tickets(ledger, settings).frame
    numbers = set(frame["number"][is_open(frame)]) - {""}
    # rows that share a number are one ticket: a row of it left behind would count a second time
    going = frame[is_open(frame) | frame["number"].isin(numbers)]
    kept: dict[str, list[int]] = {}
    for log in LOGS:
        if log.key in ledger:
            kept[log.key] = [int(row) for key, row in going.index if key == log.key]
    for key in WITH_TICKET:
        if key in ledger:
            kept[key] = _rows(ledger[key], plain_numbers(text_column(ledger[key], "ticket")).isin(numbers))
    if "suggestion_tracker" in ledger:
        found = ledger["suggestion_tracker"]
        done = text_column(found, "status").isin(IMPROVEMENT_DONE)
        kept["suggestion_tracker"] = _rows(found, ~done & written_rows(found, BY_KEY["suggestion_tracker"]))
    if "form_register" in ledger:
        found = ledger["form_register"]
        out = ~pd.Series([form_states.get(int(row), "") for row in found.index], found.index).isin(FORM_DONE)
        mine = plain_numbers(text_column(found, "ticket")).isin(numbers)
        kept["form_register"] = _rows(found, (out & ~is_blank(found["token"])) | mine)
    for key in EMPTIED:
        if BY_KEY[key].title in ledger.titles:
            kept[key] = []
    return {key: sorted(rows) for key, rows in kept.items()}


def is_open(frame: pd.DataFrame) -> pd.Series:
    """Tickets that are not over: no readable 实际解决时间 and no 状态 that says they are closed, or reopened."""
    over = frame["resolved_at"].notna() | frame["status"].isin(CLOSED_STATUSES)
    return ~over | (frame["status"] == REOPENED)


def _rows(frame: pd.DataFrame, chosen: pd.Series) -> list[int]:
    return [int(row) for row in frame.index[chosen.to_numpy(dtype=bool)]]


def _tabs_left(ledger: Ledger, kept: Mapping[str, Sequence[int]]) -> list[str]:
    """Weekly tabs, briefs and reviews of the old ledger, and forms as tabs of which no row of 表单台账 comes along."""
    prefixes = (*REVIEW_TABS, weekly.TAB.format(week=""), brief.TAB.format(period=""), "表单 ")
    register = ledger.frames.get("form_register")
    wanted = set() if register is None else set(text_column(register, "tab").loc[list(kept.get("form_register", []))])
    return [t for t in ledger.titles if t.startswith(prefixes) and t not in wanted]


def _carried_body(
    ledger: Ledger, settings: Settings, now: datetime, kept: Mapping[str, Sequence[int]], name: str
) -> pd.DataFrame:
    """The rows of 结转记录: what the old ledger was itself given is handed on."""
    outcome = sla.update(ledger, settings, now).merge(scoring.update(ledger, settings, now))
    counted, answers = tickets_of(outcome), answers_of(outcome)
    gone = np.array([row not in set(kept.get(str(key), ())) for key, row in counted.index], dtype=bool)
    left = counted[gone].copy()
    undated = (left["stat_undated"] == "是") & left["stat_end"].isna()
    left.loc[undated, "stat_end"] = np.maximum(left.loc[undated, "stat_start"], np.datetime64(now, "ns"))
    stayed = answers[~answers.index.isin(kept.get("evaluations", []))]
    before = carried_weeks(ledger)
    rows: list[dict[str, Any]] = []
    for n in range(weekly.TREND_WEEKS - 1, -1, -1):
        start = week_start(week_label(now)) - n * WEEK
        profile = str(settings.at("main_profile", np.datetime64(start + WEEK)))
        figures = week_figures(left, stayed, start, profile)
        for key in FIGURES:
            figures[key] += before.figure(key, start, profile)
        rows.append({"kind": WEEK_KIND, "week": start, "profile": profile, "origin": name, **figures})
    for prefix, days in numbers_in_use(ledger).items():
        rows += [
            {"kind": NUMBER_KIND, "number": f"{prefix}{day}{number:03d}", "origin": name}
            for day, number in sorted(days.items())
        ]
    body = pd.DataFrame(rows, columns=[column.key for column in CARRIED.columns])
    body["week"] = pd.to_datetime(body["week"])
    return body.astype(dict.fromkeys(FIGURES, float))


def week_figures(left: pd.DataFrame, answers: pd.DataFrame, start: datetime, profile: str) -> dict[str, float]:
    """The figures of one week over these rows (as `weekly_figures.Week` takes them): counts and sums, no shares."""
    week = Week(left, answers, start, profile)
    found = {key: float(week.figure(name)[0]) for key, name in COUNTS.items()}
    for key, column in (("response", "response_status"), ("resolution", "resolution_status")):
        found[f"{key}_met"], found[f"{key}_judged"] = map(float, week.judged(column))
    scores = answers["composite"][week.main].dropna()
    words = answers["satisfied"][week.valid]
    found["score_sum"], found["score_count"] = math.fsum(scores), float(len(scores))
    found["satisfied"], found["satisfied_of"] = float((words == "是").sum()), float(words.isin(["是", "否"]).sum())
    return found


def _told(ledger: Ledger, settings: Settings, kept: Mapping[str, Sequence[int]], file: str) -> Outcome:
    frame = tickets(ledger, settings).frame
    carried = {log.title: len(kept.get(log.key, ())) for log in LOGS}
    going = sum(carried.values())
    each = "、".join(f"{title} {count} 张" for title, count in carried.items() if count)
    again = sum(frame["status"].get((log.key, row)) == REOPENED for log in LOGS for row in kept.get(log.key, ()))
    each += f",其中状态为“重开”的 {again} 张" if again else ""
    doubled = int((frame["excluded"] == DOUBLED).sum())
    of_these = f"(含工单号重复、更新时不另计的 {doubled} 张)" if doubled else ""
    more = {key: len(kept[key]) for key in (*WITH_TICKET, "suggestion_tracker", "form_register") if kept.get(key)}
    outcome = Outcome(counts={"结转工单": going, "留下工单": len(frame) - going, "原台账工单": len(frame)})
    outcome.notice = (
        f"已结转到“{file}”:带走未结工单 {going} 张{f'({each})' if each else ''},留在原台账 {len(frame) - going} 张,"
        f"合计 {len(frame)} 张{of_these},与原台账相符;原台账没有改动。"
    )
    along = "、".join(f"{BY_KEY[key].title} {count} 行" for key, count in more.items())
    outcome.answers = [
        f"同时带走:{along or '没有别的行'};设置、选项、人员、假期、模板和您加的列全部带走。",
        *_unlike_the_weekly(frame, kept),
        f"周报的趋势接着近 {weekly.TREND_WEEKS} 周的数画下去;编号接着原来的编,不会重号。",
        "请先在新台账里点一次“一键更新”,以后都在新台账里登记;原台账只作查阅,历史周报也在那里。",
    ]
    return outcome


def _unlike_the_weekly(frame: pd.DataFrame, kept: Mapping[str, Sequence[int]]) -> list[str]:
    """Why the weekly tab's 期末未结 is another number than the tickets that come along; nothing where it is not."""
    going = np.asarray(frame.index.isin([(key, row) for key, rows in kept.items() for row in rows]))
    timed, counted = frame["resolved_at"].notna().to_numpy(), (frame["excluded"] == "").to_numpy()
    again = going & counted & timed & (frame["status"] == REOPENED).to_numpy()
    reasons = (
        (again, "重开而留着旧解决时间的 {} 张不在其中"),
        (~going & counted & ~timed, "状态已办结而没有解决时间的 {} 张算在其中"),
        (going & (timed | ~counted) & ~again, "工单号重复或不计入统计的 {} 张不在其中"),
    )
    told = [text.format(int(rows.sum())) for rows, text in reasons if rows.any()]
    if not told:
        return []
    return [f"周报的期末未结按解决时间算,和这里的 {int(going.sum())} 张不同:{';'.join(told)}。"]


def _issues(
    ledger: Ledger, settings: Settings, kept: Mapping[str, Sequence[int]], made: CarriedFile
) -> list[Issue]:
    frame = tickets(ledger, settings).frame
    undated = frame[frame["status"].isin(CLOSED_STATUSES) & frame["resolved_at"].isna()]
    found = []
    for log in LOGS:
        rows = [int(row) for key, row in undated.index if key == log.key]
        if rows:
            shown = "、".join(map(str, rows[:SHOWN])) + (" 等" if len(rows) > SHOWN else "")
            found.append(Issue("carry.undated", log.title, rows[0], values={"count": len(rows), "rows": shown}))
    if made.row_readers:
        places = "、".join(made.row_readers[:SHOWN]) + (" 等" if len(made.row_readers) > SHOWN else "")
        found.append(Issue("carry.reads_row", values={"count": len(made.row_readers), "places": places}))
    found += [Issue("carry.tab_kept", title) for title in made.tabs_kept]
    return found
