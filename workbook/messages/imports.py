"""Sources that are imported, their headings and cells."""

from __future__ import annotations

from .message import Message, error, repaired, stop, warning

MESSAGES: dict[str, Message] = {
    # --- import: sources, headings, cells (workbook.foreign_tables, xlsvc.importing) ---
    "text.encoding": stop(
        "“{file}”的文字编码认不出(不是 UTF-8、GB18030 或 UTF-16),没有读取。请在 Excel 或 WPS 里打开它,另存为“Excel 工作簿(.xlsx)”后再试。"
    ),
    "import.no_table": stop(
        "“{file}”里没有找到能对上台账的表:没有一行标题里有两个以上认得的列名{seen}。没有导入任何内容。"
        "请确认选对了文件;是的话,请把标题改成台账的列名(如 客户姓名、联系方式、问题描述),再导入一次。"
    ),
    "import.other_sheet": warning(
        "属于哪张表待定", "“{sheet}”里第 {row} 行起的表可能属于{sheets},先按“{first}”处理。请在“导入核对”里选定。"
    ),
    "import.which_column": warning(
        "【{column}】待定", "“{sheet}”{cell} 的列“{column}”可能是台账的{columns},程序不猜,先不导入这一列。请在“导入核对”里选定。"
    ),
    "import.own_columns": warning(
        "自有列", "“{sheet}”里有 {count} 列台账没有:{columns}。将作为您自己的列加在右边;不要的请在“导入核对”里选“不导入”。"
    ),
    "import.own_added": warning(
        "自有列", "“{sheet}”里有 {count} 列台账没有:{columns}。已作为您自己的列加在“{ledger}”的右边;"
        "不要的请点“撤销上次”,改选“不导入”再导入。"
    ),
    "import.left_columns": repaired(
        "", "“{sheet}”里有 {count} 列是程序算出的或平台自带的,不导入:{columns}。要导入的请在“导入核对”里选定。"
    ),
    "import.constant": warning(
        "【{column}】按表填写", "“{sheet}”没有“{column}”一列;从题目看是“{value}”,各行都填它。不对的请在“导入核对”里改选。"
    ),
    "import.profile_open": warning(
        "【{column}】待定", "“{sheet}”没有“{column}”一列,从题目看不出是哪一张评价表。请在“导入核对”里选定,否则各行没有“{column}”。"
    ),
    "import.source_known": repaired("", "“{sheet}”是{source}导出的表,按它的写法读。"),
    "import.read_manner": repaired("", "“{sheet}”是文本文件,按 {manner} 读。乱码或串列时,请在 Excel 里打开它,另存为 .xlsx 再导入。"),
    "import.hidden_tab": warning(
        "隐藏的工作表", "文件里的“{sheet}”是隐藏的工作表,里面像有记录(第 {row} 行起),没有导入。要导入的请取消隐藏,保存后再试。"
    ),
    "import.hidden_rows": warning(
        "隐藏的行", "“{sheet}”有 {count} 行记录是隐藏或筛选掉的(第 {first} 行起),一起导入。不要的请在原文件里删除这些行,再导入一次。"
    ),
    "import.outside": warning(
        "表格之外", "“{sheet}”{cell} 一列的内容不在任何一张认得的表里(共 {count} 格),没有导入。需要的请加上标题,再导入一次。"
    ),
    "import.carried": repaired("", "文件里还有{what},没有读,也不会带进台账。"),
    "import.skipped_heading": repaired("", "“{sheet}”第 {row} 行又是标题,没有导入。"),
    "import.skipped_total": repaired("", "“{sheet}”第 {row} 行是合计类的行(“{text}”),没有导入。"),
    "import.skipped_note": warning(
        "", "“{sheet}”第 {row} 行是说明文字(“{text}”),没有导入。是记录的,请在原文件里补全这一行,再导入一次。"
    ),
    "import.skipped_bare": repaired("", "“{sheet}”第 {row} 行只有序号,没有导入。"),
    "import.skipped_held": warning("", "“{sheet}”第 {row} 行有一格放不下,没有导入。请先缩短原文。"),
    "import.read_as": repaired("", "“{sheet}”{cell} 的“{old}”读作 {new},按此导入。"),
    "import.read_many": repaired("", "“{sheet}”的“{column}”有 {count} 格按意思读入,如 {cell} 的“{old}”读作 {new}。"),
    "import.unknown_word": warning(
        "【{column}】不在选项中",
        "“{sheet}”的“{column}”有 {count} 格写着“{old}”(从 {cell} 起),不在选项中,按原文导入。{what}。"
        "要让程序认得它,请在“选项与关键词”加一行或加为别名,再导入。",
    ),
    "import.alike": warning("", "“{sheet}”的“{column}”共有 {count} 格同样的问题({what}),从 {cell} 起。"),
    "import.merged_number": warning(
        "【{column}】合并的数", "“{sheet}”{area} 合并成一格,里面是 {old}:只记在第一行,以免重复计算。请核对各行应各是多少。"
    ),
    "import.picture": warning(
        "【{column}】是图片", "“{sheet}”{cell} 里是一张图片,带不过来,按空白导入;原文件里的图片没有动。需要的请自己贴到台账的行旁。"
    ),
    "import.uncomputed": error(
        "【{column}】公式没有结果",
        "“{sheet}”{cell} 是一条没有算过的公式,读不出结果,按空白导入。请用 Excel 或 WPS 打开原文件,保存一次再导入。",
    ),
    "import.digits_lost": warning(
        "【{column}】长号码丢位",
        "“{sheet}”{cell} 的 {old} 后面的数字已经变成 0 或写成了科学计数法,恢复不了,原样导入。请按原件在台账里改写。",
    ),
    "import.garbled": warning("【{column}】乱码", "“{sheet}”{cell} 的“{old}”是乱码,原样导入。请向来源要一份正常的文件。"),
    "import.too_long": error(
        "【{column}】太长", "“{sheet}”{cell} 的文字有 {length} 个字符,单元格最多 {limit} 个,这一行没有导入。请先缩短原文。"
    ),
    "import.doubled": warning(
        "编号重复", "“{sheet}”第 {row} 行的编号与第 {first} 行相同,没有导入。是两件事的,请改其中一个编号,再导入一次。"
    ),
    "import.under_other_number": warning(
        "疑似重复登记",
        "“{sheet}”第 {row} 行的客户、时间和内容与台账“{ledger}”第 {other} 行相同,编号不同,按新的一行导入。重复的请删除其中一行。",
    ),
    "import.timeless": warning(
        "按同一件事处理",
        "“{sheet}”第 {row} 行的客户、电话和问题与台账“{ledger}”第 {other} 行相同,其中一处没有读得出的时间,按同一件事处理,没有再加一行。"
        "是另一件事的,请先把两处的时间都写全(如 2024-03-15 14:00),再导入一次。",
    ),
    "import.differs": warning(
        "【{column}】与台账不同",
        "“{sheet}”{cell} 的“{column}”是“{source}”,台账“{ledger}”{ledger_cell}{stands}。台账没有改动,请选定以哪个为准。",
    ),
}
