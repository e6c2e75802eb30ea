"""The VBA text under static analysis, on each system; and faults put in on purpose: every judge catches its own."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from workbook.resources import macros
from workbook.vba.sources import Module, read_modules
from xlsvc import addin_build
from xlsvc.ribbon import ribbon_xml

from . import judges


def test_the_analysis_finds_nothing() -> None:
    assert judges.code_findings(addin_build.modules()) == []


def _seeded(name: str, old: str, new: str) -> list[Module]:
    """The project with one text put in place of another, which must stand there once."""
    modules = addin_build.modules()
    (found,) = [module for module in modules if module.name == name]
    assert found.text.count(old) == 1, f"{old!r} stands {found.text.count(old)} times in {name}"
    return [dataclasses.replace(m, text=m.text.replace(old, new)) if m is found else m for m in modules]


@pytest.mark.parametrize(
    ("name", "old", "new", "caught"),
    [
        ("ServiceRibbon", "    busySince = 0\r\n", "    busySinse = 0\r\n", "ServiceRibbon: undeclared-variable: .*'busySinse'"),
        ("RibbonHandle", "        buffer = Space$(64)\r\n", "        bufer = Space$(64)\r\n",
         "RibbonHandle: undeclared-variable: .*'bufer'"),
        ("ServiceConfig", 'path = OwnSetting("INTERPRETER_MAC")', 'pathh = OwnSetting("INTERPRETER_MAC")',
         "ServiceConfig: undeclared-variable: .*'pathh'"),
        ("ServiceRibbon", '        ShowNotice AddinText("busy")\r\n        Exit Sub\r\n    End If\r\n',
         '        ShowNotice AddinText("busy")\r\n        Exit Sub\r\n', "ServiceRibbon: 'End Sub' closes If"),
        ("ServiceRibbon", "    WatchWorkbooks\r\nEnd Sub", "    WatchWorkbook\r\nEnd Sub", "ServiceRibbon: .*WatchWorkbook"),
        ("ServiceRibbon", "Private Const BUSY_MINUTES As Long = 10",
         "Private Const BUSY_TEXT As String = ChrW(24537)\r\nPrivate Const BUSY_MINUTES As Long = 10",
         "ServiceRibbon: .*onst"),
    ],
    ids=["undeclared variable", "undeclared on Windows", "undeclared on the Mac", "unclosed If", "call of nobody", "ChrW in a Const"],
)  # fmt: skip
def test_a_fault_in_the_code_is_caught(name: str, old: str, new: str, caught: str) -> None:
    found = judges.code_findings(_seeded(name, old, new), only=name)
    assert any(re.match(caught, line) for line in found), found


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_chinese_literal_in_a_const_is_caught(tmp_path: Path, encoding: str) -> None:
    for path in macros().glob("*.*s"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    spoilt = tmp_path / "ServiceNotice.bas"
    spoilt.write_bytes(spoilt.read_bytes() + 'Private Const TITLE As String = "售后"\r\n'.encode(encoding))
    with pytest.raises(ValueError, match=r"ServiceNotice\.bas: a character that is not ASCII"):
        read_modules(tmp_path)


def test_a_module_under_another_name_is_caught(tmp_path: Path) -> None:
    (tmp_path / "Other.bas").write_bytes((macros() / "ServiceNotice.bas").read_bytes())
    with pytest.raises(ValueError, match=r"Other\.bas: .* its file's name"):
        read_modules(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "caught"),
    [
        (b'onAction="OnCommand"', b'onAction="OnComand"', "onAction=OnComand: 0 public subs"),
        (b'onLoad="OnLoad"', b'onLoad="Onload2"', "onLoad=Onload2: 0 public subs"),
        (b'getEnabled="GetEnabled"', b'getEnabled="OnCommand"', r"getEnabled=OnCommand: \(control As IRibbonControl\)"),
        (b' supertip="', b' supertipp="', "attribute 'supertipp' of 'button'"),
        (b' size="large">', b' size="huge">', "size 'huge'"),
        (b'imageMso="RefreshAll"', b'imageMso="RefreshEverything"', "icon 'RefreshEverything' is not known"),
        (b'id="xlsvc_find"', b'id="xlsvc_undo"', "id 'xlsvc_undo' stands twice"),
        (b'keytip="F"', b'keytip="U"', "keytip 'U' stands twice"),
        (b"splitButton", b"splitbutton", "element 'splitbutton' in 'group'"),
        (b"<tabs>", b"<tabs", "not XML"),
        (b"2009/07/customui", b"2006/01/customui", "element 'customUI'"),
        (b'label="\xe6\xaf\x8f\xe6\x97\xa5"', b"", "'group' lacks 'label'"),
        (b' imageMso="Undo"', b' image="undo"', "attribute 'image' of 'button'"),
    ],
)
def test_a_fault_in_the_ribbon_is_caught(old: bytes, new: bytes, caught: str) -> None:
    xml = ribbon_xml()
    assert old in xml
    spoilt = xml.replace(old, new)
    found = judges.ribbon_findings(spoilt)
    if not found:
        found = judges.callback_findings(spoilt, addin_build.modules())
    assert any(re.match(caught, line) for line in found), found


@pytest.mark.parametrize(
    ("name", "old", "new", "caught"),
    [
        ("ServiceRibbon", "Public Sub OnCommand(", "Public Sub OnCommands(", "onAction=OnCommand: 0 public subs"),
        ("ServiceRibbon", "Public Sub OnLoad(", "Private Sub OnLoad(", "onLoad=OnLoad: 0 public subs"),
        ("ServiceRibbon", "ByRef enabled)", "enabled As Boolean)", "getEnabled=GetEnabled: "),
        ("ServiceRibbon", "OnCommand(control As IRibbonControl)", "OnCommand()", r"onAction=OnCommand: \(\)"),
    ],
)
def test_a_renamed_or_changed_callback_is_caught(name: str, old: str, new: str, caught: str) -> None:
    found = judges.callback_findings(ribbon_xml(), _seeded(name, old, new))
    assert any(re.match(caught, line) for line in found), found


@pytest.mark.parametrize(
    ("part", "old", "new", "caught"),
    [
        ("xl/worksheets/sheet1.xml", b'codeName="Sheet1"', b'codeName="Sheet9"', "Sheet1: no document module 'Sheet9'"),
        ("xl/worksheets/sheet1.xml", b'codeName="Sheet1"', b"", "Sheet1 has no code name"),
        ("xl/workbook.xml", b'codeName="ThisWorkbook"', b'codeName="Sheet1"', "workbook: no document module 'Sheet1'"),
    ],
)
def test_a_wrong_code_name_is_caught(part: str, old: bytes, new: bytes, caught: str) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(addin_build.addin())) as good, zipfile.ZipFile(buffer, "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            if name == part:
                assert old in data
                data = data.replace(old, new)
            bad.writestr(name, data)
    found = judges.code_name_findings(buffer.getvalue())
    assert any(line.startswith(caught) for line in found), found
