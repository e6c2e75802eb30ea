"""templates.xlsx before the judges: the Open XML SDK, our own lint, and LibreOffice as a user."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.ledgers import opened
from tests.support.libreoffice import LibreOffice
from tests.support.package_lint import lint
from workbook.sheets.vocabularies import VOCABULARIES, words
from workbook.template import build, save, write_templates


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "templates.xlsx"
    write_templates(path)
    return path


@pytest.mark.node
def test_the_open_xml_sdk_has_no_objection(made: Path, ooxml_validator: Callable[[Path], list[str]]) -> None:
    assert ooxml_validator(made) == []


def test_the_lint_has_no_finding(made: Path) -> None:
    assert lint(made) == []


@pytest.mark.libreoffice
def test_libreoffice_reads_every_formula(made: Path, libreoffice: LibreOffice) -> None:
    results = libreoffice.recalculate(made)
    errors = {
        (tab, at): value
        for tab, cells in results.items()
        for at, value in cells.items()
        if tab != "周报模板" and isinstance(value, str) and re.fullmatch(r"#.*|Err:.*", value)
        and (tab, value) != ("复盘模板", "#N/A")  # what its charts have for a missing point
    }
    assert errors == {}
    lists = opened(made)["下拉"]
    for cell in lists[3]:
        if cell.value in VOCABULARIES:
            column = [results["下拉"].get(f"{cell.column_letter}{row}", "") for row in range(5, 65)]
            assert [word for word in column if word] == words(str(cell.value))


@pytest.mark.libreoffice
def test_a_word_added_at_the_end_of_the_options_shows_in_its_drop_down(
    tmp_path: Path, libreoffice: LibreOffice
) -> None:
    """Rows of one 词表 need not stand together; a deleted row leaves no hole."""
    workbook = build()
    options = workbook["选项与关键词"]
    end = options.max_row + 1
    options[f"A{end}"], options[f"B{end}"] = "客户类型", "至尊客户"
    probe = workbook.create_sheet("试")
    probe["A1"] = "=ROWS(词表_客户类型)"
    for row in range(1, 9):
        probe[f"B{row}"] = f"=INDEX(词表_客户类型,{row})"
    probe["C1"] = "=ROWS(词表_计时方式)"
    path, edited = tmp_path / "options.xlsx", tmp_path / "edited.xlsx"
    save(workbook, path)
    found = libreoffice.recalculate(path)["试"]
    assert found["A1"] == 8
    assert [found[f"B{row}"] for row in range(1, 9)] == [*words("客户类型"), "至尊客户"]
    assert found["C1"] == 2
    libreoffice.edit(path, edited, [("delete_rows", "选项与关键词", 5, 1)])  # 老客户
    found = libreoffice.recalculate(edited)["试"]
    assert found["A1"] == 7
    assert [found[f"B{row}"] for row in range(1, 8)] == [
        "新客户", "VIP客户", "大客户", "高价值", "流失风险", "老年客户", "至尊客户",
    ]  # fmt: skip


@pytest.mark.libreoffice
@pytest.mark.parametrize("tab", ["首页", "表单台账", "下拉"])
def test_one_page(tab: str, made: Path, tmp_path: Path, libreoffice: LibreOffice) -> None:
    pdf = libreoffice.to_pdf(made, tmp_path / "page.pdf", tab)
    pages = re.search(rb"/Type\s*/Pages.*?/Count\s+(\d+)", pdf.read_bytes(), re.DOTALL)
    assert pages
    assert int(pages[1]) == 1


def test_the_module_writes_the_file(tmp_path: Path, made: Path) -> None:
    import sys

    out = tmp_path / "out.xlsx"
    subprocess.run([sys.executable, "-m", "workbook.template", str(out)], check=True)
    assert out.read_bytes() == made.read_bytes()
