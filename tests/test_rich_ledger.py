"""Every command on a ledger that holds all that Excel and WPS put into a workbook: what has no reason to change
stays, byte for byte; what changes, changes only in the product's own cells."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.support import package_lint, rich_book
from tests.support.ledgers import NOW, opened
from tests.support.libreoffice import LibreOffice
from tests.support.rich_book.raw_package import RawPackage
from tests.support.same_cells import box, owned, product_cell, same_cell, user_cells
from workbook.sheets import BY_KEY, SHEETS
from xlsvc.app import Report, run, undo

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")

LOGS = {"响应记录", "流程记录"}
SCORED = {"评价记录", "质量评估"}
BOOK = {"xl/workbook.xml"}
LISTED = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
CHAIN = {"xl/calcChain.xml"}
DRAWN = {"xl/drawings/drawing3.xml", "xl/drawings/_rels/drawing3.xml.rels"}
REPORT = {*DRAWN, "周报 2024-W18 关系", *(f"xl/charts/chart{n}.xml" for n in range(8, 13))}
REVIEW = {*DRAWN, "月度复盘_2024-05 关系", *(f"xl/charts/chart{n}.xml" for n in (8, 9))}
TICKETS = ["SN20240503002", "SN20240504001"]


@dataclass(frozen=True)
class Case:
    """A command, and exactly which parts it has a reason to change, to make and to take out; tabs by title.

    The order of calculation goes where formula cells come or go (a list of links, a new tab), and then the
    workbook's relationships and the content types lose their line of it.
    """

    command: str
    options: dict[str, Any]
    changed: set[str]
    made: set[str]
    gone: set[str]


LIST = {"待改清单", "待改清单 表"}
NOTED = {"状态流水", "状态流水 表"}
DUE = {"今日待办", "今日待办 表", "首页"}
CASES = (
    Case("update", {}, {*LOGS, *SCORED, "改进跟踪", *LIST, *LISTED, *NOTED, *DUE}, set(), CHAIN),
    Case("today", {}, {*DUE, *LISTED}, set(), CHAIN),
    Case("validate", {}, {"响应记录", *SCORED, "改进跟踪", *LIST, *LISTED}, set(), CHAIN),
    Case("sla", {}, {*LOGS, *BOOK}, set(), set()),
    Case("score", {}, {*LOGS, *SCORED, *BOOK}, set(), set()),
    Case("find", {"text": "女士"}, set(), set(), set()),
    Case("forms", {"profile": "S002", "ticket": TICKETS, "sheets": True},
         {"首页", "表单台账", "表单台账 表", *LISTED}, {f"表单 {t}" for t in TICKETS}, CHAIN),
    Case("summary", {"week": "2024-W18"}, {"首页", *LOGS, *SCORED, *LISTED}, {"周报 2024-W18", *REPORT}, CHAIN),
    Case("month", {"period": "2024-05"}, {"首页", *LOGS, *SCORED, *LISTED}, {"月度复盘_2024-05", *REVIEW}, CHAIN),
    Case("freeze", {"week": "2024-W18"}, {"首页", *LOGS, *SCORED, *LISTED}, {"周报 2024-W18", *REPORT}, CHAIN),
    Case("brief", {"period": "2024-W18"}, {"首页", *LOGS, *SCORED, *LISTED}, {"反馈汇总简报 2024-04-29至05-05"}, CHAIN),
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    case: Case
    before: Path
    after: Path
    report: Report


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rich_book.make_rich_ledger(tmp_path_factory.mktemp("rich") / "台账.xlsm")


@pytest.fixture(scope="module", params=CASES, ids=[case.command for case in CASES])
def done(request: pytest.FixtureRequest, rich: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    after = tmp_path_factory.mktemp(request.param.command) / rich.name
    shutil.copy(rich, after)
    return Run(request.param, rich, after, run(request.param.command, after, request.param.options, NOW))


@pytest.fixture(scope="module")
def rich_cells(rich: Path, libreoffice: LibreOffice) -> dict[tuple[str, str], Any]:
    return user_cells(libreoffice, rich)


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def titles_of(path: Path) -> dict[str, str]:
    """Sheet part -> tab title."""
    package = RawPackage(path)
    root = etree.fromstring(package.parts["xl/workbook.xml"])
    titles = [e.get("name") for e in root.iter("{*}sheet")]
    return {package.sheet_part(title): title for title in titles}


def names_of(path: Path) -> dict[str, str]:
    """Part -> what the cases call it, for parts whose number depends on how many tabs there are: a tab by its title,
    its relationships, and a table by its name."""
    names = {}
    for part, title in titles_of(path).items():
        folder, _, file = part.rpartition("/")
        names |= {part: title, f"{folder}/_rels/{file}.rels": f"{title} 关系"}
    for part, data in parts_of(path).items():
        if part.startswith("xl/tables/"):
            names[part] = f"{etree.fromstring(data).get('displayName')} 表"
    return names


def test_the_rich_ledger_holds_what_it_promises(
    rich: Path, ooxml_validator: Callable[[Path | str], list[str]]
) -> None:
    parts = parts_of(rich)
    assert [name for name in rich_book.PARTS.values() if name not in parts] == []
    assert ooxml_validator(rich) == []
    assert package_lint.lint(rich) == []
    log = parts[RawPackage(rich).sheet_part("响应记录")].decode()
    for kind in ('hidden="1" outlineLevel="1"', "x14:dataBar", "x14:dataValidation ", "DISPIMG", ' vm="1"', 't="shared"',
                 "legacyDrawing ", 'state="frozen"', ' t="s"'):  # fmt: skip
        assert kind in log, kind
    dashboard = parts[rich_book.PARTS["dashboard"]].decode()
    for kind in ("x14:sparkline ", "x14:slicer ", ' cm="1"', "legacyDrawingHF", "<control ", 'outlineLevel="1"', "[1]目标"):
        assert kind in dashboard or kind.rstrip() in dashboard, kind
    assert b"gradFill" in parts[rich_book.PARTS["chart"]]
    assert b"trendline" in parts[rich_book.PARTS["chart"]]


def test_only_parts_with_a_reason_change(done: Run) -> None:
    before, after = parts_of(done.before), parts_of(done.after)
    titles = {**names_of(done.before), **names_of(done.after)}
    changed = {titles.get(name, name) for name in before if name in after and before[name] != after[name]}
    assert changed == done.case.changed
    assert {titles.get(name, name) for name in after if name not in before} == done.case.made
    assert set(before) - set(after) == done.case.gone


def test_untouched_entries_keep_their_compressed_bytes(done: Run) -> None:
    with zipfile.ZipFile(done.before) as before, zipfile.ZipFile(done.after) as after:
        titles = names_of(done.before)
        for entry in before.infolist():
            if titles.get(entry.filename, entry.filename) in done.case.changed | done.case.gone:
                continue
            other = after.getinfo(entry.filename)
            assert (other.compress_size, other.CRC, other.date_time) == (
                entry.compress_size, entry.CRC, entry.date_time), entry.filename  # fmt: skip


def _sheets(done: Run) -> Iterator[tuple[str, etree._Element, etree._Element]]:
    """(title, before, after) of the tabs that both files have and that differ."""
    before, after = parts_of(done.before), parts_of(done.after)
    for part, title in titles_of(done.before).items():
        if before[part] != after[part]:
            yield title, etree.fromstring(before[part]), etree.fromstring(after[part])


def test_in_a_changed_tab_only_the_products_cells_differ(done: Run) -> None:
    for title, before, after in _sheets(done):
        cells = [{c.get("r"): c for c in root.iter("{*}c")} for root in (before, after)]
        mine = owned(done.before, title)
        for address in {**cells[0], **cells[1]}:
            old, new = cells[0].get(address), cells[1].get(address)
            if not same_cell(old, new):
                assert product_cell(mine, title, address), (title, address, new if new is None else etree.tostring(new))
        rows = [{r.get("r"): dict(r.attrib) for r in root.iter("{*}row")} for root in (before, after)]
        for number, given in rows[0].items():
            now = rows[1][number]
            assert {k: v for k, v in given.items() if k != "spans"} == {k: v for k, v in now.items() if k != "spans"}


def test_around_the_cells_a_changed_tab_is_as_it_was(done: Run) -> None:
    for title, before, after in _sheets(done):
        grown = title in ("待改清单", "表单台账", "今日待办")
        kept = [child for child in before if not child.tag.endswith(("}sheetData", "}dimension", "}sheetViews"))]
        now = [child for child in after if not child.tag.endswith(("}sheetData", "}dimension", "}sheetViews"))]
        assert [c.tag for c in kept] == [c.tag for c in now]
        for old, new in zip(kept, now, strict=True):
            if not (grown and old.tag.endswith(("}conditionalFormatting", "}dataValidations"))):
                assert etree.tostring(old) == etree.tostring(new), title
        views = [root.find("{*}sheetViews") for root in (before, after)]
        for view in views:
            for element in view.iter("{*}sheetView"):
                element.attrib.pop("tabSelected", None)
        assert etree.tostring(views[0]) == etree.tostring(views[1])


def test_cached_values_of_formulas_survive(done: Run) -> None:
    """A formula keeps its value, but for figures of a report: there the value is written anew under it."""
    counted = 0
    for title, before, after in _sheets(done):
        held = {c.get("r"): c for c in after.iter("{*}c")}
        for cell in before.iter("{*}c"):
            if cell.find("{*}f") is None or title == "待改清单":
                continue
            assert same_cell(cell, held[cell.get("r")]), (title, cell.get("r"))
            counted += 1
    assert counted or not done.case.changed - {*DUE, "表单台账", *LISTED, "表单台账 表"}


def test_no_judge_finds_a_new_fault(done: Run, ooxml_validator: Callable[[Path | str], list[str]]) -> None:
    assert package_lint.lint(done.after) == []
    assert package_lint.short_ranges(done.after) == package_lint.short_ranges(done.before)
    assert ooxml_validator(done.after) == []


def test_libreoffice_reads_the_same_user_cells(
    done: Run, rich_cells: dict[tuple[str, str], Any], libreoffice: LibreOffice
) -> None:
    if done.after.read_bytes() == done.before.read_bytes():
        return
    after = user_cells(libreoffice, done.after)
    assert len(rich_cells) > 1000
    lost = {place: (value, after.get(place)) for place, value in rich_cells.items() if after.get(place) != value}
    assert lost == {}
    tabs = {title for title, _ in after} - {title for title, _ in rich_cells}
    assert tabs == {title for title in done.case.made if not title.startswith("xl/") and not title.endswith(" 关系")}


def test_a_second_time_nothing_changes(done: Run) -> None:
    saved = done.after.read_bytes()
    again = run(done.case.command, done.after, done.case.options, NOW)
    assert (again.saved, done.after.read_bytes() == saved) == ("", True)


def test_undo_gives_every_part_back(done: Run, tmp_path: Path) -> None:
    if not done.case.changed:
        return
    path = shutil.copytree(done.after.parent, tmp_path / "撤销") / done.after.name
    assert path.read_bytes() != done.before.read_bytes()
    undo(path)
    assert parts_of(path) == parts_of(done.before)


def test_a_users_formula_in_a_computed_column_is_kept_and_told(rich: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(rich, tmp_path / "台账.xlsm"))
    key, row, formula, value = rich_book.FORMULA_KEPT
    cell = rich_book.Log(RawPackage(path)).cell(key, row)
    report = run("score", path, {}, NOW)
    assert [i.message for i in report.issues if i.code == "app.formula_kept"] == [
        f"“响应记录”{cell} 里是您写的公式,程序没有覆盖它;要由程序计算,请清空这个单元格。"
    ]
    root = etree.fromstring(parts_of(path)[RawPackage(path).sheet_part("响应记录")])
    found = next(c for c in root.iter("{*}c") if c.get("r") == cell)
    assert (found.findtext("{*}f"), found.findtext("{*}v")) == (formula, str(value))


def test_all_commands_one_after_the_other_leave_a_sound_ledger(
    rich: Path, rich_cells: dict[tuple[str, str], Any], tmp_path: Path, libreoffice: LibreOffice,
    ooxml_validator: Callable[[Path | str], list[str]],
) -> None:  # fmt: skip
    path = Path(shutil.copy(rich, tmp_path / "台账.xlsm"))
    for case in CASES:
        run(case.command, path, case.options, NOW)
    before, after = parts_of(rich), parts_of(path)
    titles = names_of(rich)
    changed = {titles.get(name, name) for name in before if before[name] != after.get(name)}
    assert changed == set().union(*(case.changed | case.gone for case in CASES))
    assert package_lint.lint(path) == []
    assert ooxml_validator(path) == []
    new = user_cells(libreoffice, path)
    assert {place: new.get(place) for place in rich_cells} == rich_cells


def test_a_book_that_counts_from_1904_gets_the_same_results(rich: Path, tmp_path: Path) -> None:

    books = [Path(shutil.copy(rich, tmp_path / "a.xlsm")), rich_book.make_rich_ledger(tmp_path / "b.xlsm", date1904=True)]
    said = [run("update", book, {}, NOW).counts for book in books]
    assert said[0] == said[1]
    loaded = [opened(book, data_only=True) for book in books]
    assert loaded[1].epoch.year == 1904
    compared = 0
    for sheet in (BY_KEY["response_log"], BY_KEY["process_log"]):
        for one, other in zip(loaded[0][sheet.title].iter_rows(min_row=4), loaded[1][sheet.title].iter_rows(min_row=4), strict=True):
            for a, b in zip(one, other, strict=True):
                assert a.value == b.value, (sheet.title, a.coordinate)
                compared += a.value is not None
    assert compared > 300


def test_every_table_of_the_product_is_judged() -> None:
    assert {box(sheet.title) is not None for sheet in SHEETS} == {True}
