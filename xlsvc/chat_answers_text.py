"""A pasted answer made ready for reading: who speaks, and which numbers in it are no scores.

What chat programs put around a message (name, time, the message it replies to) goes; phone numbers, order numbers,
dates, times, sums and counted things become one mark each, so that no digit of theirs can be taken for a score.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

MASKED, UNCLEAR, MEASURED = "\ue000", "\ue001", "\ue002"
"""Marks on a tape: a number that is known to be no score; a sign that might be one and cannot be read; a number of
counted things."""
NUMBERED = "\u2028"
"""A blank in the place of the number before the words: 5、希望周末也能上门."""
MARKERS = "\ue010\ue011\ue012\ue013\ue014\ue015\ue016"
"""Marks for “question 1” to “question 7”."""

CHINESE = "零〇一二三四五六七八九十百两"
_NUMBER = rf"(?:[0-9]+(?:\.[0-9]+)?|[{CHINESE}几半]{{1,6}})"
_MEASURES = (
    "分钟|分多钟|分来钟|秒钟?|个?多?小时|个?钟头|天|夜|个?星期|个?礼拜|周(?!末|到|边|围)|个?多?月|年|季度|次|遍|回|趟|元|块钱?|毛钱?|"
    "万|千|折|台|件|套|张|位|个?人|名|家|户|栋|幢|号?楼|层|单元|室|号|日|倍|代|款|星级|级|度|℃|米|公里|斤|公斤|克|升|寸|匹"
)
_COUNTED = re.compile(rf"{_NUMBER}多? ?(?:{_MEASURES})")
_NOT_SCORES = tuple(
    re.compile(pattern)
    for pattern in (
        r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9*xX]{4}){2}(?![0-9])",  # mobile, also masked
        r"(?<![0-9])(?:0[0-9]{2,3}[- ]?[0-9]{7,8}|[48]00[- ]?[0-9]{3}[- ]?[0-9]{4})(?:-[0-9]{1,6})?(?![0-9])",
        r"(?<![0-9])(?:19|20)[0-9]{2}\s*[年/.-]\s*[0-9]{1,2}\s*[月/.-]\s*[0-9]{1,2}[日号]?(?![0-9])",
        r"[0-9]{1,2}月[0-9]{1,2}[日号]?|(?:19|20)[0-9]{2}年",
        r"(?<![0-9:])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9:])",
        rf"(?:[0-9]{{1,2}}|[{CHINESE}]{{1,3}})点(?:(?:[0-9]{{1,2}}|[{CHINESE}]{{1,3}})分|半|钟|多|左右)?",
        r"(?:尾号|后四位|末四位|号码?|电话|手机|座机|热线|拨打|密码|验证码|取件码|提货码|分机|型号|房间|门牌|邮编|微信|"
        r"[Qq]{2}|群|卡)[是为:#\s]*[A-Za-z]*-?[0-9]{3,}",
        r"(?<![0-9])(?:12315|12345|12300|12321|12305|12358|110|120|119|315|1314|520|1234|4321|54321)(?![0-9])",
        r"[A-Za-z]+[-_]?[0-9][0-9A-Za-z-]*|[0-9]+[-_]?[A-Za-z][0-9A-Za-z-]*",
        r"[0-9]{7,}",
        rf"{_NUMBER}分之{_NUMBER}|百分百|[0-9.]+%",
        rf"(?:周|星期|礼拜|初)[{CHINESE}日1-7]|第\s*{_NUMBER}(?:次|回|天|遍|时间|年|名|位|家)",
        r"万一|唯一|统一|之一|专一|单一|不一|如一|[三五]星(?=手机|电视|冰箱|洗衣机|空调|平板|电脑)",
        _COUNTED,
        rf"{_NUMBER}分(?=钱|货|为二|耕耘|店|公司|机|裤|袖|熟|[0-9{CHINESE}]+秒)",
    )
)
_MARKER_SHAPES = tuple(
    re.compile(pattern)
    for pattern in (
        r"第\s*([1-7一二三四五六七])\s*(?:个?问题|个|题|项|条|点|问)[:、,.\s]*",
        r"(?<![A-Za-z])[Qq]([1-7])[:、.)\s]\s*",
    )
)
_LISTED = r"(?<![0-9.])\(?([1-7])\s*(?:[、):]|\.(?=\s))\s*(?=[1-5一二三四五](?![0-9]))"

_OFFICE = re.compile(r"您好![^「」]*?\(回执码\s*[0-9A-Z-]+\)\s*")
"""The message of form_words, copied along with its answer."""
_QUOTED = re.compile(r"「[^」]*」\s*\n[-—–\s]{3,}(?:\n|$)")
_WHEN = (
    r"(?:(?:\d{2,4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?|昨天|前天|今天|周[一二三四五六日]|星期[一二三四五六日天])?\s*"
    r"(?:上午|下午|晚上|凌晨|早上|中午)?\s*\d{1,2}:\d{2}(?::\d{2})?"
)
_HEADER = re.compile(rf"\s*(?P<name>[^\n,。!?;:\d]{{0,20}}?)\s*{_WHEN}\s*:?\s*")
_HEADER_FIRST = re.compile(
    rf"\s*[\[(【]?{_WHEN}[\])】]?\s+(?P<name>[^\n,。!?;:\d]{{1,20}}?)\s*:\s*(?P<rest>.*)"
)
_PERSON = re.compile(
    r"\s*(?P<name>[小老*][^\s:,。\d]{1,3}|[^\s:,。\d]{0,6}(?:女士|先生|小姐|师傅|老师|经理|客服|阿姨|大姐|大哥))\s*:\s*(?P<rest>.*)"
)


def own_words(pasted: str, names: Collection[str] = ()) -> tuple[str, int]:
    """The message without what a chat program puts around it, and how many people speak in it. `names` are names
    of the customer: “王女士:” before a message is then known to be no part of it."""
    text = _QUOTED.sub("", pasted.replace("\r\n", "\n").replace("\r", "\n"))
    text = _OFFICE.sub("", re.sub(r"[^\S\n]+", " ", text))
    speakers: set[str] = set()
    speaker = ""
    kept = []
    for line in text.split("\n"):
        plain = line.replace(":", ":").replace("(", "(").replace(")", ")")
        rest = line
        if match := _HEADER_FIRST.fullmatch(plain):
            rest = line[match.start("rest") :]
        elif match := _HEADER.fullmatch(plain):
            rest = ""
        elif match := _PERSON.fullmatch(plain) or _named(plain, names):
            rest = line[match.start("rest") :]
        speaker = match["name"].strip() if match else speaker
        if rest.strip():
            speakers.add(speaker)
            kept.append(rest)
    return "\n".join(kept).strip(), len(speakers - {""}) + ("" in speakers and len(speakers) > 1)


def _named(line: str, names: Iterable[str]) -> re.Match[str] | None:
    for name in names:
        if name and (match := re.fullmatch(rf"\s*(?P<name>{re.escape(name)})\s*:\s*(?P<rest>.*)", line)):
            return match
    return None


@dataclass
class Tape:
    """A text whose parts may be replaced by single marks; `at` says where in the text each sign begins."""

    source: str
    text: str
    at: list[int]

    @staticmethod
    def of(source: str) -> Tape:
        """Half-width and without invisible signs; digits of other scripts, fractions and the like are UNCLEAR."""
        signs, at = [], []
        for place, sign in enumerate(source):
            kind = unicodedata.category(sign)
            if kind in ("Cf", "Mn", "Me") or sign == "\x00":
                continue
            plain = unicodedata.normalize("NFKC", sign)
            if "①" <= sign <= "⑦":
                plain = MARKERS[ord(sign) - ord("①")]
            elif (
                kind in ("No", "Nl") or (kind == "Nd" and not plain.isascii()) or "\ue000" <= sign <= "\uf8ff"
            ):
                plain = UNCLEAR
            signs.append(plain if len(plain) == 1 else sign)
            at.append(place)
        return Tape(source, "".join(signs), at)

    def replace(self, pattern: re.Pattern[str], mark: Callable[[re.Match[str]], str | None]) -> None:
        """Put `mark(match)`, one sign, in the place of each match; None leaves it as it is."""
        signs, at, end = [], [], 0
        for match in pattern.finditer(self.text):
            new = mark(match)
            if new is None or match.start() == match.end():
                continue
            signs.append(self.text[end : match.start()] + new)
            at += [*self.at[end : match.start()], self.at[match.start()]]
            end = match.end()
        self.text = "".join(signs) + self.text[end:]
        self.at = [*at, *self.at[end:]]

    def part(self, start: int, end: int) -> str:
        """The source text of the signs from `start` to before `end`."""
        places = [*self.at, len(self.source)]
        return self.source[places[start] : places[end]]


def masked(source: str, questions: int, labels: str) -> Tape:
    """The tape of a message: numbers that are no scores and numbers of questions marked. `labels` is a pattern of
    the questions' names."""
    tape = Tape.of(source)
    for shape in _MARKER_SHAPES:
        tape.replace(shape, lambda match: _marker(match[1], questions))
    tape.replace(
        re.compile(rf"(?:(?<=\n)|^)\s*{questions + 1}\s*[.、):]\s*(?=[^0-9\s])"), lambda match: NUMBERED
    )
    _mark_listed(tape, re.compile(rf"(?<![0-9.])([1-7])\s*[.、):]?\s*(?={labels})"), questions)
    _mark_listed(tape, re.compile(_LISTED), questions)
    after_label = re.compile(rf"(?:{labels})[给打是:\s]*$")
    for shape in _NOT_SCORES:
        mark = MEASURED if shape is _COUNTED else MASKED

        def marked(match: re.Match[str], mark: str = mark) -> str:
            return UNCLEAR if after_label.search(match.string[: match.start()]) else mark

        tape.replace(shape, marked)
    return tape


def _marker(number: str, questions: int) -> str:
    place = int(number) if number.isdigit() else CHINESE.index(number) - 1
    return MARKERS[place - 1] if place <= questions else UNCLEAR


def _mark_listed(tape: Tape, shape: re.Pattern[str], questions: int) -> None:
    """Mark 1、 2、 3、 … only where they number all the questions in order: else 1、5 might be two scores."""
    if [match[1] for match in shape.finditer(tape.text)] == [str(n) for n in range(1, questions + 1)]:
        tape.replace(shape, lambda match: MARKERS[int(match[1]) - 1])
