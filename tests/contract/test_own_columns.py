"""The person's own columns of new rows on every host: filled by heading, made at the table's right end, undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from tests.contract.conftest import Host
from tests.workbook.odd_books import LOG, row
from workbook.book import Changes, Occasion
from workbook.issues import WorkbookError

NEW = pd.DataFrame({"no": ["N3", "N4"], "who": ["丙", "丁"]})
OWN = {"渠道 来源": ["微信", None], "2024": [7.0, 8.0]}


def _changes(own: Mapping[str, Sequence[Any]], frame: pd.DataFrame = NEW) -> Changes:
    return Changes(append=[(LOG, frame)], own={"log": pd.DataFrame(own, index=frame.index, dtype=object)})


def _unknown(host: Host) -> tuple[str, ...]:
    return host.again().read([LOG])["log"].unknown


def _cells(host: Host, *addresses: str) -> list[Any]:
    return [host.cell("记录", address) for address in addresses]


def test_a_heading_that_the_table_lacks_becomes_its_last_column(host: Host) -> None:
    book = host.book()
    applied = book.apply(_changes(OWN))
    assert _cells(host, "I3", "J3", "I6", "I7", "J6", "J7") == ["渠道 来源", "2024", "微信", None, 7.0, 8.0]
    assert _unknown(host) == ("渠道 来源", "2024")
    assert (applied.written, applied.before.added_columns) == (7, [("记录", "I"), ("记录", "J")])
    assert host.again().read([LOG])["log"].columns["no"] == ["N1", "N2", "N3", "N4"]


def test_a_column_that_is_there_is_filled_by_its_heading(host: Host) -> None:
    """Whatever stands between its words, and beside one that is made; a row that is known is left out with its cells."""
    frame = pd.DataFrame({"no": ["N2", "N3", "N4"], "who": ["乙", "丙", "丁"]}, index=[7, 8, 9])
    book = host.book(headings={"备用": "我 加的"})
    book.apply(_changes({"我加的": ["x", "a", "=1"], "新": ["y", "c", "'d"]}, frame))
    assert _cells(host, "H3", "I3", "H5", "H6", "H7", "I6", "I7") == ["我 加的", "新", None, "a", "=1", "c", "'d"]
    assert _unknown(host) == ("我 加的", "新")


def test_without_new_rows_no_column_comes(host: Host) -> None:
    book = host.book()
    before = host.everything()
    known = pd.DataFrame({"no": ["N1"]})
    assert book.apply(_changes({"新": ["a"]}, known)).written == 0
    assert host.everything() == before


def test_dates_and_long_numbers_stay_what_they_are(host: Host) -> None:
    book = host.book()
    book.apply(_changes({"日": [datetime(2024, 5, 1, 9), None], "号": ["00123", "110101199003070012"]}))
    assert host.shown("记录", "I6") == "2024-05-01 09:00"
    assert _cells(host, "J6", "J7") == ["00123", "110101199003070012"]


@pytest.mark.parametrize(
    ("own", "options", "cell", "count"),
    [
        ({"新": ["a", "b"]}, {"rows": [row(4, "N1", *[None] * 7, "别动"), row(5, "N2")]}, "I4", 1),
        ({"新": ["a", "b"], "二": ["a", "b"]}, {"rows": [row(4, "N1"), row(5, *["x"] * 8, None, "9")]}, "J5", 2),
        (
            {"新": ["a", "b"]},
            {"rows": [row(4, "N1"), row(5, "N2")], "tail": '<mergeCells count="1"><mergeCell ref="I7:K7"/></mergeCells>'},
            "I7", 1,
        ),
    ],
    ids=["beside a row", "two columns away", "a merged cell"],
)  # fmt: skip
def test_what_stands_at_the_right_is_not_written_over(
    own: dict[str, list[Any]], options: dict[str, Any], cell: str, count: int, host: Host
) -> None:
    if "tail" in options and not host.whole:
        pytest.skip("blank merged cells are taken into the table, as the application does")
    book = host.book(**options)
    before = host.everything()
    with pytest.raises(WorkbookError) as stopped:
        book.apply(_changes(own))
    assert (stopped.value.code, stopped.value.values["cell"]) == ("table.beside", cell)
    assert f"“记录”的表格右边 {cell} 已有内容" in str(stopped.value)
    assert f"空出 {count} 列" in str(stopped.value)
    assert host.everything() == before


def test_a_sheet_without_a_table_grows_to_the_right_too(host: Host) -> None:
    book = host.book(no_table=True)
    book.apply(_changes(OWN))
    assert _cells(host, "I3", "J3", "I6", "J7") == ["渠道 来源", "2024", "微信", 8.0]
    assert _unknown(host) == ("渠道 来源", "2024")


@pytest.mark.parametrize("options", [{}, {"no_table": True}], ids=["table", "no table"])
def test_undo_takes_the_columns_off_again(options: dict[str, Any], host: Host) -> None:
    book = host.book(**options)
    before = host.everything()
    book.apply(_changes(OWN), occasion=Occasion("导入", datetime(2024, 5, 6, 9)))
    done = host.again().undo()
    assert (done.cells, done.rows, done.whole) == (0, 2, host.whole)
    assert host.everything() == before


def test_undo_after_somebody_worked_elsewhere_takes_the_columns_off_too(host: Host) -> None:
    host.book().apply(_changes(OWN))
    host.type("我的", "C7", "后写的")
    done = host.again().undo()
    assert (done.rows, done.whole) == (2, False)
    assert _cells(host, "I3", "J3", "A6", "I6", "J7") == [None] * 5
    assert _unknown(host) == ()
    host.again().apply(_changes(OWN))
    assert _unknown(host) == ("渠道 来源", "2024")


@pytest.mark.parametrize(
    ("title", "address", "value"), [("记录", "J4", "我写的"), ("我的", "C7", "=SUM(记录[2024])")], ids=["typed", "read"]
)
def test_a_new_column_that_is_used_stays(title: str, address: str, value: str, host: Host) -> None:
    if value.startswith("=") and type(host).__name__ == "UnoHost":
        pytest.skip("LibreOffice turns the reference to the table into one to cells")
    host.book().apply(_changes(OWN))
    host.type(title, address, value)
    host.again().undo()
    assert _unknown(host) == ("渠道 来源", "2024")
    assert _cells(host, "A6", "I6", "J6", "J7") == [None] * 4
    assert address != "J4" or host.cell("记录", "J4") == "我写的"


def test_a_new_column_with_another_heading_since_stops_undo(host: Host) -> None:
    host.book().apply(_changes({"新": ["a", "b"]}))
    host.type("记录", "I3", "改过")
    before = host.everything()
    with pytest.raises(WorkbookError) as stopped:
        host.again().undo()
    assert "“记录”的“新”列" in str(stopped.value)
    assert host.everything() == before


def test_headings_with_marks_of_formulas_come_and_go(host: Host) -> None:
    host.book().apply(_changes({"金额[元]": [1.0, 2.0], "A#'@": ["a", "b"]}))
    assert _unknown(host) == ("金额[元]", "A#'@")
    host.type("我的", "C7", "后写的")
    host.again().undo()
    assert _unknown(host) == ()


@pytest.mark.parametrize(
    ("own", "index"),
    [({"姓名": ["a", "b"]}, None), ({"  ": ["a", "b"]}, None), ({"新": ["a", "b"], "新 ": ["a", "b"]}, None), ({"新": ["a", "b"]}, [5, 6])],
    ids=["the schema's", "blank", "twice", "other rows"],
)  # fmt: skip
def test_what_is_no_column_of_ones_own_is_a_bug(own: dict[str, list[Any]], index: Any, host: Host) -> None:
    book = host.book()
    before = host.everything()
    changes = Changes(append=[(LOG, NEW)], own={"log": pd.DataFrame(own, index=index or NEW.index)})
    with pytest.raises(ValueError, match="记录"):
        book.apply(changes)
    assert host.everything() == before


