"""A tab taken out of a package: everything that hung on it alone is gone, everything else as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.package_lint import lint
from tests.workbook.odd_books import log_book, parts_of, zip_bytes
from workbook.package.copy_tab import copy_tab
from workbook.package.opc import NS_MAIN, Package, parse_xml
from workbook.package.remove_tab import readers, remove_tab
from workbook.package.workbook_xml import arrange_tabs
from workbook.resources import templates


def _names(package: Package) -> list[tuple[str, str, str]]:
    root = parse_xml(package.read(package.workbook_part))
    return [
        (e.get("name", ""), e.get("localSheetId", ""), e.text or "")
        for e in root.iter(f"{{{NS_MAIN}}}definedName")
    ]


@pytest.mark.parametrize("template", ["周报模板", "表单_S002", "响应记录"])
@pytest.mark.parametrize("after", ["首页", "下拉"])
def test_a_copied_tab_leaves_nothing_behind(template: str, after: str, tmp_path: Path) -> None:
    before = Package.open(templates())
    package = Package.open(templates())
    copy_tab(package, template, package, "新的", after)
    remove_tab(package, "新的")
    assert set(package.names()) == set(before.names())
    assert package.sheets() == before.sheets()
    assert _names(package) == _names(before)
    assert package.relationships("xl/workbook.xml") == before.relationships("xl/workbook.xml")
    for part in ("[Content_Types].xml", "docProps/app.xml"):
        assert _sorted(package.read(part)) == _sorted(before.read(part)), part
    package.save(tmp_path / "a.xlsx")
    assert lint(tmp_path / "a.xlsx") == []


def _sorted(xml: bytes) -> list[tuple[str, str, str]]:
    return sorted((str(e.tag), str(sorted(e.attrib.items())), e.text or "") for e in parse_xml(xml).iter())


@pytest.mark.node
def test_the_open_xml_sdk_has_no_objection(tmp_path: Path, ooxml_validator: Callable[[Path], list[str]]) -> None:
    package = Package.open(templates())
    copy_tab(package, "周报模板", package, "新的", "首页")
    arrange_tabs(package, ("首页",), (), "新的")
    remove_tab(package, "新的")
    remove_tab(package, "周报模板")
    package.save(tmp_path / "a.xlsx")
    assert ooxml_validator(tmp_path / "a.xlsx") == []


NAMES = (
    "<definedNames><definedName name=\"上\" localSheetId=\"0\">记录!$A$1</definedName>"
    "<definedName name=\"中\" localSheetId=\"1\">清单!$A$1</definedName>"
    "<definedName name=\"下\" localSheetId=\"2\">我的!$A$1</definedName>"
    "<definedName name=\"全\">清单!$A$2</definedName><definedName name=\"别\">我的!$A$2</definedName></definedNames>"
)


@pytest.mark.parametrize(
    ("views", "shown"),
    [
        ('<workbookView activeTab="0"/>', ["记录"]),
        ('<workbookView activeTab="1" firstSheet="1"/>', ["记录"]),
        ('<workbookView activeTab="2"/><workbookView activeTab="1"/>', ["我的", "记录"]),
        ("<workbookView/>", ["记录"]),
    ],
)
def test_what_counts_tabs_by_place_moves(views: str, shown: list[str], tmp_path: Path) -> None:
    path = log_book(tmp_path / "a.xlsx", views=f"<bookViews>{views}</bookViews>", calc_chain=True)
    parts = parts_of(path)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</sheets>", b"</sheets>" + NAMES.encode())
    package = Package(zip_bytes(parts))
    remove_tab(package, "清单")
    assert [entry.title for entry in package.sheets()] == ["记录", "我的"]
    assert _names(package) == [
        ("上", "0", "记录!$A$1"), ("下", "1", "我的!$A$1"), ("全", "", "#REF!"), ("别", "", "我的!$A$2"),
    ]  # fmt: skip
    root = parse_xml(package.read("xl/workbook.xml"))
    found = [int(v.get("activeTab", "0")) for v in root.iter(f"{{{NS_MAIN}}}workbookView")]
    assert [package.sheets()[at].title for at in found] == shown
    assert not {"xl/worksheets/sheet2.xml", "xl/tables/table2.xml", "xl/calcChain.xml"} & set(package.names())
    assert b"sheet2" not in package.read("[Content_Types].xml") + package.read("xl/_rels/workbook.xml.rels")


def test_a_part_that_another_tab_uses_stays(tmp_path: Path) -> None:
    """Two tabs with one picture: it belongs to both."""
    rel = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="../media/a.bin"/>'
        b"</Relationships>"
    )
    parts = parts_of(log_book(tmp_path / "a.xlsx"))
    parts |= {f"xl/worksheets/_rels/sheet{n}.xml.rels": rel for n in (2, 3)}
    parts["xl/media/a.bin"] = b"picture"
    package = Package(zip_bytes(parts))
    remove_tab(package, "清单")
    assert package.has("xl/media/a.bin")
    remove_tab(package, "我的")
    assert not package.has("xl/media/a.bin")


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("清单!A1", ["“我的”A9"]),
        ("'清单'!A1+1", ["“我的”A9"]),
        ("SUM(清单[序号])", ["“我的”A9"]),
        ('HYPERLINK("#\'清单\'!A1","看")', []),
        ("[1]清单!A1", []),
        ("清单2!A1", []),
    ],
)
def test_who_reads_a_tab(formula: str, found: list[str], tmp_path: Path) -> None:
    parts = parts_of(log_book(tmp_path / "a.xlsx"))
    text = formula.replace("&", "&amp;").replace('"', "&quot;")
    parts["xl/worksheets/sheet3.xml"] = parts["xl/worksheets/sheet3.xml"].replace(
        b"</sheetData>", f'<row r="9"><c r="A9"><f>{text}</f></c></row></sheetData>'.encode()
    )
    assert readers(Package(zip_bytes(parts)), "清单") == found
