"""Headings found and mapped: what is certain is taken, what is only alike is asked, what was answered is remembered."""

from __future__ import annotations

from typing import Any

import pytest

from workbook.book import CellPicture, RawCell
from workbook.foreign_tables import Area, ForeignTab
from workbook.issues import WorkbookError
from workbook.schema import fold
from workbook.sheets import BY_KEY
from workbook.values import Vocabularies
from xlsvc.importing import Plan, Request, TablePlan, plan
from xlsvc.importing_aliases import ALIASES, DOUBTFUL, OWN_NAMES, SOURCES
from xlsvc.importing_headings import Heading, find_tables
from xlsvc.importing_mapping import fingerprint, map_table
from xlsvc.importing_names import known

WORDS = Vocabularies.packaged()


def tab(text: str, title: str = "Sheet1", **more: Any) -> ForeignTab:
    """A tab of lines whose cells "|" parts; numbers that look like "#1.5" are numbers."""
    rows = [[_cell(c.strip()) for c in line.split("|")] for line in text.strip("\n").split("\n")]
    return ForeignTab.of_rows(title, rows, **more)


def _cell(text: str) -> RawCell:
    return float(text[1:]) if text[:1] == "#" and text[1:] else text or None


def planned(*tabs: ForeignTab, **more: Any) -> Plan:
    more.setdefault("prefer", ("response_log",))
    return plan("来源.xlsx", tabs, Request(WORDS, **more))


def only(*tabs: ForeignTab, **more: Any) -> TablePlan:
    (table,) = planned(*tabs, **more).tables
    return table


def keys(table: TablePlan) -> dict[str, Any]:
    """Heading -> our key, the candidates where it is asked, None for an own column, "-" for one left out."""
    said = {}
    for m in table.mapping.matches:
        said[m.heading.shown] = m.key or (m.candidates if m.asked else "-" if m.how == "left" else None)
    return said


def test_every_alias_names_a_column_that_exists_and_no_other() -> None:
    for sheet_key, columns in ALIASES.items():
        sheet = BY_KEY[sheet_key]
        for key, words in columns.items():
            for word in words:
                found = sheet.find(word)
                if key in sheet:
                    assert found is None or found.key == key, (sheet_key, word)
    for sheet_key, columns in ALIASES.items():
        seen: dict[str, str] = {}
        for key, words in columns.items():
            for word in words:
                if key in BY_KEY[sheet_key]:
                    assert seen.setdefault(fold(word), key) == key, (sheet_key, word)
    every = {key for sheet in ALIASES for key in (c.key for c in BY_KEY[sheet].columns)}
    assert {key for words in DOUBTFUL.values() for key in words} <= every
    assert set(OWN_NAMES.values()) <= every
    assert all(len(source.marks) >= 2 for source in SOURCES)


ZAMMAD = """
Tickets: 2024-5 (Asia/Shanghai)
#|Title|State|Priority|Group|Owner|Customer|Create Channel|Sender|Created At|Closed At|First Response At|Close In Min
20001|打印机不工作|open|2 normal|Support|李工|张女士|phone|Customer|2024-05-06 09:00|||
20002|漏水|closed|3 high|Support|李工|王女士|email|Customer|2024-05-06 10:00|2024-05-07 10:00|2024-05-06 10:30|100
"""


def test_an_export_of_zammad() -> None:
    table = only(tab(ZAMMAD))
    assert table.table.heading_rows == (2, 2)
    assert keys(table) == {
        "#": "ticket", "Title": "problem", "State": "status", "Priority": "urgency", "Group": ("department",),
        "Owner": "owner", "Customer": "customer", "Create Channel": "channel", "Sender": "-", "Created At": "accepted_at",
        "Closed At": "resolved_at", "First Response At": "responded_at", "Close In Min": "-",
    }  # fmt: skip
    assert table.append[["ticket", "status", "urgency"]].to_numpy().tolist() == [
        ["20001", "处理中", "一般"], ["20002", "已完成", "紧急"],
    ]  # fmt: skip


def test_a_satisfaction_report_of_chatwoot_with_times_in_utc() -> None:
    table = only(tab("""
Contact name|Contact phone number|Contact email address|Agent name|Rating|Feedback|Link to the conversation|Recorded date
张女士|+8613800001111|a@b.c|李工|5|很好|http://x/1|2024-05-06 18:30:00 UTC
"""))
    assert table.sheet.key == "evaluations"
    assert keys(table) == {
        "Contact name": "customer", "Contact phone number": "contact", "Contact email address": "-", "Agent name": "served_by",
        "Rating": "overall", "Feedback": "suggestion", "Link to the conversation": "-", "Recorded date": "evaluated_at",
    }  # fmt: skip
    assert str(table.append["evaluated_at"].iloc[0]) == "2024-05-07 02:30:00"
    assert [q.stored for q in table.questions] == ["profile"]
    answer = {table.mapping.fingerprint: {"profile": "S000 顾客反馈收集表单"}}
    again = only(table.table.tab, remembered=answer)
    assert (again.append["profile"].iloc[0], again.questions) == ("S000 顾客反馈收集表单", ())


