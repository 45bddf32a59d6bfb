"""Moments around changes of clocks, in zones of the IANA database."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.feel import temporals
from workflows.feel.temporal import (
    DateTime,
    DaysDuration,
    Time,
    add,
    compared,
    equal,
    from_python,
    parse_date_time,
    prop,
    subtract,
    text_of,
    to_python,
    zones,
)

BERLIN = ZoneInfo("Europe/Berlin")
# Seconds around the changes of 2026: two each in Berlin and New York, and Lord Howe's half hours.
CHANGES = (1774746000, 1792890000, 1772953200, 1793512800, 1775314800, 1791041400)
near_changes = st.builds(
    lambda change, seconds: dt.datetime.fromtimestamp(change + seconds, dt.UTC),
    st.sampled_from(CHANGES),
    st.integers(-4 * 3_600, 4 * 3_600),
)


@given(near_changes, st.sampled_from(temporals.ZONES))
def test_moments_near_a_change_of_clocks_are_those_of_python(moment, zone):
    there = moment.astimezone(ZoneInfo(zone))

    value = from_python(there)

    assert equal(value, from_python(moment)) is True
    assert to_python(value).timestamp() == moment.timestamp()
    assert prop(value, "time offset") == from_python(there.utcoffset())


@given(near_changes, st.integers(-8 * 3_600, 8 * 3_600), st.sampled_from(temporals.ZONES))
def test_durations_follow_the_timeline_across_a_change_of_clocks(moment, seconds, zone):
    start = from_python(moment.astimezone(ZoneInfo(zone)))
    duration = DaysDuration(seconds * 10**9)

    end = add(start, duration)

    assert subtract(end, start) == duration
    assert equal(end, from_python(moment + dt.timedelta(seconds=seconds))) is True
    assert end.time.zone == zone


def test_a_wall_time_that_is_skipped_is_later_by_the_gap():
    skipped = parse_date_time("2026-03-29T02:30:00@Europe/Berlin")

    assert text_of(skipped) == "2026-03-29T03:30:00@Europe/Berlin"
    assert equal(skipped, parse_date_time("2026-03-29T01:30:00Z")) is True


def test_a_wall_time_that_comes_twice_is_the_first():
    twice = parse_date_time("2026-10-25T02:30:00@Europe/Berlin")

    assert equal(twice, parse_date_time("2026-10-25T00:30:00Z")) is True


def test_an_hour_after_a_wall_time_that_comes_twice_is_its_second():
    first = parse_date_time("2026-10-25T02:30:00@Europe/Berlin")

    second = add(first, DaysDuration(3_600 * 10**9))

    assert second == DateTime(first.date, Time(2, 30, 0, 0, "Europe/Berlin"), later=True)
    assert equal(first, second) is False
    assert compared("<", first, second) is True
    assert to_python(second) == dt.datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("999999999-07-01T12:00:00@Europe/Berlin", 2),
        ("999999999-12-31T12:00:00@Europe/Berlin", 1),
        ("10001-07-01T12:00:00@America/New_York", -4),
    ],
)
def test_the_rules_of_a_zone_hold_for_years_far_away(text, offset):
    value = parse_date_time(text)

    moved = add(value, DaysDuration(0))

    assert prop(value, "time offset") == DaysDuration(offset * 3_600 * 10**9)
    assert moved == value


def test_long_before_clocks_were_set_a_zone_has_its_mean_time():
    value = parse_date_time("-999999999-01-01T12:00:00@Europe/Berlin")

    assert prop(value, "time offset") == DaysDuration((53 * 60 + 28) * 10**9)
    assert add(value, DaysDuration(0)) == value


def test_only_names_of_places_are_zones():
    names = ["Europe/Paris", "Etc/GMT+5", "UTC", "America/Argentina/Buenos_Aires"]

    assert all(zones.is_known(name) for name in names)
    assert not any(
        zones.is_known(name)
        for name in ["", "Europe", "localtime", "Factory", "posix/Europe/Paris", "../Europe/Paris"]
    )
