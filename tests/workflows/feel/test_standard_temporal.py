"""Dates, times and durations (DMN 1.5, tables 53 to 59, 62, 65, 66, 72, 77 and 79)."""

import pytest

from tests.workflows.feel.standard import cases, written


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        date("2012-12-25")          ⇒ @"2012-12-25"
        date("2012-12-25T10:00:00") ⇒ null
        date("2012-2-5")            ⇒ null
        date("20121225")            ⇒ null
        date("2012-02-30")          ⇒ null
        date("2011-02-29")          ⇒ null
        date("2012-13-01")          ⇒ null
        date("12-01-01")            ⇒ null
        date("012345-01-01")        ⇒ null
        date("-0044-03-15")         ⇒ @"-0044-03-15"
        date("999999999-12-31")     ⇒ @"999999999-12-31"
        date("1000000000-01-01")    ⇒ null
        date("")                    ⇒ null
        date(null)                  ⇒ null
        date(1)                     ⇒ null
        date(@"2012-12-25T11:00:00Z") ⇒ @"2012-12-25"
        date(@"10:00:00")           ⇒ null
        date(2012, 12, 25)          ⇒ @"2012-12-25"
        date(2012, 13, 25)          ⇒ null
        date(2012, 2, 30)           ⇒ null
        date(2012, null, 25)        ⇒ null
        date("2012", 12, 25)        ⇒ null
        date(year: 2012, month: 12, day: 25) ⇒ @"2012-12-25"
        date(year: 2012, month: 12) ⇒ null
        time("23:59:00")            ⇒ @"23:59:00"
        time("23:59:00z")           ⇒ @"23:59:00Z"
        time("23:59:00.123456789+01:00") ⇒ @"23:59:00.123456789+01:00"
        time("10:00:00@Europe/Paris") ⇒ @"10:00:00@Europe/Paris"
        time("10:00:00@Nowhere/City") ⇒ null
        time("10:00:00Z@Europe/Paris") ⇒ null
        time("10:00")               ⇒ null
        time("25:00:00")            ⇒ null
        time("10:60:00")            ⇒ null
        time("10:00:60")            ⇒ null
        time("10:00:00+15:00")      ⇒ null
        time("T10:00:00")           ⇒ null
        time(null)                  ⇒ null
        time(@"2012-12-25T11:00:00Z") ⇒ @"11:00:00Z"
        time(@"2012-12-25")         ⇒ @"00:00:00Z"
        time(23, 59, 0, @"PT0H")    ⇒ @"23:59:00Z"
        time(23, 59, 0)             ⇒ @"23:59:00"
        time(23, 59, 0, null)       ⇒ @"23:59:00"
        time(23, 59, 1.3, @"-PT1H") ⇒ @"23:59:01.3-01:00"
        time(24, 0, 0)              ⇒ null
        time(23, 59, 0, @"PT15H")   ⇒ null
        time(23, 59, 0, 1)          ⇒ null
        date and time("2012-12-24T23:59:00") ⇒ @"2012-12-24T23:59:00"
        date and time("2012-12-24") ⇒ @"2012-12-24T00:00:00"
        date and time("2017-12-31T11:22:33.3@Asia/Tokyo") ⇒ @"2017-12-31T11:22:33.3@Asia/Tokyo"
        date and time("2012-12-24T23:59") ⇒ null
        date and time("2012-12-24 23:59:00") ⇒ null
        date and time("2012-12-24T24:00:01") ⇒ null
        date and time("2012-12-24T10:00:00+01:00@Europe/Paris") ⇒ null
        date and time(@"2012-12-24", @"23:59:00") ⇒ @"2012-12-24T23:59:00"
        date and time(@"2012-12-24T01:00:00Z", @"23:59:00+01:00") ⇒ @"2012-12-24T23:59:00+01:00"
        date and time("2012-12-24", "23:59:00") ⇒ null
        date and time(null, @"23:59:00") ⇒ null
        date and time(2012, 12, 24, 23, 59, 0) ⇒ @"2012-12-24T23:59:00"
        date and time(2012, 12, 24, 23, 59, 0, "Europe/Paris") ⇒ @"2012-12-24T23:59:00@Europe/Paris"
        duration("P0DT25H")         ⇒ @"P1DT1H"
        duration("P0Y13M")          ⇒ @"P1Y1M"
        duration("-PT0.5S")         ⇒ @"-PT0.5S"
        duration("P1Y2M3D")         ⇒ null
        duration("P1W")             ⇒ null
        duration("P")               ⇒ null
        duration("PT")              ⇒ null
        duration("P1DT")            ⇒ null
        duration("P1.5D")           ⇒ null
        duration("P-1D")            ⇒ null
        duration("1D")              ⇒ null
        duration(1)                 ⇒ null
        duration(null)              ⇒ null
        @"foo"                      ⇒ null
        @"2012-02-30"               ⇒ null
    """),
)
def test_texts_and_parts_become_temporal_values_or_null(text, expected):
    """Table 72 with the lexical spaces that it names, and rule 65."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        @"2012-12-24T23:59:00" + @"PT1M" ⇒ @"2012-12-25T00:00:00"
        @"PT1M" + @"2012-12-24T23:59:00" ⇒ @"2012-12-25T00:00:00"
        @"2020-01-01T10:00:00" - @"P1DT1H" ⇒ @"2019-12-31T09:00:00"
        @"2020-01-01T10:00:00Z" + @"P1Y1M" ⇒ @"2021-02-01T10:00:00Z"
        @"P1Y1M" + @"2020-01-01T10:00:00Z" ⇒ @"2021-02-01T10:00:00Z"
        @"2020-03-31T10:00:00" - @"P1M" ⇒ @"2020-02-29T10:00:00"
        @"2020-01-31" + @"P1M"      ⇒ @"2020-02-29"
        @"2020-01-31" - @"P2M"      ⇒ @"2019-11-30"
        @"P1M" + @"2020-01-31"      ⇒ @"2020-02-29"
        @"2020-01-01" + @"PT36H"    ⇒ @"2020-01-02"
        @"2020-01-01" - @"PT1H"     ⇒ @"2019-12-31"
        @"23:59:00z" + @"PT2M"      ⇒ @"00:01:00Z"
        @"PT25H" + @"10:00:00"      ⇒ @"11:00:00"
        @"10:00:00" - @"PT11H"      ⇒ @"23:00:00"
        @"2012-12-24T23:59:00" - @"2012-12-22T03:45:00" ⇒ @"P2DT20H14M"
        @"2020-01-01T12:00:00+02:00" - @"2020-01-01T10:00:00Z" ⇒ @"PT0S"
        @"2012-12-25" - @"2012-12-24" ⇒ @"P1D"
        @"2020-01-02T00:00:00Z" - @"2020-01-01" ⇒ @"P1D"
        @"10:00:00" - @"11:30:00"   ⇒ @"-PT1H30M"
        @"10:00:00+01:00" - @"09:00:00Z" ⇒ @"PT0S"
        @"P1Y" + @"P1M"             ⇒ @"P1Y1M"
        @"P1Y" - @"P1M"             ⇒ @"P11M"
        @"P1D" + @"PT1H"            ⇒ @"P1DT1H"
        @"PT1H" - @"P1D"            ⇒ @"-PT23H"
        @"P1Y" * 1.5                ⇒ @"P1Y6M"
        1.5 * @"P1Y"                ⇒ @"P1Y6M"
        @"P1Y" / 5                  ⇒ @"P2M"
        @"P1D" * 2                  ⇒ @"P2D"
        @"P1D" / 2                  ⇒ @"PT12H"
        @"P1Y" / @"P1M"             ⇒ 12
        @"P1D" / @"PT1H"            ⇒ 24
        -@"P1D"                     ⇒ @"-P1D"
        -@"P1Y2M"                   ⇒ @"-P1Y2M"
    """),
)
def test_arithmetic_follows_the_tables(text, expected):
    """Tables 57, 59 and 62."""
    assert written(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '@"2020-01-01" + @"2020-01-02"',
        '@"10:00:00" + @"10:00:00"',
        '@"2020-01-01T10:00:00" + @"2020-01-01T10:00:00"',
        '@"P1D" - @"2020-01-01"',
        '@"P1M" - @"2020-01-01T10:00:00"',
        '@"PT1H" - @"10:00:00"',
        '@"10:00:00" + @"P1Y"',
        '@"P1D" + @"P1Y"',
        '@"P1D" + 1',
        '@"2020-01-01" + 1',
        '@"2020-01-01" + null',
        'null - @"2020-01-01"',
        '@"P1D" * @"P1D"',
        '@"P1D" * null',
        '2 / @"P1D"',
        '@"P1D" / 0',
        '@"P1Y" / 0',
        '@"P1D" / @"PT0S"',
        '@"P1Y" / @"P0M"',
        '@"P1D" / @"P1M"',
        '@"P1D" ** 2',
        '-@"2020-01-01"',
        '@"2020-01-01T10:00:00" - @"2020-01-01T10:00:00Z"',
        '@"2020-01-01T10:00:00" - @"2020-01-01"',
        '@"10:00:00" - @"10:00:00Z"',
        '@"999999999-12-31" + @"P1D"',
        '@"-999999999-01-01" - @"P1M"',
    ],
)
def test_arithmetic_outside_of_the_tables_is_null(text):
    """Tables 57 and 59: undefined, not allowed, by zero, or a year out of range."""
    assert written(text) == "null"


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        @"2020-01-01" < @"2020-01-02" ⇒ true
        @"2020-01-01" <= @"2020-01-01" ⇒ true
        @"-0001-01-01" < @"0001-01-01" ⇒ true
        @"2020-01-01T10:00:00Z" = @"2020-01-01T11:00:00+01:00" ⇒ true
        @"2020-01-01T10:00:00Z" < @"2020-01-01T10:00:00+01:00" ⇒ false
        @"2020-01-01T10:00:00@Europe/Paris" = @"2020-01-01T09:00:00Z" ⇒ true
        @"2020-01-01T10:00:00" < @"2020-01-01T11:00:00Z" ⇒ true
        @"10:00:00Z" = @"11:00:00+01:00" ⇒ true
        @"10:00:00" < @"11:00:00"   ⇒ true
        @"10:00:00" < @"10:00:00Z"  ⇒ false
        @"P12M" = @"P1Y"            ⇒ true
        @"P1M" < @"P1Y"             ⇒ true
        @"P1D" = @"PT24H"           ⇒ true
        @"-P1D" < @"PT0S"           ⇒ true
        @"P365D" < @"P1Y"           ⇒ null
        @"P1D" = @"P1M"             ⇒ null
        @"2020-01-01" = @"10:00:00" ⇒ null
        @"P1D" between @"PT1H" and @"P2D" ⇒ true
        @"2020-01-02" in [@"2020-01-01"..@"2020-01-03"] ⇒ true
        @"10:00:00" in (< @"11:00:00") ⇒ true
        is(@"23:00:50z", @"23:00:50") ⇒ false
        is(@"23:00:50z", @"23:00:50+00:00") ⇒ true
        is(@"2012-12-25", @"2012-12-25") ⇒ true
        is(@"2012-12-25", @"23:00:50") ⇒ false
        is(@"2020-01-01T10:00:00Z", @"2020-01-01T11:00:00+01:00") ⇒ false
        is(1, 1.0)                  ⇒ true
        is(null, null)              ⇒ true
        is(null, 1)                 ⇒ false
        is([1, {a: 2}], [1, {a: 2}]) ⇒ true
        is([1], [2])                ⇒ false
    """),
)
def test_moments_compare_by_instant_and_are_the_same_by_form(text, expected):
    """Tables 53, 54 and 77."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        @"2018-12-10".year          ⇒ 2018
        @"2018-12-10".weekday       ⇒ 1
        @"2018-12-16".weekday       ⇒ 7
        @"-0044-03-15".year         ⇒ -44
        @"2018-12-10T10:30:01.5Z".second ⇒ 1.5
        @"2018-12-10T10:30:01Z".time offset ⇒ @"PT0S"
        @"2018-12-10T10:30:01".time offset ⇒ null
        @"2018-12-10T10:30:01@Europe/Paris".timezone ⇒ "Europe/Paris"
        @"2018-12-10T10:30:01@Europe/Paris".time offset ⇒ @"PT1H"
        @"2018-12-10T10:30:01+01:00".timezone ⇒ null
        @"10:30:01-05:00".time offset ⇒ @"-PT5H"
        @"P1Y13M".years             ⇒ 2
        @"P1Y13M".months            ⇒ 1
        @"P1Y".days                 ⇒ null
        @"P1DT25H61M61.5S".days     ⇒ 2
        @"P1DT25H61M61.5S".hours    ⇒ 2
        @"P1DT25H61M61.5S".minutes  ⇒ 2
        @"P1DT25H61M61.5S".seconds  ⇒ 1.5
        @"P1D".years                ⇒ null
        @"2018-12-10".hour          ⇒ null
        @"10:30:01".day             ⇒ null
        [@"2018-12-10", @"2019-12-10"].year ⇒ [2018, 2019]
        null.year                   ⇒ null
        "2018-12-10".year           ⇒ null
    """),
)
def test_properties_exist_per_type(text, expected):
    """Tables 65 and 66."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        years and months duration(@"2011-12-22", @"2013-08-24") ⇒ @"P1Y8M"
        years and months duration(@"2013-08-24", @"2011-12-22") ⇒ @"-P1Y8M"
        years and months duration(@"2016-01-21", @"2015-01-22") ⇒ @"-P11M"
        years and months duration(@"2020-01-31", @"2020-02-29") ⇒ @"P0M"
        years and months duration(@"2011-12-22T10:00:00", @"2013-08-24T09:00:00") ⇒ @"P1Y8M"
        years and months duration(from: @"2011-12-22", to: @"2013-08-24") ⇒ @"P1Y8M"
        years and months duration(@"2011-12-22", null) ⇒ null
        years and months duration("2011-12-22", @"2013-08-24") ⇒ null
        years and months duration(@"10:00:00", @"2013-08-24") ⇒ null
        day of year(@"2019-09-17")  ⇒ 260
        day of week(@"2019-09-17")  ⇒ "Tuesday"
        month of year(@"2019-09-17") ⇒ "September"
        week of year(@"2019-09-17") ⇒ 38
        week of year(@"2005-01-01") ⇒ 53
        week of year(@"2003-12-29") ⇒ 1
        day of year(@"2019-09-17T10:00:00Z") ⇒ 260
        day of year("2019-09-17")   ⇒ null
        week of year(null)          ⇒ null
        month of year()             ⇒ null
    """),
)
def test_temporal_functions(text, expected):
    """Tables 72 and 79."""
    assert written(text) == expected
