"""What is wrong with a model is said with the element, its line and a sentence."""

import pytest

from tests.workflows.dmn.drawn import (
    decision,
    definitions,
    input_data,
    knowledge,
    literal,
    load,
    service,
    table,
)
from workflows import dmn


def findings(*elements, **options):
    """Everything that is wrong with a model of these elements."""
    with pytest.raises(dmn.DmnError) as refused:
        load(*elements, **options)
    return refused.value.findings


def test_an_id_that_is_used_twice_is_refused():
    (finding,) = findings(input_data("a"), decision("a", literal("1")))

    assert (finding.element, finding.line) == ("a", 4)
    assert finding.sentence == "The id is already used on line 3."


@pytest.mark.parametrize(
    "element",
    [
        decision("D", literal("1"), needs=["nothing"]),
        decision("D", literal("1"), after=["nothing"]),
        decision("D", literal("1"), knows=["nothing"]),
        knowledge("D", [], literal("1"), knows=["nothing"]),
        service("D", outputs=["nothing"]),
    ],
)
def test_a_reference_to_nothing_is_refused(element):
    (finding,) = findings(element)

    assert finding.element == "nothing"
    assert finding.sentence.startswith("D refers to #nothing, but there is no such")


def test_an_empty_reference_is_refused():
    assert "reference is empty" in findings(decision("D", literal("1"), needs=["#"]))[0].sentence


def test_a_reference_with_the_models_own_namespace_is_its_own():
    model = load(input_data("a"), decision("D", literal("a"), needs=["urn:test#a"]))

    assert model.evaluate("D", {"a": 5}).value == 5


def test_decisions_that_require_each_other_are_refused():
    (finding,) = findings(
        decision("A", literal("1"), after=["B"]),
        decision("B", literal("1"), after=["C"]),
        decision("C", literal("1"), after=["B"]),
    )

    assert finding.sentence == "Decisions require each other in a circle: B → C → B. Break it."


def test_a_long_chain_of_decisions_is_fine():
    chain = [decision("D0", literal("0"))]
    chain += [
        decision(f"D{n}", literal(f"D{n - 1} + 1"), after=[f"D{n - 1}"]) for n in range(1, 900)
    ]

    assert load(*chain).evaluate("D899", {}).value == 899
    assert load(*reversed(chain)).evaluate("D899", {}).value == 899


def test_wrong_feel_names_the_decision_and_the_place():
    (finding,) = findings(decision("Routing", literal("1 +")))

    assert finding.sentence.startswith("Routing: Line 1, column 4: expected")


def test_all_that_is_wrong_is_said_at_once():
    found = findings(
        decision("A", literal("1 +")), decision("B", literal("(2")), input_data("x", "tNone")
    )

    assert len(found) == 3


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        ('hitPolicy="LAST"', 'hitPolicy="FIRST"', "There is no hit policy 'LAST'"),
        ('aggregation="AVG"', 'hitPolicy="FIRST"', "There is no aggregation 'AVG'"),
    ],
)
def test_an_unknown_hit_policy_or_aggregation_is_refused(wrong, right, sentence):
    logic = table(["1"], [""], [["-", "1"]], policy="FIRST").replace(right, wrong)

    assert sentence in findings(decision("D", logic))[0].sentence


def test_a_rule_with_too_few_cells_is_refused():
    (finding,) = findings(decision("D", table(["1", "2"], [""], [["-", "1"]])))

    assert finding.element == "rule1"
    assert (
        "has 2 conditions and 0 results; the table has 2 inputs and 1 outputs" in finding.sentence
    )


def test_an_input_column_without_anything_to_test_is_refused():
    assert (
        "no input expression"
        in findings(decision("D", table([""], [""], [["1", "1"]])))[0].sentence
    )


@pytest.mark.parametrize("language", ["juel", "javascript", "http://www.java.com/java"])
def test_other_languages_are_refused(language):
    logic = literal("x").replace(
        "<literalExpression", f'<literalExpression expressionLanguage="{language}"'
    )

    (finding,) = findings(decision("D", logic))

    assert (
        finding.sentence == f"D: It is written in {language}, which is never run. Write it in FEEL."
    )


@pytest.mark.parametrize(
    "language",
    [
        "feel",
        "FEEL",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "http://www.omg.org/spec/FEEL/20140401",
        "https://www.omg.org/spec/DMN/20230324/FEEL",
    ],
)
def test_feel_is_known_by_all_its_names(language):
    logic = literal("5").replace(
        "<literalExpression", f'<literalExpression expressionLanguage="{language}"'
    )

    assert load(decision("D", logic)).evaluate("D", {}).value == 5


def test_the_language_of_the_file_counts_where_none_is_said():
    source = definitions(decision("D", literal("5")), more='expressionLanguage="groovy"')

    with pytest.raises(dmn.DmnError, match="written in groovy"):
        dmn.load(source)


def test_operators_over_several_outputs_are_warned_about():
    logic = table([], ["a", "b"], [["1", "2"], ["3", "4"]], policy="COLLECT", aggregation="SUM")

    model = load(decision("D", logic))

    assert model.findings[0].severity is dmn.Severity.WARNING
    assert model.evaluate("D", {}).value == {"a": 4, "b": 6}


def test_the_parts_of_a_model_can_be_listed():
    model = load(
        input_data("a"), decision("D", literal("a"), needs=["a"]), service("S", outputs=["D"])
    )

    assert [each.name for each in model.inputs] == ["a"]
    assert [(each.id, each.name, each.is_table) for each in model.decisions] == [("D", "D", False)]
    assert [each.name for each in model.services] == ["S"]
    assert (model.name, model.namespace, model.dialect) == ("test", "urn:test", "standard")
