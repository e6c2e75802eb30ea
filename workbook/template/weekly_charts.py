"""The weekly tab's five native charts: straight lines, titles with units, text categories as text."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)
from openpyxl.worksheet.worksheet import Worksheet

from .. import styles

NEW, CLOSED = styles.ACCENT, "A9B4C0"
DARK, LOW = "17324D", "D98E04"

SHOWN = "0;;"
"""Counts of parts of a bar: a part of nothing has no number."""

WHOLE = '[=0]0;[<1]"";0'
"""Axis labels of counts: a week of nothing would else be labelled 0, 1, 1."""

Range = tuple[int, int, int]
"""Column, first row and last row of a chart's cells; the heading stands above the first row."""


def daily(tab: Worksheet, labels: Range, new: Range, closed: Range) -> BarChart:
    chart = _bars("每日新增与办结(张)")
    chart.series = [
        _bar_series(tab, new, labels, "新增", NEW),
        _bar_series(tab, closed, labels, "办结", CLOSED),
    ]
    chart.x_axis.txPr = _text(700)  # seven dates have to stand side by side
    chart.y_axis.scaling.min = 0
    chart.y_axis.number_format = WHOLE
    return chart


def ages(tab: Worksheet, labels: Range, late: Range, others: Range) -> BarChart:
    """Open tickets by days since they were accepted, the overdue ones at the bottom, each part with its number."""
    chart = _bars("未结工单已等天数(张)")
    chart.grouping, chart.overlap = "stacked", 100
    chart.series = [
        _bar_series(tab, late, labels, "超时未结", styles.BAD_INK),
        _bar_series(tab, others, labels, "其余未结", CLOSED),
    ]
    for series, ink in zip(chart.series, (styles.WHITE, styles.INK), strict=True):
        series.dLbls = DataLabelList(showVal=True, numFmt=SHOWN, txPr=_text(800, ink))
        series.dLbls.showSerName = series.dLbls.showCatName = series.dLbls.showLegendKey = False
        series.dLbls.showPercent = False
    chart.y_axis.scaling.min = 0
    chart.y_axis.number_format = WHOLE
    return chart


def dimensions(tab: Worksheet, labels: Range, means: Range, line: Range) -> BarChart:
    """Means from 1 to 5 as bars, the low line across them."""
    chart = _bars("各维度均分(1–5分)与低分线")
    bars = _bar_series(tab, means, labels, "均分", NEW)
    chart.series = [bars]
    chart.gapWidth = 70
    chart.x_axis.txPr = _text(700)
    _scale(chart.y_axis, 1, 5, 1, "0")
    low = LineChart()
    low.series = [_line_series(tab, line, labels, "低分线", LOW, dash="dash", marker=False)]
    low.y_axis.axId = chart.y_axis.axId
    chart += low
    return chart


def trend(
    tab: Worksheet, labels: Range, new: Range, closed: Range, response: Range, resolution: Range
) -> BarChart:
    """Tickets as bars on the left axis, rates as lines on the right one."""
    chart = _bars("近 8 周:新增与办结(张,左轴)、达标率(%,右轴)")
    chart.series = [
        _bar_series(tab, new, labels, "新增", NEW),
        _bar_series(tab, closed, labels, "办结", CLOSED),
    ]
    chart.y_axis.scaling.min = 0
    chart.y_axis.number_format = WHOLE
    chart += _right_axis(
        [
            _line_series(tab, response, labels, "首次响应达标率", DARK),
            _line_series(tab, resolution, labels, "解决达标率", LOW, dash="sysDash"),
        ]
    )
    return chart


def _right_axis(series: list[Any]) -> LineChart:
    """Lines on an axis of shares at the right, 0 to 100 %."""
    rates = LineChart()
    rates.series = series
    rates.y_axis.axId = 200
    rates.y_axis.crosses = "max"
    rates.y_axis.delete = False
    rates.y_axis.majorGridlines = None
    _scale(rates.y_axis, 0, 1, 0.2, "0%")
    rates.y_axis.txPr = _text(800)
    return rates


