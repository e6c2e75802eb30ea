"""The command 导入数据: its tabs, what people choose in them."""

from __future__ import annotations

from .message import Message, error, repaired, stop, warning

MESSAGES: dict[str, Message] = {
    "import.no_tabs": stop(
        "台账里没有“{review}”或“{mapping}”工作表(可能是旧版台账,或被删除了),没有导入任何内容。"
        "请先升级台账(xlsvc upgrade 台账文件名.xlsx),再导入一次。"
    ),
    "import.choice_unknown": error(
        "选择看不懂",
        "“导入核对”{cell} 选的“{text}”不在这一行的选项里,也不是“{sheet_of}”的列名,所以还没有导入。请改选下拉里的一项,再点一次“导入数据”。",
    ),
    "import.mapping_unknown": warning(
        "【{column}】看不懂",
        "“导入对照”第 {row} 行的处理“{text}”不是“{sheet_of}”的列名,也不是 作为自有列、不导入,没有用它。请改写,或删除这一行再重新选。",
    ),
    "import.remembered": repaired("", "“{sheet}”按“导入对照”里记下的选择处理:{words}。要改请改“导入对照”。"),
    "import.again": warning(
        "重复的行",
        "“{sheet}”有 {count} 行(从第 {row} 行起)与“{other}”里的重复(对应第 {first} 行起),只按先出现的导入一次。"
        "不是同一件事的,请改成不同的编号再导入。",
    ),
    "import.more": warning("", "“{sheet}”等处还有 {count} 处“{what}”,都列在“导入核对”。"),
}
