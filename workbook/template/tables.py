"""Every table sheet, from its schema: title, note, headings, one Excel table, and all that helps typing.

Number formats stand on the columns as well as on the cells, validations and conditional formats reach down to
row 5000: a row typed or pasted below the table has them in Excel, WPS and LibreOffice alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from .. import styles
from ..book import CellError, Link, Value
from ..schema import MAX_CELL_TEXT, Column, Sheet
from ..sheets import HOME_TITLE
from ..sheets.settings import default_rows
from ..sheets.vocabularies import VOCABULARIES
from .conditions import add_conditions
from .drop_downs import LISTS_TITLE, add_validations, draw_lists
from .paper import a4

__all__ = ["LISTS_TITLE", "draw_lists", "draw_table"]

LAST_ROW = 5000  # how far down validations and conditional formats reach
TABLE_STYLE = "TableStyleMedium2"
HEADING_HEIGHT = 33.0  # two lines
USER_WIDTH = 14.0

_FORMATS = {
    "datetime": "yyyy-mm-dd hh:mm",
    "date": "yyyy-mm-dd",
    "integer": "0",
    "share": "0%",
    "money": "#,##0.00",
    "number": "General",
    "score": "General",
}
_AS_TYPED = {"seq", "value", "paste"}  # may hold numbers or a user's formula
_CENTERED = {"choice", "score", "yesno", "datetime", "date", "integer", "duration", "share"}
_WRAP_FROM = 18  # free text in columns at least this wide is wrapped

Row = Mapping[str, Value]


def number_format(column: Column) -> str:
    """The number format of a column's cells: text is kept as typed (@), so that 00123 and 1-2 stay."""
    if column.number_format:
        return column.number_format
    if column.key in _AS_TYPED:
        return "General"
    return _FORMATS.get(column.kind, "@")


def default_cells(sheet: Sheet) -> Sequence[Row]:
    """The rows a new ledger starts with."""
    if sheet.key == "settings":
        return default_rows()  # type: ignore[return-value]
    if sheet.key == "options":
        return [
            {
                "vocabulary": name,
                "word": word.word,
                "aliases": "、".join(word.aliases),
                "group": word.group,
                "origin": word.source,
            }
            for name, words in VOCABULARIES.items()
            for word in words
        ]
    return ()


def draw_table(
    workbook: Workbook,
    sheet: Sheet,
    rows: Sequence[Row] | None = None,
    order: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
) -> Worksheet:
    """One tab with its table. `rows` None means the default rows; `order` and `renamed` as in Layout."""
    tab = workbook.create_sheet(sheet.title)
    columns = _placed(sheet, order)
    letters = {c.key: get_column_letter(n) for n, c in enumerate(columns, 1) if isinstance(c, Column)}
    first = sheet.header_row + 1
    cells = default_cells(sheet) if rows is None else rows
    last = first + max(len(cells), sheet.blank_rows, 1) - 1
    _draw_top(tab, sheet, columns)
    _draw_headings(tab, sheet, columns, renamed or {})
    _set_columns(tab, columns)
    _fill_rows(tab, columns, cells, first, last)
    table = Table(displayName=sheet.table, ref=f"A{sheet.header_row}:{get_column_letter(len(columns))}{last}")
    table.tableStyleInfo = TableStyleInfo(name=TABLE_STYLE, showRowStripes=True, showColumnStripes=False)
    tab.add_table(table)
    reach = max(LAST_ROW, last)
    add_validations(tab, [(sheet[key], at) for key, at in letters.items()], first, reach)
    add_conditions(tab, sheet, letters, first, reach)
    _set_view(tab, sheet, columns)
    _set_print(tab, sheet)
    return tab


def _placed(sheet: Sheet, order: Sequence[str]) -> list[Column | str]:
    named = [(sheet[name] if name in sheet else name) for name in order]  # noqa: SIM401 (Sheet has no get)
    return [*named, *(c for c in sheet.columns if c.key not in set(order))]


