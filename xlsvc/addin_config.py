"""The add-in's own configuration file, as macros/ServiceConfig.bas reads it.

One "KEY","VALUE" a line, ASCII; a character beyond ASCII is written %uXXXX, so that a person's name in a path does
not depend on the system's code page. Keys: INTERPRETER_WIN, INTERPRETER_MAC (full path), USE UDF SERVER.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from workbook.vba.sources import from_ascii, in_ascii

FILE_NAME = "xlsvc.conf"
INTERPRETER_WIN = "INTERPRETER_WIN"
INTERPRETER_MAC = "INTERPRETER_MAC"
WARM_SERVER = "USE UDF SERVER"


def write_config(values: Mapping[str, str], newline: str) -> bytes:
    """The file's bytes; `newline` is CRLF on Windows, LF on the Mac."""
    return "".join(f'"{key}","{in_ascii(value)}"{newline}' for key, value in values.items()).encode("ascii")


def read_config(data: bytes) -> dict[str, str]:
    """Keys and values; lines that are none are left out, as VBA does."""
    found = {}
    for line in re.split(r"[\r\n]+", data.decode("ascii", "replace")):
        entry = re.fullmatch(r'"([^"]*)","([^"]*)"', line)
        if entry:
            found[entry.group(1)] = from_ascii(entry.group(2))
    return found
