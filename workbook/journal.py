"""The journal of the last apply: what it wrote, kept in one small file beside the backups, so that undo works after
everything was closed and opened again.

Only what stands after the apply is kept: what stood before is in the backup, whose sha256 is noted. Nothing here
knows where a workbook lives. 100,000 rows of fifteen columns have to cost tenths of a second: cells are kept
column by column as arrays, texts once each.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from .book import Before, CellError, FilledCell, RawCell, WrittenColumn, WrittenTable

VERSION = 1
MAX_SIZE = 1_000_000_000  # bytes unpacked; 1,000,000 rows of 47 columns need about half
_MAGIC = b"xlsvc-journal\n"
_FLOATS, _TEXTS, _MIXED = "floats", "texts", "mixed"


class JournalError(ValueError):
    """The bytes are no journal, or one of a later version."""


@dataclass(frozen=True)
class Undoing:
    """An undo that was begun: it is done unless the file still has the sha256 `was`. `backup` is the name of the
    file in the backup folder that holds the state before it."""

    was: str
    at: datetime | None
    backup: str


@dataclass
class Former:
    """What stood in a workbook before an apply, where no backup of it was made: `columns` of the tables that were
    written to and of the cells that were refilled (what stood there is `after`, with `formulas`), and `places`, the
    heading row, the last row and the first and last column of each table then."""

    columns: list[WrittenColumn] = field(default_factory=list)
    places: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Journal:
    """One apply. `was` and `became` are the sha256 of the file before and after; `backup` is the path of the file
    that holds the state before, relative to the folder of the journal where it is in there."""

    label: str
    at: datetime | None
    was: str
    became: str
    backup: str
    written: Before = field(default_factory=Before)
    undoing: Undoing | None = None
    former: Former | None = None

    def begun(self, undoing: Undoing) -> Journal:
        return replace(self, undoing=undoing)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def to_bytes(journal: Journal) -> bytes:
    """The journal as a file's content."""
    from isal import isal_zlib

    arrays = _Arrays()
    written = journal.written
    head: dict[str, Any] = {
        "version": VERSION,
        "label": journal.label,
        "at": journal.at.isoformat() if journal.at else "",
        "was": journal.was,
        "became": journal.became,
        "backup": journal.backup,
        "cells": [_column_head(column, arrays) for column in written.cells],
        "tables": [asdict(table) for table in written.tables.values()],
        "added_rows": written.added_rows,
        "added_columns": written.added_columns,
        "tabs": written.tabs,
        "tab_cells": [_column_head(column, arrays) for column in written.tab_cells],
        "filled": [
            {**asdict(replace(cell, after=None)), "after": _single(cell.after)} for cell in written.filled
        ],
        "shown": written.shown,
        "front": written.front,
    }
    if journal.former is not None:
        head["former"] = {
            "columns": [
                {**_column_head(column, arrays), "formulas": list(column.formulas.items())}
                for column in journal.former.columns
            ],
            "places": journal.former.places,
        }
    if journal.undoing:
        at = journal.undoing.at
        head["undoing"] = {**asdict(journal.undoing), "at": at.isoformat() if at else ""}
    head["arrays"] = arrays.directory
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    body = struct.pack("<Q", len(text)) + text + b"".join(arrays.parts)
    return _MAGIC + isal_zlib.compress(body, level=1)


