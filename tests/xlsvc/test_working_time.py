"""Working time against a minute-by-minute count, and the calendar against the State Council's notices."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.issues import WorkbookError
from xlsvc.work_hours import parse_hours
from xlsvc.working_time import DEFAULT_SPANS, Calendar, holiday_names, published_year, seconds

OWN_DAYS = {
    date(2024, 5, 7): "休息",  # a Tuesday
    date(2024, 5, 18): "上班",  # a Saturday
    date(2024, 4, 28): "休息",  # an official make-up Sunday, taken back
    date(2024, 5, 3): "上班",  # an official holiday, worked
}


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[ns]")


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2024-04-26", 1, "2024-04-28"),  # a make-up Sunday
        ("2024-04-30", 3, "2024-05-08"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-09-18", 3, "2026-09-22"),
        ("2026-10-08", 2, "2026-10-10"),  # a make-up Saturday
        ("2024-05-01T23:59", 1, "2024-05-06"),  # taken on a holiday: the first working day after it
        ("2024-05-06T20:00", 1, "2024-05-07"),  # taken after hours: the day itself is not counted either
        ("2024-05-06", 0, "2024-05-06"),
        ("2024-05-01", 0, "2024-05-06"),
    ],
)
def test_working_days_follow_the_official_calendar(start: str, n: int, due: str) -> None:
    assert Calendar().add_workdays(days(start), n).astype(str).tolist() == [due]


def test_working_days_end_with_the_last_span() -> None:
    due = Calendar(spans="8:30-12:00 13:00-17:30").end_of_workdays(days("2024-04-26T10:00"), 1)
    assert due.astype(str).tolist() == ["2024-04-28T17:30:00"]


def test_a_due_date_in_an_unpublished_year_is_marked() -> None:
    calendar = Calendar()
    unknown = max(y for y in range(2004, 2100) if published_year(y) is not None) + 1
    start = days(f"{unknown - 1}-12-29", f"{unknown - 1}-06-01", "NaT")
    assert calendar.unpublished(calendar.add_workdays(start, 5)).tolist() == [True, False, False]


def test_2027_is_unpublished_until_the_office_has_typed_the_notice() -> None:
    if published_year(2027) is not None:
        pytest.skip("this chinesecalendar knows 2027")
    moments = days("2027-01-04", "2026-12-31")
    assert Calendar().unpublished(moments).tolist() == [True, False]
    assert Calendar({date(2027, 1, 1): "休息"}).unpublished(moments).tolist() == [True, False]
    notice = {date(2027, 1, 1): "休息", date(2027, 10, 1): "休息", date(2027, 1, 2): "上班"}
    assert Calendar(notice).unpublished(moments).tolist() == [False, False]
    assert Calendar(notice).is_workday(days("2027-01-01", "2027-01-02", "2027-01-03")).tolist() == [
        False, True, False,
    ]  # fmt: skip


def test_the_holiday_sheet_wins_and_its_bad_rows_do_not_count() -> None:
    frame = pd.DataFrame(
        {
            "day": [pd.Timestamp("2024-05-07"), pd.NaT, pd.Timestamp("2024-05-08")],
            "day_kind": ["休息", "休息", "?"],
        }
    )
    calendar = Calendar(frame)
    assert calendar.is_workday(days("2024-05-06", "2024-05-07", "2024-05-08", "NaT")).tolist() == [
        True, False, True, False,
    ]  # fmt: skip


def test_a_holiday_case_starts_with_the_next_working_morning() -> None:
    calendar = Calendar()
    start = days("2024-05-01T09:00", "2024-05-06T12:30", "2024-05-06T13:30", "2024-05-06T18:00")
    assert calendar.clock_starts(start).astype(str).tolist() == [
        "2024-05-06T09:00:00", "2024-05-06T13:30:00", "2024-05-06T13:30:00", "2024-05-07T09:00:00",
    ]  # fmt: skip
    assert calendar.working_minutes(start[:1], days("2024-05-01T09:30")).tolist() == [0.0]


def test_a_limit_that_ends_with_a_span_is_due_at_its_end() -> None:
    due = Calendar().add_working_minutes(days("2024-05-06T11:00", "2024-05-06T17:00", "NaT"), [60, 60, 60])
    assert due.astype(str).tolist() == ["2024-05-06T12:00:00", "2024-05-06T18:00:00", "NaT"]


def test_seconds_round_what_a_serial_number_misses() -> None:
    stamp = np.array(["2024-05-01T09:29:59.999998", "2024-05-01T09:30:00.000002"], dtype="datetime64[ns]")
    assert seconds(stamp).tolist() == seconds(days("2024-05-01T09:30", "2024-05-01T09:30")).tolist()
    assert seconds(stamp.astype("datetime64[us]")).tolist() == seconds(stamp).tolist()


@pytest.mark.parametrize("minutes", [1e12, 1e9])
def test_no_endless_search_for_working_time(minutes: float) -> None:
    with pytest.raises(WorkbookError) as stop:
        Calendar().add_working_minutes(days("2024-05-06"), minutes)
    assert stop.value.code == "time.no_workday"
    assert "2024-05-06" in str(stop.value)


def test_a_day_without_hours_has_no_working_time() -> None:
    calendar = Calendar(spans=())
    for due in (calendar.add_working_minutes, calendar.end_of_workdays):
        with pytest.raises(WorkbookError, match="工作时段"):
            due(days("2024-05-06"), 1)
    with pytest.raises(WorkbookError):
        Calendar().add_workdays(days("2024-05-06"), 1_000_000)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("09:00-12:00 13:30-18:00", [(9, 12), (13.5, 18)]),
        ("9:00~12:00,13:30至18:00", [(9, 12), (13.5, 18)]),
        ("13:30-18:00 9:00-12:00", [(9, 12), (13.5, 18)]),
        ("0:00-24:00", [(0, 24)]),
    ],
)
def test_spans_are_read(text: str, hours: list[tuple[float, float]]) -> None:
    assert parse_hours(text).default == tuple((int(a * 3600), int(b * 3600)) for a, b in hours)


@pytest.mark.parametrize(
    "text",
    ["", "朝九晚六", "09:00", "18:00-09:00", "09:00-12:00 11:00-18:00", "09:00-25:00", "09:60-10:00", "9-18"],
)
def test_text_that_is_not_spans_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_hours(text)


SPAN_SETS = (DEFAULT_SPANS, "09:00-18:00", "00:00-24:00", "08:00-11:59 12:01-12:02 20:00-24:00")
FIRST = datetime(2024, 4, 22)
MINUTES = 30 * 1440  # covers Labour Day, its make-up days and every own day


def worked_table(spans: str) -> np.ndarray:
    """Is each minute from FIRST worked? Written day by day from the notice's own words, not from Calendar."""
    rest = {date(2024, 5, d) for d in (1, 2, 3, 4, 5)}
    made_up = {date(2024, 4, 28), date(2024, 5, 11)}
    table = np.zeros(MINUTES, dtype=bool)
    for minute in range(MINUTES):
        at = FIRST + timedelta(minutes=minute)
        day = at.date()
        working = day in made_up or (day.weekday() < 5 and day not in rest)
        if day in OWN_DAYS:
            working = OWN_DAYS[day] == "上班"
        clock = (at - datetime.combine(day, datetime.min.time())).seconds
        table[minute] = working and any(s <= clock < e for s, e in parse_hours(spans).default)
    return table


