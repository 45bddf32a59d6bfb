"""The short ways of an evaluation give what the long ones do."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.workflows.dmn.drawn import decision, input_data, literal, load, table
from workflows import feel


def test_an_evaluation_has_one_moment_the_present():
    model = load(
        decision("E", literal("now()")),
        decision("D", literal("[E, now(), today()]"), after=["E"]),
    )
    begun = feel.admitted(datetime.now(UTC))

    first, second, today = model.evaluate("D", {}).value

    assert first == second
    assert feel.as_python(begun) <= feel.as_python(first) <= datetime.now(UTC)
    assert feel.as_python(today) == feel.as_python(first).date()


def test_a_moment_without_a_zone_is_utc():
    model = load(decision("D", literal("now()")))

    found = model.evaluate("D", {}, now=datetime(2026, 3, 1, 12)).value  # noqa: DTZ001 - the point

    assert feel.as_python(found) == datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("type_ref", "given", "expected"),
    [
        ("number", 12, Decimal(12)),
        ("number", -(10**18), Decimal(-(10**18))),
        ("number", 10**40 + 1, Decimal(10**40)),
        ("number", Decimal("1." + "0" * 40 + "1"), Decimal(1)),
        ("number", Decimal("NaN"), None),
        ("number", Decimal("Infinity"), None),
        ("number", None, None),
        ("", 12, Decimal(12)),
        ("", True, True),
        ("", "12", "12"),
        ("string", "12", "12"),
        ("boolean", False, False),
    ],
)
def test_what_is_given_becomes_feels_value(type_ref, given, expected):
    model = load(input_data("a", type_ref), decision("D", literal("a"), needs=["a"]))

    result = model.evaluate("D", {"a": given})

    assert (result.value, result.errors) == (expected, ())
    assert type(result.value) is type(expected)


@pytest.mark.parametrize(
    ("type_ref", "given"), [("number", True), ("number", "1"), ("string", 1), ("boolean", 1)]
)
def test_what_is_of_another_type_is_null_with_a_sentence(type_ref, given):
    model = load(input_data("a", type_ref), decision("D", literal("a"), needs=["a"]))

    result = model.evaluate("D", {"a": given})

    assert result.value is None
    assert result.errors[0].startswith("Input a: ")


def test_a_column_refuses_a_variable_of_another_type_and_one_that_is_not_there():
    rules = table([("a", "number", "")], ["o"], [["> 1", "1"]])
    known = load(input_data("a"), decision("D", rules, needs=["a"]))
    unknown = load(input_data("b"), decision("D", rules, needs=["b"]))

    assert known.evaluate("D", {"a": 2}).value == 1
    assert known.evaluate("D", {"a": "2"}).errors == ("D: Expected number, found a string.",)
    assert unknown.evaluate("D", {"a": 2}).errors == ("D: There is no variable `a`.",)


def test_a_table_over_plain_inputs_tells_why():
    rules = [['"x", "y"', "-", "1"], ['not("x")', "[1..3]", "2"]]
    model = load(
        *(input_data(name) for name in ("a", "b")),
        decision("D", table(["a", "b"], ["o"], rules, policy="COLLECT"), needs=["a", "b"]),
    )

    found = {given: model.evaluate("D", {"a": given, "b": 3}) for given in ("x", "y", "z")}

    assert {given: result.value for given, result in found.items()} == {
        "x": [1],
        "y": [1, 2],
        "z": [2],
    }
    (step,) = found["y"].trace
    assert [(each.title, each.value) for each in step.table.inputs] == [("a", "y"), ("b", 3)]
    assert [rule.number for rule in step.table.rules] == [1, 2]
