"""Dates as people type them: what is read, what is asked, and never a guess (requirements §3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.values import from_serial, moments, read_moment, serial
from workbook.values.dates import Relative, place

T = datetime


@pytest.mark.parametrize(
    ("raw", "moment", "code"),
    [
        ("2024-03-1514:00", T(2024, 3, 15, 14), "value.repaired"),
        ("2024-03-1510:30", T(2024, 3, 15, 10, 30), "value.repaired"),
        ("2024-05-0109:00", T(2024, 5, 1, 9), "value.repaired"),
        ("2024/3/1514:00", T(2024, 3, 15, 14), "value.repaired"),
        ("2024年3月1514:00", T(2024, 3, 15, 14), "value.repaired"),
        ("2024-03-1514:00:30", T(2024, 3, 15, 14, 0, 30), "value.repaired"),
        ("2024-03-1524:00", T(2024, 3, 16), "value.repaired"),
        ("2024-03-15", T(2024, 3, 15), "value.text_date"),
        ("2024-03-15 14:00", T(2024, 3, 15, 14), "value.text_date"),
        ("2024/3/5 9:05:07", T(2024, 3, 5, 9, 5, 7), "value.text_date"),
        ("　2024-03-15​ ", T(2024, 3, 15), "value.text_date"),
        ("２０２４－０３－１５　１４：００", T(2024, 3, 15, 14), "value.repaired"),
        ("２０２４-03-15", T(2024, 3, 15), "value.repaired"),
        ("2024年3月15日 14:00", T(2024, 3, 15, 14), "value.repaired"),
        ("2024年3月15日", T(2024, 3, 15), "value.repaired"),
        ("2024年03月15号14时05分", T(2024, 3, 15, 14, 5), "value.repaired"),
        ("2024年3月15日下午2点半", T(2024, 3, 15, 14, 30), "value.repaired"),
        ("2024-03-15 上午9:30", T(2024, 3, 15, 9, 30), "value.repaired"),
        ("2024-03-15 下午2:30", T(2024, 3, 15, 14, 30), "value.repaired"),
        ("2024-03-15 下午14:30", T(2024, 3, 15, 14, 30), "value.repaired"),
        ("2024-03-15 中午12点", T(2024, 3, 15, 12), "value.repaired"),
        ("2024-03-15 晚上8点", T(2024, 3, 15, 20), "value.repaired"),
        ("2024-03-15 凌晨2:00", T(2024, 3, 15, 2), "value.repaired"),
        ("2024-03-15 2:30 PM", T(2024, 3, 15, 14, 30), "value.repaired"),
        ("2024-03-15 12:30 AM", T(2024, 3, 15, 0, 30), "value.repaired"),
        ("2024.3.15", T(2024, 3, 15), "value.repaired"),
        ("2024。3。15", T(2024, 3, 15), "value.repaired"),
        ("2024-03-15T14:00", T(2024, 3, 15, 14), "value.repaired"),
        ("2024-03-15T14:00:00.000", T(2024, 3, 15, 14), "value.repaired"),
        ("2024-03-15T14:00:00+08:00", T(2024, 3, 15, 14), "value.repaired"),
        ("2024-03-15 24:00", T(2024, 3, 16), "value.repaired"),
        ("2024-12-31 24:00", T(2025, 1, 1), "value.repaired"),
        ("2024-02-29", T(2024, 2, 29), "value.text_date"),
        ("2024-03-15(周五) 14:00", T(2024, 3, 15, 14), "value.repaired"),
        ("“2024-03-15”", T(2024, 3, 15), "value.repaired"),
        ("'2024-03-15", T(2024, 3, 15), "value.repaired"),
        ("20240315", T(2024, 3, 15), "value.repaired"),
        ("202403151405", T(2024, 3, 15, 14, 5), "value.repaired"),
        ("20240315 1405", T(2024, 3, 15, 14, 5), "value.repaired"),
        (20240315.0, T(2024, 3, 15), "value.repaired"),
        ("45366", T(2024, 3, 15), "value.repaired"),
        ("15/03/2024", T(2024, 3, 15), "value.repaired"),
        ("03/03/2024", T(2024, 3, 3), "value.repaired"),
        (45366.0, T(2024, 3, 15), ""),
        (45366.583333333336, T(2024, 3, 15, 14), ""),
    ],
)
def test_what_allows_one_reading_is_read(raw: str | float, moment: datetime, code: str) -> None:
    parsed = read_moment(raw)
    assert (parsed.value, parsed.code) == (moment, code)


@pytest.mark.parametrize(
    ("raw", "code", "readings"),
    [
        ("2024-03-114:00", "value.date_ambiguous", "2024-03-01 14:00 或 2024-03-11 04:00"),
        ("2024-03-315:00", "value.date_ambiguous", "2024-03-03 15:00 或 2024-03-31 05:00"),
        ("2024-03-415:00", "value.date_ambiguous", "2024-03-04 15:00"),  # a digit may be missing as well
        ("2024-03-14:00", "value.date_ambiguous", "2024-03-01 04:00"),
        ("03/04/2024", "value.date_ambiguous", "2024-04-03 00:00 或 2024-03-04 00:00"),
        ("2024-03-995:00", "value.date_impossible", None),
        ("2024-03-3214:00", "value.date_impossible", None),
        ("2024-02-30", "value.date_impossible", None),
        ("2024-02-3014:00", "value.date_impossible", None),
        ("2023-02-29", "value.date_impossible", None),
        ("2024-13-01", "value.date_impossible", None),
        ("20240230", "value.date_impossible", None),
        ("2024-03-15 25:00", "value.date_impossible", None),
        ("2024-03-15 24:01", "value.date_impossible", None),
        ("2024-03-15 14:60", "value.date_impossible", None),
        ("24-03-15", "value.date_short_year", None),
        ("24/3/15 14:00", "value.date_short_year", None),
        ("24年3月15日", "value.date_short_year", None),
        ("3/15", "value.date_no_year", None),
        ("3-15 14:00", "value.date_no_year", None),
        ("1999-12-31", "value.date_out_of_range", None),
        ("2204-03-15", "value.date_out_of_range", None),
        (0.0, "value.date_out_of_range", None),
        (60.0, "value.date_out_of_range", None),
        (-3.0, "value.date_out_of_range", None),
        (139.0, "value.date_out_of_range", None),
        (36525.0, "value.date_out_of_range", None),
        (1e9, "value.date_out_of_range", None),
        ("2024-03-15 上午12点", "value.clock_unclear", None),
        ("2024-03-15 晚上12点", "value.clock_unclear", None),
        ("2024-03-15 上午14:00", "value.clock_unclear", None),
        ("2024-03-15T06:00Z", "value.date_unreadable", None),
        ("2024-03-15 9:5", "value.date_unreadable", None),
        ("2024-03-151400", "value.date_unreadable", None),
        ("2024-03", "value.date_unreadable", None),
        ("待定", "value.date_unreadable", None),
        ("=A1", "value.date_unreadable", None),
        ("明天", "value.date_unreadable", None),
    ],
)
def test_what_leaves_doubt_is_asked(raw: str | float, code: str, readings: str | None) -> None:
    parsed = read_moment(raw)
    assert parsed.value is None
    assert parsed.code == code
    assert parsed.values.get("readings") == readings


@pytest.mark.parametrize("raw", ["", " ", "　", "​﻿", "—", "——", "-", "/", "无", "N/A", "n/a"])
def test_nothing_is_nothing(raw: str) -> None:
    parsed = read_moment(raw)
    assert (parsed.value, parsed.code) == (None, "")


@pytest.mark.parametrize(
    ("raw", "relative"),
    [
        ("09:30", Relative(timedelta(hours=9, minutes=30))),
        ("9点半", Relative(timedelta(hours=9, minutes=30))),
        ("下午3:05", Relative(timedelta(hours=15, minutes=5))),
        ("次日 9:30", Relative(timedelta(hours=9, minutes=30), days=1)),
        ("当天14:00", Relative(timedelta(hours=14))),
        (0.3958333333, Relative(timedelta(hours=9, minutes=30))),
        ("3月15日 14:00", Relative(timedelta(hours=14), month=3, day=15)),
        ("3月15日", Relative(month=3, day=15)),
    ],
)
def test_half_a_moment_waits_for_its_row(raw: str | float, relative: Relative) -> None:
    parsed = read_moment(raw)
    assert parsed.value is None
    assert parsed.relative == relative
    assert parsed.code == ("value.date_no_year" if relative.month else "value.time_without_day")


@pytest.mark.parametrize(
    ("relative", "base", "expected"),
    [
        (Relative(timedelta(hours=9, minutes=30)), T(2024, 5, 1, 9), (T(2024, 5, 1, 9, 30), True)),
        (Relative(timedelta(hours=9)), T(2024, 5, 1, 9), (T(2024, 5, 1, 9), True)),
        (Relative(timedelta(hours=8)), T(2024, 5, 1, 9), (T(2024, 5, 2, 8), False)),
        (Relative(timedelta(hours=8), days=1), T(2024, 5, 1, 9), (T(2024, 5, 2, 8), True)),
        (Relative(timedelta(hours=24)), T(2024, 5, 1, 9), (T(2024, 5, 2), True)),
        (Relative(timedelta(hours=14), month=3, day=15), T(2024, 3, 14, 9), (T(2024, 3, 15, 14), True)),
        (Relative(month=3, day=15), T(2024, 3, 15, 9), (T(2024, 3, 15), True)),
        (Relative(timedelta(hours=9), month=1, day=2), T(2024, 12, 30, 9), (T(2025, 1, 2, 9), False)),
        (Relative(month=12, day=1), T(2024, 1, 5), (T(2024, 12, 1), False)),
    ],
)
def test_place(relative: Relative, base: datetime, expected: tuple[datetime, bool]) -> None:
    assert place(relative, base) == expected


def test_a_date_column_keeps_the_day() -> None:
    parsed = read_moment("2024-03-1514:00", "date")
    assert parsed.value == T(2024, 3, 15)
    assert parsed.values == {"old": "2024-03-1514:00", "new": "2024-03-15"}


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (date(1900, 1, 1), 1),
        (date(1900, 2, 28), 59),
        (date(1900, 3, 1), 61),
        (date(2000, 1, 1), 36526),
        (T(2024, 3, 15, 14), 45366 + 14 / 24),
        (date(9999, 12, 31), 2958465),
    ],
)
def test_serials_of_the_1900_system(moment: date, number: float) -> None:
    assert serial(moment) == number
    assert from_serial(number) == (
        moment if isinstance(moment, datetime) else T.combine(moment, T.min.time())
    )


@pytest.mark.parametrize("number", [60, 60.5, 0.5, 0, -1, 2958466, float("inf")])
def test_serials_of_no_day(number: float) -> None:
    with pytest.raises(ValueError):
        from_serial(number)


def test_days_before_excel_knows_any() -> None:
    with pytest.raises(ValueError):
        serial(date(1899, 12, 31))


_excel_days = st.datetimes(min_value=T(1900, 1, 1), max_value=T(9999, 12, 31)).map(
    lambda t: t.replace(microsecond=0)
)
_believed = st.datetimes(min_value=T(2000, 1, 1), max_value=T(2100, 12, 31, 23, 59, 59)).map(
    lambda t: t.replace(microsecond=0)
)


@given(_excel_days)
def test_serial_round_trip(moment: datetime) -> None:
    assert from_serial(serial(moment)) == moment


@given(_believed)
def test_numpy_reads_serials_as_the_scalar_does(moment: datetime) -> None:
    number = serial(moment)
    assert moments(np.array([number]))[0] == np.datetime64(moment, "ns")
    assert read_moment(number).value == moment


@given(
    _believed,
    st.sampled_from(
        [
            "%Y-%m-%d %H:%M",
            "%Y-%m-%d%H:%M",
            "%Y/%m/%d %H:%M",
            "%Y.%m.%d %H:%M",
            "%Y年%m月%d日%H:%M",
            "%Y%m%d%H%M",
        ]
    ),
)
def test_every_written_form_reads_back(moment: datetime, form: str) -> None:
    moment = moment.replace(second=0)
    assert read_moment(moment.strftime(form)).value == moment


@given(_believed, st.integers(0, 2))
def test_a_glued_time_with_a_digit_short_is_never_read(moment: datetime, cut: int) -> None:
    text = f"{moment:%Y-%m-%d}{moment:%H:%M}"
    shortened = text[: 8 + cut] + text[9 + cut :]
    assert read_moment(shortened).value is None
