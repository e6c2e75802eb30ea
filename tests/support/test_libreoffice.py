"""The judge itself: it recalculates hard, sees errors, edits as a user, prints."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from .libreoffice import LibreOffice, LibreOfficeError
from .render import pages

pytestmark = pytest.mark.libreoffice


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Two tabs with formulas that have no cached value yet."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "数据"
    sheet["A1"], sheet["A2"], sheet["B1"] = 3, 4, "文字"
    sheet["C1"], sheet["C2"] = "=SUM(A1:A2)", "=A1/0"
    other = workbook.create_sheet("周报 2024-W18")
    other["A1"], other["A2"] = '="合计"&数据!C1', '=MATCH("无",数据!A1:A2,0)'
    path = tmp_path / "台账.xlsx"
    workbook.save(path)
    return path


def poison(path: Path, out: Path) -> Path:
    """A copy whose C1 claims the cached value 777."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            data = data.replace(b"<f>SUM(A1:A2)</f><v></v>", b"<f>SUM(A1:A2)</f><v>777</v>")
            data = data.replace(b"<f>SUM(A1:A2)</f><v />", b"<f>SUM(A1:A2)</f><v>777</v>")
            target.writestr(name, data)
    return out


def test_recalculates_hard_and_names_errors(libreoffice: LibreOffice, book: Path, tmp_path: Path) -> None:
    poisoned = poison(book, tmp_path / "毒.xlsx")
    assert libreoffice.recalculate(poisoned, hard=False)["数据"]["C1"] == 777
    assert libreoffice.recalculate(poisoned) == {
        "数据": {"C1": 7, "C2": "#DIV/0!"},
        "周报 2024-W18": {"A1": "合计7", "A2": "#N/A"},
    }


def test_cells_gives_everything(libreoffice: LibreOffice, book: Path) -> None:
    assert libreoffice.cells(book, hard=True)["数据"] == {
        "A1": 3, "A2": 4, "B1": "文字", "C1": 7, "C2": "#DIV/0!",
    }  # fmt: skip


def test_edits_as_a_user_would(libreoffice: LibreOffice, book: Path, tmp_path: Path) -> None:
    libreoffice.insert_rows(book, "数据", 2, 2, tmp_path / "行.xlsx")
    libreoffice.insert_columns(tmp_path / "行.xlsx", "数据", 1, 1, tmp_path / "列.xlsx")
    libreoffice.set_cells(tmp_path / "列.xlsx", "数据", {"B4": 10}, tmp_path / "值.xlsx")
    assert libreoffice.recalculate(tmp_path / "值.xlsx")["数据"] == {"D1": 13, "D4": "#DIV/0!"}
    assert openpyxl.load_workbook(tmp_path / "值.xlsx")["数据"]["D1"].value == "=SUM(B1:B4)"


def test_an_unreadable_file_is_an_error_and_the_office_goes_on(libreoffice: LibreOffice, book: Path) -> None:
    with pytest.raises(LibreOfficeError, match="FileNotFoundError"):
        libreoffice.recalculate(book.with_name("没有.xlsx"))
    assert libreoffice.recalculate(book)["数据"]["C1"] == 7


def test_renders_one_page_a_tab(libreoffice: LibreOffice, book: Path, tmp_path: Path) -> None:
    everything = pages(libreoffice, book, tmp_path / "全部")
    assert len(everything) == 2
    assert all(p.read_bytes().startswith(b"\x89PNG") for p in everything)
    assert len(pages(libreoffice, book, tmp_path / "一张", tab="数据")) == 1
