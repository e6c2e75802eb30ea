"""Protected tabs: a ledger's own are never opened; a form that the product made is, for as long as it is filled.

Forms are protected without a password, so that a customer fills the yellow cells only. A tab that somebody gave a
password stays shut: Excel is handed an empty one, for without any it would ask the person.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..issues import WorkbookError
from .calls import MAC, native, patiently
from .writing import Tape

_ALLOWED = (
    ("AllowFormattingCells", "allow_formatting_cells"),
    ("AllowFormattingColumns", "allow_formatting_columns"),
    ("AllowFormattingRows", "allow_formatting_rows"),
    ("AllowInsertingColumns", "allow_inserting_columns"),
    ("AllowInsertingRows", "allow_inserting_rows"),
    ("AllowInsertingHyperlinks", "allow_inserting_hyperlinks"),
    ("AllowDeletingColumns", "allow_deleting_columns"),
    ("AllowDeletingRows", "allow_deleting_rows"),
    ("AllowSorting", "allow_sorting"),
    ("AllowFiltering", "allow_filtering"),
    ("AllowUsingPivotTables", "allow_using_pivot_table"),
)
"""What Worksheet.Protection tells, in the order in which Worksheet.Protect takes it."""


def is_protected(sheet: Any) -> bool:
    return bool(native(sheet.api, "ProtectContents", "protect_contents"))


def refuse_protected(sheet: Any, title: str) -> None:
    """Raises WorkbookError sheet.protected."""
    if is_protected(sheet):
        raise WorkbookError("sheet.protected", sheet=title)


def open_up(sheet: Any, title: str, tape: Tape) -> Callable[[], None]:
    """Takes the protection off a tab without a password; gives what puts it back, which a failure does too, after
    everything else. Raises WorkbookError sheet.protected where it has a password."""
    if not is_protected(sheet):
        return lambda: None
    api = sheet.api
    protect = _protector(api)

    def unprotect() -> None:
        if MAC:
            api.unprotect(password="")
        else:
            api.Unprotect("")

    def shut() -> None:
        patiently(protect)
        tape.note(unprotect)  # or what was written could not be put back

    try:
        patiently(unprotect)
    except WorkbookError:
        raise
    except Exception as error:
        raise WorkbookError("sheet.protected", sheet=title) from error
    tape.note(protect)
    return shut


def _protector(api: Any) -> Callable[[], None]:
    """What protects the tab again as it is protected now, without a password."""
    drawings = bool(native(api, "ProtectDrawingObjects", "protect_drawing_objects"))
    scenarios = bool(native(api, "ProtectScenarios", "protect_scenarios"))
    rules = native(api, "Protection", "protection")
    allowed = {mac: bool(rules is not None and native(rules, windows, mac)) for windows, mac in _ALLOWED}

    def protect() -> None:
        if MAC:
            api.protect_worksheet(drawing_objects=drawings, worksheet_contents=True, scenarios=scenarios, **allowed)
        else:
            api.Protect("", drawings, True, scenarios, False, *allowed.values())

    return protect
