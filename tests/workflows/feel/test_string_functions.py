"""String functions of DMN 1.5, 10.3.4.3, without patterns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.feel.calling import answer, answer_named, feel, new_run, noted
from workflows.feel.errors import BudgetExceeded
from workflows.feel.functions import BUILTINS

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
HORSE = "\U0001f40e"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("foobar", 3), "obar"),
        (("foobar", 3, 3), "oba"),
        (("foobar", 3, 3.8), "oba"),
        (("foobar", -2, 1), "a"),
        (("foobar", -6, 6), "foobar"),
        (("foobar", 6), "r"),
        (("foob r", -2, 1), " "),
        ((f"{HORSE}ab", 2), "ab"),
        ((f"a{HORSE}b", 2, 1), HORSE),
    ],
)
def test_substring_counts_code_points_from_one_or_from_the_end(arguments, expected):
    part = answer("substring", *arguments)

    assert part == expected


@pytest.mark.parametrize(
    "arguments",
    [
        ("foobar", 0),
        ("foobar", 7),
        ("foobar", -7),
        ("foobar", 1.5),
        ("foobar", 3, 0),
        ("foobar", 3, -1),
        ("foobar", 3, 5),
        ("foobar", -2, 3),
        ("", 1),
        (None, 1),
        ("foobar", None),
        ("foobar", 3, None),
        ("foobar", "3"),
        ("foobar",),
        (123, 1),
    ],
)
def test_substring_outside_of_its_domain_is_null(arguments):
    notes = noted("substring", *arguments)

    assert len(notes) == 1


def test_substring_takes_its_names_from_the_standard():
    part = answer_named("substring", {"start position": 3, "length": 2, "string": "foobar"})

    assert part == "ob"


@given(text=TEXTS.filter(bool), data=st.data())
def test_substring_is_a_slice(text, data):
    start = data.draw(st.integers(1, len(text)))
    length = data.draw(st.integers(1, len(text) - start + 1))

    part = answer("substring", text, start, length)
    same = answer("substring", text, start - len(text) - 1, length)

    assert part == same == text[start - 1 : start - 1 + length]


@pytest.mark.parametrize(("text", "length"), [("foo", 3), ("", 0), (f"{HORSE}ab", 3)])
def test_string_length_counts_code_points(text, length):
    found = answer("string length", text)

    assert found == length


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("upper case", "aBc4", "ABC4"),
        ("lower case", "aBc4", "abc4"),
        ("upper case", "?@{", "?@{"),
        ("upper case", "straße", "STRASSE"),
        ("lower case", "ÄÖ", "äö"),
    ],
)
def test_the_case_of_letters_changes(name, text, expected):
    changed = answer(name, text)

    assert changed == expected


@pytest.mark.parametrize(
    ("name", "text", "match", "expected"),
    [
        ("substring before", "foobar", "bar", "foo"),
        ("substring before", "foobar", "xyz", ""),
        ("substring before", "foobar", "o", "f"),
        ("substring before", "abc", "", ""),
        ("substring before", "", "", ""),
        ("substring after", "foobar", "ob", "ar"),
        ("substring after", "", "a", ""),
        ("substring after", "foobar", "o", "obar"),
        ("substring after", "abc", "x", ""),
        ("substring after", "abc", "", "abc"),
        ("contains", "foobar", "of", False),
        ("contains", "foobar", "ob", True),
        ("contains", "foobar", "", True),
        ("starts with", "foobar", "fo", True),
        ("starts with", "foobar", "o", False),
        ("ends with", "foobar", "r", True),
        ("ends with", "foobar", "ba", False),
    ],
)
def test_searching_follows_the_table_of_the_standard(name, text, match, expected):
    found = answer(name, text, match)

    assert found == expected


@pytest.mark.parametrize(
    "name", ["substring before", "substring after", "contains", "starts with", "ends with"]
)
@pytest.mark.parametrize("arguments", [(None, "a"), ("a", None), (1, "a"), ("a", True), ("a",)])
def test_searching_with_anything_but_strings_is_null(name, arguments):
    notes = noted(name, *arguments)

    assert len(notes) == 1


@pytest.mark.parametrize(
    "name", ["substring before", "substring after", "contains", "starts with", "ends with"]
)
def test_searching_takes_its_names_from_the_standard(name):
    by_name = answer_named(name, {"match": "ob", "string": "foobar"})

    assert by_name == answer(name, "foobar", "ob")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((["a", "b", "c"], "_and_"), "a_and_b_and_c"),
        ((["a", "b", "c"], ""), "abc"),
        ((["a", "b", "c"], None), "abc"),
        ((["a"], "X"), "a"),
        ((["a", None, "c"], "X"), "aXc"),
        (([], "X"), ""),
        ((["a", "b", "c"],), "abc"),
        ((["a", None, "c"],), "ac"),
        (([],), ""),
        (("a", "X"), "a"),
    ],
)
def test_string_join_leaves_nulls_out(arguments, expected):
    joined = answer("string join", *arguments)

    assert joined == expected


@pytest.mark.parametrize("arguments", [(None, "X"), ([1], "X"), (["a", ["b"]], "X"), (["a"], 1)])
def test_string_join_takes_strings_only(arguments):
    notes = noted("string join", *arguments)

    assert len(notes) == 1


def test_a_string_that_would_be_too_long_is_refused():
    parts = feel(["x" * 1_000] * 1_000)

    with pytest.raises(BudgetExceeded, match="1000999 characters"):
        BUILTINS["string join"].call([parts, ","], new_run())
