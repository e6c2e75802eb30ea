"""The ribbon as Excel will show it, drawn from its XML: labels, groups, sizes, order and menus are the XML's own;
frame and icons are sketches. `python -m tests.support.ribbon_picture` writes docs/pictures/ribbon.png."""

from __future__ import annotations

import math
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

from xlsvc.ribbon import ribbon_xml

from .libreoffice import LibreOffice
from .render import pages

TARGET = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "ribbon.png"
UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
GREEN, BLUE, GREY, INK, LINE = "#217346", "#2b579a", "#605e5c", "#252423", "#e1dfdd"
TABS = ("文件", "开始", "插入", "页面布局", "公式", "数据", "审阅", "视图")
SHOWN_TIP = "summary"  # the button whose tip is drawn
TOP, PANEL, LABELS = 34, 96, 22  # heights: tab strip, buttons, group names

THICK, THIN = 2.4, 1.6
Points = tuple[tuple[float, float], ...]


def arc(x: float, y: float, radius: float, start: float, end: float) -> Points:
    """Points on a circle, in degrees clockwise from the right."""
    steps = [math.radians(start + (end - start) * n / 24) for n in range(25)]
    return tuple((x + radius * math.cos(a), y + radius * math.sin(a)) for a in steps)


def box(x: float, y: float, width: float, height: float) -> Points:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))


