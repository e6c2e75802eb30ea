"""`kill -9` at every moment of a save: the ledger is the old file or the new one, whole, and the next run goes on.

The moments are found by the test itself: one run is recorded, then the same run dies before and after each of
its file operations, half-way through each write, and at random moments.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.histories.small_ledger import make
from tests.support.crash_runner import Runner
from tests.support.file_operations import HALVED
from workbook.file_book import FileBook
from workbook.file_undo import SUFFIX
from workbook.issues import WorkbookError
from workbook.journal import from_bytes
from workbook.package.temporaries import PREFIX

COMMAND = "sla"
CHANGING = ("open", "mkdir", "write", "flush", "fsync", "replace", "unlink")
RANDOM_MOMENTS = 30
OLD_BACKUPS = 22  # more than are kept: the save also removes some
NAME = "售后 台账.xlsx"


@dataclass
class Case:
    """A ledger, what a whole run makes of it, and the operations that takes."""

    runner: Runner
    pristine: Path
    folder: Path
    operations: list[tuple[str, str]]
    seconds: float
    old: bytes
    new: bytes
    with_backups: bool

    @property
    def ledger(self) -> Path:
        return self.folder / NAME

    def reset(self) -> None:
        """The folder as it was before any run."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir()
        shutil.copy2(self.pristine, self.ledger)
        if self.with_backups:
            (self.folder / "备份").mkdir()
            for number in range(OLD_BACKUPS):
                older = self.folder / "备份" / f"{self.ledger.stem} 20240101-0000{number:02d}-00.xlsx"
                older.write_bytes(self.old)

    def run(self, **more: Any) -> dict[str, Any]:
        return self.runner.ask(self.ledger, COMMAND, **more)

    def check_after_death(self, where: str) -> bool:
        """The state a death leaves behind; is it the new file?"""
        now = self.ledger.read_bytes()
        assert now in (self.old, self.new), f"{where}: neither the old nor the new ledger"
        for path in [*self.folder.iterdir(), *_backups(self.folder)]:
            if path.name.startswith("."):
                assert _temporary(path), f"{where}: {path.name} is no temporary of ours"
            elif path.suffix == ".xlsx":
                assert path.read_bytes() == (now if path == self.ledger else self.old), (
                    f"{where}: {path.name}"
                )
            else:
                assert path.is_dir() or _whole_journal(path), f"{where}: {path.name} is half"
        if now == self.new:
            kept = [path for path in _backups(self.folder) if path.suffix == ".xlsx"]
            assert any(path.read_bytes() == self.old for path in kept), f"{where}: no backup of the old file"
        self._check_undo(now == self.new, where)
        return now == self.new

    def _check_undo(self, saved: bool, where: str) -> None:
        """What undo says then, tried on a copy: back to the old file, or nothing was written."""
        copy = self.folder.with_name("试撤销")
        shutil.copytree(self.folder, copy)
        try:
            FileBook(copy / NAME).undo()
            said = ""
        except WorkbookError as error:
            said = error.code
        if saved:
            assert (said, (copy / NAME).read_bytes() == self.old) == ("", True), where
        else:
            assert said in ("undo.not_written", "undo.nothing", "undo.no_folder"), where
        shutil.rmtree(copy)

    def check_next_run(self, where: str) -> None:
        """The same command again: done, the same cells, nothing left of the dead run."""
        saved = self.ledger.read_bytes() != self.new
        again = self.run()
        assert (again.get("exit"), again.get("saved")) == (1, saved), f"{where}: {again}"
        assert self.ledger.read_bytes() == self.new, where
        if saved:
            left = [
                path for path in [*self.folder.iterdir(), *_backups(self.folder)] if path.name.startswith(".")
            ]
            assert left == [], where


def _backups(folder: Path) -> list[Path]:
    return list((folder / "备份").iterdir()) if (folder / "备份").is_dir() else []


def _temporary(path: Path) -> bool:
    return path.name.startswith(PREFIX) and path.suffix == ".tmp"


