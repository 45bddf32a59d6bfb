"""What decision tables test, allow and refuse."""

import pytest

from tests.workflows.dmn.drawn import decision, input_data, load, table
from workflows import dmn


def ask(inputs, rules, given, outputs=("",), types=(), policy="FIRST", **options):
    """The result of a table over inputs with these names."""
    names = [each[0] if isinstance(each, tuple) else each for each in inputs]
    declared = dict(zip(names, types, strict=False))
    model = load(
        *(input_data(name, declared.get(name, "")) for name in names),
        decision("D", table(inputs, outputs, rules, policy=policy, **options), needs=names),
    )
    return model.evaluate("D", given)


def test_a_dash_accepts_everything_even_null():
    result = ask(["a", "b"], [["-", "> 1", '"yes"']], {"b": 2})

    assert result.value == "yes"


def test_an_empty_cell_is_a_dash():
    assert ask(["a"], [["", '"yes"']], {"a": 1}).value == "yes"


def test_missing_input_is_null():
    rules = [["> 1", '"more"'], ["null", '"nothing"']]

    assert ask(["a"], rules, {}).value == "nothing"


@pytest.mark.parametrize(
    ("cell", "value", "matches"),
    [
        ('"EU"', "EU", True),
        ('"EU"', "eu", False),
        ('"EU", "CH"', "CH", True),
        ('not("EU")', "US", True),
        ('not("EU")', "EU", False),
        ('not("EU")', None, True),
        ('not("EU")', 5, False),
        ("5", 5.0, True),
        ("-5", -5, True),
        ("[1..5]", 5, True),
        ("[1..5)", 5, False),
        ("]1..5]", 1, False),
        ("< 1, > 5", 3, False),
        ("< 1, > 5", 6, True),
        ("not(< 1, > 5)", 3, True),
        ("not(3)", 3, False),
        ("true", True, True),
        ("false", True, False),
        ("1", True, False),
        ("? > 5 and ? < 7", 6, True),
        ("starts with(?, 'E')".replace("'", '"'), "EU", True),
        ('"a".."b"', "a", None),
        ('["a".."f"]', "c", True),
        ('date("2026-01-01")', "2026-01-01", False),
        ("null", None, True),
    ],
)
def test_a_cell_accepts_what_feel_says(cell, value, matches):
    if matches is None:
        with pytest.raises(dmn.DmnError):
            ask(["a"], [[cell, "true"]], {"a": value})
        return

    assert ask(["a"], [[cell, "true"]], {"a": value}).value is (True if matches else None)


def test_a_cell_may_name_other_inputs():
    rules = [["> limit", "-", '"over"'], ["-", "-", '"within"']]

    over = ask(["amount", "limit"], rules, {"amount": 10, "limit": 5})
    within = ask(["amount", "limit"], rules, {"amount": 5, "limit": 10})

    assert (over.value, within.value) == ("over", "within")


def test_a_value_outside_of_the_allowed_input_values_gives_null_and_a_sentence():
    columns = [("size", "string", '"S", "M", "L"')]

    result = ask(columns, [["-", "1"]], {"size": "XXL"})

    assert result.value is None
    assert result.errors == ("D: The value of size is not one of its allowed values.",)


def test_an_allowed_input_value_passes():
    columns = [("size", "string", '"S", "M", "L"')]

    assert ask(columns, [["-", "1"]], {"size": "M"}).value == 1


def test_an_input_expression_is_computed():
    model = load(
        input_data("a"),
        decision("D", table([("a * 2", "number", "")], [""], [["> 9", "1"]]), needs=["a"]),
    )

    assert model.evaluate("D", {"a": 5}).value == 1


def test_an_input_expression_of_another_type_is_null():
    result = ask([("a", "number", "")], [["null", '"none"'], ["-", '"some"']], {"a": "five"})

    assert result.value == "none"
    assert "Expected number" in result.errors[0]


def test_a_list_from_another_element_is_a_set_of_allowed_values():
    rules = [["allowed", "-", '"in"'], ["-", "-", '"out"']]

    inside = ask(["a", "allowed"], rules, {"a": 2, "allowed": [1, 2]})
    outside = ask(["a", "allowed"], rules, {"a": 3, "allowed": [1, 2]})

    assert (inside.value, outside.value) == ("in", "out")


def test_a_cell_of_the_wrong_text_names_rule_and_column():
    with pytest.raises(dmn.DmnError) as refused:
        ask(["amount"], [["> 5", "1"], ["> > 5", "1 +"]], {})

    first, second = refused.value.findings
    assert first.sentence.startswith("Rule 2, input 1 (amount) of D: Line 1, column 3: expected")
    assert second.sentence.startswith("Rule 2, output 1 of D: ")
    assert first.line > 1


def test_a_broken_cell_is_null_and_never_matches_when_that_is_tolerated():
    logic = table(["a"], [""], [["> > 5", "1"], ["-", "1 +"]], policy="FIRST")

    model = load(input_data("a"), decision("D", logic, needs=["a"]), tolerant=True)
    result = model.evaluate("D", {"a": 6})

    assert {each.severity for each in model.findings} == {dmn.Severity.WARNING}
    assert result.value is None
    assert result.errors == ("D: Rule 2, output 1 cannot be evaluated.",)


def test_names_with_spaces_and_signs_work_in_every_part_of_a_table():
    names = ["Applicant Age", "income/month", "Person's limit"]
    rules = [["> Person's limit", "> 1000", "-", "Applicant Age + income/month"]]

    result = ask(names, rules, {"Applicant Age": 40, "income/month": 2_000, "Person's limit": 18})

    assert result.value == 2_040