_PAGE = (
    (((8, 3), (19, 3), (25, 9), (25, 29), (8, 29), (8, 3)), "#ffffff", GREY, THIN),
    (((19, 3), (19, 9), (25, 9)), "none", GREY, THIN),
)
_GRID = (
    (box(4, 6, 24, 20), "#ffffff", GREY, THIN), (((4, 12.5), (28, 12.5)), "none", GREY, THIN),
    (((4, 19), (28, 19)), "none", GREY, THIN), (((12, 6), (12, 26)), "none", GREY, THIN),
    (((20, 6), (20, 26)), "none", GREY, THIN),
)  # fmt: skip
ICONS: dict[str, tuple[tuple[Points, str, str, float], ...]] = {
    "RefreshAll": (
        (arc(16, 16, 11, 170, 330), "none", BLUE, THICK), (arc(16, 16, 11, -10, 150), "none", BLUE, THICK),
        (((26, 3.5), (25.5, 10.5), (18.5, 10)), "none", BLUE, THICK), (((6, 28.5), (6.5, 21.5), (13.5, 22)), "none", BLUE, THICK),
    ),
    "Spelling": (
        (((5, 18), (9, 6), (13, 18)), "none", BLUE, THICK), (((6.5, 14), (11.5, 14)), "none", BLUE, THIN),
        (((16, 6), (16, 18)), "none", BLUE, THICK), (arc(19, 14.5, 3.4, 0, 360), "none", BLUE, THIN),
        (((10, 23), (15, 28), (27, 16)), "none", GREEN, 3.2),
    ),
    "OutlookTaskCreate": (
        (box(6, 5, 20, 23), "#ffffff", GREY, THIN), (((10, 11), (12, 13.5), (15.5, 9)), "none", GREEN, THICK),
        (((18, 11.5), (23, 11.5)), "none", GREY, THIN), (((10, 18), (12, 20.5), (15.5, 16)), "none", GREEN, THICK),
        (((18, 18.5), (23, 18.5)), "none", GREY, THIN), (((10, 24), (23, 24)), "none", GREY, THIN),
    ),
    "DataValidation": (*_GRID, (((11, 19), (17, 26), (29, 10)), "none", GREEN, 3.4)),
    "HeaderFooterCurrentTimeInsert": (
        (arc(16, 16, 12, 0, 360), "#ffffff", BLUE, THICK), (((16, 8), (16, 16), (22, 20)), "none", BLUE, THICK),
    ),
    "Help": (
        (arc(16, 16, 12, 0, 360), "#ffffff", BLUE, THICK), (arc(16, 13, 4, -180, 60), "none", BLUE, 2.6),
        (((17.5, 16), (16, 18), (16, 20)), "none", BLUE, 2.6), (box(14.8, 22.5, 2.4, 2.4), BLUE, "none", 0),
    ),
    "AutoSum": ((((24, 8), (24, 5), (8, 5), (17, 16), (8, 27), (24, 27), (24, 24)), "none", BLUE, THICK),),
    "FindDialogExcel": ((arc(13, 13, 9, 0, 360), "#ffffff", BLUE, THICK), (((20, 20), (28, 28)), "none", GREY, 4)),
    "DataFormExcel": (
        (box(4, 4, 24, 24), "#ffffff", GREY, THIN), (box(4, 4, 24, 5), BLUE, "none", 0),
        *(((((8, y), (13, y)), "none", GREY, 2)) for y in (14, 20, 25)),
        *((box(16, y, 9, 3), "none", BLUE, THIN) for y in (12.5, 18.5)), (box(16, 23.5, 5, 2.5), GREEN, "none", 0),
    ),
    "ReviewNewComment": (
        (((4, 5), (28, 5), (28, 22), (15, 22), (9, 28), (9, 22), (4, 22), (4, 5)), "#ffffff", GREY, THIN),
        (((9, 11), (23, 11)), "none", BLUE, THICK), (((9, 16.5), (18, 16.5)), "none", BLUE, THICK),
    ),
    "ChartInsert": (
        (((4, 3), (4, 28), (29, 28)), "none", GREY, THIN), (box(8, 17, 5, 9.5), BLUE, "none", 0),
        (box(15, 9, 5, 17.5), GREEN, "none", 0), (box(22, 13, 5, 13.5), "#c55a11", "none", 0),
    ),
    "Lock": (
        (arc(16, 13, 6, -180, 0), "none", GREY, 3), (box(7, 13, 18, 14), "#ffd966", GREY, THIN),
        (box(14.5, 18, 3, 5), INK, "none", 0),
    ),
    "Undo": (
        (((7, 12), *arc(20, 19, 7, -90, 90), (11, 26)), "none", BLUE, THICK), (((13, 5.5), (6.5, 12), (13, 18.5)), "none", BLUE, THICK),
    ),
    "PivotTableInsert": (
        *_GRID, (((9, 8), (27, 8)), "none", BLUE, 3.4), (((13, 12), (13, 26)), "none", BLUE, 3.4),
    ),
    "FileNew": _PAGE,
    "FilePrint": (
        (box(9, 4, 14, 9), "#ffffff", GREY, THIN), (box(4, 12, 24, 11), GREY, GREY, THIN), (box(9, 19, 14, 9), "#ffffff", GREY, THIN),
        (((12, 23), (20, 23)), "none", BLUE, THIN),
    ),
    "FileOpen": (
        (((3, 27), (3, 7), (12, 7), (15, 11), (26, 11), (26, 15)), "#ffe699", GREY, THIN),
        (((3, 27), (8, 15), (30, 15), (25, 27), (3, 27)), "#fff2cc", GREY, THIN),
    ),
    "FileSaveAsExcelXlsx": (*_PAGE, (((12, 16), (26, 16)), "none", GREEN, 3), (((20, 10), (26, 16), (20, 22)), "none", GREEN, 3)),
    "CellsInsertDialog": (*_GRID, (((16, 26), (16, 12)), "none", GREEN, 3), (((10, 18), (16, 12), (22, 18)), "none", GREEN, 3)),
    "Paste": (
        (box(5, 5, 18, 23), "#ffe699", GREY, THIN), (box(10, 2.5, 8, 5), GREY, "none", 0),
        (box(13, 12, 15, 17), "#ffffff", GREY, THIN), (((16, 17.5), (25, 17.5)), "none", BLUE, 2),
        (((16, 22.5), (25, 22.5)), "none", BLUE, 2),
    ),
    "MacroPlay": ((((9, 5), (26, 16), (9, 27), (9, 5)), GREEN, "none", 0),),
    "TraceError": (
        (((16, 3), (29, 16), (16, 29), (3, 16), (16, 3)), "#ffd966", GREY, THIN), (((16, 9.5), (16, 18)), "none", INK, 3),
        (box(14.8, 21, 2.4, 2.4), INK, "none", 0),
    ),
}  # fmt: skip
"""Sketches on 32 by 32: points, fill, line colour, line width."""
UNKNOWN: tuple[tuple[Points, str, str, float], ...] = (
    (box(5, 5, 22, 22), "#deecf9", BLUE, THIN), (box(11, 11, 10, 10), BLUE, "none", 0),
)  # fmt: skip


