"""质量评估 (S003.T2): weights in labels, the group's composite, its typed 综合得分, who may assess."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from workbook.sheets.settings import default_rows
from xlsvc.assessment import assessment_issues, assessment_scores, handler_who_assesses, parse_dimension
from xlsvc.response_score import suggestion
from xlsvc.settings import Settings, read_settings

from .documents import ledger

SETTINGS = Settings.packaged()
LABELS = ("响应及时性(20%)", "服务专业性(30%)", "客户沟通(25%)", "流程规范性(25%)")
T = "SN20240501001"


def rows_of(scores: tuple[Any, ...], labels: tuple[str, ...] = LABELS, typed: Any = None, ticket: str = T,
            **cells: Any) -> list[dict[str, Any]]:  # fmt: skip
    rows = [{"ticket": ticket, "dimension": label, "score": score, **cells}
            for label, score in zip(labels, scores, strict=True)]  # fmt: skip
    if typed is not None:
        rows.append({"ticket": "综合得分", "dimension": "——", "standard": "——", "score": typed})
    return rows


def scored(rows: list[dict[str, Any]], settings: Settings = SETTINGS) -> pd.DataFrame:
    return assessment_scores(ledger({"quality_assessment": rows}), settings)


def messages(rows: list[dict[str, Any]], settings: Settings = SETTINGS, **sheets: Any) -> list[str]:
    return [i.message for i in assessment_issues(ledger({"quality_assessment": rows, **sheets}), settings)]


def test_the_documents_rows() -> None:
    found = assessment_scores(ledger(), SETTINGS)
    assert found["composite"].tolist() == [4.45] * 5, "on every row of the ticket and on the 综合得分 row"
    assert found["weight"].tolist()[:4] == [0.2, 0.3, 0.25, 0.25]
    assert found["summary"].tolist() == [False] * 4 + [True]
    assert found["low"].tolist() == [""] * 5
    assert assessment_issues(ledger(), SETTINGS) == [], "4.5 is 4.45 as shown"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("响应及时性(20%)", ("响应及时性", Decimal(20))),
        ("响应及时性（２０％）", ("响应及时性", Decimal(20))),
        (" 响应及时性 ( 12.5 % ) ", ("响应及时性", Decimal("12.5"))),
        ("响应及时性(0.2)", ("响应及时性", Decimal("20.0"))),
        ("响应及时性(20)", ("响应及时性", Decimal(20))),
        ("响应及时性", ("响应及时性", None)),
        ("响应(电话)及时性", ("响应(电话)及时性", None)),
        ("——", ("——", None)),
    ],
)
def test_labels(text: str, expected: tuple[str, Decimal | None]) -> None:
    assert parse_dimension(text) == expected


@pytest.mark.parametrize(
    ("scores", "typed", "complaint"),
    [
        ((5, 4, 5, 4), 4.5, None),
        ((5, 4, 5, 4), 4.45, None),
        ((5, 3, 5, 4), 4.2, None),
        ((5, 3, 5, 4), 4.15, None),
        ((5, 5, 4, 3), 4.3, None),
        ((5, 5, 4, 3), 4.2, "“质量评估”第 8 行 填的综合得分是 4.2,按权重重算是 4.3(未取整 4.25)。请核对。"),
        ((5, 4, 5, 4), 4.4, "“质量评估”第 8 行 填的综合得分是 4.4,按权重重算是 4.5(未取整 4.45)。请核对。"),
        ((5, 3, 5, 4), 4.3, "“质量评估”第 8 行 填的综合得分是 4.3,按权重重算是 4.2(未取整 4.15)。请核对。"),
        ((5, 3, 5, 4), 4.25, "“质量评估”第 8 行 填的综合得分是 4.25,按权重重算是 4.2(未取整 4.15)。请核对。"),
    ],
)  # fmt: skip
def test_the_typed_summary_is_recomputed(
    scores: tuple[int, ...], typed: float, complaint: str | None
) -> None:
    assert messages(rows_of(scores, typed=typed)) == ([complaint] if complaint else [])


def test_each_summary_belongs_to_the_ticket_above_it() -> None:
    rows = rows_of((5, 4, 5, 4), typed=4.5) + rows_of((1, 1, 1, 1), ticket="SN20240501002", typed=4.5)
    assert scored(rows)["composite"].tolist() == [4.45] * 5 + [1.0] * 5
    assert messages(rows) == ["“质量评估”第 13 行 填的综合得分是 4.5,按权重重算是 1.0(未取整 1)。请核对。"]


def test_weights_of_a_ticket_must_add_up() -> None:
    labels = ("响应及时性(20%)", "服务专业性(30%)", "客户沟通(25%)", "流程规范性(20%)")
    rows = rows_of((5, 4, 5, 4), labels, typed=4.5)
    assert scored(rows)["composite"].isna().all()
    assert messages(rows) == [
        "“质量评估”第 7 行 写的权重是 20%,“设置”里是 25%,按表内的 20% 计算。请核对。",
        "“质量评估”第 4 行 起,工单“SN20240501001”的权重合计是 95%(20% + 30% + 25% + 20%),应为 100%,"
        "没有计算综合得分。请改正权重。",
    ]


def test_a_label_without_weight_takes_the_one_of_the_settings() -> None:
    rows = rows_of((5, 4, 5, 4), ("响应及时性(20%)", "服务专业性", "客户沟通", "流程规范性(25%)"))
    assert scored(rows)["composite"].tolist() == [4.45] * 4
    assert messages(rows) == []


def test_an_unknown_label_without_weight_is_told() -> None:
    rows = rows_of((5, 4, 5, 4), ("响应及时性(20%)", "服务专业性(30%)", "客户沟通(25%)", "其他方面"))
    assert scored(rows)["composite"].isna().all()
    assert messages(rows) == [
        "“质量评估”第 7 行 的“其他方面”没有写权重,“设置”里也没有这一项。请写成“其他方面(20%)”的样子。"
    ]


def test_own_weights_win_over_the_settings() -> None:
    rows = rows_of((5, 4, 5, 4), ("响应及时性(40%)", "服务专业性(10%)", "客户沟通(25%)", "流程规范性(25%)"))
    assert scored(rows)["composite"].tolist() == [4.65] * 4
    assert messages(rows) == [
        "“质量评估”第 4 行 写的权重是 40%,“设置”里是 20%,按表内的 40% 计算。请核对。",
        "“质量评估”第 5 行 写的权重是 10%,“设置”里是 30%,按表内的 10% 计算。请核对。",
    ]


def test_a_missing_score_leaves_the_composite_blank() -> None:
    rows = rows_of((5, "", 3, 4), typed=4.5)
    assert scored(rows)["composite"].isna().all()
    assert scored(rows)["low"].tolist() == ["", "", "是", "", ""]
    assert messages(rows) == [
        "“质量评估”第 5 行 的“服务专业性”没有得分,这张工单暂无综合得分。请补填 1 到 5 分。"
    ]


def test_nobody_assesses_the_own_work() -> None:
    log = [{"ticket": T, "customer_info": "*女士/138****5678", "problem_info": "不启动/紧急", "owner": "技术部*张工",
            "accepted_at": datetime(2024, 5, 1, 9)}]  # fmt: skip
    rows = rows_of((5, 4, 5, 4), assessor="刘主管")
    rows[1]["assessor"] = "张 工"
    assert messages(rows, process_log=log) == [
        "“质量评估”第 5 行 的评估人“张工”就是工单“SN20240501001”的处理人,这张工单不算综合得分。"
        "请换一位没有参与处理的人评估(S003)。"
    ]
    found = assessment_scores(ledger({"quality_assessment": rows, "process_log": log}), SETTINGS)
    assert found["composite"].isna().all()


PEOPLE = [{"name": "张工", "staff_no": "S002"}, {"name": "刘主管", "staff_no": "S004"}]


@pytest.mark.parametrize(
    ("assessor", "handler"),
    [
        ("张工", "张工"), ("*张工", "张工"), ("技术部*张工", "张工"), (" 张 工 ", "张工"), ("S002", "张工"), ("s002", "张工"),
        ("刘主管", ""), ("S004", ""), ("张工程师", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_handler_is_known_by_name_and_number(assessor: str, handler: str) -> None:
    book = ledger({"process_log": [log_row()], "people": PEOPLE})
    settings = read_settings(
        {"settings": ledger({"settings": default_rows()})["settings"], "people": book["people"]}
    )
    assert handler_who_assesses(book, settings, " sn20240501001", assessor) == handler
    assert handler_who_assesses(book, settings, "SN9", assessor) == ""
    assert handler_who_assesses(book, settings, "", assessor) == ""


def log_row(responded: Any = datetime(2024, 5, 1, 9, 30), ticket: str = T, **more: Any) -> dict[str, Any]:
    return {"ticket": ticket, "customer_info": "*女士/138****5678", "problem_info": "不启动/紧急", "owner": "技术部*张工",
            "accepted_at": datetime(2024, 5, 1, 9), "responded_at": responded, **more}  # fmt: skip


TIMES = {
    "9:00:00": (5, "受理到响应 0 分钟,不超过 30 分钟:按评分标准 5 分。", True),
    "9:30:00": (5, "受理到响应 30 分钟,不超过 30 分钟:按评分标准 5 分。", True),
    "9:30:01": (4, "受理到响应 30 分钟 1 秒,评分标准没有规定这一段:建议 4 分,仅供参考,由评估人定。", False),
    "9:30:00.000004": (5, "受理到响应 30 分钟,不超过 30 分钟:按评分标准 5 分。", True),
    "10:15:00": (
        3,
        "受理到响应 1 小时 15 分钟,评分标准没有规定这一段:建议 3 分,仅供参考,由评估人定。",
        False,
    ),
    "11:00:00": (2, "受理到响应 2 小时,评分标准没有规定这一段:建议 2 分,仅供参考,由评估人定。", False),
    "11:00:01": (1, "受理到响应 2 小时 1 秒,超过 2 小时:按评分标准 1 分。", True),
    "8:59:59": (None, "", False),
    "": (None, "", False),
}


@pytest.mark.parametrize("clock", TIMES)
@pytest.mark.parametrize("typed", ["", 3])
def test_the_times_say_what_a_response_is_worth(clock: str, typed: Any) -> None:
    score, reason, settled = TIMES[clock]
    responded = pd.Timestamp(f"2024-05-01 {clock}").to_pydatetime() if clock else ""
    rows = rows_of((typed, 4, 5, 4))
    found = assessment_scores(
        ledger({"quality_assessment": rows, "process_log": [log_row(responded)]}), SETTINGS
    )
    assert found["suggested"].iloc[1:].isna().all(), "on the row of 响应及时性 only"
    why = reason + "“得分”空着,综合得分按它算。" if settled and not typed else reason
    assert found["suggested_why"].tolist() == [why, "", "", ""]
    assert found["suggested"].iloc[0] == score if score else pd.isna(found["suggested"].iloc[0])
    counts = typed or (score if settled else None)
    expected = None if counts is None else (counts * 20 + 4 * 30 + 5 * 25 + 4 * 25) / 100
    assert [None if pd.isna(c) else c for c in found["composite"]] == [expected] * 4, (
        "a typed score always wins"
    )
    told = messages(rows, process_log=[log_row(responded)])
    if typed and settled:
        assert told == [f"“质量评估”第 4 行 的“响应及时性”填的是 3 分。{reason}请核对。"]
    else:
        assert len(told) == (0 if counts else 1)


@pytest.mark.parametrize(
    ("seconds", "score"),
    [(0, 5), (1800, 5), (1800.0000004, 5), (1801, 4), (7199, 2), (7200, 2), (7200.0000004, 2), (7201, 1),
     (-1, None), (float("nan"), None)],
)  # fmt: skip
def test_a_clock_in_a_cell_is_a_fraction_of_a_day(seconds: float, score: int | None) -> None:
    assert suggestion(seconds).score == score


def test_what_the_standard_settles_is_not_put_over_an_unreadable_score() -> None:
    rows = rows_of(("很好", 4, 5, 4))
    found = assessment_scores(ledger({"quality_assessment": rows, "process_log": [log_row()]}), SETTINGS)
    assert found["suggested"].tolist()[0] == 5
    assert found["composite"].isna().all()


@pytest.mark.parametrize("label", ["响应及时性", "响应及时性(30%)"])
def test_the_label_may_carry_another_weight_or_none(label: str) -> None:
    found = assessment_scores(
        ledger({"quality_assessment": rows_of((5,), (label,)), "process_log": [log_row()]}), SETTINGS
    )
    assert found["suggested"].tolist() == [5]


def test_a_row_of_averages_gets_no_suggestion() -> None:
    rows = [*rows_of((5, 4, 5, 4)), {"ticket": "平均分", "dimension": LABELS[0], "score": 4.5}]
    found = assessment_scores(ledger({"quality_assessment": rows, "process_log": [log_row()]}), SETTINGS)
    assert found["summary"].tolist() == [False] * 4 + [True]
    assert found["suggested_why"].tolist()[4] == ""


def test_of_rows_that_share_a_number_the_one_that_counts_is_asked() -> None:
    logs = [log_row(datetime(2024, 5, 1, 9, 10)), log_row(datetime(2024, 5, 1, 15))]
    found = assessment_scores(
        ledger({"quality_assessment": rows_of((5, 4, 5, 4), typed=4.5), "process_log": logs}), SETTINGS
    )
    assert found["suggested"].tolist()[0] == 5
    assert found["suggested_why"].tolist()[4] == "", "no dimension, no suggestion"


def test_bad_settings_stop_only_where_they_are_needed() -> None:
    rows = [
        dict(r, value=10) if r["group"] == "权重" and r.get("profile") == "S003" else r
        for r in default_rows()
    ]
    settings = read_settings({"settings": ledger({"settings": rows})["settings"]})
    assert scored(rows_of((5, 4, 5, 4)), settings)["composite"].tolist() == [4.45] * 4
    bare = rows_of((5, 4, 5, 4), ("响应及时性", "服务专业性", "客户沟通", "流程规范性"))
    with pytest.raises(Exception, match="应为 100"):
        scored(bare, settings)
    assert len(messages(bare, settings)) == 4, "校验 goes on and names the labels without weight"


def test_no_rows() -> None:
    assert scored([]).empty
    assert messages([]) == []
