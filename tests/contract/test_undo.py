"""Undo on every host: apply, undo, and everything is as before; what was changed since stops it, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from tests.contract.conftest import Host
from tests.workbook.odd_books import LIST, LOG, row
from workbook.book import Changes, Link, Occasion, Tab
from workbook.issues import WorkbookError

OCCASION = Occasion("更新时效", datetime(2024, 5, 6, 9))


def _code(stopped: pytest.ExceptionInfo[WorkbookError]) -> str:
    """The message's code; the live host's own messages tell of no file in 备份."""
    return stopped.value.code.removesuffix("_live")


def _status(*texts: str | None) -> Changes:
    return Changes(columns=[(LOG, pd.DataFrame({"status": texts}, index=[4, 5]))])


def _links(count: int) -> Changes:
    frame = pd.DataFrame(
        {"n": range(1, count + 1), "cell": [Link("记录", f"A{4 + i}", f"A{4 + i}") for i in range(count)]}
    )
    return Changes(replace=[(LIST, frame)])


APPENDED = pd.DataFrame({"no": ["N3", "N4"], "at": [datetime(2024, 5, 1), None], "who": ["丙", "丁"]})
NAMES = {"结果": "我的!$C$1", "说明": "我的!$D$1", "说明_生成": "我的!$D$2"}
REFILL = Tab("我的", "我的", {"结果": 5.0}, {"说明": "好"})
KINDS: dict[str, tuple[Changes, tuple[int, int, tuple[str, ...]]]] = {
    "computed": (_status("达标", "超时"), (2, 0, ())),
    "issued": (Changes(columns=[(LOG, pd.DataFrame({"given": ["S1", "S2"]}, index=[4, 5]))]), (2, 0, ())),
    "dates": (
        Changes(columns=[(LOG, pd.DataFrame({"due": [datetime(2024, 5, 1), None]}, index=[4, 5]))]),
        (1, 0, ()),
    ),
    "appended": (Changes(append=[(LOG, APPENDED)]), (0, 2, ())),
    "replaced": (_links(3), (6, 0, ())),
    "made tab": (Changes(tabs=[Tab("我的", "新的", {})], activate="新的"), (0, 0, ("新的",))),
    "refilled tab": (Changes(tabs=[REFILL]), (3, 0, ())),
    "hidden": (Changes(hide=["清单"], activate="我的"), (0, 0, ())),
    "all of it": (
        Changes(
            columns=_status("a", "b").columns, append=[(LOG, APPENDED)], replace=_links(2).replace,
            tabs=[REFILL, Tab("我的", "新的", {})], hide=["清单"], activate="新的",
        ),
        (9, 2, ("新的",)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_undo_gives_everything_back(kind: str, host: Host) -> None:
    changes, (cells, rows, tabs) = KINDS[kind]
    book = host.book(names=NAMES)
    before = host.everything()
    book.apply(changes, occasion=OCCASION)
    assert host.everything() != before
    done = host.again().undo()
    assert (done.label, done.at) == ("更新时效", datetime(2024, 5, 6, 9))
    assert (done.cells, done.rows, done.tabs, done.whole) == (cells, rows, tabs, host.whole)
    assert host.everything() == before


def _look(host: Host) -> Any:
    """All that the port shows of the book, and the named cells of the user's tab."""
    book = host.again()
    cells = book.read([LOG, LIST])
    named = [host.cell("我的", address) for address in ("A1", "B1", "C1", "D1", "D2")]
    return book.titles(), named, {
        key: (sheet.rows.tolist(), sheet.columns, sheet.formulas) for key, sheet in cells.items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_person_typed_elsewhere_since_stays(kind: str, host: Host) -> None:
    changes, counted = KINDS[kind]
    host.book(names=NAMES)
    host.type("记录", "H5", "先写的")
    before = _look(host)
    book = host.again()
    book.apply(changes, occasion=OCCASION)
    host.type("记录", "H4", "后写的")
    host.type("我的", "C7", "后写的")
    done = host.again().undo()
    assert ((done.cells, done.rows, done.tabs), done.whole) == (counted, False)
    assert host.cell("记录", "H4") == host.cell("我的", "C7") == "后写的"
    host.type("记录", "H4", None)
    assert _look(host) == before


def test_former_values_and_formulas_come_back(host: Host) -> None:
    book = host.book()
    book.apply(_status("a", None))
    book.apply(_links(3))
    before = _look(host)
    book.apply(Changes(columns=_status("b", "c").columns, replace=_links(1).replace))
    host.type("记录", "H4", "后写的")
    host.again().undo()
    host.type("记录", "H4", None)
    assert _look(host) == before
    assert host.cell("清单", "B3") == "A5"


CHANGED: dict[str, tuple[Changes, Callable[[Host], None], str]] = {
    "a computed cell": (_status("a", "b"), lambda host: host.type("记录", "E5", "我改的"), "“记录”E5"),
    "a cleared cell": (_status("a", "b"), lambda host: host.type("记录", "E4", None), "“记录”E4"),
    "a formula of the user's": (_status("a", "b"), lambda host: host.type("记录", "E4", "=1"), "“记录”E4"),
    "an appended cell": (
        Changes(append=[(LOG, APPENDED)]), lambda host: host.type("记录", "C6", "丙丙"), "“记录”C6"
    ),
    "an appended row": (
        Changes(append=[(LOG, APPENDED)]), lambda host: host.type("记录", "H7", "备注"), "“记录”H7"
    ),
    "a row typed below": (
        Changes(append=[(LOG, APPENDED)]), lambda host: host.type("记录", "A8", "N5"), "“记录”第 8 行"
    ),
    "a cell of an owned table": (_links(3), lambda host: host.type("清单", "A3", 99.0), "“清单”A3"),
    "a cell of a made tab": (
        Changes(tabs=[Tab("我的", "新的", {})]), lambda host: host.type("新的", "C9", "批语"), "“新的”C9"
    ),
    "a draft": (Changes(tabs=[REFILL]), lambda host: host.type("我的", "D1", "很好"), "“我的”D1"),
    "a heading": (_status("a", "b"), lambda host: host.type("记录", "E3", "我的状态"), "“记录”的“状态”列"),
    "a heading met twice": (_status("a", "b"), lambda host: host.type("记录", "H3", "状态"), "“记录”的“状态”列"),
    "a ticket's number": (
        _status("a", "b"), lambda host: host.type("记录", "A5", "N9"), "“记录”第 5 行(移动、排序过或已删除)"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGED)
def test_what_was_changed_since_is_named_and_nothing_is_written(case: str, host: Host) -> None:
    changes, since, place = CHANGED[case]
    host.book(names=NAMES).apply(changes, occasion=OCCASION)
    since(host)
    before = host.everything()
    with pytest.raises(WorkbookError) as stopped:
        host.again().undo()
    assert (_code(stopped), stopped.value.values["places"]) == ("undo.changed", place)
    assert host.everything() == before


def test_only_the_last_apply_can_be_undone_and_only_once(host: Host) -> None:
    book = host.book()
    book.apply(_status("a", "b"))
    between = host.everything()
    book.apply(_status("c", "d"))
    host.again().undo()
    assert host.everything() == between
    with pytest.raises(WorkbookError) as stopped:
        host.again().undo()
    assert _code(stopped) == "undo.already"
    assert host.everything() == between


def test_an_apply_that_writes_nothing_leaves_the_one_before_to_be_undone(host: Host) -> None:
    book = host.book()
    before = host.everything()
    book.apply(_status("a", "b"))
    assert book.apply(_status("a", "b")).saved is None
    host.again().undo()
    assert host.everything() == before


def test_an_apply_that_fails_leaves_the_one_before_to_be_undone(host: Host) -> None:
    book = host.book()
    before = host.everything()
    book.apply(_status("a", "b"))
    with pytest.raises(WorkbookError):
        book.apply(_status("长" * 40_000, "b"))
    host.again().undo()
    assert host.everything() == before


def test_nothing_to_undo(host: Host) -> None:
    book = host.book()
    before = host.everything()
    with pytest.raises(WorkbookError) as stopped:
        book.undo()
    assert _code(stopped) in ("undo.no_folder", "undo.nothing")
    assert host.everything() == before


def test_a_moved_column_is_found_by_its_heading(host: Host) -> None:
    """Rows put in above the table and a column put in before it move what was written; it is found again."""
    host.book(rows=[row(4, "N1", None, "甲"), row(5, "N2", None, "乙")]).apply(_status("a", "b"))
    host.move_table(down=2, right=1)
    host.again().undo()
    assert (host.cell("记录", "F6"), host.cell("记录", "F7"), host.cell("记录", "D6")) == (None, None, "甲")
