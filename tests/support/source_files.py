"""Files as others send them, in twelve manners, and beside each what a careful person would have typed from it.

Each manner writes one file and tells by hand, sheet by sheet, the rows that belong into the ledger (by the source's row
number), the person's own columns, and every finding (code, cell or row). Nothing here asks the product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl import Workbook

Rows = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True)
class Expected:
    """What of one table goes where: `rows` source row -> (schema key -> cell), `own` the same by heading."""

    sheet: str
    rows: Rows
    own: Rows = field(default_factory=dict)


@dataclass(frozen=True)
class Manner:
    """One way of a source file. `findings`: (code, cell, or row where no cell is meant) of everything that is told but
    the columns kept as own ones."""

    name: str
    suffix: str
    write: Callable[[Path], None]
    tables: tuple[Expected, ...]
    findings: frozenset[tuple[str, str]]
    prefer: tuple[str, ...] = ("response_log",)


def _xlsx(path: Path, rows: Sequence[Sequence[Any]], title: str = "Sheet1", **more: Any) -> None:
    """A workbook by xlsxwriter; datetimes get a date format. `merges`: (range, text); `hidden`: rows from 1."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet(title)
    _fill(book, sheet, rows)
    for area, text in more.get("merges", ()):
        sheet.merge_range(area, text)
    for row in more.get("hidden", ()):
        sheet.set_row(row - 1, None, None, {"hidden": True})
    book.close()


def _fill(book: Any, sheet: Any, rows: Sequence[Sequence[Any]], top: int = 0, left: int = 0) -> None:
    date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for r, row in enumerate(rows, top):
        for c, cell in enumerate(row, left):
            if isinstance(cell, datetime):
                sheet.write_datetime(r, c, cell, date)
            elif isinstance(cell, str):
                sheet.write_string(r, c, cell)
            elif cell is not None:
                sheet.write(r, c, cell)


def _text(rows: Sequence[Sequence[str]], separator: str, encoding: str, mark: bytes = b"") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        lines = [separator.join(_quoted(cell, separator) for cell in row) for row in rows]
        path.write_bytes(mark + ("\r\n".join(lines) + "\r\n").encode(encoding))

    return write


def _quoted(cell: str, separator: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in (separator, '"', "\n")) else cell


def at(day: int, hour: int = 0, minute: int = 0, month: int = 5) -> datetime:
    return datetime(2024, month, day, hour, minute)