def _whole_journal(path: Path) -> bool:
    return path.suffix == SUFFIX and bool(from_bytes(path.read_bytes()).was)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    runner = Runner()
    yield runner
    runner.close()


@pytest.fixture(scope="module", params=[False, True], ids=["first-save", "full-backup-folder"])
def case(request: pytest.FixtureRequest, runner: Runner, tmp_path_factory: pytest.TempPathFactory) -> Case:
    base = tmp_path_factory.mktemp("crash")
    pristine = make(base / "pristine.xlsx")
    os.utime(pristine, (1_714_953_600, 1_714_953_600))
    case = Case(runner, pristine, base / "台账", [], 0.0, pristine.read_bytes(), b"", request.param)
    case.reset()
    runner.ask(case.ledger, COMMAND, warm_up=True)
    case.reset()
    recorded = case.run(watch=True)
    assert recorded["missed"] == [], "operations on the folder that the recording did not see"
    case.operations = [(name, target) for name, target in recorded["operations"]]
    case.seconds = recorded["seconds"]
    case.new = case.ledger.read_bytes()
    assert case.new != case.old
    return case


def test_the_recording_sees_the_whole_save_in_an_order_that_survives_a_power_cut(case: Case) -> None:
    """Both the new file and the backup are on the disk before the rename, and the rename itself after it."""
    does = [name for name, _ in case.operations]
    last = len(does) - 1 - does[::-1].index("replace")
    assert {"open", "write", "flush", "fsync", "replace"} <= set(does)
    assert case.operations[last][1].startswith(PREFIX)
    written = {target for name, target in case.operations[:last] if name == "write"}
    for target in written:
        mine = [at for at, (name, where) in enumerate(case.operations[:last]) if where == target]
        names = [case.operations[at][0] for at in mine]
        assert "fsync" in names[len(names) - 1 - names[::-1].index("write") :], f"{target} is not synced"
    assert ("fsync", ".") in case.operations[last:]
    assert ("fsync", "备份") in case.operations[:last]


def test_a_kill_before_and_after_every_operation(case: Case) -> None:
    moments = [(at, "before") for at in range(len(case.operations))]
    moments += [(at, "after") for at, (name, _) in enumerate(case.operations) if name in CHANGING]
    moments += [(at, "half") for at, (name, _) in enumerate(case.operations) if name in HALVED]
    seen = set()
    for at, when in sorted(moments):
        where = f"killed {when} {at} {' '.join(case.operations[at])}"
        case.reset()
        died = case.run(watch=True, at=at, when=when)
        assert died["status"] == -9, f"{where}: {died}"
        seen.add(case.check_after_death(where))
        if (
            when != "after" or at == len(case.operations) - 1
        ):  # the state before the next operation is the same
            case.check_next_run(where)
    assert seen == {False, True}
    assert len(moments) > 30


@pytest.mark.parametrize("case", [True], ids=["full-backup-folder"], indirect=True)
def test_a_kill_at_random_moments(case: Case) -> None:
    """From the first operation of the save to well behind its last one."""
    draw = random.Random(20240506)
    killed, seen = 0, set()
    for number in range(RANDOM_MOMENTS):
        case.reset()
        delay = 1.5 * case.seconds * (number + draw.random()) / RANDOM_MOMENTS
        killed += case.run(after=delay, watch=True)["status"] == -9
        where = f"killed {delay * 1000:.1f} ms after the first operation"
        seen.add(case.check_after_death(where))
        case.check_next_run(where)
    assert killed > RANDOM_MOMENTS // 3
    assert seen == {False, True}


def test_the_old_and_the_new_ledger_open(case: Case) -> None:
    """Byte equality to these two is asked at every moment; here they are read."""
    for number, content in enumerate((case.old, case.new)):
        path = case.pristine.with_name(f"{number}.xlsx")
        path.write_bytes(content)
        assert "响应记录" in openpyxl.load_workbook(path).sheetnames
    assert hashlib.sha256(case.old).digest() != hashlib.sha256(case.new).digest()
