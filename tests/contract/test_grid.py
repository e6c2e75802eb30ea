"""A tab as a grid and the book as a file, on every host: cells as they stand, what lies over them, and nothing changed."""

from __future__ import annotations

import pytest

from tests.contract.conftest import Host
from tests.workbook.odd_books import LOG, row
from workbook.book import CellError
from workbook.file_book import FileBook
from workbook.foreign_tables import Area
from workbook.issues import WorkbookError

MERGED = (Area(1, 9, 1, 12), Area(4, 9, 6, 9), Area(7, 9, 8, 10))
TAIL = '<mergeCells count="3"><mergeCell ref="I7:J8"/><mergeCell ref="I1:L1"/><mergeCell ref="I4:I6"/></mergeCells>'
ROWS = [
    row(4, "00123", '<c r="B4" s="2"><v>45413.375</v></c>', "张三", *[None] * 5, "甲组"),
    row(5, "20240501", '<c r="B5"><v>45413.5</v></c>', '<c r="C5" t="e"><v>#N/A</v></c>', attributes=' hidden="1"'),
    row(6, '<c r="A6"><v>7</v></c>', '<c r="B6" s="2"><v>45414</v></c>', " 李四 ", attributes=' hidden="1"'),
    row(7, '<c r="A7"><v>0.5</v></c>', "待定", '<c r="C7"><v>-1e3</v></c>', *[None] * 5, "乙组"),
    row(9, '<c r="A9" t="b"><v>1</v></c>'),
]
HEAD = '<dimension ref="A1:L9"/>'


def test_every_cell_of_a_tab_is_told_as_it_stands(host: Host) -> None:
    book = host.book(rows=ROWS, bottom=9, head=HEAD, tail=TAIL)
    before = host.everything()
    tab = book.grid("记录")
    assert (tab.title, tab.width, tab.height, tab.hidden) == ("记录", 9, 9, False)
    assert tab.row(1) == ["标题", *[None] * 8]
    assert tab.row(2) == [None] * 9
    assert tab.row(3)[:4] == ["编号", "时间", "姓名*", "流水"]
    assert tab.row(4) == ["00123", 45413.375, "张三", *[None] * 5, "甲组"]
    assert tab.row(5)[:3] == ["20240501", 45413.5, CellError("#N/A")]
    assert tab.row(6)[:3] == [7.0, 45414.0, " 李四 "]
    assert tab.row(7) == [0.5, "待定", -1000.0, *[None] * 5, "乙组"]
    assert [tab.cell(8, 1), tab.cell(9, 1), type(tab.cell(9, 1)), tab.cell(10, 1)] == [None, True, bool, None]
    assert [tab.is_date(at, 2) for at in (4, 5, 6, 7)] == [True, False, True, False]
    assert tab.hidden_rows == ((5, 6),)
    assert host.everything() == before


def test_merged_areas_are_told(host: Host) -> None:
    tab = host.book(rows=ROWS, bottom=9, head=HEAD, tail=TAIL).grid("记录")
    assert sorted(tab.merges, key=lambda area: (area.top, area.left)) == list(MERGED)


def test_dates_of_a_1904_book_are_those_of_the_1900_system(host: Host) -> None:
    rows = [row(4, '<c r="A4" s="2"><v>43951.375</v></c>', '<c r="B4" s="2"><v>0.375</v></c>', '<c r="C4"><v>43951.5</v></c>')]
    tab = host.book(rows=rows, workbook_pr='<workbookPr date1904="1"/>').grid("记录")
    assert tab.row(4)[:3] == [45413.375, 0.375, 43951.5]
    assert [tab.is_date(4, at) for at in (1, 2, 3)] == [True, True, False]


def test_a_blank_tab_has_no_columns(host: Host) -> None:
    host.book(states={"清单": "hidden"})
    host.type("我的", "A1", None)
    host.type("我的", "B1", None)
    tab = host.again().grid("我的")
    assert (tab.width, tab.height, tab.merges, tab.dates) == (0, 0, (), {})
    assert host.again().grid("清单").hidden


def test_a_tab_that_is_not_there_is_named(host: Host) -> None:
    with pytest.raises(WorkbookError) as stopped:
        host.book().grid("纪录")
    assert (stopped.value.code, stopped.value.values["sheet"]) == ("sheet.missing", "纪录")
    assert "“记录”这张表" in str(stopped.value)


def test_a_tab_is_told_as_it_is_now(host: Host) -> None:
    host.book()
    host.type("我的", "C7", "粘贴的")
    assert host.again().grid("我的").cell(7, 3) == "粘贴的"


def test_a_snapshot_holds_what_the_book_holds_now(host: Host) -> None:
    host.book()
    host.type("记录", "C5", "改过的")
    host.type("我的", "C7", "后写的")
    before = host.everything()
    book = host.again()
    copy = book.snapshot()
    read = FileBook(copy)
    assert (copy.suffix, read.titles()) == (".xlsx", {"记录": True, "清单": True, "我的": True})
    assert read.read([LOG])["log"].columns["who"] == ["张三", "改过的"]
    assert read.grid("我的").cell(7, 3) == "后写的"
    assert host.everything() == before
    finish = getattr(book, "finish", None)
    if finish:
        finish()
        assert not copy.parent.exists(), "copies go when the command is over"
    else:
        assert copy.samefile(host.path)
