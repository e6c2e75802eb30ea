"""A copied tab: every part of its own, every reference its own, and nothing else in the package changed."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from tests.support.package_lint import lint
from tests.workbook.copy_tab_books import TEMPLATE, ledger, stranger
from workbook.issues import WorkbookError
from workbook.package.copy_tab import check_name, copy_tab
from workbook.package.opc import Package, Relationship, parse_xml, to_xml

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
WEEKS = ("周报 2024-W18", "周报 '19'年", "周报 2024-W20")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ledger(tmp_path_factory.mktemp("source") / "台账.xlsx")


@pytest.fixture(scope="module")
def within(source: Path) -> Package:
    package = Package.open(source)
    for week in WEEKS:
        copy_tab(package, TEMPLATE, package, week, after="响应记录" if week == WEEKS[2] else "")
    return Package(package.to_bytes(), "台账.xlsx")


@pytest.fixture(scope="module")
def across(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    package = Package.open(stranger(tmp_path_factory.mktemp("target") / "别家.xlsx"))
    template = Package.open(source)
    for week in WEEKS:
        copy_tab(template, TEMPLATE, package, week)
    copy_tab(template, TEMPLATE, package, TEMPLATE)
    return Package(package.to_bytes(), "别家.xlsx")


def root_of(package: Package, part: str) -> etree._Element:
    return parse_xml(package.read(part))


def part_of(package: Package, title: str) -> str:
    entry = package.sheet(title)
    assert entry is not None
    return entry.part


def names_of(package: Package) -> dict[tuple[str, str], str]:
    """(tab title or "", name) -> what it means."""
    titles = [entry.title for entry in package.sheets()]
    found = {}
    for element in root_of(package, package.workbook_part).iterfind(".//m:definedName", NS):
        scope = element.get("localSheetId")
        found[titles[int(scope)] if scope else "", element.get("name", "")] = element.text or ""
    return found


def reached(package: Package, part: str, seen: set[str] | None = None) -> set[str]:
    seen = set() if seen is None else seen
    for rel in package.relationships(part):
        if not rel.external and rel.target not in seen | {part}:
            seen.add(rel.target)
            reached(package, rel.target, seen)
    return seen


def saved(package: Package, path: Path) -> Path:
    package.save(path)
    return path


@pytest.mark.parametrize("book", ["within", "across"])
def test_lint_finds_nothing(book: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    assert lint(saved(request.getfixturevalue(book), tmp_path / "书.xlsx")) == []


def test_order_state_and_ids_of_the_tabs(within: Package, across: Package) -> None:
    assert [(e.title, e.sheet_id, e.state) for e in within.sheets()] == [
        ("响应记录", 1, "visible"),
        (WEEKS[2], 7, "visible"),
        ("设置", 2, "visible"),
        (TEMPLATE, 3, "hidden"),
        ("末页", 4, "visible"),
        (WEEKS[0], 5, "visible"),
        (WEEKS[1], 6, "visible"),
    ]
    assert [(e.title, e.state) for e in across.sheets()] == [
        ("响应记录", "visible"),
        ("设置", "visible"),
        *((week, "visible") for week in WEEKS),
        ("选项", "hidden"),
        (TEMPLATE, "hidden"),
    ]


@pytest.mark.parametrize(("book", "pictures"), [("within", 1), ("across", 1)])
def test_each_copy_has_parts_of_its_own_but_shares_the_picture(
    book: str, pictures: int, request: pytest.FixtureRequest
) -> None:
    package = request.getfixturevalue(book)
    owned: list[str] = []
    for title in (*WEEKS, TEMPLATE):
        parts = reached(package, part_of(package, title))
        kinds = sorted(re.sub(r"\d*\.\w+$", "", part.rpartition("/")[2]) for part in parts)
        boxes, comments = (
            ("commentsDrawing", "comment")
            if title == TEMPLATE and book == "within"
            else ("vmlDrawing", "comments")
        )
        assert kinds == sorted(["chart", "chart", comments, boxes, "drawing", "image", "table"])
        owned += [part for part in parts if "/media/" not in part]
        assert [part for part in parts if "/media/" in part] == ["xl/media/image1.png"]
    assert len(owned) == len(set(owned)) == 4 * 6
    assert len([name for name in package.names() if "/media/" in name]) == pictures
    for part in owned:
        assert package.content_type(part)


def test_every_reference_leads_to_the_copy(within: Package, across: Package) -> None:
    for package in (within, across):
        for week, table in zip(WEEKS, ("明细", "明细_2", "明细_3", "明细_4"), strict=False):
            table = table if package is across else f"明细_{WEEKS.index(week) + 2}"
            q = "'" + week.replace("'", "''") + "'"
            part = part_of(package, week)
            root = root_of(package, part)
            formulas = {c.get("r"): c.findtext("m:f", None, NS) for c in root.iterfind(".//m:c", NS)}
            assert formulas["A1"] == f'"周报 "&{q}!$B$2&"(模板不是:周报模板!A1)"'
            assert formulas["B4"] == f"SUM({table}[数])/COUNT(响应记录[序号])*100+目标*0"
            assert formulas["B6"] == f"IF({q}!B5>低分线,周始+1,0)"
            assert formulas["B7"] == f"SUMIFS(响应记录[用时],响应记录[类别],{q}!$A$12)"
            assert formulas["B8"] == 'INDIRECT("周报模板!B5")'
            assert formulas["C12"] == f"{table}[[#This Row],[数]]/10"
            others = [e.text for e in root.iterfind(".//m:formula", NS)]
            others += [e.text for e in root.iterfind(".//m:formula1", NS)]
            assert sorted(others) == sorted([f"{q}!$B$5", "类别表", f"{q}!$A$12:$A$14"])
            assert [e.get("val") for e in root.iterfind(".//m:cfvo", NS)] == ["0", f"{q}!$B$5"]
            links = {e.get("ref"): e.get("location") for e in root.iterfind(".//m:hyperlink", NS)}
            assert links == {"B10": f"{q}!A1", "C10": None}
            own = root_of(package, package.related(part, "table"))
            assert (own.get("name"), own.get("displayName"), own.get("ref")) == (table, table, "A11:C14")
            charts = [name for name in reached(package, part) if "/charts/" in name]
            texts = {e.text for c in charts for e in root_of(package, c).iter("{*}f")}
            assert texts == {f"{q}!$A$12:$A$14", f"{q}!B11", f"{q}!$B$12:$B$14"}
            drawing = package.related(part, "drawing")
            link = next(r for r in raw_rels(package, drawing) if r.get("Type", "").endswith("/hyperlink"))
            assert link.get("Target") == f"#{q}!A1"


def raw_rels(package: Package, part: str) -> etree._Element:
    folder, _, name = part.rpartition("/")
    return root_of(package, f"{folder}/_rels/{name}.rels")


def test_names_local_ones_come_along_and_wide_ones_into_the_template_get_a_twin(
    within: Package, across: Package, source: Path
) -> None:
    before = names_of(Package.open(source))
    for package in (within, across):
        names = names_of(package)
        for week in WEEKS:
            q = "'" + week.replace("'", "''") + "'"
            table = names[week, "明细数"].partition("[")[0]
            assert {name: text for (tab, name), text in names.items() if tab == week} == {
                **{
                    name: text.replace(TEMPLATE, q).replace(f"'{q}'", q)
                    for (tab, name), text in before.items()
                    if tab == TEMPLATE
                },
                "目标": f"{q}!$B$5",
                "目标加一": "目标+1",
                "明细数": f"{table}[数]",
            }
            assert names[week, "_xlnm.Print_Area"] == f"{q}!$A$1:$G$40"
            assert names[week, "_xlnm.Print_Titles"] == f"{q}!$1:$2"
    wide = {name: text for (tab, name), text in names_of(within).items() if not tab}
    assert wide == {name: text for (tab, name), text in before.items() if not tab}
    assert names_of(within)[TEMPLATE, "周始"] == "周报模板!$B$3", "moved with its tab"
    assert {name for (tab, name) in names_of(across) if not tab} == {"低分线", "类别表"}


def test_looks_of_the_copy(within: Package, across: Package, tmp_path: Path) -> None:
    for package in (within, across):
        book = openpyxl.load_workbook(saved(package, tmp_path / "书.xlsx"))
        for title in (*WEEKS, TEMPLATE):
            sheet = book[title]
            assert (sheet["A1"].font.name, sheet["A1"].font.sz, sheet["A1"].font.b) == ("微软雅黑", 16, True)
            assert (sheet["B4"].style, sheet["B4"].font.name, sheet["B4"].font.color.rgb[-6:]) == (
                "周报数字",
                "等线",
                "1F6FB2",
            )
            assert (sheet["B4"].number_format, sheet["B3"].number_format) == ('0.0"%"', "yyyy-mm-dd")
            assert sheet["A12"].border.left.color.rgb[-6:] == "999999"
            assert {str(m) for m in sheet.merged_cells.ranges} == {"A1:D1", "B9:D9"}
            assert (sheet.column_dimensions["A"].width, sheet.row_dimensions[1].height) == (21.5, 30)
            assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
            assert sheet.oddFooter.center.text == "第 &P 页"
            assert sheet.freeze_panes == "A3"
            assert sheet["B2"].comment.text == "由程序填写"
            fills = [
                rule.dxf.fill.bgColor.rgb[-6:]
                for rules in sheet.conditional_formatting
                for rule in rules.rules
                if rule.dxf is not None
            ]
            assert fills == ["FFC7CE"]
            assert sheet["A12"].value == "投诉"
            assert len(sheet._charts) == 2
        kept = book["响应记录"]
        if package is across:
            assert [kept.cell(r, 1).font.sz for r in range(1, 6)] == [8, 9, 10, 11, 12]
            assert kept["B5"].number_format == "0.00000"
            (rule,) = next(iter(kept.conditional_formatting)).rules
            assert rule.dxf.font.color.rgb[-6:] == "FF0000"


def test_untouched_parts_keep_their_bytes(source: Path) -> None:
    old = Package.open(source)
    package = Package.open(source)
    copy_tab(package, TEMPLATE, package, "周报 1")
    changed = {name for name in old.names() if package.read(name) != old.read(name)}
    assert changed == {
        "[Content_Types].xml",
        "docProps/app.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
    } & set(old.names()) - ({"docProps/app.xml"} if not has_titles(old) else set())
    assert set(old.names()) <= set(package.names())


def has_titles(package: Package) -> bool:
    return b"TitlesOfParts" in package.read("docProps/app.xml")


def test_the_same_copy_made_twice_is_the_same_bytes(source: Path) -> None:
    made = []
    for _ in range(2):
        package = Package.open(source)
        copy_tab(package, TEMPLATE, package, "周报 1")
        made.append({name: package.read(name) for name in package.names()})
    assert made[0] == made[1]


def test_what_excel_keeps_for_one_tab_only(source: Path) -> None:
    package = Package.open(source)
    part = part_of(package, TEMPLATE)
    root = root_of(package, part)
    root.find("m:sheetPr", NS).set("codeName", "Sheet3")
    root.find(".//m:sheetView", NS).set("tabSelected", "1")
    uid = "{http://schemas.microsoft.com/office/spreadsheetml/2014/revision}uid"
    root.set(uid, "{00000000-0001-0000-0200-000000000000}")
    package.write(part, to_xml(root))
    uids = set()
    for week in WEEKS:
        copy_tab(package, TEMPLATE, package, week)
        new = root_of(package, part_of(package, week))
        assert new.find("m:sheetPr", NS).get("codeName") is None
        assert new.find(".//m:sheetView", NS).get("tabSelected") is None
        uids.add(new.get(uid))
    assert len(uids | {root.get(uid)}) == 4


def test_comment_boxes_get_numbers_of_their_own(within: Package) -> None:
    seen: list[str] = []
    for title in (TEMPLATE, *WEEKS):
        vml = next(r.target for r in within.relationships(part_of(within, title)) if "vml" in r.type)
        text = within.read(vml).decode()
        blocks = re.findall(r'idmap[^>]*data="(\d+)"', text)
        shapes = re.findall(r"_x0000_s(\d+)", text)
        assert {str(int(s) // 1024) for s in shapes} <= {*blocks, "0"}
        seen += blocks
    assert len(seen) == len(set(seen)) == 4


def test_workbook_part_counts_on(source: Path) -> None:
    package = Package.open(source)
    root = root_of(package, package.workbook_part)
    view = root.find(".//m:workbookView", NS)
    view.set("activeTab", "3")
    view.set("firstSheet", "1")
    root.remove(root.find("m:calcPr", NS))
    package.write(package.workbook_part, to_xml(root))
    package.write("xl/calcChain.xml", b"<calcChain/>", "application/chain+xml")
    package.add_relationship(package.workbook_part, "http://x/calcChain", "xl/calcChain.xml")
    titles = "".join(f"<vt:lpstr>{e.title}</vt:lpstr>" for e in package.sheets())
    package.write(
        "docProps/app.xml",
        (
            '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties" '
            'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><HeadingPairs>'
            '<vt:vector size="2" baseType="variant"><vt:variant><vt:lpstr>工作表</vt:lpstr></vt:variant>'
            "<vt:variant><vt:i4>4</vt:i4></vt:variant></vt:vector></HeadingPairs><TitlesOfParts>"
            f'<vt:vector size="4" baseType="lpstr">{titles}</vt:vector></TitlesOfParts></Properties>'
        ).encode(),
    )
    copy_tab(package, TEMPLATE, package, "周报 1", after="响应记录")
    root = root_of(package, package.workbook_part)
    view = root.find(".//m:workbookView", NS)
    assert (view.get("activeTab"), view.get("firstSheet")) == ("4", "2")
    assert root.find("m:calcPr", NS).get("fullCalcOnLoad") == "1"
    order = [etree.QName(e).localname for e in root]
    assert order.index("calcPr") == order.index("definedNames") + 1
    assert not package.has("xl/calcChain.xml")
    assert not [r for r in package.relationships(package.workbook_part) if r.type.endswith("/calcChain")]
    app = root_of(package, "docProps/app.xml")
    assert [e.text for e in app.iterfind(".//{*}TitlesOfParts//{*}lpstr")] == [
        "响应记录",
        "周报 1",
        "设置",
        TEMPLATE,
        "末页",
    ]
    assert (app.find(".//{*}i4").text, app.find(".//{*}TitlesOfParts/{*}vector").get("size")) == ("5", "5")


def test_cells_whose_text_names_the_template_are_told(source: Path) -> None:
    package = Package.open(source)
    assert copy_tab(package, TEMPLATE, package, "周报 1") == ["A1", "B8"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "tab.name_length"),
        ("   ", "tab.name_length"),
        ("周" * 32, "tab.name_length"),
        ("😀" * 16, "tab.name_length"),
        ("周报/18", "tab.name_characters"),
        ("a[b]", "tab.name_characters"),
        ("时:分", "tab.name_characters"),
        ("两\n行", "tab.name_characters"),
        ("'周报", "tab.name_characters"),
        ("History", "tab.name_characters"),
        ("末页", "tab.name_taken"),
    ],
)
def test_names_excel_would_not_take(source: Path, name: str, code: str) -> None:
    package = Package.open(source)
    with pytest.raises(WorkbookError) as raised:
        copy_tab(package, TEMPLATE, package, name)
    assert raised.value.code == code
    assert not package.changed


def test_names_differ_whatever_the_case(source: Path) -> None:
    package = Package.open(source)
    copy_tab(package, TEMPLATE, package, "Week 18")
    with pytest.raises(WorkbookError) as raised:
        check_name(package, "WEEK 18")
    assert str(raised.value).startswith("“台账.xlsx”里已有名为“WEEK 18”的工作表")
    check_name(package, "周" * 31)


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("pivotTable", "数据透视表"),
        ("oleObject", "嵌入的对象"),
        ("control", "ActiveX 控件"),
        ("slicer", "切片器"),
        ("queryTable", "查询表"),
        ("somethingNew", "somethingNew"),
    ],
)
def test_what_cannot_be_copied_stops_before_anything_is_written(source: Path, kind: str, what: str) -> None:
    package = Package.open(source)
    part = part_of(package, TEMPLATE)
    package.write("xl/odd/odd1.xml", b"<odd/>", "application/xml")
    package.add_relationship(part, f"http://x/{kind}", "xl/odd/odd1.xml")
    package = Package(package.to_bytes(), "台账.xlsx")
    with pytest.raises(WorkbookError) as raised:
        copy_tab(package, TEMPLATE, package, "周报 1")
    assert (raised.value.code, raised.value.values["what"]) == ("tab.copy_refused", what)
    assert str(raised.value).startswith(f"模板工作表“周报模板”里有不能复制的内容:{what}。")
    assert not package.changed


def test_a_missing_template_is_named(source: Path) -> None:
    package = Package.open(source)
    with pytest.raises(WorkbookError) as raised:
        copy_tab(package, "月报模板", package, "月报")
    assert raised.value.code == "tab.no_template"


def test_formulas_that_read_a_third_workbook_do_not_go_along(source: Path, tmp_path: Path) -> None:
    template = Package.open(source)
    part = part_of(template, TEMPLATE)
    template.write(part, template.read(part).replace(b"<f>SUM(", b"<f>[1]X!A1+SUM("))
    target = Package.open(stranger(tmp_path / "别家.xlsx"))
    with pytest.raises(WorkbookError) as raised:
        copy_tab(template, TEMPLATE, target, "周报 1")
    assert raised.value.values["what"] == "引用其他工作簿的公式 B4"
    assert not target.changed
    copy_tab(template, TEMPLATE, template, "周报 1")


def test_threaded_comments_get_ids_of_their_own(source: Path) -> None:
    package = Package.open(source)
    part = part_of(package, TEMPLATE)
    comments = next(r.target for r in package.relationships(part) if r.type.endswith("/comments"))
    identity = "{AAAAAAAA-1111-2222-3333-BBBBBBBBBBBB}"
    person = "{CCCCCCCC-1111-2222-3333-DDDDDDDDDDDD}"
    package.write(comments, package.read(comments).replace("系统".encode(), f"tc={identity}".encode()))
    package.write(
        "xl/threadedComments/threadedComment1.xml",
        (
            '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
            f'<threadedComment ref="B2" dT="2024-05-01T00:00:00" personId="{person}" id="{identity}">'
            "<text>由程序填写</text></threadedComment></ThreadedComments>"
        ).encode(),
        "application/vnd.ms-excel.threadedcomments+xml",
    )
    rels = [
        *package.relationships(part),
        Relationship("rId77", "http://x/threadedComment", "xl/threadedComments/threadedComment1.xml"),
    ]
    package.set_relationships(part, rels)
    copy_tab(package, TEMPLATE, package, "周报 1")
    new = part_of(package, "周报 1")
    thread = root_of(package, package.related(new, "threadedComment"))[0]
    assert thread.get("personId") == person
    assert thread.get("id") != identity
    authors = root_of(package, package.related(new, "comments")).findtext(".//m:author", None, NS)
    assert authors == f"tc={thread.get('id')}"
