"""周报模板: which figures the weekly tab holds and what each is called; no formulas, no looks.

Every figure has its own defined name, local to the tab, so that rows and columns may be inserted and cells
moved in the template. The drawer (workbook.template.weekly) and the handler (xlsvc.weekly_summary) meet here
and nowhere else. Names are Chinese, without blanks; "本周_新增" is a figure of the KPI strip, "类型1_数量"
one of a list's first row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from . import WEEKLY_TEMPLATE_TITLE
from .profiles import DIMENSION_KEYS, PROFILES
from .settings import CLOCKS
from .vocabularies import URGENCY_LEVELS

TITLE = WEEKLY_TEMPLATE_TITLE
TAB = "周报 {week}"
UPDATED = "周报 {week}(更新)"
"""Beside a frozen tab: the same week by today's rows."""

FROZEN, FROZEN_TITLE = "定稿 {at:%Y-%m-%d %H:%M}", "售后服务周报 {week}({at:%Y-%m-%d %H:%M} 定稿)"
"""What a frozen tab says of itself: in the cell that remembers the state, and in its title."""

BLANK = "—"
"""What a figure shows that cannot be told: no ticket, no answer."""

GENERATED = "{name}_生成"
"""Where the host keeps the text it generated last, to know whether a person has changed it."""

# --- head -----------------------------------------------------------------------------------------------
HEAD = ("标题", "日期范围", "周次", "周始", "部门", "编制人", "时效截至", "主档案", "低分线", "样本少线")
DRAFTS = ("报告状态", "结论1", "结论2", "结论3")
DRAFT_STATE = "草稿"

# --- KPI strip ------------------------------------------------------------------------------------------
KpiKind = Literal["count", "rate", "mean"]


@dataclass(frozen=True)
class Kpi:
    """One row of the strip. A rate or mean has 样本 (its denominator), a goal (settings attribute) and a
    judgement; `lacks_time` adds how many tickets could not be judged. 期末未结 has both: how many of them are
    closed by their 状态 without a time of it."""

    name: str
    kind: KpiKind
    unit: str
    goal: str = ""
    lacks_time: bool = False


KPIS = (
    Kpi("期初未结", "count", "张"),
    Kpi("新增", "count", "张"),
    Kpi("办结", "count", "张"),
    Kpi("期末未结", "count", "张"),
    Kpi("首次响应达标率", "rate", "%", "response_goal", lacks_time=True),
    Kpi("解决达标率", "rate", "%", "resolution_goal", lacks_time=True),
    Kpi("综合得分", "mean", "分", "score_goal"),
    Kpi("满意率", "rate", "%", "satisfied_goal"),
    Kpi("投诉", "count", "张"),
    Kpi("重开", "count", "张"),
)
RATE_COLUMNS = {"首次响应达标率": "response_status", "解决达标率": "resolution_status"}
"""Which status column of the logs a rate counts."""
COMPLAINT_CLASS = "投诉"

# --- at a glance ------------------------------------------------------------------------------------------
GLANCES = {"超时": "晚了吗", "环节": "晚在哪", "责任人": "谁去办", "样本": "样本少"}
"""Sentences that answer a reader's first four questions, as they are called in names (一眼_超时) and asked."""
STAGES = tuple(CLOCKS.values())
"""Where a ticket may be overdue, in the order of 环节n_超时."""
AGES = ("当天", "1–2天", "3–6天", "≥7天")
AGE_BOUNDS = (1, 3, 7)
"""Days before the end of the counted day at which the next older band of AGES begins."""
AGE_FIELDS = ("标签", "超时", "其余")

# --- lists ----------------------------------------------------------------------------------------------
ATTENTION_ROWS = 5
ATTENTION_FIELDS = ("工单", "客户", "类别", "紧急", "责任人", "环节", "应完成", "已超时")
DAYS = 7
DIMENSION_ROWS = max(len(profile.dimensions) for profile in PROFILES.values())
DIMENSION_COLUMNS = tuple(DIMENSION_KEYS)
"""Canonical keys in the order that 维度n_列 counts from 1."""
TYPE_ROWS = 6
PEOPLE_ROWS = 8
DEPARTMENT_ROWS = 6
OTHER_CLASS = "其他"
TREND_WEEKS = 8
TREND_FIELDS = ("标签", "新增", "办结", "期末未结", "响应率", "响应样本", "解决率", "解决样本", "得分", "得分样本")

