"""周报模板: the tab that a week's report is copied from, in the order a supervisor presents it.

Fourteen equal columns carry every block; what only formulas and charts need stands to their right, outside the
print area. Each figure's cell gets its own hidden name, local to the tab (workbook.sheets.weekly_summary).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from .. import styles
from ..sheets import weekly_summary as weekly
from . import weekly_charts as charts
from . import weekly_close as close
from . import weekly_customers as customers
from . import weekly_live_cells as live_cells
from .paper import a4
from .weekly_formulas import formulas
from .weekly_page import (
    ASIDE,
    COUNT,
    DAY,
    LEFT,
    MEAN,
    MOMENT,
    RATE,
    RIGHT,
    ROW,
    Page,
    Span,
    grey_missing,
    new_page,
)

COLUMN_WIDTH = 8.4
CHART_ROWS = 15
FORMATS = {"count": COUNT, "rate": RATE, "mean": MEAN}
CHANGES = {kind: f'"▲ "{figure};"▼ "{figure};{figure}' for kind, figure in FORMATS.items()}
"""Up and down are seen before they are read; whether that is better, the colour says."""

GLANCE_HEIGHT, CONCLUSION_HEIGHT = 29, 29
"""Rows with room for two lines, in points."""

PLACEHOLDERS: dict[str, Any] = {"周始": date(2024, 1, 1), "主档案": "S002", "低分线": 3.5, "样本少线": 5, "报告状态": "草稿"}
"""What the template itself counts with, so that it shows no errors before a report is made of it."""


def draw(workbook: Workbook) -> None:
    """Make 周报模板 in a workbook whose styles are registered (workbook.styles.register)."""
    page = new_page(workbook, weekly.TITLE, COLUMN_WIDTH, 7)
    tab = page.tab

    row = _head(page)
    row = _glances(page, row)
    row = _conclusions(page, row)
    row = _strip(page, row)
    row = _attention(page, row)
    row = _charts(page, row)
    breaks = [row - 1]
    row = _types_and_urgencies(page, row)
    row = _dimensions(page, row)
    row = customers.types(page, row)
    row = customers.pareto_and_channels(page, row)
    row = customers.keywords_and_follow_ups(page, row)
    row = _groups(page, row)
    breaks.append(row - 1)
    row = close.trend(page, row)
    row = customers.quotes(page, row)
    row = customers.measures(page, row)
    row = close.notes(page, row)
    row = close.footnotes(page, row)
    live_cells.draw(page, row + 3)

    for number in range(1, row + 1):
        if tab.row_dimensions[number].height is None:
            tab.row_dimensions[number].height = ROW

    for name, formula in formulas(page.at).items():
        number, column = page.cells[name]
        tab.cell(number, column).value = "=" + formula
    for name, value in PLACEHOLDERS.items():
        number, column = page.cells[name]
        tab.cell(number, column).value = value
    for name in weekly.names():
        tab.defined_names[name] = DefinedName(
            name, attr_text=f"'{weekly.TITLE}'!{page.at(name)}", hidden=True
        )
    _print_setup(tab, row, breaks)


def _print_setup(tab: Worksheet, last: int, breaks: Sequence[int]) -> None:
    tab.print_area = f"A1:{get_column_letter(RIGHT)}{last}"
    a4(tab)
    margins = tab.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.4, 0.55, 0.3, 0.25
    footer: Any = tab.oddFooter
    footer.left.text, footer.right.text = "&A", "第 &P 页,共 &N 页"
    for row in breaks:
        tab.row_breaks.append(Break(id=row))


def _head(page: Page) -> int:
    tab = page.tab
    tab.row_dimensions[1].height = 34
    page.put(1, (2, 12), name="标题", align="left", size=20, bold=True, colour=styles.ACCENT, line=False)
    tab.cell(1, 2).alignment = Alignment(horizontal="left", vertical="center")
    page.put(1, (14, 15), name="报告状态", size=11, bold=True, fill=styles.INPUT)
    choice = DataValidation(type="list", formula1='"草稿,定稿"', allow_blank=True, showErrorMessage=True)
    choice.add(tab.cell(1, 14))
    tab.add_data_validation(choice)
    parts: Sequence[tuple[Span, str, str, str]] = (
        ((2, 5), "周期", "日期范围", ""),
        ((6, 8), "部门", "部门", ""),
        ((9, 10), "编制", "编制人", ""),
        ((11, 13), "时效截至", "时效截至", MOMENT),
        ((14, 15), "超时未结(张)", "超时未结", COUNT),
    )
    for span, label, name, number_format in parts:
        page.put(2, span, label, size=9, colour=styles.MUTED, line=False)
        page.put(3, span, name=name, number_format=number_format, bold=True)
    overdue = page.at("超时未结")
    page.rule(overdue.replace("$", ""), f"{overdue}>0", styles.BAD, styles.BAD_INK, bold=True)
    page.put(1, (ASIDE, ASIDE + 3), "右侧为计算与图表数据,不打印", align="left", size=8,
             colour=styles.MUTED, line=False)  # fmt: skip
    asides = (("周始", DAY), ("周次", ""), ("主档案", ""), ("低分线", "0.0"), ("样本少线", "0"))
    for offset, (name, number_format) in enumerate(asides):
        page.aside_heads(2, ASIDE + offset, [name])
        page.aside(3, ASIDE + offset, name, number_format)
    page.aside_heads(2, ASIDE + 5, ["报告状态(程序写的)"])
    page.aside(3, ASIDE + 5, weekly.GENERATED.format(name="报告状态"))
    page.gap(4)
    page.put(4, (LEFT, RIGHT), name="即时_说明", align="right", size=8, colour=styles.MUTED, line=False)
    tab.row_dimensions[4].height = 13
    return 5


def _conclusions(page: Page, row: int) -> int:
    row = page.section(row, "本周结论", "程序起草,可直接改写;改过的句子重做周报时保留")
    for draft in weekly.DRAFTS[1:]:
        page.tab.row_dimensions[row].height = CONCLUSION_HEIGHT
        page.put(row, (LEFT, RIGHT), name=draft, align="left", wrap=True, fill=styles.INPUT)
        page.aside(row, ASIDE, weekly.GENERATED.format(name=draft))
        row += 1
    return page.gap(row)


def _glances(page: Page, row: int) -> int:
    """The four questions of a reader in a hurry, answered in a line each."""
    row = page.section(row, "一眼看", "超时到时效截至为止;名单按固定次序,不排名")
    first = row
    for part, asked in weekly.GLANCES.items():
        page.tab.row_dimensions[row].height = GLANCE_HEIGHT
        page.put(row, (2, 3), asked, align="left", bold=True, colour=styles.ACCENT)
        page.put(row, (4, RIGHT), name=f"一眼_{part}", align="left", size=10.5, wrap=True, bold=True)
        row += 1
    late = page.at("超时未结")
    page.rule(f"D{first}:O{first}", f"{late}>0", None, styles.BAD_INK, bold=True)
    page.rule(f"D{first}:O{first}", f"{late}=0", None, styles.GOOD_INK, bold=True)
    page.aside_heads(first, ASIDE, [f"超时:{stage}" for stage in weekly.STAGES])
    for n in range(1, len(weekly.STAGES) + 1):
        page.aside(first + 1, ASIDE + n - 1, f"环节{n}_超时", COUNT)
    return page.gap(row)


def _strip(page: Page, row: int) -> int:
    row = page.section(row, "关键指标", "▲升 ▼降,率的差值为百分点;上了色才超出偶然(绿=变好,红=变差)")
    row = page.header(row, [
        ((2, 4), "指标"), ((5, 5), "本周"), ((6, 6), "样本"), ((7, 7), "上周"), ((8, 8), "样本"), ((9, 9), "差值"),
        ((10, 10), "目标"), ((11, 11), "缺时间"), ((12, 15), "判断"),
    ])  # fmt: skip
    page.aside_heads(row - 1, ASIDE, ["超出偶然"])
    first = row
    for kpi in weekly.KPIS:
        sampled = kpi.kind != "count"
        judged = sampled or kpi.name == "期末未结"

        def named(part: str, there: bool = True, name: str = kpi.name) -> str:
            return f"{part}_{name}" if there else ""

        figure = FORMATS[kpi.kind]
        page.put(row, (2, 4), f"{kpi.name}({kpi.unit})", align="left")
        page.put(row, (5, 5), name=named("本周"), number_format=figure, size=12, bold=True)
        page.size(row, 6, named("样本", sampled))
        page.put(row, (7, 7), name=named("上周"), number_format=figure)
        page.size(row, 8, named("上周样本", sampled))
        page.put(row, (9, 9), name=named("差值"), number_format=CHANGES[kpi.kind])
        page.put(row, (10, 10), name=named("目标", sampled), number_format=figure)
        page.put(row, (11, 11), name=named("缺时间", kpi.lacks_time or kpi.name == "期末未结"), number_format=COUNT)
        page.put(row, (12, 15), name=named("判断", judged), align="left")
        if sampled:
            page.aside(row, ASIDE, named("显著"), COUNT)
        row += 1
    page.few(f"E{first}:F{row - 1}", f"$F{first}", f"F{first}:F{row - 1}")
    page.few(f"G{first}:H{row - 1}", f"$H{first}", f"H{first}:H{row - 1}")
    page.beyond_chance(f"I{first}:I{row - 1}", f"$R{first}")
    area, cell = f"L{first}:O{row - 1}", f"$L{first}"
    few = f'ISNUMBER(SEARCH("样本少",{cell}))'
    page.rule(area, few, styles.UNKNOWN, styles.UNKNOWN_INK, last=True)
    for words in ("未达目标", "积压增加"):
        page.rule(area, f'ISNUMBER(SEARCH("{words}",{cell}))', styles.SOON, styles.SOON_INK)
    for words in ("达到目标", "积压减少"):
        page.rule(area, f'ISNUMBER(SEARCH("{words}",{cell}))', None, styles.GOOD_INK)
    return page.gap(row)


def _attention(page: Page, row: int) -> int:
    row = page.section(row, "需关注", "本周末之前受理、到时效截至仍未办结、超时最久的 5 张", "关注")
    spans: Sequence[Span] = ((2, 3), (4, 4), (5, 6), (7, 8), (9, 9), (10, 10), (11, 13), (14, 15))
    titles = ("工单号", "客户", "问题类别", "紧急程度", "责任人", "超时环节", "应在此前完成", "已超时")
    row = page.header(row, list(zip(spans, titles, strict=True)))
    for number in range(1, weekly.ATTENTION_ROWS + 1):
        for span, field in zip(spans, weekly.ATTENTION_FIELDS, strict=True):
            late = field == "已超时"
            page.put(
                row, span, name=f"关注{number}_{field}", bold=late, size=9,
                colour=styles.BAD_INK if late else styles.INK,
                number_format=MOMENT if field == "应完成" else "",
            )  # fmt: skip
            page.tab.cell(row, span[0]).alignment = Alignment("center", "center", shrink_to_fit=True)
        row += 1
    return page.gap(row)


def _charts(page: Page, row: int) -> int:
    """The week's days, how long open tickets have waited, and the dimensions, side by side."""
    row = page.section(row, "每日、未结与评价", "已等天数:受理那天到周末(本周未完时到时效截至那天)")
    page.aside_heads(row, ASIDE, ["日期", "新增", "办结", "维度", "均分", "低分线"])
    _aside_lines(page, row + 1, ASIDE, [(f"日{n}_", ("标签", "新增", "办结"), COUNT) for n in range(1, weekly.DAYS + 1)])
    days = row + 1, row + weekly.DAYS
    daily = charts.daily(page.tab, (ASIDE, *days), (ASIDE + 1, *days), (ASIDE + 2, *days))
    page.tab.add_chart(charts.anchored(daily, (row, LEFT), (row + CHART_ROWS, 6)))
    asked = row + 1, row + weekly.DIMENSION_ROWS
    _aside_lines(
        page, row + 1, ASIDE + 3,
        [(f"维度{n}_", ("图名", "图", "图线"), MEAN) for n in range(1, weekly.DIMENSION_ROWS + 1)],
    )  # fmt: skip
    grey_missing(page, ASIDE + 4, ASIDE + 5, *asked)
    means = charts.dimensions(page.tab, (ASIDE + 3, *asked), (ASIDE + 4, *asked), (ASIDE + 5, *asked))
    page.tab.add_chart(charts.anchored(means, (row, 10), (row + CHART_ROWS, RIGHT + 1)))
    below = asked[1] + 1
    page.aside_heads(below, ASIDE + 3, ["已等天数", "超时", "其余"])
    _aside_lines(page, below + 1, ASIDE + 3, [(f"账龄{n}_", weekly.AGE_FIELDS, charts.SHOWN) for n in range(1, len(weekly.AGES) + 1)])
    bands = below + 1, below + len(weekly.AGES)
    ages = charts.ages(page.tab, (ASIDE + 3, *bands), (ASIDE + 4, *bands), (ASIDE + 5, *bands))
    page.tab.add_chart(charts.anchored(ages, (row, 6), (row + CHART_ROWS, 10)))
    return page.gap(row + CHART_ROWS)


