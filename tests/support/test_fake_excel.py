"""The fake COM Excel behaves as Excel is documented to, through xlwings' own Windows engine."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings as xw

from tests.support.fake_excel import (
    AskedForEverError,
    FakeExcel,
    Fault,
    Rect,
    WaitsForPersonError,
    Workbook,
    com_error,
)
from tests.workbook.odd_books import log_book

MOMENT = dt.datetime(2024, 5, 1, 9)


@pytest.fixture
def excel() -> Iterator[FakeExcel]:
    with FakeExcel() as running:
        yield running


@pytest.fixture
def model(excel: FakeExcel, tmp_path: Path) -> Workbook:
    return excel.open(log_book(tmp_path / "台账.xlsx"))


@pytest.fixture
def book(excel: FakeExcel, model: Workbook) -> Any:
    return excel.xlwings_book(model)


def test_nothing_is_left_behind() -> None:
    with FakeExcel():
        assert "pythoncom" in sys.modules
        assert xw.engines.active.name == "excel"
    assert not {"pythoncom", "win32com.client", "xlwings._xlwindows"} & set(sys.modules)
    assert not hasattr(xw, "_xlwindows")
    assert len(xw.engines) == 0
    assert xw.engines.active is None


def test_books_are_found_as_on_windows(excel: FakeExcel, model: Workbook) -> None:
    assert xw.Book(model.FullName).name == "台账.xlsx"
    assert xw.apps.active.books.active.fullname == model.FullName
    excel.engine.BOOK_CALLER = excel.engine.COMRetryObjectWrapper(model.seen())
    assert xw.Book.caller().name == "台账.xlsx"


TYPED: list[tuple[Any, Any, str]] = [
    ("00123", 123.0, "General"),
    (" 12 ", 12.0, "General"),
    ("1e5", 100_000.0, "0.00E+00"),
    ("-5", -5.0, "General"),
    ("+86", 86.0, "General"),
    ("1,234", 1234.0, "#,##0"),
    ("12%", 0.12, "0%"),
    ("(5)", -5.0, "General"),
    ("2024-5-1", dt.datetime(2024, 5, 1), "yyyy/m/d"),
    ("2024/5/1 9:00", MOMENT, "yyyy/m/d h:mm"),
    ("5/1/2024", dt.datetime(2024, 5, 1), "yyyy/m/d"),
    ("13/1", "13/1", "General"),
    ("true", True, "General"),
    ("#N/A", "#N/A", "General"),
    ("=1+1", 2.0, "General"),
    ("-客户", "#NAME?", "General"),
    ("'=1", "=1", "General"),
    ("甲", "甲", "General"),
    ("", None, "General"),
    (None, None, "General"),
    (MOMENT, MOMENT, "yyyy/m/d h:mm"),
    (3, 3.0, "General"),
]


@pytest.mark.parametrize(("put", "got", "form"), TYPED)
def test_what_excel_makes_of_what_is_put_there(put: Any, got: Any, form: str, book: Any) -> None:
    cell = book.sheets["我的"]["F9"]
    cell.value = put
    assert cell.options(err_to_str=True).value == got
    assert cell.number_format == form


@pytest.mark.parametrize(
    ("put", "got"),
    [("00123", "00123"), ("=1+1", "=1+1"), ("1/2", "1/2"), (5.0, "5"), (True, "TRUE"), ("'a", "a"), ("@a", "@a")],
)
def test_a_text_cell_keeps_texts_and_makes_texts_of_numbers(put: Any, got: str, book: Any) -> None:
    cell = book.sheets["我的"]["F9"]
    cell.number_format = "@"
    cell.value = put
    assert (cell.value, cell.formula, cell.api.HasFormula) == (got, got, False)


def test_in_a_text_cell_the_apostrophe_may_stay(excel: FakeExcel, book: Any) -> None:
    excel.application.apostrophe_kept = True
    cell = book.sheets["我的"]["F9"]
    cell.number_format = "@"
    cell.value = "'a"
    assert cell.value == "'a"


@pytest.mark.parametrize("text", ["长" * 32_768, "=SUM(", "=", "@a", '="a', "=1+"])
def test_what_excel_refuses_to_take(text: str, book: Any) -> None:
    if text == "=":
        book.sheets["我的"]["F9"].value = text
        assert book.sheets["我的"]["F9"].value == "="
        return
    with pytest.raises(com_error) as refused:
        book.sheets["我的"]["F9"].value = text
    assert (refused.value.hresult, refused.value.excepinfo[5]) == (-2147352567, -2146827284)
    assert book.sheets["我的"]["F9"].value is None


def test_values_come_as_com_gives_them(model: Workbook, book: Any) -> None:
    grid = model.sheet("我的").grid
    for row, (cell, form) in enumerate(
        [(45413.375, "yyyy/m/d h:mm"), (1.5, "¥#,##0.00"), (Fault("#DIV/0!"), "General"), (0.5, "h:mm")], 1
    ):
        grid.put(row, 6, cell)
        grid.set_form(Rect(row, 6, row, 6), form)
    values = book.sheets["我的"].api.Range("F1:F5").Value
    assert values[0][0].replace(tzinfo=None) == MOMENT
    assert values[0][0].tzinfo is not None
    assert values[1:] == ((Decimal("1.5000"),), (-2146826281,), (dt.datetime(1899, 12, 30, 12, tzinfo=dt.UTC),), (None,))
    assert book.sheets["我的"].api.Range("F1:F3").Value2 == ((45413.375,), (1.5,), (-2146826281,))
    assert book.sheets["我的"].api.Range("F1").Formula == "45413.375"
    assert book.sheets["我的"].api.Range("A1:B1").Formula == (("=SUM(记录[占比])", "=1+1"),)
    assert book.sheets["我的"].api.Range("C1:B1").Address == "$B$1:$C$1"


def test_dates_of_a_1904_book(model: Workbook, book: Any) -> None:
    model.date1904 = True
    cell = book.sheets["我的"]["F9"]
    cell.value = MOMENT
    assert model.sheet("我的").grid.value(9, 6) == 45413.375 - 1462
    assert (cell.value, cell.api.Value2) == (MOMENT, 45413.375 - 1462)


@pytest.mark.parametrize(
    ("data", "got"),
    [
        (7, ((7.0, 7.0), (7.0, 7.0), (7.0, 7.0))),
        ((1, 2), ((1.0, 2.0),) * 3),
        (((1,), (2,), (3,)), ((1.0, 1.0), (2.0, 2.0), (3.0, 3.0))),
        (((1, 2), (3, 4)), ((1.0, 2.0), (3.0, 4.0), (-2146826246, -2146826246))),
        (((1, 2, 9),) * 4, ((1.0, 2.0),) * 3),
    ],
    ids=["one value", "a row", "a column", "too small", "too large"],
)
def test_arrays_of_another_shape(data: Any, got: Any, book: Any) -> None:
    cells = book.sheets["我的"].api.Range("F1:G3")
    cells.Value = data
    assert cells.Value == got


@pytest.mark.parametrize("data", [{"a": 1}, object(), [[1, 2], [3]]])
def test_what_pywin32_cannot_hand_over(data: Any, book: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        book.sheets["我的"].api.Range("F1:G3").Value = data
    with pytest.raises(ValueError, match="naive"):
        book.sheets["我的"].api.Range("F1").Value = MOMENT


UNKNOWN: list[Callable[[Any], object]] = [
    lambda sheet: sheet.api.Colour,
    lambda sheet: sheet.api.Range("A1").value,
    lambda sheet: sheet.book.app.api.Undo,
]


@pytest.mark.parametrize("ask", UNKNOWN)
def test_unknown_members(ask: Callable[[Any], object], book: Any) -> None:
    with pytest.raises(com_error, match="Unknown name"):
        ask(book.sheets[0])


def test_setting_an_unknown_member_hangs_and_is_caught(excel: FakeExcel, book: Any) -> None:
    with pytest.raises(AskedForEverError):
        book.sheets[0].api.Colour = 1
    excel.engine.N_COM_ATTEMPTS = 3
    with pytest.raises(AttributeError, match="can not be set"):
        book.sheets[0].api.Colour = 1


def test_every_call_is_counted(excel: FakeExcel, book: Any) -> None:
    sheet = book.sheets["记录"]
    excel.wire.reset()
    _ = sheet.range((1, 1, 3, 2)).raw_value
    assert dict(excel.wire.counts) == {
        "Worksheet.Cells get": 2, "Range.Item call": 2, "Worksheet.Range call": 1, "Range.Value get": 1,
    }  # fmt: skip
    assert (excel.wire.total, excel.wire.changing) == (6, 0)
    sheet["A1"].raw_value = 1
    assert excel.wire.changing == 1


def test_a_busy_excel_is_asked_again_and_for_ever_is_noticed(excel: FakeExcel, book: Any) -> None:
    excel.busy(5)
    assert book.name == "台账.xlsx"
    assert len(excel.wire.refused) == 5
    excel.busy()
    with pytest.raises(AskedForEverError):
        _ = book.name
    excel.engine.N_COM_ATTEMPTS = 3
    with pytest.raises(com_error) as refused:
        _ = book.name
    assert refused.value.hresult == -2147418111


def test_a_cell_being_edited(excel: FakeExcel, book: Any) -> None:
    excel.engine.N_COM_ATTEMPTS = 3
    app, sheet = book.app, book.sheets[0]
    excel.edit_mode()
    assert app.api.Ready is False
    with pytest.raises(com_error) as refused:
        sheet.range("A1")
    assert refused.value.hresult == -2146777998
    excel.ready()
    cell = book.sheets[0].range("A1")
    excel.edit_mode()
    with pytest.raises(com_error) as refused:
        cell.raw_value = 1
    assert (refused.value.hresult, refused.value.excepinfo[5]) == (-2147352567, -2146777998)


def test_protection(model: Workbook, book: Any) -> None:
    sheet = model.sheet("记录")
    sheet.protected = True
    sheet.grid.unlocked.append(Rect(4, 8, 5, 8))
    book.sheets["记录"]["H4:H5"].value = "写得"
    for change in (
        lambda: book.sheets["记录"]["G4:H4"].api.__setattr__("Value", 1),
        lambda: book.sheets["记录"]["A4"].clear_contents(),
        lambda: book.sheets["记录"].tables[0].resize(book.sheets["记录"]["A3:H9"]),
        lambda: book.sheets["记录"]["A4"].api.__setattr__("NumberFormat", "@"),
        lambda: book.sheets["记录"]["4:4"].insert("down"),
    ):
        with pytest.raises(com_error) as refused:
            change()
        assert refused.value.excepinfo[5] == -2146827284
    model.structure_protected = True
    with pytest.raises(com_error, match="protected"):
        book.sheets["记录"].name = "别的"
    with pytest.raises(com_error, match="protected"):
        book.sheets["记录"].visible = False


def test_tables_grow_only_where_they_may(model: Workbook, book: Any) -> None:
    sheet = book.sheets["记录"]
    table = sheet.tables["记录"]
    table.resize(sheet["A3:H9"])
    assert (table.range.address, table.data_body_range.address) == ("$A$3:$H$9", "$A$4:$H$9")
    for wrong in ("A4:H9", "A3:H3", "J3:K9"):
        with pytest.raises(com_error):
            table.resize(sheet[wrong])
    other = sheet.tables["记录"].api._inner._target.copied(model.sheet("记录"))
    other.name, other.rect = "别表", Rect(12, 1, 14, 8)
    model.sheet("记录").tables.append(other)
    with pytest.raises(com_error, match="overlap"):
        table.resize(sheet["A3:H12"])
    model.sheet("记录").tables[0].totals = True
    with pytest.raises(com_error):
        table.resize(sheet["A3:H10"])
    assert table.range.address == "$A$3:$H$9"


def test_new_rows_get_the_formula_of_their_column(model: Workbook, book: Any) -> None:
    model.sheet("记录").tables[0].calculated[7] = '="自动"'
    book.sheets["记录"].tables[0].resize(book.sheets["记录"]["A3:H6"])
    assert book.sheets["记录"]["H4:H6"].value == [None, None, "自动"]


def test_rows_put_in_and_taken_out_move_tables_and_names(model: Workbook, book: Any) -> None:
    book.names.add("甲", "=记录!$A$4")
    sheet = book.sheets["记录"]
    sheet["1:2"].insert("down")
    assert (sheet.tables[0].range.address, book.names["甲"].refers_to) == ("$A$5:$H$7", "=记录!$A$6")
    sheet["7:7"].delete()
    assert (sheet.tables[0].range.address, sheet["A6:A7"].value) == ("$A$5:$H$6", ["N1", None])
    with pytest.raises(com_error, match="shift cells in a table"):
        sheet["B6:C6"].delete("up")
    sheet["A6:H6"].delete("up")
    assert sheet.tables[0].data_body_range is None


def test_a_tab_is_copied_with_its_names_tables_and_charts(model: Workbook, book: Any, tmp_path: Path) -> None:
    from tests.support.fake_excel.sheet_parts import ChartObject

    sheet = model.sheet("记录")
    sheet.charts.append(ChartObject(sheet, "图表 1", ["记录!$B$4:$B$5"]))
    book.names.add("全局", "=记录!$A$4")
    book.sheets["记录"].names.add("本表", "=记录!$B$4")
    made = book.sheets["记录"].copy(after=book.sheets["记录"], name="抄件")
    assert [s.name for s in book.sheets] == ["记录", "抄件", "清单", "我的"]
    assert sorted((n.name, n.refers_to) for n in made.names) == [
        ("抄件!全局", "=抄件!$A$4"), ("抄件!本表", "=抄件!$B$4")
    ]  # fmt: skip
    assert (made.tables[0].name != "记录", made.tables[0].range.address) == (True, "$A$3:$H$5")
    assert model.sheet("抄件").charts[0].series == ["抄件!$B$4:$B$5"]
    assert book.sheets.active.name == "抄件"
    other = openpyxl.Workbook()
    other.save(tmp_path / "别的.xlsx")
    second = xw.Book(str(tmp_path / "别的.xlsx"))
    book.sheets["我的"].copy(before=second.sheets[0])
    assert [s.name for s in second.sheets] == ["我的", "Sheet"]


def test_tabs_that_may_not_be_hidden_named_or_taken_out(model: Workbook, book: Any) -> None:
    book.sheets["清单"].visible = False
    model.sheet("我的").state = 2
    assert [s.visible for s in book.sheets] == [-1, 0, 2]
    with pytest.raises(com_error, match="Visible"):
        book.sheets["记录"].visible = False
    with pytest.raises(com_error, match="Activate"):
        book.sheets["清单"].activate()
    for name in ("清单", "a/b", "长" * 32):
        with pytest.raises(com_error):
            book.sheets["记录"].api.Name = name
    with pytest.raises(WaitsForPersonError):
        book.sheets["清单"].api.Delete()
    book.sheets["清单"].delete()
    assert [s.name for s in book.sheets] == ["记录", "我的"]


def test_filters_hide_rows_and_writing_reaches_them(model: Workbook, book: Any) -> None:
    sheet = book.sheets["记录"]
    sheet.tables[0].api.Range.AutoFilter(1, "N2")
    assert model.sheet("记录").grid.hidden_rows == {4}
    assert sheet.api.FilterMode is True
    sheet["E4:E5"].value = [["a"], ["b"]]
    assert sheet["E4:E5"].value == ["a", "b"]
    sheet.api.ShowAllData()
    with pytest.raises(com_error):
        sheet.api.ShowAllData()


def test_formulas_are_found_in_runs(book: Any) -> None:
    sheet = book.sheets["记录"]
    sheet["E4:F5"].formula = "=A4"
    assert sheet["E4:F5"].formula == (("=A4", "=B4"), ("=A5", "=B5"))
    assert sheet["E4:F5"].api.FormulaR1C1 == (("=RC[-4]", "=RC[-4]"),) * 2
    assert [r.address for r in sheet["A3:H9"].get_special_cells("formulas")] == ["$E$4:$F$5"]
    assert (sheet["E4"].api.HasFormula, sheet["D4:E4"].api.HasFormula) == (True, None)
    assert sheet["A4:A5"].get_special_cells("formulas") == []


def test_macros_and_message_boxes(excel: FakeExcel, book: Any) -> None:
    excel.load_addin(FinishCommand=lambda: None)
    book.app.macro("'xlsvc.xlam'!ServiceRibbon.FinishCommand")()
    assert excel.application.ran == [("'xlsvc.xlam'!ServiceRibbon.FinishCommand",)]
    assert [b.name for b in book.app.books] == ["台账.xlsx"]
    with pytest.raises(com_error, match="Cannot run the macro"):
        book.app.macro("'xlsvc.xlam'!Missing")()
    book.app.alert("好", "标题")
    assert excel.boxes == [("标题", "好")]
