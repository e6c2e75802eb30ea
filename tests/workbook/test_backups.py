"""Which backups stay: the newest by number, before them one a day by age."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from tests.workbook.odd_books import LOG, log_book
from workbook.book import Changes, Occasion
from workbook.file_book import FileBook
from workbook.package.backups import Keep, spare

NOW = datetime(2024, 5, 6, 9)


@pytest.mark.parametrize(
    ("keep", "stamps", "gone"),
    [
        (Keep(2, 30, NOW), [], []),
        (Keep(2, 30, NOW), ["20240101-090000-00", "20240102-090000-00"], []),
        (Keep(1, 30, NOW), ["20240505-090000-00", "20240505-100000-00"], ["20240505-090000-00"]),
        (Keep(1, 30, NOW), ["20240504-090000-00", "20240504-180000-00", "20240505-100000-00"], ["20240504-090000-00"]),
        (Keep(1, 30, NOW), ["20240405-090000-00", "20240406-090000-00", "20240506-090000-00"], ["20240405-090000-00"]),
        (Keep(1, 0, NOW), ["20240505-090000-00", "20240506-090000-00", "20240506-100000-00"],
         ["20240506-090000-00", "20240505-090000-00"]),
        (Keep(1), ["20240504-090000-00", "20240505-090000-00"], ["20240504-090000-00"]),
        (Keep(0, 0, NOW), ["20240505-090000-00"], []),
        (Keep(1, 30, NOW), ["20240505-090000-00", "20240505-090000-01"], ["20240505-090000-00"]),
        (Keep(1, 10**9, NOW), ["20040505-090000-00", "20240505-090000-01"], []),
    ],
    ids=["none", "the newest are not aged", "of a day the last", "one a day", "thirty days", "no days", "by number only",
         "one stays always", "the same second", "longer than the calendar"],
)  # fmt: skip
def test_what_need_not_be_kept(keep: Keep, stamps: list[str], gone: list[str]) -> None:
    paths = [Path("备份") / f"台账 {stamp}.xlsx" for stamp in stamps]
    assert spare(paths, keep) == [Path("备份") / f"台账 {stamp}.xlsx" for stamp in gone]
    assert spare(reversed(paths), keep) == spare(paths, keep)


def test_other_files_are_not_counted_and_undo_removes_nothing(tmp_path: Path) -> None:
    ledger = log_book(tmp_path / "台账.xlsx")
    folder = tmp_path / "备份"
    folder.mkdir()
    others = [
        "台账 我自己的.xlsx", "台账2 20240401-090000-00.xlsx", "台账 20240401-090000-00.xlsm", "台账 20240401.xlsx",
    ]  # fmt: skip
    ours = [f"台账 202404{day:02d}-090000-00.xlsx" for day in range(1, 10)]
    for name in (*others, *ours):
        (folder / name).write_bytes(b"")
    os.utime(ledger, (NOW.timestamp(), NOW.timestamp()))
    book = FileBook(ledger)
    occasion = Occasion("更新时效", NOW, backups=3, backup_days=30)
    backup = book.apply(
        Changes(columns=[(LOG, pd.DataFrame({"status": ["a"]}, index=[4]))]), occasion=occasion
    ).backup
    assert backup is not None
    kept = {p.name for p in folder.iterdir()}
    assert kept == {*others, *ours[5:], backup.name, "台账.xlsx.撤销"}, "since 6 April"
    assert book.undo(Occasion("撤销上次", NOW, backups=1, backup_days=0)).backup is not None
    assert kept < {p.name for p in folder.iterdir()}
