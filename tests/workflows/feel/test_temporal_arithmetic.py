"""Calculating with dates, times and durations (DMN 1.5, tables 56 to 59)."""

import calendar
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.workflows.feel import temporals
from workflows.feel.errors import Unanswerable
from workflows.feel.temporal import (
    Date,
    DaysDuration,
    MonthsDuration,
    add,
    days,
    divide,
    equal,
    from_python,
    multiply,
    negate,
    parse_at,
    subtract,
    text_of,
)

python_dates = st.dates()
python_moments = st.datetimes()
python_durations = st.timedeltas(dt.timedelta(days=-10_000), dt.timedelta(days=10_000))


@pytest.mark.parametrize(
    ("a", "b", "total"),
    [
        ("2012-12-24T23:59:00", "PT1M", "2012-12-25T00:00:00"),
        ("23:59:00z", "PT2M", "00:01:00Z"),
        ("00:01:00", "-PT2M", "23:59:00"),
        ("10:00:00@Europe/Paris", "P1DT1H", "11:00:00@Europe/Paris"),
        ("2020-01-31", "P1M", "2020-02-29"),
        ("2019-01-31", "P1M", "2019-02-28"),
        ("2020-02-29", "P1Y", "2021-02-28"),
        ("2020-12-15", "P1M", "2021-01-15"),
        ("0001-01-31", "-P2M", "0000-11-30"),
        ("2020-01-01", "PT25H", "2020-01-02"),
        ("2020-01-01", "-PT1H", "2019-12-31"),
        ("2020-01-31T10:00:00+02:00", "P1M", "2020-02-29T10:00:00+02:00"),
        ("9999-12-31", "P1D", "10000-01-01"),
        ("P1Y", "P2M", "P1Y2M"),
        ("P1D", "PT1H", "P1DT1H"),
        ("2026-03-28T02:30:00@Europe/Berlin", "P1D", "2026-03-29T03:30:00@Europe/Berlin"),
        ("2026-02-28T02:30:00@Europe/Berlin", "P1M", "2026-03-28T02:30:00@Europe/Berlin"),
        ("2026-02-28T23:30:00-05:00", "PT1H", "2026-03-01T00:30:00-05:00"),
    ],
)
def test_sums_are_those_of_the_standard_in_either_order(a, b, total):
    first, second = parse_at(a), parse_at(b)

    assert text_of(add(first, second)) == total
    assert add(second, first) == add(first, second)


@pytest.mark.parametrize(
    ("a", "b", "difference"),
    [
        ("2012-12-25", "2012-12-24", "P1D"),
        ("2012-12-24T23:59:00", "2012-12-22T03:45:00", "P2DT20H14M"),
        ("2012-12-24T00:00:00+01:00", "2012-12-24", "-PT1H"),
        ("2012-12-24", "2012-12-23T23:00:00Z", "PT1H"),
        ("2026-10-26T00:00:00@Europe/Berlin", "2026-10-25T00:00:00@Europe/Berlin", "P1DT1H"),
        ("10:30:00", "11:00:00", "-PT30M"),
        ("10:30:00Z", "10:30:00+01:00", "PT1H"),
        ("10:30:00@Etc/UTC", "10:30:00Z", "PT0S"),
        ("10:30:00@Europe/Paris", "10:00:00@Europe/Paris", "PT30M"),
        ("2020-03-31", "P1M", "2020-02-29"),
        ("2020-03-01", "P1D", "2020-02-29"),
        ("2020-03-01T00:00:00", "PT1S", "2020-02-29T23:59:59"),
        ("00:00:00", "PT1S", "23:59:59"),
        ("P1Y", "P1M", "P11M"),
        ("P1D", "PT1H", "PT23H"),
    ],
)
def test_differences_are_those_of_the_standard(a, b, difference):
    assert text_of(subtract(parse_at(a), parse_at(b))) == difference


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("2012-12-24", "2012-12-24"),
        ("10:30:00", "P1Y"),
        ("P1Y", "P1D"),
        ("2012-12-24", "10:30:00"),
        ("999999999-12-31", "P1D"),
        ("-999999999-01-01", "-P1M"),
        ("999999999-12-31T23:59:59", "PT1S"),
        ("2012-12-24", "P9999999999999M"),
    ],
)
def test_sums_without_a_meaning_have_no_answer(a, b):
    with pytest.raises(Unanswerable):
        add(parse_at(a), parse_at(b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("P1D", "2012-12-24"),
        ("2012-12-24T00:00:00", "2012-12-24T00:00:00Z"),
        ("2012-12-24", "2012-12-24T00:00:00"),
        ("10:30:00", "10:30:00Z"),
        ("10:30:00@Europe/Paris", "10:30:00Z"),
        ("P1Y", "P1D"),
        ("10:30:00", "2012-12-24"),
    ],
)
def test_differences_without_a_meaning_have_no_answer(a, b):
    with pytest.raises(Unanswerable):
        subtract(parse_at(a), parse_at(b))