STATUSES = ("达标", "超时", "即将超时", "进行中", "无时限", "无法判定")
"""时效状态 in the order of the matrix's columns."""

URGENCIES = (*URGENCY_LEVELS.values(), "未定")
URGENCY_NAMES = (*URGENCY_LEVELS, "未定")
"""Matrix rows as labelled, and as they are called in names (紧急P1_超时)."""

EXCLUSIONS = ("重复", "缺受理时间", "时间颠倒")
LEFT_OUT = (*EXCLUSIONS, "评价剔除", "其他档案", "缺评价时间")
RECONCILIATIONS = ("结存", "类型", "紧急", "人员", "部门", "客户")

# --- what follows an edit at once -------------------------------------------------------------------------
LIVE_WORDS = 24
"""Words of 问题类型 that the type figures know by themselves; what is typed otherwise counts as it was read last."""
LIVE_WORD_FIELDS = ("条件", "类", "本周", "上周")
LIVE_DIMENSION_FIELDS = ("权重", "本周", "上周")
LIVE_NOTE = "改了台账,新增、办结、未结、投诉、问题类型、各维度和综合得分立即跟着变;其余截至“时效截至”,“一键更新”后重做周报才变。"
FIXED_NOTE = "已定稿:台账再改,本页不变。"

# --- customers, their words, and what is done about them --------------------------------------------------
CUSTOMERS = {"新": "新客户", "老": "老客户", "VIP": "VIP客户", "其他": ""}
"""Rows of the comparison as they are called in names, and the 统计客户 they count; 其他 is whatever is left."""
CUSTOMER_FIELDS = ("新增", "占比", "响应率", "响应样本", "解决率", "解决样本", "得分", "得分样本")
CHANNEL_ROWS = 4
BY_PROXY = "代填"
CHANNEL_FIELDS = ("名称", "条件", "数量", "占比", "得分", "得分样本")
CHANNEL_TOTALS = ("渠道其他", "渠道代填", "渠道合计")
SMALL_GROUP = 5
"""Answers to an anonymous form are not told apart by groups smaller than this (requirements P9)."""
TOO_FEW, NOT_SPLIT = "不足5", "不分列"
"""What stands for such a group's size, and for the scores of every group beside it: one of them left out alone could
be worked out from the total."""
KEYWORD_ROWS = 7
KEYWORD_FIELDS = ("词", "份数", "占比")
FOLLOW_ROWS = 6
FOLLOW_FIELDS = ("事项", "未到期", "已逾期", "最早", "对象")
QUOTE_ROWS = 3
QUOTE_FIELDS = ("类", "原话", "出处")
MEASURE_ROWS = 4
MEASURE_FIELDS = ("编号", "措施", "责任", "完成", "状态")
FEW_OF = {
    "评价维度": [f"维度{n}_样本" for n in range(1, DIMENSION_ROWS + 1)],
    "人员首响率": [f"人员{n}_分母" for n in range(1, PEOPLE_ROWS + 1)],
    "部门首响率": [f"部门{n}_分母" for n in range(1, DEPARTMENT_ROWS + 1)],
    **{f"客户类型{title}": [f"客户{row}_{field}" for row in CUSTOMERS]
       for title, field in (("首响率", "响应样本"), ("解决率", "解决样本"), ("得分", "得分样本"))},
    "渠道得分": [f"{row}_得分样本" for row in (*(f"渠道{n}" for n in range(1, CHANNEL_ROWS + 1)), *CHANNEL_TOTALS[:2])],
}  # fmt: skip
"""Lists whose small samples 一眼_样本 counts: how each is called, and its samples, which stand one below the other."""
NOTES = ("关键词_说明", "跟进_说明", "原声_说明", "措施_说明", "判断_说明")
"""Sentences that belong to a block as a whole."""
LINKED = ("关注", "类型", "维度", "客户", "渠道", "关键词", "跟进", "人员", "趋势", "原声", "措施")
"""Blocks with a link to the rows behind them (查看_类型)."""


def head_names() -> Iterator[str]:
    yield from HEAD
    yield "超时未结"


