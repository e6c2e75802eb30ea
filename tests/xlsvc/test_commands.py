"""A button is one entry: CLI, help and the README's table come from COMMANDS."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.ledgers import NOW, document_rows, make_ledger
from workbook.sheets import BY_KEY
from xlsvc.app import run
from xlsvc.commands import COMMANDS, GROUPS, Command

README = Path(__file__).resolve().parents[2] / "README.md"


def readme_table() -> str:
    """The README's table of commands, as the registry gives it."""
    lines = ["| command | button | what it does |", "|---|---|---|"]
    for group in GROUPS:
        for c in COMMANDS:
            if c.group != group:
                continue
            options = " ".join(
                o.name.upper() if o.positional else f"[--{o.name}{'' if o.flag else ' ' + o.metavar}]"
                for o in c.options
            )
            book = "" if c.id == "demo" else " BOOK"
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
