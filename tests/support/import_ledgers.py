"""Ledgers into which something is imported: what is pasted, what a person chooses in 导入核对, and what stands there then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.support.ledgers import NOW, drawn_once
from workbook.book import Changes
from workbook.file_book import FileBook
from workbook.schema import Sheet
from workbook.sheets import BY_KEY, SHEETS
from workbook.template import build, save
from workbook.template.drop_downs import LISTS_TITLE
from xlsvc import app

REVIEW, MAPPING = BY_KEY["import_review"], BY_KEY["import_mapping"]


def slim_ledger(path: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]] | None = None, hide: Sequence[str] = ()) -> Path:
    """A ledger with its tables alone: the templates of reports and forms cost most of a command's time."""
    return drawn_once(path, f"slim {rows!r} {hide!r}", lambda: _draw_slim(path, rows, hide))


def _draw_slim(path: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]] | None, hide: Sequence[str]) -> None:
    book = build(rows or {}, {})
    kept = {sheet.title for sheet in SHEETS} | {LISTS_TITLE}
    for title in book.sheetnames:
        if title not in kept:
            del book[title]
    for line in book[LISTS_TITLE].iter_rows():
        for cell in line:
            cell.value = None
    book.active = book[SHEETS[0].title]
    for title in hide:
        book[title].sheet_state = "hidden"
    save(book, path)


def write_source(path: Path, rows: Sequence[Sequence[Any]], title: str = "Sheet1") -> Path:
    """A workbook with these rows; datetimes get a date format."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet(title)
    for n, row in enumerate(rows):
        sheet.write_row(n, 0, ["" if cell is None else cell for cell in row])
    book.close()
    return path


def paste(ledger: Path, rows: Sequence[Sequence[Any]], at: tuple[int, int] = (4, 1), merges: Sequence[str] = ()) -> None:
    """Puts rows into 粘贴区 from a cell on, as somebody who pastes does."""
    book = openpyxl.load_workbook(ledger)
    tab = book["粘贴区"]
    for r, row in enumerate(rows, at[0]):
        for c, cell in enumerate(row, at[1]):
            tab.cell(r, c, cell)
    for area in merges:
        tab.merge_cells(area)
    book.save(ledger)


def table(ledger: Path, sheet: Sheet) -> list[dict[str, Any]]:
    """The rows of a table that hold anything, by column key (own columns by heading), with "row"."""
    tab = CalamineWorkbook.from_path(str(ledger)).get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
    names = [found.key if h != "" and (found := sheet.find(h)) else h for h in tab[sheet.header_row - 1]]
    rows: list[dict[str, Any]] = []
    for number, cells in enumerate(tab[sheet.header_row :], sheet.header_row + 1):
        held: dict[str, Any] = {str(n): c for n, c in zip(names, cells, strict=True) if n != "" and c != ""}
        if held:
            rows.append({"row": number, **held})
    return rows


def cells(ledger: Path, *but: str) -> dict[tuple[str, int, int], Any]:
    """(tab, row, column) -> what stands there, of every tab but these."""
    book = CalamineWorkbook.from_path(str(ledger))
    return {
        (title, r, c): cell
        for title in book.sheet_names
        if title not in but
        for r, row in enumerate(book.get_sheet_by_name(title).to_python(skip_empty_area=False), 1)
        for c, cell in enumerate(row, 1)
        if cell != ""
    }


def front(ledger: Path) -> tuple[str, ...]:
    """The tabs that are shown."""
    return tuple(title for title, shown in FileBook(ledger).titles().items() if shown)


def type_in(ledger: Path, sheet: Sheet, row: int, **cells: Any) -> None:
    """A person types into cells of a table, and saves."""
    book = FileBook(ledger)
    book.apply(Changes(chosen=[(sheet, pd.DataFrame(cells, index=[row], dtype=object))]))
    book.forget_backups()


def review(ledger: Path) -> list[dict[str, Any]]:
    return table(ledger, REVIEW)


def choose(ledger: Path, chosen: Mapping[tuple[str, str], str]) -> None:
    """Fills 您的选择 in the rows of 导入核对 with this (类别, 列名 or 来源位置)."""
    found = {}
    for row in review(ledger):
        for key in ("heading", "place"):
            if text := chosen.get((row["section"], row.get(key, ""))):
                found[row["row"]] = text
    assert len(found) == len(chosen), f"no such rows among {review(ledger)}"
    book = FileBook(ledger)
    book.apply(Changes(chosen=[(REVIEW, pd.DataFrame({"chosen": found}, dtype=object))]))
    book.forget_backups()


def run(ledger: Path, *files: Path, **options: Any) -> app.Report:
    """One click of the button (`again`) on these files, or on 粘贴区."""
    return app.run("import", ledger, {"files": [str(f) for f in files], "again": True, **options}, NOW)
