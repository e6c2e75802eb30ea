"""Looks at a file before any parser does: strangers' files and slips of the hand each get their own answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..issues import WorkbookError

if TYPE_CHECKING:
    from .opc import Package


def load(path: Path) -> bytes:
    """The file's bytes. Raises WorkbookError file.* where it is no ZIP package in order."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise WorkbookError("file.missing", file=str(path)) from error


def check_package(package: Package) -> None:
    """Raises WorkbookError file.* where the package is no workbook that can be edited."""


def check_xml(data: bytes) -> None:
    """Raises WorkbookError where a part carries a DTD."""
