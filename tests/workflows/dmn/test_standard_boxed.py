"""Boxed expressions and decision tables (DMN 1.5, chapter 8, 10.2.1 and 10.3.2.10)."""

import pytest

from tests.workflows.dmn.drawn import decision, input_data, literal, load, table
from workflows import feel


def boxed(tag, *parts, **attributes):
    """`<tag><part>…</part></tag>` with the parts as (name, text)."""
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    inside = "".join(f"<{name}>{literal(text)}</{name}>" for name, text in parts)
    return f"<{tag}{given}>{inside}</{tag}>"


def value(logic, type_ref=""):
    """What a decision with this logic gives, as JSON."""
    return feel.as_json(load(decision("D", logic, type_ref=type_ref)).evaluate("D", {}).value)


@pytest.mark.parametrize(
    ("condition", "expected"), [("1 = 1", 1), ("1 = 2", 2), ("null", 2), ('"true"', 2), ("1", 2)]
)
def test_a_boxed_conditional_takes_else_unless_true(condition, expected):
    """10.2.1.8, as `if` of table 49."""
    assert value(boxed("conditional", ("if", condition), ("then", "1"), ("else", "2"))) == expected


@pytest.mark.parametrize(
    ("source", "match", "expected"),
    [
        ("[1, 2, 3]", "item > 1", [2, 3]),
        ("[1, 2, 3]", "2", 2),
        ("[1, 2, 3]", "-1", 3),
        ("[1, 2, 3]", "0", None),
        ("[1, 2, 3]", "4", None),
        ("[1, 2, 3]", "null", []),
        ("[]", "1", None),
        ("[]", "item > 1", []),
        ("[{a: 1}, {a: 2}]", "a = 2", [{"a": 2}]),
        ("[{item: 1}, {item: 2}]", "item = 2", [{"item": 2}]),
        ("5", "item = 5", [5]),
        ("5", "item = 6", []),
        ("null", "true", None),
    ],
)
def test_a_boxed_filter_is_a_filter(source, match, expected):
    """10.2.1.9, as 10.3.2.5."""
    logic = boxed("filter", ("in", source), ("match", match))

    assert value(logic) == expected
    assert value(literal(f"({source})[{match}]")) == expected


@pytest.mark.parametrize(
    ("source", "body", "expected"),
    [
        ("[1, 2]", "i * 2", [2, 4]),
        ("[1..3]", "i * 2", [2, 4, 6]),
        ("(1..4)", "i", [2, 3]),
        ('[@"2020-01-01"..@"2020-01-02"]', "i.day", [1, 2]),
        ("[1, 2, 3]", "count(partial)", [0, 1, 2]),
        ("[]", "i", []),
        ("3", "i", [3]),
        ("null", "i", None),
        ("[1, null]", "i + 1", [2, None]),
    ],
)
def test_a_boxed_iterator_is_a_for(source, body, expected):
    """10.2.1.10, as 10.3.2.14."""
    assert value(boxed("for", ("in", source), ("return", body), iteratorVariable="i")) == expected
    assert value(literal(f"for i in {source} return {body}")) == expected


@pytest.mark.parametrize("kind", ["some", "every"])
@pytest.mark.parametrize(
    "source", ["[1, 2]", "[2, 3]", "[0, 1]", "[]", "[2, null]", "[0, null]", "[1..3]", "2", "null"]
)
def test_boxed_quantifiers_answer_as_those_of_feel(kind, source):
    """10.2.1.10 and table 49, rule 46."""
    logic = boxed(kind, ("in", source), ("satisfies", "i > 1"), iteratorVariable="i")

    assert value(logic) == value(literal(f"{kind} i in {source} satisfies i > 1"))


def entry(name, logic, type_ref=""):
    """One row of a boxed context; without a name its result."""
    kind = f' typeRef="{type_ref}"' if type_ref else ""
    named = f'<variable name="{name}"{kind}/>' if name else ""
    return f"<contextEntry>{named}{logic}</contextEntry>"


def function(parameters, body):
    """A boxed function of the context."""
    formal = "".join(f'<formalParameter name="{name}"/>' for name in parameters)
    return f"<functionDefinition>{formal}{literal(body)}</functionDefinition>"


def invocation(called, **bindings):
    """A boxed invocation."""
    bound = "".join(
        f'<binding><parameter name="{name}"/>{literal(text)}</binding>'
        for name, text in bindings.items()
    )
    return f"<invocation>{literal(called)}{bound}</invocation>"


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((entry("a", literal("1")), entry("b", literal("a + 1"))), {"a": 1, "b": 2}),
        ((entry("a", literal("1")), entry("", literal("a + 1"))), 2),
        ((entry("a", literal('"x"'), "number"), entry("b", literal("a"))), {"a": None, "b": None}),
        ((entry("my a", literal("1")), entry("b-c", literal("my a + 1"))), {"my a": 1, "b-c": 2}),
        ((entry("my a", literal("1")), entry("", literal("my a-my a"))), 0),
        ((entry("f", function(["n"], "n * 2")), entry("", literal("f(4)"))), 8),
        ((entry("f", function(["n"], "n * 2")), entry("", invocation("f", n="4"))), 8),
        ((entry("f", function(["n"], "n * 2")), entry("", invocation("f", m="4"))), None),
        (
            (entry("f", function(["n", "m"], "[n, m]")), entry("", invocation("f", m="4"))),
            [None, 4],
        ),
        ((entry("", invocation("abs", n="-3")),), 3),
        ((entry("", invocation("missing", n="-3")),), None),
        ((entry("", invocation("[abs][1]", n="-3")),), 3),
        ((entry("a", literal("b")), entry("b", literal("1"))), {"a": None, "b": 1}),
        ((entry("a", literal("1")), entry("a", literal("2"))), None),
        ((), {}),
    ],
)
def test_boxed_contexts_and_invocations(entries, expected):
    """10.2.1.3, 10.2.1.4 and 10.2.1.7."""
    assert value(f"<context>{''.join(entries)}</context>") == expected


