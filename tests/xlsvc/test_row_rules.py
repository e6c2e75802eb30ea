"""Each rule over rows: what it says, word for word, and what it lets pass."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from workbook.book import CellError
from workbook.issues import Issue
from xlsvc import row_rules
from xlsvc.settings import Settings, read_settings
from xlsvc.tickets import tickets

from .documents import ledger

NOW = datetime(2024, 5, 6, 9)
AT = datetime(2024, 5, 5, 9)
WHOLE = {
    "customer": "王女士",
    "contact": "13812345678",
    "problem": "不启动",
    "urgency": "一般",
    "accepted_at": AT,
}


def check(rule: Any, rows: dict[str, list[dict[str, Any]]], settings: Settings | None = None) -> list[Issue]:
    settings = settings or Settings.packaged()
    book = ledger(rows)
    found: list[Issue] = rule(book, tickets(book, settings).frame, settings, NOW)
    return found


def messages(rule: Any, *response: dict[str, Any], **others: Any) -> list[str]:
    return [i.message for i in check(rule, {"response_log": list(response), **others})]


def test_required_cells() -> None:
    found = check(row_rules.required_cells, {
        "response_log": [WHOLE, {**WHOLE, "customer": "", "urgency": ""}, {**WHOLE, "accepted_at": ""},
                         {**WHOLE, "accepted_at": "昨天"}, {**WHOLE, "contact": CellError("#N/A")}, {"seq": "6"}],
        "evaluations": [{"profile": "S002", "response": 5}],
        "quality_assessment": [{"ticket": "A1", "score": 5}, {"ticket": "综合得分", "score": 4.5}],
    })  # fmt: skip
    assert [(i.sheet, i.row, i.column, i.level, i.short) for i in found] == [
        ("响应记录", 5, "客户姓名*", "error", "缺【客户姓名*】"),
        ("响应记录", 5, "紧急程度", "error", "缺【紧急程度】"),
        ("响应记录", 6, "受理时间", "warning", "缺【受理时间】"),
        ("评价记录", 4, "评价时间", "error", "缺【评价时间】"),
        ("质量评估", 4, "评估维度(权重)", "error", "缺【评估维度(权重)】"),
    ]
    assert found[0].message == "“响应记录”第 5 行 没有填“客户姓名*”。请补填。"
    assert found[0].at("B5").message == "“响应记录”B5 没有填“客户姓名*”。请补填。"
    assert found[1].message == (
        "“响应记录”第 5 行 没有填“紧急程度”,时效无法判定。请补填一般、紧急、特急或咨询。"
    )
    assert found[2].message == "“响应记录”第 6 行 没有填“受理时间”,时效无法判定。请补填受理时间。"


@pytest.mark.parametrize(
    ("ticket", "wrong"),
    [
        ("SN20240501001", False), ("SN202405011000", False), ("sn20240501001", False), ("2024-001", False),
        ("SNOW-1", False), ("", False), ("SN2024050101", True), ("SN20241301001", True), ("SN20240501-01", True),
    ],
)  # fmt: skip
def test_ticket_pattern(ticket: str, wrong: bool) -> None:
    text = f"“响应记录”第 4 行 的工单号“{ticket}”不符合“SN+年月日+三位流水”。请核对有没有写漏。"
    assert messages(row_rules.ticket_pattern, {**WHOLE, "ticket": ticket}) == ([text] if wrong else [])


def test_times_before_their_start() -> None:
    assert messages(
        row_rules.reversed_times,
        {**WHOLE, "responded_at": AT, "resolved_at": AT},
        {**WHOLE, "responded_at": datetime(2024, 5, 5, 8, 59), "resolved_at": datetime(2024, 5, 4)},
        {**WHOLE, "waiting_from": AT, "waiting_to": datetime(2024, 5, 4)},
        {**WHOLE, "bought_at": datetime(2024, 5, 6)},
        process_log=[{"product_info": "ABC/2024-05-06", "accepted_at": AT}],
    ) == [
        "“响应记录”第 5 行 的“首次响应时间”2024-05-05 08:59 早于“受理时间”2024-05-05 09:00。请核对这两个时间。",
        "“响应记录”第 5 行 的“实际解决时间”2024-05-04 00:00 早于“受理时间”2024-05-05 09:00。请核对这两个时间。",
        "“响应记录”第 6 行 的“等待结束”2024-05-04 00:00 早于“等待开始”2024-05-05 09:00。请核对这两个时间。",
        "“流程记录”第 4 行 的购买日期 2024-05-06 晚于受理时间。请核对日期。",
        "“响应记录”第 7 行 的购买日期 2024-05-06 晚于受理时间。请核对日期。",
    ]


def test_times_in_the_future() -> None:
    later = datetime(2024, 5, 6, 9, 1)
    assert messages(
        row_rules.future_times,
        {**WHOLE, "responded_at": NOW, "appointment_at": later, "expected_at": later, "desired_at": later},
        {**WHOLE, "resolved_at": later},
        evaluations=[{"profile": "S002", "evaluated_at": later}],
    ) == [
        "“响应记录”第 5 行 的“实际解决时间”2024-05-06 09:01 晚于现在(2024-05-06 09:00)。请核对日期。",
        "“评价记录”第 4 行 的“评价时间”2024-05-06 09:01 晚于现在(2024-05-06 09:00)。请核对日期。",
    ]


def test_a_start_in_the_future_is_not_blamed_on_the_rest_of_its_row() -> None:
    ahead = {**WHOLE, "accepted_at": datetime(2042, 5, 5), "responded_at": datetime(2042, 5, 5, 1)}
    rows = [{**ahead, "resolved_at": AT}, {**ahead, "waiting_from": AT, "waiting_to": datetime(2024, 5, 4)}]
    assert [i.column for i in check(row_rules.future_times, {"response_log": rows})] == ["受理时间"] * 2
    assert [i.column for i in check(row_rules.reversed_times, {"response_log": rows})] == ["等待结束"]


def test_a_cleared_row_is_told_once() -> None:
    rows: dict[str, Any] = {
        "response_log": [{"seq": "1", "ticket": "SN20240506001"}, {"seq": "2"}, {**WHOLE, "ticket": "A1"},
                         {"ticket": "合计"}, {"ticket": "SN20240506002", "accepted_at": "昨天"}],
        "evaluations": [{"receipt": "R1"}],
    }  # fmt: skip
    found = check(row_rules.number_only, rows)
    assert [i.message for i in found] == [
        "“响应记录”第 4 行 这一行只有编号“SN20240506001”,没有别的内容,不算记录。有意清空的,请删除整行;不是的,请补填。",
        "“评价记录”第 4 行 这一行只有编号“R1”,没有别的内容,不算记录。有意清空的,请删除整行;不是的,请补填。",
    ]
    rest = [i for rule in row_rules.RULES if rule is not row_rules.number_only for i in check(rule, rows)]
    assert rest == []


@pytest.mark.parametrize(
    ("first", "second", "twice"),
    [
        ({}, {}, True),
        ({"ticket": "SN20240505001"}, {"ticket": "SN20240505002"}, True),  # as issued by the run before
        ({"ticket": "SN20240505001"}, {}, True),
        ({"ticket": "A-1"}, {"ticket": "A-2"}, False),
        ({"ticket": "SN20240505001"}, {"ticket": "SN20240505001"}, False),  # told as doubled
        ({}, {"contact": "138 1234 5678"}, True),
        ({}, {"contact": "13812345679"}, False),
        ({}, {"problem": "异响"}, False),
        ({}, {"accepted_at": datetime(2024, 5, 5, 9, 1)}, False),
        ({"accepted_at": ""}, {"accepted_at": ""}, False),
        ({"contact": ""}, {"contact": ""}, False),
    ],
)
def test_a_ticket_entered_twice(first: dict[str, Any], second: dict[str, Any], twice: bool) -> None:
    text = (
        "“响应记录”第 5 行 这一行与第 4 行的联系方式、受理时间和问题描述都相同,像是登记了两次,现按两张工单统计。"
        "是同一张请删除其中一行;确是两张,不用改。"
    )
    assert messages(row_rules.entered_twice, {**WHOLE, **first}, {**WHOLE, **second}) == [text] * twice


def test_a_ticket_in_both_logs_is_not_entered_twice() -> None:
    row = {"customer_info": "王女士/13812345678", "problem_info": "不启动/紧急", "accepted_at": AT}
    found = check(row_rules.entered_twice, {"response_log": [WHOLE], "process_log": [row, row, row]})
    assert [(i.row, i.column, i.values["other"]) for i in found] == [
        (5, "问题描述/紧急程度", 4), (6, "问题描述/紧急程度", 4),
    ]  # fmt: skip


def test_a_problem_type_nobody_knows_is_told_once_a_word() -> None:
    words = ("漏水", "产品质量", "", "漏水", "产品质里", "其他", "安装")
    found = check(row_rules.problem_types, {
        "response_log": [{**WHOLE, "problem_type": word} for word in words],
        "process_log": [{"customer_info": "a/138****5678", "problem_type": "漏水"}],
    })  # fmt: skip
    assert [(i.sheet, i.row, i.values["word"], i.values["count"]) for i in found] == [
        ("响应记录", 4, "漏水", 3), ("响应记录", 10, "安装", 1),
    ]  # fmt: skip
    assert found[0].at("F4").message == (
        "“响应记录”F4 的“漏水”不在问题类型的选项中(共 3 行),周报计入“其他”。"
        "写错了请改正;要归到别的类别,请在“选项与关键词”的“问题类型”下加一行“漏水”,填好“归类”。"
    )


def test_status_against_the_row() -> None:
    done = {"resolved_at": datetime(2024, 5, 5, 10)}
    assert messages(
        row_rules.statuses,
        {**WHOLE, **done, "status": "已完成"},
        {**WHOLE, "status": "已完成"},
        {**WHOLE, **done, "status": "待处理"},
        {**WHOLE, **done, "status": "已完成", "confirmation": "不满意"},
        {**WHOLE, **done, "status": "已完成", "confirmation": "不满意", "reopened": 1, "left_over": "又坏了"},
        {**WHOLE, "status": "重开"},
        {**WHOLE, **done},
        {**WHOLE, "status": "已完成", "resolved_at": "昨天"},
    ) == [
        "“响应记录”第 5 行 没有填“实际解决时间”,状态却是“已完成”。请补填时间,或改正状态。",
        "“响应记录”第 6 行 的状态是“待处理”,却已有解决时间 2024-05-05 10:00。请改正状态,或删除误填的时间。",
        "“响应记录”第 7 行 客户不满意,状态却是“已完成”。按 S002 应重新处理并上报主管,请把状态改为“重开”。",
        "“响应记录”第 9 行 这张工单重开过 1 次,没有写原因。请在“故障原因”或“遗留问题”里写明。",
    ]


def test_tickets_nobody_knows() -> None:
    assert messages(
        row_rules.unknown_tickets,
        {**WHOLE, "ticket": "SN20240505001"},
        evaluations=[{"ticket": "sn20240505001", "profile": "S002"}, {"ticket": "SN1", "profile": "S002"}, {"profile": "S002"}],
        quality_assessment=[{"ticket": "SN2", "dimension": "a"}, {"ticket": "SN2", "dimension": "b"},
                            {"ticket": "综合得分", "dimension": "——"}],
    ) == [
        "“评价记录”第 5 行 的工单号“SN1”在响应记录和流程记录里都找不到。请核对工单号。",
        "“质量评估”第 4 行 的工单号“SN2”在响应记录和流程记录里都找不到。请核对工单号。",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"contact": "138****5678", "called_by": "赵敏"}, "已安排回访人"),
        ({"contact": "010-5678", "follow_up": "周五回访"}, "跟进事项写了回访"),
        ({"contact": "138****5678", "preferred_contact": "电话"}, "偏好电话联系"),
        ({"contact": "138****5678", "customer_type": "VIP", "confirmation": "不满意"}, "重要客户不满意"),
        ({"contact": "138****5678", "customer_type": "VIP"}, ""),
        ({"contact": "138****5678", "called_by": "赵敏", "called_at": AT}, ""),
        ({"contact": "13812345678", "called_by": "赵敏"}, ""),
        ({"contact": "010-62345678", "called_by": "赵敏"}, ""),
        ({"contact": "138****5678"}, ""),
    ],
)
def test_masked_numbers_cannot_be_called(cells: dict[str, Any], why: str) -> None:
    text = f"“响应记录”第 4 行 的号码已脱敏,而这位客户需要电话回访({why})。请从原始登记处查到完整号码再拨打。"
    assert messages(row_rules.masked_calls, {**WHOLE, **cells}) == ([text] if why else [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("身份证 110101199003078515 的客户要求退款", "row.id_number"),
        ("证件11010119900307851X", "row.id_number"),
        ("１１０１０１１９９００３０７８５１５", "row.id_number"),
        ("订单 110101209913078515", ""),
        ("流水号 620101199003078515123", ""),
        ("家住中山路88号", "row.address"),
        ("送到阳光小区3栋", "row.address"),
        ("幸福花园12号楼2单元501室", "row.address"),
        ("5栋1203室没人", "row.address"),
        ("线路2号接反,5月3号再来", ""),
        ("电路板 3 号位烧了", ""),
        ("中山路门店反映", ""),
    ],
)
def test_private_texts(text: str, code: str) -> None:
    found = check(row_rules.private_texts, {"response_log": [{**WHOLE, "problem": text}]})
    assert [i.code for i in found] == ([code] if code else [])
    for issue in found:
        assert "110101" not in issue.message
        assert issue.column == "问题描述"


def test_a_signature_is_not_satisfaction() -> None:
    found = check(row_rules.signatures, {"response_log": [
        {**WHOLE, "confirmation": "*女士"}, {**WHOLE, "confirmation": "满意"}, {**WHOLE, "confirmation": ""},
        {**WHOLE, "confirmation": "*女士", "confirm_result": "满意"},
    ]})  # fmt: skip
    assert [(i.row, i.level, i.short, i.values) for i in found] == [
        (4, "repaired", "", {"old": "*女士", "new": "仅签名"})
    ]
    assert found[0].message == (
        "“响应记录”第 4 行 的“*女士”按签字看待,读作“仅签名”。客户说了满意或不满意,请填“确认结果”。"
    )


def test_people_who_are_not_listed_are_told_once() -> None:
    rows = {
        "response_log": [
            {**WHOLE, "owner": owner} for owner in ("技术部*李工", "李 工", "张工", "张工", "刘主管", "")
        ]
    }
    people = pd.DataFrame([{"name": "李工", "department": "技术部"}])
    found = check(row_rules.unknown_people, rows, read_settings({"people": people}))
    rest = "。写错了请改正;没写错请到“人员”登记,客户表单才有姓名和电话,部门才归得准。"
    assert [i.at(f"H{i.row}").message for i in found] == [
        f"“响应记录”H6 的“张工”不在“人员”表(第 6、7 行){rest}",
        f"“响应记录”H8 的“刘主管”不在“人员”表(第 8 行){rest}",
    ]
    assert {(i.sheet, i.column) for i in found} == {("响应记录", "分派责任人")}
    many = {"process_log": [{"customer_info": "a/138****5678", "owner": "张三李四"}] * 7}
    (issue,) = check(row_rules.unknown_people, many, read_settings({"people": people}))
    assert "(第 4、5、6、7、8 行等 7 行)" in issue.message
    assert issue.column == "处理人"
    assert check(row_rules.unknown_people, rows) == [], "an office that keeps no list is left in peace"


@pytest.mark.parametrize("rule", row_rules.RULES, ids=lambda rule: rule.__name__)
def test_every_rule_on_nothing(rule: Any) -> None:
    assert check(rule, {}) == []
    assert (
        check(rule, {"response_log": [], "process_log": [], "evaluations": [], "quality_assessment": []})
        == []
    )
