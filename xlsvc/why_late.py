"""Why a ticket is late, or is not: what each of its clocks did, in sentences that can be checked in the sheet.

Every sentence names the cell or the row it rests on. Nothing is judged here: times and statuses are those that
`clocks` wrote into the log, so that the explanation cannot differ from the cell it explains.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from workbook.sheets import BY_KEY
from workbook.sheets.reference import STATUS_HISTORY
from workbook.sheets.settings import CLOCKS, SETTINGS
from workbook.sheets.vocabularies import URGENCY_LEVELS

from .active_time import NAT, Pauses, Scale, elapsed
from .clocks import DONE_BY, LATE, MET, NO_LIMIT, TOTAL, UNKNOWN, Clock, overall
from .outcome import Ledger
from .settings import Settings
from .status_history import History, history
from .targets import WORKDAY, WORKING
from .tickets import DOUBLED, plain_number, tickets
from .working_time import Calendar, seconds

STARTS = {"registration": "raised_at"}
"""The column that starts a clock, where it is not 受理时间."""

MANY_DAYS = 6


def explained(
    ledger: Ledger, settings: Settings, now: datetime, clocks: Mapping[str, Clock], text: str
) -> list[str]:
    """Lines for people about the ticket of that number; one line that says so where no log has it."""
    frame = tickets(ledger, settings).frame
    number = plain_number(text)
    places = np.flatnonzero((frame["number"] == number).to_numpy() & (number != ""))
    if not len(places):
        return [f"没有找到工单“{text}”。请核对工单号;刚登记的工单请先点“一键更新”编号。"]
    counted = [p for p in places if frame["excluded"].iloc[p] != DOUBLED]
    return list(_Story(ledger, settings, now, dict(clocks), int((counted or places.tolist())[0])).lines())


class _Story:
    """One ticket: its row, its clocks, its past."""

    def __init__(
        self, ledger: Ledger, settings: Settings, now: datetime, clocks: dict[str, Clock], place: int
    ) -> None:
        self.ledger, self.settings, self.now, self.clocks, self.place = ledger, settings, now, clocks, place
        frame = tickets(ledger, settings).frame
        key, row = frame.index[place]
        self.sheet, self.row, self.ticket = BY_KEY[str(key)], int(row), frame.iloc[place]
        self.past: History = history(ledger, settings, now)
        start = self.ticket["accepted_at"]
        self.when = now if pd.isna(start) else start
        self.calendar: Calendar = settings.calendar_at(np.array([self.when], dtype="datetime64[s]"))[0][1]

    def lines(self) -> Iterator[str]:
        word = str(overall(self.clocks)[self.place])
        yield (
            f"{self.ticket['ticket']}(“{self.sheet.title}”第 {self.row} 行),算到 {_at(self.now)}:"
            f"时效状态 {word}{self._cell('sla_status')}。"
        )
        level = URGENCY_LEVELS.get(self.ticket["urgency"], "")
        kinds = f"紧急程度 {level}" if level else "紧急程度没有填或不认识"
        yield f"  {kinds},问题类别 {self.ticket['problem_class']}。{self._reopened()}"
        free: dict[str, list[str]] = {}
        for key, clock in self.clocks.items():
            if str(clock.status[self.place]) == NO_LIMIT:
                free.setdefault(self._no_limit(clock), []).append(CLOCKS[key])
            elif clock.asked is None or clock.asked[self.place]:
                yield from self._clock(key, clock)
        for reason, names in free.items():
            yield f"【{'、'.join(names)}】无时限:{reason}"

    def _clock(self, key: str, clock: Clock) -> Iterator[str]:
        place = self.place
        status = str(clock.status[place])
        yield f"【{CLOCKS[key]}】{status}{self._cell(f'{key}_status')}"
        if clock.undecided[place]:
            yield "  · 不同紧急程度的时限不同,这张工单的紧急程度没有填或不认识,所以无法判定。"
            return
        assert clock.start is not None
        if np.isnat(clock.start[place]):
            yield f"  · “{self.sheet.heading('accepted_at')}”{self._cell('accepted_at')}没填或读不懂,不知道从何时算起。"
            return
        start = clock.start[place].astype(datetime)
        yield f"  · 从 {_at(start)} 开始计时,取自{self._start(key)}。"
        if start > self.now:
            yield "  · 这个时间还没有到,所以无法判定。"
            return
        rule = self.settings.targets.iloc[int(clock.target[place])]
        yield f"  · 时限 {_amount(rule)},{self._rule(rule)}。"
        if clock.reversed[place]:
            yield f"  · 结束时间 {_at(clock.done[place])} 早于开始时间,其中必有一个写错了,所以无法判定。"
            return
        due, done = clock.due[place].astype(datetime), clock.done[place]
        stopped = self.now if np.isnat(done) else done.astype(datetime)
        waits = self._waits(clock, stopped)
        counted = rule["unit"] == WORKDAY or rule["basis"] == WORKING
        if rule["basis"] == WORKING:
            begins = self.calendar.clock_starts(np.array([start], dtype="datetime64[s]"))[0].astype(datetime)
            if begins > start:
                yield f"  · 开始时不在工作时段,实际从 {_at(begins)} 起算。"
            yield f"  · 工作时段是 {self.settings.at('work_spans', self.when)}{self._setting('work_spans')}。"
        yield from self._pauses(waits, counted)
        if counted:
            yield from self._days(start.date(), max(due, stopped if status == LATE else due).date(), rule)
        yield f"  · 最迟应在 {_at(due)} 完成{self._cell(f'{key}_due')}。"
        yield f"  · {self._end(key, clock, due, waits, counted, rule)}"

    def _end(
        self, key: str, clock: Clock, due: datetime, waits: Pauses, counted: bool, rule: pd.Series
    ) -> str:
        """How it ended, or how it stands."""
        place, status = self.place, str(clock.status[self.place])
        kind = "工作时 " if counted else " "
        if np.isnat(clock.done[place]):
            blank = "、".join(f"“{self.sheet.heading(c)}”{self._cell(c).strip('()')}" for c in DONE_BY[key])
            if status == UNKNOWN:
                return f"工单已办结,但{blank}没填或读不懂,不知道是否按时,所以无法判定。"
            if status == MET:
                return f"{blank}没填,但这张工单在那之前已经走到后面的步骤,所以算达标。"
            if status == LATE:
                over = self._between(due, self.now, counted, waits)
                return f"到 {_at(self.now)} 还没有完成({blank}没填),已超过{kind}{over},超时。"
            open_wait = len(waits) and int(waits.ends[-1]) == int(seconds(self.now))
            rest = self._between(self.now, due, counted, Pauses.none())
            state = "现在正在等待,时钟停着;" if open_wait and self._still_open() else ""
            share = self._warning(rule) if status == "即将超时" else ""
            return f"到 {_at(self.now)} 还没有完成({blank}没填),{state}还剩{kind}{rest}{share},{status}。"
        done = clock.done[place].astype(datetime)
        minutes = float(clock.minutes[place])
        spent = f"用{'工作时' if rule['basis'] == WORKING else '时'} {_span(minutes)}"
        if rule["basis"] == WORKING and minutes == 0 and not len(waits):
            spent += "(开始到完成都不在工作时段,不是办得特别快)"
        text = f"{_at(done)} 完成{self._done_cell(key, done)},{spent},"
        if done == due:
            return f"{text}正好在截止时间,算达标。"
        if status == MET:
            return f"{text}比截止时间早{kind}{self._between(done, due, counted, Pauses.none())},达标。"
        return f"{text}比截止时间晚{kind}{self._between(due, done, counted, waits)},超时。"

    def _between(self, first: datetime, last: datetime, counted: bool, waits: Pauses) -> str:
        scale = Scale(np.array([counted]), [(np.ones(1, dtype=bool), self.calendar)])
        start, end = (np.array([int(seconds(at))], dtype=np.int64) for at in (first, last))
        return _span(float(elapsed(start, end, scale, waits)[0]) / 60)

    def _waits(self, clock: Clock, stopped: datetime) -> Pauses:
        """This ticket's waits between the clock's start and its end, as of ticket 0."""
        assert clock.start is not None
        mine = self.past.pauses.ticket == self.place
        begins, ends = self.past.pauses.begins[mine], self.past.pauses.ends[mine]
        alone = Pauses(np.zeros(len(begins), dtype=np.int64), begins, ends)
        start = clock.start[self.place : self.place + 1].astype("datetime64[s]").view("int64")
        return alone.within(start, np.array([int(seconds(stopped))], dtype=np.int64))

    def _pauses(self, waits: Pauses, counted: bool) -> Iterator[str]:
        ticket, begins, ends, opened, closed = self.past.sources
        for begin, end in zip(waits.begins.tolist(), waits.ends.tolist(), strict=True):
            until = np.where(ends == NAT, int(seconds(self.now)), ends)
            part = (ticket == self.place) & (begins < end) & (until > begin)
            rows = sorted({int(r) for r in (*opened[part], *closed[part])} - {0})
            known = f"“{STATUS_HISTORY.title}”第 {'、'.join(map(str, rows))} 行" if rows else ""
            if (part & (opened == 0)).any():
                known = "、".join(filter(None, (known, self._typed_wait())))
            still = end == int(seconds(self.now)) and bool((part & (ends == NAT)).any())
            first, last = (np.int64(s).astype("datetime64[s]").astype(datetime) for s in (begin, end))
            lost = self._between(first, last, counted, Pauses.none())
            to = "至今" if still else f"至 {_at(last)} "
            yield f"  · {_at(first)} {to}暂停计时({known}),扣除{'工作时' if counted else ''} {lost}。"

    def _typed_wait(self) -> str:
        filled = [c for c in ("waiting_from", "waiting_to") if not pd.isna(self.ticket[c])]
        names = [f"“{self.sheet.heading(c)}”{self._cell(c)}" for c in filled]
        return "".join(names) or f"“{self.sheet.heading('status')}”{self._cell('status')}"

    def _still_open(self) -> bool:
        ticket, _, ends, _, _ = self.past.sources
        return bool(((ticket == self.place) & (ends == NAT)).any())

    def _days(self, first: date, last: date, rule: pd.Series) -> Iterator[str]:
        """Days that do not count, and those that do although the week says otherwise, between two days."""
        if rule["unit"] == WORKDAY:
            yield "  · 受理当天不算,从下一个工作日数起,到最后一个工作日下班为止。"
        reasons: dict[str, list[date]] = {}
        for day, reason in self.calendar.explained(first, last, bool(rule["unit"] == WORKDAY)):
            reasons.setdefault(reason, []).append(day)
        worked = {r: reasons.pop(r) for r in ("补班", "本单位上班") if r in reasons}
        if reasons:
            yield f"  · 期间不计的日子:{'、'.join(f'{r} {len(d)} 天{_dates(d)}' for r, d in reasons.items())}。"
        if worked:
            yield f"  · 期间照常计时的日子:{'、'.join(f'{r} {len(d)} 天{_dates(d)}' for r, d in worked.items())}。"
        ends = np.array([last], dtype="datetime64[D]")
        if self.calendar.unpublished(ends)[0]:
            yield f"  · {last.year} 年的放假安排未发布,按周末估算。"

    def _reopened(self) -> str:
        at = self.past.reopened_at[self.place]
        if at == NAT:
            return ""
        row = int(self.past.reopen_rows[self.place])
        where = f"(“{STATUS_HISTORY.title}”第 {row} 行)" if row else self._cell("status")
        basis = str(self.settings.at("reopen_basis", self.when))
        how = "解决用时算到最后一次解决,中间的间隔也算在内" if basis == TOTAL else "解决用时算到第一次解决"
        when = _at(np.int64(at).astype("datetime64[s]").astype(datetime))
        return f" {when} 重开{where};“重开计时”是 {basis}{self._setting('reopen_basis')},{how}。"

    def _no_limit(self, clock: Clock) -> str:
        target = int(clock.target[self.place])
        if target < 0:
            return f"“{SETTINGS.title}”里没有管这张工单的一行。"
        rule = self.settings.targets.iloc[target]
        row = int(rule["row"])
        return f"“{SETTINGS.title}”第 {row} 行的数值空着。" if row else "文件没有规定。"

    def _rule(self, rule: pd.Series) -> str:
        row = int(rule["row"])
        words = [rule["profile"], rule["urgency"], rule["problem_class"]]
        named = " ".join(filter(None, ("时效", CLOCKS[rule["clock"]], *words)))
        since = "" if pd.isna(rule["effective"]) else f",{rule['effective']:%Y-%m-%d} 起生效"
        basis = "自然时(不分昼夜)" if rule["basis"] != WORKING else "工作时(只算上班时间)"
        place = f"按“{SETTINGS.title}”第 {row} 行“{named}”{since}" if row else f"按文件的规定“{named}”(“设置”里没有这一行)"
        return place if rule["unit"] == WORKDAY else f"{basis},{place}"

    def _warning(self, rule: pd.Series) -> str:
        own = float(rule["warning"])
        general = float(self.settings.at("warning_share", self.when))
        share = general if np.isnan(own) else own
        where = self._setting("warning_share") if np.isnan(own) else f"(“{SETTINGS.title}”第 {int(rule['row'])} 行“提醒比例”)"
        return f",已用去时限的 {share:.0%} 以上{where}"

    def _setting(self, key: str) -> str:
        row = self.settings.row_at(key, self.when)
        return f"(“{SETTINGS.title}”第 {row} 行)" if row else ""

    def _start(self, key: str) -> str:
        if key == "second":
            row = int(self.past.reopen_rows[self.place])
            return f"“{STATUS_HISTORY.title}”第 {row} 行的重开" if row else f"“状态”{self._cell('status')}的重开"
        column = STARTS.get(key, "accepted_at")
        return f"“{self.sheet.heading(column)}”{self._cell(column)}"

    def _done_cell(self, key: str, done: datetime) -> str:
        """The cell that holds the moment the clock stopped at; 状态流水 where it was written over since."""
        for column in DONE_BY[key]:
            if not pd.isna(self.ticket[column]) and seconds(self.ticket[column].to_datetime64()) == seconds(done):
                return f",取自“{self.sheet.heading(column)}”{self._cell(column)}"
        return f",取自“{STATUS_HISTORY.title}”"

    def _cell(self, column: str) -> str:
        """ "(E4)", or "" where the sheet has no such column."""
        look_up: Any = self.ledger.options.get("addresses")
        found = look_up(self.sheet.key, column, self.row) if look_up else ""
        return f"({found})" if found else ""


def _at(moment: Any) -> str:
    stamp = pd.Timestamp(moment)
    return f"{stamp:%Y-%m-%d %H:%M:%S}" if stamp.second else f"{stamp:%Y-%m-%d %H:%M}"


def _amount(rule: pd.Series) -> str:
    return f"{float(rule['amount']):g} {'个工作日' if rule['unit'] == WORKDAY else rule['unit']}"


def _span(minutes: float) -> str:
    """ "2 小时 5 分钟"; seconds only where they matter."""
    whole = round(minutes * 60)
    hours, rest = divmod(whole, 3600)
    minute, second = divmod(rest, 60)
    parts = [f"{n} {name}" for n, name in ((hours, "小时"), (minute, "分钟"), (second, "秒")) if n]
    return " ".join(parts) or "0 分钟"


def _dates(days: list[date]) -> str:
    """ "(05-01 至 05-05)", "(05-11、05-12)"; nothing for many single days."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    if len(runs) > MANY_DAYS:
        return ""
    shown = [f"{r[0]:%m-%d}" if len(r) == 1 else f"{r[0]:%m-%d}{' 至 ' if len(r) > 2 else '、'}{r[-1]:%m-%d}" for r in runs]
    return f"({'、'.join(shown)})"