def test_boxed_lists_and_relations_are_lists():
    """10.2.1.5 and 10.2.1.6."""
    row = f"<row>{literal('1')}{literal(chr(34) + 'x' + chr(34))}</row>"
    relation = f'<relation><column name="a"/><column name="b" typeRef="number"/>{row}</relation>'

    assert value(f"<list>{literal('1')}{literal('null')}</list>") == [1, None]
    assert value("<list></list>") == []
    assert value(relation) == [{"a": 1, "b": None}]
    assert value('<relation><column name="a"/></relation>') == []


def decided(logic, n, type_ref=""):
    """What a table over the number n gives, as JSON."""
    model = load(input_data("n", "number"), decision("D", logic, needs=["n"], type_ref=type_ref))
    return feel.as_json(model.evaluate("D", {"n": n}).value)


@pytest.mark.parametrize(
    ("cell", "matching", "failing"),
    [
        ("-", [1, None], []),
        ("3", [3], [4, None]),
        ("1, 2", [1, 2], [3, None]),
        ("not(1, 2)", [3, None], [1, 2]),
        ("< 3", [2], [3, None]),
        ("[1..3]", [1, 3], [0, 4, None]),
        ("]1..3[", [2], [1, 3]),
        ("[1..3], > 10", [2, 11], [5]),
        ("null", [None], [1]),
        ("not(null)", [1], [None]),
        ("? > 1 and ? < 5", [2], [1, 5, None]),
        ("even(?)", [2], [3, None]),
        ("n", [3], []),
        ("[n, 2]", [3], []),
        ("n + 1", [], [3]),
        ('"3"', [], [3, None]),
        ("(3)", [3], [4]),
        ("= 3", [3], [4]),
        ("!= 3", [4], [3]),
    ],
)
def test_an_input_entry_is_a_unary_test(cell, matching, failing):
    """8.3.3, 10.3.2.10 and table 55: only true matches."""
    logic = table(["n"], ["o"], [[cell, '"hit"']])

    assert [decided(logic, n) for n in matching] == ["hit"] * len(matching)
    assert [decided(logic, n) for n in failing] == [None] * len(failing)


RULES = [["> 1", "10"], ["> 2", "20"], ["> 3", "30"]]


@pytest.mark.parametrize(
    ("policy", "aggregation", "n", "expected"),
    [
        ("UNIQUE", "", 2, 10),
        ("UNIQUE", "", 3, None),
        ("ANY", "", 2, 10),
        ("ANY", "", 3, None),
        ("FIRST", "", 4, 10),
        ("PRIORITY", "", 3, 20),
        ("RULE ORDER", "", 3, [10, 20]),
        ("OUTPUT ORDER", "", 4, [30, 20, 10]),
        ("COLLECT", "", 3, [10, 20]),
        ("COLLECT", "SUM", 3, 30),
        ("COLLECT", "COUNT", 3, 2),
        ("COLLECT", "MIN", 3, 10),
        ("COLLECT", "MAX", 3, 20),
        ("UNIQUE", "", 0, None),
        ("COLLECT", "", 0, None),
        ("RULE ORDER", "", 0, None),
    ],
)
def test_the_hit_policy_says_what_becomes_of_the_rules_that_match(policy, aggregation, n, expected):
    """8.2.10 and 10.3.2.10."""
    outputs = [("o", "30, 20, 10", "")]
    logic = table(["n"], outputs, RULES, policy=policy, aggregation=aggregation)

    assert decided(logic, n) == expected


@pytest.mark.parametrize(
    ("outputs", "rule", "n", "expected"),
    [
        ([("o", '"a", "b"', '"b"')], ["1", '"a"'], 1, "a"),
        ([("o", '"a", "b"', '"b"')], ["1", '"a"'], 2, "b"),
        ([("o", '"a", "b"', "")], ["1", '"x"'], 1, None),
        ([("o", "", '"d"'), ("p", "", "2")], ["1", '"a"', "1"], 2, {"o": "d", "p": 2}),
        ([("o", "", ""), ("p", "", "")], ["1", '"a"', "1"], 1, {"o": "a", "p": 1}),
        ([("o", "", ""), ("p", "", "")], ["1", '"a"', "1"], 2, None),
    ],
)
def test_outputs_have_allowed_values_and_defaults(outputs, rule, n, expected):
    """8.2.11 and 10.3.2.10."""
    assert decided(table(["n"], outputs, [rule]), n) == expected


def test_input_values_refuse_what_they_do_not_list():
    logic = table([("n", "number", "[0..10]")], ["o"], [["-", "1"]])

    assert decided(logic, 5) == 1
    assert decided(logic, 50) is None


def test_the_result_of_a_table_is_bound_to_the_type_of_its_decision():
    logic = table(["n"], ["o"], [["-", "1"]])

    assert decided(logic, 1, "number") == 1
    assert decided(logic, 1, "string") is None
