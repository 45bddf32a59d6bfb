"""FEEL's grammar: what a text means. Shorthands build the trees that are expected."""

from decimal import Decimal

import pytest

from workflows.feel import syntax as s
from workflows.feel.parser import parse, parse_type, parse_unary_tests
from workflows.feel.reader import DEEPEST

a, b, c, x, y, z = (s.Name(name) for name in "abcxyz")


def n(value):
    return s.Literal(Decimal(value))


def between(low, high, brackets="[]"):
    return s.RangeLiteral(low, high, brackets[0] == "[", brackets[1] == "]")


def sides(operator, bound):
    return s.OneSided(operator, bound)


NUMBER, STRING = s.TypeName("number"), s.TypeName("string")


# --- operators ---


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b - c", s.Arithmetic(a, (("+", b), ("-", c)))),
        ("a - (b - c)", s.Arithmetic(a, (("-", s.Arithmetic(b, (("-", c),))),))),
        ("a + b * c", s.Arithmetic(a, (("+", s.Arithmetic(b, (("*", c),))),))),
        ("a * b + c", s.Arithmetic(s.Arithmetic(a, (("*", b),)), (("+", c),))),
        ("a / b ** c", s.Arithmetic(a, (("/", s.Arithmetic(b, (("**", c),))),))),
        ("2 ** 3 ** 2", s.Arithmetic(n(2), (("**", n(3)), ("**", n(2))))),
        ("-2 ** 2", s.Arithmetic(n(-2), (("**", n(2)),))),
        ("-a ** b", s.Arithmetic(s.Negation(a), (("**", b),))),
        ("2 ** -a", s.Arithmetic(n(2), (("**", s.Negation(a)),))),
        ("a - -1", s.Arithmetic(a, (("-", n(-1)),))),
        ("--a", s.Negation(s.Negation(a))),
        ("-(1)", s.Negation(n(1))),
        ("-a.b[1]", s.Negation(s.Filter(s.Path(a, "b"), n(1)))),
        ("a or b and c", s.Disjunction((a, s.Conjunction((b, c))))),
        ("a and b or c", s.Disjunction((s.Conjunction((a, b)), c))),
        ("a and b and c", s.Conjunction((a, b, c))),
        ("a or b or c", s.Disjunction((a, b, c))),
        ("a and (b and c)", s.Conjunction((a, s.Conjunction((b, c))))),
        ("a = b + c", s.Comparison("=", a, s.Arithmetic(b, (("+", c),)))),
        ("a != b and c", s.Conjunction((s.Comparison("!=", a, b), c))),
        ("a < b = c", s.Comparison("=", s.Comparison("<", a, b), c)),
        ("a < (b = c)", s.Comparison("<", a, s.Comparison("=", b, c))),
    ],
)
def test_operators_bind_by_rank_and_from_the_left(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize("operator", ["=", "!=", "<", "<=", ">", ">="])
def test_every_comparison_is_read(operator):
    assert parse(f"a{operator}b") == s.Comparison(operator, a, b)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("x between 1 and 2", s.Between(x, n(1), n(2))),
        ("x between a + 1 and b", s.Between(x, s.Arithmetic(a, (("+", n(1)),)), b)),
        ("x between a and b and c", s.Conjunction((s.Between(x, a, b), c))),
        ("x between a and b or c", s.Disjunction((s.Between(x, a, b), c))),
        ("x in a", s.Membership(x, (a,))),
        ("x in a + 1 and b", s.Conjunction(
            (s.Membership(x, (s.Arithmetic(a, (("+", n(1)),)),)), b))),
        ("x in < 5", s.Membership(x, (sides("<", n(5)),))),
        ("x in =5", s.Membership(x, (sides("=", n(5)),))),
        ("x in !=5", s.Membership(x, (sides("!=", n(5)),))),
        ("x in (<5, >10)", s.Membership(x, (sides("<", n(5)), sides(">", n(10))))),
        ("x in (1, [2..3], a)", s.Membership(x, (n(1), between(n(2), n(3)), a))),
        ("x in (1..3]", s.Membership(x, (between(n(1), n(3), "(]"),))),
        ("x in ]1..3[", s.Membership(x, (between(n(1), n(3), "()"),))),
        ("x in (1)", s.Membership(x, (n(1),))),
        ("x in (1) + 2", s.Membership(x, (s.Arithmetic(n(1), (("+", n(2)),)),))),
        ("x in (a).b", s.Membership(x, (s.Path(a, "b"),))),
        ("x in (? > 1 and b, c)", s.Membership(
            x, (s.Conjunction((s.Comparison(">", s.Name("?"), n(1)), b)), c))),
        ("x in not(a)", s.Membership(x, (s.Invocation(s.Name("not"), (a,)),))),
        ("x in (a) = b", s.Comparison("=", s.Membership(x, (a,)), b)),
    ],
)  # fmt: skip
def test_between_and_in_take_what_follows(text, tree):
    assert parse(text) == tree


