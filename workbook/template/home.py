"""首页: what the book is, the way to every tab, what each button does, and what the colours mean.

Drawn last of all, so that it links only to tabs that exist. One A4 page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from .. import styles
from ..sheets import BRIEF_TEMPLATE_TITLE, HOME_TITLE, REVIEW_TEMPLATE_TITLE, SHEETS, WEEKLY_TEMPLATE_TITLE
from ..sheets.today import HOME_LINES, HOME_SUMMARY, TODAY
from .paper import a4


@dataclass(frozen=True)
class Button:
    """A button as 首页 shows it: command id, label, and what it does."""

    command: str
    label: str
    does: str


BUTTONS = (
    Button("import", "导入数据", "从粘贴区或文件导入;先核对,再点一次才写入。"),
    Button("update", "一键更新", "校验、编号、时效、得分、分派建议一次做完。"),
    Button("today", "今日待办", "重列到期和超时的事;点位置一列跳到那一行。"),
    Button("validate", "校验", "检查每一行,问题列在“待改清单”。"),
    Button("sla", "更新时效", "按设置重算截止时间、用时和时效状态。"),
    Button("explain", "时效说明", "先点中一张工单;逐条说明时效怎么算出来。"),
    Button("score", "计算得分", "按权重算综合得分,标出低分项。"),
    Button("summary", "生成周报", "做出或刷新周报页;在周报页上点刷新那一周。"),
    Button("freeze", "定稿导出", "周报定稿不再变,另存可外发的文件和邮件草稿。"),
    Button("brief", "反馈汇总简报", "近 7 天的反馈和高频问题汇成一页,48 小时内提交。"),
    Button("month", "月度复盘", "上个月的数、低分原因和措施;填好责任人再点即记入跟踪。"),
    Button("forms", "生成表单", "先选中工单行再点;没选则为近 24 小时解决的工单。"),
    Button("collect", "回收表单", "收回的文件放进“回收”再点;答案记入评价记录。"),
    Button("record", "登记反馈", "先看“读作”,确认选 是再点一次,记入评价记录。"),
    Button("find", "查工单", "先点中工单号、姓名或电话再点;列出工单和评价。"),
    Button("words", "新词", "列出没读懂的评语里反复出现的词,归类由您填。"),
    Button("undo", "撤销上次", "退回上一个命令写的内容;您后来改的其他内容保留。"),
    Button("new", "新建台账", "在同一文件夹里新建一本空台账并打开。"),
    Button("carry-over", "结转", "做出新年度的台账:未结工单和近 8 周的数带过去。"),
    Button("upgrade", "升级台账", "给旧版台账补上缺的列、表和选项,您填的不动。"),
    Button("check", "自检", "按钮不灵时点:逐条说明哪里没装好、怎么办。"),
)

PURPOSES = {
    "today": "到期和超时的事,按紧要排好",
    "response_log": "客服式:一行一个客户问题",
    "process_log": "工单式:一行一张工单",
    "evaluations": "客户评价,一份一行",
    "feedback_entry": "电话、微信、纸质的评价写在这里",
    "quality_assessment": "内部评估,一单四项",
    "suggestion_tracker": "从建议到措施,再到证明有效",
    "settings": "时限、权重、目标等规则",
    "issue_list": "校验后自动显示;点单元格跳到要改的地方",
    "paste_area": "要导入的内容粘贴到这里,再点导入数据",
    "import_review": "导入前的核对:新增、不同、要选定的",
    "import_mapping": "导入时选过的列名对应,下次不再问",
    "service_process": "逐次的处理措施和遗留问题",
    "status_history": "状态变化的流水",
    "form_register": "发出的客户表单",
    "return_log": "收回的表单文件,各成什么",
    "send_register": "发出的邮件和文件",
    "carried": "结转留下的每周数和用过的编号",
    "people": "服务人员名册",
    "holidays": "本单位的休息日和上班日",
    "options": "下拉选项、别名和归类",
}
SHOWN_LATER = ("issue_list",)
"""Hidden in a new ledger, shown by a command: they stand among the sheets people work with."""

_TEMPLATE_PURPOSE = "改样式就改这张模板"

COLOURS = (
    ("填写", styles.INPUT, styles.INK, "淡黄的格子由人填写,程序不改"),
    ("计算", styles.COMPUTED_HEAD, styles.INK, "灰色的格子由按钮计算,不要手改"),
    ("达标", styles.GOOD, styles.GOOD_INK, "在时限内完成(正好等于也算)"),
    ("即将超时", styles.SOON, styles.SOON_INK, "时限快用完,先办这些"),
    ("超时", styles.BAD, styles.BAD_INK, "已过时限"),
    ("进行中", styles.OPEN, styles.OPEN_INK, "还没办完,时限还宽裕"),
    ("无法判定", styles.UNKNOWN, styles.UNKNOWN_INK, "缺必要的时间,补上再更新;不计入达标率"),
    ("无时限", styles.UNKNOWN, styles.UNKNOWN_INK, "没有规定时限,可在设置补填;不计入达标率"),
    ("有问题", styles.FLAGGED, styles.FLAGGED_INK, "“数据问题”列点名的格子,改好再校验"),
)

WITHOUT_RIBBON = (
    "在 Excel 里没有“售后服务”选项卡:退出 Excel,运行“xlsvc addin install”,再打开;还没有就运行“xlsvc addin check”。",
    "按钮是灰的:当前窗口不是台账,点一下台账的窗口。点了没反应:按 Esc 结束正在编辑的单元格,再点一次。",
    "用 WPS、LibreOffice 时:先保存并关闭本文件,再运行“xlsvc update 台账文件名.xlsx”,效果与“一键更新”相同。",
    "其他按钮也各有命令:" + "、".join(f"{b.label} {b.command}" for b in BUTTONS if b.command != "update") + "。",
    "填写、下拉、颜色和周报里的公式不靠按钮,照常可用;灰色的列等下一次更新。",
)

_NAME, _TEXT = 15.0, 43.0
_LINE = 112  # characters of a line across the page
_LAST = "F"  # the page spans B to F: name, text, gap, name, text


def draw(workbook: Workbook) -> None:
    """Make 首页 in a workbook that has its other tabs already."""
    tab = workbook.create_sheet(HOME_TITLE)
    for letter, width in zip("ABCDEFG", (2, _NAME, _TEXT, 2, _NAME, _TEXT, 2), strict=True):
        tab.column_dimensions[letter].width = width
    _draw_band(tab)
    tables = [(s.title, PURPOSES.get(s.key, s.note)) for s in SHEETS]
    shown = [t for s, t in zip(SHEETS, tables, strict=True) if not s.hidden or s.key in SHOWN_LATER]
    folded = [t for s, t in zip(SHEETS, tables, strict=True) if s.hidden and s.key not in SHOWN_LATER]
    reports = (WEEKLY_TEMPLATE_TITLE, REVIEW_TEMPLATE_TITLE, BRIEF_TEMPLATE_TITLE)
    templates = [t for t in workbook.sheetnames if t in reports or t.startswith("表单_")]
    folded += [(title, _TEMPLATE_PURPOSE) for title in templates]
    row = _draw_today(tab)
    row = _draw_section(tab, row + 1, "工作表")
    row = _draw_pairs(tab, row, shown, linked=True)
    row = _draw_section(tab, row + 1, "按钮")
    row = _draw_pairs(tab, row, [(b.label, b.does) for b in BUTTONS])
    row = _draw_section(tab, row + 1, "看不到按钮时")
    for n, line in enumerate(WITHOUT_RIBBON, 1):
        row = _draw_line(tab, row, f"{n}. {line}")
    row = _draw_section(tab, row + 1, "颜色")
    row = _draw_pairs(tab, row, [(name, text) for name, _, _, text in COLOURS], swatches=True)
    row = _draw_section(tab, row + 1, "收起来的表", "右键任一标签 → 取消隐藏,显示出来后可从这里点开")
    row = _draw_pairs(tab, row, folded, linked=True)
    _set_page(tab, row)


def _draw_band(tab: Worksheet) -> None:
    tab.row_dimensions[1].height = 8
    tab.row_dimensions[2].height, tab.row_dimensions[3].height, tab.row_dimensions[4].height = 40, 24, 6
    for letter in "BCDEF":
        tab[f"{letter}2"].fill = tab[f"{letter}3"].fill = styles.fill(styles.ACCENT)
    tab["B2"], tab["B3"] = (
        "售后台账",
        "售后服务的受理、时效、评价、改进和周报都记在这一本里:填淡黄,看颜色,点按钮。",
    )
    tab["B2"].font, tab["B2"].alignment = (
        styles.font(22, bold=True, colour=styles.WHITE),
        styles.align(indent=1),
    )
    tab["B3"].font = styles.font(10.5, colour=styles.WHITE)
    tab["B3"].alignment = styles.align(indent=1, vertical="top")


def _draw_today(tab: Worksheet) -> int:
    """The section that 今日待办 fills: a sentence, and a line for each of the most urgent tasks."""
    row = _draw_section(tab, 5, TODAY.title, "点“一键更新”或“今日待办”刷新;点一行跳到要办的地方")
    for name in (HOME_SUMMARY, *HOME_LINES):
        row = _draw_line(tab, row, "点“一键更新”后,这里列出最要紧的五件事。" if name == HOME_SUMMARY else "")
        cell = tab[f"B{row - 1}"]
        tab.row_dimensions[row - 1].height = 19
        if name == HOME_SUMMARY:
            cell.font = styles.font(10.5, bold=True)
        else:
            cell.style = styles.LINK
            cell.font, cell.alignment = styles.font(10, colour=styles.ACCENT), styles.align(indent=1)
        place = f"'{tab.title}'!$B${row - 1}"
        tab.defined_names[name] = DefinedName(name, attr_text=place)
    return row


def _draw_section(tab: Worksheet, row: int, title: str, remark: str = "") -> int:
    tab.row_dimensions[row].height = 24
    for letter in "BCDEF":
        tab[f"{letter}{row}"].style = styles.SECTION
    tab[f"B{row}"] = title
    if remark:
        tab[f"C{row}"] = remark
        tab[f"C{row}"].font = styles.font(9, colour=styles.MUTED)
    tab.row_dimensions[row + 1].height = 5
    return row + 2


def _draw_pairs(
    tab: Worksheet, row: int, pairs: Sequence[tuple[str, str]], linked: bool = False, swatches: bool = False
) -> int:
    """Name and text, two pairs a row, read down the left side first; gives the row after."""
    half = (len(pairs) + 1) // 2
    for n, (name, text) in enumerate(pairs):
        at = row + n % half
        left, right = ("B", "C") if n < half else ("E", "F")
        tab.row_dimensions[at].height = 23
        cell, words = tab[f"{left}{at}"], tab[f"{right}{at}"]
        cell.value, words.value = name, text
        cell.style, words.style = styles.LINK if linked else styles.TEXT, styles.TEXT
        words.font = styles.font(10)
        if linked:
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1", tooltip=f"打开“{name}”")
            cell.style = styles.LINK
            cell.alignment = styles.align(indent=1)
        elif swatches:
            _, colour, ink, _ = COLOURS[n]
            cell.fill, cell.font = styles.fill(colour), styles.font(bold=True, colour=ink)
            cell.border, cell.alignment = styles.frame(styles.WHITE, "medium"), styles.align("center")
        else:
            cell.font, cell.alignment = styles.font(bold=True), styles.align(indent=1)
    return row + half


def _draw_line(tab: Worksheet, row: int, text: str) -> int:
    tab.merge_cells(f"B{row}:{_LAST}{row}")
    tab[f"B{row}"] = text
    tab[f"B{row}"].style = styles.TEXT
    tab[f"B{row}"].font, tab[f"B{row}"].alignment = styles.font(10), styles.align(indent=1, wrap=True)
    lines = -(-sum(2 if ord(c) > 0x2E7F else 1 for c in text) // _LINE)
    tab.row_dimensions[row].height = 23 + 13 * max(lines - 1, 0)
    return row + 1


def _set_page(tab: Worksheet, last: int) -> None:
    tab.sheet_view.showGridLines = False
    tab.sheet_view.showRowColHeaders = False
    tab.sheet_properties.tabColor = "FF" + styles.ACCENT
    a4(tab, down=1)
    tab.page_margins.left = tab.page_margins.right = 0.4
    tab.page_margins.top = tab.page_margins.bottom = 0.5
    tab.print_area = f"A1:G{last}"
