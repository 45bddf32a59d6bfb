"""Item definitions: which values conform, and what happens to those that do not."""

import pytest

from tests.workflows.dmn.drawn import (
    component,
    decision,
    definitions,
    input_data,
    item,
    literal,
    load,
)
from workflows import dmn, feel


def given_as(type_ref, value, *items):
    """The value as a decision sees it that requires an input of this type."""
    model = load(*items, input_data("x", type_ref), decision("D", literal("x"), needs=["x"]))
    return feel.as_python(model.evaluate("D", {"x": value}).value)


LEVEL = item("tLevel", "string", allowed='"low", "high"')
SHARE = item("tShare", "number", allowed="[0..1]")
PERSON = item("tPerson", "", component("name", "string"), component("age", "number"))


@pytest.mark.parametrize(
    ("type_ref", "value", "expected"),
    [
        ("string", "a", "a"),
        ("string", 5, None),
        ("number", 5, 5),
        ("number", "5", None),
        ("boolean", True, True),
        ("boolean", 1, None),
        ("Any", [1, "a"], [1, "a"]),
        ("<Undefined>", [1, "a"], [1, "a"]),
        ("tLevel", "low", "low"),
        ("tLevel", "other", None),
        ("tLevel", None, None),
        ("tShare", 0.5, 0.5),
        ("tShare", 1.5, None),
        ("number", [5], 5),
        ("number", [5, 6], None),
        ("list<number>", [5, 6], [5, 6]),
        ("list<number>", 5, [5]),
    ],
)
def test_an_input_conforms_or_is_null(type_ref, value, expected):
    assert feel.admitted(given_as(type_ref, value, LEVEL, SHARE)) == feel.admitted(expected)


def test_a_structure_has_all_its_components_and_may_have_more():
    whole = {"name": "Ada", "age": 36, "more": 1}

    assert given_as("tPerson", whole, PERSON) == whole
    assert given_as("tPerson", {"name": "Ada"}, PERSON) is None
    assert given_as("tPerson", {"name": "Ada", "age": "old"}, PERSON) is None


def test_components_may_be_structures_and_collections():
    team = item(
        "tTeam", "",
        component("lead", "", component("name", "string")),
        component("scores", "number", collection=True, allowed="[0..10]"),
    )  # fmt: skip
    good = {"lead": {"name": "Ada"}, "scores": [1, 2]}

    assert given_as("tTeam", good, team) == good
    assert given_as("tTeam", {**good, "scores": [1, 11]}, team) is None
    assert given_as("tTeam", {**good, "lead": "Ada"}, team) is None


def test_allowed_values_of_a_collection_are_those_of_its_elements():
    levels = item("tLevels", "string", collection=True, allowed='"low", "high"')

    assert given_as("tLevels", ["low", "high"], levels) == ["low", "high"]
    assert given_as("tLevels", ["low", "other"], levels) is None


def test_a_type_constraint_looks_at_the_whole_collection():
    few = item("tFew", "number", collection=True, constraint="count(?) <= 2")

    assert given_as("tFew", [1, 2], few) == [1, 2]
    assert given_as("tFew", [1, 2, 3], few) is None


def test_definitions_may_come_in_any_order_and_build_on_each_other():
    outer = item("tOuter", "tInner", collection=True)
    inner = item("tInner", "number", allowed="> 0")

    assert given_as("tOuter", [1, 2], outer, inner) == [1, 2]
    assert given_as("tOuter", [1, -2], outer, inner) is None


def test_a_type_may_contain_itself():
    tree = item(
        "tTree", "", component("value", "number"), component("parts", "tTree", collection=True)
    )
    good = {"value": 1, "parts": [{"value": 2, "parts": []}]}
    bad = {"value": 1, "parts": [{"value": "two", "parts": []}]}

    assert given_as("tTree", good, tree) == good
    assert given_as("tTree", bad, tree) is None


def test_types_that_are_each_other_are_refused():
    with pytest.raises(dmn.DmnError, match="defined by itself"):
        load(item("tA", "tB"), item("tB", "tA"), decision("D", literal("1")))


def test_an_unknown_type_is_refused_with_the_line():
    with pytest.raises(dmn.DmnError) as refused:
        load(input_data("x", "tNothing"), decision("D", literal("1")))

    assert refused.value.findings[0].sentence.startswith("There is no type 'tNothing'.")
    assert refused.value.findings[0].element == "x"
    assert refused.value.findings[0].line == 3


def test_allowed_values_that_are_no_feel_are_refused():
    with pytest.raises(dmn.DmnError, match="allowed values of tBad are not FEEL"):
        load(item("tBad", "number", allowed="[1..."), decision("D", literal("1")))


def test_the_prefixes_of_dmn_1_1_are_understood():
    xml = definitions(
        input_data("x", "feel:number"),
        input_data("y", "own:tText"),
        item("tText", "feel:string"),
        decision("D", literal("[x, y]"), needs=["x", "y"]),
        version="1.1",
        more='xmlns:feel="http://www.omg.org/spec/FEEL/20140401" xmlns:own="urn:test"',
    )

    result = dmn.load(xml).evaluate("D", {"x": 5, "y": 5})

    assert feel.as_python(result.value) == [5, None]


def test_a_function_type_says_what_a_function_takes():
    binary = (
        '<itemDefinition name="tBinary"><functionItem outputTypeRef="number">'
        '<parameters name="a" typeRef="number"/><parameters name="b" typeRef="number"/>'
        "</functionItem></itemDefinition>"
    )
    fits = decision("D", literal("function(a: number, b: number) a + b"), type_ref="tBinary")
    differs = decision("E", literal("function(a: number) a"), type_ref="tBinary")

    model = load(binary, fits, differs)

    assert model.evaluate("D", {}).value is not None
    assert model.evaluate("E", {}).value is None


def test_expressions_can_ask_for_the_types_of_the_model():
    model = load(PERSON, decision("D", literal('{name: "Ada", age: 36} instance of tPerson')))

    assert model.evaluate("D", {}).value is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"other" instance of tLevel', True),
        ("5 instance of tLevel", False),
        ('["other"] instance of list<tLevel>', True),
        ("[5] instance of list<tLevel>", False),
        ("null instance of tLevel", False),
    ],
)
def test_instance_of_asks_for_the_type_and_not_for_what_is_allowed(text, expected):
    model = load(LEVEL, decision("D", literal(text)))

    assert model.evaluate("D", {}).value is expected


def test_a_check_of_allowed_values_cannot_run_for_long():
    greedy = item("tGreedy", "number", allowed="count(for i in 1..1000000 return i) > ?")

    with pytest.raises(feel.BudgetExceeded):
        given_as("tGreedy", 1, greedy)
