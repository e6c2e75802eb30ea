"""简报模板: the tab that a 反馈汇总简报 is copied from, in the columns and manners of the weekly tab, one A4 page.

Who reads it wants to know: of what days, how many answers, which problem keeps coming back, since when, what customers
said of it, and who does what about it by when. The last are blank lines for people.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .. import styles
from ..sheets import brief
from ..sheets.weekly_summary import GENERATED
from .paper import a4
from .weekly_page import ASIDE, COUNT, LEFT, MEAN, MOMENT, RATE, RIGHT, ROW, Page, Span, new_page

COLUMN_WIDTH = 8.4
SHORT_DAY = "mm-dd"
PLACEHOLDERS: dict[str, Any] = {"样本少线": 5, "报告状态": brief.DRAFT_STATE}


def draw(workbook: Workbook) -> None:
    """Make 简报模板 in a workbook whose styles are registered (workbook.styles.register)."""
    page = new_page(workbook, brief.TITLE, COLUMN_WIDTH)
    tab = page.tab

    row = _head(page)
    row = _conclusions(page, row)
    row, problems = _problems(page, row)
    row = _classes_and_channels(page, row)
    row = _quotes(page, row)
    row = _low_scores(page, row)
    row = _agreed(page, row, problems)
    row = _signatures(page, row)
    row = _footnotes(page, row)
    for number in range(1, row + 1):
        if tab.row_dimensions[number].height is None:
            tab.row_dimensions[number].height = ROW
    for name, value in PLACEHOLDERS.items():
        number, column = page.cells[name]
        tab.cell(number, column).value = value
    for name in brief.names():
        tab.defined_names[name] = DefinedName(name, attr_text=f"'{brief.TITLE}'!{page.at(name)}", hidden=True)
    _print_setup(tab, row)


def _print_setup(tab: Worksheet, last: int) -> None:
    tab.print_area = f"A1:{get_column_letter(RIGHT)}{last}"
    a4(tab, down=1)
    margins = tab.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.4, 0.55, 0.3, 0.25
    footer: Any = tab.oddFooter
    footer.left.text, footer.right.text = "&A", "第 &P 页,共 &N 页"


def _draft(page: Page, row: int, span: Span, name: str, aside: int, **looks: Any) -> None:
    """A text that people may rewrite, and aside what was generated for it."""
    page.put(row, span, name=name, fill=styles.INPUT, **looks)
    page.aside(row, ASIDE + aside, GENERATED.format(name=name))


def _head(page: Page) -> int:
    tab = page.tab
    tab.row_dimensions[1].height = 34
    page.put(1, (2, 12), name="标题", align="left", size=20, bold=True, colour=styles.ACCENT, line=False)
    tab.cell(1, 2).alignment = Alignment("left", "center", shrink_to_fit=True)
    _draft(page, 1, (14, 15), "报告状态", 4, size=11, bold=True)
    choice = DataValidation(type="list", formula1='"草稿,定稿"', allow_blank=True, showErrorMessage=True)
    choice.add(tab.cell(1, 14))
    tab.add_data_validation(choice)
    page.put(1, (ASIDE, ASIDE + 3), "右侧为程序用的数据,不打印", align="left", size=8, colour=styles.MUTED, line=False)
    parts: Sequence[tuple[Span, str, str, str]] = (
        ((2, 6), "反馈期间", "日期范围", ""), ((7, 11), "时效截至", "时效截至", MOMENT),
        ((12, 13), "有效评价(份)", "有效评价", COUNT), ((14, 15), "剔除(份)", "剔除评价", COUNT),
    )  # fmt: skip
    _labelled(page, 2, parts)
    page.aside_heads(2, ASIDE, ["样本少线"])
    page.aside(3, ASIDE, "样本少线", COUNT)
    parts = (
        ((2, 3), "已标记高频(条)", "标记条数", COUNT), ((4, 6), "最早标记", "最早标记", MOMENT),
        ((7, 9), "应在此前提交", "提交时限", MOMENT), ((10, 15), "提交时限判断", "提交判断", ""),
    )  # fmt: skip
    _labelled(page, 4, parts)
    place = page.at("提交判断")
    area = place.replace("$", "")
    page.rule(area, f'ISNUMBER(SEARCH("已超时",{place}))', styles.BAD, styles.BAD_INK, bold=True)
    page.rule(area, f'OR(ISNUMBER(SEARCH("未超时",{place})),{place}="按时提交")', styles.GOOD, styles.GOOD_INK, bold=True)
    page.put(6, (2, 3), "主送", size=9, colour=styles.MUTED)
    tab.row_dimensions[6].height = 22
    _draft(page, 6, (4, RIGHT), "主送", 0, align="left", wrap=True)
    return page.gap(7)


def _labelled(page: Page, row: int, parts: Sequence[tuple[Span, str, str, str]]) -> None:
    for span, label, name, number_format in parts:
        page.put(row, span, label, size=9, colour=styles.MUTED, line=False)
        page.put(row + 1, span, name=name, number_format=number_format, bold=True)
        page.tab.cell(row + 1, span[0]).alignment = Alignment("center", "center", shrink_to_fit=True)


def _conclusions(page: Page, row: int) -> int:
    row = page.section(row, "结论", "程序起草,可直接改写;改过的句子重做简报时保留")
    for name in ("结论1", "结论2", "结论3"):
        page.tab.row_dimensions[row].height = 29
        _draft(page, row, (LEFT, RIGHT), name, 0, align="left", wrap=True)
        row += 1
    return page.gap(row)


def _problems(page: Page, row: int) -> tuple[int, str]:
    """Gives the row below, and the area of the problems' names."""
    row = page.section(row, "高频问题", "按有效评价的评语;最早、最近为评价日期", "高频")
    spans: Sequence[Span] = ((2, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8), (9, 9), (10, 11), (12, 13), (14, 15))
    titles = ("问题", "标记", "份数", "占比", "样本", "最早", "最近", "涉及部门", "举例(工单)", "举例(工单)")
    formats = {"份数": COUNT, "占比": RATE, "最早": SHORT_DAY, "最近": SHORT_DAY}
    row = page.header(row, list(zip(spans, titles, strict=True)))
    first = row
    for n in range(1, brief.PROBLEM_ROWS + 1):
        for span, field in zip(spans, brief.PROBLEM_FIELDS, strict=True):
            name = f"问题{n}_{field}"
            if field == "样本":
                page.size(row, span[0], name)
            elif field == "名称":
                page.label(row, span, name)
            else:
                colour = styles.ACCENT if field.startswith("例") else styles.INK
                _shrunk(page, row, span, name, formats.get(field, ""), colour)
        row += 1
    last = row - 1
    marks = f"D{first}:D{last}"
    page.rule(marks, f'$D{first}="{brief.MARKED}"', styles.BAD, styles.BAD_INK, bold=True)
    page.rule(marks, f'$D{first}="{brief.FREQUENT}"', styles.SOON, styles.SOON_INK, bold=True)
    page.few(f"F{first}:G{last}", f"$G{first}", f"G{first}:G{last}")
    page.put(row, (LEFT, RIGHT), name="高频_说明", align="left", size=9, colour=styles.MUTED, line=False)
    return page.gap(row + 1), f"$B${first}:$B${last}"


