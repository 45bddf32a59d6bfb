"""Which rules make up a table's result, policy by policy (DMN 1.5, 8.2.10)."""

from decimal import Decimal

import pytest

from tests.workflows.dmn.drawn import decision, definitions, input_data, literal, load, table
from workflows import dmn

ORDER = '"high", "middle", "low"'


def answer(outputs, rules, policy, aggregation="", inputs=("x",), **given):
    """What a table over these inputs gives."""
    model = load(
        *(input_data(name) for name in inputs),
        decision(
            "D", table(inputs, outputs, rules, policy=policy, aggregation=aggregation), needs=inputs
        ),
    )
    return model.evaluate("D", given)


def test_unique_gives_the_only_rule_that_matches():
    result = answer([""], [["1", '"one"'], ["2", '"two"']], "UNIQUE", x=2)

    assert result.value == "two"
    assert result.errors == ()


def test_unique_refuses_two_rules_that_match():
    result = answer([""], [["> 1", "1"], ["-", "2"], ["> 2", "3"]], "UNIQUE", x=3)

    assert result.value is None
    assert result.errors == ("D: Only one rule may match, but rules 1, 2 and 3 do.",)


def test_any_gives_what_all_rules_agree_on():
    result = answer([""], [["> 1", "1.0"], ["> 2", "1"]], "ANY", x=3)

    assert result.value == Decimal(1)


def test_any_refuses_rules_that_differ():
    result = answer([""], [["> 1", "1"], ["> 2", "2"]], "ANY", x=3)

    assert result.value is None
    assert result.errors == (
        "D: All rules that match have to give the same; rules 1 and 2 differ.",
    )


def test_any_compares_every_output():
    outputs = ["a", "b"]

    same = answer(outputs, [["-", "1", "2"], ["-", "1", "2"]], "ANY", x=0)
    different = answer(outputs, [["-", "1", "2"], ["-", "1", "3"]], "ANY", x=0)

    assert same.value == {"a": 1, "b": 2}
    assert different.value is None


def test_first_gives_the_first_rule_in_rule_order():
    result = answer([""], [["> 5", '"a"'], ["> 1", '"b"'], ["-", '"c"']], "FIRST", x=3)

    assert result.value == "b"


def test_priority_follows_the_order_of_output_values():
    rules = [["-", '"low"'], ["> 1", '"high"'], ["> 0", '"middle"']]

    result = answer([("", ORDER, "")], rules, "PRIORITY", x=3)

    assert result.value == "high"


def test_output_order_sorts_all_results():
    rules = [["-", '"low"'], ["> 1", '"high"'], ["> 0", '"middle"'], ["> 9", '"high"']]

    result = answer([("", ORDER, "")], rules, "OUTPUT ORDER", x=3)

    assert result.value == ["high", "middle", "low"]


def test_priority_over_several_outputs_goes_from_left_to_right():
    """The example of DMN 1.5, figure 8-19: the rules come in the order 2, 4, 3, 1."""
    outputs = [
        ("routing", '"DECLINE", "REFER", "ACCEPT"', ""),
        ("review", '"LEVEL 2", "LEVEL 1", "NONE"', ""),
        ("reason", "", ""),
    ]
    rules = [
        ["-", '"ACCEPT"', '"NONE"', '"Acceptable"'],
        ["< 18", '"DECLINE"', '"NONE"', '"Applicant too young"'],
        ["-", '"REFER"', '"LEVEL 1"', '"High risk application"'],
        ["-", '"REFER"', '"LEVEL 2"', '"Applicant under debt review"'],
    ]

    ordered = answer(outputs, rules, "OUTPUT ORDER", x=17)
    best = answer(outputs, rules, "PRIORITY", x=20)

    assert [each.number for each in ordered.trace[0].table.rules] == [2, 4, 3, 1]
    assert best.value["review"] == "LEVEL 2"


def test_a_result_that_is_no_output_value_is_refused():
    result = answer([("", ORDER, "")], [["-", '"other"']], "PRIORITY", x=1)

    assert result.value is None
    assert "not one of its allowed values" in result.errors[0]


@pytest.mark.parametrize("policy", ["RULE ORDER", "COLLECT"])
def test_all_results_come_in_rule_order(policy):
    rules = [["> 2", "3"], ["> 1", "2"], ["> 9", "9"], ["-", "2"]]

    result = answer([""], rules, policy, x=3)

    assert result.value == [3, 2, 2]