# --- values and brackets ---


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("true", s.Literal(True)),
        ("false", s.Literal(False)),
        ("null", s.Literal(None)),
        ("((a))", a),
        ("[]", s.ListLiteral(())),
        ("[a, [b], 1]", s.ListLiteral((a, s.ListLiteral((b,)), n(1)))),
        ("[< 5, a = b]", s.ListLiteral((sides("<", n(5)), s.Comparison("=", a, b)))),
        ("{}", s.ContextLiteral(())),
        ('{a: 1, "b c": x}', s.ContextLiteral((("a", n(1)), ("b c", x)))),
        ("{if: 1, then x: 2, null: 3}", s.ContextLiteral(
            (("if", n(1)), ("then x", n(2)), ("null", n(3))))),
        ("{a-b: 1, c + d: 2, e 1: 3, it's: 4, f.g: 5}", s.ContextLiteral(
            (("a-b", n(1)), ("c + d", n(2)), ("e 1", n(3)), ("it's", n(4)), ("f.g", n(5))))),
        ("{is minor: < 18}", s.ContextLiteral((("is minor", sides("<", n(18))),))),
    ],
)  # fmt: skip
def test_values_lists_and_contexts(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "brackets"),
    [
        ("[a..b]", "[]"), ("[a..b)", "[)"), ("[a..b[", "[)"), ("(a..b]", "(]"), ("(a..b)", "()"),
        ("(a..b[", "()"), ("]a..b]", "(]"), ("]a..b)", "()"), ("]a..b[", "()"),
    ],
)  # fmt: skip
def test_a_range_takes_every_form_of_bracket(text, brackets):
    assert parse(text) == between(a, b, brackets)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("[a + 1..f(b)]", between(
            s.Arithmetic(a, (("+", n(1)),)), s.Invocation(s.Name("f"), (b,)))),
        ("[a[1]..b[2]]", between(s.Filter(a, n(1)), s.Filter(b, n(2)))),
        ("[a..b[x][", between(a, s.Filter(b, x), "[)")),
        ("]1..f(a[1])[", between(n(1), s.Invocation(s.Name("f"), (s.Filter(a, n(1)),)), "()")),
        ("[1..10[.start", s.Path(between(n(1), n(10), "[)"), "start")),
        ("[1..a[ and b", s.Conjunction((between(n(1), a, "[)"), b))),
        ("[[1..2[, [3..4[]", s.ListLiteral((between(n(1), n(2), "[)"), between(n(3), n(4), "[)")))),
        ("[1..a[-1]]", between(n(1), s.Filter(a, n(-1)))),
        ("[[1..2]..x]", between(between(n(1), n(2)), x)),
        ("(<10)", sides("<", n(10))),
        ("(>=a.b).start included", s.Path(sides(">=", s.Path(a, "b")), "start included")),
        ("(=10) = (!=10)", s.Comparison("=", sides("=", n(10)), sides("!=", n(10)))),
        ("(< 5 + 1)", sides("<", s.Arithmetic(n(5), (("+", n(1)),)))),
        ("f(< 5, (> 6))", s.Invocation(s.Name("f"), (sides("<", n(5)), sides(">", n(6))))),
    ],
)  # fmt: skip
def test_ends_of_ranges_are_expressions(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a.b.c", s.Path(s.Path(a, "b"), "c")),
        ("a.time offset = b", s.Comparison("=", s.Path(a, "time offset"), b)),
        ("a.in.end", s.Path(s.Path(a, "in"), "end")),
        ("a[1][b].c", s.Path(s.Filter(s.Filter(a, n(1)), b), "c")),
        ("a[item > 1 and b]", s.Filter(
            a, s.Conjunction((s.Comparison(">", s.Name("item"), n(1)), b)))),
        ('"a"[1]', s.Filter(s.Literal("a"), n(1))),
        ("[1, 2][-1]", s.Filter(s.ListLiteral((n(1), n(2))), n(-1))),
        ("{a: 1}.a", s.Path(s.ContextLiteral((("a", n(1)),)), "a")),
        ("a()", s.Invocation(a)),
        ("a(1, b)(2)(c)", s.Invocation(
            s.Invocation(s.Invocation(a, (n(1), b)), (n(2),)), (c,))),
        ("a.b(1)", s.Invocation(s.Path(a, "b"), (n(1),))),
        ("a(b: 1, c d: 2)", s.Invocation(a, named=(("b", n(1)), ("c d", n(2))))),
        ("a(if: 1, x-y: 2)", s.Invocation(a, named=(("if", n(1)), ("x-y", n(2))))),
        ("a(b - c, 1)", s.Invocation(a, (s.Arithmetic(b, (("-", c),)), n(1)))),
        ("a({b: 1})", s.Invocation(a, (s.ContextLiteral((("b", n(1)),)),))),
        ("not(a)", s.Invocation(s.Name("not"), (a,))),
        ("not(a) and b", s.Conjunction((s.Invocation(s.Name("not"), (a,)), b))),
    ],
)  # fmt: skip
def test_paths_filters_and_invocations_hang_on_what_stands_before(text, tree):
    assert parse(text) == tree