def test_an_export_of_jinshuju_says_which_form_it_is() -> None:
    table = only(tab("""
序号|顾客姓名|联系方式|服务日期|服务响应及时性|问题解决效率|服务人员专业性|服务态度友好度|整体满意度|本次服务中,您最满意的地方是?|提交人|提交时间|IP
1|张女士|13800001111|2024-05-01|5分|4|★★★★★|A.5(非常满意)|满意|响应速度快,服务态度好|wx|2024-05-02 10:00:00|1.1.1.1
"""))
    scores = ["response", "resolution", "expertise", "attitude", "overall"]
    assert table.append[scores].iloc[0].tolist() == [5.0, 4.0, 5.0, 5.0, 4.0]
    assert table.append["profile"].iloc[0] == "S000 顾客反馈收集表单"
    assert table.append["praise"].iloc[0] == "响应速度快、服务态度好"
    assert keys(table)["IP"] == keys(table)["提交人"] == "-"


PARTS = """
工单号|客户姓名|电话|型号|购买日期|故障描述|紧急程度|受理时间|响应时间|处理人|服务方式|解决方案|完成时间|客户签字|备注
GD1|王女士|13800001111|ABC/1|2024-03-15|不启动|紧急|2024-05-01 09:00|09:30|张工|上门|换电源|2024-05-01 11:30|王|无
GD2|李先生|||2024-03-15|卡顿||2024-05-01 09:00||张工|远程|清理|2024-05-01 11:30||
"""


def test_facts_in_columns_of_their_own_become_the_compound_cells_of_the_process_log() -> None:
    table = only(tab(PARTS), prefer=("process_log",))
    assert table.sheet.key == "process_log"
    assert table.append[["customer_info", "product_info", "problem_info"]].to_numpy().tolist() == [
        ["王女士/13800001111", "ABC/1/2024-03-15", "不启动/紧急"], ["李先生", "/2024-03-15", "卡顿"],
    ]  # fmt: skip


COMPOUNDS = """
工单号|客户信息(姓名/联系方式)|产品型号/购买日期|问题描述/紧急程度|受理时间|响应时间|处理人|服务方式(上门/远程)|解决方案|完成时间|客户签字|备注
SN1|王女士/13800001111|ABC-1/2024-03-15|不启动/紧急|2024-05-01 09:00|09:30|张工|上门|换电源|2024-05-01 11:30|王女士|
"""


def test_compound_cells_are_split_where_the_office_keeps_the_other_log() -> None:
    table = only(tab(COMPOUNDS), prefer=("response_log",))
    assert table.mapping.sheets == ("process_log", "response_log")
    (asked,) = [q for q in table.questions if q.stored == ""]
    assert asked.choices == (("process_log", "流程记录"), ("response_log", "响应记录"))
    again = only(tab(COMPOUNDS), remembered={table.mapping.fingerprint: {"": "response_log"}})
    row = again.append.iloc[0]
    assert (row["customer"], row["contact"], row["model"], row["problem"], row["urgency"]) == (
        "王女士", "13800001111", "ABC-1", "不启动", "紧急",
    )  # fmt: skip
    assert not [q for q in again.questions if q.stored == ""]


DOUBT = """
审批编号|编号|客户名称|联系电话|问题描述|紧急程度|服务人员|响应时间|区域
2024001|A1|甲公司|13800001111|不制冷|紧急|李工|30分钟|华东
2024002|A2|乙公司|13800001112|漏水|紧急|王工|25分钟|华南
2024003|A3|丙公司|13800001113|漏水|一般|王工|2小时|华南
"""


