"""The weekly tab while it is drawn: styled cells, where each figure stands, what its colours depend on."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from .. import styles

LEFT, RIGHT, ASIDE = 2, 15, 18
"""First and last column of the page (B to O), first column of what only formulas and charts need (R)."""

ROW, GAP = 16, 8
"""Heights of a row and of the blank one between two blocks, in points; fixed, so that pages end where meant."""

COUNT, RATE, MEAN, SIZE = "0", "0.0%", "0.0", '"n="0'
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
FEW_SIZE_ID = 199
FEW_SIZE = '"样本少(n="0")"'

Span = tuple[int, int]


def new_page(workbook: Workbook, title: str, column_width: float, asides: int = 0) -> Page:
    """An empty report tab: the page's columns alike, a narrow margin, `asides` columns for what only formulas need."""
    tab = workbook.create_sheet(title)
    tab.sheet_view.showGridLines = False
    tab.sheet_properties.tabColor = styles.ACCENT
    tab.sheet_format.defaultRowHeight = ROW
    tab.sheet_format.customHeight = True
    tab.column_dimensions["A"].width = 1.6
    for column in range(LEFT, RIGHT + 1):
        tab.column_dimensions[get_column_letter(column)].width = column_width
    for column in (RIGHT + 1, RIGHT + 2):
        tab.column_dimensions[get_column_letter(column)].width = 2
    for column in range(ASIDE, ASIDE + asides):
        tab.column_dimensions[get_column_letter(column)].width = 13
    return Page(tab)


class Page:
    """The tab while it is drawn: styles cells, remembers where each figure stands."""

    def __init__(self, tab: Worksheet) -> None:
        self.tab = tab
        self.cells: dict[str, tuple[int, int]] = {}

    def at(self, name: str) -> str:
        row, column = self.cells[name]
        return f"${get_column_letter(column)}${row}"

    def put(
        self,
        row: int,
        span: Span,
        value: object = None,
        *,
        name: str = "",
        number_format: str = "",
        align: str = "center",
        size: float = 10,
        bold: bool = False,
        colour: str = styles.INK,
        fill: str = "",
        wrap: bool = False,
        line: bool = True,
    ) -> None:
        """Text or a named figure over the columns of `span`, with a hairline below."""
        first, last = span
        if last > first:
            self.tab.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
        for column in range(first, last + 1):
            cell = self.tab.cell(row, column)
            cell.font = styles.font(size, bold, colour)
            indent = 1 if align == "left" and not wrap else 0
            cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=wrap, indent=indent)
            if fill:
                cell.fill = PatternFill("solid", fgColor="FF" + fill)
            if line:
                cell.border = Border(bottom=Side(style="thin", color="FF" + styles.RULE))
            if number_format:
                cell.number_format = number_format
        if value is not None:
            self.tab.cell(row, first).value = value  # type: ignore[assignment]
        if name:
            self.cells[name] = (row, first)

    def label(self, row: int, span: Span, name: str) -> None:
        """A name from the ledger, however long."""
        self.put(row, span, name=name, align="left")
        self.tab.cell(row, span[0]).alignment = Alignment("left", "center", shrink_to_fit=True, indent=1)

    def size(self, row: int, column: int, name: str) -> None:
        """How many answers or tickets a figure rests on; nothing without a name."""
        self.put(row, (column, column), name=name, number_format=SIZE, size=9)
        self.tab.cell(row, column).alignment = Alignment("center", "center", shrink_to_fit=True)

    def section(self, row: int, title: str, note: str = "", link: str = "") -> int:
        """A section's heading; gives the row below it. `link` is the block whose rows the right end leads to."""
        self.tab.row_dimensions[row].height = 21
        for column in range(LEFT, RIGHT + 1):
            self.tab.cell(row, column).style = styles.SECTION
        self.tab.cell(row, LEFT).value = title
        last = RIGHT - 2 if link else RIGHT
        if note:
            self.put(row, (5, last), note, align="right", size=9, colour=styles.MUTED, line=False)
        if link:
            self.put(row, (last + 1, RIGHT), name=f"查看_{link}", align="right", size=9, colour=styles.ACCENT, line=False)
        for column in range(5, RIGHT + 1):
            self.tab.cell(row, column).border = styles.underline()
        return row + 1

    def gap(self, row: int) -> int:
        self.tab.row_dimensions[row].height = GAP
        return row + 1

    def header(self, row: int, columns: Sequence[tuple[Span, str]]) -> int:
        for span, text in columns:
            self.put(row, span, text, size=9, bold=True, fill=styles.COMPUTED_HEAD, wrap=True)
        return row + 1

    def aside(self, row: int, column: int, name: str, number_format: str = "") -> None:
        """To the left: a centred text longer than its column would run back into the page beside an empty cell."""
        self.put(row, (column, column), name=name, number_format=number_format, size=8, align="left",
                 colour=styles.MUTED, line=False)  # fmt: skip

    def aside_heads(self, row: int, first: int, titles: Sequence[str]) -> None:
        for offset, title in enumerate(titles):
            self.put(row, (first + offset, first + offset), title, size=8, colour=styles.MUTED, line=False)

    def rule(
        self,
        area: str,
        formula: str,
        colour: str | None,
        ink: str | None,
        bold: bool = False,
        last: bool = False,
    ) -> None:
        """A conditional format; `last` ends the search where it applies."""
        looks = styles.conditional(colour, ink, bold)
        rule = Rule("expression", dxf=looks, formula=[formula], stopIfTrue=last or None)
        self.tab.conditional_formatting.add(area, rule)

    def few(self, area: str, sample: str, sizes: str) -> None:
        """Grey slanted figures where fewer answers or tickets stand behind them than 样本少线; the cells of `sizes`
        say so in words."""
        formula = f"AND(ISNUMBER({sample}),{sample}<{self.at('样本少线')})"
        words = f"AND(ISNUMBER({sample}),{sample}>0,{sample}<{self.at('样本少线')})"
        slanted = Font(color="FF" + styles.MUTED, italic=True)
        told = DifferentialStyle(font=slanted, numFmt=NumberFormat(numFmtId=FEW_SIZE_ID, formatCode=FEW_SIZE))
        self.tab.conditional_formatting.add(sizes, Rule("expression", dxf=told, formula=[words]))
        looks = DifferentialStyle(font=slanted)
        self.tab.conditional_formatting.add(area, Rule("expression", dxf=looks, formula=[formula]))

    def beyond_chance(self, area: str, judged: str) -> None:
        """A difference is coloured where `judged` holds 1 (better) or -1 (worse) and stays plain elsewhere."""
        self.rule(area, f"{judged}=1", styles.GOOD, styles.GOOD_INK, bold=True)
        self.rule(area, f"{judged}=-1", styles.BAD, styles.BAD_INK, bold=True)


def grey_missing(page: Page, first: int, last: int, top: int, bottom: int) -> None:
    """#N/A is what a chart needs for a missing point; nobody has to see it."""
    left = get_column_letter(first)
    page.rule(f"{left}{top}:{get_column_letter(last)}{bottom}", f"ISNA({left}{top})", None, "E6E9ED")
