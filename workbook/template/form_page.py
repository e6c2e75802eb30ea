"""How wide and high a form is: no wider than a phone shows (375 pixels), and on paper as large as A4 allows.

Excel's "fit to page" only ever shrinks, so a form is enlarged by a fixed print scale, worked out from its own
widths and heights.
"""

from __future__ import annotations

import math
import unicodedata

from openpyxl.worksheet.worksheet import Worksheet

from .paper import a4

FULL = "BCDE"
WIDTHS = {"A": 1.0, "B": 18.0, "C": 10.0, "D": 14.0, "E": 9.0, "F": 1.0}
OPTIONS = "H"  # a hidden column: options that hold a comma cannot stand in a literal drop-down list
LINE_HEIGHT = 20.0  # points of a row of one line
TEXT_SIZE = 11  # points; nothing a customer reads is smaller
PHONE = 375  # pixels a phone shows
UNIT = 7  # pixels of one unit of column width in the house font
_EM = TEXT_SIZE * 4 / 3  # pixels of a Chinese character
_LINE = 16.5  # points
_SIDE, _TOP = 0.5, 0.4  # margins, inches
_A4 = (595.3 - 2 * 72 * _SIDE, 841.9 - 2 * 72 * _TOP)  # printable, points
_SLACK = 0.95  # fonts and programs differ by a little


def width(span: str) -> float:
    """Pixels of some columns, as "CDE"."""
    return sum(WIDTHS[letter] for letter in span) * UNIT


def height(text: str, span: str) -> float:
    """Points a row needs for `text` over some columns, at least one line."""
    room = width(span) - 10
    ems = sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.56 for c in text)
    return max(math.ceil(ems * _EM / room) * _LINE + 3, LINE_HEIGHT)


def fit_page(tab: Worksheet, last_row: int, options: bool) -> None:
    """Protection, view and print setup of a form that is drawn down to `last_row`."""
    tab.sheet_view.showGridLines = False
    tab.sheet_view.showRowColHeaders = False
    tab.sheet_properties.tabColor = "FF2E9E6B"
    a4(tab)
    tab.sheet_properties.pageSetUpPr = None
    tab.page_setup.fitToWidth = tab.page_setup.fitToHeight = None
    tall = sum(float(tab.row_dimensions[row].height or 0) for row in range(1, last_row + 1))
    wide = width("".join(WIDTHS)) * 3 / 4
    tab.page_setup.scale = int(100 * _SLACK * min(_A4[0] / wide, _A4[1] / tall))  # type: ignore[assignment]
    tab.page_margins.left = tab.page_margins.right = _SIDE
    tab.page_margins.top = tab.page_margins.bottom = _TOP
    tab.print_area = f"A1:F{last_row}"
    if options:
        tab.column_dimensions[OPTIONS].hidden = True
    tab.protection.sheet = True
    tab.protection.formatColumns = tab.protection.formatRows = False  # allowed: a long answer needs room
