"""Public workbooks as judges: what is refused, what is read, and what a save that changes nothing changes.

The folder is named by XLSVC_CORPUS and holds what other projects publish as their test files (calamine,
ClosedXML, Apache POI), each file's name made of its path there.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from workbook.book import CellError, RawCell
from workbook.issues import WorkbookError
from workbook.package.cell_refs import address, column_number
from workbook.package.opc import Package, SheetEntry
from workbook.package.shared_strings import strings_of
from workbook.package.sheet_edit import SheetEditor
from workbook.package.sheet_xml import SheetXml, sheet_of
from workbook.package.styles_xml import Styles
from workbook.package.zip_entries import compressed, read_entries

TOO_MANY = 2_000_000
DATES = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)
# calamine leaves out what an external link caches
KNOWN = {"52575_main.xlsx"}

NOT_GOOD: dict[str, tuple[str, str]] = {
    "pass_protected.xlsx": ("file.encrypted", "has a password"),
    "60320-protected.xlsx": ("file.encrypted", "has a password"),
    "extenxls_pwd123.xlsx": ("file.encrypted", "has a password"),
    "poifs__protect.xlsx": ("file.encrypted", "has a password"),
    "protected_sha512.xlsx": ("file.encrypted", "has a password"),
    "protected_passtika.xlsx": ("file.encrypted", "has a password"),
    "crash-9bf3cd4bd6f50a8a9339d363c2c7af14b536865c.xlsx": (
        "file.encrypted",
        "has a password; a fuzzer's crash",
    ),
    "strict_iso_paths.xlsx": ("file.strict", "strict Open XML"),
    "universal-content-strict.xlsx": ("file.strict", "strict Open XML"),
    "57914.xlsx": ("file.strict", "strict Open XML"),
    "SampleSS.strict.xlsx": ("file.strict", "strict Open XML"),
    "SimpleStrict.xlsx": ("file.strict", "strict Open XML"),
    "sample.strict.xlsx": ("file.strict", "strict Open XML"),
    "~$LoadPivotTables.xlsx": ("file.not_workbook", "Excel's lock file of an open workbook, 165 bytes"),
    "openxml4j__invalid.xlsx": ("file.not_workbook", "an archive without content types"),
    "54764-2.xlsx": ("file.doctype", "billion laughs"),
    "54764.xlsx": ("file.doctype", "billion laughs"),
    "duplicate-filename-case-insensitive.xlsx": ("file.doubled_part", "two parts of one name"),
    "duplicate-filename.xlsx": ("file.doubled_part", "two parts of one name"),
    "sample-beta.xlsx": ("file.no_workbook", "another namespace: a beta of Excel 2007"),
    "xlsx-corrupted.xlsx": ("file.encoding", "parts of other bytes than XML"),
    "issue252.xlsx": ("file.damaged", "the parts fail their checksums and are no XML"),
    "POIFuzzer-5040805309710336.xlsx": ("file.damaged", "a fuzzer's: a part cannot be inflated"),
    "POIXSSFFuzzer-4828727001088000.xlsx": ("file.damaged", "a fuzzer's: broken directory"),
    "POIXSSFFuzzer-5089447305609216.xlsx": ("file.damaged", "a fuzzer's: broken directory"),
    "POIXSSFFuzzer-5185049589579776.xlsx": ("file.damaged", "a fuzzer's: broken directory"),
    "POIXSSFFuzzer-5265527465181184.xlsx": (
        "file.contradicting",
        "a fuzzer's: another name in front of a part",
    ),
    "POIXSSFFuzzer-5937385319563264.xlsx": ("file.damaged", "a fuzzer's: a part cannot be inflated"),
    "POIXSSFFuzzer-6123461607817216.xlsx": ("file.damaged", "a fuzzer's: broken directory"),
    "POIXSSFFuzzer-6419366255919104.xlsx": ("file.damaged", "a fuzzer's: broken directory"),
    "POIXSSFFuzzer-6448258963341312.xlsx": ("file.damaged", "a fuzzer's: broken directory"),
    "XLSX2CSVFuzzer-5025401116950528.xlsx": ("file.damaged", "a fuzzer's: broken directory"),
    "XLSX2CSVFuzzer-5542865479270400.xlsx": ("file.damaged", "a fuzzer's: broken directory"),
    "XLSX2CSVFuzzer-5636439151607808.xlsx": ("file.damaged", "a fuzzer's: broken directory"),
    "XLSX2CSVFuzzer-6504225896792064.xlsx": ("file.damaged", "a fuzzer's: broken directory"),
    "XLSX2CSVFuzzer-6594557414080512.xlsx": ("file.damaged", "a fuzzer's: broken directory"),
    "crash-274d6342e4842d61be0fb48eaadad6208ae767ae.xlsx": ("file.damaged", "a fuzzer's: broken directory"),
}
"""End of a file's name -> the answer it gets, and why it is no good file."""

