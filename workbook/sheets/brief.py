"""简报模板: which figures the 反馈汇总简报 (S000.R9) holds and what each is called; no looks.

The brief is a document handed in at a moment, so its figures are values as of 时效截至 and stay as they are until it is
made again. The drawer (workbook.template.brief) and the handler (xlsvc.brief) meet here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import BRIEF_TEMPLATE_TITLE
from .weekly_summary import GENERATED, list_names

TITLE = BRIEF_TEMPLATE_TITLE
NAME = "反馈汇总简报"
TAB = NAME + " {period}"
BLANK = "—"
"""What a share of nothing shows."""

HEAD = ("标题", "日期范围", "时效截至", "有效评价", "剔除评价", "样本少线")
DEADLINE = ("标记条数", "最早标记", "提交时限", "提交判断")
DRAFTS = ("报告状态", "主送", "编制人", "结论1", "结论2", "结论3")
DRAFT_STATE = "草稿"

CLASSES = {"表扬": "表扬类", "投诉": "投诉类", "建议": "建议类", "待人工": "待人工", "其他": "没写意见与其他", "合计": "合计"}
"""Rows as they are called in names, and what they show."""
CLASS_FIELDS = ("份数", "读出", "占比", "样本", "工单")
"""读出: how many of them by the lexicon, for nobody typed a 反馈类别; 工单: tickets of that class accepted in the period."""
TICKET_CLASSES = ("投诉", "建议")
"""Classes that tickets of the logs have as well (问题类别)."""

CHANNEL_ROWS = 5
CHANNEL_FIELDS = ("名称", "份数", "占比", "样本")
PROBLEM_ROWS = 8
PROBLEM_FIELDS = ("名称", "标记", "份数", "占比", "样本", "最早", "最近", "部门", "例1", "例2")
FREQUENT, MARKED = "高频", "已标记"
QUOTE_ROWS = 4
QUOTE_FIELDS = ("类", "原话", "出处")
LOW_ROWS = 5
LOW_FIELDS = ("时间", "工单", "客户", "得分", "低分项", "类别")
AGREED_ROWS = 4
"""Blank lines for what was agreed; people fill them in, a refill leaves them alone."""
NOTES = ("高频_说明", "原话_说明", "低分_说明")
LINKED = ("类别", "高频", "低分")
"""Blocks with a link to the rows behind them (查看_高频)."""


def names() -> tuple[str, ...]:
    """Every defined name that the tab must have, drafts and what was generated for them included."""

    def every() -> Iterator[str]:
        yield from (*HEAD, *DEADLINE)
        for draft in DRAFTS:
            yield draft
            yield GENERATED.format(name=draft)
        for row in CLASSES:
            yield from (f"{row}_{field}" for field in CLASS_FIELDS if field != "工单" or row in TICKET_CLASSES)
        yield from list_names("渠道", CHANNEL_ROWS, CHANNEL_FIELDS)
        yield from (f"渠道合计_{field}" for field in CHANNEL_FIELDS[1:])
        yield from list_names("问题", PROBLEM_ROWS, PROBLEM_FIELDS)
        yield from list_names("原话", QUOTE_ROWS, QUOTE_FIELDS)
        yield from list_names("低分", LOW_ROWS, LOW_FIELDS)
        yield from NOTES
        yield from (f"查看_{block}" for block in LINKED)

    return tuple(every())
