"""Random ledgers run through the real commands, and what is wrong with their weekly tabs by two judges that share nothing
with the product: the typed cells read by plain loops, and a spreadsheet application."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.support.random_ledgers import WEEK, Drawn, Row, draw
from tests.support.raw_oracle import RawOracle, channels, figures
from workbook.sheets import BY_KEY
from workbook.template import Layout, build, save
from workbook.template.tables import draw_table
from xlsvc import app

COMMANDS = ("update", "score", "summary", "today", "brief", "month")
"""What is run on every ledger, in this order: whatever tabs then stand there are judged."""

URGENCIES = ("P1", "P2", "P3", "P4", "未定")
STATUSES = ("达标", "超时", "即将超时", "进行中", "无时限", "无法判定")
TYPES, PEOPLE, DEPARTMENTS, CHANNELS = 6, 8, 6, 4
GROUPS = {"人员": PEOPLE, "部门": DEPARTMENTS}


def _rows(prefix: str, count: int, *more: str) -> list[str]:
    return [*(f"{prefix}{n}" for n in range(1, count + 1)), *(f"{prefix}{name}" for name in more)]


def _totals() -> dict[str, tuple[str, ...]]:
    """Total -> the figures that must add up to it. 类型合计_数量 is the week's new tickets of this ledger."""
    new = "类型合计_数量"
    made = {f"类型合计_{field}": tuple(f"{row}_{field}" for row in _rows("类型", TYPES, "其他")) for field in ("数量", "上周")}
    for column in (*STATUSES, "合计"):
        made[f"紧急合计_{column}"] = tuple(f"紧急{row}_{column}" for row in URGENCIES)
    for row in (*URGENCIES, "合计"):
        made[f"紧急{row}_合计"] = tuple(f"紧急{row}_{status}" for status in STATUSES)
    made["紧急合计_合计 "] = made["紧急合计_合计"]
    made["渠道合计_数量"] = tuple(f"{row}_数量" for row in _rows("渠道", CHANNELS, "其他", "代填"))
    made[f"{new} (紧急)"] = ("紧急合计_合计",)
    made[f"{new} (日)"] = tuple(f"日{n}_新增" for n in range(1, 8))
    made[f"{new} (客户)"] = tuple(f"客户{name}_新增" for name in ("新", "老", "VIP", "其他"))
    for prefix, count in GROUPS.items():
        made[f"{new} ({prefix})"] = tuple(f"{row}_新增" for row in _rows(prefix, count, "其他"))
        made[f"超时未结 ({prefix})"] = tuple(f"{row}_超时" for row in _rows(prefix, count, "其他"))
    return made


TOTALS = _totals()


@dataclass(frozen=True)
class Judged:
    """A ledger with its weekly tab; `raw` read it before any command had run."""

    drawn: Drawn
    path: Path
    raw: RawOracle

    @property
    def tab(self) -> str:
        return f"周报 {self.drawn.week}"


_BLANK: list[Workbook] = []
_FILLED: set[str] = set()


def drawn_book(rows: Mapping[str, Sequence[Row]], layouts: Mapping[str, Layout]) -> Workbook:
    """What `workbook.template.build` makes of them. The tabs that no ledger changes are drawn once a run, so that the
    workbook is the caller's only until the next one is drawn."""
    if not _BLANK:
        _BLANK.append(build())
    book, changed = _BLANK[0], {*rows, *layouts}
    for key in sorted(changed | _FILLED):
        sheet, layout, old = BY_KEY[key], layouts.get(key, Layout()), book[BY_KEY[key].title]
        place, state = book.index(old), old.sheet_state
        book.remove(old)
        tab = draw_table(book, sheet, rows.get(key), layout.order, layout.renamed)
        book.move_sheet(tab, place - book.index(tab))
        tab.sheet_state = state
    book.active = 0
    _FILLED.clear()
    _FILLED.update(changed)
    return book


def make(seed: int, folder: Path, commands: Sequence[str] = COMMANDS) -> Judged:
    """The ledger of a seed, with all that the commands make of it."""
    drawn = draw(seed)
    path, book = folder / f"{seed}.xlsx", drawn_book(drawn.rows, drawn.layouts)
    raw = RawOracle(book, drawn.now)
    save(book, path)
    told = {"summary": {"week": drawn.week}, "month": {"period": f"{drawn.monday:%Y-%m}"}}
    for command in commands:
        app.run(command, path, told.get(command, {}), drawn.now)
    return Judged(drawn, path, raw)


def frozen(judged: Judged, folder: Path) -> Path:
    """The workbook that 定稿导出 makes of the week for people outside."""
    report = app.run("freeze", judged.path, {"week": judged.drawn.week, "out": str(folder)}, judged.drawn.now)
    return next(Path(name) for name in report.files if name.endswith(".xlsx") and Path(name) != judged.path)


def unlike_the_typed_cells(judged: Judged, found: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Figure -> (on the tab, by the typed cells) where they differ; the labels of lists are judged by how busy they are."""
    raw, monday = judged.raw, judged.drawn.monday
    wrong: dict[str, tuple[Any, Any]] = {}
    labels = {prefix: _labels(found, prefix) for prefix in (*GROUPS, "渠道")}
    for prefix, kind in (("人员", "person"), ("部门", "department")):
        part = raw.involved(kind, monday, monday + WEEK)
        mine = sorted((part[label.lower()] for label in labels[prefix]), reverse=True)
        busiest = sorted(part.values(), reverse=True)[: GROUPS[prefix]]
        if mine != busiest:
            wrong[f"{prefix}_名称"] = mine, busiest
    wanted = figures(raw, judged.drawn.week, labels["人员"], labels["部门"])
    wanted |= channels(raw, judged.drawn.week, labels["渠道"])
    return wrong | {name: (found.get(name, "没有这一格"), value) for name, value in wanted.items() if not _same(found.get(name), value)}


def unlike_the_sum(found: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Total -> (on the tab, the sum of its rows there) where they differ."""
    sums = {total: sum(float(found[row] or 0) for row in rows) for total, rows in TOTALS.items()}
    totals = {total: found[total.partition(" ")[0]] for total in TOTALS}
    return {total: (totals[total], added) for total, added in sums.items() if totals[total] != added}


def _labels(found: Mapping[str, Any], prefix: str) -> list[str]:
    return [str(value) for name, value in found.items() if re.fullmatch(rf"{prefix}\d_名称", name) and value]


def _same(one: Any, other: Any) -> bool:
    if isinstance(other, datetime):
        other = (other - datetime(1899, 12, 30)) / timedelta(days=1)
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(other))
    return (one or "") == (other or "")
