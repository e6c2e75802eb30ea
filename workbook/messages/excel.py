"""The workbook open in Excel, the ribbon's buttons, the add-in and its macros."""

from __future__ import annotations

from .message import Message, stop

MESSAGES: dict[str, Message] = {
    # --- the workbook open in Excel (workbook.excel_book) ---
    "undo.nothing_live": stop("“{file}”没有可撤销的操作:没有找到在 Excel 里写过它的记录。台账刚改过名或移动过的,请改回原处再试。"),
    "undo.unreadable_live": stop("“{file}”的撤销记录(“{journal}”)读不出,没有撤销。请不保存关闭工作簿,或自行改回。"),
    "undo.not_written_live": stop("“{file}”就是 {command}之前的样子,没有可撤销的内容(那一次写的没有保存,或已经改回)。"),
    "undo.already_live": stop("{command}已经撤销过了,只能撤销最近一次。"),
    "undo.changed_live": stop("没有撤销 {command}:它写过的地方后来改过:{places}。“{file}”没有改动。请核对这几处,自行改回。"),
    "excel.busy": stop(
        "Excel 正忙:可能有单元格正在编辑,或有对话框没有关。请按回车键(Enter)或 Esc 结束编辑、关掉对话框,再点一次;台账没有改动。"
    ),
    "excel.same_name": stop("Excel 里已经打开了另一个叫“{file}”的工作簿,不能同时打开。请先关闭那一个,再打开“{file}”。"),
    "excel.no_book": stop("没有打开的工作簿。请先在 Excel 里打开售后台账,再点按钮。"),
    "excel.no_copy": stop(
        "Excel 没能给“{file}”另存一份临时副本({reason}),这一步没有做,台账没有改动。请先保存(Ctrl+S)再试;"
        "还不行,请关掉工作簿,用命令行运行同一个命令。"
    ),
    "excel.refused": stop("Excel 没有接受写入({reason}),台账已恢复原样。请核对工作簿是否受保护、能否编辑,再试一次。"),
    "excel.half_written": stop(
        "写到一半时 Excel 停了下来({reason}),有些内容没能恢复。请不要保存:关闭工作簿时选“不保存”,再打开重试。"
    ),
    "excel.save_as": stop("在 Excel 里不能另存后再写。请先用“文件-另存为”存一份,再点按钮。"),
    "book.protected": stop(
        "“{file}”的结构受保护,不能增加或隐藏工作表,没有写入。请在“审阅”里取消“保护工作簿”后再试。"
    ),
    "sheet.protected": stop(
        "“{sheet}”工作表受保护,写不进去,没有写入任何内容。请在“审阅”里“撤消工作表保护”后再试。"
    ),
    # --- ribbon buttons (xlsvc.button) ---
    "button.unknown": stop(
        "这个按钮({id})在已安装的程序里找不到:功能区和程序的版本不一致。"
        "请退出 Excel,运行 xlsvc addin install,再打开 Excel。"
    ),
    "button.no_ledger": stop(
        "当前的“{file}”不是售后台账(没有“{sheets}”这些工作表),没有改动它。"
        "请先点开台账的窗口,再点“{label}”;还没有台账的,请点“新建台账”。"
    ),
    "button.find_what": stop(
        "不知道要查什么。请先点中写有工单号、客户姓名或电话后四位的单元格(或工单所在的行),再点“查工单”。"
    ),
    "button.explain_what": stop(
        "不知道要说明哪张工单。请先点中“响应记录”或“流程记录”里有工单号的一行,再点“时效说明”;没有工单号的先点“一键更新”。"
    ),
    "button.no_ticket": stop(
        "选中的 {count} 行({sheet} 第 {rows} 行)还没有工单号,没有生成表单。请先点“一键更新”补编工单号,再选中这些行重试。"
    ),
    "button.not_opened": stop("{notice}。Excel 没能打开它,请在“文件-打开”里打开。"),
    # --- the add-in (xlsvc.addin) ---
    "addin.no_excel": stop(
        "这个系统({system})上没有 Excel,加载项用不了,没有安装。所有命令都能直接处理文件,例如 xlsvc update 台账.xlsx。"
    ),
    "addin.python_relative": stop(
        "不知道 Python 装在哪里(“{path}”不是完整路径),没有安装加载项。"
        "请用完整路径运行,例如 C:\\Python311\\python.exe -m xlsvc addin install。"
    ),
    "addin.python_temporary": stop(
        "“{path}”在临时文件夹里,过后可能就没有了,没有安装加载项。请把 xlsvc 装进固定的 Python(pip install xlsvc),再从那里运行。"
    ),
    "addin.python_unsafe": stop(
        "“{path}”的路径里有启动程序时会出问题的符号({signs}),没有安装加载项。请把 Python 环境建在没有这些符号的文件夹里。"
    ),
    "addin.foreign": stop(
        "“{file}”已经存在,却不是本程序的加载项,没有覆盖。请把它移走或改名,再运行 xlsvc addin install。"
    ),
    "addin.held": stop("Excel 正开着加载项(“{file}”),没有改动。请退出所有 Excel 窗口再试。"),
    "addin.not_placed": stop("加载项写不进“{folder}”,没有安装。请检查这个文件夹的权限和磁盘空间,再试一次。"),
    "addin.not_written": stop("“{file}”写不进去,没有安装。请检查文件夹“{folder}”的权限和磁盘空间,再试一次。"),
    "addin.not_removed": stop("“{file}”删不掉或改不了,没有卸载。请检查权限,退出 Excel 后再试。"),
    "addin.config_unreadable": stop("配置文件“{file}”读不出,没有安装。请检查它的权限,或把它移走后再试。"),
    # --- add-in: the build, and the texts its macros show (macro.*, handed to VBA as they are) ---
    "addin.xlwings_version": stop(
        "安装的 xlwings 版本是 {found},加载项是按 {wanted} 做的,没有生成。请运行 pip install xlwings=={wanted} 后再试。"
    ),
    "addin.unwritable": stop("文件夹“{folder}”写不进去({reason})。请换一个文件夹,或先关闭用着加载项的 Excel。"),
    "macro.title": stop("售后服务"),
    "macro.working": stop("售后服务:正在处理,请稍候…"),
    "macro.busy": stop("上一个命令还在进行,请等它完成再点。如果它已经中断,十分钟后按钮会自动恢复。"),
    "macro.protected_view": stop("当前文件在“受保护的视图”里,不能写入。请先点黄色横条上的“启用编辑”,再点这个按钮。"),
    "macro.no_ledger": stop(
        "“{file}”不是售后台账(没有“设置”和“响应记录”或“流程记录”工作表),没有改动它。"
        "请先点开台账的窗口再试;还没有台账,请点“新建台账”。"
    ),
    "macro.name": stop(
        "文件名“{file}”里有 {characters},这样的名字不能安全地传给程序,没有做任何改动。"
        "请另存为不带这些字符的文件名,再点这个按钮。"
    ),
    "macro.line_break": stop("换行"),
    "macro.outer_blank": stop("首尾空格"),
    "macro.no_interpreter": stop(
        "没有找到加载项的设置(xlsvc.conf),不知道用哪个 Python。请退出 Excel,运行 xlsvc addin install,再打开 Excel。"
    ),
    "macro.interpreter_gone": stop("设置里的 Python“{file}”不在了,可能已移动或卸载。请退出 Excel,运行 xlsvc addin install,再打开 Excel。"),
    "macro.no_applescript": stop("缺少 Excel 调用 Python 的脚本。请退出 Excel,在终端运行 xlsvc addin install,再打开 Excel。"),
    "macro.table_files": stop("表格、文本和压缩包"),
    "macro.all_files": stop("所有文件"),
    "macro.failed": stop(
        "这一步没有正常结束:\n\n{reason}\n\n请先点“自检”看怎样处理;仍不行,请运行 xlsvc addin check,并把结果发给管理员。"
    ),
}
