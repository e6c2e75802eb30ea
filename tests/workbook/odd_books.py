"""Small workbooks written part by part, with what a user's file may hold and no library would keep."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from workbook.schema import Column, Sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"

LOG = Sheet(
    key="log",
    title="记录",
    table="记录",
    header_row=3,
    identity=("no",),
    columns=(
        Column("no", "编号", required=True, own=False),
        Column("at", "时间", "datetime", own=False),
        Column("who", "姓名*", own=False, aliases=("客户",)),
        Column("given", "流水", role="issued"),
        Column("status", "状态", role="computed"),
        Column("due", "截止", "datetime", "computed"),
        Column("share", "占比", "share", "computed"),
        Column("spare", "备用"),
    ),
)
OPTIONAL = Sheet(
    key="extra", title="附表", table="附表", optional=True, columns=(Column("a", "甲"), Column("b", "乙"))
)
LIST = Sheet(
    key="list",
    title="清单",
    table="清单",
    header_row=1,
    columns=(
        Column("n", "序号", "integer", "computed"),
        Column("cell", "单元格", "link", "computed"),
        Column("text", "内容", role="computed"),
    ),
)

STYLES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="170" formatCode="yyyy/m/d;@"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="170" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


def sheet_xml(rows: str, head: str = "", tail: str = "") -> str:
    """A worksheet part around rows given as XML."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}" xmlns:r="{R}">'
        f"{head}<sheetData>{rows}</sheetData>{tail}</worksheet>"
    )


def row(number: int, *cells: str | None, attributes: str = "") -> str:
    """A row of inline texts from column A; None is no cell, a text starting with "<" is the cell's own XML."""
    made = []
    for at, text in enumerate(cells):
        if text is None:
            continue
        cell = f"{chr(65 + at)}{number}"
        made.append(
            text if text.startswith("<") else f'<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'
        )
    return f'<row r="{number}"{attributes}>{"".join(made)}</row>'


def table_xml(ref: str, headings: Sequence[str], name: str = "记录", number: int = 1, more: str = "") -> str:
    columns = "".join(f'<tableColumn id="{i}" name="{h}"/>' for i, h in enumerate(headings, 1))
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<table xmlns="{MAIN}" id="{number}" name="{name}" '
        f'displayName="{name}" ref="{ref}"{more}><autoFilter ref="{ref}"/>'
        f'<tableColumns count="{len(headings)}">{columns}</tableColumns></table>'
    )


