"""The add-in's VBA run by LibreOffice: every button of the registry, up to the exact call of Python.

One module that does not compile makes every call return "" without an error: hence the sentinel.
"""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.libreoffice import find_soffice, find_uno_python, missing
from workbook.messages import MESSAGES
from workbook.vba.package_parts import with_macros
from workbook.vba.sources import Module
from xlsvc import __version__, addin_build
from xlsvc.addin_config import write_config
from xlsvc.commands import COMMANDS
from xlsvc.ribbon import ribbon_xml

from . import stubs

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(bool(missing()), reason=missing() or "-"),
]

WORKER = Path(__file__).with_name("vba_worker.py")
INTERPRETER = "C:\\Users\\张三 %A%\\venv\\Scripts\\pythonw.exe"
Steps = Sequence[Sequence[str]]


def said(code: str, **values: str) -> str:
    return MESSAGES[f"macro.{code}"].text.format(**values)


def _call(id: str) -> str:
    return f"import xlsvc.button; xlsvc.button.click('{id}')\n"


WINDOWS: list[tuple[list[str], str]] = [
    (["Probe.Sentinel"], f"compiled {__version__}"),
    *((["Probe.Text", code], MESSAGES[f"macro.{code}"].text) for code in ("busy", "failed", "name", "working", "title")),
    *((["Probe.Click", command.id], _call(command.id) + "|") for command in COMMANDS),
    *((["Probe.Enabled", command.id], "True") for command in COMMANDS),
    # what is no command's id never reaches Python
    *((["Probe.Click", id], "|") for id in ("", "a'b", "a;b", "A", "新建", "x" * 30 + " ")),
    # the status bar
    (["Probe.Click", "sla"], _call("sla") + "|"),
    (["Probe.StatusDuring"], said("working")),
    (["Probe.StatusNow"], "False"),
    (["Probe.Notify", "已更新 12 行"], ""),
    (["Probe.Finish"], "已更新 12 行"),
    # busy
    (["Probe.ClickWithin", "update", "sla"], _call("update") + "|" + said("busy")),
    (["Probe.Click", "sla"], _call("sla") + "|"),
    (["Probe.ClickFailing", "sla", "出错 <原因>"], _call("sla") + "|" + said("failed", reason="出错 <原因>")),
    (["Probe.Click", "sla"], _call("sla") + "|"),
    # the configuration, names
    (["Probe.Interpreter"], INTERPRETER),
    (["Probe.Warm", "C:\\Users\\张三 %A%\\venv\\xlwings32-0.37.8.dll"], "True"),
    (["Probe.Refused", "完成率 90% 2024=新!.xlsx"], ""),
    (["Probe.Warm", "elsewhere"], "False"),
    *((["Probe.Refused", name], refused) for name, refused in (
        ("台账 (1) & 其他's [新];a,b.xlsx", ""), ("售后台账.xlsx", ""), ("工作簿1", ""), ("完成率 90%.xlsx", "%"),
        ("a=b%c%.xlsx", "= %"), ("快!.xlsx", "!"), (" 台账.xlsx", said("outer_blank")), ("a\nb.xlsx", said("line_break")),
        ("$HOME`ls`.xlsx", ""),
    )),
    # no ledger
    (["Probe.Rename", "响应记录", "别的"], ""),
    *((["Probe.Enabled", c.id], str(not c.on_book)) for c in COMMANDS),
    (["Probe.Click", "update"], "|" + said("no_ledger", file="plain.xlsm")),
    (["Probe.Click", "new"], _call("new") + "|"),
    (["Probe.Rename", "别的", "流程记录"], ""),
    (["Probe.Enabled", "update"], "True"),
    (["Probe.Rename", "设置", "设置 (2)"], ""),
    (["Probe.Enabled", "update"], "False"),
]  # fmt: skip
"""Each step and what it answers, in this order, on Windows' side of the text."""

MAC: list[tuple[list[str], str]] = [
    (["Probe.Sentinel"], f"compiled {__version__}"),
    # RunPython comes back at once: the command is busy until Python says it is over
    (["Probe.Click", "update"], _call("update") + "|"),
    (["Probe.StatusNow"], said("working")),
    (["Probe.Click", "sla"], "|" + said("busy")),
    (["Probe.Finish"], "False"),
    (["Probe.Click", "sla"], _call("sla") + "|"),
    (["Probe.ClickLater", "sla", "9"], "|" + said("busy")),
    (["Probe.ClickLater", "sla", "2"], _call("sla") + "|"),
    (["Probe.ClickLater", "score", "0"], "|" + said("busy")),
    (["Probe.Finish"], "False"),
    *((["Probe.Refused", name], refused) for name, refused in (
        ("台账 (1) & 其他's [新];a,b 90%!.xlsx", ""), ("$HOME.xlsx", "$"), ("`ls`.xlsx", "`"), ("a\\b.xlsx", "\\"),
        ('a"b.xlsx', '"'), ("a|b=c.xlsx", "| ="), ("台账\n.xlsx", said("line_break")),
    )),
]  # fmt: skip

