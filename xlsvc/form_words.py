"""A form as words: the short message that a clerk copies into WeChat or a text message for one ticket.

The questions are numbered as they are answered: the scores in the form's order, then what could be better. 「55455
师傅准时」 is an answer; 登记反馈 reads it in the order of `numbered`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import quote

from workbook.issues import WorkbookError
from workbook.sheets.customer_forms import NOTICE, RECEIPT, Form, Question

from .settings import Settings

FILE = "短信微信.txt"
LONGEST = 500
"""Characters of one message, as long as a text message may be, whatever stands in 设置 and in the facts; without a long
address it is half of that."""

LONGEST_NAME, LONGEST_NOTICE = 16, 60
EXAMPLE_SCORES, EXAMPLE_WORDS = "55455", "师傅准时"
LINK_RECEIPT = "{回执码}"
IMPROVEMENT = "improvement"


def numbered(form: Form) -> list[Question]:
    """The questions of the message in the order of their numbers: every score, then the improvement, if it is asked."""
    scores = [q for q in form.questions() if q.kind == "score"]
    return scores + [q for q in form.questions() if q.key == IMPROVEMENT][:1]


def words(form: Form, facts: Mapping[str, object], settings: Settings) -> str:
    """The message for one ticket. `facts` by defined name, as they are filled into the form (服务人员, 服务电话, 服务日期,
    部门, 回执码); what is missing is left out. An anonymous form says nothing of the service and carries no code.

    Raises WorkbookError form.words_internal for a form that no customer fills in.
    """
    if form.profile.internal:
        raise WorkbookError("form.words_internal", title=form.profile.title)
    questions = numbered(form)
    scores = sum(q.kind == "score" for q in questions)
    example = (EXAMPLE_SCORES * 2)[:scores]
    lines = [f"您好!{_about(form, facts, settings)}请您用半分钟打个分(1分最低,5分最高):"]
    lines += [
        f"{n}. {q.label}" if q.kind == "score" else f"{n}. {_short(q.label.partition('(')[0], 40)}(可不填)"
        for n, q in enumerate(questions, 1)
    ]
    lines.append(f"请按顺序回复{scores}个数字,想说的话写在后面,例如:{example} {EXAMPLE_WORDS}")
    token = "" if form.profile.anonymous else fact_text(facts, RECEIPT)
    if link := _link(settings.form_link, token):
        lines.append(f"也可以网上填写:{link}")
    lines.append(_short(fact_text(facts, NOTICE) or settings.form_notice, LONGEST_NOTICE))
    if token:
        lines.append(f"(回执码 {token})")
    return "\n".join(lines)


def words_file(messages: Iterable[tuple[str, str]]) -> bytes:
    """短信微信.txt for the office: (whom it is for, the message) one below the other, to be copied one at a time. UTF-8
    with a byte order mark and CRLF, which every editor of a Chinese Windows reads."""
    parts = [f"======== 发给:{whom} ========\n{message}\n" for whom, message in messages]
    head = "一段一位客户。只复制两条横线之间的文字,不要整份转发。\n\n"
    return (head + "\n".join(parts)).replace("\n", "\r\n").encode("utf-8-sig")


def fact_text(facts: Mapping[str, object], name: str) -> str:
    """A fact that is text, on one line; "" for what is missing or is no text."""
    value = facts.get(name)
    return " ".join(str(value).split()) if isinstance(value, str) else ""


def _about(form: Form, facts: Mapping[str, object], settings: Settings) -> str:
    """Who served and when, as far as the form may say it."""
    office = _short(fact_text(facts, "部门") or settings.office_name, LONGEST_NAME)
    phone = _short(fact_text(facts, "服务电话") or settings.form_phone, 30)
    call = f"(电话 {phone})" if phone else ""
    if form.profile.anonymous:
        return f"这里是{office}{call},本次评价不记名。"
    day, person = facts.get("服务日期"), _short(fact_text(facts, "服务人员"), LONGEST_NAME)
    on = f"{day.month}月{day.day}日" if isinstance(day, datetime) else ""
    if not person:
        return f"{office}{call}{on}为您提供了售后服务。"
    return f"{'' if person.startswith(office) else office}{person}{call}{on}为您提供了售后服务。"


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _link(address: str, token: str) -> str:
    """The office's own address with the receipt code where it asks for it; "" where it needs one and there is none."""
    if LINK_RECEIPT in address:
        return address.replace(LINK_RECEIPT, quote(token)) if token else ""
    return address
