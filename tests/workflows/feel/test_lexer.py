"""FEEL's words: numbers, strings, white space, comments and the characters of names."""

from decimal import Decimal

import pytest

from workflows.feel.errors import FeelError
from workflows.feel.lexer import (
    END,
    KEYWORDS,
    LONGEST_TEXT,
    NAME,
    NUMBER,
    OTHER,
    QUOTED,
    STRING,
    words,
)
from workflows.feel.parser import parse
from workflows.feel.syntax import Arithmetic, AtLiteral, Literal, Name


def kinds_and_texts(text, **dialect):
    found = words(text, **dialect)
    return list(zip(found.kinds, found.texts, strict=True))[:-1]


# --- numbers ---


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        (".5", "0.5"),
        ("00012.50", "12.50"),
        ("1e5", "1E+5"),
        ("1.23E-4", "0.000123"),
        ("1.5e+3", "1.5E+3"),
        ("-1", "-1"),
        ("- 1", "-1"),
        ("12345678901234567890123456789012345", "1.234567890123456789012345678901234E+34"),
        ("1e-9999", "0"),
    ],
)
def test_a_number_is_a_decimal_of_34_digits(text, value):
    assert parse(text) == Literal(Decimal(value))


def test_minus_nothing_is_plain_zero():
    value = parse("-0").value

    assert not value.is_signed()


def test_the_dots_of_a_range_are_not_part_of_its_numbers():
    found = kinds_and_texts("1..5")

    assert found == [(NUMBER, "1"), ("..", ".."), (NUMBER, "5")]


def test_a_range_may_start_before_a_number_without_leading_digit():
    found = kinds_and_texts("1...5")

    assert found == [(NUMBER, "1"), ("..", ".."), (NUMBER, ".5")]


@pytest.mark.parametrize(("text", "column"), [("1.", 3), ("5a", 2), ("1.2.3", 4), ("1e", 2)])
def test_what_only_looks_like_a_number_is_refused(text, column):
    with pytest.raises(FeelError) as refusal:
        parse(text)

    assert refusal.value.column == column


@pytest.mark.parametrize("text", ["1e6145", "1e99999999999999999999", "9" * 7000])
def test_a_number_beyond_what_34_digits_can_scale_to_is_refused(text):
    with pytest.raises(FeelError, match=r"expected a number below 10\^6145"):
        parse(text)


# --- strings ---


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'""', ""),
        (r'"a\"b"', 'a"b'),
        (r'"\'\\\n\r\t"', "'\\\n\r\t"),
        (r'"\u00e9"', "é"),
        (r'"\U01F600"', "😀"),
        (r'"\uD83D\uDE00"', "😀"),
        (r'"\uD83D\uDE00\ud83d\ude01"', "😀😁"),
        (r'"\\u0041"', "\\u0041"),
        (r'"\d+\s"', "\\d+\\s"),
        (r'"\u12"', "\\u12"),
        ('"/* no // comment */"', "/* no // comment */"),
        ('"日本 😀"', "日本 😀"),
    ],
)
def test_a_string_stands_for_its_characters(text, value):
    assert parse(text) == Literal(value)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (r'"ab\uD83D"', 4),
        (r'"\uDE00\uD83D"', 2),
        (r'"\u0000"', 2),
        (r'"\U000000"', 2),
        (r'"\U110000"', 2),
        (r'"\U00D83D"', 2),
    ],
)
def test_half_a_surrogate_pair_nul_and_codes_beyond_unicode_are_refused(text, column):
    with pytest.raises(FeelError, match="expected the code of a character") as refusal:
        parse(text)

    assert refusal.value.column == column


@pytest.mark.parametrize("text", ['1 + "abc', '1 + "abc\\"', '1 + "a\nb"', '1 + "a\rb"'])
def test_a_string_ends_on_its_line(text):
    with pytest.raises(FeelError, match="found a string without an end") as refusal:
        parse(text)

    assert refusal.value.column == 5


def test_a_string_may_go_over_lines_in_camundas_dialect():
    assert parse('"a\nb"', camunda=True) == Literal("a\nb")


