"""Files that want to hurt: each is refused with a reason that fits, in little time and memory, or is harmless.

Every file goes through both entrances: a command run on it as on the office's own ledger, and the reader of
strangers' files. What a file must not do is measured from outside, in a process of its own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.support import hostile
from tests.support.ledgers import document_rows, make_ledger
from tests.workbook.odd_books import parts_of
from workbook.issues import WorkbookError
from workbook.package.strangers import read_strangers

SECONDS, MEGABYTES = 10, 500
ROOT = Path(__file__).parents[2]
ALL = {kind.name: kind for kind in (*hostile.KINDS, *hostile.ACTIVE)}
HOSTILE = [kind.name for kind in hostile.KINDS if kind.code]


def _names(kinds: Iterable[hostile.Kind]) -> list[str]:
    return [kind.name for kind in kinds]


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="measures forked processes")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every kind of file by its name, each alone in a folder."""
    folder = tmp_path_factory.mktemp("hostile")
    parts = parts_of(make_ledger(folder / "good.xlsx", document_rows()))
    assert b'name="\xe5\x93\x8d\xe5\xba\x94\xe8\xae\xb0\xe5\xbd\x95" sheetId="3"' in parts["xl/workbook.xml"]
    found = {}
    for number, kind in enumerate(ALL.values()):
        found[kind.name] = folder / str(number) / kind.file
        found[kind.name].parent.mkdir()
        found[kind.name].write_bytes(kind.make(parts))
    return found


@pytest.fixture(scope="module")
def outcomes(files: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """What `sla` said to each file, with its seconds, megabytes and whether the file's folder is as it was."""
    before = {name: path.read_bytes() for name, path in files.items()}
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.hostile_runner"],
        input="".join(f"{files[kind.name]}\n" for kind in hostile.KINDS),
        capture_output=True, text=True, cwd=ROOT, timeout=600, check=True,
    )  # fmt: skip
    said = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(said) == len(hostile.KINDS)
    for kind, outcome in zip(hostile.KINDS, said, strict=True):
        path = files[kind.name]
        outcome["untouched"] = path.read_bytes() == before[kind.name] and list(path.parent.iterdir()) == [
            path
        ]
    return {kind.name: outcome for kind, outcome in zip(hostile.KINDS, said, strict=True)}


@pytest.fixture(scope="module")
def read_as_strangers(files: dict[str, Path]) -> dict[str, Any]:
    """What the reader of strangers' files made of each."""
    found = {}
    for (_, outcome), name in zip(read_strangers(files.values()), files, strict=True):
        refused = isinstance(outcome, WorkbookError)
        found[name] = {
            "code": outcome.code if refused else "",
            "text": str(outcome) if refused else "",
            "sheets": [] if refused else list(outcome),
        }
    return found


def _assert_reason(text: str, file: str) -> None:
    """A Chinese sentence that names the file, and nothing of ours."""
    assert f"“{file}”" in text
    assert text.endswith("。")
    assert not re.search("Error|Exception|Traceback|None", text)


def test_there_are_enough_kinds() -> None:
    assert len(ALL) == len(hostile.KINDS) + len(hostile.ACTIVE)
    assert len(HOSTILE) >= 16


@needs_fork
@pytest.mark.parametrize("name", _names(hostile.KINDS))
def test_a_command_refuses_it_or_is_not_hurt(name: str, outcomes: dict[str, Any]) -> None:
    kind, outcome = ALL[name], outcomes[name]
    assert outcome["code"] == kind.code, outcome
    assert outcome["seconds"] < SECONDS
    assert outcome["megabytes"] < MEGABYTES
    if kind.code:
        _assert_reason(outcome["text"], kind.file)
        assert outcome["untouched"]
    else:
        assert re.fullmatch(r"时效已更新:[0-9]+ 张工单.*。", outcome["text"])


@pytest.mark.parametrize("name", _names(ALL.values()))
def test_a_strangers_file_is_refused_or_read(name: str, read_as_strangers: dict[str, Any]) -> None:
    kind, outcome = ALL[name], read_as_strangers[name]
    assert outcome["code"] == (kind.code if kind.stranger is None else kind.stranger), outcome
    if outcome["code"]:
        _assert_reason(outcome["text"], kind.file)
    else:
        assert "响应记录" in outcome["sheets"]
