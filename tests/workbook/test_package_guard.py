"""Every kind of file that is no ledger gets its own answer, before any parser sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workbook.odd_books import log_book, parts_of, zip_bytes
from workbook.issues import WorkbookError
from workbook.package.limits import LEDGER, LIMITS
from workbook.package.opc import Package
from workbook.package.zip_entries import deflate, write_archive

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
Parts = dict[str, bytes]


def _with(change: Callable[[Parts], None]) -> Callable[[Path], bytes]:
    def make(book: Path) -> bytes:
        parts = parts_of(book)
        change(parts)
        return zip_bytes(parts)

    return make


def _replace(part: str, old: bytes, new: bytes) -> Callable[[Path], bytes]:
    def change(parts: Parts) -> None:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new)

    return _with(change)


def _strict(book: Path) -> bytes:
    parts = parts_of(book)
    for name, data in parts.items():
        data = data.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
        parts[name] = data.replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006",
            b"http://purl.oclc.org/ooxml/officeDocument",
        )
    return zip_bytes(parts)


def _doubled(book: Path) -> bytes:
    parts = parts_of(book)
    items = [deflate(data, name) for name, data in parts.items()]
    return write_archive([*items, deflate(b"<a/>", "XL/STYLES.xml")])


def _bomb(book: Path) -> bytes:
    return zip_bytes({**parts_of(book), "xl/media/a.xml": bytes(60_000_000)})


CASES: list[tuple[str, str, str, Callable[[Path], bytes]]] = [
    ("empty", "a.xlsx", "file.empty", lambda _: b""),
    ("text", "a.xlsx", "file.text", lambda _: "姓名,电话\n张三,1".encode("gb18030")),
    ("text in UTF-16", "a.xls", "file.text", lambda _: "姓名\t电话".encode("utf-16")),
    ("web page", "a.xls", "file.html", lambda _: b"\xef\xbb\xbf\r\n<HTML xmlns:x='a'><table>"),
    ("web page with DOCTYPE", "a.xlsx", "file.html", lambda _: b"<!DOCTYPE html><table><tr>"),
    ("XML of 2003", "a.xls", "file.xml_2003",
     lambda _: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'),
    ("PDF", "a.xlsx", "file.not_workbook", lambda _: b"%PDF-1.4\n1 0 obj"),
    ("picture", "a.xlsx", "file.not_workbook", lambda _: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    ("encrypted", "a.xlsx", "file.encrypted", lambda _: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")),
    ("xls", "a.xls", "file.xls", lambda _: OLE + bytes(600) + "Workbook".encode("utf-16-le")),
    ("et", "a.et", "file.et", lambda _: OLE + bytes(600)),
    ("another zip", "a.xlsx", "file.not_workbook", lambda _: zip_bytes({"a.txt": b"a"})),
    ("ods", "a.xlsx", "file.ods", lambda _: zip_bytes({"mimetype": b"a", "content.xml": b"<a/>"})),
    ("cut short", "a.xlsx", "file.damaged", lambda book: book.read_bytes()[:-30]),
    ("strict", "a.xlsx", "file.strict", _strict),
    ("a Word file", "a.xlsx", "file.no_workbook", _replace("xl/workbook.xml", b"workbook", b"document")),
    ("xlsb", "a.xlsb", "file.binary", _with(lambda p: p.update({
        "xl/workbook.bin": b"\0", "_rels/.rels": p["_rels/.rels"].replace(b"workbook.xml", b"workbook.bin")}))),
    ("no workbook", "a.xlsx", "file.no_workbook", _with(lambda p: (p.pop("xl/workbook.xml"), None)[1])),
    ("broken workbook", "a.xlsx", "file.damaged", _replace("xl/workbook.xml", b"</workbook>", b"</")),
    ("escaping name", "a.xlsx", "file.escaping_part", _with(lambda p: p.update({"xl/../../a.xml": b"<a/>"}))),
    ("drive name", "a.xlsx", "file.escaping_part", _with(lambda p: p.update({"C:/a.xml": b"<a/>"}))),
    ("doubled name", "a.xlsx", "file.doubled_part", _doubled),
    ("bomb", "a.xlsx", "file.bomb", _bomb),
    ("doctype", "a.xlsx", "file.doctype", _replace("xl/workbook.xml", b"<workbook", b"<!DOCTYPE a><workbook")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "file", "code", "make"), CASES, ids=[c[0] for c in CASES])
def test_refused_with_its_own_message(
    name: str, file: str, code: str, make: Callable[[Path], bytes], tmp_path: Path
) -> None:
    data = make(log_book(tmp_path / "good.xlsx"))
    (tmp_path / file).write_bytes(data)
    with pytest.raises(WorkbookError) as stopped:
        Package.open(tmp_path / file)
    assert stopped.value.code == code
    assert f"“{file}”" in str(stopped.value)
    assert str(stopped.value).endswith("。")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "无.xlsx", "file.missing"), (tmp_path, "file.folder")):
        with pytest.raises(WorkbookError) as stopped:
            Package.open(path)
        assert stopped.value.code == code


@pytest.mark.parametrize(
    ("limit", "value", "code", "says"),
    [
        ("file_bytes", 100, "file.too_large", ""),
        ("entries", 3, "file.too_many_parts", "上限 3"),
        ("inflated_bytes", 3000, "file.too_big", ""),
        ("part_bytes", 500, "file.too_big", ""),
        ("tags_in_tree", 5, "file.too_many_tags", "上限 5"),
        ("run_bytes", 60, "file.long_run", ""),
        ("relationships", 2, "file.crowded", "部件关系,超过上限 2"),
        ("tabs", 2, "file.crowded", "3 个工作表,超过上限 2"),
    ],
)
def test_each_limit_stops_a_file_that_passes_it(
    limit: str, value: int, code: str, says: str, tmp_path: Path
) -> None:
    book = log_book(tmp_path / "a.xlsx")
    with pytest.raises(WorkbookError) as stopped:
        Package.open(book, {**LEDGER, limit: value})
    assert stopped.value.code == code
    assert says in str(stopped.value)


def test_every_limit_has_a_reason_and_a_stranger_never_gets_more() -> None:
    assert len({limit.name for limit in LIMITS}) == len(LIMITS)
    for limit in LIMITS:
        assert len(limit.reason) > 20, limit.name
        assert max(limit.ledger, limit.stranger) > 0, limit.name
        assert limit.ledger == 0 or limit.stranger <= limit.ledger, limit.name


def test_a_doctype_in_a_sheet_stops_at_reading_it(tmp_path: Path) -> None:
    book = log_book(tmp_path / "a.xlsx")
    book.write_bytes(_replace("xl/worksheets/sheet1.xml", b"<worksheet", b"<!DOCTYPE a><worksheet")(book))
    with pytest.raises(WorkbookError) as stopped:
        Package.open(book).read("xl/worksheets/sheet1.xml")
    assert (stopped.value.code, stopped.value.values["part"]) == ("file.doctype", "xl/worksheets/sheet1.xml")