def _merged_heading(path: Path) -> None:
    """Two rows of headings under a title, group words merged above, and one customer merged over two rows."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("五月工单")
    _fill(book, sheet, [
        [None, "13800001111", "屏幕有划痕,要求更换", "一般", at(6, 9), at(6, 9, 30), at(7, 10), "补发新品"],
        [None, "13800001111", "充电器发热", "紧急", at(6, 14), at(6, 14, 10), at(6, 16), "更换充电器"],
        ["李先生", "010-5678", "咨询积分规则", "一般", at(8, 10), None, None, None],
    ], top=3)  # fmt: skip
    sheet.merge_range("A1:H1", "2024年5月售后工单汇总表")
    sheet.merge_range("A2:B2", "客户信息")
    sheet.merge_range("C2:C3", "问题描述")
    sheet.merge_range("D2:D3", "紧急程度")
    sheet.merge_range("E2:G2", "时间")
    sheet.merge_range("H2:H3", "处理结果")
    for column, text in ((0, "姓名"), (1, "电话"), (4, "受理"), (5, "首次响应"), (6, "解决")):
        sheet.write(2, column, text)
    sheet.merge_range("A4:A5", "张女士")
    book.close()


def _totals(path: Path) -> None:
    """Subtotals in the middle, the headings again on the second page, a total and notes at the end."""
    _xlsx(path, [
        ["序号", "工单号", "客户姓名", "联系方式", "问题描述", "紧急程度", "受理时间", "费用"],
        ["1", "GD-001", "张女士", "13800001111", "不制冷", "紧急", at(6, 9), 120],
        ["2", "GD-002", "李先生", "13800002222", "漏水", "一般", at(6, 10), 80.5],
        ["小计", None, None, None, None, None, None, 200.5],
        ["序号", "工单号", "客户姓名", "联系方式", "问题描述", "紧急程度", "受理时间", "费用"],
        ["3", "GD-003", "王女士", "13800003333", "异响", "一般", at(7, 8, 30), 0],
        [None, None, "5月7日小计", None, None, None, None, 0],
        ["4", None, None, None, None, None, None, None],
        ["合计", "——", None, None, None, None, None, 200.5],
        [None, None, None, None, None, None, None, None],
        ["备注:费用不含上门费", None, None, None, None, None, None, None],
        ["制表人:赵敏", None, None, None, "审核:钱总", None, None, None],
    ])  # fmt: skip


_PLAIN = [
    ["工单编号", "客户名称", "联系电话", "问题内容", "优先级", "创建时间", "处理人"],
    ["00123", "张女士", "13800001111", "不制冷,开机\n无反应", "普通", "2024-05-06 09:00:00", "客服部李工"],
    ["00124", "李先生", "010-62345678", "漏水", "加急", "2024-05-06 10:05:00", "技术部王工"],
]
_PLAIN_ROWS = {
    2: {"ticket": "00123", "customer": "张女士", "contact": "13800001111", "problem": "不制冷,开机\n无反应", "urgency": "一般",
        "accepted_at": at(6, 9), "owner": "客服部李工"},
    3: {"ticket": "00124", "customer": "李先生", "contact": "010-62345678", "problem": "漏水", "urgency": "特急",
        "accepted_at": at(6, 10, 5), "owner": "技术部王工"},
}  # fmt: skip
_SEMICOLON = [[cell.replace(",", ";") if n else cell for cell in row] for n, row in enumerate(_PLAIN)]

_FIVE_DATES = [
    ["工单号", "客户姓名", "联系方式", "问题描述", "紧急程度", "受理时间", "首次响应时间", "实际解决时间"],
    ["A1", "张女士", "13800001111", "不制冷", "一般", "2024年5月6日 9点30分", "2024-05-0614:00", "2024/5/7 10:00"],
    ["A2", "李先生", "13800002222", "漏水", "一般", "20240506", "2024.5.6 下午2:30", "2024-05-114:00"],
    ["A3", "王女士", "13800003333", "异响", "一般", "2024-05-06 09:00", "09:30", "24/5/8"],
]

_SHUFFLED = [
    ["备用一", "故障现象", "手机号", "客户", "内部备忘", "报修日期", "紧急度", "处理人员", "满意情况", "编号"],
    ["x", "不制冷", 13800001111.0, "张女士", "老客户推荐", at(6, 9), "普通", "李工", "好", "B1"],
    ["y", "漏水", 13800002222.0, "李先生", None, at(7, 9), "紧急", "王工", "一般", "B2"],
]


def _errors(path: Path) -> None:
    """Cells that show an Excel error, and a formula that no program computed."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "导出"
    for row in (
        ["工单号", "客户姓名", "联系方式", "问题描述", "紧急程度", "受理时间", "费用"],
        ["C1", "张女士", "13800001111", "不制冷", "一般", at(6, 9), 10],
        ["C2", "#N/A", "13800002222", "漏水", "紧急", at(6, 10), "#DIV/0!"],
        ["C3", "王女士", "#REF!", "异响", "一般", at(6, 11), "=10*2"],
    ):
        sheet.append(row)
    book.save(path)


_LONG = [
    ["工单号", "客户姓名", "联系方式", "问题描述", "紧急程度", "受理时间", "订单编号", "快递单号"],
    ["20240506000000012345", "张女士", "13800001111", "不制冷", "一般", at(6, 9), "98765432109876543210", "SF1234567890123"],
    ["20240506000000012346", "李先生", "13800002222", "漏水", "紧急", at(6, 10), 9.87654321098765e17, 123456789012345.0],
    ["20240506000000012347", "王女士", "1.38E+10", "异响", "一般", at(6, 11), "123456789012345000", "00001"],
]


