"""登记反馈: what a row is read as, what is asked of it, what reaches 评价记录, and that nothing is entered twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from tests.support.frames import ledger
from workbook.issues import Issue, WorkbookError
from workbook.sheets.feedback_entry import FEEDBACK_ENTRY
from xlsvc.outcome import Ledger, Outcome
from xlsvc.record import update
from xlsvc.settings import Settings

NOW = datetime(2024, 5, 6, 9, 0)
TICKET = {
    "ticket": "SN20240501001", "customer": "*女士", "contact": "13812345678", "problem": "漏水", "urgency": "一般",
    "owner": "技术部*李工", "customer_no": "C202405001", "accepted_at": "2024-05-01 09:00", "resolved_at": "2024-05-01 11:30",
}  # fmt: skip
SECOND = {**TICKET, "ticket": "SN20240501002", "customer": "张先生", "customer_no": ""}
FORM = {
    "token": "7KQM-4XTR", "ticket": "SN20240501001", "profile": "S002 客户满意度调查表", "version": "1",
    "issued_at": "2024-05-01 12:00", "due_at": "2024-05-08",
}  # fmt: skip
ROW = {"reference": "SN20240501001", "channel": "微信", "words": "5545 师傅准时", "proxy_by": "小陈"}
PREVIEW = "SN20240501001 *女士 · S002 · 服务响应速度 5 · 问题解决效果 5 · 服务人员态度 4 · 专业能力水平 5 · 建议:师傅准时"
EVALUATION = {
    "receipt": "7KQM-4XTR", "evaluated_at": "2024-05-05 10:00", "profile": "S002 客户满意度调查表", "ticket": "SN20240501001",
    "response": 5, "resolution": 5, "attitude": 4, "expertise": 5,
}  # fmt: skip


def run(
    *rows: dict[str, Any], forms: tuple[Any, ...] = (FORM,), known: tuple[Any, ...] = (),
    tickets: tuple[Any, ...] = (TICKET, SECOND), displayed: dict[int, str] | None = None,
) -> Outcome:  # fmt: skip
    """A click; where nothing else is said, one that comes after a click that showed how the rows read."""
    given = ledger(
        {
            "response_log": tickets,
            "form_register": forms,
            "evaluations": known,
            "feedback_entry": rows,
        },
    )
    if displayed is None:
        displayed = update(given, Settings.packaged(), NOW).columns["feedback_entry"]["reading"].to_dict()
    return update(replace(given, options={"displayed": displayed}), Settings.packaged(), NOW)


def asked(outcome: Outcome) -> list[tuple[str, int | None, str]]:
    return [(issue.code, issue.row, issue.column) for issue in outcome.issues]


def test_the_first_click_shows_how_a_row_reads_and_enters_nothing() -> None:
    outcome = run(ROW)
    assert outcome.columns["feedback_entry"].to_dict("index") == {
        4: {"reading": PREVIEW, "doubt": "", "result": None}
    }
    assert not outcome.append
    assert set(outcome.columns) == {"feedback_entry"}
    assert outcome.notice == "1 行已读好:核对“读作”,无误的在“确认”选 是,再点一次。"
    assert outcome.counts == {"已登记": 0, "待确认": 1, "待核对": 0}
    assert outcome.activate == "登记反馈"


def test_a_confirmed_row_becomes_the_answer_of_the_form_that_was_issued() -> None:
    outcome = run({**ROW, "confirm": "是", "received_at": "2024-05-05 10:00"})
    (row,) = outcome.append["evaluations"].to_dict("records")
    assert row == {
        "receipt": "7KQM-4XTR", "evaluated_at": pd.Timestamp("2024-05-05 10:00"), "profile": "S002 客户满意度调查表",
        "response": 5, "resolution": 5, "attitude": 4, "expertise": 5, "suggestion": "师傅准时", "channel": "微信",
        "proxy": "是", "proxy_by": "小陈", "version": "1", "source_file": "登记反馈",
        "returned_at": pd.Timestamp("2024-05-05 10:00"), "evaluator_note": "", "ticket": "SN20240501001",
        "customer": "*女士", "served_by": "李工", "served_on": pd.Timestamp("2024-05-01"), "customer_no": "C202405001",
    }  # fmt: skip
    assert outcome.columns["feedback_entry"].at[4, "result"] == "已登记 7KQM-4XTR"
    register = outcome.columns["form_register"].loc[4]
    assert (register["state"], register["returned_at"], register["returned_file"]) == (
        "已回收", pd.Timestamp("2024-05-05 10:00"), "登记反馈",
    )  # fmt: skip
    assert outcome.notice == "登记了 1 份评价,已记入“评价记录”(得分在“一键更新”时计算)。"


def test_a_receipt_code_says_ticket_and_profile_however_it_is_typed() -> None:
    s004 = {**FORM, "token": "9ABC-DEFG", "profile": "S004 服务反馈收集表单"}
    outcome = run({**ROW, "reference": "9abcdefg", "words": "5 4 3 2", "confirm": "是"}, forms=(FORM, s004))
    (row,) = outcome.append["evaluations"].to_dict("records")
    assert (row["receipt"], row["ticket"], row["profile"]) == (
        "9ABC-DEFG",
        "SN20240501001",
        "S004 服务反馈收集表单",
    )
    assert (row["response"], row["resolution"], row["expertise"], row["attitude"]) == (5, 4, 3, 2), (
        "S004's order"
    )
    assert outcome.columns["form_register"]["state"].tolist() == ["已生成", "已回收"]


def test_without_a_form_the_answer_gets_the_next_number_of_the_day() -> None:
    known = {**EVALUATION, "receipt": "R20240506004", "ticket": "SN1"}
    outcome = run({**ROW, "reference": "SN20240501002", "confirm": "是"}, known=(known,))
    (row,) = outcome.append["evaluations"].to_dict("records")
    assert (row["receipt"], row["evaluated_at"], row["customer"]) == (
        "R20240506005",
        pd.Timestamp(NOW),
        "张先生",
    )
    assert outcome.columns["feedback_entry"].at[4, "result"] == "已登记 R20240506005"


def test_what_the_person_wrote_after_asking_counts_and_the_words_stay() -> None:
    outcome = run({**ROW, "words": "满意,师傅准时", "corrected": "都5分", "confirm": "是"})
    (row,) = outcome.append["evaluations"].to_dict("records")
    assert [row[k] for k in ("response", "resolution", "attitude", "expertise")] == [5, 5, 5, 5]
    assert row["suggestion"] == "满意,师傅准时"
    assert row["evaluator_note"] == "原话:满意,师傅准时;问清后改记为 都5分"


def test_a_bare_score_off_the_scale_is_no_suggestion() -> None:
    outcome = run({**ROW, "words": "10分", "corrected": "5545", "confirm": "是"})
    (row,) = outcome.append["evaluations"].to_dict("records")
    assert (row["suggestion"], row["evaluator_note"]) == ("", "原话:10分;问清后改记为 5545")


def test_an_entered_row_is_never_entered_again() -> None:
    done = {**ROW, "confirm": "是", "result": "已登记 7KQM-4XTR"}
    outcome = run(done)
    assert not outcome.append
    assert outcome.columns["feedback_entry"].at[4, "reading"] == PREVIEW
    assert outcome.notice.startswith("“登记反馈”里没有新的行。")
    s004 = {**FORM, "token": "9ABC-DEFG", "profile": "S004 服务反馈收集表单"}
    by_code = run({**done, "reference": "9ABC-DEFG"}, forms=(s004,))
    assert (
        by_code.columns["feedback_entry"]
        .at[4, "reading"]
        .startswith("SN20240501001 *女士 · S004 · 服务响应速度 5 · 问题解决效果 5 · 专业性水平 4")
    )
    again = run({**ROW, "confirm": "是"}, known=(EVALUATION,))
    assert not again.append
    assert again.columns["feedback_entry"].at[4, "doubt"] == (
        "工单 SN20240501001 的这种评价已在评价记录第 4 行(分数相同)。不要重复登记;客户改了主意的,请直接改那一行。"
    )
    by_ticket = run(
        {**ROW, "words": "都1分", "confirm": "是"}, known=({**EVALUATION, "receipt": "R20240505001"},)
    )
    assert asked(by_ticket) == [("record.known", 4, "工单号或回执码")]
    assert "(分数不同)" in by_ticket.issues[0].message


UNSEEN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("the scores", {"words": "5543 师傅准时"}),
    ("the words", {"words": "5545 师傅没来"}),
    ("what was asked", {"corrected": "5544"}),
    ("the ticket", {"reference": "SN20240501002"}),
    ("the form", {"profile": "S004 服务反馈收集表单"}),
)


@pytest.mark.parametrize("changed", [case[1] for case in UNSEEN], ids=[case[0] for case in UNSEEN])
def test_what_nobody_has_seen_is_shown_and_asked_again(changed: dict[str, Any]) -> None:
    for row, displayed in (({**ROW, "confirm": "是"}, {}), ({**ROW, **changed, "confirm": "是"}, {4: PREVIEW})):
        outcome = run(row, displayed=displayed)
        assert not outcome.append
        assert asked(outcome) == [("record.unseen", 4, "读作")]
        told = outcome.columns["feedback_entry"].loc[4]
        assert told["doubt"] == "这一行是刚读的,或改动过。先看“读作”,对的话再点一次。"
        again = run(row, displayed={4: told["reading"]})
        assert len(again.append["evaluations"]) == 1


def test_five_scores_for_a_form_of_four_questions_name_the_forms_they_fit() -> None:
    outcome = run({**ROW, "words": "55455 师傅准时", "confirm": "是"})
    assert asked(outcome) == [("answer.other_form", 4, "评价档案")]
    assert outcome.columns["feedback_entry"].at[4, "doubt"] == (
        "5 个分数的是 S000、S001,这一行按 S002 读(4 个分数)。请选对【评价档案】;没有选错的,请向客户问清。"
    )
    of_form = run({**ROW, "reference": "7KQM-4XTR", "words": "55455 师傅准时"})
    assert asked(of_form) == [("answer.many", 4, "原话")], "the receipt says which form it is"


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("55455 师傅准时", "师傅准时"), ("55,师傅准时。", "师傅准时。"), ("10分", ""), ("态度5、师傅准时", "师傅准时"),
        ("满意,师傅准时", "满意,师傅准时"), ("师傅准时 55455", "师傅准时"), ("等了2小时,55", "等了2小时"),
    ],
)  # fmt: skip
def test_of_what_was_asked_about_only_the_words_are_a_suggestion(words: str, kept: str) -> None:
    outcome = run({**ROW, "words": words, "corrected": "5545", "confirm": "是"})
    assert outcome.append["evaluations"]["suggestion"].tolist() == [kept]


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"resolved_at": None}, ["record.unresolved"]),
        ({"resolved_at": "2024-05-06 09:01"}, ["record.unresolved"]),
        ({"resolved_at": "2024-05-06 09:00"}, []),
        ({"resolved_at": None, "status": "已完成"}, []),
    ],
)
def test_a_ticket_that_is_worked_on_is_asked_about(cells: dict[str, Any], codes: list[str]) -> None:
    outcome = run({**ROW, "confirm": "是"}, tickets=({**TICKET, **cells},), forms=())
    assert [issue.code for issue in outcome.issues] == codes
    assert bool(outcome.append) == (not codes)


def test_of_two_rows_for_one_ticket_the_first_is_entered() -> None:
    outcome = run({**ROW, "confirm": "是"}, {**ROW, "words": "都3分", "confirm": "是"})
    assert len(outcome.append["evaluations"]) == 1
    assert asked(outcome) == [("record.twice", 5, "工单号或回执码")]


S001 = "S001 售后服务客户评价表"
ASKED: tuple[tuple[str, dict[str, Any], list[tuple[str, str]]], ...] = (
    ("an unknown ticket", {"reference": "SN20249999001"}, [("record.unknown", "工单号或回执码")]),
    ("a wrong receipt", {"reference": "7KQM-4XTS"}, [("record.wrong_receipt", "工单号或回执码")]),
    ("no ticket", {"reference": ""}, [("record.no_reference", "工单号或回执码")]),
    ("nobody noted it down", {"proxy_by": ""}, [("record.no_proxy", "代填人")]),
    ("no channel", {"channel": ""}, [("record.no_channel", "渠道")]),
    ("from tomorrow", {"received_at": "2024-05-07 08:00"}, [("record.future", "收到时间")]),
    ("somebody else's ticket", {"reference": "SN20240501002", "customer": "王女士"}, [("record.other_customer", "客户姓名")]),
    ("another form than issued", {"reference": "7KQM-4XTR", "profile": "S004 服务反馈收集表单"},
     [("record.other_profile", "评价档案")]),
    ("an anonymous form with a name", {"profile": S001, "words": "55555"}, [("record.anonymous", "工单号或回执码")]),
    ("the internal form", {"profile": "S003 售后服务质量评估表"}, [("record.internal", "评价档案")]),
    ("too few", {"words": "55"}, [("answer.few", "原话")]),
    ("a word", {"words": "满意"}, [("answer.no_score", "原话")]),
    ("off the scale", {"words": "10分"}, [("answer.scale", "原话")]),
    ("declined", {"words": "不想评"}, [("answer.declined", "原话")]),
    ("nothing", {"words": ""}, [("answer.blank", "原话")]),
    ("a correction that is none", {"corrected": "55"}, [("answer.corrected", "改记为")]),
    ("two things", {"words": "5分", "proxy_by": ""}, [("answer.one", "原话"), ("record.no_proxy", "代填人")]),
)  # fmt: skip


@pytest.mark.parametrize(("changed", "wanted"), [case[1:] for case in ASKED], ids=[case[0] for case in ASKED])
def test_what_is_open_is_asked_with_its_cell_and_not_entered(
    changed: dict[str, Any], wanted: list[tuple[str, str]]
) -> None:
    outcome = run({**ROW, "confirm": "是", **changed})
    assert not outcome.append
    assert asked(outcome) == [(code, 4, column) for code, column in wanted]
    told = outcome.columns["feedback_entry"].loc[4]
    assert told["doubt"] == "".join(issue.short for issue in outcome.issues)
    assert told["result"] is None
    for issue in outcome.issues:
        assert issue.message.startswith("“登记反馈”第 4 行:")
        assert "{" not in issue.message + issue.short


def test_the_message_names_the_cell_and_the_remedy() -> None:
    outcome = run({**ROW, "words": "55", "confirm": "是"})
    assert outcome.issues[0].at("E4").message == (
        "“登记反馈”E4:分数不够 4 个。请向客户问清,在【改记为】按顺序写全 4 个分数(如 5545)。"
    )


def test_a_void_form_is_asked_about() -> None:
    outcome = run({**ROW, "reference": "7KQM-4XTR", "confirm": "是"}, forms=({**FORM, "remark": "作废"},))
    assert asked(outcome) == [("record.void", 4, "工单号或回执码")]


def test_an_anonymous_answer_keeps_nothing_that_leads_back() -> None:
    row = {**ROW, "reference": "", "profile": S001, "words": "5 4 5 4 5 流程有点慢", "confirm": "是"}
    outcome = run({**row, "received_at": "2024-05-05 10:17"})
    (made,) = outcome.append["evaluations"].to_dict("records")
    assert not {"ticket", "customer", "customer_no", "served_by", "served_on"} & set(made)
    assert made["evaluated_at"] == made["returned_at"] == pd.Timestamp("2024-05-05")
    assert [made[k] for k in ("response", "resolution", "attitude", "process", "added_value")] == [
        5,
        4,
        5,
        4,
        5,
    ]
    assert outcome.columns["feedback_entry"].at[4, "result"] == "已登记 (不记名)"


def test_a_cell_that_cannot_be_read_keeps_its_row_out() -> None:
    given = ledger({"response_log": [TICKET], "feedback_entry": [{**ROW, "confirm": "是"}]})
    unread = Issue("value.yesno", FEEDBACK_ENTRY.title, 4, "收到时间", values={"old": "明天"})
    outcome = update(Ledger(given.frames, (unread,), given.titles), Settings.packaged(), NOW)
    assert not outcome.append
    assert asked(outcome) == [("record.cell", 4, "收到时间")]


def test_a_ledger_without_the_sheet_is_told_how_to_get_it() -> None:
    with pytest.raises(WorkbookError, match="升级台账"):
        update(ledger({}), Settings.packaged(), NOW)


def test_the_order_is_that_of_the_message_that_was_sent() -> None:
    from workbook.sheets.customer_forms import FORMS
    from xlsvc.chat_answers import questions_of
    from xlsvc.form_words import numbered

    for code, form in FORMS.items():
        if not form.profile.internal:
            scores = [(q.key, q.label) for q in numbered(form) if q.kind == "score"]
            assert questions_of(code) == scores
