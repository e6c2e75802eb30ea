"""The own columns that both logs share; one declaration, so that one rule reads both."""

from ..schema import Column

TIME = "yyyy-mm-dd hh:mm"

TIMES = (
    Column("accepted_at", "受理时间", "datetime", width=17, note="时效从这里起算。如 2024-05-01 09:00。", needed=True),
    Column("responded_at", "首次响应时间", "datetime", width=17, date_from="accepted_at",
           note="第一次联系上客户的时间。", needed=True),
    Column("status", "状态", "choice", choices="状态", width=12, needed=True),
    Column("raised_at", "提出时间", "datetime", width=17, folded=True),
    Column("registered_at", "登记时间", "datetime", width=17, date_from="raised_at", folded=True),
    Column("appointment_at", "预约时间", "datetime", width=17, folded=True),
    Column("called_ahead_at", "上门前联系时间", "datetime", width=17, folded=True,
           note="按约上门前给客户打电话的时间,应比预约时间早 30 分钟。"),
    Column("dispatched_at", "派工时间", "datetime", width=17, date_from="accepted_at", folded=True),
    Column("arrived_at", "到场时间", "datetime", width=17, date_from="accepted_at", folded=True),
    Column("proposed_at", "方案时间", "datetime", width=17, date_from="accepted_at", folded=True),
    Column("confirmed_at", "确认时间", "datetime", width=17, folded=True, aliases=("客户确认时间",)),
    Column("expected_at", "预计解决时间", "datetime", width=17, folded=True),
    Column("desired_at", "客户期望解决时间", "datetime", width=17, folded=True),
    Column("waiting_from", "等待开始", "datetime", width=17, folded=True, note="等客户、等备件时填,时效暂停计时。"),
    Column("waiting_to", "等待结束", "datetime", width=17, folded=True),
)  # fmt: skip

PEOPLE_AND_PLACE = (
    Column("customer_no", "客户编号", width=13, folded=True, note="C+年月+三位流水,如 C202405001。"),
    Column("channel", "渠道", "choice", choices="渠道", strict=False, width=11),
    Column("team", "服务小组", "choice", choices="服务小组", strict=False, width=10, folded=True),
    Column("department", "责任部门", width=11, folded=True),
)

TYPED_REST = (
    Column("confirmed_fixed", "故障是否彻底解决", "choice", choices="一次解决", width=10, folded=True),
    Column("confirmed_attitude", "服务态度是否满意", "choice", choices="一次解决", width=10, folded=True),
    Column("confirmed_process", "流程是否顺畅", "choice", choices="一次解决", width=10, folded=True),
    Column("confirm_result", "确认结果", "choice", choices="确认结果", strict=False, width=10, folded=True),
    Column("order_no", "订单编号", width=16, folded=True),
    Column("warranty", "保内/保外", "choice", choices="保修", width=9, folded=True),
    Column("verified_at", "退换核实时间", "datetime", width=17, folded=True, note="退换货申请核实通过的时间,取件期限从这里起算。"),
    Column("picked_up_at", "取件时间", "datetime", width=17, folded=True, note="安排好上门取件的时间。"),
    Column("cause", "故障原因", width=18, folded=True),
    Column("cost", "费用", "money", width=10, folded=True),
    Column("preferred_contact", "偏好联系方式", "choice", choices="联系偏好", strict=False, width=12, folded=True),
    Column("email", "邮箱", width=20, folded=True),
    Column("conversation", "沟通内容", width=24, folded=True),
    Column("left_over", "遗留问题", width=18, folded=True),
    Column("follow_up", "跟进事项", width=18, folded=True),
    Column("called_by", "回访人", width=10, folded=True),
    Column("called_at", "回访时间", "datetime", width=17, folded=True),
    Column("call_result", "回访结果", width=18, folded=True),
    Column("second_score", "再次满意度", "score", width=10, folded=True),
    Column("first_time_fix", "一次解决", "choice", choices="一次解决", width=9),
    Column("reopened", "重开次数", "integer", width=9),
    Column("late_reason", "超时原因", width=18),
)  # fmt: skip


def _computed(key: str, heading: str, kind: str = "text", width: float = 12, folded: bool = False) -> Column:
    formats = {"datetime": TIME, "number": "0", "score": "0.0"}
    return Column(key, heading, kind, "computed", width=width, folded=folded,  # type: ignore[arg-type]
                  number_format=formats.get(kind, ""))  # fmt: skip


COMPUTED = (
    _computed("issues", "数据问题", width=26),
    _computed("sla_status", "时效状态", width=10),
    _computed("response_due", "首次响应截止", "datetime", 17),
    _computed("response_minutes", "响应用时(分)", "number", 11),
    _computed("response_status", "首次响应状态", width=14),
    _computed("dispatch_due", "到场截止", "datetime", 17),
    _computed("dispatch_status", "到场状态", width=10),
    _computed("proposal_due", "方案截止", "datetime", 17, folded=True),
    _computed("proposal_status", "方案状态", width=10, folded=True),
    _computed("resolution_due", "解决截止", "datetime", 17),
    _computed("resolution_minutes", "解决用时(分)", "number", 11),
    _computed("resolution_status", "解决状态", width=10),
    _computed("registration_due", "登记截止", "datetime", 17, folded=True),
    _computed("registration_status", "登记状态", width=10, folded=True),
    _computed("second_due", "二次处理截止", "datetime", 17, folded=True),
    _computed("second_status", "二次处理状态", width=12, folded=True),
    _computed("composite", "综合得分", "score", 9),
    _computed("suggested_class", "建议分类", width=11, folded=True),
    _computed("suggested_department", "建议部门", width=10, folded=True),
    _computed("suggested_team", "建议小组", width=10, folded=True),
    _computed("suggested_person", "建议责任人", width=10, folded=True),
    _computed("suggested_reason", "建议依据", width=36, folded=True),
    _computed("escalation", "升级建议", width=30, folded=True),
    _computed("excluded", "不计原因", width=12, folded=True),
    _computed("stat_start", "统计受理", "datetime", 17, folded=True),
    _computed("stat_end", "统计办结", "datetime", 17, folded=True),
    _computed("stat_undated", "统计缺办结", width=10, folded=True),
    _computed("stat_class", "统计类别", width=10, folded=True),
    _computed("stat_urgency", "统计紧急", width=10, folded=True),
    _computed("stat_person", "统计责任人", width=10, folded=True),
    _computed("stat_department", "统计部门", width=10, folded=True),
    _computed("stat_reopened", "统计重开", "number", width=9, folded=True),
    _computed("stat_overdue", "统计超时", width=10, folded=True),
    _computed("stat_customer", "统计客户", width=10, folded=True),
)
"""What the buttons fill in. The 统计 columns hold what was read from the typed cells (a repaired time, the
canonical class) so that the report's formulas count exactly what Python counts; 不计原因 is blank for a
ticket that counts, else the reason it does not (重复, 缺受理时间, 时间颠倒). 统计缺办结 is 是 for a ticket that is
closed by its 状态 but has no readable time of it. 统计超时 names the clock that a
ticket is overdue in right now; it is blank where the ticket was late but is no more."""
