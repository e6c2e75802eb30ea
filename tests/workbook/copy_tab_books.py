"""Workbooks with a rich template tab, for the tests of copying and filling."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import openpyxl
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, DataBarRule, FormulaRule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableStyleInfo

from workbook.package.opc import Package, Relationship, parse_xml, to_xml

TEMPLATE = "周报模板"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_PICTURE = """<xdr:oneCellAnchor
 xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><xdr:from><xdr:col>8</xdr:col>
<xdr:colOff>0</xdr:colOff><xdr:row>0</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>
<xdr:ext cx="95250" cy="95250"/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="90" name="标志">
<a:hlinkClick r:id="rId92"/></xdr:cNvPr><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId91"/>
<a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/>
<a:ext cx="95250" cy="95250"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>
<xdr:clientData/></xdr:oneCellAnchor>"""


def ledger(path: Path, with_template: bool = True) -> Path:
    """Tabs 响应记录 (table), 设置, 周报模板 (hidden, rich) and 末页."""
    book = openpyxl.Workbook()
    rows = book.active
    assert rows is not None
    rows.title = "响应记录"
    rows.append(["序号", "类别", "用时"])
    for number in range(1, 11):
        rows.append([number, "投诉" if number % 3 else "咨询", number * 5])
    rows.add_table(_table("响应记录", "A1:C11"))
    settings = book.create_sheet("设置")
    settings["A1"], settings["B1"] = "低分线", 3.5
    settings["A2"], settings["A3"] = "投诉", "咨询"
    _name(book, "低分线", "设置!$B$1")
    _name(book, "类别表", "设置!$A$2:$A$3")
    if with_template:
        _template(book)
    book.create_sheet("末页")["A1"] = "末页"
    book.save(path)
    if with_template:
        _add_picture(path)
    return path


def stranger(path: Path) -> Path:
    """Another office's workbook: other styles at the same numbers, no template, a hidden last tab."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "响应记录"
    for row, size in enumerate((8, 9, 10, 11, 12), start=1):
        sheet.cell(row, 1, "字").font = Font(name="宋体", size=size, bold=True)
        sheet.cell(row, 2, row / 7).number_format = f"0.{'0' * row}"
    sheet.conditional_formatting.add("A1:A5", FormulaRule(["$B1>1"], font=Font(color="FF0000")))
    sheet["A10"], sheet["B10"], sheet["C10"] = "序号", "类别", "用时"
    sheet["A11"], sheet["B11"], sheet["C11"] = 1, "投诉", 4
    sheet.add_table(_table("响应记录", "A10:C11"))
    book.create_sheet("设置")["B1"] = 3.5
    hidden = book.create_sheet("选项")
    hidden.sheet_state = "hidden"
    book.save(path)
    return path


