"""Names of several words: declared, built in, bound by the text, and where each is known."""

from decimal import Decimal

import pytest

from workflows.feel import syntax as s
from workflows.feel.errors import FeelError
from workflows.feel.parser import parse, parse_unary_tests

a, b, c, d, x = (s.Name(name) for name in "abcdx")


def n(value):
    return s.Literal(Decimal(value))


def minus(first, second):
    return s.Arithmetic(first, (("-", second),))


# --- declared names ---


@pytest.mark.parametrize(
    "name",
    [
        "Applicant Age",
        "a-b",
        "a - b",
        "Person's age",
        "Person’s age",
        "x.y",
        "net/gross",
        "a*b",
        "a**b",
        "a+b",
        "if ready",
        "date and place",
        "days in weekend",
        "for",
        "Loan 2.0",
        "1st choice",
        "Discount %",
        "€ amount",
        "R&D",
        "größer als",
        "a😀-b",
    ],
)
def test_a_declared_name_is_read_as_a_whole(name):
    tree = parse(f"{name} * 2 - {name}", [name])

    assert tree == minus(s.Arithmetic(s.Name(name), (("*", n(2)),)), s.Name(name))


@pytest.mark.parametrize("text", ["a-b", "a - b", "a- b", "a\n-\tb", "a /* minus */ - b"])
def test_a_sign_subtracts_unless_the_name_with_it_is_declared(text):
    assert parse(text) == minus(a, b)
    assert parse(text, ["a-b"]) == s.Name("a-b")


def test_the_longest_declared_name_wins():
    names = ["a-b", "a-b-c", "a-b-c-d-e"]

    assert parse("a-b-c-d", names) == minus(s.Name("a-b-c"), d)
    assert parse("a-b-d", names) == minus(s.Name("a-b"), d)
    assert parse("a-d", names) == minus(a, d)


def test_a_declared_name_ends_with_a_word():
    assert parse("a-bc", ["a-b"]) == minus(a, s.Name("bc"))


def test_white_space_within_names_does_not_matter():
    assert parse("Applicant \n\t Age", ["  Applicant\u00a0\u00a0Age "]) == s.Name("Applicant Age")


def test_declared_names_may_be_any_collection():
    for names in (["a-b"], ("a-b",), {"a-b"}, {"a-b": 1}):
        assert parse("a-b", names) == s.Name("a-b")


@pytest.mark.parametrize(
    "name", ["true", "null", "1", "1 + 1", '"a"', "-", "", "(a)", "a(b)", "/*"]
)
def test_declaring_what_is_no_name_changes_nothing(name):
    text = f'[true, null, 1 + 1, "a", -a, (a), a(b), {1}]'

    assert parse(text, [name]) == parse(text)


def test_declared_names_count_in_cells_and_behind_dots():
    assert parse_unary_tests("> a-b", ["a-b"]).tests == (s.OneSided(">", s.Name("a-b")),)
    assert parse("x.a-b.c", ["a-b"]) == s.Path(s.Path(x, "a-b"), "c")
    assert parse("x.€ net", ["€ net"]) == s.Path(x, "€ net")


# --- words that nothing separates ---


def test_words_without_an_operator_between_them_are_one_name():
    assert parse("first name + last  name") == s.Arithmetic(
        s.Name("first name"), (("+", s.Name("last name")),)
    )
    assert parse("x.time offset") == s.Path(x, "time offset")


def test_words_behind_a_declared_name_belong_to_it():
    assert parse("a-b c", ["a-b"]) == s.Name("a-b c")


# --- built-in functions ---


@pytest.mark.parametrize(
    "name",
    [
        "date and time", "years and months duration", "get or else", "string length",
        "day of week", "list contains", "met by", "overlaps before", "finished by",
    ],
)  # fmt: skip
def test_built_in_functions_are_known(name):
    assert parse(f"{name}(a)") == s.Invocation(s.Name(name), (a,))
    assert parse(name.replace(" ", "\n ")) == s.Name(name)


