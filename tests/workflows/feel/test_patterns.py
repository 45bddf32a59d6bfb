"""matches, replace and split: regular expressions of XPath 2.0, in linear time."""

import re
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.feel.calling import answer, answer_named, new_run, noted
from workflows.feel.errors import BudgetExceeded
from workflows.feel.functions import BUILTINS

POEM = "Kaum hat dies der Hahn gesehen,\nFängt er auch schon an zu krähen:\n"


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        ("foobar", "^fo*b", "", True),
        ("abracadabra", "bra", "", True),
        ("abracadabra", "^a.*a$", "", True),
        ("abracadabra", "^bra", "", False),
        (POEM, "Kaum.*krähen", "", False),
        (POEM, "Kaum.*krähen", "s", True),
        (POEM, "^Kaum.*gesehen,$", "m", True),
        (POEM, "^Kaum.*gesehen,$", "", False),
        (POEM, "HAHN", "i", True),
        ("abcd\ndefg\n", "^$", "m", False),
        ("abcd\n\ndefg\n", "^$", "m", True),
        ("abc\n", "c$", "", False),
        ("abc\n", "c$", "m", True),
        ("helloworld", "hello world", "x", True),
        ("hello world", r"hello\ sworld", "x", True),
        ("hello world", "hello[ ]world", "x", True),
        ("helloworld", "hello[ ]world", "x", False),
        ("a.c", r"a\.c", "", True),
        ("abc", r"a\.c", "", False),
        ("abc", "x|b", "", True),
        ("", "", "", True),
        ("abc", "(|x)c", "", True),
        ("a-b", r"^[a\-]+b$", "", True),
        ("a-b", "^[-a]+b$", "", True),
        ("a-b", "^[a-]+b$", "", True),
        ("a^b", "^[a^]+b$", "", True),
        ("aaa", "^a{3}$", "", True),
        ("aaaa", "^a{2,3}$", "", False),
        ("aaaa", "^a{2,}$", "", True),
        ("$", r"^\$$", "", True),
        ("😀", "^.$", "", True),
        ("\t", r"^\t$", "", True),
    ],
)
def test_matches_searches_as_xpath_says(text, pattern, flags, expected):
    found = answer("matches", text, pattern, flags)

    assert found is expected


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        (r"\d", "5٣", "aⅣ"),
        (r"\D", "a", "5"),
        (r"\s", " \t\n\r", "a\xa0"),
        (r"\S", "a\xa0", " "),
        (r"\w", "aé5٣€", "-. \u200b"),
        (r"\W", "-. ", "aé5"),
        (r"\i", "a_:é", "5-."),
        (r"\I", "5-.", "a_:é"),
        (r"\c", "a5-.:·", " ,@"),
        (r"\C", " ,@", "a5"),
        (r"\p{L}", "aéЖ", "5 "),
        (r"\P{L}", "5 ", "aéЖ"),
        (r"\p{Lu}", "AЖ", "aж"),
        (r"\p{Cn}", "\u0378", "a"),
        (r"\p{IsBasicLatin}", "a5", "é"),
        (r"\P{IsBasicLatin}", "é", "a"),
        (r"\p{IsGreek}", "λ", "l"),
        (r"\p{IsLatin-1Supplement}", "é", "e"),
        ("[a-z-[aeiou]]", "bcd", "aei5"),
        (r"[\w-[\d]]", "aé", "5-"),
        (r"[\i-[:]]", "a_", ":5"),
        ("[^a-c-[x]]", "dy", "abcx"),
        (r"[^\s]", "a", " \n"),
        (r"[\W]", "- ", "a5"),
        (r"[a-z-[a-m-[c]]]", "cnz", "abm"),
        (r"[+\--/]", "+-./", ",a"),
        ("[(-*]", "()*", "+"),
    ],
)
def test_character_classes_hold_what_xml_schema_says(pattern, inside, outside):
    within = [answer("matches", character, f"^{pattern}$") for character in inside]
    without = [answer("matches", character, f"^{pattern}$") for character in outside]

    assert all(within)
    assert not any(without)


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("\u212a", "k", True),
        ("k", "\u212a", True),
        ("\u212a", "[A-Z]", True),
        ("h", "[A-Z-[OI]]", True),
        ("o", "[A-Z-[OI]]", False),
        ("q", "^[^Q]$", False),
        ("m", r"\p{Lu}", False),
        ("m", r"\P{Lu}", True),
        ("ς", "Σ", True),
        ("É", "é", True),
    ],
)
def test_the_flag_i_widens_characters_and_ranges_but_not_categories(text, pattern, expected):
    found = answer("matches", text, pattern, "i")

    assert found is expected


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "expected"),
    [
        ("banana", "a", "o", "bonono"),
        ("banana", "(an)+", "**", "b**a"),
        ("banana", "[aeiouy]", "[$0]", "b[a]n[a]n[a]"),
        ("abcd", "(ab)|(a)", "[1=$1][2=$2]", "[1=ab][2=]cd"),
        ("abracadabra", "bra", "*", "a*cada*"),
        ("abracadabra", "a.*a", "*", "*"),
        ("abracadabra", "a.*?a", "*", "*c*bra"),
        ("abracadabra", "a", "", "brcdbr"),
        ("abracadabra", "a(.)", "a$1$1", "abbraccaddabbra"),
        ("AAAA", "A+", "b", "b"),
        ("AAAA", "A+?", "b", "bbbb"),
        ("darted", "^(.*?)d(.*)$", "$1c$2", "carted"),
        ("abc", "b", r"\$", "a$c"),
        ("abc", "b", r"\\", r"a\c"),
        ("abc", "b", "$1", "ac"),
        ("abc", "(b)", "$12", "ab2c"),
        ("abc", "b", "$05", "ab5c"),
        ("aéb", "é", "→$0←", "a→é←b"),
        ("0123456789", r"(\d{3})(\d{3})(\d{4})", "($1) $2-$3", "(012) 345-6789"),
        ("", "a", "b", ""),
    ],
)
def test_replace_fills_in_groups(text, pattern, replacement, expected):
    replaced = answer("replace", text, pattern, replacement)

    assert replaced == expected


