"""Workbooks of one tab, made by the thousand: a template tab turned once into bytes with gaps, then filled and zipped.

The tab goes into a new, empty package (see new_book_parts); nothing of the ledger comes along but what is named there.
The same values give the same bytes: no clock, no name of a person or machine. Two properties are written into
docProps/custom.xml: `xlsvc.form` says which form it is, `xlsvc.sheet` what the sheet was when it was made.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from isal import isal_zlib

from ..book import Value
from ..issues import WorkbookError
from .cell_content import attribute, content, plain
from .cell_refs import address
from .copy_tab import copy_tab
from .guard import naming
from .named_cells import fill, named_places
from .new_book_parts import empty_book, keep_allowed, trim_book
from .opc import Package
from .sheet_xml import SheetXml
from .styles_xml import Styles
from .workbook_xml import uses_1904
from .zip_entries import ArchiveHead, ZipError, archive_head, deflate, inflate, read_entries, write_archive

CUSTOM = "docProps/custom.xml"
FORM_PROPERTY, SHEET_PROPERTY = "xlsvc.form", "xlsvc.sheet"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_NS_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_NS_VT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_DATE = "yyyy-mm-dd"
_REMEMBERED = 10_000  # cells
_GAP = "\ue000{}\ue001"  # private characters: no template holds them
_GAP_CELL = re.compile(
    rb'<(?:[a-z]+:)?c r="([A-Z]+[0-9]+)"(?: s="([0-9]+)")? t="inlineStr"><(?:[a-z]+:)?is><(?:[a-z]+:)?t[^>]*>'
    + "\ue000([0-9]+)\ue001".encode()
    + rb"</(?:[a-z]+:)?t></(?:[a-z]+:)?is></(?:[a-z]+:)?c>"
)


@dataclass(frozen=True)
class _Gap:
    """A named cell to be filled: its address, and its style for text, for text that looks like a formula, for dates."""

    name: str
    cell: bytes
    style: int
    quoted: int
    dated: int


@dataclass(frozen=True)
class BookTemplate:
    """A template tab as bytes. `names` are those of its gaps; `left_out` says in Chinese what of the tab does not go
    out. `pieces` stand around the gaps of the sheet part."""

    names: frozenset[str]
    left_out: tuple[str, ...]
    _sheet: str
    _pieces: tuple[bytes, ...]
    _gaps: tuple[_Gap, ...]
    _fixed: ArchiveHead
    _prefix: bytes
    _date1904: bool
    _cells: dict[tuple[int, Value], bytes] = field(default_factory=dict, repr=False, compare=False)

    def book(self, values: Mapping[str, Value], mark: str) -> bytes:
        """The workbook with `values` (defined name -> content) in its cells; a gap without a value stays blank.
        Raises WorkbookError cell.too_long."""
        parts = [self._pieces[0]]
        for number, (gap, behind) in enumerate(zip(self._gaps, self._pieces[1:], strict=True)):
            parts += (self._remembered(number, gap, plain(values.get(gap.name))), behind)
        sheet = b"".join(parts)
        marks = {FORM_PROPERTY: mark, SHEET_PROPERTY: f"{isal_zlib.crc32(sheet):08x}"}
        custom = _custom(marks)
        return write_archive((deflate(sheet, self._sheet), deflate(custom, CUSTOM)), self._fixed)

    def _remembered(self, number: int, gap: _Gap, value: Value) -> bytes:
        """The cell; a notice, a name and a day stand on many forms."""
        key = number, value
        found = self._cells.get(key)
        if found is None:
            if len(self._cells) > _REMEMBERED:
                self._cells.clear()
            found = self._cells[key] = self._cell(gap, value)
        return found

    def _cell(self, gap: _Gap, value: Value) -> bytes:
        style = gap.style
        if isinstance(value, datetime):
            style = gap.dated
        elif isinstance(value, str) and value[:1] == "=":
            style = gap.quoted
        p = self._prefix
        kind, inner = content(value, self._date1904, None, p)
        if not inner:
            return b'<%sc r="%s" s="%d"/>' % (p, gap.cell, style)
        return b'<%sc r="%s" s="%d"%s>%s</%sc>' % (p, gap.cell, style, kind, inner, p)


def compile_template(
    source: Package, template: str, title: str, gaps: Collection[str], blank: Collection[str] = ()
) -> BookTemplate:
    """Tab `template` of `source`, to go out as the tab `title` of new workbooks. `gaps` are the defined names that each
    file fills, `blank` those whose cells go out empty whatever the template holds. Raises WorkbookError tab.* for a
    tab that cannot be copied."""
    office = source.copy()
    with naming(source.name):
        entry = office.sheet(template)
        if entry is None:
            raise WorkbookError("tab.no_template", file=source.name, sheet=template)
        places = named_places(office, entry.title, SheetXml(office.read(entry.part)))
        empty = {address(*places[name.casefold()]) for name in blank if name.casefold() in places}
        left_out = keep_allowed(office, entry, empty)
        made = empty_book(source)
        copy_tab(office, entry.title, made, title)
        names = list(dict.fromkeys(gaps))
        fill(made, title, {name: _GAP.format(at) for at, name in enumerate(names)})
    trim_book(made, title)
    return _compiled(made, title, names, left_out)


def _compiled(made: Package, title: str, names: list[str], left_out: list[str]) -> BookTemplate:
    entry = made.sheet(title)
    assert entry is not None, "the tab was just made"
    styles = Styles(made)
    body, pieces, found, at = made.read(entry.part), [], [], 0
    for match in _GAP_CELL.finditer(body):
        pieces.append(body[at : match.start()])
        at = match.end()
        style = int(match[2] or 0)
        dated = style if styles.is_date(style) else styles.variant(style, number_format=_DATE)
        found.append(_Gap(names[int(match[3])], match[1], style, styles.variant(style, quoted=True), dated))
    pieces.append(body[at:])
    styles.store()
    made.write(CUSTOM, b"", _CUSTOM_TYPE)
    made.add_relationship("", _CUSTOM_REL, CUSTOM)
    fixed = [deflate(made.read(name), name) for name in made.names() if name not in (entry.part, CUSTOM)]
    return BookTemplate(
        frozenset(gap.name for gap in found), tuple(left_out), entry.part, tuple(pieces), tuple(found), archive_head(fixed),
        SheetXml(body).p, uses_1904(made),
    )  # fmt: skip


def _custom(marks: Mapping[str, str]) -> bytes:
    properties = "".join(
        f'<property fmtid="{_FMTID}" pid="{pid}" name="{name}"><vt:lpwstr>{attribute(text)}</vt:lpwstr></property>'
        for pid, (name, text) in enumerate(marks.items(), 2)
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    return f'{head}<Properties xmlns="{_NS_CUSTOM}" xmlns:vt="{_NS_VT}">{properties}</Properties>'.encode()


def untouched_mark(data: bytes) -> str | None:
    """The xlsvc.form property of a file made here that nobody saved since; None for any other file."""
    try:
        entries = {entry.name: entry for entry in read_entries(data)}
        custom = entries.get(CUSTOM)
        sheets = [entry for name, entry in entries.items() if name.startswith("xl/worksheets/sheet")]
        if custom is None or len(sheets) != 1 or custom.size > 10_000:
            return None
        text = inflate(data, custom).decode("utf-8")
    except (ZipError, UnicodeDecodeError):
        return None
    found = dict(re.findall(r'name="([^"]+)"><vt:lpwstr>([^<]*)<', text))
    same = found.get(SHEET_PROPERTY) == f"{sheets[0].crc:08x}"
    return found.get(FORM_PROPERTY) if same else None
