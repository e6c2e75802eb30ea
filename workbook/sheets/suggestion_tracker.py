"""改进跟踪: the suggestion tracker S002.T3 speaks of, with the columns of S001.T2 (own design, requirements §2)."""

from ..schema import Column, Sheet

SUGGESTION_TRACKER = Sheet(
    key="suggestion_tracker",
    title="改进跟踪",
    table="改进跟踪",
    source="S002.T3 S001.T2",
    note="一行一条改进:从建议到措施,再到证明有效。",
    identity=("number",),
    columns=(
        Column("number", "编号", role="issued", width=15),
        Column("origin", "来源", width=10, note="评价、工单或会议。"),
        Column("origin_no", "来源编号", width=16),
        Column("suggestion", "建议原文", width=30),
        Column("core_problem", "核心问题", own=False, width=18),
        Column("goal", "改善目标(基线→目标)", own=False, width=24, aliases=("改善目标",)),
        Column("plan", "行动方案", own=False, width=30),
        Column("responsible", "责任部门/人", own=False, width=18),
        Column("due", "计划完成时间", own=False, width=20),
        Column("status", "状态", "choice", choices="改进状态", width=10),
        Column("done", "实际完成", "date", width=12),
        Column("result", "验证结果", own=False, width=18),
        Column("reanalysis", "未达标重新分析", own=False, width=18),
        Column("told", "客户告知", own=False, width=14),
        Column("remark", "备注", width=20),
        Column("issues", "数据问题", role="computed", width=26),
    ),
    tab_color="D98E04",
)
