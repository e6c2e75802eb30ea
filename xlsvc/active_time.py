"""The time that counts: natural or working time without the waits, whole columns at a time.

Two scales measure a moment: natural time is the moment itself, working time the seconds worked up to it
(`working_time.Calendar.worked`). Both only grow, so that the time between two moments is a difference, a wait takes
away its own difference, and a limit is found by going backwards. Nothing here loops over tickets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from .working_time import Calendar

Mask = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

NAT = np.iinfo(np.int64).min
_SPREAD = np.int64(1) << 38  # seconds, more than all moments of datetime64[ns] are apart


@dataclass(frozen=True)
class Pauses:
    """When tickets waited: `ticket` (its position), `begins` and `ends` in seconds since 1970. In order of ticket and
    time, and apart: see `merged`."""

    ticket: Whole
    begins: Whole
    ends: Whole

    def __len__(self) -> int:
        return len(self.ticket)

    @staticmethod
    def none() -> Pauses:
        nothing = np.zeros(0, dtype=np.int64)
        return Pauses(nothing, nothing, nothing)

    @staticmethod
    def merged(ticket: Whole, begins: Whole, ends: Whole, now: int) -> Pauses:
        """Waits in any order, overlapping or touching, as they were by `now`: an end of NaT is still open and is now,
        what begins later has not happened, what ends before it begins is none."""
        ends = np.where(ends == NAT, now, np.minimum(ends, now))
        real = (begins != NAT) & (begins < ends)
        ticket, begins, ends = ticket[real], begins[real], ends[real]
        if not len(ticket):
            return Pauses.none()
        order = np.argsort(ticket * _SPREAD + (begins - begins.min()))
        ticket, begins, ends = ticket[order], begins[order], ends[order]
        row = np.cumsum(np.concatenate(([False], ticket[1:] != ticket[:-1])))
        lowest = ends.min()
        latest = np.maximum.accumulate(ends - lowest + row * _SPREAD)  # each ticket's own: the next one's are higher
        first = np.ones(len(ticket), dtype=bool)
        first[1:] = (row[1:] != row[:-1]) | (begins[1:] - lowest + row[1:] * _SPREAD > latest[:-1])
        starts = np.flatnonzero(first)
        last = np.append(starts[1:], len(ticket)) - 1
        return Pauses(ticket[starts], begins[starts], latest[last] - row[last] * _SPREAD + lowest)

    def within(self, start: Whole, end: Whole) -> Pauses:
        """What of the waits lies between each ticket's start and end (NaT: nothing)."""
        if not len(self):
            return self
        starts, stops = start[self.ticket], end[self.ticket]
        begins, ends = np.maximum(self.begins, starts), np.minimum(self.ends, stops)
        real = (begins < ends) & (starts != NAT) & (stops != NAT)
        return self if real.all() and begins is self.begins else Pauses(self.ticket[real], begins[real], ends[real])

    def of(self, tickets: Whole, count: int) -> Pauses:
        """The waits of some of `count` tickets (their positions, in order), as of tickets that are numbered anew."""
        if not len(self) or len(tickets) == count:
            return self
        new = np.full(count, -1, dtype=np.int64)
        new[tickets] = np.arange(len(tickets))
        number = new[self.ticket]
        mine = number >= 0
        return Pauses(number[mine], self.begins[mine], self.ends[mine])

    def waited(self, count: int) -> Mask:
        """Which of so many tickets waited at all."""
        found = np.zeros(count, dtype=bool)
        found[self.ticket] = True
        return found


class Scale:
    """How each ticket's time is measured: working time by the calendar in force for it where `working`, natural time
    elsewhere. `calendars` are the masks of their tickets and the calendars (see Settings.calendar_at)."""

    def __init__(self, working: Mask, calendars: Sequence[tuple[Mask, Calendar]]) -> None:
        self.working = working
        self._parts = [(mask & working, calendar) for mask, calendar in calendars if (mask & working).any()]

    @cached_property
    def _one(self) -> Calendar | None:
        """The calendar, where it measures all tickets."""
        return self._parts[0][1] if len(self._parts) == 1 and bool(self._parts[0][0].all()) else None

    def at(self, moment: Whole, ticket: Whole | None = None) -> Whole:
        """Where each moment stands on its ticket's scale, in seconds; `ticket` are the tickets' positions if not all in
        order."""
        if self._one is not None:
            return self._one.worked(moment)
        if not self._parts:
            return moment
        found = moment.copy()
        for mask, calendar in self._parts:
            on = mask if ticket is None else mask[ticket]
            found[on] = calendar.worked(moment[on])
        return found

    def moment(self, place: Whole, start: Whole) -> Whole:
        """The earliest moment that stands there; `start` says in a refusal since when. Raises WorkbookError
        time.no_workday."""
        if self._one is not None:
            return self._one.reached(place, start.view("datetime64[s]"))
        found = place.copy()
        for mask, calendar in self._parts:
            found[mask] = calendar.reached(place[mask], start[mask].view("datetime64[s]"))
        return found


def elapsed(start: Whole, end: Whole, scale: Scale, pauses: Pauses) -> Whole:
    """Seconds that count from each start to each end (none NaT); negative where the end comes first."""
    spent = scale.at(end) - scale.at(start)
    waits = pauses.within(start, end)
    if len(waits):
        lost = scale.at(waits.ends, waits.ticket) - scale.at(waits.begins, waits.ticket)
        spent -= np.bincount(waits.ticket, weights=lost, minlength=len(start)).astype(np.int64)
    return spent


def due(start: Whole, amount: Whole, scale: Scale, pauses: Pauses) -> Whole:
    """When so many seconds (not negative) have counted since each start (none NaT).

    It is the earliest such moment at which the ticket does not wait: a limit never runs out during a wait. Without
    one, a limit that runs out with a working span is due at the span's end, and 0 seconds give the start itself.
    Raises WorkbookError time.no_workday.
    """
    began = scale.at(start)
    needed = began + amount
    if not len(pauses):
        return np.where(amount > 0, scale.moment(needed, start), start)
    waits = pauses.within(start, np.full(len(start), np.iinfo(np.int64).max))
    if not len(waits):
        return np.where(amount > 0, scale.moment(needed, start), start)
    ticket = waits.ticket
    begins = scale.at(waits.begins, ticket)
    lost = scale.at(waits.ends, ticket) - begins
    before = np.cumsum(lost) - lost
    first = np.concatenate(([True], ticket[1:] != ticket[:-1]))
    before -= before[np.maximum.accumulate(np.where(first, np.arange(len(ticket)), 0))]
    counted = begins - began[ticket] - before  # what had counted when the wait began
    over = counted < amount[ticket]
    needed += np.bincount(ticket[over], weights=lost[over], minlength=len(start)).astype(np.int64)
    found = np.where(amount > 0, scale.moment(needed, start), start)
    inside = (counted == amount[ticket]) & (waits.begins <= found[ticket]) & (waits.ends > found[ticket])
    found[ticket[inside]] = waits.ends[inside]
    return found
