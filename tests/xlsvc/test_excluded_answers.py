"""Answers that do not count though every cell can be read: one score throughout without a word, and two that contradict."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.frames import frame, ledger
from workbook.sheets.settings import default_rows
from xlsvc.scoring import evaluation_issues, evaluation_scores
from xlsvc.settings import Settings, read_settings

KEYS = ("response", "resolution", "expertise", "attitude", "overall")


def rules(value: str = "", **later: str) -> Settings:
    rows = [r for r in default_rows() if not (value and r["name"] == "同分无说明")]
    rows += [{"group": "评价", "name": "同分无说明", "value": value}] if value else []
    rows += [{"group": "评价", "name": "同分无说明", "value": v, "effective": day.replace("_", "-")[1:]} for day, v in later.items()]
    texts = [{**r, "value": "" if r["value"] is None else str(r["value"])} for r in rows]
    return read_settings({"settings": frame("settings", texts)})


def answer(scores: str, profile: str = "S002 客户满意度调查表", **cells: Any) -> dict[str, Any]:
    given = {key: float(s) for key, s in zip(KEYS, scores, strict=False) if s != "-"}
    return {"profile": profile, "evaluated_at": "2024-05-06 10:00", **given, **cells}


def reasons(*rows: dict[str, Any], settings: Settings | None = None) -> list[str]:
    return evaluation_scores(ledger({"evaluations": rows}), settings or rules())["invalid_reason"].tolist()


@pytest.mark.parametrize(
    ("scores", "lowest", "low", "every"),
    [
        ("1111", True, True, True),
        ("2222", False, True, True),
        ("3333", False, True, True),
        ("4444", False, False, True),
        ("5555", False, False, True),
        ("111-", True, True, True),
        ("11--", False, False, False),  # two alike say nothing
        ("1112", False, False, False),
    ],
)
def test_one_score_throughout_without_a_word(scores: str, lowest: bool, low: bool, every: bool) -> None:
    row = answer(scores)
    assert reasons(row) == reasons(row, settings=rules("最低分")) == [lowest * "同分无说明"]
    assert reasons(row, settings=rules("低分")) == [low * "同分无说明"]
    assert reasons(row, settings=rules("全部")) == [every * "同分无说明"]
    assert reasons(row, settings=rules("不剔除")) == [""]


@pytest.mark.parametrize(
    "key", ["praise", "praise_other", "improvement", "suggestion", "event", "explain", "direction", "willing", "call_result"]
)
def test_a_word_of_the_customer_or_the_result_of_a_call_makes_it_count(key: str) -> None:
    assert reasons(answer("1111", **{key: "修了三次"})) == [""]


def test_what_the_office_notes_down_is_no_word_of_the_customer() -> None:
    assert reasons(answer("1111", customer="王女士", channel="微信", evaluator_note="已转主管", called_by="李工")) == ["同分无说明"]


def test_questions_the_profile_does_not_ask_do_not_bend_the_line() -> None:
    assert reasons(answer("11115")) == ["同分无说明"], "S002 does not ask 整体满意度"
    assert reasons(answer("11115", "S000 顾客反馈收集表单")) == [""]
    assert reasons(answer("1111", "S003 售后服务质量评估表")) == [""], "no customer's answer"


def test_the_row_says_why_and_what_to_do_and_keeps_its_scores() -> None:
    book = ledger({"evaluations": [answer("1111"), answer("5544")]})
    scores = evaluation_scores(book, rules())
    assert scores["valid"].tolist() == ["否", "是"]
    assert scores["stat_response"].tolist() == [1.0, 5.0]
    assert scores["composite"].isna().tolist() == [True, False]
    assert [(i.row, i.message) for i in evaluation_issues(book, rules())] == [
        (4, "“评价记录”第 4 行各项同分,又没有一句说明,按“设置”的“同分无说明”不计分。请回访核实;属实的补写说明或“回访结果”,就会计入。")
    ]


def test_a_score_on_the_line_is_not_below_it() -> None:
    rows = [r for r in default_rows() if r["name"] not in ("同分无说明", "低分线")]
    rows += [{"group": "评价", "name": "同分无说明", "value": "低分"}, {"group": "评价", "name": "低分线", "value": 3}]
    texts = [{**r, "value": "" if r["value"] is None else str(r["value"])} for r in rows]
    settings = read_settings({"settings": frame("settings", texts)})
    assert reasons(answer("3333"), answer("2222"), settings=settings) == ["", "同分无说明"]


def test_a_graver_reason_comes_first() -> None:
    assert reasons({**answer("1111"), "evaluated_at": None}) == ["缺评价时间"]
    assert reasons(answer("1111", "乱写")) == ["评价档案不明"]


def test_the_rule_of_the_day_of_the_answer() -> None:
    settings = rules(_2024_05_10="全部")
    assert reasons(answer("5555"), answer("5555", evaluated_at="2024-05-10 00:00"), settings=settings) == ["", "同分无说明"]


def test_a_word_that_is_none_is_told() -> None:
    (issue,) = rules("偶尔").issues
    assert (issue.code, issue.message) == (
        "settings.straight",
        f"“设置”第 {issue.row} 行“同分无说明”的数值“偶尔”不认识。请填其中之一:最低分、低分、全部、不剔除。",
    )


def test_two_answers_that_contradict_are_both_left_out_until_one_is_deleted() -> None:
    first, second = answer("5544", receipt="7KQM-4XTR"), answer("2233", receipt="7kqm-4xtr#2")
    other = answer("5544", receipt="8888-9999")
    assert reasons(first, second, other) == ["冲突待选", "冲突待选", ""]
    assert reasons(second, other) == ["", ""]
    assert reasons(first, {**second, "receipt": ""}) == ["", ""]
    assert [i.message for i in evaluation_issues(ledger({"evaluations": [first, second]}), rules())][:1] == [
        "“评价记录”第 4 行:回执码 7KQM-4XTR 的表单收到了两份不同的答案,都没有计分。请问清客户,删掉不要的那一行。"
    ]
