"""Each operation of a save may fail, with every error a disk has: refused in plain words with everything as it was,
or done."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.file_operations import FileOperations, failing
from tests.support.save_refusals import (
    DISK_FULL,
    NAME,
    NO_BACKUP,
    NO_ROOM_FOR_BACKUP,
    OPEN,
    READ_ONLY,
    UNWRITABLE,
    refused,
    unharmed,
)
from tests.workbook.odd_books import LOG, log_book
from workbook.book import Changes
from workbook.file_book import FileBook
from workbook.file_undo import SUFFIX
from workbook.issues import WorkbookError
from workbook.journal import from_bytes
from workbook.package import backups, saving, temporaries

STATUS = Changes(columns=[(LOG, pd.DataFrame({"status": ["达标", "超时"]}, index=[4, 5]))])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A ledger of two rows, saved once already: a save takes milliseconds, and there is something to undo."""
    (tmp_path / "售后").mkdir()
    path = log_book(tmp_path / "售后" / NAME)
    FileBook(path).apply(Changes(columns=[(LOG, pd.DataFrame({"status": ["旧", "旧"]}, index=[4, 5]))]))
    return path


def status(path: Path) -> object:
    return FileBook(path).apply(STATUS).saved


def _files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _put_back(folder: Path, files: dict[Path, bytes]) -> None:
    shutil.rmtree(folder)
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _as_it_was(folder: Path, files: dict[Path, bytes], ledger: bytes) -> None:
    """Every file that stood there, backups too; what is new is a whole backup. The journal is the former one, or,
    where there was no room to put it back, a whole one that says that nothing was written."""
    now = _files(folder)
    for path in files.keys() | now.keys():
        if path.suffix == SUFFIX:
            journal = from_bytes(now[path])
            assert now[path] == files[path] or journal.was == hashlib.sha256(ledger).hexdigest()
        elif path in files:
            assert now.get(path) == files[path], path
        else:
            assert path.suffix == ".xlsx", path
            assert now[path] == ledger, path


def _recorded(small: Path) -> list[tuple[str, str]]:
    """What one save does."""
    files, operations = _files(small.parent), FileOperations(small.parent)
    with operations.watched():
        status(small)
    _put_back(small.parent, files)
    return operations.operations


def _expected(operations: list[tuple[str, str]], at: int, code: int) -> str | None:
    """The message when the `at`-th operation fails; None where the save goes on without it."""
    name, target = operations[at]
    renames = [i for i, (n, _) in enumerate(operations) if n == "replace"]
    backed_up, noted, in_place = renames
    if name in ("chmod", "chown", "utime", "setxattr") or (name == "fsync" and target in (".", "备份")):
        return None
    if target == NAME and code == errno.EACCES:
        return READ_ONLY
    if at > in_place or backed_up < at <= noted or (name in ("unlink", "close") and target != NAME):
        return None
    if at == in_place and code == errno.EACCES:
        return OPEN
    full = code in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
    if target.startswith("备份"):
        return NO_ROOM_FOR_BACKUP if full else NO_BACKUP
    return DISK_FULL if full else UNWRITABLE


CODES = ("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EACCES")


@pytest.mark.parametrize("code", [c for c in CODES if hasattr(errno, c)])
@pytest.mark.parametrize("when", ["before", "half"])
def test_every_operation_of_a_save_may_fail(
    when: str, code: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Full disk, quota, file size, broken disk, no rights: from the operation on that fails, or half-way in it."""
    monkeypatch.setattr(temporaries, "REPLACE_PAUSES", (0.0,))
    old, files, number = small.read_bytes(), _files(small.parent), getattr(errno, code)
    operations = _recorded(small)
    refusals = 0
    for at, (name, target) in enumerate(operations):
        if when == "half" and name != "write":
            continue
        where = f"{code} {when} {at} {name} {target}"
        expected = _expected(operations, at, number)
        broken = FileOperations(small.parent, at, when, failing(number), lasting=expected is not None)
        said = None
        with broken.watched():
            try:
                status(small)
            except WorkbookError as error:
                said = str(error)
        assert len(broken.operations) > at, f"{where}: did not happen"
        assert said == (expected and expected.format(folder=small.parent, sep=os.sep)), where
        if said:
            refusals += 1
            _as_it_was(small.parent, files, old)
            assert status(small), f"{where}: not even when the fault had passed"
            assert list(small.parent.rglob(".*")) == [], where
        _put_back(small.parent, files)
    assert refusals >= 2


@pytest.mark.parametrize("stage", ["ledger", "backup"])
def test_a_disk_that_says_it_is_full_after_any_number_of_bytes(stage: str, small: Path) -> None:
    old, files = small.read_bytes(), _files(small.parent)
    for room in (0, 1, 100, len(old) // 2, len(old) - 1):

        def write(file: Any, data: bytes, room: int = room) -> None:
            temporaries.write_durably(file, data[:room])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(saving if stage == "ledger" else backups, "write_durably", write)
            refused(DISK_FULL if stage == "ledger" else NO_ROOM_FOR_BACKUP, small, lambda: status(small))
        _as_it_was(small.parent, files, old)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real small file system."""
    folder = tmp_path / "小盘"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if not sys.platform.startswith("linux") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no rights to mount a small file system; the simulated full disks stand for it")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_really_full_disk_at_every_stage(disk: Path) -> None:
    """From no room at all to room enough, page by page: refused with everything whole, done with no room for undo,
    or all done."""
    ledger = log_book(disk / NAME)
    old, page = ledger.read_bytes(), 4096
    said: list[str] = []
    for room in range(0, 3 * len(old) + 10 * page, page):
        ledger.write_bytes(old)
        (disk / "占满").write_bytes(b"")
        (disk / "占满").write_bytes(bytes(shutil.disk_usage(disk).free - room))
        try:
            status(ledger)
        except WorkbookError as error:
            said.append(str(error))
            unharmed(ledger, old)
        else:
            assert [b.read_bytes() for b in (disk / "备份").glob("*.xlsx")] == [old]
            assert list(disk.rglob(".*")) == []
            journals = [from_bytes(path.read_bytes()) for path in (disk / "备份").glob(f"*{SUFFIX}")]
            said.append("done" + " and noted" * len(journals))
        shutil.rmtree(disk / "备份", ignore_errors=True)
    assert list(dict.fromkeys(said)) == [
        DISK_FULL.format(folder=disk),
        NO_ROOM_FOR_BACKUP.format(folder=disk, sep=os.sep),
        "done",
        "done and noted",
    ]
