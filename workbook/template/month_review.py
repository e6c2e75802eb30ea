"""复盘模板: the tab that a month's (quarter's, half-year's) service quality review is copied from.

Drawn with the weekly tab's page, widths and rules (workbook.template.weekly_page), so that both look alike; what only
formulas and charts need stands to the right, outside the print area.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from .. import styles
from ..sheets import month_review as review
from ..sheets.profiles import DIMENSION_KEYS
from ..sheets.weekly_summary import DIMENSION_ROWS, GENERATED, KPIS
from . import weekly_charts as charts
from .month_close import causes, footnotes, measures, proposals
from .month_formulas import formulas
from .paper import a4
from .weekly import CHANGES, COLUMN_WIDTH, FORMATS
from .weekly_close import trend_columns
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
    SIZE,
    Page,
    Span,
    grey_missing,
    new_page,
)

CHART_ROWS = 11
PLACEHOLDERS: dict[str, Any] = {
    "期始": date(2024, 1, 1), "期止": date(2024, 2, 1), "上期始": date(2023, 12, 1), "主档案": "S002", "低分线": 3.5,
    "样本少线": 5,
}  # fmt: skip
"""What the template itself counts with, so that it shows no errors before a review is made of it."""


def draw(workbook: Workbook) -> None:
    """Make 复盘模板 in a workbook whose styles are registered (workbook.styles.register)."""
    page = new_page(workbook, review.TITLE, COLUMN_WIDTH, 8)
    tab = page.tab

    row = _head(page)
    row = _conclusions(page, row)
    row = _strip(page, row)
    row = _dimensions(page, row)
    row = _charts(page, row)
    row = _trend(page, row)
    turn = row - 1
    row = _compared(page, row)
    row = causes(page, row)
    row = proposals(page, row)
    row = measures(page, row)
    row = footnotes(page, row)

    for number in range(1, row + 1):
        if tab.row_dimensions[number].height is None:
            tab.row_dimensions[number].height = ROW
    for name, formula in formulas(page.at).items():
        number, column = page.cells[name]
        tab.cell(number, column).value = "=" + formula
    for name, value in PLACEHOLDERS.items():
        number, column = page.cells[name]
        tab.cell(number, column).value = value
    for name in review.names():
        tab.defined_names[name] = DefinedName(name, attr_text=f"'{review.TITLE}'!{page.at(name)}", hidden=True)
    _print_setup(tab, row, turn)


def _print_setup(tab: Worksheet, last: int, turn: int) -> None:
    """Two pages, the second one from behind row `turn`."""
    tab.print_area = f"A1:{get_column_letter(RIGHT)}{last}"
    a4(tab)
    margins = tab.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.4, 0.55, 0.3, 0.25
    footer: Any = tab.oddFooter
    footer.left.text, footer.right.text = "&A", "第 &P 页,共 &N 页"
    tab.row_breaks.append(Break(id=turn))


def _head(page: Page) -> int:
    tab = page.tab
    tab.row_dimensions[1].height = 34
    page.put(1, (2, RIGHT), name="标题", align="left", size=20, bold=True, colour=styles.ACCENT, line=False)
    tab.cell(1, 2).alignment = Alignment(horizontal="left", vertical="center")
    parts: Sequence[tuple[Span, str, str, str]] = (
        ((2, 5), "期间", "日期范围", ""),
        ((6, 8), "部门", "部门", ""),
        ((9, 10), "编制", "编制人", ""),
        ((11, 13), "时效截至", "时效截至", MOMENT),
        ((14, 15), "超时未结(张)", "超时未结", COUNT),
    )
    for span, label, name, number_format in parts:
        page.put(2, span, label, size=9, colour=styles.MUTED, line=False)
        page.put(3, span, name=name, number_format=number_format, bold=True)
        tab.cell(3, span[0]).alignment = Alignment("center", "center", shrink_to_fit=True)
    overdue = page.at("超时未结")
    page.rule(overdue.replace("$", ""), f"{overdue}>0", styles.BAD, styles.BAD_INK, bold=True)
    page.put(1, (ASIDE, ASIDE + 3), "右侧为计算与图表数据,不打印", align="left", size=8, colour=styles.MUTED, line=False)
    formats = {"期始": DAY, "期止": DAY, "上期始": DAY, "低分线": "0.0", "样本少线": "0"}
    for offset, name in enumerate(review.PARAMETERS):
        page.aside_heads(2, ASIDE + offset, [name])
        page.aside(3, ASIDE + offset, name, formats.get(name, ""))
    return page.gap(4)


def _conclusions(page: Page, row: int) -> int:
    row = page.section(row, "复盘结论", "程序起草,可直接改写;改过的句子重做时保留")
    for draft in review.CONCLUSIONS:
        page.tab.row_dimensions[row].height = 30 if draft == review.CONCLUSIONS[0] else 43
        page.put(row, (LEFT, RIGHT), name=draft, align="left", wrap=True, fill=styles.INPUT)
        page.aside(row, ASIDE, GENERATED.format(name=draft))
        row += 1
    return page.gap(row)


def _strip(page: Page, row: int) -> int:
    row = page.section(row, "关键指标")
    row = page.header(row, [
        ((2, 4), "指标"), ((5, 5), "本期"), ((6, 6), "样本"), ((7, 7), "上期"), ((8, 8), "样本"), ((9, 9), "差值"),
        ((10, 10), "目标"), ((11, 11), "缺时间"), ((12, 15), "判断"),
    ])  # fmt: skip
    page.aside_heads(row - 1, ASIDE, ["超出偶然"])
    first = row
    for kpi in KPIS:
        sampled = kpi.kind != "count"
        figure = FORMATS[kpi.kind]

        def named(part: str, there: bool = True, name: str = kpi.name) -> str:
            return f"{part}_{name}" if there else ""

        page.put(row, (2, 4), f"{kpi.name}({kpi.unit})", align="left")
        page.put(row, (5, 5), name=named("本期"), number_format=figure, size=12, bold=True)
        page.size(row, 6, named("样本", sampled))
        page.put(row, (7, 7), name=named("上期"), number_format=figure)
        page.size(row, 8, named("上期样本", sampled))
        page.put(row, (9, 9), name=named("差值"), number_format=CHANGES[kpi.kind])
        page.put(row, (10, 10), name=named("目标", sampled), number_format=figure)
        page.put(row, (11, 11), name=named("缺时间", kpi.lacks_time or kpi.name == "期末未结"), number_format=COUNT)
        page.put(row, (12, 15), name=named("判断", sampled or kpi.name == "期末未结"), align="left")
        if sampled:
            page.aside(row, ASIDE, named("显著"), COUNT)
        row += 1
    page.few(f"E{first}:F{row - 1}", f"$F{first}", f"F{first}:F{row - 1}")
    page.few(f"G{first}:H{row - 1}", f"$H{first}", f"H{first}:H{row - 1}")
    page.beyond_chance(f"I{first}:I{row - 1}", f"$R{first}")
    area, cell = f"L{first}:O{row - 1}", f"$L{first}"
    page.rule(area, f'ISNUMBER(SEARCH("样本少",{cell}))', styles.UNKNOWN, styles.UNKNOWN_INK, last=True)
    for words in ("未达目标", "积压增加"):
        page.rule(area, f'ISNUMBER(SEARCH("{words}",{cell}))', styles.SOON, styles.SOON_INK)
    for words in ("达到目标", "积压减少"):
        page.rule(area, f'ISNUMBER(SEARCH("{words}",{cell}))', None, styles.GOOD_INK)
    return page.gap(row)


def _dimensions(page: Page, row: int) -> int:
    row = page.section(row, "评价维度", "只计主评价档案的有效评价;低分=未取整均分低于低分线,低于均=低于各维度总均分", "维度")
    row = page.header(row, [
        ((2, 4), "维度"), ((5, 5), "均分"), ((6, 6), "样本"), ((7, 7), "上期"), ((8, 8), "样本"), ((9, 9), "差值"),
        ((10, 11), "4–5分占比"), ((12, 12), "低分"), ((13, 13), "低于均"), ((14, 15), "提示"),
    ])  # fmt: skip
    page.aside_heads(row - 1, ASIDE, ["列", "超出偶然", "合计"])
    first = row
    for number in range(1, DIMENSION_ROWS + 1):
        name = f"维度{number}_"
        page.put(row, (2, 4), name=name + "名称", align="left")
        page.put(row, (5, 5), name=name + "均分", number_format=MEAN, bold=True)
        page.size(row, 6, name + "样本")
        page.put(row, (7, 7), name=name + "上期", number_format=MEAN)
        page.size(row, 8, name + "上期样本")
        page.put(row, (9, 9), name=name + "差值", number_format=CHANGES["mean"])
        page.put(row, (10, 11), name=name + "占比", number_format=RATE)
        page.put(row, (12, 12), name=name + "低分", bold=True)
        page.put(row, (13, 13), name=name + "低于均")
        page.put(row, (14, 15), name=name + "提示", size=9)
        for offset, field in enumerate(("列", "显著", "合计")):
            page.aside(row, ASIDE + offset, name + field, COUNT)
        row += 1
    page.few(f"E{first}:F{row - 1} J{first}:K{row - 1}", f"$F{first}", f"F{first}:F{row - 1}")
    page.few(f"G{first}:H{row - 1}", f"$H{first}", f"H{first}:H{row - 1}")
    page.beyond_chance(f"I{first}:I{row - 1}", f"$S{first}")
    page.rule(f"L{first}:L{row - 1}", f'$L{first}="低"', styles.SOON, styles.SOON_INK, bold=True)
    page.rule(f"M{first}:M{row - 1}", f'$M{first}="最低"', None, styles.SOON_INK, bold=True)
    page.put(row, (2, 4), "各维度总均分", align="left", size=9)
    page.put(row, (5, 5), name="总均分", number_format="0.00", size=9)
    page.put(row, (6, RIGHT), "全部维度、全部有效评价的平均;“低于均”与它比较", align="left", size=9, colour=styles.MUTED)
    return page.gap(row + 1)


def _charts(page: Page, row: int) -> int:
    """The dimensions against the low line on the left, the months' tickets and rates on the right."""
    row = page.section(row, "维度与近 6 个月")
    height = CHART_ROWS
    page.aside_heads(row, ASIDE, ["维度", "均分", "低分线"])
    for number in range(1, DIMENSION_ROWS + 1):
        for offset, field in enumerate(("图名", "图", "图线")):
            page.aside(row + number, ASIDE + offset, f"维度{number}_{field}", "0.0" if offset else "")
    span = row + 1, row + DIMENSION_ROWS
    grey_missing(page, ASIDE + 1, ASIDE + 2, *span)
    means = charts.dimensions(page.tab, (ASIDE, *span), (ASIDE + 1, *span), (ASIDE + 2, *span))
    page.tab.add_chart(charts.anchored(means, (row, LEFT), (row + height, 9)))
    page.cells["图位"] = (row, 9)
    return page.gap(row + height)


