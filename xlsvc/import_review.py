"""A plan as the rows of 导入核对: what will be added, what is asked, what differs, what is doubtful, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from workbook.book import Link
from workbook.foreign_tables import address
from workbook.issues import Issue
from workbook.schema import fold
from workbook.sheets import BY_KEY
from workbook.sheets.import_review import OPTION_KEYS
from workbook.sheets.profiles import PROFILES
from workbook.values import number_text, show

from .import_answers import NOT_IMPORTED, OWN_COLUMN
from .import_sources import DIFFERENCE, DONE, OFFER, OPEN, PASTE, PASTED, QUESTION, REVIEW, Source
from .importing import PROFILE, Plan, Question, TablePlan, examples, stored_key
from .importing_aliases import ALIASES
from .importing_duplicates import Difference

FROM_SOURCE, KEEP = "用来源的", "保留台账的"
MOST_DIFFERENCES, MOST_FINDINGS, MOST_ROWS = 2_000, 1_000, 100

SUMMARY, ASKED, OFFERED, DIFFERS, NEW = "概要", "请选定", "可以改", "与台账不同", "将新增"
_OURS = frozenset(BY_KEY[key].title for key in ALIASES)
"""Tabs of the ledger; those of a file are named with it."""
LEVELS = {"error": "要处理", "warning": "请核对", "repaired": "已读作"}
_ASKED_CODES = frozenset({"import.which_column", "import.other_sheet", "import.profile_open", "import.differs"})
"""Findings that stand among the questions or differences."""

Row = dict[str, Any]
Places = Callable[[str, str, int], str]
"""(sheet key, column key, row) -> cell of the ledger."""


def review_rows(
    plan: Plan, source: Source, told: str, waiting: bool, pasted: str, chosen: Mapping[tuple[str, str], str], places: Places
) -> pd.DataFrame:
    """The table 导入核对. `told` says what comes next; `pasted` is the digest of what was pasted and imported last; `chosen`
    (place, stored) -> what a person chose there and is to stay."""
    state = OPEN if waiting else DONE
    rows: list[Row] = [
        {"section": SUMMARY, "heading": "来源", "content": source.name, "advice": told, "what": state, "mark": source.digest,
         "stored": "\n".join(source.paths)}
    ]  # fmt: skip
    rows += [_summary(table, waiting) for table in plan.tables]
    if pasted:
        advice = _CLEARABLE if source.pasted and source.digest == pasted else "记着上次导入的粘贴内容,以免再导入一次。"
        rows.append({"section": SUMMARY, "heading": PASTE.title, "what": PASTED, "mark": pasted, "advice": advice})
    rows += [_question(question, plan) for question in plan.questions]
    if waiting:
        rows += [offer for table in plan.tables for offer in _offers(table)]
    rows += _differences(plan, source, chosen, places)
    findings = [*plan.issues, *(issue for table in plan.tables for issue in table.issues)]
    rows += _findings([i for i in findings if i.code not in _ASKED_CODES], source)
    if waiting:
        rows += _new_rows(plan.tables, source)
    for number, row in enumerate(rows, 1):
        row["no"] = number
    return pd.DataFrame(rows, columns=[c.key for c in REVIEW.columns], dtype=object).where(lambda f: f.notna(), "")


_CLEARABLE = "粘贴区里的内容已经导入,可以清空(程序不会动您粘贴的单元格)。"


def _summary(table: TablePlan, waiting: bool) -> Row:
    counts = {
        "将新增" if waiting else "已新增": len(table.append), "台账已有": len(table.comparison.there),
        "与台账不同": len(table.comparison.differing), "不导入": len(table.left_out),
    }  # fmt: skip
    said = "、".join(f"{label} {count} 行" for label, count in counts.items() if count) or "没有记录"
    cells = len(table.comparison.differences)
    return {
        "section": SUMMARY, "sheet": table.sheet.title, "place": table.table.tab.title, "content": said,
        "advice": f"不同的有 {cells} 格,台账没有改动,逐格列在下面。" if cells else "",
    }  # fmt: skip


def _question(question: Question, plan: Plan) -> Row:
    table = next(t for t in plan.tables if question in t.questions)
    unanswered = {
        "": f"不选就先按“{table.sheet.title}”导入。", PROFILE: "不选则各行没有评价档案,不计入得分。",
    }.get(question.stored, "不选就不导入这一列;以后再选,要逐格补。")  # fmt: skip
    return {
        "section": ASKED, "sheet": table.sheet.title, "place": question.place, "heading": question.subject,
        "content": "、".join(question.examples), "advice": f"{_ASKING.get(question.stored, '这一列是台账的哪一列?')}{unanswered}",
        "what": QUESTION, "mark": question.fingerprint, "stored": question.stored,
        **_options(shown for _, shown in question.choices),
    }  # fmt: skip


_ASKING = {"": "这张表属于台账的哪一张?", PROFILE: "客户填的是哪一张评价表?"}


def _options(words: Iterable[str]) -> Row:
    return dict(zip(OPTION_KEYS, dict.fromkeys(words), strict=False))


def _offers(table: TablePlan) -> list[Row]:
    """What goes without asking, and may be changed: own columns, columns left out, a form that was concluded."""
    mark, sheet = table.mapping.fingerprint, table.sheet
    common = {"section": OFFERED, "sheet": sheet.title, "what": OFFER, "mark": mark}
    rows: list[Row] = []
    for match in table.mapping.matches:
        heading = match.heading
        if not heading.shown or match.how not in ("own", "left") or sheet.find(heading.shown) is not None:
            continue
        own = match.how == "own"
        added = "填进您自己的同名列" if fold(heading.shown) in table.theirs else "将加在右边,作为您自己的列"
        now = added if own else "不导入(平台自带的列)"
        rows.append({
            **common, "heading": heading.shown, "stored": stored_key(heading),
            "place": place_text(table.table.tab.title, address(table.table.heading_rows[1], heading.column)),
            "content": "、".join(examples(table.table, heading)), "advice": f"{now}。要改才选,不选照此办理。",
            **_options((NOT_IMPORTED,) if own else (OWN_COLUMN,)),
        })  # fmt: skip
    if PROFILE in table.mapping.constants:
        names = [p.name for p in PROFILES.values() if not p.internal]
        rows.append({
            **common, "place": table.table.tab.title, "heading": sheet.heading(PROFILE), "stored": PROFILE,
            "content": table.mapping.constants[PROFILE], "advice": "从题目看是这一张,各行都填它。要改才选。", **_options(names),
        })  # fmt: skip
    return rows


def place_text(tab: str, cell: str) -> str:
    """Where something stands in a source, as text."""
    return f"{tab}!{cell}" if cell else tab


def difference_place(table: TablePlan, difference: Difference) -> str:
    """The source cell of a difference; it is how a choice is found again."""
    match = table.mapping.of(difference.key)
    cell = address(difference.row, match.heading.column) if match else f"第 {difference.row} 行"
    return place_text(table.table.tab.title, cell)


def _differences(plan: Plan, source: Source, chosen: Mapping[tuple[str, str], str], places: Places) -> list[Row]:
    rows: list[Row] = []
    total = 0
    for table in plan.tables:
        sheet = table.sheet
        for d in table.comparison.differences:
            total += 1
            if len(rows) >= MOST_DIFFERENCES:
                continue
            cell = places(sheet.key, d.key, d.ledger_row)
            place = difference_place(table, d)
            rows.append({
                "section": DIFFERS, "sheet": sheet.title, "place": _linked(place, source), "heading": sheet.heading(d.key),
                "content": d.source, "ledger_cell": Link(sheet.title, cell, cell) if cell else f"第 {d.ledger_row} 行",
                "ledger": d.ledger, "chosen": chosen.get((place, d.key), ""), "advice": _DIFFERENCE, "what": DIFFERENCE,
                "stored": d.key, **_options((KEEP, FROM_SOURCE)),
            })  # fmt: skip
    if total > len(rows):
        rows.append({"section": DIFFERS, "advice": f"还有 {total - len(rows)} 格不同没有列出;处理完这些再导入一次即可看到。"})
    return rows


_DIFFERENCE = "台账没有改动。要以来源为准,选“用来源的”,再点一次“导入数据”;不选就保留台账的。"


def _findings(found: Sequence[Issue], source: Source) -> list[Row]:
    order = list(LEVELS)
    listed = sorted(found, key=lambda issue: order.index(issue.level))
    rows = [
        {
            "section": LEVELS[i.level], "place": _linked(place_text(i.sheet, _cell(i, source)), source),
            "heading": i.column, "content": str(i.values.get("old", "")), "advice": i.message,
        }
        for i in listed[:MOST_FINDINGS]
    ]  # fmt: skip
    if len(listed) > MOST_FINDINGS:
        rows.append({"section": LEVELS["warning"], "advice": f"还有 {len(listed) - MOST_FINDINGS} 处没有列出。"})
    return rows


def _cell(issue: Issue, source: Source) -> str:
    if issue.cell or not issue.row:
        return issue.cell
    return address(issue.row, 1) if source.pasted else f"第 {issue.row} 行"


def _linked(place: str, source: Source) -> Link | str:
    """A cell of 粘贴区 or of the ledger can be jumped to; a file is not open."""
    tab, _, cell = place.rpartition("!")
    ours = tab in _OURS or (source.pasted and tab == PASTE.title)
    return Link(tab, cell, place) if ours and cell.isascii() and cell else place


def _new_rows(tables: Sequence[TablePlan], source: Source) -> list[Row]:
    rows: list[Row] = []
    total = 0
    for table in tables:
        total += len(table.append)
        first = table.append.head(MOST_ROWS - len(rows))
        keys = [k for k in _TOLD if k in first][:5] or list(first)[:4]
        for row, cells in zip(first.index.tolist(), first[keys].to_numpy(dtype=object).tolist(), strict=True):
            said = " · ".join(filter(None, map(_shown, cells)))
            place = place_text(table.table.tab.title, address(row, table.table.left))
            rows.append({"section": NEW, "sheet": table.sheet.title, "place": _linked(place, source), "content": said})
    if total > len(rows):
        rows.append({"section": NEW, "content": f"还有 {total - len(rows)} 行,不一一列出。"})
    return rows


_TOLD = (
    "ticket", "receipt", "name", "customer", "customer_info", "accepted_at", "evaluated_at", "happened_at", "problem",
    "problem_info", "suggestion", "action", "dimension", "urgency", "overall",
)  # fmt: skip


def _shown(cell: Any) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, float):
        return number_text(cell)
    text = cell if isinstance(cell, str) else show(cell)
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:39]}…"
