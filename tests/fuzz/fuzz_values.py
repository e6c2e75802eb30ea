"""Random cells against every reader of values, run by hand: python -m tests.fuzz.fuzz_values [seconds] [seed].

Each reader may only answer as its docstring says, quickly, and what it has read it must read again the same.
What was found stands as a case in tests/workbook/test_values_fuzzed.py.
"""

from __future__ import annotations

import math
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from tests.support.ledgers import document_rows
from workbook.book import CellError
from workbook.issues import Issue
from workbook.messages import MESSAGES
from workbook.schema import Column
from workbook.sheets import SHEETS
from workbook.values import (
    Parsed,
    Vocabularies,
    half_up,
    is_phone_like,
    number_text,
    parse_duration,
    read_confirmation,
    read_moment,
    read_one,
    show_duration,
    split_compound,
    split_owner,
)
from workbook.values.cleaning import is_summary
from xlsvc.compound_cells import split_customer, split_problem, split_product

SLOW = 0.2  # seconds a cell of at most 32,767 characters may take
LONGEST = 32_767
PIECES = (
    "2024-03-15", "2024/3/1 9:00", "2024年3月15日", "3月5日", "下午3点半", "24:00", "9:5", "45413.375", "20240315",
    "当天", "次日 8:00", "星期五", "1900-02-29", "60", "2958466", "-1", "1e999", "nan", "inf", "1_000", "0x10",
    "24小时内", "2小时30分", "半天", "一个半小时", "十二个工作日", "1周", "不超过", "24-48小时", "分钟", "h",
    "13800001111", "138****1111", "010-1234", "+86 138", "1.38E+10", "微信:abc", "转123", "(010)", "x", "×", "•",
    "张女士", "王", "技术部", "*", "李工", "/", "／", "·", ":", "、", ",", ";", "|", "满意", "不", "同意", "未签字", "ok",
    "紧急", "一般", "P1", "VIP", "老客户", "合计", "综合得分", "平均:", "√", "×", "是", "否", "%", "万", "¥", "5分", "五",
    " ", "\t", "\n", "\r\n", "\u3000", "\u200b", "\ufeff", "\u00a0", "\u202e", "'", '"', "“", "=", "-", "—", "无", "n/a",
    "٣", "④", "½", "Ⅻ", "㈱", "１２", "😀", "e\u0301", "\ud800", "\x00", "_x000D_", "{", "}", "{old}", "%s", "\\",
)  # fmt: skip
NUMBERS = (
    0.0, -0.0, 1.0, 0.5, 59.0, 60.0, 61.0, 45413.375, 2958465.99999999, 2958466.0, 73050.0, 73050.999999, 1e15, 1e16,
    1e22, 1e308, 5e-324, 1e-7, -1.0, 13800001111.0, 138000011110000.0, 2.675, 4.45, math.inf, -math.inf, math.nan,
    20240315.0, 202403151400.0, 0.999999999, 36525.9999999, True, False, CellError("#N/A"), CellError("x"), None, "",
)  # fmt: skip


def cells(random_: random.Random) -> Iterator[Any]:
    """Cells as they are typed, spoilt, joined, repeated to the limit, and numbers."""
    typed = [str(cell) for rows in document_rows().values() for row in rows for cell in row.values() if cell]
    kinds: list[Callable[[], Any]] = [
        lambda: random_.choice(NUMBERS),
        lambda: random_.choice((1, -1)) * random_.random() * 10 ** random_.randint(-10, 25),
        lambda: _spoilt(random_.choice(typed), random_),
        lambda: "".join(random_.choices(PIECES, k=random_.randint(1, 6))),
        lambda: "".join(random_.choices(PIECES, k=random_.randint(1, 6))),
        lambda: _long(random_),
    ]
    while True:
        cell = random_.choices(kinds, (4, 6, 12, 12, 12, 1))[0]()
        yield cell[:LONGEST] if isinstance(cell, str) else cell


def _spoilt(text: str, random_: random.Random) -> str:
    characters = list(text)
    for _ in range(random_.randint(1, 3)):
        at = random_.randrange(len(characters) + 1)
        what = random_.randrange(4)
        if what == 0:
            characters[at:at] = random_.choice(PIECES)
        elif what == 1:
            del characters[at : at + 1]
        elif what == 2:
            characters[at : at + 1] = chr(random_.randrange(0x30, 0x3A))
        else:
            characters[at : at + 1] = chr(random_.randrange(0x11_0000))
    return "".join(characters)


