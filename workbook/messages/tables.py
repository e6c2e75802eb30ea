"""Tables that cannot take a column."""

from __future__ import annotations

from .message import Message, stop

MESSAGES: dict[str, Message] = {
    "table.beside": stop(
        "“{sheet}”的表格右边 {cell} 已有内容,放不下新列“{heading}”,没有写入任何内容。请把它移到别处,"
        "让表格右边空出 {count} 列;如果它本来就是这张表的一列,请在“表设计”里用“调整表格大小”把它包括进来,再试一次。"
    ),
    "sheet.too_wide": stop("“{sheet}”工作表的列已用完(16384 列),放不下新列“{heading}”。请先删除不用的列。"),
}
