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
    "file.folder": _stop("“{file}”是文件夹,不是工作簿。请写出其中 .xlsx 文件的名字。"),
    "file.unreadable": _stop("没有权限读取“{file}”。请检查文件权限,或先复制到自己的文件夹。"),
    "file.empty": _stop("“{file}”是空文件(0 字节)。可能没有复制或下载完整,请重新取得该文件。"),
    "file.not_workbook": _stop(
        "“{file}”不是 Excel 工作簿(.xlsx、.xlsm)。请用 Excel 或 WPS 打开原文件,另存为 .xlsx 后再试。"
    ),
    "file.text": _stop(
        "“{file}”其实是文本文件(例如 CSV),只是改了扩展名。请在 Excel 或 WPS 里打开它,另存为“Excel 工作簿(.xlsx)”后再试。"
    ),
    "file.html": _stop(
        "“{file}”其实是网页表格(HTML),只是改了扩展名。请在 Excel 或 WPS 里打开它,另存为“Excel 工作簿(.xlsx)”后再试。"
    ),
    "file.xml_2003": _stop(
        "“{file}”是“XML 表格 2003”格式。请在 Excel 里打开它,另存为“Excel 工作簿(.xlsx)”后再试。"
    ),
    "file.encrypted": _stop(
        "“{file}”设有打开密码。请在 Excel 里打开它,取消密码(文件-信息-保护工作簿)并保存后再试。"
    ),
    "file.xls": _stop("“{file}”是旧的 .xls 格式。请在 Excel 里打开,另存为“Excel 工作簿(.xlsx)”后再试。"),
    "file.et": _stop(
        "“{file}”是 WPS 的 .et 格式。请在 WPS 里打开,另存为“Microsoft Excel 文件(.xlsx)”后再试。"
    ),
    "file.ods": _stop("“{file}”是 OpenDocument 表格(.ods)。请打开它,另存为 .xlsx 后再试。"),
    "file.strict": _stop(
        "“{file}”是“Strict Open XML 工作簿”。请在 Excel 里另存为普通的“Excel 工作簿(.xlsx)”后再试。"
    ),
    "file.binary": _stop("“{file}”是二进制工作簿(.xlsb)。请在 Excel 里另存为 .xlsx 后再试。"),
    "file.no_workbook": _stop(
        "“{file}”里没有工作簿内容,可能是别的 Office 文件改了扩展名。请核对后另存为 .xlsx。"
    ),
    "file.damaged": _stop(
        "“{file}”已损坏({part} 读不出)。请用 Excel 打开并修复,另存为新文件,或取用“备份”里的上一份。"
    ),
    "file.too_many_parts": _stop(
        "“{file}”里有 {count} 个部件,超过上限 {limit},不像正常的台账,没有打开。请向来源核实,或另存一份干净的。"
    ),
    "file.escaping_part": _stop(
        "“{file}”里有指向文件夹之外的部件“{part}”,可能有害,没有打开。请不要使用,并向来源核实。"
    ),
    "file.doubled_part": _stop(
        "“{file}”里有两个同名部件“{part}”,内容不可信,没有打开。请用 Excel 打开并另存为新文件。"
    ),
    "file.too_big": _stop(
        "“{file}”解开后有 {size} MB,超过上限 {limit} MB,没有打开。请把旧记录移到另一份文件。"
    ),
    "file.too_large": _stop("“{file}”有 {size} MB,超过上限 {limit} MB,没有打开。请把旧记录移到另一份文件。"),
    "file.bomb": _stop(
        "“{file}”的部件“{part}”解开后有 {size} MB,压缩得不正常,可能有害,没有打开。请向来源核实。"
    ),
    "file.doctype": _stop(
        "“{file}”的部件“{part}”含有 DTD 声明,正常工作簿没有,没有打开。请用 Excel 打开并另存为新文件。"
    ),
    "file.contradicting": _stop(
        "“{file}”的压缩目录自相矛盾(部件“{part}”),里外不一,可能有害,没有打开。请不要使用,并向来源核实。"
    ),
    "file.encoding": _stop(
        "“{file}”的部件“{part}”用了工作簿不用的文字编码({encoding}),没有打开。请用 Excel 打开并另存为新文件。"
    ),
    "file.long_run": _stop(
        "“{file}”的部件“{part}”里有一段超过 {size} KB 的文字,正常单元格放不下,没有打开。请向来源核实。"
    ),
    "file.too_many_tags": _stop(
        "“{file}”的部件“{part}”有 {count} 个标记,超过上限 {limit},不像正常的工作簿,没有打开。请向来源核实。"
    ),
    "file.crowded": _stop(
        "“{file}”里有 {count} 个{what},超过上限 {limit},不像正常的工作簿,没有打开。请向来源核实,或另存一份干净的。"
    ),
    "file.too_much_text": _stop(
        "“{file}”的“{sheet}”里同样的长文字重复了太多次(共 {count} 万字),不像正常的台账,没有打开。请向来源核实。"
    ),
    "file.doubled_tab": _stop(
        "“{file}”里有两个都叫“{sheet}”的工作表,分不清该读哪个,没有打开。请用 Excel 打开并修复,另存为新文件。"
    ),
    "stranger.active": _stop(
        "“{file}”含有{what}({part}),外来文件不应带有这些,没有读取。请让对方去掉后另存为普通的 .xlsx 再发来。"
    ),
    "stranger.too_wide": _stop(
        "“{file}”的“{sheet}”一直用到 {cell},范围过大,没有读取。请删除表格以外的内容,另存后再试。"
    ),
    "stranger.too_much_text": _stop(
        "“{file}”的“{sheet}”文字过多(全部超过 {limit} 万字),没有读取。请向来源核实,或拆成几个文件。"
    ),
    "stranger.too_slow": _stop("“{file}”读了很久还没读完,已停止,没有读取。请向来源核实,或另存一份干净的再试。"),
    "stranger.too_heavy": _stop("读取“{file}”需要的内存超过上限,已停止,没有读取。请向来源核实,或拆成几个文件。"),
    "stranger.crashed": _stop("“{file}”内容异常,读取时出错,没有读取。请用 Excel 打开它,另存为新文件后再试。"),
    "stranger.no_python": _stop("找不到 Python 程序,不能安全地读取外来文件“{file}”。请重新安装本软件。"),
    "file.open": _stop("“{file}”正在别的程序里打开。请保存并关闭后再试,或用 --save-as 另存为新文件。"),
    "file.read_only": _stop("“{file}”是只读文件。请去掉只读属性后再试,或用 --save-as 另存为新文件。"),
    "file.changed": _stop("“{file}”在处理期间被别人改过,为免覆盖,没有写入。请重新执行一次。"),
    "file.unwritable": _stop(
        "“{file}”写不进去(文件夹:{folder})。请检查磁盘空间和文件夹权限,或用 --save-as 存到别处;原文件未动。"
    ),
    "file.disk_full": _stop(
        "磁盘空间不足,“{file}”没有写入,原文件未动(文件夹:{folder},约需 {size} MB)。"
        "请删去不用的文件腾出空间,或用 --save-as 存到别的磁盘。"
    ),
    "file.no_folder": _stop(
        "找不到文件夹“{folder}”,“{file}”没有写入。文件夹可能被移动、改名,或网络盘已断开,请核对后再试。"
    ),
    "file.not_a_folder": _stop(
        "“{folder}”是一个文件,不是文件夹,旧版本没有地方备份,“{file}”没有写入。请把它改名或移走后再试。"
    ),
    "file.gone": _stop("“{file}”在处理期间被移走、改名或删除,没有写入。请放回原处后重新执行一次。"),
    "file.not_verified": _stop(
        "“{file}”写完后核对不符({part}),已放弃,原文件未动。请再试一次,仍不行就换一个磁盘。"
    ),
    "file.extension": _stop("“{file}”的扩展名与原台账不同。另存时请保持 {extension} 不变。"),
    # --- undo (workbook.file_undo) ---
    "undo.no_folder": _stop(
        "“{file}”旁边没有“备份”文件夹,没有可撤销的操作(文件夹:{folder})。"
        "台账刚移动过的,请连同“备份”文件夹一起放,或放回原处再试。"
    ),
    "undo.nothing": _stop(
        "“{file}”没有可撤销的操作:“备份”文件夹里没有它的撤销记录。台账刚改过名的,请改回原名再试。"
    ),
    "undo.unreadable": _stop(
        "“{file}”的撤销记录(“备份”里的“{journal}”)读不出,没有撤销。要退回以前的样子,请从“备份”文件夹里取一份。"
    ),
    "undo.not_written": _stop(
        "“{file}”就是 {command}之前的样子,没有可撤销的内容(那一次没有写完,或您已从“备份”取回了原文件)。"
    ),
    "undo.already": _stop(
        "{command}已经撤销过了,只能撤销最近一次。撤销前的样子在“{backup}”,需要时请打开它核对后取用。"
    ),
    "undo.backup_gone": _stop(
        "没有撤销 {command}:那之前的文件“{backup}”找不到了,“{file}”没有改动。请把它放回原处再试,或从“备份”里另取一份。"
    ),
    "undo.backup_changed": _stop(
        "没有撤销 {command}:那之前的文件“{backup}”后来改过,不能再用来还原,“{file}”没有改动。请从“备份”里另取一份。"
    ),
    "undo.changed": _stop(
        "没有撤销 {command}:它写过的地方后来改过:{places}。“{file}”没有改动。"
        "要找回那之前的内容,请打开“{backup}”核对后取用。"
    ),
    "cell.too_long": _stop(
        "要写入的文字有 {length} 个字符(开头:{start}),Excel 单元格最多 {limit} 个。请先缩短原文。"
    ),
    "cell.not_finite": _stop("计算结果不是有限的数,没有写入。请检查“设置”里是否有为 0 的除数。"),
    "table.totals": _stop("“{sheet}”的表格带汇总行({cell}),不能追加。请先在“表设计”里取消“汇总行”。"),
    "table.blocked": _stop("“{sheet}”的表格下方 {cell} 已有内容,放不下新行。请把它移到别处后再试。"),
    "sheet.full": _stop("“{sheet}”工作表已满(1048576 行),放不下新行。请把旧记录移到另一份台账。"),
    "sheet.last_visible": _stop("不能隐藏“{sheet}”:工作簿至少要有一个可见的工作表。请先显示另一个。"),
    "sheet.not_cells": _stop("“{sheet}”是图表工作表,里面没有单元格。请改名,并恢复同名的普通工作表。"),
    # --- the workbook open in Excel (workbook.excel_book) ---
    "undo.nothing_live": _stop("“{file}”没有可撤销的操作:没有找到在 Excel 里写过它的记录。台账刚改过名或移动过的,请改回原处再试。"),
    "undo.unreadable_live": _stop("“{file}”的撤销记录(“{journal}”)读不出,没有撤销。请不保存关闭工作簿,或自行改回。"),
    "undo.not_written_live": _stop("“{file}”就是 {command}之前的样子,没有可撤销的内容(那一次写的没有保存,或已经改回)。"),
    "undo.already_live": _stop("{command}已经撤销过了,只能撤销最近一次。"),
    "undo.changed_live": _stop("没有撤销 {command}:它写过的地方后来改过:{places}。“{file}”没有改动。请核对这几处,自行改回。"),
    "excel.busy": _stop(
        "Excel 正忙:可能有单元格正在编辑,或有对话框没有关。请按回车键(Enter)或 Esc 结束编辑、关掉对话框,再点一次;台账没有改动。"
    ),
    "excel.same_name": _stop("Excel 里已经打开了另一个叫“{file}”的工作簿,不能同时打开。请先关闭那一个,再打开“{file}”。"),
    "excel.no_book": _stop("没有打开的工作簿。请先在 Excel 里打开售后台账,再点按钮。"),
    "excel.refused": _stop("Excel 没有接受写入({reason}),台账已恢复原样。请核对工作簿是否受保护、能否编辑,再试一次。"),
    "excel.half_written": _stop(
        "写到一半时 Excel 停了下来({reason}),有些内容没能恢复。请不要保存:关闭工作簿时选“不保存”,再打开重试。"
    ),
    "excel.save_as": _stop("在 Excel 里不能另存后再写。请先用“文件-另存为”存一份,再点按钮。"),
    "book.protected": _stop(
        "“{file}”的结构受保护,不能增加或隐藏工作表,没有写入。请在“审阅”里取消“保护工作簿”后再试。"
    ),
    "sheet.protected": _stop(
        "“{sheet}”工作表受保护,写不进去,没有写入任何内容。请在“审阅”里“撤消工作表保护”后再试。"
    ),
    # --- sheets and headings (workbook.book) ---
    "sheet.missing": _stop(
        "“{file}”里没有“{sheet}”工作表。如果{alike}改过名,请改回“{sheet}”;"
        "如果这不是售后台账,请选对文件(新台账:点“新建台账”,或运行 xlsvc new)。"
    ),
    "sheet.alike": _stop("是“{found}”这张表"),
    "heading.missing": _stop("“{sheet}”工作表(标题行第 {row} 行)缺少“{heading}”列。{remedy}"),
    "heading.put_back": _stop("请把该标题加回标题行,或撤销对标题的修改。"),
    "heading.hint": _stop(
        "标题行里多出来的有:{found}。若就是{these},请把标题改回“{heading}”;若不是,请把该标题加回标题行。"
    ),
    "heading.absent": _warning(
        "缺列",
        "“{sheet}”的标题行里没有“{headings}”{more}列,{these}按空白处理。{remedy}请把标题改回原样或加回标题行。",
    ),
    "heading.surplus": _stop("标题行里多出来的有:{found}。"),
    "heading.not_written": _warning(
        "缺列", "“{sheet}”缺少“{headings}”{more}列,{these}的结果没有写入。请把标题加回标题行。"
    ),
    "row.beyond": _warning(
        "表格之外", "“{sheet}”{rows}写在表格下面、隔了空行,没有计入。请移到表格最后一行之下,中间不留空行。"
    ),
    "heading.doubled": _stop(
        "“{sheet}”工作表里“{heading}”标题出现了两次:{cells}。请删除或改名其中一列后再试。"
    ),
    # --- values read from cells (workbook.values) ---
    "value.excel_error": _error(
        "【{column}】{error}",
        "“{sheet}”{cell} 显示错误值 {error},按空白处理。请改正这个单元格的公式,或直接填写内容。",
    ),
    "value.picture": _error(
        "【{column}】是图片",
        "“{sheet}”{cell} 里是一张图片,读不出“{column}”,按空白处理,图片原样保留。"
        "请把图片移到旁边的列,再在这一格填写文字。",
    ),
    "value.repaired": _repaired(
        "【{column}】读作 {new}",
        "“{sheet}”{cell} 的“{old}”读作 {new},单元格原样未动。读得不对时,请在该单元格改成规范写法。",
    ),
    "value.read_as": _repaired(
        "", "“{sheet}”{cell} 的“{old}”读作“{new}”,单元格原样未动。读得不对时,请在该单元格改写。"
    ),
    "value.time_only": _repaired(
        "", "“{sheet}”{cell} 只写了时刻“{old}”,读作 {new},单元格原样未动。不是当天时,请补上日期。"
    ),
    "value.text_date": _repaired(
        "",
        "“{sheet}”{cell} 的“{old}”是文本,读作 {new},单元格原样未动。要让 Excel 也按日期筛选和排序,请重新输入一次。",
    ),
    "value.text_number": _repaired(
        "【{column}】文本数字",
        "“{sheet}”{cell} 的“{old}”是文本格式的数字,读作 {new},单元格原样未动。"
        "Excel 公式不会计入它,请把单元格改为常规格式后重新输入。",
    ),
    "value.date_unreadable": _error(
        "【{column}】日期读不懂",
        "“{sheet}”{cell} 的“{old}”读不出日期,按空白处理。请写成 2024-03-15 14:00 这样的形式。",
    ),
    "value.date_ambiguous": _error(
        "【{column}】日期有歧义",
        "“{sheet}”{cell} 的“{old}”可能是 {readings},程序不猜,按空白处理。请改写成其中一种,如 2024-03-15 14:00。",
    ),
    "value.date_impossible": _error(
        "【{column}】日期不存在", "“{sheet}”{cell} 的“{old}”不是存在的日期或时刻,按空白处理。请核对后改正。"
    ),
    "value.date_short_year": _error(
        "【{column}】年份不全",
        "“{sheet}”{cell} 的“{old}”只有两位年份,程序不猜,按空白处理。请把年份写成四位,如 2024-03-15。",
    ),
    "value.date_no_year": _error(
        "【{column}】缺年份", "“{sheet}”{cell} 的“{old}”没有年份,按空白处理。请补上四位年份,如 2024-03-15。"
    ),
    "value.date_out_of_range": _error(
        "【{column}】日期不合理",
        "“{sheet}”{cell} 的“{old}”不在 2000 年到 2100 年之间,按空白处理。请核对日期,写成 2024-03-15 这样的形式。",
    ),
    "value.clock_unclear": _error(
        "【{column}】时刻有歧义",
        "“{sheet}”{cell} 的“{old}”说不准是几点,按空白处理。请用 24 小时制写,如 2024-03-15 14:00。",
    ),
    "value.time_without_day": _error(
        "【{column}】缺日期",
        "“{sheet}”{cell} 的“{old}”只有时刻没有日期,按空白处理。请补上日期,如 2024-03-15 14:00。",
    ),
    "value.time_without_base": _error(
        "【{column}】缺日期",
        "“{sheet}”{cell} 的“{old}”只有时刻,而同一行的“{base}”没有可用的日期,按空白处理。请补上日期,或先填好“{base}”。",
    ),
    "value.time_before_base": _error(
        "【{column}】早于{base}",
        "“{sheet}”{cell} 的“{old}”按当天算早于“{base}”{base_value},按空白处理。"
        "如果是次日,请写成 {suggestion};否则请核对两个时间。",
    ),
    "value.day_before_base": _error(
        "【{column}】年份待确认",
        "“{sheet}”{cell} 的“{old}”没有年份,与“{base}”{base_value} 对不上,按空白处理。"
        "可能是 {suggestion},请补上四位年份。",
    ),
    "value.not_number": _error(
        "【{column}】不是数字", "“{sheet}”{cell} 的“{old}”不是数字,按空白处理。请只填一个数字,不带说明文字。"
    ),
    "value.not_integer": _error(
        "【{column}】不是整数", "“{sheet}”{cell} 的“{old}”不是 0 或正整数,按空白处理。请填整数,如 2。"
    ),
    "value.score_range": _error(
        "【{column}】超出1到5分",
        "“{sheet}”{cell} 的“{old}”不在 1 到 5 分之内,按空白处理。请填 1 到 5 的整数,没问到就留空。",
    ),
    "value.score_fraction": _error(
        "【{column}】不是整数分", "“{sheet}”{cell} 的“{old}”不是整数分,按空白处理。请填 1 到 5 的整数。"
    ),
    "value.share_range": _error(
        "【{column}】比例不对",
        "“{sheet}”{cell} 的“{old}”不在 0% 到 100% 之间,按空白处理。请写成 20% 或 0.2。",
    ),
    "value.boolean": _error(
        "【{column}】逻辑值", "“{sheet}”{cell} 是逻辑值 {old},这里读不了,按空白处理。请填写实际内容。"
    ),
    "value.boolean_text": _warning(
        "【{column}】逻辑值", "“{sheet}”{cell} 是逻辑值 {old},按文字“{old}”读入。不是本意时,请填写实际内容。"
    ),
    "value.digits_lost": _warning(
        "【{column}】长号码丢位",
        "“{sheet}”{cell} 的 {old} 超过 15 位,Excel 已把后面的数字变成 0。请先把单元格设为文本格式,再按原件重新填写。",
    ),
    "value.duration": _error(
        "【{column}】时限读不懂",
        "“{sheet}”{cell} 的“{old}”读不出时限,按空白处理。请写成 24小时、30分钟 或 1个工作日。",
    ),
    "value.duration_unit": _error(
        "【{column}】缺单位",
        "“{sheet}”{cell} 的“{old}”没有单位,程序不猜,按空白处理。请写成 24小时、30分钟 或 1个工作日。",
    ),
    "value.phone_masked": _warning(
        "【{column}】脱敏残缺",
        "“{sheet}”{cell} 的“{old}”只有 7 位,像是脱敏残缺(前3后4,丢了中间的星号);数字原样保留,没有补位。"
        "请向客户核实后填写 11 位手机号,或写成 138****5678 的形式。",
    ),
    "value.phone_fragment": _warning(
        "【{column}】号码残缺",
        "“{sheet}”{cell} 的“{old}”只剩 {n} 位数字,号码残缺;原样保留,没有补位。请向客户核实后填写完整号码。",
    ),
    "value.phone_area": _warning(
        "【{column}】缺区号",
        "“{sheet}”{cell} 的“{old}”像是缺区号的固定电话;原样保留。请写成 区号-号码,如 010-62345678。",
    ),
    "value.phone_length": _warning(
        "【{column}】位数不对",
        "“{sheet}”{cell} 的“{old}”有 {n} 位数字,不是 11 位手机号;原样保留,没有补位。"
        "请核实;固定电话请写成 区号-号码,注意区号开头的 0。",
    ),
    "value.phone_odd": _warning(
        "【{column}】不像号码",
        "“{sheet}”{cell} 的“{old}”不像电话号码;原样保留。请填 11 位手机号或 区号-后四位;微信、邮箱请注明,如 微信:abc。",
    ),
    "value.phone_scientific": _warning(
        "【{column}】号码丢位",
        "“{sheet}”{cell} 的“{old}”是科学计数法,后面的数字已经丢失;原样保留,没有补位。"
        "请先把单元格设为文本格式,再填写完整号码。",
    ),
    "value.phone_zero_tail": _warning(
        "【{column}】号码存疑",
        "“{sheet}”{cell} 的“{old}”后六位都是 0,可能是科学计数法丢了数字;原样保留。请向客户核实。",
    ),
    "value.unknown_word": _warning(
        "【{column}】不在选项中",
        "“{sheet}”{cell} 的“{old}”不在选项中,按原文保留。可选:{words}。要增加写法,请在“选项与关键词”加一行。",
    ),
    "value.near_word": _warning(
        "【{column}】疑似笔误",
        "“{sheet}”{cell} 的“{old}”不在选项中,像是“{near}”,请核对,按原文保留。是笔误请改成“{near}”,"
        "是另一种写法请在“选项与关键词”加为别名。",
    ),
    "value.yesno": _error(
        "【{column}】不是是/否", "“{sheet}”{cell} 的“{old}”读不出是或否,按空白处理。请填 是 或 否。"
    ),
    # --- rules over rows (xlsvc.validation and others) ---
    "row.required": _error("缺【{column}】", "“{sheet}”{cell} 没有填“{column}”。请补填。"),
    "row.required_many": _error(
        "缺【{column}】",
        "“{sheet}”有 {count} 行没有填“{column}”(第 {first} 行起)。请用筛选列出该列的空白,一次补齐。",
    ),
    "row.no_start": _warning(
        "缺【{column}】", "“{sheet}”{cell} 没有填“{column}”,时效无法判定。请补填受理时间。"
    ),
    "row.no_urgency": _error(
        "缺【{column}】", "“{sheet}”{cell} 没有填“{column}”,时效无法判定。请补填一般、紧急、特急或咨询。"
    ),
    "row.number_only": _warning(
        "只有编号",
        "“{sheet}”{cell} 这一行只有编号“{number}”,没有别的内容,不算记录。有意清空的,请删除整行;不是的,请补填。",
    ),
    "row.entered_twice": _warning(
        "疑似重复登记",
        "“{sheet}”{cell} 这一行与第 {other} 行的联系方式、受理时间和问题描述都相同,像是登记了两次,现按两张工单统计。"
        "是同一张请删除其中一行;确是两张,不用改。",
    ),
    "row.problem_type_unknown": _warning(
        "【{column}】计入其他",
        "“{sheet}”{cell} 的“{word}”不在问题类型的选项中(共 {count} 行),周报计入“其他”。"
        "写错了请改正;要归到别的类别,请在“选项与关键词”的“问题类型”下加一行“{word}”,填好“归类”。",
    ),
    "row.contact_missing": _warning(
        "【{column}】缺联系方式", "“{sheet}”{cell} “{text}”缺联系方式。请在“/”后面补上电话,否则无法回访。"
    ),
    "row.customer_missing": _warning(
        "【{column}】缺客户姓名", "“{sheet}”{cell} 缺客户姓名。请在“/”前面补上姓名或称谓。"
    ),
    "row.customer_unsplit": _warning(
        "【{column}】分不开", "“{sheet}”{cell} “{text}”分不出姓名和联系方式,整段保留。请写成“姓名/联系方式”。"
    ),
    "row.product_unsplit": _warning(
        "【{column}】分不开", "“{sheet}”{cell} “{text}”的“/”后面不是日期,整段保留。请写成“型号/2024-03-15”。"
    ),
    "row.problem_missing": _warning(
        "【{column}】缺问题描述", "“{sheet}”{cell} 缺问题描述。请在“/”前面补上。"
    ),
    "row.problem_only_urgency": _warning(
        "【{column}】缺问题描述",
        "“{sheet}”{cell} 只写了紧急程度“{text}”,缺问题描述。请在前面补上问题,写成“不启动/{text}”的样子。",
    ),
    "row.urgency_missing": _warning(
        "【{column}】缺紧急程度",
        "“{sheet}”{cell} “{text}”缺紧急程度,时效无法判定。请在后面加“/普通”“/紧急”或“/加急”。",
    ),
    "row.urgency_unsplit": _warning(
        "【{column}】分不开",
        "“{sheet}”{cell} “{text}”的“/”后面不是紧急程度,整段保留,时效无法判定。请改成“/普通”“/紧急”或“/加急”,"
        "或在“选项与关键词”里给它加别名。",
    ),
    "row.ticket_doubled_first": _error(
        "【{column}】重复",
        "“{sheet}”{cell} 的工单号“{ticket}”在“{other}”第 {other_row} 行又出现了,统计只计本行。"
        "不是同一张工单的,请把后一行改号。",
    ),
    "row.ticket_doubled": _error(
        "【{column}】重复",
        "“{sheet}”{cell} 的工单号“{ticket}”与“{other}”第 {other_row} 行重复,本行不计入统计。"
        "同一张工单请只留一行;不是同一张的,请清空本行工单号后重新编号。",
    ),
    "row.ticket_pattern": _warning(
        "【{column}】格式不符",
        "“{sheet}”{cell} 的工单号“{ticket}”不符合“SN+年月日+三位流水”。请核对有没有写漏。",
    ),
    "row.ticket_unknown": _warning(
        "【{column}】查无此单",
        "“{sheet}”{cell} 的工单号“{ticket}”在响应记录和流程记录里都找不到。请核对工单号。",
    ),
    "row.time_reversed": _error(
        "【{column}】早于{earlier}",
        "“{sheet}”{cell} 的“{column}”{time} 早于“{earlier}”{start}。请核对这两个时间。",
    ),
    "row.time_future": _error(
        "【{column}】在将来", "“{sheet}”{cell} 的“{column}”{time} 晚于现在({now})。请核对日期。"
    ),
    "row.bought_later": _warning(
        "【{column}】购买日期晚于受理", "“{sheet}”{cell} 的购买日期 {day} 晚于受理时间。请核对日期。"
    ),
    "row.masked_call": _warning(
        "【{column}】已脱敏,不能回访",
        "“{sheet}”{cell} 的号码已脱敏,而这位客户需要电话回访({why})。请从原始登记处查到完整号码再拨打。",
    ),
    "row.id_number": _error(
        "【{column}】疑似身份证号",
        "“{sheet}”{cell} 里像有身份证号。请删除,台账和表单都不记身份证号(S000、S003)。",
    ),
    "row.address": _warning(
        "【{column}】疑似详细地址",
        "“{sheet}”{cell} 里像有详细住址。请只写到街道或小区以上,不写门牌号(S000、S003)。",
    ),
    "row.signature_only": _repaired(
        "", "“{sheet}”{cell} 的“{old}”按签字看待,读作“{new}”。客户说了满意或不满意,请填“确认结果”。"
    ),
    "row.not_satisfied": _warning(
        "【{column}】不满意却已结案",
        "“{sheet}”{cell} 客户不满意,状态却是“{status}”。按 S002 应重新处理并上报主管,请把状态改为“重开”。",
    ),
    "row.reopened_no_reason": _warning(
        "【{column}】重开未写原因",
        "“{sheet}”{cell} 这张工单重开过 {times} 次,没有写原因。请在“故障原因”或“遗留问题”里写明。",
    ),
    "row.closed_no_time": _error(
        "状态{status}缺【{column}】",
        "“{sheet}”{cell} 没有填“{column}”,状态却是“{status}”。请补填时间,或改正状态。",
    ),
    "row.resolved_open": _warning(
        "【{column}】与解决时间不符",
        "“{sheet}”{cell} 的状态是“{status}”,却已有解决时间 {time}。请改正状态,或删除误填的时间。",
    ),
    "row.people_unknown": _warning(
        "【{column}】人员未登记",
        "“{sheet}”{cell} 的“{name}”不在“人员”表({where})。写错了请改正;"
        "没写错请到“人员”登记,客户表单才有姓名和电话,部门才归得准。",
    ),
    "row.list_cut": _warning(
        "清单已截断", "“待改清单”只列前 {shown} 条,还有 {left} 条没有列出。请先改完再校验一次。"
    ),
    # --- scores (xlsvc.scoring, xlsvc.assessment) ---
    "score.receipt_doubled": _error(
        "【{column}】重复",
        "“{sheet}”{cell} 的回执码“{receipt}”与第 {first_row} 行重复,本行不计分。请删除重复的一行,或清空回执码重新编号。",
    ),
    "score.too_few_answers": _warning(
        "未填关键信息",
        "“{sheet}”第 {row} 行只答了 {answered} 项,少于 {least} 项,这份评价不计分。漏录的请补上。",
    ),
    "score.not_anonymous": _error(
        "【{column}】匿名评价不应带工单号/姓名",
        "“{sheet}”{cell}:匿名评价(S001)不应带工单号/姓名。请清空“{column}”;客户具名评价的,请改“评价档案”。",
    ),
    "score.unanswered": _warning(
        "缺{names},无综合得分",
        "“{sheet}”第 {row} 行缺“{names}”,不算综合得分(已答各项仍计入各自均分)。漏录的请补上。",
    ),
    "score.not_asked": _warning(
        "【{column}】与作答不符",
        "“{sheet}”{cell} 的档案 {profile} 不问“{names}”,这几项不计分。请核对评价档案是否选错。",
    ),
    "score.weight_conflict": _warning(
        "【{column}】权重与设置不同",
        "“{sheet}”{cell} 写的权重是 {typed},“设置”里是 {setting},按表内的 {typed} 计算。请核对。",
    ),
    "score.weight_unknown": _error(
        "【{column}】没有权重",
        "“{sheet}”{cell} 的“{label}”没有写权重,“设置”里也没有这一项。请写成“{label}(20%)”的样子。",
    ),
    "score.weights_sum": _error(
        "【{column}】权重合计{total}",
        "“{sheet}”{cell} 起,工单“{ticket}”的权重合计是 {total}({parts}),应为 100%,没有计算综合得分。请改正权重。",
    ),
    "score.assessment_blank": _warning(
        "缺【{column}】", "“{sheet}”{cell} 的“{label}”没有得分,这张工单暂无综合得分。请补填 1 到 5 分。"
    ),
    "score.summary_differs": _warning(
        "【{column}】与重算不符",
        "“{sheet}”{cell} 填的综合得分是 {typed},按权重重算是 {shown}(未取整 {exact})。请核对。",
    ),
    "score.own_work": _error(
        "【{column}】不能评自己",
        "“{sheet}”{cell} 的评估人“{owner}”就是工单“{ticket}”的处理人。请换一位没有参与处理的人评估(S003)。",
    ),
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
    "settings.whole": _error(
        "应为整数", "“{sheet}”第 {row} 行“{name}”的{column}“{value}”应为整数。请改成整数。"
    ),
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
    "settings.yesno": _error(
        "应填是或否", "“{sheet}”第 {row} 行“{name}”的数值“{value}”读不懂。请填 是 或 否。"
    ),
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
    "settings.warning": _error(
        "提醒比例有误", "“{sheet}”第 {row} 行“{name}”的提醒比例“{value}”不对。请填 1% 到 100%,或留空。"
    ),
    "settings.reopen": _error(
        "重开计时有误", "“{sheet}”第 {row} 行“{name}”的数值“{value}”不认识。请填其中之一:{allowed}。"
    ),
    "settings.natural": _error(
        "计时方式不适用", "“{sheet}”第 {row} 行“{name}”的计时方式“{value}”不适用于这一项。请改为 自然时。"
    ),
    "settings.no_condition": _error(
        "条件不适用", "“{sheet}”第 {row} 行“{name}”不分{column},“{value}”不起作用。请清空这一格。"
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
        "时限缺口",
        "“{sheet}”里有时限没有填,用到它们的 {count} 张工单按“无时限”处理:{gaps}。要考核请在“数值”列补填。",
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
        "缺受理时间", "“{sheet}”有 {count} 行缺“{column}”(没填或读不懂),时效无法判定({rows})。请补填。"
    ),
    "sla.no_urgency": _warning(
        "缺紧急程度", "“{sheet}”有 {count} 行缺紧急程度,时效无法判定({rows})。请在“{column}”里补填。"
    ),
    "sla.urgency_unknown": _warning(
        "紧急程度不认识",
        "“{sheet}”有 {count} 行的“{column}”不在选项中,时效无法判定({rows})。请改成选项里的写法。",
    ),
    "sla.reversed": _warning(
        "时间颠倒",
        "“{sheet}”有 {count} 行的“{column}”早于受理时间,{clock}时效无法判定({rows})。请核对这两个时间。",
    ),
    "sla.future": _warning(
        "时间在将来",
        "“{sheet}”有 {count} 行的“{column}”晚于现在({now}),暂不采用({rows})。请核对日期。",
    ),
    "sla.closed_no_time": _warning(
        "缺办结时间",
        "“{sheet}”有 {count} 行的状态已办结但缺“{column}”(没填或读不懂),解决用时算不出({rows})。请补填。",
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
    "row.unpublished": _warning(
        "【{column}】{year}年放假未发布",
        "“{sheet}”第 {row} 行的“{column}”{due}:{year} 年的放假安排未发布,按周末估算。公布后请登记到“假期”表。",
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
    # --- duties by date and dispatch (xlsvc.duty_findings, xlsvc.dispatch) ---
    "duty.contact": _warning(
        "", "今天有 {count} 次上门过了该先联系客户的时间({rows})。请现在联系;联系过的请填“{column}”。"
    ),
    "duty.arrival": _warning(
        "", "“{sheet}”有 {count} 次上门过了约定时间还没有到场记录({rows})。到了的请补填“{column}”,没到的请告知客户。"
    ),
    "duty.survey": _warning(
        "", "“{sheet}”有 {count} 张工单解决后过了期限还没有发出满意度调查({rows})。"
        "请点“生成表单”发出;已经问过的请登记到“评价记录”。",
    ),
    "duty.callback": _warning(
        "", "“{sheet}”有 {count} 条投诉或建议过了期限还没有回访({rows})。请安排专人回访,填好“{column}”和“回访结果”。"
    ),
    "duty.assessment": _warning(
        "", "“{sheet}”有 {count} 张工单完成后过了期限还没有内部评估({rows})。请由非执行人员评估,登记到“质量评估”。"
    ),
    "duty.brief": _warning(
        "", "“{sheet}”有 {count} 条高频问题过了期限还没有交简报({rows})。请写好《反馈汇总简报》提交主管,再填“{column}”。"
    ),
    "duty.pickup": _warning(
        "", "“{sheet}”有 {count} 张退换货工单核实后过了期限还没有安排取件({rows})。请安排,并填“{column}”。"
    ),
    "duty.no_result": _warning(
        "", "“{sheet}”有 {count} 条投诉或建议已经回访,却没有写“{column}”({rows})。请把客户的答复补写上。"
    ),
    "duty.no_purchase": _warning(
        "", "“{sheet}”有 {count} 张退换货工单缺购买日期,过没过退换期限无法判定({rows})。请在“{column}”里补填。"
    ),
    "duty.unpublished": _warning(
        "",
        "{years} 年的放假安排未发布,{count} 件待办事项的期限按周末估算(首个:“{sheet}”第 {row} 行)。"
        "公布后请把当年安排(含元旦、国庆)登记到“假期”表。",
    ),
    "duty.return_over": _warning(
        "过了退货期限",
        "“{sheet}”{cell} {bought} 购买,{asked} 提出退货,已过 {days} 天无理由退货期限({last} 止)。"
        "请核对购买日期;属质量问题的按换货或维修处理。",
    ),
    "duty.exchange_over": _warning(
        "过了换货期限",
        "“{sheet}”{cell} {bought} 购买,{asked} 提出换货,已过 {days} 天质量问题换货期限({last} 止)。"
        "请核对购买日期;仍在保修期内的按维修处理。",
    ),
    "duty.both_over": _warning(
        "过了退换期限",
        "“{sheet}”{cell} {bought} 购买,{asked} 提出退换货,退货和换货期限都已过(换货 {last} 止,{days} 天)。"
        "请核对购买日期;仍在保修期内的按维修处理。",
    ),
    "dispatch.keyword_class": _warning(
        "归类不认识",
        "“{sheet}”第 {row} 行“问题分类标准”的归类“{text}”不是问题类型,这一行关键词没有使用。请改成问题类型里的词。",
    ),
    "dispatch.escalate": _warning(
        "",
        "“{sheet}”有 {count} 张工单客户不满意({rows}),按 S002 应重新处理、提高紧急程度并上报主管。"
        "怎么改见“{column}”列,改好后那一格自动清空。",
    ),
    "dispatch.no_supervisor": _warning(
        "", "有 {count} 张客户不满意的工单要上报主管,而“{sheet}”里“分派”类的“主管”没有填。请在“{column}”列填上姓名。"
    ),
    # --- tabs, forms, reports ---
    "tab.no_template": _stop(
        "“{file}”里没有模板工作表“{sheet}”。请撤销删除或改名,或从用“新建”生成的台账里复制一张回来。"
    ),
    "tab.name_length": _stop("工作表名“{name}”不能用:须有 1 到 31 个字。请换一个短一些的名称。"),
    "tab.name_characters": _stop(
        "工作表名“{name}”不能用:不能含 \\ / ? * [ ] : 和换行,不能以单引号开头或结尾,也不能叫 History。请换一个名称。"
    ),
    "tab.name_taken": _stop(
        "“{file}”里已有名为“{name}”的工作表(不分大小写)。请先改名或删除它,或换一个名称。"
    ),
    "tab.copy_refused": _stop(
        "模板工作表“{sheet}”里有不能复制的内容:{what}。请从模板里删除它,或把它移到别的工作表后再试。"
    ),
    "form.profile": _stop(
        "评价档案“{value}”没有可以生成的客户表单。请改写为:{allowed}(S003 是内部评估表,不发给客户)。"
    ),
    "form.ticket_unknown": _warning(
        "没有此工单",
        "两张记录表里都没有工单“{ticket}”,没有生成它的表单。请核对工单号,或先点“一键更新”补编号。",
    ),
    "form.not_resolved": _warning(
        "还没解决",
        "工单“{ticket}”到 {now} 还没有解决({sheet}第 {row} 行),没有生成表单。解决后填好“{column}”再试。",
    ),
    "form.no_number": _warning(
        "缺工单号", "“{sheet}”有 {count} 行刚解决但没有工单号({rows}),没有生成表单。请先点“一键更新”补编号。"
    ),
    "form.phone_missing": _warning(
        "缺服务电话",
        "服务人员“{person}”在“{people}”表里查不到电话,{count} 张表单的“服务电话”空着。"
        "请在“{people}”表补登记,或在“设置”填“服务电话”,再手工补到表单上。",
    ),
    "form.person_missing": _warning(
        "缺服务人员", "工单“{ticket}”({sheet}第 {row} 行)没有责任人,表单上的服务人员空着。请补填“{column}”。"
    ),
    "form.limit": _warning(
        "超过上限", "一次最多生成 {limit} 张表单(“设置”的“一次生成上限”),还有 {left} 张没有生成。请再点一次。"
    ),
    "form.tab_gone": _warning(
        "表单已删",
        "工单“{ticket}”的表单“{tab}”已经发过(回执码 {token}),但工作表不见了;不会重复发放。请从备份里找回。",
    ),
    "find.blank": _stop(
        "没有写要找什么。请写工单号(可只写一部分)、客户姓名或联系电话后四位,如 SN20240501001、张女士、5678。"
    ),
    "summary.week": _stop("周次“{value}”读不懂。请写成 2024-W18 这样的形式(年份-W周数,周一到周日为一周)。"),
    "summary.no_week": _stop(
        "没有“{value}”这一周:{year} 年只有 {weeks} 周。请改写成 {year}-W01 到 {year}-W{weeks}。"
    ),
    "summary.future": _warning(
        "还没到", "“{sheet}”的这一周还没有开始(现在是 {now})。请核对周次;要看本周,请在别的工作表上点“生成周报”(命令:不写 --week)。"
    ),
    # --- ribbon buttons (xlsvc.button) ---
    "button.unknown": _stop(
        "这个按钮({id})在已安装的程序里找不到:功能区和程序的版本不一致。"
        "请退出 Excel,运行 xlsvc addin install,再打开 Excel。"
    ),
    "button.no_ledger": _stop(
        "当前的“{file}”不是售后台账(没有“{sheets}”这些工作表),没有改动它。"
        "请先点开台账的窗口,再点“{label}”;还没有台账的,请点“新建台账”。"
    ),
    "button.find_what": _stop(
        "不知道要查什么。请先点中写有工单号、客户姓名或电话后四位的单元格(或工单所在的行),再点“查工单”。"
    ),
    "button.explain_what": _stop(
        "不知道要说明哪张工单。请先点中“响应记录”或“流程记录”里有工单号的一行,再点“时效说明”;没有工单号的先点“一键更新”。"
    ),
    "button.no_ticket": _stop(
        "选中的 {count} 行({sheet} 第 {rows} 行)还没有工单号,没有生成表单。请先点“一键更新”补编工单号,再选中这些行重试。"
    ),
    "button.not_opened": _stop("{notice}。Excel 没能打开它,请在“文件-打开”里打开。"),
    # --- the add-in (xlsvc.addin) ---
    "addin.no_excel": _stop(
        "这个系统({system})上没有 Excel,加载项用不了,没有安装。所有命令都能直接处理文件,例如 xlsvc update 台账.xlsx。"
    ),
    "addin.python_relative": _stop(
        "不知道 Python 装在哪里(“{path}”不是完整路径),没有安装加载项。请用完整路径运行,例如 C:\\Python311\\python.exe -m xlsvc addin install。"
    ),
    "addin.python_temporary": _stop(
        "“{path}”在临时文件夹里,过后可能就没有了,没有安装加载项。请把 xlsvc 装进固定的 Python(pip install xlsvc),再从那里运行。"
    ),
    "addin.python_unsafe": _stop(
        "“{path}”的路径里有启动程序时会出问题的符号({signs}),没有安装加载项。请把 Python 环境建在没有这些符号的文件夹里。"
    ),
    "addin.foreign": _stop(
        "“{file}”已经存在,却不是本程序的加载项,没有覆盖。请把它移走或改名,再运行 xlsvc addin install。"
    ),
    "addin.held": _stop("Excel 正开着加载项(“{file}”),没有改动。请退出所有 Excel 窗口再试。"),
    "addin.not_placed": _stop("加载项写不进“{folder}”,没有安装。请检查这个文件夹的权限和磁盘空间,再试一次。"),
    "addin.not_written": _stop("“{file}”写不进去,没有安装。请检查文件夹“{folder}”的权限和磁盘空间,再试一次。"),
    "addin.not_removed": _stop("“{file}”删不掉或改不了,没有卸载。请检查权限,退出 Excel 后再试。"),
    "addin.config_unreadable": _stop("配置文件“{file}”读不出,没有安装。请检查它的权限,或把它移走后再试。"),
    # --- add-in: the build, and the texts its macros show (macro.*, handed to VBA as they are) ---
    "addin.xlwings_version": _stop(
        "安装的 xlwings 版本是 {found},加载项是按 {wanted} 做的,没有生成。请运行 pip install xlwings=={wanted} 后再试。"
    ),
    "addin.unwritable": _stop("文件夹“{folder}”写不进去({reason})。请换一个文件夹,或先关闭用着加载项的 Excel。"),
    "macro.title": _stop("售后服务"),
    "macro.working": _stop("售后服务:正在处理,请稍候…"),
    "macro.busy": _stop("上一个命令还在进行,请等它完成再点。如果它已经中断,十分钟后按钮会自动恢复。"),
    "macro.protected_view": _stop("当前文件在“受保护的视图”里,不能写入。请先点黄色横条上的“启用编辑”,再点这个按钮。"),
    "macro.no_ledger": _stop(
        "“{file}”不是售后台账(没有“设置”和“响应记录”或“流程记录”工作表),没有改动它。"
        "请先点开台账的窗口再试;还没有台账,请点“新建台账”。"
    ),
    "macro.name": _stop(
        "文件名“{file}”里有 {characters},这样的名字不能安全地传给程序,没有做任何改动。"
        "请另存为不带这些字符的文件名,再点这个按钮。"
    ),
    "macro.line_break": _stop("换行"),
    "macro.outer_blank": _stop("首尾空格"),
    "macro.no_interpreter": _stop("没有找到加载项的设置(xlsvc.conf),不知道用哪个 Python。请退出 Excel,运行 xlsvc addin install,再打开 Excel。"),
    "macro.interpreter_gone": _stop("设置里的 Python“{file}”不在了,可能已移动或卸载。请退出 Excel,运行 xlsvc addin install,再打开 Excel。"),
    "macro.no_applescript": _stop("缺少 Excel 调用 Python 的脚本。请退出 Excel,在终端运行 xlsvc addin install,再打开 Excel。"),
    "macro.failed": _stop(
        "这一步没有正常结束:\n\n{reason}\n\n请先点“自检”看怎样处理;仍不行,请运行 xlsvc addin check,并把结果发给管理员。"
    ),
    # --- import: sources, headings, cells (workbook.foreign_tables, xlsvc.importing) ---
    "text.encoding": _stop(
        "“{file}”的文字编码认不出(不是 UTF-8、GB18030 或 UTF-16),没有读取。请在 Excel 或 WPS 里打开它,另存为“Excel 工作簿(.xlsx)”后再试。"
    ),
    "import.no_table": _stop(
        "“{file}”里没有找到能对上台账的表:没有一行标题里有两个以上认得的列名{seen}。没有导入任何内容。"
        "请确认选对了文件;是的话,请把标题改成台账的列名(如 客户姓名、联系方式、问题描述),再导入一次。"
    ),
    "import.other_sheet": _warning(
        "属于哪张表待定", "“{sheet}”里第 {row} 行起的表可能属于{sheets},先按“{first}”处理。请在问题表里选定。"
    ),
    "import.which_column": _warning(
        "【{column}】待定", "“{sheet}”{cell} 的列“{column}”可能是台账的{columns},程序不猜,先不导入这一列。请在问题表里选定。"
    ),
    "import.own_columns": _warning(
        "自有列", "“{sheet}”里有 {count} 列台账没有:{columns}。将作为您自己的列加在右边;不要的请在问题表里选“不导入”。"
    ),
    "import.left_columns": _repaired(
        "", "“{sheet}”里有 {count} 列是程序算出的或平台自带的,不导入:{columns}。要导入的请在问题表里选定。"
    ),
    "import.constant": _warning(
        "【{column}】按表填写", "“{sheet}”没有“{column}”一列;从题目看是“{value}”,各行都填它。不对的请在问题表里改选。"
    ),
    "import.profile_open": _warning(
        "【{column}】待定", "“{sheet}”没有“{column}”一列,从题目看不出是哪一张评价表。请在问题表里选定,否则各行没有“{column}”。"
    ),
    "import.source_known": _repaired("", "“{sheet}”是{source}导出的表,按它的写法读。"),
    "import.read_manner": _repaired("", "“{sheet}”是文本文件,按 {manner} 读。乱码或串列时,请在 Excel 里打开它,另存为 .xlsx 再导入。"),
    "import.hidden_tab": _warning(
        "隐藏的工作表", "文件里的“{sheet}”是隐藏的工作表,里面像有记录(第 {row} 行起),没有导入。要导入的请取消隐藏,保存后再试。"
    ),
    "import.hidden_rows": _warning(
        "隐藏的行", "“{sheet}”有 {count} 行记录是隐藏或筛选掉的(第 {first} 行起),一起导入。不要的请在原文件里删除这些行,再导入一次。"
    ),
    "import.outside": _warning(
        "表格之外", "“{sheet}”{cell} 一列的内容不在任何一张认得的表里(共 {count} 格),没有导入。需要的请加上标题,再导入一次。"
    ),
    "import.carried": _repaired("", "文件里还有{what},没有读,也不会带进台账。"),
    "import.skipped_heading": _repaired("", "“{sheet}”第 {row} 行又是标题,没有导入。"),
    "import.skipped_total": _repaired("", "“{sheet}”第 {row} 行是合计类的行(“{text}”),没有导入。"),
    "import.skipped_note": _warning(
        "", "“{sheet}”第 {row} 行是说明文字(“{text}”),没有导入。是记录的,请在原文件里补全这一行,再导入一次。"
    ),
    "import.skipped_bare": _repaired("", "“{sheet}”第 {row} 行只有序号,没有导入。"),
    "import.skipped_held": _warning("", "“{sheet}”第 {row} 行有一格放不下,没有导入。请先缩短原文。"),
    "import.read_as": _repaired("", "“{sheet}”{cell} 的“{old}”读作 {new},按此导入。"),
    "import.read_many": _repaired("", "“{sheet}”的“{column}”有 {count} 格按意思读入,如 {cell} 的“{old}”读作 {new}。"),
    "import.unknown_word": _warning(
        "【{column}】不在选项中",
        "“{sheet}”的“{column}”有 {count} 格写着“{old}”(从 {cell} 起),不在选项中,按原文导入。{what}。"
        "要让程序认得它,请在“选项与关键词”加一行或加为别名,再导入。",
    ),
    "import.alike": _warning("", "“{sheet}”的“{column}”共有 {count} 格同样的问题({what}),从 {cell} 起。"),
    "import.merged_number": _warning(
        "【{column}】合并的数", "“{sheet}”{area} 合并成一格,里面是 {old}:只记在第一行,以免重复计算。请核对各行应各是多少。"
    ),
    "import.picture": _warning(
        "【{column}】是图片", "“{sheet}”{cell} 里是一张图片,带不过来,按空白导入;原文件里的图片没有动。需要的请自己贴到台账的行旁。"
    ),
    "import.uncomputed": _error(
        "【{column}】公式没有结果",
        "“{sheet}”{cell} 是一条没有算过的公式,读不出结果,按空白导入。请用 Excel 或 WPS 打开原文件,保存一次再导入。",
    ),
    "import.digits_lost": _warning(
        "【{column}】长号码丢位",
        "“{sheet}”{cell} 的 {old} 后面的数字已经变成 0 或写成了科学计数法,恢复不了,原样导入。请按原件在台账里改写。",
    ),
    "import.garbled": _warning("【{column}】乱码", "“{sheet}”{cell} 的“{old}”是乱码,原样导入。请向来源要一份正常的文件。"),
    "import.too_long": _error(
        "【{column}】太长", "“{sheet}”{cell} 的文字有 {length} 个字符,单元格最多 {limit} 个,这一行没有导入。请先缩短原文。"
    ),
    "import.doubled": _warning(
        "编号重复", "“{sheet}”第 {row} 行的编号与第 {first} 行相同,没有导入。是两件事的,请改其中一个编号,再导入一次。"
    ),
    "import.under_other_number": _warning(
        "疑似重复登记",
        "“{sheet}”第 {row} 行的客户、时间和内容与台账“{ledger}”第 {other} 行相同,编号不同,按新的一行导入。重复的请删除其中一行。",
    ),
    "import.differs": _warning(
        "【{column}】与台账不同",
        "“{sheet}”{cell} 的“{column}”是“{source}”,台账“{ledger}”{ledger_cell} 是“{old}”。台账没有改动,请选定以哪个为准。",
    ),
    # --- application ---
    "app.now": _stop("--now 的时间“{value}”读不懂。请写成 2024-05-06T09:00 这样的形式。"),
    "app.log_kind": _stop("--log 不认识“{value}”。请写 response(客服式)、process(工单式)或 both。"),
    "app.new_suffix": _stop("新台账“{file}”的文件名请以 .xlsx 结尾。"),
    "app.exists": _stop("“{file}”已经存在,为免覆盖没有新建。请换一个文件名。"),
    "app.new_unwritable": _stop("“{file}”写不进去(文件夹:{folder})。请检查磁盘空间和文件夹权限,或换一个位置。没有新建。"),
    "app.demo_exists": _stop("“{file}”已经存在,为免覆盖没有再做演示。请换一个文件夹,或先移走这个文件。"),
    "app.no_folder": _stop("文件夹“{folder}”不存在。请先建好文件夹,或换一个位置。"),
    "app.formula_kept": _warning(
        "有自写公式", "“{sheet}”{cell} 里是您写的公式,程序没有覆盖它;要由程序计算,请清空这个单元格。"
    ),
    "tab.name_missing": _warning(
        "缺少位置",
        "“{sheet}”里找不到名为“{name}”的单元格,这一项没有填,其余已填好。可从周报模板重新生成该工作表。",
    ),
}
