"""Parts of the rich ledger that hold data: pivot, threaded notes, cell photos, metadata, queries, links, macros."""

from __future__ import annotations

import base64
import struct

from .drawings import MAIN, MC, XDR, A, R

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADAgH/p2W4WQAAAABJRU5ErkJggg=="
)
PERSON = "{5B1C7A30-9D8E-4F6B-A1C2-1234567890AB}"
THREAD = "{0A1B2C3D-4E5F-4A6B-8C7D-0123456789AB}"
PHOTO = "ID_7F0A4B2C9D8E4F6BA1C2D3E4F5061728"
_TC = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_XLRD = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"
_XLDA = "http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray"


def comments(cell: str) -> str:
    return (
        f'<comments xmlns="{MAIN}" xmlns:mc="{MC}" mc:Ignorable="xr" '
        'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision">'
        f'<authors><author>tc={THREAD}</author></authors><commentList><comment ref="{cell}" authorId="0" shapeId="0" xr:uid="{THREAD}">'
        "<text><t>[线程批注]\n请先回电再登记</t></text></comment></commentList></comments>"
    )


def threaded_comments(cell: str) -> str:
    return (
        f'<ThreadedComments xmlns="{_TC}" xmlns:x="{MAIN}">'
        f'<threadedComment ref="{cell}" dT="2024-05-01T09:00:00.00" personId="{PERSON}" id="{THREAD}">'
        "<text>请先回电再登记</text></threadedComment></ThreadedComments>"
    )


def persons() -> str:
    return (
        f'<personList xmlns="{_TC}" xmlns:x="{MAIN}"><person displayName="刘主管" id="{PERSON}" userId="S004" providerId="None"/>'
        '</personList>'
    )


def pivot_parts(records: str, source: str) -> tuple[str, str, str]:
    """(table, cache definition, cache records) of a pivot over a table of 品名 and 数量; `records` is an id."""
    cache = (
        f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{R}" r:id="{records}" refreshedBy="刘主管" refreshedDate="45413" '
        'createdVersion="6" '
        f'refreshedVersion="6" minRefreshableVersion="3" recordCount="3"><cacheSource type="worksheet"><worksheetSource {source}/>'
        '</cacheSource>'
        '<cacheFields count="2"><cacheField name="品名" numFmtId="0"><sharedItems count="3"><s v="主板"/><s v="滤芯"/>'
        '<s v="密封圈"/></sharedItems></cacheField>'
        '<cacheField name="数量" numFmtId="0"><sharedItems containsSemiMixedTypes="0" containsString="0" containsNumber="1" '
        'containsInteger="1" minValue="2" maxValue="9"/>'
        "</cacheField></cacheFields></pivotCacheDefinition>"
    )
    rows = "".join(f'<r><x v="{at}"/><n v="{number}"/></r>' for at, number in enumerate((2, 9, 4)))
    table = (
        f'<pivotTableDefinition xmlns="{MAIN}" name="数据透视表1" cacheId="7" applyNumberFormats="0" applyBorderFormats="0" '
        'applyFontFormats="0" '
        'applyPatternFormats="0" applyAlignmentFormats="0" applyWidthHeightFormats="1" dataCaption="值" updatedVersion="6" '
        'minRefreshableVersion="3" '
        'createdVersion="6" indent="0" outline="1" outlineData="1" multipleFieldFilters="0">'
        '<location ref="A3:B7" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
        '<pivotFields count="2"><pivotField axis="axisRow" showAll="0"><items count="4"><item x="0"/><item x="1"/><item x="2"/>'
        '<item t="default"/></items></pivotField>'
        '<pivotField dataField="1" showAll="0"/></pivotFields><rowFields count="1"><field x="0"/></rowFields>'
        '<rowItems count="4"><i><x/></i><i><x v="1"/></i><i><x v="2"/></i><i t="grand"><x/></i></rowItems><colItems count="1">'
        '<i/></colItems>'
        '<dataFields count="1"><dataField name="求和项:数量" fld="1" baseField="0" baseItem="0"/></dataFields>'
        '<pivotTableStyleInfo name="PivotStyleLight16" showRowHeaders="1" showColHeaders="1"/></pivotTableDefinition>'
    )
    return table, cache, f'<pivotCacheRecords xmlns="{MAIN}" count="3">{rows}</pivotCacheRecords>'


def cell_images(picture: str) -> str:
    """WPS keeps pictures that stand in cells here; a cell shows one by =DISPIMG(its name, 1)."""
    return (
        f'<etc:cellImages xmlns:xdr="{XDR}" xmlns:r="{R}" xmlns:a="{A}" xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData">'
        f'<etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="{PHOTO}"/><xdr:cNvPicPr><a:picLocks noChangeAspect="1"/>'
        '</xdr:cNvPicPr></xdr:nvPicPr>'
        f'<xdr:blipFill><a:blip r:embed="{picture}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm>'
        '<a:off x="0" y="0"/>'
        '<a:ext cx="514350" cy="514350"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>'
        '</etc:cellImage></etc:cellImages>'
    )


