"""Conversion and boolean functions of DMN 1.5, 10.3.4.1 and 10.3.4.2."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.feel.calling import Lambda, answer, answer_named, feel, new_run, noted
from workflows import feel as feel_language
from workflows.feel.errors import BudgetExceeded
from workflows.feel.functions import BUILTINS
from workflows.feel.temporal import Date, MonthsDuration
from workflows.feel.values import ARITHMETIC, Range

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False).map(ARITHMETIC.create_decimal)


def feel_range(text):
    return feel_language.evaluate(f"({text})", {})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.1, "1.1"),
        (Decimal("1.0"), "1.0"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("-0"), "0"),
        (Decimal("0E+6111"), "0"),
        ("foo \"bar\"", "foo \"bar\""),
        (True, "true"),
        (False, "false"),
        (Date(2018, 12, 10), "2018-12-10"),
        (MonthsDuration(14), "P1Y2M"),
        ([1, 2, 3, "foo"], '[1, 2, 3, "foo"]'),
        ([1, [4, 5, "foo"]], '[1, [4, 5, "foo"]]'),
        ([], "[]"),
        ([None], "[null]"),
        (["a \"b\" \\ \n"], r'["a \"b\" \\ \n"]'),
        ({"a": "foo", "b": {"bar": None}}, '{a: "foo", b: {bar: null}}'),
        ({"{": 1, "a b": 2, "": 3, "\"": 4}, r'{"{": 1, a b: 2, "": 3, "\"": 4}'),
        ([Date(2018, 12, 10), True], '[@"2018-12-10", true]'),
        (Range(Decimal(1), Decimal(10), True, False), "[1..10)"),
        (Range(None, Decimal(10), False, True), "<= 10"),
        (Range(Decimal(1), None, False, False), "> 1"),
        (feel_range("= 5"), "= 5"),
        ([Range(Decimal(1), Decimal(2), False, True)], "[(1..2]]"),
        (Lambda(lambda _x, _y: None), "function(x, y)"),
        ([BUILTINS["sum"]], "[sum]"),
    ],
)  # fmt: skip
def test_every_value_has_a_text(value, text):
    written = answer("string", value)

    assert written == text


def test_null_has_no_text_and_needs_no_reason():
    notes = noted("string", None)

    assert notes == []


def test_a_text_that_would_be_too_long_is_refused():
    values = feel(["x" * 1_000] * 1_000)

    with pytest.raises(BudgetExceeded, match="more than 1000000 characters"):
        BUILTINS["string"].call([values], new_run())


def test_a_value_nested_too_deep_is_refused():
    nested: list = []
    for _ in range(10_000):
        nested = [nested]

    with pytest.raises(BudgetExceeded, match="nested more than 200 deep"):
        BUILTINS["string"].call([nested], new_run())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("1 000,0", " ", ","), "1000.0"),
        (("1,000.0", ",", "."), "1000.0"),
        (("1.000.000,01", ".", ","), "1000000.01"),
        (("1 000 000.01", " ", "."), "1000000.01"),
        (("1000000.01", None, "."), "1000000.01"),
        (("1,000,000", ",", None), "1000000"),
        (("1,000,000.00", ",", None), "1000000.00"),
        (("1000.5", None, None), "1000.5"),
        (("-.5", None, "."), "-0.5"),
        (("1.5e3", None, "."), "1500"),
        (("1500.5",), "1500.5"),
        (("12345678901234567890123456789012345",), "12345678901234567890123456789012340"),
    ],
)
def test_numbers_are_read_with_separators(arguments, expected):
    value = answer("number", *arguments)

    assert value == Decimal(expected)


@pytest.mark.parametrize(
    "arguments",
    [
        ("1,000,000.01", " ", "."),
        ("1,000,000.01", ":", "."),
        ("1,000,000.01", 123, "."),
        ("1,000,000.01", ",", ":"),
        ("1,000,000.01", ",", 123),
        ("1,000,000.00", ",", ","),
        ("1,000,000.00", ".", "."),
        (None, ".", ","),
        (123, ".", ","),
        ("foo,bar.001", ".", ","),
        ("1.000.000,01", "."),
        ("1.000.000,01", ".", ",", ","),
        ("",),
        ("+1",),
        ("1.",),
        (" 1",),
        ("1_000",),
        ("٣",),
        ("NaN",),
        ("Infinity",),
        ("1e99999",),
        ("1" * 10_001,),
    ],
)
def test_what_is_not_a_number_gives_null_and_a_note(arguments):
    notes = noted("number", *arguments)

    assert len(notes) == 1
    assert notes[0].startswith("number: ")


def test_numbers_take_their_names_from_the_standard():
    right = {"from": "1.000,5", "decimal separator": ",", "grouping separator": "."}
    wrong = {"from": "1.000,5", "decimal sep": ",", "grouping sep": "."}

    values = answer_named("number", right), answer_named("number", wrong)

    assert values == (Decimal("1000.5"), None)


@given(number=NUMBERS)
def test_a_number_survives_being_written_and_read(number):
    text = answer("string", number)

    assert answer("number", text) == number
    assert "E" not in text


@pytest.mark.parametrize(("value", "opposite"), [(True, False), (False, True), (None, None)])
def test_not_is_three_valued(value, opposite):
    found = answer("not", value)

    assert found is opposite


@pytest.mark.parametrize("value", [0, "true", [], {}])
def test_not_takes_booleans_only(value):
    notes = noted("not", value)

    assert notes[0].startswith("not: `negand` must be a boolean")


def test_not_takes_its_name_from_the_standard():
    opposite = answer_named("not", {"negand": True})

    assert opposite is False
