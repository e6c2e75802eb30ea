"""Dispatch: the documents' rows, keywords and their ties, routing rows by log, class and date, and nothing typed changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbook.sheets import BY_KEY
from workbook.sheets.settings import default_rows
from workbook.sheets.vocabularies import VOCABULARIES
from workbook.values import Vocabularies
from xlsvc import daily
from xlsvc.dispatch import PROPOSED, STANDARD, classify, keywords, update
from xlsvc.outcome import Outcome
from xlsvc.settings import Settings, read_settings

from .documents import DOCUMENTS, PROCESS_ROWS, RESPONSE_ROWS, ledger

NOW = datetime(2024, 5, 6, 9, 0)
DEFAULTS = Settings.packaged()
CLASS, DEPARTMENT, TEAM, PERSON, REASON = PROPOSED[:5]

Row = dict[str, Any]


def rules(*added: Row, without: str = "", people: list[Row] | None = None, words: list[Row] | None = None) -> Settings:
    """The default rows of 设置 without a 类别 or 项目, and some more; row 4 is the first."""
    rows = [r for r in default_rows() if without not in (r["group"], r["name"])] + list(added)
    frames = {"settings": pd.DataFrame(rows, index=range(4, 4 + len(rows)))}
    for key, listed in (("people", people), ("options", words)):
        if listed is not None:
            columns = [c.key for c in BY_KEY[key].columns]
            frames[key] = pd.DataFrame(listed, columns=columns, index=range(4, 4 + len(listed)), dtype=object).fillna("")
    return read_settings(frames, NOW)


def route(name: str, value: str, **cells: Any) -> Row:
    return {"group": "分派", "name": name, "value": value, **cells}


def response(**cells: Any) -> Row:
    return {"customer": "李女士", "contact": "13800001111", "urgency": "一般", "accepted_at": datetime(2024, 5, 6, 8), **cells}


def proposed(rows: dict[str, list[Row]], settings: Settings = DEFAULTS) -> Outcome:
    return update(ledger(rows), settings, NOW)


def first(rows: dict[str, list[Row]], settings: Settings = DEFAULTS) -> Row:
    (key,) = rows
    return proposed(rows, settings).columns[key].iloc[0].to_dict()  # type: ignore[no-any-return]


def bare(rows: list[Any]) -> list[Row]:
    """The documents' rows before anybody sorted or solved them."""
    return [{**row, "problem_type": "", "owner": "", "resolved_at": ""} for row in rows]


def test_the_documents_rows_as_printed_get_no_proposal_where_a_cell_is_filled() -> None:
    columns = proposed(dict(DOCUMENTS)).columns
    assert columns["response_log"][[CLASS, DEPARTMENT, TEAM, PERSON, REASON]].eq("").all(axis=None)
    process = columns["process_log"]
    assert process[CLASS].tolist() == ["硬件故障", "软件调试"], "S003.T1 has no 问题类型 of its own"
    assert process[[DEPARTMENT, TEAM, PERSON]].eq("").all(axis=None), "both are closed"


def test_the_documents_problems_are_classed_and_sent_as_the_documents_say() -> None:
    columns = proposed({"response_log": bare(RESPONSE_ROWS), "process_log": bare(PROCESS_ROWS)}).columns
    rows = [row for key in ("response_log", "process_log") for row in columns[key][list(PROPOSED[:4])].values.tolist()]
    assert rows == [
        ["产品质量", "技术部", "", ""],
        ["使用咨询", "", "", ""],
        ["硬件故障", "", "硬件组", ""],
        ["软件调试", "", "软件组", ""],
    ]
    number = next(n for n, r in enumerate(default_rows(), 4) if (r["name"], r["value"]) == ("责任部门", "技术部"))
    assert columns["response_log"][REASON][4] == f"含“划痕”属产品质量(自带关键词);技术部(“设置”第 {number} 行)"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("外壳有划痕,要求更换", "产品质量"),
        ("五天还没到货,物流不更新", "物流配送类"),
        ("物 流 太 慢", "物流配送类"),
        ("\uff11\uff12\uff13\uff11\uff15见", "投诉"),  # full-width digits
        ("型号不合适,办理退换货", "退换货申请"),
        ("机器不启动,黑屏,软件也卡", "硬件故障"),  # two words against one
        ("软件打不开,软件不启动", ""),  # a word that stands twice counts once
        ("订单 88123150 还没回音", ""),  # 12315 is not in it
        ("三次上门都没修好,要投诉", ""),
        ("客服语气不耐烦", "服务态度类"),
        ("你好", ""),
        ("", ""),
        ("\n", ""),
    ],
)
def test_a_class_is_proposed_only_where_the_words_agree(text: str, wanted: str) -> None:
    row = first({"response_log": [response(problem=text)]})
    assert row[CLASS] == wanted
    assert ("说法不一" in row[REASON]) == text.startswith(("三次", "软件打不开"))