def _hidden_rows(path: Path) -> None:
    _xlsx(path, [
        ["工单号", "客户姓名", "联系方式", "问题描述", "紧急程度", "受理时间"],
        ["D1", "张女士", "13800001111", "不制冷", "一般", at(6, 9)],
        ["D2", "李先生", "13800002222", "漏水", "紧急", at(6, 10)],
        ["D3", "王女士", "13800003333", "异响", "一般", at(6, 11)],
    ], hidden=(3,))  # fmt: skip


def _beside(path: Path) -> None:
    """A second table beside the first, parted by a blank column, and starting two rows lower."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("台账")
    _fill(book, sheet, [
        ["工单号", "客户姓名", "联系方式", "问题描述", "紧急程度", "受理时间"],
        ["E1", "张女士", "13800001111", "不制冷", "一般", at(6, 9)],
        ["E2", "李先生", "13800002222", "漏水", "紧急", at(6, 10)],
        ["E3", "王女士", "13800003333", "异响", "一般", at(6, 11)],
        ["E4", "赵女士", "13800004444", "异味", "一般", at(6, 12)],
    ])  # fmt: skip
    _fill(book, sheet, [["姓名", "工号", "部门", "电话"], ["李工", "S001", "技术部", "13900001111"]], top=2, left=7)
    book.close()


_SURVEY = [
    ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "1、您的客户类型", "2、本次服务涉及的问题类型",
     "3、服务评价—服务响应速度", "3、服务评价—问题解决效果", "3、服务评价—服务人员态度", "3、服务评价—专业能力水平",
     "4、您对本次服务有哪些改进建议?", "5、您希望未来在哪些方面提升服务体验?", "6、您从哪里知道我们的?"],
    [1.0, "2024/5/20 10:33:21", "85秒", "微信", "N/A", "1.2.3.4(广东-深圳)", "A.老客户", "售后维修", 5.0, 4.0, 5.0, 5.0,
     "(空)", "多一些备件", "朋友┋广告"],
    [2.0, "2024/5/20 11:02:00", "41秒", "链接", "直接访问", "1.2.3.5(北京-北京)", "VIP客户", "产品咨询", "3", "非常满意", 4.0, 5.0,
     "回访快一点", "(跳过)", "广告"],
]  # fmt: skip


def _old_ledger(path: Path) -> None:
    """A ledger of an older version: two sheets, a title above each, computed columns, fewer own columns."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("响应记录")
    sheet.write(0, 0, "售后服务响应记录")
    _fill(book, sheet, [
        ["序号", "客户姓名*", "联系方式*", "客户类型(新/老/VIP)", "问题描述", "问题类型", "紧急程度", "分派责任人", "处理时限",
         "实际解决时间", "处理结果摘要", "客户确认签字(可选)", "工单号", "受理时间", "数据问题", "时效状态"],
        ["1", "*张女士", "1385678", "老客户", "收到的产品存在划痕,要求更换", "产品质量", "一般", "技术部*李工", "24小时", "2024-03-1514:00",
         "已安排补发新产品,顺丰到付", "同意", "SN20240315001", at(14, 16, month=3), "【联系方式】脱敏残缺", "达标"],
        ["2", "*王先生", "139", "VIP客户", "咨询会员权益使用规则", "服务咨询", "紧急", "客服部*刘主管", "4小时", "2024-03-1510:30",
         "电话详细讲解规则,发送图文指南", "满意", "SN20240315002", at(15, 8, month=3), None, "达标"],
    ], top=2)  # fmt: skip
    log = book.add_worksheet("流程记录")
    _fill(book, log, [
        ["工单号", "客户信息(姓名/联系方式)", "产品型号/购买日期", "问题描述/紧急程度", "受理时间", "响应时间", "处理人",
         "服务方式(上门/远程)", "解决方案", "完成时间", "客户签字", "备注", "客户姓名", "联系方式"],
        ["SN20240501001", "*女士/", "ABC-2000/2024-03-15", "不启动/紧急", "2024-05-0109:00", "09:30", "张工", "上门", "更换电源模块",
         "2024-05-0111:30", "*女士", "客户对处理效率满意", "*女士", None],
    ], top=2)  # fmt: skip
    book.close()


