"""Copies of the open workbook as files of their own, gone when they are no longer needed."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..issues import WorkbookError
from .add_in import AddIn
from .calls import MAC, patiently, reason_of


class Copies:
    """The copies of one workbook. They go with `clear`, or with this object."""

    def __init__(self, book: Any, name: str, add_in: AddIn) -> None:
        self._book, self._name, self._add_in = book, name, add_in
        self._leftovers: list[Callable[[], Any]] = []

    def made(self) -> Path:
        """A copy of the workbook as it stands. Raises WorkbookError excel.busy, excel.no_copy."""
        kind = Path(self._name).suffix.casefold()
        name = self._name if kind in (".xlsx", ".xlsm") else f"{self._name}.xlsx"
        try:
            copy = self._folder() / name
            if MAC:
                self._add_in.save_copy(copy)
            else:
                patiently(lambda: self._book.api.SaveCopyAs(str(copy)))
            if copy.stat().st_size:
                return copy
        except WorkbookError:
            raise
        except Exception as error:
            raise WorkbookError("excel.no_copy", file=self._name, reason=reason_of(error)) from error
        raise WorkbookError("excel.no_copy", file=self._name, reason=str(copy))

    def _folder(self) -> Path:
        """A new folder where Excel may write: on the Mac it may in its own home, without asking the person."""
        home = Path.home() / "Library" / "Containers" / "com.microsoft.Excel" / "Data"
        folder = tempfile.mkdtemp(prefix="xlsvc-", dir=home if MAC and home.is_dir() else None)
        self._leftovers.append(weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True))
        return Path(folder)

    def clear(self) -> None:
        while self._leftovers:
            self._leftovers.pop()()