def test_two_classes_with_as_many_words_are_named_both() -> None:
    row = first({"response_log": [response(problem="三次上门都没修好,要投诉")]})
    assert row[REASON] == "含“没修好”属硬件故障(自带关键词)、含“投诉”属投诉(自带关键词),说法不一,请人工分类"


def test_a_word_inside_a_longer_one_does_not_count() -> None:
    words, _ = keywords(
        Vocabularies.from_rows(
            pd.DataFrame(
                [
                    {"vocabulary": STANDARD, "word": "换货", "aliases": "", "group": "退换货申请"},
                    {"vocabulary": STANDARD, "word": "换货车", "aliases": "", "group": "物流配送类"},
                    {"vocabulary": STANDARD, "word": "货车司机", "aliases": "", "group": "服务态度类"},
                ],
                index=[10, 11, 12],
            )
        )
    )
    texts = np.array(["要换货", "换货车来了", "换货车又换货", "换货车司机"], dtype=object)
    types, classes, reasons = classify(texts, words)
    assert types.tolist() == ["退换货申请", "物流配送类", "", ""]
    assert classes.tolist() == ["退换货", "物流配送", "", ""]
    assert reasons[1] == "含“换货车”属物流配送类(“选项与关键词”第 11 行);"
    assert all(word in reasons[3] for word in ("换货车", "货车司机")), "two words that overlap are both there"


def test_the_offices_keywords_replace_the_products_own() -> None:
    mine = [
        {"vocabulary": STANDARD, "word": "门铃", "aliases": "猫眼、门锁", "group": "硬件"},
        {"vocabulary": STANDARD, "word": "积分", "aliases": "", "group": "没有这一类"},
        {"vocabulary": STANDARD, "word": "贵", "aliases": "", "group": ""},
    ]
    settings = rules(words=mine)
    rows = {"response_log": [response(problem=text) for text in ("猫眼坏了", "外壳有划痕", "积分不对", "太贵")]}
    outcome = proposed(rows, settings)
    assert outcome.columns["response_log"][CLASS].tolist() == ["硬件故障", "", "", ""]
    assert outcome.columns["response_log"][REASON][4] == "含“猫眼”属硬件故障(“选项与关键词”第 4 行)"
    assert [(i.code, i.sheet, i.row) for i in outcome.issues] == [
        ("dispatch.keyword_class", "选项与关键词", 5),
        ("dispatch.keyword_class", "选项与关键词", 6),
    ]
    assert outcome.issues[0].message == (
        "“选项与关键词”第 5 行“问题分类标准”的归类“没有这一类”不是问题类型,这一行关键词没有使用。请改成问题类型里的词。"
    )


def test_every_packaged_keyword_speaks_for_a_known_type_and_only_one() -> None:
    words, issues = keywords(Vocabularies.packaged())
    assert issues == []
    assert len({w.word for w in words}) == len(words) == sum(1 + len(w.aliases) for w in VOCABULARIES[STANDARD])


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ({}, ["物流配送类", "运营部", "", ""]),
        ({"problem_type": "咨询"}, ["", "", "", ""]),  # the typed class counts
        ({"problem_type": "产品质量"}, ["", "技术部", "", ""]),
        ({"department": "客服部"}, ["物流配送类", "", "", ""]),
        ({"owner": "客服部*刘主管"}, ["物流配送类", "", "", ""]),
        ({"status": "已完成"}, ["物流配送类", "", "", ""]),
        ({"resolved_at": datetime(2024, 5, 6, 8, 30)}, ["物流配送类", "", "", ""]),
        ({"status": "重开"}, ["物流配送类", "运营部", "", ""]),
        ({"problem": ""}, ["", "", "", ""]),
        ({"urgency": ""}, ["物流配送类", "运营部", "", ""]),
        ({"accepted_at": ""}, ["物流配送类", "运营部", "", ""]),
    ],
)
def test_what_is_typed_is_not_proposed(cells: Row, wanted: list[str]) -> None:
    row = first({"response_log": [response(**{"problem": "快递没到", **cells})]})
    assert [row[c] for c in PROPOSED[:4]] == wanted


def test_a_doubled_ticket_gets_nothing() -> None:
    rows = [response(ticket="A-1", problem="快递没到"), response(ticket="A-1", problem="快递没到")]
    assert proposed({"response_log": rows}).columns["response_log"][CLASS].tolist() == ["物流配送类", ""]


PEOPLE = [
    {"name": "李工", "department": "技术部", "team": "硬件组"},
    {"name": "张工", "department": "技术部", "team": "硬件组"},
    {"name": "陈工", "department": "技术部", "team": "软件组"},
    {"name": "周洁", "department": "客服部", "team": "客服组"},
    {"name": "周洁", "department": "客服部", "team": "软件组"},
]


