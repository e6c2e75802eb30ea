"""Files that want to hurt whoever reads them, made from a good ledger: bombs, lies, broken and endless XML.

Each kind is a function from the ledger's parts to the file's bytes. `KINDS` says which answer fits it; a
kind whose code is "" is odd but harmless, and is read like any other file.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from workbook.package.zip_entries import Entry, deflate, write_archive

Parts = dict[str, bytes]
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
LOG = "xl/worksheets/sheet3.xml"
"""The part of 响应记录 in a ledger as `xlsvc new` makes it; checked by the tests."""


@dataclass(frozen=True)
class Kind:
    """One hostile file. `stranger` is the answer to the same file as a stranger's, where it differs."""

    name: str
    code: str
    make: Callable[[Parts], bytes]
    file: str = "台账.xlsx"
    stranger: str | None = None


def archive(parts: Mapping[str, bytes]) -> bytes:
    return write_archive(deflate(data, name) for name, data in parts.items())


def _in(part: str, old: bytes, new: bytes) -> Callable[[Parts], bytes]:
    """The ledger with one spot of a part exchanged."""

    def make(parts: Parts) -> bytes:
        assert old in parts[part], (part, old)
        return archive({**parts, part: parts[part].replace(old, new, 1)})

    return make


def _cells(xml: bytes) -> Callable[[Parts], bytes]:
    """The ledger with `xml` in front of the end of the log's rows."""
    return _in(LOG, b"</sheetData>", xml + b"</sheetData>")


def _whole(part: str, xml: bytes) -> Callable[[Parts], bytes]:
    return lambda parts: archive({**parts, part: xml})


