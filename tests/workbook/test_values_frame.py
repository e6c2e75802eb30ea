"""A sheet's cells as one typed frame: dtypes, blanks, what stays as typed, and the exact messages."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from workbook.book import CellError, CellPicture, RawCell, SheetCells
from workbook.issues import Issue
from workbook.messages import MESSAGES
from workbook.schema import Column, Sheet
from workbook.sheets import EVALUATIONS, OPTIONS, PROCESS_LOG, QUALITY_ASSESSMENT, RESPONSE_LOG
from workbook.values import Reading, Vocabularies, read_frame, serial, summary_rows


def cells(sheet: Sheet, columns: Mapping[str, Sequence[RawCell]], first_row: int = 4) -> SheetCells:
    n = len(next(iter(columns.values())))
    return SheetCells(
        sheet=sheet,
        title=sheet.title,
        header_row=first_row - 1,
        rows=np.arange(first_row, first_row + n),
        columns={k: list(v) for k, v in columns.items()},
        letters={k: "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i] for i, k in enumerate(columns)},
    )


def read(sheet: Sheet, **columns: Sequence[RawCell]) -> Reading:
    return read_frame(sheet, cells(sheet, columns), Vocabularies.packaged())


def listed(reading: Reading) -> list[tuple[int | None, str, str]]:
    return [(i.row, i.column, i.code) for i in reading.issues]


def test_the_response_logs_own_rows() -> None:
    reading = read(
        RESPONSE_LOG,
        seq=["1", "2"],
        customer=["*张女士", "*王先生"],
        contact=["1385678", "139"],
        customer_type=["老客户", "VIP客户"],
        problem_type=["产品质量", "服务咨询"],
        urgency=["一般", "紧急"],
        owner=["技术部*李工", "客服部*刘主管"],
        time_limit=["24小时", "4小时"],
        resolved_at=["2024-03-1514:00", "2024-03-1510:30"],
        result=["已安排补发新产品,顺丰到付", "电话详细讲解规则,发送图文指南"],
        confirmation=["同意", "满意"],
    )
    assert listed(reading) == [
        (4, "联系方式*", "value.phone_masked"),
        (4, "实际解决时间", "value.repaired"),
        (5, "联系方式*", "value.phone_fragment"),
        (5, "实际解决时间", "value.repaired"),
    ]
    row = reading.frame.loc[4]
    assert row["contact"] == "1385678"
    assert row["owner"] == "技术部*李工"
    assert row["resolved_at"] == pd.Timestamp(2024, 3, 15, 14)
    assert row["result"] == "已安排补发新产品,顺丰到付"
    repaired = reading.issues[1].at("J4")
    assert repaired.values == {"old": "2024-03-1514:00", "new": "2024-03-15 14:00"}
    assert repaired.level == "repaired"
    assert repaired.message == (
        "“响应记录”J4 的“2024-03-1514:00”读作 2024-03-15 14:00,单元格原样未动。读得不对时,请在该单元格改成规范写法。"
    )


def test_the_process_logs_own_rows() -> None:
    reading = read(
        PROCESS_LOG,
        customer_info=["*女士/", "*先生/1395678"],
        product_info=["ABC-2000/2024-03-15", "DEF-100/2024-04-20"],
        problem_info=["不启动/紧急", "软件卡顿/普通"],
        accepted_at=["2024-05-0109:00", "2024-05-0114:15"],
        responded_at=["09:30", "14:45"],
        resolved_at=["2024-05-0111:30", "2024-05-0115:20"],
        service_mode=["上门", "远程"],
    )
    assert reading.frame["responded_at"].tolist() == [
        pd.Timestamp(2024, 5, 1, 9, 30),
        pd.Timestamp(2024, 5, 1, 14, 45),
    ]
    assert reading.frame["customer_info"].tolist() == ["*女士/", "*先生/1395678"]
    assert {i.code for i in reading.issues} == {"value.repaired", "value.time_only"}
    assert len(reading.issues) == 6


def test_the_assessments_own_rows_with_their_summary_row() -> None:
    reading = read(
        QUALITY_ASSESSMENT,
        ticket=["SN20240501001", "综合得分", "综合得分", "SN20240501002"],
        dimension=["响应及时性(20%)", "——", "——", "响应及时性(20%)"],
        score=["5", "4.5", 4.45, 4.5],
        advice=["", "——", "——", ""],
    )
    assert listed(reading) == [
        (4, "得分", "value.text_number"),
        (5, "得分", "value.text_number"),
        (7, "得分", "value.score_fraction"),
    ]
    assert reading.frame["score"].tolist()[:3] == [5.0, 4.5, 4.45]
    assert np.isnan(reading.frame["score"].iloc[3])
    assert reading.frame["advice"].tolist() == ["", "——", "——", ""]
    assert summary_rows(reading.frame).tolist() == [False, True, True, False]


def test_dtypes_and_blanks() -> None:
    blanks: list[RawCell] = [None, "", "　​", float("nan")]
    keys = ["customer", "contact", "customer_type", "time_limit", "resolved_at", "bought_at", "cost"]
    reading = read(RESPONSE_LOG, **dict.fromkeys(keys, blanks))
    assert reading.issues == []
    assert reading.frame.index.tolist() == [4, 5, 6, 7]
    for key in ("customer", "contact", "customer_type", "time_limit"):
        assert reading.frame[key].dtype == object
        assert reading.frame[key].tolist() == [""] * 4
    for key in ("resolved_at", "bought_at"):
        assert reading.frame[key].dtype == "datetime64[ns]"
        assert reading.frame[key].isna().all()
    assert reading.frame["cost"].dtype == "float64"
    assert reading.frame["cost"].isna().all()


def test_an_empty_sheet_keeps_its_dtypes() -> None:
    reading = read(RESPONSE_LOG, customer=[], customer_type=[], resolved_at=[], cost=[])
    assert [str(t) for t in reading.frame.dtypes] == ["object", "object", "datetime64[ns]", "float64"]
    assert len(reading.frame) == 0


def test_columns_the_sheet_lacks_are_blank() -> None:
    given = cells(RESPONSE_LOG, {"customer": ["甲"]})
    for absent in (("cost", "cause", "bought_at"), ("费用", "故障原因", "购买日期")):
        bare = SheetCells(**{**given.__dict__, "absent": absent})
        frame = read_frame(RESPONSE_LOG, bare, Vocabularies.packaged()).frame
        assert [str(frame[k].dtype) for k in ("cost", "cause", "bought_at")] == [
            "float64",
            "object",
            "datetime64[ns]",
        ]
        assert frame["cause"].tolist() == [""]


def test_text_is_kept_as_typed() -> None:
    typed = [
        "=1+1",
        "+86…",
        "-5",
        "@张三",
        "00123",
        "“引号”",
        "文档评论□",
        ",顺丰到付",
        "a\nb",
        " 　前后空白​ ",
        "——",
    ]
    reading = read(RESPONSE_LOG, problem=typed)
    assert reading.frame["problem"].tolist() == [*typed[:9], "前后空白", "——"]
    assert reading.issues == []


def test_numbers_and_booleans_in_text_columns() -> None:
    reading = read(RESPONSE_LOG, order_no=[5.0, 1.5, 20240501001.0, 6.22202123456789e17, True])
    assert reading.frame["order_no"].tolist() == ["5", "1.5", "20240501001", "622202123456789000", "TRUE"]
    assert listed(reading) == [(7, "订单编号", "value.digits_lost"), (8, "订单编号", "value.boolean_text")]


def test_true_is_not_one() -> None:
    reading = read(EVALUATIONS, response=[1.0, True, 1.0], first_time_fix=[1.0, True, "1"])
    assert reading.frame["response"].tolist()[::2] == [1.0, 1.0]
    assert np.isnan(reading.frame["response"].iloc[1])
    assert reading.frame["first_time_fix"].tolist() == ["是", "是", "是"]
    assert [i.values["old"] for i in reading.issues if i.column == "是否一次性解决"] == ["1", "TRUE", "1"]


def test_serials_and_dates_of_every_kind() -> None:
    moment = datetime(2024, 3, 15, 14, 0, 1)
    reading = read(
        RESPONSE_LOG,
        accepted_at=[serial(moment), 45366.999999999, 60.0, -1.0, 20240315.0, "2024-03-114:00"],
        bought_at=[serial(moment), "2024年3月15日", "3月15日", None, "09:30", 0.5],
    )
    assert reading.frame["accepted_at"].tolist()[:2] == [pd.Timestamp(moment), pd.Timestamp(2024, 3, 16)]
    assert reading.frame["accepted_at"].isna().tolist() == [False, False, True, True, False, True]
    assert reading.frame["bought_at"].tolist()[:2] == [pd.Timestamp(2024, 3, 15)] * 2
    assert listed(reading) == [
        (5, "购买日期", "value.repaired"),
        (6, "受理时间", "value.date_out_of_range"),
        (6, "购买日期", "value.date_no_year"),
        (7, "受理时间", "value.date_out_of_range"),
        (8, "受理时间", "value.repaired"),
        (8, "购买日期", "value.time_without_day"),
        (9, "受理时间", "value.date_ambiguous"),
        (9, "购买日期", "value.time_without_day"),
    ]


def test_half_a_moment_takes_its_rows_day() -> None:
    nine = serial(datetime(2024, 5, 1, 9))
    reading = read(
        PROCESS_LOG,
        responded_at=["09:30", "08:30", 9.5 / 24, "次日8:30", "09:30", "09:30", "5月2日 10:00", "4月2日"],
        accepted_at=[nine, nine, "2024-05-01 09:00", nine, None, "2024-03-114:00", nine, nine],
    )
    assert reading.frame["responded_at"].tolist() == [
        pd.Timestamp(2024, 5, 1, 9, 30),
        pd.NaT,
        pd.Timestamp(2024, 5, 1, 9, 30),
        pd.Timestamp(2024, 5, 2, 8, 30),
        pd.NaT,
        pd.NaT,
        pd.Timestamp(2024, 5, 2, 10),
        pd.NaT,
    ]
    mine = [i for i in reading.issues if i.column == "响应时间"]
    assert [i.code for i in mine] == [
        "value.time_only",
        "value.time_before_base",
        "value.time_only",
        "value.time_only",
        "value.time_without_base",
        "value.time_without_base",
        "value.repaired",
        "value.day_before_base",
    ]
    assert mine[1].values["suggestion"] == "2024-05-02 08:30"
    assert mine[6].values["new"] == "2024-05-02 10:00"


def test_a_word_out_of_the_list_stays_as_typed() -> None:
    reading = read(
        RESPONSE_LOG,
        customer_type=["老", "路人", "VIP 客户", "—", CellError("#REF!")],
        problem_type=["安装问题", "产品质里", "投诉类", None, "产品质量"],
    )
    assert reading.frame["customer_type"].tolist() == ["老客户", "路人", "VIP客户", "", ""]
    assert reading.frame["problem_type"].tolist() == ["安装问题", "产品质里", "投诉", "", "产品质量"]
    assert listed(reading) == [
        (4, "客户类型(新/老/VIP)", "value.read_as"),
        (5, "客户类型(新/老/VIP)", "value.unknown_word"),
        (5, "问题类型", "value.near_word"),
        (6, "客户类型(新/老/VIP)", "value.read_as"),
        (6, "问题类型", "value.read_as"),
        (8, "客户类型(新/老/VIP)", "value.excel_error"),
    ]


def test_the_options_are_listed_whole() -> None:
    issue = only(read(EVALUATIONS, profile=["S009"]).issues)
    assert issue.code == "value.unknown_word"
    assert "、S004 服务反馈收集表单。" in issue.message


def test_computed_columns_are_read_without_a_report() -> None:
    reading = read(
        RESPONSE_LOG, composite=[4.45, CellError("#DIV/0!"), "—"], response_due=["读不懂", "09:30", 45366.0]
    )
    assert reading.issues == []
    assert reading.frame["composite"].iloc[0] == 4.45
    assert reading.frame["response_due"].iloc[2] == pd.Timestamp(2024, 3, 15)


def test_the_options_sheet_reads_itself() -> None:
    frame = read(
        OPTIONS, vocabulary=["客户类型"], word=["会员"], aliases=["会员客户、金卡"], group=[None]
    ).frame
    assert Vocabularies.from_rows(frame).resolve("客户类型", "金卡")[0] == "会员"


A = "“响应记录”F12"
MESSAGE_CASES: list[tuple[str, RawCell, str, str, str]] = [
    ("resolved_at", CellError("#N/A"), "error", "【实际解决时间】#N/A",
     f"{A} 显示错误值 #N/A,按空白处理。请改正这个单元格的公式,或直接填写内容。"),
    ("resolved_at", CellPicture(), "error", "【实际解决时间】是图片",
     f"{A} 里是一张图片,读不出“实际解决时间”,按空白处理,图片原样保留。请把图片移到旁边的列,再在这一格填写文字。"),
    ("resolved_at", "2024年3月15日 14:00", "repaired", "【实际解决时间】读作 2024-03-15 14:00",
     f"{A} 的“2024年3月15日 14:00”读作 2024-03-15 14:00,单元格原样未动。读得不对时,请在该单元格改成规范写法。"),
    ("resolved_at", "2024-03-15", "repaired", "",
     f"{A} 的“2024-03-15”是文本,读作 2024-03-15 00:00,单元格原样未动。要让 Excel 也按日期筛选和排序,请重新输入一次。"),
    ("resolved_at", "09:30", "repaired", "",
     f"{A} 只写了时刻“09:30”,读作 2024-05-01 09:30,单元格原样未动。不是当天时,请补上日期。"),
    ("resolved_at", "08:30", "error", "【实际解决时间】早于受理时间",
     f"{A} 的“08:30”按当天算早于“受理时间”2024-05-01 09:00,按空白处理。"
     "如果是次日,请写成 2024-05-02 08:30;否则请核对两个时间。"),
    ("resolved_at", "4月2日", "error", "【实际解决时间】年份待确认",
     f"{A} 的“4月2日”没有年份,与“受理时间”2024-05-01 09:00 对不上,按空白处理。可能是 2025-04-02 00:00,请补上四位年份。"),
    ("resolved_at", "2024-03-114:00", "error", "【实际解决时间】日期有歧义",
     f"{A} 的“2024-03-114:00”可能是 2024-03-01 14:00 或 2024-03-11 04:00,程序不猜,按空白处理。"
     "请改写成其中一种,如 2024-03-15 14:00。"),
    ("resolved_at", "2024-02-30", "error", "【实际解决时间】日期不存在",
     f"{A} 的“2024-02-30”不是存在的日期或时刻,按空白处理。请核对后改正。"),
    ("resolved_at", "24-03-15", "error", "【实际解决时间】年份不全",
     f"{A} 的“24-03-15”只有两位年份,程序不猜,按空白处理。请把年份写成四位,如 2024-03-15。"),
    ("bought_at", "3月15日", "error", "【购买日期】缺年份",
     f"{A} 的“3月15日”没有年份,按空白处理。请补上四位年份,如 2024-03-15。"),
    ("bought_at", 60.0, "error", "【购买日期】日期不合理",
     f"{A} 的“60”不在 2000 年到 2100 年之间,按空白处理。请核对日期,写成 2024-03-15 这样的形式。"),
    ("bought_at", "待定", "error", "【购买日期】日期读不懂",
     f"{A} 的“待定”读不出日期,按空白处理。请写成 2024-03-15 14:00 这样的形式。"),
    ("called_at", "09:30", "error", "【回访时间】缺日期",
     f"{A} 的“09:30”只有时刻没有日期,按空白处理。请补上日期,如 2024-03-15 14:00。"),
    ("registered_at", "09:30", "error", "【登记时间】缺日期",
     f"{A} 的“09:30”只有时刻,而同一行的“提出时间”没有可用的日期,按空白处理。请补上日期,或先填好“提出时间”。"),
    ("called_at", "2024-03-15 上午12点", "error", "【回访时间】时刻有歧义",
     f"{A} 的“2024-03-15 上午12点”说不准是几点,按空白处理。请用 24 小时制写,如 2024-03-15 14:00。"),
    ("cost", "约100", "error", "【费用】不是数字", f"{A} 的“约100”不是数字,按空白处理。请只填一个数字,不带说明文字。"),
    ("cost", "120", "repaired", "【费用】文本数字",
     f"{A} 的“120”是文本格式的数字,读作 120,单元格原样未动。Excel 公式不会计入它,请把单元格改为常规格式后重新输入。"),
    ("cost", "１２０元", "repaired", "【费用】读作 120",
     f"{A} 的“１２０元”读作 120,单元格原样未动。读得不对时,请在该单元格改成规范写法。"),
    ("cost", True, "error", "【费用】逻辑值", f"{A} 是逻辑值 TRUE,这里读不了,按空白处理。请填写实际内容。"),
    ("order_no", False, "warning", "【订单编号】逻辑值",
     f"{A} 是逻辑值 FALSE,按文字“FALSE”读入。不是本意时,请填写实际内容。"),
    ("order_no", 6.22202123456789e17, "warning", "【订单编号】长号码丢位",
     f"{A} 的 622202123456789000 超过 15 位,Excel 已把后面的数字变成 0。请先把单元格设为文本格式,再按原件重新填写。"),
    ("reopened", 1.5, "error", "【重开次数】不是整数", f"{A} 的“1.5”不是 0 或正整数,按空白处理。请填整数,如 2。"),
    ("second_score", "6", "error", "【再次满意度】超出1到5分",
     f"{A} 的“6”不在 1 到 5 分之内,按空白处理。请填 1 到 5 的整数,没问到就留空。"),
    ("second_score", 4.5, "error", "【再次满意度】不是整数分", f"{A} 的“4.5”不是整数分,按空白处理。请填 1 到 5 的整数。"),
    ("time_limit", "24", "error", "【处理时限】缺单位",
     f"{A} 的“24”没有单位,程序不猜,按空白处理。请写成 24小时、30分钟 或 1个工作日。"),
    ("time_limit", "尽快", "error", "【处理时限】时限读不懂",
     f"{A} 的“尽快”读不出时限,按空白处理。请写成 24小时、30分钟 或 1个工作日。"),
    ("time_limit", "24H", "repaired", "", f"{A} 的“24H”读作“24小时”,单元格原样未动。读得不对时,请在该单元格改写。"),
    ("customer_type", "老", "repaired", "", f"{A} 的“老”读作“老客户”,单元格原样未动。读得不对时,请在该单元格改写。"),
    ("customer_type", "路人", "warning", "【客户类型(新/老/VIP)】不在选项中",
     f"{A} 的“路人”不在选项中,按原文保留。可选:新客户、老客户、VIP客户、大客户、高价值、流失风险、老年客户。"
     "要增加写法,请在“选项与关键词”加一行。"),
    ("problem_type", "产品质里", "warning", "【问题类型】疑似笔误",
     f"{A} 的“产品质里”不在选项中,像是“产品质量”,请核对,按原文保留。是笔误请改成“产品质量”,"
     "是另一种写法请在“选项与关键词”加为别名。"),
    ("contact", "1385678", "warning", "【联系方式*】脱敏残缺",
     f"{A} 的“1385678”只有 7 位,像是脱敏残缺(前3后4,丢了中间的星号);数字原样保留,没有补位。"
     "请向客户核实后填写 11 位手机号,或写成 138****5678 的形式。"),
    ("contact", "139", "warning", "【联系方式*】号码残缺",
     f"{A} 的“139”只剩 3 位数字,号码残缺;原样保留,没有补位。请向客户核实后填写完整号码。"),
    ("contact", "62345678", "warning", "【联系方式*】缺区号",
     f"{A} 的“62345678”像是缺区号的固定电话;原样保留。请写成 区号-号码,如 010-62345678。"),
    ("contact", "1381234567", "warning", "【联系方式*】位数不对",
     f"{A} 的“1381234567”有 10 位数字,不是 11 位手机号;原样保留,没有补位。"
     "请核实;固定电话请写成 区号-号码,注意区号开头的 0。"),
    ("contact", "张女士", "warning", "【联系方式*】不像号码",
     f"{A} 的“张女士”不像电话号码;原样保留。请填 11 位手机号或 区号-后四位;微信、邮箱请注明,如 微信:abc。"),
    ("contact", "1.38E+10", "warning", "【联系方式*】号码丢位",
     f"{A} 的“1.38E+10”是科学计数法,后面的数字已经丢失;原样保留,没有补位。"
     "请先把单元格设为文本格式,再填写完整号码。"),
    ("contact", 13800000000.0, "warning", "【联系方式*】号码存疑",
     f"{A} 的“13800000000”后六位都是 0,可能是科学计数法丢了数字;原样保留。请向客户核实。"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "raw", "level", "short", "message"), MESSAGE_CASES)
def test_messages(key: str, raw: RawCell, level: str, short: str, message: str) -> None:
    accepted = [serial(datetime(2024, 5, 1, 9))]
    given = cells(RESPONSE_LOG, {key: [raw], "accepted_at": accepted}, first_row=12)
    issue = only(read_frame(RESPONSE_LOG, given, Vocabularies.packaged()).issues)
    assert (issue.sheet, issue.row, issue.column) == ("响应记录", 12, RESPONSE_LOG.heading(key))
    assert (issue.level, issue.short, issue.at("F12").message) == (level, short, message)


def only(issues: list[Issue]) -> Issue:
    assert len(issues) == 1, [i.message for i in issues]
    return issues[0]


def test_every_value_message_is_shown_above_and_names_its_heading() -> None:
    codes = {code for code in MESSAGES if code.startswith("value.")}
    shown = set()
    for key, raw, *_ in MESSAGE_CASES:
        given = cells(RESPONSE_LOG, {key: [raw], "accepted_at": [serial(datetime(2024, 5, 1, 9))]})
        shown |= {i.code for i in read_frame(RESPONSE_LOG, given, Vocabularies.packaged()).issues}
    assert codes - shown == {"value.share_range", "value.yesno"}  # no typed column of the log has these kinds
    for code in codes:
        message = MESSAGES[code]
        assert message.text.startswith("“{sheet}”{cell} ")
        assert message.short.startswith("【{column}】") or (message.short, message.level) == ("", "repaired")


def test_a_long_cell_is_clipped_in_its_message() -> None:
    issue = only(read(RESPONSE_LOG, bought_at=["很" * 500]).issues)
    assert issue.values["old"] == "很" * 59 + "…"


def test_many_rows_at_once() -> None:
    """100,000 rows x 20 columns: about a second of CPU on the maker's machine, four allowed."""
    n = 100_000
    numbers = np.arange(n)
    moments = (45292 + numbers / 1000).tolist()
    text = [f"说明 {i}" for i in range(n)]
    columns: dict[str, list[RawCell]] = {
        **{k: list(text) for k in ("customer", "problem", "owner", "result", "ticket", "department", "cause", "remark")
           if k in RESPONSE_LOG},
        **{k: list(moments) for k in ("accepted_at", "responded_at", "resolved_at", "raised_at", "confirmed_at")},
        **{k: [("老", "老客户", "VIP客户")[i % 3] for i in range(n)] for k in ("customer_type",)},
        **{k: [("是", "否")[i % 2] for i in range(n)] for k in ("first_time_fix", "confirmed_fixed")},
        "contact": [f"138{i:08d}" for i in range(n)],
        "time_limit": [("24小时", "4小时")[i % 2] for i in range(n)],
        "reopened": [float(i % 3) for i in range(n)],
        "cost": [float(i) for i in range(n)],
    }  # fmt: skip
    assert isinstance(RESPONSE_LOG["contact"], Column)
    given = cells(RESPONSE_LOG, columns)
    start = time.process_time()
    reading = read_frame(RESPONSE_LOG, given, Vocabularies.packaged())
    assert time.process_time() - start < 4
    assert reading.frame.shape == (n, len(columns))
    aliases = [i for i in reading.issues if i.column == "客户类型(新/老/VIP)"]
    assert len(aliases) == len(range(0, n, 3))
    assert len({id(i.values) for i in aliases}) == 1  # each distinct cell was parsed once
