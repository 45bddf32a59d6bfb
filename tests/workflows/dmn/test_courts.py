"""The courts' real models: each loads, answers empty input, and every rule of constants is hit."""

from pathlib import Path

import pytest

from workflows import dmn
from workflows.dmn.constants import literal_of
from workflows.dmn.model import DecisionTable, HitPolicy
from workflows.feel import compile_unary_tests, parse, syntax

COURTS = Path(__file__).parents[4] / "shared/data/hmcts"
FILES = sorted(COURTS.glob("*/*.dmn"))
pytestmark = pytest.mark.skipif(not FILES, reason="../shared/data has no courts' models")


def path_to(clause):
    """Where a caller puts the value that a column tests: its path, None when it is computed."""
    text = clause.expression.text if clause.expression else ""
    if not text:
        return [clause.variable] if clause.variable else None
    tree = parse(text, camunda=True)
    if isinstance(tree, syntax.If):
        tree = tree.then
    names = []
    while isinstance(tree, syntax.Path):
        names.insert(0, tree.name)
        tree = tree.source
    return [tree.name, *names] if isinstance(tree, syntax.Name) else None


def constant_in(cell):
    """A value that a cell of constants accepts, in a one-tuple; None for other cells."""
    tree = compile_unary_tests(cell.text, dialect="camunda").tree
    found = literal_of(tree.tests[0]) if tree.tests and not tree.negated else None
    return None if found == (None,) else found


def inputs_that_hit(table, rule):
    """Inputs for which the rule matches, None when that cannot be read off its cells."""
    inputs = {}
    for clause, cell in zip(table.inputs, rule.inputs, strict=True):
        if cell.text in ("", "-"):
            continue
        path, constant = path_to(clause), constant_in(cell)
        if path is None or constant is None:
            return None
        inner = inputs
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
        if inner.setdefault(path[-1], constant[0]) != constant[0]:
            return None
    return inputs


def hits(model, decision):
    """For each rule that was aimed at: its number and the numbers that matched."""
    for number, rule in enumerate(decision.expression.rules, 1):
        inputs = inputs_that_hit(decision.expression, rule)
        if inputs is not None:
            step = model.evaluate(decision.id, inputs).trace[-1]
            yield number, [each.number for each in step.table.rules]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_courts_model_answers_even_empty_input(file):
    model = dmn.load(file.read_bytes())

    results = [model.evaluate(decision.id, {}) for decision in model.decisions]

    assert model.dialect == "camunda"
    assert not [each for each in model.findings if each.severity is dmn.Severity.ERROR]
    assert all(result.as_json()["trace"] for result in results)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_rule_of_constants_matches_the_input_that_is_made_for_it(file):
    model = dmn.load(file.read_bytes())
    tables = [each for each in model.decisions if isinstance(each.expression, DecisionTable)]

    for decision in tables:
        for number, matched in hits(model, decision):
            if decision.expression.hit_policy is HitPolicy.FIRST:
                assert matched
                assert matched[0] <= number
            else:
                assert number in matched


def test_most_rules_of_the_courts_are_tried():
    tried = rules = 0
    for file in FILES:
        model = dmn.load(file.read_bytes())
        for decision in model.decisions:
            if decision.is_table:
                rules += len(decision.expression.rules)
                tried += len(list(hits(model, decision)))

    assert rules == 1_275
    assert tried > 1_000
