"""Numeric functions of DMN 1.5, 10.3.4.5."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.feel.calling import answer, answer_named, noted
from workflows.feel.temporal import DaysDuration, MonthsDuration
from workflows.feel.values import ARITHMETIC

NUMBERS = st.decimals(
    min_value=Decimal("-1E+20"), max_value=Decimal("1E+20"), allow_nan=False, places=6
)
ROUNDING = ["decimal", "floor", "ceiling", "round up", "round down"]
ROUNDING += ["round half up", "round half down"]


def n(text):
    return Decimal(text)


@pytest.mark.parametrize(
    ("name", "number", "scale", "expected"),
    [
        ("decimal", Decimal(1) / Decimal(3), 2, ".33"),
        ("decimal", 1.5, 0, "2"),
        ("decimal", 2.5, 0, "2"),
        ("decimal", -2.5, 0, "-2"),
        ("decimal", 125, -1, "120"),
        ("floor", -1.56, 1, "-1.6"),
        ("ceiling", -1.56, 1, "-1.5"),
        ("round up", 5.5, 0, "6"),
        ("round up", -5.5, 0, "-6"),
        ("round up", 1.121, 2, "1.13"),
        ("round up", -1.126, 2, "-1.13"),
        ("round down", 5.5, 0, "5"),
        ("round down", -5.5, 0, "-5"),
        ("round down", 1.121, 2, "1.12"),
        ("round down", -1.126, 2, "-1.12"),
        ("round half up", 5.5, 0, "6"),
        ("round half up", -5.5, 0, "-6"),
        ("round half up", 1.121, 2, "1.12"),
        ("round half up", -1.126, 2, "-1.13"),
        ("round half down", 5.5, 0, "5"),
        ("round half down", -5.5, 0, "-5"),
        ("round half down", 1.121, 2, "1.12"),
        ("round half down", -1.126, 2, "-1.13"),
    ],
)
def test_rounding_follows_the_table_of_the_standard(name, number, scale, expected):
    rounded = answer(name, number, scale)

    assert rounded == n(expected)


@pytest.mark.parametrize(
    ("name", "number", "expected"), [("floor", 1.5, 1), ("floor", -1.5, -2), ("ceiling", 1.5, 2)]
)
def test_floor_and_ceiling_need_no_scale(name, number, expected):
    rounded = answer(name, number)

    assert rounded == expected


@pytest.mark.parametrize("name", ROUNDING)
@pytest.mark.parametrize("scale", [-6112, 6177, "6176.5"])
def test_a_scale_outside_of_its_limits_gives_null(name, scale):
    notes = noted(name, 5.5, n(scale))

    assert notes == [f"{name}: `scale` must be from -6111 to 6176."]


@pytest.mark.parametrize("name", ROUNDING)
def test_the_finest_scale_leaves_the_number_as_it_is(name):
    rounded = answer(name, 5.5, 6176)

    assert rounded == n("5.5")


def test_the_coarsest_scale_leaves_zero_or_one_unit():
    down, up = answer("round down", 5.5, -6111), answer("round up", 5.5, -6111)

    assert (down, up) == (0, n("1E+6111"))


@pytest.mark.parametrize("name", ROUNDING)
@pytest.mark.parametrize("arguments", [(None, 0), (1, None), ("1", 0), (1, "0"), (1, 2, 3), ()])
def test_rounding_answers_null_outside_of_its_domain(name, arguments):
    notes = noted(name, *arguments)

    assert len(notes) == 1


def test_rounding_takes_its_names_from_the_standard():
    rounded = answer_named("round half up", {"scale": 1, "n": 2.25})

    assert rounded == n("2.3")


def test_rounding_shows_the_scale_in_the_text():
    text = answer("string", answer("decimal", 1, 2))

    assert text == "1.00"


@given(number=NUMBERS, scale=st.integers(-3, 6))
def test_rounding_down_and_up_enclose_the_number(number, scale):
    low, high = answer("floor", number, scale), answer("ceiling", number, scale)

    assert low <= number <= high
    assert high - low in (0, Decimal(1).scaleb(-scale))
    assert answer("round half up", number, scale) in (low, high)
    assert answer("decimal", number, scale) in (low, high)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (n(10), n(10)),
        (n(-10), n(10)),
        (DaysDuration(-5), DaysDuration(5)),
        (MonthsDuration(-14), MonthsDuration(14)),
        (MonthsDuration(14), MonthsDuration(14)),
    ],
)
def test_abs_takes_numbers_and_durations(value, expected):
    absolute = answer("abs", value)

    assert absolute == expected


@pytest.mark.parametrize(
    ("dividend", "divisor", "expected"),
    [
        (12, 5, "2"),
        (-12, 5, "3"),
        (12, -5, "-3"),
        (-12, -5, "-2"),
        (10.1, 4.5, "1.1"),
        (-10.1, 4.5, "3.4"),
        (10.1, -4.5, "-3.4"),
        (-10.1, -4.5, "-1.1"),
        (0, 4, "0"),
        (n("1E+40"), 7, "4"),
    ],
)
def test_modulo_has_the_sign_of_the_divisor(dividend, divisor, expected):
    left = answer("modulo", dividend, divisor)

    assert left == n(expected)


@given(dividend=NUMBERS, divisor=NUMBERS.filter(bool))
def test_modulo_is_what_the_formula_of_the_standard_says(dividend, divisor):
    left = answer("modulo", dividend, divisor)

    assert abs(left) < abs(divisor)
    assert left == 0 or (left < 0) == (divisor < 0)
    assert answer("modulo", left, divisor) == left


@pytest.mark.parametrize(
    ("name", "argument", "expected"),
    [
        ("sqrt", 16, "4"),
        ("sqrt", 0, "0"),
        ("sqrt", 2, "1.414213562373095048801688724209698"),
        ("log", 10, "2.302585092994045684017991454684364"),
        ("log", 1, "0"),
        ("exp", 5, "148.4131591025766034211155800405523"),
        ("exp", 0, "1"),
    ],
)
def test_roots_and_logarithms_have_34_digits(name, argument, expected):
    value = answer(name, argument)

    assert value == n(expected)


@pytest.mark.parametrize(
    ("name", "argument"),
    [("sqrt", -1), ("log", 0), ("log", -1), ("exp", 100_000), ("odd", 1.5), ("even", 1.5)],
)
def test_what_has_no_answer_is_null_with_a_note(name, argument):
    notes = noted(name, argument)

    assert len(notes) == 1
    assert notes[0].startswith(f"{name}: ")


def test_a_division_by_zero_has_no_remainder():
    notes = noted("modulo", 10, 0)

    assert notes == ["modulo: `divisor` must not be 0."]


@pytest.mark.parametrize(
    ("number", "is_odd"), [(5, True), (2, False), (0, False), (-3, True), (n("2.0"), False)]
)
def test_odd_and_even_are_opposites(number, is_odd):
    odd, even = answer("odd", number), answer("even", number)

    assert (odd, even) == (is_odd, not is_odd)


def test_a_large_even_number_is_even():
    even = answer("even", n("1E+6144"))

    assert even is True


@pytest.mark.parametrize("name", ["sqrt", "exp", "log", "odd", "even"])
@pytest.mark.parametrize("argument", [None, "4", True, MonthsDuration(4), []])
def test_only_numbers_are_taken(name, argument):
    notes = noted(name, argument)

    assert len(notes) == 1


@pytest.mark.parametrize("name", ["sqrt", "exp", "log", "odd", "even"])
def test_the_parameter_is_called_number(name):
    by_name, by_other_name = (answer_named(name, {key: 4}) for key in ("number", "n"))

    assert by_name is not None
    assert by_other_name is None


@given(number=NUMBERS)
def test_answers_never_have_more_than_34_digits(number):
    root = answer("sqrt", abs(number))

    assert len(root.as_tuple().digits) <= ARITHMETIC.prec
