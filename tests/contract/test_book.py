"""What every host promises, whatever holds the workbook. A host is a fixture in conftest.py: it opens rows as a
Book and shows afterwards what a person would see."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pandas as pd
import pytest

from tests.contract.conftest import Host
from tests.workbook.odd_books import LIST, LOG, OPTIONAL, row
from workbook.book import CellError, Changes, Link, Tab, WrittenColumn
from workbook.issues import WorkbookError

SECOND_IN_FRONT = '<bookViews><workbookView activeTab="1"/></bookViews>'
MOMENT = datetime(2024, 5, 1, 9)


def test_titles_in_order_with_visibility(host: Host) -> None:
    assert host.book(states={"清单": "hidden"}).titles() == {"记录": True, "清单": False, "我的": True}


def test_rows_are_read_by_heading(host: Host) -> None:
    cells = host.book().read([LOG])["log"]
    assert (cells.title, cells.header_row, cells.rows.tolist()) == ("记录", 3, [4, 5])
    assert cells.columns["no"] == ["N1", "N2"]
    assert cells.columns["at"] == [45413.375, None]
    assert cells.columns["who"] == ["张三", "李四"]
    assert cells.columns["status"] == [None, None]
    assert (cells.letters["no"], cells.address("who", 5)) == ("A", "C5")
    assert (cells.unknown, cells.absent, cells.formulas) == ((), (), {})


def test_computed_cells_of_an_emptied_row_are_blanked(host: Host) -> None:
    rows = [row(4, "a", None, "甲", None, "达标"), row(5, None, None, None, None, "超时"), row(6, "c", None, "丙", None, "达标")]
    book = host.book(rows=rows)
    read = book.read([LOG], {"log": ["no", "at", "who"]})["log"]
    assert read.rows.tolist() == [4, 6]
    book.apply(Changes(columns=[(LOG, pd.DataFrame({"status": ["超时", "达标"]}, index=[4, 6]))]))
    cells = book.read([LOG])["log"]
    assert (cells.rows.tolist(), cells.columns["status"]) == ([4, 6], ["超时", "达标"])


def test_only_the_asked_columns_are_read(host: Host) -> None:
    cells = host.book().read([LOG], {"log": ["who"]})["log"]
    assert cells.columns == {"who": ["张三", "李四"]}


def test_blank_rows_are_left_out(host: Host) -> None:
    cells = host.book(rows=[row(4, "a"), '<row r="5"><c r="A5" s="1"/></row>', row(6, "b")]).read([LOG])[
        "log"
    ]
    assert cells.rows.tolist() == [4, 6]


def test_an_optional_sheet_may_be_missing_another_not(host: Host) -> None:
    book = host.book()
    assert book.read([OPTIONAL]) == {}
    with pytest.raises(WorkbookError) as stopped:
        host.book(rename={"记录": "登记"}).read([LOG])
    assert (stopped.value.code, stopped.value.values["sheet"]) == ("sheet.missing", "记录")
    assert str(stopped.value) == (
        "“台账.xlsx”里没有“记录”工作表。如果改过名,请改回“记录”;"
        "如果这不是售后台账,请选对文件(新台账:点“新建台账”,或运行 xlsvc new)。"
    )


@pytest.mark.parametrize(
    ("name", "named"),
    [("记录 (2)", True), ("纪录", True), ("响应记录", True), ("记", False), ("清 单", False), ("录记", False)],
)
def test_a_tab_that_is_alike_is_named(name: str, named: bool, host: Host) -> None:
    with pytest.raises(WorkbookError) as stopped:
        host.book(rename={"记录": name}).read([LOG])
    assert (f"如果是“{name}”这张表改过名,请改回“记录”" in str(stopped.value)) == named
    with pytest.raises(WorkbookError) as stopped:
        host.book(rename={"记录": name}, states={"记录": "hidden"}, views=SECOND_IN_FRONT).read([LOG])
    assert "这张表" not in str(stopped.value), "only what the user can see is named"


def test_a_missing_heading_is_named(host: Host) -> None:
    with pytest.raises(WorkbookError) as stopped:
        host.book(headings={"姓名*": "称呼"}).read([LOG])
    assert str(stopped.value).startswith("“记录”工作表(标题行第 3 行)缺少“姓名*”列。")
    assert str(stopped.value).endswith(
        "标题行里多出来的有:称呼。若就是这一列,请把标题改回“姓名*”;若不是,请把该标题加回标题行。"
    )
    cells = host.book(headings={"备用": "我加的", "状态": "别的"}).read([LOG])["log"]
    assert (cells.unknown, cells.absent) == (("别的", "我加的"), ("status", "spare"))


def test_a_needed_heading_of_our_own_is_missed_too(host: Host) -> None:
    needed = replace(LOG, columns=tuple(replace(c, needed=c.key == "given") for c in LOG.columns))
    with pytest.raises(WorkbookError) as stopped:
        host.book(headings={"流水": "单号"}).read([needed])
    assert (stopped.value.code, stopped.value.values["heading"]) == ("heading.missing", "流水")
    assert host.book(headings={"流水": "单号"}).read([LOG])["log"].absent == ("given",)
    assert host.book(headings={"流水": "单号"}).read([needed], {"log": ["no"]})["log"].absent == ()


GAP = [row(4, "N1", None, "甲"), '<row r="5"><c r="A5" s="1"/></row>']


@pytest.mark.parametrize(
    ("below", "beyond"),
    [
        ([row(6, "N2", None, "乙"), row(8, "N3", None, "丙", "SN1"), row(20, "备注")], (6, 8)),
        ([row(6, "N2", None, None, None, "达标", "x")], ()),
        ([row(6, "合计", None, '<c r="C6"><f>COUNTA(C4:C4)</f><v>1</v></c>')], ()),
        ([], ()),
    ],
    ids=["typed rows", "one typed cell", "a sum of the user's", "nothing"],
)
def test_rows_typed_behind_a_gap_are_told_of(below: list[str], beyond: tuple[int, ...], host: Host) -> None:
    cells = host.book(rows=[*GAP, *below], bottom=4).read([LOG])["log"]
    assert (cells.rows.tolist(), cells.beyond) == ([4], beyond)


def test_a_row_right_below_the_table_belongs_to_it(host: Host) -> None:
    cells = host.book(rows=[GAP[0], row(5, "N2", None, "乙")], bottom=4).read([LOG])["log"]
    assert (cells.rows.tolist(), cells.beyond) == ([4, 5], ())


def test_a_doubled_heading_is_named_with_its_cells(host: Host) -> None:
    with pytest.raises(WorkbookError) as stopped:
        host.book(headings={"备用": " 姓名＊ "}).read([LOG])
    assert (stopped.value.code, stopped.value.values["cells"]) == ("heading.doubled", "C3、H3")


def test_headings_written_otherwise_are_found(host: Host) -> None:
    cells = host.book(headings={"姓名*": "客 户", "时间": "時间".replace("時", "时")}).read([LOG])["log"]
    assert cells.columns["who"] == ["张三", "李四"]


def test_error_cells_and_booleans(host: Host) -> None:
    rows = [row(4, "N1", '<c r="B4" t="e"><v>#N/A</v></c>', '<c r="C4" t="b"><v>1</v></c>')]
    cells = host.book(rows=rows).read([LOG])["log"]
    assert (cells.columns["at"], cells.columns["who"]) == ([CellError("#N/A")], [True])


def _columns(**cells: object) -> pd.DataFrame:
    return pd.DataFrame(cells, index=[4, 5])


def test_computed_columns_are_written_and_read_back(host: Host) -> None:
    book = host.book()
    applied = book.apply(
        Changes(
            columns=[(LOG, _columns(status=["达标", ""], due=[MOMENT, pd.NaT], share=[0.5, float("nan")]))]
        )
    )
    assert (applied.written, applied.kept, applied.missing) == (3, (), ())
    cells = book.read([LOG])["log"]
    assert (cells.columns["status"], cells.columns["due"]) == (["达标", None], [45413.375, None])
    assert cells.columns["share"] == [0.5, None]
    assert host.shown("记录", "F4") == "2024-05-01 09:00"
    assert host.shown("记录", "G4") == "50%"


def test_the_same_again_writes_nothing(host: Host) -> None:
    book = host.book()
    changes = Changes(columns=[(LOG, _columns(status=["a", "b"], due=[MOMENT, None], share=[1 / 3, 2]))])
    assert book.apply(changes).written == 5
    again = book.apply(changes)
    assert (again.written, again.saved, again.backup) == (0, None, None)


def test_an_issued_cell_is_written_only_where_blank(host: Host) -> None:
    book = host.book(rows=[row(4, "N1", None, "甲", "SN1"), row(5, "N2", None, "乙")])
    book.apply(Changes(columns=[(LOG, _columns(given=["SN8", "SN9"]))]))
    assert book.read([LOG])["log"].columns["given"] == ["SN1", "SN9"]


def test_a_typed_column_is_never_written(host: Host) -> None:
    with pytest.raises(ValueError, match="user's"):
        host.book().apply(Changes(columns=[(LOG, _columns(who=["x", "y"]))]))


def test_a_users_formula_is_kept_and_reported(host: Host) -> None:
    rows = [
        row(4, "N1", None, "甲", None, '<c r="E4" t="str"><f>C4&amp;"!"</f><v>甲!</v></c>'),
        row(5, "N2", None, "乙"),
    ]
    book = host.book(rows=rows)
    assert book.read([LOG])["log"].formulas == {"status": frozenset({4})}
    applied = book.apply(Changes(columns=[(LOG, _columns(status=["x", "y"]))]))
    assert (applied.kept, applied.written) == (("记录!E4",), 1)
    assert book.read([LOG])["log"].columns["status"] == ["甲!", "y"]


def test_a_column_that_is_missing_is_reported(host: Host) -> None:
    applied = host.book(headings={"状态": "别的"}).apply(
        Changes(columns=[(LOG, _columns(status=["x", "y"]))])
    )
    assert (applied.missing, applied.written) == ((("记录", "状态"),), 0)


def test_text_that_looks_like_something_else_stays_text(host: Host) -> None:
    texts = ["=1+1", "00123", "+86", "1e5", "@a", "a\nb", " x ", "_x000D_", "'"]
    book = host.book(rows=[row(4 + i, f"N{i}") for i in range(len(texts))])
    book.apply(Changes(columns=[(LOG, pd.DataFrame({"status": texts}, index=range(4, 4 + len(texts))))]))
    cells = book.read([LOG])["log"]
    assert (cells.columns["status"], cells.formulas) == (texts, {})


def test_appended_rows_follow_the_last_filled_one(host: Host) -> None:
    book = host.book(rows=[row(4, "N1"), '<row r="5"><c r="A5" s="1"/></row>'])
    frame = pd.DataFrame({"no": ["N2", "N3", "N1"], "at": [MOMENT, None, MOMENT], "who": ["乙", "", "重"]})
    applied = book.apply(Changes(append=[(LOG, frame)]))
    cells = book.read([LOG])["log"]
    assert cells.rows.tolist() == [4, 5, 6]
    assert (cells.columns["no"], cells.columns["who"]) == (["N1", "N2", "N3"], [None, "乙", None])
    assert cells.columns["at"] == [None, 45413.375, None]
    assert applied.written == 4


def test_appending_a_known_row_changes_nothing(host: Host) -> None:
    applied = host.book().apply(Changes(append=[(LOG, pd.DataFrame({"no": ["N1"], "who": ["x"]}))]))
    assert (applied.written, applied.saved) == (0, None)


def test_an_owned_table_is_rewritten_longer_and_shorter(host: Host) -> None:
    book = host.book()
    for count in (5, 2, 0, 3):
        frame = pd.DataFrame(
            {"n": range(1, count + 1), "cell": [Link("记录", f"A{4 + i}", f"A{4 + i}") for i in range(count)],
             "text": [f"第{i}" for i in range(count)]}
        )  # fmt: skip
        book.apply(Changes(replace=[(LIST, frame)]))
        cells = book.read([LIST])["list"]
        assert cells.columns["n"] == list(range(1, count + 1))
        assert cells.columns["cell"] == [f"A{4 + i}" for i in range(count)]
        assert cells.columns["text"] == [f"第{i}" for i in range(count)]
        assert book.apply(Changes(replace=[(LIST, frame)])).written == 0


def test_tabs_are_hidden_shown_and_put_in_front(host: Host) -> None:
    book = host.book(states={"清单": "hidden"})
    book.apply(Changes(hide=["记录"], show=["清单"], activate="我的"))
    assert book.titles() == {"记录": False, "清单": True, "我的": True}
    assert host.front() == "我的"
    with pytest.raises(WorkbookError) as stopped:
        book.apply(Changes(hide=["清单", "我的"]))
    assert stopped.value.code == "sheet.last_visible"
    assert book.titles() == {"记录": False, "清单": True, "我的": True}


def test_a_tab_is_made_from_a_template_and_refilled(host: Host) -> None:
    book = host.book(names={"结果": "我的!$C$1"})
    tab = Tab(template="我的", name="我的 2", values={"结果": 5.0, "没有": 1})
    applied = book.apply(Changes(tabs=[tab], activate="我的 2"))
    assert applied.missing == (("我的 2", "没有"),)
    assert book.titles() == {"记录": True, "清单": True, "我的": True, "我的 2": True}
    assert (host.front(), host.cell("我的 2", "C1"), host.cell("我的", "C1")) == ("我的 2", 5.0, None)
    assert book.apply(Changes(tabs=[tab])).written == 0


def test_a_value_is_kept_under_a_formula(host: Host) -> None:
    book = host.book(names={"结果": "我的!$B$1"})
    book.apply(Changes(tabs=[Tab("我的", "我的 2", {"结果": 5.0})]))
    assert (host.cell("我的 2", "B1"), host.cell("我的", "B1")) == (5.0, 2.0)


def test_nothing_is_written_when_something_is_wrong(host: Host) -> None:
    book = host.book()
    before = host.everything()
    long = Changes(columns=[(LOG, _columns(status=["好", "长" * 40_000]))])
    with pytest.raises(WorkbookError) as stopped:
        book.apply(long)
    assert stopped.value.code == "cell.too_long"
    assert host.everything() == before


def test_before_holds_what_was_there(host: Host) -> None:
    book = host.book()
    book.apply(Changes(columns=[(LOG, _columns(status=["a", "b"]))]))
    before = book.apply(Changes(columns=[(LOG, _columns(status=["c", "b"]))])).before
    assert before.cells == [WrittenColumn("记录", "E", [4], ["a"], ["c"])]