TABLES = {spans: worked_table(spans) for spans in SPAN_SETS}
ORIGIN = np.datetime64(FIRST, "m")


def at_minute(minutes: list[int]) -> np.ndarray:
    return (ORIGIN + np.array(minutes, dtype="timedelta64[m]")).astype("datetime64[ns]")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(SPAN_SETS),
    st.lists(st.tuples(st.integers(0, MINUTES - 1), st.integers(0, MINUTES - 1)), min_size=1, max_size=20),
)
def test_working_minutes_equal_a_count_of_minutes(spans: str, pairs: list[tuple[int, int]]) -> None:
    table, calendar = TABLES[spans], Calendar(OWN_DAYS, spans)
    expected = [float(table[a:b].sum()) if a <= b else -float(table[b:a].sum()) for a, b in pairs]
    got = calendar.working_minutes(at_minute([a for a, _ in pairs]), at_minute([b for _, b in pairs]))
    assert got.tolist() == expected


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(SPAN_SETS),
    st.lists(st.tuples(st.integers(0, 20 * 1440), st.integers(1, 1500)), min_size=1, max_size=20),
)
def test_due_times_equal_a_walk_through_the_minutes(spans: str, pairs: list[tuple[int, int]]) -> None:
    table, calendar = TABLES[spans], Calendar(OWN_DAYS, spans)
    due = calendar.add_working_minutes(at_minute([a for a, _ in pairs]), [m for _, m in pairs])
    for (start, minutes), got in zip(pairs, due, strict=True):
        minute, left = start, minutes
        while left and minute < MINUTES:
            left -= int(table[minute])
            minute += 1
        if not left:
            assert got == at_minute([minute])[0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 15), st.integers(1, 6)), min_size=1, max_size=10))
