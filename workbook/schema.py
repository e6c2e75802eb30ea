"""What a sheet is: its columns, their kinds and roles, declared once.

One Sheet gives headings, widths, formats, drop-downs, help notes, validation and keys to everything
else. Excel's own limits are checked when a schema is declared, so that a mistake fails at import and
names its number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Kind = Literal[
    "text",  # any text; numbers are read as their digits
    "choice",  # one word of a vocabulary (workbook.sheets.vocabularies), aliases resolved
    "choices",  # several words of a vocabulary, separated by 、,;/ or blanks
    "datetime",  # a moment; a bare date is midnight
    "date",  # a calendar day
    "number",  # a float
    "integer",
    "score",  # 1 to 5
    "duration",  # text such as 24小时, 30分钟, 1个工作日
    "phone",  # text, may be masked
    "yesno",  # 是 / 否
    "share",  # a fraction of one, shown as %
    "money",
    "link",  # text shown as a hyperlink into the book
    "compound",  # two facts joined with "/", split into own columns
]
Role = Literal["typed", "issued", "computed"]

MAX_SHEET_NAME = 31  # Excel: a longer tab name makes the file unreadable
MAX_CELL_TEXT = 32_767  # Excel: characters in one cell
MAX_LIST_TEXT = 255  # Excel: characters of a literal drop-down list
MAX_NOTE = 255  # Excel: characters of an input message
MAX_NOTE_TITLE = 32

_FORBIDDEN_IN_HEADING = re.compile(r"[\[\]#'@\n\r]")  # would need escaping in structured references
_FOLD = str.maketrans({"（": "(", "）": ")", "【": "(", "】": ")", "〔": "(", "〕": ")"})


def fold(heading: object) -> str:
    """A heading as it is compared: NFKC, without blanks, `*`, and with one style of brackets."""
    text = unicodedata.normalize("NFKC", str(heading)).translate(_FOLD)
    return re.sub(r"[\s*＊​﻿]+", "", text).casefold()


@dataclass(frozen=True)
class Column:
    """One column: `key` for code, `heading` exactly as the document prints it.

    `choices` names a vocabulary; `strict` False lets other words pass with a warning only.
    `role` typed columns are the user's and never written; issued ones are filled once where blank;
    computed ones are the product's. `own` marks columns that are not the document's.
    `folded` columns stand in a closed outline group: there when wanted, out of the way otherwise.
    `needed` own columns may hold blanks, but a sheet without them is refused as one without a document column is:
    their rows would be counted wrongly in silence. `row_options` are columns of the same sheet that hold, row by row, the
    words of the cell's drop-down.
    """

    key: str
    heading: str
    kind: Kind = "text"
    role: Role = "typed"
    required: bool = False
    choices: str = ""
    strict: bool = True
    aliases: tuple[str, ...] = ()
    width: float = 12
    note: str = ""
    own: bool = True
    folded: bool = False
    number_format: str = ""
    date_from: str = ""  # key of the column whose day a bare time of day belongs to
    needed: bool = False
    row_options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.key):
            raise ValueError(f"column key {self.key!r} is not a lower-case identifier")
        if _FORBIDDEN_IN_HEADING.search(self.heading) or len(self.heading) > 255:
            raise ValueError(f"heading {self.heading!r} needs escaping in formulas or is over 255 characters")
        if len(self.note) > MAX_NOTE:
            raise ValueError(f"note of {self.heading!r}: {len(self.note)} characters, Excel allows {MAX_NOTE}")
        if self.kind in ("choice", "choices") and not self.choices:
            raise ValueError(f"column {self.heading!r} is a choice without a vocabulary")

    @property
    def indispensable(self) -> bool:
        """Is a sheet that lacks the column refused?"""
        return self.needed or self.required or not self.own

    @property
    def computed(self) -> bool:
        return self.role == "computed"

    @cached_property
    def folded_headings(self) -> frozenset[str]:
        return frozenset(fold(h) for h in (self.heading, *self.aliases))


@dataclass(frozen=True)
class Sheet:
    """One sheet with a table: tab title, table name, columns in order from A, heading row.

    `identity` names the columns whose values make a row known (append skips a known one).
    `source` is the document and table it mirrors (S002.T1). `hidden` tabs are reached by links.
    `optional` sheets are restored by `new` and may be missing from a ledger.
    """

    key: str
    title: str
    table: str
    columns: tuple[Column, ...]
    source: str = ""
    note: str = ""
    header_row: int = 3
    identity: tuple[str, ...] = ()
    hidden: bool = False
    optional: bool = False
    landscape: bool = True
    tab_color: str = ""
    blank_rows: int = 1
    _by_key: dict[str, Column] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.title) > MAX_SHEET_NAME:
            raise ValueError(f"tab {self.title!r}: {len(self.title)} characters, Excel allows {MAX_SHEET_NAME}")
        seen: dict[str, str] = {}
        for column in self.columns:
            if column.key in self._by_key:
                raise ValueError(f"{self.title}: key {column.key} declared twice")
            self._by_key[column.key] = column
            for name in column.folded_headings:
                if seen.setdefault(name, column.key) != column.key:
                    raise ValueError(f"{self.title}: heading {name!r} belongs to {seen[name]} and {column.key}")
        for key in self.identity:
            self[key]

    def __getitem__(self, key: str) -> Column:
        return self._by_key[key]

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def heading(self, key: str) -> str:
        return self._by_key[key].heading

    def headings(self, role: Role | None = None) -> list[str]:
        """The headings in order, of one role if given."""
        return [c.heading for c in self.columns if role is None or c.role == role]

    def find(self, heading: object) -> Column | None:
        """The column whose heading or alias this is, whatever its brackets, blanks and stars."""
        name = fold(heading)
        return next((c for c in self.columns if name in c.folded_headings), None)
