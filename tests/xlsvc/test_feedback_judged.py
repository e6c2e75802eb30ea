"""Comments written before there was a lexicon, and never shown to whoever wrote it: what is read wrong, what is left to a
person. Several classes are right where people would differ; 中性 is right only as 待人工."""

from __future__ import annotations

from pathlib import Path

from xlsvc.feedback_text import classify
from xlsvc.feedback_text_words import packaged_lexicon

COMMENTS = Path(__file__).resolve().parents[1] / "data" / "comments.csv"
BY_HAND = "待人工"
MOST_WRONG, MOST_BY_HAND = 0.03, 0.40


def test_few_comments_are_read_wrong_and_most_are_read() -> None:
    lines = COMMENTS.read_text(encoding="utf-8").splitlines()[1:]
    judged = [(text, classes.split("|")) for text, _, classes in (line.rpartition(",") for line in lines)]
    read = list(classify([text for text, _ in judged], packaged_lexicon()))
    assert len(read) == len(judged) >= 200
    wrong = [(text, right, found) for (text, right), found in zip(judged, read, strict=True) if found not in (BY_HAND, *right)]
    assert len(wrong) <= MOST_WRONG * len(judged), wrong
    assert read.count(BY_HAND) <= MOST_BY_HAND * len(judged)
