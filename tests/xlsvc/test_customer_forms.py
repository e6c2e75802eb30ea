"""Forms as sheets: which tickets get one, what stands on it, and that none is issued twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from tests.support.frames import frame, ledger
from workbook.book import Link
from workbook.issues import WorkbookError
from workbook.sheets.customer_forms import FORMS
from xlsvc.customer_forms import update
from xlsvc.form_facts import facts_mark
from xlsvc.form_names import tab_name
from xlsvc.form_tokens import CODE_LETTERS, free_token, seeded
from xlsvc.outcome import Ledger, Outcome
from xlsvc.settings import Settings, read_settings

NOW = datetime(2024, 5, 2, 9, 0)
PEOPLE = [
    {"name": "张工", "staff_no": "S002", "department": "技术部", "phone": "010-8802"},
    {"name": "李工", "department": "技术部"},
]
DOCUMENT_ROW = {
    "ticket": "SN20240501001", "customer_info": "*女士/", "product_info": "ABC-2000/2024-03-15",
    "problem_info": "不启动/紧急", "accepted_at": "2024-05-01 09:00", "responded_at": "2024-05-01 09:30",
    "owner": "张工", "resolved_at": "2024-05-01 11:30", "problem_type": "硬件故障", "customer_no": "C202405001",
}  # fmt: skip


def settings(**changed: Any) -> Settings:
    """The packaged settings with some values of 设置 changed (schema key -> value) and two people."""
    from workbook.sheets.settings import SETTING_ROWS, default_rows

    names = {s.key: s.name for s in SETTING_ROWS}
    rows = default_rows()
    for key, value in changed.items():
        for row in rows:
            if row["name"] == names[key]:
                row["value"] = value
    for row in rows:
        row["value"] = "" if row["value"] is None else str(row["value"])
    return read_settings({"settings": frame("settings", rows), "people": frame("people", PEOPLE)})


def ticket(number: str, resolved: str, owner: str = "张工", **more: Any) -> dict[str, Any]:
    phone = f"138{sum(ord(c) * 31**n for n, c in enumerate(number)) % 10**8:08d}"  # another customer each
    return {"ticket": number, "customer": "王女士", "contact": phone, "problem": "漏水", "urgency": "一般",
            "owner": owner, "accepted_at": "2024-04-30 09:00", "resolved_at": resolved, **more}  # fmt: skip


def run(rows: dict[str, Any], titles: tuple[str, ...] = (), rules: Settings | None = None, **options: Any) -> Outcome:
    given = {"random_token": seeded("test"), "sheets": True, **options}
    return update(ledger(rows, given, titles), rules or settings(), NOW)


def test_the_documents_ticket_gets_its_form() -> None:
    outcome = run({"process_log": [DOCUMENT_ROW]}, profile="S002", ticket=["SN20240501001"])
    (tab,) = outcome.tabs
    assert (tab.template, tab.name) == ("表单_S002", "表单 SN20240501001")
    code = seeded("test")()
    assert dict(tab.values) == {
        "告知语": "信息仅用于服务改进,自愿填写。",
        "工单号": "SN20240501001",
        "回执码": code,
        "服务人员": "张工",
        "服务电话": "010-8802",
        "问题类型": "硬件故障",
        "服务日期": datetime(2024, 5, 1),
    }
    assert outcome.append["form_register"].to_dict("records") == [
        {
            "token": code,
            "ticket": "SN20240501001",
            "profile": "S002 客户满意度调查表",
            "version": "1",
            "tab": Link("表单 SN20240501001", "A1", "表单 SN20240501001"),
            "file": "",
            "purpose": "选定工单",
            "way": "工作表",
            "facts_mark": facts_mark(tab.values),
            "issued_at": pd.Timestamp(NOW),
            "due_at": pd.Timestamp("2024-05-09"),
            "state": "已生成",
            "remark": "",
        }
    ]
    assert outcome.notice == "已生成 1 张《客户满意度调查表》,并登记到“表单台账”。"
    assert outcome.counts == {"生成表单": 1, "已发过": 0, "未生成": 0, "补做": 0, "邮件草稿": 0, "电话回访": 0}
    assert outcome.activate == "表单 SN20240501001"
    assert outcome.issues == []


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("S000", {"部门": "技术部", "订单或型号": "ABC-2000", "服务日期": datetime(2024, 5, 1), "服务人员": "张工"}),
        ("S004", {"客户编号": "C202405001", "工号": "S002", "服务日期": datetime(2024, 5, 1)}),
    ],
)
def test_other_profiles_are_data(code: str, facts: dict[str, Any]) -> None:
    (tab,) = run({"process_log": [DOCUMENT_ROW]}, profile=code, ticket="SN20240501001").tabs
    assert tab.template == f"表单_{code}"
    assert set(tab.values) == set(FORMS[code].facts())
    assert {key: tab.values[key] for key in facts} == facts


def register_row(number: str = "SN20240501001", profile: str = "S002 客户满意度调查表", version: str = "1") -> dict[str, Any]:
    return {"token": "AAAA-BBBB", "ticket": number, "profile": profile, "version": version, "tab": f"表单 {number}"}


@pytest.mark.parametrize("written", ["SN20240501001", "sn20240501001 ", "\uff33\uff2e20240501001"])
def test_an_issued_form_is_never_issued_again(written: str) -> None:
    rows = {"process_log": [DOCUMENT_ROW], "form_register": [register_row(written)]}
    outcome = run(rows, titles=(f"表单 {written}",), ticket=["SN20240501001"])
    assert outcome.tabs == []
    assert outcome.append == {}
    assert outcome.notice == "没有新表单:1 张工单的《客户满意度调查表》以前都发过,见“表单台账”。"
    assert outcome.issues == []


@pytest.mark.parametrize("row", [
    register_row(profile="S000 顾客反馈收集表单"), register_row(version="2"), register_row("SN20240501002"),
])  # fmt: skip
def test_another_profile_version_or_ticket_is_another_form(row: dict[str, Any]) -> None:
    outcome = run({"process_log": [DOCUMENT_ROW], "form_register": [row]}, ticket=["SN20240501001"])
    assert [t.values["工单号"] for t in outcome.tabs] == ["SN20240501001"]


def test_an_issued_form_whose_tab_is_gone_is_reported_not_made() -> None:
    rows = {"process_log": [DOCUMENT_ROW], "form_register": [register_row()]}
    outcome = run(rows, ticket=["SN20240501001"])
    assert outcome.tabs == []
    assert [i.message for i in outcome.issues] == [
        "工单“SN20240501001”的表单“表单 SN20240501001”已经发过(回执码 AAAA-BBBB),但工作表不见了;"
        "不会重复发放。请从备份里找回。"
    ]


def test_without_tickets_the_last_24_hours_count() -> None:
    rows = [
        ticket("SN1", "2024-05-02 09:00"),  # now: in
        ticket("SN2", "2024-05-01 09:00"),  # 24 hours ago to the minute: out
        ticket("SN3", "2024-05-01 09:01"),
        ticket("SN4", "2024-05-02 09:01"),  # in the future
        ticket("SN5", ""),
        ticket("SN3", "2024-05-01 20:00"),  # doubled number
    ]
    outcome = run({"response_log": rows})
    assert [t.name for t in outcome.tabs] == ["表单 SN3", "表单 SN1"]
    assert outcome.issues == []


def test_rows_without_a_number_are_one_line_of_advice() -> None:
    rows = [ticket("", "2024-05-02 08:00"), ticket("", "2024-05-02 08:10"), ticket("SN1", "2024-05-02 08:20")]
    outcome = run({"response_log": rows})
    assert [t.name for t in outcome.tabs] == ["表单 SN1"]
    assert [i.message for i in outcome.issues] == [
        "“响应记录”有 2 行刚解决但没有工单号(第 4 行、第 5 行),没有生成表单。请先点“一键更新”补编号。"
    ]


def test_nothing_to_do_says_how() -> None:
    outcome = run({"response_log": [ticket("SN1", "2024-04-01 09:00")]})
    assert outcome.tabs == []
    assert outcome.notice == (
        "近 24 小时内没有新解决的工单,没有生成表单。"
        "要为某张工单生成,请选中它那一行再点“生成表单”(命令:写 --ticket 工单号)。"
    )


def test_asked_tickets_that_cannot_have_one() -> None:
    rows = [ticket("SN1", ""), ticket("SN2", "", status="已完成"), ticket("SN3", "2024-05-03 09:00")]
    outcome = run({"response_log": rows}, ticket=["SN9、sn1", "SN2", "SN3", "SN2"])
    assert [t.values["工单号"] for t in outcome.tabs] == ["SN2"]
    assert outcome.tabs[0].values["服务日期"] is None
    assert [(i.code, i.sheet, i.row, i.column) for i in outcome.issues] == [
        ("form.ticket_unknown", "", None, ""),
        ("form.not_resolved", "响应记录", 4, "实际解决时间"),
        ("form.not_resolved", "响应记录", 6, "实际解决时间"),
    ]
    assert outcome.issues[0].message == (
        "两张记录表里都没有工单“SN9”,没有生成它的表单。请核对工单号,或先点“一键更新”补编号。"
    )
    assert outcome.issues[1].message == (
        "工单“sn1”到 2024-05-02 09:00 还没有解决(响应记录第 4 行),没有生成表单。解决后填好“实际解决时间”再试。"
    )


def test_the_limit_of_settings_holds_and_the_rest_follows_with_the_next_click() -> None:
    rows = [ticket(f"SN{n}", f"2024-05-02 08:{n:02d}") for n in range(5)]
    rules = settings(form_limit=3)
    first = run({"response_log": rows}, rules=rules)
    assert [t.name for t in first.tabs] == ["表单 SN0", "表单 SN1", "表单 SN2"]
    assert [i.message for i in first.issues] == [
        "一次最多生成 3 张表单(“设置”的“一次生成上限”),还有 2 张没有生成。请再点一次。"
    ]
    register = [{**r, "tab": r["tab"].text} for r in first.append["form_register"].to_dict("records")]
    second = run(
        {"response_log": rows, "form_register": register}, titles=tuple(t.name for t in first.tabs), rules=rules
    )
    assert [t.name for t in second.tabs] == ["表单 SN3", "表单 SN4"]
    assert second.counts == {"生成表单": 2, "已发过": 3, "未生成": 0, "补做": 0, "邮件草稿": 0, "电话回访": 0}


def test_a_missing_phone_is_said_once_a_person_and_settings_can_give_it() -> None:
    rows = [ticket(f"SN{n}", "2024-05-02 08:00", owner="技术部*李工") for n in range(3)]
    outcome = run({"response_log": rows})
    assert [t.values["服务人员"] for t in outcome.tabs] == ["李工"] * 3
    assert [i.message for i in outcome.issues] == [
        "服务人员“李工”在“人员”表里查不到电话,3 张表单的“服务电话”空着。"
        "要补上的话:先点“撤销上次”,在“人员”表补登记或在“设置”填“服务电话”,再生成一次。"
    ]
    outcome = run({"response_log": rows}, rules=settings(form_phone="400-000-1111"))
    assert [t.values["服务电话"] for t in outcome.tabs] == ["400-000-1111"] * 3
    assert outcome.issues == []


def test_a_ticket_without_a_person_still_gets_its_form() -> None:
    outcome = run({"response_log": [ticket("SN1", "2024-05-02 08:00", owner="")]})
    assert len(outcome.tabs) == 1
    assert [(i.code, i.sheet, i.row, i.column) for i in outcome.issues] == [
        ("form.person_missing", "响应记录", 4, "分派责任人")
    ]


@pytest.mark.parametrize("value", ["S009", "乱写"])
def test_a_profile_without_a_form_stops(value: str) -> None:
    with pytest.raises(WorkbookError) as stopped:
        run({"process_log": [DOCUMENT_ROW]}, profile=value)
    assert str(stopped.value) == (
        f"评价档案“{value}”没有可以生成的表单。请改写为:S000 顾客反馈收集表单、S001 售后服务客户评价表、"
        "S002 客户满意度调查表、S003 售后服务质量评估表、S004 服务反馈收集表单。"
    )


@pytest.mark.parametrize("value", ["S002", "s002", "客户满意度调查表", "S002 客户满意度调查表", None, ""])
def test_a_profile_may_be_named_by_code_or_title(value: str | None) -> None:
    (tab,) = run({"process_log": [DOCUMENT_ROW]}, profile=value, ticket="SN20240501001").tabs
    assert tab.template == "表单_S002"


def test_a_bad_limit_stops_the_command() -> None:
    with pytest.raises(WorkbookError) as stopped:
        run({"process_log": [DOCUMENT_ROW]}, rules=settings(form_limit="很多"))
    assert stopped.value.code == "settings.bad"


@pytest.mark.parametrize(
    ("number", "taken", "expected"),
    [
        ("SN20240501001", (), "表单 SN20240501001"),
        ("SN1", ("表单 sn1",), "表单 SN1 (2)"),
        ("SN1", ("表单 SN1", "表单 SN1 (2)"), "表单 SN1 (3)"),
        ("a/b\\c?d*e[f]g:h", (), "表单 a-b-c-d-e-f-g-h"),
        ("S" * 60, (), "表单 " + "S" * 28),
        ("S" * 60, ("表单 " + "s" * 28,), "表单 " + "S" * 24 + " (2)"),
        ("SN1'", (), "表单 SN1"),
        ("SN\u202e1\n", (), "表单 SN1"),
    ],
)
def test_tab_names_are_safe_and_unique(number: str, taken: tuple[str, ...], expected: str) -> None:
    assert tab_name(number, taken) == expected
    assert len(expected) <= 31


def test_tabs_of_one_run_do_not_collide() -> None:
    rows = [ticket("SN/1", "2024-05-02 08:00"), ticket("sn-1", "2024-05-02 08:10")]
    assert [t.name for t in run({"response_log": rows}).tabs] == ["表单 SN-1", "表单 sn-1 (2)"]


def test_receipt_codes_are_readable_and_unlike() -> None:
    draw, taken = seeded("codes"), set[str]()
    codes = [free_token(draw, taken) for _ in range(2000)]
    assert len(set(codes)) == 2000 == len(taken)
    assert all(len(code) == 9 and code[4] == "-" and set(code) <= {*CODE_LETTERS, "-"} for code in codes)
    assert not set(CODE_LETTERS) & set("01OIL")


def test_a_code_that_is_taken_is_drawn_again() -> None:
    drawn = iter(["AAAA-BBBB", "aaaa-cccc", "AAAA-DDDD"])
    assert free_token(lambda: next(drawn), {"AAAA-BBBB", "AAAA-CCCC"}) == "AAAA-DDDD"


def test_twice_the_same_gives_the_same() -> None:
    rows = {"process_log": [DOCUMENT_ROW], "response_log": [ticket("SN1", "2024-05-02 08:00")]}
    one, two = run(rows), run(rows)
    assert one.tabs == two.tabs
    assert one.append["form_register"].equals(two.append["form_register"])


def test_an_empty_ledger_is_no_error() -> None:
    outcome = update(Ledger({}, options={"random_token": seeded("test")}), settings(), NOW)
    assert outcome.tabs == []