@pytest.mark.parametrize("policy", ["RULE ORDER", "COLLECT", "OUTPUT ORDER"])
def test_several_outputs_come_as_contexts(policy):
    result = answer(["a", "b"], [["-", "1", "2"], ["> 0", "3", "4"]], policy, x=1)

    assert result.value == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]


@pytest.mark.parametrize(
    ("operator", "expected"), [("SUM", 7), ("COUNT", 3), ("MIN", 2), ("MAX", 3)]
)
def test_collect_computes_what_its_operator_says(operator, expected):
    rules = [["> 2", "3"], ["> 1", "2"], ["> 9", "9"], ["-", "2"]]

    result = answer([""], rules, "COLLECT", operator, x=3)

    assert result.value == expected


def test_the_smallest_of_texts_is_the_first_by_alphabet():
    result = answer([""], [["-", '"b"'], ["-", '"a"']], "COLLECT", "MIN", x=3)

    assert result.value == "a"


@pytest.mark.parametrize(
    ("policy", "operator", "nothing"),
    [
        ("UNIQUE", "", None),
        ("ANY", "", None),
        ("FIRST", "", None),
        ("PRIORITY", "", None),
        ("COLLECT", "", []),
        ("RULE ORDER", "", []),
        ("OUTPUT ORDER", "", []),
        ("COLLECT", "COUNT", 0),
        ("COLLECT", "SUM", None),
        ("COLLECT", "MIN", None),
    ],
)
def test_without_a_rule_that_matches_the_answer_is_null_or_for_camunda_nothing(
    policy, operator, nothing
):
    """DMN 1.5, 10.3.2.10: null, whatever the hit policy."""
    logic = table(["x"], [("", ORDER, "")], [["1", '"low"']], policy=policy, aggregation=operator)
    file = definitions(input_data("x"), decision("D", logic, needs=["x"]))

    standard = dmn.load(file).evaluate("D", {"x": 2})
    camunda = dmn.load(file, dialect="camunda").evaluate("D", {"x": 2})

    assert (standard.value, standard.errors) == (None, ())
    assert (camunda.value, camunda.errors) == (nothing, ())


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "FIRST", "PRIORITY"])
def test_without_a_rule_that_matches_the_default_counts(policy):
    result = answer([("", ORDER, '"low"')], [["1", '"high"']], policy, x=2)

    assert result.value == "low"


def test_an_output_without_a_default_is_null_beside_those_that_have_one():
    outputs = [("a", "", "1 + 1"), ("b", "", "")]

    result = answer(outputs, [["1", "5", "5"]], "UNIQUE", x=2)

    assert result.value == {"a": 2, "b": None}


def test_results_may_be_computed_from_the_inputs():
    result = answer([""], [["> 1", "x * 2"]], "UNIQUE", x=4)

    assert result.value == 8


def test_priority_uses_the_allowed_values_of_the_type_when_the_column_lists_none():
    levels = '<itemDefinition name="tLevel"><typeRef>string</typeRef><allowedValues><text>'
    levels += '"high", "low"</text></allowedValues></itemDefinition>'
    logic = table(["x"], [""], [["-", '"low"'], ["-", '"high"']], policy="PRIORITY")
    logic = logic.replace("<output>", '<output typeRef="tLevel">')
    model = load(levels, input_data("x"), decision("D", logic, needs=["x"]))

    assert model.evaluate("D", {"x": 1}).value == "high"


def test_priority_uses_the_allowed_values_of_the_results_type():
    level = '<typeRef>string</typeRef><allowedValues><text>"high", "low"</text></allowedValues>'
    items = (
        f'<itemDefinition name="tLevel">{level}</itemDefinition>'
        f'<itemDefinition name="tBoth"><itemComponent name="a">{level}</itemComponent>'
        '<itemComponent name="b"><typeRef>tLevel</typeRef></itemComponent></itemDefinition>'
    )
    one = table([], [""], [['"low"'], ['"high"']], policy="PRIORITY")
    rows = [['"high"', '"low"'], ['"high"', '"high"'], ['"low"', '"high"']]
    two = table([], ["a", "b"], rows, policy="PRIORITY")

    model = load(
        items, decision("D", one, type_ref="tLevel"), decision("E", two, type_ref="tBoth")
        .replace('"table"', '"other"').replace('"rule', '"row'),
    )  # fmt: skip

    assert model.evaluate("D", {}).value == "high"
    assert model.evaluate("E", {}).value == {"a": "high", "b": "high"}


def test_a_table_without_inputs_gives_its_rule():
    model = load(decision("D", table([], [""], [["5"]])), decision("E", literal("1")))

    assert model.evaluate("D", {}).value == 5
