"""Exact composites, what counts, and the means that reports show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from workbook.issues import WorkbookError
from workbook.sheets.profiles import PROFILES
from workbook.sheets.settings import default_rows
from workbook.values import half_up
from xlsvc import validation
from xlsvc.outcome import Ledger
from xlsvc.scoring import evaluation_issues, evaluation_scores, update
from xlsvc.settings import Settings, read_settings
from xlsvc.valid_answers import composite_mean, dimension_means

from .documents import DOCUMENTS, ledger

SETTINGS = Settings.packaged()
AT = datetime(2024, 5, 6, 10)
NOW = datetime(2024, 5, 7, 9)
S002 = ("response", "resolution", "attitude", "expertise")


def answer(scores: tuple[Any, ...], profile: str = "S002", **cells: Any) -> dict[str, Any]:
    keys = [d.key for d in PROFILES[profile].dimensions]
    row = {"profile": PROFILES[profile].name, "evaluated_at": AT, **dict(zip(keys, scores, strict=True))}
    return {**row, **cells}


def score(*rows: dict[str, Any], settings: Settings = SETTINGS) -> pd.DataFrame:
    return evaluation_scores(ledger({"evaluations": rows}), settings)


def weights(profile: str, values: tuple[float, ...], effective: datetime | None = None) -> Settings:
    """Settings with another set of weights for a profile, from a day on if given."""
    rows: list[dict[str, Any]] = [
        r for r in default_rows() if effective or not (r["group"] == "权重" and r["profile"] == profile)
    ]
    for dimension, value in zip(PROFILES[profile].dimensions, values, strict=True):
        rows.append({"group": "权重", "name": dimension.label, "profile": profile, "value": value, "unit": "%",
                     "effective": effective})  # fmt: skip
    return read_settings({"settings": ledger({"settings": rows})["settings"]})


@pytest.mark.parametrize(
    ("scores", "exact", "shown"),
    [
        ((5, 4, 5, 4), 4.45, 4.5),
        ((5, 3, 5, 4), 4.15, 4.2),
        ((4, 4, 4, 4), 4.0, 4.0),
        ((1, 1, 1, 1), 1.0, 1.0),
    ],
)
def test_the_weighted_composite_is_exact(scores: tuple[int, ...], exact: float, shown: float) -> None:
    """S003.F1 with 20/30/25/25; 5,3,5,4 tells the weighted mean (4.15) from the plain one (4.25)."""
    found = score(answer(scores, "S003"))["composite"].iloc[0]
    assert found == exact, "equal as floats, not nearly"
    assert half_up(found, 1) == shown


def test_thirds_add_up_within_the_tolerance_and_divide_once() -> None:
    settings = weights("S002", (33.33, 33.33, 33.33, 0.01))
    assert score(answer((5, 4, 3, 1)), settings=settings)["composite"].iloc[0] == (33.33 * 12 + 0.01) / 100


def test_weights_are_those_of_the_day_of_the_answer() -> None:
    settings = weights("S002", (70, 10, 10, 10), effective=datetime(2024, 5, 1))
    found = score(
        answer((5, 1, 1, 1), evaluated_at=datetime(2024, 4, 30, 23, 59)),
        answer((5, 1, 1, 1), evaluated_at=datetime(2024, 5, 1)),
        settings=settings,
    )  # fmt: skip
    assert found["composite"].tolist() == [2.0, 3.8]


def test_weights_that_do_not_add_up_stop_the_command() -> None:
    rows = {"evaluations": [answer((5, 5, 5, 5))]}
    with pytest.raises(WorkbookError, match="应为 100"):
        update(ledger(rows), weights("S002", (25, 25, 25, 20)), NOW)
    assert evaluation_issues(ledger(rows), weights("S002", (25, 25, 25, 20))) == [], "校验 does not need them"


@pytest.mark.parametrize(
    ("row", "valid", "reason", "composite"),
    [
        (answer((5, 4, 5, 4)), "是", "", 4.5),
        (answer((5, "", "", "")), "否", "未填关键信息", None),
        (answer((5, 4, "", "")), "是", "", None),
        (answer((5, 4, 6, 4)), "否", "分数超范围", None),
        (answer((0, 4, 5, 4)), "否", "分数超范围", None),
        (answer((5, 4, 5, 4), evaluated_at=""), "否", "缺评价时间", None),
        (answer((5, 4, 5, 4), evaluated_at="2024-03-114:00"), "否", "缺评价时间", None),
        ({**answer((5, 4, 5, 4)), "profile": "满意度表"}, "否", "评价档案不明", None),
        (answer((5, 4, 5, "4分")), "是", "", 4.5),
        (answer((5, 4, 5, "满意")), "是", "", None),
        (answer((5, 4, 5, 4), overall=1), "是", "", 4.5),
    ],
)  # fmt: skip
def test_what_counts(row: dict[str, Any], valid: str, reason: str, composite: float | None) -> None:
    found = score(row).iloc[0]
    assert (found["valid"], found["invalid_reason"]) == (valid, reason)
    assert (None if pd.isna(found["composite"]) else found["composite"]) == composite


def test_a_receipt_counts_once() -> None:
    rows = [answer((5, 5, 5, 5), receipt="R20240506001"), answer((1, 1, 1, 1), receipt="r20240506001 "),
            answer((3, 3, 3, 3)), answer((3, 3, 3, 3))]  # fmt: skip
    found = score(*rows)
    assert found["invalid_reason"].tolist() == ["", "重复回执码", "", ""]
    assert [i.message for i in evaluation_issues(ledger({"evaluations": rows}), SETTINGS)] == [
        "“评价记录”第 5 行 的回执码“r20240506001”与第 4 行重复,本行不计分。请删除重复的一行,或清空回执码重新编号。"
    ]


def test_issues_of_answers() -> None:
    rows = [
        answer((5, 5, 5, 5, 5), "S001", ticket="SN20240506001", customer="王女士"),
        answer((5, "", "", "")),
        answer((5, 4, "", 4)),
        answer((5, 4, 5, 4), process=3),
        answer((5, 4, 4.5, 4)),
    ]
    found = evaluation_issues(ledger({"evaluations": rows}), SETTINGS)
    assert [(i.code, i.row, i.level, i.message) for i in found] == [
        ("score.too_few_answers", 5, "warning",
         "“评价记录”第 5 行只答了 1 项,少于 2 项,这份评价不计分。漏录的请补上。"),
        ("score.not_anonymous", 4, "error",
         "“评价记录”第 4 行:匿名评价(S001)不应带工单号/姓名。请清空“工单号”;客户具名评价的,请改“评价档案”。"),
        ("score.not_anonymous", 4, "error",
         "“评价记录”第 4 行:匿名评价(S001)不应带工单号/姓名。请清空“客户姓名”;客户具名评价的,请改“评价档案”。"),
        ("score.unanswered", 6, "warning",
         "“评价记录”第 6 行缺“服务态度”,不算综合得分(已答各项仍计入各自均分)。漏录的请补上。"),
        ("score.not_asked", 7, "warning",
         "“评价记录”第 7 行 的档案 S002 不问“流程便捷性”,这几项不计分。请核对评价档案是否选错。"),
    ]  # fmt: skip
    assert found[1].short == "【工单号】匿名评价不应带工单号/姓名"


def test_low_and_satisfied() -> None:
    found = score(
        answer((3, 4, 3, 5)), answer((4, 4, 4, 4)), answer((4, 4, 4, 3)), answer((5, 5, 5, 5, 3), "S000"),
        answer((1, 1, 1, 1, 4), "S000"), answer((5, 5, "", "")), answer((5, "", "", "")), answer((5, 5, 5, 5, ""), "S000"),
    )  # fmt: skip
    assert found["low"].tolist() == [
        "响应及时性、服务态度", "", "服务人员专业性", "整体满意度",
        "响应及时性、问题解决效果、服务人员专业性、服务态度", "", "", "",
    ]  # fmt: skip
    assert found["satisfied"].tolist() == ["否", "是", "否", "否", "是", "", "", ""]
    assert found["stat_profile"].tolist() == ["S002"] * 3 + ["S000"] * 2 + ["S002"] * 2 + ["S000"]


def test_a_mean_of_3_46_is_low_while_3_5_is_shown() -> None:
    rows = [answer((4, 5, 5, 5))] * 23 + [answer((3, 5, 5, 5))] * 27
    mean = dimension_means(score(*rows), PROFILES["S002"], SETTINGS)[0]
    assert (mean.n, mean.mean, mean.low) == (50, 3.46, True)
    assert half_up(mean.mean, 1) == 3.5
    exactly = dimension_means(score(answer((4, 5, 5, 5)), answer((3, 5, 5, 5))), PROFILES["S002"], SETTINGS)[
        0
    ]
    assert (exactly.mean, exactly.low, exactly.few) == (3.5, False, True), "strictly under the line"


def test_four_figures_with_four_names() -> None:
    """S001 calls its share of 5 points 问题解决一次性成功率; 得分率 is mean / 5 (requirements C8)."""
    rows = [answer((5, 5, 4, 3, ""), "S001"), answer((4, 5, 4, 3, ""), "S001"), answer((3, 4, 4, 3, ""), "S001"),
            answer((2, 2, 4, 3, ""), "S001"), answer((5, 5, 5, 5))]  # fmt: skip
    means = dimension_means(score(*rows), PROFILES["S001"], SETTINGS)
    assert [m.label for m in means] == [
        "响应及时性",
        "问题解决能力",
        "服务态度",
        "流程便捷性",
        "售后增值体验",
    ]
    assert [m.top_box_name for m in means] == ["满分率", "问题解决一次性成功率", "满分率", "满分率", "满分率"]
    resolution = means[1]
    assert (resolution.n, resolution.mean, resolution.top_box, resolution.satisfied, resolution.rate) == (
        4, 4.0, 0.5, 0.75, 0.8,
    )  # fmt: skip
    assert (means[4].n, means[4].mean, means[4].top_box) == (0, None, None)


def test_profiles_are_not_mixed() -> None:
    found = score(answer((5, 5, 5, 5)), answer((1, 1, 1, 1, 1), "S000"), answer((4, 4, 4, "")))
    assert composite_mean(found, "S002") == (5.0, 1)
    assert composite_mean(found, "S004") == (None, 0)


LOG = [{"ticket": "SN20240506001", "customer": "王女士", "accepted_at": AT},
       {"ticket": "SN20240506002", "customer": "李先生", "accepted_at": AT},
       {"ticket": "SN20240506002", "customer": "李先生", "accepted_at": AT}]  # fmt: skip


def test_the_customers_last_word_goes_back_to_the_log() -> None:
    rows = {
        **DOCUMENTS,
        "response_log": LOG,
        "evaluations": [
            answer((5, 5, 5, 5), ticket="SN20240506001", evaluated_at=datetime(2024, 5, 8)),
            answer((1, 1, 1, 1), ticket="sn20240506001", evaluated_at=datetime(2024, 5, 7)),
            answer((2, 2, 2, 2), ticket="SN20240506002"),
            answer((1, 1, 1, 1, 1), "S001", ticket="SN20240506001", evaluated_at=datetime(2024, 5, 9)),
            answer((1, 1, 1, 1), "S003", ticket="SN20240501002", evaluated_at=datetime(2024, 5, 9)),
        ],
    }
    outcome = update(ledger(rows), SETTINGS, NOW)
    response, process = (
        outcome.columns["response_log"]["composite"],
        outcome.columns["process_log"]["composite"],
    )
    assert response.iloc[:2].tolist() == [5.0, 2.0]
    assert pd.isna(response.iloc[2]), "the doubled row is no ticket"
    assert process.iloc[0] == 4.45, "the internal assessment, for no customer said anything"
    assert pd.isna(process.iloc[1])
    rows["evaluations"] = [answer((3, 3, 3, 3), ticket="SN20240501001")]
    assert update(ledger(rows), SETTINGS, NOW).columns["process_log"]["composite"].iloc[0] == 3.0


@pytest.mark.parametrize("key", ["served_by", "ticket", "customer_type", "channel", "profile", "suggestion"])
def test_a_row_of_averages_is_no_answer(key: str) -> None:
    """A clerk's row under the answers: 平均 somewhere, means in the score columns, no time and no profile."""
    sums = {key: "平均", "response": 4.25, "resolution": "4.5", "attitude": 5, "expertise": "#"}
    book = ledger({"evaluations": [answer((5, 4, 5, 4)), {}, sums]})
    assert book.issues == ()
    found = evaluation_scores(book, SETTINGS)
    assert found["valid"].tolist() == ["是", "", ""]
    assert (
        found.loc[6, [c for c in found if c.startswith("stat_") and c not in ("stat_at", "stat_profile", "stat_customer", "stat_channel")]]
        .isna()
        .all()
    )
    assert evaluation_issues(book, SETTINGS) == []
    assert validation.update(book, SETTINGS, NOW).columns["evaluations"].loc[6].tolist() == ["", ""]
    whole = ledger({"evaluations": [answer((5, 4, 5, 4), **({} if key == "profile" else {key: "平均"}))]})
    assert evaluation_scores(whole, SETTINGS)["valid"].tolist() == ["是"]


