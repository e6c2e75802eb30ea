"""What a handler is given and what it wants written: plain data, no workbook in sight."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from workbook.book import Tab
from workbook.issues import Issue
from workbook.new_files import NewBook, NewFile

_T = TypeVar("_T")


@dataclass(frozen=True)
class Ledger:
    """The sheets a command reads, typed.

    `frames`: sheet key -> DataFrame with schema keys as columns and the sheet's row numbers as index
    (see workbook.values.read_frame for dtypes; blank text is ""). `issues` were found while reading.
    `titles`: tab title -> visible. `options` are the command's options.
    """

    frames: Mapping[str, pd.DataFrame]
    issues: tuple[Issue, ...] = ()
    titles: Mapping[str, bool] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    _kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, make: Callable[..., _T], *given: Hashable) -> _T:
        """What `make(ledger, *given)` gives, worked out once: each table is read and judged once a run, however
        many rules ask. What is given back is shared: nobody alters it."""
        key = (make, *given)
        if key not in self._kept:
            self._kept[key] = make(self, *given)
        found: _T = self._kept[key]
        return found

    def __getitem__(self, key: str) -> pd.DataFrame:
        return self.frames[key]

    def __contains__(self, key: object) -> bool:
        return key in self.frames


@dataclass
class Outcome:
    """What a handler wants done; `app` turns it into workbook.book.Changes.

    `notice`: one Chinese sentence for the clerk. `counts`: Chinese label -> number, in order. `issues`: all
    findings. `columns`, `append`, `replace`: sheet key -> DataFrame of schema keys. `own`: sheet key -> DataFrame of the
    person's own columns by heading, with the index of the same sheet's `append` frame. `chosen`: sheet key -> DataFrame of
    typed columns, index = sheet rows, None where nothing was chosen (see workbook.book.Changes). `headings`: sheet key -> headings
    of the schema to be added at the table's right end. `tabs`: tabs to make or
    refill. `passing`: a preview, which undo does not
    speak of. `answers`: lines of text to show (find). `files`: made beside the ledger, once it is saved, in the folder
    `folder` ("": the ledger's own; relative ones stand in it). `moves`: files to be moved (from, to) once the ledger is
    saved, never over a file that stands there.
    """

    notice: str = ""
    counts: dict[str, int | float | str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    columns: dict[str, pd.DataFrame] = field(default_factory=dict)
    append: dict[str, pd.DataFrame] = field(default_factory=dict)
    replace: dict[str, pd.DataFrame] = field(default_factory=dict)
    tabs: list[Tab] = field(default_factory=list)
    hide: list[str] = field(default_factory=list)
    show: list[str] = field(default_factory=list)
    activate: str = ""
    answers: list[str] = field(default_factory=list)
    own: dict[str, pd.DataFrame] = field(default_factory=dict)
    chosen: dict[str, pd.DataFrame] = field(default_factory=dict)
    headings: dict[str, Sequence[str]] = field(default_factory=dict)
    files: list[NewBook | NewFile] = field(default_factory=list)
    folder: str = ""
    moves: list[tuple[Path, Path]] = field(default_factory=list)
    passing: bool = False

    def merge(self, other: Outcome) -> Outcome:
        """Both outcomes in one; frames of the same sheet are joined column by column."""
        columns = dict(self.columns)
        for key, frame in other.columns.items():
            columns[key] = _joined(columns[key], frame) if key in columns else frame
        return Outcome(
            notice=other.notice or self.notice,
            counts={**self.counts, **other.counts},
            issues=[*self.issues, *other.issues],
            columns=columns,
            append={**self.append, **other.append},
            replace={**self.replace, **other.replace},
            tabs=[*self.tabs, *other.tabs],
            hide=[*self.hide, *other.hide],
            show=[*self.show, *other.show],
            activate=other.activate or self.activate,
            answers=[*self.answers, *other.answers],
            own={**self.own, **other.own},
            chosen={**self.chosen, **other.chosen},
            headings={**self.headings, **other.headings},
            files=[*self.files, *other.files],
            folder=other.folder or self.folder,
            moves=[*self.moves, *other.moves],
        )


def told_once(issues: Iterable[Issue]) -> list[Issue]:
    """The findings without those that say of a cell what was said before; one part of the program may know the
    cell's address and another not, so that they are compared without it."""
    first: dict[tuple[str, str, int | None, str], Issue] = {}
    more: dict[tuple[str, str, int | None, str], list[Issue]] = {}  # others about the same cell
    found = []
    for issue in issues:
        place = (issue.code, issue.sheet, issue.row, issue.column)
        if place in first:
            alike = more.setdefault(place, [first[place]])
            if any(issue.at("").message == other.at("").message for other in alike):
                continue
            alike.append(issue)
        else:
            first[place] = issue
        found.append(issue)
    return found


def _joined(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """The columns of both, over the rows of both in order; of a column in both, `first` counts where it has a value."""
    if set(first.columns) & set(second.columns):
        order = [*first.columns, *(c for c in second.columns if c not in first.columns)]
        return first.combine_first(second)[order]
    if first.index.equals(second.index):
        return pd.concat([first, second], axis=1)
    rows = first.index.union(second.index)
    return pd.concat([first.reindex(rows), second.reindex(rows)], axis=1)
