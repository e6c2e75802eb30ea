"""What a long command is doing: its stages in order, shown only on a terminal and only after a while."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from tests.support.ledgers import NOW, document_rows, make_ledger
from xlsvc import __main__, app
from xlsvc.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def seen(self) -> str:
        """What stands on the line at last."""
        line = ""
        for part in self.getvalue().split("\r"):
            line = part + line[len(part) :]
        return line.strip()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return make_ledger(tmp_path / "台账.xlsx", document_rows())


def test_a_command_tells_its_stages(book: Path) -> None:
    told: list[str] = []
    app.run("sla", book, {}, NOW, progress=told.append)
    assert told == ["读取台账", "核对并计算", "写入结果", "核对并保存文件"]
    told.clear()
    app.run("sla", book, {}, NOW, progress=told.append)
    assert told == ["读取台账", "核对并计算", "写入结果"], "nothing had to be saved"


def test_the_stage_that_goes_on_is_shown_after_a_while() -> None:
    line = Terminal()
    with Progress(line, after=0.01) as progress:
        progress("读取台账")
        deadline = time.monotonic() + 5
        while not line.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert line.seen() == "正在读取台账…"
        progress("写入结果")
        assert line.seen() == "正在写入结果…"
    assert line.seen() == ""
    assert "\n" not in line.getvalue()


def test_quick_work_shows_nothing() -> None:
    line = Terminal()
    with Progress(line, after=60) as progress:
        progress("读取台账")
        progress("写入结果")
    assert line.getvalue() == ""


def test_a_failure_leaves_no_line_behind() -> None:
    line = Terminal()

    def work() -> None:
        with Progress(line, after=0) as progress:
            time.sleep(0.05)
            progress("读取台账")
            raise OSError

    with pytest.raises(OSError):
        work()
    assert "正在读取台账…" in line.getvalue()
    assert line.seen() == ""


@pytest.mark.parametrize(
    ("as_json", "terminal", "shown"), [(False, True, True), (True, True, False), (False, False, False)]
)
def test_only_people_are_shown_it(
    as_json: bool, terminal: bool, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", Terminal() if terminal else io.StringIO())
    assert isinstance(__main__._progress(as_json), Progress) is shown
