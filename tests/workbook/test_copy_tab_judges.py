"""Copied and filled tabs before judges that are not ours: LibreOffice calculates, the SDK validates."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.libreoffice import LibreOffice
from tests.support.package_lint import lint
from tests.workbook.copy_tab_books import TEMPLATE, ledger, stranger
from workbook.package.copy_tab import copy_tab
from workbook.package.named_cells import fill
from workbook.package.opc import Package

WEEKS = ("周报 2024-W18", "周报 '19'年", "周报 2024-W20")
FIGURES = {"达标率": 100, "低分": 45412, "用时": 185, "投诉数": 7, "咨询数": 3, "其他数": 0}
CELLS = {"达标率": "B4", "低分": "B6", "用时": "B7", "投诉数": "B12", "咨询数": "B13", "其他数": "B14"}


def copied(source: Path, target: Path | None, out: Path) -> Path:
    template = Package.open(source)
    package = Package.open(target) if target else template
    for week in WEEKS:
        copy_tab(template, TEMPLATE, package, week)
    package.save(out)
    return out


@pytest.mark.libreoffice
def test_three_copies_calculate_what_the_template_does(libreoffice: LibreOffice, tmp_path: Path) -> None:
    out = copied(ledger(tmp_path / "台账.xlsx"), None, tmp_path / "三周.xlsx")
    tabs = libreoffice.recalculate(out)
    assert len(tabs[TEMPLATE]) == 11
    for week in WEEKS:
        assert tabs[week] == tabs[TEMPLATE]


@pytest.mark.libreoffice
def test_a_copy_reads_its_own_cells_and_not_the_templates(libreoffice: LibreOffice, tmp_path: Path) -> None:
    out = copied(ledger(tmp_path / "台账.xlsx"), None, tmp_path / "三周.xlsx")
    package = Package.open(out)
    fill(package, WEEKS[1], {"目标": 1, "周次": "2024-W19", "投诉类": "甲"})
    package.save(out)
    tabs = libreoffice.recalculate(out)
    assert (tabs[WEEKS[1]]["B6"], tabs[WEEKS[1]]["B7"]) == (0.0, 0.0)
    assert tabs[WEEKS[1]]["A1"] == "周报 2024-W19(模板不是:周报模板!A1)"
    for week in (TEMPLATE, WEEKS[0], WEEKS[2]):
        assert (tabs[week]["B6"], tabs[week]["B7"]) == (45412.0, 185.0)


@pytest.mark.libreoffice
def test_copies_in_another_package_calculate_over_its_rows(libreoffice: LibreOffice, tmp_path: Path) -> None:
    out = copied(ledger(tmp_path / "台账.xlsx"), stranger(tmp_path / "别家.xlsx"), tmp_path / "三周.xlsx")
    tabs = libreoffice.recalculate(out)
    for week in WEEKS:
        expected = {"B4": 100.0, "B6": 45412.0, "B7": 4.0, "B12": 1.0, "B13": 0.0, "B14": 0.0}
        assert {cell: tabs[week][cell] for cell in expected} == expected


@pytest.mark.libreoffice
def test_filled_values_equal_a_real_recalculation(libreoffice: LibreOffice, tmp_path: Path) -> None:
    out = copied(ledger(tmp_path / "台账.xlsx"), None, tmp_path / "三周.xlsx")
    package = Package.open(out)
    assert fill(package, WEEKS[0], FIGURES) == []
    package.save(out)
    assert lint(out) == []
    calculated = libreoffice.recalculate(out)[WEEKS[0]]
    trusted = libreoffice.recalculate(out, hard=False)[WEEKS[0]]
    assert {name: calculated[cell] for name, cell in CELLS.items()} == FIGURES
    assert {name: trusted[cell] for name, cell in CELLS.items()} == FIGURES
    fill(package, WEEKS[0], {**FIGURES, "投诉数": 777})
    package.save(out)
    assert libreoffice.recalculate(out, hard=False)[WEEKS[0]]["B12"] == 777, "a wrong value would be seen"
    assert libreoffice.recalculate(out)[WEEKS[0]]["B12"] == 7


@pytest.mark.libreoffice
def test_rows_and_columns_put_into_the_template_move_the_figures(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    source = ledger(tmp_path / "台账.xlsx")
    moved = libreoffice.edit(
        source,
        tmp_path / "改过.xlsx",
        [
            ("insert_rows", TEMPLATE, 3, 2),
            ("insert_columns", TEMPLATE, 2, 1),
            ("delete_rows", TEMPLATE, 10, 1),
        ],
    )
    package = Package.open(moved)
    copy_tab(package, TEMPLATE, package, WEEKS[0])
    missing = fill(package, WEEKS[0], {"间接": 1, **FIGURES, "周次": "2024-W18"}, {"结论": "一稿"})
    assert missing == ["间接"], "its row was deleted"
    package.save(tmp_path / "填过.xlsx")
    cells = libreoffice.cells(tmp_path / "填过.xlsx")[WEEKS[0]]
    shifted = {name: f"C{int(cell[1:]) + (2 if int(cell[1:]) < 8 else 1)}" for name, cell in CELLS.items()}
    assert {name: cells[cell] for name, cell in shifted.items()} == FIGURES
    assert (cells["C2"], cells["C10"]) == ("2024-W18", "一稿")


@pytest.mark.libreoffice
def test_a_template_saved_by_another_producer_is_copied_too(libreoffice: LibreOffice, tmp_path: Path) -> None:
    foreign = libreoffice.convert(ledger(tmp_path / "台账.xlsx"), tmp_path / "他家.xlsx")
    assert lint(foreign) == []
    package = Package.open(foreign)
    for week in WEEKS:
        copy_tab(package, TEMPLATE, package, week)
        assert fill(package, week, FIGURES) == []
    package.save(tmp_path / "三周.xlsx")
    assert lint(tmp_path / "三周.xlsx") == []
    tabs = libreoffice.recalculate(tmp_path / "三周.xlsx")
    for week in WEEKS:
        assert {name: tabs[week][cell] for name, cell in CELLS.items()} == FIGURES


@pytest.mark.node
@pytest.mark.parametrize("other", [False, True])
def test_the_validator_finds_nothing_new(
    ooxml_validator: Callable[[Path | str], list[str]], tmp_path: Path, other: bool
) -> None:
    source = ledger(tmp_path / "台账.xlsx")
    target = stranger(tmp_path / "别家.xlsx") if other else None
    out = copied(source, target, tmp_path / "三周.xlsx")
    package = Package.open(out)
    for week in WEEKS:
        fill(package, week, {**FIGURES, "周次": "=文字", "间接": None}, {"结论": "一\n二"})
    package.save(out)
    known = {kind(e) for e in [*ooxml_validator(source), *(ooxml_validator(target) if target else [])]}
    assert [error for error in ooxml_validator(out) if kind(error) not in known] == []


def kind(error: str) -> str:
    return re.sub(r"\[\d+\]", "", error)