def test_what_is_only_alike_is_asked_and_what_was_answered_is_remembered() -> None:
    table = only(tab(DOUBT))
    said = keys(table)
    assert said["编号"] == ("ticket", "order_no", "customer_no")
    assert "ticket" in said["审批编号"]
    assert said["服务人员"] == ("owner",)
    assert said["响应时间"] == ("responded_at",)  # its cells are no times
    assert said["区域"] is None
    assert {"ticket", "owner", "responded_at"}.isdisjoint(table.append)
    assert table.own.columns.tolist() == ["区域"]
    assert {q.subject: q.examples for q in table.questions}["响应时间"] == ("30分钟", "25分钟", "2小时")
    answers = {"编号": "ticket", "审批编号": "-", "服务人员": "owner", "响应时间": "", "区域": "-"}
    again = only(tab(DOUBT), remembered={table.mapping.fingerprint: answers})
    assert keys(again) | {} == {
        **said, "编号": "ticket", "审批编号": "-", "服务人员": "owner", "响应时间": None, "区域": "-",
    }  # fmt: skip
    assert again.questions == ()
    assert again.own.columns.tolist() == ["响应时间"]


def test_headings_that_nobody_knows_are_found_once_they_were_answered() -> None:
    text = "甲方|座机号|啥事|几时\n张女士|13800001111|不制冷|2024-05-06 09:00"
    with pytest.raises(WorkbookError):
        planned(tab(text))
    mark = fingerprint([Heading(n, name) for n, name in enumerate(["甲方", "座机号", "啥事", "几时"], 1)])
    answers = {"": "response_log", "甲方": "customer", "座机号": "contact", "啥事": "problem", "几时": "accepted_at"}
    assert keys(only(tab(text), remembered={mark: answers})) == {
        "甲方": "customer", "座机号": "contact", "啥事": "problem", "几时": "accepted_at",
    }  # fmt: skip


def test_a_word_that_is_no_option_is_told_once_for_all_its_cells() -> None:
    text = "工单号|客户姓名|紧急程度|问题描述\n" + "\n".join(f"A{n}|张女士|{'High' if n % 2 else '紧急的'}|不制冷" for n in range(30))
    told = [i for i in only(tab(text)).issues if i.code == "import.unknown_word"]
    assert [(i.cell, i.values["old"], i.values["count"]) for i in told] == [("C2", "紧急的", 15), ("C3", "High", 15)]


def test_the_fingerprint_is_of_the_headings_whatever_their_order() -> None:
    lines = [line.split("|") for line in DOUBT.strip().split("\n")]
    turned = "\n".join("|".join(reversed(line)) for line in lines)
    assert only(tab(DOUBT)).mapping.fingerprint == only(tab(turned)).mapping.fingerprint
    other = DOUBT.replace("区域", "大区")
    assert only(tab(DOUBT)).mapping.fingerprint != only(tab(other)).mapping.fingerprint


def test_two_columns_for_one_of_ours_are_not_chosen_from_silently() -> None:
    table = only(tab("客户姓名|联系方式|手机号|问题描述\n张女士|010-62345678|13800001111|不制冷"))
    assert keys(table) == {"客户姓名": "customer", "联系方式": "contact", "手机号": ("contact",), "问题描述": "problem"}


def test_a_name_that_says_more_than_ours_is_asked() -> None:
    table = only(tab("工单号|客户姓名|供应商-电话|姓名(供应商)|费用(元)|问题描述\nA1|张女士|010-62345678|甲厂|12|不制冷"))
    assert keys(table) == {
        "工单号": "ticket", "客户姓名": "customer", "供应商-电话": ("contact",), "姓名(供应商)": ("customer",), "费用(元)": "cost",
        "问题描述": "problem",
    }  # fmt: skip


def test_a_word_above_two_headings_counts() -> None:
    text = "工单号|客户||供应商||问题描述\n|姓名|电话|姓名|电话|\nA1|张女士|13800001111|甲厂|010-62345678|不制冷"
    merges = (Area(1, 1, 2, 1), Area(1, 2, 1, 3), Area(1, 4, 1, 5), Area(1, 6, 2, 6))
    assert keys(only(tab(text, merges=merges))) == {
        "工单号": "ticket", "客户/姓名": "customer", "客户/电话": "contact", "供应商/姓名": ("customer",),
        "供应商/电话": ("contact",), "问题描述": "problem",
    }  # fmt: skip


def test_a_word_above_two_headings_counts_also_where_nothing_else_is_called_so() -> None:
    text = "工单号|供应商||问题描述|时间|\n|姓名|电话||受理|解决\nA1|甲厂|010-62345678|不制冷|2024-05-06 09:00|2024-05-06 10:00"
    merges = (Area(1, 1, 2, 1), Area(1, 2, 1, 3), Area(1, 4, 2, 4), Area(1, 5, 1, 6))
    assert keys(only(tab(text, merges=merges))) == {
        "工单号": "ticket", "供应商/姓名": ("customer",), "供应商/电话": ("contact",), "问题描述": "problem",
        "时间/受理": "accepted_at", "时间/解决": "resolved_at",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("物料编码|物料名称|库存\n1|螺丝|3", "物料编码、物料名称、库存"),
        ("Name|Qty\nBolt|3", "Name、Qty"),
        ("#1|#2\n#3|#4", ""),
        ("备注|说明", "备注、说明"),
    ],
)
def test_no_table_is_refused_with_what_was_seen(text: str, seen: str) -> None:
    with pytest.raises(WorkbookError) as stopped:
        planned(tab(text))
    assert stopped.value.code == "import.no_table"
    assert seen in str(stopped.value)


