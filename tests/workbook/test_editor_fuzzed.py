"""What random worksheets found in the scanners (tests/fuzz/fuzz_editor), and a few hundred of them at every run."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.fuzz_editor import SST, STRINGS, Speller, check_sheet, check_spoilt, edits_of, spoilt
from tests.support.plain_reader import plain_cells
from tests.workbook.odd_books import MAIN, log_book, sheet_xml
from workbook.package.opc import Package
from workbook.package.shared_strings import SharedStrings
from workbook.package.sheet_xml import SheetXml


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package.open(log_book(tmp_path_factory.mktemp("book") / "a.xlsx"))


@pytest.mark.parametrize("block", range(10))
def test_random_sheets_read_and_written_as_a_tree_says(block: int, package: Package) -> None:
    for number in range(block * 40, block * 40 + 40):
        random_ = random.Random(number)
        data, edits = Speller(random_).sheet(), edits_of(random_)
        check_sheet(data, edits, package, STRINGS, SST)
        check_spoilt(spoilt(data, random_), edits, package)


def test_the_tree_sees_disorder() -> None:
    for rows in (
        '<row r="2"/><row r="1"/>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A2"/></row>',
    ):
        with pytest.raises(AssertionError):
            plain_cells(sheet_xml(rows).encode(), [])


def _read(cell: str) -> Any:
    xml = SheetXml(sheet_xml(f'<row r="1">{cell}</row>').encode())
    scan = xml.read([1], SharedStrings(SST.encode()))
    return scan.columns[1].cells[0] if scan.rows else None


@pytest.mark.parametrize(
    "cell",
    [
        f'<c r="A1" t="{kind}">{empty}</c>'
        for kind in ("s", "b", "e", "d", "n", "str")
        for empty in ("<v></v>", "<v/>", "<f>A2</f><v></v>", "")
    ],
)
def test_a_typed_cell_without_a_value_is_blank(cell: str) -> None:
    assert _read(cell) is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1e5", 100_000.0),
        (" 7 ", 7.0),
        ("1_000", "1_000"),
        ("nan", "nan"),
        ("1e999", "1e999"),
        ("-Infinity", "-Infinity"),
    ],
)
def test_what_is_no_number_is_text(written: str, shown: Any) -> None:
    assert _read(f'<c r="A1"><v>{written}</v></c>') == shown


def test_a_prefix_may_hold_dots_and_dashes() -> None:
    p = "x-1.y:"
    data = (
        f'<{p}worksheet xmlns:{p[:-1]}="{MAIN}"><{p}sheetData><{p}row r="1"><{p}c r="A1" t="inlineStr"><{p}is>'
        f'<{p}t xml:space="preserve"> a </{p}t></{p}is></{p}c></{p}row></{p}sheetData></{p}worksheet>'
    )
    assert SheetXml(data.encode()).read([1], SharedStrings()).columns[1].cells == [" a "]


def test_rows_after_the_last_one_and_before_the_first_are_made_in_their_place(
    package: Package, tmp_path: Path
) -> None:
    data = sheet_xml('<row r="5"><c r="C5"><v>1</v></c></row><row r="7"/>').encode()
    check_sheet(
        data,
        {1: {1: "a"}, 5: {2: "b", 4: None}, 6: {3: 1}, 7: {1: True}, 1_048_576: {16_384: "z"}},
        package,
        STRINGS,
        SST,
    )
