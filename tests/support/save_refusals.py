"""What is said when a save is refused, word for word, and what then has to stand on the disk.

`{folder}` is the ledger's folder, `{sep}` what the system writes between folders.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from workbook.issues import WorkbookError
from workbook.package import temporaries

NAME = "台账.xlsx"

UNWRITABLE = (
    "“台账.xlsx”写不进去(文件夹:{folder})。请检查磁盘空间和文件夹权限,或用 --save-as 存到别处;原文件未动。"
)
NO_BACKUP = UNWRITABLE.replace("{folder}", "{folder}{sep}备份")
DISK_FULL = (
    "磁盘空间不足,“台账.xlsx”没有写入,原文件未动(文件夹:{folder},约需 1 MB)。"
    "请删去不用的文件腾出空间,或用 --save-as 存到别的磁盘。"
)
NO_ROOM_FOR_BACKUP = DISK_FULL.replace("{folder}", "{folder}{sep}备份")
OPEN = "“台账.xlsx”正在别的程序里打开。请保存并关闭后再试,或用 --save-as 另存为新文件。"
READ_ONLY = "“台账.xlsx”是只读文件。请去掉只读属性后再试,或用 --save-as 另存为新文件。"
CHANGED = "“台账.xlsx”在处理期间被别人改过,为免覆盖,没有写入。请重新执行一次。"
GONE = "“{folder}{sep}台账.xlsx”在处理期间被移走、改名或删除,没有写入。请放回原处后重新执行一次。"
NOT_A_FOLDER = "“{folder}{sep}备份”是一个文件,不是文件夹,旧版本没有地方备份,“台账.xlsx”没有写入。请把它改名或移走后再试。"
NO_FOLDER = "找不到文件夹“{folder}{sep}没有”,“副本.xlsx”没有写入。文件夹可能被移动、改名,或网络盘已断开,请核对后再试。"


def refused(message: str, path: Path, do: Callable[[], object]) -> None:
    """`do` is refused with exactly this message."""
    with pytest.raises(WorkbookError) as stopped:
        do()
    assert str(stopped.value) == message.format(folder=path.parent, sep=os.sep)


def unharmed(path: Path, old: bytes) -> None:
    """The old ledger as it was, and nothing half beside it or among the backups."""
    assert path.read_bytes() == old
    for found in path.parent.rglob("*"):
        assert not found.name.startswith((temporaries.PREFIX, ".台账")), found
        if found.suffix == ".xlsx":
            assert found.read_bytes() == old, found