def test_workdays_equal_a_walk_through_the_days(pairs: list[tuple[int, int]]) -> None:
    worked = TABLES["00:00-24:00"][::1440]
    got = Calendar(OWN_DAYS).add_workdays(
        at_minute([a * 1440 + 700 for a, _ in pairs]), [n for _, n in pairs]
    )
    for (start, n), due in zip(pairs, got, strict=True):
        expected = [d for d in range(start + 1, len(worked)) if worked[d]][n - 1]
        assert due == np.datetime64(FIRST.date() + timedelta(days=expected))


def test_one_at_a_time_equals_all_at_once_whatever_was_asked_before() -> None:
    random = np.random.default_rng(7)
    start = np.datetime64("2019-01-01", "ns") + random.integers(0, 8 * 365 * 86400, 300).astype(
        "timedelta64[s]"
    )
    end = start + random.integers(-(10**6), 10**7, 300).astype("timedelta64[s]")
    calendar = Calendar(OWN_DAYS)
    together = calendar.working_minutes(start, end)
    fresh = [
        float(Calendar(OWN_DAYS).working_minutes(start[i : i + 1], end[i : i + 1])[0]) for i in range(300)
    ]
    assert together.tolist() == fresh
    due = calendar.add_working_minutes(start, 777)
    assert [due[i] for i in range(300)] == [
        calendar.add_working_minutes(start[i : i + 1], 777)[0] for i in range(300)
    ]
    assert calendar.working_minutes(start, due).tolist() == [777.0] * 300


def test_seven_years_day_by_day_against_another_calendar() -> None:
    """2020 to 2026, 2,557 days. chinesecalendar and `holidays` read the State Council's notices independently; they agree
    on every day, the spring of 2020 (a holiday lengthened on 2020-01-26) and 中秋 within 国庆 2020 and 2023 included."""
    import holidays

    other = holidays.country_holidays("CN", years=range(2020, 2027))
    days = np.arange(np.datetime64("2020-01-01"), np.datetime64("2027-01-01"))
    ours = Calendar().is_workday(days).tolist()
    differing = [day for day, works in zip(days.tolist(), ours, strict=True) if works != other.is_working_day(day)]
    assert len(days) == 2557
    assert differing == []
    named = {date(2020, 1, 31): True, date(2020, 2, 3): True, date(2023, 9, 29): True, date(2026, 2, 14): False}
    assert {day: day in holiday_names(day.year) for day in named} == {**named, date(2020, 2, 3): False}


def test_names_of_holidays_cover_the_weekends_within_them() -> None:
    names = holiday_names(2024)
    assert [names.get(date(2024, 10, d)) for d in (1, 5, 6, 7, 8, 12, 13)] == ["国庆节"] * 4 + [None] * 3
    assert holiday_names(2124) == {}


def test_why_a_day_does_not_count() -> None:
    calendar = Calendar(OWN_DAYS, "09:00-18:00 周六 09:00-12:00")
    assert calendar.explained(date(2024, 4, 27), date(2024, 5, 12), True) == [
        (date(2024, 4, 27), "周末"), (date(2024, 4, 28), "本单位休息"), (date(2024, 5, 1), "劳动节"), (date(2024, 5, 2), "劳动节"),
        (date(2024, 5, 3), "本单位上班"), (date(2024, 5, 4), "劳动节"), (date(2024, 5, 5), "劳动节"), (date(2024, 5, 7), "本单位休息"),
        (date(2024, 5, 11), "补班"), (date(2024, 5, 12), "周末"),
    ]  # fmt: skip
    assert (date(2024, 4, 27), "周末") not in calendar.explained(date(2024, 4, 27), date(2024, 4, 27), False)
