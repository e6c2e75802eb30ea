"""What a command or an undo may change in a ledger, by the text of the headings."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.sheets import SHEETS

from .raw_cells import Cell, Position, Tabs, address
from .small_ledger import HEADING_ROW

BY_TITLE = {sheet.title: sheet for sheet in SHEETS}
OWNED = {"待改清单": ("validate", "update"), "表单台账": ("forms",), "今日待办": ("update",)}
"""Tables whose body a command writes."""
HOME = ("首页", {(row, 2) for row in range(7, 13)}, ("update",))
"""The lines about what is due: title, places, commands that write them."""
APPENDED = {"状态流水": ("update",)}
"""Tables to which a command adds rows, and changes none."""
MADE_TABS = {"summary": ("周报 ",), "freeze": ("周报 ",), "brief": ("反馈汇总简报 ",), "month": ("月度复盘_",), "forms": ("表单 ",)}
"""Beginnings of the titles of tabs that a command makes and fills."""

Place = tuple[str, Position]


def differences(before: Tabs, after: Tabs) -> Iterator[tuple[Place, Cell | None, Cell | None]]:
    """Every cell that differs, of the tabs that both have."""
    for title in before.keys() & after.keys():
        old, new = before[title], after[title]
        if old is not new:
            for at in old.keys() | new.keys():
                if old.get(at) != new.get(at):
                    yield (title, at), old.get(at), new.get(at)


def breaches(before: Tabs, after: Tabs, command: str, noted: set[Place], back: bool = False) -> list[str]:
    """What `command` changed and should not have; `back`: what its undo did."""
    found = [f"tab {t} is gone" for t in before.keys() - after.keys() if not (back and _made(t, command))]
    found += [f"tab {t} came" for t in after.keys() - before.keys() if back or not _made(t, command)]
    kept = [t for t in before if t in after]
    if kept != [t for t in after if t in before]:
        found.append("the tabs are in another order")
    for (title, at), old, new in differences(before, after):
        if (title, at) in noted or not _may(title, at, before, old, new, command, back):
            found.append(f"{title}!{address(*at)}: {old} became {new}")
    return found


def _made(title: str, command: str) -> bool:
    return title.startswith(MADE_TABS.get(command, ("\0",)))


def _may(
    title: str, at: Position, before: Tabs, old: Cell | None, new: Cell | None, command: str, back: bool
) -> bool:
    if _made(title, command):
        return True
    if title == HOME[0]:
        return at in HOME[1] and command in HOME[2]
    sheet = BY_TITLE.get(title)
    if sheet is None or at[0] <= HEADING_ROW:
        return False
    if title in OWNED:
        return command in OWNED[title]
    if title in APPENDED:
        return command in APPENDED[title] and (old if not back else new) is None
    heading = before[title].get((HEADING_ROW, at[1]))
    column = sheet.find(heading.value) if heading else None
    if column is None:
        return False
    if column.role == "computed":
        return old is None or old.formula is None
    return column.role == "issued" and (old if not back else new) is None
