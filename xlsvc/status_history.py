"""状态流水: what has happened to tickets, when they waited and when they were reopened.

The sheet is the only source of waits and reopenings. What the logs say and the sheet does not yet is noted down by
一键更新 (`history(...).rows`), so that it is still known when 状态, 等待开始 or 解决时间 is written over; 更新时效 counts
with the same rows without writing them. Rows that people typed count like the product's. Nobody's row is altered.

A row with 来源 等待开始 opens a wait, which the next row below it that ends waits closes; a 等待… in 新状态 opens one
that the next status closes, in order of 时间. Requirements §2 (状态流水), S002.R5, S003.R8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.sheets.reference import STATUS_HISTORY
from workbook.sheets.vocabularies import CLOSED_STATUSES, WAITING_STATUSES

from .active_time import NAT, Mask, Pauses, Whole
from .outcome import Ledger
from .settings import Settings
from .tickets import DOUBLED, plain_numbers, text_column, tickets, time_column
from .working_time import moments, seconds

REOPENED = "重开"
SEEN, FROM, TO = "自动", "等待开始", "等待结束"
"""来源 of the rows the product notes down: a status it saw, and the two columns of the logs."""

RECENT = timedelta(days=30)
"""A ticket that was closed before the product first saw it is noted down if that is not longer ago: an old ledger
would otherwise get a row for each ticket it ever had."""

_OPEN, _WAITS, _CLOSED, _REOPENED, _FROM, _TO, _NOTHING = range(7)


@dataclass(frozen=True, eq=False)
class History:
    """By position in `tickets.Tickets.frame`, seconds since 1970, NaT where there is none.

    `first_closed`: when a ticket that was reopened since was closed first; `reopened_at`: when it was reopened last;
    `closed_again`: when it was closed after that. `sources`: for each wait before merging (position, from, to or NaT, row
    of the sheet, row of the one that ended it; 0 for a row that is not there yet). `rows`: what is to be noted down.
    """

    pauses: Pauses
    first_closed: Whole
    reopened_at: Whole
    closed_again: Whole
    sources: tuple[Whole, Whole, Whole, Whole, Whole]
    reopen_rows: Whole
    rows: pd.DataFrame

    @staticmethod
    def none(count: int) -> History:
        never, nothing = np.full(count, NAT, dtype=np.int64), np.zeros(0, dtype=np.int64)
        return History(
            Pauses.none(), never, never, never, (nothing,) * 5, np.zeros(count, dtype=np.int64), pd.DataFrame()
        )  # type: ignore[arg-type]


    def of(self, places: Whole) -> History:
        """The past of some tickets, by their positions; what is to be noted down is left out."""
        count = len(self.first_closed)
        new = np.full(count, -1, dtype=np.int64)
        new[places] = np.arange(len(places))
        mine = new[self.pauses.ticket] >= 0
        kept = self.pauses.ticket[mine], self.pauses.begins[mine], self.pauses.ends[mine]
        ordered = Pauses.merged(new[kept[0]], kept[1], kept[2], np.iinfo(np.int64).max)
        part = History.none(len(places))
        return replace(
            part, pauses=ordered, first_closed=self.first_closed[places], reopened_at=self.reopened_at[places],
            closed_again=self.closed_again[places], reopen_rows=self.reopen_rows[places],
        )  # fmt: skip


def history(ledger: Ledger, settings: Settings, now: datetime) -> History:
    """The past of every ticket as of `now`; worked out once a run."""
    return ledger.once(_history, settings, now)


def new_rows(
    ledger: Ledger, settings: Settings, now: datetime, columns: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """What is to be noted down in 状态流水. `columns` are the cells 校验 writes (sheet key -> frame): a ticket that gets
    its number just now is noted down by it; one without a number is not."""
    rows = history(ledger, settings, now).rows
    if rows.empty or STATUS_HISTORY.key not in ledger:
        return pd.DataFrame()
    index: pd.MultiIndex = tickets(ledger, settings).frame.index.take(rows["place"].to_numpy())  # type: ignore[assignment]
    number = rows["ticket"].to_numpy(dtype=object).copy()
    for place in np.flatnonzero(number == ""):
        key, row = index[int(place)]
        issued = columns.get(str(key), pd.DataFrame())
        number[place] = str(issued.at[row, "ticket"]) if "ticket" in issued else ""
    return rows.assign(ticket=number).drop(columns="place")[number != ""]


@dataclass(frozen=True)
class _Events:
    """Rows of the sheet, and after them those to be noted down: position of the ticket, time, what happened, row."""

    ticket: Whole
    at: Whole
    what: Whole
    row: Whole

    def __add__(self, other: _Events) -> _Events:
        pairs = zip(self._all(), other._all(), strict=True)
        return _Events(*(np.concatenate(pair) for pair in pairs))

    def _all(self) -> tuple[Whole, Whole, Whole, Whole]:
        return self.ticket, self.at, self.what, self.row

    def __getitem__(self, which: Mask | Whole) -> _Events:
        return _Events(*(column[which] for column in self._all()))


def _history(ledger: Ledger, settings: Settings, now: datetime) -> History:
    frame = tickets(ledger, settings).frame
    current = int(seconds(now))
    noted, last, later = _noted(ledger, frame, current)
    waits, wait_rows = _new_waits(frame, noted, current)
    seen, seen_rows = _new_statuses(frame, noted, last, later, current)
    events = noted + waits + seen
    ticket, begins, ends, opened, closed = _waits(events)
    first_closed, reopened_at, closed_again, reopen_rows = _reopenings(events, len(frame))
    rows = pd.concat([wait_rows, seen_rows], ignore_index=True)
    return History(
        Pauses.merged(ticket, begins, ends, current), first_closed, reopened_at, closed_again,
        (ticket, begins, ends, opened, closed), reopen_rows, rows,
    )  # fmt: skip


def _noted(ledger: Ledger, frame: pd.DataFrame, now: int) -> tuple[_Events, npt.NDArray[np.object_], Mask]:
    """The sheet's rows as events by `now`, the last status each ticket has there ("" for none), and which tickets have
    later rows: what their 状态 says now it did not say then."""
    last = np.full(len(frame), "", dtype=object)
    rows = ledger[STATUS_HISTORY.key] if STATUS_HISTORY.key in ledger else pd.DataFrame({"ticket": []})
    numbers = frame["number"].to_numpy(dtype=object)
    usable = np.flatnonzero((numbers != "") & (frame["excluded"] != DOUBLED).to_numpy())
    place = pd.Index(numbers[usable]).get_indexer(pd.Index(plain_numbers(text_column(rows, "ticket")).to_numpy(dtype=object)))
    at = seconds(time_column(rows, "at").to_numpy())
    status = text_column(rows, "new_status").to_numpy(dtype=object)
    what = _what(status, text_column(rows, "origin").to_numpy(dtype=object))
    told = (place >= 0) & (at != NAT) & (what != _NOTHING)
    later = np.zeros(len(frame), dtype=bool)
    later[usable[place[told & (at > now)]]] = True
    real = told & (at <= now)
    events = _Events(usable[place[real]], at[real], what[real], rows.index.to_numpy(dtype=np.int64)[real])
    chain = np.flatnonzero(events.what < _FROM)
    order = chain[np.lexsort((chain, events.at[chain], events.ticket[chain]))]
    last[events.ticket[order]] = status[real][order]  # of a ticket's, the last one assigned stays
    return events, last, later


def _what(status: npt.NDArray[np.object_], origin: npt.NDArray[np.object_]) -> Whole:
    what = np.where(status == "", _NOTHING, _OPEN)
    what[np.isin(status, WAITING_STATUSES)] = _WAITS
    what[np.isin(status, CLOSED_STATUSES)] = _CLOSED
    what[status == REOPENED] = _REOPENED
    what[origin == FROM] = _FROM
    what[origin == TO] = _TO
    return what


def _new_waits(frame: pd.DataFrame, noted: _Events, now: int) -> tuple[_Events, pd.DataFrame]:
    """等待开始 and 等待结束 of the logs that the sheet does not have yet. A row somebody typed for the same minute is as
    good; an end before its beginning is no wait."""
    begins, ends = (seconds(frame[key].to_numpy()) for key in ("waiting_from", "waiting_to"))
    begun = (begins != NAT) & (begins <= now) & (frame["excluded"] != DOUBLED).to_numpy()
    ended = begun & (ends != NAT) & (ends <= now) & (ends >= begins)
    opens = np.isin(noted.what, (_FROM, _WAITS))
    new_begun = np.flatnonzero(begun)
    new_begun = new_begun[~_known(new_begun, begins[new_begun], noted[opens])]
    new_ended = np.flatnonzero(ended)
    new_ended = new_ended[~_known(new_ended, ends[new_ended], noted[~opens])]
    ticket = np.concatenate((new_begun, new_ended))
    at = np.concatenate((begins[new_begun], ends[new_ended]))
    what = np.repeat(np.array([_FROM, _TO], dtype=np.int64), (len(new_begun), len(new_ended)))
    order = np.lexsort((what, ticket))
    events = _Events(ticket, at, what, np.zeros(len(ticket), dtype=np.int64))[order]
    blank = np.full(len(order), "", dtype=object)
    origin = np.where(events.what == _FROM, FROM, TO).astype(object)
    return events, _rows(frame, events, blank, blank, origin)


def _known(ticket: Whole, at: Whole, noted: _Events) -> Mask:
    """Which moments of tickets stand in the sheet, to the minute."""
    return np.isin(_minute(ticket, at), _minute(noted.ticket, noted.at))


def _minute(ticket: Whole, at: Whole) -> Whole:
    return np.asarray(ticket * (1 << 32) + at // 60)


def _new_statuses(
    frame: pd.DataFrame, noted: _Events, last: npt.NDArray[np.object_], later: Mask, now: int
) -> tuple[_Events, pd.DataFrame]:
    """The statuses that differ from the last one noted down. One that closes a ticket was reached at 解决时间, where that
    can be; every other one is noted down as seen now. A reopened ticket that was never seen closed was closed at 解决时间
    before that."""
    status = frame["status"].to_numpy(dtype=object)
    resolved = seconds(frame["resolved_at"].to_numpy())
    latest = np.full(len(frame), NAT, dtype=np.int64)
    np.maximum.at(latest, noted.ticket, noted.at)
    usable = (resolved != NAT) & (resolved <= now) & (resolved >= latest)
    closed = np.isin(status, CLOSED_STATUSES)
    first = last == ""
    changed = (status != "") & (status != last) & ~later & (frame["excluded"] != DOUBLED).to_numpy()
    recent = usable & (resolved >= now - int(RECENT.total_seconds()))
    changed &= ~(first & closed) | recent
    before = changed & first & (status == REOPENED) & usable
    place = np.concatenate((np.flatnonzero(before), np.flatnonzero(changed)))
    inferred = np.arange(len(place)) < before.sum()
    at = np.where(inferred | (closed & usable)[place], resolved[place], now)
    new = np.where(inferred, CLOSED_STATUSES[0], status[place]).astype(object)
    old = np.where(inferred, "", last[place]).astype(object)
    old[~inferred & before[place]] = CLOSED_STATUSES[0]
    order = np.lexsort((~inferred, place))
    place, at, new, old = place[order], at[order], new[order], old[order]
    origin = np.full(len(place), SEEN, dtype=object)
    events = _Events(place, at, _what(new, origin), np.zeros(len(place), dtype=np.int64))
    return events, _rows(frame, events, old, new, origin)


def _rows(
    frame: pd.DataFrame, events: _Events, old: npt.NDArray[np.object_], new: npt.NDArray[np.object_],
    origin: npt.NDArray[np.object_],
) -> pd.DataFrame:  # fmt: skip
    """Rows for the sheet; `place` is the ticket's position."""
    return pd.DataFrame(
        {"place": events.ticket, "ticket": frame["ticket"].to_numpy(dtype=object)[events.ticket],
         "at": moments(events.at).astype("datetime64[ns]"), "old_status": old, "new_status": new, "reason": "", "by": "",
         "origin": origin}
    )  # fmt: skip


