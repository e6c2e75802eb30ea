"""Named cells get their values, formulas and people's own words stay, chart caches follow the cells."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from tests.support.ledgers import opened
from tests.support.package_lint import lint
from tests.workbook.copy_tab_books import TEMPLATE, ledger
from workbook.book import CellError, Link, Value
from workbook.issues import WorkbookError
from workbook.package.chart_cache import charts, refresh
from workbook.package.copy_tab import copy_tab
from workbook.package.named_cells import fill
from workbook.package.opc import Package, parse_xml, to_xml

WEEK = "周报 2024-W18"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
VALUES: dict[str, Value] = {
    "周次": "2024-W18",
    "周始": datetime(2024, 4, 29),
    "达标率": 87.5,
    "低分": None,
    "用时": CellError("#N/A"),
    "间接": "无",
    "投诉类": "退货",
    "咨询类": "咨询",
    "其他类": None,
    "投诉数": 7,
    "咨询数": 3,
    "其他数": CellError("#N/A"),
}


@pytest.fixture
def book(tmp_path: Path) -> Package:
    package = Package.open(ledger(tmp_path / "台账.xlsx"))
    copy_tab(package, TEMPLATE, package, WEEK)
    return package


def part_of(package: Package, title: str = WEEK) -> str:
    entry = package.sheet(title)
    assert entry is not None
    return entry.part


def cell(package: Package, address: str, title: str = WEEK) -> str:
    """The cell's XML without namespaces, "" where it does not exist."""
    text = package.read(part_of(package, title)).decode()
    found = re.search(rf'<c r="{address}"[^>]*?(?:/>|>.*?</c>)', text, re.S)
    return found[0] if found else ""


def inner(package: Package, address: str) -> str:
    """The cell from its type on: its style's number is of no interest."""
    return re.sub(r'<c r="[A-Z0-9]+"(?: s="\d+")?', "<c", cell(package, address))


def name_at(package: Package, name: str, reference: str) -> None:
    """Leads the week's own name elsewhere, as Excel does when cells are moved."""
    root = parse_xml(package.read(package.workbook_part))
    place = str([e.title for e in package.sheets()].index(WEEK))
    for element in root.iter(f"{M}definedName"):
        if (element.get("name"), element.get("localSheetId")) == (name, place):
            element.text = reference
    package.write(package.workbook_part, to_xml(root))


@pytest.mark.parametrize(
    ("name", "value", "address", "expected"),
    [
        ("周次", "2024-W18", "B2", '<c t="inlineStr"><is><t>2024-W18</t></is></c>'),
        ("周次", 18, "B2", "<c><v>18</v></c>"),
        ("周次", True, "B2", '<c t="b"><v>1</v></c>'),
        ("周次", None, "B2", "<c/>"),
        ("周次", "", "B2", "<c/>"),
        ("周次", float("nan"), "B2", "<c/>"),
        ("周次", " 空 ", "B2", '<c t="inlineStr"><is><t xml:space="preserve"> 空 </t></is></c>'),
        ("周次", "=1+1", "B2", '<c t="inlineStr"><is><t>=1+1</t></is></c>'),
        ("周次", "-5", "B2", '<c t="inlineStr"><is><t>-5</t></is></c>'),
        ("周次", CellError("#N/A"), "B2", '<c t="e"><v>#N/A</v></c>'),
        ("周始", datetime(2024, 5, 6), "B3", "<c><v>45418</v></c>"),
        ("低分", 45412, "B6", "<c><f>IF('周报 2024-W18'!B5&gt;低分线,周始+1,0)</f><v>45412</v></c>"),
        ("间接", "无", "B8", '<c t="str"><f>INDIRECT("周报模板!B5")</f><v>无</v></c>'),
        ("间接", None, "B8", '<c t="str"><f>INDIRECT("周报模板!B5")</f><v></v></c>'),
        ("间接", False, "B8", '<c t="b"><f>INDIRECT("周报模板!B5")</f><v>0</v></c>'),
        ("间接", CellError("#N/A"), "B8", '<c t="e"><f>INDIRECT("周报模板!B5")</f><v>#N/A</v></c>'),
        ("间接", "=a<b", "B8", '<c t="str"><f>INDIRECT("周报模板!B5")</f><v>=a&lt;b</v></c>'),
        (
            "间接",
            Link("响应记录", "A7", "第七行"),
            "B8",
            '<c t="str"><f>INDIRECT("周报模板!B5")</f><v>第七行</v></c>',
        ),
        ("目标", 90, "B5", "<c><v>90</v></c>"),
        ("结论", "一\n二", "B9", '<c t="inlineStr"><is><t xml:space="preserve">一\n二</t></is></c>'),
    ],
)
def test_a_value_lands_in_its_cell(
    book: Package, name: str, value: Value, address: str, expected: str
) -> None:
    style = re.findall(r' s="\d+"', cell(book, address))
    assert fill(book, WEEK, {name: value}) == []
    assert inner(book, address) == expected
    if value != "=1+1":
        assert re.findall(r' s="\d+"', cell(book, address)) == style


