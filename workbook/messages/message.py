"""What a message is, and its four levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Message:
    level: Any
    text: str
    short: str = ""


def stop(text: str) -> Message:
    return Message("stop", text)


def error(short: str, text: str) -> Message:
    return Message("error", text, short)


def warning(short: str, text: str) -> Message:
    return Message("warning", text, short)


def repaired(short: str, text: str) -> Message:
    return Message("repaired", text, short)