def _template(book: openpyxl.Workbook) -> None:
    sheet = book.create_sheet(TEMPLATE)
    sheet.sheet_state = "hidden"
    sheet.sheet_view.tabSelected = False
    book.add_named_style(
        NamedStyle("周报数字", font=Font(name="等线", size=14, color="1F6FB2"), number_format='0.0"%"')
    )
    thin = Side(style="thin", color="999999")
    sheet.merge_cells("A1:D1")
    sheet["A1"] = '="周报 "&周报模板!$B$2&"(模板不是:周报模板!A1)"'
    sheet["A1"].font = Font(name="微软雅黑", size=16, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet["A2"], sheet["B2"] = "周次", "2024-W00"
    sheet["A3"], sheet["B3"] = "周始", 45411
    sheet["B3"].number_format = "yyyy-mm-dd"
    sheet["A4"], sheet["B4"] = "达标率", "=SUM(明细[数])/COUNT(响应记录[序号])*100+目标*0"
    sheet["B4"].style = "周报数字"
    sheet["A5"], sheet["B5"] = "目标", 95
    sheet["A6"], sheet["B6"] = "低分", "=IF(周报模板!B5>低分线,周始+1,0)"
    sheet["A7"], sheet["B7"] = "用时", "=SUMIFS(响应记录[用时],响应记录[类别],'周报模板'!$A$12)"
    sheet["A8"], sheet["B8"] = "间接", '=INDIRECT("周报模板!B5")'
    sheet["A9"] = "结论"
    sheet.merge_cells("B9:D9")
    sheet["B9"].alignment = Alignment(wrap_text=True)
    sheet["H9"] = None
    sheet["A10"] = "链接"
    sheet["B10"] = "回到顶部"
    sheet["B10"].hyperlink = openpyxl.worksheet.hyperlink.Hyperlink(ref="B10", location="周报模板!A1")
    sheet["C10"] = "说明"
    sheet["C10"].hyperlink = "https://example.com/"
    sheet["A11"], sheet["B11"], sheet["C11"] = "类", "数", "占比"
    for row, kind in enumerate(("投诉", "咨询", "其他"), start=12):
        sheet.cell(row, 1, kind).border = Border(left=thin, right=thin)
        sheet.cell(row, 2, f'=COUNTIFS(响应记录[类别],"{kind}")')
        sheet.cell(row, 3, "=明细[[#This Row],[数]]/10")
    sheet.add_table(_table("明细", "A11:C14"))
    sheet["B2"].comment = Comment("由程序填写", "系统")
    validation = DataValidation(type="list", formula1="类别表", allow_blank=True)
    validation.add("D12:D14")
    own = DataValidation(type="list", formula1="周报模板!$A$12:$A$14")
    own.add("E12")
    sheet.add_data_validation(validation)
    sheet.add_data_validation(own)
    sheet.conditional_formatting.add(
        "B4", CellIsRule(operator="lessThan", formula=["周报模板!$B$5"], fill=PatternFill(bgColor="FFC7CE"))
    )
    sheet.conditional_formatting.add(
        "B12:B14", DataBarRule("num", 0, "formula", "周报模板!$B$5", color="1F6FB2")
    )
    sheet.print_area = "A1:G40"
    sheet.print_title_rows = "1:2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.oddFooter.center.text = "第 &P 页"
    sheet.column_dimensions["A"].width = 21.5
    sheet.row_dimensions[1].height = 30
    sheet.freeze_panes = "A3"
    for cell, name in (("$B$2", "周次"), ("$B$3", "周始"), ("$B$9:$D$9", "结论"), ("$H$9", "结论_生成")):
        sheet.defined_names[name] = DefinedName(name, attr_text=f"周报模板!{cell}")
    sheet.defined_names["已删"] = DefinedName("已删", attr_text="周报模板!#REF!")
    for row, name in ((4, "达标率"), (6, "低分"), (7, "用时"), (8, "间接")):
        sheet.defined_names[name] = DefinedName(name, attr_text=f"周报模板!$B${row}")
    for row, kind in ((12, "投诉"), (13, "咨询"), (14, "其他")):
        sheet.defined_names[f"{kind}类"] = DefinedName(f"{kind}类", attr_text=f"周报模板!$A${row}")
        sheet.defined_names[f"{kind}数"] = DefinedName(f"{kind}数", attr_text=f"周报模板!$B${row}")
    _name(book, "目标", "周报模板!$B$5")
    _name(book, "目标加一", "目标+1")
    _name(book, "明细数", "明细[数]")
    _charts(sheet)


def _charts(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    for chart, anchor in ((BarChart(), "A17"), (LineChart(), "E17")):
        chart.title = "类别"
        chart.add_data(Reference(sheet, min_col=2, min_row=11, max_row=14), titles_from_data=True)
        chart.set_categories(Reference(sheet, min_col=1, min_row=12, max_row=14))
        sheet.add_chart(chart, anchor)


def _table(name: str, ref: str) -> Table:
    return Table(
        displayName=name,
        ref=ref,
        tableStyleInfo=TableStyleInfo(name="TableStyleMedium2", showRowStripes=True),
    )


def _name(book: openpyxl.Workbook, name: str, text: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=text)


def _add_picture(path: Path) -> None:
    """A picture with a link to its own tab, as Excel writes one; openpyxl needs another library for it."""
    package = Package.open(path)
    entry = package.sheet(TEMPLATE)
    assert entry is not None
    drawing = package.related(entry.part, "drawing")
    assert drawing is not None
    package.ensure_default("png", "image/png")
    package.write("xl/media/image1.png", _png())
    rels = [*package.relationships(drawing), Relationship("rId91", _IMAGE, "xl/media/image1.png")]
    package.set_relationships(drawing, rels)
    folder, _, name = drawing.rpartition("/")
    rels_part = f"{folder}/_rels/{name}.rels"
    link = f'<Relationship Id="rId92" Type="{_LINK}" Target="#{TEMPLATE}!A1"/></Relationships>'
    package.write(rels_part, package.read(rels_part).replace(b"</Relationships>", link.encode()))
    root = parse_xml(package.read(drawing))
    root.append(parse_xml(_PICTURE.encode()))
    package.write(drawing, to_xml(root))
    package.save(path)


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x1f\x6f\xb2")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