def _waits(events: _Events) -> tuple[Whole, Whole, Whole, Whole, Whole]:
    """Every wait: ticket, from, to (NaT while it is open), the rows that opened and closed it."""
    order = np.arange(len(events.ticket))
    by_time = events[np.lexsort((order, events.at, events.ticket))]
    by_time = by_time[by_time.what != _FROM]
    by_row = events[np.lexsort((order, events.ticket))]
    by_row = by_row[by_row.what != _WAITS]
    parts = [_opened(by_time, _WAITS, False), _opened(by_row, _FROM, True)]
    ticket, begins, ends, opened, closed = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return ticket, begins, ends, opened, closed


def _opened(events: _Events, opening: int, by_row: bool) -> tuple[Whole, Whole, Whole, Whole, Whole]:
    """The waits of one kind in events sorted by ticket: each ends with the next event that is not of its kind."""
    count = len(events.ticket)
    opens = events.what == opening
    closer = np.where(opens, count, np.arange(count))
    nearest = np.minimum.accumulate(closer[::-1])[::-1] if count else closer
    at = np.append(events.at, NAT)
    rows, owner = np.append(events.row, 0), np.append(events.ticket, -1)
    mine = np.flatnonzero(opens)
    end = nearest[mine]
    real = owner[end] == events.ticket[mine]
    if by_row:  # an end that lies before its beginning ends another wait
        real &= at[end] >= events.at[mine]
    return (
        events.ticket[mine], events.at[mine], np.where(real, at[end], NAT), events.row[mine], np.where(real, rows[end], 0),
    )  # fmt: skip


