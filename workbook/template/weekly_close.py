"""The last page of 周报模板: eight weeks, what comes next, what was left out, and how it was judged."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.properties import Outline

from .. import styles
from ..sheets import weekly_summary as weekly
from . import weekly_charts as charts
from .weekly_page import ASIDE, COUNT, DAY, LEFT, MEAN, RATE, RIGHT, SIZE, Page, Span, grey_missing


def trend_columns(spans_called: str) -> Sequence[tuple[Span, str, str, str]]:
    """(columns, heading, field, number format) of a table that shows one span of time a row."""
    return (
        ((2, 3), spans_called, "标签", ""),
        ((4, 4), "新增", "新增", COUNT),
        ((5, 5), "办结", "办结", COUNT),
        ((6, 6), "期末未结", "期末未结", COUNT),
        ((7, 8), "首次响应达标率", "响应率", RATE),
        ((9, 9), "样本", "响应样本", SIZE),
        ((10, 11), "解决达标率", "解决率", RATE),
        ((12, 12), "样本", "解决样本", SIZE),
        ((13, 14), "综合得分(主档案)", "得分", MEAN),
        ((15, 15), "样本", "得分样本", SIZE),
    )


def trend(page: Page, row: int) -> int:
    row = page.section(row, "近 8 周", link="趋势")
    columns = trend_columns("周次")
    page.aside_heads(row, ASIDE, ["周一", "首次响应", "解决"])
    row = page.header(row, [(span, title) for span, title, _, _ in columns])
    first = row
    for number in range(1, weekly.TREND_WEEKS + 1):
        for span, _, field, number_format in columns:
            if number_format == SIZE:
                page.size(row, span[0], f"周{number}_{field}")
            else:
                page.put(row, span, name=f"周{number}_{field}", number_format=number_format)
        page.aside(row, ASIDE, f"周{number}_始", DAY)
        page.aside(row, ASIDE + 1, f"周{number}_响应图", RATE)
        page.aside(row, ASIDE + 2, f"周{number}_解决图", RATE)
        row += 1
    last = row - 1
    for area, sample in (("G{}:I{}", "I"), ("J{}:L{}", "L"), ("M{}:O{}", "O")):
        page.few(area.format(first, last), f"${sample}{first}", f"{sample}{first}:{sample}{last}")
    grey_missing(page, ASIDE + 1, ASIDE + 2, first, last)
    cells = {offset: (offset, first, last) for offset in (2, 4, 5, ASIDE + 1, ASIDE + 2)}
    chart = charts.trend(page.tab, cells[2], cells[4], cells[5], cells[ASIDE + 1], cells[ASIDE + 2])
    page.tab.add_chart(charts.anchored(chart, (row + 1, LEFT), (row + 11, RIGHT + 1)))
    page.gap(row)
    return page.gap(row + 11)


def notes(page: Page, row: int) -> int:
    """Lines that people write: what is to be done, by whom, by when."""
    row = page.section(row, "下周要点", "手工填写;重做周报时保留")
    spans: Sequence[Span] = ((2, 2), (3, 10), (11, 13), (14, 15))
    row = page.header(row, list(zip(spans, ("序", "要办的事", "责任人", "完成日"), strict=True)))
    for number in range(1, 4):
        page.tab.row_dimensions[row].height = 22
        page.put(row, spans[0], number, fill=styles.INPUT)
        for span, align in zip(spans[1:], ("left", "center", "center"), strict=True):
            page.put(row, span, align=align, wrap=True, fill=styles.INPUT)
        row += 1
    return page.gap(row)


def footnotes(page: Page, row: int) -> int:
    row = page.section(row, "口径与对账")
    for heads, prefix in ((weekly.LEFT_OUT, "不计"), (weekly.RECONCILIATIONS, "对账")):
        page.put(
            row, (2, 3), "未计入" if prefix == "不计" else "对账差(应为 0)", align="left", size=9, bold=True
        )
        page.put(row + 1, (2, 3), "张或份" if prefix == "不计" else "张", align="left", size=9)
        for offset, name in enumerate(heads):
            span = (4 + 2 * offset, 5 + 2 * offset)
            page.put(row, span, FOOT_TITLES.get(name, name), size=9, fill=styles.COMPUTED_HEAD)
            page.put(row + 1, span, name=f"{prefix}_{name}", number_format=COUNT, size=9)
        row += 2
    area = f"D{row - 1}:O{row - 1}"
    page.rule(area, f"AND(ISNUMBER(D{row - 1}),D{row - 1}<>0)", styles.SOON, styles.SOON_INK, bold=True)
    for text in FOOTNOTES:
        page.put(row, (LEFT, RIGHT), text, align="left", size=9, colour=styles.MUTED, wrap=True, line=False)
        page.tab.row_dimensions[row].height = 14 * (1 + len(text) // 84)
        row += 1
    return _how_judged(page, row)


def _how_judged(page: Page, row: int) -> int:
    """Folded away: who wants to know how differences were judged opens the group in front of the rows."""
    tab = page.tab
    page.put(row, (LEFT, RIGHT), "差值怎样判断:点左边的“+”展开", align="left", size=9, colour=styles.ACCENT, line=False)
    first = row + 1
    for text in (*JUDGED, None):
        row += 1
        page.put(
            row, (LEFT, RIGHT), text, name="" if text else "判断_说明", align="left", size=9, colour=styles.MUTED,
            wrap=True, line=False,
        )  # fmt: skip
        tab.row_dimensions[row].height = 14 * (1 + len(text) // 84) if text else 44
    tab.sheet_properties.outlinePr = Outline(summaryBelow=False)
    for number in range(first, row + 1):
        tab.row_dimensions[number].outlineLevel = 1
        tab.row_dimensions[number].hidden = True
    tab.row_dimensions[first - 1].collapsed = True
    return row


FOOT_TITLES = {
    "结存": "期初+新增−办结−期末", "类型": "各类型−新增", "紧急": "各紧急程度−新增", "人员": "各人员−新增",
    "部门": "各部门−新增",
    "客户": "各客户类型−新增", "评价剔除": "剔除的评价(本周)", "其他档案": "其他档案(本周)", "缺评价时间": "缺评价时间",
    "重复": "重复工单", "缺受理时间": "缺受理时间", "时间颠倒": "时间颠倒",
}  # fmt: skip

FOOTNOTES = (
    "一周为周一零时至下周一零时(ISO 8601 周次)。新增按受理时间、办结按办结时间计;未结:该时刻已受理、未办结(含已办结而缺时间的)。",
    "达标率=达标÷(达标+超时),只算本周受理的工单;缺时间(无法判定)、无时限和进行中的不进分母。率的差值为百分点。",
    "超时未结:本周末之前受理、到“时效截至”时仍在等首次响应、到场、方案、解决或二次处理且已过时限的工单;“一键更新”后变动。",
    "综合得分与各维度只计主评价档案的有效评价,不同评价表不混算;满意率=满意÷(满意+不满意),计全部档案的有效评价。",
    "投诉、重开:本周受理的工单中类别为投诉的、后来重开过的。重复、缺受理时间、时间颠倒的张数是台账全部,不限本周。",
)
"""How each figure is counted, in the words of the tab."""

JUDGED = (
    "每个比率和均分旁边都写样本数 n;n 少于“设置”里的“样本少”时标“样本少”,数字为灰色斜体:换一两份评价,结果就会不同。",
    "差值总是写出来。只有超出偶然范围的差值才上色:绿=变好,红=变差;没有颜色的,不能说变好或变差。",
    "比率用费希尔精确检验(双侧),均分用置换检验(两周的评价重新混分,看多大比例会差得一样多)。",
    "同一页上比较多项,碰巧出现“显著”的机会也多:各项按霍姆法一并判断,整页误报的机会不超过 5%。",
    "不给人员和部门排名;不同评价表的得分不混算;客户类型之间只并列,不判断差异。",
)
"""The folded note, in the words of the tab."""
