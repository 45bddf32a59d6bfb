"""Names (DMN 1.5, 10.3.1.2 rules 25-30, 10.3.1.3, 10.3.1.5), and those that data brings along."""

from decimal import Decimal
from time import process_time

import pytest

from workflows import feel
from workflows.feel.data_names import MOST_VISITED


@pytest.mark.parametrize(
    ("text", "names", "variables", "expected"),
    [
        ("a-b", ["a-b"], {"a-b": 1, "a": 5, "b": 3}, 1),
        ("a - b", ["a-b"], {"a-b": 1, "a": 5, "b": 3}, 1),
        ("(a)-(b)", ["a-b"], {"a-b": 1, "a": 5, "b": 3}, 2),
        ("a-b", [], {"a": 5, "b": 3}, 2),
        ("Phone   Number", ["Phone Number"], {"Phone Number": 7}, 7),
        ("Profit and loss", ["Profit and loss"], {"Profit and loss": 8}, 8),
        ("what if?", ["what if?"], {"what if?": 9}, 9),
        ("a.b + 1", [], {"a": {"b": 1}}, 2),
    ],
)
def test_the_longest_declared_name_is_meant(text, names, variables, expected):
    """10.3.1.5: tokens are matched against the names in scope, and the longest match is taken."""
    value = feel.compile(text, names=names)(variables)

    assert value == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("approved and signed", "approved and signed", False),
        ("score - penalty > 5", "score - penalty", False),
        ("score-penalty > 5", "score-penalty", False),
        ("approved or signed", "approved or signed", True),
        ("score in limits", "score in limits", False),
        ("some x in limits satisfies x", "some x in limits satisfies x", None),
        ("if signed then 1 else 2", "if signed then 1 else 2", Decimal(2)),
        ("score between low and high", "score between low and high", True),
        ("score instance of number", "score instance of number", True),
        ("loan.rate*score", "rate*score", Decimal(8)),
        ("loan.rate ** score", "rate**score", Decimal(16)),
        ("true", "true", True),
    ],
)
def test_what_a_text_means_does_not_depend_on_the_keys_of_the_data(text, key, expected):
    honest = {
        "approved": True,
        "signed": False,
        "score": 4,
        "penalty": 1,
        "limits": [1],
        "low": 1,
        "high": 9,
        "loan": {"rate": 2},
    }
    hostile = {**honest, key: True, "loan": {"rate": 2, key: 99}, "list": [{key: True}]}

    assert feel.evaluate(text, honest) == expected
    assert feel.evaluate(text, hostile) == expected


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("Applicant Age", {"Applicant Age": 40}),
        ("Person's age", {"Person's age": 40}),
        ("Address 2", {"Address 2": 40}),
        ("loan.monthly payment", {"loan": {"monthly payment": 40}}),
        ("loans[monthly payment > 1][1].monthly payment", {"loans": [{"monthly payment": 40}]}),
        ("string length of it", {"string length of it": 40}),
        ("date of birth", {"date of birth": 40}),
        ("gross % share", {"gross % share": 40}),
    ],
)
def test_keys_that_can_mean_nothing_else_are_names_by_themselves(text, context):
    assert feel.evaluate(text, context) == Decimal(40)


def test_other_keys_are_names_once_the_caller_declares_them():
    context = {"loan": {"net-worth": 5}, "Profit and loss": 3}

    assert feel.evaluate("loan.net-worth + Profit and loss", context, names=context) is None
    names = ["net-worth", "Profit and loss"]
    assert feel.evaluate("loan.net-worth + Profit and loss", context, names=names) == Decimal(8)
    assert feel.evaluate('get value(loan, "net-worth")', context) == Decimal(5)


def test_looking_for_names_in_large_data_costs_little():
    row = {f"key number {place}": [{"inner key": [1] * 90}] * 90 for place in range(90)}
    data = {"rows": [row] * 100}

    began = process_time()
    names = list(feel.names_in(data))

    assert len(names) <= MOST_VISITED
    assert process_time() - began < 0.5
