"""Makes the files that a command wants beside the ledger: prepared before the ledger is saved, put in place after it.

What a crash leaves is the old ledger and no file, or the new ledger and some of its files; the register in the ledger
says which are missing, and the next run makes those. A file that stands there is never written over.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from .issues import WorkbookError
from .new_files import NewBook, NewFile, NewReport
from .package.temporaries import PREFIX, put_in_place, sweep, temporary

if TYPE_CHECKING:
    from .package.new_book import BookTemplate
    from .package.opc import Package

FOLDER_SUFFIX = ".files"
DRAFT = ".eml"
_OURS = re.compile(re.escape(PREFIX) + r"[a-z0-9_]{8}" + re.escape(FOLDER_SUFFIX))


class BookTemplates:
    """The template tabs of a book, looked at when they are first asked for. `snapshot` gives a file that holds the book
    (workbook.book.Book.snapshot); a tab it lacks is the packaged one."""

    def __init__(self, snapshot: Callable[[], Path]) -> None:
        self._snapshot = snapshot
        self._packages: list[Package] = []
        self._compiled: dict[tuple[object, ...], BookTemplate] = {}
        self._last: tuple[NewBook, BookTemplate] | None = None
        self._names: dict[str, frozenset[str]] = {}

    def names(self, template: str) -> frozenset[str]:
        """The defined names that lead to cells of the tab, casefolded."""
        from .package.named_cells import named_places
        from .package.sheet_xml import SheetXml

        if template not in self._names:
            source = self._source(template)
            entry = source.sheet(template)
            places = named_places(source, entry.title, SheetXml(source.read(entry.part))) if entry else {}
            self._names[template] = frozenset(places)
        return self._names[template]

    def left_out(self, book: NewBook) -> tuple[str, ...]:
        """What of the book's template does not go out, in Chinese."""
        return self._template(book).left_out

    def content(self, book: NewBook) -> bytes:
        """The workbook's bytes; the same for the same book."""
        return self._template(book).book(book.values, book.mark)

    def report(self, report: NewReport) -> bytes:
        """The standalone workbook of a report tab."""
        from .package.report_book import report_book

        source = self._source(report.tab)
        if source.sheet(report.tab) is None:
            source = self._source(report.template)
        return report_book(source, report)

    def _template(self, book: NewBook) -> BookTemplate:
        if self._last is not None and _alike(self._last[0], book):
            return self._last[1]
        from .package.new_book import compile_template

        key = (book.template, book.title, tuple(book.values), book.blank)
        if key not in self._compiled:
            source = self._source(book.template)
            self._compiled[key] = compile_template(source, book.template, book.title, book.values, book.blank)
        self._last = book, self._compiled[key]
        return self._compiled[key]

    def _source(self, template: str) -> Package:
        """The package that has the tab."""
        from .package.opc import Package
        from .resources import templates

        places: tuple[Callable[[], Path], ...] = (self._snapshot, templates)
        for at, place in enumerate(places):
            if at == len(self._packages):
                self._packages.append(Package.open(place()))
            if self._packages[at].sheet(template) is not None:
                break
        return self._packages[at]


def _alike(one: NewBook, other: NewBook) -> bool:
    """Are both made from the same template in the same way?"""
    same = (one.template, one.title) == (other.template, other.title) and one.blank is other.blank
    return same and one.values.keys() == other.values.keys()


@dataclass
class Placed:
    """What came of it: the files that stand in `folder` now, and the names of those that do not."""

    folder: Path
    made: list[Path] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