@dataclass
class Canvas:
    """Drawing shapes of a flat OpenDocument file, in pixels of 1/96 inch; styles by what they look like."""

    styles: dict[tuple[str, ...], str]
    pieces: list[str]

    def path(self, x: float, y: float, side: float, points: Points, fill: str, stroke: str, width: float) -> None:
        """Points on a square of 32, drawn `side` wide at x, y. LibreOffice puts a path's own frame at the place given."""
        left, top = min(p[0] for p in points), min(p[1] for p in points)
        across, down = max(p[0] for p in points) - left, max(p[1] for p in points) - top
        scale = side / 32
        if not across or not down:  # a straight line has no frame to be put into: a thin box is one
            thin = width / 2
            return self.path(x, y, side, box(left - thin * (not across), top - thin * (not down),
                             across or width, down or width), stroke, "none", 0)  # fmt: skip
        # a path's view box is whole numbers: hundredths
        d = " L".join(f"{round((p[0] - left) * 100)} {round((p[1] - top) * 100)}" for p in points)
        closed = "z" if points[0] == points[-1] or fill != "none" else ""
        self.pieces.append(
            f'<draw:path draw:style-name="{self._shape(fill, stroke, width * scale)}"'
            f" {_at(x + left * scale, y + top * scale, across * scale, down * scale)}"
            f' svg:viewBox="0 0 {round(across * 100)} {round(down * 100)}" svg:d="M{d}{closed}"/>'
        )

    def rectangle(self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "none") -> None:
        self.pieces.append(f'<draw:rect draw:style-name="{self._shape(fill, stroke, 1)}" {_at(x, y, width, height)}/>')

    def text(
        self, x: float, y: float, text: str, size: float = 12, fill: str = INK, anchor: str = "start", bold: bool = False
    ) -> None:
        """`y` is the line the letters stand on; `anchor` start or middle."""
        width = width_of(text, size) + 24
        left = x - width / 2 if anchor == "middle" else x
        style = self.styles.setdefault(("text", str(size), fill, anchor, str(bold)), f"t{len(self.styles)}")
        frame = self._shape("none", "none", 0)
        self.pieces.append(
            f'<draw:frame draw:style-name="{frame}" {_at(left, y - size * 1.16, width, size * 1.5)}><draw:text-box>'
            f'<text:p text:style-name="{style}">{escape(text)}</text:p></draw:text-box></draw:frame>'
        )

    def icon(self, x: float, y: float, name: str, side: float) -> None:
        for path, fill, stroke, width in ICONS.get(name, UNKNOWN):
            self.path(x, y, side, path, fill, stroke, width)

    def arrow(self, x: float, y: float) -> None:
        self.path(x - 4, y - 2, 8, ((4, 8), (28, 8), (16, 22), (4, 8)), GREY, "none", 0)

    def _shape(self, fill: str, stroke: str, width: float) -> str:
        return self.styles.setdefault(("shape", fill, stroke, f"{width:.2f}"), f"s{len(self.styles)}")


def _at(x: float, y: float, width: float, height: float) -> str:
    values = {"x": x, "y": y, "width": width, "height": height}
    return " ".join(f'svg:{name}="{value / 96:.4f}in"' for name, value in values.items())


