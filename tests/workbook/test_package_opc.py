"""The archive and its parts: what nobody wrote to keeps its compressed bytes."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from tests.workbook.odd_books import MAIN, R, log_book, parts_of, zip_bytes
from workbook.issues import WorkbookError
from workbook.package.opc import NS_TYPES, Package, Relationship, parse_xml
from workbook.package.zip_entries import compressed, deflate, inflate, read_entries, write_archive


class _Pipe(io.RawIOBase):
    """A stream that cannot be rewound: zipfile then writes data descriptors."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:  # type: ignore[no-untyped-def, override]
        self.data += bytes(data)
        return len(data)


def _raw(data: bytes) -> dict[str, bytes]:
    return {entry.name: compressed(data, entry) for entry in read_entries(data)}


def test_an_untouched_package_keeps_every_entry_as_compressed(tmp_path: Path) -> None:
    book = log_book(
        tmp_path / "a.xlsx",
        extra={"xl/vbaProject.bin": bytes(range(256)) * 40, "customXml/数据.xml": b"<a/>"},
    )
    before = book.read_bytes()
    package = Package.open(book)
    package.save(tmp_path / "b.xlsx")
    after = (tmp_path / "b.xlsx").read_bytes()
    assert list(_raw(after)) == list(_raw(before))
    assert _raw(after) == _raw(before)
    assert next(i.date_time for i in zipfile.ZipFile(tmp_path / "b.xlsx").infolist()) == (2024, 5, 6, 9, 0, 0)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_data_descriptors_zip64_and_stored_entries(method: int, tmp_path: Path) -> None:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", method) as archive:  # type: ignore[arg-type]
        for name, data in parts_of(log_book(tmp_path / "a.xlsx")).items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as part:
                part.write(data)
    odd = tmp_path / "odd.xlsx"
    odd.write_bytes(pipe.data)
    package = Package.open(odd)
    package.write("xl/worksheets/sheet3.xml", package.read("xl/worksheets/sheet3.xml") + b"<!-- -->")
    package.save(tmp_path / "b.xlsx")
    assert [e.name for e in read_entries((tmp_path / "b.xlsx").read_bytes()) if e.flags & 0x8] == []
    assert {n: d for n, d in parts_of(tmp_path / "b.xlsx").items() if "sheet3" not in n} == {
        n: d for n, d in parts_of(odd).items() if "sheet3" not in n
    }


def test_sizes_over_four_gigabytes_get_zip64_fields() -> None:
    entry, packed = deflate(b"x", "a.xml")
    huge = entry.__class__(**{**entry.__dict__, "size": 5_000_000_000})
    data = write_archive([(huge, packed)])
    read = read_entries(data)[0]
    assert (read.size, read.compressed_size) == (5_000_000_000, len(packed))
    assert struct.unpack("<I", data[22:26])[0] == 0xFFFFFFFF


def test_a_part_is_found_whatever_its_case_and_slashes(tmp_path: Path) -> None:
    package = Package.open(log_book(tmp_path / "a.xlsx"))
    assert package.read("/XL/Styles.XML") == package.read("xl/styles.xml")
    with pytest.raises(KeyError):
        package.read("xl/none.xml")


def test_backslashes_in_entry_names_are_folders(tmp_path: Path) -> None:
    parts = {name.replace("/", "\\"): data for name, data in parts_of(log_book(tmp_path / "a.xlsx")).items()}
    (tmp_path / "b.xlsx").write_bytes(zip_bytes(parts))
    package = Package.open(tmp_path / "b.xlsx")
    assert package.sheets()[0].part == "xl/worksheets/sheet1.xml"


def test_sheets_in_order_with_their_state(tmp_path: Path) -> None:
    package = Package.open(log_book(tmp_path / "a.xlsx", states={"清单": "veryHidden"}))
    assert [(s.title, s.part, s.state) for s in package.sheets()] == [
        ("记录", "xl/worksheets/sheet1.xml", "visible"),
        ("清单", "xl/worksheets/sheet2.xml", "veryHidden"),
        ("我的", "xl/worksheets/sheet3.xml", "visible"),
    ]
    assert package.free_name("xl/worksheets/sheet{}.xml") == "xl/worksheets/sheet4.xml"


def test_without_root_relationships_the_content_type_leads_to_the_workbook(tmp_path: Path) -> None:
    parts = parts_of(log_book(tmp_path / "a.xlsx"))
    parts.pop("_rels/.rels")
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
        b"",
    )
    (tmp_path / "b.xlsx").write_bytes(zip_bytes(parts))
    package = Package.open(tmp_path / "b.xlsx")
    assert package.workbook_part == "xl/workbook.xml"
    package.add_relationship("xl/workbook.xml", f"{R}/theme", "xl/theme/theme1.xml")
    defaults = parse_xml(package.read("[Content_Types].xml")).findall(f"{{{NS_TYPES}}}Default")
    assert [d.get("Extension") for d in defaults] == ["rels", "xml", "bin"]


def test_new_parts_relationships_and_removal(tmp_path: Path) -> None:
    package = Package.open(log_book(tmp_path / "a.xlsx"))
    with pytest.raises(ValueError, match="content type"):
        package.write("xl/media/a.png", b"PNG")
    package.write(
        "xl/drawings/drawing1.xml", b"<a/>", "application/vnd.openxmlformats-officedocument.drawing+xml"
    )
    rid = package.add_relationship("xl/worksheets/sheet1.xml", f"{R}/drawing", "xl/drawings/drawing1.xml")
    assert rid == "rId2"
    assert b'Target="../drawings/drawing1.xml"' in package.read("xl/worksheets/_rels/sheet1.xml.rels")
    assert package.related("xl/worksheets/sheet1.xml", "drawing") == "xl/drawings/drawing1.xml"
    package.set_relationships(
        "xl/drawings/drawing1.xml", [Relationship("rId1", "t", "https://例", external=True)]
    )
    package.save(tmp_path / "b.xlsx")
    again = Package.open(tmp_path / "b.xlsx")
    assert again.relationships("xl/drawings/drawing1.xml") == [Relationship("rId1", "t", "https://例", True)]
    again.remove("xl/drawings/drawing1.xml")
    assert not again.has("xl/drawings/_rels/drawing1.xml.rels")
    assert again.content_type("xl/drawings/drawing1.xml") == "application/xml"


def test_writing_the_same_bytes_is_no_change(tmp_path: Path) -> None:
    package = Package.open(log_book(tmp_path / "a.xlsx"))
    package.write("xl/styles.xml", package.read("xl/styles.xml"))
    assert not package.changed


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    book = log_book(tmp_path / "a.xlsx")
    data = bytearray(book.read_bytes())
    entry = next(e for e in read_entries(bytes(data)) if e.name == "xl/styles.xml")
    at = entry.offset + 30 + len(entry.raw_name) + 40
    data[at] ^= 0xFF
    book.write_bytes(bytes(data))
    with pytest.raises(WorkbookError, match=r"xl/styles\.xml"):
        Package.open(book).read("xl/styles.xml")


def test_inflating_stops_at_the_declared_size() -> None:
    entry, packed = deflate(bytes(10_000_000), "a.xml")
    lying = entry.__class__(**{**entry.__dict__, "size": 100})
    data = write_archive([(lying, packed)])
    with pytest.raises(ValueError, match="damaged"):
        inflate(data, read_entries(data)[0])


def test_no_entity_is_resolved() -> None:
    with pytest.raises(WorkbookError):
        parse_xml(f'<!DOCTYPE a [<!ENTITY b "c">]><a xmlns="{MAIN}">&b;</a>'.encode())
