"""Sources in twelve manners through the whole command: the ledger's cells are what a careful person would have typed."""

from __future__ import annotations

import os
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.import_ledgers import run, slim_ledger, table
from tests.support.source_files import MANNERS, Manner
from workbook.file_book import FileBook
from workbook.issues import WorkbookError
from workbook.sheets import BY_KEY

SAME_ROWS = {"semicolons", "columns renamed and shuffled"}
"""Have tickets of other manners (by number; by customer, time and text): they go into a ledger by themselves."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office keeps 响应记录."""
    return slim_ledger(tmp_path_factory.mktemp("made") / "台账.xlsx", hide=["流程记录"])


def expected(manners: list[Manner]) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for manner in manners:
        for part in manner.tables:
            for number, cells in part.rows.items():
                own = part.own.get(number, {})
                held = {k: v for k, v in {**cells, **own}.items() if v is not None}
                rows.setdefault(part.sheet, []).append(held)
    return rows


@pytest.mark.parametrize("alone", [False, True], ids=["ten at once", "two more"])
def test_the_ledger_holds_what_a_careful_person_would_have_typed(made: Path, tmp_path: Path, alone: bool) -> None:
    ledger = tmp_path / "台账.xlsx"
    ledger.write_bytes(made.read_bytes())
    manners = [m for m in MANNERS if (m.name in SAME_ROWS) == alone]
    files = []
    for n, manner in enumerate(manners):
        files.append(tmp_path / f"来源{n:02d}{manner.suffix}")
        manner.write(files[-1])
    report = run(ledger, *files, confirm=True)
    for key, wanted in expected(manners).items():
        rows = table(ledger, BY_KEY[key])
        assert len(rows) == len(wanted), [(i.code, i.message) for i in report.issues if i.code == "import.again"]
        for row, cells in zip(rows, wanted, strict=True):
            found = {k: _plain(v) for k, v in row.items() if k != "row"}
            if key in ("response_log", "process_log") and "ticket" not in cells:
                assert re.fullmatch(r"SN\d{8}\d{3}", found.pop("ticket"))
            if key == "evaluations":
                assert re.fullmatch(r"R\d{8}\d{3}", found.pop("receipt"))
            assert found == {k: _plain(v) for k, v in cells.items()}, key
    assert report.counts["编工单号"] == sum(
        "ticket" not in cells for key in ("response_log", "process_log") for cells in expected(manners).get(key, ())
    )
    again = run(ledger, *files, confirm=True)
    assert "没有可新增的行" in again.notice
    assert not FileBook(ledger).titles()["粘贴区"]


CORPUS = os.environ.get("XLSVC_CORPUS", "")


@pytest.mark.skipif(not CORPUS, reason="XLSVC_CORPUS names no folder of public workbooks")
def test_public_files_of_unknown_make_are_imported_once_or_politely_refused(made: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "台账.xlsx"
    ledger.write_bytes(made.read_bytes())
    paths = {p.name.rpartition("__")[2]: p for p in Path(CORPUS).rglob("*.xlsx")}
    tickets = paths["48962.xlsx"]
    before = ledger.read_bytes()
    for name in ("ExcelTables.xlsx", "PivotTableWithTableSource.xlsx"):
        with pytest.raises(WorkbookError, match="没有导入任何内容。请确认选对了文件") as stopped:
            run(ledger, paths[name])
        assert stopped.value.code == "import.no_table"
    assert ledger.read_bytes() == before
    run(ledger, tickets)
    run(ledger, tickets)
    rows = table(ledger, BY_KEY["response_log"])
    assert len(rows) >= 12
    assert {"status", "urgency", "ticket"} <= set(rows[0])
    assert "没有可新增的行" in run(ledger, tickets).notice
    assert table(ledger, BY_KEY["response_log"]) == rows


def _plain(cell: Any) -> Any:
    """Serial numbers lose what is below a microsecond; a day without a time is midnight."""
    if isinstance(cell, datetime):
        return (cell + timedelta(milliseconds=500)).replace(microsecond=0)
    return datetime(cell.year, cell.month, cell.day) if isinstance(cell, date) else cell