def _aside_lines(page: Page, row: int, column: int, lines: Sequence[tuple[str, Sequence[str], str]]) -> None:
    """A chart's rows from `row` on: the label first, then numbers in the format given."""
    for offset, (prefix, fields, number_format) in enumerate(lines):
        for place, field in enumerate(fields):
            page.aside(row + offset, column + place, prefix + field, number_format if place else "")


def _types_and_urgencies(page: Page, row: int) -> int:
    row = page.section(row, "问题类型与紧急程度", "本周新增的工单", "类型")
    head = row
    page.header(row, [((2, 3), "问题类型"), ((4, 4), "新增"), ((5, 5), "占比"), ((6, 6), "上周")])
    page.aside_heads(row, ASIDE, ["条件", "数量", "累计占比"])
    for name in (*(f"类型{n}" for n in range(1, weekly.TYPE_ROWS + 1)), "类型其他", "类型合计"):
        row += 1
        total = name == "类型合计"
        if name.endswith(("其他", "合计")):
            page.put(row, (2, 3), "其他与未填" if name == "类型其他" else "合计", align="left", bold=total)
        else:
            page.label(row, (2, 3), f"{name}_名称")
            page.aside(row, ASIDE, f"{name}_条件")
        page.put(row, (4, 4), name=f"{name}_数量", number_format=COUNT, bold=total)
        page.put(row, (5, 5), name=f"{name}_占比", number_format=RATE, bold=total)
        page.put(row, (6, 6), name=f"{name}_上周", number_format=COUNT, bold=total)
        if not total:
            page.aside(row, ASIDE + 1, f"{name}_图", COUNT)
            page.aside(row, ASIDE + 2, f"{name}_累计", RATE)
    grey_missing(page, ASIDE + 1, ASIDE + 2, head + 1, row - 1)
    bottom = row
    columns = (*weekly.STATUSES, "合计")
    page.header(head, [((8, 8), "紧急程度"), *(((9 + n, 9 + n), text) for n, text in enumerate(columns))])
    rows = (*zip(weekly.URGENCY_NAMES, weekly.URGENCIES, strict=True), ("合计", "合计"))
    for offset, (name, label) in enumerate(rows, 1):
        total = name == "合计"
        page.put(head + offset, (8, 8), label, size=9, bold=total)
        for n, column in enumerate(columns):
            cell = {"name": f"紧急{name}_{column}", "number_format": COUNT, "bold": total or column == "合计"}
            page.put(head + offset, (9 + n, 9 + n), **cell)  # type: ignore[arg-type]
    area = f"I{head + 1}:N{head + len(rows)}"
    late = f"J{head + 1}:J{head + len(rows)}"
    page.rule(late, f"J{head + 1}>0", None, styles.BAD_INK, bold=True)
    page.rule(area, f"I{head + 1}=0", None, "B4BAC2")
    return page.gap(bottom + 1)


