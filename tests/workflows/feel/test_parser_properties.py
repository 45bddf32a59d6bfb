"""Any tree, written down, is read again as the same tree; any text is read or refused."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.feel import syntax as s
from workflows.feel.errors import FeelError
from workflows.feel.parser import parse, parse_type, parse_unary_tests

DECLARED = (
    "Applicant Age",
    "a-b",
    "Person's age",
    "date and place",
    "if ready",
    "1st choice",
    "c-d",
)
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")

# --- trees to text, with all parentheses ---


def written_string(value):
    escapes = {
        '"': '\\"',
        "\\": "\\\\",
        "\n": "\\n",
        "\r": "\\r",
        "\v": "\\u000B",
        "\f": "\\U00000C",
    }
    return '"' + "".join(escapes.get(character, character) for character in value) + '"'


def written_literal(value):
    if isinstance(value, str):
        return written_string(value)
    words = {None: "null", True: "true", False: "false"}
    return str(value) if isinstance(value, Decimal) else words[value]


def listed(trees):
    return ", ".join(written(tree) for tree in trees)


def iterated(iterations):
    return ", ".join(
        f"{one.name} in {inner(one.source)}" + (f"..{inner(one.end)}" if one.end else "")
        for one in iterations
    )


def inner(tree):
    return f"({written(tree)})"


def written_range(tree):
    low, high = "[" if tree.includes_low else "(", "]" if tree.includes_high else ")"
    return f"{low}{written(tree.low)}..{written(tree.high)}{high}"


def written_function(tree):
    parameters = ", ".join(
        one.name + (f": {written_type(one.type)}" if one.type else "") for one in tree.parameters
    )
    return f"function({parameters}) {'external ' if tree.external else ''}{written(tree.body)}"


def written_invocation(tree):
    named = ", ".join(f"{name}: {written(value)}" for name, value in tree.named)
    return f"{inner(tree.function)}({named or listed(tree.positional)})"


def written_context(tree):
    entries = ", ".join(f"{written_string(key)}: {written(value)}" for key, value in tree.entries)
    return f"{{{entries}}}"


def written_type(tree):
    match tree:
        case s.TypeName(name):
            return name
        case s.TypeList(of):
            return f"list<{written_type(of)}>"
        case s.TypeRange(of):
            return f"range<{written_type(of)}>"
        case s.TypeContext(entries):
            return f"context<{', '.join(f'{k}: {written_type(t)}' for k, t in entries)}>"
        case s.TypeFunction(parameters, result):
            given = ", ".join(written_type(one) for one in parameters)
            return f"function<{given}> -> {written_type(result)}"


WRITERS = {
    s.Literal: lambda t: written_literal(t.value),
    s.AtLiteral: lambda t: "@" + written_string(t.text),
    s.Name: lambda t: t.name,
    s.Path: lambda t: f"{inner(t.source)}.{t.name}",
    s.Filter: lambda t: f"{inner(t.source)}[{written(t.condition)}]",
    s.Negation: lambda t: f"-{inner(t.operand)}",
    s.Arithmetic: lambda t: inner(t.first) + "".join(f" {op} {inner(o)}" for op, o in t.rest),
    s.Comparison: lambda t: f"{inner(t.left)} {t.operator} {inner(t.right)}",
    s.Conjunction: lambda t: " and ".join(inner(one) for one in t.operands),
    s.Disjunction: lambda t: " or ".join(inner(one) for one in t.operands),
    s.Between: lambda t: f"{inner(t.value)} between {inner(t.low)} and {inner(t.high)}",
    s.Membership: lambda t: f"{inner(t.value)} in ({listed(t.tests)})",
    s.OneSided: lambda t: f"{t.operator} {inner(t.bound)}",
    s.RangeLiteral: written_range,
    s.InstanceOf: lambda t: f"{inner(t.value)} instance of {written_type(t.type)}",
    s.If: lambda t: f"if {written(t.condition)} then {inner(t.then)} else {written(t.otherwise)}",
    s.For: lambda t: f"for {iterated(t.iterations)} return {written(t.body)}",
    s.Quantified: lambda t: (
        f"{'every' if t.every else 'some'} {iterated(t.iterations)} "
        f"satisfies {written(t.condition)}"
    ),
    s.FunctionLiteral: written_function,
    s.Invocation: written_invocation,
    s.ListLiteral: lambda t: f"[{listed(t.items)}]",
    s.ContextLiteral: written_context,
}


def written(tree):
    return WRITERS[type(tree)](tree)


# --- any tree ---

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
new_names = st.sampled_from(["v", "w", "my var", "c-d", "größe", "?", "item", "😀"])
names = st.sampled_from(["a", "b", "date and time", "Total Amount", *DECLARED]) | new_names
numbers = st.decimals(-(10**9), 10**9, places=3, allow_nan=False).map(lambda d: d or abs(d))
literals = st.one_of(numbers, texts, st.booleans(), st.none()).map(s.Literal)
leaves = st.one_of(literals, texts.map(s.AtLiteral), names.map(s.Name))

type_names = st.sampled_from(["number", "Any", "date and time", "tLoan", "x.y", "a-b"])
types = st.recursive(
    type_names.map(s.TypeName),
    lambda of: st.one_of(
        of.map(s.TypeList),
        of.map(s.TypeRange),
        st.lists(st.tuples(new_names, of), min_size=1, max_size=3).map(
            lambda entries: s.TypeContext(tuple(entries))
        ),
        st.builds(s.TypeFunction, st.lists(of, max_size=2).map(tuple), of),
    ),
    max_leaves=4,
)


def several(of, least=0):
    return st.lists(of, min_size=least, max_size=3).map(tuple)


def chains(of):
    ranks = st.sampled_from(["+-", "*/", ("**",)])
    return ranks.flatmap(
        lambda rank: st.builds(
            s.Arithmetic, of, several(st.tuples(st.sampled_from(list(rank)), of), 1)
        )
    )


def larger(of):
    iterations = several(st.builds(s.Iteration, new_names, of, st.none() | of), 1)
    contexts = several(st.tuples(texts, of)).map(s.ContextLiteral)
    parameters = several(st.builds(s.Parameter, new_names, st.none() | types))
    return st.one_of(
        st.builds(s.Path, of, st.sampled_from(["b", "time offset", "in"])),
        st.builds(s.Filter, of, of),
        st.builds(s.Negation, of),
        chains(of),
        st.builds(s.Comparison, st.sampled_from(COMPARISONS), of, of),
        st.builds(s.Conjunction, several(of, 2)),
        st.builds(s.Disjunction, several(of, 2)),
        st.builds(s.Between, of, of, of),
        st.builds(s.Membership, of, several(of, 1)),
        st.builds(s.OneSided, st.sampled_from(COMPARISONS), of),
        st.builds(s.RangeLiteral, of, of, st.booleans(), st.booleans()),
        st.builds(s.InstanceOf, of, types),
        st.builds(s.If, of, of, of),
        st.builds(s.For, iterations, of),
        st.builds(s.Quantified, st.booleans(), iterations, of),
        st.builds(s.FunctionLiteral, parameters, of),
        st.builds(s.FunctionLiteral, parameters, contexts, st.just(True)),
        st.builds(s.Invocation, of, several(of)),
        st.builds(s.Invocation, of, st.just(()), several(st.tuples(new_names, of), 1)),
        several(of).map(s.ListLiteral),
        contexts,
    )


trees = st.recursive(leaves, larger, max_leaves=12)


@given(trees)
@settings(max_examples=400, deadline=None)
def test_a_tree_that_is_written_down_is_read_as_the_same_tree(tree):
    assert parse(written(tree), DECLARED) == tree


@given(several(trees, 1), st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_cell_that_is_written_down_is_read_as_the_same_cell(tests, negated):
    text = f"not({listed(tests)})" if negated else listed(tests)

    assert parse_unary_tests(text, DECLARED) == s.UnaryTests(tests, negated)


@given(types)
@settings(max_examples=100, deadline=None)
def test_a_type_that_is_written_down_is_read_as_the_same_type(tree):
    assert parse_type(written_type(tree), DECLARED) == tree


# --- any text ---

SOUP = [
    "a", "b-c", "1", ".5", '"s"', "'", '"', "\\", "(", ")", "[", "]", "{", "}", "..", ".", ",", ":",
    "+", "-", "*", "**", "/", "//", "/*", "*/", "<", "<=", ">", "=", "!=", "->", "@", "?", "`", " ",
    "\n", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "function",
    "external", "instance", "of", "list<", "context<", "between", "and", "or", "not(", "true",
    "null", "date and time", "é", "😀", "\ufeff", "%", "if ready", "\0",
]  # fmt: skip


@pytest.mark.parametrize("read", [parse, parse_unary_tests, parse_type])
@given(soup=st.lists(st.sampled_from(SOUP), max_size=40).map(" ".join) | st.text(max_size=40))
@settings(max_examples=400, deadline=2_000)
def test_any_text_is_read_or_refused_with_a_sentence(read, soup):
    for camunda in (False, True):
        try:
            read(soup, DECLARED, camunda=camunda)
        except FeelError as refusal:
            assert str(refusal).endswith(".")  # noqa: PT017 - nothing else may be raised
