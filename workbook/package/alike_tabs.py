"""A tab that is missing, and the tab that may be it under another name."""

from __future__ import annotations

from collections.abc import Iterable

from ..issues import WorkbookError
from ..messages import MESSAGES
from ..schema import fold
from .opc import Package


def missing_sheet(package: Package, title: str) -> WorkbookError:
    """The error sheet.missing for `title`; it names the visible tab that is alike, if there is one."""
    return missing_among((e.title for e in package.sheets() if e.state == "visible"), title, package.name)


def missing_among(shown: Iterable[str], title: str, file: str) -> WorkbookError:
    """The same for a book of which the visible tabs are known."""
    found = next((other for other in shown if alike(other, title)), "")
    hint = MESSAGES["sheet.alike"].text.format(found=found) if found else ""
    return WorkbookError("sheet.missing", file=file, sheet=title, alike=hint)


def alike(one: str, other: str) -> bool:
    """Does one title contain the other, or do they differ in one character? A single character is too little."""
    short, long = sorted((fold(one), fold(other)), key=len)
    if len(short) < 2:
        return False
    if short in long:
        return True
    if len(short) == len(long):
        return sum(a != b for a, b in zip(short, long, strict=True)) == 1
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
