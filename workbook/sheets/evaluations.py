"""评价记录: one row per customer answer, returned or noted down (S000, S001, S002, S004)."""

from ..schema import Column, Sheet
from .profiles import DIMENSION_KEYS

_DIMENSIONS = (
    Column("response", "响应及时性", "score", width=10,
           aliases=("服务响应及时性", "服务响应速度", "响应速度"), needed=True),
    Column("resolution", "问题解决效果", "score", width=14, aliases=("问题解决效率", "问题解决能力", "问题解决"), needed=True),
    Column("expertise", "服务人员专业性", "score", width=16, aliases=("专业能力水平", "专业性水平", "专业性"), needed=True),
    Column("attitude", "服务态度", "score", width=10, aliases=("服务态度友好度", "服务人员态度"), needed=True),
    Column("process", "流程便捷性", "score", width=10, needed=True),
    Column("added_value", "售后增值体验", "score", width=14, needed=True),
    Column("overall", "整体满意度", "score", width=10, needed=True),
)  # fmt: skip

EVALUATIONS = Sheet(
    key="evaluations",
    title="评价记录",
    table="评价记录",
    source="S000.T2 S001.T1 S002.T2 S004.T1",
    note="一行一份客户评价。分数填 1 到 5 的整数;没问到的项目留空。",
    identity=("receipt",),
    columns=(
        Column("receipt", "回执码", role="issued", width=14, note="留空时由按钮编号。"),
        Column("evaluated_at", "评价时间", "datetime", required=True, width=17),
        Column("profile", "评价档案", "choice", required=True, choices="评价档案", width=22,
               note="客户填的是哪一张表。"),
        Column("ticket", "工单号", width=16, note="匿名评价(S001)不填。", needed=True),
        Column("customer", "客户姓名", width=10, note="匿名评价(S001)不填。", aliases=("顾客姓名",)),
        Column("customer_type", "客户类型", "choice", choices="客户类型", width=11),
        Column("problem_type", "问题类型", "choice", choices="问题类型", strict=False, width=12),
        Column("served_by", "服务人员", width=10, aliases=("服务人员姓名", "服务人员工号")),
        *_DIMENSIONS,
        Column("praise", "最满意的地方", "choices", choices="最满意", strict=False, width=18),
        Column("improvement", "需要改进的地方", width=28, aliases=("需要改进的方面", "改进建议")),
        Column("suggestion", "其他建议或需求", width=24),
        Column("channel", "评价渠道", "choice", choices="评价渠道", strict=False, width=11),
        Column("feedback_class", "反馈类别", "choice", choices="反馈类别", strict=False, width=10),
        Column("called_by", "回访人", width=10, folded=True),
        Column("called_at", "回访时间", "datetime", width=17, folded=True, note="投诉类、建议类反馈 3 个工作日内回访。"),
        Column("call_result", "回访结果", width=18, folded=True),
        Column("flagged_at", "高频标记时间", "datetime", width=17, folded=True, note="认定为高频问题的时间;48 小时内要交简报。"),
        Column("briefed_at", "简报时间", "datetime", "issued", width=17, folded=True, number_format="yyyy-mm-dd hh:mm",
               note="做《反馈汇总简报》时自动填上;自己填的提交时间不会被改。"),
        Column("served_on", "服务日期", "date", width=12, folded=True),
        Column("customer_no", "客户编号", width=13, folded=True),
        Column("proxy", "代填", "choice", choices="一次解决", width=8, folded=True),
        Column("proxy_by", "代填人", width=10, folded=True),
        Column("direction", "改进方向", "choices", choices="改进方向", strict=False, width=20, folded=True),
        Column("willing", "愿意后续联系", width=14, folded=True, aliases=("是否愿意参与后续深度调研",)),
        Column("contact", "联系方式", "phone", width=15, folded=True),
        Column("first_time_fix", "是否一次性解决", "choice", choices="一次解决", width=10, folded=True),
        Column("version", "档案版本", width=9, folded=True),
        Column("source_file", "来源文件", width=20, folded=True),
        Column("fingerprint", "指纹", width=14, folded=True),
        Column("service_type", "服务类型", "choices", choices="服务类型", strict=False, width=16, folded=True),
        Column("event", "印象最深刻的事件", width=24, folded=True, aliases=("印象最深刻的事件(正面/负面)",)),
        Column("praise_other", "其他满意的地方", width=18, folded=True),
        Column("signature", "顾客签名", width=11, folded=True),
        Column("signed_on", "签名日期", "date", width=12, folded=True),
        Column("explain", "评分说明", width=28, folded=True, note="各项评分的具体说明,如 响应:很快;解决:修了两次。"),
        Column("returned_at", "回收时间", "datetime", width=17, folded=True),
        Column("evaluator_note", "备注", width=20, folded=True, note="由服务人员填写,不发给客户。"),
        Column("issues", "数据问题", role="computed", width=26),
        Column("valid", "有效", role="computed", width=8),
        Column("invalid_reason", "剔除原因", role="computed", width=14),
        Column("composite", "综合得分", "score", "computed", width=10, number_format="0.0"),
        Column("low", "低分项", role="computed", width=18),
        Column("satisfied", "满意", role="computed", width=8),
        Column("suggested_feedback", "建议反馈类别", role="computed", width=12),
        Column("comment_words", "评语关键词", role="computed", width=18, folded=True),
        Column("stat_at", "统计评价时间", "datetime", "computed", width=17, folded=True,
               number_format="yyyy-mm-dd hh:mm"),
        Column("stat_profile", "统计档案", role="computed", width=10, folded=True),
        *(
            Column(f"stat_{key}", f"统计{name}", "score", "computed", width=9, folded=True, number_format="0")
            for key, name in DIMENSION_KEYS.items()
        ),
        Column("stat_customer", "统计客户", role="computed", width=10, folded=True),
        Column("stat_channel", "统计渠道", role="computed", width=10, folded=True),
    ),
    tab_color="2E9E6B",
)  # fmt: skip
"""综合得分 is the exact weighted mean (stored unrounded, shown with one decimal); 有效 is 是 or 否; 满意 is 是
where 整体满意度 (or, if the form does not ask it, 综合得分) is at least 4; 统计评价时间 is the readable 评价时间,
统计响应 to 统计整体 the readable dimension scores: a score typed as text or out of range would otherwise count in
Python and not in a formula, or the other way round. 统计客户 and 统计渠道 are what was read from 客户类型 and 评价渠道
(未填 where blank); an answer that somebody filled in for the customer has 代填 as its 统计渠道."""
