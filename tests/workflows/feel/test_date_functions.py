"""The built-in functions of FEEL for dates, times and durations, and `is`."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.feel import temporals
from workflows.feel.functions import BUILTINS, CAMUNDA
from workflows.feel.functions.range_text import parse_range
from workflows.feel.run import Run
from workflows.feel.temporal import (
    Date,
    DateTime,
    MonthsDuration,
    Time,
    add,
    compared,
    equal,
    from_python,
    parse_at,
    text_of,
)

NOON = dt.datetime(2026, 11, 21, 12, 0, 0, 250_000, tzinfo=dt.UTC)


def value_of(argument):
    """`@…` is a temporal value, a number a decimal, anything else itself."""
    if isinstance(argument, str) and argument.startswith("@"):
        return parse_at(argument[1:])
    return Decimal(str(argument)) if type(argument) in (int, float) else argument


def called(name, *arguments, functions=BUILTINS, now=NOON):
    """The answer of a function, and what it noted."""
    run = Run(now=now)
    answer = functions[name].call([value_of(each) for each in arguments], run)
    return answer, run.notes


@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("date", ["2012-12-25"], "2012-12-25"),
        ("date", ["@2012-12-25T11:00:00Z"], "2012-12-25"),
        ("date", ["@2012-12-25"], "2012-12-25"),
        ("date", [2012, 12, 25], "2012-12-25"),
        ("date", [-2012, 2, 29], "-2012-02-29"),
        ("date", [["2012-12-25"]], "2012-12-25"),
        ("time", ["23:59:00z"], "23:59:00Z"),
        ("time", ["@2012-12-25T11:00:00@Europe/Paris"], "11:00:00@Europe/Paris"),
        ("time", ["@11:00:00"], "11:00:00"),
        ("time", ["@2012-12-25"], "00:00:00Z"),
        ("time", [23, 59, 0, "@PT0H"], "23:59:00Z"),
        ("time", [11, 59, 45.123], "11:59:45.123"),
        ("time", [11, 59, 45, None], "11:59:45"),
        ("time", [11, 59, Decimal("59." + "9" * 32)], "11:59:59.999999999"),
        ("time", [11, 59, 45, "@-PT2H45M55S"], "11:59:45-02:45:55"),
        ("date and time", ["2012-12-24"], "2012-12-24T00:00:00"),
        ("date and time", ["2012-12-24T23:59:00"], "2012-12-24T23:59:00"),
        ("date and time", ["@2017-01-01", "@23:59:01+02:00"], "2017-01-01T23:59:01+02:00"),
        (
            "date and time",
            ["@2017-08-10T10:20:00@Europe/Paris", "@23:59:01"],
            "2017-08-10T23:59:01",
        ),
        (
            "date and time",
            ["@2026-03-29", "@02:30:00@Europe/Berlin"],
            "2026-03-29T03:30:00@Europe/Berlin",
        ),
        ("date and time", [2017, 1, 2, 3, 4, 5.5], "2017-01-02T03:04:05.5"),
        ("date and time", [2017, 1, 2, 3, 4, 5, "@PT1H"], "2017-01-02T03:04:05+01:00"),
        ("date and time", [2017, 1, 2, 3, 4, 5, None], "2017-01-02T03:04:05"),
        (
            "date and time",
            [2017, 1, 2, 3, 4, 5, "Europe/Paris"],
            "2017-01-02T03:04:05@Europe/Paris",
        ),
        ("duration", ["P2Y2M"], "P2Y2M"),
        ("duration", ["P2DT20H14M"], "P2DT20H14M"),
        ("years and months duration", ["@2011-12-22", "@2013-08-24"], "P1Y8M"),
        ("years and months duration", ["@2013-08-24", "@2011-12-22"], "-P1Y8M"),
        ("years and months duration", ["@2013-08-24", "@2013-08-24"], "P0M"),
        ("years and months duration", ["@2017-02-28", "@2016-02-29"], "-P11M"),
        ("years and months duration", ["@2014-12-31T23:59:59", "@2019-10-01T12:32:59"], "P4Y9M"),
        ("years and months duration", ["@-999999999-12-31", "@999999999-12-31"], "P1999999998Y"),
    ],
)
def test_values_are_made_as_the_standard_says(name, arguments, answer):
    value, notes = called(name, *arguments)

    assert text_of(value) == answer
    assert notes == []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("date", []),
        ("date", [None]),
        ("date", ["foo"]),
        ("date", ["2012-12-25T11:00:00"]),
        ("date", [2012]),
        ("date", [2012, 12]),
        ("date", [2012, 13, 1]),
        ("date", [2012, 2, 30]),
        ("date", [2012.5, 2, 3]),
        ("date", [10**9, 1, 1]),
        ("date", [Decimal("1E6000"), 1, 1]),
        ("date", [None, 1, 1]),
        ("time", [None]),
        ("time", ["10:30"]),
        ("time", [24, 0, 0]),
        ("time", [11, 59, 60]),
        ("time", [11, 59, -0.5]),
        ("time", [11.5, 59, 0]),
        ("time", [11, 59, 0, "@PT14H1S"]),
        ("time", [11, 59, 0, "@PT0.5S"]),
        ("time", [11, 59, 0, "@P1M"]),
        ("date and time", [None]),
        ("date and time", [None, "@10:30:00"]),
        ("date and time", ["@2017-01-01", None]),
        ("date and time", [2017]),
        ("date and time", [[]]),
        ("date and time", ["11:00:00"]),
        ("date and time", [2017, 1, 2, 3, 4, 5, "Europe/Nowhere"]),
        ("duration", ["P1Y2D"]),
        ("duration", ["@P1Y"]),
        ("duration", [1]),
        ("years and months duration", ["@2011-12-22", None]),
        ("years and months duration", ["@2011-12-22", "@10:30:00"]),
        ("now", [1]),
        ("today", [1]),
        ("day of year", [None]),
        ("day of week", ["foo"]),
        ("month of year", ["@2019-09-17", "@2019-09-17"]),
        ("week of year", []),
        ("is", [1]),
    ],
)
def test_arguments_outside_the_domain_give_null_and_say_why(name, arguments):
    value, notes = called(name, *arguments)

    assert value is None
    assert notes
    assert notes[0].startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("name", "day", "answer"),
    [
        ("day of year", "@1970-01-01", Decimal(1)),
        ("day of year", "@2019-09-17", Decimal(260)),
        ("day of year", "@2020-12-31T10:10:10", Decimal(366)),
        ("day of week", "@2019-09-17", "Tuesday"),
        ("day of week", "@2021-01-17T10:10:10Z", "Sunday"),
        ("month of year", "@2019-09-17", "September"),
        ("month of year", "@-0044-12-01", "December"),
        ("week of year", "@2019-09-17", Decimal(38)),
        ("week of year", "@2003-12-29", Decimal(1)),
        ("week of year", "@2004-01-04", Decimal(1)),
        ("week of year", "@2005-01-01", Decimal(53)),
        ("week of year", "@2005-01-03", Decimal(1)),
        ("week of year", "@2010-01-01T00:00:00", Decimal(53)),
    ],
)
def test_days_know_their_place_in_the_year(name, day, answer):
    value, notes = called(name, day)

    assert value == answer
    assert notes == []


def test_arguments_may_be_given_by_name():
    run = Run(now=NOON)

    made = BUILTINS["date and time"].call_named(
        {"time": parse_at("23:59:01"), "date": parse_at("2017-01-01")}, run
    )
    refused = BUILTINS["day of year"].call_named({"value": parse_at("2017-01-01")}, run)

    assert text_of(made) == "2017-01-01T23:59:01"
    assert refused is None
    assert "value" in run.notes[0]


def test_now_and_today_are_those_of_the_evaluation():
    in_auckland = NOON.astimezone(ZoneInfo("Pacific/Auckland"))

    assert called("now")[0] == DateTime(Date(2026, 11, 21), Time(12, 0, 0, 250_000_000, 0))
    assert called("today")[0] == Date(2026, 11, 21)
    assert text_of(called("now", now=in_auckland)[0]) == "2026-11-22T01:00:00.25@Pacific/Auckland"
    assert called("today", now=in_auckland)[0] == Date(2026, 11, 22)


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        ("@2012-12-25", "@23:00:50", False),
        ("@2012-12-25", "@2012-12-25", True),
        ("@23:00:50z", "@23:00:50", False),
        ("@23:00:50z", "@23:00:50+00:00", True),
        ("@2002-04-02T12:00:00-01:00", "@2002-04-02T17:00:00+04:00", False),
        ("@P1Y", "@P12M", True),
        ("@P0Y", "@PT0S", False),
        (None, None, True),
        (None, False, False),
        (1, 1.0, True),
        (1, True, False),
        ("a", "a", True),
        ([1, [2, "x"]], [1, [2, "x"]], True),
        ([1, 2], [1], False),
        ({"a": [1]}, {"a": [1]}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"b": 1}, False),
        (parse_range("[1..2]"), parse_range("[1..2]"), True),
        (parse_range("[1..2]"), parse_range("[1..2)"), False),
    ],
)
def test_is_tells_whether_values_are_the_same_element(a, b, answer):
    value, notes = called("is", a, b)

    assert value is answer
    assert notes == []


@given(temporals.dates(), temporals.dates())
def test_years_and_months_reach_the_other_date_but_not_beyond(start, end):
    months, _ = called("years and months duration", start, end)

    backwards = compared("<", end, start)
    reached = Date(start.year, start.month, 1)
    target = Date(end.year, end.month, 1)
    there = add(reached, months)
    assert months == MonthsDuration(0) or (months.months < 0) is backwards
    assert equal(there, target) or equal(add(there, MonthsDuration(-1 if backwards else 1)), target)


@given(st.datetimes())
def test_a_date_and_time_is_put_together_from_its_parts(moment):
    value = from_python(moment)

    assert called("date and time", value.date, value.time)[0] == value
    assert called("date", value)[0] == value.date
    assert called("time", value)[0] == value.time


@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("last day of month", ["@2024-02-10"], "2024-02-29"),
        ("last day of month", ["@2025-12-10T10:00:00Z"], "2025-12-31"),
        (
            "date and time",
            ["@2026-07-01T12:00:00Z", "Europe/Paris"],
            "2026-07-01T14:00:00@Europe/Paris",
        ),
        (
            "date and time",
            ["@2026-07-01T12:00:00", "Europe/Paris"],
            "2026-07-01T12:00:00@Europe/Paris",
        ),
        ("date and time", ["@2026-07-01", "@12:00:00"], "2026-07-01T12:00:00"),
        ("date and time", ["2026-07-01T12:00:00"], "2026-07-01T12:00:00"),
        ("date and time", [2026, 7, 1, 12, 0, 0], "2026-07-01T12:00:00"),
    ],
)
def test_the_dialect_has_more_functions_of_dates(name, arguments, answer):
    value, notes = called(name, *arguments, functions=CAMUNDA)

    assert text_of(value) == answer
    assert notes == []


def test_the_standard_does_not_have_the_functions_of_the_dialect():
    value, notes = called("date and time", "@2026-07-01T12:00:00Z", "Europe/Paris")

    assert value is None
    assert notes
    assert "last day of month" not in BUILTINS
