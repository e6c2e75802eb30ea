"""Two logs, one frame: splitting, canonical words, doubled numbers, what does not count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from xlsvc.compound_cells import split_customer, split_problem, split_product
from xlsvc.outcome import Ledger
from xlsvc.settings import Settings, read_settings
from xlsvc.tickets import plain_number, tickets, to_columns

from .documents import ledger

SETTINGS = Settings.packaged()


def read(rows: dict[str, list[dict[str, Any]]], settings: Settings = SETTINGS) -> Any:
    return tickets(ledger(rows), settings)


def test_the_documents_rows() -> None:
    found = tickets(ledger(), SETTINGS)
    frame = found.frame
    assert list(frame.index) == [
        ("response_log", 4),
        ("response_log", 5),
        ("process_log", 4),
        ("process_log", 5),
    ]
    assert frame["urgency"].tolist() == ["P3", "P2", "P2", "P3"]
    assert frame["urgency_text"].tolist() == ["一般", "紧急", "紧急", "普通"]
    assert frame["urgency_word"].tolist() == ["一般·普通", "紧急", "紧急", "一般·普通"]
    assert frame["profile"].tolist() == ["S002", "S002", "S003", "S003"]
    assert frame["excluded"].tolist() == ["缺受理时间", "缺受理时间", "", ""]
    assert frame["department"].tolist() == ["技术部", "客服部", "", ""]
    assert frame["person"].tolist() == ["李工", "刘主管", "张工", "李工"]
    assert frame["problem_class"].tolist() == ["产品质量", "咨询", "未填", "未填"]
    assert frame["confirmation"].tolist() == ["同意", "满意", "仅签名", "仅签名"]
    first = frame.loc[("process_log", 4)]
    assert (first["customer"], first["contact"], first["model"], first["problem"]) == (
        "*女士",
        "",
        "ABC-2000",
        "不启动",
    )
    assert first["bought_at"] == datetime(2024, 3, 15)
    assert first["accepted_at"] == datetime(2024, 5, 1, 9)
    assert first["responded_at"] == datetime(2024, 5, 1, 9, 30)
    assert frame.loc[("process_log", 5), "contact"] == "1395678", "no digit is invented"
    assert [(i.code, i.row, i.column) for i in found.issues] == [
        ("row.contact_missing", 4, "客户信息(姓名/联系方式)"),
        ("value.phone_masked", 5, "客户信息(姓名/联系方式)"),
    ]
    assert found.issues[0].message == (
        "“流程记录”第 4 行 “*女士/”缺联系方式。请在“/”后面补上电话,否则无法回访。"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*女士/", ("*女士", "", "row.contact_missing")),
        ("*先生/1395678", ("*先生", "1395678", "value.phone_masked")),
        ("王女士", ("王女士", "", "row.contact_missing")),
        ("王女士13812345678", ("王女士13812345678", "", "row.customer_unsplit")),
        ("/13812345678", ("", "13812345678", "row.customer_missing")),
        ("李/王女士/138****5678", ("李/王女士", "138****5678", "")),
        ("王女士/李先生", ("王女士/李先生", "", "row.customer_unsplit")),
        ("王女士／010-5678", ("王女士", "010-5678", "")),
        ("", ("", "", "")),
    ],
)  # fmt: skip
def test_customer_cells(text: str, expected: tuple[str, str, str]) -> None:
    assert split_customer(text)[:3] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ABC-2000/2024-03-15", ("ABC-2000", datetime(2024, 3, 15), "")),
        ("ABC/2000/2024/03/15", ("ABC/2000", datetime(2024, 3, 15), "")),
        ("DEF-100/2024年3月2日", ("DEF-100", datetime(2024, 3, 2), "")),
        ("GHK-9/去年", ("GHK-9/去年", None, "row.product_unsplit")),
        ("ABC-2000", ("ABC-2000", None, "")),
        ("ABC-2000/", ("ABC-2000", None, "")),
    ],
)  # fmt: skip
def test_product_cells(text: str, expected: tuple[str, datetime | None, str]) -> None:
    assert split_product(text)[:3] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("不启动/紧急", ("不启动", "紧急", "")),
        ("断电/重启/紧急", ("断电/重启", "紧急", "")),
        ("异响/一般", ("异响", "一般", "")),
        ("死机/很急", ("死机/很急", "", "row.urgency_unsplit")),
        ("不启动", ("不启动", "", "row.urgency_missing")),
        ("不启动/", ("不启动", "", "row.urgency_missing")),
        ("/紧急", ("", "紧急", "row.problem_missing")),
        ("紧急", ("", "紧急", "row.problem_only_urgency")),
        ("緊急", ("", "緊急", "row.problem_only_urgency")),
    ],
)
def test_problem_cells(text: str, expected: tuple[str, str, str]) -> None:
    assert split_problem(text, SETTINGS.vocabularies)[:3] == expected


AT = datetime(2024, 5, 6, 9)


def test_a_number_in_both_logs_counts_once_and_is_told_on_both_rows() -> None:
    found = read({
        "response_log": [{"ticket": "SN20240506001", "customer": "*女士", "accepted_at": AT},
                         {"ticket": "SN20240506002", "customer": "*女士", "accepted_at": AT}],
        "process_log": [{"ticket": "SN20240506001", "customer_info": "*女士/138****5678", "problem_info": "死机/紧急",
                         "accepted_at": AT},
                        {"ticket": "sn20240506001 ", "customer_info": "*女士/138****5678",
                         "problem_info": "死机/紧急"}],
    })  # fmt: skip
    assert found.frame["excluded"].tolist() == ["", "", "重复", "重复"], "重复 wins over 缺受理时间"
    assert [i.message for i in found.issues] == [
        "“响应记录”第 4 行 的工单号“SN20240506001”在“流程记录”第 4 行又出现了,统计只计本行。"
        "不是同一张工单的,请把后一行改号。",
        "“流程记录”第 4 行 的工单号“SN20240506001”与“响应记录”第 4 行重复,本行不计入统计。"
        "同一张工单请只留一行;不是同一张的,请清空本行工单号后重新编号。",
        "“流程记录”第 5 行 的工单号“sn20240506001”与“响应记录”第 4 行重复,本行不计入统计。"
        "同一张工单请只留一行;不是同一张的,请清空本行工单号后重新编号。",
    ]
    assert {i.level for i in found.issues} == {"error"}
    assert len(found.counted) == 2, "two *女士 stay two tickets"


@pytest.mark.parametrize(
    "unusable",
    [{}, {"accepted_at": AT, "resolved_at": datetime(2024, 5, 6, 8, 59)}],
    ids=["no start", "reversed"],
)
def test_of_doubled_rows_the_one_with_usable_times_counts(unusable: dict[str, Any]) -> None:
    found = read({
        "response_log": [{"ticket": "SN1", "customer": "王女士", **unusable}],
        "process_log": [{"ticket": "sn1", "customer_info": "王女士/", "accepted_at": AT}],
    })  # fmt: skip
    assert found.frame["excluded"].tolist() == ["重复", ""]
    doubles = [(i.code, i.sheet, i.values["other"]) for i in found.issues if i.code.startswith("row.ticket")]
    assert doubles == [
        ("row.ticket_doubled_first", "流程记录", "响应记录"),
        ("row.ticket_doubled", "响应记录", "流程记录"),
    ]


def test_blank_numbers_are_not_doubles_and_a_bare_seq_is_no_row() -> None:
    found = read({"response_log": [{"seq": "1", "customer": "*女士", "accepted_at": AT},
                                   {"seq": "2", "customer": "*女士", "accepted_at": AT}, {"seq": "3"},
                                   {"seq": "合计", "reopened": 2}]})  # fmt: skip
    assert [row for _, row in found.frame.index] == [4, 5]
    assert found.issues == ()


def test_a_problem_cell_with_nothing_but_the_urgency_lacks_the_problem() -> None:
    found = read({"process_log": [{"customer_info": "*女士/138****5678", "problem_info": "紧急"}]})
    assert (found.frame["urgency"].tolist(), found.frame["problem"].tolist()) == (["P2"], [""])
    assert [i.message for i in found.issues] == [
        "“流程记录”第 4 行 只写了紧急程度“紧急”,缺问题描述。请在前面补上问题,写成“不启动/紧急”的样子。"
    ]


def test_sums_and_cleared_rows_are_no_tickets() -> None:
    found = read({
        "response_log": [
            {"seq": "1", "ticket": "SN20240506001"},
            {"ticket": "SN20240506001", "customer": "王女士"},
            {"problem_type": "小计", "reopened": 3},
            {"result": "合计", "customer": "——", "resolved_at": AT},
            {"result": "合计", "customer": "王女士"},
        ],
        "process_log": [{"remark": "平均", "cost": 12.5, "accepted_at": ""}, {"remark": "平均", "accepted_at": AT}],
    })  # fmt: skip
    assert list(found.frame.index) == [("response_log", 5), ("response_log", 8), ("process_log", 5)]
    assert found.issues == (), "a cleared row doubles no number"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"accepted_at": AT, "resolved_at": AT}, ""),
        ({"accepted_at": AT, "resolved_at": datetime(2024, 5, 6, 8, 59)}, "时间颠倒"),
        ({"resolved_at": AT}, "缺受理时间"),
        ({"accepted_at": "2024-03-114:00", "resolved_at": AT}, "缺受理时间"),
    ],
)
def test_what_does_not_count(cells: dict[str, Any], reason: str) -> None:
    assert read({"response_log": [{"customer": "王女士", **cells}]}).frame["excluded"].tolist() == [reason]


@pytest.mark.parametrize(
    ("log", "cells", "expected"),
    [
        ("response_log", {"urgency": "特急"}, ("P1", "特急")),
        ("response_log", {"urgency": "急"}, ("P2", "紧急")),
        ("response_log", {"urgency": "很急"}, ("", "很急")),
        ("response_log", {"urgency": ""}, ("", "")),
        ("process_log", {"problem_info": "噪音/加急"}, ("P1", "加急")),
        ("process_log", {"problem_info": "噪音/特急"}, ("P1", "加急")),
    ],
)
def test_urgencies(log: str, cells: dict[str, Any], expected: tuple[str, str]) -> None:
    row = read({log: [{"result": "x", **cells}]}).frame.iloc[0]
    assert (row["urgency"], row["urgency_text"]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("物流", "物流配送"), ("投诉建议", "投诉"), ("没写清", "其他"), ("其他", "其他"), ("", "未填")],
)
def test_problem_classes(text: str, expected: str) -> None:
    row = read({"response_log": [{"customer": "王女士", "problem_type": text}]}).frame.iloc[0]
    assert row["problem_class"] == expected


def test_department_from_the_row_the_owner_or_the_people() -> None:
    people = pd.DataFrame(
        [{"name": "张工", "department": "维修部"}, {"name": "李 工", "department": "软件部"},
         {"name": "王工", "department": "一部"}, {"name": "王工", "department": "二部"}]
    )  # fmt: skip
    settings = read_settings({"people": people})
    frame = read({"response_log": [
        {"customer": "a", "owner": "技术部*李工"}, {"customer": "b", "owner": "李工"}, {"customer": "c", "owner": "张工"},
        {"customer": "d", "owner": "王工"}, {"customer": "e", "owner": "技术部*李工", "department": "总部"}, {"customer": "f"},
    ]}, settings).frame  # fmt: skip
    assert frame["department"].tolist() == ["技术部", "软件部", "维修部", "", "总部", ""]


def test_reopened_and_confirmation() -> None:
    frame = read({"response_log": [
        {"customer": "a", "status": "重开", "confirmation": "*女士", "confirm_result": "不满意"},
        {"customer": "b", "status": "重开", "reopened": 2}, {"customer": "c", "confirmation": "*女士"},
    ]}).frame  # fmt: skip
    assert frame["reopened"].tolist() == [1, 2, 0]
    assert frame["confirmation"].tolist() == ["不满意", "", "仅签名"]


def test_results_go_back_to_their_rows() -> None:
    frame = tickets(ledger(), SETTINGS).frame
    back = to_columns(frame[["ticket"]])
    assert list(back) == ["response_log", "process_log"]
    assert back["process_log"]["ticket"].to_dict() == {4: "SN20240501001", 5: "SN20240501002"}


@pytest.mark.parametrize("rows", [{}, {"response_log": []}, {"response_log": [], "process_log": []}])
def test_empty_logs(rows: dict[str, list[dict[str, Any]]]) -> None:
    found = tickets(ledger(rows), SETTINGS)
    assert len(found.frame) == 0
    assert {"urgency", "excluded", "accepted_at", "department"} <= set(found.frame.columns)
    assert found.frame.index.names == ["sheet", "row"]


def test_a_ledger_read_without_some_columns() -> None:
    frame = pd.DataFrame({"ticket": ["A1"], "customer": ["王女士"]}, index=[4])
    assert tickets(Ledger({"response_log": frame}), SETTINGS).frame["excluded"].tolist() == ["缺受理时间"]


def test_numbers_are_compared_without_width_case_and_blanks() -> None:
    assert plain_number(" ｓｎ２０２４ 0501001") == "SN20240501001"
