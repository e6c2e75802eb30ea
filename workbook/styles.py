"""How everything looks: fonts, colours, borders and named cell styles, once.

Named styles are registered in each workbook made (`register`), so that a person can restyle all tabs from
Excel's cell style gallery. One accent colour; every other colour means something (input, computed, status).
"""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.writer.theme import theme_xml

FACE = "微软雅黑"
BODY_SIZE = 10

ACCENT = "1F6FB2"
INK = "262B33"
MUTED = "7A828C"
RULE = "D5D9DE"
WHITE = "FFFFFF"
INPUT = "FFFBE5"
COMPUTED = "F4F5F7"
COMPUTED_HEAD = "DDE1E6"

GOOD, GOOD_INK = "D9F0DF", "1E6B3A"
SOON, SOON_INK = "FFE9B8", "8A5A00"
BAD, BAD_INK = "F9D4D0", "A5271B"
OPEN, OPEN_INK = "DCEAF6", "1C5A90"
UNKNOWN, UNKNOWN_INK = "E3E5E8", "5C636B"
FLAGGED, FLAGGED_INK = "FFD6A5", "8A3B00"

STATUS_COLOURS = {
    "达标": (GOOD, GOOD_INK),
    "即将超时": (SOON, SOON_INK),
    "超时": (BAD, BAD_INK),
    "进行中": (OPEN, OPEN_INK),
    "无法判定": (UNKNOWN, UNKNOWN_INK),
    "无时限": (UNKNOWN, UNKNOWN_INK),
}
"""Status -> (fill, font colour)."""

# Names of the cell styles, as Excel's gallery shows them.
TITLE = "台账_标题"
SUBTITLE = "台账_副标题"
SECTION = "台账_小节"
NOTE = "台账_说明"
TEXT = "台账_正文"
LINK = "台账_链接"
HEAD_INPUT = "台账_填写标题"
HEAD_COMPUTED = "台账_计算标题"
CELL_INPUT = "台账_填写"
CELL_COMPUTED = "台账_计算"
LABEL = "台账_标签"
FIGURE = "台账_数字"
KPI_LABEL = "台账_指标名"
KPI_VALUE = "台账_指标值"


def font(size: float = BODY_SIZE, bold: bool = False, colour: str = INK, underline: bool = False) -> Font:
    return Font(
        name=FACE, size=size, bold=bold, color="FF" + colour, underline="single" if underline else None
    )


def fill(colour: str) -> PatternFill:
    """A solid cell fill; `colour` is RRGGBB."""
    return PatternFill("solid", fgColor="FF" + colour, bgColor="FF" + colour)


def frame(colour: str = RULE, style: str = "thin") -> Border:
    """A border on all four sides."""
    side = Side(style=style, color="FF" + colour)  # type: ignore[arg-type]
    return Border(left=side, right=side, top=side, bottom=side)


def underline(colour: str = ACCENT, style: str = "medium") -> Border:
    """A border below only."""
    return Border(bottom=Side(style=style, color="FF" + colour))  # type: ignore[arg-type]


def align(
    horizontal: str = "left", wrap: bool = False, vertical: str = "center", indent: int = 0, shrink: bool = False
) -> Alignment:
    return Alignment(
        horizontal=horizontal, vertical=vertical, wrap_text=wrap, indent=indent, shrink_to_fit=shrink or None
    )


def conditional(colour: str | None, ink: str | None = None, bold: bool = False) -> DifferentialStyle:
    """What a conditional format changes: fill and font colour."""
    return DifferentialStyle(
        font=Font(color="FF" + ink, bold=bold or None) if ink else None,
        # Excel takes the colour of a solid differential fill from bgColor.
        fill=PatternFill("solid", fgColor="FF" + colour, bgColor="FF" + colour) if colour else None,
    )


def named_styles() -> list[NamedStyle]:
    """Fresh style objects (openpyxl binds each to one workbook)."""

    def style(name: str, **looks: object) -> NamedStyle:
        looks.setdefault("font", font())
        looks.setdefault("alignment", align())
        return NamedStyle(name=name, **looks)  # type: ignore[arg-type]

    return [
        style(TITLE, font=font(18, bold=True, colour=ACCENT)),
        style(SUBTITLE, font=font(11, colour=MUTED)),
        style(SECTION, font=font(12, bold=True, colour=ACCENT), border=underline()),
        style(NOTE, font=font(9, colour=MUTED)),
        style(TEXT, alignment=align(wrap=True)),
        style(LINK, font=font(colour=ACCENT, underline=True)),
        style(
            HEAD_INPUT,
            font=font(bold=True, colour=WHITE),
            fill=fill(ACCENT),
            border=frame(),
            alignment=align("center", wrap=True),
        ),
        style(
            HEAD_COMPUTED,
            font=font(bold=True),
            fill=fill(COMPUTED_HEAD),
            border=frame(),
            alignment=align("center", wrap=True),
        ),
        style(CELL_INPUT, fill=fill(INPUT), border=frame()),
        style(CELL_COMPUTED, fill=fill(COMPUTED), border=frame()),
        style(LABEL, font=font(bold=True), border=frame(), alignment=align("left", wrap=True)),
        style(FIGURE, border=frame(), alignment=align("right")),
        style(KPI_LABEL, font=font(9, colour=MUTED), alignment=align("center", wrap=True)),
        style(KPI_VALUE, font=font(18, bold=True), alignment=align("center")),
    ]


def register(workbook: Workbook) -> None:
    """Give a new workbook the house font, the theme's accent colour and the named styles. Call it first."""
    body = font()
    workbook._fonts = IndexedList([body])  # type: ignore[attr-defined]  # font 0 is what every cell without a style shows
    normal = workbook._named_styles["Normal"]  # type: ignore[attr-defined]
    normal.font = body
    for style in named_styles():
        workbook.add_named_style(style)
    # Table styles and charts take their colours from the theme.
    theme = theme_xml.replace("4F81BD", ACCENT).replace("Calibri", FACE).replace("Cambria", FACE)
    workbook.loaded_theme = theme.encode() if isinstance(theme, str) else theme
