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
