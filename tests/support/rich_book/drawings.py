"""Drawn things of the rich ledger as their XML: chart, text box, checkbox, slicer, notes, header picture."""

from __future__ import annotations

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
SLE15 = "http://schemas.microsoft.com/office/drawing/2012/slicer"
A14 = "http://schemas.microsoft.com/office/drawing/2010/main"


def _anchor(left: int, top: int, right: int, bottom: int, inside: str) -> str:
    return (
        f"<xdr:twoCellAnchor><xdr:from><xdr:col>{left}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{top}</xdr:row>"
        f"<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>{right}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{bottom}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>{inside}<xdr:clientData/></xdr:twoCellAnchor>"
    )


def _shape(number: int, name: str, text: str, more: str = "", hidden: bool = False) -> str:
    shown = ' hidden="1"' if hidden else ""
    return (
        f'<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{number}" name="{name}"{shown}>{more}</xdr:cNvPr>'
        '<xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1800000" cy="600000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="FFF2CC"/></a:solidFill></xdr:spPr>'
        f'<xdr:txBody><a:bodyPr wrap="square"/><a:lstStyle/><a:p><a:r><a:rPr lang="zh-CN" sz="1100"/><a:t>{text}</a:t></a:r></a:p>'
        "</xdr:txBody></xdr:sp>"
    )


def dashboard_drawing(chart: str, slicer: str) -> str:
    """Chart, text box, the drawn side of a checkbox and a slicer; `chart` is a relationship id."""
    frame = (
        '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="图表 1"/><xdr:cNvGraphicFramePr/>'
        '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{C}"><c:chart xmlns:c="{C}" r:id="{chart}"/></a:graphicData></a:graphic></xdr:graphicFrame>'
    )
    box = _shape(3, "文本框 2", "主管每周一看这一页")
    compat = (
        '<a:extLst><a:ext uri="{63B3BB69-23CF-44E3-9099-C40C66FF867C}">'
        f'<a14:compatExt xmlns:a14="{A14}" spid="_x0000_s2049"/></a:ext></a:extLst>'
    )
    check = (
        f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice xmlns:a14="{A14}" Requires="a14">'
        f'{_anchor(0, 20, 2, 21, _shape(2049, "复选框 1", "已核对", compat, hidden=True))}</mc:Choice><mc:Fallback/>'
        '</mc:AlternateContent>'
    )
    sliced = (
        f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice xmlns:sle15="{SLE15}" Requires="sle15"><xdr:graphicFrame macro="">'
        f'<xdr:nvGraphicFramePr><xdr:cNvPr id="5" name="{slicer}"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm>'
        f'<a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic><a:graphicData uri="{SLE15}">'
        f'<sle15:slicer name="{slicer}"/></a:graphicData></a:graphic></xdr:graphicFrame></mc:Choice>'
        f'<mc:Fallback>{_shape(6, "", "此形状表示切片器")}</mc:Fallback></mc:AlternateContent>'
    )
    return (
        f'<xdr:wsDr xmlns:xdr="{XDR}" xmlns:a="{A}" xmlns:r="{R}">{_anchor(4, 1, 12, 18, frame)}'
        f"{_anchor(0, 12, 3, 15, box)}{check}{_anchor(13, 1, 16, 12, sliced)}</xdr:wsDr>"
    )


def gradient_chart(categories: str, values: str, points: int) -> str:
    """A column chart with a gradient fill and a trend line over two absolute ranges."""
    held = "".join(f'<c:pt idx="{n}"><c:v>{60 + n}</c:v></c:pt>' for n in range(points))
    return (
        f'<c:chartSpace xmlns:c="{C}" xmlns:a="{A}" xmlns:r="{R}"><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/>'
        '<c:plotArea><c:layout/><c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/><c:ser>'
        '<c:idx val="0"/><c:order val="0"/><c:tx><c:v>用时</c:v></c:tx><c:spPr><a:gradFill rotWithShape="1"><a:gsLst>'
        '<a:gs pos="0"><a:srgbClr val="1F6FB2"/></a:gs><a:gs pos="100000"><a:srgbClr val="FFFFFF"/></a:gs></a:gsLst>'
        '<a:lin ang="5400000" scaled="0"/></a:gradFill></c:spPr><c:invertIfNegative val="0"/><c:trendline><c:trendlineType val="linear"/>'
        f'<c:dispRSqr val="1"/><c:dispEq val="0"/></c:trendline><c:cat><c:strRef><c:f>{categories}</c:f></c:strRef></c:cat>'
        f'<c:val><c:numRef><c:f>{values}</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="{points}"/>{held}'
        '</c:numCache></c:numRef></c:val></c:ser><c:axId val="111"/><c:axId val="222"/></c:barChart>'
        '<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/>'
        '<c:crossAx val="222"/></c:catAx>'
        '<c:valAx><c:axId val="222"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/>'
        '<c:crossAx val="111"/></c:valAx>'
        '</c:plotArea><c:plotVisOnly val="1"/></c:chart></c:chartSpace>'
    )


