"""设置: the rules as data. One flat table: what, for whom, how much, from when.

Rows of 类别 时效 are service targets (requirements §1 S002.R1 to R4, S003.R1 to R8; gaps stay blank and mean
无时限), 权重 are dimension weights per profile, 事项 the other dated duties, 分派 who gets which tickets, the rest are
single values. The latest row whose 生效日期 is
on or before a ticket's 受理时间 applies; a blank 生效日期 has applied from the beginning.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..schema import Column, Sheet
from .profiles import PROFILES

SCHEMA_VERSION = 3

SETTINGS = Sheet(
    key="settings",
    title="设置",
    table="设置",
    note="规则都在这里。改数值即可;要从某天起改,就另加一行并填生效日期。",
    columns=(
        Column("group", "类别", required=True, width=10),
        Column("name", "项目", required=True, width=18),
        Column("profile", "档案", width=8, note="S002 用于响应记录,S003 用于流程记录;权重用评价表编号。", needed=True),
        Column("urgency", "紧急程度", width=9, note="P1 特急·加急,P2 紧急,P3 一般·普通,P4 咨询。", needed=True),
        Column("problem_class", "问题类别", width=10, note="留空表示所有类别。", needed=True),
        Column("value", "数值", width=24, needed=True),
        Column("unit", "单位", width=9, note="分钟、小时、工作日、%、分 等。", needed=True),
        Column("basis", "计时方式", "choice", choices="计时方式", width=10, note="自然时按 24 小时算,工作时只算上班时间。", needed=True),
        Column("warning", "提醒比例", width=9, note="用去时限的这一比例后显示“即将超时”,如 80%;留空按“预警比例”一行。"),
        Column("effective", "生效日期", "date", width=12, needed=True),
        Column("note", "说明", width=56),
    ),
    identity=(),
    tab_color="7F8C8D",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """A service target of the documents: clock of a log (S002 or S003) for one urgency."""

    clock: str
    profile: str
    urgency: str
    value: float | None
    unit: str
    note: str
    basis: str = "自然时"


CLOCKS = {
    "registration": "登记", "response": "首次响应", "dispatch": "派工到场", "proposal": "方案", "resolution": "解决",
    "second": "二次处理",
}  # fmt: skip

TARGETS = (
    Target("登记", "S002", "", 2, "小时", "S002:提出后 2 小时内完成登记(从提出时间起算)"),
    Target("首次响应", "S002", "P1", 2, "小时", "S002:特急问题 2 小时内响应"),
    Target("解决", "S002", "P1", None, "小时", "S002 未规定特急的解决时限(缺口):留空为无时限"),
    Target("首次响应", "S002", "P2", None, "小时", "S002 未规定紧急的首次响应时限(缺口)"),
    Target("解决", "S002", "P2", 4, "小时", "S002:紧急问题 4 小时内解决"),
    Target("首次响应", "S002", "P3", None, "小时", "S002 未规定一般的首次响应时限(缺口)"),
    Target("解决", "S002", "P3", 24, "小时", "S002:一般问题 24 小时内解决"),
    Target("首次响应", "S003", "P1", None, "分钟", "S003 未规定加急的任何时限(缺口):请补填"),
    Target("派工到场", "S003", "P1", None, "小时", "S003 未规定加急的任何时限(缺口):请补填"),
    Target("首次响应", "S003", "P2", 30, "分钟", "S003:紧急 30 分钟内电话联系"),
    Target("派工到场", "S003", "P2", 2, "小时", "S003:紧急 2 小时内安排上门或远程支持(不是解决)"),
    Target("首次响应", "S003", "P3", 2, "小时", "S003:普通 2 小时内电话沟通"),
    Target("方案", "S003", "P3", 24, "小时", "S003:普通 24 小时内提供解决方案(不是完成)"),
    Target("解决", "S003", "P4", 1, "工作日", "S003:咨询即时解答,复杂的 1 个工作日内"),
    Target("二次处理", "S003", "", 24, "小时", "S003:客户有异议,24 小时内给出新方案(从重开起算)"),
)


@dataclass(frozen=True)
class Setting:
    """One single-valued setting: `kind` says how xlsvc.settings reads its text
    (number, integer, share, text, yesno, spans, reopen, straight, link, mails, minutes, profile)."""

    key: str
    group: str
    name: str
    default: object
    unit: str
    kind: str
    help: str


SETTING_ROWS = (
    Setting("schema_version", "系统", "台账版本", SCHEMA_VERSION, "", "integer", "由程序维护,请勿改动"),
    Setting("backups", "系统", "备份份数", 20, "份", "integer", "“备份”文件夹里,最近的这么多份总是保留"),
    Setting("backup_days", "系统", "备份天数", 30, "天", "integer", "再早的每天只留最后一份,满这么多天的删除"),
    Setting("office_name", "单位", "部门名称", "售后服务部", "", "text", "周报抬头"),
    Setting("author", "单位", "周报编制人", "", "", "text", "周报抬头;留空显示 —"),
    Setting("main_profile", "评价", "主评价档案", "S002", "", "profile", "周报综合得分用哪张表;不同的表不混算"),
    Setting("low_line", "评价", "低分线", 3.5, "分", "number", "未取整的均分低于它即为低分(S001、S002)"),
    Setting("satisfied_line", "评价", "满意线", 4, "分", "number", "达到即算满意"),
    Setting("few_answers", "评价", "样本少", 5, "份", "integer", "份数少于它时标“样本少”"),
    Setting("frequent_from", "评价", "高频问题", 3, "份", "integer",
            "同一个问题在一份简报的有效评价里提到这么多份,就算高频问题(S000 没有给数)"),
    Setting("min_answered", "评价", "最少作答项", 2, "项", "integer", "少于它的评价视为未填关键信息,剔除(S001)"),
    Setting("straight_lined", "评价", "同分无说明", "最低分", "", "straight",
            "各项同分又没有一句说明的评价:最低分(全 1 分的剔除,S001 恶意评分)、低分(低于低分线的剔除)、全部(全 5 分也剔除)、不剔除"),
    Setting("churn_points", "客户", "流失提醒分", 6, "分", "integer",
            "达到即列入今日待办;投诉 3 分,低分评价、确认不满意、重开、超时未结各 2 分,三次以上报修 1 分,"
            "客户类型标为流失风险 3 分;填 0 不用"),
    Setting("churn_days", "客户", "流失观察期", 90, "天", "integer", "只看最近这么多天受理的工单和它们的评价(S004)"),
    Setting("warning_share", "时效", "预警比例", 80, "%", "share", "用去时限的这一比例后显示“即将超时”"),
    Setting("work_spans", "时效", "工作时段", "09:00-12:00 13:30-18:00", "", "spans",
            "可写多段,用空格隔开;某天不同就接着写,如 周五 09:00-12:00 13:30-17:00 周六 09:00-12:00"),
    Setting("reopen_basis", "时效", "重开计时", "首次解决", "", "reopen",
            "重开过的工单,解决用时算到“首次解决”,还是“全程”算到最后一次解决(中间的间隔也算在内)"),
    Setting("expedited_confirmed", "时效", "加急高于紧急", "", "", "yesno",
            "S003 没有说明加急与紧急谁先;确认后填 是。未确认时按 是 处理并提示"),
    Setting("response_goal", "目标", "首次响应达标率目标", 95, "%", "share", "周报目标列"),
    Setting("resolution_goal", "目标", "解决达标率目标", 90, "%", "share", "周报目标列"),
    Setting("score_goal", "目标", "综合得分目标", 4.5, "分", "number", "周报目标列"),
    Setting("satisfied_goal", "目标", "满意率目标", 90, "%", "share", "周报目标列"),
    Setting("form_days", "表单", "回收天数", 7, "天", "integer", "表单发出后几天内应回收(S004)"),
    Setting("form_limit", "表单", "一次生成上限", 20, "张", "integer", "作为工作表生成时的上限"),
    Setting("form_folder", "表单", "表单文件夹", "表单", "", "text", "生成的表单文件放在台账旁边的这个文件夹;也可以写完整路径"),
    Setting("form_notice", "表单", "告知语", "信息仅用于服务改进,自愿填写。", "", "text", "每张表单都有(S002)"),
    Setting("form_cooldown", "表单", "再次调查间隔", 30, "天", "integer",
            "同一客户(按客户编号、电话,或姓名加号码)这么多天内只问一次;填 0 不限"),
    Setting("form_call_types", "表单", "电话回访客户类型", "VIP客户、大客户、老年客户", "", "text",
            "这些客户不发表单,改打电话(S002);都发表单的填 无"),
    Setting("form_call_names", "表单", "电话回访称呼", "大爷、大妈、大娘、爷爷、奶奶、老先生、老太太、老人家、阿婆、阿公", "", "text",
            "客户姓名里有这些称呼的改打电话;不用的填 无"),
    Setting("form_call_classes", "表单", "电话回访问题", "投诉、重开", "", "text",
            "问题类别是这些的、重开过的,算复杂问题,改打电话(S002);都发表单的填 无"),
    Setting("form_link", "表单", "网上表单地址", "", "", "link",
            "有网上表单的填地址,短信微信稿里会带上;地址里写 {回执码} 的换成那一张的回执码"),
    Setting("form_phone", "表单", "服务电话", "", "", "text", "人员表查不到服务人员电话时使用"),
    Setting("report_to", "周报", "周报收件人", "", "", "mails", "定稿导出的邮件草稿发给谁;多个邮箱用分号隔开;留空的由您在邮件里填"),
    Setting("report_cc", "周报", "周报抄送", "", "", "mails", "同上,抄送给谁;不用的留空"),
    Setting("report_folder", "周报", "周报文件夹", "周报", "", "text", "定稿导出的文件放在台账旁边的这个文件夹;也可以写完整路径"),
)  # fmt: skip


@dataclass(frozen=True)
class Duty:
    """Something the documents promise by a date that is no clock of a ticket; `units` are those its limit may have."""

    key: str
    name: str
    value: float
    unit: str
    units: tuple[str, ...]
    note: str
    basis: str = "自然时"


_TIMES, _ANY = ("分钟", "小时"), ("分钟", "小时", "天", "工作日")

DUTIES = (
    Duty("contact", "上门前联系", 30, "分钟", _TIMES, "S000:上门服务按约定时间提前 30 分钟联系(从预约时间往前推)"),
    Duty("arrival", "按约到场", 0, "分钟", _TIMES, "S000:按约定时间上门;允许晚到几分钟的,填在数值里"),
    Duty("survey", "满意度调查", 24, "小时", _ANY, "S000、S001、S002、S004:服务结束后 24 小时内发起(从解决时间起算)"),
    Duty("callback", "投诉建议回访", 3, "工作日", _ANY, "S000:投诉、建议类反馈 3 个工作日内专人回访并回写(从收到反馈起算)"),
    Duty("assessment", "内部评估", 2, "工作日", _ANY, "S003:完成后 2 个工作日内由非执行人员评估"),
    Duty("brief", "反馈汇总简报", 48, "小时", _ANY, "S000:高频问题标记后 48 小时内形成《反馈汇总简报》(从高频标记时间起算)"),
    Duty("pickup", "退换货取件", 3, "工作日", _ANY, "S003:退换货核实后 3 个工作日内安排取件"),
    Duty("return", "无理由退货", 7, "天", ("天",), "S000:7 天无理由退货(从购买日期的次日数起)"),
    Duty("exchange", "质量问题换货", 15, "天", ("天",), "S000:15 天内质量问题换货(从购买日期的次日数起)"),
    Duty("archive", "归档保存", 3, "年", ("年",), "S003:归档后至少保存 3 年,满期前不要销毁"),
    Duty("monthly", "月度触点调查", 5, "工作日", ("天", "工作日"), "S002:每月初对上月所有触点做综合调查(“月初”按前 5 个工作日,可改)"),
    Duty("wish", "愿意后续联系", 3, "工作日", _ANY, "S000、S004:客户愿意后续联系或希望电话回访的,这么久之内联系(从评价时间起算)"),
    Duty("phone", "电话回访客户", 24, "小时", _ANY, "S002:重要客户或复杂问题改打电话,这么久之内打完并登记评价(从列入表单台账起算)"),
    Duty("reminder", "表单催收", 1, "工作日", _ANY, "S004:逾期仅提醒 1 次,逾期后这么久之内催(从应回收日期的次日起算)"),
    Duty("reminded", "逾期提醒", 30, "天", ("天",), "事项逾期超过这么多天就不再提醒"),
)  # fmt: skip


@dataclass(frozen=True)
class Route:
    """Who gets the tickets of a problem class; a blank class means all."""

    name: str
    profile: str
    problem_class: str
    value: str
    note: str


ROUTE_NAMES = {"department": "责任部门", "team": "服务小组", "person": "责任人", "supervisor": "主管"}

ROUTES = (
    Route("责任部门", "S002", "产品质量", "技术部", "S002:产品问题分派技术部。留空的工单按此给出“建议部门”,不改您填的内容"),
    Route("责任部门", "S002", "物流配送", "运营部", "S002:物流问题分派运营部"),
    Route("服务小组", "S003", "维修", "硬件组", "S003:硬件故障由硬件组处理"),
    Route("服务小组", "S003", "软件", "软件组", "S003:软件调试由软件组处理"),
    Route("服务小组", "S003", "退换货", "退换货组", "S003:退换货由退换货组处理"),
    Route("责任人", "", "", "", "固定由某人处理的,填姓名;可按档案、紧急程度、问题类别另加行"),
    Route("主管", "", "", "", "S002:客户不满意时上报的主管,填姓名;可按档案、问题类别另加行"),
)  # fmt: skip

DUTY_GROUP, ROUTE_GROUP = "事项", "分派"


def default_rows() -> list[dict[str, object]]:
    """The rows a new ledger's 设置 starts with: schema keys -> cells."""
    rows: list[dict[str, object]] = []
    for s in SETTING_ROWS:
        rows.append({"group": s.group, "name": s.name, "value": s.default, "unit": s.unit, "note": s.help})
    for t in TARGETS:
        rows.append(
            {"group": "时效", "name": t.clock, "profile": t.profile, "urgency": t.urgency, "value": t.value,
             "unit": t.unit, "basis": t.basis, "note": t.note}
        )  # fmt: skip
    for profile in PROFILES.values():
        for d in profile.dimensions:
            rows.append(
                {"group": "权重", "name": d.label, "profile": profile.code, "value": d.weight, "unit": "%",
                 "note": "S003 表内权重" if profile.internal else "文件未给权重,默认等权"}
            )  # fmt: skip
    for duty in DUTIES:
        rows.append(
            {"group": DUTY_GROUP, "name": duty.name, "value": duty.value, "unit": duty.unit, "basis": duty.basis,
             "note": duty.note}
        )  # fmt: skip
    for route in ROUTES:
        rows.append(
            {"group": ROUTE_GROUP, "name": route.name, "profile": route.profile, "problem_class": route.problem_class,
             "value": route.value, "note": route.note}
        )  # fmt: skip
    return rows
