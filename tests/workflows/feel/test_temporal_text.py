"""Which texts are dates, times and durations, and how FEEL writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.feel import temporals
from workflows.feel.errors import Unanswerable
from workflows.feel.temporal import (
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    parse_at,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
    text_of,
)

SECOND = 10**9


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21",
        "0000-01-01",
        "-0044-03-15",
        "99999-12-31",
        "-999999999-12-31",
        "10:30:00",
        "23:59:59.000000001",
        "10:30:00Z",
        "10:30:00+14:00",
        "11:59:45-02:45:55",
        "10:30:00@Europe/Paris",
        "2017-12-31T11:22:33.345",
        "2011-12-31T10:15:30.987@America/Argentina/Buenos_Aires",
        "999999999-12-31T23:59:59.999999999@Europe/Paris",
        "-999999999-12-31T23:59:59.999999999+02:00",
        "P1Y2M",
        "-P5M",
        "P0M",
        "PT0S",
        "P1DT2H3M4.5S",
        "-PT0.000000001S",
    ],
)
def test_canonical_texts_are_written_as_they_were_read(text):
    value = parse_at(text)

    assert text_of(value) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("10:30:00.500", "10:30:00.5"),
        ("10:30:00.1234567899", "10:30:00.123456789"),
        ("10:30:00z", "10:30:00Z"),
        ("10:30:00-00:00", "10:30:00Z"),
        ("10:30:00+01:00:00", "10:30:00+01:00"),
        ("24:00:00", "00:00:00"),
        ("24:00:00.000Z", "00:00:00Z"),
        ("2026-12-31T24:00:00", "2027-01-01T00:00:00"),
        ("2012-03-07Z", "2012-03-07"),
        ("P26M", "P2Y2M"),
        ("P0Y", "P0M"),
        ("-P0Y", "P0M"),
        ("P0DT25H", "P1DT1H"),
        ("PT90M", "PT1H30M"),
        ("-P0D", "PT0S"),
        ("P007D", "P7D"),
    ],
)
def test_other_texts_become_canonical(text, canonical):
    value = parse_at(text)

    assert text_of(value) == canonical


def test_a_text_has_the_parts_that_it_names():
    moment = parse_date_time("-2017-12-31T11:22:33.456+01:35")

    assert moment == DateTime(Date(-2017, 12, 31), Time(11, 22, 33, 456_000_000, 5_700))


def test_a_date_alone_is_midnight_as_a_date_and_time():
    moments = [parse_date_time("2012-12-24"), parse_date_time("2012-03-07Z")]

    assert moments[0] == DateTime(Date(2012, 12, 24), Time(0, 0, 0))
    assert moments[1] == DateTime(Date(2012, 3, 7), Time(0, 0, 0, 0, 0))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2017-02-29",
        "2017-02-30",
        "2017-13-10",
        "2017-00-10",
        "2017-12-0",
        "2017-12-00",
        "998-12-31",
        "01211-12-31",
        "+99999-12-01",
        "9999999999-12-27",
        "1000000000-01-01",
        "2017-12-31T00:00:00",
        " 2017-12-31",
        "2017-12-31\n",
        "२०१७-12-31",
        "2017-12-31@Europe/Paris",
        "1" * 100_000,
    ],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(Unanswerable):
        parse_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "24:00:01",
        "24:01:00",
        "24:00:00.1",
        "25:00:00",
        "00:60:00",
        "23:59:60",
        "7:00:00",
        "07:1:00",
        "07:01:2",
        "07:01",
        "T07:01:00",
        "07:01:00.",
        "13:20:00+19:00",
        "13:20:00-14:00:01",
        "13:20:00+05:60",
        "13:20:00+05:0",
        "13:20:00+5:00",
        "13:20:00+5",
        "13:20:00+02:00@Europe/Paris",
        "13:20:00@",
        "13:20:00@xyz/abc",
        "13:20:00@europe/paris",
        "13:20:00@Europe/../Europe/Paris",
        "13:20:00@../../../etc/passwd",
        "13:20:00@/etc/localtime",
        "13:20:00@localtime",
        "13:20:00@Europe",
        "13:20:00@Europe/Paris\x00",
        "13:20:00@" + "A" * 1_000_000,
        "13:20:00." + "1" * 1_000_000,
    ],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(Unanswerable):
        parse_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "P",
        "PT",
        "P1DT",
        "-P",
        "P1Y2D",
        "P1M2Y",
        "P1YT1H",
        "P-1Y",
        "P1.5Y",
        "PT1.5H",
        "PT1.S",
        "PT.5S",
        "P1H",
        "P1W",
        "1D",
        "+P1D",
        "p1d",
        "P 1D",
        "P9999999999999999999Y",
        "P99999999999999999999D",
        "P" + "9" * 10_000 + "Y",
        "PT" + "9" * 1_000_000 + "S",
    ],
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(Unanswerable):
        parse_duration(text)


@pytest.mark.parametrize(
    "text", ["foo", "", "2018", "P", "10:30", "2018-12-08T", "2018-12-08 10:30:11"]
)
def test_what_is_no_literal_is_refused_with_a_sentence(text):
    with pytest.raises(Unanswerable, match=r"is not a text for this\. Write a .* such as"):
        parse_at(text)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("9999-12-31T24:00", None),
        ("9999-12-31T24:00:00", "10000-01-01T00:00:00"),
        ("999999999-12-31T24:00:00", None),
        ("2026-02-30T10:00:00", None),
        ("-0001-01-01T00:00:00", "-0001-01-01T00:00:00"),
        ("-1-01-01T00:00:00", None),
        ("2026-03-29T02:30:00@Europe/Berlin", "2026-03-29T03:30:00@Europe/Berlin"),
        ("2026-10-25T02:30:00@Europe/Berlin", "2026-10-25T02:30:00@Europe/Berlin"),
        ("2016-12-31T23:59:60Z", None),
    ],
)
def test_strange_moments_are_refused_or_have_the_documented_result(text, outcome):
    if outcome is None:
        with pytest.raises(Unanswerable):
            parse_date_time(text)
        return

    moment = parse_date_time(text)

    assert text_of(moment) == outcome


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("P1Y", MonthsDuration(12)),
        ("P12M", MonthsDuration(12)),
        ("P365D", DaysDuration(365 * 86_400 * SECOND)),
        ("-P1Y", MonthsDuration(-12)),
        ("PT0S", DaysDuration(0)),
        ("P99999999Y", MonthsDuration(12 * 99_999_999)),
        ("R/PT0S", None),
        ("R-1", None),
    ],
)
def test_strange_durations_are_exact_or_refused(text, value):
    if value is None:
        with pytest.raises(Unanswerable):
            parse_duration(text)
        return

    assert parse_duration(text) == value


@given(
    st.one_of(
        temporals.dates(),
        temporals.times(),
        temporals.local_date_times,
        temporals.offset_date_times,
        temporals.days_durations,
        temporals.months_durations,
    )
)
def test_every_value_is_read_back_from_its_text(value):
    text = text_of(value)

    assert parse_at(text) == value


@given(st.text(alphabet="0123456789-+:.TZPYMDHS@/aE", max_size=30))
def test_any_text_is_read_or_refused(text):
    for parse in (parse_at, parse_date, parse_time, parse_date_time, parse_duration):
        try:
            value = parse(text)
        except Unanswerable:
            continue
        assert parse(text_of(value)) == value
