"""What commands say: tabs, forms, reports, the application."""

from __future__ import annotations

from .message import Message, stop, warning

MESSAGES: dict[str, Message] = {
    # --- tabs, forms, reports ---
    "tab.no_template": stop(
        "“{file}”里没有模板工作表“{sheet}”。请撤销删除或改名,或从用“新建”生成的台账里复制一张回来。"
    ),
    "tab.name_length": stop("工作表名“{name}”不能用:须有 1 到 31 个字。请换一个短一些的名称。"),
    "tab.name_characters": stop(
        "工作表名“{name}”不能用:不能含 \\ / ? * [ ] : 和换行,不能以单引号开头或结尾,也不能叫 History。请换一个名称。"
    ),
    "tab.name_taken": stop(
        "“{file}”里已有名为“{name}”的工作表(不分大小写)。请先改名或删除它,或换一个名称。"
    ),
    "tab.copy_refused": stop(
        "模板工作表“{sheet}”里有不能复制的内容:{what}。请从模板里删除它,或把它移到别的工作表后再试。"
    ),
    "form.profile": stop(
        "评价档案“{value}”没有可以生成的表单。请改写为:{allowed}。"
    ),
    "form.ticket_unknown": warning(
        "没有此工单",
        "两张记录表里都没有工单“{ticket}”,没有生成它的表单。请核对工单号,或先点“一键更新”补编号。",
    ),
    "form.not_resolved": warning(
        "还没解决",
        "工单“{ticket}”到 {now} 还没有解决({sheet}第 {row} 行),没有生成表单。解决后填好“{column}”再试。",
    ),
    "form.no_number": warning(
        "缺工单号", "“{sheet}”有 {count} 行刚解决但没有工单号({rows}),没有生成表单。请先点“一键更新”补编号。"
    ),
    "form.phone_missing": warning(
        "缺服务电话",
        "服务人员“{person}”在“{people}”表里查不到电话,{count} 张表单的“服务电话”空着。"
        "要补上的话:先点“撤销上次”,在“{people}”表补登记或在“设置”填“服务电话”,再生成一次。",
    ),
    "form.person_missing": warning(
        "缺服务人员", "工单“{ticket}”({sheet}第 {row} 行)没有责任人,表单上的服务人员空着。请补填“{column}”。"
    ),
    "form.limit": warning(
        "超过上限", "一次最多生成 {limit} 张表单(“设置”的“一次生成上限”),还有 {left} 张没有生成。请再点一次。"
    ),
    "form.tab_gone": warning(
        "表单已删",
        "工单“{ticket}”的表单“{tab}”已经发过(回执码 {token}),但工作表不见了;不会重复发放。请从备份里找回。",
    ),
    "find.blank": stop(
        "没有写要找什么。请写工单号(可只写一部分)、客户姓名、联系电话后四位或回执码,如 SN20240501001、张女士、5678、7KQM-4XTR。"
    ),
    "summary.week": stop("周次“{value}”读不懂。请写成 2024-W18 这样的形式(年份-W周数,周一到周日为一周)。"),
    "summary.no_week": stop(
        "没有“{value}”这一周:{year} 年只有 {weeks} 周。请改写成 {year}-W01 到 {year}-W{weeks}。"
    ),
    "summary.future": warning(
        "还没到", "“{sheet}”的这一周还没有开始(现在是 {now})。请核对周次;要看本周,请在别的工作表上点“生成周报”(命令:不写 --week)。"
    ),
    # --- application ---
    "app.now": stop("--now 的时间“{value}”读不懂。请写成 2024-05-06T09:00 这样的形式。"),
    "app.log_kind": stop("--log 不认识“{value}”。请写 response(客服式)、process(工单式)或 both。"),
    "app.new_suffix": stop("新台账“{file}”的文件名请以 .xlsx 结尾。"),
    "app.exists": stop("“{file}”已经存在,为免覆盖没有新建。请换一个文件名。"),
    "app.new_unwritable": stop("“{file}”写不进去(文件夹:{folder})。请检查磁盘空间和文件夹权限,或换一个位置。没有新建。"),
    "app.demo_exists": stop("“{file}”已经存在,为免覆盖没有再做演示。请换一个文件夹,或先移走这个文件。"),
    "app.no_folder": stop("文件夹“{folder}”不存在。请先建好文件夹,或换一个位置。"),
    "app.formula_kept": warning(
        "有自写公式", "“{sheet}”{cell} 里是您写的公式,程序没有覆盖它;要由程序计算,请清空这个单元格。"
    ),
    "tab.names_missing": warning(
        "缺少位置",
        "“{sheet}”里有 {count} 项没有放处(如“{name}”),没有填,其余已填好。它是按旧版模板做的:请先把模板那张工作表改名,点“升级台账”补上新版,"
        "再把“{sheet}”改名或删掉,重新生成。",
    ),
    "tab.name_missing": warning(
        "缺少位置",
        "“{sheet}”里找不到名为“{name}”的单元格,这一项没有填,其余已填好。可从周报模板重新生成该工作表。",
    ),
}
