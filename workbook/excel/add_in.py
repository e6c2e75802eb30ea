"""What the program asks of the add-in's own procedures, and of its copy in a workbook that carries one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..vba.sources import from_ascii, in_ascii

ADD_IN = "xlsvc.xlam"
FINISH = "ServiceRibbon.FinishCommand"
SAVE_COPY, CHOOSE_FILES, CHOOSE_FOLDER = (
    f"ServiceDialogs.{name}" for name in ("SaveCopyOf", "ChooseFiles", "ChooseFolder")
)


class AddIn:
    """The add-in in `app`'s Excel, beside a workbook of this name. Texts travel as ASCII; nothing is raised."""

    def __init__(self, app: Callable[[], Any], book_name: str) -> None:
        self._app, self._book_name = app, book_name

    def _run(self, macro: str, *args: str) -> str:
        """What a procedure gives; "" where there is none, it failed or gives nothing."""
        name = self._book_name
        own = [f"'{name.replace(chr(39), chr(39) * 2)}'!"] if name.casefold().endswith(".xlsm") else []
        for place in (f"'{ADD_IN}'!", *own):
            with contextlib.suppress(Exception):
                given: Any = self._app().macro(place + macro)(*map(in_ascii, args))
                return from_ascii(str(given or ""))
        return ""

    def finish(self) -> None:
        """Tells the ribbon that the command is over."""
        self._run(FINISH)

    def choose_files(self, title: str) -> list[Path]:
        return [Path(line) for line in self._run(CHOOSE_FILES, title).split("\n") if line]

    def choose_folder(self, title: str) -> Path | None:
        return next((Path(line) for line in self._run(CHOOSE_FOLDER, title).split("\n") if line), None)

    def save_copy(self, path: Path) -> None:
        """The workbook as it stands, where this Excel saves a copy for VBA only."""
        self._run(SAVE_COPY, self._book_name, str(path))
