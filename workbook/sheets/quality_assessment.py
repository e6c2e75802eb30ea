"""质量评估: internal evaluation, one row per ticket and dimension (S003.T2), headings as printed."""

from ..schema import Column, Sheet

QUALITY_ASSESSMENT = Sheet(
    key="quality_assessment",
    title="质量评估",
    table="质量评估",
    source="S003.T2",
    note="完成后 2 个工作日内由非执行人员评估;评估人不能是处理人。",
    identity=("ticket", "dimension"),
    columns=(
        Column("ticket", "工单号", required=True, own=False, width=16),
        Column("dimension", "评估维度(权重)", required=True, own=False, width=18, note="如 响应及时性(20%)。"),
        Column("standard", "评分标准(1-5分)", own=False, width=40),
        Column("score", "得分", "score", own=False, width=8),
        Column("feedback", "具体描述(客户反馈)", own=False, width=32),
        Column("advice", "改进建议", own=False, width=24),
        Column("assessor", "评估人", width=10, note="不能是该工单的处理人。"),
        Column("assessed_at", "评估时间", "datetime", width=17),
        Column("issues", "数据问题", role="computed", width=26),
        Column("weight", "权重", "share", "computed", width=8, number_format="0%"),
        Column("composite", "综合得分", "score", "computed", width=10, number_format="0.0"),
        Column("low", "低分", role="computed", width=8),
        Column("suggested", "建议响应得分", "score", "computed", width=12, number_format="0"),
        Column("suggested_why", "建议依据", role="computed", width=44),
    ),
    tab_color="2E9E6B",
)  # fmt: skip
"""建议响应得分 stands on rows of 响应及时性 whose ticket has its times. Where the standard settles it (5 or 1) and 得分 is
blank, it counts in 综合得分; in between it is an offer. 得分 itself is never written."""
