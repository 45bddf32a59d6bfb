"""Unary tests: the cells of decision tables (DMN 1.5, 10.3.2.8)."""

from decimal import Decimal

import pytest

from workflows import feel

SCOPE = {"limit": Decimal(10), "colours": ["red", "blue"], "vip": True}


def passes(text, value, run=None):
    scope = {**SCOPE, "?": feel.admitted(value)}
    return feel.compile_unary_tests(text).within(scope, run or feel.new_run())


@pytest.mark.parametrize(
    ("text", "value", "passed"),
    [
        ("-", 5, True),
        ("-", None, True),
        ("5", 5, True),
        ("5", 5.0, True),
        ("5", 6, False),
        ("-5", -5, True),
        ("5", "5", None),
        ("5", None, False),
        ("5", True, None),
        ("1", True, None),
        ("true", 1, None),
        ("true", True, True),
        ("false", None, False),
        ("null", None, True),
        ("null", 5, False),
        ('"a", "b"', "b", True),
        ('"a", "b"', "c", False),
        ('"a", 5', 5, True),
        ('"a", 5', 6, None),
        ('"a", null', None, True),
        ("< 5", 4, True),
        ("< 5", 5, False),
        ("< 5", "a", None),
        ("<= limit", 10, True),
        ("> limit", None, None),
        ("= 5", 5, True),
        ("!= 5", 5, False),
        ("[1..5]", 5, True),
        ("[1..5)", 5, False),
        ("(1..5]", 1, False),
        ("]1..5[", 3, True),
        ("[limit..20]", 15, True),
        ('["a".."c"]', "b", True),
        ("[1..5]", "b", None),
        ("< 5, > 10", 7, False),
        ("< 5, > 10", 11, True),
        ("colours", "blue", True),
        ("colours", "green", False),
        ('["red", "blue"]', "red", True),
        ('["red", "blue"]', None, False),
        ("[[1..3], [7..9]]", 8, True),
        ("limit", 10, True),
        ("limit * 2", 20, True),
        ("? > limit", 11, True),
        ("? > 5 and ? < 9", 7, True),
        ("count(?) = 2", [1, 2], True),
        ('contains(?, "x")', "axb", True),
        ("? * 2", 0, True),
        ("some x in ? satisfies x > 5", [1, 6], True),
        ("limit > 5", 99, True),
        ("limit > 50", 99, False),
        ("limit > 5", None, True),
        ("vip", True, True),
        ("vip", None, False),
        ("not(5)", 5, False),
        ("not(5)", 6, True),
        ("not(5)", "a", None),
        ('not("a", "b")', "c", True),
        ("not(< 5)", 7, True),
        ("not(null)", 7, True),
        ('date("2026-11-21")', None, False),
        ('> @"2026-01-01"', None, None),
    ],
)
def test_a_cell_tells_whether_a_value_passes(text, value, passed):
    assert passes(text, value) is passed


def test_dates_pass_dates():
    day = feel.evaluate('@"2026-11-21"', {})

    assert passes('[@"2026-01-01"..@"2026-12-31"]', day) is True
    assert passes('date("2026-11-21")', day) is True
    assert passes('< date("2026-11-21")', day) is False


def test_plain_constants_are_told_so_that_tables_can_index_them():
    cells = {
        '"a", "b"': ("a", "b"),
        "1, -2": (Decimal(1), Decimal(-2)),
        "< 5": None,
        "-": None,
        'not("a")': None,
        "limit": None,
    }

    found = {text: feel.compile_unary_tests(text).constants for text in cells}

    assert found == cells


def test_a_cell_says_what_it_is():
    tests = feel.compile_unary_tests("not(? > limit, count(x) = 1)")

    assert tests.names == {"limit", "x"}
    assert tests.asks
    assert tests.negated
    assert not tests.is_anything
    assert feel.compile_unary_tests("-").is_anything


def test_a_value_that_is_not_given_is_null():
    assert feel.compile_unary_tests("null").within({}, feel.new_run()) is True
