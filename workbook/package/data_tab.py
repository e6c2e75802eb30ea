"""The tab 数据 of a report that leaves the office: small tables side by side, under the names that its formulas read.

Written from plain rows; nothing of the ledger's own sheets comes along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .cell_content import attribute, content
from .cell_refs import letters
from .cell_writing import Content
from .copy_names import TYPE_SHEET_REL
from .copy_parts import TYPE_TABLE
from .copy_tab import TYPE_WORKSHEET
from .opc import NS_MAIN, NS_R, Package, parse_xml, to_xml
from .styles_xml import Styles

TITLE = "数据"
NOTE_ROW, NAME_ROW, HEADER_ROW = 1, 2, 3
_TABLE_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/table"
_WIDTH = 9
_SCALE = 55
"""Per cent: so printed, the widest table fits across an A4 page; each begins on a page of its own."""


@dataclass(frozen=True)
class DataTable:
    """One table: `columns` are equally long, under `headings`; `formats` gives a column its number format ("" for none)."""

    name: str
    headings: Sequence[str]
    columns: Sequence[Sequence[Content]]
    formats: Sequence[str]

    @property
    def height(self) -> int:
        return len(self.columns[0]) if self.columns else 0


def add_tables(package: Package, tables: Sequence[DataTable], note: str, date1904: bool) -> str:
    """Adds the sheet part with its tables, which the workbook does not list yet (see `list_tab`); gives its name. `note`
    stands above the tables."""
    styles = Styles(package)
    part = package.free_name("xl/worksheets/sheet{}.xml")
    rows: dict[int, list[str]] = {NOTE_ROW: [_cell(NOTE_ROW, 1, note, 0, date1904)], NAME_ROW: [], HEADER_ROW: []}
    widths: list[str] = []
    left = 1
    placed: list[tuple[DataTable, int]] = []
    for table in tables:
        placed.append((table, left))
        rows[NAME_ROW].append(_cell(NAME_ROW, left, table.name, 0, date1904))
        for offset, (heading, cells, code) in enumerate(zip(table.headings, table.columns, table.formats, strict=True)):
            number = left + offset
            style = styles.variant(0, number_format=code) if code else 0
            rows[HEADER_ROW].append(_cell(HEADER_ROW, number, heading, 0, date1904))
            for row, value in enumerate(cells, HEADER_ROW + 1):
                if value is not None:
                    rows.setdefault(row, []).append(_cell(row, number, value, style, date1904))
            width = max(_WIDTH, 2 * len(heading) + 2)
            widths.append(f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>')
        left += len(table.headings) + 1
    styles.store()
    bottom = max((HEADER_ROW + max(table.height, 1) for table in tables), default=HEADER_ROW)
    body = "".join(f'<row r="{row}">{"".join(rows[row])}</row>' for row in sorted(rows))
    listed = []
    package.write(part, b"", TYPE_WORKSHEET)
    for number, (table, column) in enumerate(placed, 1):
        target = package.free_name("xl/tables/table{}.xml")
        package.write(target, _table(table, number, column), TYPE_TABLE)
        listed.append(package.add_relationship(part, _TABLE_REL, target))
    ends = [f'<brk id="{column - 1}" max="1048575" man="1"/>' for _, column in placed[1:]]
    breaks = f'<colBreaks count="{len(ends)}" manualBreakCount="{len(ends)}">{"".join(ends)}</colBreaks>' if ends else ""
    tables_xml = "".join(f'<tablePart r:id="{rid}"/>' for rid in listed)
    package.write(
        part,
        (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
            f'<worksheet xmlns="{NS_MAIN}" xmlns:r="{NS_R}">'
            f'<dimension ref="A1:{letters(max(left - 2, 1))}{bottom}"/><sheetViews><sheetView workbookViewId="0"><pane '
            f'ySplit="{HEADER_ROW}" topLeftCell="A{HEADER_ROW + 1}" activePane="bottomLeft" state="frozen"/></sheetView>'
            f'</sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{"".join(widths)}</cols><sheetData>{body}</sheetData>'
            '<pageMargins left="0.4" right="0.4" top="0.4" bottom="0.55" header="0.3" footer="0.25"/>'
            f'<pageSetup paperSize="9" scale="{_SCALE}" orientation="landscape"/>'
            f'<headerFooter><oddFooter>&amp;L&amp;A&amp;R第 &amp;P 页,共 &amp;N 页</oddFooter></headerFooter>{breaks}'
            f'<tableParts count="{len(listed)}">{tables_xml}</tableParts></worksheet>'
        ).encode(),
    )  # fmt: skip
    return part


def list_tab(package: Package, part: str) -> None:
    """Has the workbook list the sheet part as its last tab, with the heading rows repeated in print."""
    rid = package.add_relationship(package.workbook_part, TYPE_SHEET_REL, part)
    place = len(package.sheets())
    highest = max((entry.sheet_id for entry in package.sheets()), default=0)
    root = parse_xml(package.read(package.workbook_part))
    sheets = root.find(f"{{{NS_MAIN}}}sheets")
    assert sheets is not None, "made by empty_book"
    fresh = sheets.makeelement(f"{{{NS_MAIN}}}sheet", {"name": TITLE, "sheetId": str(highest + 1)})
    fresh.set(f"{{{NS_R}}}id", rid)
    sheets.append(fresh)
    names = root.find(f"{{{NS_MAIN}}}definedNames")
    if names is None:
        names = root.makeelement(f"{{{NS_MAIN}}}definedNames", {})
        sheets.addnext(names)
    title = names.makeelement(f"{{{NS_MAIN}}}definedName", {"name": "_xlnm.Print_Titles", "localSheetId": str(place)})
    title.text = f"'{TITLE}'!$1:${HEADER_ROW}"
    names.append(title)
    package.write(package.workbook_part, to_xml(root))


def _cell(row: int, column: int, value: Content, style: int, date1904: bool) -> str:
    kind, inner = content(value, date1904, None, b"")  # type: ignore[arg-type]
    look = f' s="{style}"' if style else ""
    return f'<c r="{letters(column)}{row}"{look}{kind.decode()}>{inner.decode()}</c>'


def _table(table: DataTable, number: int, left: int) -> bytes:
    right = left + len(table.headings) - 1
    ref = f"{letters(left)}{HEADER_ROW}:{letters(right)}{HEADER_ROW + max(table.height, 1)}"
    columns = "".join(
        f'<tableColumn id="{at}" name="{attribute(heading)}"/>' for at, heading in enumerate(table.headings, 1)
    )
    name = attribute(table.name)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
        f'<table xmlns="{NS_MAIN}" id="{number}" name="{name}" displayName="{name}" ref="{ref}" totalsRowShown="0">'
        f'<autoFilter ref="{ref}"/><tableColumns count="{len(table.headings)}">{columns}</tableColumns>'
        '<tableStyleInfo name="TableStyleLight9" showFirstColumn="0" showLastColumn="0" showRowStripes="1" '
        'showColumnStripes="0"/></table>'
    ).encode()


