"""Texts that are refused: where, what was found, what was expected; and hostile ones, at once."""

import contextlib
import time
from itertools import product

import pytest

from workflows.feel.errors import FeelError
from workflows.feel.lexer import LONGEST_TEXT
from workflows.feel.parser import MOST_TERMS, parse, parse_type, parse_unary_tests
from workflows.feel.reader import DEEPEST

THE_END = "the end of the text"
MORE = "an operator or the end of the text"


@pytest.mark.parametrize(
    ("text", "column", "found", "expected"),
    [
        ("", 1, THE_END, "a value"),
        ("a and", 6, THE_END, "a value"),
        ("-", 2, THE_END, "a value"),
        ("1 2", 3, "'2'", MORE),
        ('a "b"', 3, "'\"b\"'", MORE),
        ("a)", 2, "')'", MORE),
        ("a ~ b", 3, "'~'", MORE),
        ("1..2", 2, "'..'", MORE),
        ("a && b", 3, "'&'", MORE),
        ("!a", 1, "'!'", "a value"),
        ("'a'", 1, "'''", "a value"),
        ("a == b", 4, "'='", "a value"),
        ("a <> b", 4, "'>'", "a value"),
        ("()", 2, "')'", "a value"),
        ("(1, 2)", 3, "','", "')'"),
        ("(1", 3, THE_END, "')'"),
        ("[1", 3, THE_END, "',' or ']'"),
        ("[1, ]", 5, "']'", "a value"),
        ("[1..2", 6, THE_END, "']', ')' or '[' to end the range"),
        ("]1, 2]", 3, "','", "'..'"),
        ("a[]", 3, "']'", "a value"),
        ("a[1", 4, THE_END, "']'"),
        ("a.", 3, THE_END, "the name of an entry"),
        ("a.1", 2, "'.1'", MORE),
        ('a."b"', 3, "'\"b\"'", "the name of an entry"),
        ("{a: 1", 6, THE_END, "',' or '}'"),
        ("{a: 1 b: 2}", 7, "'b'", "',' or '}'"),
        ("{a 1}", 5, "'}'", "':'"),
        ('{"a" 1}', 6, "'1'", "':'"),
        ("{a: }", 5, "'}'", "a value"),
        ("{1: 2}", 2, "'1'", "the name of an entry"),
        ("f(1", 4, THE_END, "',' or ')'"),
        ("f(1,)", 5, "')'", "a value"),
        ("f(1, b: 2)", 7, "':'", "',' or ')'"),
        ("f(a: 1, 2)", 9, "'2'", "the name of a parameter"),
        ("f(a: 1", 7, THE_END, "',' or ')'"),
        ("if a b", 7, THE_END, "'then'"),
        ("if a then b", 12, THE_END, "'else'"),
        ("if a then b else", 17, THE_END, "a value"),
        ("for x in y", 11, THE_END, "'return'"),
        ("for 1 in y return 1", 5, "'1'", "the name of a variable"),
        ("for x, y in z return 1", 6, "','", "'in'"),
        ("some x in y return x", 13, "'return'", "'satisfies'"),
        ("every x", 8, THE_END, "'in'"),
        ("function x", 10, "'x'", "'('"),
        ("function(1) x", 10, "'1'", "the name of a parameter"),
        ("function(a b", 13, THE_END, "':' or ',' or ')'"),
        ("function(a: number 1) 1", 20, "'1'", "',' or ')'"),
        ("function(a: ) 1", 13, "')'", "the name of a type"),
        ("x between 1", 12, THE_END, "'and'"),
        ("x in (1", 8, THE_END, "',' or ')'"),
        ("x in", 5, THE_END, "a value"),
        ("x instance number", 12, "'number'", "'of'"),
        ("x instance of", 14, THE_END, "the name of a type"),
        ("x instance of list<number", 26, THE_END, "'>'"),
        ("x instance of context<a>", 24, "'>'", "':'"),
        ("x instance of function<number>", 31, THE_END, "'->'"),
        ("x instance of function<number string", 37, THE_END, "','"),
        ("@1", 2, "'1'", 'a date, time or duration in quotes behind "@"'),
        ("< 5 and a", 5, "'and'", MORE),
        ("a and < 5", 7, "'<'", "a value"),
        ("x" * 60 + " " + '"' + "y" * 60 + '"', 62, "'\"" + "y" * 39 + "'", MORE),
    ],
)
def test_a_mistake_is_named_where_it_stands(text, column, found, expected):
    with pytest.raises(FeelError) as refusal:
        parse(text)

    error = refusal.value
    assert (error.line, error.column, error.found, error.expected) == (1, column, found, expected)
    assert str(error) == f"Line 1, column {column}: expected {expected}, found {found}."


