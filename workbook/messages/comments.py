"""What is said about the lexicon of comments (评语词)."""

from __future__ import annotations

from .message import Message, warning

MESSAGES: dict[str, Message] = {
    "feedback.word_class": warning(
        "归类不认识",
        "“{sheet}”第 {row} 行“评语词”的归类“{text}”不认识,这一行没有使用。请改成其中之一:{known}。",
    ),
}