def write_book(
    path: Path,
    sheets: Mapping[str, str],
    tables: Mapping[str, Sequence[str]] | None = None,
    extra: Mapping[str, bytes] | None = None,
    workbook_pr: str = "",
    strings: str = "",
    views: str = '<bookViews><workbookView activeTab="0"/></bookViews>',
    states: Mapping[str, str] | None = None,
    calc_chain: bool = False,
) -> Path:
    """A workbook of these sheets (title -> part XML) and the table parts of each."""
    parts: dict[str, bytes] = {}
    overrides = [
        ("/xl/workbook.xml", f"{SPREADSHEET}.sheet.main+xml"),
        ("/xl/styles.xml", f"{SPREADSHEET}.styles+xml"),
    ]
    rels = [("rId100", f"{R}/styles", "styles.xml")]
    entries = []
    table_number = 0
    for number, (title, xml) in enumerate(sheets.items(), 1):
        part = f"xl/worksheets/sheet{number}.xml"
        parts[part] = xml.encode()
        overrides.append((f"/{part}", f"{SPREADSHEET}.worksheet+xml"))
        rels.append((f"rId{number}", f"{R}/worksheet", f"worksheets/sheet{number}.xml"))
        state = (states or {}).get(title, "")
        shown = f' state="{state}"' if state else ""
        entries.append(f'<sheet name="{title}" sheetId="{number}"{shown} r:id="rId{number}"/>')
        own = []
        for xml_of_table in (tables or {}).get(title, ()):
            table_number += 1
            name = f"xl/tables/table{table_number}.xml"
            parts[name] = xml_of_table.encode()
            overrides.append((f"/{name}", f"{SPREADSHEET}.table+xml"))
            own.append((f"rId{len(own) + 1}", f"{R}/table", f"../tables/table{table_number}.xml"))
        if own:
            parts[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _rels(own)
    if strings:
        parts["xl/sharedStrings.xml"] = strings.encode()
        overrides.append(("/xl/sharedStrings.xml", f"{SPREADSHEET}.sharedStrings+xml"))
        rels.append(("rId101", f"{R}/sharedStrings", "sharedStrings.xml"))
    if calc_chain:
        parts["xl/calcChain.xml"] = f'<calcChain xmlns="{MAIN}"><c r="A1" i="1"/></calcChain>'.encode()
        overrides.append(("/xl/calcChain.xml", f"{SPREADSHEET}.calcChain+xml"))
        rels.append(("rId102", f"{R}/calcChain", "calcChain.xml"))
    parts["xl/styles.xml"] = STYLES.encode()
    parts["xl/workbook.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<workbook xmlns="{MAIN}" xmlns:r="{R}">{workbook_pr}'
        f"{views}<sheets>{''.join(entries)}</sheets></workbook>"
    ).encode()
    parts["xl/_rels/workbook.xml.rels"] = _rels(rels)
    parts["_rels/.rels"] = _rels([("rId1", f"{R}/officeDocument", "xl/workbook.xml")])
    types = "".join(f'<Override PartName="{n}" ContentType="{t}"/>' for n, t in overrides)
    head = {
        "[Content_Types].xml": (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Types xmlns="{TYPES}">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Default Extension="bin" ContentType="application/octet-stream"/>{types}</Types>'
        ).encode()
    }
    path.write_bytes(zip_bytes({**head, **parts, **(extra or {})}))
    return path


def _rels(rels: Sequence[tuple[str, str, str]]) -> bytes:
    inner = "".join(f'<Relationship Id="{i}" Type="{t}" Target="{target}"/>' for i, t, target in rels)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<Relationships xmlns="{PACKAGE_RELS}">{inner}</Relationships>'.encode()


def zip_bytes(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 9, 0, 0)), data, method)
    return out.getvalue()


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


HEADINGS = ("编号", "时间", "姓名*", "流水", "状态", "截止", "占比", "备用")


def log_book(path: Path, rows: Sequence[str] = (), bottom: int | None = None, **options: object) -> Path:
    """A ledger with tab 记录 (its table from row 3), tab 清单 (an owned list) and a tab of the user's."""
    filled = rows or (
        row(4, "N1", '<c r="B4" s="2"><v>45413.375</v></c>', "张三"),
        row(5, "N2", None, "李四"),
    )
    last = bottom or 3 + len(filled)
    body = row(1, "标题") + row(3, *HEADINGS) + "".join(filled)
    listed = row(1, "序号", "单元格", "内容") + '<row r="2"><c r="A2" s="1"/><c r="B2"/><c r="C2"/></row>'
    tail = str(options.pop("tail", ""))
    head = str(options.pop("head", f'<dimension ref="A1:H{last}"/>'))
    more = str(options.pop("table_more", ""))
    ref = str(options.pop("ref", f"A3:H{last}"))
    tables = {
        "记录": [table_xml(ref, HEADINGS, more=more)],
        "清单": [table_xml("A1:C2", ("序号", "单元格", "内容"), "清单", 2)],
    }
    if options.pop("no_table", False):
        tables.pop("记录")
    return write_book(
        path,
        {
            "记录": sheet_xml(body, head, tail),
            "清单": sheet_xml(listed),
            "我的": sheet_xml(
                '<row r="1"><c r="A1"><f>SUM(记录[占比])</f><v>7</v></c><c r="B1"><f>1+1</f><v>2</v></c></row>'
            ),
        },
        tables,
        **options,  # type: ignore[arg-type]
    )
