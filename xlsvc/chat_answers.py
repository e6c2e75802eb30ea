"""Answers as people write them in a chat or say them on the phone: 「55455 师傅准时」, 「速度四分,其他都是5」.

Nothing is guessed. A message is read only when every number in it is accounted for: as the score of one question,
or as something that is no score (a phone, a date, a time). Else it is asked about, and where the customer declines or goes
off the scale it is refused, each with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from unicodedata import category

from workbook.sheets.customer_forms import FORMS
from workbook.sheets.profiles import PROFILES

from .chat_answers_text import CHINESE, MARKERS, MASKED, MEASURED, UNCLEAR, Tape, masked, own_words

State = Literal["read", "asked", "refused"]
BEST, WORST = 5, 1

ALIASES: Mapping[str, str] = {
    "response": "服务响应及时性|服务响应速度|响应及时性|响应速度|反应速度|服务响应|响应|反应|服务速度|速度|及时性|及时",
    "resolution": "问题解决效果|问题解决效率|问题解决能力|问题解决|解决问题|解决效果|解决效率|解决能力|解决|效果",
    "expertise": "服务人员专业性|专业能力水平|专业性水平|专业能力|专业水平|专业性|专业度|专业|技术水平|技术",
    "attitude": "服务人员态度|服务态度友好度|服务态度|人员态度|态度友好度|态度",
    "process": "流程便捷性|流程便捷|服务流程|流程|便捷性",
    "added_value": "售后增值体验|增值体验|增值服务|增值",
    "overall": "整体满意度|总体满意度|总体评价|整体评价|整体|总体",
}
"""Canonical key -> what people call the question; 效率 and 服务 alone may mean several and are no name."""

_LABEL = "|".join(sorted("|".join(ALIASES.values()).split("|"), key=len, reverse=True))
_KEY = {alias: key for key, aliases in ALIASES.items() for alias in aliases.split("|")}

_FIRST = 0xE100
_T = "[\ue100-\uefff]"  # a score on the tape
_BREAK = r"\s,,、;;/|。.·:!!??~—\-"
_OPEN = rf"(?:(?<![^{_BREAK}()\ue100-\uefff])|(?<=[吧啦哦呢哈了呀啊]))"
_TAIL = r"[吧啦哦呢哈了呀啊]*"
_BEFORE_LABEL = r"(?:就是|只有|唯独|除了|除|但是|但|不过|可是|而|然后|还有|和|我觉得|觉得|感觉|我给|就|师傅的?|人员的?|客服的?|你们的?|工程师的?)*"
_FILL = r"(?:方面|这块|这项|评分|打分|分数|只给|只能|只有|只值|给打|得|打|给|评|是|为|的|我|就|只|才|值|算|有|[=:\->→\s(])*"
_ALL = (
    r"(?:(?<![成首])都|(?<![安完齐健不])全|(?<![平人])均|各|每|所有|一律|统统|通通|清一色)"
    r"(?:部|都|是|给|打|评|项目|项|问题|个|条|题|方面|为|的|算|我|选|按|填|写|[,:\s])*"
)
_REST = r"(?:其他|其它|其余|别的|剩下|剩余|余下)(?:的|几|三|四|两|二|项|个|条|方面|都|全|部|均|各|是|给|打|评|算|我|[,:\s])*"

_TOKEN = re.compile(
    r"(?P<stars>[⭐★🌟]+[☆✩]*)"
    r"|(?P<full>(?<!制)满分)"
    r"|(?P<minus>(?<![^\s,,。])-(?=[0-9]+(?:分|\s|$))|负)?(?P<digits>[0-9]+(?:\.[0-9]+)*)(?:\s*(?P<unit>分|星|颗星))?"
    rf"|(?P<chinese>[{CHINESE}]+)(?:(?P<word>分|颗星|星)|(?=[{_BREAK}吧了0-9]|$))"
)
_SUM = re.compile(
    rf"(?<![第其他它余的下剩])([2-9两二三四五六七八])\s*(?:个方面|方面|道题|项|个|条|题)(?=\s*(?:都|全|均|打|给|是|[0-9{CHINESE}满]))"
)
_REST_SUM = re.compile(r"(?<=[其余他它的下剩])([2-9])\s*(?=项|个|条)")

_DECLINED = re.compile(
    r"不想(?:评|打分|填|参|答)|不评|不打分|不参[与加]|拒绝(?:评|填|回|打|答|参|$)|拒评|不方便(?:填|评|答|参)|不填|不答|"
    r"不愿意?(?:评|填|打分|答|参)|别再?(?:发|打扰|烦)|不要再?(?:发|打扰|烦)|退订|^\s*[Tt][Dd]?\s*$|没空|不回答"
)
_SUPPOSED_HERE = re.compile(
    r"上次|上回|以前|之前|让我|叫我|要我|求|请(?:您|你|帮忙|帮)*(?:给|打|评|都|按)|帮忙|能不能|可以吗|是不是|要不要|改成|改为|"
    r"想都?给|想都?打|打算|朋友|别人|人家|邻居|[他她]们|大家|才怪|个鬼|个屁|呵呵|做梦|吗|[??]"
)
_SUPPOSED_FROM_HERE = re.compile(
    r"本来|原本|要是|如果|假如|若是|除非|要不是|差点就|差一点|写错|更正|改一?下|刚才"
)
_NEGATED = re.compile(
    r"不是|没有|没到|不到|不给|不能|不值|不够|达不到|够不上|不止|不超|不配|不想|不会|别|最多|顶多|至多|最高|至少|起码|最低|扣|减|少给|"
    r"低于|高于|超过|嫌|以上|以下|未"
)
_AROUND = re.compile(r"左右|上下|大概|大约|差不多|大致|约|估计|可能|应该|好像|随便")
_RANGE = re.compile(rf"{_T}\s*(?:-|~|—|–|到|至|或者|或是|或)\s*{_T}|{_T}\s*(?:[+~]|多|出头|-+(?=[\s,,。]|$))")
_EXCEPT = re.compile(r"除了|除[^,。\n]{1,8}外|除外|例外|唯独|不含|不包括|不算")
_OTHER_NUMBER = re.compile(
    rf"(?:尾号|号码|后四位|末四位|电话|手机|密码|机主|门牌|房间|单号|编号|取件|验证|车牌|工号)(?![是为号:\s]*{MASKED})"
)
_COUNTERS = "个种处条项题只支根块片"
_PRAISE_OF_REST = re.compile(r"(?<![成首])都|全部|其他|其它|其余|别的|剩下")
_LEAD = re.compile(r"(?:我的|我|给|打|评)*(?:评分|打分|分数|评价|得分|给|打|评|回复|答)[是为:\s]*$")
_PRAISE = "好棒赞错谢意"


@dataclass(frozen=True)
class Answer:
    """`state` read: `scores` (key -> 1 to 5; a question the customer left out is missing), `words` what else was
    said. Asked and refused have no scores and a `why`: blank, no_score, one, few, many, rest, range, decimal, negated,
    supposed, speakers, unclear; scale, declined. `sign` is what the reason is about."""

    state: State
    scores: Mapping[str, int] = field(default_factory=dict)
    words: str = ""
    why: str = ""
    sign: str = ""


def questions_of(profile: str) -> list[tuple[str, str]]:
    """The score questions of a form in its order: (key, label)."""
    if profile in FORMS:
        return [(q.key, q.label) for q in FORMS[profile].questions() if q.kind == "score"]
    return [(d.key, d.label) for d in PROFILES[profile].dimensions]


def read_answer(pasted: str, questions: Sequence[tuple[str, str]], names: Collection[str] = ()) -> Answer:
    """What a pasted answer says for a form's score questions. `names` are the customer's, as a chat shows them."""
    if not pasted.strip():
        return Answer("asked", why="blank")
    text, speakers = own_words(pasted, names)
    if speakers > 1:
        return Answer("asked", why="speakers")
    reading = _Reading(text, [key for key, _ in questions])
    try:
        return reading.answer()
    except _Stop as stop:
        return Answer(stop.state, why=stop.why, sign=stop.sign)


class _Stop(Exception):  # noqa: N818
    def __init__(self, state: State, why: str, sign: str = "") -> None:
        super().__init__(why)
        self.state, self.why, self.sign = state, why, sign


@dataclass(frozen=True)
class _Token:
    """A sign that may be a score: `values` are its digits (one, or a run of them); `fault` why it is none."""

    shown: str
    values: tuple[int, ...]
    with_unit: bool
    fault: str = ""


class _Reading:
    """One message on its way from text to scores. Raises _Stop where it has to be asked or refused."""

    def __init__(self, text: str, keys: list[str]) -> None:
        self.keys = keys
        self.tape = masked(text, len(keys), _LABEL)
        self.tape.replace(_REST_SUM, lambda match: "项")
        self.tape.replace(_SUM, self._sum)
        self.tokens: list[_Token] = []
        self.tape.replace(_TOKEN, self._token)
        self.used: list[tuple[int, int]] = []  # what was read, on the tape
        self.done: set[int] = set()  # tokens that were read

    def answer(self) -> Answer:
        text = self.tape.text
        if not self.tokens:
            self._without_scores(text)
        if UNCLEAR in text:
            raise _Stop("asked", "unclear", self._shown(text.index(UNCLEAR)))
        if _DECLINED.search(text):
            raise _Stop("asked", "supposed")
        self._stop_at_doubt(text)
        whole = self._sequence(text)
        if whole is None:
            self._stop_at_faults()
            whole = self._by_name(text)
        words = self._words()
        return Answer("read", {key: whole[key] for key in self.keys if key in whole}, words)

    def _sum(self, match: re.Match[str]) -> str | None:
        """“四项都…” and “4个5分” speak of all questions where the number is right."""
        count = (
            int(match[1]) if match[1].isdigit() else 2 if match[1] == "两" else CHINESE.index(match[1]) - 1
        )
        return "都" if count == len(self.keys) else UNCLEAR

    def _token(self, match: re.Match[str]) -> str | None:
        made = _made(match, len(self.keys))
        if made is None:
            return None
        self.tokens.append(made)
        return chr(_FIRST + len(self.tokens) - 1) if len(self.tokens) < 0x0E00 else UNCLEAR

    def _at(self, sign: str) -> _Token:
        return self.tokens[ord(sign) - _FIRST]

    def _shown(self, place: int) -> str:
        return self.tape.part(place, place + 1).strip()

    def _without_scores(self, text: str) -> None:
        if _DECLINED.search(text):
            raise _Stop("refused", "declined")
        if "负分" in text:
            raise _Stop("refused", "scale", "负分")
        raise _Stop("asked", "unclear" if UNCLEAR in text else "no_score")

    def _stop_at_doubt(self, text: str) -> None:
        """Numbers the customer denies, supposes or is vague about."""
        if (match := _RANGE.search(text)) and not self._dashed(text):
            raise _Stop("asked", "range", self.tape.part(match.start(), match.end()))
        places = [match.start() for match in re.finditer(_T, text)]
        for match in _SUPPOSED_FROM_HERE.finditer(text):
            end = re.search(r"[。!!\n]", text[match.end() :])
            if any(match.start() < p and (end is None or p < match.end() + end.start()) for p in places):
                raise _Stop("asked", "supposed", match[0])
        for clause in re.findall(r"[^,,。;;!!\n]+[??]*", text):
            if re.search(_T, clause) and (match := _SUPPOSED_HERE.search(clause)):
                raise _Stop("asked", "supposed", match[0])
        for clause in re.findall(r"[^,,。;;!!\n\s]+", text):
            if re.search(_T, clause):
                if match := _NEGATED.search(clause):
                    raise _Stop("asked", "negated", match[0])
                if match := _AROUND.search(clause):
                    raise _Stop("asked", "range", match[0])

    def _dashed(self, text: str) -> bool:
        """5-5-4-5: as many scores as questions, and nothing but dashes between."""
        return bool(re.search(rf"(?<![-~]){_T}(?:-{_T}){{{len(self.keys) - 1}}}(?![-~])", text))

    def _stop_at_faults(self) -> None:
        if len(self.tokens) > 1 and any(len(t.values) == len(self.keys) and not t.fault for t in self.tokens):
            raise _Stop("asked", "many")
        for token in self.tokens:
            if token.fault == "scale":
                raise _Stop("refused", "scale", token.shown)
        for token in self.tokens:
            if token.fault:
                raise _Stop("asked", token.fault, token.shown)

    def _sequence(self, text: str) -> dict[str, int] | None:
        """The scores one after the other, in the order of the questions."""
        count = len(self.keys)
        between = r"[\s,,、;;/。.·\-]*"
        for match in re.finditer(rf"{_T}(?:{between}{_T})*", text):
            signs = re.findall(_T, match[0])
            tokens = [self._at(sign) for sign in signs]
            values = [v for token in tokens for v in token.values]
            alone = len(tokens) == 1 or all(len(token.values) == 1 for token in tokens)
            if len(values) != count or not alone or any(token.fault for token in tokens):
                continue
            if not self._evenly(match[0], tokens) or not self._free(text, match.start(), match.end()):
                continue
            if len(signs) < len(self.tokens):
                raise _Stop("asked", "many")
            self.used.append((match.start(), match.end()))
            return dict(zip(self.keys, values, strict=True))
        return None

    def _evenly(self, run: str, tokens: Sequence[_Token]) -> bool:
        """Are bare numbers set apart by one kind of sign throughout? 1、5 2、4 are two pairs."""
        gaps = {"".join(gap.split()) for gap in re.split(_T, run)[1:-1]}
        return all(token.with_unit for token in tokens) or len(gaps) <= 1

    def _free(self, text: str, start: int, end: int) -> bool:
        """Does the run stand by itself? 我住1512 and 5 5 4 5人 are no answers."""
        before, after = text[:start], text[end:]
        if MEASURED in (after.lstrip()[:1], before.rstrip()[-1:]):
            return False
        clause = re.split(r"[,,。;;!!\n]", before)[-1] + re.split(r"[,,。;;!!\n]", after)[0]
        if end - start == 1 and _OTHER_NUMBER.search(clause):
            return False
        last = before[-1:]
        return not (last.isalnum() or last == MASKED) or last in _PRAISE or bool(_LEAD.search(before))

    def _by_name(self, text: str) -> dict[str, int]:
        """Scores given by the question's name or number, to all of them, or to the rest."""
        found: dict[str, int] = {}
        named = rf"{_OPEN}{_BEFORE_LABEL}(?P<labels>(?:{_LABEL})(?:(?:[、,和跟与\s]|还有)+(?:{_LABEL}))+)(?:都|均|各|全)(?:{_FILL})(?P<t>{_T}){_TAIL}"
        for match in re.finditer(named, text):
            for label in re.findall(_LABEL, match["labels"]):
                self._give(found, _KEY[label], match)
        for match in re.finditer(
            rf"{_OPEN}{_BEFORE_LABEL}(?P<label>{_LABEL}){_FILL}(?P<t>{_T}){_TAIL}", text
        ):
            self._give(found, _KEY[match["label"]], match)
        for match in re.finditer(rf"(?P<marker>[{MARKERS}])(?:{_LABEL})?{_FILL}(?P<t>{_T}){_TAIL}", text):
            if ord(match["t"]) - _FIRST not in self.done:
                self._give(found, self.keys[MARKERS.index(match["marker"])], match)
        rest = self._common(rf"{_REST}(?P<t>{_T}){_TAIL}", text)
        every = self._common(rf"{_ALL}(?P<t>{_T}){_TAIL}", text)
        self._stop_at_leftovers(text, bool(found), rest is not None or every is not None)
        if marker := re.search(f"[{MARKERS}]", self._unused(text)):
            raise _Stop("asked", "unclear", self._shown(marker.start()))
        if rest is not None and every is not None:
            raise _Stop("asked", "unclear")
        if rest is not None and (not found or self._labels_left(text, bare=False)):
            raise _Stop("asked", "rest")
        if self._labels_left(text, bare=True) or _EXCEPT.search(self._unused(text)):
            raise _Stop("asked", "rest")
        common = rest if rest is not None else every
        if common is not None:
            return {key: found.get(key, common) for key in self.keys}
        if len(found) < len(self.keys) and _PRAISE_OF_REST.search(self._unused(text)):
            raise _Stop("asked", "rest")
        return found

    def _give(self, found: dict[str, int], key: str, match: re.Match[str]) -> None:
        token = self._at(match["t"])
        if (
            key not in self.keys
            or len(token.values) != 1
            or found.get(key, token.values[0]) != token.values[0]
        ):
            raise _Stop("asked", "unclear", self.tape.part(match.start(), match.end()).strip())
        found[key] = token.values[0]
        self._use(match)

    def _use(self, match: re.Match[str]) -> None:
        self.done.add(ord(match["t"]) - _FIRST)
        self.used.append((match.start(), match.end()))

    def _common(self, pattern: str, text: str) -> int | None:
        """The one score given to all, or to the rest."""
        values = set()
        for match in re.finditer(pattern, text):
            token = self._at(match["t"])
            if ord(match["t"]) - _FIRST in self.done or len(token.values) != 1:
                continue
            values.add(token.values[0])
            self._use(match)
        if len(values) > 1:
            raise _Stop("asked", "unclear")
        return values.pop() if values else None

    def _stop_at_leftovers(self, text: str, named: bool, common: bool) -> None:
        left = [token for n, token in enumerate(self.tokens) if n not in self.done]
        if not left:
            return
        digits, count = sum(len(token.values) for token in left), len(self.keys)
        if named or common:
            raise _Stop(
                "asked", "many" if any(len(t.values) == count for t in left) else "unclear", left[0].shown
            )
        if len(left) == 1 and digits == 1:
            raise _Stop("asked", "rest" if _PRAISE_OF_REST.search(text) else "one", left[0].shown)
        gaps = re.findall(rf"{_T}([^\ue100-\uefff]*)(?={_T})", text)
        if digits == count or not all(re.fullmatch(rf"[{_BREAK}]*", gap) for gap in gaps):
            raise _Stop("asked", "unclear", left[0].shown)
        raise _Stop("asked", "few" if digits < count else "many")

    def _labels_left(self, text: str, bare: bool) -> bool:
        """Is a question named that got no score? `bare`: with nothing said about it either."""
        after = rf"(?=[{_BREAK}]|$)" if bare else ""
        return bool(re.search(rf"(?:{_LABEL}){after}", self._unused(text)))

    def _unused(self, text: str) -> str:
        signs = list(text)
        for start, end in self.used:
            signs[start:end] = "\n" * (end - start)
        return "".join(signs)

    def _words(self) -> str:
        """What was said besides the scores, as it was written."""
        pieces, at = [], 0
        for start, end in [*sorted(self.used), (len(self.tape.text),) * 2]:
            if start >= at:
                lead = _LEAD.search(self.tape.text[at:start]) if start < len(self.tape.text) else None
                pieces.append(self.tape.part(at, at + lead.start() if lead else start))
            at = max(at, end)
        stripped = [re.sub(r"^[\s,,、;;。.!!:|/~\-]+|[\s,,、;;。.!!:|/~\-]+$", "", p) for p in pieces]
        return ",".join(piece for piece in stripped if any(category(sign)[0] in "LNS" for sign in piece))


