"""Makes the ledgers that both sides work on: templates.xlsx with so many rows in 响应记录 or other tables, as Excel
would save it.

A library would take minutes for 100,000 rows of 79 styled cells, so the rows are written as text: every cell of a
row stands there with the style the template gives its column, filled or blank, texts are shared strings.
Run as `python -m benchmarks.ledger FILE ROWS`.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from workbook.schema import Sheet
from workbook.sheets.response_log import RESPONSE_LOG
from workbook.sheets.settings import default_rows
from workbook.template import Layout, build, save

from .rows import PEOPLE, USER_COLUMNS, Cells, chunks

_HUGE = 400_000  # rows from which a part may pass 2 GB
_ROW = "\N{SECTION SIGN}"  # stands for the row number in a row's text

_INLINE = re.compile(r' t="inlineStr"><is><t(?: xml:space="preserve")?>(.*?)</t></is></c>', re.DOTALL)
_STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(frozen=True)
class Body:
    """The rows of one table: how many, and what gives them as `rows.chunks` does."""

    sheet: Sheet
    rows: int
    chunks: Callable[[], Iterable[tuple[int, Cells]]]

    @property
    def first(self) -> int:
        return self.sheet.header_row + 1

    @property
    def last(self) -> int:
        return self.sheet.header_row + self.rows


def make(path: Path, rows: int) -> None:
    """Writes a ledger with so many rows in 响应记录 to `path`, whole or not at all."""
    make_filled(path, [Body(RESPONSE_LOG, rows, lambda: chunks(rows))])


def make_filled(path: Path, bodies: Sequence[Body]) -> None:
    """The same with the rows of several tables, at least one each."""
    base = path.with_suffix(".base.xlsx")
    part = path.with_suffix(".part")
    save(build(_small_sheets(), {"response_log": _layout()}), base)
    with zipfile.ZipFile(base) as source, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        _write(source, target, bodies)
    base.unlink()
    part.replace(path)


def _small_sheets() -> dict[str, list[dict[str, Any]]]:
    """The documents' settings and what an office adds: limits of its own from a day on, one in working days."""
    own = [
        ("首次响应", "P2", 1, "小时", datetime(2024, 4, 1)), ("首次响应", "P3", 4, "小时", datetime(2024, 4, 1)),
        ("方案", "P3", 12, "小时", datetime(2024, 7, 1)), ("解决", "P4", 1, "工作日", None),
    ]  # fmt: skip
    limits = [
        {"group": "时效", "name": clock, "profile": "S002", "urgency": urgency, "value": value, "unit": unit,
         "basis": "自然时", "effective": day}
        for clock, urgency, value, unit, day in own
    ]  # fmt: skip
    people = [{"name": name, "department": department} for name, department in PEOPLE]
    return {"settings": [*default_rows(), *limits], "people": people}


def _layout() -> Layout:
    order: list[str] = [c.key for c in RESPONSE_LOG.columns]
    order.insert(order.index("urgency"), USER_COLUMNS[0])
    order.insert(order.index("issues"), USER_COLUMNS[1])
    return Layout(order=order)


