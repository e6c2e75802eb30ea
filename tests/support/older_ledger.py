"""A ledger of the first version as an office has it after months: filled, restyled, with columns and a tab of its own.

`tests/data/ledger_of_the_first_version.xlsx` is the template as it was then. It is filled by openpyxl, which stands in
for the program the office saved it with.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from tests.support.ledgers import document_rows, drawn_once
from workbook.sheets import BY_KEY

FIRST = Path(__file__).resolve().parents[1] / "data" / "ledger_of_the_first_version.xlsx"
OWN = "我的备注"
"""A column of the office's own, right of 响应记录's last one."""
YELLOW = PatternFill("solid", fgColor="FFFF00")


def first_version(path: Path) -> Path:
    """The ledger at `path`; its cells are those of the documents' rows and a few of the office's own."""
    return drawn_once(path, "first version", lambda: _draw(path))


def _draw(path: Path) -> None:
    book = openpyxl.load_workbook(FIRST)
    for key, rows in document_rows().items():
        _fill(book[BY_KEY[key].title], key, rows)
    log = book["响应记录"]
    last = log.max_column + 1
    letter = get_column_letter(last)
    log.tables["响应记录"].ref = f"A3:{letter}{3 + len(document_rows()['response_log'])}"
    log.tables["响应记录"].autoFilter.ref = log.tables["响应记录"].ref
    log.tables["响应记录"].tableColumns.append(openpyxl.worksheet.table.TableColumn(id=last, name=OWN))
    log[f"{letter}3"], log[f"{letter}4"], log[f"{letter}5"] = OWN, "回头再问", "=LEN(B5)"
    log["C4"].fill = YELLOW
    log["E5"].comment = Comment("这位客户性急", "王主任")
    log.row_dimensions[5].height = 41.0
    rules = book["设置"]
    for row in rules.iter_rows(min_row=4):
        if row[1].value == "部门名称":
            row[5].value = "华东售后部"
        if row[1].value == "预警比例":
            row[5].value = 70
    book["周报模板"]["B2"].fill = YELLOW
    mine = book.create_sheet("我的")
    mine["A1"], mine["B2"] = "自己算的", "=COUNTA(响应记录!$B$4:$B$6)"
    book.save(path)


def _fill(tab: Any, key: str, rows: list[dict[str, Any]]) -> None:
    sheet = BY_KEY[key]
    at = {column.key: cell.column for cell in tab[3] if cell.value and (column := sheet.find(cell.value))}
    for number, row in enumerate(rows, 4):
        for name, value in row.items():
            if name in at:
                tab.cell(number, at[name]).value = value
    table = tab.tables[sheet.table]
    table.ref = f"{table.ref.rpartition(':')[0]}:{get_column_letter(tab.max_column)}{3 + max(len(rows), 1)}"
    table.autoFilter.ref = table.ref