def test_text_that_looks_like_a_formula_is_marked_as_text(book: Package, tmp_path: Path) -> None:
    fill(book, WEEK, {"周次": "=HYPERLINK(1)"})
    book.save(tmp_path / "书.xlsx")
    found = opened(tmp_path / "书.xlsx")[WEEK]["B2"]
    assert (found.data_type, found.quotePrefix) == ("s", True)


def test_a_date_in_a_general_cell_gets_a_date_format(book: Package, tmp_path: Path) -> None:
    fill(book, WEEK, {"周次": datetime(2024, 4, 29, 9, 30)})
    book.save(tmp_path / "书.xlsx")
    found = opened(tmp_path / "书.xlsx")[WEEK]["B2"]
    assert (found.value, found.number_format) == (datetime(2024, 4, 29, 9, 30), "yyyy-mm-dd hh:mm")


def test_a_book_that_counts_from_1904_gets_its_own_day_numbers(book: Package) -> None:
    root = parse_xml(book.read(book.workbook_part))
    root.find(f"{M}workbookPr").set("date1904", "1")
    book.write(book.workbook_part, to_xml(root))
    fill(book, WEEK, {"周始": datetime(2024, 4, 29)})
    assert inner(book, "B3") == "<c><v>43949</v></c>"
    before = book.read(part_of(book))
    fill(book, WEEK, {"周始": datetime(2024, 4, 29)})
    assert book.read(part_of(book)) == before


def test_every_other_cell_keeps_its_bytes(book: Package) -> None:
    before = book.read(part_of(book))
    others = {name: book.read(name) for name in book.names()}
    fill(book, WEEK, {"周次": "2024-W18"})
    after = book.read(part_of(book))
    mark = re.compile(rb'<c r="B2".*?</c>')
    assert mark.sub(b"", after) == mark.sub(b"", before)
    changed = {name for name in book.names() if book.read(name) != others[name]}
    assert changed <= {part_of(book), *charts(book, part_of(book))}
    assert cell(book, "B2", TEMPLATE) != cell(book, "B2")


def test_names_that_lead_nowhere_are_told_in_order(book: Package) -> None:
    name_at(book, "低分", "'周报 2024-W18'!#REF!")
    name_at(book, "用时", "OFFSET('周报 2024-W18'!$A$1,1,1)")
    name_at(book, "间接", "周报模板!$B$8")
    name_at(book, "达标率", "'周报 2024-W18'!$C$9")
    missing = fill(
        book,
        WEEK,
        {"没有": 1, "低分": 2, "周次": "对", "用时": 3, "间接": 4, "已删": 5, "低分线": 6, "达标率": 7},
        {"也没有": "x"},
    )
    assert missing == ["没有", "低分", "用时", "间接", "已删", "低分线", "达标率", "也没有"]
    assert "对" in cell(book, "B2")
    assert cell(book, "C9") in ("", re.sub(">.*", "/>", cell(book, "C9"))), "hidden under the merge B9:D9"


def test_names_are_found_whatever_the_case_and_local_ones_win(book: Package) -> None:
    root = parse_xml(book.read(book.workbook_part))
    names = root.find(f"{M}definedNames")
    for name, text in (("周次", f"'{WEEK}'!$C$2"), ("KPI", f"'{WEEK}'!$C$3")):
        etree.SubElement(names, f"{M}definedName", name=name).text = text
    book.write(book.workbook_part, to_xml(root))
    assert fill(book, WEEK, {"周次": "本地", "kpi": 5}) == []
    assert "本地" in cell(book, "B2")
    assert cell(book, "C2") == ""
    assert inner(book, "C3") == "<c><v>5</v></c>"


