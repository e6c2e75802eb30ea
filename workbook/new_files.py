"""Files to be made beside a ledger: forms for customers, drafts of mails, texts. Plain data for handlers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .book import Value


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
