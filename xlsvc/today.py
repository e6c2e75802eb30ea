"""今日待办: the list of what is due, with the marks people have set on it, and the most urgent of it on 首页."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2s

import pandas as pd

from workbook.book import Link, Tab, Value
from workbook.sheets import BY_KEY, HOME_TITLE
from workbook.sheets.today import HOME_LINES, HOME_SUMMARY, TODAY

from .outcome import Ledger, Outcome
from .settings import Settings
from .tickets import text_column
from .today_tasks import LEVELS, NOTHING_ISSUED, OVERDUE, Issued, Task, tasks

MOST = 500
"""Tasks that are listed; who has more than these open works from the logs."""
YES = "是"


@dataclass(frozen=True)
class Noted:
    """What a person has noted at a task: 完成, 备注, and for how many alike tasks it stood then."""

    done: str = ""
    remark: str = ""
    stood_for: int = 1


Marks = Mapping[str, Noted]


def update(ledger: Ledger, settings: Settings, now: datetime, issued: Issued = NOTHING_ISSUED) -> Outcome:
    """The table 今日待办, rewritten with 完成 and 备注 of the tasks that are still there, and the lines on 首页.
    A line that stands for several tasks is open again once it stands for more than when it was ticked.

    Raises WorkbookError settings.bad, time.no_workday."""
    found = tasks(ledger, settings, now, issued)
    marks = _marks(ledger)
    ticked = [task for task in found if _is_ticked(task, marks)]
    open_tasks = [task for task in found if task not in ticked]
    counts = Counter(task.level(now) for task in open_tasks)
    notice = _summary(counts, len(ticked))
    outcome = Outcome(notice=notice, counts={"待办": len(open_tasks), "已超时的待办": counts[OVERDUE]})
    if TODAY.key in ledger:
        outcome.replace[TODAY.key] = _table(ledger, [*open_tasks, *ticked], marks, now)
        outcome.activate = TODAY.title
    if HOME_TITLE in ledger.titles:
        outcome.tabs.append(_home(ledger, open_tasks, notice, now))
    return outcome


def task_code(mark: str) -> str:
    """What stands in 识别码: short, so that no row grows by it, and without anybody's name."""
    return blake2s(mark.encode(), digest_size=6).hexdigest()


def _is_ticked(task: Task, marks: Marks) -> bool:
    noted = marks.get(task_code(task.mark))
    return noted is not None and noted.done == YES and task.stands_for <= noted.stood_for


def _noted(task: Task, marks: Marks) -> dict[str, str]:
    """The cells 识别码, 完成 and 备注 of a task; the code of several tasks says for how many a tick speaks."""
    code = task_code(task.mark)
    noted = marks.get(code, Noted())
    ticked = _is_ticked(task, marks)
    many = noted.stood_for if ticked else task.stands_for
    done = noted.done if ticked or noted.done != YES else ""
    return {"mark": code if many == 1 else f"{code}.{many}", "done": done, "remark": noted.remark}


def _marks(ledger: Ledger) -> Marks:
    """What people have noted at each task, by its code. Of two rows with one code the upper one counts."""
    if TODAY.key not in ledger:
        return {}
    rows = ledger[TODAY.key]
    noted: dict[str, Noted] = {}
    for mark, done, remark in zip(*(text_column(rows, key) for key in ("mark", "done", "remark")), strict=True):
        code, _, many = mark.partition(".")
        if code:
            noted.setdefault(code, Noted(done, remark, int(many) if many.isdecimal() else 1))
    return noted


def _summary(counts: Mapping[str, int], ticked: int) -> str:
    parts = [f"{level} {counts[level]} 项" for level in LEVELS if counts[level]]
    done = f";已勾完成 {ticked} 项" if ticked else ""
    return f"今日待办:{','.join(parts)}{done}。" if parts else f"今日待办:没有到期的事{done}。"


def _table(
    ledger: Ledger, listed: Sequence[Task], marks: Marks, now: datetime
) -> pd.DataFrame:
    rows = [
        {
            "no": number,
            "level": task.level(now),
            "kind": task.kind,
            "subject": task.subject,
            "due": pd.NaT if task.due is None else pd.Timestamp(task.due),
            "left": _left(task, now),
            "owner": task.owner,
            "place": _link(ledger, task),
            **_noted(task, marks),
        }
        for number, task in enumerate(listed[:MOST], start=1)
    ]
    if len(listed) > MOST:
        rows.append({"no": MOST + 1, "kind": f"还有 {len(listed) - MOST} 项", "subject": "没有列出,请先办上面的。"})
    frame = pd.DataFrame(rows, columns=[c.key for c in TODAY.columns], dtype=object)
    return frame.where(frame.notna(), None)


def _left(task: Task, now: datetime) -> str:
    if task.due is None:
        return ""
    late = task.due < now
    return ("已过 " if late else "还剩 ") + _length(abs(task.due - now))


def _length(span: timedelta) -> str:
    days, rest = divmod(int(span.total_seconds()) // 60, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    return f"{hours}小时{minutes}分" if hours else f"{minutes}分"


def _cell(ledger: Ledger, task: Task) -> str:
    look_up = ledger.options.get("addresses")
    found = str(look_up(task.sheet, task.column, task.row) or "") if look_up and task.column else ""
    return found or f"A{task.row}"


def _link(ledger: Ledger, task: Task) -> Value:
    if not task.sheet or not task.row:
        return None
    cell = _cell(ledger, task)
    title = BY_KEY[task.sheet].title
    return Link(title, cell, f"{title} {cell}")


def _home(ledger: Ledger, listed: Iterable[Task], notice: str, now: datetime) -> Tab:
    """The sentence and the lines of 首页; a line leads to its row."""
    values: dict[str, Value] = {HOME_SUMMARY: f"截至 {now:%m-%d %H:%M} {notice.removeprefix('今日待办:')}"}
    first = list(listed)[: len(HOME_LINES)]
    for number, name in enumerate(HOME_LINES):
        values[name] = _line(ledger, first[number], now) if number < len(first) else None
    return Tab(HOME_TITLE, HOME_TITLE, values)


def _line(ledger: Ledger, task: Task, now: datetime) -> Value:
    facts = (f"{task.level(now)} · {task.kind}", task.subject, _left(task, now), task.owner)
    text = " · ".join(fact for fact in facts if fact)
    if not task.sheet or not task.row:
        return text
    return Link(BY_KEY[task.sheet].title, _cell(ledger, task), text)