def _style(key: tuple[str, ...], name: str) -> str:
    if key[0] == "text":
        _, size, fill, anchor, bold = key
        points, weight = f"{float(size) * 0.75:.2f}pt", "bold" if bold == "True" else "normal"
        return (
            f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties'
            f' fo:text-align="{"center" if anchor == "middle" else "start"}"/><style:text-properties fo:color="{fill}"'
            f' fo:font-family="Noto Sans CJK SC" style:font-family-asian="Noto Sans CJK SC" fo:font-size="{points}"'
            f' style:font-size-asian="{points}" fo:font-weight="{weight}" style:font-weight-asian="{weight}"/></style:style>'
        )
    _, fill, stroke, width = key
    fill_text = 'draw:fill="none"' if fill == "none" else f'draw:fill="solid" draw:fill-color="{fill}"'
    line = 'draw:stroke="none"' if stroke == "none" else (
        f'draw:stroke="solid" svg:stroke-color="{stroke}" svg:stroke-width="{float(width) / 96:.4f}in" svg:stroke-linecap="round"'
        ' draw:stroke-linejoin="round"'
    )  # fmt: skip
    return (
        f'<style:style style:name="{name}" style:family="graphic"><style:graphic-properties {fill_text} {line}'
        ' fo:padding="0in" draw:auto-grow-height="false" draw:auto-grow-width="false" draw:textarea-vertical-align="top"/>'
        "</style:style>"
    )


_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "style": "style", "text": "text", "table": "table", "draw": "drawing",
        "fo": "xsl-fo-compatible", "svg": "svg-compatible",
    }.items()
)  # fmt: skip


def document(canvas: Canvas, width: float, height: float) -> str:
    """A flat spreadsheet of one page, just large enough for the picture."""
    page = f'fo:page-width="{width / 96:.4f}in" fo:page-height="{height / 96:.4f}in" fo:margin="0in" style:print-orientation="landscape"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.3"'
        ' office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:automatic-styles>'
        '<style:style style:name="ta" style:family="table" style:master-page-name="Default"/>'
        + "".join(_style(key, name) for key, name in canvas.styles.items())
        + f'<style:page-layout style:name="page"><style:page-layout-properties {page} style:scale-to-pages="1"'
        ' style:print="drawings"/><style:header-style/><style:footer-style/></style:page-layout></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="Default" style:page-layout-name="page">'
        '<style:header style:display="false"/><style:footer style:display="false"/></style:master-page></office:master-styles>'
        '<office:body><office:spreadsheet><table:table table:name="ribbon" table:style-name="ta"><table:shapes>'
        + "".join(canvas.pieces)
        + "</table:shapes><table:table-column/><table:table-row><table:table-cell/></table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document>"
    )


def width_of(text: str, size: float = 12) -> float:
    return sum(size if ord(letter) > 255 else size * 0.56 for letter in text)


def picture(xml: bytes) -> str:
    """The picture of a ribbon as a flat spreadsheet: tab strip, groups, the first menu opened, one tip shown."""
    (tab,) = etree.fromstring(xml).iter(f"{UI}tab")
    styles: dict[tuple[str, ...], str] = {}
    canvas, over, frame = Canvas(styles, []), Canvas(styles, []), Canvas(styles, [])
    x, menu, tip = 14.0, None, None
    base = TOP + 6
    for group in tab:
        left = x
        x += 6
        small: list[etree._Element] = []
        for control in group:
            button = control[0] if control.tag == f"{UI}splitButton" else control
            if control.get("size") == "large":
                x = _small(canvas, x, base, small)
                small = []
                width = max(58, width_of(str(button.get("label"))) + 14)
                if control is not button and menu is None:
                    canvas.rectangle(x, base + 2, width, PANEL - 6, "#e6f2ec", "#9fcdb3")
                    menu = (x, control[1])
                canvas.icon(x + width / 2 - 16, base + 10, str(button.get("imageMso")), 32)
                canvas.text(x + width / 2, base + 61, str(button.get("label")), anchor="middle")
                if control is not button:
                    canvas.arrow(x + width / 2, base + 72)
                if button.get("tag") == SHOWN_TIP:
                    tip = (x, button)
                x += width + 4
            else:
                small.append(control)
        x = _small(canvas, x, base, small)
        label = str(group.get("label"))
        x = max(x + 6, left + width_of(label, 11) + 20)
        canvas.text((left + x) / 2, base + PANEL + 13, label, 11, GREY, "middle")
        canvas.rectangle(x, base + 4, 1, PANEL + 12, LINE)
        x += 4
    width = max(x + 14, 760)
    height = base + PANEL + LABELS + 14
    if menu:
        height = max(height, _menu(over, menu[0], base + PANEL + LABELS - 2, menu[1]))
    if tip:
        height = max(height, _tip(over, tip[0], base + PANEL + LABELS + 6, tip[1], width))
    _frame(frame, width, height, base, str(tab.get("label")))
    return document(Canvas(styles, [*frame.pieces, *canvas.pieces, *over.pieces]), width, height)


