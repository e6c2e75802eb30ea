"""Find a ticket by number, receipt code, customer or the last four digits of a phone, in both logs and among the answers."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pandas as pd

from workbook.issues import WorkbookError
from workbook.sheets import BY_KEY
from workbook.sheets.evaluations import EVALUATIONS
from workbook.values import half_up

from . import sla
from .customer_view import customer_lines
from .outcome import Ledger, Outcome
from .privacy import without_personal_numbers
from .scoring import evaluation_scores
from .settings import Settings
from .status_history import history
from .tickets import by_distinct, plain_number, text_column, ticket_cells, tickets, time_column

NEEDS = ticket_cells(*sla.CELLS, "customer", "contact", "customer_no", "customer_type", "problem", "confirmation",
                     "confirm_result")  # fmt: skip
MOST = 20  # matches shown
MOST_PROBLEM = 40  # characters of a problem shown
MIN_NUMBER = 3  # characters of a number that are enough to look inside numbers


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """Option text. Writes nothing; `answers` are lines for people: where the ticket stands, who and what,
    its statuses, its latest answer; then everything of the customer in a line. Phones and identity numbers are not shown.
    Raises WorkbookError find.blank."""
    text = str(ledger.options.get("text") or "").strip()
    wanted = plain_number(text)
    if not wanted:
        raise WorkbookError("find.blank")
    frame = tickets(ledger, settings).frame
    answers = _answers(ledger)
    with_ticket = by_distinct(answers["ticket"], plain_number)
    by_code = _has_code(answers["code"], wanted)
    hits = answers[_matches(answers, wanted) | by_code]
    found = frame[_matches(frame, wanted) | frame["number"].isin(set(with_ticket.loc[hits.index]) - {""})]
    others = hits[~with_ticket.loc[hits.index].isin(set(found["number"]) - {""})]
    if found.empty and others.empty:
        return _nothing(text, wanted)

    shown, rest = found.head(MOST), max(len(found) - MOST, 0)
    scores = _scores(ledger, settings) if len(answers) else pd.Series(dtype=float)
    past = history(ledger, settings, now).of(frame.index.get_indexer(shown.index))
    table = sla.statuses(shown, settings, now, past) if len(shown) else pd.DataFrame()
    lines: list[str] = []
    for place, ticket in shown.iterrows():
        own = plain_number(ticket["ticket"])
        given = answers[with_ticket == own] if own else answers.iloc[:0]
        lines += _ticket_lines(place, ticket, table.loc[[place]].iloc[0], _latest(given, scores))
        lines += [_coded_line(int(str(row)), a, scores) for row, a in given[by_code.loc[given.index]].iterrows()]
    lines += customer_lines(ledger, settings, now, found.index)
    for row, answer in others.head(MOST).iterrows():
        lines.append(_answer_line(int(str(row)), answer, scores))
    rest += max(len(others) - MOST, 0)
    if rest:
        lines.append(f"还有 {rest} 条没有列出。请把工单号或姓名写得更完整。")
    count = len(found) + len(others)
    return Outcome(
        notice=f"“{text}”:找到 {len(found)} 张工单{_and_others(with_ticket.loc[others.index])}。",
        counts={"找到": count},
        answers=lines,
    )


def _nothing(text: str, wanted: str) -> Outcome:
    """What is said where nothing is found; of a text in which little can be told, that it is too short."""
    short = len(wanted) < MIN_NUMBER and wanted.isascii()
    told = "太短,没有找到:工单号至少写三个字,电话写后四位,姓名写姓。"
    advice = _advice(text)
    return Outcome(
        notice=f"“{text}”{told}" if short else f"没有找到“{text}”。",
        counts={"找到": 0},
        answers=advice[1:] if short else advice,
    )


def _and_others(numbers: pd.Series) -> str:
    """The answers shown beside the tickets, by the ticket numbers they have."""
    astray = int((numbers != "").sum())
    loose = len(numbers) - astray
    if not astray:
        return f",另有 {loose} 份没有对应工单的评价" if loose else ""
    if not loose:
        return f",另有 {astray} 份评价,所写的工单号不在这本台账里"
    return f",另有 {loose} 份没有对应工单的评价,{astray} 份评价所写的工单号不在这本台账里"


def _has_code(codes: pd.Series, wanted: str) -> pd.Series:
    """Answers with this receipt code, typed with its hyphen or without; the #2 of a conflicting one may be left out."""
    code = wanted.replace("-", "")
    if not code:
        return pd.Series(False, index=codes.index)
    return (codes == code) | by_distinct(codes, lambda text: text.partition("#")[0] == code).astype(bool)


def _matches(frame: pd.DataFrame, wanted: str) -> pd.Series:
    """Rows whose number or customer holds the text, or whose phone ends with the digits."""
    if frame.empty:
        return pd.Series(False, index=frame.index)
    name = wanted.replace("*", "")
    found = by_distinct(frame["ticket"], plain_number) == wanted
    if len(wanted) >= MIN_NUMBER:
        found |= by_distinct(frame["ticket"], lambda t: wanted in plain_number(t)).astype(bool)
    if name and not name.isdigit():
        found |= by_distinct(frame["customer"], lambda t: name in plain_number(t).replace("*", "")).astype(bool)
    digits = re.sub(r"\D", "", wanted)
    if len(digits) >= 4 and not re.search(r"[^\d*+-]", wanted):
        found |= by_distinct(frame["contact"], lambda t: _same_phone(str(t), digits)).astype(bool)
    return found.astype(bool)


