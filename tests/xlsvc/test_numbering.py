"""Issued numbers: whose day, and never one that is or was in use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from xlsvc.numbering import issued_numbers

from .documents import ledger

NOW = datetime(2024, 5, 6, 9)


def day(n: int) -> datetime:
    return datetime(2024, 5, n, 10)


def issued(rows: dict[str, list[dict[str, Any]]]) -> dict[str, dict[int, str]]:
    return {key: found.to_dict() for key, found in issued_numbers(ledger(rows), NOW).items() if len(found)}


def test_a_day_is_counted_on_over_both_logs_and_whatever_refers_to_it() -> None:
    assert issued({
        "response_log": [{"customer": "a", "accepted_at": day(1)}, {"customer": "b", "accepted_at": day(1)},
                         {"customer": "c", "accepted_at": day(2)}],
        "process_log": [{"ticket": "SN20240501007", "customer_info": "d/138****5678"},
                        {"customer_info": "e/138****5678", "accepted_at": day(1)}],
        "evaluations": [{"ticket": "sn20240501009", "receipt": "R1"}],
        "quality_assessment": [{"ticket": "SN20240502001", "dimension": "客户沟通(25%)"}, {"ticket": "SN20240501003"}],
    }) == {
        "response_log": {4: "SN20240501010", 5: "SN20240501011", 6: "SN20240502002"},
        "process_log": {5: "SN20240501012"},
    }  # fmt: skip


def test_the_day_of_a_ticket() -> None:
    assert issued({"response_log": [
        {"customer": "a", "accepted_at": day(1), "raised_at": day(2)},
        {"customer": "b", "raised_at": day(2), "registered_at": day(3)},
        {"customer": "c", "registered_at": day(3)},
        {"customer": "d"},
    ]}) == {"response_log": {4: "SN20240501001", 5: "SN20240502001", 6: "SN20240503001", 7: "SN20240506001"}}  # fmt: skip


def test_no_number_while_the_day_is_typed_but_unreadable() -> None:
    rows = {
        "response_log": [{"customer": "a", "accepted_at": "2024-03-114:00"},
                         {"customer": "b", "accepted_at": "前天", "raised_at": day(2)},
                         {"customer": "c", "accepted_at": "2024-05-0109:00"},
                         {"customer": "d", "accepted_at": day(1), "resolved_at": "前天"}],
        "evaluations": [{"profile": "S002", "evaluated_at": "前天"}, {"profile": "S002"}],
    }  # fmt: skip
    assert issued(rows) == {
        "response_log": {6: "SN20240501001", 7: "SN20240501002"}, "evaluations": {5: "R20240506001"},
    }  # fmt: skip


def test_receipts_and_improvements() -> None:
    assert issued({
        "evaluations": [{"profile": "S002", "evaluated_at": day(1)}, {"receipt": "R20240501001", "profile": "S002"},
                        {"profile": "S002"}],
        "suggestion_tracker": [{"suggestion": "增加备件"}, {"number": "G20240506004", "suggestion": "培训"}],
    }) == {"evaluations": {4: "R20240501002", 6: "R20240506001"}, "suggestion_tracker": {4: "G20240506005"}}  # fmt: skip


def test_a_day_with_a_thousand_tickets_goes_on_with_four_digits() -> None:
    assert issued({"response_log": [{"ticket": "SN20240501999", "customer": "a"},
                                    {"customer": "b", "accepted_at": day(1)}]}) == {
        "response_log": {5: "SN202405011000"}
    }  # fmt: skip


def test_no_number_for_an_empty_row_or_an_unreadable_number() -> None:
    from workbook.book import CellError

    assert issued({"response_log": [{"seq": "7"}, {"ticket": CellError("#N/A"), "customer": "a"},
                                    {"ticket": "旧-001", "customer": "b"}]}) == {}  # fmt: skip
