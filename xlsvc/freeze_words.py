"""The words of a report as they may be read outside the office: no customer's name, number, address or ticket number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from workbook.book import Link, Value
from workbook.sheets import weekly_summary as weekly
from workbook.sheets.evaluations import EVALUATIONS

from .outcome import Ledger
from .privacy import HIDDEN, without_personal_numbers, without_ways_to_reach
from .same_customer import TITLES_ALONE
from .settings import Settings
from .tickets import LOGS, records, text_column, tickets
from .weekly_summary import HONORIFICS

SHORTEST_NAME = 2
_OURS = re.compile(
    r"(类型|人员|部门|维度|渠道|环节|账龄|日|周)\d*.*|标题|日期范围|周次|部门|编制人|报告状态(_生成)?|主档案|查看_.*|"
    r"(本周|上周|差值|目标|样本|上周样本|判断|显著|缺时间|紧急|客户|跟进|关键词|一眼).*|关注\d_.*|措施\d_(责任|完成|状态)"
)
"""Cells that hold words of the program and of the office's own lists, or names of staff."""
_CUSTOMER = re.compile(r"关注\d_客户")
_TICKET = re.compile(r"关注\d_工单|跟进\d_对象")
_SOURCE = re.compile(r"原声\d_出处|查看_.*")


@dataclass(frozen=True)
class Hidden:
    """What the ledger knows and nobody outside may read: `names` of customers, `numbers` of tickets and customers,
    `contacts` as they are written."""

    names: frozenset[str]
    numbers: frozenset[str]
    contacts: frozenset[str]

    @classmethod
    def of(cls, ledger: Ledger, settings: Settings) -> Hidden:
        frame = tickets(ledger, settings).frame
        parts: dict[str, list[pd.Series]] = {"names": [], "numbers": [], "contacts": []}
        parts["names"].append(text_column(frame, "customer"))
        parts["numbers"].append(text_column(frame, "ticket"))
        parts["contacts"].append(text_column(frame, "contact"))
        for sheet in (*LOGS, EVALUATIONS):
            if sheet.key not in ledger:
                continue
            rows = records(ledger, sheet)
            for kind, keys in (("names", ("customer",)), ("numbers", ("customer_no", "ticket")), ("contacts", ("contact", "address"))):
                parts[kind] += [text_column(rows, key) for key in keys if key in rows]
        found = {kind: {text for series in many for text in series.unique() if text} for kind, many in parts.items()}
        staff = {str(name).strip() for name in settings.people["name"]} if "name" in settings.people else set()
        names = {name for text in found["names"] if len(name := text.strip().lstrip("*")) >= SHORTEST_NAME}
        names = {name for name in names - staff if not TITLES_ALONE.fullmatch(name) and name not in HONORIFICS and set(name) - {"*"}}
        numbers = {text for text in found["numbers"] if len(text) >= 4}
        return cls(frozenset(names), frozenset(numbers), frozenset(text for text in found["contacts"] if len(text) >= 4))

    def shown(self, cell: str, text: str) -> str:
        """A text of the cell of this name ("" for one without) as it goes out."""
        if _SOURCE.fullmatch(cell):
            return ""
        if _CUSTOMER.fullmatch(cell):
            return outside_name(text)
        if _TICKET.fullmatch(cell):
            return self.without_numbers(text)
        if _OURS.fullmatch(cell):
            return text
        return self.without_people(self.without_numbers(text))

    def without_numbers(self, text: str) -> str:
        for number in self._in(text, self._ordered_numbers):
            text = text.replace(number, tail_of(number))
        return text

    def without_people(self, text: str) -> str:
        for known in self._in(text, self._ordered_names):
            text = text.replace(known, HIDDEN)
        return without_personal_numbers(without_ways_to_reach(text))

    @cached_property
    def _ordered_numbers(self) -> list[str]:
        return sorted(self.numbers, key=len, reverse=True)

    @cached_property
    def _ordered_names(self) -> list[str]:
        return sorted(self.names | self.contacts, key=len, reverse=True)

    @staticmethod
    def _in(text: str, known: list[str]) -> list[str]:
        return [word for word in known if word in text]


def tail_of(number: str) -> str:
    """A ticket's number by its end, which the office finds it by and nobody else."""
    return f"尾号{number[-3:]}"


def outside_name(text: str) -> str:
    """A customer's name by its first character."""
    name = text.strip().lstrip("*")
    return f"{name[0]}**" if name and name != weekly.BLANK else text


def outside_values(values: Mapping[str, Value], hidden: Hidden) -> dict[str, Value]:
    """The figures as they go out: links as texts, and no names in them."""
    found: dict[str, Value] = {}
    for name, value in values.items():
        shown = value.text if isinstance(value, Link) else value
        found[name] = (hidden.shown(name, shown) or None) if isinstance(shown, str) and shown else shown
    return found

