"""Files, packages, undo."""

from __future__ import annotations

from .message import Message, stop

MESSAGES: dict[str, Message] = {
    # --- files and packages (workbook.package, file_book) ---
    "file.missing": stop("找不到文件“{file}”。请检查文件名和文件夹是否写对。"),
    "file.folder": stop("“{file}”是文件夹,不是工作簿。请写出其中 .xlsx 文件的名字。"),
    "file.unreadable": stop("没有权限读取“{file}”。请检查文件权限,或先复制到自己的文件夹。"),
    "file.empty": stop("“{file}”是空文件(0 字节)。可能没有复制或下载完整,请重新取得该文件。"),
    "file.not_workbook": stop(
        "“{file}”不是 Excel 工作簿(.xlsx、.xlsm)。请用 Excel 或 WPS 打开原文件,另存为 .xlsx 后再试。"
    ),
    "file.text": stop(
        "“{file}”其实是文本文件(例如 CSV),只是改了扩展名。请在 Excel 或 WPS 里打开它,另存为“Excel 工作簿(.xlsx)”后再试。"
    ),
    "file.html": stop(
        "“{file}”其实是网页表格(HTML),只是改了扩展名。请在 Excel 或 WPS 里打开它,另存为“Excel 工作簿(.xlsx)”后再试。"
    ),
    "file.xml_2003": stop(
        "“{file}”是“XML 表格 2003”格式。请在 Excel 里打开它,另存为“Excel 工作簿(.xlsx)”后再试。"
    ),
    "file.encrypted": stop(
        "“{file}”设有打开密码。请在 Excel 里打开它,取消密码(文件-信息-保护工作簿)并保存后再试。"
    ),
    "file.xls": stop("“{file}”是旧的 .xls 格式。请在 Excel 里打开,另存为“Excel 工作簿(.xlsx)”后再试。"),
    "file.et": stop(
        "“{file}”是 WPS 的 .et 格式。请在 WPS 里打开,另存为“Microsoft Excel 文件(.xlsx)”后再试。"
    ),
    "file.ods": stop("“{file}”是 OpenDocument 表格(.ods)。请打开它,另存为 .xlsx 后再试。"),
    "file.strict": stop(
        "“{file}”是“Strict Open XML 工作簿”。请在 Excel 里另存为普通的“Excel 工作簿(.xlsx)”后再试。"
    ),
    "file.binary": stop("“{file}”是二进制工作簿(.xlsb)。请在 Excel 里另存为 .xlsx 后再试。"),
    "file.no_workbook": stop(
        "“{file}”里没有工作簿内容,可能是别的 Office 文件改了扩展名。请核对后另存为 .xlsx。"
    ),
    "file.damaged": stop(
        "“{file}”已损坏({part} 读不出)。请用 Excel 打开并修复,另存为新文件,或取用“备份”里的上一份。"
    ),
    "file.too_many_parts": stop(
        "“{file}”里有 {count} 个部件,超过上限 {limit},不像正常的台账,没有打开。请向来源核实,或另存一份干净的。"
    ),
    "file.escaping_part": stop(
        "“{file}”里有指向文件夹之外的部件“{part}”,可能有害,没有打开。请不要使用,并向来源核实。"
    ),
    "file.doubled_part": stop(
        "“{file}”里有两个同名部件“{part}”,内容不可信,没有打开。请用 Excel 打开并另存为新文件。"
    ),
    "file.too_big": stop(
        "“{file}”解开后有 {size} MB,超过上限 {limit} MB,没有打开。请把旧记录移到另一份文件。"
    ),
    "file.too_large": stop("“{file}”有 {size} MB,超过上限 {limit} MB,没有打开。请把旧记录移到另一份文件。"),
    "file.bomb": stop(
        "“{file}”的部件“{part}”解开后有 {size} MB,压缩得不正常,可能有害,没有打开。请向来源核实。"
    ),
    "file.doctype": stop(
        "“{file}”的部件“{part}”含有 DTD 声明,正常工作簿没有,没有打开。请用 Excel 打开并另存为新文件。"
    ),
    "file.contradicting": stop(
        "“{file}”的压缩目录自相矛盾(部件“{part}”),里外不一,可能有害,没有打开。请不要使用,并向来源核实。"
    ),
    "file.encoding": stop(
        "“{file}”的部件“{part}”用了工作簿不用的文字编码({encoding}),没有打开。请用 Excel 打开并另存为新文件。"
    ),
    "file.long_run": stop(
        "“{file}”的部件“{part}”里有一段超过 {size} KB 的文字,正常单元格放不下,没有打开。请向来源核实。"
    ),
    "file.too_many_tags": stop(
        "“{file}”的部件“{part}”有 {count} 个标记,超过上限 {limit},不像正常的工作簿,没有打开。请向来源核实。"
    ),
    "file.crowded": stop(
        "“{file}”里有 {count} 个{what},超过上限 {limit},不像正常的工作簿,没有打开。请向来源核实,或另存一份干净的。"
    ),
    "file.too_much_text": stop(
        "“{file}”的“{sheet}”里同样的长文字重复了太多次(共 {count} 万字),不像正常的台账,没有打开。请向来源核实。"
    ),
    "file.doubled_tab": stop(
        "“{file}”里有两个都叫“{sheet}”的工作表,分不清该读哪个,没有打开。请用 Excel 打开并修复,另存为新文件。"
    ),
    "stranger.active": stop(
        "“{file}”含有{what}({part}),外来文件不应带有这些,没有读取。请让对方去掉后另存为普通的 .xlsx 再发来。"
    ),
    "stranger.too_wide": stop(
        "“{file}”的“{sheet}”一直用到 {cell},范围过大,没有读取。请删除表格以外的内容,另存后再试。"
    ),
    "stranger.too_much_text": stop(
        "“{file}”的“{sheet}”文字过多(全部超过 {limit} 万字),没有读取。请向来源核实,或拆成几个文件。"
    ),
    "stranger.too_slow": stop("“{file}”读了很久还没读完,已停止,没有读取。请向来源核实,或另存一份干净的再试。"),
    "stranger.too_heavy": stop("读取“{file}”需要的内存超过上限,已停止,没有读取。请向来源核实,或拆成几个文件。"),
    "stranger.crashed": stop("“{file}”内容异常,读取时出错,没有读取。请用 Excel 打开它,另存为新文件后再试。"),
    "stranger.no_python": stop("找不到 Python 程序,不能安全地读取外来文件“{file}”。请重新安装本软件。"),
    "file.open": stop("“{file}”正在别的程序里打开。请保存并关闭后再试,或用 --save-as 另存为新文件。"),
    "file.read_only": stop("“{file}”是只读文件。请去掉只读属性后再试,或用 --save-as 另存为新文件。"),
    "file.changed": stop("“{file}”在处理期间被别人改过,为免覆盖,没有写入。请重新执行一次。"),
    "file.unwritable": stop(
        "“{file}”写不进去(文件夹:{folder})。请检查磁盘空间和文件夹权限,或用 --save-as 存到别处;原文件未动。"
    ),
    "file.disk_full": stop(
        "磁盘空间不足,“{file}”没有写入,原文件未动(文件夹:{folder},约需 {size} MB)。"
        "请删去不用的文件腾出空间,或用 --save-as 存到别的磁盘。"
    ),
    "file.no_folder": stop(
        "找不到文件夹“{folder}”,“{file}”没有写入。文件夹可能被移动、改名,或网络盘已断开,请核对后再试。"
    ),
    "file.not_a_folder": stop(
        "“{folder}”是一个文件,不是文件夹,旧版本没有地方备份,“{file}”没有写入。请把它改名或移走后再试。"
    ),
    "file.gone": stop("“{file}”在处理期间被移走、改名或删除,没有写入。请放回原处后重新执行一次。"),
    "file.not_verified": stop(
        "“{file}”写完后核对不符({part}),已放弃,原文件未动。请再试一次,仍不行就换一个磁盘。"
    ),
    "file.extension": stop("“{file}”的扩展名与原台账不同。另存时请保持 {extension} 不变。"),
    # --- undo (workbook.file_undo) ---
    "undo.no_folder": stop(
        "“{file}”旁边没有“备份”文件夹,没有可撤销的操作(文件夹:{folder})。"
        "台账刚移动过的,请连同“备份”文件夹一起放,或放回原处再试。"
    ),
    "undo.nothing": stop(
        "“{file}”没有可撤销的操作:“备份”文件夹里没有它的撤销记录。台账刚改过名的,请改回原名再试。"
    ),
    "undo.unreadable": stop(
        "“{file}”的撤销记录(“备份”里的“{journal}”)读不出,没有撤销。要退回以前的样子,请从“备份”文件夹里取一份。"
    ),
    "undo.not_written": stop(
        "“{file}”就是 {command}之前的样子,没有可撤销的内容(那一次没有写完,或您已从“备份”取回了原文件)。"
    ),
    "undo.already": stop(
        "{command}已经撤销过了,只能撤销最近一次。撤销前的样子在“{backup}”,需要时请打开它核对后取用。"
    ),
    "undo.backup_gone": stop(
        "没有撤销 {command}:那之前的文件“{backup}”找不到了,“{file}”没有改动。请把它放回原处再试,或从“备份”里另取一份。"
    ),
    "undo.backup_changed": stop(
        "没有撤销 {command}:那之前的文件“{backup}”后来改过,不能再用来还原,“{file}”没有改动。请从“备份”里另取一份。"
    ),
    "undo.changed": stop(
        "没有撤销 {command}:它写过的地方后来改过:{places}。“{file}”没有改动。"
        "要找回那之前的内容,请打开“{backup}”核对后取用。"
    ),
    "cell.too_long": stop(
        "要写入的文字有 {length} 个字符(开头:{start}),Excel 单元格最多 {limit} 个。请先缩短原文。"
    ),
    "cell.not_finite": stop("计算结果不是有限的数,没有写入。请检查“设置”里是否有为 0 的除数。"),
    "table.totals": stop("“{sheet}”的表格带汇总行({cell}),不能追加。请先在“表设计”里取消“汇总行”。"),
    "table.blocked": stop("“{sheet}”的表格下方 {cell} 已有内容,放不下新行。请把它移到别处后再试。"),
    "sheet.full": stop("“{sheet}”工作表已满(1048576 行),放不下新行。请把旧记录移到另一份台账。"),
    "sheet.last_visible": stop("不能隐藏“{sheet}”:工作簿至少要有一个可见的工作表。请先显示另一个。"),
    "sheet.not_cells": stop("“{sheet}”是图表工作表,里面没有单元格。请改名,并恢复同名的普通工作表。"),
}
