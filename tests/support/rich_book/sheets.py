"""The rich ledger's own tabs as XML, and what is put into the log's."""

from __future__ import annotations

from .drawings import MAIN, X14, R

_XM = "http://schemas.microsoft.com/office/excel/2006/main"
BAR = "{DE6F1B2A-3C4D-4E5F-8A9B-112233445566}"


def sheet(rows: str, head: str = "", tail: str = "") -> str:
    return (
        f'<worksheet xmlns="{MAIN}" xmlns:r="{R}" xmlns:x14="{X14}">{head}<sheetFormatPr defaultRowHeight="15"/>'
        f"<sheetData>{rows}</sheetData>{tail}</worksheet>"
    )


def text(cell: str, value: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c>'


def dashboard_rows() -> str:
    """Formulas of every kind a user writes, each with its cached value."""
    return "".join(
        (
            f'<row r="1" ht="24" customHeight="1">{text("A1", "主管看板")}</row>',
            f'<row r="2">{text("A2", "紧急件")}<c r="B2"><f>COUNTIF(响应记录[紧急程度],"紧急")</f><v>6</v></c></row>',
            f'<row r="3">{text("A3", "平均用时")}<c r="B3"><f>SUM(响应记录!$BO$4:$BO$12)</f><v>123.5</v></c></row>',
            f'<row r="4">{text("A4", "目标")}<c r="B4"><f>[1]目标!$A$1</f><v>0.95</v></c></row>',
            f'<row r="5">{text("A5", "换算")}<c r="B5"><f>小时数*2</f><v>48</v></c></row>',
            f'<row r="6">{text("A6", "种类")}<c r="B6" t="str" cm="1"><f t="array" ref="B6:B7">_xlfn.UNIQUE(备件[品名])</f><v>主板'
            '</v></c></row>',
            '<row r="7"><c r="B7" t="str"><v>滤芯</v></c></row>',
            f'<row r="8">{text("A8", "共用公式")}<c r="B8"><f t="shared" ref="B8:B10" si="0">ROW()*2</f><v>16</v></c></row>',
            '<row r="9"><c r="B9"><f t="shared" si="0"/><v>18</v></c></row>',
            '<row r="10" outlineLevel="1" hidden="1"><c r="B10"><f t="shared" si="0"/><v>20</v></c></row>',
            f'<row r="11" collapsed="1">{text("A11", "走势")}</row>',
            f'<row r="20">{text("A20", "核对")}</row>',
            '<row r="22"><c r="B22" t="b"><v>1</v></c></row>',
        )
    )


def dashboard_head() -> str:
    return (
        '<sheetPr codeName="看板"><tabColor rgb="FFC00000"/></sheetPr><dimension ref="A1:B22"/>'
        '<sheetViews><sheetView workbookViewId="0"/></sheetViews>'
    )


def sparklines() -> str:
    return (
        f'<ext uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}" xmlns:x14="{X14}"><x14:sparklineGroups xmlns:xm="{_XM}">'
        '<x14:sparklineGroup displayEmptyCellsAs="gap" markers="1"><x14:colorSeries rgb="FF1F6FB2"/><x14:sparklines><x14:sparkline>'
        "<xm:f>我的看板!B8:B10</xm:f><xm:sqref>B11</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>"
        "</x14:sparklineGroups></ext>"
    )


def slicer_list(rid: str) -> str:
    return (
        '<ext uri="{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}" xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main">'
        f'<x14:slicerList xmlns:x14="{X14}"><x14:slicer r:id="{rid}"/></x14:slicerList></ext>'
    )


def data_bar(area: str) -> tuple[str, str]:
    """(rule as Excel 2007 reads it, its extension) of a data bar."""
    return (
        f'<conditionalFormatting sqref="{area}"><cfRule type="dataBar" priority="99"><dataBar><cfvo type="min"/><cfvo type="max"/>'
        f'<color rgb="FF638EC6"/></dataBar><extLst><ext uri="{{B025F937-C7B1-47D3-B67F-A62EFF666E3E}}" xmlns:x14="{X14}">'
        f"<x14:id>{BAR}</x14:id></ext></extLst></cfRule></conditionalFormatting>",
        f'<ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}" xmlns:x14="{X14}"><x14:conditionalFormattings>'
        f'<x14:conditionalFormatting xmlns:xm="{_XM}">'
        f'<x14:cfRule type="dataBar" id="{BAR}"><x14:dataBar minLength="0" maxLength="100"><x14:cfvo type="autoMin"/>'
        '<x14:cfvo type="autoMax"/>'
        '<x14:negativeFillColor rgb="FFFF0000"/><x14:axisColor rgb="FF000000"/></x14:dataBar></x14:cfRule>'
        f"<xm:sqref>{area}</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext>",
    )


def list_validation(area: str, source: str) -> str:
    return (
        f'<ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{X14}"><x14:dataValidations xmlns:xm="{_XM}" count="1">'
        f'<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>{source}</xm:f></x14:formula1><xm:sqref>{area}</xm:sqref>'
        "</x14:dataValidation></x14:dataValidations></ext>"
    )


def spares() -> tuple[str, str]:
    """(tab, table) of a user's table with a totals row on a protected tab."""
    rows = (
        f'<row r="1">{text("A1", "品名")}{text("B1", "数量")}</row>'
        + "".join(
            f'<row r="{n}">{text(f"A{n}", name)}<c r="B{n}"><v>{count}</v></c></row>'
            for n, (name, count) in enumerate((("主板", 2), ("滤芯", 9), ("密封圈", 4)), 2)
        )
        + f'<row r="5">{text("A5", "汇总")}<c r="B5"><f>SUBTOTAL(109,备件[数量])</f><v>15</v></c></row>'
    )
    table = (
        f'<table xmlns="{MAIN}" id="901" name="备件" displayName="备件" ref="A1:B5" totalsRowCount="1"><autoFilter ref="A1:B4"/>'
        '<tableColumns count="2">'
        '<tableColumn id="1" name="品名" totalsRowLabel="汇总"/><tableColumn id="2" name="数量" totalsRowFunction="sum"/></tableColumns>'
        '<tableStyleInfo name="TableStyleMedium2" showFirstColumn="0" showLastColumn="0" showRowStripes="1" '
        'showColumnStripes="0"/></table>'
    )
    guard = '<sheetProtection password="CC1A" sheet="1" objects="1" scenarios="1"/>'
    return sheet(rows, "", f'{guard}<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'), table


def pivot_rows() -> str:
    cells = (("A3", "行标签"), ("B3", "求和项:数量"), ("A4", "主板"), ("A5", "滤芯"), ("A6", "密封圈"), ("A7", "总计"))
    shown = dict(cells)
    numbers = {"B4": 2, "B5": 9, "B6": 4, "B7": 15}
    rows = ""
    for row in range(3, 8):
        second = text(f"B{row}", shown[f"B{row}"]) if f"B{row}" in shown else f'<c r="B{row}"><v>{numbers[f"B{row}"]}</v></c>'
        rows += f'<row r="{row}">{text(f"A{row}", shown[f"A{row}"])}{second}</row>'
    return rows


def imported() -> tuple[str, str]:
    """(tab, table) of a query table."""
    rows = f'<row r="1">{text("A1", "品名")}{text("B1", "到货")}</row><row r="2">{text("A2", "主板")}<c r="B2"><v>3</v></c></row>'
    table = (
        f'<table xmlns="{MAIN}" id="902" name="备件导入" displayName="备件导入" ref="A1:B2" tableType="queryTable" '
        'totalsRowShown="0"><autoFilter ref="A1:B2"/>'
        '<tableColumns count="2"><tableColumn id="1" uniqueName="1" name="品名" queryTableFieldId="1"/>'
        '<tableColumn id="2" uniqueName="2" name="到货" queryTableFieldId="2"/></tableColumns></table>'
    )
    return sheet(rows, "", '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'), table


def rich_strings() -> str:
    """Shared texts as Excel writes them: runs with fonts, a reading above the characters, blanks at the ends."""
    return (
        f'<sst xmlns="{MAIN}" count="3" uniqueCount="3"><si><r><rPr><b/><sz val="11"/><color rgb="FFC00000"/><rFont val="等线"/>'
        '</rPr><t>外壳</t></r>'
        '<r><rPr><sz val="11"/><rFont val="等线"/></rPr><t xml:space="preserve">有划痕 </t></r></si>'
        '<si><t>東京太郎</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><rPh sb="2" eb="4"><t>タロウ</t></rPh><phoneticPr fontId="1"/></si>'
        '<si><t xml:space="preserve">  首尾有空格  </t></si></sst>'
    )
