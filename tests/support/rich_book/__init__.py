"""An office's ledger as years of use leave it: ours, with all that Excel and WPS put into a workbook.

`make_rich_ledger` starts from the packaged template with sample rows and adds the parts by hand as XML, since
no library writes them. PARTS says what is in it.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.ledgers import drawn_once
from workbook.sheets import BY_KEY
from workbook.template import Layout, build, save

from . import data_parts, drawings, sheets
from .raw_package import RawPackage

ROWS = 9
FIRST, LAST = 4, 3 + ROWS
PHOTO_HEADING, NOTE_HEADING, COUNT_HEADING = "产品照片", "内部备注", "字数"
FORMULA_KEPT = ("composite", 7, "ROUND(4.25,1)", 4.3)
"""Key, row, formula and cached value of a user's formula inside a computed column."""

_MS = "http://schemas.microsoft.com/office"
_SHEET_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"

PARTS = {
    "chart": "xl/charts/chart901.xml",
    "drawing": "xl/drawings/drawing901.xml",
    "checkbox": "xl/ctrlProps/ctrlProp1.xml",
    "checkbox drawing": "xl/drawings/vmlDrawing2.vml",
    "slicer": "xl/slicers/slicer1.xml",
    "slicer cache": "xl/slicerCaches/slicerCache1.xml",
    "pivot table": "xl/pivotTables/pivotTable1.xml",
    "pivot cache": "xl/pivotCache/pivotCacheDefinition1.xml",
    "pivot records": "xl/pivotCache/pivotCacheRecords1.xml",
    "notes": "xl/comments1.xml",
    "notes drawing": "xl/drawings/vmlDrawing1.vml",
    "threaded notes": "xl/threadedComments/threadedComment1.xml",
    "persons": "xl/persons/person.xml",
    "external link": "xl/externalLinks/externalLink1.xml",
    "custom XML": "customXml/item1.xml",
    "macros": "xl/vbaProject.bin",
    "ribbon": "customUI/customUI14.xml",
    "header picture": "xl/drawings/vmlDrawing3.vml",
    "printer": "xl/printerSettings/printerSettings1.bin",
    "connections": "xl/connections.xml",
    "query": "xl/queryTables/queryTable1.xml",
    "cell photos": "xl/cellimages.xml",
    "metadata": "xl/metadata.xml",
    "rich values": "xl/richData/rdrichvalue.xml",
    "shared texts": "xl/sharedStrings.xml",
    "calculation order": "xl/calcChain.xml",
    "dashboard": "xl/worksheets/sheet901.xml",
    "spares": "xl/worksheets/sheet902.xml",
    "pivot tab": "xl/worksheets/sheet903.xml",
    "imported": "xl/worksheets/sheet904.xml",
}
"""What the rich ledger has that the template has not: its main parts."""


def ledger_rows() -> dict[str, list[dict[str, Any]]]:
    """A few of the sample's rows: enough for every rule to find something, few enough to be quick."""
    from xlsvc.sample import sample_rows

    rows = {key: [dict(row) for row in found] for key, found in sample_rows().items()}
    for key, count in (("response_log", ROWS), ("process_log", 6), ("evaluations", 8), ("quality_assessment", 8)):
        rows[key] = rows[key][-count:]
    for at, row in enumerate(rows["response_log"], FIRST):
        row.update({"accepted_at": datetime(2024, 5, at % 3 + 1, 9, 0), "urgency": "一般" if at % 3 else "紧急"})
        row.update({PHOTO_HEADING: None, NOTE_HEADING: f"第 {at} 行", COUNT_HEADING: None})
    return rows


def make_rich_ledger(path: Path, date1904: bool = False) -> Path:
    """The rich ledger at `path` (an .xlsm); with `date1904` it counts its days from 1904."""
    return drawn_once(path, f"rich {date1904}", lambda: _draw(path, date1904))


