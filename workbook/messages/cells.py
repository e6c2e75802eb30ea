"""Sheets, headings, and values read from cells."""

from __future__ import annotations

from .message import Message, error, repaired, stop, warning

MESSAGES: dict[str, Message] = {
    # --- sheets and headings (workbook.book) ---
    "sheet.missing": stop(
        "“{file}”里没有“{sheet}”工作表。如果{alike}改过名,请改回“{sheet}”;"
        "如果这不是售后台账,请选对文件(新台账:点“新建台账”,或运行 xlsvc new)。"
    ),
    "sheet.alike": stop("是“{found}”这张表"),
    "heading.missing": stop("“{sheet}”工作表(标题行第 {row} 行)缺少“{heading}”列。{remedy}"),
    "heading.put_back": stop("请把该标题加回标题行,或撤销对标题的修改。"),
    "heading.hint": stop(
        "标题行里多出来的有:{found}。若就是{these},请把标题改回“{heading}”;若不是,请把该标题加回标题行。"
    ),
    "heading.absent": warning(
        "缺列",
        "“{sheet}”的标题行里没有“{headings}”{more}列,{these}按空白处理。{remedy}请把标题改回原样或加回标题行。",
    ),
    "heading.surplus": stop("标题行里多出来的有:{found}。"),
    "heading.not_written": warning(
        "缺列", "“{sheet}”缺少“{headings}”{more}列,{these}的结果没有写入。请把标题加回标题行。"
    ),
    "row.beyond": warning(
        "表格之外", "“{sheet}”{rows}写在表格下面、隔了空行,没有计入。请移到表格最后一行之下,中间不留空行。"
    ),
    "heading.doubled": stop(
        "“{sheet}”工作表里“{heading}”标题出现了两次:{cells}。请删除或改名其中一列后再试。"
    ),
    # --- values read from cells (workbook.values) ---
    "value.excel_error": error(
        "【{column}】{error}",
        "“{sheet}”{cell} 显示错误值 {error},按空白处理。请改正这个单元格的公式,或直接填写内容。",
    ),
    "value.picture": error(
        "【{column}】是图片",
        "“{sheet}”{cell} 里是一张图片,读不出“{column}”,按空白处理,图片原样保留。"
        "请把图片移到旁边的列,再在这一格填写文字。",
    ),
    "value.repaired": repaired(
        "【{column}】读作 {new}",
        "“{sheet}”{cell} 的“{old}”读作 {new},单元格原样未动。读得不对时,请在该单元格改成规范写法。",
    ),
    "value.read_as": repaired(
        "", "“{sheet}”{cell} 的“{old}”读作“{new}”,单元格原样未动。读得不对时,请在该单元格改写。"
    ),
    "value.time_only": repaired(
        "", "“{sheet}”{cell} 只写了时刻“{old}”,读作 {new},单元格原样未动。不是当天时,请补上日期。"
    ),
    "value.text_date": repaired(
        "",
        "“{sheet}”{cell} 的“{old}”是文本,读作 {new},单元格原样未动。要让 Excel 也按日期筛选和排序,请重新输入一次。",
    ),
    "value.text_number": repaired(
        "【{column}】文本数字",
        "“{sheet}”{cell} 的“{old}”是文本格式的数字,读作 {new},单元格原样未动。"
        "Excel 公式不会计入它,请把单元格改为常规格式后重新输入。",
    ),
    "value.date_unreadable": error(
        "【{column}】日期读不懂",
        "“{sheet}”{cell} 的“{old}”读不出日期,按空白处理。请写成 2024-03-15 14:00 这样的形式。",
    ),
    "value.date_ambiguous": error(
        "【{column}】日期有歧义",
        "“{sheet}”{cell} 的“{old}”可能是 {readings},程序不猜,按空白处理。请改写成其中一种,如 2024-03-15 14:00。",
    ),
    "value.date_impossible": error(
        "【{column}】日期不存在", "“{sheet}”{cell} 的“{old}”不是存在的日期或时刻,按空白处理。请核对后改正。"
    ),
    "value.date_short_year": error(
        "【{column}】年份不全",
        "“{sheet}”{cell} 的“{old}”只有两位年份,程序不猜,按空白处理。请把年份写成四位,如 2024-03-15。",
    ),
    "value.date_no_year": error(
        "【{column}】缺年份", "“{sheet}”{cell} 的“{old}”没有年份,按空白处理。请补上四位年份,如 2024-03-15。"
    ),
    "value.date_out_of_range": error(
        "【{column}】日期不合理",
        "“{sheet}”{cell} 的“{old}”不在 2000 年到 2100 年之间,按空白处理。请核对日期,写成 2024-03-15 这样的形式。",
    ),
    "value.clock_unclear": error(
        "【{column}】时刻有歧义",
        "“{sheet}”{cell} 的“{old}”说不准是几点,按空白处理。请用 24 小时制写,如 2024-03-15 14:00。",
    ),
    "value.time_without_day": error(
        "【{column}】缺日期",
        "“{sheet}”{cell} 的“{old}”只有时刻没有日期,按空白处理。请补上日期,如 2024-03-15 14:00。",
    ),
    "value.time_without_base": error(
        "【{column}】缺日期",
        "“{sheet}”{cell} 的“{old}”只有时刻,而同一行的“{base}”没有可用的日期,按空白处理。请补上日期,或先填好“{base}”。",
    ),
    "value.time_before_base": error(
        "【{column}】早于{base}",
        "“{sheet}”{cell} 的“{old}”按当天算早于“{base}”{base_value},按空白处理。"
        "如果是次日,请写成 {suggestion};否则请核对两个时间。",
    ),
    "value.day_before_base": error(
        "【{column}】年份待确认",
        "“{sheet}”{cell} 的“{old}”没有年份,与“{base}”{base_value} 对不上,按空白处理。"
        "可能是 {suggestion},请补上四位年份。",
    ),
    "value.not_number": error(
        "【{column}】不是数字", "“{sheet}”{cell} 的“{old}”不是数字,按空白处理。请只填一个数字,不带说明文字。"
    ),
    "value.not_integer": error(
        "【{column}】不是整数", "“{sheet}”{cell} 的“{old}”不是 0 或正整数,按空白处理。请填整数,如 2。"
    ),
    "value.score_range": error(
        "【{column}】超出1到5分",
        "“{sheet}”{cell} 的“{old}”不在 1 到 5 分之内,按空白处理。请填 1 到 5 的整数,没问到就留空。",
    ),
    "value.score_fraction": error(
        "【{column}】不是整数分", "“{sheet}”{cell} 的“{old}”不是整数分,按空白处理。请填 1 到 5 的整数。"
    ),
    "value.share_range": error(
        "【{column}】比例不对",
        "“{sheet}”{cell} 的“{old}”不在 0% 到 100% 之间,按空白处理。请写成 20% 或 0.2。",
    ),
    "value.boolean": error(
        "【{column}】逻辑值", "“{sheet}”{cell} 是逻辑值 {old},这里读不了,按空白处理。请填写实际内容。"
    ),
    "value.boolean_text": warning(
        "【{column}】逻辑值", "“{sheet}”{cell} 是逻辑值 {old},按文字“{old}”读入。不是本意时,请填写实际内容。"
    ),
    "value.digits_lost": warning(
        "【{column}】长号码丢位",
        "“{sheet}”{cell} 的 {old} 超过 15 位,Excel 已把后面的数字变成 0。请先把单元格设为文本格式,再按原件重新填写。",
    ),
    "value.duration": error(
        "【{column}】时限读不懂",
        "“{sheet}”{cell} 的“{old}”读不出时限,按空白处理。请写成 24小时、30分钟 或 1个工作日。",
    ),
    "value.duration_unit": error(
        "【{column}】缺单位",
        "“{sheet}”{cell} 的“{old}”没有单位,程序不猜,按空白处理。请写成 24小时、30分钟 或 1个工作日。",
    ),
    "value.phone_masked": warning(
        "【{column}】脱敏残缺",
        "“{sheet}”{cell} 的“{old}”只有 7 位,像是脱敏残缺(前3后4,丢了中间的星号);数字原样保留,没有补位。"
        "请向客户核实后填写 11 位手机号,或写成 138****5678 的形式。",
    ),
    "value.phone_fragment": warning(
        "【{column}】号码残缺",
        "“{sheet}”{cell} 的“{old}”只剩 {n} 位数字,号码残缺;原样保留,没有补位。请向客户核实后填写完整号码。",
    ),
    "value.phone_area": warning(
        "【{column}】缺区号",
        "“{sheet}”{cell} 的“{old}”像是缺区号的固定电话;原样保留。请写成 区号-号码,如 010-62345678。",
    ),
    "value.phone_length": warning(
        "【{column}】位数不对",
        "“{sheet}”{cell} 的“{old}”有 {n} 位数字,不是 11 位手机号;原样保留,没有补位。"
        "请核实;固定电话请写成 区号-号码,注意区号开头的 0。",
    ),
    "value.phone_odd": warning(
        "【{column}】不像号码",
        "“{sheet}”{cell} 的“{old}”不像电话号码;原样保留。请填 11 位手机号或 区号-后四位;微信、邮箱请注明,如 微信:abc。",
    ),
    "value.phone_scientific": warning(
        "【{column}】号码丢位",
        "“{sheet}”{cell} 的“{old}”是科学计数法,后面的数字已经丢失;原样保留,没有补位。"
        "请先把单元格设为文本格式,再填写完整号码。",
    ),
    "value.phone_zero_tail": warning(
        "【{column}】号码存疑",
        "“{sheet}”{cell} 的“{old}”后六位都是 0,可能是科学计数法丢了数字;原样保留。请向客户核实。",
    ),
    "value.unknown_word": warning(
        "【{column}】不在选项中",
        "“{sheet}”{cell} 的“{old}”不在选项中,按原文保留。可选:{words}。要增加写法,请在“选项与关键词”加一行。",
    ),
    "value.near_word": warning(
        "【{column}】疑似笔误",
        "“{sheet}”{cell} 的“{old}”不在选项中,像是“{near}”,请核对,按原文保留。是笔误请改成“{near}”,"
        "是另一种写法请在“选项与关键词”加为别名。",
    ),
    "value.yesno": error(
        "【{column}】不是是/否", "“{sheet}”{cell} 的“{old}”读不出是或否,按空白处理。请填 是 或 否。"
    ),
}