def _width(column: Column | str) -> float:
    return USER_WIDTH if isinstance(column, str) else column.width


def _folded(column: Column | str) -> bool:
    return isinstance(column, Column) and column.folded


def _draw_top(tab: Worksheet, sheet: Sheet, columns: Sequence[Column | str]) -> None:
    """Row 1: title and the way home; row 2: the note."""
    tab["A1"], tab["A2"] = sheet.title, sheet.note
    tab["A1"].style, tab["A2"].style = styles.TITLE, styles.NOTE
    tab.row_dimensions[1].height, tab.row_dimensions[2].height = 30, 18
    taken, needed = 0.0, 4.2 * len(sheet.title)  # the title runs over the cells to its right
    place = len(columns) + 1
    for n, column in enumerate(columns, 1):
        if taken >= needed and not _folded(column):
            place = n
            break
        taken += 0 if _folded(column) else _width(column)
    link_home(tab[f"{get_column_letter(place)}1"])


def link_home(cell: Cell) -> None:
    """Make a cell the link back to 首页."""
    cell.value = "返回首页"
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{HOME_TITLE}'!A1", tooltip="回到首页")
    cell.style = styles.LINK


def _draw_headings(
    tab: Worksheet, sheet: Sheet, columns: Sequence[Column | str], renamed: Mapping[str, str]
) -> None:
    tab.row_dimensions[sheet.header_row].height = HEADING_HEIGHT
    for n, column in enumerate(columns, 1):
        cell = tab.cell(sheet.header_row, n)
        if isinstance(column, str):
            cell.value, cell.style = column, styles.HEAD_INPUT
        else:
            cell.value = renamed.get(column.key, column.heading)
            cell.style = styles.HEAD_COMPUTED if column.computed else styles.HEAD_INPUT


def _set_columns(tab: Worksheet, columns: Sequence[Column | str]) -> None:
    """Widths, the number format of cells yet to come, and closed outline groups for folded columns."""
    tab.column_dimensions.max_outline = 1 if any(map(_folded, columns)) else None  # else no +/- in Excel
    for n, column in enumerate(columns, 1):
        dimension = tab.column_dimensions[get_column_letter(n)]
        dimension.width = _width(column)
        if isinstance(column, Column):
            dimension.number_format = number_format(column)
            dimension.alignment = _alignment(column)
        if _folded(column):
            dimension.outlineLevel, dimension.hidden = 1, True
        elif n > 1 and _folded(columns[n - 2]):
            dimension.collapsed = True
    if _folded(columns[-1]):
        tab.column_dimensions[get_column_letter(len(columns) + 1)].collapsed = True


def _alignment(column: Column) -> Any:
    """Everything at the top: where a row is not fitted to a wrapped text, its first line shows.

    Folded columns stand to the left: LibreOffice lets a centred number of a hidden column show as # beside it.
    """
    if column.kind in _CENTERED or column.key.endswith("_status"):
        # a moment typed in a longer way would be cut on both sides, a wide number shown as ###
        shrink = column.kind in ("datetime", "date") and not column.folded
        return styles.align("left" if column.folded else "center", vertical="top", shrink=shrink)
    if column.kind in ("number", "money"):
        return styles.align("right", vertical="top")
    return styles.align("left", wrap=column.width >= _WRAP_FROM, vertical="top")


def _fill_rows(
    tab: Worksheet, columns: Sequence[Column | str], cells: Sequence[Row], first: int, last: int
) -> None:
    patterns: list[Any] = []  # style arrays, found once per column: a large sample has many cells
    for n, column in enumerate(columns, 1):
        cell = tab.cell(first, n)
        if isinstance(column, str):
            cell.style = styles.CELL_INPUT
            cell.alignment = styles.align("left", vertical="top")
        else:
            cell.style = styles.CELL_COMPUTED if column.computed else styles.CELL_INPUT
            cell.number_format, cell.alignment = number_format(column), _alignment(column)
            if column.kind == "link":
                cell.font = styles.font(colour=styles.ACCENT, underline=True)
        patterns.append(cell._style)  # type: ignore[union-attr]
    keys = [c if isinstance(c, str) else c.key for c in columns]
    for row in range(first, last + 1):
        given = cells[row - first] if row - first < len(cells) else {}
        for n, key in enumerate(keys, 1):
            cell = tab.cell(row, n)
            cell._style = copy(patterns[n - 1])  # type: ignore[union-attr]
            write(cell, given.get(key))  # type: ignore[arg-type]


