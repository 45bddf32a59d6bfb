"""Evaluating a model: scope, memory, errors, budgets, and what callers give and get."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.workflows.dmn.drawn import decision, input_data, knowledge, literal, load, table
from workflows import dmn, feel


def test_a_decision_is_found_by_id_or_name():
    model = load(decision("Final price", literal("5")))

    assert model.evaluate("Final price", {}).value == 5
    assert model.evaluate("Final_price", {}).value == 5


def test_an_unknown_decision_is_refused_with_a_sentence():
    with pytest.raises(dmn.NoSuchElement, match="no decision, decision service or"):
        load(decision("D", literal("5"))).evaluate("Nothing", {})


def test_input_data_cannot_be_asked_for():
    with pytest.raises(dmn.NoSuchElement):
        load(input_data("x")).evaluate("x", {"x": 1})


def test_a_decision_sees_only_what_it_requires():
    model = load(input_data("a"), input_data("b"), decision("D", literal("b"), needs=["a"]))

    result = model.evaluate("D", {"a": 1, "b": 2})

    assert result.value is None
    assert result.errors == ("D: There is no variable `b`.",)


def test_where_a_model_declares_no_input_a_decision_sees_all_that_was_given():
    model = load(decision("D", literal("a + b")), decision("E", literal("D"), after=["D"]))

    assert model.evaluate("D", {"a": 1, "b": 2}).value == 3
    assert model.evaluate("E", {"a": 1, "b": 2, "D": 9}).value == 3


def test_each_decision_is_evaluated_once_and_only_when_needed():
    model = load(
        decision("base", literal("1")),
        decision("left", literal("base + 1"), after=["base"]),
        decision("right", literal("base + 2"), after=["base"]),
        decision("top", literal("left + right"), after=["left", "right"]),
        decision("unneeded", literal("1")),
    )

    result = model.evaluate("top", {})

    assert result.value == 5
    assert sorted(step.name for step in result.trace[:3]) == ["base", "left", "right"]
    assert [step.name for step in result.trace[3:]] == ["top"]


def test_errors_name_the_decision_where_they_happened():
    model = load(
        input_data("a", "number"),
        decision("inner", literal('a + "x"'), needs=["a"]),
        decision("outer", literal("inner + 1"), after=["inner"], type_ref="number"),
    )

    result = model.evaluate("outer", {"a": "text"})

    assert result.value is None
    assert [error.split(":")[0] for error in result.errors] == ["Input a", "inner", "outer"]
    assert result.errors[0] == "Input a: Expected number, found a string."


def test_a_result_of_another_type_is_null_with_an_error():
    model = load(decision("D", literal('"five"'), type_ref="number"))

    result = model.evaluate("D", {})

    assert result.value is None
    assert result.errors == ("D: Expected number, found a string.",)


def test_callers_give_python_values_and_get_feel_values():
    given = {"n": 1, "x": 0.1, "day": date(2026, 11, 21), "many": (1, {"a": Decimal(2)})}
    model = load(
        *(input_data(name) for name in given),
        decision("D", literal("[n, x, day.year, many[2].a, string(day)]"), needs=list(given)),
    )

    result = model.evaluate("D", given)

    assert feel.as_python(result.value) == [1, Decimal("0.1"), 2026, 2, "2026-11-21"]


def test_the_clock_is_an_argument():
    model = load(decision("D", literal("string(today())")))

    with_zone = model.evaluate("D", {}, now=datetime(2026, 11, 21, 23, 0, tzinfo=UTC))
    without = model.evaluate("D", {}, now=datetime(2026, 11, 22))  # noqa: DTZ001  # means UTC

    assert (with_zone.value, without.value) == ("2026-11-21", "2026-11-22")


def test_b13_a_million_rounds_exceed_the_budget_of_the_whole_evaluation():
    model = load(
        decision("many", literal("count(for x in 1..300000 return x)")),
        *(decision(f"D{n}", literal("many(1)"), after=["many"]) for n in range(2)),
        decision("huge", literal("for x in 0..1000000 return x")),
    )

    with pytest.raises(feel.BudgetExceeded):
        model.evaluate("huge", {})
    assert model.evaluate("many", {}).value == 300_000


def test_decisions_share_one_budget():
    work = "count(for x in 1..200000 return x)"
    model = load(
        *(decision(f"D{n}", literal(work)) for n in range(5)),
        decision("all", literal("1"), after=[f"D{n}" for n in range(5)]),
    )

    assert model.evaluate("D1", {}).value == 200_000
    with pytest.raises(feel.BudgetExceeded):
        model.evaluate("all", {})


def test_a_model_serves_several_threads():
    model = load(
        input_data("x"),
        knowledge("twice", ["a"], literal("a * 2")),
        decision("D", literal("twice(x)"), needs=["x"], knows=["twice"]),
    )

    with ThreadPoolExecutor(4) as threads:
        values = list(threads.map(lambda n: model.evaluate("D", {"x": n}).value, range(200)))

    assert values == [2 * n for n in range(200)]


def test_inputs_and_results_are_left_as_they_are():
    given = {"x": {"list": [1, 2]}}
    model = load(input_data("x"), decision("D", literal("append(x.list, 3)"), needs=["x"]))

    result = model.evaluate("D", given)

    assert given == {"x": {"list": [1, 2]}}
    assert result.value == [1, 2, 3]


def test_names_of_parts_of_results_are_known_further_on():
    model = load(
        decision("person", literal('{full name: "Ada", date-of-birth: 1815}')),
        decision("first", literal("person.full name"), after=["person"]),
        decision("second", literal("person.date-of-birth + 1"), after=["person"]),
        decision("third", literal("[person][date-of-birth > 1800].full name"), after=["person"]),
    )

    assert model.evaluate("first", {}).value == "Ada"
    assert model.evaluate("second", {}).value == 1816
    assert model.evaluate("third", {}).value == ["Ada"]


def test_a_minus_between_names_is_a_minus_unless_a_name_has_it():
    plain = load(input_data("a"), input_data("b"), decision("D", literal("a-b"), needs=["a", "b"]))
    named = load(
        *(input_data(name) for name in ("a", "b", "a-b")),
        decision("D", literal("a-b"), needs=["a", "b", "a-b"]),
    )

    assert plain.evaluate("D", {"a": 5, "b": 2}).value == 3
    assert named.evaluate("D", {"a": 5, "b": 2, "a-b": 100}).value == 100


def test_a_thousand_rules_are_looked_up():
    rules = [[f'"r{n}"', f"[{n}..{n + 1})", str(n)] for n in range(1_000)]
    model = load(
        input_data("code", "string"),
        input_data("n", "number"),
        decision("D", table(["code", "n"], [""], rules), needs=["code", "n"]),
    )

    result = model.evaluate("D", {"code": "r999", "n": 999.5})

    assert result.value == 999
    assert [each.number for each in result.trace[0].table.rules] == [1_000]


@pytest.mark.parametrize("text", ['{a: "' + "{b " * 20_000 + '"}', '"' + "{a" + " " * 60_000 + '"'])
def test_looking_for_names_in_a_text_is_quick(text):
    begun = time.process_time()

    model = load(decision("D", literal(text)))

    assert model.evaluate("D", {}).value is not None
    assert time.process_time() - begun < 3
