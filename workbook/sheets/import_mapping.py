"""导入对照: what people chose for the columns of each source, so that they are asked once. They may edit or delete rows."""

from ..schema import Column, Sheet

IMPORT_MAPPING = Sheet(
    key="import_mapping",
    title="导入对照",
    table="导入对照",
    note="“导入数据”记下您选过的对应关系,下次同样标题的来源不再问。“处理”可以改,不要的行可以删。",
    hidden=True,
    optional=True,
    columns=(
        Column("source", "来源", width=26, note="选的时候是哪个文件或表。"),
        Column("sheet", "目标表", width=12),
        Column("heading", "来源列名", width=22),
        Column("answer", "处理", width=20, note="台账的列名,或 作为自有列、不导入。"),
        Column("noted_at", "记下时间", "datetime", width=17, number_format="yyyy-mm-dd hh:mm"),
        Column("mark", "来源指纹", width=20, folded=True),
        Column("stored", "记忆键", width=18, folded=True),
    ),
)
