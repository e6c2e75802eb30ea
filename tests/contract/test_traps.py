"""What a live workbook gets wrong easily, promised by every host: texts that look like something else, formulas of the
user's amid computed cells, hidden rows, tables that grow or cannot, the 1904 system, errors, long texts."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest

from tests.contract.conftest import Host
from tests.workbook.odd_books import LIST, LOG, row
from workbook.book import CellError, Changes, Tab
from workbook.issues import WorkbookError

MOMENT = datetime(2024, 5, 1, 9)
TRICKY = (
    "13800138000", "010-62345678", "00123", "1/2", "3-4", "1e5", "12%", "$5", "-5", "+86 138", "=SUM(A1)", "@x", "TRUE",
    "false", "2024-05-01", "2024年5月1日", "10:30", "1,000", "(5)", "'单引号", "''", "#1", "1", " 7", "第1/2批", "5月",
    "Mar 5", "1 1/2", "长" * 9_000, "00" * 4_500, "a\nb",
)  # fmt: skip


def _numbered(count: int) -> list[str]:
    return [row(4 + at, f"N{at}", None, "甲") for at in range(count)]


@pytest.mark.parametrize("key", ["status", "given"])
def test_every_text_stays_what_it_is(key: str, host: Host) -> None:
    book = host.book(rows=_numbered(len(TRICKY)))
    index = range(4, 4 + len(TRICKY))
    changes = Changes(columns=[(LOG, pd.DataFrame({key: TRICKY}, index=index))])
    assert book.apply(changes).written == len(TRICKY)
    cells = host.again().read([LOG])["log"]
    assert (cells.columns[key], cells.formulas) == (list(TRICKY), {})
    assert host.again().apply(changes).written == 0


def test_every_text_of_a_new_row_and_of_a_form_stays_what_it_is(host: Host) -> None:
    names = {f"格{at}": f"我的!$F${at + 3}" for at in range(len(TRICKY))}
    book = host.book(names=names)
    frame = pd.DataFrame({"no": [f"X{at}" for at in range(len(TRICKY))], "spare": TRICKY})
    form = Tab("我的", "新的", {f"格{at}": text for at, text in enumerate(TRICKY)})
    book.apply(Changes(append=[(LOG, frame)], tabs=[form]))
    assert host.again().read([LOG])["log"].columns["spare"][2:] == list(TRICKY)
    assert [host.cell("新的", f"F{at + 3}") for at in range(len(TRICKY))] == list(TRICKY)
    assert host.again().apply(Changes(tabs=[form])).written == 0


def test_texts_then_numbers_and_back(host: Host) -> None:
    """A column that was made text takes numbers as numbers again."""
    book = host.book(rows=_numbered(2))
    for values in (["007", "1/2"], [7.0, 0.5], ["007", None]):
        book.apply(Changes(columns=[(LOG, pd.DataFrame({"status": values}, index=[4, 5], dtype=object))]))
        assert host.again().read([LOG])["log"].columns["status"] == values


def test_formulas_amid_computed_cells_stay(host: Host) -> None:
    rows = [
        row(at, f"N{at}", None, "甲", None, f'<c r="E{at}" t="str"><f>C{at}&amp;"!"</f><v>甲!</v></c>' if at % 3 == 0 else None)
        for at in range(4, 16)
    ]
    book = host.book(rows=rows)
    new = [f"算{at}" for at in range(4, 16)]
    applied = book.apply(Changes(columns=[(LOG, pd.DataFrame({"status": new}, index=range(4, 16)))]))
    assert applied.kept == tuple(f"记录!E{at}" for at in (6, 9, 12, 15))
    assert applied.written == 8
    cells = host.again().read([LOG])["log"]
    assert cells.columns["status"] == ["甲!" if at % 3 == 0 else f"算{at}" for at in range(4, 16)]
    assert cells.formulas["status"] == {6, 9, 12, 15}


def test_an_issued_column_keeps_every_cell_that_is_filled(host: Host) -> None:
    """Filled ones lie between the blank ones, such as no program may touch: text that looks like a number."""
    given = {5: "00123", 7: "1/2", 9: '<c r="D9"><v>42</v></c>', 10: "老号"}
    book = host.book(rows=[row(at, f"N{at}", None, "甲", given.get(at)) for at in range(4, 12)])
    frame = pd.DataFrame({"given": [f"S{at}" for at in range(4, 12)]}, index=range(4, 12))
    assert book.apply(Changes(columns=[(LOG, frame)])).written == 4
    shown = ["S4", "00123", "S6", "1/2", "S8", 42.0, "老号", "S11"]
    assert host.again().read([LOG])["log"].columns["given"] == shown


def test_hidden_rows_are_written_and_read_alike(host: Host) -> None:
    rows = [row(at, f"N{at}", None, "甲", attributes=' hidden="1"' if at in (5, 6, 9) else "") for at in range(4, 11)]
    book = host.book(rows=rows)
    new = [f"算{at}" for at in range(4, 11)]
    book.apply(Changes(columns=[(LOG, pd.DataFrame({"status": new}, index=range(4, 11)))]))
    cells = host.again().read([LOG])["log"]
    assert (cells.rows.tolist(), cells.columns["status"]) == (list(range(4, 11)), new)


def test_a_table_grows_with_its_rows(host: Host) -> None:
    book = host.book()
    for start in (0, 60):
        frame = pd.DataFrame({"no": [f"X{start + at}" for at in range(60)], "at": [MOMENT] * 60, "who": ["丙"] * 60})
        book.apply(Changes(append=[(LOG, frame)]))
    cells = host.again().read([LOG])["log"]
    assert (len(cells.rows), cells.beyond, cells.columns["no"][-1]) == (122, (), "X119")
    assert set(cells.columns["at"][2:]) == {45413.375}


@pytest.mark.parametrize(
    ("options", "code", "cell"),
    [
        ({"bottom": 6, "table_more": ' totalsRowCount="1"'}, "table.totals", "A6"),
        ({"bottom": 5, "tail": "", "below": 9}, "table.blocked", "C9"),
    ],
)
def test_a_table_that_cannot_grow_says_why(options: dict, code: str, cell: str, host: Host) -> None:  # type: ignore[type-arg]
    below = options.get("below")
    rows = [row(4, "N1"), row(5, "N2"), *([row(below, None, None, "别动")] if below else [])]
    given = {key: value for key, value in options.items() if key != "below"}
    book = host.book(rows=rows, **given)
    before = host.everything()
    frame = pd.DataFrame({"no": [f"X{at}" for at in range(8)]})
    with pytest.raises(WorkbookError) as stopped:
        book.apply(Changes(columns=[(LOG, pd.DataFrame({"status": ["a"]}, index=[4]))], append=[(LOG, frame)]))
    assert (stopped.value.code, stopped.value.values["cell"]) == (code, cell)
    assert host.everything() == before


def test_dates_of_a_1904_book(host: Host) -> None:
    """Read in the 1900 system whether or not the cell has a date format; written so that Excel shows the day."""
    cells = ['<c r="B4" s="2"><v>43951.375</v></c>', '<c r="B5"><v>43951.5</v></c>', '<c r="B6" s="2"><v>0.375</v></c>']
    rows = [row(4 + at, f"N{at}", cell, "甲") for at, cell in enumerate(cells)]
    book = host.book(rows=rows, workbook_pr='<workbookPr date1904="1"/>')
    assert book.read([LOG])["log"].columns["at"] == [45413.375, 45413.5, 0.375]
    changes = Changes(columns=[(LOG, pd.DataFrame({"due": [MOMENT, None, MOMENT]}, index=[4, 5, 6]))])
    assert book.apply(changes).written == 2
    assert host.shown("记录", "F4") == "2024-05-01 09:00"
    assert host.again().read([LOG])["log"].columns["due"] == [45413.375, None, 45413.375]
    assert host.again().apply(changes).written == 0
    later = Changes(columns=[(LOG, pd.DataFrame({"due": [datetime(2024, 6, 1)] * 3}, index=[4, 5, 6]))])
    host.again().apply(later)
    host.again().undo()
    assert host.again().read([LOG])["log"].columns["due"] == [45413.375, None, 45413.375]


def test_errors_are_read_as_errors_and_written_over(host: Host) -> None:
    codes = ["#DIV/0!", "#N/A", "#NAME?", "#NUM!", "#REF!", "#VALUE!"]
    rows = [
        row(4 + at, f"N{at}", None, "甲", None, f'<c r="E{4 + at}" t="e"><v>{code}</v></c>')
        for at, code in enumerate(codes)
    ]
    book = host.book(rows=rows)
    assert book.read([LOG])["log"].columns["status"] == [CellError(code) for code in codes]
    index = range(4, 4 + len(codes))
    book.apply(Changes(columns=[(LOG, pd.DataFrame({"status": ["好"] * len(codes)}, index=index))]))
    assert host.again().read([LOG])["log"].columns["status"] == ["好"] * len(codes)


def test_what_is_too_long_stops_before_the_first_write_wherever_it_stands(host: Host) -> None:
    book = host.book(names={"结果": "我的!$C$1"})
    before = host.everything()
    long = "长" * 32_768
    for changes in (
        Changes(append=[(LOG, pd.DataFrame({"no": ["N9", "N8"], "who": ["好", long]}))]),
        Changes(replace=[(LIST, pd.DataFrame({"text": ["好", long]}))]),
        Changes(columns=[(LOG, pd.DataFrame({"status": ["好", "好"]}, index=[4, 5]))], tabs=[Tab("我的", "我的", {"结果": long})]),
    ):
        with pytest.raises(WorkbookError) as stopped:
            book.apply(changes)
        assert stopped.value.code == "cell.too_long"
        assert host.everything() == before
