"""The cells of S003.T1 that hold two facts joined with "/": customer and contact, model and purchase date,
problem and urgency.

`workbook.values.split_compound` finds the cut; here each half gets its meaning, and what could not be cut is
left whole and named by a message code. Nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workbook.values import Vocabularies, read_moment, read_phone, split_compound

NOTHING: Mapping[str, Any] = {}


def split_customer(text: str) -> tuple[str, str, str, Mapping[str, Any]]:
    """(customer, contact, message code or "", what fills the message). `*女士/` has no contact, `王女士`
    neither; the digits of `*先生/1395678` are kept and judged as every phone number is."""
    head, tail = split_compound(text, "phone")
    if not head and not tail:
        return "", "", "", NOTHING
    if tail is None:
        whole = _joined(head) or _digits(head) >= 7
        return head, "", "row.customer_unsplit" if whole else "row.contact_missing", NOTHING
    if not tail:
        return head, "", "row.contact_missing", NOTHING
    phone = read_phone(tail)
    if not head:
        return "", phone.value, "row.customer_missing", NOTHING
    return head, phone.value, phone.code, phone.values


def split_product(text: str) -> tuple[str, datetime | None, str, Mapping[str, Any]]:
    """(model, purchase day or None, message code or "", its values). A model alone is complete: the day is optional."""
    head, tail = split_compound(text, "date")
    if tail is None:
        return head, None, "row.product_unsplit" if _joined(head) else "", NOTHING
    return head, read_moment(tail, "date").value if tail else None, "", NOTHING


def split_problem(text: str, vocabularies: Vocabularies) -> tuple[str, str, str, Mapping[str, Any]]:
    """(problem, urgency as typed or "", message code or "", its values); urgencies by 工单紧急程度."""
    head, tail = split_compound(text, "choice", vocabularies, "工单紧急程度")
    if not head and not tail:
        return "", "", "", NOTHING
    if tail is None and vocabularies.resolve("工单紧急程度", head)[0] is not None:
        return "", head, "row.problem_only_urgency", NOTHING
    if tail is None:
        return head, "", "row.urgency_unsplit" if _joined(head) else "row.urgency_missing", NOTHING
    if not tail:
        return head, "", "row.urgency_missing", NOTHING
    return head, tail, "" if head else "row.problem_missing", NOTHING


def _joined(text: str) -> bool:
    return "/" in text or "\uff0f" in text


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)
