"""ZIP as bytes: entries keep their compressed form, so that an untouched part can be copied as it is.

The standard library rewrites headers and compresses anew; a ledger's parts that nobody changed must stay
byte for byte, and 100,000 rows must not be deflated again for nothing. Source: PKWARE APPNOTE 6.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from isal import isal_zlib

_EOCD = b"PK\x05\x06"
_EOCD64_LOCATOR = b"PK\x06\x07"
_EOCD64 = b"PK\x06\x06"
_CENTRAL = b"PK\x01\x02"
_LOCAL = b"PK\x03\x04"
_MAX32 = 0xFFFFFFFF
_MAX16 = 0xFFFF
_STORED, _DEFLATED = 0, 8
_EPOCH = 0x21  # 1980-01-01: written files do not depend on the clock
_EXTRA_ZIP64 = 1
_EXTRA_UNICODE_NAME = 0x7075


class ZipError(ValueError):
    """The bytes are no ZIP file that can be read; `reason` says why in a word."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Entry:
    """One file of the archive; `offset` is that of its local header in the archive's bytes."""

    name: str
    raw_name: bytes
    method: int
    flags: int
    time: int
    date: int
    crc: int
    compressed_size: int
    size: int
    extra: bytes
    internal: int
    external: int
    version_made: int
    offset: int

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & 0x1)


def read_entries(data: bytes) -> list[Entry]:
    """The central directory. Raises ZipError where it is missing or leads out of the file."""
    start, count, shift = _directory(data)
    entries = []
    for _ in range(count):
        if data[start : start + 4] != _CENTRAL:
            raise ZipError("directory")
        try:
            entry, start = _central_record(data, start, shift)
        except struct.error as error:
            raise ZipError("directory") from error
        entries.append(entry)
    return entries


def count_entries(data: bytes) -> int:
    """How many entries the archive says it has. Raises ZipError as `read_entries` does."""
    return _directory(data)[1]


def _directory(data: bytes) -> tuple[int, int, int]:
    """(offset of the first record, number of records, bytes in front of the archive)."""
    end = data.rfind(_EOCD, max(0, len(data) - 22 - _MAX16))
    if end < 0 or end + 22 > len(data):
        raise ZipError("no directory")
    count, size, offset = struct.unpack("<HII", data[end + 10 : end + 20])
    stop = end
    locator = end - 20
    if locator >= 0 and data[locator : locator + 4] == _EOCD64_LOCATOR:
        (at,) = struct.unpack("<Q", data[locator + 8 : locator + 16])
        if data[at : at + 4] != _EOCD64:
            at = data.rfind(_EOCD64, 0, locator)
        if at < 0 or at + 56 > len(data):
            raise ZipError("directory")
        count, size, offset = struct.unpack("<QQQ", data[at + 32 : at + 56])
        stop = at
    start = stop - size
    if start < 0 or start < offset:
        raise ZipError("directory")
    return start, count, start - offset


