"""The built-in functions of FEEL that relate points and ranges (DMN 1.5, table 78)."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.feel import operators
from workflows.feel.functions import BUILTINS
from workflows.feel.functions.range_text import parse_range
from workflows.feel.run import Run
from workflows.feel.temporal import parse_at
from workflows.feel.values import Range

CASES = """
before      | 1 10                | true
before      | 10 1                | false
before      | 1 [1..10]           | false
before      | 1 (1..10]           | true
before      | 1 [5..10]           | true
before      | [1..10] 10          | false
before      | [1..10) 10          | true
before      | [1..10] 15          | true
before      | [1..10] [15..20]    | true
before      | [1..10] [10..20]    | false
before      | [1..10) [10..20]    | true
before      | [1..10] (10..20]    | true
after       | 10 5                | true
after       | 5 10                | false
after       | 12 [1..10]          | true
after       | 10 [1..10)          | true
after       | 10 [1..10]          | false
after       | [11..20] 12         | false
after       | [11..20] 10         | true
after       | (11..20] 11         | true
after       | [11..20] 11         | false
after       | [11..20] [1..10]    | true
after       | [1..10] [11..20]    | false
after       | [11..20] [1..11)    | true
after       | (11..20] [1..11]    | true
meets       | [1..5] [5..10]      | true
meets       | [1..5) [5..10]      | false
meets       | [1..5] (5..10]      | false
meets       | [1..5] [6..10]      | false
met by      | [5..10] [1..5]      | true
met by      | [5..10] [1..5)      | false
met by      | (5..10] [1..5]      | false
met by      | [6..10] [1..5]      | false
overlaps    | [1..5] [3..8]       | true
overlaps    | [3..8] [1..5]       | true
overlaps    | [1..8] [3..5]       | true
overlaps    | [3..5] [1..8]       | true
overlaps    | [1..5] [6..8]       | false
overlaps    | [6..8] [1..5]       | false
overlaps    | [1..5] [5..8]       | true
overlaps    | [1..5] (5..8]       | false
overlaps    | [1..5) [5..8]       | false
overlaps    | [1..5) (5..8]       | false
overlaps    | [5..8] [1..5]       | true
overlaps    | (5..8] [1..5]       | false
overlaps    | [5..8] [1..5)       | false
overlaps    | (5..8] [1..5)       | false
overlaps before | [1..5] [3..8]   | true
overlaps before | [1..5] [6..8]   | false
overlaps before | [1..5] [5..8]   | true
overlaps before | [1..5] (5..8]   | false
overlaps before | [1..5) [5..8]   | false
overlaps before | [1..5) (1..5]   | true
overlaps before | [1..5] (1..5]   | true
overlaps before | [1..5) [1..5]   | false
overlaps before | [1..5] [1..5]   | false
overlaps after | [3..8] [1..5]    | true
overlaps after | [6..8] [1..5]    | false
overlaps after | [5..8] [1..5]    | true
overlaps after | (5..8] [1..5]    | false
overlaps after | [5..8] [1..5)    | false
overlaps after | (1..5] [1..5)    | true
overlaps after | (1..5] [1..5]    | true
overlaps after | [1..5] [1..5)    | false
overlaps after | [1..5] [1..5]    | false
finishes    | 10 [1..10]          | true
finishes    | 10 [1..10)          | false
finishes    | [5..10] [1..10]     | true
finishes    | [5..10) [1..10]     | false
finishes    | [5..10) [1..10)     | true
finishes    | [1..10] [1..10]     | true
finishes    | (1..10] [1..10]     | true
finished by | [1..10] 10          | true
finished by | [1..10) 10          | false
finished by | [1..10] [5..10]     | true
finished by | [1..10] [5..10)     | false
finished by | [1..10) [5..10)     | true
finished by | [1..10] [1..10]     | true
finished by | [1..10] (1..10]     | true
includes    | [1..10] 5           | true
includes    | [1..10] 12          | false
includes    | [1..10] 1           | true
includes    | [1..10] 10          | true
includes    | (1..10] 1           | false
includes    | [1..10) 10          | false
includes    | [1..10] [4..6]      | true
includes    | [1..10] [1..5]      | true
includes    | (1..10] (1..5]      | true
includes    | [1..10] (1..10)     | true
includes    | [1..10) [5..10)     | true
includes    | [1..10] [1..10)     | true
includes    | (1..10] [1..10]     | false
during      | 5 [1..10]           | true
during      | 12 [1..10]          | false
during      | 1 (1..10]           | false
during      | [4..6] [1..10]      | true
during      | (1..5] (1..10]      | true
during      | [5..10) [1..10)     | true
during      | [1..10] [1..10)     | false
starts      | 1 [1..10]           | true
starts      | 1 (1..10]           | false
starts      | 2 [1..10]           | false
starts      | [1..5] [1..10]      | true
starts      | (1..5] (1..10]      | true
starts      | (1..5] [1..10]      | false
starts      | [1..5] (1..10]      | false
starts      | [1..10) [1..10]     | true
starts      | (1..10) (1..10)     | true
started by  | [1..10] 1           | true
started by  | (1..10] 1           | false
started by  | [1..10] 2           | false
started by  | [1..10] [1..5]      | true
started by  | (1..10] (1..5]      | true
started by  | [1..10] (1..5]      | false
started by  | [1..10] [1..10)     | true
coincides   | 5 5                 | true
coincides   | 3 4                 | false
coincides   | [1..5] [1..5]       | true
coincides   | (1..5) [1..5]       | false
coincides   | [1..5] [2..6]       | false
"""

OPEN_CASES = """
includes    | >5 7                | true
includes    | >5 5                | false
includes    | <=5 5               | true
includes    | >5 [6..10]          | true
includes    | [6..10] >5          | false
includes    | >5 >7               | true
before      | >5 1                | false
before      | <5 5                | true
before      | <5 >=5              | true
before      | <=5 >=5             | false
after       | >5 <=5              | true
meets       | <=5 >=5             | true
overlaps    | >5 <7               | true
overlaps    | >5 <5               | false
finishes    | >7 >5               | true
starts      | <3 <5               | true
coincides   | >5 >5               | true
coincides   | >5 >=5              | false
"""


def value_of(text):
    """A point, a range, or a range with one end."""
    if text[0] in "[(":
        return parse_range(text)
    bound = Decimal(text.lstrip("<>="))
    if text[0] == ">":
        return Range(bound, None, text.startswith(">="), False)
    return Range(None, bound, False, text.startswith("<=")) if text[0] == "<" else bound


def called(name, *arguments):
    """The answer of a function, and what it noted."""
    run = Run(now=dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
    return BUILTINS[name].call(arguments, run), run.notes


@pytest.mark.parametrize("case", [*CASES.strip().splitlines(), *OPEN_CASES.strip().splitlines()])
def test_points_and_ranges_are_related_as_the_standard_says(case):
    name, arguments, answer = (part.strip() for part in case.split("|"))

    value, notes = called(name, *(value_of(each) for each in arguments.split()))

    assert value is (answer == "true")
    assert notes == []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("before", [Decimal(1)]),
        ("before", [Decimal(1), "a"]),
        ("before", [None, Decimal(1)]),
        ("before", [True, False]),
        ("coincides", [Decimal(1), parse_range("[1..2]")]),
        ("meets", [Decimal(1), parse_range("[1..2]")]),
        ("includes", [parse_range("[1..2]"), "a"]),
        ("includes", [Decimal(1), parse_range("[1..2]")]),
        ("during", [parse_at("2026-11-21"), parse_range('[@"P1D"..@"P2D"]')]),
        ("includes", [Range(Decimal(5), Decimal(5), "!=", "!="), Decimal(1)]),
    ],
)
def test_relations_outside_the_domain_give_null_and_say_why(name, arguments):
    value, notes = called(name, *arguments)

    assert value is None
    assert notes
    assert notes[0].startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('["a".."c"]', '["c".."d"]'),
        ('[@"2026-01-01"..@"2026-02-01"]', '[@"2026-02-01"..@"2026-03-01"]'),
        ('[@"10:00:00".. @"11:00:00"]', '[@"11:00:00"..@"12:00:00"]'),
        (
            '[@"2026-01-01T00:00:00Z"..@"2026-02-01T00:00:00Z"]',
            '[@"2026-02-01T01:00:00+01:00"..@"2026-03-01T00:00:00Z"]',
        ),
        ('[@"P1D"..@"P2D"]', '[@"PT48H"..@"P3D"]'),
        ('[@"P1Y"..@"P2Y"]', '[@"P24M"..@"P3Y"]'),
    ],
)
def test_ranges_of_every_ordered_kind_can_meet(first, second):
    value, notes = called("meets", parse_range(first), parse_range(second))

    assert value is True
    assert notes == []


@pytest.mark.parametrize(
    "text",
    [
        "[18..21]",
        "(18..21]",
        "]18..21]",
        "[18..21)",
        "[18..21[",
        " [ 1 .. 3 ] ",
        "[-5..-1]",
        "[1..1]",
        '["a".."c"]',
        '[@"1970-01-01"..@"1970-01-02"]',
        '[date("1970-01-01")..@"1970-01-02"]',
        '[time("00:00:00")..@"00:00:00"]',
        '[date and time("1970-01-01T00:00:00")..@"1970-01-02T00:00:00"]',
        '[duration("P1D")..@"P2D"]',
    ],
)
def test_a_range_is_read_from_a_text_of_literals(text):
    value, notes = called("range", text)

    assert notes == []
    assert value == parse_range(text)
    assert type(value.low) is type(value.high)
    assert operators.compared("<=", value.low, value.high) is True
    assert value.includes_low is text.strip().startswith("[")
    assert value.includes_high is text.strip().endswith("]")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "5",
        ">=10",
        "[..2]",
        "[1..]",
        "[null..null]",
        "[true..true]",
        "[1..2] or true",
        '[1.."b"]',
        "[3..1]",
        '["z".."a"]',
        '[@"P2D"..@"P1D"]',
        '[@"P1D"..@"P1M"]',
        '[@"foo"..@"bar"]',
        '[@"02:00:00"..@"01:00:00"]',
        '[@"1970-01-01"..@"1970-01-02T00:00:00"]',
        '[@"1970-01-01T00:00:00"..@"1970-01-02T00:00:00Z"',
        '[date(string("1970-01-01"))..date("1970-01-02")]',
        "[date(input)..date(input)]",
        '[number("1")..2]',
        '[date("1970-02-30")..date("1970-03-01")]',
        "[a..b]",
        "[1+1..5]",
        "[1..5",
        "[" * 1_000,
        "[1.." + "5" * 10_000 + "]",
    ],
)
def test_other_texts_are_no_ranges(text):
    value, notes = called("range", text)

    assert value is None
    assert notes


def test_a_range_is_not_read_from_a_range():
    value, notes = called("range", parse_range("[1..3]"))

    assert value is None
    assert notes


numbers = st.integers(0, 6).map(Decimal)


@st.composite
def ranges(draw):
    """A range of small numbers that contains more than one point."""
    low = draw(st.integers(0, 5))
    high = draw(st.integers(low + 1, 6))
    return Range(Decimal(low), Decimal(high), draw(st.booleans()), draw(st.booleans()))


@pytest.mark.parametrize(
    ("name", "reverse"),
    [
        ("before", "after"),
        ("meets", "met by"),
        ("overlaps", "overlaps"),
        ("overlaps before", "overlaps after"),
        ("finishes", "finished by"),
        ("during", "includes"),
        ("starts", "started by"),
        ("coincides", "coincides"),
    ],
)
@given(ranges(), ranges())
def test_every_relation_has_its_reverse(name, reverse, a, b):
    assert called(name, a, b) == called(reverse, b, a)


@given(ranges(), ranges())
def test_two_ranges_overlap_unless_one_is_before_the_other(a, b):
    apart = called("before", a, b)[0] or called("after", a, b)[0]

    assert called("overlaps", a, b)[0] is not apart


@given(ranges(), numbers)
def test_a_range_includes_the_points_that_are_in_it(a, point):
    assert called("includes", a, point)[0] is operators.holds(a, point)
