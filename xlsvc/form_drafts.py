"""An unsent mail with a form attached: an .eml file that opens as a draft, to be looked at and sent by hand.

The bytes hang on nothing but what is given: no host name, no clock, no chance; the boundary comes from the receipt code.
A Chinese subject and a Chinese file name are written the way old mail programs read them (RFC 2047 in Subject and in the
`name` of the attachment) and the way new ones do (RFC 2231 in `filename`).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import quote

from workbook.sheets.customer_forms import NOTICE, RECEIPT, Form

from .form_words import fact_text
from .same_customer import mail_address
from .settings import Settings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENCODED_WORD = 39
"""Bytes of text in one encoded word: 52 letters and 12 around them leave room for "Subject: " in the 76 of a line."""

PIECE = 54
"""Letters of one piece of an RFC 2231 file name, so that the line stays below 78."""

LINE = "\r\n"


def draft(
    form: Form, facts: Mapping[str, object], settings: Settings, recipient: str, file_name: str, content: bytes
) -> bytes:
    """The .eml of one form. `facts` by defined name (see form_words), `recipient` a mail address or "" (the clerk fills
    it in), `file_name` of the attachment with its extension, `content` its bytes.

    A recipient that is no plain address is left out: nothing of it gets into a header.
    """
    token = fact_text(facts, RECEIPT)
    mark = re.sub(r"[^0-9A-Za-z]", "", token) or "form"
    text = _text(form, facts, settings, file_name)
    return unsent(_subject(form, settings), text, file_name, content, f"form_{mark}", [mail_address(recipient)])


def unsent(
    subject: str, text: str, file_name: str, content: bytes, mark: str, to: Iterable[str] = (), copies: Iterable[str] = ()
) -> bytes:
    """The .eml of a mail with one workbook attached. `mark` (ASCII letters, digits, _) makes its boundary; `to` and `copies`
    are plain mail addresses, blank ones are left out."""
    boundary = f"=_{mark}"
    head = ["X-Unsent: 1"]
    for name, addresses in (("To", to), ("Cc", copies)):
        if known := [address for address in addresses if address]:
            head.append(f"{name}: " + f",{LINE} ".join(known))
    head += [
        f"Subject: {encoded_words(subject)}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{boundary}"',
    ]
    body = ['Content-Type: text/plain; charset="utf-8"', "Content-Transfer-Encoding: base64"]
    attached = [
        f"Content-Type: {XLSX};{LINE} name=\"{encoded_words(file_name)}\"",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: attachment;{LINE} {_file_name(file_name)}",
    ]
    said = text.replace("\n", LINE).encode()
    parts = [LINE.join([*lines, "", _base64(data)]) for lines, data in ((body, said), (attached, content))]
    whole = LINE.join([*head, ""]) + "".join(f"{LINE}--{boundary}{LINE}{part}" for part in parts)
    return f"{whole}{LINE}--{boundary}--{LINE}".encode("ascii")


def encoded_words(text: str) -> str:
    """A header's text by RFC 2047: each word at most 75 letters, no character torn in two; ASCII stays as it is."""
    text = "".join(c for c in text if c.isprintable())
    if text.isascii() and "=?" not in text and len(text) <= ENCODED_WORD and not set(text) & set('"\\'):
        return text
    pieces, size = [""], 0
    for character in text:
        length = len(character.encode())
        if size + length > ENCODED_WORD:
            pieces, size = [*pieces, ""], 0
        pieces[-1] += character
        size += length
    return f"{LINE} ".join(f"=?utf-8?B?{b64encode(piece.encode()).decode()}?=" for piece in pieces)


def _file_name(name: str) -> str:
    """`filename` by RFC 2231, in pieces where it is long."""
    letters = quote("".join(c for c in name if c.isprintable()), safe="-._")
    if len(letters) <= PIECE:
        return f"filename*=utf-8''{letters}"
    pieces = [""]
    for unit in re.findall(r"%[0-9A-F]{2}|.", letters):  # no %E5 is torn
        if len(pieces[-1]) + len(unit) > PIECE:
            pieces.append("")
        pieces[-1] += unit
    pieces[0] = f"utf-8''{pieces[0]}"
    return f";{LINE} ".join(f"filename*{n}*={piece}" for n, piece in enumerate(pieces))


def _base64(data: bytes) -> str:
    letters = b64encode(data).decode()
    return LINE.join(letters[at : at + 76] for at in range(0, len(letters), 76))


def _subject(form: Form, settings: Settings) -> str:
    return f"请您评价我们的服务:{form.profile.title}" + (f"({settings.office_name})" if settings.office_name else "")


def _text(form: Form, facts: Mapping[str, object], settings: Settings, file_name: str) -> str:
    office = fact_text(facts, "部门") or settings.office_name
    person, phone = fact_text(facts, "服务人员"), fact_text(facts, "服务电话") or settings.form_phone
    day = facts.get("服务日期")
    on = f"{day.year}年{day.month}月{day.day}日" if isinstance(day, datetime) else ""
    served = "" if form.profile.anonymous else f"{on}由{office}{person}为您提供了售后服务。" if person else ""
    lines = [
        "您好!", "",
        f"感谢您选择我们的服务。{served}想请您花两分钟填一填附件《{form.profile.title}》。", "",
        f"1. 打开附件“{file_name}”,在淡黄色的格子里选分数或写几句话;",
        "2. 保存后,回复这封邮件并带上附件。", "",
        fact_text(facts, NOTICE) or settings.form_notice,
    ]  # fmt: skip
    if phone:
        lines.append(f"有问题请拨打 {phone}。")
    return "\n".join([*lines, "", office, ""])

