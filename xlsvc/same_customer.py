"""Which rows speak of the same customer: by customer number, by a whole phone number or mail address, or by a name
together with what is left of a masked number.

A form of address is no identity: two rows of *女士 are never one customer by it (requirements §3). Rows are joined
through one another: A has B's phone and B has C's number, so the three are one.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import numpy.typing as npt
import pandas as pd

from .outcome import Ledger
from .tickets import LOGS, by_distinct, plain_number, records, text_column

TITLES_ALONE = re.compile(r"(女士|先生|小姐|太太|同学|老师|客户|顾客|用户|会员|匿名)*")
_SEVERAL = re.compile(r"[/、,;\n]+|或")
_MAIL = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+\.[^\s@<>,;:\"]+")
_MASK = re.compile(r"(?<=\d)[*xX×•●·#]+(?=\d)")
_MOBILE, _LANDLINE = re.compile(r"(?:86)?(1\d{10})"), re.compile(r"0\d{9,15}")
_LEFT = re.compile(r"1\d{6}|0\d{6,7}")  # the first three and last four of a mobile; an area code and the last four


def same_customer(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    """For each row of customer, contact and customer_no the position of the first row that is the same customer."""
    keys = _keys(rows)
    labels = np.arange(len(rows), dtype=np.int64)
    while len(keys):
        lowest = pd.Series(labels[keys.index]).groupby(keys.to_numpy()).transform("min")
        found = labels.copy()
        np.minimum.at(found, keys.index.to_numpy(), lowest.to_numpy())
        if (found == labels).all():
            break
        labels = found
    return labels


def with_customer_numbers(ledger: Ledger, frame: pd.DataFrame) -> pd.DataFrame:
    """The ticket frame with the column customer_no, so that customers can be told apart by it too."""
    parts = [text_column(records(ledger, log), "customer_no") for log in LOGS if log.key in ledger]
    numbers = pd.concat(parts).to_numpy() if parts else np.zeros(0, dtype=object)
    return frame.assign(customer_no=numbers)


def has_key(rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which rows say who the customer is."""
    known = np.zeros(len(rows), dtype=bool)
    known[_keys(rows).index] = True
    return known


def is_whole_phone(text: str) -> bool:
    """Can this number be called: a whole one among what the cell holds, nothing of it masked or lost?"""
    return any(key.startswith("tel:") for key in _contact_keys("", text))


def mail_address(*texts: str) -> str:
    """The first plain mail address in these cells, "" where there is none."""
    for text in texts:
        for part in re.split(r"[/、,;\s]+", _plain(text)):
            part = part.strip("<>《》()")
            if len(part) <= 254 and part.isascii() and _MAIL.fullmatch(part):
                return part
    return ""


def _keys(rows: pd.DataFrame) -> pd.Series:
    """Every key of every row, index = the row's position."""
    numbers = by_distinct(text_column(rows, "customer_no"), _number_keys)
    both = text_column(rows, "customer").str.cat(text_column(rows, "contact"), sep="\x1f")
    contacts = by_distinct(both, lambda text: _contact_keys(*text.split("\x1f", 1)))
    lists = pd.Series([*numbers, *contacts], index=[*range(len(rows))] * 2, dtype=object)
    return lists[lists.map(len) > 0].explode()


def _number_keys(text: str) -> list[str]:
    number = plain_number(text)
    return [f"no:{number}"] if any(map(str.isdecimal, number)) else []


def _contact_keys(name: str, contact: str) -> list[str]:
    keys = []
    who = plain_number(name).replace("*", "")
    for part in map(str.strip, _SEVERAL.split(_plain(contact))):
        if _MAIL.fullmatch(part):
            keys.append(f"mail:{part.casefold()}")
            continue
        digits = re.sub(r"\D", "", part)
        mobile = _MOBILE.fullmatch(digits)
        if _MASK.search(part) or not (mobile or _LANDLINE.fullmatch(digits)):
            if _LEFT.fullmatch(digits) and not TITLES_ALONE.fullmatch(who):
                keys.append(f"who:{who} {digits}")
        else:
            keys.append(f"tel:{mobile[1] if mobile else digits}")
    return keys


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", str(text or "")).strip()
