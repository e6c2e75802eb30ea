"""流程记录: the process log of S003.T1, twelve headings as printed; compound cells are split into own columns."""

from ..schema import Column, Sheet
from .ticket_columns import COMPUTED, PEOPLE_AND_PLACE, TIMES, TYPED_REST

_HERE = {"accepted_at", "responded_at"}  # the document has them under its own headings

PROCESS_LOG = Sheet(
    key="process_log",
    title="流程记录",
    table="流程记录",
    source="S003.T1",
    note="一行一张工单。淡黄列请填写,灰色标题的列由按钮计算,不要手改。",
    identity=("ticket",),
    columns=(
        Column("ticket", "工单号", role="issued", own=False, width=16,
               note="留空时由“一键更新”编号:SN+日期+三位流水。"),
        Column("customer_info", "客户信息(姓名/联系方式)", "compound", required=True, own=False, width=25,
               note="姓名/联系方式,如 王女士/010-5678。"),
        Column("product_info", "产品型号/购买日期", "compound", own=False, width=22,
               note="如 ABC-2000/2024-03-15。"),
        Column("problem_info", "问题描述/紧急程度", "compound", required=True, own=False, width=30,
               note="如 不启动/紧急。紧急程度填 普通、紧急、加急。"),
        Column("accepted_at", "受理时间", "datetime", required=True, own=False, width=17,
               note="时效从这里起算。如 2024-05-01 09:00。"),
        Column("responded_at", "响应时间", "datetime", own=False, width=17, date_from="accepted_at",
               note="只写时刻(09:30)时按受理当天计。"),
        Column("owner", "处理人", own=False, width=10),
        Column("service_mode", "服务方式(上门/远程)", "choice", choices="服务方式", strict=False, own=False, width=12,
               aliases=("服务方式",)),
        Column("result", "解决方案", own=False, width=26),
        Column("resolved_at", "完成时间", "datetime", own=False, width=17, date_from="accepted_at"),
        Column("confirmation", "客户签字", own=False, width=10, note="签字不等于满意。"),
        Column("remark", "备注", own=False, width=20),
        Column("problem_type", "问题类型", "choice", choices="问题类型", strict=False, width=12),
        Column("customer_type", "客户类型", "choice", choices="客户类型", width=12, folded=True),
        *(c for c in TIMES if c.key not in _HERE),
        *PEOPLE_AND_PLACE,
        *TYPED_REST,
        Column("customer", "客户姓名", role="computed", width=11, folded=True),
        Column("contact", "联系方式", "phone", "computed", width=15, folded=True),
        Column("model", "产品型号", role="computed", width=14, folded=True),
        Column("bought_at", "购买日期", "date", "computed", width=12, folded=True, number_format="yyyy-mm-dd"),
        Column("problem", "问题描述", role="computed", width=20, folded=True),
        Column("urgency", "紧急程度", role="computed", width=9, folded=True),
        *COMPUTED,
    ),
    tab_color="1F6FB2",
)  # fmt: skip
