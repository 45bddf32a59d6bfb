"""Literals, comparisons and logic (DMN 1.5, 10.3.1.2, 10.3.2.3, and tables 49 to 62)."""

import pytest

from tests.workflows.feel.standard import cases, written


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        .25 + .2                    ⇒ 0.45
        .10 * 30.00                 ⇒ 3.0000
        1 + 3/2*2 - 2**3            ⇒ -4.0
        1/3                         ⇒ 0.3333333333333333333333333333333333
        1.0*10**3                   ⇒ 1000.0
        2**3**2                     ⇒ 64
        -2**2                       ⇒ 4
        1 - 2 - 3                   ⇒ -4
        8 / 4 / 2                   ⇒ 1
        --1                         ⇒ 1
        -0                          ⇒ 0
        0 * -1                      ⇒ 0
        1 = 1.000                   ⇒ true
        1/0                         ⇒ null
        0/0                         ⇒ null
        0**0                        ⇒ 1
        0**-1                       ⇒ null
        (-8)**0.5                   ⇒ null
        10**6200                    ⇒ null
        10**6144 * 10               ⇒ null
        9999999999999999999999999999999999 + 1 = 10**34 ⇒ true
    """),
)
def test_numbers_have_34_digits_and_no_infinities(text, expected):
    """10.3.2.3.1, tables 40 and 56 to 60; infix operators are left associative (10.3.1.2)."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        1 + null                    ⇒ null
        null + null                 ⇒ null
        null - 1                    ⇒ null
        2 * null                    ⇒ null
        null / 2                    ⇒ null
        2 ** null                   ⇒ null
        -null                       ⇒ null
        -"a"                        ⇒ null
        -true                       ⇒ null
        "a" + "b"                   ⇒ "ab"
        "a" + null                  ⇒ null
        "a" + 1                     ⇒ null
        1 + "a"                     ⇒ null
        "a" - "b"                   ⇒ null
        "a" * 2                     ⇒ null
        true + true                 ⇒ null
        [1] + [2]                   ⇒ null
        {a: 1} + {b: 2}             ⇒ null
        [1..2] + 1                  ⇒ null
        abs + 1                     ⇒ null
    """),
)
def test_operators_are_null_outside_of_their_tables(text, expected):
    """Tables 56 to 62: inputs of any other type have no result."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        string length("\U01F40Eab")      ⇒ 3
        string length("\uD83D\uDC0Eab")  ⇒ 3
        string length("\n\t\r\"\\\'")    ⇒ 6
        string length("\d")              ⇒ 2
        "\u0041\U000041"                 ⇒ "AA"
        "\uD83D\uDC0E" = "\U01F40E"      ⇒ true
        substring("\U01F40Eab", 2)       ⇒ "ab"
        substring("ab\U01F40E", -1)      ⇒ "🐎"
        substring("🐎🐎x", 2, 1)          ⇒ "🐎"
        index of(["b", "🐎"], "\U01F40E") ⇒ [2]
        contains("a🐎b", "🐎")            ⇒ true
        substring before("a🐎b", "🐎")    ⇒ "a"
        substring after("a🐎b", "🐎")     ⇒ "b"
        replace("🐎ab", ".", "x")         ⇒ "xxx"
        matches("🐎", "^.$")              ⇒ true
        split("a🐎b", "🐎")               ⇒ ["a", "b"]
        "\uFFFD" < "\U01F40E"            ⇒ true
        "a" < "ab"                       ⇒ true
        "" < "a"                         ⇒ true
        "B" < "a"                        ⇒ true
        upper case("ä🐎")                 ⇒ "Ä🐎"
    """),
)
def test_strings_consist_of_code_points(text, expected):
    """10.3.2.3.2 and rules 33 and 64; order by code point, not by UTF-16 (table 54)."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        null = null                 ⇒ true
        null != null                ⇒ false
        1 = null                    ⇒ false
        null != 1                   ⇒ true
        1 = "1"                     ⇒ null
        1 != "1"                    ⇒ null
        true = "true"               ⇒ null
        1 = [1]                     ⇒ null
        {} = []                     ⇒ null
        @"2020-01-01" = "2020-01-01" ⇒ null
        @"P1D" = @"P1M"             ⇒ null
        @"2020-01-01" = @"2020-01-01T00:00:00" ⇒ null
        [] = []                     ⇒ true
        [1,2] = [1,2.0]             ⇒ true
        [1,2] = [2,1]               ⇒ false
        [1,2] = [1]                 ⇒ false
        [[1],[2]] = [[1],[2]]       ⇒ true
        [1, null] = [1, null]       ⇒ true
        {a: 1, b: 2} = {b: 2, a: 1} ⇒ true
        {a: 1} = {a: 1, b: null}    ⇒ false
        {a: [1]} = {a: [1]}         ⇒ true
        [1..2] = [1..2]             ⇒ true
        [1..2] = [1..2)             ⇒ false
        (<5) = (<5)                 ⇒ true
        (<5) = (<=5)                ⇒ false
        abs = abs                   ⇒ true
        abs = sqrt                  ⇒ false
        {f: function(x) x, r: f = f}.r ⇒ true
    """),
)
def test_values_are_equal_within_their_kind_and_null_elsewhere(text, expected):
    """Tables 49, 52 and 53; `!=` is the negation of `=`."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        null < 1                    ⇒ null
        1 >= null                   ⇒ null
        null <= null                ⇒ null
        1 < "a"                     ⇒ null
        true < false                ⇒ null
        [1] < [2]                   ⇒ null
        {a: 1} > {a: 0}             ⇒ null
        [1..2] < [3..4]             ⇒ null
        @"2020-01-01" < @"2020-01-02T00:00:00" ⇒ null
        @"P1D" < @"P1M"             ⇒ null
        @"10:00:00" < @"P1D"        ⇒ null
        2 between 1 and 3           ⇒ true
        3 between 1 and 3           ⇒ true
        4 between 1 and 3           ⇒ false
        2 between 3 and 1           ⇒ false
        null between 1 and 3        ⇒ null
        2 between null and 3        ⇒ null
        2 between 1 and null        ⇒ null
        "b" between "a" and "c"     ⇒ true
        "b" between 1 and 3         ⇒ null
    """),
)
def test_order_exists_within_numbers_strings_and_temporal_kinds_only(text, expected):
    """Tables 54 and 55."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        5 in (<=5)                  ⇒ true
        5 in ((5..10])              ⇒ false
        5 in ([5..10])              ⇒ true
        5 in (4,5,6)                ⇒ true
        5 in (<5,>5)                ⇒ false
        5 in <5                     ⇒ false
        5 in [1,5]                  ⇒ true
        5 in 5                      ⇒ true
        5 in []                     ⇒ false
        5 in [[0..9], [20..30]]     ⇒ true
        5 in ([0..3], [20..30])     ⇒ false
        5 in (? > 3)                ⇒ true
        5 in (even(?))              ⇒ false
        5 in null                   ⇒ false
        null in null                ⇒ true
        null in (null, 1)           ⇒ true
        null in [1, null]           ⇒ true
        null in [1, 2]              ⇒ false
        null in [1..2]              ⇒ null
        null in (<5)                ⇒ null
        "a" in [1..2]               ⇒ null
        [1] in [[1], [2]]           ⇒ true
        [1,2] in [[1,2,3], [1]]     ⇒ false
        [1,2] in ([[1,2,3]], [[1,2]]) ⇒ true
        {a: 1} in [{a: 1}]          ⇒ true
        @"2012-12-31" in [@"2012-12-25"..@"2013-02-14"] ⇒ true
        "b" in ["a".."c"]           ⇒ true
        1 in 1 and 2 in 3           ⇒ false
    """),
)
def test_in_knows_tests_ranges_lists_and_values(text, expected):
    """Tables 39 and 55, rules 49.c and 49.d."""
    assert written(text) == expected


@pytest.mark.parametrize("left", ["true", "false", "null", '"a"', "1", "[true]", "missing"])
@pytest.mark.parametrize("right", ["true", "false", "null", '"a"', "1", "[true]", "missing"])
def test_and_and_or_are_total(left, right):
    """Table 50: whatever is neither true nor false counts as otherwise."""
    both = "false" if "false" in (left, right) else "true" if left == right == "true" else "null"
    either = "true" if "true" in (left, right) else "false" if left == right == "false" else "null"

    assert written(f"{left} and {right}") == both
    assert written(f"{left} or {right}") == either


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        not(true)                   ⇒ false
        not(false)                  ⇒ true
        not(null)                   ⇒ null
        not("true")                 ⇒ null
        not(negand: true)           ⇒ false
        if true then 1 else 2       ⇒ 1
        if false then 1 else 2      ⇒ 2
        if null then 1 else 2       ⇒ 2
        if "true" then 1 else 2     ⇒ 2
        if 1 then 1 else 2          ⇒ 2
        if 1 = "a" then 1 else 2    ⇒ 2
        if true then null else 2    ⇒ null
    """),
)
def test_negation_is_null_and_if_takes_else_unless_true(text, expected):
    """Tables 49 and 51."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        string(1.10)                ⇒ "1.10"
        string(1e3)                 ⇒ "1000"
        string(0.0000001)           ⇒ "0.0000001"
        string(-0)                  ⇒ "0"
        string("a")                 ⇒ "a"
        string(true)                ⇒ "true"
        string(null)                ⇒ null
        string(@"2020-01-01")       ⇒ "2020-01-01"
        string(@"10:00:00.50")      ⇒ "10:00:00.5"
        string(@"10:00:00+00:00")   ⇒ "10:00:00Z"
        string(@"10:00:00@Etc/UTC") ⇒ "10:00:00@Etc/UTC"
        string(@"2020-01-01T10:00:00@Europe/Paris") ⇒ "2020-01-01T10:00:00@Europe/Paris"
        string(@"2020-01-01T10:00:00-02:45") ⇒ "2020-01-01T10:00:00-02:45"
        string(@"-0001-01-01")      ⇒ "-0001-01-01"
        string(@"999999999-12-31")  ⇒ "999999999-12-31"
        string(@"PT25H")            ⇒ "P1DT1H"
        string(@"P0DT0S")           ⇒ "PT0S"
        string(@"-PT90S")           ⇒ "-PT1M30S"
        string(@"PT0.050S")         ⇒ "PT0.05S"
        string(@"P13M")             ⇒ "P1Y1M"
        string(@"-P1Y")             ⇒ "-P1Y"
        string(@"P0Y")              ⇒ "P0M"
        string([1, "a", null, [true]]) ⇒ "[1, \"a\", null, [true]]"
        string({a: 1, b: {c: "x"}}) ⇒ "{a: 1, b: {c: \"x\"}}"
        string([])                  ⇒ "[]"
        string({})                  ⇒ "{}"
        string([1..5))              ⇒ "[1..5)"
        string([@"P1D"])            ⇒ "[@\"P1D\"]"
    """),
)
def test_string_writes_every_type_in_its_canonical_form(text, expected):
    """Table 72, and the normal forms of 10.3.2.3.7 and 10.3.2.3.8."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        number("1,000.5", ",", ".") ⇒ 1000.5
        number("1.000.000,01", ".", ",") ⇒ 1000000.01
        number("1 000,0", " ", ",") ⇒ 1000.0
        number("-1,000", ",", ".")  ⇒ -1000
        number("1000.5", null, ".") ⇒ 1000.5
        number("1000,5", null, ",") ⇒ 1000.5
        number("1,000", ",", null)  ⇒ 1000
        number("1000.5", null, null) ⇒ 1000.5
        number(".5")                ⇒ 0.5
        number(from: "1,000", grouping separator: ",") ⇒ 1000
        number("1,000.5", null, ".") ⇒ null
        number("1,000", ",", ",")   ⇒ null
        number("1000", "", ".")     ⇒ null
        number("1'000", "'", ".")   ⇒ null
        number("1000", ",", ";")    ⇒ null
        number("1.000.5", null, ".") ⇒ null
        number("")                  ⇒ null
        number(" 1")                ⇒ null
        number("+1")                ⇒ null
        number("1.")                ⇒ null
        number("0x1F")              ⇒ null
        number("NaN")               ⇒ null
        number("INF")               ⇒ null
        number("--1")               ⇒ null
        number(1)                   ⇒ null
        number(null)                ⇒ null
        number(null, ",", ".")      ⇒ null
        number("1", 1, ".")         ⇒ null
        number("1", null)           ⇒ null
    """),
)
def test_number_reads_literals_with_separators(text, expected):
    """Table 72, footnote 1."""
    assert written(text) == expected
