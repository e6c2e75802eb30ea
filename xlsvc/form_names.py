"""Names of forms as tabs and as files: made from a ticket and a customer's name, safe in Excel, Windows, macOS and in a
mail, and unlike every other one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from workbook.schema import MAX_SHEET_NAME

LONGEST_STEM = 64
"""UTF-16 units of a file's name without its extension: leaves 190 of Windows' 259 for the folder, and is at most 192 of the
255 bytes that other systems allow."""

_FORBIDDEN_IN_TAB = re.compile(r"[\\/?*:\[\]]")
_KEPT_MARKS = set(" -_.()()·'’&+、,")
_RUNS = re.compile(r"-{2,}")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{word}{n}" for word in ("com", "lpt") for n in "0123456789¹²³")}


def tab_name(ticket: str, taken: Iterable[str]) -> str:
    """“表单 SN20240501001”: without what Excel forbids in tab names, at most 31 characters, and unlike every
    tab in `taken` whatever the case (then with a number behind)."""
    visible = "".join(c for c in unicodedata.normalize("NFC", str(ticket)) if unicodedata.category(c)[0] != "C")
    allowed = _FORBIDDEN_IN_TAB.sub("-", visible).strip()
    name = f"表单 {allowed}"[:MAX_SHEET_NAME].rstrip("' ")
    known = {title.casefold() for title in taken}
    candidate, number = name, 1
    while candidate.casefold() in known:
        number += 1
        suffix = f" ({number})"
        candidate = name[: MAX_SHEET_NAME - len(suffix)].rstrip("' ") + suffix
    return candidate


class FileNames:
    """Gives names for new files, each unlike all others in the eyes of any file system. `taken` are those that exist."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._known = {as_compared(name) for name in taken}

    def free(self, *words: str, extension: str = ".xlsx") -> str:
        """“客户满意度调查表_SN20240501001_王女士.xlsx” of its words; what is too long is cut at the last one, a name that
        is taken gets a number. A word of which nothing may stay is left out."""
        safe = [word for word in map(safe_word, words) if word]
        number = 1
        while True:
            suffix = f" ({number})" if number > 1 else ""
            name = _stem("_".join(safe) or "表单", suffix) + extension
            if as_compared(name) not in self._known:
                self._known.add(as_compared(name))
                return name
            number += 1


def safe_word(text: str) -> str:
    """What of a text may stand in a file's name: letters, digits, marks and a few signs. Signs that a system or a mail
    program takes for something else become "-", pictures and invisible characters go."""
    kept: list[str] = []
    for character in unicodedata.normalize("NFC", str(text)):
        kind = unicodedata.category(character)
        accent = kind == "Mn" and kept and not _is_selector(character)
        if kind[0] in "LN" or accent or character in _KEPT_MARKS:
            kept.append(character)
        elif kind == "Zs" or character in "\t\r\n":
            kept.append(" ")
        elif kind[0] in "PS" and kind != "So" and kind != "Sk":
            kept.append("-")
    return re.sub(r"\s+", " ", _RUNS.sub("-", "".join(kept))).strip(" .-_'")


def as_compared(name: str) -> str:
    """A file's name as the least exact file system compares it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _stem(text: str, suffix: str) -> str:
    """The name without its extension, cut so that it fits with `suffix`; never a name Windows keeps for itself."""
    if text.partition(".")[0].strip().casefold() in _RESERVED:
        text = f"_{text}"
    while len((text + suffix).encode("utf-16-le")) > LONGEST_STEM * 2:
        text = text[:-1]
    return text.rstrip(" .-_") + suffix
