"""Models that were written for Camunda."""

import pytest

from tests.workflows.dmn.drawn import decision, definitions, literal, table
from workflows import dmn, feel

CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/dmn"'


def camunda(*elements, more=CAMUNDA):
    return dmn.load(definitions(*elements, version="1.3", more=more))


def value_of(model, name="D", **given):
    return feel.as_python(model.evaluate(name, given).value)


def with_variable(logic, name):
    """The table's first input column with a name for its tested value."""
    return logic.replace("<input>", f'<input camunda:inputVariable="{name}">', 1)


def test_the_dialect_is_found_by_the_namespace_or_the_platform():
    modeler = (
        'xmlns:modeler="http://camunda.org/schema/modeler/1.0" '
        'modeler:executionPlatform="Camunda Cloud"'
    )

    assert camunda().dialect == "camunda"
    assert camunda(more=modeler).dialect == "camunda"
    assert camunda(more="").dialect == "standard"


def test_the_dialect_can_be_given():
    assert dmn.load(definitions(), dialect="camunda").dialect == "camunda"
    assert dmn.load(definitions(more=CAMUNDA), dialect="standard").dialect == "standard"


def test_a_decision_sees_all_that_is_given():
    assert value_of(camunda(decision("D", literal("a + b"))), a=1, b=2) == 3


def test_a_column_without_text_tests_the_variable_that_it_names():
    logic = with_variable(table([""], [""], [['"x"', "1"], ["-", "2"]], policy="FIRST"), "eventId")
    model = camunda(decision("D", logic))

    assert value_of(model, eventId="x") == 1
    assert value_of(model, eventId="y") == 2
    assert value_of(model) == 2


@pytest.mark.parametrize("name", ["case type", "cellInput", "?"])
def test_cells_know_the_tested_value_by_three_names(name):
    cell = f'`{name}` = "x"' if " " in name else f'{name} = "x"'
    logic = with_variable(table(["a + b"], [""], [[cell, "1"]]), "case type")

    assert value_of(camunda(decision("D", logic)), a="", b="x") == 1


@pytest.mark.parametrize(
    ("type_ref", "value", "seen"),
    [
        ("integer", "12", 12),
        ("long", 12, 12),
        ("double", "1.5", 1.5),
        ("integer", "twelve", "twelve"),
        ("string", 12, "12"),
        ("string", True, "true"),
        ("string", [1], [1]),
        ("boolean", "true", True),
        ("boolean", "maybe", "maybe"),
        ("json", {"a": 1}, {"a": 1}),
        ("unheard of", 5, 5),
    ],
)
def test_types_convert_what_they_can_and_refuse_nothing(type_ref, value, seen):
    logic = table([("x", type_ref, "")], [""], [["-", "x"]]).replace(
        "<output>", f'<output typeRef="{type_ref}">'
    )

    assert feel.admitted(value_of(camunda(decision("D", logic)), x=value)) == feel.admitted(seen)


def test_a_date_of_a_typed_column_is_read():
    logic = table([("x", "date", "")], [""], [['> date("2026-01-01")', "1"], ["-", "2"]],
                  policy="FIRST")  # fmt: skip

    model = camunda(decision("D", logic))

    assert value_of(model, x="2026-11-21") == 1
    assert value_of(model, x="2025-11-21") == 2


def test_empty_results_are_null():
    model = camunda(decision("D", table([], ["a", "b"], [["", '"x"']], policy="COLLECT")))

    assert value_of(model) == [{"a": None, "b": "x"}]


def test_outputs_of_a_required_table_are_known_by_their_names():
    single = decision("first step", table([], ["a", "b"], [["1", "2"]], policy="FIRST"))
    after = decision("D", literal("a + b"), after=["first step"])

    assert value_of(camunda(single, after)) == 3


def test_outputs_of_several_rules_are_known_as_lists():
    several = decision("many", table([], ["a", "b"], [["1", "2"], ["3", "4"]], policy="COLLECT"))
    after = decision("D", literal("[sum(a), b[2], count(many)]"), after=["many"])

    assert value_of(camunda(several, after)) == [4, 4, 2]


def test_a_required_expression_is_known_by_its_variable_and_not_by_its_name():
    first = decision("given", literal('"computed"')).replace(
        '<variable name="given"/>', '<variable name="made"/>'
    )
    after = decision("D", literal("[given, made]"), after=["given"])

    assert value_of(camunda(first, after), given=5)[1] == "computed"


def test_allowed_values_are_only_suggestions():
    logic = table([("x", "string", '"a", "b"')], [("", '"1"', "")], [["-", "x"]])

    assert value_of(camunda(decision("D", logic)), x="c") == "c"


@pytest.mark.parametrize("language", ["juel", "javascript", "groovy", "python"])
def test_scripts_are_refused(language):
    logic = literal("1").replace(
        "<literalExpression", f'<literalExpression expressionLanguage="{language}"'
    )

    with pytest.raises(dmn.DmnError, match=f"written in {language}, which is never run"):
        camunda(decision("D", logic))