def _classes_and_channels(page: Page, row: int) -> int:
    row = page.section(row, "反馈类别与渠道", "没有人定类别的按评语读出;读不准的为待人工", "类别")
    spans: Sequence[Span] = ((2, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8))
    page.header(row, list(zip(spans, ("类别", "份数", "其中读出", "占比", "样本", "同期工单"), strict=True)))
    page.header(row, list(zip(((10, 11), (12, 12), (13, 13), (14, 15)), ("评价渠道", "份数", "占比", "样本"), strict=True)))
    page.tab.row_dimensions[row].height = 18
    first = row + 1
    for offset, (name, label) in enumerate(brief.CLASSES.items()):
        at, total = first + offset, name == "合计"
        page.put(at, spans[0], label, align="left", bold=total)
        for column, field, number_format in ((4, "份数", COUNT), (5, "读出", COUNT), (6, "占比", RATE)):
            page.put(at, (column, column), name=f"{name}_{field}", number_format=number_format, bold=total or field == "份数")
        page.size(at, 7, f"{name}_样本")
        page.put(at, (8, 8), name=f"{name}_工单" if name in brief.TICKET_CLASSES else "", number_format=COUNT)
        way = "渠道合计" if total else f"渠道{offset + 1}"
        if total:
            page.put(at, (10, 11), "合计", align="left", bold=True)
        else:
            page.label(at, (10, 11), f"{way}_名称")
        page.put(at, (12, 12), name=f"{way}_份数", number_format=COUNT, bold=True)
        page.put(at, (13, 13), name=f"{way}_占比", number_format=RATE, bold=total)
        page.put(at, (14, 15), name=f"{way}_样本", number_format='"n="0', size=9)
    last = first + len(brief.CLASSES) - 1
    page.few(f"F{first}:G{last}", f"$G{first}", f"G{first}:G{last}")
    page.few(f"M{first}:O{last}", f"$N{first}", f"N{first}:O{last}")
    return page.gap(last + 1)


