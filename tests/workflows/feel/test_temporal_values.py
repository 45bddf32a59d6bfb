"""Properties of temporal values, and Python's own types."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.feel import temporals
from workflows.feel.errors import Unanswerable
from workflows.feel.temporal import (
    DaysDuration,
    MonthsDuration,
    NoSuchProperty,
    date_of,
    days_duration,
    from_python,
    months_duration,
    parse_at,
    prop,
    text_of,
    time_of,
    to_python,
)

HOUR = 3_600 * 10**9


@pytest.mark.parametrize(
    ("text", "properties"),
    [
        ("2018-12-10", {"year": 2018, "month": 12, "day": 10, "weekday": 1}),
        ("-0044-03-15", {"year": -44, "month": 3, "day": 15, "weekday": 4}),
        (
            "2018-12-10T10:30:01.5",
            {"year": 2018, "weekday": 1, "hour": 10, "minute": 30, "second": Decimal("1.5")},
        ),
        ("10:30:00", {"hour": 10, "time offset": None, "timezone": None}),
        ("10:30:00+05:00", {"time offset": DaysDuration(5 * HOUR), "timezone": None}),
        ("10:30:00@Etc/UTC", {"time offset": DaysDuration(0), "timezone": "Etc/UTC"}),
        ("10:30:00@Europe/Paris", {"time offset": None, "timezone": "Europe/Paris"}),
        ("2018-07-10T10:30:00@Europe/Paris", {"time offset": DaysDuration(2 * HOUR)}),
        ("2018-12-10T10:30:00Z", {"time offset": DaysDuration(0), "timezone": None}),
        ("P1Y2M", {"years": 1, "months": 2}),
        ("P26M", {"years": 2, "months": 2}),
        ("-P14M", {"years": -1, "months": -2}),
        ("P1DT2H3M4.5S", {"days": 1, "hours": 2, "minutes": 3, "seconds": Decimal("4.5")}),
        ("-PT36H", {"days": -1, "hours": -12, "minutes": 0, "seconds": 0}),
    ],
)
def test_properties_are_those_of_the_standard(text, properties):
    value = parse_at(text)

    assert {name: prop(value, name) for name in properties} == properties


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2018-12-10", "hour"),
        ("2018-12-10", "timezone"),
        ("10:30:00", "year"),
        ("P1Y", "days"),
        ("P1D", "years"),
        ("P1D", "nanoseconds"),
        ("2018-12-10T00:00:00", "__class__"),
    ],
)
def test_no_value_has_properties_of_other_kinds(text, name):
    with pytest.raises(NoSuchProperty, match="There is "):
        prop(parse_at(text), name)


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_moments_of_python_come_back_as_they_were(moment):
    try:
        value = from_python(moment)
    except Unanswerable:  # an offset of more than 14 hours, or not of whole seconds
        return

    back = to_python(value)

    if moment.tzinfo is None:
        assert back == moment
    elif back is not None:
        assert back.timestamp() == moment.timestamp()


@given(st.dates(), st.times(), st.timedeltas())
def test_other_values_of_python_come_back_as_they_were(date, time, duration):
    for value in (date, time, duration):
        assert to_python(from_python(value)) == value


def test_a_moment_that_comes_twice_stays_the_second():
    moment = dt.datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)

    back = to_python(from_python(moment))

    assert back.timestamp() == moment.timestamp()
    assert back.fold == 1


@pytest.mark.parametrize("fold", [0, 1])
def test_a_moment_that_clocks_skip_is_the_one_that_python_means(fold):
    moment = dt.datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold)

    back = to_python(from_python(moment))

    assert back.timestamp() == moment.timestamp()


def test_python_zones_keep_their_name_or_their_offset():
    paris = dt.datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Paris"))
    fixed = dt.datetime(2026, 7, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=-3)))

    assert text_of(from_python(paris)) == "2026-07-01T12:00:00@Europe/Paris"
    assert text_of(from_python(fixed)) == "2026-07-01T12:00:00-03:00"


@pytest.mark.parametrize(
    "value",
    [
        dt.datetime(2026, 7, 1, tzinfo=dt.timezone(dt.timedelta(hours=20))),
        dt.datetime(2026, 7, 1, tzinfo=dt.timezone(dt.timedelta(microseconds=5))),
        "2026-07-01",
        5,
    ],
)
def test_values_that_feel_does_not_have_are_refused(value):
    with pytest.raises(Unanswerable):
        from_python(value)


@pytest.mark.parametrize(
    "text",
    [
        "10000-01-01",
        "-0001-01-01",
        "0000-01-01T10:00:00",
        "10:30:00.000000001",
        "P1M",
        "P1000000000D",
    ],
)
def test_python_does_not_have_every_value(text):
    assert to_python(parse_at(text)) is None


@pytest.mark.parametrize("make", [days_duration, months_duration])
def test_durations_have_an_end(make):
    with pytest.raises(Unanswerable, match="too long"):
        make(2**63 * 10**9)


def test_parts_outside_the_calendar_are_refused():
    for parts in [(1_000_000_000, 1, 1), (2026, 0, 1), (2026, 13, 1), (2026, 2, 29), (2026, 4, 31)]:
        with pytest.raises(Unanswerable):
            date_of(*parts)
    for parts in [(24, 0, 0), (0, 60, 0), (0, 0, 60), (-1, 0, 0), (0, 0, 0, 0, 50_401)]:
        with pytest.raises(Unanswerable):
            time_of(*parts)


@given(temporals.months_durations)
def test_years_and_months_make_up_the_duration(value):
    years, months = prop(value, "years"), prop(value, "months")

    assert MonthsDuration(int(years * 12 + months)) == value
    assert abs(months) < 12


@given(temporals.days_durations)
def test_days_hours_minutes_and_seconds_make_up_the_duration(value):
    hours = prop(value, "days") * 24 + prop(value, "hours")
    seconds = (hours * 60 + prop(value, "minutes")) * 60 + prop(value, "seconds")

    assert DaysDuration(int(seconds * 10**9)) == value
