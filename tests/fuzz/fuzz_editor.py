"""Random worksheets and edits against the scanners, run by hand: python -m tests.fuzz.fuzz_editor [seconds] [seed].

Sheets are written in every spelling that is legal, read by us and by a tree; some cells are written, and
read again: those have the new values, all others what they had. Spoilt bytes may be refused, never crash or
hang. With XLSVC_CORPUS set, sheets of public workbooks are respelled too. What was found stands as a case in
tests/workbook/test_editor_fuzzed.py.
"""

from __future__ import annotations

import os
import random
import re
import signal
import sys
import tempfile
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

from tests.support.plain_reader import MAIN, PlainCell, plain_cells
from tests.workbook.odd_books import log_book
from workbook.book import CellError, Link
from workbook.issues import WorkbookError
from workbook.package.cell_content import as_read, same
from workbook.package.cell_refs import Area, letters
from workbook.package.opc import Package
from workbook.package.shared_strings import SharedStrings
from workbook.package.sheet_edit import SheetEditor
from workbook.package.sheet_xml import SheetXml
from workbook.package.styles_xml import Styles

NS = MAIN[1:-1]
STRINGS = ["普通", "", "富文本", " a ", "<&>", "x_x000D_y", "长" * 300]
SST = f'<sst xmlns="{NS}">' + "".join(
    f'<si><t xml:space="preserve">{t.replace("&", "&amp;").replace("<", "&lt;").replace("_x000D_", "_x005F_x000D_")}</t></si>'
    for t in STRINGS
) + "</sst>"  # fmt: skip
EMPTY_VALUES = False  # known: see test_editor_fuzzed
VALUES: tuple[Any, ...] = (
    None, "", "文本", "=1+1", " 前后 ", "<&>\"'", "a\nb", "_x000D_", "\x0b", 0, 1, -1.5, 1e300, 5e-324, 10**15, True, False,
    datetime(2024, 5, 6, 9, 30), CellError("#N/A"), Link("表 '1'", "A1", '看"这"'), "长" * 1000,
)  # fmt: skip