def _draw(path: Path, date1904: bool) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    keys = [column.key for column in BY_KEY["response_log"].columns]
    keys.insert(3, PHOTO_HEADING)
    book = build(ledger_rows(), {"response_log": Layout((*keys, NOTE_HEADING, COUNT_HEADING))})
    if date1904:
        book.epoch = CALENDAR_MAC_1904
    save(book, path)
    package = RawPackage(path)
    log = Log(package)
    _pictures(package)
    _tabs(package, log)
    _log(package, log)
    _workbook(package)
    _calculation(package)
    path.write_bytes(package.to_bytes())


class Log:
    """Where the columns of 响应记录 stand in the rich ledger."""

    def __init__(self, package: RawPackage) -> None:
        from openpyxl.utils import get_column_letter

        self.part = package.sheet_part("响应记录")
        rels = package.text(self.part.replace("worksheets/", "worksheets/_rels/") + ".rels")
        self.table = re.search(r'Target="/(xl/tables/[^"]+)"', rels)[1]  # type: ignore[index]
        headings = re.findall(r'<tableColumn id="\d+" name="([^"]*)"', package.text(self.table))
        self.letters = {heading: get_column_letter(n) for n, heading in enumerate(headings, 1)}
        self.ref = f"A3:{get_column_letter(len(headings))}{LAST}"

    def cell(self, column: str, row: int) -> str:
        """Address of a schema key's or a user heading's cell."""
        sheet = BY_KEY["response_log"]
        return f"{self.letters[sheet.heading(column) if column in sheet else column]}{row}"


