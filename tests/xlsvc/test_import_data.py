"""导入数据 on a file: a first click that only shows, a second one that appends; nothing doubled, nothing typed changed."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.import_ledgers import (
    MAPPING,
    cells,
    choose,
    front,
    paste,
    review,
    run,
    slim_ledger,
    table,
    type_in,
    write_source,
)
from tests.support.ledgers import NOW, document_rows
from workbook.foreign_tables import ForeignTab
from workbook.issues import WorkbookError
from workbook.sheets import BY_KEY
from xlsvc import app
from xlsvc.import_sources import without_own_rows

LOG = BY_KEY["response_log"]
HEADINGS = ["服务单号", "客户名称", "联系电话", "故障现象", "紧急程度", "受理时间", "内部备忘"]


def line(n: int, problem: str = "", number: str | None = None) -> list[Any]:
    return [
        f"GD{n:03d}" if number is None else number, f"客户{n}", f"138000{n:05d}", problem or f"问题{n}", "一般",
        datetime(2024, 5, 6, 9, n % 60), f"SF{n}",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    documents = document_rows()["response_log"]
    rows = {"response_log": [{**row, "ticket": f"SN2024031500{n}"} for n, row in enumerate(documents, 1)]}
    return slim_ledger(tmp_path_factory.mktemp("made") / "台账.xlsx", rows)


@pytest.fixture
def ledger(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "台账.xlsx"))


def added(path: Path) -> list[dict[str, Any]]:
    return [r for r in table(path, LOG) if str(r.get("customer", "")).startswith("客户")]


def untouched(path: Path) -> dict[tuple[str, int, int], Any]:
    """Every cell but those of 导入核对."""
    return cells(path, "导入核对")


def test_the_first_click_shows_and_the_second_appends(ledger: Path, tmp_path: Path) -> None:
    source = write_source(tmp_path / "导出.xlsx", [HEADINGS, line(1), line(2, number=""), line(3)])
    before = untouched(ledger)
    first = run(ledger, source)
    assert first.notice == (
        "来源“导出.xlsx”:“响应记录”将新增 3 行。台账还没有改动,核对后再点一次“导入数据”就写入。"
    )
    assert untouched(ledger) == before
    assert "导入核对" in front(ledger)
    shown = [(r.get("section"), r.get("sheet"), r.get("place"), r.get("heading"), r.get("content")) for r in review(ledger)]
    assert shown == [
        ("概要", None, None, "来源", "导出.xlsx"),
        ("概要", "响应记录", "Sheet1(导出.xlsx)", None, "将新增 3 行"),
        ("可以改", "响应记录", "Sheet1(导出.xlsx)!G1", "内部备忘", "SF1、SF2、SF3"),
        ("请核对", None, "Sheet1(导出.xlsx)!第 1 行", None, None),
        ("将新增", "响应记录", "Sheet1(导出.xlsx)!A2", None, "GD001 · 客户1 · 2024-05-06 09:01 · 问题1 · 一般"),
        ("将新增", "响应记录", "Sheet1(导出.xlsx)!A3", None, "客户2 · 2024-05-06 09:02 · 问题2 · 一般"),
        ("将新增", "响应记录", "Sheet1(导出.xlsx)!A4", None, "GD003 · 客户3 · 2024-05-06 09:03 · 问题3 · 一般"),
    ]

    shown_bytes = ledger.read_bytes()
    second = run(ledger, source)
    assert second.notice == (
        "已从“导出.xlsx”导入:“响应记录”新增 3 行,新编工单号 1 个。接着请点“一键更新”;不要了可以“撤销上次”。"
    )
    assert [{k: v for k, v in r.items() if k != "row"} for r in added(ledger)] == [
        {"ticket": number, "customer": f"客户{n}", "contact": f"138000{n:05d}", "problem": f"问题{n}", "urgency": "一般",
         "accepted_at": datetime(2024, 5, 6, 9, n), "内部备忘": f"SF{n}"}
        for n, number in ((1, "GD001"), (2, "SN20240506001"), (3, "GD003"))
    ]  # fmt: skip
    now = untouched(ledger)
    assert {place: now.get(place) for place in before} == before, "a cell that stood there was changed"
    app.undo(ledger)
    assert ledger.read_bytes() == shown_bytes


def test_the_same_file_twice_adds_nothing_and_changes_are_listed_not_made(ledger: Path, tmp_path: Path) -> None:
    source = write_source(tmp_path / "导出.xlsx", [HEADINGS, *(line(n) for n in range(1, 21))])
    run(ledger, source, confirm=True)
    kept = untouched(ledger)
    again = run(ledger, source)
    assert again.notice == "来源“导出.xlsx”:20 行台账已有。没有可新增的行,台账没有改动。"
    assert untouched(ledger) == kept
    changed = [line(n, "改了的问题" if n <= 5 else "") for n in range(1, 21)] + [line(n) for n in range(21, 26)]
    write_source(source, [HEADINGS, *changed])
    said = run(ledger, source)
    assert said.notice.startswith("来源“导出.xlsx”:“响应记录”将新增 5 行,20 行台账已有,5 格与台账不同。")
    run(ledger, source)
    rows = added(ledger)
    assert [r["ticket"] for r in rows] == [f"GD{n:03d}" for n in range(1, 26)]
    assert [r["problem"] for r in rows[:5]] == [f"问题{n}" for n in range(1, 6)], "the ledger's own text stays"
    found = [r for r in review(ledger) if r["section"] == "与台账不同"]
    at = {r["ticket"]: r["row"] for r in rows}
    assert [(r["place"], r["heading"], r["content"], r["ledger_cell"], r["ledger"]) for r in found] == [
        (f"Sheet1(导出.xlsx)!D{n + 1}", "问题描述", "改了的问题", f"E{at[f'GD{n:03d}']}", f"问题{n}") for n in range(1, 6)
    ]


def test_a_chosen_difference_is_written_into_that_cell_alone(ledger: Path, tmp_path: Path) -> None:
    source = write_source(tmp_path / "导出.xlsx", [HEADINGS, line(1), line(2)])
    run(ledger, source, confirm=True)
    write_source(source, [HEADINGS, line(1, "来源一"), [*line(2, "来源二")[:4], "紧急", *line(2)[5:]]])
    run(ledger, source)
    before, stood = untouched(ledger), ledger.read_bytes()
    choose(ledger, {("与台账不同", "Sheet1(导出.xlsx)!D2"): "用来源的", ("与台账不同", "Sheet1(导出.xlsx)!E3"): "保留台账的"})
    chosen = ledger.read_bytes()
    done = run(ledger, source)
    assert done.notice == (
        "已从“导出.xlsx”导入:按您的选择改用来源的内容 1 格。接着请点“一键更新”;不要了可以“撤销上次”。"
    )
    row = next(r["row"] for r in added(ledger) if r["ticket"] == "GD001")
    now = untouched(ledger)
    assert {p: v for p, v in now.items() if before.get(p) != v} == {("响应记录", row, 5): "来源一"}
    app.undo(ledger)
    assert ledger.read_bytes() == chosen != stood


def test_a_choice_does_not_hold_for_a_cell_that_was_changed_since(ledger: Path, tmp_path: Path) -> None:
    source = write_source(tmp_path / "导出.xlsx", [HEADINGS, line(1)])
    run(ledger, source, confirm=True)
    write_source(source, [HEADINGS, line(1, "来源一")])
    run(ledger, source)
    choose(ledger, {("与台账不同", "Sheet1(导出.xlsx)!D2"): "用来源的"})
    type_in(ledger, LOG, added(ledger)[0]["row"], problem="刚刚改过")
    run(ledger, source)
    assert [r["problem"] for r in added(ledger)] == ["刚刚改过"]


DOUBTFUL = ["编号", "客户名称", "联系电话", "故障现象", "紧急程度", "受理时间"]


def doubtful(path: Path, *numbers: int) -> Path:
    return write_source(path, [DOUBTFUL, *(line(n)[:6] for n in numbers)])


def test_an_answer_counts_at_once_and_is_remembered(ledger: Path, tmp_path: Path) -> None:
    source = doubtful(tmp_path / "五月.xlsx", 1, 2)
    first = run(ledger, source)
    assert "有 1 处请在“导入核对”的“您的选择”里选定(不选的列先不导入)。" in first.notice
    (asked,) = [r for r in review(ledger) if r["section"] == "请选定"]
    assert [asked.get(f"option{n}") for n in range(1, 7)] == ["工单号", "订单编号", "客户编号", "作为自有列", "不导入", None]
    assert (asked["heading"], asked["content"], asked["place"]) == ("编号", "GD001、GD002", "Sheet1(五月.xlsx)!A1")
    choose(ledger, {("请选定", "编号"): "订单编号"})
    run(ledger, source)
    assert [(r["ticket"], r["order_no"]) for r in added(ledger)] == [
        ("SN20240506001", "GD001"), ("SN20240506002", "GD002"),
    ]  # fmt: skip
    kept, the_sheet = table(ledger, MAPPING)
    assert (the_sheet["heading"], the_sheet["answer"]) == ("这张表", "响应记录")
    assert {k: kept[k] for k in ("source", "sheet", "heading", "answer", "noted_at")} == {
        "source": "五月.xlsx", "sheet": "响应记录", "heading": "编号", "answer": "订单编号", "noted_at": NOW,
    }  # fmt: skip
    june = doubtful(tmp_path / "六月.xlsx", 3)
    assert "请在“导入核对”" not in run(ledger, june).notice
    run(ledger, june)
    assert added(ledger)[-1]["order_no"] == "GD003"
    type_in(ledger, MAPPING, kept["row"], answer="客户编号")  # what was remembered may be changed
    run(ledger, doubtful(tmp_path / "七月.xlsx", 4), confirm=True)
    assert added(ledger)[-1]["customer_no"] == "GD004"


def test_a_choice_that_means_nothing_stops_the_second_click(ledger: Path, tmp_path: Path) -> None:
    source = doubtful(tmp_path / "五月.xlsx", 1)
    run(ledger, source)
    choose(ledger, {("请选定", "编号"): "单子的号"})
    before = untouched(ledger)
    said = run(ledger, source)
    assert [i.message for i in said.issues if i.level == "error"] == [
        "“导入核对”I6 选的“单子的号”不在这一行的选项里,也不是“响应记录”的列名,所以还没有导入。请改选下拉里的一项,再点一次“导入数据”。"
    ]
    assert untouched(ledger) == before


def test_a_question_without_an_answer_leaves_its_column_out(ledger: Path, tmp_path: Path) -> None:
    source = doubtful(tmp_path / "五月.xlsx", 1)
    run(ledger, source)
    run(ledger, source)
    assert [(r["ticket"], r.get("order_no"), r.get("编号")) for r in added(ledger)] == [("SN20240506001", None, None)]


def test_an_own_column_may_be_left_out(ledger: Path, tmp_path: Path) -> None:
    source = write_source(tmp_path / "导出.xlsx", [HEADINGS, line(1)])
    run(ledger, source)
    choose(ledger, {("可以改", "内部备忘"): "不导入"})
    run(ledger, source)
    assert "内部备忘" not in added(ledger)[0]


def test_a_source_that_changed_is_shown_anew(ledger: Path, tmp_path: Path) -> None:
    source = write_source(tmp_path / "导出.xlsx", [HEADINGS, line(1)])
    run(ledger, source)
    write_source(source, [HEADINGS, line(1), line(2)])
    said = run(ledger, source, confirm=True)
    assert said.notice.startswith("来源“导出.xlsx”的内容变了,已重新核对:“响应记录”将新增 2 行。")
    assert added(ledger) == []
    run(ledger, source)
    assert len(added(ledger)) == 2


@pytest.mark.parametrize(("at", "title_row"), [((1, 1), False), ((6, 3), True)])
def test_what_was_pasted(ledger: Path, at: tuple[int, int], title_row: bool) -> None:
    paste(ledger, [*([["五月售后导出"]] if title_row else []), HEADINGS, line(1), line(2), ["合计", None, None, 2]], at)
    first = run(ledger)
    assert first.notice.startswith("来源“粘贴区”:“响应记录”将新增 2 行,1 行不导入。")
    pasted = {p: v for p, v in cells(ledger).items() if p[0] == "粘贴区"}
    second = run(ledger)
    assert "“粘贴区”的内容可以清空了。" in second.notice
    assert [r["ticket"] for r in added(ledger)] == ["GD001", "GD002"]
    assert {p: v for p, v in cells(ledger).items() if p[0] == "粘贴区"} == pasted, "typed cells"
    kept = untouched(ledger)
    third = run(ledger)
    assert third.notice == "来源“粘贴区”:2 行台账已有,1 行不导入。没有可新增的行,台账没有改动。粘贴区可以清空了。"
    assert untouched(ledger) == kept


def test_a_year_mended_in_the_source_makes_no_second_row(ledger: Path) -> None:
    unread = [[*line(n, number="")[:5], f"4月{n}日 9:13"] for n in (1, 2)]
    paste(ledger, [HEADINGS[:6], *unread])
    run(ledger)
    done = run(ledger)
    rows = added(ledger)
    assert [r["accepted_at"] for r in rows] == ["4月1日 9:13", "4月2日 9:13"]
    told = [(i.sheet, i.cell, i.message) for i in done.issues if i.code == "value.date_no_year"]
    assert told == [
        ("响应记录", f"N{r['row']}", f"“响应记录”N{r['row']} 的“4月{n}日 9:13”没有年份,按空白处理。请补上四位年份,如 2024-03-15。")
        for n, r in enumerate(rows, 1)
    ]
    assert {r["place"] for r in review(ledger) if "没有年份" in r.get("advice", "")} == {f"响应记录!N{r['row']}" for r in rows}
    paste(ledger, [HEADINGS[:6], *([*row[:5], f"2024年{row[5]}"] for row in unread)])
    again = run(ledger)
    assert again.notice.startswith("来源“粘贴区”:2 行台账已有,2 格与台账不同。没有可新增的行")
    shown = [r for r in review(ledger) if r["section"] == "与台账不同"]
    assert [(r["heading"], r["content"], r["ledger_cell"], r["ledger"]) for r in shown] == [
        ("受理时间", f"2024-04-0{n} 09:13", f"N{r['row']}", f"4月{n}日 9:13") for n, r in enumerate(rows, 1)
    ]
    choose(ledger, {("与台账不同", "粘贴区!F5"): "用来源的", ("与台账不同", "粘贴区!F6"): "用来源的"})
    run(ledger)
    assert [r["accepted_at"] for r in added(ledger)] == [datetime(2024, 4, 1, 9, 13), datetime(2024, 4, 2, 9, 13)]


def test_an_own_column_is_announced_told_as_done_and_then_known(ledger: Path, tmp_path: Path) -> None:
    def told(said: app.Report) -> list[str]:
        return [i.message for i in said.issues if i.short == "自有列"]

    source = write_source(tmp_path / "导出.xlsx", [HEADINGS, line(1)])
    assert told(run(ledger, source)) == [
        "“Sheet1(导出.xlsx)”里有 1 列台账没有:内部备忘。将作为您自己的列加在右边;不要的请在“导入核对”里选“不导入”。"
    ]
    assert told(run(ledger, source)) == [
        "“Sheet1(导出.xlsx)”里有 1 列台账没有:内部备忘。已作为您自己的列加在“响应记录”的右边;不要的请点“撤销上次”,改选“不导入”再导入。"
    ]
    assert told(run(ledger, source)) == [], "nothing is added"
    write_source(source, [HEADINGS, line(1), line(2)])
    assert told(run(ledger, source)) == []
    (offer,) = [r for r in review(ledger) if r["section"] == "可以改"]
    assert offer["advice"] == "填进您自己的同名列。要改才选,不选照此办理。"
    run(ledger, source)
    assert [r["内部备忘"] for r in added(ledger)] == ["SF1", "SF2"]


def test_a_difference_says_what_stands_there(ledger: Path, tmp_path: Path) -> None:
    source = write_source(tmp_path / "导出.xlsx", [HEADINGS[:6], [*line(1)[:4], "", line(1)[5]]])
    run(ledger, source, confirm=True)
    write_source(source, [HEADINGS[:6], line(1, "漏水")[:6]])
    row = added(ledger)[0]["row"]
    assert [i.message for i in run(ledger, source).issues if i.code == "import.differs"] == [
        f"“Sheet1(导出.xlsx)”D2 的“问题描述”是“漏水”,台账“响应记录”第 {row} 行是“问题1”。台账没有改动,请选定以哪个为准。",
        f"“Sheet1(导出.xlsx)”E2 的“紧急程度”是“一般”,台账“响应记录”第 {row} 行是空白。台账没有改动,请选定以哪个为准。",
    ]


def test_a_source_that_goes_before_one_that_waits(ledger: Path, tmp_path: Path) -> None:
    run(ledger, write_source(tmp_path / "五月.xlsx", [HEADINGS, line(1)]))
    said = run(ledger, write_source(tmp_path / "六月.xlsx", [HEADINGS, line(2)]))
    assert said.notice == (
        "之前核对的“五月.xlsx”没有写入台账,要导入它的,请在这一次之后再导入。"
        "现在核对的是来源“六月.xlsx”:“响应记录”将新增 1 行。台账还没有改动,核对后再点一次“导入数据”就写入。"
    )
    assert added(ledger) == []


def test_nothing_to_import_shows_where_to_paste(ledger: Path) -> None:
    said = run(ledger)
    assert said.notice.startswith("没有要导入的内容。请把记录连同标题一起粘贴到“粘贴区”(已为您打开)")
    assert "粘贴区" in front(ledger)
    assert said.exit_code == 0


def test_our_own_rows_above_a_paste_are_taken_off() -> None:
    ours: list[list[Any]] = [["粘贴区", None, "返回首页"], ["旧版的说明", None, None], ["从此处粘贴", "列1", "Column 2"]]
    tab = without_own_rows(ForeignTab.of_rows("粘贴区", [*ours, ["列1", "返回首页", 3.0]], hidden=True))
    assert [tab.row(n) for n in (1, 2, 3, 4)] == [[None] * 3, [None] * 3, [None] * 3, ["列1", "返回首页", 3.0]]
    assert not tab.hidden
    over = without_own_rows(ForeignTab.of_rows("粘贴区", [["姓名", "列1"], ["张三", "说明"], ["李四", "列1"]]))
    assert over.row(2) == ["张三", "说明"]
    assert over.row(3) == ["李四", "列1"]


def test_excels_own_headings_over_a_paste_are_no_headings(ledger: Path) -> None:
    book = openpyxl.load_workbook(ledger)
    for column in range(2, 8):
        book["粘贴区"].cell(3, column, f"列{column - 1}")
    book.save(ledger)
    paste(ledger, [HEADINGS, line(1)])
    run(ledger, confirm=True)
    assert [r["ticket"] for r in added(ledger)] == ["GD001"]


def test_two_files_that_hold_the_same_rows(ledger: Path, tmp_path: Path) -> None:
    one = write_source(tmp_path / "一组.xlsx", [HEADINGS, line(1), line(2)])
    two = write_source(tmp_path / "汇总.xlsx", [HEADINGS, line(2), line(3)])
    said = run(ledger, one, two, confirm=True)
    assert [r["ticket"] for r in added(ledger)] == ["GD001", "GD002", "GD003"]
    assert [i.message for i in said.issues if i.code == "import.again"] == [
        "“Sheet1(汇总.xlsx)”有 1 行(从第 2 行起)与“Sheet1(一组.xlsx)”里的重复(对应第 3 行起),只按先出现的导入一次。"
        "不是同一件事的,请改成不同的编号再导入。"
    ]


def test_a_colleagues_copy_is_merged_by_number(ledger: Path, tmp_path: Path) -> None:
    copy = tmp_path / "同事的台账.xlsx"
    copy.write_bytes(ledger.read_bytes())
    run(copy, write_source(tmp_path / "来源.xlsx", [HEADINGS, line(7)]), confirm=True)
    mine = {r["ticket"]: r for r in table(ledger, LOG)}
    number = next(iter(mine))
    type_in(copy, LOG, mine[number]["row"], problem="同事改过的描述")
    said = run(ledger, copy)
    assert "将新增 1 行" in said.notice
    assert "1 格与台账不同" in said.notice, said.issues
    run(ledger, copy)
    assert [r["ticket"] for r in added(ledger)] == ["GD007"]
    assert {r["ticket"]: r["problem"] for r in table(ledger, LOG)}[number] == mine[number]["problem"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("旧.xls", bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000), "file.xls"),
        ("表.et", bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000), "file.et"),
        ("没有.xlsx", None, "file.missing"),
    ],
)
def test_files_that_are_refused(ledger: Path, tmp_path: Path, name: str, content: bytes | None, code: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = ledger.read_bytes()
    with pytest.raises(WorkbookError) as stopped:
        run(ledger, tmp_path / name)
    assert stopped.value.code == code
    assert ledger.read_bytes() == before


def test_a_ledger_without_the_tabs_says_what_to_do(ledger: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(ledger)
    del book["导入核对"]
    book.save(ledger)
    with pytest.raises(WorkbookError, match="请先升级台账"):
        run(ledger, write_source(tmp_path / "导出.xlsx", [HEADINGS, line(1)]))
