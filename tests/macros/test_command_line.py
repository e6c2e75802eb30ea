"""What reaches the shell: xlwings' changed RunPython itself, run by LibreOffice up to the call of the system.

The workbook is a stranger's: sheets named as xlwings looks for them, files beside it, and a name with all that is
let through. On the Mac's side the text goes on through xlwings' own script into a real /bin/sh.
"""

from __future__ import annotations

import re
import stat
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.libreoffice import missing
from xlsvc import addin_build

from . import books, stubs

pytestmark = [pytest.mark.libreoffice, pytest.mark.skipif(bool(missing()), reason=missing() or "-")]

NAMES = {"WIN": "台账 (1) & 其他's [新];a,b^$`.xlsm", "MAC": "台账 (1) & 其他's [新];a,b^90%!.xlsm"}
TABS = ("设置", "响应记录", "xlsvc.conf", "xlwings.conf", "myaddin.conf", "evil.py")
CALL = "import xlsvc.button; xlsvc.button.click('update')"

_SYSTEM = stubs.module(
    "System",
    """
Public asked As String
Public StatusBarText As Variant

Public Function AppleScriptTask(ByVal script As String, ByVal handler As String, ByVal parameter As String) As String
    asked = asked & script & vbLf & handler & vbLf & parameter
    AppleScriptTask = "0"
End Function

Public Function ShellRun(ByVal line As String, ByVal style As Integer, ByVal waits As Boolean) As Long
    asked = asked & line
End Function

Public Function ClockNow() As Date
    ClockNow = Now
End Function

Public Function FileIsThere(ByVal FileSpec As String) As Boolean
    FileIsThere = Right$(FileSpec, 10) = "xlsvc.conf" Or InStr(FileSpec, "python") > 0
End Function

Public Function PosixPath(ByVal path As String) As String
    PosixPath = path
End Function
""",
)
_PROBE = stubs.module(
    "Probe",
    """
Public Function Click(ByVal id As String) As String
    asked = ""
    RunCommand id
    Click = asked & TakeNotices()
End Function

Public Function Server() As String
    Server = XLPyCommand()
End Function
""",
)
_CHANGES = (
    (r"\bWScript\.Run\(", "ShellRun("),
    (r"\bToPosixPath\(PYTHON", "PosixPath(PYTHON"),
    (r"\bApplication\.Hwnd\b", "1234"),
    (r"\bApplication\.Path\b", '"C:\\\\Office/MacOS"'),
    (r"Function FileIsThere\b", "Function FileOnDisk"),
    (r"& CreateGUID\(\)", '& "one"'),
)


def jobs(folder: Path) -> dict[str, books.Job]:
    found: dict[str, books.Job] = {}
    for system, name in NAMES.items():
        place = folder / f"{system} 张三;evil=1"
        place.mkdir()
        for file in ("xlsvc.conf", "xlwings.conf", "myaddin.conf"):
            (place / file).write_text('"INTERPRETER_WIN","/evil/python"\n"INTERPRETER_MAC","/evil/python"\n')
        modules = books.modules(stubs.NOTICE, stubs.HANDLE, stubs.CONTROL, _SYSTEM, _PROBE, changes=_CHANGES)
        path = books.book(place / name, books.compiled_on(system, modules), TABS)
        found[f"shell {system}"] = (path, [["Probe.Click", "update"], ["Probe.Server"]])
    return found


def _asked(answers: dict[str, list[dict[str, Any]]], system: str) -> str:
    answer, _ = answers[f"shell {system}"]
    assert "value" in answer, answer
    return str(answer["value"])