def kpi_names(kpi: Kpi) -> Iterator[str]:
    yield from (f"{part}_{kpi.name}" for part in ("本周", "上周", "差值"))
    if kpi.kind != "count":
        yield from (f"{part}_{kpi.name}" for part in ("目标", "样本", "上周样本", "判断", "显著"))
    if kpi.lacks_time:
        yield f"缺时间_{kpi.name}"
    if kpi.name == "期末未结":
        yield from (f"判断_{kpi.name}", f"缺时间_{kpi.name}")


def list_names(prefix: str, rows: int, fields: tuple[str, ...]) -> Iterator[str]:
    for number in range(1, rows + 1):
        yield from (f"{prefix}{number}_{field}" for field in fields)


DIMENSION_FIELDS = (
    "名称", "列", "样本", "均分", "上周样本", "上周", "差值", "占比", "低分", "提示", "图名", "图", "图线", "显著",
)  # fmt: skip
TYPE_FIELDS = ("名称", "条件", "数量", "占比", "上周")
GROUP_FIELDS = ("名称", "条件", "新增", "办结", "超时", "分母", "达标率")


def _customer_names() -> Iterator[str]:
    for row in CUSTOMERS:
        yield from (f"客户{row}_{field}" for field in CUSTOMER_FIELDS)
    yield from list_names("渠道", CHANNEL_ROWS, CHANNEL_FIELDS)
    for row in CHANNEL_TOTALS:
        yield from (f"{row}_{field}" for field in CHANNEL_FIELDS[2:])
    yield from list_names("关键词", KEYWORD_ROWS, KEYWORD_FIELDS)
    yield from list_names("跟进", FOLLOW_ROWS, FOLLOW_FIELDS)
    yield from ("跟进合计_未到期", "跟进合计_已逾期")
    yield from list_names("原声", QUOTE_ROWS, QUOTE_FIELDS)
    yield from list_names("措施", MEASURE_ROWS, MEASURE_FIELDS)
    yield from NOTES
    yield from (f"查看_{block}" for block in LINKED)


def names() -> tuple[str, ...]:
    """Every defined name that the tab must have, drafts and what was generated for them included."""

    def every() -> Iterator[str]:
        yield from head_names()
        for draft in DRAFTS:
            yield draft
            yield GENERATED.format(name=draft)
        for kpi in KPIS:
            yield from kpi_names(kpi)
        yield from (f"一眼_{part}" for part in GLANCES)
        yield from list_names("环节", len(STAGES), ("超时",))
        yield from list_names("账龄", len(AGES), AGE_FIELDS)
        yield from list_names("关注", ATTENTION_ROWS, ATTENTION_FIELDS)
        yield from list_names("日", DAYS, ("标签", "新增", "办结"))
        yield from list_names("类型", TYPE_ROWS, TYPE_FIELDS)
        for row in ("类型其他", "类型合计"):
            yield from (f"{row}_{field}" for field in ("数量", "占比", "上周"))
        for row in (*(f"类型{n}" for n in range(1, TYPE_ROWS + 1)), "类型其他"):
            yield from (f"{row}_{field}" for field in ("图", "累计"))
        for row in (*URGENCY_NAMES, "合计"):
            yield from (f"紧急{row}_{status}" for status in (*STATUSES, "合计"))
        yield from list_names("维度", DIMENSION_ROWS, DIMENSION_FIELDS)
        for prefix, rows in (("人员", PEOPLE_ROWS), ("部门", DEPARTMENT_ROWS)):
            yield from list_names(prefix, rows, GROUP_FIELDS)
            yield from (f"{prefix}其他_{field}" for field in GROUP_FIELDS[2:])
        yield from list_names("周", TREND_WEEKS, ("始", *TREND_FIELDS, "响应图", "解决图"))
        yield from _customer_names()
        yield from list_names("即时词", LIVE_WORDS, LIVE_WORD_FIELDS)
        yield from list_names("即时维度", DIMENSION_ROWS, LIVE_DIMENSION_FIELDS)
        yield from ("即时新评_本周", "即时新评_上周", "即时_说明")
        yield from (f"不计_{name}" for name in LEFT_OUT)
        yield from (f"对账_{name}" for name in RECONCILIATIONS)

    return tuple(every())
