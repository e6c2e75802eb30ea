"""Twelve source files in twelve manners: the rows are what a careful person would have typed, cell by cell."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.source_files import MANNERS, Manner
from workbook.foreign_tables import read_tables
from workbook.issues import WorkbookError
from workbook.values import Vocabularies
from xlsvc.importing import Plan, Request, plan

FOLDER_FINDINGS = {"import.own_columns"}


def imported(path: Path, **more: Any) -> Plan:
    more.setdefault("prefer", ("response_log",))
    return plan(path.name, read_tables(path), Request(Vocabularies.packaged(), **more))


def cells(frame: pd.DataFrame) -> dict[int, dict[str, Any]]:
    return {int(row): dict(zip(frame.columns, line, strict=True)) for row, line in zip(frame.index, frame.to_numpy(), strict=True)}


@pytest.fixture(params=MANNERS, ids=lambda m: m.name)
def manner(request: pytest.FixtureRequest) -> Manner:
    return request.param  # type: ignore[no-any-return]


def test_rows_are_what_a_careful_person_would_have_typed(manner: Manner, tmp_path: Path) -> None:
    path = tmp_path / f"来源{manner.suffix}"
    manner.write(path)
    found = imported(path, prefer=manner.prefer)
    assert [t.sheet.key for t in found.tables] == [t.sheet for t in manner.tables]
    for table, expected in zip(found.tables, manner.tables, strict=True):
        assert cells(table.append) == {row: {k: line[k] for k in table.append.columns} for row, line in expected.rows.items()}
        assert set(table.append.columns) == set(next(iter(expected.rows.values())))
        assert {r: line for r, line in cells(table.own).items() if line} == expected.own


def test_everything_doubtful_is_listed_and_nothing_else(manner: Manner, tmp_path: Path) -> None:
    path = tmp_path / f"来源{manner.suffix}"
    manner.write(path)
    found = imported(path, prefer=manner.prefer)
    issues = [*found.issues, *(i for t in found.tables for i in t.issues)]
    told = [(i.code, i.cell or str(i.row or "")) for i in issues if i.code not in FOLDER_FINDINGS]
    assert sorted(set(told) - manner.findings) == []
    assert sorted(manner.findings - set(told)) == []
    assert all(not re.search(r"[{}]", i.message) and i.message.endswith(("。", "列。")) for i in issues)


CORPUS = Path(os.environ.get("XLSVC_CORPUS", ""))


@pytest.mark.skipif(not os.environ.get("XLSVC_CORPUS"), reason="XLSVC_CORPUS names no folder of public workbooks")
@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("spreadsheet__48962.xlsx", {"Status": "status", "Priority": "urgency", "Snarf": "", "Due Date": "", "Assigned To": ""}),
        ("spreadsheet__ExcelTables.xlsx", "Name、Age、AgeGroup"),
        ("TryToLoad__PivotTableWithTableSource.xlsx", "EmptyField、Name"),
    ],
)
def test_public_files_of_unknown_make_are_mapped_or_refused_politely(name: str, outcome: Any) -> None:
    (path,) = [p for p in CORPUS.rglob("*.xlsx") if p.name.endswith(name)]
    if isinstance(outcome, str):
        with pytest.raises(WorkbookError, match=outcome) as stopped:
            imported(path)
        assert stopped.value.code == "import.no_table"
        return
    (table,) = imported(path).tables
    said = {m.heading.text: m.key for m in table.mapping.matches}
    assert {heading: said[heading] for heading in outcome} == outcome
    assert len(table.append) >= 12
    assert table.append["urgency"].head(2).tolist() == ["High", "High"]
