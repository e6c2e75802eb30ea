"""One start of LibreOffice for all tests that run macros: books with the add-in's modules, steps, answers."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.libreoffice import find_soffice, find_uno_python
from xlsvc.addin_config import write_config

from . import books, test_command_line, test_in_libreoffice

WORKER = Path(__file__).with_name("vba_worker.py")
Answers = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """For each book by its key the answers to its steps, {"value": ...} or {"error": text}."""
    folder = tmp_path_factory.mktemp("vba")
    jobs = {**test_in_libreoffice.jobs(folder), **test_command_line.jobs(folder)}
    for system, home in (("WIN", "home\\.xlsvc\\xlsvc.conf"), ("MAC", "xlsvc.conf")):
        # the path as VBA puts it together; on Windows' side the backslashes are part of the file's name here
        config = {f"INTERPRETER_{system}": books.INTERPRETER[system], "USE UDF SERVER": books.WARM}
        config |= {f"OLD INTERPRETER_{system}": "C:\\evil\\python.exe", "PYTHONPATH": "/evil", "USE UDF SERVER 2": "False"}
        (folder / home).write_bytes(write_config(config, "\r\n" if system == "WIN" else "\n"))
    soffice, python = find_soffice(), find_uno_python()
    assert soffice
    assert python
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    asked = subprocess.run(
        [python, str(WORKER), soffice, str(folder / "profile")],
        input=json.dumps([{"book": str(book), "steps": steps} for book, steps in jobs.values()]),
        capture_output=True, text=True, timeout=180,
        env={**environment, "USERPROFILE": str(folder / "home"), "HOME": str(folder)},
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    return dict(zip(jobs, json.loads(asked.stdout), strict=True))
