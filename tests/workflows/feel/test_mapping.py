"""Values from and to what callers have."""

import json
from collections import OrderedDict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import feel
from workflows.feel import admitted, as_json, as_python

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(JSON)
def test_json_comes_back_as_it_was(value):
    assert as_json(admitted(value)) == value
    json.dumps(as_json(admitted(value)))


@given(
    st.dates()
    | st.times()
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
    | st.timedeltas()
    | st.integers(-(10**33), 10**33)
)
def test_values_of_python_come_back_as_they_were(value):
    assert as_python(admitted(value)) == value


@pytest.mark.parametrize(
    "number",
    [float("nan"), float("inf"), -float("inf"), Decimal("NaN"), Decimal("-Infinity"), 10**7000],
    ids=lambda number: type(number).__name__,
)
def test_b19_numbers_that_are_none_are_null(number):
    assert feel.evaluate("x", {"x": number}) is None
    assert feel.evaluate("x > 0", {"x": number}) is None


def test_whole_numbers_are_rounded_to_what_feel_can_hold():
    assert feel.evaluate("x = 1e5000", {"x": 10**5000 + 1}) is True


def test_floats_mean_the_number_that_is_written():
    assert feel.evaluate("x = 0.1", {"x": 0.1}) is True


def test_a_true_is_not_a_one():
    assert feel.evaluate("x = 1", {"x": True}) is None


class Level(IntEnum):
    HIGH = 3


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "inside"),
    [
        (Level.HIGH, Decimal(3)),
        (Colour.RED, "red"),
        ((1, 2), [Decimal(1), Decimal(2)]),
        (OrderedDict(a=1), {"a": Decimal(1)}),
        (MappingProxyType({"a": 1, 2: 3}), {"a": Decimal(1)}),
    ],
)
def test_relatives_of_known_classes_become_plain_values(value, inside):
    found = admitted(value)

    assert found == inside
    assert type(found) is type(inside)


def test_what_feel_does_not_know_is_null_with_a_note():
    run = feel.new_run()

    assert admitted({"a": object(), "b": {1, 2}}, run) == {"a": None, "b": None}
    assert len(run.notes) == 2


@pytest.mark.parametrize(
    ("text", "json_value", "python_value"),
    [
        ("3.0", 3, 3),
        ("0.5", 0.5, Decimal("0.5")),
        ("1e6000", None, Decimal("1e6000")),
        ('@"2026-11-21"', "2026-11-21", date(2026, 11, 21)),
        ('@"10:00:00"', "10:00:00", time(10)),
        ('@"00:00:00"', "00:00:00", time(0)),
        ('@"2026-11-21T10:00:00Z"', "2026-11-21T10:00:00Z", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ('@"P1DT1H"', "P1DT1H", timedelta(days=1, hours=1)),
        ('@"PT0S"', "PT0S", timedelta(0)),
        ('@"P1Y2M"', "P1Y2M", "P1Y2M"),
        ('@"-99999-01-01"', "-99999-01-01", "-99999-01-01"),
        ("[1..5)", "[1..5)", "[1..5)"),
        ("[1, {a: 2}]", [1, {"a": 2}], [1, {"a": 2}]),
    ],
)
def test_a_value_leaves_as_json_and_as_python(text, json_value, python_value):
    value = feel.evaluate(text, {})

    assert as_json(value) == json_value
    assert as_python(value) == python_value
    assert type(as_python(value)) is type(python_value)


def test_a_function_leaves_as_nothing():
    assert as_json(feel.evaluate("[function(a) a]", {})) == [None]


def test_values_nested_too_deeply_are_refused_not_followed():
    deep = []
    for _ in range(5_000):
        deep = [deep]

    with pytest.raises(feel.FeelError, match="nested"):
        feel.evaluate("a = b", {"a": deep, "b": [deep]})


def test_values_that_are_too_large_are_refused():
    with pytest.raises(feel.FeelError, match="too large"):
        feel.evaluate("a", {"a": [list(range(1_000))] * 1_001})


def test_a_value_that_contains_itself_is_refused():
    endless = {}
    endless["again"] = endless

    with pytest.raises(feel.FeelError):
        feel.evaluate("a", {"a": endless})
