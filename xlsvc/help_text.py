"""The few words of the help pages that come from the command-line library, in Chinese."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

_WORDS = tuple(
    (re.compile(pattern, re.MULTILINE), chinese)
    for pattern, chinese in (
        (r"^Usage: ", "用法:"),
        (r"\[OPTIONS\]", "[选项]"),
        (r"COMMAND \[ARGS\]\.\.\.", "命令 [内容]..."),
        (r"^Arguments:$", "要写的:"),
        (r"^Options:$", "选项:"),
        (r"^Commands:$", "命令:"),
        (r"Show this message and exit\.", "显示这份说明"),
        (r"\[required\]", "[必填]"),
        (r"\[default: ", "[不写时:"),
    )
)
_KIND = re.compile(r"(?<=\S) <(?:path|str|text)>(?=\s)")
"""What kind of word stands behind a name; blanks in its place keep the columns."""


class ChineseCommand(TyperCommand):
    def get_help(self, ctx: Any) -> str:
        return _in_chinese(super().get_help(ctx))


class ChineseGroup(TyperGroup):
    def get_help(self, ctx: Any) -> str:
        return _in_chinese(super().get_help(ctx))


def _in_chinese(text: str) -> str:
    for pattern, chinese in _WORDS:
        text = pattern.sub(chinese, text)
    return _KIND.sub(lambda found: " " * len(found[0]), text)