# --- keywords ---


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("if a then b else c", s.If(a, b, c)),
        ("if a then b else if c then x else y", s.If(a, b, s.If(c, x, y))),
        ("if a then if b then c else x else y", s.If(a, s.If(b, c, x), y)),
        ("1 + if a then b else c + 1", s.Arithmetic(
            n(1), (("+", s.If(a, b, s.Arithmetic(c, (("+", n(1)),)))),))),
        ("for x in a return x", s.For((s.Iteration("x", a),), x)),
        ("for x in 1..b return x", s.For((s.Iteration("x", n(1), b),), x)),
        ("for x in -1..1, y in [1..2[ return x", s.For(
            (s.Iteration("x", n(-1), n(1)), s.Iteration("y", between(n(1), n(2), "[)"))), x)),
        ("for x in a return for y in x return y", s.For(
            (s.Iteration("x", a),), s.For((s.Iteration("y", x),), y))),
        ("some x in a satisfies x > 1 and b", s.Quantified(
            False, (s.Iteration("x", a),), s.Conjunction((s.Comparison(">", x, n(1)), b)))),
        ("every x in a, y in x satisfies y", s.Quantified(
            True, (s.Iteration("x", a), s.Iteration("y", x)), y)),
        ("function() 1", s.FunctionLiteral((), n(1))),
        ("function(a, b: number) a + b", s.FunctionLiteral(
            (s.Parameter("a"), s.Parameter("b", NUMBER)), s.Arithmetic(a, (("+", b),)))),
        ("(function(x) x)(1)", s.Invocation(s.FunctionLiteral((s.Parameter("x"),), x), (n(1),))),
        ("function(x) function(y: list<string>) x", s.FunctionLiteral(
            (s.Parameter("x"),),
            s.FunctionLiteral((s.Parameter("y", s.TypeList(STRING)),), x))),
        ('function(x) external {java: {class: "M"}}', s.FunctionLiteral(
            (s.Parameter("x"),),
            s.ContextLiteral((("java", s.ContextLiteral((("class", s.Literal("M")),))),)),
            external=True)),
        ("function(x) external + 1", s.FunctionLiteral(
            (s.Parameter("x"),), s.Arithmetic(s.Name("external"), (("+", n(1)),)))),
    ],
)  # fmt: skip
def test_forms_that_begin_with_a_keyword(text, tree):
    assert parse(text) == tree


