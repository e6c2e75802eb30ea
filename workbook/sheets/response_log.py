"""响应记录: the response log of S002.T1, twelve headings as printed, own columns to their right."""

from ..schema import Column, Sheet
from .ticket_columns import COMPUTED, PEOPLE_AND_PLACE, TIMES, TYPED_REST

RESPONSE_LOG = Sheet(
    key="response_log",
    title="响应记录",
    table="响应记录",
    source="S002.T1",
    note="一行一个客户问题。淡黄列请填写,灰色标题的列由按钮计算,不要手改。",
    identity=("ticket",),
    columns=(
        Column("seq", "序号", "text", own=False, width=6),
        Column("customer", "客户姓名*", required=True, own=False, width=11, note="可填称谓,如 张女士;不要写身份证号。"),
        Column("contact", "联系方式*", "phone", required=True, own=False, width=15,
               note="11 位手机号,或区号-后四位;已脱敏的号码不能用于回访。"),
        Column("customer_type", "客户类型(新/老/VIP)", "choice", choices="客户类型", own=False, width=12,
               aliases=("客户类型",)),
        Column("problem", "问题描述", required=True, own=False, width=32, note="客户怎么说就怎么写。"),
        Column("problem_type", "问题类型", "choice", choices="问题类型", strict=False, own=False, width=12),
        Column("urgency", "紧急程度", "choice", required=True, choices="紧急程度", own=False, width=9,
               note="一般 24 小时内解决,紧急 4 小时内解决,特急 2 小时内响应。"),
        Column("owner", "分派责任人", own=False, width=14, note="部门和姓名,如 技术部李工。"),
        Column("time_limit", "处理时限", "duration", own=False, width=10, note="如 24小时、30分钟、1个工作日。"),
        Column("resolved_at", "实际解决时间", "datetime", own=False, width=17, date_from="accepted_at",
               aliases=("解决时间",)),
        Column("result", "处理结果摘要", own=False, width=28),
        Column("confirmation", "客户确认签字(可选)", own=False, width=12,
               note="客户签字、同意、满意或不满意。签字不等于满意。"),
        Column("ticket", "工单号", role="issued", width=16, note="留空时由“一键更新”编号:SN+日期+三位流水。", needed=True),
        *TIMES,
        *PEOPLE_AND_PLACE,
        Column("service_mode", "服务方式", "choice", choices="服务方式", strict=False, width=10, folded=True),
        Column("model", "产品型号", width=14, folded=True),
        Column("bought_at", "购买日期", "date", width=12, folded=True),
        *TYPED_REST,
        *COMPUTED,
    ),
    tab_color="1F6FB2",
)  # fmt: skip