def _dimensions(page: Page, row: int) -> int:
    row = page.section(row, "评价维度", "只计主评价档案的有效评价;低=未取整均分低于低分线;灰色斜体=样本少", "维度")
    row = page.header(row, [
        ((2, 4), "维度"), ((5, 5), "均分"), ((6, 6), "样本"), ((7, 7), "上周"), ((8, 8), "样本"), ((9, 9), "差值"),
        ((10, 11), "4–5分占比"), ((12, 12), "低分"), ((13, 15), "提示"),
    ])  # fmt: skip
    page.aside_heads(row - 1, ASIDE, ["列", "超出偶然"])
    first = row
    for number in range(1, weekly.DIMENSION_ROWS + 1):
        name = f"维度{number}_"
        page.put(row, (2, 4), name=name + "名称", align="left")
        page.put(row, (5, 5), name=name + "均分", number_format=MEAN, bold=True)
        page.size(row, 6, name + "样本")
        page.put(row, (7, 7), name=name + "上周", number_format=MEAN)
        page.size(row, 8, name + "上周样本")
        page.put(row, (9, 9), name=name + "差值", number_format=CHANGES["mean"])
        page.put(row, (10, 11), name=name + "占比", number_format=RATE)
        page.put(row, (12, 12), name=name + "低分", bold=True)
        page.put(row, (13, 15), name=name + "提示", align="left")
        page.aside(row, ASIDE, name + "列", COUNT)
        page.aside(row, ASIDE + 1, name + "显著", COUNT)
        row += 1
    page.few(f"E{first}:F{row - 1} J{first}:K{row - 1}", f"$F{first}", f"F{first}:F{row - 1}")
    page.few(f"G{first}:H{row - 1}", f"$H{first}", f"H{first}:H{row - 1}")
    page.beyond_chance(f"I{first}:I{row - 1}", f"$S{first}")
    page.rule(f"L{first}:L{row - 1}", f'$L{first}="低"', styles.SOON, styles.SOON_INK, bold=True)
    page.rule(f"M{first}:O{row - 1}", f'$M{first}<>""', None, styles.SOON_INK)
    return page.gap(row)


