"""Moves files once a ledger is saved: never over a file that stands there, and a file that cannot be moved stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from .issues import Issue


def move_files(moves: Iterable[tuple[Path, Path]]) -> list[Issue]:
    """Each (source, destination); a taken destination gets a number behind its name. Sources that are gone are passed
    over. Gives an Issue for each file that stayed where it was. Raises nothing."""
    issues = []
    for source, destination in moves:
        if not source.exists():
            continue
        try:
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(source, _free(destination))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            issues.append(Issue("collect.not_moved", values={"file": source.name, "reason": reason}))
    return issues


def _free(path: Path) -> Path:
    candidate, number = path, 1
    while candidate.exists() or candidate.is_symlink():
        number += 1
        candidate = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return candidate
