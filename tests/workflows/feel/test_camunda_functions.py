"""What Camunda's dialect has beyond the standard."""

import pytest

from tests.workflows.feel.calling import answer, answer_named, feel, noted
from workflows.feel.errors import FeelError
from workflows.feel.functions import BUILTINS, CAMUNDA


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("is defined", (1,), True),
        ("is defined", (None,), False),
        ("get or else", ("this", "default"), "this"),
        ("get or else", (None, "default"), "default"),
        ("get or else", (None, None), None),
        ("assert", ("value", True), "value"),
        ("is blank", ("",), True),
        ("is blank", (" \t",), True),
        ("is blank", ("hello",), False),
        ("trim", ("  hello world \n",), "hello world"),
        ("to base64", ("FEEL",), "RkVFTA=="),
        ("extract", ("references are 1234, 1256, 1378", "12[0-9]*"), ["1234", "1256"]),
        ("extract", ("abc", "x"), []),
        ("substring", ("foobar", 3, 10), "obar"),
        ("substring", ("foobar", -3, 2), "ba"),
        ("string join", (["a", "b"], ", ", "[", "]"), "[a, b]"),
        ("string join", (["a", None, "c"],), "ac"),
        ("duplicate values", ([1, 2, 3, 2, 1],), [1, 2]),
        ("duplicate values", ([1, 2],), []),
        ("is empty", ([],), True),
        ("is empty", ([None],), False),
        ("partition", ([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]),
        ("partition", ([], 2), []),
        ("put", ({"x": 1}, "y", 2), {"x": 1, "y": 2}),
        ("put all", ({"x": 1}, {"y": 2}), {"x": 1, "y": 2}),
        ("context merge", ([{"x": 1}, {"y": 2}],), {"x": 1, "y": 2}),
        ("context merge", ({"x": 1}, {"x": 2}), {"x": 2}),
        ("context put", ({"x": 1}, ["y", "z"], 2), {"x": 1, "y": {"z": 2}}),
        ("context put", ({"x": {"y": 0}}, ["x", "y"], 2), {"x": {"y": 2}}),
        ("get value", ({"x": {"y": 1}}, ["x", "y"]), 1),
        ("get value", ({"x": {"y": 1}}, ["x", "z"]), None),
        ("get value", ({"x": 1}, "x"), 1),
        ("context", ([{"key": "a", "value": 1}, {"key": "a", "value": 2}],), {"a": 2}),
    ],
)
def test_the_dialect_follows_its_documentation(name, arguments, expected):
    value = answer(name, *arguments, library=CAMUNDA)

    assert value == feel(expected)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("is blank", (None,)),
        ("trim", (1,)),
        ("substring", ("foobar", 1, -1)),
        ("partition", ([1], 0)),
        ("put all", ({"x": 1}, 1)),
        ("extract", ("a", "(")),
        ("context put", ({"x": 1}, ["x", "y"], 2)),
    ],
)
def test_what_is_outside_of_the_domain_gives_null_and_a_note(name, arguments):
    notes = noted(name, *arguments, library=CAMUNDA)

    assert len(notes) == 1


@pytest.mark.parametrize("condition", [False, None, "yes"])
def test_an_assertion_that_does_not_hold_fails_with_its_cause(condition):
    with pytest.raises(FeelError, match="x must be positive"):
        answer("assert", 1, condition, "x must be positive", library=CAMUNDA)


def test_an_assertion_without_a_cause_says_so():
    with pytest.raises(FeelError, match="assertion does not hold"):
        answer("assert", 1, False, library=CAMUNDA)


def test_both_names_of_the_context_are_accepted():
    values = [answer_named("get value", {name: {"a": 1}, "key": "a"}, CAMUNDA)
              for name in ("m", "context")]  # fmt: skip

    assert values == [1, 1]


def test_the_standard_has_none_of_it():
    only_camunda = {"is defined", "get or else", "is blank", "trim", "extract", "put", "put all"}

    assert only_camunda <= set(CAMUNDA)
    assert not only_camunda & set(BUILTINS)


@pytest.mark.parametrize("name", ["uuid", "random number"])
def test_nothing_answers_differently_each_time(name):
    names = set(CAMUNDA) | set(BUILTINS)

    assert name not in names
