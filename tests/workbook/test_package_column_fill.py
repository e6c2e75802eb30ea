"""Filling columns in one pass: stretches of rows built alike and of rows that are not, against a plain model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbook.odd_books import log_book, sheet_xml
from workbook.package import sheet_xml as sheet_module
from workbook.package.column_fill import FilledColumn, fill
from workbook.package.opc import Package
from workbook.package.shared_strings import SharedStrings
from workbook.package.sheet_edit import SheetEditor
from workbook.package.sheet_xml import SheetXml
from workbook.package.styles_xml import Styles
from workbook.schema import Column

COLUMNS = {
    "B": Column("b", "甲", role="computed"),
    "C": Column("c", "乙", role="computed"),
    "E": Column("e", "丙", role="issued"),
}
STRINGS = SharedStrings()
FIRST = 4
CONTENT = st.sampled_from([None, 1.0, 2.5, "达标", "超时"])


@dataclass
class Cell:
    value: Any
    formula: bool = False
    there: bool = True

    def xml(self, address: str) -> str:
        if not self.there:
            return ""
        inner = "<f>1+1</f>" if self.formula else ""
        if isinstance(self.value, str):
            kind, inner = (
                ("str", inner + f"<v>{self.value}</v>")
                if inner
                else ("inlineStr", f"<is><t>{self.value}</t></is>")
            )
            return f'<c r="{address}" s="1" t="{kind}">{inner}</c>'
        inner += f"<v>{self.value}</v>" if self.value is not None else ""
        return f'<c r="{address}" s="1">{inner}</c>' if inner else f'<c r="{address}" s="1"/>'


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[int, dict[str, Cell]], dict[int, dict[str, Any]]]:
    """(rows of the sheet, rows of the frame): mostly alike, some without a cell, with a formula, absent."""
    count = draw(st.integers(1, 40))
    odd = draw(st.sampled_from([0, 0, 3, 9]))
    present: dict[int, dict[str, Cell]] = {}
    wanted: dict[int, dict[str, Any]] = {}
    for row in range(FIRST, FIRST + count):
        manner = draw(st.integers(0, odd)) if odd else 0
        cells = {letter: Cell(draw(CONTENT)) for letter in COLUMNS}
        letter = draw(st.sampled_from(sorted(COLUMNS)))
        if manner == 1:
            cells[letter] = Cell(None, there=False)
        elif manner == 2:
            cells[letter] = Cell(draw(st.sampled_from([1.0, "达标"])), formula=True)
        if manner != 3:
            present[row] = cells
        if manner != 4:
            wanted[row] = {letter: draw(CONTENT) for letter in COLUMNS}
    return present, wanted


@settings(max_examples=300, deadline=None)
@given(table=tables(), stretch=st.sampled_from([60, 400, 150_000]))
def test_every_cell_is_as_wanted_and_what_was_written_is_told(
    table: Any, stretch: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    present, wanted = table
    text = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c>'
        + "".join(cell.xml(f"{letter}{row}") for letter, cell in cells.items())
        + f'<c r="F{row}" t="inlineStr"><is><t>我的</t></is></c></row>'
        for row, cells in present.items()
    )
    heading = '<row r="3"><c r="A3" t="inlineStr"><is><t>编号</t></is></c></row>'
    sheet = SheetXml(sheet_xml(heading + text).encode())
    book = Package.open(log_book(tmp_path_factory.mktemp("a") / "a.xlsx"))
    editor = SheetEditor(sheet, Styles(book), first_data_row=FIRST)
    rows = sorted(wanted)
    columns = []
    for number, (letter, column) in zip((2, 3, 5), COLUMNS.items(), strict=True):
        new = [wanted[row][letter] for row in rows]
        columns.append(FilledColumn(column, number, new, new))
    span = (FIRST, max([*present, *wanted, FIRST]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheet_module, "_CHUNK", stretch)
        fill(editor, columns, rows, span, STRINGS, {})
        edited = SheetXml(editor.finish())

    scan = edited.read([1, 2, 3, 5, 6], STRINGS, FIRST)
    for letter, column in zip(COLUMNS, columns, strict=True):
        issued = column.column.role == "issued"
        expected, changed, kept = {}, [], []
        for row in sorted({*present, *wanted}):
            old = present.get(row, {}).get(letter, Cell(None))
            new = wanted[row][letter] if row in wanted else (old.value if issued or old.formula else None)
            if new == old.value or (issued and old.value is not None and not old.formula):
                new = old.value
            elif old.formula:
                kept.append(row)
                new = old.value
            else:
                changed.append((row, old.value, new))
            expected[row] = new
        read = scan.columns[column.number]
        found = dict(zip(scan.rows, read.cells, strict=True))
        assert {row: found.get(row) for row in expected} == expected
        assert list(zip(column.rows, column.before, column.after, strict=True)) == changed
        assert sorted(column.kept) == [
            row for row in kept if not issued or present[row][letter].value is None
        ]
        assert read.formulas == {row for row, cells in present.items() if cells[letter].formula}
    mine = dict(zip(scan.rows, scan.columns[6].cells, strict=True))
    assert {row for row, cell in mine.items() if cell == "我的"} == set(present)
    assert {row for row, cell in zip(scan.rows, scan.columns[1].cells, strict=True) if cell == row} == set(
        present
    )
