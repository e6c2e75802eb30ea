"""导入数据 that dies at a file operation: the ledger is the old one or the new one, whole; the next click goes on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.file_operations import HALVED, FileOperations
from tests.support.import_ledgers import choose, paste, run, slim_ledger, table
from tests.xlsvc.test_import_data import DOUBTFUL, line
from workbook.sheets import BY_KEY
from xlsvc import app

CHANGING = ("mkdir", "write", "replace", "unlink")
"""Between these nothing on the disk differs."""


class KilledError(BaseException):
    """The process is gone: nothing is cleaned up."""


def killed() -> NoReturn:
    raise KilledError


def test_killed_at_every_write_the_ledger_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = tmp_path / "等待"
    waiting.mkdir()
    ledger = slim_ledger(waiting / "台账.xlsx", hide=["流程记录"])
    paste(ledger, [[*DOUBTFUL, "门店"], *([*line(n)[:6], "一店"] for n in range(1, 4))])
    run(ledger)
    choose(ledger, {("请选定", "编号"): "订单编号", ("请选定", "门店"): "作为自有列"})
    shutil.rmtree(waiting / "备份")
    old = ledger.read_bytes()

    whole = FileOperations(_copy(waiting, tmp_path / "整"))
    with whole.watched():
        run(tmp_path / "整" / "台账.xlsx")
    new = (tmp_path / "整" / "台账.xlsx").read_bytes()
    moments = [
        (at, when)
        for at, (name, _) in enumerate(whole.operations)
        if name in CHANGING
        for when in (("half",) if name in HALVED else ("before",))
    ]
    assert len(moments) >= 6
    saved = 0
    for at, when in moments:
        folder = _copy(waiting, tmp_path / f"{at}-{when}")
        dying = FileOperations(folder, at, when, fate=killed, dead=True)
        with pytest.raises(KilledError), dying.watched():
            run(folder / "台账.xlsx")
        now = (folder / "台账.xlsx").read_bytes()
        assert now in (old, new), f"{whole.operations[at]} {when}: neither the old nor the new ledger"
        saved += now == new
    assert 0 < saved < len(moments), "some die before and some after the ledger is replaced"

    last = tmp_path / f"{moments[len(moments) // 2][0]}-{moments[len(moments) // 2][1]}" / "台账.xlsx"
    run(last)
    assert [r["order_no"] for r in table(last, BY_KEY["response_log"])] == ["GD001", "GD002", "GD003"]
    assert len(table(last, BY_KEY["import_mapping"])) == 3
    if last.read_bytes() == new:
        app.undo(last)
        assert last.read_bytes() == old


def _copy(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to))