class Prepared:
    """Files that are written, under names of our own in a folder of our own, and wait to be put in place. The folder of
    our own stays where a run dies, or does not get all of them in place: that is how the next run knows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts: list[tuple[Path, str]] = []
        self.unfinished = False

    def place(self) -> Placed:
        """Puts each under its name. Never raises: what does not go in place is told, and can be made again."""
        done = Placed(self.folder)
        self.unfinished = True
        for part, name in self.parts:
            target = self.folder.joinpath(*name.split("/"))
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                _put(part, target)
            except OSError:
                done.left.append(name)
            else:
                done.made.append(target)
        self.unfinished = bool(done.left)
        return done


def _put(part: Path, target: Path) -> None:
    """Renames, never over a file with content. Raises OSError."""
    try:
        if target.stat().st_size:
            raise FileExistsError(str(target))
    except FileNotFoundError:
        pass
    with part.open("r+b") as file:
        put_in_place(file, part, target)


@contextlib.contextmanager
def prepared(files: Iterable[NewBook | NewFile], folder: Path, templates: BookTemplates) -> Iterator[Prepared]:
    """All of `files` written and ready; what was not placed is gone at the end. Raises WorkbookError files.unwritable where
    the folder takes no files, files.taken where one of the names stands there; nothing is left then."""
    files = list(files)
    if not files:
        yield Prepared(folder)
        return
    new = not folder.exists()
    try:
        with contextlib.ExitStack() as held:
            try:
                pending = _written(files, folder, templates, held)
            except OSError as error:
                raise WorkbookError("files.unwritable", folder=folder) from error
            yield pending
    finally:
        if new:
            with contextlib.suppress(OSError):
                folder.rmdir()  # only where nothing came of it: a folder with files stays


def _written(
    files: Sequence[NewBook | NewFile], folder: Path, templates: BookTemplates, held: contextlib.ExitStack
) -> Prepared:
    folder.mkdir(parents=True, exist_ok=True)
    own = Path(tempfile.mkdtemp(prefix=PREFIX, suffix=FOLDER_SUFFIX, dir=folder))
    pending = Prepared(folder)
    held.callback(lambda: None if pending.unfinished else shutil.rmtree(own, ignore_errors=True))
    lock, _ = held.enter_context(temporary(own))  # as long as it is held nobody sweeps the folder
    sweep_dead(folder, os.fstat(lock.fileno()).st_mtime, own)
    there = names_in(folder) if folder.exists() else frozenset()
    for number, file in enumerate(files):
        if file.file in there:
            raise WorkbookError("files.taken", file=file.file, folder=folder)
        if isinstance(file, NewBook):
            content = templates.content(file)
        else:
            content = file.content if isinstance(file.content, bytes) else file.content()
        part = f"{own}/{number}{PREFIX}"
        with open(part, "wb") as opened:
            opened.write(content)
        pending.parts.append((Path(part), file.file))
    return pending


def sweep_dead(folder: Path, now: float, mine: Path | None = None) -> None:
    """Deletes the folders of our own that dead runs left in `folder`, but `mine`. `now`: the file system's own time."""
    for name in os.listdir(folder):
        path = folder / name
        if path == mine or not _OURS.fullmatch(name) or not path.is_dir():
            continue
        sweep(path, now)
        if not any(part.startswith(PREFIX) for part in os.listdir(path)):
            shutil.rmtree(path, ignore_errors=True)


def unfinished(folder: Path) -> bool:
    """Did a run that put files into `folder` die, or leave some of them out?"""
    try:
        return any(_OURS.fullmatch(name) for name in os.listdir(folder))
    except OSError:
        return False


def names_in(folder: Path) -> frozenset[str]:
    """Names of the files in a folder that hold anything: what a machine that went down left empty counts as missing."""
    try:
        with os.scandir(folder) as entries:
            return frozenset(entry.name for entry in entries if entry.is_file() and entry.stat().st_size)
    except OSError:
        return frozenset()


def remove_untouched(folder: Path, marks: Iterable[tuple[str, str]]) -> int:
    """Takes away the workbooks (name, xlsvc.form property) that still are as they were made, with their drafts; gives how
    many workbooks. The others stay: somebody saved something in them, or the drive keeps them."""
    from .package.new_book import untouched_mark

    gone = 0
    for name, mark in marks:
        path = folder.joinpath(*name.split("/"))
        with contextlib.suppress(OSError):
            if untouched_mark(path.read_bytes()) == mark:
                path.unlink()
                gone += 1
                path.with_suffix(DRAFT).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()
    return gone
