"""The documents' vocabularies: words exactly as printed, what people type instead, and what they mean.

These are the rows that 选项与关键词 starts with; the office edits them there, and the sheet's rows win.
`group` is the canonical meaning used in reports: P1 to P4 for urgencies, 问题类别 for problem types. 问题分类标准
(S002.T4) is no list to choose from: its words and aliases are what to look for in 问题描述, `group` the 问题类型 they speak
for.
Requirements §1 (vocab of S000 to S004), §2 C1, C14, C15.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .comment_words import COMMENT_WORDS, comment_rows


@dataclass(frozen=True)
class Word:
    word: str
    aliases: tuple[str, ...] = ()
    group: str = ""
    source: str = ""


def _w(word: str, *aliases: str, group: str = "", source: str = "") -> Word:
    return Word(word, aliases, group, source)


PROBLEM_CLASSES = (
    "产品质量", "物流配送", "维修", "软件", "服务态度", "咨询", "退换货", "投诉", "建议", "其他",
)  # fmt: skip
"""Canonical problem classes (requirements C14), in report order."""

URGENCY_LEVELS = {"P1": "特急·加急", "P2": "紧急", "P3": "一般·普通", "P4": "咨询"}
"""Canonical urgency -> label in reports (requirements C1)."""

CLOSED_STATUSES = ("已解决待确认", "已完成", "已归档")
"""Words of 状态 that say the case is over, whether 解决时间 is filled in or not."""

WAITING_STATUSES = ("等待客户", "等待备件", "等待第三方")
"""Words of 状态 during which no clock runs."""

VOCABULARIES: Mapping[str, tuple[Word, ...]] = {
    "客户类型": (
        _w("新客户", "新", "新用户", source="S002"),
        _w("老客户", "老", "老用户", "老顾客", source="S002"),
        _w("VIP客户", "VIP", "贵宾", "VIP用户", "vip", source="S002"),
        _w("大客户", source="S002"),
        _w("高价值", "高价值客户", source="S004"),
        _w("流失风险", "流失风险客户", source="S004"),
        _w("老年客户", "老人", "老年人", "高龄客户"),
    ),
    "紧急程度": (
        _w("一般", "普通", "一般问题", "普通问题", "正常", group="P3", source="S002"),
        _w("紧急", "急", "紧急问题", "緊急", group="P2", source="S002"),
        _w("特急", "加急", "非常紧急", "十万火急", group="P1", source="S002"),
        _w("咨询", "咨询类", "咨询类问题", group="P4", source="S003"),
    ),
    "工单紧急程度": (
        _w("普通", "一般", "普通问题", "一般问题", "正常", group="P3", source="S003"),
        _w("紧急", "急", "紧急问题", "緊急", group="P2", source="S003"),
        _w("加急", "特急", "非常紧急", group="P1", source="S003"),
        _w("咨询", "咨询类", "咨询类问题", group="P4", source="S003"),
    ),
    "问题类型": (
        _w("产品质量", "质量问题", "产品问题", group="产品质量", source="S002"),
        _w("产品功能类", "产品功能", "功能问题", group="产品质量", source="S002"),
        _w("物流配送类", "物流配送", "物流", "物流问题", "快递", group="物流配送", source="S002"),
        _w("售后维修类", "售后维修", "维修", "报修", group="维修", source="S002"),
        _w("硬件故障", "硬件", group="维修", source="S003"),
        _w("软件调试", "软件", "软件问题", "软件故障", group="软件", source="S003"),
        _w("服务态度类", "服务态度", "态度问题", group="服务态度", source="S002"),
        _w("服务咨询", group="咨询", source="S002"),
        _w("产品咨询", group="咨询", source="S002"),
        _w("使用咨询", "咨询", "售后咨询", "技术支持", group="咨询", source="S003"),
        _w("退换货申请", "退换货", "退货", "换货", group="退换货", source="S003"),
        _w("投诉", "投诉类", "投诉处理", "客诉", group="投诉", source="S000"),
        _w("投诉建议", group="投诉", source="S002"),
        _w("建议", "建议类", group="建议", source="S000"),
        _w("其他", "其它", group="其他", source="S002"),
    ),
    "渠道": (
        _w("电话", "来电", "热线", source="S002"),
        _w("在线客服", "线上客服", "在线", source="S002"),
        _w("邮件", "邮箱", "email", source="S002"),
        _w("在线平台", "平台", source="S003"),
        _w("公众号", "微信公众号", source="S003"),
        _w("微信", "企业微信", "企微"),
        _w("门店接待", "门店", "到店", source="S003"),
        _w("客服", source="S003"),
        _w("上门服务", source="S000"),
    ),
    "服务方式": (
        _w("上门", "上门服务", "现场", source="S003"),
        _w("远程", "远程协助", "电话指导", source="S003"),
        _w("寄修", "返厂"),
        _w("到店", "门店"),
    ),
    "服务类型": (
        _w("售后咨询", source="S004"),
        _w("技术支持", source="S004"),
        _w("投诉处理", source="S004"),
        _w("回访调研", source="S004"),
    ),
    "状态": (
        _w("待登记", "初始"),
        _w("待处理", "未处理", "新建", source="S003"),
        _w("已分级", source="S003"),
        _w("处理中", "进行中", "在处理", "跟进中"),
        _w("等待客户", "待客户", "等客户"),
        _w("等待备件", "待备件", "等备件", "等配件"),
        _w("等待第三方", "待第三方"),
        _w("已解决待确认", "已解决", "待确认", source="S002"),
        _w("已完成", "完成", "已办结", "办结", "闭环", "已关闭", source="S003"),
        _w("已归档", "归档"),
        _w("重开", "二次处理", "重新启动", "升级", source="S003"),
    ),
    "确认结果": (
        _w("满意", "很满意", "非常满意", source="S002"),
        _w("同意", "确认", "认可", source="S002"),
        _w("不满意", "不同意", "有异议", source="S003"),
    ),
    "服务小组": (
        _w("硬件组", source="S003"),
        _w("软件组", source="S003"),
        _w("退换货组", source="S003"),
        _w("客服组"),
    ),
    "保修": (_w("保内", "在保", "质保内"), _w("保外", "过保", "质保外")),
    "一次解决": (_w("是", "Y", "√", "对", "1"), _w("否", "N", "×", "不是", "0"), _w("未知", "不清楚")),
    "联系偏好": (_w("电话"), _w("短信"), _w("微信"), _w("邮件"), _w("上门")),
    "评价档案": (
        _w("S000 顾客反馈收集表单", "S000", "顾客反馈收集表单", source="S000"),
        _w("S001 售后服务客户评价表", "S001", "售后服务客户评价表", source="S001"),
        _w("S002 客户满意度调查表", "S002", "客户满意度调查表", source="S002"),
        _w("S003 售后服务质量评估表", "S003", "售后服务质量评估表", source="S003"),
        _w("S004 服务反馈收集表单", "S004", "服务反馈收集表单", source="S004"),
    ),
    "评价渠道": (
        _w("短信", "短信推送", source="S000"),
        _w("邮件", source="S000"),
        _w("线上问卷", "在线", "在线问卷", "问卷", source="S002"),
        _w("电话回访", "电话", "回访", source="S002"),
        _w("微信", "企业微信"),
        _w("APP内", "APP", source="S001"),
        _w("现场邀请", "现场", source="S001"),
        _w("纸质问卷", "纸质", "纸质表", source="S001"),
        _w("二维码", "扫码", source="S001"),
    ),
    "反馈类别": (
        _w("表扬类", "表扬", source="S000"),
        _w("投诉类", "投诉", source="S000"),
        _w("建议类", "建议", source="S000"),
        _w("待人工"),
    ),
    "改进方向": (
        _w("优化服务流程", source="S004"),
        _w("加强人员培训", source="S004"),
        _w("增加服务渠道", source="S004"),
        _w("完善售后政策", source="S004"),
    ),
    "最满意": (
        _w("响应速度快", source="S000"),
        _w("解决问题彻底", source="S000"),
        _w("服务态度好", source="S000"),
        _w("流程清晰", source="S000"),
        _w("其他", source="S000"),
    ),
    "改进状态": (
        _w("待评审"), _w("采纳"), _w("不采纳"), _w("进行中"), _w("已实施"), _w("验证中"),
        _w("有效"), _w("无效重开"), _w("关闭", "已关闭"),
    ),
    "问题分类标准": (
        _w("划痕", "破损", "凹陷", "开裂", "变形", "缺角", "色差", "掉漆", "做工", "质量差", "质量问题", "假货", "按键失灵",
           "用了几天就坏", group="产品质量"),
        _w("功能打不开", "连接不上", "连不上", "功能不准", "不能用", "功能失效", group="产品功能类"),
        _w("物流", "快递", "配送", "发货", "没到货", "未到货", "没收到货", "送货", "派送", "签收", "少发", "错发", "送到了别",
           group="物流配送类"),
        _w("不启动", "无法启动", "开不了机", "无法开机", "不开机", "黑屏", "异响", "噪音", "漏水", "漏电", "不制冷", "制冷弱",
           "制冷效果", "不加热", "屏幕闪烁", "电源", "没修好", "维修", "报修", "修理", group="硬件故障"),
        _w("软件", "卡顿", "闪退", "死机", "升级失败", "无法登录", "登录不了", "安装失败", "系统报错", "报错", "乱码",
           group="软件调试"),
        _w("态度", "不耐烦", "推诿", "语气", "骂人", "不礼貌", "客服响应慢", "沟通不清晰", group="服务态度类"),
        _w("咨询", "询问", "请问", "怎么用", "如何使用", "怎么设置", "会员权益", "积分", "想知道", "发票", group="使用咨询"),
        _w("退货", "换货", "退换货", "退款", "想退", "想换", "要求退", group="退换货申请"),
        _w("投诉", "12315", "曝光", group="投诉"),
        _w("建议增加", "建议改进", "提个建议", "希望增加", "希望改进", group="建议"),
    ),
    "日类型": (_w("休息", "放假", "休", "节假日"), _w("上班", "补班", "调休上班", "工作日")),
    "计时方式": (_w("自然时", "自然时间", "7×24"), _w("工作时", "工作时间")),
    COMMENT_WORDS: tuple(Word(word, aliases, said) for word, aliases, said in comment_rows()),
}  # fmt: skip


def words(name: str) -> list[str]:
    """The words of a vocabulary in the documents' order, as a drop-down shows them."""
    return [w.word for w in VOCABULARIES[name]]
