"""Who gets a customer form, how it goes out, and what is said of forms that are out."""

from __future__ import annotations

from .message import Message, error, stop, warning

MESSAGES: dict[str, Message] = {
    "form.purpose": stop(
        "发放目的“{value}”不认识。请写:服务后(近 {hours} 小时解决的)、近30天(可接着写目的,如 近30天:新品体验)、"
        "月度(上月的触点),或不写。"
    ),
    "form.by_phone": warning(
        "电话回访",
        "“{sheet}”有 {count} 位客户请改用电话回访,不发表单:{rows}。打完电话点“登记反馈”记下评价;"
        "哪些客户要打电话,见“设置”的“电话回访客户类型”等行。",
    ),
    "form.phone_masked": warning(
        "号码不全",
        "“{sheet}”有 {count} 位要电话回访的客户没有完整的电话号码({rows}),打不出去。请向客户核实后补填“{column}”。",
    ),
    "form.asked_before": warning(
        "近期问过",
        "“{sheet}”有 {count} 张工单没有再发表单:它们的客户近 {days} 天内已经问过,或这次问的是他的另一张工单({rows})。"
        "确需再发的,选中那一行再点“生成表单”;间隔在“设置”的“再次调查间隔”。",
    ),
    "form.asked_again": warning(
        "近期问过",
        "“{sheet}”有 {count} 位客户近 {days} 天内已经问过,或这次选了他的两张工单,仍照您选的处理({rows})。不想打扰客户的,请不要发出。",
    ),
    "form.month_open": warning(
        "尚未办结", "上月的触点有 {count} 张工单还没有办结({rows}),没有列入月度调查。办结后再生成。"
    ),
    "form.words_internal": stop("《{title}》是内部评估表,不发给客户,没有短信微信稿。请由非执行人员填写工作表或文件。"),
    "duty.wish": warning(
        "", "“{sheet}”有 {count} 位客户愿意后续联系或希望回访,过了期限还没有联系({rows})。请安排联系,填好“{column}”和“回访结果”。"
    ),
    "duty.phone": warning(
        "", "“{sheet}”有 {count} 位改用电话回访的客户过了期限还没有评价({rows})。请打电话,再点“登记反馈”记下评价。"
    ),
    "duty.reminder": warning(
        "", "“{sheet}”有 {count} 张表单逾期没有收回,也没有催过({rows})。请催一次并填“{column}”;只催这一次,不必再催。"
    ),
    "score.conflict": warning(
        "冲突待选",
        "“{sheet}”{cell}:回执码 {receipt} 的表单收到了两份不同的答案,都没有计分。请问清客户,删掉不要的那一行。",
    ),
    "score.straight_lined": warning(
        "同分无说明",
        "“{sheet}”第 {row} 行各项同分,又没有一句说明,按“设置”的“同分无说明”不计分。请回访核实;属实的补写说明或“回访结果”,就会计入。",
    ),
    "settings.straight": error(
        "同分无说明有误", "“{sheet}”第 {row} 行“{name}”的数值“{value}”不认识。请填其中之一:{allowed}。"
    ),
    "settings.link": error(
        "地址有误", "“{sheet}”第 {row} 行“{name}”的数值“{value}”不是网址。"
        "请填 http:// 或 https:// 开头、200 字以内、没有空格的地址,或留空。"
    ),
}
