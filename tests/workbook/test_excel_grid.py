"""How many calls into Excel it takes to see a whole tab, and to add rows with columns of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.contract.com_host import ComHost
from tests.support.fake_excel import Rect
from tests.workbook.odd_books import LOG, row
from workbook.book import Changes
from workbook.excel import whole_tab
from workbook.foreign_tables import Area

GROUPS = 100


@pytest.fixture
def host(tmp_path: Path) -> Iterator[ComHost]:
    made = ComHost(tmp_path)
    yield made
    made.close()


def _groups(host: ComHost) -> list[Area]:
    """A pasted table on 我的: a title over all columns, and three rows to each customer, merged in column A."""
    grid = host.open.sheet("我的").grid
    areas = [Area(1, 1, 1, 12), *(Area(3 + 3 * at, 1, 5 + 3 * at, 1) for at in range(GROUPS))]
    for column in range(1, 13):
        for line in range(2, 3 + 3 * GROUPS):
            grid.put(line, column, float(line * column) if column > 4 else f"{line}/{column}")
    for area in areas:
        grid.clear(Rect(area.top, area.left, area.bottom, area.right))
        grid.put(area.top, area.left, f"第{area.top}行")
        grid.merged.append(Rect(area.top, area.left, area.bottom, area.right))
    return areas


def _grid(host: ComHost) -> tuple[Any, int]:
    host.excel.wire.reset()
    return host.again().grid("我的"), host.excel.wire.total


def test_merged_cells_are_found_with_few_calls(host: ComHost) -> None:
    host.book()
    plain, few = _grid(host)
    assert (plain.merges, few < 60) == ((), True)
    areas = _groups(host)
    tab, many = _grid(host)
    assert sorted(tab.merges, key=lambda area: (area.top, area.left)) == areas
    assert many < 25 * GROUPS
    assert tab.cell(3, 1) == "第3行"
    assert (tab.cell(4, 1), tab.cell(4, 5)) == (None, 20.0)


def test_where_there_are_too_many_a_copy_is_read(host: ComHost, monkeypatch: pytest.MonkeyPatch) -> None:
    tail = "".join(f'<mergeCell ref="I{line}:K{line}"/>' for line in range(10, 60))
    host.book(rows=[row(4, "N1")], tail=f'<mergeCells count="50">{tail}</mergeCells>')
    for line in range(10, 60):
        host.type("记录", f"I{line}", "并")
    wanted = host.again().grid("记录")
    monkeypatch.setattr(whole_tab, "MOST_CALLS", 30)
    copied = host.again().grid("记录")
    assert len(wanted.merges) == 50
    assert set(copied.merges) == set(wanted.merges)
    assert [copied.row(line) for line in range(1, 60)] == [wanted.row(line) for line in range(1, 60)]
    host.type("记录", "I10", "没有保存的")
    assert host.again().grid("记录").cell(10, 9) == "没有保存的"


def test_numbers_shown_with_leading_zeros_are_told_as_text(host: ComHost) -> None:
    host.book()
    grid = host.open.sheet("我的").grid
    for line, value in enumerate((123.0, 45.0, 0.5, 678.0), 2):
        grid.put(line, 3, value)
    grid.set_form(Rect(2, 3, 4, 3), "00000")
    assert [host.again().grid("我的").cell(line, 3) for line in range(2, 6)] == ["00123", "00045", 0.5, 678.0]


def test_columns_of_ones_own_take_as_many_calls_for_many_rows_as_for_few(host: ComHost) -> None:
    counted = set()
    for rows in (10, 2_000):
        host.book()
        frame = pd.DataFrame({"no": [f"M{at}" for at in range(rows)], "who": ["丙"] * rows})
        own = pd.DataFrame({"渠道": ["微信"] * rows, "金额": [1.5] * rows})
        host.excel.wire.reset()
        host.again().apply(Changes(append=[(LOG, frame)], own={"log": own}))
        counted.add(host.excel.wire.total)
    assert len(counted) == 1


def test_excel_copies_the_look_of_the_heading_that_people_type_under(host: ComHost) -> None:
    host.book()
    head = host.open.sheet("记录").grid
    head.looks.append((Rect(3, 8, 3, 8), "Font.Color", 255))
    host.again().apply(Changes(append=[(LOG, pd.DataFrame({"no": ["N3"]}))], own={"log": pd.DataFrame({"很长的一个标题": [1.0]})}))
    assert head.widths[9] == 18.0
    assert host.again().read([LOG])["log"].unknown == ("很长的一个标题",)
