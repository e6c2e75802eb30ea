"""A button is one entry: CLI, help and the README's table come from COMMANDS."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer
from typer.testing import CliRunner

from tests.support.ledgers import NOW, document_rows, make_ledger
from tests.xlsvc.live_fake import Looked, look_at
from workbook.book import Selection
from workbook.sheets import BY_KEY
from xlsvc import __main__ as command_line
from xlsvc import button
from xlsvc.app import run
from xlsvc.commands import BY_ID, COMMANDS, GROUPS, Command, Option
from xlsvc.ribbon import ribbon_xml

README = Path(__file__).resolve().parents[2] / "README.md"


def readme_table(commands: Iterable[Command] = COMMANDS) -> str:
    """The README's table of commands, as the registry gives it."""
    lines = ["| command | button | what it does |", "|---|---|---|"]
    for group in GROUPS:
        for c in commands:
            if c.group != group:
                continue
            options = " ".join(
                o.name.upper() if o.positional else f"[--{o.name}{'' if o.flag else ' ' + o.metavar}]"
                for o in c.options
            )
            book = "" if c.id in ("demo", "check") else " BOOK"
            usage = f"{c.id}{book} {options}".strip().replace("|", "\\|")
            lines.append(f"| `{usage}` | {c.label} | {c.help} |")
    return "\n".join(lines)


def test_readme_lists_every_command() -> None:
    text = README.read_text(encoding="utf-8")
    found = re.search(r"<!-- commands -->\n(.*?)\n?<!-- /commands -->", text, re.S)
    assert found, "the README has no table of commands"
    assert found.group(1) == readme_table()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.id)
def test_an_entry_is_complete(command: Command) -> None:
    assert command.group in GROUPS
    assert command.label
    assert command.help.endswith("。")
    assert all(key in BY_KEY for key in command.reads)
    if command.handler:
        assert callable(command.load())


def test_ids_are_unique() -> None:
    assert len({c.id for c in COMMANDS}) == len(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.id)
def test_help_is_chinese(command: Command) -> None:
    out = subprocess.run(
        [sys.executable, "-m", "xlsvc", command.id, "--help"], capture_output=True, text=True, encoding="utf-8",
        env={**__import__("os").environ, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"}, check=True,
    ).stdout  # fmt: skip
    assert command.label in out
    assert command.help[:20] in out.replace("\n", "")


@pytest.mark.parametrize("words", [[], ["addin"], ["addin", "build"], *([c.id] for c in COMMANDS)], ids=" ".join)
def test_help_has_no_word_of_the_library(words: list[str]) -> None:
    out = CliRunner().invoke(command_line.cli, [*words, "--help"], env={"COLUMNS": "200"}).output
    assert out.lstrip().startswith("用法:")
    assert "--help  " in out
    assert "显示这份说明" in out
    left = re.findall(r"Usage|Options|OPTIONS|Arguments|Commands|COMMAND|ARGS|Show this|exit|required|default|<\w+>", out)
    assert left == []


def test_help_does_not_import_heavy_modules() -> None:
    code = (
        "import sys; sys.argv=['xlsvc','--help']\n"
        "from xlsvc.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = [m for m in ('pandas','openpyxl','numpy','lxml') if m in sys.modules]\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_formulas_of_our_own_tabs_are_not_called_the_users(tmp_path: Path) -> None:
    path = make_ledger(tmp_path / "台账.xlsx", document_rows())
    report = run("update", path, at=NOW)
    assert report.saved
    assert "您写的公式" not in report.notice


# a new button is one entry

NEW = Command(
    "oldest", "最久未办", "报告", "SortDialog", "列出最久没有办完的工单。",
    handler="find:update", reads=BY_ID["find"].reads, options=(Option("text", "工单号", positional=True),), answers=True,
)  # fmt: skip


def test_a_new_entry_is_in_command_line_help_and_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli = typer.Typer()
    cli.callback()(lambda: None)
    monkeypatch.setattr(command_line, "cli", cli)
    monkeypatch.setitem(BY_ID, NEW.id, NEW)
    command_line._add(NEW)
    assert "最久未办:列出最久没有办完的工单。" in CliRunner().invoke(cli, ["--help"]).output
    path = make_ledger(tmp_path / "台账.xlsx", document_rows())
    done = CliRunner().invoke(cli, ["oldest", str(path), "张女士", "--now", NOW.isoformat()])
    assert (done.exit_code, "“张女士”:找到 1 张工单。" in done.output) == (0, True)
    lines = readme_table([*COMMANDS, NEW]).splitlines()
    assert "| `oldest BOOK TEXT` | 最久未办 | 列出最久没有办完的工单。 |" in lines
    assert [line for line in lines if "oldest" not in line] == readme_table().splitlines()


def test_a_new_entry_is_in_the_ribbon() -> None:
    text = "{http://schemas.microsoft.com/office/2009/07/customui}"
    before, after = (ElementTree.fromstring(ribbon_xml(c)) for c in (COMMANDS, [*COMMANDS, NEW]))
    found = {b.get("tag"): b for b in after.iter(f"{text}button")}
    assert len(found) == len(list(before.iter(f"{text}button"))) + 1
    assert (found["oldest"].get("label"), found["oldest"].get("supertip")) == (NEW.label, NEW.help)
    group = next(g for g in after.iter(f"{text}group") if found["oldest"] in list(g))
    assert group.get("label") == "报告"


def test_a_new_entry_is_a_button_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = replace(NEW, id="again", handler="sla:update", options=(), answers=False)
    monkeypatch.setitem(BY_ID, plain.id, plain)
    path = make_ledger(tmp_path / "台账.xlsx", document_rows())
    host = look_at(monkeypatch, Looked(path, Selection("响应记录", (4,), "")))
    button.click("again")
    assert host.last[1].startswith("时效已更新:4 张工单")
