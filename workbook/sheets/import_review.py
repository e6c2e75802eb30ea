"""导入核对: what 导入数据 is about to do, and what it asks first. The product owns the table; people fill 您的选择."""

from ..schema import Column, Sheet

OPTION_KEYS = tuple(f"option{n}" for n in range(1, 7))
"""Columns with the choices of a row: the drop-down of its 您的选择 is made from them."""


def _own(key: str, heading: str, width: float = 12, folded: bool = False, kind: str = "text") -> Column:
    return Column(key, heading, kind, "computed", width=width, folded=folded)  # type: ignore[arg-type]


IMPORT_REVIEW = Sheet(
    key="import_review",
    title="导入核对",
    table="导入核对",
    note="由“导入数据”重写。先看概要,在“您的选择”里选定,再点一次“导入数据”才写入台账。",
    hidden=True,
    optional=True,
    columns=(
        Column("no", "序号", "integer", "computed", width=6, number_format="0"),
        _own("section", "类别", 12),
        _own("sheet", "目标表", 11),
        _own("place", "来源位置", 22, kind="link"),
        _own("heading", "列名", 16),
        _own("content", "来源内容", 34),
        _own("ledger_cell", "台账单元格", 12, kind="link"),
        _own("ledger", "台账内容", 24),
        Column("chosen", "您的选择", width=18, row_options=OPTION_KEYS,
               note="点右边的小箭头选一项;也可以直接写台账的列名。不选就按“说明”里写的办。"),
        _own("advice", "说明", 110),
        _own("what", "种类", 10, folded=True),
        _own("mark", "指纹", 18, folded=True),
        _own("stored", "记忆键", 16, folded=True),
        *(_own(key, f"选项{n}", 14, folded=True) for n, key in enumerate(OPTION_KEYS, 1)),
    ),
    tab_color="8E6BBF",
)  # fmt: skip
