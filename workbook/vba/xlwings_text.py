"""The module XlwingsRunPython: xlwings' own text for custom add-ins, taken from the installed package.

Only the procedures that RunPython needs are taken, and the changes below are made to them; each must fit exactly
once, so that another version of xlwings stops the build instead of going out half changed. What is left out cannot
be called: the settings from a sheet of the active workbook and from its folder, embedded code, user functions.
xlwings is under a BSD licence; its text stands at the top of the module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from ..issues import WorkbookError
from .sources import Module

VERSION = "0.37.8"
"""The version these changes were written and tested for."""

NAME = "XlwingsRunPython"

KEPT = (
    "RunPython", "ExecuteMac", "ExecuteWindows", "CleanUp", "XLPyCommand", "XLPyLoadDLL", "XLPy", "KillPy", "WScript",
    "FileExists", "FileExistsOnWindows", "FileOrFolderExistsOnMac", "ParentFolder", "KillFileOnMac", "ToMacPath",
    "GetMacDir", "ToPosixPath", "ExpandEnvironmentStrings", "ReadFile", "CreateGUID", "CheckConda",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """In `where` (a procedure, or "header") the text from `begin` to the end of `end` becomes `new`."""

    where: str
    why: str
    begin: str
    end: str
    new: str = ""


_NO_WORKBOOK_PATH = "the workbook's folder never reaches Python: a path with ; would add import folders"
_OWN_FOLDERS_ONLY = "-P: the current folder, which may be a stranger's, is not searched for modules"
_CONFIGURED = "never a python found on the PATH or in the current folder"

CHANGES = (
    Change("header", "the module's name; declarations as in the other modules", '"xlwings"\n', '"xlwings"\n',
           f'"{NAME}"\nOption Explicit\n'),
    Change("header", "what was changed is said", "'Version: 0.37.8", "'Version: 0.37.8",
           "'Version: 0.37.8\n'Changed for xlsvc at build, see workbook/vba/xlwings_text.py there: procedures left out,"
           "\n'no settings from workbooks, no import from their folders, Chinese messages."),
    Change("header", "settings have their own file", "Public Const PROJECT_NAME", '"myaddin"'),
    Change("RunPython", _CONFIGURED, "    #If Mac Then\n        interpreter =", '"python")\n    End If',
           "    interpreter = ConfiguredInterpreter()"),
    Change("RunPython", "no code from sheets of the active workbook", "    ' Check for embedded",
           "ThisWorkbook.FullName\n    #End If\n    \n"),
    Change("RunPython", _NO_WORKBOOK_PATH, "    #If Mac Then\n        PYTHONPATH", 'GetConfig("PYTHONPATH")\n    #End If',
           '    PYTHONPATH = "false;;;;;"'),
    Change("RunPython", "the library may be missing", 'GetConfig("USE UDF SERVER", False)', 'GetConfig("USE UDF SERVER", False)',
           "UsesWarmServer()"),
    Change("RunPython", "no code from sheets of the active workbook", "    ' PythonCommand with embedded code",
           "        End If\n    End If\n\n"),
    Change("RunPython", "the caller says so in Chinese", '        Application.StatusBar = "Running..."', "is happening\n"),
    Change("RunPython", "variables no longer used", "    Dim i As Integer\n", "    Dim sht As Worksheet\n",
           "    Dim interpreter As String, PYTHONPATH As String\n    Dim OPTIMIZED_CONNECTION As Boolean\n"),
    Change("RunPython", "variables no longer used", "    SourcePythonCommand = ", "PythonCommand\n"),
    Change("ExecuteMac", "a folder with a blank", "            PythonInterpreter = ToPosixPath(PYTHON_MAC)", "ToPosixPath(PYTHON_MAC)",
           "            PythonInterpreter = \"'\" & Replace(ToPosixPath(PYTHON_MAC), \"'\", \"'\\''\") & \"'\""),
    Change("ExecuteMac", "a last ; would add the current folder", 'PYTHONPATH + ";"', 'PYTHONPATH + ";"', "PYTHONPATH"),
    Change("ExecuteMac", "a failed start ends the command", "            Application.StatusBar = False", "False",
           "            FinishCommand"),
    Change("ExecuteMac", "Chinese, and the caller's way out", "    MsgBox", "vbCritical",
           '    Err.Raise 1003, "xlsvc", AddinText("no_applescript")'),
    Change("ExecuteWindows", "Chinese, and the caller's way out", '            MsgBox "Could not find Interpreter!", vbCritical',
           "            Exit Function",
           '            Err.Raise 1002, "xlsvc", Replace(AddinText("interpreter_gone"), "{file}", PYTHON_WIN)'),
    Change("ExecuteWindows", _OWN_FOLDERS_ONLY, '" -B -c ', '" -B -c ', '" -P -B -c '),
    Change("CleanUp", "a notice in the status bar stays", "    Application.StatusBar = False", "False", "    FinishCommand"),
    Change("XLPyCommand", _NO_WORKBOOK_PATH, '    AddExcelDir = GetConfig("ADD', '"true")\n'),
    Change("XLPyCommand", _NO_WORKBOOK_PATH, '    #If App = "Microsoft Excel" Then\n        PYTHONPATH',
           'GetConfig("PYTHONPATH")\n    #End If', '    PYTHONPATH = "false;;;;;"'),
    Change("XLPyCommand", _CONFIGURED, '    PYTHON_WIN = GetConfig("INTERPRETER_WIN", "")', '"pythonw")\n    End If',
           "    PYTHON_WIN = ConfiguredInterpreter()"),
    Change("XLPyCommand", _OWN_FOLDERS_ONLY, '" -B -c ', '" -B -c ', '" -P -B -c '),
    Change("XLPyLoadDLL", _CONFIGURED, '    PYTHON_WIN = GetConfig("INTERPRETER_WIN", "")', '"pythonw")\n    End If',
           "    PYTHON_WIN = ConfiguredInterpreter()"),
)  # fmt: skip

_PROCEDURE = re.compile(
    r"^(?:Public |Private )?(Function|Sub) (\w+)\b.*?^End \1\b[^\n]*\n", re.MULTILINE | re.DOTALL
)


def folder() -> Path:
    """Where xlwings is installed; found without importing it. Raises WorkbookError when it is not there."""
    spec = find_spec("xlwings")
    if spec is None or spec.origin is None:
        raise WorkbookError("addin.xlwings_version", found="-", wanted=VERSION)
    return Path(spec.origin).parent


def run_python_module() -> Module:
    """XlwingsRunPython with its changes. Raises WorkbookError for another version of xlwings, ValueError where a
    change does not fit."""
    installed = metadata.version("xlwings")
    text = (folder() / "xlwings_custom_addin.bas").read_bytes().decode("ascii").replace("\r\n", "\n")
    stated = re.search(r'^Public Const XLWINGS_VERSION As String = "([^"]*)"', text, re.MULTILINE)
    if installed != VERSION or stated is None or stated.group(1) != VERSION:
        raise WorkbookError("addin.xlwings_version", found=installed, wanted=VERSION)
    return Module(NAME, "standard", changed(text).replace("\n", "\r\n"))


def changed(text: str) -> str:
    """xlwings' text (line ends \\n) with only the procedures of KEPT, and with CHANGES made."""
    procedures = {found.group(2): found.group(0) for found in _PROCEDURE.finditer(text)}
    parts = {"header": text[: next(_PROCEDURE.finditer(text)).start()]}
    for name in KEPT:
        if name not in procedures:
            raise ValueError(f"xlwings has no procedure {name}")
        parts[name] = procedures[name]
    for change in CHANGES:
        parts[change.where] = _apply(change, parts[change.where])
    return "\n".join(part.rstrip("\n") + "\n" for part in parts.values())


def _apply(change: Change, part: str) -> str:
    if part.count(change.begin) != 1:
        raise ValueError(f"{change.where}: {change.begin!r} stands there {part.count(change.begin)} times")
    start = part.index(change.begin)
    end = part.find(change.end, start)
    if end < 0:
        raise ValueError(f"{change.where}: no {change.end!r} behind {change.begin!r}")
    return part[:start] + change.new + part[end + len(change.end) :]
