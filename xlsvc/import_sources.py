"""What 导入数据 works on: files, or what was pasted into 粘贴区; and what 导入核对 says of the click before.

A source has a digest: the second click appends only what the first one has shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Protocol

from workbook.book import RawCell, SheetCells
from workbook.foreign_tables import ForeignTab, read_all_tables
from workbook.issues import WorkbookError
from workbook.schema import Sheet, fold
from workbook.sheets import BY_KEY, SHEETS, is_own_tab

from .importing_aliases import ALIASES

LISTS = "下拉"
"""The tab with the words of the drop-downs."""

REVIEW, PASTE = BY_KEY["import_review"], BY_KEY["paste_area"]
_NUMBERED_HEADING = re.compile(r"(?:列|Column)\s*\d+")
"""What Excel writes over columns that a table swallows."""

OPEN, DONE, PASTED, QUESTION, OFFER, DIFFERENCE = "待导入", "已导入", "粘贴区已导入", "待选", "可改", "不同"
"""Values of 种类 that are read back."""


class Readable(Protocol):
    """The part of a book that is read here."""

    def titles(self) -> dict[str, bool]: ...

    def read(self, sheets: Sequence[Sheet]) -> dict[str, SheetCells]: ...

    def grid(self, title: str) -> ForeignTab: ...


@dataclass(frozen=True)
class Source:
    """What is imported: `name` for people, `tabs`, the `digest` of their content, `paths` of the files (none: pasted)."""

    name: str
    tabs: tuple[ForeignTab, ...]
    digest: str
    paths: tuple[str, ...] = ()

    @property
    def pasted(self) -> bool:
        return not self.paths


@dataclass(frozen=True)
class Said:
    """A row of 导入核对 that a person may have chosen in: `text` is 您的选择, `cell` its address."""

    what: str
    text: str
    cell: str
    sheet: str
    place: str
    heading: str
    ledger: str
    mark: str
    stored: str


@dataclass(frozen=True)
class Review:
    """What 导入核对 says: of which source it is, whether that waits for its second click, what was pasted and imported
    last, and the rows with choices."""

    digest: str = ""
    waiting: bool = False
    paths: tuple[str, ...] = ()
    pasted: str = ""
    rows: tuple[Said, ...] = field(default=())

    @property
    def name(self) -> str:
        """What people call the source that it is of."""
        return _name(self.paths)

    @property
    def asked(self) -> frozenset[tuple[str, str]]:
        """(fingerprint, stored) of the questions that were shown."""
        return frozenset((r.mark, r.stored) for r in self.rows if r.what == QUESTION)


def gather(book: Readable, options: Mapping[str, Any], progress: Callable[[str], None]) -> dict[str, Any]:
    """`source` (None where there is nothing to import) and `review` (None where the ledger lacks the tab). Raises WorkbookError
    of a file that cannot be read."""
    progress("读取要导入的内容")
    review = read_review(book)
    paths = tuple(str(path) for path in options.get("files") or ())
    if paths:
        return {"source": of_files(paths), "review": review}
    source = of_paste_area(book)
    if review is not None and review.waiting and review.paths and (source is None or source.digest == review.pasted):
        source = of_files(review.paths)
    return {"source": source, "review": review}


def wants_file(book: Readable) -> bool:
    """Should a person be asked for a file: nothing waits for its second click, and nothing new was pasted?"""
    review = read_review(book) or Review()
    if review.waiting and review.paths:
        return False
    pasted = of_paste_area(book)
    return pasted is None or (pasted.digest == review.pasted and not review.waiting)


def of_files(paths: Sequence[str]) -> Source:
    """The tables of the files, each tab named with its file. Raises WorkbookError."""
    tabs: list[ForeignTab] = []
    found = sha256()
    files = [Path(name) for name in paths]
    for path, read in zip(files, read_all_tables(files), strict=True):
        tabs += [replace(tab, title=_title(tab.title, path)) for tab in importable(read)]
        with path.open("rb") as opened:
            found.update(file_digest(opened, "sha256").digest())
    return Source(_name(paths), tuple(tabs), found.hexdigest()[:32], tuple(paths))


def _name(paths: Sequence[str]) -> str:
    return "、".join(Path(path).name for path in paths) or PASTE.title


def importable(tabs: Sequence[ForeignTab]) -> list[ForeignTab]:
    """The tabs that may hold records. Of another ledger these are the sheets that records go to, hidden or not: its
    rules, lists and reports are its own."""
    titles = {tab.title for tab in tabs}
    if BY_KEY["settings"].title not in titles or not titles & {BY_KEY[key].title for key in ("response_log", "process_log")}:
        return list(tabs)
    rest = {sheet.title for sheet in SHEETS if sheet.key not in ALIASES} | {LISTS}
    kept = [tab for tab in tabs if tab.title not in rest and not is_own_tab(tab.title)]
    folded = {sheet.title for sheet in SHEETS if sheet.hidden}
    return [replace(tab, hidden=False) if tab.title in folded else tab for tab in kept]


def _title(title: str, path: Path) -> str:
    return path.name if title == path.stem else f"{title}({path.name})"


def of_paste_area(book: Readable) -> Source | None:
    """What stands in 粘贴区 beside our own heading; None where nothing does."""
    try:
        tab = without_own_rows(book.grid(PASTE.title))
    except WorkbookError as error:
        if error.code == "sheet.missing":
            return None
        raise
    if not any(cell is not None for cells in tab.columns for cell in cells):
        return None
    found = sha256()
    for part in (*tab.columns, tab.merges, tab.hidden_rows, sorted(tab.dates.items())):
        found.update(repr(part).encode("utf-8", "surrogatepass"))
    return Source(_name(()), (tab,), found.hexdigest()[:32])


def without_own_rows(tab: ForeignTab) -> ForeignTab:
    """The tab without the title, note and heading that it starts with, as far as nobody pasted over them. Rows keep their
    numbers."""
    columns = [list(cells) for cells in tab.columns]
    ours = {fold(PASTE.title), fold("返回首页"), fold(PASTE.columns[0].heading)}
    titled = _is(tab.cell(1, 1), PASTE.title)
    headed = _is(tab.cell(PASTE.header_row, 1), PASTE.columns[0].heading)
    for cells in columns:
        for row in range(min(PASTE.header_row, len(cells))):
            cell = cells[row]
            grown = headed and row == PASTE.header_row - 1 and isinstance(cell, str) and _NUMBERED_HEADING.fullmatch(cell)
            if isinstance(cell, str) and (fold(cell) in ours or grown):
                cells[row] = None
    if titled and columns and len(columns[0]) > 1:
        columns[0][1] = None  # the note, whatever it said in this version
    return replace(tab, columns=columns, hidden=False)


def _is(cell: RawCell, text: str) -> bool:
    return isinstance(cell, str) and fold(cell) == fold(text)


def read_review(book: Readable) -> Review | None:
    """What 导入核对 says; None where the ledger has no such tab."""
    if REVIEW.title not in book.titles():
        return None
    cells = book.read([REVIEW]).get(REVIEW.key)
    if cells is None:
        return None
    count = len(cells.rows)
    blank: list[RawCell] = [None] * count
    keys = ("what", "chosen", "sheet", "place", "heading", "ledger", "mark", "stored")
    columns = [[_text(c) for c in cells.columns.get(key, blank)] for key in keys]
    digest = pasted = ""
    waiting, paths, rows = False, (), []
    for row, (what, chosen, sheet, place, heading, ledger, mark, stored) in zip(
        cells.rows.tolist(), zip(*columns, strict=True), strict=True
    ):
        if what in (OPEN, DONE):
            digest, waiting, paths = mark, what == OPEN, tuple(filter(None, stored.split("\n")))
        elif what == PASTED:
            pasted = mark
        elif what in (QUESTION, OFFER, DIFFERENCE):
            cell = cells.address("chosen", row)
            rows.append(Said(what, chosen, cell, sheet, place, heading, ledger, mark, stored))
    return Review(digest, waiting, paths, pasted, tuple(rows))


def _text(cell: RawCell) -> str:
    if cell is None:
        return ""
    return f"{cell:g}" if isinstance(cell, float) else str(cell).strip()