class Speller:
    """Writes a sheet with a random choice at every spot where XML or the format leaves one."""

    def __init__(self, random_: random.Random) -> None:
        self.random = random_
        chance = random_.random
        self.p = random_.choice(("", "", "", "x:", "x_1:"))
        self.quote = random_.choice(('"', '"', '"', "'"))
        self.mixed_quotes = chance() < 0.1
        self.indent = random_.choice(("", "", "", "\n", "\r\n  ", "\t"))
        self.gaps = chance() < 0.15
        self.address_last = chance() < 0.15
        self.no_cell_r = chance() < 0.2
        self.no_row_r = chance() < 0.15
        self.comments = chance() < 0.1
        self.cdata = chance() < 0.1
        self.closed = chance() < 0.5
        self.bom = random_.choice((b"", b"", b"", b"\xef\xbb\xbf"))
        self.wide = chance() < 0.05

    def attribute(self, name: str, value: object) -> str:
        quote = self.random.choice("\"'") if self.mixed_quotes else self.quote
        text = (
            str(value)
            .replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(quote, "&#34;" if quote == '"' else "&#39;")
        )
        gap = self.random.choice(("", " ", "\n")) if self.gaps else ""
        return f"{self.random.choice((' ', '  ', chr(10))) if self.gaps else ' '}{name}{gap}={gap}{quote}{text}{quote}"

    def tag(self, name: str, attributes: dict[str, object], inner: str | None) -> str:
        order = list(attributes.items())
        if self.address_last:
            self.random.shuffle(order)
        head = (
            f"<{self.p}{name}" + "".join(self.attribute(k, v) for k, v in order) + (" " if self.gaps else "")
        )
        if inner is None and self.closed:
            return head + "/>"
        return f"{head}>{inner or ''}</{self.p}{name}{' ' if self.gaps else ''}>"

    def text(self, text: str) -> str:
        if self.cdata and "]]>" not in text and "\r" not in text and self.random.random() < 0.5:
            return f"<![CDATA[{text}]]>"
        numbered = self.random.random() < 0.1 and "_x" not in text
        made = ""
        for character in text:
            if numbered and character.isalnum() and self.random.random() < 0.3:
                made += f"&#x{ord(character):X};"
            else:
                made += {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(character, character)
        return made

    def between(self) -> str:
        return self.indent + ('<!-- <c r="A1"> -->' if self.comments and self.random.random() < 0.2 else "")

    def cell(self, row: int, column: int, address: bool) -> str:
        choose, p = self.random.choice, self.p
        attributes: dict[str, object] = {"r": f"{letters(column)}{row}"} if address else {}
        if self.random.random() < 0.4:
            attributes["s"] = self.random.randrange(5)
        if self.random.random() < 0.03:
            attributes[choose(("ph", "vm", "cm"))] = 1
        kind = choose(("blank", "n", "n", "s", "s", "s", "inlineStr", "str", "b", "e", "d", "nt"))
        formula = ""
        if kind in ("n", "str", "b", "e") and self.random.random() < 0.3:
            formula = choose((
                self.tag("f", {}, self.text(choose(("A1+1", "IF(A1<2,\"a>b\",'表 1'!B2)", "SUM(A1:B2)&\"]\"")))),
                self.tag("f", {"t": "array", "ref": f"{letters(column)}{row}"}, "A1"),
                self.tag("f", {"ca": 1}, None),
            ))  # fmt: skip
        if kind == "blank":
            return self.tag("c", attributes, None)
        if kind != "nt":
            attributes["t"] = kind
        if kind == "inlineStr":
            text = choose(STRINGS[:5])
            space = ' xml:space="preserve"' if self.random.random() < 0.5 or text != text.strip() else ""
            run = f"<{p}t{space}>{self.text(text)}</{p}t>"
            if self.random.random() < 0.3:
                run = f'<{p}r><{p}rPr><{p}b/></{p}rPr>{run}</{p}r><{p}r>{run}</{p}r><{p}rPh sb="0" eb="1"><{p}t>ph</{p}t></{p}rPh>'
            return self.tag("c", attributes, f"<{p}is>{run}</{p}is>")
        value = {
            "n": lambda: choose(("1", "1.5", "-2E-3", "45413.375", "0", "1e5")), "nt": lambda: choose(("7", "0.1")),
            "s": lambda: str(self.random.randrange(len(STRINGS))), "str": lambda: self.text(choose(("甲<乙", "a&b", "x y"))),
            "b": lambda: choose(("0", "1", "true")), "e": lambda: choose(("#N/A", "#DIV/0!")),
            "d": lambda: choose(("2024-05-01T09:00:00", "2024-05-01")),
        }[kind]()  # fmt: skip
        blanks = ("", f"<{p}v/>", f"<{p}v></{p}v>") if EMPTY_VALUES or kind in ("n", "nt", "str") else ("",)
        inner = formula + (f"<{p}v>{value}</{p}v>" if self.random.random() < 0.95 else choose(blanks))
        if self.random.random() < 0.03:
            inner += f'<{p}extLst><{p}ext uri="c"/></{p}extLst>'
        return self.tag("c", attributes, inner)

    def sheet(self) -> bytes:
        random_, p, rows, row = self.random, self.p, [], 0
        wide = random_.choice((5, 5, 30, 60))
        alike = random_.random() < 0.4  # tables: every row has the same columns
        columns = sorted(random_.sample(range(1, wide + 1), random_.randint(0, min(wide, 20))))
        for _ in range(random_.choice((0, 1, 3, 10, 40))):
            gap = random_.choice((0, 0, 0, 0, 1, 5)) if not self.no_row_r else 0
            row += 1 + gap
            if not alike:
                columns = sorted(random_.sample(range(1, wide + 1), random_.randint(0, min(wide, 12))))
            cells, last = [], 0
            for column in columns:
                named = not (self.no_cell_r and column == last + 1)
                cells.append(self.between() + self.cell(row, column, named))
                last = column
            attributes: dict[str, object] = {} if self.no_row_r and gap == 0 else {"r": row}
            if random_.random() < 0.2:
                attributes |= random_.choice(
                    ({"spans": "1:5"}, {"ht": "20", "customHeight": 1}, {"s": 1, "customFormat": 1})
                )
            inner = "".join(cells) + (self.between() if cells else "")
            rows.append(self.between() + self.tag("row", attributes, inner if cells else None))
        data = self.tag("sheetData", {}, "".join(rows) + self.between() if rows else None)
        colon = f":{p[:-1]}" if p else ""
        head = random_.choice(
            ("", f'<{p}dimension ref="A1"/>', f'<{p}cols><{p}col min="1" max="9" style="3"/></{p}cols>')
        )
        tail = random_.choice(("", f'<{p}mergeCells count="1"><{p}mergeCell ref="A1:B1"/></{p}mergeCells>'))
        xml = f'<{p}worksheet xmlns{colon}="{NS}">{head}{data}{tail}</{p}worksheet>'
        declaration = random_.choice(("", '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'))
        if self.wide:
            return ('<?xml version="1.0" encoding="UTF-16"?>' + xml).encode("utf-16")
        return self.bom + (declaration + xml).encode()


def edits_of(random_: random.Random) -> dict[int, dict[int, Any]]:
    made: dict[int, dict[int, Any]] = {}
    for _ in range(random_.randint(0, 12)):
        row = random_.choice((random_.randint(1, 12), random_.randint(1, 60), 1000))
        made.setdefault(row, {})[random_.choice((random_.randint(1, 8), random_.randint(1, 70)))] = (
            random_.choice(VALUES)
        )
    return made


def check_sheet(
    data: bytes, edits: dict[int, dict[int, Any]], package: Package, strings: list[str], sst: str
) -> None:
    """Raises AssertionError where reading or writing differs from the tree's view."""
    before = plain_cells(data, strings)
    xml = SheetXml(data)
    columns = sorted({c for _, c in before} | {c for cells in edits.values() for c in cells} | {3})
    _compare(xml, columns, before, sst)
    styles = Styles(package)
    editor = SheetEditor(xml, styles)
    editor.set_cells(edits)
    made = editor.finish()
    after = plain_cells(made, strings)
    for row, cells in edits.items():
        for column, value in cells.items():
            cell = after.get((row, column))
            shown = cell.value if cell else None
            assert same(shown, as_read(value if value != "" else None)), (row, column, value, shown)
            assert (cell is not None and cell.formula is not None) == isinstance(value, Link), (
                row,
                column,
                value,
            )
    for place in before.keys() | after.keys():
        if place[1] not in edits.get(place[0], {}):
            old, new = before.get(place), after.get(place)
            if (
                old and new and old.formula == ""
            ):  # shares a formula: gets its own if the one that holds it goes
                new = replace(new, formula="")
            assert old == new, (place, old, new)
    _compare(SheetXml(made), columns, after, sst)


def _compare(xml: SheetXml, columns: list[int], cells: dict[tuple[int, int], PlainCell], sst: str) -> None:
    scan = xml.read(columns, SharedStrings(sst.encode()))
    read = {
        (row, c): cell
        for c in columns
        for row, cell in zip(scan.rows, scan.columns[c].cells, strict=True)
        if cell is not None
    }
    wanted = {place: cell.value for place, cell in cells.items() if cell.value is not None}
    assert read == wanted, [
        (p, read.get(p), wanted.get(p)) for p in read.keys() | wanted.keys() if read.get(p) != wanted.get(p)
    ][:3]
    formulas = {(row, c) for c in columns for row in scan.columns[c].formulas}
    having = {place for place, cell in cells.items() if cell.formula is not None}
    areas = [area for cell in cells.values() if cell.array and (area := Area.parse(cell.array))]
    having |= {place for place in cells if place[1] in columns and any(area.covers(*place) for area in areas)}
    assert formulas == having, sorted(formulas ^ having)[:5]


def spoilt(data: bytes, random_: random.Random) -> bytes:
    """Some bytes exchanged, cut out, doubled or moved."""
    made = bytearray(data)
    for _ in range(random_.randint(1, 5)):
        at, to = sorted(random_.randrange(len(made) + 1) for _ in range(2))
        to = min(to, at + random_.choice((1, 3, 20, 400)))
        piece = made[at:to]
        what = random_.randrange(5)
        if what == 0:
            made[at:to] = b""
        elif what == 1:
            made[at:at] = piece
        elif what == 2:
            made[at : at + 1] = bytes([random_.randrange(256)])
        elif what == 3:
            made[at:at] = random_.choice(
                (
                    b"<",
                    b">",
                    b'"',
                    b"</row>",
                    b"</c>",
                    b'<c r="',
                    b'<row r="',
                    b"/>",
                    b"<!--",
                    b"&",
                    b"999999999999",
                )
            )
        else:
            there = random_.randrange(len(made) + 1)
            made[there:there] = piece
    return bytes(made)


def check_spoilt(data: bytes, edits: dict[int, dict[int, Any]], package: Package) -> None:
    """Whatever the bytes: an answer or a refusal (ValueError is one: the host tells it as damage)."""
    try:
        xml = SheetXml(data)
        xml.read(range(1, 30), SharedStrings(SST.encode()))
        editor = SheetEditor(xml, Styles(package))
        editor.set_cells(edits)
        editor.finish()
    except (WorkbookError, ValueError, OverflowError, etree.XMLSyntaxError):
        return


def respelled(
    random_: random.Random, sheets: list[tuple[bytes, list[str], str]]
) -> tuple[bytes, list[str], str]:
    """A sheet of a public workbook, its attributes in another order or without addresses that say nothing new."""
    data, strings, sst = random_.choice(sheets)
    root = etree.fromstring(data)
    what = random_.randrange(4)
    for element in root.iter(f"{MAIN}c", f"{MAIN}row"):
        if what == 0:
            items = list(element.attrib.items())
            random_.shuffle(items)
            element.attrib.clear()
            element.attrib.update(items)
        elif (
            what == 1
            and element.getprevious() is None
            and element.get("r") in ("1", f"A{element.getparent().get('r')}")
        ):
            del element.attrib["r"]
        elif what == 2 and random_.random() < 0.05:
            element.addprevious(etree.Comment("<c r='A1'/>"))
    return etree.tostring(root, pretty_print=what == 3), strings, sst


def corpus_sheets() -> list[tuple[bytes, list[str], str]]:
    """Sheets of up to 60 kB with their strings, as far as the plain reader understands them."""
    from tests.workbook.corpus import good
    from workbook.package.shared_strings import strings_of

    found = []
    for path in good(Path(os.environ["XLSVC_CORPUS"])):
        package = Package.open(path)
        part = package.related(package.workbook_part, "sharedStrings")
        sst = package.read(part) if part else b"<sst/>"
        count = len(re.findall(rb"<(?:\w+:)?si[\s>/]", sst))
        decoded = strings_of(package)
        strings = [decoded[b"%d" % n] or "" for n in range(count)]
        for entry in package.sheets():
            data = package.read(entry.part) if package.has(entry.part) else b""
            if 0 < len(data) < 60_000 and re.search(rb"<(?:\w+:)?worksheet", data):
                try:
                    plain_cells(data, strings)
                except Exception:
                    continue
                found.append((data, strings, sst.decode("utf-8", "replace")))
    return found


def _too_long(*_: object) -> None:
    raise TimeoutError


def main(seconds: float, seed: int) -> None:
    signal.signal(signal.SIGALRM, _too_long)
    with tempfile.TemporaryDirectory() as folder:
        package = Package.open(log_book(Path(folder) / "a.xlsx"))
    sheets = corpus_sheets() if os.environ.get("XLSVC_CORPUS") else []
    found: dict[str, int] = {}
    number, until = seed * 10_000_000, time.monotonic() + seconds
    while time.monotonic() < until:
        number += 1
        random_ = random.Random(number)
        data, strings, sst = Speller(random_).sheet(), STRINGS, SST
        if sheets and random_.random() < 0.15:
            data, strings, sst = respelled(random_, sheets)
        edits = edits_of(random_)
        for name in ("legal", "spoilt"):
            try:
                signal.setitimer(signal.ITIMER_REAL, 10)
                if name == "legal":
                    check_sheet(data, edits, package, strings, sst)
                else:
                    check_spoilt(spoilt(data, random_), edits, package)
                signal.setitimer(signal.ITIMER_REAL, 0)
            except Exception as error:
                signal.setitimer(signal.ITIMER_REAL, 0)
                at = error.__traceback__
                while at is not None and at.tb_next is not None:
                    at = at.tb_next
                where = f"{Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}" if at else ""
                fault = f"{name}: {type(error).__name__} {where}"
                found[fault] = found.get(fault, 0) + 1
                if found[fault] <= 3:
                    print(f"{fault} [{number}] {str(error)[:300]}", flush=True)
    print(f"{number - seed * 10_000_000} sheets, seed {seed}: {found or 'nothing found'}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 600, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