def _groups(page: Page, row: int) -> int:
    """People on the left, departments on the right, both in a fixed order: this is no ranking."""
    row = page.section(row, "人员与部门", "按拼音排列,不作排名;首响率=首次响应达标率,灰色斜体=样本少", "人员")
    left = ((2, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8))
    _group(page, row, "人员", "责任人", weekly.PEOPLE_ROWS, left, ASIDE)
    right = ((9, 10), (11, 11), (12, 12), (13, 13), (14, 14), (15, 15))
    _group(page, row, "部门", "部门", weekly.DEPARTMENT_ROWS, right, ASIDE + 3)
    return page.gap(row + weekly.PEOPLE_ROWS + 2)


def _group(
    page: Page, row: int, prefix: str, title: str, rows: int, spans: Sequence[Span], aside: int
) -> None:
    titles = (title, "新增", "办结", "超时未结", "首响率", "样本")
    page.aside_heads(row, aside, [f"{prefix}条件"])
    row = page.header(row, list(zip(spans, titles, strict=True)))
    first = row
    for name in (*(f"{prefix}{n}" for n in range(1, rows + 1)), f"{prefix}其他"):
        if name.endswith("其他"):
            page.put(row, spans[0], "其他与未填", align="left")
        else:
            page.label(row, spans[0], f"{name}_名称")
            page.aside(row, aside, f"{name}_条件")
        for span, field in zip(spans[1:5], ("新增", "办结", "超时", "达标率"), strict=True):
            number_format = RATE if field == "达标率" else COUNT
            page.put(row, span, name=f"{name}_{field}", number_format=number_format)
        page.size(row, spans[5][0], f"{name}_分母")
        row += 1
    late, rate, size = (get_column_letter(spans[n][0]) for n in (3, 4, 5))
    above = f"AND(ISNUMBER({late}{first}),{late}{first}>0)"
    page.rule(f"{late}{first}:{late}{row - 1}", above, None, styles.BAD_INK, bold=True)
    page.few(f"{rate}{first}:{size}{row - 1}", f"${size}{first}", f"{size}{first}:{size}{row - 1}")