def _same_phone(contact: str, digits: str) -> bool:
    """Does the phone end with these digits? A whole number is also found where the ledger has it masked."""
    own = re.sub(r"\D", "", contact)
    if len(own) < 4:
        return False
    if own.endswith(digits):
        return True
    masked = "*" in contact and len(digits) == 11
    return masked and own[-4:] == digits[-4:] and own.startswith(digits[: len(own) - 4])


def _answers(ledger: Ledger) -> pd.DataFrame:
    """评价记录 as far as searching needs it, index as the sheet's rows."""
    raw = ledger[EVALUATIONS.key] if EVALUATIONS.key in ledger else pd.DataFrame()
    keys = ("receipt", "ticket", "customer", "contact", "profile", "improvement")
    frame = pd.DataFrame({key: text_column(raw, key) for key in keys}, index=raw.index)
    frame["evaluated_at"] = time_column(raw, "evaluated_at")
    frame["code"] = by_distinct(frame["receipt"], lambda text: plain_number(text).replace("-", ""))
    return frame


def _scores(ledger: Ledger, settings: Settings) -> pd.Series:
    """Composite by row of 评价记录; without them where the weights in 设置 cannot be used."""
    try:
        return evaluation_scores(ledger, settings)["composite"]
    except WorkbookError:
        return pd.Series(dtype=float)


def _ticket_lines(place: Any, ticket: Any, status: Any, latest: str) -> list[str]:
    sheet, row = BY_KEY[place[0]], int(place[1])
    kind = f"({ticket['customer_type']})" if ticket["customer_type"] else ""
    facts = [
        f"受理 {_moment(ticket['accepted_at'])}",
        f"状态 {ticket['status'] or '未填'}",
        f"首次响应 {status['response_status']}",
        f"解决 {status['resolution_status']}",
    ]
    if ticket["excluded"]:
        facts.append(f"不计入统计:{ticket['excluded']}")
    return [
        f"{sheet.title} 第 {row} 行 · {ticket['ticket'] or '未编号'} · {ticket['customer'] or '客户未填'}{kind} · "
        f"{_short(ticket['problem'])} · {ticket['urgency_text'] or '紧急程度未填'} · "
        f"责任人 {ticket['person'] or ticket['owner'] or '未填'}",
        f"    {' · '.join(facts)}",
        f"    {latest}",
    ]


def _latest(given: pd.DataFrame, scores: pd.Series) -> str:
    """The latest answer to a ticket, in words."""
    if given.empty:
        return "最近评价:还没有。"
    row = given["evaluated_at"].fillna(pd.Timestamp.min).sort_values(kind="stable").index[-1]
    more = f",共 {len(given)} 份" if len(given) > 1 else ""
    return f"最近评价:{_judgement(given.loc[row], row, scores)}({EVALUATIONS.title} 第 {row} 行{more})"


def _coded_line(row: int, answer: Any, scores: pd.Series) -> str:
    """An answer that was asked for by its receipt code, under its ticket."""
    return f"    回执码 {answer['receipt']}:{_judgement(answer, row, scores)}({EVALUATIONS.title} 第 {row} 行)"


def _answer_line(row: int, answer: Any, scores: pd.Series) -> str:
    number = f" · 工单号 {answer['ticket']}" if answer["ticket"] else ""
    return (
        f"{EVALUATIONS.title} 第 {row} 行 · 回执码 {answer['receipt'] or '未编号'}{number} · "
        f"{answer['customer'] or '未留姓名'} · {_judgement(answer, row, scores)}"
    )


def _judgement(answer: Any, row: Any, scores: pd.Series) -> str:
    score = scores.get(row)
    shown = "无综合得分" if score is None or pd.isna(score) else f"综合得分 {half_up(float(score), 1):.1f}"
    words = f",“{_short(answer['improvement'])}”" if answer["improvement"] else ""
    return f"{_moment(answer['evaluated_at'])} {shown}{words}"


def _moment(value: Any) -> str:
    return "未填" if pd.isna(value) else f"{value:%Y-%m-%d %H:%M}"


def _short(text: object) -> str:
    plain = without_personal_numbers(re.sub(r"\s+", " ", str(text or "")).strip())
    if not plain:
        return "问题未填"
    return plain if len(plain) <= MOST_PROBLEM else plain[: MOST_PROBLEM - 1] + "…"


def _advice(text: str) -> list[str]:
    return [
        f"“{BY_KEY['response_log'].title}”“{BY_KEY['process_log'].title}”“{EVALUATIONS.title}”里都没有“{text}”。",
        "可以这样找:工单号写三个字以上的一段(如 0501001);客户姓名写姓(如 张女士、张);电话写后四位(如 5678);回执码写全(如 7KQM-4XTR)。",
        "脱敏后残缺的号码(如 1385678)只能按留下的数字找;刚录入还没有工单号的行,请先点“一键更新”。",
    ]
