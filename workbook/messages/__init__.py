"""Every Chinese message, by code: what is wrong, where, and what to do about it.

`text` is the whole message, `short` what fits into a row's 数据问题 cell. Level "stop" belongs to
WorkbookError, the others to Issue. Placeholders are filled from Issue.values / WorkbookError.values;
an Issue also gives sheet, row, column and cell.
"""

from __future__ import annotations

from . import (
    briefs,
    carrying,
    cells,
    collecting,
    commands,
    comments,
    excel,
    files,
    form_files,
    form_sending,
    freezing,
    import_command,
    imports,
    month,
    recording,
    rules,
    tables,
)
from .message import Message

MESSAGES: dict[str, Message] = {
    **files.MESSAGES,
    **cells.MESSAGES,
    **rules.MESSAGES,
    **commands.MESSAGES,
    **excel.MESSAGES,
    **imports.MESSAGES,
    **tables.MESSAGES,
    **import_command.MESSAGES,
    **carrying.MESSAGES,
    **collecting.MESSAGES,
    **form_files.MESSAGES,
    **form_sending.MESSAGES,
    **recording.MESSAGES,
    **comments.MESSAGES,
    **month.MESSAGES,
    **freezing.MESSAGES,
    **briefs.MESSAGES,
}

__all__ = ["MESSAGES", "Message"]
