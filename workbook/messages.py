"""Every Chinese message, by code: what is wrong, where, and what to do about it.

`text` is the whole message, `short` what fits into a row's 数据问题 cell. Level "stop" belongs to
WorkbookError, the others to Issue. Placeholders are filled from Issue.values / WorkbookError.values;
an Issue also gives sheet, row, column and cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Message:
    level: Any
    text: str
    short: str = ""


def _stop(text: str) -> Message:
    return Message("stop", text)


def _error(short: str, text: str) -> Message:
    return Message("error", text, short)


def _warning(short: str, text: str) -> Message:
    return Message("warning", text, short)


def _repaired(short: str, text: str) -> Message:
    return Message("repaired", text, short)


MESSAGES: dict[str, Message] = {
    # --- files and packages (workbook.package, file_book) ---
    "file.missing": _stop("找不到文件“{file}”。请检查文件名和文件夹是否写对。"),
    # --- sheets and headings (workbook.book) ---
    "sheet.missing": _stop("“{file}”里没有“{sheet}”工作表。请确认没有改名或删除,或用“新建”生成的台账。"),
    "heading.missing": _stop(
        "“{sheet}”工作表(标题行第 {row} 行)缺少“{heading}”列。请把该标题加回标题行,或撤销对标题的修改。"
    ),
    "heading.doubled": _stop(
        "“{sheet}”工作表里“{heading}”标题出现了两次:{cells}。请删除或改名其中一列后再试。"
    ),
    # --- values read from cells (workbook.values) ---
    # --- rules over rows (xlsvc.validation and others) ---
    # --- settings (xlsvc.settings) ---
    "settings.newer": _stop(
        "这本台账的版本是 {version},本程序只认识到版本 {known}。请先升级程序,再打开这本台账。"
    ),
    "settings.bad": _stop("这个命令要用的一项设置有误,台账没有改动。{problem}"),
    "settings.weights": _stop(
        "“{sheet}”里档案 {profile} 的权重加起来是 {total},应为 100:{parts}(第 {rows} 行“{column}”列)。"
        "请改到合计 100 后再试。"
    ),
    "settings.number": _error(
        "不是数字", "“{sheet}”第 {row} 行“{name}”的{column}“{value}”不是数字。请只填数字,单位写在“单位”列。"
    ),
    "settings.negative": _error(
        "不能为负", "“{sheet}”第 {row} 行“{name}”的{column}“{value}”是负数。请填 0 或正数。"
    ),
    "settings.whole": _error("应为整数", "“{sheet}”第 {row} 行“{name}”的{column}“{value}”应为整数。请改成整数。"),
    "settings.share": _error(
        "超过 100%", "“{sheet}”第 {row} 行“{name}”的{column}“{value}”超过 100%。请填 0 到 100 之间的数。"
    ),
    "settings.long": _error(
        "时限过长", "“{sheet}”第 {row} 行“{name}”的时限“{value}”超过十年。请检查“数值”和“单位”。"
    ),
    "settings.unit": _error(
        "单位不认识", "“{sheet}”第 {row} 行“{name}”的单位“{value}”不能用。可以填:{allowed}。"
    ),
    "settings.basis": _error(
        "计时方式不认识", "“{sheet}”第 {row} 行“{name}”的计时方式“{value}”不认识。请填 自然时 或 工作时。"
    ),
    "settings.spans": _error(
        "工作时段读不懂",
        "“{sheet}”第 {row} 行的工作时段“{value}”读不懂。请写成 09:00-12:00 13:30-18:00,"
        "各段先后不重叠,用空格隔开。",
    ),
    "settings.yesno": _error("应填是或否", "“{sheet}”第 {row} 行“{name}”的数值“{value}”读不懂。请填 是 或 否。"),
    "settings.profile": _error(
        "档案不认识", "“{sheet}”第 {row} 行“{name}”的档案“{value}”不认识。可以填:{allowed}。"
    ),
    "settings.urgency": _error(
        "紧急程度不认识",
        "“{sheet}”第 {row} 行“{name}”的紧急程度“{value}”不认识。请填 P1、P2、P3、P4,或留空表示全部。",
    ),
    "settings.class": _error(
        "问题类别不认识",
        "“{sheet}”第 {row} 行“{name}”的问题类别“{value}”不认识。可以填:{allowed};留空表示全部。",
    ),
    "settings.doubled": _error(
        "设置重复",
        "“{sheet}”第 {row} 行与第 {other} 行是同一项“{name}”,生效日期也相同,不知道用哪一行。"
        "请删除其中一行,或改它的生效日期。",
    ),
    "settings.unknown": _warning(
        "设置不认识", "“{sheet}”第 {row} 行的项目“{name}”程序不认识,没有使用。请核对“类别”和“项目”的写法。"
    ),
    "settings.gap": _warning(
        "时限缺口", "“{sheet}”里这些时限没有填,相关工单按“无时限”处理:{gaps}。要考核请在“数值”列补填。"
    ),
    "settings.expedited": _warning(
        "加急待确认",
        "有 {count} 张“加急”工单。S003 没有说明加急与紧急谁先,现按加急高于紧急处理。"
        "请在“{sheet}”的“{name}”一行填 是 以确认。",
    ),
    # --- working time and SLA (xlsvc.working_time, xlsvc.sla) ---
    "time.no_workday": _stop(
        "从 {start} 起找不到足够的工作时间,截止时间算不出来。请检查“假期”表和“设置”里的“工作时段”。"
    ),
    "sla.no_start": _warning(
        "缺受理时间", "“{sheet}”有 {count} 行缺“{column}”,时效无法判定({rows})。请补填受理时间。"
    ),
    "sla.reversed": _warning(
        "时间颠倒", "“{sheet}”有 {count} 行的“{column}”早于受理时间,时效无法判定({rows})。请核对这两个时间。"
    ),
    "sla.future": _warning(
        "时间在将来",
        "“{sheet}”有 {count} 行的“{column}”晚于现在({now}),暂不采用({rows})。请核对日期。",
    ),
    "sla.closed_no_time": _warning(
        "缺办结时间",
        "“{sheet}”有 {count} 行的状态已办结但没有“{column}”,解决时效无法判定({rows})。请补填。",
    ),
    "sla.clock_missing": _warning(
        "缺时间",
        "“{sheet}”有 {count} 行已办结但缺“{column}”,{clock}时效无法判定({rows})。有记录的请补填。",
    ),
    "sla.off_hours": _warning(
        "非工作时间受理",
        "“{sheet}”有 {count} 行在节假日或非工作时间受理,{clock}时效从 {start} 起算,此前用时计为 0({rows})。"
        "这不是响应特别快。",
    ),
    "sla.unpublished": _warning(
        "日历未发布",
        "{years} 年的放假安排未发布,{count} 张工单的截止时间按周末估算(首个:“{sheet}”第 {row} 行)。"
        "公布后请把当年安排(含元旦、国庆)登记到“假期”表。",
    ),
    "sla.typed_limit": _warning(
        "时限与设置不同",
        "“{sheet}”有 {count} 行手填的“{column}”与设置的解决时限不同({rows}),按设置计算。"
        "要改时限请改“设置”,不必逐行改。",
    ),
    # --- tabs, forms, reports ---
    # --- application ---
    "app.now": _stop("--now 的时间“{value}”读不懂。请写成 2024-05-06T09:00 这样的形式。"),
    "app.log_kind": _stop("--log 不认识“{value}”。请写 response(客服式)、process(工单式)或 both。"),
    "app.new_suffix": _stop("新台账“{file}”的文件名请以 .xlsx 结尾。"),
    "app.exists": _stop("“{file}”已经存在,为免覆盖没有新建。请换一个文件名。"),
    "app.no_folder": _stop("文件夹“{folder}”不存在。请先建好文件夹,或换一个位置。"),
    "app.formula_kept": _warning(
        "有自写公式", "“{sheet}”{cell} 里是您写的公式,程序没有覆盖它;要由程序计算,请清空这个单元格。"
    ),
    "tab.name_missing": _warning(
        "缺少位置", "“{sheet}”里找不到名为“{name}”的单元格,这一项没有填,其余已填好。可从周报模板重新生成该工作表。"
    ),
}