def write(cell: Cell, value: Value | date) -> None:
    """Put a value into a cell: text stays text whatever it starts with, NaN and NaT are blanks."""
    if value is None or value == "" or value != value:
        return
    if isinstance(value, Link):
        text, place = value.text.replace('"', '""'), f"#'{value.title}'!{value.cell}".replace('"', '""')
        cell.value = f'=HYPERLINK("{place}","{text}")'
    elif isinstance(value, CellError):
        cell.value = value.code
        cell.data_type = "e"
    elif isinstance(value, str):
        if len(value) > MAX_CELL_TEXT:
            raise ValueError(f"{cell.coordinate}: {len(value)} characters, Excel allows {MAX_CELL_TEXT}")
        cell.value = value
        cell.data_type = "s"
        if value.startswith("="):
            cell.quotePrefix = True
    else:
        shown = cell.number_format
        cell.value = value  # type: ignore[assignment]
        if isinstance(value, date) and shown not in ("@", "General"):
            cell.number_format = shown  # openpyxl puts its own format in
        elif isinstance(value, datetime):
            cell.number_format = _FORMATS["datetime"]


def _set_view(tab: Worksheet, sheet: Sheet, columns: Sequence[Column | str]) -> None:
    """Frozen below the heading and right of what says which row this is, within the first three columns."""
    known = [n for n, c in enumerate(columns[:3], 1) if isinstance(c, Column) and c.key in sheet.identity]
    required = [n for n, c in enumerate(columns[:3], 1) if isinstance(c, Column) and c.required]
    frozen = max(known or required or [0])
    tab.freeze_panes = f"{get_column_letter(frozen + 1)}{sheet.header_row + 1}"
    tab.sheet_view.showGridLines = False
    tab.sheet_view.zoomScale = 100
    if sheet.tab_color:
        tab.sheet_properties.tabColor = "FF" + sheet.tab_color


_READABLE_WIDTH = {True: 230.0, False: 160.0}  # characters across one A4 page at about 55 %, by landscape


def _pages_across(tab: Worksheet, sheet: Sheet) -> int:
    """How many pages the visible columns need so that the print is not shrunk below about half size."""
    width = sum(d.width for d in tab.column_dimensions.values() if not d.hidden)
    return max(1, round(width / _READABLE_WIDTH[sheet.landscape]))


def _set_print(tab: Worksheet, sheet: Sheet) -> None:
    """A4, heading repeated, page numbers in the footer; one page wide, or as many as keep the print readable,
    with the frozen columns repeated on each."""
    pages = _pages_across(tab, sheet)
    a4(tab, sheet.landscape, pages)
    if pages > 1 and tab.freeze_panes and not str(tab.freeze_panes).startswith("A"):
        last = get_column_letter(tab[str(tab.freeze_panes)].column - 1)
        tab.print_title_cols = f"A:{last}"
    tab.print_title_rows = f"{sheet.header_row}:{sheet.header_row}"
    tab.page_margins.left = tab.page_margins.right = 0.4
    tab.page_margins.top, tab.page_margins.bottom = 0.5, 0.6
    tab.page_margins.header = tab.page_margins.footer = 0.3
    footer: Any = tab.oddFooter
    for part, text in (
        (footer.left, "&A"),
        (footer.center, "第 &P 页 / 共 &N 页"),
        (footer.right, "打印于 &D"),
    ):
        part.text, part.size = text, 8