def test_and_behind_a_path_is_an_operator_even_where_a_function_has_that_name():
    assert parse("x.date and time = 1") == s.Conjunction(
        (s.Path(x, "date"), s.Comparison("=", s.Name("time"), n(1)))
    )


# --- names that the text binds ---


def test_entries_of_a_context_see_the_keys_before_them():
    tree = parse("{c: a-b, a-b: 1, d: a-b}")

    assert dict(tree.entries) == {"c": minus(a, b), "a-b": n(1), "d": s.Name("a-b")}


def test_keys_in_quotes_are_names_too():
    tree = parse('{"a-b": 1, c: a-b}')

    assert dict(tree.entries)["c"] == s.Name("a-b")


def test_keys_are_unknown_behind_their_context():
    tree = parse("[{a-b: 1}, a-b]")

    assert tree.items[1] == minus(a, b)


def test_a_key_bound_twice_is_known_until_the_outer_context_ends():
    tree = parse("[{a-b: 1, c: {a-b: 2}, d: a-b}, a-b]")

    assert dict(tree.items[0].entries)["d"] == s.Name("a-b")
    assert tree.items[1] == minus(a, b)


def test_keys_are_known_behind_dots_and_in_filters_wherever_their_context_went():
    assert parse("{a-b: 1}.a-b") == s.Path(s.ContextLiteral((("a-b", n(1)),)), "a-b")
    assert parse("[{a-b: 1}][a-b = 1]").condition == s.Comparison("=", s.Name("a-b"), n(1))
    assert parse("[{if x: 1}][if x = 1]").condition == s.Comparison("=", s.Name("if x"), n(1))


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("[for a-b in x return a-b, a-b]", lambda items: items[0].body),
        ("[some a-b in x satisfies a-b, a-b]", lambda items: items[0].condition),
        (
            "[every a-b in x, c in a-b satisfies c, a-b]",
            lambda items: items[0].iterations[1].source,
        ),
        ("[function(a-b) a-b, a-b]", lambda items: items[0].body),
        ("[function(a-b: number, c) a-b, a-b]", lambda items: items[0].body),
    ],
)
def test_variables_and_parameters_are_known_in_their_scope_alone(text, scope):
    items = parse(text).items

    assert scope(items) == s.Name("a-b")
    assert items[-1] == minus(a, b)


def test_a_variable_is_unknown_in_its_own_source():
    tree = parse("for a-b in a-b return 1")

    assert tree.iterations[0].source == minus(a, b)


def test_names_of_arguments_bind_nothing():
    tree = parse("[f(a-b: 1), a-b]")

    assert tree.items == (s.Invocation(s.Name("f"), named=(("a-b", n(1)),)), minus(a, b))


def test_a_new_name_keeps_its_spelling_with_single_spaces():
    tree = parse("{a  -b: 1, it's\n 2 : a - b}")

    assert [key for key, _ in tree.entries] == ["a -b", "it's 2"]
    assert tree.entries[1][1] == s.Name("a -b")


# --- how long a name may be ---


@pytest.mark.parametrize("text", ["{X: 1}", "X", "f(X: 1)", "for X in a return 1", "a.X"])
def test_a_name_of_very_many_words_is_refused(text):
    fits, too_long = (text.replace("X", " ".join(["w"] * count)) for count in (64, 65))

    assert parse(fits)
    with pytest.raises(FeelError, match="expected a name of at most 64 words"):
        parse(too_long)


# --- camunda ---


def test_backticks_hold_any_name_in_camundas_dialect():
    assert parse("`a b`+`c-d`.`if`", camunda=True) == s.Arithmetic(
        s.Name("a b"), (("+", s.Path(s.Name("c-d"), "if")),)
    )
    assert parse("{`a b`: 1}", camunda=True) == s.ContextLiteral((("a b", n(1)),))
    assert parse("`date` and time", camunda=True) == s.Conjunction((s.Name("date"), s.Name("time")))


def test_backticks_are_refused_by_the_standard():
    with pytest.raises(FeelError, match="expected a value, found '`'"):
        parse("`a b`")
