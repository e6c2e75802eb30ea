"""Columns of the schema that a table lacks come to its right end on every host, and undo takes them off again."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.contract.conftest import Host
from tests.workbook.odd_books import LOG
from workbook.book import Changes, Occasion
from workbook.issues import WorkbookError

OCCASION = Occasion("升级台账", datetime(2024, 5, 6, 9))
WANTED = Changes(headings=[(LOG, ("备用", "姓名*"))])


def test_a_heading_comes_to_the_right_end_and_the_rows_stay(host: Host) -> None:
    book = host.book(headings={"备用": "我加的"})
    before = book.read([LOG])["log"]
    assert "spare" in before.absent
    applied = book.apply(WANTED, occasion=OCCASION)
    cells = host.again().read([LOG])["log"]
    right = chr(ord(before.letters["share"]) + 2)
    assert applied.saved or not applied.backup
    assert (cells.absent, cells.letters["spare"], cells.unknown) == ((), right, ("我加的",))
    assert host.cell("记录", f"{right}3") == "备用"
    assert cells.rows.tolist() == before.rows.tolist()
    assert {key: cells.columns[key] for key in before.columns} == before.columns
    assert cells.columns["spare"] == [None] * len(cells.rows)


def test_undo_takes_the_heading_off_again(host: Host) -> None:
    host.book(headings={"备用": "我加的"}).apply(WANTED, occasion=OCCASION)
    undone = host.again().undo()
    cells = host.again().read([LOG])["log"]
    assert (undone.cells, undone.rows, cells.absent) == (0, 0, ("spare",))


def test_nothing_is_lacking_nothing_is_written(host: Host) -> None:
    book = host.book()
    before = host.everything()
    book.apply(WANTED, occasion=OCCASION)
    assert host.everything() == before


def test_what_stands_beside_the_table_stops_it(host: Host) -> None:
    host.book(headings={"备用": "我加的"})
    host.type("记录", "I4", "旁边的话")
    before = host.everything()
    with pytest.raises(WorkbookError, match="I4"):
        host.again().apply(WANTED, occasion=OCCASION)
    assert host.everything() == before
