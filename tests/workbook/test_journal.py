"""The journal of the last apply: what goes in comes out, whatever the cells; nothing else is taken for one."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.book import Before, CellError, FilledCell, RawCell, WrittenColumn, WrittenTable
from workbook.journal import Journal, JournalError, Undoing, from_bytes, to_bytes

AT = datetime(2024, 5, 6, 9)
TABLE = WrittenTable("记录", "记录", 3, 9, {"A": "编号", "E": "状态"}, ("A",), ("C",), True)
CELLS = (
    ["达标", None, "超时", "达标"],
    [1.0, None, -0.5, 45413.375],
    [None, None, None, None],
    [True, 1.0, "1", None],
    [False, 0.0, CellError("#N/A"), "长\r\n\ud83d\ude00" * 3],
    ["", " ", "=1+1", "\x01\ud800"],
)


def _journal(cells: list[WrittenColumn], **more: object) -> Journal:
    return Journal("更新时效", AT, "a" * 64, "b" * 64, "备份/台账 20240506-090000-00.xlsx", Before(cells), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("after", CELLS)
def test_cells_come_back_as_they_went_in(after: list[RawCell]) -> None:
    column = WrittenColumn("记录", "E", [4, 5, 9, 1_048_576], [None] * 4, after, links=[5])
    (back,) = from_bytes(to_bytes(_journal([column]))).written.cells
    assert (back.title, back.letters, list(back.rows), list(back.links)) == ("记录", "E", [4, 5, 9, 1_048_576], [5])
    assert list(map(repr, back.after)) == list(map(repr, after))


def test_everything_else_comes_back(tmp_path: object) -> None:
    written = Before(
        cells=[WrittenColumn("记录", "E", range(4, 4), [], [])],
        tables={"记录": TABLE},
        added_rows=[("记录", 6, 7)],
        tabs=["新的"],
        tab_cells=[WrittenColumn("新的", "B", [1], [None], ["题"])],
        filled=[FilledCell("周报", "结论", "B", 4, CellError("#N/A"), True), FilledCell("周报", "n", "C", 5, 3.0)],
        shown={"清单": True},
        front=("记录", "新的"),
    )
    journal = Journal("", None, "a", "b", "台账.xlsx", written, Undoing("c", AT, "备份/x.xlsx"))
    back = from_bytes(to_bytes(journal))
    assert (back.label, back.at, back.was, back.became, back.backup) == ("", None, "a", "b", "台账.xlsx")
    assert (back.written.tables, back.written.added_rows) == ({"记录": TABLE}, [("记录", 6, 7)])
    assert (back.written.tabs, back.written.filled) == (["新的"], written.filled)
    assert back.written.tab_cells[0].after == ["题"]
    assert (back.written.shown, back.written.front, back.undoing) == (
        {"清单": True}, ("记录", "新的"), Undoing("c", AT, "备份/x.xlsx"),
    )  # fmt: skip


@given(st.lists(st.one_of(st.none(), st.booleans(), st.floats(allow_nan=False), st.text(max_size=9)), max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_cells_come_back(after: list[RawCell]) -> None:
    column = WrittenColumn("记录", "E", range(1, len(after) + 1), [None] * len(after), after)
    (back,) = from_bytes(to_bytes(_journal([column]))).written.cells
    assert list(map(repr, back.after)) == list(map(repr, after))


WHOLE = to_bytes(_journal([WrittenColumn("记录", "E", [4, 5], [None, None], ["达标", 1.0])]))


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", WHOLE[:-1], WHOLE[:40], WHOLE[:20] + bytes([WHOLE[20] ^ 1]) + WHOLE[21:], b"xlsvc-journal\n"],
    ids=["empty", "another file", "cut", "half", "altered", "head only"],
)
def test_what_is_no_whole_journal_is_refused(data: bytes) -> None:
    with pytest.raises(JournalError):
        from_bytes(data)


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
@settings(max_examples=200, deadline=None)
def test_an_altered_byte_is_noticed_or_makes_no_difference(place: int, flip: int) -> None:
    data = bytearray(WHOLE)
    data[place] ^= flip
    try:
        back = from_bytes(bytes(data))
    except JournalError:
        return
    assert back.label == "更新时效"


def test_a_hundred_thousand_rows_are_cheap() -> None:
    """Fifteen columns: well under a second of CPU time and a few MB (0.25 s where this was written)."""
    count = 100_000
    words, rows = ["达标", "超时", None, "进行中"], range(4, 4 + count)
    columns: list[list[RawCell]] = [[words[(i * k) % 4] for i in range(count)] for k in range(1, 8)]
    columns += [[45000 + (i * k % 999_983) / 1440 for i in range(count)] for k in range(1, 8)]
    columns.append([f"第 {i} 行缺【联系方式】" for i in range(count)])
    journal = _journal([WrittenColumn("记录", f"A{k}", rows, (), after) for k, after in enumerate(columns)])
    start = time.process_time()
    data = to_bytes(journal)
    assert time.process_time() - start < 1.5
    assert len(data) < 12_000_000