BODY = "工单号|客户姓名|联系方式|问题描述\nA1|张女士|13800001111|不制冷"


@pytest.mark.parametrize(
    ("text", "rows", "skipped"),
    [
        pytest.param("某公司\n\n" + BODY, [4], [], id="title above"),
        pytest.param(BODY + "\n\nA2|李先生|1|漏水", [2, 4], [], id="a gap"),
        pytest.param(BODY + "\n本页小计|||#3\nA2|李先生|1|漏水", [2, 4], [3], id="a subtotal"),
        pytest.param(BODY + "\nA2|合计|1|漏水", [2, 3], [], id="a customer called 合计 is one"),
        pytest.param(BODY + "\n共 1 条|||", [2], [3], id="a count"),
        pytest.param(BODY + "\n\n|||以上数据来自 ERP", [2], [4], id="a lone cell behind a gap"),
        pytest.param(BODY + "\nA2|||", [2, 3], [], id="only a number right below may be a record"),
        pytest.param(BODY + "\n制表人:赵敏||审核:钱总|", [2], [3], id="signatures"),
        pytest.param("姓名|电话\n张女士|13800001111", [2], [], id="two columns"),
    ],
)
def test_rows_that_are_records(text: str, rows: list[int], skipped: list[int]) -> None:
    table = only(tab(text))
    assert table.table.rows.tolist() == rows
    assert [i.row for i in table.table.skipped] == skipped


def test_a_day_merged_over_the_whole_row_is_no_record() -> None:
    text = "工单号|客户姓名|联系方式|问题描述\n5月6日\nA1|张女士|1|不制冷\n5月7日\nA2|李先生|1|漏水"
    merges = (Area(2, 1, 2, 4), Area(4, 1, 4, 4))
    assert only(tab(text, merges=merges)).table.rows.tolist() == [3, 5]


def test_another_table_below() -> None:
    text = BODY + "\n\n\n人员名单\n姓名|工号|部门\n李工|S001|技术部"
    found = planned(tab(text))
    assert [(t.sheet.key, t.table.rows.tolist()) for t in found.tables] == [("response_log", [2]), ("people", [7])]


def test_a_sum_merged_over_several_rows_is_counted_once() -> None:
    text = "工单号|客户姓名|联系方式|问题描述|费用\nA1|张女士|1|不制冷|#90\nA2||1|漏水|\nA3||1|异响|"
    table = only(tab(text, merges=(Area(2, 5, 4, 5), Area(2, 2, 4, 2))))
    assert table.append["cost"].tolist() == [90.0, None, None]
    assert table.append["customer"].tolist() == ["张女士"] * 3
    (told,) = [i for i in table.issues if i.code == "import.merged_number"]
    assert (told.cell, told.values["area"]) == ("E2", "E2:E4")


def test_pictures_are_told_and_garbled_text_too() -> None:
    rows: list[list[RawCell]] = [
        ["工单号", "客户姓名", "联系方式", "问题描述", "现场照片"],
        ["A1", "张女士", "13800001111", "锟斤拷", CellPicture()],
    ]
    table = only(ForeignTab.of_rows("a", rows))
    assert [(i.code, i.cell) for i in table.issues if i.cell] == [("import.garbled", "D2"), ("import.picture", "E2")]
    assert table.own["现场照片"].tolist() == [None]


def test_columns_without_heading_and_beside_the_table_are_not_lost_silently() -> None:
    table = only(tab("工单号|客户姓名||问题描述||随手记\nA1|张女士|甲|不制冷||x\nA2|李先生|乙|漏水||y"))
    assert table.own.to_dict("list") == {"C列": ["甲", "乙"]}
    (beside,) = [i for i in planned(table.table.tab).issues if i.code == "import.outside"]
    assert (beside.cell, beside.values["count"]) == ("F2", 2)


def test_a_hidden_tab_is_told_not_read() -> None:
    found = planned(tab(BODY), tab(BODY, "后台", hidden=True))
    assert [t.table.tab.title for t in found.tables] == ["Sheet1"]
    assert [(i.code, i.sheet) for i in found.issues] == [("import.hidden_tab", "后台")]