def test_lines_are_counted_too():
    with pytest.raises(FeelError) as refusal:
        parse("if a\n  then b /*\n */ else\n\n   )")

    assert (refusal.value.line, refusal.value.column) == (5, 4)


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("1, ", 4, "a value"),
        ("1 2", 3, "an operator, ',' or the end of the cell"),
        ("> 5 or < 3", 5, "an operator, ',' or the end of the cell"),
        ("not(1", 6, "',' or ')'"),
        ("not(1) 2", 8, "an operator, ',' or the end of the cell"),
        ("-, 1", 2, "a value"),
        ("< ", 3, "a value"),
    ],
)
def test_a_mistake_in_a_cell_is_named_where_it_stands(text, column, expected):
    with pytest.raises(FeelError) as refusal:
        parse_unary_tests(text)

    assert (refusal.value.column, refusal.value.expected) == (column, expected)


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("", 1, "the name of a type"),
        ("list<", 6, "the name of a type"),
        ("number, string", 7, "the end of the type"),
        ("if", 1, "the name of a type"),
    ],
)
def test_a_mistake_in_a_type_is_named_where_it_stands(text, column, expected):
    with pytest.raises(FeelError) as refusal:
        parse_type(text)

    assert (refusal.value.column, refusal.value.expected) == (column, expected)


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "().__class__.__subclasses__()", "{{7*7}}", "${7*7}", "{% debug %}"],
)
def test_what_other_languages_would_run_is_refused(text):
    with pytest.raises(FeelError):
        parse(text)


# --- limits ---


def test_so_many_terms_are_read_and_not_one_more():
    assert parse("[" + ",".join("1" * MOST_TERMS) + "]")

    with pytest.raises(FeelError, match="at most 10000 values and names, found one more") as error:
        parse("[" + ",".join("1" * (MOST_TERMS + 1)) + "]")
    assert error.value.column == 2 + 2 * MOST_TERMS


@pytest.mark.parametrize("opening", ["(", "[", "{a:", "f(", "f(a:", "a[", "x in (", "1+(", "(1.."])
def test_nesting_too_deep_is_refused(opening):
    with pytest.raises(FeelError, match=f"at most {DEEPEST} levels of nesting"):
        parse(opening * (DEEPEST + 1))


def test_types_nested_too_deep_are_refused():
    with pytest.raises(FeelError, match=f"at most {DEEPEST} levels of nesting"):
        parse_type("list<" * (DEEPEST + 1) + "number" + ">" * (DEEPEST + 1))


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".b" * 200,
        "a" + "[1]" * 200,
        "a" + "()" * 200,
        "a" + "=1" * 200,
        "-" * 200 + "a",
        "if a then b else " * 200 + "c",
        "a" + " instance of b" * 200,
        "(a" + ".b" * 80 + ")" + "[1]" * 80,
    ],
)
def test_a_tree_too_high_to_evaluate_is_refused_though_its_text_is_flat(text):
    with pytest.raises(FeelError, match=f"at most {DEEPEST} levels of operations"):
        parse(text)
    with pytest.raises(FeelError, match=f"at most {DEEPEST} levels of operations"):
        parse_unary_tests(f"not({text})")


@pytest.mark.parametrize("text", ["(" * 10_000 + "1" + ")" * 10_000, '"' + "x" * 3_000_000 + '"'])
def test_enormous_texts_are_refused_at_once(text):
    started = time.perf_counter()

    with pytest.raises(FeelError):
        parse(text)

    assert time.perf_counter() - started < 0.5


HOSTILE = [
    "(", "[", "{a:", "]", "f(", "f(a:", "x in (", "a[", "-", "--1", "1+", "a.", "a ", "a-",
    "if a then ", "if a then b else ", "for x in ", "some x in ", "function(", "function(a:list<",
    "function(a)", "x instance of list<", "x instance of function<", "not(", "(1..", "[1..",
    "[1..a[", "]1..a[", "[[1..a[", "a[1..a[", "{a a", '{"', '"', "/*", "/* */", "//\n", "/*/",
    "**", "1 between ", "1=", "a or b and c = d + e * f ** f(x: ", "\\", '@"x"', "`a`", "`a",
    "1.", "...", "{a-b:1,c:", "{a-b:1,", "a-b ", "é", "😀", " ", "'", "f(a b c ", "x[y in (", "1e",
]  # fmt: skip
NAMES = ("a-b", "a a a a a b", "a b c d e f", "if then", "-".join("a" * 60))


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_are_read_or_refused_in_no_time(piece):
    text = (piece * LONGEST_TEXT)[:LONGEST_TEXT]
    started = time.perf_counter()

    for read, names, camunda in product((parse, parse_unary_tests), ((), NAMES), (False, True)):
        with contextlib.suppress(FeelError):
            read(text, names, camunda=camunda)

    assert time.perf_counter() - started < 8 * 0.5  # measured: 0.03 s each at most