def _compared(page: Page, row: int) -> int:
    """Each form's own means side by side, by the key of the dimension; no composite of one beside another's."""
    note = "按同一维度并列,不合并;不同评价表的综合得分不可比。不记名的表少于 5 份不显示"
    row = page.section(row, "各评价表的同名维度", note)
    columns: list[tuple[Span, str]] = [((2, 3), "维度")]
    for n, profile in enumerate(review.COMPARED.values()):
        columns.append(((4 + 3 * n, 6 + 3 * n), f"{profile.code} {profile.title}"))
    page.header(row, columns)
    row += 1
    first = row
    for key, label in DIMENSION_KEYS.items():
        page.put(row, (2, 3), label, align="left")
        for n, code in enumerate(review.COMPARED):
            asked = (key, code) in review.ASKED
            name = f"对比{code}_{key}"
            left = 4 + 3 * n
            page.put(row, (left, left + 1), None if asked else "未问", name=f"{name}_均分" if asked else "", number_format=MEAN,
                     colour=styles.INK if asked else "B4BAC2", size=10 if asked else 8)  # fmt: skip
            page.size(row, left + 2, f"{name}_样本" if asked else "")
        row += 1
    for n in range(len(review.COMPARED)):
        mean, size = (get_column_letter(4 + 3 * n + offset) for offset in (0, 2))
        page.few(f"{mean}{first}:{size}{row - 1}", f"${size}{first}", f"{size}{first}:{size}{row - 1}")
        low = f"AND(ISNUMBER({mean}{first}),{mean}{first}<{page.at('低分线')})"
        page.rule(f"{mean}{first}:{mean}{row - 1}", low, styles.SOON, styles.SOON_INK, bold=True)
    return page.gap(row)


