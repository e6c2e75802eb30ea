"""A workbook that somebody looks at, over a saved file: what a button sees of Excel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbook.book import Selection
from workbook.file_book import FileBook
from xlsvc import app


class Looked(FileBook):
    """FileBook with a person: `said` holds ("status" | "box" | "finish", text, title) in order."""

    def __init__(self, path: Path, marked: Selection | None = None) -> None:
        super().__init__(path)
        self.marked = marked
        self.said: list[tuple[str, str, str]] = []

    def selection(self) -> Selection | None:
        return self.marked

    def notify(self, text: str) -> None:
        self.said.append(("status", text, ""))

    def alert(self, text: str, title: str) -> None:
        self.said.append(("box", text, title))

    def finish(self) -> None:
        self.said.append(("finish", "", ""))

    def folder(self) -> Path:
        return self.path.parent

    @property
    def last(self) -> tuple[str, str, str]:
        return self.said[-1]


def look_at(monkeypatch: pytest.MonkeyPatch, host: Looked) -> Looked:
    """`host` is the workbook whose button is clicked."""

    def open_live(progress: Callable[[str], None] | None = None) -> Looked:
        return host

    monkeypatch.setattr(app, "open_live", open_live)
    return host
