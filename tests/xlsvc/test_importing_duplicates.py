"""What the ledger has already: by number, else by customer, time and text; what differs, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from tests.support.frames import frame
from workbook.sheets import BY_KEY
from xlsvc.importing_duplicates import Comparison, Difference, compare

LOG = BY_KEY["response_log"]


def at(day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2024, 5, day, hour, minute, second)


def ticket(number: str = "", customer: str = "张女士", day: int = 6, problem: str = "不制冷", **more: Any) -> dict[str, Any]:
    return {"ticket": number, "customer": customer, "accepted_at": at(day), "problem": problem, **more}


def source(rows: Sequence[dict[str, Any]], key: str = "response_log", first: int = 2) -> pd.DataFrame:
    """As cleaning gives it: only the columns that the source has, rows from `first` on."""
    keys = {k for row in rows for k in row}
    made = frame(key, rows)
    made = made[[c for c in made if c in keys]]
    made.index = pd.RangeIndex(first, first + len(rows))
    return made


def result(found: Comparison) -> tuple[list[int], dict[int, int], dict[int, int], list[tuple[int, int, str, str, str]]]:
    differences = [(d.row, d.ledger_row, d.key, d.ledger, d.source) for d in found.differences]
    return list(found.added), found.there, found.differing, differences


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        pytest.param([ticket("A1")], [], ([2], {}, {}, []), id="an empty ledger"),
        pytest.param([ticket("A1")], [ticket("A1")], ([], {2: 4}, {}, []), id="the same number and cells"),
        pytest.param([ticket(" a1")], [ticket("A1")], ([], {2: 4}, {}, []), id="a number in other width and case"),
        pytest.param(
            [ticket("A1", problem="漏水", status="")], [ticket("A1", status="处理中")],
            ([], {}, {2: 4}, [(2, 4, "problem", "不制冷", "漏水")]), id="a blank of the source says nothing",
        ),
        pytest.param(
            [ticket("A1", cost=5.0, called_at=at(8, 10))], [ticket("A1")],
            ([], {}, {2: 4}, [(2, 4, "cost", "", "5"), (2, 4, "called_at", "", "2024-05-08 10:00")]),
            id="a blank of the ledger is a difference",
        ),
        pytest.param(
            [ticket("A1", accepted_at=at(6, 9, 0, 20), cost=0.1 + 0.2)], [ticket("A1", cost=0.3)],
            ([], {2: 4}, {}, []), id="float dust and seconds are none",
        ),
        pytest.param([ticket()], [ticket("SN20240506001")], ([], {2: 4}, {}, []), id="a number was issued since"),
        pytest.param([ticket("GD1")], [ticket()], ([], {}, {2: 4}, [(2, 4, "ticket", "", "GD1")]), id="typed by hand, without number"),
        pytest.param([ticket(problem="不制冷。")], [ticket(problem="不 制冷")], ([], {2: 4}, {}, []), id="text in other dress"),
        pytest.param([ticket()], [ticket(day=7)], ([2], {}, {}, []), id="another day"),
        pytest.param([ticket(customer="李先生")], [ticket()], ([2], {}, {}, []), id="another customer"),
        pytest.param(
            [ticket(), ticket(), ticket()], [ticket("S1"), ticket("S2")], ([4], {2: 4, 3: 5}, {}, []),
            id="the same row three times is three rows",
        ),
        pytest.param(
            [{"customer": "张女士", "problem": "不制冷"}], [ticket()], ([2], {}, {}, []), id="without a time nothing is known",
        ),
    ],
)  # fmt: skip
def test_rows_of_a_log(mine: list[dict[str, Any]], theirs: list[dict[str, Any]], expected: Any) -> None:
    assert result(compare(LOG, source(mine), frame("response_log", theirs))) == expected


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        pytest.param(
            [{"customer": "张女士", "problem": "不制冷"}, {"customer": "张女士", "problem": "漏水"}],
            [{"ticket": "SN1", "customer": "张女士", "problem": "不制冷", "owner": "李工"}], ([3], {2: 4}, {}, []),
            id="the same row without a time, filled in further since",
        ),
        pytest.param(
            [{"urgency": "紧急", "status": "处理中"}] * 3, [{"ticket": "SN1", "urgency": "紧急", "status": "处理中"}] * 2,
            ([4], {2: 4, 3: 5}, {}, []), id="rows alike are counted",
        ),
        pytest.param(
            [{"urgency": "紧急", "status": "处理中"}], [ticket(urgency="紧急", status="处理中")], ([2], {}, {}, []),
            id="a row that says who, when and what is another one",
        ),
    ],
)  # fmt: skip
def test_rows_that_nothing_tells_but_the_whole_of_them(mine: Any, theirs: Any, expected: Any) -> None:
    assert result(compare(LOG, source(mine), frame("response_log", theirs))) == expected


PHONE: dict[str, Any] = {"contact": "13800001111"}
OPEN = {**ticket(**PHONE), "accepted_at": None}
OTHER_LOG = {"customer_info": "张女士/13800001111", "problem_info": "不制冷/一般"}


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        pytest.param(
            [ticket(**PHONE)], [OPEN], ([], {}, {2: 4}, [(2, 4, "accepted_at", "", "2024-05-06 09:00")]), id="the year was mended",
        ),
        pytest.param([OPEN], [ticket(**PHONE)], ([], {2: 4}, {}, []), id="the source has no time"),
        pytest.param(
            [ticket(**PHONE, day=6), ticket(**PHONE, day=7)], [OPEN, OPEN],
            ([], {}, {2: 4, 3: 5}, [(2, 4, "accepted_at", "", "2024-05-06 09:00"), (3, 5, "accepted_at", "", "2024-05-07 09:00")]),
            id="two without a time take two",
        ),
        pytest.param([ticket(**PHONE, day=6), ticket(**PHONE, day=7)], [ticket(**PHONE, day=6)], ([3], {2: 4}, {}, []), id="two days"),
        pytest.param(
            [ticket(**PHONE, day=6), ticket(**PHONE, day=7)], [ticket(**PHONE, day=7), OPEN],
            ([], {3: 4}, {2: 5}, [(2, 5, "accepted_at", "", "2024-05-06 09:00")]), id="the one that is sure goes first",
        ),
        pytest.param(
            [ticket(**PHONE, registered_at=at(6, 10))], [{**OPEN, "registered_at": at(6, 10)}],
            ([], {}, {2: 4}, [(2, 4, "accepted_at", "", "2024-05-06 09:00")]), id="another time is the same",
        ),
        pytest.param(
            [ticket(**PHONE, registered_at=at(6, 10))], [{**OPEN, "registered_at": at(7, 10)}], ([2], {}, {}, []),
            id="another time speaks against it",
        ),
        pytest.param([{**OPEN, "registered_at": at(9)}], [ticket(**PHONE)], ([2], {}, {}, []), id="times that cannot be compared"),
        pytest.param([ticket("B1", **PHONE)], [{**OPEN, "ticket": "A1"}], ([2], {}, {}, []), id="two numbers are two"),
        pytest.param([ticket(contact="13800009999")], [OPEN], ([2], {}, {}, []), id="another telephone"),
        pytest.param([ticket(**PHONE, problem="漏水")], [OPEN], ([2], {}, {}, []), id="another problem"),
        pytest.param([ticket(contact="")], [{**OPEN, "contact": ""}], ([2], {}, {}, []), id="without a telephone nothing is known"),
    ],
)  # fmt: skip
def test_a_time_that_is_missing_on_one_side_makes_no_second_ticket(mine: Any, theirs: Any, expected: Any) -> None:
    assert result(compare(LOG, source(mine), frame("response_log", theirs))) == expected


@pytest.mark.parametrize(
    ("customer", "added"), [("张女士/13800001111", ()), ("张女士", (2,))]
)  # a compound cell without a telephone
def test_a_missing_time_in_the_other_log(customer: str, added: tuple[int, ...]) -> None:
    sheet = BY_KEY["process_log"]
    row = {**OTHER_LOG, "customer_info": customer}
    found = compare(sheet, source([{**row, "accepted_at": at(6)}], sheet.key), frame(sheet.key, [{**row, "accepted_at": None}]))
    assert found.added == added
    assert set(found.timeless) == (set() if added else {2})


def test_another_number_for_the_same_customer_time_and_text_is_added_and_told() -> None:
    found = compare(LOG, source([ticket("B1")]), frame("response_log", [ticket("A1")]))
    assert (found.added, found.alike) == ((2,), {2: 4})


def test_a_number_twice_in_the_source() -> None:
    found = compare(LOG, source([ticket("A1"), ticket("A2"), ticket("A1", problem="漏水")]), frame("response_log", []))
    assert (found.added, found.doubled) == ((2, 3), {4: 2})


def test_assessments_are_known_by_ticket_and_dimension() -> None:
    rows = [
        {"ticket": "SN1", "dimension": "响应及时性(20%)", "score": 5.0},
        {"ticket": "SN1", "dimension": "服务专业性(30%)", "score": 4.0},
    ]
    sheet = BY_KEY["quality_assessment"]
    changed = [{**rows[0], "score": 3.0}, {**rows[1], "dimension": "客户沟通(25%)"}]
    found = compare(sheet, source(changed, sheet.key), frame(sheet.key, rows))
    assert found.added == (3,)
    assert found.differences == (Difference(2, 4, "score", "5", "3"),)


def test_answers_are_known_by_who_when_and_what() -> None:
    row = {"evaluated_at": at(20, 10), "ticket": "", "customer": "张女士", "suggestion": "多一些备件", "overall": 5.0}
    sheet = BY_KEY["evaluations"]
    ledger = frame(sheet.key, [{**row, "receipt": "R1"}])
    assert compare(sheet, source([row], sheet.key), ledger).there == {2: 4}
    later = {**row, "evaluated_at": at(20, 11)}
    assert compare(sheet, source([later], sheet.key), ledger).added == (2,)


def test_many_rows_at_once() -> None:
    rows = [ticket(f"A{n}", problem=f"问题{n}") for n in range(5_000)]
    mine, theirs = source(rows), frame("response_log", rows[:4_000])
    found = compare(LOG, mine, theirs)
    assert (len(found.added), len(found.there), found.differences) == (1_000, 4_000, ())
