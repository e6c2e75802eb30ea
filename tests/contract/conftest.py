"""The hosts the contract runs over: one fixture parameter each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.contract.file_host import FileHost
from workbook.book import Book


class Host(Protocol):
    """A way to open a book for a test and to look at it afterwards, past the adapter under test. `whole`: does undo
    know that nobody touched the book since?"""

    whole: bool
    path: Path

    def book(self, **options: Any) -> Book:
        """A Book of odd_books.log_book; `headings` and `rename` change headings and tabs, `names` defines."""

    def again(self) -> Book:
        """The same workbook as a Book of its own, as after closing everything and opening it again."""

    def type(self, title: str, address: str, value: Any) -> None:
        """What a person does: a number, a text, a formula with "=" or None into one cell, and saves."""

    def move_table(self, down: int, right: int) -> None:
        """Puts rows in above everything on 记录 and columns before it."""

    def cell(self, title: str, address: str) -> Any: ...

    def shown(self, title: str, address: str) -> str:
        """The cell as its number format shows it (dates and percentages)."""

    def front(self) -> str: ...

    def everything(self) -> Any:
        """Anything that differs once a single cell does."""


_CALCULATES = "Excel calculates: nothing is written under a formula, which shows its own value"
_RENAMES = "Excel renames a heading that is typed twice into a table: 状态2"
NOT_HERE: dict[tuple[str, str], str] = {
    ("com", "test_a_value_is_kept_under_a_formula"): _CALCULATES,
    ("uno", "test_a_value_is_kept_under_a_formula"): _CALCULATES,
    ("com", "test_what_was_changed_since_is_named_and_nothing_is_written[a heading met twice]"): _RENAMES,
}
"""(host, test) -> why the promise cannot be tried, or does not hold, on this host."""


def _made(kind: str, folder: Path, request: pytest.FixtureRequest) -> Host:
    if kind == "uno":
        from tests.contract.uno_host import UnoHost

        return UnoHost(folder, request.getfixturevalue("uno_engine"))
    if kind == "com":
        from tests.contract.com_host import ComHost

        return ComHost(folder)
    return FileHost(folder)


@pytest.fixture(params=["file", "com", pytest.param("uno", marks=pytest.mark.libreoffice)])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Host]:
    name = request.node.name.replace(f"[{request.param}-", "[").replace(f"[{request.param}]", "")
    why = NOT_HERE.get((request.param, name))
    if why:
        pytest.skip(why)
    made = _made(request.param, tmp_path, request)
    yield made
    if hasattr(made, "close"):
        made.close()
