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

from .chat_answers_text import CHINESE, MARKERS, MASKED, MEASURED, NUMBERED, UNCLEAR, masked, own_words
from .chat_answers_words import (
    ALL,
    AROUND,
    BEFORE_LABEL,
    BREAK,
    COUNTERS,
    DECLINED,
    EXCEPT,
    FILL,
    FIRST,
    KEYS,
    LABEL,
    LEAD,
    NEGATED,
    OPEN,
    OTHER_NUMBER,
    PRAISE,
    PRAISE_OF_REST,
    RANGE,
    REST,
    REST_SUM,
    SCORE,
    SUM,
    SUPPOSED_FROM_HERE,
    SUPPOSED_HERE,
    TAIL,
    TOKEN,
)

State = Literal["read", "asked", "refused"]
BEST, WORST = 5, 1
LONGEST = 1_500
"""Characters of an answer; what is longer is a whole conversation."""


@dataclass(frozen=True)
class Answer:
    """`state` read: `scores` (key -> 1 to 5; a question the customer left out is missing), `words` what else was
    said. Asked and refused have no scores and a `why`: blank, no_score, one, few, many, rest, range, decimal, negated,
    supposed, speakers, long, unclear; scale, declined. `sign` is what the reason is about."""

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
    if len(pasted) > LONGEST:
        return Answer("asked", why="long")
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
        self.tape = masked(text, len(keys), LABEL)
        self.tape.replace(REST_SUM, lambda match: "项")
        self.tape.replace(SUM, self._sum)
        self.tokens: list[_Token] = []
        self.tape.replace(TOKEN, self._token)
        numbers = re.finditer(NUMBERED, self.tape.text)
        self.used = [(match.start(), match.end()) for match in numbers]  # what was read, on the tape
        self.done: set[int] = set()  # tokens that were read

    def answer(self) -> Answer:
        text = self.tape.text
        if not self.tokens:
            self._without_scores(text)
        if UNCLEAR in text:
            raise _Stop("asked", "unclear", self._shown(text.index(UNCLEAR)))
        if DECLINED.search(text):
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
        return chr(FIRST + len(self.tokens) - 1) if len(self.tokens) < 0x0E00 else UNCLEAR

    def _at(self, sign: str) -> _Token:
        return self.tokens[ord(sign) - FIRST]

    def _shown(self, place: int) -> str:
        return self.tape.part(place, place + 1).strip()

    def _without_scores(self, text: str) -> None:
        if DECLINED.search(text):
            raise _Stop("refused", "declined")
        if "负分" in text:
            raise _Stop("refused", "scale", "负分")
        raise _Stop("asked", "unclear" if UNCLEAR in text else "no_score")

    def _stop_at_doubt(self, text: str) -> None:
        """Numbers the customer denies, supposes or is vague about."""
        if (match := RANGE.search(text)) and not self._dashed(text):
            raise _Stop("asked", "range", self.tape.part(match.start(), match.end()))
        places = [match.start() for match in re.finditer(SCORE, text)]
        for match in SUPPOSED_FROM_HERE.finditer(text):
            end = re.search(r"[。!!\n]", text[match.end() :])
            if any(match.start() < p and (end is None or p < match.end() + end.start()) for p in places):
                raise _Stop("asked", "supposed", match[0])
        for clause in re.findall(r"[^,,。;;!!\n]+[??]*", text):
            if re.search(SCORE, clause) and (match := SUPPOSED_HERE.search(clause)):
                raise _Stop("asked", "supposed", match[0])
        for clause in re.findall(r"[^,,。;;!!\n\s]+", text):
            if re.search(SCORE, clause):
                if match := NEGATED.search(clause):
                    raise _Stop("asked", "negated", match[0])
                if match := AROUND.search(clause):
                    raise _Stop("asked", "range", match[0])

    def _dashed(self, text: str) -> bool:
        """5-5-4-5: as many scores as questions, and nothing but dashes between."""
        return bool(re.search(rf"(?<![-~]){SCORE}(?:-{SCORE}){{{len(self.keys) - 1}}}(?![-~])", text))

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
        for match in re.finditer(rf"{SCORE}(?:{between}{SCORE})*", text):
            signs = re.findall(SCORE, match[0])
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
        gaps = {"".join(gap.split()) for gap in re.split(SCORE, run)[1:-1]}
        return all(token.with_unit for token in tokens) or len(gaps) <= 1

    def _free(self, text: str, start: int, end: int) -> bool:
        """Does the run stand by itself? 我住1512 and 5 5 4 5人 are no answers."""
        before, after = text[:start], text[end:]
        if MEASURED in (after.lstrip()[:1], before.rstrip()[-1:]):
            return False
        clause = re.split(r"[,,。;;!!\n]", before)[-1] + re.split(r"[,,。;;!!\n]", after)[0]
        if end - start == 1 and OTHER_NUMBER.search(clause):
            return False
        last = before[-1:]
        return not (last.isalnum() or last == MASKED) or last in PRAISE or bool(LEAD.search(before))

    def _by_name(self, text: str) -> dict[str, int]:
        """Scores given by the question's name or number, to all of them, or to the rest."""
        found: dict[str, int] = {}
        several = rf"(?P<labels>(?:{LABEL})(?:(?:[、,和跟与\s]|还有)+(?:{LABEL}))+)"
        named = rf"{OPEN}{BEFORE_LABEL}{several}(?:都|均|各|全){FILL}(?P<t>{SCORE}){TAIL}"
        for match in re.finditer(named, text):
            for label in re.findall(LABEL, match["labels"]):
                self._give(found, KEYS[label], match)
        for match in re.finditer(rf"{OPEN}{BEFORE_LABEL}(?P<label>{LABEL}){FILL}(?P<t>{SCORE}){TAIL}", text):
            self._give(found, KEYS[match["label"]], match)
        for match in re.finditer(rf"(?P<marker>[{MARKERS}])(?:{LABEL})?{FILL}(?P<t>{SCORE}){TAIL}", text):
            if ord(match["t"]) - FIRST not in self.done:
                self._give(found, self.keys[MARKERS.index(match["marker"])], match)
        rest = self._common(rf"{REST}(?P<t>{SCORE}){TAIL}", text)
        every = self._common(rf"{ALL}(?P<t>{SCORE}){TAIL}", text)
        self._stop_at_leftovers(text, bool(found), rest is not None or every is not None)
        if marker := re.search(f"[{MARKERS}]", self._unused(text)):
            raise _Stop("asked", "unclear", self._shown(marker.start()))
        if rest is not None and every is not None:
            raise _Stop("asked", "unclear")
        if rest is not None and (not found or self._labels_left(text, bare=False)):
            raise _Stop("asked", "rest")
        if self._labels_left(text, bare=True) or EXCEPT.search(self._unused(text)):
            raise _Stop("asked", "rest")
        common = rest if rest is not None else every
        if common is not None:
            return {key: found.get(key, common) for key in self.keys}
        if len(found) < len(self.keys) and PRAISE_OF_REST.search(self._unused(text)):
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
        self.done.add(ord(match["t"]) - FIRST)
        self.used.append((match.start(), match.end()))

    def _common(self, pattern: str, text: str) -> int | None:
        """The one score given to all, or to the rest."""
        values = set()
        for match in re.finditer(pattern, text):
            token = self._at(match["t"])
            if ord(match["t"]) - FIRST in self.done or len(token.values) != 1:
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
            raise _Stop("asked", "rest" if PRAISE_OF_REST.search(text) else "one", left[0].shown)
        gaps = re.findall(rf"{SCORE}([^\ue100-\uefff]*)(?={SCORE})", text)
        if digits == count or not all(re.fullmatch(rf"[{BREAK}]*", gap) for gap in gaps):
            raise _Stop("asked", "unclear", left[0].shown)
        raise _Stop("asked", "few" if digits < count else "many")

    def _labels_left(self, text: str, bare: bool) -> bool:
        """Is a question named that got no score? `bare`: with nothing said about it either."""
        after = rf"(?=[{BREAK}]|$)" if bare else ""
        return bool(re.search(rf"(?:{LABEL}){after}", self._unused(text)))

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
                lead = LEAD.search(self.tape.text[at:start]) if start < len(self.tape.text) else None
                pieces.append(self.tape.part(at, at + lead.start() if lead else start))
            at = max(at, end)
        stripped = [re.sub(r"^[\s,,、;;。.!!:|/~\-]+|[\s,,、;;。.!!:|/~\-]+$", "", p) for p in pieces]
        return ",".join(piece for piece in stripped if any(category(sign)[0] in "LNS" for sign in piece))


def _made(match: re.Match[str], questions: int) -> _Token | None:
    """The token of a match of TOKEN; None where it is no number of points."""
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
    if not unit and text[match.end() : match.end() + 1] in tuple(COUNTERS):
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
