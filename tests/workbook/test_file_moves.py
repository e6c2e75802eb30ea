"""Files that are moved once a ledger is saved."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from workbook.file_moves import move_files


def test_never_over_a_file_and_never_in_vain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.xlsx", "b.xlsx", "c.xlsx"):
        (tmp_path / name).write_text(name)
    there = tmp_path / "已归档" / "a.xlsx"
    there.parent.mkdir()
    there.write_text("older")
    real = shutil.move

    def move(source: Path, destination: Path) -> Any:
        if source.name == "b.xlsx":
            raise PermissionError(13, "open in Excel")
        return real(source, destination)

    monkeypatch.setattr(shutil, "move", move)
    names = ("gone.xlsx", "a.xlsx", "b.xlsx", "c.xlsx")
    issues = move_files([(tmp_path / name, tmp_path / "已归档" / ("x/c.xlsx" if name[0] == "c" else name)) for name in names])
    assert [issue.message for issue in issues] == [
        "“b.xlsx”没能移到归档(可能正打开着):open in Excel。答案已记入台账;关闭文件后再回收一次即可移走。"
    ]
    assert {p.relative_to(tmp_path).as_posix(): p.read_text() for p in tmp_path.rglob("*") if p.is_file()} == {
        "b.xlsx": "b.xlsx", "已归档/a.xlsx": "older", "已归档/a (2).xlsx": "a.xlsx", "已归档/x/c.xlsx": "c.xlsx",
    }  # fmt: skip
