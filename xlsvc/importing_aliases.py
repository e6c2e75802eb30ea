"""What others call our columns: headings of exports and colleagues' tables, by sheet and column key.

Where a heading can mean only one column it stands in `ALIASES`; words that mean now this, now that (编号, 日期, 类型)
stand in `DOUBTFUL` and are always asked. `SOURCES` are programs whose exports are known from the start: by some of
their headings, with what they add to each export and how they write values. Sources: the five documents; 问卷星 and
金数据 as their exports are headed; Zammad's lib/excel_sheet/ticket.rb; Chatwoot's satisfaction report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Words = tuple[str, ...]

_TICKET: Mapping[str, Words] = {
    "ticket": ("工单编号", "工单ID", "工单号码", "服务单号", "服务单编号", "报修单号", "维修单号", "售后单号", "售后单编号", "受理编号",
               "受理单号", "任务单号", "事件编号", "ticket", "ticket id", "ticket number", "ticket no", "case id",
               "conversation id"),
    "customer": ("客户", "客户姓名", "客户名称", "客户名", "顾客姓名", "顾客", "用户姓名", "用户名称", "联系人", "联系人姓名", "报修人",
                 "来电人", "投诉人", "会员姓名", "收货人", "姓名", "customer", "customer name", "contact name", "requester"),
    "contact": ("联系方式", "联系电话", "电话", "手机", "手机号", "手机号码", "电话号码", "客户电话", "客户手机", "客户联系方式",
                "客户联系电话", "联系人电话", "联系手机", "来电号码", "收货人电话", "phone", "phone number", "mobile",
                "contact phone number"),
    "customer_type": ("客户类别", "客户级别", "客户等级", "会员等级", "客户分类", "客户性质"),
    "problem": ("问题", "问题内容", "问题详情", "故障描述", "故障现象", "报修内容", "诉求内容", "客户诉求", "投诉内容", "咨询内容",
                "工单内容", "工单描述", "工单标题", "问题说明", "服务请求", "title", "subject", "description"),
    "problem_type": ("问题类别", "问题分类", "工单类型", "工单分类", "故障类型", "故障类别", "诉求类型", "投诉类型", "售后类型"),
    "urgency": ("优先级", "优先级别", "紧急度", "紧急等级", "紧急级别", "工单优先级", "priority"),
    "owner": ("责任人", "处理人", "处理人员", "负责人", "跟进人", "维修人员", "维修工程师", "服务工程师", "处理工程师", "经办人",
              "指派给", "受派人", "接单人", "处理客服", "当前处理人", "owner", "agent", "agent name", "assignee",
              "assigned agent"),
    "time_limit": ("时限", "要求时限", "处理时效要求"),
    "resolved_at": ("解决日期", "完成时间", "完成日期", "办结时间", "结单时间", "关闭时间", "完工时间", "处理完成时间", "维修完成时间",
                    "完结时间", "closed at", "close at", "resolved at"),
    "result": ("处理结果", "解决方案", "处理措施", "处理情况", "处理方案", "解决办法", "处理说明", "维修结果", "维修内容", "resolution"),
    "confirmation": ("客户签字", "客户确认", "签字", "客户签名"),
    "accepted_at": ("受理日期", "创建时间", "创建日期", "建单时间", "接单时间", "接单日期", "报修时间", "报修日期", "来电时间",
                    "工单创建时间", "created at", "create time", "created"),
    "responded_at": ("响应时间", "首响时间", "首次响应", "首次回复时间", "首次联系时间", "first response at", "first reply time"),
    "status": ("工单状态", "处理状态", "当前状态", "处理进度", "state", "status"),
    "raised_at": ("投诉时间", "申请时间", "提报时间", "反馈时间", "提出日期"),
    "registered_at": ("登记日期", "录入时间", "录入日期"),
    "appointment_at": ("预约上门时间", "预约日期", "预约服务时间"),
    "dispatched_at": ("派单时间", "分派时间", "派工日期", "指派时间"),
    "arrived_at": ("上门时间", "到达时间", "签到时间"),
    "proposed_at": ("给出方案时间", "方案提供时间"),
    "expected_at": ("预计完成时间", "预计解决日期"),
    "desired_at": ("期望解决时间", "期望完成时间", "客户期望时间"),
    "customer_no": ("客户编码", "客户代码", "客户ID", "会员号", "会员编号", "customer id", "contact id"),
    "channel": ("来源渠道", "受理渠道", "服务渠道", "受理方式", "反馈渠道", "工单来源", "渠道来源", "create channel", "channel", "inbox"),
    "team": ("小组", "处理小组", "班组", "技能组", "客服组", "team"),
    "department": ("部门", "处理部门", "承办部门", "受理部门"),
    "service_mode": ("服务方式(上门/远程)", "维修方式"),
    "model": ("型号", "产品名称", "产品", "机型", "设备型号", "商品型号", "规格型号", "商品名称"),
    "bought_at": ("购机日期", "购机时间", "购买时间"),
    "order_no": ("订单号", "订单ID", "销售订单号", "交易单号", "order id", "order number"),
    "warranty": ("是否保内", "保修状态", "质保状态", "保修类型", "是否在保"),
    "cause": ("问题原因", "原因分析", "故障分析"),
    "cost": ("维修费用", "服务费", "收费金额", "维修费", "服务费用"),
    "email": ("电子邮箱", "电子邮件", "e-mail", "email", "邮箱地址", "contact email address", "contact email"),
    "conversation": ("沟通记录", "通话内容", "聊天记录"),
    "left_over": ("未解决问题",),
    "follow_up": ("后续跟进", "跟进情况", "跟进记录"),
    "called_at": ("回访日期",),
    "call_result": ("回访情况", "回访内容", "回访记录"),
    "first_time_fix": ("是否一次解决", "是否一次性解决", "首次解决", "一次性解决"),
    "reopened": ("返修次数", "重复报修次数"),
    "late_reason": ("超期原因", "逾期原因", "延误原因"),
}  # fmt: skip

_EVALUATIONS: Mapping[str, Words] = {
    "receipt": ("答卷编号", "答卷ID", "回执编号"),
    "evaluated_at": ("提交答卷时间", "提交时间", "填写时间", "评价日期", "填写日期", "填表日期", "调查时间", "recorded date",
                     "recorded at"),
    "ticket": ("工单编号", "服务单号", "conversation id"),
    "customer": ("姓名", "客户", "顾客", "contact name"),
    "customer_type": ("客户类别",),
    "problem_type": ("服务涉及的问题类型", "涉及的问题类型"),
    "served_by": ("服务工程师", "服务专员", "客服人员", "agent name", "agent"),
    "response": ("响应时间满意度", "响应的及时性"),
    "resolution": ("问题解决满意度", "问题解决程度"),
    "expertise": ("专业能力", "服务专业性"),
    "attitude": ("客户沟通", "态度"),
    "process": ("流程规范性", "服务流程"),
    "overall": ("总体满意度", "整体评价", "总体评价", "综合满意度", "满意度", "满意度评分", "rating", "csat"),
    "praise": ("本次服务中,您最满意的地方是", "您最满意的地方是", "最满意的地方是"),
    "improvement": ("您对本次服务有哪些改进建议", "您对服务有哪些改进建议", "本次服务中,您认为需要改进的地方是",
                    "本次服务中,您认为需要改进的地方是?(请具体描述)", "您认为需要改进的地方是", "改进意见"),
    "suggestion": ("您希望未来在哪些方面提升服务体验", "希望未来在哪些方面提升服务体验", "对产品或服务的其他建议/需求",
                   "对产品或服务的其他建议/需求(如功能优化、售后政策等)", "其他建议",
                   "意见建议", "意见和建议", "feedback", "feedback comment", "feedback message"),
    "channel": ("评价方式", "填写方式"),
    "served_on": ("服务时间",),
    "willing": ("是否愿意成为我们的会员/体验下次新服务", "是否愿意接受回访"),
    "contact": ("电话/邮箱", "联系电话", "手机号", "手机号码", "电话", "contact phone number", "联系方式(选填)"),
    "first_time_fix": ("是否一次解决", "一次解决"),
    "customer_no": ("客户编码", "客户ID"),
}  # fmt: skip

ALIASES: Mapping[str, Mapping[str, Words]] = {
    "response_log": _TICKET,
    "process_log": _TICKET,
    "evaluations": _EVALUATIONS,
    "quality_assessment": {
        "ticket": ("工单编号",), "dimension": ("评估维度", "维度"), "standard": ("评分标准",), "score": ("评分",),
        "feedback": ("具体描述", "客户反馈"), "assessor": ("评价人", "质检员", "评估人员"), "assessed_at": ("评估日期", "质检时间"),
    },
    "suggestion_tracker": {
        "suggestion": ("建议内容", "建议", "改进建议"), "core_problem": ("问题点", "主要问题"), "plan": ("改进措施", "措施", "整改措施"),
        "responsible": ("责任人", "责任部门"), "due": ("计划完成", "计划完成日期", "完成期限"), "done": ("完成时间", "实际完成时间"),
        "goal": ("目标",), "result": ("验证情况", "效果验证"),
    },
    "people": {"name": ("员工姓名",), "staff_no": ("员工编号", "员工工号"), "phone": ("联系电话", "手机", "手机号码")},
    "service_process": {},
}  # fmt: skip

DOUBTFUL: Mapping[str, Words] = {
    "编号": ("ticket", "order_no", "customer_no", "receipt", "number"),
    "单号": ("ticket", "order_no"),
    "ID": ("ticket", "customer_no", "receipt"),
    "日期": ("accepted_at", "raised_at", "evaluated_at", "resolved_at"),
    "时间": ("accepted_at", "raised_at", "evaluated_at"),
    "类型": ("problem_type", "customer_type", "service_mode"),
    "类别": ("problem_type", "customer_type"),
    "服务类型": ("problem_type", "service_mode"),
    "业务类型": ("problem_type", "service_mode"),
    "级别": ("urgency", "customer_type"),
    "等级": ("urgency", "customer_type"),
    "内容": ("problem", "suggestion"),
    "描述": ("problem", "feedback"),
    "结果": ("result", "call_result"),
    "人员": ("owner", "served_by"),
    "客服": ("owner", "served_by"),
    "服务人员": ("owner", "served_by"),
    "工程师": ("owner", "served_by"),
    "受理人": ("owner",),
    "来源": ("channel", "origin"),
    "评分": ("overall", "score"),
    "得分": ("overall", "score"),
    "金额": ("cost",),
    "原因": ("cause", "late_reason"),
    "结束时间": ("resolved_at",),
    "开始时间": ("accepted_at",),
    "提交时间": ("raised_at", "accepted_at", "registered_at"),
    "更新时间": ("resolved_at",),
    "回复时间": ("responded_at",),
    "group": ("team", "department"),
    "organization": ("customer", "department"),
}


@dataclass(frozen=True)
class Source:
    """A program's exports: known when the table has all of `marks` among its headings. `left` are headings it adds and
    nobody needs; `words` says for a column what its values mean here."""

    name: str
    marks: Words
    left: Words = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sheet: str = ""


_ZAMMAD_STATES = {"new": "待处理", "open": "处理中", "pending reminder": "等待客户", "closed": "已完成"}
_CHATWOOT_STATES = {"open": "处理中", "pending": "待处理", "snoozed": "等待客户", "resolved": "已完成"}

SOURCES: tuple[Source, ...] = (
    Source("问卷星", ("提交答卷时间", "所用时间"),
           ("序号", "所用时间", "来源", "来源详情", "来自IP", "总分", "省份", "城市"), sheet="evaluations"),
    Source("金数据", ("提交时间", "填写时长"),
           ("序号", "提交人", "更新时间", "修改时间", "填写时长", "开始填写时间", "填写设备", "操作系统", "浏览器", "填写地区", "IP",
            "微信昵称", "微信头像", "微信OpenID", "总分")),
    Source("金数据", ("提交时间", "提交人", "IP"),
           ("序号", "提交人", "更新时间", "修改时间", "填写设备", "操作系统", "浏览器", "填写地区", "IP", "微信昵称", "微信头像",
            "微信OpenID", "总分")),
    Source("Zammad", ("#", "Title", "State", "Priority", "Created At"),
           ("Sender", "Time Units Total", "Updated At", "Close Escalation At", "Close In Min", "Close Diff In Min",
            "First Response Escalation At", "First Response In Min", "First Response Diff In Min",
            "Update Escalation At", "Update In Min", "Update Diff In Min", "Last Contact At",
            "Last Contact Agent At", "Last Contact Customer At", "Article Count", "Escalation At"),
           {"status": _ZAMMAD_STATES, "urgency": {"2 normal": "一般", "3 high": "紧急"}}),
    Source("Chatwoot", ("Rating", "Contact name", "Agent name"),
           ("Link to the conversation", "Contact email address"), sheet="evaluations"),
    Source("Chatwoot", ("Conversation ID", "Inbox", "Status"), (), {"status": _CHATWOOT_STATES}),
)  # fmt: skip

OWN_NAMES = {("Zammad", "#"): "ticket"}
"""Headings that mean something only in the exports of one program."""

ANSWERS_OF_NONE = frozenset({"(空)", "(跳过)", "〖空〗", "(未填写)", "未填写"})
"""What survey programs write where nothing was answered."""

SCORE_WORDS = {
    "非常满意": 5.0, "很满意": 5.0, "满意": 4.0, "比较满意": 4.0, "一般": 3.0, "不满意": 2.0, "不太满意": 2.0, "非常不满意": 1.0,
    "很不满意": 1.0,
}  # fmt: skip
"""Scales in words; 5, 3 and 1 as S004 anchors them."""
