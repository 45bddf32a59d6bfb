"""How built-in functions take their arguments."""

from decimal import Decimal

import pytest

from tests.workflows.feel.calling import answer, answer_named, new_run, noted
from workflows.feel.functions.kinds import (
    ANY,
    DATE_AND_TIME,
    LIST,
    NUMBER,
    STRING,
)
from workflows.feel.functions.signature import Builtin, Overload, Parameter
from workflows.feel.temporal import Date, DateTime, Time
from workflows.feel.values import Function


def made(*overloads):
    function = Builtin("probe")
    for parameters, body in overloads:
        function.add(Overload(parameters, body))
    return function


def echo(_run, *values):
    return list(values)


def test_a_builtin_is_a_function_of_feel():
    function = made(([Parameter("a", ANY), Parameter("b", ANY)], echo))

    is_function = isinstance(function, Function)

    assert is_function
    assert (function.name, function.parameters) == ("probe", ("a", "b"))


def test_an_optional_parameter_may_be_left_out():
    function = made(([Parameter("a", STRING), Parameter("b", STRING, optional=True)], echo))

    short, long = function.call(["x"], new_run()), function.call(["x", "y"], new_run())

    assert (short, long) == (["x"], ["x", "y"])


def test_an_optional_parameter_in_the_middle_may_be_left_out_by_name():
    function = made(
        ([Parameter(name, STRING, optional=name != "a") for name in "abc"], echo),
    )

    values = function.call_named({"c": "z", "a": "x"}, new_run())

    assert values == ["x", None, "z"]


def test_null_for_a_parameter_that_needs_a_value_gives_null_and_a_note():
    function = made(([Parameter("a", STRING)], echo))
    run = new_run()

    value = function.call([None], run)

    assert value is None
    assert run.notes == ["probe: `a` is null."]


def test_null_reaches_a_parameter_that_takes_it():
    function = made(([Parameter("a", STRING, nullable=True)], echo))

    value = function.call([None], new_run())

    assert value == [None]


def test_a_value_of_the_wrong_kind_gives_null_and_a_note_that_names_both():
    function = made(([Parameter("a", NUMBER | STRING)], echo))
    run = new_run()

    value = function.call([True], run)

    assert value is None
    assert run.notes == ["probe: `a` must be a number or a string, not a boolean."]


@pytest.mark.parametrize("arguments", [[], ["a", "b", "c"]])
def test_a_wrong_number_of_arguments_gives_null_and_the_parameters(arguments):
    function = made(([Parameter("a", STRING), Parameter("b", STRING, optional=True)], echo))
    run = new_run()

    value = function.call(arguments, run)

    assert value is None
    assert run.notes == [f"probe: takes (a, b), but {len(arguments)} arguments were given."]


@pytest.mark.parametrize(
    ("arguments", "note"),
    [
        ({"a": "x", "other": "y"}, "probe: has no parameter named `other`."),
        ({"b": "x"}, "probe: needs the parameter `a`."),
        ({}, "probe: needs the parameter `a`."),
    ],
)
def test_a_wrong_name_gives_null_and_a_note(arguments, note):
    function = made(([Parameter("a", STRING), Parameter("b", STRING, optional=True)], echo))
    run = new_run()

    value = function.call_named(arguments, run)

    assert value is None
    assert run.notes == [note]


def test_another_spelling_of_a_name_is_accepted_where_versions_differ():
    function = made(([Parameter("a", STRING, other_names=("from",))], echo))

    values = [function.call_named({name: "x"}, new_run()) for name in ("a", "from")]

    assert values == [["x"], ["x"]]


def test_a_parameter_given_under_both_spellings_is_refused():
    function = made(([Parameter("a", STRING, other_names=("from",))], echo))

    value = function.call_named({"a": "x", "from": "y"}, new_run())

    assert value is None


def test_the_first_overload_that_fits_is_used():
    function = made(
        ([Parameter("text", STRING)], lambda _run, _text: "text"),
        ([Parameter("number", NUMBER)], lambda _run, _number: "number"),
    )

    answers = [function.call([value], new_run()) for value in ("a", Decimal(1))]

    assert answers == ["text", "number"]


def test_names_choose_the_overload():
    function = made(
        ([Parameter("key", STRING)], lambda _run, _key: "key"),
        ([Parameter("keys", LIST)], lambda _run, _keys: "keys"),
    )

    answers = [function.call_named({name: "a"}, new_run()) for name in ("key", "keys")]

    assert answers == ["key", "keys"]


def test_an_overload_that_fits_as_it_is_comes_before_one_that_needs_a_conversion():
    function = made(
        ([Parameter("key", STRING)], lambda _run, _key: "key"),
        ([Parameter("keys", LIST)], lambda _run, _keys: "keys"),
    )

    kind = function.call([["a"]], new_run())

    assert kind == "keys"


def test_a_list_of_one_becomes_its_element_where_a_single_value_is_wanted():
    names = ["bob"]

    text = answer("upper case", names)

    assert text == "BOB"


def test_a_single_value_becomes_a_list_where_a_list_is_wanted():
    name = "bob"

    size = answer("count", name)

    assert size == 1


@pytest.mark.parametrize("value", [["a", "b"], [None], []])
def test_other_lists_do_not_become_single_values(value):
    notes = noted("upper case", value)

    assert notes == ["upper case: `string` must be a string, not a list."]


def test_a_date_becomes_midnight_utc_where_a_date_and_time_is_wanted():
    function = made(([Parameter("moment", DATE_AND_TIME)], echo))

    [moment] = function.call([Date(2026, 11, 21)], new_run())

    assert moment == DateTime(Date(2026, 11, 21), Time(0, 0, 0, 0, 0))


def test_several_arguments_make_one_list():
    together, apart = answer("sum", [1, 2, 3]), answer("sum", 1, 2, 3)

    assert together == apart == 6


def test_the_elements_of_a_list_given_by_name_are_not_wrapped_again():
    total = answer_named("sum", {"list": [1, 2, 3]})

    assert total == 6


def test_a_variadic_parameter_takes_all_that_is_left():
    function = made(
        ([Parameter("list", LIST), Parameter("item", ANY, nullable=True, variadic=True)], echo)
    )

    values = function.call([[], None, "a", []], new_run())

    assert values == [[], [None, "a", []]]


def test_a_variadic_parameter_may_be_named():
    longer = answer_named("append", {"list": [1], "item": 2})

    assert longer == [1, 2]


def test_an_overflow_gives_null_and_a_note():
    notes = noted("product", Decimal("1E+6000"), Decimal("1E+6000"))

    assert notes == ["product: the answer is not a number that FEEL can hold."]