def _pictures(package: RawPackage) -> None:
    package.default("png", "image/png")
    package.default("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
    package.default("bin", "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings")
    for name in ("image901", "image902", "image903"):
        package.add(f"xl/media/{name}.png", data_parts.PNG)
    images = package.relate("xl/cellimages.xml", "image", "xl/media/image901.png")
    package.add("xl/cellimages.xml", data_parts.cell_images(images), "application/vnd.wps-officedocument.cellimage+xml")
    package.relate("xl/workbook.xml", "http://www.wps.cn/officeDocument/2020/cellImage", "xl/cellimages.xml")
    package.add("xl/metadata.xml", data_parts.metadata(), f"{_SHEET_TYPES}.sheetMetadata+xml")
    package.relate("xl/workbook.xml", "sheetMetadata", "xl/metadata.xml")
    rid = package.relate("xl/richData/richValueRel.xml", "image", "xl/media/image902.png")
    values, structures, relations = data_parts.rich_values(rid)
    for name, text, year in (
        ("rdrichvalue", values, "2017/06/relationships/rdRichValue"),
        ("rdrichvaluestructure", structures, "2017/06/relationships/rdRichValueStructure"),
        ("richValueRel", relations, "2022/10/relationships/richValueRel"),
    ):
        package.add(f"xl/richData/{name}.xml", text, f"application/vnd.ms-excel.{name.lower()}+xml")
        package.relate("xl/workbook.xml", f"{_MS}/{year}", f"xl/richData/{name}.xml")


def _tabs(package: RawPackage, log: Log) -> None:
    """The user's four tabs behind the others."""
    dashboard = PARTS["dashboard"]
    minutes, customer = log.letters["解决用时(分)"], log.letters["客户姓名*"]
    area = [f"响应记录!${letter}${FIRST}:${letter}${LAST}" for letter in (customer, minutes)]
    package.add(PARTS["chart"], drawings.gradient_chart(*area, ROWS), "application/vnd.openxmlformats-officedocument.drawingml.chart+xml")
    chart = package.relate(PARTS["drawing"], "chart", PARTS["chart"])
    drawing = drawings.dashboard_drawing(chart, "紧急程度")
    package.add(PARTS["drawing"], drawing, "application/vnd.openxmlformats-officedocument.drawing+xml")
    package.add(PARTS["checkbox drawing"], drawings.checkbox_vml())
    package.add(
        PARTS["checkbox"],
        f'<formControlPr xmlns="{drawings.X14}" objectType="CheckBox" checked="Checked" fmlaLink="$B$22" lockText="1" noThreeD="1"/>',
        "application/vnd.ms-excel.controlproperties+xml",
    )
    picture = package.relate(PARTS["header picture"], "image", "xl/media/image903.png")
    package.add(PARTS["header picture"], drawings.header_vml(picture))
    package.add(PARTS["printer"], b"\x00\x01printer settings of a device\x00" * 4)
    column = list(log.letters).index("紧急程度") + 1
    table_id = re.search(r'<table id="(\d+)"', package.text(log.table))[1]  # type: ignore[index]
    slicer, cache = drawings.slicer_parts("紧急程度", "切片器_紧急程度", table_id, column, "紧急程度")
    package.add(PARTS["slicer"], slicer, "application/vnd.ms-excel.slicer+xml")
    package.add(PARTS["slicer cache"], cache, "application/vnd.ms-excel.slicerCache+xml")
    rids = {
        name: package.relate(dashboard, kind, PARTS[name])
        for name, kind in (
            ("drawing", "drawing"), ("checkbox drawing", "vmlDrawing"), ("checkbox", "ctrlProp"), ("header picture", "vmlDrawing"),
            ("printer", "printerSettings"), ("slicer", f"{_MS}/2007/relationships/slicer"),
        )
    }  # fmt: skip
    control = drawings.control_xml(rids["checkbox drawing"], rids["checkbox"])
    tail = (
        '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
        f'<pageSetup paperSize="9" orientation="landscape" r:id="{rids["printer"]}"/><headerFooter><oddHeader>&amp;L&amp;G'
        '</oddHeader></headerFooter>'
        f'<drawing r:id="{rids["drawing"]}"/>'
        + control.replace("{header}", f'<legacyDrawingHF r:id="{rids["header picture"]}"/>')
        + f"<extLst>{sheets.sparklines()}{sheets.slicer_list(rids['slicer'])}</extLst>"
    )
    rows = sheets.dashboard_rows().replace("$BO$", f"${minutes}$")
    package.add(dashboard, sheets.sheet(rows, sheets.dashboard_head(), tail), f"{_SHEET_TYPES}.worksheet+xml")

    for name, (tab, table), number in (("spares", sheets.spares(), 901), ("imported", sheets.imported(), 902)):
        package.add(PARTS[name], tab, f"{_SHEET_TYPES}.worksheet+xml")
        package.add(f"xl/tables/table{number}.xml", table, f"{_SHEET_TYPES}.table+xml")
        package.relate(PARTS[name], "table", f"xl/tables/table{number}.xml")
    package.relate("xl/tables/table902.xml", "queryTable", PARTS["query"])
    package.add(PARTS["query"], data_parts.query_table(), f"{_SHEET_TYPES}.queryTable+xml")
    package.add(PARTS["connections"], data_parts.connection(), f"{_SHEET_TYPES}.connections+xml")

    records = package.relate(PARTS["pivot cache"], "pivotCacheRecords", PARTS["pivot records"])
    table, definition, held = data_parts.pivot_parts(records, 'name="备件"')
    package.add(PARTS["pivot tab"], sheets.sheet(sheets.pivot_rows()), f"{_SHEET_TYPES}.worksheet+xml")
    package.add(PARTS["pivot table"], table, f"{_SHEET_TYPES}.pivotTable+xml")
    package.add(PARTS["pivot cache"], definition, f"{_SHEET_TYPES}.pivotCacheDefinition+xml")
    package.add(PARTS["pivot records"], held, f"{_SHEET_TYPES}.pivotCacheRecords+xml")
    package.relate(PARTS["pivot tab"], "pivotTable", PARTS["pivot table"])
    package.relate(PARTS["pivot table"], "pivotCacheDefinition", PARTS["pivot cache"])


def _log(package: RawPackage, log: Log) -> None:
    """User columns filled, rows filtered and grouped, rules, notes and photos in 响应记录."""
    part = log.part
    note, notes = log.cell("customer", FIRST), "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
    package.add(PARTS["notes"], data_parts.comments(note), notes)
    package.add(PARTS["threaded notes"], data_parts.threaded_comments(note), "application/vnd.ms-excel.threadedcomments+xml")
    package.add(PARTS["persons"], data_parts.persons(), "application/vnd.ms-excel.person+xml")
    package.relate("xl/workbook.xml", f"{_MS}/2017/10/relationships/person", PARTS["persons"])
    package.relate(part, "comments", PARTS["notes"])
    package.relate(part, f"{_MS}/2017/10/relationships/threadedComment", PARTS["threaded notes"])
    package.add(PARTS["notes drawing"], drawings.notes_vml(FIRST - 1, 1))
    legacy = package.relate(part, "vmlDrawing", PARTS["notes drawing"])
    package.replace(part, "<tableParts", f'<legacyDrawing r:id="{legacy}" xmlns:r="{drawings.R}"/><tableParts')
    bar, extension = sheets.data_bar(f"{log.cell('resolution_minutes', FIRST)}:{log.cell('resolution_minutes', LAST)}")
    package.replace(part, "<dataValidations", bar + "<dataValidations")
    listed = sheets.list_validation(f"{log.cell(NOTE_HEADING, FIRST)}:{log.cell(NOTE_HEADING, LAST)}", "备件!$A$2:$A$4")
    package.replace(part, "</worksheet>", f"<extLst>{extension}{listed}</extLst></worksheet>")

    for row, cached in zip(range(FIRST, FIRST + 3), ("wps", "name", ""), strict=True):
        package.set_cell(part, log.cell(PHOTO_HEADING, row), data_parts.photo_cell(log.cell(PHOTO_HEADING, row), cached))
    package.set_cell(part, log.cell("cause", FIRST), data_parts.photo_cell(log.cell("cause", FIRST), "name"))
    package.set_cell(part, log.cell("cause", FIRST + 1), f'<c r="{log.cell("cause", FIRST + 1)}" s="{{s}}" t="e" vm="1"><v>#VALUE!</v></c>')
    for column, row, at in (("problem", 5, 0), (NOTE_HEADING, 5, 1), (NOTE_HEADING, 6, 2)):
        package.set_cell(part, log.cell(column, row), f'<c r="{log.cell(column, row)}" s="{{s}}" t="s"><v>{at}</v></c>')
    key, row, formula, value = FORMULA_KEPT
    package.set_cell(part, log.cell(key, row), f'<c r="{log.cell(key, row)}" s="{{s}}"><f>{formula}</f><v>{value}</v></c>')
    counted = f"LEN({log.cell('problem', FIRST)})"
    for row in range(FIRST, LAST + 1):
        shared = f'<f t="shared" ref="{log.cell(COUNT_HEADING, FIRST)}:{log.cell(COUNT_HEADING, LAST)}" si="5">{counted}</f>'
        formula = shared if row == FIRST else '<f t="shared" si="5"/>'
        package.set_cell(part, log.cell(COUNT_HEADING, row), f'<c r="{log.cell(COUNT_HEADING, row)}" s="{{s}}">{formula}<v>{row}</v></c>')
    column = list(log.letters).index("紧急程度")
    package.replace(
        log.table, f'<autoFilter ref="{log.ref}"/>',
        f'<autoFilter ref="{log.ref}"><filterColumn colId="{column}"><filters><filter val="紧急"/></filters></filterColumn></autoFilter>',
    )  # fmt: skip
    text = package.text(part)
    for row in range(FIRST, LAST + 1):
        cell = re.search(rf'<c r="{log.cell("urgency", row)}".*?</c>', text)
        hidden = "" if cell and "紧急<" in cell[0] else ' hidden="1"'
        level = ' outlineLevel="1"' if row in (6, 7, 8) else ""
        text = text.replace(f'<row r="{row}"', f'<row r="{row}"{hidden}{level}', 1)
    text = text.replace("<sheetFormatPr ", '<sheetFormatPr outlineLevelRow="1" ', 1)
    package.parts[part] = text.encode()


def _workbook(package: RawPackage) -> None:
    """Tabs, names, links, macros and ribbon in the workbook and the package."""
    book = "xl/workbook.xml"
    package.replace("[Content_Types].xml", f"{_SHEET_TYPES}.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    package.add(PARTS["macros"], data_parts.dummy_macros(), "application/vnd.ms-office.vbaProject")
    package.relate(book, f"{_MS}/2006/relationships/vbaProject", PARTS["macros"])
    package.add(PARTS["ribbon"], data_parts.ribbon(), "application/xml")
    package.relate("", f"{_MS}/2007/relationships/ui/extensibility", PARTS["ribbon"])
    package.add(PARTS["shared texts"], sheets.rich_strings(), f"{_SHEET_TYPES}.sharedStrings+xml")
    package.relate(book, "sharedStrings", PARTS["shared texts"])
    package.relate(book, "connections", PARTS["connections"])
    address = package.relate(PARTS["external link"], "externalLinkPath", "file:///D:/%E7%9B%AE%E6%A0%87.xlsx", external=True)
    package.add(PARTS["external link"], data_parts.external_link(address), f"{_SHEET_TYPES}.externalLink+xml")
    link = package.relate(book, "externalLink", PARTS["external link"])
    package.add(PARTS["custom XML"], '<office xmlns="urn:office"><branch>华东</branch></office>')
    package.relate(PARTS["custom XML"], "customXmlProps", "customXml/itemProps1.xml")
    package.add(
        "customXml/itemProps1.xml",
        '<ds:datastoreItem ds:itemID="{4B3A2C1D-0000-4000-8000-1234567890AB}" '
        'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml">'
        '<ds:schemaRefs><ds:schemaRef ds:uri="urn:office"/></ds:schemaRefs></ds:datastoreItem>',
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    )
    package.relate(book, "customXml", PARTS["custom XML"])
    tabs = (("我的看板", "dashboard"), ("备件", "spares"), ("透视", "pivot tab"), ("备件导入", "imported"))
    entries = ""
    for number, (title, name) in enumerate(tabs, 901):
        rid = package.relate(book, "worksheet", PARTS[name])
        entries += f'<sheet xmlns:r="{drawings.R}" name="{title}" sheetId="{number}" r:id="{rid}"/>'
    links = f'<externalReferences><externalReference xmlns:r="{drawings.R}" r:id="{link}"/></externalReferences>'
    package.replace(book, "</sheets>", f"{entries}</sheets>{links}")
    at = package.text(book).count("<sheet ") - len(tabs)
    names = (
        f'<definedName name="_xlnm.Print_Area" localSheetId="{at}">我的看板!$A$1:$L$22</definedName>'
        '<definedName name="切片器_紧急程度">#N/A</definedName><definedName name="小时数">24</definedName>'
    )
    package.replace(book, "</definedNames>", names + "</definedNames>")
    cache = package.relate(book, "pivotCacheDefinition", PARTS["pivot cache"])
    slicer = package.relate(book, f"{_MS}/2007/relationships/slicerCache", PARTS["slicer cache"])
    pivots = f'<pivotCaches><pivotCache cacheId="7" xmlns:r="{drawings.R}" r:id="{cache}"/></pivotCaches>'
    extension = (
        f'<extLst><ext uri="{{46BE6895-7355-4a93-B00E-2C351335B9C9}}" xmlns:x15="{drawings.X15}">'
        f'<x15:slicerCaches xmlns:x14="{drawings.X14}">'
        f'<x14:slicerCache xmlns:r="{drawings.R}" r:id="{slicer}"/></x15:slicerCaches></ext></extLst>'
    )
    package.replace(book, "</workbook>", pivots + extension + "</workbook>")


def _calculation(package: RawPackage) -> None:
    """The order of calculation, and no wish to calculate on opening: as Excel leaves a saved book."""
    listed = ""
    for title, number in re.findall(r'<sheet [^>]*name="([^"]*)" sheetId="(\d+)"', package.text("xl/workbook.xml")):
        cells = re.findall(r'<c r="([A-Z]+\d+)"[^>]*><f', package.text(package.sheet_part(title)))
        listed += "".join(f'<c r="{cell}" i="{number}"/>' for cell in cells)
    chain = f'<calcChain xmlns="{drawings.MAIN}">{listed}</calcChain>'
    package.add(PARTS["calculation order"], chain, f"{_SHEET_TYPES}.calcChain+xml")
    package.relate("xl/workbook.xml", "calcChain", PARTS["calculation order"])
    package.replace("xl/workbook.xml", '<calcPr calcId="124519" fullCalcOnLoad="1"/>', '<calcPr calcId="191029"/>')