def _reopenings(events: _Events, count: int) -> tuple[Whole, Whole, Whole, Whole]:
    """When each ticket was closed first, if it was reopened after that; when it was reopened last, and in which row; when
    it was closed again."""
    chain = events[events.what < _FROM]
    chain = chain[np.lexsort((np.arange(len(chain.ticket)), chain.at, chain.ticket))]
    never = np.full(count, NAT, dtype=np.int64)
    first_closed, reopened_at, closed_again, rows = never.copy(), never.copy(), never.copy(), np.zeros(count, dtype=np.int64)
    if not len(chain.ticket):
        return first_closed, reopened_at, closed_again, rows
    same = np.concatenate(([False], chain.ticket[1:] == chain.ticket[:-1]))
    before = np.concatenate(([_NOTHING], chain.what[:-1]))
    was_closed = same & (before == _CLOSED)
    said = (chain.what == _REOPENED) & ~(same & (before == _REOPENED))
    again = (was_closed & (chain.what != _CLOSED)) | said
    reopened_at[chain.ticket[again]] = chain.at[again]  # the last one assigned stays
    rows[chain.ticket[again]] = chain.row[again]
    closings = np.flatnonzero(chain.what == _CLOSED)
    ticket, at = chain.ticket[closings], chain.at[closings]
    late = at > reopened_at[ticket]
    had = reopened_at[ticket] != NAT
    closed_again[ticket[had & late]] = at[had & late]
    early = np.flatnonzero(had & ~late)[::-1]
    first_closed[ticket[early]] = at[early]  # the first one is assigned last
    return first_closed, reopened_at, closed_again, rows
