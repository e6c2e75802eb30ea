"""What a dead run left behind is swept by the next one, and nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from tests.workbook.odd_books import LOG, log_book
from workbook.book import Changes
from workbook.file_book import FileBook
from workbook.package import temporaries

POSIX = os.name == "posix"
STATUS = Changes(columns=[(LOG, pd.DataFrame({"status": ["达标", "超时"]}, index=[4, 5]))])


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return log_book(tmp_path / "台账.xlsx")


def test_leftovers_of_dead_runs_are_swept_and_nothing_else(ledger: Path) -> None:
    (ledger.parent / "备份").mkdir()
    dead = [folder / ".xlsvc-abcd_123.tmp" for folder in (ledger.parent, ledger.parent / "备份")]
    others = [".xlsvc-abcd_123.tmp.xlsx", ".xlsvc-ABCDEFGH.tmp", ".~lock.台账.xlsx#", "~$台账.xlsx", "x.tmp"]
    for path in (*dead, *(ledger.parent / name for name in others)):
        path.write_bytes(b"half")
    FileBook(ledger).apply(STATUS)
    assert [path for path in dead if path.exists()] == []
    assert [name for name in others if not (ledger.parent / name).exists()] == []


def test_the_temporary_of_a_living_run_is_not_swept(ledger: Path) -> None:
    with temporaries.temporary(ledger.parent) as (file, part):
        file.write(b"not done yet")
        FileBook(ledger).apply(STATUS)
        if POSIX:  # Windows keeps an open file by itself
            assert part.read_bytes() in (b"", b"not done yet")
        assert part.exists()
    assert not part.exists()


def test_where_there_are_no_locks_only_an_old_temporary_is_a_dead_runs(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(temporaries, "_lock", lambda *_, **__: None)
    new, old = ledger.with_name(".xlsvc-abcd_123.tmp"), ledger.with_name(".xlsvc-abcd_124.tmp")
    for path, age in ((new, 60), (old, temporaries.STALE + 60)):
        path.write_bytes(b"half")
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    FileBook(ledger).apply(STATUS)
    assert new.exists() == POSIX  # Windows keeps what is open, and nothing else
    assert not old.exists()