def test_replace_takes_flags():
    replaced = answer("replace", "aBaB", "b", "-", "i")

    assert replaced == "a-a-"


@pytest.mark.parametrize("replacement", ["$", "$x", "a$", "\\", r"\n", r"\d"])
def test_a_replacement_that_xpath_refuses_gives_null(replacement):
    notes = noted("replace", "abc", "b", replacement)

    assert notes == [
        "replace: in `replacement`, $ must stand before a group's number and \\ before $ or \\."
    ]


@pytest.mark.parametrize(
    ("text", "delimiter", "expected"),
    [
        ("John Doe", r"\s", ["John", "Doe"]),
        ("a;b;c;;", ";", ["a", "b", "c", "", ""]),
        (";a", ";", ["", "a"]),
        ("abc", ";", ["abc"]),
        ("", ";", [""]),
        ("a1b22c", r"\d+", ["a", "b", "c"]),
        ("é→ü", "→", ["é", "ü"]),
    ],
)
def test_split_breaks_at_each_delimiter(text, delimiter, expected):
    parts = answer("split", text, delimiter)

    assert parts == expected


@pytest.mark.parametrize("pattern", ["", "a*", "x?", "^", "$", "(a|)", ".*?"])
def test_a_pattern_that_matches_nothing_neither_replaces_nor_splits(pattern):
    replacing, splitting = noted("replace", "abc", pattern, "-"), noted("split", "abc", pattern)

    assert "matches the empty string" in replacing[0]
    assert "matches the empty string" in splitting[0]


@pytest.mark.parametrize(
    "pattern",
    [
        "[a", "a]", "(a", "a)", "*a", "+", "a**", "a{2}{3}", "a{,2}", "a{3,2}", "a{", "{2}", "a}",
        "\\", "\\e", "\\0", r"[\0]", r"(a)[\1]", r"\p", r"\p{", r"\p{Xx}", r"\p{IsNowhere}", "[]",
        "[^]", "[z-a]", "[a[b]", "[a-c-e]", r"[\d-z]", r"[a-\d]", "(?=a)", "(?i)a", "(?P<n>a)",
        "(?", "[a-z-[b]c]",
    ],
)  # fmt: skip
def test_what_is_not_a_pattern_of_xpath_gives_null_and_a_note(pattern):
    notes = noted("matches", "abc", pattern)

    assert notes[0].startswith("matches: the pattern is not valid at position ")


@pytest.mark.parametrize("flags", ["q", "X", "ig", " "])
def test_unknown_flags_give_null(flags):
    notes = noted("matches", "abc", "b", flags)

    assert notes == ["matches: `flags` may hold s, m, i and x only."]


def test_null_flags_are_none():
    found = answer("matches", "abc", "b", None)

    assert found is True