def from_bytes(data: bytes) -> Journal:
    """The journal that `to_bytes` made; `before` of its columns is empty. Raises JournalError for anything else."""
    import zlib

    if not data.startswith(_MAGIC):
        raise JournalError("magic")
    try:
        unpacker = zlib.decompressobj()
        body = unpacker.decompress(data[len(_MAGIC) :], MAX_SIZE)
        if not unpacker.eof:
            raise JournalError("size")
        (length,) = struct.unpack_from("<Q", body)
        head = json.loads(body[8 : 8 + length].decode("utf-8", "surrogatepass"))
        if head["version"] != VERSION:
            raise JournalError("version")
        return _journal(head, _Stored(head["arrays"], body, 8 + length))
    except JournalError:
        raise
    except (zlib.error, struct.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise JournalError(str(error)) from error


def _journal(head: Mapping[str, Any], arrays: _Stored) -> Journal:
    tables = [
        WrittenTable(**{**t, "identity": tuple(t["identity"]), "witnesses": tuple(t["witnesses"])})
        for t in head["tables"]
    ]
    undoing, former = head.get("undoing"), head.get("former")
    return Journal(
        label=head["label"],
        at=_moment(head["at"]),
        was=head["was"],
        became=head["became"],
        backup=head["backup"],
        written=Before(
            cells=[_column(c, arrays) for c in head["cells"]],
            tables={table.title: table for table in tables},
            added_rows=[(title, first, last) for title, first, last in head["added_rows"]],
            added_columns=[(title, letters) for title, letters in head.get("added_columns", ())],
            tabs=list(head["tabs"]),
            tab_cells=[_column(c, arrays) for c in head["tab_cells"]],
            filled=[FilledCell(**{**f, "after": _one(f["after"])}) for f in head["filled"]],
            shown=dict(head["shown"]),
            front=(head["front"][0], head["front"][1]),
        ),
        undoing=Undoing(undoing["was"], _moment(undoing["at"]), undoing["backup"]) if undoing else None,
        former=_former(former, arrays) if former else None,
    )


def _former(head: Mapping[str, Any], arrays: _Stored) -> Former:
    return Former(
        [replace(_column(c, arrays), formulas=dict(c["formulas"])) for c in head["columns"]],
        {title: (place[0], place[1], place[2], place[3]) for title, place in head["places"].items()},
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class _Arrays:
    """Arrays put one behind the other; equal ones once."""

    def __init__(self) -> None:
        self.directory: list[tuple[str, int, int]] = []
        self.parts: list[bytes] = []
        self._known: dict[bytes, int] = {}
        self._size = 0

    def add(self, array: npt.NDArray[Any]) -> int:
        """The array's number in `directory`: (type, place, length)."""
        data = array.tobytes()
        known = self._known.get(data) if len(data) > 0 else None
        if known is not None and self.directory[known][0] == array.dtype.str:
            return known
        self.directory.append((array.dtype.str, self._size, len(array)))
        self.parts.append(data)
        self._size += len(data)
        self._known[data] = len(self.directory) - 1
        return len(self.directory) - 1


class _Stored:
    def __init__(self, directory: Sequence[tuple[str, int, int]], body: bytes, start: int) -> None:
        self.directory, self.body, self.start = directory, body, start

    def __getitem__(self, number: int) -> npt.NDArray[Any]:
        kind, place, length = self.directory[number]
        if kind not in ("<i4", "<f8", "|u1"):
            raise JournalError("array")
        return np.frombuffer(self.body, kind, length, self.start + place)


def _column_head(column: WrittenColumn, arrays: _Arrays) -> dict[str, Any]:
    cells = column.after
    kinds = set(map(type, cells))
    head: dict[str, Any] = {
        "title": column.title,
        "letters": column.letters,
        "rows": arrays.add(np.asarray(column.rows, dtype="<i4")),
        "links": arrays.add(np.asarray(column.links, dtype="<i4")),
    }
    if kinds <= {float, type(None)}:
        head["kind"] = _FLOATS  # a cell never holds NaN: blank
        head["cells"] = arrays.add(np.array(cells, dtype="<f8"))
    elif kinds <= {str, type(None)}:
        head["kind"] = _TEXTS
        places = dict.fromkeys(cells)
        for place, text in enumerate(places):
            places[text] = place
        head["texts"] = list(places)
        head["cells"] = arrays.add(np.fromiter(map(places.__getitem__, cells), dtype="<i4", count=len(cells)))
    else:
        head["kind"] = _MIXED
        head["cells"] = [_single(cell) for cell in cells]
    return head


def _column(head: Mapping[str, Any], arrays: _Stored) -> WrittenColumn:
    after: list[RawCell]
    if head["kind"] == _FLOATS:
        after = [None if value != value else value for value in arrays[head["cells"]].tolist()]
    elif head["kind"] == _TEXTS:
        texts = head["texts"]
        after = [texts[place] for place in arrays[head["cells"]].tolist()]
    else:
        after = [_one(cell) for cell in head["cells"]]
    rows = arrays[head["rows"]].tolist()
    if len(rows) != len(after):
        raise JournalError("length")
    links = arrays[head["links"]].tolist()
    return WrittenColumn(head["title"], head["letters"], rows, (), after, links=links)


def _single(cell: RawCell) -> Any:
    """A cell for JSON: an error as a list of one."""
    return [cell.code] if isinstance(cell, CellError) else cell


def _one(stored: Any) -> RawCell:
    if isinstance(stored, list):
        return CellError(stored[0])
    return float(stored) if type(stored) is int else stored