def _long(random_: random.Random) -> str:
    """A few pieces, again and again, with another one behind: what backtracking dislikes."""
    unit = "".join(random_.choices(PIECES, k=random_.randint(1, 3)))
    start, end = random_.choice((*PIECES, "")), random_.choice((*PIECES, "", "\na"))
    return start + (unit * LONGEST)[: LONGEST - len(start) - len(end)] + end


def check(cell: Any, column: Column, vocabularies: Vocabularies) -> None:
    """Raises AssertionError where a reader does not keep its word."""
    parsed = read_one(column, cell, vocabularies)
    assert isinstance(parsed, Parsed)
    if parsed.code:
        message = MESSAGES[parsed.code]
        assert message.level in ("error", "warning", "repaired")
        Issue(parsed.code, "表", 4, column.heading, "A4", dict(parsed.values)).message  # noqa: B018  formats it
    value = parsed.value
    if isinstance(value, float):
        assert math.isfinite(value)
    if isinstance(value, datetime):
        assert read_moment(value.isoformat(" "), column.kind).value == value
    if (
        column.kind in ("choice", "yesno", "duration")
        and isinstance(value, str)
        and parsed.code != "value.unknown_word"
    ):
        again = read_one(column, value, vocabularies)
        assert again.value == value
    if column.kind == "phone" and isinstance(cell, str) and isinstance(value, str):
        digits = [c for c in value if c.isdigit()]
        assert "e" in cell.lower() or "E" in cell or len(digits) <= sum(c.isdigit() for c in _folded(cell))


def _folded(text: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFKC", text)


def check_text(text: str, vocabularies: Vocabularies) -> None:
    """The readers that take text alone."""
    for tail in ("", "date", "phone"):
        head, rest = split_compound(text, tail)
        assert rest is None or len(head) + len(rest) < len(text) or not text
    split_compound(text, "choice", vocabularies, "工单紧急程度")
    split_customer(text)
    split_product(text)
    split_problem(text, vocabularies)
    assert all(isinstance(part, str) for part in split_owner(text))
    assert read_confirmation(text) in ("满意", "同意", "不满意", "仅签名", "")
    is_phone_like(text)
    is_summary(text)
    found = parse_duration(text)
    if found is not None:
        assert math.isfinite(found[0])
        assert found[0] > 0
        assert parse_duration(show_duration(*found)) == found or found[0] > 1e15 or found[0] < 1e-4
    for name in vocabularies.names():
        vocabularies.near(name, text)


def _too_long(*_: object) -> None:
    raise TimeoutError


def main(seconds: float, seed: int) -> None:
    random_ = random.Random(seed)
    signal.signal(signal.SIGALRM, _too_long)
    vocabularies = Vocabularies.packaged()
    by_kind = {(column.kind, column.choices): column for sheet in SHEETS for column in sheet.columns}
    columns = list(by_kind.values())
    found: dict[str, int] = {}
    count, until = 0, time.monotonic() + seconds
    for cell in cells(random_):
        if time.monotonic() > until:
            break
        count += 1
        jobs = [(c.kind, partial(check, cell, c, vocabularies)) for c in random_.sample(columns, 6)]
        if isinstance(cell, str):
            jobs.append(("text", partial(check_text, cell, vocabularies)))
        if isinstance(cell, float):
            jobs += [("rounding", partial(half_up, cell, 2)), ("number", partial(number_text, cell))]
        for kind, job in jobs:
            started, fault = time.process_time(), ""
            try:
                signal.setitimer(signal.ITIMER_REAL, 20)
                job()
                signal.setitimer(signal.ITIMER_REAL, 0)
            except Exception as error:
                fault = f"{kind}: {type(error).__name__} {str(error)[:80]}"
            spent = time.process_time() - started
            if spent > (SLOW if kind != "text" else 5 * SLOW):
                fault = f"{kind}: slow"
            if fault:
                found[fault] = found.get(fault, 0) + 1
                if found[fault] <= 2:
                    text = repr(cell)
                    print(
                        f"{fault} ({spent:.2f} s): {text[:60]}{'…' + text[-20:] if len(text) > 80 else text[60:]}",
                        flush=True,
                    )
    print(f"{count} cells, seed {seed}: {found or 'nothing found'}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 600, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