BAD: list[tuple[list[str], str]] = [(["Probe.Sentinel"], ""), (["Probe.Click", "update"], "")]


def _book(path: Path, modules: Sequence[Module]) -> Path:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for title in ("首页", "设置", "响应记录"):
        book.add_worksheet(title)
    book.close()
    path.write_bytes(with_macros(buffer.getvalue(), modules, ribbon_xml(), addin=False))
    return path


def _modules(*instead: Module) -> list[Module]:
    """The add-in's modules with the stubs in place of theirs."""
    modules = {}
    for module in addin_build.modules():
        text = module.text
        for old, new in stubs.INSTEAD:
            text = re.sub(old, new, text)
        modules[module.name] = dataclasses.replace(module, text=text)
    modules.update({module.name: module for module in instead})
    return list(modules.values())


def _on_mac(modules: Sequence[Module]) -> list[Module]:
    """The modules as the Mac's compiler sees them (LibreOffice takes the branches of Windows)."""
    return [dataclasses.replace(m, text="\r\n".join(_kept(m.text.split("\r\n")))) for m in modules]


def _kept(lines: Sequence[str]) -> list[str]:
    kept, taken = [], [True]
    for line in lines:
        word = line.strip()
        if word.startswith("#If "):
            taken.append(word in ("#If Mac Then", "#If VBA7 Then"))
        elif word == "#Else":
            taken[-1] = not taken[-1]
        elif word == "#End If":
            taken.pop()
        elif all(taken):
            kept.append(line)
    return kept


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("vba")
    broken = dataclasses.replace(stubs.HANDLE, text=stubs.HANDLE.text + "Public Sub Broken()\r\nIf True Then\r\nEnd Sub\r\n")
    whole = dataclasses.replace(
        stubs.PROBE, text='Attribute VB_Name = "Probe"\r\nOption Explicit\r\nPublic Function Sentinel() As String\r\n'
        '    Sentinel = "compiled " & AddinVersion() & " " & XLWINGS_VERSION\r\nEnd Function\r\n',
    )  # fmt: skip
    books = {
        "windows": (_book(folder / "plain.xlsm", _modules(*stubs.ALL)), [step for step, _ in WINDOWS]),
        "mac": (_book(folder / "mac.xlsm", _on_mac(_modules(*stubs.ALL))), [step for step, _ in MAC]),
        "bad": (_book(folder / "bad.xlsm", _modules(*stubs.ALL, broken)), [step for step, _ in BAD]),
        "whole": (_book(folder / "whole.xlsm", [*addin_build.modules(), whole, stubs.CONTROL]), [["Probe.Sentinel"]]),
    }
    config = write_config({"INTERPRETER_WIN": INTERPRETER, "USE UDF SERVER": "True"}, "\r\n")
    (folder / "home\\.xlsvc\\xlsvc.conf").write_bytes(config)  # the path as VBA puts it together for Windows
    soffice, python = find_soffice(), find_uno_python()
    assert soffice
    assert python
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    jobs = [{"book": str(path), "steps": steps} for path, steps in books.values()]
    asked = subprocess.run(
        [python, str(WORKER), soffice, str(folder / "profile")], input=json.dumps(jobs), capture_output=True, text=True,
        timeout=180, env={**environment, "USERPROFILE": str(folder / "home")},
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    return dict(zip(books, json.loads(asked.stdout), strict=True))


@pytest.mark.parametrize(("book", "expected"), [("windows", WINDOWS), ("mac", MAC)], ids=["windows", "mac"])
def test_each_step_answers_as_it_should(
    answers: dict[str, list[dict[str, Any]]], book: str, expected: list[tuple[list[str], str]]
) -> None:
    wrong = [
        f"{step}: {answer.get('value', answer.get('error'))!r} instead of {value!r}"
        for (step, value), answer in zip(expected, answers[book], strict=True)
        if answer != {"value": value}
    ]
    assert not wrong, "\n".join(wrong)


def test_the_whole_project_compiles(answers: dict[str, list[dict[str, Any]]]) -> None:
    assert answers["whole"] == [{"value": f"compiled {__version__} 0.37.8"}]


def test_the_sentinel_tells_a_module_that_does_not_compile(answers: dict[str, list[dict[str, Any]]]) -> None:
    assert all(answer.get("value", "") in ("", None) for answer in answers["bad"]), answers["bad"]
