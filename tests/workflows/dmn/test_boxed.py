"""Boxed expressions (DMN 1.5, 10.2.1): each gives what its FEEL equivalent gives."""

import pytest

from tests.workflows.dmn.drawn import (
    component,
    decision,
    formal,
    input_data,
    item,
    literal,
    load,
    table,
    variable,
)
from workflows import feel


def value_of(logic, type_ref="", more=(), **given):
    """What a decision with this logic gives, as Python has it."""
    model = load(
        *more,
        *(input_data(name) for name in given),
        decision("D", logic, needs=list(given), type_ref=type_ref),
    )
    return feel.as_python(model.evaluate("D", given).value)


def errors_of(logic, **given):
    """The errors of such a decision."""
    model = load(*(input_data(name) for name in given), decision("D", logic, needs=list(given)))
    return model.evaluate("D", given).errors


def entry(name, logic, type_ref=""):
    """A row of a context; the result cell has no name."""
    return f"<contextEntry>{variable(name, type_ref) if name else ''}{logic}</contextEntry>"


def context(*entries):
    return f"<context>{''.join(entries)}</context>"


def function(parameters, body, kind=""):
    kind = f' kind="{kind}"' if kind else ""
    return f"<functionDefinition{kind}>{formal(parameters)}{body}</functionDefinition>"


def invocation(name, **bound):
    bindings = "".join(
        f"<binding><parameter name='{each.replace('_', ' ')}'/>{literal(text)}</binding>"
        for each, text in bound.items()
    )
    return f"<invocation>{literal(name)}{bindings}</invocation>"


def part(tag, text):
    return f"<{tag}>{literal(text)}</{tag}>"


def iterator(tag, items, body):
    last = "return" if tag == "for" else "satisfies"
    return f'<{tag} iteratorVariable="each">{part("in", items)}{part(last, body)}</{tag}>'


def filtered(items, match):
    return f"<filter>{part('in', items)}{part('match', match)}</filter>"


def test_a_context_gives_its_entries_and_later_ones_see_earlier_ones():
    logic = context(
        entry("monthly rate", literal("0.5")), entry("year", literal("monthly rate * 12"))
    )

    assert value_of(logic) == {"monthly rate": 0.5, "year": 6}


def test_a_result_cell_is_the_value_of_the_context():
    logic = context(entry("a", literal("x + 1")), entry("", literal("a * 2")))

    assert value_of(logic, x=4) == 10


def test_an_entry_of_another_type_is_null():
    logic = context(entry("a", literal('"five"'), "number"), entry("b", literal("5"), "number"))

    assert value_of(logic) == {"a": None, "b": 5}


def test_a_nested_context_is_reached_by_path():
    inner = context(entry("full name", literal('"Ada"')))
    logic = context(entry("person", inner), entry("", literal("person.full name")))

    assert value_of(logic) == "Ada"


def test_a_relation_is_a_list_of_contexts():
    rows = (('"Ada"', "36"), ('"Bob"', '"old"'))
    logic = '<relation><column name="name"/><column name="age" typeRef="number"/>' + "".join(
        f"<row>{literal(name)}{literal(age)}</row>" for name, age in rows
    )

    found = value_of(f"{logic}</relation>")

    assert found == [{"name": "Ada", "age": 36}, {"name": "Bob", "age": None}]


def test_a_list_has_its_items_in_order():
    logic = f"<list>{literal('x')}{literal('x + 1')}{context(entry('a', literal('1')))}</list>"

    assert value_of(logic, x=1) == [1, 2, {"a": 1}]


def test_a_function_definition_is_called_by_position_and_by_name():
    double = function(["base: number", "factor"], literal("base * factor"))
    logic = context(
        entry("times", double),
        entry("", literal("[times(2, 3), times(factor: 4, base: 2), times(2), times(a: 1)]")),
    )

    assert value_of(logic) == [6, 8, None, None]


def test_a_function_sees_what_is_around_it_and_may_call_itself():
    factorial = function(["n"], literal("if n < 2 then step else n * factorial(n - 1)"))
    logic = context(
        entry("step", literal("1")),
        entry("factorial", factorial),
        entry("", literal("factorial(5)")),
    )

    assert value_of(logic) == 120


def test_a_function_in_a_foreign_language_is_null_and_says_so():
    logic = context(
        entry("cos", function(["angle"], literal('{class: "java.lang.Math"}'), "Java")),
        entry("", literal("cos(1)")),
    )

    assert value_of(logic) is None
    assert "Java, which is never run" in errors_of(logic)[0]


def test_an_argument_of_another_type_makes_the_invocation_null():
    logic = context(
        entry("known", function(["n: number"], literal("n = null"))),
        entry("", literal('known("five")')),
    )

    assert value_of(logic) is None