def _quotes(page: Page, row: int) -> int:
    row = page.section(row, "客户原话")
    for n in range(1, brief.QUOTE_ROWS + 1):
        page.tab.row_dimensions[row].height = 27
        _shrunk(page, row, (2, 3), f"原话{n}_类")
        page.put(row, (4, 13), name=f"原话{n}_原话", align="left", wrap=True)
        _shrunk(page, row, (14, 15), f"原话{n}_出处", "", styles.ACCENT)
        row += 1
    top = row - brief.QUOTE_ROWS
    page.rule(f"B{top}:B{row - 1}", f'$B{top}="表扬"', styles.GOOD, styles.GOOD_INK)
    page.put(row, (LEFT, RIGHT), name="原话_说明", align="left", size=9, colour=styles.MUTED, line=False)
    return page.gap(row + 1)


def _low_scores(page: Page, row: int) -> int:
    row = page.section(row, "低分评价", "综合得分最低的 5 份;不给人员排名", "低分")
    spans: Sequence[Span] = ((2, 3), (4, 5), (6, 7), (8, 8), (9, 13), (14, 15))
    titles = ("评价时间", "工单", "客户", "综合得分", "低分项", "类别")
    row = page.header(row, list(zip(spans, titles, strict=True)))
    formats = {"时间": "mm-dd hh:mm", "得分": MEAN}
    for n in range(1, brief.LOW_ROWS + 1):
        for span, field in zip(spans, brief.LOW_FIELDS, strict=True):
            colour = styles.ACCENT if field == "工单" else styles.INK
            _shrunk(page, row, span, f"低分{n}_{field}", formats.get(field, ""), colour)
        row += 1
    page.put(row, (LEFT, RIGHT), name="低分_说明", align="left", size=9, colour=styles.MUTED, line=False)
    return page.gap(row + 1)


def _agreed(page: Page, row: int, problems: str) -> int:
    """Blank lines for people; the problem is chosen from the list above, so that a line goes on meaning the same problem
    when the order of the list changes."""
    row = page.section(row, "商定事项", "手工填写;重做简报时保留")
    spans: Sequence[Span] = ((2, 4), (5, 10), (11, 13), (14, 15))
    row = page.header(row, list(zip(spans, ("针对的问题", "措施", "责任部门/人", "完成日期"), strict=True)))
    choice = DataValidation(type="list", formula1=problems, allow_blank=True, showErrorMessage=False)
    for _ in range(brief.AGREED_ROWS):
        page.tab.row_dimensions[row].height = 22
        for span in spans:
            page.put(row, span, align="left", wrap=True, fill=styles.INPUT, number_format="yyyy-mm-dd" if span[0] == 14 else "")
        choice.add(page.tab.cell(row, spans[0][0]))
        row += 1
    page.tab.add_data_validation(choice)
    return page.gap(row)


def _signatures(page: Page, row: int) -> int:
    page.tab.row_dimensions[row].height = 24
    for first, label in ((2, "编制"), (7, "审核"), (12, "提交日期")):
        page.put(row, (first, first), label, size=9, colour=styles.MUTED)
        span = (first + 1, first + 3)
        if label == "编制":
            _draft(page, row, span, "编制人", 0)
        else:
            page.put(row, span, fill=styles.INPUT, number_format="yyyy-mm-dd" if first == 12 else "")
    return page.gap(row + 1)


FOOTNOTES = (
    "期间按评价时间,首尾两天都算;只计有效评价,各评价表合在一起数份数,得分不混算。占比=份数÷有效评价。",
    "n 少于“设置”的“样本少”时标“样本少”,数字为灰色斜体。同期工单:期间内受理、问题类别为投诉或建议的工单。",
    "提交时限从最早的“高频标记时间”起算(S000 为 48 小时,可在“设置”改);生成简报时自动填上“简报时间”。",
    "数字为“时效截至”时的数,之后改了台账不会自己变;要更新请在本页再点一次“反馈汇总简报”。",
)


def _footnotes(page: Page, row: int) -> int:
    for text in FOOTNOTES:
        page.put(row, (LEFT, RIGHT), text, align="left", size=9, colour=styles.MUTED, wrap=True, line=False)
        page.tab.row_dimensions[row].height = 13
        row += 1
    return row - 1


def _shrunk(page: Page, row: int, span: Span, name: str, number_format: str = "", colour: str = styles.INK) -> None:
    page.put(row, span, name=name, number_format=number_format, size=9, colour=colour)
    page.tab.cell(row, span[0]).alignment = Alignment("center", "center", shrink_to_fit=True)
