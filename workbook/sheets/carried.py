"""结转记录: what a new year's ledger keeps of the rows that stayed in the old one.

Rows of 类别 历史周 count, for one week, the tickets and answers that stayed behind: the weekly tab adds them to what it
counts in its own rows, so that its trend goes on unbroken. Rows of 类别 已用编号 hold the highest number of each
day, so that no number is issued twice.
"""

from ..schema import Column, Sheet

WEEK_KIND, NUMBER_KIND = "历史周", "已用编号"
"""Words of 类别."""


def _count(key: str, heading: str, width: float = 10) -> Column:
    return Column(key, heading, "number", "issued", width=width, number_format="General")


CARRIED = Sheet(
    key="carried",
    title="结转记录",
    table="结转记录",
    note="“结转”写在这里:留在上一本台账里的工单和评价的每周数,供周报的趋势使用;用过的编号。请勿改动。",
    hidden=True,
    optional=True,
    columns=(
        Column("kind", "类别", role="issued", width=10),
        Column("week", "周始", "date", "issued", width=12, number_format="yyyy-mm-dd"),
        _count("opened", "新增"),
        _count("closed", "办结"),
        _count("left_open", "期末未结"),
        _count("response_met", "响应达标"),
        _count("response_judged", "响应分母"),
        _count("resolution_met", "解决达标"),
        _count("resolution_judged", "解决分母"),
        Column("profile", "主档案", role="issued", width=10),
        _count("score_sum", "得分合计"),
        _count("score_count", "得分份数"),
        _count("satisfied", "满意"),
        _count("satisfied_of", "满意分母"),
        _count("complaints", "投诉"),
        _count("reopened", "重开"),
        Column("number", "编号", role="issued", width=18),
        Column("origin", "来自", role="issued", width=28),
    ),
)
