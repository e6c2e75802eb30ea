"""What a customer wrote, fit to be read by people it was not written to: names, phones, addresses and numbers hidden.

Hiding too much is a blemish, too little a breach: whatever looks like one of them goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from workbook.values import plain

HIDDEN = "***"
HOTLINES = ("12315", "12345")
ID_NUMBER = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)", re.ASCII
)
_ID_AS_WRITTEN = re.compile(r"(?<!\d)\d(?:[ -]?\d){16}[ -]?[\dXx\uff38\uff58](?!\d)")
_WHOLE_PHONE = re.compile(
    r"(?<!\d)(?:(?:[+\uff0b]?86[ -]?)?1[3-9]\d(?:[ -]?\d){8}|[(\uff08]?0\d{2,3}[)\uff09]?[ -]?\d{3,4}[ -]?\d{4})(?!\d)"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_LINK = re.compile(r"(?:https?://|www\.)[^\s,。;,;]+", re.IGNORECASE)
_CODE = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9_-]*\d{3})[A-Za-z0-9_-]{5,}(?![A-Za-z0-9])")
_NUMBER = re.compile(r"\+?\d(?:[\s\-*()()—]?\d){3,}|\d{1,3}\*{2,}\d*")
_YEAR = re.compile(r"(?:19|20)\d\d(?=\s*年)")
_SPELT = re.compile(r"[零〇一二三四五六七八九幺两]{7,}")
_ACCOUNT = re.compile(r"((?:微信号?|QQ号?|扣扣|账号|帐号)\s*[::是]?\s*)[A-Za-z0-9_-]{4,}", re.IGNORECASE)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_TITLES = "先生|女士|小姐|太太|师傅|经理|主管|工程师|老师|主任|客服|阿姨|大姐|大哥|总|工(?![作程厂具人序期费时单资艺])"
_TITLED = re.compile(rf"(?<!师)(?:欧阳|司马|上官|诸葛|[{_SURNAMES}])[\u4e00-\u9fff]{{0,2}}?({_TITLES})")
_CALLED = re.compile(r"((?:我叫|我是|姓名[::是]?|联系人[::是]?|名叫)\s*)[\u4e00-\u9fff·]{2,4}(?=[,。,;;\s、!!]|$)")
_PLACE = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区|市|区|县|镇|乡|街道|大道|路|街|巷|弄|小区|花园|公寓|大厦|村|苑))+"
    r"(?:[\dA-Za-z零一二三四五六七八九十百-]+(?:号楼|号院?|弄|栋|幢|座|单元|楼|层|室|户))+"
)
_ROOM = r"[\dA-Za-z一二三四五六七八九十]+"
_HOUSE = re.compile(rf"(?:{_ROOM}(?:号楼|号院?|栋|幢|单元|楼|层|室|户)){{2,}}|{_ROOM}(?:号楼|栋|幢|单元|室)")
_TOWN = re.compile(r"(?:住在|地址[::是]?|家在|家住|寄到|送到)\s*[\u4e00-\u9fffA-Za-z\d]{2,20}")


def masked_text(text: str, names: Iterable[str] = ()) -> str:
    """`text` without what says who somebody is; `names` are people the ledger knows, hidden wherever they stand.

    A title stays (*师傅): who reads it should know what the sentence is about, not who it was."""
    shown = text
    for name in sorted({n.strip() for n in names if len(n.strip().strip("*")) > 1}, key=len, reverse=True):
        shown = shown.replace(name, HIDDEN)
    shown = without_ways_to_reach(shown)
    shown = _CODE.sub(_unless_known, shown)
    shown = _NUMBER.sub(_unless_known, shown)
    shown = _SPELT.sub(HIDDEN, shown)
    shown = _CALLED.sub(rf"\1{HIDDEN}", shown)
    return _TITLED.sub(r"*\1", shown)


def without_ways_to_reach(text: str) -> str:
    """`text` without e-mail addresses, links, accounts and places where somebody lives."""
    shown = _LINK.sub(HIDDEN, _EMAIL.sub(HIDDEN, text))
    shown = _ACCOUNT.sub(rf"\1{HIDDEN}", shown)
    for place in (_PLACE, _TOWN, _HOUSE):
        shown = place.sub(HIDDEN, shown)
    return shown


def without_personal_numbers(text: str) -> str:
    """`text` without identity-card numbers and whole phone numbers; all else stays, for colleagues who work with it."""
    return _WHOLE_PHONE.sub(HIDDEN, _ID_AS_WRITTEN.sub(_unless_no_id, text))


def _unless_no_id(found: re.Match[str]) -> str:
    return HIDDEN if ID_NUMBER.fullmatch(re.sub("[ -]", "", plain(found[0]))) else found[0]


def _unless_known(found: re.Match[str]) -> str:
    """A year and an authority's own number are nobody's."""
    year = len(found[0]) == 4 and _YEAR.match(found.string, found.start())
    return found[0] if year or found[0] in HOTLINES else HIDDEN