def test_a_cell_and_a_row_that_do_not_exist_are_made_in_order(book: Package) -> None:
    name_at(book, "周次", f"'{WEEK}'!$F$15")
    name_at(book, "达标率", f"'{WEEK}'!$C$2")
    name_at(book, "用时", f"'{WEEK}'!$A$99")
    assert fill(book, WEEK, {"周次": "新", "达标率": 1, "用时": 2, "间接": None}) == []
    rows = [int(r) for r in re.findall(r'<row r="(\d+)"', book.read(part_of(book)).decode())]
    assert rows == sorted(rows)
    assert rows[-2:] == [15, 99]
    assert re.findall(r'<c r="([A-Z]+2)"', book.read(part_of(book)).decode()) == ["A2", "B2", "C2"]
    assert re.search(rb'<dimension ref="([^"]+)"', book.read(part_of(book)))[1] == b"A1:H99"


def test_filled_twice_is_the_same_bytes(book: Package) -> None:
    values = {**VALUES, "周次": Link("响应记录", "A7", "第七行"), "结论_生成": None}
    drafts = {"结论": "本周\n很好"}
    fill(book, WEEK, values, drafts)
    first = {name: book.read(name) for name in book.names()}
    again = Package(book.to_bytes())
    assert fill(again, WEEK, values, drafts) == []
    assert not again.changed
    assert {name: again.read(name) for name in again.names()} == first


def test_a_link_is_a_formula_of_our_own_and_follows_its_target(book: Package) -> None:
    fill(book, WEEK, {"周次": Link("响应记录", "A7", '第"七"行')})
    assert inner(book, "B2") == (
        '<c t="str"><f>HYPERLINK("#\'响应记录\'!A7","第""七""行")</f><v>第"七"行</v></c>'
    )
    fill(book, WEEK, {"周次": Link("响应记录", "A8", '第"七"行')})
    assert "!A8" in cell(book, "B2")
    fill(book, WEEK, {"周次": None})
    assert inner(book, "B2") == "<c/>"
    fill(book, WEEK, {"周次": Link("响应记录", "A8", "长" * 256)})
    assert "<f>" not in cell(book, "B2")


def test_calc_chain_goes_when_a_formula_comes_and_stays_otherwise(book: Package) -> None:
    def with_chain() -> None:
        book.write("xl/calcChain.xml", b"<calcChain/>", "application/chain+xml")
        book.add_relationship(book.workbook_part, "http://x/calcChain", "xl/calcChain.xml")

    with_chain()
    fill(book, WEEK, {"周次": "文", "达标率": 3})
    assert book.has("xl/calcChain.xml")
    fill(book, WEEK, {"周次": Link("响应记录", "A7", "七")})
    assert not book.has("xl/calcChain.xml")


def test_array_and_shared_formulas_keep_their_formula(book: Package) -> None:
    part = part_of(book)
    text = book.read(part).decode()
    text = re.sub(
        r'(<c r="B12"[^>]*>)<f>.*?</f><v\s*/?>(</v>)?',
        r'\1<f t="array" ref="B12:B13">ROW(A1:A2)</f><v>1</v>',
        text,
    )
    text = re.sub(r'(<c r="B13"[^>]*>)<f>.*?</f><v\s*/?>(</v>)?', r"\1<v>2</v>", text)
    text = re.sub(
        r'(<c r="B6"[^>]*)>.*?</c>',
        r'\1 vm="1"><f t="shared" ref="B6:B7" si="0">A1&amp;"x"</f><v>1</v></c>',
        text,
    )
    text = re.sub(r'(<c r="B7"[^>]*>).*?</c>', r'\1<f t="shared" si="0"/><v>1</v></c>', text)
    book.write(part, text.encode())
    fill(book, WEEK, {"投诉数": 5, "咨询数": 6, "低分": "低", "用时": "用"})
    assert inner(book, "B12") == '<c><f t="array" ref="B12:B13">ROW(A1:A2)</f><v>5</v></c>'
    assert inner(book, "B13") == "<c><v>6</v></c>"
    assert inner(book, "B6") == '<c t="str"><f t="shared" ref="B6:B7" si="0">A1&amp;"x"</f><v>低</v></c>'
    assert inner(book, "B7") == '<c t="str"><f t="shared" si="0"/><v>用</v></c>'


def text_at(package: Package, address: str) -> str | None:
    found = re.search(r"<t[^>]*>(.*?)</t>", cell(package, address), re.S)
    return found[1] if found else None


