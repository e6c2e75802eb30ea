"""回收记录: one row per file that “回收表单” looked at, with what became of it and where the file lies now.

The fingerprint of a file's bytes is what makes a second run, also after a crash, take nothing in twice.
"""

from ..schema import Column, Sheet

RETURN_LOG = Sheet(
    key="return_log",
    title="回收记录",
    table="回收记录",
    note="“回收表单”看过的文件,一行一个。不要删行:程序靠它认出收过的文件。",
    hidden=True,
    optional=True,
    columns=(
        Column("at", "时间", "datetime", width=17, number_format="yyyy-mm-dd hh:mm", note="匿名表单只记日期。"),
        Column("file", "文件", width=34, note="匿名表单不记文件名。"),
        Column("result", "结果", width=10),
        Column("token", "回执码", width=14),
        Column("ticket", "工单号", width=16),
        Column("profile", "评价档案", width=24),
        Column("remark", "说明", width=60),
        Column("archived", "归档位置", width=40, note="“留在原处”的文件没有移动。"),
        Column("file_mark", "文件指纹", width=36, folded=True),
    ),
)
