"""Customers' comments read by the office's lexicon (评语词 of 选项与关键词): 表扬类, 投诉类, 建议类, 无意见 or 待人工.

Never a forced guess: what the lexicon does not know, what is neutral, a question, doubtful or ironic praise stays 待人工.
What is decided, and why: a complaint or a suggestion must be answered within 3 working days (S000.R10), so that a missed
one harms and a call too many does not. Praise followed by a plain complaint is a complaint; a complaint followed by praise
(等了三天,但师傅很好) is for a person. A wish is a suggestion unless a plain complaint stands beside it; where all that
stands beside it is softened (有点慢,希望改进) a person decides. Praise with a wish is a suggestion.

A word counts with what stands before it in its half-sentence: 没有推诿 is praise, 不太满意 a complaint, 没有回复 too; what
follows 希望 is wished for, not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbook.sheets.comment_words import (
    COMPLAINT,
    EXPECTED,
    IGNORED,
    NEGATION,
    PRAISE,
    QUESTION,
    UNSURE,
    WISH,
)
from workbook.values import plain
from workbook.values.cleaning import is_nothing

from .feedback_text_plain import MARK, softened, spread
from .feedback_text_words import Hit, Lexicon

CLASS_PRAISE, CLASS_COMPLAINT, CLASS_WISH = "表扬类", "投诉类", "建议类"
CLASS_NOTHING, CLASS_UNSURE = "无意见", "待人工"

NEGATION_REACH = 4
"""Characters between a negation and the word it turns (并没有给我们解决)."""
BETWEEN = frozenset(
    "太很怎么那特别非常十分够是有得到给我们您能及时真正完全彻底感觉想象中的上次以前比任何什么一点样这让人令帮被把为进行去来再"
)
"""Characters that may stand between a negation and its word; others (不花钱就修好了) leave it in doubt."""
MENDING = ("不要", "别", "不再", "避免", "少", "改", "解决", "缩短", "降低", "杜绝", "取消", "简化", "优化", "加强")
AGAIN = ("别再", "不要再", "不再")
"""What is wished not to happen again has happened (希望别再骗人): no mere suggestion, and no plain complaint either."""
UNKNOWN = 4
"""Characters of a half-sentence after the praise, with no word of the lexicon, that make it doubtful (…,少了两颗螺丝)."""
CHAINED = 1
"""Characters between two words that one negation turns (没有推诿、扯皮)."""
OPPOSITE = {PRAISE: COMPLAINT, COMPLAINT: PRAISE, EXPECTED: COMPLAINT}
_ENDS = MARK + "了啊呀哦呢哈的吧"
_FILLERS = "的了呢吧啊呀哦哈都也就目前暂时现在其他其它方面地谢"
_QUOTES = "“”\"'‘’「」『』《》"


@dataclass(frozen=True, slots=True)
class Comment:
    """How a comment was read. `keywords`: the lexicon's words (选项) it rests on, each once, in their order; `topics`: those
    of complaints among them, wished away or told."""

    said: str
    keywords: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


_BLANK = Comment("")


def classify(comments: Sequence[str], lexicon: Lexicon) -> list[str]:
    """The class of each comment: 表扬类, 投诉类, 建议类, 无意见, 待人工, "" for one without a letter or figure.

    Each distinct comment is read once. Never raises for what stands in a comment.
    """
    return [comment.said for comment in read(comments, lexicon)]


def topics(comments: Sequence[str], lexicon: Lexicon) -> Counter[str]:
    """How many of the comments name each keyword of a complaint (等待时间长), whatever their wording."""
    return Counter(topic for comment in read(comments, lexicon) for topic in comment.topics)


def read(comments: Iterable[str], lexicon: Lexicon) -> list[Comment]:
    """Every comment as it is read, each distinct one once."""
    known: dict[str, Comment] = {}
    found = []
    for text in comments:
        if text not in known:
            known[text] = _read(text, lexicon)
        found.append(known[text])
    return found


def _read(text: str, lexicon: Lexicon) -> Comment:
    line = spread(text)
    if not line.strip(f"{MARK}、"):
        return Comment(CLASS_NOTHING) if is_nothing(plain(text)) else _BLANK
    if lexicon.says_nothing(line, _FILLERS):
        return Comment(CLASS_NOTHING)
    told = _Told(line, lexicon.hits(line))
    told.unsure |= "?" in text or "\uff1f" in text
    return Comment(told.verdict(), told.keywords(), told.topics())


class _Told:
    """The words found in one comment, with what each is worth where it stands."""

    def __init__(self, line: str, hits: list[Hit]) -> None:
        self.line = line
        self.opinions: list[tuple[str, Hit, str]] = []  # 表扬 or 投诉 as it counts, the word, and how it is told
        self.wished: list[Hit] = []  # complaints that a wish wants away
        self.wish = self.question = self.unsure = self.plain = False
        self.hits = hits
        self._judge([hit for hit in hits if hit.said != IGNORED])

    def _judge(self, hits: list[Hit]) -> None:
        clause_end, wishing, supposing, doubled = -1, False, False, False
        before: Hit | None = None  # the negation that waits for its word
        last: tuple[int, str] | None = None  # end and class of the word a negation turned last
        for n, hit in enumerate(hits):
            if hit.start > clause_end:
                self._dangling(before)
                clause_end = self.line.find(MARK, hit.start) % (len(self.line) + 1)
                rest = [h for h in hits[n:] if h.start <= clause_end]
                doubled, before, last = False, None, None
                supposing = any(h.text in ("如果", "要是", "假如", "万一") for h in rest)
                ending = any(h.said == WISH and h.text.startswith(("就", "会更", "更好")) for h in rest)
                wishing = ending
            if hit.said == NEGATION and hit.text == self.line[self.line.rfind(MARK, 0, hit.start) + 1 : clause_end]:
                continue  # 没有,都挺好
            if hit.said == NEGATION:
                doubled = before is not None and hit.start - before.end <= NEGATION_REACH
                self.unsure = self.unsure or doubled
                before = hit
            elif hit.said == WISH:
                self.wish = wishing = True
                before = None
            elif hit.said == QUESTION:
                self.question = True
            elif hit.said == UNSURE:
                self.unsure = True
            elif hit.said in OPPOSITE:
                turned, doubt = self._turned(hit, before, last)
                if turned:
                    last = (hit.end, hit.said)
                else:
                    self._dangling(before)
                told = f"{before.text if before else '没'}{hit.text}" if turned and hit.said != EXPECTED else hit.keyword
                before = None
                self._count(hit, told, turned, doubt or supposing or doubled, wishing)
                doubled = False
        self._dangling(before)

    def _turned(self, hit: Hit, before: Hit | None, last: tuple[int, str] | None) -> tuple[bool, bool]:
        """Does a negation turn the word, and is that in doubt (不是不满意, 不是很慢)?"""
        if before is not None and 0 <= hit.start - before.end <= NEGATION_REACH:
            own = hit.said == COMPLAINT and hit.text[0] in "不没未无"
            between = hit.start - before.end
            if not BETWEEN.issuperset(self.line[before.end : hit.start]):
                return True, True
            if hit.said == EXPECTED and before.text.startswith(("不会", "不是", "不算", "不太", "非", "并非")):
                return True, True
            weak = hit.said == COMPLAINT and (between > 1 or before.text in ("不是", "不算", "不太", "不够", "不是很", "不怎么"))
            return True, own or weak
        if last is not None and hit.said == last[1] and 0 <= hit.start - last[0] <= CHAINED:
            return True, False
        return False, False

    def _count(self, hit: Hit, told: str, turned: bool, doubt: bool, wishing: bool) -> None:
        said = OPPOSITE[hit.said] if turned else hit.said
        if said == EXPECTED:
            return
        if wishing:
            if hit.said == COMPLAINT:
                self.wished.append(hit)
                if not turned and not self._to_be_mended(hit):
                    self.unsure = self.plain = True
            return
        if doubt or (said == PRAISE and not turned and self._hollow(hit)):
            self.unsure = True
            return
        self.opinions.append((said, hit, told))

    def _to_be_mended(self, hit: Hit) -> bool:
        """Does the half-sentence ask to have it mended, or not again (希望不要让客户等太久)?"""
        start = self.line.rfind(MARK, 0, hit.start) + 1
        end = self.line.find(MARK, hit.end)
        said = self.line[start : end if end >= 0 else None]
        if any(word in said for word in AGAIN):
            return False
        return any(word in said for word in MENDING)

    def _hollow(self, hit: Hit) -> bool:
        """Praise in quotes is irony more often than not; 好 within a half-sentence is 好吵, 好半天."""
        quoted = self.line[hit.start - 1 : hit.start] in set(_QUOTES) and self.line[hit.end : hit.end + 1] in set(_QUOTES)
        return quoted or (hit.end - hit.start == 1 and self.line[hit.end : hit.end + 1] not in _ENDS and hit.text < "\U0001f000")

    def _dangling(self, before: Hit | None) -> None:
        """A negation of something the lexicon does not know makes praise doubtful (师傅很好,螺丝没拧紧)."""
        if before is not None:
            self.unsure = True

    def _goes_on(self, after: int) -> bool:
        """Does a half-sentence that the lexicon knows nothing of follow?"""
        start = self.line.find(MARK, after)
        while start >= 0:
            end = self.line.find(MARK, start + 1)
            stop = end if end >= 0 else len(self.line)
            if stop - start > UNKNOWN and not any(start < hit.start < stop for hit in self.hits):
                return True
            start = end
        return False

    def verdict(self) -> str:
        praise = [hit for said, hit, _ in self.opinions if said == PRAISE]
        complaint = [hit for said, hit, _ in self.opinions if said == COMPLAINT]
        if self.question:
            return CLASS_UNSURE
        if complaint:
            if praise and praise[-1].start > complaint[-1].start:
                return CLASS_UNSURE
            soft = self.wish and all(softened(self.line, hit.start) for hit in complaint)
            return CLASS_UNSURE if soft else CLASS_COMPLAINT
        if self.wish:
            return CLASS_UNSURE if self.plain else CLASS_WISH
        return CLASS_PRAISE if praise and not self.unsure and not self._goes_on(praise[-1].end) else CLASS_UNSURE

    def keywords(self) -> tuple[str, ...]:
        counted = [(hit.start, told) for _, hit, told in self.opinions] + [(hit.start, hit.keyword) for hit in self.wished]
        return tuple(dict.fromkeys(told for _, told in sorted(counted)))

    def topics(self) -> tuple[str, ...]:
        told = [hit for said, hit, _ in self.opinions if said == COMPLAINT and hit.said != PRAISE]
        counted = sorted([*told, *self.wished], key=lambda hit: hit.start)
        return tuple(dict.fromkeys(hit.keyword for hit in counted))