def _small(canvas: Canvas, x: float, base: float, controls: list[etree._Element]) -> float:
    """Small buttons stand three in a column. Returns where the next thing goes."""
    for start in range(0, len(controls), 3):
        column = controls[start : start + 3]
        for row, control in enumerate(column):
            button = control[0] if control.tag == f"{UI}splitButton" else control
            y = base + 8 + row * 27
            canvas.icon(x + 4, y, str(button.get("imageMso")), 18)
            canvas.text(x + 27, y + 14, str(button.get("label")))
        x += 27 + max(width_of(str(c.get("label") or c[0].get("label"))) for c in column) + 12
    return x


def _menu(canvas: Canvas, x: float, y: float, menu: etree._Element) -> float:
    width = 46 + max(width_of(str(button.get("label"))) for button in menu) + 28
    canvas.rectangle(x + 2, y + 2, width, len(menu) * 28 + 8, "#d2d0ce")
    canvas.rectangle(x, y, width, len(menu) * 28 + 8, "#ffffff", "#c8c6c4")
    for row, button in enumerate(menu):
        canvas.icon(x + 10, y + 9 + row * 28, str(button.get("imageMso")), 18)
        canvas.text(x + 40, y + 23 + row * 28, str(button.get("label")))
    return y + len(menu) * 28 + 24


def _tip(canvas: Canvas, x: float, y: float, button: etree._Element, limit: float) -> float:
    text, lines, line = str(button.get("supertip")), [], ""
    for letter in text:
        if width_of(line + letter) > 250 and letter not in ",。;、”":
            lines.append(line)
            line = ""
        line += letter
    lines.append(line)
    height = 34 + len(lines) * 19
    x = min(x, limit - 296)
    canvas.rectangle(x + 2, y + 2, 280, height, "#d2d0ce")
    canvas.rectangle(x, y, 280, height, "#ffffff", "#c8c6c4")
    canvas.text(x + 12, y + 21, str(button.get("screentip")), bold=True)
    for row, words in enumerate(lines):
        canvas.text(x + 12, y + 43 + row * 19, words, fill=GREY)
    return y + height + 14


def _frame(canvas: Canvas, width: float, height: float, base: float, label: str) -> None:
    canvas.rectangle(0, 0, width, height, "#ffffff")
    canvas.rectangle(0, 0, width, base + PANEL + LABELS + 8, "#f3f2f1")
    x = 16.0
    for name in (*TABS, label):
        own = name == label
        canvas.text(x, 23, name, 13, GREEN if own else INK, bold=own)
        if own:
            canvas.rectangle(x, 30, width_of(name, 13), 3, GREEN)
        x += width_of(name, 13) + 20
    canvas.rectangle(8, base - 2, width - 16, PANEL + LABELS, "#ffffff", LINE)


def draw(target: Path) -> None:
    """Flat spreadsheet -> PDF -> PNG, as the other pictures."""
    office = LibreOffice()
    with tempfile.TemporaryDirectory(prefix="xlsvc-ribbon-") as folder:
        source = Path(folder) / "ribbon.fods"
        source.write_text(picture(ribbon_xml()), encoding="utf-8")
        try:
            (page,) = pages(office, source, Path(folder) / "pages", dpi=144)
        finally:
            office.close()
        target.write_bytes(page.read_bytes())


def main() -> None:
    draw(TARGET)
    print(TARGET.name, TARGET.stat().st_size)


if __name__ == "__main__":
    sys.exit(main())
