"""Files beside the ledger: which folder, what stands there, what came of a run, and what undo takes away again.

Asked by `app` only; handlers are given `names_in` and the book's templates as options.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from workbook.issues import Issue, WorkbookError
from workbook.making_files import (
    BookTemplates,
    Placed,
    names_in,
    prepared,
    remove_untouched,
    sweep_dead,
    unfinished,
)
from workbook.new_files import NewBook
from workbook.sheets.reference import FORM_REGISTER

if TYPE_CHECKING:
    from workbook.book import Book

    from .outcome import Outcome

LONGEST_NAME = 90
"""Characters that a file's name takes of a path, with what is put behind it."""


@dataclass
class OutputFiles:
    """The files of one run on `book`. `told` is the folder the person named, `beside` another one than the book's."""

    book: Book
    told: str = ""
    beside: Path | None = None
    placed: Placed = field(default_factory=lambda: Placed(Path()))
    issues: list[Issue] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.templates = BookTemplates(self.book.snapshot)

    def folder(self, name: str) -> Path:
        """The folder called `name` (a path stands beside the ledger), unless the person named another."""
        if self.told:
            return Path(self.told).absolute()
        return (self.beside or self.book.folder()).absolute() / (name.strip() or ".")

    def names_in(self, name: str) -> frozenset[str]:
        """What stands in the folder; see making_files.names_in."""
        return names_in(self.folder(name))

    def unfinished(self, name: str) -> bool:
        """Was a run that made files there cut short?"""
        return unfinished(self.folder(name))

    @contextmanager
    def ready(self, outcome: Outcome) -> Iterator[None]:
        """The files of an outcome written before what is done inside, and put in place after it. Raises WorkbookError
        files.* before anything was done."""
        folder = self.folder(outcome.folder)
        if outcome.files and len(str(folder)) + LONGEST_NAME > _longest_path():
            raise WorkbookError("files.too_long", folder=folder, file=outcome.files[0].file)
        if outcome.folder and not outcome.files and folder.is_dir():
            sweep_dead(folder, folder.stat().st_mtime)
        with prepared(outcome.files, folder, self.templates) as pending:
            yield
            self.placed = pending.place()
        templates = {file.template: file for file in outcome.files if isinstance(file, NewBook)}
        self.issues = [
            Issue("files.template_part", values={"template": title, "what": "、".join(left)})
            for title, file in templates.items()
            if (left := self.templates.left_out(file))
        ]
        if missing := self.placed.left:
            values = {"count": len(missing), "folder": self.placed.folder, "file": missing[0]}
            self.issues.append(Issue("files.not_placed", values=values))

    def notice(self, live: bool) -> str:
        """Where the files are; in an open ledger also that it has to be saved."""
        if not self.placed.made:
            return ""
        text = f" 文件在“{self.placed.folder}”。"
        return text + ("请记得保存台账:文件上的回执码登记在里面。" if live else "")


def _longest_path() -> int:
    """Windows takes 259 characters for a file's whole path unless it was told otherwise; others far more."""
    import os

    return 259 if os.name == "nt" else 3_000


@dataclass(frozen=True)
class IssuedFiles:
    """The files that 表单台账 names: (name, xlsvc.form property) by receipt code."""

    by_token: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, book: Book) -> IssuedFiles:
        if FORM_REGISTER.title not in book.titles():
            return cls({})
        cells = book.read([FORM_REGISTER], {FORM_REGISTER.key: ["token", "ticket", "profile", "version", "file"]})[FORM_REGISTER.key]
        columns = [
            [_text(cell) for cell in cells.columns.get(key, [""] * len(cells.rows))]
            for key in ("token", "ticket", "profile", "version", "file")
        ]
        return cls({
            token: (file, f"{profile.split()[0]}-{version}" + (f"|{token}" if ticket else ""))
            for token, ticket, profile, version, file in zip(*columns, strict=True)
            if token and profile and file.endswith(".xlsx")
        })  # fmt: skip

    def taken_back(self, now: IssuedFiles, folder: Callable[[], Path]) -> str:
        """Takes away the files of the rows that are gone, where nobody saved anything in them; says so in Chinese."""
        gone = [mark for token, mark in self.by_token.items() if token not in now.by_token]
        if not gone:
            return ""
        removed = remove_untouched(folder(), gone)
        parts = [f"删除没有动过的表单文件 {removed} 个"] if removed else []
        left = len(gone) - removed
        if left:
            parts.append(f"另有 {left} 个表单文件改过、打不开或已移走,没有删除,上面的回执码已经作废")
        return f"{','.join(parts)}。"


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