def test_notice_and_counts() -> None:
    rows = {"evaluations": [answer((3, 5, 5, 5)), answer((5, "", "", "")), answer((3, 4, 5, 5))]}
    outcome = update(ledger(rows), SETTINGS, NOW)
    assert outcome.notice == (
        "评价 3 份:有效 2 份,剔除 1 份(原因见“评价记录”的“剔除原因”列);“客户满意度调查表”综合得分 4.4(n=2),低分项:服务响应速度 3.00。"
    )
    assert outcome.counts == {"评价": 3, "有效": 2, "剔除": 1, "综合得分": "4.4", "综合得分份数": 2}
    assert outcome.answers[:2] == [
        "客户满意度调查表(S002)",
        "  服务响应速度:均分 3.00(n=2,样本少,低分),满分率 0.0%,满意率 0.0%,得分率 60.0%",
    ]
    assert list(outcome.columns["evaluations"].columns[:7]) == [
        "valid", "invalid_reason", "composite", "low", "satisfied", "stat_at", "stat_profile",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows", [{}, {"evaluations": []}, {"evaluations": [], "response_log": [], "quality_assessment": []}]
)
def test_nothing_to_score(rows: dict[str, list[Any]]) -> None:
    outcome = update(ledger(rows), SETTINGS, NOW)
    assert outcome.notice == "评价 0 份:有效 0 份,剔除 0 份;“客户满意度调查表”综合得分 —(n=0)。"
    assert outcome.issues == []


def test_rows_without_content_get_no_verdict() -> None:
    frame = ledger({"evaluations": [answer((5, 5, 5, 5))]})["evaluations"].reindex([4, 5])
    for key in frame.select_dtypes(object):
        frame[key] = frame[key].fillna("")
    found = evaluation_scores(Ledger({"evaluations": frame}), SETTINGS)
    assert found["valid"].tolist() == ["是", ""]


def test_the_documents_own_name_of_the_top_box_stands_beside_ours() -> None:
    """S001.F1 calls the share of full marks 问题解决一次性成功率; both names are shown, for its resolution only."""
    rows = {"evaluations": [answer((4, 5, 5, 4, 3), "S001"), answer((4, 4, 5, 4, 3), "S001")]}
    lines = update(ledger(rows), SETTINGS, NOW).answers
    assert (
        "  问题解决能力:均分 4.50(n=2,样本少),问题解决一次性成功率(满分率) 50.0%,满意率 100.0%,得分率 90.0%"
    ) in lines
    assert sum("问题解决一次性成功率" in line for line in lines) == 1
