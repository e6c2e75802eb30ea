"""Cells that hold two facts, or one fact in other words: compound cells, owners, signatures."""

from __future__ import annotations

import re
from collections.abc import Callable

from .cleaning import clean, is_nothing, plain
from .dates import read_moment
from .phones import is_phone_like
from .vocabulary import Vocabularies

_LONGEST_TAIL = 400  # characters; a date, a number or an option is shorter, and a cell may be all slashes
_LONGEST_OWNER = 100  # characters; what follows takes the cube of the length where it does not match
_UNIT_END = r"(?:部门|部|组|中心|门店|分公司|公司|科|处|室|站|队)"
_OWNER_JOINED = re.compile(r"(?P<unit>.+?(?:部门|部|组|中心|门店|分公司))(?P<name>[^长员主].+|[^长员])")
_OWNER_APART = re.compile(r"(?P<unit>.+?)\s*[*/·:\-\s]+\s*(?P<name>.+)")
_NOT_SATISFIED = re.compile(
    r"(?:不|没|未|难以|谈不上|欠).{0,3}(?:满意|同意|认可)|不满|异议|满意度?(?:很|较|太)?低|拒签|拒绝|投诉"
)
_UNSIGNED = re.compile(r"(?:未|没有?|待|尚未)(?:签字?|签名|确认|回复|填写?)")


def split_compound(
    text: str, tail: str = "", vocabularies: Vocabularies | None = None, vocabulary: str = ""
) -> tuple[str, str | None]:
    """A compound cell cut at the last "/" whose tail reads as `tail`: (head, tail), both without outer blanks.

    `tail` is "date", "phone", "choice" (a word of `vocabulary`) or "" (anything). An empty half is "":
    `*女士/` gives ("*女士", ""). When no cut fits, the text stays whole and the tail is None, to be flagged
    (S003.T1: 客户信息(姓名/联系方式), 产品型号/购买日期, 问题描述/紧急程度).
    """
    whole = clean(text)
    reads = _tail_test(tail, vocabularies, vocabulary)
    pieces = re.split(r"[/／]", whole)
    cut, rest = len(pieces) - 1, pieces[-1]
    while cut > 0 and not reads(clean(rest)):
        cut -= 1
        rest = f"{pieces[cut]}/{rest}"
        if len(rest) > _LONGEST_TAIL:
            return whole, None
    if cut == 0:
        return whole, None
    if tail == "phone":  # several numbers belong together: 王女士/13800001111/13900002222
        while cut > 1 and is_phone_like(pieces[cut - 1]) and any(c.isdigit() for c in pieces[cut - 1]):
            cut -= 1
    at = len("/".join(pieces[:cut]))
    return clean(whole[:at]), clean(whole[at + 1 :])


def _tail_test(tail: str, vocabularies: Vocabularies | None, vocabulary: str) -> Callable[[str], bool]:
    if tail == "date":
        return lambda t: not t or read_moment(t, "date").value is not None
    if tail == "phone":
        return lambda t: not t or is_nothing(t) or is_phone_like(t) or "@" in t
    if tail == "choice":
        known = vocabularies or Vocabularies.packaged()
        return lambda t: not t or known.resolve(vocabulary, t)[0] is not None
    return lambda t: True


def split_owner(text: str) -> tuple[str, str]:
    """(department, person) of "技术部*李工" or "技术部李工"; the department is "" where none is named."""
    whole = clean(text)
    if len(whole) > _LONGEST_OWNER:
        return "", whole.lstrip("*＊ ")
    m = _OWNER_APART.fullmatch(whole.lstrip("*＊ ").replace("＊", "*"))
    if m:
        unit, name = m["unit"].rstrip("* "), m["name"].strip("* ")
        if name and (re.search(_UNIT_END + "$", unit) or ("*" in whole and len(unit) >= 2 <= len(name))):
            return unit, name
        return "", whole.lstrip("*＊ ")
    bare = whole.lstrip("*＊ ")
    m = _OWNER_JOINED.fullmatch(bare)
    return (m["unit"], m["name"]) if m else ("", bare)


def read_confirmation(text: str) -> str:
    """What a signature cell says: 满意, 同意, 不满意, 仅签名 (a name, no opinion) or "" (nothing).

    A signature is not satisfaction (requirements §3).
    """
    said = plain(text)
    if not said or is_nothing(said) or _UNSIGNED.search(said):
        return ""
    if _NOT_SATISFIED.search(said):
        return "不满意"
    if "满意" in said:
        return "满意"
    return "同意" if re.search(r"同意|确认|认可|(?i:\bok\b)", said) else "仅签名"