def pareto(tab: Worksheet, labels: Range, numbers: Range, running: Range) -> BarChart:
    """Tickets of each problem type as bars, their running share as a line on a right axis from 0 to 100 %."""
    chart = _bars("问题类型帕累托(张,左轴;累计占比 %,右轴)")
    chart.series = [_bar_series(tab, numbers, labels, "本周新增", NEW)]
    chart.gapWidth = 40
    chart.y_axis.scaling.min = 0
    chart.y_axis.number_format = WHOLE
    chart.x_axis.txPr = _text(700)
    chart += _right_axis([_line_series(tab, running, labels, "累计占比", LOW)])
    return chart


def anchored(chart: BarChart, first: tuple[int, int], last: tuple[int, int]) -> BarChart:
    """Fix a chart to the cells (row, column) from `first` up to and without `last`."""
    anchor: Any = TwoCellAnchor(
        editAs="twoCell",
        _from=AnchorMarker(row=first[0] - 1, col=first[1] - 1),
        to=AnchorMarker(row=last[0] - 1, col=last[1] - 1),
    )
    chart.anchor = anchor
    return chart


def _bars(title: str) -> BarChart:
    chart = BarChart()
    chart.type = "col"
    chart.grouping = "clustered"
    chart.gapWidth = 60
    chart.overlap = 0
    chart.title = _title(title)
    chart.legend.position = "b"
    chart.legend.txPr = _text(800)
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False  # openpyxl leaves it out, and newer Excel then draws no axis
        axis.txPr = _text(800)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=styles.RULE))
    chart.x_axis.number_format = "General"
    chart.y_axis.majorGridlines = ChartLines(
        spPr=GraphicalProperties(ln=LineProperties(solidFill="E6E9ED", w=6350))
    )
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(solidFill=styles.RULE, w=6350))
    chart.roundedCorners = False
    chart.display_blanks = "gap"
    return chart


def _scale(axis: Any, least: float, most: float, step: float, number_format: str) -> None:
    axis.scaling.min, axis.scaling.max = least, most
    axis.majorUnit = step
    axis.number_format = number_format


def _series(tab: Worksheet, cells: Range, labels: Range, title: str) -> Any:
    column, first, last = cells
    series = Series(Reference(tab, column, first, column, last), title=title)
    names = Reference(tab, labels[0], labels[1], labels[0], labels[2])
    series.cat = AxDataSource(strRef=StrRef(f=str(names)))  # openpyxl takes all categories for numbers
    return series


def _bar_series(tab: Worksheet, cells: Range, labels: Range, title: str, colour: str) -> Any:
    series = _series(tab, cells, labels, title)
    series.spPr = GraphicalProperties(solidFill=colour)
    series.invertIfNegative = False
    return series


def _line_series(
    tab: Worksheet,
    cells: Range,
    labels: Range,
    title: str,
    colour: str,
    dash: Any = "solid",
    marker: bool = True,
) -> Any:
    series = _series(tab, cells, labels, title)
    series.smooth = False
    series.spPr = GraphicalProperties(ln=LineProperties(solidFill=colour, w=22225, prstDash=dash))
    series.marker.symbol = "circle" if marker else "none"
    if marker:
        series.marker.size = 5
        series.marker.spPr = GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))
    return series


def _characters(size: int, bold: bool = False, colour: str = styles.INK) -> CharacterProperties:
    face = Font(typeface=styles.FACE)
    return CharacterProperties(sz=size, b=bold, solidFill=colour, latin=face, ea=face)


def _text(size: int, colour: str = styles.MUTED) -> RichText:
    properties = ParagraphProperties(defRPr=_characters(size, colour=colour))
    level = RichTextProperties(rot=0, vert="horz")  # left to itself a narrow chart turns its labels
    return RichText(bodyPr=level, p=[Paragraph(pPr=properties, endParaRPr=_characters(size))])


def _title(text: str) -> Title:
    looks = _characters(1000, bold=True)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=looks), r=[RegularTextRun(rPr=looks, t=text)])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)
