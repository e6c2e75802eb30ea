"""新词: words that stand often in comments nobody but a person could read, put into 选项与关键词 with a blank 归类.

A row with a blank 归类 does nothing; the person who writes 表扬, 投诉 or another class beside it has taught the word. A word
that is listed, classed or not, is never proposed again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

import pandas as pd

from workbook.sheets.comment_words import COMMENT_WORDS
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.reference import OPTIONS

from .feedback_text_plain import MARK, spread
from .feedback_text_rows import unread_comments
from .feedback_text_words import lexicon_of
from .outcome import Ledger, Outcome
from .settings import Settings

PROPOSED = 10
LEAST = 2
"""Comments that a word must stand in to be proposed."""
LIKELY = 100
"""Words that are counted exactly: the most frequent of those the comments are cut into."""
LONGEST = 6
EXAMPLE = 24  # characters of a comment that are shown
_COMMON = frozenset(
    """
    我们 你们 他们 师傅 客服 售后 服务 公司 维修 工程师 人员 今天 昨天 明天 上午 下午 一个 这个 那个 一次 这次 已经 然后 因为
    所以 现在 时候 可以 自己 东西 问题 电话 空调 冰箱 洗衣机 电视 手机 软件 系统 机器 产品 配件 家里 需要 觉得 没有 不是 就是
    还是 什么 怎么 一下 时间
    """.split()  # noqa: SIM905
)


def new_words(comments: Sequence[str], known: Iterable[str] = (), waiting: Iterable[str] = ()) -> list[tuple[str, int, str]]:
    """(word, comments it stands in, one of them) of the words worth a person's look, most frequent first.

    A word is two to six Chinese characters, one word or two that stand together; of a pair and its parts the pair is
    proposed where it is as frequent. `known` are not proposed, nor what overlaps `waiting` (listed, not yet classed).
    """
    import rjieba  # its dictionary is read on first use

    lines = Counter(spread(comment) for comment in comments)
    example = {spread(comment): comment for comment in reversed(comments)}
    counts: Counter[str] = Counter()
    for line, times in lines.items():
        found: set[str] = set()
        for part in line.split(MARK):
            pieces = rjieba.cut(part)
            found.update(pieces, map("".join, pairwise(pieces)))
        for word in found:
            if 2 <= len(word) <= LONGEST and all("\u4e00" <= c <= "\u9fff" for c in word):
                counts[word] += times
    passed = _COMMON | {spread(word) for word in known}
    waiting = [spread(word) for word in waiting]
    new = (w for w in counts if w not in passed and not any(w in other or other in w for other in waiting))
    likely = sorted(new, key=lambda word: (-counts[word], -len(word), word))
    held = [(word, [line for line in lines if word in line]) for word in likely[:LIKELY]]  # 真拉胯 is cut as one word
    ranked = sorted(
        ((word, sum(lines[line] for line in where), example[where[0]]) for word, where in held),
        key=lambda f: (-f[1], -len(f[0]), f[0]),
    )
    chosen: list[tuple[str, int, str]] = []
    for word, n, where in ranked:
        if n >= LEAST and not any(n <= m and (word in w or w in word) for w, m, _ in chosen):
            chosen.append((word, n, where))
    return chosen[:PROPOSED]


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """New rows of 选项与关键词 for the person to class, and what they were found in."""
    if EVALUATIONS.key not in ledger or OPTIONS.key not in ledger:
        return Outcome(notice="没有评语可看。")
    comments = unread_comments(ledger, settings)
    lexicon = lexicon_of(settings.vocabularies)
    entries = settings.vocabularies.entries(COMMENT_WORDS)
    listed = [w for e in entries for w in (e.word, *e.aliases)]
    found = new_words(comments, listed, [e.word for e in entries if not e.group])
    count = len(comments)
    if not found:
        return Outcome(notice=f"待人工的评语 {count} 条,没有反复出现的新词。", counts={"待人工评语": count, "新词": 0})
    rows = [{"vocabulary": COMMENT_WORDS, "word": word, "origin": f"新词 {n} 条"} for word, n, _ in found if word not in lexicon]
    return Outcome(
        notice=f"待人工的评语 {count} 条,新词 {len(rows)} 个已列在“{OPTIONS.title}”末尾:请在“{OPTIONS.heading('group')}”写"
        "表扬、投诉、建议或不计,不要的行可删;再点“计算得分”生效。",
        counts={"待人工评语": count, "新词": len(rows)},
        append={OPTIONS.key: pd.DataFrame(rows)},
        answers=[f"{word}({n} 条),如:{_shortened(comment)}" for word, n, comment in found],
        show=[OPTIONS.title],
        activate=OPTIONS.title,
    )


def _shortened(comment: str) -> str:
    line = " ".join(comment.split())
    return line if len(line) <= EXAMPLE else line[:EXAMPLE] + "…"
