"""When temporal values are equal, and which comes first (DMN 1.5, tables 53 and 54)."""

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.feel import temporals
from workflows.feel.temporal import compared, equal, index_key, parse_at

OPPOSITE = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        ("2018-12-08", "2018-12-08", True),
        ("2018-12-07", "2018-12-08", False),
        ("10:30:00.0000", "10:30:00", True),
        ("10:30:00.0001", "10:30:00.0002", True),
        ("10:31:00", "10:30:00", False),
        ("10:30:00Z", "10:30:00+00:00", True),
        ("23:30:00Z", "23:30:00@Etc/UTC", True),
        ("11:30:00+01:00", "10:30:00Z", True),
        ("10:30:00@Europe/Paris", "10:30:00@Europe/Paris", True),
        ("10:30:00@Europe/Paris", "10:30:01@Europe/Paris", False),
        ("2018-12-08T00:00:00.0001", "2018-12-08T00:00:00", True),
        ("2018-12-08T00:00:00", "2018-12-07T00:00:00", False),
        ("2018-10-08T00:00:00+02:00", "2018-10-08T00:00:00@Europe/Paris", True),
        ("2018-02-08T00:00:00+01:00", "2018-02-08T00:00:00@Europe/Paris", True),
        ("2018-12-08T00:00:00@Europe/Paris", "2018-12-08T00:00:00@Asia/Dhaka", False),
        ("2002-04-02T12:00:00-01:00", "2002-04-02T17:00:00+04:00", True),
        ("2002-04-02T23:00:00-04:00", "2002-04-03T02:00:00-01:00", True),
        ("P1D", "PT24H", True),
        ("P1D", "-P1D", False),
        ("P0D", "-P0D", True),
        ("P1Y", "P12M", True),
        ("P1Y", "P13M", False),
    ],
)
def test_equality_is_that_of_the_standard(a, b, answer):
    assert equal(parse_at(a), parse_at(b)) is answer
    assert equal(parse_at(b), parse_at(a)) is answer


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("P1Y", "P365D"),
        ("2018-12-08", "2018-12-08T00:00:00"),
        ("2018-12-08", "10:30:00"),
        ("10:30:00@Europe/Paris", "10:30:00@Asia/Dhaka"),
        ("10:30:00@Europe/Paris", "10:30:00+01:00"),
    ],
)
def test_what_cannot_be_compared_has_no_answer(a, b):
    answers = [compared(operator, parse_at(a), parse_at(b)) for operator in OPPOSITE]

    assert equal(parse_at(a), parse_at(b)) is None
    assert answers == [None] * 4


@pytest.mark.parametrize(
    ("local", "zoned"),
    [
        ("10:30:00", "10:30:00Z"),
        ("10:30:00", "10:30:00@Europe/Paris"),
        ("2018-12-08T00:00:00", "2018-12-08T00:00:00Z"),
        ("2018-12-08T00:00:00", "2018-12-08T00:00:00@Asia/Dhaka"),
    ],
)
def test_without_a_zone_equality_with_one_has_no_answer(local, zoned):
    assert equal(parse_at(local), parse_at(zoned)) is None
    assert equal(parse_at(zoned), parse_at(local)) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2018-12-07", "2018-12-08"),
        ("-0001-12-31", "0001-01-01"),
        ("9999-12-31", "10000-01-01"),
        ("10:30:00.0001", "10:30:00.0002"),
        ("10:30:00+02:00", "09:30:00Z"),
        ("00:00:00@Europe/Paris", "00:00:01@Europe/Paris"),
        ("10:30:00", "10:31:00+05:00"),
        ("2026-11-21T10:00:00.1", "2026-11-21T10:00:00.2"),
        ("2026-11-21T10:00:00@Europe/Paris", "2026-11-21T09:00:01Z"),
        ("2026-11-21T10:00:00", "2026-11-21T10:00:01-05:00"),
        ("2026-11-21T10:00:00", "2026-11-21T10:00:01@America/New_York"),
        ("-P2D", "-P1D"),
        ("PT23H59M59.9S", "P1D"),
        ("P11M", "P1Y"),
    ],
)
def test_order_is_that_of_the_standard(first, second):
    a, b = parse_at(first), parse_at(second)

    assert compared("<", a, b) is compared("<=", a, b) is True
    assert compared(">", b, a) is compared(">=", b, a) is True
    assert compared("<", b, a) is compared(">", a, b) is False


@given(
    st.one_of(
        st.tuples(*[temporals.dates()] * 3),
        st.tuples(*[temporals.local_times] * 3),
        st.tuples(*[temporals.times(temporals.offsets)] * 3),
        st.tuples(*[temporals.local_date_times] * 3),
        st.tuples(*[temporals.offset_date_times] * 3),
        st.tuples(*[temporals.days_durations] * 3),
        st.tuples(*[temporals.months_durations] * 3),
    )
)
def test_values_of_one_kind_have_one_order(values):
    for a, b in combinations(values, 2):
        assert compared("<", a, b) is compared(">", b, a)
        assert not (compared("<", a, b) and compared(">", a, b))
        assert compared("<", a, b) or compared(">", a, b) or equal(a, b)
        assert compared("<=", a, b) is (compared("<", a, b) or equal(a, b))

    for a, b, c in permutations(values):
        if compared("<", a, b) and compared("<", b, c):
            assert compared("<", a, c)


@given(temporals.offset_date_times, temporals.offset_date_times)
def test_equal_values_have_one_key_in_an_index(a, b):
    assert (index_key(a) == index_key(b)) is equal(a, b)
    assert hash(index_key(a)) == hash(index_key(a))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("10:30:00", "10:30:00Z"),
        ("10:30:00Z", "10:30:00@Europe/Paris"),
        ("P0M", "PT0S"),
        ("2018-12-08T00:00:00", "2018-12-08T00:00:00Z"),
        ("1970-01-01", "1970-01-01T00:00:00"),
    ],
)
def test_values_that_are_not_equal_have_different_keys(a, b):
    assert index_key(parse_at(a)) != index_key(parse_at(b))