MANNERS: tuple[Manner, ...] = (
    Manner(
        "merged heading of two rows", ".xlsx", _merged_heading,
        (Expected("response_log", {
            4: {"customer": "张女士", "contact": "13800001111", "problem": "屏幕有划痕,要求更换", "urgency": "一般",
                "accepted_at": at(6, 9), "responded_at": at(6, 9, 30), "resolved_at": at(7, 10), "result": "补发新品"},
            5: {"customer": "张女士", "contact": "13800001111", "problem": "充电器发热", "urgency": "紧急",
                "accepted_at": at(6, 14), "responded_at": at(6, 14, 10), "resolved_at": at(6, 16), "result": "更换充电器"},
            6: {"customer": "李先生", "contact": "010-5678", "problem": "咨询积分规则", "urgency": "一般", "accepted_at": at(8, 10),
                "responded_at": None, "resolved_at": None, "result": None},
        }),),
        frozenset(),
    ),
    Manner(
        "totals and repeated headings", ".xlsx", _totals,
        (Expected("response_log", {
            2: {"seq": "1", "ticket": "GD-001", "customer": "张女士", "contact": "13800001111", "problem": "不制冷",
                "urgency": "紧急", "accepted_at": at(6, 9), "cost": 120.0},
            3: {"seq": "2", "ticket": "GD-002", "customer": "李先生", "contact": "13800002222", "problem": "漏水",
                "urgency": "一般", "accepted_at": at(6, 10), "cost": 80.5},
            6: {"seq": "3", "ticket": "GD-003", "customer": "王女士", "contact": "13800003333", "problem": "异响",
                "urgency": "一般", "accepted_at": at(7, 8, 30), "cost": 0.0},
        }),),
        frozenset({
            ("import.skipped_total", "4"), ("import.skipped_heading", "5"), ("import.skipped_total", "7"),
            ("import.skipped_bare", "8"), ("import.skipped_total", "9"), ("import.skipped_note", "11"),
            ("import.skipped_note", "12"),
        }),
    ),
    Manner(
        "GB18030 without a mark", ".csv", _text(_PLAIN, ",", "gb18030"), (Expected("response_log", _PLAIN_ROWS),),
        frozenset({("import.read_manner", ""), ("import.read_as", "E2"), ("import.read_as", "E3")}),
    ),
    Manner(
        "semicolons", ".csv", _text(_SEMICOLON, ";", "utf-8", b"\xef\xbb\xbf"),
        (Expected("response_log", {**_PLAIN_ROWS, 2: {**_PLAIN_ROWS[2], "problem": "不制冷;开机\n无反应"}}),),
        frozenset({("import.read_manner", ""), ("import.read_as", "E2"), ("import.read_as", "E3")}),
    ),
    Manner(
        "dates as text in five forms", ".xlsx", lambda path: _xlsx(path, _FIVE_DATES),
        (Expected("response_log", {
            2: {"ticket": "A1", "customer": "张女士", "contact": "13800001111", "problem": "不制冷", "urgency": "一般",
                "accepted_at": at(6, 9, 30), "responded_at": at(6, 14), "resolved_at": at(7, 10)},
            3: {"ticket": "A2", "customer": "李先生", "contact": "13800002222", "problem": "漏水", "urgency": "一般",
                "accepted_at": at(6), "responded_at": at(6, 14, 30), "resolved_at": "2024-05-114:00"},
            4: {"ticket": "A3", "customer": "王女士", "contact": "13800003333", "problem": "异响", "urgency": "一般",
                "accepted_at": at(6, 9), "responded_at": at(6, 9, 30), "resolved_at": "24/5/8"},
        }),),
        frozenset({
            ("import.read_many", "F2"), ("import.read_many", "G2"), ("value.date_ambiguous", "H3"), ("value.date_short_year", "H4"),
        }),
    ),
    Manner(
        "columns renamed and shuffled", ".xlsx", lambda path: _xlsx(path, _SHUFFLED),
        (Expected("response_log", {
            2: {"problem": "不制冷", "contact": "13800001111", "customer": "张女士", "accepted_at": at(6, 9), "urgency": "一般",
                "owner": "李工"},
            3: {"problem": "漏水", "contact": "13800002222", "customer": "李先生", "accepted_at": at(7, 9), "urgency": "紧急",
                "owner": "王工"},
        }, {
            2: {"备用一": "x", "内部备忘": "老客户推荐"}, 3: {"备用一": "y", "内部备忘": None},
        }),),
        frozenset({("import.which_column", "I1"), ("import.which_column", "J1"), ("import.read_as", "G2")}),
    ),
    Manner(
        "Excel error cells", ".xlsx", _errors,
        (Expected("response_log", {
            2: {"ticket": "C1", "customer": "张女士", "contact": "13800001111", "problem": "不制冷", "urgency": "一般",
                "accepted_at": at(6, 9), "cost": 10.0},
            3: {"ticket": "C2", "customer": None, "contact": "13800002222", "problem": "漏水", "urgency": "紧急",
                "accepted_at": at(6, 10), "cost": None},
            4: {"ticket": "C3", "customer": "王女士", "contact": None, "problem": "异响", "urgency": "一般",
                "accepted_at": at(6, 11), "cost": None},
        }),),
        frozenset({
            ("value.excel_error", "B3"), ("value.excel_error", "G3"), ("value.excel_error", "C4"), ("import.uncomputed", "G4"),
        }),
    ),
    Manner(
        "20-digit numbers", ".xlsx", lambda path: _xlsx(path, _LONG),
        (Expected("response_log", {
            2: {"ticket": "20240506000000012345", "customer": "张女士", "contact": "13800001111", "problem": "不制冷",
                "urgency": "一般", "accepted_at": at(6, 9), "order_no": "98765432109876543210"},
            3: {"ticket": "20240506000000012346", "customer": "李先生", "contact": "13800002222", "problem": "漏水",
                "urgency": "紧急", "accepted_at": at(6, 10), "order_no": "987654321098765000"},
            4: {"ticket": "20240506000000012347", "customer": "王女士", "contact": "1.38E+10", "problem": "异响",
                "urgency": "一般", "accepted_at": at(6, 11), "order_no": "123456789012345000"},
        }, {2: {"快递单号": "SF1234567890123"}, 3: {"快递单号": 123456789012345.0}, 4: {"快递单号": "00001"}}),),
        frozenset({("value.digits_lost", "G3"), ("value.phone_scientific", "C4"), ("import.digits_lost", "G4")}),
    ),
    Manner(
        "hidden rows", ".xlsx", _hidden_rows,
        (Expected("response_log", {
            2: {"ticket": "D1", "customer": "张女士", "contact": "13800001111", "problem": "不制冷", "urgency": "一般",
                "accepted_at": at(6, 9)},
            3: {"ticket": "D2", "customer": "李先生", "contact": "13800002222", "problem": "漏水", "urgency": "紧急",
                "accepted_at": at(6, 10)},
            4: {"ticket": "D3", "customer": "王女士", "contact": "13800003333", "problem": "异响", "urgency": "一般",
                "accepted_at": at(6, 11)},
        }),),
        frozenset({("import.hidden_rows", "3")}),
    ),
    Manner(
        "a second table beside the first", ".xlsx", _beside,
        (
            Expected("response_log", {
                2: {"ticket": "E1", "customer": "张女士", "contact": "13800001111", "problem": "不制冷", "urgency": "一般",
                    "accepted_at": at(6, 9)},
                3: {"ticket": "E2", "customer": "李先生", "contact": "13800002222", "problem": "漏水", "urgency": "紧急",
                    "accepted_at": at(6, 10)},
                4: {"ticket": "E3", "customer": "王女士", "contact": "13800003333", "problem": "异响", "urgency": "一般",
                    "accepted_at": at(6, 11)},
                5: {"ticket": "E4", "customer": "赵女士", "contact": "13800004444", "problem": "异味", "urgency": "一般",
                    "accepted_at": at(6, 12)},
            }),
            Expected("people", {4: {"name": "李工", "staff_no": "S001", "department": "技术部", "phone": "13900001111"}}),
        ),
        frozenset(),
    ),
    Manner(
        "an export of 问卷星", ".xlsx", lambda path: _xlsx(path, _SURVEY, "问卷"),
        (Expected("evaluations", {
            2: {"evaluated_at": datetime(2024, 5, 20, 10, 33, 21), "customer_type": "老客户", "problem_type": "售后维修类",
                "response": 5.0, "resolution": 4.0, "attitude": 5.0, "expertise": 5.0, "improvement": None,
                "suggestion": "多一些备件", "profile": "S002 客户满意度调查表"},
            3: {"evaluated_at": datetime(2024, 5, 20, 11, 2), "customer_type": "VIP客户", "problem_type": "产品咨询",
                "response": 3.0, "resolution": 5.0, "attitude": 4.0, "expertise": 5.0, "improvement": "回访快一点",
                "suggestion": None, "profile": "S002 客户满意度调查表"},
        }, {2: {"6、您从哪里知道我们的?": "朋友┋广告"}, 3: {"6、您从哪里知道我们的?": "广告"}}),),
        frozenset({
            ("import.source_known", "1"), ("import.constant", "1"), ("import.left_columns", "1"),
            ("import.read_as", "H2"), ("import.read_as", "J3"),
        }),
    ),
    Manner(
        "an older ledger", ".xlsx", _old_ledger,
        (
            Expected("response_log", {
                4: {"seq": "1", "customer": "*张女士", "contact": "1385678", "customer_type": "老客户",
                    "problem": "收到的产品存在划痕,要求更换", "problem_type": "产品质量", "urgency": "一般",
                    "owner": "技术部*李工", "time_limit": "24小时", "resolved_at": at(15, 14, month=3),
                    "result": "已安排补发新产品,顺丰到付", "confirmation": "同意", "ticket": "SN20240315001",
                    "accepted_at": at(14, 16, month=3)},
                5: {"seq": "2", "customer": "*王先生", "contact": "139", "customer_type": "VIP客户",
                    "problem": "咨询会员权益使用规则", "problem_type": "服务咨询", "urgency": "紧急",
                    "owner": "客服部*刘主管", "time_limit": "4小时", "resolved_at": at(15, 10, 30, month=3),
                    "result": "电话详细讲解规则,发送图文指南", "confirmation": "满意", "ticket": "SN20240315002",
                    "accepted_at": at(15, 8, month=3)},
            }),
            Expected("process_log", {
                4: {"ticket": "SN20240501001", "customer_info": "*女士/", "product_info": "ABC-2000/2024-03-15",
                    "problem_info": "不启动/紧急", "accepted_at": at(1, 9), "responded_at": at(1, 9, 30), "owner": "张工",
                    "service_mode": "上门", "result": "更换电源模块", "resolved_at": at(1, 11, 30),
                    "confirmation": "*女士", "remark": "客户对处理效率满意"},
            }),
        ),
        frozenset({
            ("import.left_columns", "3"), ("import.read_many", "J4"), ("value.phone_masked", "C4"),
            ("value.phone_fragment", "C5"), ("import.read_as", "E4"), ("import.read_as", "F4"), ("import.read_as", "J4"),
        }),
    ),
)  # fmt: skip
