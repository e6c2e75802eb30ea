"""导入数据: the first click shows in 导入核对 what would happen, the second does it.

Nothing that a person typed is changed: rows are appended and answers remembered in 导入对照. A cell of the ledger takes
the source's content only where a person chose that for this very cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from workbook.issues import Issue, WorkbookError
from workbook.sheets import BY_KEY

from .import_answers import LOG_KEYS, MAPPING, given, in_words, new_rows, remembered, sheets_taken, with_given
from .import_landing import landed
from .import_review import FROM_SOURCE, difference_place, review_rows
from .import_sources import DIFFERENCE, PASTE, REVIEW, Review, Source
from .importing import THE_TABLE, Plan, Request, TablePlan, plan
from .importing_aliases import ALIASES
from .numbering import NUMBERS, numbers_of_new_rows
from .outcome import Ledger, Outcome
from .settings import Settings
from .tickets import record_rows

SAME_KIND = 20
"""Findings of one kind that the notice's list names; the rest is counted."""


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """Options: `source` and `review` as import_sources.gather gives them, `confirm` (append without a second click),
    `again` (a second click on the same source confirms). Raises WorkbookError import.no_table, import.no_tabs."""
    source: Source | None = ledger.options.get("source")
    review: Review | None = ledger.options.get("review")
    if review is None or MAPPING.key not in ledger:
        raise WorkbookError("import.no_tabs", review=REVIEW.title, mapping=MAPPING.title)
    if source is None:
        return Outcome(notice=_NOTHING, show=[PASTE.title], activate=PASTE.title, passing=True)
    known, faults = remembered(ledger[MAPPING.key])
    chosen = given(review.rows)
    answers = with_given(known, chosen.rows)
    frames = {key: ledger[key] for key in ALIASES if key in ledger}
    places = ledger.options.get("addresses")
    own = {key: places.own(key) for key in frames} if places else {}
    wants = Request(settings.vocabularies, frames, answers, _kept_logs(ledger), _unread(ledger), own)
    found = plan(source.name, source.tabs, wants)
    same = review.digest == source.digest
    wanted = _chosen_cells(found, review) if same else {}
    asked_anew = {(q.fingerprint, q.stored) for q in found.questions} - review.asked
    confirmed = bool(ledger.options.get("confirm") or (ledger.options.get("again") and same and (review.waiting or wanted)))
    if chosen.issues or (review.waiting and (not same or asked_anew)):
        confirmed = False
    adding = sum(len(table.append) for table in found.tables)
    open_cells = sum(len(table.comparison.differences) for table in found.tables)
    outcome = _written(ledger, found, wanted, now) if confirmed else Outcome()
    if confirmed:
        found = landed(found, places)
    waiting = not confirmed and bool(adding or wanted)
    imported = source.pasted and (confirmed or not (waiting or open_cells))
    how = _AGAIN if ledger.options.get("again") else _CONFIRM
    before = review.name if review.waiting and not same else ""
    notice = _notice(found, source, outcome, confirmed, waiting, before, how)
    stay = {} if confirmed or not same else {(r.place, r.stored): r.text for r in review.rows if r.what == DIFFERENCE and r.text}
    pasted = source.digest if imported else review.pasted
    outcome.replace = {
        REVIEW.key: review_rows(found, source, _told(confirmed, waiting), waiting, pasted, stay, places or _nowhere)
    }
    taken = [*chosen.rows, *(sheets_taken(found, answers) if confirmed else ())]
    noted = new_rows(taken, known, source.name, now)
    if len(noted):
        outcome.append[MAPPING.key] = noted
    outcome.show = [*outcome.show, REVIEW.title]
    outcome.activate = outcome.activate or REVIEW.title
    outcome.notice, outcome.passing = notice, not confirmed
    outcome.issues = [*faults, *chosen.issues, *_folded(_findings(found, known))]
    return outcome


def _unread(ledger: Ledger) -> dict[tuple[str, int, str], str]:
    """(sheet key, row, column key) -> the text of a cell that reads as nothing."""
    titles = {BY_KEY[key].title: BY_KEY[key] for key in ALIASES}
    found = {}
    for issue in ledger.issues:
        sheet = titles.get(issue.sheet)
        column = sheet.find(issue.column) if sheet is not None and issue.row else None
        if sheet is not None and column is not None and issue.level != "repaired" and issue.values.get("old"):
            found[sheet.key, int(issue.row or 0), column.key] = str(issue.values["old"])
    return found


