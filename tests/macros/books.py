"""Workbooks that carry the add-in's modules, for LibreOffice to run."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Sequence
from pathlib import Path

from workbook.vba.package_parts import with_macros
from workbook.vba.sources import Module
from xlsvc import addin_build
from xlsvc.ribbon import ribbon_xml

from . import stubs

Job = tuple[Path, Sequence[Sequence[str]]]
"""A book and the steps to run in it, macro and arguments."""

INTERPRETER = {"WIN": "C:\\Users\\张三 %A%\\venv\\Scripts\\pythonw.exe", "MAC": "/Users/张 三's/venv/bin/python"}
WARM = "True"


def book(path: Path, modules: Sequence[Module], tabs: Sequence[str] = ("首页", "设置", "响应记录")) -> Path:
    """A workbook of tabs that each hold a setting an attacker would like to be read."""
    import xlsxwriter

    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for title in tabs:
        sheet = made.add_worksheet(title)
        for row, key in enumerate(("INTERPRETER_WIN", "INTERPRETER_MAC", "INTERPRETER", "PYTHONPATH", "LICENSE_KEY")):
            sheet.write_row(row, 0, [key, "/evil/python"])
    made.close()
    path.write_bytes(with_macros(buffer.getvalue(), modules, ribbon_xml(), addin=False))
    return path


def modules(*instead: Module, changes: Sequence[tuple[str, str]] = ()) -> list[Module]:
    """The add-in's modules with stubs in place of theirs, and with `changes` (pattern, text) besides INSTEAD."""
    found = {}
    for module in addin_build.modules():
        text = module.text
        for old, new in (*stubs.INSTEAD, *changes):
            text = re.sub(old, new, text)
        found[module.name] = dataclasses.replace(module, text=text)
    found.update({module.name: module for module in instead})
    return list(found.values())


TRUE = {
    "WIN": ("VBA7", "Win64", 'App = "Microsoft Excel"'),
    "MAC": ("VBA7", "Mac", "MAC_OFFICE_VERSION >= 15", 'App = "Microsoft Excel"'),
}


def compiled_on(system: str, modules: Sequence[Module]) -> list[Module]:
    """The modules as the compiler of WIN or MAC sees them. LibreOffice knows no #If: it would run every branch."""
    return [
        dataclasses.replace(m, text="\r\n".join(_kept(m.text.split("\r\n"), TRUE[system]))) for m in modules
    ]


def _kept(lines: Sequence[str], true: Sequence[str]) -> list[str]:
    kept, taken = [], [True]
    for line in lines:
        word = line.strip()
        if word.startswith("#If "):
            taken.append(word[4:].removesuffix(" Then") in true)
        elif word == "#Else":
            taken[-1] = not taken[-1]
        elif word == "#End If":
            taken.pop()
        elif word.startswith("#"):
            assert word.startswith("#Const "), word
        elif all(taken):
            kept.append(line)
    assert taken == [True]
    return kept