def type_text(package: Package, address: str, text: str) -> None:
    part = part_of(package)
    data = package.read(part).decode()
    data = re.sub(
        rf'<c r="{address}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)',
        rf'<c r="{address}"\1 t="inlineStr"><is><t>{text}</t></is></c>',
        data,
        flags=re.S,
    )
    package.write(part, data.encode())


def test_a_draft_is_renewed_until_a_person_edits_it(book: Package) -> None:
    assert fill(book, WEEK, {}, {"结论": "一稿"}) == []
    assert (text_at(book, "B9"), text_at(book, "H9")) == ("一稿", "一稿")
    fill(book, WEEK, {}, {"结论": "二稿"})
    assert (text_at(book, "B9"), text_at(book, "H9")) == ("二稿", "二稿")
    type_text(book, "B9", "二稿,主管改过")
    before = book.read(part_of(book))
    fill(book, WEEK, {}, {"结论": "三稿"})
    assert book.read(part_of(book)) == before
    type_text(book, "B9", "")
    fill(book, WEEK, {}, {"结论": "四稿"})
    assert (text_at(book, "B9"), text_at(book, "H9")) == ("四稿", "四稿")


def test_line_ends_pasted_otherwise_are_no_edit(book: Package) -> None:
    fill(book, WEEK, {}, {"结论": "一\n二"})
    type_text(book, "B9", "一&#13;\n二")
    fill(book, WEEK, {}, {"结论": "三"})
    assert text_at(book, "B9") == "三"


def test_a_draft_without_its_memory_is_written_once_and_told(book: Package) -> None:
    name_at(book, "结论_生成", f"'{WEEK}'!#REF!")
    assert fill(book, WEEK, {}, {"结论": "一稿"}) == ["结论_生成"]
    assert fill(book, WEEK, {}, {"结论": "二稿"}) == ["结论_生成"]
    assert text_at(book, "B9") == "一稿"


def test_a_draft_where_a_person_put_a_formula_stays(book: Package) -> None:
    part = part_of(book)
    data = re.sub(rb'<c r="B9"( s="\d+")[^>]*?/>', rb'<c r="B9"\1><f>1+1</f><v>2</v></c>', book.read(part))
    book.write(part, data)
    fill(book, WEEK, {}, {"结论": "一稿"})
    assert "<f>1+1</f>" in cell(book, "B9")


@pytest.mark.parametrize(
    ("value", "code"), [("长" * 32_768, "cell.too_long"), (float("inf"), "cell.not_finite")]
)
def test_what_no_cell_can_hold_stops(book: Package, value: Value, code: str) -> None:
    before = book.read(part_of(book))
    with pytest.raises(WorkbookError) as raised:
        fill(book, WEEK, {"周次": "先", "达标率": value})
    assert raised.value.code == code
    assert book.read(part_of(book)) == before


def test_a_missing_tab_is_named(book: Package) -> None:
    with pytest.raises(WorkbookError) as raised:
        fill(book, "没有", {})
    assert raised.value.code == "sheet.missing"


# chart caches


def caches(package: Package, title: str = WEEK) -> list[dict[str, tuple[str, str, list[tuple[str, str]]]]]:
    """Per chart: where in the series -> (kind of reference, point count, points)."""
    found = []
    for part in charts(package, part_of(package, title)):
        root = parse_xml(package.read(part))
        one = {}
        for reference in [*root.iter(f"{C}strRef"), *root.iter(f"{C}numRef")]:
            points = [(p.get("idx"), p.findtext(f"{C}v")) for p in reference.iter(f"{C}pt")]
            count = next(reference.iter(f"{C}ptCount")).get("val")
            where = etree.QName(reference.getparent()).localname
            one[where] = (etree.QName(reference).localname, count, points)
        found.append(one)
    return found


def test_chart_caches_hold_the_cells(book: Package, tmp_path: Path) -> None:
    fill(book, WEEK, VALUES)
    assert (
        caches(book)
        == [
            {
                "tx": ("strRef", "1", [("0", "数")]),
                "cat": ("strRef", "3", [("0", "退货"), ("1", "咨询")]),
                "val": ("numRef", "3", [("0", "7"), ("1", "3")]),
            }
        ]
        * 2
    )
    for part in charts(book, part_of(book)):
        root = parse_xml(book.read(part))
        assert [c.findtext(f"{C}formatCode") for c in root.iter(f"{C}numCache")] == ["General"]
        assert not [e for c in root.iter(f"{C}strCache") for e in c if "formatCode" in e.tag]
    for part in charts(book, part_of(book, TEMPLATE)):
        assert b"Cache" not in book.read(part), "charts on other tabs are left alone"
    book.save(tmp_path / "书.xlsx")
    assert lint(tmp_path / "书.xlsx") == []


