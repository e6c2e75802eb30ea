"""The day's commands on the sample ledger, on a file and live in LibreOffice: the same reports and the same cells.

The file's result is opened in the same LibreOffice and calculated there, so that formulas show what they show live.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlwings

from tests.support.uno_engine import UnoBook, UnoEngine
from xlsvc import app
from xlsvc.commands import BY_ID
from xlsvc.demo import STEPS
from xlsvc.form_tokens import seeded
from xlsvc.sample import NOW

pytestmark = pytest.mark.libreoffice
BEYOND_EXCEL = 1e-9  # relative: what a number may lose on its way through a program


def _live(book: UnoBook) -> Any:
    from workbook.excel_book import ExcelBook

    return ExcelBook(xlwings.Book(impl=book))


def look(book: UnoBook) -> dict[str, Any]:
    """Every tab with its cells: (what stands there, what it shows as a number or text)."""
    book.document.calculateAll()
    found: dict[str, Any] = {}
    for sheet in book.sheets:
        area = sheet.used_range.cells
        values = area.getDataArray()
        cells = {
            (r, c): (text if text.startswith("=") else "", values[r][c])
            for r, row in enumerate(area.getFormulaArray())
            for c, text in enumerate(row)
            if text
        }
        tables = {t.name: str(t.range.cells.AbsoluteName) for t in sheet.tables}
        found[sheet.name] = (sheet.visible, tables, cells)
    return found


def differences(live: dict[str, Any], file: dict[str, Any]) -> list[str]:
    assert list(live) == list(file), "the same tabs in the same order"
    found = []
    for title, (visible, tables, cells) in live.items():
        if (visible, tables) != file[title][:2]:
            found.append(f"{title}: {(visible, tables)} live, {file[title][:2]} in the file")
        others = file[title][2]
        for place in sorted(cells.keys() | others.keys()):
            here, there = cells.get(place), others.get(place)
            if not _same(here, there):
                found.append(f"{title} {place}: {here!r} live, {there!r} in the file")
    return found


def _same(here: Any, there: Any) -> bool:
    if here == there:
        return True
    if here is None or there is None or here[0] != there[0]:
        return False
    a, b = here[1], there[1]
    return type(a) is float and type(b) is float and abs(a - b) <= BEYOND_EXCEL * max(abs(a), abs(b))


def _charts(book: UnoBook, title: str) -> int:
    return int(book.document.Sheets.getByName(title).Charts.getCount())


def test_the_chain_gives_the_same_cells(uno_engine: UnoEngine, tmp_path: Path) -> None:
    file = tmp_path / "file" / "售后台账.xlsx"
    live = tmp_path / "live" / "售后台账.xlsx"
    for path in (file, live):
        path.parent.mkdir()
    app.new(file, "both", sample=True)
    live.write_bytes(file.read_bytes())
    books = uno_engine.app.books
    open_live = books.open(str(live))
    try:
        for command, label, options in STEPS:
            in_file = app.run(command, file, {**options, "random_token": seeded(command)}, NOW)
            in_excel = app.run_on(_live(open_live), BY_ID[command], {**options, "random_token": seeded(command)}, NOW)
            assert (in_excel.counts, in_excel.answers) == (in_file.counts, in_file.answers), label
            assert [i.message for i in in_excel.issues] == [i.message for i in in_file.issues], label
        after = look(open_live)
        assert _charts(open_live, "周报 2024-W18") == _charts(open_live, "周报模板") > 0
        saved = books.open(str(file))
        assert differences(after, look(saved)) == []
        saved.close()
        app.undo(file)
        app.undo_on(_live(open_live))
        saved = books.open(str(file))
        assert differences(look(open_live), look(saved)) == []
    finally:
        uno_engine.app.close()