# --- types ---


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("number", NUMBER),
        ("Any", s.TypeName("Any")),
        ("date and time", s.TypeName("date and time")),
        ("date  and\ntime", s.TypeName("date and time")),
        ("days and time duration", s.TypeName("days and time duration")),
        ("years and months duration", s.TypeName("years and months duration")),
        ("list", s.TypeName("list")),
        ("list<number>", s.TypeList(NUMBER)),
        ("list<list<date and time>>", s.TypeList(s.TypeList(s.TypeName("date and time")))),
        ("range<number>", s.TypeRange(NUMBER)),
        ("context<a: number, b c: string>", s.TypeContext((("a", NUMBER), ("b c", STRING)))),
        ("function<> -> Any", s.TypeFunction((), s.TypeName("Any"))),
        ("function<number, list<string>>->string", s.TypeFunction(
            (NUMBER, s.TypeList(STRING)), STRING)),
        ("tLoan", s.TypeName("tLoan")),
        ("t Loan", s.TypeName("t Loan")),
        ("types.tLoan.part", s.TypeName("types.tLoan.part")),
    ],
)  # fmt: skip
def test_types(text, tree):
    assert parse_type(text) == tree
    assert parse(f"x instance of {text}") == s.InstanceOf(x, tree)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("x instance of date and time and y", s.Conjunction(
            (s.InstanceOf(x, s.TypeName("date and time")), y))),
        ("x instance of date and y", s.Conjunction((s.InstanceOf(x, s.TypeName("date")), y))),
        ("x instance of list<number>=true", s.Comparison(
            "=", s.InstanceOf(x, s.TypeList(NUMBER)), s.Literal(True))),
        ("-1 instance of number", s.InstanceOf(n(-1), NUMBER)),
        ("a + x instance of number", s.Arithmetic(a, (("+", s.InstanceOf(x, NUMBER)),))),
    ],
)  # fmt: skip
def test_instance_of_ends_where_its_type_ends(text, tree):
    assert parse(text) == tree


def test_a_declared_type_may_have_signs_in_its_name():
    assert parse_type("list<Loan-Type>", ["Loan-Type"]) == s.TypeList(s.TypeName("Loan-Type"))


# --- unary tests ---


@pytest.mark.parametrize("text", ["-", "", "  ", " - ", "// nothing", "/* - */ -"])
def test_a_cell_without_a_test_holds_for_anything(text):
    assert parse_unary_tests(text).is_anything


@pytest.mark.parametrize(
    ("text", "tests", "negated"),
    [
        ('"a","b"', (s.Literal("a"), s.Literal("b")), False),
        ("< 5, >= a.b", (sides("<", n(5)), sides(">=", s.Path(a, "b"))), False),
        ("[18..65)", (between(n(18), n(65), "[)"),), False),
        ("null, ]1..2[", (s.Literal(None), between(n(1), n(2), "()")), False),
        ("-1", (n(-1),), False),
        ("- a", (s.Negation(a),), False),
        ("? > 5 and b", (s.Conjunction((s.Comparison(">", s.Name("?"), n(5)), b)),), False),
        ("not(1, < 2)", (n(1), sides("<", n(2))), True),
        ("not(a)", (a,), True),
        ("not(a) and b", (s.Conjunction((s.Invocation(s.Name("not"), (a,)), b)),), False),
        ("not(a), b", (s.Invocation(s.Name("not"), (a,)), b), False),
        ("b, not(a)", (b, s.Invocation(s.Name("not"), (a,))), False),
        ("not(negand: a)", (s.Invocation(s.Name("not"), named=(("negand", a),)),), False),
        ("not(x instance of list<number>= a) or b", (s.Disjunction((s.Invocation(s.Name("not"), (
            s.Comparison("=", s.InstanceOf(x, s.TypeList(NUMBER)), a),)), b)),), False),
    ],
)  # fmt: skip
def test_the_tests_of_a_cell(text, tests, negated):
    assert parse_unary_tests(text) == s.UnaryTests(tests, negated)


# --- nodes know where they stand ---


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("  a", 2), (' @"x"', 1), ("a . b", 4), ("a [1]", 2), ("a + b - c", 2), ("a < b", 2),
        (" f(1)", 1),
    ],
)  # fmt: skip
def test_a_node_knows_its_offset(text, at):
    assert parse(text).at == at


# --- long texts ---


def test_long_chains_of_one_operator_are_flat():
    tree = parse("+".join(["1"] * 9_000))

    assert len(tree.rest) == 8_999


@pytest.mark.parametrize(
    ("opening", "middle", "closing"),
    [("(", "1", ")"), ("[", "1", "]"), ("{a:", "1", "}"), ("f(", "1", ")"), ("-(", "a", ")")],
)
def test_brackets_may_nest_almost_as_deep_as_the_limit(opening, middle, closing):
    levels = DEEPEST - 2

    assert parse(opening * levels + middle + closing * levels)


def test_a_long_chain_of_else_if_is_read():
    levels = DEEPEST - 2

    tree = parse("if a then b else " * levels + "c")

    for _ in range(levels):
        tree = tree.otherwise
    assert tree == c