@pytest.mark.parametrize(
    ("cells", "wanted", "reason"),
    [
        ({"problem_info": "不启动/紧急"}, ["硬件组", ""], "硬件组(“设置”第"),
        ({"problem_info": "不启动/紧急", "owner": "陈工"}, ["软件组", ""], "“人员”表里陈工在软件组"),
        ({"problem_info": "卡顿/紧急", "team": "硬件组"}, ["", ""], ""),
        ({"problem_info": "卡顿/紧急", "owner": "周洁"}, ["软件组", ""], "软件组(“设置”第"),  # she is in two groups
    ],
)
def test_groups_come_from_people_first_and_a_person_only_where_there_is_one(
    cells: Row, wanted: list[str], reason: str
) -> None:
    row = first({"process_log": [{"customer_info": "王女士/", "accepted_at": "2024-05-06 08:00", **cells}]}, rules(people=PEOPLE))
    assert [row[TEAM], row[PERSON]] == wanted
    assert reason in row[REASON]


def test_the_only_member_of_a_group_is_proposed() -> None:
    row = first(
        {"process_log": [{"customer_info": "王女士/", "accepted_at": "2024-05-06 08:00", "problem_info": "卡顿/紧急"}]},
        rules(people=PEOPLE[:3]),
    )
    assert [row[TEAM], row[PERSON]] == ["软件组", "陈工"]
    assert row[REASON].endswith("“人员”表里软件组只有陈工")


def test_the_more_specific_route_wins_and_a_blank_one_lifts() -> None:
    settings = rules(
        route("责任人", "张三"), route("责任人", "李四", problem_class="物流配送"),
        route("责任人", "王五", urgency="P2"), route("责任人", "", profile="S002", problem_class="维修"),
        without="责任人",
    )  # fmt: skip
    rows = {
        "response_log": [
            response(problem="你好"), response(problem="快递没到"), response(problem="快递没到", urgency="紧急"),
            response(problem="漏水"),
        ]
    }  # fmt: skip
    assert proposed(rows, settings).columns["response_log"][PERSON].tolist() == ["张三", "李四", "王五", ""]


def test_a_route_holds_from_its_day_on() -> None:
    settings = rules(route("责任部门", "物流部", profile="S002", problem_class="物流配送", effective=datetime(2024, 5, 6)))
    days = [datetime(2024, 5, 5, 23, 59), datetime(2024, 5, 6), ""]
    rows = [response(problem="快递没到", accepted_at=day) for day in days]
    found = proposed({"response_log": rows}, settings).columns["response_log"][DEPARTMENT]
    assert found.tolist() == ["运营部", "物流部", "物流部"], "without 受理时间 today's row counts"


def test_a_ledger_without_routes_has_the_documents_and_a_deleted_row_is_gone() -> None:
    rows = {"response_log": [response(problem="快递没到")]}
    assert first(rows, rules(without="分派"))[DEPARTMENT] == "运营部"
    assert first(rows, rules(without="分派"))[REASON].endswith("运营部(文件默认)")
    assert first(rows, rules(without="责任部门"))[DEPARTMENT] == ""


def test_a_bad_route_is_told_with_its_cell() -> None:
    settings = rules(route("服务小组", "软件组", profile="S009"), route("服务小组", "软件组", problem_class="天气"))
    assert [(i.code, i.column) for i in settings.issues] == [("settings.profile", "档案"), ("settings.class", "问题类别")]
    doubled = rules(route("主管", "甲"), route("主管", "乙"), without="主管")
    assert [i.code for i in doubled.issues] == ["settings.doubled"]


def test_only_computed_columns_are_written_and_a_second_time_the_same() -> None:
    for key, frame in proposed({"response_log": bare(RESPONSE_ROWS), "process_log": bare(PROCESS_ROWS)}).columns.items():
        assert all(BY_KEY[key][column].computed for column in frame)
    book = ledger({"response_log": bare(RESPONSE_ROWS)})
    before = book["response_log"].copy()
    one, two = daily.update(book, DEFAULTS, NOW), daily.update(book, DEFAULTS, NOW)
    pd.testing.assert_frame_equal(book["response_log"], before)
    pd.testing.assert_frame_equal(one.columns["response_log"], two.columns["response_log"])
    assert one.columns["response_log"][CLASS].tolist() == ["产品质量", "使用咨询"]
    assert (one.counts["建议分类"], one.counts["建议分派"]) == (2, 1)
    assert "2 张工单有分类或分派建议(见“建议依据”一列)。" in one.notice


def test_no_rows() -> None:
    for rows in ({}, {"response_log": []}, {"process_log": []}):
        outcome = proposed(rows)
        assert (outcome.counts, outcome.issues) == ({"建议分类": 0, "建议分派": 0}, [])


def test_a_hundred_thousand_texts() -> None:
    """Every text is searched, and each answer is its own: the same as one by one."""
    words, _ = keywords(Vocabularies.packaged())
    parts = ("快递没到", "外壳有划痕", "没修好要投诉", "你好", "退换货")
    texts = np.array([f"{parts[n % 5]} no{n}" for n in range(100_000)], dtype=object)
    types, _, _ = classify(texts, words)
    alone = [classify(np.array([part], dtype=object), words)[0][0] for part in parts]
    assert types.tolist() == alone * 20_000