def photo_cell(address: str, cached: str = "wps") -> str:
    """A cell that shows the photo: as WPS saves it, as Excel saves it after opening ("name"), without a value."""
    formula = f'<f>_xlfn.DISPIMG("{PHOTO}",1)</f>'
    if cached == "wps":
        return f'<c r="{address}" s="{{s}}" t="str">{formula}<v>=DISPIMG("{PHOTO}",1)</v></c>'
    if cached == "name":
        return f'<c r="{address}" s="{{s}}" t="e">{formula}<v>#NAME?</v></c>'
    return f'<c r="{address}" s="{{s}}">{formula}</c>'


def metadata() -> str:
    """Cell metadata 1: a dynamic array; value metadata 1: rich value 0, a picture placed in its cell."""
    return (
        f'<metadata xmlns="{MAIN}" xmlns:xlrd="{_XLRD}" xmlns:xda="{_XLDA}"><metadataTypes count="2">'
        '<metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" pasteAll="1" pasteValues="1" merge="1" splitFirst="1" '
        'rowColShift="1" '
        'clearFormats="1" clearComments="1" assign="1" coerce="1" cellMeta="1"/>'
        '<metadataType name="XLRICHVALUE" minSupportedVersion="120000" copy="1" pasteAll="1" pasteValues="1" merge="1" '
        'splitFirst="1" rowColShift="1" '
        'clearFormats="1" clearComments="1" assign="1" coerce="1"/></metadataTypes>'
        '<futureMetadata name="XLDAPR" count="1"><bk><extLst><ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}">'
        '<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk></futureMetadata>'
        '<futureMetadata name="XLRICHVALUE" count="1"><bk><extLst><ext uri="{3e2802c4-a4d2-4d8b-9148-e3be6c30e623}">'
        '<xlrd:rvb i="0"/></ext></extLst></bk></futureMetadata>'
        '<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata><valueMetadata count="1"><bk><rc t="2" v="0"/></bk>'
        '</valueMetadata></metadata>'
    )


def rich_values(picture: str) -> tuple[str, str, str]:
    """(values, structures, relations) behind a picture that Excel placed in a cell."""
    return (
        f'<rvData xmlns="{_XLRD}" count="1"><rv s="0"><v>0</v><v>5</v></rv></rvData>',
        f'<rvStructures xmlns="{_XLRD}" count="1"><s t="_localImage"><k n="_rvRel:LocalImageIdentifier" t="i"/>'
        '<k n="CalcOrigin" t="i"/></s></rvStructures>',
        f'<richValueRels xmlns="http://schemas.microsoft.com/office/spreadsheetml/2022/richvaluerel" xmlns:r="{R}">'
        f'<rel r:id="{picture}"/></richValueRels>',
    )


def connection() -> str:
    return (
        f'<connections xmlns="{MAIN}"><connection id="1" name="备件导入" type="6" refreshedVersion="6" background="1" saveData="1">'
        '<textPr codePage="65001" sourceFile="备件.csv"><textFields count="2"><textField/><textField/></textFields></textPr>'
        '</connection></connections>'
    )


def query_table() -> str:
    return (
        f'<queryTable xmlns="{MAIN}" name="备件导入" connectionId="1" autoFormatId="16" applyNumberFormats="0" '
        'applyBorderFormats="0" applyFontFormats="0" '
        'applyPatternFormats="0" applyAlignmentFormats="0" applyWidthHeightFormats="0"><queryTableRefresh nextId="3">'
        '<queryTableFields count="2">'
        '<queryTableField id="1" name="品名" tableColumnId="1"/><queryTableField id="2" name="到货" tableColumnId="2"/>'
        '</queryTableFields></queryTableRefresh></queryTable>'
    )


def external_link(book: str) -> str:
    return (
        f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{R}" r:id="{book}"><sheetNames><sheetName val="目标"/></sheetNames>'
        '<sheetDataSet>'
        '<sheetData sheetId="0"><row r="1"><cell r="A1"><v>0.95</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>'
    )


def ribbon() -> str:
    return (
        '<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"><ribbon><tabs><tab id="office" label="本部门">'
        '<group id="g" label="常用"><button id="b" label="打印" imageMso="FilePrint"/></group></tab></tabs></ribbon></customUI>'
    )


def dummy_macros() -> bytes:
    """A compound file that holds nothing but its root: what a reader without VBA sees of vbaProject.bin."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0
    )
    header += struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", fat, end, *[free] * 126)
    name = "Root Entry".encode("utf-16-le")
    root = name.ljust(64, b"\0") + struct.pack("<HBBIII16sIQQIQ", len(name) + 2, 5, 1, free, free, free, b"", 0, 0, 0, end, 0)
    return header + table + root.ljust(512, b"\0")
