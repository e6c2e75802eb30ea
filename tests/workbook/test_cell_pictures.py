"""Pictures in cells: content where text will do, a finding where something must be read, never an error value."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import rich_book
from tests.support.ledgers import NOW
from tests.support.rich_book import data_parts
from tests.support.rich_book.raw_package import RawPackage
from workbook.book import CellError, CellPicture
from workbook.file_book import FileBook
from workbook.sheets import BY_KEY
from workbook.values import Vocabularies, read_frame
from xlsvc.app import run

LOG = BY_KEY["response_log"]
PLACED = '<c r="{cell}" s="{{s}}" t="e" vm="1"><v>#VALUE!</v></c>'


def _book(path: Path, cells: dict[tuple[str, int], str]) -> Path:
    """The rich ledger with cells of 响应记录 written as XML, "{cell}" standing for the address."""
    rich_book.make_rich_ledger(path)
    package = RawPackage(path)
    log = rich_book.Log(package)
    for (column, row), xml in cells.items():
        package.set_cell(log.part, log.cell(column, row), xml.replace("{cell}", log.cell(column, row)).replace("{{s}}", "{s}"))
    path.write_bytes(package.to_bytes())
    return path


def _photo(cached: str) -> str:
    return data_parts.photo_cell("{cell}", cached).replace("{{s}}", "{s}")


@pytest.mark.parametrize(
    "cell",
    [_photo("wps"), _photo("name"), _photo(""), PLACED,
     _photo("wps").replace("_xlfn.DISPIMG", "DISPIMG"), _photo("name").replace("_xlfn.DISPIMG", "_xlfn.dispimg"),
     _photo("name").replace("<f>", '<f ca="1">')],
    ids=["WPS", "saved by Excel", "no value", "placed by Excel", "bare name", "LibreOffice's case", "attributes"],
)  # fmt: skip
def test_a_picture_reads_as_content(cell: str, tmp_path: Path) -> None:
    book = FileBook(_book(tmp_path / "台账.xlsm", {("cause", 6): cell}))
    read = book.read([LOG])["response_log"]
    at = read.rows.tolist().index(6)
    assert read.columns["cause"][at] == CellPicture()
    reading = read_frame(LOG, read, Vocabularies.packaged())
    assert reading.frame.loc[6, "cause"] == "图片"
    assert [i for i in reading.issues if i.row == 6 and i.column == "故障原因"] == []


def test_errors_that_are_no_pictures_stay_errors(tmp_path: Path) -> None:
    wrong = '<c r="{cell}" s="{{s}}" t="e"><f>NOSUCH(1)</f><v>#NAME?</v></c>'
    inner = '<c r="{cell}" s="{{s}}" t="e"><f>LEN("DISPIMG(")/0</f><v>#DIV/0!</v></c>'
    other = '<c r="{cell}" s="{{s}}" t="e" vm="2"><v>#VALUE!</v></c>'
    book = _book(tmp_path / "台账.xlsm", {("cause", 6): wrong, ("cause", 7): inner, ("cause", 8): other})
    read = FileBook(book).read([LOG])["response_log"]
    found = dict(zip(read.rows.tolist(), read.columns["cause"], strict=True))
    assert [found[row] for row in (6, 7, 8)] == [CellError("#NAME?"), CellError("#DIV/0!"), CellError("#VALUE!")]
    assert not isinstance(found[8], CellPicture)


@pytest.mark.parametrize(
    ("column", "heading"), [("problem", "问题描述"), ("urgency", "紧急程度"), ("responded_at", "首次响应时间"), ("contact", "联系方式*")]
)
def test_a_picture_where_something_must_be_read_is_told_once(column: str, heading: str, tmp_path: Path) -> None:
    book = _book(tmp_path / "台账.xlsm", {(column, 6): _photo("name")})
    cell = rich_book.Log(RawPackage(book)).cell(column, 6)
    before = RawPackage(book).parts
    report = run("validate", book, {}, NOW)
    said = [i for i in report.issues if i.row == 6 and i.column == heading]
    assert [i.message for i in said] == [
        f"“响应记录”{cell} 里是一张图片,读不出“{heading}”,按空白处理,图片原样保留。请把图片移到旁边的列,再在这一格填写文字。"
    ]
    after = RawPackage(book)
    for part in ("xl/cellimages.xml", "xl/_rels/cellimages.xml.rels", "xl/media/image901.png"):
        assert before[part] == after.parts[part]
    assert after.text(rich_book.Log(after).part).count("DISPIMG(") == before[rich_book.Log(after).part].count(b"DISPIMG(")


@pytest.mark.parametrize("column", ["ticket", "composite"])
@pytest.mark.parametrize("cached", ["wps", "name", ""])
def test_a_picture_is_never_overwritten(column: str, cached: str, tmp_path: Path) -> None:
    """Not in an issued column (工单号), not in a computed one."""
    book = _book(tmp_path / "台账.xlsm", {(column, 6): _photo(cached)})
    cell = rich_book.Log(RawPackage(book)).cell(column, 6)
    run("update", book, {}, NOW)
    package = RawPackage(book)
    text = package.text(rich_book.Log(package).part)
    at = text.index(f'<c r="{cell}"')
    assert f'DISPIMG("{data_parts.PHOTO}",1)</f>' in text[at : text.index("</c>", at)]