def _kept_logs(ledger: Ledger) -> tuple[str, ...]:
    """The log that the office keeps: the one that is visible; of two the one that has records."""
    shown = tuple(key for key in LOG_KEYS if ledger.titles.get(BY_KEY[key].title))
    used = tuple(key for key in shown if key in ledger and record_rows(ledger, BY_KEY[key]).any())
    return used if len(shown) > 1 and used else shown


def _nowhere(key: str, column: str, row: int) -> str:
    return ""


_NOTHING = (
    "没有要导入的内容。请把记录连同标题一起粘贴到“粘贴区”(已为您打开),再点一次“导入数据”;也可以导入文件(.xlsx、.xlsm、.csv、.txt)。"
)


# what is written


def _written(ledger: Ledger, found: Plan, wanted: Mapping[str, pd.DataFrame], now: datetime) -> Outcome:
    """The rows of all tables by sheet, numbered where they have no number, and the cells that were chosen."""
    out = Outcome()
    by_sheet: dict[str, list[TablePlan]] = {}
    for table in found.tables:
        if len(table.append):
            by_sheet.setdefault(table.sheet.key, []).append(table)
    typed: dict[str, pd.DataFrame] = {}
    for key, tables in by_sheet.items():
        out.append[key] = pd.concat([t.append for t in tables], ignore_index=True).astype(object)
        typed[key] = pd.concat([t.cleaned.frame.loc[t.append.index] for t in tables], ignore_index=True)
        own = pd.concat([_own(t) for t in tables], ignore_index=True).astype(object)
        if len(own.columns):
            out.own[key] = own.where(own.notna(), None)
    issued = 0
    for key, numbers in numbers_of_new_rows(ledger, {k: _datable(k, typed[k], out.append[k]) for k in typed}, now).items():
        column, rows = NUMBERS[key].column, out.append[key]
        if column not in rows:
            rows[column] = None
        rows.loc[numbers.index, column] = numbers.astype(object)
        issued += len(numbers) if key in LOG_KEYS else 0
    for key, rows in out.append.items():
        out.append[key] = rows.where(rows.notna(), None)
        out.counts[f"{BY_KEY[key].title}新增"] = len(rows)
    out.counts["编工单号"] = issued
    out.chosen = dict(wanted)
    out.counts["改用来源的"] = sum(int(frame.notna().to_numpy().sum()) for frame in wanted.values())
    logs = [BY_KEY[key].title for key in by_sheet if key in LOG_KEYS and not ledger.titles.get(BY_KEY[key].title)]
    out.show = logs
    out.activate = next((BY_KEY[key].title for key in by_sheet if not BY_KEY[key].hidden), "")
    return out


def _own(table: TablePlan) -> pd.DataFrame:
    """The person's columns; one that is headed like a column of ours says that it is another one."""
    taken = {c: f"{c}(来源)" for c in map(str, table.own.columns) if table.sheet.find(c) is not None}
    return table.own.rename(columns=taken)