def _windows_arguments(line: str) -> list[str]:
    """A command line as Microsoft's C runtime cuts it."""
    found: list[str] = []
    text, quoted, backslashes, begun = "", False, 0, False
    for letter in [*line, " "]:
        if letter == "\\":
            backslashes += 1
            begun = True
            continue
        if letter == '"':
            text += "\\" * (backslashes // 2)
            if backslashes % 2:
                text += '"'
            else:
                quoted = not quoted
            begun = True
        else:
            text += "\\" * backslashes
            if letter == " " and not quoted:
                if begun:
                    found.append(text)
                text, begun = "", False
            else:
                text += letter
                begun = True
        backslashes = 0
    return found


def _outside_quotes(line: str) -> str:
    """What cmd.exe looks at for its own signs: each quote opens or closes, a backslash does not matter."""
    return "".join(line.split('"')[::2])


def test_windows_command_line(answers: dict[str, list[dict[str, Any]]]) -> None:
    line = _asked(answers, "WIN")
    outside = _outside_quotes(line)
    assert re.findall(r"[&|<>^%()]", outside.replace("2> ", "")) == ["&", "&"], outside
    start = 'cmd.exe /C C: & cd "C:\\Users\\张三 %A%\\venv\\Scripts" & '
    assert line.startswith(start)
    command, _, log = line[len(start) :].partition(" 2> ")
    assert log.startswith('"')
    assert _windows_arguments(command) == [
        books.INTERPRETER["WIN"], "-P", "-B", "-c",
        f'import xlwings.utils;xlwings.utils.prepare_sys_path("false;;;;;"); {CALL}', f"--wb={NAMES['WIN']}", "--from_xl=1",
        *_windows_arguments(command)[-2:],
    ]  # fmt: skip
    assert "evil" not in line.replace(NAMES["WIN"], "")


def test_warm_server_command_line(answers: dict[str, list[dict[str, Any]]]) -> None:
    line = answers["shell WIN"][1]["value"]
    assert line.startswith('cmd.exe  /K "')  # cmd takes this quote and the last one away
    assert line.endswith('"')
    command = line.removeprefix('cmd.exe  /K "').removesuffix('"')
    assert _windows_arguments(command) == [
        books.INTERPRETER["WIN"], "-P", "-B", "-c",
        'import sys, os;import xlwings.utils;xlwings.utils.prepare_sys_path("false;;;;;");'
        "import xlwings; xlwings.serve('$(CLSID)')",
    ]  # fmt: skip


def _shell_command(parameter: str) -> str:
    """What xlwings' script on the Mac makes of the text it is given."""
    script = addin_build.applescript().read_text(encoding="utf-8")
    names = re.search(r"set \{([^}]*)\} to SplitString\(ParameterString, \"\|\"\)", script)
    formula = re.search(r"set ShellCommand to (.*?)\n\ttry", script, re.DOTALL)
    assert names
    assert formula
    variables = dict(zip(names.group(1).split(", "), parameter.split("|"), strict=True))
    text = ""
    for piece in re.findall(r'"(?:[^"\\]|\\.)*"|\w+', formula.group(1).replace("¬", "")):
        text += re.sub(r"\\(.)", r"\1", piece[1:-1]) if piece.startswith('"') else variables[piece]
    return text


def test_mac_shell_command(answers: dict[str, list[dict[str, Any]]], tmp_path: Path) -> None:
    script, handler, parameter = _asked(answers, "MAC").split("\n")
    assert (script, handler) == (addin_build.applescript().name, "VbaHandler")
    command = _shell_command(parameter)
    assert "evil" not in command.replace(NAMES["MAC"], "")
    interpreter = tmp_path / "张 三's" / "python"
    interpreter.parent.mkdir()
    interpreter.write_text('#!/bin/sh\nprintf "%s\\0" "$@" > "$0.new"\nmv "$0.new" "$0.args"\n', encoding="utf-8")
    interpreter.chmod(interpreter.stat().st_mode | stat.S_IXUSR)
    quoted = books.INTERPRETER["MAC"].replace("'", "'\\''")
    assert f"'{quoted}'" in command
    here = str(interpreter).replace("'", "'\\''")
    command = command.replace(quoted, here).replace(parameter.rpartition("|")[2], str(tmp_path / "log"))
    subprocess.run(["/bin/sh", "-c", command], check=True, timeout=20)
    arguments = interpreter.with_name("python.args")
    for _ in range(100):
        if arguments.exists():
            break
        time.sleep(0.05)
    assert arguments.read_text(encoding="utf-8").split("\0")[:-2] == [
        "-B", "-u", "-W", "ignore", "-c",
        f"import xlwings.utils;xlwings.utils.prepare_sys_path('false;;;;;');{CALL} ", f"--wb={NAMES['MAC']}", "--from_xl=1",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a$HOME.xlsx", "a`echo b`.xlsx", "a\\\\b.xlsx", 'a".xlsx', "a|b.xlsx"])
def test_what_is_refused_on_the_mac_would_not_arrive(name: str, tmp_path: Path) -> None:
    parameter = "|".join(["false;;;;;", "printf '%s\\n'", "pass", name, "/app", str(tmp_path / "log")])
    try:
        command = _shell_command(parameter).replace("> /dev/null", f"> '{tmp_path}/out'").removesuffix("& ")
    except ValueError:
        return  # cut in the wrong places
    subprocess.run(["/bin/sh", "-c", command], check=False, timeout=20)
    out = tmp_path / "out"
    assert not out.exists() or f"--wb={name}" not in out.read_text().splitlines()


def test_xlwings_cuts_a_name_at_an_equals_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    import inspect

    import xlwings  # type: ignore[import-untyped]

    assert 'arg.split("=")[1].strip()' in inspect.getsource(xlwings.Book.caller), "the reason for refusing = is gone"
