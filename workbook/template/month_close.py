"""The second half of 复盘模板: why scores are low, what is proposed against it, what is under way, how all was counted."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import Outline

from .. import styles
from ..sheets import month_review as review
from ..sheets.weekly_summary import DIMENSION_ROWS, GENERATED
from .weekly_close import FOOT_TITLES, JUDGED
from .weekly_page import ASIDE, COUNT, LEFT, RATE, RIGHT, Page, Span


def causes(page: Page, row: int) -> int:
    """Where a low dimension meets what customers complain of in words."""
    row = page.section(row, "原因", "低分维度里打低分的评价都写了什么;高频词按“选项与关键词”的评语词", "原因")
    spans: Sequence[Span] = ((2, 4), (5, 6), (7, 7), (8, 8), (9, 9), (10, 11), (12, 13), (14, 15))
    titles = ("低分维度", "高频词", "提到(份)", "低分评价", "占比", "相关工单", "", "")
    row = page.header(row, list(zip(spans, titles, strict=True)))
    first = row
    for n in range(1, review.CAUSE_ROWS + 1):
        for span, field in zip(spans, review.CAUSE_FIELDS, strict=True):
            linked = field.startswith("工单")
            number_format = {"占比": RATE, "份数": COUNT}.get(field, "")
            if field == "低分":
                page.size(row, span[0], f"原因{n}_{field}")
                continue
            _shrunk(page, row, span, f"原因{n}_{field}", number_format, styles.ACCENT if linked else styles.INK)
        row += 1
    page.few(f"G{first}:I{row - 1}", f"$H{first}", f"H{first}:H{row - 1}")
    page.put(row, (LEFT, RIGHT), name="原因_说明", align="left", size=9, colour=styles.MUTED, line=False)
    return page.gap(row + 1)


def proposals(page: Page, row: int) -> int:
    """A row for each dimension of the main profile, always in the same place: what people typed stays beside it."""
    heads = review.PROPOSAL_HEADINGS
    row = page.section(row, "建议措施", "填好责任部门/人和计划完成,再点一次“月度复盘”,就记入“改进跟踪”,只记一次")
    spans: Sequence[Span] = ((2, 3), (4, 6), (7, 11), (12, 13), (14, 14), (15, 15))
    row = page.header(row, list(zip(spans, ("维度", *heads.values()), strict=True)))
    page.aside_heads(row - 1, ASIDE, ["对应(请勿改动)", "问题_生成", "措施_生成"])
    first = row
    for n in range(1, DIMENSION_ROWS + 1):
        name = f"建议{n}_"
        page.put(row, spans[0], name=name + "维度", align="left", wrap=True, size=9, bold=True)
        for span, field in zip(spans[1:3], review.PROPOSAL_DRAFTS.values(), strict=True):
            page.put(row, span, name=name + field, align="left", wrap=True, size=9, fill=styles.INPUT)
        page.put(row, spans[3], name=name + "责任", wrap=True, size=8, fill=styles.INPUT)
        page.put(row, spans[4], name=name + "完成", size=9, fill=styles.INPUT, number_format="yyyy-mm-dd")
        page.tab.cell(row, spans[4][0]).alignment = Alignment("center", "center", shrink_to_fit=True)
        _shrunk(page, row, spans[5], name + "编号", "")
        page.aside(row, ASIDE, name + "键")
        for offset, field in enumerate(review.PROPOSAL_DRAFTS.values(), 1):
            page.aside(row, ASIDE + offset, GENERATED.format(name=name + field))
        page.tab.row_dimensions[row].height = 30
        row += 1
    done = get_column_letter(spans[5][0])
    page.rule(f"{done}{first}:{done}{row - 1}", f'LEFT({done}{first},1)="G"', styles.GOOD, styles.GOOD_INK)
    page.rule(f"{done}{first}:{done}{row - 1}", f'LEFT({done}{first},1)="缺"', styles.SOON, styles.SOON_INK, bold=True)
    page.rule(f"D{first}:N{row - 1}", f'$B{first}=""', styles.WHITE, None)
    page.put(row, (LEFT, RIGHT), name="建议_说明", align="left", size=9, colour=styles.MUTED, line=False)
    return page.gap(row + 1)


def measures(page: Page, row: int) -> int:
    row = page.section(row, "措施进展", "“改进跟踪”里在办的,和这一期里做完、已有验证结果的", "措施")
    spans: Sequence[Span] = ((2, 3), (4, 9), (10, 11), (12, 13), (14, 15))
    late = get_column_letter(spans[3][0])
    for prefix, rows, titles in (
        ("在办", review.OPEN_ROWS, ("在办", "核心问题与行动方案", "责任部门/人", "计划完成", "状态")),
        ("见效", review.PROVEN_ROWS, ("已验证", "核心问题与行动方案", "责任部门/人", "实际完成", "验证结果")),
    ):
        row = page.header(row, list(zip(spans, titles, strict=True)))
        first = row
        for n in range(1, rows + 1):
            for span, field in zip(spans, review.MEASURE_FIELDS, strict=True):
                _shrunk(page, row, span, f"{prefix}{n}_{field}", "")
            for span, side in ((spans[1], "left"), (spans[2], "center"), (spans[4], "center")):
                page.tab.cell(row, span[0]).alignment = Alignment(side, "center", wrap_text=True)
                page.tab.cell(row, span[0]).font = styles.font(8)
            page.tab.row_dimensions[row].height = 24
            row += 1
        area = f"{late}{first}:{late}{row - 1}"
        page.rule(area, f'ISNUMBER(SEARCH("已逾期",{late}{first}))', None, styles.BAD_INK, bold=True)
    page.put(row, (LEFT, RIGHT), name="措施_说明", align="left", size=9, colour=styles.MUTED, line=False)
    row = page.gap(row + 1)
    row = page.section(row, "会议记录", "手工填写;重做时保留")
    for number in range(1, 3):
        page.tab.row_dimensions[row].height = 20
        page.put(row, (2, 2), number, fill=styles.INPUT)
        page.put(row, (3, RIGHT), align="left", wrap=True, fill=styles.INPUT)
        row += 1
    return page.gap(row)


def footnotes(page: Page, row: int) -> int:
    row = page.section(row, "口径与对账")
    heads = [(f"不计_{name}", FOOT_TITLES[name].replace("本周", "本期")) for name in review.LEFT_OUT]
    heads.append(("对账_结存", FOOT_TITLES["结存"]))
    page.put(row, (2, 3), "未计入与对账", align="left", size=9, bold=True)
    page.put(row + 1, (2, 3), "份;对账差应为 0", align="left", size=9)
    for offset, (name, title) in enumerate(heads):
        span = (4 + 3 * offset, 6 + 3 * offset)
        page.put(row, span, title, size=9, fill=styles.COMPUTED_HEAD)
        page.put(row + 1, span, name=name, number_format=COUNT, size=9)
    page.rule(f"M{row + 1}", f"AND(ISNUMBER(M{row + 1}),M{row + 1}<>0)", styles.BAD, styles.BAD_INK, bold=True)
    row += 2
    page.put(row, (LEFT, RIGHT), name="口径_说明", align="left", size=9, bold=True, wrap=True, line=False)
    row += 1
    for text in FOOTNOTES:
        row = _small_print(page, row, text)
    page.put(row, (LEFT, RIGHT), "差值怎样判断:点左边的“+”展开", align="left", size=9, colour=styles.ACCENT, line=False)
    first = row + 1
    row += 1
    for text in HOW_JUDGED:
        row = _small_print(page, row, text)
    page.put(row, (LEFT, RIGHT), name="判断_说明", align="left", size=9, colour=styles.MUTED, wrap=True, line=False)
    page.tab.row_dimensions[row].height = 44
    page.tab.sheet_properties.outlinePr = Outline(summaryBelow=False)
    for number in range(first, row + 1):
        page.tab.row_dimensions[number].outlineLevel = 1
        page.tab.row_dimensions[number].hidden = True
    page.tab.row_dimensions[first - 1].collapsed = True
    return row


def _small_print(page: Page, row: int, text: str) -> int:
    page.put(row, (LEFT, RIGHT), text, align="left", size=9, colour=styles.MUTED, wrap=True, line=False)
    page.tab.row_dimensions[row].height = 14 * (1 + len(text) // 84)
    return row + 1


def _shrunk(page: Page, row: int, span: Span, name: str, number_format: str, colour: str = styles.INK) -> None:
    page.put(row, span, name=name, number_format=number_format, size=9, colour=colour)
    page.tab.cell(row, span[0]).alignment = Alignment("center", "center", shrink_to_fit=True)


FOOTNOTES = (
    "一期从第一天零时到最后一天二十四时。新增按受理时间、办结按办结时间计;未结:该时刻已受理、未办结(含已办结而缺时间的)。",
    "达标率=达标÷(达标+超时),只算本期受理的工单;缺时间(无法判定)、无时限和进行中的不进分母。率的差值为百分点。",
    "超时未结:本期末之前受理、到“时效截至”时仍在等且已过时限的工单;改了记录后请再点一次“月度复盘”。综合得分与各维度只计主评价档案的有效评价。",
    "低分:未取整的均分低于低分线(S001、S002);低于均:低于各维度总均分,最低的一项可优先改进(S004)。结转以前的记录不在本台账。",
)
"""How each figure is counted, in the words of the tab."""

HOW_JUDGED = (
    *(text.replace("两周", "两期") for text in JUDGED[:-1]),
    "不给人员和部门排名;不同评价表的得分不混算;各维度之间只并列,不判断差异。",
)
