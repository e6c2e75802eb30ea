"""周报模板's blocks about customers: their types compared, the ways they answer, what they complain of in their own
words, what is still owed to them and what is being done about it."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from .. import styles
from ..sheets import weekly_summary as weekly
from . import weekly_charts as charts
from .weekly_page import ASIDE, COUNT, LEFT, MEAN, RATE, RIGHT, Page, Span

CHART_COLUMN = 9
"""Where the right half of the page begins."""


def types(page: Page, row: int) -> int:
    """Customer types side by side: tickets, shares in time and scores, each with its n."""
    row = page.section(row, "客户类型对比", "工单按本周受理,得分按本周主评价档案的有效评价;只并列,不排名", "客户")
    row = page.header(row, [
        ((2, 3), "客户类型"), ((4, 4), "新增"), ((5, 6), "占比"), ((7, 8), "首次响应达标率"), ((9, 9), "样本"),
        ((10, 11), "解决达标率"), ((12, 12), "样本"), ((13, 14), "综合得分(主档案)"), ((15, 15), "样本"),
    ])  # fmt: skip
    first = row
    for name, label in weekly.CUSTOMERS.items():
        page.put(row, (2, 3), label or "其他与未填", align="left")
        page.put(row, (4, 4), name=f"客户{name}_新增", number_format=COUNT, bold=True)
        page.put(row, (5, 6), name=f"客户{name}_占比", number_format=RATE)
        for column, field, number_format in ((7, "响应", RATE), (10, "解决", RATE), (13, "得分", MEAN)):
            figure = field if field == "得分" else f"{field}率"
            page.put(row, (column, column + 1), name=f"客户{name}_{figure}", number_format=number_format)
            page.size(row, column + 2, f"客户{name}_{field}样本")
        row += 1
    last = row - 1
    for figure_column, size in (("G", "I"), ("J", "L"), ("M", "O")):
        page.few(f"{figure_column}{first}:{size}{last}", f"${size}{first}", f"{size}{first}:{size}{last}")
    return page.gap(row)


def pareto_and_channels(page: Page, row: int) -> int:
    """How answers came on the left; beside it which problem types make up most of the tickets."""
    row = page.section(row, "评价渠道与问题类型", "渠道计本周有效评价,替客户填的另列;累计占比:从左加到这一类", "渠道")
    top = row
    spans: Sequence[Span] = ((2, 3), (4, 4), (5, 5), (6, 6), (7, 7))
    page.header(row, list(zip(spans, ("渠道", "评价", "占比", "得分", "样本"), strict=True)))
    page.aside_heads(row, ASIDE, ["渠道条件"])
    titles = {"渠道其他": "其他与未填", "渠道代填": "代填", "渠道合计": "合计"}
    for name in (*(f"渠道{n}" for n in range(1, weekly.CHANNEL_ROWS + 1)), *weekly.CHANNEL_TOTALS):
        row += 1
        total = name == "渠道合计"
        if name in titles:
            page.put(row, spans[0], titles[name], align="left", bold=total)
        else:
            page.label(row, spans[0], f"{name}_名称")
            page.aside(row, ASIDE, f"{name}_条件")
        formats = {"数量": COUNT, "占比": RATE, "得分": MEAN}
        for span, (field, number_format) in zip(spans[1:4], formats.items(), strict=True):
            page.put(row, span, name=f"{name}_{field}", number_format=number_format, bold=total)
        page.size(row, spans[4][0], f"{name}_得分样本")
    page.few(f"F{top + 1}:G{row}", f"$G{top + 1}", f"G{top + 1}:G{row}")
    labels = page.cells["类型1_名称"]
    span = labels[0], labels[0] + weekly.TYPE_ROWS
    chart = charts.pareto(page.tab, (labels[1], *span), (ASIDE + 1, *span), (ASIDE + 2, *span))
    page.tab.add_chart(charts.anchored(chart, (top, CHART_COLUMN - 1), (row + 2, RIGHT + 1)))
    return page.gap(row + 2)


def keywords_and_follow_ups(page: Page, row: int) -> int:
    """What low answers complain of on the left; what is owed to customers on the right."""
    row = page.section(row, "低分关键词与待跟进", "关键词:本周有低分项的评价里“需要改进的地方”;待跟进:截至时效截至", "跟进")
    page.put(row, (2, 7), name="关键词_说明", align="left", size=9, colour=styles.MUTED, wrap=True)
    page.put(row, (9, 13), name="跟进_说明", align="left", size=9, colour=styles.MUTED, wrap=True)
    page.put(row, (14, 15), name="查看_关键词", align="right", size=9, colour=styles.ACCENT)
    row += 1
    top = row
    page.header(row, [((2, 4), "关键词"), ((5, 5), "评价"), ((6, 7), "占低分评价")])
    for n in range(1, weekly.KEYWORD_ROWS + 1):
        page.put(top + n, (2, 4), name=f"关键词{n}_词", align="left")
        page.put(top + n, (5, 5), name=f"关键词{n}_份数", number_format=COUNT)
        page.put(top + n, (6, 7), name=f"关键词{n}_占比", number_format=RATE)
    titles = ("事项", "未到期", "已逾期", "最早到期", "最早的一件")
    formats = {"事项": "", "未到期": COUNT, "已逾期": COUNT, "最早": "mm-dd hh:mm", "对象": ""}
    spans: Sequence[Span] = ((9, 10), (11, 11), (12, 12), (13, 13), (14, 15))
    page.header(row, list(zip(spans, titles, strict=True)))
    for n in range(1, weekly.FOLLOW_ROWS + 1):
        for span, (field, number_format) in zip(spans, formats.items(), strict=True):
            _shrunk(page, top + n, span, f"跟进{n}_{field}", number_format)
    last = top + weekly.FOLLOW_ROWS + 1
    page.put(last, (9, 10), "合计", bold=True, size=9)
    page.put(last, (11, 11), name="跟进合计_未到期", number_format=COUNT, bold=True, size=9)
    page.put(last, (12, 12), name="跟进合计_已逾期", number_format=COUNT, bold=True, size=9)
    late = f"L{top + 1}:L{last}"
    page.rule(late, f"AND(ISNUMBER(L{top + 1}),L{top + 1}>0)", None, styles.BAD_INK, bold=True)
    return page.gap(top + max(weekly.KEYWORD_ROWS, weekly.FOLLOW_ROWS + 1) + 1)


def quotes(page: Page, row: int) -> int:
    row = page.section(row, "客户原声", "姓名、电话、地址、编号已隐去", "原声")
    for n in range(1, weekly.QUOTE_ROWS + 1):
        page.tab.row_dimensions[row].height = 30
        page.put(row, (2, 2), name=f"原声{n}_类", bold=True, size=9)
        page.put(row, (3, 13), name=f"原声{n}_原话", align="left", wrap=True)
        _shrunk(page, row, (14, 15), f"原声{n}_出处", "", styles.ACCENT)
        row += 1
    area = f"B{row - weekly.QUOTE_ROWS}:B{row - 1}"
    first = f"$B{row - weekly.QUOTE_ROWS}"
    page.rule(area, f'{first}="表扬"', styles.GOOD, styles.GOOD_INK)
    page.rule(area, f'{first}="问题"', styles.SOON, styles.SOON_INK)
    page.put(row, (LEFT, RIGHT), name="原声_说明", align="left", size=9, colour=styles.MUTED, line=False)
    return page.gap(row + 1)


def measures(page: Page, row: int) -> int:
    row = page.section(row, "改进措施", "“改进跟踪”里还没有完成的", "措施")
    titles = ("编号", "核心问题与行动方案", "责任部门/人", "计划完成", "状态")
    spans: Sequence[Span] = ((2, 3), (4, 9), (10, 12), (13, 14), (15, 15))
    row = page.header(row, list(zip(spans, titles, strict=True)))
    first = row
    for n in range(1, weekly.MEASURE_ROWS + 1):
        for span, field in zip(spans, weekly.MEASURE_FIELDS, strict=True):
            _shrunk(page, row, span, f"措施{n}_{field}", "")
        for column, side in ((spans[1][0], "left"), (spans[2][0], "center"), (spans[3][0], "center")):
            page.tab.cell(row, column).alignment = Alignment(side, "center", wrap_text=True)
        page.tab.row_dimensions[row].height = 28
        row += 1
    late = get_column_letter(spans[3][0])
    page.rule(f"{late}{first}:{late}{row - 1}", f'ISNUMBER(SEARCH("已逾期",{late}{first}))', None, styles.BAD_INK, bold=True)
    page.put(row, (LEFT, RIGHT), name="措施_说明", align="left", size=9, colour=styles.MUTED, line=False)
    return page.gap(row + 1)


def _shrunk(page: Page, row: int, span: Span, name: str, number_format: str, colour: str = styles.INK) -> None:
    page.put(row, span, name=name, number_format=number_format, size=9, colour=colour)
    page.tab.cell(row, span[0]).alignment = Alignment("center", "center", shrink_to_fit=True)
