"""VBA modules as text: what the add-in is made of, and Chinese text inside it.

VBA keeps its text in one of Windows' code pages, so a module is ASCII and Chinese is written %uXXXX, which the
VBA function FromAscii turns back with ChrW when it runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = "ThisWorkbook"
LONGEST_LITERAL = 800  # VBA allows 1,023 characters in a line


@dataclass(frozen=True)
class Module:
    """A module: `kind` is standard, class or document; `text` is what the VBA editor would export, CRLF."""

    name: str
    kind: str
    text: str

    @property
    def body(self) -> str:
        """The text without the lines that the editor hides, as extractors compare it."""
        lines = self.text.split("\r\n")
        at = 0
        if lines[0].startswith("VERSION "):
            at = lines.index("END") + 1
        while lines[at].startswith("Attribute "):
            at += 1
        return "\r\n".join(lines[at:])


def read_modules(folder: Path) -> list[Module]:
    """The modules in `folder` by name. Whatever the line ends on this machine, the text has CRLF.

    Raises ValueError for a module that is not ASCII or bears another name than its file."""
    found = []
    for path in sorted([*folder.glob("*.bas"), *folder.glob("*.cls")]):
        try:
            text = path.read_bytes().decode("ascii")
        except UnicodeDecodeError as error:
            raise ValueError(f"{path.name}: a character that is not ASCII at byte {error.start}") from None
        text = re.sub(r"\r\n|\r|\n", "\r\n", text)
        named = re.search(r'^Attribute VB_Name = "(\w+)"', text, re.MULTILINE)
        if path.stem == DOCUMENT:
            kind = "document"
        else:
            kind = "class" if path.suffix == ".cls" else "standard"
            if named is None or named.group(1) != path.stem:
                raise ValueError(f"{path.name}: the module does not bear its file's name")
        found.append(Module(path.stem, kind, text))
    return found


def in_ascii(text: str) -> str:
    """Text as FromAscii reads it: everything beyond ASCII, control characters, quotes and % as %uXXXX."""
    units = text.encode("utf-16-be")
    codes = [units[at] * 256 + units[at + 1] for at in range(0, len(units), 2)]
    return "".join(chr(c) if 32 <= c < 127 and c not in (34, 37) else f"%u{c:04X}" for c in codes)


def from_ascii(text: str) -> str:
    """The inverse of `in_ascii`."""
    units = re.sub(r"%u([0-9A-F]{4})", lambda found: chr(int(found.group(1), 16)), text)
    return units.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")


def data_module(version: str, texts: Mapping[str, str], without_ledger: list[str]) -> Module:
    """AddinData: the package's version, the texts by code, and the ids of the commands that need no ledger."""
    cases = "".join(f'        Case "{code}"\r\n{_spoken(text)}' for code, text in sorted(texts.items()))
    ids = ", ".join(f'"{id}"' for id in sorted(without_ledger))
    return Module(
        "AddinData",
        "standard",
        'Attribute VB_Name = "AddinData"\r\n'
        "Option Explicit\r\n"
        "' Made by the build from xlsvc/commands.py and workbook/messages.\r\n\r\n"
        "Public Function PackageVersion() As String\r\n"
        f'    PackageVersion = "{version}"\r\n'
        "End Function\r\n\r\n"
        "Public Function WorksWithoutLedger(ByVal id As String) As Boolean\r\n"
        "    Select Case id\r\n"
        f"        Case {ids}\r\n"
        "            WorksWithoutLedger = True\r\n"
        "    End Select\r\n"
        "End Function\r\n\r\n"
        "Public Function AddinText(ByVal code As String) As String\r\n"
        "    Dim text As String\r\n"
        "    Select Case code\r\n"
        f"{cases}"
        "    End Select\r\n"
        "    AddinText = FromAscii(text)\r\n"
        "End Function\r\n",
    )


def _spoken(text: str) -> str:
    """Statements that put the text together, none longer than VBA allows and no %uXXXX cut in two."""
    pieces = re.findall(rf"(?:%u[0-9A-F]{{4}}|.){{1,{LONGEST_LITERAL // 6}}}", in_ascii(text))
    return "".join(f'            text = text & "{piece}"\r\n' for piece in pieces)