def _trend(page: Page, row: int) -> int:
    row = page.section(row, "近 6 个月", link="走势")
    columns = trend_columns("月份")
    page.aside_heads(row, ASIDE, ["月始", "月止", "不全", "首次响应", "解决"])
    row = page.header(row, [(span, title) for span, title, _, _ in columns])
    first = row
    for number in range(1, review.TREND_MONTHS + 1):
        for span, _, field, number_format in columns:
            if number_format == SIZE:
                page.size(row, span[0], f"月{number}_{field}")
            else:
                page.put(row, span, name=f"月{number}_{field}", number_format=number_format)
        for offset, (field, number_format) in enumerate(zip(review.TREND_HIDDEN, (DAY, DAY, "", RATE, RATE), strict=True)):
            page.aside(row, ASIDE + offset, f"月{number}_{field}", number_format)
        row += 1
    last = row - 1
    for area, sample in (("G{}:I{}", "I"), ("J{}:L{}", "L"), ("M{}:O{}", "O")):
        page.few(area.format(first, last), f"${sample}{first}", f"{sample}{first}:{sample}{last}")
    grey_missing(page, ASIDE + 3, ASIDE + 4, first, last)
    cells = {offset: (offset, first, last) for offset in (2, 4, 5, ASIDE + 3, ASIDE + 4)}
    chart = charts.trend(page.tab, cells[2], cells[4], cells[5], cells[ASIDE + 3], cells[ASIDE + 4])
    title: Any = chart.title
    title.tx.rich.p[0].r[0].t = "近 6 个月:新增与办结(张,左轴)、达标率(%,右轴)"
    top = page.cells.pop("图位")
    page.tab.add_chart(charts.anchored(chart, top, (top[0] + CHART_ROWS, RIGHT + 1)))
    return page.gap(row)
