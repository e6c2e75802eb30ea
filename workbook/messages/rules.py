"""Rules over rows: checks, scores, settings, service times, duties, dispatch."""

from __future__ import annotations

from .message import Message, error, repaired, stop, warning

MESSAGES: dict[str, Message] = {
    # --- rules over rows (xlsvc.validation and others) ---
    "row.required": error("缺【{column}】", "“{sheet}”{cell} 没有填“{column}”。请补填。"),
    "row.required_many": error(
        "缺【{column}】",
        "“{sheet}”有 {count} 行没有填“{column}”(第 {first} 行起)。请用筛选列出该列的空白,一次补齐。",
    ),
    "row.no_start": warning(
        "缺【{column}】", "“{sheet}”{cell} 没有填“{column}”,时效无法判定。请补填受理时间。"
    ),
    "row.no_urgency": error(
        "缺【{column}】", "“{sheet}”{cell} 没有填“{column}”,时效无法判定。请补填一般、紧急、特急或咨询。"
    ),
    "row.number_only": warning(
        "只有编号",
        "“{sheet}”{cell} 这一行只有编号“{number}”,没有别的内容,不算记录。有意清空的,请删除整行;不是的,请补填。",
    ),
    "row.entered_twice": warning(
        "疑似重复登记",
        "“{sheet}”{cell} 这一行与第 {other} 行的联系方式、受理时间和问题描述都相同,像是登记了两次,现按两张工单统计。"
        "是同一张请删除其中一行;确是两张,不用改。",
    ),
    "row.problem_type_unknown": warning(
        "【{column}】计入其他",
        "“{sheet}”{cell} 的“{word}”不在问题类型的选项中(共 {count} 行),周报计入“其他”。"
        "写错了请改正;要归到别的类别,请在“选项与关键词”的“问题类型”下加一行“{word}”,填好“归类”。",
    ),
    "row.contact_missing": warning(
        "【{column}】缺联系方式", "“{sheet}”{cell} “{text}”缺联系方式。请在“/”后面补上电话,否则无法回访。"
    ),
    "row.customer_missing": warning(
        "【{column}】缺客户姓名", "“{sheet}”{cell} 缺客户姓名。请在“/”前面补上姓名或称谓。"
    ),
    "row.customer_unsplit": warning(
        "【{column}】分不开", "“{sheet}”{cell} “{text}”分不出姓名和联系方式,整段保留。请写成“姓名/联系方式”。"
    ),
    "row.product_unsplit": warning(
        "【{column}】分不开", "“{sheet}”{cell} “{text}”的“/”后面不是日期,整段保留。请写成“型号/2024-03-15”。"
    ),
    "row.problem_missing": warning(
        "【{column}】缺问题描述", "“{sheet}”{cell} 缺问题描述。请在“/”前面补上。"
    ),
    "row.problem_only_urgency": warning(
        "【{column}】缺问题描述",
        "“{sheet}”{cell} 只写了紧急程度“{text}”,缺问题描述。请在前面补上问题,写成“不启动/{text}”的样子。",
    ),
    "row.urgency_missing": warning(
        "【{column}】缺紧急程度",
        "“{sheet}”{cell} “{text}”缺紧急程度,时效无法判定。请在后面加“/普通”“/紧急”或“/加急”。",
    ),
    "row.urgency_unsplit": warning(
        "【{column}】分不开",
        "“{sheet}”{cell} “{text}”的“/”后面不是紧急程度,整段保留,时效无法判定。请改成“/普通”“/紧急”或“/加急”,"
        "或在“选项与关键词”里给它加别名。",
    ),
    "row.ticket_doubled_first": error(
        "【{column}】重复",
        "“{sheet}”{cell} 的工单号“{ticket}”在“{other}”第 {other_row} 行又出现了,统计只计本行。"
        "不是同一张工单的,请把后一行改号。",
    ),
    "row.ticket_doubled": error(
        "【{column}】重复",
        "“{sheet}”{cell} 的工单号“{ticket}”与“{other}”第 {other_row} 行重复,本行不计入统计。"
        "同一张工单请只留一行;不是同一张的,请清空本行工单号后重新编号。",
    ),
    "row.ticket_pattern": warning(
        "【{column}】格式不符",
        "“{sheet}”{cell} 的工单号“{ticket}”不符合“SN+年月日+三位流水”。请核对有没有写漏。",
    ),
    "row.ticket_unknown": warning(
        "【{column}】查无此单",
        "“{sheet}”{cell} 的工单号“{ticket}”在响应记录和流程记录里都找不到。请核对工单号。",
    ),
    "row.time_reversed": error(
        "【{column}】早于{earlier}",
        "“{sheet}”{cell} 的“{column}”{time} 早于“{earlier}”{start}。请核对这两个时间。",
    ),
    "row.time_future": error(
        "【{column}】在将来", "“{sheet}”{cell} 的“{column}”{time} 晚于现在({now})。请核对日期。"
    ),
    "row.bought_later": warning(
        "【{column}】购买日期晚于受理", "“{sheet}”{cell} 的购买日期 {day} 晚于受理时间。请核对日期。"
    ),
    "row.masked_call": warning(
        "【{column}】已脱敏,不能回访",
        "“{sheet}”{cell} 的号码已脱敏,而这位客户需要电话回访({why})。请从原始登记处查到完整号码再拨打。",
    ),
    "row.id_number": error(
        "【{column}】疑似身份证号",
        "“{sheet}”{cell} 里像有身份证号。请删除,台账和表单都不记身份证号(S000、S003)。",
    ),
    "row.address": warning(
        "【{column}】疑似详细地址",
        "“{sheet}”{cell} 里像有详细住址。请只写到街道或小区以上,不写门牌号(S000、S003)。",
    ),
    "row.signature_only": repaired(
        "", "“{sheet}”{cell} 的“{old}”按签字看待,读作“{new}”。客户说了满意或不满意,请填“确认结果”。"
    ),
    "row.not_satisfied": warning(
        "【{column}】不满意却已结案",
        "“{sheet}”{cell} 客户不满意,状态却是“{status}”。按 S002 应重新处理并上报主管,请把状态改为“重开”。",
    ),
    "row.reopened_no_reason": warning(
        "【{column}】重开未写原因",
        "“{sheet}”{cell} 这张工单重开过 {times} 次,没有写原因。请在“故障原因”或“遗留问题”里写明。",
    ),
    "row.closed_no_time": error(
        "状态{status}缺【{column}】",
        "“{sheet}”{cell} 没有填“{column}”,状态却是“{status}”。请补填时间,或改正状态。",
    ),
    "row.resolved_open": warning(
        "【{column}】与解决时间不符",
        "“{sheet}”{cell} 的状态是“{status}”,却已有解决时间 {time}。请改正状态,或删除误填的时间。",
    ),
    "row.people_unknown": warning(
        "【{column}】人员未登记",
        "“{sheet}”{cell} 的“{name}”不在“人员”表({where})。写错了请改正;"
        "没写错请到“人员”登记,客户表单才有姓名和电话,部门才归得准。",
    ),
    "row.list_cut": warning(
        "清单已截断", "“待改清单”只列前 {shown} 条,还有 {left} 条没有列出。请先改完再校验一次。"
    ),
    # --- scores (xlsvc.scoring, xlsvc.assessment) ---
    "score.receipt_doubled": error(
        "【{column}】重复",
        "“{sheet}”{cell} 的回执码“{receipt}”与第 {first_row} 行重复,本行不计分。请删除重复的一行,或清空回执码重新编号。",
    ),
    "score.too_few_answers": warning(
        "未填关键信息",
        "“{sheet}”第 {row} 行只答了 {answered} 项,少于 {least} 项,这份评价不计分。漏录的请补上。",
    ),
    "score.not_anonymous": error(
        "【{column}】匿名评价不应带工单号/姓名",
        "“{sheet}”{cell}:匿名评价(S001)不应带工单号/姓名。请清空“{column}”;客户具名评价的,请改“评价档案”。",
    ),
    "score.unanswered": warning(
        "缺{names},无综合得分",
        "“{sheet}”第 {row} 行缺“{names}”,不算综合得分(已答各项仍计入各自均分)。漏录的请补上。",
    ),
    "score.not_asked": warning(
        "【{column}】与作答不符",
        "“{sheet}”{cell} 的档案 {profile} 不问“{names}”,这几项不计分。请核对评价档案是否选错。",
    ),
    "score.weight_conflict": warning(
        "【{column}】权重与设置不同",
        "“{sheet}”{cell} 写的权重是 {typed},“设置”里是 {setting},按表内的 {typed} 计算。请核对。",
    ),
    "score.weight_unknown": error(
        "【{column}】没有权重",
        "“{sheet}”{cell} 的“{label}”没有写权重,“设置”里也没有这一项。请写成“{label}(20%)”的样子。",
    ),
    "score.weights_sum": error(
        "【{column}】权重合计{total}",
        "“{sheet}”{cell} 起,工单“{ticket}”的权重合计是 {total}({parts}),应为 100%,没有计算综合得分。请改正权重。",
    ),
    "score.assessment_blank": warning(
        "缺【{column}】", "“{sheet}”{cell} 的“{label}”没有得分,这张工单暂无综合得分。请补填 1 到 5 分。"
    ),
    "score.summary_differs": warning(
        "【{column}】与重算不符",
        "“{sheet}”{cell} 填的综合得分是 {typed},按权重重算是 {shown}(未取整 {exact})。请核对。",
    ),
    "score.anchor_differs": warning(
        "【{column}】与响应时间不符",
        "“{sheet}”{cell} 的“{label}”填的是 {typed} 分。{reason}请核对。",
    ),
    "score.own_work": error(
        "【{column}】不能评自己",
        "“{sheet}”{cell} 的评估人“{owner}”就是工单“{ticket}”的处理人,这张工单不算综合得分。"
        "请换一位没有参与处理的人评估(S003)。",
    ),
    # --- settings (xlsvc.settings) ---
    "settings.newer": stop(
        "这本台账的版本是 {version},本程序只认识到版本 {known}。请先升级程序,再打开这本台账。"
    ),
    "settings.bad": stop("这个命令要用的一项设置有误,台账没有改动。{problem}"),
    "settings.weights": stop(
        "“{sheet}”里档案 {profile} 的权重加起来是 {total},应为 100:{parts}(第 {rows} 行“{column}”列)。"
        "请改到合计 100 后再试。"
    ),
    "settings.number": error(
        "不是数字", "“{sheet}”第 {row} 行“{name}”的{column}“{value}”不是数字。请只填数字,单位写在“单位”列。"
    ),
    "settings.negative": error(
        "不能为负", "“{sheet}”第 {row} 行“{name}”的{column}“{value}”是负数。请填 0 或正数。"
    ),
    "settings.whole": error(
        "应为整数", "“{sheet}”第 {row} 行“{name}”的{column}“{value}”应为整数。请改成整数。"
    ),
    "settings.share": error(
        "超过 100%", "“{sheet}”第 {row} 行“{name}”的{column}“{value}”超过 100%。请填 0 到 100 之间的数。"
    ),
    "settings.long": error(
        "时限过长", "“{sheet}”第 {row} 行“{name}”的时限“{value}”超过十年。请检查“数值”和“单位”。"
    ),
    "settings.unit": error(
        "单位不认识", "“{sheet}”第 {row} 行“{name}”的单位“{value}”不能用。可以填:{allowed}。"
    ),
    "settings.basis": error(
        "计时方式不认识", "“{sheet}”第 {row} 行“{name}”的计时方式“{value}”不认识。请填 自然时 或 工作时。"
    ),
    "settings.spans": error(
        "工作时段读不懂",
        "“{sheet}”第 {row} 行的工作时段“{value}”读不懂。请写成 09:00-12:00 13:30-18:00,"
        "各段先后不重叠,用空格隔开。",
    ),
    "settings.yesno": error(
        "应填是或否", "“{sheet}”第 {row} 行“{name}”的数值“{value}”读不懂。请填 是 或 否。"
    ),
    "settings.profile": error(
        "档案不认识", "“{sheet}”第 {row} 行“{name}”的档案“{value}”不认识。可以填:{allowed}。"
    ),
    "settings.urgency": error(
        "紧急程度不认识",
        "“{sheet}”第 {row} 行“{name}”的紧急程度“{value}”不认识。请填 P1、P2、P3、P4,或留空表示全部。",
    ),
    "settings.class": error(
        "问题类别不认识",
        "“{sheet}”第 {row} 行“{name}”的问题类别“{value}”不认识。可以填:{allowed};留空表示全部。",
    ),
    "settings.warning": error(
        "提醒比例有误", "“{sheet}”第 {row} 行“{name}”的提醒比例“{value}”不对。请填 1% 到 100%,或留空。"
    ),
    "settings.reopen": error(
        "重开计时有误", "“{sheet}”第 {row} 行“{name}”的数值“{value}”不认识。请填其中之一:{allowed}。"
    ),
    "settings.natural": error(
        "计时方式不适用", "“{sheet}”第 {row} 行“{name}”的计时方式“{value}”不适用于这一项。请改为 自然时。"
    ),
    "settings.no_condition": error(
        "条件不适用", "“{sheet}”第 {row} 行“{name}”不分{column},“{value}”不起作用。请清空这一格。"
    ),
    "settings.doubled": error(
        "设置重复",
        "“{sheet}”第 {row} 行与第 {other} 行是同一项“{name}”,生效日期也相同,不知道用哪一行。"
        "请删除其中一行,或改它的生效日期。",
    ),
    "settings.unknown": warning(
        "设置不认识", "“{sheet}”第 {row} 行的项目“{name}”程序不认识,没有使用。请核对“类别”和“项目”的写法。"
    ),
    "settings.gap": warning(
        "时限缺口",
        "“{sheet}”里有时限没有填,用到它们的 {count} 张工单按“无时限”处理:{gaps}。要考核请在“数值”列补填。",
    ),
    "settings.expedited": warning(
        "加急待确认",
        "有 {count} 张“加急”工单。S003 没有说明加急与紧急谁先,现按加急高于紧急处理。"
        "请在“{sheet}”的“{name}”一行填 是 以确认。",
    ),
    # --- working time and SLA (xlsvc.working_time, xlsvc.sla) ---
    "time.no_workday": stop(
        "从 {start} 起找不到足够的工作时间,截止时间算不出来。请检查“假期”表和“设置”里的“工作时段”。"
    ),
    "sla.no_start": warning(
        "缺受理时间", "“{sheet}”有 {count} 行缺“{column}”(没填或读不懂),时效无法判定({rows})。请补填。"
    ),
    "sla.no_urgency": warning(
        "缺紧急程度", "“{sheet}”有 {count} 行缺紧急程度,时效无法判定({rows})。请在“{column}”里补填。"
    ),
    "sla.urgency_unknown": warning(
        "紧急程度不认识",
        "“{sheet}”有 {count} 行的“{column}”不在选项中,时效无法判定({rows})。请改成选项里的写法。",
    ),
    "sla.reversed": warning(
        "时间颠倒",
        "“{sheet}”有 {count} 行的“{column}”早于受理时间,{clock}时效无法判定({rows})。请核对这两个时间。",
    ),
    "sla.future": warning(
        "时间在将来",
        "“{sheet}”有 {count} 行的“{column}”晚于现在({now}),暂不采用({rows})。请核对日期。",
    ),
    "sla.closed_no_time": warning(
        "缺办结时间",
        "“{sheet}”有 {count} 行的状态已办结但缺“{column}”(没填或读不懂),解决用时算不出({rows})。请补填。",
    ),
    "sla.clock_missing": warning(
        "缺时间",
        "“{sheet}”有 {count} 行已办结但缺“{column}”,{clock}时效无法判定({rows})。有记录的请补填。",
    ),
    "sla.off_hours": warning(
        "非工作时间受理",
        "“{sheet}”有 {count} 行在节假日或非工作时间受理,{clock}时效从 {start} 起算,此前用时计为 0({rows})。"
        "这不是响应特别快。",
    ),
    "row.unpublished": warning(
        "【{column}】{year}年放假未发布",
        "“{sheet}”第 {row} 行的“{column}”{due}:{year} 年的放假安排未发布,按周末估算。公布后请登记到“假期”表。",
    ),
    "sla.unpublished": warning(
        "日历未发布",
        "{years} 年的放假安排未发布,{count} 张工单的截止时间按周末估算(首个:“{sheet}”第 {row} 行)。"
        "公布后请把当年安排(含元旦、国庆)登记到“假期”表。",
    ),
    "sla.typed_limit": warning(
        "时限与设置不同",
        "“{sheet}”有 {count} 行手填的“{column}”与设置的解决时限不同({rows}),按设置计算。"
        "要改时限请改“设置”,不必逐行改。",
    ),
    # --- duties by date and dispatch (xlsvc.duty_findings, xlsvc.dispatch) ---
    "duty.contact": warning(
        "", "今天有 {count} 次上门过了该先联系客户的时间({rows})。请现在联系;联系过的请填“{column}”。"
    ),
    "duty.arrival": warning(
        "", "“{sheet}”有 {count} 次上门过了约定时间还没有到场记录({rows})。到了的请补填“{column}”,没到的请告知客户。"
    ),
    "duty.survey": warning(
        "", "“{sheet}”有 {count} 张工单解决后过了期限还没有发出满意度调查({rows})。"
        "请点“生成表单”发出;已经问过的请登记到“评价记录”。",
    ),
    "duty.callback": warning(
        "", "“{sheet}”有 {count} 条投诉或建议过了期限还没有回访({rows})。请安排专人回访,填好“{column}”和“回访结果”。"
    ),
    "duty.assessment": warning(
        "", "“{sheet}”有 {count} 张工单完成后过了期限还没有内部评估({rows})。请由非执行人员评估,登记到“质量评估”。"
    ),
    "duty.brief": warning(
        "", "“{sheet}”有 {count} 条高频问题过了期限还没有交简报({rows})。请点“反馈汇总简报”做好提交主管,“{column}”会填上。"
    ),
    "duty.pickup": warning(
        "", "“{sheet}”有 {count} 张退换货工单核实后过了期限还没有安排取件({rows})。请安排,并填“{column}”。"
    ),
    "duty.no_result": warning(
        "", "“{sheet}”有 {count} 条投诉或建议已经回访,却没有写“{column}”({rows})。请把客户的答复补写上。"
    ),
    "duty.no_purchase": warning(
        "", "“{sheet}”有 {count} 张退换货工单缺购买日期,过没过退换期限无法判定({rows})。请在“{column}”里补填。"
    ),
    "duty.unpublished": warning(
        "",
        "{years} 年的放假安排未发布,{count} 件待办事项的期限按周末估算(首个:“{sheet}”第 {row} 行)。"
        "公布后请把当年安排(含元旦、国庆)登记到“假期”表。",
    ),
    "duty.return_over": warning(
        "过了退货期限",
        "“{sheet}”{cell} {bought} 购买,{asked} 提出退货,已过 {days} 天无理由退货期限({last} 止)。"
        "请核对购买日期;属质量问题的按换货或维修处理。",
    ),
    "duty.exchange_over": warning(
        "过了换货期限",
        "“{sheet}”{cell} {bought} 购买,{asked} 提出换货,已过 {days} 天质量问题换货期限({last} 止)。"
        "请核对购买日期;仍在保修期内的按维修处理。",
    ),
    "duty.both_over": warning(
        "过了退换期限",
        "“{sheet}”{cell} {bought} 购买,{asked} 提出退换货,退货和换货期限都已过(换货 {last} 止,{days} 天)。"
        "请核对购买日期;仍在保修期内的按维修处理。",
    ),
    "dispatch.keyword_class": warning(
        "归类不认识",
        "“{sheet}”第 {row} 行“问题分类标准”的归类“{text}”不是问题类型,这一行关键词没有使用。请改成问题类型里的词。",
    ),
    "dispatch.escalate": warning(
        "",
        "“{sheet}”有 {count} 张工单客户不满意({rows}),按 S002 应重新处理、提高紧急程度并上报主管。"
        "怎么改见“{column}”列,改好后那一格自动清空。",
    ),
    "dispatch.no_supervisor": warning(
        "", "有 {count} 张客户不满意的工单要上报主管,而“{sheet}”里“分派”类的“主管”没有填。请在“{column}”列填上姓名。"
    ),
}