@pytest.mark.parametrize("name", ["matches", "split", "replace"])
def test_null_arguments_give_null(name):
    arguments = ["a", "b", "c"][: 3 if name == "replace" else 2]

    notes = [
        noted(name, *(None if place == left_out else text for place, text in enumerate(arguments)))
        for left_out in range(len(arguments))
    ]

    assert all(len(each) == 1 for each in notes)


def test_names_are_those_of_the_standard():
    found = answer_named("matches", {"pattern": "B", "input": "abc", "flags": "i"})
    replaced = answer_named("replace", {"input": "abc", "replacement": "-", "pattern": "b"})
    parts = answer_named("split", {"delimiter": "b", "string": "abc"})

    assert (found, replaced, parts) == (True, "a-c", ["a", "c"])


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 30 + "b"),
        ("(a|aa)+$", "a" * 50_000 + "b"),
        ("(.*)*x", "a" * 50_000),
        ("(a*)*b", "a" * 50_000),
        ("((a{1,50}){1,10})c", "a" * 20_000),
    ],
)
def test_no_pattern_takes_more_than_linear_time(pattern, text):
    answer("matches", "", pattern)
    started = perf_counter()

    found = answer("matches", text, pattern)

    assert found is False
    assert perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("a" * 1_001, "longer than 1000 characters"),
        ("a{1001}", "more than 1000 repetitions"),
        ("(" * 60 + ")" * 60, "nested more than 50 deep"),
        ("((((a{1000}){1000}){1000}){1000})", "too much memory"),
        (r"(\w{1000}){1000}", "too much memory"),
    ],
)
def test_patterns_that_need_too_much_are_refused(pattern, reason):
    started = perf_counter()

    notes = noted("matches", "abc", pattern)

    assert reason in notes[0]
    assert perf_counter() - started < 2


def test_a_replacement_that_grows_too_long_is_refused():
    arguments = ["a" * 10_000, "a", "b" * 1_000]

    with pytest.raises(BudgetExceeded, match="characters"):
        BUILTINS["replace"].call(arguments, new_run())


def test_a_match_repeated_in_the_replacement_is_refused_before_it_is_made():
    arguments = ["a" * 900_000, "a+", "$0" * 10_000]

    with pytest.raises(BudgetExceeded, match="characters"):
        BUILTINS["replace"].call(arguments, new_run())


def match_many(run):
    for number in range(1_000):
        BUILTINS["matches"].call(["abc", r"\W" * 490 + str(number)], run)


def test_compiling_many_patterns_ends_with_the_time_of_the_run():
    run = new_run(seconds=0.2)
    started = perf_counter()

    with pytest.raises(BudgetExceeded, match="too long"):
        match_many(run)

    assert perf_counter() - started < 20


def test_half_a_character_has_no_matches():
    notes = noted("matches", "\ud83d", "a")

    assert notes == ["matches: the text contains half a character (a lone surrogate)."]


ATOMS = st.sampled_from(["a", "b", "c", ".", "[ab]", "[^a]", r"\d", r"\s", "é", r"\."])
QUANTITIES = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "*?", "+?"])
PIECES = st.tuples(ATOMS, QUANTITIES).map("".join)
SEQUENCES = st.lists(PIECES, min_size=1, max_size=4).map("".join)
PATTERNS = st.lists(SEQUENCES, min_size=1, max_size=3).map("|".join)
GROUPED = st.tuples(PATTERNS, QUANTITIES, SEQUENCES).map(lambda parts: "({}){}{}".format(*parts))
SUBJECTS = st.text("abc.é 1\n", max_size=12)


@given(pattern=PATTERNS | GROUPED, text=SUBJECTS)
def test_the_common_part_of_both_languages_matches_as_pythons_own(pattern, text):
    found = answer("matches", text, pattern)

    assert found is (re.search(pattern, text) is not None)


@given(pattern=SEQUENCES.filter(lambda pattern: not re.search(pattern, "")), text=SUBJECTS)
def test_the_common_part_of_both_languages_replaces_and_splits_as_pythons_own(pattern, text):
    replaced, parts = answer("replace", text, pattern, "<$0>"), answer("split", text, pattern)

    assert replaced == re.sub(pattern, r"<\g<0>>", text)
    assert parts == re.split(pattern, text)


@given(parts=st.lists(st.text("abc é", max_size=5), min_size=1, max_size=8))
def test_split_undoes_string_join(parts):
    joined = answer("string join", parts, ";")

    assert answer("split", joined, ";") == parts
