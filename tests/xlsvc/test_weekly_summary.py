"""生成周报 from a ledger of dirty rows to the tab as a spreadsheet application sees it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree

from tests.support.ledgers import make_ledger, opened
from tests.support.package_lint import lint
from tests.support.weekly_oracle import expected
from workbook.issues import WorkbookError
from workbook.sheets import BY_KEY
from workbook.sheets import weekly_summary as weekly
from workbook.sheets.profiles import PROFILES
from xlsvc import app
from xlsvc.sample import sample_rows
from xlsvc.weekly_summary import how_long, masked, week_start

NOW = datetime(2027, 1, 3, 23, 59)
WEEKS = {"2024-W18": 40, "2025-W10": 0, "2024-W30": 1, "2026-W53": 2}
"""Week -> at least so many new tickets: a busy, an empty and a one-row week, and the one across two years."""

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _rows() -> dict[str, list[dict[str, Any]]]:
    rows = sample_rows()

    def ticket(number: str, accepted: datetime, done: datetime | None) -> dict[str, Any]:
        return {"ticket": number, "customer_info": "*女士/010-5678", "problem_info": "不启动/紧急", "owner": "*经理",
                "accepted_at": accepted, "responded_at": accepted + timedelta(minutes=20), "resolved_at": done,
                "problem_type": "投诉", "department": "客服部"}  # fmt: skip

    rows["process_log"] += [
        ticket("SN20240724001", datetime(2024, 7, 24, 9), datetime(2024, 7, 24, 15)),
        ticket("SN20261228001", datetime(2026, 12, 28), datetime(2027, 1, 2, 8)),
        ticket("SN20270103001", datetime(2027, 1, 3, 23, 30), None),
    ]
    scores = {"response": 4, "resolution": 5, "attitude": 3, "expertise": 4}
    rows["evaluations"].append(
        {
            "receipt": "W53-1",
            "evaluated_at": datetime(2027, 1, 2),
            "profile": "S002 客户满意度调查表",
            **scores,
        }
    )
    return rows


def _summary(path: Path, week: str, now: datetime = NOW) -> app.Report:
    return app.run("summary", path, {"week": week}, now)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weekly") / "台账.xlsx"
    make_ledger(path, _rows())
    for week in WEEKS:
        _summary(path, week)
    return path


def _tab(week: str) -> str:
    return weekly.TAB.format(week=week)


def _open(path: Path, data_only: bool = False) -> openpyxl.Workbook:
    return _opened(path, path.stat().st_mtime_ns, data_only)


@lru_cache(maxsize=8)
def _opened(path: Path, _changed: int, data_only: bool) -> openpyxl.Workbook:
    return opened(path, data_only=data_only)


def _cached(path: Path, tab: str) -> dict[str, Any]:
    """Address -> cached value of every formula cell; dates as serial numbers."""
    formulas = _open(path)[tab]
    values = _open(path, data_only=True)[tab]
    return {
        cell.coordinate: _serial(values[cell.coordinate].value)
        for row in formulas.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }


def _serial(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value - datetime(1899, 12, 30)) / timedelta(days=1)
    return value


def _figures(path: Path, tab: str) -> dict[str, Any]:
    """Figure name -> value shown."""
    sheet = _open(path, data_only=True)[tab]
    places = {n: d.attr_text.rpartition("!")[2].replace("$", "") for n, d in sheet.defined_names.items()}
    return {n: _serial(sheet[place].value) for n, place in places.items() if place and ":" not in place}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one))
    return (one or "") == (other or "")


def _differences(found: Mapping[str, Any], cached: Mapping[str, Any]) -> dict[str, Any]:
    return {a: (found.get(a), v) for a, v in cached.items() if not _same(found.get(a), v)}


def _rewrite(path: Path, out: Path, change: Callable[[str, bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return out


def _part(path: Path, tab: str) -> str:
    """The part of a tab, found by the name of its relationship."""
    with zipfile.ZipFile(path) as archive:
        book = etree.fromstring(archive.read("xl/workbook.xml"))
        relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): r.get("Target") for r in relations}
    for sheet in book.iter(MAIN + "sheet"):
        if sheet.get("name") == tab:
            identity = sheet.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
            target = str(targets[identity])
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise AssertionError(tab)


@pytest.mark.libreoffice
def test_recalculated_figures_are_the_written_ones(ledger: Path, libreoffice: Any, tmp_path: Path) -> None:
    poisoned = tmp_path / "poisoned.xlsx"
    tab = _tab("2024-W18")
    sheet = _open(ledger)[tab]
    place = sheet.defined_names["本周_新增"].attr_text.rpartition("!")[2].replace("$", "")
    part = _part(ledger, tab)

    def poison(name: str, data: bytes) -> bytes:
        if name != part:
            return data
        text, count = re.subn(
            rf'(<c r="{place}"[^>]*>.*?<v>)[^<]*(</v>)', r"\g<1>777\g<2>", data.decode(), count=1
        )
        assert count == 1
        return text.encode()

    _rewrite(ledger, poisoned, poison)
    assert _cached(poisoned, tab)[place] == 777
    trusted, found = libreoffice.before_and_after(poisoned)
    assert trusted[tab][place] == 777, "LibreOffice trusts the cache"
    assert found[tab][place] == _cached(ledger, tab)[place]
    for week in WEEKS:
        cached = _cached(ledger, _tab(week))
        assert len(cached) > 400
        assert _differences(found[_tab(week)], cached) == {}


def test_figures_are_what_the_cells_say(ledger: Path) -> None:
    book = _open(ledger, data_only=True)

    def rows(key: str) -> list[dict[str, Any]]:
        sheet, schema = book[BY_KEY[key].title], BY_KEY[key]
        heads = [c.value for c in sheet[schema.header_row]]
        return [
            {h: v for h, v in zip(heads, cells, strict=True) if v is not None}
            for cells in sheet.iter_rows(min_row=schema.header_row + 1, values_only=True)
        ]

    logs = [r for key in ("response_log", "process_log") for r in rows(key) if r.get("时效状态")]
    answers = [{"统计档案": "", **r} for r in rows("evaluations")]
    asked = [(d.label, BY_KEY["evaluations"].heading(f"stat_{d.key}")) for d in PROFILES["S002"].dimensions]
    for week, least in WEEKS.items():
        oracle = expected(logs, answers, week, "S002", asked)
        shown = _figures(ledger, _tab(week))
        assert {
            n: (shown[n], w) for n, w in oracle.items() if isinstance(n, str) and not _same(shown[n], w)
        } == {}
        assert least <= shown["本周_新增"] <= (least if least < 10 else 99)


def test_an_empty_week_shows_dashes_and_no_error(ledger: Path) -> None:
    shown = _figures(ledger, _tab("2025-W10"))
    assert {shown[f"本周_{k.name}"] for k in weekly.KPIS if k.kind != "count"} == {weekly.BLANK}
    assert not [
        n
        for n, v in shown.items()
        if str(v).startswith("#") and not n.endswith(("_图", "_累计", "图线", "响应图", "解决图"))
    ]
    assert shown["结论3"] == "本周没有可计入综合得分的有效评价。"


def test_chart_caches_hold_what_the_cells_show(ledger: Path) -> None:
    tabs = {tab: _open(ledger, data_only=True)[tab] for tab in map(_tab, WEEKS)}
    seen = dict.fromkeys(tabs, 0)
    with zipfile.ZipFile(ledger) as archive:
        charts = [n for n in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", n)]
        roots = [etree.fromstring(archive.read(n)) for n in charts]
    for root in roots:
        for reference in root.iter(CHART + "numRef", CHART + "strRef"):
            tab, _, area = str(reference.findtext(CHART + "f")).rpartition("!")
            tab = tab.strip("'")
            if tab not in tabs:
                continue
            seen[tab] += 1
            cells = [c.value for row in tabs[tab][area.replace("$", "")] for c in row]
            wanted = {n: v for n, v in enumerate(cells) if v is not None and not str(v).startswith("#")}
            points = {int(p.get("idx")): p.findtext(CHART + "v") for p in reference.iter(CHART + "pt")}
            if reference.tag == CHART + "numRef":
                assert points.keys() == wanted.keys()
                assert all(_same(float(points[n] or 0), wanted[n]) for n in wanted)
            else:
                assert {n: t for n, t in points.items() if t} == wanted
    assert set(seen.values()) == {24}, "five charts: 2 + 2 + 2 + 2 + 4 series with categories"
    assert all(len(set(chart.iter(CHART + "smooth"))) == 0 or
               {e.get("val") for e in chart.iter(CHART + "smooth")} == {"0"} for chart in roots)  # fmt: skip


def test_what_people_typed_survives_a_refill(ledger: Path, tmp_path: Path) -> None:
    tab = _tab("2024-W18")
    sheet = _open(ledger)[tab]
    note = next(c.coordinate for row in sheet.iter_rows() for c in row if c.value == "下周要点").replace(
        "B", "C"
    )
    note = f"C{int(note[1:]) + 2}"
    places = {n: sheet.defined_names[n].attr_text.rpartition("!")[2].replace("$", "") for n in weekly.DRAFTS}
    typed = {note: "周二开会", places["结论2"]: "我写的结论", places["报告状态"]: "定稿"}
    part = _part(ledger, tab)

    def type_in(name: str, data: bytes) -> bytes:
        if name != part:
            return data
        root = etree.fromstring(data)
        for cell in root.iter(MAIN + "c"):
            if cell.get("r") in typed:
                for child in list(cell):
                    cell.remove(child)
                cell.set("t", "inlineStr")
                etree.SubElement(etree.SubElement(cell, MAIN + "is"), MAIN + "t").text = typed[cell.get("r")]
        return etree.tostring(root)

    book = _rewrite(ledger, tmp_path / "typed.xlsx", type_in)
    report = _summary(book, "2024-W18", NOW + timedelta(minutes=1))
    assert report.saved
    again = _open(book)[tab]
    assert {place: again[place].value for place in typed} == typed
    assert again[places["结论1"]].value.startswith("截至 01-04 00:00")


def test_the_same_moment_gives_the_same_figures(ledger: Path, tmp_path: Path) -> None:
    book = _rewrite(ledger, tmp_path / "again.xlsx", lambda name, data: data)
    before = {_tab(week): _figures(book, _tab(week)) for week in WEEKS}
    for week in WEEKS:
        _summary(book, week)
    assert {_tab(week): _figures(book, _tab(week)) for week in WEEKS} == before
    assert _summary(book, week).saved == "", "nothing had to change, not even the tab in front"


@pytest.mark.libreoffice
def test_rows_and_a_column_inserted_in_the_template(libreoffice: Any, tmp_path: Path) -> None:
    """As a user moves things: by a spreadsheet application, whose own writer then saves the ledger."""
    plain, moved = tmp_path / "plain.xlsx", tmp_path / "moved.xlsx"
    make_ledger(plain, _rows())
    steps = [("insert_rows", weekly.TITLE, 9, 2), ("insert_columns", weekly.TITLE, 3, 1)]
    libreoffice.edit(plain, moved, steps)
    report, other = (_summary(book, "2024-W18") for book in (moved, plain))
    assert [i for i in report.issues if i.code == "tab.name_missing"] == []
    tab = _tab("2024-W18")
    assert _figures(moved, tab) == _figures(plain, tab)
    assert report.counts == other.counts
    assert _differences(libreoffice.recalculate(moved)[tab], _cached(moved, tab)) == {}


@pytest.mark.libreoffice
def test_a_template_with_another_font_and_a_row_less_still_takes_every_other_figure(
    libreoffice: Any, tmp_path: Path
) -> None:
    """The row of 重开 is deleted as a user does it: its names go with it, every other figure lands, in the new font."""
    plain, restyled = tmp_path / "plain.xlsx", tmp_path / "restyled.xlsx"
    make_ledger(plain, _rows())
    row = int(re.sub(r"\D", "", _open(plain)[weekly.TITLE].defined_names["本周_重开"].attr_text.rpartition("!")[2]))
    steps = [
        ("font", weekly.TITLE, "A1:O120", "SimSun", 12, 0x17324D),
        ("insert_rows", weekly.TITLE, 9, 2),
        ("insert_columns", weekly.TITLE, 3, 1),
        ("delete_rows", weekly.TITLE, row + 2, 1),
    ]
    libreoffice.edit(plain, restyled, steps)
    report = _summary(restyled, "2024-W18")
    _summary(plain, "2024-W18")
    missing = [i for i in report.issues if i.code == "tab.name_missing"]
    gone = {"本周_重开", "上周_重开", "差值_重开"}
    assert {name for name in gone if any(f"“{name}”" in i.message for i in missing)} == gone
    assert len(missing) == len(gone)
    tab = _tab("2024-W18")
    kept, whole = _figures(restyled, tab), _figures(plain, tab)
    assert {n: v for n, v in kept.items() if n not in gone} == {n: v for n, v in whole.items() if n not in gone}
    cell = _open(restyled)[tab].defined_names["本周_新增"].attr_text.rpartition("!")[2].replace("$", "")
    assert _open(restyled)[tab][cell].font.name == "SimSun"
    assert _differences(libreoffice.recalculate(restyled)[tab], _cached(restyled, tab)) == {}


def test_a_figure_someone_deleted_is_a_warning(tmp_path: Path) -> None:
    plain = tmp_path / "plain.xlsx"
    make_ledger(plain, _rows())

    def forget(name: str, data: bytes) -> bytes:
        if name != "xl/workbook.xml":
            return data
        text, count = re.subn(r'<definedName name="本周_投诉"[^>]*>[^<]*</definedName>', "", data.decode())
        assert count == 1
        return text.encode()

    book = _rewrite(plain, tmp_path / "less.xlsx", forget)
    report = _summary(book, "2024-W18")
    missing = [i for i in report.issues if i.code == "tab.name_missing"]
    assert [i.level for i in missing] == ["warning"]
    assert "本周_投诉" in missing[0].message
    assert _tab("2024-W18") in missing[0].message
    _summary(plain, "2024-W18")
    kept, whole = (_figures(p, _tab("2024-W18")) for p in (book, plain))
    assert kept == {n: v for n, v in whole.items() if n != "本周_投诉"}


@pytest.mark.node
def test_the_file_is_sound(ledger: Path, ooxml_validator: Callable[[Path], list[str]]) -> None:
    assert ooxml_validator(ledger) == []


def test_the_package_is_sound(ledger: Path) -> None:
    assert lint(ledger) == []


def test_copies_keep_the_look_of_the_template(ledger: Path) -> None:
    book = _open(ledger)
    template, copy = book[weekly.TITLE], book[_tab("2024-W18")]
    assert sorted(map(str, copy.merged_cells.ranges)) == sorted(map(str, template.merged_cells.ranges))
    assert {k: d.width for k, d in copy.column_dimensions.items()} == {
        k: d.width for k, d in template.column_dimensions.items()
    }
    assert copy.print_area.replace(copy.title, "") == template.print_area.replace(template.title, "")
    assert copy.page_setup.orientation == "portrait"
    assert (copy.page_setup.fitToWidth, copy.sheet_view.showGridLines) == (1, False)
    assert len(copy._charts) == len(template._charts) == 5
    assert len(copy.data_validations.dataValidation) == 1
    assert [r.sqref for r in copy.conditional_formatting] == [
        r.sqref for r in template.conditional_formatting
    ]


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2024-W18", datetime(2024, 4, 29)),
        (" 2024W18 ", datetime(2024, 4, 29)),
        ("2026-W53", datetime(2026, 12, 28)),
        ("2024-w1", datetime(2024, 1, 1)),
        ("2021-W01", datetime(2021, 1, 4)),
    ],
)
def test_weeks_are_read(text: str, monday: datetime) -> None:
    assert week_start(text) == monday


@pytest.mark.parametrize(
    ("text", "message"),
    [("2024-W53", "没有“2024-W53”这一周:2024 年只有 52 周。请改写成 2024-W01 到 2024-W52。"),
     ("2026-W54", "没有“2026-W54”这一周:2026 年只有 53 周。请改写成 2026-W01 到 2026-W53。"),
     ("2024-W00", "没有“2024-W00”这一周:2024 年只有 52 周。请改写成 2024-W01 到 2024-W52。"),
     *((text, f"周次“{text}”读不懂。请写成 2024-W18 这样的形式(年份-W周数,周一到周日为一周)。")
       for text in ("W18", "2024-18", "上周", "0000-W01"))],
)  # fmt: skip
def test_a_week_that_does_not_exist_stops(text: str, message: str) -> None:
    with pytest.raises(WorkbookError) as raised:
        week_start(text)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张**"), ("*女士", "*女士"), ("张*", "张*"), ("张女士", "张女士"), ("欧阳女士", "欧阳女士"),
     ("", "—"), ("欧阳修文女士", "欧**"), ("Tom Smith", "T**")],
)  # fmt: skip
def test_customers_are_masked(name: str, shown: str) -> None:
    assert masked(name) == shown


@pytest.mark.parametrize(
    ("hours", "shown"), [(0.2, "12分"), (5.5, "5小时30分"), (76, "3天4小时"), (24, "1天0小时")]
)
def test_overdue_for_how_long(hours: float, shown: str) -> None:
    assert how_long(timedelta(hours=hours)) == shown
