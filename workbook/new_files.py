"""Files to be made beside a ledger: forms for customers, drafts of mails, texts. Plain data for handlers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .book import Value
from .schema import Sheet


@dataclass(frozen=True)
class NewFile:
    """A file of its own. `file` is its name or path relative to the output folder, with "/" between folders.
    `content`: its bytes, or what gives them when they are wanted."""

    file: str
    content: bytes | Callable[[], bytes]


@dataclass(frozen=True)
class NewBook:
    """A workbook of one tab called `title`: a copy of tab `template` of the book (or the packaged one), filled at its
    named cells. `blank` names the cells that go out empty, whatever the template holds. `mark` goes into the file's
    property xlsvc.form: "S002-1|TOKEN", without a key "S001-1". `file` as of a NewFile.
    """

    file: str
    template: str
    title: str
    values: Mapping[str, Value] = field(default_factory=dict)
    blank: tuple[str, ...] = ()
    mark: str = ""


@dataclass(frozen=True)
class NewReport:
    """A workbook for the mail: tab `tab` of the book as it will stand once `values` and `drafts` are filled in (made from
    `template` where it is not there yet), over a tab 数据 that holds of `tables` (sheet, rows by column key) the columns its
    formulas read, as tables of the same names.

    `as_value` says of a formula (defined name of its cell or "", columns it reads as (sheet key, column key)) whether its
    value goes out instead. `clean` gives a text as it may be read outside, with the name of its cell.
    """

    template: str
    tab: str
    values: Mapping[str, Value]
    tables: Sequence[tuple[Sheet, Any]]
    as_value: Callable[[str, frozenset[tuple[str, str]]], bool]
    clean: Callable[[str, str], str]
    drafts: Mapping[str, str] = field(default_factory=dict)
