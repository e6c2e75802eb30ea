"""The unsent mail: exact headers, read back by the standard library in both its ways, the same bytes each time."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import datetime
from email.header import decode_header, make_header
from typing import Any

import pytest

from workbook.sheets.customer_forms import FORMS
from xlsvc.form_drafts import draft, encoded_words
from xlsvc.settings import Settings

FACTS: dict[str, Any] = {
    "服务人员": "张工", "服务电话": "010-88001234", "服务日期": datetime(2024, 5, 1), "回执码": "7KQM-4XTR", "部门": "技术部",
    "告知语": "信息仅用于服务改进,自愿填写。",
}  # fmt: skip
BOOK = bytes(range(256)) * 40
LONG = "客户满意度调查表 SN20240501001 " + "特别长的名字" * 7 + "🙂.xlsx"
POLICIES = (email.policy.default, email.policy.compat32)


def made(name: str = "表单 王女士.xlsx", to: str = "wang@example.cn", form: str = "S002", facts: dict[str, Any] = FACTS) -> bytes:
    return draft(FORMS[form], facts, Settings.packaged(), to, name, BOOK)


def test_the_exact_headers() -> None:
    head, _, rest = made().partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"X-Unsent: 1",
        b"To: wang@example.cn",
        b"Subject: =?utf-8?B?6K+35oKo6K+E5Lu35oiR5Lus55qE5pyN5YqhOuWuouaIt+a7oQ==?=",
        b" =?utf-8?B?5oSP5bqm6LCD5p+l6KGoKOWUruWQjuacjeWKoemDqCk=?=",
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/mixed; boundary="=_form_7KQM4XTR"',
    ]
    attached = rest.split(b"--=_form_7KQM4XTR")[2].partition(b"\r\n\r\n")[0]
    assert attached.split(b"\r\n")[1:] == [
        b"Content-Type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;",
        b' name="=?utf-8?B?6KGo5Y2VIOeOi+Wls+Wjqy54bHN4?="',
        b"Content-Transfer-Encoding: base64",
        b"Content-Disposition: attachment;",
        b" filename*=utf-8''%E8%A1%A8%E5%8D%95%20%E7%8E%8B%E5%A5%B3%E5%A3%AB.xlsx",
    ]


@pytest.mark.parametrize("name", ["表单 王女士.xlsx", LONG, "form.xlsx", 'a"b\\c.xlsx', "100%;'x'.xlsx", "表" * 80 + ".xlsx"])
@pytest.mark.parametrize("policy", POLICIES)
def test_old_and_new_programs_read_the_same_name(name: str, policy: Any) -> None:
    message = email.message_from_bytes(made(name), policy=policy)
    assert message.defects == []
    text, book = message.get_payload()
    assert (text.defects, book.defects) == ([], [])
    assert book.get_filename() == name, "RFC 2231"
    assert str(make_header(decode_header(book.get_param("name")))) == name, "RFC 2047"
    assert str(make_header(decode_header(str(message["Subject"])))) == "请您评价我们的服务:客户满意度调查表(售后服务部)"
    assert (message["X-Unsent"], message["To"]) == ("1", "wang@example.cn")
    assert book.get_content_disposition() == "attachment"
    assert book.get_payload(decode=True) == BOOK


def test_the_text() -> None:
    message = email.message_from_bytes(made())
    text = message.get_payload()[0]
    assert text.get_content_charset() == "utf-8"
    assert text.get_payload(decode=True).decode().replace("\r\n", "\n") == (
        "您好!\n\n感谢您选择我们的服务。2024年5月1日由技术部张工为您提供了售后服务。想请您花两分钟填一填附件《客户满意度调查表》。\n\n"
        "1. 打开附件“表单 王女士.xlsx”,在淡黄色的格子里选分数或写几句话;\n2. 保存后,回复这封邮件并带上附件。\n\n"
        "信息仅用于服务改进,自愿填写。\n有问题请拨打 010-88001234。\n\n技术部\n"
    )


def test_an_anonymous_form_names_nobody_and_carries_no_code() -> None:
    content = made(form="S001", name="售后服务客户评价表.xlsx", facts={"部门": "技术部", "服务人员": "张工"})
    text = email.message_from_bytes(content).get_payload()[0].get_payload(decode=True).decode()
    assert "张工" not in text
    assert b'boundary="=_form_form"' in content


@pytest.mark.parametrize("name", ["表单 王女士.xlsx", LONG, "表" * 80 + ".xlsx"])
def test_no_line_is_too_long_and_none_ends_in_a_bare_newline(name: str) -> None:
    content = made(name)
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    lines = content.decode("ascii").split("\r\n")
    assert [line for line in lines if len(line) > 78] == [
        "Content-Type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;"
    ]
    for word in re.findall(r"=\?[^ ]+\?=", content.decode()):
        assert len(word) <= 75
        decode_header(word)[0][0].decode("utf-8")  # no character torn in two


@pytest.mark.parametrize(
    "to", ["", "13812345678", "王 <x@y.cn>\r\nBcc: all@y.cn", "x@y.cn\r\nBcc: all@y.cn", "x@y.cn>,<z@y.cn", "王女士"]
)
def test_nothing_but_a_plain_address_gets_into_a_header(to: str) -> None:
    message = email.message_from_bytes(made(to=to), policy=email.policy.default)
    assert message["Bcc"] is None
    assert message["To"] in (None, "x@y.cn")
    assert message.keys() == ["X-Unsent", *["To"] * ("To" in message), "Subject", "MIME-Version", "Content-Type"]


def test_a_name_cannot_break_out_of_its_header() -> None:
    message = email.message_from_bytes(made("a\r\nX-Evil: 1\u202e.xlsx"), policy=email.policy.default)
    book = message.get_payload()[1]
    assert "X-Evil" not in book
    assert book.get_filename() == "aX-Evil: 1.xlsx"


def test_the_same_form_gives_the_same_bytes_and_nothing_of_this_machine() -> None:
    content = made()
    assert made() == content
    for header in (b"Message-ID", b"Date:", b"From:"):
        assert header not in content


def test_ascii_stays_as_it_is() -> None:
    assert encoded_words("form SN1.xlsx") == "form SN1.xlsx"
    assert encoded_words("=?x?=").startswith("=?utf-8?B?")