class _Strings:
    """The shared strings in the order in which they are first used."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.uses = 0

    def cell(self, escaped: str) -> str:
        self.uses += 1
        return f' t="s"><v>{self.places.setdefault(escaped, len(self.places))}</v></c>'


def _write(source: zipfile.ZipFile, target: zipfile.ZipFile, bodies: Sequence[Body]) -> None:
    strings = _Strings()
    parts = {_part_of(source, body.sheet): body for body in bodies}
    tables = {_table_of(source, part): body for part, body in parts.items()}
    huge = sum(body.rows for body in bodies) >= _HUGE
    for name in source.namelist():
        text = source.read(name).decode("utf-8")
        if name == "[Content_Types].xml":
            entry = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_STRINGS_TYPE}"/></Types>'
            text = text.replace("</Types>", entry)
        elif name == "xl/_rels/workbook.xml.rels":
            entry = f'<Relationship Type="{_RELATION}" Target="sharedStrings.xml" Id="rIdStrings"/></Relationships>'
            text = text.replace("</Relationships>", entry)
        elif name in tables:
            text = re.sub(r'(ref="[A-Z]+\d+:[A-Z]+)\d+"', rf'\g<1>{tables[name].last}"', text)
        elif name in parts:
            with target.open(name, "w", force_zip64=huge) as out:
                for piece in _table(text, parts[name], strings):
                    out.write(piece.encode("utf-8"))
            continue
        elif name.startswith("xl/worksheets/sheet"):
            text = _INLINE.sub(lambda m: strings.cell(_unescaped(m[1])), text)
        target.writestr(name, text)
    with target.open("xl/sharedStrings.xml", "w", force_zip64=huge) as out:
        head = f'<sst xmlns="{_MAIN}" count="{strings.uses}" uniqueCount="{len(strings.places)}">'
        out.write(('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + head).encode())
        for text in strings.places:
            keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
            out.write(f"<si><t{keep}>{text}</t></si>".encode())
        out.write(b"</sst>")


def _part_of(source: zipfile.ZipFile, sheet: Sheet) -> str:
    book = source.read("xl/workbook.xml").decode("utf-8")
    found = re.search(rf'<sheet [^>]*name="{sheet.title}"[^>]*r:id="(\w+)"', book)
    assert found
    relations = source.read("xl/_rels/workbook.xml.rels").decode("utf-8")
    target = re.search(rf'Target="/([^"]+)" Id="{found[1]}"', relations)
    assert target
    return target[1]


def _table_of(source: zipfile.ZipFile, part: str) -> str:
    folder, _, name = part.rpartition("/")
    relations = source.read(f"{folder}/_rels/{name}.rels").decode("utf-8")
    found = re.search(r'Target="/(xl/tables/[^"]+)"', relations)
    assert found
    return found[1]


def _table(text: str, body: Body, strings: _Strings) -> Iterator[str]:
    """The sheet's XML piece by piece: its one blank row becomes the rows."""
    head, blank, tail = re.split(rf'(<row r="{body.first}".*?</row>)', text, flags=re.DOTALL)
    head = re.sub(r'(<dimension ref="A1:[A-Z]+)\d+', rf"\g<1>{body.last}", head)
    yield _INLINE.sub(lambda m: strings.cell(_unescaped(m[1])), head)
    cells = re.findall(rf'<c r="([A-Z]+){body.first}" s="(\d+)"', blank)
    headings = re.findall(r"<t[^>]*>([^<]*)</t>", re.split(rf'<row r="{body.sheet.header_row}"', head)[1])
    keys = [_key(body.sheet, _unescaped(heading)) for heading in headings]
    assert len(keys) == len(cells)
    starts = [f'<c r="{letters}{_ROW}" s="{style}"' for letters, style in cells]
    opening = f'<row r="{_ROW}" spans="1:{len(cells)}">'
    for first, columns in body.chunks():
        yield from _rows(body.first + first, opening, starts, [columns.get(key) for key in keys], strings)
    yield re.sub(r"(\b[A-Z]+4:[A-Z]+)5000\b", rf"\g<1>{max(body.last, 5000)}", tail)


def _rows(
    first: int, opening: str, starts: list[str], columns: list[list[Any] | None], strings: _Strings
) -> Iterator[str]:
    pieces: list[list[str] | str] = [opening]
    for start, cells in zip(starts, columns, strict=True):
        if cells is None:
            blank = start + "/>"
            last = pieces[-1]
            if isinstance(last, str):
                pieces[-1] = last + blank
            else:
                pieces.append(blank)
        else:
            pieces.append([start + _content(cell, strings) for cell in cells])
    count = next(len(piece) for piece in pieces if isinstance(piece, list))
    columns_of_text = [[piece] * count if isinstance(piece, str) else piece for piece in pieces]
    texts = ["".join(row).replace(_ROW, str(first + at)) for at, row in enumerate(zip(*columns_of_text, strict=True))]
    yield "</row>".join(texts) + "</row>"


def _content(cell: Any, strings: _Strings) -> str:
    if cell is None:
        return "/>"
    if isinstance(cell, str):
        return strings.cell(escape(cell))
    return f"><v>{cell:.17g}</v></c>"


def _key(sheet: Sheet, heading: str) -> str:
    column = sheet.find(heading)
    return column.key if column else heading


def _unescaped(text: str) -> str:
    """Character references as characters; those that XML needs stay."""
    return re.sub(r"&#(\d+);", lambda m: escape(chr(int(m[1]))), text)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
