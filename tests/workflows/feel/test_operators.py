"""Operators on values: equality, order, arithmetic, logic (DMN 1.5, 10.3.2.13)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import feel
from workflows.feel import operators
from workflows.feel.operators import both, calculated, compared, either, equal, holds, opposite
from workflows.feel.temporal import Date, DaysDuration, MonthsDuration
from workflows.feel.values import Range

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=6,
)
DAY, MONTH = DaysDuration(86_400_000_000_000), MonthsDuration(1)


@given(VALUES)
def test_every_value_equals_itself(value):
    assert equal(value, value) is True


@given(VALUES, VALUES)
def test_equality_has_no_direction(one, other):
    assert equal(one, other) is equal(other, one)
    assert compared("!=", one, other) is opposite(equal(one, other))


@given(NUMBERS, NUMBERS)
def test_of_two_numbers_exactly_one_order_holds(one, other):
    orders = [compared(op, one, other) for op in ("<", "=", ">")]

    assert orders.count(True) == 1
    assert compared("<=", one, other) is (orders[0] or orders[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, Decimal(1)),
        ("1", Decimal(1)),
        ([], {}),
        (Date(2026, 1, 1), "2026-01-01"),
        (DAY, MONTH),
    ],
)
def test_different_kinds_are_neither_equal_nor_different(one, other):
    assert equal(one, other) is None
    assert compared("!=", one, other) is None


@pytest.mark.parametrize("value", [True, Decimal(0), "", [], {}, DAY])
def test_no_value_equals_null(value):
    assert equal(value, None) is False
    assert compared("!=", None, value) is True
    assert compared("<", None, value) is None


def test_lists_whose_elements_cannot_be_compared_differ():
    assert equal([Decimal(1)], ["a"]) is False


def test_booleans_and_lists_have_no_order():
    assert compared("<", False, True) is None
    assert compared("<", [Decimal(1)], [Decimal(2)]) is None


def test_a_range_with_the_same_members_but_another_operator_differs():
    five = Decimal(5)

    assert feel.evaluate("(= 5) = [5..5]", {}) is False
    assert feel.evaluate("(= 5) = (= 5)", {}) is True
    assert feel.evaluate("(!= 5) = (= 5)", {}) is False
    assert equal(Range(five, None, True, False), Range(five, None, True, False)) is True


@pytest.mark.parametrize(
    ("op", "left", "right", "value"),
    [
        ("+", Decimal(1), Decimal(2), Decimal(3)),
        ("-", Date(2026, 3, 1), DAY, Date(2026, 2, 28)),
        ("+", Date(2026, 1, 31), MONTH, Date(2026, 2, 28)),
        ("*", DAY, Decimal(2), DaysDuration(2 * DAY.nanoseconds)),
        ("/", Decimal(1), Decimal(0), None),
        ("+", "a", Decimal(1), None),
        ("-", "ab", "b", None),
        ("**", DAY, Decimal(2), None),
        ("+", None, Decimal(1), None),
        ("**", Decimal(-8), Decimal("0.5"), None),
    ],
)
def test_arithmetic_answers_or_notes_why_not(op, left, right, value):
    run = feel.new_run()

    answer = calculated(op, left, right, run)

    assert answer == value
    assert bool(run.notes) is (value is None)


@given(NUMBERS, NUMBERS)
def test_sums_are_undone_by_differences_of_exact_numbers(one, other):
    run = feel.new_run()
    one, other = (round(number, 3) for number in (one, other))

    assert calculated("-", calculated("+", one, other, run), other, run) == one


def test_there_is_no_negative_zero():
    run = feel.new_run()

    assert str(operators.negated(Decimal(0), run)) == "0"
    assert str(calculated("*", Decimal(0), Decimal(-1), run)) == "0"


@pytest.mark.parametrize(
    ("text", "value", "held"),
    [
        ("[1..3]", 1, True),
        ("(1..3]", 1, False),
        ("[1..3)", 3, False),
        ("(< 3)", 2, True),
        ("(< 3)", 3, False),
        ("(>= 3)", 3, True),
        ("(!= 3)", 3, False),
        ("[1..3]", "a", None),
        ("(< 3)", None, None),
    ],
)
def test_a_range_holds_what_lies_between_its_ends(text, value, held):
    assert holds(feel.evaluate(text, {}), feel.admitted(value)) is held


def test_null_leaves_logic_open():
    assert both(None, False) is False
    assert both(None, True) is None
    assert either(None, True) is True
    assert either(None, False) is None
    assert either("true", False) is None
    assert opposite(None) is None
