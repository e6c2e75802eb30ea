"""The add-in and the demo ledger as built: the same bytes twice, whole, and with the text that stands in macros/."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import Path

import pytest

from tests.support.validator import find_validator, validate
from workbook.issues import WorkbookError
from workbook.messages import MESSAGES
from workbook.package.opc import TYPE_XLSM, Package
from workbook.resources import macros
from workbook.vba import xlwings_text
from workbook.vba.package_parts import REL_RIBBON, TYPE_XLAM
from workbook.vba.sources import from_ascii, in_ascii, read_modules
from xlsvc import __version__, addin_build
from xlsvc.addin_config import read_config, write_config
from xlsvc.commands import COMMANDS
from xlsvc.ribbon import ribbon_xml

from . import judges

OWN = ("AddinEvents", "RibbonHandle", "ServiceConfig", "ServiceNotice", "ServiceRibbon", "ThisWorkbook")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return addin_build.build(tmp_path_factory.mktemp("addin"))


@pytest.fixture(scope="module", params=["xlam", "xlsm"])
def book(request: pytest.FixtureRequest, built: list[Path]) -> Path:
    return next(path for path in built if path.suffix == f".{request.param}")


def test_two_builds_have_the_same_bytes(built: list[Path], tmp_path: Path) -> None:
    again = addin_build.build(tmp_path)
    assert [path.name for path in again] == ["xlsvc.xlam", "售后台账_示例.xlsm"]
    for one, other in zip(built, again, strict=True):
        sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (one, other)]
        assert sums[0] == sums[1], one.name
    with zipfile.ZipFile(again[0]) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_olevba_extracts_the_sources(book: Path) -> None:
    found = judges.extracted(book.read_bytes())
    sources = {module.name: module for module in addin_build.modules()}
    assert set(sources) <= set(found)
    assert set(OWN) <= set(sources)
    for name, module in sources.items():
        lines = found[name].replace("\r\n", "\n").split("\n")
        shown = [line for line in lines if not line.startswith("Attribute ")]
        assert "\n".join(shown).rstrip("\n") == module.body.replace("\r\n", "\n").rstrip("\n"), name


def test_the_sources_are_ascii_with_crlf_and_option_explicit() -> None:
    for path in sorted([*macros().glob("*.bas"), *macros().glob("*.cls")]):
        data = path.read_bytes()
        assert data.isascii(), path.name
        assert data.count(b"\n") == data.count(b"\r\n"), path.name
    for module in addin_build.modules():
        lines = module.text.split("\r\n")
        assert "Option Explicit" in lines, module.name
        assert "\n" not in module.text.replace("\r\n", ""), module.name
        assert max(map(len, lines)) <= 1023, module.name
        if module.name in OWN:
            assert "ActiveSheet" not in module.text
            assert "Resume Next" not in module.text


def test_document_modules_and_code_names_belong_together(book: Path) -> None:
    assert judges.code_name_findings(book.read_bytes()) == []


def test_types_and_relationships(book: Path) -> None:
    package = Package(book.read_bytes())
    assert package.content_type(package.workbook_part) == (TYPE_XLAM if book.suffix == ".xlam" else TYPE_XLSM)
    assert package.content_type("xl/vbaProject.bin") == "application/vnd.ms-office.vbaProject"
    ribbon = [rel for rel in package.relationships("") if rel.type == REL_RIBBON]
    assert [rel.target for rel in ribbon] == ["customUI/customUI14.xml"]
    assert package.read("customUI/customUI14.xml") == ribbon_xml()


@pytest.mark.node
@pytest.mark.skipif(find_validator() is None, reason="the Open XML SDK validator is not installed")
def test_the_sdk_finds_no_error(book: Path) -> None:
    assert validate(book) == []


def test_the_office_library_is_referenced(built: list[Path]) -> None:
    from pyopenvba import ExcelFile

    with ExcelFile(built[0]) as book:
        assert [reference.name for reference in book.references()] == ["stdole", "Office"]  # IRibbonUI is Office's
        assert book.validate() == []


def test_the_demo_ledger_is_the_sample_with_a_ribbon(built: list[Path], tmp_path: Path) -> None:
    from xlsvc import app

    app.new(tmp_path / "sample.xlsx", "both", sample=True)
    with zipfile.ZipFile(tmp_path / "sample.xlsx") as sample, zipfile.ZipFile(built[1]) as demo:
        for name in sample.namelist():
            before, after = sample.read(name), demo.read(name)
            if name.startswith("xl/worksheets/sheet") or name == "xl/workbook.xml":
                after = re.sub(rb' codeName="\w+"', b"", after).replace(b"<sheetPr/>", b"")
                before = before.replace(b"<sheetPr/>", b"")
            if not name.endswith((".rels", "[Content_Types].xml")):
                assert before == after, name


def test_the_version_can_be_read_from_the_file(built: list[Path], tmp_path: Path) -> None:
    assert addin_build.built_version(built[0]) == __version__
    (tmp_path / "other.xlam").write_bytes(b"PK no zip")
    assert addin_build.built_version(tmp_path / "other.xlam") is None
    assert addin_build.built_version(tmp_path / "none.xlam") is None


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(WorkbookError) as stopped:
        addin_build.build(tmp_path / "taken")
    assert stopped.value.code == "addin.unwritable"
    assert "taken" in str(stopped.value)


# --- what VBA is told ---


def test_every_text_the_modules_ask_for_is_there_and_decodes_to_the_message() -> None:
    data = next(module for module in addin_build.modules() if module.name == "AddinData").text
    asked = {
        code for module in addin_build.modules() for code in re.findall(r'AddinText\("(\w+)"\)', module.text)
    }
    texts: dict[str, str] = {}
    code = ""
    for line in data.split("\r\n"):
        if case := re.fullmatch(r'        Case "(\w+)"', line):
            code = case.group(1)
        elif piece := re.fullmatch(r'            text = text & "(.*)"', line):
            texts[code] = texts.get(code, "") + piece.group(1)
    assert asked == set(texts), "a text is asked for and not there, or there for nobody"
    assert from_ascii(texts["busy"]) == MESSAGES["macro.busy"].text
    assert from_ascii(texts["failed"]) == MESSAGES["macro.failed"].text
    assert from_ascii(texts["sheet_settings"]) == "设置"


def test_the_commands_that_need_no_ledger_are_the_registrys() -> None:
    data = next(module for module in addin_build.modules() if module.name == "AddinData").text
    case = re.search(r"Select Case id\r\n        Case (.*)\r\n", data)
    assert case is not None
    assert re.findall(r'"(\w+)"', case.group(1)) == sorted(c.id for c in COMMANDS if not c.on_book)


@pytest.mark.parametrize("text", ["工单 A%\"'|", "C:\\Users\\张三\\python.exe", "😀\n%u0041", ""])
def test_ascii_text_comes_back(text: str) -> None:
    assert in_ascii(text).isascii()
    assert not set('"\n') & set(in_ascii(text))
    assert from_ascii(in_ascii(text)) == text
    assert read_config(write_config({"INTERPRETER_WIN": text}, "\r\n")) == {"INTERPRETER_WIN": text}


# --- xlwings' text ---


def test_another_version_of_xlwings_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlwings_text.metadata, "version", lambda name: "0.38.0")
    with pytest.raises(WorkbookError) as stopped:
        xlwings_text.run_python_module()
    assert stopped.value.code == "addin.xlwings_version"


def _original() -> str:
    path = xlwings_text.folder() / "xlwings_custom_addin.bas"
    return path.read_bytes().decode("ascii").replace("\r\n", "\n")


@pytest.mark.parametrize("change", xlwings_text.CHANGES, ids=lambda c: f"{c.where}: {c.begin.strip()[:40]}")
def test_a_change_that_does_not_fit_stops_the_build(change: xlwings_text.Change) -> None:
    with pytest.raises(ValueError, match="stands there 0 times"):
        xlwings_text.changed(_original().replace(change.begin, "changed upstream "))


def test_no_workbook_can_choose_interpreter_or_code() -> None:
    text = addin_build.modules()[-1].text
    for gone in ("GetConfigFromSheet", "GetDirectoryConfigFilePath", "GetConfigFromFile", ".conf", "runpython_embedded_code",
                 '".py"', "FullName", 'GetConfig("INTERPRETER', 'GetConfig("PYTHONPATH', "ImportPythonUDFs",
                 "RunFrozenPython", "SaveConfigToFile", "Function GetConfig", "Dictionary"):  # fmt: skip
        assert gone in _original() or gone == ".conf", f"{gone}: the test looks for something that never was"
        assert gone not in text, gone
    assert text.count('PYTHONPATH = "false;;;;;"') == 2
    assert text.count(" -P -B -c ") == 2
    assert " -B -c " not in text.replace(" -P -B -c ", "")
    assert text.count("ConfiguredInterpreter()") == 3


def test_python_adds_no_folder_for_what_the_addin_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from xlwings.utils import prepare_sys_path  # type: ignore[import-untyped]

    monkeypatch.setattr(sys, "path", ["kept"])
    prepare_sys_path("false;;;;;")
    assert sys.path == ["kept"]


def test_xlwings_licence_is_in_the_module_and_in_the_notice() -> None:
    text = addin_build.modules()[-1].text
    notice = (macros() / "NOTICE").read_text(encoding="utf-8")
    for words in ("xlwings is distributed under a BSD 3-clause license", "Zoomer Analytics LLC", "Redistributions in binary form"):
        assert words in text
    for words in ("BSD 3-clause", "Zoomer Analytics", "Redistributions in binary form", "pyOpenVBA"):
        assert words in notice


def test_macros_are_read_the_same_with_other_line_ends(tmp_path: Path) -> None:
    for path in macros().glob("*.*s"):
        (tmp_path / path.name).write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    assert read_modules(tmp_path) == read_modules(macros())


def test_archives_are_whole(built: list[Path]) -> None:
    for path in built:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            assert archive.testzip() is None
