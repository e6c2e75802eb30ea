"""Elapsed and due times with waits against a walk through the minutes, and the laws that bind the two."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

import numpy as np
import pytest

from tests.support.minute_clock import MinuteClock
from workbook.issues import WorkbookError
from xlsvc.active_time import NAT, Pauses, Scale, due, elapsed
from xlsvc.work_hours import Hours, parse_hours
from xlsvc.working_time import Calendar, seconds

CASES = 2_400
DAYS = 60
FIRST = date(2024, 4, 1)
OWN = {date(2024, 5, 7): "休息", date(2024, 5, 18): "上班", date(2024, 4, 28): "休息", date(2024, 5, 3): "上班"}
WEEKS = (
    "09:00-12:00 13:30-18:00",
    "09:00-18:00",
    "00:00-24:00",
    "08:00-11:59 12:01-12:02 20:00-24:00",
    "09:00-12:00 13:30-18:00;周五 09:00-12:00 13:30-17:00;周六 09:00-12:00",
    "周一至周四 08:30-17:30 周五、周六 10:00-16:00",
    "09:00-18:00 周三 休息 周日 10:00-11:00",
)


def clock_of(text: str, own: bool) -> MinuteClock:
    hours = parse_hours(text)
    week = {day: [(a // 60, b // 60) for a, b in hours.of(day)] for day in range(7)}
    days = {day: word == "上班" for day, word in OWN.items()} if own else {}
    return MinuteClock(FIRST, DAYS, week, days)


CLOCKS = {(text, own): clock_of(text, own) for text in WEEKS for own in (False, True)}
CALENDARS = {(text, own): Calendar(OWN if own else None, text) for text in WEEKS for own in (False, True)}
ORIGIN = int(seconds(datetime(FIRST.year, FIRST.month, FIRST.day)))


def moments(*minutes: int | None) -> np.ndarray:
    return np.array([NAT if m is None else ORIGIN + m * 60 for m in minutes], dtype=np.int64)


def waits_of(random: Random, start: int) -> list[tuple[int, int | None]]:
    """Up to five waits: overlapping, touching, out of order, before the start, still open."""
    found: list[tuple[int, int | None]] = []
    for _ in range(random.choice((0, 1, 1, 2, 3, 5))):
        begin = start + random.choice((-300, 0, 60, random.randrange(-600, 9000)))
        length = random.choice((30, 60, 240, random.randrange(1, 6000)))
        found.append((max(begin, 0), None if random.random() < 0.15 else max(begin, 0) + length))
        if random.random() < 0.2 and found[-1][1] is not None:
            found.append((found[-1][1], found[-1][1] + 45))
    random.shuffle(found)
    return found


def cases(key: tuple[str, bool]) -> list[dict[str, object]]:
    random = Random(f"{key} 5")
    found = []
    for _ in range(CASES // len(CLOCKS) + 1):
        start = random.choice((540, 1070, 720, random.randrange(1440))) + random.randrange(0, 40) * 1440
        now = start + random.choice((5, 300, 4000, random.randrange(1, 20_000)))
        found.append(
            {"start": start, "now": now, "end": start + random.randrange(0, 12_000), "waits": waits_of(random, start),
             "working": random.random() < 0.6, "amount": random.choice((0, 30, 60, 120, 240, 1440, random.randrange(1, 3000)))}
        )  # fmt: skip
    return found


def flat(listed: list[dict], now: list[int]) -> Pauses:
    """The waits of all cases as they stand: `merged` is given one moment for all, so open ends are closed here."""
    ticket = np.array([n for n, c in enumerate(listed) for _ in c["waits"]], dtype=np.int64)
    begins = moments(*(b for c in listed for b, _ in c["waits"]))
    ends = moments(*(now[n] if e is None else min(e, now[n]) for n, c in enumerate(listed) for _, e in c["waits"]))
    order = np.random.default_rng(5).permutation(len(ticket))
    return Pauses.merged(ticket[order], begins[order], ends[order], int(moments(10**7)[0]))


@pytest.mark.parametrize("key", CLOCKS, ids=str)
def test_elapsed_and_due_times_equal_a_walk_through_the_minutes(key: tuple[str, bool]) -> None:
    listed, walk = cases(key), CLOCKS[key]
    now = [c["now"] for c in listed]
    start, amount = moments(*(c["start"] for c in listed)), np.array([c["amount"] * 60 for c in listed])
    scale = Scale(np.array([c["working"] for c in listed]), [(np.ones(len(listed), dtype=bool), CALENDARS[key])])
    pauses = flat(listed, now)
    end = [min(c["end"], DAYS * 1440) for c in listed]
    spent = elapsed(start, moments(*end), scale, pauses)
    found = due(start, amount, scale, pauses)
    again = elapsed(start, found, scale, pauses)
    compared = 0
    for n, c in enumerate(listed):
        wanted = walk.elapsed(c["start"], end[n], c["working"], c["waits"], c["now"])
        assert spent[n] == wanted * 60, c
        expected = walk.due(c["start"], c["amount"], c["working"], c["waits"], c["now"])
        if expected is not None:
            assert found[n] == moments(expected)[0], (c, walk.at(expected))
            compared += 1
        assert again[n] == amount[n], c
    assert compared > 0.9 * len(listed)


@pytest.mark.parametrize("key", CLOCKS, ids=str)
def test_working_days_end_as_walked(key: tuple[str, bool]) -> None:
    random = Random(f"{key} 7")
    asked = [(random.randrange(0, 35 * 1440), random.randrange(1, 8)) for _ in range(40)]
    got = seconds(CALENDARS[key].end_of_workdays(moments(*(a for a, _ in asked)).view("datetime64[s]"), [n for _, n in asked]))
    assert got.tolist() == moments(*(CLOCKS[key].end_of_workday(a, n) for a, n in asked)).tolist()


def test_there_are_at_least_two_thousand_cases() -> None:
    assert sum(len(cases(key)) for key in CLOCKS) >= 2_000


def test_waits_are_merged_by_ticket_whatever_their_order() -> None:
    ticket = np.array([7, 2, 7, 2, 7, 2, 9, 9, 3, 1])
    begins = moments(100, 50, 10, 40, 90, 60, 5, 500, 80, None)
    ends = moments(None, 60, 50, 55, 95, 70, 10, 700, 70, 400)
    found = Pauses.merged(ticket, begins, ends, int(moments(300)[0]))
    listed = list(zip(found.ticket.tolist(), ((found.begins - ORIGIN) // 60).tolist(), ((found.ends - ORIGIN) // 60).tolist(), strict=True))
    assert listed == [(2, 40, 70), (7, 10, 50), (7, 90, 95), (7, 100, 300), (9, 5, 10)]


def test_a_limit_never_runs_out_during_a_wait() -> None:
    """The last minute is used when the wait begins: due when the wait is over, and at now while it is open."""
    natural = Scale(np.zeros(1, dtype=bool), [])
    for end, expected in ((120, 120), (None, 300)):
        pauses = Pauses.merged(np.zeros(1, dtype=np.int64), moments(60), moments(end), int(moments(300)[0]))
        assert due(moments(0), np.array([3600]), natural, pauses).tolist() == moments(expected).tolist()
        assert due(moments(0), np.array([3599]), natural, pauses).tolist() == [int(moments(60)[0]) - 1]


def test_a_wait_that_begins_after_a_limit_ran_out_does_not_lengthen_it() -> None:
    """The limit ends with the morning at 12:00; the wait begins at 12:30, in the lunch break: it comes too late."""
    scale = Scale(np.ones(1, dtype=bool), [(np.ones(1, dtype=bool), Calendar())])
    start = seconds(np.array(["2024-05-06T11:00"], dtype="datetime64[s]"))
    waits = seconds(np.array(["2024-05-06T12:30", "2024-05-06T15:00"], dtype="datetime64[s]"))
    pauses = Pauses.merged(np.zeros(1, dtype=np.int64), waits[:1], waits[1:], int(waits[1]))
    assert due(start, np.array([3600]), scale, pauses).view("datetime64[s]").astype(str).tolist() == ["2024-05-06T12:00:00"]


def test_no_endless_search_with_waits() -> None:
    scale = Scale(np.ones(1, dtype=bool), [(np.ones(1, dtype=bool), Calendar())])
    with pytest.raises(WorkbookError) as stop:
        due(seconds(np.array(["2024-05-06"], dtype="datetime64[s]")), np.array([10**12]), scale, Pauses.none())
    assert (stop.value.code, "2024-05-06" in str(stop.value)) == ("time.no_workday", True)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("9:00-18:00", Hours(((32400, 64800),))),
        ("9:00-18:00 周六 9:00-12:00", Hours(((32400, 64800),), ((5, ((32400, 43200),)),))),
        ("9:00-18:00;星期六、周日:9:00-12:00", Hours(((32400, 64800),), ((5, ((32400, 43200),)), (6, ((32400, 43200),))))),
        ("9:00-18:00 周三休息", Hours(((32400, 64800),), ((2, ()),))),
        ("周一至五 9:00-18:00", Hours(((32400, 64800),), tuple((day, ((32400, 64800),)) for day in range(5)))),
        ("周六 9:00-12:00", Hours(((32400, 43200),), (*((day, ()) for day in range(5)), (5, ((32400, 43200),))))),
    ],
)  # fmt: skip
def test_hours_of_single_weekdays_are_read(text: str, hours: Hours) -> None:
    assert parse_hours(text) == hours


@pytest.mark.parametrize(
    "text", ["周六", "9:00-18:00 周六", "9:00-18:00 周六 9:00-12:00 周六 13:00-14:00", "休息", "周六 休息", "9:00-18:00 周六 休息 9:00",
             "9:00-18:00 周六 9:00-12:00 11:00-13:00", "9:00-18:00 周八 9:00-12:00"],
)  # fmt: skip
def test_text_that_is_not_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_hours(text)