_VML_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/></o:shapelayout>'
)


def notes_vml(row: int, column: int) -> bytes:
    """The yellow box of one note; rows and columns counted from 0."""
    return (
        _VML_HEAD.format(block=1)
        + '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
        '<v:stroke joinstyle="miter"/>'
        '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype><v:shape id="_x0000_s1025" type="#_x0000_t202" '
        "style='position:absolute;margin-left:80pt;margin-top:5pt;width:104pt;height:64pt;z-index:1;visibility:hidden' "
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:textbox/><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
        f"<x:SizeWithCells/><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData>"
        "</v:shape></xml>"
    ).encode()


def checkbox_vml() -> bytes:
    return (
        _VML_HEAD.format(block=2)
        + '<v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" path="m,l,21600r21600,l21600,xe">'
        '<v:stroke joinstyle="miter"/>'
        '<v:path shadowok="f" o:extrusionok="f" strokeok="f" fillok="f" o:connecttype="rect"/></v:shapetype>'
        '<v:shape id="_x0000_s2049" type="#_x0000_t201" style=\'position:absolute;width:80pt;height:16pt;z-index:1\' filled="f" '
        'stroked="f">'
        '<v:textbox><div style=\'text-align:left\'><font face="等线" size="220" color="auto">已核对</font></div></v:textbox>'
        '<x:ClientData ObjectType="Checkbox"><x:Anchor>0, 0, 20, 0, 2, 0, 21, 0</x:Anchor><x:AutoFill>False</x:AutoFill>'
        '<x:AutoLine>False</x:AutoLine>'
        "<x:FmlaLink>$B$22</x:FmlaLink><x:Checked>1</x:Checked></x:ClientData></v:shape></xml>"
    ).encode()


def header_vml(picture: str) -> bytes:
    """A picture in the left of the header; `picture` is a relationship id."""
    return (
        _VML_HEAD.format(block=3)
        + '<v:shape id="LH" o:spid="_x0000_s3073" type="#_x0000_t75" '
        'style=\'position:absolute;margin-left:0;margin-top:0;width:24pt;height:24pt;z-index:1\'>'
        f'<v:imagedata o:relid="{picture}" o:title="logo"/></v:shape></xml>'
    ).encode()


def control_xml(vml: str, control: str) -> str:
    """What the dashboard says of its checkbox: legacy drawing and control, by relationship ids."""
    return (
        f'<legacyDrawing r:id="{vml}"/>{{header}}<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="x14"><controls>'
        f'<mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="2049" r:id="{control}" name="复选框 1">'
        '<controlPr defaultSize="0" autoFill="0" autoLine="0" autoPict="0"><anchor moveWithCells="1">'
        f'<from><xdr:col xmlns:xdr="{XDR}">0</xdr:col><xdr:colOff xmlns:xdr="{XDR}">0</xdr:colOff><xdr:row xmlns:xdr="{XDR}">20'
        f'</xdr:row><xdr:rowOff xmlns:xdr="{XDR}">0</xdr:rowOff></from>'
        f'<to><xdr:col xmlns:xdr="{XDR}">2</xdr:col><xdr:colOff xmlns:xdr="{XDR}">0</xdr:colOff><xdr:row xmlns:xdr="{XDR}">21'
        f'</xdr:row><xdr:rowOff xmlns:xdr="{XDR}">0</xdr:rowOff></to>'
        "</anchor></controlPr></control></mc:Choice></mc:AlternateContent></controls></mc:Choice></mc:AlternateContent>"
    )


def slicer_parts(name: str, cache: str, table_id: str, column_id: int, caption: str) -> tuple[str, str]:
    """(slicers part, slicer cache part) of a slicer on a table's column."""
    spaces = f'xmlns="{X14}" xmlns:mc="{MC}" mc:Ignorable="x" xmlns:x="{MAIN}"'
    return (
        f'<slicers {spaces}><slicer name="{name}" cache="{cache}" caption="{caption}" rowHeight="225425"/></slicers>',
        f'<slicerCacheDefinition {spaces} name="{cache}" sourceName="{caption}"><extLst>'
        f'<x:ext uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}" xmlns:x15="{X15}">'
        f'<x15:tableSlicerCache tableId="{table_id}" column="{column_id}"/></x:ext></extLst></slicerCacheDefinition>',
    )