@pytest.mark.parametrize("other", [Decimal(1), "P1D", True, None, [], {}])
def test_other_kinds_of_value_cannot_be_added(other):
    with pytest.raises(Unanswerable):
        add(parse_at("2012-12-24"), other)
    with pytest.raises(Unanswerable):
        subtract(other, parse_at("P1D"))
    with pytest.raises(Unanswerable):
        multiply(parse_at("2012-12-24"), other)
    with pytest.raises(Unanswerable):
        divide(parse_at("2012-12-24"), other)


@pytest.mark.parametrize(
    ("duration", "number", "product"),
    [
        ("P1D", "2", "P2D"),
        ("PT1H", "0.5", "PT30M"),
        ("PT1S", "-1.5", "-PT1.5S"),
        ("PT0.000000001S", "0.5", "PT0S"),
        ("P1Y", "1.5", "P1Y6M"),
        ("P1M", "1.9", "P1M"),
        ("P1M", "-1.9", "-P1M"),
    ],
)
def test_durations_are_multiplied_by_numbers(duration, number, product):
    value, factor = parse_at(duration), Decimal(number)

    assert text_of(multiply(value, factor)) == product
    assert multiply(factor, value) == multiply(value, factor)


def test_durations_are_divided_by_numbers_and_by_each_other():
    assert text_of(divide(parse_at("P1Y"), Decimal(5))) == "P2M"
    assert text_of(divide(parse_at("P1D"), Decimal(2))) == "PT12H"
    assert divide(parse_at("P1Y"), parse_at("P5M")) == Decimal("2.4")
    assert divide(parse_at("P1D"), parse_at("-PT12H")) == Decimal(-2)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (parse_at("P1D"), Decimal(0)),
        (parse_at("P1D"), parse_at("PT0S")),
        (parse_at("P1Y"), parse_at("P0M")),
        (parse_at("P1Y"), parse_at("P1D")),
        (Decimal(1), parse_at("P1D")),
        (parse_at("P1D"), Decimal("1E-6000")),
    ],
)
def test_divisions_without_a_meaning_have_no_answer(a, b):
    with pytest.raises(Unanswerable):
        divide(a, b)


@pytest.mark.parametrize("factor", ["1E6000", "-1E30", "9E18"])
def test_durations_beyond_all_measure_are_refused_at_once(factor):
    with pytest.raises(Unanswerable):
        multiply(parse_at("P1Y"), Decimal(factor))
    with pytest.raises(Unanswerable):
        multiply(parse_at("P1D"), Decimal(factor))


def test_only_durations_can_be_negative():
    assert negate(parse_at("P1Y")) == MonthsDuration(-12)
    assert negate(parse_at("PT1S")) == DaysDuration(-(10**9))
    with pytest.raises(Unanswerable):
        negate(parse_at("2012-12-24"))


@given(python_dates, python_durations)
def test_days_are_added_to_a_date_as_python_does(date, duration):
    midnight = dt.datetime.combine(date, dt.time())
    try:
        expected = (midnight + duration).date()
    except OverflowError:
        assume(False)

    assert add(from_python(date), from_python(duration)) == from_python(expected)


@given(python_moments, python_durations)
def test_durations_move_a_moment_as_python_does(moment, duration):
    try:
        expected = moment + duration
    except OverflowError:
        assume(False)

    total = add(from_python(moment), from_python(duration))

    assert total == from_python(expected)
    assert subtract(total, from_python(moment)) == from_python(duration)


@given(python_dates, st.integers(-1_000, 1_000))
def test_months_are_added_by_the_calendar(date, months):
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    assume(1 <= year <= 9_999)

    total = add(from_python(date), MonthsDuration(months))

    last = calendar.monthrange(year, month + 1)[1]
    assert total == Date(year, month + 1, min(date.day, last))


@given(temporals.dates(), temporals.days_durations)
def test_whole_days_can_be_taken_back(date, duration):
    whole = DaysDuration(duration.nanoseconds // temporals.DAY * temporals.DAY)
    try:
        later = add(date, whole)
    except Unanswerable:
        assume(False)

    assert subtract(later, date) == whole
    assert equal(subtract(later, whole), date)


@given(st.integers(-(10**12), 10**12))
def test_every_day_number_has_its_own_date(number):
    year, month, day = days.parts(number)
    tomorrow = days.parts(number + 1)

    assert days.number(year, month, day) == number
    assert tomorrow > (year, month, day)


@given(python_dates)
def test_day_numbers_and_weeks_are_those_of_python(date):
    number = days.number(date.year, date.month, date.day)

    assert number == date.toordinal() - dt.date(1970, 1, 1).toordinal()
    assert days.weekday(number) == date.isoweekday()
    assert days.week(date.year, date.month, date.day) == date.isocalendar().week
    assert days.of_year(date.year, date.month, date.day) == date.timetuple().tm_yday