def _datable(key: str, typed: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Rows that may be given a number: their time is not one that cannot be read, for the number would bear a wrong day."""
    days = NUMBERS[key].days[:1] if key in NUMBERS else ()
    keep = pd.Series(True, index=typed.index)
    for day in days:
        if day in cells:
            keep &= cells[day].isna() | typed[day].notna()
    return typed[keep]


def _chosen_cells(found: Plan, review: Review) -> dict[str, pd.DataFrame]:
    """Cells for which a person chose the source's content, by sheet: index = ledger rows, columns = keys, None elsewhere.
    A choice counts while the ledger's cell says what it said when it was made."""
    said = {(r.place, r.stored): r.ledger for r in review.rows if r.what == DIFFERENCE and r.text == FROM_SOURCE}
    cells: dict[str, dict[int, dict[str, Any]]] = {}
    for table in found.tables:
        for d in table.comparison.differences if said else ():
            if said.get((difference_place(table, d), d.key)) == d.ledger and d.key in table.cleaned.values:
                cells.setdefault(table.sheet.key, {}).setdefault(d.ledger_row, {})[d.key] = table.cleaned.values.at[d.row, d.key]
    return {key: pd.DataFrame.from_dict(rows, orient="index", dtype=object).sort_index() for key, rows in cells.items()}


# what is said


_AGAIN, _CONFIRM = "再点一次“导入数据”", "再运行一次,加上 --confirm,"


def _notice(
    found: Plan, source: Source, outcome: Outcome, confirmed: bool, waiting: bool, before: str, how: str
) -> str:
    counts = found.counts
    if confirmed:
        return _done_notice(source, outcome)
    parts = [
        f"“{sheet}”将新增 {count} 行" for sheet, count in Counter(
            {t.sheet.title: 0 for t in found.tables} | _sums(found.tables)
        ).items() if count
    ]  # fmt: skip
    parts += [f"{counts['已有'] + counts['与台账不同']} 行台账已有"] if counts["已有"] + counts["与台账不同"] else []
    cells = sum(len(t.comparison.differences) for t in found.tables)
    parts += [f"{cells} 格与台账不同"] if cells else []
    parts += [f"{counts['未导入的行']} 行不导入"] if counts["未导入的行"] else []
    if before == source.name:
        opening = f"来源“{before}”的内容变了,已重新核对:"
    elif before:
        opening = f"之前核对的“{before}”没有写入台账,要导入它的,请在这一次之后再导入。现在核对的是来源“{source.name}”:"
    else:
        opening = f"来源“{source.name}”:"
    head = opening + (",".join(parts) or "没有记录") + "。"
    if not waiting:
        rest = "没有可新增的行,台账没有改动。" + ("不同的几格列在“导入核对”,由您决定。" if cells else "")
        return head + rest + ("粘贴区可以清空了。" if source.pasted and not cells else "")
    asks = f"有 {counts['待定']} 处请在“导入核对”的“您的选择”里选定(不选的列先不导入)。" if counts["待定"] else ""
    return f"{head}{asks}台账还没有改动,核对后{how}就写入。"


def _sums(tables: Iterable[TablePlan]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for table in tables:
        sums[table.sheet.title] = sums.get(table.sheet.title, 0) + len(table.append)
    return sums


def _done_notice(source: Source, outcome: Outcome) -> str:
    done = [f"“{BY_KEY[key].title}”新增 {len(rows)} 行" for key, rows in outcome.append.items()]
    if outcome.counts["改用来源的"]:
        done.append(f"按您的选择改用来源的内容 {outcome.counts['改用来源的']} 格")
    if not done:
        return f"来源“{source.name}”没有可新增的行,台账没有改动。"
    issued = f",新编工单号 {outcome.counts['编工单号']} 个" if outcome.counts["编工单号"] else ""
    clear = "“粘贴区”的内容可以清空了。" if source.pasted else ""
    return f"已从“{source.name}”导入:{'、'.join(done)}{issued}。{clear}接着请点“一键更新”;不要了可以“撤销上次”。"


def _told(confirmed: bool, waiting: bool) -> str:
    if confirmed:
        return "已写入台账。要退回,点“撤销上次”。"
    if waiting:
        return "台账还没有改动。核对下面各行,要选的在“您的选择”里选定,再点一次“导入数据”(命令行加 --confirm)就写入。"
    return "没有可新增的行,台账没有改动。"


def _findings(found: Plan, known: Mapping[str, Mapping[str, str]]) -> list[Issue]:
    """All findings of a plan, and which columns go by what was chosen before."""
    issues = [*found.issues]
    for table in found.tables:
        said = known.get(table.mapping.fingerprint, {})
        if said:
            words = "、".join(
                f"{stored or THE_TABLE}→{in_words(stored, answer, table.sheet.key)}" for stored, answer in list(said.items())[:8]
            )
            issues.append(Issue("import.remembered", table.table.tab.title, values={"words": words}))
        issues += table.issues
    return issues


def _folded(issues: Iterable[Issue]) -> list[Issue]:
    """The findings, of more than SAME_KIND alike ones the first and a count."""
    kinds: dict[str, list[Issue]] = {}
    for issue in issues:
        kinds.setdefault(issue.code, []).append(issue)
    found: list[Issue] = []
    for alike in kinds.values():
        found += alike[:SAME_KIND]
        if len(alike) > SAME_KIND and alike[0].level != "repaired":
            first = alike[0]
            found.append(Issue("import.more", first.sheet, values={"count": len(alike) - SAME_KIND, "what": first.short or "同样的情况"}))
    return found
