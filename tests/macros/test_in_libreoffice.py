"""The add-in's VBA run by LibreOffice: every button of the registry, up to the exact call of Python.

One module that does not compile makes every call return "" without an error: hence the sentinel.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from tests.support.libreoffice import missing
from workbook.messages import MESSAGES
from workbook.vba.sources import Module, in_ascii
from xlsvc import __version__, addin_build
from xlsvc.commands import COMMANDS

from . import books, stubs

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(bool(missing()), reason=missing() or "-"),
]


def said(code: str, **values: str) -> str:
    return MESSAGES[f"macro.{code}"].text.format(**values)


TEXT = "售后 100% \"%u5DE5\"\n🙂~"
FILES = "C:\\导出\\五月 (1).xlsx|\\\\服务器\\共享\\100%.csv"


def _call(id: str) -> str:
    return f"import xlsvc.button; xlsvc.button.click('{id}')\n"


WINDOWS: list[tuple[list[str], str]] = [
    (["Probe.Sentinel"], f"compiled {__version__}"),
    *((["Probe.Text", code], MESSAGES[f"macro.{code}"].text) for code in ("busy", "failed", "name", "working", "title")),
    *((["Probe.Click", command.id], _call(command.id) + "|") for command in COMMANDS),
    *((["Probe.Enabled", command.id], "True") for command in COMMANDS),
    # what is no command's id never reaches Python
    *((["Probe.Click", id], "|") for id in ("", "a'b", "a;b", "A", "新建", "x" * 30 + " ")),
    (["Probe.Visible"], "True"),
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
    (["Probe.Interpreter"], books.INTERPRETER["WIN"]),
    (["Probe.Warm", "C:\\Users\\张三 %A%\\venv\\xlwings64-0.37.8.dll"], "True"),
    (["Probe.Refused", "完成率 90% 2024=新!.xlsx"], ""),
    (["Probe.Warm", "elsewhere"], "False"),
    *((["Probe.Refused", name], refused) for name, refused in (
        ("台账 (1) & 其他's [新];a,b.xlsx", ""), ("售后台账.xlsx", ""), ("工作簿1", ""), ("完成率 90%.xlsx", "%"),
        ("a=b%c%.xlsx", "= %"), ("快!.xlsx", "!"), (" 台账.xlsx", said("outer_blank")), ("a\nb.xlsx", said("line_break")),
        ("$HOME`ls`.xlsx", ""),
    )),
    # windows that only Excel can open
    (["Probe.Ascii", TEXT], f"{in_ascii(TEXT)}|{TEXT}"),
    (["Probe.PickFiles", in_ascii("选择文件"), FILES], "".join(f"{in_ascii(path)}\n" for path in FILES.split("|"))),
    (["Probe.Asked"], f"选择文件/True/cleared,{said('table_files')}:*.xlsx; *.xlsm; *.csv; *.tsv; *.txt; *.zip,{said('all_files')}:*.*"),
    (["Probe.PickFiles", "x", ""], ""),
    (["Probe.PickFolder", in_ascii("选择文件夹"), "D:\\回收 1%"], in_ascii("D:\\回收 1%") + "\n"),
    (["Probe.Asked"], "选择文件夹/False/"),
    (["Probe.FailDialogs", "x"], ""),
    (["Probe.PickFiles", "x", FILES], ""),
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
    (["Probe.PickFiles", "x", FILES], "".join(f"{in_ascii(path)}\n" for path in FILES.split("|"))),
    (["Probe.PickFiles", "x", ""], ""),
    (["Probe.FailDialogs", "x"], ""),
    (["Probe.PickFiles", "x", "/甲.xlsx"], in_ascii("/甲.xlsx") + "\n"),
    (["Probe.PickFolder", "x", "/甲"], ""),
    *((["Probe.Refused", name], refused) for name, refused in (
        ("台账 (1) & 其他's [新];a,b 90%!.xlsx", ""), ("$HOME.xlsx", "$"), ("`ls`.xlsx", "`"), ("a\\b.xlsx", "\\"),
        ('a"b.xlsx', '"'), ("a|b=c.xlsx", "| ="), ("台账\n.xlsx", said("line_break")),
    )),
]  # fmt: skip

BAD: list[tuple[list[str], str]] = [(["Probe.Sentinel"], ""), (["Probe.Click", "update"], "")]


def jobs(folder: Path) -> dict[str, books.Job]:
    broken = dataclasses.replace(stubs.HANDLE, text=stubs.HANDLE.text + "Public Sub Broken()\r\nIf True Then\r\nEnd Sub\r\n")
    whole = stubs.module(
        "Probe", '\nPublic Function Sentinel() As String\n    Sentinel = "compiled " & AddinVersion() & " " & XLWINGS_VERSION\n'
        "End Function\n",
    )  # fmt: skip
    def made(name: str, system: str, *instead: Module) -> Path:
        return books.book(folder / name, books.compiled_on(system, books.modules(*stubs.ALL, *instead)))

    def complete(system: str) -> Path:
        modules = [*addin_build.modules(), whole, stubs.CONTROL]
        return books.book(folder / f"whole {system}.xlsm", books.compiled_on(system, modules))

    return {
        "windows": (made("plain.xlsm", "WIN"), [step for step, _ in WINDOWS]),
        "mac": (made("mac.xlsm", "MAC"), [step for step, _ in MAC]),
        "bad": (made("bad.xlsm", "WIN", broken), [step for step, _ in BAD]),
        "whole windows": (complete("WIN"), [["Probe.Sentinel"]]),
        "whole mac": (complete("MAC"), [["Probe.Sentinel"]]),
    }


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


@pytest.mark.parametrize("system", ["windows", "mac"])
def test_the_whole_project_compiles(answers: dict[str, list[dict[str, Any]]], system: str) -> None:
    assert answers[f"whole {system}"] == [{"value": f"compiled {__version__} 0.37.8"}]


def test_the_sentinel_tells_a_module_that_does_not_compile(answers: dict[str, list[dict[str, Any]]]) -> None:
    assert all(answer.get("value", "") in ("", None) for answer in answers["bad"]), answers["bad"]
