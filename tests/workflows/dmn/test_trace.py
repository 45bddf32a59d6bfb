"""Why a decision came out as it did, in data and in sentences."""

import json

from tests.workflows.dmn.drawn import decision, input_data, knowledge, literal, load, table


def routing(rules, policy="FIRST", inputs=("amount", "region"), annotations=(), outputs=("",)):
    logic = table(inputs, outputs, rules, policy=policy, annotations=annotations)
    return load(*(input_data(name) for name in inputs), decision("Routing", logic, needs=inputs))


def test_a_matched_rule_says_why_in_a_sentence():
    model = routing([["< 5", "-", '"a"'], ["-", '"CH"', '"b"'], ["> 10000", '"EU", "US"', '"c"']])

    (step,) = model.evaluate("Routing", {"amount": 12_000, "region": "EU"}).trace

    (sentence,) = step.sentences()
    assert sentence == (
        "Rule 3 of Routing matched because amount was 12000 (> 10000) "
        'and region was "EU" ("EU", "US").'
    )


def test_a_rule_without_conditions_holds_for_everything():
    (step,) = routing([["-", "-", "1"]]).evaluate("Routing", {}).trace

    assert step.sentences() == ["Rule 1 of Routing matched because it holds for everything."]


def test_without_a_match_that_is_said():
    (step,) = routing([["1", "-", "1"]]).evaluate("Routing", {}).trace

    assert step.sentences() == ["No rule of Routing matched."]
    assert step.table.rules == ()


def test_a_step_of_a_table_has_inputs_rules_outputs_and_annotations():
    model = routing(
        [["> 1", "-", "1", "2", "because", ""], ["-", "-", "3", "4", "", "always"]],
        policy="COLLECT", annotations=["reason", "remark"], outputs=("a", "b"),
    )  # fmt: skip

    (step,) = model.evaluate("Routing", {"amount": 5}).trace

    assert (step.id, step.name, step.kind) == ("Routing", "Routing", "decision table")
    assert step.table.hit_policy == "C"
    assert [(each.title, each.value) for each in step.table.inputs] == [
        ("amount", 5),
        ("region", None),
    ]
    assert [(rule.number, rule.id, rule.outputs) for rule in step.table.rules] == [
        (1, "rule1", {"a": 1, "b": 2}),
        (2, "rule2", {"a": 3, "b": 4}),
    ]
    assert [dict(rule.annotations) for rule in step.table.rules] == [
        {"reason": "because"},
        {"remark": "always"},
    ]


def test_a_violated_policy_still_tells_which_rules_matched():
    model = routing([["> 1", "-", "1"], ["> 2", "-", "2"]], policy="UNIQUE")

    (step,) = model.evaluate("Routing", {"amount": 5}).trace

    assert step.value is None
    assert [rule.number for rule in step.table.rules] == [1, 2]


def test_a_table_inside_of_business_knowledge_has_a_step_of_its_own():
    grades = table(["points"], [""], [["> 5", '"A"'], ["-", '"B"']], policy="FIRST")
    model = load(
        knowledge("grade", ["points"], grades),
        decision("D", literal("[grade(9), grade(1)]"), knows=["grade"]),
    )

    first, second, last = model.evaluate("D", {}).trace

    assert first.sentences() == ["Rule 1 of grade matched because points was 9 (> 5)."]
    assert second.table.rules[0].number == 2
    assert (first.kind, last.kind) == ("inner decision table", "literal expression")


def test_steps_come_in_the_order_of_evaluation():
    model = load(
        decision("first", literal("1")), decision("second", literal("first"), after=["first"])
    )

    trace = model.evaluate("second", {}).trace

    assert [(step.name, step.value) for step in trace] == [("first", 1), ("second", 1)]


def test_a_result_can_be_stored_as_json():
    model = routing([["> 1", "-", 'date("2026-11-21")']])

    told = json.loads(json.dumps(model.evaluate("Routing", {"amount": 1.5}).as_json()))

    assert told["value"] == "2026-11-21"
    assert told["errors"] == []
    (step,) = told["trace"]
    assert step["table"]["hit_policy"] == "F"
    assert step["table"]["inputs"][0] == {"title": "amount", "value": 1.5}
    assert step["table"]["rules"][0]["because"].startswith("Rule 1 of Routing matched because")


def test_long_values_are_shortened_in_sentences():
    model = routing([['starts with(?, "x")', "-", "1"]])

    (step,) = model.evaluate("Routing", {"amount": "x" * 1_000}).trace

    assert len(step.sentences()[0]) < 250


def test_operators_are_part_of_the_hit_policy():
    logic = table([], [""], [["1"], ["2"]], policy="COLLECT", aggregation="SUM")
    (step,) = load(decision("D", logic)).evaluate("D", {}).trace

    assert step.table.hit_policy == "C+"
    assert step.value == 3


def test_a_column_with_a_long_expression_is_called_by_its_label():
    text = 'if amount != null and region != null then region else "none"'
    logic = table([text], [""], [['"EU"', "1"]]).replace("<input>", '<input label="Region">')
    model = load(
        input_data("amount"),
        input_data("region"),
        decision("Routing", logic, needs=["amount", "region"]),
    )

    (step,) = model.evaluate("Routing", {"amount": 1, "region": "EU"}).trace

    assert step.sentences() == ['Rule 1 of Routing matched because Region was "EU" ("EU").']
