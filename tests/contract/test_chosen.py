"""Typed cells that a person picked, on every host: those alone are written, a formula is kept, undo gives them back."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from tests.contract.conftest import Host
from tests.workbook.odd_books import LOG
from workbook.book import Changes, Occasion

ROWS: dict[str, list[object]] = {"who": ["张三丰", None], "at": [None, datetime(2024, 5, 2, 10)]}


def _chosen(**columns: list[object]) -> Changes:
    return Changes(chosen=[(LOG, pd.DataFrame(columns, index=[4, 5], dtype=object))])


def test_the_picked_cells_alone_are_written(host: Host) -> None:
    book = host.book()
    applied = book.apply(_chosen(**ROWS))
    read = host.again().read([LOG])["log"]
    assert (read.columns["who"], read.columns["at"]) == (["张三丰", "李四"], [45413.375, 45414 + 10 / 24])
    assert read.columns["no"] == ["N1", "N2"]
    assert (applied.written, applied.kept) == (2, ())
    assert book.apply(_chosen(**ROWS)).written == 0


def test_a_formula_is_kept(host: Host) -> None:
    host.book()
    host.type("记录", "C4", '="张"&"三"')
    applied = host.again().apply(_chosen(**ROWS))
    assert applied.kept == ("记录!C4",)
    assert applied.written == 1


def test_undo_gives_them_back(host: Host) -> None:
    host.book().apply(_chosen(**ROWS), occasion=Occasion("导入数据", datetime(2024, 5, 6)))
    undone = host.again().undo()
    read = host.again().read([LOG])["log"]
    assert (read.columns["who"], read.columns["at"], undone.cells) == (["张三", "李四"], [45413.375, None], 2)