def test_an_invocation_binds_parameters_by_name():
    logic = context(
        entry("pay", function(["loan amount", "rate"], literal("loan amount * rate"))),
        entry("", invocation("pay", rate="0.5", loan_amount="x * 10")),
    )

    assert value_of(logic, x=4) == 20


def test_an_invocation_of_a_built_in_function():
    assert value_of(invocation("substring", string='"foobar"', start_position="4")) == "bar"


def test_parameters_that_are_not_bound_are_null():
    missing = function(["a", "b"], literal("[a = null, b = null]"))
    some = context(entry("f", missing), entry("", invocation("f", b="1")))
    none = context(entry("f", missing), entry("", invocation("f")))

    assert value_of(some) == [True, False]
    assert value_of(none) == [True, True]


def test_an_invocation_without_parameters():
    assert value_of(invocation("today"), type_ref="date") is not None


def test_an_invocation_of_what_is_no_function_is_null_and_says_so():
    assert errors_of(invocation("x", a="1"), x=5) == ("D: x is no function.",)


@pytest.mark.parametrize(("x", "expected"), [(5, "big"), (1, "small"), (None, "small")])
def test_a_conditional_takes_one_branch(x, expected):
    branches = part("then", '"big"') + part("else", '"small"')
    logic = f"<conditional>{part('if', 'x > 3')}{branches}</conditional>"

    assert value_of(logic, x=x) == expected


@pytest.mark.parametrize(
    ("items", "body", "expected"),
    [
        ("[1, 2, 3]", "each * 2", [2, 4, 6]),
        ("[]", "each", []),
        ("[2..4]", "each", [2, 3, 4]),
        ("[1, 2, 3]", "count(partial) + each", [1, 3, 5]),
        ("[1, 2]", "partial", [[], [[]]]),
        ("null", "each", None),
    ],
)
def test_a_boxed_for_gives_a_value_for_each_item(items, body, expected):
    assert value_of(iterator("for", items, body)) == expected


@pytest.mark.parametrize(
    ("items", "body", "some", "every"),
    [
        ("[1, 2, 3]", "each > 2", True, False),
        ("[1, 2, 3]", "each > 0", True, True),
        ("[1, 2, 3]", "each > 5", False, False),
        ("[]", "each > 5", False, True),
        ("[1, null]", "each > 0", True, None),
        ("[1, null]", "each > 5", None, False),
        ("[1]", '"no boolean"', None, None),
        ("null", "true", None, None),
    ],
)
def test_boxed_some_and_every_are_three_valued(items, body, some, every):
    assert value_of(iterator("some", items, body)) is some
    assert value_of(iterator("every", items, body)) is every


@pytest.mark.parametrize(
    ("items", "match", "expected"),
    [
        ("[1, 5, 9]", "item > 3", [5, 9]),
        ("[{a: 1}, {a: 5}]", "a > 3", [{"a": 5}]),
        ("[{a: 1}, {a: 5}]", "item.a = 1", [{"a": 1}]),
        ("[1, 5, 9]", "2", 5),
        ("[1, 5, 9]", "-1", 9),
        ("[1, 5, 9]", "7", None),
        ("7", "item > 3", [7]),
        ("null", "true", None),
    ],
)
def test_a_boxed_filter_keeps_what_matches(items, match, expected):
    assert value_of(filtered(items, match)) == expected


def test_a_filter_knows_the_components_of_the_declared_type():
    people = item("tPeople", "", component("net-income", "number"), collection=True)
    model = load(
        people, input_data("people", "tPeople"),
        decision("D", filtered("people", "net-income > 3"), needs=["people"]),
    )  # fmt: skip

    result = model.evaluate("D", {"people": [{"net-income": 1}, {"net-income": 5}]})

    assert feel.as_python(result.value) == [{"net-income": 5}]


def test_tables_are_allowed_inside_of_boxes():
    logic = context(
        entry("grade", table(["x"], [""], [["> 5", '"A"'], ["<= 5", '"B"']])),
        entry("", literal('"Grade " + grade')),
    )

    assert value_of(logic, x=7) == "Grade A"


def test_an_expression_of_another_type_is_null_and_says_so():
    assert value_of(literal("5", "string")) is None
    assert errors_of(literal("5", "string")) == ("D: Expected string, found a number.",)


def test_a_list_of_one_becomes_its_element_where_one_is_declared():
    assert value_of(literal("[5]"), type_ref="number") == 5


def test_a_decision_without_logic_is_null_and_a_warning():
    model = load(decision("D", ""))

    assert "has no logic" in model.findings[0].sentence
    assert model.evaluate("D", {}).value is None
    assert model.evaluate("D", {}).errors == ("D: D has no logic.",)


def test_an_expression_without_text_is_null():
    assert value_of(literal("")) is None
