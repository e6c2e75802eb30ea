"""Every command on ledgers that other programs saved, and on odd but legal spellings of one: the same computed cells
as the same ledger from our own template, the users' cells untouched, and no judge finds a new fault."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import package_lint, producers
from tests.support.ledgers import NOW, make_ledger
from tests.support.libreoffice import LibreOffice
from tests.support.rich_book import ledger_rows
from tests.support.same_cells import HOME_CELLS, WHOLE, read_cells, user_cells
from workbook.schema import fold
from workbook.sheets import HOME_TITLE, SHEETS
from xlsvc.app import run
from xlsvc.form_tokens import seeded

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")

USER_HEADINGS = ("产品照片", "内部备注", "字数")
WEEK = "2024-W18"
DAY: tuple[tuple[str, dict[str, Any]], ...] = (
    ("validate", {}), ("sla", {}), ("score", {}),
    ("forms", {"profile": "S002", "ticket": ["SN20240503002", "SN20240504001"], "sheets": True}),
    ("update", {}), ("summary", {"week": WEEK}), ("find", {"text": "女士"}),
)  # fmt: skip
SHORT_DAY = tuple(step for step in DAY if step[0] in ("update", "forms", "summary"))
EVERY = {**producers.SPELLINGS, **producers.CONTAINERS}
OFTEN = ("prefixed", "no addresses", "like WPS", *list(producers.CONTAINERS)[:1])
SPELLED = {name: made for name, made in EVERY.items() if name in OFTEN or os.environ.get("XLSVC_EVERY_SPELLING")}
"""Those that differ most; all of them by hand, with XLSVC_EVERY_SPELLING=1."""
REAL = ("LibreOffice", "openpyxl", "XlsxWriter")
JUDGED = (*REAL, "prefixed", "no addresses", "like WPS")
"""By LibreOffice and the Open XML SDK too, which take their time; the own lint judges all."""


@dataclass(frozen=True)
class Saved:
    """A ledger by a producer before and after a day's commands."""

    producer: str
    before: Path
    after: Path


def rows() -> dict[str, list[dict[str, Any]]]:
    found = ledger_rows()
    for row in found["response_log"]:
        for heading in USER_HEADINGS:
            row.pop(heading)
    return found


def a_day(path: Path, day: tuple[tuple[str, dict[str, Any]], ...] = DAY) -> Path:
    codes = seeded("day")
    for command, options in day:
        run(command, path, {"random_token": codes, **options}, NOW)
    return path


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    folder = tmp_path_factory.mktemp("ours")
    before = make_ledger(folder / "vorher.xlsx", rows())
    return Saved("ours", before, a_day(Path(shutil.copy(before, folder / "台账.xlsx"))))


@pytest.fixture(scope="module")
def computed(ours: Saved) -> dict[tuple[str, str, str], Any]:
    return computed_cells(ours.after)