def test_caches_follow_later_values_and_keep_their_number_format(book: Package) -> None:
    fill(book, WEEK, VALUES)
    for part in charts(book, part_of(book)):
        book.write(
            part,
            book.read(part)
            .replace(b"<c:formatCode>General", b"<c:formatCode>0.0")
            .replace(b"<formatCode>General", b"<formatCode>0.0"),
        )
    fill(book, WEEK, {**VALUES, "其他类": "其他", "其他数": 0.25, "投诉数": None})
    for one, part in zip(caches(book), charts(book, part_of(book)), strict=True):
        assert one["val"] == ("numRef", "3", [("1", "3"), ("2", "0.25")])
        assert one["cat"][2] == [("0", "退货"), ("1", "咨询"), ("2", "其他")]
        assert [e.text for e in parse_xml(book.read(part)).iter(f"{C}formatCode")] == ["0.0"]


def test_a_points_own_number_format_stays(book: Package) -> None:
    fill(book, WEEK, VALUES)
    part = charts(book, part_of(book))[0]
    root = parse_xml(book.read(part))
    next(p for p in root.iter(f"{C}pt") if p.findtext(f"{C}v") == "3").set("formatCode", "0%")
    book.write(part, to_xml(root))
    fill(book, WEEK, {"投诉数": 8})
    points = [p for c in parse_xml(book.read(part)).iter(f"{C}numCache") for p in c.iter(f"{C}pt")]
    assert [(p.findtext(f"{C}v"), p.get("formatCode")) for p in points] == [("8", None), ("3", "0%")]


def test_caches_read_other_tabs_names_and_several_areas(book: Package) -> None:
    part = charts(book, part_of(book))[0]
    root = parse_xml(book.read(part))
    ranges = {
        "val": "(响应记录!$C$2:$C$3,响应记录!$C$11)",
        "cat": f"'{WEEK}'!目标区",
        "tx": "[0]!低分线",
    }
    for where, formula in ranges.items():
        next(root.iter(f"{C}ser")).find(f"{C}{where}//{C}f").text = formula
    book.write(part, to_xml(root))
    names = parse_xml(book.read(book.workbook_part))
    etree.SubElement(
        names.find(f"{M}definedNames"), f"{M}definedName", name="目标区"
    ).text = "响应记录!$B$2:$B$4"
    book.write(book.workbook_part, to_xml(names))
    refresh(book, WEEK)
    assert caches(book)[0] == {
        "val": ("numRef", "3", [("0", "5"), ("1", "10"), ("2", "50")]),
        "cat": ("strRef", "3", [("0", "投诉"), ("1", "投诉"), ("2", "咨询")]),
        "tx": ("strRef", "1", [("0", "3.5")]),
    }


def test_a_reference_that_is_no_range_keeps_its_cache(book: Package) -> None:
    fill(book, WEEK, VALUES)
    part = charts(book, part_of(book))[0]
    data = re.sub(
        rb"(<(?:c:)?val>.*?<(?:c:)?f>)[^<]*", rb"\1[1]Sheet1!$A$1:$A$3", book.read(part), flags=re.S
    )
    book.write(part, data)
    refresh(book, WEEK)
    assert caches(book)[0]["val"][2] == [("0", "7"), ("1", "3")]


def test_levels_of_categories_come_innermost_first(book: Package) -> None:
    part = charts(book, part_of(book))[0]
    root = parse_xml(book.read(part))
    cat = next(root.iter(f"{C}cat"))
    for child in list(cat):
        cat.remove(child)
    levels = etree.SubElement(cat, f"{C}multiLvlStrRef")
    etree.SubElement(levels, f"{C}f").text = "响应记录!$A$2:$B$3"
    book.write(part, to_xml(root))
    refresh(book, WEEK)
    cache = next(parse_xml(book.read(part)).iter(f"{C}multiLvlStrCache"))
    assert cache.find(f"{C}ptCount").get("val") == "2"
    assert [[v.text for v in lvl.iter(f"{C}v")] for lvl in cache.iter(f"{C}lvl")] == [
        ["投诉", "投诉"],
        ["1", "2"],
    ]