Cells = dict[tuple[int, int], RawCell]


def workbooks(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.xls[xm]"))


def expected(path: Path) -> str:
    """The code of the answer that a file should get, "" for a good one."""
    return next((code for name, (code, _) in NOT_GOOD.items() if path.name.endswith(name)), "")


def good(folder: Path) -> list[Path]:
    return [path for path in workbooks(folder) if not expected(path)]


def answer(path: Path) -> str:
    """The code of the refusal, or the exception's name; "" where every part could be read."""
    try:
        package = Package.open(path)
        for name in package.names():
            package.read(name)
        package.sheets()
        strings_of(package)
        Styles(package)
    except WorkbookError as error:
        return error.code
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def tabs(package: Package) -> Iterator[tuple[SheetEntry, SheetXml]]:
    """The worksheets; tabs of another kind or without a part are left out."""
    for entry in package.sheets():
        if not entry.part or "/macrosheets/" in entry.part:
            continue
        try:
            yield entry, sheet_of(package, entry)
        except WorkbookError as error:
            if error.code != "sheet.not_cells":
                raise


def cells_of(xml: SheetXml, package: Package) -> Cells:
    """Every cell of a tab that shows something."""
    names = set(re.findall(rb'<%sc r="([A-Z]+)' % re.escape(xml.p), xml.body))
    scan = xml.read({column_number(name.decode()) for name in names}, strings_of(package))
    return {
        (row, column): cell
        for column, read in scan.columns.items()
        for row, cell in zip(scan.rows, read.cells, strict=True)
        if cell is not None
    }


def differences(folder: Path) -> list[str]:
    """Tabs whose cells we read otherwise than calamine; tabs that it refuses are left out."""
    found = []
    for path in good(folder):
        if any(path.name.endswith(name) for name in KNOWN):
            continue
        package = Package.open(path)
        try:
            judge = CalamineWorkbook.from_path(path)
        except Exception:  # the judge is pickier than Excel
            continue
        for entry, xml in tabs(package):
            theirs = _theirs(judge, entry.title)
            if theirs is None:
                continue
            cells = cells_of(xml, package)
            errors = {place for place, cell in cells.items() if isinstance(cell, CellError)}
            ours = {place: c for place, c in cells.items() if place not in errors and str(c).strip()}
            odd = [
                address(*place)
                for place in (ours.keys() | theirs.keys()) - errors
                if place not in ours or place not in theirs or not _equal(ours[place], theirs[place])
            ]
            if odd:
                found.append(f"{path.name} {entry.title} {sorted(odd)[:5]}")
    return found


def entries(data: bytes) -> list[tuple[bytes, int, int, bytes]]:
    """(name, checksum, size, compressed bytes) of an archive's entries in their order."""
    return [(e.raw_name, e.crc, e.size, compressed(data, e)) for e in read_entries(data)]


def rewritten(path: Path) -> tuple[list[str], list[str]]:
    """What happens when each tab is put through the editor with nothing to write: (tabs whose part comes out
    with other bytes, tabs whose cells come out otherwise). The former is no fault: odd spellings are brought
    into the usual one."""
    package = Package.open(path)
    before, other_bytes = {}, []
    for entry, xml in tabs(package):
        before[entry.title] = cells_of(xml, package)
        made = SheetEditor(xml, Styles(package)).finish()
        if made != package.read(entry.part):
            other_bytes.append(entry.title)
            package.write(entry.part, made)
    again = Package(package.to_bytes(), path.name)
    after = {entry.title: cells_of(xml, again) for entry, xml in tabs(again)}
    return other_bytes, [title for title in before if before[title] != after.get(title)]


def _theirs(judge: CalamineWorkbook, title: str) -> dict[tuple[int, int], Any] | None:
    try:
        sheet = judge.get_sheet_by_name(title)
    except Exception:
        return None
    if sheet.start is None or sheet.end is None:
        return {}
    if sheet.end[0] * sheet.end[1] > TOO_MANY:
        return None
    top, left = sheet.start
    return {
        (top + i + 1, left + j + 1): cell
        for i, cells in enumerate(sheet.to_python(skip_empty_area=True))
        for j, cell in enumerate(cells)
        if cell != "" and str(cell).strip()
    }


def _equal(ours: RawCell, theirs: Any) -> bool:
    if isinstance(theirs, DATES):
        return isinstance(ours, (float, str))
    if isinstance(ours, float) and isinstance(theirs, (int, float)):
        return abs(ours - theirs) <= 1e-9 * max(1, abs(ours))
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours.strip() == theirs.strip()
    return ours == theirs
