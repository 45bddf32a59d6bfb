"""Patterns with back-references (XPath Functions and Operators, 7.6.1): right, and bounded."""

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.feel.calling import answer, new_run, noted
from workflows.feel.errors import BudgetExceeded
from workflows.feel.functions import BUILTINS


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        ("abab", r"(ab)\1", "", True),
        ("abac", r"(ab)\1", "", False),
        ("'tis'", "('|\").*\\1", "", True),
        ("'tis\"", "^('|\").*\\1$", "", False),
        ("hello", r"(.)\1", "", True),
        ("helo", r"(.)\1", "", False),
        ("aBAb", r"(ab)\1", "i", True),
        ("aBAb", r"(ab)\1", "", False),
        ("abcabc", r"^(a)(b)(c)\1\2\3$", "", True),
        ("abab1", r"(a)(b)\1\21", "", True),
        ("b", r"^(a)?b\1$", "", True),
        ("aba", r"^(?:(a)|b)*\1$", "", True),
        ("🐎🐎", r"^(.)\1$", "", True),
        ("a\na", r"^(.)$\s^\1$", "m", True),
        ("aXa", r"(a)[^\d]\1", "", True),
        ("aaaa", r"^(a{2})\1$", "", True),
        ("aaaaa", r"^(a{1,2}?)\1{3,}$", "", True),
        ("abcdefghijkk", r"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)\11", "", True),
        ("aa0", r"(a)\10", "", True),
    ],
)
def test_a_back_reference_matches_what_its_group_matched(text, pattern, flags, expected):
    assert answer("matches", text, pattern, flags) is expected


def test_replace_and_split_know_back_references():
    assert answer("replace", "aabbcd", r"(.)\1", "<$1>") == "<a><b>cd"
    assert answer("replace", "🐎🐎ä🐎🐎", r"(.)\1", "[$0|$1]") == "[🐎🐎|🐎]ä[🐎🐎|🐎]"
    assert answer("split", "a--b==c", r"([-=])\1") == ["a", "b", "c"]
    assert noted("replace", "abc", r"(a?)\1", "x")


@pytest.mark.parametrize("pattern", [r"\1", r"(a)\2", r"(a\1)", r"(?:a)\1", r"\1(a)", r"[\1](a)"])
def test_a_back_reference_needs_a_group_that_is_complete(pattern):
    [note] = noted("matches", "aa", pattern)

    assert "not valid" in note


@given(
    text=st.text("ab", max_size=10),
    pattern=st.from_regex(
        r"(\((a|b|ab|a\|ab|ab?|\[ab\]\+|\[ab\]\+\?)\)(\+|\+\?|\{1,2\}|\{2\})?){1,3}\\1(a|b)?\$?",
        fullmatch=True,
    ),
)
def test_matches_are_those_of_another_engine(text, pattern):
    found = answer("matches", text, pattern)
    replaced = answer("replace", text, pattern, "<$1>")

    assert found is bool(re.search(pattern, text))
    assert replaced == re.sub(pattern, r"<\1>", text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(a+)+\1b", "a" * 40),
        (r"(a*)*\1b", "a" * 5_000),
        (r"(x?)\1(a|aa)+$", "a" * 60 + "b"),
        (r"(.*)(.*)(.*)\1\2\3x", "ab" * 200),
        (r"(a)\1", "b" * 900_000),
        (r"((((((a*)*)*)*)*)*)\1b", "a" * 100),
    ],
)
def test_a_hostile_pattern_exhausts_its_run_and_nothing_else(pattern, text):
    run = new_run(steps=20_000)
    BUILTINS["matches"].call(["", pattern], run)
    began = process_time()

    try:
        found = BUILTINS["matches"].call([text, pattern], run)
    except BudgetExceeded:
        found = None

    assert found in (None, False)
    assert process_time() - began < 0.5


def test_many_matches_in_a_long_text_cost_in_proportion():
    run = new_run()
    began = process_time()

    replaced = BUILTINS["replace"].call(["xx-" * 2_000, r"(x)\1", "y"], run)

    assert replaced == "y-" * 2_000
    assert process_time() - began < 2


@pytest.mark.parametrize(
    "pattern", ["(a)" * 120 + r"\1", r"(a)\1(b{1000}){1000}", r"((a{100}){100})\1"]
)
def test_a_pattern_that_would_need_too_much_memory_is_refused(pattern):
    [note] = noted("matches", "aa", pattern)

    assert "too m" in note
