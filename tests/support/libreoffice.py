"""A real spreadsheet application as judge: what it calculates, how it prints, what a user does in it.

One headless LibreOffice serves a whole test session. It is driven over UNO by a small script
(`uno_worker.py`) under the Python that has the `uno` module, since a virtual environment lacks it.
LibreOffice trusts cached values on loading: `recalculate` therefore recalculates hard.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Cells = dict[str, dict[str, Any]]
"""tab title -> cell address ("F12") -> number, text, or an error as its text ("#DIV/0!")."""

WORKER = Path(__file__).with_name("uno_worker.py")
TIMEOUT = 180  # seconds for one request; a first start makes a profile


def find_soffice() -> str | None:
    """The LibreOffice program, None where there is none."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def find_uno_python() -> str | None:
    """A Python interpreter that can import uno: the system's own, LibreOffice's, or this one."""
    candidates = [os.environ.get("XLSVC_UNO_PYTHON"), shutil.which("python3", path=os.defpath)]
    soffice = find_soffice()
    if soffice:
        candidates.append(shutil.which("python", path=str(Path(soffice).resolve().parent)))
    candidates.append(sys.executable)
    for candidate in candidates:
        if not candidate:
            continue
        asked = subprocess.run([candidate, "-c", "import uno"], capture_output=True, env=_plain_environment())
        if asked.returncode == 0:
            return candidate
    return None


def missing() -> str:
    """Why LibreOffice can't judge here; "" when it can."""
    if find_soffice() is None:
        return "LibreOffice (soffice) is not installed"
    if find_uno_python() is None:
        return "no Python interpreter with the uno module (Debian: python3-uno)"
    return ""


def _plain_environment() -> dict[str, str]:
    """The environment without what a virtual environment or a test run puts into it for Python."""
    return {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}


class LibreOfficeError(Exception):
    """LibreOffice could not do what was asked; the text is its own."""


class LibreOffice:
    """A reusable headless LibreOffice. Started with the first request, ended by `close`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._profile: str | None = None

    def recalculate(self, path: Path | str, hard: bool = True) -> Cells:
        """The value of every formula cell, after a full recalculation unless `hard` is False."""
        return self._ask("recalculate", path=str(path), hard=hard)

    def cells(self, path: Path | str, hard: bool = False) -> Cells:
        """The value of every cell that holds anything. Dates are serial numbers."""
        return self._ask("cells", path=str(path), hard=hard)

    def formulas(self, path: Path | str) -> Cells:
        """Every formula as LibreOffice understood it."""
        return self._ask("formulas", path=str(path))

    def cells_and_formulas(self, path: Path | str) -> tuple[Cells, Cells]:
        """What `cells` and `formulas` give, for one opening: a ledger takes two seconds to open."""
        shown, formulas = self._ask("cells_and_formulas", path=str(path))
        return shown, formulas

    def before_and_after(self, path: Path | str) -> tuple[Cells, Cells]:
        """What `recalculate` gives with `hard` False and True, for one opening."""
        cached, counted = self._ask("before_and_after", path=str(path))
        return cached, counted

    def texts(self, path: Path | str, tab: str, addresses: Sequence[str]) -> dict[str, str]:
        """What a reader sees in cells: a number as its format shows it."""
        found: dict[str, str] = self._ask("texts", path=str(path), tab=tab, addresses=list(addresses))
        return found

    def to_pdf(self, path: Path | str, out: Path | str, tab: str = "") -> Path:
        """Prints all visible tabs, or the one named (even if it is hidden), into a PDF."""
        return Path(self._ask("to_pdf", path=str(path), out=str(out), tab=tab))

    def edit(self, path: Path | str, out: Path | str, steps: Sequence[Sequence[Any]]) -> Path:
        """Edits as a user would and saves as .xlsx by LibreOffice's own writer. Steps:
        ("insert_rows", tab, at, n), ("insert_columns", tab, at, n), ("delete_rows", tab, at, n),
        ("set", tab, address, value), ("formula", tab, address, "=…"), ("rename_tab", tab, name),
        ("font", tab, area, face, points, 0xRRGGBB).
        Rows and columns count from 1."""
        return Path(self._ask("edit", path=str(path), out=str(out), steps=[list(s) for s in steps]))

    def watch(
        self, path: Path | str, out: Path | str, tab: str, groups: Sequence[Sequence[Sequence[Any]]]
    ) -> list[dict[str, Any]]:
        """What the formulas of a tab show at first and after each group of steps (see `edit`), as the application recalculates
        by itself; the workbook is saved at `out` in the end."""
        steps = [[list(step) for step in group] for group in groups]
        seen: list[dict[str, Any]] = self._ask("watch", path=str(path), out=str(out), tab=tab, groups=steps)
        return seen

    def insert_rows(self, path: Path | str, tab: str, at: int, n: int, out: Path | str) -> Path:
        return self.edit(path, out, [("insert_rows", tab, at, n)])

    def insert_columns(self, path: Path | str, tab: str, at: int, n: int, out: Path | str) -> Path:
        return self.edit(path, out, [("insert_columns", tab, at, n)])

    def set_cells(self, path: Path | str, tab: str, values: Mapping[str, Any], out: Path | str) -> Path:
        return self.edit(path, out, [("set", tab, address, value) for address, value in values.items()])

    def convert(self, path: Path | str, out: Path | str) -> Path:
        """The same workbook as LibreOffice saves it: another producer's .xlsx."""
        return self.edit(path, out, [])

    @contextmanager
    def holding(self, path: Path | str) -> Iterator[None]:
        """While inside, the workbook stands open in LibreOffice."""
        name = os.path.abspath(path)
        self._ask("hold", path=name)
        try:
            yield
        finally:
            self._ask("release", path=name)

    def close(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            if process.poll() is None:
                assert process.stdin is not None
                process.stdin.close()
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    process.kill()
        if self._profile is not None:
            shutil.rmtree(self._profile, ignore_errors=True)
            self._profile = None

    def _ask(self, do: str, **arguments: Any) -> Any:
        if self._process is None or self._process.poll() is not None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, "with": arguments}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _start(self) -> None:
        soffice, python = find_soffice(), find_uno_python()
        if soffice is None or python is None:
            raise LibreOfficeError(missing())
        self._profile = tempfile.mkdtemp(prefix="xlsvc-office-")
        self._process = subprocess.Popen(
            [python, str(WORKER), soffice, self._profile],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**_plain_environment(), "FONTCONFIG_FILE": str(WORKER.with_name("fonts.conf"))},
        )
        self._answer()

    def _answer(self) -> Any:
        assert self._process is not None
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], TIMEOUT)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            self._process.kill()
            self.close()
            raise LibreOfficeError(
                "LibreOffice gave no answer" if ready else f"no answer in {TIMEOUT} seconds"
            )
        answer = json.loads(line)
        if "error" in answer:
            raise LibreOfficeError(answer["error"])
        return answer["ok"]
