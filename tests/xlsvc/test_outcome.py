"""What handlers share: work done once a run, outcomes in one, findings told once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.support.frames import ledger
from workbook.issues import Issue
from xlsvc import daily, tickets
from xlsvc.outcome import Ledger, Outcome, told_once
from xlsvc.settings import Settings


def test_work_is_done_once_a_ledger() -> None:
    calls: list[int] = []

    def make(given: Ledger, n: int) -> list[int]:
        calls.append(n)
        return [n]

    one, other = ledger({}), ledger({})
    assert one.once(make, 1) is one.once(make, 1)
    assert one.once(make, 2) == [2]
    assert other.once(make, 1) is not one.once(make, 1)
    assert calls == [1, 2, 1]


def test_work_that_failed_is_not_kept() -> None:
    answers = iter([OSError(), 5])

    def make(given: Ledger) -> int:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    book = ledger({})
    with pytest.raises(OSError):
        book.once(make)
    assert book.once(make) == 5


def test_one_click_makes_the_tickets_and_judges_each_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    judge, read = tickets.written_rows, tickets._tickets
    monkeypatch.setattr(
        tickets, "written_rows", lambda frame, sheet: made.append(sheet.key) or judge(frame, sheet)
    )
    monkeypatch.setattr(
        tickets, "_tickets", lambda book, settings: made.append("tickets") or read(book, settings)
    )
    rows = {"response_log": [{"customer": "张女士", "ticket": "SN20240501001"}], "evaluations": [{"response": 5}]}
    daily.update(ledger(rows), Settings.packaged(), pd.Timestamp("2024-05-06").to_pydatetime())
    assert sorted(made) == ["evaluations", "process_log", "response_log", "tickets"]


def frame(index: list[int], **columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns, index=index)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        (frame([4, 5], a=["x", ""]), frame([4, 5], b=[1.0, 2.0]), frame([4, 5], a=["x", ""], b=[1.0, 2.0])),
        (
            frame([4, 5, 6], a=["x", "", "y"]),
            frame([4, 6], b=[1.0, 2.0]),
            frame([4, 5, 6], a=["x", "", "y"], b=[1.0, np.nan, 2.0]),
        ),
        (frame([5], a=["x"]), frame([4], b=[1.0]), frame([4, 5], a=[np.nan, "x"], b=[1.0, np.nan])),
        (frame([4], a=["x"], b=[1.0]), frame([4], b=[9.0], c=["z"]), frame([4], a=["x"], b=[1.0], c=["z"])),
        (frame([4], b=[np.nan]), frame([4], b=[9.0]), frame([4], b=[9.0])),
    ],
)
def test_frames_of_one_sheet_are_joined(
    first: pd.DataFrame, second: pd.DataFrame, joined: pd.DataFrame
) -> None:
    merged = Outcome(columns={"s": first}).merge(Outcome(columns={"s": second})).columns["s"]
    pd.testing.assert_frame_equal(merged, joined, check_dtype=False)


def test_a_finding_is_told_once_whether_its_cell_is_known_or_not() -> None:
    known = Issue("value.text_date", "响应记录", 4, "受理时间", "P4", {"old": "2024-05-01", "new": "2024-05-01"})
    other = Issue("value.text_date", "响应记录", 4, "受理时间", values={"old": "2024-5-1", "new": "2024-05-01"})
    elsewhere = Issue("value.text_date", "响应记录", 5, "受理时间", "P5", known.values)
    assert told_once([known, known.at(""), other, elsewhere, known]) == [known, other, elsewhere]