@pytest.fixture(scope="module", params=[*REAL, *SPELLED])
def saved(request: pytest.FixtureRequest, ours: Saved, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    name: str = request.param
    folder = tmp_path_factory.mktemp("producer")
    before = folder / "vorher.xlsx"
    if name == "LibreOffice":
        request.getfixturevalue("libreoffice").convert(ours.before, before)
    elif name == "openpyxl":
        producers.by_openpyxl(ours.before, before)
    elif name == "XlsxWriter":
        producers.by_xlsxwriter(before, rows())
    else:
        parts = producers.parts_of(ours.before)
        change = producers.SPELLINGS.get(name)
        before.write_bytes(producers.CONTAINERS.get(name, producers.zipped)(change(parts) if change else parts))
    day = DAY if name in REAL else SHORT_DAY
    return Saved(name, before, a_day(Path(shutil.copy(before, folder / "台账.xlsx")), day))


def computed_cells(path: Path) -> dict[tuple[str, str, str], Any]:
    """(tab, heading, row) -> value of the product's columns, and (tab, "", address) of the report's cells."""
    cells = read_cells(path)
    found: dict[tuple[str, str, str], Any] = {}
    for schema in SHEETS:
        mine = _columns(cells, schema.title)
        for (title, address), (value, _) in cells.items():
            letters, row = re.match(r"([A-Z]+)(\d+)", address).groups()  # type: ignore[union-attr]
            if title == schema.title and letters in mine and int(row) > schema.header_row:
                found[title, mine[letters], row] = value
    for (title, address), (value, _) in cells.items():
        if title.startswith(("周报 ", "表单 ")) and value != "":
            found[title, "", address] = value
    return {place: value for place, value in found.items() if value is not None}


def _columns(cells: dict[tuple[str, str], tuple[Any, str | None]], title: str) -> dict[str, str]:
    """Column letter -> heading of the product's columns."""
    schema = next(sheet for sheet in SHEETS if sheet.title == title)
    found = {}
    for (tab, address), (value, _) in cells.items():
        if tab == title and address.endswith(str(schema.header_row)) and re.fullmatch(rf"[A-Z]+{schema.header_row}", address):
            column = schema.find(value)
            if column is not None and column.role != "typed":
                found[address.rstrip("0123456789")] = fold(column.heading)
    return found


def _near(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(1, abs(one))
    return bool(one == other)


def test_the_computed_cells_are_those_of_our_own_ledger(saved: Saved, computed: dict[tuple[str, str, str], Any]) -> None:
    found = computed_cells(saved.after)
    assert len(computed) > 800
    different = {p: (computed.get(p), found.get(p)) for p in {**computed, **found} if not _near(computed.get(p), found.get(p))}
    assert different == {}


def test_the_users_cells_are_untouched(saved: Saved) -> None:
    before, after = read_cells(saved.before), read_cells(saved.after)
    columns = {sheet.title: _columns(before, sheet.title) for sheet in SHEETS}
    lost = {}
    for (title, address), cell in before.items():
        letters = address.rstrip("0123456789")
        if title in WHOLE or (title == HOME_TITLE and address in HOME_CELLS):
            continue
        if letters in columns.get(title, {}) and cell[1] is None:
            continue
        if not (_near(cell[0], after[title, address][0]) and cell[1] == after[title, address][1]):
            lost[title, address] = (cell, after.get((title, address)))
    assert lost == {}


def test_no_judge_finds_a_new_fault(saved: Saved, ooxml_validator: Callable[[Path | str], list[str]]) -> None:
    """Our own ledger has no finding, so its other spellings may have none; what others save has its own."""
    if saved.producer in producers.CONTAINERS:
        return  # the parts are spelled as in our own ledger
    real = saved.producer in REAL
    blind = saved.producer == "no addresses"  # the lint looks for rows by their number
    old = _by_kind(package_lint.lint(saved.before)) if real or blind else Counter()
    assert list((_by_kind(package_lint.lint(saved.after)) - old).elements()) == []
    assert package_lint.short_ranges(saved.after) == package_lint.short_ranges(saved.before)
    if saved.producer not in JUDGED:
        return
    known = Counter(ooxml_validator(saved.before)) if real else Counter()
    assert list((Counter(ooxml_validator(saved.after)) - known).elements()) == []


def _by_kind(findings: list[str]) -> Counter[str]:
    """Findings without the tab numbers, which move when a tab is put in."""
    return Counter(re.sub(r" on tab \d+", "", finding) for finding in findings)


@pytest.fixture(scope="module")
def known(ours: Saved, libreoffice: LibreOffice) -> dict[tuple[str, str], Any]:
    return user_cells(libreoffice, ours.before, formulas=False)


def test_libreoffice_reads_the_same_user_cells(
    saved: Saved, known: dict[tuple[str, str], Any], libreoffice: LibreOffice
) -> None:
    """Formulas are compared as text by `test_the_users_cells_are_untouched`."""
    if saved.producer not in JUDGED:
        return
    before = user_cells(libreoffice, saved.before, formulas=False) if saved.producer in REAL else known
    after = user_cells(libreoffice, saved.after, formulas=False)
    assert {p: (cell, after.get(p)) for p, cell in before.items() if cell != after.get(p)} == {}


def test_a_second_day_changes_nothing(saved: Saved) -> None:
    data = saved.after.read_bytes()
    for command, options in SHORT_DAY[1:]:
        assert run(command, saved.after, options, NOW).saved == "", command
    assert saved.after.read_bytes() == data