def _made(match: re.Match[str], questions: int) -> _Token | None:
    """The token of a match of _TOKEN; None where it is no number of points."""
    shown, text = match[0].strip(), match.string
    if stars := match["stars"]:
        count = sum(sign in "⭐★🌟" for sign in stars)
        return _Token(shown, (count,), True, "" if count <= BEST else "unclear")
    if match["full"]:
        return _Token(shown, (BEST,), True)
    if match["chinese"]:
        return _chinese_token(
            shown,
            match["chinese"],
            bool(match["word"]),
            text[: match.start()],
            text[match.end() :],
            questions,
        )
    digits, unit = match["digits"], bool(match["unit"])
    if match["minus"]:
        return _Token(shown, (0,), unit, "scale")
    if digits.count(".") == 1:
        return _Token(shown, (0,), unit, "decimal")
    values = tuple(int(d) for part in digits.split(".") for d in part)
    if not unit and text[match.end() : match.end() + 1] in tuple(_COUNTERS):
        return _Token(shown, values, unit, "unclear")
    if unit and len(values) > 1 and len(values) != questions:
        return _Token(shown, values, unit, "scale")
    return _Token(shown, values, unit, "" if all(WORST <= v <= BEST for v in values) else "scale")


def _chinese_token(
    shown: str, number: str, unit: bool, before: str, after: str, questions: int
) -> _Token | None:
    if number == "十" and unit and after[:1].isalpha():
        return None  # 十分满意: very
    if unit and after[:1] in "钟之" and after:
        return None
    if "十" in number or "百" in number:
        return _Token(shown, (0,), unit, "scale") if unit else None
    values = tuple(2 if sign == "两" else max(CHINESE.index(sign) - 1, 0) for sign in number)
    if len(values) > 1 and len(values) != questions:
        return _Token(shown, values, unit, "range" if unit else "unclear")
    if any(not WORST <= v <= BEST for v in values) or ("两" in number and not unit):
        return _Token(shown, values, unit, "scale") if unit else None
    return _Token(shown, values, unit)
