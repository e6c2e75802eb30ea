"""复盘模板: which figures the monthly (quarterly, half-yearly) review holds and what each is called.

As for the weekly tab, every figure has a defined name local to the tab; the drawer (workbook.template.month_review) and the
handler (xlsvc.month_review) meet here and nowhere else. 上期 is the span before, of the same kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import REVIEW_TEMPLATE_TITLE
from .profiles import DIMENSION_KEYS, PROFILES
from .weekly_summary import DIMENSION_FIELDS, DIMENSION_ROWS, GENERATED, KPIS, Kpi

TITLE = REVIEW_TEMPLATE_TITLE
BLANK = "—"


@dataclass(frozen=True)
class Kind:
    """A review of `months` months: the tab's title, and what the span and the one before it are called."""

    months: int
    tab: str
    name: str
    this: str
    last: str


KINDS = (
    Kind(1, "月度复盘_{period}", "月度复盘", "本月", "上月"),
    Kind(3, "季度复盘_{period}", "季度复盘", "本季度", "上季度"),
    Kind(6, "半年度复盘_{period}", "半年度复盘", "本半年", "上个半年"),
)

# --- head -----------------------------------------------------------------------------------------------
PARAMETERS = ("期始", "期止", "上期始", "上期可比", "主档案", "不记名", "低分线", "样本少线")
"""What formulas call by name: the span up to and without 期止; 上期可比 is 否 where rows of the span before stayed in another
ledger; 不记名 is 是 where the main profile is anonymous."""
HEAD = ("标题", "日期范围", "部门", "编制人", "时效截至", "超时未结", "总均分", *PARAMETERS)
CONCLUSIONS = ("结论1", "结论2", "结论3")

# --- dimensions ------------------------------------------------------------------------------------------
FIELDS = (*(field.replace("上周", "上期") for field in DIMENSION_FIELDS), "合计", "低于均")
COMPARED = {code: profile for code, profile in PROFILES.items() if not profile.internal}
"""The customers' forms, compared by the key of a dimension; the internal assessment is another instrument."""
ASKED = tuple((key, code) for key in DIMENSION_KEYS for code, p in COMPARED.items() if any(d.key == key for d in p.dimensions))
SMALL_GROUP = 5
TOO_FEW, NOT_SPLIT = "不足5", "不分列"
"""What stands for the size of a small group of an anonymous form, and for its scores (requirements P9)."""

# --- lists ------------------------------------------------------------------------------------------------
TREND_MONTHS = 6
TREND_FIELDS = ("标签", "新增", "办结", "期末未结", "响应率", "响应样本", "解决率", "解决样本", "得分", "得分样本")
TREND_HIDDEN = ("始", "止", "缺", "响应图", "解决图")
CAUSE_ROWS = 5
CAUSE_TICKETS = 3
CAUSE_FIELDS = ("维度", "词", "份数", "低分", "占比", *(f"工单{n}" for n in range(1, CAUSE_TICKETS + 1)))
OPEN_ROWS, PROVEN_ROWS = 4, 2
MEASURE_FIELDS = ("编号", "措施", "责任", "完成", "状态")
PROPOSAL_HEADINGS = {
    "core_problem": "核心问题", "plan": "建议措施", "responsible": "责任部门/人", "due": "计划完成", "number": "改进跟踪",
}  # fmt: skip
"""What a proposal's cells become in 改进跟踪, and the headings they are found under on the tab; `number` is what came of it."""
TYPED = ("core_problem", "plan", "responsible", "due")
PROPOSAL_DRAFTS = {"core_problem": "问题", "plan": "措施"}
PROPOSAL_KEY = "复盘:"
"""Begins the cell that says, outside the page, what a proposal's row is about; the rest is its 来源编号 in 改进跟踪."""
NOTES = ("原因_说明", "措施_说明", "建议_说明", "口径_说明", "判断_说明")
LINKED = ("维度", "原因", "走势", "措施")
LEFT_OUT = ("评价剔除", "其他档案", "缺评价时间")


def kpi_names(kpi: Kpi) -> Iterator[str]:
    yield from (f"{part}_{kpi.name}" for part in ("本期", "上期", "差值"))
    if kpi.kind != "count":
        yield from (f"{part}_{kpi.name}" for part in ("目标", "样本", "上期样本", "判断", "显著"))
    if kpi.lacks_time:
        yield f"缺时间_{kpi.name}"
    if kpi.name == "期末未结":
        yield from (f"判断_{kpi.name}", f"缺时间_{kpi.name}")


def names() -> tuple[str, ...]:
    """Every defined name that the tab must have, drafts and what was generated for them included."""

    def rows(prefix: str, number: int, fields: tuple[str, ...]) -> Iterator[str]:
        for n in range(1, number + 1):
            yield from (f"{prefix}{n}_{field}" for field in fields)

    def every() -> Iterator[str]:
        yield from HEAD
        for kpi in KPIS:
            yield from kpi_names(kpi)
        yield from rows("维度", DIMENSION_ROWS, FIELDS)
        yield from (f"对比{code}_{key}_{field}" for key, code in ASKED for field in ("均分", "样本"))
        yield from rows("月", TREND_MONTHS, (*TREND_FIELDS, *TREND_HIDDEN))
        yield from rows("原因", CAUSE_ROWS, CAUSE_FIELDS)
        yield from rows("在办", OPEN_ROWS, MEASURE_FIELDS)
        yield from rows("见效", PROVEN_ROWS, MEASURE_FIELDS)
        yield from rows("建议", DIMENSION_ROWS, ("维度", "键", "责任", "完成", "编号"))
        for draft in drafts():
            yield draft
            yield GENERATED.format(name=draft)
        yield from NOTES
        yield from (f"查看_{block}" for block in LINKED)
        yield from (f"不计_{name}" for name in LEFT_OUT)
        yield "对账_结存"

    return tuple(every())


def drafts() -> tuple[str, ...]:
    """The texts that are begun for people and kept once they have changed them."""
    proposals = (f"建议{n}_{field}" for n in range(1, DIMENSION_ROWS + 1) for field in PROPOSAL_DRAFTS.values())
    return (*CONCLUSIONS, *proposals)