def test_a_text_that_no_cell_holds_keeps_its_row_out() -> None:
    rows: list[list[RawCell]] = [["工单号", "客户姓名", "问题描述"], ["A1", "张女士", "长" * 32_768], ["A2", "李先生", "漏水"]]
    table = only(ForeignTab.of_rows("a", rows))
    assert table.append["ticket"].tolist() == ["A2"]
    assert {i.code for i in table.issues} >= {"import.too_long", "import.skipped_held"}


def test_headings_that_are_known_are_found_fast_in_a_long_tab() -> None:
    rows: list[list[RawCell]] = [["工单号", "客户姓名", "问题描述"]] + [[f"A{n}", "张女士", f"问题{n}"] for n in range(20_000)]
    (table,) = find_tables(ForeignTab.of_rows("a", rows), known())
    assert len(table.rows) == 20_000
    mapping = map_table(table, WORDS, prefer=("response_log",))
    assert mapping is not None
    assert mapping.sheet.key == "response_log"


def test_the_same_file_twice_adds_nothing_and_a_changed_one_what_is_new() -> None:
    lines = ["工单号|客户姓名|联系方式|问题描述|紧急程度|受理时间"]
    lines += [f"A{n}|客户{n}|1380000{n:04d}|问题{n}|普通|2024-05-06 09:{n:02d}" for n in range(40)]
    first = only(tab("\n".join(lines)))
    assert len(first.append) == 40
    ledger = first.cleaned.frame.copy()
    ledger.index = ledger.index + 2
    again = planned(tab("\n".join(lines)), ledger={"response_log": ledger})
    assert again.counts == {"新增": 0, "已有": 40, "与台账不同": 0, "未导入的行": 0, "待定": 0}
    for n in range(5):
        lines[n + 1] = lines[n + 1].replace(f"问题{n}", f"改过{n}")
    lines += [f"B{n}|客户{n}|1380000{n:04d}|新问题{n}|紧急|2024-05-07 09:{n:02d}" for n in range(5)]
    changed = planned(tab("\n".join(lines)), ledger={"response_log": ledger})
    assert changed.counts == {"新增": 5, "已有": 35, "与台账不同": 5, "未导入的行": 0, "待定": 0}
    told = [i for i in changed.tables[0].issues if i.code == "import.differs"]
    assert [(i.cell, i.values["source"], i.values["old"]) for i in told] == [
        (f"D{n + 2}", f"改过{n}", f"问题{n}") for n in range(5)
    ]
    assert changed.tables[0].append["ticket"].tolist() == [f"B{n}" for n in range(5)]


def test_the_same_file_twice_without_numbers_after_numbers_were_issued() -> None:
    text = "客户姓名|联系方式|问题描述|紧急程度|受理时间\n" + "\n".join(
        f"客户{n % 3}|1380000{n:04d}|问题{n % 4}|普通|2024-05-06 09:{n:02d}" for n in range(12)
    )
    ledger = only(tab(text)).cleaned.frame.copy()
    ledger["ticket"] = [f"SN20240506{n:03d}" for n in range(12)]
    ledger.index = ledger.index + 2
    assert planned(tab(text), ledger={"response_log": ledger}).counts["新增"] == 0


TICKED = "提交答卷时间|所用时间|3、您最满意的地方是?(A.服务态度)|3(B.响应速度)|3(C.其他)|4、服务评价—服务响应速度|4、服务评价—问题解决效果"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            "2024/5/20 10:33|85秒|1|0|1|5|4\n2024/5/20 11:00|41秒|0|1|0|5|4\n2024/5/20 12:00|41秒|||0|5|4",
            ["服务态度、其他", "响应速度", None],
        ),
        ("2024/5/20 10:33|85秒|服务态度|||5|4\n2024/5/20 11:00|41秒||(空)|C.其他|5|4", ["服务态度", "其他"]),
    ],
)
def test_choices_in_columns_of_their_own_become_one_cell(rows: str, expected: list[str | None]) -> None:
    table = only(tab(f"{TICKED}\n{rows}"))
    assert table.sheet.key == "evaluations"
    assert table.append["praise"].tolist() == expected
    assert list(table.own) == []


def test_columns_with_more_than_ticks_are_not_joined() -> None:
    table = only(tab(f"{TICKED}\n2024/5/20 10:33|85秒|很好|0|1|5|4\n2024/5/20 11:00|41秒|0|1|0|5|4"))
    assert "part" not in [m.how for m in table.mapping.matches]