@lru_cache(maxsize=1)
def _blanks(megabytes: int = 1000) -> bytes:
    """The deflated form of so many megabytes of blanks."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    chunk = machine.compress(b" " * 1_000_000) + machine.flush(zlib.Z_FULL_FLUSH)
    return chunk * megabytes + b"\x03\x00"


def _entries(parts: Parts) -> list[tuple[Entry, bytes]]:
    return [deflate(data, name) for name, data in parts.items()]


def _bomb(said: int) -> Callable[[Parts], bytes]:
    """The log inflates to 1 GB of blanks; the directory says it is `said` bytes."""

    def make(parts: Parts) -> bytes:
        items = [
            (replace(e, size=said, compressed_size=len(_blanks())), _blanks()) if e.name == LOG else (e, p)
            for e, p in _entries(parts)
        ]
        return write_archive(items)

    return make


def _many_bombs(parts: Parts) -> bytes:
    """Many parts, each just small enough to be let through."""
    packed = _blanks(19)
    like, _ = deflate(b"", "a")
    more = [
        (replace(like, name=f"xl/media/{n}.xml", raw_name=b"xl/media/%d.xml" % n, size=19_000_000,
                 compressed_size=len(packed)), packed)
        for n in range(300)
    ]  # fmt: skip
    return write_archive([*_entries(parts), *more])


def _overlapping(parts: Parts) -> bytes:
    """A thousand directory entries that share one stretch of the file."""
    items = _entries(parts)
    data = write_archive([*items, *((replace(items[-1][0], raw_name=b"m%05d" % n), b"") for n in range(1000))])
    at, last = 0, data.rindex(items[-1][0].raw_name, 0, data.index(b"PK\x01\x02"))
    offset = struct.pack("<I", last - 30)
    for _ in range(len(items) + 1000):
        at = data.index(b"PK\x01\x02", at) + 4
        if re.match(rb"m[0-9]{5}", data[at + 42 : at + 48]):
            data = data[: at + 38] + offset + data[at + 42 :]
    return data


def _local_name(parts: Parts) -> bytes:
    data = archive(parts)
    at = data.index(LOG.encode())
    return data[:at] + LOG.replace("sheet3", "sheet9").encode() + data[at + len(LOG) :]


def _wrong_crc(parts: Parts) -> bytes:
    return write_archive((replace(e, crc=e.crc ^ 1) if e.name == LOG else e, p) for e, p in _entries(parts))


def _zip64_count(parts: Parts) -> bytes:
    """A ZIP64 record that promises a million million entries."""
    data = archive(parts)
    end = data.rindex(b"PK\x05\x06")
    _, size, offset = struct.unpack("<HII", data[end + 10 : end + 20])
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 10**12, 10**12, size, offset)
    return data[:end] + record + b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1) + data[end:]


def _with(**more: bytes) -> Callable[[Parts], bytes]:
    return lambda parts: archive({**parts, **more})


def _utf16(part: str, head: bytes, bom: bytes) -> Callable[[Parts], bytes]:
    def make(parts: Parts) -> bytes:
        text = re.sub(rb"<\?xml.*?\?>", b"", parts[part], count=1).decode()
        return archive({**parts, part: bom + (head.decode() + text).encode("utf-16-le")})

    return make


def _billion_laughs(parts: Parts) -> bytes:
    lines = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    dtd = b'<!DOCTYPE x [<!ENTITY a0 "ha">' + lines + b"]>"
    start = parts[LOG].index(b"<worksheet")
    xml = parts[LOG][:start] + dtd + parts[LOG][start:]
    return archive({**parts, LOG: xml.replace(b"<t>", b"<t>&a9;", 1)})


def _relationships(part: str, xml: bytes) -> Callable[[Parts], bytes]:
    def make(parts: Parts) -> bytes:
        rels = re.sub(r"([^/]+)$", r"_rels/\1.rels", part)
        empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        old = parts.get(rels, empty)
        return archive({**parts, rels: old.replace(b"</Relationships>", xml + b"</Relationships>")})

    return make


MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def _rel(number: int, kind: bytes, target: bytes) -> bytes:
    return b'<Relationship Id="rIdX%d" Type="%s%s" Target="%s"/>' % (number, _R, kind, target)


def _lead(rid_of: bytes, target: bytes) -> Callable[[Parts], bytes]:
    """The workbook's relationship to the log's part leads somewhere else."""

    def make(parts: Parts) -> bytes:
        rels = "xl/_rels/workbook.xml.rels"
        return archive({**parts, rels: parts[rels].replace(rid_of, target)})

    return make


def _strings(items: bytes, rows: bytes = b"") -> Callable[[Parts], bytes]:
    """The ledger with shared strings, which ours has none of, and with rows that use them."""

    def make(parts: Parts) -> bytes:
        rels = "xl/_rels/workbook.xml.rels"
        lead = _rel(1, b"sharedStrings", b"sharedStrings.xml") + b"</Relationships>"
        return archive({
            **parts,
            rels: parts[rels].replace(b"</Relationships>", lead),
            "xl/sharedStrings.xml": b'<sst xmlns="%s">%s' % (MAIN, items),
            LOG: parts[LOG].replace(b"</sheetData>", rows + b"</sheetData>"),
        })  # fmt: skip

    return make


def _shared_text(parts: Parts) -> bytes:
    """One text of 32,767 characters in 400,000 cells: 12 GB for whoever copies it."""
    columns = [chr(65 + n) for n in range(20)]
    cells = "".join(f'<c r="{c}%d" t="s"><v>0</v></c>' for c in columns)
    rows = _rows(lambda n: cells.replace("%d", str(n)), 6, 20_006)
    text = ("长" * 32_767).encode()
    return _strings(b"<si><t>%s</t></si></sst>" % text, rows)(parts)


def _rows(make: Callable[[int], str], first: int, last: int) -> bytes:
    return "".join(f'<row r="{n}">{make(n)}</row>' for n in range(first, last)).encode()


def _array_formulas(count: int) -> bytes:
    return _rows(lambda n: f'<c r="E{n}"><f t="array" ref="E{n}">1</f><v>1</v></c>', 1001, 1001 + count)


def _more(parts: Parts, name: str, data: bytes, owner: str, kind: bytes) -> bytes:
    """The ledger with one part more, that hangs on the workbook or the log."""
    rels = re.sub(r"([^/]+)$", r"_rels/\1.rels", owner)
    lead = _rel(1, kind, b"/" + name.encode()) + b"</Relationships>"
    return archive({**parts, name: data, rels: parts[rels].replace(b"</Relationships>", lead)})


BROKEN = "file.damaged"
WORKBOOK = "xl/workbook.xml"

KINDS = (
    # no workbook at all
    Kind("empty", "file.empty", lambda _: b""),
    Kind("text", "file.text", lambda _: "姓名,电话\n张三,13800000000\n".encode("gb18030")),
    Kind("web page", "file.html", lambda _: b"<html><body><table><tr><td>1</td></tr></table>", "导出.xls"),
    Kind("XML of 2003", "file.xml_2003",
         lambda _: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'),
    Kind("old xls", "file.xls", lambda _: OLE + bytes(600) + "Workbook".encode("utf-16-le"), "台账.xls"),
    Kind("password", "file.encrypted", lambda _: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")),
    Kind("OpenDocument", "file.ods", lambda _: archive({"mimetype": b"a", "content.xml": b"<a/>"})),
    Kind("binary workbook", "file.binary", lambda p: archive({
        **p, "xl/workbook.bin": b"\0", "_rels/.rels": p["_rels/.rels"].replace(b"workbook.xml", b"workbook.bin")})),
    Kind("strict", "file.strict", _in("xl/workbook.xml", MAIN, b"http://purl.oclc.org/ooxml/spreadsheetml/main")),
    # the archive
    Kind("cut short", BROKEN, lambda p: archive(p)[:-500]),
    Kind("cut in half", BROKEN, lambda p: archive(p)[: len(archive(p)) // 2]),
    Kind("bomb", "file.bomb", _bomb(1_000_000_000)),
    Kind("bomb that says it is small", BROKEN, _bomb(1000)),
    Kind("many bombs", "file.bomb", _many_bombs),
    Kind("overlapping entries", "file.contradicting", _overlapping),
    Kind("another name inside", "file.contradicting", _local_name),
    Kind("wrong checksum", BROKEN, _wrong_crc),
    Kind("25,000 entries", "file.too_many_parts", lambda p: write_archive(
        [*_entries(p), *((replace(deflate(b"", "a")[0], raw_name=b"m%d" % n), b"") for n in range(25_000))])),
    Kind("a million million entries", "file.too_many_parts", _zip64_count),
    Kind("path outside", "file.escaping_part", lambda p: archive({**p, "xl\\..\\..\\a.xml": b"<a/>"})),
    Kind("name with NUL", "file.escaping_part", lambda p: archive({**p, "xl/a.xml\0.png": b"<a/>"})),
    Kind("doubled name", "file.doubled_part", lambda p: write_archive([*_entries(p), deflate(b"<a/>", LOG.upper())])),
    Kind("doubled name on Windows", "file.doubled_part", lambda p: archive({**p, LOG + ". ": b"<a/>"})),
    Kind("encrypted entries", "file.encrypted", lambda p: write_archive(
        (replace(e, flags=e.flags | 1), d) for e, d in _entries(p))),
    # XML
    Kind("billion laughs", "file.doctype", _billion_laughs),
    Kind("outside entity", "file.doctype", _in("xl/workbook.xml", b"<workbook", b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><workbook')),
    Kind("DTD behind a comment", "file.doctype", _in("xl/styles.xml", b"<styleSheet", b"<!-- > --><!DOCTYPE a><styleSheet")),
    Kind("DTD in UTF-16", "file.doctype", _utf16("xl/workbook.xml", b"<!DOCTYPE a>", b"\xff\xfe")),
    Kind("UTF-16 without mark", "file.encoding", _utf16("xl/workbook.xml", b"<!DOCTYPE a>", b"")),
    Kind("DTD in UTF-7", "file.encoding", _whole(
        "xl/workbook.xml", b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<workbook/>')),
    Kind("EBCDIC", "file.encoding", _whole("xl/styles.xml", '<?xml version="1.0" encoding="cp037"?><a/>'.encode("cp037"))),
    Kind("a million levels", BROKEN, _whole("xl/styles.xml", b"<a>" * 1_000_000 + b"</a>" * 1_000_000), stranger="file.too_many_tags"),
    Kind("a million levels below a row", BROKEN, _cells(
        b"<!-- --><row r=\"9999\">" + b"<c>" * 1_000_000 + b"</c>" * 1_000_000 + b"</row>")),
    Kind("a million cells without end", BROKEN, _cells(b'<row r="9999">' + b'<c r="A9999" t="s">' * 1_000_000), stranger="file.bomb"),
    Kind("a million texts without end", BROKEN, _strings(b"<si><r>" * 1_000_000)),
    Kind("four million elements", "file.too_many_tags", _whole(
        "xl/styles.xml", b'<styleSheet xmlns="%s">' % MAIN + b"<a/>" * 4_500_000 + b"</styleSheet>"), stranger="file.bomb"),
    Kind("attribute of 15 MB", "file.long_run", _cells(b'<row r="9999" x="' + b"y" * 15_000_000 + b'"/>'), stranger="file.bomb"),
    Kind("number of 15 million digits", "file.long_run", _cells(
        b'<row r="9999"><c r="A9999"><v>' + b"9" * 15_000_000 + b"</v></c></row>"), stranger="file.bomb"),
    Kind("number of 400,000 digits", "", _cells(b'<row r="9999"><c r="A9999"><v>' + b"9" * 400_000 + b"</v></c></row>")),
    Kind("whole number of 9,000 digits", BROKEN, _in("xl/workbook.xml", b'sheetId="', b'sheetId="' + b"9" * 9000)),
    Kind("row 99999999999", BROKEN, _cells(b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>')),
    Kind("column of a million letters", BROKEN, _cells(
        b'<row r="4"><c r="' + b"Z" * 900_000 + b'4"><v>1</v></c></row>')),
    Kind("text number a billion digits long", BROKEN, _cells(
        b'<row r="9999"><c r="A9999" t="s"><v>' + b"9" * 9000 + b"</v></c></row>")),
    Kind("character that does not exist", BROKEN, _cells(
        b'<row r="9999"><c r="A9999" t="inlineStr"><is><t>&#99999999999;</t></is></c></row>')),
    Kind("entity that does not exist", BROKEN, _cells(
        b'<row r="9999"><c r="A9999" t="inlineStr"><is><t>&haha;</t></is></c></row>')),
    Kind("bytes that are no text", BROKEN, _cells(
        b'<row r="9999"><c r="A9999" t="inlineStr"><is><t>\xff\xfe\xc3</t></is></c></row>')),
    # the workbook
    Kind("doubled tab", "file.doubled_tab", _in("xl/workbook.xml", 'name="流程记录"'.encode(), 'name="响应记录"'.encode())),
    Kind("tab that is the workbook", BROKEN, _lead(b"worksheets/sheet3.xml", b"workbook.xml")),
    Kind("tab that is another's", BROKEN, _lead(b"worksheets/sheet3.xml", b"worksheets/sheet4.xml")),
    Kind("tab that is a relationship part", BROKEN, _lead(b"worksheets/sheet3.xml", b"_rels/workbook.xml.rels")),
    Kind("tab that is its own table", "", _relationships(LOG, _rel(1, b"table", b"sheet3.xml"))),
    Kind("a table 2,000 times", "file.crowded", _relationships(
        LOG, b"".join(_rel(n, b"table", b"../tables/table2.xml") for n in range(2000)))),
    Kind("200,000 relationships", "file.crowded", _relationships(
        LOG, b"".join(_rel(n, b"hyperlink", b"http://a/%d" % n) for n in range(200_000)))),
    Kind("200,000 names", "file.crowded", _in("xl/workbook.xml", b"</definedNames>", b"".join(
        b'<definedName name="n%d">1</definedName>' % n for n in range(200_000)) + b"</definedNames>")),
    Kind("a million merged areas", "file.crowded", _in(LOG, b"</sheetData>", b"</sheetData><mergeCells>" + b"".join(
        b'<mergeCell ref="A%d:B%d"/>' % (n, n) for n in range(1_000_000)) + b"</mergeCells>")),
    # odd, but nothing to be afraid of
    Kind("everything merged", "", _in(
        LOG, b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
    Kind("one cell in the last corner", "", _cells(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
         stranger="stranger.too_wide"),
    Kind("dimension that lies", "", lambda p: archive({**p, LOG: re.sub(
        rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', p[LOG])})),
    Kind("one text in 400,000 cells", "file.too_much_text", _shared_text, stranger="stranger.too_much_text"),
    Kind("30,000 array formulas", "", _cells(_array_formulas(30_000))),
    Kind("450 kB of blanks behind the rows", "", _cells(b" " * 450_000)),
    Kind("450 kB of blanks in each of 40 rows", "", _cells(_rows(
        lambda n: " " * 450_000 + f'<c r="E{n}"><v>1</v></c>', 6, 46)), stranger="file.bomb"),
    Kind("rows backwards", BROKEN, _cells(b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(20_000, 6, -1)))),
    Kind("one row 200,000 times", BROKEN, _cells(b'<row r="6"><c r="A6"><v>1</v></c></row>' * 200_000)),
    Kind("one cell 200,000 times", "", _cells(b'<row r="6">' + b'<c r="A6"><v>1</v></c>' * 200_000 + b"</row>")),
    Kind("a formula of 400,000 brackets", "", _cells(
        b'<row r="6"><c r="A6"><f>' + b"(" * 400_000 + b"</f><v>1</v></c></row>")),
    Kind("a million ranges with a rule", "", _in(LOG, b"</sheetData>", b'</sheetData><conditionalFormatting sqref="'
        + b"A1 " * 300_000 + b'"><cfRule type="expression" priority="1"><formula>1</formula></cfRule></conditionalFormatting>')),
    Kind("a table down to the last row", "", lambda p: archive({
        **p, "xl/tables/table2.xml": re.sub(rb'ref="(A[0-9]+:[A-Z]+)[0-9]+"', rb'ref="\g<1>1048576"', p["xl/tables/table2.xml"])})),
    Kind("a drawing that is its own drawing", "", _relationships(
        "xl/drawings/drawing1.xml", _rel(1, b"drawing", b"drawing1.xml"))),
)  # fmt: skip

ACTIVE = (
    Kind("macros", "stranger.active", lambda p: _more(p, "xl/vbaProject.bin", b"\0", WORKBOOK, b"vbaProject")),
    Kind("macros that hang on nothing", "stranger.active", lambda p: archive({**p, "xl/vbaProject.bin": b"\0"})),
    Kind("macro-enabled by its type", "stranger.active", _in(
        "[Content_Types].xml", b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")),
    Kind("macro sheet", "stranger.active", lambda p: _more(
        p, "xl/tabs/one.xml", b"<xm:macrosheet xmlns:xm='a'/>", WORKBOOK, b"xlMacrosheet")),
    Kind("name that starts a macro", "stranger.active", _in(
        WORKBOOK, b"</definedNames>", b'<definedName name="_xlnm.Auto_Open" xlm="1">A!$A$1</definedName></definedNames>')),
    Kind("DDE link", "stranger.active", lambda p: _more(
        p, "xl/externalLinks/externalLink1.xml", b'<externalLink xmlns="%s"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
        % MAIN, WORKBOOK, b"externalLink")),
    Kind("DDE formula", "stranger.active", _cells(b'<row r="9"><c r="A9"><f>cmd|\'/c calc\'!A0</f><v>1</v></c></row>')),
    Kind("DDE formula in disguise", "stranger.active", _cells(
        b'<row r="9"><c r="A9"><f>cmd&#124;\'/c calc\'!A0</f><v>1</v></c></row>')),
    Kind("another workbook", "stranger.active", lambda p: _more(
        p, "xl/externalLinks/externalLink1.xml", b'<externalLink xmlns="%s"/>' % MAIN, WORKBOOK, b"externalLink")),
    Kind("embedded object", "stranger.active", lambda p: _more(
        p, "xl/embeddings/oleObject1.bin", OLE, LOG, b"oleObject")),
    Kind("embedded file", "stranger.active", lambda p: _more(p, "xl/docs/a.docx", b"PK", LOG, b"package")),
    Kind("ActiveX", "stranger.active", lambda p: _more(p, "xl/activeX/activeX1.xml", b"<a/>", LOG, b"control")),
    Kind("data connection", "stranger.active", lambda p: _more(
        p, "xl/connections.xml", b'<connections xmlns="%s"/>' % MAIN, WORKBOOK, b"connections")),
    Kind("own ribbon", "stranger.active", lambda p: _more(
        p, "customUI/customUI14.xml", b"<customUI/>", WORKBOOK, b"extensibility")),
    Kind("picture from outside", "stranger.active", _relationships(
        LOG, b'<Relationship Id="rIdX" Type="%simage" Target="http://a/b.png" TargetMode="External"/>' % _R)),
    Kind("link to a page", "", _relationships(
        LOG, b'<Relationship Id="rIdX" Type="%shyperlink" Target="http://a/" TargetMode="External"/>' % _R)),
    Kind("bar in a text of a formula", "", _cells(b'<row r="9"><c r="A9" t="str"><f>"a|b"&amp;\'x|y\'!A1</f><v>1</v></c></row>')),
)  # fmt: skip
"""What only a stranger's file must not carry: an office's own ledger may well have macros and links."""