def _central_record(data: bytes, at: int, shift: int) -> tuple[Entry, int]:
    (made, _need, flags, method, time, date, crc, packed, size, name_n, extra_n, comment_n, _disk, internal,
     external, offset) = struct.unpack("<HHHHHHIIIHHHHHII", data[at + 4 : at + 46])  # fmt: skip
    raw = data[at + 46 : at + 46 + name_n]
    extra = data[at + 46 + name_n : at + 46 + name_n + extra_n]
    kept = b""
    for kind, body in _extras(extra):
        if kind == _EXTRA_ZIP64:
            wide = iter(struct.unpack(f"<{len(body) // 8}Q", body[: len(body) // 8 * 8]))
            size = next(wide, size) if size == _MAX32 else size
            packed = next(wide, packed) if packed == _MAX32 else packed
            offset = next(wide, offset) if offset == _MAX32 else offset
        elif kind == _EXTRA_UNICODE_NAME:
            kept += struct.pack("<HH", kind, len(body)) + body
    name = raw.decode("utf-8" if flags & 0x800 else "cp437", "replace")
    entry = Entry(name, raw, method, flags, time, date, crc, packed, size, kept, internal, external, made,
                  offset + shift)  # fmt: skip
    return entry, at + 46 + name_n + extra_n + comment_n


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack("<HH", extra[at : at + 4])
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length


def compressed(data: bytes, entry: Entry) -> bytes:
    """The entry's bytes as they stand in the archive."""
    _, _, start = local_header(data, entry)
    if start + entry.compressed_size > len(data):
        raise ZipError("truncated")
    return data[start : start + entry.compressed_size]


def local_header(data: bytes, entry: Entry) -> tuple[bytes, int, int]:
    """(name as written, method, where the content starts) by the header in front of the content."""
    at = entry.offset
    if data[at : at + 4] != _LOCAL or at + 30 > len(data):
        raise ZipError("local header")
    (method,) = struct.unpack("<H", data[at + 8 : at + 10])
    name_n, extra_n = struct.unpack("<HH", data[at + 26 : at + 30])
    return data[at + 30 : at + 30 + name_n], method, at + 30 + name_n + extra_n


def inflate(data: bytes, entry: Entry) -> bytes:
    """The entry's content. Never inflates beyond the declared size; checks length and CRC."""
    packed = compressed(data, entry)
    if entry.encrypted or entry.method not in (_STORED, _DEFLATED):
        raise ZipError("method")
    if entry.method == _STORED:
        content = packed
    else:
        machine = isal_zlib.decompressobj(-15)
        try:
            content = machine.decompress(packed, entry.size + 1)
            while not machine.eof and len(content) <= entry.size:
                more = machine.decompress(machine.unconsumed_tail, entry.size + 1 - len(content))
                if not more:
                    break
                content += more
        except isal_zlib.error as error:  # type: ignore[misc]
            raise ZipError("damaged") from error
    if len(content) != entry.size or isal_zlib.crc32(content) != entry.crc:
        raise ZipError("damaged")
    return content


def deflate(content: bytes, name: str, like: Entry | None = None) -> tuple[Entry, bytes]:
    """A new entry and its compressed bytes; time and attributes are those of `like`."""
    machine = isal_zlib.compressobj(2, isal_zlib.DEFLATED, -15)
    packed = machine.compress(content) + machine.flush()
    raw = name.encode("utf-8")
    entry = Entry(
        name=name,
        raw_name=like.raw_name if like else raw,
        method=_DEFLATED,
        flags=(like.flags & 0x800) if like else (0 if raw.isascii() else 0x800),
        time=like.time if like else 0,
        date=like.date if like else _EPOCH,
        crc=isal_zlib.crc32(content),
        compressed_size=len(packed),
        size=len(content),
        extra=like.extra if like else b"",
        internal=like.internal if like else 0,
        external=like.external if like else 0,
        version_made=like.version_made if like else 45,
        offset=0,
    )
    return entry, packed


@dataclass(frozen=True)
class ArchiveHead:
    """The first entries of an archive, which many archives begin with: their bytes, and their directory."""

    data: bytes = b""
    directory: bytes = b""
    count: int = 0


def archive_head(items: Iterable[tuple[Entry, bytes]]) -> ArchiveHead:
    """The entries with their compressed bytes, to stand first in an archive."""
    chunks, directory, _ = _laid_out(items, ArchiveHead())
    return ArchiveHead(b"".join(chunks), b"".join(directory), len(directory) - 1)


def write_archive(items: Iterable[tuple[Entry, bytes]], head: ArchiveHead | None = None) -> bytes:
    """The archive of these entries with their compressed bytes, behind those of `head`."""
    head = head or ArchiveHead()
    chunks, records, at = _laid_out(items, head)
    directory, count = b"".join(records), head.count + len(records) - 1
    chunks.append(directory)
    if count >= _MAX16 or at >= _MAX32 or len(directory) >= _MAX32:
        chunks.append(
            _EOCD64 + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, len(directory), at)
            + _EOCD64_LOCATOR + struct.pack("<IQI", 0, at + len(directory), 1)
        )  # fmt: skip
    n = min(count, _MAX16)
    chunks.append(
        _EOCD + struct.pack("<HHHHIIH", 0, 0, n, n, min(len(directory), _MAX32), min(at, _MAX32), 0)
    )
    return b"".join(chunks)


def _laid_out(items: Iterable[tuple[Entry, bytes]], head: ArchiveHead) -> tuple[list[bytes], list[bytes], int]:
    """(pieces of the archive, the head's directory and a record each, where the directory begins); sizes stand in the
    local headers."""
    chunks, records, at = [head.data], [head.directory], len(head.data)
    for given, packed in items:
        entry = replace(given, flags=given.flags & ~0x8, offset=at)
        wide = entry.size >= _MAX32 or entry.compressed_size >= _MAX32
        sizes = (_MAX32, _MAX32) if wide else (entry.compressed_size, entry.size)
        extra = struct.pack("<HHQQ", _EXTRA_ZIP64, 16, entry.size, entry.compressed_size) if wide else b""
        extra += entry.extra
        header = _LOCAL + struct.pack(
            "<HHHHHIIIHH", 45 if wide else 20, entry.flags, entry.method, entry.time, entry.date, entry.crc,
            *sizes, len(entry.raw_name), len(extra),
        )  # fmt: skip
        chunks += (header, entry.raw_name, extra, packed)
        records.append(_central_bytes(entry))
        at += len(header) + len(entry.raw_name) + len(extra) + len(packed)
    return chunks, records, at


def _central_bytes(entry: Entry) -> bytes:
    wide = [n for n in (entry.size, entry.compressed_size, entry.offset) if n >= _MAX32]
    extra = struct.pack(f"<HH{len(wide)}Q", _EXTRA_ZIP64, 8 * len(wide), *wide) if wide else b""
    extra += entry.extra
    record = struct.pack(
        "<HHHHHHIIIHHHHHII", entry.version_made, 45 if wide else 20, entry.flags, entry.method, entry.time,
        entry.date, entry.crc, min(entry.compressed_size, _MAX32), min(entry.size, _MAX32),
        len(entry.raw_name), len(extra), 0, 0, entry.internal, entry.external, min(entry.offset, _MAX32),
    )  # fmt: skip
    return _CENTRAL + record + entry.raw_name + extra