@pytest.mark.parametrize("character", ["\0", "\ud83d"])
def test_characters_that_no_database_can_hold_are_refused(character):
    with pytest.raises(FeelError, match=r"found the character U\+") as refusal:
        parse(f'"ab{character}"')

    assert refusal.value.column == 4


def test_an_at_literal_keeps_its_text():
    assert parse('@"2026-11-21"') == AtLiteral("2026-11-21")
    assert parse(r'@ "P1\u0044"') == AtLiteral("P1D")


# --- white space and comments ---


@pytest.mark.parametrize(
    "space",
    [
        *"\t\n\v\f\r \x85\xa0\u1680\u180e\u2000\u2005\u200a\u200b\u2028\u2029\u202f\u205f\u3000",
        "\ufeff",
        "// to the end of the line\n",
        "// also here\r",
        "/* within */",
        "/**/",
        "/***/",
        "/* over\nlines * / */",
        " /* several */ // of them\n\t/* in a row */ ",
    ],
)
def test_white_space_and_comments_separate_words_and_mean_nothing(space):
    spaced = parse(f"{space}a{space}+{space}1{space}")

    assert spaced == Arithmetic(Name("a"), (("+", Literal(Decimal(1))),))


def test_a_comment_may_end_the_text():
    assert parse("a // b") == Name("a")
    assert parse("a /* b */") == Name("a")


@pytest.mark.parametrize("text", ["a /* b", "a /*/", "a /* b *"])
def test_a_comment_needs_its_end(text):
    with pytest.raises(FeelError, match="found a comment without an end") as refusal:
        parse(text)

    assert refusal.value.column == 3


# --- names and the rest ---


@pytest.mark.parametrize(
    "name",
    [
        "?",
        "_",
        "a?",
        "_1",
        "größe",
        "Ωmega",
        "名前",
        "😀",
        "a😀b",
        "a·b",
        "e\u0301",
        "x\u203fy",
        "𝒳",
    ],
)
def test_these_characters_make_one_name(name):
    assert kinds_and_texts(name) == [(NAME, name)]


@pytest.mark.parametrize("character", ["×", "÷", "$", "%", "#", "\u037e", "→", "'", "\\", "`"])
def test_characters_that_feel_has_no_use_for_are_words_of_their_own(character):
    assert kinds_and_texts(f"a{character}b") == [(NAME, "a"), (OTHER, character), (NAME, "b")]


@pytest.mark.parametrize("keyword", sorted(KEYWORDS))
def test_a_keyword_is_its_own_kind_but_not_within_a_name(keyword):
    assert kinds_and_texts(keyword) == [(keyword, keyword)]
    assert kinds_and_texts(f"{keyword}s") == [(NAME, f"{keyword}s")]


def test_signs_are_read_as_long_as_possible():
    signs = ["**", "*", "..", ".", "<=", "<", ">=", ">", "!=", "->", "-", "=", "@", "/"]

    found = kinds_and_texts("***...<=<>=>!=->-=@/")

    assert found == [(sign, sign) for sign in signs]


def test_backticks_quote_a_name_in_camundas_dialect_alone():
    assert kinds_and_texts("`a + b`", camunda=True) == [(QUOTED, "a + b")]
    assert kinds_and_texts("`a`")[0] == (OTHER, "`")


def test_a_dollar_is_part_of_a_name_in_camundas_dialect_alone():
    assert kinds_and_texts("$a$", camunda=True) == [(NAME, "$a$")]
    assert kinds_and_texts("$a") == [(OTHER, "$"), (NAME, "a")]


def test_every_word_knows_where_it_stands():
    found = words(' a /* b */ "c"')

    assert found.offsets == [1, 11, 14]
    assert found.kinds == [NAME, STRING, END]


def test_a_text_may_be_this_long_and_not_longer():
    fits = '"' + "a" * (LONGEST_TEXT - 2) + '"'

    assert parse(fits).value == fits[1:-1]
    with pytest.raises(FeelError, match="65537 characters; 65536 are allowed"):
        parse(fits + " ")
