"""Rows edited in LibreOffice move the weekly tab's volumes, types and scores at once, and nothing else.

What each edit must do is worked out by hand on the rows as they would be read, and counted by the oracle of weekly_oracle.
In the end the product reads the edited ledger itself and has to come to what the tab has shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.ledgers import NOW, make_ledger
from tests.support.libreoffice import LibreOffice
from tests.support.weekly_oracle import expected
from workbook.sheets import BY_KEY
from workbook.sheets import weekly_summary as weekly
from workbook.sheets.profiles import PROFILES
from workbook.values import serial
from xlsvc import app

WEEK, TAB = "2024-W18", "周报 2024-W18"
RESPONSE, PROCESS, ANSWERS = (BY_KEY[key] for key in ("response_log", "process_log", "evaluations"))
FIRST_ROW = RESPONSE.header_row + 1
DIMENSIONS = [(d.label, ANSWERS.heading(f"stat_{d.key}")) for d in PROFILES["S002"].dimensions]

LIVE = re.compile(
    r"本周_(期初未结|新增|办结|期末未结|综合得分|投诉)|上周_(期初未结|新增|办结|期末未结|综合得分|投诉)|样本_综合得分|日\d_.*"
    r"|维度\d_(样本|均分|占比|低分)|周\d_(新增|办结|期末未结)|周[78]_得分(样本)?|对账_.*"
)
WAITS = re.compile(
    r"超时未结|[本上]周_(首次响应达标率|解决达标率|满意率|重开)|样本_.*率|紧急.*|人员\d_.*|部门\d_.*|客户.*|渠道.*|周\d_(响应|解决).*"
)

State = dict[str, list[dict[str, Any] | None]]
"""By sheet key, the rows as the product would read them, by heading; None for one that holds nothing."""


def _at(day: int, hour: int = 9, month: int = 5) -> datetime:
    return datetime(2024, month, day, hour)


def _ticket(number: int, accepted: object, **cells: object) -> dict[str, object]:
    return {"ticket": f"SN2024050100{number}", "customer": "王女士", "contact": "010-5678", "problem": "漏水", "urgency": "紧急",
            "owner": "技术部*李工", "accepted_at": accepted, **cells}  # fmt: skip


def _answer(number: int, at: object, *scores: object, **cells: object) -> dict[str, object]:
    keys = ("response", "resolution", "attitude", "expertise")
    return {"receipt": f"R{number}", "evaluated_at": at, "profile": "S002", "channel": "微信",
            **dict(zip(keys, scores, strict=True)), **cells}  # fmt: skip


ROWS = {
    "response_log": [
        _ticket(1, _at(1), problem_type="硬件故障"),
        _ticket(2, _at(1, 10), problem_type="硬件故障", resolved_at=_at(2)),
        _ticket(3, "2024年5月1日 11点", problem_type="客诉", resolved_at="2024/5/2 8:00"),
        _ticket(4, _at(30, month=4), problem_type="使用咨询", resolved_at=_at(30, 15, 4)),
        _ticket(5, _at(2), problem_type="投诉建议"),
        _ticket(6, _at(24, month=4), problem_type="软件调试", resolved_at=_at(3, 8)),
        _ticket(7, None, problem_type="建议", resolved_at=_at(3)),
        _ticket(8, _at(3), resolved_at=_at(2), problem_type="投诉"),
        _ticket(1, _at(4), problem_type="投诉"),
        _ticket(9, _at(29, month=4), problem_type="没写清"),
        _ticket(10, _at(25, month=4), problem_type="投诉", resolved_at=_at(26, month=4)),
    ],
    "process_log": [
        {"ticket": "SN20240501050", "customer_info": "*女士/010-5678", "problem_info": "不启动/紧急", "problem_type": "硬件故障",
         "accepted_at": _at(2), "resolved_at": _at(4), "owner": "李工"},
        {"ticket": "SN20240501051", "customer_info": "*女士/010-5678", "problem_info": "断电/紧急", "problem_type": "软件",
         "accepted_at": _at(3), "resolved_at": "15:30", "owner": "李工"},
    ],
    "evaluations": [
        _answer(1, _at(2), 5, 4, 5, 4),
        _answer(2, _at(3), 4, "五", 3, 4, improvement="慢"),
        _answer(3, "2024年5月3日", 3, 3, 4, 3),
        _answer(4, _at(25, month=4), 2, 3, 2, 3),
        _answer(5, _at(3), 6, 5, 5, 5),
        _answer(6, _at(3), None, 5, 4, 5),
        _answer(7, _at(4), 5, 4, 4, 4),
    ],
}  # fmt: skip


class Editing:
    """Steps for LibreOffice and what they make of the rows as read."""

    def __init__(self, path: Path) -> None:
        book = openpyxl.load_workbook(path, data_only=True)
        self.letters: dict[str, dict[str, str]] = {
            sheet.key: {str(c.value): str(c.column_letter) for c in book[sheet.title][sheet.header_row]}  # type: ignore[union-attr]
            for sheet in (RESPONSE, PROCESS, ANSWERS)
        }
        self.rows: State = {}
        for sheet in (RESPONSE, PROCESS, ANSWERS):
            heads = list(self.letters[sheet.key])
            self.rows[sheet.key] = [
                dict(zip(heads, cells, strict=False))
                for cells in book[sheet.title].iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + len(ROWS[sheet.key]) - 1, values_only=True)
            ]
        self.steps: list[tuple[Any, ...]] = []

    def type(self, key: str, place: int, read: dict[str, Any] | None = None, **cells: object) -> None:
        """Typed cells of the row at `place`, and by heading what they change in what is read of it."""
        sheet = BY_KEY[key]
        for column, value in cells.items():
            address = f"{self.letters[key][sheet.heading(column)]}{FIRST_ROW + place}"
            self.steps.append(("set", sheet.title, address, serial(value) if isinstance(value, datetime) else value))
        row = self.rows[key][place]
        assert row is not None
        row.update(read or {})

    def insert(self, key: str, place: int, read: dict[str, Any], **cells: object) -> None:
        self.steps.append(("insert_rows", BY_KEY[key].title, FIRST_ROW + place, 1))
        unread = dict.fromkeys(("统计紧急", "时效状态", "统计责任人", "统计部门", "统计客户"), "")
        self.rows[key].insert(place, {**dict.fromkeys(self.letters[key]), **unread})
        self.type(key, place, read, **cells)

    def taken(self) -> list[tuple[Any, ...]]:
        steps, self.steps = self.steps, []
        return steps


def _compose(row: dict[str, Any]) -> None:
    row["综合得分"] = sum(row[heading] for _, heading in DIMENSIONS) / 4


def _move_a_date(made: Editing) -> None:
    made.type("response_log", 0, {"统计受理": _at(26, month=4)}, accepted_at=_at(26, month=4))


def _change_a_type(made: Editing) -> None:
    made.type("response_log", 1, {"统计类别": "投诉"}, problem_type="投诉建议")


def _replace_a_text_by_a_date(made: Editing) -> None:
    made.type("response_log", 2, {"统计受理": _at(29, 8, 4)}, accepted_at=_at(29, 8, 4))


def _replace_an_unlisted_spelling(made: Editing) -> None:
    made.type("response_log", 2, {"统计类别": "建议"}, problem_type="建议")


def _close_and_reopen(made: Editing) -> None:
    made.type("response_log", 4, {"统计办结": _at(5, 20)}, resolved_at=_at(5, 20))
    made.type("response_log", 5, {"统计办结": None}, resolved_at=None)
    made.type("process_log", 1, {"统计办结": _at(6, 1)}, resolved_at=_at(6, 1))


def _close_last_week(made: Editing) -> None:
    made.type("response_log", 5, {"统计办结": _at(28, 23, 4)}, resolved_at=_at(28, 23, 4))


def _give_the_missing_moment(made: Editing) -> None:
    made.type("response_log", 6, {"不计原因": "", "统计受理": _at(2)}, accepted_at=_at(2))


def _type_an_unknown_word(made: Editing) -> None:
    made.type("process_log", 0, {}, problem_type="说不清")


def _type_a_known_word_again(made: Editing) -> None:
    made.type("process_log", 0, {"统计类别": "软件"}, problem_type="软件调试")


def _type_a_new_row(made: Editing) -> None:
    made.insert("response_log", 10, {"不计原因": "", "统计受理": _at(5, 23), "统计办结": _at(5, 23), "统计类别": "退换货"},
                ticket="SN20240501099", customer="赵女士", contact="010-5678", problem="退", urgency="紧急",
                accepted_at=_at(5, 23), resolved_at=_at(5, 23), problem_type="退换货申请")  # fmt: skip


def _change_scores(made: Editing) -> None:
    made.type("evaluations", 0, {"统计响应": 2, "统计态度": 1}, response=2, attitude=1)
    made.type("evaluations", 3, {"统计解决": 5}, resolution=5)
    for place in (0, 3):
        _compose(made.rows["evaluations"][place])  # type: ignore[arg-type]


def _replace_a_text_score(made: Editing) -> None:
    made.type("evaluations", 1, {"统计解决": 1}, resolution=1)
    _compose(made.rows["evaluations"][1])  # type: ignore[arg-type]


def _move_an_answer(made: Editing) -> None:
    made.type("evaluations", 2, {"统计评价时间": _at(28, month=4)}, evaluated_at=_at(28, month=4))


def _type_a_new_answer(made: Editing) -> None:
    made.insert("evaluations", 6, {"有效": "是", "统计档案": "S002", "统计评价时间": _at(5), "统计客户": "未填", "统计渠道": "微信",
                                   "满意": None, **dict(zip([h for _, h in DIMENSIONS], (1, 2, 2, 2), strict=True))},
                receipt="R8", evaluated_at=_at(5), profile="S002 客户满意度调查表", response=1, resolution=2, attitude=2,
                expertise=2, channel="微信")  # fmt: skip
    _compose(made.rows["evaluations"][6])  # type: ignore[arg-type]


def _clear_a_row(made: Editing) -> None:
    typed = {c.key: None for c in RESPONSE.columns if c.role == "typed" and RESPONSE.heading(c.key) in made.letters["response_log"]}
    made.type("response_log", 3, {}, **typed)
    made.rows["response_log"][3] = None


EDITS: tuple[Callable[[Editing], None], ...] = (
    _move_a_date, _change_a_type, _replace_a_text_by_a_date, _replace_an_unlisted_spelling, _close_and_reopen, _close_last_week,
    _give_the_missing_moment, _type_an_unknown_word, _type_a_known_word_again, _type_a_new_row, _change_scores,
    _replace_a_text_score, _move_an_answer, _type_a_new_answer, _clear_a_row,
)  # fmt: skip


def _figures(rows: State) -> dict[Any, Any]:
    logs = [row for key in ("response_log", "process_log") for row in rows[key] if row is not None]
    return expected(logs, [row for row in rows["evaluations"] if row is not None], WEEK, "S002", DIMENSIONS)


def _places(path: Path) -> dict[str, str]:
    names = openpyxl.load_workbook(path)[TAB].defined_names
    return {n: str(d.attr_text).rpartition("!")[2].replace("$", "") for n, d in names.items() if n in weekly.names()}


def _types(seen: dict[str, Any], labels: dict[str, str], places: dict[str, str], week: str) -> dict[str, Any]:
    return {label: seen[places[f"{name}_{week}"]] for name, label in labels.items()}


def _types_expected(rows: State, labels: dict[str, str]) -> dict[str, int]:
    found = dict.fromkeys(labels.values(), 0)
    rest = "其他与未填"
    for row in (row for key in ("response_log", "process_log") for row in rows[key]):
        start = row and row.get("统计受理")
        if row and start and not row.get("不计原因") and _at(29, 0, 4) <= start < _at(6, 0):
            found[row["统计类别"] if row["统计类别"] in found else rest] += 1
    return found


@pytest.mark.libreoffice
def test_edits_move_the_live_figures_and_no_others(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = make_ledger(tmp_path / "台账.xlsx", ROWS)
    app.run("summary", path, {"week": WEEK}, NOW)
    places, made = _places(path), Editing(path)
    values = openpyxl.load_workbook(path, data_only=True)[TAB]
    assert "其余截至“时效截至”" in values[places["即时_说明"]].value
    labels = {f"类型{n}": values[places[f"类型{n}_名称"]].value for n in range(1, weekly.TYPE_ROWS + 1)}
    labels = {name: label for name, label in labels.items() if label} | {"类型其他": "其他与未填"}
    assert {"维修", "投诉", "咨询"} <= set(labels.values())

    wanted, types, groups = [_figures(made.rows)], [_types_expected(made.rows, labels)], []
    for edit in EDITS:
        edit(made)
        groups.append(made.taken())
        wanted.append(_figures(made.rows))
        types.append(_types_expected(made.rows, labels))
    seen = libreoffice.watch(path, tmp_path / "改过.xlsx", TAB, groups)

    wrong: dict[str, Any] = {}
    moved: set[str] = set()
    for n, (shown, figures) in enumerate(zip(seen, wanted, strict=True)):
        title = EDITS[n - 1].__name__ if n else "as made"
        for name, value in figures.items():
            if isinstance(name, str) and LIVE.fullmatch(name):
                if not _same(shown.get(places[name]), value):
                    wrong[f"{title}: {name}"] = (shown.get(places[name]), value)
                if n and wanted[n - 1][name] != value:
                    moved.add(title)
        if (found := _types(shown, labels, places, "数量")) != types[n]:
            wrong[f"{title}: types"] = (found, types[n])
        if n and types[n - 1] != types[n]:
            moved.add(title)
        waiting = {name: shown[place] for name, place in places.items() if WAITS.fullmatch(name) and place in shown}
        assert len(waiting) > 100
        before = {name: seen[0][places[name]] for name in waiting}
        if waiting != before:
            wrong[f"{title}: not live"] = {name: (before[name], value) for name, value in waiting.items() if before[name] != value}
    assert wrong == {}
    assert {edit.__name__ for edit in EDITS} - moved == {"_type_an_unknown_word"}, "every other edit moves something"
    _as_the_product_reads_it(tmp_path / "改过.xlsx", seen[-1], places)


def _as_the_product_reads_it(path: Path, shown: dict[str, Any], places: dict[str, str]) -> None:
    app.run("summary", path, {"week": WEEK}, NOW)
    values = openpyxl.load_workbook(path, data_only=True)[TAB]
    live = [name for name in places if LIVE.fullmatch(name) and places[name] in shown]
    assert len(live) > 60
    assert {n: (shown[places[n]], values[places[n]].value) for n in live if not _same(shown[places[n]], values[places[n]].value)} == {}


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, int | float) and isinstance(wanted, int | float):
        return abs(found - wanted) < 1e-9
    return (found or "") == (wanted or "")
